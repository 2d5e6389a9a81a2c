package loop

import (
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/rule"
)

// Link lets a party without an account (niet aangesloten) do the one thing that
// it owes: a page behind an address that nobody can guess, for one obligation,
// once, until a date. The log holds the hash of the secret in the address,
// never the secret.
type Link struct {
	ID         string
	Version    uint64
	Post       PostRef
	Obligation string
	Duty       Duty
	Stream     string
	Hash       string // SHA-256 of the secret, in hexadecimal
	Until      rule.Date
	To         Text // e-mail address
	By         PersonID
	Made       rule.Date
	Sent       []Sending
	Revoked    rule.Date
	Used       time.Time // zero: not yet
	Done       string    // event type of what was answered
	Name       Text      // who filled it in
	History    []Moment
}

// Sending is one try to get a link to its party.
type Sending struct {
	How SendingKind
	At  time.Time
}

// SendingKind is how a link went out.
type SendingKind string

// The ways in which a link goes out.
const (
	SentMail   SendingKind = "e-mail"
	SentShown  SendingKind = "getoond" // shown once, for the coordinator to pass on
	SentFailed SendingKind = "mislukt"
)

// LinkState is where a link stands.
type LinkState string

// The states of a link on a date.
const (
	LinkOpen    LinkState = "open"
	LinkAsked   LinkState = "beantwoord" // used
	LinkRevoke  LinkState = "ingetrokken"
	LinkExpired LinkState = "verlopen"
)

// State gives where the link stands on a date; it works through the last day.
func (l *Link) State(today rule.Date) LinkState {
	switch {
	case !l.Used.IsZero():
		return LinkAsked
	case !l.Revoked.IsZero():
		return LinkRevoke
	case today.After(l.Until):
		return LinkExpired
	}
	return LinkOpen
}

// LinkCommand is a command on a link.
type LinkCommand interface {
	Command
	linkID() string
}

// MakeLink makes a link for what a post that is niet aangesloten owes. An
// earlier one for the same obligation stops working.
type MakeLink struct {
	ID, Obligation, Hash string
	To                   Text
}

// NoteSending records that the link went out, or did not.
type NoteSending struct {
	Link string
	How  SendingKind
}

// RevokeLink makes a link useless.
type RevokeLink struct {
	Link   string
	Reason Text
}

// UseLink carries out one command as the party behind the link, and uses it
// up. Hash is that of the secret that was shown; Name is who says to fill it
// in. The loop decides on the command as if the party had an account.
type UseLink struct {
	Link, Hash string
	Name       Text
	Do         Command
}

func (c MakeLink) linkID() string    { return c.ID }
func (c NoteSending) linkID() string { return c.Link }
func (c RevokeLink) linkID() string  { return c.Link }
func (c UseLink) linkID() string     { return c.Link }

func (MakeLink) command()    {}
func (NoteSending) command() {}
func (RevokeLink) command()  {}
func (UseLink) command()     {}

// Payloads of a link.
type (
	// LinkMade is a new link.
	LinkMade struct {
		Post       PostRef   `json:"post"`
		Obligation string    `json:"verplichting"`
		Duty       Duty      `json:"soort"`
		Hash       string    `json:"hash"`
		Until      rule.Date `json:"tot"`
		To         Text      `json:"adres"`
	}
	// LinkSent is that it went out, or did not.
	LinkSent struct {
		none
		How SendingKind `json:"hoe"`
	}
	// LinkRevoked makes it useless.
	LinkRevoked struct {
		Replaced string `json:"vervangenDoor,omitempty"`
		Reason   Text   `json:"reden"`
	}
	// LinkUsed is that the party answered: Done is the type of the first event
	// of its answer.
	LinkUsed struct {
		Done string `json:"gebeurtenis"`
		Name Text   `json:"naam"`
	}
)

func (p *LinkMade) texts() []textField    { return one("adres", &p.To) }
func (p *LinkRevoked) texts() []textField { return one("reden", &p.Reason) }
func (p *LinkUsed) texts() []textField    { return one("naam", &p.Name) }

func (*LinkMade) Type() string    { return "link.gemaakt.1" }
func (*LinkSent) Type() string    { return "link.verzonden.1" }
func (*LinkRevoked) Type() string { return "link.ingetrokken.1" }
func (*LinkUsed) Type() string    { return "link.gebruikt.1" }

func linkStream(id string) string { return "link/" + id }

