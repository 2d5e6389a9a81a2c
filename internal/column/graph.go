package column

import (
	"encoding/binary"
	"fmt"
	"math"
	"slices"
)

// code is what an operation does. Numbers are lanes of int64, tests lanes of
// bytes that are 0 or 1, indices lanes of int32 that point to rows of a table;
// the row after the last stands for nobody.
type code uint8

const (
	codeNone code = iota

	// numbers
	numConst // k; has no rows of its own
	numInput // table t, input i; a date when mode is 1
	numAdd   // a + b
	numAddK  // a + k
	numSub   // a − b
	numFromK // k − a
	numMul   // a · b
	numMulK  // a · k
	numMin   // the lesser of a and b
	numMinK  // of a and k
	numMax   // the greater of a and b
	numMaxK  // of a and k
	numSel   // c ? a : b; a and b may be constants
	numAddC  // a + b; flag where it does not fit
	numSubC  // a − b; likewise
	numMulC  // a · b; likewise
	numDivK  // a / k, rounded by mode
	numDiv   // a / b, rounded by mode; b is positive
	numDivW  // a · k / b by way of 128 bits, likewise; flag where it does not fit
	numMulW  // a · b / k by way of 128 bits, rounded by mode; likewise
	// made by fuse
	numMulAdd   // k·a + b
	numMulSub   // k·a − b
	numSubMul   // b − k·a
	numClamp    // the lesser of k and (the greater of a and k2)
	numSelLessK // c < k ? a : b

	numGather // a at index b; 0 for nobody
	numSum    // per row the sum of a over the edges where c (all: none) holds
	numSumC   // likewise; flag where it does not fit
	numLeast  // likewise the least, 0 when there is none
	numMost   // likewise the greatest
	numCount  // likewise the number of edges where c holds
	numSpan   // per row the number of edges

	// dates, see Day
	dayMonthsK // a moved by k months; flag outside the calendar
	dayMonths  // a moved by b months; likewise
	dayDays    // a moved by b days; likewise
	dayFirst   // the first day of the month of a, or (k) of the next
	dayYear    // the first day of the year of a, or (k) of the next
	dayMake    // of year a, month b, day c; flag where there is none
	numMonths  // completed months from a to b
	numYears   // completed years
	numDays    // days
	numPartY   // the year of a
	numPartM   // its month
	numPartD   // its day

	// tests
	bitConst  // k
	bitInput  // table t, input i: a Boolean
	bitEmpty  // that it is leeg
	bitOpen   // that it is missing or beyond
	bitAnd    // a and b
	bitAndNot // a and not b, made by fuse
	bitOr     // a or b
	bitNot    // not a
	bitLess   // a < b
	bitLessK  // a < k
	bitEqual  // a = b
	bitEqualK // a = k
	bitWhole  // a is a multiple of k
	bitGather // a at index b; k for nobody
	bitNobody // index b is nobody
	bitSome   // per row whether a holds for an edge
	bitSum    // a + b, as small numbers
	bitLeastK // small number a ≥ k
	bitFlag   // the flag of operation a

	// indices; i is the domain that they point to
	idxRole    // relation t: From to To
	idxInverse // relation t: To to From, where that is to-one
	idxParent  // of an edge: the row that it starts from
	idxItem    // of an edge: the row that it leads to
	idxThrough // index a after index b: a[b]
)

// ref is an operation by its place in the graph.
type ref int32

const (
	none ref = -1 // no operation; as an index: the row itself
	no   ref = 0  // the test that never holds
	yes  ref = 1  // the test that always holds
)

// op is one operation. It is its own identity: two that are equal are one.
type op struct {
	code    code
	mode    uint8 // a rule.RoundMode
	dom     int32 // the rows that it has one value for; −1: a constant
	a, b, c ref
	t, i    int32
	k, k2   int64
}

// domain is a set of rows: of a table, or the edges that lead from the rows of
// another domain to the rows of a table through a to-many relation.
type domain struct {
	table   int32 // the table, or for edges the one that they lead to
	parent  int32 // −1 for a table
	from    ref   // index in parent to the rows that have the relation; none: they are it
	rel     int32
	inverse bool // the edges lead from To to From
}

// graph builds the operations, each once.
type graph struct {
	ops  []op
	seen map[op]ref
	doms []domain
	dom  map[domain]int32
	all  map[string]ref // conjunctions by their tests
}

func newGraph(tables int) *graph {
	g := &graph{seen: map[op]ref{}, dom: map[domain]int32{}, all: map[string]ref{}}
	for t := range tables {
		g.domain(domain{table: int32(t), parent: -1, from: none, rel: -1})
	}
	g.add(op{code: bitConst, dom: -1, k: 0})
	g.add(op{code: bitConst, dom: -1, k: 1})
	return g
}

