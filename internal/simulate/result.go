package simulate

import (
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

// Result is what a run found: on synthetic people, or on real ones
// (Population.Own), and then with everything left out that would tell of a few
// of them (see protect.go).
type Result struct {
	Population Population
	RuleSet    string // digest
	Variant    *VariantInfo
	Date       rule.Date
	Seed       uint64
	Schemes    []SchemeResult
	// Skipped are the regulations that all was asked for and that cannot be run.
	Skipped []Skipped
	// Deciles, Types and Ages say what the variant changes in the disposable
	// income of households, over all schemes of the run; empty without a variant.
	Deciles, Types, Ages []Change
	// Tenures (corporatie, overige huur, eigen woning), Municipalities (size
	// classes, empty when the population has none) and Sources (main source of
	// income of the household) are the same by other groups.
	Tenures, Municipalities, Sources []Change
	// Moments are the dates of a stepwise introduction of the variant; nil when
	// everybody goes over at once.
	Moments []Moment
	// Everyone is the same for all households together; nil without a variant.
	Everyone *Change
	Worst    *Worst // nil without a variant
	// Income is disposable income, poverty, inequality and marginal pressure;
	// nil when it was not computed.
	Income      *Income
	Assumptions []population.Assumption
	// Repayment is what households pay back of advances, today, and RepaymentThen
	// under the variant; nil when the run settles nothing. SettledFit compares today
	// with what was observed.
	Repayment, RepaymentThen *Repayment
	SettledFit               []Fit
	// Withheld names what is left out of a run on real people.
	Withheld []string
	// Seconds is for the caller to fill in: this package has no clock.
	Seconds float64
}

// Population says on whom a run was done.
type Population struct {
	ID string
	// Rows and PersonRows are the households and persons of the population;
	// Households and Persons what they stand for.
	Rows, PersonRows    int
	Households, Persons int64
	// Own: they are real people, of data that somebody gave a Name and a Source.
	// Otherwise they are synthetic.
	Own          bool
	Name, Source string
}

// VariantInfo names the variant of a run.
type VariantInfo struct{ ID, Name, RuleSet string }

// SchemeResult is one regulation, today and in the variant.
type SchemeResult struct {
	ID, Name string
	// Owed: who is entitled is who pays it.
	Owed     bool
	Baseline SideResult
	Variant  *SideResult
	// Entitled and Received are variant minus baseline; nil without one. The
	// difference in Cents is the difference in budget.
	Entitled, Received *Measure
	Indicators         []Indicator
	// Fit compares take-up under today's rules with what was observed; none for what people pay and without steps.
	Fit []Fit
	// Unsettled says why advances are not settled though the run asks it; empty:
	// they are, or none is paid.
	Unsettled string
}

// Moved reports whether the variant changes who has a right, who receives, or how
// much.
func (s *SchemeResult) Moved() bool {
	return s.Entitled != nil && (s.Entitled.Units != 0 || s.Entitled.Cents != 0 || s.Received.Units != 0 || s.Received.Cents != 0)
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
	Worst  int
	Groups []Group
	Cliffs []Cliff
	Work   Work
	Burden Burden
	// Help is what interventions do, by step that has some; the minutes of the
	// letters are in Work.
	Help []StepHelp
	// Advances is what settling gives; nil when nothing is paid in advance, or the
	// run does not settle.
	Advances *Advances
	Failures []Failure
}

// StepLoss is one step that people must do themselves, and who is lost at it.
type StepLoss struct {
	ID, Article, Action string
	// Reached is the number of units (weighted) that come to the step, Lost
	// that do not do it, Cents what those would have had in a year.
	Reached, Lost, Cents int64
	// Rows is the number of units in the population that do not do it.
	Rows int
}

// Work is what a regulation asks in a year, from the steps and the number of
// units that come to them.
type Work struct {
	// Applications that come in, of which Refused have no right.
	Applications, Refused int64
	// Judgements are cases in which a professional weighs an open norm.
	Judgements int64
	// Minutes of the executor.
	Minutes int64
	// HoursLow and HoursHigh bound Hours: they go with the interval of who
	// receives.
	HoursLow, HoursHigh int64
	// FTE is the number of full-time professionals that the hours take: hours
	// divided by the assumption uren-per-fte. Staffing is how many the executors
	// have for this regulation by its triangle (formatie); 0: not given.
	FTE, FTELow, FTEHigh float64
	Staffing             float64
	// Caseload is the agreed number of cases per professional; 0: not agreed.
	// Professionals is how many that asks for: applications divided by Caseload.
	Caseload      int64
	Professionals float64
}

// Over gives how many full-time professionals the work asks beyond the
// staffing; negative: room. It is not known without a staffing.
func (w Work) Over() (fte float64, known bool) {
	return w.FTE - w.Staffing, w.Staffing > 0
}

// Hours of the executor, rounded.
func (w Work) Hours() int64 { return (w.Minutes + 30) / 60 }

// results makes a result for every variant, or one without a variant.
func (r *run) results() ([]*Result, error) {
	own, err := ownAssumptions()
	if err != nil {
		return nil, err
	}
	var out []*Result
	for k := min(1, len(r.sides)-1); k < len(r.sides); k++ {
		list, err := r.assumptions(own, 0, k)
		if err != nil {
			return nil, err
		}
		out = append(out, r.result(k, own, list))
	}
	if !r.sides[0].known.Own {
		return out, nil
	}
	for _, res := range out {
		res.Population.Own = true
		if o, ok := r.spec.People.(interface{ Origin() (name, source string) }); ok {
			res.Population.Name, res.Population.Source = o.Origin()
		}
	}
	return r.protect(out), nil
}

// result is that of today and one variant; 0: of today alone.
func (r *run) result(variant int, own, list []population.Assumption) *Result {
	res := &Result{RuleSet: r.spec.Baseline.Digest, Date: r.spec.Date, Seed: r.spec.Seed, Skipped: r.spec.Baseline.Skipped, Assumptions: list,
		Population: Population{ID: r.spec.People.ID(), Rows: r.found.rows, PersonRows: r.found.persons,
			Households: whole(r.found.weight), Persons: whole(r.found.people)}}
	for s, base := range r.spec.Baseline.Schemes {
		f := r.figures(s, variant)
		out := SchemeResult{ID: base.ID, Name: base.Name, Owed: base.Owed, Baseline: r.side(s, 0, 0, f, own)}
		if variant > 0 {
			v := r.side(s, variant, 1, f, own)
			out.Variant = &v
			entitled, received := f.difference(entitledUnits), f.difference(receivedUnits)
			out.Entitled, out.Received = &entitled, &received
		}
		out.Indicators = indicators(base.Indicators, &out)
		if !base.Owed {
			out.Fit = fit(r.observed[s], &out.Baseline)
		}
		out.Unsettled = r.unsettled(s)
		res.Schemes = append(res.Schemes, out)
	}
	res.Repayment, res.SettledFit = r.repayment(0), settledFit(res.Schemes)
	if variant > 0 {
		res.RepaymentThen = r.repayment(variant)
		v, c := r.sides[variant], r.counted.changes[variant-1]
		res.Variant = &VariantInfo{v.ID, v.Name, v.Digest}
		c.into(res, r.counted.boot.drawn, r.found.weight)
		res.Moments = r.moments(variant)
		w := r.worst(c)
		res.Worst = &w
	}
	res.Income = r.incomeResult(variant)
	if variant > 0 {
		r.widen(res.Everyone, variant)
		res.Everyone.Sum = res.Income.Difference.Total
	}
	return res
}

// side makes the figures of one scheme under one set of rules; of says which of
// the two sides of the figures that is.
func (r *run) side(s, k, of int, f *figures, own []population.Assumption) SideResult {
	scheme, n := r.sides[k].Schemes[s], &r.counted.schemes[s][k]
	out := SideResult{
		Content:   scheme.Digest,
		Entitled:  f.measure(of, entitledUnits),
		Received:  f.measure(of, receivedUnits),
		Automatic: f.measure(of, automaticUnits),
	}
	rows := n.cells.rows()
	out.Entitled.Rows, out.Received.Rows, out.Automatic.Rows = rows.entitled, rows.received, rows.automatic
	out.Unclaimed = Amount{out.Entitled.Units - out.Received.Units, out.Entitled.Cents - out.Received.Cents}
	out.Steps, out.Worst = n.steps(r.steps[s][k])
	for i := range out.Steps {
		out.Steps[i].Rows = rows.lost[i]
	}
	p, steps := takeup.Defaults(slices.Concat(own, r.assumed)), r.steps[s][k]
	out.Groups = n.cells.groups(func(received int64, done []int64) Burden {
		return burden(scheme.Steps, received, doneBy(steps, done), 0, p)
	})
	out.Advances = r.advances(s, k, n.received)
	out.Help = n.help(steps, scheme.Steps, p)
	out.Work = work(scheme.Steps, out, p)
	out.Work.load(&scheme, out.Received, own)
	done := make([]int64, len(steps))
	for i, st := range out.Steps {
		done[i] = st.Reached - st.Lost
	}
	out.Burden = burden(scheme.Steps, out.Received.Units, doneBy(steps, done), out.Work.Refused, p)
	cliffs := r.found.cliffs[s][k]
	for _, id := range slices.Sorted(maps.Keys(cliffs)) {
		out.Cliffs = append(out.Cliffs, cliffs[id].done(r.counted.boot.n > 0))
	}
	failures := r.found.failures[s][k]
	for _, key := range slices.SortedFunc(maps.Keys(failures), failureKey.compare) {
		out.Failures = append(out.Failures, r.failure(failures[key]))
	}
	return out
}

// steps says who is lost where; worst is the step that loses most, −1: none.
func (n *sideCounts) steps(steps []takeup.Step) (out []StepLoss, worst int) {
	out, worst = make([]StepLoss, len(steps)), -1
	reached := n.entitled.units
	var most int64
	for i, s := range steps {
		lost := n.lost[i]
		out[i] = StepLoss{ID: s.ID, Article: s.Article, Action: s.Action, Reached: reached.Rounded(million), Lost: lost.units.Rounded(million), Cents: lost.cents.Rounded(million)}
		reached.Take(lost.units)
		if w := lost.units.Rounded(1); w > 0 && (worst < 0 || w > most) {
			worst, most = i, w
		}
	}
	return out, worst
}

// work counts what a year asks of the executor. A step that
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
		cases = inflow(&s, cases, p)
		extra := int64(0)
		if counted && first {
			first = false
			extra = int64(float64(cases)*refused + 0.5)
			w.Applications, w.Refused = cases+extra, extra
		} else if !counted && s.Who == "uitvoering" {
			extra = w.Refused
		}
		w.Minutes += (cases + extra) * int64(s.HandlingMinutes)
		if s.Judgement {
			w.Judgements += cases + extra
		}
	}
	for _, h := range side.Help {
		w.Minutes += h.Minutes
	}
	return w
}

// assumptions lists everything the run rests on, each once.
// sides says for which sides.
func (r *run) assumptions(own []population.Assumption, sides ...int) ([]population.Assumption, error) {
	behaviour, err := r.behaviour(own, sides...)
	if err != nil {
		return nil, err
	}
	list := append(r.chosen(), slices.Concat(r.spec.People.Assumptions(), behaviour)...)
	if m := r.income(); m != nil {
		list = append(list, m.Assumptions...)
	}
	if len(r.settles) > 0 {
		estimates, err := estimateAssumptions()
		if err != nil {
			return nil, err
		}
		list = append(list, estimates...)
	}
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
		double := seen[a.ID] || r.spec.PovertyLine != 0 && a.ID == "armoedegrens-groei"
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
	if r.Income != nil && r.Income.Regulation != "" {
		fmt.Fprintf(h, "inkomen:%s", r.Income.Regulation)
	}
	if i := slices.IndexFunc(r.Assumptions, func(a population.Assumption) bool { return a.Basis == chosenBasis }); i >= 0 {
		fmt.Fprintf(h, "armoedegrens:%v", r.Assumptions[i].Value)
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
