package exact

import (
	"math/big"
	"slices"

	"lemniscaat/internal/rule"
)

// Change is one datum of the case that, had it been To, would have turned an
// outcome of nothing into something, or something into nothing. It has been
// tried: Result is what the rules then say.
type Change struct {
	Object    int
	ObjectID  string
	Attribute *rule.Attribute
	From, To  rule.Datum
	// Last is the value next to To on the side of From; with it the outcome is
	// still of the old kind. It has been tried as well. Leeg for data that have
	// no order.
	Last rule.Datum
	// Distance between From and To: same kind as the attribute, days for a
	// date, leeg for data that have no order.
	Distance rule.Datum
	Result   rule.Datum
}

// Limits of WhyNot, so that it costs milliseconds whatever the rules are.
const (
	maxRegionSteps = maxSteps / 2 // steps in all regions together
	maxRegionCells = 200_000      // values in the case; beyond, nothing is looked for
	maxRegions     = 4_000        // regions for one datum
	maxTries       = 5_000        // evaluations of the case itself
	maxDatumTries  = 500          // of them for one datum
)

// WhyNot looks for the smallest change of each single datum that flips an
// outcome: from nothing (leeg, no, or 0) to something, or from something to
// nothing. It gives them smallest first, one per datum.
//
// For a number, an amount or a date the change is exact: To is the nearest
// value, in the smallest steps in which people state it (a cent, a day), that
// flips the outcome, and no nearer one does. That is proven, not sampled: see
// region.go. A negative number is not proposed for one that is not, nor a day
// after the rekendatum for one that is not. An enumeration and a text get the
// first of their values, in the order of the domain or the rules, that flips
// it. A change that two data must make together is not found. A datum for which
// the search would take too long is left out. The case is left as it was.
func (c *Case) WhyNot(obj int, a *rule.Attribute) []Change {
	d := c.Derive(obj, a)
	if d.Err != nil || c.wrong != nil {
		return nil
	}
	return c.Flips(d)
}

// Flips is WhyNot for an outcome that was derived already, by this case as it
// stands.
func (c *Case) Flips(d *Derivation) []Change {
	if d.Err != nil || len(d.Steps) == 0 || c.wrong != nil || len(c.cells) > maxRegionCells {
		return nil
	}
	s := &flipper{c: c, d: d, of: d.Steps[0], gives: d.Value.IsNothing(), region: newRegion(c, maxRegionSteps)}
	s.slot = c.p.attrs[s.of.Attribute].slot
	var found []Change
	var ordered []*Step
	see := func(in *Step) {
		if k, ok := s.change(in); ok {
			found = append(found, k)
		}
	}
	for _, in := range d.Steps {
		// What was not read cannot change anything by itself.
		if in.Origin != Given || in.Value.IsEmpty() {
			continue
		}
		switch in.Value.Kind {
		case rule.Boolean, rule.Text, rule.Enum:
			see(in)
		default:
			ordered = append(ordered, in) // these can take longer
		}
	}
	for _, in := range ordered {
		see(in)
	}
	slices.SortStableFunc(found, compareDistance)
	return found
}

// flipper looks for the values of one datum after the other that flip an
// outcome.
type flipper struct {
	c  *Case
	d  *Derivation
	of *Step // the outcome
	// slot is the place of the outcome's attribute in its type.
	slot   int32
	gives  bool // an outcome that gives something is looked for
	region *region
	tries  int
	work   int // steps in all of them
}

func (s *flipper) change(in *Step) (Change, bool) {
	k := Change{Object: in.Object, ObjectID: in.ObjectID, Attribute: in.Attribute, From: in.Value}
	var ok bool
	switch in.Value.Kind {
	case rule.Boolean:
		k.To = rule.Datum{Kind: rule.Boolean, Bool: !in.Value.Bool}
		k.Result, ok = s.try(in, k.To)
	case rule.Text, rule.Enum:
		for _, text := range s.texts(in) {
			k.To = rule.Datum{Kind: in.Value.Kind, Text: text}
			if k.Result, ok = s.try(in, k.To); ok {
				break
			}
		}
	default:
		ok = s.threshold(in, &k)
	}
	return k, ok
}

