package loop

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"

	"lemniscaat/internal/event"
	"lemniscaat/internal/rule"
)

// Payload is the content of one type of event. The list in newPayload is the
// whole vocabulary of the log; a type never changes its meaning. When it needs
// another shape it gets a new number and the old one stays readable.
type Payload interface {
	// Type is the name in the log: "knelpunt.geopend.1".
	Type() string
	// texts gives the personal texts with their stored names.
	texts() []textField
}

type textField struct {
	name string
	text *Text
}

// none is embedded by payloads without personal text.
type none struct{}

func (none) texts() []textField { return nil }

// Payloads of a knelpunt.
type (
	// SignalReceived puts a signal in a knelpunt (or, for GoesWell, in the
	// stream of appreciations).
	SignalReceived struct {
		Signal Signal `json:"signaal"`
	}
	// IssueOpened is the first event of a knelpunt.
	IssueOpened struct {
		none
		Anchor   Anchor     `json:"anker"`
		Kind     SignalKind `json:"tegel"`
		Due      rule.Date  `json:"antwoordUiterlijk"`
		Level    int        `json:"niveau,omitempty"`
		Owner    PostRef    `json:"eigenaarVan,omitzero"`
		Forwards int        `json:"doorgezonden,omitempty"`
		From     string     `json:"afgesplitstVan,omitempty"`
	}
	// IssueAnswered is an answer.
	IssueAnswered struct {
		Kind     AnswerKind `json:"antwoord"`
		Reason   Text       `json:"reden"`
		Interim  Text       `json:"vanafMorgen"`
		Work     Text       `json:"uitvoering"`
		LeverBy  rule.Date  `json:"klaarOp,omitzero"`
		ReviewBy rule.Date  `json:"herzieOp,omitzero"`
		Until    rule.Date  `json:"reactieTot,omitzero"`
		KeyBy    rule.Date  `json:"sleutelUiterlijk,omitzero"`
		Proposal string     `json:"voorstel,omitempty"`
	}
	// AnswerDelivered says to whom the standing answer was delivered.
	AnswerDelivered struct {
		none
		Answer    int        `json:"nummer"`
		Reporters []PersonID `json:"melders"`
	}
	// ProposalLinked ties the promised change to a proposal.
	ProposalLinked struct {
		none
		Proposal string `json:"voorstel"`
	}
	// AnswerWithdrawn takes the answer back.
	AnswerWithdrawn struct {
		Reason Text      `json:"reden"`
		Due    rule.Date `json:"antwoordUiterlijk"`
	}
	// IssueForwarded gives it another owner; the due date stays.
	IssueForwarded struct {
		To     PostRef `json:"naar"`
		Reason Text    `json:"reden"`
		Named  bool    `json:"aangewezen,omitempty"` // by the eigenaar
	}
	// ExtensionGranted moves the due date, on behalf of those who wait.
	ExtensionGranted struct {
		Duty   Duty      `json:"verplichting"`
		Until  rule.Date `json:"tot"`
		Reason Text      `json:"reden"`
	}
	// AcceptanceRefused is the executor's no to "niet wijzigen".
	AcceptanceRefused struct {
		Reason Text      `json:"reden"`
		Due    rule.Date `json:"antwoordUiterlijk"`
	}
	// IssueAccepted is the second key under "niet wijzigen".
	IssueAccepted struct {
		none
		First  PersonID  `json:"beleid"`
		Second PersonID  `json:"uitvoering"`
		Review rule.Date `json:"herzieOp"`
	}
	// WorkCounted is an own count, where there are no measurements.
	WorkCounted struct {
		none
		Before int `json:"voor"`
		After  int `json:"na"`
	}
	// ConfirmationAsked opens the window in which reporters say whether it is
	// solved.
	ConfirmationAsked struct {
		none
		Until rule.Date `json:"tot"`
	}
	// ReporterReacted is a reporter's yes or no.
	ReporterReacted struct {
		Reporter   PersonID `json:"melder"`
		Recognised bool     `json:"herkend"`
		Why        Text     `json:"want"`
	}
	// ReportersReminded is the reminder.
	ReportersReminded struct {
		none
		Until rule.Date `json:"tot"`
	}
	// IssueSolved ends a knelpunt.
	IssueSolved struct {
		none
		Confirmed int `json:"bevestigd"`
		Silent    int `json:"stilzwijgend"`
		Disputed  int `json:"nietHerkend"`
	}
	// IssueReopened opens it again.
	IssueReopened struct {
		Cause  string    `json:"oorzaak"`
		Level  int       `json:"niveau"`
		Due    rule.Date `json:"antwoordUiterlijk"`
		Reason Text      `json:"reden,omitzero"` // when somebody opened it by hand
	}
	// IssueMerged ends a knelpunt by giving its signals to another.
	IssueMerged struct {
		Into   string `json:"in"`
		Reason Text   `json:"reden"`
	}
	// IssueAbsorbed is the other side of IssueMerged.
	IssueAbsorbed struct {
		none
		From      string             `json:"uit"`
		Anchors   []Anchor           `json:"ankers"`
		Signals   []string           `json:"signalen"`
		Reporters map[PersonID]Heard `json:"melders"`
		Due       rule.Date          `json:"antwoordUiterlijk"`
		Level     int                `json:"niveau"`
		Forwards  int                `json:"doorgezonden"`
	}
	// IssueSplit says which signals left.
	IssueSplit struct {
		Into      string             `json:"in"`
		Signals   []string           `json:"signalen"`
		Reporters map[PersonID]Heard `json:"melders"`
		Reason    Text               `json:"reden"`
	}
	// SignalsMoved is the other side of IssueSplit.
	SignalsMoved struct {
		none
		From      string             `json:"uit"`
		Signals   []string           `json:"signalen"`
		Reporters map[PersonID]Heard `json:"melders"`
	}
)

