package web

import (
	"errors"
	"net/http"
	"strings"

	"lemniscaat/internal/screen"
)

func asRefusal(err error) (*screen.Refusal, bool) {
	var no *screen.Refusal
	return no, errors.As(err, &no)
}

// refusalStatus tells a fault in the form from a no of the loop.
func refusalStatus(no *screen.Refusal) int {
	if len(no.Fields) > 0 {
		return http.StatusBadRequest
	}
	return http.StatusConflict
}

// routeLink registers the page of a party without an account. Opening it
// changes nothing, however often and by whatever program; sending shows what
// will be sent first.
func (s *server) routeLink() {
	svc := s.Service
	show := func(r *http.Request, p *page) (view, error) {
		v, err := svc.AnswerLink(r.Context(), r.PathValue("geheim"))
		return view{title: p.T("antwoordlink.titel"), body: answerLinkPage(p, v, r.PathValue("geheim"))}, err
	}
	input := func(r *http.Request, p *page) (screen.AnswerLinkInput, error) {
		text := func(name string) string { return strings.TrimSpace(r.PostForm.Get(name)) }
		in := screen.AnswerLinkInput{
			Secret: r.PathValue("geheim"), Choice: text("keuze"), Reason: text("reden"), FromTomorrow: text("vanaf-morgen"),
			Owner: text("aan"), Name: text("naam"), Digest: text("vingerafdruk"),
		}
		var no *screen.Refusal
		if in.DeliverBy, no = date(p, "klaar-op", r.PostForm.Get("klaar-op")); no != nil {
			return in, no
		}
		if in.Choice == "" {
			return in, fieldRefusal(p, screen.FieldError{Field: "keuze", Text: p.T("antwoordlink.fout-keuze")})
		}
		return in, nil
	}
	s.get("/antwoord/{geheim}", show)
	s.routes = append(s.routes, "POST /antwoord/{geheim}/voorbeeld")
	s.mux.HandleFunc("POST /antwoord/{geheim}/voorbeeld", func(w http.ResponseWriter, r *http.Request) {
		p, err := s.posted(w, r)
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		in, err := input(r, p)
		var v screen.AnswerLinkView
		if err == nil && r.PostForm.Get("terug") == "" {
			v, err = svc.PreviewLink(r.Context(), in)
		} else if err == nil {
			v, err = svc.AnswerLink(r.Context(), in.Secret) // back to the form, with what was typed
		}
		status := http.StatusOK
		if no, ok := asRefusal(err); ok {
			p.Refusal, status = no, refusalStatus(no)
			v, err = svc.AnswerLink(r.Context(), in.Secret)
		}
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.show(w, r, status, p, view{title: p.T("antwoordlink.titel"), body: answerLinkPage(p, v, in.Secret)})
	})
	s.post("/antwoord/{geheim}", func(r *http.Request, p *page) (string, error) {
		in, err := input(r, p)
		if err != nil {
			return "", err
		}
		return to("antwoord", in.Secret), svc.UseLink(r.Context(), in)
	}, show)
}
