package regulation_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Each municipality of the shipped regulations has values of its own, and
// worked examples that come out with them.
func TestShippedMunicipalities(t *testing.T) {
	t.Parallel()
	set := load(t)
	var ids []string
	for _, m := range set.Municipalities() {
		ids = append(ids, m.ID)
		local, diags := set.Municipality(m.ID)
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		p, compiled := local.Program("individuele-inkomenstoeslag")
		if err := compiled.Err(); err != nil {
			t.Fatal(err)
		}
		reg, _ := local.Get("individuele-inkomenstoeslag")
		if *reg.Municipality != m || len(reg.Examples()) < 4 {
			t.Errorf("%s: %+v met %d voorbeelden", m.ID, reg.Municipality, len(reg.Examples()))
		}
		for _, ex := range reg.Examples() {
			for _, fault := range ex.Run(p) {
				t.Errorf("%s, %s:%d: %s", m.ID, ex.Pos.File, ex.Pos.Line, fault)
			}
		}
		for _, p := range reg.Parameters {
			if v, ok := p.At(rule.MustDate("2026-06-01")); ok && v.Example && !strings.Contains(v.Source, m.Name) {
				t.Errorf("%s: %s komt uit %q", m.ID, p.ID, v.Source)
			}
		}
	}
	if diff := cmp.Diff([]string{"noorderkoog", "zuiderlinde"}, ids); diff != "" {
		t.Error(diff)
	}
	if _, diags := set.Municipality("zuiderlind"); !strings.Contains(diags.Err().Error(), `bedoelde u "zuiderlinde"`) {
		t.Error(diags)
	}
}

// Going to a municipality and back gives the set that was left, and a variant
// lies over the values of the municipality.
func TestMunicipalityAndVariant(t *testing.T) {
	t.Parallel()
	set := load(t)
	to := func(s *regulation.Set, id string) *regulation.Set {
		out, diags := s.Municipality(id)
		if len(diags) > 0 {
			t.Fatal(diags)
		}
		return out
	}
	north := to(set, "noorderkoog")
	if north.Digest() == set.Digest() {
		t.Error("the values of the municipality change no digest")
	}
	if got := to(north, "zuiderlinde").Digest(); got != set.Digest() {
		t.Error("back again is another set")
	}
	limit := func(s *regulation.Set, on string) string {
		p, _ := s.Parameter("individuele-inkomenstoeslag.inkomensgrens")
		v, _ := p.At(rule.MustDate(on))
		return v.Value.String()
	}
	wider := layFile(t, north, "individuele-inkomenstoeslag/varianten/ruimere-grens.yaml")
	got := []string{limit(set, "2026-06-01"), limit(north, "2026-06-01"), limit(wider, "2026-06-01"), limit(wider, "2027-06-01"), limit(to(wider, "zuiderlinde"), "2026-06-01")}
	if diff := cmp.Diff([]string{limit(set, "2026-06-01"), "120 %", "120 %", "120 %", limit(set, "2026-06-01")}, got); diff != "" {
		t.Error(diff)
	}
	steps := func(s *regulation.Set) (out []string) {
		reg, _ := s.Get("individuele-inkomenstoeslag")
		for _, x := range reg.Steps(rule.MustDate("2026-06-01")) {
			out = append(out, x.ID+": "+x.Action)
		}
		return out
	}
	if diff := cmp.Diff([]string{
		"inkomen-bewijzen: Stuur bewijs van uw inkomen over 36 maanden", "bankafschriften: Stuur bankafschriften van de laatste drie maanden",
	}, steps(set)[1:3]); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]string{
		"inkomen-bewijzen: Stuur bewijs van uw inkomen over 60 maanden", "bankafschriften: Stuur een bankafschrift van de laatste maand",
	}, steps(north)[1:3]); diff != "" {
		t.Error(diff)
	}
}

// A file of a municipality is checked where the set is loaded.
func TestMunicipalityRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ file, text, want string }{
		"another name":      {"elders", "gemeente: anders\nnaam: Anders\n", `"anders" staat in het bestand van "elders"`},
		"unknown parameter": {"elders", "gemeente: elders\nnaam: Elders\nparameters:\n  grensje:\n    - {vanaf: 2026-01-01, waarde: \"1\", bron: x, voorbeeld: ja}\n", `geen parameter "grensje"`},
		"wrong value":       {"elders", "gemeente: elders\nnaam: Elders\nparameters:\n  bedrag:\n    - {vanaf: 2026-01-01, waarde: \"1 %\", bron: x, voorbeeld: ja}\n", "andere eenheid"},
		"no mark":           {"elders", "gemeente: elders\nnaam: Elders\nparameters:\n  bedrag:\n    - {vanaf: 2026-01-01, waarde: \"1\", bron: x}\n", "hoe zeker"},
		"unknown step":      {"elders", "gemeente: elders\nnaam: Elders\nvanaf: 2026-01-01\nstappen: {bijdrage.niets: vervalt}\n", `geen stap "bijdrage.niets"`},
		"no day":            {"elders", "gemeente: elders\nnaam: Elders\nregels: {bijdrage.bedrag: vervalt}\n", "vanaf welke dag"},
		"unknown article":   {"elders", "gemeente: elders\nnaam: Elders\nvoorbeelden: [{artikel: artikel-9}]\n", `geen artikel "artikel-9"`},
	} {
		files := small()
		files["bijdrage/gemeenten/"+c.file+".yaml"] = c.text
		files["bijdrage/regeling.yaml"] += "\ngemeente: {id: hier, naam: Hier, voorbeeld: ja}\n"
		if _, diags := regulation.Load(fsys(files)); diags.Err() == nil || !strings.Contains(diags.Err().Error(), c.want) {
			t.Errorf("%s: %v", name, diags)
		}
	}
	files := small()
	files["bijdrage/gemeenten/elders.yaml"] = "gemeente: elders\nnaam: Elders\n"
	if _, diags := regulation.Load(fsys(files)); diags.Err() == nil || !strings.Contains(diags.Err().Error(), "van geen gemeente") {
		t.Error(diags)
	}
}
