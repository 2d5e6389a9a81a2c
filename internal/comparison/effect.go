package comparison

import (
	"cmp"
	"math/big"
	"slices"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/spelling"
)

// Kind says what happens to a worked example.
type Kind uint8

const (
	Changed   Kind = iota // another outcome
	LeftOnly              // there is an outcome on the left only
	RightOnly             // there is an outcome on the right only
	Unchanged             // the same outcome
	Neither               // no outcome on either side
)

// Kinds lists the kinds in the order of Effect.
var Kinds = [...]Kind{Changed, LeftOnly, RightOnly, Unchanged, Neither}

// String gives the stable name.
func (k Kind) String() string {
	return [...]string{"anders", "alleen-links", "alleen-rechts", "gelijk", "geen"}[k]
}

// Row is one worked example on both sides.
type Row struct {
	Example *regulation.Example
	Kind    Kind
	// Values has every outcome of every object that has it, in the order in
	// which the regulation names them.
	Values []*Value

	at [2]opened
}

// Value is one outcome of one object on both sides.
type Value struct {
	Object  string // "p1"
	Outcome regulation.Outcome
	Type    rule.Type
	Kind    Kind
	Answers [2]Answer
	// Difference is right minus left, for numbers; nil otherwise.
	Difference *big.Rat

	object int
}

// Answer is a value, or why there is none.
type Answer struct {
	Value rule.Datum
	// Problem says in a sentence why there is no value; empty when there is.
	Problem string
	// NoRule says that no rule in force on that day gives the value.
	NoRule bool
}

// OK reports whether there is a value.
func (a Answer) OK() bool { return a.Problem == "" && !a.NoRule }

// Count counts the examples of a kind.
func (r *Result) Count(k Kind) int {
	n := 0
	for _, row := range r.Effect {
		if row.Kind == k {
			n++
		}
	}
	return n
}

// effect computes every worked example on both sides.
func (r *Result) effect() {
	outcomes := r.outcomes()
	for i := range r.Sides {
		for _, o := range outcomes {
			if r.gives(i, o) {
				r.Computes[i] = true
			}
		}
	}
	if len(outcomes) == 0 {
		return
	}
	for _, x := range r.examples() {
		row := &Row{Example: x}
		for i := range r.Sides {
			row.at[i] = r.open(i, x)
		}
		for _, o := range outcomes {
			a := r.attribute(o)
			if a == nil || r.calendar(a) {
				continue
			}
			for _, obj := range x.Given.Holders(a) {
				v := &Value{Object: x.Given.Objects[obj].ID, Outcome: o, Type: a.Type, object: obj}
				for i := range r.Sides {
					v.Answers[i] = r.answer(i, row.at[i], obj, o)
				}
				v.judge()
				row.Values = append(row.Values, v)
			}
		}
		row.Kind = row.judge()
		r.Effect = append(r.Effect, row)
	}
	slices.SortStableFunc(r.Effect, func(a, b *Row) int { return cmp.Compare(a.Kind, b.Kind) })
}

// outcomes gives the outcomes that either side declares.
func (r *Result) outcomes() []regulation.Outcome {
	var out []regulation.Outcome
	for i := len(r.Regulation) - 1; i >= 0; i-- {
		if r.Regulation[i] == nil {
			continue
		}
		for _, o := range r.Regulation[i].Outcomes {
			if !slices.ContainsFunc(out, func(x regulation.Outcome) bool { return x.Attribute == o.Attribute }) {
				out = append(out, o)
			}
		}
	}
	return out
}

// examples gives the worked examples that either side has; one that both have is
// one.
func (r *Result) examples() []*regulation.Example {
	var out []*regulation.Example
	type place struct{ article, name string }
	seen := map[place]bool{}
	for i := len(r.Regulation) - 1; i >= 0; i-- {
		if r.Regulation[i] == nil {
			continue
		}
		for _, x := range r.Regulation[i].Examples() {
			if k := (place{x.Article, x.Name}); i == 1 || !seen[k] {
				seen[k] = true
				out = append(out, x)
			}
		}
	}
	return out
}