// try evaluates with another datum and puts the old one back.
func (s *flipper) try(in *Step, to rule.Datum) (rule.Datum, bool) {
	if s.tries++; s.tries > maxTries || s.work > maxDerivationWork || s.c.Set(in.Object, in.Attribute, to) != nil {
		return rule.Datum{}, false
	}
	result, err := s.c.Value(s.of.Object, s.of.Attribute)
	s.work += s.c.steps
	if back := s.c.Set(in.Object, in.Attribute, in.Value); back != nil {
		panic("BUG: a datum that was accepted is refused: " + back.Error())
	}
	return result, err == nil && result.IsNothing() != s.gives
}

// texts gives the other values that a text can sensibly have: those of its
// domain, or what the rules compare with.
func (s *flipper) texts(in *Step) []string {
	var out []string
	add := func(text string) {
		if text != in.Value.Text && !slices.Contains(out, text) {
			out = append(out, text)
		}
	}
	if d := in.Attribute.Type.Domain; d != nil && d.IsEnum() {
		for _, v := range d.Values {
			add(v)
		}
		return out
	}
	for _, r := range s.c.p.model.Rules {
		for _, v := range r.Versions {
			rule.Inspect(v, func(n any) bool {
				if lit, ok := n.(*rule.Literal); ok && lit.Value.Kind == rule.Text {
					add(lit.Value.Text)
				}
				return true
			})
		}
	}
	return out
}

// threshold finds the nearest number or date that flips the outcome.
func (s *flipper) threshold(in *Step, k *Change) bool {
	g, ok := gridOf(in, s.c.date)
	if !ok {
		return false
	}
	obj := s.c.objects[in.Object]
	s.region.datum(obj.attrs + s.c.p.attrs[in.Attribute].slot)
	look := &search{s: s, in: in, g: g, tries: s.tries}
	best, ok := look.around()
	if !ok {
		return false
	}
	k.To, k.Result = g.value(best), look.result
	by := int64(1)
	if best <= g.below {
		by = -1
	}
	k.Last = in.Value
	if last := best - by; last >= g.above && by > 0 || last <= g.below && by < 0 {
		k.Last = g.value(last)
	}
	if _, also := s.try(in, k.Last); also {
		return false // a region that was excluded does flip: never say so
	}
	k.Distance = gap(in.Value, k.To)
	return true
}

// search looks in regions of a grid.
type search struct {
	s       *flipper
	in      *Step
	g       *grid
	regions int // looked at
	tries   int // those of the case before this search
	spent   bool
	result  rule.Datum // of the place that was found
}

// around looks on both sides at once, in bands ever further away, so that a
// side that is hard to look through cannot hide what is near on the other. Of
// two that are as far the lower counts.
func (l *search) around() (int64, bool) {
	g := l.g
	sides := []side{{g.below, g.first, -1}, {g.above, g.last, 1}}
	sides = slices.DeleteFunc(sides, func(e side) bool { return (e.far-e.near)*e.by < 0 || !l.can(e.near, e.far) })
	for width := int64(16); len(sides) > 0; width *= 16 {
		best, away, found := int64(0), int64(0), false
		var result rule.Datum
		for _, e := range sides {
			end := e.near + e.by*min(width-1, (e.far-e.near)*e.by)
			if found {
				end = e.near + e.by*min(away, (end-e.near)*e.by)
			}
			begin := e.near + e.by*(width/16)
			if width == 16 {
				begin = e.near
			}
			if (end-begin)*e.by < 0 {
				continue
			}
			at, ok := l.nearest(begin, end, e.by)
			if l.spent {
				return 0, false // it cannot be said that there is nothing nearer
			}
			if !ok {
				continue
			}
			// A value between two places is nearer to one of them.
			if d := distance(l.in.Value, g.value(at)); !found || d.cmp(distance(l.in.Value, g.value(best))) < 0 {
				best, away, found, result = at, (at-e.near)*e.by, true, l.result
			}
		}
		if found {
			l.result = result
			return best, true
		}
		sides = slices.DeleteFunc(sides, func(e side) bool { return (e.far-e.near)*e.by < width })
	}
	return 0, false
}

// side is one direction to look in.
type side struct{ near, far, by int64 }

func distance(x, y rule.Datum) number {
	if x.Kind == rule.DateKind {
		return integer(abs(toDay(x.Date).serial() - toDay(y.Date).serial()))
	}
	d := fromRat(x.Num).sub(fromRat(y.Num))
	if d.sign() < 0 {
		return d.neg()
	}
	return d
}

// can reports whether a value between two places can flip the outcome at all.
func (l *search) can(a, b int64) bool {
	flips, _ := l.look(a, b)
	return flips
}