// Heard is how many signals of a reporter are meant, and whether an answer can
// reach that person.
type Heard struct {
	Signals   int  `json:"signalen"`
	Reachable bool `json:"bereikbaar,omitempty"`
}

// Payloads of a proposal.
type (
	// ProposalOpened starts a sketch.
	ProposalOpened struct {
		none
		Regulation string   `json:"regeling"`
		Title      string   `json:"titel"`
		Issues     []string `json:"knelpunten,omitempty"`
		Asks       Asks     `json:"vraagt,omitzero"`
	}
	// AuthorNamed names the co-author for a mandate.
	AuthorNamed struct {
		none
		Mandate Mandate  `json:"mandaat"`
		Person  PersonID `json:"persoon"`
	}
	// ContentEdited replaces what the proposal changes; the proposal is a sketch again.
	ContentEdited struct {
		none
		Content Content `json:"inhoud"`
	}
	// PlanEdited replaces goals, expectations, claim, promises and roll-out.
	PlanEdited struct {
		none
		Plan Plan `json:"plan"`
	}
	// CompassEdited sets answers to the Beleidskompas; an empty one removes it.
	CompassEdited struct {
		none
		Answers map[string]string `json:"antwoorden"`
	}
	// AssessmentRecorded records a questionnaire done on a content digest.
	AssessmentRecorded struct {
		none
		Assessment Assessment `json:"toets"`
	}
	// SimulationAttached ties a run to a content digest.
	SimulationAttached struct {
		none
		Simulation Simulation `json:"simulatie"`
	}
	// FindingAccepted is the conscious acceptance of an existing weighty finding by a mandate.
	FindingAccepted struct {
		Acceptance Acceptance `json:"aanvaarding"`
	}
	// ProposalAssessed moves to getoetst.
	ProposalAssessed struct {
		none
		Content Digest `json:"inhoud"`
	}
	// ProposalSubmitted moves to voorgelegd; Digest is what lay there.
	ProposalSubmitted struct {
		none
		Digest Digest    `json:"voorstel"`
		KeyBy  rule.Date `json:"sleutelUiterlijk,omitzero"`
	}
	// KeyTurned is a key on a digest.
	KeyTurned struct {
		none
		Key Key `json:"sleutel"`
	}
	// KeyWithdrawn takes a key back.
	KeyWithdrawn struct {
		Mandate Mandate `json:"mandaat"`
		Reason  Text    `json:"reden"`
	}
	// ProposalDecided is the decision: two keys on Digest.
	ProposalDecided struct {
		none
		Digest Digest `json:"voorstel"`
	}
	// ProposalReturned lays it back; all keys fall.
	ProposalReturned struct {
		Reason Text `json:"reden"`
	}
	// StageBegun begins a stage of the roll-out, counted from 0.
	StageBegun struct {
		none
		Stage int `json:"trede"`
	}
	// RolloutPaused stops the roll-out; Cause says whether a tripwire, a key or a person did.
	RolloutPaused struct {
		Cause  string    `json:"oorzaak"`
		Reason Text      `json:"reden"`
		Due    rule.Date `json:"besluitUiterlijk,omitzero"` // go on, or take it back
	}
	// RolloutResumed lets it go on.
	RolloutResumed struct {
		Reason Text `json:"reden"`
	}
	// ProposalInForce says from when the change holds, and when it is to be evaluated.
	ProposalInForce struct {
		none
		From     rule.Date `json:"van"`
		Evaluate rule.Date `json:"invoeringstoetsUiterlijk"`
	}
	// Measured is a measurement with its verdict.
	Measured struct {
		none
		Measurement Measurement `json:"meting"`
	}
	// ProposalEvaluated is the invoeringstoets.
	ProposalEvaluated struct {
		Report     Text        `json:"verslag"`
		Assessment *Assessment `json:"toets,omitempty"`
	}
	// ProposalWithdrawn ends it.
	ProposalWithdrawn struct {
		Reason Text `json:"reden"`
	}
	// ProposalLapsed ends it.
	ProposalLapsed struct {
		Reason Text `json:"reden"`
	}
	// RoomYielded is on the stream of the proposal that gives up room.
	RoomYielded struct {
		none
		To      string   `json:"aan"`
		Quarter Quarter  `json:"kwartaal"`
		Points  int      `json:"punten"`
		By      PersonID `json:"door,omitempty"`
		Why     string   `json:"reden,omitempty"`
	}
	// PromiseKept discharges a promise or condition.
	PromiseKept struct {
		Promise string `json:"toezegging"`
		How     Text   `json:"hoe"`
	}
)

