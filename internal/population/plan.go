package population

import (
	"fmt"
	"math"
	"sort"
)

// Ages of persons that are fitted: [0,18) [18,25) [25,40) [40,67) [67,80) 80+.
var bandFrom = [...]int{0, 18, 25, 40, 67, 80}

const (
	bands   = len(bandFrom)
	maxAge  = 104
	aowAge  = 67 // 2024 to 2027
	million = 1_000_000
)

func band(age int) int {
	b := bands - 1
	for age < bandFrom[b] {
		b--
	}
	return b
}

// kinds is what lives in a household beside its head (and partner).
type kinds struct{ children, others int }

// stratum is a run of households of one type and age band of the head.
type stratum struct {
	ty        Type
	from, to  int // age of the head
	official  int64
	first, n  int
	offset    int   // households of the same type before it
	base      int64 // weight in millionths
	remainder int64 // the first so many households weigh one millionth more
}

// plan is the structure of the country, the same for every N and seed: how
// many households of each type and age, with how many children and others.
type plan struct {
	*tables
	gap      []float64             // share by age difference head − partner, from gapFrom
	gapFrom  int                   //
	child    [maxAge + 1][]float64 // cumulative share of ages of a child, by age of the head
	kinds    [7][]kinds
	share    [7][]float64 // cumulative
	official [7][]int64   // by age row
	// assistance is the probability of bijstand by type, of each head and
	// partner, and of another adult member.
	assistance [7]float64
	extra      float64
	// Shares that are read for every person.
	insured, prospectJobless, prospectOther, prospectYoung, learner, short float64
	bounds                                                                 [2]float64 // smallest and largest factor on the age priors
}

func newPlan(t *tables) (*plan, error) {
	p := &plan{tables: t, insured: t.a("verzekerd"), prospectJobless: t.a("uitzicht-werkloos"), prospectOther: t.a("uitzicht-overig"), prospectYoung: t.a("uitzicht-jong"), learner: t.a("jong-kan-leren"), short: t.a("aow-onvolledig")}
	p.ageTables()
	if err := p.fitKinds(); err != nil {
		return nil, fmt.Errorf("kindertal: %w", err)
	}
	if err := p.fitAges(); err != nil {
		return nil, fmt.Errorf("leeftijden: %w", err)
	}
	return p, p.fitAssistance()
}

func (p *plan) ageTables() {
	mean, sd := p.a("leeftijdsverschil"), p.a("leeftijdsverschil-spreiding")
	p.gapFrom = -9
	var sum float64
	for g := p.gapFrom; g <= 13; g++ {
		w := math.Exp(-0.5 * math.Pow((float64(g)-mean)/sd, 2))
		p.gap, sum = append(p.gap, w), sum+w
	}
	for i := range p.gap {
		p.gap[i] /= sum
	}
	mean, sd = p.a("leeftijd-ouder"), p.a("leeftijd-ouder-spreiding")
	for age := 18; age <= maxAge; age++ {
		w := make([]float64, age-17)
		sum = 0
		for c := range w {
			if gap := age - c; gap >= 18 && gap <= 45 {
				sum += math.Exp(-0.5*math.Pow((float64(gap)-mean)/sd, 2)) * p.home.at(float64(c))
			}
			w[c] = sum
		}
		for c := range w {
			w[c] /= sum // for a head over 100 the share of children at home is tiny but not nil
		}
		p.child[age] = w
	}
}

// partnerAge gives the age of the partner for a difference with the head.
func partnerAge(head, gap int) int { return min(max(18, head-gap), maxAge) }

// fitKinds fits the number of children and others per type to the household
// sizes, the children at home and the other members.
func (p *plan) fitKinds() error {
	var cells []cell
	add := func(ty Type, k kinds, prior float64) {
		n := ty.adults() + k.children + k.others
		size := func(s int) float64 {
			if n == s {
				return 1
			}
			return 0
		}
		p.kinds[ty] = append(p.kinds[ty], k)
		cells = append(cells, cell{int(ty), prior, []float64{size(2), size(3), size(4), float64(k.children), float64(k.others)}})
	}
	for ty := range Types {
		switch {
		case ty == Single:
			add(ty, kinds{}, 1)
		case ty == Other:
			add(ty, kinds{0, 1}, 1)
		case !ty.hasChildren():
			x := p.a("overig-zonder-kind")
			add(ty, kinds{}, 1-x)
			add(ty, kinds{0, 1}, x)
		default:
			x := p.a("overig-met-kind")
			for i, share := range p.children[ty] {
				add(ty, kinds{i + 1, 0}, share*(1-x))
				add(ty, kinds{i + 1, 1}, share*x)
			}
		}
	}
	totals := make([]float64, Types)
	for ty := range Types {
		totals[ty] = p.m("type." + ty.String())
	}
	// The head of an "overig" household is itself an other member.
	targets := []float64{p.m("grootte.2"), p.m("grootte.3"), p.m("grootte.4"), p.m("personen.kind"),
		p.m("personen.overig") - p.m("type.overig")}
	share, err := fit(cells, totals, targets)
	if err != nil {
		return err
	}
	for i, c := range cells {
		s := p.share[c.group]
		if n := len(s); n > 0 {
			share[i] += s[n-1]
		}
		p.share[c.group] = append(s, share[i])
	}
	return nil
}

