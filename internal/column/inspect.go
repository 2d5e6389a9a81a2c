package column

import (
	"fmt"
	"slices"

	"lemniscaat/internal/rule"
)

// allowed is what a column may hold to be computed without looking, and what
// every side accepts.
type allowed struct {
	lo, hi int64
	step   int64   // of which a number is a multiple
	texts  []int64 // of an enumeration, sorted; nil: any
}

func (p *Program) allow() {
	p.allowed = make([][]allowed, len(p.tables))
	for t, table := range p.tables {
		for i, in := range table.Inputs {
			a := allowed{step: 1}
			a.lo, a.hi = rangeOf(in.Kind)
			if in.Kind == rule.DateKind {
				a.lo, a.hi = serial(a.lo)-epoch, serial(a.hi)-epoch
			}
			for _, s := range p.sides {
				if len(s.inputs) > t && len(s.inputs[t]) > i && s.inputs[t][i] != nil {
					a.restrict(p, s.inputs[t][i].Type, in.Den)
				}
			}
			p.allowed[t] = append(p.allowed[t], a)
		}
	}
}

func (a *allowed) restrict(p *Program, t rule.Type, den int64) {
	whole, decimals, sign := limits(t)
	switch sign {
	case rule.NonNegative:
		a.lo = max(a.lo, 0)
	case rule.Positive:
		a.lo = max(a.lo, 1)
	case rule.Negative:
		a.hi = min(a.hi, -1)
	}
	if whole {
		decimals = 0
	}
	if whole || decimals > 0 {
		if own := pow10(min(decimals, 9)); den > own {
			a.step = max(a.step, den/own)
		}
	}
	if t.Kind != rule.Enum || t.Domain == nil {
		return
	}
	var ids []int64
	for _, v := range t.Domain.Values {
		if id := p.texts[v]; a.texts == nil || slices.Contains(a.texts, id) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	a.texts = append([]int64{}, ids...)
}

// inspect finds what the fast way cannot take, and makes the places that hold
// nothing hold 0.
func (b *Block) inspect(t, i int) error {
	c, in, a := &b.cols[t][i], &b.p.tables[t].Inputs[i], &b.p.allowed[t][i]
	if c.Bool != nil {
		wrong := uint8(0)
		if !c.uniform {
			for row, s := range c.states {
				if s != Known {
					c.Bool[row] = 0
				}
			}
		} else if c.every != Known {
			clear(c.Bool)
		}
		for _, x := range c.Bool {
			wrong |= x
		}
		wrong &^= 1
		if wrong != 0 {
			return fmt.Errorf("%w: %s is iets anders dan 0 of 1", ErrBlock, in.ID)
		}
		return nil
	}
	if c.uniform && c.every != Known {
		clear(c.Int)
		return nil
	}
	if !c.uniform {
		for row, s := range c.states {
			if s == wide {
				c.states[row] = Known
			} else if s != Known {
				c.Int[row] = 0
			}
		}
	}
	lo, hi := a.lo, a.hi
	if in.Kind == rule.Text || in.Kind == rule.Enum {
		hi = int64(len(b.p.names)+len(b.names)) - 1
	}
	least, most := lo, hi
	for _, x := range c.Int {
		least, most = min(least, x), max(most, x)
	}
	if least == lo && most == hi && a.step == 1 && a.texts == nil {
		return nil
	}
	for row, x := range c.Int {
		if c.state(row) != Known {
			continue
		}
		switch {
		case x < lo || x > hi:
			if in.Kind == rule.Text || in.Kind == rule.Enum {
				return fmt.Errorf("%w: %s noemt een tekst die het blok niet kent", ErrBlock, in.ID)
			}
		case a.step > 1 && x%a.step != 0, a.texts != nil && !slices.Contains(a.texts, x):
		default:
			continue
		}
		c.States()[row] = wide
	}
	return nil
}
