package population

import (
	"errors"
	"fmt"
	"math"
)

// cares draws childcare: only children whose parents all work or study have it,
// the more the higher the income of the household. One contract per child.
type cares struct {
	rho         float64
	least       [2]float64     // latent above which it is used: below school age, and after
	minder      [2]float64     // share of child-minders
	daily       [2][2]float64  // hours a month per weekly day: by age group; centre, minder
	price       [Cares]float64 // cents an hour
	priceSpread float64
}

// Ages of childcare: below school a child has day care, from it on after-school
// care, until it goes to secondary school.
const (
	schoolAge    = 4
	secondaryAge = 12
)

// careDays is how many children have so many days a week, from one; an
// assumption ("opvang-dagen").
var careDays = [...]float64{0.12, 0.40, 0.32, 0.12, 0.04}

// working reports whether what somebody lives from binds him in the sense of
// the law on childcare.
func (s Status) working() bool { return s == Employee || s == SelfEmployed || s == Student }

// busy reports whether all parents work or study.
func (h *Household) busy() bool {
	for m := range min(h.Type.adults(), len(h.Persons)) {
		if !h.Persons[m].Status.working() {
			return false
		}
	}
	return true
}

// inCare gives the age group of a child for childcare: 0 below school age, 1
// at primary school; ok is false for others.
func inCare(p *Person) (group int, ok bool) {
	switch {
	case p.Position != Child || p.Age >= secondaryAge:
		return 0, false
	case p.Age < schoolAge:
		return 0, true
	}
	return 1, true
}

func newCares(p *plan, year int, sample []Household, z func(i int) float64) (cares, error) {
	c := cares{rho: p.a("rang-opvang"), priceSpread: p.a("opvang-prijs-spreiding")}
	days, sum := 0.0, 0.0
	for i, w := range careDays {
		days, sum = days+w*float64(i+1), sum+w
	}
	days /= sum
	children := p.childrenInCare()
	for group, k := range careIDs {
		centre, minder := p.m(k[0]+".kinderen"), p.m(k[1]+".kinderen")
		c.minder[group] = minder / (centre + minder)
		for i, id := range k {
			c.daily[group][i] = p.m(id+".uren") / days
		}
		// Of the sample only who the eligible are, in income; how many there are
		// is computed.
		var ranks []float64
		for i := range sample {
			for m := range sample[i].Persons {
				if g, ok := inCare(&sample[i].Persons[m]); ok && g == group && sample[i].busy() {
					ranks = append(ranks, z(i))
				}
			}
		}
		share := (centre + minder) / p.a("opvang-krijgt") / children[group]
		if len(ranks) == 0 || share >= 0.98 {
			return c, fmt.Errorf("kinderopvang: %.0f kinderen met opvang van %.0f met ouders die werken", centre+minder, children[group])
		}
		low, high := -6.0, 6.0
		for range 60 {
			c.least[group] = (low + high) / 2
			var use float64
			for _, z := range ranks {
				use += phi((c.rho*z - c.least[group]) / math.Sqrt(1-c.rho*c.rho))
			}
			if use/float64(len(ranks)) > share {
				low = c.least[group]
			} else {
				high = c.least[group]
			}
		}
	}
	for k, id := range [Cares]string{"opvang.dag", "opvang.bso", "opvang.gastouder"} {
		rate, ok := p.margin[fmt.Sprintf("%s.uurprijs.%d", id, max(year, 2024))]
		if !ok {
			return c, errors.New("kinderopvang: geen uurprijs van het jaar")
		}
		c.price[k] = 100 * rate * p.a("opvang-prijs")
	}
	return c, nil
}

// fill draws the contracts of a household; z is its income rank as a normal
// number.
func (c *cares) fill(g *generator, h *Household, z float64) {
	h.Contracts = h.Contracts[:0]
	if !h.Type.hasChildren() || !h.busy() {
		return
	}
	latent, days, price := 0.0, 0, 0.0
	for m := range h.Persons {
		p := &h.Persons[m]
		group, ok := inCare(p)
		if !ok {
			continue
		}
		if days == 0 { // brothers and sisters go together
			latent = c.rho*z + math.Sqrt(1-c.rho*c.rho)*g.normal(h.Index, -1, forCare)
			u := g.uniform(h.Index, -1, forCareDays)
			for days = 1; days < len(careDays) && u >= careDays[days-1]; days++ {
				u -= careDays[days-1]
			}
			price = math.Exp(c.priceSpread * g.normal(h.Index, -1, forCarePrice))
		}
		if latent < c.least[group] {
			continue
		}
		kind, at := [2]Care{DayCare, AfterSchool}[group], 0
		if g.uniform(h.Index, m, forCareKind) < c.minder[group] {
			kind, at = ChildMinder, 1
		}
		h.Contracts = append(h.Contracts, Contract{Child: m, Kind: kind,
			Hours: int(math.Round(c.daily[group][at] * float64(days))), Price: int(math.Round(c.price[kind] * price))})
	}
}

// childrenInCare gives how many children below school age and at primary school
// have parents who all work or study: expected, over types and ages.
func (p *plan) childrenInCare() (n [2]float64) {
	work := func(age int) float64 {
		if age >= aowAge {
			return 0
		}
		for _, row := range p.tables.statuses {
			if row.head && age >= row.from && age < row.to {
				return (row.share[Student] + row.share[Employee] + row.share[SelfEmployed]) / 100
			}
		}
		return 0
	}
	for ty := range Types {
		children, _ := p.meanKinds(ty)
		for r, row := range p.ages {
			homes := float64(p.official[ty][r]) / float64(row.to-row.from)
			for age := row.from; age < row.to && age <= maxAge; age++ {
				busy := 0.0
				if ty.Couple() {
					for i, gap := range p.gap {
						other := partnerAge(age, p.gapFrom+i)
						x := gap * work(age) * work(other)
						if onAssistance(age) && onAssistance(other) {
							x *= 1 - p.assistance[ty]
						}
						busy += x
					}
				} else {
					busy = work(age)
					if onAssistance(age) {
						busy *= 1 - p.assistance[ty]
					}
				}
				share := func(below int) float64 {
					list := p.child[age]
					return list[min(below, len(list))-1]
				}
				young := share(schoolAge)
				n[0] += homes * busy * children * young
				n[1] += homes * busy * children * (share(secondaryAge) - young)
			}
		}
	}
	return n
}
