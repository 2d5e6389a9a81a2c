package population_test

import (
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lemniscaat/internal/population"
)

// nl:all has one household for each of the country, of weight 1, with every
// type as often as it is counted. Households stand in order of type, so that
// the types can be counted without making them all.
func TestWholeCountry(t *testing.T) {
	t.Parallel()
	p := build(t, population.Spec{N: population.All, Seed: 1})
	if p.Len() != 8_374_404 {
		t.Fatalf("%d households", p.Len())
	}
	want := [population.Types]int{3_340_560, 651_188, 1_687_670, 469_618, 1_560_260, 618_056, 47_052}
	before := 0
	for ty := range population.Types {
		next := sort.Search(p.Len(), func(i int) bool { return p.At(i).Type > ty })
		if got := next - before; got != want[ty] {
			t.Errorf("%v: %d households, want %d", ty, got, want[ty])
		}
		before = next
	}
	rows := population.Rows(p)
	var b population.Block
	for _, first := range []int{0, 3_340_000, 5_000_003, 8_374_404 - 500} {
		if err := rows.Block(first, 500, &b); err != nil {
			t.Fatal(err)
		}
		for i, w := range b.Weights {
			if w != 1_000_000 {
				t.Fatalf("household %d weighs %d millionths", first+i, w)
			}
			if h := p.At(first + i); b.Ages[b.Starts[i]] != uint8(h.Persons[0].Age) || b.Disposable[i] != int64(h.Disposable) {
				t.Fatalf("household %d is another alone than in a block", first+i)
			}
		}
	}
	again := build(t, population.Spec{N: 8_374_404, Seed: 1})
	if d := cmp.Diff(p.At(6_000_000), again.At(6_000_000), cmpopts.IgnoreUnexported(population.Household{})); d != "" || p.ID() != again.ID() {
		t.Errorf("nl:all and its number of households are not the same population:\n%s", d)
	}
}
