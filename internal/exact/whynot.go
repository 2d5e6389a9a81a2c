package exact

import (
	"math/big"
	"slices"

	"lemniscaat/internal/rule"
)

// Change is one datum of the case that, had it been To, would have given
// another outcome. It has been tried: Result is what the rules then say.
type Change struct {
	Object    int
	ObjectID  string
	Attribute *rule.Attribute
	From, To  rule.Datum
	// Distance between From and To: same kind as the attribute, days for a
	// date, leeg for a yes-or-no datum.
	Distance rule.Datum
	// Test is the comparison that led to the change
	// (or the bound of a calculation; it then has no Condition).
	Test   *Test
	Result rule.Datum
}

// maxTries bounds how many changes WhyNot tries.
const maxTries = 1000

// WhyNot looks for the smallest changes of a single datum that make an outcome
// that is nothing (leeg, no, or 0) into something, and gives them smallest
// first, one per datum. It looks where the rules looked: at every test in the
// derivation, moving the datum just far enough to turn the test around.
// A change that two data must make together is not found; the list is then
// empty. The case is left as it was.
func (c *Case) WhyNot(obj int, a *rule.Attribute) []Change {
	d := c.Derive(obj, a)
	if d.Err != nil || !nothing(d.Value) {
		return nil
	}
	var found []Change
	tries := 0
	try := func(s *Step, t *Test, to rule.Datum) {
		if tries >= maxTries || to.Equal(s.Value) || negative(to) && !negative(s.Value) {
			return
		}
		for _, f := range found {
			// Further the same way finds nothing smaller.
			if f.Object == s.Object && f.Attribute == s.Attribute && further(s.Value, f.To, to) {
				return
			}
		}
		tries++
		// gives tries a datum and puts the old one back.
		gives := func(to rule.Datum) (rule.Datum, bool) {
			if c.Set(s.Object, s.Attribute, to) != nil {
				return rule.Datum{}, false
			}
			result, err := c.Value(obj, a)
			if back := c.Set(s.Object, s.Attribute, s.Value); back != nil {
				panic("BUG: a datum that was accepted is refused: " + back.Error())
			}
			return result, err == nil && !nothing(result)
		}
		result, ok := gives(to)
		if !ok {
			return
		}
		// Between what is and what would help lies the smallest change.
		for near := s.Value; ; {
			mid, ok := middle(near, to, s.Attribute)
			if !ok {
				break
			}
			if r, ok := gives(mid); ok {
				to, result = mid, r
			} else {
				near = mid
			}
		}
		found = append(found, Change{
			Object: s.Object, ObjectID: s.ObjectID, Attribute: s.Attribute,
			From: s.Value, To: to, Distance: gap(s.Value, to), Test: t, Result: result,
		})
	}
	for _, t := range comparisons(d) {
		for _, s := range inputs(d, t) {
			for _, to := range proposals(s, t) {
				try(s, t, to)
			}
		}
	}
	slices.SortStableFunc(found, func(x, y Change) int { return compareDistance(x, y) })
	// One per datum: the smallest.
	kept := found[:0]
	for _, f := range found {
		if !slices.ContainsFunc(kept, func(k Change) bool { return k.Object == f.Object && k.Attribute == f.Attribute }) {
			kept = append(kept, f)
		}
	}
	return kept
}

// compareDistance puts data with a distance first, amounts before the rest,
// smaller before larger: a euro and a day cannot be compared, so kinds only
// have a fixed order.
func compareDistance(x, y Change) int {
	rank := func(d rule.Datum) int {
		switch d.Kind {
		case rule.Amount:
			return 0
		case rule.Percentage, rule.Number:
			return 1
		}
		return 2
	}
	if a, b := rank(x.Distance), rank(y.Distance); a != b {
		return a - b
	}
	if x.Distance.Num == nil || y.Distance.Num == nil {
		return 0
	}
	return x.Distance.Num.Cmp(y.Distance.Num)
}

func negative(d rule.Datum) bool { return d.Num != nil && d.Num.Sign() < 0 }

// further reports whether to lies at or beyond mark, seen from from.
func further(from, mark, to rule.Datum) bool {
	if from.Kind == rule.Boolean || from.IsEmpty() {
		return mark.Equal(to)
	}
	a, b, c := fromDatum(from), fromDatum(mark), fromDatum(to)
	up := compare(b, a)
	return up > 0 && compare(c, b) >= 0 || up < 0 && compare(c, b) <= 0
}

