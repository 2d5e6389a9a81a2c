package screen

import "lemniscaat/internal/rule"

// DeadlockSection is what a proposal shows when its corners do not agree.
type DeadlockSection struct {
	Side     string // the mandate of the reader: "beleid", "uitvoering"; "" is none
	Missing  string // the mandate that did not sign, when one did
	Refused  []PositionRow
	Stuck    *StuckView
	Past     []StuckView
	Settled  *SettledView
	Rulings  []RulingRow
	Refuse   Action // the key of the reader
	Declare  Action
	State    Action // a position
	Settle   Action // the eigenaar
	Favour   Action // one of its outcomes
	Despite  Action
	Early    Action
	Ruling   Action
	Today    rule.Date
	EarlyDue rule.Date
}

// Any reports whether there is something to show.
func (d DeadlockSection) Any() bool {
	return len(d.Refused) > 0 || d.Stuck != nil || len(d.Past) > 0 || d.Settled != nil || len(d.Rulings) > 0 ||
		d.Refuse.Can || d.Declare.Can || d.Despite.Can || d.Early.Can || d.Ruling.Can || d.Despite.Why != ""
}

// PositionRow is what a side says.
type PositionRow struct {
	Side string // "beleid", "uitvoering"
	Who  string
	Text string // "" when it said nothing yet
	On   rule.Date
}

// StuckView is a proposal on which the eigenaar decides, or did.
type StuckView struct {
	Proposal  Ref
	Scope     Ref
	On        rule.Date
	DecideBy  rule.Date
	Overdue   bool
	Owner     string // who decides, or did
	Positions []PositionRow
	Outcome   string // "" while it is open
	Decided   rule.Date
	Reason    string
}

// SettledView is a decision without two keys.
type SettledView struct {
	Proposal Ref
	Scope    Ref
	Kind     string // "eigenaar", "ondanks", "parlement"
	Missing  []string
	By       string // who did it
	Name     string // in whose name
	Reason   string
	Body     string
	Source   string
	On       rule.Date
	Over     []QuarterCell // points above the capacity
	State    ProposalState
	// Early is the early invoeringstoets: due, or done.
	EarlyDue  rule.Date
	EarlyDone rule.Date
	Signal    *Ref // the knelpunt that it opened by itself
}

// RulingRow is a recorded decision of parliament or a council.
type RulingRow struct {
	Proposal Ref
	Body     string
	Outcome  string
	Source   string
	Note     string
	On       rule.Date
	By       string
}

// StuckListView is the page of everything that was not decided with two keys.
type StuckListView struct {
	Open    []StuckView
	Past    []StuckView
	Settled []SettledView
	Rulings []RulingRow
}

// PositionInput is a refused key, a deadlock or a position.
type PositionInput struct {
	Proposal string
	Digest   string // what the person read; of a refused key
	Text     string
}

// DeadlockInput is the eigenaar's decision.
type DeadlockInput struct{ Proposal, Outcome, Reason string }

// DespiteInput is a besluit ondanks.
type DespiteInput struct{ Proposal, Digest, Name, Reason string }

// RulingInput is a decision of parliament or a council.
type RulingInput struct {
	Proposal, Body, Outcome, Source, Note string
	On                                    rule.Date
}
