package simulate

import (
	"slices"
	"strings"

	"lemniscaat/internal/population"
	"lemniscaat/internal/spelling"
	"lemniscaat/internal/takeup"
)

// Advances is what settling one year of a regulation gives, among those who do
// the steps. The only thing that people estimate wrong is their income.
type Advances struct {
	// Parameter names the amount up to and including which nothing is reclaimed;
	// Threshold is its value in cents.
	Parameter string
	Threshold int64
	// Awards are those who get an advance or a right, with the cents that are paid
	// in advance.
	Awards Amount
	// TooHigh and TooLow are the advances that are higher and lower than the right,
	// with what they differ.
	TooHigh, TooLow Counted
	// Reclaimed is the part of TooHigh that is paid back, Waived the part up to the
	// threshold, which is not. NoRight are those of TooHigh without any right.
	Reclaimed, Waived, NoRight Counted
	// Unknown are units on whose estimate a rule errs: they count as awards with an
	// advance that is right.
	Unknown Counted
	// Classes are what is paid back, by its amount.
	Classes []ReclaimClass
	// Groups are Awards … Reclaimed by group; the amount is the right, or the
	// advance of who has none.
	Groups []AdvanceGroup
}

// Counted is an amount with the number of units in the sample.
type Counted struct {
	Amount
	Rows int
}

// Corrected is the number of advances that are not the right.
func (a *Advances) Corrected() int64 { return a.TooHigh.Units + a.TooLow.Units }

// ReclaimClass is what is paid back of From … To euros; To 0: no end.
type ReclaimClass struct {
	Label    string
	From, To int64
	Counted
}

// AdvanceGroup is the settling of one group of units.
type AdvanceGroup struct {
	Kind, Name                 string
	TooHigh, TooLow, Reclaimed Counted
}

// Repayment is what households pay back in a year, over all regulations of the
// run that pay in advance.
type Repayment struct {
	// Households pay back, together Cents.
	Households, Cents int64
	Rows              int
	// Over are those who pay back more than so many percent of their disposable
	// income; without positive income everybody does. Whose income cannot be
	// computed is not among them.
	Over []RepaymentOver
}

// RepaymentOver is a number of households over a share of income.
type RepaymentOver struct {
	Percent    int
	Households int64
	Rows       int
}

var repaymentShares = [...]int{1, 5, 10}

// reclaimClasses are euros paid back, up to and including.
var reclaimClasses = [...]struct {
	to    int64
	label string
}{{250, "tot en met € 250"}, {500, "€ 250 tot € 500"}, {1_000, "€ 500 tot € 1.000"}, {2_500, "€ 1.000 tot € 2.500"}, {0, "meer dan € 2.500"}}

func reclaimClass(cents int64) int {
	for i, c := range reclaimClasses[:len(reclaimClasses)-1] {
		if cents <= c.to*100 {
			return i
		}
	}
	return len(reclaimClasses) - 1
}

// Cells of the counts of advances, by what is counted.
const (
	advanceTooHigh = iota
	advanceTooLow
	advanceReclaimed
	advanceNoRight
	advanceUnknown
	advanceKinds
)

// advanceCounts are those of one scheme on one side.
type advanceCounts struct {
	all     [advanceKinds]cell
	classes [len(reclaimClasses)]cell
	groups  []cell // by group, then tooHigh, tooLow, reclaimed
}

const advanceGroupKinds = advanceReclaimed + 1

func (n *advanceCounts) form(f *form) {
	formEach(f, n.all[:], formCell)
	formEach(f, n.classes[:], formCell)
	formEach(f, n.groups, formCell)
}

func (n *advanceCounts) merge(o *advanceCounts) {
	for i := range n.all {
		n.all[i].merge(&o.all[i])
	}
	for i := range n.classes {
		n.classes[i].merge(&o.classes[i])
	}
	for i := range n.groups {
		n.groups[i].merge(&o.groups[i])
	}
}

func (c *cell) add(weight, cents int64) {
	c.weight += weight
	c.rows++
	c.cents.Add(weight, cents)
}

// advancing counts advances on one goroutine.
type advancing struct {
	// schemes are the counts by scheme that is settled and side.
	schemes [][]advanceCounts
	// repaid are the households that pay back, by side: all, then over each share.
	repaid [][1 + len(repaymentShares)]cell
	back   [][]int64 `form:"-"` // by side, cents by home of the part
}

