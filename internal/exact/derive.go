package exact

import (
	"math/big"

	"lemniscaat/internal/rule"
)

// Limits of a derivation, so that showing a very large case stays possible.
const (
	maxDerivationSteps = 20_000
	maxShownElements   = 200 // of one aggregation
	// A derivation evaluates again what it shows; together no more than this.
	maxDerivationWork = 5 * maxSteps
)

// Derivation is a value with everything it rests on. Steps is a graph: a value
// that several rules read stands in it once, and terms refer to it by ID.
// Steps[0] is what was asked.
type Derivation struct {
	Date  rule.Date
	Value rule.Datum
	Err   *Error
	Steps []*Step
	// Check is set by DeriveViolation, one for each object, and says how the
	// consistentieregel was judged. Nothing was asked then: no step comes first.
	Check []*Candidate
	// Truncated says that the derivation was larger than is kept; the values
	// that it does show are right.
	Truncated bool

	from *deriver // whose memory it is in: see Release
}

// Origin says where the value of a step comes from.
type Origin uint8

const (
	Given   Origin = iota // the case supplies it
	Missing               // the case should supply it and does not
	Ruled                 // a rule applied
	Default               // rules exist, none applied: leeg, or untrue for a kenmerk
	Failed                // rules could not settle it
)

// Step is one attribute of one object.
type Step struct {
	ID        int // place in Derivation.Steps
	Object    int // number in the case
	ObjectID  string
	Attribute *rule.Attribute
	Origin    Origin
	Value     rule.Datum
	Err       *Error
	// Candidates are the rules in force that write the attribute; those of an
	// initialisatie only when the others left it leeg.
	Candidates []*Candidate
}

// Applied gives the candidate that gave the value, or nil.
func (s *Step) Applied() *Candidate {
	for _, c := range s.Candidates {
		if c.Outcome == Yes && (c.Value == nil || c.Value.Err == nil) {
			return c
		}
	}
	return nil
}

// Outcome of a test: an error is neither yes nor no.
type Outcome uint8

const (
	No Outcome = iota
	Yes
	Unknown
)

// Candidate is one rule version that writes the attribute, and whether it
// applied.
type Candidate struct {
	Rule    *rule.Rule
	Version *rule.Version
	Outcome Outcome
	Err     *Error
	// Subject is the test on the kenmerk of the subject ("van een aanvrager"),
	// nil without one.
	Subject *Test
	// Condition is nil for a rule that always applies, and where the subject
	// already failed.
	Condition *Test
	// Value is the calculation of a rule that applied; nil for a grant.
	Value *Term
	// Rows are the rows of a beslistabel. Row is the one that applied, counting
	// from 1, or 0; Condition and Value are then those of the row.
	Rows []*Row
	Row  int
	// Require is the condition that a consistentieregel asks of an object that
	// it applies to; Value is there what has to be unique.
	Require *Test
}

// Row is one row of a beslistabel and whether it applied.
type Row struct {
	Source    *rule.TableRow
	Outcome   Outcome
	Err       *Error
	Condition *Test // nil for a row that always applies
	Value     *Term // of a row that applied
}

// Test is a condition with its outcome.
type Test struct {
	Condition rule.Condition // nil for the test on the subject
	Outcome   Outcome
	Err       *Error
	Items     []*Test // of a compound
	L, R      *Term   // of a comparison; L of "is leeg"
	// Kenmerk, its step and its object, of a test on a kenmerk. Step is −1
	// when there is no such object.
	Kenmerk  *rule.Attribute
	ObjectID string
	Step     int
	Not      bool
	// From is the id of the object that the roles to the kenmerk start from.
	From string
	// Gap is the distance between the two sides of an unmet comparison of
	// numbers (same kind as L) or dates (a number of days); leeg otherwise.
	Gap rule.Datum
}

// Each calls visit for every elementary test within t, in the order of the
// sentence; t may be nil.
func (t *Test) Each(visit func(*Test)) {
	switch {
	case t == nil:
	case len(t.Items) > 0:
		for _, i := range t.Items {
			i.Each(visit)
		}
	default:
		visit(t)
	}
}

