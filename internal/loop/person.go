package loop

import (
	"slices"
	"strings"
	"unicode"

	"lemniscaat/internal/event"
	"lemniscaat/internal/rule"
)

// Pace is how soon notices are mailed.
type Pace string

// The paces. Notices in the page are there in any case.
const (
	AtOnce    Pace = "direct"
	DailyMail Pace = "dagelijks" // one message a day with all that is new
	Never     Pace = "niet"
)

// Reader is what the log knows of how somebody wants to be told: where, how
// soon, what not, and how far that person has read and was mailed.
type Reader struct {
	ID      PersonID
	Address Text
	Pace    Pace
	Off     []string // kinds of notice that are not mailed, sorted
	// Lang is the language of what is mailed: "nl" or "en"; "" is that of the
	// installation, Dutch.
	Lang   string
	Read   Mark // read up to here
	Mailed Mark // mailed up to here
	// Refused says that a mail server refused the address; nothing is sent until
	// the person sets it again.
	Refused bool
}

// Mark is how far somebody is: notices of events by their number, those of a
// date (due soon, overdue) by that date.
type Mark struct {
	Seq uint64    `json:"tot,omitempty"`
	Day rule.Date `json:"totEnMet,omitzero"`
}

// Before reports that o is further than m in one of its parts.
func (m Mark) Before(o Mark) bool { return o.Seq > m.Seq || o.Day.After(m.Day) }

// Join gives the furthest of both.
func (m Mark) Join(o Mark) Mark {
	m.Seq = max(m.Seq, o.Seq)
	if o.Day.After(m.Day) {
		m.Day = o.Day
	}
	return m
}

// PersonCommand is a command on how somebody is told.
type PersonCommand interface {
	Command
	personID() PersonID
}

// SetAddress sets where notices are mailed; no words is nowhere. The address
// before it is erased.
type SetAddress struct {
	Person  PersonID
	Address Text
}

// SetPace sets how soon and what is mailed.
type SetPace struct {
	Person PersonID
	Pace   Pace
	Off    []string
	Lang   string // as Reader has it
}

// MarkRead says how far the person has read.
type MarkRead struct {
	Person PersonID
	Mark   Mark
}

// NoteMailed records that notices were handed to the mail server. The program
// itself does it, after the server accepted them.
type NoteMailed struct {
	Person PersonID
	Mark   Mark
	Count  int
}

// NoteRefused records that the mail server refuses the address.
type NoteRefused struct{ Person PersonID }

func (SetAddress) command()  {}
func (SetPace) command()     {}
func (MarkRead) command()    {}
func (NoteMailed) command()  {}
func (NoteRefused) command() {}

func (c SetAddress) personID() PersonID  { return c.Person }
func (c SetPace) personID() PersonID     { return c.Person }
func (c MarkRead) personID() PersonID    { return c.Person }
func (c NoteMailed) personID() PersonID  { return c.Person }
func (c NoteRefused) personID() PersonID { return c.Person }

// Payloads of a person. From is where mailing begins: what was before is not
// sent afterwards.
type (
	// AddressSet is an address, or that there is none.
	AddressSet struct {
		Address Text `json:"adres"`
		From    Mark `json:"vanaf"`
	}
	// PaceSet is how soon and what.
	PaceSet struct {
		none
		Pace Pace     `json:"tempo"`
		Off  []string `json:"niet,omitempty"`
		Lang string   `json:"taal,omitempty"`
		From Mark     `json:"vanaf"`
	}
	// NoticesRead is how far was read.
	NoticesRead struct {
		none
		Mark Mark `json:"gelezen"`
	}
	// NoticesMailed is how far was mailed.
	NoticesMailed struct {
		none
		Mark  Mark `json:"verzonden"`
		Count int  `json:"aantal"`
	}
	// AddressRefused says that the mail server refuses the address.
	AddressRefused struct{ none }
)

func (p *AddressSet) texts() []textField { return one("adres", &p.Address) }

func (*AddressSet) Type() string     { return "persoon.adres.1" }
func (*PaceSet) Type() string        { return "persoon.berichten.1" }
func (*NoticesRead) Type() string    { return "persoon.gelezen.1" }
func (*NoticesMailed) Type() string  { return "persoon.gemaild.1" }
func (*AddressRefused) Type() string { return "persoon.adres-geweigerd.1" }

func personStream(id PersonID) string { return "persoon/" + string(id) }

// Reader gives how somebody is told; who set nothing reads in the page only.
func (w *World) Reader(id PersonID) Reader {
	if r := w.readers[id]; r != nil {
		out := *r
		out.Off = slices.Clone(r.Off)
		return out
	}
	return Reader{ID: id, Pace: AtOnce}
}

