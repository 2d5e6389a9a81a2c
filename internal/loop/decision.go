package loop

import (
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/rule"
)

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

// DecisionScope is what a decision has to know of the rest of the world.
type DecisionScope struct {
	Terms Terms
	By    PersonID
	Known bool
	// Grounds are the grounds for maatwerk on the anchor of the discretion.
	Grounds []string
	// Threshold is the loss in whole cents from which a decision is
	// burdensome; HasThreshold is false when the regulation has none.
	Threshold    int64
	HasThreshold bool
}

// DecideDecision gives the events of a command on a decision, on its own
// stream. A new decision is the zero Decision with IntendDecision.
func DecideDecision(b Decision, s DecisionScope, c DecisionCommand, now time.Time) ([]Payload, error) {
	if i, ok := c.(IntendDecision); ok {
		return intend(b, s, i)
	}
	if b.State == "" {
		return nil, refuse("besluit-onbekend", "Dit besluit bestaat niet.", "Kies een besluit uit de lijst.")
	}
	if s.By == "" {
		return nil, refuse("rol-onjuist", "Het is niet bekend wie dit doet.", "Meld u aan.")
	}
	prepared := b.State == Intended || b.State == Contacted
	switch c := c.(type) {
	case NoteContact:
		if !prepared {
			return nil, wrongDecisionState(b)
		}
		if strings.TrimSpace(c.Contact.How) == "" || len(c.Contact.How) > 200 {
			return nil, refuse("contact-onjuist", "Er staat niet hoe het contact was.", "Kies telefoon, balie, huisbezoek, brief of e-mail.")
		}
		if err := checkText(c.Contact.Note, "Verslag", maxReason); err != nil {
			return nil, err
		}
		return []Payload{&ContactNoted{Contact: c.Contact}}, nil
	case NameException:
		if !prepared {
			return nil, wrongDecisionState(b)
		}
		if strings.TrimSpace(c.Article) == "" || len(c.Article) > 200 {
			return nil, refuse("uitzondering-onjuist", "De uitzondering noemt geen artikel.", "Noem het artikel, bijvoorbeeld Awb 4:11 onder a.")
		}
		if err := needText(c.Reason, "Waarom", maxReason); err != nil {
			return nil, err
		}
		return []Payload{&ExceptionNamed{Article: c.Article, Reason: c.Reason}}, nil
	case GiveDiscretion:
		return giveDiscretion(b, s, c)
	case TakeDecision:
		if !prepared {
			return nil, wrongDecisionState(b)
		}
		if b.Burdened && b.Exception == "" && !b.reached() {
			return nil, refuse("contact-ontbreekt", "Dit besluit raakt iemand hard ("+string(b.Kind)+"). Er is nog niemand gesproken.", "Bel of spreek eerst, of noem de wettelijke uitzondering.")
		}
		return []Payload{&DecisionTaken{}}, nil
	case DropDecision:
		if !prepared {
			return nil, wrongDecisionState(b)
		}
		if err := needText(c.Reason, "Waarom", maxReason); err != nil {
			return nil, err
		}
		return []Payload{&DecisionDropped{Reason: c.Reason}}, nil
	case Object:
		if b.State != Taken {
			return nil, wrongDecisionState(b)
		}
		if err := checkText(c.Reason, "Waarom", maxReason); err != nil {
			return nil, err
		}
		return []Payload{&ObjectionMade{Reason: c.Reason}}, nil
	case SettleObjection:
		if b.State != Objected {
			return nil, wrongDecisionState(b)
		}
		if err := needText(c.Reason, "Waarom", maxReason); err != nil {
			return nil, err
		}
		return []Payload{&ObjectionSettled{Revised: c.Revised, Reason: c.Reason}}, nil
	}
	panic("BUG: unknown command on a decision")
}

func wrongDecisionState(b Decision) error {
	return refuse("staat-onjuist", "Dit besluit is "+string(b.State)+". Dat kan nu niet.", "")
}

func (b *Decision) reached() bool {
	return slices.ContainsFunc(b.Contacts, func(c Contact) bool { return c.Reached })
}

