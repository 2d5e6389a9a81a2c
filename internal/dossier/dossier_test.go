package dossier_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

const words = `Objecttype de Persoon (mv: personen) (bezield)
    de geboortedatum                Datum in dagen;
    de aanvrager (mv: aanvragers)   kenmerk;
    is verzekerd                    kenmerk (bijvoeglijk);
    heeft recht op hulp             kenmerk (bezittelijk);
    het toetsingsinkomen            Bedrag;
    het vermogen                    Bedrag;
    het gezinsvermogen              Bedrag;
    het aantal huisgenoten          Numeriek (geheel getal);

Objecttype het Huishouden (mv: huishoudens)
    de huur                         Bedrag;

Wederkerig feittype Partnerschap
    de toeslagpartner               Persoon
    Eén toeslagpartner heeft één toeslagpartner

Feittype Samenstelling
    het huishouden                  Huishouden
    het lid (mv: leden)             Persoon
    Eén huishouden heeft meerdere leden

// Id: x.samen
Regel gezinsvermogen
    geldig altijd
        Het gezinsvermogen van een aanvrager moet berekend worden als
        zijn vermogen plus het vermogen van zijn toeslagpartner.

// Id: x.huisgenoten
Regel huisgenoten
    geldig altijd
        Het aantal huisgenoten van een aanvrager moet berekend worden als
        het aantal leden van zijn huishouden.
`

func model(t testing.TB) *rule.Model {
	t.Helper()
	m, diags := regelspraak.Parse([]regelspraak.Source{{File: "woorden.md", Line: 1, Regulation: "x", Article: "a", Text: words}})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	return m
}

func read(t testing.TB, m *rule.Model, text string) *dossier.File {
	t.Helper()
	f, diags := dossier.Read("zaak.yaml", []byte(text), m)
	if len(diags) > 0 {
		t.Fatal(diags)
	}
	return f
}

// value computes an attribute of the first applicant.
func value(t testing.TB, m *rule.Model, f *dossier.File, attribute string) string {
	t.Helper()
	p, diags := exact.Compile(m)
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	c, diags := f.Case(p, rule.Date{})
	if err := diags.Err(); err != nil {
		t.Fatal(err)
	}
	v, err := c.Value(f.Applicants()[0], p.Attribute(attribute))
	if err != nil {
		t.Fatal(err)
	}
	return v.String()
}

// The case file of the description of the format, as it stands.
const described = `datum: 2026-06-01
personen:
  p1: {geboortedatum: 1990-04-02, verzekerd: ja, toetsingsinkomen: "28.400,00", vermogen: "3.000"}
  p2: {geboortedatum: 1988-11-23, verzekerd: ja, toetsingsinkomen: "4.100", vermogen: "0"}
feiten:
  - partnerschap: [p1, p2]
`

