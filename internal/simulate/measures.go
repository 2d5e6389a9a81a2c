package simulate

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"lemniscaat/internal/population"
	"lemniscaat/internal/takeup"
)

// yardstickOf sets the scale and the poverty line by the assumptions of a run;
// the low-income line follows when all parts are known.
func (r *run) yardstickOf() (yardstick, error) {
	own, err := population.ReadAssumptions(files, "data/aannames.csv")
	if err != nil {
		return yardstick{}, fmt.Errorf("simulate data: %w", err)
	}
	// What the population says of itself goes before what is assumed here.
	p := takeup.Defaults(own)
	for _, a := range r.spec.People.Assumptions() {
		if _, ours := p[a.ID]; ours {
			p[a.ID] = a.Value
		}
	}
	thousandths := func(id string) int64 { return int64(math.Round(1000 * p[id])) }
	y := yardstick{adult: thousandths("equivalentie-volwassene"), child: thousandths("equivalentie-kind"), poverty: r.spec.PovertyLine}
	if y.poverty == 0 {
		growth := math.Pow(p["armoedegrens-groei"], float64(r.spec.Date.Year-povertyYear))
		y.poverty = 1200 * int64(math.Round(p["armoedegrens"]*growth))
	}
	return y, nil
}

// chosenBasis is the ground of a value that somebody chose for one run.
const chosenBasis = "gekozen voor deze run"

// chosen are the assumptions that the question sets; they go before others of the
// same name.
func (r *run) chosen() []population.Assumption {
	if r.spec.PovertyLine == 0 {
		return nil
	}
	v := float64(r.spec.PovertyLine) / 1200
	return []population.Assumption{{ID: "armoedegrens", Value: v, Low: v, High: v, Unit: "euro per maand", Basis: chosenBasis,
		Text: "De armoedegrens voor een alleenstaande. Voor anderen geldt de grens maal de zwaarte van het huishouden."}}
}

// povertyYear is the year of the published poverty line.
const povertyYear = 2023

// rescaled gives what each replicate is multiplied by to weigh as much as all
// households.
func (r *run) rescaled() []float64 {
	boot := r.counted.boot
	out := make([]float64, boot.n)
	for k, w := range boot.drawn {
		if w > 0 {
			out[k] = float64(r.found.weight) / float64(w)
		}
	}
	return out
}

// incomes are the figures of income with all that their intervals need.
type incomes struct {
	run     *run
	samples [][]incomeSample // by side
	corners [][]incomeSample // by corner, then side: the values of the figures
	values  []incomeSample   // by side
}

func (r *run) incomes() *incomes {
	in := &incomes{run: r}
	var coarse []*coarseBins
	for k := range r.sides {
		in.samples = append(in.samples, r.counted.spread.samples(k, r.counted.boot.drawn, r.found.weight))
		in.values = append(in.values, r.counted.welfare.sides[k].values())
		coarse = append(coarse, r.counted.welfare.sides[k].coarse())
	}
	for c := range r.counted.moved.names {
		var sides []incomeSample
		for k := range r.sides {
			sides = append(sides, r.counted.moved.sides[c][k].values(in.values[k], coarse[k]))
		}
		in.corners = append(in.corners, sides)
	}
	return in
}

// values gives the figures of a side, as samples have them.
func (s *standing) values() (f incomeSample) {
	f[figureTotal], f[figureMedian], f[figureGini] = s.total.Float(), float64(s.median()), s.gini()
	for line := range lines {
		b := &s.below[line]
		for i, v := range [belowKinds]float64{float64(b.weight), float64(b.persons), float64(b.children), b.gap.Float()} {
			f[figureBelow+line*belowKinds+i] = v
		}
	}
	return f
}

