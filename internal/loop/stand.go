package loop

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"lemniscaat/internal/rule"
)

// Stand is a Stand van de Uitvoering over a period: numbers that the program
// drafts, and a preface that a person writes. Once published nothing of it
// changes any more; the words of the preface can be erased.
type Stand struct {
	ID          string // the period: "2026-kw3"
	Version     uint64
	From, Until rule.Date
	Preface     Text
	PrefaceBy   PersonID
	PrefaceOn   rule.Date
	Published   rule.Date // zero: a draft
	PublishedBy PersonID
	Figures     StandFigures
	Digest      Digest // of Figures
	Seq         uint64 // the last event that the figures know of
}

// StandFigures are the numbers of a Stand. There are no words in them: what a
// knelpunt is called is looked up when it is shown, so that erased words are
// gone from it as well.
type StandFigures struct {
	Opened     int             `json:"geopend"`
	Answered   int             `json:"beantwoord"`
	Forwards   int             `json:"doorgezonden"`
	MedianDays int             `json:"mediaanDagen"` // to the first answer; -1: none was given
	Solved     []string        `json:"opgelost,omitempty"`
	Reopened   int             `json:"heropend"`
	Top        []StandIssue    `json:"zwaarste,omitempty"`
	Late       []StandDuty     `json:"teLaat,omitempty"`
	LateCount  int             `json:"teLaatAantal"` // Late holds the first of them
	Hardship   []StandIssue    `json:"aanvaard,omitempty"`
	Promises   StandPromises   `json:"toezeggingen"`
	Measured   []StandMeasured `json:"gemeten,omitempty"`
	InForce    []string        `json:"geldend,omitempty"` // proposals that came into force
	// Quarters have the numbers about people, as they were published.
	Quarters []StandQuarter `json:"kwartalen,omitempty"`
	// Open: there is nothing in these figures that a reader does not see. Older ones
	// held numbers about a few people, and their digest says them to who guesses.
	Open bool `json:"geheelGetoond,omitempty"`
}

// StandQuarter is what is published about people over a quarter of whole weeks; nil is
// a number that is not shown.
type StandQuarter struct {
	ID        string        `json:"kwartaal"` // "2026-kw3"
	Signals   *int64        `json:"signalen"`
	Confirmed *int64        `json:"bevestigd"`
	Silent    *int64        `json:"stilzwijgend"`
	Discreet  *int64        `json:"maatwerk"`
	Grounds   []StandGround `json:"gronden,omitempty"` // those that are shown
	Rest      bool          `json:"meerGronden,omitempty"`
}

// StandSources is what a Stand takes from elsewhere.
type StandSources struct {
	// Loss gives what the rules at a place can cost one household, in whole cents;
	// 0 when that cannot be computed.
	Loss func(Anchor) int64
	// Quarters are those of the period that are published.
	Quarters []StandQuarter
	// Told gives a measured value of a proposal as it is shown; "" is not shown.
	Told func(*Proposal, Measurement) Number
}

// StandIssue is a knelpunt in a Stand. Loss is what the rule can cost one
// household, in whole cents, computed from the rules; 0: not computed.
type StandIssue struct {
	ID     string     `json:"knelpunt"`
	State  IssueState `json:"staat"`
	Kind   SignalKind `json:"tegel"`
	Anchor Anchor     `json:"anker"`
	Loss   int64      `json:"verlies,omitempty"`
	Review rule.Date  `json:"herzieOp,omitzero"`
}

// StandDuty is something owed that was late at the end of the period.
type StandDuty struct {
	Stream string    `json:"stroom"`
	Duty   Duty      `json:"verplichting"`
	Due    rule.Date `json:"uiterlijk"`
	Step   Step      `json:"trede"`
}

// StandPromises counts the promises and conditions.
type StandPromises struct {
	Made int `json:"gedaan"` // in the period
	Kept int `json:"nagekomen"`
	Late int `json:"teLaat"` // open and past their date
	Open int `json:"open"`
}

