package explain_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// housing has a beslistabel, an initialisatie, units that are converted, an
// aggregation with a filter and consistentieregels.
const housing = `
Domein Woonvorm is van het type Enumeratie
    'alleen'
    'samen'

Objecttype de Persoon (mv: personen) (bezield)
    de woonvorm                          Woonvorm;
    het aantal jaren                     Numeriek (geheel getal) met eenheid jr;
    de huur                              Bedrag met eenheid €/mnd;
    de servicekosten                     Bedrag met eenheid €/mnd;
    de huur per jaar                     Bedrag met eenheid €/jr;
    de norm                              Bedrag;
    is student                           kenmerk (bijvoeglijk);
    het aantal studenten                 Numeriek (geheel getal);
    het vermogen                         Bedrag;
    het nummer (mv: nummers)             Tekst;
    heeft gezelschap                     kenmerk (bezittelijk);
    is duur uit                          kenmerk (bijvoeglijk);
    het aantal met gezelschap            Numeriek (geheel getal);

Objecttype het Huishouden (mv: huishoudens)

Feittype Samenstelling
    het huishouden                       Huishouden
    het lid (mv: leden)                  Persoon
    Eén huishouden heeft meerdere leden

// Id: wonen.norm
// Bron: Verordening wonen, artikel 1
Beslistabel norm voor wonen
    geldig vanaf 2024
    |   | de norm van een persoon moet gesteld worden op | indien zijn woonvorm gelijk is aan | indien zijn aantal jaren groter is dan of gelijk is aan |
    |---|---|---|---|
    | 1 | 100 €  | 'alleen' | n.v.t. |
    | 2 | 250 €  | 'samen'  | 21 jr  |

// Id: wonen.servicekosten
// Bron: Verordening wonen, artikel 2
Regel gewone servicekosten
    geldig vanaf 2024
        De servicekosten van een persoon moet geïnitialiseerd worden op 30 €/mnd.

// Id: wonen.huur
// Bron: Verordening wonen, artikel 3
Regel huur van een jaar
    geldig vanaf 2024
        De huur per jaar van een persoon moet berekend worden als zijn huur plus zijn servicekosten.

// Id: wonen.studenten
// Bron: Verordening wonen, artikel 4
Regel studenten in huis
    geldig vanaf 2024
        Het aantal studenten van een persoon moet berekend worden als
        het aantal leden van zijn huishouden die student zijn.

// Id: wonen.duur
// Bron: Verordening wonen, artikel 9
Regel duur wonen
    geldig vanaf 2024
        Een persoon is duur uit
        indien zijn huur groter is dan 1.500 €/jr.

// Id: wonen.gezelschap
// Bron: Verordening wonen, artikel 7
Regel gezelschap
    geldig vanaf 2024
        Een persoon heeft gezelschap
        indien hij aan alle volgende voorwaarden voldoet:
            - het aantal leden van zijn huishouden is groter dan 1
            - zijn huishouden is gevuld.

// Id: wonen.met-gezelschap
// Bron: Verordening wonen, artikel 8
Regel met gezelschap
    geldig vanaf 2024
        Het aantal met gezelschap van een persoon moet berekend worden als
        het aantal leden van zijn huishouden die gezelschap hebben.

// Id: wonen.klopt
// Bron: Verordening wonen, artikel 5
Regel vermogen is niet negatief
    geldig vanaf 2024
        Het vermogen van een persoon moet groter zijn dan of gelijk zijn aan 0 €.

// Id: wonen.uniek
// Bron: Verordening wonen, artikel 6
Regel nummer hoort bij één persoon
    geldig vanaf 2024
        De nummers van alle personen moeten uniek zijn.
`

func housingCase(t *testing.T, set map[string]rule.Datum) (*exact.Program, *exact.Case) {
	t.Helper()
	m, diags := regelspraak.Parse([]regelspraak.Source{{File: "wonen.md", Line: 1, Regulation: "wonen", Article: "artikel-1", Text: housing}})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	p, diags := exact.Compile(m)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	c := p.NewCase(rule.MustDate("2026-06-01"))
	home := c.Add(p.ObjectType("huishouden"), "h1")
	_ = home
	for i, id := range []string{"p1", "p2"} {
		who := c.Add(p.ObjectType("persoon"), id)
		if err := c.Link(p.Role("persoon.huishouden"), who, home); err != nil {
			t.Fatal(err)
		}
		facts := map[string]rule.Datum{
			"huur": amountOf(t, "100"), "aantal-jaren": {Kind: rule.Number, Num: parseRat(t, "20")},
			"woonvorm": {Kind: rule.Enum, Text: "samen"}, "vermogen": amountOf(t, "5"),
			"nummer": {Kind: rule.Text, Text: "nr " + id}, "student": {Kind: rule.Boolean, Bool: i == 1},
		}
		for name, d := range set {
			if one, name, ok := strings.Cut(name, "."); ok && one == id {
				facts[name] = d
			}
		}
		for name, d := range facts {
			if err := c.Set(who, p.Attribute("persoon."+name), d); err != nil {
				t.Fatal(err)
			}
		}
	}
	return p, c
}

func amountOf(t testing.TB, s string) rule.Datum {
	t.Helper()
	return rule.Datum{Kind: rule.Amount, Num: parseRat(t, s)}
}

// One golden file for everything that the language has besides plain rules.
func TestConstructs(t *testing.T) {
	t.Parallel()
	for _, lang := range explain.Languages() {
		var b strings.Builder
		tell := func(title string, set map[string]rule.Datum, of string) {
			p, c := housingCase(t, set)
			x := explain.Explain(c, 1, p.Attribute("persoon."+of), explain.Context{Lang: lang, Ends: true})
			b.WriteString("# " + title + "\n" + x.Text(explain.Full) + "\n")
		}
		tell("een rij geldt", map[string]rule.Datum{"p1.woonvorm": {Kind: rule.Enum, Text: "alleen"}}, "norm")
		tell("geen rij geldt", nil, "norm")
		tell("initialisatie en een andere eenheid", nil, "huur-per-jaar")
		tell("een opgegeven waarde gaat voor", map[string]rule.Datum{"p1.servicekosten": amountOf(t, "12.5")}, "huur-per-jaar")
		tell("een aantal met een voorwaarde", nil, "aantal-studenten")
		tell("een vergelijking in een andere eenheid", nil, "duur-uit")
		tell("wat een ander heeft staat op zijn naam", nil, "aantal-met-gezelschap")
		_, c := housingCase(t, map[string]rule.Datum{
			"p2.vermogen": amountOf(t, "-5"), "p1.nummer": {Kind: rule.Text, Text: "zelfde"}, "p2.nummer": {Kind: rule.Text, Text: "zelfde"},
		})
		vs := c.Violations()
		if len(vs) != 2 {
			t.Fatalf("got %d violations, want 2", len(vs))
		}
		for _, v := range vs {
			b.WriteString("# schending van " + v.Rule.ID + "\n" + explain.Violation(c, v, explain.Context{Lang: lang}).Text(explain.Full) + "\n")
		}
		_, c = housingCase(t, nil)
		if err := c.Unset(1, c.Program().Attribute("persoon.vermogen")); err != nil {
			t.Fatal(err)
		}
		for _, v := range c.Violations() {
			b.WriteString("# niet te beoordelen\n" + explain.Violation(c, v, explain.Context{Lang: lang}).Text(explain.Full) + "\n")
		}
		golden(t, "vormen."+lang+".txt", b.String())
	}
}
