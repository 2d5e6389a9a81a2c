package simulate_test

import (
	"math"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
	"lemniscaat/regelingen"
)

// inAdvance gives the regulation "vast" without steps, paid in advance, with
// the amount up to which nothing is reclaimed.
func inAdvance(threshold string) fstest.MapFS {
	f := files()
	delete(f, "vast/stappen.yaml")
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	f["vast/regeling.yaml"] = text(meta("vast", "persoon.vaste-toeslag", "jaar") + "voorschot: {drempel: vast.drempel}\n")
	f["vast/gegevens.md"] = text(words("    de vaste toeslag Bedrag;\n\nParameter de grens : Bedrag;\nParameter het basisbedrag : Bedrag;\nParameter de drempel : Bedrag;\n"))
	f["vast/parameters.yaml"] = text(string(f["vast/parameters.yaml"].Data) + "drempel:\n  - {vanaf: 2024-01-01, waarde: " + threshold + ", bron: proef, voorbeeld: ja}\n")
	return f
}

// settling is what a test works out by hand.
type settling struct{ high, low, none, awards int64 }

// By hand: up to 20,000 gives 600. Who has 21,000 and expects at most 20,000 gets
// 600 and pays it back; who has 20,000 or 5,000 and expects more gets it later.
func TestAdvances(t *testing.T) {
	t.Parallel()
	const seed = 11
	var people town
	var want settling
	for i := range 900 {
		income, status := []int{21_000, 20_000, 5_000}[i%3], population.Employee
		if i%2 == 0 {
			status = population.SelfEmployed
		}
		h := single(3, 30, income, 10_000)
		h.Persons[0].Status = status
		people = append(people, h)
		right, advance := income <= 20_000, simulate.Expected(seed, i, 0, status, int64(income)) <= 20_000
		switch {
		case advance && !right:
			want.high, want.none = want.high+3, want.none+3
		case right && !advance:
			want.low += 3
		}
		if right || advance {
			want.awards += 3
		}
	}
	if want.high < 300 || want.low < 200 {
		t.Fatalf("nothing to settle: %+v", want)
	}
	cells := func(units int64) simulate.Counted {
		return simulate.Counted{Amount: simulate.Amount{Units: units, Cents: units * 60_000}, Rows: int(units / 3)}
	}
	r := run(t, simulate.Spec{People: people, Seed: seed, Baseline: side(t, load(t, inAdvance("100")), "vast"), Advances: true})
	a := r.Schemes[0].Baseline.Advances
	if a == nil || r.Schemes[0].Unsettled != "" {
		t.Fatalf("nothing is settled: %q", r.Schemes[0].Unsettled)
	}
	paid := 600*3*60_000 + (want.high-want.low)*60_000 // 600 households of weight 3 have the right
	got := *a
	got.Groups = nil
	if d := cmp.Diff(simulate.Advances{Parameter: "vast.drempel", Threshold: 10_000, Awards: simulate.Amount{Units: want.awards, Cents: paid},
		TooHigh: cells(want.high), TooLow: cells(want.low), Reclaimed: cells(want.high), NoRight: cells(want.none),
		Classes: []simulate.ReclaimClass{{Label: "€ 500 tot € 1.000", From: 500, To: 1_000, Counted: cells(want.high)}}}, got); d != "" {
		t.Errorf("settled (-want +got):\n%s", d)
	}
	if a.Corrected() != want.high+want.low {
		t.Errorf("%d corrected", a.Corrected())
	}
	// 600 is 6 % of 10,000.
	if d := cmp.Diff(&simulate.Repayment{Households: want.high, Cents: want.high * 60_000, Rows: int(want.high / 3), Over: []simulate.RepaymentOver{
		{Percent: 1, Households: want.high, Rows: int(want.high / 3)}, {Percent: 5, Households: want.high, Rows: int(want.high / 3)}, {Percent: 10}}}, r.Repayment); d != "" {
		t.Errorf("paid back (-want +got):\n%s", d)
	}
	var byAge, self simulate.Counted
	for _, g := range a.Groups {
		switch g.Kind {
		case simulate.ByAge:
			byAge = g.Reclaimed
		case simulate.ByWork:
			self = g.TooHigh
		}
	}
	if byAge != a.Reclaimed || self.Units <= want.high/3 || self.Units >= want.high {
		t.Errorf("of one age %+v, self-employed %+v", byAge, self)
	}
	if len(r.SettledFit) != 2 || math.Abs(r.SettledFit[0].Drawn-float64(a.Corrected())/float64(want.awards)) > 1e-12 || math.Abs(r.SettledFit[1].Drawn-float64(want.high)/float64(want.awards)) > 1e-12 {
		t.Errorf("fit %+v", r.SettledFit)
	}
	// What is at most the threshold is not reclaimed.
	r = run(t, simulate.Spec{People: people, Seed: seed, Baseline: side(t, load(t, inAdvance("600")), "vast"), Advances: true})
	a = r.Schemes[0].Baseline.Advances
	if a.TooHigh != cells(want.high) || a.Reclaimed != (simulate.Counted{}) || a.Waived != cells(want.high) || r.Repayment.Households != 0 {
		t.Errorf("up to the threshold: %+v, %+v", a, r.Repayment)
	}
	// Not asked: not settled, and the rest is the same.
	r.Repayment, r.SettledFit, r.Schemes[0].Baseline.Advances = nil, nil, nil
	plain := run(t, simulate.Spec{People: people, Seed: seed, Baseline: side(t, load(t, inAdvance("600")), "vast")})
	plain.Assumptions = r.Assumptions
	if d := cmp.Diff(plain, r, simulate.Whole); d != "" {
		t.Errorf("settling changes another figure:\n%s", d)
	}
}

