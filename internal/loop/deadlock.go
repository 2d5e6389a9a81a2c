package loop

import (
	"slices"
	"time"

	"lemniscaat/internal/rule"
)

// KeyRefusal is a no to a key, with its reason, on one digest.
type KeyRefusal struct {
	Mandate Mandate
	Person  PersonID
	Digest  Digest
	Reason  Text
	On      rule.Date
}

// Position is what one side says of a proposal on which two corners disagree.
type Position struct {
	Person PersonID
	Text   Text
	On     rule.Date
}

// DeadlockOutcome is how a deadlock ended; "" as long as it is open.
type DeadlockOutcome string

// The outcomes of a deadlock. The first three are the eigenaar's.
const (
	DeadlockFavour   DeadlockOutcome = "voor"                  // decided, the missing key is replaced by a named decision
	DeadlockReturn   DeadlockOutcome = "teruggelegd"           // back to those who wrote it
	DeadlockWithdraw DeadlockOutcome = "ingetrokken"           // ended
	DeadlockAgreed   DeadlockOutcome = "alsnog-eens"           // the missing key was turned after all
	DeadlockGone     DeadlockOutcome = "niet-meer-aan-de-orde" // parliament decided, or its author withdrew it
)

// Deadlock is a proposal on which the corners disagree and on which the
// eigenaar decides, by name and before a date, with both positions public.
type Deadlock struct {
	On                rule.Date
	By                PersonID
	Mandate           Mandate // the side that declared it
	DecideBy          rule.Date
	Policy, Execution Position
	Outcome           DeadlockOutcome
	DecidedBy         PersonID
	Decided           rule.Date
	Reason            Text
}

// position gives the place of the words of a side.
func (d *Deadlock) position(m Mandate) *Position {
	if m == Execution {
		return &d.Execution
	}
	return &d.Policy
}

// SettlementKind says who decided without two keys.
type SettlementKind string

// The ways to decide without two keys.
const (
	ByOwner      SettlementKind = "eigenaar" // after a deadlock
	Despite      SettlementKind = "ondanks"  // besluit ondanks: one key only
	ByParliament SettlementKind = "parlement"
)

// Settlement stands in for a key that is missing, on one digest. It is public,
// and somebody's name is under it.
type Settlement struct {
	Kind    SettlementKind
	Missing []Mandate
	By      PersonID
	Name    Text // who takes it on himself, for a besluit ondanks
	Reason  Text
	Digest  Digest
	On      rule.Date
	At      time.Time
	Body    string // "gemeenteraad", for parliament
	Source  string // where its decision can be read
	// Over are the points above the capacity of a quarter that parliament
	// decided on: known and shown, not vetoed.
	Over map[Quarter]int
}

// ParliamentOutcome is what parliament or a council decided.
type ParliamentOutcome string

// What parliament may decide on a proposal.
const (
	Carried  ParliamentOutcome = "aangenomen"
	Rejects  ParliamentOutcome = "verworpen"
	OnRecord ParliamentOutcome = "anders" // a motion, a question: recorded, nothing moves
)

// Ruling is a recorded decision of parliament or a council.
type Ruling struct {
	Body    string            `json:"wie"`
	Outcome ParliamentOutcome `json:"uitkomst"`
	Source  string            `json:"bron"`
	On      rule.Date         `json:"datum"`
	Note    string            `json:"wat,omitempty"`
	By      PersonID          `json:"-"` // who recorded it
}

// Stuck gives the deadlock that waits for the eigenaar, or nil.
func (p *Proposal) Stuck() *Deadlock {
	if n := len(p.Deadlocks); n > 0 && p.Deadlocks[n-1].Outcome == "" {
		return &p.Deadlocks[n-1]
	}
	return nil
}

// Refusal gives the no of a mandate on what lies there now, or nil.
func (p *Proposal) Refusal(m Mandate) *KeyRefusal {
	for i := range p.Refused {
		if p.Refused[i].Mandate == m {
			return &p.Refused[i]
		}
	}
	return nil
}

