// Package notice says which event is worth a message, to whom, and what stands in
// it. It is pure: package office keeps who read and who was mailed, and package
// mail sends. No message holds personal data or a word that somebody typed: only
// ids, names of regulations, dates and links.
package notice

import (
	"cmp"
	"slices"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// Kind is the sort of a notice; people choose by it what is mailed.
type Kind string

// The kinds, in the order of the page.
const (
	Received   Kind = "ontvangen"         // to the reporter: it is in, and who answers when
	Asked      Kind = "gevraagd"          // an answer is owed by you
	Answered   Kind = "antwoord"          // your signal got an answer
	Confirm    Kind = "herken"            // a promised change is there: do you recognise it?
	Reminder   Kind = "herinnering"       // you have not said yet
	Disputed   Kind = "niet-herkend"      // a reporter does not recognise your answer
	Reopened   Kind = "heropend"          // it is open again
	Solved     Kind = "opgelost"          // it ended
	Accepted   Kind = "aanvaard"          // it stays as it is, by two keys
	Withdrawn  Kind = "ingetrokken"       // the answer was taken back
	Forwarded  Kind = "doorgezonden"      // somebody else answers; the date stays
	TimeAsked  Kind = "uitstel-gevraagd"  // more time is asked of you
	TimeGiven  Kind = "uitstel-gegeven"   // you have more time
	TimeDenied Kind = "uitstel-geweigerd" // you have not
	KeyAsked   Kind = "sleutel-gevraagd"  // your key is asked
	KeyRefused Kind = "sleutel-geweigerd" // the second key is not given
	Invited    Kind = "meeschrijven"      // you were named as co-author
	Decided    Kind = "besloten"          // your proposal has both keys
	Returned   Kind = "teruggelegd"       // your proposal was laid back
	Paused     Kind = "gepauzeerd"        // its roll-out stands still
	InForce    Kind = "geldend"           // it is in force
	DueSoon    Kind = "bijna"             // something you owe is due in a week
	Late       Kind = "te-laat"           // something climbed the ladder
	soonDays        = 7
)

// Kinds lists them.
var Kinds = [...]Kind{
	Received, Asked, Answered, Confirm, Reminder, Disputed, Reopened, Solved, Accepted, Withdrawn, Forwarded, TimeAsked, TimeGiven, TimeDenied,
	KeyAsked, KeyRefused, Invited, Decided, Returned, Paused, InForce, DueSoon, Late,
}

// Quiet reports that the notice tells what its reader just did: it is in the list,
// and it is not counted as new.
func (k Kind) Quiet() bool { return k == Received }

// Notice is one message to one person.
type Notice struct {
	To     loop.PersonID
	Kind   Kind
	Stream string      // what it is about: "knelpunt/k-12"
	Anchor loop.Anchor // where; of a proposal only the regulation
	Seq    uint64      // the event; 0 for a notice of a date
	Day    rule.Date   // when it came
	Due    rule.Date   // of what is owed; zero when nothing is
	Duty   loop.Duty   // what is owed, for Asked, DueSoon and Late
	Step   loop.Step   // how far it climbed, for Late
	Signal string      // the own signal, for Received
}

// After reports that a notice came after a mark: it is not read, or not mailed.
func (n Notice) After(m loop.Mark) bool {
	if n.Seq > 0 {
		return n.Seq > m.Seq
	}
	return n.Day.After(m.Day)
}

// Worth reports whether events of a type can give notices, so that the rest
// needs not be read.
func Worth(typ string) bool { return worth[typ] }

var worth = func() map[string]bool {
	out := map[string]bool{}
	for _, p := range []loop.Payload{
		&loop.SignalReceived{}, &loop.IssueAnswered{}, &loop.AnswerDelivered{}, &loop.ConfirmationAsked{}, &loop.ReportersReminded{},
		&loop.ReporterReacted{}, &loop.IssueReopened{}, &loop.IssueSolved{}, &loop.IssueAccepted{}, &loop.AnswerWithdrawn{}, &loop.IssueForwarded{},
		&loop.ExtensionAsked{}, &loop.ExtensionGranted{}, &loop.ExtensionDenied{}, &loop.AcceptanceRefused{}, &loop.AuthorNamed{},
		&loop.ProposalSubmitted{}, &loop.ProposalDecided{}, &loop.ProposalReturned{}, &loop.RolloutPaused{}, &loop.ProposalInForce{},
	} {
		out[p.Type()] = true
	}
	return out
}()

// Happened is an event with what it opened.
type Happened struct {
	Stream  string
	Seq     uint64
	By      loop.PersonID
	On      rule.Date
	Payload loop.Payload      // nil when its type is not Worth reading
	Opened  []loop.Obligation // that were not there before
}

// Of gives the notices of an event; w is the world after it. Whoever did it gets
// none, but for the receipt.
func Of(w *loop.World, h Happened) []Notice {
	g := &giving{w: w, by: h.By, n: Notice{Stream: h.Stream, Seq: h.Seq, Day: h.On}}
	kind, id := loop.CutStream(h.Stream)
	for _, o := range h.Opened {
		if o.Duty == loop.DutyKey {
			continue // everybody who signs is asked, see below
		}
		g.n.Anchor, g.n.Due, g.n.Duty = o.Anchor, o.Due, o.Duty
		g.give(Asked, w.Resolve(o.Debtor, h.On).Person)
	}
	g.n.Due, g.n.Duty = rule.Date{}, ""
	p := h.Payload
	if p == nil {
		return g.out
	}
	switch kind {
	case "knelpunt":
		if i := w.Issue(id); i != nil {
			g.n.Anchor = i.Anchors[0]
			g.issue(i, p)
		}
	case "waardering":
		if s, ok := p.(*loop.SignalReceived); ok {
			g.n.Anchor = s.Signal.Anchor
			g.receipt(s)
		}
	case "voorstel":
		if v := w.Proposal(id); v != nil {
			g.n.Anchor = loop.Anchor{Regulation: v.Regulation}
			g.proposal(v, p)
		}
	}
	return g.out
}

// giving collects the notices of one event.
type giving struct {
	w   *loop.World
	by  loop.PersonID
	n   Notice // what they have in common
	out []Notice
}

func (g *giving) give(k Kind, to ...loop.PersonID) {
	slices.Sort(to)
	for _, p := range slices.Compact(to) {
		if p == "" || p == loop.System || p == g.by && k != Received {
			continue
		}
		n := g.n
		n.To, n.Kind = p, k
		g.out = append(g.out, n)
	}
}

func (g *giving) receipt(s *loop.SignalReceived) {
	if s.Signal.Reachable {
		g.n.Signal = s.Signal.ID
		g.give(Received, s.Signal.Reporter)
		g.n.Signal = ""
	}
}

func (g *giving) issue(i *loop.Issue, p loop.Payload) {
	var owner loop.PersonID
	if o, ok := i.Due(); ok {
		g.n.Due, g.n.Duty = o.Due, o.Duty
		owner = g.w.Resolve(o.Debtor, g.n.Day).Person
	}
	reporters := func() []loop.PersonID {
		var out []loop.PersonID
		for r, h := range i.Reporters() {
			if h.Reachable {
				out = append(out, r)
			}
		}
		return out
	}
	switch p := p.(type) {
	case *loop.SignalReceived:
		g.receipt(p)
	case *loop.IssueAnswered:
		if p.Kind == loop.Keep {
			g.give(KeyAsked, signers(g.w, i.Anchors[0], loop.Opdrachtnemer, g.n.Day)...)
		}
	case *loop.AnswerDelivered:
		g.give(Answered, slices.Clone(p.Reporters)...)
	case *loop.ConfirmationAsked:
		g.give(Confirm, reporters()...)
	case *loop.ReportersReminded:
		var silent []loop.PersonID
		for _, r := range reporters() {
			if _, said := i.Reactions[r]; !said {
				silent = append(silent, r)
			}
		}
		g.give(Reminder, silent...)
	case *loop.ReporterReacted:
		if !p.Recognised {
			g.give(Disputed, owner)
		}
	case *loop.IssueReopened:
		g.give(Reopened, slices.DeleteFunc(reporters(), func(r loop.PersonID) bool { return r == owner })...)
	case *loop.IssueSolved:
		to := reporters()
		if a := i.Answer(); a != nil {
			to = append(to, a.By)
		}
		g.give(Solved, to...)
	case *loop.IssueAccepted:
		g.give(Accepted, append(reporters(), p.First)...)
	case *loop.AnswerWithdrawn:
		g.give(Withdrawn, reporters()...)
	case *loop.IssueForwarded:
		g.give(Asked, owner)
		g.give(Forwarded, slices.DeleteFunc(reporters(), func(r loop.PersonID) bool { return r == owner })...)
	case *loop.ExtensionAsked:
		g.give(TimeAsked, signers(g.w, i.Anchors[0], loop.Opdrachtnemer, g.n.Day)...)
	case *loop.ExtensionGranted:
		g.give(TimeGiven, append(reporters(), owner)...)
	case *loop.ExtensionDenied:
		g.give(TimeDenied, owner)
	case *loop.AcceptanceRefused:
		g.give(KeyRefused, owner)
	}
}

func (g *giving) proposal(v *loop.Proposal, p loop.Payload) {
	var authors []loop.PersonID
	for _, a := range v.Authors {
		authors = append(authors, a)
	}
	switch p := p.(type) {
	case *loop.AuthorNamed:
		g.give(Invited, p.Person)
	case *loop.ProposalSubmitted:
		g.give(KeyAsked, append(signers(g.w, g.n.Anchor, loop.Opdrachtgever, g.n.Day), signers(g.w, g.n.Anchor, loop.Opdrachtnemer, g.n.Day)...)...)
	case *loop.ProposalDecided:
		g.give(Decided, authors...)
	case *loop.ProposalReturned:
		g.give(Returned, authors...)
	case *loop.RolloutPaused:
		g.give(Paused, append(authors, g.w.HeadAt(g.n.Anchor, g.n.Day).Person)...)
	case *loop.ProposalInForce:
		g.give(InForce, authors...)
	}
}

// signers gives who signs for a corner on a place.
func signers(w *loop.World, a loop.Anchor, corner loop.Corner, on rule.Date) []loop.PersonID {
	t := w.TriangleOf(a)
	if t == nil {
		return nil
	}
	var out []loop.PersonID
	for _, h := range t.Members(on) {
		if h.Signs && h.Post.Corner == corner && h.Person != "" {
			out = append(out, h.Person)
		}
	}
	return out
}

// Dated gives the notices that follow from the date alone: what is due within a
// week, and each step of the ladder that something overdue has reached. The same
// dates always give the same notices, so that nothing has to be remembered but
// how far somebody was told. They are sorted by day.
func Dated(w *loop.World, today rule.Date) []Notice {
	l := w.Terms.Ladder
	var out []Notice
	for o := range w.EachOwed(today, loop.OnTime) {
		if o.Due.IsZero() {
			continue
		}
		if o.Due.After(today.AddDays(soonDays)) {
			break // and all that follow
		}
		g := &giving{w: w, n: Notice{Stream: o.Stream, Anchor: o.Anchor, Due: o.Due, Duty: o.Duty}}
		g.n.Day = o.Due.AddDays(-soonDays)
		// Whoever was just asked needs no reminder.
		if !today.Before(g.n.Day) && o.Step == loop.OnTime && o.Opened.Before(g.n.Day) {
			g.give(DueSoon, o.Holder.Person)
		}
		for _, s := range []struct {
			step loop.Step
			day  rule.Date
		}{
			{loop.Overdue, o.Due.AddDays(1)}, {loop.AtOwner, o.Due.AddDays(l.Owner)}, {loop.Public, o.Due.AddDays(l.Public)}, {loop.Parliament, o.Due.AddDays(l.Parliament)},
		} {
			if today.Before(s.day) || o.Step < s.step {
				continue
			}
			g.n.Step, g.n.Day = s.step, s.day
			// Whoever owes it and the eigenaar hear of each step; that it is late,
			// also the other corners.
			to := []loop.PersonID{o.Holder.Person, w.HeadAt(o.Anchor, today).Person}
			if s.step == loop.Overdue {
				for _, c := range []loop.Corner{loop.Opdrachtgever, loop.Opdrachtnemer} {
					to = append(to, signers(w, o.Anchor, c, today)...)
				}
			}
			g.give(Late, to...)
		}
		out = append(out, g.out...)
	}
	slices.SortStableFunc(out, func(a, b Notice) int {
		return cmp.Or(a.Day.Compare(b.Day), cmp.Compare(a.Stream, b.Stream), cmp.Compare(a.To, b.To))
	})
	return out
}