func applyLink(l *Link, p Payload, m moment) error {
	if _, first := p.(*LinkMade); first != (l.Hash == "") {
		return wrongStream(p, linkStream(l.ID))
	}
	switch p := p.(type) {
	case *LinkMade:
		l.Post, l.Obligation, l.Duty, l.Hash, l.Until, l.To = p.Post, p.Obligation, p.Duty, p.Hash, p.Until, p.To
		l.Stream = streamOf(p.Obligation)
		l.By, l.Made = m.by, m.date
	case *LinkSent:
		l.Sent = append(l.Sent, Sending{p.How, m.at})
	case *LinkRevoked:
		l.Revoked = m.date
	case *LinkUsed:
		l.Used, l.Done, l.Name = m.at, p.Done, p.Name
	default:
		return wrongStream(p, linkStream(l.ID))
	}
	l.Version++
	line := m.line(p)
	line.Text = Text{} // an address or a name is no line of a story
	l.History = append(l.History, line)
	return nil
}

// Link gives a link, or nil.
func (w *World) Link(id string) *Link { return w.links[id] }

// LinkByHash gives the link with the hash of a secret, or nil.
func (w *World) LinkByHash(hash string) *Link { return w.links[w.linkByHash[hash]] }

// Links gives all links, sorted by id.
func (w *World) Links() []*Link { return sorted(w.links) }

// LinkFor gives the link that works today for an obligation, or nil.
func (w *World) LinkFor(obligation string, today rule.Date) *Link {
	for _, l := range w.Links() {
		if l.Obligation == obligation && l.State(today) == LinkOpen {
			return l
		}
	}
	return nil
}

// byLink reports whether a kind of obligation can be met through a link: an
// answer or a key, in one page.
func (d Duty) byLink() bool {
	return d == DutyAnswer || d == DutyKey || d == DutySettle
}

// Linkable reports whether an open obligation is owed today by a post that is
// niet aangesloten and can be met through a link.
func (w *World) Linkable(o Obligation, today rule.Date) (Holder, bool) {
	h := w.Resolve(o.Debtor, today)
	return h, o.Open() && o.Duty.byLink() && h.Post.Outside && h.Person != ""
}

func (d *deciding) link(c LinkCommand) error {
	if m, ok := c.(MakeLink); ok {
		return d.makeLink(m)
	}
	l := d.w.links[c.linkID()]
	if l == nil {
		return refuse("link-onbekend", "Deze link bestaat niet.", "Vraag een nieuwe link.")
	}
	switch c := c.(type) {
	case NoteSending:
		switch c.How {
		case SentMail, SentShown, SentFailed:
		default:
			return refuse("verzending-onbekend", "“"+clip(string(c.How))+"” is geen manier van versturen.", "")
		}
		if d.by != l.By && d.by != System {
			return refuse("rol-onjuist", "Alleen wie de link maakte verstuurt hem.", "Maak zelf een nieuwe link.")
		}
		return d.emit(linkStream(l.ID), &LinkSent{How: c.How})
	case RevokeLink:
		if l.State(d.today) != LinkOpen {
			return refuse("link-werkt-niet-meer", "Deze link is "+string(l.State(d.today))+".", "")
		}
		if err := d.mayLink(l.Obligation); err != nil {
			return err
		}
		if err := needText(c.Reason, "Waarom", maxReason); err != nil {
			return err
		}
		return d.emit(linkStream(l.ID), &LinkRevoked{Reason: c.Reason})
	case UseLink:
		return d.useLink(l, c)
	}
	panic("BUG: unknown command on a link")
}

// mayLink refuses whoever is not in the triangle of what is owed, nor eigenaar
// of the installation.
func (d *deciding) mayLink(obligation string) error {
	o, ok := d.w.Obligation(obligation)
	if !ok {
		return refuse("verplichting-onbekend", "Deze verplichting bestaat niet.", "Kies er een uit de lijst.")
	}
	if t := d.readTriangle(o.Anchor); t != nil {
		if _, in := t.member(d.by, d.today); in {
			return nil
		}
	}
	if d.w.HeadAt(Anchor{}, d.today).Person == d.by {
		return nil
	}
	return refuse("rol-onjuist", "Alleen wie in deze driehoek zit, regelt een antwoordlink.", "Vraag het beleid of uitvoering.")
}

