package logic

import (
	"math/big"
	"slices"
)

// bound is an end of a span; nil is infinite.
type bound struct {
	at   *big.Rat
	open bool // the end itself is not in it
}

// span is an interval of numbers; days count as numbers.
type span struct{ lo, hi bound }

// line is a set of numbers: spans that do not touch, ascending.
type line []span

// everything is never changed.
var everything = line{{}}

func point(x *big.Rat) line { return line{{bound{at: x}, bound{at: x}}} }

func (s span) void() bool {
	if s.lo.at == nil || s.hi.at == nil {
		return false
	}
	c := s.lo.at.Cmp(s.hi.at)
	return c > 0 || c == 0 && (s.lo.open || s.hi.open)
}

// later gives the tighter of two lower ends, sooner that of two upper ends.
func later(a, b bound) bound {
	switch {
	case a.at == nil:
		return b
	case b.at == nil:
		return a
	}
	if c := a.at.Cmp(b.at); c > 0 || c == 0 && a.open {
		return a
	}
	return b
}

func sooner(a, b bound) bound {
	switch {
	case a.at == nil:
		return b
	case b.at == nil:
		return a
	}
	if c := a.at.Cmp(b.at); c < 0 || c == 0 && a.open {
		return a
	}
	return b
}

// and gives what is in both.
func (l line) and(o line) line {
	var out line
	for _, a := range l {
		for _, b := range o {
			if s := (span{later(a.lo, b.lo), sooner(a.hi, b.hi)}); !s.void() {
				out = append(out, s)
			}
		}
	}
	return out
}

// not gives everything else.
func (l line) not() line {
	out := everything
	for _, s := range l {
		var outside line
		if s.lo.at != nil {
			outside = append(outside, span{hi: bound{s.lo.at, !s.lo.open}})
		}
		if s.hi.at != nil {
			outside = append(outside, span{lo: bound{s.hi.at, !s.hi.open}})
		}
		out = out.and(outside)
	}
	return out
}

func (l line) has(x *big.Rat) bool { return len(l.and(point(x))) > 0 }

// grid keeps the multiples of a step: the ends move inwards onto it.
func (l line) grid(step *big.Rat) line {
	if step == nil {
		return l
	}
	var out line
	for _, s := range l {
		if s.lo.at != nil {
			at := multiple(s.lo.at, step, true)
			if s.lo.open && at.Cmp(s.lo.at) == 0 {
				at.Add(at, step)
			}
			s.lo = bound{at: at}
		}
		if s.hi.at != nil {
			at := multiple(s.hi.at, step, false)
			if s.hi.open && at.Cmp(s.hi.at) == 0 {
				at.Sub(at, step)
			}
			s.hi = bound{at: at}
		}
		if !s.void() {
			out = append(out, s)
		}
	}
	return out
}

// multiple gives the nearest multiple of a step, upwards or downwards.
func multiple(x, step *big.Rat, up bool) *big.Rat {
	q := new(big.Rat).Quo(x, step)
	n := new(big.Int).Div(q.Num(), q.Denom())
	if up && !q.IsInt() {
		n.Add(n, big.NewInt(1))
	}
	return q.Mul(q.SetInt(n), step)
}

// each gives the line with every span moved by a function.
func (l line) each(f func(span) span) line {
	var out line
	for _, s := range l {
		if s = f(s); !s.void() {
			out = append(out, s)
		}
	}
	return out
}

// linear gives the x for which k + a·x is in the line; a is not 0.
func (l line) linear(k, a *big.Rat) line {
	to := func(b bound) bound {
		if b.at == nil {
			return b
		}
		x := new(big.Rat).Sub(b.at, k)
		return bound{x.Quo(x, a), b.open}
	}
	out := l.each(func(s span) span {
		s.lo, s.hi = to(s.lo), to(s.hi)
		if a.Sign() < 0 {
			s.lo, s.hi = s.hi, s.lo
		}
		return s
	})
	if a.Sign() < 0 { // spans stay ascending
		slices.Reverse(out)
	}
	return out
}

// some gives one number of the line, an end where there is one: step is how far
// from an end that is not in it.
func (l line) some(step *big.Rat) *big.Rat {
	s := l[0]
	if step == nil {
		step = big.NewRat(1, 100)
	}
	near := func(b bound, sign int64) *big.Rat {
		if !b.open {
			return b.at
		}
		return new(big.Rat).Add(b.at, new(big.Rat).Mul(step, big.NewRat(sign, 1)))
	}
	var x *big.Rat
	switch {
	case s.lo.at != nil:
		x = near(s.lo, 1)
	case s.hi.at != nil:
		x = near(s.hi, -1)
	default:
		return new(big.Rat)
	}
	if !(line{s}).has(x) { // narrower than a step
		x = new(big.Rat).Add(s.lo.at, s.hi.at)
		x.Quo(x, big.NewRat(2, 1))
	}
	return x
}

// nearest gives the number of the line that is nearest to x; its ends belong to
// it.
func (l line) nearest(x *big.Rat) *big.Rat {
	var best, least *big.Rat
	for _, s := range l {
		at := x
		switch {
		case s.lo.at != nil && x.Cmp(s.lo.at) < 0:
			at = s.lo.at
		case s.hi.at != nil && x.Cmp(s.hi.at) > 0:
			at = s.hi.at
		}
		if d := new(big.Rat).Sub(at, x); best == nil || d.Abs(d).Cmp(least) < 0 {
			best, least = at, d.Abs(d)
		}
	}
	return best
}
