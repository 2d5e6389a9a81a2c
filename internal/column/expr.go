package column

import (
	"fmt"
	"math/big"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// expr lowers an expression; see exact's eval for what each means.
func (l *lowering) expr(e rule.Expr, f *frame) value {
	switch e := e.(type) {
	case *rule.Literal:
		return l.datum(e.Value)
	case *rule.ParameterRef:
		v, ok := e.Parameter.At(l.side.Date)
		if !ok {
			v := lost(e.Parameter.Type.Kind)
			v.open = l.known(cause{exact.CodeParameter, l.rules[f.root.ver].ID})
			return v
		}
		return l.datum(v.Value)
	case *rule.ReferenceDate:
		return l.datum(rule.Datum{Kind: rule.DateKind, Date: l.side.Date})
	case *rule.VariableRef:
		return l.under(f.ctx, l.lift(l.variable(e.Variable, f.root), f.up))
	case *rule.AttributeRef:
		o := l.follow(f.objs[e.From], e.Via)
		return l.under(f.ctx, l.lift(l.attribute(e.Attribute), o.idx))
	case *rule.ObjectRef:
		v := l.integer(rule.Object, 0)
		v.leeg = l.g.nobody(l.follow(f.objs[e.From], e.Via).idx)
		return l.under(f.ctx, v)
	case *rule.Arith:
		return l.arith(e, l.expr(e.L, f), l.expr(e.R, f))
	case *rule.PercentOf:
		p, of := l.expr(e.Percent, f), l.expr(e.Of, f)
		v := l.product(p, of, true)
		v.kind = of.kind
		return v
	case *rule.Clamp:
		return l.clamp(e, f)
	case *rule.Round:
		if m, ok := e.Expr.(*rule.Arith); ok && m.Op == rule.Mul {
			if v, ok := l.roundProduct(m, l.expr(m.L, f), l.expr(m.R, f), e); ok {
				return v
			}
		}
		return l.round(l.expr(e.Expr, f), e.Mode, e.Decimals)
	case *rule.Extreme:
		out := l.expr(e.Args[0], f)
		for _, a := range e.Args[1:] {
			out = l.extreme(out, l.expr(a, f), e.Max)
		}
		return out
	case *rule.Aggregate:
		return l.under(f.ctx, l.aggregate(e, f))
	case *rule.Duration:
		return l.duration(e, l.expr(e.From, f), l.expr(e.To, f))
	case *rule.DateShift:
		return l.shift(e, l.expr(e.Date, f), l.expr(e.Amount, f))
	case *rule.FirstDay:
		return l.firstDay(e, l.expr(e.Date, f))
	case *rule.DatePart:
		return l.datePart(e, l.expr(e.Date, f))
	case *rule.MakeDate:
		return l.makeDate(l.expr(e.Year, f), l.expr(e.Month, f), l.expr(e.Day, f))
	case *rule.Convert:
		if e.Factor == nil || e.Factor.Sign() == 0 {
			return lost(e.Typ.Kind)
		}
		v := l.times(l.expr(e.Expr, f), e.Factor)
		return v
	}
	panic(fmt.Sprintf("BUG: column does not know %T", e))
}

// variable lowers a variable in the frame of the subject.
func (l *lowering) variable(x *rule.Variable, f *frame) value {
	key := variable{x, f.ctx}
	v, ok := f.vars[key]
	if !ok {
		v = l.expr(x.Expr, f)
		f.vars[key] = v
	}
	return v
}

func numeric(v value) bool {
	switch v.kind {
	case 0, rule.Amount, rule.Number, rule.Percentage:
		return true
	}
	return false
}

func (l *lowering) arith(e *rule.Arith, a, b value) value {
	if !numeric(a) || !numeric(b) {
		return lost(e.Typ.Kind)
	}
	switch e.Op {
	case rule.Mul:
		v := l.product(a, b, a.kind == rule.Percentage || b.kind == rule.Percentage)
		v.kind = productKind(a.kind, b.kind)
		return v
	case rule.Div:
		v := l.quotient(a, b)
		if v.kind = a.kind; a.kind == rule.Amount && b.kind == rule.Amount {
			v.kind = rule.Number
		} else if a.kind == 0 {
			v.kind = b.kind
		}
		return v
	}
	left := a.leeg
	a, b = l.align(l.clean(a), l.clean(b))
	out := a
	if out.kind == 0 {
		out.kind = b.kind
	}
	var s span
	var bad ref
	if e.Op == rule.Add {
		s, bad = l.add(a.span(), b.span())
	} else {
		s, bad = l.sub(a.span(), b.span())
	}
	out.num, out.lo, out.hi = s.num, s.lo, s.hi
	out.open = l.first(a.open, b.open, unsure(bad))
	out.leeg, out.dirty = no, false
	if e.Op == rule.SubFrom {
		out.leeg, out.dirty = left, left != no
	}
	return out
}

func productKind(a, b rule.Kind) rule.Kind {
	switch {
	case a == rule.Amount || b == rule.Amount:
		return rule.Amount
	case a == rule.Percentage && b == rule.Percentage:
		return rule.Percentage
	case a == rule.Number || b == rule.Number:
		return rule.Number
	case a == 0:
		return b
	}
	return a
}

// product multiplies; leeg counts as 0.
func (l *lowering) product(a, b value, percent bool) value {
	if !numeric(a) || !numeric(b) {
		return lost(b.kind)
	}
	a, b = l.clean(a), l.clean(b)
	a.leeg, b.leeg = no, no
	if _, ok := l.fixed(b); ok {
		a, b = b, a
	}
	out := b
	if r, ok := l.fixed(a); ok {
		if r.Sign() == 0 {
			out = l.integer(b.kind, 0)
			out.open = b.open
		} else {
			out = l.times(b, r)
		}
	} else {
		s, bad := l.mul(a.span(), b.span())
		out.num, out.lo, out.hi = s.num, s.lo, s.hi
		out.den = new(big.Int).Mul(a.den, b.den)
		out.open = l.first(a.open, b.open, unsure(bad))
		if !fits(out.den) {
			return lost(b.kind)
		}
		if a.div != none || b.div != none {
			d, bad := l.mul(l.divisor(a), l.divisor(b))
			out.div, out.most, out.open = d.num, d.hi, l.first(out.open, unsure(bad))
		}
	}
	if percent {
		out = l.times(out, big.NewRat(1, 100))
	}
	return out
}

// quotient divides; by leeg or 0 is open.
func (l *lowering) quotient(a, b value) value {
	g := l.g
	a, b = l.clean(a), l.clean(b)
	a.leeg, b.leeg = no, no
	if r, ok := l.fixed(b); ok {
		if r.Sign() == 0 {
			return lost(a.kind)
		}
		return l.times(a, new(big.Rat).Inv(r))
	}
	// a/(da·qa) : b/(db·qb) = a·db·qb / (da·qa·b), with the sign in the numerator.
	negative, by := l.below(b.span(), zero), b.span()
	up, bad := l.mul(a.span(), l.divisor(b))
	if negative != no {
		by.num = g.sel(negative, g.arith(numSub, g.num(0), b.num), b.num)
		up.num = g.sel(negative, g.arith(numSub, g.num(0), up.num), up.num)
		wide := most(new(big.Int).Abs(b.lo), new(big.Int).Abs(b.hi))
		by.lo, by.hi = zero, wide
		wide = most(new(big.Int).Abs(up.lo), new(big.Int).Abs(up.hi))
		up.lo, up.hi = new(big.Int).Neg(wide), wide
	}
	nought := g.equal(by.num, g.num(0))
	by.num, by.lo, by.hi = g.arith(numMax, by.num, g.num(1)), one, most(by.hi, one)
	div, badDiv := l.mul(by, l.divisor(a))
	out := a
	out.num, out.lo, out.hi = up.num, up.lo, up.hi
	out.div, out.most = div.num, div.hi
	out.open = l.first(a.open, b.open, unsure(g.or(nought, bad, badDiv)))
	return l.times(out, new(big.Rat).SetInt(b.den))
}

// clamp bounds from below first and from above last.
func (l *lowering) clamp(e *rule.Clamp, f *frame) value {
	v := l.expr(e.Expr, f)
	for i, bound := range [2]rule.Expr{e.Min, e.Max} {
		if bound == nil {
			continue
		}
		b := l.expr(bound, f)
		if v.kind == rule.Boolean || b.kind == rule.Boolean {
			return lost(v.kind)
		}
		leeg, dirty := v.leeg, v.dirty
		open := l.first(v.open, b.open)
		out := l.better(v, b, i == 0)
		out.leeg, out.open = leeg, l.first(open, unsure(out.open.at))
		out.dirty = dirty || leeg != no
		if out.kind = v.kind; out.kind == 0 {
			out.kind = b.kind
		}
		v = out
	}
	return v
}

// better gives the greater (or lesser) of v and b, v where b is leeg. Its leeg
// is not to be used.
func (l *lowering) better(v, b value, greater bool) value {
	g := l.g
	leeg := b.leeg
	if leeg == yes {
		return v
	}
	v, b = l.align(v, b)
	out := v
	out.open = l.first(v.open, b.open)
	lower, upper := v.span(), b.span()
	if !greater {
		lower, upper = upper, lower
	}
	if leeg == no {
		c := numMax
		if !greater {
			c = numMin
		}
		switch {
		case lower.hi.Cmp(upper.lo) <= 0:
			out.num, out.lo, out.hi = b.num, b.lo, b.hi
		case lower.lo.Cmp(upper.hi) >= 0:
		case greater:
			out.num, out.lo, out.hi = g.arith(c, v.num, b.num), most(v.lo, b.lo), most(v.hi, b.hi)
		default:
			out.num, out.lo, out.hi = g.arith(c, v.num, b.num), least(v.lo, b.lo), least(v.hi, b.hi)
		}
		return out
	}
	take := g.and2(g.not(leeg), g.less(lower.num, upper.num))
	out.num = g.sel(take, b.num, v.num)
	out.lo, out.hi = either(v, b)
	return out
}

// extreme passes over what is leeg.
func (l *lowering) extreme(a, b value, greater bool) value {
	g := l.g
	if a.kind == rule.Boolean || b.kind == rule.Boolean {
		return lost(a.kind)
	}
	kind := a.kind
	if kind == 0 {
		kind = b.kind
	}
	la, lb, open := a.leeg, b.leeg, l.first(a.open, b.open)
	if lb == yes {
		a.kind, a.open = kind, open
		return a
	}
	out := l.better(a, b, greater)
	if la != no {
		_, bb := l.align(a, b)
		aa, _ := l.align(a, b)
		out.num = g.sel(la, bb.num, out.num)
		out.lo, out.hi = either(aa, bb)
		out.open = unsure(g.or(out.open.at, aa.open.at, bb.open.at))
		out.div, out.most, out.den = bb.div, bb.most, bb.den
	}
	out.kind, out.open = kind, l.first(open, unsure(out.open.at))
	out.leeg = g.and2(la, lb)
	out.dirty = out.leeg != no && (a.dirty || b.dirty)
	return out
}

// round rounds to a number of decimals.
func (l *lowering) round(v value, mode rule.RoundMode, decimals int) value {
	if !numeric(v) {
		return lost(v.kind)
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(decimals)), nil)
	g := new(big.Int).GCD(nil, nil, scale, v.den)
	if v.div == none && g.Cmp(v.den) == 0 {
		return v // it has no more decimals than that
	}
	p, k := new(big.Int).Div(scale, g), new(big.Int).Div(v.den, g)
	if !fits(p) || !fits(scale) {
		return lost(v.kind)
	}
	if w, ok := l.roundWide(v, mode, scale, p, k); ok {
		return w
	}
	s, bad := l.mul(v.span(), l.spanOf(p))
	out := v
	out.open = l.first(v.open, unsure(bad))
	out.den, out.div, out.most = scale, none, one
	if v.div == none {
		out.num = l.divK(s.num, mode, k.Int64())
		out.lo, out.hi = divided(s.lo, k, -1), divided(s.hi, k, 1)
		return out
	}
	d, bad := l.mul(l.divisor(v), l.spanOf(k))
	out.open = l.first(out.open, unsure(bad))
	x, ok1 := l.g.constant(s.num)
	if y, ok2 := l.g.constant(d.num); ok1 && ok2 {
		out.num = l.g.num(divRound(x, max(y, 1), mode))
		out.lo, out.hi = divided(s.lo, one, -1), divided(s.hi, one, 1)
		return out
	}
	out.num = l.g.add(op{code: numDiv, mode: uint8(mode), dom: l.g.join(s.num, d.num), a: s.num, b: d.num})
	out.lo, out.hi = new(big.Int).Sub(least(s.lo, zero), one), new(big.Int).Add(most(s.hi, zero), one)
	return out
}

