package doability

import (
	"fmt"
	"math/big"
	"slices"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Volume is how many cases there are in a year: from a simulation, or from the
// executor's own count.
type Volume struct {
	// New are first applications, Running are households that have the
	// provision and for whom yearly steps come back. Numbers per year.
	New, Running int64
}

// Execution is the part of the uitvoeringstoets that can be computed: what one
// case asks of the executor, and what all cases of a year do. Whether that is
// much is for the executor to say.
type Execution struct {
	Regulation string    `json:"regeling"`
	Date       rule.Date `json:"-"`
	// Judgements are what a professional has to weigh by hand.
	Judgements []Judgement `json:"oordelen"`
	// Proofs are what has to be looked at per case, in all and those that a
	// register already holds.
	Proofs      int `json:"bewijzen"`
	ProofsKnown int `json:"bewijzenBekend"`
	// Steps are the steps that cost the executor time.
	Steps []Work `json:"stappen"`
	// MinutesNew is one new case, MinutesRunning one case that runs on.
	MinutesNew     int    `json:"minutenNieuw"`
	MinutesRunning int    `json:"minutenLopend"`
	Volume         Volume `json:"-"`
	// Cases is all cases of the year, Hours their handling time.
	Cases int64    `json:"zaken"`
	Hours *big.Rat `json:"-"`
	// CitizenHours is the time it takes the citizens together.
	CitizenHours *big.Rat `json:"-"`
	// Assumptions say what the numbers rest on.
	Assumptions []string `json:"aannames"`
}

// Judgement is one open norm.
type Judgement struct {
	// Step is the step that asks it; empty when it follows from the rules.
	Step    string `json:"stap,omitempty"`
	Article string `json:"artikel,omitempty"`
	// Attribute is the datum that only a person can supply; empty for a step.
	Attribute string `json:"gegeven,omitempty"`
	Text      string `json:"tekst"`
	// Supposed: derived from the rules and not said by a step, so to be
	// confirmed.
	Supposed bool `json:"vermoed"`
}

// Work is one step with the time it takes the executor.
type Work struct {
	Step    string `json:"stap"`
	Action  string `json:"actie"`
	Article string `json:"artikel"`
	Minutes int    `json:"minuten"`
	Yearly  bool   `json:"elkJaar"`
}

// Prefill computes the execution test of a regulation on a date. The program
// may be nil: then no judgements are derived from the rules.
func Prefill(reg *regulation.Regulation, p *exact.Program, on rule.Date, v Volume) *Execution {
	x := &Execution{
		Regulation: reg.ID, Date: on, Judgements: []Judgement{}, Steps: []Work{},
		Volume: Volume{max(v.New, 0), max(v.Running, 0)},
		Assumptions: []string{
			"De minuten per stap komen uit de regeling en zijn een aanname.",
			"Stappen die elk jaar terugkomen tellen voor nieuwe en lopende zaken. De andere tellen alleen voor nieuwe zaken.",
		},
	}
	citizenNew, citizenRunning := 0, 0
	for _, s := range reg.Steps(on) {
		if s.Judgement {
			x.Judgements = append(x.Judgements, Judgement{Step: s.ID, Article: s.Article, Text: s.Action})
		}
		if s.Who == "burger" && !s.Automatic {
			n, _, _ := known(s)
			x.Proofs, x.ProofsKnown = x.Proofs+len(s.Evidence), x.ProofsKnown+n
			citizenNew += s.Minutes
			if s.Yearly {
				citizenRunning += s.Minutes
			}
		}
		if s.HandlingMinutes > 0 {
			x.Steps = append(x.Steps, Work{s.ID, s.Action, s.Article, s.HandlingMinutes, s.Yearly})
			x.MinutesNew += s.HandlingMinutes
			if s.Yearly {
				x.MinutesRunning += s.HandlingMinutes
			}
		}
	}
	x.Judgements = append(x.Judgements, supposed(reg, p, on)...)
	x.Cases = x.Volume.New + x.Volume.Running
	x.Hours = hours(x.Volume, x.MinutesNew, x.MinutesRunning)
	x.CitizenHours = hours(x.Volume, citizenNew, citizenRunning)
	return x
}

func hours(v Volume, first, again int) *big.Rat {
	minutes := new(big.Int).Add(
		new(big.Int).Mul(big.NewInt(v.New), big.NewInt(int64(first))),
		new(big.Int).Mul(big.NewInt(v.Running), big.NewInt(int64(again))))
	return new(big.Rat).SetFrac(minutes, big.NewInt(60))
}

// supposed gives the yes-or-no data that the rules of the regulation read, that
// no rule grants and that are declared by the regulation itself: what a law
// calls a state of affairs, and a person has to judge. Shared kenmerken (who is
// insured, who applies) come from registers or from the application.
func supposed(reg *regulation.Regulation, p *exact.Program, on rule.Date) []Judgement {
	if p == nil || !validOn(on) {
		return nil
	}
	var out []Judgement
	seen := map[*rule.Attribute]bool{}
	for _, r := range reg.Rules() {
		v := r.At(on)
		if v == nil {
			continue
		}
		for _, k := range kenmerken(v.Condition) {
			a := p.Attribute(k.ID())
			if a == nil || seen[a] || !own(reg, a) || !p.IsInput(a, on) {
				continue
			}
			seen[a] = true
			out = append(out, Judgement{
				Article: r.Article, Attribute: a.ID(), Supposed: true,
				Text: fmt.Sprintf("Of iemand voldoet aan ‘%s’ volgt uit geen regel.", a.Name),
			})
		}
	}
	return out
}

func validOn(d rule.Date) bool { return !d.IsZero() && d.Valid() }

// own reports whether an attribute is declared in the folder of a regulation.
func own(reg *regulation.Regulation, a *rule.Attribute) bool {
	return len(a.Pos.File) > len(reg.ID) && a.Pos.File[:len(reg.ID)+1] == reg.ID+"/"
}

func kenmerken(c rule.Condition) []*rule.Attribute {
	switch c := c.(type) {
	case *rule.HasKenmerk:
		return []*rule.Attribute{c.Kenmerk}
	case *rule.Compound:
		var out []*rule.Attribute
		for _, i := range c.Items {
			out = append(out, kenmerken(i)...)
		}
		return slices.Compact(out)
	}
	return nil
}
