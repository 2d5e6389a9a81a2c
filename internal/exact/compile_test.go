package exact_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

func TestCompileRefuses(t *testing.T) {
	t.Parallel()
	cases := []struct {
		name, code, says string
		make             func(w *world)
	}{
		{"cycle", "kringverwijzing", "het a (regel proef.a) → het b (regel proef.b) → het a", func(w *world) {
			a, b := w.attr(w.person, "a", rule.Amount), w.attr(w.person, "b", rule.Amount)
			w.rule("proef.a", a, func(s *rule.Binding) (rule.Expr, rule.Condition) { return get(s, b), nil })
			w.rule("proef.b", b, func(s *rule.Binding) (rule.Expr, rule.Condition) { return get(s, a), nil })
		}},
		{"cycle through a partner", "kringverwijzing", "het a (regel proef.a) → het a", func(w *world) {
			a := w.attr(w.person, "a", rule.Amount)
			w.rule("proef.a", a, func(s *rule.Binding) (rule.Expr, rule.Condition) { return get(s, a, w.partner), nil })
		}},
		{"cycle through a condition", "kringverwijzing", "proef.a", func(w *world) {
			a := w.kenmerk("a", rule.Adjective)
			w.rule("proef.a", a, func(s *rule.Binding) (rule.Expr, rule.Condition) {
				return nil, &rule.HasKenmerk{From: s, Via: []*rule.Role{w.partner}, Kenmerk: a}
			})
		}},
		{"cycle through an aggregation", "kringverwijzing", "proef.a", func(w *world) {
			a := w.attr(w.person, "a", rule.Amount)
			w.rule("proef.a", a, func(s *rule.Binding) (rule.Expr, rule.Condition) {
				el := &rule.Binding{Object: w.person, Depth: 1}
				return &rule.Aggregate{Op: rule.Sum, From: s, Via: []*rule.Role{w.home, w.members}, Element: el, Of: get(el, a)}, nil
			})
		}},
		{"cycle through the subject", "kringverwijzing", "proef.k", func(w *world) {
			k := w.kenmerk("k", rule.Noun)
			v := w.rule("proef.k", k, func(*rule.Binding) (rule.Expr, rule.Condition) { return nil, nil })
			v.Subject.Kenmerk = k
		}},
		{"cycle in a variable", "kringverwijzing", "verwijst naar zichzelf", func(w *world) {
			a := w.attr(w.person, "a", rule.Number)
			x := &rule.Variable{Name: "x"}
			x.Expr = &rule.VariableRef{Variable: x}
			v := w.rule("proef.a", a, func(*rule.Binding) (rule.Expr, rule.Condition) { return &rule.VariableRef{Variable: x}, nil })
			v.Variables = []*rule.Variable{x}
			_ = v
		}},
		{"conflict", "regels-botsen", "De regels proef.a en proef.b geven allebei een waarde", func(w *world) {
			a := w.attr(w.person, "a", rule.Amount)
			w.rule("proef.a", a, func(*rule.Binding) (rule.Expr, rule.Condition) { return lit(amount("1")), nil })
			w.rule("proef.b", a, func(*rule.Binding) (rule.Expr, rule.Condition) { return lit(amount("1")), nil })
		}},
		{"two versions of one rule at once", "regels-botsen", "Twee versies van regel proef.a", func(w *world) {
			a := w.attr(w.person, "a", rule.Amount)
			w.rule("proef.a", a, func(*rule.Binding) (rule.Expr, rule.Condition) { return lit(amount("1")), nil })
			r := w.m.Rules[0]
			r.Versions = append(r.Versions, &rule.Version{From: rule.MustDate("2026-01-01"), Subject: r.Versions[0].Subject, Action: r.Versions[0].Action})
		}},
		{"kinds", "ongeldig-model", "bedrag tegenover getal", func(w *world) {
			a := w.attr(w.person, "a", rule.Amount)
			w.rule("proef.a", a, func(*rule.Binding) (rule.Expr, rule.Condition) {
				return add(lit(amount("1")), lit(number("1"))), nil
			})
		}},
		{"target kind", "ongeldig-model", "is van het soort bedrag, maar krijgt een getal", func(w *world) {
			a := w.attr(w.person, "a", rule.Amount)
			w.rule("proef.a", a, func(*rule.Binding) (rule.Expr, rule.Condition) { return lit(number("1")), nil })
		}},
		{"to-many role", "ongeldig-model", "meer dan één persoon", func(w *world) {
			a, b := w.attr(w.person, "a", rule.Amount), w.attr(w.person, "b", rule.Amount)
			w.rule("proef.a", a, func(s *rule.Binding) (rule.Expr, rule.Condition) { return get(s, b, w.home, w.members), nil })
		}},
		{"binding out of scope", "ongeldig-model", "niet bekend", func(w *world) {
			a, b := w.attr(w.person, "a", rule.Amount), w.attr(w.person, "b", rule.Amount)
			w.rule("proef.a", a, func(*rule.Binding) (rule.Expr, rule.Condition) {
				return get(&rule.Binding{Object: w.person}, b), nil
			})
		}},
		{"nil expression", "ongeldig-model", "ontbreekt", func(w *world) {
			a := w.attr(w.person, "a", rule.Amount)
			w.rule("proef.a", a, func(*rule.Binding) (rule.Expr, rule.Condition) { return add(nil, lit(amount("1"))), nil })
		}},
		{"parameter value of another kind", "ongeldig-model", "er hoort een bedrag, dit is een getal", func(w *world) {
			w.param("proef.p", rule.Amount, rule.ParameterValue{From: rule.MustDate("2026-01-01"), Value: number("1")})
		}},
		{"empty compound", "ongeldig-model", "ten minste één onderdeel", func(w *world) {
			a := w.kenmerk("a", rule.Adjective)
			w.rule("proef.a", a, func(*rule.Binding) (rule.Expr, rule.Condition) { return nil, all() })
		}},
		{"double attribute", "ongeldig-model", "twee keer verklaard", func(w *world) {
			w.attr(w.person, "a", rule.Amount)
			w.attr(w.person, "a", rule.Number)
		}},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld()
			tc.make(w)
			p, diags := exact.Compile(w.m)
			if p != nil || diags.Err() == nil {
				t.Fatal("was accepted")
			}
			found := false
			for _, d := range diags {
				found = found || d.Code == tc.code && strings.Contains(d.Message, tc.says)
			}
			if !found {
				t.Errorf("got %v, want %s: %q", diags, tc.code, tc.says)
			}
		})
	}
	if p, diags := exact.Compile(nil); p != nil || diags.Err() == nil {
		t.Error("no model was accepted")
	}
}

