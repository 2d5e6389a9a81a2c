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
