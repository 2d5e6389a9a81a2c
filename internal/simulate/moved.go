package simulate

import (
	"math"
	"math/bits"
	"slices"

	"lemniscaat/internal/takeup"
)

// moved counts how the income of households would be when an assumption of
// take-up has its low or its high value: as the differences with how it is. It
// gives measures of income a range, also where sampling gives none.
type moved struct {
	// names are the assumptions, by corner: each twice, low and high.
	names []string `form:"-"`
	// of gives the corner of each model of a scheme; −1: the first model.
	of    [][]int       `form:"-"`
	sides [][]movedSide // by corner, then side
	drawn bool          `form:"-"` // as in welfare
	// hits are what a part has found.
	hits []hit `form:"-"`
}

// movedSide has differences: weighted households and so on may be negative.
type movedSide struct {
	total weightedCents
	gap   [lines]weightedCents
	below [lines][belowKinds - 1]int64
	bins  []movedBin
	bands [Bands]int64 // households; of a variant
}

// weightedCents is a sum of weighted cents in units of 2^-spreadShift.
type weightedCents int64

type movedBin struct{ persons, cents int64 }

// hit is a unit that a corner draws otherwise.
type hit struct {
	home         int32
	corner, side uint8
	cents        int64 // more income
}

func (r *run) newMoved() *moved {
	m := &moved{drawn: r.income() == nil}
	at := map[string]int{}
	for s := range r.moved {
		of, seen := make([]int, len(r.moved[s])), map[string]int{}
		for i, name := range r.moved[s] {
			if i == 0 {
				of[i] = -1
				continue
			}
			if seen[name] == 0 {
				if _, known := at[name]; !known {
					at[name] = len(m.names)
					m.names = append(m.names, name, name)
				}
			}
			of[i] = at[name] + seen[name]
			seen[name]++
		}
		m.of = append(m.of, of)
	}
	for range m.names {
		sides := make([]movedSide, len(r.sides))
		for k := range sides {
			sides[k].bins = make([]movedBin, spreadBins)
		}
		m.sides = append(m.sides, sides)
	}
	return m
}

func (m *moved) form(f *form) {
	formEach(f, m.sides, func(f *form, sides *[]movedSide) {
		formEach(f, *sides, func(f *form, s *movedSide) { s.form(f) })
	})
}

func (s *movedSide) form(f *form) {
	formNumber(f, &s.total)
	formFixed(f, s.gap[:])
	for i := range s.below {
		formFixed(f, s.below[i][:])
	}
	formSparse(f, s.bins, func(b *movedBin) bool { return *b != movedBin{} }, func(f *form, b *movedBin) {
		f.int64(&b.persons)
		f.int64(&b.cents)
	})
	formFixed(f, s.bands[:])
}

func (m *moved) merge(o *moved) {
	for c := range m.sides {
		for k := range m.sides[c] {
			a, b := &m.sides[c][k], &o.sides[c][k]
			a.total += b.total
			for i := range a.below {
				a.gap[i] += b.gap[i]
				plus(a.below[i][:], b.below[i][:])
			}
			for i := range a.bins {
				a.bins[i].persons += b.bins[i].persons
				a.bins[i].cents += b.bins[i].cents
			}
			plus(a.bands[:], b.bands[:])
		}
	}
}

// unit notes under which corners a unit is drawn otherwise. What people owe they
// always pay.
func (m *moved) unit(s int, home int32, cents []int64, drawn []takeup.Drawn, owed bool) {
	if owed {
		return
	}
	of := m.of[s]
	for k, x := range cents {
		if x == 0 {
			continue
		}
		first := drawn[k].Receives & 1
		differ := (drawn[k].Receives ^ -first) & (1<<len(of) - 1)
		if first == 1 {
			x = -x // it does not receive then
		}
		for ; differ != 0; differ &= differ - 1 {
			corner := uint8(of[bits.TrailingZeros64(differ)])
			if k > 0 || !m.drawn {
				m.hits = append(m.hits, hit{home, corner, uint8(k), x})
				continue
			}
			for v := 1; v < len(cents); v++ { // the drawn income has what is received today
				m.hits = append(m.hits, hit{home, corner, uint8(v), -x})
			}
		}
	}
}

// part counts the hits of a part, household by household.
func (m *moved) part(p *part, w *welfare, y *yardstick) {
	slices.SortFunc(m.hits, func(a, b hit) int {
		return int(int64(a.home)<<16|int64(a.corner)<<8|int64(a.side)) - int(int64(b.home)<<16|int64(b.corner)<<8|int64(b.side))
	})
	sides := len(w.sides)
	now := make([]int64, sides)
	for i := 0; i < len(m.hits); {
		home, corner := m.hits[i].home, m.hits[i].corner
		h, base := &p.homes[home], w.now[int(home)*sides:(int(home)+1)*sides]
		copy(now, base)
		for ; i < len(m.hits) && m.hits[i].home == home && m.hits[i].corner == corner; i++ {
			now[m.hits[i].side] += m.hits[i].cents
		}
		if h.lost {
			continue
		}
		factor := y.factor(h)
		for k := range sides {
			side := &m.sides[corner][k]
			if now[k] != base[k] {
				before, after := y.at(h, factor, base[k]), y.at(h, factor, now[k])
				side.add(h, &before, -1)
				side.add(h, &after, 1)
			}
			if k > 0 && (now[k] != base[k] || now[0] != base[0]) {
				was, is := base[k]-base[0], now[k]-now[0]
				side.bands[bandOf(was, base[0])] -= h.weight
				side.bands[bandOf(is, now[0])] += h.weight
			}
		}
	}
	m.hits = m.hits[:0]
}

func (s *movedSide) add(h *home, at *stand, sign int64) {
	w := sign * h.weight
	s.total += weightedCents(sign * shifted(h.weight, at.cents))
	for i, short := range at.short {
		if short == 0 {
			continue
		}
		s.below[i][0] += w
		s.below[i][1] += w * int64(h.persons)
		s.below[i][2] += w * int64(h.minors)
		s.gap[i] += weightedCents(sign * shifted(h.weight, short))
	}
	b := &s.bins[coarseOf(at.standard/100)]
	b.persons += w * int64(h.persons)
	b.cents += sign * shifted(h.weight*int64(h.persons), max(at.standard, 0))
}

// widen makes the intervals of who gains and loses, of all households together,
// as wide as the assumptions of take-up ask beside sampling.
func (r *run) widen(c *Change, variant int) {
	m := r.counted.moved
	wider := func(f *Figure, least int64, bands ...int) {
		down, up := float64(f.Value-f.Low), float64(f.High-f.Value)
		down, up = down*down, up*up
		for at := 0; at < len(m.sides); at += 2 { // low and high of one assumption
			var lowest, highest float64
			for _, corner := range m.sides[at : at+2] {
				var moved int64
				for _, b := range bands {
					moved += corner[variant].bands[b]
				}
				lowest, highest = min(lowest, float64(moved)/million), max(highest, float64(moved)/million)
			}
			down += lowest * lowest
			up += highest * highest
		}
		f.Low, f.High = max(f.Value-int64(math.Round(math.Sqrt(down))), least), f.Value+int64(math.Round(math.Sqrt(up)))
	}
	wider(&c.Gaining, 0, GainMuch, Gain)
	wider(&c.Losing, 0, LossMuch, Loss)
}
