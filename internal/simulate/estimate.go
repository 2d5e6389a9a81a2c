package simulate

import (
	"fmt"
	"math"

	"lemniscaat/internal/column"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// A toeslag is paid in advance, on the income that people expect, and settled on
// the income that they had. The income of the population is what they had. What
// they expected is drawn here, the rules are run again on it, and the survey
// settles for those who receive.

// Terms say how an advance is settled on one side.
type Terms struct {
	// Parameter is the id of the amount up to and including which nothing is
	// reclaimed; Threshold its value on the date, in cents.
	Parameter string
	Threshold int64
	// Missing says why advances cannot be settled; empty: they can.
	Missing string
}

// termsOf gives the terms of a regulation that pays in advance; nil when it does
// not.
func termsOf(set *regulation.Set, r *regulation.Regulation, date rule.Date) *Terms {
	if r.Advance == nil {
		return nil
	}
	t := &Terms{Parameter: r.Advance.Threshold}
	p, ok := set.Parameter(t.Parameter)
	if !ok {
		t.Missing = fmt.Sprintf("de parameter %s is er niet", t.Parameter)
		return t
	}
	v, ok := p.At(date)
	if !ok || v.Value.IsEmpty() || v.Value.Kind != rule.Amount {
		t.Missing = fmt.Sprintf("de parameter %s heeft op %v geen bedrag", t.Parameter, date)
		return t
	}
	f, _ := v.Value.Num.Float64()
	if t.Threshold = int64(math.Round(f * 100)); t.Threshold < 0 {
		t.Threshold, t.Missing = 0, fmt.Sprintf("de parameter %s is op %v negatief", t.Parameter, date)
	}
	return t
}

// settles gives the schemes whose advances a run settles: those that are paid in
// advance on every side.
func settles(spec Spec, sides []*bound) (schemes []int) {
	if !spec.Advances || sides[0].known.Own {
		return nil
	}
	for s := range sides[0].Schemes {
		all := true
		for _, b := range sides {
			t := b.Schemes[s].Advance
			all = all && t != nil && t.Missing == ""
		}
		if all {
			schemes = append(schemes, s)
		}
	}
	return schemes
}

// The purpose of the draw of an estimate.
const forEstimate uint64 = 1 << 42

// asIs is an income that was estimated as it turned out.
const asIs = 10_000

// estimating draws how well people estimate their income of a year. It is
// immutable.
type estimating struct {
	seed   uint64
	spread [population.Minor + 1]float64 // by status
	skew   float64
}

// estimateAssumptions are those of estimates of income.
func estimateAssumptions() ([]population.Assumption, error) {
	list, err := population.ReadAssumptions(files, "data/voorschot.csv")
	if err != nil {
		return nil, fmt.Errorf("simulate data: %w", err)
	}
	return list, nil
}

func newEstimating(seed uint64) (*estimating, error) {
	list, err := estimateAssumptions()
	if err != nil {
		return nil, err
	}
	p := map[string]float64{}
	for _, a := range list {
		p[a.ID] = a.Value
	}
	e := &estimating{seed: seed, skew: p["schatting-scheef"]}
	for status, name := range map[population.Status]string{population.Student: "student", population.Employee: "loon", population.SelfEmployed: "winst",
		population.Unemployed: "uitkering", population.Disabled: "uitkering", population.NoIncome: "uitkering", population.Assistance: "uitkering", population.Retired: "aow"} {
		e.spread[status] = p["schatting-spreiding-"+name]
	}
	return e, nil
}

// of draws the estimate of a person, in ten-thousandths of the income that it
// has: half of it to twice as much.
func (e *estimating) of(household, member int, status population.Status) int64 {
	if int(status) >= len(e.spread) || e.spread[status] == 0 {
		return asIs
	}
	x := e.spread[status]*population.Normal(population.Hash(e.seed, uint64(household)<<5|uint64(member+1), forEstimate)) - e.skew
	return min(max(int64(math.Round(asIs*math.Exp(x))), asIs/2), 2*asIs)
}

// estimated gives an income as it was estimated, rounded down; a loss stays what
// it is.
func estimated(value, part int64) int64 {
	if value <= 0 {
		return value
	}
	hi, lo := value/asIs, value%asIs // no amount is too large
	return hi*part + lo*part/asIs
}

// late are the units of a scheme of which the advance is not what they have a
// right to, on some side, in order.
type late struct {
	homes   []int32
	members []int8
	ages    []uint8
	self    []bool
	// cents is the right and advances what is paid before, a year, by unit, then by
	// side; unknown when a rule errs on the estimate.
	cents, advances []int64
}

const unknown = -1

func (l *late) reset() {
	l.homes, l.members, l.ages, l.self, l.cents, l.advances = l.homes[:0], l.members[:0], l.ages[:0], l.self[:0], l.cents[:0], l.advances[:0]
}

func (l *late) form(f *form) {
	formNumbers(f, &l.homes)
	formNumbers(f, &l.members)
	formNumbers(f, &l.ages)
	formList(f, &l.self, (*form).bool)
	formNumbers(f, &l.cents)
	formNumbers(f, &l.advances)
}

func (l *late) join(next *late, shift int32) {
	for _, h := range next.homes {
		l.homes = append(l.homes, h+shift)
	}
	l.members, l.ages, l.self = append(l.members, next.members...), append(l.ages, next.ages...), append(l.self, next.self...)
	l.cents, l.advances = append(l.cents, next.cents...), append(l.advances, next.advances...)
}

func (l *late) clone() (c late) {
	if len(l.homes) > 0 {
		c.join(l, 0)
	}
	return c
}

// claims gives the units as claims, to draw them.
func (l *late) claims() claims {
	return claims{homes: l.homes, members: l.members, ages: l.ages, self: l.self, cents: l.cents}
}

// checks reports whether what was read can be.
func (l *late) checks(homes, sides int) bool {
	n := len(l.homes)
	ok := len(l.members) == n && len(l.ages) == n && len(l.self) == n && len(l.cents) == n*sides && len(l.advances) == n*sides
	for i := range l.homes {
		ok = ok && l.homes[i] >= 0 && int(l.homes[i]) < homes
		ok = ok && i < len(l.members) && l.members[i] >= -1 && l.members[i] < maxMembers
	}
	for i := range l.advances {
		ok = ok && l.advances[i] >= unknown && i < len(l.cents) && l.cents[i] >= 0
	}
	return ok
}

// late adds a unit of which right and advance differ on some side.
func (p *part) late(s, home, member int, b *population.Block, cents, advances []int64) {
	differ := false
	for k, x := range cents {
		differ = differ || advances[k] != x
	}
	if !differ {
		return
	}
	row := b.Starts[home] + int32(max(member, 0))
	l := &p.claims[s].late
	l.homes, l.members, l.ages = append(l.homes, int32(home)), append(l.members, int8(member)), append(l.ages, b.Ages[row])
	l.self = append(l.self, b.Statuses[row] == population.SelfEmployed)
	l.cents, l.advances = append(l.cents, cents...), append(l.advances, advances...)
}

// unitKey is a unit of a block.
type unitKey struct{ home, member int }

// estimateWorker runs the rules on estimates.
type estimateWorker struct {
	block *column.Block
	parts []int64 // by person of the block of the population
	// failed are, by scheme, the units that a rule errs on as they are.
	failed  []map[unitKey]bool
	at      []int // the next claim, by scheme
	advance []int64
	nothing []int64
}

// estimate runs the schemes that are paid in advance again, for the households
// in which somebody estimated otherwise, with their estimates. from says where
// the claims of the block start.
func (w *engineWorker) estimate(b *population.Block, p *part, from []int) error {
	e, m := &w.late, w.engine.advance
	e.parts = append(e.parts[:0], make([]int64, b.Persons())...)
	e.at = append(e.at[:0], from...)
	for home := 0; home < b.Len(); {
		w.cases.reset(b)
		for ; home < b.Len() && w.cases.len() < casesPerBlock; home++ {
			apart := false
			for row := b.Starts[home]; row < b.Starts[home+1]; row++ {
				e.parts[row] = w.estimating.of(b.First+home, int(row-b.Starts[home]), b.Statuses[row])
				apart = apart || e.parts[row] != asIs
			}
			if apart {
				w.cases.add(int32(home), 0, false)
			}
		}
		if w.cases.len() == 0 {
			continue
		}
		if err := m.fill(e.block, &w.cases); err != nil {
			return err
		}
		for i := range m.inputs {
			if err := m.inputs[i].estimate(e.block, &w.cases, e.parts); err != nil {
				return err
			}
		}
		if err := e.block.Run(); err != nil {
			return err
		}
		for i, s := range w.engine.settles {
			for k := range w.sides {
				w.outs[k] = e.block.Outcome(k, i)
			}
			w.compare(s, p)
		}
	}
	return nil
}

// estimate lays estimates over an income that was filled in.
func (f *filling) estimate(dst *column.Block, c *cases, parts []int64) error {
	if !f.column.Income {
		return nil
	}
	col, from := dst.Input(f.table, f.input), f.column.Amounts(c.b)
	for i, row := range c.rows {
		value := estimated(from[row], parts[row])
		switch {
		case value == from[row]:
		case f.times > 0:
			col.Int[i] = value * f.times
		default:
			if err := dst.Set(f.table, f.input, i, f.column.Datum(population.Value{Cents: value * f.column.Cents})); err != nil {
				return err
			}
		}
	}
	return nil
}

// compare sets advances beside rights, for the units of the cases.
func (w *engineWorker) compare(s int, p *part) {
	c, applicants, house := &w.cases, w.applicants(s), w.sides[0].outcomes[s].household
	for i, home := range c.homes {
		if house {
			w.later(s, int(home), -1, i, p)
			continue
		}
		for person := c.starts[i]; person < c.starts[i+1]; person++ {
			if row := c.row(person); !applicants || c.b.Applicants[row] {
				w.later(s, int(home), int(row-c.b.Starts[home]), int(person), p)
			}
		}
	}
}

func (w *engineWorker) later(s, home, member, row int, p *part) {
	e, claims := &w.late, &p.claims[s]
	if e.failed[s][unitKey{home, member}] {
		return
	}
	for e.at[s] < claims.len() && (int(claims.homes[e.at[s]]) < home || int(claims.homes[e.at[s]]) == home && int(claims.members[e.at[s]]) < member) {
		e.at[s]++
	}
	right := e.nothing
	if i := e.at[s]; i < claims.len() && int(claims.homes[i]) == home && int(claims.members[i]) == member {
		right = claims.cents[i*len(w.sides) : (i+1)*len(w.sides)]
	}
	for k := range w.sides {
		cents, ok := w.cents64(k, s, row)
		if !ok {
			cents = unknown
		}
		e.advance[k] = cents
	}
	p.late(s, home, member, w.cases.b, right, e.advance)
}
