package simulate

import (
	"cmp"
	"fmt"
	"math/bits"

	"lemniscaat/internal/population"
)

// gathering is a Change on its way.
type gathering struct {
	rows                     int
	from, to                 int64 // lowest and highest disposable income
	weight, persons, changed int64
	bands, bandPersons       [Bands]int64
	bandRows                 [Bands]int
	total                    population.Sum
	// sizes count the households that change by how much, see sizeOf.
	sizes []size
}

// size is one class of changes.
type size struct {
	weight int64
	cents  population.Sum
}

// Changes are counted in classes of at most 1/32 wide, losses before gains.
const (
	sizeBits   = 5
	sizeHalf   = (maxBits + 2) << sizeBits
	sizesCount = 2 * sizeHalf
)

// sizeOf gives the class of a change that is not 0.
func sizeOf(delta int64) int {
	v := uint64(min(max(delta, -delta), 1<<(maxBits+1)-1))
	n := max(bits.Len64(v)-sizeBits-1, 0)
	at := n<<sizeBits + int(v>>n)
	if delta < 0 {
		return sizeHalf - 1 - at
	}
	return sizeHalf + at
}

func (g *gathering) form(f *form) {
	f.int(&g.rows)
	f.int64(&g.from)
	f.int64(&g.to)
	f.int64(&g.weight)
	f.int64(&g.persons)
	f.int64(&g.changed)
	formFixed(f, g.bands[:])
	formFixed(f, g.bandPersons[:])
	formFixed(f, g.bandRows[:])
	f.sum(&g.total)
	formSparse(f, g.sizes, func(s *size) bool { return s.weight != 0 }, func(f *form, s *size) {
		f.int64(&s.weight)
		f.sum(&s.cents)
	})
}

func (g *gathering) add(h *home, delta int64, band int) {
	persons := h.weight * int64(h.persons)
	g.rows++
	g.weight += h.weight
	g.persons += persons
	g.bands[band] += h.weight
	g.bandPersons[band] += persons
	g.bandRows[band]++
	if delta != 0 {
		g.changed += h.weight
		g.total.Add(h.weight, delta)
		s := &g.sizes[sizeOf(delta)]
		s.weight += h.weight
		s.cents.Add(h.weight, delta)
	}
}

// bandOf puts a change against disposable income, both in cents a year. Without
// positive income every change is more than 5 %.
func bandOf(delta, disposable int64) int {
	much := disposable <= 0 || 20*max(delta, -delta) > disposable
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
		g.bandPersons[i] += o.bandPersons[i]
		g.bandRows[i] += o.bandRows[i]
	}
	g.total.Merge(o.total)
	for i := range o.sizes {
		if x := &o.sizes[i]; x.weight != 0 {
			g.sizes[i].weight += x.weight
			g.sizes[i].cents.Merge(x.cents)
		}
	}
}

func (g *gathering) done(key, label string) Change {
	c := Change{Key: key, Label: label, Households: whole(g.weight), Persons: whole(g.persons), Rows: g.rows, BandRows: g.bandRows, From: g.from, To: g.to}
	for i, w := range g.bands {
		c.Bands[i], c.BandPersons[i] = whole(w), whole(g.bandPersons[i])
	}
	c.Total = g.total.Rounded(million)
	if g.changed > 0 {
		c.MeanChange, c.Mean, c.MedianChange = g.total.Rounded(g.changed), g.total.Rounded(g.weight), g.median()
	}
	c.Gaining, c.Losing, c.Sum = exactly(c.Gain()), exactly(c.Loss()), exactly(c.Total)
	return c
}

// median of the households that change: the mean of the class in which the
// middle one is.
func (g *gathering) median() int64 {
	var before int64
	for i := range g.sizes {
		s := &g.sizes[i]
		if before += s.weight; s.weight > 0 && 2*before >= g.changed {
			return s.cents.Rounded(s.weight)
		}
	}
	return 0
}

func exactly(v int64) Figure { return Figure{v, v, v} }

// Groupings of households, in order.
const (
	byDecile = iota // 0: negative incomes
	byType
	byAge
	byTenure
	byMunicipality
	bySource
	householdGroupings
)

// groupCounts is how many groups each grouping has.
var groupCounts = [householdGroupings]int{11, len(typeNames), len(ageGroups), len(tenureNames), len(municipalityNames), len(sourceNames)}

// groupsIn gives the group of a household in each grouping.
func groupsIn(h *home, decile int) [householdGroupings]int {
	return [...]int{decile, typeOf[h.ty], ageGroup(h.age), int(h.kin.tenure), int(h.kin.municipality), int(h.kin.source)}
}

// changes gathers what one variant does to the households.
type changes struct {
	groups   [householdGroupings][]gathering
	spread   changeSpread
	losers   []loser
	hardest  []loser // by type label, as typeNames has them; loss 0: none
	severity [severities]int64
}

// loser is a household that a variant takes something from.
type loser struct {
	home   int
	loss   int64 // cents a year
	weight int64
	income int64 // disposable under today's rules, cents a year
	// What it is like.
	ty, age, tenure uint8
}

