package explain

import (
	"math/big"
	"slices"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// blame gives the elementary tests that made the outcome what it is, the most
// telling first: for an outcome that is nothing the tests that were not met
// (or that were met by a rule that takes away), for an outcome that gives
// something the tests that were met. With fallback an outcome of nothing for
// which no such test is found gets the tests that were met.
func (w *writer) blame(fallback bool) []*exact.Test {
	b := &blamer{d: w.d, seen: map[int]bool{}, nothing: !w.out.Positive}
	b.step(0)
	if len(b.tests) == 0 && b.nothing && fallback {
		b = &blamer{d: w.d, seen: map[int]bool{}}
		b.step(0)
	}
	rank := func(x blamed) int {
		n := 2 * x.depth
		if _, is := x.test.Condition.(*rule.IsEmpty); is {
			n++ // "there is one" says less than what is wrong with it
		}
		if c, is := x.test.Condition.(*rule.Compare); is && !b.nothing {
			// Why somebody gets it is rarely who lives there or that he is old
			// enough; people know it by the amounts.
			if _, counts := c.L.(*rule.Aggregate); counts {
				n += 3
			} else if c.L.Type().Kind == rule.Amount {
				n--
			}
		}
		return n
	}
	slices.SortStableFunc(b.tests, func(x, y blamed) int { return rank(x) - rank(y) })
	said := slices.ContainsFunc(b.tests, func(x blamed) bool { return !w.assumed(x.test.L) })
	full := slices.ContainsFunc(b.tests, func(x blamed) bool { return !b.hollow(x.test) })
	var out []*exact.Test
	for _, x := range b.tests {
		if full && b.hollow(x.test) {
			continue
		}
		if said && w.assumed(x.test.L) {
			continue // nobody said it: a rule gave it because it was left out
		}
		if e, ok := x.test.Condition.(*rule.IsEmpty); ok {
			// Whether somebody has a partner is rarely a reason; it chooses
			// the rule.
			if _, object := e.Expr.(*rule.ObjectRef); object {
				continue
			}
		}
		out = append(out, x.test)
	}
	return out
}

// assumed reports whether a value is one that an initialisatie gave.
func (w *writer) assumed(t *exact.Term) bool {
	if t == nil || t.Step < 0 {
		return false
	}
	k := w.d.Steps[t.Step].Applied()
	if k == nil {
		return false
	}
	_, is := k.Version.Action.(*rule.Initialise)
	return is
}

// blamed is a test and how far from the outcome it was found.
type blamed struct {
	test  *exact.Test
	depth int
}

// bounds says, for an outcome of nothing that was computed, which bound made it
// so: "het basisbedrag min … (€ -25,00) is niet hoger dan € 0,00".
func (w *writer) bounds() []string {
	if w.out.Positive || w.d.Err != nil {
		return nil
	}
	var out []string
	seen := map[int]bool{}
	var term func(t *exact.Term)
	step := func(id int) {
		if id < 0 || seen[id] || !w.d.Steps[id].Value.IsNothing() {
			return
		}
		seen[id] = true
		if k := w.d.Steps[id].Applied(); k != nil {
			term(k.Value)
		}
	}
	term = func(t *exact.Term) {
		if t == nil || !t.Value.IsNothing() {
			return // only what is nothing can have made the outcome nothing
		}
		if c, ok := t.Expr.(*rule.Clamp); ok && c.Min != nil && len(t.Terms) > 1 {
			inner, bound := t.Terms[0], t.Terms[1]
			if inner.Value.Num != nil && bound.Value.Num != nil && inner.Value.Num.Cmp(bound.Value.Num) <= 0 {
				out = append(out, w.l.say(tBound, "l", w.describe(inner), "is", w.beTerm(inner), "r", w.describe(bound)))
			}
		}
		step(t.Step)
		for _, k := range t.Terms {
			term(k)
		}
	}
	step(0)
	return out
}

type blamer struct {
	d     *exact.Derivation
	seen  map[int]bool
	depth int
	tests []blamed
	// nothing says that the outcome gives nothing: then what somebody does
	// meet is no reason.
	nothing bool
}

func (b *blamer) step(id int) {
	if id < 0 || b.seen[id] {
		return
	}
	b.seen[id] = true
	s := b.d.Steps[id]
	if k := s.Applied(); k != nil {
		// That the rule is about somebody like this is no reason.
		b.test(k.Condition, exact.Yes)
		b.term(k.Value)
		return
	}
	// None applied: the rules, or the rows of a table, that came closest say
	// why.
	var tried [][2]*exact.Test
	for _, k := range s.Candidates {
		if len(k.Rows) == 0 {
			tried = append(tried, [2]*exact.Test{k.Subject, k.Condition})
		}
		for _, i := range closest(k.Rows) {
			tried = append(tried, [2]*exact.Test{k.Subject, k.Rows[i].Condition})
		}
	}
	best := -1
	for _, k := range tried {
		if n := unmet(k); best < 0 || n < best {
			best = n
		}
	}
	for _, k := range tried {
		if unmet(k) == best {
			b.test(k[0], exact.No)
			b.test(k[1], exact.No)
		}
	}
}

// term follows a calculation to the values that it is made of.
func (b *blamer) term(t *exact.Term) {
	if t == nil {
		return
	}
	b.step(t.Step)
	for _, k := range t.Terms {
		b.term(k)
	}
}

// test collects the elementary tests with the outcome that mattered.
func (b *blamer) test(t *exact.Test, want exact.Outcome) {
	if t == nil || t.Outcome != want {
		return
	}
	if len(t.Items) > 0 {
		inner := want
		if c, ok := t.Condition.(*rule.Compound); ok && limits(c, t) {
			inner = flip(want)
		}
		for _, i := range t.Items {
			b.test(i, inner)
		}
		return
	}
	if k, ok := t.Condition.(*rule.HasKenmerk); ok && b.nothing && want == exact.Yes && !k.Not {
		if t.Step >= 0 && b.d.Steps[t.Step].Value.Bool && len(b.d.Steps[t.Step].Candidates) > 0 && b.depth == 0 {
			return
		}
	}
	// So has an amount that is nothing: that it is no more than 0 says nothing.
	if c, ok := t.Condition.(*rule.Compare); ok && b.nothing && c.L.Type().Kind == rule.Amount && zero(t.R) && t.L != nil && t.L.Step >= 0 && t.L.Value.IsNothing() {
		before := len(b.tests)
		b.step(t.L.Step)
		if len(b.tests) > before {
			return
		}
	}
	// A kenmerk that rules grant has reasons of its own.
	if t.Step >= 0 && len(b.d.Steps[t.Step].Candidates) > 0 {
		before := len(b.tests)
		b.depth++
		b.step(t.Step)
		b.depth--
		if _, is := t.Condition.(*rule.HasKenmerk); is && !slices.ContainsFunc(b.tests[before:], func(x blamed) bool { return !b.hollow(x.test) }) {
			// "Uw AOW-datum is er niet" tells less than that somebody has not
			// reached the age.
			b.tests = b.tests[:before]
		}
		if len(b.tests) > before {
			return
		}
	}
	b.tests = append(b.tests, blamed{t, b.depth})
}

// hollow reports whether a test was not met only because the rules gave no
// value for one of its sides: that is a sign of a reason, and not the reason.
func (b *blamer) hollow(t *exact.Test) bool {
	if _, is := t.Condition.(*rule.Compare); !is || t.Outcome != exact.No {
		return false
	}
	for _, side := range []*exact.Term{t.L, t.R} {
		if side != nil && side.Step >= 0 && side.Value.IsEmpty() && b.d.Steps[side.Step].Origin != exact.Given {
			return true
		}
	}
	return false
}

// zero reports whether a side of a comparison is 0.
func zero(t *exact.Term) bool {
	return t != nil && t.Step < 0 && t.Value.Num != nil && t.Value.Num.Sign() == 0
}

// limits reports whether the items that are met are what keeps a list from
// being met: it allows none, or no more than so many. "Precies" does when there
// are too many of them.
func limits(c *rule.Compound, t *exact.Test) bool {
	switch c.Quantifier {
	case rule.None, rule.AtMost:
		return true
	case rule.Exactly:
		met := 0
		for _, i := range t.Items {
			if i.Outcome == exact.Yes {
				met++
			}
		}
		return met > c.N
	case rule.All, rule.AtLeast:
	}
	return false
}

func flip(o exact.Outcome) exact.Outcome {
	if o == exact.Yes {
		return exact.No
	}
	return exact.Yes
}

// closest gives the rows of a table, of which none applied, that least is
// missing from, counting from 0: the fewest conditions, and of rows that miss one
// bound on the same value only those with the nearest bound.
func closest(rows []*exact.Row) []int {
	best := -1
	for _, r := range rows {
		if n := unmet([2]*exact.Test{r.Condition}); best < 0 || n < best {
			best = n
		}
	}
	nearest := map[int]*big.Rat{} // by the step of the value
	var out []int
	for i, r := range rows {
		if unmet([2]*exact.Test{r.Condition}) != best {
			continue
		}
		out = append(out, i)
		if step, gap, ok := missed(r); ok && best == 1 {
			if old := nearest[step]; old == nil || gap.Cmp(old) < 0 {
				nearest[step] = gap
			}
		}
	}
	if best != 1 {
		return out
	}
	return slices.DeleteFunc(out, func(i int) bool {
		step, gap, ok := missed(rows[i])
		return ok && gap.Cmp(nearest[step]) > 0
	})
}

// missed gives the value, as its step, that is on the wrong side of a bound of
// the row, and how far.
func missed(r *exact.Row) (step int, gap *big.Rat, ok bool) {
	r.Condition.Each(func(t *exact.Test) {
		if t.Outcome != exact.Yes && t.L != nil && t.Gap.Num != nil {
			step, gap, ok = t.L.Step, new(big.Rat).Abs(t.Gap.Num), true
		}
	})
	return step, gap, ok
}

// unmet counts the elementary tests that kept a rule from applying.
func unmet(tests [2]*exact.Test) int {
	n := 0
	for _, t := range tests {
		t.Each(func(t *exact.Test) {
			if t.Outcome != exact.Yes {
				n++
			}
		})
	}
	return n
}
