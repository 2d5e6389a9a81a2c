package screen

import (
	"time"

	"lemniscaat/internal/rule"
)

// ProposalState is the state of a proposal.
type ProposalState string

const (
	ProposalSketch    ProposalState = "schets"
	ProposalTested    ProposalState = "getoetst"
	ProposalSubmitted ProposalState = "voorgelegd"
	ProposalDecided   ProposalState = "besloten"
	ProposalRollout   ProposalState = "uitrol"
	ProposalInForce   ProposalState = "geldend"
	ProposalEvaluated ProposalState = "geëvalueerd"
	ProposalReturned  ProposalState = "teruggelegd"
	ProposalPaused    ProposalState = "gepauzeerd"
	ProposalWithdrawn ProposalState = "ingetrokken"
	ProposalLapsed    ProposalState = "vervallen"
)

// Fixed reports whether the proposal is past the point where it can change: it
// is decided, or it has ended.
func (s ProposalState) Fixed() bool {
	switch s {
	case ProposalSketch, ProposalTested, ProposalSubmitted, ProposalReturned:
		return false
	}
	return true
}

// ProposalListView is the list of proposals.
type ProposalListView struct {
	Regulation *Ref
	Rows       []ProposalRow
	Paging     Paging
	// ByPolicy and ByExecution are who opened them, over the whole list.
	ByPolicy, ByExecution int
}

// ProposalRow is one proposal in a list.
type ProposalRow struct {
	ID, Title  string
	Regulation string
	State      ProposalState
	Opened     rule.Date
	By         string
	Waits      string // what it waits for, in one line
}

// ProposalView is the page of one proposal.
type ProposalView struct {
	Archive    bool // there is a dossier for the archive
	ID, Title  string
	Regulation Ref
	Issue      *Ref
	State      ProposalState
	Opened     rule.Date
	OpenedBy   Person
	Policy     *Person // co-author from policy
	Execution  *Person // co-author from execution
	Join       Action
	Edit       Action // may the actor edit parameters, answers and expectations now?

	ContentDigest  string    // short
	ProposalDigest string    // short; what keys sign
	From           rule.Date // from when the candidate values hold

	Sentences    []EditableSentence
	OtherRules   []Ref        // rules without a value of their own, to their page
	StepChoices  []StepChoice // what can be made lighter for people
	Plan         PlanView
	Diff         []DiffLine
	Compare      string // the page that compares the rules without and with this
	Touches      []Ref  // the same for regulations that build on this one and change with it
	Compass      []Question
	Assessments  []AssessmentView
	Findings     []FindingRow
	Simulation   *SimulationRef
	Simulate     Action
	Expectations []ExpectationRow
	Indicators   []IndicatorOption
	Keys         []KeyRow
	Missing      []MissingRow   // what stands in the way of the next step
	Steps        []ProposalStep // the road of the proposal

	Submit    Action          // voorleggen
	Return    Action          // terugleggen, with reason
	Withdraw  Action          // intrekken
	Key       Action          // sleutel geven
	KeyAs     string          // "beleid" or "uitvoering": in which corner the actor's key counts
	Adopt     Action          // in werking laten treden, with a date
	AdoptFrom rule.Date       // first possible day
	InForce   rule.Date       // zero when not (yet) in force
	Deadlock  DeadlockSection // when the corners do not agree

	Options    []OptionRow
	OptionsWhy string
	Evidence   []CitizenTestRow
	Places     []Option // articles
	Invite     []Invite
	Interim    []InterimRow
	Rollout    RolloutView
	Promises   []PledgeRow
	Gave       []RoomRow
	MarkTested Action // getoetst, without laying it before the keys yet
	BackKey    Action // take a key back
	Lapse      Action
	Evaluate   *AssessmentView // the invoeringstoets, to be filled in now or done
	Report     string          // of the invoeringstoets
	People     []Option        // who can promise something

	Timeline []TimelineRow
}

// ProposalStep is one step on the road of the proposal.
type ProposalStep struct {
	State   ProposalState
	Done    bool
	Current bool
}

// EditableSentence is a rule sentence with parameters in it that can be edited.
type EditableSentence struct {
	Rule   Ref
	Amend  string // address of the page on which the whole rule is edited
	Pieces []Piece
	Source Ref
}

// Piece is text, or a parameter when Param is filled.
type Piece struct {
	// NewLine starts a line, with its depth and whether it is a bullet.
	NewLine bool
	Depth   int
	Bullet  bool
	Text    string // text, or the name of the parameter for screen readers
	Param   string // parameter id
	Value   string // the value in the proposal, as a person types it: "120 %"
	Now     string // the value in force
	Kind    string // "percentage", "bedrag", "getal": what is accepted
	Hint    string // "een percentage, bijvoorbeeld 120 %"
}

// ParameterInput changes one parameter in a proposal.
type ParameterInput struct {
	Proposal string
	Param    string
	Value    string // as typed
}

