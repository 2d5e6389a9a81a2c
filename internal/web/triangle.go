package web

import (
	"net/http"
	"strconv"
	"strings"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

// maxPosts bounds the rows of the form of an arrangement.
const maxPosts = 40

// day reads the day of a query; what is no day is today.
func day(r *http.Request, name string) rule.Date {
	d, err := rule.ParseDate(r.URL.Query().Get(name))
	if err != nil {
		return rule.Date{}
	}
	return d
}

// routeTriangle registers the map of triangles and their pages.
func (s *server) routeTriangle() {
	svc := s.Service
	text := func(r *http.Request, field string) string { return strings.TrimSpace(r.PostForm.Get(field)) }
	list := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Triangles(r.Context(), p.Frame.Actor.ID, screen.TrianglesAsked{Asked: asked(r), On: day(r, "op"), Only: r.URL.Query().Get("alleen")})
		return view{title: p.T("driehoeken.titel"), body: trianglesPage(p, v)}, err
	}
	s.get("/driehoeken", list)
	one := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Triangle(r.Context(), p.Frame.Actor.ID, r.PathValue("id"), day(r, "op"))
		return view{title: v.Name, crumb: []screen.Ref{{Text: p.T("driehoeken.titel"), Href: "/driehoeken"}}, body: trianglePage(p, v)}, err
	}
	s.get("/driehoeken/{id}", one)

	arrangement := func(r *http.Request, p *page) (screen.ArrangementInput, error) {
		in := screen.ArrangementInput{ID: r.PathValue("id"), Scope: text(r, "bereik"), Vocabulary: text(r, "woorden"), Caseload: text(r, "caseload"), People: map[string]string{}}
		var no *screen.Refusal
		if in.From, no = date(p, "vanaf", r.PostForm.Get("vanaf")); no != nil {
			return in, no
		}
		if in.From.IsZero() {
			return in, fieldRefusal(p, screen.FieldError{Field: "vanaf", Text: p.T("driehoeken.fout-vanaf")})
		}
		if a := text(r, "artikel"); a != "" && in.Scope != "" {
			in.Scope += "/" + a
		}
		coordinates := text(r, "coordinerend")
		for k := range maxPosts {
			n := strconv.Itoa(k)
			if !r.PostForm.Has("organisatie-" + n) {
				break
			}
			in.Posts = append(in.Posts, screen.PostField{
				ID: text(r, "post-"+n), Corner: text(r, "hoek-"+n), Organisation: text(r, "organisatie-"+n), Department: text(r, "afdeling-"+n),
				Coordinating: coordinates == n, Outside: text(r, "buiten-"+n) == "ja",
			})
			in.People[n] = text(r, "persoon-"+n)
		}
		return in, nil
	}
	s.post("/driehoeken", func(r *http.Request, p *page) (string, error) {
		in, err := arrangement(r, p)
		if err != nil {
			return "", err
		}
		id, err := svc.Arrange(r.Context(), p.Frame.Actor.ID, in)
		return done(to("driehoeken", id), "driehoek"), err
	}, list)
	s.post("/driehoeken/{id}", func(r *http.Request, p *page) (string, error) {
		in, err := arrangement(r, p)
		if err != nil {
			return "", err
		}
		id, err := svc.Arrange(r.Context(), p.Frame.Actor.ID, in)
		return done(to("driehoeken", id), "driehoek"), err
	}, one)
	s.post("/driehoeken/{id}/benoem", func(r *http.Request, p *page) (string, error) {
		in := screen.AppointInput{Triangle: r.PathValue("id"), Post: text(r, "post"), Person: text(r, "persoon"), Name: text(r, "naam"), Signs: text(r, "tekent") == "ja"}
		var faults []screen.FieldError
		var no *screen.Refusal
		if in.From, no = date(p, "vanaf", r.PostForm.Get("vanaf")); no != nil {
			faults = append(faults, no.Fields...)
		} else if in.From.IsZero() {
			faults = append(faults, screen.FieldError{Field: "vanaf", Text: p.T("driehoeken.fout-vanaf")})
		}
		if in.Until, no = date(p, "tot", r.PostForm.Get("tot")); no != nil {
			faults = append(faults, no.Fields...)
		}
		if in.Post == "" {
			faults = append(faults, screen.FieldError{Field: "post", Text: p.T("driehoeken.fout-post")})
		}
		if in.Person == "" && in.Name == "" {
			faults = append(faults, screen.FieldError{Field: "persoon", Text: p.T("driehoeken.fout-persoon")})
		}
		if len(faults) > 0 {
			return "", fieldRefusal(p, faults...)
		}
		return done(to("driehoeken", in.Triangle), "benoemd"), svc.Appoint(r.Context(), p.Frame.Actor.ID, in)
	}, one)
	s.post("/driehoeken/{id}/vertrek", func(r *http.Request, p *page) (string, error) {
		in := screen.LeaveInput{Triangle: r.PathValue("id"), Post: text(r, "post"), Person: text(r, "persoon")}
		var no *screen.Refusal
		if in.On, no = date(p, "op", r.PostForm.Get("op")); no != nil {
			return "", no
		}
		if in.On.IsZero() {
			return "", fieldRefusal(p, screen.FieldError{Field: "op", Text: p.T("driehoeken.fout-vertrek")})
		}
		return done(to("driehoeken", in.Triangle), "vertrokken"), svc.Leave(r.Context(), p.Frame.Actor.ID, in)
	}, one)
	s.post("/driehoeken/{id}/ruimte", func(r *http.Request, p *page) (string, error) {
		id := r.PathValue("id")
		return done(to("driehoeken", id)+"#ruimte", "ruimte"), svc.SetCapacity(r.Context(), p.Frame.Actor.ID, screen.CapacityInput{
			Triangle: id, Quarter: text(r, "kwartaal"), Points: text(r, "uren"),
		})
	}, one)
	s.post("/driehoeken/{id}/hef-op", func(r *http.Request, p *page) (string, error) {
		why := text(r, "want")
		if why == "" {
			return "", fieldRefusal(p, screen.FieldError{Field: "want", Text: p.T("voorstel.fout-want")})
		}
		return done(to("driehoeken", r.PathValue("id")), "opgeheven"), svc.DropTriangle(r.Context(), p.Frame.Actor.ID, r.PathValue("id"), why)
	}, one)
}
