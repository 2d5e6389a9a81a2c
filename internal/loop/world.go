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
	Terms     Terms     `snapshot:"-"`
	Catalogue Catalogue `snapshot:"-"` // may be nil: then only imported regulations are known

	head        event.Head
	versions    map[string]uint64
	issues      map[string]*Issue
	signals     map[string]*Signal
	signalIssue map[string]string // signal to knelpunt; "" for an appreciation
	byReporter  map[PersonID][]string
	byAnchor    map[string][]string // anchor key to knelpunten, in order
	issuesIn    map[string][]*Issue `snapshot:"-"` // knelpunten by regulation, in the order of the log
	proposals   map[string]*Proposal
	triangles   map[string]*Triangle
	decisions   map[string]*Decision
	formals     map[string]*FormalRequest // by signal
	desks       map[string]*Desk          // by triangle
	watches     map[string]*Watch         // by regulation
	regulations map[string]*Regulation
	intakes     map[string]*Intake // by regulation
	called      string             // the organisation
	laws        map[string]*Law    // by BWB id
	discretion  map[string]int     // ground + anchor to uses since the last knelpunt
	names       map[PersonID]Text
	authors     map[event.Ref]PersonID // who wrote a text
	erased      map[event.Ref]bool
	changes     []Moved
	readers     map[PersonID]*Reader
	stands      map[string]*Stand
	lessons     map[string]*Lesson
	apart       map[[2]string]bool    // pairs of knelpunten that are not the same
	scoped      map[place][]*Triangle `snapshot:"-"` // that answer for their scope, by its place, sorted by id
	seats       map[PersonID][]string // the triangles in which somebody ever had a place, sorted
	owing       owing                 `snapshot:"-"` // what is owed now
	owedMoved   uint64                // the event that last changed what is owed, or by whom
	links       map[string]*Link
	linkByHash  map[string]string
	seen        map[string][]Seen        // by obligation
	commitments map[event.Ref]event.Hash // of the words that it holds
	bySeq       []*Signal                `snapshot:"-"` // all signals, in the order of the log
	order       order                    `snapshot:"-"`
	// pseudonymKeys are the keys once there was a second: version n at place n-1.
	pseudonymKeys []PseudonymKey
}