// Only who does the steps gets an advance.
func TestAdvancesOfWhoReceives(t *testing.T) {
	t.Parallel()
	var people town
	for range 2000 {
		people = append(people, single(1, 30, 20_000, 10_000))
	}
	f := inAdvance("100")
	f["vast/stappen.yaml"] = &fstest.MapFile{Data: []byte(steps)}
	set := load(t, f)
	v := variant(t, set, "variant: hulp\nnaam: Hulp\nvanaf: 2024-01-01\ningrepen: {vast: automatisch}\n")
	r := run(t, simulate.Spec{People: people, Seed: 2, Baseline: side(t, set, "vast"), Variant: v, Advances: true})
	now, then := r.Schemes[0].Baseline, *r.Schemes[0].Variant
	if now.Advances.Awards.Units != now.Received.Units || then.Advances.Awards.Units != then.Received.Units {
		t.Errorf("%d awards of %d, then %d of %d", now.Advances.Awards.Units, now.Received.Units, then.Advances.Awards.Units, then.Received.Units)
	}
	if now.Advances.TooLow.Units >= then.Advances.TooLow.Units || now.Advances.TooHigh.Units != 0 || r.RepaymentThen == nil {
		t.Errorf("%+v, then %+v", now.Advances, then.Advances)
	}
	share := func(s simulate.SideResult) float64 {
		return float64(s.Advances.TooLow.Units) / float64(s.Received.Units)
	}
	if a, b := share(now), share(then); math.Abs(a-b) > 0.05 || a < 0.3 || a > 0.5 {
		t.Errorf("%.3f is too low now, %.3f then", a, b)
	}
}

// Without a threshold on the date there is nothing to settle, and the run says
// why; every regulation that ships has one.
func TestUnsettled(t *testing.T) {
	t.Parallel()
	people := town{single(1, 30, 20_000, 10_000)}
	r := run(t, simulate.Spec{People: people, Baseline: side(t, load(t, inAdvance("leeg")), "vast"), Advances: true})
	if s := r.Schemes[0]; s.Baseline.Advances != nil || !strings.Contains(s.Unsettled, "vast.drempel") || !strings.Contains(s.Unsettled, "2024-06-01") || r.Repayment != nil {
		t.Errorf("%+v: %q", s.Baseline.Advances, s.Unsettled)
	}
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	some := 0
	for _, r := range set.Regulations {
		if r.Advance == nil {
			continue
		}
		some++
		p, ok := set.Parameter(r.Advance.Threshold)
		if !ok {
			t.Errorf("%s: %s is no parameter", r.ID, r.Advance.Threshold)
			continue
		}
		if _, ok := p.At(rule.MustDate("2026-01-01")); !ok {
			t.Errorf("%s: no threshold in 2026", r.ID)
		}
	}
	if some != 4 {
		t.Errorf("%d regulations are paid in advance, want the four toeslagen", some)
	}
}
