package screen

import "lemniscaat/internal/rule"

// IssueListInput is which knelpunten a reader wants to see.
type IssueListInput struct {
	Asked
	Regulation string
	State      IssueState // "" is all
	Overdue    bool       // only what is too late
	Mine       bool       // only what the actor owes
}

// IssueFilters feeds the choices above the list.
type IssueFilters struct {
	In          IssueListInput
	Regulations []Option
}

// IssueAct is something that can be done with a knelpunt beside answering it.
type IssueAct struct {
	Name IssueActName
	Action
	Until   rule.Date // a first day that can be chosen, for uitstel
	Options []Option  // to choose from: posts, proposals
}

// IssueActName names an act; it is the last part of its address.
type IssueActName string

// The acts, in the order of the page.
const (
	ActAskMore  IssueActName = "uitstel-vragen"
	ActGrant    IssueActName = "uitstel-geven"
	ActDeny     IssueActName = "uitstel-weigeren"
	ActAppoint  IssueActName = "aanwijzen" // the eigenaar names who answers
	ActLink     IssueActName = "koppelen"
	ActWithdraw IssueActName = "intrekken"
	ActNoKey    IssueActName = "sleutel-weigeren"
	ActReview   IssueActName = "herzien"
	ActReopen   IssueActName = "heropenen"
)

// IssueActs lists them.
var IssueActs = [...]IssueActName{ActAskMore, ActGrant, ActDeny, ActAppoint, ActLink, ActWithdraw, ActNoKey, ActReview, ActReopen}

// NeedsReason reports that the act asks why.
func (a IssueActName) NeedsReason() bool { return a != ActLink && a != ActReview }

// NeedsDay reports that the act asks until when.
func (a IssueActName) NeedsDay() bool { return a == ActAskMore || a == ActGrant }

// IssueActInput is what a form of an act sends.
type IssueActInput struct {
	Issue  string
	Act    IssueActName
	Reason string
	Until  rule.Date
	Choice string // a post for aanwijzen, a proposal for koppelen
}

// MoreTime is more time that was asked and not yet given.
type MoreTime struct {
	By     string
	Until  rule.Date
	Reason string
}

// BundleView is the page on which knelpunten are put together.
type BundleView struct {
	Paging
	Can   Action
	Pairs []BundlePair
	Undo  *BundleUndo // what was done last, when it can be taken back
	Open  int         // open knelpunten that were compared
}

// BundlePair are two knelpunten that may be the same. Merging puts From into
// Into.
type BundlePair struct {
	From, Into BundleSide
	Why        string // one sentence
}

// BundleSide is one of the two.
type BundleSide struct {
	Row  IssueRow
	Text string // the words of a signal
}

// BundleUndo takes the last act back.
type BundleUndo struct {
	From, Into string
	Text       string
	Apart      bool // it was "niet hetzelfde", not a merge
}

// BundleInput is what the page is asked for: a part of the list, and what was
// done last.
type BundleInput struct {
	Asked
	Last BundleUndo // ids only
}

// MergeInput puts a knelpunt into another.
type MergeInput struct {
	From, Into string
	Reason     string
}

// SplitView is the page of one knelpunt on which signals are taken apart, or on
// which it is put into another.
type SplitView struct {
	Paging
	Row     IssueRow
	Split   Action
	Merge   Action
	Signals []SplitSignal
	Others  []Option // knelpunten that it may be the same as, the most alike first
}

// SplitSignal is one signal of the knelpunt.
type SplitSignal struct {
	ID        string
	Text      string // "" for "ook bij mij"
	Place     Anchor
	Date      rule.Date
	Frequency Frequency
	From      string // the kind of reporter; never a name
}

// SplitInput moves signals to a knelpunt of their own.
type SplitInput struct {
	Issue   string
	Signals []string
	Reason  string
}
