package loop

import (
	"time"

	"lemniscaat/internal/rule"
)

// SignalKind is one of the tiles.
type SignalKind string

// The seven tiles of the signal page.
const (
	Unclear    SignalKind = "onduidelijk"
	Impossible SignalKind = "kan-niet-uitgevoerd"
	TooHarsh   SignalKind = "te-hard"
	Conflict   SignalKind = "regels-botsen"
	Data       SignalKind = "gegevens"
	DropOut    SignalKind = "mensen-haken-af"
	GoesWell   SignalKind = "gaat-goed" // no knelpunt: nobody owes an answer
)

// Frequency is how often the reporter sees it.
type Frequency string

// Frequencies of a signal.
const (
	Once    Frequency = "eenmalig"
	Monthly Frequency = "maandelijks"
	Weekly  Frequency = "wekelijks"
	Daily   Frequency = "dagelijks"
)

// Channel is who observed it.
type Channel string

// Channels of a signal.
const (
	Professional Channel = "professional"
	Citizen      Channel = "burger"
	Detector     Channel = "detector"
)

// Signal is one observation on an anchor. It is never deleted; its text can be
// erased.
type Signal struct {
	ID        string     `json:"id"`
	Anchor    Anchor     `json:"anker"`
	Kind      SignalKind `json:"tegel"`
	What      Text       `json:"watGebeurdeEr"` // empty for "Ook bij mij"
	Frequency Frequency  `json:"hoeVaak"`
	Channel   Channel    `json:"kanaal"`
	Reporter  PersonID   `json:"melder"`
	Reachable bool       `json:"bereikbaar"`            // an answer can be delivered
	Case      string     `json:"zaak,omitempty"`        // pseudonym of the case: "v1:…"
	Hidden    bool       `json:"verborgen,omitempty"`   // from before Shown: only who owes the answer sees who reported
	Shown     Visibility `json:"wieZiet,omitempty"`     // who may see who reported
	Synthetic bool       `json:"synthetisch,omitempty"` // of a demo
	// Origin is set when it was known before it came here.
	Origin *Origin `json:"herkomst,omitempty"`
	// Attachments are at most MaxAttachments files.
	Attachments []Attachment `json:"bijlagen,omitempty"`

	At  time.Time `json:"-"`
	Seq uint64    `json:"-"`
}

// IssueState of a knelpunt.
type IssueState string

// The states of a knelpunt. Open and Answered are live.
const (
	Open     IssueState = "open"
	Answered IssueState = "beantwoord"
	Solved   IssueState = "opgelost"
	Accepted IssueState = "aanvaard"
	Merged   IssueState = "samengevoegd"
)

// Live reports whether something is still owed.
func (s IssueState) Live() bool { return s == Open || s == Answered }

// AnswerKind is one of the answers that end the waiting.
type AnswerKind string

// The answers. Forwarding (doorzenden) is a command of its own: it answers
// nothing.
const (
	Change  AnswerKind = "wijzigen"
	Adapt   AnswerKind = "uitvoering-aanpassen"
	Explain AnswerKind = "uitleggen"
	Keep    AnswerKind = "niet-wijzigen"
)

// Promises reports whether the answer promises a change.
func (k AnswerKind) Promises() bool { return k == Change || k == Adapt }

// Answer is what the owner said.
type Answer struct {
	Number   int // from 1
	Kind     AnswerKind
	By       PersonID
	At       rule.Date
	Reason   Text
	Interim  Text      // what the desk does from tomorrow
	Work     Text      // what changes in execution, for Adapt
	LeverBy  rule.Date // when the change is there, for Change and Adapt
	ReviewBy rule.Date // for Keep
	Proposal string    // linked proposal, may come later
	// Confirmation: the reporters may say whether it is solved, until this
	// date; zero while the change is not there yet.
	WindowFrom, WindowUntil rule.Date
	Reminded                rule.Date
	Counted                 bool // an own count stands in for a measurement
	CountBefore, CountAfter int
	Withdrawn               bool
}

// Reaction is what a reporter said of an answer.
type Reaction struct {
	Recognised bool
	Why        Text
	On         rule.Date
}

// Ending says how a knelpunt was solved: confirmed and silent reporters are
// counted apart.
type Ending struct {
	On                rule.Date
	Confirmed, Silent int
	Disputed          int // said no, but stayed under the threshold
	By                PersonID
}

// Issue is a knelpunt: the signals on one anchor (or several), the answer that
// is owed, and the answers given.
type Issue struct {
	ID       string
	Version  uint64
	State    IssueState
	Anchors  []Anchor
	Kind     SignalKind
	Signals  []string // ids, in order of arrival
	Opened   rule.Date
	Owner    PostRef // zero: follows from the anchor
	Forwards int
	Level    int // 0; +1 each time reporters do not recognise the answer
	Answers  []Answer
	// Delivered gives for each reporter the number of the last answer that
	// was delivered.
	Delivered map[PersonID]int
	// Reactions to the current answer, and to the current question about it.
	Reactions map[PersonID]Reaction
	// Said are those to the answer that did not hold, until the next one.
	Said     map[PersonID]Reaction
	Ending   Ending
	MergedTo string
	// Asked is more time that the debtor asked for.
	Asked Extension
	// Absorbed gives for each knelpunt that was merged into this one the signals
	// that came with it, so that the merge can be taken back by a split.
	Absorbed map[string][]string
	// SinceEnd are the dates of signals that came after the end.
	SinceEnd []rule.Date
	History  []Moment

	reporters map[PersonID]Heard
	since     map[PersonID]bool // reporters after the end
	duties    ledger
}

