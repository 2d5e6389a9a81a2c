package loop

import (
	"lemniscaat/internal/rule"
)

// ProposalState of a proposal.
type ProposalState string

// The states of a proposal.
const (
	Sketch    ProposalState = "schets"
	Assessed  ProposalState = "getoetst"
	Submitted ProposalState = "voorgelegd"
	Decided   ProposalState = "besloten"
	Rolling   ProposalState = "uitrol"
	Paused    ProposalState = "gepauzeerd"
	InForce   ProposalState = "geldend"
	Evaluated ProposalState = "geevalueerd"
	Returned  ProposalState = "teruggelegd"
	Withdrawn ProposalState = "ingetrokken"
	Lapsed    ProposalState = "vervallen"
)

// Editable reports whether content and plan may still change.
func (s ProposalState) Editable() bool {
	return s == Sketch || s == Assessed || s == Submitted || s == Returned
}

// Ended reports whether nothing can happen any more.
func (s ProposalState) Ended() bool { return s == Evaluated || s == Withdrawn || s == Lapsed }

// Adopted reports whether the proposal was decided and not ended before it
// came into force.
func (s ProposalState) Adopted() bool {
	return s == Decided || s == Rolling || s == Paused || s == InForce || s == Evaluated
}

// Digest is a SHA-256 sum in hexadecimal. The content digest comes from the
// regulation; the proposal digest is computed here.
type Digest string

// Number is an exact decimal: "12.5", "-3", "0". Never a float.
type Number string

// Finding is one finding of an assessment on an anchor.
type Finding struct {
	Key       string `json:"sleutel"` // stable over versions, so that before and after can be compared
	Anchor    Anchor `json:"anker"`
	Weighty   bool   `json:"zwaarwegend,omitempty"`
	Text      string `json:"tekst"`            // generated, no personal text
	Magnitude Number `json:"omvang"`           // how bad, larger is worse
	Before    Number `json:"eerder,omitempty"` // magnitude under the rules in force; empty: it was not there
}

// Standing is how a finding compares with the rules in force.
type Standing string

// The standings of a finding.
const (
	FindingNew      Standing = "nieuw"
	FindingWorse    Standing = "verergerd"
	FindingExisting Standing = "bestaand"
)

// Assessment is a questionnaire applied to a content digest.
type Assessment struct {
	Questionnaire string            `json:"vragenlijst"` // "doenvermogen"
	Edition       string            `json:"uitgave"`     // version of the questionnaire
	Content       Digest            `json:"inhoud"`      // what it was done on
	Answers       map[string]string `json:"antwoorden,omitempty"`
	Findings      []Finding         `json:"bevindingen,omitempty"`
	Verdict       string            `json:"oordeel,omitempty"`
	// Computed is what the rules, the simulation or the log answered to a
	// question. An answer that differs is an overruling.
	Computed map[string]string `json:"berekend,omitempty"`
	// Needs is what has to be promised by name before a decision.
	Needs []Need    `json:"nodig,omitempty"`
	By    PersonID  `json:"-"`
	On    rule.Date `json:"-"`
}

// Simulation is the run that shows the effect of a content digest.
type Simulation struct {
	Run        string            `json:"run"`
	Content    Digest            `json:"inhoud"`
	Population string            `json:"populatie"`
	Synthetic  bool              `json:"synthetisch"`
	Sentence   string            `json:"zin"`
	Numbers    map[string]Number `json:"getallen,omitempty"`
	By         PersonID          `json:"-"`
	On         rule.Date         `json:"-"`
}

// Tripwire stops a roll-out when a measurement crosses it. Either bound may be
// empty.
type Tripwire struct {
	Below Number `json:"onder,omitempty"`
	Above Number `json:"boven,omitempty"`
}

// Expectation is what a proposal predicts for one indicator of one group: the
// measurement at the horizon lies in the band [Low, High].
type Expectation struct {
	ID        string    `json:"id"`
	Goal      string    `json:"doel"`
	Indicator string    `json:"indicator"`
	Group     string    `json:"groep,omitempty"`
	Unit      string    `json:"eenheid,omitempty"`
	Baseline  Number    `json:"nulmeting"`
	Predicted Number    `json:"voorspeld"`
	Low       Number    `json:"laag"`
	High      Number    `json:"hoog"`
	Horizon   rule.Date `json:"horizon"`
	Tripwire  Tripwire  `json:"struikeldraad,omitzero"`
	Run       string    `json:"run,omitempty"` // simulation it comes from
}

// Verdict is where a measurement lies.
type Verdict string

// Verdicts of a measurement.
const (
	Inside  Verdict = "binnen"
	Outside Verdict = "buiten"
	Early   Verdict = "nog-niet-op-horizon"
)

