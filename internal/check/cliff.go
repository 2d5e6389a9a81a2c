package check

import (
	"fmt"
	"math/big"
	"slices"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Cliff is a place where one step of one datum changes an outcome by much:
// alles of niets.
type Cliff struct {
	// Regulation and Outcome say what is lost; Rule is the rule whose
	// condition flips there, Article the article it stands in.
	Regulation    string
	Outcome       *rule.Attribute
	Label         string // "individuele inkomenstoeslag"
	Rule, Article string
	// Input is the datum that moves, Whose the id of its object in the example.
	Input *rule.Attribute
	Whose string
	// Last is the value on the better side, Over the value one step further:
	// one euro, one day, one whole number, or yes against no.
	Last, Over rule.Datum
	// Compared is the value that the rule compares there, with its own values
	// on both sides: the joint income of two people, where Input is the income
	// of one. It is Input itself when the rule compares that, or when what it
	// compares has no name.
	Compared                   *rule.Attribute
	ComparedLast, ComparedOver rule.Datum
	// Best and Worst are the outcomes there; Loss their difference in euros
	// per year.
	Best, Worst rule.Datum
	Loss        *big.Rat
	// Example is the worked example in which it was found, with the rules of
	// Date.
	Example string
	Date    rule.Date
}

// Key names the cliff so that two versions of a regulation can be compared: it
// does not hold the place or the amount.
func (k *Cliff) Key() string {
	return k.Regulation + "/alles-of-niets/" + k.Outcome.ID() + "/" + k.Input.ID()
}

// maxProbes bounds how many values of one datum are tried.
const maxProbes = 64

// Cliffs searches the worked examples of the regulations for cliffs in their
// first outcome, as the rules stand on a date (the zero date: the date of each
// example). Each datum of an example is moved to both sides of every
// comparison that the rules made; between two values whose outcomes differ by
// more than loss, the largest jump is halved until it is one step wide. A slope
// thus never counts, however steep. Cliffs that no example comes near are not
// found; a regulation without examples has none. The ids limit the search to
// those regulations; none: all.
func Cliffs(set *regulation.Set, p *exact.Program, on rule.Date, loss *big.Rat, ids ...string) []*Cliff {
	var out []*Cliff
	subjects := map[*rule.Attribute]bool{}
	for _, r := range p.Model().Rules {
		for _, v := range r.Versions {
			if v.Subject.Kenmerk != nil {
				subjects[v.Subject.Kenmerk] = true
			}
		}
	}
	for _, reg := range set.Regulations {
		if len(reg.Outcomes) == 0 || len(ids) > 0 && !slices.Contains(ids, reg.ID) {
			continue
		}
		o := reg.Outcomes[0]
		a := p.Attribute(o.Attribute)
		if a == nil || a.Type.Kind != rule.Amount {
			continue
		}
		s := &search{p: p, on: on, reg: reg, outcome: o, a: a, loss: loss, best: map[string]*Cliff{}, subjects: subjects}
		for _, ex := range reg.Examples() {
			s.example(ex)
		}
		keys := make([]string, 0, len(s.best))
		for k := range s.best {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			out = append(out, s.best[k])
		}
	}
	return out
}

type search struct {
	p       *exact.Program
	reg     *regulation.Regulation
	outcome regulation.Outcome
	a       *rule.Attribute
	loss    *big.Rat
	on      rule.Date // zero: the date of the example
	date    rule.Date // of the example being tried
	ex      *regulation.Example
	c       *exact.Case
	// subjects are the kenmerken that only say whom a rule is about.
	subjects map[*rule.Attribute]bool
	best     map[string]*Cliff // per datum and rule, the one that costs most
}

func (s *search) example(ex *regulation.Example) {
	s.ex, s.date = ex, s.on
	if s.on.IsZero() {
		s.date = ex.Date
	}
	s.c, _ = ex.Given.Case(s.p, s.date)
	if s.c == nil || s.p.IsInput(s.a, s.date) {
		return
	}
	for obj, o := range ex.Given.Objects {
		if o.Type.Name != s.a.Owner.Name {
			continue
		}
		d := s.c.Derive(obj, s.a)
		if d.Err != nil {
			continue
		}
		for _, st := range d.Steps {
			// Who the applicant is, is a matter of the case, not of the law.
			if st.Origin == exact.Given && !st.Value.IsEmpty() && !s.subjects[st.Attribute] {
				s.datum(obj, st, d)
			}
		}
	}
}

// value gives the outcome in euros per year with a datum moved; nil when there
// is none (an error, or a value that the datum cannot have).
func (s *search) value(obj int, st *exact.Step, to rule.Datum) *big.Rat {
	if s.c.Set(st.Object, st.Attribute, to) != nil {
		return nil
	}
	v, err := s.c.Value(obj, s.a)
	if back := s.c.Set(st.Object, st.Attribute, st.Value); back != nil {
		panic("BUG: a datum that was accepted is refused: " + back.Error())
	}
	if err != nil {
		return nil
	}
	if v.Num == nil {
		return new(big.Rat)
	}
	if s.outcome.Period == "maand" {
		return new(big.Rat).Mul(v.Num, big.NewRat(12, 1))
	}
	return v.Num
}

// over reports whether two outcomes differ by more than the loss that counts.
func (s *search) over(a, b *big.Rat) bool {
	if a == nil || b == nil {
		return false
	}
	d := new(big.Rat).Sub(a, b)
	return d.Abs(d).Cmp(s.loss) > 0
}

func (s *search) datum(obj int, st *exact.Step, d *exact.Derivation) {
	here := s.value(obj, st, st.Value)
	if here == nil {
		return
	}
	if st.Value.Kind == rule.Boolean {
		other := rule.Datum{Kind: rule.Boolean, Bool: !st.Value.Bool}
		if there := s.value(obj, st, other); s.over(here, there) {
			s.keep(obj, st, st.Value, other, here, there)
		}
		return
	}
	done := map[string]bool{}
	for _, far := range ends(st, d) {
		if done[far.String()] || len(done) >= maxProbes {
			continue
		}
		done[far.String()] = true
		there := s.value(obj, st, far)
		if !s.over(here, there) {
			continue
		}
		// Halve towards the larger jump until the two are one step apart.
		a, b, va, vb := st.Value, far, here, there
		for s.over(va, vb) {
			mid, ok := halfway(a, b, st.Attribute)
			if !ok {
				s.keep(obj, st, a, b, va, vb)
				break
			}
			vm := s.value(obj, st, mid)
			if vm == nil {
				break
			}
			left, right := new(big.Rat).Sub(va, vm), new(big.Rat).Sub(vm, vb)
			if left.Abs(left).Cmp(right.Abs(right)) >= 0 {
				b, vb = mid, vm
			} else {
				a, va = mid, vm
			}
		}
	}
}

// ends gives values of a datum beyond each comparison in a derivation.
func ends(st *exact.Step, d *exact.Derivation) []rule.Datum {
	var out []rule.Datum
	move := func(by *big.Rat) {
		switch st.Value.Kind {
		case rule.DateKind:
			n := new(big.Int).Quo(by.Num(), by.Denom())
			if n.IsInt64() && n.Int64() < 100_000 && n.Int64() > -100_000 {
				out = append(out, rule.Datum{Kind: rule.DateKind, Date: st.Value.Date.AddDays(int(n.Int64()))})
			}
		case rule.Number, rule.Amount, rule.Percentage:
			to := new(big.Rat).Add(st.Value.Num, by)
			if to.Sign() < 0 && st.Value.Num.Sign() >= 0 {
				to = new(big.Rat)
			}
			if st.Attribute.Type.Whole && !to.IsInt() {
				to.SetInt(new(big.Int).Quo(to.Num(), to.Denom()))
			}
			out = append(out, rule.Datum{Kind: st.Value.Kind, Num: to})
		}
	}
	for _, s := range d.Steps {
		for _, k := range s.Candidates {
			gaps(k.Condition, func(l, r rule.Datum) {
				var gap *big.Rat
				switch {
				case l.Num != nil && r.Num != nil:
					gap = new(big.Rat).Sub(l.Num, r.Num)
				case l.Kind == rule.DateKind && r.Kind == rule.DateKind:
					gap = big.NewRat(int64(days(l.Date, r.Date)), 1)
				default:
					return
				}
				gap.Abs(gap)
				for _, f := range []int64{1, 3} {
					by := new(big.Rat).Add(new(big.Rat).Mul(gap, big.NewRat(f, 1)), big.NewRat(2, 1))
					move(by)
					move(new(big.Rat).Neg(by))
				}
			})
		}
	}
	return out
}

// gaps visits both sides of every comparison with two values.
func gaps(t *exact.Test, visit func(l, r rule.Datum)) {
	if t == nil {
		return
	}
	for _, i := range t.Items {
		gaps(i, visit)
	}
	if t.L != nil && t.R != nil && !t.L.Value.IsEmpty() && !t.R.Value.IsEmpty() {
		visit(t.L.Value, t.R.Value)
	}
}

// days counts the days between two dates, by halving: rule.Date has no
// subtraction and needs none elsewhere.
func days(a, b rule.Date) int {
	if b.Before(a) {
		a, b = b, a
	}
	low, high := 0, 4_000_000
	for low < high {
		mid := (low + high) / 2
		if a.AddDays(mid).Before(b) {
			low = mid + 1
		} else {
			high = mid
		}
	}
	return low
}

// halfway gives a value strictly between two, on the grid of the datum: cents,
// whole numbers, days. ok is false when they are one step apart.
func halfway(a, b rule.Datum, of *rule.Attribute) (rule.Datum, bool) {
	if a.Kind == rule.DateKind {
		n := days(a.Date, b.Date) / 2
		if b.Date.Before(a.Date) {
			n = -n
		}
		return rule.Datum{Kind: rule.DateKind, Date: a.Date.AddDays(n)}, n != 0
	}
	step := exact.Smallest(of)
	units := new(big.Rat).Quo(new(big.Rat).Add(a.Num, b.Num), new(big.Rat).Mul(step, big.NewRat(2, 1)))
	whole := new(big.Int).Div(units.Num(), units.Denom()) // towards −∞
	mid := new(big.Rat).Mul(new(big.Rat).SetInt(whole), step)
	low, high := a.Num, b.Num
	if low.Cmp(high) > 0 {
		low, high = high, low
	}
	return rule.Datum{Kind: a.Kind, Num: mid}, mid.Cmp(low) > 0 && mid.Cmp(high) < 0
}

// keep notes a cliff between two neighbouring values.
func (s *search) keep(obj int, st *exact.Step, a, b rule.Datum, va, vb *big.Rat) {
	last, over, best, worst := a, b, va, vb
	if va.Cmp(vb) < 0 {
		last, over, best, worst = b, a, vb, va
	}
	// Amounts: say it in whole euros, the step that people know. The outcome a
	// euro further has to be as bad.
	if last.Kind == rule.Amount {
		euro := big.NewRat(1, 1)
		if over.Num.Cmp(last.Num) < 0 {
			euro.Neg(euro)
		}
		further := rule.Datum{Kind: rule.Amount, Num: new(big.Rat).Add(last.Num, euro)}
		if v := s.value(obj, st, further); s.over(best, v) {
			over, worst = further, v
		}
	}
	k := &Cliff{
		Regulation: s.reg.ID, Outcome: s.a, Label: s.a.Name,
		Input: st.Attribute, Whose: st.ObjectID, Last: last, Over: over,
		Best: rule.Datum{Kind: rule.Amount, Num: best}, Worst: rule.Datum{Kind: rule.Amount, Num: worst},
		Loss: new(big.Rat).Sub(best, worst), Example: s.ex.Name, Date: s.date,
	}
	k.Compared, k.ComparedLast, k.ComparedOver = k.Input, last, over
	if at, past := s.guard(obj, st, last, over); at.rule != nil {
		k.Rule, k.Article = at.rule.ID, at.rule.Article
		if at.left != nil && at.left.Kind == rule.Value && at.value.Kind == last.Kind && past.value.Kind == last.Kind {
			k.Compared, k.ComparedLast, k.ComparedOver = at.left, at.value, past.value
		}
	}
	id := k.Key() + "/" + k.Rule
	if old := s.best[id]; old == nil || old.Loss.Cmp(k.Loss) < 0 {
		s.best[id] = k
	}
}

// guard gives the rule whose comparison of the datum flips between two values.
// Where several flip, one after the other, it is the one nearest to the datum.
func (s *search) guard(obj int, st *exact.Step, last, over rule.Datum) (at, past tested) {
	x, y := s.tests(obj, st, last), s.tests(obj, st, over)
	if err := s.c.Set(st.Object, st.Attribute, st.Value); err != nil {
		panic("BUG: a datum that was accepted is refused: " + err.Error())
	}
	name := ""
	for id, tx := range x {
		ty, ok := y[id]
		if !ok || tx.outcome == ty.outcome || !tx.reads {
			continue
		}
		if at.rule == nil || tx.size < at.size || tx.size == at.size && id < name {
			at, past, name = tx, ty, id
		}
	}
	return at, past
}

// tested is an elementary test of a rule: its outcome, whether it rests on the
// datum that moves, and on how many values in all.
type tested struct {
	rule    *rule.Rule
	outcome exact.Outcome
	reads   bool
	size    int
	// left is the attribute on its left side, with its value; nil otherwise.
	left  *rule.Attribute
	value rule.Datum
}

func (s *search) tests(obj int, st *exact.Step, to rule.Datum) map[string]tested {
	out := map[string]tested{}
	if s.c.Set(st.Object, st.Attribute, to) != nil {
		return out
	}
	d := s.c.Derive(obj, s.a)
	for _, x := range d.Steps {
		for _, k := range x.Candidates {
			n := 0
			var walk func(t *exact.Test)
			walk = func(t *exact.Test) {
				if t == nil {
					return
				}
				for _, i := range t.Items {
					walk(i)
				}
				if len(t.Items) > 0 {
					return
				}
				n++
				r := &reach{d: d, seen: map[int]bool{}}
				r.test(t)
				reads := false
				for id := range r.seen {
					reads = reads || d.Steps[id].Object == st.Object && d.Steps[id].Attribute == st.Attribute
				}
				found := tested{rule: k.Rule, outcome: t.Outcome, reads: reads, size: len(r.seen)}
				if t.L != nil && t.R != nil && t.L.Attribute != nil {
					found.left, found.value = t.L.Attribute, t.L.Value
				}
				out[fmt.Sprintf("%s/%s/%d", x.ObjectID, k.Rule.ID, n)] = found
			}
			walk(k.Subject)
			walk(k.Condition)
		}
	}
	return out
}

// reach collects the values that a test rests on.
type reach struct {
	d    *exact.Derivation
	seen map[int]bool
}

func (r *reach) step(id int) {
	if id < 0 || r.seen[id] {
		return
	}
	r.seen[id] = true
	for _, k := range r.d.Steps[id].Candidates {
		r.test(k.Subject)
		r.test(k.Condition)
		r.term(k.Value)
	}
}

func (r *reach) test(t *exact.Test) {
	if t == nil {
		return
	}
	r.step(t.Step)
	r.term(t.L)
	r.term(t.R)
	for _, i := range t.Items {
		r.test(i)
	}
}

func (r *reach) term(t *exact.Term) {
	if t == nil {
		return
	}
	r.step(t.Step)
	for _, k := range t.Terms {
		r.term(k)
	}
}

// Inherent reports whether the step cannot be made smaller by another rule: an
// age, or a yes-or-no condition of the entitlement itself.
func (k *Cliff) Inherent() bool {
	return k.Last.Kind == rule.Boolean || k.Input.Name == "geboortedatum"
}

// Text says the cliff in one Dutch sentence.
func (k *Cliff) Text() string {
	loss := explain.Short(rule.Datum{Kind: rule.Amount, Num: k.Loss}, k.Outcome.Type) + " " + k.Label + " per jaar"
	last, over := k.ComparedLast, k.ComparedOver
	of := k.Compared.Article + " " + k.Compared.Name
	between := fmt.Sprintf("(%s in plaats van %s)", explain.Show(over, k.Compared.Type).Text, explain.Show(last, k.Compared.Type).Text)
	switch last.Kind {
	case rule.Boolean:
		if last.Bool {
			return fmt.Sprintf("Wie niet voldoet aan ‘%s’, krijgt %s minder.", k.Input.Name, loss)
		}
		return fmt.Sprintf("Wie voldoet aan ‘%s’, krijgt %s minder.", k.Input.Name, loss)
	case rule.DateKind:
		when := "later"
		if over.Date.Before(last.Date) {
			when = "eerder"
		}
		return fmt.Sprintf("Bij %s kost één dag %s %s %s.", of, when, between, loss)
	}
	step, more := "één", "meer"
	if last.Kind == rule.Amount {
		step = "één euro"
		if diff := new(big.Rat).Sub(over.Num, last.Num); diff.Abs(diff).Cmp(big.NewRat(1, 1)) != 0 {
			step = "een kleine stap"
		}
	}
	if over.Num.Cmp(last.Num) < 0 {
		more = "minder"
	}
	return fmt.Sprintf("Bij %s kost %s %s %s %s.", of, step, more, between, loss)
}

func (c *checker) cliffs() {
	if c.program == nil {
		return
	}
	for _, k := range Cliffs(c.set, c.program, c.o.Date, c.o.loss(), c.o.Regulations...) {
		severity := rule.Warning
		if k.Inherent() {
			severity = rule.Info
		}
		f := c.add(severity, CodeCliff, "Overweeg een geleidelijke overgang, een marge of een hardheidsclausule.", "%s", k.Text())
		f.Cliff = k
		f.in(k.Regulation, k.Article, rule.Pos{})
		if r, ok := c.set.Rule(k.Rule); ok {
			f.at(r, r.Pos)
		}
	}
}
