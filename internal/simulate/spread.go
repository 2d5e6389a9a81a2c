package simulate

import (
	"math"
	"math/bits"
)

// spread re-aggregates the income of households over the samples of the
// bootstrap. Of a variant it has the differences with today: a household of which
// nothing changes takes no time.
type spread struct {
	n     int `form:"-"`
	sides []spreadSide
}

// spreadSide has numbers by replicate. Cents are in units of 2^-spreadShift
// weighted cents.
type spreadSide struct {
	total []int64
	below [lines][]int64 // households, persons, children, gap, each by replicate
	bins  []spreadBin
}

// spreadBin has persons and cents of standardised income.
type spreadBin struct {
	rows           int // that were added
	persons, cents []int64
}

const (
	belowKinds  = 4
	spreadShift = 16
	// spreadBins are coarser than the bins of a standing: of € 16 below € 512, above
	// that 16 to an octave.
	spreadBits   = 8
	spreadCoarse = 4
	spreadBins   = (31 - spreadBits) << spreadBits >> spreadCoarse
)

// coarseOf gives the spread bin of an income in euros.
func coarseOf(euros int64) int { return binIn(euros, spreadBits) >> spreadCoarse }

func newSpread(n, sides int) *spread {
	s := &spread{n: n}
	if n == 0 {
		return s
	}
	for range sides {
		side := spreadSide{total: make([]int64, n), bins: make([]spreadBin, spreadBins)}
		for i := range side.below {
			side.below[i] = make([]int64, belowKinds*n)
		}
		for i := range side.bins {
			side.bins[i].persons, side.bins[i].cents = make([]int64, n), make([]int64, n)
		}
		s.sides = append(s.sides, side)
	}
	return s
}

func (s *spread) form(f *form) {
	formEach(f, s.sides, func(f *form, side *spreadSide) {
		formFixed(f, side.total)
		formEach(f, side.below[:], func(f *form, list *[]int64) { formFixed(f, *list) })
		formSparse(f, side.bins, func(b *spreadBin) bool { return b.rows != 0 }, func(f *form, b *spreadBin) {
			f.int(&b.rows)
			formFixed(f, b.persons)
			formFixed(f, b.cents)
		})
	})
}

func (s *spread) merge(o *spread) {
	for k := range s.sides {
		a, b := &s.sides[k], &o.sides[k]
		plus(a.total, b.total)
		for i := range a.below {
			plus(a.below[i], b.below[i])
		}
		for i := range a.bins {
			if b.bins[i].rows != 0 {
				a.bins[i].rows += b.bins[i].rows
				plus(a.bins[i].persons, b.bins[i].persons)
				plus(a.bins[i].cents, b.bins[i].cents)
			}
		}
	}
}

func plus(into, from []int64) {
	for i, v := range from {
		into[i] += v
	}
}

// repeated adds a number as often as a home is drawn in each replicate.
func repeated(into []int64, times []uint8, v int64) {
	into = into[:len(times)]
	for k, t := range times {
		into[k] += int64(t) * v
	}
}

// shifted is a weighted amount as a spread holds it.
func shifted(weight, cents int64) int64 {
	hi, lo := bits.Mul64(uint64(weight), uint64(max(cents, -cents)))
	v := int64(lo>>spreadShift | hi<<(64-spreadShift))
	if cents < 0 {
		return -v
	}
	return v
}

// add counts a household with sign 1, and takes it away with −1.
func (s *spreadSide) add(times []uint8, h *home, at *stand, sign int64) {
	n, w := len(times), sign*h.weight
	repeated(s.total, times, sign*shifted(h.weight, at.cents))
	for i, short := range at.short {
		if short == 0 {
			continue
		}
		list := s.below[i]
		repeated(list, times, w)
		repeated(list[n:], times, w*int64(h.persons))
		if h.minors > 0 {
			repeated(list[2*n:], times, w*int64(h.minors))
		}
		repeated(list[3*n:], times, sign*shifted(h.weight, short))
	}
	b := &s.bins[coarseOf(at.standard/100)]
	b.rows++
	repeated(b.persons, times, w*int64(h.persons))
	repeated(b.cents, times, sign*shifted(h.weight*int64(h.persons), max(at.standard, 0)))
}

// household counts one household; stands has where it is on every side.
func (s *spread) household(times []uint8, h *home, stands []stand) {
	if s.n == 0 {
		return
	}
	for k := range stands {
		at := &stands[k]
		switch {
		case k == 0:
			s.sides[0].add(times, h, at, 1)
		case *at != stands[0]:
			s.sides[k].add(times, h, &stands[0], -1)
			s.sides[k].add(times, h, at, 1)
		}
	}
}

// incomeFigures are what has an interval, in the order of a sample.
const (
	figureTotal = iota
	figureMedian
	figureGini
	figureBelow   // belowKinds for each line
	incomeFigures = figureBelow + belowKinds*lines
)

type incomeSample [incomeFigures]float64

// samples gives the figures of a side in every replicate, each scaled to the
// weight of all households: in weighted millionths, weighted cents, cents
// (median) or a coefficient (Gini).
func (s *spread) samples(k int, drawn []int64, all int64) []incomeSample {
	out := make([]incomeSample, s.n)
	for r := range out {
		if drawn[r] == 0 {
			continue
		}
		at := func(list func(side *spreadSide) []int64, i int) float64 {
			v := list(&s.sides[0])[i]
			if k > 0 {
				v += list(&s.sides[k])[i]
			}
			return float64(v)
		}
		scale := float64(all) / float64(drawn[r])
		f := &out[r]
		f[figureTotal] = math.Ldexp(at(func(s *spreadSide) []int64 { return s.total }, r)*scale, spreadShift)
		for line := range lines {
			for kind := range belowKinds {
				v := at(func(s *spreadSide) []int64 { return s.below[line] }, kind*s.n+r) * scale
				if kind == belowKinds-1 {
					v = math.Ldexp(v, spreadShift)
				}
				f[figureBelow+line*belowKinds+kind] = v
			}
		}
		s.shape(k, r, f)
	}
	return out
}

// shape works out median and Gini of one replicate.
func (s *spread) shape(k, r int, f *incomeSample) {
	shapeOf(func(i int) (float64, float64) {
		var p, c int64
		for _, side := range []int{0, k} {
			if b := &s.sides[side].bins[i]; b.rows != 0 {
				p, c = p+b.persons[r], c+b.cents[r]
			}
			if k == 0 {
				break
			}
		}
		return float64(p), math.Ldexp(float64(c), spreadShift)
	}, f)
}

// shapeOf works out median and Gini from the coarse bins.
func shapeOf(bin func(i int) (persons, cents float64), f *incomeSample) {
	var persons, cents [spreadBins]float64
	allPersons, allCents := 0.0, 0.0
	for i := range spreadBins {
		persons[i], cents[i] = bin(i)
		allPersons, allCents = allPersons+persons[i], allCents+cents[i]
	}
	f[figureGini] = giniOf(spreadBins, allPersons, allCents, func(i int) (float64, float64) { return persons[i], cents[i] })
	before := 0.0
	for i, p := range persons {
		if p > 0 && before+p >= allPersons/2 {
			low, high := edges(i)
			f[figureMedian] = 100 * (low + (high-low)*(allPersons/2-before)/p)
			break
		}
		before += p
	}
}

// edges of a coarse bin, in euros.
func edges(i int) (low, high float64) {
	lowest := func(i int) float64 {
		return float64(lowestIn(i<<spreadCoarse, spreadBits))
	}
	return lowest(i), lowest(i + 1)
}
