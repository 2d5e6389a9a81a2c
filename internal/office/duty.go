package office

import (
	"context"
	"iter"
	"slices"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// steps are the names of the ladder in addresses.
var steps = map[loop.Step]string{loop.Overdue: "te-laat", loop.AtOwner: "eigenaar", loop.Public: "openbaar", loop.Parliament: "raad"}

// dutyRow names one thing that is owed.
func (o *Office) dutyRow(ctx context.Context, who string, d loop.Owed) view.DutyRow {
	today := o.today()
	row := view.DutyRow{
		ID: d.ID, What: o.dutyText(d.Duty), Promise: d.What, Because: o.streamRef(ctx, d.Stream), Opened: d.Opened, Scope: o.regulationRef(d.Anchor.Regulation),
		Debtor: o.holderName(ctx, d.Holder), Role: cornerTitle(d.Holder), Outside: d.Holder.Post.Outside, Creditor: o.creditor(ctx, d.Obligation),
		Due: d.Due, Overdue: d.Step != loop.OnTime, Step: steps[d.Step], Ends: ends(d.Duty),
	}
	if row.Outside {
		row.Debtor = d.Holder.Post.Organisation
	}
	me := loop.PersonID(who)
	in := o.seatIn(me, d.Anchor)
	// Who works on the case of one resident is nobody's business outside.
	if kind, _ := cutStream(d.Stream); !in && (kind == "besluit" || kind == "formeel") {
		row.Debtor = d.Holder.Post.Organisation
	}
	if row.Overdue {
		row.Days = daysSince(d.Due, today)
	}
	if _, ok := o.world.Linkable(d.Obligation, today); ok && in {
		row.Link.Can = true
		row.Sent, row.Address = o.linkRow(d.ID), o.lastAddress(d.Holder)
	}
	for _, s := range o.world.SeenBy(d.ID) {
		row.Seen = append(row.Seen, view.SeenRow{Who: o.name(ctx, s.By), On: s.On, Step: steps[s.Step]})
	}
	said := slices.ContainsFunc(o.world.SeenBy(d.ID), func(s loop.Seen) bool { return s.By == me && s.Step == d.Step })
	row.See.Can = row.Overdue && in && !said
	return row
}

func (o *Office) dutyText(d loop.Duty) string { return texts.T("schuldig." + string(d)) }

// seatIn reports whether somebody has a place in the triangle of an
// anchor, or is eigenaar of the installation.
func (o *Office) seatIn(me loop.PersonID, a loop.Anchor) bool {
	if me == "" {
		return false
	}
	today := o.today()
	_, in := o.world.MemberAt(me, a, today)
	return in || o.world.HeadAt(loop.Anchor{}, today).Person == me
}

func (o *Office) creditor(ctx context.Context, d loop.Obligation) string {
	switch {
	case d.Creditor.Corner != "":
		return o.holderName(ctx, o.world.Resolve(d.Creditor, o.today()))
	case strings.HasPrefix(d.Stream, "knelpunt/"):
		return texts.T("aan.melders")
	case strings.HasPrefix(d.Stream, "besluit/"), strings.HasPrefix(d.Stream, "formeel/"):
		return texts.T("aan.burger")
	}
	return texts.T("aan.driehoek")
}

// Duties lists what anybody owes, the earliest date first.
func (o *Office) Duties(ctx context.Context, who string, in view.DutyAsked) (view.DutyListView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	me := loop.PersonID(who)
	v := view.DutyListView{Asked: in}
	today := o.today()
	for step, n := range o.world.OwedSteps(today) {
		v.Open += n
		if step != loop.OnTime {
			v.Late += n
		}
	}
	if who != "" {
		v.Mine = o.world.OwedCount(me, today)
	}
	all := o.world.EachOwed(today, loop.OnTime)
	switch {
	case in.Mine && who == "":
		all = slices.Values([]loop.Owed(nil))
	case in.Mine:
		all = slices.Values(o.world.OwedBy(me, today))
	case in.Late:
		all = o.world.EachOwed(today, loop.Overdue)
	}
	words := strings.Fields(strings.ToLower(in.Words))
	keep := func(d loop.Owed) bool {
		switch {
		case in.Late && d.Step == loop.OnTime, in.Kind != "" && string(d.Duty) != in.Kind, in.Corner != "" && string(d.Holder.Post.Corner) != in.Corner:
			return false
		}
		return len(words) == 0 || o.says(d, words)
	}
	page, paging := pageOfEach(all, keep, in.Asked)
	v.Paging = paging
	for _, d := range page {
		v.Rows = append(v.Rows, o.dutyRow(ctx, who, d))
	}
	for k := range o.world.OwedKinds() {
		v.Kinds = append(v.Kinds, view.Option{Value: string(k), Label: o.dutyText(k)})
	}
	slices.SortFunc(v.Kinds, func(a, b view.Option) int { return strings.Compare(a.Label, b.Label) })
	for _, c := range []loop.Corner{loop.Eigenaar, loop.Opdrachtgever, loop.Opdrachtnemer} {
		v.Corners = append(v.Corners, view.Option{Value: string(c), Label: string(c)})
	}
	return v, nil
}

// pageOfEach gives the rows of a page of what is kept of a long list, which is walked
// and never in memory as a whole.
func pageOfEach[T any](all iter.Seq[T], keep func(T) bool, asked view.Asked) ([]T, view.Paging) {
	var rows, last []T // the page that is asked, and the last page so far
	n := 0
	for x := range all {
		if !keep(x) {
			continue
		}
		if n%view.PerPage == 0 {
			last = last[:0]
		}
		last = append(last, x)
		if n++; (n-1)/view.PerPage == max(asked.Page, 1)-1 {
			rows = append(rows, x)
		}
	}
	_, paging := view.PageOf(make([]struct{}, n), asked)
	if paging.Page != max(asked.Page, 1) {
		rows = last // there are fewer pages
	}
	return rows, paging
}

// Duty is one thing that is owed, by its id.
func (o *Office) Duty(ctx context.Context, who, id string) (view.DutyRow, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	d, ok := o.world.Obligation(id)
	if !ok {
		return view.DutyRow{}, view.ErrNotFound
	}
	return o.dutyRow(ctx, who, o.owed(d)), nil
}

// owed gives an obligation with who owes it today.
func (o *Office) owed(d loop.Obligation) loop.Owed {
	today := o.today()
	return loop.Owed{Obligation: d, Holder: o.world.Resolve(d.Debtor, today), Step: o.world.Terms.Ladder.Step(d.Due, today)}
}

// says reports whether all words stand in what a row shows.
func (o *Office) says(d loop.Owed, words []string) bool {
	text := strings.ToLower(strings.Join([]string{
		o.dutyText(d.Duty), d.What, o.streamRef(unseen(), d.Stream).Text, o.regulationRef(d.Anchor.Regulation).Text, o.holderName(unseen(), d.Holder), d.Holder.Post.Organisation,
	}, " "))
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

// Late is one step of the ladder. What is public everybody sees; the first two
// steps are for those in the triangle.
func (o *Office) Late(ctx context.Context, who, step string, in view.Asked) (view.LateView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	me, today, l := loop.PersonID(who), o.today(), o.world.Terms.Ladder
	v := view.LateView{Step: step}
	days := map[loop.Step]int{loop.Overdue: 1, loop.AtOwner: l.Owner, loop.Public: l.Public, loop.Parliament: l.Parliament}
	count := map[loop.Step]int{}
	words := strings.Fields(strings.ToLower(in.Words))
	sees := map[loop.Anchor]bool{}
	everything := me != "" && o.world.HeadAt(loop.Anchor{}, today).Person == me
	may := func(d loop.Owed) bool {
		if everything || d.Step >= loop.Public {
			return true
		}
		in, known := sees[d.Anchor]
		if !known {
			in = o.seatIn(me, d.Anchor)
			sees[d.Anchor] = in
		}
		return in
	}
	known := o.world.OwedSteps(today)
	for s := loop.Overdue; s <= loop.Parliament; s++ {
		if count[s] = known[s]; s >= loop.Public || everything || count[s] == 0 {
			continue
		}
		count[s] = 0
		for d := range o.world.EachOwed(today, s) {
			if d.Step == s && may(d) {
				count[s]++
			}
		}
	}
	found := false
	for s := loop.Overdue; s <= loop.Parliament; s++ {
		v.Steps = append(v.Steps, view.LateStep{Key: steps[s], Days: days[s], Count: count[s], Here: steps[s] == step})
		found = found || steps[s] == step
	}
	if !found {
		return v, view.ErrNotFound
	}
	v.Closed = (step == steps[loop.Overdue] || step == steps[loop.AtOwner]) && !o.anywhere(me, today)
	of := loop.Overdue
	for steps[of] != step {
		of++
	}
	page, paging := pageOfEach(o.world.EachOwed(today, of), func(d loop.Owed) bool {
		return d.Step == of && may(d) && (len(words) == 0 || o.says(d, words))
	}, in)
	v.Paging = paging
	for _, d := range page {
		v.Rows = append(v.Rows, o.dutyRow(ctx, who, d))
	}
	return v, nil
}

// anywhere reports whether somebody has a place in any triangle.
func (o *Office) anywhere(me loop.PersonID, today rule.Date) bool {
	if me == "" {
		return false
	}
	return slices.ContainsFunc(o.world.Seats(me), func(t *loop.Triangle) bool {
		return t.Dropped.IsZero() && slices.ContainsFunc(t.Members(today), func(h loop.Holder) bool { return h.Person == me })
	})
}

// SeeOverdue says that the actor saw that something is late.
func (o *Office) SeeOverdue(ctx context.Context, who, obligation string) error {
	return o.do(ctx, who, loop.SeeOverdue{Obligation: obligation})
}

// ends says in one sentence what discharges a kind of obligation.
func ends(d loop.Duty) string {
	s, _ := texts.Text("voldoet." + string(d))
	return s
}