// roundWide rounds num·p / (div·k) where num·p may not fit although the answer
// does: a quotient with many decimals.
func (l *lowering) roundWide(v value, mode rule.RoundMode, scale, p, k *big.Int) (value, bool) {
	lo, hi := new(big.Int).Mul(v.lo, p), new(big.Int).Mul(v.hi, p)
	if fits(lo) && fits(hi) || !fits(k) {
		return value{}, false
	}
	d, bad := l.mul(l.divisor(v), l.spanOf(k))
	if _, ok := l.g.constant(v.num); ok && l.g.domOf(d.num) < 0 {
		return value{}, false
	}
	// A divisor that does not fit is open already; it stays positive.
	if bad != no {
		d.num = l.g.sel(bad, l.g.num(1), d.num)
	}
	out := v
	out.num = l.g.add(op{code: numDivW, mode: uint8(mode), dom: l.g.join(v.num, d.num), a: v.num, b: d.num, k: p.Int64()})
	out.open = l.first(v.open, unsure(bad), unsure(l.g.flag(out.num)))
	out.den, out.div, out.most = scale, none, one
	out.lo, out.hi = most(new(big.Int).Sub(least(lo, zero), one), floor), least(new(big.Int).Add(most(hi, zero), one), limit)
	return out, true
}