// middle gives a value strictly between two values of an attribute, on its
// grid; ok is false when there is none.
func middle(a, b rule.Datum, of *rule.Attribute) (rule.Datum, bool) {
	switch a.Kind {
	case rule.DateKind:
		x, y := toDay(a.Date), toDay(b.Date)
		n := between(x, y, rule.Days) / 2
		mid, ok := x.shift(n, rule.Days)
		return ofDay(mid).datum(), ok && n != 0
	case rule.Number, rule.Amount, rule.Percentage:
		step := Smallest(of)
		sum := new(big.Rat).Add(a.Num, b.Num)
		half := sum.Quo(sum, new(big.Rat).Mul(step, big.NewRat(2, 1)))
		mid := new(big.Rat).Mul(fromRat(half).round(rule.RoundDown, 0).rat(), step)
		return rule.Datum{Kind: a.Kind, Num: mid}, (mid.Cmp(a.Num) > 0) != (mid.Cmp(b.Num) >= 0) && mid.Cmp(a.Num) != 0 && mid.Cmp(b.Num) != 0
	}
	return rule.Datum{}, false
}

// nothing reports whether an outcome gives nobody anything.
func nothing(d rule.Datum) bool {
	switch d.Kind {
	case 0:
		return true
	case rule.Boolean:
		return !d.Bool
	case rule.Number, rule.Amount, rule.Percentage:
		return d.Num.Sign() == 0
	}
	return false
}

// comparisons gives every elementary test of the derivation, the unmet ones
// first: a met test can also stand in the way (under "geen van", or in a rule
// that says 0).
func comparisons(d *Derivation) []*Test {
	var no, yes []*Test
	var walk func(t *Test)
	walk = func(t *Test) {
		switch {
		case t == nil:
		case len(t.Items) > 0:
			for _, i := range t.Items {
				walk(i)
			}
		case t.Outcome == No:
			no = append(no, t)
		case t.Outcome == Yes:
			yes = append(yes, t)
		}
	}
	// A bound ("met een minimum van 0 €") is a comparison as well.
	var bounds func(t *Term)
	bounds = func(t *Term) {
		if t == nil {
			return
		}
		if _, ok := t.Expr.(*rule.Clamp); ok {
			for _, bound := range t.Terms[min(1, len(t.Terms)):] {
				yes = append(yes, &Test{Outcome: Yes, L: t.Terms[0], R: bound, Step: Nobody})
			}
		}
		for _, k := range t.Terms {
			bounds(k)
		}
	}
	for _, s := range d.Steps {
		for _, k := range s.Candidates {
			walk(k.Subject)
			walk(k.Condition)
			bounds(k.Value)
			for i, r := range k.Rows {
				if i+1 != k.Row {
					walk(r.Condition)
				}
			}
		}
	}
	return append(no, yes...)
}

// inputs gives the given data that a test rests on, each once.
func inputs(d *Derivation, t *Test) []*Step {
	var out []*Step
	seen := map[int]bool{}
	var step func(id int)
	var term func(t *Term)
	var test func(t *Test)
	step = func(id int) {
		if id < 0 || seen[id] {
			return
		}
		seen[id] = true
		s := d.Steps[id]
		if s.Origin == Given {
			out = append(out, s)
			return
		}
		for _, k := range s.Candidates {
			test(k.Subject)
			test(k.Condition)
			term(k.Value)
			for _, r := range k.Rows {
				test(r.Condition)
			}
		}
	}
	term = func(t *Term) {
		if t == nil {
			return
		}
		step(t.Step)
		for _, k := range t.Terms {
			term(k)
		}
	}
	test = func(t *Test) {
		if t == nil {
			return
		}
		step(t.Step)
		term(t.L)
		term(t.R)
		for _, i := range t.Items {
			test(i)
		}
	}
	test(t)
	return out
}

// doublings is how far proposals reach: 2^doublings times the distance.
const doublings = 10

