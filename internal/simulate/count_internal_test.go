package simulate

import (
	"cmp"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/population"
)

// A household is drawn into a replicate as often as a Poisson number with mean
// and variance 1, exactly.
func TestTimes(t *testing.T) {
	t.Parallel()
	var n, sum, squares int
	for _, k := range timesTable {
		n++
		sum += int(k)
		squares += int(k) * int(k)
	}
	if n != 4096 || sum != n || squares-sum != n {
		t.Errorf("%d entries with sum %d and squares %d: mean and variance are not 1", n, sum, squares)
	}
}

// The hardest hit by classes of loss are those by sorting everybody.
func TestWorstIsSorting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		c := newChanges(0)
		r := &run{settled: settled{found: newFindings(0, 0)}}
		var all []loser
		for i := range rapid.IntRange(1, 400).Draw(rt, "n") {
			l := loser{home: i, weight: rapid.Int64Range(1, 5).Draw(rt, "weight") * million, income: rapid.Int64Range(-1000, 100_000).Draw(rt, "income"),
				loss: rapid.Int64Range(1, 1<<rapid.IntRange(1, 50).Draw(rt, "bits")).Draw(rt, "loss")}
			r.found.weight += l.weight * rapid.Int64Range(1, 40).Draw(rt, "others")
			all = append(all, l)
			c.losers = append(c.losers, l)
			c.severity[severity(l.loss)] += l.weight
		}
		got := r.worst(c)
		slices.SortFunc(all, harder)
		var weight int64
		var loss population.Sum
		for n, l := range all {
			if n > 0 && weight >= r.found.weight/100 {
				break
			}
			weight += l.weight
			loss.Add(l.weight, l.loss)
		}
		if got.Households != whole(weight) || got.MeanLoss != loss.Rounded(weight) {
			rt.Fatalf("%d households that lose %d; by sorting %d that lose %d", got.Households, got.MeanLoss, whole(weight), loss.Rounded(weight))
		}
	})
}

// Deciles by counting are those by sorting: equal incomes stay together, where
// the middle of their persons lies.
func TestDecilesAreSorting(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		var homes []home
		for range rapid.IntRange(1, 200).Draw(rt, "n") {
			homes = append(homes, home{disposable: rapid.OneOf(rapid.Int32Range(-5, 30), rapid.Int32Range(0, 1<<19)).Draw(rt, "income"),
				weight: rapid.Int64Range(0, 9).Draw(rt, "weight") * million, persons: rapid.Uint8Range(1, 5).Draw(rt, "persons")})
		}
		income := newTally()
		for _, h := range homes {
			income.add(h.disposable, h.weight*int64(h.persons))
		}
		cuts := income.cuts()
		sorted := slices.DeleteFunc(slices.Clone(homes), func(h home) bool { return h.disposable < 0 })
		slices.SortFunc(sorted, func(a, b home) int { return cmp.Compare(a.disposable, b.disposable) })
		persons := func(list []home) (sum float64) {
			for _, h := range list {
				sum += float64(h.weight) * float64(h.persons)
			}
			return sum
		}
		all := persons(sorted)
		for i, h := range sorted {
			first, last := i, i+1
			for first > 0 && sorted[first-1].disposable == h.disposable {
				first--
			}
			for last < len(sorted) && sorted[last].disposable == h.disposable {
				last++
			}
			if persons(sorted[first:last]) == 0 {
				continue // weighs nothing: it is in no decile
			}
			want := 1 + int(min(9, (persons(sorted[:first])+persons(sorted[first:last])/2)*10/all))
			if got := cuts.of(h.disposable); got != want {
				rt.Fatalf("an income of %d is in decile %d, want %d", h.disposable, got, want)
			}
		}
		if cuts.of(-1) != 0 {
			rt.Fatal("a negative income is in a decile")
		}
	})
}
