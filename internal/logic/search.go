package logic

import (
	"maps"
	"math/big"
	"slices"
	"strings"
)

// goal is a formula that has to hold, or not.
type goal struct {
	formula *formula
	want    bool
}

// state is what is left of the terms that something was said about.
type state map[*term]domain

func (s state) of(t *term) domain {
	if d, ok := s[t]; ok {
		return d
	}
	return t.full
}

type search struct {
	steps   int
	clashes map[*term]bool
}

func (x *search) clash(t *term) {
	if x.clashes == nil {
		x.clashes = map[*term]bool{}
	}
	x.clashes[t] = true
}

// solve looks for values that meet all goals; later are those that leave a
// choice. It changes the state that it is given; nil: there are none.
func (x *search) solve(s state, todo, later []goal) state {
	for len(todo) > 0 {
		if x.steps++; x.steps > maxSteps {
			return nil
		}
		g := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if g.formula.term != nil {
			in := g.formula.in
			if !g.want {
				in = in.not()
			}
			if !x.narrow(s, g.formula.term, in) {
				return nil
			}
			continue
		}
		n, lo, hi := len(g.formula.items), g.formula.lo, g.formula.hi
		switch {
		case !g.want: // fewer than lo, or more than hi
			switch {
			case lo <= 0 && hi >= n:
				return nil
			case lo <= 0:
				lo, hi = hi+1, n
			case hi >= n:
				lo, hi = 0, lo-1
			default:
				later = append(later, g)
				continue
			}
		case lo <= 0 && hi >= n:
			continue
		}
		items := g.formula.items
		switch {
		case lo > n || hi < 0 || lo > hi:
			return nil
		case lo == n:
			for _, i := range items {
				todo = append(todo, goal{i, true})
			}
		case hi == 0:
			for _, i := range items {
				todo = append(todo, goal{i, false})
			}
		default:
			later = append(later, goal{&formula{items: items, lo: lo, hi: hi}, true})
		}
	}
	if len(later) == 0 {
		if !x.sums(s) {
			return nil
		}
		return s
	}
	g, rest := later[0], later[1:]
	fork := func(goals ...goal) state { return x.solve(maps.Clone(s), goals, slices.Clone(rest)) }
	f := g.formula
	if !g.want { // an interval of counts that is left out on both sides
		if out := fork(goal{&formula{items: f.items, lo: 0, hi: f.lo - 1}, true}); out != nil {
			return out
		}
		return fork(goal{&formula{items: f.items, lo: f.hi + 1, hi: len(f.items)}, true})
	}
	first, others := f.items[0], f.items[1:]
	if out := fork(goal{first, true}, goal{&formula{items: others, lo: f.lo - 1, hi: f.hi - 1}, true}); out != nil {
		return out
	}
	return fork(goal{first, false}, goal{&formula{items: others, lo: f.lo, hi: f.hi}, true})
}

// narrow lays a domain over a term, and draws what follows for the object that
// has it.
func (x *search) narrow(s state, t *term, in domain) bool {
	d := s.of(t).and(in)
	d.line = d.line.grid(t.step)
	if t.holder != nil && !s.of(t.holder).has(yes) {
		d = d.and(domain{empty: true})
	}
	if d.void() {
		x.clash(t)
		return false
	}
	s[t] = d
	if !d.empty && t.holder != nil && s.of(t.holder).empty {
		return x.narrow(s, t.holder, word(yes))
	}
	if d.empty && !d.has(yes) { // nobody there: nothing of it either
		for other := range s {
			if other.holder == t && !s[other].empty {
				x.clash(other)
				return false
			}
		}
	}
	return true
}

// sums looks whether every sum can be made of its parts.
func (x *search) sums(s state) bool {
	for _, t := range slices.SortedFunc(maps.Keys(s), func(a, b *term) int { return strings.Compare(a.key, b.key) }) {
		d := s[t]
		if t.sum == nil {
			continue
		}
		total := span{bound{at: new(big.Rat)}, bound{at: new(big.Rat)}}
		for part, q := range t.sum {
			p := s.of(part)
			l := p.line
			if part.holder != nil && !s.of(part.holder).has(yes) {
				l = point(new(big.Rat)) // of nobody
			}
			if p.empty {
				l = l.or(point(new(big.Rat)))
			}
			if len(l) == 0 {
				l = everything
			}
			// q·x for the hull of the part.
			hull := line{{l[0].lo, l[len(l)-1].hi}}.linear(new(big.Rat), new(big.Rat).Inv(q))[0]
			total = span{add(total.lo, hull.lo), add(total.hi, hull.hi)}
		}
		if len(d.line.and(line{total})) == 0 {
			x.clash(t)
			return false
		}
	}
	return true
}

func add(a, b bound) bound {
	if a.at == nil || b.at == nil {
		return bound{}
	}
	return bound{new(big.Rat).Add(a.at, b.at), a.open || b.open}
}

// answer turns a state into values that people can read; usual is the day that
// dates are near.
func (s state) answer(usual *big.Rat) Answer {
	out := Answer{Sure: true}
	for t, d := range s {
		if !t.input {
			out.Sure = false
		}
		out.Witness = append(out.Witness, Point{Name: t.name, Type: t.typ, Attribute: t.attribute, Via: t.via, Value: d.value(t, usual), Input: t.input})
	}
	slices.SortFunc(out.Witness, func(a, b Point) int { return strings.Compare(a.Name, b.Name) })
	return out
}
