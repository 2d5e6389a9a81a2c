package column

import (
	"fmt"

	"lemniscaat/internal/rule"
)

// machine is the memory in which a plan runs.
type machine struct {
	nums [][]int64
	bits [][]uint8
	idx  [][]int32
	// any is false for a lane of tests that hold nowhere; it is then not
	// written, and read as zeros.
	any   []bool
	zeros []uint8
	rows  []int // by domain
	room  int   // rows that every lane has room for
	// sets are the edges by domain, lists the to-many sides of relations.
	sets  []edgeSet
	lists map[listKey]*edgeSet
}

type listKey struct {
	rel     int32
	inverse bool
}

// edgeSet is the edges that start from each row: those of row i are at
// offsets[i] to offsets[i+1].
type edgeSet struct {
	offsets, parent, item []int32
	fresh                 bool
}

func newMachine(p *plan) *machine {
	m := new(machine)
	m.nums, m.bits, m.idx = make([][]int64, p.lanes[numbers]), make([][]uint8, p.lanes[tests]), make([][]int32, p.lanes[indices])
	m.any = make([]bool, p.lanes[tests])
	m.rows, m.sets, m.lists = make([]int, len(p.doms)), make([]edgeSet, len(p.doms)), map[listKey]*edgeSet{}
	return m
}

// reserve makes room for rows in every lane that is not a column.
func (m *machine) reserve(p *plan, rows int) {
	if rows+1 <= m.room {
		return
	}
	m.room = padded(rows + 1 + rows/8)
	columns := [classes]map[int32]bool{{}, {}, {}}
	for _, s := range p.inputs {
		if s.code == numInput && s.mode == 0 || s.code == bitInput {
			columns[classOf(s.code)][s.lane] = true
		}
	}
	for _, s := range p.links {
		if s.code == idxParent || s.code == idxItem {
			columns[indices][s.lane] = true
		}
	}
	for i := range m.nums {
		if !columns[numbers][int32(i)] {
			m.nums[i] = make([]int64, m.room)
		}
	}
	for i := range m.bits {
		if !columns[tests][int32(i)] {
			m.bits[i] = make([]uint8, m.room)
		}
	}
	for i := range m.idx {
		if !columns[indices][int32(i)] {
			m.idx[i] = make([]int32, m.room)
		}
	}
	m.zeros = make([]uint8, m.room)
	for _, c := range p.consts {
		lane := m.nums[c.lane]
		for i := range lane {
			lane[i] = c.k
		}
	}
}

// run computes all operations on what the block holds.
func (m *machine) run(b *Block, p *plan) {
	copy(m.rows, b.rows)
	for _, l := range m.lists {
		l.fresh = false
	}
	rows := 0
	for _, n := range b.rows {
		rows = max(rows, n)
	}
	m.reserve(p, rows)
	for _, s := range p.inputs {
		m.load(b, s)
	}
	for _, s := range p.links {
		if s.code == idxRole || s.code == idxInverse {
			m.link(b, s)
		}
	}
	for i := range p.steps {
		s := &p.steps[i]
		if s.code == codeNone {
			m.edges(b, p, s)
			continue
		}
		m.step(s)
	}
}

