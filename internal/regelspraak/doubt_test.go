package regelspraak_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/regelspraak"
)

// TestOpenFirstDay: what is added after "de eerste dag van …" could be meant
// for the date in it; parentheses say, and are printed. Where the types or a
// closing word leave one reading there is no doubt.
func TestOpenFirstDay(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	for _, c := range []struct{ expr, want string }{
		{"de eerste dag van de maand volgend op zijn geboortedatum plus 10 dg", "dubbelzinnig"},
		{"de eerste dag van de maand van zijn geboortedatum min 10 dg", "dubbelzinnig"},
		{"de eerste dag van het jaar van zijn geboortedatum plus 1 mnd", "dubbelzinnig"},
		{"de eerste dag van het jaar volgend op (zijn geboortedatum plus 3 mnd) plus 10 dg", "dubbelzinnig"},
		{"(de eerste dag van het jaar van zijn geboortedatum plus 1 mnd) plus 10 dg", "dubbelzinnig"},
		{"de eerste dag van de maand van zijn geboortedatum plus 10 dg plus 1 mnd", "dubbelzinnig"},
		{"(de eerste dag van de maand volgend op zijn geboortedatum) plus 10 dg", ""},
		{"(de eerste dag van de maand van zijn geboortedatum) plus 10 dg min 1 jr", ""},
		{"de eerste dag van de maand volgend op (zijn geboortedatum plus 10 dg)", ""},
		{"de eerste dag van de maand van de eerste dag van het jaar van zijn geboortedatum", ""},
		{"de tijdsduur van de eerste dag van de maand van zijn geboortedatum tot de rekendatum plus 1 jr in hele jaren", ""},
		{"de tijdsduur van zijn geboortedatum tot de rekendatum in hele jaren plus 1 jr", ""},
		{"het jaar uit zijn geboortedatum plus 1", ""},
		{"het jaar uit de eerste dag van de maand van zijn geboortedatum plus 1", ""},
		{"het aantal leden van zijn huishouden plus 1", ""},
		{"de som van het inkomen van de leden van zijn huishouden min 1 €", ""},
	} {
		r, ds := parseRule(m, wrap("De toeslag van een persoon moet gesteld worden op 1 €\n        indien X gevuld is.\n        Daarbij geldt:\n            X is "+c.expr+"."))
		if c.want != "" {
			if got := strings.Join(codes(ds), " "); got != c.want {
				t.Errorf("%s: %q\n%v", c.expr, got, ds)
			}
			continue
		}
		if len(ds) > 0 {
			t.Errorf("%s: %v", c.expr, ds)
			continue
		}
		if got := regelspraak.Print(r); !strings.Contains(got, "X is "+c.expr+".") {
			t.Errorf("%s is printed as\n%s", c.expr, got)
		}
	}
	_, ds := parseRule(m, wrap("De geboortedatum van een persoon moet berekend worden als de eerste dag van de maand van de peildatum plus 10 dg."))
	if len(ds) != 1 || !strings.Contains(ds[0].Message, "als «(de eerste dag van de maand van de peildatum) plus 10 dg» en als «de eerste dag van de maand van (de peildatum plus 10 dg)»") {
		t.Error("the message does not show both readings:", ds)
	}
}

// TestRoundedThenConverted: what is rounded or bounded in one unit is not
// converted in silence to that of the attribute; a step with a name is.
func TestRoundedThenConverted(t *testing.T) {
	t.Parallel()
	declare := `
Objecttype de Persoon (mv: personen) (bezield)
    het jaarloon Bedrag met eenheid €/jr;
    het maandloon Bedrag met eenheid €/mnd;
    is rijk kenmerk (bijvoeglijk);
// Id: x.a
`
	head := "Regel a\n    geldig altijd\n        Het maandloon van een persoon moet "
	for _, c := range []struct{ text, want string }{
		{head + "berekend worden als zijn jaarloon naar beneden afgerond op 0 decimalen.", "deze afronding geldt in «€/jr», en daarna wordt de uitkomst omgerekend naar «€/mnd»"},
		{head + "berekend worden als (zijn jaarloon naar beneden afgerond op 0 decimalen).", "deze afronding"},
		{head + "berekend worden als 2 maal zijn jaarloon, rekenkundig afgerond op 2 decimalen indien hij rijk is.", "deze afronding"},
		{head + "geïnitialiseerd worden op zijn jaarloon naar boven afgerond op 0 decimalen.", "deze afronding"},
		{head + "berekend worden als zijn jaarloon, met een minimum van 1 €/jr.", "deze grens"},
		{head + "berekend worden als (zijn jaarloon naar boven afgerond op 0 decimalen), met een minimum van 1 €/mnd.", "deze grens"},
		{"Beslistabel a\n    geldig altijd\n    | | het maandloon van een persoon moet gesteld worden op | indien hij rijk is |\n    | 1 | zijn jaarloon naar beneden afgerond op 0 decimalen | waar |\n", "deze afronding"},
		{head + "gesteld worden op zijn jaarloon.", ""},
		{head + "berekend worden als zijn maandloon naar beneden afgerond op 0 decimalen.", ""},
		{head + "berekend worden als (0 €/mnd plus zijn jaarloon) naar beneden afgerond op 0 decimalen.", ""},
		{head + "berekend worden als 0 €/mnd plus (zijn jaarloon naar beneden afgerond op 0 decimalen).", ""},
		{head + "berekend worden als 0 €/mnd plus zijn jaarloon, met een minimum van 12 €/jr.", ""},
		{head + "gesteld worden op X.\n        Daarbij geldt:\n            X is zijn jaarloon naar beneden afgerond op 0 decimalen.", ""},
	} {
		_, ds := regelspraak.Parse([]regelspraak.Source{{File: "x.md", Line: 1, Regulation: "x", Text: declare + c.text}})
		switch {
		case c.want == "" && len(ds) > 0:
			t.Errorf("%s: %v", c.text, ds)
		case c.want != "" && (len(ds) != 1 || ds[0].Code != regelspraak.CodeRounding || !strings.Contains(ds[0].Message, c.want)):
			t.Errorf("%s: %v", c.text, ds)
		}
	}
}

