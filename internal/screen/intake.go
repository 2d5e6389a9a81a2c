package screen

import "errors"

// ErrBusy means that too much is waiting to be written: try again in a moment.
var ErrBusy = errors.New("het is te druk: probeer het zo nog eens")

// IntakeResult is what became of a delivery of outcomes.
type IntakeResult struct {
	Received, New, Known int
	// Unheard: burdensome, and nobody was spoken to.
	Unheard int
	// Changed are the numbers of rows that are here with other contents; then
	// nothing came in.
	Changed []int
}

// FactCheck is what a check of all facts found.
type FactCheck struct {
	Facts, Batches int64
	// Wrong are the events whose facts are not what they say.
	Wrong []uint64
}

// FileImport is what became of a file of outcomes.
type FileImport struct {
	Rows                map[string]int // by regulation
	New, Known, Unheard int
	Refused             []RowError // then nothing came in
	Measured            []string
}

// Rebuilt says what counting the cube again did.
type Rebuilt struct{ Facts, Cells, Differs int64 }
