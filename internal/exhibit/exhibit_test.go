package exhibit_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/chart"
	"lemniscaat/internal/exhibit"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

func measure(n, euro int64) simulate.Measure {
	return simulate.Measure{Units: n, UnitsLow: n - n/10, UnitsHigh: n + n/10, Cents: euro * 100, CentsLow: euro * 90, CentsHigh: euro * 110}
}

// now is a run of one regulation without a variant: 1,000 have a right and 600
// get it.
func now() *simulate.Result {
	return &simulate.Result{
		Population: simulate.Population{ID: "nl:1000", Rows: 1000, PersonRows: 2100, Households: 8_374_404, Persons: 17_653_766},
		RuleSet:    "abc", Date: rule.MustDate("2026-06-01"), Seed: 7,
		Schemes: []simulate.SchemeResult{{ID: "toeslag", Name: "Toeslag", Baseline: simulate.SideResult{
			Entitled: measure(1000, 500_000), Received: measure(600, 330_000), Automatic: measure(950, 480_000), Unclaimed: simulate.Amount{Units: 400, Cents: 17_000_000},
			Worst: 0, Steps: []simulate.StepLoss{{ID: "vraag", Article: "artikel-2", Action: "Vraag aan", Reached: 1000, Lost: 400, Cents: 17_000_000, Rows: 40}},
		}}},
		Assumptions: []population.Assumption{
			{ID: "gebruik-last", Text: "Last telt.", Value: 0.3, Low: 0.2, High: 0.4, Basis: "eigen schatting"},
			{ID: "pensioen", Text: "Pensioen.", Value: 0.88, Unit: "aandeel"},
			{ID: "instroom", Text: "Instroom.", Value: 0.15},
			{ID: "last.toeslag.vraag", Text: "De last van vragen.", Value: 2},
		},
	}
}

// changed is the same run with a variant: 90 more get it for 45,000 euros more.
func changed(units, euro int64) *simulate.Result {
	r := now()
	s := &r.Schemes[0]
	then := s.Baseline
	then.Entitled, then.Received = measure(1000+units, 500_000+euro), measure(600+units, 330_000+euro)
	then.Steps = nil // the variant took the step away
	s.Variant = &then
	d := simulate.Measure{Units: units, UnitsLow: units - 20, UnitsHigh: units + 20, Cents: euro * 100, CentsLow: euro*100 - 1_000_000, CentsHigh: euro*100 + 1_000_000}
	s.Entitled, s.Received = &d, &d
	r.Variant = &simulate.VariantInfo{ID: "v", Name: "Ruimer", RuleSet: "def"}
	return r
}

func view(t *testing.T, r *simulate.Result, focus string) screen.RunView {
	t.Helper()
	return exhibit.View(r, exhibit.Options{Focus: focus, Run: "r-1"})
}

func plain(s string) string { return strings.NewReplacer("\u00a0", " ", "\u2060", "").Replace(s) }

// TestVerdict: the first sentence says who gets it and what it costs, in the
// direction in which it goes, and the next what the margin is.
func TestVerdict(t *testing.T) {
	t.Parallel()
	owed := changed(90, 45_000)
	owed.Schemes[0].Owed = true
	for _, x := range []struct {
		name string
		res  *simulate.Result
		want string
		rest string
	}{
		{"nothing is known of a change", now(), "Toeslag: nu hebben 1.000 mensen of paren recht en krijgen 600 het, samen € 330.000 per jaar.", ""},
		{"more", changed(90, 45_000), "Er komen 90 ontvangers bij en het kost € 45.000 per jaar meer.", "De marge: +70 tot +110 ontvangers, en +€ 35.000 tot +€ 55.000 per jaar."},
		{"fewer, for more", changed(-90, 45_000), "Er zijn 90 ontvangers minder en het kost € 45.000 per jaar meer.", ""},
		{"fewer", changed(-1, -45_000), "Er is 1 ontvanger minder en het kost € 45.000 per jaar minder.", ""},
		{"as many", changed(0, -45_000), "Evenveel ontvangers, maar het kost € 45.000 per jaar minder.", "De marge: −€ 55.000 tot −€ 35.000 per jaar."},
		{"nothing", changed(0, 0), "Voor geen enkel huishouden verandert er iets.", ""},
		{"paid", owed, "Er komen 90 betalers bij en het brengt € 45.000 per jaar meer op.", ""},
		{"no regulation", &simulate.Result{}, "Er is niets doorgerekend.", ""},
	} {
		v := view(t, x.res, "")
		if got := plain(v.Sentence); got != x.want {
			t.Errorf("%s: %q, want %q", x.name, got, x.want)
		}
		if x.rest != "" && !strings.HasPrefix(plain(v.Rest), x.rest) {
			t.Errorf("%s: then %q, want %q", x.name, plain(v.Rest), x.rest)
		}
	}
}

