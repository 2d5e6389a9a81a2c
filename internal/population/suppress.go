package population

import "slices"

// SmallestCell is how many rows of own data a cell needs to be shown.
const SmallestCell = 10

// Hide says which rows of a table of own data can be shown, when the totals of
// its columns are shown as well. A row has the numbers of records behind its
// cells: each has to be 0, behind which there is nobody, or at least
// SmallestCell. A row that has a smaller one is hidden whole. Then other rows are
// hidden too, the one with the fewest records first, until what is hidden is at
// least two rows and has, in every column, 0 or at least SmallestCell records
// together: that is all that can be derived from the totals.
func Hide(rows [][]int) (shown []bool) {
	shown = make([]bool, len(rows))
	var sums []int
	hidden := 0
	hide := func(i int) {
		shown[i] = false
		hidden++
		for c, n := range rows[i] {
			sums[c] += n
		}
	}
	for i := range rows {
		shown[i] = true
		for len(sums) < len(rows[i]) {
			sums = append(sums, 0)
		}
	}
	for i, row := range rows {
		if slices.ContainsFunc(row, Few) {
			hide(i)
		}
	}
	for hidden == 1 || slices.ContainsFunc(sums, Few) {
		least := -1
		for i, row := range rows {
			if shown[i] && total(row) > 0 && (least < 0 || total(row) < total(rows[least])) {
				least = i
			}
		}
		if least < 0 {
			break // nothing is shown any more
		}
		hide(least)
	}
	return shown
}

// Few reports whether a cell of own data with so many records cannot be shown.
func Few(records int) bool { return records > 0 && records < SmallestCell }

func total(row []int) int {
	n := 0
	for _, x := range row {
		n += x
	}
	return n
}
