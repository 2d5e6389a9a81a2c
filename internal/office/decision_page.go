package office

import (
	"context"
	"strings"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	view "lemniscaat/internal/screen"
)

// Decision is the page Beslissing uitgelegd. The explanation is not stored: it
// is computed again from the case and the rules. A decision of another system
// has no case here; what was recorded is shown.
func (o *Office) Decision(ctx context.Context, who, id string) (view.DecisionView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	d := o.world.Decision(id)
	if d == nil || !o.seesDecision(o.readerOf(ctx, who), d) {
		return view.DecisionView{}, view.ErrNotFound
	}
	r, ok := o.rules.set.Get(d.Anchor.Regulation)
	if !ok {
		return view.DecisionView{}, view.ErrNotFound
	}
	sawDecision(ctx, d)
	v := view.DecisionView{
		ID: id, Case: o.caseTitle(d), Regulation: view.Ref{Text: r.Name, Href: regulationHref(r.ID)}, Date: d.Date,
		Version: o.versionText(d), Digest: short(d.RuleSet), Positive: d.Kind == loop.Award, Synthetic: d.Synthetic,
		Anchor: o.anchorView(d.Anchor, d.Case), State: view.DecisionState(d.State), Intended: d.Prepared(),
		Sentence: texts.T("besluit.vastgelegd." + string(d.Kind)),
	}
	var cost strict
	c, known := o.caseFor(d.Case)
	known = known && c.Regulation == d.Anchor.Regulation
	if known {
		set, err := o.rulesOf(d)
		if err != nil {
			return view.DecisionView{}, err
		}
		res, err := evaluate(set, c.demoCase, d.Date, i18n.Language(ctx))
		if err != nil {
			return view.DecisionView{}, err
		}
		x := res.explained
		v.Receipt = o.Signing != nil && x.Error == nil
		v.Sentence, v.Reasons, v.Inputs = x.Sentence, otherReasons(x), inputs(res.file)
		for _, w := range x.WhyNot {
			if len(v.WhyNot) < 2 {
				v.WhyNot = append(v.WhyNot, w.Text)
			}
		}
		v.Assumptions, v.Trace, v.Before = x.Assumptions, o.trace(x), o.before(c.demoCase, d, x, i18n.Language(ctx))
		if d.Kind == loop.Rejected {
			cost = strictCost(set, res)
		}
	} else {
		v.Recorded = o.told(d)
	}
	if !d.TakenOn.IsZero() {
		v.Decided = d.History[len(d.History)-1].At
		for _, m := range d.History {
			if m.Type == (*loop.DecisionTaken)(nil).Type() {
				v.Decided = m.At
			}
		}
	}
	v.Rollout = o.rolloutOf(d)
	v.Wrong = o.anybody(who)
	o.course(ctx, &v, d, r, who)
	v.Discretion = o.sheet(ctx, d, r, who, cost)
	for _, g := range d.Given {
		v.Given = append(v.Given, o.givenRow(ctx, d, g, who))
	}
	for _, a := range d.Asks {
		v.Asks = append(v.Asks, o.askRow(ctx, d, a, who))
	}
	return v, nil
}

// told lists what another system told.
func (o *Office) told(d *loop.Decision) []view.Fact {
	out := []view.Fact{{Name: texts.T("besluit.soort"), Value: texts.T("besluit." + string(d.Kind))}}
	if d.Outcome != string(d.Kind) {
		out = append(out, view.Fact{Name: texts.T("besluit.uitkomst"), Value: d.Outcome})
	}
	if d.Cents > 0 {
		out = append(out, view.Fact{Name: texts.T("besluit.bedrag"), Value: texts.Euro(d.Cents)})
	}
	if d.Loss > 0 {
		out = append(out, view.Fact{Name: texts.T("besluit.verlies"), Value: texts.Euro(d.Loss)})
	}
	return out
}

// course tells what happened to a decision, and what can be done now.
func (o *Office) course(ctx context.Context, v *view.DecisionView, d *loop.Decision, r *regulation.Regulation, who string) {
	may := o.anybody(who)
	for _, k := range d.Contacts {
		v.Contacts = append(v.Contacts, view.ContactRow{On: k.On, How: k.How, Reached: k.Reached, Note: k.Note.Words, By: o.name(ctx, k.By)})
	}
	for _, ob := range d.Obligations() {
		switch {
		case !ob.Open():
		case ob.Duty == loop.DutyHear:
			v.HearBy = ob.Due
		case ob.Duty == loop.DutyObjection:
			v.SettleBy = ob.Due
		}
	}
	v.Gate = o.gate(d, r)
	if d.Exception != "" {
		v.Exception = texts.T("besluit.uitzondering", "artikel", d.Exception, "wat", texts.T("uitzondering."+slugOf(d.Exception)))
	}
	v.ObjectionText = wordsOfMoment(ctx, d.History, d.Objection)
	if d.State == loop.Dropped || d.State == loop.Revised || d.State == loop.Upheld {
		v.Ending = wordsOfMoment(ctx, d.History, d.Reason)
		if d.RevisedCents > 0 {
			v.Ending = strings.TrimSpace(texts.T("besluit.nieuw-bedrag", "bedrag", texts.Euro(d.RevisedCents)) + " " + v.Ending)
		}
	}
	switch d.State {
	case loop.Intended, loop.Contacted:
		v.Contact, v.Drop, v.Take = may, may, may
		if mustHear(d) {
			v.Take = view.Action{Why: texts.T("besluit.eerst-spreken")}
			v.Except = may
			for _, e := range loop.HearingExceptions() {
				v.Exceptions = append(v.Exceptions, view.Option{Value: e, Label: e + ": " + texts.T("uitzondering."+slugOf(e))})
			}
		}
	case loop.Taken:
		v.Object = may
		v.ObjectBy = d.TakenOn.AddDays(o.world.Terms.ObjectDays)
	case loop.Objected:
		v.Settle = may
	}
}

// gate says why somebody is spoken to first.
func (o *Office) gate(d *loop.Decision, r *regulation.Regulation) string {
	if !d.Burdened {
		return ""
	}
	switch d.Kind {
	case loop.Stop, loop.Sanction, loop.Recovery:
		return texts.T("poort." + string(d.Kind))
	}
	limit := int64(0)
	if r.ContactThreshold != nil {
		c, _ := centsOf(r.ContactThreshold)
		limit = int64(c)
	}
	return texts.T("poort.verlies", "bedrag", texts.Euro(d.Loss), "grens", texts.Euro(limit))
}

// slugOf makes "awb-4-11-onder-a" of "Awb 4:11 onder a": a key of a text.
func slugOf(s string) string {
	return strings.NewReplacer(" ", "-", ":", "-").Replace(strings.ToLower(s))
}
