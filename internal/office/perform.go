package office

import (
	"context"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
)

// Perform carries out one command of the loop for somebody, with every guard
// that there is. Stories use it for what no page of this installation sends: the
// decisions of another case system, a triangle of years ago.
func (o *Office) Perform(ctx context.Context, who string, c loop.Command) error {
	return o.do(ctx, who, c)
}

// Look shows the folded log and the rules in force for as long as look runs.
// What it gets is only to be read, and not to be kept.
func (o *Office) Look(look func(w *loop.World, set *regulation.Set)) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	look(o.world, o.rules.set)
}

// EditVariant lays a variant that was prepared elsewhere into a proposal, in
// place of what it changes now. It holds from the date in the plan.
func (o *Office) EditVariant(ctx context.Context, who, proposal string, v regulation.Variant) error {
	return o.edit(ctx, who, proposal, func(d *draft) error {
		d.variant.Parameters, d.variant.Rules, d.variant.Steps, d.variant.Help = v.Parameters, v.Rules, v.Steps, v.Help
		return nil
	})
}

// CaseName gives the pseudonym of a case of the case system.
func (o *Office) CaseName(ref string) string {
	name, err := o.pseudonym(ref)
	if err != nil {
		panic("BUG: " + err.Error()) // a story keeps its own key
	}
	return name
}

// NewCase makes a case for the list of a demo.
func NewCase(id, reg, article, title, file string) DemoCase {
	return DemoCase{ID: id, Regulation: reg, Article: article, Title: title, File: file}
}

// DemoCase is a case of a demo: facts without a name.
type DemoCase = demoCase

// Verdict gives the first verdict of an assessment: that it can be done.
func Verdict(test string) string {
	q, err := ReadQuestionnaires(nil)
	if err != nil {
		panic("BUG: " + err.Error()) // what ships is tested
	}
	if v := q.latest(test).Verdicts; len(v) > 0 {
		return v[0].Value
	}
	return ""
}
