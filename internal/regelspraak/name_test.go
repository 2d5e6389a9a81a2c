package regelspraak_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// statutory are names as laws have them, full of words that the language also
// has. Each must do as a parameter, an attribute, and next to each other.
var statutory = []string{
	"inkomen en vermogen van de partner boven de grens",
	"som van de uren",
	"norm, bedoeld in artikel 21", // a comma cannot be in a name: left out below
	"het bedrag van de norm voor een alleenstaande",
	"tegemoetkoming op grond van artikel 2",
	"kosten van bestaan",
	"minimum van de inkomensgrens",
	"maximale waarde van de woning",
	"aantal leden van het gezin",
	"eerste dag van de maand van aanvraag",
	"tijdsduur van de uitkering in hele jaren",
	"inkomen uit werk en woning",
	"inkomen min de verschuldigde belasting",
	"premie plus opslag",
	"tarief maal de grondslag",
	"bedrag gedeeld door het aantal kinderen",
	"bedrag verminderd met de eigen bijdrage",
	"huur indien gehuurd",
	"recht op toeslag van een partner",
	"datum tot en met waarop het recht bestaat",
	"leeftijd groter dan 18 jr",
	"bedrag dat is vrijgesteld",
	"bedrag dat verschuldigd is",
	"bedrag naar beneden afgerond op 2 decimalen",
	"bedrag met een minimum van nul",
	"uitkering die verzekerd zijn",
	"toeslag voor personen van 21 jaar en ouder",
	"AOW-gerechtigde leeftijd",
	"auto's van de zaak",
	"kind- en partnertoeslag",
	"één-oudertoeslag",
	"jaar uit dienst",
	"percentage van het wettelijk minimumloon",
	"10 procent van de rest",
	"box 3",
	"22a-norm",
}

func TestStatutoryNames(t *testing.T) {
	t.Parallel()
	for _, name := range statutory {
		if strings.Contains(name, ",") {
			continue
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := fmt.Sprintf(`
Objecttype de Persoon (mv: personen) (bezield)
    het %[1]s Bedrag;
    de uitkomst Bedrag;
Wederkerig feittype Partnerschap
    de echtgenoot Persoon
    Eén echtgenoot heeft één echtgenoot
Parameter de %[2]s : Bedrag;
Parameter de voet : Bedrag;
// Id: x.a
Regel gebruikt de naam
    geldig altijd
        De uitkomst van een persoon moet berekend worden als
        zijn %[1]s plus de %[2]s min het %[1]s van zijn echtgenoot maal 2, met een minimum van de voet
        indien hij aan alle volgende voorwaarden voldoet:
            - zijn %[1]s is groter dan de %[2]s
            - het %[1]s van zijn echtgenoot is kleiner dan of gelijk aan zijn %[1]s
            - zijn %[1]s is leeg.
// Id: x.b
Regel schrijft de naam
    geldig altijd
        Het %[1]s van een persoon moet gesteld worden op de %[2]s indien zijn %[1]s leeg is.
`, name, "landelijke "+name)
			m, ds := regelspraak.Parse([]regelspraak.Source{{File: "x.md", Line: 1, Regulation: "x", Text: text}})
			if len(ds) > 0 {
				t.Fatal(ds)
			}
			roundTrip(t, m)
			e := m.Rules[0].Versions[0].Action.(*rule.Assign).Expr.(*rule.Clamp).Expr.(*rule.Arith)
			if e.Op != rule.Sub || e.L.(*rule.Arith).L.(*rule.AttributeRef).Attribute.Name != name ||
				e.L.(*rule.Arith).R.(*rule.ParameterRef).Parameter.Name != "landelijke "+name {
				t.Errorf("read as %s", regelspraak.PrintExpr(e))
			}
		})
	}
}

