package column

import (
	"errors"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// check lowers a consistentieregel: a Boolean that says who does not meet it,
// or for one on uniqueness the value that no other row of the case may have,
// leeg where it does not apply.
func (l *lowering) check(r *rule.Rule) value {
	g, v := l.g, r.At(l.side.Date)
	l.rules[v] = r
	f, applies := l.applies(int32(l.p.Table(rule.Slug(v.Subject.Object.Name))), v)
	f.ctx = applies.yes
	switch a := v.Action.(type) {
	case *rule.Require:
		c := l.cond(a.Condition, f)
		out := lost(rule.Boolean)
		out.num = g.and(applies.yes, g.not(c.yes), g.not(c.open.at))
		out.open = unsure(g.or2(applies.open.at, g.and2(applies.yes, c.open.at)))
		return out
	case *rule.Unique:
		out := l.under(f.ctx, l.attribute(a.Attribute))
		if out.div != none {
			return lost(out.kind)
		}
		out.leeg = g.not(g.and2(applies.yes, g.not(out.leeg)))
		out.open = unsure(g.or2(applies.open.at, g.and2(applies.yes, out.open.at)))
		return out
	}
	panic("BUG: this action writes something")
}

// unique turns the values of a rule on uniqueness into who breaks it, case by
// case; a case in which a row is not known is left to exact.
func (b *Block) unique(o *Outcome, starts []int32) (pending bool) {
	for k := range b.cases {
		lo, hi := starts[k], starts[k+1]
		values, states := o.Int[lo:hi], o.State[lo:hi]
		open := false
		for _, s := range states {
			open = open || s == Missing
		}
		if open {
			for i := range states {
				states[i] = Missing
			}
			pending = true
			continue
		}
		for i, x := range values {
			for j := range i {
				if states[i] != Empty && states[j] != Empty && x == values[j] {
					states[i], states[j] = doubled, doubled
				}
			}
		}
		for i, s := range states {
			values[i], states[i] = 0, Known
			if s == doubled {
				values[i] = 1
			}
		}
	}
	return pending
}

// doubled marks, while unique looks, a row that shares its value. It equals
// nothing that read gives.
const doubled = wide

// Check gives for a consistentieregel of a side, in the order of
// Program.Checks, which rows do not meet it: 1 where Known, or Failed where that
// could not be judged.
func (b *Block) Check(side, check int) Outcome {
	return b.out[side][len(b.p.sides[side].Outcomes)+check]
}

// Violated gives one cell of a Check the way package exact does: the error, if
// any, is an *exact.Error.
func (b *Block) Violated(side, check, row int) (bool, error) {
	i := len(b.p.sides[side].Outcomes) + check
	o := &b.out[side][i]
	if o.State[row] == Failed {
		return false, b.fails[cell{int32(side), int32(i), int32(row)}]
	}
	return o.Int[row] != 0, nil
}

// recheck judges the rows of case k that are left Missing.
func (b *Block) recheck(s, k int, c *exact.Case, bad *exact.Error) {
	side := b.p.sides[s]
	var found []exact.Violation
	if bad == nil {
		found = c.Violations()
	}
	for n, r := range side.checks {
		i := len(side.Outcomes) + n
		t, o := side.out[i], &b.out[s][i]
		lo := b.starts[t][k]
		open := false
		for row := lo; row < b.starts[t][k+1]; row++ {
			if o.State[row] != Missing {
				continue
			}
			open = true
			o.Int[row], o.State[row] = 0, Known
			if bad != nil {
				b.fail(s, i, row, bad)
			}
		}
		for _, v := range found {
			if !open || v.Rule != r {
				continue
			}
			for _, obj := range v.Objects {
				row := lo
				for b.again.object[t][row-lo] != obj {
					row++
				}
				o.Int[row] = 1
				if v.Err != nil {
					o.Int[row] = 0
					b.fail(s, i, row, v.Err)
				}
			}
		}
	}
}

// asError gives the error of package exact; any other is a fault of this one.
func asError(err error) *exact.Error {
	e, ok := errors.AsType[*exact.Error](err)
	if !ok {
		panic("BUG: exact gives another error: " + err.Error())
	}
	return e
}
