package office

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// issueTitle names a knelpunt: what it is about and where. Its first words are
// those of the first signal, cut short.
func (o *Office) issueTitle(ctx context.Context, i *loop.Issue) string {
	if s := o.firstTold(i); s != nil {
		sawTitle(ctx, s)
		return shorten(o.detectorWords(s), headLength)
	}
	a := o.anchorView(i.Anchors[0], "")
	return strings.TrimSpace(texts.T("tegel."+string(i.Kind)) + " – " + a.RegulationName + " " + a.ArticleName)
}

// shorten cuts a text at a word, so that a title stays on one line.
func shorten(s string, n int) string {
	s = strings.Join(strings.Fields(s), " ")
	r := []rune(s)
	if len(r) <= n {
		return s
	}
	cut := string(r[:n])
	if k := strings.LastIndexByte(cut, ' '); k > n/2 {
		cut = cut[:k]
	}
	return strings.TrimRight(cut, " ,.;:") + "…"
}

// worksOn reports whether somebody works on a knelpunt: has a seat in one of its
// triangles, reported it, or is of the organisation that executes the place. Only they
// see how many people report it; to all others that is a number about a few people. The
// caller holds mu.
func (o *Office) worksOn(who string, i *loop.Issue) bool {
	me := loop.PersonID(who)
	if who == "" {
		return false
	}
	if _, mine := i.Reporters()[me]; mine {
		return true
	}
	if _, person := o.person(who); !person {
		return false // a program, or an account without a role
	}
	today := o.today()
	for _, a := range i.Anchors {
		if _, ok := o.world.MemberAt(me, a, today); ok {
			return true
		}
		if here, mine := o.executor(a, today), o.worksFor(me, a, today); mine == here || mine == "" && len(o.housesNow()) == 1 {
			return true
		}
	}
	return false
}

func (o *Office) issueRow(ctx context.Context, who string, i *loop.Issue) view.IssueRow {
	today := o.today()
	row := view.IssueRow{
		ID: i.ID, Title: o.issueTitle(ctx, i), Anchor: o.anchorView(i.Anchors[0], ""), Tile: tileOf(i.Kind),
		State: view.IssueState(i.State), Opened: i.Opened,
		Severity: o.severity(i.Anchors[0]),
	}
	if o.worksOn(who, i) {
		row.Signals, row.People = len(i.Signals), len(i.Reporters())
	}
	if d, ok := i.Due(); ok {
		h := o.world.Resolve(d.Debtor, today)
		row.Owner, row.Due, row.Owed = o.holderName(ctx, h), d.Due, texts.T("schuldig."+string(d.Duty))
		row.Overdue = today.After(d.Due)
	}
	return row
}

// Issues lists knelpunten: live ones first, those with the earliest date on
// top.
func (o *Office) Issues(ctx context.Context, who string, in view.IssueListInput) (view.IssueListView, error) {
	var v view.IssueListView
	look, err := o.lookForIssues(ctx, in.Words)
	if err != nil {
		return v, err
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	if in.Regulation != "" {
		r, ok := o.rules.set.Get(in.Regulation)
		if !ok {
			return v, view.ErrNotFound
		}
		v.Regulation = &view.Ref{Text: r.Name, Href: regulationHref(r.ID)}
	}
	_, staff := o.person(who)
	today := o.today()
	debtors := map[loop.Debtor]loop.PersonID{}
	owes := func(i *loop.Issue) bool {
		d, ok := i.Due()
		if !ok || who == "" {
			return false
		}
		p, known := debtors[d.Debtor]
		if !known {
			p = o.world.Resolve(d.Debtor, today).Person
			debtors[d.Debtor] = p
		}
		return string(p) == who
	}
	all := o.issuesBy(func(i *loop.Issue) bool {
		switch {
		case in.Regulation != "" && !slices.ContainsFunc(i.Anchors, func(a loop.Anchor) bool { return a.Regulation == in.Regulation }):
		case in.State != "" && view.IssueState(i.State) != in.State:
		case in.Overdue && !late(i, today):
		case in.Mine && !owes(i):
		default:
			return true
		}
		return false
	})
	all = look.keepMatching(all, staff)
	all, v.Paging = view.PageOf(all, in.Asked)
	for _, i := range all {
		v.Rows = append(v.Rows, o.issueRow(ctx, who, i))
	}
	v.Filters.In = in
	for _, r := range o.rules.sorted() {
		v.Filters.Regulations = append(v.Filters.Regulations, view.Option{Value: r.ID, Label: r.Name})
	}
	v.Bundle.Can = o.inTriangle(who)
	return v, nil
}

func late(i *loop.Issue, today rule.Date) bool {
	d, ok := i.Due()
	return ok && today.After(d.Due)
}

// inTriangle reports that somebody has a corner, and so may bundle somewhere.
func (o *Office) inTriangle(who string) bool {
	today := o.today()
	for _, t := range o.world.Seats(loop.PersonID(who)) {
		for _, h := range t.Members(today) {
			if who != "" && string(h.Person) == who {
				return true
			}
		}
	}
	return false
}

// issuesBy gives knelpunten in the order of a list: the earliest date first,
// then what owes nothing, the latest first: an order by how many report it would say
// who is about few.
func (o *Office) issuesBy(keep func(*loop.Issue) bool) []*loop.Issue {
	type entry struct {
		i   *loop.Issue
		due rule.Date
		has bool
	}
	var list []entry
	for _, i := range o.world.Issues() {
		if keep(i) {
			d, ok := i.Due()
			list = append(list, entry{i, d.Due, ok})
		}
	}
	slices.SortStableFunc(list, func(a, b entry) int {
		switch {
		case a.has != b.has && a.has:
			return -1
		case a.has != b.has:
			return 1
		case a.has:
			if c := a.due.Compare(b.due); c != 0 {
				return c
			}
		}
		return cmp.Compare(b.i.History[0].Seq, a.i.History[0].Seq)
	})
	out := make([]*loop.Issue, len(list))
	for n, e := range list {
		out[n] = e.i
	}
	return out
}

// firstIssues gives the first rows of a list that has a page of its own, and how
// long the list is.
func (o *Office) firstIssues(ctx context.Context, who string, all []*loop.Issue) (rows []view.IssueRow, count int) {
	for _, i := range all[:min(len(all), view.FirstRows)] {
		rows = append(rows, o.issueRow(ctx, who, i))
	}
	return rows, len(all)
}
