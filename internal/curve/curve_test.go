package curve_test

import (
	"errors"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/curve"
	"lemniscaat/internal/dossier"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/regelingen"
)

var shipped = sync.OnceValue(func() *regulation.Set {
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		panic(err)
	}
	return set
})

func read(t *testing.T, set *regulation.Set, text string) *dossier.File {
	t.Helper()
	f, ds := dossier.Read("huishouden", []byte(text), set.Model)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	return f
}

const alone = `
datum: 2026-03-01
personen:
  p1: {geboortedatum: 1985-04-02, rechtmatig-verblijf-voor-de-bijstand: ja, uitgesloten-van-bijstand: nee, verzekerd: ja, vermogen: "0", huurder-van-een-zelfstandige-woning: nee}
`

// TestAlone: the figures are those of the worked examples of
// besteedbaar-inkomen, which were computed by hand.
func TestAlone(t *testing.T) {
	t.Parallel()
	set := shipped()
	c, err := curve.Draw(curve.Spec{Sides: []curve.Side{{Set: set}}, File: read(t, set, alone), From: 10_000, To: 41_000, Step: 10})
	if err != nil {
		t.Fatal(err)
	}
	line := c.Lines[0]
	at := func(x int) int { return (x - 10_000) / 10 }
	want := map[int]int64{10_000: 18_368_04, 10_120: 18_368_04}
	for x, cents := range want {
		if got := line.Disposable[at(x)]; got != cents {
			t.Errorf("disposable at %d: %d, want %d", x, got, cents)
		}
	}
	// All of it goes: a thousand euros net more is a thousand less of bijstand. A
	// twelfth is rounded to cents: 833.33 and 916.67 a month make 9,999.96 and
	// 11,000.04 a year, which costs another 8 cents.
	if got := line.Pressure[at(10_000)]; got != 100_008 {
		t.Errorf("pressure at 10,000: %d, want 100,008", got)
	}
	var cliff *curve.Fall
	for i, f := range line.Falls {
		if f.From <= 40_857 && f.To > 40_857 {
			cliff = &line.Falls[i]
		}
	}
	if cliff == nil {
		t.Fatalf("the last euro of zorgtoeslag is no fall: %+v", line.Falls)
	}
	// € 34,237.00 with a wage of € 40,857 and € 34,214.00 with € 40,858: the zorgtoeslag
	// of € 24 goes, the tax stays, and the euro itself comes in.
	if !cliff.Sudden() || cliff.At != 40_857 || cliff.Drop != 23_00 {
		t.Errorf("cliff at %d of %d cents, want 40,857 and 2,300", cliff.At, cliff.Drop)
	}
	if len(cliff.Parts) != 1 || cliff.Parts[0].Name != "zorgtoeslag" || cliff.Parts[0].Cents != 24_00 || cliff.Parts[0].Rule == nil {
		t.Fatalf("parts of the cliff: %+v", cliff.Parts)
	}
	if got := cliff.Parts[0].Rule.ID; got != "zorgtoeslag.te-klein" {
		t.Errorf("the cliff is by rule %s", got)
	}
	sums(t, c)

	// A step of 100 euros brings more than the cliff costs: it is found all the
	// same, and does not count as a loss over the step.
	if c, err = curve.Draw(curve.Spec{Sides: []curve.Side{{Set: set}}, File: read(t, set, alone), From: 40_000, To: 42_000}); err != nil {
		t.Fatal(err)
	}
	if f := c.Lines[0].Falls; len(f) != 1 || f[0].At != 40_857 || f[0].Drop != 23_00 || f[0].Loss > 0 {
		t.Errorf("falls with steps of 100: %+v", f)
	}
}

