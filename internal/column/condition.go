package column

import (
	"fmt"
	"math/big"

	"lemniscaat/internal/rule"
)

// tri is a condition: where it surely holds, and where it is not known.
// Elsewhere it surely does not hold.
type tri struct {
	yes  ref
	open fault
}

func (l *lowering) cond(c rule.Condition, f *frame) tri {
	g := l.g
	switch c := c.(type) {
	case *rule.Compound:
		return l.compound(c, f)
	case *rule.Compare:
		return l.compare(c.Op, l.expr(c.L, f), l.expr(c.R, f))
	case *rule.IsEmpty:
		v := l.expr(c.Expr, f)
		is := v.leeg
		if c.Not {
			is = g.not(is)
		}
		return tri{g.and2(is, g.not(v.open.at)), v.open}
	case *rule.HasKenmerk:
		o := l.follow(f.objs[c.From], c.Via)
		v := l.clean(l.under(f.ctx, l.lift(l.attribute(c.Kenmerk), o.idx)))
		is := v.num
		if c.Not { // untrue of nobody and of what is leeg, also with not
			is = g.and2(g.not(is), g.not(v.leeg))
		}
		return tri{g.and2(is, g.not(v.open.at)), v.open}
	}
	panic(fmt.Sprintf("BUG: column does not know %T", c))
}

// compare is untrue where a side is leeg.
func (l *lowering) compare(op rule.CompareOp, a, b value) tri {
	g := l.g
	open := l.first(a.open, b.open)
	filled := g.and(g.not(a.leeg), g.not(b.leeg), g.not(open.at))
	if filled == no {
		return tri{no, open}
	}
	var is ref
	kind := a.kind
	if kind == 0 {
		kind = b.kind
	}
	switch kind {
	case rule.Boolean:
		is = g.not(g.differs(a.num, b.num))
	case rule.Text, rule.Enum:
		is = g.equal(a.num, b.num)
	default:
		var bad ref
		is, bad = l.order(op, a, b)
		open = l.first(open, unsure(bad))
		return tri{g.and(is, filled, g.not(bad)), open}
	}
	switch op {
	case rule.Equal:
	case rule.NotEqual:
		is = g.not(is)
	default:
		return tri{no, unsure(yes)}
	}
	return tri{g.and2(is, filled), open}
}

// order compares two numbers or dates, and says where it cannot.
func (l *lowering) order(op rule.CompareOp, a, b value) (is, bad ref) {
	g := l.g
	if _, ok := l.fixed(a); ok {
		if _, both := l.fixed(b); !both {
			a, b = b, a
			op = [...]rule.CompareOp{rule.Equal: rule.Equal, rule.NotEqual: rule.NotEqual, rule.Less: rule.Greater,
				rule.LessEqual: rule.GreaterEqual, rule.Greater: rule.Less, rule.GreaterEqual: rule.LessEqual}[op]
		}
	}
	if r, ok := l.fixed(b); ok && a.div == none {
		return l.threshold(op, a.span(), new(big.Rat).Mul(r, new(big.Rat).SetInt(a.den))), no
	}
	a.open, b.open = sound, sound // the caller has these
	a, b = l.align(a, b)
	bad = g.or2(a.open.at, b.open.at)
	x, y := a.span(), b.span()
	switch op {
	case rule.Equal, rule.NotEqual:
		if x.hi.Cmp(y.lo) < 0 || y.hi.Cmp(x.lo) < 0 {
			is = no
		} else {
			is = g.equal(x.num, y.num)
		}
	case rule.Less, rule.GreaterEqual:
		is = l.lessSpan(x, y)
	default:
		is = l.lessSpan(y, x)
	}
	switch op {
	case rule.NotEqual, rule.GreaterEqual, rule.LessEqual:
		is = g.not(is)
	}
	return is, bad
}

func (l *lowering) lessSpan(x, y span) ref {
	switch {
	case x.hi.Cmp(y.lo) < 0:
		return yes
	case x.lo.Cmp(y.hi) >= 0:
		return no
	}
	return l.g.less(x.num, y.num)
}

