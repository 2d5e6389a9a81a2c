package check

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/logic"
	"lemniscaat/internal/rule"
)

// maxProbes bounds how many values of one datum an example adds.
const maxProbes = 64

// maxPlace bounds the places on a curve, so that sums of them fit: 10^16 euros.
const maxPlace = 1_000_000_000_000_000_000

// curve is an outcome as one datum moves and everything else stands still: the
// values tried so far, in order. Places count steps of the datum: cents, whole
// numbers, days. Examples that differ in that datum only, as the rows of a
// table do, share a curve, so that nothing is tried twice.
type curve struct {
	scale  scale
	points []point
	kept   map[int64]bool // cliffs that were noted, by the lower place
	// settled is the number of points when the search last ended.
	settled int
}

type point struct {
	at    int64
	value *big.Rat // euros per year
}

// scale turns a datum into places and back.
type scale struct {
	kind rule.Kind
	per  int64 // places per unit of a number
}

func scaleOf(a *rule.Attribute) scale {
	if a.Type.Kind == rule.DateKind {
		return scale{kind: rule.DateKind, per: 1}
	}
	step := exact.Smallest(a)
	return scale{kind: a.Type.Kind, per: new(big.Rat).Inv(step).Num().Int64()}
}

// places gives the place of a datum, or the two places around it. ok is false
// for what is no number or date, or beyond all measure.
func (s scale) places(d rule.Datum) (low, high int64, ok bool) {
	switch d.Kind {
	case rule.DateKind:
		n := logic.DayNumber(d.Date)
		return n, n, true
	case rule.Number, rule.Amount, rule.Percentage:
		low, high, ok = s.around(d.Num)
		return low, high, ok
	}
	return 0, 0, false
}

// around gives the places on both sides of a number.
func (s scale) around(x *big.Rat) (low, high int64, ok bool) {
	scaled := new(big.Rat).Mul(x, big.NewRat(s.per, 1))
	n := new(big.Int).Div(scaled.Num(), scaled.Denom()) // towards −∞
	if !n.IsInt64() || n.Int64() > maxPlace || n.Int64() < -maxPlace {
		return 0, 0, false
	}
	low, high = n.Int64(), n.Int64()
	if !scaled.IsInt() {
		high++
	}
	return low, high, true
}

func (s scale) datum(at int64) rule.Datum {
	if s.kind == rule.DateKind {
		return rule.Datum{Kind: s.kind, Date: logic.DateOf(at)}
	}
	return rule.Datum{Kind: s.kind, Num: big.NewRat(at, s.per)}
}

// datum searches the outcome of an object for cliffs in one datum.
func (s *search) datum(obj int, st *exact.Step, d *exact.Derivation, cu *curve) {
	defer s.restore(st)
	if st.Value.Kind == rule.Boolean {
		if cu.kept[0] {
			return // another example has tried it
		}
		cu.kept[0] = true
		here := s.value(obj)
		other := rule.Datum{Kind: rule.Boolean, Bool: !st.Value.Bool}
		if there := s.with(obj, st, other); s.over(here, there) {
			s.keep(obj, st, st.Value, other, here, there)
		}
		return
	}
	low, high, ok := cu.scale.places(st.Value)
	if st.Value.IsEmpty() {
		low, ok = s.edges[st.Attribute][0], true
		high = low
	}
	if !ok {
		return
	}
	for _, at := range append(s.ends(st, d, cu.scale, low, high), low, high) {
		s.point(obj, st, cu, at)
	}
	if cu.settled == len(cu.points) {
		return // nothing that another example had not tried
	}
	for i := 0; i+1 < len(cu.points); i++ { // halving adds points behind i
		s.halve(obj, st, cu, cu.points[i], cu.points[i+1])
	}
	cu.settled = len(cu.points)
}

// point adds a value to a curve, unless it is there; nil when the datum cannot
// have it or the outcome is an error there.
func (s *search) point(obj int, st *exact.Step, cu *curve, at int64) *big.Rat {
	i, known := slices.BinarySearchFunc(cu.points, at, func(p point, at int64) int {
		switch {
		case p.at < at:
			return -1
		case p.at > at:
			return 1
		}
		return 0
	})
	if known {
		return cu.points[i].value
	}
	v := s.with(obj, st, cu.scale.datum(at))
	if v != nil {
		cu.points = slices.Insert(cu.points, i, point{at, v})
	}
	return v
}

// halve goes for the larger jump between two values until they are one step
// apart, or no jump is left that counts.
func (s *search) halve(obj int, st *exact.Step, cu *curve, a, b point) {
	for s.over(a.value, b.value) {
		if b.at == a.at+1 {
			if !cu.kept[a.at] && !s.slope(obj, st, cu, a, b) {
				cu.kept[a.at] = true
				s.keep(obj, st, cu.scale.datum(a.at), cu.scale.datum(b.at), a.value, b.value)
			}
			return
		}
		at := a.at + (b.at-a.at)/2
		v := s.point(obj, st, cu, at)
		if v == nil {
			return
		}
		mid := point{at, v}
		if cu.whole() && straight(a, mid, b) {
			return
		}
		left, right := new(big.Rat).Sub(a.value, v), new(big.Rat).Sub(v, b.value)
		if left.Abs(left).Cmp(right.Abs(right)) >= 0 {
			b = mid
		} else {
			a = mid
		}
	}
}

// whole reports whether the datum counts in whole numbers, so that one step can
// be worth much.
func (cu *curve) whole() bool { return cu.scale.kind == rule.Number && cu.scale.per == 1 }