// NewWorld gives an empty world.
func NewWorld(terms Terms, catalogue Catalogue) *World {
	return &World{
		Terms: terms, Catalogue: catalogue,
		versions: map[string]uint64{}, issues: map[string]*Issue{}, signals: map[string]*Signal{},
		signalIssue: map[string]string{}, byReporter: map[PersonID][]string{}, byAnchor: map[string][]string{}, issuesIn: map[string][]*Issue{},
		proposals: map[string]*Proposal{}, triangles: map[string]*Triangle{},
		decisions: map[string]*Decision{}, desks: map[string]*Desk{}, watches: map[string]*Watch{}, formals: map[string]*FormalRequest{}, regulations: map[string]*Regulation{}, intakes: map[string]*Intake{}, laws: map[string]*Law{}, discretion: map[string]int{},
		names: map[PersonID]Text{}, authors: map[event.Ref]PersonID{}, erased: map[event.Ref]bool{},
		stands: map[string]*Stand{}, lessons: map[string]*Lesson{},
		apart: map[[2]string]bool{}, readers: map[PersonID]*Reader{},
		scoped: map[place][]*Triangle{}, commitments: map[event.Ref]event.Hash{}, seats: map[PersonID][]string{}, owing: newOwing(), links: map[string]*Link{}, linkByHash: map[string]string{}, seen: map[string][]Seen{},
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
	for f, c := range r.Personal {
		if !event.Bulk(f) {
			w.commitments[event.Ref{Seq: r.Seq, Field: f}] = c
		}
	}
	w.head = r.Head()
	return nil
}

// FoldPart folds some streams, each of them whole and its records in the order of the
// log. What follows from these streams alone is right in the world that it gives; the
// rest is empty or not complete.
func FoldPart(records ...event.Record) (*World, error) {
	w := NewWorld(DefaultTerms(), nil)
	for _, r := range records {
		p, err := Decode(r)
		if err != nil {
			return nil, err
		}
		if err := w.apply(r.Stream, p, r.At, PersonID(r.Actor), r.Seq); err != nil {
			return nil, err
		}
	}
	return w, nil
}

// Commitment gives that of a personal text that was folded; the world holds no
// files.
func (w *World) Commitment(r event.Ref) (event.Hash, bool) {
	c, ok := w.commitments[r]
	return c, ok
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
		if w.issues[id] == nil {
			w.order.issues = append(w.order.issues, i)
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
		if w.proposals[id] == nil {
			w.order.proposals = append(w.order.proposals, v)
		}
		w.proposals[id] = v
	case "driehoek":
		t := w.triangles[id]
		if t == nil {
			t = &Triangle{ID: id}
		}
		before, answered := t.Scope, w.triangles[id] != nil && t.Dropped.IsZero()
		if err := applyTriangle(t, p, m); err != nil {
			return err
		}
		if w.triangles[id] == nil {
			w.order.triangles = append(w.order.triangles, t)
		}
		w.triangles[id] = t
		w.rescope(t, before, answered)
		for _, term := range t.Terms {
			if at, found := slices.BinarySearch(w.seats[term.Person], id); !found {
				w.seats[term.Person] = slices.Insert(w.seats[term.Person], at, id)
			}
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
		if w.decisions[id] == nil {
			w.order.decisions = append(w.order.decisions, d)
		}
		w.decisions[id] = d
		if g, ok := p.(*DiscretionGiven); ok {
			w.discretion[g.Discretion.Ground+"\x00"+g.Discretion.Anchor.Key()]++
		}
	case "formeel":
		f := w.formals[id]
		if f == nil {
			f = &FormalRequest{ID: id}
		}
		if err := applyFormal(f, p, m); err != nil {
			return err
		}
		w.formals[id] = f
	case "detector":
		x := w.watches[id]
		if x == nil {
			x = &Watch{ID: id}
		}
		if err := applyWatch(x, p, m); err != nil {
			return err
		}
		w.watches[id] = x
	case "team":
		d := w.desks[id]
		if d == nil {
			d = &Desk{ID: id, Sample: w.Terms.SamplePercent}
		}
		if err := applyDesk(d, p, m); err != nil {
			return err
		}
		w.desks[id] = d
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
	case "organisatie":
		n, ok := p.(*OrganisationNamed)
		if !ok {
			return wrongStream(p, stream)
		}
		w.called = n.Name
	case "invoer":
		x := w.intakes[id]
		if x == nil {
			x = &Intake{Regulation: id}
		}
		if err := applyIntake(x, p, m); err != nil {
			return err
		}
		w.intakes[id] = x
	case "wet":
		l := w.laws[id]
		if l == nil {
			l = &Law{BWB: id}
		}
		if err := applyLaw(l, p, m); err != nil {
			return err
		}
		w.laws[id] = l
	case "persoon":
		r := w.readers[PersonID(id)]
		if r == nil {
			r = &Reader{ID: PersonID(id), Pace: AtOnce}
		}
		if err := applyPerson(r, p); err != nil {
			return err
		}
		w.readers[PersonID(id)] = r
	case "waardering":
		s, ok := p.(*SignalReceived)
		if !ok {
			return wrongStream(p, stream)
		}
		w.addSignal(s.Signal, "", m)
	case "link":
		l := w.links[id]
		if l == nil {
			l = &Link{ID: id}
		}
		if err := applyLink(l, p, m); err != nil {
			return err
		}
		w.links[id], w.linkByHash[l.Hash] = l, id
	case "ladder":
		s, ok := p.(*OverdueSeen)
		if !ok {
			return wrongStream(p, stream)
		}
		w.seen[id] = append(w.seen[id], Seen{By: m.by, On: m.date, Step: s.Step})
	case "stand":
		s := w.stands[id]
		if s == nil {
			s = &Stand{ID: id}
		}
		if err := applyStand(s, p, m); err != nil {
			return err
		}
		w.stands[id] = s
	case "leerzaak":
		l := w.lessons[id]
		if l == nil {
			l = &Lesson{ID: id}
		}
		if err := applyLesson(l, p, m); err != nil {
			return err
		}
		w.lessons[id] = l
	case "toegang":
		if err := w.applyAccess(stream, p, m); err != nil {
			return err
		}
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
	if w.index(stream) || kind == "driehoek" || kind == "regeling" {
		w.owedMoved = seq
	}
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
	w.bySeq = append(w.bySeq, &s)
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
		w.inheritApart(p.From, i.ID)
	case *IssuesApart:
		w.setApart(i.ID, p.Other, p.Undo)
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
	w.enlistIssue(a.Regulation, issue)
}

// enlistIssue notes that a knelpunt is about a regulation.
func (w *World) enlistIssue(regulation, issue string) {
	list, i := w.issuesIn[regulation], w.issues[issue]
	if at, found := slices.BinarySearchFunc(list, i, (*Issue).compare); !found {
		w.issuesIn[regulation] = slices.Insert(list, at, i)
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

// Regulations gives all regulations of which the log knows something.
func (w *World) Regulations() []*Regulation { return sorted(w.regulations) }

func sorted[T any](m map[string]T) []T {
	out := make([]T, 0, len(m))
	for _, k := range slices.Sorted(maps.Keys(m)) {
		out = append(out, m[k])
	}
	return out
}