// TestNoSilentPick: where two readings both make sense, both are shown and
// neither is taken; a type or a pronoun decides where it can.
func TestNoSilentPick(t *testing.T) {
	t.Parallel()
	declare := `
Objecttype de Persoon (mv: personen) (bezield)
    het inkomen Bedrag;
    het inkomen van de partner Bedrag;
    de datum Datum in dagen;
    de datum van de partner Bedrag;
    de uitkomst Bedrag;
    is rijk kenmerk (bijvoeglijk);
    is niet rijk kenmerk (bijvoeglijk);
Wederkerig feittype Partnerschap
    de partner Persoon
    Eén partner heeft één partner
Parameter de aftrek : Bedrag;
Parameter de norm : Bedrag;
Parameter de norm min de aftrek : Bedrag;
Parameter de helft van de norm : Bedrag;
Parameter de helft : Percentage;
Parameter de rest : Percentage;
Parameter de rest van de norm : Percentage;
`
	for _, c := range []struct{ expr, want string }{
		{"de norm min de aftrek", "dubbelzinnig"},
		{"de helft van de norm", "dubbelzinnig"},
		{"de rest van de norm", "de rest van de norm"}, // the percentage does not fit
		{"(de norm) min de aftrek", "de norm min de aftrek"},
		{"het inkomen van de partner van de persoon", "dubbelzinnig"},
		{"zijn inkomen van de partner", "zijn inkomen van de partner"},
		{"het inkomen van zijn partner", "het inkomen van zijn partner"},
		{"de datum van de partner van de persoon", "zijn datum van de partner"}, // a date does not fit
		{"de maximale waarde van de norm en de aftrek plus 1 €", "dubbelzinnig"},
		{"de maximale waarde van de norm en de aftrek, met een minimum van 1 €", "de maximale waarde van de norm en de aftrek, met een minimum van 1 €"},
	} {
		text := declare + "// Id: x.a\nRegel a\n    geldig altijd\n        De uitkomst van een persoon moet berekend worden als " + c.expr + ".\n"
		m, ds := regelspraak.Parse([]regelspraak.Source{{File: "x.md", Line: 1, Regulation: "x", Text: text}})
		got := strings.Join(codes(ds), " ")
		if len(ds) == 0 {
			got = regelspraak.PrintExpr(m.Rules[0].Versions[0].Action.(*rule.Assign).Expr)
		} else if _, after, _ := strings.Cut(ds[0].Message, "als «"); ds[0].Code == regelspraak.CodeAmbiguous {
			first, second, _ := strings.Cut(strings.TrimSuffix(after, "»"), "» en als «")
			if first == second || second == "" {
				t.Errorf("%s: the message does not show two readings: %s", c.expr, ds[0].Message)
			}
		}
		if got != c.want {
			t.Errorf("%s:\n got %s\nwant %s\n%v", c.expr, got, c.want, ds)
		}
	}
	text := declare + "// Id: x.a\nRegel a\n    geldig altijd\n        De uitkomst van een persoon moet gesteld worden op 1 € indien hij is niet rijk.\n"
	_, ds := regelspraak.Parse([]regelspraak.Source{{File: "x.md", Line: 1, Regulation: "x", Text: text}})
	if d := cmp.Diff([]string{regelspraak.CodeAmbiguous}, codes(ds)); d != "" {
		t.Error(d, ds)
	}
}

