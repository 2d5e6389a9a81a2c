package simulate

import (
	"math"

	"lemniscaat/internal/population"
)

// Measure is a number of units (persons with their partner, or households)
// and an amount a year in cents, with 95 % ranges from sampling and take-up
// assumptions together. Units are rounded to whole ones.
type Measure struct {
	Units, UnitsLow, UnitsHigh int64
	Cents, CentsLow, CentsHigh int64
	// Rows is the number of units in the population behind it. Of a difference it
	// is not counted.
	Rows int
	// Hidden: there are too few real people behind it to show it, and nothing else
	// is filled in.
	Hidden bool
}

// Mean is the amount per unit a year, in cents; 0 without units.
func (m Measure) Mean() int64 {
	if m.Units == 0 {
		return 0
	}
	return m.Cents / m.Units
}

const million = 1_000_000

// Figures of one scheme on one side that have a range.
const (
	entitledUnits = iota
	entitledCents
	receivedUnits
	receivedCents
	automaticUnits
	automaticCents
	perSide
)

// figures are those of one scheme on today's side and on one other, in
// millionths of a unit and of a cent.
type figures struct {
	sums       [2 * perSide]population.Sum
	moved      [][2 * perSide]float64 // by model but the first
	names      []string               // the assumption that each of these has moved
	deviations [3 * perSide]float64   // of the figures, then of the differences
}

// figures gathers them; variant 0 means that there is no other side.
func (r *run) figures(s, variant int) *figures {
	f := &figures{names: r.moved[s][1:], deviations: r.counted.boot.deviations(s, variant, r.found.weight)}
	f.moved = make([][2 * perSide]float64, len(f.names))
	for i, k := range []int{0, variant} {
		if i > 0 && variant == 0 {
			break
		}
		n, at := &r.counted.schemes[s][k], i*perSide
		for what, w := range map[int]weighted{entitledUnits: n.entitled, receivedUnits: n.received, automaticUnits: n.automatic} {
			f.sums[at+what], f.sums[at+what+1] = w.units, w.cents
		}
		for m := range f.names {
			moved := map[int]weighted{entitledUnits: {}, receivedUnits: n.receivedMoved[m+1], automaticUnits: n.automaticMoved[m+1]}
			for what, w := range moved {
				units, cents := f.sums[at+what], f.sums[at+what+1]
				units.Merge(w.units)
				cents.Merge(w.cents)
				f.moved[m][at+what], f.moved[m][at+what+1] = units.Float(), cents.Float()
			}
		}
	}
	return f
}

// width gives how far below and above its value a figure may lie: 1.96
// standard deviations of sampling and the bounds of each assumption, as if
// they were independent.
func (f *figures) width(figure int, value float64) (down, up float64) {
	sampling := 1.96 * f.deviations[figure]
	down, up = sampling*sampling, sampling*sampling
	lowest, highest := map[string]float64{}, map[string]float64{}
	var order []string
	for m, totals := range f.moved {
		var v float64
		if figure < 2*perSide {
			v = totals[figure]
		} else {
			v = totals[figure-perSide] - totals[figure-2*perSide]
		}
		name := f.names[m]
		if _, seen := lowest[name]; !seen {
			order = append(order, name)
		}
		lowest[name] = min(lowest[name], v-value)
		highest[name] = max(highest[name], v-value)
	}
	for _, name := range order { // in a fixed order, as floats are added
		down += lowest[name] * lowest[name]
		up += highest[name] * highest[name]
	}
	return math.Sqrt(down), math.Sqrt(up)
}

// measure makes one of the three columns; side is 0 for today, 1 for the other.
func (f *figures) measure(side, column int) Measure {
	i := side*perSide + column
	m := Measure{Units: f.sums[i].Rounded(million), Cents: f.sums[i+1].Rounded(million)}
	m.UnitsLow, m.UnitsHigh = f.around(i)
	m.CentsLow, m.CentsHigh = f.around(i + 1)
	return m
}

// around gives the bounds of a figure that cannot be negative, in units or
// cents.
func (f *figures) around(figure int) (low, high int64) {
	value := f.sums[figure].Float()
	down, up := f.width(figure, value)
	return int64(math.Round(max(0, value-down) / million)), int64(math.Round((value + up) / million))
}

// difference makes the change of a column from today to the other side.
func (f *figures) difference(column int) Measure {
	figure := func(i int) (v, low, high int64) {
		now, then := f.sums[i], f.sums[perSide+i]
		value := then.Float() - now.Float()
		down, up := f.width(2*perSide+i, value)
		return then.Rounded(million) - now.Rounded(million), int64(math.Round((value - down) / million)), int64(math.Round((value + up) / million))
	}
	var m Measure
	m.Units, m.UnitsLow, m.UnitsHigh = figure(column)
	m.Cents, m.CentsLow, m.CentsHigh = figure(column + 1)
	return m
}
