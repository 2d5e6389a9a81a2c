package exact

import (
	"lemniscaat/internal/rule"
)

// A region asks what the rules can say when one datum lies somewhere in an
// interval and everything else stays as it is. It evaluates the same compiled
// rules as eval.go, with for every value the interval that holds all that it
// can be. The answer may be wider than the truth, never narrower: what a region
// excludes no value in it can give. On a single value it is nearly always the
// value itself. That is what lets WhyNot find a threshold exactly: whole
// stretches without an answer are excluded at once, and what is left is halved.

// span is what a value can be.
type span struct {
	kind rule.Kind
	// empty, some, err: it can be leeg, have a value, be an error.
	empty, some, err bool
	// yes and no: a boolean can be true, untrue.
	yes, no bool
	// wide: a value can be anything; lo, hi and text then say nothing.
	wide   bool
	lo, hi number // of numbers and dates (as day), both included
	text   string
	// moves: it rests on the datum. What does not is the same in every region.
	moves bool
}

// answer is what a condition can say.
type answer struct{ yes, no, err, moves bool }

func (a answer) surely() bool { return a.yes && !a.no && !a.err }

// fails reports whether it can only be an error.
func (a answer) fails() bool { return a.err && !a.yes && !a.no }

// fails reports whether it can only be an error.
func (s span) fails() bool { return s.err && !s.some && !s.empty }

func point(v val) span {
	s := span{kind: v.kind}
	switch v.kind {
	case 0:
		s.empty = true
		return s
	case rule.Boolean:
		s.yes, s.no = v.b, !v.b
	case rule.Text, rule.Enum:
		s.text = v.text
	default:
		s.lo, s.hi = v.num, v.num
	}
	s.some = true
	return s
}

func between2(kind rule.Kind, lo, hi number) span {
	return span{kind: kind, some: true, lo: lo, hi: hi}
}

func failed() span { return span{err: true} }

// one reports whether a number can be one value only.
func (s span) one() bool { return s.some && !s.wide && s.lo.cmp(s.hi) == 0 }

// or gives what is one or the other.
func (s span) or(o span) span {
	out := s
	out.empty, out.err, out.moves = s.empty || o.empty, s.err || o.err, s.moves || o.moves
	switch {
	case !o.some:
		return out
	case !s.some:
		out.kind, out.some, out.yes, out.no, out.wide, out.lo, out.hi, out.text = o.kind, true, o.yes, o.no, o.wide, o.lo, o.hi, o.text
		return out
	}
	out.yes, out.no, out.wide = s.yes || o.yes, s.no || o.no, s.wide || o.wide
	switch s.kind {
	case rule.Boolean, rule.Object:
	case rule.Text, rule.Enum:
		out.wide = out.wide || s.text != o.text
	default:
		if !out.wide {
			out.lo, out.hi = lesser(s.lo, o.lo), greater(s.hi, o.hi)
		}
	}
	return out
}

func lesser(a, b number) number {
	if b.cmp(a) < 0 {
		return b
	}
	return a
}

func greater(a, b number) number {
	if b.cmp(a) > 0 {
		return b
	}
	return a
}

// counted is the span as an operand for which leeg counts as 0.
func (s span) counted() span {
	if s.empty {
		return span{kind: s.kind, some: s.some, wide: s.wide, lo: s.lo, hi: s.hi}.or(between2(s.kind, integer(0), integer(0)))
	}
	return s
}

// region evaluates with one datum in an interval. Its memory is used again for
// the next interval of the same datum.
type region struct {
	c  *Case
	at int32 // the datum: its place in Case.inputs
	is span
	// gen counts the regions, about the data: what is remembered of another is
	// not looked at.
	gen, about uint32
	cells      []place
	vars       []place
	// steps counts what was evaluated, in all regions; beyond limit every
	// answer is "anything".
	steps, limit int
	level        int
}

// place remembers a value: in this region (gen), or in all regions of a datum.
type place struct {
	gen, datum uint32
	s          span
}

func newRegion(c *Case, limit int) *region {
	return &region{c: c, cells: make([]place, len(c.cells)), limit: limit}
}

// datum chooses the datum that the regions are about.
func (r *region) datum(at int32) {
	r.at = at
	r.about++
}

