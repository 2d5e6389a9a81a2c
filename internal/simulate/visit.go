package simulate

import (
	"context"

	"lemniscaat/internal/population"
	"lemniscaat/internal/takeup"
)

// Visited is what one household has under the rules of now and of a variant. It
// is reused for the next household.
type Visited struct {
	Household int   // in the population
	Weight    int64 // millionths
	Type      population.Type
	// Decile is that of its disposable income today, 1 to 10; 0: negative.
	Decile int
	// Schemes are in the order of the baseline, each by side: today, and the
	// variant when there is one.
	Schemes [][]Holding
}

// Holding is what the units of a household have of one scheme.
type Holding struct{ Entitled, Received Held }

// Held counts units: a couple with one right together is one unit of two
// persons.
type Held struct {
	Units, Persons int
	Pensioners     int   // of the units: who claims is of AOW age
	Cents          int64 // a year
}

func (h *Held) add(persons int, pensioner bool, cents int64) {
	h.Units++
	h.Persons += persons
	h.Cents += cents
	if pensioner {
		h.Pensioners++
	}
}

// pensionAge is the AOW age of 2024 to 2027, in whole years on 1 January.
const pensionAge = 67

// Visit evaluates and draws as Run does, and shows every household in order: for
// what goes over schemes at once and no Result has.
func Visit(ctx context.Context, spec Spec, visit func(v *Visited)) error {
	var variants []Side
	if spec.Variant != nil {
		variants = append(variants, *spec.Variant)
	}
	r, err := newRun(spec, variants)
	if err != nil {
		return err
	}
	if err := r.evaluate(ctx, nil); err != nil {
		return err
	}
	if err := r.settle(r.kept); err != nil {
		return err
	}
	if err := r.prepare(ctx, false); err != nil {
		return err
	}
	sides, schemes := len(r.sides), len(spec.Baseline.Schemes)
	var v Visited
	for range schemes {
		v.Schemes = append(v.Schemes, make([]Holding, sides))
	}
	d, drawn := r.newDrawing(), make([]takeup.Drawn, sides)
	next := make([]int, schemes) // the first unit of a scheme that was not shown
	return r.kept(func(p *part) {
		clear(next)
		for at := range p.homes {
			h := &p.homes[at]
			v.Household, v.Weight, v.Type, v.Decile = p.first+at, h.weight, h.ty, r.cuts.of(h.disposable)
			for s := range schemes {
				clear(v.Schemes[s])
				c := &p.claims[s]
				for ; next[s] < c.len() && int(c.homes[next[s]]) == at; next[s]++ {
					i := next[s]
					d.draw(p, s, i, drawn)
					persons := r.sides[0].outcomes[s].unit(h, int(c.members[i]))
					for k, x := range c.cents[i*sides : (i+1)*sides] {
						if x <= 0 {
							continue
						}
						old := c.ages[i] >= pensionAge
						v.Schemes[s][k].Entitled.add(persons, old, x)
						if drawn[k].Lost < 0 {
							v.Schemes[s][k].Received.add(persons, old, x)
						}
					}
				}
			}
			visit(&v)
		}
	})
}

// unit gives how many persons a unit of a scheme is.
func (o *counted) unit(h *home, member int) int {
	switch {
	case member < 0:
		return int(h.persons)
	case o.applicants && member < 2 && h.ty.Couple() && h.persons > 1:
		return 2
	}
	return 1
}