// Reporters gives who reported, with their number of signals. Treat it as
// read-only.
func (i *Issue) Reporters() map[PersonID]Heard { return i.reporters }

// Obligations gives what was and is owed, in order of opening.
func (i *Issue) Obligations() []Obligation { return i.duties.list }

// Due gives the open obligation that leads: to answer, deliver, confirm, give
// the key or review. A live knelpunt has exactly one; a solved or merged one
// has none (ok is false).
func (i *Issue) Due() (o Obligation, ok bool) {
	for _, o := range i.duties.list {
		if o.Open() {
			return o, true
		}
	}
	return Obligation{}, false
}

// Moment is one line of the story of an aggregate.
type Moment struct {
	Seq  uint64
	At   time.Time
	By   PersonID
	Type string
	Text Text // words that were written with it, if any
}

// Answer gives the standing answer, or nil.
func (i *Issue) Answer() *Answer {
	if n := len(i.Answers); n > 0 && !i.Answers[n-1].Withdrawn {
		return &i.Answers[n-1]
	}
	return nil
}

// IssueCommand is a command on a knelpunt.
type IssueCommand interface {
	Command
	issueID() string
}

// FileSignal reports an observation. It joins the knelpunt Join when that is
// given, else a live one with the same anchor and tile, else it opens NewIssue.
type FileSignal struct {
	Signal   Signal
	Join     string
	NewIssue string // id to use when a knelpunt has to be opened
}

// AlsoMine is "Ook bij mij": one click, no text. Once per reporter, as long as
// the knelpunt is not ended.
type AlsoMine struct {
	Issue, SignalID string
	Reporter        PersonID
	Channel         Channel
	Reachable       bool
	Case            string
	Shown           Visibility
	Synthetic       bool
}

// AnswerIssue gives an answer. See AnswerKind for what each needs.
type AnswerIssue struct {
	Issue    string
	Kind     AnswerKind
	Reason   Text
	Interim  Text
	Work     Text
	LeverBy  rule.Date
	ReviewBy rule.Date
	Proposal string
}

// LinkProposal ties the promised change to a proposal.
type LinkProposal struct{ Issue, Proposal string }

// WithdrawAnswer takes the answer back; the due date is the one that was.
type WithdrawAnswer struct {
	Issue  string
	Reason Text
}

// Forward sends the knelpunt to another owner. The due date stays.
type Forward struct {
	Issue  string
	To     PostRef
	Reason Text
}

// GrantExtension gives the debtor more time; only those who wait can.
type GrantExtension struct {
	Issue  string
	Until  rule.Date
	Reason Text
}

// AcceptKey is the second key of "niet wijzigen", from execution.
type AcceptKey struct{ Issue string }

// RefuseAccept is the executor's no to "niet wijzigen".
type RefuseAccept struct {
	Issue  string
	Reason Text
}

// CountWork is the executor's own count before and after a promised
// adaptation, where there are no measurements (levels 0 and 1). After has to be
// lower than Before.
type CountWork struct {
	Issue         string
	Before, After int
}

// React is a reporter's answer to "Herken je dit?".
type React struct {
	Issue      string
	Recognised bool
	Why        Text
}

// Remind records that the reporters were reminded.
type Remind struct{ Issue string }

// Close ends a knelpunt after the window of the reporters. Those who said
// nothing are counted apart from those who confirmed.
type Close struct{ Issue string }

// Reopen opens a knelpunt again whose review is due. With a reason somebody of
// the triangle opens one that ended, at any time.
type Reopen struct {
	Issue  string
	Reason Text
}

// Merge puts the signals of From with those of Into. Both are open.
type Merge struct {
	From, Into string
	Reason     Text
}

// Split moves some signals to a knelpunt of their own, with the same due date.
type Split struct {
	Issue, NewIssue string
	Signals         []string
	Reason          Text
}

func (c FileSignal) issueID() string     { return c.Join }
func (c AlsoMine) issueID() string       { return c.Issue }
func (c AnswerIssue) issueID() string    { return c.Issue }
func (c LinkProposal) issueID() string   { return c.Issue }
func (c WithdrawAnswer) issueID() string { return c.Issue }
func (c Forward) issueID() string        { return c.Issue }
func (c GrantExtension) issueID() string { return c.Issue }
func (c AcceptKey) issueID() string      { return c.Issue }
func (c RefuseAccept) issueID() string   { return c.Issue }
func (c CountWork) issueID() string      { return c.Issue }
func (c React) issueID() string          { return c.Issue }
func (c Remind) issueID() string         { return c.Issue }
func (c Close) issueID() string          { return c.Issue }
func (c Reopen) issueID() string         { return c.Issue }
func (c Merge) issueID() string          { return c.From }
func (c Split) issueID() string          { return c.Issue }
