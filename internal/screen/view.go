// Package screen holds the view models of the pages: what a page shows and what
// its forms send, as plain values without domain logic. Package office fills
// them, package web lays them out.
package screen

import (
	"time"

	"lemniscaat/internal/rule"
)

// Conventions:
//   - texts in a view are plain Dutch for people; they never contain HTML;
//   - money is in cents (Cents), shares are fractions (0.12 is 12 %);
//   - counts of simulated people are weighted to the country and rounded;
//   - an empty slice shows the page's own "nothing here yet" text;
//   - a nil pointer means "this part does not exist here" and is left out.

// Cents is an amount of money in eurocents.
type Cents int64

// Person is someone who can be acted as, or who is named on a page.
type Person struct {
	ID     string // "samira": used in the role cookie
	Name   string // "Samira el Idrissi"
	Title  string // "uitvoeringsprofessional"
	Corner Corner // the corner of the triangle, "" for none
	Absent bool   // niet aangesloten: named, but cannot act here
}

// Corner is a corner of the triangle.
type Corner string

const (
	CornerOwner     Corner = "eigenaar"
	CornerPolicy    Corner = "opdrachtgever"
	CornerExecution Corner = "opdrachtnemer"
)

// Ref is a link to something with a name. An empty Href shows the text alone.
type Ref struct {
	Text string
	Href string
}

// Action says whether the actor may do something now. When Can is false and
// Why is filled, the page shows the reason where the button would have been;
// when both are zero the page shows nothing.
type Action struct {
	Can bool
	Why string // "Deze sleutel is voor een beleidsmaker. U bent uitvoeringsprofessional."
}

// Anchor is the place in a regulation that something is attached to. Empty
// fields mean "not that precise".
type Anchor struct {
	Regulation     string // id: "individuele-inkomenstoeslag"
	RegulationName string // "Individuele inkomenstoeslag"
	Article        string // id of the article: "artikel-3"
	ArticleName    string // "Artikel 3. Hoogte van de toeslag"
	Lid            string // "2"
	Rule           string // rule id
	RuleName       string
	Version        string // of the rule or the text: "1 januari 2026"
	Case           string // pseudonym of a case: "v1:7f3a…"
	JCI            string
}

// Station is one of the seven stations of the ∞.
type Station string

const (
	StationRule     Station = "regel"
	StationTest     Station = "toets"
	StationSimulate Station = "simuleer"
	StationDecide   Station = "besluit"
	StationExecute  Station = "voer-uit"
	StationSignal   Station = "signaleer"
	StationMeasure  Station = "meet"
)

// Stations lists the stations in the order of the turn.
var Stations = [...]Station{StationRule, StationTest, StationSimulate, StationDecide, StationExecute, StationSignal, StationMeasure}

// --- Frame -----------------------------------------------------------------

// Frame is what every page shows around its content.
type Frame struct {
	Organisation string // "Gemeente Voorbeeldstad"
	Demo         bool   // shows the role switch and the mark "demonstratie"
	Today        rule.Date
	Actor        Person   // who acts; zero when nobody is chosen
	People       []Person // for the role switch
	Owed         int      // what this person owes or is asked: the number beside "Mijn werk"
}

// --- Start -----------------------------------------------------------------

// StartView is the first page.
type StartView struct {
	Regulations []RegulationRow
	Tour        TourView
	ForYou      []TodoRow // what waits for this person, oldest first
}

// RegulationRow is one regulation in a list.
type RegulationRow struct {
	ID, Name   string
	Summary    string // one sentence
	Level      int    // 0..3, see loop.md
	OpenIssues int
	Signals    int
	Owner      string // role holder, for example "Gemeente Voorbeeldstad" or "ministerie van VWS (niet aangesloten)"
	Absent     bool   // the coordinating opdrachtgever is niet aangesloten
}

// TodoRow is one thing that waits for the actor.
type TodoRow struct {
	Ref     Ref
	What    string    // "antwoord geven"
	Due     rule.Date // zero: no date
	Overdue bool
}

// TourView is the guided tour of one turn, in seven steps.
type TourView struct {
	Steps []TourStep
	Done  int
}

// TourStep is one step of the tour: who does what, and where.
type TourStep struct {
	Station Station
	Title   string // "Een professional meldt wat er misgaat"
	Text    string // two or three sentences
	As      Person // who does it; the link switches to this person
	Link    Ref    // where it is done
	Result  string // when done: what happened, "Signaal 1 op artikel 3"
	Done    bool
	Current bool
}

