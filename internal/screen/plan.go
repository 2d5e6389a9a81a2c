package screen

import "lemniscaat/internal/rule"

// PlanView is what a proposal plans: from when it holds, in which stages it is
// rolled out, and what it asks of the executor.
type PlanView struct {
	From rule.Date
	// Horizon is a sensible day to measure on: a year after From.
	Horizon rule.Date
	Stages  []PlanStage
	Claims  []ClaimRow // quarters with capacity, in order
	Edit    Action
}

// PlanStage is one stage of the roll-out.
type PlanStage struct {
	Percent int
	From    rule.Date
	Days    int // measured, before this stage begins
	Begun   bool
	Current bool
}

// ClaimRow is what a proposal claims of the executor in a quarter. All numbers
// are hours.
type ClaimRow struct {
	Quarter  string // "2027-Q1"
	Claim    int
	Used     int // by other proposals
	Freed    int // by what moves up
	Capacity int
	Unknown  bool // nobody said what fits
}

// PlanInput changes the plan of a proposal.
type PlanInput struct {
	Proposal string
	From     rule.Date
	Claims   map[string]string // quarter -> hours, as typed
}

// StepChoice is what a proposal can do with one step that is asked of people.
type StepChoice struct {
	ID      string // "individuele-inkomenstoeslag.bewijs-inkomen"
	Name    string // "Stuur bewijs van uw inkomen"
	Where   Ref
	Options []Option
	Value   string // the option in the proposal
	Changed bool
}

// StepInput changes one step in a proposal.
type StepInput struct {
	Proposal string
	Step     string
	Value    string
}
