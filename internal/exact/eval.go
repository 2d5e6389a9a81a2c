package exact

import (
	"fmt"

	"lemniscaat/internal/rule"
)

// frame is what the pronouns mean while one rule version is evaluated: objs[0]
// is the subject, objs[1] the element of an aggregation, and so on.
type frame struct {
	objs [maxBindings]int32
	ver  *version
	vars int // first place of its variables in Case.vars
}

// Value gives the value of an attribute of an object, computing what it needs.
// Leeg is a value; the error, if any, is an *Error.
func (c *Case) Value(obj int, a *rule.Attribute) (rule.Datum, error) {
	o, ref, bad := c.place(obj, a)
	if bad != nil {
		return rule.Datum{}, bad
	}
	if c.wrong != nil {
		return rule.Datum{}, c.wrong
	}
	// The common case of a population run: asked again, already known.
	if cl := &c.cells[o.attrs+ref.slot]; cl.gen == c.gen {
		if cl.err != nil {
			return rule.Datum{}, cl.err
		}
		return cl.v.datum(), nil
	}
	c.begin()
	v, err := c.attribute(int32(obj), ref.slot, nil)
	if err != nil {
		return rule.Datum{}, err
	}
	return v.datum(), nil
}

// begin starts counting for one question.
func (c *Case) begin() { c.steps, c.level, c.vars = 0, 0, c.vars[:0] }

func (c *Case) at(w *version, f *frame, code Code, message string) *Error {
	e := fail(code, message)
	e.Rule, e.Version = w.rule, w.src
	e.Attribute, e.ObjectID = w.about(), c.objects[f.objs[0]].id
	return e
}

// about gives the attribute that a version writes or wants unique, nil for a
// condition that has to be met.
func (v *version) about() *rule.Attribute {
	if u, ok := v.src.Action.(*rule.Unique); ok {
		return u.Attribute
	}
	return v.src.Writes()
}

// spent is a limit that says nothing about the value: a later question, or one
// asked another way, may have enough.
func (c *Case) spent(w *version, what string) *Error {
	e := c.limit(w, what)
	e.spent = true
	return e
}

func (c *Case) limit(w *version, what string) *Error {
	e := fail(CodeLimit, fmt.Sprintf("De berekening is gestopt in regel %s: %s.", w.rule.ID, what))
	e.Rule, e.Version, e.Attribute = w.rule, w.src, w.about()
	return e
}

// follow walks to-one roles; −1 when there is nobody.
func (c *Case) follow(from int32, via []int32) int32 {
	for _, slot := range via {
		e := c.links[c.objects[from].roles+slot].first
		if e < 0 {
			return -1
		}
		from = c.edges[e].to
	}
	return from
}

func (c *Case) spend(f *frame) *Error {
	if c.steps++; c.steps > maxSteps {
		return c.spent(f.ver, fmt.Sprintf("meer dan %d stappen", maxSteps))
	}
	return nil
}

