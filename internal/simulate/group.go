package simulate

import (
	"cmp"
	"fmt"
	"math/bits"
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
}

// Few reports that too few households stand behind the group to show it.
func (c Change) Few() bool { return c.Rows < MinimumRows }

// Gain is the number of households that gain, Loss that lose.
func (c Change) Gain() int64 { return c.Bands[GainMuch] + c.Bands[Gain] }
func (c Change) Loss() int64 { return c.Bands[LossMuch] + c.Bands[Loss] }

// gathering is a Change on its way.
type gathering struct {
	rows                     int
	from, to                 int64 // lowest and highest disposable income
	weight, persons, changed int64
	bands                    [Bands]int64
	bandRows                 [Bands]int
	total                    population.Sum
}

func (g *gathering) form(f *form) {
	f.int(&g.rows)
	f.int64(&g.from)
	f.int64(&g.to)
	f.int64(&g.weight)
	f.int64(&g.persons)
	f.int64(&g.changed)
	formFixed(f, g.bands[:])
	formFixed(f, g.bandRows[:])
	f.sum(&g.total)
}

func (g *gathering) add(h *home, delta int64, band int) {
	g.rows++
	g.weight += h.weight
	g.persons += h.weight * int64(h.persons)
	g.bands[band] += h.weight
	g.bandRows[band]++
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

func (g *gathering) merge(o *gathering) {
	switch {
	case o.rows == 0:
		return
	case g.rows == 0:
		g.from, g.to = o.from, o.to
	}
	g.from, g.to = min(g.from, o.from), max(g.to, o.to)
	g.rows += o.rows
	g.weight += o.weight
	g.persons += o.persons
	g.changed += o.changed
	for i, w := range o.bands {
		g.bands[i] += w
		g.bandRows[i] += o.bandRows[i]
	}
	g.total.Merge(o.total)
}

func (g *gathering) done(key, label string) Change {
	c := Change{Key: key, Label: label, Households: whole(g.weight), Persons: whole(g.persons), Rows: g.rows, BandRows: g.bandRows, From: g.from, To: g.to}
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
	all     int64
}

type high struct {
	income int32
	weight int64
}

const dense = 1 << 18

func newTally() *tally { return &tally{counted: make([]int64, dense)} }

func (t *tally) part(p *part) {
	for _, h := range p.homes {
		w := h.weight * int64(h.persons)
		switch {
		case h.disposable < 0:
			continue
		case h.disposable < dense:
			t.counted[h.disposable] += w
		default:
			t.above = append(t.above, high{h.disposable, w})
		}
		t.all += w
	}
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
	slices.SortFunc(t.above, func(a, b high) int { return cmp.Compare(a.income, b.income) })
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

// changes gathers what one variant does to the households.
type changes struct {
	deciles  [11]gathering // 0: negative incomes
	types    []gathering   // as typeNames has them
	ages     [len(ageGroups)]gathering
	losers   []loser
	hardest  []loser // by type label, as typeNames has them; loss 0: none
	severity [severities]int64
}

// loser is a household that a variant takes something from.
type loser struct {
	home   int
	loss   int64 // cents a year
	weight int64
	income int32
}

// harder orders losers: most lost first.
func harder(a, b loser) int { return cmp.Or(cmp.Compare(b.loss, a.loss), cmp.Compare(a.home, b.home)) }

func newChanges() *changes {
	return &changes{types: make([]gathering, len(typeNames)), hardest: make([]loser, len(typeNames))}
}

func (c *changes) form(f *form) {
	one := func(f *form, g *gathering) { g.form(f) }
	formEach(f, c.deciles[:], one)
	formEach(f, c.types, one)
	formEach(f, c.ages[:], one)
	formList(f, &c.losers, formLoser)
	formEach(f, c.hardest, formLoser)
	formFixed(f, c.severity[:])
}

func formLoser(f *form, l *loser) {
	f.int(&l.home)
	f.int64(&l.loss)
	f.int64(&l.weight)
	formNumber(f, &l.income)
}

// part counts the households of a part; deltas is what each receives more (or
// less) a year, in cents.
func (c *changes) part(p *part, cuts cuts, deltas []int64) {
	for i := range p.homes {
		h, delta := &p.homes[i], deltas[i]
		band := bandOf(delta, int64(h.disposable))
		d := &c.deciles[cuts.of(h.disposable)]
		income := int64(h.disposable)
		if d.rows == 0 {
			d.from, d.to = income, income
		}
		d.from, d.to = min(d.from, income), max(d.to, income)
		d.add(h, delta, band)
		c.types[typeOf[h.ty]].add(h, delta, band)
		c.ages[ageGroup(h.age)].add(h, delta, band)
		if delta < 0 {
			l := loser{p.first + i, -delta, h.weight, h.disposable}
			c.losers = append(c.losers, l)
			c.severity[severity(l.loss)] += h.weight
			if at := &c.hardest[typeOf[h.ty]]; at.loss == 0 || harder(l, *at) < 0 {
				*at = l
			}
		}
	}
}

func (c *changes) merge(o *changes) {
	for i := range c.deciles {
		c.deciles[i].merge(&o.deciles[i])
	}
	for i := range c.types {
		c.types[i].merge(&o.types[i])
		if l := o.hardest[i]; l.loss > 0 && (c.hardest[i].loss == 0 || harder(l, c.hardest[i]) < 0) {
			c.hardest[i] = l
		}
	}
	for i := range c.ages {
		c.ages[i].merge(&o.ages[i])
	}
	c.losers = append(c.losers, o.losers...)
	for i, w := range o.severity {
		c.severity[i] += w
	}
}

// groups gives the changes by decile, type and age.
func (c *changes) groups() (byDecile, byType, byAge []Change) {
	for k := 1; k <= 10; k++ {
		byDecile = append(byDecile, c.deciles[k].done(fmt.Sprint(k), fmt.Sprintf("groep %d van 10", k)))
	}
	if c.deciles[0].rows > 0 {
		byDecile = append(byDecile, c.deciles[0].done("negatief", "negatief inkomen"))
	}
	for i, name := range typeNames {
		byType = append(byType, c.types[i].done(name, name))
	}
	for i := range c.ages {
		byAge = append(byAge, c.ages[i].done(ageGroups[i].label, ageGroups[i].label))
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
	// Rows is the number of synthetic households behind Households.
	Rows int
	// Profiles describe who they are, in bands, the largest group first. Every
	// profile has MinimumRows households behind it or more; Other counts those in
	// smaller groups.
	Profiles []Profile
	Other    int64
}

// Profile is one group among those who lose most.
type Profile struct {
	Text       string // "eenoudergezin, 27 tot 45, corporatie"
	Households int64  // weighted
	Rows       int
	MeanLoss   int64 // cents a year
	// IncomeFrom and IncomeTo are a band of € 10,000 in which the middle of
	// their disposable incomes under today's rules lies, in euros a year.
	IncomeFrom, IncomeTo int64
}

// Example is one synthetic household that is hit.
type Example struct {
	Household int    // index in the population
	Text      string // Dutch description
	Loss      int64  // cents a year
	Income    int64  // disposable, euros a year
}

// Losses are counted in classes of rising severity, of which each is at most
// 1/64 wide, so that the hardest hit are found without sorting all losers.
const severities = 64 * 64

func severity(loss int64) int {
	n := bits.Len64(uint64(loss))
	return n<<6 | int(uint64(loss)<<(64-n)>>57&63)
}

// hardestHit gives the losers in the least number of classes of severity that
// together hold one percent of all households, which weigh so much.
func (c *changes) hardestHit(all int64) (hit []loser) {
	limit := all / 100
	least, sum := severities, int64(0)
	for least > 0 && sum < limit {
		least--
		sum += c.severity[least]
	}
	for _, l := range c.losers {
		if severity(l.loss) >= least {
			hit = append(hit, l)
		}
	}
	return hit
}

// trim lets go of the losers that are not among the hardest hit, however many
// others come.
func (c *changes) trim(all int64) { c.losers = c.hardestHit(all) }

// worst finds the hardest hit. Households are taken whole, in order of loss,
// until they are one percent of all.
func (r *run) worst(c *changes) Worst {
	limit := r.found.weight / 100
	hit := c.hardestHit(r.found.weight)
	slices.SortFunc(hit, harder)
	var w Worst
	var weight int64
	var loss, income population.Sum
	for n, l := range hit {
		if n > 0 && weight >= limit {
			break
		}
		weight += l.weight
		loss.Add(l.weight, l.loss)
		income.Add(l.weight, int64(l.income))
	}
	if weight > 0 {
		w.Households, w.MeanLoss, w.MeanIncome = whole(weight), loss.Rounded(weight), income.Rounded(weight)
	}
	examples := slices.DeleteFunc(slices.Clone(c.hardest), func(l loser) bool { return l.loss == 0 })
	slices.SortFunc(examples, harder)
	for _, l := range examples {
		w.Examples = append(w.Examples, Example{Household: l.home, Text: r.describe(l.home), Loss: l.loss, Income: int64(l.income)})
	}
	return w
}

// describe makes one household again and says what it is like.
func (r *run) describe(household int) string {
	var h population.Household
	r.people.Household(household, &h)
	return describe(&h)
}

// describe says in a few words what a synthetic household is like, in bands.
func describe(h *population.Household) string {
	p := &h.Persons[0]
	low := p.Age / 10 * 10
	return fmt.Sprintf("%s, %d tot %d jaar, %s", h.Type.Label(), max(low, 18), low+10, p.Status) + h.Minors()
}
