package logic_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/logic"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

const words = `Objecttype de Persoon (mv: personen) (bezield)
    de geboortedatum        Datum in dagen;
    het inkomen             Bedrag;
    het vermogen            Bedrag;
    de uren                 Numeriek (geheel getal);
    het aandeel             Percentage;
    de woonvorm             Woonvorm;
    het samen               Bedrag;
    is verzekerd            kenmerk (bijvoeglijk);
    is volwassen            kenmerk (bijvoeglijk);
    heeft recht             kenmerk (bezittelijk);
    de uitkomst             Bedrag;

Domein Woonvorm is van het type Enumeratie
    'alleen'
    'samen'
    'elders'

Parameter de grens : Bedrag;

Wederkerig feittype Partnerschap
    de partner              Persoon
    Eén partner heeft één partner

Regel samen
    geldig altijd
        Het samen van een persoon moet berekend worden als zijn inkomen plus het inkomen van zijn partner.

Regel volwassen
    geldig altijd
        Een persoon is volwassen
        indien de tijdsduur van zijn geboortedatum tot de rekendatum in hele jaren groter is dan of gelijk is aan 18 jr.

`

var on = rule.MustDate("2026-06-01")

// ask reads a list of conditions and asks whether they can hold together.
func ask(t *testing.T, deep bool, list string) logic.Answer {
	t.Helper()
	m, v := version(t, list)
	return logic.New(m, on, deep).Ask(v, logic.Holds(v.Condition))
}

func version(t *testing.T, list string) (*rule.Model, *rule.Version) {
	t.Helper()
	items := "            - " + strings.ReplaceAll(strings.TrimSpace(list), "\n", "\n            - ")
	items = strings.ReplaceAll(items, "            - --", "                --")
	m, diags := regelspraak.Parse([]regelspraak.Source{{File: "a.md", Regulation: "r", Article: "a", Text: words + `Regel proef
    geldig altijd
        De uitkomst van een persoon moet gesteld worden op 1 €
        indien hij aan alle volgende voorwaarden voldoet:
` + items + ".\n"}})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	for _, p := range m.Parameters {
		p.Values = []rule.ParameterValue{{From: rule.MustDate("2020-01-01"), Value: rule.Datum{Kind: rule.Amount, Num: ratOf("1000")}}}
	}
	return m, m.Rules[len(m.Rules)-1].Versions[0]
}

