package office

import (
	"context"
	"slices"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// tour is the guided tour of one turn. What is done follows from the log: the
// tour has no state of its own.
func (o *Office) tour(ctx context.Context) view.TourView {
	var v view.TourView
	if o.Demo == nil {
		return v
	}
	reg := o.Demo.tourRegulation()
	samira, joost, femke, karim := o.tourPerson(ctx, "samira"), o.tourPerson(ctx, "joost"), o.tourPerson(ctx, "femke"), o.tourPerson(ctx, "karim")
	add := func(key string, s view.Station, as view.Person, href string, done bool, args ...any) {
		step := view.TourStep{
			Station: s, Title: texts.T("rondleiding." + key + ".titel"), Text: texts.T("rondleiding." + key + ".tekst"),
			As: as, Link: view.Ref{Text: texts.T("rondleiding." + key + ".plek"), Href: href}, Done: done,
		}
		if done {
			step.Result = texts.T("rondleiding."+key+".klaar", args...)
			v.Done++
		}
		v.Steps = append(v.Steps, step)
	}

	i := o.tourIssue()
	issueLink, due := "/knelpunten", ""
	others := 0
	if i != nil {
		issueLink = issueHref(i.ID)
		others = len(i.Reporters())
		due = dutch(answerDue(i))
	}
	decisionLink := "/beslissingen"
	last := "" // by id
	for d := range o.world.EachDecision() {
		if d.Anchor.Regulation == reg && d.Kind == loop.Rejected && d.ID > last {
			last, decisionLink = d.ID, "/beslissingen/"+d.ID
		}
	}
	add("signaal", view.StationSignal, samira, decisionLink, i != nil, "datum", due)
	add("ook-bij-mij", view.StationSignal, joost, issueLink, others > 1, "aantal", others)

	var a *loop.Answer
	if i != nil {
		a = i.Answer()
	}
	answered := a != nil && a.Kind == loop.Change
	on := ""
	if answered {
		on = dutch(a.At)
	}
	add("antwoord", view.StationRule, femke, issueLink, answered, "datum", on)

	var p *loop.Proposal
	if answered {
		p = o.world.Proposal(a.Proposal)
	}
	if p == nil && i != nil {
		for _, q := range o.world.Proposals() {
			if slices.Contains(q.Issues, i.ID) && !q.State.Ended() {
				p = q
			}
		}
	}
	proposalLink := issueLink
	both, tested, decided := false, false, false
	from := ""
	measured, confirmed := false, 0
	if p != nil {
		proposalLink = proposalHref(p.ID)
		both = p.Authors[loop.Policy] != "" && p.Authors[loop.Execution] != "" && len(p.Content.Summary) > 0
		tested = p.State != loop.Sketch && p.State != loop.Returned && p.Simulation.Run != "" && len(p.Plan.Expectations) > 0
		decided = p.State.Adopted()
		from = dutch(p.Plan.InForce)
		measured = p.Inside()
	}
	if i != nil {
		confirmed = i.Ending.Confirmed
	}
	add("voorstel", view.StationRule, karim, proposalLink, both)
	add("toets", view.StationTest, karim, proposalLink, tested)
	sides := comparisonHref(reg)
	if p != nil && p.Content.Variant != "" {
		sides = comparisonHref(reg) + sidesQuery([2]view.ComparisonSide{1: {Rules: sideProposal + p.ID}})
	}
	v.Steps[len(v.Steps)-1].Also = view.Ref{Text: texts.T("rondleiding.toets.vergelijk"), Href: sides}
	add("besluit", view.StationDecide, femke, proposalLink, decided, "datum", from)
	add("meten", view.StationMeasure, samira, "/metingen/"+reg, measured && i != nil && i.State == loop.Solved, "aantal", confirmed)
	for k := range v.Steps {
		if !v.Steps[k].Done {
			v.Steps[k].Current = true
			break
		}
	}
	return v
}

func (o *Office) tourPerson(ctx context.Context, id string) view.Person {
	p, ok := o.person(id)
	if ok {
		processing.Mentioned(ctx, processing.Handling, readName, id)
	}
	return personView(p)
}

// tourIssue is the knelpunt of the tour: the latest that was opened on the
// regulation of the tour after the demo began.
func (o *Office) tourIssue() *loop.Issue {
	begin, err := o.Demo.Start()
	if err != nil {
		return nil
	}
	var found *loop.Issue
	for _, i := range o.world.IssuesIn(o.Demo.tourRegulation()) {
		if i.Anchors[0].Regulation != o.Demo.tourRegulation() || i.Opened.Before(begin) || i.State == loop.Merged {
			continue
		}
		if found == nil || len(i.History) > 0 && i.History[0].Seq < found.History[0].Seq {
			found = i
		}
	}
	return found
}

// answerDue gives when the first answer is, or was, owed.
func answerDue(i *loop.Issue) (d rule.Date) {
	for _, ob := range i.Obligations() {
		if ob.Duty == loop.DutyAnswer {
			return ob.Due
		}
	}
	return d
}
