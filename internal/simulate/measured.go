package simulate

import (
	"fmt"
	"math/big"
	"slices"

	"lemniscaat/internal/column"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
)

// Measured is a regulation that measures the disposable income of a household.
// Nobody applies for it: it is no scheme of the run.
type Measured struct {
	Scheme
	// Counts are the regulations that count in the income, itself left out; Claims
	// are those of them that people have to ask for.
	Counts, Claims []string
}

func measured(set *regulation.Set, r *regulation.Regulation) *Measured {
	o := r.Outcomes[0]
	m := &Measured{Scheme: Scheme{ID: r.ID, Name: r.Name, Outcome: o.Attribute, Period: o.Period, Indicators: r.Indicators, Digest: string(set.ContentDigest(r))}}
	for _, a := range r.Assumptions {
		m.Assumptions = append(m.Assumptions, population.Assumption{ID: r.ID + "." + a.ID, Text: a.Text, Basis: "de regeling"})
	}
	for _, other := range set.BuildsOn(r.ID) {
		if other.ID == r.ID {
			continue
		}
		m.Counts = append(m.Counts, other.ID)
		if len(other.Outcomes) > 0 && other.Outcomes[0].Says == "" {
			m.Claims = append(m.Claims, other.ID)
		}
	}
	return m
}

// measure finds the attribute that measures income.
func (b *bound) measure() (*counted, error) {
	if b.Income == nil {
		return nil, nil
	}
	o, err := b.outcome(b.Income.Scheme)
	if err != nil {
		return nil, err
	}
	if !o.household {
		return nil, fmt.Errorf("%w: regeling %s meet het inkomen van een huishouden, en haar uitkomst hoort bij een persoon", ErrSpec, b.Income.ID)
	}
	return &o, nil
}

// income is what measures income in a run; nil: the drawn income is used.
func (r *run) income() *Measured { return r.spec.Baseline.Income }

// inIncome reports whether a scheme counts in what the rules compute of income.
func (r *run) inIncome(s int) bool {
	m := r.income()
	return m != nil && slices.Contains(m.Counts, r.spec.Baseline.Schemes[s].ID)
}

// wageID is the input that goes up for marginal pressure.
const wageID = "persoon.loon"

const profitID = "persoon.winst-uit-onderneming"

// earning finds in a household who earns most of those who work.
type earning struct {
	wage, profit func(b *population.Block) []int64
	has          func(b *population.Block) []bool // whose wage is known; nil: everybody's
}

// earningOf gives it for a population; nil when it does not know wages.
func earningOf(known population.Knowledge) *earning {
	var e earning
	for _, c := range known.Columns {
		switch {
		case c.Amounts == nil || c.Cents != 100:
		case c.ID == wageID:
			e.wage, e.has = c.Amounts, c.Partly
		case c.ID == profitID:
			e.profit = c.Amounts
		}
	}
	if e.wage == nil {
		return nil
	}
	return &e
}

// member gives the place in its household of who earns most; −1 when nobody
// works.
func (e *earning) member(b *population.Block, home int) int {
	wages, profits, has := e.wage(b), []int64(nil), []bool(nil)
	if e.profit != nil {
		profits = e.profit(b)
	}
	if e.has != nil {
		has = e.has(b)
	}
	first, at, most := b.Starts[home], -1, int64(0)
	for row := first; row < b.Starts[home+1]; row++ {
		if has != nil && !has[row] {
			continue
		}
		v := wages[row]
		if profits != nil {
			v += profits[row]
		}
		if v > most {
			at, most = int(row-first), v
		}
	}
	return at
}

// signed gives an amount in cents a year, which may be negative, halves away from
// zero.
func signed(v, den, times int64) (int64, bool) {
	if v > 1<<maxBits || v < -1<<maxBits {
		return signedBig(big.NewRat(v, den), times)
	}
	v *= 100 * times
	half := den / 2
	if v < 0 {
		half = -half
	}
	return (v + half) / den, true
}

