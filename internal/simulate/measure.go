package simulate

import (
	"context"
	"math"

	"lemniscaat/internal/population"
)

// Measure is a number of units (persons with their partner, or households)
// and an amount a year in cents, with 95 % ranges from sampling and take-up
// assumptions together. Units are rounded to whole ones.
type Measure struct {
	Units, UnitsLow, UnitsHigh int64
	Cents, CentsLow, CentsHigh int64
}

// Mean is the amount per unit a year, in cents; 0 without units.
func (m Measure) Mean() int64 {
	if m.Units == 0 {
		return 0
	}
	return m.Cents / m.Units
}

const million = 1_000_000

// replicates of the bootstrap; none when nearly the whole country is drawn,
// because sampling error is then nearly nil.
func (r *run) replicates() int {
	switch n := r.spec.People.Len(); {
	case n > 2_000_000:
		return 0
	case n > 200_000:
		return 30
	}
	return 100
}

// poisson gives a number with the Poisson(1) distribution for a uniform: how
// often a household is in a bootstrap sample.
func poisson(u float64) int64 {
	p, k := math.Exp(-1), int64(0)
	for sum := p; u >= sum && k < 12; sum += p {
		k++
		p /= float64(k)
	}
	return k
}

const forBootstrap uint64 = 1 << 40

// bootstrap gives per scheme and figure the standard deviation over samples
// of the households, as a ratio to the weight of the sample. Households on
// both sides are the same, so differences between the sides have their own
// deviation, after the figures.
func (r *run) bootstrap(ctx context.Context) ([][3 * perSide]float64, error) {
	n := r.replicates()
	out := make([][3 * perSide]float64, len(r.schemes))
	if n == 0 {
		return out, nil
	}
	var all int64
	for _, h := range r.homes {
		all += h.weight
	}
	samples := make([][][3 * perSide]float64, n)
	each(ctx, r.spec.Workers, n, func(b int) {
		times := make([]int64, len(r.homes))
		var drawn int64
		for i, h := range r.homes {
			times[i] = poisson(population.Uniform(population.Hash(r.spec.Seed, uint64(i), forBootstrap+uint64(b))))
			drawn += times[i] * h.weight
		}
		samples[b] = make([][3 * perSide]float64, len(r.schemes))
		if drawn == 0 {
			return
		}
		scale := float64(all) / float64(drawn)
		for s, sch := range r.schemes {
			t := new(totals)
			for i := range sch.units {
				u := &sch.units[i]
				if k := times[u.home]; k > 0 {
					t.add(u, k*r.homes[u.home].weight)
				}
			}
			f := t.floats()
			for i, v := range f {
				samples[b][s][i] = v * scale
			}
			for i := range perSide {
				samples[b][s][2*perSide+i] = (f[perSide+i] - f[i]) * scale
			}
		}
	})
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	for s := range r.schemes {
		for i := range out[s] {
			var sum, squares float64
			for b := range n {
				sum += samples[b][s][i]
			}
			mean := sum / float64(n)
			for b := range n {
				d := samples[b][s][i] - mean
				squares += d * d
			}
			out[s][i] = math.Sqrt(squares / float64(max(1, n-1)))
		}
	}
	return out, nil
}

// width gives how far below and above its value a figure may lie: 1.96
// standard deviations of sampling and the bounds of each assumption, as if
// they were independent.
func (r *run) width(s, figure int, value, deviation float64) (down, up float64) {
	sampling := 1.96 * deviation
	down, up = sampling*sampling, sampling*sampling
	lowest, highest := map[string]float64{}, map[string]float64{}
	var order []string
	for _, m := range r.moved[s] {
		var v float64
		if figure < 2*perSide {
			v = m.totals[figure]
		} else {
			v = m.totals[figure-perSide] - m.totals[figure-2*perSide]
		}
		if _, seen := lowest[m.assumption]; !seen {
			order = append(order, m.assumption)
		}
		lowest[m.assumption] = min(lowest[m.assumption], v-value)
		highest[m.assumption] = max(highest[m.assumption], v-value)
	}
	for _, a := range order { // in a fixed order, as floats are added
		down += lowest[a] * lowest[a]
		up += highest[a] * highest[a]
	}
	return math.Sqrt(down), math.Sqrt(up)
}

// measure makes one of the three columns of a side.
func (r *run) measure(s, side, column int, t *totals, deviations *[3 * perSide]float64) Measure {
	i := side*perSide + column
	m := Measure{Units: t[i].Rounded(million), Cents: t[i+1].Rounded(million)}
	m.UnitsLow, m.UnitsHigh = r.around(s, i, t[i].Float(), deviations[i])
	m.CentsLow, m.CentsHigh = r.around(s, i+1, t[i+1].Float(), deviations[i+1])
	return m
}

// around gives the bounds of a figure that cannot be negative, in units or
// cents.
func (r *run) around(s, figure int, value, deviation float64) (low, high int64) {
	down, up := r.width(s, figure, value, deviation)
	return int64(math.Round(max(0, value-down) / million)), int64(math.Round((value + up) / million))
}

// difference makes the change of a column from baseline to variant.
func (r *run) difference(s, column int, t *totals, deviations *[3 * perSide]float64) Measure {
	figure := func(i int) (v, low, high int64) {
		value := t[perSide+i].Float() - t[i].Float()
		down, up := r.width(s, 2*perSide+i, value, deviations[2*perSide+i])
		a, b := t[perSide+i].Rounded(million), t[i].Rounded(million)
		return a - b, int64(math.Round((value - down) / million)), int64(math.Round((value + up) / million))
	}
	var m Measure
	m.Units, m.UnitsLow, m.UnitsHigh = figure(column)
	m.Cents, m.CentsLow, m.CentsHigh = figure(column + 1)
	return m
}
