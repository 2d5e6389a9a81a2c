package office

import (
	"context"
	"slices"
	"strings"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// What belongs to one organisation: decisions and their maatwerk, who reported a
// signal, its files and its case, the list and budget of a team, what citizens
// wrote. Regulations, knelpunten, proposals and counts are shared by everybody
// who works here. docs/beheer/organisaties.md says it for people.

// houses are the organisations that work in this installation, on one day.
type houses struct {
	day   rule.Date
	names []string // as authz.Organisation makes them
}

// housesNow gives the organisations that work here today. The caller holds mu.
func (o *Office) housesNow() []string {
	today := o.today()
	if h := o.inHouse.Load(); h != nil && h.day == today {
		return h.names
	}
	h := &houses{day: today}
	add := func(name string) {
		if id := authz.Organisation(name); id != "" && !slices.Contains(h.names, id) {
			h.names = append(h.names, id)
		}
	}
	for _, t := range o.world.Triangles() {
		for _, m := range t.Members(today) {
			if !m.Post.Outside {
				add(m.Post.Organisation)
			}
		}
	}
	if len(h.names) == 0 {
		add(o.organisation())
	}
	o.inHouse.Store(h)
	return h.names
}

// worksFor gives the organisation for which somebody acts on a place: by the seat
// in its triangle, by another seat, or by the account. Programs, citizens and
// Lemniscaat itself act for who executes the place. Empty: not known.
func (o *Office) worksFor(who loop.PersonID, a loop.Anchor, on rule.Date) string {
	if h, ok := o.world.MemberAt(who, a, on); ok && who != "" {
		return authz.Organisation(h.Post.Organisation)
	}
	if strings.Contains(string(who), "/") || who == loop.System {
		return o.executor(a, on)
	}
	if who == "" {
		return ""
	}
	for _, t := range o.world.Seats(who) {
		for _, h := range t.Members(on) {
			if h.Person == who {
				return authz.Organisation(h.Post.Organisation)
			}
		}
	}
	return authz.Organisation(o.accountOf(string(who)))
}

// accountOf gives the organisation of the account of a person; empty for who has
// none. The caller holds mu.
func (o *Office) accountOf(person string) string {
	if o.Affiliation == nil {
		return ""
	}
	of, ok := o.Affiliation()[person]
	if ok && of == "" {
		return o.organisation()
	}
	return of
}

// affiliated reports that somebody has an account of another organisation than here.
func (o *Office) affiliated(here string) bool {
	if o.Affiliation == nil {
		return false
	}
	for _, of := range o.Affiliation() {
		if of != "" && authz.Organisation(of) != here {
			return true
		}
	}
	return false
}

// executor gives the organisation that executes a place.
func (o *Office) executor(a loop.Anchor, on rule.Date) string {
	if t := o.world.TriangleOf(a); t != nil {
		for _, p := range t.At(on).Posts {
			if p.Corner == loop.Opdrachtnemer && !p.Outside {
				return authz.Organisation(p.Organisation)
			}
		}
	}
	return authz.Organisation(o.organisation())
}

// reader is who reads what is of an organisation: a person, or an account that is of
// no person, such as that of an auditor or of a manager with break-glass, and then the
// organisation that it reads for.
type reader struct {
	person loop.PersonID
	of     string // as authz.Organisation makes it
}

// readerOf gives who reads. The caller holds mu.
func (o *Office) readerOf(ctx context.Context, who string) reader {
	r := reader{person: loop.PersonID(who)}
	if p, ok := authz.From(ctx); ok && who == "" && p.Person == "" && p.SignedIn() && len(p.Scopes) == 0 {
		r.of = o.accountReads(p)
	}
	return r
}

// accountReads gives the organisation for which an account reads that is of no person:
// the one that it names. The account of this installation reads for the only
// organisation that works here, also when its seats call that another name.
func (o *Office) accountReads(p authz.Principal) string {
	of := authz.Organisation(p.Organisation)
	if here := o.housesNow(); len(here) == 1 && of == authz.Organisation(o.organisation()) {
		return here[0]
	}
	return of
}

// readsFor is worksFor of a reader, today.
func (o *Office) readsFor(r reader, a loop.Anchor) string {
	if r.person == "" {
		return r.of
	}
	return o.worksFor(r.person, a, o.today())
}

// sees reports whether a reader is of the organisation of what somebody did on a
// place and a day. Where one organisation works, everybody who can read is of it.
// The caller holds mu.
func (o *Office) sees(r reader, by loop.PersonID, a loop.Anchor, on rule.Date) bool {
	me := r.person
	here := o.housesNow()
	mine := o.readsFor(r, a)
	if me == by && me != "" && mine == "" {
		return true
	}
	his := o.belongs(by, a, on)
	if len(here) == 1 && mine == "" {
		return his == here[0]
	}
	return mine != "" && mine == his
}

// belongs is worksFor, where nobody stays without an organisation: who left
// without a trace acted for who executes the place.
func (o *Office) belongs(by loop.PersonID, a loop.Anchor, on rule.Date) string {
	if of := o.worksFor(by, a, on); of != "" {
		return of
	}
	return o.executor(a, on)
}

func decidedOn(d *loop.Decision) rule.Date { return loop.DateOf(d.History[0].At) }

// seesDecision reports whether a decision is of the organisation of a reader.
func (o *Office) seesDecision(r reader, d *loop.Decision) bool {
	return o.sees(r, d.By, d.Anchor, decidedOn(d))
}

// decisionsFor gives the decisions of the organisation of a reader.
func (o *Office) decisionsFor(r reader) []*loop.Decision {
	all := o.world.Decisions()
	if here := o.housesNow(); len(here) == 1 && !o.affiliated(here[0]) {
		if mine := o.readsFor(r, loop.Anchor{}); mine == "" || mine == here[0] {
			return all
		}
	}
	var out []*loop.Decision
	for _, d := range all {
		if o.seesDecision(r, d) {
			out = append(out, d)
		}
	}
	return out
}

// teams tells of teams whether they are of the organisation of a reader: what a reader
// is of is looked up once for each organisation.
func (o *Office) teams(r reader) func(*loop.Triangle) bool {
	today, of := o.today(), map[string]bool{}
	ofReader := func(organisation string) bool {
		mine, known := of[organisation]
		if !known {
			mine = o.ofReader(r, organisation)
			of[organisation] = mine
		}
		return mine
	}
	return func(t *loop.Triangle) bool {
		return slices.ContainsFunc(t.At(today).Posts, func(p loop.Post) bool {
			return p.Corner == loop.Opdrachtnemer && ofReader(p.Organisation)
		}) || ofReader("") && len(o.housesNow()) == 1
	}
}

// ofReader reports whether a reader works for an organisation, in any triangle.
func (o *Office) ofReader(r reader, organisation string) bool {
	here, today := o.housesNow(), o.today()
	seated := false
	for _, t := range o.world.Seats(r.person) {
		for _, h := range t.Members(today) {
			if h.Person == r.person && r.person != "" {
				seated = true
				if authz.Organisation(h.Post.Organisation) == authz.Organisation(organisation) {
					return true
				}
			}
		}
	}
	if seated && organisation != "" {
		return false
	}
	mine := o.readsFor(r, loop.Anchor{})
	if len(here) == 1 {
		return mine == "" || mine == here[0]
	}
	return mine != "" && mine == authz.Organisation(organisation)
}

// OrganisationOf names the organisation that something is of; empty when it is
// shared or does not exist. For a person whose seat says otherwise than the account,
// the seat counts: what that one may not see is never of the organisation that the
// account names.
func (o *Office) OrganisationOf(ctx context.Context, kind, id string) string {
	o.mu.RLock()
	defer o.mu.RUnlock()
	var by loop.PersonID
	var at loop.Anchor
	var on rule.Date
	switch kind {
	case "beslissing":
		d := o.world.Decision(id)
		if d == nil {
			return ""
		}
		by, at, on = d.By, d.Anchor, decidedOn(d)
	case "signaal":
		s, _ := o.world.Signal(id)
		if s == nil {
			return ""
		}
		by, at, on = s.Reporter, s.Anchor, loop.DateOf(s.At)
	default:
		return ""
	}
	of := o.belongs(by, at, on)
	p, ok := authz.From(ctx)
	switch here := o.housesNow(); {
	case !ok || of == "":
	case p.Organisation == "":
		if len(here) == 1 && of == here[0] {
			return "" // the only organisation here, asked by somebody of none: the roles say enough
		}
	case p.Person == "":
		if len(p.Scopes) == 0 && of == o.accountReads(p) {
			return p.Organisation
		}
	case o.sees(reader{person: loop.PersonID(p.Person)}, by, at, on):
		if len(p.Scopes) == 0 { // a program is held to the organisation that it was made for
			return p.Organisation
		}
	case of == authz.Organisation(p.Organisation):
		return nobodys
	}
	return of
}

// nobodys is an organisation that nobody is of.
const nobodys = "\x00elders"

// Standing says what the log knows of a person: the roles of every place in a
// triangle today, and the organisation of the first.
func (o *Office) Standing(_ context.Context, who string) view.Standing {
	o.mu.RLock()
	defer o.mu.RUnlock()
	st := view.Standing{Demo: o.Demo != nil, Open: o.Demo == nil}
	p, ok := o.person(who)
	if !ok || who == "" {
		return st
	}
	st.Known = true
	add := func(roles []string) {
		for _, r := range roles {
			if !slices.Contains(st.Roles, r) {
				st.Roles = append(st.Roles, r)
			}
		}
	}
	add(authz.Corner(string(p.Corner), p.TeamLeader))
	today := o.today()
	for _, t := range o.world.Seats(loop.PersonID(who)) {
		for _, h := range t.Members(today) {
			if h.Person != loop.PersonID(who) {
				continue
			}
			if st.Organisation == "" {
				st.Organisation = h.Post.Organisation
			}
			if h.Signs {
				add(authz.Corner(string(h.Post.Corner), false))
			} else {
				add(authz.Corner("", false))
			}
		}
	}
	if st.Organisation == "" {
		st.Organisation = o.accountOf(who)
	}
	if st.Organisation == "" {
		st.Organisation = o.organisation()
	}
	return st
}