// Payloads of a triangle.
type (
	// TriangleSet is who is who from a date on.
	TriangleSet struct {
		Scope       Anchor      `json:"bereik,omitzero"`
		Arrangement Arrangement `json:"indeling"`
		Terms       []Term      `json:"bezetting,omitempty"`
		Caseload    int         `json:"caseload,omitempty"`
		// Vocabulary is the set of words that this triangle uses; "" is eigenaar,
		// opdrachtgever, opdrachtnemer.
		Vocabulary Vocabulary `json:"woorden,omitempty"`
		// Provisional: made by somebody who is not the eigenaar above it, until
		// the eigenaar sets it.
		Provisional bool `json:"voorlopig,omitempty"`
	}
	// PersonAppointed puts a person on a post; for the eigenaar it ends the term before.
	PersonAppointed struct {
		Term Term `json:"benoeming"`
	}
	// PersonLeft ends a term.
	PersonLeft struct {
		none
		Post   string    `json:"post"`
		Person PersonID  `json:"persoon"`
		On     rule.Date `json:"laatsteDag"`
	}
	// CapacitySet is the change work that fits in a quarter.
	CapacitySet struct {
		none
		Quarter Quarter `json:"kwartaal"`
		Points  int     `json:"punten"`
	}
)

// Payloads of a decision.
type (
	// DecisionIntended is what is about to be decided; Burdened says that contact comes first.
	DecisionIntended struct {
		none
		Case      string       `json:"zaak"`
		Anchor    Anchor       `json:"anker"`
		RuleSet   string       `json:"regelset"`
		Date      rule.Date    `json:"datum"`
		Kind      DecisionKind `json:"soort"`
		Outcome   string       `json:"uitkomst"`
		Cents     int64        `json:"centen"`
		Loss      int64        `json:"verlies"`
		Burdened  bool         `json:"belastend"`
		Synthetic bool         `json:"synthetisch,omitempty"`
		Handler   PersonID     `json:"behandelaar,omitempty"`
		HearBy    rule.Date    `json:"sprekenUiterlijk,omitzero"`
		Rollouts  []string     `json:"uitrol,omitempty"`
	}
	// ContactNoted is contact, or a try.
	ContactNoted struct {
		Contact Contact `json:"contact"`
	}
	// ExceptionNamed is the legal exception to contact first.
	ExceptionNamed struct {
		Article string `json:"artikel"`
		Reason  Text   `json:"reden"`
	}
	// DiscretionGiven is maatwerk.
	DiscretionGiven struct {
		Discretion Discretion `json:"maatwerk"`
		Ask        string     `json:"verzoek,omitempty"`
		Sampled    bool       `json:"steekproef,omitempty"`
		ReviewBy   rule.Date  `json:"nakijkenUiterlijk,omitzero"`
	}
	// DecisionTaken is the decision.
	DecisionTaken struct{ none }
	// DecisionDropped leaves it.
	DecisionDropped struct {
		Reason Text `json:"reden"`
	}
	// ObjectionMade is a bezwaar.
	ObjectionMade struct {
		Reason Text      `json:"reden"`
		Due    rule.Date `json:"beslissenUiterlijk,omitzero"`
	}
	// ObjectionSettled ends it.
	ObjectionSettled struct {
		Revised bool  `json:"herzien"`
		Reason  Text  `json:"reden"`
		Cents   int64 `json:"centen,omitempty"`
	}
)

