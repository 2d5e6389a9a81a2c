package curve

import (
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// partsOf takes apart the sum that an outcome is: amounts of the same object that
// are added or taken off, through rules that are themselves such a sum. What is
// no sum of several amounts (a scheme, the tax) stays whole. An outcome that is
// not a sum has itself as its only part.
func partsOf(p *exact.Program, outcome *rule.Attribute, on rule.Date) []Part {
	parts, ok := sumOf(p, outcome, on, map[*rule.Attribute]bool{})
	if !ok {
		parts = []Part{newPart(outcome, false)}
	}
	return parts
}

func newPart(a *rule.Attribute, minus bool) Part {
	return Part{ID: a.ID(), Name: called(a.Name), Minus: minus, attr: a}
}

// called is the name of a part without what all of them have.
func called(name string) string {
	name = strings.TrimSuffix(name, " in een jaar")
	return strings.TrimPrefix(name, "gezamenlijke ")
}

// sumOf gives the parts of an attribute when one rule makes it as a sum of at
// least two.
func sumOf(p *exact.Program, a *rule.Attribute, on rule.Date, busy map[*rule.Attribute]bool) ([]Part, bool) {
	writers := p.Writers(a, on)
	if len(writers) != 1 || busy[a] {
		return nil, false
	}
	v := writers[0].At(on)
	set, ok := v.Action.(*rule.Assign)
	if !ok || v.Condition != nil {
		return nil, false
	}
	busy[a] = true
	defer delete(busy, a)
	t := terms{owner: a.Owner}
	if !t.add(set.Expr, false) || len(t.list) < 2 {
		return nil, false
	}
	var out []Part
	for _, x := range t.list {
		inner, ok := sumOf(p, x.attr, on, busy)
		if !ok {
			out = append(out, x)
			continue
		}
		for _, y := range inner {
			y.Minus = y.Minus != x.Minus
			out = append(out, y)
		}
	}
	return out, true
}

// terms gathers the attributes of which an expression is the sum.
type terms struct {
	owner *rule.ObjectType
	list  []Part
}

// add reports false when the expression is something else than a sum.
func (t *terms) add(e rule.Expr, minus bool) bool {
	switch e := e.(type) {
	case *rule.Arith:
		switch e.Op {
		case rule.Add:
			return t.add(e.L, minus) && t.add(e.R, minus)
		case rule.Sub:
			return t.add(e.L, minus) && t.add(e.R, !minus)
		}
	case *rule.VariableRef:
		return t.add(e.Variable.Expr, minus)
	case *rule.Round:
		return e.Decimals == 2 && t.add(e.Expr, minus)
	case *rule.AttributeRef:
		if len(e.Via) == 0 && e.Attribute.Owner == t.owner && e.Attribute.Type.Kind == rule.Amount {
			t.list = append(t.list, newPart(e.Attribute, minus))
			return true
		}
	}
	return false
}
