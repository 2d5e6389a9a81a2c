package simulate_test

import (
	"fmt"
	"testing"
	"testing/fstest"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
)

// Two small regulations of which every outcome can be worked out by hand.
//
//	vast:     an applicant with toetsingsinkomen ≤ 20,000 gets 600 a year, and
//	          400 more with a toeslagpartner; over it nothing (a cliff).
//	gebroken: 12.000 divided by the vermogen of the applicant, per month in
//	          whole cents; an error without vermogen.
const (
	vastArticle = "---\nid: artikel-1\ntitel: Vast bedrag\nbron: proefverordening, artikel 1\n---\n# Vast bedrag\n\nTekst.\n\n```regelspraak\n" + `// Id: vast.alleen
// Bron: proefverordening, artikel 1
Regel bedrag alleen
    geldig vanaf 2024
        De vaste toeslag van een aanvrager moet gesteld worden op het basisbedrag
        indien hij aan alle volgende voorwaarden voldoet:
            - zijn toetsingsinkomen is kleiner dan of gelijk aan de grens
            - zijn toeslagpartner is leeg.

// Id: vast.samen
// Bron: proefverordening, artikel 1
Regel bedrag samen
    geldig vanaf 2024
        De vaste toeslag van een aanvrager moet berekend worden als het basisbedrag plus 400 €
        indien hij aan alle volgende voorwaarden voldoet:
            - zijn toetsingsinkomen is kleiner dan of gelijk aan de grens
            - zijn toeslagpartner is gevuld.
` + "```\n"
	brokenArticle = "---\nid: artikel-1\ntitel: Gedeeld bedrag\nbron: proefverordening, artikel 1\n---\n# Gedeeld bedrag\n\nTekst.\n\n```regelspraak\n" + `// Id: gebroken.deel
// Bron: proefverordening, artikel 1
Regel deel
    geldig vanaf 2024
        De gedeelde toeslag van een aanvrager moet berekend worden als
        het totaal maal (1 jr gedeeld door zijn aantal delen) naar beneden afgerond op 2 decimalen.

// Id: gebroken.delen
// Bron: proefverordening, artikel 1
Regel delen
    geldig vanaf 2024
        Het aantal delen van een aanvrager moet berekend worden als
        de tijdsduur van zijn geboortedatum tot 1-1-2024 in hele jaren min 30 jr.
` + "```\n"
	sharedWords = "---\nid: gemeenschappelijk\ntitel: Woorden\n---\n# Woorden\n\n```regelspraak\n" + `Objecttype de Persoon (mv: personen) (bezield)
    de geboortedatum                     Datum in dagen;
    de aanvrager (mv: aanvragers)        kenmerk;
    het toetsingsinkomen                 Bedrag;
    het schoengewicht                    Bedrag;

Wederkerig feittype Partnerschap
    de toeslagpartner                    Persoon
    Eén toeslagpartner heeft één toeslagpartner
` + "```\n"
)

func words(body string) string {
	return "---\nid: gegevens\ntitel: Woorden\n---\n# Woorden\n\n```regelspraak\nObjecttype de Persoon\n" + body + "```\n"
}

func meta(id, outcome, period string) string {
	return fmt.Sprintf("id: %s\nnaam: Proef %s\nuitkomsten:\n  - {eigenschap: %s, per: %s, naam: Proef}\nindicatoren:\n"+
		"  - {id: bereik, naam: bereik, eenheid: procent, meting: bereik, hoger-is-beter: ja}\n"+
		"  - {id: uitgaven, naam: uitgaven, eenheid: euro, meting: uitgaven}\n"+
		"  - {id: toekenningen, naam: toekenningen, eenheid: aantal, meting: toekenningen}\n"+
		"  - {id: afwijzingen, naam: afwijzingen, eenheid: aantal, meting: afwijzingen}\n"+
		"  - {id: maatwerk, naam: maatwerk, eenheid: procent, meting: maatwerk}\n", id, id, outcome, period)
}