// value gives what an attribute can be while the datum is one of is.
func (r *region) value(is span, obj, slot int32) span {
	r.is, r.is.moves = is, true
	r.gen++
	r.level, r.vars = 0, r.vars[:0]
	return r.attribute(obj, slot)
}

func anything() span {
	return span{some: true, wide: true, empty: true, err: true, yes: true, no: true, moves: true}
}

// spend counts a step; false when there were too many.
func (r *region) spend() bool {
	r.steps++
	return r.steps <= r.limit
}

func (r *region) attribute(obj, slot int32) span {
	c := r.c
	o := &c.objects[obj]
	at := o.attrs + slot
	cl := &r.cells[at]
	if cl.datum == r.about || cl.gen == r.gen {
		return cl.s
	}
	of := &c.table.rules[o.typ][slot]
	var s span
	if len(of.writers) == 0 {
		in := &c.inputs[at]
		switch {
		case at == r.at:
			s = r.is
		case in.set:
			s = point(in.v)
		case len(of.inits) == 0:
			s = failed()
		default:
			s = span{empty: true}
		}
		if !s.empty || len(of.inits) == 0 {
			return s
		}
	}
	if r.level++; r.level > maxDepth || !r.spend() {
		r.level--
		return anything()
	}
	if len(of.writers) > 0 {
		s = r.derive(obj, of.writers)
	}
	if s.empty && len(of.inits) > 0 {
		initial := r.derive(obj, of.inits)
		s.empty = false
		s = s.or(initial)
	}
	r.level--
	*cl = place{gen: r.gen, s: s}
	if !s.moves {
		cl.datum = r.about
	}
	return s
}

func (r *region) derive(obj int32, writers []*version) span {
	var out span
	var may int
	var surely, moves, err, fails bool
	for _, w := range writers {
		f := frame{ver: w, vars: len(r.vars)}
		f.objs[0] = obj
		r.vars = grow(r.vars, len(w.vars))
		holds, v := r.write(w, &f)
		r.vars = r.vars[:f.vars]
		moves, err = moves || holds.moves || v.moves, err || holds.err
		if holds.yes {
			may++
			out = out.or(v)
		}
		surely = surely || holds.surely()
		fails = fails || holds.fails() || holds.surely() && v.fails()
	}
	if writers[0].grants {
		no := !surely && !fails
		return span{kind: rule.Boolean, some: may > 0 || no, yes: may > 0, no: no, err: err && !surely, moves: moves}
	}
	if fails {
		return span{err: true, moves: moves}
	}
	out.err = out.err || err || may > 1
	out.empty = out.empty || !surely
	out.moves = moves
	return out
}

// write tells whether a version can apply, and what it can then write.
func (r *region) write(w *version, f *frame) (answer, span) {
	holds := answer{yes: true}
	if w.subject >= 0 {
		s := r.attribute(f.objs[0], w.subject)
		holds = answer{yes: s.some && s.yes, no: s.empty || s.some && s.no, err: s.err, moves: s.moves}
		if !holds.yes {
			return holds, span{}
		}
	}
	if w.cond != nil {
		holds = holds.and(r.cond(w.cond, f))
		if !holds.yes {
			return holds, span{}
		}
	}
	switch {
	case w.rows != nil:
		var out span
		row := answer{no: true}
		may, fails := 0, false
		for i := range w.rows {
			one := answer{yes: true}
			if cond := w.rows[i].cond; cond != nil {
				one = r.cond(cond, f)
			}
			row.moves, row.err, fails = row.moves || one.moves, row.err || one.err, fails || one.fails()
			if !one.yes {
				continue
			}
			may++
			row.yes = true
			row.no = row.no && !one.surely()
			out = out.or(r.assign(w, w.rows[i].expr, f))
		}
		if row.err = row.err || may > 1; fails {
			row.yes, row.no = false, false
		}
		return holds.and(row), out
	case w.expr != nil:
		return holds, r.assign(w, w.expr, f)
	}
	return holds, span{}
}

func (a answer) and(b answer) answer {
	return answer{yes: a.yes && b.yes, no: a.no || b.no, err: a.err || b.err, moves: a.moves || b.moves}
}

