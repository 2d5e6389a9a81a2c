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
// self-employed is known also their shift. Without units or steps there is
// nothing to fit: a step that a variant adds is then done by most.
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
	find := func(v *float64, target float64, only bool) error {
		if !root(func(x float64) float64 { *v = x; return f.lost(only) - target }, v) {
			return fmt.Errorf("takeup: voor %s is geen waarde te vinden bij een niet-gebruik van %g", o.Regulation, target)
		}
		return nil
	}
	rounds := 1
	fitSelf := o.SelfEmployed > 0 && f.selfEmployed() && len(f.odds) >= 200
	if fitSelf {
		rounds = 4
	}
	for range rounds {
		if fitSelf {
			if err := find(&m.self, o.SelfEmployed, true); err != nil {
				return nil, err
			}
		}
		if err := find(&m.intercept, o.Unclaimed, false); err != nil {
			return nil, err
		}
	}
	return m, nil
}

// fitting holds what a calibration needs of each unit. A unit does a step with
// probability 1/(1 + odds·load), where odds is e to the power of minus its
// logit and load is e to the power of the cost of the step, so that trying
// another intercept takes no exponents.
type fitting struct {
	m       *Model
	loads   []float64
	odds    []float64 // without the intercept and self
	weights []float64
	self    []bool
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
		f.odds = append(f.odds, math.Exp(-m.logit(&n, lnAmount(u.Monthly))))
		f.weights = append(f.weights, float64(u.Weight))
		f.self = append(f.self, u.SelfEmployed)
	}
	// The logit has the intercept (0 until now) and the assumed shift of the
	// self-employed in it; take the latter out, it may be fitted.
	back := math.Exp(m.self)
	for i, self := range f.self {
		if self {
			f.odds[i] *= back
		}
	}
	return f
}

func (f *fitting) selfEmployed() bool {
	for i, self := range f.self {
		if self && f.weights[i] > 0 {
			return true
		}
	}
	return false
}

// lost gives the expected share that the steps lose, of all units or of the
// self-employed only.
func (f *fitting) lost(only bool) float64 {
	other, own := math.Exp(-f.m.intercept), math.Exp(-f.m.intercept-f.m.self)
	var sum, all float64
	for i, w := range f.weights {
		e := f.odds[i]
		if f.self[i] {
			e *= own
		} else {
			if only {
				continue
			}
			e *= other
		}
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
