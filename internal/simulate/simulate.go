// Package simulate runs regulations over a synthetic population: today's rules
// and a variant on the same households with the same draws. It gives what
// people are entitled to, what they receive given the steps that are asked, and
// what they would receive if it went by itself, and who wins and loses.
//
// A run goes through the population in chunks, twice, and every number in
// between is whole: sums are millionths of a household times cents, so that no
// result depends on the number of threads or the size of chunks. A Plan does the
// same in parts that processes share, and what it keeps in between are bytes.
//
//  1. evaluate: the households of a chunk as columns (population.Block) go to
//     package column, with all sides in one program. What is kept is a home of
//     24 bytes per household and, per unit with a right, its amounts by side.
//     For cliffs each unit is a case again, once per amount that its outcome
//     depends on, with € 25 a month more of it.
//  2. settle: what all chunks together say and drawing needs to know: income
//     groups, and the units on which take-up is calibrated.
//  3. survey: every unit is drawn on every side under all assumptions of
//     take-up at once (takeup.Panel), and counted: totals, steps, groups, the
//     bootstrap, winners and losers. Nothing is kept of a draw.
//
// A household on which a rule errs is left out and counted as a Failure, never
// dropped in silence. Who adds a field to part, findings, settled, counts or what
// they hold, adds it to the method form of its type, and to merge; a test says
// so, and form:"-" marks what is not stored. The exact evaluator, one household at a time, is the
// reference: the tests compare whole results with it.
//
// Where the time goes, by CPU profile of nl:100000 with eleven regulations, the
// measure of income and a variant (13 µs a household in all): 30 % in package
// column for both sides at once; 18 % for cliffs and 12 % for marginal pressure,
// which run the rules again; 15 % drawing and counting with a hundred
// replications; 11 % calibrating take-up; 10 % making households. Cases that the
// columns cannot prove to have right are computed again by package exact, a
// hundred times as slow: Stats of a block counts them, and there are none now.
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

	"lemniscaat/internal/exact"
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
	// Period is "jaar", "kwartaal", "maand" or "eenmalig" (counted once a year).
	Period     string
	Steps      []regulation.Step
	Indicators []regulation.Indicator
	// Assumptions are those that the regulation itself names.
	Assumptions []population.Assumption
	// Owed: people pay the outcome. Then there is nothing to apply for, and no step
	// at which a right is lost.
	Owed bool
	// Municipal says that it is a regulation of one municipality.
	Municipal bool
	// Staffing and Caseload are those of its triangle on the date; 0: not given.
	Staffing, Caseload int
	// Advance says how an advance is settled; nil when none is paid.
	Advance *Terms
	// Digest is the content digest of the regulation.
	Digest string
}

// Side is one set of rules: today's, or a variant.
type Side struct {
	ID, Name string // of the variant; empty for today's rules
	Digest   string // of the whole rule set
	// Model has the rules of the regulations and of what they build on.
	Model *rule.Model
	// program is Model compiled; nil: not yet.
	program *exact.Program
	// set is what the side was made of; nil: put together otherwise.
	set     *regulation.Set
	Schemes []Scheme
	// Income measures disposable income; nil: the drawn income of the population
	// is used.
	Income *Measured
	// Skipped are the regulations that cannot be run, when all were asked for.
	Skipped []Skipped
	// known is what the population knows on which it runs.
	known population.Knowledge
}

// NewSide takes the regulations with these ids from a set. Without ids it takes
// all that have rules and an outcome on the date, and of which the population
// has the data; the others with rules are Skipped.
func NewSide(set *regulation.Set, date rule.Date, ids ...string) (Side, error) {
	return NewSideFor(population.Known(), set, date, ids...)
}

// NewSideFor is NewSide for a population that knows this.
func NewSideFor(known population.Knowledge, set *regulation.Set, date rule.Date, ids ...string) (Side, error) {
	s := Side{set: set, Digest: string(set.Digest()), known: known}
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
		if !r.Decides() {
			if all {
				continue
			}
			return Side{}, fmt.Errorf("%w: regeling %s heeft geen regels met een uitkomst en kan niet gesimuleerd worden", ErrSpec, id)
		}
		if r.MeasuresIncome {
			if s.Income != nil {
				return Side{}, fmt.Errorf("%w: %s en %s meten allebei het inkomen; kies er één", ErrSpec, s.Income.ID, r.ID)
			}
			s.Income = measured(set, r)
			continue
		}
		o := r.Outcomes[0]
		sch := Scheme{ID: r.ID, Name: r.Name, Outcome: o.Attribute, Period: o.Period, Steps: r.Steps(date),
			Indicators: r.Indicators, Owed: o.Says == "betaalt", Municipal: r.Municipality != nil, Digest: string(set.ContentDigest(r))}
		if t := r.Triangle; t != nil && !date.Before(t.From) && (t.Until.IsZero() || date.Before(t.Until)) {
			sch.Staffing, sch.Caseload = t.Staffing, t.Caseload
		}
		if sch.Owed {
			sch.Steps = slices.Clone(sch.Steps)
			for i := range sch.Steps {
				sch.Steps[i].Loses = false
			}
		}
		sch.Advance = termsOf(set, r, date)
		for _, a := range r.Assumptions {
			sch.Assumptions = append(sch.Assumptions, population.Assumption{ID: r.ID + "." + a.ID, Text: a.Text, Basis: "de regeling"})
		}
		for _, step := range takeup.Steps(sch.Steps) {
			sch.Assumptions = append(sch.Assumptions, population.Assumption{ID: "last." + r.ID + "." + step.ID, Value: step.Load, Low: step.Load, High: step.Load,
				Unit: "punten van 10", Text: fmt.Sprintf("De last van de stap “%s”.", step.Action), Basis: "stappen van de regeling"})
		}
		s.Schemes = append(s.Schemes, sch)
	}
	if len(s.Schemes) == 0 && s.Income == nil {
		return Side{}, fmt.Errorf("%w: er is geen regeling met regels en een uitkomst", ErrSpec)
	}
	if all {
		if err := s.choose(set, date); err != nil {
			return Side{}, err
		}
		if len(s.Schemes) == 0 && s.Income == nil {
			return Side{}, fmt.Errorf("%w: geen enkele regeling kan gesimuleerd worden; %s: %s", ErrSpec, s.Skipped[0].ID, s.Skipped[0].Reason)
		}
	}
	return s, s.within(set)
}

