package simulate

import (
	"math"

	"lemniscaat/internal/population"
)

// Marginal pressure is measured with a step of € 1,000 a year of wage.
const (
	pressureStep       = 100_000 // cents
	noEarner     int32 = math.MinInt32
	noPressure   int32 = math.MinInt32 + 1 // a rule errs
)

// pressing counts households with an earner by marginal pressure, for every
// decile and every type of household.
type pressing struct {
	n      int `form:"-"`
	groups []pressed
	// skipped is the weight of households with an earner of which a rule errs.
	skipped int64
}

// pressed is one group. Classes are of 1 % from −100 % on, and are kept once
// there is somebody.
type pressed struct {
	rows    int
	weight  int64
	bands   []pressedBin // by percent
	over    int          // rows above 100 %
	loss    population.Sum
	worst   int64   // cents
	samples []int64 // households by class of 5 %, by replicate
}

type pressedBin struct {
	weight int64
	unkept population.Sum
}

const (
	pressedFrom  = -100
	pressedTo    = 300
	pressedBins  = pressedTo - pressedFrom + 1
	sampledFrom  = -20 // percent: all below is in the first
	sampledWidth = 5
	sampledBins  = 30 // the last is all above 120 %
)

// pressedGroups are the deciles with the negative incomes, then the types.
func pressedGroups() int { return groupCounts[byDecile] + groupCounts[byType] }

func newPressing(n int) *pressing {
	p := &pressing{n: n, groups: make([]pressed, pressedGroups())}
	for i := range p.groups {
		g := &p.groups[i]
		g.bands, g.samples = make([]pressedBin, pressedBins), make([]int64, n*sampledBins)
	}
	return p
}

func (p *pressing) form(f *form) {
	formEach(f, p.groups, func(f *form, g *pressed) {
		if f.int(&g.rows); g.rows == 0 {
			return
		}
		f.int64(&g.weight)
		formSparse(f, g.bands, func(b *pressedBin) bool { return b.weight != 0 }, func(f *form, b *pressedBin) {
			f.int64(&b.weight)
			f.sum(&b.unkept)
		})
		f.int(&g.over)
		f.sum(&g.loss)
		f.int64(&g.worst)
		formFixed(f, g.samples)
	})
	f.int64(&p.skipped)
}

func (p *pressing) merge(o *pressing) {
	p.skipped += o.skipped
	for i := range p.groups {
		a, b := &p.groups[i], &o.groups[i]
		a.rows += b.rows
		a.weight += b.weight
		for j := range a.bands {
			a.bands[j].weight += b.bands[j].weight
			a.bands[j].unkept.Merge(b.bands[j].unkept)
		}
		a.over += b.over
		a.loss.Merge(b.loss)
		a.worst = max(a.worst, b.worst)
		plus(a.samples, b.samples)
	}
}

// percentile class of what is not kept: the class of exactly 100 % is that below
// it, so that 100 is the first class in which income falls.
func percentOf(unkept int32, from, width, count int) int {
	v := int64(unkept)
	if v == pressureStep {
		v--
	}
	unit := int64(pressureStep / 100)
	at := v / unit
	if v%unit < 0 {
		at--
	}
	at -= int64(from)
	if at < 0 {
		return 0
	}
	return int(min(at/int64(width), int64(count-1)))
}

// add counts one household with an earner.
func (p *pressing) add(times []uint8, h *home, decile int, unkept int32) {
	if unkept == noPressure {
		p.skipped += h.weight
		return
	}
	at, coarse := percentOf(unkept, pressedFrom, 1, pressedBins), percentOf(unkept, sampledFrom, sampledWidth, sampledBins)
	for _, i := range [...]int{decile, groupCounts[byDecile] + typeOf[h.ty]} {
		g := &p.groups[i]
		g.rows++
		g.weight += h.weight
		g.bands[at].weight += h.weight
		g.bands[at].unkept.Add(h.weight, int64(unkept))
		if loss := int64(unkept) - pressureStep; loss > 0 {
			g.over++
			g.loss.Add(h.weight, loss)
			g.worst = max(g.worst, loss)
		}
		if p.n > 0 {
			repeated(g.samples[coarse*p.n:(coarse+1)*p.n], times, h.weight)
		}
	}
}

// classFrom are the lower bounds of the classes of pressure, in percent.
var classFrom = [PressureClasses]int{pressedFrom, 0, 20, 40, 60, 80, 100}