// assign fits a value to the limits of its target.
func (r *region) assign(w *version, n *node, f *frame) span {
	s := r.eval(n, f)
	l := w.limits
	if l == nil || !s.some {
		return s
	}
	bad := true
	switch {
	case s.wide:
	case s.kind == rule.Enum:
		bad = !fits(l, val{kind: s.kind, text: s.text})
	case s.kind == rule.Number || s.kind == rule.Amount || s.kind == rule.Percentage:
		if s.one() {
			bad = !fits(l, val{kind: s.kind, num: s.lo})
			break
		}
		// A rounded value has the decimals that it was rounded on.
		even := n.op == opRound && (!l.Whole || n.decimals == 0) && (l.Decimals < 0 || n.decimals <= l.Decimals)
		signed := l.Sign == rule.AnySign || l.Sign == rule.NonNegative && s.lo.sign() >= 0 ||
			l.Sign == rule.Positive && s.lo.sign() > 0 || l.Sign == rule.Negative && s.hi.sign() < 0
		bad = !(even || !l.Whole && l.Decimals < 0) || !signed
	}
	if !bad {
		return s
	}
	if s.kind == rule.Enum && !s.wide || s.one() {
		s.some = false
	}
	s.err = true
	return s
}

func (r *region) variable(n *node, f *frame) span {
	at := f.vars + int(n.slot)
	if v := &r.vars[at]; v.gen == r.gen {
		return v.s
	}
	g := frame{ver: f.ver, vars: f.vars}
	g.objs[0] = f.objs[0]
	s := r.eval(f.ver.vars[n.slot], &g)
	r.vars[at] = place{gen: r.gen, s: s}
	return s
}

func (r *region) eval(n *node, f *frame) span {
	if !r.spend() {
		return anything()
	}
	c := r.c
	switch n.op {
	case opLiteral:
		return point(n.lit)
	case opToday:
		return point(ofDay(c.date))
	case opParameter:
		p := &c.table.params[n.slot]
		if !p.ok {
			return failed()
		}
		return point(p.val)
	case opVariable:
		return r.variable(n, f)
	case opAttribute:
		obj := c.follow(f.objs[n.from], n.via)
		if obj < 0 {
			return span{empty: true}
		}
		return r.attribute(obj, n.slot)
	case opObject:
		if c.follow(f.objs[n.from], n.via) < 0 {
			return span{empty: true}
		}
		return span{kind: rule.Object, some: true}
	case opAdd, opSub, opSubFrom, opMul, opDiv, opPercent:
		return r.calculate(n, r.eval(n.a, f), r.eval(n.b, f))
	case opClamp:
		s := r.eval(n.a, f)
		for i, bound := range [2]*node{n.b, n.c} {
			if bound != nil {
				s = bounded(s, r.eval(bound, f), i == 0)
			}
		}
		return s
	case opRound:
		return r.eval(n.a, f).mapped(func(x number) number { return x.round(n.mode, n.decimals) })
	case opConvert:
		s := r.eval(n.a, f).mapped(func(x number) number { return x.mul(n.lit.num) })
		s.kind = n.kind
		return s
	case opExtreme:
		out := span{empty: true}
		for _, arg := range n.args {
			out = extremes(out, r.eval(arg, f), n.flag)
		}
		return out
	case opAggregate:
		return r.aggregate(n, f)
	}
	return r.dates(n, f)
}

// mapped applies a function that never decreases.
func (s span) mapped(by func(number) number) span {
	if s.some && !s.wide {
		s.lo, s.hi = by(s.lo), by(s.hi)
		if s.lo.huge() || s.hi.huge() {
			s.wide, s.err = true, true
		}
	}
	return s
}