// Payloads of a regulation.
type (
	// LawImported is one version of a law.
	LawImported struct {
		none
		Date     rule.Date    `json:"datum"`
		Name     string       `json:"naam"`
		Source   string       `json:"bron,omitempty"`
		Digest   Digest       `json:"digest"`
		Articles []LawArticle `json:"artikelen"`
	}
	// RegulationImported is a text brought in from outside; the last one counts.
	// Moves says what stands elsewhere than in the text before.
	RegulationImported struct {
		none
		Name     string        `json:"naam"`
		BWB      string        `json:"bwb,omitempty"`
		Source   string        `json:"bron,omitempty"`
		Digest   Digest        `json:"digest,omitempty"`
		Articles []ArticleText `json:"artikelen"`
		Moves    []Move        `json:"verhuisd,omitempty"` // since .2
	}
	// VersionAdopted lays a decided version over the regulation.
	VersionAdopted struct {
		none
		Adoption Adoption `json:"versie"`
	}
	// OutcomesImported is an import of outcomes from a case system.
	OutcomesImported struct {
		none
		Import OutcomeImport `json:"invoer"`
	}
)

// TextsErased records that words were erased.
type TextsErased struct {
	none
	Refs   []event.Ref `json:"teksten"`
	Ground string      `json:"grond"`
}

func one(name string, t *Text) []textField { return []textField{{name, t}} }

func (p *SignalReceived) texts() []textField {
	fs := one("watGebeurdeEr", &p.Signal.What)
	for i := range p.Signal.Attachments {
		a := &p.Signal.Attachments[i]
		fs = append(fs, textField{"naam-bijlage-" + strconv.Itoa(i+1), &a.Name}, textField{event.BulkPrefix + strconv.Itoa(i+1), &a.Content})
	}
	return fs
}
func (p *IssueAnswered) texts() []textField {
	return []textField{{"reden", &p.Reason}, {"vanafMorgen", &p.Interim}, {"uitvoering", &p.Work}}
}
func (p *AnswerWithdrawn) texts() []textField   { return one("reden", &p.Reason) }
func (p *IssueForwarded) texts() []textField    { return one("reden", &p.Reason) }
func (p *ExtensionGranted) texts() []textField  { return one("reden", &p.Reason) }
func (p *AcceptanceRefused) texts() []textField { return one("reden", &p.Reason) }
func (p *ReporterReacted) texts() []textField   { return one("want", &p.Why) }
func (p *IssueReopened) texts() []textField     { return one("reden", &p.Reason) }
func (p *IssueMerged) texts() []textField       { return one("reden", &p.Reason) }
func (p *IssueSplit) texts() []textField        { return one("reden", &p.Reason) }
func (p *FindingAccepted) texts() []textField   { return one("waarom", &p.Acceptance.Why) }
func (p *KeyWithdrawn) texts() []textField      { return one("reden", &p.Reason) }
func (p *ProposalReturned) texts() []textField  { return one("reden", &p.Reason) }
func (p *RolloutPaused) texts() []textField     { return one("reden", &p.Reason) }
func (p *RolloutResumed) texts() []textField    { return one("reden", &p.Reason) }
func (p *ProposalEvaluated) texts() []textField { return one("verslag", &p.Report) }
func (p *ProposalWithdrawn) texts() []textField { return one("reden", &p.Reason) }
func (p *ProposalLapsed) texts() []textField    { return one("reden", &p.Reason) }
func (p *PromiseKept) texts() []textField       { return one("hoe", &p.How) }
func (p *PersonAppointed) texts() []textField   { return one("naam", &p.Term.Name) }
func (p *ContactNoted) texts() []textField      { return one("verslag", &p.Contact.Note) }
func (p *ExceptionNamed) texts() []textField    { return one("reden", &p.Reason) }
func (p *DiscretionGiven) texts() []textField   { return one("reden", &p.Discretion.Reason) }
func (p *DecisionDropped) texts() []textField   { return one("reden", &p.Reason) }
func (p *ObjectionMade) texts() []textField     { return one("reden", &p.Reason) }
func (p *ObjectionSettled) texts() []textField  { return one("reden", &p.Reason) }
func (p *TriangleSet) texts() []textField {
	fs := make([]textField, len(p.Terms))
	for i := range p.Terms {
		fs[i] = textField{"naam-" + strconv.Itoa(i+1), &p.Terms[i].Name}
	}
	return fs
}

