package simulate

import (
	"math/bits"

	"lemniscaat/internal/population"
	"lemniscaat/internal/takeup"
)

// yardstick is what households are measured with: the same on every side.
type yardstick struct {
	// adult and child are what another adult and a child weigh beside the first
	// adult, in thousandths.
	adult, child int64
	// poverty and low are lines for a single person, in cents a year.
	poverty, low int64
}

func (y *yardstick) form(f *form) {
	f.int64(&y.adult)
	f.int64(&y.child)
	f.int64(&y.poverty)
	f.int64(&y.low)
}

// lowIncome is the part of the median below which an income is low.
const lowIncome = 0.6

// standardEuros gives the standardised income that a home is ranked by, in whole
// euros.
func standardEuros(h *home, factor int64) int32 {
	return euros(standard(int64(h.disposable), factor))
}

// factor of a household, in thousandths.
func (y *yardstick) factor(h *home) int64 {
	adults := int64(h.persons - h.minors)
	if adults == 0 { // somebody counts as the first, also among minors
		return 1000 + y.child*(int64(h.minors)-1)
	}
	return 1000 + y.adult*(adults-1) + y.child*int64(h.minors)
}

// standard gives standardised income in whole cents, halves away from zero.
func standard(cents, factor int64) int64 {
	half := factor / 2
	if cents < 0 {
		half = -half
	}
	return (cents*1000 + half) / factor
}

// lines below which a household may be.
const (
	linePoverty = iota
	lineLow
	lines
)

// standing is the income of all households under one set of rules.
type standing struct {
	rows                      int
	weight, persons, children int64          // weighted
	total                     population.Sum // cents
	below                     [lines]below
	// bins count persons by standardised income, see binOf.
	bins []bin
}

// below counts who is below a line.
type below struct {
	rows                      int
	weight, persons, children int64
	gap                       population.Sum // cents
}

type bin struct {
	persons int64          // weighted
	cents   population.Sum // of standardised income
}

func newStanding() standing { return standing{bins: make([]bin, binCount)} }

func (s *standing) form(f *form) {
	f.int(&s.rows)
	f.int64(&s.weight)
	f.int64(&s.persons)
	f.int64(&s.children)
	f.sum(&s.total)
	formEach(f, s.below[:], func(f *form, b *below) { b.form(f) })
	formSparse(f, s.bins, func(b *bin) bool { return b.persons != 0 }, func(f *form, b *bin) {
		f.int64(&b.persons)
		f.sum(&b.cents)
	})
}

func (b *below) form(f *form) {
	f.int(&b.rows)
	f.int64(&b.weight)
	f.int64(&b.persons)
	f.int64(&b.children)
	f.sum(&b.gap)
}

// formSparse carries a list of which the plan fixes the length, as the values
// that are there.
func formSparse[T any](f *form, list []T, there func(*T) bool, one func(f *form, v *T)) {
	if !f.reading {
		n := 0
		for i := range list {
			if there(&list[i]) {
				n++
			}
		}
		f.length(n)
		for i := range list {
			if there(&list[i]) {
				f.int(&i)
				one(f, &list[i])
			}
		}
		return
	}
	for range f.length(0) {
		i := 0
		if f.int(&i); i < 0 || i >= len(list) {
			f.fail("plaats %d bestaat niet", i)
			return
		}
		one(f, &list[i])
	}
}

func (s *standing) merge(o *standing) {
	s.rows += o.rows
	s.weight += o.weight
	s.persons += o.persons
	s.children += o.children
	s.total.Merge(o.total)
	for i := range s.below {
		s.below[i].merge(&o.below[i])
	}
	for i := range s.bins {
		s.bins[i].persons += o.bins[i].persons
		s.bins[i].cents.Merge(o.bins[i].cents)
	}
}

func (b *below) merge(o *below) {
	b.rows += o.rows
	b.weight += o.weight
	b.persons += o.persons
	b.children += o.children
	b.gap.Merge(o.gap)
}

// Bins of standardised income: of € 1 below € 8,192, above that each at most
// 1/4096 wide, so that a median moves with a change of a few euros. All that is not
// positive is in the first.
const (
	binBits  = 12
	binCount = (31 - binBits) << binBits
)

func binOf(cents int64) int { return binIn(cents/100, binBits) }

// binIn gives the bin of an income in euros when an octave has 2^size of them.
func binIn(euros int64, size int) int {
	v := min(euros, 1<<30-1)
	if v <= 0 {
		return 0
	}
	n := max(bits.Len64(uint64(v))-size-1, 0)
	return n<<size + int(v>>n)
}

