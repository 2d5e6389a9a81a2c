package explain_test

import (
	"fmt"
	"math/big"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/rule/ruletest"
)

// drawWorld draws a case for a random model: a few objects of every type, what
// they are given, and some links.
func drawWorld(t *rapid.T, p *exact.Program, m *rule.Model, on rule.Date) *exact.Case {
	c := p.NewCase(on)
	for _, o := range m.Objects {
		for i := range 1 + rapid.IntRange(0, 1).Draw(t, "objecten") {
			who := c.Add(o, fmt.Sprintf("%s%d", rule.Slug(o.Name), i))
			for _, a := range o.Attributes {
				if rapid.IntRange(0, 9).Draw(t, "ontbreekt") == 0 {
					continue
				}
				// What a rule writes, or does not fit, is refused; that is fine.
				_ = c.Set(who, a, drawDatum(t, a, on))
			}
		}
	}
	for _, f := range m.Facts {
		for range 3 {
			from, to := rapid.IntRange(0, c.Len()-1).Draw(t, "van"), rapid.IntRange(0, c.Len()-1).Draw(t, "naar")
			_ = c.Link(f.Roles[0], from, to)
		}
	}
	return c
}

func drawDatum(t *rapid.T, a *rule.Attribute, on rule.Date) rule.Datum {
	n := rapid.IntRange(-3, 60).Draw(t, "waarde")
	k := a.Type.Kind
	switch k {
	case rule.Boolean:
		return rule.Datum{Kind: k, Bool: n%2 == 0}
	case rule.DateKind:
		return rule.Datum{Kind: k, Date: on.AddDays(-100 * n)}
	case rule.Text:
		return rule.Datum{Kind: k, Text: fmt.Sprint("tekst ", n%2)}
	case rule.Enum:
		if d := a.Type.Domain; d != nil && len(d.Values) > 0 {
			return rule.Datum{Kind: k, Text: d.Values[(n+3)%len(d.Values)]}
		}
	case rule.Number, rule.Amount, rule.Percentage:
		return rule.Datum{Kind: k, Num: big.NewRat(int64(n), 1)}
	}
	return rule.Datum{}
}

// Whatever the rules are, the explanation of every value says the value, is
// filled in, and proposes only what holds.
func TestExplanationsOfRandomModels(t *testing.T) {
	t.Parallel()
	on := rule.MustDate("2026-06-01")
	rapid.Check(t, func(t *rapid.T) {
		m := ruletest.Model(t, ruletest.Options{PlainNames: true})
		p, diags := exact.Compile(m)
		if diags.Err() != nil {
			return // a sure conflict of two rules: nothing to compute
		}
		c := drawWorld(t, p, m, on)
		lang := rapid.SampledFrom(explain.Languages()).Draw(t, "taal")
		whole := func(x *explain.Explanation) {
			for _, s := range said(x) {
				if bad := unfilled(s); bad != "" {
					t.Fatalf("%s: %s", bad, s)
				}
			}
			if x.Sentence == "" || len(x.Lines) == 0 {
				t.Fatalf("says nothing: %+v", x)
			}
		}
		for obj := range c.Len() {
			for _, a := range c.TypeOf(obj).Attributes {
				if p.IsInput(a, on) && !p.Optional(a, on) {
					continue
				}
				v, err := c.Value(obj, a)
				x := explain.Explain(c, obj, a, explain.Context{Lang: lang, Ends: true})
				whole(x)
				if (err != nil) != (x.Error != nil) {
					t.Fatalf("%s: %v, explained as %+v", a.ID(), err, x.Error)
				}
				again, err2 := c.Value(obj, a)
				if !again.Equal(v) || (err == nil) != (err2 == nil) {
					t.Fatalf("%s: %v, after the explanation %v", a.ID(), v, again)
				}
				if err != nil {
					continue
				}
				gives := func(d rule.Datum) bool {
					return !d.IsEmpty() && (d.Kind != rule.Boolean || d.Bool) && (d.Num == nil || d.Num.Sign() != 0)
				}
				for _, k := range c.WhyNot(obj, a) {
					for _, to := range []rule.Datum{k.To, k.Last} {
						if to.IsEmpty() {
							continue
						}
						if err := c.Set(k.Object, k.Attribute, to); err != nil {
							t.Fatal(err)
						}
						got, err := c.Value(obj, a)
						if back := c.Set(k.Object, k.Attribute, k.From); back != nil {
							t.Fatal(back)
						}
						if flips := err == nil && gives(got) != gives(v); flips != to.Equal(k.To) {
							t.Fatalf("%s of %s to %v: flips %v (%+v)", k.Attribute.ID(), k.ObjectID, to, flips, k)
						}
					}
				}
			}
		}
		for _, v := range c.Violations() {
			whole(explain.Violation(c, v, explain.Context{Lang: lang}))
		}
	})
}