// ageTargets gives the persons in private households per age band on 1 January
// 2024. Nobody published that table; it follows from the tables that are
// there: children and young adults as in 2021, AOW in the country for 67+, the
// rest in the proportions of 2019, less the people in institutions.
func (p *plan) ageTargets() [bands]float64 {
	inst := p.m("personen.institutioneel")
	in80, in67, in18 := inst*p.a("institutioneel-80"), inst*p.a("institutioneel-67"), inst*p.a("institutioneel-18")
	rest := inst - in80 - in67 - in18
	var t [bands]float64
	young := p.m("leeftijd2021.0-3") + p.m("leeftijd2021.4-11") + p.m("leeftijd2021.12-17")
	t[0] = young - in18
	t[1] = p.m("leeftijd2021.18-24") - rest/4
	t[5] = p.m("leeftijd2019.80")*p.a("groei-80") - in80
	t[4] = p.m("aow.personen") - p.m("aow.buitenland") - in80 - in67 - t[5]
	// From the bands of 2019: 20–24 leaves the younger one (5 of the 7 years
	// of 18–24), 65 and 66 join the older one (2 of 15 years).
	x := p.m("leeftijd2019.20-40") - p.m("leeftijd2021.18-24")*5/7
	y := p.m("leeftijd2019.40-65") + p.m("leeftijd2019.65-80")*2/15
	left := p.m("personen") - t[0] - t[1] - t[4] - t[5]
	t[2], t[3] = left*x/(x+y), left*y/(x+y)
	return t
}

// fitAges fits the ages of heads per type to the ages of all persons.
func (p *plan) fitAges() error {
	var cells []cell
	for ty := range Types {
		for _, row := range p.ages {
			if row.share[ty] > 0 {
				x := p.expected(ty, row)
				cells = append(cells, cell{int(ty), row.share[ty], x[:bands-1]})
			}
		}
	}
	totals := make([]float64, Types)
	for ty := range Types {
		totals[ty] = p.m("type." + ty.String())
	}
	targets := p.ageTargets()
	share, err := fit(cells, totals, targets[:bands-1])
	if err != nil {
		return err
	}
	p.bounds = [2]float64{math.Inf(1), 0}
	i := 0
	for ty := range Types {
		weights := make([]float64, len(p.ages))
		var prior float64
		for _, row := range p.ages {
			prior += row.share[ty]
		}
		for r, row := range p.ages {
			if row.share[ty] > 0 {
				weights[r] = share[i]
				factor := share[i] / (row.share[ty] / prior)
				p.bounds = [2]float64{math.Min(p.bounds[0], factor), math.Max(p.bounds[1], factor)}
				i++
			}
		}
		p.official[ty] = Apportion(int64(totals[ty]), weights)
	}
	if p.bounds[0] < 0.2 || p.bounds[1] > 5 {
		return fmt.Errorf("een leeftijdsgroep wijkt meer dan een factor 5 af van de schatting (%.2f tot %.2f)", p.bounds[0], p.bounds[1])
	}
	return nil
}

// meanKinds gives the mean number of children and others of a type.
func (p *plan) meanKinds(ty Type) (children, others float64) {
	var before float64
	for i, k := range p.kinds[ty] {
		w := p.share[ty][i] - before
		before = p.share[ty][i]
		children += w * float64(k.children)
		others += w * float64(k.others)
	}
	return
}

// expected gives the persons per age band of a household of a type whose head
// has an age of the row, each year of the row as likely.
func (p *plan) expected(ty Type, row ageRow) (x [bands]float64) {
	children, others := p.meanKinds(ty)
	w := 1 / float64(row.to-row.from)
	for age := row.from; age < row.to; age++ {
		x[band(age)] += w
		if ty.Couple() {
			for i, g := range p.gap {
				x[band(partnerAge(age, p.gapFrom+i))] += w * g
			}
		}
		before := 0.0
		for c, s := range p.child[age] {
			x[band(c)] += w * children * (s - before)
			before = s
		}
		for i := range otherAges {
			x[band(otherAge(ty, age, (float64(i)+0.5)/otherAges))] += w * others / otherAges
		}
	}
	return x
}

