package office

import (
	"context"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// recent is how many events the register shows, out of the last recentFrom.
const recent, recentFrom = 20, 200

// aboutPeople reports whether an event is one of somebody who reports or reacts, or of
// a case. The public list of events leaves them out: who counts them knows how many
// people there are, and when each of them came.
func aboutPeople(stream, typ string) bool {
	switch kind, _ := cutStream(stream); kind {
	case "knelpunt":
		switch trimVersion(typ) {
		case "signaal.ontvangen", "signaal.bijlage", "knelpunt.reactie", "knelpunt.antwoord-bezorgd":
			return true
		}
		return false
	case "besluit", "team", "waardering", "formeel", "tekst", "persoon", "leerzaak", "invoer":
		return true
	}
	return false
}

// Register is the public register: the first rows of each list, or one list by
// pages. Only the rows that are shown are made.
func (o *Office) Register(ctx context.Context, who string, in view.RegisterInput) (view.RegisterView, error) {
	look, err := o.lookForIssues(ctx, in.Words)
	if err != nil {
		return view.RegisterView{}, err
	}
	published, last, err := o.lastCircle(ctx)
	if err != nil {
		return view.RegisterView{}, err
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	v := view.RegisterView{Part: in.Part, Totals: map[view.RegisterPart]int{}}
	if in.Part != "" && !slices.Contains(view.RegisterParts[:], in.Part) {
		return v, view.ErrNotFound
	}
	_, v.Paging = view.PageOf([]int(nil), view.Asked{Words: in.Words})
	o.registerLists(ctx, &v, in, look)
	v.Counts = append(o.counts(), registerPeople(published, last)...)
	h := o.world.Head()
	v.Events, v.Head = int64(h.Seq), h.Hash.String()
	from := uint64(1)
	if h.Seq > recentFrom {
		from = h.Seq - recentFrom + 1
	}
	for r, err := range o.Store.All(ctx, from) {
		if err != nil {
			return v, err
		}
		if r.Seq > h.Seq {
			break
		}
		v.HeadAt = r.At
		if aboutPeople(r.Stream, r.Type) {
			continue // one by one they would be counted
		}
		v.Recent = append(v.Recent, view.TimelineRow{
			At: r.At, Who: o.recordActor(ctx, who, r.Stream, r.Type, loop.PersonID(r.Actor)), Text: eventText(r.Type), Ref: o.streamRef(ctx, r.Stream), Event: int64(r.Seq),
		})
	}
	v.Recent = v.Recent[max(0, len(v.Recent)-recent):]
	slices.Reverse(v.Recent)
	v.Verified = true // every record is checked before it is folded
	return v, nil
}

// registerLists fills the lists of the register. The caller holds o.mu.
func (o *Office) registerLists(ctx context.Context, v *view.RegisterView, in view.RegisterInput, look *issueLook) {
	today := o.today()
	words := strings.Fields(strings.ToLower(in.Words))
	says := func(parts ...string) bool { return hasAll(strings.Join(parts, " "), words) }

	for _, d := range o.registerLate(v, in, today, words) {
		v.Overdue = append(v.Overdue, view.OverdueRow{
			Debtor: o.holderName(ctx, d.Holder), What: texts.T("schuldig." + string(d.Duty)), Issue: o.streamRef(ctx, d.Stream), Due: d.Due,
			Days: daysSince(d.Due, today), Step: d.Step.String(),
		})
	}
	outside := slices.DeleteFunc(o.outsiders(today), func(r view.OutsideRow) bool { return !says(r.Party) })
	v.Outside = registerPart(v, in, view.RegisterOutside, outside)
	linked := slices.DeleteFunc(o.linkAnswers(ctx), func(r view.LinkedRow) bool { return !says(r.Party, r.What, r.Because.Text) })
	v.Linked = registerPart(v, in, view.RegisterLinked, linked)

	regulations := slices.DeleteFunc(slices.Clone(o.rules.sorted()), func(r *regulation.Regulation) bool { return !says(r.Name, r.ID, r.BWB) })
	for _, r := range registerPart(v, in, view.RegisterRegulations, regulations) {
		v.Regulations = append(v.Regulations, o.registerRegulation(ctx, r))
	}
	issues := look.keepMatching(o.issuesBy(func(i *loop.Issue) bool { return i.State != loop.Merged }), false)
	for _, i := range registerPart(v, in, view.RegisterIssues, issues) {
		v.Issues = append(v.Issues, o.issueRow(ctx, "", i))
	}
	proposals := o.proposalsBy(func(p *loop.Proposal) bool { return len(words) == 0 || hasAll(o.proposalWords(p), words) })
	for _, p := range registerPart(v, in, view.RegisterProposals, proposals) {
		v.Proposals = append(v.Proposals, o.proposalRow(ctx, p))
	}
}

// registerLate is registerPart of what is late in public: of a long list only the rows
// that are shown are made.
func (o *Office) registerLate(v *view.RegisterView, in view.RegisterInput, today rule.Date, words []string) []loop.Owed {
	asked := in.Asked
	if in.Part != view.RegisterOverdue {
		asked = view.Asked{}
	}
	rows, paging := pageOfEach(o.world.EachOwed(today, loop.Public), func(d loop.Owed) bool { return len(words) == 0 || o.says(d, words) }, asked)
	v.Totals[view.RegisterOverdue] = paging.Total
	switch in.Part {
	case "":
		return rows[:min(len(rows), view.FirstRows)]
	case view.RegisterOverdue:
		v.Paging = paging
		return rows
	}
	return nil
}

// registerPart gives the rows of one list that are shown, and counts all of them.
func registerPart[T any](v *view.RegisterView, in view.RegisterInput, name view.RegisterPart, all []T) []T {
	v.Totals[name] = len(all)
	switch in.Part {
	case "":
		return all[:min(len(all), view.FirstRows)]
	case name:
		rows, paging := view.PageOf(all, in.Asked)
		v.Paging = paging
		return rows
	}
	return nil
}

// hasAll reports whether every word stands in a text; words are in small letters.
func hasAll(text string, words []string) bool {
	text = strings.ToLower(text)
	return !slices.ContainsFunc(words, func(w string) bool { return !strings.Contains(text, w) })
}

// registerRegulation is one regulation with its versions.
func (o *Office) registerRegulation(ctx context.Context, r *regulation.Regulation) view.RegisterRegulation {
	row := view.RegisterRegulation{ID: r.ID, Name: r.Name, Level: o.level(r), Triangle: o.triangleView(ctx, loop.Anchor{Regulation: r.ID})}
	g := o.world.Regulation(r.ID)
	if g != nil {
		for _, x := range g.Adoptions {
			rv := view.RegisterVersion{From: x.From, Digest: short(string(x.Content))}
			if p := o.world.Proposal(x.Proposal); p != nil {
				rv.Proposal = view.Ref{Text: p.Title, Href: proposalHref(p.ID)}
				for _, k := range x.Keys {
					rv.Keys = append(rv.Keys, view.KeyRow{
						Corner: string(k.Mandate), Holder: o.name(ctx, k.Person), Given: true, Digest: short(string(k.Digest)), At: o.keyTime(p, k.Person),
					})
				}
			}
			row.Versions = append(row.Versions, rv)
		}
	}
	if len(row.Versions) == 0 {
		note := "meegeleverd"
		digest, from := short(string(r.ContentDigest())), firstDay(r)
		if g != nil && !g.Imported.IsZero() {
			note, from = "ingelezen als tekst", g.Imported
		}
		row.Versions = append(row.Versions, view.RegisterVersion{From: from, Digest: digest, Note: note})
	}
	return row
}

// firstDay gives the first day on which a rule of a regulation holds.
func firstDay(r *regulation.Regulation) rule.Date {
	var first rule.Date
	for _, ru := range r.Rules() {
		for _, v := range ru.Versions {
			if first.IsZero() || v.From.Before(first) {
				first = v.From
			}
		}
	}
	return first
}

// registerPeople are the numbers about people of the last quarter that is over. Silence
// is counted apart from confirmation.
func registerPeople(c circle, q quarter) []view.Number {
	num := func(key string, n int64, hidden bool) view.Number {
		return view.Number{Value: orHidden(n, hidden), Label: texts.T("register-mensen."+key, "kwartaal", q.title)}
	}
	return []view.Number{
		num("signalen", c.Signals.N, c.Signals.Hidden[0]), num("bevestigd", c.Reacted.Confirmed, c.Reacted.Hidden), num("stil", c.Reacted.Silent, c.Reacted.Hidden),
	}
}

// counts are the numbers of knelpunten.
func (o *Office) counts() []view.Number {
	var live, answered, solved, accepted int
	for i := range o.world.EachIssue() {
		switch i.State {
		case loop.Open:
			live++
		case loop.Answered:
			live++
			answered++
		case loop.Solved:
			solved++
		case loop.Accepted:
			accepted++
		}
	}
	num := func(n int, key string) view.Number {
		return view.Number{Value: texts.Number(int64(n)), Label: texts.T("register-telling." + key)}
	}
	return []view.Number{
		num(live, "lopend"), num(answered, "beantwoord"), num(solved, "opgelost"), num(accepted, "aanvaard"),
	}
}

func eventText(typ string) string { return texts.T("gebeurtenis." + trimVersion(typ)) }

// keyTime gives when somebody turned a key.
func (o *Office) keyTime(p *loop.Proposal, who loop.PersonID) time.Time {
	var at time.Time
	for _, m := range p.History {
		if m.By == who && m.Type == (&loop.KeyTurned{}).Type() {
			at = m.At
		}
	}
	return at
}
