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
	Ground string    `json:"grond"`
	Anchor Anchor    `json:"anker"`
	Cents  int64     `json:"centen"` // what it gives the household
	Reason Text      `json:"reden"`
	By     PersonID  `json:"-"`
	On     rule.Date `json:"-"`
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
	// SignalID and IssueID are used when this ground was used so often on
	// this anchor that it becomes a knelpunt.
	SignalID, IssueID string
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
	Reason   Text
}

func (c IntendDecision) decisionID() string  { return c.ID }
func (c NoteContact) decisionID() string     { return c.Decision }
func (c NameException) decisionID() string   { return c.Decision }
func (c GiveDiscretion) decisionID() string  { return c.Decision }
func (c TakeDecision) decisionID() string    { return c.Decision }
func (c DropDecision) decisionID() string    { return c.Decision }
func (c Object) decisionID() string          { return c.Decision }
func (c SettleObjection) decisionID() string { return c.Decision }
