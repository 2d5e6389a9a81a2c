package column_test

import (
	"errors"
	"os"
	"testing"

	"lemniscaat/internal/column"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// TestExamples runs the language tests (what the profile says under Semantics)
// and the worked examples of the shipped regulations: the expected values were
// worked out by hand, and every other value of the case is that of exact.
func TestExamples(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles a program for each day of an example")
	}
	t.Parallel()
	language, ds := regulation.Load(os.DirFS("../regulation/testdata/semantiek"))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	for _, set := range []*regulation.Set{language, shipped(t)} {
		examples := 0
		for _, reg := range set.Regulations {
			programs := map[rule.Date]*column.Program{}
			sides := map[rule.Date]column.Side{}
			for _, ex := range reg.Examples() {
				if programs[ex.Date] == nil {
					side := sideOf(t, set.Scope(reg.ID), ex.Date)
					side.Checks = true
					p, err := column.Compile(side)
					if err != nil {
						t.Fatal(err)
					}
					programs[ex.Date], sides[ex.Date] = p, side
				}
				examples++
				t.Run(ex.Name, func(t *testing.T) { runExample(t, ex, programs[ex.Date], sides[ex.Date]) })
			}
		}
		if examples < 20 {
			t.Errorf("%d examples", examples)
		}
	}
}

func runExample(t *testing.T, ex *regulation.Example, p *column.Program, side column.Side) {
	t.Helper()
	c, ds := ex.Given.Case(side.Program, ex.Date)
	if c == nil {
		t.Fatal(ds)
	}
	w := &world{p: p, cases: []*closed{fromCase(p, c)}}
	b := p.NewBlock()
	w.agree(t, b, side)
	// The row of an object is its place among those of its type.
	row := func(obj int) (n int) {
		for o := range obj {
			if c.TypeOf(o) == c.TypeOf(obj) {
				n++
			}
		}
		return n
	}
	outcome := func(a *rule.Attribute) int {
		for i, o := range side.Outcomes {
			if o.ID() == a.ID() {
				return i
			}
		}
		return -1
	}
	for _, want := range ex.Expect {
		i := outcome(want.Attribute)
		if i < 0 || ex.Tolerance != nil {
			continue // an input, or a figure that is not exact
		}
		obj, _ := ex.Given.Object(want.Object)
		got, err := b.Value(0, i, row(obj))
		if err != nil || !got.Equal(want.Value) {
			t.Errorf("%s of %s is %v (%v), expected %v", want.Attribute.ID(), want.Object, got, err, want.Value)
		}
	}
	for _, want := range ex.Faults {
		i := outcome(want.Attribute)
		if i < 0 {
			continue
		}
		obj, _ := ex.Given.Object(want.Object)
		_, err := b.Value(0, i, row(obj))
		if e, ok := errors.AsType[*exact.Error](err); !ok || e.Code != want.Code {
			t.Errorf("%s of %s gives %v, expected the error %s", want.Attribute.ID(), want.Object, err, want.Code)
		}
	}
}

// fromCase reads a case of exact.
func fromCase(p *column.Program, c *exact.Case) *closed {
	out := newClosed(p)
	at := make([]int, c.Len())
	for obj := range c.Len() {
		t := p.Table(rule.Slug(c.TypeOf(obj).Name))
		if t < 0 {
			continue
		}
		at[obj] = len(out.rows[t])
		row := map[string]rule.Datum{}
		for _, in := range p.Tables()[t].Inputs {
			if d, ok := c.Input(obj, c.Program().Attribute(in.ID)); ok {
				row[in.ID] = d
			}
		}
		out.rows[t] = append(out.rows[t], row)
	}
	for r, rel := range p.Relations() {
		for obj := range c.Len() {
			if c.TypeOf(obj) != rel.Role.Owner {
				continue
			}
			for _, to := range c.Linked(rel.Role, obj) {
				if !rel.Reciprocal || at[obj] < at[to] {
					out.pairs[r] = append(out.pairs[r], [2]int{at[obj], at[to]})
				}
			}
		}
	}
	return out
}
