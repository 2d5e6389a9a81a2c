package simulate

import (
	"fmt"

	"lemniscaat/internal/population"
	"lemniscaat/internal/takeup"
)

// Amount is a number of units and cents a year, without a range.
type Amount struct{ Units, Cents int64 }

// Kinds of groups of units, in the order of the result. Every unit is in one
// group by age, household, amount and income; the others have only their own.
const (
	ByAge     = "leeftijd"   // of who has the right, or of the head of the household
	ByWork    = "werk"       // the self-employed
	ByRetired = "net-aow"    // 67 and 68 years
	ByType    = "huishouden" // type of household
	ByAmount  = "bedrag"     // of the right, a month
	ByIncome  = "inkomen"    // tenths by disposable income, and negative incomes
)

// Group is take-up within one group of units, on one side.
type Group struct {
	Kind, Name string
	// Rows is the number of entitled units in the sample; ReceivedRows and
	// AutomaticRows those of them that receive, and that would automatically.
	Rows, ReceivedRows, AutomaticRows int
	// Entitled, Received and Automatic are the three columns; Unclaimed is
	// entitled minus received. All are weighted.
	Entitled, Received, Automatic, Unclaimed Amount
	// Lost says at which step the unclaimed are lost, by step of the side.
	Lost []GroupLoss
	// Burden is what the steps ask of the units of the group. Who applies
	// without a right is in none.
	Burden Burden
	// Partly: of real people Automatic, Lost and Burden are not shown here.
	Partly bool
}

// GroupLoss is what one step loses of one group. Rows is the number of units in
// the sample.
type GroupLoss struct {
	Amount
	Rows int
}

// Rate is the share of the entitled units of a group that receives, 0 … 1; 0 without units.
func (g Group) Rate() float64 {
	if g.Entitled.Units == 0 {
		return 0
	}
	return float64(g.Received.Units) / float64(g.Entitled.Units)
}

// amountClasses are amounts of a right, up to and including so many euros a
// month; the last has no end.
var amountClasses = [...]struct {
	to    int64
	label string
}{{50, "tot en met € 50 per maand"}, {100, "€ 50 tot € 100 per maand"}, {200, "€ 100 tot € 200 per maand"}, {0, "meer dan € 200 per maand"}}

// amountClass gives the class of cents a year.
func amountClass(cents int64) int {
	for i, c := range amountClasses[:len(amountClasses)-1] {
		if cents <= c.to*1200 {
			return i
		}
	}
	return len(amountClasses) - 1
}

// grouping is the place of every group in the counts.
type grouping struct {
	kinds, names                                []string
	ages, self, retired, types, amounts, income int
}

var groupsOf = func() (g grouping) {
	add := func(kind, name string) int {
		g.kinds, g.names = append(g.kinds, kind), append(g.names, name)
		return len(g.names) - 1
	}
	g.ages = len(g.names)
	for _, a := range ageGroups {
		add(ByAge, a.label)
	}
	g.self = add(ByWork, "zelfstandigen")
	g.retired = add(ByRetired, "net AOW")
	g.types = len(g.names)
	for _, name := range typeNames {
		add(ByType, name)
	}
	g.amounts = len(g.names)
	for _, c := range amountClasses {
		add(ByAmount, c.label)
	}
	g.income = len(g.names)
	add(ByIncome, "negatief inkomen")
	for d := 1; d <= 10; d++ {
		add(ByIncome, fmt.Sprintf("groep %d van 10", d))
	}
	return g
}()

// cell counts the units of one group with one outcome.
type cell struct {
	weight int64
	rows   int
	cents  population.Sum
}

func (c *cell) merge(o *cell) {
	c.weight += o.weight
	c.rows += o.rows
	c.cents.Merge(o.cents)
}

// cells are those of one scheme on one side: by group, and in it by outcome.
// Outcome 0 receives; of n steps, 1+i is lost at step i, also if it went by
// itself, and 1+n+i is lost at step i and would receive automatically.
type cells struct {
	steps int `form:"-"`
	list  []cell
}

func (c *cells) form(f *form) { formEach(f, c.list, formCell) }

func formCell(f *form, c *cell) {
	f.int64(&c.weight)
	f.int(&c.rows)
	f.sum(&c.cents)
}

func newCells(steps int) cells {
	return cells{steps, make([]cell, len(groupsOf.names)*(1+2*steps))}
}

func (c *cells) add(group, outcome int, weight, cents int64) {
	at := &c.list[group*(1+2*c.steps)+outcome]
	at.weight += weight
	at.rows++
	at.cents.Add(weight, cents)
}