// calendar reports whether an outcome is left out: a day that is counted from
// the rekendatum is always another one on another day.
func (r *Result) calendar(a *rule.Attribute) bool {
	return a.Type.Kind == rule.DateKind && r.Sides[0].Date != r.Sides[1].Date
}

// attribute finds what an outcome is about, on the right when it is there.
func (r *Result) attribute(o regulation.Outcome) *rule.Attribute {
	for i := len(r.programs) - 1; i >= 0; i-- {
		if p := r.programs[i]; p != nil {
			if a := p.Attribute(o.Attribute); a != nil {
				return a
			}
		}
	}
	return nil
}

// gives reports whether on the day of a side a rule gives an outcome.
func (r *Result) gives(side int, o regulation.Outcome) bool {
	p := r.programs[side]
	if p == nil {
		return false
	}
	a := p.Attribute(o.Attribute)
	return a != nil && !p.IsInput(a, r.Sides[side].Date)
}

// opened is an example as a case of one side.
type opened struct {
	c       *exact.Case // nil when it cannot be made
	problem string      // why not
	// faults are the errors that were put into words: outcomes share them.
	faults map[fault]string
}

type fault struct {
	object int
	text   string
}

// open makes the case of an example on a side.
func (r *Result) open(side int, x *regulation.Example) opened {
	p := r.programs[side]
	if p == nil {
		return opened{problem: "Deze regeling is er hier niet."}
	}
	c, ds := x.Given.Case(p, r.Sides[side].Date)
	for _, d := range ds {
		if d.Severity == rule.Error {
			return opened{problem: spelling.Capital(d.Message) + "."}
		}
	}
	return opened{c: c, faults: map[fault]string{}}
}

// answer computes one outcome.
func (r *Result) answer(side int, at opened, obj int, o regulation.Outcome) Answer {
	switch {
	case !r.gives(side, o):
		return Answer{NoRule: true}
	case at.c == nil:
		return Answer{Problem: at.problem}
	}
	a := r.programs[side].Attribute(o.Attribute)
	v, err := at.c.Value(obj, a)
	if err == nil {
		return Answer{Value: v}
	}
	key := fault{obj, err.Error()}
	if at.faults[key] == "" {
		at.faults[key] = err.Error()
		if x := explain.Explain(at.c, obj, a, explain.Context{Label: o.Label, Period: o.Period, Says: o.Says}); x.Error != nil {
			at.faults[key] = x.Error.Text
		}
	}
	return Answer{Problem: at.faults[key]}
}

func (v *Value) judge() {
	left, right := v.Answers[0], v.Answers[1]
	switch {
	case left.OK() && right.OK():
		v.Kind = Changed
		if left.Value.Equal(right.Value) {
			v.Kind = Unchanged
		}
		if left.Value.Num != nil && right.Value.Num != nil && left.Value.Kind == right.Value.Kind {
			v.Difference = new(big.Rat).Sub(right.Value.Num, left.Value.Num)
		}
	case left.OK():
		v.Kind = LeftOnly
	case right.OK():
		v.Kind = RightOnly
	default:
		v.Kind = Neither
	}
}

// judge gives the kind of an example: what differs in any of its outcomes comes
// before what is the same.
func (row *Row) judge() Kind {
	kinds := map[Kind]bool{}
	for _, v := range row.Values {
		kinds[v.Kind] = true
	}
	switch {
	case kinds[Changed] || kinds[LeftOnly] && kinds[RightOnly]:
		return Changed
	case kinds[LeftOnly]:
		return LeftOnly
	case kinds[RightOnly]:
		return RightOnly
	case kinds[Unchanged]:
		return Unchanged
	}
	return Neither
}

// Shown gives the values to show: those that differ, or else the first.
func (row *Row) Shown() []*Value {
	var out []*Value
	for _, v := range row.Values {
		if v.Kind != Unchanged && v.Kind != Neither {
			out = append(out, v)
		}
	}
	if len(out) == 0 && len(row.Values) > 0 {
		out = row.Values[:1]
	}
	return out
}
