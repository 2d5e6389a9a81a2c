package screen

import "lemniscaat/internal/rule"

// SimulationState is the state of a run.
type SimulationState string

const (
	SimulationRunning SimulationState = "bezig"
	SimulationDone    SimulationState = "klaar"
	SimulationFailed  SimulationState = "mislukt"
)

// SimulationView is one run.
type SimulationView struct {
	ID          string
	Title       string // "Inkomensgrens naar 120 %"
	Proposal    *Ref
	State       SimulationState
	Done, Total int    // households, while running
	Error       string // when it failed
	Sentence    string // the outcome in one or two sentences
	Caveat      string // what must not be concluded
	Synthetic   bool

	Schemes []SimulationScheme
	Deciles []DecileRow
	Funnel  []FunnelStep
	Groups  []GroupRow
	Work    []WorkRow
	Cliffs  []CliffRow
	// Failures are households on which a rule erred, in words.
	Failures []string

	Population  string // "nl:20000"
	Stands      int64  // households that the synthetic ones stand for
	Households  int
	Persons     int
	Date        rule.Date
	RuleSet     string // short digest
	Seed        string
	Seconds     float64
	Assumptions []Assumption
}

// SimulationScheme is one regulation, now and in the variant.
type SimulationScheme struct {
	ID, Name string
	Now      TakeUp
	Variant  *TakeUp
}

// TakeUp is entitled, received and received if automatic.
type TakeUp struct {
	Entitled, Received, Automatic Measure
}

// Measure is a number of households and an amount per year, with ranges.
type Measure struct {
	Count                   int64
	CountLow, CountHigh     int64
	PerYear                 Cents
	PerYearLow, PerYearHigh Cents
}

// DecileRow is who wins and who loses in one income decile. Counts are
// households.
type DecileRow struct {
	Decile           int // 1..10
	Gain, Same, Loss int64
	MeanChange       Cents // per household that changes, per year
}

// FunnelStep is one step that loses people.
type FunnelStep struct {
	Name    string
	Article Ref
	Now     int64 // still there after this step, today's rules
	Variant int64
	Lost    int64 // lost at this step, today's rules
	Largest bool
}

// WorkRow is what a year asks of the executor or of citizens.
type WorkRow struct {
	Name         string
	Now, Variant int64
}

// CliffRow is a datum on which a small step costs everything.
type CliffRow struct {
	Input string // "gemiddelde maandinkomen"
	Units int64  // households just below it
	Loss  Cents  // mean loss, a year
}

// GroupRow is the effect on one group.
type GroupRow struct {
	Name         string
	Now, Variant int64
	Suppressed   bool // fewer than 10 in the sample
}

// Assumption is a named assumption.
type Assumption struct {
	Name, Text, Source string
}
