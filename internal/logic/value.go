package logic

import (
	"maps"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// value is an expression as far as it can be turned around: a sum of terms,
// each times a number, and what then happens to that sum (after, innermost
// first). Without terms it is a constant.
type value struct {
	kind  rule.Kind
	k     *big.Rat
	terms map[*term]*big.Rat
	// strict are the terms that make it leeg; a leeg among the others counts
	// as 0.
	strict map[*term]bool
	// after gives, for a set of results of a step, the set that it comes from.
	after []func(line) line
	datum rule.Datum // of a constant that is no number or date
}

func constant(kind rule.Kind, k *big.Rat) *value { return &value{kind: kind, k: k} }

func (v *value) fixed() bool { return len(v.terms) == 0 }

// plain reports whether it is a sum and nothing more.
func (v *value) plain() bool { return len(v.after) == 0 }

// then adds a step.
func (v *value) then(kind rule.Kind, back func(line) line) *value {
	out := *v
	out.kind = kind
	out.after = append(slices.Clone(v.after), back)
	return &out
}

// scaled gives v × f; v counts leeg as 0 when soft.
func (v *value) scaled(kind rule.Kind, f *big.Rat, soft bool) *value {
	out := *v
	out.kind = kind
	if soft {
		out.strict = nil
	}
	if !v.plain() {
		if f.Sign() == 0 {
			return constant(kind, new(big.Rat))
		}
		return out.then(kind, func(l line) line { return l.linear(new(big.Rat), f) })
	}
	out.k = new(big.Rat).Mul(v.k, f)
	out.terms = map[*term]*big.Rat{}
	for t, c := range v.terms {
		if p := new(big.Rat).Mul(c, f); p.Sign() != 0 {
			out.terms[t] = p
		}
	}
	return &out
}

// plus gives v + w; nil when that cannot be turned around. The strict terms of
// the result are those given.
func (v *value) plus(kind rule.Kind, w *value, strict map[*term]bool) *value {
	switch {
	case v.plain() && w.plain():
	case w.fixed():
		out := v.then(kind, func(l line) line { return l.linear(w.k, big.NewRat(1, 1)) })
		out.strict = strict
		return out
	case v.fixed():
		out := w.then(kind, func(l line) line { return l.linear(v.k, big.NewRat(1, 1)) })
		out.strict = strict
		return out
	default:
		return nil
	}
	out := &value{kind: kind, k: new(big.Rat).Add(v.k, w.k), terms: maps.Clone(v.terms), strict: strict}
	if out.terms == nil {
		out.terms = map[*term]*big.Rat{}
	}
	for t, c := range w.terms {
		sum := new(big.Rat).Set(c)
		if old := out.terms[t]; old != nil {
			sum.Add(sum, old)
		}
		out.terms[t] = sum
		if sum.Sign() == 0 {
			delete(out.terms, t)
		}
	}
	return out
}

// value reads an expression; what cannot be taken apart is a term of its own.
func (s *Space) value(e rule.Expr, f frame) *value {
	if v := s.parts(e, f); v != nil {
		return v
	}
	return s.whole(e, f)
}

// whole takes an expression as one term, known by its text.
func (s *Space) whole(e rule.Expr, f frame) *value {
	t := s.term(f.key(e), func() *term {
		full, step := ofType(e.Type())
		if a, ok := e.(*rule.Aggregate); ok && a.Op == rule.Count {
			full = domain{line: line{{lo: bound{at: new(big.Rat)}}}}
			step = big.NewRat(1, 1)
		}
		return &term{name: f.text(e), typ: e.Type(), full: full, step: step}
	})
	return t.value()
}

func (t *term) value() *value {
	v := &value{kind: t.typ.Kind, k: new(big.Rat), terms: map[*term]*big.Rat{t: big.NewRat(1, 1)}}
	if t.full.empty {
		v.strict = map[*term]bool{t: true}
	}
	return v
}

func numeric(k rule.Kind) bool { return k == rule.Number || k == rule.Amount || k == rule.Percentage }

func (s *Space) parts(e rule.Expr, f frame) *value {
	switch e := e.(type) {
	case *rule.Literal:
		return fromDatum(e.Value)
	case *rule.ParameterRef:
		if v, ok := e.Parameter.At(s.on); ok {
			return fromDatum(v.Value)
		}
		s.unsettled = true
	case *rule.VariableRef:
		if f.depth < maxNesting {
			f.depth++
			return s.value(e.Variable.Expr, f)
		}
	case *rule.ReferenceDate:
		s.dated = true
		return constant(rule.DateKind, dayRat(DayNumber(s.on)))
	case *rule.AttributeRef:
		return s.attribute(e, f)
	case *rule.Convert:
		if v := s.value(e.Expr, f); numeric(v.kind) {
			return v.scaled(e.Type().Kind, e.Factor, false)
		}
	case *rule.PercentOf:
		p, of := s.value(e.Percent, f), s.value(e.Of, f)
		switch hundredth := big.NewRat(1, 100); {
		case p.fixed() && p.k != nil && numeric(of.kind):
			return of.scaled(e.Type().Kind, hundredth.Mul(hundredth, p.k), true)
		case of.fixed() && of.k != nil && numeric(p.kind):
			return p.scaled(e.Type().Kind, hundredth.Mul(hundredth, of.k), true)
		}
	case *rule.Arith:
		return s.arith(e, f)
	case *rule.Clamp:
		return s.clamp(e, f)
	case *rule.Round:
		if v := s.value(e.Expr, f); numeric(v.kind) {
			return v.then(v.kind, func(l line) line { return l.unround(e.Mode, decimals(e.Decimals)) })
		}
	case *rule.Duration, *rule.DateShift, *rule.FirstDay, *rule.DatePart:
		return s.calendar(e, f)
	}
	return nil
}

func fromDatum(d rule.Datum) *value {
	switch {
	case d.Num != nil:
		return constant(d.Kind, d.Num)
	case d.Kind == rule.DateKind:
		return constant(d.Kind, dayRat(DayNumber(d.Date)))
	case d.IsEmpty():
		return nil
	}
	return &value{kind: d.Kind, datum: d}
}

func (s *Space) arith(e *rule.Arith, f frame) *value {
	l, r := s.value(e.L, f), s.value(e.R, f)
	if !numeric(l.kind) || !numeric(r.kind) {
		return nil
	}
	kind := e.Type().Kind
	switch e.Op {
	case rule.Add:
		return l.plus(kind, r, nil)
	case rule.Sub:
		return l.plus(kind, r.scaled(r.kind, big.NewRat(-1, 1), true), nil)
	case rule.SubFrom:
		return l.plus(kind, r.scaled(r.kind, big.NewRat(-1, 1), true), l.strict)
	case rule.Mul:
		if r.fixed() {
			return l.scaled(kind, r.k, true)
		}
		if l.fixed() {
			return r.scaled(kind, l.k, true)
		}
	case rule.Div:
		if r.fixed() && r.k.Sign() != 0 {
			return l.scaled(kind, new(big.Rat).Inv(r.k), true)
		}
	}
	return nil
}

// clamp: a value at a bound comes from everything beyond it.
func (s *Space) clamp(e *rule.Clamp, f frame) *value {
	v := s.value(e.Expr, f)
	if !numeric(v.kind) {
		return nil
	}
	for _, b := range []struct {
		expr rule.Expr
		low  bool
	}{{e.Min, true}, {e.Max, false}} {
		if b.expr == nil {
			continue
		}
		w := s.value(b.expr, f)
		if !w.fixed() || w.k == nil {
			return nil
		}
		inside, beyond := line{{lo: bound{at: w.k}}}, line{{hi: bound{w.k, true}}}
		if !b.low {
			inside, beyond = line{{hi: bound{at: w.k}}}, line{{lo: bound{w.k, true}}}
		}
		v = v.then(v.kind, func(l line) line {
			out := l.and(inside)
			if l.has(w.k) {
				out = out.or(beyond)
			}
			return out
		})
	}
	return v
}

// or gives what is in either.
func (l line) or(o line) line { return l.not().and(o.not()).not() }

// unround gives the numbers that round to one in the line.
func (l line) unround(mode rule.RoundMode, unit *big.Rat) line {
	half := new(big.Rat).Quo(unit, big.NewRat(2, 1))
	return l.grid(unit).each(func(s span) span {
		if s.lo.at != nil {
			s.lo = lowest(s.lo.at, mode, unit, half)
		}
		if s.hi.at != nil {
			// What rounds to at most x is what does not round to the next one.
			b := lowest(new(big.Rat).Add(s.hi.at, unit), mode, unit, half)
			s.hi = bound{b.at, !b.open}
		}
		return s
	})
}

// lowest gives the lower end of what rounds to x or more, x being rounded.
func lowest(x *big.Rat, mode rule.RoundMode, unit, half *big.Rat) bound {
	switch mode {
	case rule.RoundUp:
		return bound{new(big.Rat).Sub(x, unit), true}
	case rule.RoundHalfUp:
		return bound{new(big.Rat).Sub(x, half), x.Sign() <= 0}
	case rule.RoundToZero:
		if x.Sign() <= 0 {
			return bound{new(big.Rat).Sub(x, unit), true}
		}
	case rule.RoundFromZero:
		if x.Sign() > 0 {
			return bound{new(big.Rat).Sub(x, unit), true}
		}
	case rule.RoundDown:
	}
	return bound{at: x}
}

// calendar turns what is computed from one date around, by days.
func (s *Space) calendar(e rule.Expr, f frame) *value {
	kind := e.Type().Kind
	over := func(date rule.Expr, up bool, of func(rule.Date) int64) *value {
		v := s.value(date, f)
		if v.kind != rule.DateKind {
			return nil
		}
		if v.fixed() {
			return constant(kind, dayRat(of(dateOf(v.k.Num().Int64()))))
		}
		return v.then(kind, func(l line) line { return l.days(up, of) })
	}
	switch e := e.(type) {
	case *rule.FirstDay:
		return over(e.Date, true, func(d rule.Date) int64 { return DayNumber(first(d, e.Unit, e.Next)) })
	case *rule.DatePart:
		if e.Unit == rule.Years {
			return over(e.Date, true, func(d rule.Date) int64 { return int64(d.Year) })
		}
	case *rule.DateShift:
		by := s.value(e.Amount, f)
		if !by.fixed() || by.k == nil || !by.k.IsInt() || by.k.Num().BitLen() > 20 {
			return nil
		}
		n := int(by.k.Num().Int64())
		if e.Minus {
			n = -n
		}
		return over(e.Date, true, func(d rule.Date) int64 { return DayNumber(shift(d, n, e.Unit)) })
	case *rule.Duration:
		from, to := s.value(e.From, f), s.value(e.To, f)
		switch {
		case to.fixed() && to.kind == rule.DateKind:
			at := dateOf(to.k.Num().Int64())
			return over(e.From, false, func(d rule.Date) int64 { return duration(d, at, e.Unit) })
		case from.fixed() && from.kind == rule.DateKind:
			at := dateOf(from.k.Num().Int64())
			return over(e.To, true, func(d rule.Date) int64 { return duration(at, d, e.Unit) })
		}
	}
	return nil
}

// sortedTerms gives the terms of a sum in a fixed order.
func (v *value) sortedTerms() []*term {
	out := make([]*term, 0, len(v.terms))
	for t := range v.terms {
		out = append(out, t)
	}
	slices.SortFunc(out, func(a, b *term) int { return strings.Compare(a.key, b.key) })
	return out
}
