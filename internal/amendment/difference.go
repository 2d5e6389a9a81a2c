package amendment

import (
	"slices"
	"strconv"
	"strings"
)

// Difference is one line of a rule that is not the same in another text.
type Difference struct {
	// Before and After are the line in pieces; one of them is empty when the
	// line is new or gone.
	Before, After []Piece
}

// Piece is some words of a line.
type Piece struct {
	Text    string
	Changed bool
}

// String says it in words: "‘hij is verzekerd’ vervalt".
func (d Difference) String() string {
	switch {
	case len(d.After) == 0:
		return "‘" + plain(d.Before) + "’ vervalt"
	case len(d.Before) == 0:
		return "nieuw is ‘" + plain(d.After) + "’"
	}
	return "‘" + plain(d.Before) + "’ wordt ‘" + plain(d.After) + "’"
}

func plain(ps []Piece) string {
	var w []string
	for _, p := range ps {
		w = append(w, p.Text)
	}
	return strings.Join(w, " ")
}

// Differences compares two canonical texts line by line, and lines that are much
// alike word by word. Bullets, indentation and the full stop at the end of a
// line make no difference, except for how deep a condition stands.
func Differences(before, after string) []Difference {
	a, b := lines(before), lines(after)
	var out []Difference
	i, j := 0, 0
	flush := func(k, l int) {
		gone, fresh := a[i:k], b[j:l]
		used := make([]bool, len(fresh))
		for _, x := range gone {
			best := -1
			for n, y := range fresh {
				if !used[n] && alike(x.text, y.text) && (best < 0 || distance(x.text, y.text) < distance(x.text, fresh[best].text)) {
					best = n
				}
			}
			if best < 0 {
				out = append(out, Difference{Before: []Piece{{x.text, true}}})
				continue
			}
			used[best] = true
			if x.text == fresh[best].text {
				continue // the same, deeper or less deep: its list says so
			}
			d := Difference{}
			d.Before, d.After = marked(words(x.text), words(fresh[best].text))
			out = append(out, d)
		}
		for n, y := range fresh {
			if !used[n] {
				out = append(out, Difference{After: []Piece{{y.text, true}}})
			}
		}
		i, j = k, l
	}
	for _, m := range common(a, b) {
		flush(m[0], m[1])
		i, j = m[0]+1, m[1]+1
	}
	flush(len(a), len(b))
	return out
}

type line struct {
	depth int
	text  string
}

func lines(text string) []line {
	var out []line
	for l := range strings.SplitSeq(text, "\n") {
		t := strings.TrimLeft(l, " ")
		depth := len(l) - len(t)
		t = strings.TrimLeft(strings.TrimLeft(t, "-•"), " ")
		if t = row(strings.TrimRight(t, ". ")); t != "" {
			out = append(out, line{depth, t})
		}
	}
	return out
}

// row takes from a row of a table what is layout: how wide its columns are, the
// line under the heading, and its number, which another row has once a row is
// gone. Another line stays as it is.
func row(t string) string {
	switch {
	case !strings.HasPrefix(t, "|"):
		return t
	case strings.HasPrefix(t, "|-"):
		return ""
	}
	cells := words(t)
	if len(cells) > 2 && cells[2] == "|" {
		if _, err := strconv.Atoi(cells[1]); err == nil {
			cells = cells[2:]
		}
	}
	return strings.Join(cells, " ")
}

func words(s string) []string { return strings.Fields(s) }

// common gives the pairs of a longest common subsequence.
func common[T comparable](a, b []T) [][2]int {
	n, m := len(a), len(b)
	best := make([][]int, n+1)
	for i := range best {
		best[i] = make([]int, m+1)
	}
	for i := n - 1; i >= 0; i-- {
		for j := m - 1; j >= 0; j-- {
			if a[i] == b[j] {
				best[i][j] = best[i+1][j+1] + 1
			} else {
				best[i][j] = max(best[i+1][j], best[i][j+1])
			}
		}
	}
	var out [][2]int
	for i, j := 0, 0; i < n && j < m; {
		switch {
		case a[i] == b[j]:
			out = append(out, [2]int{i, j})
			i, j = i+1, j+1
		case best[i+1][j] >= best[i][j+1]:
			i++
		default:
			j++
		}
	}
	return out
}

// distance counts the words that two lines do not share.
func distance(a, b string) int {
	x, y := words(a), words(b)
	return len(x) + len(y) - 2*len(common(x, y))
}

// alike reports whether one line is the other one changed: at least half of the
// words of the shorter one are shared, or they begin as one sentence does ("zijn
// inkomen is kleiner dan").
func alike(a, b string) bool {
	x, y := words(a), words(b)
	same := 0
	for same < min(len(x), len(y)) && x[same] == y[same] {
		same++
	}
	return same > 3 || 2*len(common(x, y)) >= min(len(x), len(y))
}

// marked gives two lines with the words marked that the other one has not.
func marked(a, b []string) (x, y []Piece) {
	pairs := common(a, b)
	side := func(w []string, k int) []Piece {
		var out []Piece
		for i, s := range w {
			changed := !slices.ContainsFunc(pairs, func(p [2]int) bool { return p[k] == i })
			if n := len(out); n > 0 && out[n-1].Changed == changed {
				out[n-1].Text += " " + s
				continue
			}
			out = append(out, Piece{s, changed})
		}
		return out
	}
	return side(a, 0), side(b, 1)
}
