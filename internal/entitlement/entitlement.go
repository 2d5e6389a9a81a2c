// Package entitlement answers what a household is entitled to under several
// regulations at once. They are computed with one set of rules, the scope of
// all that are asked, so that a datum is asked once and what one regulation
// computes another uses. A regulation that lacks data does not stop the others.
package entitlement

import (
	"cmp"
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Household is the answer for one household on one date.
type Household struct {
	Date rule.Date
	// Answers are in the order in which the regulations were asked.
	Answers []*Answer
	// Questions are the data that are missing, each datum once: first what an
	// outcome waits for now, then what may be asked for after that.
	Questions []*Question
	// Defaults are the data that were not given and that an initialisatie gave a
	// value. Now says that an outcome with a value rests on it.
	Defaults []*Question
	// Assumptions are whole sentences about the case. Those of a regulation
	// stand with its Answer.
	Assumptions []string
	// Case is the case as it was computed.
	Case *exact.Case
}

// Answer is what one regulation gives.
type Answer struct {
	Regulation *regulation.Regulation
	Outcomes   []Outcome
	// Assumptions are those of the regulation.
	Assumptions []string
	// Lacks are the data that its outcomes wait for now.
	Lacks []*Question
}

// Open reports whether the first outcome, the one that matters most, waits for
// data.
func (a *Answer) Open() bool {
	return slices.ContainsFunc(a.Outcomes, func(o Outcome) bool {
		return o.Outcome == a.Outcomes[0].Outcome && errors.Is(o.Err, exact.ErrMissing)
	})
}

// Name is what people call the regulation: its first outcome.
func Name(reg *regulation.Regulation) string {
	if len(reg.Outcomes) == 0 {
		return reg.Name
	}
	return Called(reg.Outcomes[0].Label)
}

// Called is the label of an outcome without its period.
func Called(label string) string {
	for _, per := range []string{" per jaar", " per kwartaal", " per maand"} {
		label = strings.TrimSuffix(label, per)
	}
	return label
}

// Outcome is one outcome for one object. Either Err says why there is no value,
// or Value is it.
type Outcome struct {
	regulation.Outcome
	Attribute *rule.Attribute
	Object    int
	Value     rule.Datum
	Err       error
	// Explained is nil for an outcome that was not explained: see Options.
	Explained *explain.Explanation
}

// Given reports whether the outcome gives something: an amount above nil, or
// another value than nee and leeg.
func (o Outcome) Given() bool {
	switch {
	case o.Err != nil || o.Value.IsEmpty():
		return false
	case o.Value.Kind == rule.Amount:
		return o.Value.Num.Sign() > 0
	case o.Value.Kind == rule.Boolean:
		return o.Value.Bool
	}
	return true
}

// NoRuleError says that no rule gives an outcome on the date.
type NoRuleError struct {
	Attribute *rule.Attribute
	Date      rule.Date
}

// Error gives the Dutch sentence.
func (e *NoRuleError) Error() string {
	return fmt.Sprintf("op %s geldt geen regel die %s bepaalt", e.Date, e.Attribute.Article+" "+e.Attribute.Name)
}

// Options say how to compute.
type Options struct {
	// Date is the day to decide for; zero: that of the case.
	Date rule.Date
	// Lang is the language of explanations: "nl" or "en".
	Lang string
	// People are names for who is in the case, by id, in explanations.
	People map[string]string
	// Deep explains every outcome, with what would change it; otherwise only
	// the first outcome of a regulation is explained, without that. Most of the time of a decision goes there.
	Deep bool
}

// Decide computes regulations for a case, and gives what is missing. The
// diagnostics say what is wrong with the case; without an error there is an
// answer. The regulations must be in the set, with rules.
func Decide(set *regulation.Set, f *dossier.File, o Options, ids ...string) (*Household, rule.Diagnostics) {
	on := cmp.Or(o.Date, f.Date)
	program, ds := set.Program(ids...)
	if ds.Err() != nil {
		return nil, ds
	}
	h := &Household{Date: on}
	for _, a := range f.Assumptions {
		h.assume(a.Text)
	}
	f = h.settle(f, program)
	if h.Case, ds = f.Case(program, on); ds.Err() != nil {
		return nil, ds
	}
	for _, id := range ids {
		reg, ok := set.Get(id)
		if !ok || slices.ContainsFunc(h.Answers, func(a *Answer) bool { return a.Regulation == reg }) {
			continue
		}
		h.Answers = append(h.Answers, h.answer(f, program, reg, o))
	}
	h.later(f, program)
	h.defaults(f, program)
	have := Registers(set, on)
	for _, q := range slices.Concat(h.Questions, h.Defaults) {
		q.Registers = have[q.Attribute.ID()]
	}
	return h, ds
}

func (h *Household) assume(text string) {
	if !slices.Contains(h.Assumptions, text) {
		h.Assumptions = append(h.Assumptions, text)
	}
}

// settle leaves out of a case what these rules compute themselves: a case may be
// made for other regulations as well.
func (h *Household) settle(f *dossier.File, p *exact.Program) *dossier.File {
	out := *f
	out.Objects = slices.Clone(f.Objects)
	for i := range out.Objects {
		o := &out.Objects[i]
		o.Values = slices.DeleteFunc(slices.Clone(o.Values), func(v dossier.Value) bool {
			computed := !p.IsInput(v.Attribute, h.Date) && len(p.Writers(v.Attribute, h.Date)) > 0
			if computed {
				h.assume(fmt.Sprintf("De regels rekenen zelf uit: %s. Wat het dossier daarover van %s zegt, telt niet mee.", v.Attribute.Name, o.ID))
			}
			return computed
		})
	}
	return &out
}

func (h *Household) answer(f *dossier.File, p *exact.Program, reg *regulation.Regulation, opts Options) *Answer {
	a := &Answer{Regulation: reg}
	for _, x := range reg.Assumptions {
		a.Assumptions = append(a.Assumptions, x.Text)
	}
	ctx := explain.Context{Lang: opts.Lang, People: opts.People, Assumptions: slices.Concat(h.Assumptions, a.Assumptions), Ends: opts.Deep, Brief: !opts.Deep}
	for _, o := range reg.Outcomes {
		attr := p.Attribute(o.Attribute)
		if attr == nil {
			continue // the loader refuses such a regulation
		}
		if p.IsInput(attr, h.Date) {
			a.Outcomes = append(a.Outcomes, Outcome{Outcome: o, Attribute: attr, Object: -1, Err: &NoRuleError{attr, h.Date}})
			continue
		}
		for _, obj := range f.Holders(attr) {
			out := Outcome{Outcome: o, Attribute: attr, Object: obj}
			out.Value, out.Err = h.Case.Value(obj, attr)
			if q := h.lack(out.Err, reg, true); q != nil && !slices.Contains(a.Lacks, q) {
				a.Lacks = append(a.Lacks, q)
			}
			if opts.Deep || o == reg.Outcomes[0] {
				ctx.Label, ctx.Period, ctx.Says = o.Label, o.Period, o.Says
				out.Explained = explain.Explain(h.Case, obj, attr, ctx)
			}
			a.Outcomes = append(a.Outcomes, out)
		}
	}
	return a
}

// lack notes the datum that an error says is missing; nil for another error.
func (h *Household) lack(err error, reg *regulation.Regulation, now bool) *Question {
	e, ok := errors.AsType[*exact.Error](err)
	if !ok || e.Code != exact.CodeMissing || e.Attribute == nil {
		return nil
	}
	i := slices.IndexFunc(h.Questions, func(q *Question) bool { return q.Attribute == e.Attribute && q.Object == e.ObjectID })
	if i < 0 {
		i = len(h.Questions)
		h.Questions = append(h.Questions, &Question{Object: e.ObjectID, Attribute: e.Attribute, Now: now, Rule: e.Rule})
	}
	q := h.Questions[i]
	if !slices.Contains(q.Regulations, reg.ID) {
		q.Regulations = append(q.Regulations, reg.ID)
	}
	return q
}

// defaults finds what was computed with though nobody gave it. Each regulation
// computes anew, to know which used it; first come the outcomes with a value, then
// those that wait for data.
func (h *Household) defaults(f *dossier.File, p *exact.Program) {
	c, ds := f.Case(p, h.Date)
	if ds.Err() != nil {
		return
	}
	defer c.Release()
	open := leftOut(f, p, h.Date)
	for _, a := range h.Answers {
		c.Forget()
		for _, known := range []bool{true, false} {
			for _, o := range a.Outcomes {
				if o.Object >= 0 && (o.Err == nil) == known {
					_, _ = c.Value(o.Object, o.Attribute) // the answer has it
				}
			}
			h.defaulted(f, c, open, a.Regulation.ID, known)
		}
	}
}

// datum is an attribute of an object.
type datum struct {
	object    int
	attribute *rule.Attribute
}

// leftOut gives what a case may leave out.
func leftOut(f *dossier.File, p *exact.Program, on rule.Date) []datum {
	of := map[*rule.ObjectType][]*rule.Attribute{}
	var out []datum
	for i, o := range f.Objects {
		may, known := of[o.Type]
		if !known {
			for _, a := range o.Type.Attributes {
				if a.Kind != rule.Noun && p.Optional(a, on) {
					may = append(may, a)
				}
			}
			of[o.Type] = may
		}
		for _, a := range may {
			out = append(out, datum{i, a})
		}
	}
	return out
}

// defaulted notes what a case computed with though nobody gave it.
func (h *Household) defaulted(f *dossier.File, c *exact.Case, open []datum, id string, now bool) {
	for _, o := range open {
		if !c.Defaulted(o.object, o.attribute) {
			continue
		}
		d, err := c.Value(o.object, o.attribute)
		if err != nil || d.IsEmpty() {
			continue
		}
		who := f.Objects[o.object].ID
		at := slices.IndexFunc(h.Defaults, func(q *Question) bool { return q.Attribute == o.attribute && q.Object == who })
		if at < 0 {
			at = len(h.Defaults)
			h.Defaults = append(h.Defaults, &Question{Object: who, Attribute: o.attribute, Default: &d})
		}
		q := h.Defaults[at]
		q.Now = q.Now || now
		if !slices.Contains(q.Regulations, id) {
			q.Regulations = append(q.Regulations, id)
		}
	}
}

// guess is how a missing datum is filled in to see what is asked after it.
type guess struct {
	yes bool
	num int64
	age int
}

// guesses lead down the roads that rules mostly fork into: little and much, yes
// and no, a child, a pupil, an adult and a pensioner.
var guesses = []guess{{true, 0, 40}, {false, 0, 8}, {true, 1000, 16}, {true, 100, 70}, {false, 1000, 40}, {true, 20, 30}}

// maxAsked bounds what is asked of one household.
const maxAsked = 500

// later finds what may be asked for once the first questions are answered. It
// depends on the answers: the guesses find what is asked on some roads, and no
// answer rests on them.
func (h *Household) later(f *dossier.File, p *exact.Program) {
	if len(h.Questions) == 0 {
		return
	}
	for _, g := range guesses {
		for _, a := range h.Answers {
			if len(a.Lacks) == 0 {
				continue
			}
			c, ds := f.Case(p, h.Date) // each regulation says for itself what it asks
			if ds.Err() != nil {
				continue
			}
			for _, o := range a.Outcomes {
				if o.Object < 0 {
					continue
				}
				for range maxAsked {
					_, err := c.Value(o.Object, o.Attribute)
					q := h.lack(err, a.Regulation, false)
					if q == nil || !g.fill(c, f, q, h.Date) {
						break
					}
				}
			}
			c.Release()
		}
	}
}

// fill puts a guess in a case; false when nothing fits.
func (g guess) fill(c *exact.Case, f *dossier.File, q *Question, on rule.Date) bool {
	obj, ok := f.Object(q.Object)
	if !ok {
		return false
	}
	d := rule.Datum{Kind: q.Attribute.Type.Kind}
	switch d.Kind {
	case rule.Boolean:
		d.Bool = g.yes
	case rule.DateKind:
		d.Date = on.AddYears(-g.age)
	case rule.Enum:
		if q.Attribute.Type.Domain == nil || len(q.Attribute.Type.Domain.Values) == 0 {
			return false
		}
		d.Text = q.Attribute.Type.Domain.Values[int(g.num)%len(q.Attribute.Type.Domain.Values)]
	case rule.Amount, rule.Percentage, rule.Number:
		d.Num = big.NewRat(g.num, 1)
	default:
		d = rule.Datum{}
	}
	for _, try := range []rule.Datum{d, {Kind: d.Kind, Num: new(big.Rat)}, {Kind: d.Kind, Num: big.NewRat(1, 1)}, {}} {
		if c.Set(obj, q.Attribute, try) == nil {
			return true
		}
	}
	return false
}
