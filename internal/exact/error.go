package exact

import (
	"errors"

	"lemniscaat/internal/rule"
)

// Code says what kind of error a value has. The text is stable.
type Code string

const (
	CodeMissing   Code = "ontbrekend-gegeven"   // an input that the case does not have
	CodeDivision  Code = "deling-door-nul"      // division by 0 or by leeg
	CodeConflict  Code = "regels-botsen"        // two rules give one attribute a value
	CodeParameter Code = "geen-parameterwaarde" // no value on the rekendatum
	CodeLimit     Code = "limiet-overschreden"  // steps, depth, digits or calendar
	CodeWhole     Code = "geen-geheel-getal"    // a fraction where a whole number belongs
	CodeMisfit    Code = "waarde-past-niet"     // a computed value outside the limits of its type
	CodeNoDay     Code = "geen-bestaande-dag"   // year, month and day that are no date
	CodeInput     Code = "ongeldig-gegeven"     // a datum that does not fit its attribute
	CodeRelation  Code = "ongeldige-relatie"    // a link that the fact type forbids
	CodeDerived   Code = "wordt-berekend"       // an input for what the rules compute
	CodeUnknown   Code = "onbekend-in-regelset" // object, attribute or role of another model
	CodeDate      Code = "ongeldige-rekendatum" // not a date in the years 1–9999
	CodeCycle     Code = "kringverwijzing"      // static: rules that need each other
	CodeModel     Code = "ongeldig-model"       // static: a reference or type that cannot be
)

// Codes gives the errors that a value can have, in a fixed order.
func Codes() []string {
	var out []string
	for _, c := range []Code{CodeMissing, CodeDivision, CodeConflict, CodeParameter, CodeLimit, CodeWhole, CodeMisfit, CodeNoDay} {
		out = append(out, string(c))
	}
	return out
}

// The sentinels let callers ask with errors.Is what kind of error a value has.
var (
	ErrMissing   = errors.New("ontbrekend gegeven")
	ErrDivision  = errors.New("deling door nul of leeg")
	ErrConflict  = errors.New("twee regels gelden tegelijk")
	ErrParameter = errors.New("geen parameterwaarde op deze datum")
	ErrLimit     = errors.New("limiet overschreden")
	ErrInput     = errors.New("ongeldig gegeven")
)

func sentinel(c Code) error {
	switch c {
	case CodeMissing:
		return ErrMissing
	case CodeDivision:
		return ErrDivision
	case CodeConflict:
		return ErrConflict
	case CodeParameter:
		return ErrParameter
	case CodeLimit:
		return ErrLimit
	}
	return ErrInput
}

// Error is why a value cannot be given. It is always the first cause: an error
// that passes through other rules stays the same error, and Derive shows the
// way it took.
type Error struct {
	Code Code
	// Rule asked for what went wrong; nil when the caller asked directly.
	Rule *rule.Rule
	// Version is the version of Rule that was in force.
	Version *rule.Version
	// Attribute and ObjectID say of what and of whom; Attribute may be nil.
	Attribute *rule.Attribute
	ObjectID  string
	// Parameter is set for CodeParameter.
	Parameter *rule.Parameter
	// Rules holds the rules that conflict, for CodeConflict: one when it is
	// two rows of its beslistabel, which Rows then counts from 1.
	Rules   []*rule.Rule
	Rows    []int
	Message string // Dutch, a whole sentence
	Cause   error  // one of the sentinels above
	// spent: the question ran out of steps or levels, which says nothing about
	// the value. Every other error is a fact about the case.
	spent bool
}

// Error gives the Dutch message.
func (e *Error) Error() string { return e.Message }

// Unwrap gives the sentinel, for errors.Is.
func (e *Error) Unwrap() error { return e.Cause }

func fail(code Code, message string) *Error {
	return &Error{Code: code, Message: message, Cause: sentinel(code)}
}

// called names an attribute of an object in a message: "het toetsingsinkomen
// van persoon p1", "of persoon p1 recht op zorgtoeslag heeft".
func called(a *rule.Attribute, object string) string {
	who := rule.Slug(a.Owner.Name)
	if object != "" {
		who += " " + object
	}
	switch a.Kind {
	case rule.Adjective:
		return "of " + who + " " + a.Name + " is"
	case rule.Possessive:
		return "of " + who + " " + a.Name + " heeft"
	case rule.Noun:
		return "of " + who + " " + a.Name + " is"
	}
	return a.Article + " " + a.Name + " van " + who
}
