package population

import "math"

// generator makes the parts of one household that need no money.
type generator struct {
	*plan
	seed uint64
	year int
}

func (g *generator) uniform(household, member int, p purpose) float64 {
	return Uniform(Hash(g.seed, person(household, member), uint64(p)))
}

func (g *generator) normal(household, member int, p purpose) float64 {
	return Normal(Hash(g.seed, person(household, member), uint64(p)))
}

// people fills type, weight, members and ages.
func (g *generator) people(s *stratum, i int, h *Household) {
	j := i - s.first
	*h = Household{Index: i, Type: s.ty, Weight: s.base, Persons: h.Persons[:0]}
	if int64(j) < s.remainder {
		h.Weight++
	}
	// The kinds follow a golden-ratio sequence over the households of the type
	// (started by the seed), so that their totals are near exact in the whole
	// and in every run of ages.
	_, u := math.Modf(Uniform(Hash(g.seed, uint64(s.ty), uint64(forKinds))) + float64(s.offset+j)*(math.Phi-1))
	k := g.kinds[s.ty][pick(g.share[s.ty], u)]

	head := s.from + int(g.uniform(i, 0, forAge)*float64(s.to-s.from))
	h.sequence = s.offset + j
	g.add(h, Head, head)
	if s.ty.Couple() {
		u := g.uniform(i, 1, forPartnerAge)
		gap := 0
		for gap < len(g.gap)-1 && u >= g.gap[gap] {
			u -= g.gap[gap]
			gap++
		}
		g.add(h, Partner, partnerAge(head, g.gapFrom+gap))
	}
	for range k.children {
		g.add(h, Child, pick(g.child[head], g.uniform(i, len(h.Persons), forChildAge)))
	}
	for range k.others {
		g.add(h, OtherMember, otherAge(s.ty, head, g.uniform(i, len(h.Persons), forOtherAge)))
	}
}

func (g *generator) add(h *Household, pos Position, age int) {
	m := len(h.Persons)
	// Someone of this age on 1 January was born in the year before that many
	// years ago, on any day of it.
	birth := DateOf(DayNumber(newYear(g.year-1-age)) + int32(g.uniform(h.Index, m, forBirthday)*365))
	h.Persons = append(h.Persons, Person{Position: pos, Birth: birth, Age: age})
}

// statuses draws what each person lives from. Bijstand is drawn per household
// in a low-discrepancy sequence: partners have it together.
func (g *generator) statuses(h *Household) {
	_, u := math.Modf(Uniform(Hash(g.seed, uint64(h.Type), uint64(forAssistance))) + float64(h.sequence)*(math.Sqrt2-1))
	family := u < g.assistance[h.Type]
	for m := range h.Persons {
		p := &h.Persons[m]
		core := p.Position <= Partner
		switch {
		case p.Age < 18:
			p.Status = Minor
		case p.Age >= aowAge:
			p.Status = Retired
		case core && family && onAssistance(p.Age) && g.partnerCan(h, m),
			!core && onAssistance(p.Age) && g.uniform(h.Index, m, forAssistance) < g.extra:
			p.Status = Assistance
		default:
			p.Status = g.status(p.Age, core, g.uniform(h.Index, m, forStatus))
		}
		p.Applicant = p.Age >= 17 && p.Position != Partner // 17 on 1 January: 18 in the year
		p.Insured = g.uniform(h.Index, m, forInsured) < g.insured
		// Partners came to the Netherlands together.
		p.Short = p.Status == Retired && g.uniform(h.Index, -1, forLearning) < g.short
		p.Learner = p.Age < learnAge && p.Status != Assistance && g.uniform(h.Index, m, forLearning) < g.learner
		switch u := g.uniform(h.Index, m, forProspect); p.Status {
		case Student:
			p.Prospect = true
		case Unemployed:
			p.Prospect = u < g.prospectJobless
		case Retired, Minor:
		case Employee, SelfEmployed, Disabled, NoIncome:
			p.Prospect = u < g.prospectOther || p.Age < 27 && u < g.prospectYoung
		default:
			p.Prospect = u < g.prospectOther
		}
	}
}

func (g *generator) partnerCan(h *Household, m int) bool {
	other := h.Partner(m)
	return other < 0 || onAssistance(h.Persons[other].Age)
}

func (g *generator) status(age int, head bool, u float64) Status {
	for _, row := range g.tables.statuses {
		if row.head == head && age >= row.from && age < row.to {
			u *= 100
			for s, share := range row.share {
				if u < share {
					return Status(s)
				}
				u -= share
			}
		}
	}
	return NoIncome
}
