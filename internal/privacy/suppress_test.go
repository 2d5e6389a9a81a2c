package privacy_test

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/privacy"
	"lemniscaat/internal/privacy/privacytest"
)

func TestHide(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name   string
		rows   [][]int64
		hidden []bool
		want   []bool
	}{
		{"all large", [][]int64{{10, 20}, {30, 0}}, nil, []bool{true, true}},
		{"one small takes the smallest other with it", [][]int64{{3, 20}, {40, 40}, {30, 15}}, nil, []bool{false, true, false}},
		{"two small together are still small", [][]int64{{3, 20}, {4, 20}, {90, 90}, {80, 80}}, nil, []bool{false, false, true, false}},
		{"three and four and what stands beside them", [][]int64{{3}, {4}, {40}}, nil, []bool{false, false, false}},
		{"what adds where it is too little", [][]int64{{3, 20}, {0, 12}, {30, 15}}, nil, []bool{false, true, false}},
		{"nobody is no secret", [][]int64{{0, 0}, {12, 0}}, nil, []bool{true, true}},
		{"hidden already", [][]int64{{30}, {40}, {50}}, []bool{false, false, true}, []bool{false, true, false}},
		{"everything", [][]int64{{3, 0}, {12, 12}}, nil, []bool{false, false}},
		{"nothing", nil, nil, []bool{}},
	} {
		if d := cmp.Diff(c.want, privacy.Hide(c.rows, c.hidden)); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
	}
}

