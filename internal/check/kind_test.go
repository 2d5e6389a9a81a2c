package check_test

import (
	"flag"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/check"
	"lemniscaat/internal/rule"
)

const article, params, words, meta = "bijdrage/artikel-1.md", "bijdrage/parameters.yaml", "bijdrage/gegevens.md", "bijdrage/regeling.yaml"

// edit replaces a piece of a file of the sound set.
type edit struct{ file, old, new string }

// extra puts rules before the last one of the sound set.
func extra(text string) edit {
	return edit{article, "// Id: bijdrage.bedrag", strings.TrimLeft(text, "\n") + "\n// Id: bijdrage.bedrag"}
}

// declared adds attributes of a person, parameters or domains.
func declared(attributes, more string) edit {
	return edit{words, "    de bijdrage ", attributes + "    de bijdrage "}.and(words, "Parameter de grens", more+"Parameter de grens")
}

func (e edit) and(file, old, text string) edit {
	if file != e.file {
		panic("BUG: one file an edit")
	}
	e.old, e.new = e.old+"\x00"+old, e.new+"\x00"+text
	return e
}

func (e edit) apply(t *testing.T, files map[string]string) {
	t.Helper()
	olds, news := strings.Split(e.old, "\x00"), strings.Split(e.new, "\x00")
	for i := range olds {
		if !strings.Contains(files[e.file], olds[i]) {
			t.Fatalf("%s does not hold %q", e.file, olds[i])
		}
		files[e.file] = strings.Replace(files[e.file], olds[i], block(news[i]), 1)
	}
}

// items puts conditions in the rule of the sound set.
func items(lines ...string) edit {
	text := "        indien hij aan alle volgende voorwaarden voldoet:"
	for _, l := range lines {
		if !strings.HasPrefix(l, "--") {
			l = "- " + l
		}
		text += "\n            " + l
	}
	return edit{article, "        indien hij is volwassen.", text + "."}
}

// proof is a sound set that has a finding after some edits.
type proof struct {
	name, code string
	severity   rule.Severity
	anchor     string
	says       string
	edits      []edit
}

// table is a beslistabel in the sound set: what it gives to whom.
func table(rows ...string) []edit {
	head := "    | | de korting van een persoon moet gesteld worden op | indien zijn leeftijd groter is dan of gelijk is aan | indien zijn leeftijd kleiner is dan | indien hij is thuiswonend |"
	return []edit{
		declared("    de korting     Bedrag;\n    de leeftijd    Numeriek (geheel getal) met eenheid jr;\n    is thuiswonend kenmerk (bijvoeglijk);\n", "Parameter de jeugd : Numeriek (geheel getal) met eenheid jr;\n"),
		{params, "grens:", "jeugd:\n  - {vanaf: 2026-01-01, waarde: 21 jr, bron: besluit 1, zekerheid: V}\n  - {vanaf: 2026-07-01, waarde: 23 jr, bron: besluit 2, zekerheid: V}\ngrens:"},
		extra("// Id: bijdrage.korting\n// Bron: besluit 1\nBeslistabel korting\n    geldig vanaf 2026\n" + strings.Replace(head, "indien hij is thuiswonend", "indien hij thuiswonend is", 1) + "\n    |---|---|---|---|---|\n    " + strings.Join(rows, "\n    ") + "\n"),
	}
}

