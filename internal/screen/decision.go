package screen

import (
	"time"

	"lemniscaat/internal/rule"
)

// DecisionListView lists decisions and offers cases to decide.
type DecisionListView struct {
	Rows   []DecisionRow
	Cases  []Option // demo cases: value regulation/case
	Decide Action
	Today  rule.Date
	Paging
	// State is the one that is shown ("voorgenomen"), "" for all; States counts
	// each, for the choice.
	State  string
	States []StateOf
	// Record: the form that records a decision of another system.
	Record Action
}

// StateOf is a state of decisions with how many are in it.
type StateOf struct {
	State string // "voorgenomen"
	Count int
}

// DecisionRow is one decision in a list.
type DecisionRow struct {
	ID         string
	Case       string
	Regulation string
	Date       rule.Date
	Outcome    string
	Version    string
	State      string // "genomen"
	Hear       bool   // somebody has to be spoken to first
	Synthetic  bool
}

// DecisionView is the page Beslissing uitgelegd.
type DecisionView struct {
	Receipt    bool // a receipt can be taken along
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
	// Rollout says for each proposal that is rolled out whether this case is in it.
	Rollout []RolloutLine
	// Assumptions are named assumptions behind the outcome, whole sentences.
	Assumptions []string
	Intended    bool // nothing is decided yet: first speak with the person
	Trace       []TraceLine
	Inputs      []Fact
	Synthetic   bool
	Before      *DecisionBefore // what the previous version would have given

	Wrong      Action // Klopt niet: opens the signal form
	Anchor     Anchor
	Discretion *DiscretionForm // nil: nothing can be given here
	Given      []GivenRow
	Asks       []AskRow

	State DecisionState
	// Gate says why somebody is spoken to first, "" when that is not needed.
	Gate      string
	HearBy    rule.Date // until when, zero: not owed
	Contacts  []ContactRow
	Exception string // the legal exception that was named, in a sentence
	// What can be done now; what is neither possible nor explained is left out.
	Contact, Except, Take, Drop, Object, Settle Action
	Exceptions                                  []Option
	ObjectBy                                    rule.Date // the last day of an objection
	SettleBy                                    rule.Date // the last day of the decision on it
	ObjectionText                               string
	Ending                                      string // why it was dropped, revised or upheld
	// Recorded are the data of a decision of another system, without a case here.
	Recorded []Fact
}

// DecisionState is where a decision is.
type DecisionState string

// DecisionStates are the states in the order of a life.
var DecisionStates = [...]DecisionState{"voorgenomen", "contact", "genomen", "bezwaar", "herzien", "gehandhaafd", "afgezien"}

// ContactRow is one contact, or a try.
type ContactRow struct {
	On      rule.Date
	How     string // "telefoon"
	Reached bool
	Note    string
	By      string
}

// DecisionBefore compares with the version before.
type DecisionBefore struct {
	Version  string
	Sentence string
	Same     bool // the outcome is the same; the way to it may differ
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
	Cost string // "Strikte toepassing kost dit huishouden € 520."
	// Parts say where the cost falls, when more than one regulation is in it.
	Parts   []Fact
	Grounds []Ground // that exist for this rule
	// Provisions are what the team can give, with what is left of the budget.
	Provisions []Option
	Budget     string // "Van het budget van dit kwartaal is nog € 1.200 over."
	Mandate    string // "Uw mandaat is € 1.000 per besluit."
	Above      string // what happens above it: who is asked
	Can        Action
	// Pattern says how often a ground was used on this place, and when that
	// becomes a knelpunt.
	Pattern []string
}

// Ground is a ground for maatwerk with where it comes from.
type Ground struct {
	ID, Text, Source string
}

// GivenRow is maatwerk that was given.
type GivenRow struct {
	Number    int
	Decision  Ref
	Text      string // "€ 560 op grond van de hardheidsclausule"
	Reason    string
	By        string
	On        rule.Date
	Sampled   bool
	Judgement string // "" while nobody looked
	Note      string
	LookedBy  string
	Due       rule.Date
	Look      Action // may this person look at it
}

// AskRow is a request for maatwerk above a mandate.
type AskRow struct {
	ID       string
	Decision Ref
	Text     string
	Reason   string
	By, To   string
	On       rule.Date
	Due      rule.Date
	State    string
	Denied   string
	Grant    Action
	Deny     Action
}

// DecideInput decides a case.
type DecideInput struct {
	Case string // value of a DecisionListView case
	Date rule.Date
}

// ContactInput notes contact with the citizen.
type ContactInput struct {
	Decision string
	How      string // "telefoon", "balie", "huisbezoek", "brief" or "e-mail"; "" is telefoon
	Reached  bool
	Note     string
}

// RecordInput records what another system is about to decide.
type RecordInput struct {
	Case    string // the reference of the case system; it becomes a pseudonym
	Place   string // "regeling/artikel"
	Kind    string // "stopzetting"
	Outcome string
	Date    rule.Date
	Amount  string // as typed, "" is none
	Loss    string // as typed, "" is none
}

// RecordForm is the page on which it is recorded.
type RecordForm struct {
	Places []Option
	Kinds  []Option
	Today  rule.Date
	Can    Action
}

// ExceptionInput names the legal exception to speaking first.
type ExceptionInput struct {
	Decision, Article, Reason string
}

// SettleInput ends an objection.
type SettleInput struct {
	Decision string
	Revised  bool
	Amount   string // the new amount as typed, "" is none
	Reason   string
}

// AnswerAskInput gives or refuses maatwerk that was asked for.
type AnswerAskInput struct {
	Decision, Ask string
	Grant         bool
	Reason        string
}

// LookInput is the look of a colleague at maatwerk of the sample.
type LookInput struct {
	Decision  string
	Number    int
	Judgement string
	Note      string
}

// DiscretionInput grants maatwerk.
type DiscretionInput struct {
	Decision string
	Ground   string
	Reason   string
	Amount   string // as typed, "" when it is not money
	// Provision is what is given from the list of the team; "" deviates from the
	// rule.
	Provision string
}
