package explain_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

const reasons = `
Objecttype de Persoon (mv: personen) (bezield)
    is ziek                              kenmerk (bijvoeglijk);
    is student                           kenmerk (bijvoeglijk);
    is zelfstandig                       kenmerk (bijvoeglijk);
    de huurder (mv: huurders)            kenmerk;
    is toegelaten                        kenmerk (bijvoeglijk);
    de leeftijd                          Numeriek (geheel getal) met eenheid jr;
    de korting                           Bedrag;

// Id: reden.toegelaten
// Bron: verzonnen
Regel toegelaten
    geldig altijd
        Een persoon is toegelaten
        indien hij aan precies één van de volgende voorwaarden voldoet:
            - hij is ziek
            - hij is student
            - hij is zelfstandig.

// Id: reden.korting
// Bron: verzonnen
Beslistabel korting
    geldig altijd
    |   | de korting van een persoon moet gesteld worden op | indien zijn leeftijd groter is dan |
    |---|---|---|
    | 1 | 1 € | 10 jr |
    | 2 | 2 € | 20 jr |

// Id: reden.huurder
// Bron: verzonnen
Regel geen huurder
    geldig altijd
        Een persoon moet geen huurder zijn.
`

// reasonCase has one person per set of words: what is said is true, leeg is
// leeg, and the rest is not.
func reasonCase(t *testing.T, people ...map[string]bool) (*exact.Program, *exact.Case) {
	t.Helper()
	m, diags := regelspraak.Parse([]regelspraak.Source{{File: "reden.md", Line: 1, Regulation: "reden", Article: "artikel-1", Text: reasons}})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	p, diags := exact.Compile(m)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	c := p.NewCase(rule.MustDate("2026-06-01"))
	for i, has := range people {
		who := c.Add(p.ObjectType("persoon"), []string{"p1", "p2"}[i])
		for _, name := range []string{"ziek", "student", "zelfstandig", "huurder"} {
			d := rule.Datum{Kind: rule.Boolean, Bool: has[name]}
			if has[name+" leeg"] {
				d = rule.Datum{}
			}
			if err := c.Set(who, p.Attribute("persoon."+name), d); err != nil {
				t.Fatal(err)
			}
		}
		if err := c.Set(who, p.Attribute("persoon.leeftijd"), rule.Datum{Kind: rule.Number, Num: parseRat(t, "30")}); err != nil {
			t.Fatal(err)
		}
	}
	return p, c
}

// TestPrecisely: too many are met, so what is met is why, and not the rest.
func TestPrecisely(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		has  map[string]bool
		want []string
	}{
		"too many": {map[string]bool{"ziek": true, "student": true}, []string{"U bent ziek.", "U bent student."}},
		"too few":  {nil, []string{"U bent niet ziek.", "U bent niet student.", "U bent niet zelfstandig."}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, c := reasonCase(t, tc.has)
			e := explain.Explain(c, 0, p.Attribute("persoon.toegelaten"), explain.Context{Lang: "nl"})
			if diff := cmp.Diff(tc.want, e.Reasons); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPeriodOnce: an amount whose unit says how often it is paid does not say it
// twice.
func TestPeriodOnce(t *testing.T) {
	t.Parallel()
	p, c := housingCase(t, nil)
	for lang, want := range map[string]string{
		"nl": "U krijgt € 1.560 huur per jaar.",
		"en": "You get €1,560 of ‘huur’ per year.",
	} {
		e := explain.Explain(c, 1, p.Attribute("persoon.huur-per-jaar"), explain.Context{Lang: lang, Label: "Huur per jaar", Period: "jaar"})
		if e.Sentence != want {
			t.Errorf("%s: %q, want %q", lang, e.Sentence, want)
		}
	}
}

// TestWhatSomebodyPays: an amount is told as what it is to the reader.
func TestWhatSomebodyPays(t *testing.T) {
	t.Parallel()
	p, c := housingCase(t, nil)
	for _, x := range []struct{ lang, says, want string }{
		{"nl", "betaalt", "U betaalt € 1.560 huur per jaar."},
		{"en", "betaalt", "You pay €1,560 of ‘huur’ per year."},
		{"nl", "is", "Uw huur per jaar is € 1.560,00 per jaar."},
		{"en", "is", "Your ‘huur per jaar’ is €1,560.00 per year."},
	} {
		e := explain.Explain(c, 1, p.Attribute("persoon.huur-per-jaar"), explain.Context{Lang: x.lang, Label: "Huur", Period: "jaar", Says: x.says})
		if e.Sentence != x.want {
			t.Errorf("%s, %s: %q, want %q", x.lang, x.says, e.Sentence, x.want)
		}
	}
}

// TestRowsThatConflict names the rows, not one rule twice.
func TestRowsThatConflict(t *testing.T) {
	t.Parallel()
	p, c := reasonCase(t, nil)
	for lang, want := range map[string]string{
		"nl": "Rij 1 en rij 2 van de tabel ‘korting’ gelden hier allebei en dat kan niet.",
		"en": "Row 1 and row 2 of the table ‘korting’ both apply here and that cannot be.",
	} {
		e := explain.Explain(c, 0, p.Attribute("persoon.korting"), explain.Context{Lang: lang})
		if e.Error == nil || e.Error.Text != want {
			t.Errorf("%s: %+v, want %q", lang, e.Error, want)
		}
	}
}

// TestViolationOfAnother: nobody is told that a datum of somebody else is his,
// and nobody that he is what was never said.
func TestViolationOfAnother(t *testing.T) {
	t.Parallel()
	_, c := reasonCase(t, map[string]bool{"huurder leeg": true}, map[string]bool{"huurder": true})
	reader := 0
	var got []string
	for _, v := range c.Violations() {
		got = append(got, explain.Violation(c, v, explain.Context{Lang: "nl", Reader: &reader}).Sentence)
	}
	want := []string{
		"Dit klopt niet met de regel ‘geen huurder’: wij weten niet of u een huurder bent.",
		"Dit klopt niet met de regel ‘geen huurder’: persoon p2 is een huurder.",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
