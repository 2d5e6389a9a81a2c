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

// Cliffs searches the worked examples of the regulations for cliffs in their
// first outcome, as the rules stand on a date (the zero date: the date of each
// example). Each datum of an example is moved to both sides of every
// comparison that the rules made; between two neighbouring values whose outcomes
// differ by more than loss, the largest jump is halved until it is one step
// wide. A slope thus never counts, however steep. Cliffs that no example comes
// near are not found; a regulation without examples has none. The ids limit the
// search to those regulations; none: all.
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
		s := &search{p: p, on: on, reg: reg, outcome: o, a: a, loss: loss, best: map[string]*Cliff{}, curves: map[string]*curve{}, subjects: subjects}
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
	derived *exact.Derivation // the outcome as the example has it
	// subjects are the kenmerken that only say whom a rule is about.
	subjects map[*rule.Attribute]bool
	best     map[string]*Cliff // per datum and rule, the one that costs most
	curves   map[string]*curve // per world and datum: see world.but
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
	w := worldOf(ex.Given, s.date)
	for obj, o := range ex.Given.Objects {
		if o.Type.Name != s.a.Owner.Name {
			continue
		}
		d := s.c.Derive(obj, s.a)
		if s.derived = d; d.Err != nil {
			continue
		}
		for _, st := range d.Steps {
			// Who the applicant is, is a matter of the case, not of the law.
			if st.Origin == exact.Given && !st.Value.IsEmpty() && !s.subjects[st.Attribute] {
				id := fmt.Sprint(obj, "\n", w.but(st.Object, st.Attribute.ID()))
				cu := s.curves[id]
				if cu == nil {
					cu = &curve{scale: scaleOf(st.Attribute), kept: map[int64]bool{}}
					s.curves[id] = cu
				}
				s.datum(obj, st, d, cu)
			}
		}
	}
}

// value gives the outcome in euros per year as the case stands; nil when there
// is none.
func (s *search) value(obj int) *big.Rat {
	v, err := s.c.Value(obj, s.a)
	switch {
	case err != nil:
		return nil
	case v.Num == nil:
		return new(big.Rat)
	case s.outcome.Period == "maand":
		return new(big.Rat).Mul(v.Num, big.NewRat(12, 1))
	}
	return v.Num
}

// with is value with a datum moved; nil also when the datum cannot be that. The
// datum stays there: see restore.
func (s *search) with(obj int, st *exact.Step, to rule.Datum) *big.Rat {
	if s.c.Set(st.Object, st.Attribute, to) != nil {
		return nil
	}
	return s.value(obj)
}

// restore puts a datum back where the example has it.
func (s *search) restore(st *exact.Step) {
	if err := s.c.Set(st.Object, st.Attribute, st.Value); err != nil {
		panic("BUG: a datum that was accepted is refused: " + err.Error())
	}
}

// over reports whether two outcomes differ by more than the loss that counts.
func (s *search) over(a, b *big.Rat) bool {
	if a == nil || b == nil {
		return false
	}
	if a.Cmp(b) == 0 {
		return false
	}
	d := new(big.Rat).Sub(a, b)
	return d.Abs(d).Cmp(s.loss) > 0
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
		if v := s.with(obj, st, further); s.over(best, v) {
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
		left, value := at.left()
		if _, next := past.left(); left != nil && left.Kind == rule.Value && value.Kind == last.Kind && next.Kind == last.Kind {
			k.Compared, k.ComparedLast, k.ComparedOver = left, value, next
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
	dx := s.derive(obj, st, last)
	x, y := tests(dx), tests(s.derive(obj, st, over))
	name := ""
	for id, tx := range x {
		ty, ok := y[id]
		if !ok || tx.test.Outcome == ty.test.Outcome {
			continue
		}
		r := &reach{d: dx, seen: make([]bool, len(dx.Steps))}
		r.test(tx.test)
		tx.size = r.size
		if !r.reads(st) {
			// A derivation does not show what decided who was counted: such a
			// test is the answer only when no other is.
			tx.size += len(dx.Steps)
		}
		// A map has no order: of two that are equally near the name decides.
		n := fmt.Sprintf("%s/%s/%d", s.c.ID(id.object), id.rule.ID, id.n)
		if at.rule == nil || tx.size < at.size || tx.size == at.size && n < name {
			at, past, name = tx, ty, n
		}
	}
	return at, past
}

// leaf names an elementary test in a derivation: the nth of a rule for an object.
type leaf struct {
	object int
	rule   *rule.Rule
	n      int
}

// tested is an elementary test of a rule, and on how many values it rests.
type tested struct {
	rule *rule.Rule
	test *exact.Test
	size int
}

// left gives the attribute on the left of a comparison, with its value; nil
// when there is not one attribute there.
func (t tested) left() (*rule.Attribute, rule.Datum) {
	if t.test.L == nil || t.test.R == nil {
		return nil, rule.Datum{}
	}
	return t.test.L.Attribute, t.test.L.Value
}

// derive derives the outcome with a datum moved; nil when it cannot be that.
func (s *search) derive(obj int, st *exact.Step, to rule.Datum) *exact.Derivation {
	if to.Equal(st.Value) && s.derived != nil {
		return s.derived
	}
	if s.c.Set(st.Object, st.Attribute, to) != nil {
		return nil
	}
	return s.c.Derive(obj, s.a)
}

// tests gives all elementary tests of a derivation.
func tests(d *exact.Derivation) map[leaf]tested {
	if d == nil {
		return nil
	}
	out := map[leaf]tested{}
	for _, x := range d.Steps {
		for _, k := range x.Candidates {
			n := 0
			var walk func(t *exact.Test)
			walk = func(t *exact.Test) {
				switch {
				case t == nil:
				case len(t.Items) > 0:
					for _, i := range t.Items {
						walk(i)
					}
				default:
					n++
					out[leaf{x.Object, k.Rule, n}] = tested{rule: k.Rule, test: t}
				}
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
	seen []bool // by the number of the step
	size int
}

// reads reports whether a datum is among them.
func (r *reach) reads(st *exact.Step) bool {
	for id, seen := range r.seen {
		if x := r.d.Steps[id]; seen && x.Object == st.Object && x.Attribute == st.Attribute {
			return true
		}
	}
	return false
}

func (r *reach) step(id int) {
	if id < 0 || r.seen[id] {
		return
	}
	r.seen[id] = true
	r.size++
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
		f := c.add(CodeCliff, "%s", k.Text()).less(severity)
		f.Cliff = k
		f.in(k.Regulation, k.Article, rule.Pos{})
		if r, ok := c.set.Rule(k.Rule); ok {
			f.at(r, r.Pos)
		}
	}
}
