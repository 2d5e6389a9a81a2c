package office

import (
	"context"
	"slices"

	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/spelling"
)

// Vote is Voor de stemming: what a member of parliament or council needs to know
// of a proposal, on one page. What is not known stands there as not known.
func (o *Office) Vote(ctx context.Context, _, id string) (view.VoteView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	p := o.world.Proposal(id)
	if p == nil {
		return view.VoteView{}, view.ErrNotFound
	}
	v := view.VoteView{
		Proposal: view.Ref{Text: p.Title, Href: proposalHref(id)}, Regulation: o.regulationRef(p.Regulation), From: p.Plan.InForce,
		State: view.ProposalState(p.State), Choice: p.Content.Summary, OptionsWhy: p.Options.Why,
	}
	unknown := func(key string) { v.Unknown = append(v.Unknown, texts.T("onbekend."+key)) }
	fresh := p.Simulation.Run != "" && p.Simulation.Content == p.Content.Digest
	if fresh {
		v.Effect, v.Synthetic = p.Simulation.Sentence, p.Simulation.Synthetic
	} else {
		unknown("effect")
	}
	r, ok := o.rules.set.Get(p.Regulation)
	for _, e := range p.Plan.Expectations {
		name := e.Goal
		if i, found := indicatorOf(r, e.Indicator); ok && found {
			name = spelling.Capital(i.Name)
		}
		v.Money = append(v.Money, view.Fact{
			Name:   name,
			Value:  texts.T("stemming.van-naar", "nu", numberText(e.Baseline, e.Unit), "straks", numberText(e.Predicted, e.Unit)),
			Source: texts.T("stemming.marge", "laag", numberText(e.Low, e.Unit), "hoog", numberText(e.High, e.Unit), "datum", dutch(e.Horizon)),
		})
	}
	if len(p.Plan.Expectations) == 0 {
		unknown("verwachting")
	}
	o.voteTests(&v, p, unknown)
	v.Conditions = o.promisesOf(ctx, p)
	if len(v.Conditions) == 0 {
		for _, k := range p.Keys {
			for _, c := range k.Conditions {
				v.Conditions = append(v.Conditions, view.PromiseRow{What: c.What, Who: o.name(ctx, c.By), Due: c.Due, State: view.PromiseOpen})
			}
		}
		for _, c := range p.Plan.Promises {
			v.Conditions = append(v.Conditions, view.PromiseRow{What: c.What, Who: o.name(ctx, c.By), Due: c.Due, State: view.PromiseOpen})
		}
	}
	for _, x := range p.Options.List {
		v.Options = append(v.Options, view.VoteOption{Name: x.Name, Effect: x.Effect, Chosen: x.ID == p.Options.Chosen})
	}
	if len(p.Options.List) == 0 {
		unknown("opties")
	}
	if len(p.Evidence) == 0 {
		unknown("burgers")
	}
	return v, nil
}

// voteTests adds the red lines and what the executor finds of it; an assessment
// of another version counts as not done.
func (o *Office) voteTests(v *view.VoteView, p *loop.Proposal, unknown func(string)) {
	for _, q := range o.world.Terms.Required {
		k := slices.IndexFunc(p.Assessments, func(a loop.Assessment) bool { return a.Questionnaire == q && a.Content == p.Content.Digest })
		if k < 0 {
			unknown(q)
			continue
		}
		a := p.Assessments[k]
		for _, f := range a.Findings {
			if f.Weighty && !slices.Contains(v.RedLines, f.Text) {
				v.RedLines = append(v.RedLines, f.Text)
			}
		}
		v.Tested = v.Tested || q == "doenvermogen"
		if q == "uitvoeringstoets" {
			v.Verdict = a.Verdict // as it was given, when its questionnaire is gone
			if x, ok := o.questions.edition(a.Questionnaire, a.Edition).verdict(a.Verdict); ok {
				v.Verdict = x.Text
			}
		}
	}
}