func (d *deciding) makeLink(c MakeLink) error {
	if err := checkID(c.ID, "de link"); err != nil {
		return err
	}
	if d.w.links[c.ID] != nil || d.w.linkByHash[c.Hash] != "" {
		return refuse("id-bestaat", "Er is al een link met deze naam.", "Maak een nieuwe.")
	}
	if !Digest(c.Hash).Valid() {
		return refuse("hash-onjuist", "De link heeft geen geldig geheim.", "Maak een nieuwe.")
	}
	if err := d.mayLink(c.Obligation); err != nil {
		return err
	}
	o, _ := d.w.Obligation(c.Obligation)
	if !o.Open() {
		return refuse("al-voldaan", "Dit is al beantwoord. Er is geen link meer nodig.", "")
	}
	d.read(o.Stream)
	h, ok := d.w.Linkable(o, d.today)
	if !ok {
		return refuse("geen-link-mogelijk", "Dit is niet schuldig door een partij die niet is aangesloten, of het kan niet via een link.", "Een link is er voor een antwoord of een sleutel van een partij zonder account.")
	}
	if err := checkText(c.To, "E-mailadres", 320); err != nil {
		return err
	}
	if a := c.To.Words; a != "" && (strings.Count(a, "@") != 1 || strings.ContainsAny(a, " \t\r\n,;<>\"") || strings.HasPrefix(a, "@") || strings.HasSuffix(a, "@")) {
		return refuse("adres-onjuist", "Dit is geen e-mailadres.", "Schrijf één adres, bijvoorbeeld naam@organisatie.nl.")
	}
	for _, old := range d.w.Links() {
		if old.Obligation == c.Obligation && old.State(d.today) == LinkOpen {
			if err := d.emit(linkStream(old.ID), &LinkRevoked{Replaced: c.ID}); err != nil {
				return err
			}
		}
	}
	return d.emit(linkStream(c.ID), &LinkMade{
		Post: PostRef{Triangle: h.Triangle, Post: h.Post.ID}, Obligation: o.ID, Duty: o.Duty, Hash: c.Hash,
		Until: d.today.AddDays(d.w.Terms.LinkDays), To: c.To,
	})
}

// useLink lets the pure functions decide on the command of the party, and uses
// the link up in the same transaction.
func (d *deciding) useLink(l *Link, c UseLink) error {
	if c.Hash != l.Hash {
		return refuse("link-onbekend", "Deze link bestaat niet.", "Vraag een nieuwe link.")
	}
	if s := l.State(d.today); s != LinkOpen {
		return refuse("link-werkt-niet-meer", "Deze link is "+string(s)+".", "Vraag een nieuwe link aan wie u schreef.")
	}
	o, ok := d.w.Obligation(l.Obligation)
	if !ok || !o.Open() {
		return refuse("al-voldaan", "Dit is intussen al beantwoord.", "U hoeft niets meer te doen.")
	}
	d.read(o.Stream)
	if t := d.w.triangles[l.Post.Triangle]; t != nil {
		d.read(triangleStream(t.ID))
	}
	h, ok := d.w.Linkable(o, d.today)
	if !ok || h.Triangle != l.Post.Triangle || h.Post.ID != l.Post.Post {
		return refuse("link-van-een-ander", "Deze vraag ligt niet meer bij u.", "Wie de vraag nu heeft, krijgt een eigen link.")
	}
	if !meets(o, c.Do) {
		return refuse("link-voor-iets-anders", "Met deze link kan alleen waarvoor hij gemaakt is.", "Geef antwoord op de vraag van de pagina.")
	}
	if err := checkText(c.Name, "Uw naam", maxLine); err != nil {
		return err
	}
	d.by = h.Person
	if err := d.run(c.Do); err != nil {
		return err
	}
	return d.emit(linkStream(l.ID), &LinkUsed{Done: d.drafts[0].Type, Name: c.Name})
}

// meets reports whether a command is an answer to what is owed.
func meets(o Obligation, c Command) bool {
	switch c := c.(type) {
	case AnswerIssue:
		return o.Duty == DutyAnswer && o.Stream == issueStream(c.Issue)
	case Forward:
		return o.Duty == DutyAnswer && o.Stream == issueStream(c.Issue)
	case AcceptKey:
		return o.Duty == DutyKey && o.Stream == issueStream(c.Issue)
	case RefuseAccept:
		return o.Duty == DutyKey && o.Stream == issueStream(c.Issue)
	case TurnKey:
		return o.Duty == DutyKey && o.Stream == proposalStream(c.Proposal) && o.Ref == string(c.Mandate)
	case RefuseKey:
		return o.Duty == DutyKey && o.Stream == proposalStream(c.Proposal) && o.Ref == string(c.Mandate)
	case DecideDeadlock:
		return o.Duty == DutySettle && o.Stream == proposalStream(c.Proposal)
	}
	return false
}

// Answered gives what was answered through links, the latest first.
func (w *World) Answered() []*Link {
	out := slices.DeleteFunc(w.Links(), func(l *Link) bool { return l.Used.IsZero() })
	slices.SortStableFunc(out, func(a, b *Link) int { return b.Used.Compare(a.Used) })
	return out
}
