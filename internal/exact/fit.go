package exact

import (
	"fmt"
	"math/big"
	"slices"

	"lemniscaat/internal/rule"
)

// limitsOf gives nil for a type that every value of its kind fits.
func limitsOf(t rule.Type) *rule.Limits {
	l, ok := t.Limits()
	if !ok {
		return nil
	}
	return &l
}

// misfit says in Dutch why a value, not leeg, is outside the limits: "2.5 is
// geen geheel getal"; "" when it is not.
func misfit(l *rule.Limits, v val) (Code, string) {
	if fits(l, v) {
		return "", ""
	}
	d := v.datum()
	code := CodeMisfit
	if l.Whole && !v.num.whole() {
		code = CodeWhole
	}
	return code, quoted(d) + " " + l.Misfit(d)
}

// fits is the question of Limits.Misfit on the fast form of a number.
func fits(l *rule.Limits, v val) bool {
	switch v.kind {
	case rule.Number, rule.Amount, rule.Percentage:
		sign := v.num.sign()
		return (!l.Whole || v.num.whole()) &&
			(l.Decimals < 0 || v.num.mul(ten(l.Decimals)).whole()) &&
			(l.Sign != rule.NonNegative || sign >= 0) && (l.Sign != rule.Positive || sign > 0) && (l.Sign != rule.Negative || sign < 0)
	case rule.Enum:
		return l.Domain == nil || slices.Contains(l.Domain.Values, v.text)
	}
	return true
}

func quoted(d rule.Datum) string {
	if d.Kind == rule.Enum {
		return fmt.Sprintf("%q", d.Text)
	}
	return d.String()
}

// unfit says in Dutch why a value does not fit a type; "" when it does. Leeg
// fits every type.
func unfit(d rule.Datum, t rule.Type) string {
	if why := unfitKind(d, t.Kind); why != "" || d.IsEmpty() {
		return why
	}
	if l, ok := t.Limits(); ok {
		if why := l.Misfit(d); why != "" {
			return quoted(d) + " " + why
		}
	}
	return ""
}

func unfitKind(d rule.Datum, k rule.Kind) string {
	if d.IsEmpty() {
		return ""
	}
	if d.Kind != k {
		return fmt.Sprintf("er hoort een %s, dit is een %s", kindName(k), kindName(d.Kind))
	}
	switch k {
	case rule.Number, rule.Amount, rule.Percentage:
		if d.Num == nil {
			return "het getal ontbreekt"
		}
		if tooLong(d.Num) {
			return "het getal heeft te veel cijfers"
		}
	case rule.DateKind:
		if !validDate(d.Date) {
			return fmt.Sprintf("%v is geen bestaande dag in de jaren 1 tot 9999", d.Date)
		}
	case rule.Text, rule.Enum:
		if len(d.Text) > maxTextBytes {
			return fmt.Sprintf("de tekst is langer dan %d tekens", maxTextBytes)
		}
	case rule.Boolean:
	default:
		return "dit soort waarde kan hier niet"
	}
	return ""
}

func tooLong(r *big.Rat) bool {
	return r.Num().BitLen() > maxBits || r.Denom().BitLen() > maxBits
}