// load makes a lane of an input.
func (m *machine) load(b *Block, s source) {
	c, n := &b.cols[s.t][s.i], b.rows[s.t]
	switch s.code {
	case numInput:
		if s.mode == 0 {
			m.nums[s.lane] = c.Int[:cap(c.Int)]
			return
		}
		lane, days := m.nums[s.lane][:n], c.Int[:n]
		for i, x := range days {
			lane[i] = fromSerial(x + epoch)
		}
		return
	case bitInput:
		m.bits[s.lane], m.any[s.lane] = c.Bool[:cap(c.Bool)], true
		return
	}
	var is [wide + 1]uint8 // by state
	switch {
	case s.code == bitEmpty && s.mode == 0:
		is = [...]uint8{Empty: 1, wide: 0}
	case s.code == bitEmpty:
		is = [...]uint8{Empty: 1, Missing: 1, wide: 0}
	case s.mode == 0:
		is = [...]uint8{Missing: 1, Failed: 1, Beyond: 1, wide: 1}
	default:
		is = [...]uint8{Failed: 1, Beyond: 1, wide: 1}
	}
	if c.uniform {
		m.any[s.lane] = is[c.every] != 0
		if m.any[s.lane] {
			lane := m.bits[s.lane][:n]
			for i := range lane {
				lane[i] = 1
			}
		}
		return
	}
	lane, states, some := m.bits[s.lane][:n], c.states[:n], uint8(0)
	for i, x := range states {
		v := is[min(x, wide)]
		lane[i] = v
		some |= v
	}
	m.any[s.lane] = some != 0
}

// link makes an index lane of a relation.
func (m *machine) link(b *Block, s source) {
	rel := &b.p.rels[s.t]
	one, from, to := b.links[s.t].one, b.rows[rel.From], int32(b.rows[rel.To])
	if s.code == idxRole {
		lane := m.idx[s.lane][:from]
		for i, x := range one[:len(lane)] {
			if x < 0 {
				x = to
			}
			lane[i] = x
		}
		return
	}
	lane := m.idx[s.lane][:to]
	for i := range lane {
		lane[i] = int32(from)
	}
	for i, x := range one[:from] {
		if x >= 0 {
			lane[x] = int32(i)
		}
	}
}

// list gives the to-many side of a relation.
func (m *machine) list(b *Block, key listKey) *edgeSet {
	l := m.lists[key]
	if l == nil {
		l = new(edgeSet)
		m.lists[key] = l
	}
	if l.fresh {
		return l
	}
	l.fresh = true
	rel, links := &b.p.rels[key.rel], &b.links[key.rel]
	if !key.inverse {
		l.offsets, l.item = links.offsets, links.items
		return l
	}
	// Count, then place: a row's edges come in the order of the other side.
	n := b.rows[rel.To]
	l.offsets = sized(l.offsets, n+2)
	clear(l.offsets)
	each := func(do func(from, to int32)) {
		if !rel.Many {
			for i, x := range links.one {
				if x >= 0 {
					do(int32(i), x)
				}
			}
			return
		}
		for i := range b.rows[rel.From] {
			for _, x := range links.items[links.offsets[i]:links.offsets[i+1]] {
				do(int32(i), x)
			}
		}
	}
	total := 0
	each(func(_, to int32) { l.offsets[to+2]++; total++ })
	for i := 2; i < len(l.offsets); i++ {
		l.offsets[i] += l.offsets[i-1]
	}
	l.item = sized(l.item, total)
	each(func(from, to int32) {
		l.item[l.offsets[to+1]] = from
		l.offsets[to+1]++
	})
	l.offsets = l.offsets[:n+1]
	return l
}

// edges makes the edges of a domain.
func (m *machine) edges(b *Block, p *plan, s *step) {
	d := p.doms[s.dom]
	l := m.list(b, listKey{d.rel, d.inverse})
	rows := m.rows[d.parent]
	set := &m.sets[s.dom]
	if s.a < 0 {
		set.offsets, set.item = l.offsets, l.item
	} else {
		set.offsets = sized(set.offsets, rows+1)
		set.item = set.item[:0]
		for i, at := range m.idx[s.a][:rows] {
			set.offsets[i] = int32(len(set.item))
			if int(at)+1 < len(l.offsets) {
				set.item = append(set.item, l.item[l.offsets[at]:l.offsets[at+1]]...)
			}
		}
		set.offsets[rows] = int32(len(set.item))
	}
	n := len(set.item)
	set.parent = sized(set.parent, n)
	for i := range rows {
		for e := set.offsets[i]; e < set.offsets[i+1]; e++ {
			set.parent[e] = int32(i)
		}
	}
	m.rows[s.dom] = n
	m.reserve2(p, n)
	for _, x := range p.links {
		if x.t == s.dom {
			switch x.code {
			case idxParent:
				m.idx[x.lane] = set.parent
			case idxItem:
				m.idx[x.lane] = set.item
			}
		}
	}
}

