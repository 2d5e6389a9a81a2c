package simulate

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math/big"
	"slices"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/population"
	"lemniscaat/internal/rule"
)

// Failure is a rule that could not be computed for some units. They are left
// out of every number.
type Failure struct {
	Code    string
	Rule    string // id; empty when no rule can be named
	Message string // of the first one, in household order
	Units   int64  // weighted
	Rows    int
	Example string // "synthetisch huishouden 17: …"
	first   int32
	weight  int64
}

// Cliff is an input of which € 25 a month more costs more than it brings.
type Cliff struct {
	Input string // attribute id
	Label string
	// Units is the number of entitled units (weighted) that stand before it.
	Units int64
	Rows  int
	// MeanLoss and MaxLoss are what they lose a year, in cents.
	MeanLoss, MaxLoss int64
	weight            int64
	loss              population.Sum
}

// scheme gathers what is found about one regulation.
type scheme struct {
	units    []unit
	failures []map[string]*Failure // by side
	cliffs   []map[int]*Cliff      // by side and column
}

func newScheme(sides int) *scheme {
	s := new(scheme)
	for range sides {
		s.failures = append(s.failures, map[string]*Failure{})
		s.cliffs = append(s.cliffs, map[int]*Cliff{})
	}
	return s
}

// worker evaluates households one at a time.
type worker struct {
	run     *run
	cases   []*exact.Case
	objects []int // of the members, the same in every case
	persons int
	schemes []*scheme
}

// evaluate computes both sides for every household.
func (r *run) evaluate(ctx context.Context, progress func(done, total int)) error {
	r.homes = make([]home, r.spec.People.Len())
	start := func() *worker {
		w := &worker{run: r}
		for _, b := range r.sides {
			w.cases = append(w.cases, b.program.NewCase(b.date))
		}
		for range r.schemes {
			w.schemes = append(w.schemes, newScheme(len(r.sides)))
		}
		return w
	}
	w, err := population.Fold(ctx, r.spec.People, r.spec.Workers, start, (*worker).household, (*worker).merge, progress)
	if err != nil {
		return err
	}
	r.schemes, r.persons = w.schemes, w.persons
	for _, s := range r.schemes {
		slices.SortFunc(s.units, func(a, b unit) int {
			return cmp.Or(cmp.Compare(a.home, b.home), cmp.Compare(a.member, b.member))
		})
	}
	return nil
}

// household evaluates every scheme for one household.
func (w *worker) household(h *population.Household) error {
	if n := len(h.Persons); n < 1 || n > maxMembers {
		return fmt.Errorf("%w: huishouden %d heeft %d personen; 1 tot en met %d kan", ErrSpec, h.Index, n, maxMembers)
	}
	w.persons += len(h.Persons)
	w.run.homes[h.Index] = home{weight: h.Weight, disposable: int32(h.Disposable), persons: uint8(len(h.Persons)),
		age: uint8(min(h.Persons[0].Age, 255)), ty: h.Type}
	var house int
	for k, b := range w.run.sides {
		var err error
		if house, err = w.fill(w.cases[k], b, h); err != nil {
			return fmt.Errorf("huishouden %d invullen: %w", h.Index, err)
		}
	}
	for s := range w.schemes {
		applicants := true
		for _, b := range w.run.sides {
			applicants = applicants && b.outcomes[s].applicants
		}
		if w.run.sides[0].outcomes[s].household {
			w.claim(h, s, -1, house)
			continue
		}
		for m := range h.Persons {
			if !applicants || h.Persons[m].Applicant {
				w.claim(h, s, m, w.objects[m])
			}
		}
	}
	return nil
}

// fill makes the case of a household; it gives the number of the household
// object, or −1.
func (w *worker) fill(c *exact.Case, b *bound, h *population.Household) (int, error) {
	c.Reset(b.date)
	w.objects = w.objects[:0]
	for m := range h.Persons {
		obj := c.Add(b.person, memberNames[min(m, len(memberNames)-1)])
		w.objects = append(w.objects, obj)
	}
	house := -1
	if b.household != nil {
		house = c.Add(b.household, "h")
	}
	for _, in := range b.columns {
		for m, obj := range w.objects {
			if err := set(c, obj, in, in.column.Of(h, m)); err != nil {
				return -1, err
			}
		}
	}
	for _, rel := range b.relations {
		for _, pair := range rel.Pairs(h) {
			from := house
			if pair[0] >= 0 {
				from = w.objects[pair[0]]
			}
			if err := c.Link(rel.role, from, w.objects[pair[1]]); err != nil {
				return -1, err
			}
		}
	}
	return house, nil
}

// maxMembers of a household: a unit id has five bits for the member.
const maxMembers = 30

var memberNames = [...]string{"p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10", "p11", "p12", "p13", "p14", "p15"}

func set(c *exact.Case, obj int, in input, v population.Value) error {
	if v.Empty {
		return c.Set(obj, in.attr, rule.Datum{})
	}
	switch in.column.Kind {
	case rule.Amount:
		return c.SetFraction(obj, in.attr, v.Cents, 100)
	case rule.Number:
		return c.SetFraction(obj, in.attr, v.Number, 1)
	case rule.Boolean:
		return c.Set(obj, in.attr, rule.Datum{Kind: rule.Boolean, Bool: v.Bool})
	}
	return c.Set(obj, in.attr, rule.Datum{Kind: rule.DateKind, Date: v.Date})
}