// DecidePerson gives the events of a command on how somebody is told; here is
// how far the log and the day are.
func DecidePerson(r Reader, by PersonID, c PersonCommand, here Mark) ([]Payload, error) {
	if r.ID == System || strings.ContainsAny(string(r.ID), "/\x00") || len(r.ID) > 200 || r.ID == "" {
		return nil, refuse("persoon-onbekend", "Deze persoon kan geen berichten krijgen.", "Kies iemand met een account.")
	}
	_, mailed := c.(NoteMailed)
	_, refused := c.(NoteRefused)
	switch {
	case (mailed || refused) && by != System:
		return nil, refuse("rol-onjuist", "Alleen het programma legt vast wat er is gemaild.", "")
	case !mailed && !refused && by != r.ID:
		return nil, refuse("rol-onjuist", "Ieder stelt alleen de eigen berichten in.", "")
	}
	switch c := c.(type) {
	case SetAddress:
		a := c.Address.Words
		if a != "" && (len(a) > 254 || strings.Count(a, "@") != 1 || strings.ContainsFunc(a, func(x rune) bool { return unicode.IsControl(x) || unicode.IsSpace(x) })) {
			return nil, refuse("adres-onjuist", "Dit is geen e-mailadres.", "Schrijf het als naam@voorbeeld.nl.")
		}
		if a == r.Address.Words && !r.Refused {
			return nil, refuse("niets-veranderd", "Dit adres stond er al.", "")
		}
		return []Payload{&AddressSet{Address: c.Address, From: here}}, nil
	case SetPace:
		if c.Pace != AtOnce && c.Pace != DailyMail && c.Pace != Never {
			return nil, refuse("tempo-onbekend", "“"+clip(string(c.Pace))+"” zegt niet wanneer u mail krijgt.", "Kies direct, dagelijks of niet.")
		}
		off := slices.Compact(slices.Sorted(slices.Values(c.Off)))
		if len(off) > 50 || slices.ContainsFunc(off, func(s string) bool { return s == "" || len(s) > 50 }) {
			return nil, refuse("soort-onbekend", "De lijst van soorten berichten klopt niet.", "Kies uit de lijst.")
		}
		if c.Lang != "" && c.Lang != "nl" && c.Lang != "en" {
			return nil, refuse("taal-onbekend", "In de taal “"+clip(c.Lang)+"” kunnen wij niet mailen.", "Kies Nederlands of Engels.")
		}
		if c.Pace == r.Pace && slices.Equal(off, r.Off) && c.Lang == r.Lang {
			return nil, refuse("niets-veranderd", "Zo stond het al.", "")
		}
		return []Payload{&PaceSet{Pace: c.Pace, Off: off, Lang: c.Lang, From: here}}, nil
	case MarkRead:
		m := Mark{Seq: min(c.Mark.Seq, here.Seq), Day: c.Mark.Day}
		if m.Day.After(here.Day) {
			m.Day = here.Day
		}
		if !r.Read.Before(m) {
			return nil, refuse("niets-veranderd", "Alles is al gelezen.", "")
		}
		return []Payload{&NoticesRead{Mark: m}}, nil
	case NoteMailed:
		if !r.Mailed.Before(c.Mark) || c.Mark.Seq > here.Seq || c.Mark.Day.After(here.Day) {
			return nil, refuse("niets-veranderd", "Dit is al gemaild.", "")
		}
		return []Payload{&NoticesMailed{Mark: c.Mark, Count: c.Count}}, nil
	case NoteRefused:
		if r.Refused || !r.Address.Given {
			return nil, refuse("niets-veranderd", "Dit adres werkt al niet.", "")
		}
		return []Payload{&AddressRefused{}}, nil
	}
	panic("BUG: unknown command on a person")
}

func applyPerson(r *Reader, p Payload) error {
	switch p := p.(type) {
	case *AddressSet:
		r.Address, r.Refused = p.Address, false
		r.Mailed = r.Mailed.Join(p.From)
	case *PaceSet:
		if r.Pace == Never {
			r.Mailed = r.Mailed.Join(p.From)
		}
		r.Pace, r.Off, r.Lang = p.Pace, slices.Clone(p.Off), p.Lang
	case *NoticesRead:
		r.Read = r.Read.Join(p.Mark)
	case *NoticesMailed:
		r.Mailed = r.Mailed.Join(p.Mark)
	case *AddressRefused:
		r.Refused = true
	default:
		return wrongStream(p, personStream(r.ID))
	}
	return nil
}

func (d *deciding) person(c PersonCommand) error {
	id := c.personID()
	r := d.w.Reader(id)
	ps, err := DecidePerson(r, d.by, c, Mark{Seq: d.w.head.Seq, Day: d.today})
	if err != nil {
		return err
	}
	if err := d.emit(personStream(id), ps...); err != nil {
		return err
	}
	// An address that is replaced is not kept.
	if _, ok := c.(SetAddress); ok && r.Address.Given && !r.Address.Erased() {
		ref := event.Ref{Seq: r.Address.Seq, Field: r.Address.Field}
		d.erase = append(d.erase, ref)
		return d.emit(erasureStream, &TextsErased{Refs: []event.Ref{ref}, Ground: "adres vervangen"})
	}
	return nil
}

// CutStream splits the name of a stream: "knelpunt/k-12" is "knelpunt", "k-12".
func CutStream(stream string) (kind, id string) {
	kind, id, _ = strings.Cut(stream, "/")
	return kind, id
}

// Duties gives what was and is owed in a stream, in order of opening. Treat it as
// read-only.
func (w *World) Duties(stream string) []Obligation { return w.ledger(stream).list }
