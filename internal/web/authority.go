package web

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/screen"
)

// Guard decides who may try what, and keeps what it decided.
type Guard interface {
	Allow(ctx context.Context, r authz.Request) authz.Decision
}

// Authorising is what a decision asks of the log.
type Authorising interface {
	// Standing says what the log knows of a person; the zero value of nobody.
	Standing(ctx context.Context, who string) screen.Standing
	// OrganisationOf names the organisation that something is of; empty: it is
	// shared, or it does not exist.
	OrganisationOf(ctx context.Context, kind, id string) string
	// LeftPlace says what place somebody had here last who has none today; ok is
	// false for who never had one.
	LeftPlace(ctx context.Context, who string) (v screen.LeftView, ok bool)
}

// mux is a ServeMux that remembers what it serves, and lets nothing reach a
// handler before it was decided on.
type mux struct {
	*http.ServeMux
	patterns []string
	allowed  func(w http.ResponseWriter, r *http.Request, pattern string) (*http.Request, bool)
}

// HandleFunc registers a handler.
func (m *mux) HandleFunc(pattern string, f func(http.ResponseWriter, *http.Request)) {
	m.patterns = append(m.patterns, pattern)
	m.ServeMux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		if r, ok := m.allowed(w, r, pattern); ok {
			f(w, r)
		}
	})
}

// newMux gives an empty one, that asks s.
func (s *server) newMux() *mux { return &mux{ServeMux: http.NewServeMux(), allowed: s.allowed} }

// Route is one route of the pages, and what it does.
type Route struct {
	Pattern, Operation string
	// Kind and ID say what of an organisation it is about: the kind of thing, and
	// the part of the pattern that names it. Empty: nothing.
	Kind, ID string
}

// Routes gives every route of the pages without accounts, sorted by pattern.
func Routes() []Route { return routes(func(o operation) bool { return !o.accounts }) }

// AllRoutes gives every route of the pages, sorted by pattern.
func AllRoutes() []Route { return routes(func(operation) bool { return true }) }

func routes(of func(operation) bool) []Route {
	var out []Route
	for pattern, o := range operations {
		if of(o) {
			out = append(out, Route{pattern, o.name, o.kind, o.id})
		}
	}
	slices.SortFunc(out, func(a, b Route) int {
		if a.Pattern < b.Pattern {
			return -1
		}
		return 1
	})
	return out
}

// checkOperations finds routes without an operation, and the other way round.
func (s *server) checkOperations(a *authz.Authority) error {
	var errs []error
	for _, p := range s.mux.patterns {
		if o := operations[p]; !a.Known(o.name) {
			errs = append(errs, fmt.Errorf("BUG: web: route %q has no operation: name it in web/operation.go, and in authz/schema.cedarschema when it is new", p))
		}
	}
	for p, o := range operations {
		if o.accounts && s.Identity == nil || o.switched && s.Identity != nil {
			continue
		}
		if !slices.Contains(s.mux.patterns, p) {
			errs = append(errs, fmt.Errorf("BUG: web: operation of %q, which is no route", p))
		}
	}
	return errors.Join(errs...)
}

// plain is the Guard of a server that was given none.
type plain struct{ *authz.Authority }

// Allow implements Guard.
func (g plain) Allow(_ context.Context, r authz.Request) authz.Decision { return g.Decide(r) }

// principal gives who asks.
func (s *server) principal(r *http.Request) authz.Principal {
	if p, ok := authz.From(r.Context()); ok { // decided before: a page that is printed
		return p
	}
	if s.Identity != nil {
		return visitor(r).Principal
	}
	return s.switched(r)
}

// switched is who the role switch says. There is nobody to be when nobody can
// sign in: who looks around in the demo reads, and who begins an installation
// without accounts, on this machine only, arranges it.
func (s *server) switched(r *http.Request) authz.Principal {
	who := s.who(r)
	st := s.Service.Standing(r.Context(), who)
	p := authz.Principal{Organisation: st.Organisation, Roles: st.Roles}
	if st.Known {
		p.Account, p.Person = who, who
		return p
	}
	if st.Demo || st.Open {
		p.Roles = []string{authz.RoleOnlooker}
	}
	if st.Open {
		p.Roles = append(p.Roles, authz.RoleManager)
	}
	return p
}

