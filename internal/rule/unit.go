package rule

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
)

// UnitSystem is an eenheidsysteem: units of one quantity.
type UnitSystem struct {
	Name  string
	Units []*Unit
	Pos   Pos
}

// Unit is a base unit ("de maand (mv: maanden) mnd").
type Unit struct {
	Article string
	Name    string
	Plural  string
	Symbol  string // "mnd", "€"; how it stands in Type.Unit
	// Factor is what one of it is in Of: one jr is 12 mnd. A nil Of means that
	// the unit is not expressed in another; Factor is then nil as well.
	Factor *big.Rat
	Of     *Unit
	Pos    Pos
}

// standard are the units that every model has. A day has no fixed number in a
// month or a year, so these are not converted into each other.
var standard = []*UnitSystem{
	standardSystem("Valuta", "de euro euros € 0 -", "de cent centen ct 1/100 €"),
	standardSystem("Tijd", "de seconde seconden s 0 -", "de minuut minuten minuut 60 s", "het uur uren uur 60 minuut",
		"de dag dagen dg 24 uur", "de week weken wk 7 dg",
		"de maand maanden mnd 0 -", "het kwartaal kwartalen kw 3 mnd", "het jaar jaren jr 12 mnd"),
}

func standardSystem(name string, lines ...string) *UnitSystem {
	s := &UnitSystem{Name: name}
	for _, l := range lines {
		f := strings.Fields(l)
		u := &Unit{Article: f[0], Name: f[1], Plural: f[2], Symbol: f[3]}
		if f[5] != "-" {
			u.Factor, _ = new(big.Rat).SetString(f[4])
			u.Of = s.Find(f[5])
		}
		s.Units = append(s.Units, u)
	}
	return s
}

// StandardUnits gives the systems that need no declaration: Valuta and Tijd.
func StandardUnits() []*UnitSystem { return slices.Clone(standard) }

// Find gives the unit with a symbol, or nil.
func (s *UnitSystem) Find(symbol string) *Unit {
	for _, u := range s.Units {
		if u.Symbol == symbol {
			return u
		}
	}
	return nil
}

// root gives the unit that u is in the end expressed in, and how many of it.
func (u *Unit) root() (*Unit, *big.Rat) {
	f := big.NewRat(1, 1)
	for range 100 { // a circle of declarations is refused elsewhere
		if u.Of == nil {
			break
		}
		f.Mul(f, u.Factor)
		u = u.Of
	}
	return u, f
}

// maxPower is the highest power of a unit.
const maxPower = 9

// powers reads a unit as symbols with exponents.
func powers(unit string) (map[string]int, error) {
	out := map[string]int{}
	if unit == "" {
		return out, nil
	}
	for i, part := range strings.Split(unit, "/") {
		for _, factor := range strings.Split(part, "*") {
			symbol, power, has := strings.Cut(factor, "^")
			n := 1
			if has {
				var err error
				if n, err = strconv.Atoi(power); err != nil || n < 1 {
					return nil, fmt.Errorf("%q is geen macht van een eenheid (1 tot en met %d)", power, maxPower)
				}
			}
			if i > 0 {
				n = -n
			}
			switch {
			case symbol == "1" && i == 0 && part == "1":
			case symbol == "":
				return nil, fmt.Errorf("in de eenheid %q ontbreekt een naam", unit)
			default:
				out[symbol] += n
			}
		}
	}
	return out, nil
}

func canonical(p map[string]int) string {
	var above, below []string
	for _, s := range slices.SortedFunc(maps.Keys(p), cmp.Compare) {
		n := p[s]
		text := s
		if n > 1 || n < -1 {
			text += "^" + strconv.Itoa(max(n, -n))
		}
		switch {
		case n > 0:
			above = append(above, text)
		case n < 0:
			below = append(below, text)
		}
	}
	out := strings.Join(above, "*")
	if len(below) > 0 {
		if out == "" {
			out = "1"
		}
		out += "/" + strings.Join(below, "/")
	}
	return out
}

// CanonicalUnit gives the one way in which a unit is written: numerators in
// alphabetical order joined by "*", then a "/" before each denominator, powers
// as "^2". "mnd*€/mnd" is "€". It does not look whether the units exist.
func CanonicalUnit(unit string) (string, error) {
	p, err := powers(unit)
	if err != nil {
		return "", err
	}
	for s, n := range p {
		if n > maxPower || n < -maxPower {
			return "", fmt.Errorf("de eenheid %q staat tot de macht %d (hoogstens %d)", s, max(n, -n), maxPower)
		}
	}
	return canonical(p), nil
}

// UnitSymbols gives the base units of a canonical unit, in alphabetical order.
func UnitSymbols(unit string) []string {
	p, _ := powers(unit)
	return slices.Sorted(maps.Keys(p))
}

// MulUnits gives the unit of a product of two canonical units. Its powers may be
// higher than CanonicalUnit takes.
func MulUnits(a, b string) string { return combine(a, b, 1) }

// DivUnits gives the unit of a quotient of two canonical units.
func DivUnits(a, b string) string { return combine(a, b, -1) }

func combine(a, b string, sign int) string {
	p, err := powers(a)
	q, err2 := powers(b)
	if err != nil || err2 != nil {
		panic(fmt.Sprintf("BUG: %q or %q is no canonical unit", a, b))
	}
	for s, n := range q {
		p[s] += sign * n
	}
	return canonical(p)
}

// Units finds units by symbol.
type Units map[string]*Unit

// NewUnits gives the standard units and the declared ones.
func NewUnits(declared []*UnitSystem) Units {
	out := Units{}
	for _, s := range append(StandardUnits(), declared...) {
		for _, u := range s.Units {
			out[u.Symbol] = u
		}
	}
	return out
}

// Factor gives what one of the canonical unit from is in the canonical unit to:
// jr to mnd is 12, €/mnd to €/jr is 12 as well. ok is false when the two are
// not of the same quantity, or their relation is not fixed.
func (u Units) Factor(from, to string) (f *big.Rat, ok bool) {
	f = big.NewRat(1, 1)
	rest := map[*Unit]int{}
	for i, unit := range []string{from, to} {
		p, err := powers(unit)
		if err != nil {
			return nil, false
		}
		for symbol, n := range p {
			known := u[symbol]
			if known == nil || n > maxPower || n < -maxPower {
				return nil, false
			}
			root, per := known.root()
			if i == 1 {
				n = -n
			}
			rest[root] += n
			for range max(n, -n) {
				if n > 0 {
					f.Mul(f, per)
				} else {
					f.Quo(f, per)
				}
			}
		}
	}
	for _, n := range rest {
		if n != 0 {
			return nil, false
		}
	}
	return f, true
}
