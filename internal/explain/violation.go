package explain

import (
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// Violation explains why objects do not meet a consistentieregel, or why that
// cannot be said. The reader is "you".
func Violation(c *exact.Case, v exact.Violation, ctx Context) *Explanation {
	obj := -1
	if len(v.Objects) > 0 {
		obj = v.Objects[0]
	}
	if ctx.Reader != nil {
		obj = *ctx.Reader
	}
	w := newWriter(c, obj, ctx)
	w.d = c.DeriveViolation(v)
	w.begin()
	w.out.Value = w.l.show(v.Value, w.shared())
	for _, k := range w.d.Check {
		w.check(k)
	}
	why := w.broken()
	switch {
	case w.d.Err != nil:
		w.problem()
		w.out.Sentence = w.l.say(tUnjudged, "regel", v.Rule.Name, "waarom", w.fault(w.d.Err))
	case len(why) > 0:
		w.out.Sentence = w.l.say(tViolated, "regel", v.Rule.Name, "waarom", why[0])
		for _, s := range why[1:min(len(why), 4)] {
			w.out.Reasons = append(w.out.Reasons, w.l.stop(s))
		}
	default:
		w.out.Sentence = w.l.say(tOtherRule, "regel", v.Rule.Name)
	}
	w.end()
	return w.out
}

// check writes how one object was judged.
func (w *writer) check(k *exact.Candidate) {
	l := Line{Kind: Broken, Step: -1, Text: w.l.say(tAlsoRule, "regel", k.Rule.Name)}
	w.rule(&l, k.Rule, k.Version)
	w.line(l)
	w.conditions(k, 0, 1)
	w.flat(k.Require, 0, 1)
	w.reads(k.Value, 0, 1)
}

// broken says what is the case and should not be.
func (w *writer) broken() []string {
	var out []string
	b := &blamer{d: w.d, seen: map[int]bool{}, nothing: true}
	for _, k := range w.d.Check {
		b.test(k.Require, exact.No)
		if k.Require == nil && k.Value != nil && k.Value.Err == nil && len(out) == 0 {
			out = append(out, w.l.say(tNotUnique, "wat", w.describe(k.Value)))
		}
	}
	for _, x := range b.tests {
		out = append(out, strings.TrimSuffix(w.tells(x.test), "."))
	}
	return out
}

// shared gives the type of what has to be unique.
func (w *writer) shared() rule.Type {
	for _, k := range w.d.Check {
		if k.Value != nil && k.Value.Attribute != nil {
			return k.Value.Attribute.Type
		}
	}
	return rule.Type{}
}
