package regulation_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

func shipped(t testing.TB) *regulation.Set {
	t.Helper()
	set, diags := regulation.Load(regelingen.Files)
	if diags.Err() != nil {
		t.Fatal(diags)
	}
	return set
}

const helping = `variant: helpen
naam: Helpen
vanaf: 2026-03-01
ingrepen:
  zorgtoeslag: brief
  individuele-inkomenstoeslag.aanvragen: [vooringevuld, brief]
  individuele-inkomenstoeslag.inkomen-bewijzen: automatisch
`

// Interventions hold from their day, at the steps that lose people only; the
// digest has them, and the rules stay what they are.
func TestInterventions(t *testing.T) {
	t.Parallel()
	set := shipped(t)
	v, diags := regulation.ReadVariant("v.yaml", []byte(helping))
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	if got := v.Touches(); !slices.Equal(got, []string{"individuele-inkomenstoeslag", "zorgtoeslag"}) {
		t.Errorf("touches %v", got)
	}
	again, diags := regulation.ReadVariant("v.yaml", v.YAML())
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	for i := range again.Help {
		again.Help[i].Pos = v.Help[i].Pos
	}
	if d := cmp.Diff(v, again); d != "" {
		t.Errorf("written and read again:\n%s", d)
	}
	after := lay(t, set, helping)
	at := func(reg, on string) map[string][]regulation.Intervention {
		r, _ := after.Get(reg)
		out := map[string][]regulation.Intervention{}
		for _, s := range r.Steps(rule.MustDate(on)) {
			if len(s.Interventions) > 0 {
				out[s.ID] = s.Interventions
			}
		}
		return out
	}
	if got := at("zorgtoeslag", "2026-02-28"); len(got) > 0 {
		t.Errorf("before the day: %v", got)
	}
	want := map[string][]regulation.Intervention{"aanvragen": {regulation.Letter}}
	if d := cmp.Diff(want, at("zorgtoeslag", "2026-03-01")); d != "" {
		t.Error(d)
	}
	want = map[string][]regulation.Intervention{"aanvragen": {regulation.Letter, regulation.Prefilled}, "inkomen-bewijzen": {regulation.Awarded}}
	if d := cmp.Diff(want, at("individuele-inkomenstoeslag", "2030-01-01")); d != "" {
		t.Error(d)
	}
	for _, id := range []string{"zorgtoeslag", "individuele-inkomenstoeslag"} {
		old, _ := set.Get(id)
		now, _ := after.Get(id)
		if old.ContentDigest() == now.ContentDigest() {
			t.Errorf("%s: the digest does not have the interventions", id)
		}
	}
	if set.Digest() == after.Digest() {
		t.Error("the digest of the set does not have the interventions")
	}
	other := lay(t, set, strings.Replace(helping, "brief]", "automatisch]", 1))
	if other.Digest() == after.Digest() {
		t.Error("another intervention has the same digest")
	}
	for _, r := range set.Model.Rules {
		a, _ := set.RuleDigest(r.ID)
		if b, _ := after.RuleDigest(r.ID); a != b {
			t.Errorf("an intervention changes rule %s", r.ID)
		}
	}
	var told []string
	for _, c := range regulation.Diff(set, after) {
		told = append(told, c.Text+" "+strings.Join(c.Details, "; "))
	}
	if text := strings.Join(told, "\n"); strings.Count(text, "ingrepen: ") != 3 || !strings.Contains(text, "brief, vooringevuld") {
		t.Errorf("in words:\n%s", text)
	}
}

// A variant may change a step and help at it.
func TestInterventionAfterChange(t *testing.T) {
	t.Parallel()
	after := lay(t, shipped(t), `variant: v
naam: V
vanaf: 2026-03-01
stappen:
  individuele-inkomenstoeslag.bankafschriften: {bewijs: []}
ingrepen: {individuele-inkomenstoeslag: automatisch}
`)
	r, _ := after.Get("individuele-inkomenstoeslag")
	var got []string
	for _, s := range r.Steps(rule.MustDate("2026-03-01")) {
		if s.Has(regulation.Awarded) {
			got = append(got, s.ID)
		}
	}
	if d := cmp.Diff([]string{"aanvragen", "inkomen-bewijzen", "bankafschriften"}, got); d != "" {
		t.Error(d)
	}
}

// What cannot be is refused, with its place.
func TestInterventionsRefused(t *testing.T) {
	t.Parallel()
	set := shipped(t)
	for _, c := range []struct{ help, code, words string }{
		{"{zorgtoeslag: folder}", "keuze", "kies uit"},
		{"{zorgtoeslag: [brief, brief]}", "dubbele-ingreep", "twee keer"},
		{"{zorgtoeslag: []}", "geen-ingreep", "leeg"},
		{"{zorgtoeslag: {brief: ja}}", "", ""},
		{"{zorgtoeslag: }", "", ""},
		{"{zorgtoeslga: brief}", "onbekend-id", "zorgtoeslag"},
		{"{zorgtoeslag.aanvraag: brief}", "onbekend-id", "zorgtoeslag.aanvragen"},
		{"{zorgtoeslag.inkomen-schatten: brief}", "ingreep-helpt-niet", "kost niemand het recht"},
		{"{individuele-inkomenstoeslag.bankafschriften: automatisch}", "ingreep-helpt-niet", "geen register"},
		{"{besteedbaar-inkomen: brief}", "ingreep-helpt-niet", "geen stappen"},
		{"[zorgtoeslag]", "", ""},
		{"{}", "lege-variant", "ingrepen"},
	} {
		text := "variant: v\nnaam: V\nvanaf: 2026-03-01\ningrepen: " + c.help + "\n"
		v, diags := regulation.ReadVariant("v.yaml", []byte(text))
		if diags.Err() == nil {
			_, diags = set.With(v)
		}
		if diags.Err() == nil {
			t.Errorf("%s is taken", c.help)
			continue
		}
		d := diags[0]
		if c.code != "" && d.Code != c.code || !strings.Contains(diags.Err().Error(), c.words) || d.Pos.File != "v.yaml" || d.Pos.Line < 1 {
			t.Errorf("%s: %v", c.help, diags)
		}
	}
}