// The names in the log.
func (*SignalReceived) Type() string     { return "signaal.ontvangen.1" }
func (*IssueOpened) Type() string        { return "knelpunt.geopend.1" }
func (*IssueAnswered) Type() string      { return "knelpunt.beantwoord.1" }
func (*AnswerDelivered) Type() string    { return "knelpunt.antwoord-bezorgd.1" }
func (*ProposalLinked) Type() string     { return "knelpunt.voorstel-gekoppeld.1" }
func (*AnswerWithdrawn) Type() string    { return "knelpunt.antwoord-ingetrokken.1" }
func (*IssueForwarded) Type() string     { return "knelpunt.doorgezonden.1" }
func (*ExtensionGranted) Type() string   { return "knelpunt.uitstel-verleend.1" }
func (*AcceptanceRefused) Type() string  { return "knelpunt.aanvaarding-geweigerd.1" }
func (*IssueAccepted) Type() string      { return "knelpunt.aanvaard.1" }
func (*WorkCounted) Type() string        { return "knelpunt.geteld.1" }
func (*ConfirmationAsked) Type() string  { return "knelpunt.bevestiging-gevraagd.1" }
func (*ReporterReacted) Type() string    { return "knelpunt.reactie.1" }
func (*ReportersReminded) Type() string  { return "knelpunt.herinnerd.1" }
func (*IssueSolved) Type() string        { return "knelpunt.opgelost.1" }
func (*IssueReopened) Type() string      { return "knelpunt.heropend.1" }
func (*IssueMerged) Type() string        { return "knelpunt.samengevoegd.1" }
func (*IssueAbsorbed) Type() string      { return "knelpunt.opgenomen.1" }
func (*IssueSplit) Type() string         { return "knelpunt.gesplitst.1" }
func (*SignalsMoved) Type() string       { return "knelpunt.signalen-gekregen.1" }
func (*ProposalOpened) Type() string     { return "voorstel.geopend.1" }
func (*AuthorNamed) Type() string        { return "voorstel.medeauteur.1" }
func (*ContentEdited) Type() string      { return "voorstel.inhoud.1" }
func (*PlanEdited) Type() string         { return "voorstel.plan.1" }
func (*CompassEdited) Type() string      { return "voorstel.beleidskompas.1" }
func (*AssessmentRecorded) Type() string { return "voorstel.toets.1" }
func (*SimulationAttached) Type() string { return "voorstel.simulatie.1" }
func (*FindingAccepted) Type() string    { return "voorstel.bevinding-aanvaard.1" }
func (*ProposalAssessed) Type() string   { return "voorstel.getoetst.1" }
func (*ProposalSubmitted) Type() string  { return "voorstel.voorgelegd.1" }
func (*KeyTurned) Type() string          { return "voorstel.sleutel.1" }
func (*KeyWithdrawn) Type() string       { return "voorstel.sleutel-ingetrokken.1" }
func (*ProposalDecided) Type() string    { return "voorstel.besloten.1" }
func (*ProposalReturned) Type() string   { return "voorstel.teruggelegd.1" }
func (*StageBegun) Type() string         { return "voorstel.uitroltrede.1" }
func (*RolloutPaused) Type() string      { return "voorstel.gepauzeerd.1" }
func (*RolloutResumed) Type() string     { return "voorstel.hervat.1" }
func (*ProposalInForce) Type() string    { return "voorstel.geldend.1" }
func (*Measured) Type() string           { return "voorstel.gemeten.1" }
func (*ProposalEvaluated) Type() string  { return "voorstel.geevalueerd.1" }
func (*ProposalWithdrawn) Type() string  { return "voorstel.ingetrokken.1" }
func (*ProposalLapsed) Type() string     { return "voorstel.vervallen.1" }
func (*RoomYielded) Type() string        { return "voorstel.ruimte-afgestaan.1" }
func (*PromiseKept) Type() string        { return "voorstel.toezegging-nagekomen.1" }
func (*TriangleSet) Type() string        { return "driehoek.vastgesteld.1" }
func (*PersonAppointed) Type() string    { return "driehoek.benoemd.1" }
func (*PersonLeft) Type() string         { return "driehoek.vertrokken.1" }
func (*CapacitySet) Type() string        { return "driehoek.capaciteit.1" }
func (*DecisionIntended) Type() string   { return "besluit.voorgenomen.1" }
func (*ContactNoted) Type() string       { return "besluit.contact.1" }
func (*ExceptionNamed) Type() string     { return "besluit.uitzondering.1" }
func (*DiscretionGiven) Type() string    { return "besluit.maatwerk.1" }
func (*DecisionTaken) Type() string      { return "besluit.genomen.1" }
func (*DecisionDropped) Type() string    { return "besluit.afgezien.1" }
func (*ObjectionMade) Type() string      { return "besluit.bezwaar.1" }
func (*ObjectionSettled) Type() string   { return "besluit.bezwaar-afgehandeld.1" }
func (*RegulationImported) Type() string { return "regeling.ingevoerd.2" }
func (*LawImported) Type() string        { return "wet.ingevoerd.1" }
func (*VersionAdopted) Type() string     { return "regeling.vastgesteld.1" }
func (*OutcomesImported) Type() string   { return "regeling.uitkomsten.1" }
func (*TextsErased) Type() string        { return "tekst.gewist.1" }

