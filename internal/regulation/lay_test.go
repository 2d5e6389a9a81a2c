package regulation_test

import (
	"fmt"
	"math/big"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// TestLayIsRebuild: laying parameters and steps over a set without reading it
// again gives what reading it again gives, for every parameter that ships.
func TestLayIsRebuild(t *testing.T) {
	t.Parallel()
	set := load(t)
	date := rule.MustDate("2026-01-01")
	var all []regulation.Override
	for _, p := range set.Model.Parameters {
		if text, ok := other(p, date); ok {
			all = append(all, regulation.Override{ID: p.ID, Text: text})
		}
	}
	if len(all) < 50 {
		t.Fatalf("only %d parameters can be changed", len(all))
	}
	for name, v := range map[string]regulation.Variant{
		"alle parameters": {Parameters: all},
		"één parameter":   {Parameters: all[:1]},
		"een stap": {Steps: []regulation.StepChange{{ID: "individuele-inkomenstoeslag.bankafschriften", Remove: true},
			{ID: "individuele-inkomenstoeslag.aanvragen", Fields: []regulation.Override{{ID: "last", Text: "1"}}}}},
		"ingrepen": {Help: []regulation.Help{{Target: "zorgtoeslag", Kinds: []regulation.Intervention{regulation.Letter}},
			{Target: "individuele-inkomenstoeslag.bankafschriften", Kinds: []regulation.Intervention{regulation.Prefilled}}}},
		"beide": {Parameters: all[3:5], Steps: []regulation.StepChange{{ID: "zorgtoeslag.aanvragen", Fields: []regulation.Override{{ID: "minuten", Text: "7"}}}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v.ID, v.Name, v.From = "v", "V", date
			got, gotDiags := set.With(v)
			want, wantDiags := set.Rebuild(v)
			if d := cmp.Diff(wantDiags, gotDiags); d != "" {
				t.Fatalf("diagnostics (-rebuilt +laid):\n%s", d)
			}
			if want.Digest() == set.Digest() {
				t.Fatal("the variant changes nothing")
			}
			same(t, want, got)
			// Once more on top of it.
			again := regulation.Variant{ID: "w", Name: "W", From: rule.MustDate("2026-07-01"), Parameters: all[2:3]}
			want, _ = want.Rebuild(again)
			got, _ = got.With(again)
			same(t, want, got)
		})
	}
}

// other gives another value for a parameter.
func other(p *rule.Parameter, on rule.Date) (string, bool) {
	v, ok := p.At(on)
	if !ok {
		return "", false
	}
	d := v.Value
	switch d.Kind {
	case rule.Amount, rule.Number, rule.Percentage:
		d.Num = new(big.Rat).Add(d.Num, big.NewRat(1, 1))
	default:
		return "", false
	}
	return notation.Format(d, p.Type), true
}

func same(t *testing.T, want, got *regulation.Set) {
	t.Helper()
	if want.Digest() != got.Digest() {
		t.Errorf("digest %s, want %s", got.Digest(), want.Digest())
	}
	byValue := cmpopts.EquateComparable(rule.Date{})
	numbers := cmp.Comparer(func(a, b *big.Rat) bool { return a == b || a != nil && b != nil && a.Cmp(b) == 0 })
	for i, p := range want.Model.Parameters {
		if d := cmp.Diff(p.Values, got.Model.Parameters[i].Values, byValue, numbers); d != "" {
			t.Errorf("%s (-rebuilt +laid):\n%s", p.ID, d)
		}
	}
	for i, r := range want.Model.Rules {
		for k, v := range r.Versions {
			if a, b := regelspraak.PrintVersion(v), regelspraak.PrintVersion(got.Model.Rules[i].Versions[k]); a != b {
				t.Errorf("%s: %q, want %q", r.ID, b, a)
			}
		}
	}
	programs := [2]*exact.Program{compile(t, want.Model), compile(t, got.Model)}
	for i, r := range want.Regulations {
		o := got.Regulations[i]
		if d := cmp.Diff(r.AllSteps(), o.AllSteps(), byValue); d != "" || r.Level != o.Level {
			t.Errorf("%s: steps (-rebuilt +laid):\n%s", r.ID, d)
		}
		if a, b := r.ContentDigest(), got.ContentDigest(o); a != b {
			t.Errorf("%s: content %s, want %s", r.ID, b, a)
		}
		if r.ID != "individuele-inkomenstoeslag" && r.ID != "zorgtoeslag" {
			continue
		}
		// The examples compute with the rules and the values of their own set.
		examples := o.Examples()
		for k, x := range r.Examples() {
			if d := cmp.Diff(fmt.Sprint(x.Run(programs[0])), fmt.Sprint(examples[k].Run(programs[1]))); d != "" {
				t.Errorf("%s, example %s (-rebuilt +laid):\n%s", r.ID, x.Name, d)
			}
		}
	}
}

// BenchmarkWith lays one value over the shipped set, as trying it does.
func BenchmarkWith(b *testing.B) {
	set := load(b)
	v := regulation.Variant{ID: "v", Name: "V", From: rule.MustDate("2026-01-01"),
		Parameters: []regulation.Override{{ID: "individuele-inkomenstoeslag.inkomensgrens", Text: "120 %"}}}
	for b.Loop() {
		next, diags := set.With(v)
		if diags.Err() != nil {
			b.Fatal(diags)
		}
		if next.Digest() == set.Digest() {
			b.Fatal("the digest is that of the set")
		}
	}
}
