package exact_test

import (
	"math/big"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// outcome of the plain evaluator below: leeg, a number or an error.
type plainValue struct {
	leeg, bad bool
	n         *big.Rat
}

// plain is the meaning of arithmetic written down a second time, on big.Rat
// alone and without any thought for speed.
func plain(e rule.Expr, env map[*rule.Attribute]rule.Datum) plainValue {
	two := func(l, r rule.Expr) (a, b plainValue, bad bool) {
		a, b = plain(l, env), plain(r, env)
		return a, b, a.bad || b.bad
	}
	zero := func(v plainValue) *big.Rat {
		if v.leeg {
			return new(big.Rat)
		}
		return v.n
	}
	switch e := e.(type) {
	case *rule.Literal:
		return plainValue{leeg: e.Value.IsEmpty(), n: e.Value.Num}
	case *rule.AttributeRef:
		d, known := env[e.Attribute]
		return plainValue{leeg: known && d.IsEmpty(), bad: !known, n: d.Num}
	case *rule.Arith:
		a, b, bad := two(e.L, e.R)
		if bad {
			return plainValue{bad: true}
		}
		switch e.Op {
		case rule.Add:
			return plainValue{n: new(big.Rat).Add(zero(a), zero(b))}
		case rule.SubFrom:
			if a.leeg {
				return plainValue{leeg: true}
			}
			return plainValue{n: new(big.Rat).Sub(zero(a), zero(b))}
		case rule.Sub:
			return plainValue{n: new(big.Rat).Sub(zero(a), zero(b))}
		case rule.Mul:
			n := new(big.Rat).Mul(zero(a), zero(b))
			if e.L.Type().Kind == rule.Percentage || e.R.Type().Kind == rule.Percentage {
				n.Quo(n, big.NewRat(100, 1)) // 50% maal 50% is 25%: once, also for two
			}
			return plainValue{n: n}
		}
		if zero(b).Sign() == 0 {
			return plainValue{bad: true}
		}
		return plainValue{n: new(big.Rat).Quo(zero(a), zero(b))}
	case *rule.PercentOf:
		a, b, bad := two(e.Percent, e.Of)
		if bad {
			return plainValue{bad: true}
		}
		p := new(big.Rat).Mul(zero(a), zero(b))
		return plainValue{n: p.Quo(p, big.NewRat(100, 1))}
	case *rule.Convert:
		v := plain(e.Expr, env)
		if !v.bad && !v.leeg {
			v.n = new(big.Rat).Mul(v.n, e.Factor)
		}
		return v
	case *rule.Clamp:
		v := plain(e.Expr, env)
		for i, bound := range []rule.Expr{e.Min, e.Max} {
			if bound == nil {
				continue
			}
			b := plain(bound, env)
			if v.bad || b.bad {
				return plainValue{bad: true}
			}
			if !v.leeg && !b.leeg && (i == 0 && v.n.Cmp(b.n) < 0 || i == 1 && v.n.Cmp(b.n) > 0) {
				v = b
			}
		}
		return v
	case *rule.Extreme:
		best := plainValue{leeg: true}
		for _, a := range e.Args {
			v := plain(a, env)
			switch {
			case v.bad:
				return v
			case v.leeg:
			case best.leeg, e.Max && v.n.Cmp(best.n) > 0, !e.Max && v.n.Cmp(best.n) < 0:
				best = v
			}
		}
		return best
	case *rule.Round:
		v := plain(e.Expr, env)
		if v.bad || v.leeg {
			return v
		}
		scale := new(big.Rat).SetInt(new(big.Int).Exp(big.NewInt(10), big.NewInt(int64(e.Decimals)), nil))
		s := new(big.Rat).Mul(v.n, scale)
		// The largest whole number at or below, and how far s lies above it.
		floor := new(big.Int).Div(s.Num(), s.Denom())
		above := new(big.Rat).Sub(s, new(big.Rat).SetInt(floor))
		up := false
		switch half := above.Cmp(big.NewRat(1, 2)); e.Mode {
		case rule.RoundUp:
			up = above.Sign() > 0
		case rule.RoundHalfUp:
			up = half > 0 || half == 0 && s.Sign() > 0
		case rule.RoundToZero:
			up = above.Sign() > 0 && s.Sign() < 0
		case rule.RoundFromZero:
			up = above.Sign() > 0 && s.Sign() > 0
		}
		if up {
			floor.Add(floor, big.NewInt(1))
		}
		return plainValue{n: new(big.Rat).Quo(new(big.Rat).SetInt(floor), scale)}
	}
	panic("BUG: no such expression in this test")
}

// drawRat draws fractions of the sizes that money, counts and ratios have: cents
// up to 10^13 and far beyond, thirds, and .5 in the last place.
func drawRat(t *rapid.T, label string) *big.Rat {
	n := rapid.OneOf(rapid.Int64Range(-100_000, 100_000), rapid.Int64Range(-1e13, 1e13), rapid.Int64Range(-1e18, 1e18)).Draw(t, label)
	out := new(big.Rat).SetFrac64(n, rapid.SampledFrom([]int64{1, 2, 3, 7, 12, 100, 200, 1000, 1e9}).Draw(t, label+" noemer"))
	if rapid.IntRange(0, 19).Draw(t, label+" reusachtig") == 0 {
		out.Mul(out, new(big.Rat).SetInt64(1e18))
	}
	return out
}

// calculation draws well-typed calculations of amounts, numbers and
// percentages; every node says its kind.
type calculation struct {
	t      *rapid.T
	self   *rule.Binding
	inputs []*rule.Attribute // amounts
}

func (g calculation) draw(kind rule.Kind, depth int) rule.Expr {
	node := rule.Node{Typ: rule.Type{Kind: kind}}
	if depth == 0 {
		if kind == rule.Amount && rapid.Bool().Draw(g.t, "gegeven") {
			return &rule.AttributeRef{Node: node, From: g.self, Attribute: g.inputs[rapid.IntRange(0, len(g.inputs)-1).Draw(g.t, "welk")]}
		}
		return &rule.Literal{Node: node, Value: rule.Datum{Kind: kind, Num: drawRat(g.t, "vast")}}
	}
	sub := func(k rule.Kind) rule.Expr { return g.draw(k, depth-1) }
	same := func() rule.Expr { return sub(kind) }
	two := func(op rule.ArithOp, l, r rule.Expr) rule.Expr { return &rule.Arith{Node: node, Op: op, L: l, R: r} }
	switch rapid.IntRange(0, 9).Draw(g.t, "vorm") {
	case 0, 1:
		return two(rule.ArithOp(rapid.IntRange(0, 2).Draw(g.t, "bewerking")), same(), same())
	case 2:
		if kind == rule.Percentage {
			return two(rule.Mul, same(), same())
		}
		factor := rapid.SampledFrom([]rule.Kind{rule.Number, rule.Percentage}).Draw(g.t, "factor")
		if rapid.Bool().Draw(g.t, "andersom") {
			return two(rule.Mul, sub(factor), same())
		}
		return two(rule.Mul, same(), sub(factor))
	case 3: // a chain of divisions
		return two(rule.Div, same(), sub(rule.Number))
	case 4:
		if kind == rule.Number {
			return two(rule.Div, sub(rule.Amount), sub(rule.Amount))
		}
		return two(rule.Div, two(rule.Div, same(), sub(rule.Number)), sub(rule.Number))
	case 5: // percentages of percentages
		return &rule.PercentOf{Node: node, Percent: sub(rule.Percentage), Of: same()}
	case 6:
		c := &rule.Clamp{Node: node, Expr: same()}
		if rapid.Bool().Draw(g.t, "minimum") {
			c.Min = same()
		}
		if rapid.Bool().Draw(g.t, "maximum") {
			c.Max = same()
		}
		return c
	case 7:
		return &rule.Extreme{Node: node, Max: rapid.Bool().Draw(g.t, "hoogste"), Args: []rule.Expr{same(), same(), same()}}
	case 8:
		if kind == rule.Percentage {
			return two(rule.SubFrom, same(), same())
		}
		return &rule.Convert{Node: node, Expr: same(), Factor: rapid.SampledFrom([]*big.Rat{big.NewRat(12, 1), big.NewRat(1, 12), big.NewRat(1, 100), big.NewRat(604800, 1)}).Draw(g.t, "eenheid")}
	}
	return &rule.Round{Node: node, Expr: same(), Mode: rule.RoundMode(rapid.IntRange(0, 4).Draw(g.t, "wijze")), Decimals: rapid.IntRange(0, 12).Draw(g.t, "decimalen")}
}

// Random calculations over amounts, with leeg and missing data among them, give
// what the plain evaluator gives.
func TestRandomCalculationsAgreeWithPlainMeaning(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		w := newWorld()
		var inputs []*rule.Attribute
		env := map[*rule.Attribute]rule.Datum{}
		draw := func(label string) *big.Rat { return drawRat(t, label) }
		for _, name := range []string{"a", "b", "c"} {
			a := w.attr(w.person, name, rule.Amount)
			inputs = append(inputs, a)
			switch rapid.IntRange(0, 5).Draw(t, name+" is") {
			case 0: // missing
			case 1:
				env[a] = leeg
			default:
				env[a] = rule.Datum{Kind: rule.Amount, Num: draw(name)}
			}
		}
		out := w.attr(w.person, "uitkomst", rule.Amount)
		var e rule.Expr
		w.rule("proef.uitkomst", out, func(self *rule.Binding) (rule.Expr, rule.Condition) {
			g := calculation{t: t, self: self, inputs: inputs}
			e = g.draw(rule.Amount, rapid.IntRange(0, 4).Draw(t, "diepte"))
			return e, nil
		})
		p, diags := exact.Compile(w.m)
		if err := diags.Err(); err != nil {
			t.Fatal(err)
		}
		c := p.NewCase(rule.MustDate("2026-06-01"))
		who := c.Add(w.person, "p1")
		for a, d := range env {
			if err := c.Set(who, a, d); err != nil {
				t.Fatal(err)
			}
		}
		got, err := c.Value(who, out)
		want := plain(e, env)
		switch {
		case want.bad != (err != nil):
			t.Fatalf("error %v, expected one: %v", err, want.bad)
		case want.bad:
		case want.leeg != got.IsEmpty():
			t.Fatalf("got %v, expected leeg: %v", got, want.leeg)
		case !want.leeg && want.n.Cmp(got.Num) != 0:
			t.Fatalf("got %v, expected %v", got.Num, want.n)
		}
	})
}

// One program, many cases at once: the answers are those of one case.
func TestProgramIsSafeForConcurrentUse(t *testing.T) {
	t.Parallel()
	s := newToeslag()
	p := s.compile(t)
	var wg sync.WaitGroup
	for g := range 8 {
		wg.Go(func() {
			c := p.NewCase(rule.MustDate("2026-06-01"))
			for i := range 200 {
				c.Reset(rule.MustDate("2026-06-01"))
				who := c.Add(s.person, "p1")
				s.fill(t, c, who, "1990-04-02", "20000", "0")
				if err := c.Set(who, s.applicant, yes(true)); err != nil {
					t.Error(err)
				}
				if got := show(c.Value(who, s.per)); got != "129" {
					t.Errorf("goroutine %d, case %d: %s", g, i, got)
				}
			}
		})
	}
	wg.Wait()
}
