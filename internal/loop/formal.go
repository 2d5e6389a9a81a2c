package loop

import (
	"maps"
	"slices"
	"time"

	"lemniscaat/internal/rule"
)

// FormalKind is a road that the law knows for what a citizen reports.
type FormalKind string

// The roads: an objection against a decision (Awb 6:4), and a complaint about
// how somebody was treated (Awb 9:1).
const (
	Objection FormalKind = "bezwaar"
	Complaint FormalKind = "klacht"
)

// FormalRequest says that a signal of a citizen is also an objection or a
// complaint. Whoever receives one that belongs elsewhere sends it on without
// delay (Awb 2:3), and the day on which it was received counts. The signal
// itself goes on as any other.
type FormalRequest struct {
	ID        string // of the signal
	Version   uint64
	Kind      FormalKind
	Anchor    Anchor
	Reporter  PersonID
	Received  rule.Date // of the signal: the day that counts
	Decided   rule.Date // of the decision, as the citizen says; zero: not said
	Contact   Text      // how to reach the citizen: only for who sends it on
	Asked     rule.Date
	Forwarded rule.Date // zero while it is owed
	How       Text
	By        PersonID // who sent it on
	History   []Moment

	duties ledger
}

// Obligations gives what was and is owed for it.
func (f *FormalRequest) Obligations() []Obligation { return f.duties.list }

// Due gives the open obligation; ok is false once it was sent on.
func (f *FormalRequest) Due() (o Obligation, ok bool) {
	if c := f.duties.current(DutyForward); c != nil {
		return *c, true
	}
	return Obligation{}, false
}

// FormalCommand is a command on a formal request.
type FormalCommand interface {
	Command
	signalID() string
}

// AskFormal asks to treat a signal as an objection or a complaint as well.
type AskFormal struct {
	Signal  string
	Kind    FormalKind
	Decided rule.Date // may be zero
	Contact Text
}

// ForwardFormal records that it was sent to who decides on it, and how.
type ForwardFormal struct {
	Signal string
	How    Text
}

func (AskFormal) command()     {}
func (ForwardFormal) command() {}

func (c AskFormal) signalID() string     { return c.Signal }
func (c ForwardFormal) signalID() string { return c.Signal }

// Payloads of a formal request.
type (
	// FormalAsked opens it, with the day that counts.
	FormalAsked struct {
		Kind     FormalKind `json:"soort"`
		Anchor   Anchor     `json:"anker"`
		Reporter PersonID   `json:"melder"`
		Received rule.Date  `json:"ontvangen"`
		Decided  rule.Date  `json:"besluitVan,omitzero"`
		Due      rule.Date  `json:"doorsturenUiterlijk"`
		Contact  Text       `json:"bereikbaar"`
	}
	// FormalForwarded ends the obligation.
	FormalForwarded struct {
		How Text `json:"hoe"`
	}
)

// Type implements Payload.
func (*FormalAsked) Type() string { return "formeel.gevraagd.1" }

// Type implements Payload.
func (*FormalForwarded) Type() string { return "formeel.doorgestuurd.1" }

func (p *FormalAsked) texts() []textField     { return one("bereikbaar", &p.Contact) }
func (p *FormalForwarded) texts() []textField { return one("hoe", &p.How) }

func formalStream(signal string) string { return "formeel/" + signal }

// FormalScope is what a formal request has to know of the rest of the world.
type FormalScope struct {
	Terms  Terms
	By     PersonID
	Signal *Signal
	// Me is the place of the actor in the triangle of the anchor.
	Me     Holder
	Member bool
	// Debtor is who owes the sending on today.
	Debtor Holder
}

