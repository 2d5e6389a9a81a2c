package screen

import "lemniscaat/internal/rule"

// EntitlementInput is what is said about a household, as it was typed. It is
// kept nowhere.
type EntitlementInput struct {
	Regulations      []string // ids
	Date             string
	Adults, Children string
	Care             string   // how many children go to childcare
	Partner          string   // PartnerNone, PartnerMarried or PartnerOther
	PartnerFor       []string // facts, for PartnerOther
	Both             bool     // the partner cares for the children too
	// Answers are by the name of their field: "kind-1.geboortedatum".
	Answers map[string]string
}

// What the second adult is to the first.
const (
	PartnerNone    = "geen"
	PartnerMarried = "gehuwd"
	PartnerOther   = "ongehuwd"
)

// EntitlementView is what a household is entitled to, and what is asked of it.
type EntitlementView struct {
	In          EntitlementInput
	Regulations []Choice
	PartnerFor  []Choice
	MaxAdults   int
	MaxChildren int
	// AsksCare says that there are rules about childcare.
	AsksCare bool
	// Computed is false as long as nobody said who are in the household.
	Computed bool
	Date     rule.Date
	Results  []EntitlementResult
	// Missing is how many data an outcome waits for now.
	Missing int
	People  []EntitlementPerson
	// Kept are answers that this page does not ask for, to send along.
	Kept        []Option
	Assumptions []string
	Faults      []FieldError
}

// Choice is one box to tick.
type Choice struct {
	Value, Label string
	Chosen       bool
}

// EntitlementResult is what one regulation gives.
type EntitlementResult struct {
	Receipt bool // a receipt can be asked for
	ID      string
	Name    string // "zorgtoeslag"
	Href    string
	Amounts []EntitlementAmount
	// Fault says why there is no answer, or not all of it; Lacks what the
	// answer waits for.
	Fault string
	Lacks []EntitlementLack

	Sentence    string
	Reasons     []string
	Trace       []TraceLine
	Assumptions []string
	// Short says that Trace is not all of the way.
	Short bool
	// Unasked are things that the regulation knows and this page does not ask
	// for: "toeslagafrekeningen".
	Unasked []string
	// Unverified says that a value was read that nobody has verified, Example
	// that one is of an example municipality.
	Unverified, Example bool
}

// EntitlementAmount is one amount with its period.
type EntitlementAmount struct {
	Who    string // "" when it is for the household or who applies
	Text   string // "" for nothing
	Period string
	Pays   bool
}

// EntitlementLack is a datum that is missing, with the field that asks for it.
type EntitlementLack struct {
	Field, Text string
}

// EntitlementPerson holds the questions about one of the household.
type EntitlementPerson struct {
	ID, Name string
	// Now are needed, Later may be; Optional count when there is something to
	// say, and are nothing otherwise; Given were answered.
	Now, Later, Optional, Given []EntitlementField
	// Open says that Optional is not folded.
	Open bool
}

// EntitlementField asks for one datum.
type EntitlementField struct {
	Name      string // "kind-1.geboortedatum"
	Label     string
	Form      string   // "een datum als 2026-06-01"
	Options   []Option // nil: a line of text
	Empties   bool     // leeg is an answer
	Numeric   bool
	For       []string // names of regulations
	Registers []string
	Value     string
}
