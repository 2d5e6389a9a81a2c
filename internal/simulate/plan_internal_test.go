package simulate

import (
	"bytes"
	"context"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
)

// A run in parts gives what Compare gives, bit by bit: for parts of any size,
// done by any number of workers in any order and some of them twice, each step by
// a plan that was made anew as another process would.
func TestPlanIsCompare(t *testing.T) {
	if testing.Short() {
		t.Skip("simulates five times")
	}
	t.Parallel()
	set := shippedSet(t)
	date := rule.MustDate("2026-06-01")
	people, err := population.New(population.Spec{N: 3000, Seed: 3, Year: date.Year})
	if err != nil {
		t.Fatal(err)
	}
	base, err := NewSide(set, date)
	if err != nil {
		t.Fatal(err)
	}
	ids := base.IDs()
	variants := []Side{variantOf(t, set, date, variantText, ids...),
		variantOf(t, set, date, "variant: v3\nnaam: V3\nvanaf: 2020-01-01\nstappen: {zorgtoeslag.aanvragen: vervalt}\n", ids...)}
	spec := Spec{People: people, Seed: 5, Date: date, Baseline: base, Advances: true, Programs: new(Programs)}
	want, err := Compare(context.Background(), spec, variants, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(want[0].Worst.Examples) == 0 || want[0].Schemes[0].Baseline.Entitled.Units == 0 {
		t.Fatal("nothing to compare")
	}
	for _, c := range []struct{ size, workers int }{{0, 1}, {3000, 2}, {97, 8}, {250, 2}, {501, 1}} {
		plan := func() *Plan {
			p, err := NewPlan(spec, variants, c.size)
			if err != nil {
				t.Fatal(err)
			}
			return p
		}
		got := inParts(t, plan, c.workers)
		if d := cmp.Diff(want, got, Whole); d != "" {
			t.Errorf("%+v: a run in parts gives another result (-at once +in parts):\n%.2000s", c, d)
		}
	}
}

// inParts does all steps, each part at least once, some twice, in random order.
func inParts(t *testing.T, plan func() *Plan, workers int) []*Result {
	t.Helper()
	ctx := context.Background()
	n := plan().Parts()
	all := func(do func(p *Plan, i int) ([]byte, error)) [][]byte {
		out := make([][]byte, n)
		jobs := make(chan int)
		var mu sync.Mutex
		var wg sync.WaitGroup
		for range workers {
			wg.Go(func() {
				p := plan()
				for i := range jobs {
					data, err := do(p, i)
					mu.Lock()
					switch {
					case err != nil:
						t.Error(err)
					case out[i] != nil && !bytes.Equal(out[i], data):
						t.Errorf("part %d gives other bytes the second time", i)
					}
					out[i] = data
					mu.Unlock()
				}
			})
		}
		order := rand.Perm(n)
		for _, i := range append(order, order[:(n+2)/3]...) {
			jobs <- i
		}
		close(jobs)
		wg.Wait()
		return out
	}
	give := func(list [][]byte) func(i int) ([]byte, error) {
		return func(i int) ([]byte, error) { return list[i], nil }
	}
	parts := all(func(p *Plan, i int) ([]byte, error) { return p.Evaluate(ctx, i) })
	settled, err := plan().Settle(ctx, give(parts))
	if err != nil {
		t.Fatal(err)
	}
	counted := all(func(p *Plan, i int) ([]byte, error) { return p.Survey(ctx, i, settled, parts[i]) })
	results, err := plan().Merge(ctx, settled, give(counted))
	if err != nil {
		t.Fatal(err)
	}
	return results
}

// The name of a plan changes with everything that changes a number.
func TestPlanID(t *testing.T) {
	t.Parallel()
	set := shippedSet(t)
	date := rule.MustDate("2026-06-01")
	people := func(n int, seed uint64) People {
		p, err := population.New(population.Spec{N: n, Seed: seed, Year: date.Year})
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
	base, err := NewSide(set, date, "zorgtoeslag")
	if err != nil {
		t.Fatal(err)
	}
	wider := variantOf(t, set, date, variantText, "zorgtoeslag")
	spec := Spec{People: people(100, 1), Seed: 5, Date: date, Baseline: base, Programs: new(Programs)}
	seen := map[Digest]string{}
	add := func(name string, s Spec, size int, variants ...Side) Digest {
		t.Helper()
		p, err := NewPlan(s, variants, size)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if other, double := seen[p.ID()]; double {
			t.Errorf("%q has the id of %q", name, other)
		}
		seen[p.ID()] = name
		return p.ID()
	}
	id := add("plain", spec, 0)
	add("variant", spec, 0, wider)
	renamed := wider
	renamed.Name = "Anders"
	add("name of the variant", spec, 0, renamed)
	add("size", spec, 50)
	change := func(f func(s *Spec)) Spec {
		s := spec
		f(&s)
		return s
	}
	add("seed", change(func(s *Spec) { s.Seed = 6 }), 0)
	add("drift", change(func(s *Spec) { s.drift = 0.1 }), 0)
	add("date", change(func(s *Spec) { s.Date = rule.MustDate("2026-06-02") }), 0)
	add("population", change(func(s *Spec) { s.People = people(101, 1) }), 0)
	add("seed of the population", change(func(s *Spec) { s.People = people(100, 2) }), 0)
	again, err := NewPlan(change(func(s *Spec) { s.Workers, s.Programs = 3, nil }), nil, PartSize)
	if err != nil {
		t.Fatal(err)
	}
	if again.ID() != id {
		t.Error("another number of workers gives another plan")
	}
	if _, err := NewPlan(change(func(s *Spec) { s.Baseline.Digest = "" }), nil, 0); err == nil {
		t.Error("rules without a digest: no error")
	}
	if _, err := NewPlan(spec, []Side{wider, wider, wider, wider, wider}, 0); err == nil {
		t.Error("five variants: no error")
	}
}
