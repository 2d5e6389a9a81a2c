package screen

import "lemniscaat/internal/rule"

// WatchView is the page Detectoren of a regulation.
type WatchView struct {
	Regulation  Ref
	ID          string
	Regulations []Option // to choose from
	Kinds       []DetectorRow
	Declare     Action
	Places      []Option // "regeling/artikel"
	Choices     []Option // detectors that can be declared
	Crossed     []CrossingRow
	Paging
	Series    int    // watched at the same time, in the whole installation
	Rate      string // false alarms accepted in a year: "1"
	Latest    rule.Date
	Empty     bool // no outcomes yet
	Synthetic bool
}

// DetectorRow is one detector with what is expected and what is seen.
type DetectorRow struct {
	Kind, Name, Says string
	Rows             []ExpectedRow
	// Suggest is what was seen until now, as a start; "" for nothing.
	Suggest string
}

// ExpectedRow is one expectation.
type ExpectedRow struct {
	Place  Ref
	Anchor string // "regeling/artikel", for the form
	Group  string
	Expect string // "ten hoogste 3 %"
	Value  string // "3"
	From   string // "vastgelegd door Anneke Postma op 5 januari 2026"
	Why    string
	Seen   string // "4,1 % (3,2 tot 5,2)", over the last thirteen weeks
	Off    bool
}

// CrossingRow is one alarm.
type CrossingRow struct {
	On       rule.Date
	Sentence string
	Issue    Ref
}

// DeclareInput declares what a detector expects.
type DeclareInput struct {
	Place    string
	Detector string
	Expect   string // as typed
	Why      string
	Off      bool
}

// ReachView is the page Wie raakt dit?
type ReachView struct {
	Regulations []Option
	Regulation  Ref
	ID          string
	Article     Ref // "" for all
	ArticleID   string
	Dimension   string // attribute that is shown: "huishouden"
	Dimensions  []Option
	Columns     []string
	Rows        []ReachRow
	Period      string   // quarter that is shown: "2026-kw2"
	Periods     []Option // quarters that are over, newest first
	From, Until rule.Date
	Decisions   int64
	Few         bool // Decisions are too few to say how many
	Hidden      int  // rows that are not shown
	Synthetic   bool
	Took        string // how long the counting took
	CSV         string // link
}

// ReachRow is one article × group with its harm for every thousand decisions.
type ReachRow struct {
	Article  Ref
	Group    string // "" is everybody
	Small    bool   // fewer than ten, or hidden because another is
	N        int64
	Cells    []ReachCell
	Severity float64 // 0 to 1 of the worst row, for the bar
}

// ReachCell is one kind of harm.
type ReachCell struct {
	Text  string // "38" for every thousand, "–" when it is not shown
	Worse bool   // clearly more than everybody on this article
}
