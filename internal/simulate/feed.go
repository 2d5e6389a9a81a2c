package simulate

import (
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/takeup"
)

// FeedSpec asks for the outcomes that a case system might have given: what
// really happened, in a demonstration. Everything in it is made up and marked
// so. Use another seed than the simulation that is compared with it.
type FeedSpec struct {
	// People must weigh exactly one household each: a population of as many
	// households as it stands for.
	People People
	Seed   uint64
	Date   rule.Date // whose rules decide
	// From and Until bound the dates of the outcomes, both included.
	From, Until rule.Date
	Side        Side // with one scheme
	// Before are the rules under which take-up was observed, when Side is a
	// change of them: other steps then lose other people. Nil: Side itself.
	Before *Side
	// Drift moves the logit of every step: how much more (or less) people
	// manage to act than the calibration says. 0.3 is a little better.
	Drift float64
	// Version names the rules as the case system does; empty: the digest.
	Version string
	// Grounds are ids of grounds for maatwerk that the regulation has.
	Grounds []string
	// Key keeps pseudonyms from being found back; the same key gives the same
	// pseudonyms.
	Key     []byte
	Workers int
}

// Purposes of the draws of a feed.
const (
	feedDay uint64 = 1<<41 + iota
	feedContact
	feedGround
	feedRefused
)

// Shares of a feed. They only make a demonstration look like one.
const (
	maxFeedDays  = 4000
	feedBand     = 250  // euros
	feedDecile   = 4    // refused applicants come from these income groups
	feedMaatwerk = 0.02 // of awards
)

// Feed gives the outcomes of one period, sorted by date and case. Who is
// entitled and does all steps is awarded, who starts and stops has not
// finished, who never applies is not in it, and some without a right are
// refused. The same spec gives the same rows.
func Feed(ctx context.Context, spec FeedSpec) ([]outcome.Row, error) {
	if len(spec.Side.Schemes) != 1 {
		return nil, fmt.Errorf("%w: uitkomsten gaan over precies één regeling", ErrSpec)
	}
	days := 0
	if spec.From.Valid() && spec.Until.Valid() {
		days = min(rule.DaysBetween(spec.From, spec.Until)+1, maxFeedDays)
	}
	if days <= 0 {
		return nil, fmt.Errorf("%w: de periode %v tot en met %v heeft geen dagen", ErrSpec, spec.From, spec.Until)
	}
	if len(spec.Key) < 16 {
		return nil, fmt.Errorf("%w: een sleutel van minstens 16 bytes is nodig voor pseudoniemen", ErrSpec)
	}
	if spec.Workers <= 0 {
		spec.Workers = 1
	}
	run := Spec{People: spec.People, Seed: spec.Seed, Date: spec.Date, Baseline: spec.Side, Workers: spec.Workers, drift: spec.Drift}
	f := feed{spec: spec, days: days}
	var variants []Side
	if spec.Before != nil {
		run.Baseline, variants, f.side = *spec.Before, []Side{spec.Side}, 1
	}
	r, err := newRun(run, variants)
	if err != nil {
		return nil, err
	}
	if err := r.evaluate(ctx, nil); err != nil {
		return nil, err
	}
	for i := range r.parts {
		f.homes = append(f.homes, r.parts[i].homes...)
	}
	for i, h := range f.homes {
		if h.weight != million {
			return nil, fmt.Errorf("%w: huishouden %d staat voor %g huishoudens; uitkomsten zijn van losse zaken, kies evenveel huishoudens als het gewicht", ErrSpec, i, float64(h.weight)/million)
		}
	}
	if err := r.settle(r.kept); err != nil {
		return nil, err
	}
	if err := r.prepare(ctx, false); err != nil {
		return nil, err
	}
	f.cuts = r.cuts
	if f.spec.Version == "" {
		f.spec.Version = spec.Side.Schemes[0].Digest
	}
	entitled, applied := f.units(r)
	if err := f.refuse(entitled, applied); err != nil {
		return nil, err
	}
	slices.SortFunc(f.rows, func(a, b outcome.Row) int {
		return cmp.Or(a.Date.Compare(b.Date), cmp.Compare(a.Case, b.Case))
	})
	return f.rows, nil
}

