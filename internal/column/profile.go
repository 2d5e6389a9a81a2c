package column

import (
	"math/big"
	"sync"

	"lemniscaat/internal/rule"
)

// A profile says of every input what a block holds of it: nearly always each is
// known in every row, or leeg in every row, and then most of what would keep
// track of leeg and of errors need not be there at all. A block is run by the
// plan for its profile; plans are made when they are first needed, and after
// maxPlans of them by the general plan, which is right for every block.
type profile []byte

const (
	mixed byte = iota
	known
	empty
)

const maxPlans = 16

type plans struct {
	mu   sync.Mutex
	made map[string]*plan
}

// profile gives the profile of what the block holds.
func (b *Block) profile() profile {
	f := b.shape[:0]
	for t := range b.cols {
		for i := range b.cols[t] {
			f = append(f, b.cols[t][i].holds())
		}
	}
	b.shape = f
	return f
}

func (c *Column) holds() byte {
	if !c.uniform {
		for _, s := range c.states {
			if s != Known {
				return mixed
			}
		}
		return known
	}
	switch c.every {
	case Known:
		return known
	case Empty:
		return empty
	}
	return mixed
}

// planFor gives the plan for a profile.
func (p *Program) planFor(f profile) *plan {
	p.plans.mu.Lock()
	defer p.plans.mu.Unlock()
	if made, ok := p.plans.made[string(f)]; ok {
		return made
	}
	made := p.general
	if len(p.plans.made) < maxPlans {
		if special, ok := p.lower(f); ok {
			made = special
		}
		p.plans.made[string(f)] = made
	}
	return made
}

// lower makes a plan of all sides for a profile; nil is the general one. ok is
// false when outcomes would not be on the scale of the general plan.
func (p *Program) lower(f profile) (made *plan, ok bool) {
	g, roots := newGraph(len(p.tables)), [][]value(nil)
	shape := make([][]byte, len(p.tables))
	for t := range p.tables {
		n := len(p.tables[t].Inputs)
		shape[t] = make([]byte, n)
		if f != nil {
			copy(shape[t], f)
			f = f[n:]
		}
	}
	causes := []cause(nil)
	for k, s := range p.sides {
		l := &lowering{causes: &causes, rules: map[*rule.Version]*rule.Rule{}, p: p, g: g, s: s, side: s.Side, memo: map[*rule.Attribute]value{}, shape: shape}
		var list []value
		for i := range s.Outcomes {
			v := l.outcome(i)
			if p.general != nil {
				want := big.NewInt(p.general.outs[k][i].den)
				if numeric(v) {
					if new(big.Int).Rem(want, v.den).Sign() != 0 {
						return nil, false
					}
					open := v.open
					if v = l.rescale(v, want); v.open != open {
						return nil, false
					}
				}
			}
			list = append(list, v)
		}
		for _, r := range s.checks {
			list = append(list, l.check(r))
		}
		roots = append(roots, list)
	}
	made = schedule(g, roots)
	made.causes = causes
	return made, true
}