// --- Regeling ∞ --------------------------------------------------------------

// RegulationView is the page Regeling ∞.
type RegulationView struct {
	ID, Name    string
	Summary     string
	Level       int
	LevelText   string // "Niveau 3: met rekenregels"
	Official    Ref    // the official publication
	Loop        LoopView
	Articles    []ArticleRow
	Issues      []IssueRow // live knelpunten, most pressing first
	Proposals   []ProposalRow
	Triangle    TriangleView
	Goals       []string
	Measurement Ref // link to Voorspeld en gemeten, empty when there is nothing to measure
	Changes     []ChangeRow
}

// LoopView is the figure: counts and ages per station.
type LoopView struct {
	Stations []LoopStation // in the order of Stations
	// Slowest is the station after which things wait longest; "" for none.
	Slowest     Station
	SlowestText string // "Het langst wacht het tussen Signaleer en Regel: 41 dagen."
}

// LoopStation is one station of the figure.
type LoopStation struct {
	Station Station
	Count   int
	Unit    string // "open signalen": what Count counts
	Oldest  *Oldest
	Href    string // where the items are listed
}

// Oldest is the oldest item at a station.
type Oldest struct {
	Ref  Ref
	Days int
}

// ArticleRow is one article in the list of a regulation.
type ArticleRow struct {
	ID, Name string
	Issues   int
	Signals  int
	Rules    int
}

// ChangeRow is one adopted change.
type ChangeRow struct {
	From  rule.Date
	Text  string // "Inkomensgrens van 110 % naar 120 %"
	Proof Ref    // the proposal
}

// TriangleView says who is who for a scope.
type TriangleView struct {
	Owner     Holder
	Policy    []Holder // the first is coordinating
	Execution []Holder
}

// Holder is a party or person in a corner.
type Holder struct {
	Name      string
	Role      string // "eigenaar", "coördinerend opdrachtgever", …
	Vacant    bool
	Connected bool   // false: niet aangesloten
	Note      string // "Vacant: de eigenaar antwoordt."
}

// --- Artikel -----------------------------------------------------------------

// ArticleView is the page of one article.
type ArticleView struct {
	Regulation Ref
	ID, Name   string
	Official   Ref
	Version    string // "geldt sinds 1 januari 2026"
	Date       rule.Date
	Text       []Block
	Rules      []RuleView
	Parameters []ParameterRow
	Examples   []ExampleRow
	Steps      []StepRow
	Issues     []IssueRow // in the margin
	Previous   *Ref
	Next       *Ref
	Anchor     Anchor // for "Signaal geven"
	Level      int
}

// Block is one block of an article's own text.
type Block struct {
	Kind  BlockKind
	Lid   string // number of the lid, "" for none
	Runs  []Run
	Items [][]Run // for lists
}

// BlockKind is the kind of a Block.
type BlockKind uint8

const (
	Paragraph BlockKind = iota
	Heading
	List
)

// Run is a piece of a sentence. A piece with Href is a link, with Title the
// definition shown at the link.
type Run struct {
	Text   string
	Href   string
	Title  string
	Strong bool   // keyword of the rule language
	Param  string // id of the parameter whose value this is, "" for none
}

// RuleView is one rule as both sides read it.
type RuleView struct {
	ID, Name string
	Valid    string // "geldt vanaf 2024"
	Lines    []RuleLine
	Sources  []Ref
	Issues   int
	Digest   string // short rule digest
	Anchor   Anchor
}

// RuleLine is one line of the rule with its depth of indentation.
type RuleLine struct {
	Depth  int
	Bullet bool
	Runs   []Run
}

// ParameterRow is one parameter with its values in time.
type ParameterRow struct {
	ID, Name string
	Slug     string // for the id of the row: links from rule lines point to "#p-"+Slug
	Values   []ParameterValue
}

// ParameterValue is a value from a date.
type ParameterValue struct {
	From     rule.Date
	Value    string // "€ 1.336,50", "110 %"
	Source   Ref
	Note     string
	Verified bool
	Example  bool // of the example municipality
	Current  bool
}

// ExampleRow is a worked example and its outcome now.
type ExampleRow struct {
	Name     string
	Source   string // where the expectation comes from
	Date     rule.Date
	Given    []Fact
	Expected []ExampleCheck
	Passed   bool
	Error    string // Dutch, when it could not be computed
}

// ExampleCheck is one expected outcome.
type ExampleCheck struct {
	Name, Expected, Got string
	OK                  bool
}

