package office

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// mayOpen says whether somebody can open a proposal on a regulation: those who
// hold its keys can, when there is something in it that can be changed.
func (o *Office) mayOpen(ctx context.Context, who, reg string) view.Action {
	r, ok := o.rules.set.Get(reg)
	if !ok {
		return view.Action{Why: "Deze regeling is hier niet bekend."}
	}
	p, known := o.person(who)
	switch {
	case !known:
		return view.Action{Why: "Kies bovenaan als wie u werkt."}
	case mandates[p.Corner] == "":
		return view.Action{Why: "Een voorstel openen kan iemand van beleid of van uitvoering."}
	}
	if _, ok := o.world.MemberAt(loop.PersonID(who), loop.Anchor{Regulation: reg}, o.today()); !ok {
		h := o.world.Resolve(loop.Debtor{Corner: loop.Opdrachtgever, Scope: loop.Anchor{Regulation: reg}}, o.today())
		return view.Action{Why: "Over deze regeling beslist " + o.holderName(ctx, h) + ". Een voorstel openen kan hier niet."}
	}
	if r.Level == regulation.LevelText {
		return view.Action{Why: "Deze regeling is hier alleen tekst. Een voorstel kan pas als er stappen of rekenregels bij staan. Tot dan helpt het antwoord ‘Uitvoering aanpassen’."}
	}
	return view.Action{Can: true}
}

// OpenProposal starts a sketch, on a knelpunt or on a regulation.
func (o *Office) OpenProposal(ctx context.Context, who string, in view.OpenProposalInput) (string, error) {
	id := o.NewID("v")
	if err := refusePersonal("titel", in.Title); err != nil {
		return "", err
	}
	c := loop.OpenProposal{ID: id, Regulation: in.Regulation, Title: in.Title, Asks: o.questions.asks()}
	if in.Issue != "" {
		o.mu.RLock()
		i := o.world.Issue(in.Issue)
		if i != nil {
			c.Regulation, c.Issues = i.Anchors[0].Regulation, []string{i.ID}
			if c.Title == "" {
				c.Title = o.issueTitle(ctx, i)
			}
		}
		o.mu.RUnlock()
		if i == nil {
			return "", view.ErrNotFound
		}
	}
	o.mu.RLock()
	may := o.mayOpen(ctx, who, c.Regulation)
	o.mu.RUnlock()
	if !may.Can {
		return "", refuse("voorstel-kan-niet", may.Why, "")
	}
	if err := o.do(ctx, who, c); err != nil {
		return "", err
	}
	from := nextQuarter(o.today())
	return id, o.do(ctx, who, loop.EditPlan{Proposal: id, Plan: loop.Plan{
		InForce: from, Rollout: []loop.Stage{{Percent: 100, From: from}},
	}})
}

// nextQuarter gives the first day of the quarter after the next month: a
// change needs time to be told.
func nextQuarter(today rule.Date) rule.Date {
	d := today.AddMonths(1)
	m := (d.Month-1)/3*3 + 4
	if m > 12 {
		return rule.Date{Year: d.Year + 1, Month: 1, Day: 1}
	}
	return rule.Date{Year: d.Year, Month: m, Day: 1}
}

// JoinProposal makes the actor co-author for the own corner.
func (o *Office) JoinProposal(ctx context.Context, who, id string) error {
	p, _ := o.person(who)
	return o.do(ctx, who, loop.NameAuthor{Proposal: id, Mandate: mandates[p.Corner], Person: loop.PersonID(who)})
}

// redo repeats an edit when what it was made from changed in the meantime: another
// process may edit the same.
func redo(do func() error) error {
	for range maxTries {
		if err := do(); !errors.Is(err, errMoved) {
			return err
		}
	}
	return fmt.Errorf("na %d keer proberen was steeds iemand anders eerder: %w", maxTries, store.ErrConflict)
}

// unmoved is a request that is only done while a proposal is as it was.
func (o *Office) unmoved(p *loop.Proposal) request {
	id, version := p.ID, p.Version
	return request{still: func() bool {
		now := o.world.Proposal(id)
		return now != nil && now.Version == version
	}}
}

// edit changes the draft of a proposal and records it.
func (o *Office) edit(ctx context.Context, who, id string, change func(*draft) error) error {
	o.editing.Lock()
	defer o.editing.Unlock()
	return redo(func() error { return o.editOnce(ctx, who, id, change) })
}

func (o *Office) editOnce(ctx context.Context, who, id string, change func(*draft) error) error {
	o.mu.RLock()
	p := o.world.Proposal(id)
	if p == nil {
		o.mu.RUnlock()
		return view.ErrNotFound
	}
	d, err := o.draftOf(p)
	base := o.unmoved(p)
	o.mu.RUnlock()
	if err != nil {
		return err
	}
	if err := change(&d); err != nil {
		return err
	}
	c, err := d.content()
	if err != nil {
		return err
	}
	_, err = o.doOnce(ctx, who, loop.EditContent{Proposal: id, Content: c}, base)
	return err
}