func (g *graph) domain(d domain) int32 {
	i, ok := g.dom[d]
	if !ok {
		i = int32(len(g.doms))
		g.doms = append(g.doms, d)
		g.dom[d] = i
	}
	return i
}

// add gives the operation its place. Operands that it does not use are none.
func (g *graph) add(o op) ref {
	uses := operands[o.code]
	if uses < 1 {
		o.a = none
	}
	if uses < 2 {
		o.b = none
	}
	if uses < 3 {
		o.c = none
	}
	if o.dom < 0 && o.code != numConst && o.code != bitConst {
		panic(fmt.Sprintf("BUG: operation %d has only constants", o.code))
	}
	r, ok := g.seen[o]
	if !ok {
		r = ref(len(g.ops))
		g.ops = append(g.ops, o)
		g.seen[o] = r
	}
	return r
}

// operands says how many of a, b and c an operation has; they may be none.
var operands = [...]int{
	numAdd: 2, numAddK: 1, numSub: 2, numFromK: 1, numMul: 2, numMulK: 1, numMin: 2, numMinK: 1, numMax: 2, numMaxK: 1,
	numSel: 3, numAddC: 2, numSubC: 2, numMulC: 2, numDivK: 1, numDiv: 2, numDivW: 2, numMulW: 2, numGather: 2,
	numSum: 3, numSumC: 3, numLeast: 3, numMost: 3, numCount: 3,
	dayMonthsK: 1, dayMonths: 2, dayDays: 2, dayFirst: 1, dayYear: 1, dayMake: 3,
	numMonths: 2, numYears: 2, numDays: 2, numPartY: 1, numPartM: 1, numPartD: 1,
	numMulAdd: 2, numMulSub: 2, numSubMul: 2, numClamp: 1, numSelLessK: 3, bitAndNot: 2,
	bitAnd: 2, bitOr: 2, bitNot: 1, bitLess: 2, bitLessK: 1, bitEqual: 2, bitEqualK: 1, bitWhole: 1,
	bitGather: 2, bitNobody: 2, bitSome: 1, bitSum: 2, bitLeastK: 1, bitFlag: 1,
	idxThrough: 2,
}

func (g *graph) at(r ref) *op { return &g.ops[r] }

// domOf gives the domain of an operation; −1 for a constant.
func (g *graph) domOf(r ref) int32 {
	if r == none {
		return -1
	}
	return g.ops[r].dom
}

// join gives the domain of operands, which is one apart from constants.
func (g *graph) join(rs ...ref) int32 {
	d := int32(-1)
	for _, r := range rs {
		if e := g.domOf(r); e >= 0 {
			if d >= 0 && d != e {
				panic(fmt.Sprintf("BUG: operands of domains %d and %d", d, e))
			}
			d = e
		}
	}
	return d
}

// constant gives the value of a constant number or test.
func (g *graph) constant(r ref) (int64, bool) {
	o := g.at(r)
	return o.k, o.code == numConst || o.code == bitConst
}

func (g *graph) num(k int64) ref { return g.add(op{code: numConst, dom: -1, k: k}) }

// --- tests --------------------------------------------------------------------

func (g *graph) not(a ref) ref {
	switch {
	case a == no:
		return yes
	case a == yes:
		return no
	case g.at(a).code == bitNot:
		return g.at(a).a
	}
	return g.add(op{code: bitNot, dom: g.domOf(a), a: a})
}

func (g *graph) and(list ...ref) ref {
	out := yes
	for _, r := range list {
		out = g.and2(out, r)
	}
	return out
}

func (g *graph) and2(a, b ref) ref {
	switch {
	case a == no || b == no:
		return no
	case a == yes || a == b:
		return b
	case b == yes:
		return a
	case g.excluded(a, b):
		return no
	case g.implies(a, b):
		return a
	case g.implies(b, a):
		return b
	}
	// The same tests in another order are the same conjunction.
	key := g.conjunction(a, b)
	if r, ok := g.all[key]; ok && key != "" {
		return r
	}
	if b < a {
		a, b = b, a
	}
	r := g.add(op{code: bitAnd, dom: g.join(a, b), a: a, b: b})
	if key != "" {
		g.all[key] = r
	}
	return r
}

// conjunction writes the tests that a and b come down to, in a fixed order; ""
// when there are too many.
func (g *graph) conjunction(a, b ref) string {
	list := g.literals(b, g.literals(a, nil))
	if len(list) > manyTests {
		return ""
	}
	slices.Sort(list)
	var key []byte
	for _, r := range slices.Compact(list) {
		key = binary.AppendVarint(key, int64(r))
	}
	return string(key)
}

