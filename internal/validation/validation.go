// Package validation compares the synthetic country with what is known of the
// real one: the population with the figures it was fitted to and those that were
// held out, and what the shipped regulations give it with what was paid. The
// figures are in data/doelen.csv; those marked "toets" were used for nothing.
package validation

import (
	"context"
	"embed"
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/simulate"
)

//go:embed data/*
var files embed.FS

// Target is a published figure about a programme.
type Target struct {
	ID     string
	Use    string // "ijking": assumptions were chosen with it; "toets": held out
	Scheme string // id of a regulation; empty: all toeslagen
	// Measure says what is counted, of who receives: "ontvangers" (units),
	// "personen-onder-aow", "gevallen-aow" (units by the age of who claims), "euro" a year,
	// "laagste-30" (% of the households of the lowest three deciles),
	// "een-van-de-toeslagen" (households).
	Measure string
	Date    rule.Date // whose rules it is compared with
	Label   string    // Dutch
	Value   float64   // 0: no figure
	Unit    string    // "aantal", "euro" or "%"
	Source  string
	Period  string // ISO 8601 year, month or day
	Cause   string // Dutch: why the model may be off
}

// Outcome is what the model gives for a target.
type Outcome struct {
	Target
	Model float64
	// Run is false when the regulation could not be run on the date.
	Run bool
}

// Off is the difference with the official figure in percent of it.
func (o Outcome) Off() float64 { return 100 * (o.Model/o.Value - 1) }

// Group counts households and what they have more or less a month, on average.
type Group struct {
	Households float64
	Rows       int
	MeanMonth  float64 // euros
}

// Reform is the check on a reform of which an official estimate is known.
type Reform struct {
	Date rule.Date
	// New receive huurtoeslag only after it, Less receive less than before.
	New, Less Group
}

// Official estimates of the reform of 2023: 116,000 more households, with € 172
// a month; 1 million households lose € 10 a month.
const (
	NewHouseholds, NewMonth   = 116_000, 172
	LessHouseholds, LessMonth = 1_000_000, -10
)

// Report is everything that was compared.
type Report struct {
	Households int // synthetic
	Seed       uint64
	Populations,
	RuleSets []string // ids, by date of Dates
	Dates       []rule.Date
	Diagnosis   *population.Diagnosis // of the first population
	Outcomes    []Outcome
	Reform      Reform
	Income      *simulate.Income // on the last date; nil: not measured
	Assumptions []population.Assumption
}

// ErrData says that the shipped figures cannot be read: a broken build.
var ErrData = errors.New("validation data")

// Targets reads the shipped figures.
func Targets() ([]Target, error) {
	f, err := files.Open("data/doelen.csv")
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrData, err)
	}
	defer func() { _ = f.Close() }()
	r := csv.NewReader(f)
	r.Comma, r.Comment = ';', '#'
	rows, err := r.ReadAll()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrData, err)
	}
	var out []Target
	for _, row := range rows[1:] {
		t := Target{ID: row[0], Use: row[1], Scheme: row[2], Measure: row[3], Label: row[5], Unit: row[7], Source: row[8], Period: row[9], Cause: row[10]}
		if t.Date, err = rule.ParseDate(row[4]); err != nil {
			return nil, fmt.Errorf("%w: %s: %w", ErrData, t.ID, err)
		}
		if row[6] != "" {
			if t.Value, err = strconv.ParseFloat(row[6], 64); err != nil {
				return nil, fmt.Errorf("%w: %s: %w", ErrData, t.ID, err)
			}
		}
		out = append(out, t)
	}
	return out, nil
}

// allowances are the toeslagen.
var allowances = []string{"zorgtoeslag", "huurtoeslag", "kindgebonden-budget", "kinderopvangtoeslag"}

// Run makes populations of n households and compares them. The result depends
// on set, n and seed alone.
func Run(ctx context.Context, set *regulation.Set, n int, seed uint64, workers int) (*Report, error) {
	targets, err := Targets()
	if err != nil {
		return nil, err
	}
	rep := &Report{Households: n, Seed: seed}
	for _, t := range targets {
		if !slices.Contains(rep.Dates, t.Date) {
			rep.Dates = append(rep.Dates, t.Date)
		}
	}
	slices.SortFunc(rep.Dates, rule.Date.Compare)
	tallies := map[rule.Date]*tally{}
	for _, date := range rep.Dates {
		people, err := population.New(population.Spec{N: n, Seed: seed, Year: date.Year})
		if err != nil {
			return nil, fmt.Errorf("population of %d: %w", date.Year, err)
		}
		side, err := simulate.NewSide(set, date)
		if err != nil {
			return nil, fmt.Errorf("rules of %v: %w", date, err)
		}
		spec := simulate.Spec{People: people, Seed: seed, Date: date, Baseline: side, Workers: workers}
		t := newTally(side)
		if err := simulate.Visit(ctx, spec, t.add); err != nil {
			return nil, fmt.Errorf("run on %v: %w", date, err)
		}
		tallies[date] = t
		rep.Populations, rep.RuleSets = append(rep.Populations, people.ID()), append(rep.RuleSets, side.Digest)
		if date == rep.Dates[0] {
			if rep.Reform, err = reform(ctx, set, spec); err != nil {
				return nil, err
			}
		}
		if date == rep.Dates[len(rep.Dates)-1] {
			if rep.Diagnosis, err = population.Diagnose(ctx, people, workers); err != nil {
				return nil, fmt.Errorf("population of %d: %w", date.Year, err)
			}
			res, err := simulate.Run(ctx, spec, nil)
			if err != nil {
				return nil, fmt.Errorf("incomes on %v: %w", date, err)
			}
			rep.Income, rep.Assumptions = res.Income, people.Assumptions()
		}
	}
	for _, t := range targets {
		o := Outcome{Target: t}
		o.Model, o.Run = tallies[t.Date].of(t)
		rep.Outcomes = append(rep.Outcomes, o)
	}
	return rep, nil
}

