package population

import (
	"fmt"
	"math"
)

// sampled is the size of the fixed sample (its own seed, the same for every
// population of a year) on which ranks and wealth are calibrated.
const (
	sampled    = 16384
	sampleSeed = 0x1e
)

// money draws incomes, ranks and wealth at the level of one year.
type money struct {
	level float64 // income level of the year against 2022
	norm  float64 // of amounts that the law sets, against 2026
	fixed fixed

	wage, profit, benefit, pension, side *quantile // euros of the year
	disposable                           *quantile
	wageRank, profitRank, netRank        *ranks

	typeFactor [7]float64
	ageFactor  [8]float64
	spread     float64

	homes homes
	cares cares

	// jobs is the share of side jobs in all wages, sidelines that of profits
	// beside a wage in all profits.
	jobs, sidelines float64
}

// fixed holds assumptions and amounts that are read for every household.
type fixed struct {
	rhoPartner, rhoAge, rhoWealth, noise, stable                              float64
	work, box3, loss, student, pupil, late, second, pension, grossUp, jobless float64
	aowSingle, aowPartner, normSingle, normCouple, freeSingle, freeFamily     float64
	adult, child                                                              float64
	singles, perChild                                                         float64
	freeHome                                                                  int
	sole, ownMeans, bottom, shortPension, shortWealth                         float64
	leastSingle, leastPartner                                                 float64 // gross benefit of a year that tops up to the social minimum
	back, usual                                                               float64 // of the mean of three years
	work26, benefit26, aow26                                                  *line
}

func newMoney(p *plan, year int) (*money, error) {
	wage := p.m(fmt.Sprintf("minimumloon.%d", min(year, lastLevel)))
	m := &money{norm: wage / p.m("minimumloon.2026"), level: p.a("groei-2023") * wage / p.m("minimumloon.2023")}
	from2018 := m.level
	for y := 2019; y <= 2022; y++ {
		from2018 *= p.a(fmt.Sprintf("groei-%d", y))
	}
	m.homes = newHomes(p, min(year, lastLevel))
	m.fixed = fixed{
		rhoPartner: p.a("rang-partners"), rhoAge: p.a("rang-leeftijd"), rhoWealth: p.a("rang-vermogen"),
		noise: p.a("rang-ruis"), stable: p.a("inkomen-stabiel"), work: p.a("toetsingsinkomen-werk"), box3: p.a("box3-overig"),
		loss: p.a("verlies-zelfstandige"), student: p.a("bijverdienste-student"), pupil: p.a("bijverdienste-scholier"),
		late: p.a("loon-na-aow"), second: p.a("zelfstandig-naast-loon"), pension: p.a("pensioen"), grossUp: p.a("bijstand-bruto"),
		jobless:   p.a("inkomen-werkloos"),
		aowSingle: 12 * p.m("aow.alleen") * m.norm, aowPartner: 12 * p.m("aow.partner") * m.norm,
		normSingle: p.m("bijstand.alleen") * m.norm, normCouple: p.m("bijstand.paar") * m.norm,
		freeSingle: p.m("vermogen.alleen"), freeFamily: p.m("vermogen.gezin"), freeHome: int(p.m("vermogen.woning")),
		adult: p.a("equivalentie-volwassene"), child: p.a("equivalentie-kind"),
		singles: p.a("spreiding-alleen"), perChild: p.a("bedrag-per-kind") * m.level,
		work26: p.nets["werk"], benefit26: p.nets["uitkering"], aow26: p.nets["aow"],
	}
	var errs [6]error
	m.wage, errs[0] = p.shapes["loon"].scaled(p.m("loon.mediaan")*from2018, p.m("loon.gemiddeld")*from2018)
	m.profit, errs[1] = p.shapes["winst"].scaled(p.m("winst.mediaan")*from2018, p.m("winst.gemiddeld")*from2018)
	m.fixed.sole, m.fixed.ownMeans, m.fixed.bottom = p.a("rang-alleen"), p.a("zonder-inkomen-vermogen"), p.a("bijverdienste-onderaan")
	m.fixed.shortPension, m.fixed.shortWealth = p.a("aow-onvolledig-pensioen"), p.a("aow-onvolledig-spaargeld")
	minimum := p.a("sociaal-minimum")
	m.fixed.leastSingle = m.fixed.benefit26.inverse(12*p.m("bijstand.alleen")*minimum) * m.norm
	m.fixed.leastPartner = m.fixed.benefit26.inverse(6*p.m("bijstand.paar")*minimum) * m.norm
	m.fixed.back = p.a("inkomen-terugkeer")
	m.fixed.usual = m.fixed.work26.at(p.m("loon.mediaan")*from2018/m.norm) * m.norm
	b := p.m("uitkering.mediaan") * from2018 * m.fixed.jobless
	m.benefit, errs[2] = p.shapes["uitkering"].scaled(b, b*p.m("uitkering.gemiddeld")/p.m("uitkering.mediaan"))
	// The mean of pensions is what AOW leaves of the mean of both.
	share := p.m("aow.samen") / 100
	aow := share*m.fixed.aowPartner + (1-share)*m.fixed.aowSingle
	short := p.a("aow-onvolledig")
	aow *= 1 - short*aowPerYear*(leastMissing+mostMissed)/2
	mean := (p.m("ouderen.gemiddeld")*m.level - aow) / (short*m.fixed.shortPension + (1-short)*m.fixed.pension)
	m.pension, errs[3] = p.shapes["pensioen"].scaled(mean*p.a("pensioen-mediaan-deel"), mean)
	side := p.a("bijbaan-mediaan") * m.level
	m.side, errs[4] = p.shapes["bijbaan"].scaled(side, 1.3*side)
	m.disposable, errs[5] = p.disposable(m.level)
	for _, err := range errs {
		if err != nil {
			return nil, err
		}
	}
	return m, m.calibrate(p, year)
}