// question is what is decided on before an operation goes on: who, what, and on
// what when it is on one thing.
func (s *server) question(ctx context.Context, by authz.Principal, o operation, id string) authz.Request {
	q := authz.Request{Principal: by, Operation: o.name, Demo: s.Service.Standing(ctx, "").Demo}
	if o.kind != "" {
		q.Resource = authz.Resource{Kind: o.kind, ID: id, Organisation: s.Service.OrganisationOf(ctx, o.kind, id)}
	}
	return q
}

// allowed asks whether the request may go on, and answers it when not. The
// request that it gives says for whom it is.
func (s *server) allowed(w http.ResponseWriter, r *http.Request, pattern string) (*http.Request, bool) {
	if s.scene != nil { // a story that is public, in which nothing can be changed
		return r, true
	}
	o := operations[pattern]
	by := s.principal(r)
	r = r.WithContext(authz.With(r.Context(), by))
	q := s.question(r.Context(), by, o, r.PathValue(o.id))
	d := s.Guard.Allow(r.Context(), q)
	if d.Allowed && s.traced(r, q) {
		// Under break-glass nothing is done that leaves no trace.
		if err := s.Identity.Acted(r.Context(), visitor(r).Visitor, o.name); err != nil {
			p, _ := s.page(r)
			s.fail(w, r, p, s.worded(p, err))
			return r, false
		}
	}
	if d.Allowed {
		return r, true
	}
	if s.Identity != nil && !by.SignedIn() && d.SignIn {
		s.askSignIn(w, r, visitor(r).Visitor)
		return r, false
	}
	p, err := s.page(r)
	if err != nil {
		s.fail(w, r, p, err)
		return r, false
	}
	if d.Hide {
		s.fail(w, r, p, screen.ErrNotFound)
		return r, false
	}
	s.failure(w, r, p, http.StatusForbidden, "403", s.refusedBy(r, p, q, d))
	return r, false
}

// traced reports that an act leaves a trace of break-glass: every command, and
// reading what only break-glass lets this account read.
func (s *server) traced(r *http.Request, q authz.Request) bool {
	if visitor(r).EmergencyID == "" || q.Operation == "aanmelden" {
		return false
	}
	if r.Method == http.MethodPost {
		return true
	}
	decider, ok := s.Guard.(judge)
	q.Principal.Roles = slices.DeleteFunc(slices.Clone(q.Principal.Roles), func(x string) bool { return x == authz.RoleEmergency })
	return ok && !decider.Decide(q).Allowed
}

// refusedBy says in words what would be needed, and what there was when that ended.
func (s *server) refusedBy(r *http.Request, p *page, q authz.Request, d authz.Decision) *screen.Refusal {
	no := &screen.Refusal{Code: "niet-bevoegd", Text: d.Needed, Hint: p.T("gezag.vraag")}
	if p.Lang == s.english.Lang {
		no.Text = d.NeededEnglish
	}
	if d.SignIn {
		no.Hint = p.T("gezag.kies")
	}
	decider, ok := s.Guard.(judge)
	if !ok || s.Identity == nil {
		return no
	}
	with := func(roles ...string) bool {
		x := q
		x.Principal.Roles = append(slices.Clone(x.Principal.Roles), roles...)
		return decider.Decide(x).Allowed
	}
	v := visitor(r).Visitor
	if v.Left != "" {
		if left, ok := s.Service.LeftPlace(r.Context(), v.Left); ok && with(left.Roles...) {
			no.Code, no.Text, no.Hint = "plek-voorbij", p.leftPlace(left), p.T("gezag.plek-vraag")
			if left.Owner != "" {
				no.Hint = p.T("gezag.plek-eigenaar", "naam", left.Owner)
			}
			return no
		}
	}
	if !v.EmergencyOver.IsZero() && with(authz.RoleEmergency) {
		no.Code, no.Text, no.Hint = "nood-voorbij", p.T("gezag.nood-voorbij", "moment", p.moment(v.EmergencyOver)), p.T("gezag.nood-opnieuw")
	}
	return no
}

// leftPlace says when a place ended, or begins.
func (p *page) leftPlace(v screen.LeftView) string {
	role := p.roleNames(v.Roles)
	switch {
	case !v.Until.IsZero():
		return p.T("gezag.plek-voorbij", "rol", role, "datum", p.Date(v.Until))
	case !v.From.IsZero():
		return p.T("gezag.plek-later", "rol", role, "datum", p.Date(v.From))
	}
	return p.T("gezag.plek-weg", "rol", role)
}
