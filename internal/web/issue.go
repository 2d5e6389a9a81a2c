package web

import (
	"net/http"
	"strings"

	"lemniscaat/internal/screen"

	"lemniscaat/internal/rule"
)

// routeIssue registers the pages of knelpunten and what people do with them.
func (s *server) routeIssue() {
	svc := s.Service
	issue := s.issueView
	s.get("/knelpunten/{id}", issue(nil))
	s.post("/knelpunten/{id}/ook-bij-mij", func(r *http.Request, p *page) (string, error) {
		id, err := svc.MeToo(r.Context(), p.Frame.Actor.ID, r.PathValue("id"), r.PostForm.Get("zaak"))
		return to("signalen", id), err
	}, issue(nil))
	answer := func(r *http.Request, p *page) (screen.AnswerInput, *screen.Refusal) {
		in := screen.AnswerInput{
			Issue: r.PathValue("id"), Kind: screen.AnswerKind(r.PostForm.Get("soort")),
			Reason: strings.TrimSpace(r.PostForm.Get("reden")), FromTomorrow: strings.TrimSpace(r.PostForm.Get("vanaf-morgen")),
			Proposal: r.PostForm.Get("voorstel"), Owner: r.PostForm.Get("aan"),
		}
		var no *screen.Refusal
		in.DeliverBy, no = date(p, "klaar-op", r.PostForm.Get("klaar-op"))
		if in.Kind == screen.AnswerRefuse {
			var bad *screen.Refusal
			if in.ReviewBy, bad = date(p, "herzie-op", r.PostForm.Get("herzie-op")); bad != nil {
				return in, bad
			}
		}
		// Fields of another answer stay out of this one.
		promise := in.Kind == screen.AnswerChange || in.Kind == screen.AnswerAdapt
		if !promise {
			in.FromTomorrow, in.DeliverBy = "", rule.Date{}
		}
		if in.Kind != screen.AnswerChange {
			in.Proposal = ""
		}
		if in.Kind != screen.AnswerForward {
			in.Owner = ""
		}
		return in, no
	}
	s.post("/knelpunten/{id}/antwoord", func(r *http.Request, p *page) (string, error) {
		in, no := answer(r, p)
		if no != nil {
			return "", no
		}
		var faults []screen.FieldError
		need := func(field, value, key string) {
			if value == "" {
				faults = append(faults, screen.FieldError{Field: field, Text: p.T(key)})
			}
		}
		if !known(screen.AnswerKinds[:], in.Kind) {
			faults = append(faults, screen.FieldError{Field: "soort", Text: p.T("antwoord.fout-soort")})
		}
		need("reden", in.Reason, "antwoord.fout-reden")
		switch in.Kind {
		case screen.AnswerChange, screen.AnswerAdapt:
			need("vanaf-morgen", in.FromTomorrow, "antwoord.fout-vanaf-morgen")
			need("klaar-op", iso(in.DeliverBy), "antwoord.fout-klaar-op")
		case screen.AnswerForward:
			need("aan", in.Owner, "antwoord.fout-aan")
		}
		if len(faults) > 0 {
			return "", fieldRefusal(p, faults...)
		}
		return done(to("knelpunten", in.Issue), "antwoord"), svc.Answer(r.Context(), p.Frame.Actor.ID, in)
	}, issue(nil))
	// The preview is a question, not a change: it is sent by POST because it
	// carries what was typed.
	s.mux.HandleFunc("POST /knelpunten/{id}/voorbeeld", func(w http.ResponseWriter, r *http.Request) {
		p, err := s.posted(w, r)
		var v view
		if err == nil {
			in, _ := answer(r, p) // a date that is half typed is no fault yet
			var a screen.AnswerView
			if a, err = svc.PreviewAnswer(r.Context(), p.Frame.Actor.ID, in); err == nil {
				if p.Local != "" {
					v = view{raw: true, body: answerPreview(p, &a)}
				} else {
					v, err = issue(&a)(r, p)
				}
			}
		}
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.show(w, r, http.StatusOK, p, v)
	})
	s.routes = append(s.routes, "POST /knelpunten/{id}/voorbeeld")
	s.post("/knelpunten/{id}/aanvaarden", func(r *http.Request, p *page) (string, error) {
		id := r.PathValue("id")
		return done(to("knelpunten", id), "aanvaard"), svc.AcceptRefusal(r.Context(), p.Frame.Actor.ID, id)
	}, issue(nil))
	s.post("/knelpunten/{id}/telling", func(r *http.Request, p *page) (string, error) {
		id := r.PathValue("id")
		return done(to("knelpunten", id), "telling"), svc.CountWork(r.Context(), p.Frame.Actor.ID, screen.CountInput{
			Issue: id, Before: strings.TrimSpace(r.PostForm.Get("voor")), After: strings.TrimSpace(r.PostForm.Get("na")),
		})
	}, issue(nil))
	s.post("/knelpunten/{id}/herinneren", func(r *http.Request, p *page) (string, error) {
		id := r.PathValue("id")
		return done(to("knelpunten", id), "herinnerd"), svc.Remind(r.Context(), p.Frame.Actor.ID, id)
	}, issue(nil))
	s.post("/knelpunten/{id}/afronden", func(r *http.Request, p *page) (string, error) {
		id := r.PathValue("id")
		return done(to("knelpunten", id), "afgerond"), svc.CloseIssue(r.Context(), p.Frame.Actor.ID, id)
	}, issue(nil))
}

// issueView gives the page of one knelpunt, with an answer as its reporters
// would see it when there is one to try.
func (s *server) issueView(preview *screen.AnswerView) func(*http.Request, *page) (view, error) {
	return func(r *http.Request, p *page) (view, error) {
		v, err := s.Service.Issue(r.Context(), p.Frame.Actor.ID, r.PathValue("id"))
		return view{title: v.Row.Title, here: screen.StationSignal, crumb: issueCrumbs(p), body: issuePage(p, v, preview)}, err
	}
}
