package column

import (
	"math/big"

	"lemniscaat/internal/rule"
)

// value is what an expression is in the program. Its number is
// num / (den · div); where leeg holds it is leeg, and where open holds the
// program does not know: the case has an error there, or does not fit. open
// goes before leeg, and num may then be anything.
type value struct {
	kind rule.Kind
	num  ref // a test when kind is Boolean
	leeg ref
	open fault
	den  *big.Int // at least 1
	div  ref      // none: 1; otherwise a number of at least 1
	// lo and hi bound num, most bounds div.
	lo, hi, most *big.Int
	// dirty: num need not be 0 where the value is leeg.
	dirty bool
}

var (
	zero  = big.NewInt(0)
	one   = big.NewInt(1)
	limit = new(big.Int).Lsh(one, 62) // of what is computed without looking
	floor = new(big.Int).Neg(limit)
)

func fits(x *big.Int) bool { return x.CmpAbs(limit) <= 0 }

// lost is a value that is open everywhere.
func lost(k rule.Kind) value {
	v := value{kind: k, num: no, leeg: no, open: unsure(yes), den: one, div: none, lo: zero, hi: zero, most: one}
	return v
}

func (l *lowering) integer(k rule.Kind, n int64) value {
	x := big.NewInt(n)
	return value{kind: k, num: l.g.num(n), leeg: no, open: sound, den: one, div: none, lo: x, hi: x, most: one}
}

func (l *lowering) empty(k rule.Kind) value {
	v := l.integer(k, 0)
	if k == rule.Boolean {
		v.num = no
	}
	v.leeg = yes
	return v
}

// datum is a literal or a parameter.
func (l *lowering) datum(d rule.Datum) value {
	switch d.Kind {
	case 0:
		return l.empty(0)
	case rule.Boolean:
		v := l.integer(d.Kind, 0)
		v.num = no
		if d.Bool {
			v.num = yes
		}
		return v
	case rule.DateKind:
		return l.integer(d.Kind, packed(d.Date))
	case rule.Text, rule.Enum:
		return l.integer(d.Kind, l.p.texts[d.Text])
	}
	num, den := d.Num.Num(), d.Num.Denom()
	if !fits(num) || !fits(den) {
		return lost(d.Kind)
	}
	v := l.integer(d.Kind, num.Int64())
	v.den = den
	return v
}

// fixed gives the value of a number that is the same in every row.
func (l *lowering) fixed(v value) (*big.Rat, bool) {
	k, ok := l.g.constant(v.num)
	if !ok || v.div != none || v.leeg != no || v.open.at != no {
		return nil, false
	}
	return new(big.Rat).SetFrac(big.NewInt(k), v.den), true
}

// clean makes num 0 where the value is leeg: what plus, min and maal need.
func (l *lowering) clean(v value) value {
	if v.leeg == no || !v.dirty {
		return v
	}
	if v.kind == rule.Boolean {
		v.num = l.g.and2(v.num, l.g.not(v.leeg))
	} else {
		v.num = l.g.sel(v.leeg, l.g.num(0), v.num)
	}
	v.dirty = false
	v.lo, v.hi = least(v.lo, zero), most(v.hi, zero)
	return v
}

func least(a, b *big.Int) *big.Int {
	if a.Cmp(b) < 0 {
		return a
	}
	return b
}

func most(a, b *big.Int) *big.Int {
	if a.Cmp(b) > 0 {
		return a
	}
	return b
}

// span is a number with its bounds.
type span struct {
	num    ref
	lo, hi *big.Int
}

func (v value) span() span { return span{v.num, v.lo, v.hi} }

func (l *lowering) spanOf(k *big.Int) span { return span{l.g.num(k.Int64()), k, k} }

// mul gives a product, and where it does not fit.
func (l *lowering) mul(a, b span) (span, ref) {
	lo, hi := product(a, b)
	return l.checked(numMul, numMulC, a, b, lo, hi)
}

func (l *lowering) add(a, b span) (span, ref) {
	return l.checked(numAdd, numAddC, a, b, new(big.Int).Add(a.lo, b.lo), new(big.Int).Add(a.hi, b.hi))
}

func (l *lowering) sub(a, b span) (span, ref) {
	return l.checked(numSub, numSubC, a, b, new(big.Int).Sub(a.lo, b.hi), new(big.Int).Sub(a.hi, b.lo))
}

func (l *lowering) checked(plain, careful code, a, b span, lo, hi *big.Int) (span, ref) {
	if fits(lo) && fits(hi) {
		return span{l.g.arith(plain, a.num, b.num), lo, hi}, no
	}
	if _, ok := l.g.constant(a.num); ok {
		if _, ok := l.g.constant(b.num); ok {
			return span{l.g.num(0), zero, zero}, yes
		}
	}
	r := l.g.add(op{code: careful, dom: l.g.join(a.num, b.num), a: a.num, b: b.num})
	return span{r, most(lo, floor), least(hi, limit)}, l.g.flag(r)
}

