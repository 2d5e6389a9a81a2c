package regelspraak_test

import (
	"testing"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// TestTypes: every expression carries the type that it has by the table in
// docs/regelspraak-profiel.md. The mistakes are in testdata/fout/types.txt.
func TestTypes(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	for expr, want := range map[string]string{
		"24 €":                        "Bedrag",
		"€ 1.336,50":                  "Bedrag",
		"110%":                        "Percentage",
		"18 jr":                       "Numeriek (geheel getal) met eenheid jr",
		"1,5 uur":                     "Numeriek (getal) met eenheid uur",
		"42":                          "Numeriek (geheel getal)",
		"-0,5":                        "Numeriek (getal)",
		"1-7-2026":                    "Datum in dagen",
		"1 juli 2026":                 "Datum in dagen",
		"de rekendatum":               "Datum in dagen",
		"waar":                        "Boolean",
		"zijn woonvorm":               "Woonvorm",
		"zijn achternaam":             "Tekst",
		"zijn inkomen plus 1 €":       "Bedrag",
		"zijn inkomen maal 2":         "Bedrag",
		"1,5 maal zijn inkomen":       "Bedrag",
		"zijn inkomen gedeeld door 3": "Bedrag",
		"zijn inkomen gedeeld door zijn vermogen":                             "Numeriek (getal)",
		"zijn leeftijd maal 2":                                                "Numeriek (geheel getal) met eenheid jr",
		"zijn leeftijd gedeeld door 2":                                        "Numeriek (getal) met eenheid jr",
		"zijn leeftijd gedeeld door 2 jr":                                     "Numeriek (getal)",
		"zijn leeftijd gedeeld door 2 naar beneden afgerond op 0 decimalen":   "Numeriek (geheel getal) met eenheid jr",
		"zijn leeftijd plus 1,5 jr":                                           "Numeriek (getal) met eenheid jr",
		"de korting plus 5%":                                                  "Percentage",
		"de korting gedeeld door 2":                                           "Percentage",
		"de korting van zijn inkomen":                                         "Bedrag",
		"50% van zijn aantal kinderen":                                        "Numeriek (getal)",
		"10% van de korting":                                                  "Percentage",
		"zijn geboortedatum plus 18 jr":                                       "Datum in dagen",
		"zijn geboortedatum min de wachttijd":                                 "Datum in dagen",
		"zijn geboortedatum plus 2 maal de wachttijd":                         "Datum in dagen",
		"de tijdsduur van zijn geboortedatum tot de rekendatum in hele dagen": "Numeriek (geheel getal) met eenheid dg",
		"de maand uit zijn geboortedatum":                                     "Numeriek (geheel getal)",
		"de eerste dag van het jaar van zijn geboortedatum":                   "Datum in dagen",
		"de maximale waarde van 1 en 2,5":                                     "Numeriek (getal)",
		"de minimale waarde van zijn geboortedatum en de rekendatum":          "Datum in dagen",
		"het aantal leden van zijn huishouden":                                "Numeriek (geheel getal)",
		"de som van de leeftijd van de leden van zijn huishouden":             "Numeriek (geheel getal) met eenheid jr",
		"het minimum van de geboortedatum van de leden van zijn huishouden":   "Datum in dagen",
		"zijn aantal kinderen, met een maximum van 2,5":                       "Numeriek (getal)",
		"de som van de waarde van zijn wagens":                                "Bedrag",
	} {
		// A variable takes a value of any type.
		r, ds := parseRule(m, wrap("De toeslag van een persoon moet gesteld worden op 1 €\n        indien X is gevuld.\n        Daarbij geldt:\n            X is "+expr+"."))
		if len(ds) > 0 {
			t.Errorf("%s: %v", expr, ds)
			continue
		}
		v := r.Versions[0]
		if got := regelspraak.PrintType(v.Variables[0].Expr.Type()); got != want {
			t.Errorf("%s is %s, want %s", expr, got, want)
		}
		ref := v.Condition.(*rule.IsEmpty).Expr
		if ref.Type() != v.Variables[0].Expr.Type() {
			t.Errorf("%s: the reference has another type", expr)
		}
	}
}

// TestFragments: the canonical sentence in pieces that a page can link and
// edit.
func TestFragments(t *testing.T) {
	t.Parallel()
	m := dictionary(t)
	r, ds := parseRule(m, wrap("De toeslag van een persoon moet berekend worden als de korting van (zijn inkomen min 24 €) indien zijn partner verzekerd is."))
	if len(ds) > 0 {
		t.Fatal(ds)
	}
	var got []string
	for _, f := range regelspraak.PrintParameterised(r.Versions[0]) {
		if f.Ref != "" || f.Kind == regelspraak.FragmentLiteral {
			got = append(got, string(f.Kind)+" "+f.Text+" "+f.Ref)
		}
	}
	want := []string{"attribuut toeslag persoon.toeslag", "objecttype persoon Persoon", "parameter korting test.korting",
		"attribuut inkomen persoon.inkomen", "waarde 24 € ", "rol partner persoon.partner", "kenmerk verzekerd persoon.verzekerd"}
	if len(got) != len(want) {
		t.Fatalf("got %q", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("fragment %d is %q, want %q", i, got[i], want[i])
		}
	}
}