func TestParameterOfTwoRegulations(t *testing.T) {
	t.Parallel()
	shared := regelspraak.Source{File: "g.md", Line: 1, Regulation: "gemeenschappelijk", Text: "Objecttype de Persoon (mv: personen) (bezield)\n de uitkomst Bedrag;\n de andere uitkomst Bedrag;\n"}
	a := regelspraak.Source{File: "a.md", Line: 1, Regulation: "a", Text: "Parameter de grens : Bedrag;\nParameter de bodem : Bedrag;\n// Id: a.r\nRegel r\n geldig altijd\n De uitkomst van een persoon moet gesteld worden op de grens.\n"}
	b := regelspraak.Source{File: "b.md", Line: 1, Regulation: "b", Text: "Parameter de grens : Percentage;\n// Id: b.r\nRegel r\n geldig altijd\n De andere uitkomst van een persoon moet berekend worden als de grens van de bodem.\n"}
	m, ds := regelspraak.Parse([]regelspraak.Source{b, a, shared})
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	own := m.Rules[1].Versions[0].Action.(*rule.Assign).Expr.(*rule.ParameterRef)
	of := m.Rules[0].Versions[0].Action.(*rule.Assign).Expr.(*rule.PercentOf)
	got := []string{own.Parameter.ID, of.Percent.(*rule.ParameterRef).Parameter.ID, of.Of.(*rule.ParameterRef).Parameter.ID}
	if d := cmp.Diff([]string{"a.grens", "b.grens", "a.bodem"}, got); d != "" {
		t.Error(d)
	}
	c := regelspraak.Source{File: "c.md", Line: 1, Regulation: "c", Text: "// Id: c.r\nRegel r\n geldig altijd\n De uitkomst van een persoon moet gesteld worden op de grens.\n"}
	if _, ds := regelspraak.Parse([]regelspraak.Source{shared, a, b, c}); len(ds) != 1 || ds[0].Code != regelspraak.CodeAmbiguous {
		t.Error("a name of two other regulations:", ds)
	}
	dup := regelspraak.Source{File: "d.md", Line: 7, Regulation: "d", Text: "Objecttype de Persoon\n de uitkomst Bedrag;\n"}
	_, ds = regelspraak.Parse([]regelspraak.Source{shared, dup})
	if len(ds) != 1 || ds[0].Pos.File != "d.md" || ds[0].Pos.Line != 8 || !strings.Contains(ds[0].Message, "g.md, regel 2") {
		t.Error("an attribute of two regulations:", ds)
	}
}

func TestNamesAndSuggest(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	got := map[string]regelspraak.Word{}
	for _, w := range regelspraak.Names(m) {
		got[w.Text+"/"+string(w.Kind)] = w
	}
	want := map[string]regelspraak.Word{
		"leden/rol":         {Text: "leden", Article: "de", Kind: regelspraak.WordRole, Owner: "Huishouden", ID: "huishouden.lid"},
		"inkomen/attribuut": {Text: "inkomen", Article: "het", Kind: regelspraak.WordAttribute, Owner: "Persoon", ID: "persoon.inkomen"},
		"verzekerd/kenmerk": {Text: "verzekerd", Article: "is", Kind: regelspraak.WordKenmerk, Owner: "Persoon", ID: "persoon.verzekerd"},
		"grens/parameter":   {Text: "grens", Article: "de", Kind: regelspraak.WordParameter, Owner: "test", ID: "test.grens"},
	}
	for k, w := range want {
		if d := cmp.Diff(w, got[k]); d != "" {
			t.Errorf("%s: %s", k, d)
		}
	}
	for typed, want := range map[string]string{"inkomne": "inkomen", "vermgen": "vermogen", "toeslag per mand": "toeslag per maand", "fiets": ""} {
		if got := regelspraak.Suggest(typed, regelspraak.Names(m)); got != want {
			t.Errorf("Suggest(%q) = %q, want %q", typed, got, want)
		}
	}
}

// TestNoSilentSubject: a subject that two declarations can name.
func TestNoSilentSubject(t *testing.T) {
	t.Parallel()
	_, ds := regelspraak.Parse([]regelspraak.Source{{File: "x.md", Line: 1, Regulation: "x", Text: `
Objecttype de Persoon (mv: personen) (bezield)
    de klant kenmerk;
    is rijk kenmerk (bijvoeglijk);
Objecttype de Klant (mv: klanten) (bezield)
    is rijk kenmerk (bijvoeglijk);
// Id: x.a
Regel a
    geldig altijd
        Een klant is rijk.
`}})
	if d := cmp.Diff([]string{regelspraak.CodeAmbiguous}, codes(ds)); d != "" {
		t.Error(d, ds)
	}
}
