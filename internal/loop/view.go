package loop

import (
	"maps"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/rule"
)

// Moved is one line of "wat veranderde er": something that others may want to
// know.
type Moved struct {
	Seq        uint64
	At         time.Time
	On         rule.Date
	By         PersonID
	Type       string // event type
	Kind       string // knelpunt, voorstel, regeling
	ID         string
	Regulation string
}

// note keeps the events that pages list as changes.
func (w *World) note(stream string, p Payload, m moment) {
	switch p.(type) {
	case *IssueOpened, *IssueAnswered, *IssueAccepted, *IssueSolved, *IssueReopened,
		*ProposalOpened, *ProposalDecided, *ProposalInForce, *ProposalEvaluated, *RolloutPaused, *Measured,
		*VersionAdopted, *RegulationImported:
	default:
		return
	}
	kind, id, _ := strings.Cut(stream, "/")
	c := Moved{Seq: m.seq, At: m.at, On: m.date, By: m.by, Type: p.Type(), Kind: kind, ID: id}
	switch kind {
	case "knelpunt":
		c.Regulation = w.issues[id].Anchors[0].Regulation
	case "voorstel":
		c.Regulation = w.proposals[id].Regulation
	case "regeling":
		c.Regulation = id
	}
	w.changes = append(w.changes, c)
}

// Changes gives what changed on the days from through until, newest first; a
// regulation of "" is all.
func (w *World) Changes(regulation string, from, until rule.Date) []Moved {
	var out []Moved
	for _, c := range slices.Backward(w.changes) {
		if (regulation == "" || c.Regulation == regulation) && !c.On.Before(from) && !c.On.After(until) {
			out = append(out, c)
		}
	}
	return out
}

// IssuesAt gives the knelpunten on a place and inside it, oldest first. Merged
// ones are left out: their signals are elsewhere.
func (w *World) IssuesAt(a Anchor) []*Issue {
	var out []*Issue
	keep := func(i *Issue) {
		if i.State != Merged && slices.ContainsFunc(i.Anchors, a.Contains) {
			out = append(out, i)
		}
	}
	if a.Regulation == "" {
		for _, i := range w.order.issues {
			keep(i)
		}
	} else {
		for _, i := range w.issuesIn[a.Regulation] {
			keep(i)
		}
	}
	slices.SortStableFunc(out, func(a, b *Issue) int { return a.Opened.Compare(b.Opened) })
	return out
}

// IssuesIn gives the knelpunten that are, or before a merge were, about a regulation,
// in the order of the log.
func (w *World) IssuesIn(regulation string) []*Issue { return w.issuesIn[regulation] }

// SignalsOf gives the signals of a reporter, oldest first.
func (w *World) SignalsOf(reporter PersonID) []*Signal {
	var out []*Signal
	for _, id := range w.byReporter[reporter] {
		out = append(out, w.signals[id])
	}
	return out
}

// IssuesOf gives the knelpunten of which somebody is a reporter, in the order of the log.
func (w *World) IssuesOf(reporter PersonID) []*Issue {
	seen := map[string]*Issue{}
	for _, id := range w.byReporter[reporter] {
		if i := w.issues[w.signalIssue[id]]; i != nil {
			if _, mine := i.reporters[reporter]; mine {
				seen[i.ID] = i
			}
		}
	}
	return slices.SortedFunc(maps.Values(seen), (*Issue).compare)
}

// SignalCount gives the number of signals in the log: in knelpunten and
// appreciations together.
func (w *World) SignalCount() int { return len(w.signals) }

// Cases gives the number of different cases that the signals of a knelpunt
// name, and the number of signals that name none.
func (w *World) Cases(i *Issue) (named, unnamed int) {
	seen := map[string]bool{}
	for _, id := range i.Signals {
		switch c := w.signals[id].Case; {
		case c == "":
			unnamed++
		case !seen[c]:
			seen[c] = true
			named++
		}
	}
	return named, unnamed
}

// Instruction is what the desk does for now on a place, from a standing answer.
type Instruction struct {
	Issue  string
	Anchor Anchor
	From   rule.Date
	Until  rule.Date // lever-date of the change
	Text   Text
}

// Instructions gives the interim instructions that hold on a place.
func (w *World) Instructions(a Anchor) []Instruction {
	var out []Instruction
	for _, i := range w.IssuesAt(a) {
		if ans := i.Answer(); i.State == Answered && ans.Interim.Given {
			out = append(out, Instruction{Issue: i.ID, Anchor: i.Anchors[0], From: ans.At, Until: ans.LeverBy, Text: ans.Interim})
		}
	}
	return out
}

// DueActions gives the commands that the program itself should carry out now:
// reminders and reviews. None of them ends anything.
func (w *World) DueActions(now time.Time) []Command {
	today := DateOf(now)
	var out []Command
	for _, i := range w.Issues() {
		a := i.Answer()
		switch {
		case a == nil:
		case i.State == Answered && !a.WindowFrom.IsZero() && a.Reminded.IsZero() && !today.Before(a.WindowUntil.AddDays(-w.Terms.ReminderDays)):
			out = append(out, Remind{i.ID})
		case i.State == Accepted && !today.Before(a.ReviewBy):
			out = append(out, Reopen{Issue: i.ID})
		}
	}
	return out
}

// Prediction is an expectation of a decided proposal with what was measured.
type Prediction struct {
	Proposal     *Proposal
	Expectation  Expectation
	Measurements []Measurement
	Last         Measurement
	Measured     bool
}