// StandGround counts the maatwerk on one ground of one regulation.
type StandGround struct {
	Regulation string `json:"regeling"`
	Ground     string `json:"grond"`
	Count      int    `json:"aantal"`
}

// StandMeasured is an expectation that was measured in the period.
type StandMeasured struct {
	Proposal    string  `json:"voorstel"`
	Expectation string  `json:"verwachting"`
	Value       Number  `json:"waarde"` // as it is shown
	Verdict     Verdict `json:"oordeel"`
	Tripped     bool    `json:"struikeldraadGeraakt,omitempty"`
	Synthetic   bool    `json:"synthetisch,omitempty"`
}

// Digest gives the SHA-256 sum of the figures as JSON.
func (f StandFigures) Digest() Digest {
	data, err := json.Marshal(f)
	if err != nil {
		panic("BUG: figures of a stand: " + err.Error())
	}
	sum := sha256.Sum256(data)
	return Digest(hex.EncodeToString(sum[:]))
}

// StandCommand is a command on a Stand.
type StandCommand interface {
	Command
	standID() string
	period() (from, until rule.Date)
}

// WritePreface writes the preface of a Stand that is not published.
type WritePreface struct {
	Stand       string
	From, Until rule.Date
	Words       Text
}

// PublishStand freezes the figures as they were after event Seq. The period has
// to be over, and there has to be a preface.
type PublishStand struct {
	Stand       string
	From, Until rule.Date
	Figures     StandFigures
	Seq         uint64
}

func (WritePreface) command()                          {}
func (PublishStand) command()                          {}
func (c WritePreface) standID() string                 { return c.Stand }
func (c PublishStand) standID() string                 { return c.Stand }
func (c WritePreface) period() (from, until rule.Date) { return c.From, c.Until }
func (c PublishStand) period() (from, until rule.Date) { return c.From, c.Until }

// Payloads of a Stand.
type (
	// PrefaceWritten is the preface of a Stand; the first opens the draft.
	PrefaceWritten struct {
		From  rule.Date `json:"van"`
		Until rule.Date `json:"tot"`
		Words Text      `json:"voorwoord"`
	}
	// StandPublished freezes a Stand.
	StandPublished struct {
		none
		Figures StandFigures `json:"cijfers"`
		Digest  Digest       `json:"vingerafdruk"`
		Seq     uint64       `json:"gebeurtenis"` // the last event that the figures know of
	}
)

// StandPublishedFirst is a Stand as the first logs froze it: with numbers about a few
// people in it. They stay in the log, and are read by nobody.
type StandPublishedFirst struct {
	none
	Figures json.RawMessage `json:"cijfers"`
	Digest  Digest          `json:"vingerafdruk"`
	Seq     uint64          `json:"gebeurtenis"`
}

// figures gives what may still be shown: no numbers about people, no measured values.
func (p *StandPublishedFirst) figures() (StandFigures, error) {
	var f StandFigures
	if err := json.Unmarshal(p.Figures, &f); err != nil {
		return f, fmt.Errorf("%w: cijfers van een Stand: %w", ErrPayload, err)
	}
	for i := range f.Measured {
		f.Measured[i].Value = ""
	}
	f.Quarters, f.Open = nil, false
	return f, nil
}

func (p *PrefaceWritten) texts() []textField { return one("voorwoord", &p.Words) }

// Type gives the name in the log.
func (*PrefaceWritten) Type() string { return "stand.voorwoord.1" }

// Type gives the name in the log.
func (*StandPublished) Type() string { return "stand.gepubliceerd.2" }

// Type gives the name in the log.
func (*StandPublishedFirst) Type() string { return "stand.gepubliceerd.1" }

// StandScope is what a Stand has to know of the rest.
type StandScope struct {
	// Writes reports that the actor belongs to the execution of some regulation,
	// or is an eigenaar; Publishes that the actor signs there.
	Writes, Publishes bool
	Head              uint64 // the last event of the log
}

// maxPreface is the longest preface, in runes.
const maxPreface = 8000

