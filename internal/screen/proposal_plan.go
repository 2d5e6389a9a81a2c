package screen

import "lemniscaat/internal/rule"

// Invite is a corner without a co-author, and who can be asked.
type Invite struct {
	Mandate string // "beleid", "uitvoering"
	People  []Option
}

// InterimRow is what the desk does until the change is there.
type InterimRow struct {
	Text  string
	Issue Ref
	Until rule.Date
}

// RolloutView is how a proposal is rolled out and how far that is.
type RolloutView struct {
	Stages  []PlanStage
	Percent int    // of the cases now; 0 when it does not run
	Paused  bool   // it stands still
	Tripped bool   // by a tripwire
	Why     string // of the pause
	Agreed  []string
	Next    Action
	Pause   Action
	Resume  Action
}

// PledgeRow is a promise by name: money, people, or a condition of a key.
type PledgeRow struct {
	ID, By, What string
	Kind         string // "geld", "mensen", ""
	Due, Done    rule.Date
	Condition    string // mandate of the key it belongs to; "" when it is of the plan
	Owed         bool   // it is an obligation: the proposal was decided
	Late         string // step of the ladder
	Keep, Remove Action
}

// RoomRow is room that a proposal gave up for another.
type RoomRow struct {
	Proposal Ref
	For      Ref // what it moved up for; empty on the page of the other
	Quarter  string
	Hours    int
	By, Why  string
	On       rule.Date
}

// PlanPageView is the plan of a proposal: date, roll-out, what it asks and who
// promised that.
type PlanPageView struct {
	ID, Title  string
	Regulation Ref
	State      ProposalState
	Plan       PlanView
	Promises   []PledgeRow
	Needs      []string // what nobody promised yet: "geld", "mensen"
	People     []Option
	Yields     []YieldRow
	Full       []FullQuarter
	Capacity   Action // whether the actor can say what fits
}

// YieldRow is something that moves up for this proposal.
type YieldRow struct {
	Proposal Ref
	From     string // id of the proposal
	Quarter  string
	Hours    int
	By, Why  string
	Remove   Action
}

// FullQuarter is a quarter in which the claim does not fit.
type FullQuarter struct {
	Quarter string
	Over    int
	Choices []Option // proposals that can move up, with their hours
}

// RolloutInput sets the stages of a roll-out, as typed. Empty rows are left out.
type RolloutInput struct {
	Proposal string
	Rows     []StageInput
}

// StageInput is one stage as typed.
type StageInput struct {
	Percent, Days string
	From          rule.Date
}

// YieldInput says what moves up.
type YieldInput struct {
	Proposal, From, Quarter string
	Hours                   string
	Why                     string
}

// PromiseInput adds a promise.
type PromiseInput struct {
	Proposal, By, What, Kind string
	Due                      rule.Date
}

// KeyInput gives a key: plain, or on conditions.
type KeyInput struct {
	Proposal, Digest string
	Conditions       []PromiseInput
}

// EvaluationInput is the invoeringstoets as filled in.
type EvaluationInput struct {
	AssessmentInput
	Report string
}