// tally adds up what targets ask for, in millionths of units.
type tally struct {
	schemes  []string
	units    []population.Sum // by scheme
	euros    []population.Sum
	young    []population.Sum // persons under AOW age
	old      []population.Sum // units of AOW age
	any      population.Sum   // households with a toeslag
	low      population.Sum   // households of the lowest three deciles
	lowUnits []population.Sum // of which with a scheme
}

func newTally(side simulate.Side) *tally {
	t := new(tally)
	for _, s := range side.Schemes {
		t.schemes = append(t.schemes, s.ID)
	}
	n := len(t.schemes)
	for _, list := range []*[]population.Sum{&t.units, &t.euros, &t.young, &t.old, &t.lowUnits} {
		*list = make([]population.Sum, n)
	}
	return t
}

// lowest is the highest decile of the lowest 30 %.
const lowest = 3

func (t *tally) add(v *simulate.Visited) {
	low, some := v.Decile <= lowest, false
	if low {
		t.low.Add(v.Weight, 1)
	}
	for s, sides := range v.Schemes {
		got := sides[0].Received
		if got.Units == 0 {
			continue
		}
		t.units[s].Add(v.Weight, int64(got.Units))
		t.euros[s].Add(v.Weight, got.Cents)
		t.old[s].Add(v.Weight, int64(got.Pensioners))
		t.young[s].Add(v.Weight, int64(got.Persons-min(got.Persons, got.Pensioners)))
		if low {
			t.lowUnits[s].Add(v.Weight, 1)
		}
		some = some || slices.Contains(allowances, t.schemes[s])
	}
	if some {
		t.any.Add(v.Weight, 1)
	}
}

const million = 1_000_000

// of gives the figure of a target; ok is false when its regulation was not run.
func (t *tally) of(x Target) (v float64, ok bool) {
	if x.Measure == "een-van-de-toeslagen" {
		return t.any.Float() / million, true
	}
	s := slices.Index(t.schemes, x.Scheme)
	if s < 0 {
		return 0, false
	}
	switch x.Measure {
	case "ontvangers":
		return t.units[s].Float() / million, true
	case "euro":
		return t.euros[s].Float() / million / 100, true
	case "personen-onder-aow":
		return t.young[s].Float() / million, true
	case "gevallen-aow":
		return t.old[s].Float() / million, true
	case "laagste-30":
		return 100 * t.lowUnits[s].Float() / t.low.Float(), true
	}
	panic("BUG: measure " + x.Measure)
}

// reform runs the reform of huurtoeslag of 2023 on the people of a run.
func reform(ctx context.Context, set *regulation.Set, spec simulate.Spec) (Reform, error) {
	const file = "data/huurtoeslag-2023.yaml"
	data, err := files.ReadFile(file)
	if err != nil {
		return Reform{}, fmt.Errorf("%w: %w", ErrData, err)
	}
	v, ds := regulation.ReadVariant(file, data)
	if err := ds.Err(); err != nil {
		return Reform{}, fmt.Errorf("%w: %w", ErrData, err)
	}
	changed, ds := set.With(v)
	if err := ds.Err(); err != nil {
		return Reform{}, fmt.Errorf("%w: %w", ErrData, err)
	}
	const scheme = "huurtoeslag"
	if spec.Baseline, err = simulate.NewSide(set, spec.Date, scheme); err != nil {
		return Reform{}, fmt.Errorf("reform: %w", err)
	}
	after, err := simulate.NewSide(changed, spec.Date, scheme)
	if err != nil {
		return Reform{}, fmt.Errorf("reform: %w", err)
	}
	after.ID, after.Name = v.ID, v.Name
	spec.Variant = &after
	var n, l struct {
		homes, cents population.Sum
		rows         int
	}
	err = simulate.Visit(ctx, spec, func(v *simulate.Visited) {
		was, is := v.Schemes[0][0].Received.Cents, v.Schemes[0][1].Received.Cents
		g := &n
		switch {
		case was == 0 && is > 0:
		case is < was:
			g = &l
		default:
			return
		}
		g.rows++
		g.homes.Add(v.Weight, 1)
		g.cents.Add(v.Weight, is-was)
	})
	if err != nil {
		return Reform{}, fmt.Errorf("reform: %w", err)
	}
	r := Reform{Date: spec.Date, New: Group{n.homes.Float() / million, n.rows, 0}, Less: Group{l.homes.Float() / million, l.rows, 0}}
	if n.rows > 0 {
		r.New.MeanMonth = n.cents.Float() / n.homes.Float() / 1200
	}
	if l.rows > 0 {
		r.Less.MeanMonth = l.cents.Float() / l.homes.Float() / 1200
	}
	return r, nil
}
