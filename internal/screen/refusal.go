package screen

import "errors"

// ErrNotFound is returned by a query for something that does not exist.
var ErrNotFound = errors.New("niet gevonden")

// Refusal is a "no" that a person can do something with.
type Refusal struct {
	Code   string // stable, for tests: "zelfde-persoon"
	Text   string // what is refused and why, in plain Dutch
	Hint   string // what would be accepted, or who can do it
	Fields []FieldError
}

// Error implements error.
func (r *Refusal) Error() string {
	if r.Hint == "" {
		return r.Text
	}
	return r.Text + " " + r.Hint
}

// FieldError is a refusal of one field of a form.
type FieldError struct {
	// Field is the name of the form field: tekst, soort, hoe-vaak, plek,
	// reden, vanaf-morgen, klaar-op, voorstel, aan, waarde, doel, indicator,
	// laag, hoog, grens, datum, titel, want, bestand, oordeel, bedrag, grond,
	// or "antwoord-"+id and "want-"+id for assessment items.
	Field string
	Text  string
	// Suggest, when filled, replaces what was typed: the masked text after
	// personal data was found.
	Suggest string
}