func (r *region) calculate(n *node, a, b span) span {
	out := span{kind: n.kind, err: a.err || b.err, moves: a.moves || b.moves}
	if out.kind == 0 {
		out.kind = rule.Number
	}
	if n.op == opSubFrom {
		out.empty = a.empty && (b.some || b.empty)
		a.empty = false
	}
	if !(a.some || a.empty) || !(b.some || b.empty) {
		return out // an error, or leeg, in any case
	}
	a, b = a.counted(), b.counted()
	out.some = true
	if n.op == opDiv && (b.wide || b.lo.sign() <= 0 && b.hi.sign() >= 0) {
		out.err = true
		out.some = b.wide || b.lo.sign() < 0 || b.hi.sign() > 0
		out.wide = true
		return out
	}
	if a.wide || b.wide {
		out.wide, out.err = true, true
		return out
	}
	switch n.op {
	case opAdd:
		out.lo, out.hi = a.lo.add(b.lo), a.hi.add(b.hi)
	case opSub, opSubFrom:
		out.lo, out.hi = a.lo.sub(b.hi), a.hi.sub(b.lo)
	default:
		by := number.mul
		if n.op == opDiv {
			by = number.div
		}
		out.lo = by(a.lo, b.lo)
		out.hi = out.lo
		if a.one() && b.one() {
			break
		}
		for _, x := range [3]number{by(a.lo, b.hi), by(a.hi, b.lo), by(a.hi, b.hi)} {
			out.lo, out.hi = lesser(out.lo, x), greater(out.hi, x)
		}
	}
	if n.op == opPercent || n.op == opMul && n.percents > 0 {
		hundredth := number{n: 1, d: 100}
		out.lo, out.hi = out.lo.mul(hundredth), out.hi.mul(hundredth)
	}
	if out.lo.huge() || out.hi.huge() {
		out.wide, out.err = true, true
	}
	return out
}

// bounded applies "met een minimum van" or "met een maximum van".
func bounded(s, b span, least bool) span {
	s.err, s.moves = s.err || b.err, s.moves || b.moves
	if !(b.some || b.empty) {
		s.some, s.empty = false, false // the bound is an error in any case
		return s
	}
	if !s.some || !b.some {
		return s
	}
	if s.wide || b.wide {
		s.wide = true
		return s
	}
	pick := lesser
	if least {
		pick = greater
	}
	lo, hi := pick(s.lo, b.lo), pick(s.hi, b.hi)
	if b.empty { // it may as well not bind
		lo, hi = lesser(lo, s.lo), greater(hi, s.hi)
	}
	s.lo, s.hi = lo, hi
	return s
}

// extremes gives the smaller or larger of two, leeg passed over.
func extremes(a, b span, larger bool) span {
	out := span{kind: a.kind, empty: a.empty && b.empty, err: a.err || b.err, moves: a.moves || b.moves}
	if out.kind == 0 {
		out.kind = b.kind
	}
	pick := lesser
	if larger {
		pick = greater
	}
	add := func(s span) {
		s.empty, s.err, s.moves = false, false, false
		out = out.or(s)
	}
	if a.some && b.some {
		if a.wide || b.wide {
			add(span{kind: out.kind, some: true, wide: true})
		} else {
			add(between2(out.kind, pick(a.lo, b.lo), pick(a.hi, b.hi)))
		}
	}
	if a.some && b.empty {
		add(a)
	}
	if b.some && a.empty {
		add(b)
	}
	return out
}

// sums is an aggregation under way.
type sums struct {
	least, most int64 // how many count
	sum         span
	best        span
}

func (r *region) aggregate(n *node, f *frame) span {
	t := sums{sum: span{kind: n.kind, empty: true}, best: span{empty: true}}
	bad := answer{}
	if owner := r.c.follow(f.objs[n.from], n.via); owner >= 0 {
		g := *f
		r.elements(n, owner, n.many, &g, &t, &bad)
	}
	var out span
	switch n.agg {
	case rule.Count:
		out = between2(rule.Number, integer(t.least), integer(t.most))
	case rule.Sum:
		out = t.sum
	default:
		out = t.best
	}
	out.err, out.moves = out.err || bad.err, out.moves || bad.moves
	return out
}

func (r *region) elements(n *node, owner int32, many []int32, g *frame, t *sums, bad *answer) {
	c := r.c
	for e := c.links[c.objects[owner].roles+many[0]].first; e >= 0; e = c.edges[e].next {
		if !r.spend() {
			*bad = answer{err: true, moves: true}
			t.sum, t.best, t.most = anything(), anything(), maxObjects
			return
		}
		to := c.edges[e].to
		if len(many) > 1 {
			r.elements(n, to, many[1:], g, t, bad)
			continue
		}
		g.objs[n.element] = to
		in := answer{yes: true}
		if n.filter != nil {
			in = r.cond(n.filter, g)
			bad.err, bad.moves = bad.err || in.err, bad.moves || in.moves
		}
		if !in.yes {
			continue
		}
		t.most++
		if in.surely() {
			t.least++
		}
		if n.agg == rule.Count {
			continue
		}
		v := r.eval(n.a, g)
		v.empty = v.empty || in.no // what does not count is passed over
		if n.agg != rule.Sum {
			t.best = extremes(t.best, v, n.agg == rule.Max)
			continue
		}
		sum := span{kind: n.kind, empty: t.sum.empty && v.empty, err: t.sum.err || v.err, moves: t.sum.moves || v.moves}
		if t.sum.some || v.some {
			a, b := t.sum.counted(), v.counted()
			sum.some, sum.wide = a.some && b.some, a.wide || b.wide
			if sum.some && !sum.wide {
				sum.lo, sum.hi = a.lo.add(b.lo), a.hi.add(b.hi)
			}
		}
		t.sum = sum
	}
}

