package loop

import (
	"maps"
	"slices"

	"lemniscaat/internal/rule"
)

// ApplyIssue gives the knelpunt after an event that happened at an instant.
func ApplyIssue(i Issue, p Payload, at Moment) (Issue, error) {
	next := cloneIssue(i)
	err := applyIssue(&next, p, moment{at: at.At, date: DateOf(at.At), by: at.By, seq: at.Seq})
	return next, err
}

func cloneIssue(i Issue) Issue {
	i.Anchors = slices.Clone(i.Anchors)
	i.Signals = slices.Clone(i.Signals)
	i.Answers = slices.Clone(i.Answers)
	i.Delivered = maps.Clone(i.Delivered)
	i.Reactions = maps.Clone(i.Reactions)
	i.Said = maps.Clone(i.Said)
	i.Absorbed = maps.Clone(i.Absorbed)
	i.SinceEnd = slices.Clone(i.SinceEnd)
	i.History = slices.Clone(i.History)
	i.reporters = maps.Clone(i.reporters)
	i.since = maps.Clone(i.since)
	i.duties = i.duties.clone()
	return i
}

func applyIssue(i *Issue, p Payload, m moment) error {
	if _, first := p.(*IssueOpened); first != (i.State == "") {
		return wrongStream(p, issueStream(i.ID))
	}
	switch p := p.(type) {
	case *IssueOpened:
		i.State, i.Kind, i.Opened = Open, p.Kind, m.date
		i.Anchors = []Anchor{p.Anchor}
		i.Level, i.Owner, i.Forwards = p.Level, p.Owner, p.Forwards
		i.Delivered, i.Reactions = map[PersonID]int{}, map[PersonID]Reaction{}
		i.reporters = map[PersonID]Heard{}
		i.oweAnswer(p.Due, m, p.Type())
	case *SignalReceived:
		i.hear(p.Signal.Reporter, Heard{1, p.Signal.Reachable})
		i.Signals = append(i.Signals, p.Signal.ID)
		if i.State == Solved || i.State == Accepted {
			i.SinceEnd = append(i.SinceEnd, m.date)
			if i.since == nil {
				i.since = map[PersonID]bool{}
			}
			i.since[p.Signal.Reporter] = true
		}
	case *IssueAnswered:
		a := Answer{
			Number: len(i.Answers) + 1, Kind: p.Kind, By: m.by, At: m.date, Reason: p.Reason, Interim: p.Interim, Work: p.Work,
			LeverBy: p.LeverBy, ReviewBy: p.ReviewBy, Proposal: p.Proposal,
		}
		i.State = Answered
		i.Reactions, i.Said = map[PersonID]Reaction{}, nil
		switch p.Kind {
		case Explain:
			a.WindowFrom, a.WindowUntil = m.date, p.Until
			i.owe(DutyConfirm, i.debtor(), p.Until, m, p.Type())
		case Keep:
			i.owe(DutyKey, Debtor{Corner: Opdrachtnemer, Scope: i.Anchors[0]}, p.KeyBy, m, p.Type())
		default:
			i.owe(DutyDeliver, i.debtor(), p.LeverBy, m, p.Type())
		}
		i.Answers = append(i.Answers, a)
	case *AnswerDelivered:
		for _, r := range p.Reporters {
			i.Delivered[r] = p.Answer
		}
	case *ProposalLinked:
		if a := i.Answer(); a != nil {
			a.Proposal = p.Proposal
		}
	case *AnswerWithdrawn:
		if a := i.Answer(); a != nil {
			a.Withdrawn = true
		}
		i.State = Open
		i.Reactions = map[PersonID]Reaction{}
		i.oweAnswer(p.Due, m, p.Type())
	case *IssueForwarded:
		i.Owner = p.To
		i.Forwards++
		i.Asked = Extension{}
		if o := i.duties.current(DutyAnswer); o != nil {
			o.Debtor = i.debtor()
		}
	case *ExtensionGranted:
		if o := i.duties.current(p.Duty); o != nil {
			o.Due = p.Until
		}
		if a := i.Answer(); a != nil && p.Duty == DutyDeliver {
			a.LeverBy = p.Until
		}
		i.Asked = Extension{}
	case *ExtensionAsked:
		i.Asked = Extension{Until: p.Until, Reason: p.Reason, By: m.by, On: m.date}
	case *ExtensionDenied:
		i.Asked = Extension{}
	case *IssuesApart:
		// The World remembers the pair; here it is a line of the story.
	case *AcceptanceRefused:
		i.State = Open
		i.Reactions = map[PersonID]Reaction{}
		i.oweAnswer(p.Due, m, p.Type())
	case *IssueAccepted:
		i.State = Accepted
		i.endedOn(m, 0, 0, 0)
		i.owe(DutyReview, i.debtor(), p.Review, m, p.Type())
	case *WorkCounted:
		if a := i.Answer(); a != nil {
			a.Counted, a.CountBefore, a.CountAfter = true, p.Before, p.After
		}
	case *ConfirmationAsked:
		if a := i.Answer(); a != nil {
			a.WindowFrom, a.WindowUntil, a.Reminded = m.date, p.Until, rule.Date{}
		}
		i.Reactions = map[PersonID]Reaction{}
		i.owe(DutyConfirm, i.debtor(), p.Until, m, p.Type())
	case *ReporterReacted:
		i.Reactions[p.Reporter] = Reaction{p.Recognised, p.Why, m.date}
		if !p.Recognised && i.State == Solved {
			i.SinceEnd = append(i.SinceEnd, m.date)
		}
	case *ReportersReminded:
		if a := i.Answer(); a != nil {
			// Whoever is reminded late has longer to react; the owner's own
			// date stays where it was.
			a.Reminded, a.WindowUntil = m.date, p.Until
		}
	case *IssueSolved:
		i.State = Solved
		i.duties.settle(m.date, p.Type())
		i.Asked = Extension{}
		i.endedOn(m, p.Confirmed, p.Silent, p.Disputed)
	case *IssueReopened:
		i.State, i.Level = Open, p.Level
		i.SinceEnd, i.since = nil, nil
		i.Reactions, i.Said = map[PersonID]Reaction{}, i.Reactions
		i.oweAnswer(p.Due, m, p.Type())
	case *IssueMerged:
		i.State, i.MergedTo = Merged, p.Into
		i.Signals, i.reporters, i.Asked = nil, map[PersonID]Heard{}, Extension{}
		i.duties.settle(m.date, p.Type())
	case *IssueAbsorbed:
		for _, a := range p.Anchors {
			if !slices.ContainsFunc(i.Anchors, func(b Anchor) bool { return a.Key() == b.Key() }) {
				i.Anchors = append(i.Anchors, a)
			}
		}
		i.Signals = append(i.Signals, p.Signals...)
		if i.Absorbed == nil {
			i.Absorbed = map[string][]string{}
		}
		i.Absorbed[p.From] = slices.Clone(p.Signals)
		i.Asked = Extension{}
		for r, h := range p.Reporters {
			i.hear(r, h)
		}
		i.Level, i.Forwards = p.Level, p.Forwards
		if o := i.duties.current(DutyAnswer); o != nil {
			o.Due, o.Debtor = p.Due, i.debtor()
		}
	case *IssueSplit:
		i.Signals = slices.DeleteFunc(i.Signals, func(s string) bool { return slices.Contains(p.Signals, s) })
		for r, h := range p.Reporters {
			if left := i.reporters[r]; left.Signals > h.Signals {
				left.Signals -= h.Signals
				i.reporters[r] = left
			} else {
				delete(i.reporters, r)
			}
		}
	case *SignalsMoved:
		i.Signals = append(i.Signals, p.Signals...)
		for r, h := range p.Reporters {
			i.hear(r, h)
		}
	default:
		return wrongStream(p, issueStream(i.ID))
	}
	i.Version++
	i.History = append(i.History, m.line(p))
	return nil
}

