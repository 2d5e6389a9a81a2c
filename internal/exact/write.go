package exact

import (
	"fmt"

	"lemniscaat/internal/rule"
)

// attribute computes one attribute of one object; ask is the rule version that
// needs it, nil for the caller.
func (c *Case) attribute(obj, slot int32, ask *version) (val, *Error) {
	o := &c.objects[obj]
	at := o.attrs + slot
	cl := &c.cells[at]
	if cl.gen == c.gen {
		return cl.v, cl.err
	}
	of := &c.table.rules[o.typ][slot]
	in := &c.inputs[at]
	if len(of.writers) == 0 {
		switch {
		case in.set && (len(of.inits) == 0 || !in.v.empty()):
			return in.v, nil
		case len(of.inits) == 0:
			return val{}, c.missing(o, slot, ask)
		}
	}
	c.level++
	var v val
	var err *Error
	if len(of.writers) > 0 {
		v, err = c.derive(obj, of.writers)
	}
	if err == nil && v.empty() && len(of.inits) > 0 {
		v, err = c.derive(obj, of.inits)
	}
	c.level--
	if err != nil && err.spent {
		// Running out of steps says nothing about the value: a later question
		// may have enough.
		return v, err
	}
	*cl = cell{gen: c.gen, v: v, err: err}
	return v, err
}

func (c *Case) missing(o *object, slot int32, ask *version) *Error {
	a := c.p.types[o.typ].attrs[slot]
	message := upper(called(a, o.id)) + " ontbreekt."
	switch {
	case c.p.types[o.typ].ruled[slot]:
		message = fmt.Sprintf("Op %v geldt geen regel die %s bepaalt, en het dossier zegt het niet.", c.date.date(), called(a, o.id))
	case a.Kind.IsKenmerk():
		message = "Niet bekend is " + called(a, o.id) + "."
	}
	e := fail(CodeMissing, message)
	if ask != nil {
		e.Message += " Regel " + ask.rule.ID + " vraagt ernaar."
		e.Rule, e.Version = ask.rule, ask.src
	}
	e.Attribute, e.ObjectID = a, o.id
	return e
}

// derive lets the rules in force write the attribute.
//
// Grants of a kenmerk are a disjunction: one that holds is enough, and an error
// in another does not matter then; none leaves the kenmerk untrue. Of
// assignments exactly one may hold; none leaves the attribute leeg. A
// beslistabel is one writer among the others.
func (c *Case) derive(obj int32, writers []*version) (val, *Error) {
	if c.level > maxDepth {
		return val{}, c.spent(writers[0], "te veel regels hebben elkaar achter elkaar nodig")
	}
	var (
		result  val
		applied *version
		failed  *Error
		grants  = writers[0].grants
	)
	for _, w := range writers {
		f := c.enter(w, obj)
		holds, v, err := c.write(w, &f)
		c.leave(&f)
		if err != nil && err.spent {
			return val{}, err
		}
		switch {
		case holds && grants:
			if err == nil {
				return ofBool(true), nil
			}
		case holds && applied != nil:
			return val{}, c.conflict(obj, applied, w)
		case holds:
			applied, result = w, v
		}
		if err != nil && failed == nil {
			failed = err
		}
	}
	switch {
	case failed != nil:
		return val{}, failed
	case grants:
		return ofBool(false), nil
	}
	return result, nil
}

// enter makes place for the variables of a version; leave gives it back.
func (c *Case) enter(w *version, obj int32) frame {
	f := frame{ver: w, vars: len(c.vars)}
	f.objs[0] = obj
	c.vars = grow(c.vars, len(w.vars))
	return f
}

func (c *Case) leave(f *frame) { c.vars = c.vars[:f.vars] }

// write tells whether a version applies, and what it then writes.
func (c *Case) write(w *version, f *frame) (holds bool, v val, err *Error) {
	holds, err = c.applies(w, f)
	switch {
	case err != nil || !holds:
	case w.rows != nil:
		var row int
		row, v, err = c.row(w, f)
		holds = row >= 0
	case w.expr != nil:
		v, err = c.assign(w, w.expr, f)
	}
	return holds, v, err
}

// row finds the row of a beslistabel that applies, −1 for none, and its value.
// All rows are looked at: two that apply are a conflict, and a row that errs
// could be a second one.
func (c *Case) row(w *version, f *frame) (at int, v val, err *Error) {
	at = -1
	var failed *Error
	for i := range w.rows {
		ok, err := true, (*Error)(nil)
		if cond := w.rows[i].cond; cond != nil {
			ok, err = c.cond(cond, f)
		}
		switch {
		case err != nil && err.spent:
			return -1, val{}, err
		case err != nil && failed == nil:
			failed = err
		case ok && at >= 0:
			return at, val{}, c.rowConflict(w, f, at, i)
		case ok:
			at = i
		}
	}
	if failed != nil || at < 0 {
		return at, val{}, failed
	}
	v, err = c.assign(w, w.rows[at].expr, f)
	return at, v, err
}

func (c *Case) rowConflict(w *version, f *frame, first, second int) *Error {
	e := c.at(w, f, CodeConflict, fmt.Sprintf("Rij %d en rij %d van de beslistabel in regel %s gelden allebei voor %s. Er mag er maar één gelden.",
		first+1, second+1, w.rule.ID, c.objects[f.objs[0]].id))
	e.Rules, e.Rows = []*rule.Rule{w.rule}, []int{first + 1, second + 1}
	return e
}

// applies tests the subject and the condition of a version.
func (c *Case) applies(w *version, f *frame) (bool, *Error) {
	if w.subject >= 0 {
		is, err := c.attribute(f.objs[0], w.subject, w)
		if err != nil || !is.b {
			return false, err
		}
	}
	if w.cond == nil {
		return true, nil
	}
	return c.cond(w.cond, f)
}

// assign computes the expression and fits it to the target.
func (c *Case) assign(w *version, n *node, f *frame) (val, *Error) {
	v, err := c.eval(n, f)
	if err != nil || v.empty() || w.limits == nil {
		return v, err
	}
	if code, why := misfit(w.limits, v); why != "" {
		message := fmt.Sprintf("Regel %s geeft een waarde die niet past bij %s: %s.", w.rule.ID, called(w.src.Writes(), c.objects[f.objs[0]].id), why)
		if code == CodeWhole {
			message = fmt.Sprintf("%s moet een geheel getal zijn, maar de regel %s geeft %s. Rond af in de regel.",
				upper(called(w.src.Writes(), c.objects[f.objs[0]].id)), w.rule.ID, v.datum())
		}
		return val{}, c.at(w, f, code, message)
	}
	return v, nil
}

func (c *Case) conflict(obj int32, first, second *version) *Error {
	a := first.src.Writes()
	id := c.objects[obj].id
	e := fail(CodeConflict, fmt.Sprintf("De regels %s en %s geven allebei een waarde aan %s. Er mag er maar één gelden.",
		first.rule.ID, second.rule.ID, called(a, id)))
	e.Rule, e.Version, e.Attribute, e.ObjectID = second.rule, second.src, a, id
	e.Rules = []*rule.Rule{first.rule, second.rule}
	return e
}
