package office

import (
	"context"
	"slices"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// Frame is what every page shows around its content.
func (o *Office) Frame(_ context.Context, who string) (view.Frame, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	f := view.Frame{Organisation: o.organisation(), Demo: o.Demo != nil, DemoCode: o.demoCode(), Choose: o.Demo == nil, Today: o.today()}
	for _, p := range o.persons() {
		f.People = append(f.People, personView(p))
	}
	if p, ok := o.person(who); ok {
		f.Actor = personView(p)
		f.Owed, f.Unread = o.headerCounts(p)
	}
	return f, nil
}

func personView(p Person) view.Person {
	return view.Person{ID: p.ID, Name: p.Name, Title: p.Title, Corner: view.Corner(p.Corner), TeamLeader: p.TeamLeader}
}

// name gives the name of a person for people, and notes that it is in an answer.
func (o *Office) name(ctx context.Context, id loop.PersonID) string {
	return o.named(ctx, processing.Handling, id)
}

// named is name for an activity.
func (o *Office) named(ctx context.Context, why processing.Activity, id loop.PersonID) string {
	if id == loop.System {
		return "Lemniscaat"
	}
	if isCitizen(id) {
		return texts.T("een-inwoner")
	}
	if p, ok := o.person(string(id)); ok {
		processing.Mentioned(ctx, why, readName, string(id))
		return p.Name
	}
	if n := o.world.Name(id); n.Words != "" {
		processing.Mentioned(ctx, why, readName, string(id))
		return n.Words
	}
	return "een collega"
}

// holderName names who holds a post: the person, or the party when it is not
// connected or nobody is there.
func (o *Office) holderName(ctx context.Context, h loop.Holder) string {
	switch {
	case h.Post.Outside:
		return h.Post.Organisation + " (niet aangesloten)"
	case h.Person == "":
		return h.Post.Organisation
	}
	return o.named(ctx, processing.Staffing, h.Person)
}

func cornerTitle(h loop.Holder) string {
	switch {
	case h.Vacant:
		return "eigenaar, omdat de post vacant is"
	case h.Post.Corner == loop.Opdrachtgever && h.Post.Coordinating:
		return "coördinerend opdrachtgever"
	}
	return string(h.Post.Corner)
}

// todo gives what waits for a person, oldest date first.
func (o *Office) todo(ctx context.Context, p Person) []view.TodoRow {
	today, me := o.today(), loop.PersonID(p.ID)
	var rows []view.TodoRow
	for _, d := range o.world.OwedBy(me, today) {
		rows = append(rows, view.TodoRow{Ref: o.streamRef(ctx, d.Stream), What: texts.T("schuldig." + string(d.Duty)), Due: d.Due, Overdue: today.After(d.Due)})
	}
	for _, i := range o.toConfirm(me) {
		a := i.Answer()
		rows = append(rows, view.TodoRow{Ref: view.Ref{Text: o.issueTitle(ctx, i), Href: "/signalen"}, What: texts.T("schuldig.herken"), Due: a.WindowUntil, Overdue: today.After(a.WindowUntil)})
	}
	for _, v := range o.toJoin(p) {
		rows = append(rows, view.TodoRow{Ref: view.Ref{Text: v.Title, Href: proposalHref(v.ID)}, What: texts.T("schuldig.meedoen")})
	}
	slices.SortStableFunc(rows, func(a, b view.TodoRow) int {
		switch {
		case a.Due.IsZero() != b.Due.IsZero() && a.Due.IsZero():
			return 1
		case a.Due.IsZero() != b.Due.IsZero():
			return -1
		}
		return a.Due.Compare(b.Due)
	})
	return rows
}

// todoCount counts what todo gives, without making it.
func (o *Office) todoCount(p Person) int {
	me := loop.PersonID(p.ID)
	return o.world.OwedCount(me, o.today()) + len(o.toConfirm(me)) + len(o.toJoin(p))
}

// toConfirm gives the knelpunten of which somebody still says whether the answer fits,
// in the order of the log.
func (o *Office) toConfirm(me loop.PersonID) []*loop.Issue {
	var out []*loop.Issue
	for _, i := range o.world.IssuesOf(me) {
		a := i.Answer()
		if a == nil || i.State != loop.Answered || a.WindowFrom.IsZero() || a.By == me {
			continue
		}
		if _, said := i.Reactions[me]; !said {
			out = append(out, i)
		}
	}
	return out
}

// toJoin gives the proposals that wait for the corner of somebody, in the order of the log.
func (o *Office) toJoin(p Person) []*loop.Proposal {
	var corner loop.Mandate
	switch p.Corner {
	case loop.Opdrachtgever:
		corner = loop.Policy
	case loop.Opdrachtnemer:
		corner = loop.Execution
	default:
		return nil
	}
	var out []*loop.Proposal
	for v := range o.world.EachProposal() {
		if v.State.Ended() || v.State.Adopted() {
			continue
		}
		keyed := slices.ContainsFunc(v.Keys, func(k loop.Key) bool { return k.Mandate == corner })
		if v.Authors[corner] == "" || v.State == loop.Submitted && !keyed {
			out = append(out, v)
		}
	}
	return out
}

// streamRef links to the page of an aggregate.
func (o *Office) streamRef(ctx context.Context, stream string) view.Ref {
	kind, id := cutStream(stream)
	switch kind {
	case "knelpunt":
		if i := o.world.Issue(id); i != nil {
			return view.Ref{Text: o.issueTitle(ctx, i), Href: issueHref(id)}
		}
	case "voorstel":
		if p := o.world.Proposal(id); p != nil {
			return view.Ref{Text: p.Title, Href: proposalHref(id)}
		}
	case "besluit":
		if d := o.world.Decision(id); d != nil {
			ref := o.regulationRef(d.Anchor.Regulation)
			ref.Href = "/beslissingen/" + id
			return ref
		}
	case "formeel":
		if f := o.world.Formal(id); f != nil {
			return view.Ref{Text: texts.T("formeel-soort." + string(f.Kind)), Href: "/doorsturen#f-" + id}
		}
	case "regeling", "waardering":
		return o.regulationRef(id)
	}
	return view.Ref{}
}

// regulationRef names a regulation and links to it.
func (o *Office) regulationRef(id string) view.Ref {
	if r, ok := o.rules.set.Get(id); ok {
		return view.Ref{Text: r.Name, Href: regulationHref(id)}
	}
	return view.Ref{}
}

// maxTodo is how much of what waits is on the first page.
const maxTodo = 12

// Start is the first page.
func (o *Office) Start(ctx context.Context, who string) (view.StartView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	v := view.StartView{Tour: o.tour(ctx), Loop: o.loopView(ctx, "")}
	for _, r := range o.rules.sorted() {
		v.Regulations = append(v.Regulations, o.regulationRow(ctx, r))
	}
	if p, ok := o.person(who); ok {
		v.ForYou = o.todo(ctx, p)
		if n := len(v.ForYou); n > maxTodo {
			v.ForYou, v.More = v.ForYou[:maxTodo], n-maxTodo
		}
	}
	return v, nil
}

func (o *Office) regulationRow(ctx context.Context, r *regulation.Regulation) view.RegulationRow {
	row := view.RegulationRow{ID: r.ID, Name: r.Name, Summary: r.Summary, Level: o.level(r)}
	for _, i := range o.world.IssuesIn(r.ID) {
		if i.Anchors[0].Regulation == r.ID && i.State.Live() {
			row.OpenIssues++
		}
	}
	h := o.world.OwnerAt(loop.Anchor{Regulation: r.ID}, o.today())
	row.Owner, row.Absent = o.holderName(ctx, h), h.Post.Outside
	return row
}

// level gives the level of a regulation in this installation: outcomes that
// were imported lift a text with steps to level 2.
func (o *Office) level(r *regulation.Regulation) int {
	if r.Level < regulation.LevelOutcomes {
		if g := o.world.Regulation(r.ID); g != nil && len(g.Imports) > 0 || o.world.Intake(r.ID) != nil {
			return int(regulation.LevelOutcomes)
		}
	}
	return int(r.Level)
}

// daysSince counts the days from a date until today, 0 for a date to come.
func daysSince(d, today rule.Date) int { return max(0, rule.DaysBetween(d, today)) }