// units draws every unit; it gives the households with a right and the number
// of applications.
func (f *feed) units(r *run) (entitled []bool, applied int) {
	entitled = make([]bool, len(f.homes))
	d, drawn := r.newDrawing(), make([]takeup.Drawn, len(r.sides))
	for k := range r.parts {
		p := &r.parts[k]
		c := &p.claims[0]
		for i := range c.len() {
			cents := c.cents[i*len(drawn)+f.side]
			if cents == 0 {
				continue
			}
			home, id := p.first+int(c.homes[i]), p.unit(c, i)
			entitled[home] = true
			d.draw(p, 0, i, drawn)
			switch lost := drawn[f.side].Lost; {
			case lost < 0:
				f.award(id, home, c.ages[i], cents)
			case lost > 0:
				f.add(id, home, c.ages[i], outcome.Abandoned)
			default:
				continue
			}
			applied++
		}
	}
	return entitled, applied
}

type feed struct {
	spec  FeedSpec
	side  int // of the units: 0, or 1 when Side is a variant of Before
	days  int
	homes []home
	cuts  cuts
	rows  []outcome.Row
}

func (f *feed) uniform(id, purpose uint64) float64 {
	return population.Uniform(population.Hash(f.spec.Seed, id, purpose))
}

func (f *feed) add(id uint64, at int, age uint8, class outcome.Class) *outcome.Row {
	scheme := f.spec.Side.Schemes[0].ID
	mac := hmac.New(sha256.New, f.spec.Key)
	fmt.Fprintf(mac, "%s|%d|%d", scheme, f.spec.Seed, id)
	f.rows = append(f.rows, outcome.Row{
		Case: "v1:" + hex.EncodeToString(mac.Sum(nil)[:16]), Regulation: scheme, Version: f.spec.Version,
		Date: f.spec.From.AddDays(int(f.uniform(id, feedDay) * float64(f.days))), Class: class,
		Groups:  map[string]string{"huishouden": f.homes[at].ty.Label(), "leeftijd": ageGroups[ageGroup(age)].label},
		Contact: outcome.NoContact, Synthetic: true,
	})
	return &f.rows[len(f.rows)-1]
}

func (f *feed) award(id uint64, at int, age uint8, cents int64) {
	row := f.add(id, at, age, outcome.Awarded)
	row.Amount = outcome.BandOf(cents/100, feedBand)
	if g := f.uniform(id, feedGround); len(f.spec.Grounds) > 0 && g < feedMaatwerk {
		row.Ground = f.spec.Grounds[int(g/feedMaatwerk*float64(len(f.spec.Grounds)))]
		row.Contact = outcome.Spoken
	}
}

// refuse adds applications of people without a right: as large a part of all
// applications as the simulation assumes, from the lower incomes.
func (f *feed) refuse(entitled []bool, applied int) error {
	own, err := population.ReadAssumptions(files, "data/aannames.csv")
	if err != nil {
		return err
	}
	var part float64
	for _, a := range own {
		if a.ID == "aanvraag-zonder-recht" {
			part = a.Value
		}
	}
	var pool []int
	for i, h := range f.homes {
		if d := f.cuts.of(h.disposable); !entitled[i] && d >= 1 && d <= feedDecile && h.age >= 21 && h.age < 67 {
			pool = append(pool, i)
		}
	}
	if len(pool) == 0 {
		return nil
	}
	chance := min(1, float64(applied)*part/(1-part)/float64(len(pool)))
	for _, i := range pool {
		id := uint64(i)<<5 | 31 // no unit has this id
		if f.uniform(id, feedRefused) >= chance {
			continue
		}
		row := f.add(id, i, f.homes[i].age, outcome.Refused)
		switch c := f.uniform(id, feedContact); {
		case c < 0.6:
			row.Contact = outcome.Spoken
		case c < 0.75:
			row.Contact = outcome.NotReached
		}
	}
	return nil
}