// manyTests bounds what is searched for contradictions.
const manyTests = 32

func (g *graph) or(list ...ref) ref {
	out := no
	for _, r := range list {
		out = g.or2(out, r)
	}
	return out
}

func (g *graph) or2(a, b ref) ref {
	switch {
	case a == yes || b == yes:
		return yes
	case a == no || a == b:
		return b
	case b == no:
		return a
	case a == g.not(b):
		return yes
	case g.implies(a, b):
		return b
	case g.implies(b, a):
		return a
	}
	if c, ok := g.either(a, b); ok {
		return c
	}
	if b < a {
		a, b = b, a
	}
	return g.add(op{code: bitOr, dom: g.join(a, b), a: a, b: b})
}

// either simplifies (c and x) or (c and not x) to c.
func (g *graph) either(a, b ref) (ref, bool) {
	left, right := g.literals(a, nil), g.literals(b, nil)
	slices.Sort(left)
	slices.Sort(right)
	left, right = slices.Compact(left), slices.Compact(right)
	if len(left) != len(right) || len(left) > manyTests {
		return none, false
	}
	out, turned := yes, false
	for _, x := range left {
		switch {
		case slices.Contains(right, x):
			out = g.and2(out, x)
		case !turned && slices.Contains(right, g.not(x)):
			turned = true
		default:
			return none, false
		}
	}
	return out, turned
}

// literals flattens a conjunction.
func (g *graph) literals(a ref, into []ref) []ref {
	if len(into) > manyTests {
		return into
	}
	if o := g.at(a); o.code == bitAnd {
		return g.literals(o.b, g.literals(o.a, into))
	}
	return append(into, a)
}

// implies reports whether a surely holds only where b does.
func (g *graph) implies(a, b ref) bool {
	for _, x := range g.literals(a, nil) {
		if x == b {
			return true
		}
	}
	return false
}

// excluded reports whether a and b surely never hold together: one has a test
// that the other denies, or they bound one number to nothing.
func (g *graph) excluded(a, b ref) bool {
	left := g.literals(a, nil)
	for _, y := range g.literals(b, nil) {
		for _, x := range left {
			if g.contrary(x, y) {
				return true
			}
		}
	}
	return false
}

func (g *graph) contrary(x, y ref) bool {
	if x == g.not(y) {
		return true
	}
	a, lo, hi, ok1 := g.bounds(x)
	b, lo2, hi2, ok2 := g.bounds(y)
	return ok1 && ok2 && a == b && max(lo, lo2) > min(hi, hi2)
}

// bounds reads a test as lo ≤ a ≤ hi.
func (g *graph) bounds(x ref) (a ref, lo, hi int64, ok bool) {
	o := g.at(x)
	switch o.code {
	case bitLessK:
		return o.a, math.MinInt64, o.k - 1, o.k > math.MinInt64
	case bitEqualK:
		return o.a, o.k, o.k, true
	case bitNot:
		if n := g.at(o.a); n.code == bitLessK {
			return n.a, n.k, math.MaxInt64, true
		}
	}
	return none, 0, 0, false
}

// less gives a < b.
func (g *graph) less(a, b ref) ref {
	x, ca := g.constant(a)
	y, cb := g.constant(b)
	switch {
	case a == b, ca && cb && x >= y:
		return no
	case ca && cb:
		return yes
	case cb:
		return g.add(op{code: bitLessK, dom: g.domOf(a), a: a, k: y})
	case ca && x == math.MaxInt64:
		return no
	case ca: // x < b is not b < x+1
		return g.not(g.add(op{code: bitLessK, dom: g.domOf(b), a: b, k: x + 1}))
	}
	return g.add(op{code: bitLess, dom: g.join(a, b), a: a, b: b})
}

func (g *graph) equal(a, b ref) ref {
	x, ca := g.constant(a)
	y, cb := g.constant(b)
	switch {
	case a == b, ca && cb && x == y:
		return yes
	case ca && cb:
		return no
	case cb:
		return g.add(op{code: bitEqualK, dom: g.domOf(a), a: a, k: y})
	case ca:
		return g.add(op{code: bitEqualK, dom: g.domOf(b), a: b, k: x})
	}
	if b < a {
		a, b = b, a
	}
	return g.add(op{code: bitEqual, dom: g.join(a, b), a: a, b: b})
}

// differs gives that two tests do not agree.
func (g *graph) differs(a, b ref) ref {
	return g.or2(g.and2(a, g.not(b)), g.and2(b, g.not(a)))
}

// flag gives the flag of an operation that can fail.
func (g *graph) flag(r ref) ref {
	return g.add(op{code: bitFlag, dom: g.domOf(r), a: r})
}

