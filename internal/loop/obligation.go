package loop

import (
	"slices"

	"lemniscaat/internal/rule"
)

// Duty is the kind of an obligation.
type Duty string

// The kinds of obligation. Each is opened by an event and discharged by one.
const (
	DutyAnswer   Duty = "antwoord"        // answer the knelpunt
	DutyDeliver  Duty = "leveren"         // do what was promised, by the lever-date
	DutyConfirm  Duty = "afronden"        // let the reporters confirm, then close
	DutyKey      Duty = "sleutel"         // give or refuse the second key of "niet wijzigen"
	DutyReview   Duty = "herzien"         // look again at what was accepted
	DutyEvaluate Duty = "invoeringstoets" // evaluate a change that is in force
	DutyPromise  Duty = "toezegging"      // a named promise or condition of a proposal
	DutyForward  Duty = "doorsturen"      // send an objection or a complaint to who decides on it
	DutyHear     Duty = "spreken"         // speak with somebody before a decision that burdens
	DutyGrant    Duty = "maatwerkverzoek" // give or refuse maatwerk that was asked for
	DutySample   Duty = "nakijken"        // look at maatwerk of the sample
	// DutyObjection is to decide on an objection.
	DutyObjection Duty = "bezwaar"
	DutyAdopt     Duty = "invoeren"     // bring what was decided into force, by its date
	DutyRollout   Duty = "uitrol"       // go on with a roll-out that stands still, or take it back
	DutyReply     Duty = "reactie"      // say what happens now that a key was refused
	DutySettle    Duty = "knoop"        // the eigenaar decides on what is stuck
	DutyEarly     Duty = "vroege-toets" // early invoeringstoets after a besluit ondanks
)

// Debtor says who owes: the role Corner for Scope, or one named person. Which
// living person that is on a date, World.Resolve tells.
type Debtor struct {
	Corner Corner   `json:"hoek,omitempty"`
	Scope  Anchor   `json:"bereik,omitzero"`
	Post   PostRef  `json:"post,omitzero"`     // a post that was named (after doorzenden)
	Person PersonID `json:"persoon,omitempty"` // a promise by name
}

// Obligation is what somebody owes to somebody, by a date, because of an
// event, until an event discharges it. It is derived: every aggregate opens and
// discharges its own in Apply, through one mechanism.
type Obligation struct {
	ID       string // stream and number: "knelpunt/k-12:3"
	Stream   string
	Duty     Duty
	Anchor   Anchor
	Debtor   Debtor
	Creditor Debtor    // zero: the reporters
	What     string    // promised words, for a toezegging
	Due      rule.Date // never moved later by an act of the debtor
	Opened   rule.Date
	Done     rule.Date // zero while open
	How      string    // event type that discharged it
	Ref      string    // id of the promise, for a toezegging; the mandate, for a key or a reply
}

// Open reports whether it is still owed.
func (o Obligation) Open() bool { return o.Done.IsZero() }

// Step is how far an overdue obligation has climbed.
type Step uint8

// The steps of the ladder.
const (
	OnTime     Step = iota
	Overdue         // the owner's chief and the other corners see it
	AtOwner         // the eigenaar
	Public          // public overdue list and the next Stand
	Parliament      // the page for parliament or council
)

// String gives the Dutch name.
func (s Step) String() string {
	return [...]string{"op tijd", "te laat", "bij de eigenaar", "openbaar", "bij het parlement of de raad"}[s]
}

// Step gives where an obligation stands on a date. It is a function of the two
// dates and nothing else: there is no state to forget.
func (l Ladder) Step(due, today rule.Date) Step {
	switch {
	case due.IsZero() || !today.After(due):
		return OnTime
	case !today.Before(due.AddDays(l.Parliament)):
		return Parliament
	case !today.Before(due.AddDays(l.Public)):
		return Public
	case !today.Before(due.AddDays(l.Owner)):
		return AtOwner
	}
	return Overdue
}

// ledger is the one mechanism behind all obligations of an aggregate.
type ledger struct{ list []Obligation }

func (l *ledger) open(o Obligation) {
	o.ID = o.Stream + ":" + itoa(len(l.list)+1)
	l.list = append(l.list, o)
}

// settle discharges everything that is open.
func (l *ledger) settle(on rule.Date, how string) {
	for i := range l.list {
		if l.list[i].Open() {
			l.list[i].Done, l.list[i].How = on, how
		}
	}
}

// discharge discharges what is open of one kind.
func (l *ledger) discharge(d Duty, on rule.Date, how string) {
	for i := range l.list {
		if l.list[i].Duty == d && l.list[i].Open() {
			l.list[i].Done, l.list[i].How = on, how
		}
	}
}

func (l *ledger) dischargeRef(ref string, on rule.Date, how string) {
	for i := range l.list {
		if l.list[i].Ref == ref && l.list[i].Open() {
			l.list[i].Done, l.list[i].How = on, how
		}
	}
}

// dischargeRef2 discharges what is open of one kind with one reference.
func (l *ledger) dischargeRef2(d Duty, ref string, on rule.Date, how string) {
	for i := range l.list {
		if l.list[i].Duty == d && l.list[i].Ref == ref && l.list[i].Open() {
			l.list[i].Done, l.list[i].How = on, how
		}
	}
}

// owes reports whether something is still open.
func (l ledger) owes() bool { return slices.ContainsFunc(l.list, Obligation.Open) }

// current gives the open obligation of a kind.
func (l *ledger) current(d Duty) *Obligation {
	for i := range l.list {
		if l.list[i].Duty == d && l.list[i].Open() {
			return &l.list[i]
		}
	}
	return nil
}

func (l ledger) clone() ledger { return ledger{slices.Clone(l.list)} }