func proofs() []proof {
	return []proof{
		{"unused attribute", check.CodeUnused, rule.Warning, "", `Geen regel leest het gegeven "hobby" van Persoon.`,
			[]edit{{words, "    de bijdrage ", "    de hobby                Tekst;\n    de bijdrage "}}},
		{"unused parameter", check.CodeUnused, rule.Warning, "bijdrage", "Geen regel leest de parameter bijdrage.rest.",
			[]edit{{words, "Parameter de grens", "Parameter de rest : Bedrag;\nParameter de grens"},
				{params, "grens:", "rest:\n  - {vanaf: 2026-01-01, waarde: \"1\", bron: besluit 1, zekerheid: V}\ngrens:"}}},
		{"computed and unread", check.CodeUnused, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag", "geen regel leest dat en het is geen uitkomst",
			[]edit{{meta, "persoon.bijdrage, per: jaar", "persoon.gezamenlijke-inkomen, per: jaar"}}},
		{"no source", check.CodeNoSource, rule.Warning, "bijdrage/artikel-1#bijdrage.samen", "Regel bijdrage.samen noemt geen bron.",
			[]edit{{article, "// Id: bijdrage.samen\n// Bron: jci1.3:c:BWBR0000001&artikel=1&lid=1\n", "// Id: bijdrage.samen\n"}}},
		{"no example", check.CodeNoExample, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag", "Geen voorbeeld laat regel bijdrage.bedrag zien.",
			[]edit{{article, "p1: {bijdrage: \"600\"}", "p1: {volwassen: ja}"}}},
		{"example does not come out", check.CodeExample, rule.Error, "bijdrage/artikel-1", "Weinig inkomen: bijdrage van p1 moet",
			[]edit{{article, "p1: {bijdrage: \"600\"}", "p1: {bijdrage: \"601\"}"}}},
		{"no outcome", check.CodeNoOutcome, rule.Warning, "bijdrage", "heeft regels, maar noemt geen uitkomst",
			[]edit{{meta, "uitkomsten:\n  - {eigenschap: persoon.bijdrage, per: jaar, naam: Bijdrage per jaar}\n", ""}}},
		{"outcome without a rule", check.CodeNoWriter, rule.Error, "bijdrage", `Geen regel bepaalt de uitkomst "Inkomen"`,
			[]edit{{meta, "naam: Bijdrage per jaar}", "naam: Bijdrage per jaar}\n  - {eigenschap: persoon.inkomen, per: jaar, naam: Inkomen}"}}},
		{"not rounded", check.CodeUnrounded, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag", "rondt niet af",
			[]edit{{article, " rekenkundig afgerond op 2 decimalen", ""}}},
		{"gap", check.CodeGap, rule.Warning, "bijdrage/artikel-1#bijdrage.volwassen", "geldt niet van 2026-02-01 tot en met 2026-02-28",
			[]edit{{article, "Regel volwassen\n    geldig vanaf 2026\n", `Regel volwassen
    geldig van 1 januari 2026 tot en met 31 januari 2026
        Een aanvrager is volwassen
        indien zijn geboortedatum is gevuld.
    geldig vanaf 1 maart 2026
`}}},
		{"expired", check.CodeExpired, rule.Warning, "bijdrage/artikel-1#bijdrage.volwassen", "geldt sinds 2026-03-31 niet meer",
			[]edit{{article, "Regel volwassen\n    geldig vanaf 2026\n", "Regel volwassen\n    geldig van 2026 tot en met 31 maart 2026\n"},
				{article, "p1: {geboortedatum: 1990-04-02,", "p1: {geboortedatum: 1990-04-02, volwassen: ja,"}}},
		{"parameter later than the rule", check.CodeNoParameter, rule.Error, "bijdrage/artikel-1#bijdrage.bedrag", "Parameter bijdrage.grens heeft op 2026-01-01 geen waarde",
			[]edit{{params, "grens:\n  - {vanaf: 2026-01-01", "grens:\n  - {vanaf: 2026-02-01"}}},
		{"parameter ends", check.CodeNoParameter, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag", "heeft op 2026-09-01 geen waarde",
			[]edit{{params, "deel:", "  - {vanaf: 2026-09-01, waarde: leeg, bron: besluit 2, zekerheid: V}\ndeel:"}}},
		{"explains nothing", check.CodeStale, rule.Warning, "bijdrage", "De uitleg bij bijdrage.deel legt een bevinding niet-geverifieerd uit die er niet meer is.",
			[]edit{{meta, "uitkomsten:", "bevindingen:\n  - {code: niet-geverifieerd, bij: bijdrage.deel, uitleg: zo is het}\nuitkomsten:"}}},
		{"explains an unknown kind", check.CodeStale, rule.Warning, "bijdrage", `Er is geen soort bevinding "niet-geverifieert" (bedoelde u "niet-geverifieerd"?)`,
			[]edit{{meta, "uitkomsten:", "bevindingen:\n  - {code: niet-geverifieert, bij: bijdrage.deel, uitleg: zo is het}\nuitkomsten:"}}},
		{"parameter said to be unknown", check.CodeNoParameter, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag", "heeft op 2026-01-01 geen waarde",
			[]edit{{params, "grens:\n  - {vanaf: 2026-01-01", "grens:\n  - {vanaf: 2025-01-01, waarde: leeg, bron: niet gevonden, zekerheid: V}\n  - {vanaf: 2026-02-01"}}},
		{"unverified", check.CodeUnverified, rule.Info, "bijdrage", "Parameter bijdrage.deel heeft een waarde die niet geverifieerd is (vanaf 2026-01-01).",
			[]edit{{params, "waarde: \"10 %\", bron: besluit 1, zekerheid: V", "waarde: \"10 %\", bron: besluit 1, zekerheid: K"}}},
		{"impossible: both sides", check.CodeImpossible, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag", `geen waarde van "inkomen" past bij alle voorwaarden`,
			[]edit{{article, "        indien hij is volwassen.", `        indien hij aan alle volgende voorwaarden voldoet:
            - hij is volwassen
            - zijn inkomen is groter dan de grens
            - zijn inkomen is kleiner dan of gelijk aan 10.000 €.`}}},
		{"impossible: opposite", check.CodeImpossible, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag", `"volwassen" moet waar en onwaar zijn`,
			[]edit{{article, "        indien hij is volwassen.", `        indien hij aan alle volgende voorwaarden voldoet:
            - hij is volwassen
            - hij is niet volwassen.`}}},
		{"impossible: partner", check.CodeImpossible, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag", `"partner" moet leeg en gevuld zijn`,
			[]edit{{article, "        indien hij is volwassen.", `        indien hij aan alle volgende voorwaarden voldoet:
            - hij is volwassen
            - zijn partner is leeg
            - zijn partner is gevuld.`}}},
		{"cycle", check.CodeCycle, rule.Error, "bijdrage/artikel-1#bijdrage.samen", "hebben elkaar nodig",
			[]edit{{article, "plus het inkomen van zijn partner", "plus het gezamenlijke inkomen van zijn partner"}}},
		{"conflict", check.CodeConflict, rule.Error, "bijdrage/artikel-1#bijdrage.nog-eens", "geven allebei een waarde",
			[]edit{{article, "// Id: bijdrage.bedrag", `// Id: bijdrage.nog-eens
// Bron: besluit 1
Regel nog eens
    geldig vanaf 2026
        Het gezamenlijke inkomen van een aanvrager moet gesteld worden op zijn inkomen.

// Id: bijdrage.bedrag`}}},
		{"a proof that a register holds", check.CodeKnown, rule.Warning, "bijdrage/artikel-1", "vraagt uw inkomen. Dat staat al in: Polisadministratie.",
			[]edit{{"bijdrage/stappen.yaml", "  als-niets:", "  bewijs:\n    - {naam: uw inkomen, register: Polisadministratie}\n  als-niets:"}}},
		{"cliff", check.CodeCliff, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag",
			"Bij het gezamenlijke inkomen kost één euro meer (€ 10.001,00 in plaats van € 10.000,00) € 1.000 bijdrage per jaar.",
			// Another rule also compares the income, nearer to it, but nothing
			// happens there.
			[]edit{{article, "        indien de tijdsduur van", "        indien hij aan alle volgende voorwaarden voldoet:\n            - zijn inkomen is kleiner dan 900.000 €\n            - de tijdsduur van"},
				{article, "het deel van (de grens min zijn gezamenlijke inkomen), met een minimum van 0 €", "het deel van de grens"},
				{article, "        indien hij is volwassen.", `        indien hij aan alle volgende voorwaarden voldoet:
            - hij is volwassen
            - zijn gezamenlijke inkomen is kleiner dan of gelijk aan de grens.`},
				{article, "p1: {bijdrage: \"600\"}", "p1: {bijdrage: \"1.000\"}"}}},

		{"unused domain", check.CodeUnused, rule.Info, "", `Geen gegeven of parameter is van het domein "Kleur".`,
			[]edit{{words, "Parameter de grens", "Domein Kleur is van het type Enumeratie\n    'rood'\n    'groen'\n\nParameter de grens"}}},
		{"unused fact type", check.CodeUnused, rule.Info, "", `Geen regel gebruikt het feittype "Vriendschap".`,
			[]edit{{words, "Parameter de grens", "Wederkerig feittype Vriendschap\n    de vriend                           Persoon\n    Eén vriend heeft één vriend\n\nParameter de grens"}}},
		{"long", check.CodeLong, rule.Info, "bijdrage/artikel-1#bijdrage.bedrag", "leest niemand in één keer",
			[]edit{items(append([]string{"hij is volwassen"}, many("zijn inkomen is ongelijk aan %d €", 20)...)...)}},
		{"gap between rules", check.CodeGap, rule.Warning, "bijdrage/artikel-1#bijdrage.volwassen-nieuw", `Van 2026-02-01 tot en met 2026-02-28 bepaalt geen regel "volwassen": bijdrage.volwassen is geëindigd`,
			[]edit{{article, "Regel volwassen\n    geldig vanaf 2026\n", "Regel volwassen\n    geldig van 2026 tot en met 31 januari 2026\n"},
				extra("// Id: bijdrage.volwassen-nieuw\n// Bron: besluit 1\nRegel volwassen nieuw\n    geldig vanaf 1 maart 2026\n        Een aanvrager is volwassen\n        indien zijn geboortedatum is gevuld.\n")}},
		{"impossible on a date", check.CodeImpossible, rule.Info, "bijdrage/artikel-1#bijdrage.bedrag", "kan vanaf 2027-01-01 niet waar zijn",
			[]edit{items("hij is volwassen", "zijn inkomen is groter dan de grens", "zijn inkomen is kleiner dan 20.000 €"),
				{params, "deel:", "  - {vanaf: 2027-01-01, waarde: \"30.000\", bron: besluit 2, zekerheid: V}\ndeel:"}}},
		{"impossible: two ages", check.CodeImpossible, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag", `geen waarde van "geboortedatum" past`,
			[]edit{items("de tijdsduur van zijn geboortedatum tot de rekendatum in hele jaren is groter dan 21 jr", "de tijdsduur van zijn geboortedatum tot de rekendatum in hele jaren is kleiner dan 18 jr")}},
		{"impossible: through another rule", check.CodeImpossible, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag", `geen waarde van "geboortedatum" past`,
			[]edit{items("hij is volwassen", "zijn geboortedatum is later dan de rekendatum")}},
		{"impossible: one of a list", check.CodeImpossible, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag", "‘zijn inkomen is groter dan 5.000 €’ kan naast de andere voorwaarden nooit waar zijn",
			[]edit{items("zijn inkomen is kleiner dan 1.000 €", "hij voldoet aan ten minste één van de volgende voorwaarden:", "-- hij is volwassen", "-- zijn inkomen is groter dan 5.000 €")}},
		{"redundant: twice", check.CodeRedundant, rule.Info, "bijdrage/artikel-1#bijdrage.bedrag", "‘hij is volwassen’ volgt al uit de andere voorwaarden",
			[]edit{items("hij is volwassen", "hij is volwassen")}},
		{"redundant: implied", check.CodeRedundant, rule.Info, "bijdrage/artikel-1#bijdrage.bedrag", "‘zijn inkomen is kleiner dan 20.000 €’ volgt al uit",
			[]edit{items("zijn inkomen is kleiner dan 20.000 €", "zijn inkomen is kleiner dan de grens")}},
		{"redundant: always", check.CodeRedundant, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag", "‘de grens is groter dan 5 €’ is altijd waar",
			[]edit{items("hij is volwassen", "de grens is groter dan 5 €")}},
		{"redundant: the kenmerk of the subject", check.CodeRedundant, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag", "‘hij is een aanvrager’ is altijd waar",
			[]edit{items("hij is volwassen", "hij is een aanvrager")}},
		{"redundant: every value", check.CodeRedundant, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag", "is altijd waar",
			[]edit{items("hij is volwassen", "hij voldoet aan ten minste één van de volgende voorwaarden:", "-- zijn inkomen is leeg", "-- zijn inkomen is groter dan 5 €", "-- zijn inkomen is kleiner dan of gelijk aan 5 €")}},
		{"redundant: an element with itself", check.CodeRedundant, rule.Warning, "bijdrage/artikel-1#bijdrage.samen", `vergelijkt "inkomen" met zichzelf`,
			[]edit{{article, "de som van het inkomen van de leden van zijn huishouden die geen aanvrager zijn", poorer("zijn inkomen")}}},
		{"rules overlap", check.CodeBoth, rule.Warning, "bijdrage/artikel-1#bijdrage.bedrag-jong", `geven allebei een waarde aan "bijdrage", bijvoorbeeld bij: `,
			[]edit{{article, "        indien hij is volwassen.", `        indien zijn inkomen kleiner is dan 5.000 €.

// Id: bijdrage.bedrag-jong
// Bron: besluit 1
Regel bijdrage jong
    geldig vanaf 2026
        De bijdrage van een aanvrager moet gesteld worden op 5 €
        indien zijn inkomen groter is dan 4.500 €.`}}},
		{"impossible row", check.CodeRow, rule.Warning, "bijdrage/artikel-1#bijdrage.korting", "Rij 3 van de tabel in regel bijdrage.korting kan nooit gelden",
			table("| 1 | 5 € | n.v.t. | 18 jr | n.v.t. |", "| 2 | 6 € | 18 jr | n.v.t. | n.v.t. |", "| 3 | 7 € | 30 jr | 20 jr | n.v.t. |")},
		{"rows overlap", check.CodeRows, rule.Error, "bijdrage/artikel-1#bijdrage.korting", "Rij 1 en 2 van de tabel in regel bijdrage.korting gelden allebei vanaf 2026-07-01, bijvoorbeeld bij: leeftijd 21 jaar",
			table("| 1 | 5 € | n.v.t. | de jeugd | n.v.t. |", "| 2 | 6 € | 21 jr | n.v.t. | n.v.t. |")},
		{"rows overlap in a kenmerk", check.CodeRows, rule.Error, "bijdrage/artikel-1#bijdrage.korting", "leeftijd 18 jaar en wel thuiswonend",
			table("| 1 | 5 € | n.v.t. | 18 jr | n.v.t. |", "| 2 | 6 € | 18 jr | n.v.t. | waar |", "| 3 | 7 € | 18 jr | n.v.t. | n.v.t. |")},
		{"gap in a table", check.CodeNoRow, rule.Warning, "bijdrage/artikel-1#bijdrage.korting", "heeft geen rij vanaf 2026-07-01, bijvoorbeeld bij: leeftijd 21 jaar",
			table("| 1 | 5 € | n.v.t. | 21 jr | n.v.t. |", "| 2 | 6 € | de jeugd | n.v.t. | n.v.t. |")},
		{"gap in a table, by a kenmerk", check.CodeNoRow, rule.Warning, "bijdrage/artikel-1#bijdrage.korting", "niet thuiswonend",
			table("| 1 | 5 € | n.v.t. | 21 jr | n.v.t. |", "| 2 | 6 € | 21 jr | n.v.t. | waar |")},
		{"a demand that nobody meets", check.CodeNeverMet, rule.Warning, "bijdrage/artikel-1#bijdrage.eis", `geen waarde van "inkomen" past`,
			[]edit{extra("// Id: bijdrage.eis\n// Bron: besluit 1\nRegel eis\n    geldig vanaf 2026\n        Een persoon moet voldoen aan alle volgende criteria:\n            - zijn inkomen is groter dan 5 €\n            - zijn inkomen is kleiner dan 5 €.\n")}},
		{"a demand that all meet", check.CodeNeverBroken, rule.Warning, "bijdrage/artikel-1#bijdrage.eis", "Iedereen voldoet altijd",
			[]edit{extra("// Id: bijdrage.eis\n// Bron: besluit 1\nRegel eis\n    geldig vanaf 2026\n        Het inkomen van een persoon moet groter zijn dan 5 €\n        indien zijn inkomen groter is dan 6 €.\n")}},
		{"initialisation without effect", check.CodeNoEffect, rule.Warning, "bijdrage/artikel-1#bijdrage.begin", `regel bijdrage.samen geeft "gezamenlijke inkomen" altijd een waarde`,
			[]edit{extra("// Id: bijdrage.begin\n// Bron: besluit 1\nRegel begin\n    geldig vanaf 2026\n        Het gezamenlijke inkomen van een aanvrager moet geïnitialiseerd worden op 0 €.\n")}},

		{"a demand without an example", check.CodeNoExample, rule.Warning, "bijdrage/artikel-1#bijdrage.eis", "Geen voorbeeld laat zien wie niet aan regel bijdrage.eis voldoet.",
			[]edit{extra("// Id: bijdrage.eis\n// Bron: besluit 1\nRegel eis\n    geldig vanaf 2026\n        Het inkomen van een persoon moet groter zijn dan 5 €.\n")}},
		{"syntax", "onverwacht", rule.Error, "", "", []edit{{article, "        indien hij is volwassen.", "        indien hij volwassen is is."}}},
		{"unknown name", "onbekende-naam", rule.Error, "", "", []edit{{article, "        indien hij is volwassen.", "        indien zijn leeftijd groter is dan 18 jr."}}},
		{"type", "verkeerd-type", rule.Error, "", "", []edit{{article, "        indien hij is volwassen.", "        indien zijn inkomen groter is dan 10%."}}},
		{"unit", "verkeerde-eenheid", rule.Error, "", "", []edit{{article, "18 jr.", "18 uren."}}},
		{"variable", "variabele", rule.Warning, "", "", []edit{{article, "        indien hij is volwassen.", "        indien hij is volwassen.\n        Daarbij geldt:\n            X is 5 €."}}},
		{"two versions at once", check.CodeOverlap, rule.Error, "", "", []edit{{article, "Regel volwassen\n    geldig vanaf 2026\n", "Regel volwassen\n    geldig vanaf 2025\n        Een aanvrager is volwassen.\n    geldig vanaf 2026\n"}}},
	}
}

