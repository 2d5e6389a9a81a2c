package simulate

import (
	"cmp"
	"fmt"
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

// Change is what the variant does to one group of households: differences in
// what they receive, over all regulations of the run.
type Change struct {
	Key   string // "1" … "10" for deciles, "negatief"; "eenoudergezin"; "27-44"
	Label string // Dutch
	// Households and Persons are weighted; Rows is the number of synthetic
	// households behind them.
	Households, Persons int64
	Rows                int
	// Bands counts households (weighted) by GainMuch … LossMuch.
	Bands [Bands]int64
	// Total is the change in cents a year; MeanChange that per household that
	// changes.
	Total, MeanChange int64
	// From and To bound disposable income in euros, both included; only for
	// deciles.
	From, To int64
}

// Gain is the number of households that gain, Loss that lose.
func (c Change) Gain() int64 { return c.Bands[GainMuch] + c.Bands[Gain] }
func (c Change) Loss() int64 { return c.Bands[LossMuch] + c.Bands[Loss] }

// gathering is a Change on its way.
type gathering struct {
	Change
	weight, persons, changed int64
	bands                    [Bands]int64
	total                    population.Sum
}

func (g *gathering) add(h home, delta int64) {
	g.Rows++
	g.weight += h.weight
	g.persons += h.weight * int64(h.persons)
	g.bands[bandOf(delta, int64(h.disposable))] += h.weight
	if delta != 0 {
		g.changed += h.weight
		g.total.Add(h.weight, delta)
	}
}

// bandOf puts a change in cents a year against disposable income in euros.
// Without positive income every change is more than 5 %.
func bandOf(delta, disposable int64) int {
	much := disposable <= 0 || max(delta, -delta) > disposable*5 // 5 % of euros × 100 cents
	switch {
	case delta > 0 && much:
		return GainMuch
	case delta > 0:
		return Gain
	case delta < 0 && much:
		return LossMuch
	case delta < 0:
		return Loss
	}
	return Same
}

func (g *gathering) done() Change {
	c := g.Change
	c.Households, c.Persons = whole(g.weight), whole(g.persons)
	for i, w := range g.bands {
		c.Bands[i] = whole(w)
	}
	c.Total = g.total.Rounded(million)
	if g.changed > 0 {
		c.MeanChange = g.total.Rounded(g.changed)
	}
	return c
}

func whole(micro int64) int64 { return (micro + million/2) / million }

// Deciles gives for every household its decile 1 … 10 of disposable income,
// weighted by persons; 0 for a negative income, which is kept apart. Equal
// incomes are never split: they go where the middle of their persons lies.
func deciles(homes []home) []uint8 {
	order := make([]int32, 0, len(homes))
	var all int64
	for i, h := range homes {
		if h.disposable >= 0 {
			order = append(order, int32(i))
			all += h.weight * int64(h.persons)
		}
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(homes[a].disposable, homes[b].disposable), cmp.Compare(a, b))
	})
	out := make([]uint8, len(homes))
	var before int64
	for i := 0; i < len(order); {
		j, here := i, int64(0)
		for ; j < len(order) && homes[order[j]].disposable == homes[order[i]].disposable; j++ {
			here += homes[order[j]].weight * int64(homes[order[j]].persons)
		}
		var d uint8 = 1
		if all > 0 {
			d += uint8(min(9, (float64(before)+float64(here)/2)*10/float64(all)))
		}
		for ; i < j; i++ {
			out[order[i]] = d
		}
		before += here
	}
	return out
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

// deltas gives per household what it receives more (or less) a year under the
// variant, in cents.
func (r *run) deltas() []int64 {
	d := make([]int64, len(r.homes))
	for _, s := range r.schemes {
		for i := range s.units {
			u := &s.units[i]
			d[u.home] += u.received(1) - u.received(0)
		}
	}
	return d
}

