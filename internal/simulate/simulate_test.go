package simulate_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
	"lemniscaat/regelingen"
)

func run(t testing.TB, spec simulate.Spec) *simulate.Result {
	t.Helper()
	if spec.Date.IsZero() {
		spec.Date = date
	}
	r, err := simulate.Run(context.Background(), spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	if spec.People.Len() < 1000 { // whatever is asked, the exact evaluator says the same
		want, err := simulate.Run(context.Background(), simulate.Reference(spec), nil)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(want, r, simulate.Whole); d != "" {
			t.Errorf("the engine differs from the reference (-reference +engine):\n%.3000s", d)
		}
	}
	return r
}

// without gives the files without the steps: then everybody who is entitled
// receives.
func without(t testing.TB) *regulation.Set {
	f := files()
	delete(f, "vast/stappen.yaml")
	return load(t, f)
}

var small = town{
	single(10, 30, 15_000, 14_000),
	single(20, 50, 20_000, 19_000),
	single(5, 40, 20_001, 9_000),
	couple(8, 60, 19_900, 30_000),
	couple(2, 70, 50_000, 60_000),
}

// What people pay needs no application: nobody is lost at a step.
func TestOwed(t *testing.T) {
	t.Parallel()
	f := files()
	f["vast/regeling.yaml"].Data = bytes.ReplaceAll(f["vast/regeling.yaml"].Data, []byte("naam: Proef}"), []byte("naam: Proef, zin: betaalt}"))
	s := run(t, simulate.Spec{People: small, Baseline: side(t, load(t, f), "vast")}).Schemes[0]
	if !s.Owed || s.Baseline.Received.Units != 38 || s.Baseline.Received.Cents != 2_600_000 || s.Baseline.Unclaimed != (simulate.Amount{}) {
		t.Errorf("owed %v, %+v; want 38 who pay 2600000", s.Owed, s.Baseline.Received)
	}
}

// Entitled by hand: 10 × 600 + 20 × 600 + 8 × 1,000.
func TestEntitled(t *testing.T) {
	t.Parallel()
	r := run(t, simulate.Spec{People: small, Baseline: side(t, without(t), "vast")})
	s := r.Schemes[0].Baseline
	for name, m := range map[string]simulate.Measure{"entitled": s.Entitled, "received": s.Received} {
		if m.Units != 38 || m.Cents != 2_600_000 {
			t.Errorf("%s: %d units, %d cents; want 38 and 2600000", name, m.Units, m.Cents)
		}
	}
	if got := s.Entitled.Mean(); got != 68421 {
		t.Errorf("mean %d cents, want 68421", got)
	}
	if want := (simulate.Population{ID: "nl:proef", Rows: 5, PersonRows: 7, Households: 45, Persons: 55}); r.Population != want {
		t.Errorf("population %+v, want %+v", r.Population, want)
	}
	if len(s.Failures) != 0 || len(s.Steps) != 0 || s.Worst != -1 || s.Unclaimed != (simulate.Amount{}) {
		t.Errorf("failures %v, steps %v, worst %d, unclaimed %v", s.Failures, s.Steps, s.Worst, s.Unclaimed)
	}
}

// € 25 a month more takes the households of 20,000 and 19,900 over the limit.
func TestCliff(t *testing.T) {
	t.Parallel()
	r := run(t, simulate.Spec{People: small, Baseline: side(t, load(t, files()), "vast")})
	got := r.Schemes[0].Baseline.Cliffs
	if len(got) != 1 {
		t.Fatalf("cliffs %+v, want one", got)
	}
	c := got[0]
	if c.Input != "persoon.toetsingsinkomen" || c.Units != 28 || c.Rows != 2 || c.MeanLoss != 71429 || c.MaxLoss != 100_000 {
		t.Errorf("cliff %+v; want 28 units in 2 rows that lose 71429 cents, 100000 at most", c)
	}
}

// Everybody is somewhere: received, or lost at exactly one step.
func TestStepsAddUp(t *testing.T) {
	t.Parallel()
	set := load(t, files())
	rapid.Check(t, func(rt *rapid.T) {
		var people town
		for i := range rapid.IntRange(1, 60).Draw(rt, "n") {
			w, age, income := int64(rapid.IntRange(1, 9).Draw(rt, "w")), rapid.IntRange(18, 90).Draw(rt, "age"), rapid.IntRange(0, 40_000).Draw(rt, "income")
			if i%3 == 0 {
				people = append(people, couple(w, age, income, income))
			} else {
				people = append(people, single(w, age, income, income-500))
			}
		}
		r := run(t, simulate.Spec{People: people, Seed: rapid.Uint64().Draw(rt, "seed"), Baseline: side(t, set, "vast")})
		s := r.Schemes[0].Baseline
		var lost, cents int64
		reached := s.Entitled.Units
		for i, st := range s.Steps {
			if st.Reached != reached {
				rt.Fatalf("step %d is reached by %d, %d were left", i, st.Reached, reached)
			}
			reached -= st.Lost
			lost += st.Lost
			cents += st.Cents
			if s.Worst >= 0 && st.Lost > s.Steps[s.Worst].Lost {
				rt.Fatalf("step %d loses more than the worst step %d", i, s.Worst)
			}
		}
		if reached != s.Received.Units || lost != s.Unclaimed.Units || cents != s.Unclaimed.Cents || s.Entitled.Cents-s.Received.Cents != cents {
			rt.Fatalf("%d reach the end, %d receive; %d lost, %d unclaimed; %d cents lost, %d unclaimed", reached, s.Received.Units, lost, s.Unclaimed.Units, cents, s.Unclaimed.Cents)
		}
		groupsAddUp(rt, s)
		if s.Automatic.Units < s.Received.Units || s.Automatic.Units > s.Entitled.Units {
			rt.Fatalf("%d receive, %d automatic, %d entitled", s.Received.Units, s.Automatic.Units, s.Entitled.Units)
		}
		for name, m := range map[string]simulate.Measure{"entitled": s.Entitled, "received": s.Received, "automatic": s.Automatic} {
			if m.UnitsLow > m.Units || m.UnitsHigh < m.Units || m.CentsLow > m.Cents || m.CentsHigh < m.Cents || m.UnitsLow < 0 {
				rt.Fatalf("%s: %+v", name, m)
			}
		}
	})
}

const wider = `variant: ruimer
naam: Grens naar 25.000, bedrag naar 500
vanaf: 2024-01-01
parameters:
  vast.grens: "25.000"
  vast.basisbedrag: "500"
`

// By hand: 15,000 and 20,000 lose 100, 20,001 gains 500, the couple of 19,900
// loses 100, the other couple keeps nothing.
func TestWinnersAndLosers(t *testing.T) {
	t.Parallel()
	set := without(t)
	people := append(slices.Clone(small), single(3, 33, 1_000, -50))
	r := run(t, simulate.Spec{People: people, Baseline: side(t, set, "vast"), Variant: variant(t, set, wider)})
	s := r.Schemes[0]
	if s.Variant == nil || s.Variant.Entitled.Units != 46 || s.Variant.Entitled.Cents != (38*500+8*900)*100 {
		t.Fatalf("variant entitled %+v", s.Variant)
	}
	if s.Received.Units != 5 || s.Received.Cents != s.Variant.Received.Cents-s.Baseline.Received.Cents || s.Received.Cents != -160_000 {
		t.Errorf("difference %+v, want 5 units and -160000 cents", *s.Received)
	}
	find := func(list []simulate.Change, key string) simulate.Change {
		i := slices.IndexFunc(list, func(c simulate.Change) bool { return c.Key == key })
		if i < 0 {
			t.Fatalf("no group %s in %+v", key, list)
		}
		return list[i]
	}
	one := find(r.Types, "alleenstaand")
	// 9,000 gains 500, more than 5 %; the negative income loses 100: more than 5 % too.
	if want := [simulate.Bands]int64{5, 0, 0, 30, 3}; one.Bands != want || one.Households != 38 || one.Rows != 4 {
		t.Errorf("singles: %+v, want bands %v", one, want)
	}
	if one.Total != (5*500-33*100)*100 || one.MeanChange != one.Total/38 || one.Gain() != 5 || one.Loss() != 33 {
		t.Errorf("singles: total %d, mean %d", one.Total, one.MeanChange)
	}
	two := find(r.Types, "paar zonder kinderen")
	if want := [simulate.Bands]int64{0, 0, 2, 8, 0}; two.Bands != want || two.MeanChange != -10_000 || two.Persons != 20 {
		t.Errorf("couples: %+v, want bands %v", two, want)
	}
	if neg := find(r.Deciles, "negatief"); neg.Households != 3 || neg.Loss() != 3 {
		t.Errorf("negative incomes: %+v", neg)
	}
	if old := find(r.Ages, "67 en ouder"); old.Bands[simulate.Same] != 2 || old.Households != 2 {
		t.Errorf("67+: %+v", old)
	}
	// One percent of 48 households is less than the first loser.
	if w := r.Worst; w.Households != 10 || w.MeanLoss != 10_000 || w.MeanIncome != 14_000 || len(w.Examples) != 2 {
		t.Errorf("worst: %+v", *w)
	} else if e := w.Examples[0]; e.Household != 0 || e.Text != "alleenstaand, 30 tot 40 jaar, werknemer" {
		t.Errorf("example: %+v", e)
	}
}

// Ten equal households with rising incomes are one per decile; equal incomes
// stay together, in the middle of their place; persons weigh, not households.
func TestDeciles(t *testing.T) {
	t.Parallel()
	set := without(t)
	sizes := func(people town) map[string]int {
		r := run(t, simulate.Spec{People: people, Baseline: side(t, set, "vast"), Variant: variant(t, set, wider)})
		out := map[string]int{}
		for _, d := range r.Deciles {
			if d.Rows > 0 {
				out[d.Key] = d.Rows
			}
			if d.Rows > 0 && d.From > d.To {
				t.Errorf("decile %s from %d to %d", d.Key, d.From, d.To)
			}
		}
		return out
	}
	var rising, equal, mixed town
	want := map[string]int{}
	for i := range 10 {
		rising = append(rising, single(1, 40, 0, 1000*(10-i)))
		equal = append(equal, single(1, 40, 0, 7000))
		want[fmt.Sprint(i+1)] = 1
	}
	if d := cmp.Diff(want, sizes(rising)); d != "" {
		t.Errorf("rising incomes:\n%s", d)
	}
	if d := cmp.Diff(map[string]int{"6": 10}, sizes(equal)); d != "" {
		t.Errorf("equal incomes:\n%s", d)
	}
	// Nine couples of two persons below one single: 19 persons, the single is the last 1/19.
	for i := range 9 {
		mixed = append(mixed, couple(1, 40, 0, 1000+i))
	}
	mixed = append(mixed, single(1, 40, 0, 9000))
	if d := cmp.Diff(map[string]int{"1": 1, "2": 1, "3": 1, "4": 1, "5": 1, "6": 1, "7": 1, "8": 1, "9": 1, "10": 1}, sizes(mixed)); d != "" {
		t.Errorf("weighted by persons:\n%s", d)
	}
	negative := append(slices.Clone(rising), single(4, 40, 0, -1))
	want["negatief"] = 1
	if d := cmp.Diff(want, sizes(negative)); d != "" {
		t.Errorf("a negative income moves the others:\n%s", d)
	}
}

// Without a difference in rules nobody gains or loses.
func TestSameRulesSameResult(t *testing.T) {
	t.Parallel()
	set := load(t, files())
	same := variant(t, set, "variant: zelfde\nnaam: Zelfde\nvanaf: 2024-01-01\nparameters: {vast.grens: \"20.000\"}\n")
	r := run(t, simulate.Spec{People: small, Seed: 4, Baseline: side(t, set, "vast"), Variant: same})
	s := r.Schemes[0]
	if *s.Received != (simulate.Measure{}) || *s.Entitled != (simulate.Measure{}) {
		t.Errorf("difference %+v, %+v", *s.Entitled, *s.Received)
	}
	for _, d := range slices.Concat(r.Deciles, r.Types, r.Ages) {
		if d.Gain()+d.Loss() != 0 || d.Bands[simulate.Same] != d.Households || d.Total != 0 {
			t.Errorf("group %+v changes", d)
		}
	}
	if r.Worst.Households != 0 || len(r.Worst.Examples) != 0 {
		t.Errorf("worst %+v", *r.Worst)
	}
}

// Taking a step away never lowers who receives; without steps everybody does.
func TestVariantOfSteps(t *testing.T) {
	t.Parallel()
	set := load(t, files())
	var people town
	for i := range 400 {
		people = append(people, single(1, 20+i%60, 10_000, 12_000+i))
	}
	less := variant(t, set, "variant: minder\nnaam: Minder\nvanaf: 2024-01-01\nstappen: {vast.bewijs: vervalt}\n")
	none := variant(t, set, "variant: niets\nnaam: Niets\nvanaf: 2024-01-01\nstappen: {vast.bewijs: vervalt, vast.aanvragen: vervalt}\n")
	a := run(t, simulate.Spec{People: people, Seed: 4, Baseline: side(t, set, "vast"), Variant: less}).Schemes[0]
	b := run(t, simulate.Spec{People: people, Seed: 4, Baseline: side(t, set, "vast"), Variant: none}).Schemes[0]
	if a.Baseline.Received.Units >= a.Variant.Received.Units || a.Variant.Received.Units >= 400 || b.Variant.Received.Units != 400 {
		t.Errorf("received %d now, %d with one step, %d without steps; 400 are entitled", a.Baseline.Received.Units, a.Variant.Received.Units, b.Variant.Received.Units)
	}
	// 35 % is the assumption for a regulation of which nothing was observed.
	if got := a.Baseline.Unclaimed.Units; got < 115 || got > 165 {
		t.Errorf("%d of 400 unclaimed, want about 140", got)
	}
	if a.Entitled.Units != 0 || a.Baseline.Worst != 1 {
		t.Errorf("entitled changes by %d; worst step %d, want the heavier one", a.Entitled.Units, a.Baseline.Worst)
	}
}

// Work by hand: with R received of 38 and everybody in one of two steps.
func TestWork(t *testing.T) {
	t.Parallel()
	var people town
	for i := range 200 {
		people = append(people, single(10, 30+i%30, 10_000, 12_000+i))
	}
	s := run(t, simulate.Spec{People: people, Seed: 8, Baseline: side(t, load(t, files()), "vast")}).Schemes[0].Baseline
	applied := s.Steps[0].Reached - s.Steps[0].Lost
	refused := int64(float64(applied)*0.15/0.85 + 0.5)
	proved := s.Received.Units
	want := simulate.Work{Applications: applied + refused, Refused: refused, Judgements: proved + refused,
		Minutes: (applied+refused)*20 + proved*10 + (proved+refused)*30}
	want.HoursLow, want.HoursHigh = s.Work.HoursLow, s.Work.HoursHigh // see TestLoad
	want.FTE, want.FTELow, want.FTEHigh = s.Work.FTE, s.Work.FTELow, s.Work.FTEHigh
	if d := cmp.Diff(want, s.Work); d != "" {
		t.Errorf("work (-want +got):\n%s", d)
	}
	burden := simulate.Burden{Actions: applied + refused + proved, Repeated: applied + refused + proved,
		Minutes: (applied+refused)*30 + proved*60, Proofs: proved, Known: proved}
	if d := cmp.Diff(burden, s.Burden); d != "" {
		t.Errorf("burden (-want +got):\n%s", d)
	}
	if s.Work.Hours() != (want.Minutes+30)/60 {
		t.Errorf("hours %d", s.Work.Hours())
	}
}

// A rule that errs for some does not stop the run, and nobody disappears.
func TestFailures(t *testing.T) {
	t.Parallel()
	people := town{single(7, 30, 0, 0), single(4, 34, 0, 0), single(2, 30, 0, 0), single(1, 25, 0, 0), couple(3, 80, 0, 0)}
	r := run(t, simulate.Spec{People: people, Baseline: side(t, load(t, files()), "gebroken")})
	s := r.Schemes[0].Baseline
	// 34: 100/4 = 25 a month; 80: 100/50 = 2 a month.
	if s.Entitled.Units != 7 || s.Entitled.Cents != (4*25+3*2)*12*100 {
		t.Errorf("entitled %+v", s.Entitled)
	}
	if len(s.Failures) != 2 {
		t.Fatalf("failures %+v, want two kinds", s.Failures)
	}
	for _, f := range s.Failures {
		switch f.Code {
		case "onjuist-bedrag":
			if f.Units != 1 || f.Rows != 1 || !strings.Contains(f.Message, "negatief") || !strings.Contains(f.Example, "huishouden 3: alleenstaand, 20 tot 30 jaar") {
				t.Errorf("negative outcome: %+v", f)
			}
		default:
			if f.Units != 9 || f.Rows != 2 || f.Rule != "gebroken.deel" || !strings.Contains(f.Example, "huishouden 0:") {
				t.Errorf("division by zero: %+v", f)
			}
		}
	}
}

// An outcome may sit on the household, and rules may look at all its members:
// 100 for each member, once a year.
func TestHouseholdOutcome(t *testing.T) {
	t.Parallel()
	f := files()
	article := "---\nid: artikel-1\ntitel: Gezin\nbron: proefverordening, artikel 1\n---\n# Gezin\n\nTekst.\n\n```regelspraak\n// Id: gezin.bedrag\n// Bron: proefverordening, artikel 1\n" +
		"Regel gezinsbedrag\n    geldig vanaf 2024\n        De gezinstoeslag van een huishouden moet berekend worden als het bedrag per lid maal het aantal leden van het huishouden.\n```\n"
	f["gezin/regeling.yaml"] = &fstest.MapFile{Data: []byte(meta("gezin", "huishouden.gezinstoeslag", "eenmalig"))}
	f["gezin/gegevens.md"] = &fstest.MapFile{Data: []byte(words("    de bijnaam Tekst;\n\nObjecttype het Huishouden (mv: huishoudens)\n    de gezinstoeslag Bedrag;\n\nFeittype Samenstelling\n    het huishouden Huishouden\n    het lid (mv: leden) Persoon\n    Eén huishouden heeft meerdere leden\n\nParameter het bedrag per lid : Bedrag;\n"))}
	f["gezin/artikel-1.md"] = &fstest.MapFile{Data: []byte(article)}
	f["gezin/parameters.yaml"] = &fstest.MapFile{Data: []byte("bedrag-per-lid:\n  - {vanaf: 2024-01-01, waarde: \"100\", bron: proef, voorbeeld: ja}\n")}
	e := run(t, simulate.Spec{People: small, Baseline: side(t, load(t, f), "gezin", "vast")}).Schemes[0].Baseline.Entitled
	// 35 singles and 10 couples.
	if e.Units != 45 || e.Cents != 5_500*100 {
		t.Errorf("entitled %+v; want 45 households and 5,500 euros", e)
	}
}

// A unit that errs on one side is left out of both, so that they stay
// comparable, and is counted where it errs.
func TestFailureOnOneSide(t *testing.T) {
	t.Parallel()
	set := load(t, files())
	v, ds := regulation.ReadVariant("v.yaml", []byte("variant: min\nnaam: Min\nvanaf: 2024-01-01\nparameters: {gebroken.totaal: \"-100\"}\n"))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	changed, ds := set.With(v)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	other := side(t, changed, "gebroken")
	// 34 years: 25 a month now, −25 in the variant; 25 years: the reverse.
	r := run(t, simulate.Spec{People: town{single(4, 34, 0, 0), single(5, 25, 0, 0)}, Baseline: side(t, set, "gebroken"), Variant: &other})
	s := r.Schemes[0]
	if s.Baseline.Entitled.Units != 0 || s.Variant.Entitled.Units != 0 {
		t.Errorf("entitled %d and %d, want nobody", s.Baseline.Entitled.Units, s.Variant.Entitled.Units)
	}
	if len(s.Baseline.Failures) != 1 || s.Baseline.Failures[0].Units != 5 || len(s.Variant.Failures) != 1 || s.Variant.Failures[0].Units != 4 {
		t.Errorf("failures %+v and %+v", s.Baseline.Failures, s.Variant.Failures)
	}
}

// 400 households of one weight of which half is entitled: the number in a
// sample has a standard deviation of 10, so the range is about 20 either way.
func TestRanges(t *testing.T) {
	t.Parallel()
	var people town
	for i := range 400 {
		people = append(people, single(1, 30+i%30, 10_000+20_000*(i%2), 12_000+i))
	}
	e := run(t, simulate.Spec{People: people, Seed: 3, Baseline: side(t, without(t), "vast")}).Schemes[0].Baseline.Entitled
	if down, up := e.Units-e.UnitsLow, e.UnitsHigh-e.Units; e.Units != 200 || down < 15 || down > 25 || up < 15 || up > 25 {
		t.Errorf("entitled %+v; want 200 and about 20 either way", e)
	}
	if e.CentsLow != e.UnitsLow*60_000 && (e.CentsLow < (e.UnitsLow-1)*60_000 || e.CentsLow > (e.UnitsLow+1)*60_000) {
		t.Errorf("each gets 600: %+v", e)
	}
	// Not-taking-up of 20 % to 50 % moves who receives by 30 either way, beside sampling.
	r := run(t, simulate.Spec{People: people, Seed: 3, Baseline: side(t, load(t, files()), "vast")}).Schemes[0].Baseline.Received
	if down, up := r.Units-r.UnitsLow, r.UnitsHigh-r.Units; down < 28 || up < 28 || down > 60 || up > 60 {
		t.Errorf("received %+v; want 28 to 60 either way", r)
	}
}

// What the population does not have stops the run and names the rule.
func TestMissingInput(t *testing.T) {
	t.Parallel()
	f := files()
	f["vast/artikel-1.md"].Data = bytes.ReplaceAll([]byte(vastArticle), []byte("zijn toetsingsinkomen is kleiner"), []byte("zijn schoengewicht is kleiner"))
	_, err := simulate.Run(context.Background(), simulate.Spec{People: small, Date: date, Baseline: side(t, load(t, f), "vast")}, nil)
	if !errors.Is(err, simulate.ErrMissing) || !strings.Contains(err.Error(), "persoon.schoengewicht") || !strings.Contains(err.Error(), "vast.") {
		t.Errorf("got %v; want ErrMissing that names persoon.schoengewicht and its rule", err)
	}
}

// Asked for all, a run takes what can be run and names the others; asked by
// name, it is an error.
func TestSkipped(t *testing.T) {
	t.Parallel()
	f := files()
	for id, rule := range map[string]string{
		"schoenen": "De toeslag voor schoenen van een aanvrager moet gesteld worden op 1 €\n        indien zijn schoengewicht groter is dan 3 €.",
		"later":    "De toeslag voor later van een aanvrager moet gesteld worden op 1 €.",
	} {
		for name, file := range scheme(id, "persoon.toeslag-voor-"+id, "jaar", "    de toeslag voor "+id+" Bedrag;\n", rule) {
			if strings.HasPrefix(name, id) {
				f[name] = file
			}
		}
	}
	f["later/artikel-1.md"].Data = bytes.ReplaceAll(f["later/artikel-1.md"].Data, []byte("vanaf 2024"), []byte("vanaf 2030"))
	set := load(t, f)
	all := side(t, set)
	r := run(t, simulate.Spec{People: small, Baseline: all, Variant: nil})
	for _, id := range []string{"gebroken", "vast"} {
		if _, ok := r.Find(id); !ok {
			t.Errorf("%s is not run", id)
		}
	}
	want := []simulate.Skipped{
		{ID: "later", Name: "Proef later", Reason: "Regeling later heeft op 2024-06-01 geen regel die persoon.toeslag-voor-later bepaalt."},
		{ID: "schoenen", Name: "Proef schoenen", Reason: "De bevolking heeft niet: persoon.schoengewicht (regel schoenen.regel vraagt erom).",
			Lacks: []simulate.Lack{{Datum: "persoon.schoengewicht", Rule: "schoenen.regel"}}},
	}
	if d := cmp.Diff(want, r.Skipped); d != "" {
		t.Errorf("skipped (-want +got):\n%s", d)
	}
	data, err := json.Marshal(r)
	if err != nil || !bytes.Contains(data, []byte(`"ontbreekt":[{"gegeven":"persoon.schoengewicht","regel":"schoenen.regel","geenRegelOpDezeDag":false}]`)) {
		t.Errorf("JSON does not say what is missing: %v", err)
	}
	for _, id := range []string{"later", "schoenen"} {
		_, err := simulate.Run(context.Background(), simulate.Spec{People: small, Date: date, Baseline: side(t, set, id)}, nil)
		if !errors.Is(err, simulate.ErrSpec) && !errors.Is(err, simulate.ErrMissing) {
			t.Errorf("%s by name: %v, want an error", id, err)
		}
	}
	if _, err := simulate.NewSide(load(t, scheme("later", "persoon.x", "jaar", "    de x Bedrag;\n", "De x van een aanvrager moet gesteld worden op 1 €.")), rule.MustDate("2019-01-01")); !errors.Is(err, simulate.ErrSpec) {
		t.Errorf("nothing can be run: %v, want ErrSpec", err)
	}
}

func TestRefusals(t *testing.T) {
	t.Parallel()
	set := load(t, files())
	if _, err := simulate.NewSide(set, date, "onbekend"); !errors.Is(err, simulate.ErrSpec) || !strings.Contains(err.Error(), "vast") {
		t.Errorf("unknown regulation: %v", err)
	}
	if _, err := simulate.NewSide(set, date, "vast", "vast"); !errors.Is(err, simulate.ErrSpec) {
		t.Errorf("a regulation twice: %v", err)
	}
	good := side(t, set, "vast")
	other := side(t, set, "gebroken")
	nowhere := good
	nowhere.Schemes = slices.Clone(good.Schemes)
	nowhere.Schemes[0].Outcome = "persoon.bestaat-niet"
	noAmount := good
	noAmount.Schemes = slices.Clone(good.Schemes)
	noAmount.Schemes[0].Outcome = "persoon.aanvrager"
	weekly := good
	weekly.Schemes = slices.Clone(good.Schemes)
	weekly.Schemes[0].Period = "week"
	for name, spec := range map[string]simulate.Spec{
		"no people":       {Date: date, Baseline: good},
		"empty people":    {People: town{}, Date: date, Baseline: good},
		"no date":         {People: small, Baseline: good},
		"no regulation":   {People: small, Date: date},
		"other scheme":    {People: small, Date: date, Baseline: good, Variant: &other},
		"unknown outcome": {People: small, Date: date, Baseline: nowhere},
		"not an amount":   {People: small, Date: date, Baseline: noAmount},
		"unknown period":  {People: small, Date: date, Baseline: weekly},
		"nobody home":     {People: town{{Weight: unit}}, Date: date, Baseline: good},
		"a crowd":         {People: town{{Weight: unit, Persons: make([]population.Person, 31)}}, Date: date, Baseline: good},
		"before any rule": {People: small, Date: rule.MustDate("2019-01-01"), Baseline: good},
	} {
		if _, err := simulate.Run(context.Background(), spec, nil); !errors.Is(err, simulate.ErrSpec) {
			t.Errorf("%s: got %v, want ErrSpec", name, err)
		}
	}
}

func TestIndicators(t *testing.T) {
	t.Parallel()
	set := without(t)
	s := run(t, simulate.Spec{People: small, Baseline: side(t, set, "vast"), Variant: variant(t, set, wider)}).Schemes[0]
	got := map[string]simulate.Indicator{}
	for _, i := range s.Indicators {
		got[i.ID] = i
	}
	for id, want := range map[string][2]float64{"bereik": {100, 100}, "uitgaven": {26_000, 24_700}, "toekenningen": {38, 43}, "afwijzingen": {0, 0}} {
		if i := got[id]; !i.Known || i.Baseline != want[0] || i.Predicted != want[1] || i.Low > i.Predicted || i.High < i.Predicted {
			t.Errorf("%s: %+v, want %v", id, i, want)
		}
	}
	if got["maatwerk"].Known || len(got) != 5 {
		t.Errorf("maatwerk is predicted, or indicators are missing: %+v", got)
	}
}

// shipped gives a run of the regulations that ship.
// ships is what ships, read once: nothing changes a set that has been read.
var ships = sync.OnceValues(func() (*regulation.Set, error) {
	set, ds := regulation.Load(regelingen.Files)
	return set, ds.Err()
})

func shipped(t testing.TB, n, workers int, households float64) simulate.Spec {
	t.Helper()
	set, err := ships()
	if err != nil {
		t.Fatal(err)
	}
	on := rule.MustDate("2026-06-01")
	base, err := simulate.NewSide(set, on)
	if err != nil {
		t.Fatal(err)
	}
	v, ds := regulation.ReadVariant("v.yaml", []byte("variant: ruimer\nnaam: Ruimer\nvanaf: 2026-01-01\nparameters: {individuele-inkomenstoeslag.inkomensgrens: \"120 %\"}\nstappen: {individuele-inkomenstoeslag.inkomen-bewijzen: vervalt}\n"))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	changed, ds := set.With(v)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	other, err := simulate.NewSide(changed, on)
	if err != nil {
		t.Fatal(err)
	}
	other.ID, other.Name = v.ID, v.Name
	p, err := population.New(population.Spec{N: n, Seed: 1, Year: on.Year, Households: households})
	if err != nil {
		t.Fatal(err)
	}
	return simulate.Spec{People: p, Seed: 1, Date: on, Baseline: base, Variant: &other, Workers: workers}
}

func TestSameForAnyThreadCount(t *testing.T) {
	t.Parallel()
	var want []byte
	for _, workers := range []int{1, 2, 7} {
		r := run(t, shipped(t, 3000, workers, 0))
		r.Seconds = 0
		got, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		got = fmt.Appendf(got, "%+v %+v", r.Worst, r.Schemes[0].Baseline)
		if want == nil {
			want = got
		} else if !bytes.Equal(want, got) {
			t.Errorf("%d workers give another result:\n%s", workers, cmp.Diff(string(want), string(got)))
		}
	}
}

// The synthetic country is not far from what is known of zorgtoeslag, which
// was not fitted: 4.7 million recipients in 2016, a couple counting once.
func TestShipped(t *testing.T) {
	t.Parallel()
	r := run(t, shipped(t, 10_000, 2, 0))
	z, ok := r.Find("zorgtoeslag")
	if !ok {
		t.Fatal("no zorgtoeslag")
	}
	if n := z.Baseline.Received.Units; n < 4_000_000 || n > 5_400_000 {
		t.Errorf("%d receive zorgtoeslag", n)
	}
	if got := float64(z.Baseline.Unclaimed.Units) / float64(z.Baseline.Entitled.Units); got < 0.11 || got > 0.13 {
		t.Errorf("%.3f of zorgtoeslag unclaimed, observed 0.12", got)
	}
	if *z.Received != (simulate.Measure{}) {
		t.Errorf("the variant does not touch zorgtoeslag, it changes by %+v", *z.Received)
	}
	for _, c := range z.Baseline.Cliffs {
		if c.Input == "persoon.toetsingsinkomen" {
			t.Errorf("zorgtoeslag tapers off with income, and shows a cliff: %+v", c)
		}
	}
	i, _ := r.Find("individuele-inkomenstoeslag")
	if i.Variant.Received.Units <= i.Baseline.Received.Units || i.Received.CentsLow <= 0 {
		t.Errorf("a wider limit and a step less: %+v against %+v", i.Variant.Received, i.Baseline.Received)
	}
	if len(i.Baseline.Cliffs) == 0 {
		t.Error("no cliff at the income limit")
	}
	for _, s := range r.Schemes {
		if s.ID == "besteedbaar-inkomen" {
			continue // a loss gives a negative income, which is no amount to pay
		}
		if len(s.Baseline.Failures)+len(s.Variant.Failures) > 0 {
			t.Errorf("%s fails: %+v", s.ID, s.Baseline.Failures)
		}
	}
	small := run(t, shipped(t, 10_000, 2, 38_000))
	j, _ := small.Find("individuele-inkomenstoeslag")
	want := float64(i.Baseline.Entitled.Units) * 38_000 / 8_374_404
	if got := float64(j.Baseline.Entitled.Units); got < want-1 || got > want+1 {
		t.Errorf("%g entitled in 38,000 households, want %g", got, want)
	}
}

// Scripts rely on these names and forms.
func TestJSON(t *testing.T) {
	t.Parallel()
	full := run(t, shipped(t, 500, 2, 0))
	data, err := json.Marshal(full)
	if err != nil {
		t.Fatal(err)
	}
	var got map[string]any
	if err := json.Unmarshal(data, &got); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"populatie", "regelset", "datum", "seconden", "regelingen", "variant", "aannames"} {
		if _, ok := got[key]; !ok {
			t.Errorf("%s is missing in %v", key, slices.Sorted(maps.Keys(got)))
		}
	}
	people := got["populatie"].(map[string]any)
	if people["huishoudens"] != 500.0 || people["synthetisch"] != true || !strings.HasPrefix(people["id"].(string), "nl:500-2026-") {
		t.Errorf("populatie %v", people)
	}
	for _, s := range got["regelingen"].([]any) {
		for _, column := range []string{"rechthebbend", "ontvangt", "automatisch"} {
			m := s.(map[string]any)[column].(map[string]any)
			euros, ok := m["euroPerJaar"].(string)
			if _, number := m["aantal"].(float64); !ok || !number || strings.Count(euros, ".") != 1 || strings.ContainsAny(euros, ", €") {
				t.Errorf("%s %v", column, m)
			}
		}
	}
	seen := map[string]bool{}
	for _, a := range got["aannames"].([]any) {
		id := a.(map[string]any)["id"].(string)
		if seen[id] {
			t.Errorf("assumption %s twice", id)
		}
		seen[id] = true
	}
	for _, id := range []string{"niet-gebruik.zorgtoeslag", "gebruik-last", "rang-partners", "aanvraag-zonder-recht", "gemeentelijk.individuele-inkomenstoeslag", "zorgtoeslag.heel-jaar", "last.zorgtoeslag.aanvragen"} {
		if !seen[id] {
			t.Errorf("assumption %s is not named", id)
		}
	}
	without := shipped(t, 50, 1, 0)
	without.Variant = nil
	plain := run(t, without)
	if plain.ID() == full.ID() || full.ID() != run(t, shipped(t, 500, 1, 0)).ID() {
		t.Errorf("run ids %s and %s", full.ID(), plain.ID())
	}
	data, err = json.Marshal(plain)
	if err != nil || !bytes.Contains(data, []byte(`"variant":null`)) {
		t.Errorf("without a variant: %.200s, %v", data, err)
	}
}

func TestDecimal(t *testing.T) {
	t.Parallel()
	for cents, want := range map[int64]string{0: "0.00", 5: "0.05", -5: "-0.05", 123456: "1234.56", -123400: "-1234.00"} {
		if got := simulate.Decimal(cents); got != want {
			t.Errorf("%d cents: %s, want %s", cents, got, want)
		}
	}
}

func TestCancel(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(context.Background())
	calls := 0
	_, err := simulate.Run(ctx, shipped(t, 20_000, 2, 0), func(done, total int) {
		calls++
		if total != 20_000 || done > total {
			t.Errorf("progress %d of %d", done, total)
		}
		cancel()
	})
	if !errors.Is(err, context.Canceled) || calls == 0 {
		t.Errorf("cancelled after %d reports: %v", calls, err)
	}
}

// BenchmarkRun is the bar of the issue: nl:20000, both regulations, baseline
// and variant, everything.
func BenchmarkRun(b *testing.B) {
	spec := shipped(b, 20_000, 0, 0)
	for b.Loop() {
		run(b, spec)
	}
	b.ReportMetric(20_000*float64(b.N)/b.Elapsed().Seconds(), "huishoudens/s")
}
