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

// DecideError wraps what is wrong with the program or the log; a *Refusal is
// never wrapped in it.
func decideError(err error) error { return fmt.Errorf("decide: %w", err) }

// Decide gives what a command changes, or a *Refusal. It changes nothing: the
// caller appends the Outcome to the store and then folds the records with
// Apply. Expect names every stream that was written or looked at, so that a
// store refuses the append when the world has moved meanwhile.
func (w *World) Decide(by PersonID, c Command, now time.Time) (Outcome, error) {
	if len(by) > 200 || by == "" {
		return Outcome{}, refuse("rol-onjuist", "Het is niet bekend wie dit doet.", "Meld u aan.")
	}
	d := &deciding{w: w, by: by, now: now.UTC(), today: DateOf(now), expect: map[string]uint64{}}
	if err := d.run(c); err != nil {
		return Outcome{}, err
	}
	return Outcome{Expect: d.expect, Drafts: d.drafts, Erase: d.erase}, nil
}

// deciding collects what one command does to several streams.
type deciding struct {
	w      *World
	by     PersonID
	now    time.Time
	today  rule.Date
	expect map[string]uint64
	drafts []event.Draft
	erase  []event.Ref
}

// read notes that a stream was looked at.
func (d *deciding) read(stream string) { d.expect[stream] = d.w.versions[stream] }

// emit adds events to a stream.
func (d *deciding) emit(stream string, ps ...Payload) error {
	d.read(stream)
	for _, p := range ps {
		data, personal, err := Encode(p)
		if err != nil {
			return decideError(err)
		}
		draft := event.Draft{Stream: stream, Type: p.Type(), At: d.now, Actor: string(d.by), Data: data, Personal: personal}
		if err := draft.Check(); err != nil {
			return refuse("te-groot", "Dit past niet in het logboek: "+err.Error()+".", "Maak het korter.")
		}
		d.drafts = append(d.drafts, draft)
	}
	return nil
}

func (d *deciding) moment() Moment { return Moment{At: d.now, By: d.by} }

func (d *deciding) run(c Command) error {
	switch c := c.(type) {
	case IssueCommand:
		return d.issue(c)
	case ProposalCommand:
		return d.proposal(c)
	case TriangleCommand:
		return d.triangle(c)
	case DecisionCommand:
		return d.decision(c)
	case DeskCommand:
		return d.desk(c)
	case WatchCommand:
		return d.watch(c)
	case RegulationCommand:
		return d.regulation(c)
	case NameOrganisation:
		return d.nameOrganisation(c)
	case ReceiveFacts:
		return d.receive(c)
	case ImportLaw:
		return d.law(c)
	case FormalCommand:
		return d.formal(c)
	case PersonCommand:
		return d.person(c)
	case StandCommand:
		return d.stand(c)
	case LessonCommand:
		return d.lesson(c)
	case EraseTexts:
		return d.eraseTexts(c)
	case LinkCommand:
		return d.link(c)
	case TakePseudonymKey:
		return d.takePseudonymKey(c)
	case RetirePseudonymKey:
		return d.retirePseudonymKey(c)
	case SeeOverdue:
		return d.seeOverdue(c)
	}
	return decideError(fmt.Errorf("unknown command %T", c))
}

// Known reports whether an anchor exists: in what ships, or in what was
// imported.
func (w *World) Known(a Anchor) bool {
	return (w.Catalogue != nil && w.Catalogue.Has(a)) || w.regulations[a.Regulation].has(a)
}

func unknownAnchor(a Anchor) error {
	return refuse("anker-onbekend", "De plaats “"+clip(a.Key())+"” bestaat niet in deze regelingen.", "Kies een regeling en een artikel uit de lijst.")
}

// TriangleOf gives the triangle of a place: the one with the most specific
// scope that contains it. It is nil only in a world without a triangle for
// everything.
func (w *World) TriangleOf(a Anchor) *Triangle {
	var best *Triangle
	look := func(p place) {
		for _, t := range w.scoped[p] {
			if t.Scope.Contains(a) && (best == nil || t.before(best)) {
				best = t
			}
		}
	}
	look(place{})
	if a.Article != "" {
		look(place{"", a.Article})
	}
	if a.Regulation != "" {
		look(place{a.Regulation, ""})
	}
	if a.Regulation != "" && a.Article != "" {
		look(a.place())
	}
	return best
}