// claim computes one possible claim on every side.
func (w *worker) claim(h *population.Household, s, member, obj int) {
	p := &h.Persons[max(member, 0)]
	u := unit{home: int32(h.Index), member: int8(member), age: uint8(min(p.Age, 255)),
		self: p.Status == population.SelfEmployed, lost: [2]int8{-1, -1}}
	failed := false
	for k, b := range w.run.sides {
		cents, err := yearly(w.cases[k], obj, b.outcomes[s])
		if err != nil {
			failed = true
			w.fail(h, s, k, member, err)
			continue
		}
		u.cents[k] = cents
	}
	if failed || u.cents[0] == 0 && u.cents[1] == 0 {
		return
	}
	for k, b := range w.run.sides {
		if u.cents[k] > 0 && member >= 0 {
			w.cliffs(h, s, k, member, obj, b, u.cents[k])
		}
	}
	w.schemes[s].units = append(w.schemes[s].units, u)
}

// errAmount is the failure of an outcome that is no amount to pay.
type errAmount struct{ message string }

func (e errAmount) Error() string { return e.message }

// yearly gives an outcome in cents a year; leeg is nothing.
func yearly(c *exact.Case, obj int, o counted) (int64, error) {
	d, err := c.Value(obj, o.attr)
	if err != nil || d.IsEmpty() {
		return 0, err
	}
	cents, ok := wholeCents(d.Num)
	switch {
	case !ok:
		return 0, errAmount{fmt.Sprintf("De uitkomst %s is niet afgerond op hele centen: %s.", o.attr.ID(), d)}
	case cents < 0:
		return 0, errAmount{fmt.Sprintf("De uitkomst %s is negatief: %s.", o.attr.ID(), d)}
	}
	return cents * o.times, nil
}

func wholeCents(r *big.Rat) (int64, bool) {
	var q, rest big.Int
	q.Mul(r.Num(), big.NewInt(100))
	q.QuoRem(&q, r.Denom(), &rest)
	if rest.Sign() != 0 || q.BitLen() > 50 {
		return 0, false
	}
	return q.Int64(), true
}

func (w *worker) fail(h *population.Household, s, side, member int, err error) {
	f := Failure{Code: "onjuist-bedrag", Message: err.Error()}
	if e, ok := errors.AsType[*exact.Error](err); ok {
		f.Code = string(e.Code)
		if e.Rule != nil {
			f.Rule = e.Rule.ID
		}
	}
	key := f.Code + "|" + f.Rule
	at := w.schemes[s].failures[side]
	have, ok := at[key]
	if !ok || int32(h.Index) < have.first {
		f.first = int32(h.Index)
		f.Example = fmt.Sprintf("synthetisch huishouden %d: %s", h.Index, describe(h))
		if ok {
			f.weight, f.Rows = have.weight, have.Rows
		}
		have = &f
		at[key] = have
	}
	have.weight += h.Weight
	have.Rows++
}

// cliffs raises every amount that the outcome depends on by € 25 a month and
// looks whether that costs more than it brings.
func (w *worker) cliffs(h *population.Household, s, side, member, obj int, b *bound, before int64) {
	const brings = 12 * 2500
	if before <= brings {
		return // nobody can lose more than there is
	}
	c := w.cases[side]
	for _, i := range b.outcomes[s].inputs {
		in := b.columns[i]
		if in.column.Step == 0 {
			continue
		}
		v := in.column.Of(h, member)
		if v.Empty {
			continue
		}
		if err := c.SetFraction(obj, in.attr, v.Cents+in.column.Step, 100); err != nil {
			continue
		}
		after, err := yearly(c, obj, b.outcomes[s])
		if err := set(c, obj, in, v); err != nil {
			panic("BUG: a value that was accepted is refused: " + err.Error())
		}
		if loss := before - after; err == nil && loss > brings {
			at := w.schemes[s].cliffs[side]
			if at[i] == nil {
				at[i] = &Cliff{Input: in.attr.ID(), Label: in.column.Label}
			}
			at[i].add(h.Weight, loss)
		}
	}
}

func (c *Cliff) add(weight, loss int64) {
	c.weight += weight
	c.Rows++
	c.loss.Add(weight, loss)
	c.MaxLoss = max(c.MaxLoss, loss)
}

func (w *worker) merge(o *worker) {
	w.persons += o.persons
	for s := range w.schemes {
		a, b := w.schemes[s], o.schemes[s]
		a.units = append(a.units, b.units...)
		for k := range a.failures {
			for key, f := range b.failures[k] {
				have, ok := a.failures[k][key]
				if !ok {
					a.failures[k][key] = f
					continue
				}
				if f.first < have.first {
					have, f = f, have
					a.failures[k][key] = have
				}
				have.weight += f.weight
				have.Rows += f.Rows
			}
			for i, c := range b.cliffs[k] {
				have, ok := a.cliffs[k][i]
				if !ok {
					a.cliffs[k][i] = c
					continue
				}
				have.weight += c.weight
				have.Rows += c.Rows
				have.loss.Merge(c.loss)
				have.MaxLoss = max(have.MaxLoss, c.MaxLoss)
			}
		}
	}
}