// --- numbers ------------------------------------------------------------------

// sel gives c ? a : b.
func (g *graph) sel(c, a, b ref) ref {
	switch {
	case c == yes || a == b:
		return a
	case c == no:
		return b
	}
	if o := g.at(c); o.code == bitNot {
		return g.sel(o.a, b, a)
	}
	// c ? a : (d ? x : y) where c excludes d or implies it
	if o := g.at(b); o.code == numSel {
		switch {
		case o.c == c:
			return g.sel(c, a, o.b)
		case g.not(o.c) == c:
			return g.sel(c, a, o.a)
		}
	}
	if o := g.at(a); o.code == numSel && o.c == c {
		return g.sel(c, o.a, b)
	}
	return g.add(op{code: numSel, dom: g.join(a, b, c), a: a, b: b, c: c})
}

// raw adds an operation of two numbers, choosing the form with a constant.
// Overflow has been excluded by the caller.
func (g *graph) arith(code code, a, b ref) ref {
	x, ca := g.constant(a)
	y, cb := g.constant(b)
	if ca && cb {
		return g.num(fold(code, x, y))
	}
	d := g.join(a, b)
	switch code {
	case numAdd, numMul, numMin, numMax:
		if ca {
			a, b, y, cb = b, a, x, true
		}
		if !cb && b < a {
			a, b = b, a
		}
	}
	switch code {
	case numAdd:
		if !cb {
			break
		}
		if y == 0 {
			return a
		}
		return g.add(op{code: numAddK, dom: d, a: a, k: y})
	case numSub:
		switch {
		case a == b:
			return g.num(0)
		case cb && y == 0:
			return a
		case cb:
			return g.add(op{code: numAddK, dom: d, a: a, k: -y})
		case ca:
			return g.add(op{code: numFromK, dom: d, a: b, k: x})
		}
	case numMul:
		switch {
		case !cb:
		case y == 0:
			return g.num(0)
		case y == 1:
			return a
		case g.at(a).code == numMulK:
			if z, ok := mul64(g.at(a).k, y); ok {
				return g.add(op{code: numMulK, dom: d, a: g.at(a).a, k: z})
			}
			fallthrough
		default:
			return g.add(op{code: numMulK, dom: d, a: a, k: y})
		}
	case numMin, numMax:
		if a == b {
			return a
		}
		if cb {
			return g.add(op{code: code + 1, dom: d, a: a, k: y})
		}
	}
	return g.add(op{code: code, dom: d, a: a, b: b})
}

func fold(code code, x, y int64) int64 {
	switch code {
	case numAdd:
		return x + y
	case numSub:
		return x - y
	case numMul:
		return x * y
	case numMin:
		return min(x, y)
	case numMax:
		return max(x, y)
	}
	panic("BUG: fold of another operation")
}

// mul64 multiplies; ok is false when it does not fit.
func mul64(x, y int64) (int64, bool) {
	z := x * y
	if x != 0 && (z/x != y || x == -1 && y == math.MinInt64) {
		return 0, false
	}
	return z, true
}

// gatherNum gives a at an index; none is the row itself.
func (g *graph) gatherNum(a, idx ref) ref {
	if _, ok := g.constant(a); idx == none || ok {
		return a // a constant for nobody as well: who asks looks at leeg
	}
	return g.add(op{code: numGather, dom: g.domOf(idx), a: a, b: idx})
}

// gatherBit likewise; nobody gives otherwise.
func (g *graph) gatherBit(a, idx ref, otherwise bool) ref {
	if idx == none {
		return a
	}
	k := int64(0)
	if otherwise {
		k = 1
	}
	switch {
	case a == yes && k == 1 || a == no && k == 0 || g.total(idx) && (a == yes || a == no):
		return a
	case a == no:
		return g.nobody(idx)
	case a == yes:
		return g.not(g.nobody(idx))
	}
	return g.add(op{code: bitGather, dom: g.domOf(idx), a: a, b: idx, k: k})
}

// total reports whether an index never points to nobody.
func (g *graph) total(idx ref) bool {
	if idx == none {
		return true
	}
	c := g.at(idx).code
	return c == idxParent || c == idxItem
}

func (g *graph) nobody(idx ref) ref {
	if g.total(idx) {
		return no
	}
	return g.add(op{code: bitNobody, dom: g.domOf(idx), a: none, b: idx})
}

// through gives the index a at the rows that b points to.
func (g *graph) through(a, b ref) ref {
	switch none {
	case a:
		return b
	case b:
		return a
	}
	return g.add(op{code: idxThrough, dom: g.domOf(b), a: a, b: b, i: g.at(a).i})
}
