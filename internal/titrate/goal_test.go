package titrate_test

import (
	"context"
	"errors"
	"math"
	"math/big"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
	"lemniscaat/internal/titrate"
	"lemniscaat/regelingen"
)

func TestParseGoal(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]titrate.Goal{
		"budget=gelijk":                      {Measure: titrate.Budget, Change: true},
		"budget:zorgtoeslag=-100 miljoen":    {Measure: titrate.Budget, Scheme: "zorgtoeslag", Change: true, Value: -100e6},
		"budget = +€ 1,5 miljard":            {Measure: titrate.Budget, Change: true, Value: 1.5e9},
		"ontvangers:zorgtoeslag=4.500.000":   {Measure: titrate.Recipients, Scheme: "zorgtoeslag", Value: 4.5e6},
		"rechthebbenden:zorgtoeslag=−20.000": {Measure: titrate.Entitled, Scheme: "zorgtoeslag", Change: true, Value: -20_000},
		"armoede=-10 duizend":                {Measure: titrate.Poor, Change: true, Value: -10_000},
		"kinderarmoede=0":                    {Measure: titrate.PoorChildren},
	} {
		got, err := titrate.ParseGoal(text)
		if err != nil {
			t.Errorf("%s: %v", text, err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: %s", text, diff)
		}
	}
	for _, text := range []string{"", "budget", "budget=", "budget=veel", "budget=-", "budget=--5", "geluk=1", "ontvangers=5", "armoede:zorgtoeslag=5", "budget=9999999999999999", "budget=1 biljoen"} {
		if g, err := titrate.ParseGoal(text); !errors.Is(err, titrate.ErrSpec) {
			t.Errorf("%q gives %+v, %v", text, g, err)
		}
	}
}

var shipped = sync.OnceValue(func() *regulation.Set {
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		panic(err)
	}
	return set
})

var date = rule.Date{Year: 2026, Month: 6, Day: 1}

func question(t *testing.T, goal, parameter string, ids ...string) titrate.Question {
	t.Helper()
	people, err := population.New(population.Spec{N: 400, Year: 2026, Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	base, err := simulate.NewSide(shipped(), date, ids...)
	if err != nil {
		t.Fatal(err)
	}
	g, err := titrate.ParseGoal(goal)
	if err != nil {
		t.Fatal(err)
	}
	return titrate.Question{Set: shipped(), Spec: simulate.Spec{People: people, Seed: 1, Date: date, Baseline: base, Workers: 1}, Parameter: parameter, Goal: g}
}

// budget is what the kinderbijslag of a run pays with some amount, computed by a
// run of its own.
func budget(t *testing.T, q titrate.Question, amount string) float64 {
	t.Helper()
	set, ds := q.Set.With(regulation.Variant{ID: "x", Name: "x", From: date, Parameters: []regulation.Override{{ID: q.Parameter, Text: amount}}})
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	side, err := simulate.NewSide(set, date, q.Spec.Baseline.Schemes[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	spec := q.Spec
	spec.Variant = &side
	r, err := simulate.Run(context.Background(), spec, nil)
	if err != nil {
		t.Fatal(err)
	}
	return float64(r.Schemes[0].Received.Cents) / 100
}

// TestAsk: at the answer the budget is nearer to the goal than at its
// neighbours, by whole runs of their own.
func TestAsk(t *testing.T) {
	t.Parallel()
	q := question(t, "budget:zorgtoeslag=-200 miljoen", "zorgtoeslag.standaardpremie", "zorgtoeslag")
	f, err := titrate.Ask(context.Background(), q, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Answers) != 1 || !f.Even || len(f.Runs) != 1 {
		t.Fatalf("%+v", f.Result)
	}
	a := f.Answers[0]
	off := func(v *big.Rat) float64 { return math.Abs(budget(t, q, f.Text(v)) + 200e6) }
	if got := math.Abs(a.Figure.Value + 200e6); math.Abs(got-off(a.Value)) > 0.01 {
		t.Errorf("the answer says it is %v off, and is %v off", got, off(a.Value))
	}
	for _, d := range []int64{-1, 1} {
		if v := new(big.Rat).Add(a.Value, big.NewRat(d, 1)); off(v) < off(a.Value) {
			t.Errorf("%s is nearer than %s", f.Text(v), f.Text(a.Value))
		}
	}
	if a.Low == nil || a.High == nil || a.Low.Cmp(a.Value) >= 0 || a.High.Cmp(a.Value) <= 0 {
		t.Errorf("interval %v to %v around %v", a.Low, a.High, a.Value)
	}
	if a.Figure.Low >= a.Figure.Value || a.Figure.High <= a.Figure.Value {
		t.Errorf("a sample of 400 without an interval: %+v", a.Figure)
	}
}

// TestNeutral: a higher standaardpremie is made up for by a steeper afbouw, so
// that the budget is that of today.
func TestNeutral(t *testing.T) {
	t.Parallel()
	q := question(t, "budget=gelijk", "zorgtoeslag.afbouwpercentage", "zorgtoeslag")
	set, ds := q.Set.With(regulation.Variant{ID: "hoger", Name: "Hoger", From: date, Parameters: []regulation.Override{{ID: "zorgtoeslag.standaardpremie", Text: "2.150"}}})
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	q.Set = set
	f, err := titrate.Ask(context.Background(), q, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(f.Answers) != 1 || f.Answers[0].Value.Cmp(f.Now) <= 0 {
		t.Fatalf("now %v, %+v", f.Now, f.Answers)
	}
	if off := math.Abs(f.Answers[0].Figure.Value); off > 5e6 {
		t.Errorf("the budget is off by %v", off)
	}
}

func TestAskRefused(t *testing.T) {
	t.Parallel()
	for name, q := range map[string]titrate.Question{
		"no parameter":   question(t, "budget=gelijk", "zorgtoeslag.bestaat-niet", "zorgtoeslag"),
		"another scheme": question(t, "budget:aow=gelijk", "zorgtoeslag.afbouwpercentage", "zorgtoeslag"),
	} {
		if _, err := titrate.Ask(context.Background(), q, nil); !errors.Is(err, titrate.ErrSpec) {
			t.Errorf("%s: %v", name, err)
		}
	}
	q := question(t, "budget=gelijk", "zorgtoeslag.afbouwpercentage", "zorgtoeslag")
	q.Low = big.NewRat(200, 1)
	if _, err := titrate.Ask(context.Background(), q, nil); !errors.Is(err, titrate.ErrSpec) {
		t.Errorf("a range that is empty: %v", err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := titrate.Ask(ctx, question(t, "budget=gelijk", "zorgtoeslag.afbouwpercentage", "zorgtoeslag"), nil); !errors.Is(err, context.Canceled) {
		t.Errorf("cancelled: %v", err)
	}
}