// Term is an expression with its value. Leaves say what was read.
type Term struct {
	Expr  rule.Expr
	Value rule.Datum
	Err   *Error
	Terms []*Term // operands in the order of the sentence
	// Attribute, of ObjectID, is set when the term reads an attribute; Step
	// refers to Derivation.Steps. Nobody (Step −1) when a role leads to no
	// object.
	Attribute *rule.Attribute
	ObjectID  string
	Step      int
	// From is the id of the object that the roles of a reference or an
	// aggregation start from.
	From string
	// Parameter and the value that held, when the term reads a parameter.
	Parameter *rule.Parameter
	Source    rule.ParameterValue
	// Of an aggregation: how many objects were seen and how many counted, and
	// with a filter the test of each that was seen.
	Seen, Counted int
	Filters       []*Test
}

// Nobody is the Step of a term or test that leads to no object.
const Nobody = -1

// Derive gives a value with its whole derivation.
func (c *Case) Derive(obj int, a *rule.Attribute) *Derivation {
	d := newDeriver(c)
	_, ref, bad := c.place(obj, a)
	if bad == nil && c.wrong != nil {
		bad = c.wrong
	}
	if bad != nil {
		d.out.Err = bad
		d.out.Steps = append(d.out.Steps, &Step{Object: obj, ObjectID: c.ID(obj), Attribute: a, Origin: Failed, Err: bad})
		return d.out
	}
	c.begin()
	d.step(int32(obj), ref.slot, nil)
	d.out.Value, d.out.Err = d.out.Steps[0].Value, d.out.Steps[0].Err
	return d.out
}

// deriver walks what the evaluator computed. It asks the evaluator for every
// value, so that a derivation cannot say anything else than the result; the
// values of attributes are remembered in the case, so that asking again is
// cheap.
type deriver struct {
	c   *Case
	out *Derivation
	at  []int32 // place in Case.cells → step + 1; 0: not yet
	// work counts the steps of evaluating again; done says that it is enough.
	work int
	done bool
	// A derivation is many small values that live as long as it does: they are
	// made in blocks.
	terms      slab[Term]
	tests      slab[Test]
	steps      slab[Step]
	candidates slab[Candidate]
	nums       slab[big.Rat]
	// Their lists.
	termRows      slab[*Term]
	testRows      slab[*Test]
	candidateRows slab[*Candidate]
	made          Derivation
}

// datum is val.datum with its number in a block.
func (d *deriver) datum(v val) rule.Datum {
	switch {
	case v.kind == rule.Object:
		return rule.Datum{Kind: rule.Object}
	case !numeric(v.kind) || v.kind == 0 || v.num.r != nil:
		return v.datum()
	}
	r := d.nums.next()
	switch {
	case v.num.d == 1:
		r.SetInt64(v.num.n)
	case v.num.n%v.num.d == 0:
		r.SetInt64(v.num.n / v.num.d)
	default:
		r.SetFrac64(v.num.n, v.num.d)
	}
	return rule.Datum{Kind: v.kind, Num: r}
}

// again starts a fresh count for one evaluation.
func (d *deriver) again() {
	d.work += d.c.steps
	d.c.steps = 0
	if d.work > maxDerivationWork {
		d.done = true
	}
}

// enough reports whether the walk has to stop going deeper.
func (d *deriver) enough(err *Error) bool {
	if d.done || err != nil && err.spent {
		d.done, d.out.Truncated = true, true
	}
	return d.done
}

func (d *deriver) step(obj, slot int32, ask *version) int {
	c := d.c
	o := &c.objects[obj]
	key := o.attrs + slot
	if id := d.at[key]; id > 0 {
		return int(id - 1)
	}
	a := c.p.types[o.typ].attrs[slot]
	s := d.steps.next()
	s.ID, s.Object, s.ObjectID, s.Attribute = len(d.out.Steps), int(obj), o.id, a
	d.at[key] = int32(s.ID) + 1
	d.out.Steps = append(d.out.Steps, s)
	d.again()
	v, err := c.attribute(obj, slot, ask)
	s.Value, s.Err = d.datum(v), err
	of := &c.table.rules[o.typ][slot]
	if len(of.writers) == 0 {
		in := &c.inputs[key]
		switch {
		case in.set && (len(of.inits) == 0 || !in.v.empty()):
			s.Origin = Given
			return s.ID
		case len(of.inits) == 0:
			s.Origin = Missing
			return s.ID
		}
	}
	s.Origin = Default
	if err != nil {
		s.Origin = Failed
	}
	if len(d.out.Steps) >= maxDerivationSteps {
		d.done = true
	}
	if d.enough(err) {
		return s.ID
	}
	// An initialisatie was looked at only when nothing else gave a value.
	looked := len(of.inits) > 0
	s.Candidates = d.candidateRows.row(len(of.writers))
	for _, w := range of.writers {
		k := d.candidate(obj, w)
		s.Candidates = append(s.Candidates, k)
		if k.Outcome == Unknown || k.Err != nil || k.Outcome == Yes && (k.Value == nil || !k.Value.Value.IsEmpty()) {
			looked = false
		}
		if err == nil && k.Outcome == Yes {
			s.Origin = Ruled
		}
	}
	if looked {
		for _, w := range of.inits {
			k := d.candidate(obj, w)
			s.Candidates = append(s.Candidates, k)
			if err == nil && k.Outcome == Yes {
				s.Origin = Ruled
			}
		}
	}
	return s.ID
}

