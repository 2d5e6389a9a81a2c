package loop

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/rule"
)

// World is the whole log folded into what pages read and commands need. It is
// never the truth: it can be thrown away and folded again. A World is not safe
// for concurrent use; guard it with a lock, and treat what its methods return
// as read-only.
type World struct {
	Terms     Terms
	Catalogue Catalogue // may be nil: then only imported regulations are known

	head        event.Head
	versions    map[string]uint64
	issues      map[string]*Issue
	signals     map[string]*Signal
	signalIssue map[string]string // signal to knelpunt; "" for an appreciation
	byReporter  map[PersonID][]string
	byAnchor    map[string][]string // anchor key to knelpunten, in order
	proposals   map[string]*Proposal
	triangles   map[string]*Triangle
	decisions   map[string]*Decision
	regulations map[string]*Regulation
	laws        map[string]*Law // by BWB id
	discretion  map[string]int  // ground + anchor to uses since the last knelpunt
	names       map[PersonID]Text
	authors     map[event.Ref]PersonID // who wrote a text
	erased      map[event.Ref]bool
	changes     []Moved
}

// NewWorld gives an empty world.
func NewWorld(terms Terms, catalogue Catalogue) *World {
	return &World{
		Terms: terms, Catalogue: catalogue,
		versions: map[string]uint64{}, issues: map[string]*Issue{}, signals: map[string]*Signal{},
		signalIssue: map[string]string{}, byReporter: map[PersonID][]string{}, byAnchor: map[string][]string{},
		proposals: map[string]*Proposal{}, triangles: map[string]*Triangle{},
		decisions: map[string]*Decision{}, regulations: map[string]*Regulation{}, laws: map[string]*Law{}, discretion: map[string]int{},
		names: map[PersonID]Text{}, authors: map[event.Ref]PersonID{}, erased: map[event.Ref]bool{},
	}
}

// Outcome of a command: what to append, if the streams it was decided on have not
// moved. The names match store.Batch.
type Outcome struct {
	Expect map[string]uint64
	Drafts []event.Draft
	Erase  []event.Ref
}

// Streams of the aggregates.
func issueStream(id string) string      { return "knelpunt/" + id }
func proposalStream(id string) string   { return "voorstel/" + id }
func triangleStream(id string) string   { return "driehoek/" + id }
func decisionStream(id string) string   { return "besluit/" + id }
func regulationStream(id string) string { return "regeling/" + id }
func praiseStream(regulation string) string {
	return "waardering/" + regulation
}

const erasureStream = "tekst/gewist"

// Head gives the last event that was folded.
func (w *World) Head() event.Head { return w.head }

// Apply folds the next record. The records have to come in order and without
// a gap; it returns an error and changes nothing when they do not, or when the
// record cannot be read.
func (w *World) Apply(r event.Record) error {
	if r.Seq != w.head.Seq+1 {
		return fmt.Errorf("fold: gebeurtenis %d volgt niet op %d", r.Seq, w.head.Seq)
	}
	p, err := Decode(r)
	if err != nil {
		return err
	}
	if err := w.apply(r.Stream, p, r.At, PersonID(r.Actor), r.Seq); err != nil {
		return err
	}
	w.head = r.Head()
	return nil
}

// apply folds one payload; it is also how Decide looks ahead inside a command
// that touches several aggregates.
func (w *World) apply(stream string, p Payload, at time.Time, by PersonID, seq uint64) error {
	kind, id, ok := strings.Cut(stream, "/")
	if !ok {
		return fmt.Errorf("%w: gebeurtenis %d: stroom %q heeft geen soort", ErrPayload, seq, stream)
	}
	m := moment{at: at, date: DateOf(at), by: by, seq: seq}
	switch kind {
	case "knelpunt":
		i := w.issues[id]
		if i == nil {
			i = &Issue{ID: id}
		}
		if err := applyIssue(i, p, m); err != nil {
			return err
		}
		w.issues[id] = i
		w.indexIssue(i, p, m)
	case "voorstel":
		v := w.proposals[id]
		if v == nil {
			v = &Proposal{ID: id, Stage: -1}
		}
		if err := applyProposal(v, p, m); err != nil {
			return err
		}
		w.proposals[id] = v
	case "driehoek":
		t := w.triangles[id]
		if t == nil {
			t = &Triangle{ID: id}
		}
		if err := applyTriangle(t, p); err != nil {
			return err
		}
		w.triangles[id] = t
		for _, term := range t.Terms {
			w.names[term.Person] = term.Name
		}
	case "besluit":
		d := w.decisions[id]
		if d == nil {
			d = &Decision{ID: id}
		}
		if err := applyDecision(d, p, m); err != nil {
			return err
		}
		w.decisions[id] = d
		if g, ok := p.(*DiscretionGiven); ok {
			w.discretion[g.Discretion.Ground+"\x00"+g.Discretion.Anchor.Key()]++
		}
	case "regeling":
		g := w.regulations[id]
		if g == nil {
			g = &Regulation{ID: id}
		}
		before := g.Articles
		if err := applyRegulation(g, p, m); err != nil {
			return err
		}
		w.regulations[id] = g
		if i, ok := p.(*RegulationImported); ok {
			w.relocate(id, slices.Concat(i.Moves, displaced(before, i, m.date)))
		}
	case "wet":
		l := w.laws[id]
		if l == nil {
			l = &Law{BWB: id}
		}
		if err := applyLaw(l, p, m); err != nil {
			return err
		}
		w.laws[id] = l
	case "waardering":
		s, ok := p.(*SignalReceived)
		if !ok {
			return wrongStream(p, stream)
		}
		w.addSignal(s.Signal, "", m)
	case "tekst":
		e, ok := p.(*TextsErased)
		if !ok {
			return wrongStream(p, stream)
		}
		w.erase(e.Refs)
	default:
		return fmt.Errorf("%w: gebeurtenis %d: onbekende soort stroom %q", ErrPayload, seq, kind)
	}
	w.versions[stream]++
	if seq > 0 {
		for _, f := range p.texts() {
			if f.text.Given {
				w.authors[event.Ref{Seq: seq, Field: f.name}] = by
			}
		}
		w.note(stream, p, m)
	}
	return nil
}

