package language_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/language"
	"lemniscaat/internal/rule"
)

// TestEveryNameIsFound: in every shipped rule the names that the text has are
// those that the model prints, as often. Only what the rule is about may be said
// in another way: "zijn leden" is printed as "de leden van het huishouden".
func TestEveryNameIsFound(t *testing.T) {
	t.Parallel()
	w := language.Open(shipped(t), day)
	total := 0
	for _, r := range w.Set().Model.Rules {
		printed, found := namesOf(w, r)
		total += len(printed)
		subject := func(name string) bool {
			return slices.ContainsFunc(r.Versions, func(v *rule.Version) bool {
				return v.Subject.Kenmerk != nil && strings.EqualFold(name, v.Subject.Kenmerk.Name) || strings.EqualFold(name, v.Subject.Object.Name)
			})
		}
		printed, found = slices.DeleteFunc(printed, subject), slices.DeleteFunc(found, subject)
		if d := cmp.Diff(printed, found); d != "" {
			t.Errorf("%s:\n%s", r.ID, d)
		}
	}
	if total < 100 {
		t.Errorf("only %d names", total)
	}
}

const twoRules = `// Id: premie.bedrag
// Bron: jci1.3:c:BWBR0018451&artikel=2
Regel premie
    geldig vanaf 2024
        De premie van een aanvrager moet berekend worden als
        de standaard premie plus de grens plus het inkomen van zijn partner
        indien hij aan alle volgende voorwaarden voldoet:
            - hij is verzekerd
            - het aantal leden van zijn huishouden die verzekerd zijn is groter dan 2
            - de som van het vermogen van de leden van zijn huishouden is groter dan de grens.
        Daarbij geldt:
            de grens is het kortingsdeel van zijn inkomen.
`

func TestHoverDefinitionAndReferences(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		mark       string // replaced by itself with a "|" in it
		hover      string // parts, "+" between
		definition string // "file:text", "+" between
		references int    // with the declaration
	}{
		{"standaard pr|emie", "parameter van premie+Bedrag+120 €+geldt nu+niet geverifieerd+Staatscourant", "premie/gegevens.md:standaard premie+premie/parameters.yaml:standaard-premie", 3},
		{"De |premie", "attribuut van persoon+Bedrag+Volgt uit: premie (jci1.3:c:BWBR0018451&artikel=2)", "gemeenschappelijk/gegevens.md:premie", 4},
		{"het ink|omen van", "attribuut van persoon+gegeven", "gemeenschappelijk/gegevens.md:inkomen", 4},
		{"par|tner", "rol van persoon (één)", "gemeenschappelijk/gegevens.md:partner", 4},
		{"aanvr|ager moet", "de aanvrager** · kenmerk van persoon", "gemeenschappelijk/gegevens.md:aanvrager+gemeenschappelijk/gegevens.md:aanvragers", 3},
		{"leden| van zijn huishouden die", "rol van huishouden (meerdere)", "gemeenschappelijk/gegevens.md:lid+gemeenschappelijk/gegevens.md:leden", 5},
		{"de gre|ns plus", "variabele · Bedrag+kortingsdeel van zijn inkomen", "premie/artikel-1.md:grens", 3},
		{"Reg|el premie", "`premie.bedrag`+artikel=2](https://wetten.overheid.nl/jci+De premie van een aanvrager", "", 0},
		{"premie.be|drag", "`premie.bedrag`", "premie/artikel-1.md:premie", 2},
		{"jci1.3:c:BWBR|0018451", "https://wetten.overheid.nl/jci1.3:c:BWBR0018451&artikel=2", "", 0},
		{"1990-04-02, verz|ekerd", "kenmerk van persoon", "gemeenschappelijk/gegevens.md:verzekerd", 4},
		{"moet ber|ekend", "", "", 0},
	} {
		t.Run(c.mark, func(t *testing.T) {
			t.Parallel()
			files := small(twoRules)
			text, place := cut(t, strings.Replace(files[ruleFile], strings.ReplaceAll(c.mark, "|", ""), c.mark, 1))
			w := language.Open(files.With(ruleFile, text), day)
			h, ok := w.Hover(ruleFile, place)
			if ok != (c.hover != "") {
				t.Fatalf("hover %v %+v", ok, h)
			}
			for _, part := range strings.Split(c.hover, "+") {
				if !strings.Contains(h.Text, part) {
					t.Errorf("the hover does not say %q:\n%s", part, h.Text)
				}
			}
			var at []string
			for _, l := range w.Definition(ruleFile, place) {
				text, _ := w.File(l.File)
				at = append(at, l.File+":"+between(text, l.Range))
			}
			if got := strings.Join(at, "+"); got != c.definition {
				t.Errorf("defined at %q, want %q", got, c.definition)
			}
			if got := w.References(ruleFile, place, true); len(got) != c.references {
				t.Errorf("%d references, want %d: %v", len(got), c.references, got)
			}
			if all, some := w.References(ruleFile, place, true), w.References(ruleFile, place, false); len(all) > 0 && len(some) >= len(all) {
				t.Errorf("declarations are references too: %d of %d", len(some), len(all))
			}
		})
	}
}

// A rule that cannot be read still has names.
func TestHoverInABrokenRule(t *testing.T) {
	t.Parallel()
	w, file, place := at(t, "// Id: premie.x\nRegel x\n    geldig vanaf 2024\n        De premie van een persoon moet berekend worden als zijn in|komen plus onzin van.")
	h, ok := w.Hover(file, place)
	if !ok || !strings.Contains(h.Text, "attribuut van persoon") {
		t.Error(fmt.Sprint(h, ok))
	}
	if len(w.Definition(file, place)) != 1 {
		t.Error("no definition")
	}
}