// before reports whether a triangle answers for a place rather than another: the
// most specific one; of two with the same claim the one that an eigenaar set.
func (t *Triangle) before(o *Triangle) bool {
	switch n, m := t.Scope.depth(), o.Scope.depth(); {
	case n != m:
		return n > m
	case t.Provisional != o.Provisional:
		return o.Provisional
	}
	return t.ID < o.ID
}

// Resolve gives the living person behind a debtor on a date. It is total: a
// vacant post, a post that is gone and a person who left all resolve to the
// eigenaar. Only a world without a triangle gives a Holder without a Person.
func (w *World) Resolve(d Debtor, on rule.Date) Holder { return w.holder(w.bearer(d), on) }

// holder is Resolve, once it is known which triangle answers for the scope.
func (w *World) holder(b bearer, on rule.Date) Holder {
	if b.person != "" {
		for _, id := range w.seats[b.person] {
			if t := w.triangles[id]; !t.Dropped.IsZero() {
				continue
			} else if h, ok := t.member(b.person, on); ok {
				return h
			}
		}
	}
	if t := w.triangles[b.post.Triangle]; t != nil && t.Dropped.IsZero() && b.person == "" {
		return t.named(b.post.Post, on)
	}
	t := w.triangles[b.triangle]
	if t == nil {
		return Holder{Vacant: true}
	}
	if b.person != "" {
		h := t.owner(on)
		h.Vacant = true
		return h
	}
	return t.corner(b.corner, on)
}

// OwnerAt gives who owes an answer about a place on a date: the coordinating
// opdrachtgever, or the eigenaar when that post is vacant.
func (w *World) OwnerAt(a Anchor, on rule.Date) Holder {
	return w.Resolve(Debtor{Corner: Opdrachtgever, Scope: a}, on)
}

// HeadAt gives the eigenaar of a place on a date.
func (w *World) HeadAt(a Anchor, on rule.Date) Holder {
	return w.Resolve(Debtor{Corner: Eigenaar, Scope: a}, on)
}

// Seats gives the triangles in which somebody ever had a place, sorted by id.
func (w *World) Seats(p PersonID) []*Triangle {
	var out []*Triangle
	for _, id := range w.seats[p] {
		out = append(out, w.triangles[id])
	}
	return out
}

// MemberAt gives the place of a person in the triangle of an anchor.
func (w *World) MemberAt(id PersonID, a Anchor, on rule.Date) (Holder, bool) {
	t := w.TriangleOf(a)
	if t == nil {
		return Holder{}, false
	}
	return t.member(id, on)
}

// readTriangle notes the triangle of a place as read. All triangles matter for
// which one it is, but they never change scope, so a new one is the only thing
// that could come between; that is harmless.
func (d *deciding) readTriangle(a Anchor) *Triangle {
	t := d.w.TriangleOf(a)
	if t != nil {
		d.read(triangleStream(t.ID))
	}
	return t
}

func (d *deciding) issue(c IssueCommand) error {
	switch c := c.(type) {
	case FileSignal:
		return d.fileSignal(c)
	case AlsoMine:
		if d.w.signals[c.SignalID] != nil {
			return refuse("id-bestaat", "Er is al een signaal met deze naam.", "Stuur het signaal opnieuw.")
		}
		if i := d.w.follow(c.Issue); i != nil {
			c.Issue = i.ID
		}
		return d.issueStream(c.Issue, c)
	case Split:
		if d.w.issues[c.NewIssue] != nil {
			return refuse("id-bestaat", "Er is al een knelpunt met deze naam.", "Kies een andere naam.")
		}
		return d.split(c)
	case Merge:
		return d.merge(c)
	case KeepApart:
		return d.keepApart(c)
	case AnswerIssue:
		if c.Kind.Promises() && c.Proposal == "" {
			c.Proposal = d.w.proposalFor(c.Issue)
		}
		return d.issueStream(c.Issue, c)
	}
	return d.issueStream(c.issueID(), c)
}

// follow gives the knelpunt where the signals of another went by merging.
func (w *World) follow(id string) *Issue {
	i := w.issues[id]
	for n := 0; i != nil && i.State == Merged && n < len(w.issues); n++ {
		i = w.issues[i.MergedTo]
	}
	return i
}

