package screen

import (
	"time"

	"lemniscaat/internal/rule"
)

// MeasurementView is the page Voorspeld en gemeten.
type MeasurementView struct {
	Regulation   Ref
	Synthetic    bool
	Expectations []MeasuredExpectation
	Imports      []ImportRow
	Import       Action
	Columns      []Fact // the columns a CSV must have: Name, Value (kind), Source (meaning)
	Feed         bool   // a demo feed can be downloaded
	FeedPeriods  []Option
}

// MeasurementsView is Voorspeld en gemeten over all regulations.
type MeasurementsView struct {
	Regulation *Ref         // when it is of one regulation
	State      MeasureState // when it is of one state
	Synthetic  bool
	Counts     []StateCount // of everything, before the choice of a state
	Rows       []MeasuredExpectation
	Paging     Paging
}

// StateCount is how many expectations are in a state.
type StateCount struct {
	State MeasureState
	Count int
}

// MeasuredExpectation is one expectation with its measurements.
type MeasuredExpectation struct {
	ID          string
	Goal        string
	Indicator   string
	Unit        string // "%", "€", "aantal"
	Proposal    Ref
	Regulation  Ref    // its page Voorspeld en gemeten
	Sentence    string // "Gemeten: 58 %. Dat ligt binnen de band van 52 tot 64 %."
	State       MeasureState
	Baseline    float64
	Low, High   float64
	Tripwire    float64
	HasTripwire bool
	Horizon     rule.Date
	Points      []MeasurePoint
}

// MeasureState is the outcome so far.
type MeasureState string

const (
	MeasureNone    MeasureState = "nog-niet"
	MeasureInside  MeasureState = "binnen"
	MeasureOutside MeasureState = "buiten"
	MeasureTripped MeasureState = "grens-geraakt"
)

// MeasurePoint is one period. Values are in the unit of the expectation: 58.2
// for 58,2 %.
type MeasurePoint struct {
	Period                    string // "februari 2027"
	Predicted, Low, High      float64
	Measured                  *float64 // rounded down; nil: too few to show it
	Shown                     string   // "≥ 55 %"
	MeasuredLow, MeasuredHigh *float64 // interval of the measurement
	N                         int64    // rounded down to tens
}

// ImportRow is one import of outcomes.
type ImportRow struct {
	At      time.Time
	By      string
	File    string
	Rows    int // rounded down to tens
	Refused int
	Period  string
}

// ImportResult is the answer to an upload.
type ImportResult struct {
	Rows     int
	Known    int // rows that were imported before
	Refused  []RowError
	Measured []string // sentences: what was measured with them
}

// RowError is one refused row.
type RowError struct {
	Line int
	Text string
	Code string // stable, kebab-case; may be empty
	Hint string // what would be accepted; may be empty
}
