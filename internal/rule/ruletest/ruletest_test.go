package ruletest_test

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/rule/ruletest"
)

// examples draws n models, the same every time.
func examples(n int) []*rule.Model {
	g := rapid.Custom(func(t *rapid.T) *rule.Model { return ruletest.Model(t, ruletest.Options{}) })
	out := make([]*rule.Model, n)
	for i := range out {
		out[i] = g.Example(i)
	}
	return out
}

// each calls see for every node of every version.
func each(m *rule.Model, see func(v *rule.Version, n any)) {
	for _, r := range m.Rules {
		for _, v := range r.Versions {
			rule.Inspect(v, func(n any) bool {
				see(v, n)
				return true
			})
		}
	}
}

// TestEveryConstruct: what the model can hold comes out.
func TestEveryConstruct(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	for _, m := range examples(400) {
		for _, r := range m.Rules {
			if r.Group != nil {
				seen["group"]++
			}
		}
		each(m, func(v *rule.Version, n any) {
			seen[fmt.Sprintf("%T", n)]++
			switch n := n.(type) {
			case *rule.Arith:
				seen[fmt.Sprint("arith ", n.Op)]++
				if n.Op >= rule.Mul && n.L.Type().Unit != "" && n.R.Type().Unit != "" {
					seen["units times units"]++
				}
			case *rule.Round:
				seen[fmt.Sprint("round ", n.Mode)]++
			case *rule.Compound:
				seen[fmt.Sprint("compound ", n.Quantifier)]++
			case *rule.Compare:
				seen[fmt.Sprint("compare ", n.Op)]++
			case *rule.Aggregate:
				seen[fmt.Sprint("aggregate ", n.Op)]++
				many := 0
				for _, r := range n.Via {
					if r.Many {
						many++
					}
					if r.Many && r.Inverse.Many {
						seen["many to many"]++
					}
				}
				if many > 1 {
					seen["a chain of to-many roles"]++
				}
				if n.Filter != nil {
					seen["a subselection"]++
				}
				if n.Element.Depth > 1 {
					seen["an aggregation in an aggregation"]++
				}
			case *rule.TableRow:
				for _, c := range n.Cells {
					if len(c) > 1 {
						seen["a list in a cell"]++
					}
				}
				if n.When == nil {
					seen["a row without condition"]++
				}
			case *rule.TableColumn:
				if n.Kenmerk != nil {
					seen["a column of a kenmerk"]++
				}
			}
		})
	}
	want := []string{"group", "units times units", "many to many", "a chain of to-many roles", "a subselection", "an aggregation in an aggregation",
		"a list in a cell", "a row without condition", "a column of a kenmerk"}
	for i := range 5 {
		want = append(want, fmt.Sprint("arith ", i), fmt.Sprint("round ", i), fmt.Sprint("compound ", i), fmt.Sprint("compare ", i))
	}
	for i := range 4 {
		want = append(want, fmt.Sprint("aggregate ", i))
	}
	for _, n := range []any{&rule.Assign{}, &rule.Grant{}, &rule.Initialise{}, &rule.Table{}, &rule.TableColumn{}, &rule.TableRow{}, &rule.Require{}, &rule.Unique{},
		&rule.Literal{}, &rule.ParameterRef{}, &rule.VariableRef{}, &rule.ReferenceDate{}, &rule.AttributeRef{}, &rule.ObjectRef{}, &rule.Arith{}, &rule.PercentOf{},
		&rule.Clamp{}, &rule.Round{}, &rule.Extreme{}, &rule.Aggregate{}, &rule.Duration{}, &rule.DateShift{}, &rule.FirstDay{}, &rule.DatePart{}, &rule.MakeDate{},
		&rule.Convert{}, &rule.Compound{}, &rule.Compare{}, &rule.IsEmpty{}, &rule.HasKenmerk{}} {
		want = append(want, fmt.Sprintf("%T", n))
	}
	for _, w := range want {
		if seen[w] == 0 {
			t.Errorf("no %s in 400 models", w)
		}
	}
}

// TestNoCycles: no attribute depends on itself, over all versions of all rules
// together.
func TestNoCycles(t *testing.T) {
	t.Parallel()
	for i, m := range examples(200) {
		reads := map[*rule.Attribute][]*rule.Attribute{}
		for _, r := range m.Rules {
			for _, v := range r.Versions {
				if a := v.Writes(); a != nil {
					rule.Reads(v, func(b *rule.Attribute) { reads[a] = append(reads[a], b) }, nil)
				}
			}
		}
		state := map[*rule.Attribute]int{}
		var visit func(a *rule.Attribute)
		visit = func(a *rule.Attribute) {
			switch state[a] {
			case 1:
				t.Fatalf("model %d: %s depends on itself", i, a.ID())
			case 2:
				return
			}
			state[a] = 1
			for _, b := range reads[a] {
				visit(b)
			}
			state[a] = 2
		}
		for a := range reads {
			visit(a)
		}
	}
}
