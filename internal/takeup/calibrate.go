package takeup

import (
	"fmt"
	"math"
)

// Sample is the number of units that a calibration looks at: of more, every
// so many are taken.
const Sample = 4000

// Stride says that every how many of n units a calibration takes.
func Stride(n int) int { return max(1, (n+Sample-1)/Sample) }

// Calibrate fits the intercept so that the expected share of units, by weight,
// that the steps lose is what was observed, and where the share among the
// self-employed or those who have just retired is known also their shift.
// Without units or steps there is nothing to fit: a step that a variant adds is
// then done by most.
func Calibrate(o Observed, steps []Step, units []Unit, seed uint64, p Params) (*Model, error) {
	m := &Model{coefficients: p.coefficients(), seed: seed}
	switch {
	case o.Unclaimed <= 0: // nobody was ever lost
		m.intercept = math.Inf(1)
		return m, nil
	case len(steps) == 0 || len(units) == 0: // no one to calibrate on; a variant may still ask a step
		m.intercept = 3
		return m, nil
	}
	f := newFitting(m, steps, units)
	rounds := 1
	// Too few units of a group say nothing: the assumption stays.
	self := o.SelfEmployed > 0 && len(f.groups[ofSelf]) >= enough
	retired := o.Retired > 0 && len(f.groups[ofRetired]) >= enough
	if self || retired {
		rounds = 4
	}
	find := func(v *float64, target float64, of int) error {
		if !root(func(x float64) float64 { *v = x; return f.lost(of) - target }, v) {
			return fmt.Errorf("takeup: voor %s is geen waarde te vinden bij een niet-gebruik van %g", o.Regulation, target)
		}
		return nil
	}
	for range rounds {
		if self {
			if err := find(&m.self, o.SelfEmployed, ofSelf); err != nil {
				return nil, err
			}
		}
		if retired {
			if err := find(&m.retired, o.Retired, ofRetired); err != nil {
				return nil, err
			}
		}
		if err := find(&m.intercept, o.Unclaimed, ofAll); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// enough units of a group to calibrate on.
const enough = 20

// Groups of units of a fitting.
const (
	ofAll = iota
	ofSelf
	ofRetired
)

// fitting holds what a calibration needs of each unit. A unit does a step with
// probability 1/(1 + odds·load), where odds is e to the power of minus its
// logit and load is e to the power of the cost of the step, so that trying
// another intercept takes no exponents.
type fitting struct {
	m       *Model
	loads   []float64
	odds    []float64 // without the intercept and what may be fitted of a group
	weights []float64
	kind    []uint8    // 1: self-employed, 2: just retired, 3: both
	groups  [3][]int32 // units, by group
}

func newFitting(m *Model, steps []Step, units []Unit) *fitting {
	f := &fitting{m: m, loads: make([]float64, len(steps))}
	for i, s := range steps {
		f.loads[i] = math.Exp(m.cost(s))
	}
	stride := Stride(len(units))
	for i := 0; i < len(units); i += stride {
		u := &units[i]
		n := m.Nature(*u)
		// The logit has the intercept (0 until now) in it, and the assumed shifts
		// of the groups; take those out, they may be fitted.
		x, kind, at := m.logit(&n, lnAmount(u.Monthly)), uint8(0), int32(len(f.odds))
		if n.self {
			x, kind = x-m.self, kind|1
		}
		if n.retired {
			x, kind = x-m.retired, kind|2
		}
		f.odds = append(f.odds, math.Exp(-x))
		f.weights = append(f.weights, float64(u.Weight))
		f.kind = append(f.kind, kind)
		f.groups[ofAll] = append(f.groups[ofAll], at)
		if u.Weight > 0 && n.self {
			f.groups[ofSelf] = append(f.groups[ofSelf], at)
		}
		if u.Weight > 0 && n.retired {
			f.groups[ofRetired] = append(f.groups[ofRetired], at)
		}
	}
	return f
}

// lost gives the expected share of a group that the steps lose.
func (f *fitting) lost(of int) float64 {
	m := f.m
	times := [4]float64{math.Exp(-m.intercept), math.Exp(-m.intercept - m.self), math.Exp(-m.intercept - m.retired), math.Exp(-m.intercept - m.self - m.retired)}
	var sum, all float64
	for _, i := range f.groups[of] {
		e, w := f.odds[i]*times[f.kind[i]], f.weights[i]
		failing := 1.0
		for _, l := range f.loads {
			failing *= 1 + e*l
		}
		sum += w * (1 - 1/failing)
		all += w
	}
	return sum / all
}

// root finds where a falling function is 0, to 10⁻⁷, by halving that draws a
// straight line where it can (the Illinois variant of false position).
func root(f func(float64) float64, at *float64) bool {
	const near = 1e-7
	a, b := -40.0, 40.0
	fa, fb := f(a), f(b)
	if fa < -near || fb > near {
		return false
	}
	side := 0 // the end that moved last
	for i := range 200 {
		x := (a + b) / 2
		if i > 4 {
			x = b - fb*(b-a)/(fb-fa)
		}
		fx := f(x)
		switch {
		case math.Abs(fx) <= near:
			*at = x
			return true
		case fx > 0:
			a, fa = x, fx
			if side == 1 {
				fb /= 2 // the other end stays too long
			}
			side = 1
		default:
			b, fb = x, fx
			if side == -1 {
				fa /= 2
			}
			side = -1
		}
	}
	return false
}