func (d *deriver) candidate(obj int32, w *version) *Candidate {
	c := d.c
	k := d.candidates.next()
	k.Rule, k.Version, k.Outcome = w.rule, w.src, Yes
	f := c.enter(w, obj)
	defer c.leave(&f)
	if w.subject >= 0 {
		t := d.tests.next()
		t.Kenmerk, t.ObjectID = w.src.Subject.Kenmerk, c.objects[obj].id
		t.Step = d.step(obj, w.subject, w)
		is, err := c.attribute(obj, w.subject, w)
		t.Outcome, t.Err = outcome(is.b, err), err
		k.Subject, k.Outcome, k.Err = t, t.Outcome, err
		if t.Outcome != Yes {
			return k
		}
	}
	if w.cond != nil {
		k.Condition = d.test(w.cond, &f)
		k.Outcome, k.Err = k.Condition.Outcome, k.Condition.Err
	}
	if k.Outcome != Yes {
		return k
	}
	switch {
	case w.rows != nil:
		d.rows(k, w, &f)
	case w.expr != nil:
		k.Value = d.written(w, w.expr, &f)
		k.Err = k.Value.Err
	case w.require != nil:
		k.Require = d.test(w.require, &f)
		k.Err = k.Require.Err
	case w.src.Writes() == nil:
		k.Value = d.own(w, &f)
		k.Err = k.Value.Err
	}
	return k
}

// written shows a calculation, and whether its value fits the attribute.
func (d *deriver) written(w *version, n *node, f *frame) *Term {
	t := d.term(n, f)
	if w.limits != nil && t.Err == nil {
		d.again()
		_, t.Err = d.c.assign(w, n, f)
	}
	return t
}

func (d *deriver) rows(k *Candidate, w *version, f *frame) {
	k.Outcome = No
	for i := range w.rows {
		row := &w.rows[i]
		r := &Row{Source: row.src, Outcome: Yes}
		k.Rows = append(k.Rows, r)
		if row.cond != nil {
			r.Condition = d.test(row.cond, f)
			r.Outcome, r.Err = r.Condition.Outcome, r.Condition.Err
		}
		if r.Outcome == Yes {
			r.Value = d.written(w, row.expr, f)
			r.Err = r.Value.Err
		}
	}
	at, _, err := d.c.row(w, f)
	if k.Err = err; at < 0 {
		if err != nil {
			k.Outcome = Unknown
		}
		return
	}
	k.Outcome, k.Row = Yes, at+1
	k.Condition, k.Value = k.Rows[at].Condition, k.Rows[at].Value
}

func outcome(b bool, err *Error) Outcome {
	switch {
	case err != nil:
		return Unknown
	case b:
		return Yes
	}
	return No
}

func (d *deriver) test(x *cond, f *frame) *Test {
	d.again()
	ok, err := d.c.cond(x, f)
	t := d.tests.next()
	t.Condition, t.Outcome, t.Err, t.Step, t.Not = x.src, outcome(ok, err), err, Nobody, x.not
	if d.enough(err) {
		return t
	}
	switch x.op {
	case condCompound:
		t.Items = d.testRows.row(len(x.items))
		for _, item := range x.items {
			t.Items = append(t.Items, d.test(item, f))
		}
	case condCompare:
		t.L, t.R = d.term(x.a, f), d.term(x.b, f)
		if t.Outcome == No {
			t.Gap = gap(t.L.Value, t.R.Value)
		}
	case condEmpty:
		t.L = d.term(x.a, f)
	case condKenmerk:
		t.Kenmerk, t.From = x.src.(*rule.HasKenmerk).Kenmerk, d.c.objects[f.objs[x.from]].id
		if obj := d.c.follow(f.objs[x.from], x.via); obj >= 0 {
			t.ObjectID = d.c.objects[obj].id
			t.Step = d.step(obj, x.slot, f.ver)
		}
	}
	return t
}