// disposable is the quantile function of the disposable income of households.
// Below P10 its form is assumed, in parts of P10.
func (p *plan) disposable(level float64) (*quantile, error) {
	p10 := p.m("besteedbaar.P10") * level
	u := []float64{0, 0.005, 0.02, 0.05}
	q := []float64{-0.25 * p10, 0, 0.40 * p10, 0.78 * p10}
	for d := 10; d <= 90; d += 10 {
		u = append(u, float64(d)/100)
		q = append(q, p.m(fmt.Sprintf("besteedbaar.P%d", d))*level)
	}
	return newQuantile(u, q, p.a("staart-besteedbaar"))
}

// ageScore is how far a person is in working life, about standard normal over
// people who work.
func ageScore(age int) float64 { return min(max((float64(age)-42)/12, -1.8), 1) }

// latent is the income rank of a person as a normal number, before age.
func (m *money) latent(g *generator, h *Household, member int) float64 {
	rho := m.fixed.rhoPartner
	return math.Sqrt(rho)*g.normal(h.Index, -1, forHouseholdRank) + math.Sqrt(1-rho)*g.normal(h.Index, member, forIncomeRank)
}

func (m *money) workLatent(g *generator, h *Household, member int) float64 {
	rho := m.fixed.rhoAge
	z := rho*ageScore(h.Persons[member].Age) + math.Sqrt(1-rho*rho)*m.latent(g, h, member)
	if member == 0 && !h.Type.Couple() {
		z += m.fixed.sole // who carries a household alone seldom earns next to nothing
	}
	return z
}

// fill draws all amounts of a household.
func (m *money) fill(g *generator, h *Household) {
	for i := range h.Persons {
		m.income(g, h, i)
	}
	u := m.netRank.at(m.rawNet(g, h))
	h.Disposable = int(math.Round(m.disposable.at(u)))
	weight := 1.0
	for i := range h.Persons[1:] {
		if h.Persons[i+1].Age >= 18 {
			weight += m.fixed.adult
		} else {
			weight += m.fixed.child
		}
	}
	h.Standardised = int(math.Round(float64(h.Disposable) / weight))
	z := score(u)
	rho := m.fixed.rhoWealth
	m.wealth(g, h, rho*z+math.Sqrt(1-rho*rho)*g.normal(h.Index, -1, forWealth))
	m.homes.fill(g, h, z)
	m.means(h)
	m.cares.fill(g, h, z)
}

