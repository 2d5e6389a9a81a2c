package office

import (
	"context"
	"slices"

	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
)

// ConsequenceList lists the regulations in which something was decided here.
func (o *Office) ConsequenceList(context.Context, string) (view.ConsequenceListView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var v view.ConsequenceListView
	for _, r := range o.rules.sorted() {
		row := view.ConsequenceListRow{Regulation: view.Ref{Text: r.Name, Href: "/gevolgen/" + r.ID}}
		for _, p := range o.world.Proposals() {
			if p.Regulation == r.ID && p.State.Adopted() {
				row.Decisions++
				if p.DecidedOn.After(row.Last) {
					row.Last = p.DecidedOn
				}
			}
		}
		if row.Decisions > 0 {
			v.Rows = append(v.Rows, row)
		}
	}
	return v, nil
}

// sinceShown is how many knelpunten are named under a choice.
const sinceShown = 5

// Consequences is Gevolgen van keuzes of one regulation, the latest choice first.
func (o *Office) Consequences(ctx context.Context, _, reg string, asked view.Asked) (view.ConsequenceView, error) {
	published, last, err := o.lastCircle(ctx)
	if err != nil {
		return view.ConsequenceView{}, err
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	r, ok := o.rules.set.Get(reg)
	if !ok {
		return view.ConsequenceView{}, view.ErrNotFound
	}
	v := view.ConsequenceView{Regulation: view.Ref{Text: r.Name, Href: regulationHref(reg)}}
	var list []*loop.Proposal
	for _, p := range o.world.Proposals() {
		if p.Regulation == reg && p.State.Adopted() {
			list = append(list, p)
		}
	}
	slices.SortStableFunc(list, func(a, b *loop.Proposal) int { return b.DecidedOn.Compare(a.DecidedOn) })
	list, v.Paging = view.PageOf(list, asked)
	predictions := o.world.Predictions(reg)
	here := o.world.IssuesAt(loop.Anchor{Regulation: reg})
	for _, p := range list {
		row := view.ConsequenceRow{
			Proposal: view.Ref{Text: p.Title, Href: proposalHref(p.ID)}, Decided: p.DecidedOn, From: p.Plan.InForce,
			Summary: p.Content.Summary, Predicted: p.Simulation.Sentence, Synthetic: p.Simulation.Synthetic, Promises: o.promisesOf(ctx, p),
		}
		for _, x := range predictions {
			if x.Proposal.ID == p.ID {
				row.Measured = append(row.Measured, o.measured(r, x))
			}
		}
		o.since(ctx, &row, p, here)
		if in := p.Plan.InForce; !in.IsZero() && !last.from.Before(in) {
			row.Period, row.People = last.title, peopleOf(published, reg)
		}
		v.Choices = append(v.Choices, row)
	}
	return v, nil
}

// since says which knelpunten came after a choice came into force, and how many of them
// detectors reported.
func (o *Office) since(ctx context.Context, row *view.ConsequenceRow, p *loop.Proposal, here []*loop.Issue) {
	for _, i := range here {
		a := i.Answer()
		if slices.Contains(p.Issues, i.ID) || a != nil && a.Proposal == p.ID {
			row.Solves = append(row.Solves, view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)})
		}
		if p.Plan.InForce.IsZero() {
			continue
		}
		if !i.Opened.Before(p.Plan.InForce) {
			row.SinceAll++
			if len(row.Since) < sinceShown {
				row.Since = append(row.Since, view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)})
			}
		}
		for _, id := range i.Signals {
			if s, _ := o.world.Signal(id); s != nil && s.Channel == loop.Detector && !loop.DateOf(s.At).Before(p.Plan.InForce) {
				row.Detected++ // of a program, about nobody in particular
			}
		}
	}
}

// peopleOf writes what is published about people of a regulation over a quarter.
func peopleOf(c circle, reg string) []view.Number {
	at, given := c.at(reg, "", true), c.givenIn(reg)
	return []view.Number{
		{Value: orHidden(at.N-at.Citizens, at.Hidden[0] || at.Hidden[1]), Label: texts.T("gevolg.balie")},
		{Value: orHidden(at.Citizens, at.Hidden[1]), Label: texts.T("gevolg.inwoners")},
		{Value: orHidden(given.N, given.Hidden), Label: texts.T("gevolg.maatwerk")},
	}
}
