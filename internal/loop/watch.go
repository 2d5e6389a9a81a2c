package loop

import (
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/rule"
)

// Declared is what is expected of a detector on a place: at most Expect of
// every hundred cases, or for some detectors another unit (package detect).
type Declared struct {
	Detector string    `json:"detector"` // "maatwerk"
	Anchor   Anchor    `json:"anker"`
	Group    string    `json:"groep,omitempty"` // name of an attribute: "huishouden"
	Expect   Number    `json:"verwacht"`
	Why      Text      `json:"waarom"`
	Off      bool      `json:"uit,omitempty"` // no longer watched
	By       PersonID  `json:"-"`
	On       rule.Date `json:"-"`
}

// Key names what is watched.
func (d Declared) Key() string { return d.Detector + "|" + d.Anchor.Key() + "|" + d.Group }

// Crossing is one alarm of a detector.
type Crossing struct {
	Detector string    `json:"detector"`
	Anchor   Anchor    `json:"anker"`
	Group    string    `json:"groep,omitempty"` // one value: "huishouden=alleenstaand"
	From     rule.Date `json:"van"`             // Monday of the first week
	Until    rule.Date `json:"tot"`             // Monday of the last week
	Cases    Number    `json:"gevallen"`
	Events   Number    `json:"keer"`
	Expect   Number    `json:"verwacht"` // as a part: 0.03
	Low      Number    `json:"laag"`     // interval of 95 %
	High     Number    `json:"hoog"`
	Signal   string    `json:"signaal"`
	On       rule.Date `json:"-"`
}

// Key names what is watched.
func (c Crossing) Key() string { return c.Detector + "|" + c.Anchor.Key() + "|" + c.Group }

// Watch is what the detectors of a regulation expect and found.
type Watch struct {
	ID       string // of the regulation
	Version  uint64
	Declared []Declared // the last of each key, in the order of the first
	Crossed  []Crossing
}

// Expected gives what is declared for a detector on a place: on the place
// itself, or else on what it lies in; ok is false when nothing is.
func (w *Watch) Expected(detector string, a Anchor, group string) (Declared, bool) {
	var best Declared
	found := false
	if w == nil {
		return best, false
	}
	for _, d := range w.Declared {
		if d.Detector == detector && d.Group == group && d.Anchor.Contains(a) && (!found || d.Anchor.depth() > best.Anchor.depth()) {
			best, found = d, true
		}
	}
	return best, found && !best.Off
}

// Reported says whether an alarm over these weeks was reported: one that meets
// them in time is the same crossing, seen with other rows.
func (w *Watch) Reported(key string, from rule.Date) bool {
	return w != nil && slices.ContainsFunc(w.Crossed, func(c Crossing) bool { return c.Key() == key && !c.Until.Before(from) })
}

// WatchCommand is a command on the detectors of a regulation.
type WatchCommand interface {
	Command
	watchID() string
}

// Declare says what a detector expects, or that it is no longer watched.
type Declare struct{ Declared Declared }

// Cross files the alarm of a detector as a signal. Only the program does.
type Cross struct {
	Crossing Crossing
	Kind     SignalKind
	What     Text // the one sentence
	NewIssue string
	// Synthetic: the outcomes are made up.
	Synthetic bool
}

func (c Declare) watchID() string { return c.Declared.Anchor.Regulation }
func (c Cross) watchID() string   { return c.Crossing.Anchor.Regulation }
func (Declare) command()          {}
func (Cross) command()            {}

type (
	// DetectorDeclared is what a detector expects from now on.
	DetectorDeclared struct {
		Declared Declared `json:"verwachting"`
	}
	// DetectorCrossed is an alarm.
	DetectorCrossed struct {
		none
		Crossing Crossing `json:"overschrijding"`
	}
)

func (p *DetectorDeclared) texts() []textField { return one("waarom", &p.Declared.Why) }
func (*DetectorDeclared) Type() string         { return "detector.verwachting.1" }
func (*DetectorCrossed) Type() string          { return "detector.overschreden.1" }

// WatchScope is what the detectors have to know of the rest.
type WatchScope struct {
	By PersonID
	// Known reports that the place exists; Owns that the actor is the owner or
	// a commissioner of it.
	Known, Owns bool
}

// maxWatched bounds what is watched in a regulation: every series makes every
// bound higher.
const maxWatched = 2000