// DecideStand gives the events of a command on a Stand.
func DecideStand(s Stand, scope StandScope, c StandCommand, now time.Time) ([]Payload, error) {
	from, until := c.period()
	if err := checkID(c.standID(), "de Stand"); err != nil {
		return nil, err
	}
	if from.IsZero() || !from.Valid() || !until.Valid() || until.Before(from) {
		return nil, refuse("periode-onjuist", "De periode van deze Stand bestaat niet.", "Kies een maand, een kwartaal of een jaar.")
	}
	if s.Version > 0 && (s.From != from || s.Until != until) {
		return nil, refuse("periode-onjuist", "Deze Stand gaat over een andere periode.", "Kies die periode, of maak een andere Stand.")
	}
	if !s.Published.IsZero() {
		return nil, refuse("stand-gepubliceerd", "Deze Stand is gepubliceerd op "+s.Published.String()+". Hij verandert niet meer.", "Schrijf over wat nu speelt in de volgende Stand.")
	}
	switch c := c.(type) {
	case WritePreface:
		if !scope.Writes {
			return nil, refuse("rol-onjuist", "Het voorwoord is van de uitvoering of van de eigenaar.", "Vraag het iemand van de uitvoering.")
		}
		if err := needText(c.Words, "Voorwoord", maxPreface); err != nil {
			return nil, err
		}
		return []Payload{&PrefaceWritten{From: from, Until: until, Words: c.Words}}, nil
	case PublishStand:
		switch {
		case !scope.Publishes:
			return nil, refuse("rol-onjuist", "Wie tekent voor de uitvoering publiceert de Stand, of de eigenaar.", "Vraag het een van hen.")
		case !DateOf(now).After(until):
			return nil, refuse("periode-loopt-nog", "De periode loopt nog tot en met "+until.String()+".", "Publiceer daarna. Het concept kan iedereen nu al lezen.")
		case !s.Preface.Given || s.Preface.Erased():
			return nil, refuse("voorwoord-ontbreekt", "Er is nog geen voorwoord.", "Schrijf eerst wat u hierbij wilt zeggen.")
		case c.Seq == 0 || c.Seq > scope.Head:
			return nil, refuse("cijfers-onbekend", "De cijfers horen niet bij dit logboek.", "Open de Stand opnieuw.")
		}
		return []Payload{&StandPublished{Figures: c.Figures, Digest: c.Figures.Digest(), Seq: c.Seq}}, nil
	}
	panic("BUG: unknown command on a stand")
}

func applyStand(s *Stand, p Payload, m moment) error {
	switch p := p.(type) {
	case *PrefaceWritten:
		s.From, s.Until = p.From, p.Until
		s.Preface, s.PrefaceBy, s.PrefaceOn = p.Words, m.by, m.date
	case *StandPublished:
		s.Figures, s.Digest, s.Seq = p.Figures, p.Digest, p.Seq
		s.Published, s.PublishedBy = m.date, m.by
	case *StandPublishedFirst:
		f, err := p.figures()
		if err != nil {
			return err
		}
		s.Figures, s.Digest, s.Seq = f, p.Digest, p.Seq
		s.Published, s.PublishedBy = m.date, m.by
	default:
		return wrongStream(p, standStream(s.ID))
	}
	s.Version++
	return nil
}

func standStream(id string) string { return "stand/" + id }

func (d *deciding) stand(c StandCommand) error {
	var s Stand
	if x := d.w.stands[c.standID()]; x != nil {
		s = *x
	}
	scope := StandScope{Head: d.w.head.Seq}
	for _, t := range d.w.triangles {
		if h, ok := t.member(d.by, d.today); ok && (h.Post.Corner == Opdrachtnemer || h.Post.Corner == Eigenaar) {
			scope.Writes = true
			scope.Publishes = scope.Publishes || h.Signs
		}
	}
	ps, err := DecideStand(s, scope, c, d.now)
	if err != nil {
		return err
	}
	return d.emit(standStream(c.standID()), ps...)
}

// Stand gives a Stand that somebody began to write, or nil.
func (w *World) Stand(id string) *Stand { return w.stands[id] }

// Stands gives all of them, sorted by id.
func (w *World) Stands() []*Stand { return sorted(w.stands) }
