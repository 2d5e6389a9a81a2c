// Package simulate runs regulations over a synthetic population: today's rules
// and a variant on the same households with the same draws. It gives what
// people are entitled to, what they receive given the steps that are asked, and
// what they would receive if it went by itself, and who wins and loses.
//
// Entitlement is computed by the exact evaluator, household by household, on
// any number of threads. All sums are whole numbers (millionths of a household
// times cents), so that no result depends on the number of threads. A
// household on which a rule errs is left out and counted as a Failure, never
// dropped in silence.
//
// The definitions of all measures are in docs/simulatie.md.
package simulate

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"runtime"
	"slices"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/takeup"
)

//go:embed data/*.csv
var files embed.FS

// Errors of a run, wrapped with what and where.
var (
	// ErrSpec: the question itself cannot be answered (no regulation, no rules
	// on the date, an outcome that is not an amount).
	ErrSpec = errors.New("simulatie")
	// ErrMissing: a rule asks for something that the population does not have.
	ErrMissing = errors.New("gegeven ontbreekt in de populatie")
)

// People are the households of a run. *population.Population is one.
type People interface {
	population.Source
	ID() string
	Assumptions() []population.Assumption
}

// Scheme is what a run needs of one regulation on its date.
type Scheme struct {
	ID, Name string
	// Outcome is the attribute that is counted, an amount in euros.
	Outcome string
	// Period is "jaar", "maand" or "eenmalig" (counted once a year).
	Period     string
	Steps      []regulation.Step
	Indicators []regulation.Indicator
	// Assumptions are those that the regulation itself names.
	Assumptions []population.Assumption
	// Municipal says that it is a regulation of one municipality.
	Municipal bool
	// Digest is the content digest of the regulation.
	Digest string
}

// Side is one set of rules: today's, or a variant.
type Side struct {
	ID, Name string // of the variant; empty for today's rules
	Digest   string // of the whole rule set
	Model    *rule.Model
	Schemes  []Scheme
}

// NewSide takes the regulations with these ids from a set, all that have rules
// and an outcome when there are none.
func NewSide(set *regulation.Set, date rule.Date, ids ...string) (Side, error) {
	s := Side{Digest: string(set.Digest()), Model: set.Model}
	all := len(ids) == 0
	if all {
		for _, r := range set.Regulations {
			ids = append(ids, r.ID)
		}
	}
	for i, id := range ids {
		if slices.Contains(ids[:i], id) {
			return Side{}, fmt.Errorf("%w: regeling %s staat er twee keer", ErrSpec, id)
		}
		r, ok := set.Get(id)
		if !ok {
			var known string
			for _, r := range set.Regulations {
				known += " " + r.ID
			}
			return Side{}, fmt.Errorf("%w: er is geen regeling %q; bekend zijn:%s", ErrSpec, id, known)
		}
		if r.Level < regulation.LevelRules || len(r.Outcomes) == 0 {
			if all {
				continue
			}
			return Side{}, fmt.Errorf("%w: regeling %s heeft geen regels met een uitkomst en kan niet gesimuleerd worden", ErrSpec, id)
		}
		o := r.Outcomes[0]
		sch := Scheme{ID: r.ID, Name: r.Name, Outcome: o.Attribute, Period: o.Period, Steps: r.Steps(date),
			Indicators: r.Indicators, Municipal: r.Municipality != nil, Digest: string(r.ContentDigest())}
		for _, a := range r.Assumptions {
			sch.Assumptions = append(sch.Assumptions, population.Assumption{ID: r.ID + "." + a.ID, Text: a.Text, Basis: "de regeling"})
		}
		for _, step := range takeup.Steps(sch.Steps) {
			sch.Assumptions = append(sch.Assumptions, population.Assumption{ID: "last." + r.ID + "." + step.ID, Value: step.Load, Low: step.Load, High: step.Load,
				Unit: "punten van 10", Text: fmt.Sprintf("De last van de stap “%s”.", step.Action), Basis: "stappen van de regeling"})
		}
		s.Schemes = append(s.Schemes, sch)
	}
	if len(s.Schemes) == 0 {
		return Side{}, fmt.Errorf("%w: er is geen regeling met regels en een uitkomst", ErrSpec)
	}
	return s, nil
}