// dates evaluates what is about the calendar.
func (r *region) dates(n *node, f *frame) span {
	a := r.eval(n.a, f)
	switch n.op {
	case opDuration:
		b := r.eval(n.b, f)
		out := span{kind: rule.Number, empty: a.empty || b.empty, some: a.some && b.some, wide: a.wide || b.wide, err: a.err || b.err, moves: a.moves || b.moves}
		if out.some && !out.wide {
			out.lo = integer(between(day(a.hi.n), day(b.lo.n), n.time))
			out.hi = integer(between(day(a.lo.n), day(b.hi.n), n.time))
		}
		return out
	case opShift:
		return shifted(a, r.eval(n.b, f), n)
	case opFirstDay:
		if a.some && !a.wide {
			lo, ok1 := day(a.lo.n).firstDay(n.time, n.flag)
			hi, ok2 := day(a.hi.n).firstDay(n.time, n.flag)
			a.lo, a.hi = integer(int64(lo)), integer(int64(hi))
			if !ok1 || !ok2 {
				a.wide, a.err = true, true
			}
		}
		return a
	case opDatePart:
		a.kind = rule.Number
		if a.some && !a.wide {
			a.lo, a.hi = part(day(a.lo.n), day(a.hi.n), n.time)
		}
		return a
	case opMakeDate:
		b, d := r.eval(n.b, f), r.eval(n.c, f)
		out := span{kind: rule.DateKind, empty: a.empty || b.empty || d.empty, some: a.some && b.some && d.some,
			err: a.err || b.err || d.err, moves: a.moves || b.moves || d.moves}
		if !out.some {
			return out
		}
		y, ok1 := a.whole()
		m, ok2 := b.whole()
		k, ok3 := d.whole()
		if date := (rule.Date{Year: int(y), Month: int(m), Day: int(k)}); ok1 && ok2 && ok3 && validDate(date) {
			out.lo = integer(int64(toDay(date)))
			out.hi = out.lo
			return out
		}
		out.wide, out.err = true, true
		if lo, hi := greater(a.lo, integer(minYear)), lesser(a.hi, integer(maxYear)); !a.wide && lo.cmp(hi) <= 0 {
			first, last := lo.round(rule.RoundDown, 0), hi.round(rule.RoundUp, 0)
			out.wide, out.lo, out.hi = false, integer(first.n/first.d*10000+101), integer(last.n/last.d*10000+1231)
		}
		return out
	}
	return anything()
}

// whole gives the one whole number that a span can be.
func (s span) whole() (int64, bool) {
	if !s.one() || !s.lo.whole() {
		return 0, false
	}
	n, ok := s.lo.int()
	return n, ok && n >= 0 && n <= maxYear
}

func part(lo, hi day, u rule.TimeUnit) (number, number) {
	y1, m1, d1 := lo.parts()
	y2, m2, d2 := hi.parts()
	switch {
	case u == rule.Years:
		return integer(int64(y1)), integer(int64(y2))
	case u == rule.Months && y1 == y2:
		return integer(int64(m1)), integer(int64(m2))
	case u == rule.Months:
		return integer(1), integer(12)
	case y1 == y2 && m1 == m2:
		return integer(int64(d1)), integer(int64(d2))
	}
	return integer(1), integer(31)
}

