package simulate

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/takeup"
)

// Result is what a run found. It is always synthetic: no real person is in it.
type Result struct {
	Population Population
	RuleSet    string // digest
	Variant    *VariantInfo
	Date       rule.Date
	Seed       uint64
	Schemes    []SchemeResult
	// Deciles, Types and Ages say what the variant changes in what households
	// receive, over all schemes of the run; empty without a variant.
	Deciles, Types, Ages []Change
	Worst                *Worst // nil without a variant
	Assumptions          []population.Assumption
	// Seconds is for the caller to fill in: this package has no clock.
	Seconds float64
}

// Population says on whom a run was done.
type Population struct {
	ID string
	// Rows and PersonRows are the synthetic households and persons; Households
	// and Persons what they stand for.
	Rows, PersonRows    int
	Households, Persons int64
}

// VariantInfo names the variant of a run.
type VariantInfo struct{ ID, Name, RuleSet string }

// SchemeResult is one regulation, today and in the variant.
type SchemeResult struct {
	ID, Name string
	Baseline SideResult
	Variant  *SideResult
	// Entitled and Received are variant minus baseline; nil without one. The
	// difference in Cents is the difference in budget.
	Entitled, Received *Measure
	Indicators         []Indicator
}

// SideResult is one regulation under one set of rules.
type SideResult struct {
	Content string // content digest of the regulation
	// Entitled, Received and Automatic: who has a right, who gets it given the
	// steps, and who would get it if the executor did what registers allow.
	Entitled, Received, Automatic Measure
	// Unclaimed is entitled minus received, in units and cents a year.
	Unclaimed Amount
	Steps     []StepLoss
	// Worst is the index in Steps of the step that loses most; −1: none does.
	Worst    int
	Groups   []Group
	Cliffs   []Cliff
	Work     Work
	Failures []Failure
}

// Amount is a number of units and cents a year, without a range.
type Amount struct{ Units, Cents int64 }

// StepLoss is one step that people must do themselves, and who is lost at it.
type StepLoss struct {
	ID, Article, Action string
	// Reached is the number of units (weighted) that come to the step, Lost
	// that do not do it, Cents what those would have had in a year.
	Reached, Lost, Cents int64
}

// Group is take-up within one group of units.
type Group struct {
	Name               string
	Entitled, Received int64 // units, weighted
	Rows               int   // entitled units in the sample
	Unclaimed          int64 // cents a year
}

// Work is what a regulation asks in a year, from the steps and the number of
// units that come to them.
type Work struct {
	// Applications that come in, of which Refused have no right.
	Applications, Refused int64
	// Judgements are cases in which a professional weighs an open norm.
	Judgements int64
	// Minutes of the executor, and of citizens.
	Minutes, CitizenMinutes int64
	// Proofs that citizens send, of which Known are in a register already.
	Proofs, Known int64
}

// Hours of the executor, rounded.
func (w Work) Hours() int64 { return (w.Minutes + 30) / 60 }

func (r *run) result(ctx context.Context) (*Result, error) {
	deviations, err := r.bootstrap(ctx)
	if err != nil {
		return nil, err
	}
	own, err := population.ReadAssumptions(files, "data/aannames.csv")
	if err != nil {
		return nil, fmt.Errorf("simulate data: %w", err)
	}
	res := &Result{RuleSet: r.spec.Baseline.Digest, Date: r.spec.Date, Seed: r.spec.Seed,
		Population: Population{ID: r.spec.People.ID(), Rows: len(r.homes), PersonRows: r.persons}}
	var households, persons int64
	for _, h := range r.homes {
		households += h.weight
		persons += h.weight * int64(h.persons)
	}
	res.Population.Households, res.Population.Persons = whole(households), whole(persons)
	for s, sch := range r.schemes {
		t := r.totals(sch.units)
		base := r.spec.Baseline.Schemes[s]
		out := SchemeResult{ID: base.ID, Name: base.Name, Baseline: r.side(s, 0, t, &deviations[s], own)}
		if r.spec.Variant != nil {
			v := r.side(s, 1, t, &deviations[s], own)
			out.Variant = &v
			entitled, received := r.difference(s, entitledUnits, t, &deviations[s]), r.difference(s, receivedUnits, t, &deviations[s])
			out.Entitled, out.Received = &entitled, &received
		}
		out.Indicators = indicators(base.Indicators, &out)
		res.Schemes = append(res.Schemes, out)
	}
	if v := r.spec.Variant; v != nil {
		res.Variant = &VariantInfo{v.ID, v.Name, v.Digest}
		deltas := r.deltas()
		res.Deciles, res.Types, res.Ages = r.changes(deltas)
		w := r.worst(deltas)
		res.Worst = &w
	}
	if res.Assumptions, err = r.assumptions(own); err != nil {
		return nil, err
	}
	return res, nil
}

