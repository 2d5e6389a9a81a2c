package population_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/population"
)

func TestHide(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		rows [][]int
		want []bool
	}{
		{"all large", [][]int{{10, 20}, {30, 0}}, []bool{true, true}},
		{"one small takes the smallest other with it", [][]int{{3, 20}, {40, 40}, {30, 15}}, []bool{false, true, false}},
		{"two small together are still small", [][]int{{3, 20}, {4, 20}, {90, 90}, {80, 80}}, []bool{false, false, true, false}},
		{"nobody is no secret", [][]int{{0, 0}, {12, 0}}, []bool{true, true}},
		{"everything", [][]int{{3, 0}, {12, 12}}, []bool{false, false}},
		{"nothing", nil, []bool{}},
	} {
		if d := cmp.Diff(c.want, population.Hide(c.rows)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

// Of what is hidden only sums can be derived, and those are of nobody or of many,
// unless nothing is shown at all.
func TestHideLeavesNothingToDerive(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(1, 4).Draw(t, "columns")
		number := rapid.OneOf(rapid.Just(0), rapid.IntRange(1, 12), rapid.IntRange(10, 60))
		rows := rapid.SliceOfN(rapid.SliceOfN(number, columns, columns), 0, 9).Draw(t, "rows")
		shown := population.Hide(rows)
		sums, hidden, seen := make([]int, columns), 0, 0
		for i, row := range rows {
			some := false
			for c, n := range row {
				some = some || n > 0
				if shown[i] && population.Few(n) {
					t.Fatalf("row %d is shown with %d records", i, n)
				}
				if !shown[i] {
					sums[c] += n
				}
			}
			switch {
			case !shown[i]:
				hidden++
			case some:
				seen++
			}
		}
		if seen == 0 {
			return
		}
		if hidden == 1 {
			t.Fatal("one row is hidden: it follows from the total")
		}
		for _, n := range sums {
			if population.Few(n) {
				t.Fatalf("what is hidden is together %d records", n)
			}
		}
	})
}
