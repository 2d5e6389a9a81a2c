package regelspraak_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// outside gives every construct of RegelSpraak that the profile does not have,
// with what its refusal has to name.
var outside = []struct{ name, text string }{
	{"dagsoort", "Dagsoort de kerstdag (mv: kerstdagen)"},
	{"dagsoort", "Dagsoortdefinitie\n  Een dag is een kerstdag"},
	{"tijdlijn", "Tijdlijn per maand"},
	{"dimensie", "Dimensie de jaardimensie"},
	{"startpunt", "Startpunt de eerste dag"},
	{"verdeling", "Verdeling van iets"},
	{"regelset", "Regelset iets"},
	{"tijdlijn", "Objecttype de Persoon\n  het loon Bedrag voor elke maand;"},
	{"tijdlijn", "Objecttype de Persoon\n  het dagloon Bedrag voor elke dag;"},
	{"tijdlijn", "Parameter de premie : Bedrag voor elk jaar;"},
	{"dimensie", "Objecttype de Persoon\n  het loon Bedrag gedimensioneerd met jaardimensie;"},
	{"datum met tijd", "Objecttype de Persoon\n  het moment Datum en tijd in millisecondes;"},
	{"ander domein", "Domein Tweede is van het type Woonvorm"},
	{"eenheid bij dit type", "Parameter de rente : Percentage met eenheid jr;"},
	{"meer conclusies", table("| | de toeslag van een persoon moet gesteld worden op | het akkoord van een persoon moet gesteld worden op |\n | 1 | 5 € | waar |")},
	{"initialiseert", table("| | de toeslag van een persoon moet geïnitialiseerd worden op |\n | 1 | 5 € |")},
	{"leeg of gevuld", table("| | de toeslag van een persoon moet gesteld worden op | indien zijn partner gevuld is |\n | 1 | 5 € | waar |")},
	{"leeg of gevuld", table("| | de toeslag van een persoon moet gesteld worden op | indien zijn inkomen leeg is |\n | 1 | 5 € | waar |")},
	{"uniek zijn over meer attributen", sentence("De concatenatie van de namen en de nummers van alle personen moeten uniek zijn.")},
	{"uniek zijn over meer attributen", sentence("De namen van alle personen verenigd met de namen van alle huishoudens moeten uniek zijn.")},
	{"uniek zijn met een voorwaarde", sentence("De achternaam van een persoon moet uniek zijn indien hij verzekerd is.")},
	{"uniek zijn onder een deel", "Objecttype de Persoon\n  het nummer (mv: nummers) Tekst;\n" + sentence("De nummers van alle aanvragers moeten uniek zijn.")},
	{"meer objecten tegelijk", sentence("De toeslag van de leden van een huishouden moet gesteld worden op 5 €.")},
	{"meer objecten tegelijk", sentence("De toeslag van een aanvrager en zijn partner moet gesteld worden op 5 €.")},
	{"ander object dan het onderwerp", sentence("De toeslag van de partner van een persoon moet gesteld worden op 5 €.")},
	{"objectcreatie of feitcreatie", sentence("Een huishouden heeft het lid met inkomen gelijk aan 5 €.")},
	{"objectcreatie of feitcreatie", sentence("Een persoon heeft de partner.")},
	{"verdeling", sentence("Het gezamenlijke inkomen van een huishouden wordt verdeeld over de toeslag van de leden van het huishouden.")},
	{"machtsverheffen", value("de factor tot de macht 2")},
	{"worteltrekken", value("de wortel van 5")},
	{"absolute waarde", value("de absolute waarde van (5 €)")},
	{"totaal van", value("het totaal van zijn inkomen")},
	{"paasdag", value("de eerste paasdag van 2026")},
	{"rekenjaar", value("het rekenjaar")},
	{"concatenatie", value("de concatenatie van zijn achternaam en zijn achternaam")},
	{"tijdsevenredig", value("het tijdsevenredig deel per maand van zijn inkomen")},
	{"tussen twee meervoudige", value("de som van de waarde van de wagens van de partner van de leden van zijn huishouden")},
	{"gedurende", condition("hij gedurende het hele jaar verzekerd is")},
	{"in de periode", condition("hij verzekerd is in de periode van 1-1-2026 tot 1-2-2026")},
	{"dagsoort", condition("de rekendatum een dagsoort is")},
	{"elfproef", condition("zijn achternaam voldoet aan de elfproef")},
	{"numeriek", condition("zijn achternaam is numeriek met exact 9 cijfers")},
	{"regel als voorwaarde", condition("regelversie test is inconsistent")},
	{"regel als voorwaarde", condition("regelversie test is gevuurd")},
	{"objecten met elkaar vergelijken", condition("zijn partner is gelijk aan de persoon")},
	{"objecten met elkaar vergelijken", condition("zijn partner gelijk is aan de partner van zijn partner")},
}

func table(rows string) string {
	return "// Id: test.t\nBeslistabel t\n geldig altijd\n " + rows + "\n"
}

func sentence(s string) string { return wrap(s) }

func value(e string) string {
	return wrap("De toeslag van een persoon moet berekend worden als " + e + ".")
}

func condition(c string) string {
	return wrap("De toeslag van een persoon moet gesteld worden op 5 € indien " + c + ".")
}

// TestOutsideIsRefusedByName: what RegelSpraak has and the profile has not
// gives one error, that says what it is.
func TestOutsideIsRefusedByName(t *testing.T) {
	t.Parallel()
	for _, c := range outside {
		_, ds := regelspraak.Parse([]regelspraak.Source{words(t), {File: "x.md", Line: 1, Regulation: "test", Text: c.text}})
		var errs rule.Diagnostics
		for _, d := range ds {
			if d.Severity == rule.Error {
				errs = append(errs, d)
			}
		}
		if len(errs) != 1 || errs[0].Code != regelspraak.CodeProfile || !strings.Contains(errs[0].Message, c.name) {
			t.Errorf("%s\ngives %v, want a refusal that names %q", c.text, errs, c.name)
		}
	}
}