// proposalFor gives a running proposal that was opened for a knelpunt.
func (w *World) proposalFor(issue string) string {
	for _, id := range slices.Sorted(maps.Keys(w.proposals)) {
		if p := w.proposals[id]; slices.Contains(p.Issues, issue) && w.progress(id).Linked {
			return id
		}
	}
	return ""
}

// progress gives how far a linked proposal is.
func (w *World) progress(proposal string) Progress {
	p := w.proposals[proposal]
	if p == nil || p.State == Withdrawn || p.State == Lapsed {
		return Progress{}
	}
	in := p.State == InForce || p.State == Evaluated
	return Progress{Linked: true, InForce: in, Inside: in && p.Inside()}
}

func (d *deciding) scope(i *Issue, c IssueCommand) IssueScope {
	s := IssueScope{Terms: d.w.Terms, By: d.by}
	if i.State == "" {
		return s
	}
	a := i.Anchors[0]
	d.readTriangle(a)
	if !i.Owner.IsZero() {
		d.read(triangleStream(i.Owner.Triangle))
	}
	s.Owner = d.w.Resolve(i.debtor(), d.today)
	s.Head = d.w.HeadAt(a, d.today)
	s.Me, s.Member = d.w.MemberAt(d.by, a, d.today)
	link := ""
	if ans := i.Answer(); ans != nil {
		link = ans.Proposal
	}
	switch c := c.(type) {
	case Forward:
		if t := d.w.triangles[c.To.Triangle]; t != nil {
			d.read(triangleStream(t.ID))
			p, ok := t.post(c.To.Post, d.today)
			s.Target = ok && t.Dropped.IsZero() && p.Corner == Opdrachtgever
		}
	case AnswerIssue:
		link = c.Proposal
	case LinkProposal:
		link = c.Proposal
	}
	if link != "" {
		d.read(proposalStream(link))
		s.Promise = d.w.progress(link)
		if p := d.w.proposals[link]; p != nil && !i.concerns(p.Regulation) {
			s.Promise = Progress{}
		}
	}
	return s
}

// concerns reports whether one of the anchors lies in a regulation.
func (i *Issue) concerns(regulation string) bool {
	return slices.ContainsFunc(i.Anchors, func(a Anchor) bool { return a.Regulation == regulation })
}

// issueStream decides a command that touches one knelpunt only.
func (d *deciding) issueStream(id string, c IssueCommand) error {
	i := d.w.issues[id]
	if i == nil {
		i = &Issue{ID: id}
	}
	ps, err := DecideIssue(*i, d.scope(i, c), c, d.now)
	if err != nil {
		return err
	}
	return d.emit(issueStream(id), ps...)
}

func (d *deciding) fileSignal(c FileSignal) error {
	if err := checkSignal(c.Signal, false); err != nil {
		return err
	}
	a := c.Signal.Anchor
	if !d.w.Known(a) {
		return unknownAnchor(a)
	}
	if d.w.signals[c.Signal.ID] != nil {
		return refuse("id-bestaat", "Er is al een signaal met deze naam.", "Stuur het signaal opnieuw.")
	}
	if d.readTriangle(a) == nil {
		return refuse("driehoek-onbekend", "Niemand is nog verantwoordelijk voor deze regeling.", "Leg eerst vast wie eigenaar, opdrachtgever en opdrachtnemer is.")
	}
	if c.Signal.Kind == GoesWell {
		return d.emit(praiseStream(a.Regulation), &SignalReceived{Signal: c.Signal})
	}
	i := d.w.follow(c.Join)
	if c.Join != "" && i == nil {
		return refuse("knelpunt-onbekend", "Dit knelpunt bestaat niet.", "Kies een knelpunt uit de lijst, of meld een nieuw signaal.")
	}
	if i == nil {
		i = d.w.sameIssue(a, c.Signal.Kind)
	}
	if i != nil {
		return d.issueStream(i.ID, FileSignal{Signal: c.Signal, Join: i.ID})
	}
	if err := checkID(c.NewIssue, "het knelpunt"); err != nil {
		return err
	}
	if d.w.issues[c.NewIssue] != nil {
		return refuse("id-bestaat", "Er is al een knelpunt met deze naam.", "Kies een andere naam.")
	}
	return d.issueStream(c.NewIssue, c)
}