func signedBig(v *big.Rat, times int64) (int64, bool) {
	cents := new(big.Rat).Mul(v, big.NewRat(100*times, 1))
	half := big.NewRat(1, 2)
	if cents.Sign() < 0 {
		half.Neg(half)
	}
	cents.Add(cents, half)
	whole := new(big.Int).Quo(cents.Num(), cents.Denom())
	if whole.BitLen() > maxBits {
		return 0, false
	}
	return whole.Int64(), true
}

// signed64 gives the measured income of a household.
func (w *engineWorker) signed64(side, row int) (int64, bool) {
	o := &w.outs[side]
	switch o.State[row] {
	case column.Known:
		v, ok := signed(o.Int[row], o.Den, w.sides[side].income.times)
		return v, ok && v <= 1<<maxBits && v >= -1<<maxBits
	case column.Empty:
		return 0, true
	}
	return 0, false
}

// measure reads the income of the households of the cases, and what of a step
// in wage they do not keep.
func (w *engineWorker) measure(p *part, f *findings) error {
	if w.sides[0].income == nil {
		return nil
	}
	at := len(w.sides[0].outcomes) // of the income, after the schemes
	for k := range w.sides {
		w.outs[k] = w.main.Outcome(k, at)
	}
	b := w.cases.b
	for i, home := range w.cases.homes {
		h := &p.homes[home]
		for k := range w.sides {
			cents, ok := w.signed64(k, i)
			if !ok {
				words := func() error {
					d, err := w.main.Value(k, at, i)
					if err != nil {
						return err
					}
					return wrong(w.sides[k].income.attr, d)
				}
				failed(f.unmeasured[k], b.First+int(home), h.weight, w.cause(k, at, i), words)
				h.lost = true
			}
			p.incomes = append(p.incomes, cents)
		}
		if today := p.incomes[len(p.incomes)-len(w.sides)]; !h.lost {
			h.disposable = floorEuros(today)
		}
	}
	return w.press(p)
}

// floorEuros drops the cents: a negative income stays one.
func floorEuros(cents int64) int32 {
	v := cents / 100
	if cents%100 < 0 {
		v--
	}
	return euros(v)
}

// press raises the wage of who earns most in each household of the cases.
func (w *engineWorker) press(p *part) error {
	sides, from := len(w.sides), len(p.unkept)
	for range w.cases.homes {
		for range sides {
			p.unkept = append(p.unkept, noEarner)
		}
	}
	if w.engine.wage < 0 || w.engine.earning == nil {
		return nil
	}
	b := w.cases.b
	w.homes = append(w.homes[:0], w.cases.homes...)
	w.pressed.reset(b)
	w.units, w.people = w.units[:0], w.people[:0]
	for i, home := range w.homes {
		if p.homes[home].lost {
			continue
		}
		if member := w.engine.earning.member(b, int(home)); member >= 0 {
			w.people = append(w.people, w.pressed.add(home, member, false))
			w.units = append(w.units, int32(i))
		}
	}
	if w.pressed.len() == 0 {
		return nil
	}
	m := w.engine.main
	if err := m.fill(w.main, &w.pressed); err != nil {
		return err
	}
	in := &m.inputs[w.engine.wage]
	col := w.main.Input(in.table, in.input)
	for _, person := range w.people {
		col.Int[person] += pressureStep * in.in.Den / 100
	}
	if err := w.main.Run(); err != nil {
		return err
	}
	at := len(w.sides[0].outcomes)
	for k := range w.sides {
		w.outs[k] = w.main.Outcome(k, at)
	}
	for n, i := range w.units {
		before := p.incomes[(int(w.homes[i]))*sides:]
		out := p.unkept[from+int(i)*sides:][:sides]
		for k := range out {
			after, ok := w.signed64(k, n)
			if !ok {
				for j := range out {
					out[j] = noPressure
				}
				break
			}
			out[k] = unkeptOf(before[k], after)
		}
	}
	return nil
}

// unkeptOf gives what of the step is not kept, in cents.
func unkeptOf(before, after int64) int32 {
	return int32(min(max(pressureStep-(after-before), -1<<30), 1<<30))
}

// wageOf finds the wage among the inputs of a program; −1: it is not there.
func wageOf(m *matched) int {
	return slices.IndexFunc(m.inputs, func(f filling) bool { return f.in.ID == wageID && f.table == m.persons })
}
