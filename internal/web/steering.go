package web

import (
	"net/http"

	"lemniscaat/internal/screen"
)

// routeSteering registers the pages that look at the whole turn: promises, the
// public figures, what choices brought, what a vote needs, and what changed.
func (s *server) routeSteering() {
	svc := s.Service
	s.get("/toezeggingen", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Promises(r.Context(), p.Frame.Actor.ID, screen.PromiseState(r.URL.Query().Get("staat")), asked(r))
		return view{title: p.T("toezeggingen.titel"), here: screen.StationDecide, body: promisesPage(p, v)}, err
	})
	s.get("/cijfers", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Figures(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("cijfers.titel"), here: screen.StationMeasure, body: figuresPage(p, v)}, err
	})
	s.get("/gevolgen", func(r *http.Request, p *page) (view, error) {
		v, err := svc.ConsequenceList(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("gevolgen.titel"), here: screen.StationMeasure, body: consequenceList(p, v)}, err
	})
	s.get("/gevolgen/{regeling}", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Consequences(r.Context(), p.Frame.Actor.ID, r.PathValue("regeling"), asked(r))
		return view{title: p.T("gevolgen.titel"), here: screen.StationMeasure, crumb: []screen.Ref{{Text: p.T("gevolgen.titel"), Href: "/gevolgen"}}, body: consequencePage(p, v)}, err
	})
	s.get("/voor-de-stemming/{voorstel}", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Vote(r.Context(), p.Frame.Actor.ID, r.PathValue("voorstel"))
		return view{title: p.T("stemming.titel"), here: screen.StationDecide, crumb: []screen.Ref{v.Proposal}, body: votePage(p, v, r.PathValue("voorstel"))}, err
	})
	s.pdf("/voor-de-stemming/{voorstel}/blad.pdf", func(r *http.Request, p *page) (path, name, foot string, err error) {
		id := r.PathValue("voorstel")
		v, err := svc.Vote(r.Context(), p.Frame.Actor.ID, id)
		return to("voor-de-stemming", id), "voor-de-stemming-" + slug(id) + ".pdf", p.T("stemming.voet", "voorstel", v.Proposal.Text, "organisatie", p.Frame.Organisation), err
	})
	s.get("/veranderd", func(r *http.Request, p *page) (view, error) {
		q := r.URL.Query()
		v, err := svc.Changed(r.Context(), p.Frame.Actor.ID, q.Get("maand"), q.Get("regeling"))
		return view{title: p.T("veranderd.titel", "maand", v.Month), here: screen.StationRule, body: changedPage(p, v)}, err
	})
}