// eval computes an expression. Per operator, leeg:
//
//	plus, min, maal, percentage van   leeg counts as 0
//	verminderd met                    leeg when the left side is; right counts as 0
//	gedeeld door                      leeg divided by x is 0; by leeg is an error
//	minimum/maximum (begrenzing)      leeg stays leeg; a leeg bound does not bind
//	afgerond                          leeg stays leeg
//	minimale/maximale waarde          passed over; all leeg gives leeg
//	som, minimum, maximum van         passed over; all leeg (or none) gives leeg
//	tijdsduur, eerste dag, jaar uit   leeg
//	datum met jaar, maand en dag      leeg when one of them is
//	andere eenheid                    leeg stays leeg
//	datum plus/min                    leeg date gives leeg; leeg amount moves by 0
func (c *Case) eval(n *node, f *frame) (val, *Error) {
	if err := c.spend(f); err != nil {
		return val{}, err
	}
	switch n.op {
	case opLiteral:
		return n.lit, nil
	case opToday:
		return ofDay(c.date), nil
	case opParameter:
		p := &c.table.params[n.slot]
		if !p.ok {
			return val{}, c.noParameter(n, f)
		}
		return p.val, nil
	case opVariable:
		return c.variable(n, f)
	case opAttribute:
		obj := c.follow(f.objs[n.from], n.via)
		if obj < 0 {
			return val{}, nil
		}
		return c.attribute(obj, n.slot, f.ver)
	case opObject:
		if c.follow(f.objs[n.from], n.via) < 0 {
			return val{}, nil
		}
		return val{kind: rule.Object}, nil
	case opAdd, opSub, opSubFrom, opMul, opDiv, opPercent:
		a, err := c.eval(n.a, f)
		if err != nil {
			return val{}, err
		}
		b, err := c.eval(n.b, f)
		if err != nil {
			return val{}, err
		}
		return c.calculate(n, a, b, f)
	case opClamp:
		return c.clamp(n, f)
	case opRound:
		v, err := c.eval(n.a, f)
		if err != nil || v.empty() {
			return v, err
		}
		v.num = v.num.round(n.mode, n.decimals)
		return v, nil
	case opExtreme:
		var best val
		for _, arg := range n.args {
			v, err := c.eval(arg, f)
			if err != nil {
				return val{}, err
			}
			best = extreme(best, v, n.flag)
		}
		return best, nil
	case opAggregate:
		return c.aggregate(n, f)
	case opDuration:
		a, err := c.eval(n.a, f)
		if err != nil {
			return val{}, err
		}
		b, err := c.eval(n.b, f)
		if err != nil || a.empty() || b.empty() {
			return val{}, err
		}
		return val{kind: rule.Number, num: integer(between(a.day(), b.day(), n.time))}, nil
	case opShift:
		return c.shift(n, f)
	case opFirstDay:
		v, err := c.eval(n.a, f)
		if err != nil || v.empty() {
			return v, err
		}
		d, ok := v.day().firstDay(n.time, n.flag)
		if !ok {
			return val{}, c.limit(f.ver, "een datum na het jaar 9999")
		}
		return ofDay(d), nil
	case opDatePart:
		v, err := c.eval(n.a, f)
		if err != nil || v.empty() {
			return v, err
		}
		y, m, d := v.day().parts()
		part := d
		switch n.time {
		case rule.Years:
			part = y
		case rule.Months:
			part = m
		}
		return val{kind: rule.Number, num: integer(int64(part))}, nil
	case opMakeDate:
		return c.makeDate(n, f)
	case opConvert:
		v, err := c.eval(n.a, f)
		if err != nil || v.empty() {
			return v, err
		}
		v.kind, v.num = n.kind, v.num.mul(n.lit.num)
		if v.num.huge() {
			return val{}, c.limit(f.ver, "een getal met te veel cijfers")
		}
		return v, nil
	}
	panic(fmt.Sprintf("BUG: unknown operation %d", n.op))
}

func (c *Case) noParameter(n *node, f *frame) *Error {
	par := c.p.params[n.slot]
	message := fmt.Sprintf("Parameter %s heeft op %v geen waarde. Regel %s vraagt ernaar.", par.ID, c.date.date(), f.ver.rule.ID)
	if len(par.Values) > 0 && c.date.date().Before(par.Values[0].From) {
		message += fmt.Sprintf(" De eerste waarde geldt vanaf %v.", par.Values[0].From)
	}
	e := fail(CodeParameter, message)
	e.Rule, e.Version, e.Parameter = f.ver.rule, f.ver.src, par
	e.ObjectID = c.objects[f.objs[0]].id
	return e
}

// variable computes a variable once per rule application.
func (c *Case) variable(n *node, f *frame) (val, *Error) {
	at := f.vars + int(n.slot)
	if c.vars[at].gen == c.gen {
		return c.vars[at].v, c.vars[at].err
	}
	// Its expression knows the subject, not the element it is used in.
	g := frame{ver: f.ver, vars: f.vars}
	g.objs[0] = f.objs[0]
	v, err := c.eval(f.ver.vars[n.slot], &g)
	c.vars[at] = cell{gen: c.gen, v: v, err: err}
	return v, err
}

