package language_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/language"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

var day = rule.MustDate("2026-11-22")

// shipped gives the files of the regulations that ship.
func shipped(t testing.TB) language.Files {
	t.Helper()
	files, err := language.Read(regelingen.Files)
	if err != nil {
		t.Fatal(err)
	}
	return files
}

// small is a set with one regulation of one article; a "|" in text is the
// place that is asked about.
func small(rules string) language.Files {
	return language.Files{
		"gemeenschappelijk/gegevens.md": article("gemeenschappelijk", `Objecttype de Persoon (mv: personen) (bezield)
    de geboortedatum                     Datum in dagen;
    de aanvrager (mv: aanvragers)        kenmerk;
    is verzekerd                         kenmerk (bijvoeglijk);
    heeft recht op premiekorting         kenmerk (bezittelijk);
    het inkomen                          Bedrag;
    het vermogen                         Bedrag;
    de premie                            Bedrag;
    het aantal uren                      Numeriek (geheel getal);
    de woonvorm                          Woonvorm;

Domein Woonvorm is van het type Enumeratie
    'alleen'
    'samen'

Objecttype het Huishouden (mv: huishoudens)
    het gezamenlijke vermogen            Bedrag;

Wederkerig feittype Partnerschap
    de partner                           Persoon
    Eén partner heeft één partner

Feittype Samenstelling
    het huishouden                       Huishouden
    het lid (mv: leden)                  Persoon
    Eén huishouden heeft meerdere leden`),
		"premie/regeling.yaml": "id: premie\nnaam: Premiewet\nsamenvatting: Een proef.\nuitkomsten:\n  - {eigenschap: persoon.premie, per: jaar, naam: premie}\n",
		"premie/parameters.yaml": "# waarden\nstandaard-premie:\n  - {vanaf: 2025-01-01, waarde: \"100\", bron: Staatscourant, zekerheid: V}\n" +
			"  - {vanaf: 2026-01-01, waarde: \"120\", bron: een folder, zekerheid: K}\nkortingsdeel:\n  - {vanaf: 2025-01-01, waarde: \"10 %\", bron: Staatscourant, zekerheid: V}\n",
		"premie/gegevens.md":  article("gegevens", "Parameter de standaard premie : Bedrag;\nParameter het kortingsdeel : Percentage;"),
		"premie/artikel-1.md": article("artikel-1", rules) + exampleText,
	}
}

const exampleText = "\n```voorbeeld\nnaam: Gewoon\ndatum: 2026-06-01\npersonen:\n  p1: {geboortedatum: 1990-04-02, verzekerd: ja, inkomen: \"10\", vermogen: \"0\"}\nverwacht:\n  p1: {premie: \"120\"}\nbron: bedacht\n```\n"

const goodRule = `// Id: premie.bedrag
// Bron: jci1.3:c:BWBR0018451&artikel=2
Regel premie
    geldig vanaf 2024
        De premie van een aanvrager moet gesteld worden op de standaard premie.
`

func article(id, rules string) string {
	return "---\nid: " + id + "\ntitel: Proef\n---\n# Proef\n\nTekst.\n\n```regelspraak\n" + rules + "\n```\n"
}

// cut takes the "|" out of the text of a file and gives its place.
func cut(t testing.TB, text string) (string, language.Place) {
	t.Helper()
	before, after, ok := strings.Cut(text, "|")
	if !ok {
		t.Fatal("BUG: no | in the text")
	}
	line := before[strings.LastIndex(before, "\n")+1:]
	return before + after, language.Place{Line: strings.Count(before, "\n") + 1, Column: len([]rune(line)) + 1}
}

// at opens the small set with the rules that stand in text, and gives the place of the "|".
func at(t testing.TB, rules string) (*language.Workspace, string, language.Place) {
	t.Helper()
	files := small(rules)
	const name = "premie/artikel-1.md"
	text, place := cut(t, files[name])
	return language.Open(files.With(name, text), day), name, place
}
