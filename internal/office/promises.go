package office

import (
	"cmp"
	"context"
	"slices"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// Promises lists every promise and condition: what is late first.
func (o *Office) Promises(ctx context.Context, _ string, state view.PromiseState, asked view.Asked) (view.PromisesView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	order := []view.PromiseState{view.PromiseLate, view.PromiseOpen, view.PromiseKeptLate, view.PromiseKept}
	if state != "" && !slices.Contains(order, state) {
		return view.PromisesView{}, view.ErrNotFound
	}
	v := view.PromisesView{State: state}
	var all []view.PromiseRow
	for _, p := range o.world.Proposals() {
		all = append(all, o.promisesOf(ctx, p)...)
	}
	for _, i := range o.world.Issues() {
		all = append(all, o.deliveriesOf(ctx, i)...)
	}
	counts := map[view.PromiseState]int{}
	rows := all[:0]
	for _, r := range all {
		if !mentions(asked.Words, r.What, r.Who, r.Of.Text, r.Where) {
			continue
		}
		counts[r.State]++
		if state == "" || r.State == state {
			rows = append(rows, r)
		}
	}
	for _, s := range order {
		v.Counts = append(v.Counts, view.PromiseCount{State: s, Count: counts[s]})
	}
	slices.SortStableFunc(rows, func(a, b view.PromiseRow) int {
		return cmp.Or(slices.Index(order, a.State)-slices.Index(order, b.State), a.Due.Compare(b.Due), cmp.Compare(a.What, b.What))
	})
	v.Rows, v.Paging = view.PageOf(rows, asked)
	return v, nil
}

// promisesOf gives what a proposal depends on: money and people by name, and the
// conditions of a key.
func (o *Office) promisesOf(ctx context.Context, p *loop.Proposal) []view.PromiseRow {
	var out []view.PromiseRow
	for _, x := range p.Obligations() {
		if x.Duty != loop.DutyPromise {
			continue
		}
		row := o.promiseRow(ctx, x, view.Ref{Text: p.Title, Href: proposalHref(p.ID)}, p.Regulation)
		row.What = x.What
		if t, ok := p.Kept[x.Ref]; ok {
			row.Proof = wordsLeft(t)
		}
		out = append(out, row)
	}
	return out
}

// deliveriesOf gives the changes that answers to a knelpunt promised.
func (o *Office) deliveriesOf(ctx context.Context, i *loop.Issue) []view.PromiseRow {
	var out []view.PromiseRow
	for _, x := range i.Obligations() {
		if x.Duty != loop.DutyDeliver || !x.Open() && x.How == (*loop.AnswerWithdrawn)(nil).Type() {
			continue
		}
		row := o.promiseRow(ctx, x, view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(i.ID)}, i.Anchors[0].Regulation)
		row.What = texts.T("schuldig.leveren")
		out = append(out, row)
	}
	return out
}

func (o *Office) promiseRow(ctx context.Context, x loop.Obligation, of view.Ref, regulation string) view.PromiseRow {
	today := o.today()
	row := view.PromiseRow{Of: of, Kind: string(x.Duty), Where: o.regulationRef(regulation).Text, Due: x.Due, Done: x.Done, State: promiseState(x, today)}
	if x.Debtor.Person != "" {
		row.Who = o.name(ctx, x.Debtor.Person)
	} else {
		row.Who = o.holderName(ctx, o.world.Resolve(x.Debtor, today))
	}
	return row
}

func promiseState(x loop.Obligation, today rule.Date) view.PromiseState {
	switch {
	case x.Open() && !x.Due.IsZero() && today.After(x.Due):
		return view.PromiseLate
	case x.Open():
		return view.PromiseOpen
	case !x.Due.IsZero() && x.Done.After(x.Due):
		return view.PromiseKeptLate
	}
	return view.PromiseKept
}