func (c *Case) calculate(n *node, a, b val, f *frame) (val, *Error) {
	if n.op == opSubFrom && a.empty() {
		return val{}, nil
	}
	x, y := a.num, b.num
	if a.empty() {
		x = integer(0)
	}
	if b.empty() {
		y = integer(0)
	}
	out := val{kind: n.kind}
	if out.kind == 0 { // leeg with leeg, without a declared kind
		out.kind = rule.Number
	}
	switch n.op {
	case opAdd:
		out.num = x.add(y)
	case opSub, opSubFrom:
		out.num = x.sub(y)
	case opMul:
		out.num = x.mul(y)
		if n.percents > 0 {
			out.num = out.num.mul(number{n: 1, d: 100})
		}
	case opPercent:
		out.num = x.mul(y).mul(number{n: 1, d: 100})
	case opDiv:
		if y.sign() == 0 {
			what := "door 0"
			if b.empty() {
				what = "door een lege waarde"
			}
			return val{}, c.at(f.ver, f, CodeDivision, fmt.Sprintf("Regel %s deelt %s bij %s.", f.ver.rule.ID, what, c.objects[f.objs[0]].id))
		}
		out.num = x.div(y)
	}
	if out.num.huge() {
		return val{}, c.limit(f.ver, "een getal met te veel cijfers")
	}
	return out, nil
}

// clamp bounds from below first and from above last: where the bounds
// contradict each other the maximum has the last word.
func (c *Case) clamp(n *node, f *frame) (val, *Error) {
	v, err := c.eval(n.a, f)
	if err != nil {
		return val{}, err
	}
	for i, bound := range [2]*node{n.b, n.c} {
		if bound == nil {
			continue
		}
		b, err := c.eval(bound, f)
		if err != nil {
			return val{}, err
		}
		if v.empty() || b.empty() {
			continue
		}
		if d := compare(v, b); i == 0 && d < 0 || i == 1 && d > 0 {
			v = b
		}
	}
	return v, nil
}

func (c *Case) shift(n *node, f *frame) (val, *Error) {
	d, err := c.eval(n.a, f)
	if err != nil {
		return val{}, err
	}
	by, err := c.eval(n.b, f)
	if err != nil || d.empty() {
		return val{}, err
	}
	if by.empty() {
		return d, nil
	}
	if !by.num.whole() {
		return val{}, c.at(f.ver, f, CodeWhole, fmt.Sprintf("Regel %s verschuift een datum met %s; dat moet een geheel aantal zijn.", f.ver.rule.ID, by.datum()))
	}
	k, ok := by.num.int()
	if !ok {
		return val{}, c.limit(f.ver, "een datum buiten de jaren 1 tot 9999")
	}
	if n.flag {
		k = -k
	}
	out, ok := d.day().shift(k, n.time)
	if !ok {
		return val{}, c.limit(f.ver, "een datum buiten de jaren 1 tot 9999")
	}
	return ofDay(out), nil
}

// makeDate makes a date of three numbers: first they are computed, then leeg is
// passed on, and only then is it asked whether the day exists.
func (c *Case) makeDate(n *node, f *frame) (val, *Error) {
	var vs [3]val
	empty := false
	for i, k := range [3]*node{n.a, n.b, n.c} {
		v, err := c.eval(k, f)
		if err != nil {
			return val{}, err
		}
		vs[i], empty = v, empty || v.empty()
	}
	if empty {
		return val{}, nil
	}
	var part [3]int64
	for i, v := range vs {
		if !v.num.whole() {
			return val{}, c.at(f.ver, f, CodeWhole, fmt.Sprintf("Regel %s maakt een datum met %s; jaar, maand en dag moeten gehele getallen zijn.", f.ver.rule.ID, v.datum()))
		}
		whole, ok := v.num.int()
		if !ok || whole < 0 || whole > maxYear {
			whole = maxYear + 1 // no such year, month or day
		}
		part[i] = whole
	}
	d := rule.Date{Year: int(part[0]), Month: int(part[1]), Day: int(part[2])}
	if !validDate(d) {
		return val{}, c.at(f.ver, f, CodeNoDay, fmt.Sprintf("Regel %s maakt een datum die niet bestaat: jaar %s, maand %s, dag %s.",
			f.ver.rule.ID, shown(part[0]), shown(part[1]), shown(part[2])))
	}
	return ofDay(toDay(d)), nil
}

