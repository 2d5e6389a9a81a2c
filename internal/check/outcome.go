package check

import (
	"math/big"

	"lemniscaat/internal/rule"
)

// outcomes finds outcomes that no rule gives, and outcomes in euros that are
// not surely whole cents.
func (c *checker) outcomes() {
	for _, reg := range c.set.Regulations {
		file := rule.Pos{File: reg.ID + "/regeling.yaml"}
		if len(reg.Rules()) > 0 && len(reg.Outcomes) == 0 {
			c.add(CodeNoOutcome, "De regeling %s heeft regels, maar noemt geen uitkomst.", reg.Name).in(reg.ID, "", file)
		}
		for _, o := range reg.Outcomes {
			a, ok := c.set.Attribute(o.Attribute)
			switch {
			case !ok: // the loader says so
			case len(c.writers()[a]) == 0:
				c.add(CodeNoWriter, "Geen regel bepaalt de uitkomst %q van %s.", o.Label, reg.Name).in(reg.ID, "", file)
			case a.Type.Kind == rule.Amount && !hundredths(a.Type):
				c.unrounded(a, o.Label)
			}
		}
	}
}

// unrounded reports the first rule that may give an attribute parts of cents.
func (c *checker) unrounded(a *rule.Attribute, label string) {
	for _, r := range c.set.Model.Rules {
		for _, v := range r.Versions {
			if v.Writes() != a {
				continue
			}
			for _, e := range given(v) {
				if !c.settled(e, map[*rule.Attribute]bool{a: true}) {
					c.add(CodeUnrounded, "Regel %s geeft de uitkomst %q, maar rondt niet af: er kunnen delen van centen uitkomen.", r.ID, label).at(r, v.Pos)
					return
				}
			}
		}
	}
}

// given gives the expressions that a version may give its attribute.
func given(v *rule.Version) []rule.Expr {
	switch a := v.Action.(type) {
	case *rule.Assign:
		return []rule.Expr{a.Expr}
	case *rule.Initialise:
		return []rule.Expr{a.Expr}
	case *rule.Table:
		out := make([]rule.Expr, 0, len(a.Rows))
		for _, row := range a.Rows {
			out = append(out, row.Result)
		}
		return out
	}
	return nil
}

// hundredths reports whether a type has no room for parts of cents: such a value
// is an error of the case.
func hundredths(t rule.Type) bool { return t.Whole || t.Decimals > 0 && t.Decimals <= 2 }

// settled reports whether an expression surely gives whole cents.
func (c *checker) settled(e rule.Expr, seen map[*rule.Attribute]bool) bool {
	switch e := e.(type) {
	case *rule.Round:
		return e.Decimals <= 2
	case *rule.Literal:
		return cents(e.Value)
	case *rule.ParameterRef:
		for _, v := range e.Parameter.Values {
			if !cents(v.Value) {
				return false
			}
		}
		return true
	case *rule.VariableRef:
		return c.settled(e.Variable.Expr, seen)
	case *rule.AttributeRef:
		if seen[e.Attribute] {
			return true
		}
		seen[e.Attribute] = true
		for _, v := range c.writers()[e.Attribute] {
			for _, x := range given(v) {
				if !hundredths(e.Attribute.Type) && !c.settled(x, seen) {
					return false
				}
			}
		}
		return true // an input is an amount of money: cents
	case *rule.Clamp:
		return c.settled(e.Expr, seen) && (e.Min == nil || c.settled(e.Min, seen)) && (e.Max == nil || c.settled(e.Max, seen))
	case *rule.Extreme:
		for _, a := range e.Args {
			if !c.settled(a, seen) {
				return false
			}
		}
		return true
	case *rule.Aggregate:
		return e.Of == nil || c.settled(e.Of, seen)
	case *rule.Convert:
		return e.Factor.IsInt() && c.settled(e.Expr, seen)
	case *rule.Arith:
		switch e.Op {
		case rule.Add, rule.Sub, rule.SubFrom:
			return c.settled(e.L, seen) && c.settled(e.R, seen)
		case rule.Mul:
			return c.settled(e.L, seen) && whole(e.R) || whole(e.L) && c.settled(e.R, seen)
		}
	}
	return false
}

func whole(e rule.Expr) bool {
	if l, ok := e.(*rule.Literal); ok {
		return l.Value.Kind == rule.Number && l.Value.Num != nil && l.Value.Num.IsInt()
	}
	return e.Type().Kind == rule.Number && e.Type().Whole
}

func cents(d rule.Datum) bool {
	if d.Num == nil {
		return true
	}
	return new(big.Rat).Mul(d.Num, big.NewRat(100, 1)).IsInt()
}
