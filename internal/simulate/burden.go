package simulate

import (
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/takeup"
)

// Burden is what a regulation asks of citizens in a year.
type Burden struct {
	// Actions is how often a citizen does a step; Repeated the part of it that
	// returns every year.
	Actions, Repeated int64
	// Minutes are those of the citizens.
	Minutes int64
	// Proofs is how many they send, Known how many of those a register holds.
	Proofs, Known int64
}

// Hours of citizens, rounded.
func (b Burden) Hours() int64 { return (b.Minutes + 30) / 60 }

// add counts so many times a step. A step that is awarded is only left to who
// cannot be reached; of a prefilled one the known proofs are there already.
func (b *Burden) add(s *regulation.Step, times int64, p takeup.Params) {
	minutes := float64(s.Minutes)
	if s.Has(regulation.Awarded) {
		times = int64(float64(times)*(1-p["bereik-automatisch"]) + 0.5)
	}
	prefilled := s.Has(regulation.Prefilled)
	if prefilled {
		minutes *= p["vooringevuld-minuten"]
	}
	b.Actions += times
	if s.Yearly {
		b.Repeated += times
	}
	b.Minutes += int64(float64(times)*minutes + 0.5)
	for _, e := range s.Evidence {
		switch {
		case e.Register == "":
			b.Proofs += times
		case !prefilled:
			b.Proofs += times
			b.Known += times
		}
	}
}

// burden counts the steps of citizens. Of a step that costs the right when it
// is left, those who do it count; of another one that returns every year, all
// who receive. How often other steps happen, such as telling of a change, is not
// known: they do not count. A step that does not return every year is done by
// the part that is new. refused is how often the first step is done without a
// right.
func burden(steps []regulation.Step, received int64, done map[string]int64, refused int64, p takeup.Params) Burden {
	var b Burden
	for i := range steps {
		s := &steps[i]
		if s.Who != "burger" || s.Automatic {
			continue
		}
		times, loses := done[s.ID]
		switch {
		case loses:
			times = inflow(s, times, p) + refused
			refused = 0
		case s.Yearly:
			times = received
		default:
			continue
		}
		b.add(s, times, p)
	}
	return b
}

// inflow gives how many do a step in a year: all who come to it, or the new
// ones.
func inflow(s *regulation.Step, cases int64, p takeup.Params) int64 {
	if s.Yearly {
		return cases
	}
	return int64(float64(cases)*p["instroom"] + 0.5)
}

// doneBy gives by step id how many do the steps that cost the right.
func doneBy(steps []takeup.Step, done []int64) map[string]int64 {
	m := make(map[string]int64, len(steps))
	for i, s := range steps {
		m[s.ID] = done[i]
	}
	return m
}