// Settles reports whether a named decision stands in for the key of a mandate,
// on what lies there now.
func (p *Proposal) Settles(m Mandate) bool {
	return p.Settled != nil && slices.Contains(p.Settled.Missing, m) && p.Settled.Digest == p.Digest()
}

// Other gives the other mandate.
func (m Mandate) Other() Mandate {
	if m == Policy {
		return Execution
	}
	return Policy
}

// RefuseKey says no to the key of a mandate, with the reason.
type RefuseKey struct {
	Proposal string
	Mandate  Mandate
	Digest   Digest // the proposal digest that the person saw
	Reason   Text
}

// DeclareDeadlock says that the corners do not agree: a key was refused, or
// the proposal was returned twice. The eigenaar then decides.
type DeclareDeadlock struct {
	Proposal string
	Mandate  Mandate // of the actor
	Position Text
}

// StatePosition puts the position of a side beside that of the other, as long
// as the eigenaar has not decided.
type StatePosition struct {
	Proposal string
	Mandate  Mandate
	Position Text
}

// DecideDeadlock is the eigenaar's decision: voor, teruggelegd or ingetrokken.
type DecideDeadlock struct {
	Proposal string
	Outcome  DeadlockOutcome
	Reason   Text
}

// DecideDespite is a besluit ondanks: with one key only, in the name of a
// person, for a reason, in public. It files a signal and an early
// invoeringstoets by itself.
type DecideDespite struct {
	Proposal          string
	Digest            Digest
	Name              Text // who takes it on himself: name and function
	Reason            Text
	SignalID, IssueID string
}

// ReportEarly is the early invoeringstoets after a besluit ondanks.
type ReportEarly struct {
	Proposal string
	Report   Text
}

// RecordParliament records what parliament or a council decided on a
// proposal. It is a record: the loop does not pretend to veto.
type RecordParliament struct {
	Proposal string
	Ruling   Ruling
}

func (c RefuseKey) proposalID() string        { return c.Proposal }
func (c DeclareDeadlock) proposalID() string  { return c.Proposal }
func (c StatePosition) proposalID() string    { return c.Proposal }
func (c DecideDeadlock) proposalID() string   { return c.Proposal }
func (c DecideDespite) proposalID() string    { return c.Proposal }
func (c ReportEarly) proposalID() string      { return c.Proposal }
func (c RecordParliament) proposalID() string { return c.Proposal }

func (RefuseKey) command()        {}
func (DeclareDeadlock) command()  {}
func (StatePosition) command()    {}
func (DecideDeadlock) command()   {}
func (DecideDespite) command()    {}
func (ReportEarly) command()      {}
func (RecordParliament) command() {}

// Payloads of a proposal on which the corners disagree.
type (
	// KeyRefused is a no to a key. ReplyBy is when the other side says what it
	// does with it.
	KeyRefused struct {
		Mandate Mandate   `json:"mandaat"`
		Digest  Digest    `json:"voorstel"`
		ReplyBy rule.Date `json:"reactieUiterlijk"`
		Reason  Text      `json:"reden"`
	}
	// DeadlockDeclared asks the eigenaar to decide. Digest is what lies there.
	DeadlockDeclared struct {
		Mandate  Mandate   `json:"mandaat"`
		Digest   Digest    `json:"voorstel"`
		DecideBy rule.Date `json:"besluitUiterlijk"`
		Position Text      `json:"standpunt"`
	}
	// PositionStated is the position of a side.
	PositionStated struct {
		Mandate  Mandate `json:"mandaat"`
		Position Text    `json:"standpunt"`
	}
	// DeadlockDecided is the decision of the eigenaar; what it does follows as
	// events of their own.
	DeadlockDecided struct {
		Outcome DeadlockOutcome `json:"uitkomst"`
		Missing []Mandate       `json:"ontbrak,omitempty"`
		Digest  Digest          `json:"voorstel"`
		Reason  Text            `json:"reden"`
	}
	// DecidedDespite is a besluit ondanks; ProposalDecided follows.
	DecidedDespite struct {
		Missing  Mandate   `json:"ontbrak"`
		Digest   Digest    `json:"voorstel"`
		ReportBy rule.Date `json:"vroegeToetsUiterlijk"`
		Name     Text      `json:"naam"`
		Reason   Text      `json:"reden"`
	}
	// EarlyReported is the early invoeringstoets.
	EarlyReported struct {
		Report Text `json:"verslag"`
	}
	// ParliamentRecorded is a decision of parliament or a council; what it
	// does follows as events of their own.
	ParliamentRecorded struct {
		none
		Ruling Ruling          `json:"besluit"`
		Digest Digest          `json:"voorstel"`
		Over   map[Quarter]int `json:"bovenCapaciteit,omitempty"`
	}
)