const otherAges = 50

// otherAge gives the age of another member at a rank u: in an "overig"
// household near the head's, elsewhere half young adults, a third of working
// age and the rest old.
func otherAge(ty Type, head int, u float64) int {
	switch {
	case ty == Other:
		return min(max(18, head+int(math.Round(8*score(u)))), 97)
	case u < 0.5:
		return 18 + int(u/0.5*17)
	case u < 0.8:
		return 35 + int((u-0.5)/0.3*30)
	default:
		return 65 + int((u-0.8)/0.2*23)
	}
}

// onAssistance reports whether a person of this age can have bijstand here.
func onAssistance(age int) bool { return age >= 21 && age < aowAge }

// fitAssistance scales the odds of bijstand to the number of persons.
func (p *plan) fitAssistance() error {
	ratio := func(ty Type) float64 {
		switch ty {
		case Single, Other:
			return p.a("bijstand-alleenstaand")
		case SingleParent:
			return p.a("bijstand-eenouder")
		}
		return 1
	}
	extra := p.a("bijstand-kind")
	var sum float64
	for ty := range Types {
		children, others := p.meanKinds(ty)
		for r, row := range p.ages {
			n := float64(p.official[ty][r]) / float64(row.to-row.from)
			for age := row.from; age < row.to; age++ {
				if ty.Couple() {
					for i, g := range p.gap {
						if onAssistance(age) && onAssistance(partnerAge(age, p.gapFrom+i)) {
							sum += n * g * 2 * ratio(ty)
						}
					}
				} else if onAssistance(age) {
					sum += n * ratio(ty)
				}
				before := 0.0
				for c, s := range p.child[age] {
					if onAssistance(c) {
						sum += n * children * (s - before) * extra
					}
					before = s
				}
				for i := range otherAges {
					if onAssistance(otherAge(ty, age, (float64(i)+0.5)/otherAges)) {
						sum += n * others / otherAges * extra
					}
				}
			}
		}
	}
	base := p.m("bijstand.personen") / sum
	for ty := range Types {
		p.assistance[ty] = base * ratio(ty)
		if p.assistance[ty] > 0.5 {
			return fmt.Errorf("bijstand: de kans voor type %s wordt %.2f", ty, p.assistance[ty])
		}
	}
	p.extra = base * extra
	return nil
}

// strata lays n households over types and ages by largest remainder, and gives
// them weights that add up to total: exactly overall, exactly per type where a
// type has a household, exactly per stratum where a stratum has one. When n is
// the total every household weighs exactly one instead, and types are exact to
// one household.
func (p *plan) strata(n int, total float64) []stratum {
	var all []stratum
	var official []float64
	for ty := range Types {
		for r, row := range p.ages {
			if p.official[ty][r] > 0 {
				all = append(all, stratum{ty: ty, from: row.from, to: row.to, official: p.official[ty][r]})
				official = append(official, float64(p.official[ty][r]))
			}
		}
	}
	counts := Apportion(int64(n), official)
	first := 0
	var perType [7]int
	var mass [7]float64
	for i := range all {
		s := &all[i]
		s.first, s.n, s.offset = first, int(counts[i]), perType[s.ty]
		first += s.n
		perType[s.ty] += s.n
		mass[s.ty] += official[i]
	}
	for ty := range Types {
		if perType[ty] == 0 {
			mass[ty] = 0 // its weight goes to the other types
		}
	}
	micro := Apportion(int64(math.Round(total*million)), mass[:])
	for ty := range Types {
		weights := make([]float64, len(all))
		for i, s := range all {
			if s.ty == ty && s.n > 0 {
				weights[i] = official[i]
			}
		}
		for i, w := range Apportion(micro[ty], weights) {
			if all[i].ty == ty && all[i].n > 0 {
				all[i].base, all[i].remainder = w/int64(all[i].n), w%int64(all[i].n)
			}
		}
	}
	if total == float64(n) { // every household stands for itself
		for i := range all {
			all[i].base, all[i].remainder = million, 0
		}
	}
	filled := all[:0]
	for _, s := range all {
		if s.n > 0 {
			filled = append(filled, s)
		}
	}
	return filled
}

// pick gives the first index whose cumulative share exceeds u.
func pick(cumulative []float64, u float64) int {
	return min(sort.Search(len(cumulative), func(i int) bool { return cumulative[i] > u }), len(cumulative)-1)
}