// sums checks that the parts of every point add up.
func sums(t *testing.T, c *curve.Curve) {
	t.Helper()
	for _, line := range c.Lines {
		for i, total := range line.Disposable {
			if total == curve.None {
				continue
			}
			sum := int64(0)
			for _, p := range line.Parts {
				sum += p.Signed(i)
			}
			if sum != total {
				t.Fatalf("at %d the parts add up to %d, and disposable income is %d", c.Incomes[i], sum, total)
			}
		}
	}
}

func TestFamilyTwoSides(t *testing.T) {
	t.Parallel()
	set := shipped()
	v, ds := regulation.ReadVariant("v.yaml", []byte(`
variant: minder-opvang
naam: Minder opvang
vanaf: 2026-01-01
parameters:
  kindgebonden-budget.verhoging-voor-een-alleenstaande-ouder: "1.000"
`))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	other, ds := set.With(v)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	c, err := curve.Draw(curve.Spec{
		Sides: []curve.Side{{Set: set}, {ID: v.ID, Name: v.Name, Set: other}}, From: 56_000, To: 57_000,
		File: read(t, set, `
datum: 2026-03-01
personen:
  p1: {geboortedatum: 1985-04-02, bezigheid: betaald werk, toetsingsinkomen: "1", verzekerd: ja, vermogen: "0", huurder-van-een-zelfstandige-woning: nee, verzekerd-voor-de-kinderbijslag: ja}
  p2: {geboortedatum: 2023-01-10, intensieve-zorg-nodig: nee, uitwonend-voor-onderwijs: nee, leerling-in-het-voortgezet-onderwijs: nee}
opvangovereenkomsten:
  o1: {opgevangen-kind: p2, opvangsoort: dagopvang, aantal-uren-opvang: 200 uur, uurprijs: "11 €/uur", gesloten-met-een-geregistreerde-opvang: ja, schriftelijk-vastgelegd: ja}
feiten:
  - ouderschap: [p1, p2]
`)})
	if err != nil {
		t.Fatal(err)
	}
	sums(t, c)
	// By hand in the worked examples: one euro more than 56,412 costs 132 euros
	// of childcare allowance, and the toetsingsinkomen of 1 euro does not count.
	fall := c.Lines[0].Falls
	if len(fall) != 1 || fall[0].At != 56_412 || fall[0].Drop != 132_00 || fall[0].Parts[0].Name != "kinderopvangtoeslag" {
		t.Errorf("falls: %+v", fall)
	}
	if !strings.Contains(strings.Join(c.Assumptions, " "), "De regels rekenen zelf uit: toetsingsinkomen") {
		t.Errorf("what was given is not said to be left out: %q", c.Assumptions)
	}
	var names []string
	for _, p := range c.Lines[0].Parts {
		names = append(names, p.Name)
	}
	want := []string{"bruto inkomen", "inkomstenbelasting", "bijdrage Zvw", "bijstand", "zorgtoeslag", "huurtoeslag", "kindgebonden budget", "kinderopvangtoeslag", "kinderbijslag", "bedrag voor opvang"}
	if diff := cmp.Diff(want, names); diff != "" {
		t.Error(diff)
	}
	if c.Lines[1].Disposable[0] >= c.Lines[0].Disposable[0] {
		t.Errorf("a lower amount for single parents leaves %d, and %d today", c.Lines[1].Disposable[0], c.Lines[0].Disposable[0])
	}
}

// TestMissing: where a datum is missing there is a gap that says so, and no
// number.
func TestMissing(t *testing.T) {
	t.Parallel()
	set := shipped()
	text := strings.ReplaceAll(alone, "rechtmatig-verblijf-voor-de-bijstand: ja, ", "")
	c, err := curve.Draw(curve.Spec{Sides: []curve.Side{{Set: set}}, File: read(t, set, text), From: 0, To: 30_000, Step: 1000})
	if err != nil {
		t.Fatal(err)
	}
	line := c.Lines[0]
	if len(line.Gaps) != 1 || line.Gaps[0].From != 0 || !strings.Contains(line.Gaps[0].Message, "rechtmatig") {
		t.Fatalf("gaps: %+v", line.Gaps)
	}
	for i, x := range c.Incomes {
		if gap := x <= line.Gaps[0].To; gap != (line.Disposable[i] == curve.None) {
			t.Errorf("at %d: %d", x, line.Disposable[i])
		}
	}
	_, err = curve.Draw(curve.Spec{Sides: []curve.Side{{Set: set}}, From: 0, To: 30_000, Step: 1000,
		File: read(t, set, "datum: 2026-03-01\npersonen: {p1: {}}\n")})
	if !errors.Is(err, curve.ErrSpec) {
		t.Errorf("without any data: %v", err)
	}
}

