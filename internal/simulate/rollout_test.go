package simulate_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/simulate"
)

const higher = "variant: hoger\nnaam: Hoger\nvanaf: 2024-01-01\nparameters: {vast.basisbedrag: \"1.000\"}\ninvoering:\n"

func phased(t *testing.T, people town, phases string) *simulate.Result {
	t.Helper()
	set := load(t, files())
	return run(t, simulate.Spec{People: people, Seed: 4, Baseline: side(t, set, "vast"), Variant: variant(t, set, higher+phases)})
}

// Three households of weight 2 under 30, one couple of weight 5 of 40, two of 50
// that have no right today and none after. € 400 a year more for each with a
// right. By hand: on 1 January the three go over (6 households, 6 × 400 euros of
// right), on 1 July the couple as well (11 households, 16 persons, 11 × 400), on
// 1 January after that everybody (13 households), of which nobody gets more.
func TestMomentsByHand(t *testing.T) {
	t.Parallel()
	people := town{single(2, 20, 10_000, 12_000), single(2, 25, 10_000, 12_000), single(2, 29, 10_000, 12_000),
		couple(5, 40, 10_000, 20_000), single(1, 50, 30_000, 25_000), single(1, 50, 30_000, 25_000)}
	r := phased(t, people, "  - {vanaf: 2024-01-01, leeftijd: tot 30}\n  - {vanaf: 2024-07-01, huishouden: [paar zonder kinderen]}\n  - {vanaf: 2025-01-01}\n")
	type moment struct {
		Words                      string
		Rows                       int
		Households, Persons, Cents int64
	}
	var got []moment
	for _, m := range r.Moments {
		got = append(got, moment{m.Words, m.Rows, m.Households, m.Persons, m.Schemes[0].Entitled.Cents})
		if m.Schemes[0].Entitled.Units != 0 {
			t.Errorf("%s: %d more have a right", m.Words, m.Schemes[0].Entitled.Units)
		}
		if m.Loss != 0 || m.Budget.Value != m.Schemes[0].Received.Cents || m.Budget.Low > m.Budget.Value || m.Budget.High < m.Budget.Value {
			t.Errorf("%+v", m)
		}
	}
	want := []moment{
		{"hoofd jonger dan 30 jaar", 3, 6, 6, 6 * 400_00},
		{"paar zonder kinderen", 4, 11, 16, 11 * 400_00},
		{"iedereen", 6, 13, 18, 11 * 400_00},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	// Who is over is treated as in the variant: the last moment is all of it.
	last := r.Moments[2].Schemes[0]
	if s := r.Schemes[0]; last.Received.Cents != s.Received.Cents || last.Received.Units != s.Received.Units {
		t.Errorf("all are over and receive %+v more; the variant gives %+v", last.Received, s.Received)
	}
}

// A share is a share of the households, and who is in it stays in it.
func TestMomentsOfShares(t *testing.T) {
	t.Parallel()
	var people town
	for i := range 4000 {
		people = append(people, single(1, 20+i%60, 10_000, 12_000))
	}
	r := phased(t, people, "  - {vanaf: 2024-01-01, deel: \"25 %\"}\n  - {vanaf: 2024-07-01, deel: \"62,5 %\"}\n  - {vanaf: 2025-01-01}\n")
	for i, want := range []int64{1000, 2500, 4000} {
		m := r.Moments[i]
		if d := m.Households - want; d < -100 || d > 100 { // three standard deviations are 92
			t.Errorf("%s: %d households are over, some %d expected", m.Words, m.Households, want)
		}
		if m.Gain > m.Households || m.Schemes[0].Entitled.Cents != m.Households*400_00 || i > 0 && m.Gain < r.Moments[i-1].Gain {
			t.Errorf("%+v", m)
		}
	}
	if m := r.Moments[0]; m.Budget.High <= m.Budget.Value || m.Budget.Low >= m.Budget.Value {
		t.Errorf("a sample of %d without an interval: %+v", m.Rows, m.Budget)
	}
}

// New cases first: who receives nothing today is over at once, and of the others
// 15 % a year (the assumption instroom).
func TestMomentsOfNewCases(t *testing.T) {
	t.Parallel()
	var people town
	for i := range 6000 {
		income := 10_000
		if i%3 == 0 {
			income = 30_000 // no right
		}
		people = append(people, single(1, 40, income, 12_000))
	}
	r := phased(t, people, "  - {vanaf: 2024-01-01, wie: nieuwe gevallen}\n  - {vanaf: 2025-01-01, wie: nieuwe gevallen}\n  - {vanaf: 2026-01-01}\n")
	now := r.Schemes[0].Baseline
	none := 6000 - now.Received.Units
	if m := r.Moments[0]; m.Households != none || m.Gain > now.Unclaimed.Units {
		t.Errorf("%d households receive nothing today; %d are over, of which %d gain", none, m.Households, m.Gain)
	}
	year := float64(now.Received.Units) * 0.15
	if got := float64(r.Moments[1].Households - none); got < year-80 || got > year+80 { // three standard deviations are 75
		t.Errorf("after a year %v of those who receive it are over, some %v expected", got, year)
	}
	if r.Moments[2].Households != 6000 {
		t.Errorf("%+v", r.Moments[2])
	}
}

func TestPhasesRefused(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ phases, says string }{
		"none":           {"  []\n", "heeft geen stappen"},
		"no date":        {"  - {deel: \"5 %\"}\n", `mist "vanaf"`},
		"before":         {"  - {vanaf: 2023-12-31}\n", "voordat de variant geldt"},
		"order":          {"  - {vanaf: 2025-01-01, deel: \"5 %\"}\n  - {vanaf: 2025-01-01}\n", "komt niet na"},
		"nothing":        {"  - {vanaf: 2025-01-01, deel: \"0 %\"}\n", "is geen deel"},
		"too much":       {"  - {vanaf: 2025-01-01, deel: \"101 %\"}\n", "kan niet"},
		"too fine":       {"  - {vanaf: 2025-01-01, deel: \"1,25 %\"}\n", "hoogstens één cijfer"},
		"backwards":      {"  - {vanaf: 2025-01-01, leeftijd: 30 tot 20}\n", "lege groep"},
		"words":          {"  - {vanaf: 2025-01-01, leeftijd: jong}\n", "is geen leeftijd"},
		"somebody":       {"  - {vanaf: 2025-01-01, wie: ambtenaren}\n", "is geen groep"},
		"unknown key":    {"  - {vanaf: 2025-01-01, gemeente: klein}\n", `kent geen "gemeente"`},
		"no households":  {"  - {vanaf: 2025-01-01, huishouden: []}\n", "geen soort"},
		"not a list":     {"  {vanaf: 2025-01-01}\n", "moet een lijst zijn"},
		"too many steps": {strings.Repeat("  - {vanaf: 2025-01-01}\n", 25), "hoogstens 24"},
	} {
		_, ds := regulation.ReadVariant("v.yaml", []byte(higher+c.phases))
		if err := ds.Err(); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	set := load(t, files())
	_, err := simulate.Run(t.Context(), simulate.Spec{People: town{single(1, 20, 1, 1)}, Date: date, Baseline: side(t, set, "vast"),
		Variant: variant(t, set, higher+"  - {vanaf: 2025-01-01, huishouden: [kasteel]}\n")}, nil)
	if err == nil || !strings.Contains(err.Error(), "kies uit: alleenstaand") {
		t.Errorf("a household that does not exist: %v", err)
	}
}

// The introduction is in the digest, and is read back as it was written.
func TestPhasesWritten(t *testing.T) {
	t.Parallel()
	text := higher + "  - {vanaf: 2024-01-01, wie: nieuwe gevallen, deel: \"12,5 %\"}\n  - {vanaf: 2024-07-01, leeftijd: 18 tot 27, huishouden: [alleenstaand, eenoudergezin]}\n  - {vanaf: 2024-08-01, leeftijd: vanaf 67}\n  - {vanaf: 2024-09-01, leeftijd: tot 20}\n  - {vanaf: 2025-01-01}\n"
	v, ds := regulation.ReadVariant("v.yaml", []byte(text))
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	back, ds := regulation.ReadVariant("v.yaml", v.YAML())
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	if diff := cmp.Diff(v.Phases, back.Phases); diff != "" || len(v.Phases) != 5 {
		t.Error(diff)
	}
	set := load(t, files())
	steps := variant(t, set, text).Digest
	if other := variant(t, set, strings.Replace(text, "12,5", "12,6", 1)).Digest; other == steps {
		t.Error("another share has the same digest")
	}
	if once := variant(t, set, strings.Split(text, "invoering")[0]).Digest; once == steps {
		t.Error("all at once has the same digest")
	}
}