// newPayload gives an empty payload for a type name, or nil.
func newPayload(name string) Payload {
	switch name {
	case "signaal.ontvangen.1":
		return &SignalReceived{}
	case "knelpunt.geopend.1":
		return &IssueOpened{}
	case "knelpunt.beantwoord.1":
		return &IssueAnswered{}
	case "knelpunt.antwoord-bezorgd.1":
		return &AnswerDelivered{}
	case "knelpunt.voorstel-gekoppeld.1":
		return &ProposalLinked{}
	case "knelpunt.antwoord-ingetrokken.1":
		return &AnswerWithdrawn{}
	case "knelpunt.doorgezonden.1":
		return &IssueForwarded{}
	case "knelpunt.uitstel-verleend.1":
		return &ExtensionGranted{}
	case "knelpunt.aanvaarding-geweigerd.1":
		return &AcceptanceRefused{}
	case "knelpunt.aanvaard.1":
		return &IssueAccepted{}
	case "knelpunt.geteld.1":
		return &WorkCounted{}
	case "knelpunt.bevestiging-gevraagd.1":
		return &ConfirmationAsked{}
	case "knelpunt.reactie.1":
		return &ReporterReacted{}
	case "knelpunt.herinnerd.1":
		return &ReportersReminded{}
	case "knelpunt.opgelost.1":
		return &IssueSolved{}
	case "knelpunt.heropend.1":
		return &IssueReopened{}
	case "knelpunt.uitstel-gevraagd.1":
		return &ExtensionAsked{}
	case "knelpunt.uitstel-geweigerd.1":
		return &ExtensionDenied{}
	case "knelpunt.niet-hetzelfde.1":
		return &IssuesApart{}
	case "knelpunt.samengevoegd.1":
		return &IssueMerged{}
	case "knelpunt.opgenomen.1":
		return &IssueAbsorbed{}
	case "knelpunt.gesplitst.1":
		return &IssueSplit{}
	case "knelpunt.signalen-gekregen.1":
		return &SignalsMoved{}
	case "voorstel.geopend.1":
		return &ProposalOpened{}
	case "voorstel.medeauteur.1":
		return &AuthorNamed{}
	case "voorstel.inhoud.1":
		return &ContentEdited{}
	case "voorstel.plan.1":
		return &PlanEdited{}
	case "voorstel.beleidskompas.1":
		return &CompassEdited{}
	case "voorstel.toets.1":
		return &AssessmentRecorded{}
	case "voorstel.simulatie.1":
		return &SimulationAttached{}
	case "voorstel.bevinding-aanvaard.1":
		return &FindingAccepted{}
	case "voorstel.getoetst.1":
		return &ProposalAssessed{}
	case "voorstel.voorgelegd.1":
		return &ProposalSubmitted{}
	case "voorstel.sleutel.1":
		return &KeyTurned{}
	case "voorstel.sleutel-ingetrokken.1":
		return &KeyWithdrawn{}
	case "voorstel.besloten.1":
		return &ProposalDecided{}
	case "voorstel.teruggelegd.1":
		return &ProposalReturned{}
	case "voorstel.uitroltrede.1":
		return &StageBegun{}
	case "voorstel.gepauzeerd.1":
		return &RolloutPaused{}
	case "voorstel.hervat.1":
		return &RolloutResumed{}
	case "voorstel.geldend.1":
		return &ProposalInForce{}
	case "voorstel.gemeten.1":
		return &Measured{}
	case "voorstel.geevalueerd.1":
		return &ProposalEvaluated{}
	case "voorstel.ingetrokken.1":
		return &ProposalWithdrawn{}
	case "voorstel.vervallen.1":
		return &ProposalLapsed{}
	case "voorstel.ruimte-afgestaan.1":
		return &RoomYielded{}
	case "voorstel.opties.1":
		return &OptionsCompared{}
	case "voorstel.getest-met-burgers.1":
		return &EvidenceRecorded{}
	case "voorstel.bevinding-verwerkt.1":
		return &FindingResolved{}
	case "voorstel.ruimte-terug.1":
		return &RoomReturned{}
	case "voorstel.hervatten-akkoord.1":
		return &ResumeAgreed{}
	case "voorstel.toezegging-nagekomen.1":
		return &PromiseKept{}
	case "voorstel.sleutel-geweigerd.1":
		return &KeyRefused{}
	case "voorstel.vastgelopen.1":
		return &DeadlockDeclared{}
	case "voorstel.standpunt.1":
		return &PositionStated{}
	case "voorstel.knoop-doorgehakt.1":
		return &DeadlockDecided{}
	case "voorstel.besluit-ondanks.1":
		return &DecidedDespite{}
	case "voorstel.vroege-invoeringstoets.1":
		return &EarlyReported{}
	case "voorstel.parlement.1":
		return &ParliamentRecorded{}
	case "driehoek.vastgesteld.1":
		return &TriangleSet{}
	case "driehoek.opgeheven.1":
		return &TriangleDropped{}
	case "link.gemaakt.1":
		return &LinkMade{}
	case "link.verzonden.1":
		return &LinkSent{}
	case "link.ingetrokken.1":
		return &LinkRevoked{}
	case "link.gebruikt.1":
		return &LinkUsed{}
	case "ladder.gezien.1":
		return &OverdueSeen{}
	case "driehoek.benoemd.1":
		return &PersonAppointed{}
	case "driehoek.vertrokken.1":
		return &PersonLeft{}
	case "driehoek.capaciteit.1":
		return &CapacitySet{}
	case "besluit.voorgenomen.1":
		return &DecisionIntended{}
	case "besluit.contact.1":
		return &ContactNoted{}
	case "besluit.uitzondering.1":
		return &ExceptionNamed{}
	case "besluit.maatwerk.1":
		return &DiscretionGiven{}
	case "besluit.maatwerk-gevraagd.1":
		return &DiscretionAsked{}
	case "besluit.maatwerk-geweigerd.1":
		return &DiscretionDenied{}
	case "besluit.maatwerk-bekeken.1":
		return &DiscretionReviewed{}
	case "team.voorziening.1":
		return &ProvisionSet{}
	case "team.budget.1":
		return &BudgetSet{}
	case "team.besteed.1":
		return &ProvisionSpent{}
	case "team.mandaat.1":
		return &MandateSet{}
	case "team.steekproef.1":
		return &SampleSet{}
	case "detector.verwachting.1":
		return &DetectorDeclared{}
	case "detector.overschreden.1":
		return &DetectorCrossed{}
	case "besluit.genomen.1":
		return &DecisionTaken{}
	case "besluit.afgezien.1":
		return &DecisionDropped{}
	case "besluit.bezwaar.1":
		return &ObjectionMade{}
	case "besluit.bezwaar-afgehandeld.1":
		return &ObjectionSettled{}
	case "wet.ingevoerd.1":
		return &LawImported{}
	case "regeling.ingevoerd.1", "regeling.ingevoerd.2": // .1 has no Moves
		return &RegulationImported{}
	case "regeling.vastgesteld.1":
		return &VersionAdopted{}
	case "regeling.uitkomsten.1":
		return &OutcomesImported{}
	case "formeel.gevraagd.1":
		return &FormalAsked{}
	case "formeel.doorgestuurd.1":
		return &FormalForwarded{}
	case "persoon.adres.1":
		return &AddressSet{}
	case "persoon.berichten.1":
		return &PaceSet{}
	case "persoon.gelezen.1":
		return &NoticesRead{}
	case "persoon.gemaild.1":
		return &NoticesMailed{}
	case "persoon.adres-geweigerd.1":
		return &AddressRefused{}
	case "organisatie.genoemd.1":
		return &OrganisationNamed{}
	case "invoer.feiten.1":
		return &FactsReceived{}
	case "stand.voorwoord.1":
		return &PrefaceWritten{}
	case "stand.gepubliceerd.1":
		return &StandPublishedFirst{}
	case "stand.gepubliceerd.2":
		return &StandPublished{}
	case "leerzaak.gemaakt.1":
		return &LessonMade{}
	case "leerzaak.ingetrokken.1":
		return &LessonWithdrawn{}
	case "leerzaak.gekozen.1":
		return &LessonRead{}
	case "tekst.gewist.1":
		return &TextsErased{}
	}
	return newAccess(name)
}