// harder orders losers: most lost first.
func harder(a, b loser) int { return cmp.Or(cmp.Compare(b.loss, a.loss), cmp.Compare(a.home, b.home)) }

func newChanges(replicates int) *changes {
	c := &changes{hardest: make([]loser, len(typeNames)), spread: newChangeSpread(replicates)}
	for i, n := range groupCounts {
		c.groups[i] = make([]gathering, n)
		for g := range c.groups[i] {
			c.groups[i][g].sizes = make([]size, sizesCount)
		}
	}
	return c
}

func (c *changes) form(f *form) {
	for i := range c.groups {
		formEach(f, c.groups[i], func(f *form, g *gathering) { g.form(f) })
	}
	c.spread.form(f)
	formList(f, &c.losers, formLoser)
	formEach(f, c.hardest, formLoser)
	formFixed(f, c.severity[:])
}

func formLoser(f *form, l *loser) {
	f.int(&l.home)
	f.int64(&l.loss)
	f.int64(&l.weight)
	f.int64(&l.income)
	formNumber(f, &l.ty)
	formNumber(f, &l.age)
	formNumber(f, &l.tenure)
}

// household counts one household, of which the number in the population is at:
// its income under today's rules and what it has more with the variant, in cents
// a year. times is how often it is drawn in each replicate.
func (c *changes) household(at int, h *home, decile int, income, delta int64, times []uint8) {
	band, groups := bandOf(delta, income), groupsIn(h, decile)
	for i, g := range groups {
		c.groups[i][g].add(h, delta, band)
	}
	d, ranked := &c.groups[byDecile][decile], int64(h.disposable)
	if d.rows == 1 {
		d.from, d.to = ranked, ranked
	}
	d.from, d.to = min(d.from, ranked), max(d.to, ranked)
	if delta != 0 {
		c.spread.add(times, groups, h.weight, delta)
	}
	if delta < 0 {
		l := loser{at, -delta, h.weight, income, uint8(groups[byType]), uint8(groups[byAge]), h.kin.tenure}
		c.losers = append(c.losers, l)
		c.severity[severity(l.loss)] += h.weight
		if worst := &c.hardest[l.ty]; worst.loss == 0 || harder(l, *worst) < 0 {
			*worst = l
		}
	}
}

func (c *changes) merge(o *changes) {
	for i := range c.groups {
		for g := range c.groups[i] {
			c.groups[i][g].merge(&o.groups[i][g])
		}
	}
	c.spread.merge(&o.spread)
	for i, l := range o.hardest {
		if l.loss > 0 && (c.hardest[i].loss == 0 || harder(l, c.hardest[i]) < 0) {
			c.hardest[i] = l
		}
	}
	c.losers = append(c.losers, o.losers...)
	for i, w := range o.severity {
		c.severity[i] += w
	}
}

// list gives the groups of one grouping that have households; those of which it
// is not known come last, and not at all when it is known of nobody.
func (c *changes) list(grouping int, names func(g int) (key, label string), first int, keepEmpty bool, drawn []int64, all int64) []Change {
	var out []Change
	add := func(g int) {
		x := &c.groups[grouping][g]
		key, label := names(g)
		done := x.done(key, label)
		c.spread.intervals(&done, grouping, g, drawn, all)
		out = append(out, done)
	}
	some := false
	for g := first; g < len(c.groups[grouping]); g++ {
		if keepEmpty || c.groups[grouping][g].rows > 0 {
			add(g)
			some = some || c.groups[grouping][g].rows > 0
		}
	}
	for g := range first {
		if c.groups[grouping][g].rows > 0 && (some || keepEmpty) {
			add(g)
		}
	}
	return out
}

// decileNames gives key and label of a decile; 0 is of negative incomes.
func decileNames(g int) (key, label string) {
	if g == 0 {
		return "negatief", "negatief inkomen"
	}
	return fmt.Sprint(g), fmt.Sprintf("groep %d van 10", g)
}

// into puts the changes in a result.
func (c *changes) into(res *Result, drawn []int64, all int64) {
	named := func(names []string) func(g int) (string, string) {
		return func(g int) (string, string) { return names[g], names[g] }
	}
	res.Deciles = c.list(byDecile, decileNames, 1, true, drawn, all)
	res.Types = c.list(byType, named(typeNames), 0, true, drawn, all)
	res.Ages = c.list(byAge, func(g int) (string, string) { return ageGroups[g].label, ageGroups[g].label }, 0, true, drawn, all)
	res.Tenures = c.list(byTenure, named(tenureNames), 1, false, drawn, all)
	res.Municipalities = c.list(byMunicipality, named(municipalityNames), 1, false, drawn, all)
	res.Sources = c.list(bySource, named(sourceNames), 1, false, drawn, all)
	everyone := gathering{sizes: make([]size, sizesCount)}
	for i := range c.groups[byType] {
		everyone.merge(&c.groups[byType][i])
	}
	done := everyone.done("alle", "alle huishoudens")
	done.From, done.To = 0, 0
	c.spread.intervals(&done, byType, -1, drawn, all)
	res.Everyone = &done
}
