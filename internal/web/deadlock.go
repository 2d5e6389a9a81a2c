package web

import (
	"context"
	"net/http"
	"strings"

	"lemniscaat/internal/screen"
)

// routeDeadlock registers what happens when the corners do not agree on a
// proposal.
func (s *server) routeDeadlock(proposal func(*http.Request, *page) (view, error)) {
	svc := s.Service
	s.get("/vastgelopen", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Stuck(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("vastgelopen.titel"), here: screen.StationDecide, body: stuckPage(p, v)}, err
	})
	text := func(r *http.Request, field string) string { return strings.TrimSpace(r.PostForm.Get(field)) }
	// words registers a command that needs words; need is the text when they
	// are missing.
	words := func(name, message, need string, do func(ctx context.Context, who string, r *http.Request, in screen.PositionInput) error) {
		s.post("/voorstellen/{id}/"+name, func(r *http.Request, p *page) (string, error) {
			in := screen.PositionInput{Proposal: r.PathValue("id"), Digest: text(r, "vingerafdruk"), Text: text(r, "want")}
			if in.Text == "" {
				return "", fieldRefusal(p, screen.FieldError{Field: "want", Text: p.T(need)})
			}
			return done(to("voorstellen", in.Proposal)+"#onenigheid", message), do(r.Context(), p.Frame.Actor.ID, r, in)
		}, proposal)
	}
	words("sleutel-weigeren", "sleutel-geweigerd", "voorstel.fout-want", func(ctx context.Context, who string, _ *http.Request, in screen.PositionInput) error {
		return svc.RefuseKey(ctx, who, in)
	})
	words("vastgelopen", "vastgelopen", "vastgelopen.fout-standpunt", func(ctx context.Context, who string, _ *http.Request, in screen.PositionInput) error {
		return svc.DeclareDeadlock(ctx, who, in)
	})
	words("standpunt", "standpunt", "vastgelopen.fout-standpunt", func(ctx context.Context, who string, _ *http.Request, in screen.PositionInput) error {
		return svc.StatePosition(ctx, who, in)
	})
	words("vroege-toets", "vroege-toets", "voorstel.fout-want", func(ctx context.Context, who string, _ *http.Request, in screen.PositionInput) error {
		return svc.ReportEarly(ctx, who, in)
	})
	s.post("/voorstellen/{id}/knoop", func(r *http.Request, p *page) (string, error) {
		in := screen.DeadlockInput{Proposal: r.PathValue("id"), Outcome: text(r, "uitkomst"), Reason: text(r, "want")}
		var faults []screen.FieldError
		if in.Outcome == "" {
			faults = append(faults, screen.FieldError{Field: "uitkomst", Text: p.T("vastgelopen.fout-uitkomst")})
		}
		if in.Reason == "" {
			faults = append(faults, screen.FieldError{Field: "want", Text: p.T("voorstel.fout-want")})
		}
		if len(faults) > 0 {
			return "", fieldRefusal(p, faults...)
		}
		return done(to("voorstellen", in.Proposal)+"#onenigheid", "knoop"), svc.SettleDeadlock(r.Context(), p.Frame.Actor.ID, in)
	}, proposal)
	s.post("/voorstellen/{id}/besluit-ondanks", func(r *http.Request, p *page) (string, error) {
		in := screen.DespiteInput{Proposal: r.PathValue("id"), Digest: text(r, "vingerafdruk"), Name: text(r, "naam"), Reason: text(r, "want")}
		var faults []screen.FieldError
		if in.Name == "" {
			faults = append(faults, screen.FieldError{Field: "naam", Text: p.T("vastgelopen.fout-naam")})
		}
		if in.Reason == "" {
			faults = append(faults, screen.FieldError{Field: "want", Text: p.T("voorstel.fout-want")})
		}
		if len(faults) > 0 {
			return "", fieldRefusal(p, faults...)
		}
		return done(to("voorstellen", in.Proposal)+"#onenigheid", "besluit-ondanks"), svc.DecideDespite(r.Context(), p.Frame.Actor.ID, in)
	}, proposal)
	s.post("/voorstellen/{id}/raadsbesluit", func(r *http.Request, p *page) (string, error) {
		in := screen.RulingInput{Proposal: r.PathValue("id"), Body: text(r, "wie"), Outcome: text(r, "uitkomst"), Source: text(r, "bron"), Note: text(r, "wat")}
		var faults []screen.FieldError
		var no *screen.Refusal
		if in.On, no = date(p, "op", r.PostForm.Get("op")); no != nil {
			faults = append(faults, no.Fields...)
		} else if in.On.IsZero() {
			faults = append(faults, screen.FieldError{Field: "op", Text: p.T("vastgelopen.fout-op")})
		}
		for _, f := range []struct{ field, value string }{{"wie", in.Body}, {"uitkomst", in.Outcome}, {"bron", in.Source}} {
			if f.value == "" {
				faults = append(faults, screen.FieldError{Field: f.field, Text: p.T("vastgelopen.fout-" + f.field)})
			}
		}
		if len(faults) > 0 {
			return "", fieldRefusal(p, faults...)
		}
		return done(to("voorstellen", in.Proposal)+"#onenigheid", "raadsbesluit"), svc.RecordRuling(r.Context(), p.Frame.Actor.ID, in)
	}, proposal)
}