func shown(part int64) string {
	if part > maxYear {
		return "buiten de kalender"
	}
	return fmt.Sprint(part)
}

// cond tests a condition: true, false or an error.
func (c *Case) cond(x *cond, f *frame) (bool, *Error) {
	if err := c.spend(f); err != nil {
		return false, err
	}
	switch x.op {
	case condCompound:
		return c.compound(x, f)
	case condCompare:
		a, err := c.eval(x.a, f)
		if err != nil {
			return false, err
		}
		b, err := c.eval(x.b, f)
		if err != nil {
			return false, err
		}
		return holdsBetween(x.cmp, a, b), nil
	case condEmpty:
		v, err := c.eval(x.a, f)
		return err == nil && v.empty() != x.not, err
	case condKenmerk:
		obj := c.follow(f.objs[x.from], x.via)
		if obj < 0 {
			return false, nil // nobody: untrue, also with not
		}
		v, err := c.attribute(obj, x.slot, f.ver)
		if err != nil || v.empty() {
			return false, err // leeg: untrue, also with not
		}
		return v.b != x.not, nil
	}
	panic(fmt.Sprintf("BUG: unknown condition %d", x.op))
}

// holdsBetween compares; with leeg on a side the answer is no.
func holdsBetween(op rule.CompareOp, a, b val) bool {
	if a.empty() || b.empty() {
		return false
	}
	d := 0
	switch a.kind {
	case rule.Boolean:
		if a.b != b.b {
			d = 1
		}
	case rule.Text, rule.Enum:
		if a.text != b.text {
			d = 1
		}
	default:
		d = compare(a, b)
	}
	switch op {
	case rule.Equal:
		return d == 0
	case rule.NotEqual:
		return d != 0
	case rule.Less:
		return d < 0
	case rule.LessEqual:
		return d <= 0
	case rule.Greater:
		return d > 0
	}
	return d >= 0
}

// compound counts the items that hold. An item that errs may still go either
// way; only when that decides the answer is the error the answer. The order of
// the items therefore never matters.
func (c *Case) compound(x *cond, f *frame) (bool, *Error) {
	yes, unknown := 0, 0
	var first *Error
	for i, item := range x.items {
		ok, err := c.cond(item, f)
		switch {
		case err != nil && err.spent:
			return false, err
		case err != nil:
			unknown++
			if first == nil {
				first = err
			}
		case ok:
			yes++
		}
		// What is left may still change the answer unless both bounds agree.
		rest := len(x.items) - 1 - i
		lowest, lok := x.decide(yes, rest+unknown)
		if lok {
			return lowest, nil
		}
	}
	return false, first
}

// decide gives the answer when yes items hold and open ones can go either way;
// ok is false when it depends on them.
func (x *cond) decide(yes, open int) (answer, ok bool) {
	most := yes + open
	switch x.quant {
	case rule.All:
		return x.between(yes, most, len(x.items), len(x.items))
	case rule.None:
		return x.between(yes, most, 0, 0)
	case rule.AtLeast:
		return x.between(yes, most, x.n, len(x.items))
	case rule.AtMost:
		return x.between(yes, most, 0, x.n)
	}
	return x.between(yes, most, x.n, x.n)
}

// between decides whether every, or no, number in yes…most lies in low…high.
func (x *cond) between(yes, most, low, high int) (answer, ok bool) {
	switch {
	case yes >= low && most <= high:
		return true, true
	case most < low || yes > high:
		return false, true
	}
	return false, false
}
