package screen

import (
	"time"

	"lemniscaat/internal/rule"
)

// DecisionListView lists decisions and offers cases to decide.
type DecisionListView struct {
	Rows   []DecisionRow
	Cases  []Option // demo cases: value regulation/case
	Decide Action
	Today  rule.Date
}

// DecisionRow is one decision in a list.
type DecisionRow struct {
	ID         string
	Case       string
	Regulation string
	Date       rule.Date
	Outcome    string
	Version    string
}

// DecisionView is the page Beslissing uitgelegd.
type DecisionView struct {
	ID         string
	Case       string
	Regulation Ref
	Date       rule.Date // the date whose rules apply
	Decided    time.Time // zero when not recorded
	Version    string    // rule version in words
	Digest     string    // content digest, short
	Sentence   string    // the decision in one sentence
	Positive   bool
	Reasons    []string // at most three
	WhyNot     []string // the smallest change that gives another outcome
	// Assumptions are named assumptions behind the outcome, whole sentences.
	Assumptions []string
	Intended    bool // nothing is decided yet: first speak with the person
	Trace       []TraceLine
	Inputs      []Fact
	Synthetic   bool
	Before      *DecisionBefore // what the previous version would have given

	Wrong      Action // Klopt niet: opens the signal form
	Anchor     Anchor
	Contact    Action          // Eerst bellen
	Contacted  string          // what was noted about contact, "" for none
	Discretion *DiscretionForm // nil: no ground exists for this rule
	Granted    string          // maatwerk that was given, in a sentence
}

// DecisionBefore compares with the version before.
type DecisionBefore struct {
	Version  string
	Sentence string
	Same     bool // the outcome is the same; the way to it may differ
}

// TraceLine is one line of the derivation.
type TraceLine struct {
	Depth      int
	Text       string // "De inkomensgrens is 120 % van € 1.401,50, dus € 1.681,80."
	Value      string
	Rule       Ref
	Source     Ref
	Input      bool
	OK         *bool // for conditions: holds or not
	Unverified bool
	Example    bool // a value of the example municipality
}

// DiscretionForm is the sheet for maatwerk.
type DiscretionForm struct {
	Cost    string   // "Strikte toepassing kost dit huishouden € 520."
	Grounds []Option // that exist for this rule
	Mandate string   // "Uw mandaat is € 1.000 per besluit."
	Can     Action
}

// DecideInput decides a case.
type DecideInput struct {
	Case string // value of a DecisionListView case
	Date rule.Date
}

// ContactInput notes contact with the citizen.
type ContactInput struct {
	Decision string
	Reached  bool
	Note     string
}

// DiscretionInput grants maatwerk.
type DiscretionInput struct {
	Decision string
	Ground   string
	Reason   string
	Amount   string // as typed, "" when it is not money
}
