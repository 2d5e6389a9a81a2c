package check

import (
	"fmt"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// guard gives the rule whose comparison of the datum flips between two values.
// Where several flip, one after the other, it is the one nearest to the datum.
func (s *search) guard(obj int, st *exact.Step, last, over rule.Datum) (at, past tested) {
	dx := s.derive(obj, st, last)
	x, y := tests(dx), tests(s.derive(obj, st, over))
	name := ""
	for id, tx := range x {
		ty, ok := y[id]
		if !ok || tx.test.Outcome == ty.test.Outcome {
			continue
		}
		r := &reach{d: dx, seen: make([]bool, len(dx.Steps))}
		r.test(tx.test)
		tx.size = r.size
		if !r.reads(st) {
			// A derivation does not show what decided who was counted: such a
			// test is the answer only when no other is.
			tx.size += len(dx.Steps)
		}
		// A map has no order: of two that are equally near the name decides.
		n := fmt.Sprintf("%s/%s/%d", s.c.ID(id.object), id.rule.ID, id.n)
		if at.rule == nil || tx.size < at.size || tx.size == at.size && n < name {
			at, past, name = tx, ty, n
		}
	}
	return at, past
}

// leaf names an elementary test in a derivation: the nth of a rule for an object.
type leaf struct {
	object int
	rule   *rule.Rule
	n      int
}

// tested is an elementary test of a rule, and on how many values it rests.
type tested struct {
	rule *rule.Rule
	test *exact.Test
	size int
}

// left gives the attribute on the left of a comparison, with its value; nil
// when there is not one attribute there.
func (t tested) left() (*rule.Attribute, rule.Datum) {
	if t.test.L == nil || t.test.R == nil {
		return nil, rule.Datum{}
	}
	return t.test.L.Attribute, t.test.L.Value
}

// derive derives the outcome with a datum moved; nil when it cannot be that.
func (s *search) derive(obj int, st *exact.Step, to rule.Datum) *exact.Derivation {
	if to.Equal(st.Value) && s.derived != nil {
		return s.derived
	}
	if s.c.Set(st.Object, st.Attribute, to) != nil {
		return nil
	}
	return s.c.Derive(obj, s.a)
}

// tests gives all elementary tests of a derivation.
func tests(d *exact.Derivation) map[leaf]tested {
	if d == nil {
		return nil
	}
	out := map[leaf]tested{}
	for _, x := range d.Steps {
		for _, k := range x.Candidates {
			n := 0
			take := func(t *exact.Test) {
				n++
				out[leaf{x.Object, k.Rule, n}] = tested{rule: k.Rule, test: t}
			}
			k.Subject.Each(take)
			if len(k.Rows) == 0 {
				k.Condition.Each(take)
			}
			for _, row := range k.Rows {
				row.Condition.Each(take)
			}
		}
	}
	return out
}

// reach collects the values that a test rests on.
type reach struct {
	d    *exact.Derivation
	seen []bool // by the number of the step
	size int
}

// reads reports whether a datum is among them.
func (r *reach) reads(st *exact.Step) bool {
	for id, seen := range r.seen {
		if x := r.d.Steps[id]; seen && x.Object == st.Object && x.Attribute == st.Attribute {
			return true
		}
	}
	return false
}

func (r *reach) step(id int) {
	if id < 0 || r.seen[id] {
		return
	}
	r.seen[id] = true
	r.size++
	for _, k := range r.d.Steps[id].Candidates {
		r.test(k.Subject)
		r.test(k.Condition)
		r.term(k.Value)
		for _, row := range k.Rows {
			r.test(row.Condition)
		}
	}
}

func (r *reach) test(t *exact.Test) {
	if t == nil {
		return
	}
	r.step(t.Step)
	r.term(t.L)
	r.term(t.R)
	for _, i := range t.Items {
		r.test(i)
	}
}

func (r *reach) term(t *exact.Term) {
	if t == nil {
		return
	}
	r.step(t.Step)
	for _, k := range t.Terms {
		r.term(k)
	}
}

// said gives the condition in words.
func (t tested) said() string {
	if t.test.Condition == nil {
		return ""
	}
	return quoted(t.test.Condition)
}
