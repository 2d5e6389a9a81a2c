package regulation_test

import (
	"io/fs"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain/plain"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

// load gives the shipped set; it must be free of errors and warnings.
func load(t testing.TB) *regulation.Set {
	t.Helper()
	set, diags := regulation.Load(regelingen.Files)
	for _, d := range diags {
		t.Errorf("%s", d)
	}
	if t.Failed() {
		t.FailNow()
	}
	return set
}

func compile(t testing.TB, m *rule.Model) *exact.Program {
	t.Helper()
	p, diags := exact.Compile(m)
	if err := diags.Err(); err != nil {
		t.Fatalf("compile: %v", err)
	}
	return p
}

// program gives the program that a decision on a regulation is taken with.
func program(t testing.TB, set *regulation.Set, ids ...string) *exact.Program {
	t.Helper()
	p, diags := set.Program(ids...)
	if err := diags.Err(); err != nil {
		t.Fatalf("compile %v: %v", ids, err)
	}
	return p
}

func TestShippedRegulationsLoad(t *testing.T) {
	t.Parallel()
	set := load(t)
	want := map[string]regulation.Level{
		"aow":                         regulation.LevelRules,
		"besteedbaar-inkomen":         regulation.LevelRules,
		"huurtoeslag":                 regulation.LevelRules,
		"individuele-inkomenstoeslag": regulation.LevelRules,
		"inkomstenbelasting":          regulation.LevelRules,
		"kinderbijslag":               regulation.LevelRules,
		"kinderopvangtoeslag":         regulation.LevelRules,
		"kindgebonden-budget":         regulation.LevelRules,
		"participatiewet":             regulation.LevelRules,
		"tozo":                        regulation.LevelRules,
		"terugvordering-toeslagen":    regulation.LevelRules,
		"zorgtoeslag":                 regulation.LevelRules,
	}
	for _, r := range set.Regulations {
		if r.Level != want[r.ID] {
			t.Errorf("%s: niveau %v, verwacht %v", r.ID, r.Level, want[r.ID])
		}
		delete(want, r.ID)
		for _, x := range r.Rules() {
			if len(x.Source) == 0 {
				t.Errorf("regel %s heeft geen bron", x.ID)
			}
		}
	}
	for id := range want {
		t.Errorf("regeling %s ontbreekt", id)
	}
}

func TestShippedExamplesComeOut(t *testing.T) {
	t.Parallel()
	set := load(t)
	count := 0
	for _, r := range set.Regulations {
		p := program(t, set, r.ID)
		for _, ex := range r.Examples() {
			count++
			for _, m := range ex.Run(p) {
				t.Errorf("%s:%d: %s", ex.Pos.File, ex.Pos.Line, m)
			}
		}
	}
	if count < 100 {
		t.Errorf("er zijn %d voorbeelden; de gepubliceerde tabellen alleen al hebben er meer", count)
	}
}

func TestShippedVariants(t *testing.T) {
	t.Parallel()
	set := load(t)
	files, err := fs.Glob(regelingen.Files, "*/varianten/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("geen varianten gevonden (%v)", err)
	}
	for _, name := range files {
		after := layFile(t, set, name)
		compile(t, after.Model)
		if len(regulation.Diff(set, after)) == 0 {
			t.Errorf("%s verandert niets", name)
		}
	}
}

// layFile lays a variant file of the shipped regulations over a set.
func layFile(t testing.TB, set *regulation.Set, name string) *regulation.Set {
	t.Helper()
	data, err := fs.ReadFile(regelingen.Files, name)
	if err != nil {
		t.Fatal(err)
	}
	v, diags := regulation.ReadVariant(name, data)
	if len(diags) > 0 {
		t.Fatalf("%s: %v", name, diags)
	}
	after, diags := set.With(v)
	if len(diags) > 0 {
		t.Fatalf("%s: %v", name, diags)
	}
	return after
}

// The ordinance's cliff: one cent takes everything, and the variant moves it.
func TestCliffOfTheIncomeLimit(t *testing.T) {
	t.Parallel()
	set := load(t)
	after := layFile(t, set, "individuele-inkomenstoeslag/varianten/ruimere-grens.yaml")
	award := func(s *regulation.Set, date, income string) string {
		f, diags := dossier.Read("d.yaml", []byte("datum: "+date+"\npersonen:\n  p1: {geboortedatum: 1980-05-01, gemiddelde-maandinkomen: \""+income+
			"\", bijstandsvermogen: 0, vorige-toekenning: leeg, uitzicht-op-inkomensverbetering: nee}\n"), s.Model)
		if diags.Err() != nil {
			t.Fatal(diags)
		}
		c, diags := f.Case(compile(t, s.Model), rule.Date{})
		if diags.Err() != nil {
			t.Fatal(diags)
		}
		r, _ := s.Get("individuele-inkomenstoeslag")
		out := r.Values(c)
		if len(out) != 2 || out[0].Err != nil || out[0].Object != "p1" || out[0].Outcome.Unit != "euro" {
			t.Fatalf("%+v", out)
		}
		return out[0].Value.String()
	}
	for _, c := range []struct{ date, income, before, after string }{
		{"2026-12-31", "1.561,40", "450", "450"},
		{"2026-12-31", "1.561,41", "0", "0"},
		{"2027-01-01", "1.561,41", "0", "450"},
		{"2027-01-01", "1.703,35", "0", "450"},
		{"2027-01-01", "1.703,36", "0", "0"},
	} {
		if got := award(set, c.date, c.income); got != c.before {
			t.Errorf("%s, %s: %s, verwacht %s", c.date, c.income, got, c.before)
		}
		if got := award(after, c.date, c.income); got != c.after {
			t.Errorf("met de variant, %s, %s: %s, verwacht %s", c.date, c.income, got, c.after)
		}
	}
}

// A couple has one award: it sits on the applicant.
func TestCoupleHasOneOutcome(t *testing.T) {
	t.Parallel()
	set := load(t)
	f, diags := dossier.Read("d.yaml", []byte(`datum: 2026-06-01
personen:
  p1: {geboortedatum: 1990-04-02, verzekerd: ja, toetsingsinkomen: "28.400,00", vermogen: "3.000"}
  p2: {geboortedatum: 1988-11-23, verzekerd: ja, toetsingsinkomen: "4.100", vermogen: "0"}
feiten:
  - partnerschap: [p1, p2]
`), set.Model)
	if diags.Err() != nil {
		t.Fatal(diags)
	}
	c, diags := f.Case(compile(t, set.Model), rule.Date{})
	if diags.Err() != nil {
		t.Fatal(diags)
	}
	r, _ := set.Get("zorgtoeslag")
	got := map[string]string{}
	for _, o := range r.Values(c) {
		if o.Err != nil {
			t.Fatal(o.Err)
		}
		got[o.Object+" "+o.Attribute.ID()] = o.Value.String()
	}
	want := map[string]string{"p1 persoon.zorgtoeslag": "2583", "p1 persoon.zorgtoeslag-per-maand": "215"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	v, err := c.Value(1, c.Program().Attribute("persoon.zorgtoeslag"))
	if err != nil || !v.IsEmpty() {
		t.Errorf("de partner heeft een eigen bedrag: %v (%v)", v, err)
	}
}

// A year whose premium is not known gives no amount.
func TestUnknownPremiumIsAnError(t *testing.T) {
	t.Parallel()
	set := load(t)
	f, diags := dossier.Read("d.yaml", []byte("datum: 2027-01-01\npersonen:\n  p1: {geboortedatum: 1990-04-02, verzekerd: ja, toetsingsinkomen: 0, vermogen: 0}\n"), set.Model)
	if diags.Err() != nil {
		t.Fatal(diags)
	}
	c, diags := f.Case(compile(t, set.Model), rule.Date{})
	if diags.Err() != nil {
		t.Fatal(diags)
	}
	r, _ := set.Get("zorgtoeslag")
	for _, o := range r.Values(c) {
		if o.Err == nil {
			t.Errorf("%s is %s", o.Attribute.ID(), o.Value)
		}
	}
}

// What people read passes the smoke alarm for plain Dutch. The names that the
// rules themselves declare are the words of the law.
func TestShippedTextsArePlain(t *testing.T) {
	t.Parallel()
	set := load(t)
	terms := []string{"zorgtoeslag", "zorgverzekering", "zorgverzekeringswet", "verzekerde", "participatiewet", "verordening", "inkomenstoeslag", "alleenstaande"}
	for _, o := range set.Model.Objects {
		for _, a := range o.Attributes {
			terms = append(terms, a.Name)
		}
	}
	for _, p := range set.Model.Parameters {
		terms = append(terms, p.Name)
	}
	for _, f := range set.Model.Facts {
		for _, r := range f.Roles {
			terms = append(terms, r.Name)
		}
	}
	check := func(what, text string) {
		for _, problem := range plain.Measure(text, terms...).Problems() {
			t.Errorf("%s: %s", what, problem)
		}
	}
	for _, r := range set.Regulations {
		check(r.ID, r.Summary)
		for _, a := range r.Articles {
			check(r.ID+"/"+a.ID, a.Text)
		}
		for _, s := range r.Steps(rule.MustDate("2026-06-01")) {
			check(r.ID+"."+s.ID, s.Action+". "+s.Trigger+" "+s.IfNothing)
		}
		for _, a := range r.Assumptions {
			check(r.ID+" "+a.ID, a.Text)
		}
	}
}