func shifted(a, by span, n *node) span {
	out := span{kind: rule.DateKind, empty: a.empty && (by.some || by.empty), err: a.err || by.err, moves: a.moves || by.moves}
	if !a.some || !(by.some || by.empty) {
		return out
	}
	out.some = true
	if by.some {
		by = by.counted()
	} else {
		by = between2(rule.Number, integer(0), integer(0))
	}
	if a.wide || by.wide {
		out.wide, out.err = true, true
		return out
	}
	whole := by.one() && by.lo.whole()
	least, most := by.lo.round(rule.RoundDown, 0), by.hi.round(rule.RoundUp, 0)
	if n.flag {
		least, most = most.neg(), least.neg()
	}
	k1, ok1 := least.int()
	k2, ok2 := most.int()
	lo, ok3 := day(a.lo.n).shift(k1, n.time)
	hi, ok4 := day(a.hi.n).shift(k2, n.time)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		out.wide, out.err = true, true
		return out
	}
	out.lo, out.hi = integer(int64(lo)), integer(int64(hi))
	out.err = out.err || !whole
	return out
}

func (r *region) cond(x *cond, f *frame) answer {
	if !r.spend() {
		return answer{yes: true, no: true, err: true, moves: true}
	}
	switch x.op {
	case condCompound:
		return r.compound(x, f)
	case condCompare:
		return compared(x.cmp, r.eval(x.a, f), r.eval(x.b, f))
	case condEmpty:
		s := r.eval(x.a, f)
		a := answer{yes: s.empty, no: s.some, err: s.err, moves: s.moves}
		if x.not {
			a.yes, a.no = a.no, a.yes
		}
		return a
	}
	obj := r.c.follow(f.objs[x.from], x.via)
	if obj < 0 {
		return answer{no: true}
	}
	s := r.attribute(obj, x.slot)
	a := answer{yes: s.some && s.yes, no: s.some && s.no, err: s.err, moves: s.moves}
	if x.not {
		a.yes, a.no = a.no, a.yes
	}
	a.no = a.no || s.empty
	return a
}

func compared(op rule.CompareOp, a, b span) answer {
	out := answer{no: a.empty && (b.empty || b.some) || b.empty && a.some, err: a.err || b.err, moves: a.moves || b.moves}
	if !a.some || !b.some {
		return out
	}
	var yes, no bool
	switch {
	case a.wide || b.wide:
		yes, no = true, true
	case a.kind == rule.Boolean:
		yes, no = a.yes && b.yes || a.no && b.no, a.yes && b.no || a.no && b.yes
		if op == rule.NotEqual {
			yes, no = no, yes
		}
	case a.kind == rule.Text || a.kind == rule.Enum:
		yes = (a.text == b.text) == (op == rule.Equal)
		no = !yes
	default:
		switch op {
		case rule.Equal, rule.NotEqual:
			yes = a.lo.cmp(b.hi) <= 0 && b.lo.cmp(a.hi) <= 0
			no = !(a.one() && b.one() && yes)
			if op == rule.NotEqual {
				yes, no = no, yes
			}
		case rule.Less:
			yes, no = a.lo.cmp(b.hi) < 0, a.hi.cmp(b.lo) >= 0
		case rule.LessEqual:
			yes, no = a.lo.cmp(b.hi) <= 0, a.hi.cmp(b.lo) > 0
		case rule.Greater:
			yes, no = a.hi.cmp(b.lo) > 0, a.lo.cmp(b.hi) <= 0
		default:
			yes, no = a.hi.cmp(b.lo) >= 0, a.lo.cmp(b.hi) < 0
		}
	}
	out.yes, out.no = out.yes || yes, out.no || no
	return out
}

// compound asks for every number of items that can hold whether it settles the
// condition, whatever the items that are an error would have been.
func (r *region) compound(x *cond, f *frame) answer {
	sure, may, bad := 0, 0, 0
	var out answer
	err := false
	for _, item := range x.items {
		a := r.cond(item, f)
		out.moves, err = out.moves || a.moves, err || a.err
		switch {
		case a.surely():
			sure++
		case a.fails():
			bad++
		case a.yes:
			may++
		case x.quant == rule.All && !a.err:
			return answer{no: true, moves: out.moves} // nothing can mend that
		}
	}
	for yes := sure; yes <= sure+may; yes++ {
		holds, ok := x.decide(yes, bad)
		out.yes, out.no = out.yes || ok && holds, out.no || ok && !holds
		out.err = out.err || !ok
	}
	if err && !out.err {
		// Items that may be an error besides those that are one.
		_, ok := x.decide(sure, len(x.items)-sure)
		out.err = !ok
	}
	return out
}
