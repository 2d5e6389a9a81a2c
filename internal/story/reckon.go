package story

import (
	"context"
	"fmt"
	"math/big"
	"strings"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// value computes one value of the applicant of a case under the rules in force.
func (st *Stage) value(file string, on rule.Date, attribute string) (v *big.Rat, err error) {
	st.Look(func(_ *loop.World, set *regulation.Set) {
		program, ds := set.Program(st.story.Regulation)
		if err = ds.Err(); err == nil {
			v, err = valueOf(program, set.Model, file, on, attribute)
		}
	})
	return v, err
}

func valueOf(program *exact.Program, m *rule.Model, file string, on rule.Date, attribute string) (*big.Rat, error) {
	f, ds := dossier.Read("zaak.yaml", []byte(file), m)
	if err := ds.Err(); err != nil {
		return nil, err
	}
	a := program.Attribute(attribute)
	who := f.Applicants()
	if a == nil || len(who) == 0 {
		return nil, fmt.Errorf("%s van de aanvrager is er niet", attribute)
	}
	c, ds := f.Case(program, on)
	if err := ds.Err(); err != nil {
		return nil, err
	}
	d, err := c.Value(who[0], a)
	if err != nil {
		return nil, err
	}
	if d.Num == nil {
		return new(big.Rat), nil
	}
	return d.Num, nil
}

// reckonAct computes all cases of a story as they would be on two days, and
// hangs what comes out on a proposal, when it names one.
type reckonAct struct {
	ID        string `yaml:"id"`
	Proposal  string `yaml:"voorstel"`
	Attribute string `yaml:"eigenschap"` // an amount per month
	From      string `yaml:"van"`
	Until     string `yaml:"tot"`
}

// reckoning is how many get something, and how much together, on both days.
type reckoning struct {
	cases int
	get   [2]int
	sum   [2]cents
	less  int // get less on the second day
}

func (s *reckonAct) do(ctx context.Context, st *Stage, who string) error {
	r := reckoning{}
	for _, c := range st.story.cases() {
		r.cases++
		var both [2]*big.Rat
		for k, on := range []string{s.From, s.Until} {
			v, err := st.value(strings.ReplaceAll(c.File, s.From, on), rule.MustDate(on), s.Attribute)
			if err != nil {
				return fmt.Errorf("%s: %w", c.ID, err)
			}
			both[k] = v
			if v.Sign() > 0 {
				r.get[k]++
				r.sum[k] += centsOf(v)
			}
		}
		if both[1].Cmp(both[0]) < 0 {
			r.less++
		}
	}
	st.reckons[s.ID] = r
	if s.Proposal == "" {
		return nil
	}
	var content loop.Digest
	st.Look(func(w *loop.World, _ *regulation.Set) {
		if p := w.Proposal(s.Proposal); p != nil {
			content = p.Content.Digest
		}
	})
	return st.Perform(ctx, who, loop.AttachSimulation{Proposal: s.Proposal, Simulation: loop.Simulation{
		Run: "r-" + s.ID, Content: content, Population: "verhaal-" + st.story.ID + "-" + fmt.Sprint(r.cases), Synthetic: true,
		Sentence: fmt.Sprintf("Van %d verzonnen huishoudens krijgen er %d de regeling op %s, en %d op %s.", r.cases, r.get[0], s.From, r.get[1], s.Until),
		Numbers:  map[string]loop.Number{"rechthebbend": loop.Number(fmt.Sprint(r.get[0]))},
	}})
}

type reckonCheck struct {
	ID   string `yaml:"id"`
	Get  [2]int `yaml:"krijgt"`
	Less int    `yaml:"minder"`
}

func (c *reckonCheck) look(st *Stage) ([]Result, error) {
	r, ok := st.reckons[c.ID]
	if !ok {
		return nil, fmt.Errorf("%s is niet doorgerekend", c.ID)
	}
	return found(r.get == c.Get && r.less == c.Less, fmt.Sprint(c.Get, c.Less), "doorgerekend",
		"zaken", r.cases, "voor", r.get[0], "na", r.get[1], "minder", r.less, "bedrag", r.sum[0], "bedrag-na", r.sum[1]), nil
}
