package population_test

import (
	"context"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/population"
)

// TestKeptIsMade: blocks that are kept hold what making them gives, whatever is
// asked and by how many at once; households that do not lie in one block are
// made.
func TestKeptIsMade(t *testing.T) {
	t.Parallel()
	p, err := population.New(population.Spec{N: 1000, Year: 2026, Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	kept, err := population.Keep(context.Background(), population.Rows(p), 128, 2)
	if err != nil {
		t.Fatal(err)
	}
	if kept.Len() != p.Len() || kept.Align() != 128 {
		t.Fatalf("%d households in blocks of %d", kept.Len(), kept.Align())
	}
	var wg sync.WaitGroup
	for range 3 {
		wg.Go(func() {
			var b, fresh population.Block
			for _, at := range [][2]int{{0, 128}, {128, 128}, {100, 50}, {896, 104}, {0, 128}, {896, 4}} {
				if err := kept.Block(at[0], at[1], &b); err != nil {
					t.Error(err)
					return
				}
				fresh.Fill(p, at[0], at[1])
				if b.First != at[0] || b.Len() != at[1] {
					t.Errorf("block %v is %d households from %d on", at, b.Len(), b.First)
				}
				for _, c := range population.Columns() {
					rows := fresh.Persons()
					switch {
					case c.Household:
						rows = fresh.Len()
					case c.Object() != "persoon":
						rows = fresh.Contracts()
					}
					for row := range rows {
						if d := cmp.Diff(c.At(&fresh, row), c.At(&b, row)); d != "" {
							t.Errorf("%s of row %d of %v (-made +kept):\n%s", c.ID, row, at, d)
							return
						}
					}
				}
			}
		})
	}
	wg.Wait()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, err := population.Keep(ctx, population.Rows(p), 128, 2); err == nil {
		t.Error("a cancelled Keep gives no error")
	}
}
