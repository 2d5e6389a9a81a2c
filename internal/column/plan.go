package column

import (
	"math/big"
	"slices"

	"lemniscaat/internal/rule"
)

// plan is the operations in the order in which they run, on lanes. A lane is
// memory for one value per row; when nothing needs its value any more, another
// operation writes in it.
type plan struct {
	steps  []step
	lanes  [classes]int
	consts []constant // lanes that hold one number in every row
	inputs []source   // lanes that are columns of the block
	links  []source   // lanes that come from relations
	edges  []int32    // domains of edges, those that others lean on first
	doms   []domain
	outs   [][]result
	causes []cause // by number, from 1
}

// class is what a lane holds.
type class uint8

const (
	numbers class = iota
	tests
	indices
	classes
)

func classOf(c code) class {
	switch {
	case c >= idxRole:
		return indices
	case c >= bitConst:
		return tests
	}
	return numbers
}

// step is one operation on lanes. A lane of −1 is a constant: the number is ka,
// kb, or for a test (as a mask) "all rows".
type step struct {
	code        code
	mode        uint8
	dom         int32 // of the result
	dst         int32
	flag        int32 // the lane of the flag, or −1
	a, b, c     int32
	t           int32 // edges
	k, k2       int64
	ka, kb      int64
	aDom, other int32 // the rows that a has when they are not those of dst
}

type constant struct {
	lane int32
	k    int64
}

type source struct {
	code code
	mode uint8
	lane int32
	t, i int32
}

// result is where an outcome is found; −1 is a constant.
type result struct {
	num, leeg, open, why     int32
	kNum, kLeeg, kOpen, kWhy int64
	boolean, date            bool
	den                      int64
}

// schedule drops what no outcome needs and gives the rest lanes.
func schedule(g *graph, roots [][]value) *plan {
	g.fuse(roots)
	p := &plan{doms: g.doms}
	live := make([]bool, len(g.ops))
	var dom func(int32)
	var need func(ref)
	edges := map[int32]bool{}
	dom = func(d int32) {
		if d < 0 || g.doms[d].parent < 0 || edges[d] {
			return
		}
		dom(g.doms[d].parent)
		need(g.doms[d].from)
		edges[d] = true
		p.edges = append(p.edges, d)
	}
	need = func(r ref) {
		if r == none || live[r] {
			return
		}
		live[r] = true
		o := g.at(r)
		for _, x := range []ref{o.a, o.b, o.c} {
			need(x)
		}
		dom(o.dom)
		switch o.code {
		case numSum, numSumC, numLeast, numMost, numCount, numSpan, bitSome:
			dom(o.t)
		}
	}
	for _, side := range roots {
		for _, v := range side {
			for _, r := range []ref{v.num, v.leeg, v.open.at, v.open.why} {
				need(r)
			}
		}
	}
	a := &allocation{g: g, p: p, lane: make([]int32, len(g.ops)), last: make([]int, len(g.ops)), flags: map[ref]int32{}, flagged: map[ref]bool{}, consts: map[int64]int32{}}
	a.run(live, roots)
	return p
}

type allocation struct {
	g       *graph
	p       *plan
	lane    []int32
	last    []int // the place of the last use
	flags   map[ref]int32
	flagged map[ref]bool // somebody reads the flag
	consts  map[int64]int32
	free    [classes][]int32
}

const forever = 1 << 30

func (a *allocation) take(c class) int32 {
	if n := len(a.free[c]); n > 0 {
		l := a.free[c][n-1]
		a.free[c] = a.free[c][:n-1]
		return l
	}
	l := int32(a.p.lanes[c])
	a.p.lanes[c]++
	return l
}

func (a *allocation) run(live []bool, roots [][]value) {
	g, p := a.g, a.p
	for i, o := range g.ops {
		if live[i] {
			for _, r := range []ref{o.a, o.b, o.c} {
				if r != none {
					a.last[r] = i
				}
			}
			if o.code == bitFlag {
				a.flagged[o.a] = true
			}
		}
	}
	keep := func(r ref) {
		if r != none {
			a.last[r] = forever
		}
	}
	for _, d := range p.edges { // edges are made before anything runs on them
		keep(g.doms[d].from)
	}
	for _, side := range roots {
		for _, v := range side {
			keep(v.num)
			keep(v.leeg)
			keep(v.open.at)
			keep(v.open.why)
		}
	}
	// An index that edges start from has to be there before the edges are, so
	// edges are made at the first operation that needs them.
	made := map[int32]bool{}
	var build func(int32)
	build = func(d int32) {
		if d < 0 || g.doms[d].parent < 0 || made[d] {
			return
		}
		build(g.doms[d].parent)
		made[d] = true
		from := int32(-1)
		if f := g.doms[d].from; f != none {
			from = a.lane[f]
		}
		p.steps = append(p.steps, step{code: codeNone, dom: d, a: from, dst: -1, flag: -1, b: -1, c: -1})
	}
	for i := range g.ops {
		if !live[i] {
			continue
		}
		r, o := ref(i), g.at(ref(i))
		if o.dom >= 0 {
			build(o.dom)
		}
		switch o.code {
		case numConst, bitConst:
			a.lane[i] = -1
			continue
		case numInput, bitInput, bitEmpty, bitOpen:
			a.lane[i] = int32(p.lanes[classOf(o.code)])
			p.lanes[classOf(o.code)]++
			p.inputs = append(p.inputs, source{o.code, o.mode, a.lane[i], o.t, o.i})
			continue
		case idxRole, idxInverse, idxParent, idxItem:
			a.lane[i] = int32(p.lanes[indices])
			p.lanes[indices]++
			s := source{code: o.code, lane: a.lane[i], t: o.t}
			if o.code == idxParent || o.code == idxItem {
				s.t = o.dom
			}
			p.links = append(p.links, s)
			continue
		case bitFlag:
			a.lane[i] = a.flags[o.a]
			continue
		case numSum, numSumC, numLeast, numMost, numCount, numSpan, bitSome:
			build(o.t)
		}
		a.place(i, r, o)
	}
	for s, side := range roots {
		p.outs = append(p.outs, nil)
		for _, v := range side {
			p.outs[s] = append(p.outs[s], a.result(v))
		}
	}
	slices.SortFunc(p.consts, func(x, y constant) int { return int(x.lane - y.lane) })
}

