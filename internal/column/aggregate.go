package column

import (
	"math/big"

	"lemniscaat/internal/rule"
)

// maxEdges bounds how many objects one row reaches: exact has no larger cases.
const maxEdges = 10_000

// aggregate runs over the edges that lead from a row to the objects reached.
// What depends on the object alone is computed once per object, and what does
// not depend on the subject once per owner of the relation.
func (l *lowering) aggregate(e *rule.Aggregate, f *frame) value {
	g := l.g
	first := 0
	for first < len(e.Via)-1 && !e.Via[first].Many {
		first++
	}
	owner := l.follow(f.objs[e.From], e.Via[:first])
	alone := !outward(e)
	base, from := f.dom, owner.idx
	if alone {
		base, from = owner.table, none
	}
	// The edges, one set per to-many role on the way.
	var edges []int32
	for _, r := range e.Via[first:] {
		i, swapped := l.p.Relation(r.ID())
		rel := &l.p.rels[i]
		to, inverse := rel.To, false
		if swapped {
			to, inverse = rel.From, true
		}
		if rel.Reciprocal {
			inverse = false
		}
		d := g.domain(domain{table: int32(to), parent: base, from: from, rel: int32(i), inverse: inverse})
		edges = append(edges, d)
		base, from = d, l.edge(idxItem, d)
	}
	inner := l.element(e, f, edges, alone)
	raise := none // from the element's own rows to the edges
	if alone {
		raise = from
	}
	in := tri{yes, sound}
	if e.Filter != nil {
		in = l.cond(e.Filter, inner)
		in.yes, in.open = g.gatherBit(in.yes, raise, false), l.lifted(in.open, raise)
	}
	out := l.integer(rule.Number, 0)
	if e.Op == rule.Count {
		out.num = l.reduce(numCount, edges, none, in.yes)
		out.lo, out.hi = zero, big.NewInt(maxEdges)
		out.open = l.someFault(edges, in.open)
	} else {
		v := l.undivided(l.lift(l.expr(e.Of, inner), raise))
		counts := g.and2(in.yes, g.not(v.leeg))
		open := l.someFault(edges, l.first(in.open, l.where(in.yes, v.open)))
		switch {
		case v.div != none || v.kind == rule.Boolean:
			out = lost(v.kind)
		case e.Op == rule.Sum:
			v = l.clean(v)
			n := big.NewInt(maxEdges)
			lo, hi := new(big.Int).Mul(least(v.lo, zero), n), new(big.Int).Mul(most(v.hi, zero), n)
			out = v
			out.open = sound
			if fits(lo) && fits(hi) {
				out.num, out.lo, out.hi = l.reduce(numSum, edges, v.num, in.yes), lo, hi
				break
			}
			var bad ref
			out.num, bad = l.sum(edges, v.num, in.yes)
			out.lo, out.hi, out.open = most(lo, floor), least(hi, limit), unsure(bad)
		default:
			c := numLeast
			if e.Op == rule.Max {
				c = numMost
			}
			out = v
			out.open = sound
			out.num = l.reduce(c, edges, v.num, counts)
			if v.kind != rule.DateKind {
				out.lo, out.hi = least(v.lo, zero), most(v.hi, zero)
			}
		}
		out.leeg, out.dirty = g.not(l.some(edges, counts)), false
		out.open = l.first(unsure(out.open.at), open)
	}
	if !alone {
		return out
	}
	if e.Op == rule.Count { // nobody has none, which is not leeg
		out.num, out.open = g.gatherNum(out.num, owner.idx), l.lifted(out.open, owner.idx)
		return out
	}
	return l.lift(out, owner.idx)
}

func (l *lowering) edge(c code, d int32) ref {
	to := l.g.doms[d].table
	if c == idxParent {
		to = l.g.doms[d].parent
	}
	return l.g.add(op{code: c, dom: d, a: none, b: none, c: none, i: to})
}

// element is the frame of the filter and of what is added up.
func (l *lowering) element(e *rule.Aggregate, f *frame, edges []int32, alone bool) *frame {
	g := l.g
	last := edges[len(edges)-1]
	if alone {
		t := g.doms[last].table
		return &frame{dom: t, objs: map[*rule.Binding]object{e.Element: {t, none}}, up: none, ctx: yes, root: f.root}
	}
	up := none // from the edges to the rows of f
	for _, d := range edges {
		up = g.through(up, l.edge(idxParent, d))
	}
	out := &frame{dom: last, objs: map[*rule.Binding]object{}, root: f.root, up: g.through(f.up, up), ctx: g.gatherBit(f.ctx, up, false)}
	for b, o := range f.objs {
		out.objs[b] = object{o.table, g.through(o.idx, up)}
	}
	out.objs[e.Element] = object{g.doms[last].table, l.edge(idxItem, last)}
	return out
}

