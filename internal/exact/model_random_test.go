package exact_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/rule/ruletest"
)

// fill makes a case of what was drawn.
func fill(t *rapid.T, p *exact.Program, facts *ruletest.Case) *exact.Case {
	c := p.NewCase(facts.Date)
	for i, th := range facts.Things {
		if c.Add(th.Type, th.ID) != i {
			t.Fatalf("%s was not added", th.ID)
		}
	}
	for _, l := range facts.Links {
		if err := c.Link(l.Role, l.From, l.To); err != nil {
			t.Fatal(err)
		}
	}
	for i, th := range facts.Things {
		for a, d := range th.Values {
			if err := c.Set(i, a, d); err != nil {
				t.Fatal(err)
			}
		}
	}
	return c
}

// told gives an outcome with the whole of its error.
func told(d rule.Datum, err error) string {
	if err != nil {
		return show(d, err) + " " + err.Error()
	}
	return d.String()
}

// every computes all attributes of all objects; back asks in reverse.
func every(c *exact.Case, back bool) map[string]string {
	type question struct {
		obj int
		a   *rule.Attribute
	}
	var all []question
	for i := range c.Len() {
		for _, a := range c.TypeOf(i).Attributes {
			all = append(all, question{i, a})
		}
	}
	if back {
		slices.Reverse(all)
	}
	out := map[string]string{}
	for _, q := range all {
		out[fmt.Sprintf("%s van %s", q.a.ID(), c.ID(q.obj))] = show(c.Value(q.obj, q.a))
	}
	for _, v := range c.Violations() {
		key := fmt.Sprintf("%s door %v", v.Rule.ID, v.ObjectIDs)
		if out[key] = "geschonden"; v.Err != nil {
			out[key] = string(v.Err.Code)
		}
	}
	return out
}

// Random models of the whole profile: the order of questions and of rules does
// not matter, and no value is outside its type.
func TestRandomModelsDoNotDependOnOrder(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := ruletest.Model(t, ruletest.Options{Rules: 6, PlainNames: true})
		facts := ruletest.Facts(t, m)
		p, diags := exact.Compile(m)
		if err := diags.Err(); err != nil {
			t.Fatal(err)
		}
		c := fill(t, p, facts)
		want := every(c, false)
		if diff := cmp.Diff(want, every(c, false)); diff != "" {
			t.Fatal("asked again:", diff)
		}
		if diff := cmp.Diff(want, every(fill(t, p, facts), true)); diff != "" {
			t.Fatal("asked the other way around:", diff)
		}
		turned := *m
		turned.Rules = slices.Clone(m.Rules)
		slices.Reverse(turned.Rules)
		q, diags := exact.Compile(&turned)
		if err := diags.Err(); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(codeless(want), codeless(every(fill(t, q, facts), false))); diff != "" {
			t.Fatal("rules in another order:", diff)
		}
		for i := range c.Len() {
			for _, a := range c.TypeOf(i).Attributes {
				d, err := c.Value(i, a)
				if l, ok := a.Type.Limits(); err == nil && ok && !d.IsEmpty() && l.Misfit(d) != "" {
					t.Fatalf("%s van %s is %s: %s", a.Name, c.ID(i), d, l.Misfit(d))
				}
				if err == nil && !d.IsEmpty() && d.Kind != a.Type.Kind {
					t.Fatalf("%s van %s has kind %d, want %d", a.Name, c.ID(i), d.Kind, a.Type.Kind)
				}
			}
		}
	})
}

// codeless forgets which error it was: with several, the first rule says its
// own.
func codeless(m map[string]string) map[string]string {
	out := map[string]string{}
	for k, v := range m {
		if len(v) > 5 && v[:5] == "fout:" {
			v = "fout"
		}
		out[k] = v
	}
	return out
}

// A derivation says what the evaluator says, at every step, for every
// construct, and never leaves the case otherwise.
func TestRandomDerivationsAgreeWithValues(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m := ruletest.Model(t, ruletest.Options{Rules: 6, PlainNames: true})
		facts := ruletest.Facts(t, m)
		p, diags := exact.Compile(m)
		if err := diags.Err(); err != nil {
			t.Fatal(err)
		}
		c, plain := fill(t, p, facts), fill(t, p, facts)
		step := func(s *exact.Step) {
			want := show(plain.Value(s.Object, s.Attribute))
			if got := show(s.Value, errOf(s.Err)); got != want {
				t.Fatalf("%s van %s: derivation says %s, value %s", s.Attribute.Name, s.ObjectID, got, want)
			}
			k := s.Applied()
			switch {
			case s.Origin == exact.Ruled && k == nil:
				t.Fatalf("%s van %s: no rule applied", s.Attribute.Name, s.ObjectID)
			case s.Origin == exact.Default && k != nil:
				t.Fatalf("%s van %s: %s applied", s.Attribute.Name, s.ObjectID, k.Rule.ID)
			case s.Origin == exact.Failed && s.Err == nil, s.Origin == exact.Missing && s.Err == nil:
				t.Fatalf("%s van %s: failed without an error", s.Attribute.Name, s.ObjectID)
			}
			if s.Origin != exact.Ruled || s.Attribute.Kind.IsKenmerk() {
				return
			}
			// The last that applied gave the value: an initialisatie after a leeg.
			for _, k := range s.Candidates {
				if k.Outcome != exact.Yes {
					continue
				}
				if got := show(k.Value.Value, nil); k == s.Candidates[len(s.Candidates)-1] && got != want && len(s.Candidates) == 1 {
					t.Fatalf("%s van %s: rule %s gave %s, value %s", s.Attribute.Name, s.ObjectID, k.Rule.ID, got, want)
				}
				if k.Rows != nil && (k.Row < 1 || k.Rows[k.Row-1].Value != k.Value) {
					t.Fatalf("%s van %s: row %d of %s", s.Attribute.Name, s.ObjectID, k.Row, k.Rule.ID)
				}
			}
		}
		for i := range c.Len() {
			for _, a := range c.TypeOf(i).Attributes {
				d := c.Derive(i, a)
				if got, want := told(d.Value, errOf(d.Err)), told(plain.Value(i, a)); got != want {
					t.Fatalf("%s van %s: derivation says %s, value %s", a.Name, c.ID(i), got, want)
				}
				for _, s := range d.Steps {
					step(s)
				}
			}
		}
		violations := plain.Violations()
		if len(violations) != len(c.Violations()) {
			t.Fatal("derivations changed the case")
		}
		for _, v := range violations {
			d := c.DeriveViolation(v)
			if len(d.Check) != len(v.Objects) || (d.Err == nil) != (v.Err == nil) {
				t.Fatalf("violation of %s: %d checks, error %v", v.Rule.ID, len(d.Check), d.Err)
			}
			for _, k := range d.Check {
				unmet := k.Outcome == exact.Yes && k.Err == nil && (k.Require == nil || k.Require.Outcome == exact.No)
				if v.Err == nil && !unmet || v.Err != nil && k.Err == nil {
					t.Fatalf("violation of %s: outcome %d, error %v", v.Rule.ID, k.Outcome, k.Err)
				}
			}
			for _, s := range d.Steps {
				step(s)
			}
		}
	})
}