// EditParameter changes one parameter in the sentence.
func (o *Office) EditParameter(ctx context.Context, who string, in view.ParameterInput) error {
	return o.edit(ctx, who, in.Proposal, func(d *draft) error { return d.setParameter(in.Param, in.Value) })
}

// EditStep changes what is asked of people.
func (o *Office) EditStep(ctx context.Context, who string, in view.StepInput) error {
	return o.edit(ctx, who, in.Proposal, func(d *draft) error { return d.setStep(in.Step, in.Value) })
}

// AnswerCompass answers questions of the Beleidskompas.
func (o *Office) AnswerCompass(ctx context.Context, who, id string, answers map[string]string) error {
	o.mu.RLock()
	p := o.world.Proposal(id)
	o.mu.RUnlock()
	if p == nil {
		return view.ErrNotFound
	}
	q := o.questions.edition(compassList, p.Edition(compassList))
	for k, a := range answers {
		if !slices.ContainsFunc(q.Questions, func(x question) bool { return x.ID == k }) {
			return refuse("vraag-onbekend", fmt.Sprintf("Vraag %q staat niet in het Beleidskompas.", k), "Ververs de pagina.")
		}
		if err := refusePersonal("vraag-"+k, a); err != nil {
			return err
		}
	}
	return o.do(ctx, who, loop.EditCompass{Proposal: id, Answers: answers})
}

// AcceptFindings accepts existing weighty findings for the own mandate, each
// with an event of its own. What was accepted before is left as it is, so that
// a form that is sent twice does no harm.
func (o *Office) AcceptFindings(ctx context.Context, who, id string, findings []string, why string) error {
	if err := refusePersonal("want", why); err != nil {
		return err
	}
	if len(findings) == 0 {
		return refuse("bevinding-ontbreekt", "U koos geen bevinding.", "Vink aan wat u aanvaardt.", view.FieldError{Field: "bevinding", Text: "Vink aan wat u aanvaardt."})
	}
	o.mu.RLock()
	var todo []loop.AcceptFinding
	var no error
	for _, f := range slices.Compact(slices.Sorted(slices.Values(findings))) {
		c := loop.AcceptFinding{Proposal: id, Finding: f, Why: loop.Words(why)}
		_, err := o.world.Decide(loop.PersonID(who), c, o.Now())
		var r *loop.Refusal
		switch {
		case err == nil:
			todo = append(todo, c)
		case errors.As(err, &r) && r.Code == "niets-veranderd":
			// By an earlier click.
		case no == nil:
			no = refusal(err)
		}
	}
	o.mu.RUnlock()
	if no != nil {
		return no
	}
	for _, c := range todo {
		if err := o.do(ctx, who, c); err != nil {
			return err
		}
	}
	return nil
}

// SubmitProposal lays a proposal before both keys. What the loop asks first,
// that it is assessed, is done on the way when everything is there.
func (o *Office) SubmitProposal(ctx context.Context, who, id string) error {
	o.mu.RLock()
	p := o.world.Proposal(id)
	var state loop.ProposalState
	if p != nil {
		state = p.State
	}
	o.mu.RUnlock()
	if p == nil {
		return view.ErrNotFound
	}
	if state == loop.Sketch || state == loop.Returned {
		if err := o.do(ctx, who, loop.MarkAssessed{Proposal: id}); err != nil {
			return err
		}
	}
	return o.do(ctx, who, loop.Submit{Proposal: id})
}

// ReturnProposal lays it back.
func (o *Office) ReturnProposal(ctx context.Context, who, id, why string) error {
	if err := refusePersonal("want", why); err != nil {
		return err
	}
	return o.do(ctx, who, loop.Return{Proposal: id, Reason: loop.Words(why)})
}

// WithdrawProposal takes it back.
func (o *Office) WithdrawProposal(ctx context.Context, who, id, why string) error {
	if err := refusePersonal("want", why); err != nil {
		return err
	}
	return o.do(ctx, who, loop.WithdrawProposal{Proposal: id, Reason: loop.Words(why)})
}

// Adopt records the decided version in the regulation: it holds from the date
// in the plan, which is part of what both keys signed.
func (o *Office) Adopt(ctx context.Context, who, id string, from rule.Date) error {
	o.mu.RLock()
	p := o.world.Proposal(id)
	var starts rule.Date
	if p != nil {
		starts = startsOn(p, o.today())
	}
	o.mu.RUnlock()
	if p == nil {
		return view.ErrNotFound
	}
	if from != starts {
		return refuse("andere-datum", "Beide sleutels staan op "+dutch(starts)+". Een andere dag is een ander voorstel.",
			"Kies "+dutch(starts)+".", view.FieldError{Field: "datum", Text: "Kies " + dutch(starts) + "."})
	}
	return o.do(ctx, who, loop.BringIntoForce{Proposal: id})
}

// startsOn gives the day from which a decided proposal holds when it is brought
// into force now: what is rolled out stage by stage never holds from before.
func startsOn(p *loop.Proposal, today rule.Date) rule.Date {
	if p.Staged() && p.Plan.InForce.Before(today) {
		return today
	}
	return p.Plan.InForce
}
