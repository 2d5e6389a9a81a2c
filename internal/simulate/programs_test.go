package simulate_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
	"lemniscaat/regelingen"
)

// TestPrograms: what is kept gives the same result as what is made, for every
// variant and date in turn, also when more is asked than is kept and
// from several goroutines at once.
func TestPrograms(t *testing.T) {
	if testing.Short() {
		t.Skip("compiles ten sets of rules")
	}
	t.Parallel()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	var specs []simulate.Spec
	for _, on := range []string{"2026-06-01", "2026-12-01"} {
		day := rule.MustDate(on)
		for _, value := range []string{"112 %", "114 %", "116 %", "118 %", "120 %"} {
			v, ds := regulation.ReadVariant("v.yaml", []byte("variant: v\nnaam: V\nvanaf: "+on+"\nparameters: {individuele-inkomenstoeslag.inkomensgrens: \""+value+"\"}\n"))
			if err := ds.Err(); err != nil {
				t.Fatal(err)
			}
			changed, ds := set.With(v)
			if err := ds.Err(); err != nil {
				t.Fatal(err)
			}
			base, err := simulate.NewSide(set, day)
			if err != nil {
				t.Fatal(err)
			}
			next, err := simulate.NewSide(changed, day)
			if err != nil {
				t.Fatal(err)
			}
			next.ID, next.Name = "v", "V"
			specs = append(specs, simulate.Spec{People: small, Date: day, Baseline: base, Variant: &next})
		}
	}
	var want []*simulate.Result
	for _, s := range specs {
		want = append(want, run(t, s))
	}
	if cmp.Equal(want[0], want[1], simulate.Whole) || cmp.Equal(want[0], want[5], simulate.Whole) {
		t.Fatal("the variants do not differ")
	}
	kept := new(simulate.Programs)
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			for i, s := range specs {
				s.Programs = kept
				for range 2 {
					got, err := simulate.Run(context.Background(), s, nil)
					if err != nil {
						t.Error(err)
						return
					}
					if d := cmp.Diff(want[i], got, simulate.Whole); d != "" {
						t.Errorf("spec %d, kept (-made +kept):\n%.2000s", i, d)
					}
				}
			}
		})
	}
	wg.Wait()

	// An error is not kept, and says the same the second time.
	s := specs[0]
	s.Programs, s.Baseline.Schemes = kept, []simulate.Scheme{{ID: "x", Outcome: "persoon.bestaat-niet"}}
	s.Variant = nil
	for range 2 {
		if _, err := simulate.Run(context.Background(), s, nil); !errors.Is(err, simulate.ErrSpec) {
			t.Errorf("%v", err)
		}
	}
}