// Measurement is one observed value of an expectation, from outcomes that come
// from outside; never from the engine's own prediction.
type Measurement struct {
	Expectation string    `json:"verwachting"`
	Value       Number    `json:"waarde"`
	From        rule.Date `json:"van"`
	Until       rule.Date `json:"tot"`
	Cases       int       `json:"aantal"`
	// One is what one person adds to the value; "" in an old log.
	One       Number    `json:"een,omitempty"`
	Import    string    `json:"invoer"` // id of the import
	Synthetic bool      `json:"synthetisch,omitempty"`
	Verdict   Verdict   `json:"oordeel"` // filled by the loop
	Tripped   bool      `json:"struikeldraadGeraakt,omitempty"`
	On        rule.Date `json:"-"`
}

// Yield is claimed room that another proposal gives up in a quarter.
type Yield struct {
	From    string  `json:"van"` // id of the proposal that yields
	Quarter Quarter `json:"kwartaal"`
	Points  int     `json:"punten"`
	// By chose that it yields, and Why says why; empty in an old log.
	By  PersonID `json:"door,omitempty"`
	Why string   `json:"reden,omitempty"`
}

// Promise is a named promise that a decision depends on: money, people, or a
// condition of a key ("akkoord mits").
type Promise struct {
	ID   string    `json:"id"`
	By   PersonID  `json:"door"`
	What string    `json:"wat"`
	Due  rule.Date `json:"uiterlijk"`
	// Kind is money or people; empty for something else.
	Kind Need `json:"soort,omitempty"`
}

// Stage is one cohort of a roll-out: the share of cases by a stable hash.
type Stage struct {
	Percent int       `json:"procent"`
	From    rule.Date `json:"van"`
	// Days is how many days after the stage before have to be measured before
	// this one begins; 0 asks nothing.
	Days int `json:"meetdagen,omitempty"`
}

// Plan is the part of a proposal that keys sign beside the content and its
// assessments.
type Plan struct {
	Goals        []string        `json:"doelen,omitempty"`
	Expectations []Expectation   `json:"verwachtingen,omitempty"`
	Claim        map[Quarter]int `json:"beslag,omitempty"` // points per quarter
	Yields       []Yield         `json:"wijkt,omitempty"`
	Promises     []Promise       `json:"toezeggingen,omitempty"`
	Rollout      []Stage         `json:"uitrol,omitempty"` // last stage is 100 %
	InForce      rule.Date       `json:"geldigVanaf,omitzero"`
}

// Content is what the proposal changes: a variant over the regulation in
// force.
type Content struct {
	Digest   Digest   `json:"inhoud"`
	Variant  string   `json:"variant"`            // the variant file, as text
	Summary  []string `json:"samenvatting"`       // the difference in words
	Baseline Digest   `json:"uitgangspunt"`       // content digest of the rules that it changes
	Replaces []string `json:"vervangt,omitempty"` // what disappears
}

// Key is a turned key.
type Key struct {
	Person     PersonID  `json:"persoon"`
	Mandate    Mandate   `json:"mandaat"`
	Digest     Digest    `json:"voorstel"`
	Conditions []Promise `json:"mits,omitempty"`
	On         rule.Date `json:"-"`
}

// Acceptance is an existing weighty finding that a mandate consciously
// accepts, on one content.
type Acceptance struct {
	Finding string   `json:"bevinding"`
	Mandate Mandate  `json:"mandaat"`
	Content Digest   `json:"inhoud"`
	By      PersonID `json:"door"`
	Why     Text     `json:"waarom"`
}

// Proposal is a candidate change and what is signed with it.
type Proposal struct {
	ID          string
	Version     uint64
	State       ProposalState
	Regulation  string
	Title       string
	Issues      []string
	OpenedBy    PersonID
	Opened      rule.Date
	Authors     map[Mandate]PersonID
	Content     Content
	Compass     map[string]string // answers to the Beleidskompas questions
	Asks        Asks              // what was asked of it when it was opened
	Options     Options
	Evidence    []Evidence
	Resolutions []Resolution
	Assessments []Assessment // the last of each questionnaire
	Simulation  Simulation
	Plan        Plan
	Accepted    []Acceptance
	Keys        []Key        // the valid ones: an edit empties the list
	Fallen      []Key        // keys that fell by an edit or were withdrawn
	Refused     []KeyRefusal // a no to what lies there now
	Returns     int          // how often it was returned since the last deadlock
	Deadlocks   []Deadlock   // the last one may be open: see Stuck
	Settled     *Settlement  // stands in for a key that is missing
	Rulings     []Ruling     // of parliament or a council
	DecidedOn   rule.Date
	InForceFrom rule.Date // for everybody
	Stage       int       // index in Plan.Rollout; -1 before the roll-out
	StageOn     rule.Date // when the stage began
	Tripped     bool
	Cause       string // of the last pause
	// Agreed are the mandates that want to go on with a roll-out that stands
	// still, and who said so.
	Agreed map[Mandate]PersonID
	// GivenUp are the points that others took from this claim, per quarter.
	GivenUp      map[Quarter]int
	Gave         []Room
	Measurements []Measurement
	Reason       Text // of teruggelegd, gepauzeerd, ingetrokken, vervallen
	Report       Text
	Evaluation   Assessment // the invoeringstoets
	// Kept says how a promise was kept, by the id of the promise.
	Kept    map[string]Text
	History []Moment

	duties ledger
}

