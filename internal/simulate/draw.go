package simulate

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"lemniscaat/internal/population"
	"lemniscaat/internal/takeup"
)

// Figures of one scheme that have a range, by their place in a totals.
const (
	entitledUnits = iota
	entitledCents
	receivedUnits
	receivedCents
	automaticUnits
	automaticCents
	perSide
)

// totals are the figures of baseline and variant, in millionths of a unit and
// millionths of a cent.
type totals [2 * perSide]population.Sum

func (t *totals) add(u *unit, weight int64) {
	for k := range 2 {
		cents := u.cents[k]
		if cents == 0 {
			continue
		}
		at := k * perSide
		t[at+entitledUnits].Add(weight, 1)
		t[at+entitledCents].Add(weight, cents)
		if u.lost[k] < 0 {
			t[at+receivedUnits].Add(weight, 1)
			t[at+receivedCents].Add(weight, cents)
		}
		if u.auto[k] {
			t[at+automaticUnits].Add(weight, 1)
			t[at+automaticCents].Add(weight, cents)
		}
	}
}

func (t *totals) floats() (f [2 * perSide]float64) {
	for i := range t {
		f[i] = t[i].Float()
	}
	return f
}

// moved is what the totals become when one assumption is at its low or high
// value.
type moved struct {
	assumption string
	totals     [2 * perSide]float64
}

// drawing is a set of take-up models, one per scheme, and the units to draw.
type drawing struct {
	run      *run
	params   takeup.Params
	observed []takeup.Observed
	list     []population.Assumption
}

func newDrawing(r *run) (*drawing, error) {
	list, err := takeup.Assumptions()
	if err != nil {
		return nil, err
	}
	d := &drawing{run: r, list: list, params: takeup.Defaults(list)}
	for _, s := range r.spec.Baseline.Schemes {
		o, err := takeup.Observe(s.ID)
		if err != nil {
			return nil, fmt.Errorf("takeup: %w", err)
		}
		d.observed = append(d.observed, o)
	}
	return d, nil
}

// takeup draws who manages to act, with the assumptions as they are and with
// each at its low and its high value. The engine does not run again.
func (r *run) takeup(ctx context.Context) error {
	d, err := newDrawing(r)
	if err != nil {
		return err
	}
	for s := range r.schemes {
		if err := d.draw(s, d.params, d.observed[s], r.schemes[s].units); err != nil {
			return err
		}
	}
	return r.ranges(ctx, d)
}

// draw fills lost and auto of the units of a scheme. The model is calibrated
// on today's rules and steps and then used for the variant as well.
func (d *drawing) draw(s int, p takeup.Params, o takeup.Observed, units []unit) error {
	r := d.run
	var steps [2][]takeup.Step
	steps[0] = takeup.Steps(r.spec.Baseline.Schemes[s].Steps)
	if r.spec.Variant != nil {
		steps[1] = takeup.Steps(r.spec.Variant.Schemes[s].Steps)
	}
	var known []takeup.Unit
	for i := range units {
		if units[i].cents[0] > 0 {
			known = append(known, r.actor(&units[i], 0))
		}
	}
	m, err := takeup.Calibrate(o, steps[0], known, r.spec.Seed, p)
	if err != nil {
		return err
	}
	m = m.Shifted(r.spec.drift)
	for i := range units {
		u := &units[i]
		for k := range r.sides {
			u.lost[k], u.auto[k] = -1, false
			if u.cents[k] > 0 {
				lost, auto := m.Draw(r.actor(u, k), steps[k])
				u.lost[k], u.auto[k] = int8(lost), auto
			}
		}
	}
	return nil
}

// actor is a unit as take-up sees it.
func (r *run) actor(u *unit, side int) takeup.Unit {
	return takeup.Unit{ID: u.id(), Weight: r.homes[u.home].weight, Monthly: float64(u.cents[side]) / 1200,
		Age: int(u.age), SelfEmployed: u.self}
}

func (r *run) totals(units []unit) *totals {
	t := new(totals)
	for i := range units {
		t.add(&units[i], r.homes[units[i].home].weight)
	}
	return t
}

// ranges draws again with every take-up assumption at its bounds.
func (r *run) ranges(ctx context.Context, d *drawing) error {
	type job struct {
		scheme     int
		assumption string
		params     takeup.Params
		observed   takeup.Observed
	}
	var jobs []job
	for s := range r.schemes {
		o := d.observed[s]
		for _, v := range []float64{o.Low, o.High} {
			moved := o
			if o.SelfEmployed > 0 { // the gap of the self-employed stays in proportion
				moved.SelfEmployed = min(o.SelfEmployed*v/o.Unclaimed, 0.95)
			}
			moved.Unclaimed = v
			jobs = append(jobs, job{s, o.Assumption().ID, d.params, moved})
		}
		for _, a := range d.list {
			if a.Low == a.High {
				continue
			}
			for _, v := range []float64{a.Low, a.High} {
				jobs = append(jobs, job{s, a.ID, d.params.With(a.ID, v), o})
			}
		}
	}
	results := make([]moved, len(jobs))
	errs := make([]error, len(jobs))
	each(ctx, r.spec.Workers, len(jobs), func(i int) {
		j := jobs[i]
		units := append([]unit(nil), r.schemes[j.scheme].units...)
		if errs[i] = d.draw(j.scheme, j.params, j.observed, units); errs[i] == nil {
			results[i] = moved{j.assumption, r.totals(units).floats()}
		}
	})
	if err := errors.Join(append(errs, ctx.Err())...); err != nil {
		return err
	}
	for i, j := range jobs {
		r.moved[j.scheme] = append(r.moved[j.scheme], results[i])
	}
	return nil
}

// each runs do for 0 … n−1 on workers; it stops handing out work when ctx is
// done.
func each(ctx context.Context, workers, n int, do func(i int)) {
	work := make(chan int)
	var wg sync.WaitGroup
	for range max(1, workers) {
		wg.Go(func() {
			for i := range work {
				do(i)
			}
		})
	}
	for i := range n {
		if ctx.Err() != nil {
			break
		}
		work <- i
	}
	close(work)
	wg.Wait()
}
