package office

import (
	"context"
	"maps"
	"slices"

	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
)

// deadlock is what a proposal shows when its corners do not agree.
func (o *Office) deadlock(ctx context.Context, p *loop.Proposal, who string) view.DeadlockSection {
	today := o.today()
	a := loop.Anchor{Regulation: p.Regulation}
	v := view.DeadlockSection{Today: today}
	me, in := o.world.MemberAt(loop.PersonID(who), a, today)
	var side loop.Mandate
	if in && me.Signs {
		side = mandates[me.Post.Corner]
	}
	v.Side = string(side)
	head := who != "" && o.world.HeadAt(a, today).Person == loop.PersonID(who)
	for _, r := range p.Refused {
		v.Refused = append(v.Refused, o.position(ctx, r.Mandate, loop.Position{Person: r.Person, Text: r.Reason, On: r.On}))
	}
	for i := range p.Deadlocks {
		s := o.stuck(ctx, p, &p.Deadlocks[i])
		if p.Deadlocks[i].Outcome == "" {
			v.Stuck = &s
		} else {
			v.Past = append(v.Past, s)
		}
	}
	if p.Settled != nil {
		s := o.settled(ctx, p)
		v.Settled = &s
	}
	v.Rulings = o.rulings(ctx, p)
	var missing []loop.Mandate
	for _, m := range []loop.Mandate{loop.Policy, loop.Execution} {
		if p.Key(m) == nil {
			missing = append(missing, m)
		}
	}
	if p.State == loop.Submitted {
		if len(missing) == 1 {
			v.Missing = string(missing[0])
		}
		v.Refuse.Can = side != "" && p.Key(side) == nil && p.Refusal(side) == nil && p.Stuck() == nil
		v.State.Can = side != "" && p.Stuck() != nil
		v.Settle.Can = head && p.Stuck() != nil
		v.Favour.Can = len(missing) == 1
		v.Declare.Can = side != "" && p.Stuck() == nil && len(p.Refused) > 0
		if len(missing) == 1 && p.Stuck() == nil && (head || side == missing[0].Other()) {
			if o.mayDespite(p, missing[0]) {
				v.Despite.Can = true
			} else {
				v.Despite.Why = texts.T("ondanks-wacht", "kant", string(missing[0]))
			}
		}
	}
	if p.State == loop.Returned && p.Returns >= 2 {
		v.Declare.Can = side != ""
	}
	for _, d := range p.Obligations() {
		if d.Duty == loop.DutyEarly && d.Open() {
			v.EarlyDue = d.Due
			switch p.State {
			case loop.Rolling, loop.Paused, loop.InForce, loop.Evaluated:
				v.Early.Can = in && me.Signs
			}
		}
	}
	v.Ruling.Can = (in && me.Signs || head) && p.State != loop.Withdrawn && p.State != loop.Lapsed
	return v
}

// mayDespite reports whether the side that did not sign said no, or let its
// time pass.
func (o *Office) mayDespite(p *loop.Proposal, missing loop.Mandate) bool {
	return p.Refusal(missing) != nil || slices.ContainsFunc(p.Obligations(), func(d loop.Obligation) bool {
		return d.Duty == loop.DutyKey && d.Ref == string(missing) && d.Open() && o.today().After(d.Due)
	})
}

func (o *Office) position(ctx context.Context, m loop.Mandate, x loop.Position) view.PositionRow {
	row := view.PositionRow{Side: string(m), Text: x.Text.Words, On: x.On}
	if x.Person != "" {
		row.Who = o.name(ctx, x.Person)
	}
	if x.Text.Erased() {
		row.Text = texts.T("gewist")
	}
	return row
}

func (o *Office) stuck(ctx context.Context, p *loop.Proposal, d *loop.Deadlock) view.StuckView {
	a := loop.Anchor{Regulation: p.Regulation}
	v := view.StuckView{
		Proposal: view.Ref{Text: p.Title, Href: proposalHref(p.ID)}, Scope: o.regulationRef(p.Regulation), On: d.On, DecideBy: d.DecideBy,
		Owner: o.holderName(ctx, o.world.HeadAt(a, o.today())), Outcome: string(d.Outcome), Decided: d.Decided, Reason: d.Reason.Words,
		Positions: []view.PositionRow{o.position(ctx, loop.Policy, d.Policy), o.position(ctx, loop.Execution, d.Execution)},
	}
	v.Overdue = d.Outcome == "" && o.today().After(d.DecideBy)
	if d.DecidedBy != "" {
		v.Owner = o.name(ctx, d.DecidedBy)
	}
	return v
}

func (o *Office) settled(ctx context.Context, p *loop.Proposal) view.SettledView {
	s := p.Settled
	v := view.SettledView{
		Proposal: view.Ref{Text: p.Title, Href: proposalHref(p.ID)}, Scope: o.regulationRef(p.Regulation), Kind: string(s.Kind), By: o.name(ctx, s.By),
		Name: s.Name.Words, Reason: s.Reason.Words, Body: s.Body, Source: s.Source, On: s.On, State: proposalState(p.State),
	}
	for _, m := range s.Missing {
		v.Missing = append(v.Missing, string(m))
	}
	for _, q := range slices.Sorted(maps.Keys(s.Over)) {
		v.Over = append(v.Over, view.QuarterCell{Quarter: string(q), Over: s.Over[q]})
	}
	for _, d := range p.Obligations() {
		if d.Duty == loop.DutyEarly {
			v.EarlyDue, v.EarlyDone = d.Due, d.Done
		}
	}
	if s.Kind == loop.Despite {
		for _, i := range o.world.IssuesAt(loop.Anchor{Regulation: p.Regulation}) {
			for _, id := range i.Signals {
				if g, _ := o.world.Signal(id); g != nil && g.Reporter == "detector/besluit-ondanks" && g.At.Equal(s.At) {
					v.Signal = &view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)}
				}
			}
		}
	}
	return v
}