// straight reports whether three points lie on a line, within the euro that
// rounding can make.
func straight(a, mid, b point) bool {
	left, right := new(big.Rat).Sub(mid.value, a.value), new(big.Rat).Sub(b.value, mid.value)
	wide, far := big.NewRat(mid.at-a.at, 1), big.NewRat(b.at-mid.at, 1)
	d := left.Mul(left, far)
	d.Sub(d, right.Mul(right, wide))
	return d.Abs(d).Cmp(wide.Add(wide, far)) <= 0
}

// slope reports whether a step of a whole number is one of a row of equal
// steps: an amount per month loses as much with every month, and no month is
// special. Equal is within a euro, since outcomes are rounded.
func (s *search) slope(obj int, st *exact.Step, cu *curve, a, b point) bool {
	if !cu.whole() {
		return false
	}
	here := new(big.Rat).Sub(b.value, a.value)
	like := func(lower, upper *big.Rat) bool {
		if lower == nil || upper == nil {
			return false
		}
		d := new(big.Rat).Sub(upper, lower)
		return d.Sub(d, here).Abs(d).Cmp(big.NewRat(1, 1)) <= 0
	}
	return like(s.with(obj, st, cu.scale.datum(a.at-1)), a.value) || like(b.value, s.with(obj, st, cu.scale.datum(b.at+1)))
}

// ends gives places of a datum around each value at which a condition turns
// over, beyond each comparison in a derivation, and far away on both sides.
func (s *search) ends(st *exact.Step, d *exact.Derivation, on scale, low, high int64) []int64 {
	var out []int64
	add := func(at int64) {
		if at < 0 && low >= 0 && on.kind != rule.DateKind {
			at = 0 // a datum that was not negative stays so
		}
		if len(out) < maxProbes && !slices.Contains(out, at) {
			out = append(out, at)
		}
	}
	for _, at := range s.edges[st.Attribute] {
		add(at - 1)
		add(at)
		add(at + 1)
	}
	if on.kind != rule.DateKind {
		add(0)
		add(2 * high)
		for _, far := range [...]int64{10, 1_000, 10_000, 100_000} {
			add(high + far*on.per)
		}
	}
	seen := map[int64]bool{}
	for _, s := range d.Steps {
		for _, k := range s.Candidates {
			conditions := []*exact.Test{k.Condition}
			for _, row := range k.Rows {
				conditions = append(conditions, row.Condition)
			}
			gaps(conditions, func(l, r *exact.Term) {
				by, ok := distance(l, r, on)
				if !ok || seen[by] {
					return
				}
				seen[by] = true
				two := 2 * max(on.per, 1)
				for _, f := range []int64{1, 3} {
					add(low - f*by - two)
					add(high + f*by + two)
				}
			})
		}
	}
	return out
}

// distance says how far the two sides of a comparison are apart, in places of
// the datum that moves. Where that is a date and the comparison one of years or
// months, it is counted in days.
func distance(l, r *exact.Term, on scale) (int64, bool) {
	money := on.kind == rule.Amount || on.kind == rule.Percentage
	switch {
	case l.Value.Kind == rule.DateKind && r.Value.Kind == rule.DateKind && !money:
		n := logic.DayNumber(l.Value.Date) - logic.DayNumber(r.Value.Date)
		return max(n, -n) * max(on.per, 1), true
	case l.Value.Num == nil || r.Value.Num == nil || on.kind == rule.DateKind && l.Value.Kind != rule.Number:
		return 0, false // days do not come from euros, nor euros from days
	}
	gap := new(big.Rat).Sub(l.Value.Num, r.Value.Num)
	gap.Abs(gap)
	const longest = 4_000_000 // days: more than the calendar has
	if on.kind == rule.DateKind {
		on.per = map[string]int64{"jr": 366, "mnd": 31}[l.Expr.Type().Unit]
		on.per = max(on.per, 1)
		_, n, ok := on.around(gap)
		return n, ok && n < longest
	}
	_, n, ok := on.around(gap)
	return n, ok && n < maxPlace/8
}

// gaps visits both sides of every comparison with two values.
func gaps(ts []*exact.Test, visit func(l, r *exact.Term)) {
	for _, t := range ts {
		if t == nil {
			continue
		}
		gaps(t.Items, visit)
		if t.L != nil && t.R != nil && !t.L.Value.IsEmpty() && !t.R.Value.IsEmpty() {
			visit(t.L, t.R)
		}
	}
}

// world is all that a case holds, to see whether two are the same but for one
// datum.
type world struct {
	fixed string // the date, the objects and the links
	given []string
	named []datumOf // what each of given is about
}

func worldOf(c *exact.Case) *world {
	w := &world{}
	var b strings.Builder
	b.WriteString(c.Date().String())
	for i := range c.Len() {
		fmt.Fprintf(&b, "\n%q %q", c.TypeOf(i).Name, c.ID(i))
		for _, a := range c.TypeOf(i).Attributes {
			if d, ok := c.Input(i, a); ok {
				w.named = append(w.named, datumOf{i, a})
				w.given = append(w.given, fmt.Sprintf("\n%d %s %d %q", i, a.ID(), d.Kind, d))
			}
		}
	}
	for _, f := range c.Program().Model().Facts {
		for i := range c.Len() {
			if r := f.Roles[0]; r.Owner == c.TypeOf(i) {
				fmt.Fprint(&b, "\n", r.ID(), i, c.Linked(r, i))
			}
		}
	}
	w.fixed = b.String()
	return w
}

// but gives the world without one datum, as a key.
func (w *world) but(obj int, a *rule.Attribute) string {
	var b strings.Builder
	fmt.Fprint(&b, obj, " ", a.ID())
	b.WriteString(w.fixed)
	for i, g := range w.given {
		if w.named[i] != (datumOf{obj, a}) {
			b.WriteString(g)
		}
	}
	return b.String()
}

// datumOf names one datum of a case.
type datumOf struct {
	object    int
	attribute *rule.Attribute
}
