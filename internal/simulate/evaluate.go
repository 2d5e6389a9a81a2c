package simulate

import (
	"context"
	"fmt"
	"slices"
	"sync"

	"lemniscaat/internal/population"
)

// evaluator computes the claims of a chunk of households. *engine is one.
type evaluator interface {
	// worker gives what computes on one goroutine.
	worker() evaluating
}

type evaluating interface {
	// chunk computes every scheme on every side for the households of a block,
	// and adds their claims to a part and what else it finds to f.
	chunk(b *population.Block, p *part, f *findings) error
}

// findings is what evaluating finds beside the claims. Adding and merging
// commute.
type findings struct {
	rows, persons int   // households and persons
	weight        int64 // of the households
	people        int64 // weighted persons
	// By scheme and side.
	failures [][]map[failureKey]*Failure
	cliffs   [][]map[string]*Cliff
	budgets  [][]population.Sum // weighted cents of who is entitled
	claimed  []int              // by scheme: units with a right today
	// unmeasured are, by side, households whose income no rule could compute.
	unmeasured []map[failureKey]*Failure
}

func (f *findings) form(o *form) {
	o.int(&f.rows)
	o.int(&f.persons)
	o.int64(&f.weight)
	o.int64(&f.people)
	formEach(o, f.failures, func(o *form, sides *[]map[failureKey]*Failure) {
		formEach(o, *sides, func(o *form, m *map[failureKey]*Failure) {
			formMap(o, *m, failureKey.compare, formFailureKey, func(o *form, x *Failure) { x.form(o) })
		})
	})
	formEach(o, f.cliffs, func(o *form, sides *[]map[string]*Cliff) {
		formEach(o, *sides, func(o *form, m *map[string]*Cliff) {
			formTexts(o, *m, func(o *form, x *Cliff) { x.form(o) })
		})
	})
	formEach(o, f.budgets, func(o *form, sides *[]population.Sum) { formEach(o, *sides, (*form).sum) })
	formFixed(o, f.claimed)
	formEach(o, f.unmeasured, func(o *form, m *map[failureKey]*Failure) {
		formMap(o, *m, failureKey.compare, formFailureKey, func(o *form, x *Failure) { x.form(o) })
	})
}

func newFindings(schemes, sides int) *findings {
	f := &findings{claimed: make([]int, schemes)}
	for range sides {
		f.unmeasured = append(f.unmeasured, map[failureKey]*Failure{})
	}
	for range schemes {
		failures, cliffs := make([]map[failureKey]*Failure, sides), make([]map[string]*Cliff, sides)
		for k := range sides {
			failures[k], cliffs[k] = map[failureKey]*Failure{}, map[string]*Cliff{}
		}
		f.failures, f.cliffs = append(f.failures, failures), append(f.cliffs, cliffs)
		f.budgets = append(f.budgets, make([]population.Sum, sides))
	}
	return f
}

func (f *findings) merge(o *findings) {
	f.rows += o.rows
	f.persons += o.persons
	f.weight += o.weight
	f.people += o.people
	for s := range f.failures {
		for k := range f.failures[s] {
			mergeFailures(f.failures[s][k], o.failures[s][k])
			mergeCliffs(f.cliffs[s][k], o.cliffs[s][k])
			f.budgets[s][k].Merge(o.budgets[s][k])
		}
		f.claimed[s] += o.claimed[s]
	}
	for k := range f.unmeasured {
		mergeFailures(f.unmeasured[k], o.unmeasured[k])
	}
}

// A worker takes so many households at a time: few enough for every worker to
// have some, and as many as a population file has in a block.
const minChunk, maxChunk = 512, 4096

func (r *run) chunk() int {
	if r.spec.chunk > 0 {
		return r.spec.chunk
	}
	n := r.people.Len()
	if f, ok := r.people.(interface{ Align() int }); ok && n > 16*f.Align() {
		return f.Align()
	}
	return min(max(n/32, minChunk), maxChunk)
}

// count is the number of parts.
func (r *run) count() int { return (r.people.Len() + r.size - 1) / r.size }

