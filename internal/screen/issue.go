package screen

import (
	"time"

	"lemniscaat/internal/rule"
)

// AnswerKind is one of the five answers.
type AnswerKind string

const (
	AnswerChange  AnswerKind = "wijzigen"
	AnswerAdapt   AnswerKind = "uitvoering-aanpassen"
	AnswerExplain AnswerKind = "uitleggen"
	AnswerRefuse  AnswerKind = "niet-wijzigen"
	AnswerForward AnswerKind = "doorzenden"
)

// AnswerKinds lists the answers in the order of the page.
var AnswerKinds = [...]AnswerKind{AnswerChange, AnswerAdapt, AnswerExplain, AnswerRefuse, AnswerForward}

// IssueListView is the list of knelpunten.
type IssueListView struct {
	Paging
	Regulation *Ref // when the list is of one regulation
	Rows       []IssueRow
	Filters    IssueFilters
	Bundle     Action // may the actor bundle?
}

// IssueRow is one knelpunt in a list.
type IssueRow struct {
	ID       string
	Title    string
	Anchor   Anchor
	Tile     Tile
	State    IssueState
	Signals  int // and People: only for who works on it, else 0
	People   int
	Opened   rule.Date
	Owner    string
	Due      rule.Date // of what is owed now; zero when nothing is
	Owed     string    // "antwoord", "reactie van melders", "meting"
	Overdue  bool
	Severity string // "verlies tot € 3.120 per huishouden", "" when unknown
}

// IssueState is the state of a knelpunt.
type IssueState string

const (
	IssueOpen     IssueState = "open"
	IssueAnswered IssueState = "beantwoord"
	IssueSolved   IssueState = "opgelost"
	IssueAccepted IssueState = "aanvaard"
	IssueMerged   IssueState = "samengevoegd"
)

// IssueView is the page of one knelpunt.
type IssueView struct {
	Row       IssueRow
	Stories   []Story
	Numbers   []Number
	Rules     []RuleView
	Article   Ref
	Answer    *AnswerView // the standing answer
	Ladder    []LadderRow // what happens when nothing comes, with dates
	Timeline  []TimelineRow
	Solved    []SolvedCheck // what must be true before it is solved
	Proposals []ProposalRow

	Remind    Action // remind the reporters to react
	Close     Action // end it, after the time of the reporters
	Count     Action // the executor's own count, where nothing is measured
	MeToo     Action // "Ook bij mij"
	CanAnswer Action
	Accept    Action     // the executor's key under "niet wijzigen"
	Try       Action     // opens a proposal
	Acts      []IssueAct // what else there is to do
	Asked     *MoreTime  // more time that was asked
	Bundle    Action     // take signals apart, or put it into another
	Delivery  *Delivery
	// TryHere: there are rules with values to move on the page "Proberen".
	TryHere bool
	Form    AnswerFormView
}

// Delivery counts to whom the standing answer came, and what they said of it.
// Silence is counted apart.
type Delivery struct {
	Reachable, Delivered        int
	Confirmed, Disputed, Silent int
	Unreachable                 int  // reporters that no answer can reach
	Asked                       bool // they are asked whether they recognise it
}

// Story is one signal chosen because it differs from the others.
type Story struct {
	Text      string
	Tile      Tile
	Who       string // "uitvoeringsprofessional", "melding uit gegevens"
	Date      rule.Date
	Frequency Frequency
	Case      string // pseudonym
	Why       string // why this one: "het eerste", "een ander huishoudtype"
	Reporter  string // "" when this reader does not see who reported
	Files     []AttachmentRef
}

// Number is one figure with its unit and where it comes from.
type Number struct {
	Value     string
	Label     string
	Source    Ref
	Synthetic bool
}

// LadderRow is a step of the escalation.
type LadderRow struct {
	Date    rule.Date
	Text    string
	Reached bool
}

// TimelineRow is one event, for people.
type TimelineRow struct {
	At    time.Time
	Who   string
	Text  string
	Ref   Ref
	Event int64 // global sequence number
}

// SolvedCheck is one condition for "opgelost".
type SolvedCheck struct {
	Text string
	OK   bool
	Ref  Ref
}

// AnswerFormView feeds the form with five answers.
type AnswerFormView struct {
	Proposals []Option  // proposals that can be linked to "wijzigen"
	Owners    []Option  // to whom it can be forwarded
	DeliverBy rule.Date // a sensible last day
	ReviewBy  rule.Date // the last day on which "niet wijzigen" may be looked at again
}

// Option is a choice in a select.
type Option struct {
	Value, Label string
}

// AnswerView is a given answer as the reporter sees it.
type AnswerView struct {
	Kind         AnswerKind
	By           string
	Date         rule.Date
	Reason       string
	FromTomorrow string    // what the desk does from tomorrow
	DeliverBy    rule.Date // what is promised is there by this day
	ReviewBy     rule.Date // it is looked at again by this day
	Proposal     *Ref
	Waits        string // "Wacht op de sleutel van de uitvoering."
}

// AnswerInput is what the owner sends.
type AnswerInput struct {
	Issue        string
	Kind         AnswerKind
	Reason       string
	FromTomorrow string    // obliged for wijzigen and uitvoering-aanpassen
	DeliverBy    rule.Date // obliged for the same
	ReviewBy     rule.Date // for niet-wijzigen; zero is the last day that may be
	Proposal     string    // for wijzigen: id, or "nieuw"
	Owner        string    // for doorzenden
}