// roundProduct rounds a product that may not fit although what is left of it
// after rounding does. ok is false when the ordinary way will do, or this will
// not.
func (l *lowering) roundProduct(m *rule.Arith, a, b value, e *rule.Round) (out value, ok bool) {
	if !numeric(a) || !numeric(b) {
		return value{}, false
	}
	a, b = l.clean(a), l.clean(b)
	lo, hi := product(a.span(), b.span())
	_, fixedA := l.g.constant(a.num)
	_, fixedB := l.g.constant(b.num)
	if a.div != none || b.div != none || fixedA || fixedB || fits(lo) && fits(hi) {
		return value{}, false
	}
	den := new(big.Int).Mul(a.den, b.den)
	if a.kind == rule.Percentage || b.kind == rule.Percentage {
		den.Mul(den, big.NewInt(100))
	}
	scale := new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(e.Decimals)), nil)
	k, rest := new(big.Int).QuoRem(den, scale, new(big.Int))
	if rest.Sign() != 0 || !fits(k) || !fits(scale) {
		return value{}, false
	}
	out = a
	out.kind, out.leeg, out.dirty = productKind(a.kind, b.kind), no, false
	out.num = l.g.add(op{code: numMulW, mode: uint8(e.Mode), dom: l.g.join(a.num, b.num), a: a.num, b: b.num, k: k.Int64()})
	out.open = l.first(a.open, b.open, unsure(l.g.flag(out.num)))
	out.den = scale
	out.lo, out.hi = most(divided(lo, k, -1), floor), least(divided(hi, k, 1), limit)
	return out, true
}

func (l *lowering) divK(a ref, mode rule.RoundMode, k int64) ref {
	if n, ok := l.g.constant(a); ok {
		return l.g.num(divRound(n, k, mode))
	}
	return l.g.add(op{code: numDivK, mode: uint8(mode), dom: l.g.domOf(a), a: a, k: k})
}

func divided(x, k *big.Int, slack int64) *big.Int {
	q := new(big.Int).Quo(x, k)
	return q.Add(q, big.NewInt(slack))
}