func TestRefused(t *testing.T) {
	t.Parallel()
	set := shipped()
	good := curve.Spec{Sides: []curve.Side{{Set: set}}, File: read(t, set, alone), From: 0, To: 1000}
	for name, change := range map[string]func(*curve.Spec){
		"no side":        func(s *curve.Spec) { s.Sides = nil },
		"six sides":      func(s *curve.Spec) { s.Sides = make([]curve.Side, 6) },
		"nobody":         func(s *curve.Spec) { s.Person = "p9" },
		"a household":    func(s *curve.Spec) { s.Person = "huishouden" },
		"no household":   func(s *curve.Spec) { s.File = nil },
		"backwards":      func(s *curve.Spec) { s.From = 2000 },
		"below nothing":  func(s *curve.Spec) { s.From = -1 },
		"too far":        func(s *curve.Spec) { s.To = curve.MaxIncome + 1 },
		"too many":       func(s *curve.Spec) { s.To, s.Step = 100_000, 1 },
		"step backwards": func(s *curve.Spec) { s.Step = -1 },
		"no datum":       func(s *curve.Spec) { s.Source = "persoon.bestaat-niet" },
		"no amount":      func(s *curve.Spec) { s.Source = "persoon.geboortedatum" },
		"computed":       func(s *curve.Spec) { s.Source = "persoon.netto-jaarinkomen" },
	} {
		s := good
		change(&s)
		if _, err := curve.Draw(s); !errors.Is(err, curve.ErrSpec) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// TestPresets: every preset has an answer at every income, on two dates.
func TestPresets(t *testing.T) {
	t.Parallel()
	set := shipped()
	for _, p := range curve.Presets() {
		f, err := p.File(rule.Date{Year: 2026, Month: 7, Day: 1}, set.Model)
		if err != nil {
			t.Fatal(err)
		}
		c, err := curve.Draw(curve.Spec{Sides: []curve.Side{{Set: set}}, File: f, From: 0, To: 100_000, Step: 500})
		if err != nil {
			t.Fatal(err)
		}
		if gaps := c.Lines[0].Gaps; len(gaps) > 0 {
			t.Errorf("%s: %+v", p.ID, gaps)
		}
		sums(t, c)
	}
}

func TestHouseholdRefused(t *testing.T) {
	t.Parallel()
	set := shipped()
	for name, h := range map[string]curve.Household{
		"a child":            {Age: 17},
		"too old":            {Age: 101},
		"rent below nothing": {Age: 30, Rent: -1},
		"wage of nobody":     {Age: 30, PartnerWage: 1},
		"grown child":        {Age: 40, Children: []int{18}},
		"many children":      {Age: 40, Children: make([]int, 9)},
		"endless care":       {Age: 40, Children: []int{2}, Care: 231},
		"debt":               {Age: 40, Wealth: -1},
	} {
		if _, err := h.File(rule.Date{Year: 2026, Month: 7, Day: 1}, set.Model); !errors.Is(err, curve.ErrSpec) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := (curve.Household{Age: 30, Children: []int{2}, Care: 90}).File(rule.Date{Year: 2019, Month: 7, Day: 1}, set.Model); !errors.Is(err, curve.ErrSpec) {
		t.Errorf("no price of care is known: %v", err)
	}
}