func (p *KeyRefused) texts() []textField       { return one("reden", &p.Reason) }
func (p *DeadlockDeclared) texts() []textField { return one("standpunt", &p.Position) }
func (p *PositionStated) texts() []textField   { return one("standpunt", &p.Position) }
func (p *DeadlockDecided) texts() []textField  { return one("reden", &p.Reason) }
func (p *EarlyReported) texts() []textField    { return one("verslag", &p.Report) }
func (p *DecidedDespite) texts() []textField {
	return []textField{{"reden", &p.Reason}, {"naam", &p.Name}}
}

func (*KeyRefused) Type() string         { return "voorstel.sleutel-geweigerd.1" }
func (*DeadlockDeclared) Type() string   { return "voorstel.vastgelopen.1" }
func (*PositionStated) Type() string     { return "voorstel.standpunt.1" }
func (*DeadlockDecided) Type() string    { return "voorstel.knoop-doorgehakt.1" }
func (*DecidedDespite) Type() string     { return "voorstel.besluit-ondanks.1" }
func (*EarlyReported) Type() string      { return "voorstel.vroege-invoeringstoets.1" }
func (*ParliamentRecorded) Type() string { return "voorstel.parlement.1" }

// applyDeadlock folds what this file adds to a proposal; ok is false when the
// payload is none of it.
func (v *Proposal) applyDeadlock(p Payload, m moment) (ok bool) {
	a := Anchor{Regulation: v.Regulation}
	owe := func(d Duty, c Corner, ref string, due rule.Date) {
		v.duties.open(Obligation{
			Stream: proposalStream(v.ID), Duty: d, Anchor: a, Ref: ref, Due: due, Opened: m.date,
			Debtor: Debtor{Corner: c, Scope: a},
		})
	}
	switch p := p.(type) {
	case *KeyRefused:
		v.unrefuse(p.Mandate)
		v.Refused = append(v.Refused, KeyRefusal{p.Mandate, m.by, p.Digest, p.Reason, m.date})
		v.duties.dischargeRef2(DutyKey, string(p.Mandate), m.date, p.Type())
		v.duties.dischargeRef2(DutyReply, string(p.Mandate), m.date, p.Type())
		owe(DutyReply, p.Mandate.Other().Corner(), string(p.Mandate), p.ReplyBy)
	case *DeadlockDeclared:
		d := Deadlock{On: m.date, By: m.by, Mandate: p.Mandate, DecideBy: p.DecideBy}
		// A reason for a refused key is a position already.
		for _, r := range v.Refused {
			*d.position(r.Mandate) = Position{r.Person, r.Reason, r.On}
		}
		*d.position(p.Mandate) = Position{m.by, p.Position, m.date}
		v.State, v.Returns = Submitted, 0
		v.Deadlocks = append(v.Deadlocks, d)
		v.duties.discharge(DutyReply, m.date, p.Type())
		owe(DutySettle, Eigenaar, "", p.DecideBy)
	case *PositionStated:
		if d := v.Stuck(); d != nil {
			*d.position(p.Mandate) = Position{m.by, p.Position, m.date}
		}
	case *DeadlockDecided:
		v.endDeadlock(p.Outcome, m, p.Reason)
		v.duties.discharge(DutySettle, m.date, p.Type())
		if p.Outcome == DeadlockFavour {
			v.Settled = &Settlement{Kind: ByOwner, Missing: p.Missing, By: m.by, Reason: p.Reason, Digest: p.Digest, On: m.date, At: m.at}
		}
	case *DecidedDespite:
		v.Settled = &Settlement{Kind: Despite, Missing: []Mandate{p.Missing}, By: m.by, Name: p.Name, Reason: p.Reason, Digest: p.Digest, On: m.date, At: m.at}
		v.duties.open(Obligation{
			Stream: proposalStream(v.ID), Duty: DutyEarly, Anchor: a, Due: p.ReportBy, Opened: m.date,
			Debtor: Debtor{Corner: p.Missing.Other().Corner(), Scope: a}, Creditor: Debtor{Corner: p.Missing.Corner(), Scope: a},
		})
	case *EarlyReported:
		v.duties.discharge(DutyEarly, m.date, p.Type())
	case *ParliamentRecorded:
		r := p.Ruling
		r.By = m.by
		v.Rulings = append(v.Rulings, r)
		if r.Outcome == Carried {
			v.Settled = &Settlement{
				Kind: ByParliament, Missing: []Mandate{Policy, Execution}, By: m.by, Digest: p.Digest, On: m.date, At: m.at,
				Body: r.Body, Source: r.Source, Over: p.Over,
			}
		}
	default:
		return false
	}
	return true
}

