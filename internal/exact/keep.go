package exact

import (
	"sync"

	"lemniscaat/internal/rule"
)

// maxKept is how many things a Program keeps for others before it starts anew.
const maxKept = 64

// kept is what others made of a program, by a key of their own type.
type kept struct {
	mu sync.RWMutex
	by map[any]any
}

// Keep gives what was made of the program under a key before, or makes it. It
// lives no longer than the program: other rules are another program, so what is
// kept cannot be of rules that have changed. make may be called more than once
// for a key, and depends on the program and the key alone; what it gives is used
// by several goroutines. A program keeps at most 64 things; then it starts anew.
func (p *Program) Keep(key any, create func() any) any {
	p.kept.mu.RLock()
	v, ok := p.kept.by[key]
	p.kept.mu.RUnlock()
	if ok {
		return v
	}
	made := create()
	p.kept.mu.Lock()
	defer p.kept.mu.Unlock()
	if v, ok := p.kept.by[key]; ok {
		return v
	}
	if p.kept.by == nil || len(p.kept.by) >= maxKept {
		p.kept.by = map[any]any{}
	}
	p.kept.by[key] = made
	return made
}

// NewCase gives an empty case. A date that cannot be makes every value an
// error that says so.
func (p *Program) NewCase(date rule.Date) *Case {
	c, ok := p.cases.Get().(*Case)
	if !ok {
		c = &Case{p: p}
	}
	c.Reset(date)
	return c
}

// Release gives the memory of the case to a next case. Whoever does not call it
// leaves the memory to the garbage collector; after it the case is not used any
// more. What was derived from it stays as it is.
func (c *Case) Release() {
	if cap(c.inputs) > maxPooled {
		return
	}
	// Nothing of somebody stays behind.
	clear(c.objects)
	clear(c.inputs)
	clear(c.cells)
	c.p.cases.Put(c)
}

// maxPooled is how large a thing may be that is kept for a next time, in parts:
// the memory of one very large case does not stay in use.
const maxPooled = 1 << 14

// Release gives the memory of the derivation to a next one of the same program.
// Whoever does not call it leaves the memory to the garbage collector; after it
// nothing of the derivation is used any more, also not the numbers in its values.
func (d *Derivation) Release() {
	x := d.from
	if x == nil || len(d.Steps) > maxPooled {
		return
	}
	p := x.c.p
	clear(d.Steps)
	*d = Derivation{Steps: d.Steps[:0]}
	x.c, x.work, x.done = nil, 0, false
	x.terms.reset()
	x.tests.reset()
	x.steps.reset()
	x.candidates.reset()
	x.termRows.reset()
	x.testRows.reset()
	x.candidateRows.reset()
	x.nums.used = 0 // a number is written whole before it is read
	p.derivers.Put(x)
}

// newDeriver gives a deriver for a case.
func newDeriver(c *Case) *deriver {
	d, ok := c.p.derivers.Get().(*deriver)
	if !ok {
		d = &deriver{}
	}
	d.c = c
	d.out = &d.made
	d.out.Date, d.out.from = c.Date(), d
	if n := len(c.cells); n <= cap(d.at) {
		d.at = d.at[:n]
		clear(d.at)
	} else {
		d.at = make([]int32, n)
	}
	return d
}

// slab makes values in blocks that grow. After a reset the last block, the
// largest, is used again.
type slab[T any] struct {
	block []T
	used  int
}

// next gives a place with the zero value, or, where that is not wiped, with
// something old.
func (s *slab[T]) next() *T {
	if s.used == len(s.block) {
		s.block, s.used = make([]T, min(max(8, 2*len(s.block)), 1024)), 0
	}
	s.used++
	return &s.block[s.used-1]
}

// row gives an empty slice with room for n.
func (s *slab[T]) row(n int) []T {
	if n > len(s.block)-s.used {
		s.block, s.used = make([]T, max(n, min(max(16, 2*len(s.block)), 1024))), 0
	}
	at := s.used
	s.used += n
	return s.block[at:at:s.used]
}

func (s *slab[T]) reset() {
	clear(s.block[:s.used])
	s.used = 0
}
