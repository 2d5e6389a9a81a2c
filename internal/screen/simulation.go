package screen

// SimulationState is the state of a run.
type SimulationState string

const (
	SimulationRunning SimulationState = "bezig"
	SimulationDone    SimulationState = "klaar"
	SimulationFailed  SimulationState = "mislukt"
)

// SimulationView is the page of one run.
type SimulationView struct {
	ID          string
	Title       string // "Inkomensgrens naar 120 %"
	Proposal    *Ref
	State       SimulationState
	Done, Total int     // households, while running
	Error       string  // when it failed
	Run         RunView // when it is done
}