// TestSuppressedTable: the leak that there was. Groups of three and four are hidden,
// and from the total follows that they are seven together; and a rest that nobody
// names follows as well.
func TestSuppressedTable(t *testing.T) {
	t.Parallel()
	part := func(n ...int64) *privacy.Line { return &privacy.Line{N: n[0], Of: n[1:]} }
	for _, c := range []struct {
		name  string
		whole *privacy.Line
		want  string
	}{
		{"3 and 4", &privacy.Line{N: 87, Divisions: [][]*privacy.Line{{part(3), part(4), part(30), part(50)}}}, "87 – – – 50"},
		{"a rest of three", &privacy.Line{N: 83, Divisions: [][]*privacy.Line{{part(30), part(50)}}}, "83 – 50"},
		{"a harm of nearly all", &privacy.Line{N: 90, Of: []int64{50}, Divisions: [][]*privacy.Line{{part(30, 27), part(30, 11), part(30, 12)}}}, "90(50) 30(–) 30(–) 30(12)"},
		{"a harm of few", &privacy.Line{N: 90, Of: []int64{50}, Divisions: [][]*privacy.Line{{part(30, 4), part(30, 20), part(30, 26)}}}, "90(50) 30(–) 30(20) 30(–)"},
		{"all but one", &privacy.Line{N: 90, Of: []int64{64}, Divisions: [][]*privacy.Line{{part(20, 19), part(20, 20), part(50, 25)}}}, "90(64) 20(–) 20(20) 50(–)"},
		{"a hidden total", &privacy.Line{N: 90, Of: []int64{5}, Divisions: [][]*privacy.Line{{part(60, 0), part(30, 5)}}}, "90(–) 60(–) 30(–)"},
		{"everything is few", &privacy.Line{N: 9, Of: []int64{5}, Divisions: [][]*privacy.Line{{part(9, 5)}}}, "–(–) –(–)"},
		{"one part", &privacy.Line{N: 19, Of: []int64{0}, Divisions: [][]*privacy.Line{{part(19, 0)}}}, "19(0) 19(0)"},
		{"two ways to divide", &privacy.Line{N: 60, Divisions: [][]*privacy.Line{{part(20), part(40)}, {part(8), part(22), part(30)}}}, "60 20 40 – – 30"},
	} {
		privacy.Suppress(c.whole)
		if got := written(c.whole); got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
	// A loose column is not a part of N: what is left of N says nothing.
	whole := &privacy.Line{N: 40, Of: []int64{35}, Divisions: [][]*privacy.Line{{part(20, 20), part(20, 15)}}}
	privacy.Suppress(whole, 0)
	if got := written(whole); got != "40(35) 20(20) 20(15)" {
		t.Errorf("loose: %s", got)
	}
	// What was hidden in an earlier edition stays hidden, and does not stand alone.
	whole = &privacy.Line{N: 90, Divisions: [][]*privacy.Line{{part(20), {N: 40, Hidden: []bool{true}}, part(30)}}}
	privacy.Suppress(whole)
	if got := written(whole); got != "90 – – 30" {
		t.Errorf("an earlier edition: %s", got)
	}
}

func written(l *privacy.Line) string {
	cell := func(n int64, hidden bool) string {
		if hidden {
			return "–"
		}
		return fmt.Sprint(n)
	}
	out := cell(l.N, l.Hidden[0])
	for c, n := range l.Of {
		out += "(" + cell(n, l.Hidden[c+1]) + ")"
	}
	for _, parts := range l.Divisions {
		for _, p := range parts {
			out += " " + written(p)
		}
	}
	return out
}

// cell is a number that an attacker may or may not see.
type cell struct {
	n      int64
	hidden bool
	name   string
}

// world is a table as an attacker writes it down.
type world struct {
	privacytest.Attacker
	cells []cell
	sums  []map[int]float64
	sets  [][]int // cells of one column of one division, and the rest
}

func (w *world) cell(n int64, hidden bool, name string) int {
	w.cells = append(w.cells, cell{n, hidden, name})
	return len(w.cells) - 1
}

// line adds a line and its parts; it gives the cells of the line.
func (w *world) line(l *privacy.Line, hidden []bool, loose int, name string) []int {
	ids := []int{w.cell(l.N, hidden[0], name)}
	for c, n := range l.Of {
		id := w.cell(n, hidden[c+1], fmt.Sprint(name, " column ", c))
		ids = append(ids, id)
		if c != loose { // N is the column and what is left
			left := w.cell(l.N-n, true, fmt.Sprint(name, " without column ", c))
			w.sums = append(w.sums, map[int]float64{ids[0]: 1, id: -1, left: -1})
		}
	}
	for d, parts := range l.Divisions {
		rest := &privacy.Line{N: l.N, Of: append([]int64(nil), l.Of...)}
		var all [][]int
		for k, p := range parts {
			all = append(all, w.line(p, p.Hidden, loose, fmt.Sprint(name, "/", d, ".", k)))
			rest.N -= p.N
			for c := range p.Of {
				rest.Of[c] -= p.Of[c]
			}
		}
		none := make([]bool, len(l.Of)+1)
		for c := range none {
			none[c] = true
		}
		all = append(all, w.line(rest, none, loose, fmt.Sprint(name, "/", d, ".rest")))
		for c := range ids {
			sum := map[int]float64{ids[c]: 1}
			var set []int
			for _, p := range all {
				sum[p[c]] = -1
				set = append(set, p[c])
			}
			w.sums, w.sets = append(w.sums, sum), append(w.sets, set)
		}
	}
	return ids
}

// know gives the attacker every equation, with what is shown filled in.
func (w *world) know() {
	w.Vars = len(w.cells)
	for _, s := range w.sums {
		w.Equation(s, 0)
	}
	for i, c := range w.cells {
		if !c.hidden {
			w.Equation(map[int]float64{i: 1}, float64(c.n))
		}
	}
}

// table draws a line that falls apart in parts, depth deep.
func table(t *rapid.T, columns, loose, depth int) *privacy.Line {
	leaf := func() *privacy.Line {
		l := &privacy.Line{N: int64(rapid.OneOf(rapid.IntRange(0, 14), rapid.IntRange(0, 60)).Draw(t, "n"))}
		for c := range columns {
			most := int(l.N)
			if c == loose {
				most = 30
			}
			l.Of = append(l.Of, int64(rapid.IntRange(0, most).Draw(t, "of")))
		}
		return l
	}
	if depth == 0 {
		return leaf()
	}
	whole := &privacy.Line{Of: make([]int64, columns)}
	var parts []*privacy.Line
	for range rapid.IntRange(1, 4).Draw(t, "parts") {
		p := table(t, columns, loose, depth-1)
		parts = append(parts, p)
		whole.N += p.N
		for c := range p.Of {
			whole.Of[c] += p.Of[c]
		}
	}
	if rapid.Bool().Draw(t, "rest") { // some are in none of the parts
		p := leaf()
		whole.N += p.N
		for c := range p.Of {
			whole.Of[c] += p.Of[c]
		}
	}
	whole.Divisions = append(whole.Divisions, parts)
	if depth == 1 && rapid.Bool().Draw(t, "second") { // the same people, divided otherwise
		var other []*privacy.Line
		left := &privacy.Line{N: whole.N, Of: append([]int64(nil), whole.Of...)}
		for range rapid.IntRange(1, 2).Draw(t, "others") {
			n := int64(rapid.IntRange(0, int(left.N)).Draw(t, "n"))
			p := &privacy.Line{N: n}
			for c := range left.Of {
				low, high := max(0, left.Of[c]-(left.N-n)), min(left.Of[c], n)
				if c == loose {
					low, high = 0, left.Of[c]
				}
				p.Of = append(p.Of, int64(rapid.IntRange(int(low), int(high)).Draw(t, "of")))
			}
			left.N -= p.N
			for c := range p.Of {
				left.Of[c] -= p.Of[c]
			}
			other = append(other, p)
		}
		whole.Divisions = append(whole.Divisions, other)
	}
	return whole
}

// TestAttackerLearnsNothing solves the equations of random tables. Of a number that
// is hidden because it is about few, the attacker is left with more than ten values;
// and no sum of hidden numbers follows that is about few.
func TestAttackerLearnsNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		columns := rapid.IntRange(0, 2).Draw(t, "columns")
		loose := rapid.IntRange(-1, columns-1).Draw(t, "loose")
		whole := table(t, columns, loose, rapid.IntRange(1, 2).Draw(t, "depth"))
		var names []int
		if loose >= 0 {
			names = append(names, loose)
		}
		privacy.Suppress(whole, names...)
		w := &world{}
		w.line(whole, whole.Hidden, loose, "all")
		w.know()
		known := w.Solve()
		for i, c := range w.cells {
			if !c.hidden && privacy.Few(c.n) {
				t.Fatalf("%s is shown: %d\n%s", c.name, c.n, written(whole))
			}
			if value, ok := known.Follows(i); ok {
				if n, _ := value.Float64(); n != float64(c.n) {
					t.Fatalf("BUG in the attacker: %s is %d, not %v", c.name, c.n, n)
				}
				if privacy.Few(c.n) {
					t.Fatalf("%s follows: %d\n%s", c.name, c.n, written(whole))
				}
			}
		}
		for _, set := range w.sets {
			for pick := 1; pick < 1<<len(set); pick++ {
				var sum []int
				var n int64
				for k, id := range set {
					if pick>>k&1 == 1 {
						sum, n = append(sum, id), n+w.cells[id].n
					}
				}
				if _, ok := known.Follows(sum...); ok && privacy.Few(n) {
					t.Fatalf("of %d cells, as %s, follows that they are %d together\n%s", len(sum), w.cells[sum[0]].name, n, written(whole))
				}
			}
		}
		checked := 0
		for i, c := range w.cells {
			if !c.hidden || !privacy.Few(c.n) || checked == 6 {
				continue
			}
			checked++
			low, high := w.Bounds(i)
			if float64(c.n) < low-1e-4 || float64(c.n) > high+1e-4 {
				t.Fatalf("BUG in the attacker: %s is %d, not %v to %v", c.name, c.n, low, high)
			}
			if high-low < privacy.Smallest-1e-4 {
				t.Fatalf("%s, %d, is between %v and %v\n%s", c.name, c.n, low, high, written(whole))
			}
		}
	})
}