// Types lists the names of all types of event, in the order of the document.
func Types() []string {
	return []string{
		"signaal.ontvangen.1",
		"knelpunt.geopend.1", "knelpunt.beantwoord.1", "knelpunt.antwoord-bezorgd.1", "knelpunt.voorstel-gekoppeld.1",
		"knelpunt.antwoord-ingetrokken.1", "knelpunt.doorgezonden.1", "knelpunt.uitstel-verleend.1",
		"knelpunt.aanvaarding-geweigerd.1", "knelpunt.aanvaard.1", "knelpunt.geteld.1", "knelpunt.bevestiging-gevraagd.1",
		"knelpunt.reactie.1", "knelpunt.herinnerd.1", "knelpunt.opgelost.1", "knelpunt.heropend.1",
		"knelpunt.samengevoegd.1", "knelpunt.opgenomen.1", "knelpunt.gesplitst.1", "knelpunt.signalen-gekregen.1",
		"knelpunt.uitstel-gevraagd.1", "knelpunt.uitstel-geweigerd.1", "knelpunt.niet-hetzelfde.1",
		"voorstel.geopend.1", "voorstel.medeauteur.1", "voorstel.inhoud.1", "voorstel.plan.1", "voorstel.beleidskompas.1",
		"voorstel.toets.1", "voorstel.simulatie.1", "voorstel.bevinding-aanvaard.1", "voorstel.getoetst.1",
		"voorstel.voorgelegd.1", "voorstel.sleutel.1", "voorstel.sleutel-ingetrokken.1", "voorstel.besloten.1",
		"voorstel.teruggelegd.1", "voorstel.uitroltrede.1", "voorstel.gepauzeerd.1", "voorstel.hervat.1",
		"voorstel.geldend.1", "voorstel.gemeten.1", "voorstel.geevalueerd.1", "voorstel.ingetrokken.1", "voorstel.vervallen.1",
		"voorstel.ruimte-afgestaan.1", "voorstel.toezegging-nagekomen.1",
		"voorstel.opties.1", "voorstel.getest-met-burgers.1", "voorstel.bevinding-verwerkt.1", "voorstel.ruimte-terug.1", "voorstel.hervatten-akkoord.1",
		"voorstel.sleutel-geweigerd.1", "voorstel.vastgelopen.1", "voorstel.standpunt.1", "voorstel.knoop-doorgehakt.1",
		"voorstel.besluit-ondanks.1", "voorstel.vroege-invoeringstoets.1", "voorstel.parlement.1",
		"driehoek.vastgesteld.1", "driehoek.benoemd.1", "driehoek.vertrokken.1", "driehoek.capaciteit.1", "driehoek.opgeheven.1",
		"link.gemaakt.1", "link.verzonden.1", "link.ingetrokken.1", "link.gebruikt.1", "ladder.gezien.1",
		"besluit.voorgenomen.1", "besluit.contact.1", "besluit.uitzondering.1", "besluit.maatwerk.1", "besluit.genomen.1",
		"besluit.afgezien.1", "besluit.bezwaar.1", "besluit.bezwaar-afgehandeld.1",
		"besluit.maatwerk-gevraagd.1", "besluit.maatwerk-geweigerd.1", "besluit.maatwerk-bekeken.1",
		"team.voorziening.1", "team.budget.1", "team.besteed.1", "team.mandaat.1", "team.steekproef.1",
		"detector.verwachting.1", "detector.overschreden.1",
		"wet.ingevoerd.1", "regeling.ingevoerd.2", "regeling.vastgesteld.1", "regeling.uitkomsten.1",
		"formeel.gevraagd.1", "formeel.doorgestuurd.1",
		"persoon.adres.1", "persoon.berichten.1", "persoon.gelezen.1", "persoon.gemaild.1", "persoon.adres-geweigerd.1",
		"organisatie.genoemd.1", "invoer.feiten.1", "stand.voorwoord.1", "stand.gepubliceerd.2",
		"leerzaak.gemaakt.1", "leerzaak.ingetrokken.1", "leerzaak.gekozen.1", "tekst.gewist.1",
		"toegang.account.1", "toegang.sleutel.1", "toegang.nood.1", "toegang.nood-handeling.1", "toegang.nood-einde.1", "toegang.nood-bekeken.1", "toegang.opdrachtregel.1", "toegang.pseudoniem.1",
	}
}

