package web

import (
	"net/http"
	"strings"

	"lemniscaat/internal/screen"
)

// routeStand registers the Stand van de Uitvoering.
func (s *server) routeStand() {
	svc := s.Service
	list := []screen.Ref{}
	crumb := func(p *page) []screen.Ref {
		return append(list, screen.Ref{Text: p.T("stand.titel"), Href: "/stand"})
	}
	s.get("/stand", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Stands(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("stand.titel"), here: screen.StationMeasure, body: standsPage(p, v)}, err
	})
	one := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Stand(r.Context(), p.Frame.Actor.ID, r.PathValue("periode"))
		return view{title: p.T("stand.titel-van", "periode", p.period(v.Title)), here: screen.StationMeasure, crumb: crumb(p), body: standPage(p, v)}, err
	}
	s.get("/stand/{periode}", one)
	s.get("/stand/{periode}/narekenen", func(r *http.Request, p *page) (view, error) {
		v, err := svc.CheckStand(r.Context(), p.Frame.Actor.ID, r.PathValue("periode"))
		return view{title: p.T("stand.narekenen"), here: screen.StationMeasure, crumb: append(crumb(p), v.Ref), body: standCheckPage(p, v)}, err
	})
	s.post("/stand/{periode}/voorwoord", func(r *http.Request, p *page) (string, error) {
		id, words := r.PathValue("periode"), strings.TrimSpace(r.PostForm.Get("voorwoord"))
		if words == "" {
			return "", fieldRefusal(p, screen.FieldError{Field: "voorwoord", Text: p.T("stand.fout-voorwoord")})
		}
		return done(to("stand", id), "voorwoord"), svc.WritePreface(r.Context(), p.Frame.Actor.ID, id, words)
	}, one)
	s.post("/stand/{periode}/publiceren", func(r *http.Request, p *page) (string, error) {
		id := r.PathValue("periode")
		return done(to("stand", id), "stand"), svc.PublishStand(r.Context(), p.Frame.Actor.ID, id)
	}, one)
	s.pdf("/stand/{periode}/stand.pdf", func(r *http.Request, p *page) (path, name, foot string, err error) {
		id := r.PathValue("periode")
		v, err := svc.Stand(r.Context(), p.Frame.Actor.ID, id)
		return to("stand", id), "stand-" + slug(id) + ".pdf", p.T("stand.voet", "periode", p.period(v.Title), "organisatie", p.Frame.Organisation), err
	})
}

// pdf registers a page of this site as a tagged PDF; of says which page, the
// name of the file and what stands under every sheet.
func (s *server) pdf(pattern string, of func(*http.Request, *page) (path, name, foot string, err error)) {
	pattern = "GET " + pattern
	s.routes = append(s.routes, pattern)
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		p, err := s.page(r)
		var path, name, foot string
		if err == nil {
			path, name, foot, err = of(r, p)
		}
		var data []byte
		if err == nil {
			data, err = s.print(r, p, path, foot)
		}
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.send(w, r, name, data)
	})
}