// all adds up the deciles.
func (p *pressing) all() *pressed {
	out := &pressed{bands: make([]pressedBin, pressedBins), samples: make([]int64, p.n*sampledBins)}
	one := pressing{groups: []pressed{*out}}
	for i := range groupCounts[byDecile] {
		one.merge(&pressing{groups: []pressed{p.groups[i]}})
	}
	return &one.groups[0]
}

// classes gives the weight of each class.
func (g *pressed) classes() (w [PressureClasses]int64) {
	for i := range g.bands {
		c := 0
		for c+1 < PressureClasses && i+pressedFrom >= classFrom[c+1] {
			c++
		}
		w[c] += g.bands[i].weight
	}
	return w
}

// done gives the figures of a group; scale has what a replicate is multiplied
// by.
func (g *pressed) done(key, label string, scale []float64) PressureGroup {
	out := PressureGroup{Key: key, Label: label, Households: whole(g.weight), Rows: g.rows}
	if g.weight == 0 {
		return out
	}
	n := len(scale)
	class := g.classes()
	var samples [PressureClasses][]float64
	above, medians := make([]float64, n), make([]float64, n)
	for k := range n {
		var all, high float64
		var by [PressureClasses]float64
		for i := range sampledBins {
			w := float64(g.samples[i*n+k]) * scale[k]
			percent := sampledFrom + i*sampledWidth
			c := 0
			for c+1 < PressureClasses && percent >= classFrom[c+1] {
				c++
			}
			by[c] += w
			all += w
			if percent >= 80 {
				high += w
			}
		}
		for c := range by {
			samples[c] = append(samples[c], by[c]/million)
		}
		if all > 0 {
			above[k] = high / all
		}
		before := 0.0
		for i := range sampledBins {
			if w := float64(g.samples[i*n+k]) * scale[k]; w > 0 && before+w >= all/2 {
				medians[k] = (float64(sampledFrom+i*sampledWidth) + sampledWidth*(all/2-before)/w) / 100
				break
			} else {
				before += w
			}
		}
	}
	for c, w := range class {
		out.Classes[c] = around(whole(w), spreadOf(samples[c]), 0)
	}
	share := float64(class[Pressure100]+class[PressureOver]) / float64(g.weight)
	out.Above80 = about(share, spreadOf(above), 0, 1)
	out.Median = about(g.median(), spreadOf(medians), math.Inf(-1), math.Inf(1))
	return out
}

// median is the mean of the class in which the middle household is, as a part of
// the step.
func (g *pressed) median() float64 {
	var before int64
	for i := range g.bands {
		b := &g.bands[i]
		if before += b.weight; b.weight > 0 && 2*before >= g.weight {
			return float64(b.unkept.Rounded(b.weight)) / pressureStep
		}
	}
	return 0
}

// about gives a ratio with 1.96 deviations on both sides, within bounds.
func about(value, deviation, least, most float64) Ratio {
	wide := 1.96 * deviation
	return Ratio{value, max(value-wide, least), min(value+wide, most)}
}

// figures gives all of one side.
func (p *pressing) figures(scale []float64) *Pressure {
	all := p.all()
	out := &Pressure{PressureGroup: all.done("alle", "alle huishoudens met werk", scale), Skipped: whole(p.skipped)}
	out.Cliff = IncomeCliff{Households: out.Classes[PressureOver], Rows: all.over}
	if w := all.classes()[PressureOver]; w > 0 {
		out.Cliff.MeanLoss, out.Cliff.MaxLoss = all.loss.Rounded(w), all.worst
	}
	for g := 1; g < groupCounts[byDecile]; g++ {
		key, label := decileNames(g)
		out.Deciles = append(out.Deciles, p.groups[g].done(key, label, scale))
	}
	if p.groups[0].rows > 0 {
		key, label := decileNames(0)
		out.Deciles = append(out.Deciles, p.groups[0].done(key, label, scale))
	}
	for g, name := range typeNames {
		out.Types = append(out.Types, p.groups[groupCounts[byDecile]+g].done(name, name, scale))
	}
	return out
}

// above80 gives, by replicate, the weighted households above 80 %.
func (g *pressed) above80(n int) []int64 {
	out := make([]int64, n)
	for i := range sampledBins {
		if sampledFrom+i*sampledWidth >= 80 {
			plus(out, g.samples[i*n:(i+1)*n])
		}
	}
	return out
}
