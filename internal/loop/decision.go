package loop

import "lemniscaat/internal/rule"

// DecisionState of a decision.
type DecisionState string

// The states of a decision.
const (
	Intended  DecisionState = "voorgenomen"
	Contacted DecisionState = "contact"
	Taken     DecisionState = "genomen"
	Objected  DecisionState = "bezwaar"
	Revised   DecisionState = "herzien"
	Upheld    DecisionState = "gehandhaafd"
	Dropped   DecisionState = "afgezien" // after contact it turned out not to be needed
)

// DecisionKind is what a decision does to the citizen.
type DecisionKind string

// Kinds of decision. Stop, Sanction and Recovery are always burdensome.
const (
	Award    DecisionKind = "toekenning"
	Rejected DecisionKind = "afwijzing"
	Stop     DecisionKind = "stopzetting"
	Sanction DecisionKind = "sanctie"
	Recovery DecisionKind = "terugvordering"
)

// Discretion is maatwerk: a deviation, or something given, on a ground.
type Discretion struct {
	Ground string `json:"grond"`
	Anchor Anchor `json:"anker"`
	Cents  int64  `json:"centen"` // what it gives the household
	// Provision is the id of what is given from the list of the team; "" is a
	// deviation from the rule, which the scheme itself pays.
	Provision string `json:"voorziening,omitempty"`
	// Strict is what strict application costs this household in whole cents,
	// as computed when it was given; 0: not computed.
	Strict int64     `json:"strikt,omitempty"`
	Reason Text      `json:"reden"`
	By     PersonID  `json:"-"`
	On     rule.Date `json:"-"`
	Number int       `json:"-"` // 1 is the first of the decision
	// Sampled: a colleague looks at it afterwards.
	Sampled bool   `json:"-"`
	Review  Review `json:"-"`
	Ask     string `json:"-"` // the request that it answers, "" when given at once
}

// Judgement is what a colleague finds of maatwerk in the sample.
type Judgement string

// Judgements on maatwerk in the sample.
const (
	Fits     Judgement = "passend"
	Unfit    Judgement = "niet passend"
	NotClear Judgement = "niet na te gaan" // the reason does not say enough
)

// Review is the look of a colleague at maatwerk afterwards. It changes nothing
// of what was given.
type Review struct {
	Judgement Judgement `json:"oordeel"`
	Note      Text      `json:"toelichting"`
	By        PersonID  `json:"-"`
	On        rule.Date `json:"-"`
}

// Ask is a request for maatwerk above the mandate of who asks.
type Ask struct {
	ID         string     `json:"id"`
	Discretion Discretion `json:"maatwerk"`
	To         PersonID   `json:"aan,omitempty"` // whose mandate is enough; "" is the eigenaar
	By         PersonID   `json:"-"`
	On         rule.Date  `json:"-"`
	State      AskState   `json:"-"`
	Reason     Text       `json:"-"` // of a refusal
}

// AskState of a request.
type AskState string

// States of a request.
const (
	Asked   AskState = "gevraagd"
	Granted AskState = "gegeven"
	Denied  AskState = "geweigerd"
)

// HearingExceptions are the legal exceptions to speaking with somebody first:
// Awb 4:11 under a, b and c (BWBR0005537). Awb 4:12 is left out on purpose: it
// allows money decisions without hearing because an objection can undo them, and
// that is how families came to owe what nobody had asked them about.
func HearingExceptions() []string {
	return []string{"Awb 4:11 onder a", "Awb 4:11 onder b", "Awb 4:11 onder c"}
}

// Contact is that somebody spoke with the citizen before the decision.
type Contact struct {
	How     string    `json:"hoe"`     // telefoon, balie, huisbezoek, brief, e-mail
	Reached bool      `json:"bereikt"` // somebody was spoken to
	Note    Text      `json:"verslag"`
	By      PersonID  `json:"-"`
	On      rule.Date `json:"-"`
}

// Decision is one application of one rule version to one pseudonymous case.
type Decision struct {
	ID        string
	Version   uint64
	State     DecisionState
	Case      string // pseudonym: "v1:…"
	Anchor    Anchor
	RuleSet   string // digest of the rules; for a regulation without rules, of the text version
	Date      rule.Date
	Kind      DecisionKind
	Outcome   string // class: "toegekend", "afgewezen: inkomen"
	Cents     int64  // amount, in whole cents
	Loss      int64  // what the citizen loses by it, in whole cents
	Burdened  bool   // needs contact first
	Contacts  []Contact
	Exception string // legal exception to contact: "Awb 4:11 onder a"
	Given     []Discretion
	By        PersonID
	Synthetic bool
	Objection Text
	Reason    Text
	History   []Moment
	Handler   PersonID  // who prepares it, when that is somebody of the triangle
	Asks      []Ask     // for maatwerk above a mandate
	TakenOn   rule.Date // zero: not taken
	// Rollouts are the proposals in whose cohort the case was: their rules were
	// laid over those in force.
	Rollouts []string
	// RevisedCents is the amount after an objection that was right.
	RevisedCents int64

	duties ledger
}