func (i *Issue) hear(r PersonID, h Heard) {
	old := i.reporters[r]
	i.reporters[r] = Heard{old.Signals + h.Signals, old.Reachable || h.Reachable}
}

func (i *Issue) endedOn(m moment, confirmed, silent, disputed int) {
	i.Ending = Ending{On: m.date, Confirmed: confirmed, Silent: silent, Disputed: disputed, By: m.by}
	i.SinceEnd, i.since = nil, nil
}

// debtor gives who owes the answer and what follows from it: the named post,
// or the coordinating opdrachtgever; from level 2 on the eigenaar.
func (i *Issue) debtor() Debtor {
	d := Debtor{Corner: Opdrachtgever, Scope: i.Anchors[0], Post: i.Owner}
	if i.Level >= 2 {
		d.Corner, d.Post = Eigenaar, PostRef{}
	}
	return d
}

func (i *Issue) oweAnswer(due rule.Date, m moment, how string) {
	i.owe(DutyAnswer, i.debtor(), due, m, how)
}

// owe replaces the leading obligation: whatever was open is discharged by the
// event, so that there is never a second one and never none.
func (i *Issue) owe(d Duty, debtor Debtor, due rule.Date, m moment, how string) {
	i.duties.settle(m.date, how)
	i.Asked = Extension{}
	i.duties.open(Obligation{Stream: issueStream(i.ID), Duty: d, Anchor: i.Anchors[0], Debtor: debtor, Due: due, Opened: m.date})
}
