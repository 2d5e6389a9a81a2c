package screen

import "lemniscaat/internal/rule"

// StandListView is the list of periods.
type StandListView struct {
	Published []StandRow
	Drafts    []StandRow // periods that can be read as a draft, newest first
}

// StandRow is one Stand in the list.
type StandRow struct {
	ID, Title string
	Published rule.Date
	By        string
	Running   bool // the period is not over
}

// StandView is one Stand van de Uitvoering: drafted as a query, or frozen.
type StandView struct {
	ID, Title   string
	From, Until rule.Date
	Published   rule.Date // zero: a draft
	By          string
	Preface     string
	Erased      bool // there was a preface, its words were erased
	PrefaceBy   string
	PrefaceOn   rule.Date
	Numbers     []Number
	Top         []StandIssueRow
	Late        []OverdueRow
	LateMore    int
	Hardship    []StandIssueRow
	Promises    []Number
	Quarters    []StandQuarterView // numbers about people
	Measured    []StandMeasuredRow
	Better      []Ref
	InForce     []Ref
	Computing   bool // what it can cost one household is not known yet
	Digest      string
	Seq         uint64
	Synthetic   bool
	Write       Action
	Publish     Action
}

// StandIssueRow is a knelpunt in a Stand.
type StandIssueRow struct {
	Ref      Ref
	Where    string
	Tile     Tile
	Severity string
	Review   rule.Date
}

// StandQuarterView is what is published about people over a quarter of whole weeks.
type StandQuarterView struct {
	Title   string
	Numbers []Number
	Grounds []StandCountRow // maatwerk by ground
	Rest    bool            // on other grounds too, so few that it is not shown
}

// StandCountRow is how often something happened.
type StandCountRow struct {
	Where, What string
	Count       int
}

// StandMeasuredRow is an expectation that was measured in the period.
type StandMeasuredRow struct {
	Ref       Ref // the proposal
	What      string
	Value     string
	Band      string
	State     MeasureState
	Synthetic bool
}

// StandCheck is what counting again gave.
type StandCheck struct {
	Title  string
	Ref    Ref
	Digest string // as published
	Again  string // as counted again
	Same   bool
	Old    bool // of before small numbers were left out: its digest is not shown
	Seq    uint64
}
