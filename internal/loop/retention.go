package loop

import (
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/event"
	"lemniscaat/internal/rule"
)

// TextKind is a kind of personal text, with a term of its own.
type TextKind string

// The kinds of personal text.
const (
	SignalTexts   TextKind = "signalen"    // what happened, as reported
	FileTexts     TextKind = "bijlagen"    // files of a signal, and their names
	IssueTexts    TextKind = "knelpunten"  // answers, reactions and reasons
	ProposalTexts TextKind = "voorstellen" // reasons, positions and reports
	DecisionTexts TextKind = "besluiten"   // conversations, reasons for maatwerk
	FormalTexts   TextKind = "bezwaren"    // objections and complaints, and how to reach who made them
	NameTexts     TextKind = "namen"       // of people in triangles
	AddressTexts  TextKind = "adressen"    // e-mail addresses, also those of links
	AccessTexts   TextKind = "toegang"     // why emergency access was used, and what a look at it found
	LessonTexts   TextKind = "leerzaken"
	OtherTexts    TextKind = "overig" // prefaces, expectations, the end of a triangle
)

// TextKinds gives all kinds, in the order of the docs.
func TextKinds() []TextKind {
	return []TextKind{SignalTexts, FileTexts, IssueTexts, ProposalTexts, DecisionTexts, FormalTexts, NameTexts, AddressTexts, AccessTexts, LessonTexts, OtherTexts}
}

// KindOfText gives the kind of a personal field of a type of event.
func KindOfText(typ, field string) TextKind {
	kind, _, _ := strings.Cut(typ, ".")
	switch kind {
	case "signaal":
		if field == "watGebeurdeEr" {
			return SignalTexts
		}
		return FileTexts
	case "knelpunt":
		return IssueTexts
	case "voorstel":
		return ProposalTexts
	case "besluit":
		if strings.HasPrefix(typ, "besluit.bezwaar") {
			return FormalTexts
		}
		return DecisionTexts
	case "formeel":
		return FormalTexts
	case "driehoek":
		if strings.HasPrefix(field, "naam") {
			return NameTexts
		}
	case "persoon", "link":
		return AddressTexts
	case "toegang":
		return AccessTexts
	case "leerzaak":
		return LessonTexts
	}
	return OtherTexts
}

// Span is a period of the calendar: "P7Y", "P1Y6M", "P90D".
type Span struct{ Years, Months, Days int }

var spanForm = regexp.MustCompile(`^P(?:(\d{1,3})Y)?(?:(\d{1,3})M)?(?:(\d{1,5})D)?$`)

// ParseSpan reads an ISO 8601 duration of years, months and days. None at all is
// refused: it would mean that nothing is kept.
func ParseSpan(s string) (Span, error) {
	m := spanForm.FindStringSubmatch(s)
	if m == nil {
		return Span{}, fmt.Errorf("%q is geen bewaartermijn (verwacht: bijvoorbeeld P7Y, P1Y6M of P90D)", s)
	}
	var n [3]int
	for i := range n {
		n[i], _ = strconv.Atoi(m[i+1]) // digits, or nothing
	}
	if n == [3]int{} {
		return Span{}, errors.New("een bewaartermijn is ten minste P1D")
	}
	return Span{n[0], n[1], n[2]}, nil
}

// String gives the form that ParseSpan reads.
func (s Span) String() string {
	out := "P"
	for _, p := range []struct {
		n    int
		unit string
	}{{s.Years, "Y"}, {s.Months, "M"}, {s.Days, "D"}} {
		if p.n > 0 {
			out += itoa(p.n) + p.unit
		}
	}
	return out
}

// From gives the last day of a period that begins on d. From 29 February a year
// ends on 28 February.
func (s Span) From(d rule.Date) rule.Date {
	return d.AddMonths(12*s.Years + s.Months).AddDays(s.Days)
}

// Retention says how long words of each kind are kept; those of a kind that is not
// in it stay.
type Retention map[TextKind]Span

// Hold is why a text cannot be erased yet.
type Hold string