// sameIssue gives the knelpunt that a new signal belongs to: a live one with
// the same place and tile, else the one that ended last.
func (w *World) sameIssue(a Anchor, k SignalKind) *Issue {
	var ended *Issue
	for _, id := range w.byAnchor[a.Key()] {
		i := w.issues[id]
		switch {
		case i.Kind != k || i.State == Merged:
		case i.State.Live():
			return i
		case ended == nil || !i.Ending.On.Before(ended.Ending.On):
			ended = i
		}
	}
	return ended
}

func (d *deciding) merge(c Merge) error {
	from := d.w.issues[c.From]
	if from == nil {
		from = &Issue{ID: c.From}
	}
	s := d.scope(from, c)
	s.Other = d.w.issues[c.Into]
	ps, err := DecideIssue(*from, s, c, d.now)
	if err != nil {
		return err
	}
	if err := d.emit(issueStream(c.From), ps...); err != nil {
		return err
	}
	return d.emit(issueStream(c.Into), absorb(from, s.Other))
}

func (d *deciding) keepApart(c KeepApart) error {
	i := d.w.issues[c.Issue]
	if i == nil {
		i = &Issue{ID: c.Issue}
	}
	s := d.scope(i, c)
	if s.Other = d.w.issues[c.Other]; s.Other != nil {
		d.read(issueStream(c.Other))
	}
	s.Apart = d.w.Apart(c.Issue, c.Other)
	ps, err := DecideIssue(*i, s, c, d.now)
	if err != nil {
		return err
	}
	return d.emit(issueStream(c.Issue), ps...)
}

func (d *deciding) split(c Split) error {
	i := d.w.issues[c.Issue]
	if i == nil {
		i = &Issue{ID: c.Issue}
	}
	s := d.scope(i, c)
	s.Moving = map[PersonID]Heard{}
	for _, id := range c.Signals {
		if g := d.w.signals[id]; g != nil {
			h := s.Moving[g.Reporter]
			s.Moving[g.Reporter] = Heard{h.Signals + 1, h.Reachable || g.Reachable}
		}
	}
	ps, err := DecideIssue(*i, s, c, d.now)
	if err != nil {
		return err
	}
	if err := d.emit(issueStream(c.Issue), ps...); err != nil {
		return err
	}
	due, _ := i.Due()
	return d.emit(issueStream(c.NewIssue),
		&IssueOpened{Anchor: d.w.signals[c.Signals[0]].anchorIn(i), Kind: i.Kind, Due: due.Due, Level: i.Level, Owner: i.Owner, Forwards: i.Forwards, From: i.ID},
		&SignalsMoved{From: i.ID, Signals: slices.Clone(c.Signals), Reporters: s.Moving})
}

// anchorIn gives the anchor of a signal if the knelpunt is about it, else the
// first of the knelpunt.
func (s *Signal) anchorIn(i *Issue) Anchor {
	a := plain(s.Anchor)
	if slices.Contains(i.Anchors, a) {
		return a
	}
	return i.Anchors[0]
}

func (d *deciding) proposalScope(v *Proposal, c ProposalCommand) ProposalScope {
	regulation := v.Regulation
	if o, ok := c.(OpenProposal); ok && v.State == "" {
		regulation = o.Regulation
	}
	a := Anchor{Regulation: regulation}
	s := ProposalScope{Terms: d.w.Terms, By: d.by, Known: a.check() == nil && d.w.Known(a)}
	t := d.readTriangle(a)
	if t == nil {
		return s
	}
	s.Head = t.owner(d.today)
	s.Members = map[PersonID]Holder{}
	for _, h := range t.Members(d.today) {
		if old, ok := s.Members[h.Person]; h.Person != "" && (!ok || (h.Signs && !old.Signs)) {
			s.Members[h.Person] = h
		}
	}
	switch c := c.(type) {
	case OpenProposal:
		s.Issues = map[string]bool{}
		for _, i := range c.Issues {
			s.Issues[i] = d.w.issues[i] != nil
		}
	case Submit, TurnKey, DeclareDeadlock, DecideDeadlock, DecideDespite, RecordParliament:
		s.Capacity = t.Capacity
		s.Others = d.w.claims(t, v.ID)
		for id := range s.Others {
			d.read(proposalStream(id))
		}
	case Measure:
		s.Imports = map[string]bool{}
		if g := d.w.regulations[regulation]; g != nil {
			d.read(regulationStream(regulation))
			for _, i := range g.Imports {
				s.Imports[i.ID] = true
			}
		}
	}
	return s
}