func wrongStream(p Payload, stream string) error {
	return fmt.Errorf("%w: %s hoort niet in stroom %s", ErrPayload, p.Type(), stream)
}

// moment is when and by whom an event happened.
type moment struct {
	at   time.Time
	date rule.Date
	by   PersonID
	seq  uint64
}

func (m moment) line(p Payload) Moment {
	l := Moment{Seq: m.seq, At: m.at, By: m.by, Type: p.Type()}
	for _, f := range p.texts() {
		if f.text.Given {
			l.Text = *f.text
			break
		}
	}
	return l
}

func (w *World) addSignal(s Signal, issue string, m moment) {
	s.At, s.Seq = m.at, m.seq
	w.signals[s.ID] = &s
	w.signalIssue[s.ID] = issue
	w.byReporter[s.Reporter] = append(w.byReporter[s.Reporter], s.ID)
}

func (w *World) indexIssue(i *Issue, p Payload, m moment) {
	switch p := p.(type) {
	case *IssueOpened:
		w.addAnchor(p.Anchor, i.ID)
	case *SignalReceived:
		w.addSignal(p.Signal, i.ID, m)
	case *IssueAbsorbed:
		for _, a := range p.Anchors {
			w.addAnchor(a, i.ID)
		}
		for _, s := range p.Signals {
			w.signalIssue[s] = i.ID
		}
	case *SignalsMoved:
		for _, s := range p.Signals {
			w.signalIssue[s] = i.ID
		}
	}
}

func (w *World) addAnchor(a Anchor, issue string) {
	k := a.Key()
	if !slices.Contains(w.byAnchor[k], issue) {
		w.byAnchor[k] = append(w.byAnchor[k], issue)
	}
}

// Issue gives a knelpunt, or nil.
func (w *World) Issue(id string) *Issue { return w.issues[id] }

// Proposal gives a proposal, or nil.
func (w *World) Proposal(id string) *Proposal { return w.proposals[id] }

// Decision gives a decision, or nil.
func (w *World) Decision(id string) *Decision { return w.decisions[id] }

// Triangle gives a triangle, or nil.
func (w *World) Triangle(id string) *Triangle { return w.triangles[id] }

// Regulation gives what the log knows of a regulation, or nil.
func (w *World) Regulation(id string) *Regulation { return w.regulations[id] }

// Signal gives a signal and the knelpunt that it is in ("" for an
// appreciation), or nil.
func (w *World) Signal(id string) (*Signal, string) { return w.signals[id], w.signalIssue[id] }

// Name gives the name of a person in a triangle.
func (w *World) Name(p PersonID) Text { return w.names[p] }

// Issues gives all knelpunten, sorted by id.
func (w *World) Issues() []*Issue { return sorted(w.issues) }

// Proposals gives all proposals, sorted by id.
func (w *World) Proposals() []*Proposal { return sorted(w.proposals) }

// Decisions gives all decisions, sorted by id.
func (w *World) Decisions() []*Decision { return sorted(w.decisions) }

// Triangles gives all triangles, sorted by id.
func (w *World) Triangles() []*Triangle { return sorted(w.triangles) }

// Regulations gives all regulations of which the log knows something.
func (w *World) Regulations() []*Regulation { return sorted(w.regulations) }

func sorted[T any](m map[string]T) []T {
	out := make([]T, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}
