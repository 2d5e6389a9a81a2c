// Package logic decides what the conditions of rules can mean together, without
// a case: whether some case can meet them all, what such a case would have, and
// at which values of an input a condition turns over.
//
// It reads conditions as statements about terms: an attribute, an object that a
// role leads to, a sum of attributes, or an expression that it does not take
// apart. Comparisons become sets of numbers (days count as numbers), through
// parameters on a date, sums, percentages, bounds, roundings and calendar
// arithmetic. A search over the quantifiers ("ten minste twee van …") then looks
// for values that meet everything.
//
// That nothing can meet them is proven: what is not taken apart may have any
// value. That something can is only certain (Witness.Sure) when it rests on
// inputs alone, since values that rules compute hang together. Errors of a case
// are not looked at.
package logic

import (
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// Limits: beyond them a question stays open.
const (
	maxSteps   = 20_000 // of one search
	maxNesting = 12     // rules through which an attribute is read
)

// usualAge is how many years ago the dates of a witness are, where they can be.
const usualAge = 40

// Space is the rules as they stand on one date. It is not safe for concurrent
// use.
type Space struct {
	on      rule.Date
	deep    bool
	writers map[*rule.Attribute][]*rule.Version
	terms   map[string]*term
	// dated and unsettled: a formula read the rekendatum, or a parameter that
	// has no value.
	dated, unsettled bool
}

// New gives the space of a model on a date. A deep space looks through what
// rules compute, where it can; another takes computed attributes as they come.
func New(m *rule.Model, on rule.Date, deep bool) *Space {
	s := &Space{on: on, deep: deep, writers: map[*rule.Attribute][]*rule.Version{}, terms: map[string]*term{}}
	for _, r := range m.Rules {
		if v := r.At(on); v != nil {
			if a := v.Writes(); a != nil {
				s.writers[a] = append(s.writers[a], v)
			}
		}
	}
	return s
}

// Claim says that a condition holds, or that it does not. A nil condition
// always holds.
type Claim struct {
	Condition rule.Condition
	Holds     bool
}

// Holds claims a condition, Fails the opposite.
func Holds(c rule.Condition) Claim { return Claim{c, true} }

// Fails claims that a condition does not hold.
func Fails(c rule.Condition) Claim { return Claim{c, false} }

// Answer says whether claims can hold together.
type Answer struct {
	// Never: no case can meet them. Open: the search was given up, or a
	// parameter has no value.
	Never, Open bool
	// Dated: it depends on the rekendatum, and is the answer for this one.
	Dated bool
	// Sure: some case surely meets them; otherwise perhaps.
	Sure bool
	// Witness are values that meet them, of every term that matters, in the
	// order of their names.
	Witness []Point
	// Clash is what no value was left for, when that is one term.
	Clash *Point
}

// Point is a value of a term.
type Point struct {
	Name      string
	Type      rule.Type
	Attribute *rule.Attribute // nil when it is no attribute
	// Via leads to the object that has it; empty for the subject itself.
	Via   []*rule.Role
	Value rule.Datum
	// Input: a case can supply it.
	Input bool
}

// Ask decides whether claims about the subject of a version can hold together.
func (s *Space) Ask(v *rule.Version, claims ...Claim) Answer {
	s.unsettled, s.dated = false, false
	f := frame{}
	var todo []goal
	if v.Subject != nil && v.Subject.Kenmerk != nil {
		f.subject = v.Subject.Kenmerk
		todo = append(todo, goal{is(s.read(f.subject, nil, f), word(yes)), true})
	}
	for _, c := range claims {
		todo = append(todo, goal{s.formula(c.Condition, f), c.Holds})
	}
	x := &search{}
	found := x.solve(state{}, todo, nil)
	switch {
	case s.unsettled || x.steps > maxSteps:
		return Answer{Open: true, Dated: s.dated}
	case found != nil:
		out := found.answer(dayRat(DayNumber(s.on.AddYears(-usualAge))))
		out.Dated = s.dated
		return out
	}
	out := Answer{Never: true, Dated: s.dated}
	if len(x.clashes) == 1 {
		for t := range x.clashes {
			out.Clash = &Point{Name: t.name, Type: t.typ, Attribute: t.attribute, Via: t.via}
		}
	}
	return out
}

// Edge is a value of an input at which a condition turns over.
type Edge struct {
	Attribute *rule.Attribute
	At        *big.Rat // a number, or a day number
}

// Edges gives the values at which a condition of the version turns over, of
// every input, of whomever. For a sum it is where one of them alone gets there.
func (s *Space) Edges(v *rule.Version, c rule.Condition) []Edge {
	f := frame{}
	if v.Subject != nil {
		f.subject = v.Subject.Kenmerk
	}
	var out []Edge
	add := func(t *term, at *big.Rat) {
		if t.attribute != nil && (numeric(t.typ.Kind) || t.typ.Kind == rule.DateKind) {
			out = append(out, Edge{t.attribute, at})
		}
	}
	var walk func(x *formula)
	walk = func(x *formula) {
		for _, i := range x.items {
			walk(i)
		}
		if x.term == nil {
			return
		}
		for _, sp := range x.in.line {
			for _, b := range []bound{sp.lo, sp.hi} {
				if b.at == nil {
					continue
				}
				add(x.term, b.at)
				for t, q := range x.term.sum {
					add(t, new(big.Rat).Quo(b.at, q))
				}
			}
		}
	}
	walk(s.formula(c, f))
	slices.SortFunc(out, func(a, b Edge) int {
		if c := strings.Compare(a.Attribute.ID(), b.Attribute.ID()); c != 0 {
			return c
		}
		return a.At.Cmp(b.At)
	})
	return slices.CompactFunc(out, func(a, b Edge) bool { return a.Attribute == b.Attribute && a.At.Cmp(b.At) == 0 })
}