// claims gives the decided claims on the capacity of a triangle, except those
// of one proposal.
func (w *World) claims(t *Triangle, except string) map[string]map[Quarter]int {
	out := map[string]map[Quarter]int{}
	for id, p := range w.proposals {
		// Most proposals ask nothing: whose they are need not be looked up.
		if id == except || len(p.Plan.Claim) == 0 || w.TriangleOf(Anchor{Regulation: p.Regulation}) != t {
			continue
		}
		for q := range p.Plan.Claim {
			if n := p.Claimed(q); n > 0 {
				if out[id] == nil {
					out[id] = map[Quarter]int{}
				}
				out[id][q] = n
			}
		}
	}
	return out
}

func (d *deciding) proposal(c ProposalCommand) error {
	id := c.proposalID()
	v := d.w.proposals[id]
	if v == nil {
		v = &Proposal{ID: id, Stage: -1}
	}
	ps, err := DecideProposal(*v, d.proposalScope(v, c), c, d.now)
	if err != nil {
		return err
	}
	if err := d.emit(proposalStream(id), ps...); err != nil {
		return err
	}
	next := *v
	for _, p := range ps {
		if next, err = ApplyProposal(next, p, d.moment()); err != nil {
			return decideError(err)
		}
	}
	for _, p := range ps {
		if err := d.follows(&next, p); err != nil {
			return err
		}
	}
	if c, ok := c.(DecideDespite); ok {
		return d.signalDespite(&next, c)
	}
	return nil
}

// signalDespite files the signal that a besluit ondanks makes by itself: those
// who must live with it see at once that one side said no.
func (d *deciding) signalDespite(v *Proposal, c DecideDespite) error {
	kind, side := Impossible, "de uitvoering"
	if slices.Contains(v.Settled.Missing, Policy) {
		kind, side = Conflict, "het beleid"
	}
	return d.fileSignal(FileSignal{NewIssue: c.IssueID, Signal: Signal{
		ID: c.SignalID, Anchor: Anchor{Regulation: v.Regulation}, Kind: kind, Frequency: Once, Channel: Detector, Reporter: "detector/besluit-ondanks",
		What: Words("Besluit ondanks: “" + v.Title + "” is besloten zonder de sleutel van " + side + "."),
	}})
}

// follows adds what an event of a proposal does to other aggregates, in the
// same transaction.
func (d *deciding) follows(v *Proposal, p Payload) error {
	switch p := p.(type) {
	case *ProposalOpened:
		for _, id := range p.Issues {
			i := d.w.issues[id]
			d.read(issueStream(id))
			if a := i.Answer(); i.State == Answered && a.Kind.Promises() && a.WindowFrom.IsZero() && i.concerns(v.Regulation) && !d.w.progress(a.Proposal).Linked {
				if err := d.emit(issueStream(id), &ProposalLinked{Proposal: v.ID}); err != nil {
					return err
				}
			}
		}
	case *ProposalDecided:
		for _, y := range v.Plan.Yields {
			if err := d.emit(proposalStream(y.From), &RoomYielded{To: v.ID, Quarter: y.Quarter, Points: y.Points, By: y.By, Why: y.Why}); err != nil {
				return err
			}
		}
	case *KeyWithdrawn, *ProposalWithdrawn:
		return d.giveBack(v)
	case *ProposalInForce:
		if err := d.emit(regulationStream(v.Regulation), &VersionAdopted{Adoption: Adoption{
			Proposal: v.ID, From: p.From, Content: v.Content.Digest, Variant: v.Content.Variant, Summary: v.Content.Summary, Keys: v.Keys,
		}}); err != nil {
			return err
		}
		return d.tellIssues(v, Measurement{})
	case *Measured:
		return d.tellIssues(v, p.Measurement)
	}
	return nil
}