// Obligations gives what was and is owed because of the proposal.
func (p *Proposal) Obligations() []Obligation { return p.duties.list }

// ProposalCommand is a command on a proposal.
type ProposalCommand interface {
	Command
	proposalID() string
}

// OpenProposal starts a sketch. Anyone in the triangle may; whoever opens it
// is its author for his own corner unless another is named.
type OpenProposal struct {
	ID, Regulation, Title string
	Issues                []string
	Policy, Execution     PersonID
	Asks                  Asks
}

// NameAuthor names the co-author for a mandate: a person of that corner.
type NameAuthor struct {
	Proposal string
	Mandate  Mandate
	Person   PersonID
}

// EditContent changes what the proposal does. Assessments, simulation and keys
// on the old content fall.
type EditContent struct {
	Proposal string
	Content  Content
}

// EditPlan changes goals, expectations, claim, yields, promises, roll-out or
// date. Keys fall.
type EditPlan struct {
	Proposal string
	Plan     Plan
}

// EditCompass answers questions of the Beleidskompas; an empty answer removes
// one. Keys fall.
type EditCompass struct {
	Proposal string
	Answers  map[string]string
}

// RecordAssessment records a questionnaire done on the current content.
type RecordAssessment struct {
	Proposal   string
	Assessment Assessment
}

// AttachSimulation attaches a run on the current content.
type AttachSimulation struct {
	Proposal   string
	Simulation Simulation
}

// AcceptFinding accepts an existing weighty finding for the mandate of the
// actor. New or worsened ones cannot be accepted.
type AcceptFinding struct {
	Proposal, Finding string
	Why               Text
}

// MarkAssessed moves schets to getoetst.
type MarkAssessed struct{ Proposal string }

// Submit moves getoetst to voorgelegd.
type Submit struct{ Proposal string }

// TurnKey signs a digest for a mandate. The second key decides.
type TurnKey struct {
	Proposal   string
	Mandate    Mandate
	Digest     Digest // the proposal digest that the person saw
	Conditions []Promise
}

// WithdrawKey takes a key back. During a roll-out that pauses it.
type WithdrawKey struct {
	Proposal string
	Reason   Text
}

// Return lays the proposal back (teruggelegd) with a reason.
type Return struct {
	Proposal string
	Reason   Text
}

// NextStage starts the roll-out or widens it to its next cohort.
type NextStage struct{ Proposal string }

// Pause stops a roll-out; a tripwire does so by itself.
type Pause struct {
	Proposal string
	Reason   Text
}

// Resume is the wish of a mandate to go on with a roll-out that stands still.
// It goes on when both mandates want it, by different persons.
type Resume struct {
	Proposal string
	Reason   Text
}

// BringIntoForce adopts the change in the regulation, from the date of the
// plan, after the last stage has begun.
type BringIntoForce struct{ Proposal string }

// Measure records a measurement of an expectation.
type Measure struct {
	Proposal    string
	Measurement Measurement
}

// Evaluate closes with the invoeringstoets, once every expectation has a
// measurement at its horizon.
type Evaluate struct {
	Proposal   string
	Report     Text
	Assessment Assessment // zero: without a questionnaire
}

// WithdrawProposal ends a proposal that is not in force.
type WithdrawProposal struct {
	Proposal string
	Reason   Text
}

// Lapse ends a proposal that nobody works on, by the eigenaar.
type Lapse struct {
	Proposal string
	Reason   Text
}

// KeepPromise reports that a promise or condition was kept.
type KeepPromise struct {
	Proposal, Promise string
	How               Text
}

func (c OpenProposal) proposalID() string     { return c.ID }
func (c NameAuthor) proposalID() string       { return c.Proposal }
func (c EditContent) proposalID() string      { return c.Proposal }
func (c EditPlan) proposalID() string         { return c.Proposal }
func (c EditCompass) proposalID() string      { return c.Proposal }
func (c RecordAssessment) proposalID() string { return c.Proposal }
func (c AttachSimulation) proposalID() string { return c.Proposal }
func (c AcceptFinding) proposalID() string    { return c.Proposal }
func (c MarkAssessed) proposalID() string     { return c.Proposal }
func (c Submit) proposalID() string           { return c.Proposal }
func (c TurnKey) proposalID() string          { return c.Proposal }
func (c WithdrawKey) proposalID() string      { return c.Proposal }
func (c Return) proposalID() string           { return c.Proposal }
func (c NextStage) proposalID() string        { return c.Proposal }
func (c Pause) proposalID() string            { return c.Proposal }
func (c Resume) proposalID() string           { return c.Proposal }
func (c BringIntoForce) proposalID() string   { return c.Proposal }
func (c Measure) proposalID() string          { return c.Proposal }
func (c Evaluate) proposalID() string         { return c.Proposal }
func (c WithdrawProposal) proposalID() string { return c.Proposal }
func (c Lapse) proposalID() string            { return c.Proposal }
func (c KeepPromise) proposalID() string      { return c.Proposal }