func product(a, b span) (lo, hi *big.Int) {
	for i, x := range []*big.Int{a.lo, a.hi} {
		for j, y := range []*big.Int{b.lo, b.hi} {
			p := new(big.Int).Mul(x, y)
			if i+j == 0 {
				lo, hi = p, p
			}
			lo, hi = least(lo, p), most(hi, p)
		}
	}
	return lo, hi
}

// divisor gives div as a number with bounds.
func (l *lowering) divisor(v value) span {
	if v.div == none {
		return l.spanOf(one)
	}
	return span{v.div, one, v.most}
}

// times multiplies a value by a constant that is not 0, keeping leeg.
func (l *lowering) times(v value, r *big.Rat) value {
	if r.Sign() == 0 {
		panic("BUG: times zero")
	}
	p, q := r.Num(), r.Denom()
	g := new(big.Int).GCD(nil, nil, new(big.Int).Abs(p), v.den)
	p, v.den = new(big.Int).Div(p, g), new(big.Int).Mul(new(big.Int).Div(v.den, g), q)
	if !fits(p) || !fits(v.den) {
		return lost(v.kind)
	}
	s, bad := l.mul(v.span(), l.spanOf(p))
	v.num, v.lo, v.hi, v.open = s.num, s.lo, s.hi, l.first(v.open, unsure(bad))
	return v
}

// align brings two values on one denominator.
func (l *lowering) align(a, b value) (value, value) {
	g := new(big.Int).GCD(nil, nil, a.den, b.den)
	den := new(big.Int).Mul(new(big.Int).Div(a.den, g), b.den)
	a, b = l.rescale(a, den), l.rescale(b, den)
	if a.div == b.div {
		return a, b
	}
	da, db := l.divisor(a), l.divisor(b)
	div, bad := l.mul(da, db)
	x, badA := l.mul(a.span(), db)
	y, badB := l.mul(b.span(), da)
	a.num, a.lo, a.hi, a.open = x.num, x.lo, x.hi, l.first(a.open, unsure(bad), unsure(badA))
	b.num, b.lo, b.hi, b.open = y.num, y.lo, y.hi, l.first(b.open, unsure(bad), unsure(badB))
	a.div, a.most, b.div, b.most = div.num, div.hi, div.num, div.hi
	return a, b
}

func (l *lowering) rescale(v value, den *big.Int) value {
	if v.den.Cmp(den) == 0 {
		return v
	}
	f := new(big.Int).Div(den, v.den)
	if !fits(den) || !fits(f) {
		out := lost(v.kind)
		out.den = den
		return out
	}
	s, bad := l.mul(v.span(), l.spanOf(f))
	v.num, v.lo, v.hi, v.open, v.den = s.num, s.lo, s.hi, l.first(v.open, unsure(bad)), den
	return v
}

// either unites the bounds of two aligned values.
func either(a, b value) (lo, hi *big.Int) { return least(a.lo, b.lo), most(a.hi, b.hi) }

// choose gives a where c holds and b elsewhere.
func (l *lowering) choose(c ref, a, b value) value {
	g := l.g
	if a.kind == rule.Boolean || b.kind == rule.Boolean {
		out := lost(rule.Boolean)
		out.num = g.or2(g.and2(c, a.num), g.and2(g.not(c), b.num))
		out.leeg = g.or2(g.and2(c, a.leeg), g.and2(g.not(c), b.leeg))
		out.open = l.chosen(c, a.open, b.open)
		out.dirty = a.dirty || b.dirty
		return out
	}
	a, b = l.align(a, b)
	out := a
	if out.kind == 0 {
		out.kind = b.kind
	}
	out.num = g.sel(c, a.num, b.num)
	out.lo, out.hi = either(a, b)
	out.leeg = g.or2(g.and2(c, a.leeg), g.and2(g.not(c), b.leeg))
	out.open = l.chosen(c, a.open, b.open)
	out.dirty = a.dirty || b.dirty
	return out
}

// lift gives a value at the rows that an index points to; it is leeg for
// nobody.
func (l *lowering) lift(v value, idx ref) value {
	if idx == none {
		return v
	}
	g := l.g
	if v.kind == rule.Boolean {
		v.num = g.gatherBit(v.num, idx, false)
	} else {
		if k, ok := g.constant(v.num); ok && k != 0 {
			v.dirty = true // also for nobody
		}
		v.num = g.gatherNum(v.num, idx)
	}
	v.leeg = g.gatherBit(v.leeg, idx, true)
	v.open = l.lifted(v.open, idx)
	if v.div != none {
		v.div = g.arith(numMax, g.gatherNum(v.div, idx), g.num(1)) // of nobody as well
	}
	if v.kind != rule.DateKind { // nothing counts with the 0 of nobody's date
		v.lo, v.hi = least(v.lo, zero), most(v.hi, zero)
	}
	return v
}

// under simplifies a value that matters only where ctx holds.
func (l *lowering) under(ctx ref, v value) value {
	switch {
	case v.leeg == no || v.leeg == yes:
	case l.g.excluded(ctx, v.leeg):
		v.leeg = no
	case l.g.implies(ctx, v.leeg):
		e := l.empty(v.kind)
		e.open = v.open
		v = e
	}
	if v.open.at != no && l.g.excluded(ctx, v.open.at) {
		v.open = sound
	}
	return v
}
