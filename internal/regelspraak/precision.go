package regelspraak

import (
	"math/big"

	"lemniscaat/internal/rule"
)

// decimals gives the number of decimals that the value of an expression has at
// most; ok is false when there is no such number.
func decimals(e rule.Expr) (n int, ok bool) {
	switch x := e.(type) {
	case *rule.Literal:
		return places(x.Value.Num)
	case *rule.ParameterRef:
		return declared(x.Parameter.Type)
	case *rule.AttributeRef:
		return declared(x.Attribute.Type)
	case *rule.VariableRef:
		return decimals(x.Variable.Expr)
	case *rule.Arith:
		l, lok := decimals(x.L)
		r, rok := decimals(x.R)
		switch {
		case !lok || !rok || x.Op == rule.Div:
			return 0, false
		case x.Op == rule.Mul:
			return l + r, true
		}
		return max(l, r), true
	case *rule.PercentOf:
		return both(x.Percent, x.Of, func(l, r int) int { return l + r + 2 })
	case *rule.Clamp:
		n, ok = decimals(x.Expr)
		for _, b := range []rule.Expr{x.Min, x.Max} {
			if b != nil {
				m, bok := decimals(b)
				n, ok = max(n, m), ok && bok
			}
		}
		return n, ok
	case *rule.Round:
		if n, ok = decimals(x.Expr); ok {
			return min(n, x.Decimals), true
		}
		return x.Decimals, true
	case *rule.Extreme:
		ok = true
		for _, a := range x.Args {
			m, aok := decimals(a)
			n, ok = max(n, m), ok && aok
		}
		return n, ok
	case *rule.Aggregate:
		if x.Op == rule.Count {
			return 0, true
		}
		return decimals(x.Of)
	case *rule.Duration, *rule.DatePart:
		return 0, true
	case *rule.Convert:
		m, fok := places(x.Factor)
		n, ok = decimals(x.Expr)
		for f := x.Factor; n > 0 && f.IsInt(); n-- { // times 100: two decimals less
			if f = new(big.Rat).Quo(f, big.NewRat(10, 1)); !f.IsInt() {
				break
			}
		}
		return n + m, ok && fok
	}
	return 0, false
}

func both(l, r rule.Expr, f func(l, r int) int) (int, bool) {
	a, ok := decimals(l)
	b, ok2 := decimals(r)
	return f(a, b), ok && ok2
}

// places gives the decimals of a number, when these end.
func places(r *big.Rat) (int, bool) {
	if r == nil {
		return 0, false
	}
	return r.FloatPrec()
}

// declared gives the decimals that a type allows.
func declared(t rule.Type) (int, bool) {
	return t.Decimals, t.Whole || t.Decimals > 0
}
