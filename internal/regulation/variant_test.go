package regulation_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

func loadSmall(t testing.TB) *regulation.Set {
	t.Helper()
	set, diags := regulation.Load(fsys(small()))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	return set
}

func readVariant(t testing.TB, text string) regulation.Variant {
	t.Helper()
	v, diags := regulation.ReadVariant("variant.yaml", []byte(text))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	return v
}

func lay(t testing.TB, set *regulation.Set, text string) *regulation.Set {
	t.Helper()
	after, diags := set.With(readVariant(t, text))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	return after
}

// give computes the bijdrage of someone with an income on a date.
func give(t testing.TB, set *regulation.Set, date, income string) string {
	t.Helper()
	f, diags := dossier.Read("d.yaml", []byte("datum: "+date+"\npersonen:\n  p1: {inkomen: \""+income+"\"}\n"), set.Model)
	if diags.Err() != nil {
		t.Fatal(diags)
	}
	c, diags := f.Case(compile(t, set.Model), rule.Date{})
	if diags.Err() != nil {
		t.Fatal(diags)
	}
	r, _ := set.Get("bijdrage")
	out := r.Values(c)
	if len(out) != 1 || out[0].Err != nil {
		t.Fatalf("uitkomsten: %+v", out)
	}
	return out[0].Value.String()
}

func TestVariantHoldsFromItsDay(t *testing.T) {
	t.Parallel()
	set := loadSmall(t)
	after := lay(t, set, `variant: ruimer
naam: Grens naar 1.500
vanaf: 2026-03-01
parameters: {bijdrage.grens: "1.500"}
`)
	for _, c := range []struct{ date, income, before, after string }{
		{"2026-02-28", "1.200", "0", "0"},
		{"2026-03-01", "1.200", "0", "100"},
		{"2026-03-01", "1.500", "0", "100"},
		{"2026-03-01", "1.500,01", "0", "0"},
		{"2025-06-01", "1.000,50", "100", "100"},
	} {
		if got := give(t, set, c.date, c.income); got != c.before {
			t.Errorf("vóór de variant, %s, %s: %s, verwacht %s", c.date, c.income, got, c.before)
		}
		if got := give(t, after, c.date, c.income); got != c.after {
			t.Errorf("met de variant, %s, %s: %s, verwacht %s", c.date, c.income, got, c.after)
		}
	}
}

func TestVariantReplacesLaterValues(t *testing.T) {
	t.Parallel()
	after := lay(t, loadSmall(t), "variant: v\nnaam: V\nvanaf: 2025-06-01\nparameters: {bijdrage.grens: 900}\n")
	p, _ := after.Parameter("bijdrage.grens")
	if len(p.Values) != 2 || p.Values[1].Value.String() != "900" || p.Values[1].From.String() != "2025-06-01" {
		t.Errorf("waarden: %+v", p.Values)
	}
}

func TestVariantChangesARule(t *testing.T) {
	t.Parallel()
	set := loadSmall(t)
	after := lay(t, set, `variant: dubbel
naam: Dubbele bijdrage
vanaf: 2026-07-01
regels:
  bijdrage.krijgen: |
    Regel bijdrage krijgen
        geldig vanaf 2025
            De bijdrage van een aanvrager moet berekend worden als 2 maal het bedrag
            indien hij aan alle volgende voorwaarden voldoet:
                - zijn inkomen is kleiner dan of gelijk aan de grens.
`)
	if got := give(t, after, "2026-06-30", "500"); got != "100" {
		t.Errorf("een dag eerder: %s", got)
	}
	if got := give(t, after, "2026-07-01", "500"); got != "200" {
		t.Errorf("op de dag zelf: %s", got)
	}
	r, _ := after.Rule("bijdrage.krijgen")
	if len(r.Versions) != 2 || r.Versions[0].Until.String() != "2026-06-30" || r.Versions[1].From.String() != "2026-07-01" {
		t.Errorf("versies sluiten niet aan: %+v", r.Versions)
	}
	if diff := cmp.Diff([]string{"jci1.3:c:BWBR0018451&artikel=2"}, r.Source); diff != "" {
		t.Error(diff)
	}
	if old, _ := set.Rule("bijdrage.krijgen"); len(old.Versions) != 1 || !old.Versions[0].Until.IsZero() {
		t.Error("de oorspronkelijke set is veranderd")
	}
}