func intend(b Decision, s DecisionScope, c IntendDecision) ([]Payload, error) {
	if b.State != "" {
		return nil, refuse("id-bestaat", "Er is al een besluit met deze naam.", "Kies een andere naam.")
	}
	if err := checkID(c.ID, "het besluit"); err != nil {
		return nil, err
	}
	if s.By == "" {
		return nil, refuse("rol-onjuist", "Het is niet bekend wie dit doet.", "Meld u aan.")
	}
	if err := c.Anchor.check(); err != nil {
		return nil, err
	}
	if !s.Known {
		return nil, unknownAnchor(c.Anchor)
	}
	if c.Case == "" || len(c.Case) > 200 {
		return nil, refuse("zaak-onjuist", "Het besluit noemt geen zaak.", "Gebruik het pseudoniem uit het zaaksysteem.")
	}
	if strings.TrimSpace(c.RuleSet) == "" || len(c.RuleSet) > 200 {
		return nil, refuse("regelversie-ontbreekt", "Het besluit noemt niet volgens welke regels.", "Noem de digest van de regels, of die van de tekst als er geen regels zijn.")
	}
	if c.Date.IsZero() || !c.Date.Valid() {
		return nil, refuse("datum-onjuist", "De datum van het besluit ontbreekt of bestaat niet.", "Geef een datum, bijvoorbeeld 2027-03-01.")
	}
	if c.Loss < 0 {
		return nil, refuse("bedrag-onjuist", "Het verlies kan niet negatief zijn.", "Geef 0 of meer centen.")
	}
	var burdened bool
	switch c.Kind {
	case Stop, Sanction, Recovery:
		burdened = true
	case Award, Rejected:
		burdened = s.HasThreshold && c.Loss >= s.Threshold && c.Loss > 0
	default:
		return nil, refuse("soort-onbekend", "“"+clip(string(c.Kind))+"” is geen soort besluit.", "Kies toekenning, afwijzing, stopzetting, sanctie of terugvordering.")
	}
	return []Payload{&DecisionIntended{
		Case: c.Case, Anchor: c.Anchor, RuleSet: c.RuleSet, Date: c.Date, Kind: c.Kind, Outcome: c.Outcome,
		Cents: c.Cents, Loss: c.Loss, Burdened: burdened, Synthetic: c.Synthetic,
	}}, nil
}

func giveDiscretion(b Decision, s DecisionScope, c GiveDiscretion) ([]Payload, error) {
	if b.State == Dropped || b.State == Upheld {
		return nil, wrongDecisionState(b)
	}
	x := c.Discretion
	if err := x.Anchor.check(); err != nil {
		return nil, err
	}
	if !slices.Contains(s.Grounds, x.Ground) {
		return nil, refuse("grond-onbekend", "“"+clip(x.Ground)+"” is hier geen grond voor maatwerk.", "Kies uit: "+strings.Join(s.Grounds, ", ")+".", s.Grounds...)
	}
	if err := needText(x.Reason, "Waarom", maxReason); err != nil {
		return nil, err
	}
	if x.Cents <= 0 {
		return nil, refuse("bedrag-onjuist", "Het maatwerk geeft niets.", "Geef het bedrag in centen dat het huishouden krijgt of houdt.")
	}
	if x.Cents > c.Limit {
		return nil, refuse("mandaat-te-klein", "Dit maatwerk gaat boven uw mandaat.", "Vraag iemand met een groter mandaat om het te geven.")
	}
	return []Payload{&DiscretionGiven{Discretion: x}}, nil
}

func applyDecision(b *Decision, p Payload, m moment) error {
	if _, first := p.(*DecisionIntended); first != (b.State == "") {
		return wrongStream(p, decisionStream(b.ID))
	}
	switch p := p.(type) {
	case *DecisionIntended:
		b.State, b.Case, b.Anchor, b.RuleSet, b.Date, b.Kind = Intended, p.Case, p.Anchor, p.RuleSet, p.Date, p.Kind
		b.Outcome, b.Cents, b.Loss, b.Burdened, b.Synthetic, b.By = p.Outcome, p.Cents, p.Loss, p.Burdened, p.Synthetic, m.by
	case *ContactNoted:
		c := p.Contact
		c.By, c.On = m.by, m.date
		b.Contacts = append(b.Contacts, c)
		if c.Reached {
			b.State = Contacted
		}
	case *ExceptionNamed:
		b.Exception = p.Article
	case *DiscretionGiven:
		x := p.Discretion
		x.By, x.On = m.by, m.date
		b.Given = append(b.Given, x)
	case *DecisionTaken:
		b.State = Taken
	case *DecisionDropped:
		b.State, b.Reason = Dropped, p.Reason
	case *ObjectionMade:
		b.State, b.Objection = Objected, p.Reason
	case *ObjectionSettled:
		b.State, b.Reason = Upheld, p.Reason
		if p.Revised {
			b.State = Revised
		}
	default:
		return wrongStream(p, decisionStream(b.ID))
	}
	b.Version++
	b.History = append(b.History, m.line(p))
	return nil
}