// DecideWatch gives the events of a command on the detectors of a regulation.
func DecideWatch(w Watch, s WatchScope, c WatchCommand, _ time.Time) ([]Payload, error) {
	switch c := c.(type) {
	case Declare:
		d := c.Declared
		if err := d.Anchor.check(); err != nil {
			return nil, err
		}
		if !s.Known {
			return nil, unknownAnchor(d.Anchor)
		}
		if !s.Owns {
			return nil, refuse("rol-onjuist", "Alleen de eigenaar of de opdrachtgever zegt wat hij verwacht.", "Vraag het wie over deze regeling gaat.")
		}
		if err := checkID(d.Detector, "de detector"); err != nil {
			return nil, err
		}
		if len(d.Group) > 200 || strings.ContainsAny(d.Group, "=,|\n") {
			return nil, refuse("groep-onjuist", "“"+clip(d.Group)+"” is geen kenmerk.", "Noem een kenmerk, zoals huishouden.")
		}
		if !d.Off && (!d.Expect.Valid() || d.Expect.Cmp("0") <= 0 || d.Expect.Cmp("1000000000") > 0) {
			return nil, refuse("verwachting-onjuist", "Wat u verwacht is geen getal boven 0.", "Schrijf bijvoorbeeld 3 of 2,5.")
		}
		if err := needText(d.Why, "Waarom", maxReason); err != nil {
			return nil, err
		}
		k := slices.IndexFunc(w.Declared, func(o Declared) bool { return o.Key() == d.Key() })
		_, on := w.Expected(d.Detector, d.Anchor, d.Group)
		switch {
		case d.Off && !on:
			return nil, refuse("detector-uit", "Deze detector staat niet aan.", "")
		case k < 0 && len(w.Declared) >= maxWatched:
			return nil, refuse("te-veel", "Er zijn al "+itoa(maxWatched)+" verwachtingen.", "Zet er eerst een uit.")
		case k >= 0 && w.Declared[k].Off == d.Off && w.Declared[k].Expect == d.Expect:
			return nil, refuse("niets-veranderd", "Zo staat het er al.", "")
		}
		return []Payload{&DetectorDeclared{Declared: d}}, nil
	case Cross:
		if s.By != System {
			return nil, refuse("rol-onjuist", "Een detector meldt zelf.", "Stuur een signaal als u iets ziet.")
		}
		x := c.Crossing
		if x.From.IsZero() || x.Until.Before(x.From) {
			return nil, refuse("datum-onjuist", "De weken van de overschrijding kloppen niet.", "")
		}
		for _, n := range []Number{x.Cases, x.Events, x.Expect, x.Low, x.High} {
			if !n.Valid() {
				return nil, refuse("getal-onjuist", "“"+clip(string(n))+"” is geen getal.", "")
			}
		}
		if w.Reported(x.Key(), x.From) {
			return nil, refuse("al-gemeld", "Dit is al gemeld.", "")
		}
		return []Payload{&DetectorCrossed{Crossing: x}}, nil
	}
	panic("BUG: unknown command on a detector")
}

func applyWatch(w *Watch, p Payload, m moment) error {
	switch p := p.(type) {
	case *DetectorDeclared:
		d := p.Declared
		d.By, d.On = m.by, m.date
		if k := slices.IndexFunc(w.Declared, func(o Declared) bool { return o.Key() == d.Key() }); k >= 0 {
			w.Declared[k] = d
		} else {
			w.Declared = append(w.Declared, d)
		}
	case *DetectorCrossed:
		c := p.Crossing
		c.On = m.date
		w.Crossed = append(w.Crossed, c)
	default:
		return wrongStream(p, watchStream(w.ID))
	}
	w.Version++
	return nil
}

func watchStream(regulation string) string { return "detector/" + regulation }

// Watch gives what the detectors of a regulation expect and found, or nil.
func (w *World) Watch(regulation string) *Watch { return w.watches[regulation] }

// Watches gives those of all regulations, sorted by id.
func (w *World) Watches() []*Watch { return sorted(w.watches) }

func (d *deciding) watch(c WatchCommand) error {
	id := c.watchID()
	now := Watch{ID: id}
	if o := d.w.watches[id]; o != nil {
		now = *o
	}
	a := Anchor{Regulation: id}
	if x, ok := c.(Declare); ok {
		a = x.Declared.Anchor
	}
	s := WatchScope{By: d.by, Known: a.check() == nil && d.w.Known(a)}
	if t := d.readTriangle(a); t != nil {
		h, ok := t.member(d.by, d.today)
		s.Owns = ok && h.Post.Corner != Opdrachtnemer
	}
	s.Owns = s.Owns || d.by == System
	ps, err := DecideWatch(now, s, c, d.now)
	if err != nil {
		return err
	}
	if err := d.emit(watchStream(id), ps...); err != nil {
		return err
	}
	if x, ok := c.(Cross); ok {
		return d.fileSignal(FileSignal{NewIssue: x.NewIssue, Signal: Signal{
			ID: x.Crossing.Signal, Anchor: x.Crossing.Anchor, Kind: x.Kind, What: x.What, Frequency: Weekly,
			Channel: Detector, Reporter: PersonID("detector/" + x.Crossing.Detector), Synthetic: x.Synthetic,
		}})
	}
	return nil
}
