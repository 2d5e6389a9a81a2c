package language_test

import (
	"slices"
	"strings"
	"testing"

	"lemniscaat/internal/language"
)

// TestCompletion: what is offered at the "|", and what is not.
func TestCompletion(t *testing.T) {
	t.Parallel()
	const head = "// Id: premie.x\nRegel x\n    geldig vanaf 2024\n        "
	const list = "De premie van een persoon moet gesteld worden op 1 € indien hij aan alle volgende voorwaarden voldoet:\n   - "
	for _, c := range []struct {
		name, text string
		want, not  string // labels, comma between
	}{
		{"the verb of a rule", "De premie van een persoon moet |", "moet berekend worden als,moet gesteld worden op", "indien"},
		{"what a rule can set", "De |", "premie,inkomen", "partner,standaard premie,verzekerd"},
		{"a subject", "De premie van een |", "persoon,aanvrager", "inkomen,partner,leden"},
		{"values of the type of the attribute", "De premie van een persoon moet berekend worden als |",
			"zijn inkomen,de standaard premie,het kortingsdeel,de tijdsduur van", "zijn geboortedatum,zijn woonvorm,verzekerd,indien"},
		{"after a possessive, by type", "De premie van een persoon moet berekend worden als zijn |", "inkomen,vermogen", "geboortedatum,woonvorm,gezamenlijke vermogen,standaard premie"},
		{"of the partner", "De premie van een persoon moet berekend worden als het inkomen van zijn |", "partner", "huishouden,inkomen"},
		{"of the household", "De premie van een persoon moet berekend worden als het gezamenlijke vermogen van zijn |", "huishouden", "partner"},
		{"part of a word", "De premie van een persoon moet berekend worden als zijn in|", "inkomen", "vermogen"},
		{"the first word of two", "De premie van een persoon moet berekend worden als zijn inkomen plus de standaard |", "standaard premie", "kortingsdeel"},
		{"the second word of two", "De premie van een persoon moet berekend worden als zijn inkomen plus de standaard pre|", "standaard premie", "premie"},
		{"a later word of a name", "De premie van een persoon moet berekend worden als de pre|", "standaard premie", "inkomen"},
		{"operators", "De premie van een persoon moet berekend worden als zijn inkomen |", "plus,min,maal,indien,\u002c met een minimum van", "is leeg,moet gesteld worden op"},
		{"inside parentheses", "De premie van een persoon moet berekend worden als 2 maal (zijn inkomen plus |", "zijn vermogen", "zijn woonvorm"},
		{"a condition", "De premie van een persoon moet gesteld worden op 1 € indien |", "hij,zijn woonvorm,zijn partner,hij aan alle volgende voorwaarden voldoet:", "plus,'alleen'"},
		{"verb at the end", "De premie van een persoon moet gesteld worden op 1 € indien hij |", "verzekerd,is,heeft", "inkomen"},
		{"values of an enumeration", list + "zijn woonvorm is gelijk aan |", "'alleen','samen',zijn woonvorm", "zijn inkomen"},
		{"kenmerk with a verb", list + "hij heeft |", "recht op premiekorting", "verzekerd,aanvrager"},
		{"the end of a long name", list + "hij heeft recht op |", "recht op premiekorting", "verzekerd,zijn inkomen"},
		{"kenmerk of the partner", list + "zijn partner is |", "verzekerd,is leeg,is niet", "recht op premiekorting"},
		{"a noun", list + "hij is een |", "aanvrager", "verzekerd,inkomen"},
		{"the other side of a comparison", list + "zijn inkomen is groter dan |", "de standaard premie,zijn vermogen", "zijn geboortedatum,zijn woonvorm"},
		{"the members", "De premie van een persoon moet berekend worden als de som van het inkomen van de |", "leden", "lid,huishouden"},
		{"a variable", "De premie van een persoon moet berekend worden als de gr|.\n        Daarbij geldt:\n            de grote grens is 2 maal zijn inkomen.", "grote grens", "gezamenlijke vermogen"},
		{"the dates of a duration", "Het aantal uren van een persoon moet berekend worden als de tijdsduur van |", "zijn geboortedatum,de rekendatum", "zijn inkomen"},
		{"validity", "De premie van een persoon moet gesteld worden op 1 €.\n    gel|", "geldig vanaf,geldig altijd", ""},
		{"with an error before it", "De premie van een persoon moet berekend worden als zijn onzin plus zijn ink|", "inkomen", "woonvorm"},
		{"in a comment", "De premie // van een |", "", "persoon"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			w, file, place := at(t, head+c.text)
			got := labels(w.Complete(file, place))
			for _, l := range split(c.want) {
				if !slices.Contains(got, l) {
					t.Errorf("%q is not offered; got %q", l, got)
				}
			}
			for _, l := range split(c.not) {
				if slices.Contains(got, l) {
					t.Errorf("%q is offered", l)
				}
			}
		})
	}
}