// DecideFormal gives the events of a command on a formal request; a new one is
// the zero FormalRequest.
func DecideFormal(f FormalRequest, s FormalScope, c FormalCommand, now time.Time) ([]Payload, error) {
	today := DateOf(now)
	switch c := c.(type) {
	case AskFormal:
		switch {
		case s.Signal == nil:
			return nil, refuse("signaal-onbekend", "Dit signaal bestaat niet.", "Controleer de code.")
		case s.Signal.Channel != Citizen || s.By != s.Signal.Reporter:
			return nil, refuse("geen-melder", "Alleen wie dit meldde kan er een bezwaar of klacht van maken.", "Gebruik de code die u kreeg.")
		case f.Kind != "":
			return nil, refuse("al-gevraagd", "U vroeg dit al: wij behandelen het als "+string(f.Kind)+".", "")
		case c.Kind != Objection && c.Kind != Complaint:
			return nil, refuse("weg-onbekend", "“"+clip(string(c.Kind))+"” kennen wij niet.", "Kies bezwaar of klacht.")
		case !c.Decided.IsZero() && (!c.Decided.Valid() || c.Decided.After(today)):
			return nil, refuse("besluitdatum", "De datum van het besluit ligt niet in het verleden.", "Neem de datum over die op de brief staat.")
		}
		if err := needText(c.Contact, "Hoe kunnen wij u bereiken?", maxLine); err != nil {
			return nil, err
		}
		return []Payload{&FormalAsked{
			Kind: c.Kind, Anchor: plain(s.Signal.Anchor), Reporter: s.Signal.Reporter, Received: DateOf(s.Signal.At),
			Decided: c.Decided, Due: today.AddDays(s.Terms.ForwardDays), Contact: c.Contact,
		}}, nil
	case ForwardFormal:
		switch {
		case f.Kind == "":
			return nil, refuse("niet-gevraagd", "Bij dit signaal vroeg niemand om een bezwaar of klacht.", "Kies er een uit de lijst.")
		case !f.Forwarded.IsZero():
			return nil, refuse("al-doorgestuurd", "Dit is al doorgestuurd.", "")
		case !f.handles(s):
			return nil, refuse("rol-onjuist", "Doorsturen doet de uitvoering van deze regeling, of de eigenaar.", "Vraag het “"+s.Debtor.Post.ID+"”.")
		}
		if err := needText(c.How, "Waarheen en hoe?", maxLine); err != nil {
			return nil, err
		}
		return []Payload{&FormalForwarded{How: c.How}}, nil
	}
	panic("BUG: unknown command on a formal request")
}

// handles reports whether somebody may send a request on and see how to reach
// the citizen.
func (f FormalRequest) handles(s FormalScope) bool {
	if s.By == s.Debtor.Person && s.By != "" {
		return true
	}
	return s.Member && (s.Me.Post.Corner == Opdrachtnemer && s.Me.Signs || s.Me.Post.Corner == Eigenaar)
}

func applyFormal(f *FormalRequest, p Payload, m moment) error {
	if _, first := p.(*FormalAsked); first != (f.Kind == "") {
		return wrongStream(p, formalStream(f.ID))
	}
	switch p := p.(type) {
	case *FormalAsked:
		f.Kind, f.Anchor, f.Reporter, f.Received, f.Decided = p.Kind, p.Anchor, p.Reporter, p.Received, p.Decided
		f.Contact, f.Asked = p.Contact, m.date
		f.duties.open(Obligation{
			Stream: formalStream(f.ID), Duty: DutyForward, Anchor: p.Anchor, Debtor: Debtor{Corner: Opdrachtnemer, Scope: p.Anchor},
			Creditor: Debtor{Person: p.Reporter}, Due: p.Due, Opened: m.date,
		})
	case *FormalForwarded:
		f.Forwarded, f.How, f.By = m.date, p.How, m.by
		f.duties.discharge(DutyForward, m.date, p.Type())
	default:
		return wrongStream(p, formalStream(f.ID))
	}
	f.Version++
	l := m.line(p)
	l.Text = Text{} // how to reach somebody is no part of the story
	f.History = append(f.History, l)
	return nil
}

func (d *deciding) formal(c FormalCommand) error {
	id := c.signalID()
	f := d.w.formals[id]
	if f == nil {
		f = &FormalRequest{ID: id}
	}
	s := FormalScope{Terms: d.w.Terms, By: d.by, Signal: d.w.signals[id]}
	a := f.Anchor
	if s.Signal != nil {
		a = plain(s.Signal.Anchor)
	}
	if a.Regulation != "" {
		d.readTriangle(a)
		s.Me, s.Member = d.w.MemberAt(d.by, a, d.today)
		s.Debtor = d.w.Resolve(Debtor{Corner: Opdrachtnemer, Scope: a}, d.today)
	}
	ps, err := DecideFormal(*f, s, c, d.now)
	if err != nil {
		return err
	}
	return d.emit(formalStream(id), ps...)
}

// HandlesFormal reports whether somebody may see how to reach the citizen, and
// send the request on.
func (w *World) HandlesFormal(f *FormalRequest, who PersonID, on rule.Date) bool {
	s := FormalScope{By: who, Debtor: w.Resolve(Debtor{Corner: Opdrachtnemer, Scope: f.Anchor}, on)}
	s.Me, s.Member = w.MemberAt(who, f.Anchor, on)
	return f.handles(s)
}

// Formal gives the formal request that a signal became, or nil.
func (w *World) Formal(signal string) *FormalRequest { return w.formals[signal] }

// Formals gives all formal requests, those that are owed first and the
// earliest date on top.
func (w *World) Formals() []*FormalRequest {
	out := slices.SortedFunc(maps.Values(w.formals), func(a, b *FormalRequest) int { return earlier(a.History, b.History) })
	slices.SortStableFunc(out, func(a, b *FormalRequest) int {
		x, openA := a.Due()
		y, openB := b.Due()
		switch {
		case openA != openB && openA:
			return -1
		case openA != openB:
			return 1
		case openA:
			return x.Due.Compare(y.Due)
		}
		return -a.Forwarded.Compare(b.Forwarded)
	})
	return out
}