// unit counts an entitled unit in all of its groups.
func (c *cells) unit(h *home, income int, age uint8, self bool, cents int64, d *takeup.Drawn) {
	outcome, g, w := 0, &groupsOf, h.weight
	if d.Lost >= 0 {
		outcome = 1 + d.Lost
		if d.Automatic&1 != 0 {
			outcome += c.steps
		}
	}
	c.add(g.ages+ageGroup(age), outcome, w, cents)
	c.add(g.types+typeOf[h.ty], outcome, w, cents)
	c.add(g.amounts+amountClass(cents), outcome, w, cents)
	c.add(g.income+income, outcome, w, cents)
	if self {
		c.add(g.self, outcome, w, cents)
	}
	if takeup.JustRetired(int(age)) {
		c.add(g.retired, outcome, w, cents)
	}
}

func (c *cells) merge(o *cells) {
	for i := range c.list {
		c.list[i].merge(&o.list[i])
	}
}

// rowCounts are numbers of units in the population.
type rowCounts struct {
	entitled, received, automatic int
	lost                          []int // by step
}

// rows counts all units: each is in one group by age.
func (c *cells) rows() rowCounts {
	r := rowCounts{lost: make([]int, c.steps)}
	outcomes := 1 + 2*c.steps
	for g := groupsOf.ages; g < groupsOf.ages+len(ageGroups); g++ {
		for outcome, x := range c.list[g*outcomes : (g+1)*outcomes] {
			r.entitled += x.rows
			switch {
			case outcome == 0:
				r.received += x.rows
				r.automatic += x.rows
			case outcome <= c.steps:
				r.lost[outcome-1] += x.rows
			default:
				r.lost[outcome-1-c.steps] += x.rows
				r.automatic += x.rows
			}
		}
	}
	return r
}

func (c *cell) amount() Amount { return Amount{whole(c.weight), c.cents.Rounded(million)} }

// minus is what is left of an amount.
func (a Amount) minus(b Amount) Amount { return Amount{a.Units - b.Units, a.Cents - b.Cents} }

// groups gives the groups that have units; burden says what their steps ask of
// so many that receive and that do each of the steps.
func (c *cells) groups(burden func(received int64, done []int64) Burden) (out []Group) {
	outcomes := 1 + 2*c.steps
	for i, name := range groupsOf.names {
		list := c.list[i*outcomes : (i+1)*outcomes]
		received, automatic := list[0], list[0]
		lost := make([]cell, c.steps)
		for s := range c.steps {
			automatic.merge(&list[1+c.steps+s])
			lost[s] = list[1+s]
			lost[s].merge(&list[1+c.steps+s])
		}
		entitled := received
		for s := range lost {
			entitled.merge(&lost[s])
		}
		if entitled.rows == 0 {
			continue
		}
		g := Group{Kind: groupsOf.kinds[i], Name: name, Rows: entitled.rows, ReceivedRows: received.rows, AutomaticRows: automatic.rows,
			Entitled: entitled.amount(), Received: received.amount(), Automatic: automatic.amount()}
		g.Unclaimed = g.Entitled.minus(g.Received)
		done, left := make([]int64, c.steps), entitled.weight
		for s := range lost {
			left -= lost[s].weight
			done[s] = whole(left)
			g.Lost = append(g.Lost, GroupLoss{lost[s].amount(), lost[s].rows})
		}
		g.Burden = burden(g.Received.Units, done)
		out = append(out, g)
	}
	return out
}

// Fit compares the share of the entitled units that gets nothing under today's
// rules with what was observed. Take-up is calibrated to it, so a difference is
// the chance of drawing whole units and, in a group too small to calibrate on,
// the assumption that stands in for it.
type Fit struct {
	Group string // "allen", or the name of a group
	// Observed is the observed share, between Low and High; Assumed says that
	// nothing was observed. Drawn is that of the run.
	Observed, Low, High, Drawn float64
	Assumed                    bool
	Source                     string
	// Rows is the number of entitled units in the sample.
	Rows int
}

// fit compares a scheme with what is known of it.
func fit(o takeup.Observed, s *SideResult) []Fit {
	if s.Entitled.Units == 0 || len(s.Steps) == 0 {
		return nil
	}
	share := func(entitled, received int64) float64 { return 1 - float64(received)/float64(entitled) }
	all := Fit{Group: "allen", Observed: o.Unclaimed, Low: o.Low, High: o.High, Assumed: o.Assumed, Source: o.Source, Drawn: share(s.Entitled.Units, s.Received.Units)}
	out := []Fit{all}
	for _, g := range s.Groups {
		if g.Kind == ByAge {
			out[0].Rows += g.Rows
		}
		var observed float64
		switch g.Kind {
		case ByWork:
			observed = o.SelfEmployed
		case ByRetired:
			observed = o.Retired
		}
		if observed == 0 || g.Entitled.Units == 0 {
			continue
		}
		out = append(out, Fit{Group: g.Name, Observed: observed, Low: observed * o.Low / o.Unclaimed, High: min(observed*o.High/o.Unclaimed, 1),
			Source: o.Source, Drawn: share(g.Entitled.Units, g.Received.Units), Rows: g.Rows})
	}
	return out
}