// TestWhoseSelection: "die" after a chain with two plural roles is refused when
// it can be said of the elements of both; a list that names the element is not,
// and is what is printed.
func TestWhoseSelection(t *testing.T) {
	t.Parallel()
	declare := `
Objecttype de Persoon (mv: personen) (bezield)
    het inkomen Bedrag;
    het totaal Bedrag;
    is verzekerd kenmerk (bijvoeglijk);
    heeft recht op zorg kenmerk (bezittelijk);
Objecttype de Wagen (mv: wagens)
    de waarde Bedrag;
    is zuinig kenmerk (bijvoeglijk);
Objecttype het Huishouden (mv: huishoudens)
    is zuinig kenmerk (bijvoeglijk);
Feittype Samenstelling
    het huishouden Huishouden
    het lid (mv: leden) Persoon
    Eén huishouden heeft meerdere leden
Feittype Ouderschap
    de ouder Persoon
    het kind (mv: kinderen) Persoon
    Eén ouder heeft meerdere kinderen
Feittype Bezit
    de eigenaar Persoon
    het voertuig (mv: voertuigen) Wagen
    Eén eigenaar heeft meerdere voertuigen
// Id: x.a
Regel a
    geldig altijd
        Het totaal van een persoon moet berekend worden als `
	const chain = "de som van het inkomen van de kinderen van de leden van zijn huishouden die "
	const one, all = "aan de volgende voorwaarde voldoen:\n            - ", "aan alle volgende voorwaarden voldoen:\n            - "
	for _, c := range []struct{ expr, refused, printed string }{
		{chain + "verzekerd zijn", "als «kinderen die verzekerd zijn» en als «leden die verzekerd zijn»", ""},
		{chain + "geen recht op zorg hebben", "als «kinderen die geen recht op zorg hebben» en als «leden die", ""},
		{chain + all + "zijn inkomen is groter dan 5 €\n            - hij is verzekerd", "als «kinderen die aan alle volgende voorwaarden voldoen» en als «leden die", ""},
		{chain + one + "het inkomen van de persoon is groter dan 5 €", "als «kinderen die aan", ""},
		{"de som van het inkomen van de kinderen van de kinderen van de persoon die verzekerd zijn", "reken in twee stappen: geef eerst elk", ""},
		{chain + one + "het kind is verzekerd", "", one + "het kind is verzekerd"},
		{chain + all + "het inkomen van het kind is groter dan 5 €\n            - hij is verzekerd", "", all + "het inkomen van het kind is groter dan 5 €\n            - het kind is verzekerd"},
		{"de som van de waarde van de voertuigen van de leden van zijn huishouden die zuinig zijn", "", "die zuinig zijn"},
		{"de som van de waarde van de voertuigen van de leden van zijn huishouden die " + one + "zijn waarde is groter dan 5 €", "", "de waarde van het voertuig is groter dan 5 €"},
		{"de som van het inkomen van de leden van zijn huishouden die verzekerd zijn", "", "die verzekerd zijn"},
		{"de som van het inkomen van de leden van zijn huishouden die " + one + "zijn inkomen is groter dan 5 €", "", "- zijn inkomen is groter dan 5 €"},
	} {
		m, ds := regelspraak.Parse([]regelspraak.Source{{File: "x.md", Line: 1, Regulation: "x", Text: declare + c.expr + ".\n"}})
		if c.refused != "" {
			if len(ds) != 1 || ds[0].Code != regelspraak.CodeAmbiguous || !strings.Contains(ds[0].String(), c.refused) {
				t.Errorf("%s: %v", c.expr, ds)
			}
			continue
		}
		if len(ds) > 0 {
			t.Errorf("%s: %v", c.expr, ds)
			continue
		}
		if got := regelspraak.Print(m.Rules[0]); !strings.Contains(got, c.printed) {
			t.Errorf("%s is printed as\n%s", c.expr, got)
		}
		roundTrip(t, m)
	}
}
