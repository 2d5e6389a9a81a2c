package office

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/privacy"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// issueTitle names a knelpunt: what it is about and where. Its first words are
// those of the first signal, cut short.
func (o *Office) issueTitle(i *loop.Issue) string {
	for _, id := range i.Signals {
		if s, _ := o.world.Signal(id); s != nil && s.What.Words != "" {
			return shorten(s.What.Words, 80)
		}
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

func (o *Office) issueRow(i *loop.Issue) view.IssueRow {
	today := o.today()
	row := view.IssueRow{
		ID: i.ID, Title: o.issueTitle(i), Anchor: o.anchorView(i.Anchors[0], ""), Tile: tileOf(i.Kind),
		State: view.IssueState(i.State), Signals: len(i.Signals), People: len(i.Reporters()), Opened: i.Opened,
		Severity: o.severity(i.Anchors[0]),
	}
	if d, ok := i.Due(); ok {
		h := o.world.Resolve(d.Debtor, today)
		row.Owner, row.Due, row.Owed = o.holderName(h), d.Due, texts.T("schuldig."+string(d.Duty))
		row.Overdue = today.After(d.Due)
	}
	return row
}

// Issues lists knelpunten: live ones first, those with the earliest date on
// top.
func (o *Office) Issues(_ context.Context, _, reg string) (view.IssueListView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var v view.IssueListView
	if reg != "" {
		r, ok := o.rules.set.Get(reg)
		if !ok {
			return v, view.ErrNotFound
		}
		v.Regulation = &view.Ref{Text: r.Name, Href: regulationHref(r.ID)}
	}
	v.Rows = o.issueRows(func(i *loop.Issue) bool { return reg == "" || i.Anchors[0].Regulation == reg })
	return v, nil
}

func (o *Office) issueRows(keep func(*loop.Issue) bool) []view.IssueRow {
	var list []*loop.Issue
	for _, i := range o.world.Issues() {
		if keep(i) {
			list = append(list, i)
		}
	}
	slices.SortStableFunc(list, func(a, b *loop.Issue) int {
		da, oka := a.Due()
		db, okb := b.Due()
		switch {
		case oka != okb && oka:
			return -1
		case oka != okb:
			return 1
		case oka:
			if c := da.Due.Compare(db.Due); c != 0 {
				return c
			}
		}
		return -cmp.Compare(len(a.Signals), len(b.Signals))
	})
	var rows []view.IssueRow
	for _, i := range list {
		rows = append(rows, o.issueRow(i))
	}
	return rows
}

// Issue is the page of one knelpunt.
func (o *Office) Issue(_ context.Context, who, id string) (view.IssueView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	i := o.world.Issue(id)
	if i == nil {
		return view.IssueView{}, view.ErrNotFound
	}
	v := view.IssueView{Row: o.issueRow(i), Stories: o.stories(i), Numbers: o.issueNumbers(i)}
	a := i.Anchors[0]
	if r, ok := o.rules.set.Get(a.Regulation); ok {
		if art, ok := r.Article(a.Article); ok {
			v.TryHere = i.State.Live() && r.Level >= regulation.LevelRules && len(r.Outcomes) > 0
			v.Article = view.Ref{Text: r.Name + " · " + articleName(art), Href: articleHref(r.ID, art.ID)}
			for _, ru := range art.Rules {
				if a.Rule == "" || a.Rule == ru.ID {
					v.Rules = append(v.Rules, o.ruleView(r, ru))
				}
			}
		}
	}
	ans := i.Answer()
	if ans != nil {
		av := o.answerView(i, ans)
		v.Answer = &av
	}
	if d, ok := i.Due(); ok {
		v.Ladder = o.ladder(d)
	}
	v.Timeline = o.timeline(i.History)
	v.Solved = o.solvedChecks(i)
	for _, p := range o.world.Proposals() {
		if slices.Contains(p.Issues, id) || ans != nil && ans.Proposal == p.ID {
			v.Proposals = append(v.Proposals, o.proposalRow(p))
		}
	}
	me := loop.PersonID(who)
	_, mine := i.Reporters()[me]
	switch {
	case who == "":
		v.MeToo.Why = "Kies bovenaan als wie u werkt."
	case mine:
		v.MeToo.Why = "U heeft dit al gemeld."
	case i.State.Live():
		v.MeToo.Can = true
	}
	owner := o.ownerOf(i)
	if i.State == loop.Open {
		if owner.Person == me && who != "" {
			v.CanAnswer.Can = true
			v.Form = o.answerForm(i)
		} else {
			v.CanAnswer.Why = "Het antwoord komt van " + o.holderName(owner) + "."
		}
	}
	if ans != nil && i.State == loop.Answered {
		p, _ := o.person(who)
		switch {
		case ans.Kind == loop.Keep && p.Corner == loop.Opdrachtnemer:
			v.Accept.Can = true
		case ans.Kind == loop.Keep:
			v.Accept.Why = "De tweede sleutel is van de uitvoering."
		}
		if ans.Kind == loop.Adapt && ans.WindowFrom.IsZero() {
			if v.Count.Can = p.Corner == loop.Opdrachtnemer; !v.Count.Can {
				v.Count.Why = "De uitvoering telt of het minder vaak gebeurt."
			}
		}
		v.Remind, v.Close = o.windowActions(i, ans, owner.Person == me && who != "")
	}
	if _, ok := o.person(who); ok && i.State.Live() {
		v.Try = o.mayOpen(who, a.Regulation)
	}
	return v, nil
}

// windowActions says whether the reporters can be reminded, or the knelpunt
// closed after their time is over.
func (o *Office) windowActions(i *loop.Issue, a *loop.Answer, owner bool) (remind, end view.Action) {
	if a.WindowFrom.IsZero() || !owner {
		return
	}
	today := o.today()
	from := a.WindowUntil.AddDays(-o.world.Terms.ReminderDays)
	switch {
	case a.Reminded.IsZero() && today.Before(from):
		remind.Why = "Een herinnering kan vanaf " + dutch(from) + "."
	case a.Reminded.IsZero():
		remind.Can = true
	case !today.After(a.WindowUntil):
		end.Why = "Melders mogen reageren tot en met " + dutch(a.WindowUntil) + "."
	default:
		end.Can = true
	}
	return
}

// stories gives at most three signals, chosen because they differ: the first,
// then those with another way of happening, then the latest.
func (o *Office) stories(i *loop.Issue) []view.Story {
	var told []*loop.Signal
	for _, id := range i.Signals {
		if s, _ := o.world.Signal(id); s != nil && s.What.Words != "" {
			told = append(told, s)
		}
	}
	var out []view.Story
	used := map[string]bool{}
	add := func(s *loop.Signal, why string) {
		if len(out) == 3 || used[s.ID] {
			return
		}
		used[s.ID] = true
		out = append(out, view.Story{
			Text: s.What.Words, Tile: tileOf(s.Kind), Who: texts.T("kanaal." + string(s.Channel)), Date: loop.DateOf(s.At),
			Frequency: frequencyOf(s.Frequency), Case: s.Case, Why: why,
		})
	}
	for k, s := range told {
		switch {
		case k == 0:
			add(s, "het eerste signaal")
		case s.Channel != told[0].Channel:
			add(s, "komt van een andere kant")
		case s.Frequency != told[0].Frequency:
			add(s, "gebeurt vaker of minder vaak")
		}
	}
	for k := len(told) - 1; k > 0; k-- {
		add(told[k], "het laatste signaal")
	}
	return out
}

func (o *Office) issueNumbers(i *loop.Issue) []view.Number {
	ns := []view.Number{
		{Value: texts.Number(int64(len(i.Signals))), Label: plural(len(i.Signals), "signaal", "signalen")},
		{Value: texts.Number(int64(len(i.Reporters()))), Label: plural(len(i.Reporters()), "melder", "melders")},
	}
	if s := o.severity(i.Anchors[0]); s != "" {
		ns = append(ns, view.Number{Value: s, Label: "uit de regels berekend"})
	}
	return ns
}

func plural(n int, one, more string) string {
	if n == 1 {
		return one
	}
	return more
}

// ladder says what happens when nothing comes.
func (o *Office) ladder(d loop.Obligation) []view.LadderRow {
	today, l := o.today(), o.world.Terms.Ladder
	rows := []view.LadderRow{
		{Date: d.Due.AddDays(1), Text: "De leiding en de andere hoeken van de driehoek zien het."},
		{Date: d.Due.AddDays(l.Owner), Text: "De eigenaar is aan zet."},
		{Date: d.Due.AddDays(l.Public), Text: "Het staat op de openbare lijst."},
		{Date: d.Due.AddDays(l.Parliament), Text: "Het staat op de pagina voor de gemeenteraad."},
	}
	for k := range rows {
		rows[k].Reached = !today.Before(rows[k].Date)
	}
	return rows
}

func (o *Office) timeline(ms []loop.Moment) []view.TimelineRow {
	var out []view.TimelineRow
	for _, m := range slices.Backward(ms) {
		t := eventText(m.Type)
		if m.Text.Words != "" {
			t += " “" + shorten(m.Text.Words, 120) + "”"
		} else if m.Text.Erased() {
			t += " (tekst gewist)"
		}
		out = append(out, view.TimelineRow{At: m.At, Who: o.name(m.By), Text: t, Event: int64(m.Seq)})
	}
	return out
}

// solvedChecks says what must be true before a knelpunt is solved.
func (o *Office) solvedChecks(i *loop.Issue) []view.SolvedCheck {
	a := i.Answer()
	checks := []view.SolvedCheck{{Text: "Er is een antwoord.", OK: a != nil}}
	if a == nil {
		return append(checks, view.SolvedCheck{Text: "Het antwoord is bij elke melder."}, view.SolvedCheck{Text: "De melders herkennen het."})
	}
	delivered := true
	for r, h := range i.Reporters() {
		delivered = delivered && (!h.Reachable || i.Delivered[r] == a.Number)
	}
	checks = append(checks, view.SolvedCheck{Text: "Het antwoord is bij elke bereikbare melder.", OK: delivered})
	if a.Kind == loop.Adapt && a.Proposal == "" {
		checks = append(checks, view.SolvedCheck{Text: "De uitvoering telt dat het minder vaak gebeurt.", OK: a.Counted})
	} else if a.Kind.Promises() {
		inForce, inside := false, false
		var ref view.Ref
		if p := o.world.Proposal(a.Proposal); p != nil {
			inForce = p.State == loop.InForce || p.State == loop.Evaluated
			inside = inForce && p.Inside()
			ref = view.Ref{Text: p.Title, Href: proposalHref(p.ID)}
		}
		checks = append(checks,
			view.SolvedCheck{Text: "De beloofde wijziging geldt.", OK: inForce, Ref: ref},
			view.SolvedCheck{Text: "Gemeten binnen de verwachting.", OK: inside || a.Counted})
	}
	yes := 0
	for _, r := range i.Reactions {
		if r.Recognised {
			yes++
		}
	}
	text := "De melders bevestigen het."
	if i.State == loop.Solved {
		text = fmt.Sprintf("%d %s, %d stil.", i.Ending.Confirmed, plural(i.Ending.Confirmed, "bevestiging", "bevestigingen"), i.Ending.Silent)
	} else if yes > 0 {
		text = fmt.Sprintf("De melders bevestigen het (tot nu toe %d).", yes)
	}
	return append(checks, view.SolvedCheck{Text: text, OK: i.State == loop.Solved})
}

func (o *Office) answerForm(i *loop.Issue) view.AnswerFormView {
	today := o.today()
	f := view.AnswerFormView{DeliverBy: rule.Date{Year: today.Year + 1, Month: 1, Day: 1}}
	for _, p := range o.world.Proposals() {
		if p.Regulation == i.Anchors[0].Regulation && !p.State.Ended() {
			f.Proposals = append(f.Proposals, view.Option{Value: p.ID, Label: p.Title})
		}
	}
	for _, h := range o.commissioners(today) {
		if h.Person != o.ownerOf(i).Person {
			f.Owners = append(f.Owners, view.Option{Value: h.Triangle + "/" + h.Post.ID, Label: o.holderName(h)})
		}
	}
	return f
}

// commissioners gives the opdrachtgevers of all triangles today, each post
// once.
func (o *Office) commissioners(on rule.Date) []loop.Holder {
	var out []loop.Holder
	for _, t := range o.world.Triangles() {
		for _, p := range t.At(on).Posts {
			if p.Corner == loop.Opdrachtgever {
				out = append(out, o.holder(t, p, on))
			}
		}
	}
	return out
}

func (o *Office) answerView(i *loop.Issue, a *loop.Answer) view.AnswerView {
	v := view.AnswerView{
		Kind: view.AnswerKind(a.Kind), By: o.name(a.By), Date: a.At, Reason: a.Reason.Words,
		FromTomorrow: a.Interim.Words, DeliverBy: a.LeverBy,
	}
	if a.Reason.Erased() {
		v.Reason = "De tekst is gewist."
	}
	if p := o.world.Proposal(a.Proposal); p != nil {
		v.Proposal = &view.Ref{Text: p.Title, Href: proposalHref(p.ID)}
	}
	if a.Kind == loop.Keep && i.State == loop.Answered {
		v.Waits = "Wacht op de sleutel van de uitvoering."
	}
	return v
}

// answerSentence gives a standing answer in one line.
func answerSentence(a *loop.Answer) string {
	if a.Interim.Words != "" {
		return a.Interim.Words
	}
	return a.Reason.Words
}

// PreviewAnswer shows an answer as the reporter would see it.
func (o *Office) PreviewAnswer(_ context.Context, who string, in view.AnswerInput) (view.AnswerView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	if o.world.Issue(in.Issue) == nil {
		return view.AnswerView{}, view.ErrNotFound
	}
	v := view.AnswerView{
		Kind: in.Kind, By: o.name(loop.PersonID(who)), Date: o.today(), Reason: in.Reason,
		FromTomorrow: in.FromTomorrow, DeliverBy: in.DeliverBy,
	}
	if p := o.world.Proposal(in.Proposal); p != nil {
		v.Proposal = &view.Ref{Text: p.Title, Href: proposalHref(p.ID)}
	}
	return v, nil
}

// Answer gives one of the five answers.
func (o *Office) Answer(ctx context.Context, who string, in view.AnswerInput) error {
	for _, f := range []struct{ field, text string }{{"reden", in.Reason}, {"vanaf-morgen", in.FromTomorrow}} {
		if err := refusePersonal(f.field, f.text); err != nil {
			return err
		}
	}
	if in.Kind == view.AnswerChange {
		o.mu.RLock()
		i := o.world.Issue(in.Issue)
		textOnly := false
		if i != nil {
			r, ok := o.rules.set.Get(i.Anchors[0].Regulation)
			textOnly = ok && r.Level == regulation.LevelText
		}
		o.mu.RUnlock()
		// A promise that nobody can keep here is not made.
		if textOnly {
			return refuse("alleen-tekst", "Deze regeling is hier alleen tekst. Wijzigen kan pas als er stappen of rekenregels bij staan.",
				"Kies ‘Uitvoering aanpassen’ voor wat u nu al anders doet.", view.FieldError{Field: "soort", Text: "Kies een ander antwoord."})
		}
	}
	if in.Kind == view.AnswerForward {
		triangle, post, _ := strings.Cut(in.Owner, "/")
		return o.do(ctx, who, loop.Forward{
			Issue: in.Issue, To: loop.PostRef{Triangle: triangle, Post: post}, Reason: loop.Words(in.Reason),
		})
	}
	c := loop.AnswerIssue{
		Issue: in.Issue, Kind: loop.AnswerKind(in.Kind), Reason: loop.Words(in.Reason), Interim: loop.Words(in.FromTomorrow),
		LeverBy: in.DeliverBy, Proposal: in.Proposal,
	}
	switch c.Kind {
	case loop.Adapt:
		c.Work = c.Interim
	case loop.Keep:
		c.ReviewBy = o.today().AddMonths(o.world.Terms.ReviewMonths)
	}
	return o.do(ctx, who, c)
}

// AcceptRefusal is the executor's key under "niet wijzigen".
func (o *Office) AcceptRefusal(ctx context.Context, who, issue string) error {
	return o.do(ctx, who, loop.AcceptKey{Issue: issue})
}

// CountWork is the executor's own count before and after an adaptation: where
// nothing is measured it stands in for the measurement.
func (o *Office) CountWork(ctx context.Context, who string, in view.CountInput) error {
	c := loop.CountWork{Issue: in.Issue}
	var faults []view.FieldError
	for _, f := range []struct {
		field, text string
		to          *int
	}{{"voor", in.Before, &c.Before}, {"na", in.After, &c.After}} {
		n, err := strconv.Atoi(f.text)
		if err != nil || n < 0 || n > 1_000_000 {
			faults = append(faults, view.FieldError{Field: f.field, Text: "Vul een heel getal in, bijvoorbeeld 12."})
			continue
		}
		*f.to = n
	}
	if len(faults) > 0 {
		return refuse("telling", "Dit is geen telling.", "", faults...)
	}
	return o.do(ctx, who, c)
}

// Remind reminds the reporters that their reaction is asked.
func (o *Office) Remind(ctx context.Context, who, issue string) error {
	return o.do(ctx, who, loop.Remind{Issue: issue})
}

// CloseIssue ends a knelpunt after the time of its reporters.
func (o *Office) CloseIssue(ctx context.Context, who, issue string) error {
	return o.do(ctx, who, loop.Close{Issue: issue})
}

// refusePersonal refuses free text with personal data in it, and proposes the
// masked text.
func refusePersonal(field, text string) error {
	masked, found := privacy.Mask(text)
	if len(found) == 0 {
		return nil
	}
	return refuse("persoonsgegeven", "In de tekst staan gegevens van een persoon. Die slaan wij niet op.",
		"Verzend de tekst hieronder, of pas hem aan.",
		view.FieldError{Field: field, Text: "Wij haalden weg: " + kindsFound(found) + ".", Suggest: masked})
}

func kindsFound(found []privacy.Kind) string {
	var names []string
	for _, k := range found {
		if n := "een " + k.Label(); !slices.Contains(names, n) {
			names = append(names, n)
		}
	}
	return texts.List(names)
}