// side makes the figures of one scheme under one set of rules.
func (r *run) side(s, side int, t *totals, deviations *[3 * perSide]float64, own []population.Assumption) SideResult {
	sch := r.schemes[s]
	scheme := r.sides[side].Schemes[s]
	out := SideResult{
		Content:   scheme.Digest,
		Entitled:  r.measure(s, side, entitledUnits, t, deviations),
		Received:  r.measure(s, side, receivedUnits, t, deviations),
		Automatic: r.measure(s, side, automaticUnits, t, deviations),
		Worst:     -1,
	}
	out.Unclaimed = Amount{out.Entitled.Units - out.Received.Units, out.Entitled.Cents - out.Received.Cents}
	out.Steps, out.Worst = r.steps(sch, side, takeup.Steps(scheme.Steps))
	out.Groups = r.groups(sch, side)
	out.Work = work(scheme.Steps, out, takeup.Defaults(own))
	for _, i := range slices.Sorted(maps.Keys(sch.cliffs[side])) {
		c := *sch.cliffs[side][i]
		c.Units, c.MeanLoss = whole(c.weight), c.loss.Rounded(c.weight)
		out.Cliffs = append(out.Cliffs, c)
	}
	for _, key := range slices.Sorted(maps.Keys(sch.failures[side])) {
		f := *sch.failures[side][key]
		f.Units = whole(f.weight)
		out.Failures = append(out.Failures, f)
	}
	return out
}

// steps counts who is lost where.
func (r *run) steps(sch *scheme, side int, steps []takeup.Step) ([]StepLoss, int) {
	out := make([]StepLoss, len(steps))
	lost, reached := make([]int64, len(steps)), make([]int64, len(steps))
	cents := make([]population.Sum, len(steps))
	for i := range sch.units {
		u := &sch.units[i]
		if u.cents[side] == 0 {
			continue
		}
		w := r.homes[u.home].weight
		last := int(u.lost[side])
		if last < 0 {
			last = len(steps) - 1
		} else {
			lost[last] += w
			cents[last].Add(w, u.cents[side])
		}
		for k := 0; k <= last; k++ {
			reached[k] += w
		}
	}
	worst := -1
	for k, s := range steps {
		out[k] = StepLoss{ID: s.ID, Article: s.Article, Action: s.Action, Reached: whole(reached[k]), Lost: whole(lost[k]), Cents: cents[k].Rounded(million)}
		if lost[k] > 0 && (worst < 0 || lost[k] > lost[worst]) {
			worst = k
		}
	}
	return out, worst
}

// groups splits take-up by age of the applicant, work and type of household.
func (r *run) groups(sch *scheme, side int) []Group {
	type sums struct {
		entitled, received int64
		rows               int
		cents              population.Sum
	}
	var names []string
	at := map[string]*sums{}
	for _, g := range ageGroups {
		names = append(names, g.label)
	}
	names = append(names, "zelfstandigen")
	for ty := range population.Types {
		if !slices.Contains(names, ty.Label()) {
			names = append(names, ty.Label())
		}
	}
	for _, n := range names {
		at[n] = new(sums)
	}
	for i := range sch.units {
		u := &sch.units[i]
		if u.cents[side] == 0 {
			continue
		}
		h := r.homes[u.home]
		in := []string{ageGroups[ageGroup(u.age)].label, h.ty.Label()}
		if u.self {
			in = append(in, "zelfstandigen")
		}
		for _, n := range in {
			g := at[n]
			g.rows++
			g.entitled += h.weight
			if u.lost[side] < 0 {
				g.received += h.weight
			} else {
				g.cents.Add(h.weight, u.cents[side])
			}
		}
	}
	var out []Group
	for _, n := range names {
		if g := at[n]; g.rows > 0 {
			out = append(out, Group{n, whole(g.entitled), whole(g.received), g.rows, g.cents.Rounded(million)})
		}
	}
	return out
}