func (a *allocation) place(i int, r ref, o *op) {
	g := a.g
	s := step{code: o.code, mode: o.mode, dom: o.dom, k: o.k, k2: o.k2, t: o.t, flag: -1, a: -1, b: -1, c: -1, aDom: o.dom}
	operand := func(x ref) int32 {
		if x == none {
			return -1
		}
		return a.lane[x]
	}
	s.a, s.b, s.c = operand(o.a), operand(o.b), operand(o.c)
	switch o.code {
	case numSel:
		s.ka, s.kb = a.number(o.a), a.number(o.b)
	case bitAnd, bitAndNot, bitOr, bitNot, bitSum, bitGather, bitSome:
	default: // these want lanes
		if o.a != none && s.a < 0 {
			s.a = a.splat(a.number(o.a))
		}
		if o.b != none && s.b < 0 {
			s.b = a.splat(a.number(o.b))
		}
		if o.code == dayMake && s.c < 0 {
			s.c = a.splat(a.number(o.c))
		}
	}
	switch o.code {
	case numGather, bitGather:
		s.aDom = g.domOf(o.a)
	case bitNobody:
		s.other = g.at(o.b).i
	case idxThrough:
		s.aDom, s.other = g.domOf(o.a), o.i
	}
	// The result may lie where an operand ends, but not for what reads other
	// rows than it writes.
	reads := []ref{o.a, o.b, o.c}
	same := true
	switch o.code {
	case numGather, bitGather, idxThrough, numSum, numSumC, numLeast, numMost, numCount, bitSome:
		same = false
	}
	if same {
		a.release(i, reads)
	}
	s.dst = a.take(classOf(o.code))
	a.lane[i] = s.dst
	switch o.code {
	case numAddC, numSubC, numMulC, numSumC, numDivW, numMulW, dayMonthsK, dayMonths, dayDays, dayMake:
		if !a.flagged[r] {
			break
		}
		// A flag lives to the end: there are few.
		s.flag = int32(a.p.lanes[tests])
		a.p.lanes[tests]++
		a.flags[r] = s.flag
	}
	if !same {
		a.release(i, reads)
	}
	if a.last[i] < i { // nobody reads it, only its flag
		a.last[i] = i
		c := classOf(o.code)
		a.free[c] = append(a.free[c], s.dst)
	}
	a.p.steps = append(a.p.steps, s)
}

// release frees the lanes of operands that are read for the last time.
func (a *allocation) release(i int, reads []ref) {
	for k, r := range reads {
		if r == none || a.lane[r] < 0 || a.last[r] != i || slices.Contains(reads[:k], r) {
			continue
		}
		switch a.g.at(r).code {
		case numInput, bitInput, bitEmpty, bitOpen, idxRole, idxInverse, idxParent, idxItem, bitFlag, numConst, bitConst:
			continue
		}
		c := classOf(a.g.at(r).code)
		a.free[c] = append(a.free[c], a.lane[r])
	}
}

func (a *allocation) number(r ref) int64 {
	if r == none {
		return 0
	}
	k, _ := a.g.constant(r)
	return k
}

// splat gives a lane that holds k in every row.
func (a *allocation) splat(k int64) int32 {
	l, ok := a.consts[k]
	if !ok {
		l = int32(a.p.lanes[numbers])
		a.p.lanes[numbers]++
		a.consts[k] = l
		a.p.consts = append(a.p.consts, constant{l, k})
	}
	return l
}

func (a *allocation) result(v value) result {
	out := result{num: a.lane[v.num], leeg: a.lane[v.leeg], open: a.lane[v.open.at], why: -1,
		kNum: a.number(v.num), kLeeg: a.number(v.leeg), kOpen: a.number(v.open.at), den: 1}
	if v.open.why != none {
		out.why, out.kWhy = a.lane[v.open.why], a.number(v.open.why)
	}
	out.boolean = classOf(a.g.at(v.num).code) == tests
	out.date = v.kind == rule.DateKind
	if v.den.IsInt64() {
		out.den = v.den.Int64()
	}
	return out
}

// outcome lowers an asked outcome, on a scale that reads well.
func (l *lowering) outcome(i int) value {
	a := l.side.Outcomes[i]
	v := l.attribute(a)
	if v.div != none {
		v = lost(v.kind)
	}
	if v.kind == 0 {
		v.kind = a.Type.Kind
	}
	if !numeric(v) {
		return v
	}
	want := big.NewInt(den(a.Type))
	g := new(big.Int).GCD(nil, nil, v.den, want)
	scale := new(big.Int).Mul(new(big.Int).Div(v.den, g), want)
	if scaled := l.rescale(v, scale); scaled.open == v.open {
		v = scaled
	}
	return v
}