// tellIssues asks reporters to confirm when a promised change is in force and
// measured inside, and opens their knelpunt again when it is outside.
func (d *deciding) tellIssues(v *Proposal, m Measurement) error {
	inForce := v.State == InForce || v.State == Evaluated
	for _, id := range slices.Sorted(maps.Keys(d.w.issues)) {
		i := d.w.issues[id]
		a := i.Answer()
		if a == nil || a.Proposal != v.ID || !a.Kind.Promises() {
			continue
		}
		var p Payload
		switch {
		case m.Verdict == Outside && (i.State == Answered || i.State == Solved):
			p = &IssueReopened{Cause: "meting buiten de band", Level: i.Level, Due: d.today.AddDays(d.w.Terms.ReopenedDays)}
		case i.State == Answered && a.WindowFrom.IsZero() && inForce && v.Inside():
			p = &ConfirmationAsked{Until: d.today.AddDays(d.w.Terms.ReactionDays)}
		default:
			continue
		}
		if err := d.emit(issueStream(id), p); err != nil {
			return err
		}
	}
	return nil
}

func (d *deciding) triangle(c TriangleCommand) error {
	id := c.triangleID()
	t := d.w.triangles[id]
	if t == nil {
		t = &Triangle{ID: id}
	}
	s := TriangleScope{By: d.by}
	if len(t.Arrangements) > 0 {
		s.Owner = t.owner(d.today).Person == d.by
	}
	if root := d.w.TriangleOf(Anchor{}); root != nil {
		d.read(triangleStream(root.ID))
		s.Above = root.owner(d.today).Person == d.by
		s.Owner = s.Owner || s.Above
	} else {
		s.Above = true
	}
	switch c := c.(type) {
	case SetTriangle:
		for _, o := range d.w.Triangles() {
			if o.ID != id && o.Dropped.IsZero() && o.Scope.Key() == c.Scope.Key() {
				s.Claimed, s.Settled = o.ID, s.Settled || !o.Provisional
			}
		}
		if c.Scope != (Anchor{}) && c.Scope.check() == nil && !d.w.Known(c.Scope) {
			return unknownAnchor(c.Scope)
		}
	case SetCapacity:
		for oid, claim := range d.w.claims(t, "") {
			d.read(proposalStream(oid))
			s.Used += claim[c.Quarter]
		}
	}
	ps, err := DecideTriangle(*t, s, c, d.now)
	if err != nil {
		return err
	}
	return d.emit(triangleStream(id), ps...)
}

func (d *deciding) regulation(c RegulationCommand) error {
	id := c.regulationID()
	g := d.w.regulations[id]
	if g == nil {
		g = &Regulation{ID: id}
	}
	a := Anchor{Regulation: id}
	s := RegulationScope{By: d.by, Ships: a.check() == nil && d.w.Catalogue != nil && d.w.Catalogue.Has(a)}
	if t := d.readTriangle(a); t != nil {
		_, s.Member = t.member(d.by, d.today)
	}
	if _, ok := c.(ImportOutcomes); ok && (a.check() != nil || !d.w.Known(a)) {
		return refuse("regeling-onbekend", "De regeling “"+clip(id)+"” bestaat hier niet.", "Kies een regeling uit de lijst.")
	}
	ps, err := DecideRegulation(*g, s, c, d.now)
	if err != nil {
		return err
	}
	return d.emit(regulationStream(id), ps...)
}

func (d *deciding) eraseTexts(c EraseTexts) error {
	if len(c.Refs) == 0 {
		return refuse("niets-te-wissen", "Er is geen tekst gekozen.", "Kies de tekst die weg moet.")
	}
	if strings.TrimSpace(c.Ground) == "" || len(c.Ground) > 200 {
		return refuse("grond-ontbreekt", "Er staat niet waarom de tekst weg moet.", "Bijvoorbeeld: verzoek van de betrokkene, of bewaartermijn voorbij.")
	}
	head := d.w.HeadAt(Anchor{}, d.today).Person
	for _, r := range c.Refs {
		author, ok := d.w.authors[r]
		if !ok {
			return refuse("tekst-onbekend", "Gebeurtenis "+fmt.Sprint(r.Seq)+" heeft geen tekst “"+clip(r.Field)+"”.", "Kies een tekst die bestaat.")
		}
		if d.by != author && d.by != head && d.by != System {
			return refuse("rol-onjuist", "Alleen wie de tekst schreef of de eigenaar wist hem.", "Vraag het de eigenaar.")
		}
		if d.w.erased[r] {
			return refuse("al-gewist", "Deze tekst is al gewist.", "")
		}
	}
	d.erase = slices.Clone(c.Refs)
	return d.emit(erasureStream, &TextsErased{Refs: slices.Clone(c.Refs), Ground: c.Ground})
}
