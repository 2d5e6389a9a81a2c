package check_test

import (
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/check"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// bare is the sound set with other rules for the bijdrage and without a worked
// example, so that every cliff in it has to be found from the rules.
func bare(rules string) map[string]string {
	files := sound()
	head, _, _ := strings.Cut(files[article], "```regelspraak")
	files[article] = head + block("~~~regelspraak\n"+rules+"\n~~~\n")
	files[words] = block(`---
id: gegevens
titel: Woorden van de bijdrage
---
# Woorden
~~~regelspraak
Objecttype de Persoon
    is verzekerd                         kenmerk (bijvoeglijk);
    het aantal kinderen                  Numeriek (geheel getal);
    het samen                            Bedrag;
    de vorige keer                       Datum in dagen;
    de bijdrage                          Bedrag;

Parameter de grens : Bedrag;
Parameter het deel : Percentage;
~~~
`)
	return files
}

// given makes a rule for the bijdrage of its expression and condition.
func given(expression, condition string) string {
	if condition != "" {
		condition = "\n        indien " + condition
	}
	return "// Id: bijdrage.bedrag\n// Bron: besluit 1\nRegel bijdrage\n    geldig vanaf 2026\n        De bijdrage van een aanvrager moet berekend worden als " + expression + condition + ".\n"
}

// found says the cliffs of a set: the datum, the place, what it costs, whom it
// is of, and the rule.
func found(t *testing.T, files map[string]string, o check.Options) []string {
	t.Helper()
	set := load(t, files)
	_, diags := exact.Compile(set.Model)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	var out []string
	for _, k := range check.Cliffs(set, o) {
		of := ""
		if k.Of != nil {
			of = " van " + k.Of.Name
		}
		if k.Who == "" || k.Text() == "" {
			t.Errorf("%+v does not say who or what", k)
		}
		out = append(out, fmt.Sprintf("%s%s: %v → %v kost %s (%s)", k.Input.Name, of, k.Last, k.Over, k.Loss.RatString(), k.Condition))
	}
	return out
}

func TestCliffsWithoutExamples(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, rules string
		want        []string
	}{
		{"a number", given("800 €", "zijn inkomen kleiner is dan of gelijk is aan 12.345,67 €"),
			[]string{"inkomen: 12345.67 → 12346.67 kost 800 (zijn inkomen is kleiner dan of gelijk aan 12.345,67 €)"}},
		{"a band that is far from 0", given("800 €", "hij aan alle volgende voorwaarden voldoet:\n            - zijn inkomen is groter dan 30.000 €\n            - zijn inkomen is kleiner dan 30.100 €"),
			[]string{
				"inkomen: 30000.01 → 29999.01 kost 800 (zijn inkomen is groter dan 30.000 €)",
				"inkomen: 30099.99 → 30100.99 kost 800 (zijn inkomen is kleiner dan 30.100 €)",
			}},
		{"a kenmerk", given("800 €", "hij verzekerd is"), []string{"verzekerd: ja → nee kost 800 (hij is verzekerd)"}},
		{"a whole number", given("800 €", "zijn aantal kinderen groter is dan 2"), []string{"aantal kinderen: 3 → 2 kost 800 (zijn aantal kinderen is groter dan 2)"}},
		{"a percentage of a parameter", given("800 €", "zijn inkomen kleiner is dan het deel van de grens"),
			[]string{"inkomen: 999.99 → 1000.99 kost 800 (zijn inkomen is kleiner dan het deel van de grens)"}},
		{"a part of it", given("800 €", "(20% van zijn inkomen) kleiner is dan of gelijk is aan 1.000 €"),
			[]string{"inkomen: 5000 → 5001 kost 800 (20% van zijn inkomen is kleiner dan of gelijk aan 1.000 €)"}},
		{"a cell of a table", `// Id: bijdrage.bedrag
// Bron: besluit 1
Beslistabel bijdrage
    geldig vanaf 2026
    | | de bijdrage van een aanvrager moet gesteld worden op | indien zijn inkomen groter is dan of gelijk is aan | indien zijn inkomen kleiner is dan |
    |---|---|---|---|
    | 1 | 900 € | n.v.t. | 7.000 € |
    | 2 | 300 € | 7.000 € | de grens |
    | 3 | 250 € | de grens | n.v.t. |
`, []string{"inkomen: 6999.99 → 7000.99 kost 600 (zijn inkomen is kleiner dan 7.000 €)"}},
		{"the income of the partner", given("800 €", "hij aan alle volgende voorwaarden voldoet:\n            - het inkomen van zijn partner is kleiner dan 6.000 €\n            - zijn inkomen is kleiner dan 5.000 €"),
			[]string{
				"inkomen: 4999.99 → 5000.99 kost 800 (zijn inkomen is kleiner dan 5.000 €)",
				"inkomen van partner: 5999.99 → 6000.99 kost 800 (het inkomen van zijn partner is kleiner dan 6.000 €)",
			}},
		{"an income together", `// Id: bijdrage.samen
// Bron: besluit 1
Regel samen
    geldig vanaf 2026
        Het samen van een aanvrager moet berekend worden als zijn inkomen plus het inkomen van zijn partner.

` + given("800 €", "zijn samen kleiner is dan 5.000 €"), []string{"inkomen: 4999.99 → 5000.99 kost 800 (zijn samen is kleiner dan 5.000 €)"}},
		{"a date that is leeg for most", given("800 €", "hij voldoet aan ten minste één van de volgende voorwaarden:\n            - zijn vorige keer is leeg\n            - zijn vorige keer is eerder dan 1-1-2026"),
			[]string{"vorige keer: 2025-12-31 → 2026-01-01 kost 800 (zijn vorige keer is eerder dan 1 januari 2026)"}},
		{"a staircase", given("(((20.000 € min zijn inkomen) gedeeld door 5.000) naar beneden afgerond op 0 decimalen) maal 400, met een minimum van 0 €", ""),
			[]string{"inkomen: 0 → 1 kost 400 ()"}},
		{"a slope", given("(1.000 € min 90% van zijn inkomen), met een minimum van 0 €", ""), nil},
		{"a slope that begins", given("(1.000 € min 50% van (zijn inkomen min de grens, met een minimum van 0 €)), met een minimum van 0 €", ""), nil},
		{"too small", given("100 €", "zijn inkomen kleiner is dan 5.000 €"), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			files := bare(tc.rules)
			o := check.Options{Date: rule.MustDate("2026-06-01")}
			got := found(t, files, o)
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Error(diff)
			}
			if again := found(t, files, o); !cmp.Equal(got, again) {
				t.Errorf("another time: %v", again)
			}
		})
	}
}