func labels(cs []language.Completion) []string {
	var out []string
	for _, c := range cs {
		out = append(out, c.Label)
	}
	return out
}

func split(s string) []string {
	if s == "" {
		return nil
	}
	var out []string
	for _, l := range strings.Split(strings.ReplaceAll(s, ", met", "\x00 met"), ",") {
		out = append(out, strings.ReplaceAll(l, "\x00", ","))
	}
	return out
}

// A name of several words replaces all that was typed of it.
func TestCompletionReplacesThePhrase(t *testing.T) {
	t.Parallel()
	w, file, place := at(t, "// Id: premie.x\nRegel x\n    geldig vanaf 2024\n        De premie van een persoon moet gesteld worden op de standaard p|.")
	for _, c := range w.Complete(file, place) {
		if c.Label == "standaard premie" {
			if got := applied(t, w, file, c.Edit); !strings.Contains(got, "gesteld worden op de standaard premie.\n") {
				t.Errorf("the text becomes %q", got)
			}
			if !strings.Contains(c.Detail, "120 € vanaf 2026-01-01") || !strings.Contains(c.Detail, "niet geverifieerd") || !strings.Contains(c.Doc, "Staatscourant") {
				t.Errorf("value and source are missing: %q, %q", c.Detail, c.Doc)
			}
			return
		}
	}
	t.Error("not offered")
}

// applied gives the text of a file after edits.
func applied(t testing.TB, w *language.Workspace, file string, edits ...language.Edit) string {
	t.Helper()
	text, ok := w.File(file)
	if !ok {
		t.Fatalf("no file %s", file)
	}
	return language.Apply(text, edits)
}

func TestCompletionOfDeclarations(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ text, want string }{
		{"Parameter de grens : B|", "Bedrag"},
		{"Parameter de grens : Woon|", "Woonvorm"},
		{"Parameter de grens : Numeriek (getal) met eenheid |", "jr"},
		{"Objecttype de Persoon\n    de naam        Datum |", "Datum in dagen"},
		{"Feittype Iets\n    de baas        Per|", "Persoon"},
		{"Re|", "Regel"},
	} {
		w, file, place := at(t, c.text)
		if got := labels(w.Complete(file, place)); !slices.Contains(got, c.want) {
			t.Errorf("%s: got %q", c.text, got)
		}
	}
}

func TestCompletionOfKeys(t *testing.T) {
	t.Parallel()
	files := small(goodRule)
	name := "premie/artikel-1.md"
	text, place := cut(t, strings.Replace(files[name], "p1: {premie", "p1: {verz|, premie", 1))
	if got := labels(language.Open(files.With(name, text), day).Complete(name, place)); !slices.Equal(got, []string{"verzekerd"}) {
		t.Errorf("in an example: %q", got)
	}
	name = "premie/parameters.yaml"
	text, place = cut(t, files[name]+"kort|")
	if got := labels(language.Open(files.With(name, text), day).Complete(name, place)); !slices.Equal(got, []string{"kortingsdeel"}) {
		t.Errorf("in parameters.yaml: %q", got)
	}
}