// gap gives the distance between two values.
func gap(l, r rule.Datum) rule.Datum {
	if l.IsEmpty() || r.IsEmpty() || l.Kind != r.Kind {
		return rule.Datum{}
	}
	a, b := fromDatum(l), fromDatum(r)
	switch {
	case l.Kind == rule.DateKind:
		n := between(a.day(), b.day(), rule.Days)
		return val{kind: rule.Number, num: integer(abs(n))}.datum()
	case numeric(l.Kind):
		g := a.num.sub(b.num)
		if g.sign() < 0 {
			g = g.neg()
		}
		return val{kind: l.Kind, num: g}.datum()
	}
	return rule.Datum{}
}

func (d *deriver) term(n *node, f *frame) *Term {
	c := d.c
	d.again()
	v, err := c.eval(n, f)
	t := d.terms.next()
	t.Expr, t.Err, t.Step = n.src, err, Nobody
	switch lit, ok := n.src.(*rule.Literal); {
	case ok:
		t.Value = lit.Value
	case n.op == opParameter && err == nil:
		t.Value = c.table.params[n.slot].src.Value
	case n.op != opAttribute || d.done:
		t.Value = d.datum(v)
	}
	if d.enough(err) {
		return t
	}
	switch n.op {
	case opAttribute, opObject, opAggregate:
		t.From = c.objects[f.objs[n.from]].id
	}
	switch n.op {
	case opParameter:
		t.Parameter, t.Source = c.p.params[n.slot], c.table.params[n.slot].src
	case opVariable:
		g := frame{ver: f.ver, vars: f.vars}
		g.objs[0] = f.objs[0]
		t.Terms = append(d.termRows.row(1), d.term(f.ver.vars[n.slot], &g))
	case opAttribute:
		t.Attribute = n.src.(*rule.AttributeRef).Attribute
		if obj := c.follow(f.objs[n.from], n.via); obj >= 0 {
			t.ObjectID = c.objects[obj].id
			t.Step = d.step(obj, n.slot, f.ver)
			if err == nil {
				t.Value = d.out.Steps[t.Step].Value
			}
		}
	case opObject:
		if obj := c.follow(f.objs[n.from], n.via); obj >= 0 {
			t.ObjectID = c.objects[obj].id
		}
	case opAggregate:
		d.elements(n, f, t)
	default:
		operands := [3]*node{n.a, n.b, n.c}
		count := len(n.args)
		for _, k := range operands {
			if k != nil {
				count++
			}
		}
		if count == 0 {
			break
		}
		t.Terms = d.termRows.row(count)
		for _, k := range operands {
			if k != nil {
				t.Terms = append(t.Terms, d.term(k, f))
			}
		}
		for _, k := range n.args {
			t.Terms = append(t.Terms, d.term(k, f))
		}
	}
	return t
}

// elements shows what an aggregation counted.
func (d *deriver) elements(n *node, f *frame, t *Term) {
	if owner := d.c.follow(f.objs[n.from], n.via); owner >= 0 {
		g := *f
		d.through(n, owner, n.many, &g, t)
	}
}

func (d *deriver) through(n *node, owner int32, many []int32, g *frame, t *Term) {
	c := d.c
	for e := c.links[c.objects[owner].roles+many[0]].first; e >= 0; e = c.edges[e].next {
		to := c.edges[e].to
		if len(many) > 1 {
			d.through(n, to, many[1:], g, t)
			continue
		}
		t.Seen++
		if t.Seen > maxShownElements || d.done {
			d.out.Truncated = true
			continue
		}
		g.objs[n.element] = to
		if n.filter != nil {
			in := d.test(n.filter, g)
			t.Filters = append(t.Filters, in)
			if in.Err != nil { // the error is the answer; show where it is
				t.Terms = append(t.Terms, d.nobody(c.objects[to].id, in.Err))
			}
			if in.Outcome != Yes {
				continue
			}
		}
		t.Counted++
		if n.a != nil {
			t.Terms = append(t.Terms, d.term(n.a, g))
		} else {
			t.Terms = append(t.Terms, d.nobody(c.objects[to].id, nil))
		}
	}
}

// nobody is a term for an object that reads nothing of it.
func (d *deriver) nobody(id string, err *Error) *Term {
	t := d.terms.next()
	t.ObjectID, t.Err, t.Step = id, err, Nobody
	return t
}