func TestReadDescribed(t *testing.T) {
	t.Parallel()
	m := model(t)
	f := read(t, m, described)
	var got []string
	for _, o := range f.Objects {
		for _, v := range o.Values {
			got = append(got, fmt.Sprintf("%s.%s=%s", o.ID, rule.Slug(v.Attribute.Name), v.Datum))
		}
	}
	want := []string{
		"p1.geboortedatum=1990-04-02", "p1.verzekerd=ja", "p1.toetsingsinkomen=28400", "p1.vermogen=3000", "p1.aanvrager=ja",
		"p2.geboortedatum=1988-11-23", "p2.verzekerd=ja", "p2.toetsingsinkomen=4100", "p2.vermogen=0", "p2.aanvrager=nee",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	var assumed []string
	for _, a := range f.Assumptions {
		assumed = append(assumed, a.ID)
	}
	if diff := cmp.Diff([]string{"aanvrager-eerste-persoon", "een-huishouden"}, assumed); diff != "" {
		t.Error(diff)
	}
	if got := value(t, m, f, "persoon.gezinsvermogen"); got != "3000" {
		t.Errorf("gezinsvermogen %s", got)
	}
	if got := value(t, m, f, "persoon.aantal-huisgenoten"); got != "2" {
		t.Errorf("huisgenoten %s", got)
	}
	if f.Date != rule.MustDate("2026-06-01") {
		t.Errorf("datum %s", f.Date)
	}
}

func TestNothingIsAssumedWhenItIsSaid(t *testing.T) {
	t.Parallel()
	m := model(t)
	f := read(t, m, `datum: 2026-06-01
personen:
  p1: {vermogen: 1000}
  p2: {aanvrager: ja, vermogen: 200, toeslagpartner: p1}
  p3: {vermogen: leeg}
huishoudens:
  h1: {leden: [p1, p2], huur: "650,25"}
  h2: {leden: [p3]}
`)
	if len(f.Assumptions) != 0 {
		t.Errorf("aannames: %v", f.Assumptions)
	}
	if got := f.Applicants(); !cmp.Equal(got, []int{1}) {
		t.Errorf("aanvragers: %v", got)
	}
	if got := value(t, m, f, "persoon.gezinsvermogen"); got != "1200" {
		t.Errorf("gezinsvermogen %s", got)
	}
	if got := value(t, m, f, "persoon.aantal-huisgenoten"); got != "2" {
		t.Errorf("huisgenoten %s", got)
	}
}

func TestFactsMayBeGivenTwice(t *testing.T) {
	t.Parallel()
	f := read(t, model(t), described+"  - partnerschap: [p2, p1]\n  - samenstelling: [h1, p1]\nhuishoudens: {h1: {leden: [p1, p2]}}\n")
	if len(f.Links) != 3 {
		t.Errorf("%d relaties, verwacht 3", len(f.Links))
	}
}

func TestSomeoneOtherThanTheFirstApplies(t *testing.T) {
	t.Parallel()
	f := read(t, model(t), "datum: 2026-06-01\npersonen:\n  p1: {aanvrager: nee}\n  p2: {}\n  p3: {}\n")
	if got := f.Applicants(); !cmp.Equal(got, []int{1}) {
		t.Errorf("aanvragers: %v", got)
	}
	if len(f.Assumptions) == 0 || !strings.Contains(f.Assumptions[0].Text, "(p2)") {
		t.Errorf("aannames: %v", f.Assumptions)
	}
}

func TestReadRefuses(t *testing.T) {
	t.Parallel()
	m := model(t)
	persons := "datum: 2026-06-01\npersonen:\n"
	for _, c := range []struct{ name, text, want, says string }{
		{"unknown section", persons + "  p1: {}\npersoon: {}\n", "zaak.yaml:4:1", `bedoelde u "personen"?`},
		{"unknown datum", persons + "  p1: {vermogn: 5}\n", "zaak.yaml:3:8", `bedoelde u "vermogen"?`},
		{"no date", "personen: {p1: {}}\n", "zaak.yaml:1:1", `mist "datum"`},
		{"bad date", "datum: 1 juni\npersonen: {p1: {}}\n", "zaak.yaml:1:8", "jjjj-mm-dd"},
		{"bare decimal", persons + "  p1: {vermogen: 1.5}\n", "zaak.yaml:3:18", "dubbelzinnig"},
		{"bare thousand", persons + "  p1: {vermogen: 3.000}\n", "zaak.yaml:3:18", "dubbelzinnig"},
		{"quoted with a point", persons + "  p1: {vermogen: \"1.5\"}\n", "zaak.yaml:3:18", "punt scheidt groepen"},
		{"comma without quotes", persons + "  p1: {vermogen: 28.400,00}\n", "zaak.yaml:3:25", "tussen aanhalingstekens"},
		{"yes in English", persons + "  p1: {verzekerd: true}\n", "zaak.yaml:3:19", "schrijf ja, nee of leeg"},
		{"a word for an amount", persons + "  p1: {vermogen: veel}\n", "zaak.yaml:3:18", "geen getal"},
		{"twice", persons + "  p1: {vermogen: 1, vermogen: 2}\n", "zaak.yaml:3:21", "tweede keer"},
		{"same person twice", persons + "  p1: {}\n  p1: {}\n", "zaak.yaml:4:3", "tweede keer"},
		{"own partner", persons + "  p1: {}\nfeiten:\n  - partnerschap: [p1, p1]\n", "zaak.yaml:5:19", "van zichzelf"},
		{"two partners", persons + "  p1: {}\n  p2: {}\n  p3: {}\nfeiten:\n  - partnerschap: [p1, p2]\n  - partnerschap: [p3, p1]\n", "zaak.yaml:8:19", "heeft al een toeslagpartner"},
		{"two households", persons + "  p1: {}\nhuishoudens:\n  h1: {leden: [p1]}\n  h2: {leden: [p1]}\n", "zaak.yaml:6:16", "p1 heeft al een huishouden"},
		{"partner of nobody", persons + "  p1: {}\nfeiten:\n  - partnerschap: [p1, p2]\n", "zaak.yaml:5:24", `"p2" staat niet`},
		{"partner is a household", persons + "  p1: {}\nhuishoudens: {h1: {}}\nfeiten:\n  - partnerschap: [p1, h1]\n", "zaak.yaml:6:24", "is een huishouden; hier hoort een persoon"},
		{"unknown fact", persons + "  p1: {}\n  p2: {}\nfeiten:\n  - partnership: [p1, p2]\n", "zaak.yaml:6:5", `bedoelde u "partnerschap"?`},
		{"three partners", persons + "  p1: {}\nfeiten:\n  - partnerschap: [p1, p1, p1]\n", "zaak.yaml:5:19", "precies twee"},
		{"two applicants", persons + "  p1: {aanvrager: ja}\n  p2: {aanvrager: ja}\n", "zaak.yaml:1:1", "er zijn 2 aanvragers"},
		{"nobody applies", persons + "  p1: {aanvrager: nee}\n", "zaak.yaml:1:1", "geen aanvrager is"},
		{"nobody at all", "datum: 2026-06-01\n", "zaak.yaml:1:1", "er staat niemand"},
		{"odd name", persons + "  \"../p1\": {}\n", "zaak.yaml:3:3", "geen bruikbare naam"},
		{"alias", "datum: &d 2026-06-01\npersonen: {p1: {geboortedatum: *d}}\n", "zaak.yaml:1:8", "ankers"},
		{"merge", persons + "  p1: {<<: {vermogen: 1}}\n", "zaak.yaml:3:8", "samenvoegen"},
		{"tag", persons + "  p1: {vermogen: !!str 5}\n", "zaak.yaml:3:18", "tag"},
		{"list of persons", "datum: 2026-06-01\npersonen:\n  - {vermogen: 1}\n", "zaak.yaml:3:3", "sleutels en waarden"},
		{"empty", "", "zaak.yaml:1:1", "er staat niets in"},
		{"only a comment", "# niets\n", "zaak.yaml:1:1", "er staat niets in"},
		{"not text", "\x00\x01", "zaak.yaml:1:", "niet te lezen"},
		{"not UTF-8", "datum: \xff", "zaak.yaml:1:1", "UTF-8"},
		{"too big", strings.Repeat("#", 2<<20), "zaak.yaml:1:1", "hoogstens"},
		{"deep", "datum: " + strings.Repeat("{a: ", 3000), "zaak.yaml:1:1", "te diep"},
		{"many", persons + strings.Repeat("x", 0) + many(1200), "zaak.yaml:1003:3", "hoogstens 1000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			f, diags := dossier.Read("zaak.yaml", []byte(c.text), m)
			if f != nil || diags.Err() == nil {
				t.Fatalf("dit hoort een fout te zijn: %v", diags)
			}
			for _, d := range diags {
				if s := d.String(); strings.HasPrefix(s, c.want) && strings.Contains(s, c.says) {
					return
				}
			}
			t.Errorf("verwacht %q met %q, gevonden:\n%v", c.want, c.says, diags)
		})
	}
}

