package simulate

import (
	"lemniscaat/internal/column"
	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
)

// typical are households of which there are many in every population: one that
// works, a retired couple, a parent with a child.
type typical []population.Household

func (t typical) Len() int { return len(t) }

func (t typical) Household(i int, h *population.Household) {
	persons := append(h.Persons[:0], t[i].Persons...)
	*h = t[i]
	h.Index, h.Persons = i, persons
}

func typicals(year int) typical {
	person := func(age int, status population.Status) population.Person {
		return population.Person{Birth: rule.Date{Year: year - 1 - age, Month: 3, Day: 1}, Age: age, Status: status, Insured: true}
	}
	worker, parent, child := person(40, population.Employee), person(35, population.Employee), person(5, population.Minor)
	worker.Wage, worker.Assessed, worker.Applicant = 40_000, 40_000, true
	parent.Wage, parent.Assessed, parent.Applicant = 20_000, 20_000, true
	child.Position = population.Child
	head := person(75, population.Retired)
	head.Pension, head.AOW, head.Assessed, head.Applicant = 20_000, 13_000, 20_000, true
	partner := head
	partner.Position, partner.Applicant = population.Partner, false
	const one = 1_000_000
	return typical{
		{Weight: one, Type: population.Single, Persons: []population.Person{worker}},
		{Weight: one, Type: population.MarriedCouple, Persons: []population.Person{head, partner}},
		{Weight: one, Type: population.SingleParent, Persons: []population.Person{parent, child}},
	}
}

// untypical says why the income of a typical household cannot be computed on a
// date; "" when it can. A measure that errs on such households, because a
// parameter has no value yet, would take along what the population knows of
// income by itself. What an own population knows cannot be made up: there it is
// not looked at.
func (s *Side) untypical(date rule.Date) (string, error) {
	if s.known.Own {
		return "", nil
	}
	b, err := bind(*s, date)
	if err != nil {
		return "", err
	}
	m, err := match(b, []column.Side{b.columns(b.income.attr)})
	if err != nil {
		return "", err
	}
	people, block := typicals(date.Year), new(population.Block)
	block.Fill(people, 0, people.Len())
	var c cases
	c.span(block, 0, people.Len())
	dst := m.program.NewBlock()
	if err := m.fill(dst, &c); err != nil {
		return "", err
	}
	if err := dst.Run(); err != nil {
		return "", err
	}
	for i := range people.Len() {
		if dst.Outcome(0, 0).State[i] == column.Known {
			continue
		}
		_, why := dst.Value(0, 0, i)
		if why != nil {
			return why.Error(), nil //nolint:nilerr // it is what the caller asks for
		}
	}
	return "", nil
}
