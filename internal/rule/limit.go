package rule

import (
	"fmt"
	"math/big"
	"slices"
)

// Limits are what a type asks of its values beyond their kind.
type Limits struct {
	Whole    bool
	Decimals int // at most so many; −1: any number
	Sign     Sign
	Domain   *Domain // an enumeration; nil otherwise
}

// Limits gives what the type and its domain ask together; ok is false when
// every value of the kind fits.
func (t Type) Limits() (l Limits, ok bool) {
	l = Limits{Whole: t.Whole, Decimals: -1, Sign: t.Sign}
	if t.Decimals > 0 {
		l.Decimals = t.Decimals
	}
	if d := t.Domain; d != nil {
		if d.IsEnum() {
			l.Domain = d
		}
		l.Whole = l.Whole || d.Base.Whole
		if n := d.Base.Decimals; n > 0 && (l.Decimals < 0 || n < l.Decimals) {
			l.Decimals = n
		}
		if l.Sign == AnySign {
			l.Sign = d.Base.Sign
		}
	}
	return l, l.Whole || l.Decimals >= 0 || l.Sign != AnySign || l.Domain != nil
}

// Misfit says in Dutch what is wrong with a value of the kind ("is geen geheel
// getal"); "" when nothing is. Leeg fits.
func (l Limits) Misfit(d Datum) string {
	if d.Kind == Enum && l.Domain != nil && !slices.Contains(l.Domain.Values, d.Text) {
		return "staat niet in de lijst van " + l.Domain.Name
	}
	if d.Num == nil {
		return ""
	}
	switch {
	case l.Whole && !d.Num.IsInt():
		return "is geen geheel getal"
	case l.Decimals >= 0 && !decimals(d.Num, l.Decimals):
		if l.Decimals == 1 {
			return "heeft meer dan 1 decimaal"
		}
		return fmt.Sprintf("heeft meer dan %d decimalen", l.Decimals)
	case l.Sign == NonNegative && d.Num.Sign() < 0:
		return "is negatief"
	case l.Sign == Positive && d.Num.Sign() <= 0:
		return "is niet groter dan 0"
	case l.Sign == Negative && d.Num.Sign() >= 0:
		return "is niet kleiner dan 0"
	}
	return ""
}

// decimals reports whether a number can be written with n decimals.
func decimals(r *big.Rat, n int) bool {
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil)
	return new(big.Int).Mod(scale, r.Denom()).Sign() == 0
}