// TestRounded: a simulation is not more exact than three digits, and the
// direction of rounding is that of a number, also below zero.
// Where the costs are not sure, who wins and loses comes first.
func TestVerdictUnsure(t *testing.T) {
	t.Parallel()
	r := changed(90, 45_000)
	other := r.Schemes[0]
	other.ID = "ander"
	r.Schemes = append(r.Schemes, other)
	r.Income = &simulate.Income{Variant: new(simulate.IncomeSide), Difference: &simulate.IncomeDifference{Total: simulate.Figure{Value: 1, Low: -100, High: 100}}}
	r.Everyone = &simulate.Change{Households: 1000, Gaining: simulate.Figure{Value: 100}, Losing: simulate.Figure{Value: 200}}
	v := view(t, r, "")
	if want := "100 huishoudens gaan erop vooruit en 200 gaan erop achteruit."; v.Sentence != want {
		t.Errorf("got %q, want %q", v.Sentence, want)
	}
	if !strings.HasPrefix(v.Rest, "Of dit de overheid alles bij elkaar meer of minder kost, is niet te zeggen.") {
		t.Errorf("rest %q", v.Rest)
	}
}

// A variant of several regulations is told by what it costs in all: what one
// costs another may bring in.
func TestVerdictTogether(t *testing.T) {
	t.Parallel()
	run := func(value, low, high int64) *simulate.Result {
		r := changed(90, 45_000)
		tax := r.Schemes[0]
		tax.ID, tax.Name, tax.Owed = "belasting", "Belasting", true
		r.Schemes = append(r.Schemes, tax)
		then := simulate.IncomeSide{}
		r.Income = &simulate.Income{Variant: &then, Difference: &simulate.IncomeDifference{Total: simulate.Figure{Value: value, Low: low, High: high}}}
		return r
	}
	for _, c := range []struct {
		name, want, margin string
		run                *simulate.Result
		focus              string
	}{
		{"costs", "Alles bij elkaar kost dit de overheid € 17 miljoen per jaar meer.", "Alle regelingen en de belasting samen: +€ 12 tot +€ 22 miljoen per jaar.", run(1_700_000_000, 1_200_000_000, 2_200_000_000), ""},
		{"saves", "Alles bij elkaar kost dit de overheid € 17 miljoen per jaar minder.", "−€ 22 tot −€ 12 miljoen", run(-1_700_000_000, -2_200_000_000, -1_200_000_000), ""},
		{"unsure", "Of dit de overheid alles bij elkaar meer of minder kost, is niet te zeggen.", "−€ 5 tot +€ 39 miljoen", run(1_700_000_000, -500_000_000, 3_900_000_000), ""},
		{"one of them", "Er komen 90 ontvangers bij en het kost € 45.000 per jaar meer.", "", run(1_700_000_000, 1_200_000_000, 2_200_000_000), "toeslag"},
		{"payers", "Er komen 90 betalers bij en het brengt € 45.000 per jaar meer op.", "betalers, en", run(0, 0, 0), "belasting"},
	} {
		v := view(t, c.run, c.focus)
		if got := strings.ReplaceAll(v.Sentence, "\u00a0", " "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
		if got := strings.NewReplacer("\u00a0", " ", "\u2060", "").Replace(v.Rest); !strings.Contains(got, c.margin) {
			t.Errorf("%s: got %q, want %q in it", c.name, got, c.margin)
		}
	}
}

func TestRounded(t *testing.T) {
	t.Parallel()
	v := view(t, changed(-123_456, 98_765_432), "")
	if got, want := plain(v.Sentence), "Er zijn 123.000 ontvangers minder en het kost € 98,8 miljoen per jaar meer."; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := plain(v.Keys[0].Value); got != "−123.000" {
		t.Errorf("%q", got)
	}
}

// ids gives the ids of the exhibits.
func ids(v screen.RunView) (out []string) {
	for _, e := range v.Exhibits {
		out = append(out, e.ID)
	}
	return out
}

// TestAbsent: what a run did not measure has no exhibit.
func TestAbsent(t *testing.T) {
	t.Parallel()
	if d := cmp.Diff([]string{"bereik", "trechter"}, ids(view(t, now(), ""))); d != "" {
		t.Error(d)
	}
	r := changed(90, 45_000)
	r.Income = &simulate.Income{Baseline: simulate.IncomeSide{Households: 100, Rows: 100, Poverty: simulate.Poverty{Line: 1_848_000, Rows: 50}}}
	if d := cmp.Diff([]string{"bereik", "armoede", "trechter"}, ids(view(t, r, ""))); d != "" {
		t.Errorf("poverty without pressure, and no changes by income: %s", d)
	}
}

// TestMeasuringIsNoScheme: a regulation that is in the run to measure income is
// claimed by nobody: it is in no table of regulations and in no sentence.
func TestMeasuringIsNoScheme(t *testing.T) {
	t.Parallel()
	r := changed(90, 45_000)
	inc := r.Schemes[0]
	inc.ID, inc.Name = "besteedbaar-inkomen", "Besteedbaar inkomen"
	big := *inc.Received
	big.Cents *= 1000
	inc.Received = &big
	r.Schemes = append([]simulate.SchemeResult{inc}, r.Schemes...)
	r.Income = &simulate.Income{Regulation: "besteedbaar-inkomen", Name: "Besteedbaar inkomen"}
	v := view(t, r, "")
	if !strings.HasPrefix(plain(v.Sentence), "Er komen 90 ontvangers bij") {
		t.Errorf("%q", plain(v.Sentence))
	}
	for _, e := range v.Exhibits {
		for _, x := range e.Views {
			if strings.Contains(x.Title+fmt.Sprint(x.Table.Rows), "Besteedbaar inkomen") {
				t.Errorf("%s shows the measure of income as a regulation", x.ID)
			}
		}
	}
}

// TestFew: a group with too few people behind it shows no number, in the table
// nor in the chart.
func TestFew(t *testing.T) {
	t.Parallel()
	r := changed(90, 45_000)
	r.Deciles = []simulate.Change{
		{Key: "1", Label: "groep 1 van 10", Households: 4242, Rows: 9, Bands: [simulate.Bands]int64{4242}, MeanChange: 77_700, Mean: 77_700},
		{Key: "2", Label: "groep 2 van 10", Households: 2000, Rows: 10, Bands: [simulate.Bands]int64{0, 500, 1500}, MeanChange: 5000, Mean: 1250, Total: 2_500_000},
	}
	a := func(n int64) simulate.Amount { return simulate.Amount{Units: n, Cents: n * 777} }
	r.Schemes[0].Baseline.Groups = []simulate.Group{
		{Kind: simulate.ByType, Name: "zelden", Rows: 3, Entitled: a(4242), Received: a(4241), Unclaimed: a(1), Lost: []simulate.GroupLoss{{Amount: a(1), Rows: 1}}},
		{Kind: simulate.ByType, Name: "vaak", Rows: 30, Entitled: a(800), Received: a(400), Unclaimed: a(400), Lost: []simulate.GroupLoss{{Amount: a(400), Rows: 15}}},
	}
	v := view(t, r, "")
	for _, id := range []string{"winst", "gemiddeld", "groepen", "trechter"} {
		i := indexOf(v, id)
		if i < 0 {
			t.Fatalf("no %s", id)
		}
		text := v.Exhibits[i].Sentence
		for _, x := range v.Exhibits[i].Views {
			text += fmt.Sprint(x.Title, x.Note, x.Table.Rows)
			if x.Chart != nil {
				text += x.Chart.Draw(chart.Wide)
			}
		}
		if !strings.Contains(text, "te weinig om te tonen") {
			t.Errorf("%s does not say that a group is too small", id)
		}
		for _, secret := range []string{"4.242", "4242", "€ 777", "777"} {
			if strings.Contains(plain(text), secret) {
				t.Errorf("%s shows %s of a group that is too small", id, secret)
			}
		}
	}
	// Of the group that is large enough: 500 of 2,000 gain.
	if got := plain(v.Exhibits[indexOf(v, "winst")].Sentence); got != "Het vaakst wint inkomensgroep 2: 25 % van de huishoudens. Niemand gaat erop achteruit." {
		t.Errorf("%q", got)
	}
}

func indexOf(v screen.RunView, id string) int {
	for i, e := range v.Exhibits {
		if e.ID == id {
			return i
		}
	}
	return -1
}

// TestStepTakenAway: a step that the variant took away loses nobody of the
// variant.
func TestStepTakenAway(t *testing.T) {
	t.Parallel()
	v := view(t, changed(90, 45_000), "")
	table := v.Exhibits[indexOf(v, "trechter")].Views[0].Table
	var rows [][]string
	for _, row := range table.Rows {
		var cells []string
		for _, c := range row {
			cells = append(cells, plain(c.Text))
		}
		rows = append(rows, cells)
	}
	want := [][]string{
		{"Heeft recht", "1.000", "hier is niets te zeggen", "hier is niets te zeggen", "1.090"},
		{"Vraag aan", "600", "400", "€ 170.000", "1.090"},
	}
	if d := cmp.Diff(want, rows); d != "" {
		t.Error(d)
	}
}

// TestAssumptions: every measure names what it rests on, and no more: who has a
// right does not rest on how many applications are new.
func TestAssumptions(t *testing.T) {
	t.Parallel()
	v := view(t, now(), "")
	of := func(list []screen.Assumption) (out []string) {
		for _, a := range list {
			out = append(out, a.ID+": "+plain(a.Value+" "+a.Range))
		}
		return out
	}
	if d := cmp.Diff([]string{"gebruik-last: 0,3 0,2 tot 0,4", "pensioen: 0,88 aandeel ", "last.toeslag.vraag: 2 "}, of(v.Exhibits[0].Assumptions)); d != "" {
		t.Error(d)
	}
	if len(v.Assumptions) != 4 {
		t.Errorf("%d assumptions of the run", len(v.Assumptions))
	}
	s := v.Source
	if s.Run != "r-1" || s.Population != "nl:1000" || s.RuleSet != "abc" || s.Seed != "7" || plain(s.Date) != "1 juni 2026" || !strings.Contains(s.People, "8.374.404") {
		t.Errorf("%+v", s)
	}
}

// TestPovertyIsHonest: a difference that may as well be nothing is not called a
// fall.
func TestPovertyIsHonest(t *testing.T) {
	t.Parallel()
	side := func(persons int64, share float64) simulate.IncomeSide {
		return simulate.IncomeSide{Households: 100, Rows: 100, Poverty: simulate.Poverty{Line: 1_848_000, Rows: 50, Persons: simulate.Figure{Value: persons}, PersonShare: simulate.Ratio{Value: share}}}
	}
	for _, x := range []struct {
		difference simulate.Figure
		want       string
	}{
		{simulate.Figure{Value: -2000, Low: -5000, High: 1000}, "Of de armoede verandert is niet te zeggen: het verschil valt binnen de marge. Nu leeft 3,1 % van de mensen in armoede."},
		{simulate.Figure{Value: -35_000, Low: -41_000, High: -29_000}, "35.000 mensen minder leven in armoede: van 3,1 % naar 2,9 % van de mensen."},
		{simulate.Figure{Value: 1, Low: 1, High: 1}, "1 mens meer leeft in armoede: van 3,1 % naar 2,9 % van de mensen."},
		{simulate.Figure{}, "De armoede blijft gelijk: 3,1 % van de mensen."},
	} {
		r := changed(90, 45_000)
		then := side(512_000, 0.029)
		r.Income = &simulate.Income{Baseline: side(547_000, 0.031), Variant: &then, Difference: &simulate.IncomeDifference{Poverty: simulate.PovertyDifference{Persons: x.difference}}}
		v := view(t, r, "")
		if got := plain(v.Exhibits[indexOf(v, "armoede")].Sentence); got != x.want {
			t.Errorf("%q, want %q", got, x.want)
		}
	}
}

// TestTablesFit: of every table each row is as long as its head, and ids are
// there once, for a run with everything in it and with several regulations.
func TestTablesFit(t *testing.T) {
	t.Parallel()
	r := changed(90, 45_000)
	second := r.Schemes[0]
	second.ID, second.Name = "ander", "Andere toeslag"
	r.Schemes = append(r.Schemes, second)
	r.Schemes[0].Baseline.Work = simulate.Work{Applications: 10, Minutes: 600, FTE: 1.5, FTELow: 1, FTEHigh: 2, Staffing: 1, Caseload: 100, Professionals: 0.1}
	r.Schemes[0].Baseline.Burden = simulate.Burden{Actions: 3, Proofs: 2, Known: 1}
	r.Schemes[0].Baseline.Cliffs = []simulate.Cliff{{Input: "persoon.loon", Units: 30, Rows: 15, MeanLoss: 40_000, MaxLoss: 90_000}}
	r.Schemes[0].Variant.Help = []simulate.StepHelp{{ID: "aanvragen", Action: "Vraag aan", Kinds: []regulation.Intervention{regulation.Letter, regulation.Prefilled, regulation.Awarded}, Letters: 40, Wrong: 10, Answered: 17, Minutes: 100, Rows: 20}}
	paid := func(units int64, rows int) simulate.Counted {
		return simulate.Counted{Amount: simulate.Amount{Units: units, Cents: units * 60_000}, Rows: rows}
	}
	r.Schemes[0].Baseline.Advances = &simulate.Advances{Threshold: 12_100, Awards: simulate.Amount{Units: 1000, Cents: 90_000_000}, TooHigh: paid(300, 30), Reclaimed: paid(200, 20), NoRight: paid(40, 4)}
	r.Schemes[0].Variant.Advances = r.Schemes[0].Baseline.Advances
	v := view(t, r, "")
	if got := plain(v.Exhibits[indexOf(v, "voorschotten")].Sentence); got != "Van de voorschotten is 30 % te hoog. 200 keer vraagt de dienst geld terug, samen € 120.000." {
		t.Errorf("%q", got)
	}
	if rows := v.Exhibits[indexOf(v, "voorschotten")].Views[0].Table.Rows; rows[3][1].Text != "te weinig om te tonen" || plain(rows[1][2].Text+", "+rows[1][2].Sub) != "300, € 180.000" {
		t.Errorf("of four rows something is told, or of thirty nothing: %+v", rows)
	}
	seen := map[string]bool{}
	for _, e := range v.Exhibits {
		for _, x := range e.Views {
			if seen[x.ID] {
				t.Errorf("%s is there twice", x.ID)
			}
			seen[x.ID] = true
			for _, row := range x.Table.Rows {
				if len(row) != len(x.Table.Head) {
					t.Errorf("%s: %d cells under %d heads: %v", x.ID, len(row), len(x.Table.Head), row)
				}
			}
			if strings.Contains(fmt.Sprintf("%+v", x), "⟦") {
				t.Errorf("%s: a text is missing: %+v", x.ID, x)
			}
		}
	}
	if d := cmp.Diff([]string{"begroting", "bereik", "afgronden", "trechter", "ingrepen", "voorschotten", "burger", "werk"}, ids(v)); d != "" {
		t.Error(d)
	}
}

// The few households of another type are not the group that a reader hears of
// first.
func TestMostHitIsAGroup(t *testing.T) {
	t.Parallel()
	r := changed(90, 45_000)
	r.Income = &simulate.Income{Variant: &simulate.IncomeSide{}, Difference: &simulate.IncomeDifference{}}
	group := func(key string, loses int64) simulate.Change {
		return simulate.Change{Key: key, Label: key, Households: 1000, Persons: 1000, Rows: 1000, Bands: [5]int64{2: 1000 - loses, 3: loses}}
	}
	r.Types = []simulate.Change{group("alleenstaand", 300), group("eenoudergezin", 500), group("overig", 800)}
	r.Deciles = r.Types
	rest := view(t, r, "").Rest
	if !strings.Contains(rest, "eenoudergezin") || strings.Contains(rest, "overig") {
		t.Errorf("got %q", rest)
	}
}
