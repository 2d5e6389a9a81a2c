package column

import (
	"math/big"

	"lemniscaat/internal/rule"
)

// Bounds of what dates of the years 1 to 9999 give.
const (
	minMonth = 12            // January of year 1
	maxMonth = 9999*12 + 11  // December 9999
	minDay   = minMonth << 5 // and every day above it
	maxDay   = maxMonth<<5 | 31
	manyDays = 4_000_000
)

func (l *lowering) bounded(v value, num ref, lo, hi int64) value {
	v.kind, v.num, v.lo, v.hi = rule.Number, num, big.NewInt(lo), big.NewInt(hi)
	v.den, v.div, v.most = one, none, one
	v.dirty = v.leeg != no
	return v
}

// day adds an operation on dates, with its flag where it can fail.
func (l *lowering) day(o op) (r, bad ref) {
	g := l.g
	var x [3]int64
	constant := true
	for i, a := range []ref{o.a, o.b, o.c}[:operands[o.code]] {
		k, ok := g.constant(a)
		x[i], constant = k, constant && ok
	}
	if constant {
		k, wrong := dayOp(o.code, x[0], x[1], x[2], o.k)
		if wrong != 0 {
			return g.num(0), yes
		}
		return g.num(k), no
	}
	o.dom = -1
	for _, a := range []ref{o.a, o.b, o.c}[:operands[o.code]] {
		if d := g.domOf(a); d >= 0 {
			o.dom = d
		}
	}
	r = g.add(o)
	switch o.code {
	case dayMonthsK, dayMonths, dayDays, dayMake:
		return r, g.flag(r)
	}
	return r, no
}

func (l *lowering) duration(e *rule.Duration, a, b value) value {
	out := a
	out.leeg, out.open = l.g.or2(a.leeg, b.leeg), l.first(a.open, b.open)
	c, n := numDays, int64(manyDays)
	switch e.Unit {
	case rule.Months:
		c, n = numMonths, 120_000
	case rule.Years:
		c, n = numYears, 10_000
	}
	num, _ := l.day(op{code: c, a: a.num, b: b.num})
	return l.bounded(out, num, -n, n)
}

func (l *lowering) shift(e *rule.DateShift, d, by value) value {
	g := l.g
	if by.kind == rule.Boolean || by.div != none {
		return lost(rule.DateKind)
	}
	by = l.clean(by)
	open := l.first(d.open, by.open, unsure(g.and2(g.not(l.divisible(by.num, by.den)), g.not(d.leeg))))
	num := by.span()
	if by.den.Cmp(one) != 0 {
		num.num = l.divK(num.num, rule.RoundToZero, by.den.Int64())
		num.lo, num.hi = divided(num.lo, by.den, -1), divided(num.hi, by.den, 1)
	}
	factor := int64(1)
	if e.Unit == rule.Years {
		factor = 12
	}
	if e.Minus {
		factor = -factor
	}
	num, bad := l.mul(num, l.spanOf(big.NewInt(factor)))
	out := d
	out.kind = rule.DateKind
	out.lo, out.hi = big.NewInt(minDay), big.NewInt(maxDay)
	k, constant := g.constant(num.num)
	switch {
	case e.Unit == rule.Days:
		var wrong ref
		out.num, wrong = l.day(op{code: dayDays, a: d.num, b: num.num})
		bad = g.or2(bad, wrong)
	case constant:
		var wrong ref
		out, wrong = l.months(out, d, k)
		bad = g.or2(bad, wrong)
	default:
		var wrong ref
		out.num, wrong = l.day(op{code: dayMonths, a: d.num, b: num.num})
		bad = g.or2(bad, wrong)
	}
	out.dirty = out.leeg != no
	out.open = l.first(open, unsure(g.and2(bad, g.not(d.leeg))))
	return out
}

// months moves a date by a constant; bad is where it may leave the calendar.
func (l *lowering) months(out, d value, k int64) (value, ref) {
	if k > manyDays || k < -manyDays {
		return out, yes
	}
	num, bad := l.day(op{code: dayMonthsK, a: d.num, k: k})
	out.num = num
	lo, hi := d.lo.Int64()>>5+k, d.hi.Int64()>>5+k
	if lo >= minMonth && hi <= maxMonth {
		bad = no
		out.lo, out.hi = big.NewInt(lo<<5|1), big.NewInt(hi<<5|31)
	}
	return out, bad
}

func (l *lowering) firstDay(e *rule.FirstDay, d value) value {
	c, k := dayFirst, int64(1)
	if e.Unit == rule.Years {
		c, k = dayYear, 12
	}
	out := d
	out.num, _ = l.day(op{code: c, a: d.num})
	out.lo, out.hi = big.NewInt((d.lo.Int64()>>5/12*12)<<5|1), d.hi
	out.dirty = out.leeg != no
	if e.Next {
		var bad ref
		out, bad = l.months(out, out, k)
		out.open = l.first(out.open, unsure(l.g.and2(bad, l.g.not(d.leeg))))
	}
	return out
}

func (l *lowering) datePart(e *rule.DatePart, d value) value {
	c, hi := numPartD, int64(31)
	switch e.Unit {
	case rule.Years:
		c, hi = numPartY, 9999
	case rule.Months:
		c, hi = numPartM, 12
	}
	num, _ := l.day(op{code: c, a: d.num})
	return l.bounded(d, num, 0, hi)
}

func (l *lowering) makeDate(y, m, d value) value {
	g := l.g
	out := l.integer(rule.DateKind, 0)
	var nums [3]ref
	bad := no
	for i, v := range []value{y, m, d} {
		if !numeric(v) || v.div != none {
			return lost(rule.DateKind)
		}
		out.leeg, out.open = g.or2(out.leeg, v.leeg), l.first(out.open, v.open)
		bad = g.or2(bad, g.not(l.divisible(v.num, v.den)))
		nums[i] = v.num
		if v.den.Cmp(one) != 0 {
			nums[i] = l.divK(v.num, rule.RoundToZero, v.den.Int64())
		}
	}
	num, wrong := l.day(op{code: dayMake, a: nums[0], b: nums[1], c: nums[2]})
	out.num, out.lo, out.hi = num, big.NewInt(minDay), big.NewInt(maxDay)
	out.dirty = out.leeg != no
	out.open = l.first(out.open, unsure(g.and2(g.or2(bad, wrong), g.not(out.leeg))))
	return out
}
