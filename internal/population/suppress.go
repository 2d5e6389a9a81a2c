package population

import "lemniscaat/internal/privacy"

// SmallestCell is how many rows of own data a cell needs to be shown.
const SmallestCell = privacy.Smallest

// Hide says which rows of a table of own data can be shown, when the totals of its
// columns are shown as well: privacy.Hide over records.
func Hide(rows [][]int) (shown []bool) {
	list := make([][]int64, len(rows))
	for i, row := range rows {
		for _, n := range row {
			list[i] = append(list[i], int64(n))
		}
	}
	return privacy.Hide(list, nil)
}

// Few reports whether a cell of own data with so many records cannot be shown.
func Few(records int) bool { return privacy.Few(int64(records)) }