func TestAsk(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, list string
		never      bool
		sure       bool
		deep       bool
	}{
		{name: "interval", list: "zijn inkomen is groter dan 5 €\nzijn inkomen is kleiner dan 6 €", sure: true},
		{name: "empty interval", list: "zijn inkomen is groter dan 6 €\nzijn inkomen is kleiner dan 5 €", never: true},
		{name: "one point", list: "zijn inkomen is groter dan of gelijk aan 5 €\nzijn inkomen is kleiner dan of gelijk aan 5 €", sure: true},
		{name: "no point", list: "zijn inkomen is groter dan of gelijk aan 5 €\nzijn inkomen is kleiner dan 5 €", never: true},
		{name: "no whole number between", list: "zijn uren is groter dan 5\nzijn uren is kleiner dan 6", never: true},
		{name: "parameter", list: "zijn inkomen is groter dan de grens\nzijn inkomen is kleiner dan 1.000 €", never: true},
		{name: "factor", list: "(2 maal zijn inkomen) is groter dan 10 €\nzijn inkomen is kleiner dan 5 €", never: true},
		{name: "percentage", list: "50% van zijn inkomen is groter dan 10 €\nzijn inkomen is kleiner dan of gelijk aan 20 €", never: true},
		{name: "leeg counts as 0 in a sum", list: "(zijn inkomen plus 5 €) is kleiner dan 6 €\nzijn inkomen is leeg", sure: true},
		{name: "leeg is not compared", list: "zijn inkomen is kleiner dan 6 €\nzijn inkomen is leeg", never: true},
		{name: "leeg with verminderd met", list: "(zijn inkomen verminderd met 5 €) is kleiner dan 6 €\nzijn inkomen is leeg", never: true},
		{name: "two terms", list: "zijn inkomen is groter dan zijn vermogen\nzijn vermogen is groter dan zijn inkomen", never: true},
		{name: "two terms that can", list: "zijn inkomen is groter dan zijn vermogen\nzijn vermogen is groter dan 5 €"},
		{name: "a sum of its parts", list: "(zijn inkomen plus zijn vermogen) is groter dan 10 €\nzijn inkomen is kleiner dan 5 €\nzijn vermogen is kleiner dan 5 €", never: true},
		{name: "itself", list: "zijn inkomen is groter dan zijn inkomen", never: true},
		{name: "rounded down", list: "(zijn inkomen naar beneden afgerond op 0 decimalen) is gelijk aan 5 €\nzijn inkomen is kleiner dan 5 €", never: true},
		{name: "rounded half up", list: "(zijn inkomen rekenkundig afgerond op 0 decimalen) is gelijk aan 5 €\nzijn inkomen is kleiner dan 4,51 €", sure: true},
		{name: "bounded", list: "(zijn inkomen, met een maximum van 10 €) is groter dan 10 €", never: true},
		{name: "at a bound", list: "(zijn inkomen, met een maximum van 10 €) is gelijk aan 10 €\nzijn inkomen is groter dan 400 €", sure: true},
		{name: "a bound against something else", list: "(zijn inkomen, met een minimum van 0 €) is groter dan zijn vermogen"},
		{name: "what it cannot look into, and its denial", list: "(zijn inkomen, met een minimum van 0 €) is groter dan zijn vermogen\nhij voldoet aan geen van de volgende voorwaarden:\n-- (zijn inkomen, met een minimum van 0 €) is groter dan zijn vermogen", never: true},
		{name: "ages", list: "de tijdsduur van zijn geboortedatum tot de rekendatum in hele jaren is groter dan 21 jr\nde tijdsduur van zijn geboortedatum tot de rekendatum in hele jaren is kleiner dan 18 jr", never: true},
		{name: "age and date", list: "(zijn geboortedatum plus 18 jr) is later dan de rekendatum\nde tijdsduur van zijn geboortedatum tot de rekendatum in hele jaren is groter dan 18 jr", never: true},
		{name: "words", list: "zijn woonvorm is gelijk aan 'alleen'\nzijn woonvorm is gelijk aan 'samen'", never: true},
		{name: "no word left", list: "zijn woonvorm is ongelijk aan 'alleen'\nzijn woonvorm is ongelijk aan 'samen'\nzijn woonvorm is ongelijk aan 'elders'", never: true},
		{name: "a word left", list: "zijn woonvorm is ongelijk aan 'alleen'\nzijn woonvorm is ongelijk aan 'samen'", sure: true},
		{name: "yes and no", list: "hij is verzekerd\nhij is niet verzekerd", never: true},
		{name: "nobody has nothing", list: "zijn partner is leeg\nzijn partner is verzekerd", never: true},
		{name: "nobody lacks nothing", list: "zijn partner is leeg\nzijn partner is niet verzekerd", never: true},
		{name: "somebody", list: "zijn partner is gevuld\nhet inkomen van zijn partner is leeg", sure: true},
		{name: "quantifier", list: "hij voldoet aan ten minste twee van de volgende voorwaarden:\n-- hij is verzekerd\n-- zijn inkomen is groter dan 5 €\n-- zijn inkomen is kleiner dan 4 €\nhij is niet verzekerd", never: true},
		{name: "none of", list: "hij voldoet aan geen van de volgende voorwaarden:\n-- zijn inkomen is groter dan 5 €\n-- zijn inkomen is kleiner dan of gelijk aan 5 €\nzijn inkomen is gevuld", never: true},
		{name: "exactly one", list: "hij voldoet aan precies één van de volgende voorwaarden:\n-- zijn inkomen is groter dan 5 €\n-- zijn inkomen is groter dan 4 €\nzijn inkomen is groter dan 6 €", never: true},
		{name: "not looked through", list: "hij is volwassen\nzijn geboortedatum is later dan 1-1-2020"},
		{name: "looked through", list: "hij is volwassen\nzijn geboortedatum is later dan 1-1-2020", deep: true, never: true},
		{name: "looked through, denied", list: "hij is niet volwassen\nzijn geboortedatum is eerder dan 1-1-2000", deep: true, never: true},
		{name: "a partner's", list: "zijn partner is niet volwassen\nde geboortedatum van zijn partner is eerder dan 1-1-2000", deep: true, never: true},
		{name: "a computed amount", list: "zijn samen is groter dan 10 €\nzijn inkomen is kleiner dan 5 €\nzijn partner is leeg", deep: true, never: true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			got := ask(t, tc.deep, tc.list)
			if got.Never != tc.never || got.Sure != tc.sure || got.Open {
				t.Errorf("never %v sure %v open %v, want never %v sure %v; witness %v", got.Never, got.Sure, got.Open, tc.never, tc.sure, got.Witness)
			}
		})
	}
}

func TestWitness(t *testing.T) {
	t.Parallel()
	got := map[string]string{}
	for _, p := range ask(t, true, "hij is volwassen\nzijn inkomen is groter dan 5 €\nzijn uren is groter dan 5\nzijn woonvorm is ongelijk aan 'alleen'").Witness {
		got[p.Name] = p.Value.String()
	}
	want := map[string]string{"geboortedatum": "1986-06-01", "inkomen": "5.01", "uren": "6", "woonvorm": "samen"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEdges(t *testing.T) {
	t.Parallel()
	m, v := version(t, "zijn samen is groter dan de grens\n(50% van zijn vermogen) is kleiner dan 100 €\nhij is volwassen")
	var got []string
	for _, e := range logic.New(m, on, true).Edges(v, v.Condition) {
		at := e.At.RatString()
		if e.Attribute.Type.Kind == rule.DateKind {
			at = logic.DateOf(e.At.Num().Int64()).String()
		}
		got = append(got, e.Attribute.Name+" "+at)
	}
	want := []string{"geboortedatum 0001-01-01", "geboortedatum 2008-06-01", "inkomen 1000", "vermogen 200"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
