package screen

import "lemniscaat/internal/rule"

// CurveInput is a household whose income is varied, as it was typed. It is an
// example of a household and kept nowhere.
type CurveInput struct {
	// Preset is the id of an example that fills in what the address does not say.
	Preset string
	// Values are what was typed, by the fields of CurveFields.
	Values map[string]string
	// Rules are the rules of the other side, as in SideInput; "" for none.
	Rules string
}

// CurveFields are the fields of a household and of the range, in order.
var CurveFields = []string{"leeftijd", "partner", "partnerloon", "kinderen", "huur", "opvang", "bso", "vermogen", "datum", "van", "tot"}

// CurveView is what a household has to spend, and keeps, over a range of
// incomes.
type CurveView struct {
	// Values fill the fields: what was typed, or what the preset has.
	Values  map[string]string
	Preset  string
	Presets []Option
	Rules   string
	// Sides are the rules that can be compared with.
	Sides  []Option
	Faults []FieldError
	// Computed is false when there is no answer; Why says then what is missing.
	Computed bool
	Why      string
	Date     rule.Date
	Sentence string
	Exhibits []Exhibit
	// Taken are the assumptions, a sentence each.
	Taken  []string
	Source Provenance
}