// DiffLine is one change in words.
type DiffLine struct {
	Text   string // "De inkomensgrens gaat van 110 % naar 120 % van de norm."
	Effect string // "Een alleenstaande mag € 134 per maand meer verdienen.", may be empty
	Ref    Ref
}

// Question is one question of the Beleidskompas with its answer.
type Question struct {
	ID       string
	Label    string
	Help     string
	Answer   string
	Required bool
	By       string
	Old      bool // no longer asked
}

// AssessmentView is one assessment on this content.
type AssessmentView struct {
	ID       string // "doenvermogen", "uitvoering"
	Name     string // "Doenvermogentoets"
	Note     string // "naar WRR, Weten is nog geen doen"
	Items    []AssessmentItem
	State    AssessmentState
	By       string // who confirmed
	Verdict  string
	Verdicts []Option // to choose from; empty when the assessment has none
	Confirm  Action

	Edition, Owner string
	DoneEdition    string          // the edition that was filled in; "" when it was not
	Actions        []CitizenAction // what a citizen has to do, one by one
	Own            []OwnFinding    // findings that people wrote in it
	Places         []Option        // where a finding can be
}

// AssessmentState says whether an assessment counts.
type AssessmentState string

const (
	AssessmentOpen  AssessmentState = "open"
	AssessmentDone  AssessmentState = "gedaan"
	AssessmentStale AssessmentState = "verouderd" // done on another digest
)

// AssessmentItem is one answer, computed or given.
type AssessmentItem struct {
	ID       string
	Label    string
	Computed string   // what was computed from the rules, "" when nothing
	Answer   string   // confirmed or overruled answer
	Why      string   // reason of an overruling
	Options  []Option // to choose from; empty means free text
	Unit     string   // "uur per jaar", "€"
	Help     string
	Required bool
	Number   bool
}

// AssessmentInput confirms an assessment. An item whose answer differs from
// what was computed needs a reason.
type AssessmentInput struct {
	Proposal   string
	Assessment string
	Answers    map[string]string // item id -> answer
	Why        map[string]string // item id -> reason
	Verdict    string
	Finding    FindingInput // a new one; without text there is none
	Drop       []string     // keys of own findings that are taken away
}

// FindingRow is one finding of an assessment.
type FindingRow struct {
	ID       string
	Text     string // "Wie één euro te veel verdient, verliest € 520."
	Kind     string // "alles of niets"
	Anchor   Ref
	Weighty  bool
	Change   FindingChange
	Accepted []string // who accepted it: "beleid", "uitvoering"
	Why      string   // the reason given at acceptance
	// Explained is why the regulation leaves it as it is.
	Explained string
	Accept    Action
	// Resolve says whether the actor can say how a finding of citizens was taken
	// away; Resolved is what was said.
	Resolve  Action
	Resolved string
}

// FindingChange compares a finding with the rules in force.
type FindingChange string

const (
	FindingExisting FindingChange = "bestaand"
	FindingNew      FindingChange = "nieuw"
	FindingWorse    FindingChange = "erger"
	FindingBetter   FindingChange = "beter"
	FindingGone     FindingChange = "weg"
)

// ExpectationRow is one expectation of a proposal.
type ExpectationRow struct {
	ID        string
	Goal      string
	Indicator string
	Group     string
	Baseline  string // "41 %"
	Low, High string // the band
	Horizon   rule.Date
	Tripwire  string // "onder 45 %"
	Remove    Action
}

// IndicatorOption is an indicator to expect something of.
type IndicatorOption struct {
	Value     string
	Label     string
	Unit      string // "%", "€", "aantal"
	Baseline  string // now
	Low, High string // suggested band, from the simulation; may be empty
	Predicted string // by the simulation; may be empty
	Goal      string // the goal of the regulation that it says something about
}

// ExpectationInput declares an expectation.
type ExpectationInput struct {
	Proposal  string
	Goal      string
	Indicator string
	Low, High string // as typed
	Tripwire  string // as typed
	Horizon   rule.Date
}

// KeyRow is one of the two keys.
type KeyRow struct {
	Corner string // "beleid" or "uitvoering"
	Holder string // who holds it, or may give it
	Given  bool
	At     time.Time
	Digest string // short digest that was signed
	Fallen bool   // given, but on another digest
	Why    string // "Gegeven op een eerdere versie: artikel 3 is daarna gewijzigd."
}

// MissingRow is something that still stands in the way, with where to solve it.
type MissingRow struct {
	Code string // "verouderde-toets"
	Text string
	Href string // "#toets-uitvoering"
}

// SimulationRef is the simulation of a proposal, in short.
type SimulationRef struct {
	ID       string
	Sentence string
	Stale    bool // made on another content digest
	Running  bool
	Numbers  []Number
}

// OpenProposalInput opens a proposal on an issue or a regulation.
type OpenProposalInput struct {
	Regulation string
	Issue      string // may be empty
	Title      string
}