// Fact is a named value with where it came from.
type Fact struct {
	Name, Value, Source string
}

// StepRow is one thing the citizen must do.
type StepRow struct {
	Name      string
	Trigger   string
	Deadline  string
	Evidence  []EvidenceRow
	Channel   string
	Nothing   string // what happens if nothing is done
	Weighty   bool   // crosses a red line
	WeightyAs string // why: "bewijs dat de gemeente al heeft"
}

// EvidenceRow is a proof that is asked.
type EvidenceRow struct {
	Name  string
	Known string // register that already holds it, "" for none
}

// --- Signaal -----------------------------------------------------------------

// Tile is one of the seven kinds of signal.
type Tile string

const (
	TileUnclear   Tile = "onduidelijk"
	TileCannot    Tile = "kan-niet"
	TileHarsh     Tile = "te-hard"
	TileClash     Tile = "botst"
	TileData      Tile = "gegevens"
	TileDropOut   Tile = "haken-af"
	TileGoingWell Tile = "gaat-goed"
)

// Tiles lists the tiles in the order of the page.
var Tiles = [...]Tile{TileUnclear, TileCannot, TileHarsh, TileClash, TileData, TileDropOut, TileGoingWell}

// Frequency is how often it happens, as the reporter says.
type Frequency string

const (
	Once    Frequency = "een-keer"
	Monthly Frequency = "maandelijks"
	Weekly  Frequency = "wekelijks"
	Daily   Frequency = "dagelijks"
)

// Frequencies lists the frequencies in the order of the page.
var Frequencies = [...]Frequency{Once, Monthly, Weekly, Daily}

// SignalFormView is the page Signaal.
type SignalFormView struct {
	Anchor  Anchor
	Anchors []AnchorOption // to choose from when Anchor names no regulation or no article
	Known   []KnownIssue   // knelpunten that already live on the anchor
	Owner   string         // who will answer
	Due     rule.Date      // the last day of the answer, if sent today
}

// AnchorOption is a place to choose.
type AnchorOption struct {
	Value string // "individuele-inkomenstoeslag/artikel-3"
	Group string // regulation name
	Label string // article name
}

// KnownIssue is offered before sending: "37 collega's zagen dit".
type KnownIssue struct {
	ID       string
	Title    string
	Tile     Tile
	Count    int    // people who saw it
	Mine     bool   // the actor already said so
	Standing string // the standing answer in one sentence, "" when none
}

// SignalInput is what the form sends.
type SignalInput struct {
	Anchor    Anchor // only ids, Lid and Case are filled
	Tile      Tile
	Text      string
	Frequency Frequency
	// Hidden asks that the team leader does not see who reported.
	Hidden bool
	// Key makes sending twice harmless: the same key is the same signal.
	Key string
}

// SignalReceipt is the page after sending.
type SignalReceipt struct {
	ID       string // of the signal
	Issue    Ref
	Anchor   Anchor
	Tile     Tile
	Text     string
	Owner    string // who answers
	OwnerWhy string // "coördinerend opdrachtgever van dit artikel"
	Due      rule.Date
	Others   int    // how many saw it before
	Standing string // a standing answer, delivered at once; "" when none
	Absent   bool   // the debtor is niet aangesloten: it is asked by e-mail
}

// MySignalsView is the page Mijn signalen.
type MySignalsView struct {
	Rows []MySignalRow
}

// MySignalRow is one signal of the actor.
type MySignalRow struct {
	ID      string
	Text    string
	Tile    Tile
	Anchor  Anchor
	Filed   rule.Date
	Issue   Ref
	Station Station // where it is on the ∞
	State   string  // "Wacht op antwoord van Femke de Wit"
	Owes    string  // who owes something
	What    string  // what is owed: "antwoord"
	Due     rule.Date
	Overdue bool
	Answer  *AnswerView
	// React is filled when an answer waits for this reporter's reaction.
	React    bool
	ReactBy  rule.Date
	Reaction string // what the reporter said earlier, "" when nothing
}

// CountInput is how often it happened before and after an adaptation, as typed.
type CountInput struct {
	Issue         string
	Before, After string
}

// ReactionInput is "Herken je dit? Ja / Nee, want…".
type ReactionInput struct {
	Signal     string
	Recognised bool
	Why        string // obliged for a no
}

// --- Knelpunt ----------------------------------------------------------------

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
	Regulation *Ref // when the list is of one regulation
	Rows       []IssueRow
}