// reserve2 makes more room halfway, keeping what lanes hold.
func (m *machine) reserve2(p *plan, rows int) {
	if rows+1 <= m.room {
		return
	}
	nums, bits, idx := append([][]int64{}, m.nums...), append([][]uint8{}, m.bits...), append([][]int32{}, m.idx...)
	m.reserve(p, rows)
	for i := range nums {
		copy(m.nums[i], nums[i])
	}
	for i := range bits {
		copy(m.bits[i], bits[i])
	}
	for i := range idx {
		copy(m.idx[i], idx[i])
	}
	for _, c := range p.consts {
		lane := m.nums[c.lane]
		for i := range lane {
			lane[i] = c.k
		}
	}
}

// bit gives a lane of tests for reading.
func (m *machine) bit(lane int32, n int) []uint8 {
	if !m.any[lane] {
		return m.zeros[:n]
	}
	return m.bits[lane][:n]
}

func (m *machine) num(lane int32, n int) []int64 { return m.nums[lane][:n] }

// step runs one operation.
func (m *machine) step(s *step) {
	n := m.rows[s.dom]
	switch classOf(s.code) {
	case numbers:
		m.number(s, n, padded(n))
	case tests:
		m.test(s, n, padded(n))
	default: // idxThrough
		dst, a, b := m.idx[s.dst][:n], m.idx[s.a][:m.rows[s.aDom]], m.idx[s.b][:n]
		nobody := int32(m.rows[s.other])
		for i, at := range b {
			dst[i] = nobody
			if int(at) < len(a) {
				dst[i] = a[at]
			}
		}
	}
}

// number runs an operation that gives numbers, for rows in whole strips (n)
// where that does no harm.
func (m *machine) number(s *step, rows, n int) {
	dst := m.num(s.dst, n)
	switch s.code {
	case numAdd:
		add(dst, m.num(s.a, n), m.num(s.b, n))
	case numAddK:
		addK(dst, m.num(s.a, n), s.k)
	case numSub:
		sub(dst, m.num(s.a, n), m.num(s.b, n))
	case numFromK:
		fromK(dst, m.num(s.a, n), s.k)
	case numMul:
		mul(dst, m.num(s.a, n), m.num(s.b, n))
	case numMulK:
		mulK(dst, m.num(s.a, n), s.k)
	case numMin:
		minimum(dst, m.num(s.a, n), m.num(s.b, n))
	case numMinK:
		minimumK(dst, m.num(s.a, n), s.k)
	case numMax:
		maximum(dst, m.num(s.a, n), m.num(s.b, n))
	case numMaxK:
		maximumK(dst, m.num(s.a, n), s.k)
	case numMulAdd:
		mulAdd(dst, m.num(s.a, n), m.num(s.b, n), s.k)
	case numMulSub:
		mulSub(dst, m.num(s.a, n), m.num(s.b, n), s.k)
	case numSubMul:
		subMul(dst, m.num(s.a, n), m.num(s.b, n), s.k)
	case numClamp:
		clamp(dst, m.num(s.a, n), s.k2, s.k)
	case numSelLessK:
		selLessK(dst, m.num(s.c, n), m.num(s.a, n), m.num(s.b, n), s.k)
	case numSel:
		m.sel(s, dst, n)
	case numAddC, numSubC, numMulC, numDivW, numMulW:
		m.careful(s, dst, n)
	case numDivK:
		divideK(dst, m.num(s.a, n), s.k, rule.RoundMode(s.mode))
	case numDiv:
		divide(dst, m.num(s.a, n), m.num(s.b, n), rule.RoundMode(s.mode))
	case numGather:
		src := m.nums[s.a][:m.rows[s.aDom]+1]
		src[len(src)-1] = 0
		gather(dst[:rows], src, m.idx[s.b][:rows])
	case numSumC:
		m.sumCarefully(s, dst[:rows])
	case numSum, numLeast, numMost, numCount, numSpan:
		m.reduce(s, dst[:rows])
	default:
		m.day(s, dst, n)
	}
}

