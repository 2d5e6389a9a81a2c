package simulate

import (
	"context"
	"fmt"
	"slices"

	"lemniscaat/internal/population"
	"lemniscaat/internal/takeup"
)

// prepare makes, per scheme, the models of take-up: the first with the
// assumptions as they are, and with ranges one with each at its low and one at
// its high value. All are calibrated on today's rules and steps, without
// interventions, and then used for the variants as well. Evaluating has been done by then; it does not run
// again.
func (r *run) prepare(ctx context.Context, ranges bool) error {
	var err error
	if r.assumed, err = takeup.Assumptions(); err != nil {
		return err
	}
	defaults := takeup.Defaults(r.assumed)
	type job struct {
		scheme, model int
		params        takeup.Params
		observed      takeup.Observed
	}
	var jobs []job
	models := make([][]*takeup.Model, len(r.spec.Baseline.Schemes))
	r.moved, r.steps, r.panels = make([][]string, len(models)), make([][][]takeup.Step, len(models)), make([]*takeup.Panel, len(models))
	for s, scheme := range r.spec.Baseline.Schemes {
		for _, side := range r.sides {
			steps := takeup.Steps(side.Schemes[s].Steps)
			if len(steps) > maxSteps {
				return fmt.Errorf("%w: %s heeft %d stappen die mensen verliezen; hoogstens %d kan", ErrSpec, scheme.ID, len(steps), maxSteps)
			}
			r.steps[s] = append(r.steps[s], steps)
		}
		o, err := takeup.Observe(scheme.ID)
		if err != nil {
			return fmt.Errorf("takeup: %w", err)
		}
		r.observed = append(r.observed, o)
		add := func(assumption string, p takeup.Params, o takeup.Observed) {
			jobs = append(jobs, job{s, len(r.moved[s]), p, o})
			r.moved[s] = append(r.moved[s], assumption)
		}
		add("", defaults, o)
		if ranges && !r.spec.Plain {
			r.corners(o, takeup.Relevant(r.assumed, slices.Concat(r.steps[s]...)...), defaults, add)
		}
		models[s] = make([]*takeup.Model, len(r.moved[s]))
	}
	err = population.Each(ctx, r.workers, len(jobs), func(int) func(int) error {
		return func(i int) error {
			j := jobs[i]
			if have := r.earlier.model(j.scheme, j.model, r.moved[j.scheme][j.model], r.samples[j.scheme]); have != nil {
				models[j.scheme][j.model] = have
				return nil
			}
			m, err := takeup.Calibrate(j.observed, takeup.Plain(r.steps[j.scheme][0]), r.samples[j.scheme], r.spec.Seed, j.params)
			if err != nil {
				return err
			}
			models[j.scheme][j.model] = m.Shifted(r.spec.drift)
			return nil
		}
	})
	if err != nil {
		return err
	}
	r.models = models
	for s := range models {
		r.panels[s] = takeup.NewPanel(models[s], r.steps[s]...)
	}
	return nil
}

// corners adds each assumption at its low and its high value.
func (r *run) corners(o takeup.Observed, assumed []population.Assumption, defaults takeup.Params, add func(string, takeup.Params, takeup.Observed)) {
	for _, v := range []float64{o.Low, o.High} {
		m := o
		if o.Unclaimed > 0 { // the gaps of groups stay in proportion
			m.SelfEmployed = min(o.SelfEmployed*v/o.Unclaimed, 0.95)
			m.Retired = min(o.Retired*v/o.Unclaimed, 0.95)
		}
		m.Unclaimed = v
		add(o.Assumption().ID, defaults, m)
	}
	for _, a := range assumed {
		if a.Low == a.High {
			continue
		}
		for _, v := range []float64{a.Low, a.High} {
			add(a.ID, defaults.With(a.ID, v), o)
		}
	}
}

// actor is unit i as take-up sees it, with cents a year at stake.
func (p *part) actor(c *claims, i int, cents int64) takeup.Unit {
	return takeup.Unit{ID: p.unit(c, i), Weight: p.homes[c.homes[i]].weight, Monthly: monthly(cents),
		Age: int(c.ages[i]), SelfEmployed: c.self[i]}
}

func monthly(cents int64) float64 { return float64(cents) / 1200 }

// drawing draws units one after another, on one goroutine.
type drawing struct {
	run     *run
	scratch takeup.Scratch
	// same says, by scheme and side, that the steps are those of today: then an
	// equal amount is an equal draw.
	same [][]bool
}

func (r *run) newDrawing() *drawing {
	d := &drawing{run: r}
	for s := range r.steps {
		same := make([]bool, len(r.sides))
		for k := range same {
			same[k] = takeup.Same(r.steps[s][0], r.steps[s][k])
		}
		d.same = append(d.same, same)
	}
	return d
}

// draw draws one unit on every side; out has an entry per side. On a side that
// gives nothing there is nothing to draw.
func (d *drawing) draw(p *part, s, i int, out []takeup.Drawn) {
	c, sides := &p.claims[s], len(out)
	cents := c.cents[i*sides : (i+1)*sides]
	panel := d.run.panels[s]
	panel.Meet(p.actor(c, i, 0), &d.scratch)
	for k, x := range cents {
		switch {
		case x == 0:
			out[k] = takeup.Drawn{Lost: -1}
		case k > 0 && x == cents[0] && d.same[s][k]:
			out[k] = out[0]
		default:
			out[k] = panel.Draw(&d.scratch, k, monthly(x))
		}
	}
}

// weighted adds units and cents, each times a weight.
type weighted struct{ units, cents population.Sum }

func (w *weighted) add(weight, cents int64) {
	w.units.Add(weight, 1)
	w.cents.Add(weight, cents)
}

// move adds a unit, or takes it away.
func (w *weighted) move(weight, cents int64, in bool) {
	if in {
		w.add(weight, cents)
		return
	}
	w.units.Add(weight, -1)
	w.cents.Add(weight, -cents)
}

func (w *weighted) merge(o weighted) {
	w.units.Merge(o.units)
	w.cents.Merge(o.cents)
}
