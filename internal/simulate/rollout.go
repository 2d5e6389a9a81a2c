package simulate

import (
	"fmt"
	"math"
	"math/bits"
	"slices"
	"strings"

	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/takeup"
)

// Moment is one date of a stepwise introduction: what the variant then does, to
// those who are over by then; the others are under today's rules. Every moment is
// computed with the population, the amounts and the date of the run: between
// moments nothing differs but who is over.
type Moment struct {
	From rule.Date
	// Words say who goes over on this date: "nieuwe gevallen, 25 %".
	Words string
	// Households and Persons are over by then, weighted; Rows is the number of
	// households of the population behind them.
	Households, Persons int64
	Rows                int
	// Gain and Loss are the households that receive more, or less, than today, over
	// all regulations of the run; what people pay counts against them.
	Gain, Loss int64
	// Budget is what is paid out more than today in cents a year, over all
	// regulations of the run, minus what people pay more. Its interval is that of
	// sampling alone.
	Budget Figure
	// Schemes are the regulations of the run, in order: the difference with today.
	Schemes []MomentScheme
	// Hidden says that there are fewer than ten real people behind some number: all
	// are left out.
	Hidden bool
}

// MomentScheme is what one regulation does at a moment more than today, in units
// and cents a year: among who is over.
type MomentScheme struct {
	ID                 string
	Entitled, Received Amount
}

// Purposes of the draws of an introduction, by household.
const (
	forShare uint64 = 1<<42 + iota
	forInflow
)

// hiddenBelow is how many real people there must be behind a number.
const hiddenBelow = 10

// rollouts are the introductions of the variants of a run, on their way.
type rollouts struct {
	by      []rollout // by variant
	changes []change  `form:"-"` // of the part
}

// change is what a unit gets on one side more than today.
type change struct {
	variant, scheme, home int32
	entitled, received    Amount
	// owed: people pay it. receives: it gets something today that the variant
	// changes.
	owed, receives bool
}

// rollout counts by the moment at which a household goes over; without a plan
// everybody does so at once, and there is nothing to count.
type rollout struct {
	plan  *introduction `form:"-"`
	first []arrivals    // by moment
	shift uint          `form:"-"`
	money [][]int64     // by moment: budget by replicate, shifted
}

// arrivals are the households that go over at one moment.
type arrivals struct {
	weight, persons, gain, loss int64
	rows                        int
	budget                      population.Sum
	entitled, received          []weighted // by scheme
}

func (a *arrivals) form(f *form) {
	for _, v := range []*int64{&a.weight, &a.persons, &a.gain, &a.loss} {
		f.int64(v)
	}
	f.int(&a.rows)
	f.sum(&a.budget)
	formEach(f, a.entitled, (*form).weighted)
	formEach(f, a.received, (*form).weighted)
}

func (a *arrivals) merge(o *arrivals) {
	a.weight += o.weight
	a.persons += o.persons
	a.gain += o.gain
	a.loss += o.loss
	a.rows += o.rows
	a.budget.Merge(o.budget)
	for s := range a.entitled {
		a.entitled[s].merge(o.entitled[s])
		a.received[s].merge(o.received[s])
	}
}

// introduction says who goes over when.
type introduction struct {
	seed    uint64
	phases  []regulation.Phase
	types   [][]bool    // by phase and type; nil: all
	inflow  [][]float64 // by phase and later moment: the part that applied anew
	touched []bool      // by scheme: the variant changes it
}

// introduceAll makes the introductions of all variants.
func (r *run) introduceAll() error {
	r.introductions = nil
	for k := range r.sides[1:] {
		in, err := r.introduce(k + 1)
		if err != nil {
			return err
		}
		r.introductions = append(r.introductions, in)
	}
	return nil
}

// introduce makes the introduction of a variant; nil when it has no phases.
func (r *run) introduce(variant int) (*introduction, error) {
	side, base := r.sides[variant], r.sides[0]
	if side.set == nil {
		return nil, nil
	}
	in := &introduction{seed: r.spec.Seed, phases: side.set.Phases()}
	if len(in.phases) == 0 {
		return nil, nil
	}
	own, err := population.ReadAssumptions(files, "data/aannames.csv")
	if err != nil {
		return nil, fmt.Errorf("simulate data: %w", err)
	}
	yearly := takeup.Defaults(own)["instroom"]
	for i, p := range in.phases {
		types, err := typesOf(p.Households)
		if err != nil {
			return nil, named(side.Side, err)
		}
		in.types = append(in.types, types)
		var parts []float64
		for _, later := range in.phases[i:] {
			years := float64(rule.DaysBetween(p.From, later.From)) / 365.25
			parts = append(parts, 1-math.Pow(1-yearly, years))
		}
		in.inflow = append(in.inflow, parts)
	}
	some := false
	for s := range side.Schemes {
		in.touched = append(in.touched, side.Schemes[s].Digest != base.Schemes[s].Digest)
		some = some || in.touched[s]
	}
	for s := range in.touched { // what changes is not in the rules
		in.touched[s] = in.touched[s] || !some
	}
	return in, nil
}