// IssueRow is one knelpunt in a list.
type IssueRow struct {
	ID       string
	Title    string
	Anchor   Anchor
	Tile     Tile
	State    IssueState
	Signals  int
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
	Accept    Action // the executor's key under "niet wijzigen"
	Try       Action // "Probeer oplossing": opens a proposal
	Form      AnswerFormView
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
	Proposal     string    // for wijzigen: id, or "nieuw"
	Owner        string    // for doorzenden
}

// --- Voorstel ----------------------------------------------------------------

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

// ProposalListView is the list of proposals.
type ProposalListView struct {
	Regulation *Ref
	Rows       []ProposalRow
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
	StepChoices  []StepChoice // what can be made lighter for people
	Plan         PlanView
	Diff         []DiffLine
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

	Submit    Action    // voorleggen
	Return    Action    // terugleggen, with reason
	Withdraw  Action    // intrekken
	Key       Action    // sleutel geven
	KeyAs     string    // "beleid" or "uitvoering": in which corner the actor's key counts
	Adopt     Action    // in werking laten treden, with a date
	AdoptFrom rule.Date // first possible day
	InForce   rule.Date // zero when not (yet) in force
	Timeline  []TimelineRow
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
}

// AssessmentInput confirms an assessment. An item whose answer differs from
// what was computed needs a reason.
type AssessmentInput struct {
	Proposal   string
	Assessment string
	Answers    map[string]string // item id -> answer
	Why        map[string]string // item id -> reason
	Verdict    string
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
	Accept   Action
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

// --- Simulatie ---------------------------------------------------------------

// SimulationState is the state of a run.
type SimulationState string

const (
	SimulationRunning SimulationState = "bezig"
	SimulationDone    SimulationState = "klaar"
	SimulationFailed  SimulationState = "mislukt"
)

// SimulationView is one run.
type SimulationView struct {
	ID          string
	Title       string // "Inkomensgrens naar 120 %"
	Proposal    *Ref
	State       SimulationState
	Done, Total int    // households, while running
	Error       string // when it failed
	Sentence    string // the outcome in one or two sentences
	Caveat      string // what must not be concluded
	Synthetic   bool

	Schemes []SimulationScheme
	Deciles []DecileRow
	Funnel  []FunnelStep
	Groups  []GroupRow
	Work    []WorkRow
	Cliffs  []CliffRow
	// Failures are households on which a rule erred, in words.
	Failures []string

	Population  string // "nl:20000"
	Stands      int64  // households that the synthetic ones stand for
	Households  int
	Persons     int
	Date        rule.Date
	RuleSet     string // short digest
	Seed        string
	Seconds     float64
	Assumptions []Assumption
}

// SimulationScheme is one regulation, now and in the variant.
type SimulationScheme struct {
	ID, Name string
	Now      TakeUp
	Variant  *TakeUp
}

// TakeUp is entitled, received and received if automatic.
type TakeUp struct {
	Entitled, Received, Automatic Measure
}

// Measure is a number of households and an amount per year, with ranges.
type Measure struct {
	Count                   int64
	CountLow, CountHigh     int64
	PerYear                 Cents
	PerYearLow, PerYearHigh Cents
}

// DecileRow is who wins and who loses in one income decile. Counts are
// households.
type DecileRow struct {
	Decile           int // 1..10
	Gain, Same, Loss int64
	MeanChange       Cents // per household that changes, per year
}

// FunnelStep is one step that loses people.
type FunnelStep struct {
	Name    string
	Article Ref
	Now     int64 // still there after this step, today's rules
	Variant int64
	Lost    int64 // lost at this step, today's rules
	Largest bool
}

// WorkRow is what a year asks of the executor or of citizens.
type WorkRow struct {
	Name         string
	Now, Variant int64
}

// CliffRow is a datum on which a small step costs everything.
type CliffRow struct {
	Input string // "gemiddelde maandinkomen"
	Units int64  // households just below it
	Loss  Cents  // mean loss, a year
}

// GroupRow is the effect on one group.
type GroupRow struct {
	Name         string
	Now, Variant int64
	Suppressed   bool // fewer than 10 in the sample
}

// Assumption is a named assumption.
type Assumption struct {
	Name, Text, Source string
}

// --- Beslissing --------------------------------------------------------------

// DecisionListView lists decisions and offers cases to decide.
type DecisionListView struct {
	Rows   []DecisionRow
	Cases  []Option // demo cases: value regulation/case
	Decide Action
	Today  rule.Date
}

// DecisionRow is one decision in a list.
type DecisionRow struct {
	ID         string
	Case       string
	Regulation string
	Date       rule.Date
	Outcome    string
	Version    string
}

// DecisionView is the page Beslissing uitgelegd.
type DecisionView struct {
	ID         string
	Case       string
	Regulation Ref
	Date       rule.Date // the date whose rules apply
	Decided    time.Time // zero when not recorded
	Version    string    // rule version in words
	Digest     string    // content digest, short
	Sentence   string    // the decision in one sentence
	Positive   bool
	Reasons    []string // at most three
	WhyNot     []string // the smallest change that gives another outcome
	// Assumptions are named assumptions behind the outcome, whole sentences.
	Assumptions []string
	Intended    bool // nothing is decided yet: first speak with the person
	Trace       []TraceLine
	Inputs      []Fact
	Synthetic   bool
	Before      *DecisionBefore // what the previous version would have given

	Wrong      Action // Klopt niet: opens the signal form
	Anchor     Anchor
	Contact    Action          // Eerst bellen
	Contacted  string          // what was noted about contact, "" for none
	Discretion *DiscretionForm // nil: no ground exists for this rule
	Granted    string          // maatwerk that was given, in a sentence
}

// DecisionBefore compares with the version before.
type DecisionBefore struct {
	Version  string
	Sentence string
}

// TraceLine is one line of the derivation.
type TraceLine struct {
	Depth      int
	Text       string // "De inkomensgrens is 120 % van € 1.401,50, dus € 1.681,80."
	Value      string
	Rule       Ref
	Source     Ref
	Input      bool
	OK         *bool // for conditions: holds or not
	Unverified bool
	Example    bool // a value of the example municipality
}

// DiscretionForm is the sheet for maatwerk.
type DiscretionForm struct {
	Cost    string   // "Strikte toepassing kost dit huishouden € 520."
	Grounds []Option // that exist for this rule
	Mandate string   // "Uw mandaat is € 1.000 per besluit."
	Can     Action
}

// DecideInput decides a case.
type DecideInput struct {
	Case string // value of a DecisionListView case
	Date rule.Date
}

// ContactInput notes contact with the citizen.
type ContactInput struct {
	Decision string
	Reached  bool
	Note     string
}

// DiscretionInput grants maatwerk.
type DiscretionInput struct {
	Decision string
	Ground   string
	Reason   string
	Amount   string // as typed, "" when it is not money
}

// --- Meten -------------------------------------------------------------------

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

// MeasuredExpectation is one expectation with its measurements.
type MeasuredExpectation struct {
	ID          string
	Goal        string
	Indicator   string
	Unit        string // "%", "€", "aantal"
	Proposal    Ref
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
	Measured                  *float64
	MeasuredLow, MeasuredHigh *float64 // interval of the measurement
	N                         int64
}

// ImportRow is one import of outcomes.
type ImportRow struct {
	At      time.Time
	By      string
	File    string
	Rows    int
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
}

// --- Register ----------------------------------------------------------------

// RegisterView is the public register.
type RegisterView struct {
	Regulations []RegisterRegulation
	Overdue     []OverdueRow
	Issues      []IssueRow
	Proposals   []ProposalRow
	Counts      []Number // signals, knelpunten, answered, solved, silent apart
	Events      int64
	Head        string // hash of the last event
	HeadAt      time.Time
	Verified    bool
	Recent      []TimelineRow
}

// RegisterRegulation is one regulation with its versions.
type RegisterRegulation struct {
	ID, Name string
	Level    int
	Triangle TriangleView
	Versions []RegisterVersion
}

// RegisterVersion is one version in time.
type RegisterVersion struct {
	From     rule.Date
	Digest   string
	Keys     []KeyRow
	Proposal Ref
	Note     string // "meegeleverd"
}

// OverdueRow is something that is owed and late.
type OverdueRow struct {
	Debtor string
	What   string
	Issue  Ref
	Due    rule.Date
	Days   int
	Step   string // where on the ladder
}

// --- Team --------------------------------------------------------------------

// TeamView is the team leader's page.
type TeamView struct {
	Pressing []IssueRow
	Answers  []TeamAnswer
	Numbers  []Number
	Hidden   int // signals by people who wished not to be seen, only counted
}

// TeamAnswer is an answer that reached the team.
type TeamAnswer struct {
	Issue  Ref
	Answer AnswerView
}