func many(format string, n int) []string {
	var out []string
	for i := range n {
		out = append(out, fmt.Sprintf(format, i))
	}
	return out
}

// A unit of its own that nothing has; the rules that people write cannot say
// everything that a model can.
func TestUnusedUnit(t *testing.T) {
	t.Parallel()
	set := load(t, sound())
	metre := &rule.Unit{Article: "de", Name: "meter", Plural: "meters", Symbol: "m"}
	set.Model.Units = append(set.Model.Units, &rule.UnitSystem{Name: "Lengte", Units: []*rule.Unit{metre}})
	unused := func() bool {
		return slices.ContainsFunc(check.Check(set, options()), func(f check.Finding) bool {
			return f.Code == check.CodeUnused && strings.Contains(f.Message, "Lengte")
		})
	}
	if !unused() {
		t.Error("nothing is measured in metres and nobody says so")
	}
	set.Model.Objects[0].Attributes[0].Type.Unit = "m"
	if unused() {
		t.Error("something is measured in metres")
	}
}

// Every kind has a set in which it is found, and the sound set in which it is
// not.
func TestKinds(t *testing.T) {
	t.Parallel()
	proven := map[string]bool{}
	for _, p := range proofs() {
		proven[p.code] = true
	}
	kinds := map[string]bool{}
	for _, k := range check.Kinds() {
		kinds[k.Code] = true
		if !proven[k.Code] {
			t.Errorf("no test has the finding %s", k.Code)
		}
		for _, text := range []string{k.Group, k.What, k.Do} {
			if text == "" || strings.Contains(text, "%") {
				t.Errorf("%s: %q", k.Code, text)
			}
		}
	}
	for code := range proven {
		if !kinds[code] {
			t.Errorf("%s is not in the table of kinds", code)
		}
	}
	for _, p := range proofs() {
		t.Run(p.name, func(t *testing.T) {
			t.Parallel()
			p.run(t)
		})
	}
}