// typesOf finds types of households by their Dutch words.
func typesOf(words []string) ([]bool, error) {
	if len(words) == 0 {
		return nil, nil
	}
	out := make([]bool, population.Types)
	var known []string
	for ty := range population.Types {
		if !slices.Contains(known, ty.Label()) {
			known = append(known, ty.Label())
		}
		out[ty] = slices.Contains(words, ty.Label())
	}
	for _, w := range words {
		if !slices.Contains(known, w) {
			return nil, fmt.Errorf("%w: de invoering noemt huishoudens %q; kies uit: %s", ErrSpec, w, strings.Join(known, ", "))
		}
	}
	return out, nil
}

// moment gives the moment at which a household goes over; −1: it does not.
// receives says that it receives something today under what the variant changes.
func (in *introduction) moment(h *home, index int, receives bool) int {
	key := population.KeyOf(in.seed, uint64(index))
	at := -1
	for i, p := range in.phases {
		if at >= 0 && i >= at {
			break
		}
		switch {
		case in.types[i] != nil && !in.types[i][h.ty], int(h.age) < p.FromAge, p.UntilAge > 0 && int(h.age) >= p.UntilAge:
			continue
		case p.Share < 1000 && population.Uniform(key.Hash(forShare)) >= float64(p.Share)/1000:
			continue
		case !p.NewCases || !receives:
			at = i
			continue
		}
		u := population.Uniform(key.Hash(forInflow))
		for k, part := range in.inflow[i] {
			if u < part && (at < 0 || i+k < at) {
				at = i + k
				break
			}
		}
	}
	return at
}

func (r *run) newRollouts(b *bootstrap) rollouts {
	out := rollouts{by: make([]rollout, len(r.introductions))}
	for v, in := range r.introductions {
		if in == nil {
			continue
		}
		x := &out.by[v]
		x.plan = in
		for _, shift := range b.shift {
			x.shift = max(x.shift, shift)
		}
		x.shift += uint(bits.Len(uint(len(r.panels)))) // of all regulations together
		for range in.phases {
			x.first = append(x.first, arrivals{entitled: make([]weighted, len(r.panels)), received: make([]weighted, len(r.panels))})
			x.money = append(x.money, make([]int64, b.n))
		}
	}
	return out
}

func (n *rollouts) any() bool {
	return slices.ContainsFunc(n.by, func(x rollout) bool { return x.plan != nil })
}

// unit notes what a unit gets, on the sides that are introduced in steps.
func (n *rollouts) unit(s int, home int32, cents []int64, drawn []takeup.Drawn, owed bool) {
	for v := range n.by {
		x := &n.by[v]
		if x.plan == nil {
			continue
		}
		c := change{variant: int32(v), scheme: int32(s), home: home, owed: owed}
		for i, k := range []int{0, v + 1} {
			sign := int64(2*i - 1)
			if cents[k] == 0 {
				continue
			}
			c.entitled.Units += sign
			c.entitled.Cents += sign * cents[k]
			if drawn[k].Lost < 0 {
				c.received.Units += sign
				c.received.Cents += sign * cents[k]
			}
		}
		c.receives = !owed && cents[0] > 0 && drawn[0].Lost < 0 && x.plan.touched[s]
		if c.receives || c.entitled != (Amount{}) || c.received != (Amount{}) {
			n.changes = append(n.changes, c)
		}
	}
}