// values gives the figures under a corner, from those without it.
func (m *movedSide) values(f incomeSample, have *coarseBins) incomeSample {
	f[figureTotal] += math.Ldexp(float64(m.total), spreadShift)
	for line := range lines {
		for i, v := range m.below[line] {
			f[figureBelow+line*belowKinds+i] += float64(v)
		}
		f[figureBelow+line*belowKinds+belowKinds-1] += math.Ldexp(float64(m.gap[line]), spreadShift)
	}
	// Of the shape it is the difference between two of the same coarse bins.
	var with incomeSample
	shapeOf(func(i int) (float64, float64) {
		b := &m.bins[i]
		return have.persons[i] + float64(b.persons), have.cents[i] + math.Ldexp(float64(b.cents), spreadShift)
	}, &with)
	for _, i := range []int{figureMedian, figureGini} {
		f[i] += with[i] - have.shape[i]
	}
	return f
}

// coarseBins are those of a side, with their median and Gini.
type coarseBins struct {
	persons, cents [spreadBins]float64
	shape          incomeSample
}

func (s *standing) coarse() *coarseBins {
	c := new(coarseBins)
	for i := range s.bins {
		if b := &s.bins[i]; b.persons != 0 {
			at := coarseOf(lowestIn(i, binBits))
			c.persons[at] += float64(b.persons)
			c.cents[at] += b.cents.Float()
		}
	}
	shapeOf(func(i int) (float64, float64) { return c.persons[i], c.cents[i] }, &c.shape)
	return c
}

// width gives how far below and above its value a figure may lie: 1.96
// standard deviations of sampling and the bounds of each assumption, as if they
// were independent. With of ≥ 0 it is that of the difference with that side.
func (in *incomes) width(k, of, figure int) (down, up float64) {
	at := func(sides func(k int) float64) float64 {
		if of < 0 {
			return sides(k)
		}
		return sides(k) - sides(of)
	}
	var list []float64
	for r := range in.samples[k] {
		list = append(list, at(func(k int) float64 { return in.samples[k][r][figure] }))
	}
	sampling := 1.96 * spreadOf(list)
	down, up = sampling*sampling, sampling*sampling
	value := at(func(k int) float64 { return in.values[k][figure] })
	for c := 0; c < len(in.corners); c += 2 { // low and high of one assumption
		var lowest, highest float64
		for _, corner := range in.corners[c : c+2] {
			v := at(func(k int) float64 { return corner[k][figure] }) - value
			lowest, highest = min(lowest, v), max(highest, v)
		}
		down += lowest * lowest
		up += highest * highest
	}
	return math.Sqrt(down), math.Sqrt(up)
}

// figure gives a whole number with its interval; value is in units, the figures
// are per.
func (in *incomes) figure(value int64, k, of, figure int, per float64) Figure {
	down, up := in.width(k, of, figure)
	f := Figure{value, value - int64(math.Round(down/per)), value + int64(math.Round(up/per))}
	if of < 0 && figure != figureTotal && figure != figureMedian {
		f.Low = max(f.Low, 0)
	}
	return f
}

// side gives the income under one set of rules.
func (in *incomes) side(k int) IncomeSide {
	s, y := &in.run.counted.welfare.sides[k], &in.run.yard
	out := IncomeSide{Households: whole(s.weight), Rows: s.rows,
		Total:  in.figure(s.total.Rounded(million), k, -1, figureTotal, million),
		Median: in.figure(s.median(), k, -1, figureMedian, 1)}
	gini := s.gini()
	down, up := in.width(k, -1, figureGini)
	out.Gini = Ratio{gini, max(gini-down, 0), min(gini+up, 1)}
	for line, p := range map[int]*Poverty{linePoverty: &out.Poverty, lineLow: &out.LowIncome} {
		b, at := &s.below[line], figureBelow+line*belowKinds
		*p = Poverty{Line: [lines]int64{y.poverty, y.low}[line], Rows: b.rows,
			Households: in.figure(whole(b.weight), k, -1, at, million),
			Persons:    in.figure(whole(b.persons), k, -1, at+1, million),
			Children:   in.figure(whole(b.children), k, -1, at+2, million),
			Gap:        in.figure(b.gap.Rounded(million), k, -1, at+3, million)}
		if b.weight > 0 {
			p.MeanGap = b.gap.Rounded(b.weight)
		}
		p.PersonShare, p.ChildShare = shareOf(p.Persons, s.persons), shareOf(p.Children, s.children)
	}
	if in.run.income() != nil {
		out.Pressure = in.run.counted.presses[k].figures(in.run.rescaled())
	}
	return out
}