// Obligations gives what is and was owed about the decision, in order.
func (b *Decision) Obligations() []Obligation { return b.duties.list }

// Prepared reports that nothing was decided yet.
func (b *Decision) Prepared() bool { return b.State == Intended || b.State == Contacted }

// Reached reports that somebody was spoken to.
func (b *Decision) Reached() bool { return b.reached() }

// Ask gives a request, or nil.
func (b *Decision) Ask(id string) *Ask {
	for i := range b.Asks {
		if b.Asks[i].ID == id {
			return &b.Asks[i]
		}
	}
	return nil
}

// DecisionCommand is a command on a decision.
type DecisionCommand interface {
	Command
	decisionID() string
}

// IntendDecision records what is about to be decided.
type IntendDecision struct {
	ID, Case  string
	Anchor    Anchor
	RuleSet   string
	Date      rule.Date
	Kind      DecisionKind
	Outcome   string
	Cents     int64
	Loss      int64
	Synthetic bool
	Rollouts  []string
}

// NoteContact records contact, or a try.
type NoteContact struct {
	Decision string
	Contact  Contact
}

// NameException names the legal exception to contacting first.
type NameException struct {
	Decision, Article string
	Reason            Text
}

// GiveDiscretion gives maatwerk inside the mandate of the actor.
type GiveDiscretion struct {
	Decision   string
	Discretion Discretion
	// Limit is the mandate of the actor in whole cents.
	Limit int64
	// Ask is the request that it grants; the discretion is then that of the
	// request, and Discretion is not looked at.
	Ask string
	// Quarter is the quarter whose budget pays a provision.
	Quarter Quarter
	// SignalID and IssueID are used when this ground was used so often on
	// this anchor that it becomes a knelpunt.
	SignalID, IssueID string
}

// AskDiscretion asks for maatwerk above the mandate of the actor.
type AskDiscretion struct {
	Decision string
	Ask      Ask
	Limit    int64 // the mandate of the actor in whole cents
}

// DenyDiscretion refuses a request, with a reason. Who has the mandate may, and
// who asked may take it back.
type DenyDiscretion struct {
	Decision, Ask string
	Limit         int64 // the mandate of the actor in whole cents
	Reason        Text
}

// ReviewDiscretion is the look of a colleague at maatwerk in the sample.
type ReviewDiscretion struct {
	Decision  string
	Number    int
	Judgement Judgement
	Note      Text
}

// TakeDecision takes the intended decision.
type TakeDecision struct{ Decision string }

// DropDecision leaves it, after contact.
type DropDecision struct {
	Decision string
	Reason   Text
}

// Object records an objection (bezwaar).
type Object struct {
	Decision string
	Reason   Text
}

// SettleObjection ends it: revised or upheld.
type SettleObjection struct {
	Decision string
	Revised  bool
	Cents    int64 // the new amount when it is revised
	Reason   Text
}

func (c IntendDecision) decisionID() string   { return c.ID }
func (c NoteContact) decisionID() string      { return c.Decision }
func (c NameException) decisionID() string    { return c.Decision }
func (c GiveDiscretion) decisionID() string   { return c.Decision }
func (c TakeDecision) decisionID() string     { return c.Decision }
func (c AskDiscretion) decisionID() string    { return c.Decision }
func (c DenyDiscretion) decisionID() string   { return c.Decision }
func (c ReviewDiscretion) decisionID() string { return c.Decision }
func (c DropDecision) decisionID() string     { return c.Decision }
func (c Object) decisionID() string           { return c.Decision }
func (c SettleObjection) decisionID() string  { return c.Decision }

// DecisionScope is what a decision has to know of the rest of the world.
type DecisionScope struct {
	Terms Terms
	Today rule.Date
	By    PersonID
	Known bool
	// Grounds are the grounds for maatwerk on the anchor of the discretion.
	Grounds []string
	// Threshold is the loss in whole cents from which a decision is
	// burdensome; HasThreshold is false when the regulation has none.
	Threshold    int64
	HasThreshold bool
	// Member reports that the actor is in the triangle of the place.
	Member bool
	// Desk is the agreements of the team; nil: there are none.
	Desk *Desk
	// Sample is the part of maatwerk that is looked at afterwards, in percent.
	Sample int
}