// IDs gives the regulations of a side, the one that measures income included: a
// variant has the same ones.
func (s Side) IDs() []string {
	var ids []string
	for _, x := range s.Schemes {
		ids = append(ids, x.ID)
	}
	if s.Income != nil {
		ids = append(ids, s.Income.ID)
	}
	return ids
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
	// Plain leaves out what takes most of the time: intervals, cliffs and marginal
	// pressure. Every other figure is the same. It is for trying many values.
	Plain bool
	// PovertyLine is the line for a single person in cents a year; 0: that of the
	// assumptions.
	PovertyLine int64
	// Advances settles what is paid in advance on the income that people expect:
	// the rules run once more for them.
	Advances bool
	// Programs keeps compiled rules between runs; nil: they are compiled again.
	Programs *Programs
	// drift shifts the logit of every step, for the demo feed.
	drift float64
	// chunk and reference are for tests: households per chunk, and the exact
	// evaluator instead of the engine.
	chunk     int
	reference func(r *run) evaluator
}

// maxSides is how many sets of rules go in one run: today's and variants.
const maxSides = 5

// Run computes everything. It can take long for large populations: progress,
// which may be nil, is told how many households are done, and cancelling ctx
// stops it. The result depends on the Spec alone, without Workers.
func Run(ctx context.Context, spec Spec, progress func(done, total int)) (*Result, error) {
	var variants []Side
	if spec.Variant != nil {
		variants = append(variants, *spec.Variant)
	}
	all, err := compute(ctx, spec, variants, progress)
	if err != nil {
		return nil, err
	}
	return all[0], nil
}

// Compare is Run for one to four variants at once, with a result for each. What
// they have in common is computed once. A unit on which a rule errs on one side
// is left out of all of them. The Variant of the spec is not looked at.
func Compare(ctx context.Context, spec Spec, variants []Side, progress func(done, total int)) ([]*Result, error) {
	if len(variants) < 1 || len(variants) >= maxSides {
		return nil, fmt.Errorf("%w: %d varianten tegelijk kan niet; kies er 1 tot en met %d", ErrSpec, len(variants), maxSides-1)
	}
	return compute(ctx, spec, variants, progress)
}

func compute(ctx context.Context, spec Spec, variants []Side, progress func(done, total int)) ([]*Result, error) {
	r, err := newRun(spec, variants)
	if err != nil {
		return nil, err
	}
	if err := r.compute(ctx, progress); err != nil {
		return nil, err
	}
	return r.results()
}

// compute does all the steps of a run in this process.
func (r *run) compute(ctx context.Context, progress func(done, total int)) error {
	if err := r.evaluate(ctx, progress); err != nil {
		return err
	}
	return r.conclude(ctx)
}

// conclude does the steps after evaluating.
func (r *run) conclude(ctx context.Context) error {
	if err := r.settle(r.kept); err != nil {
		return err
	}
	return r.survey(ctx)
}

// run is a computation on its way.
type run struct {
	spec    Spec
	workers int
	people  population.Blocks
	sides   []*bound // baseline and variants
	engine  evaluator
	size    int     // households in a part
	parts   []part  // in a run that keeps them
	settled         // after evaluating
	counted *counts // of drawing
	// assumed are the assumptions of take-up; moved says per scheme which one
	// each model but the first has at a bound.
	assumed []population.Assumption
	moved   [][]string
	panels  []*takeup.Panel
	// introductions are, by variant, who goes over when; nil: everybody at once.
	introductions []*introduction
	steps         [][][]takeup.Step // by scheme and side
	// observed is what is known of take-up, by scheme.
	observed []takeup.Observed
	// models are those of take-up, by scheme and assumption. A run of earlier on the
	// same people and rules of now may have them already.
	models  [][]*takeup.Model
	earlier *run
	// settles are the schemes of which advances are settled; estimating draws the
	// incomes that people expect.
	settles    []int
	estimating *estimating
}

