package simulate_test

import (
	"context"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/population"
	"lemniscaat/internal/simulate"
)

// Visit shows every household in order, with what its units have; added up that
// is what a run says.
func TestVisit(t *testing.T) {
	t.Parallel()
	set := load(t, files())
	base := side(t, set, "vast")
	more := variant(t, set, "variant: v\nnaam: V\nvanaf: 2024-01-01\nparameters: {vast.basisbedrag: \"900\"}\n")
	people := town{
		single(2, 30, 15_000, 20_000), // 600
		couple(1, 70, 15_000, 30_000), // 1,000 together, of AOW age
		single(3, 40, 30_000, 40_000), // too much income
		{Weight: 1 * unit, Type: population.Other, Disposable: 25_000, Persons: []population.Person{head(30, 15_000), head(25, 18_000)}}, // twice 600
	}
	spec := simulate.Spec{People: people, Seed: 3, Date: date, Baseline: base, Variant: more, Workers: 2}
	type seen struct {
		Household, Units, Persons, Old int
		Now, Then                      int64
	}
	var got []seen
	var received, later population.Sum
	err := simulate.Visit(context.Background(), spec, func(v *simulate.Visited) {
		e := v.Schemes[0][0].Entitled
		got = append(got, seen{v.Household, e.Units, e.Persons, e.Pensioners, e.Cents, v.Schemes[0][1].Entitled.Cents})
		received.Add(v.Weight, v.Schemes[0][0].Received.Cents)
		later.Add(v.Weight, v.Schemes[0][1].Received.Cents)
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []seen{{0, 1, 1, 0, 60_000, 90_000}, {1, 1, 2, 1, 100_000, 130_000}, {2, 0, 0, 0, 0, 0}, {3, 2, 2, 0, 120_000, 180_000}}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	r := run(t, spec)
	s, _ := r.Find("vast")
	if received.Rounded(unit) != s.Baseline.Received.Cents || later.Rounded(unit) != s.Variant.Received.Cents {
		t.Errorf("visited %v and %v, the run says %d and %d", received.Rounded(unit), later.Rounded(unit), s.Baseline.Received.Cents, s.Variant.Received.Cents)
	}
}