func (m *machine) sel(s *step, dst []int64, n int) {
	if !m.any[s.c] {
		if s.b < 0 {
			fill(dst, s.kb)
		} else {
			copy(dst, m.num(s.b, n))
		}
		return
	}
	c := m.bits[s.c][:n]
	switch {
	case s.a >= 0 && s.b < 0 && s.kb == 0:
		selZero(dst, c, m.num(s.a, n))
	case s.a >= 0 && s.b >= 0:
		sel(dst, c, m.num(s.a, n), m.num(s.b, n))
	case s.a >= 0:
		selK(dst, c, m.num(s.a, n), s.kb)
	case s.b >= 0:
		selFromK(dst, c, s.ka, m.num(s.b, n))
	default:
		selKK(dst, c, s.ka, s.kb)
	}
}

// careful computes what may not fit, with a flag.
func (m *machine) careful(s *step, dst []int64, n int) {
	a, b := m.num(s.a, n), m.num(s.b, n)
	var flag []uint8
	if s.flag >= 0 {
		flag = m.bits[s.flag][:n]
	} else {
		flag = make([]uint8, n)
	}
	var some uint8
	switch s.code {
	case numAddC:
		some = addC(dst, a, b, flag)
	case numSubC:
		some = subC(dst, a, b, flag)
	case numDivW:
		some = divideW(dst, a, b, s.k, rule.RoundMode(s.mode), flag)
	case numMulW:
		some = multiplyW(dst, a, b, s.k, rule.RoundMode(s.mode), flag)
	default:
		some = mulC(dst, a, b, flag)
	}
	if s.flag >= 0 {
		m.any[s.flag] = some != 0
	}
}

func (m *machine) day(s *step, dst []int64, n int) {
	a := m.num(s.a, n)
	b, c := a, a
	if s.b >= 0 {
		b = m.num(s.b, n)
	}
	if s.c >= 0 {
		c = m.num(s.c, n)
	}
	if s.flag < 0 {
		switch s.code { // the common ones, without asking each row which it is
		case dayMonthsK:
			for i, x := range a {
				dst[i] = moved(x, s.k)
			}
		case dayFirst:
			for i, x := range a {
				dst[i] = x&^31 | 1
			}
		case numYears:
			for i, x := range a {
				dst[i] = between(x, b[i]) / 12
			}
		default:
			for i := range dst {
				dst[i], _ = dayOp(s.code, a[i], b[i], c[i], s.k)
			}
		}
		return
	}
	flag, some := m.bits[s.flag][:n], uint8(0)
	for i := range dst {
		var f uint8
		dst[i], f = dayOp(s.code, a[i], b[i], c[i], s.k)
		flag[i] = f
		some |= f
	}
	m.any[s.flag] = some != 0
}

func (m *machine) reduce(s *step, dst []int64) {
	set := &m.sets[s.t]
	off := set.offsets[:len(dst)+1]
	if s.code == numSpan {
		for i := range dst {
			dst[i] = int64(off[i+1] - off[i])
		}
		return
	}
	e := m.rows[s.t]
	var src []int64
	if s.code != numCount {
		src = m.num(s.a, e)
	}
	var in []uint8
	if s.c >= 0 {
		in = m.bit(s.c, e)
	}
	for i := range dst {
		total, first := int64(0), true
		for j := off[i]; j < off[i+1]; j++ {
			if in != nil && in[j] == 0 {
				continue
			}
			switch {
			case s.code == numCount:
				total++
			case s.code == numSum:
				total += src[j]
			case first || s.code == numLeast && src[j] < total || s.code == numMost && src[j] > total:
				total = src[j]
			}
			first = false
		}
		dst[i] = total
	}
}