// The reasons.
const (
	NotHeld        Hold = ""
	HeldOwed       Hold = "openstaand"    // something is still owed because of it
	HeldRunning    Hold = "loopt"         // the proposal has not ended
	HeldObjection  Hold = "bezwaar-loopt" // an objection or a request was not settled
	HeldObjectable Hold = "bezwaar-kan"   // an objection can still be made
	HeldOffice     Hold = "in-functie"    // the person is in office, or still to be told
	HeldLink       Hold = "koppeling"     // the link still works
)

// Aged is a text with the term that it is kept.
type Aged struct {
	Ref   event.Ref
	Kind  TextKind
	Since rule.Date // the term runs from here: when it was written, or what it is about ended
	Last  rule.Date // the last day that it is kept; zero: it has no term
	Held  Hold      // what keeps it longer than its term
}

// Over reports that the term is over on a day, whether or not something holds the
// text: the day after the last.
func (a Aged) Over(today rule.Date) bool { return !a.Last.IsZero() && today.After(a.Last) }

// Due reports that the text must go.
func (a Aged) Due(today rule.Date) bool { return a.Over(today) && a.Held == NotHeld }

// Age gives the texts of a record that were not erased, on a day. acted, which may
// be nil, is when each person last did something: the term of an address runs from
// there.
func (w *World) Age(r event.Record, terms Retention, acted map[PersonID]rule.Date, today rule.Date) ([]Aged, error) {
	if len(r.Personal) == 0 {
		return nil, nil
	}
	p, err := Decode(r)
	if err != nil {
		return nil, err
	}
	var out []Aged
	for _, f := range p.texts() {
		ref := event.Ref{Seq: r.Seq, Field: f.name}
		if !f.text.Given || w.erased[ref] {
			continue
		}
		a := Aged{Ref: ref, Kind: KindOfText(r.Type, f.name)}
		a.Since, a.Held = w.subject(r, p, f.name, acted, today)
		if at := DateOf(r.At); a.Since.Before(at) {
			a.Since = at
		}
		if s, ok := terms[a.Kind]; ok {
			a.Last = s.From(a.Since)
		}
		out = append(out, a)
	}
	return out, nil
}

// subject says when what a text is about ended, and what holds the text.
func (w *World) subject(r event.Record, p Payload, field string, acted map[PersonID]rule.Date, today rule.Date) (since rule.Date, held Hold) {
	kind, id, _ := strings.Cut(r.Stream, "/")
	switch kind {
	case "knelpunt":
		since, held = w.aboutIssue(id)
		if s, ok := p.(*SignalReceived); ok {
			since, held = w.aboutSignal(s.Signal.ID, id)
		}
	case "formeel":
		since, held = done(w.ledger(r.Stream).list, HeldObjection)
	case "voorstel":
		since, held = done(w.ledger(r.Stream).list, HeldOwed)
		if x := w.proposals[id]; x != nil {
			since = latest(since, lastMoment(x.History))
			if held == NotHeld && !x.State.Ended() {
				held = HeldRunning
			}
		}
	case "besluit":
		since, held = w.aboutDecision(id, today)
	case "driehoek":
		since, held = w.aboutTerm(p, field, today)
	case "link":
		if l := w.links[id]; l != nil {
			since = latest(l.Made, l.Until)
			if l.State(today) == LinkOpen {
				held = HeldLink
			}
		}
	case "persoon":
		since = acted[PersonID(id)]
		left, held := w.aboutPerson(PersonID(id), today)
		return latest(since, left), held
	}
	return since, held
}

func latest(a, b rule.Date) rule.Date {
	if b.After(a) {
		return b
	}
	return a
}

func lastMoment(h []Moment) rule.Date {
	if len(h) == 0 {
		return rule.Date{}
	}
	return DateOf(h[len(h)-1].At)
}

// done gives when the last thing was discharged, and held when something is owed.
func done(list []Obligation, held Hold) (since rule.Date, _ Hold) {
	owed := NotHeld
	for _, o := range list {
		if o.Open() {
			owed = held
			if o.Duty == DutyObjection {
				owed = HeldObjection
			}
		}
		since = latest(since, o.Done)
	}
	return since, owed
}

