// Package spelling is about words as letters: how much two of them look alike,
// for "bedoelde u …?", capitals, and lists in a sentence.
package spelling

import "strings"

// Distance is the number of letters to change, add, drop or swap with their
// neighbour to get from a to b, without regard to case; anything over limit is
// given as limit+1. It takes time in proportion to the product of the lengths.
func Distance(a, b string, limit int) int {
	x, y := []rune(strings.ToLower(a)), []rune(strings.ToLower(b))
	if len(x)-len(y) > limit || len(y)-len(x) > limit {
		return limit + 1
	}
	before, last, row := make([]int, len(y)+1), make([]int, len(y)+1), make([]int, len(y)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(x); i++ {
		row[0] = i
		low := i
		for j := 1; j <= len(y); j++ {
			cost := 1
			if x[i-1] == y[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && x[i-1] == y[j-2] && x[i-2] == y[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
			low = min(low, row[j])
		}
		if low > limit {
			return limit + 1
		}
		before, last, row = last, row, before
	}
	return min(last[len(y)], limit+1)
}

// Nearest gives the known word with the smallest distance to typed, of those
// within the limit that near gives for a known word, or "" when there is none.
// Ties go to the first.
func Nearest(typed string, known []string, near func(known string) int) string {
	best, distance := "", -1
	for _, k := range known {
		limit := near(k)
		if d := Distance(typed, k, limit); d <= limit && (distance < 0 || d < distance) {
			best, distance = k, d
		}
	}
	return best
}