// changes sorts the households into groups.
func (r *run) changes(deltas []int64) (byDecile, byType, byAge []Change) {
	decile := deciles(r.homes)
	ds := make([]gathering, 11)
	ages := make([]gathering, len(ageGroups))
	types := map[string]*gathering{}
	var order []string
	for ty := range population.Types {
		if types[ty.Label()] == nil {
			types[ty.Label()] = &gathering{Change: Change{Key: ty.Label(), Label: ty.Label()}}
			order = append(order, ty.Label())
		}
	}
	for i, h := range r.homes {
		d := &ds[decile[i]]
		income := int64(h.disposable)
		if d.Rows == 0 {
			d.From, d.To = income, income
		}
		d.From, d.To = min(d.From, income), max(d.To, income)
		d.add(h, deltas[i])
		types[h.ty.Label()].add(h, deltas[i])
		ages[ageGroup(h.age)].add(h, deltas[i])
	}
	for k := 1; k <= 10; k++ {
		ds[k].Key, ds[k].Label = fmt.Sprint(k), fmt.Sprintf("groep %d van 10", k)
		byDecile = append(byDecile, ds[k].done())
	}
	if ds[0].Rows > 0 {
		ds[0].Key, ds[0].Label = "negatief", "negatief inkomen"
		byDecile = append(byDecile, ds[0].done())
	}
	for _, k := range order {
		byType = append(byType, types[k].done())
	}
	for i := range ages {
		ages[i].Key, ages[i].Label = ageGroups[i].label, ageGroups[i].label
		byAge = append(byAge, ages[i].done())
	}
	return
}

// Worst is who loses most.
type Worst struct {
	// Households is the number (weighted) of the one percent of all households
	// that loses most, or of all losers when they are fewer.
	Households int64
	// MeanLoss is in cents a year, MeanIncome their mean disposable income in
	// euros a year.
	MeanLoss, MeanIncome int64
	// Examples describe, per type of household, the synthetic household that
	// loses most. No real person is in it.
	Examples []Example
}

// Example is one synthetic household that is hit.
type Example struct {
	Household int    // index in the population
	Text      string // Dutch description
	Loss      int64  // cents a year
	Income    int64  // disposable, euros a year
}

// worst finds the hardest hit. Households are taken whole, in order of loss.
func (r *run) worst(deltas []int64) Worst {
	var losers []int
	var all int64
	for i, h := range r.homes {
		all += h.weight
		if deltas[i] < 0 {
			losers = append(losers, i)
		}
	}
	slices.SortFunc(losers, func(a, b int) int { return cmp.Or(cmp.Compare(deltas[a], deltas[b]), cmp.Compare(a, b)) })
	var w Worst
	var weight int64
	var loss, income population.Sum
	seen := map[string]bool{}
	var h population.Household
	for n, i := range losers {
		hm := r.homes[i]
		if n == 0 || weight < all/100 {
			weight += hm.weight
			loss.Add(hm.weight, -deltas[i])
			income.Add(hm.weight, int64(hm.disposable))
		}
		if !seen[hm.ty.Label()] {
			seen[hm.ty.Label()] = true
			r.spec.People.Household(i, &h)
			w.Examples = append(w.Examples, Example{Household: i, Text: describe(&h), Loss: -deltas[i], Income: int64(hm.disposable)})
		}
	}
	if weight > 0 {
		w.Households, w.MeanLoss, w.MeanIncome = whole(weight), loss.Rounded(weight), income.Rounded(weight)
	}
	return w
}

// describe says in a few words what a synthetic household is like, in bands.
func describe(h *population.Household) string {
	p := &h.Persons[0]
	low := p.Age / 10 * 10
	text := fmt.Sprintf("%s, %d tot %d jaar, %s", h.Type.Label(), max(low, 18), low+10, p.Status)
	children := 0
	for i := range h.Persons {
		if h.Persons[i].Age < 18 {
			children++
		}
	}
	switch children {
	case 0:
	case 1:
		text += ", 1 kind onder 18"
	default:
		text += fmt.Sprintf(", %d kinderen onder 18", children)
	}
	return text
}
