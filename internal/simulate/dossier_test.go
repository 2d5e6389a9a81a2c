package simulate_test

import (
	"errors"
	"testing"

	"lemniscaat/internal/entitlement"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
	"lemniscaat/regelingen"
)

// TestDossier: the decisions on the case files of all households of a small
// population add up to what a run counts, for every regulation that it can run.
func TestDossier(t *testing.T) {
	t.Parallel()
	set, ds := regulation.Load(regelingen.Files)
	if ds.Err() != nil {
		t.Fatal(ds)
	}
	on := rule.Date{Year: 2026, Month: 6, Day: 1}
	people, err := population.New(population.Spec{N: 60, Seed: 3, Year: 2026})
	if err != nil {
		t.Fatal(err)
	}
	base, err := simulate.NewSide(set, on)
	if err != nil {
		t.Fatal(err)
	}
	r, err := simulate.Run(t.Context(), simulate.Spec{People: people, Date: on, Baseline: base, Plain: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	times := map[string]int64{"jaar": 1, "maand": 12, "kwartaal": 4, "eenmalig": 1}
	sums := map[string]float64{}
	for i := range people.Len() {
		f, err := simulate.Dossier(people, on, i, base)
		if err != nil {
			t.Fatal(err)
		}
		h, ds := entitlement.Decide(set, f, entitlement.Options{Lang: "nl"}, base.IDs()...)
		if ds.Err() != nil {
			t.Fatal(ds)
		}
		if len(h.Questions) > 0 {
			t.Fatalf("household %d misses %s", i, h.Questions[0].Attribute.ID())
		}
		var home population.Household
		people.Household(i, &home)
		for _, a := range h.Answers {
			// An answer is about the applicants; a run counts everybody.
			o := a.Outcomes[0]
			for obj := range f.Objects {
				if f.Objects[obj].Type.Name != o.Attribute.Owner.Name {
					continue
				}
				d, err := h.Case.Value(obj, o.Attribute)
				if err != nil {
					t.Fatal(err)
				}
				if !d.IsEmpty() {
					v, _ := d.Num.Float64()
					sums[a.Regulation.ID] += v * float64(times[o.Period]) * float64(home.Weight) / 1e6
				}
			}
		}
	}
	if len(r.Schemes) < 8 {
		t.Errorf("only %d regulations", len(r.Schemes))
	}
	for _, s := range r.Schemes {
		if got, want := sums[s.ID], float64(s.Baseline.Entitled.Cents)/100; got < want-1 || got > want+1 {
			t.Errorf("%s: the decisions add up to %.2f, the run has %.2f", s.ID, got, want)
		}
	}
	for _, i := range []int{-1, 60} {
		if _, err := simulate.Dossier(people, on, i, base); !errors.Is(err, simulate.ErrSpec) {
			t.Errorf("household %d: %v", i, err)
		}
	}
	if _, err := simulate.Dossier(own{people}, on, 0, base); !errors.Is(err, simulate.ErrSpec) {
		t.Errorf("real people: %v", err)
	}
}

// own is a population that says it is of real people.
type own struct{ *population.Population }

func (own) Known() population.Knowledge {
	k := population.Known()
	k.Own = true
	return k
}

func BenchmarkExplainPerson(b *testing.B) {
	set, ds := regulation.Load(regelingen.Files)
	if ds.Err() != nil {
		b.Fatal(ds)
	}
	on := rule.Date{Year: 2026, Month: 6, Day: 1}
	people, err := population.New(population.Spec{N: 1000, Seed: 3, Year: 2026})
	if err != nil {
		b.Fatal(err)
	}
	base, err := simulate.NewSide(set, on)
	if err != nil {
		b.Fatal(err)
	}
	i := 0
	for b.Loop() {
		f, err := simulate.Dossier(people, on, i%1000, base)
		if err != nil {
			b.Fatal(err)
		}
		if _, ds := entitlement.Decide(set, f, entitlement.Options{Lang: "nl"}, base.IDs()...); ds.Err() != nil {
			b.Fatal(ds)
		}
		i++
	}
}