// evaluate computes all sides for every household, in chunks.
func (r *run) evaluate(ctx context.Context, progress func(done, total int)) error {
	size, n := r.size, r.people.Len()
	r.parts = make([]part, r.count())
	schemes := len(r.spec.Baseline.Schemes)
	found := make([]*findings, r.workers)
	var mu sync.Mutex
	done := 0
	err := population.Each(ctx, r.workers, len(r.parts), func(w int) func(i int) error {
		found[w] = newFindings(schemes, len(r.sides))
		worker, block := r.engine.worker(), new(population.Block)
		scratch := part{claims: make([]claims, schemes)}
		return func(i int) error {
			first := i * size
			if err := r.people.Block(first, min(size, n-first), block); err != nil {
				return err
			}
			scratch.reset(first)
			if err := scratch.fill(block, found[w]); err != nil {
				return err
			}
			if err := worker.chunk(block, &scratch, found[w]); err != nil {
				return err
			}
			r.parts[i] = scratch.clone()
			if progress != nil {
				mu.Lock()
				done += block.Len()
				progress(done, n)
				mu.Unlock()
			}
			return nil
		}
	})
	if err != nil {
		return err
	}
	r.found = newFindings(schemes, len(r.sides))
	for _, f := range found {
		if f != nil {
			r.found.merge(f)
		}
	}
	return nil
}

func (p *part) reset(first int) {
	p.first, p.homes, p.incomes, p.unkept = first, p.homes[:0], p.incomes[:0], p.unkept[:0]
	for s := range p.claims {
		c := &p.claims[s]
		c.homes, c.members, c.ages, c.self, c.cents = c.homes[:0], c.members[:0], c.ages[:0], c.self[:0], c.cents[:0]
		c.late.reset()
	}
}

// fill takes over what is known of the households themselves.
func (p *part) fill(b *population.Block, f *findings) error {
	f.rows += b.Len()
	f.persons += b.Persons()
	for i := range b.Len() {
		n := int64(b.Starts[i+1] - b.Starts[i])
		if n < 1 || n > maxMembers {
			return fmt.Errorf("%w: huishouden %d heeft %d personen; 1 tot en met %d kan", ErrSpec, b.First+i, n, maxMembers)
		}
		p.homes = append(p.homes, homeOf(b, i))
		f.weight += b.Weights[i]
		f.people += b.Weights[i] * n
	}
	return nil
}

// join adds the households that follow.
func (p *part) join(next *part) {
	shift := int32(len(p.homes))
	p.homes, p.incomes, p.unkept = append(p.homes, next.homes...), append(p.incomes, next.incomes...), append(p.unkept, next.unkept...)
	for s := range p.claims {
		c, n := &p.claims[s], &next.claims[s]
		for _, h := range n.homes {
			c.homes = append(c.homes, h+shift)
		}
		c.members, c.ages, c.self = append(c.members, n.members...), append(c.ages, n.ages...), append(c.self, n.self...)
		c.cents = append(c.cents, n.cents...)
		c.late.join(&n.late, shift)
	}
}

// check refuses a part that could not have been evaluated.
func (p *part) check(first, homes, sides int) error {
	ok := p.first == first && len(p.homes) == homes
	for _, h := range p.homes {
		ok = ok && h.weight >= 0 && h.persons >= 1 && h.persons <= maxMembers && h.minors <= h.persons && h.ty < population.Types && h.kin.check()
	}
	for _, n := range []int{len(p.incomes), len(p.unkept)} {
		ok = ok && (n == 0 || n == homes*sides)
	}
	for s := range p.claims {
		c := &p.claims[s]
		n := c.len()
		ok = ok && len(c.members) == n && len(c.ages) == n && len(c.self) == n && len(c.cents) == n*sides && c.late.checks(homes, sides)
		for _, at := range c.homes {
			ok = ok && at >= 0 && int(at) < homes
		}
		for _, m := range c.members {
			ok = ok && m >= -1 && m < maxMembers
		}
	}
	if !ok {
		return fmt.Errorf("%w: er staat iets in dat niet kan", ErrForm)
	}
	return nil
}

func (p *part) clone() part {
	c := part{first: p.first, homes: slices.Clone(p.homes), claims: make([]claims, len(p.claims)), incomes: slices.Clone(p.incomes), unkept: slices.Clone(p.unkept)}
	for s, x := range p.claims {
		c.claims[s] = claims{slices.Clone(x.homes), slices.Clone(x.members), slices.Clone(x.ages), slices.Clone(x.self), slices.Clone(x.cents), x.late.clone()}
	}
	return c
}

// claim adds a unit that no side fails, when some side gives it something.
func (p *part) claim(s, home, member int, b *population.Block, f *findings, cents []int64) {
	some := int64(0)
	for _, c := range cents {
		some |= c
	}
	if some == 0 {
		return
	}
	row := b.Starts[home] + int32(max(member, 0))
	c := &p.claims[s]
	c.homes = append(c.homes, int32(home))
	c.members = append(c.members, int8(member))
	c.ages = append(c.ages, b.Ages[row])
	c.self = append(c.self, b.Statuses[row] == population.SelfEmployed)
	c.cents = append(c.cents, cents...)
	if cents[0] > 0 {
		f.claimed[s]++
	}
	for k, x := range cents {
		f.budgets[s][k].Add(b.Weights[home], x)
	}
}