// A loss counts per year.
func TestLossOfAMonth(t *testing.T) {
	t.Parallel()
	files := bare(given("10 €", "zijn inkomen kleiner is dan 5.000 €"))
	files[meta] = strings.Replace(files[meta], "per: jaar", "per: maand", 1)
	want := []string{"inkomen: 4999.99 → 5000.99 kost 120 (zijn inkomen is kleiner dan 5.000 €)"}
	if diff := cmp.Diff(want, found(t, files, check.Options{Date: rule.MustDate("2026-06-01")})); diff != "" {
		t.Error(diff)
	}
	if got := found(t, files, check.Options{Date: rule.MustDate("2026-06-01"), Loss: big.NewRat(121, 1)}); len(got) != 0 {
		t.Errorf("more than that is asked: %v", got)
	}
}

// town is households of one person each: an income, and children.
type town [][2]int64

func (w town) Len() int { return len(w) }

func (w town) Fill(i int, c *exact.Case) (string, error) {
	p := c.Program()
	person := c.Add(p.ObjectType("Persoon"), "p1")
	return fmt.Sprintf("huishouden %d", i+1), errors.Join(
		c.Set(person, p.Attribute("persoon.aanvrager"), rule.Datum{Kind: rule.Boolean, Bool: true}),
		c.SetFraction(person, p.Attribute("persoon.inkomen"), w[i][0], 1),
		c.SetFraction(person, p.Attribute("persoon.aantal-kinderen"), w[i][1], 1))
}

// What the rules alone do not tell is found where there are such households.
func TestCliffsInHouseholds(t *testing.T) {
	t.Parallel()
	files := bare(given("800 €", "(zijn inkomen maal zijn aantal kinderen) groter is dan 40.000 €"))
	o := check.Options{Date: rule.MustDate("2026-06-01")}
	if got := found(t, files, o); len(got) != 0 {
		t.Errorf("without households: %v", got)
	}
	o.Cases = town{{15_000, 0}, {21_000, 2}, {60_000, 0}}
	want := []string{
		"aantal kinderen: 2 → 1 kost 800 (zijn inkomen maal zijn aantal kinderen is groter dan 40.000 €)",
		"inkomen: 20000.01 → 19999.01 kost 800 (zijn inkomen maal zijn aantal kinderen is groter dan 40.000 €)",
	}
	if diff := cmp.Diff(want, found(t, files, o)); diff != "" {
		t.Error(diff)
	}
	for _, k := range check.Cliffs(load(t, files), o) {
		if k.Who != "huishouden 2" {
			t.Errorf("found in %s", k.Who)
		}
	}
}
