package cli

import (
	"errors"
	"fmt"

	"lemniscaat/internal/entitlement"
	"lemniscaat/internal/simulate"
)

// explained is the answer of simulate --explain --json.
type explained struct {
	Huishouden  int             `json:"huishouden"`
	Populatie   string          `json:"populatie"`
	Synthetisch bool            `json:"synthetisch"`
	Zaad        uint64          `json:"zaad"`
	Kanten      []explainedSide `json:"kanten"`
}

type explainedSide struct {
	ID       string     `json:"id"`
	Naam     string     `json:"naam"`
	Antwoord *household `json:"antwoord"`
}

// explainHousehold decides one household of a population under every side, and
// explains the decisions.
func explainHousehold(env Env, spec simulate.Spec, index int, variants []simulate.Side, asJSON bool) error {
	sides := append([]simulate.Side{spec.Baseline}, variants...)
	f, err := simulate.Dossier(spec.People, spec.Date, index, sides...)
	if errors.Is(err, simulate.ErrSpec) {
		return &fault{Usage, err}
	}
	if err != nil {
		return err
	}
	out := explained{Huishouden: index, Populatie: spec.People.ID(), Synthetisch: true, Zaad: spec.Seed, Kanten: []explainedSide{}}
	worst := Good
	for _, s := range sides {
		e := entitled{env: env, set: s.Rules(), ids: s.IDs(), lang: "nl", date: spec.Date, depth: unexplained, json: asJSON}
		o := e.options()
		o.People = simulate.NamesOf(spec.People, index)
		h, ds := entitlement.Decide(e.set, f, o, e.ids...)
		if ds.Err() != nil {
			return e.refuse(ds)
		}
		answer, code := e.household(f, h)
		worst = max(worst, code)
		out.Kanten = append(out.Kanten, explainedSide{s.ID, s.Name, answer})
		if asJSON {
			continue
		}
		if s.ID != "" {
			fmt.Fprintf(env.Out, "\nVariant %q\n", s.Name)
		}
		e.print(answer, h.Form(f, e.name))
	}
	if asJSON {
		if err := writeJSON(env, out); err != nil {
			return err
		}
	}
	if worst != Good {
		return silent(worst)
	}
	return nil
}
