package simulate

import (
	"fmt"
	"math/bits"
	"slices"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/takeup"
)

// StepHelp is what the interventions at one step do in a year.
type StepHelp struct {
	ID, Article, Action string
	Kinds               []regulation.Intervention
	// Letters go to who comes to the step, has the right and leaves the step, and
	// to Wrong others, who have no right. Answered is how many then do the step.
	Letters, Wrong, Answered int64
	// Rows is the number of units in the population that get a letter.
	Rows int
	// Minutes of the executor for all letters.
	Minutes int64
}

// maxSteps is how many steps of one regulation can lose people.
const maxSteps = 64

// mail counts letters by step, in weight.
type mail struct {
	letters, answered int64
	rows              int
}

func formMail(f *form, m *mail) {
	f.int64(&m.letters)
	f.int64(&m.answered)
	f.int(&m.rows)
}

// post counts the letters to one unit.
func (n *sideCounts) post(w int64, d *takeup.Drawn) {
	for left := d.Written; left != 0; left &= left - 1 {
		i := bits.TrailingZeros64(left)
		n.mail[i].letters += w
		n.mail[i].rows++
		if i != d.Lost {
			n.mail[i].answered += w
		}
	}
}

// help tells what the interventions on a side do.
func (n *sideCounts) help(steps []takeup.Step, all []regulation.Step, p takeup.Params) (out []StepHelp) {
	for i, s := range steps {
		at := slices.IndexFunc(all, func(o regulation.Step) bool { return o.ID == s.ID })
		if len(all[at].Interventions) == 0 {
			continue
		}
		m := n.mail[i]
		h := StepHelp{ID: s.ID, Article: s.Article, Action: s.Action, Kinds: all[at].Interventions, Letters: whole(m.letters), Answered: whole(m.answered), Rows: m.rows}
		h.Wrong = int64(float64(h.Letters)*p["brief-zonder-recht"]/(1-p["brief-zonder-recht"]) + 0.5)
		h.Minutes = int64(float64(h.Letters+h.Wrong)*p["brief-minuten"] + 0.5)
		out = append(out, h)
	}
	return out
}

// behaviour gives the assumptions about who does a step and what interventions
// do, as far as the sides need them; own are those of this package.
func (r *run) behaviour(own []population.Assumption, sides ...int) ([]population.Assumption, error) {
	list, err := takeup.Assumptions()
	if err != nil {
		return nil, err
	}
	var steps []takeup.Step
	letters, prefilled := false, false
	for _, k := range sides {
		for _, s := range r.sides[k].Schemes {
			steps = append(steps, takeup.Steps(s.Steps)...)
		}
	}
	for _, s := range steps {
		letters, prefilled = letters || s.Letter, prefilled || s.Prefilled
	}
	list = append(takeup.Relevant(list, steps...), own...)
	return slices.DeleteFunc(list, func(a population.Assumption) bool {
		switch a.ID {
		case "brief-zonder-recht", "brief-minuten":
			return !letters
		case "vooringevuld-minuten":
			return !prefilled
		}
		return false
	}), nil
}

// ownAssumptions are those of this package, those of interventions last.
func ownAssumptions() ([]population.Assumption, error) {
	var all []population.Assumption
	for _, name := range []string{"data/aannames.csv", "data/ingrepen.csv"} {
		list, err := population.ReadAssumptions(files, name)
		if err != nil {
			return nil, fmt.Errorf("simulate data: %w", err)
		}
		all = append(all, list...)
	}
	return all, nil
}