func (a *advancing) form(f *form) {
	formEach(f, a.schemes, func(f *form, sides *[]advanceCounts) {
		formEach(f, *sides, func(f *form, n *advanceCounts) { n.form(f) })
	})
	formEach(f, a.repaid, func(f *form, list *[1 + len(repaymentShares)]cell) { formEach(f, list[:], formCell) })
}

func (a *advancing) merge(o *advancing) {
	for s := range a.schemes {
		for k := range a.schemes[s] {
			a.schemes[s][k].merge(&o.schemes[s][k])
		}
	}
	for k := range a.repaid {
		for i := range a.repaid[k] {
			a.repaid[k][i].merge(&o.repaid[k][i])
		}
	}
}

func (r *run) newAdvancing() *advancing {
	a := new(advancing)
	if len(r.settles) == 0 {
		return a
	}
	for range r.settles {
		var sides []advanceCounts
		for range r.sides {
			sides = append(sides, advanceCounts{groups: make([]cell, len(groupsOf.names)*advanceGroupKinds)})
		}
		a.schemes = append(a.schemes, sides)
	}
	a.repaid, a.back = make([][1 + len(repaymentShares)]cell, len(r.sides)), make([][]int64, len(r.sides))
	return a
}

// part settles the units of a part.
func (a *advancing) part(r *run, p *part, d *drawing, drawn []takeup.Drawn) {
	if len(a.schemes) == 0 {
		return
	}
	for k := range a.back {
		a.back[k] = append(a.back[k][:0], make([]int64, len(p.homes))...)
	}
	sides := len(drawn)
	for at, s := range r.settles {
		l := &p.claims[s].late
		units := l.claims()
		for i := range l.homes {
			h := &p.homes[l.homes[i]]
			panel := r.panels[s]
			panel.Meet(p.actor(&units, i, 0), &d.scratch)
			for k := range sides {
				right, advance := l.cents[i*sides+k], l.advances[i*sides+k]
				if right == advance {
					continue
				}
				// Who has a right acts on it; who has none, on what he expects.
				stake := right
				if stake == 0 {
					stake = advance
				}
				if stake <= 0 || panel.Draw(&d.scratch, k, monthly(stake)).Lost >= 0 {
					continue
				}
				a.back[k][l.homes[i]] += a.schemes[at][k].settle(h, r.cuts.of(h.disposable), l.ages[i], l.self[i], right, advance, r.sides[k].Schemes[s].Advance.Threshold)
			}
		}
	}
	for k := range a.back {
		for i, cents := range a.back[k] {
			if cents == 0 {
				continue
			}
			h := &p.homes[i]
			a.repaid[k][0].add(h.weight, cents)
			for j, percent := range repaymentShares {
				if !h.lost && cents > max(int64(h.disposable), 0)*int64(percent) { // percent of euros × 100 cents
					a.repaid[k][1+j].add(h.weight, cents)
				}
			}
		}
	}
}

// settle counts one unit of which right and advance differ; it gives what is
// paid back.
func (n *advanceCounts) settle(h *home, income int, age uint8, self bool, right, advance, threshold int64) int64 {
	w := h.weight
	if advance == unknown {
		n.all[advanceUnknown].add(w, 0)
		return 0
	}
	amount := right
	if amount == 0 {
		amount = advance
	}
	groups := append(make([]int, 0, 6), groupsOf.ages+ageGroup(age), groupsOf.types+typeOf[h.ty], groupsOf.amounts+amountClass(amount), groupsOf.income+income)
	if self {
		groups = append(groups, groupsOf.self)
	}
	if takeup.JustRetired(int(age)) {
		groups = append(groups, groupsOf.retired)
	}
	count := func(kind int, cents int64) {
		n.all[kind].add(w, cents)
		if kind < advanceGroupKinds {
			for _, g := range groups {
				n.groups[g*advanceGroupKinds+kind].add(w, cents)
			}
		}
	}
	if advance < right {
		count(advanceTooLow, right-advance)
		return 0
	}
	high := advance - right
	count(advanceTooHigh, high)
	if right == 0 {
		count(advanceNoRight, high)
	}
	if high <= threshold {
		return 0
	}
	count(advanceReclaimed, high)
	n.classes[reclaimClass(high)].add(w, high)
	return high
}

func (c *cell) counted() Counted { return Counted{c.amount(), c.rows} }

