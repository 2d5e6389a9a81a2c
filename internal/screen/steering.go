package screen

import "lemniscaat/internal/rule"

// PromiseState is where a promise stands.
type PromiseState string

// The states of a promise.
const (
	PromiseOpen     PromiseState = "open"
	PromiseLate     PromiseState = "te-laat"
	PromiseKept     PromiseState = "nagekomen"
	PromiseKeptLate PromiseState = "te-laat-nagekomen"
)

// PromisesView is every promise and condition.
type PromisesView struct {
	State  PromiseState // when it is of one state
	Counts []PromiseCount
	Rows   []PromiseRow // what is late first, then by date
	Paging Paging
}

// PromiseCount is how many promises are in a state.
type PromiseCount struct {
	State PromiseState
	Count int
}

// PromiseRow is one promise: who does what, by when, and the proof.
type PromiseRow struct {
	What  string
	Who   string
	Kind  string // "toezegging" or "leveren"
	Of    Ref    // the proposal or the knelpunt that it hangs on
	Where string // the regulation
	Due   rule.Date
	Done  rule.Date
	State PromiseState
	Proof string // how it was kept, in the words of who kept it
}

// FiguresView is the public figures: how knelpunten are answered.
type FiguresView struct {
	// Period is the quarter over which reactions are counted.
	Period        string
	From, Until   rule.Date
	All           FigureRow
	Regulations   []FigureRow
	Organisations []FigureRow
}

// FigureRow is one group of knelpunten.
type FigureRow struct {
	Name     Ref
	Issues   int
	Answered int
	Median   int // days until the first answer; -1: no answer yet
	Forwards int
	Late     int
	// Reacted counts reporters; nil is not shown.
	Reacted *Reactions
}

// Reactions counts what reporters of solved knelpunten said.
type Reactions struct{ Confirmed, Silent, Reporters int64 }

// ConsequenceListView lists the regulations in which something was decided.
type ConsequenceListView struct{ Rows []ConsequenceListRow }

// ConsequenceListRow is one of them.
type ConsequenceListRow struct {
	Regulation Ref
	Decisions  int
	Last       rule.Date
}

// ConsequenceView is Gevolgen van keuzes of one regulation.
type ConsequenceView struct {
	Regulation Ref
	Choices    []ConsequenceRow // newest first
	Paging     Paging
}

// ConsequenceRow is one choice: what was decided, predicted and measured, what
// people said since, and what hangs on it.
type ConsequenceRow struct {
	Proposal  Ref
	Decided   rule.Date
	From      rule.Date
	Summary   []string
	Predicted string
	Synthetic bool // the prediction is of synthetic people
	Measured  []MeasuredExpectation
	Solves    []Ref // knelpunten that it answers
	Detected  int   // signals of detectors since it is in force
	// People counts those of people over the last quarter since it is in force, as texts.
	People   []Number
	Period   string // "derde kwartaal van 2026"; "" where none is over
	Since    []Ref  // knelpunten that were opened since, at most five
	SinceAll int
	Promises []PromiseRow
}

// VoteView is Voor de stemming: one page for a member of parliament or council.
type VoteView struct {
	Proposal   Ref
	Regulation Ref
	Choice     []string // in words, a sentence each
	From       rule.Date
	Effect     string // who gains and loses
	Synthetic  bool
	Money      []Fact // figures with their margin
	Tested     bool   // doability was tested on this version
	RedLines   []string
	Verdict    string // of the executor
	Conditions []PromiseRow
	Expects    []string
	Unknown    []string
	Options    []VoteOption
	OptionsWhy string
	State      ProposalState
}

// VoteOption is another option that was looked at.
type VoteOption struct {
	Name, Effect string
	Chosen       bool
}

// ChangedView is what changed in a month, with a worked case each.
type ChangedView struct {
	Month          string // "september 2026"
	Previous, Next string // "2026-08"; "" for none
	Regulation     *Ref
	Rows           []ChangedRow
}

// ChangedRow is one rule change.
type ChangedRow struct {
	Regulation Ref
	From       rule.Date
	Lines      []string
	Proof      Ref
	Example    string // the worked case
	Before     string
	After      string
	Same       bool // no worked case comes out otherwise
	Without    bool // there is no worked case
}