func many(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "  p%d: {}\n", i)
	}
	return b.String()
}

func TestAllErrorsAtOnce(t *testing.T) {
	t.Parallel()
	_, diags := dossier.Read("zaak.yaml", []byte("datum: x\npersonen:\n  p1: {vermogen: 1.5, verzekert: ja}\nfeiten:\n  - partnerschap: [p1, p2]\n"), model(t))
	if len(diags) != 4 {
		t.Errorf("%d meldingen, verwacht 4:\n%v", len(diags), diags)
	}
}

// The names that there are, once: many errors of one kind stay readable.
func TestKnownNamesOnce(t *testing.T) {
	t.Parallel()
	_, diags := dossier.Read("zaak.yaml", []byte("datum: 2026-06-01\npersonen:\n  p1: {schoenmaat: 1, lievelingskleur: 2, vermogn: 3}\n  p2: {schoenmaat: 1}\n"), model(t))
	var lists int
	for _, d := range diags {
		lists += strings.Count(d.Message, "toegestaan: ")
	}
	if len(diags) != 4 || lists != 1 {
		t.Errorf("%d meldingen met %d lijsten, verwacht 4 met 1:\n%v", len(diags), lists, diags)
	}
}

// A value that a rule computes cannot be given.
func TestDerivedValueIsRefused(t *testing.T) {
	t.Parallel()
	m := model(t)
	f := read(t, m, "datum: 2026-06-01\npersonen:\n  p1: {gezinsvermogen: 5}\n")
	p, _ := exact.Compile(m)
	c, diags := f.Case(p, rule.Date{})
	if c != nil || len(diags) != 1 || !strings.HasPrefix(diags[0].String(), "zaak.yaml:3:8: fout:") || !strings.Contains(diags[0].Message, "x.samen") {
		t.Errorf("%v", diags)
	}
}