// part is what is kept of a chunk of households. Its form is what a run in
// parts stores.
type part struct {
	first  int
	homes  []home
	claims []claims // by scheme
	// incomes are what the rules compute of disposable income, in cents a year,
	// by home and then by side; none when no regulation measures it. unkept is
	// what of the step of marginal pressure is not kept, in cents, or noEarner or
	// noPressure.
	incomes []int64
	unkept  []int32
}

// home is what groups need of a household.
type home struct {
	weight int64
	// disposable is the income that fixes its decile, in euros a year: that under
	// today's rules when it receives all that it is entitled to, or the drawn one.
	disposable int32
	wealth     int32 // euros
	persons    uint8
	minors     uint8 // of them, under 18
	age        uint8 // of the head
	ty         population.Type
	kin        kin
	// lost says that no rule could compute its income: it is left out of
	// everything that is about income.
	lost bool
}

// claims are the units of one scheme that have a right on some side: persons
// (for themselves and their partners) or households, in order.
type claims struct {
	homes   []int32 // index in the part
	members []int8  // −1: the household
	ages    []uint8
	self    []bool
	cents   []int64 // a year, by unit, then by side; 0: not entitled
	late    late
}

func (c *claims) len() int { return len(c.homes) }

func (p *part) form(f *form) {
	f.int(&p.first)
	formList(f, &p.homes, func(f *form, h *home) { h.form(f) })
	formEach(f, p.claims, func(f *form, c *claims) { c.form(f) })
	formNumbers(f, &p.incomes)
	formNumbers(f, &p.unkept)
}

func (h *home) form(f *form) {
	f.int64(&h.weight)
	formNumber(f, &h.disposable)
	formNumber(f, &h.wealth)
	formNumber(f, &h.persons)
	formNumber(f, &h.minors)
	formNumber(f, &h.age)
	formNumber(f, &h.ty)
	h.kin.form(f)
	f.bool(&h.lost)
}

func (c *claims) form(f *form) {
	formNumbers(f, &c.homes)
	formNumbers(f, &c.members)
	formNumbers(f, &c.ages)
	formList(f, &c.self, (*form).bool)
	formNumbers(f, &c.cents)
	c.late.form(f)
}

// unit is the id of unit i for draws.
func (p *part) unit(c *claims, i int) uint64 {
	return uint64(p.first+int(c.homes[i]))<<5 | uint64(c.members[i]+1)
}

// maxMembers of a household: a unit id has five bits for the member.
const maxMembers = 30

func newRun(spec Spec, variants []Side) (*run, error) {
	switch {
	case spec.People == nil || spec.People.Len() < 1:
		return nil, fmt.Errorf("%w: er is geen populatie", ErrSpec)
	case !spec.Date.Valid():
		return nil, fmt.Errorf("%w: %v is geen bestaande datum", ErrSpec, spec.Date)
	case len(spec.Baseline.Schemes) == 0 && spec.Baseline.Income == nil:
		return nil, fmt.Errorf("%w: er is geen regeling gekozen", ErrSpec)
	}
	r := &run{spec: spec, workers: spec.Workers, people: population.Rows(spec.People)}
	if r.workers <= 0 {
		r.workers = runtime.GOMAXPROCS(0)
	}
	r.size = r.chunk()
	var err error
	if r.estimating, err = newEstimating(spec.Seed); err != nil {
		return nil, err
	}
	if spec.reference != nil {
		sides, err := bindAll(spec, variants)
		if err != nil {
			return nil, err
		}
		r.sides, r.settles = sides, settles(spec, sides)
		r.engine = spec.reference(r)
		return r, r.introduceAll()
	}
	got, err := spec.Programs.get(spec.key(variants), func() (program, error) {
		sides, err := bindAll(spec, variants)
		if err != nil {
			return program{}, err
		}
		e, err := newEngine(sides, spec.Plain, settles(spec, sides))
		return program{sides: sides, engine: e}, err
	})
	if err != nil {
		return nil, err
	}
	e := *got.engine
	e.estimating = r.estimating
	r.sides, r.settles, r.engine = got.sides, e.settles, &e
	return r, r.introduceAll()
}

func bindAll(spec Spec, variants []Side) ([]*bound, error) {
	var sides []*bound
	known := population.KnownOf(spec.People)
	for _, s := range append([]Side{spec.Baseline}, variants...) {
		s.known = known
		b, err := bind(s, spec.Date)
		if err != nil {
			return nil, named(s, err)
		}
		sides = append(sides, b)
		if err := b.comparable(sides[0]); err != nil {
			return nil, err
		}
	}
	derived := sides[0].derived
	for _, b := range sides[1:] {
		derived = both(derived, b.derived)
	}
	for _, b := range sides {
		b.derived = derived
	}
	return sides, nil
}

func named(s Side, err error) error {
	if s.ID != "" {
		return fmt.Errorf("variant %s: %w", s.ID, err)
	}
	return err
}
