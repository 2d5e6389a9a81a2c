package ruletest_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/regelspraak"
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

// load puts a drawn case into the evaluator; the model may be another reading
// of the one that the case was drawn for.
func load(t *testing.T, p *exact.Program, c *ruletest.Case) *exact.Case {
	t.Helper()
	out := p.NewCase(c.Date)
	objects := make([]int, len(c.Things))
	for i, th := range c.Things {
		objects[i] = out.Add(p.ObjectType(th.Type.Name), th.ID)
		for a, v := range th.Values {
			if err := out.Set(objects[i], p.Attribute(a.ID()), v); err != nil {
				t.Fatalf("%s of %s: %v", a.ID(), th.ID, err)
			}
		}
	}
	for _, l := range c.Links {
		if err := out.Link(p.Role(l.Role.ID()), objects[l.From], objects[l.To]); err != nil {
			t.Fatalf("%s: %v", l.Role.ID(), err)
		}
	}
	return out
}

// TestModelsMeanTheSameAfterPrinting: the models can be evaluated, mostly to
// values, and what is printed and read again gives the same outcomes and the
// same errors.
func TestModelsMeanTheSameAfterPrinting(t *testing.T) {
	t.Parallel()
	type drawn struct {
		m *rule.Model
		c []*ruletest.Case
	}
	g := rapid.Custom(func(t *rapid.T) drawn {
		d := drawn{m: ruletest.Model(t, ruletest.Options{})}
		for range 3 {
			d.c = append(d.c, ruletest.Facts(t, d.m))
		}
		return d
	})
	values, empty, failed, violated := 0, 0, 0, 0
	codes := map[exact.Code]int{}
	for i := range 150 {
		d := g.Example(i)
		again, ds := regelspraak.Parse(regelspraak.PrintModel(d.m))
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		for i, q := range again.Parameters { // values are no part of the text
			q.Values = d.m.Parameters[i].Values
		}
		p, ds := exact.Compile(d.m)
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		p2, ds := exact.Compile(again)
		if err := ds.Err(); err != nil {
			t.Fatal(err)
		}
		for _, c := range d.c {
			a, b := load(t, p, c), load(t, p2, c)
			for _, r := range d.m.Rules {
				v := r.At(c.Date)
				if v == nil || v.Writes() == nil {
					continue
				}
				for obj := range a.Len() {
					if a.TypeOf(obj) != v.Subject.Object {
						continue
					}
					x, err := a.Value(obj, v.Writes())
					y, err2 := b.Value(obj, p2.Attribute(v.Writes().ID()))
					var e, e2 *exact.Error
					errors.As(err, &e)
					errors.As(err2, &e2)
					switch {
					case (e == nil) != (e2 == nil) || e != nil && e.Code != e2.Code || e == nil && !x.Equal(y):
						t.Fatalf("%s of %s is %v (%v), after printing %v (%v)\n%s", v.Writes().ID(), a.ID(obj), x, err, y, err2, regelspraak.Print(r))
					case e != nil:
						failed++
						codes[e.Code]++
					case x.IsEmpty():
						empty++
					default:
						values++
					}
				}
			}
			va, vb := a.Violations(), b.Violations()
			if len(va) != len(vb) {
				t.Fatalf("%d violations, after printing %d", len(va), len(vb))
			}
			violated += len(va)
		}
	}
	t.Logf("%d values, %d leeg, %d errors %v, %d violations", values, empty, failed, codes, violated)
	if values < 100 || empty < 50 || failed < 20 || violated < 20 || values < failed/2 {
		t.Errorf("one-sided: %d values, %d leeg, %d errors, %d violations", values, empty, failed, violated)
	}
}