// income draws the sources of one person and what follows from them.
func (m *money) income(g *generator, h *Household, i int) {
	p, f := &h.Persons[i], &m.fixed
	euros := func(x float64) int { return int(math.Round(x)) }
	switch p.Status {
	case Minor:
		if p.Age >= 16 && g.uniform(h.Index, i, forSecondSource) < f.pupil {
			p.Wage = euros(m.side.at(phi(m.latent(g, h, i))) / 2)
		}
	case Student:
		if g.uniform(h.Index, i, forSecondSource) < f.student {
			p.Wage = euros(m.side.at(phi(m.latent(g, h, i))))
		}
	case Employee:
		p.Wage = euros(m.wage.at(m.above(m.jobs, m.wageRank.at(m.workLatent(g, h, i)))))
		if g.uniform(h.Index, i, forSecondSource) < f.second {
			p.Profit = euros(m.profit.at(g.uniform(h.Index, i, forSecondAmount)) / 3)
		}
	case SelfEmployed:
		p.Profit = euros(m.profit.at(m.above(m.sidelines, m.profitRank.at(m.workLatent(g, h, i)))))
		if u := g.uniform(h.Index, i, forLoss); u < f.loss {
			p.Profit = -euros(m.profit.at(u / f.loss))
		}
	case Unemployed, Disabled:
		p.Benefit = euros(max(m.benefit.at(phi(m.latent(g, h, i))), m.least(h, i)))
	case Assistance:
		p.Benefit = euros(12 * m.assistance(h.Partner(i) >= 0) * f.grossUp)
	case Retired:
		p.AOW = m.aow(h.Partner(i) >= 0, p.missing())
		p.Pension = p.AOW
		share := f.pension
		if p.Short {
			share = f.shortPension
		}
		if g.uniform(h.Index, i, forPension) < share {
			p.Pension += euros(m.pension.at(phi(m.latent(g, h, i))))
		}
		if g.uniform(h.Index, i, forSecondSource) < f.late {
			p.Wage = euros(m.side.at(g.uniform(h.Index, i, forSecondAmount)) * 2)
		}
	}
	p.Assessed = m.assessed(p.Wage+p.Profit, p.Benefit+p.Pension)
	m.net(g, h, i)
}

// least is the benefit to which the law on supplements (Toeslagenwet) tops up:
// nothing beside a partner who works or has AOW.
func (m *money) least(h *Household, i int) float64 {
	other := h.Partner(i)
	if other < 0 {
		return m.fixed.leastSingle
	}
	switch h.Persons[other].Status {
	case Employee, SelfEmployed, Retired:
		return 0
	case Unemployed, Disabled:
		return m.fixed.leastPartner
	}
	return 2 * m.fixed.leastPartner
}

// above moves a rank among who mainly works to one among everybody with income
// from it: below are the jobs of students and pupils, and profits beside a wage.
func (m *money) above(share, rank float64) float64 {
	low := m.fixed.bottom * share
	return low + (1-low)*rank
}

// aow is the AOW of a year, with so many years not insured.
func (m *money) aow(partner bool, missing int) int {
	full := m.fixed.aowSingle
	if partner {
		full = m.fixed.aowPartner
	}
	return int(math.Round(full * (1 - float64(missing)*aowPerYear)))
}

// aowPerYear is what each year without insurance takes off (AOW art. 13), and
// the years are laid evenly between two bounds, by day of birth.
const (
	aowPerYear               = 0.02
	leastMissing, mostMissed = 5, 35
)

// missing is the number of years without insurance for the AOW.
func (p *Person) missing() int {
	if !p.Short {
		return 0
	}
	return missingYears(DayNumber(p.Birth))
}

func missingYears(birth int32) int {
	return leastMissing + int(mix(uint64(uint32(birth)))%(mostMissed-leastMissing+1))
}

// assessed is the toetsingsinkomen of what comes from work and the rest.
func (m *money) assessed(work, rest int) int {
	return int(math.Round(m.fixed.work*float64(work))) + rest
}

// after is net income of a gross one, by what somebody mainly lives from.
func (m *money) after(s Status, gross int, benefit bool) float64 {
	table := m.fixed.work26
	switch {
	case s == Retired:
		table = m.fixed.aow26
	case benefit:
		table = m.fixed.benefit26
	}
	if gross <= 0 {
		return float64(gross)
	}
	return table.at(float64(gross)/m.norm) * m.norm
}

