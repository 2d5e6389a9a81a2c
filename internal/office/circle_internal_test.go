package office

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/privacy"
	"lemniscaat/internal/privacy/privacytest"
)

// joiner is an attacker who writes down every number that some page shows, with what
// everybody knows of how they add up.
type joiner struct {
	privacytest.Attacker
	names []string
	ids   map[string]int
	truth map[string]int64
	lines []equal
}

type equal struct {
	of    map[int]float64
	value float64
}

func (k *joiner) id(name string, truth int64) int {
	if id, ok := k.ids[name]; ok {
		return id
	}
	k.ids[name], k.truth[name] = len(k.names), truth
	k.names = append(k.names, name)
	return k.ids[name]
}

// adds says that a number is the sum of others.
func (k *joiner) adds(whole int, parts ...int) {
	of := map[int]float64{whole: 1}
	for _, p := range parts {
		of[p]--
	}
	k.lines = append(k.lines, equal{of, 0})
}

func (k *joiner) shows(id int, n int64) {
	k.lines = append(k.lines, equal{map[int]float64{id: 1}, float64(n)})
}

// TestPagesTogetherGiveNothingAway: of random counts, everything that Register, Cijfers,
// Stand (its PDF is that page), Gevolgen, Wie raakt dit? and the API show over a quarter
// is joined. No number about fewer than ten follows, of no cell and of no sum of hidden
// cells; and a hidden one keeps room for ten.
func TestPagesTogetherGiveNothingAway(t *testing.T) {
	t.Parallel()
	shown, hidden := 0, 0
	rapid.Check(t, func(t *rapid.T) {
		f := drawPeople(t)
		c := encircle(f)
		k := &joiner{ids: map[string]int{}, truth: map[string]int64{}}
		var sets [][]int

		// Signals: articles in regulations in everything, each by desk and by residents.
		var regs []string
		for _, n := range f.Signals {
			if !slices.Contains(regs, n.Regulation) {
				regs = append(regs, n.Regulation)
			}
		}
		three := func(name string, n, citizens int64) [3]int {
			ids := [3]int{k.id(name, n), k.id(name+" inwoners", citizens), k.id(name+" balie", n-citizens)}
			k.adds(ids[0], ids[1], ids[2])
			return ids
		}
		show := func(ids [3]int, p circleSignals) {
			if !p.Hidden[0] {
				k.shows(ids[0], p.N)
			}
			if !p.Hidden[1] { // Gevolgen: residents, and the desk where both are there
				k.shows(ids[1], p.Citizens)
				if !p.Hidden[0] {
					k.shows(ids[2], p.N-p.Citizens)
				}
			}
		}
		var all [2]int64
		sums := map[string][2]int64{}
		for _, n := range f.Signals {
			x := sums[n.Regulation]
			sums[n.Regulation] = [2]int64{x[0] + n.Signals, x[1] + n.Citizens}
			all = [2]int64{all[0] + n.Signals, all[1] + n.Citizens}
		}
		whole := three("alles", all[0], all[1])
		show(whole, c.Signals)
		var parts [3][]int
		for _, reg := range regs {
			r := three(reg, sums[reg][0], sums[reg][1])
			show(r, c.at(reg, "", true))
			var below [3][]int
			for _, n := range f.Signals {
				if n.Regulation == reg {
					a := three(reg+"/"+n.Article, n.Signals, n.Citizens)
					show(a, c.at(reg, n.Article, false))
					for i := range a {
						below[i] = append(below[i], a[i])
					}
				}
			}
			for i := range r {
				k.adds(r[i], below[i]...)
				parts[i] = append(parts[i], r[i])
			}
			sets = append(sets, below[:]...)
		}
		for i := range whole {
			k.adds(whole[i], parts[i]...)
		}
		sets = append(sets, parts[:]...)

		// Reactions: what they said, by regulation, with how many they are.
		totals := [4]int64{}
		var columns [4][]int
		for _, n := range f.Reacted {
			cells := [4]int64{n.Confirmed, n.Silent, n.Disputed, n.Confirmed + n.Silent + n.Disputed}
			var ids [4]int
			for i, v := range cells {
				ids[i] = k.id(fmt.Sprint("reactie ", i, " ", n.Regulation), v)
				totals[i] += v
				columns[i] = append(columns[i], ids[i])
				if !c.reacted(n.Regulation).Hidden {
					k.shows(ids[i], v)
				}
			}
			k.adds(ids[3], ids[:3]...)
		}
		for i, v := range totals {
			id := k.id(fmt.Sprint("reactie ", i), v)
			k.adds(id, columns[i]...)
			if !c.Reacted.Hidden {
				k.shows(id, v)
			}
		}
		sets = append(sets, columns[:]...)

		// Maatwerk: grounds in regulations in everything.
		var given int64
		byReg := map[string]int64{}
		grounds := map[string][]int{}
		for _, g := range f.Given {
			given += int64(g.Count)
			byReg[g.Regulation] += int64(g.Count)
			grounds[g.Regulation] = append(grounds[g.Regulation], k.id("grond "+g.Regulation+" "+g.Ground, int64(g.Count)))
		}
		var gs []int
		for reg, n := range byReg {
			id := k.id("maatwerk "+reg, n)
			gs = append(gs, id)
			k.adds(id, grounds[reg]...)
			sets = append(sets, grounds[reg])
			if x := c.givenIn(reg); !x.Hidden {
				k.shows(id, x.N)
			}
		}
		sets = append(sets, gs)
		id := k.id("maatwerk", given)
		k.adds(id, gs...)
		if !c.Given.Hidden {
			k.shows(id, c.Given.N)
		}
		for _, g := range c.Grounds {
			if !g.Whole && !g.Hidden {
				k.shows(k.ids["grond "+g.Regulation+" "+g.Ground], g.N)
			}
		}

		k.Vars = len(k.names)
		for _, l := range k.lines {
			k.Equation(l.of, l.value)
		}
		solved := k.Solve()
		bounded := 0
		for i, name := range k.names {
			n := k.truth[name]
			value, follows := solved.Follows(i)
			switch {
			case !follows:
				hidden++
				if privacy.Few(n) && bounded < 4 {
					bounded++
					if low, high := k.Bounds(i); high-low < privacy.Smallest-1e-4 {
						t.Fatalf("%s, %d, is between %v and %v", name, n, low, high)
					}
				}
			case privacy.Few(n):
				t.Fatalf("%s follows: %d", name, n)
			default:
				shown++
				if got, _ := value.Float64(); got != float64(n) {
					t.Fatalf("BUG in the attacker: %s is %d, not %v", name, n, got)
				}
			}
		}
		for _, set := range sets {
			for pick := 1; pick < 1<<min(len(set), 6); pick++ {
				var sum []int
				var n int64
				for i, id := range set[:min(len(set), 6)] {
					if pick>>i&1 == 1 {
						sum, n = append(sum, id), n+k.truth[k.names[id]]
					}
				}
				if _, ok := solved.Follows(sum...); ok && privacy.Few(n) {
					t.Fatalf("of %d cells, as %s, follows that they are %d together", len(sum), k.names[sum[0]], n)
				}
			}
		}
	})
	if shown < 100 || hidden < 100 {
		t.Errorf("%d numbers follow, %d stay hidden: this attacks nothing", shown, hidden)
	}
}

// drawPeople draws the counts of a small municipality.
func drawPeople(t *rapid.T) loop.PersonFigures {
	var f loop.PersonFigures
	few := rapid.OneOf(rapid.IntRange(0, 12), rapid.IntRange(0, 60))
	for r := range rapid.IntRange(1, 3).Draw(t, "regulations") {
		reg := fmt.Sprint("r", r)
		for a := range rapid.IntRange(1, 3).Draw(t, "articles") {
			n := few.Draw(t, "signals")
			f.Signals = append(f.Signals, loop.SignalCount{Regulation: reg, Article: fmt.Sprint("a", a), Signals: int64(n), Citizens: int64(rapid.IntRange(0, n).Draw(t, "citizens"))})
		}
		f.Reacted = append(f.Reacted, loop.ReactionCount{Regulation: reg, Confirmed: int64(few.Draw(t, "confirmed")), Silent: int64(few.Draw(t, "silent")), Disputed: int64(few.Draw(t, "disputed"))})
		for g := range rapid.IntRange(0, 3).Draw(t, "grounds") {
			f.Given = append(f.Given, loop.StandGround{Regulation: reg, Ground: fmt.Sprint("g", g), Count: few.Draw(t, "given")})
		}
	}
	return f
}
