package population

import "math"

// sources is income by source, per person. Amounts are gross, in euros a year,
// unless they say that they are net.
type sources struct {
	wages, profits, hours, benefits, pensions, aows []int64
	// Net of a month in cents, from work and from the rest; nothing of whom
	// bijstand pays.
	netWork, netRest []int64
	elsewhere, young []bool
	place            []uint8 // in places
}

// fullHours is what the self-employed work in a year: more than the law asks of
// them.
const fullHours = 1600

func (s *sources) all() []*[]int64 {
	return []*[]int64{&s.wages, &s.profits, &s.hours, &s.benefits, &s.pensions, &s.aows, &s.netWork, &s.netRest}
}

// places are what the law on assistance calls a person's position in a house.
var places = []string{"deelt de kosten", "student"}

// elsewhere reports whether somebody is to turn to another law than that on
// bijstand: students and pupils and who could be one, and the self-employed
// (Bbz).
func (p *Person) elsewhere() bool {
	return p.Learner || p.Status == Student || p.Status == Minor || p.Status == SelfEmployed
}

// learnAge is the age up to which bijstand is not for who can go to school.
const learnAge = 27

// youngAge is the age up to which assistance expects parents to help.
const youngAge = 21

func (s *sources) reset() {
	s.elsewhere, s.young, s.place = s.elsewhere[:0], s.young[:0], s.place[:0]
	for _, list := range s.all() {
		*list = (*list)[:0]
	}
}

// add adds a person. The benefit is without bijstand, the pension without AOW.
func (s *sources) add(p *Person) {
	benefit := p.Benefit
	if p.Status == Assistance {
		benefit = 0
	}
	work, rest := p.netMonth()
	hours := 0
	if p.Status == SelfEmployed {
		hours = fullHours
	}
	place := uint8(0)
	if p.Status == Student {
		place = 1
	}
	s.elsewhere = append(s.elsewhere, p.elsewhere())
	s.young = append(s.young, p.Age < youngAge)
	s.place = append(s.place, place)
	s.wages = append(s.wages, int64(p.Wage))
	s.profits = append(s.profits, int64(p.Profit))
	s.hours = append(s.hours, int64(hours))
	s.benefits = append(s.benefits, int64(benefit))
	s.pensions = append(s.pensions, int64(p.Pension-p.AOW))
	s.aows = append(s.aows, int64(p.AOW))
	s.netWork = append(s.netWork, int64(work))
	s.netRest = append(s.netRest, int64(rest))
}

// sources gives those of one person.
func (p *Person) sources() *sources {
	s := new(sources)
	s.add(p)
	return s
}

// netMonth divides net income over work and the rest, by gross; of whom
// bijstand pays there is none.
func (p *Person) netMonth() (work, rest int) {
	if p.Status == Assistance {
		return 0, 0
	}
	month := int(math.Floor(100 * float64(p.Net) / 12))
	gross := p.Gross()
	if other := p.Benefit + p.Pension; other == 0 || gross <= 0 {
		return month, 0
	} else if other == gross {
		return 0, month
	}
	work = int(math.Floor(float64(month) * float64(p.Wage+p.Profit) / float64(gross)))
	return work, month - work
}

// parts gives income by source as two numbers, which with the status say all.
func (p *Person) parts() (main, side int) {
	switch p.Status {
	case Student, Employee, Minor:
		return p.Wage, p.Profit
	case SelfEmployed:
		return p.Profit, p.Wage
	case Retired:
		return p.Pension, p.Wage
	}
	return p.Benefit, p.Wage
}

// join is the inverse of parts; the status is set already.
func (p *Person) join(main, side int) {
	p.Wage, p.Profit, p.Benefit, p.Pension, p.AOW = 0, 0, 0, 0, 0
	switch p.Status {
	case Student, Employee, Minor:
		p.Wage, p.Profit = main, side
	case SelfEmployed:
		p.Profit, p.Wage = main, side
	case Retired:
		p.Pension, p.Wage = main, side
	default:
		p.Benefit, p.Wage = main, side
	}
}

// assess gives the toetsingsinkomen of a status from its parts.
func (m *money) assess(s Status, main, side int) int {
	switch s {
	case Student, Employee, Minor, SelfEmployed:
		return m.assessed(main+side, 0)
	}
	return m.assessed(side, main)
}

// bySource gives income by source.
func (b *Block) bySource() *sources {
	if b.split {
		return &b.sources
	}
	b.split = true
	b.sources.reset()
	var p Person
	for i, ty := range b.Types {
		first := b.Starts[i]
		for row := first; row < b.Starts[i+1]; row++ {
			partner := ty.Couple() && row < first+2
			p.Status, p.Age, p.Learner = b.Statuses[row], int(b.Ages[row]), b.Learners[row]
			p.join(int(b.main[row]), int(b.side[row]))
			if p.Status == Retired {
				p.AOW = b.money.aow(partner, 0)
				if b.Shorts[row] {
					p.AOW = b.money.aow(partner, missingYears(b.Births[row]))
				}
			}
			p.Net = int(math.Round(b.money.after(p.Status, p.Gross(), p.Benefit > 0)))
			b.sources.add(&p)
		}
	}
	return &b.sources
}
