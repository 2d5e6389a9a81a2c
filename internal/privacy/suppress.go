package privacy

import "slices"

// Smallest is how many people, reports or decisions there are at least behind a
// number that is published; 0, behind which there is nobody, may be published too.
const Smallest = 10

// Few reports whether a number is about too few to be published.
func Few(n int64) bool { return n > 0 && n < Smallest }

// Hide says which rows of a table can be shown, when the totals of its columns are
// shown as well. A row has the numbers behind its cells: each has to be 0 or at
// least Smallest. A row that has a smaller one is hidden whole. Then other rows are
// hidden too, the one about the fewest first, until what is hidden is at least two
// rows and has, in every column, 0 or at least Smallest together: that is all that
// follows from the totals.
//
// hidden may say which rows are hidden already; nil: none.
func Hide(rows [][]int64, hidden []bool) (shown []bool) {
	shown = make([]bool, len(rows))
	var sums []int64
	count := 0
	hide := func(i int) {
		shown[i] = false
		count++
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
		if slices.ContainsFunc(row, Few) || i < len(hidden) && hidden[i] {
			hide(i)
		}
	}
	for count == 1 || slices.ContainsFunc(sums, Few) {
		next := -1
		for i, row := range rows {
			if !shown[i] || total(row) == 0 {
				continue
			}
			if next < 0 || helps(row, sums) && !helps(rows[next], sums) || helps(row, sums) == helps(rows[next], sums) && total(row) < total(rows[next]) {
				next = i
			}
		}
		if next < 0 {
			break // nothing is shown any more
		}
		hide(next)
	}
	return shown
}

// helps reports whether a row adds something where what is hidden is too little.
func helps(row, sums []int64) bool {
	for c, n := range row {
		if n > 0 && Few(sums[c]) {
			return true
		}
	}
	return !slices.ContainsFunc(sums, Few)
}

func total(row []int64) int64 {
	var n int64
	for _, x := range row {
		n += x
	}
	return n
}

// Line is a line of a published table: how many, how many of those something
// happened to, and the parts that it falls apart in.
type Line struct {
	N int64
	// Of counts in each column how many of N; a column in Loose is not a part of N.
	Of []int64
	// Divisions are ways to take N apart: by article, by household, by age. Parts of
	// one division have nobody in common. Who is in none of them is a part as well,
	// that nobody has to name.
	Divisions [][]*Line
	// Hidden says what cannot be shown: N, and then each column. What is true
	// beforehand stays true.
	Hidden []bool
}

// Suppress marks in a line and all its parts what cannot be shown, so that no number
// about fewer than Smallest is shown and none follows: not by taking parts from their
// total, in whichever division; not by taking a column from N; and not by both. The
// totals are taken to be known, also where a page does not print them.
//
// What is promised, when somebody knows all that is shown and that counts are whole
// and not negative: whatever follows of what is hidden is 0 or at least Smallest, and
// what a hidden number about fewer can be runs over more than Smallest values, but
// where everything there is, is one part.
//
// loose names the columns that are not a part of N.
func Suppress(whole *Line, loose ...int) {
	whole.own(loose)
	whole.apart(loose)
}

// own hides what is about too few by itself.
func (l *Line) own(loose []int) {
	for len(l.Hidden) <= len(l.Of) {
		l.Hidden = append(l.Hidden, false)
	}
	if Few(l.N) {
		l.Hidden[0] = true
	}
	for c, n := range l.Of {
		within := !slices.Contains(loose, c)
		if l.Hidden[0] || Few(n) || within && Few(l.N-n) {
			l.Hidden[c+1] = true
		}
	}
	for _, parts := range l.Divisions {
		for _, p := range parts {
			p.own(loose)
		}
	}
}

// apart hides parts: all where the total is hidden, else as many as it takes.
func (l *Line) apart(loose []int) {
	for _, parts := range l.Divisions {
		for col := range l.Hidden {
			l.column(parts, col, col == 0 || slices.Contains(loose, col-1))
		}
		for _, p := range parts {
			p.apart(loose)
		}
	}
}

// column hides of one column of one division what follows from its total.
func (l *Line) column(parts []*Line, col int, alone bool) {
	if len(parts) == 0 {
		return
	}
	rest := l.behind(col, alone)
	rows, hidden := make([][]int64, 0, len(parts)+1), make([]bool, 0, len(parts)+1)
	for _, p := range parts {
		if l.Hidden[col] {
			p.Hidden[col] = true
		}
		row := p.behind(col, alone)
		for i := range rest {
			rest[i] -= row[i]
		}
		rows, hidden = append(rows, row), append(hidden, p.Hidden[col])
	}
	if !l.Hidden[col] {
		for i := range rest {
			rest[i] = max(rest[i], 0)
		}
		if total(rest) > 0 {
			rows, hidden = append(rows, rest), append(hidden, true) // nobody shows it: it can always be hidden
		}
		for i, ok := range Hide(rows, hidden) {
			if i < len(parts) && !ok {
				parts[i].Hidden[col] = true
			}
		}
	}
	for _, p := range parts {
		if col == 0 && p.Hidden[0] {
			for c := range p.Hidden {
				p.Hidden[c] = true
			}
		}
	}
}

// behind gives the numbers behind a cell: a column, and what is left of N.
func (l *Line) behind(col int, alone bool) []int64 {
	switch {
	case col == 0:
		return []int64{l.N}
	case alone:
		return []int64{l.Of[col-1]}
	}
	return []int64{l.Of[col-1], max(l.N-l.Of[col-1], 0)}
}