func TestVariantEndsARule(t *testing.T) {
	t.Parallel()
	after := lay(t, loadSmall(t), "variant: weg\nnaam: Weg\nvanaf: 2026-07-01\nregels: {bijdrage.niet: vervalt}\n")
	r, _ := after.Rule("bijdrage.niet")
	if r.At(rule.MustDate("2026-07-01")) != nil || r.At(rule.MustDate("2026-06-30")) == nil {
		t.Errorf("versies: %+v", r.Versions)
	}
}

func TestVariantChangesSteps(t *testing.T) {
	t.Parallel()
	set := loadSmall(t)
	after := lay(t, set, `variant: stappen
naam: Minder stappen
vanaf: 2026-07-01
stappen:
  bijdrage.aanvragen: {vanzelf: ja, last: 0}
  bijdrage.bewijzen: vervalt
`)
	r, _ := after.Get("bijdrage")
	before, on := r.Steps(rule.MustDate("2026-06-30")), r.Steps(rule.MustDate("2026-07-01"))
	if len(before) != 2 || before[0].Automatic || before[0].Load != 3 || len(before[1].Evidence) != 1 {
		t.Errorf("een dag eerder: %+v", before)
	}
	if len(on) != 1 || on[0].ID != "aanvragen" || !on[0].Automatic || on[0].Load != 0 || on[0].Action != "Vraag aan" {
		t.Errorf("op de dag zelf: %+v", on)
	}
	if old, _ := set.Get("bijdrage"); len(old.Steps(rule.MustDate("2026-07-01"))) != 2 {
		t.Error("de oorspronkelijke set is veranderd")
	}
	// A second variant works on what the first one left.
	again, diags := after.With(readVariant(t, "variant: terug\nnaam: Terug\nvanaf: 2027-01-01\nstappen:\n  bijdrage.aanvragen: {last: 7}\n"))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	r, _ = again.Get("bijdrage")
	for date, load := range map[string]int{"2026-01-01": 3, "2026-12-31": 0, "2027-01-01": 7} {
		if s := r.Steps(rule.MustDate(date)); s[0].Load != load {
			t.Errorf("%s: last %d, verwacht %d", date, s[0].Load, load)
		}
	}
	if _, diags := after.With(readVariant(t, "variant: laat\nnaam: Laat\nvanaf: 2027-01-01\nstappen:\n  bijdrage.bewijzen: {last: 7}\n")); diags.Err() == nil {
		t.Error("een vervallen stap kan niet veranderen")
	}
}

func TestVariantIsRefused(t *testing.T) {
	t.Parallel()
	head := "variant: v\nnaam: V\nvanaf: 2026-07-01\n"
	for _, c := range []struct{ name, text, says string }{
		{"unknown parameter", head + "parameters: {bijdrage.grans: \"5\"}", `er is geen parameter "bijdrage.grans" (bedoelde u "bijdrage.grens"?)`},
		{"unknown rule", head + "regels: {bijdrage.krijg: vervalt}", `er is geen regel "bijdrage.krijg"`},
		{"unknown step", head + "stappen: {bijdrage.aanvraag: vervalt}", `er is geen stap "bijdrage.aanvraag" (bedoelde u "bijdrage.aanvragen"?)`},
		{"unknown step field", head + "stappen: {bijdrage.aanvragen: {lasten: 3}}", `bedoelde u "last"?`},
		{"other type", head + "parameters: {bijdrage.grens: \"120 %\"}", "andere eenheid"},
		{"ambiguous number", head + "parameters: {bijdrage.grens: 1.5}", "dubbelzinnig"},
		{"rule that does not parse", head + "regels: {bijdrage.krijgen: \"Regel onzin\"}", ""},
		{"rule with another id", head + "regels:\n  bijdrage.krijgen: |\n    // Id: bijdrage.anders\n    Regel x\n        geldig altijd\n            De bijdrage van een aanvrager moet gesteld worden op 0 €.\n", "precies één regel"},
		{"no change", head, "verandert niets"},
		{"no date", "variant: v\nnaam: V\nparameters: {bijdrage.grens: \"5\"}", `mist "vanaf"`},
		{"unknown key", head + "parameter: {}", `bedoelde u "parameters"?`},
		{"parameter twice", head + "parameters: {bijdrage.grens: \"5\", bijdrage.grens: \"6\"}", "tweede keer"},
		{"empty", "", "er staat niets in"},
		{"a list", "- a", "sleutels en waarden"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v, diags := regulation.ReadVariant("variant.yaml", []byte(c.text))
			if diags.Err() == nil {
				var after *regulation.Set
				after, diags = loadSmall(t).With(v)
				if after != nil {
					t.Error("er kwam toch een set")
				}
			}
			if err := diags.Err(); err == nil || !strings.Contains(err.Error(), c.says) {
				t.Errorf("verwacht %q, gevonden %v", c.says, diags)
			}
			for _, d := range diags {
				if d.Pos.File != "variant.yaml" {
					t.Errorf("de plaats ontbreekt: %s", d)
				}
			}
		})
	}
}