// look tells what the values between two places can do: flip the outcome, and
// not flip it.
func (l *search) look(a, b int64) (flips, stays bool) {
	l.regions++
	can := l.s.region.value(l.g.span(min(a, b), max(a, b)), int32(l.s.of.Object), l.s.slot)
	some, none := can.outcomes()
	if l.s.gives {
		return some, none || can.err
	}
	return none, some || can.err
}

// nearest gives the place from near to far, both included, that flips the
// outcome and is nearest to near.
func (l *search) nearest(near, far, by int64) (int64, bool) {
	if l.regions > maxRegions || l.s.region.steps > maxRegionSteps || l.s.tries > maxTries || l.s.work > maxDerivationWork || l.s.tries-l.tries > maxDatumTries {
		l.spent = true
		return 0, false
	}
	flips, stays := l.look(near, far)
	if !flips {
		return 0, false
	}
	if near == far || !stays {
		if result, ok := l.s.try(l.in, l.g.value(near)); ok {
			l.result = result
			return near, true
		}
		if near == far {
			return 0, false
		}
	}
	mid := near + (far-near)/2
	if at, ok := l.nearest(near, mid, by); ok || l.spent {
		return at, ok
	}
	return l.nearest(mid+by, far, by)
}

// outcomes tells whether a value can give something, and can give nothing.
func (s span) outcomes() (some, none bool) {
	switch {
	case !s.some:
	case s.wide:
		some, none = true, true
	case s.kind == rule.Boolean:
		some, none = s.yes, s.no
	case s.kind == rule.Number || s.kind == rule.Amount || s.kind == rule.Percentage:
		some = !(s.one() && s.lo.sign() == 0)
		none = s.lo.sign() <= 0 && s.hi.sign() >= 0
	default:
		some = true
	}
	return some, none || s.empty
}

// grid numbers the values that people state for a datum: whole cents, whole
// numbers, days.
type grid struct {
	kind rule.Kind
	step number // of a number
	// above and below are the places next to the present value, first and last
	// the ends of what is sensible.
	above, below, first, last int64
}

// gridOf gives the grid of a datum; ok is false for a value that is too large
// to number.
func gridOf(in *Step, today day) (*grid, bool) {
	g := &grid{kind: in.Value.Kind}
	if g.kind == rule.DateKind {
		const century = 36_525
		now := toDay(in.Value.Date).serial()
		g.above, g.below = now+1, now-1
		g.first = max(min(now, today.serial())-3*century/2, day(minYear*10000+101).serial())
		g.last = today.serial() // what has been stays before today
		if now > g.last {
			g.last = min(now+3*century/2, day(maxYear*10000+1231).serial())
		}
		return g, true
	}
	g.step = fromRat(Smallest(in.Attribute))
	at := fromRat(in.Value.Num).div(g.step)
	low, ok1 := at.round(rule.RoundDown, 0).int()
	high, ok2 := at.round(rule.RoundUp, 0).int()
	const far = 1_000_000_000_000_000
	if !ok1 || !ok2 || low < -far || high > far {
		return nil, false
	}
	g.above, g.below = high, low
	if low == high {
		g.above, g.below = high+1, low-1
	}
	reach, _ := integer(1_000_000_000).div(g.step).round(rule.RoundUp, 0).int()
	reach = min(max(reach, 4*max(high, -low)), 4*far)
	g.last = reach
	if low < 0 {
		g.first = -reach
	}
	if l := limitsOf(in.Attribute.Type); l != nil {
		switch l.Sign {
		case rule.Positive:
			g.first = 1
		case rule.Negative:
			g.last = -1
		}
	}
	return g, true
}

func (g *grid) val(at int64) val {
	if g.kind == rule.DateKind {
		return ofDay(fromSerial(at))
	}
	return val{kind: g.kind, num: integer(at).mul(g.step)}
}

func (g *grid) value(at int64) rule.Datum { return g.val(at).datum() }

func (g *grid) span(first, last int64) span {
	return between2(g.kind, g.val(first).num, g.val(last).num)
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

// Smallest gives the smallest step in which people state an attribute: what its
// type allows, otherwise a cent or a hundredth.
func Smallest(a *rule.Attribute) *big.Rat {
	l := limitsOf(a.Type)
	switch {
	case l != nil && l.Whole:
		return big.NewRat(1, 1)
	case l != nil && l.Decimals >= 0 && l.Decimals <= 9:
		return integer(1).div(ten(l.Decimals)).rat()
	}
	return big.NewRat(1, 100)
}