// assistance is the net norm of a month for each of a household.
func (m *money) assistance(partner bool) float64 {
	if partner {
		return m.fixed.normCouple / 2
	}
	return m.fixed.normSingle
}

// net gives yearly net income by the table of 2026, moved with the amounts of
// the law, and the mean of three years around it.
func (m *money) net(g *generator, h *Household, i int) {
	p, f := &h.Persons[i], &m.fixed
	if p.Status == Assistance {
		norm := m.assistance(h.Partner(i) >= 0)
		p.Net = int(math.Round(12 * norm))
		p.MeanMonth = int(math.Floor(100 * norm)) // bijstand tops up to the norm
		return
	}
	net := m.after(p.Status, p.Gross(), p.Benefit > 0)
	p.Net = int(math.Round(net))
	if p.Status == Employee || p.Status == SelfEmployed {
		net += f.back * (f.usual - net)
	}
	p.MeanMonth = int(math.Round(100 * net / 12 * math.Exp(f.stable*g.normal(h.Index, i, forStability))))
}

// rawNet is what households are ranked by.
func (m *money) rawNet(g *generator, h *Household) float64 {
	sum := 0.0
	for i := range h.Persons {
		sum += float64(h.Persons[i].Net)
		if h.Persons[i].Age < 18 {
			sum += m.fixed.perChild
		}
	}
	return sum * math.Exp(m.fixed.noise*g.normal(h.Index, -1, forNoise))
}

// wealth spreads the household's savings over head and partner.
func (m *money) wealth(g *generator, h *Household, z float64) {
	w := m.typeFactor[h.Type] * m.ageFactor[saver(h)] * math.Exp(m.spread*m.relative(h.Type)*z)
	if h.Persons[0].Short {
		w *= m.fixed.shortWealth
	}
	if h.Persons[0].Status == Assistance {
		free := m.fixed.freeFamily
		if h.Type == Single || h.Type == Other {
			free = m.fixed.freeSingle
		}
		// Bijstand asks to use up what is above the limit first.
		w = min(w, free*g.uniform(h.Index, 0, forWealth)/m.fixed.box3)
	}
	if m.idle(h) && g.uniform(h.Index, 0, forOwnMeans) < m.fixed.ownMeans {
		// Who has no income and no bijstand lives on what he has.
		w = max(w, m.fixed.freeFamily*(1.5+2*g.uniform(h.Index, 1, forOwnMeans)))
	}
	h.Savings = int(math.Round(w))
	base := int(math.Round(w * m.fixed.box3))
	h.Persons[0].Wealth = base
	if h.Type.Couple() {
		h.Persons[1].Wealth = base / 2
		h.Persons[0].Wealth = base - base/2
	}
}

// idle reports whether head and partner have no income at all.
func (m *money) idle(h *Household) bool {
	for i := range min(h.Type.adults(), len(h.Persons)) {
		if p := &h.Persons[i]; p.Status != NoIncome || p.Gross() > 0 {
			return false
		}
	}
	return true
}

// means gives wealth as bijstand counts it: with what the dwelling is worth
// above its own exemption.
func (m *money) means(h *Household) {
	house := m.counted(h.Home)
	for i := range h.Persons {
		h.Persons[i].Means = h.Persons[i].Wealth
	}
	h.Persons[0].Means += house
	if h.Type.Couple() {
		h.Persons[0].Means -= house / 2
		h.Persons[1].Means += house / 2
	}
}

// counted is the equity of a dwelling above what bijstand leaves free.
func (m *money) counted(h Home) int { return max(0, 1000*h.Equity-m.fixed.freeHome) }

// relative is the spread of a type against that of couples.
func (m *money) relative(t Type) float64 {
	if t == Single || t == SingleParent || t == Other {
		return m.fixed.singles
	}
	return 1
}

// saver gives the age class of the head for savings.
func saver(h *Household) int { return min(max((h.Persons[0].Age-15)/10, 0), 7) }

var saverID = [...]string{"18-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75-84", "85"}

// savingsGroup names the margin of the type of a household.
func savingsGroup(t Type) string {
	switch {
	case t == Single || t == Other:
		return "alleenstaand"
	case t == SingleParent:
		return "eenouder"
	case t.hasChildren():
		return "met"
	}
	return "zonder"
}