// outward reports whether the filter or the sum speaks of anything but the
// element.
func outward(e *rule.Aggregate) bool {
	known := map[*rule.Binding]bool{e.Element: true}
	out := false
	look := func(b *rule.Binding) { out = out || !known[b] }
	walk := func(n any) bool {
		switch n := n.(type) {
		case *rule.VariableRef:
			out = true
		case *rule.AttributeRef:
			look(n.From)
		case *rule.ObjectRef:
			look(n.From)
		case *rule.HasKenmerk:
			look(n.From)
		case *rule.Aggregate:
			look(n.From)
			known[n.Element] = true
		}
		return true
	}
	if e.Of != nil {
		rule.Inspect(e.Of, walk)
	}
	if e.Filter != nil {
		rule.Inspect(e.Filter, walk)
	}
	return out
}

// reduce brings a number from the edges to the rows that they start from, level
// by level.
func (l *lowering) reduce(c code, edges []int32, num, counts ref) ref {
	g := l.g
	for i := len(edges) - 1; i >= 0; i-- {
		d := edges[i]
		if counts == no {
			return g.num(0)
		}
		if c == numCount && counts == yes {
			num = g.add(op{code: numSpan, dom: g.doms[d].parent, a: none, b: none, c: none, t: d})
		} else {
			num = g.add(op{code: c, dom: g.doms[d].parent, a: num, b: none, c: counts, t: d})
		}
		if i > 0 {
			switch c {
			case numCount, numSum:
				c, counts = numSum, yes
			default:
				counts = l.some(edges[i:i+1], counts)
			}
		}
	}
	return num
}

// undivided makes a quotient a number without div where it comes out, and open
// elsewhere: what is added up or compared has one scale in all rows.
func (l *lowering) undivided(v value) value {
	if v.div == none || v.kind == rule.Boolean {
		return v
	}
	g := l.g
	x, ok1 := g.constant(v.num)
	y, ok2 := g.constant(v.div)
	if ok1 && ok2 {
		if x%y != 0 {
			return v
		}
		v.num = g.num(x / y)
	} else {
		whole := g.add(op{code: numDiv, mode: uint8(rule.RoundDown), dom: g.join(v.num, v.div), a: v.num, b: v.div})
		bad := g.not(g.equal(g.arith(numMul, whole, v.div), v.num))
		v.num, v.open = whole, l.first(v.open, unsure(g.and2(bad, g.not(v.leeg))))
	}
	v.lo, v.hi = least(v.lo, zero), most(v.hi, zero)
	v.div, v.most = none, one
	return v
}

// sum is reduce for a sum that may not fit, and where it does not.
func (l *lowering) sum(edges []int32, num, counts ref) (total, bad ref) {
	g := l.g
	bad = no
	if counts == no {
		return g.num(0), no
	}
	for i := len(edges) - 1; i >= 0; i-- {
		d := edges[i]
		num = g.add(op{code: numSumC, dom: g.doms[d].parent, a: num, b: none, c: counts, t: d})
		bad = g.or2(l.some(edges[i:i+1], bad), g.flag(num))
		counts = yes
	}
	return num, bad
}

// some tells for each row whether a test holds at the end of one of its edges.
func (l *lowering) some(edges []int32, bit ref) ref {
	g := l.g
	for i := len(edges) - 1; i >= 0; i-- {
		d := edges[i]
		switch bit {
		case no:
			return no
		case yes:
			n := g.add(op{code: numSpan, dom: g.doms[d].parent, a: none, b: none, c: none, t: d})
			bit = g.less(g.num(0), n)
		default:
			bit = g.add(op{code: bitSome, dom: g.doms[d].parent, a: bit, t: d})
		}
	}
	return bit
}

// someFault tells for each row whether a fault is open at the end of one of its
// edges, with its class when it is the same for all of them.
func (l *lowering) someFault(edges []int32, f fault) fault {
	out := fault{l.some(edges, f.at), f.why}
	if out.at == no {
		return sound
	}
	if f.why == none {
		return out
	}
	if _, ok := l.g.constant(f.why); ok {
		return out
	}
	low, high := l.reduce(numLeast, edges, f.why, f.at), l.reduce(numMost, edges, f.why, f.at)
	out.why = l.pick(l.g.equal(low, high), low, none)
	return out
}