func (v *Proposal) endDeadlock(o DeadlockOutcome, m moment, why Text) {
	if d := v.Stuck(); d != nil {
		d.Outcome, d.DecidedBy, d.Decided, d.Reason = o, m.by, m.date, why
	}
}

func (v *Proposal) unrefuse(m Mandate) {
	v.Refused = slices.DeleteFunc(v.Refused, func(r KeyRefusal) bool { return r.Mandate == m })
}

// oweKeys makes both corners owe a key, or a reason, by a date. A log from
// before there was such a date gives the usual two weeks.
func (v *Proposal) oweKeys(by rule.Date, m moment) {
	if by.IsZero() {
		by = m.date.AddDays(14)
	}
	for _, k := range []Mandate{Policy, Execution} {
		if v.Key(k) == nil {
			v.oweKey(k, by, m)
		}
	}
}

func (v *Proposal) oweKey(k Mandate, by rule.Date, m moment) {
	a := Anchor{Regulation: v.Regulation}
	v.duties.open(Obligation{
		Stream: proposalStream(v.ID), Duty: DutyKey, Anchor: a, Ref: string(k), Due: by, Opened: m.date,
		Debtor: Debtor{Corner: k.Corner(), Scope: a}, Creditor: Debtor{Corner: k.Other().Corner(), Scope: a},
	})
}

// oweKeyAgain brings back the date on which a key was due: taking it back
// gives nobody more time.
func (v *Proposal) oweKeyAgain(k Mandate, m moment) {
	var due rule.Date
	for _, o := range v.duties.list {
		if o.Duty == DutyKey && o.Ref == string(k) {
			due = o.Due
		}
	}
	if due.IsZero() {
		due = m.date.AddDays(14)
	}
	v.oweKey(k, due, m)
}

// unlock ends what only a proposal that lies there for keys can have: refused
// keys, the duties about them, and an open deadlock.
func (v *Proposal) unlock(m moment, how string) {
	if v.State == Submitted {
		return
	}
	v.Refused = nil
	for _, d := range []Duty{DutyKey, DutyReply, DutySettle} {
		v.duties.discharge(d, m.date, how)
	}
	if v.Stuck() != nil {
		outcome := DeadlockGone
		if v.State == Decided && v.Settled == nil {
			outcome = DeadlockAgreed
		}
		v.endDeadlock(outcome, m, Text{})
	}
}