// advances gives what settling a scheme on a side gives; received is what those
// who do the steps have a right to. Nil: nothing is settled.
func (r *run) advances(s, k int, received weighted) *Advances {
	at := slices.Index(r.settles, s)
	if at < 0 {
		return nil
	}
	n, terms := &r.counted.advances.schemes[at][k], r.sides[k].Schemes[s].Advance
	high, low, none := n.all[advanceTooHigh], n.all[advanceTooLow], n.all[advanceNoRight]
	out := &Advances{Parameter: terms.Parameter, Threshold: terms.Threshold,
		TooHigh: high.counted(), TooLow: low.counted(), Reclaimed: n.all[advanceReclaimed].counted(), NoRight: none.counted(), Unknown: n.all[advanceUnknown].counted()}
	out.Waived = Counted{out.TooHigh.minus(out.Reclaimed.Amount), out.TooHigh.Rows - out.Reclaimed.Rows}
	units, cents := received.units, received.cents
	var noRight population.Sum
	noRight.Add(none.weight, 1)
	units.Merge(noRight)
	cents.Merge(high.cents)
	cents.Take(low.cents)
	out.Awards = Amount{units.Rounded(million), cents.Rounded(million)}
	from := int64(0)
	for i, c := range reclaimClasses {
		if n.classes[i].rows > 0 {
			out.Classes = append(out.Classes, ReclaimClass{c.label, from, c.to, n.classes[i].counted()})
		}
		from = c.to
	}
	for g, name := range groupsOf.names {
		cells := n.groups[g*advanceGroupKinds : (g+1)*advanceGroupKinds]
		if slices.ContainsFunc(cells, func(c cell) bool { return c.rows > 0 }) {
			out.Groups = append(out.Groups, AdvanceGroup{groupsOf.kinds[g], name, cells[advanceTooHigh].counted(), cells[advanceTooLow].counted(), cells[advanceReclaimed].counted()})
		}
	}
	return out
}

// unsettled says why the advances of a scheme are not settled in a run that asks
// it.
func (r *run) unsettled(s int) string {
	if !r.spec.Advances || slices.Contains(r.settles, s) {
		return ""
	}
	for _, b := range r.sides {
		switch t := b.Schemes[s].Advance; {
		case t == nil:
		case b.known.Own:
			return "Bij eigen gegevens worden voorschotten niet afgerekend: wat mensen verwachten, is hier een aanname over synthetische mensen."
		case t.Missing != "":
			return spelling.Capital(strings.TrimSuffix(t.Missing, ".")) + "."
		}
	}
	return ""
}

// repayment gives what households pay back on a side; nil: nothing is settled.
func (r *run) repayment(k int) *Repayment {
	a := r.counted.advances
	if len(a.repaid) == 0 {
		return nil
	}
	all := a.repaid[k][0].counted()
	out := &Repayment{Households: all.Units, Cents: all.Cents, Rows: all.Rows}
	for i, percent := range repaymentShares {
		c := a.repaid[k][1+i].counted()
		out.Over = append(out.Over, RepaymentOver{percent, c.Units, c.Rows})
	}
	return out
}

// What is known of settling all toeslagen, 2011–2016: more than half of the
// awards was corrected later, 3 in 10 were too high.
const (
	correctedShare, correctedHigh = 0.50, 0.60
	tooHighShare                  = 0.30
	settledSource                 = "toeslagen 2011–2016: meer dan de helft later gecorrigeerd, 3 op de 10 te hoog"
)

// settledFit compares the advances of all regulations of a run, under today's
// rules, with what was observed of all toeslagen.
func settledFit(schemes []SchemeResult) []Fit {
	var awards, corrected, high int64
	rows := 0
	for _, s := range schemes {
		if a := s.Baseline.Advances; a != nil {
			awards, corrected, high = awards+a.Awards.Units, corrected+a.Corrected(), high+a.TooHigh.Units
			rows += a.TooHigh.Rows + a.TooLow.Rows
		}
	}
	if awards == 0 {
		return nil
	}
	share := func(n int64) float64 { return float64(n) / float64(awards) }
	return []Fit{
		{Group: "voorschotten die later gecorrigeerd worden", Observed: correctedShare, Low: correctedShare, High: correctedHigh, Drawn: share(corrected), Source: settledSource, Rows: rows},
		{Group: "voorschotten die te hoog zijn", Observed: tooHighShare, Low: tooHighShare, High: tooHighShare, Drawn: share(high), Source: settledSource, Rows: rows},
	}
}