// The literal variant of the format's description.
func TestVariantAsDescribed(t *testing.T) {
	t.Parallel()
	set := load(t)
	after := lay(t, set, `variant: ruimere-grens
naam: Inkomensgrens naar 120 %
vanaf: 2027-01-01
parameters: {individuele-inkomenstoeslag.inkomensgrens: "120 %"}
`)
	changes := regulation.Diff(set, after)
	if len(changes) != 1 || changes[0].Text != "De inkomensgrens gaat van 110 % naar 120 % vanaf 1 januari 2027." {
		t.Errorf("verschil: %+v", changes)
	}
}

// What is written is read back.
func TestVariantYAMLRoundTrip(t *testing.T) {
	t.Parallel()
	word := rapid.StringMatching(`[a-z]{1,8}(-[a-z]{1,5})?`)
	text := rapid.StringMatching(`[A-Za-zéë€%"'#:{}\[\]<>&*! ,.0-9-]{0,30}[a-z]`)
	rapid.Check(t, func(rt *rapid.T) {
		v := regulation.Variant{
			ID: word.Draw(rt, "id"), Name: strings.TrimSpace(text.Draw(rt, "naam")),
			From: rule.Date{Year: rapid.IntRange(1900, 2100).Draw(rt, "jaar"), Month: 2, Day: 28},
		}
		seen := map[string]bool{}
		id := func(label string) (string, bool) {
			s := word.Draw(rt, label) + "." + word.Draw(rt, label+"2")
			fresh := !seen[s]
			seen[s] = true
			return s, fresh
		}
		for range rapid.IntRange(1, 3).Draw(rt, "n") {
			if s, ok := id("p"); ok {
				v.Parameters = append(v.Parameters, regulation.Override{ID: s, Text: text.Draw(rt, "waarde")})
			}
			if s, ok := id("r"); ok {
				v.Rules = append(v.Rules, regulation.Override{ID: s, Text: text.Draw(rt, "regel") + "\n  " + text.Draw(rt, "regel2")})
			}
			if s, ok := id("s"); ok {
				change := regulation.StepChange{ID: s, Remove: rapid.Bool().Draw(rt, "weg")}
				if !change.Remove {
					change.Fields = []regulation.Override{{ID: "actie", Text: `"` + word.Draw(rt, "actie") + `"`}}
				}
				v.Steps = append(v.Steps, change)
			}
		}
		back, diags := regulation.ReadVariant("x", v.YAML())
		if len(diags) > 0 {
			rt.Fatalf("%v\n%s", diags, v.YAML())
		}
		ignore := cmpopts.IgnoreTypes(rule.Pos{})
		if diff := cmp.Diff(v, back, ignore, cmpopts.EquateEmpty()); diff != "" {
			rt.Fatalf("%s\n%s", diff, v.YAML())
		}
	})
}
