package language_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/language"
)

func TestFormat(t *testing.T) {
	t.Parallel()
	messy := "Deze tekst  blijft.\n\n" + `// Een opmerking die blijft.
// Id: premie.bedrag
// Bron:   jci1.3:c:BWBR0018451&artikel=2
Regel   premie
  geldig   vanaf 2024
 De premie van een aanvrager
        moet berekend worden als de standaard premie.

// Id: premie.stuk
Regel stuk
  geldig vanaf   2024
   De inkomen van een.

// Id: premie.opmerking
Regel opmerking
  geldig vanaf 2024
    Het vermogen van een persoon // altijd
    moet gesteld worden op   1 €.
`
	want := `// Een opmerking die blijft.
// Id: premie.bedrag
// Bron:   jci1.3:c:BWBR0018451&artikel=2
Regel premie
    geldig vanaf 2024
        De premie van een aanvrager moet gesteld worden op de standaard premie.

// Id: premie.stuk
Regel stuk
  geldig vanaf   2024
   De inkomen van een.

// Id: premie.opmerking
Regel opmerking
  geldig vanaf 2024
    Het vermogen van een persoon // altijd
    moet gesteld worden op   1 €.
`
	_, rules, _ := strings.Cut(messy, "\n\n")
	for _, eol := range []string{"\n", "\r\n"} {
		files := small(rules)
		before := strings.ReplaceAll(files[ruleFile], "\n", eol)
		w := language.Open(files.With(ruleFile, before), day)
		got := language.Apply(before, w.Format(ruleFile))
		if d := cmp.Diff(strings.ReplaceAll(strings.Replace(files[ruleFile], rules, want, 1), "\n", eol), got); d != "" {
			t.Error(d)
		}
		again := language.Open(files.With(ruleFile, got), day)
		if es := again.Format(ruleFile); len(es) > 0 {
			t.Errorf("formatting twice changes more: %+v", es)
		}
	}
}

// Formatting what ships keeps every rule, and there is nothing left to do after.
func TestFormatWhatShips(t *testing.T) {
	if testing.Short() {
		t.Skip("reads and formats all that ships")
	}
	t.Parallel()
	files := shipped(t)
	w := language.Open(files, day)
	after := files
	for _, file := range w.Names() {
		after = after.With(file, language.Apply(files[file], w.Format(file)))
	}
	again := language.Open(after, day)
	if a, b := w.Set().Digest(), again.Set().Digest(); a != b {
		t.Errorf("another set of rules: %s, was %s", b, a)
	}
	for _, file := range again.Names() {
		if es := again.Format(file); len(es) > 0 {
			t.Errorf("%s changes once more: %+v", file, es)
		}
	}
}

func TestSymbols(t *testing.T) {
	t.Parallel()
	w := language.Open(small(twoRules), day)
	var flat []string
	var walk func(prefix string, ss []language.Symbol)
	walk = func(prefix string, ss []language.Symbol) {
		for _, s := range ss {
			flat = append(flat, prefix+string(s.Kind)+" "+s.Name)
			if s.Selection.From.Before(s.Range.From) || s.Range.To.Before(s.Selection.To) {
				t.Errorf("%s: the name %v is outside %v", s.Name, s.Selection, s.Range)
			}
			walk(prefix+"  ", s.Children)
		}
	}
	for _, f := range []string{"premie/artikel-1.md", "premie/gegevens.md", "premie/parameters.yaml", "gemeenschappelijk/gegevens.md"} {
		walk("", w.Symbols(f))
	}
	want := strings.Split(`regel premie
  variabele grens
voorbeeld Gewoon
parameter standaard premie
parameter kortingsdeel
parameter standaard-premie
parameter kortingsdeel
objecttype Persoon
  attribuut geboortedatum
  kenmerk aanvrager
  kenmerk verzekerd
  kenmerk recht op premiekorting
  attribuut inkomen
  attribuut vermogen
  attribuut premie
  attribuut aantal uren
  attribuut woonvorm
domein Woonvorm
objecttype Huishouden
  attribuut gezamenlijke vermogen
wederkerig Wederkerig feittype Partnerschap
  rol partner
feittype Feittype Samenstelling
  rol huishouden
  rol lid`, "\n")
	if d := cmp.Diff(want, flat); d != "" {
		t.Error(d)
	}
}