// What is left out is missing, not nothing.
func TestMissingIsAnError(t *testing.T) {
	t.Parallel()
	m := model(t)
	p, _ := exact.Compile(m)
	at := func(text string) (rule.Datum, error) {
		c, diags := read(t, m, text).Case(p, rule.Date{})
		if diags.Err() != nil {
			t.Fatal(diags)
		}
		return c.Value(0, p.Attribute("persoon.gezinsvermogen"))
	}
	if v, err := at("datum: 2026-06-01\npersonen: {p1: {}}\n"); err == nil || !strings.Contains(err.Error(), "vermogen") {
		t.Errorf("ontbrekend vermogen gaf %v, %v", v, err)
	}
	if v, err := at("datum: 2026-06-01\npersonen: {p1: {vermogen: leeg}}\n"); err != nil || v.String() != "0" {
		t.Errorf("leeg vermogen gaf %v, %v", v, err)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(described)
	f.Add("datum: 2026-06-01\npersonen: {p1: {toeslagpartner: p2}, p2: {vermogen: leeg}}\nhuishoudens: {h: {leden: [p1, p2]}}\n")
	f.Add("a: &a [*a]")
	f.Add("{{{{")
	m := model(f)
	p, _ := exact.Compile(m)
	f.Fuzz(func(t *testing.T, text string) {
		file, diags := dossier.Read("f", []byte(text), m)
		if (file == nil) != (diags.Err() != nil) {
			t.Fatalf("file %v, diagnostics %v", file, diags)
		}
		if file == nil {
			return
		}
		c, diags := file.Case(p, rule.Date{})
		if (c == nil) != (diags.Err() != nil) {
			t.Fatalf("case %v, diagnostics %v", c, diags)
		}
	})
}

// A marriage is said once and makes partners for every law that has them.
func TestMarriage(t *testing.T) {
	t.Parallel()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	text := "datum: 2026-06-01\npersonen:\n  p1: {geboortedatum: 1990-04-02}\n  p2: {geboortedatum: 1988-11-23}\nfeiten:\n"
	f := read(t, set.Model, text+"  - huwelijk: [p1, p2]\n")
	roles := dossier.Partners(set.Model)
	if len(roles) < 2 {
		t.Fatalf("%d rollen van partners", len(roles))
	}
	for _, role := range roles {
		if !slices.ContainsFunc(f.Links, func(l dossier.Link) bool { return l.Role == role && l.Marriage }) {
			t.Errorf("gehuwden zijn geen %s", role.Name)
		}
	}
	if a := f.Assumptions[0]; a.ID != "huwelijk" || !strings.Contains(a.Text, "toeslagpartner") || !strings.Contains(a.Text, "p1 en p2 zijn gehuwd") {
		t.Errorf("de aanname is %+v", a)
	}
	if diff := cmp.Diff([]string{"huwelijk: [p1, p2]"}, f.Facts()); diff != "" {
		t.Error(diff)
	}
	// Saying it again for one law changes nothing; another partner is refused.
	again := read(t, set.Model, text+"  - partnerschap: [p2, p1]\n  - huwelijk: [p1, p2]\n")
	if len(again.Links) != len(f.Links) {
		t.Errorf("%d relaties, verwacht %d", len(again.Links), len(f.Links))
	}
	for _, bad := range []string{"huwelijk: [p1]", "huwelijk: [p1, p1]", "huwelijk: [p1, p9]", "huwelijk: p1"} {
		if _, ds := dossier.Read("d.yaml", []byte(text+"  - "+bad+"\n"), set.Model); ds.Err() == nil {
			t.Errorf("%s gaat goed", bad)
		}
	}
	// A model without partners knows no marriage.
	if _, ds := dossier.Read("d.yaml", []byte(text+"  - huwelijk: [p1, p2]\n"), &rule.Model{Objects: set.Model.Objects}); ds.Err() == nil {
		t.Error("een huwelijk zonder wet die partners kent")
	}
}
