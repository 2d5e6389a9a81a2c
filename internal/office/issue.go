package office

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/privacy"
	"lemniscaat/internal/regulation"
	view "lemniscaat/internal/screen"
)

// Issue is the page of one knelpunt.
func (o *Office) Issue(ctx context.Context, who, id string) (view.IssueView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	i := o.world.Issue(id)
	if i == nil {
		return view.IssueView{}, view.ErrNotFound
	}
	v := view.IssueView{Row: o.issueRow(ctx, who, i), Stories: o.stories(ctx, who, i), Numbers: o.issueNumbers(who, i)}
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
		av := o.answerView(ctx, i, ans)
		v.Answer = &av
	}
	if d, ok := i.Due(); ok {
		v.Ladder = o.ladder(d)
	}
	v.Timeline = o.issueTimeline(ctx, who, i)
	v.Solved = o.solvedChecks(who, i)
	for _, p := range o.world.Proposals() {
		if slices.Contains(p.Issues, id) || ans != nil && ans.Proposal == p.ID {
			v.Proposals = append(v.Proposals, o.proposalRow(ctx, p))
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
			v.Form = o.answerForm(ctx, i)
		} else {
			v.CanAnswer.Why = "Het antwoord komt van " + o.holderName(ctx, owner) + "."
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
	v.Acts = o.issueActs(ctx, who, i)
	if o.worksOn(who, i) {
		v.Delivery = delivery(i)
	}
	if x := i.Asked; x.Open() {
		v.Asked = &view.MoreTime{By: o.name(ctx, x.By), Until: x.Until, Reason: x.Reason.Words}
	}
	_, member := o.world.MemberAt(me, i.Anchors[0], o.today())
	v.Bundle.Can = who != "" && member && i.State == loop.Open
	if _, ok := o.person(who); ok && i.State.Live() {
		v.Try = o.mayOpen(ctx, who, a.Regulation)
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

func (o *Office) issueNumbers(who string, i *loop.Issue) []view.Number {
	var ns []view.Number
	if works := o.worksOn(who, i); !works {
		ns = append(ns, view.Number{Value: texts.T("raakt.niet-getoond"), Label: texts.T("melders-aantal")})
	} else {
		ns = append(ns, view.Number{Value: texts.Number(int64(len(i.Signals))), Label: plural(len(i.Signals), "signaal", "signalen")},
			view.Number{Value: texts.Number(int64(len(i.Reporters()))), Label: plural(len(i.Reporters()), "melder", "melders")})
	}
	if named, _ := o.world.Cases(i); named > 0 && o.worksOn(who, i) {
		label := "knelpunt.zaken"
		if o.caseKeys(i) > 1 {
			label = "knelpunt.zaken-wissel"
		}
		ns = append(ns, view.Number{Value: texts.Number(int64(named)), Label: texts.N(label, int64(named))})
	}
	if s := o.severity(i.Anchors[0]); s != "" {
		ns = append(ns, view.Number{Value: s, Label: "uit de regels berekend"})
	}
	return ns
}

// caseKeys gives how many keys of pseudonyms named the cases of a knelpunt: with more
// than one, a case from before and after a change of the key is counted twice, as
// nobody can tell that it is the same.
func (o *Office) caseKeys(i *loop.Issue) int {
	seen := map[string]bool{}
	for _, id := range i.Signals {
		s, _ := o.world.Signal(id)
		if s == nil {
			continue
		}
		if key, _, ok := strings.Cut(s.Case, ":"); ok {
			seen[key] = true
		}
	}
	return len(seen)
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

// issueTimeline is the story of a knelpunt as a reader may see it: who reported
// is named only for those who may know.
func (o *Office) issueTimeline(ctx context.Context, who string, i *loop.Issue) []view.TimelineRow {
	rows, works := o.timeline(ctx, i.History), o.worksOn(who, i)
	var out []view.TimelineRow
	for k, m := range slices.Backward(i.History) {
		if !works && aboutPeople("knelpunt/"+i.ID, m.Type) {
			continue // one by one they would be counted
		}
		row := rows[len(rows)-1-k]
		row.Who = o.actorName(ctx, who, i, m.By, m.Type)
		out = append(out, row)
	}
	return out
}

func (o *Office) timeline(ctx context.Context, ms []loop.Moment) []view.TimelineRow {
	var out []view.TimelineRow
	for _, m := range slices.Backward(ms) {
		t := eventText(m.Type)
		if m.Text.Words != "" {
			sawMoment(ctx, m)
			t += " “" + shorten(m.Text.Words, 120) + "”"
		} else if m.Text.Erased() {
			t += " (tekst gewist)"
		}
		out = append(out, view.TimelineRow{At: m.At, Who: o.name(ctx, m.By), Text: t, Event: int64(m.Seq)})
	}
	return out
}

// solvedChecks says what must be true before a knelpunt is solved.
func (o *Office) solvedChecks(who string, i *loop.Issue) []view.SolvedCheck {
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
	if !o.worksOn(who, i) {
		return append(checks, view.SolvedCheck{Text: text, OK: i.State == loop.Solved})
	}
	if i.State == loop.Solved {
		text = fmt.Sprintf("%d %s, %d stil.", i.Ending.Confirmed, plural(i.Ending.Confirmed, "bevestiging", "bevestigingen"), i.Ending.Silent)
	} else if yes > 0 {
		text = fmt.Sprintf("De melders bevestigen het (tot nu toe %d).", yes)
	}
	return append(checks, view.SolvedCheck{Text: text, OK: i.State == loop.Solved})
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