// aboutIssue looks where the signals went by merging.
func (w *World) aboutIssue(id string) (since rule.Date, held Hold) {
	since, held = done(w.ledger(issueStream(id)).list, HeldOwed)
	if i := w.follow(id); i != nil {
		s, h := done(i.duties.list, HeldOwed)
		if since = latest(since, s); held == NotHeld {
			held = h
		}
		if i.State.Live() {
			held = HeldOwed
		}
	}
	return since, held
}

// aboutSignal looks at the knelpunt where a signal is now, and at what was formally
// asked with it.
func (w *World) aboutSignal(signal, issue string) (since rule.Date, held Hold) {
	if now := w.signalIssue[signal]; now != "" {
		issue = now
	}
	since, held = w.aboutIssue(issue)
	if s, h := done(w.ledger(formalStream(signal)).list, HeldObjection); h != NotHeld {
		return latest(since, s), h
	} else if s.After(since) {
		since = s
	}
	return since, held
}

func (w *World) aboutDecision(id string, today rule.Date) (since rule.Date, held Hold) {
	b := w.decisions[id]
	if b == nil {
		return rule.Date{}, NotHeld
	}
	since, held = done(b.duties.list, HeldOwed)
	since = latest(since, lastMoment(b.History))
	switch {
	case held != NotHeld:
	case b.State == Objected:
		held = HeldObjection
	case b.Prepared():
		held = HeldOwed
	case b.State == Taken && !today.After(b.TakenOn.AddDays(w.Terms.ObjectDays)):
		held = HeldObjectable
	}
	return since, held
}

// aboutTerm gives the end of the term in office that a name is of.
func (w *World) aboutTerm(p Payload, field string, today rule.Date) (rule.Date, Hold) {
	var who PersonID
	switch p := p.(type) {
	case *PersonAppointed:
		who = p.Term.Person
	case *TriangleSet:
		n, err := strconv.Atoi(strings.TrimPrefix(field, "naam-"))
		if err != nil || n < 1 || n > len(p.Terms) {
			return rule.Date{}, NotHeld
		}
		who = p.Terms[n-1].Person
	default:
		return rule.Date{}, NotHeld
	}
	return w.inOffice(who, today)
}

// inOffice gives the last day of somebody in any triangle, and holds what is of
// somebody who is there today or later.
func (w *World) inOffice(who PersonID, today rule.Date) (left rule.Date, held Hold) {
	for _, t := range w.triangles {
		for _, x := range t.Terms {
			switch until := x.Until; {
			case x.Person != who:
			case !t.Dropped.IsZero() && (until.IsZero() || until.After(t.Dropped)):
				left = latest(left, t.Dropped)
			case until.IsZero() || !until.Before(today):
				return rule.Date{}, HeldOffice
			default:
				left = latest(left, until)
			}
		}
	}
	return left, NotHeld
}

// aboutPerson holds the address of somebody in office, or who is to be told of a
// knelpunt.
func (w *World) aboutPerson(who PersonID, today rule.Date) (left rule.Date, held Hold) {
	if left, held = w.inOffice(who, today); held != NotHeld {
		return left, held
	}
	for _, s := range w.byReporter[who] {
		since, h := w.aboutSignal(s, "")
		if h != NotHeld {
			return left, HeldOffice
		}
		left = latest(left, since)
	}
	return left, NotHeld
}

// RetentionGround is the ground of what is erased because its term is over.
const RetentionGround = "bewaartermijn voorbij"

// MaxErased is how many texts one command erases.
const MaxErased = 5000

// Erasures gives the commands that erase texts, in order.
func Erasures(refs []event.Ref, ground string) []EraseTexts {
	var out []EraseTexts
	for part := range slices.Chunk(refs, MaxErased) {
		out = append(out, EraseTexts{Refs: part, Ground: ground})
	}
	return out
}