// What looks like a fault but is none.
// A variable that aggregates, used inside an aggregation: both have an element.
func TestVariableWithAnAggregationInsideAnAggregation(t *testing.T) {
	t.Parallel()
	w := newWorld()
	income, count := w.attr(w.person, "inkomen", rule.Amount), w.attr(w.person, "aantal", rule.Number)
	var x rule.Variable
	v := w.rule("proef.aantal", count, func(s *rule.Binding) (rule.Expr, rule.Condition) {
		via := []*rule.Role{w.home, w.members}
		inner, outer := &rule.Binding{Object: w.person, Depth: 1}, &rule.Binding{Object: w.person, Depth: 1}
		x = rule.Variable{Name: "x", Expr: &rule.Aggregate{Op: rule.Max, From: s, Via: via, Element: inner, Of: get(inner, income)}}
		return &rule.Aggregate{Op: rule.Count, From: s, Via: via, Element: outer,
			Filter: all(compare(rule.Less, get(outer, income), &rule.VariableRef{Variable: &x}), compare(rule.Greater, get(outer, income), lit(amount("1"))))}, nil
	})
	v.Variables = []*rule.Variable{&x}
	c := w.compile(t).NewCase(rule.MustDate("2026-06-01"))
	h := c.Add(w.household, "h")
	for _, n := range []string{"1", "2", "3", "3"} {
		who := c.Add(w.person, "p"+n)
		must(t, c.Set(who, income, amount(n)))
		must(t, c.Link(w.members, h, who))
	}
	if got := show(c.Value(1, count)); got != "1" {
		t.Errorf("got %s, want 1", got)
	}
}

func TestCompileAccepts(t *testing.T) {
	t.Parallel()
	t.Run("a cycle that never is on one day", func(t *testing.T) {
		t.Parallel()
		w := newWorld()
		a, b := w.attr(w.person, "a", rule.Amount), w.attr(w.person, "b", rule.Amount)
		v := w.rule("proef.a", a, func(s *rule.Binding) (rule.Expr, rule.Condition) { return get(s, b), nil })
		v.Until = rule.MustDate("2025-12-31")
		v = w.rule("proef.b", b, func(s *rule.Binding) (rule.Expr, rule.Condition) { return get(s, a), nil })
		v.From = rule.MustDate("2026-01-01")
		w.compile(t)
	})
	t.Run("the same attribute in turn", func(t *testing.T) {
		t.Parallel()
		w := newWorld()
		a := w.attr(w.person, "a", rule.Amount)
		v := w.rule("proef.a", a, func(*rule.Binding) (rule.Expr, rule.Condition) { return lit(amount("1")), nil })
		v.Until = rule.MustDate("2025-12-31")
		v = w.rule("proef.b", a, func(*rule.Binding) (rule.Expr, rule.Condition) { return lit(amount("2")), nil })
		v.From = rule.MustDate("2026-01-01")
		w.compile(t)
	})
	t.Run("another attribute of a partner", func(t *testing.T) {
		t.Parallel()
		w := newWorld()
		a, b := w.attr(w.person, "a", rule.Amount), w.attr(w.person, "b", rule.Amount)
		w.rule("proef.a", a, func(s *rule.Binding) (rule.Expr, rule.Condition) { return get(s, b, w.partner), nil })
		w.rule("proef.b", b, func(*rule.Binding) (rule.Expr, rule.Condition) { return lit(amount("2")), nil })
		w.compile(t)
	})
}