// shareOf divides by a weighted number.
func shareOf(f Figure, all int64) Ratio {
	if all == 0 {
		return Ratio{}
	}
	of := func(v int64) float64 { return float64(v) * million / float64(all) }
	return Ratio{of(f.Value), of(f.Low), min(of(f.High), 1)}
}

// difference gives what a variant changes.
func (in *incomes) difference(k int, now, then *IncomeSide) *IncomeDifference {
	sub := func(a, b Figure, figure int, per float64) Figure {
		return in.figure(b.Value-a.Value, k, 0, figure, per)
	}
	d := &IncomeDifference{Total: sub(now.Total, then.Total, figureTotal, million), Median: sub(now.Median, then.Median, figureMedian, 1)}
	gini := then.Gini.Value - now.Gini.Value
	down, up := in.width(k, 0, figureGini)
	d.Gini = Ratio{gini, gini - down, gini + up}
	for line, out := range map[int]*PovertyDifference{linePoverty: &d.Poverty, lineLow: &d.LowIncome} {
		a, b, at := &now.Poverty, &then.Poverty, figureBelow+line*belowKinds
		if line == lineLow {
			a, b = &now.LowIncome, &then.LowIncome
		}
		*out = PovertyDifference{sub(a.Households, b.Households, at, million), sub(a.Persons, b.Persons, at+1, million),
			sub(a.Children, b.Children, at+2, million), sub(a.Gap, b.Gap, at+3, million)}
	}
	if presses := in.run.counted.presses; in.run.income() != nil {
		n := in.run.counted.boot.n
		was, is := presses[0].all(), presses[k].all()
		before, after := was.above80(n), is.above80(n)
		for i := range after {
			after[i] -= before[i]
		}
		above := func(g *pressed) int64 { c := g.classes(); return c[Pressure100] + c[PressureOver] }
		d.Pressed = around(whole(above(is))-whole(above(was)), deviation(after, in.run.counted.boot.drawn, in.run.found.weight, 0)/million, math.MinInt64)
	}
	return d
}

// income gives the income of today and of a variant; 0: of today alone.
func (r *run) incomeResult(variant int) *Income {
	in := r.incomes()
	out := &Income{Baseline: in.side(0)}
	if m := r.income(); m != nil {
		out.Regulation, out.Name = m.ID, m.Name
		for _, id := range m.Claims {
			if !slices.ContainsFunc(r.spec.Baseline.Schemes, func(s Scheme) bool { return s.ID == id }) {
				out.Claimed = append(out.Claimed, id)
			}
		}
	}
	failures := []int{0}
	last := &out.Baseline
	if variant > 0 {
		v := in.side(variant)
		out.Variant, out.Difference = &v, in.difference(variant, &out.Baseline, &v)
		failures, last = append(failures, variant), &v
	}
	for _, k := range failures {
		list := r.found.unmeasured[k]
		for _, key := range slices.SortedFunc(maps.Keys(list), failureKey.compare) {
			out.Failures = append(out.Failures, r.failure(list[key]))
		}
	}
	if m := r.income(); m != nil {
		for _, i := range m.Indicators {
			n := Indicator{ID: i.ID, Name: i.Name, Unit: i.Unit, Higher: i.Higher, Known: i.Measure == "uitgaven"}
			if n.Known {
				n.Baseline, n.Predicted = float64(out.Baseline.Total.Value)/100, float64(last.Total.Value)/100
				n.Low, n.High = float64(last.Total.Low)/100, float64(last.Total.High)/100
			}
			out.Indicators = append(out.Indicators, n)
		}
	}
	return out
}

// failure finishes a failure for a result.
func (r *run) failure(have *Failure) Failure {
	f := *have
	f.Units = whole(f.weight)
	if text := r.describe(f.first); text != "" {
		f.Example = fmt.Sprintf("synthetisch huishouden %d: %s", f.first, text)
	}
	return f
}