// Spec is one run.
type Spec struct {
	People People
	// Seed is for who manages to act and for the bootstrap.
	Seed     uint64
	Date     rule.Date
	Baseline Side
	Variant  *Side // nil: only today's rules
	Workers  int   // 0: all cores
	// drift shifts the logit of every step, for the demo feed.
	drift float64
}

// Run computes everything. It can take long for large populations: progress,
// which may be nil, is told how many households are done, and cancelling ctx
// stops it. The result depends on the Spec alone, without Workers.
func Run(ctx context.Context, spec Spec, progress func(done, total int)) (*Result, error) {
	if spec.Workers <= 0 {
		spec.Workers = runtime.GOMAXPROCS(0)
	}
	r, err := newRun(spec)
	if err != nil {
		return nil, err
	}
	if err := r.evaluate(ctx, progress); err != nil {
		return nil, err
	}
	if err := r.takeup(ctx); err != nil {
		return nil, err
	}
	return r.result(ctx)
}

// run is a Run on its way.
type run struct {
	spec  Spec
	sides []*bound // baseline and, when asked, variant
	homes []home   // by household
	// persons is the number of persons, rows.
	persons int
	schemes []*scheme
	// moved holds the totals of scheme s when one assumption is at its low or
	// high value.
	moved map[int][]moved
}

// home is what groups need of a household.
type home struct {
	weight     int64
	disposable int32
	persons    uint8
	age        uint8 // of the head
	ty         population.Type
}

// unit is one possible claim: a person (for itself and its partner) or a
// household.
type unit struct {
	home   int32
	member int8
	self   bool
	age    uint8
	cents  [2]int64 // a year, by side; 0: not entitled
	lost   [2]int8  // index of the first step not done; −1: receives
	auto   [2]bool
}

func (u *unit) id() uint64 { return uint64(u.home)<<5 | uint64(u.member+1) }

func (u *unit) receives(side int) bool { return u.cents[side] > 0 && u.lost[side] < 0 }

func (u *unit) received(side int) int64 {
	if u.receives(side) {
		return u.cents[side]
	}
	return 0
}

func newRun(spec Spec) (*run, error) {
	switch {
	case spec.People == nil || spec.People.Len() < 1:
		return nil, fmt.Errorf("%w: er is geen populatie", ErrSpec)
	case !spec.Date.Valid():
		return nil, fmt.Errorf("%w: %v is geen bestaande datum", ErrSpec, spec.Date)
	case len(spec.Baseline.Schemes) == 0:
		return nil, fmt.Errorf("%w: er is geen regeling gekozen", ErrSpec)
	}
	r := &run{spec: spec, moved: map[int][]moved{}}
	sides := []Side{spec.Baseline}
	if spec.Variant != nil {
		sides = append(sides, *spec.Variant)
		if len(spec.Variant.Schemes) != len(spec.Baseline.Schemes) {
			return nil, fmt.Errorf("%w: de variant heeft niet dezelfde regelingen als de regels van nu", ErrSpec)
		}
	}
	for _, s := range sides {
		b, err := bind(s, spec.Date)
		if err != nil {
			if s.ID != "" {
				return nil, fmt.Errorf("variant %s: %w", s.ID, err)
			}
			return nil, err
		}
		r.sides = append(r.sides, b)
	}
	for i, s := range spec.Baseline.Schemes {
		if spec.Variant != nil && spec.Variant.Schemes[i].ID != s.ID {
			return nil, fmt.Errorf("%w: de variant heeft %s waar de regels van nu %s hebben", ErrSpec, spec.Variant.Schemes[i].ID, s.ID)
		}
		if spec.Variant != nil && r.sides[0].outcomes[i].household != r.sides[1].outcomes[i].household {
			return nil, fmt.Errorf("%w: de variant legt de uitkomst van %s ergens anders dan de regels van nu", ErrSpec, s.ID)
		}
		r.schemes = append(r.schemes, newScheme(len(sides)))
	}
	return r, nil
}
