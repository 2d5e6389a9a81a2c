package regulation

import "lemniscaat/internal/rule"

// Variant is a set of changes laid over a Set from a date on. An adopted
// version in an installation is the same thing.
type Variant struct {
	ID   string    // "ruimere-grens"
	Name string    // "Inkomensgrens naar 120 %"
	From rule.Date // first day on which the changes hold
	// Parameters maps parameter ids to new values in Dutch notation ("120 %").
	Parameters []Override
	// Rules maps rule ids to the text of the new rule ("Regel …"), or to
	// "vervalt".
	Rules []Override
	// Steps changes single fields of steps, or removes them.
	Steps []StepChange
}

// Override is a new value or text for an id.
type Override struct {
	ID   string
	Text string
	Pos  rule.Pos
}

// StepChange changes one step ("regeling.stap").
type StepChange struct {
	ID     string
	Remove bool // "vervalt"
	// Fields are the changed keys of stappen.yaml with their new value, as
	// canonical YAML text.
	Fields []Override
	Pos    rule.Pos
}

// Change is one difference between two sets, in words.
type Change struct {
	// Kind is "parameter", "regel", "stap" or "regeling".
	Kind string
	// ID is the id of what changed.
	ID         string
	Regulation string
	Anchor     string
	From       rule.Date
	// Before and After are the old and new value or text; empty when there was
	// or is none.
	Before, After string
	// Text says it in one sentence: "De inkomensgrens gaat van 110 % naar
	// 120 % vanaf 1 januari 2027."
	Text string
}