// finds gives the diagnostics of the reader, and the findings when there is
// nothing wrong with the text.
func finds(t *testing.T, files map[string]string) []rule.Diagnostic {
	t.Helper()
	set, diags := read(files)
	if diags.Err() == nil {
		for _, f := range check.Check(set, options()) {
			diags = append(diags, f.Diagnostic())
		}
	}
	return diags
}

func (p proof) run(t *testing.T) {
	t.Helper()
	has := func(files map[string]string) []rule.Diagnostic {
		var out []rule.Diagnostic
		for _, d := range finds(t, files) {
			if d.Code == p.code && strings.Contains(d.Message, p.says) {
				out = append(out, d)
			}
		}
		return out
	}
	files := sound()
	if got := has(files); len(got) != 0 {
		t.Fatalf("the sound set has it too: %v", got)
	}
	for _, e := range p.edits {
		e.apply(t, files)
	}
	got := has(files)
	if len(got) != 1 {
		t.Fatalf("got %d, want 1; all: %v", len(got), finds(t, files))
	}
	d := got[0]
	if d.Severity != p.severity || d.Anchor != p.anchor && p.anchor != "" || d.Pos.File == "" || d.Message == "" {
		t.Errorf("got %+v", d)
	}
	for _, k := range check.Kinds() {
		switch {
		case k.Code != p.code || k.Reader:
		case d.Hint == "":
			t.Error("it does not say what to do")
		case d.Severity > k.Severity || d.Severity < k.Severity && !k.Milder:
			t.Errorf("is a %s, the table says %s", d.Severity, k.Severity)
		}
	}
}

