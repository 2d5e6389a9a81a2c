package exact

import (
	"cmp"
	"slices"

	"lemniscaat/internal/rule"
)

// Violation is a consistentieregel that one object, or for a rule on
// uniqueness several objects together, does not meet. With Err it is not known
// whether they do: the rule could not be judged. Both are results of the case.
type Violation struct {
	Rule    *rule.Rule
	Version *rule.Version
	// Objects are numbers in the case, ascending; ObjectIDs are their ids.
	Objects   []int
	ObjectIDs []string
	// Failed is the condition that is not met; nil for a rule on uniqueness,
	// and with Err.
	Failed rule.Condition
	// Value is what the objects have in common, of a rule on uniqueness.
	Value rule.Datum
	Err   *Error
}

// Anchor gives the place of the rule: "zorgtoeslag/artikel-2#zorgtoeslag.regel".
func (v Violation) Anchor() string { return anchor(v.Rule) }

// Unique gives the attribute that a rule on uniqueness is about, nil for
// another rule.
func (v Violation) Unique() *rule.Attribute {
	if u, ok := v.Version.Action.(*rule.Unique); ok {
		return u.Attribute
	}
	return nil
}

// Violations judges every consistentieregel in force for every object, and
// gives what is not met and what could not be judged, by rule in the order of
// the model and then by object.
func (c *Case) Violations() []Violation {
	if c.wrong != nil || len(c.table.checks) == 0 {
		return nil
	}
	var out []Violation
	work := 0
	for _, w := range c.table.checks {
		j := judge{c: c, w: w, same: map[string][]int{}}
		for i := range c.objects {
			if c.objects[i].typ != w.typ {
				continue
			}
			c.begin()
			if work > maxDerivationWork {
				j.add(nil, rule.Datum{}, c.limit(w, "te veel consistentieregels en objecten"), i)
				break
			}
			j.object(i)
			work += c.steps
		}
		out = append(out, j.done()...)
	}
	return out
}

// judge judges one consistentieregel.
type judge struct {
	c    *Case
	w    *version
	out  []Violation
	same map[string][]int // value → objects that have it
	vals []rule.Datum     // the values in same, in order of appearance
}

func (j *judge) add(failed rule.Condition, value rule.Datum, err *Error, objects ...int) {
	v := Violation{Rule: j.w.rule, Version: j.w.src, Objects: objects, Failed: failed, Value: value, Err: err}
	for _, o := range objects {
		v.ObjectIDs = append(v.ObjectIDs, j.c.objects[o].id)
	}
	j.out = append(j.out, v)
}

func (j *judge) object(i int) {
	f := j.c.enter(j.w, int32(i))
	defer j.c.leave(&f)
	holds, err := j.c.applies(j.w, &f)
	var v val
	switch {
	case err != nil || !holds:
	case j.w.require != nil:
		if holds, err = j.c.cond(j.w.require, &f); err == nil && !holds {
			j.add(j.w.src.Action.(*rule.Require).Condition, rule.Datum{}, nil, i)
		}
	default:
		if v, err = j.c.attribute(int32(i), j.w.slot, j.w); err == nil && !v.empty() {
			d := v.datum()
			key := d.String()
			if j.same[key] == nil {
				j.vals = append(j.vals, d)
			}
			j.same[key] = append(j.same[key], i)
		}
	}
	if err != nil {
		j.add(nil, rule.Datum{}, err, i)
	}
}

func (j *judge) done() []Violation {
	for _, d := range j.vals {
		if objects := j.same[d.String()]; len(objects) > 1 {
			j.add(nil, d, nil, objects...)
		}
	}
	slices.SortStableFunc(j.out, func(a, b Violation) int { return cmp.Compare(a.Objects[0], b.Objects[0]) })
	return j.out
}

// DeriveViolation shows how a violation was found: Check holds the judgement of
// each of its objects, Steps what was read on the way.
func (c *Case) DeriveViolation(v Violation) *Derivation {
	d := newDeriver(c)
	d.out.Err = v.Err
	if c.wrong != nil {
		d.out.Err = c.wrong
		return d.out
	}
	i := slices.IndexFunc(c.table.checks, func(w *version) bool { return w.src == v.Version })
	if i < 0 {
		d.out.Err = fail(CodeUnknown, "Deze consistentieregel geldt niet in deze casus.")
		return d.out
	}
	w := c.table.checks[i]
	for _, obj := range v.Objects {
		if obj < 0 || obj >= len(c.objects) || c.objects[obj].typ != w.typ {
			d.out.Err = fail(CodeUnknown, "Deze consistentieregel gaat niet over dit object.")
			return d.out
		}
		c.begin()
		d.out.Check = append(d.out.Check, d.candidate(int32(obj), w))
	}
	return d.out
}

// own shows the attribute that has to be unique.
func (d *deriver) own(w *version, f *frame) *Term {
	a := w.about()
	step := d.step(f.objs[0], w.slot, w)
	s := d.out.Steps[step]
	return &Term{
		Expr: &rule.AttributeRef{Node: rule.Node{Typ: a.Type}, From: w.src.Subject, Attribute: a}, Value: s.Value, Err: s.Err,
		Attribute: a, ObjectID: s.ObjectID, Step: step,
	}
}
