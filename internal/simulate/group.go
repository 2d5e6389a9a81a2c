package simulate

import (
	"cmp"
	"slices"

	"lemniscaat/internal/population"
)

// Bands of change against disposable income, in order.
const (
	GainMuch = iota // more than 5 % of disposable income
	Gain
	Same
	Loss
	LossMuch // more than 5 %
	Bands
)

// Change is what the variant does to the disposable income (see Income) of one
// group of households, over all regulations of the run.
type Change struct {
	// Key is "1" … "10" for deciles and "negatief"; "eenoudergezin"; "27 tot 45";
	// "corporatie"; "werknemer".
	Key   string
	Label string // Dutch
	// Households and Persons are weighted; Rows is the number of synthetic
	// households behind them.
	Households, Persons int64
	Rows                int
	// Bands counts households (weighted) by GainMuch … LossMuch; BandRows those of
	// the population.
	Bands    [Bands]int64
	BandRows [Bands]int
	// BandPersons counts the persons (weighted) in those households.
	BandPersons [Bands]int64
	// Total is the change in cents a year; MeanChange and MedianChange are of the
	// households that change, Mean is per household of the group. The median is
	// exact to 1 %.
	Total, MeanChange, MedianChange, Mean int64
	// Gaining, Losing and Sum are Gain, Loss and Total with their intervals.
	Gaining, Losing, Sum Figure
	// From and To bound the disposable income under today's rules in euros, both
	// included; only for deciles.
	From, To int64
	// Coarse: gains and losses are not told apart at 5 %; all are in Gain and Loss.
	Coarse bool
}

// Few reports that too few households stand behind the group to show it.
func (c Change) Few() bool { return c.Rows < MinimumRows }

// Gain is the number of households that gain, Loss that lose.
func (c Change) Gain() int64 { return c.Bands[GainMuch] + c.Bands[Gain] }
func (c Change) Loss() int64 { return c.Bands[LossMuch] + c.Bands[Loss] }

func whole(micro int64) int64 { return (micro + million/2) / million }

// cuts are the highest disposable incomes, in euros, of the deciles 1 … 10;
// −1 where nobody is that low.
type cuts [10]int64

// of gives the decile 1 … 10 of an income; 0 for a negative one, which is kept
// apart.
func (c *cuts) of(income int32) int {
	if income < 0 {
		return 0
	}
	d := 1
	for d < 10 && int64(income) > c[d-1] {
		d++
	}
	return d
}

// tally counts persons by disposable income of their household: up to a bound
// per euro, the few above it one by one.
type tally struct {
	counted []int64 // persons, weighted, by income
	above   []high
	all     int64 // without negative incomes
	// negative is the weight of persons with a negative income.
	negative int64
}

type high struct {
	income int32
	weight int64
}

const dense = 1 << 18

func newTally() *tally { return &tally{counted: make([]int64, dense)} }

// add counts persons of an income; negative incomes are only weighed.
func (t *tally) add(income int32, w int64) {
	switch {
	case income < 0:
		t.negative += w
		return
	case income < dense:
		t.counted[income] += w
	default:
		t.above = append(t.above, high{income, w})
	}
	t.all += w
}

// sort orders the incomes above the bound.
func (t *tally) sort() {
	slices.SortFunc(t.above, func(a, b high) int { return cmp.Compare(a.income, b.income) })
}

// median gives the income of the middle person, in euros; 0 when it is negative.
func (t *tally) median() int64 {
	before, all := t.negative, t.negative+t.all
	if 2*before >= all {
		return 0
	}
	for income, w := range t.counted {
		if before += w; 2*before >= all {
			return int64(income)
		}
	}
	t.sort()
	for _, x := range t.above {
		if before += x.weight; 2*before >= all {
			return int64(x.income)
		}
	}
	return 0
}

// cuts cuts the households in ten by disposable income, weighted by persons.
// Equal incomes are never split: they go where the middle of their persons lies.
func (t *tally) cuts() cuts {
	var c cuts
	for d := range c {
		c[d] = -1 // until an income reaches it, nobody is in it
	}
	var before int64
	take := func(income, here int64) {
		d := 0
		if t.all > 0 {
			d = int(min(9, (float64(before)+float64(here)/2)*10/float64(t.all)))
		}
		for ; d < 10; d++ {
			c[d] = income
		}
		before += here
	}
	for income, w := range t.counted {
		if w > 0 {
			take(int64(income), w)
		}
	}
	t.sort()
	for i := 0; i < len(t.above); {
		income, w := t.above[i].income, int64(0)
		for ; i < len(t.above) && t.above[i].income == income; i++ {
			w += t.above[i].weight
		}
		take(int64(income), w)
	}
	return c
}

// ageGroups of the head of a household.
var ageGroups = [...]struct {
	from  uint8
	label string
}{{0, "onder 27"}, {27, "27 tot 45"}, {45, "45 tot 67"}, {67, "67 en ouder"}}

func ageGroup(age uint8) int {
	g := len(ageGroups) - 1
	for age < ageGroups[g].from {
		g--
	}
	return g
}

// typeNames are the types of households as groups; typeOf says which one a type
// is in.
var typeNames, typeOf = func() (names []string, of [population.Types]int) {
	for ty := range population.Types {
		at := slices.Index(names, ty.Label())
		if at < 0 {
			at = len(names)
			names = append(names, ty.Label())
		}
		of[ty] = at
	}
	return names, of
}()