const steps = `aanvragen:
  artikel: artikel-1
  actie: Vraag aan
  aanleiding: u hebt recht
  verliest-recht: ja
  elk-jaar: ja
  last: 4
  minuten: 30
  minuten-uitvoering: 20
bewijs:
  artikel: artikel-1
  actie: Stuur bewijs
  aanleiding: u hebt aangevraagd
  verliest-recht: ja
  elk-jaar: ja
  last: 6
  bewijs:
    - {naam: loonstroken, register: Polisadministratie}
  minuten: 60
  minuten-uitvoering: 10
wegen:
  artikel: artikel-1
  wie: uitvoering
  actie: Weeg
  aanleiding: alles is er
  beoordeling: ja
  elk-jaar: ja
  minuten-uitvoering: 30
`

func files() fstest.MapFS {
	f := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"gemeenschappelijk/gegevens.md": f(sharedWords),
		"vast/regeling.yaml":            f(meta("vast", "persoon.vaste-toeslag", "jaar")),
		"vast/gegevens.md":              f(words("    de vaste toeslag Bedrag;\n\nParameter de grens : Bedrag;\nParameter het basisbedrag : Bedrag;\n")),
		"vast/artikel-1.md":             f(vastArticle),
		"vast/parameters.yaml":          f("grens:\n  - {vanaf: 2024-01-01, waarde: \"20.000\", bron: proef, voorbeeld: ja}\nbasisbedrag:\n  - {vanaf: 2024-01-01, waarde: \"600\", bron: proef, voorbeeld: ja}\n"),
		"vast/stappen.yaml":             f(steps),
		"gebroken/regeling.yaml":        f(meta("gebroken", "persoon.gedeelde-toeslag", "maand")),
		"gebroken/gegevens.md":          f(words("    de gedeelde toeslag Bedrag;\n    het aantal delen Numeriek (geheel getal) met eenheid jr;\n\nParameter het totaal : Bedrag;\n")),
		"gebroken/artikel-1.md":         f(brokenArticle),
		"gebroken/parameters.yaml":      f("totaal:\n  - {vanaf: 2024-01-01, waarde: \"100\", bron: proef, voorbeeld: ja}\n"),
	}
}

func load(t testing.TB, fsys fstest.MapFS) *regulation.Set {
	t.Helper()
	set, ds := regulation.Load(fsys)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	return set
}

func side(t testing.TB, set *regulation.Set, ids ...string) simulate.Side {
	t.Helper()
	s, err := simulate.NewSide(set, date, ids...)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func variant(t testing.TB, set *regulation.Set, text string) *simulate.Side {
	t.Helper()
	s := variantOf(t, set, text, "vast")
	return &s
}

func variantOf(t testing.TB, set *regulation.Set, text string, ids ...string) simulate.Side {
	t.Helper()
	v, ds := regulation.ReadVariant("variant.yaml", []byte(text))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	changed, ds := set.With(v)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	s := side(t, changed, ids...)
	s.ID, s.Name = v.ID, v.Name
	return s
}

var date = rule.Date{Year: 2024, Month: 6, Day: 1}

// town is a hand-made population.
type town []population.Household

func (town) ID() string                           { return "nl:proef" }
func (t town) Len() int                           { return len(t) }
func (town) Assumptions() []population.Assumption { return nil }
func (t town) Household(i int, h *population.Household) {
	persons := append(h.Persons[:0], t[i].Persons...)
	*h = t[i]
	h.Index, h.Persons = i, persons
}

const unit = 1_000_000

// single and couple make households; income is the toetsingsinkomen of the
// head, disposable the household's.
func single(weight int64, age, income, disposable int) population.Household {
	return population.Household{Weight: weight * unit, Type: population.Single, Disposable: disposable,
		Persons: []population.Person{head(age, income)}}
}

func couple(weight int64, age, income, disposable int) population.Household {
	p := head(age, 0)
	p.Position, p.Applicant = population.Partner, false
	return population.Household{Weight: weight * unit, Type: population.MarriedCouple, Disposable: disposable,
		Persons: []population.Person{head(age, income), p}}
}

func head(age, income int) population.Person {
	return population.Person{Birth: rule.Date{Year: 2023 - age, Month: 3, Day: 1}, Age: age, Status: population.Employee,
		Assessed: income, Insured: true, Applicant: true}
}
