package office

import (
	"context"

	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
)

// rolloutView fills how far the roll-out is and what the actor may do about it.
func (o *Office) rolloutView(ctx context.Context, v *view.ProposalView, p *loop.Proposal, me Person) {
	plan := o.planView(p, view.Action{})
	r := view.RolloutView{Stages: plan.Stages, Percent: p.Percent(), Paused: p.State == loop.Paused, Tripped: p.Tripped}
	mandate := mandates[me.Corner]
	signs := func(what string) view.Action {
		if mandate == "" {
			return view.Action{Why: texts.T("uitrol.wie", "wat", what)}
		}
		return view.Action{Can: true}
	}
	today := o.today()
	switch p.State {
	case loop.Decided, loop.Rolling:
		if !p.Staged() {
			break
		}
		if next := p.Stage + 1; next < len(p.Plan.Rollout) {
			r.Next = signs(texts.T("uitrol.trede"))
			if from := p.Plan.Rollout[next].From; r.Next.Can && today.Before(from) {
				r.Next = view.Action{Why: texts.T("uitrol.te-vroeg", "datum", dutch(from))}
			} else if days := p.Plan.Rollout[next].Days; r.Next.Can && next > 0 && days > 0 && !measuredUntil(p, days) {
				r.Next = view.Action{Why: texts.T("uitrol.meten", "datum", dutch(p.StageOn.AddDays(days)))}
			}
			// The last stage comes before entry into force.
			v.Adopt = view.Action{Why: texts.T("uitrol.eerst")}
		}
		if p.State == loop.Rolling {
			r.Pause = signs(texts.T("uitrol.pauze"))
		}
	case loop.Paused:
		r.Resume = signs(texts.T("uitrol.hervatten"))
		if p.Agreed[mandate] != "" {
			r.Resume = view.Action{Why: texts.T("uitrol.wacht")}
		}
		for _, m := range []loop.Mandate{loop.Policy, loop.Execution} {
			if who := p.Agreed[m]; who != "" {
				r.Agreed = append(r.Agreed, texts.T("uitrol.akkoord", "wie", o.name(ctx, who), "kant", string(m)))
			}
		}
		switch p.Cause {
		case loop.CauseTripwire:
			r.Why = texts.T("uitrol.grens")
		case loop.CauseKey:
			r.Why = texts.T("uitrol.sleutel")
		default:
			r.Why = wordsOfMoment(ctx, p.History, p.Reason)
		}
		v.Withdraw.Can = mandate != "" || me.Corner == loop.Eigenaar
		if p.Key(mandate) == nil && mandate != "" {
			v.Key.Can = true
		}
	}
	v.Rollout = r
	if mandate != "" && p.Key(mandate) != nil {
		switch p.State {
		case loop.Submitted, loop.Decided, loop.Rolling, loop.Paused:
			v.BackKey.Can = true
		}
	}
	if p.State == loop.Decided {
		v.Withdraw.Can = mandate != "" || me.Corner == loop.Eigenaar
	}
	if p.State.Editable() && me.Corner == loop.Eigenaar {
		v.Lapse.Can, v.Withdraw.Can = true, true
	}
	if (p.State == loop.Sketch || p.State == loop.Returned) && mandate != "" {
		v.MarkTested.Can = true
	}
}

// measuredUntil reports whether every expectation is measured so many days into
// the stage that runs.
func measuredUntil(p *loop.Proposal, days int) bool {
	need := p.StageOn.AddDays(days)
	for _, e := range p.Plan.Expectations {
		found := false
		for _, m := range p.Measurements {
			found = found || m.Expectation == e.ID && !m.Until.Before(need)
		}
		if !found {
			return false
		}
	}
	return true
}

// NextStage starts the roll-out or widens it.
func (o *Office) NextStage(ctx context.Context, who, proposal string) error {
	return o.do(ctx, who, loop.NextStage{Proposal: proposal})
}

// Pause stops a roll-out.
func (o *Office) Pause(ctx context.Context, who, proposal, why string) error {
	if err := refusePersonal("want", why); err != nil {
		return err
	}
	return o.do(ctx, who, loop.Pause{Proposal: proposal, Reason: loop.Words(why)})
}

// Resume says for the own mandate that a roll-out can go on.
func (o *Office) Resume(ctx context.Context, who, proposal, why string) error {
	if err := refusePersonal("want", why); err != nil {
		return err
	}
	return o.do(ctx, who, loop.Resume{Proposal: proposal, Reason: loop.Words(why)})
}

// WithdrawKey takes a key back.
func (o *Office) WithdrawKey(ctx context.Context, who, proposal, why string) error {
	if err := refusePersonal("want", why); err != nil {
		return err
	}
	return o.do(ctx, who, loop.WithdrawKey{Proposal: proposal, Reason: loop.Words(why)})
}

// LapseProposal ends a proposal that nobody works on.
func (o *Office) LapseProposal(ctx context.Context, who, proposal, why string) error {
	if err := refusePersonal("want", why); err != nil {
		return err
	}
	return o.do(ctx, who, loop.Lapse{Proposal: proposal, Reason: loop.Words(why)})
}

// evaluationView fills the invoeringstoets of a proposal that is in force.
func (o *Office) evaluationView(ctx context.Context, v *view.ProposalView, p *loop.Proposal, d draft, me Person, inTriangle bool) error {
	if p.State != loop.InForce && p.State != loop.Evaluated {
		return nil
	}
	q := o.questions.latest(afterwardTest)
	var done *loop.Assessment
	if p.Evaluation.Questionnaire != "" {
		done = &p.Evaluation
		q = o.questions.edition(afterwardTest, done.Edition)
	}
	a, err := o.assessmentView(ctx, q, p, d, done)
	if err != nil {
		return err
	}
	if p.State == loop.InForce {
		switch {
		case !inTriangle:
			a.Confirm.Why = texts.T("evalueren.wie")
		default:
			a.Confirm.Can = true
		}
	}
	v.Evaluate = &a
	return nil
}

// Evaluate closes with the invoeringstoets.
func (o *Office) Evaluate(ctx context.Context, who string, in view.EvaluationInput) error {
	for k, w := range in.Answers {
		if err := refusePersonal("antwoord-"+k, w); err != nil {
			return err
		}
	}
	for k, w := range in.Why {
		if err := refusePersonal("want-"+k, w); err != nil {
			return err
		}
	}
	if err := refusePersonal("verslag", in.Report); err != nil {
		return err
	}
	o.mu.RLock()
	p := o.world.Proposal(in.Proposal)
	var a loop.Assessment
	var err error
	if p != nil {
		var d draft
		if d, err = o.draftOf(p); err == nil {
			a, err = o.fill(ctx, o.questions.latest(afterwardTest), p, d, in.AssessmentInput)
		}
	}
	o.mu.RUnlock()
	switch {
	case p == nil:
		return view.ErrNotFound
	case err != nil:
		return err
	case in.Report == "":
		return refuse("tekst-ontbreekt", "Er staat niet wat u hiervan leert.", "Schrijf een paar zinnen.", view.FieldError{Field: "verslag", Text: "Schrijf wat u hiervan leert."})
	}
	return o.do(ctx, who, loop.Evaluate{Proposal: in.Proposal, Report: loop.Words(in.Report), Assessment: a})
}