// Predictions gives the expectations of the decided proposals of a regulation
// ("" is all), with their measurements, the latest decision first.
func (w *World) Predictions(regulation string) []Prediction {
	var out []Prediction
	decided := slices.DeleteFunc(w.Proposals(), func(p *Proposal) bool {
		return !p.State.Adopted() || (regulation != "" && p.Regulation != regulation)
	})
	slices.Reverse(decided)
	slices.SortStableFunc(decided, func(a, b *Proposal) int { return b.DecidedOn.Compare(a.DecidedOn) })
	for _, p := range decided {
		for _, e := range p.Plan.Expectations {
			x := Prediction{Proposal: p, Expectation: e}
			for _, m := range p.Measurements {
				if m.Expectation == e.ID {
					x.Measurements = append(x.Measurements, m)
				}
			}
			x.Last, x.Measured = p.Last(e.ID)
			out = append(out, x)
		}
	}
	return out
}

// Version is one row of the public register of versions.
type Version struct {
	Regulation string
	Adoption
}

// Register is what everybody may see.
type Register struct {
	Versions    []Version // by regulation, then date
	Proposals   []*Proposal
	Predictions []Prediction
	Issues      []*Issue
	Overdue     []Owed   // those that reached the public step
	Outside     []Holder // parties that are niet aangesloten
}

// Register gives the public register on a date.
func (w *World) Register(today rule.Date) Register {
	r := Register{Proposals: w.Proposals(), Predictions: w.Predictions(""), Overdue: w.Overdue(today, Public)}
	for _, g := range w.Regulations() {
		for _, a := range g.Adoptions {
			r.Versions = append(r.Versions, Version{g.ID, a})
		}
	}
	for _, i := range w.Issues() {
		if i.State != Merged {
			r.Issues = append(r.Issues, i)
		}
	}
	for _, t := range w.Triangles() {
		if !t.Dropped.IsZero() {
			continue
		}
		for _, h := range t.Members(today) {
			if h.Post.Outside {
				r.Outside = append(r.Outside, h)
			}
		}
	}
	return r
}

// Erased reports whether a text was erased.
func (w *World) Erased(r event.Ref) bool { return w.erased[r] }

// erase forgets words. It walks everything: that is slow, rare, and leaves no
// copy behind.
func (w *World) erase(refs []event.Ref) {
	gone := map[event.Ref]bool{}
	for _, r := range refs {
		gone[r], w.erased[r] = true, true
	}
	forget := func(t *Text) {
		if gone[event.Ref{Seq: t.Seq, Field: t.Field}] {
			t.Words = ""
		}
	}
	story := func(h []Moment) {
		for i := range h {
			forget(&h[i].Text)
		}
	}
	for _, s := range w.signals {
		forget(&s.What)
		for n := range s.Attachments {
			forget(&s.Attachments[n].Name)
		}
	}
	for _, f := range w.formals {
		forget(&f.Contact)
		forget(&f.How)
	}
	for _, i := range w.issues {
		for n := range i.Answers {
			forget(&i.Answers[n].Reason)
			forget(&i.Answers[n].Interim)
			forget(&i.Answers[n].Work)
		}
		for _, said := range []map[PersonID]Reaction{i.Reactions, i.Said} {
			for r, x := range said {
				forget(&x.Why)
				said[r] = x
			}
		}
		forget(&i.Asked.Reason)
		story(i.History)
	}
	for _, p := range w.proposals {
		forget(&p.Reason)
		forget(&p.Report)
		for id, t := range p.Kept {
			forget(&t)
			p.Kept[id] = t
		}
		for n := range p.Accepted {
			forget(&p.Accepted[n].Why)
		}
		story(p.History)
	}
	for _, p := range w.proposals {
		for n := range p.Refused {
			forget(&p.Refused[n].Reason)
		}
		for n := range p.Deadlocks {
			x := &p.Deadlocks[n]
			forget(&x.Policy.Text)
			forget(&x.Execution.Text)
			forget(&x.Reason)
		}
		if p.Settled != nil {
			forget(&p.Settled.Name)
			forget(&p.Settled.Reason)
		}
	}
	for _, l := range w.links {
		forget(&l.To)
		forget(&l.Name)
		story(l.History)
	}
	for _, s := range w.stands {
		forget(&s.Preface)
	}
	for _, l := range w.lessons {
		forget(&l.Dilemma)
		forget(&l.Why)
		forget(&l.Reason)
		for n := range l.Options {
			forget(&l.Options[n])
		}
	}
	for _, t := range w.triangles {
		for n := range t.Terms {
			forget(&t.Terms[n].Name)
		}
	}
	for _, x := range w.watches {
		for n := range x.Declared {
			forget(&x.Declared[n].Why)
		}
	}
	for _, d := range w.decisions {
		forget(&d.Reason)
		forget(&d.Objection)
		for n := range d.Contacts {
			forget(&d.Contacts[n].Note)
		}
		for n := range d.Given {
			forget(&d.Given[n].Reason)
			forget(&d.Given[n].Review.Note)
		}
		for n := range d.Asks {
			forget(&d.Asks[n].Discretion.Reason)
			forget(&d.Asks[n].Reason)
		}
		story(d.History)
	}
	for _, r := range w.readers {
		forget(&r.Address)
	}
	for _, p := range slices.Collect(maps.Keys(w.names)) {
		n := w.names[p]
		forget(&n)
		w.names[p] = n
	}
}
