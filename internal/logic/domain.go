package logic

import (
	"fmt"
	"maps"
	"math/big"

	"lemniscaat/internal/rule"
)

// domain is the set of values that a term can have: leeg, numbers (days count
// as numbers), and words (of an enumeration, a text, "ja" and "nee").
type domain struct {
	empty bool
	line  line
	words map[string]bool
	rest  bool // words that are not named
}

const yes, no = "ja", "nee"

var anything = domain{empty: true, line: everything, rest: true}

func word(w string) domain { return domain{words: map[string]bool{w: true}} }

func (d domain) void() bool {
	if d.empty || len(d.line) > 0 || d.rest {
		return false
	}
	for _, in := range d.words {
		if in {
			return false
		}
	}
	return true
}

func (d domain) has(w string) bool {
	if in, named := d.words[w]; named {
		return in
	}
	return d.rest
}

func (d domain) and(o domain) domain {
	out := domain{empty: d.empty && o.empty, rest: d.rest && o.rest}
	if len(d.line) > 0 && len(o.line) > 0 {
		out.line = d.line.and(o.line)
	}
	if len(d.words)+len(o.words) > 0 {
		out.words = map[string]bool{}
		for _, m := range []map[string]bool{d.words, o.words} {
			for w := range m {
				out.words[w] = d.has(w) && o.has(w)
			}
		}
	}
	return out
}

func (d domain) not() domain {
	out := domain{empty: !d.empty, rest: !d.rest, line: d.line.not()}
	if d.words != nil {
		out.words = maps.Clone(d.words)
		for w, in := range d.words {
			out.words[w] = !in
		}
	}
	return out
}

// ofType gives what a type allows, leeg included, and the step of its numbers
// (nil: none).
func ofType(t rule.Type) (domain, *big.Rat) {
	d := domain{empty: true}
	switch t.Kind {
	case rule.Boolean:
		d.words = map[string]bool{yes: true, no: true}
	case rule.Enum:
		d.words = map[string]bool{}
		if t.Domain != nil {
			for _, v := range t.Domain.Values {
				d.words[v] = true
			}
		}
	case rule.Text:
		d.rest = true
	case rule.DateKind:
		d.line = line{{bound{at: dayRat(firstDay)}, bound{at: dayRat(lastDay)}}}
		return d, big.NewRat(1, 1)
	case rule.Number, rule.Amount, rule.Percentage:
		d.line = everything
		zero := new(big.Rat)
		switch t.Sign {
		case rule.NonNegative:
			d.line = line{{lo: bound{at: zero}}}
		case rule.Positive:
			d.line = line{{lo: bound{zero, true}}}
		case rule.Negative:
			d.line = line{{hi: bound{zero, true}}}
		case rule.AnySign:
		}
		var step *big.Rat
		switch {
		case t.Whole:
			step = big.NewRat(1, 1)
		case t.Decimals > 0:
			step = decimals(t.Decimals)
		}
		d.line = d.line.grid(step)
		return d, step
	default:
		return anything, nil
	}
	return d, nil
}

// decimals gives 10^−n.
func decimals(n int) *big.Rat {
	return new(big.Rat).SetFrac(big.NewInt(1), new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(n)), nil))
}

// pick gives a value of the domain for a type, preferably one that is not leeg,
// and of days the one nearest to the usual.
func (d domain) pick(t rule.Type, step, usual *big.Rat) rule.Datum {
	switch t.Kind {
	case rule.Boolean:
		if d.has(yes) || d.has(no) {
			return rule.Datum{Kind: rule.Boolean, Bool: d.has(yes)}
		}
	case rule.Enum:
		if t.Domain != nil {
			for _, v := range t.Domain.Values {
				if d.has(v) {
					return rule.Datum{Kind: rule.Enum, Text: v}
				}
			}
		}
	case rule.Text:
		for w, in := range d.words {
			if in {
				return rule.Datum{Kind: rule.Text, Text: w}
			}
		}
		for n := 1; d.rest; n++ {
			if w := fmt.Sprint("tekst ", n); d.has(w) {
				return rule.Datum{Kind: rule.Text, Text: w}
			}
		}
	case rule.DateKind:
		if len(d.line) > 0 {
			n := d.line.nearest(usual).Num().Int64()
			return rule.Datum{Kind: rule.DateKind, Date: dateOf(n)}
		}
	case rule.Number, rule.Amount, rule.Percentage:
		if len(d.line) > 0 {
			return rule.Datum{Kind: t.Kind, Num: d.line.some(step)}
		}
	}
	return rule.Datum{}
}

// value picks a value of a term.
func (d domain) value(t *term, usual *big.Rat) rule.Datum {
	if t.typ.Kind == rule.Object {
		if d.has(yes) {
			return rule.Datum{Kind: rule.Boolean, Bool: true}
		}
		return rule.Datum{}
	}
	return d.pick(t.typ, t.step, usual)
}