// calibrate makes the fixed sample, first for the ranks of work incomes, then
// of net incomes, then for savings.
func (m *money) calibrate(p *plan, year int) error {
	strata := p.strata(sampled, p.m("huishoudens"))
	g := generator{plan: p, seed: sampleSeed, year: year}
	sample := make([]Household, 0, sampled)
	var wages, profits []float64
	var side float64 // expected side jobs
	for s := range strata {
		for i := range strata[s].n {
			var h Household
			g.people(&strata[s], strata[s].first+i, &h)
			g.statuses(&h)
			for k := range h.Persons {
				switch h.Persons[k].Status {
				case Student:
					side += m.fixed.student
				case Retired:
					side += m.fixed.late
				case Minor:
					if h.Persons[k].Age >= 16 {
						side += m.fixed.pupil
					}
				case Employee:
					wages = append(wages, m.workLatent(&g, &h, k))
				case SelfEmployed:
					profits = append(profits, m.workLatent(&g, &h, k))
				}
			}
			sample = append(sample, h)
		}
	}
	n := float64(len(wages))
	m.jobs, m.sidelines = side/(side+n), m.fixed.second*n/(m.fixed.second*n+float64(len(profits)))
	m.wageRank, m.profitRank = newRanks(wages), newRanks(profits)
	raw, sorted := make([]float64, sampled), make([]float64, sampled)
	for i := range sample {
		for k := range sample[i].Persons {
			m.income(&g, &sample[i], k)
		}
		raw[i] = m.rawNet(&g, &sample[i])
	}
	copy(sorted, raw)
	m.netRank = newRanks(sorted)
	var err error
	if err = m.calibrateWealth(p, &g, sample, raw); err != nil {
		return err
	}
	m.homes.calibrate(p, sample, func(i int) float64 { return score(m.netRank.at(raw[i])) })
	m.cares, err = newCares(p, min(year, lastLevel), sample, func(i int) float64 { return score(m.netRank.at(raw[i])) })
	return err
}

// calibrateWealth fits the medians per type and age in turn and the spread to
// the mean.
func (m *money) calibrateWealth(p *plan, g *generator, sample []Household, raw []float64) error {
	growth := p.a("groei-vermogen")
	overall := p.m("spaargeld.mediaan") * growth
	z := make([]float64, len(sample))
	rho := m.fixed.rhoWealth
	for i := range sample {
		z[i] = rho*score(m.netRank.at(raw[i])) + math.Sqrt(1-rho*rho)*g.normal(sample[i].Index, -1, forWealth)
	}
	for ty := range Types {
		m.typeFactor[ty] = p.m("spaargeld."+savingsGroup(ty)) * growth
	}
	for a, id := range saverID {
		m.ageFactor[a] = p.m("spaargeld."+id) * growth / overall
	}
	m.spread = p.a("spreiding-spaargeld")
	median := func(of func(*Household) bool) float64 {
		var v []float64
		for i := range sample {
			if of(&sample[i]) {
				m.wealth(g, &sample[i], z[i])
				v = append(v, float64(sample[i].Savings))
			}
		}
		return max(middle(v), 1)
	}
	for range 5 {
		for a, id := range saverID {
			m.ageFactor[a] *= p.m("spaargeld."+id) * growth / median(func(h *Household) bool { return saver(h) == a })
		}
		for _, group := range []string{"alleenstaand", "eenouder", "zonder", "met"} {
			f := p.m("spaargeld."+group) * growth / median(func(h *Household) bool { return savingsGroup(h.Type) == group })
			for ty := range Types {
				if savingsGroup(ty) == group {
					m.typeFactor[ty] *= f
				}
			}
		}
		var sum float64
		all := median(func(*Household) bool { return true })
		for i := range sample {
			sum += float64(sample[i].Savings)
		}
		have, want := sum/float64(len(sample))/all, p.m("spaargeld.gemiddeld")/p.m("spaargeld.mediaan")
		m.spread *= min(max(math.Sqrt(math.Log(want)/math.Log(have)), 0.8), 1.25)
	}
	if m.spread < 0.7 || m.spread > 2.5 {
		return fmt.Errorf("spaargeld: de spreiding wordt %.2f", m.spread)
	}
	return nil
}
