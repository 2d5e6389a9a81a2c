package screen

import "lemniscaat/internal/rule"

// TryInput is what somebody tries on the page "Proberen": values of parameters
// of one regulation. Nothing of it is kept.
type TryInput struct {
	Regulation string
	Article    string // whose rules are unfolded; "" is that of the issue, or the first
	Issue      string // the knelpunt that it is tried for, "" for none
	Title      string // of the proposal that is made of it
	// Values are what was typed, by Piece.Param.
	Values map[string]string
	// Compute asks for the result; otherwise only the sentences are shown.
	Compute bool
	Find    TryFind
}

// TryFind asks for a value with which a goal is met, beside the other values
// that are tried.
type TryFind struct {
	Parameter, Measure, Goal string
	Asked                    bool
}

// TryView is the page on which values of a regulation are moved in its
// sentences, with what that does to a synthetic population.
type TryView struct {
	ID       string // of the regulation
	Name     string
	Back     Ref // the knelpunt, or the regulation
	Issue    string
	Article  string
	Date     rule.Date // of the rules, and the day on which the values would hold
	Articles []TryArticle
	// Faults are of values that cannot be; Field is TryField(Piece.Param).
	Faults []FieldError
	// Changed are the values that are not as they are now.
	Changed []TryChange
	Run     *RunView // nil: not computed
	// Why says why nothing can be computed; "" when it can.
	Why     string
	Propose Action // "Maak hier een voorstel van"
	Find    TryFindView
}

// TryFindView is the form that asks for a value, and what was found.
type TryFindView struct {
	Parameters, Measures []Option
	// Faults are of the fields "zoek", "maat" and "doel".
	Faults []FieldError
	Found  *TryFound
}

// TryFound is the answer to a TryFind.
type TryFound struct {
	Sentence, Goal string
	Values         []TryFoundValue // the nearest to the value of now first
	Notes          []string
	Source         Provenance
}

// TryFoundValue is one value that was found.
type TryFoundValue struct {
	Value, Figure string
	Margin        string // of the value, in words; "" without
	// Fill are the values to try with it, by Piece.Param.
	Fill map[string]string
}

// TryArticle are the sentences of one article.
type TryArticle struct {
	Ref  Ref
	Open bool
	// Rules are the sentences. A parameter is a field in the first only.
	Rules []EditableSentence
}

// TryChange is one value that was moved, in words.
type TryChange struct{ Name, Now, Value string }

// TryField is the name of the form field of a parameter.
func TryField(parameter string) string { return "parameter:" + parameter }
