package language

import (
	"slices"
	"strings"
)

// Apply gives a text with edits made; they may not overlap. Line ends stay as
// they are.
func Apply(text string, edits []Edit) string {
	sorted := slices.Clone(edits)
	slices.SortStableFunc(sorted, func(a, b Edit) int {
		switch {
		case a.From.Before(b.From):
			return -1
		case b.From.Before(a.From):
			return 1
		}
		return 0
	})
	starts := []int{0}
	for i := range len(text) {
		if text[i] == '\n' {
			starts = append(starts, i+1)
		}
	}
	at := func(p Place) int {
		if p.Line > len(starts) {
			return len(text)
		}
		start := starts[p.Line-1]
		line, _, _ := strings.Cut(text[start:], "\n")
		return start + offset(strings.TrimSuffix(line, "\r"), p.Column)
	}
	var b strings.Builder
	done := 0
	for _, e := range sorted {
		from, to := at(e.From), at(e.To)
		if from < done || to < from {
			continue
		}
		b.WriteString(text[done:from])
		b.WriteString(e.Text)
		done = to
	}
	b.WriteString(text[done:])
	return b.String()
}
