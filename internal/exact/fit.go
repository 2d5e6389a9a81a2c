package exact

import (
	"fmt"
	"math/big"
	"slices"

	"lemniscaat/internal/rule"
)

// limits are what a type asks of its values beyond their kind.
type limits struct {
	whole    bool
	decimals int // at most so many; −1: any number
	sign     rule.Sign
	values   []string // of an enumeration
	domain   string
}

// limitsOf gives nil for a type that every value of its kind fits. A typed
// domain adds what its base asks.
func limitsOf(t rule.Type) *limits {
	l := limits{whole: t.Whole, decimals: -1, sign: t.Sign}
	if t.Decimals > 0 {
		l.decimals = t.Decimals
	}
	if d := t.Domain; d != nil {
		l.domain, l.values = d.Name, d.Values
		l.whole = l.whole || d.Base.Whole
		if n := d.Base.Decimals; n > 0 && (l.decimals < 0 || n < l.decimals) {
			l.decimals = n
		}
		if l.sign == rule.AnySign {
			l.sign = d.Base.Sign
		}
	}
	if !l.whole && l.decimals < 0 && l.sign == rule.AnySign && (t.Domain == nil || !t.Domain.IsEnum()) {
		return nil
	}
	return &l
}

// misfit says in Dutch why a value, not leeg, is outside the limits: "2,5 is
// geen geheel getal"; "" when it is not.
func (l *limits) misfit(v val) (Code, string) {
	switch v.kind {
	case rule.Number, rule.Amount, rule.Percentage:
		switch {
		case l.whole && !v.num.whole():
			return CodeWhole, fmt.Sprintf("%s is geen geheel getal", v.datum())
		case l.decimals >= 0 && !v.num.mul(ten(l.decimals)).whole():
			return CodeMisfit, fmt.Sprintf("%s heeft meer dan %d decimalen", v.datum(), l.decimals)
		case l.sign == rule.NonNegative && v.num.sign() < 0:
			return CodeMisfit, fmt.Sprintf("%s is negatief", v.datum())
		case l.sign == rule.Positive && v.num.sign() <= 0:
			return CodeMisfit, fmt.Sprintf("%s is niet groter dan 0", v.datum())
		case l.sign == rule.Negative && v.num.sign() >= 0:
			return CodeMisfit, fmt.Sprintf("%s is niet kleiner dan 0", v.datum())
		}
	case rule.Enum:
		if l.values != nil && !slices.Contains(l.values, v.text) {
			return CodeMisfit, fmt.Sprintf("%q staat niet in de lijst van %s", v.text, l.domain)
		}
	}
	return "", ""
}

// unfit says in Dutch why a value does not fit a type; "" when it does. Leeg
// fits every type.
func unfit(d rule.Datum, t rule.Type) string {
	if why := unfitKind(d, t.Kind); why != "" || d.IsEmpty() {
		return why
	}
	l := limitsOf(t)
	if l == nil {
		return ""
	}
	_, why := l.misfit(fromDatum(d))
	return why
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