// sumCarefully adds up what may not fit, with a flag when somebody asks for it.
func (m *machine) sumCarefully(s *step, dst []int64) {
	set := &m.sets[s.t]
	off, e := set.offsets[:len(dst)+1], m.rows[s.t]
	src := m.num(s.a, e)
	var flag, in []uint8
	if s.flag >= 0 {
		flag = m.bits[s.flag][:len(dst)]
	}
	if s.c >= 0 {
		in = m.bit(s.c, e)
	}
	var some uint8
	for i := range dst {
		total, f := int64(0), uint8(0)
		for j := off[i]; j < off[i+1]; j++ {
			if in != nil && in[j] == 0 {
				continue
			}
			next := total + src[j]
			f |= uint8(uint64((total^next)&(src[j]^next))>>63) | beyond(next)
			total = next
		}
		dst[i] = total
		if flag != nil {
			flag[i] = f
		}
		some |= f
	}
	if flag != nil {
		m.any[s.flag] = some != 0
	}
}

func (m *machine) test(s *step, rows, n int) {
	dst := m.bits[s.dst][:n]
	some := true
	switch s.code {
	case bitAnd:
		if some = m.any[s.a] && m.any[s.b]; some {
			and(dst, m.bits[s.a][:n], m.bits[s.b][:n])
		}
	case bitAndNot:
		switch some = m.any[s.a]; {
		case some && m.any[s.b]:
			andNot(dst, m.bits[s.a][:n], m.bits[s.b][:n])
		case some:
			copy(dst, m.bits[s.a][:n])
		}
	case bitOr:
		switch a, b := m.any[s.a], m.any[s.b]; {
		case a && b:
			or(dst, m.bits[s.a][:n], m.bits[s.b][:n])
		case a:
			copy(dst, m.bits[s.a][:n])
		case b:
			copy(dst, m.bits[s.b][:n])
		default:
			some = false
		}
	case bitNot:
		not(dst, m.bit(s.a, n))
	case bitLess:
		less(dst, m.num(s.a, n), m.num(s.b, n))
	case bitLessK:
		lessK(dst, m.num(s.a, n), s.k)
	case bitEqual:
		equal(dst, m.num(s.a, n), m.num(s.b, n))
	case bitEqualK:
		equalK(dst, m.num(s.a, n), s.k)
	case bitWhole:
		for i, x := range m.num(s.a, n) {
			dst[i] = 0
			if x%s.k == 0 {
				dst[i] = 1
			}
		}
	case bitGather:
		if !m.any[s.a] && s.k == 0 {
			some = false
			break
		}
		from := m.rows[s.aDom]
		var src []uint8
		if m.any[s.a] {
			src = m.bits[s.a][:from+1]
		} else {
			src = m.zeros[:from+1]
		}
		src[from] = uint8(s.k)
		gather(dst[:rows], src, m.idx[s.b][:rows])
		src[from] = 0
	case bitNobody:
		nobody := int32(m.rows[s.other])
		for i, x := range m.idx[s.b][:rows] {
			dst[i] = 0
			if x == nobody {
				dst[i] = 1
			}
		}
	case bitSome:
		set := &m.sets[s.t]
		if some = m.any[s.a]; !some {
			break
		}
		in := m.bits[s.a][:m.rows[s.t]]
		for i := range dst[:rows] {
			x := uint8(0)
			for j := set.offsets[i]; j < set.offsets[i+1]; j++ {
				x |= in[j]
			}
			dst[i] = x
		}
	case bitSum:
		sum(dst, m.bit(s.a, n), m.bit(s.b, n))
	case bitLeastK:
		for i, x := range m.bit(s.a, n) {
			dst[i] = 0
			if int64(x) >= s.k {
				dst[i] = 1
			}
		}
	default:
		panic(fmt.Sprintf("BUG: no kernel for operation %d", s.code))
	}
	m.any[s.dst] = some
}