// proposals gives the values that could turn a test around: the other way for
// a yes-or-no datum; for numbers and dates the place where the two sides meet
// and one step past it on either side, then ever further, since a datum may
// count for less than its face value.
func proposals(s *Step, t *Test) []rule.Datum {
	if s.Value.Kind == rule.Boolean {
		return []rule.Datum{{Kind: rule.Boolean, Bool: !s.Value.Bool}}
	}
	if t.L == nil || t.R == nil || t.L.Value.IsEmpty() || t.R.Value.IsEmpty() {
		return nil
	}
	l, r := t.L.Value, t.R.Value
	switch s.Value.Kind {
	case rule.DateKind:
		if l.Kind == rule.DateKind {
			n := between(toDay(l.Date), toDay(r.Date), rule.Days)
			by := []int64{n, n - 1, n + 1, -n, -n - 1, -n + 1}
			for m, k := abs(n)+1, 0; k < doublings; k++ {
				m *= 2
				by = append(by, -m, m)
			}
			return shiftDays(s.Value.Date, by...)
		}
		return datesAround(s.Value.Date, l, r, t)
	case rule.Number, rule.Amount, rule.Percentage:
		if l.Num == nil || r.Num == nil {
			return nil
		}
		step := Smallest(s.Attribute)
		diff := new(big.Rat).Sub(r.Num, l.Num)
		tries := []*big.Rat{
			diff, new(big.Rat).Add(diff, step), new(big.Rat).Sub(diff, step),
			new(big.Rat).Neg(diff), new(big.Rat).Neg(new(big.Rat).Add(diff, step)), new(big.Rat).Neg(new(big.Rat).Sub(diff, step)),
		}
		for m, k := new(big.Rat).Add(new(big.Rat).Abs(diff), step), 0; k < doublings; k++ {
			m = new(big.Rat).Add(m, m)
			tries = append(tries, new(big.Rat).Neg(m), m)
		}
		var out []rule.Datum
		for _, by := range tries {
			to := new(big.Rat).Add(s.Value.Num, by)
			// Onto the grid of the datum: whole cents, whole numbers.
			q := new(big.Rat).Quo(to, step)
			if !q.IsInt() {
				lower := fromRat(q).round(rule.RoundDown, 0).rat()
				out = append(out,
					rule.Datum{Kind: s.Value.Kind, Num: new(big.Rat).Mul(lower, step)},
					rule.Datum{Kind: s.Value.Kind, Num: new(big.Rat).Mul(new(big.Rat).Add(lower, big.NewRat(1, 1)), step)})
				continue
			}
			out = append(out, rule.Datum{Kind: s.Value.Kind, Num: to})
		}
		return out
	}
	return nil
}

// Smallest gives the smallest step in which people state an attribute: a cent,
// a whole number, a hundredth of a percent.
func Smallest(a *rule.Attribute) *big.Rat {
	if a.Type.Kind == rule.Number && a.Type.Whole {
		return big.NewRat(1, 1)
	}
	return big.NewRat(1, 100)
}

func shiftDays(d rule.Date, by ...int64) []rule.Datum {
	var out []rule.Datum
	for _, n := range by {
		if to, ok := toDay(d).shift(n, rule.Days); ok {
			out = append(out, rule.Datum{Kind: rule.DateKind, Date: to.date()})
		}
	}
	return out
}

// datesAround moves a date by the whole years, months or days by which a
// duration falls short (or is too long).
func datesAround(d rule.Date, l, r rule.Datum, t *Test) []rule.Datum {
	if l.Num == nil || r.Num == nil {
		return nil
	}
	diff := fromRat(new(big.Rat).Sub(r.Num, l.Num)).round(rule.RoundFromZero, 0)
	n, ok := diff.int()
	if !ok {
		return nil
	}
	var out []rule.Datum
	for _, u := range []rule.TimeUnit{rule.Days, rule.Months, rule.Years} {
		if !reads(t, u) {
			continue
		}
		for _, by := range []int64{-n, -n - 1, -n + 1, n, n + 1, n - 1} {
			if to, ok := toDay(d).shift(by, u); ok {
				out = append(out, rule.Datum{Kind: rule.DateKind, Date: to.date()})
			}
		}
	}
	return out
}

// reads reports whether a side of the test measures a duration in the unit. A
// duration inside a derived attribute is not seen from here, so without any
// visible duration every unit is tried.
func reads(t *Test, u rule.TimeUnit) bool {
	found, match := false, false
	var walk func(x *Term)
	walk = func(x *Term) {
		if x == nil {
			return
		}
		if d, ok := x.Expr.(*rule.Duration); ok {
			found, match = true, match || d.Unit == u
		}
		for _, k := range x.Terms {
			walk(k)
		}
	}
	walk(t.L)
	walk(t.R)
	return !found || match
}
