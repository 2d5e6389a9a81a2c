package screen

import "time"

// SimulationState is the state of a run.
type SimulationState string

const (
	SimulationWaiting   SimulationState = "wacht"
	SimulationRunning   SimulationState = "bezig"
	SimulationDone      SimulationState = "klaar"
	SimulationFailed    SimulationState = "mislukt"
	SimulationCancelled SimulationState = "geannuleerd"
)

// Over reports that nothing will happen any more.
func (s SimulationState) Over() bool { return s != SimulationWaiting && s != SimulationRunning }

// SimulationView is the page of one run.
type SimulationView struct {
	ID       string
	Title    string // "Inkomensgrens naar 120 %"
	Proposal *Ref
	State    SimulationState
	// Done and Total count steps while it runs: each part of the population is
	// computed and then counted. Ahead is how many runs go first while it waits.
	Done, Total, Ahead int
	Error              string  // when it failed
	Run                RunView // when it is done
	Who                string  // who asked for it
	Asked, Finished    time.Time
	CanCancel          bool
	Population         string // as it was asked for: "nl:100000"
	Bytes              int64  // of the result that is kept
}

// Percent is how far it is.
func (v SimulationView) Percent() int {
	if v.Total == 0 {
		return 0
	}
	return 100 * v.Done / v.Total
}

// SimulationListView is all runs: what waits or is under way, and what is over,
// the last asked first.
type SimulationListView struct {
	Busy, Over []SimulationView
	// Variants and Populations are what can be computed without a proposal.
	Variants, Populations []Option
	// Start says whether who looks may compute one of them.
	Start Action
}

// FreeRunInput asks for a run without a proposal.
type FreeRunInput struct{ Variant, Population string }