func (o *Office) rulings(ctx context.Context, p *loop.Proposal) []view.RulingRow {
	var out []view.RulingRow
	for _, r := range p.Rulings {
		out = append(out, view.RulingRow{
			Proposal: view.Ref{Text: p.Title, Href: proposalHref(p.ID)}, Body: r.Body, Outcome: string(r.Outcome), Source: r.Source, Note: r.Note, On: r.On, By: o.name(ctx, r.By),
		})
	}
	return out
}

// Stuck lists what was not decided with two keys: for everybody.
func (o *Office) Stuck(ctx context.Context, _ string) (view.StuckListView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var v view.StuckListView
	for _, p := range o.world.Proposals() {
		for i := range p.Deadlocks {
			s := o.stuck(ctx, p, &p.Deadlocks[i])
			if s.Outcome == "" {
				v.Open = append(v.Open, s)
			} else {
				v.Past = append(v.Past, s)
			}
		}
		if p.Settled != nil && p.Settled.Kind != loop.ByOwner {
			v.Settled = append(v.Settled, o.settled(ctx, p))
		}
		v.Rulings = append(v.Rulings, o.rulings(ctx, p)...)
	}
	slices.SortFunc(v.Open, func(a, b view.StuckView) int { return a.DecideBy.Compare(b.DecideBy) })
	slices.SortFunc(v.Past, func(a, b view.StuckView) int { return b.Decided.Compare(a.Decided) })
	slices.SortFunc(v.Settled, func(a, b view.SettledView) int { return b.On.Compare(a.On) })
	slices.SortFunc(v.Rulings, func(a, b view.RulingRow) int { return b.On.Compare(a.On) })
	return v, nil
}

// sideOf gives the mandate that somebody signs for in the triangle of a
// proposal.
func (o *Office) sideOf(who, proposal string) loop.Mandate {
	o.mu.RLock()
	defer o.mu.RUnlock()
	p := o.world.Proposal(proposal)
	if p == nil {
		return ""
	}
	me, _ := o.world.MemberAt(loop.PersonID(who), loop.Anchor{Regulation: p.Regulation}, o.today())
	return mandates[me.Post.Corner]
}

// RefuseKey is the no of the actor's side, on what it read.
func (o *Office) RefuseKey(ctx context.Context, who string, in view.PositionInput) error {
	if err := refusePersonal("want", in.Text); err != nil {
		return err
	}
	return o.do(ctx, who, loop.RefuseKey{Proposal: in.Proposal, Mandate: o.sideOf(who, in.Proposal), Digest: loop.Digest(in.Digest), Reason: loop.Words(in.Text)})
}

// DeclareDeadlock asks the eigenaar to decide.
func (o *Office) DeclareDeadlock(ctx context.Context, who string, in view.PositionInput) error {
	if err := refusePersonal("want", in.Text); err != nil {
		return err
	}
	return o.do(ctx, who, loop.DeclareDeadlock{Proposal: in.Proposal, Mandate: o.sideOf(who, in.Proposal), Position: loop.Words(in.Text)})
}

// StatePosition puts the position of the actor's side beside the other.
func (o *Office) StatePosition(ctx context.Context, who string, in view.PositionInput) error {
	if err := refusePersonal("want", in.Text); err != nil {
		return err
	}
	return o.do(ctx, who, loop.StatePosition{Proposal: in.Proposal, Mandate: o.sideOf(who, in.Proposal), Position: loop.Words(in.Text)})
}

// SettleDeadlock is the decision of the eigenaar.
func (o *Office) SettleDeadlock(ctx context.Context, who string, in view.DeadlockInput) error {
	if err := refusePersonal("want", in.Reason); err != nil {
		return err
	}
	return o.do(ctx, who, loop.DecideDeadlock{Proposal: in.Proposal, Outcome: loop.DeadlockOutcome(in.Outcome), Reason: loop.Words(in.Reason)})
}

// DecideDespite is a besluit ondanks.
func (o *Office) DecideDespite(ctx context.Context, who string, in view.DespiteInput) error {
	for _, f := range []struct{ field, text string }{{"naam", in.Name}, {"want", in.Reason}} {
		if err := refusePersonal(f.field, f.text); err != nil {
			return err
		}
	}
	return o.do(ctx, who, loop.DecideDespite{
		Proposal: in.Proposal, Digest: loop.Digest(in.Digest), Name: loop.Words(in.Name), Reason: loop.Words(in.Reason),
		SignalID: o.NewID("s"), IssueID: o.NewID("k"),
	})
}

// ReportEarly is the early invoeringstoets.
func (o *Office) ReportEarly(ctx context.Context, who string, in view.PositionInput) error {
	if err := refusePersonal("want", in.Text); err != nil {
		return err
	}
	return o.do(ctx, who, loop.ReportEarly{Proposal: in.Proposal, Report: loop.Words(in.Text)})
}

// RecordRuling records a decision of parliament or a council.
func (o *Office) RecordRuling(ctx context.Context, who string, in view.RulingInput) error {
	for _, f := range []struct{ field, text string }{{"wie", in.Body}, {"bron", in.Source}, {"wat", in.Note}} {
		if err := refusePersonal(f.field, f.text); err != nil {
			return err
		}
	}
	return o.do(ctx, who, loop.RecordParliament{Proposal: in.Proposal, Ruling: loop.Ruling{
		Body: in.Body, Outcome: loop.ParliamentOutcome(in.Outcome), Source: in.Source, Note: in.Note, On: in.On,
	}})
}