// part counts the households of a part, after all of its units.
func (n *rollouts) part(p *part, b *bootstrap) {
	if !n.any() {
		return
	}
	for v := range n.by {
		x := &n.by[v]
		if x.plan == nil {
			continue
		}
		receives := make([]bool, len(p.homes))
		for _, c := range n.changes {
			if c.variant == int32(v) && c.receives {
				receives[c.home] = true
			}
		}
		at := make([]int, len(p.homes))
		for i := range p.homes {
			h := &p.homes[i]
			at[i] = x.plan.moment(h, p.first+i, receives[i])
			if at[i] < 0 {
				continue
			}
			a := &x.first[at[i]]
			a.weight += h.weight
			a.persons += h.weight * int64(h.persons)
			a.rows++
		}
		gets := make([]int64, len(p.homes))
		for _, c := range n.changes {
			if m := at[c.home]; m >= 0 && c.variant == int32(v) {
				a, w := &x.first[m], p.homes[c.home].weight
				a.entitled[c.scheme].units.Add(w, c.entitled.Units)
				a.entitled[c.scheme].cents.Add(w, c.entitled.Cents)
				a.received[c.scheme].units.Add(w, c.received.Units)
				a.received[c.scheme].cents.Add(w, c.received.Cents)
				if c.owed {
					gets[c.home] -= c.received.Cents
				} else {
					gets[c.home] += c.received.Cents
				}
			}
		}
		for i, cents := range gets {
			if cents != 0 {
				x.household(at[i], p.homes[i].weight, cents, b, i)
			}
		}
	}
	n.changes = n.changes[:0]
}

// household counts one that gets another amount.
func (x *rollout) household(at int, weight, cents int64, b *bootstrap, home int) {
	a := &x.first[at]
	a.budget.Add(weight, cents)
	sign := int64(1)
	if cents > 0 {
		a.gain += weight
	} else {
		a.loss += weight
		sign = -1
	}
	if b.n == 0 {
		return
	}
	hi, lo := bits.Mul64(uint64(weight), uint64(sign*cents))
	value := sign * int64(lo>>x.shift|hi<<(64-x.shift))
	money := x.money[at]
	for k, t := range b.times[home*b.n : (home+1)*b.n] {
		money[k] += int64(t) * value
	}
}

func (n *rollouts) form(f *form) {
	for v := range n.by {
		x := &n.by[v]
		formEach(f, x.first, func(f *form, a *arrivals) { a.form(f) })
		formEach(f, x.money, func(f *form, list *[]int64) { formFixed(f, *list) })
	}
}

func (n *rollouts) merge(o *rollouts) {
	for v := range n.by {
		x := &n.by[v]
		if x.plan == nil {
			continue
		}
		for i := range x.first {
			x.first[i].merge(&o.by[v].first[i])
			for k, m := range o.by[v].money[i] {
				x.money[i][k] += m
			}
		}
	}
}

// moments gives the introduction of a variant; nil when it is all at once.
func (r *run) moments(variant int) []Moment {
	x := &r.counted.rollouts.by[variant-1]
	if x.plan == nil {
		return nil
	}
	schemes := r.spec.Baseline.Schemes
	all := arrivals{entitled: make([]weighted, len(schemes)), received: make([]weighted, len(schemes))}
	money := make([]int64, r.counted.boot.n)
	var out []Moment
	for i, p := range x.plan.phases {
		all.merge(&x.first[i])
		for k, m := range x.money[i] {
			money[k] += m
		}
		m := Moment{From: p.From, Words: p.Words(), Rows: all.rows, Households: whole(all.weight), Persons: whole(all.persons), Gain: whole(all.gain), Loss: whole(all.loss)}
		m.Budget = r.budget(all.budget, money, x.shift)
		for s := range schemes {
			e, g := &all.entitled[s], &all.received[s]
			m.Schemes = append(m.Schemes, MomentScheme{ID: schemes[s].ID, Entitled: Amount{e.units.Rounded(million), e.cents.Rounded(million)},
				Received: Amount{g.units.Rounded(million), g.cents.Rounded(million)}})
		}
		if r.sides[0].known.Own && all.rows < hiddenBelow {
			m = Moment{From: p.From, Words: p.Words(), Hidden: true}
		}
		out = append(out, m)
	}
	return out
}

// budget gives a sum of money with its interval of sampling.
func (r *run) budget(sum population.Sum, money []int64, shift uint) Figure {
	b := r.counted.boot
	f := Figure{Value: sum.Rounded(million)}
	f.Low, f.High = f.Value, f.Value
	if b.n < 2 {
		return f
	}
	samples := make([]float64, b.n)
	mean := 0.0
	for k := range samples {
		if b.drawn[k] > 0 {
			samples[k] = math.Ldexp(float64(money[k]), int(shift)) * float64(r.found.weight) / float64(b.drawn[k]) / million
		}
		mean += samples[k] / float64(b.n)
	}
	squares := 0.0
	for _, v := range samples {
		squares += (v - mean) * (v - mean)
	}
	width := int64(math.Round(1.96 * math.Sqrt(squares/float64(b.n-1))))
	f.Low, f.High = f.Value-width, f.Value+width
	return f
}
