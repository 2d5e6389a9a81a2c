package screen

import (
	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/receipt"
	"lemniscaat/internal/rule"
)

// CaseInput asks what a regulation says of one case.
type CaseInput struct {
	Regulation string
	Date       rule.Date // zero: that of the case
	// Doc and Case are the case as it was sent; places in what is wrong with it
	// are those of its nodes.
	Doc  *notation.Doc
	Case *notation.Node
	// Reference is the number of the case, when there is one: a change that is
	// introduced step by step holds for some cases only. It is not kept.
	Reference string
	Lang      string // of the explanation: "nl" or "en"
	// Explain asks for the way to every outcome, Change for what would change it.
	Explain, Change bool
	// Receipt asks for a signed receipt; there is none when something stands in the
	// way of an answer.
	Receipt bool
}

// CaseView is what a regulation says of one case. With Faults, something stands
// in the way of an answer.
type CaseView struct {
	Regulation string
	Date       rule.Date
	RuleSet    string   // digest of the rules
	Rollouts   []string // proposals that are rolled out to this case
	Outcomes   []CaseOutcome
	Violations []CaseViolation
	Faults     []CaseFault
	Receipt    *receipt.Package // nil: not asked, or no answer to sign
}

// CaseOutcome is one outcome. Value is a decimal, "ja", "nee", a date, a text or
// "leeg".
type CaseOutcome struct {
	Object, Attribute, Value, Unit, Period string
	Explained                              *explain.Explanation // nil: not asked
}

// CaseViolation is a rule of consistency that the case does not meet.
type CaseViolation struct {
	Text, Rule, Name string
	Objects          []string
}

// CaseFault is something that stands in the way of an answer.
type CaseFault struct {
	Code, Text, Hint        string
	Object, Attribute, Rule string
}

// CaseUnread says that a case cannot be read; the lines of its diagnostics are
// those of the nodes.
type CaseUnread struct{ Diagnostics rule.Diagnostics }

// Error implements error.
func (e *CaseUnread) Error() string { return e.Diagnostics.Error() }

// ReceiptInput is a receipt that somebody brings to have it checked.
type ReceiptInput struct {
	// File is a package, or the text of a receipt; Opening belongs to the latter and
	// may be empty.
	File, Opening []byte
}

// ReceiptCheck says what came of checking a receipt.
type ReceiptCheck struct {
	receipt.Check
	Name string // of the regulation; its id when it is not known here
}
