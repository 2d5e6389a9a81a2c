package screen

import "lemniscaat/internal/rule"

// SideInput asks for one side of a comparison.
type SideInput struct {
	// Rules is one of the options of the page: "" for the rules in force.
	Rules string
	Date  rule.Date // zero: the page chooses
}

// ComparisonView is a regulation on two sides: in words and in effect.
type ComparisonView struct {
	Regulation Ref
	ID         string
	// Sides are left and right; Options is what can be chosen as rules.
	Sides   [2]ComparisonSide
	Options []Option
	// Days are links to the days on which something changes, the latest first.
	Days []ComparisonDay
	// Sentence says what differs; Same that nothing does.
	Sentence string
	Same     bool
	// Shifted says that the sides are on different days, so that people in the
	// examples are not the same age on both.
	Shifted  bool
	Sections []ComparisonSection
	Groups   []ComparisonGroup
	// Builders are regulations that build on this one and come out otherwise
	// between the same sides.
	Builders []Ref
}

// ComparisonSide is what one side is.
type ComparisonSide struct {
	Rules string
	Date  rule.Date
	Text  string // "de regels die gelden"
	Ref   Ref    // to the proposal, when there is one
}

// ComparisonDay is a day to compare with the day before.
type ComparisonDay struct {
	Date    rule.Date
	Href    string
	Current bool
}

// ComparisonSection holds what differs in one article.
type ComparisonSection struct {
	ID    string // fragment
	Where Ref
	// Other is the name of another regulation that the text belongs to; "" for
	// the own one.
	Other       string
	Differences []ComparisonDifference
}

// ComparisonDifference is one thing that is said differently.
type ComparisonDifference struct {
	Text    string
	Details []string     // instead of Changes: cells of a table, fields of a step
	Changes []TextChange // sentence against sentence
	// Whole is a rule as a whole, on the sides that have it; Open shows it at
	// once, as for a table and for a rule that is new or gone.
	Whole *[2][]RuleLine
	Open  bool
	// Values are the values of a parameter on both sides.
	Values *[2]ComparisonValue
}

// ComparisonValue is the value of a parameter on one side.
type ComparisonValue struct {
	Value, Source, Note string // Value "": there is none
	Unknown             bool   // it is said that the value is not known
	From                rule.Date
	Verified, Example   bool
}

// ComparisonGroup holds the examples to which the same happens.
type ComparisonGroup struct {
	Kind string // "anders", "alleen-links", "alleen-rechts", "gelijk", "geen"
	Rows []ComparisonRow
}

// ComparisonRow is one worked example on both sides.
type ComparisonRow struct {
	Name     string
	Article  Ref
	Outcomes []ComparisonOutcome
	// Why is the first place where the explanations part, Others the rest.
	Why    Ref
	Others string
}

// ComparisonOutcome is one outcome on both sides.
type ComparisonOutcome struct {
	Name        string // "zorgtoeslag per maand"
	Left, Right string
	// Fault says of each side that it is a sentence about why there is none.
	Fault      [2]bool
	Difference string // "+ € 12"
	Changed    bool
}
