package simulate

import (
	"math"
	"math/bits"

	"lemniscaat/internal/population"
	"lemniscaat/internal/takeup"
)

// replicates of the bootstrap; none when nearly the whole country is drawn,
// because sampling error is then nearly nil.
func (r *run) replicates() int {
	switch n := r.people.Len(); {
	case r.spec.Plain, n > 2_000_000:
		return 0
	case n > 200_000:
		return 30
	}
	return 100
}

const forBootstrap uint64 = 1 << 40

// A household is drawn into a replicate as often as a Poisson number with mean
// 1, in 4096ths: its mean and its variance are exactly 1. One hash gives five.
const timesBits = 12

var timesShares = [...]int{1507, 1507, 753, 251, 62, 14, 2}

var timesTable = func() (t [1 << timesBits]uint8) {
	i := 0
	for k, n := range timesShares {
		for range n {
			t[i] = uint8(k)
			i++
		}
	}
	return t
}()

// Classes of entitled units.
const (
	classLost      = iota // receives neither now nor automatically
	classAutomatic        // only automatically
	classReceived
	classes
)

// bootstrap re-aggregates the units over samples of the households. Cents are
// kept shifted, so that the sums of the whole country fit; every sum is a sum of
// whole numbers.
type bootstrap struct {
	seed  uint64    `form:"-"`
	n     int       `form:"-"`
	shift []uint    `form:"-"` // by scheme and side
	times []uint8   `form:"-"` // by home of the part, by replicate
	drawn []int64   // weight, by replicate
	sums  [][]int64 // by scheme and side: by class units, then cents, by replicate
	sides int       `form:"-"`
}

func (b *bootstrap) form(f *form) {
	formFixed(f, b.drawn)
	formEach(f, b.sums, func(f *form, sums *[]int64) { formFixed(f, *sums) })
}

func (r *run) newBootstrap() *bootstrap {
	b := &bootstrap{seed: r.spec.Seed, n: r.replicates(), sides: len(r.sides)}
	if b.n == 0 {
		return b
	}
	b.drawn = make([]int64, b.n)
	for _, sides := range r.found.budgets {
		for _, all := range sides {
			b.shift = append(b.shift, uint(max(0, all.Int().BitLen()+3-62))) // no household is drawn more than 6 times
			b.sums = append(b.sums, make([]int64, 2*classes*b.n))
		}
	}
	return b
}

// households draws how often each home of a part is in each replicate.
func (b *bootstrap) households(p *part) {
	if b.n == 0 {
		return
	}
	b.times = b.times[:0]
	for i := range p.homes {
		key := population.KeyOf(b.seed, uint64(p.first+i))
		for k := 0; k < b.n; {
			h := key.Hash(forBootstrap + uint64(k))
			for range min(5, b.n-k) {
				b.times = append(b.times, timesTable[h>>(64-timesBits)])
				h <<= timesBits
				k++
			}
		}
		w := p.homes[i].weight
		drawn := b.drawn
		for k, t := range b.times[i*b.n:] {
			drawn[k] += int64(t) * w
		}
	}
}

// of gives how often a home of the part is in each replicate.
func (b *bootstrap) of(home int) []uint8 { return b.times[home*b.n : (home+1)*b.n] }

// unit counts one entitled unit.
func (b *bootstrap) unit(s, side, home int, weight, cents int64, d *takeup.Drawn) {
	if b.n == 0 {
		return
	}
	class := classLost
	switch {
	case d.Lost < 0:
		class = classReceived
	case d.Automatic&1 != 0:
		class = classAutomatic
	}
	hi, lo := bits.Mul64(uint64(weight), uint64(cents))
	i := s*b.sides + side
	v := int64(lo>>b.shift[i] | hi<<(64-b.shift[i]))
	sums := b.sums[i]
	times := b.of(home)
	units := sums[2*class*b.n:][:len(times)]
	euros := sums[(2*class+1)*b.n:][:len(times)]
	for k, t := range times {
		units[k] += int64(t) * weight
		euros[k] += int64(t) * v
	}
}

func (b *bootstrap) merge(o *bootstrap) {
	for k, v := range o.drawn {
		b.drawn[k] += v
	}
	for i := range b.sums {
		for k, v := range o.sums[i] {
			b.sums[i][k] += v
		}
	}
}

// deviations gives the standard deviation over the samples of every figure of a
// scheme for a pair of sides, each sample scaled to the weight of all
// households. Households on both sides are the same, so the differences between
// the sides have deviations of their own, after the figures.
func (b *bootstrap) deviations(s, variant int, all int64) (out [3 * perSide]float64) {
	if b.n == 0 {
		return out
	}
	samples := make([][3 * perSide]float64, b.n)
	for k := range samples {
		if b.drawn[k] == 0 {
			continue
		}
		scale := float64(all) / float64(b.drawn[k])
		f := &samples[k]
		for i, side := range []int{0, variant} {
			if i > 0 && variant == 0 {
				break
			}
			figures := f[i*perSide:]
			sums := b.sums[s*b.sides+side]
			at := func(class, what int) float64 {
				v := float64(sums[(2*class+what)*b.n+k]) * scale
				if what == 1 {
					v = math.Ldexp(v, int(b.shift[s*b.sides+side]))
				}
				return v
			}
			for what := range 2 {
				received, automatic, lost := at(classReceived, what), at(classAutomatic, what), at(classLost, what)
				figures[receivedUnits+what] = received
				figures[automaticUnits+what] = received + automatic
				figures[entitledUnits+what] = received + automatic + lost
			}
		}
		for i := range perSide {
			f[2*perSide+i] = f[perSide+i] - f[i]
		}
	}
	for i := range out {
		var sum, squares float64
		for k := range samples {
			sum += samples[k][i]
		}
		mean := sum / float64(b.n)
		for k := range samples {
			d := samples[k][i] - mean
			squares += d * d
		}
		out[i] = math.Sqrt(squares / float64(max(1, b.n-1)))
	}
	return out
}