// ErrPayload says that an event cannot be read as the type that it names.
var ErrPayload = errors.New("gebeurtenis niet te lezen")

// Encode splits a payload into what goes in the log and the personal words
// that are stored beside it.
func Encode(p Payload) (data json.RawMessage, personal map[string]string, err error) {
	data, err = json.Marshal(p)
	if err != nil {
		return nil, nil, fmt.Errorf("encode %s: %w", p.Type(), err)
	}
	for _, f := range p.texts() {
		if f.text.Words == "" {
			continue
		}
		if personal == nil {
			personal = make(map[string]string)
		}
		personal[f.name] = f.text.Words
	}
	return data, personal, nil
}

// Decode reads the payload of a record and puts the words back that still
// exist. Unknown types and unknown fields are refused with ErrPayload: a
// program that does not know a fact must not act as if it was not there.
func Decode(r event.Record) (Payload, error) {
	p := newPayload(r.Type)
	if p == nil {
		return nil, fmt.Errorf("%w: gebeurtenis %d heeft de onbekende soort %q", ErrPayload, r.Seq, r.Type)
	}
	d := json.NewDecoder(bytes.NewReader(r.Data))
	d.DisallowUnknownFields()
	if err := d.Decode(p); err != nil {
		return nil, fmt.Errorf("%w: gebeurtenis %d (%s): %w", ErrPayload, r.Seq, r.Type, err)
	}
	if _, err := d.Token(); err != io.EOF {
		return nil, fmt.Errorf("%w: gebeurtenis %d (%s): tekst na het einde", ErrPayload, r.Seq, r.Type)
	}
	for _, f := range p.texts() {
		if !f.text.Given {
			continue
		}
		f.text.Seq, f.text.Field = r.Seq, f.name
		if !event.Bulk(f.name) { // the world holds no files
			f.text.Words = r.Secrets[f.name].Text
		}
	}
	return p, nil
}

func itoa(n int) string { return strconv.Itoa(n) }