// threshold compares a number with a constant that need not be whole.
func (l *lowering) threshold(op rule.CompareOp, s span, r *big.Rat) ref {
	g := l.g
	low := new(big.Int).Div(r.Num(), r.Denom()) // the greatest whole number ≤ r
	above := new(big.Int).Add(low, one)
	at := low // s < r is s < at
	if !r.IsInt() {
		at = above
	}
	switch op {
	case rule.Less:
		return l.below(s, at)
	case rule.GreaterEqual:
		return g.not(l.below(s, at))
	case rule.LessEqual:
		return l.below(s, above)
	case rule.Greater:
		return g.not(l.below(s, above))
	}
	is := no
	if r.IsInt() && s.lo.Cmp(low) <= 0 && s.hi.Cmp(low) >= 0 {
		is = g.equal(s.num, g.num(low.Int64()))
	}
	if op == rule.NotEqual {
		is = g.not(is)
	}
	return is
}

// manyItems of a compound condition are not counted in a byte.
const manyItems = 120

// compound counts; an item that is not known may go either way.
func (l *lowering) compound(c *rule.Compound, f *frame) tri {
	g := l.g
	var items []tri
	for _, x := range c.Items {
		items = append(items, l.cond(x, f))
	}
	all, none, some, each := yes, yes, no, no // surely all, surely none; some known, some open
	open, doubt := sound, no
	for _, x := range items {
		all = g.and2(all, x.yes)
		none = g.and(none, g.not(x.yes), g.not(x.open.at))
		some = g.or2(some, x.yes)
		each = g.or2(each, g.and2(g.not(x.yes), g.not(x.open.at)))
		open, doubt = l.first(open, x.open), g.or2(doubt, l.doubt(x.open))
	}
	decide := func(is, isNot ref) tri {
		if open.at == no {
			return tri{is, sound}
		}
		// Where errors leave the answer open each item has been looked at, and
		// the first of them is why. One that may be no error may decide.
		return tri{is, l.except(doubt, fault{g.and2(g.not(is), g.not(isNot)), open.why})}
	}
	switch {
	case c.Quantifier == rule.All:
		return decide(all, each)
	case c.Quantifier == rule.None:
		return decide(none, some)
	case c.Quantifier == rule.AtLeast && c.N == 1:
		return decide(some, none)
	case len(items) > manyItems:
		return tri{no, unsure(yes)}
	}
	var known, possible tally
	for _, x := range items {
		l.count(&known, x.yes)
		l.count(&possible, g.or2(x.yes, x.open.at))
	}
	switch c.Quantifier {
	case rule.AtLeast:
		return decide(l.atLeast(known, c.N), g.not(l.atLeast(possible, c.N)))
	case rule.AtMost:
		return decide(g.not(l.atLeast(possible, c.N+1)), l.atLeast(known, c.N+1))
	}
	return decide(g.and2(l.atLeast(known, c.N), g.not(l.atLeast(possible, c.N+1))),
		g.or2(l.atLeast(known, c.N+1), g.not(l.atLeast(possible, c.N))))
}

// tally counts tests: those that always hold, and the sum of the others.
type tally struct {
	always int
	sum    ref // no: none
}

func (l *lowering) count(t *tally, bit ref) {
	switch {
	case bit == yes:
		t.always++
	case bit == no:
	case t.sum == no:
		t.sum = bit
	default:
		t.sum = l.g.add(op{code: bitSum, dom: l.g.join(t.sum, bit), a: t.sum, b: bit})
	}
}

func (l *lowering) atLeast(t tally, n int) ref {
	n -= t.always
	switch {
	case n <= 0:
		return yes
	case t.sum == no || n > manyItems:
		return no
	}
	return l.g.add(op{code: bitLeastK, dom: l.g.domOf(t.sum), a: t.sum, k: int64(n)})
}
