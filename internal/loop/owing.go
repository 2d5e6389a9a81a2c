package loop

import (
	"cmp"
	"iter"
	"maps"
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// owing is what is owed now, found by day, by who bears it and by place, so that a
// page costs what it shows and not what was ever owed. It follows from the ledgers and
// the triangles alone; World.index and World.rescope keep it up with every event.
type owing struct {
	of     map[string][]*debt         // by stream, in the order of its ledger
	due    map[rule.Date][]*debt      // by day, sorted by id
	days   []rule.Date                // those of due, sorted
	count  int                        // all of them
	kinds  map[Duty]int               // how many of each kind
	piles  map[bearer]*pile           // by who bears it
	beside map[string][]*pile         // by each triangle in which a holder can be
	named  map[PersonID][]*pile       // by the person that is named
	places map[place]map[string]*debt // by place of the debtor, then id
}

func newOwing() owing {
	return owing{
		of: map[string][]*debt{}, due: map[rule.Date][]*debt{}, kinds: map[Duty]int{}, piles: map[bearer]*pile{},
		beside: map[string][]*pile{}, named: map[PersonID][]*pile{}, places: map[place]map[string]*debt{},
	}
}

// debt is an open obligation, with what it was found by when it was put in the index.
type debt struct {
	*Obligation // in the ledger of its stream
	id          string
	day         rule.Date
	debtor      Debtor
	bearer      bearer
}

// bearer is a debtor with, for the scope, the triangle that answers for it: what
// decides who it is on a date.
type bearer struct {
	corner   Corner
	post     PostRef
	person   PersonID
	triangle string // "" when no triangle answers
}

// pile is what one bearer owes, the earliest first.
type pile struct {
	bearer
	debts []*debt
}

// place is what triangles and debts are found by: those of an article, of the rest of
// a regulation, and of everything.
type place struct{ regulation, article string }

func (a Anchor) place() place { return place{a.Regulation, a.Article} }

func (d *debt) order(o *debt) int { return cmp.Or(d.day.Compare(o.day), cmp.Compare(d.id, o.id)) }

func (d *debt) is(o *Obligation) bool { return d.id == o.ID && d.day == o.Due && d.debtor == o.Debtor }

// index notes what is owed in a stream, after an event in it, and reports whether that
// changed.
func (w *World) index(stream string) bool {
	list, known := w.ledger(stream).list, w.owing.of[stream]
	if follows(known, list) {
		return false // as nearly always
	}
	for _, d := range known {
		w.owing.remove(d)
	}
	var now []*debt
	for k := range list {
		if o := &list[k]; o.Open() {
			d := &debt{Obligation: o, id: o.ID, day: o.Due, debtor: o.Debtor, bearer: w.bearer(o.Debtor)}
			w.owing.add(d)
			now = append(now, d)
		}
	}
	if len(now) == 0 {
		delete(w.owing.of, stream)
		return true
	}
	w.owing.of[stream] = now
	return true
}

// follows reports whether what is known of a ledger is what is open in it, and has it
// point at where the ledger is now.
func follows(known []*debt, list []Obligation) bool {
	n := 0
	for k := range list {
		if o := &list[k]; o.Open() {
			if n == len(known) || !known[n].is(o) {
				return false
			}
			known[n].Obligation = o
			n++
		}
	}
	return n == len(known)
}

// reindex makes what is found by place and what is owed anew.
func (w *World) reindex() {
	w.reorder()
	w.scoped, w.owing, w.issuesIn = map[place][]*Triangle{}, newOwing(), map[string][]*Issue{}
	for key, ids := range w.byAnchor {
		regulation, _, _ := strings.Cut(key, "/")
		if at := strings.IndexAny(regulation, "#!~"); at >= 0 {
			regulation = regulation[:at]
		}
		for _, id := range ids {
			w.issuesIn[regulation] = append(w.issuesIn[regulation], w.issues[id])
		}
	}
	for regulation, list := range w.issuesIn {
		slices.SortFunc(list, (*Issue).compare)
		w.issuesIn[regulation] = slices.Compact(list)
	}
	for _, t := range w.triangles {
		w.enter(t)
	}
	// In a long log nearly everything is done.
	for id, i := range w.issues {
		if i.duties.owes() {
			w.index(issueStream(id))
		}
	}
	for id, p := range w.proposals {
		if p.duties.owes() {
			w.index(proposalStream(id))
		}
	}
	for id, b := range w.decisions {
		if b.duties.owes() {
			w.index(decisionStream(id))
		}
	}
	for id, f := range w.formals {
		if f.duties.owes() {
			w.index(formalStream(id))
		}
	}
}

// enter notes a triangle that answers for its scope.
func (w *World) enter(t *Triangle) {
	if !t.Dropped.IsZero() {
		return
	}
	p := t.Scope.place()
	at, found := slices.BinarySearchFunc(w.scoped[p], t.ID, func(t *Triangle, id string) int { return cmp.Compare(t.ID, id) })
	if !found {
		w.scoped[p] = slices.Insert(w.scoped[p], at, t)
	}
}

// rescope notes that a triangle changed: before it had another scope, or none. Who bears
// what is owed inside it may be another then.
func (w *World) rescope(t *Triangle, before Anchor, answered bool) {
	answers := t.Dropped.IsZero()
	if answered && answers && before == t.Scope {
		return
	}
	if answered {
		p := before.place()
		w.scoped[p] = slices.DeleteFunc(w.scoped[p], func(o *Triangle) bool { return o == t })
		if len(w.scoped[p]) == 0 {
			delete(w.scoped, p)
		}
		w.owing.inside(before, w.rebear)
	}
	w.enter(t)
	if answers {
		w.owing.inside(t.Scope, w.rebear)
	}
}

// rebear puts a debt with who bears it now.
func (w *World) rebear(d *debt) {
	if b := w.bearer(d.debtor); b != d.bearer {
		w.owing.lift(d)
		d.bearer = b
		w.owing.lay(d)
	}
}

// bearer says who bears what a debtor owes, as far as that does not depend on the day.
func (w *World) bearer(d Debtor) bearer {
	b := bearer{corner: d.Corner, post: d.Post, person: d.Person}
	if t := w.TriangleOf(d.Scope); t != nil {
		b.triangle = t.ID
	}
	return b
}

// inside does something with every debt of which the place of the debtor lies in a
// scope, or may.
func (x *owing) inside(scope Anchor, do func(*debt)) {
	switch {
	case scope.Regulation == "" && scope.Article == "":
		for _, list := range x.of {
			for _, d := range list {
				do(d)
			}
		}
	case scope.Regulation == "" || scope.Article == "":
		for p, debts := range x.places {
			if (scope.Regulation == "" || p.regulation == scope.Regulation) && (scope.Article == "" || p.article == scope.Article) {
				for _, d := range debts {
					do(d)
				}
			}
		}
	default:
		for _, d := range x.places[scope.place()] {
			do(d)
		}
	}
}

func (x *owing) add(d *debt) {
	day := x.due[d.day]
	if len(day) == 0 {
		at, _ := slices.BinarySearchFunc(x.days, d.day, rule.Date.Compare)
		x.days = slices.Insert(x.days, at, d.day)
	}
	x.due[d.day] = put(day, d)
	x.count++
	x.kinds[d.Duty]++
	p := d.debtor.Scope.place()
	if x.places[p] == nil {
		x.places[p] = map[string]*debt{}
	}
	x.places[p][d.id] = d
	x.lay(d)
}

func (x *owing) remove(d *debt) {
	if day := take(x.due[d.day], d); len(day) > 0 {
		x.due[d.day] = day
	} else {
		delete(x.due, d.day)
		at, _ := slices.BinarySearchFunc(x.days, d.day, rule.Date.Compare)
		if x.days = slices.Delete(x.days, at, at+1); len(x.days) == 0 {
			x.days = nil // as in a world that was made anew
		}
	}
	x.count--
	if x.kinds[d.Duty]--; x.kinds[d.Duty] == 0 {
		delete(x.kinds, d.Duty)
	}
	p := d.debtor.Scope.place()
	if delete(x.places[p], d.id); len(x.places[p]) == 0 {
		delete(x.places, p)
	}
	x.lift(d)
}

// lay puts a debt on the pile of its bearer.
func (x *owing) lay(d *debt) {
	p := x.piles[d.bearer]
	if p == nil {
		p = &pile{bearer: d.bearer}
		x.piles[d.bearer] = p
		for _, t := range p.triangles() {
			x.beside[t] = enlist(x.beside[t], p)
		}
		if p.person != "" {
			x.named[p.person] = enlist(x.named[p.person], p)
		}
	}
	p.debts = put(p.debts, d)
}

// lift takes a debt from the pile of its bearer.
func (x *owing) lift(d *debt) {
	p := x.piles[d.bearer]
	if p.debts = take(p.debts, d); len(p.debts) > 0 {
		return
	}
	delete(x.piles, d.bearer)
	for _, t := range p.triangles() {
		strike(x.beside, t, p)
	}
	if p.person != "" {
		strike(x.named, p.person, p)
	}
}

// triangles gives those of which somebody can be the one who bears it.
func (b bearer) triangles() []string {
	if b.post.Triangle == "" || b.post.Triangle == b.triangle {
		return []string{b.triangle}
	}
	return []string{b.triangle, b.post.Triangle}
}

func (b bearer) order(o bearer) int {
	return cmp.Or(cmp.Compare(b.triangle, o.triangle), cmp.Compare(b.corner, o.corner), cmp.Compare(b.person, o.person), cmp.Compare(b.post.Triangle, o.post.Triangle), cmp.Compare(b.post.Post, o.post.Post))
}

// put adds a debt to a sorted list.
func put(list []*debt, d *debt) []*debt {
	at, _ := slices.BinarySearchFunc(list, d, (*debt).order)
	return slices.Insert(list, at, d)
}

// take removes a debt from a sorted list.
func take(list []*debt, d *debt) []*debt {
	at, _ := slices.BinarySearchFunc(list, d, (*debt).order)
	return slices.Delete(list, at, at+1)
}

func enlist(list []*pile, p *pile) []*pile {
	at, _ := slices.BinarySearchFunc(list, p, func(a, b *pile) int { return a.order(b.bearer) })
	return slices.Insert(list, at, p)
}

func strike[K comparable](m map[K][]*pile, k K, p *pile) {
	if m[k] = slices.DeleteFunc(m[k], func(o *pile) bool { return o == p }); len(m[k]) == 0 {
		delete(m, k)
	}
}

// Owed is an open obligation with who owes it today and how overdue it is.
type Owed struct {
	Obligation
	Holder Holder
	Step   Step
}

// Owed gives all open obligations on a date, the earliest due first.
func (w *World) Owed(today rule.Date) []Owed {
	return slices.AppendSeq(make([]Owed, 0, w.owing.count), w.EachOwed(today, OnTime))
}

// EachOwed gives the open obligations that are on a step of the ladder or higher, the
// earliest due first. OnTime is all of them.
func (w *World) EachOwed(today rule.Date, from Step) iter.Seq[Owed] {
	return func(yield func(Owed) bool) {
		holders := map[bearer]Holder{}
		for _, day := range w.owing.days {
			step := w.Terms.Ladder.Step(day, today)
			if step < from {
				continue
			}
			for _, d := range w.owing.due[day] {
				h, known := holders[d.bearer]
				if !known {
					h = w.holder(d.bearer, today)
					holders[d.bearer] = h
				}
				if !yield(Owed{*d.Obligation, h, step}) {
					return
				}
			}
		}
	}
}

// OwedMoved gives the event that last changed what is owed, or by whom: what follows from
// it and a date alone is the same until then.
func (w *World) OwedMoved() uint64 { return w.owedMoved }

// OwedSteps counts what is owed by its step of the ladder.
func (w *World) OwedSteps(today rule.Date) map[Step]int {
	out := map[Step]int{}
	for _, day := range w.owing.days {
		out[w.Terms.Ladder.Step(day, today)] += len(w.owing.due[day])
	}
	return out
}

// OwedKinds counts what is owed by kind. Those of which there are none are left out.
func (w *World) OwedKinds() map[Duty]int { return maps.Clone(w.owing.kinds) }

// OwedIn counts what is owed by those who have a place in a triangle.
func (w *World) OwedIn(triangle string, today rule.Date) int {
	n := 0
	for b, p := range w.owing.piles {
		if w.holder(b, today).Triangle == triangle {
			n += len(p.debts)
		}
	}
	return n
}

// OwedBy gives what one person owes on a date, the earliest due first.
func (w *World) OwedBy(p PersonID, today rule.Date) []Owed {
	var out []Owed
	for x, h := range w.pilesOf(p, today) {
		for _, d := range x.debts {
			out = append(out, Owed{*d.Obligation, h, w.Terms.Ladder.Step(d.day, today)})
		}
	}
	slices.SortFunc(out, func(a, b Owed) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
	return out
}

// OwedCount counts what OwedBy gives. Every page asks it.
func (w *World) OwedCount(p PersonID, today rule.Date) int {
	n := 0
	for x := range w.pilesOf(p, today) {
		n += len(x.debts)
	}
	return n
}

// pilesOf gives what one person bears. Somebody bears something through a triangle in
// which they ever had a place, or because they are named.
func (w *World) pilesOf(p PersonID, today rule.Date) iter.Seq2[*pile, Holder] {
	return func(yield func(*pile, Holder) bool) {
		piles := slices.Clone(w.owing.named[p])
		for _, t := range w.seats[p] {
			piles = append(piles, w.owing.beside[t]...)
		}
		seen := map[bearer]bool{}
		for _, x := range piles {
			if seen[x.bearer] {
				continue
			}
			seen[x.bearer] = true
			if h := w.holder(x.bearer, today); h.Person == p && !yield(x, h) {
				return
			}
		}
	}
}

// Overdue gives what is late enough to be on the list of a step or higher.
func (w *World) Overdue(today rule.Date, from Step) []Owed {
	return slices.Collect(w.EachOwed(today, max(from, Overdue)))
}