// lowestIn gives the lowest income in euros of a bin.
func lowestIn(bin, size int) int64 {
	n := max(bin>>size-1, 0)
	return int64(bin-n<<size) << n
}

// stand is where one household stands under one set of rules.
type stand struct {
	cents    int64 // disposable
	standard int64 // standardised
	short    [lines]int64
}

// at works out where a household stands with an income.
func (y *yardstick) at(h *home, factor, cents int64) stand {
	s := stand{cents: cents, standard: standard(cents, factor)}
	for i, line := range [lines]int64{y.poverty, y.low} {
		need := line * factor // thousandths of cents
		if cents*1000 >= need {
			continue
		}
		if i == linePoverty && int64(h.wealth)*100*1000 >= need {
			continue
		}
		s.short[i] = (need - cents*1000 + 500) / 1000
	}
	return s
}

// add counts one household.
func (s *standing) add(h *home, at *stand) {
	w := h.weight
	s.rows++
	s.weight += w
	s.persons += w * int64(h.persons)
	s.children += w * int64(h.minors)
	s.total.Add(w, at.cents)
	for i, short := range at.short {
		if short == 0 {
			continue
		}
		b := &s.below[i]
		b.rows++
		b.weight += w
		b.persons += w * int64(h.persons)
		b.children += w * int64(h.minors)
		b.gap.Add(w, short)
	}
	b := &s.bins[binOf(at.standard)]
	b.persons += w * int64(h.persons)
	b.cents.Add(w*int64(h.persons), max(at.standard, 0))
}

// gini is the Gini coefficient over the bins: one minus twice the surface under
// the Lorenz curve. 0 when nobody has anything.
func (s *standing) gini() float64 {
	var all population.Sum
	for i := range s.bins {
		all.Merge(s.bins[i].cents)
	}
	return giniOf(len(s.bins), float64(s.persons), all.Float(), func(i int) (float64, float64) {
		b := &s.bins[i]
		if b.persons == 0 {
			return 0, 0
		}
		return float64(b.persons), b.cents.Float()
	})
}

// giniOf adds up the surface, bin by bin in order of income.
func giniOf(n int, persons, cents float64, at func(i int) (persons, cents float64)) float64 {
	if persons <= 0 || cents <= 0 {
		return 0
	}
	surface, before := 0.0, 0.0
	for i := range n {
		p, c := at(i)
		surface += p * (2*before + c)
		before += c
	}
	return max(0, 1-surface/(persons*cents))
}

// median of standardised income over persons, in cents: the mean of the bin in
// which the middle person is.
func (s *standing) median() int64 {
	var before int64
	for i := range s.bins {
		b := &s.bins[i]
		before += b.persons
		if b.persons > 0 && 2*before >= s.persons {
			return b.cents.Rounded(b.persons)
		}
	}
	return 0
}

// welfare counts the income of households on every side.
type welfare struct {
	sides []standing
	drawn bool    `form:"-"` // incomes are those of the population
	now   []int64 `form:"-"` // incomes of a part, in cents a year, by home and then by side
}

func (r *run) newWelfare() *welfare {
	w := &welfare{drawn: r.income() == nil}
	for range r.sides {
		w.sides = append(w.sides, newStanding())
	}
	return w
}

func (w *welfare) form(f *form) {
	formEach(f, w.sides, func(f *form, s *standing) { s.form(f) })
}

func (w *welfare) merge(o *welfare) {
	for k := range w.sides {
		w.sides[k].merge(&o.sides[k])
	}
}

// start sets the incomes of a part to what the rules compute, or to what the
// population has drawn.
func (w *welfare) start(p *part) {
	if len(p.incomes) > 0 {
		w.now = append(w.now[:0], p.incomes...)
		return
	}
	w.now = w.now[:0]
	for i := range p.homes {
		for range w.sides {
			w.now = append(w.now, 100*int64(p.homes[i].disposable))
		}
	}
}

// unit changes the income of the home of a unit by what it does with its right
// to a scheme: one that counts in what the rules compute, or another one; owed
// says that it pays.
func (w *welfare) unit(home int, cents []int64, drawn []takeup.Drawn, in, owed bool) {
	sides := len(w.sides)
	now := w.now[home*sides : (home+1)*sides]
	switch {
	case in && owed: // it always pays
	case in:
		for k, x := range cents {
			if drawn[k].Lost >= 0 {
				now[k] -= x
			}
		}
	default:
		today := int64(0) // the drawn income has what is received today
		for k, x := range cents {
			switch {
			case drawn[k].Lost >= 0:
				x = 0
			case owed:
				x = -x
			}
			if k == 0 && w.drawn {
				today = x
			}
			now[k] += x - today
		}
	}
}
