package web

import (
	"net/http"
	"strings"

	"lemniscaat/internal/screen"
)

// routeDuty registers what anybody owes, and the ladder of what is late.
func (s *server) routeDuty() {
	svc := s.Service
	s.get("/verplichtingen", func(r *http.Request, p *page) (view, error) {
		q := r.URL.Query()
		v, err := svc.Duties(r.Context(), p.Frame.Actor.ID, screen.DutyAsked{
			Asked: asked(r), Mine: q.Get("van") == "mij", Late: q.Get("te-laat") == "ja", Corner: q.Get("hoek"), Kind: q.Get("soort"),
		})
		return view{title: p.T("verplichtingen.titel"), body: dutiesPage(p, v)}, err
	})
	late := func(step string) func(*http.Request, *page) (view, error) {
		return func(r *http.Request, p *page) (view, error) {
			step := step
			if step == "" {
				if step = r.URL.Query().Get("trede"); step == "" {
					step = "openbaar"
				}
			}
			v, err := svc.Late(r.Context(), p.Frame.Actor.ID, step, asked(r))
			if v.Step == "raad" {
				return view{title: p.T("raad.titel"), crumb: []screen.Ref{{Text: p.T("te-laat-lijst.titel"), Href: "/te-laat"}}, body: latePage(p, v)}, err
			}
			return view{title: p.T("te-laat-lijst.titel"), body: latePage(p, v)}, err
		}
	}
	s.get("/te-laat", late(""))
	s.get("/voor-de-raad", late("raad"))
	s.post("/te-laat/gezien", func(r *http.Request, p *page) (string, error) {
		back := local(r.PostForm.Get("terug"))
		return done(back, "gezien"), svc.SeeOverdue(r.Context(), p.Frame.Actor.ID, r.PostForm.Get("verplichting"))
	}, late("openbaar"))

	// The secret of a link is shown once, in the answer to the form that made
	// it: it stands in no address and in no log.
	s.routes = append(s.routes, "GET /verplichtingen/link", "POST /verplichtingen/link")
	ask := func(r *http.Request, p *page, id string) (view, error) {
		row, err := svc.Duty(r.Context(), p.Frame.Actor.ID, id)
		if err != nil {
			return view{}, err
		}
		return view{title: p.T("link.titel"), crumb: []screen.Ref{{Text: p.T("verplichtingen.titel"), Href: "/verplichtingen"}}, body: linkPage(p, row)}, nil
	}
	s.mux.HandleFunc("GET /verplichtingen/link", func(w http.ResponseWriter, r *http.Request) {
		p, err := s.page(r)
		if err == nil {
			var v view
			if v, err = ask(r, p, r.URL.Query().Get("voor")); err == nil {
				s.show(w, r, http.StatusOK, p, v)
				return
			}
		}
		s.fail(w, r, p, err)
	})
	s.mux.HandleFunc("POST /verplichtingen/link", func(w http.ResponseWriter, r *http.Request) {
		p, err := s.posted(w, r)
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		id := r.PostForm.Get("verplichting")
		made, err := svc.MakeLink(r.Context(), p.Frame.Actor.ID, screen.LinkMakeInput{Obligation: id, To: strings.TrimSpace(r.PostForm.Get("adres"))})
		if no, ok := asRefusal(err); ok {
			p.Refusal = no
			v, err := ask(r, p, id)
			if err != nil {
				s.fail(w, r, p, err)
				return
			}
			s.show(w, r, refusalStatus(no), p, v)
			return
		}
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.show(w, r, http.StatusOK, p, view{
			title: p.T("link.titel"), crumb: []screen.Ref{{Text: p.T("verplichtingen.titel"), Href: "/verplichtingen"}},
			body: linkMadePage(p, made, s.site(r)+made.Path),
		})
	})
	s.post("/verplichtingen/link/intrekken", func(r *http.Request, p *page) (string, error) {
		why := strings.TrimSpace(r.PostForm.Get("want"))
		if why == "" {
			return "", fieldRefusal(p, screen.FieldError{Field: "want", Text: p.T("voorstel.fout-want")})
		}
		return done("/verplichtingen", "link-ingetrokken"), svc.RevokeLink(r.Context(), p.Frame.Actor.ID, r.PostForm.Get("link"), why)
	}, func(r *http.Request, p *page) (view, error) { return ask(r, p, r.PostForm.Get("verplichting")) })
}

// site is the address of this site as the reader reaches it: for a link that he
// copies himself.
func (s *server) site(r *http.Request) string {
	if s.TLS {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// sentenceCase begins a text with a capital.
func sentenceCase(s string) string {
	for i, r := range s {
		return strings.ToUpper(string(r)) + s[i+len(string(r)):]
	}
	return s
}
