package simulate

import "lemniscaat/internal/takeup"

// settled is what all parts of a run say together, and what surveying any part
// needs to know.
type settled struct {
	found *findings
	cuts  cuts
	yard  yardstick
	// samples are, by scheme, the units on which take-up is calibrated: those with
	// a right today, every so many of them, in order.
	samples [][]takeup.Unit
}

func (s *settled) form(f *form) {
	s.found.form(f)
	formFixed(f, s.cuts[:])
	s.yard.form(f)
	formEach(f, s.samples, func(f *form, list *[]takeup.Unit) { formList(f, list, formUnit) })
}

func formUnit(f *form, u *takeup.Unit) {
	f.word(&u.ID)
	f.int64(&u.Weight)
	f.float(&u.Monthly)
	f.int(&u.Age)
	f.bool(&u.SelfEmployed)
}

// settle goes over all parts once, in order, after their findings were merged.
func (r *run) settle(each func(visit func(p *part)) error) error {
	yard, err := r.yardstickOf()
	if err != nil {
		return err
	}
	income, standard, samples := newTally(), newTally(), make([]sampling, len(r.spec.Baseline.Schemes))
	for s := range samples {
		samples[s].stride = takeup.Stride(r.found.claimed[s])
	}
	err = each(func(p *part) {
		for i := range p.homes {
			if h := &p.homes[i]; !h.lost {
				w := h.weight * int64(h.persons)
				income.add(h.disposable, w)
				standard.add(standardEuros(h, yard.factor(h)), w)
			}
		}
		for s := range samples {
			samples[s].part(p, s, len(r.sides))
		}
	})
	if err != nil {
		return err
	}
	yard.low = int64(lowIncome*100) * standard.median()
	r.cuts, r.yard, r.samples = income.cuts(), yard, nil
	for s := range samples {
		r.samples = append(r.samples, samples[s].units)
	}
	return nil
}

// kept visits the parts that the run keeps in memory.
func (r *run) kept(visit func(p *part)) error {
	for i := range r.parts {
		visit(&r.parts[i])
	}
	return nil
}

// sampling takes every so many of the units with a right today.
type sampling struct {
	stride, at int
	units      []takeup.Unit
}

func (a *sampling) part(p *part, s, sides int) {
	c := &p.claims[s]
	for u := range c.len() {
		today := c.cents[u*sides]
		if today == 0 {
			continue
		}
		if a.at%a.stride == 0 {
			a.units = append(a.units, p.actor(c, u, today))
		}
		a.at++
	}
}
