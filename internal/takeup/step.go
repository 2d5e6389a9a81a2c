package takeup

import (
	"slices"

	"lemniscaat/internal/regulation"
)

// Step is a step that costs someone the entitlement when it is not done.
type Step struct {
	ID, Article, Action string
	// Load is the number of the step file; Proofs the number of proofs that
	// the citizen sends; Yearly whether it returns every year.
	Load   float64
	Proofs int
	Yearly bool
	// Manual says that no register can do the step: it asks a proof that no
	// register holds.
	Manual bool
	// Letter, Prefilled and Awarded are the interventions at the step. None of them
	// loses anybody: a letter reaches some of those who leave the step, prefilling
	// makes it lighter, and awarding does it for everybody who can be reached.
	Letter, Prefilled, Awarded bool
	// key makes the draw of a step the same in every variant that has it.
	key uint64
}

// NewStep makes a step with its key.
func NewStep(s Step) Step {
	h := uint64(14695981039346656037) // FNV-1a
	for i := range len(s.ID) {
		h = (h ^ uint64(s.ID[i])) * 1099511628211
	}
	s.key = h
	return s
}

// Steps gives the steps of a regulation that a citizen has to do himself and
// that cost the entitlement, in their order. What the executor does, what goes
// by itself and what costs nothing when left is not among them.
func Steps(all []regulation.Step) []Step {
	var out []Step
	for _, s := range all {
		if !s.Losing() {
			continue
		}
		step := Step{ID: s.ID, Article: s.Article, Action: s.Action, Load: float64(s.Load), Proofs: len(s.Evidence), Yearly: s.Yearly, Manual: s.Manual(),
			Letter: s.Has(regulation.Letter), Prefilled: s.Has(regulation.Prefilled), Awarded: s.Has(regulation.Awarded)}
		out = append(out, NewStep(step))
	}
	return out
}

// Same reports whether two lists ask the same of everybody.
func Same(a, b []Step) bool {
	return slices.EqualFunc(a, b, func(a, b Step) bool {
		return a.key == b.key && a.Load == b.Load && a.Proofs == b.Proofs && a.Yearly == b.Yearly && a.Manual == b.Manual &&
			a.Letter == b.Letter && a.Prefilled == b.Prefilled && a.Awarded == b.Awarded
	})
}

// Plain gives the steps without interventions: as they were when take-up was
// observed.
func Plain(steps []Step) []Step {
	out := slices.Clone(steps)
	for i := range out {
		out[i].Letter, out[i].Prefilled, out[i].Awarded = false, false, false
	}
	return out
}