// work counts what a year asks of the executor and of citizens. A step that
// returns every year is done by everybody who comes to it; another one by the
// part that is new. Citizens without a right do the first step as well, and the
// executor refuses them.
func work(steps []regulation.Step, side SideResult, p takeup.Params) Work {
	var w Work
	refused := p["aanvraag-zonder-recht"] / (1 - p["aanvraag-zonder-recht"])
	done := map[string]int64{}
	for _, s := range side.Steps {
		done[s.ID] = s.Reached - s.Lost
	}
	first := true
	for _, s := range steps {
		cases, counted := done[s.ID]
		if !counted {
			if s.Who == "burger" && !s.Automatic {
				continue // how often it happens is not known
			}
			cases = side.Received.Units
		}
		if !s.Yearly {
			cases = int64(float64(cases)*p["instroom"] + 0.5)
		}
		extra := int64(0)
		if counted && first {
			first = false
			extra = int64(float64(cases)*refused + 0.5)
			w.Applications, w.Refused = cases+extra, extra
		} else if !counted && s.Who == "uitvoering" {
			extra = w.Refused
		}
		if counted {
			w.CitizenMinutes += (cases + extra) * int64(s.Minutes)
			for _, e := range s.Evidence {
				w.Proofs += cases + extra
				if e.Register != "" {
					w.Known += cases + extra
				}
			}
		}
		w.Minutes += (cases + extra) * int64(s.HandlingMinutes)
		if s.Judgement {
			w.Judgements += cases + extra
		}
	}
	return w
}

// assumptions lists everything the run rests on, each once.
func (r *run) assumptions(own []population.Assumption) ([]population.Assumption, error) {
	list := r.spec.People.Assumptions()
	behaviour, err := takeup.Assumptions()
	if err != nil {
		return nil, err
	}
	list = append(append(slices.Clone(list), behaviour...), own...)
	for _, s := range r.spec.Baseline.Schemes {
		o, err := takeup.Observe(s.ID)
		if err != nil {
			return nil, err
		}
		list = append(append(list, o.Assumption()), s.Assumptions...)
		if s.Municipal {
			list = append(list, population.Assumption{ID: "gemeentelijk." + s.ID, Basis: "een regeling van één gemeente",
				Text: s.Name + " is van één gemeente. De aantallen gelden alsof de hele populatie daar woont."})
		}
	}
	seen := map[string]bool{}
	return slices.DeleteFunc(list, func(a population.Assumption) bool {
		double := seen[a.ID]
		seen[a.ID] = true
		return double
	}), nil
}

// ID names the run: the same population, draws, rules and date give the same
// id and the same numbers.
func (r *Result) ID() string {
	h := sha256.New()
	variant := ""
	if r.Variant != nil {
		variant = r.Variant.RuleSet
	}
	for _, part := range []string{"lemniscaat/simulatie/1", r.Population.ID, fmt.Sprint(r.Seed), r.Date.String(), r.RuleSet, variant} {
		fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	for _, s := range r.Schemes {
		fmt.Fprintf(h, "%d:%s", len(s.ID), s.ID)
	}
	return "simulatie:" + hex.EncodeToString(h.Sum(nil))[:24]
}

// Find gives the result of a regulation.
func (r *Result) Find(id string) (*SchemeResult, bool) {
	i := slices.IndexFunc(r.Schemes, func(s SchemeResult) bool { return s.ID == id })
	if i < 0 {
		return nil, false
	}
	return &r.Schemes[i], true
}