var update = flag.Bool("update", false, "write the documents that are made of the code")

// The table of kinds is published as it is in the code.
func TestDocument(t *testing.T) {
	t.Parallel()
	const file = "../../docs/bevindingen.md"
	var b strings.Builder
	b.WriteString(strings.ReplaceAll(`# Bevindingen

Wat ´lemniscaat check´ vindt, hoe erg dat is en wat u eraan doet. De codes veranderen niet. Deze bladzijde is gemaakt van
de tabel in het programma; wijzig haar daar.

Een **fout** houdt een regeling tegen. Een **waarschuwing** vraagt om een besluit: aanpassen of zo laten. Wie haar zo laat,
zegt waarom onder *bevindingen* in regeling.yaml; zij telt dan als **uitgelegd**. Een **tip** is goed om
te weten. Waar *of minder* staat, is de bevinding soms minder ernstig, bijvoorbeeld omdat er nog tijd is.

Wat met ‘kan nooit’ of ‘altijd’ begint, is bewezen uit de regels zelf. Waar dat bewijs niet te geven is, zwijgt het programma.
`, "´", "`"))
	group := ""
	for _, k := range check.Kinds() {
		if k.Group != group {
			group = k.Group
			fmt.Fprintf(&b, "\n## %s\n\n| code | ernst | wat er is | wat u doet |\n|---|---|---|---|\n", group)
		}
		severity := k.Severity.String()
		if k.Milder {
			severity += " of minder"
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", k.Code, severity, k.What, k.Do)
	}
	b.WriteString("\nAlle codes van het lezen van regels staan in [het profiel](regelspraak-profiel.md).\n")
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Error("docs/bevindingen.md is of another table (go test ./internal/check -run TestDocument -update):", diff)
	}
}

// poorer takes together who earns less than some income.
func poorer(income string) string {
	return "(de som van het inkomen van de leden van zijn huishouden die aan de volgende voorwaarde voldoen:\n            - zijn inkomen is kleiner dan " + income + "\n        )"
}

// Compared with the subject, an element is not compared with itself.
func TestOtherCompared(t *testing.T) {
	t.Parallel()
	files := sound()
	edit{article, "de som van het inkomen van de leden van zijn huishouden die geen aanvrager zijn", poorer("het inkomen van de aanvrager")}.apply(t, files)
	for _, f := range check.Check(load(t, files), options()) {
		if f.Severity == rule.Error || f.Code == check.CodeRedundant {
			t.Error(f)
		}
	}
}
