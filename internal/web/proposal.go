package web

import (
	"context"
	"net/http"
	"strings"

	"lemniscaat/internal/screen"
)

func (s *server) routeProposal() {
	svc := s.Service
	list := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Proposals(r.Context(), p.Frame.Actor.ID, r.URL.Query().Get("regeling"), asked(r))
		return view{title: p.T("voorstellen.titel"), here: screen.StationDecide, body: proposalsPage(p, v)}, err
	}
	s.get("/voorstellen", list)
	s.post("/voorstellen", func(r *http.Request, p *page) (string, error) {
		id, err := svc.OpenProposal(r.Context(), p.Frame.Actor.ID, screen.OpenProposalInput{
			Regulation: r.PostForm.Get("regeling"), Issue: r.PostForm.Get("knelpunt"), Title: strings.TrimSpace(r.PostForm.Get("titel")),
		})
		return done(to("voorstellen", id), "voorstel"), err
	}, func(r *http.Request, p *page) (view, error) {
		if id := r.PostForm.Get("knelpunt"); id != "" {
			v, err := svc.Issue(r.Context(), p.Frame.Actor.ID, id)
			return view{title: v.Row.Title, here: screen.StationSignal, body: issuePage(p, v, nil)}, err
		}
		return list(r, p)
	})
	proposal := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Proposal(r.Context(), p.Frame.Actor.ID, r.PathValue("id"))
		here := screen.StationDecide
		switch v.State {
		case screen.ProposalSketch, screen.ProposalReturned:
			here = screen.StationTest
		case screen.ProposalRollout, screen.ProposalInForce, screen.ProposalPaused:
			here = screen.StationExecute
		case screen.ProposalEvaluated:
			here = screen.StationMeasure
		}
		return view{title: v.Title, here: here, crumb: []screen.Ref{{Text: p.T("voorstellen.titel"), Href: "/voorstellen"}}, body: proposalPage(p, v)}, err
	}
	s.get("/voorstellen/{id}", proposal)
	s.routeDeadlock(proposal)

	s.routeProposalPaper(proposal)

	// act registers a command of a proposal; section is where the page opens
	// afterwards.
	act := func(name, message, section string, do func(ctx context.Context, who, id string, r *http.Request, p *page) error) {
		s.post("/voorstellen/{id}/"+name, func(r *http.Request, p *page) (string, error) {
			id := r.PathValue("id")
			return done(to("voorstellen", id)+"#"+section, message), do(r.Context(), p.Frame.Actor.ID, id, r, p)
		}, proposal)
	}
	text := func(r *http.Request, field string) string { return strings.TrimSpace(r.PostForm.Get(field)) }

	act("meedoen", "meedoen", "auteurs", func(ctx context.Context, who, id string, _ *http.Request, _ *page) error {
		return svc.JoinProposal(ctx, who, id)
	})
	act("parameter", "parameter", "regel", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		in := screen.ParameterInput{Proposal: id, Param: text(r, "parameter"), Value: text(r, "waarde")}
		if in.Value == "" {
			return fieldRefusal(p, screen.FieldError{Field: "waarde", Text: p.T("voorstel.fout-waarde")})
		}
		return svc.EditParameter(ctx, who, in)
	})
	act("stap", "stap", "stappen", func(ctx context.Context, who, id string, r *http.Request, _ *page) error {
		return svc.EditStep(ctx, who, screen.StepInput{Proposal: id, Step: text(r, "stap"), Value: text(r, "waarde")})
	})
	act("kompas", "kompas", "kompas", func(ctx context.Context, who, id string, r *http.Request, _ *page) error {
		return svc.AnswerCompass(ctx, who, id, byPrefix(r, "vraag-"))
	})
	act("toets", "toets", "toetsen", func(ctx context.Context, who, id string, r *http.Request, _ *page) error {
		return svc.ConfirmAssessment(ctx, who, screen.AssessmentInput{
			Proposal: id, Assessment: text(r, "toets"), Verdict: text(r, "oordeel"),
			Answers: byPrefix(r, "antwoord-"), Why: byPrefix(r, "want-"), Drop: r.PostForm["weg"],
			Finding: foundBy(text, r, ""),
		})
	})
	act("bevinding", "bevinding", "bevindingen", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		why, chosen := text(r, "want"), r.PostForm["bevinding"]
		var faults []screen.FieldError
		if len(chosen) == 0 {
			faults = append(faults, screen.FieldError{Field: "bevinding", Text: p.T("voorstel.fout-bevinding")})
		}
		if why == "" {
			faults = append(faults, screen.FieldError{Field: "want", Text: p.T("voorstel.fout-want")})
		}
		if len(faults) > 0 {
			return fieldRefusal(p, faults...)
		}
		return svc.AcceptFindings(ctx, who, id, chosen, why)
	})
	s.post("/voorstellen/{id}/simuleren", func(r *http.Request, p *page) (string, error) {
		run, err := svc.Simulate(r.Context(), p.Frame.Actor.ID, r.PathValue("id"))
		return to("simulaties", run), err
	}, proposal)
	act("verwachting", "verwachting", "verwachtingen", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		in := screen.ExpectationInput{
			Proposal: id, Goal: text(r, "doel"), Indicator: text(r, "indicator"),
			Low: text(r, "laag"), High: text(r, "hoog"), Tripwire: text(r, "grens"),
		}
		var no *screen.Refusal
		if in.Horizon, no = date(p, "datum", r.PostForm.Get("datum")); no != nil {
			return no
		}
		var faults []screen.FieldError
		for _, f := range []struct{ field, value string }{{"doel", in.Goal}, {"indicator", in.Indicator}, {"laag", in.Low}, {"hoog", in.High}, {"datum", iso(in.Horizon)}} {
			if f.value == "" {
				faults = append(faults, screen.FieldError{Field: f.field, Text: p.T("voorstel.fout-" + f.field)})
			}
		}
		if len(faults) > 0 {
			return fieldRefusal(p, faults...)
		}
		return svc.AddExpectation(ctx, who, in)
	})
	act("verwachting-weg", "verwachting-weg", "verwachtingen", func(ctx context.Context, who, id string, r *http.Request, _ *page) error {
		return svc.RemoveExpectation(ctx, who, id, text(r, "verwachting"))
	})
	act("voorleggen", "voorgelegd", "sleutels", func(ctx context.Context, who, id string, _ *http.Request, _ *page) error {
		return svc.SubmitProposal(ctx, who, id)
	})
	act("terugleggen", "teruggelegd", "sleutels", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		why := text(r, "want")
		if why == "" {
			return fieldRefusal(p, screen.FieldError{Field: "want", Text: p.T("voorstel.fout-want")})
		}
		return svc.ReturnProposal(ctx, who, id, why)
	})
	act("intrekken", "ingetrokken", "sleutels", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		why := text(r, "want")
		if why == "" {
			return fieldRefusal(p, screen.FieldError{Field: "want", Text: p.T("voorstel.fout-want")})
		}
		return svc.WithdrawProposal(ctx, who, id, why)
	})
	act("sleutel", "sleutel", "sleutels", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		in := screen.KeyInput{Proposal: id, Digest: text(r, "vingerafdruk")}
		if text(r, "wat") != "" || text(r, "wie") != "" || text(r, "dag") != "" {
			c, no := promise(r, p, id)
			if no != nil {
				return no
			}
			in.Conditions = append(in.Conditions, c)
		}
		return svc.GiveKey(ctx, who, in)
	})
	act("invoeren", "invoeren", "sleutels", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		d, no := date(p, "datum", r.PostForm.Get("datum"))
		if no != nil {
			return no
		}
		if d.IsZero() {
			return fieldRefusal(p, screen.FieldError{Field: "datum", Text: p.T("voorstel.fout-datum")})
		}
		return svc.Adopt(ctx, who, id, d)
	})

	s.get("/simulaties/{id}", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Simulation(r.Context(), p.Frame.Actor.ID, r.PathValue("id"))
		body := simulationPage(p, v)
		if p.Local != "" {
			return view{raw: true, body: simulationBody(p, v)}, err
		}
		crumb := []screen.Ref{{Text: p.T("simulaties.titel"), Href: "/simulaties"}}
		if v.Proposal != nil {
			crumb = []screen.Ref{*v.Proposal, crumb[0]}
		}
		return view{title: p.T("simulatie.titel", "naam", v.Title), here: screen.StationSimulate, crumb: crumb, body: body}, err
	})
	s.routeRun()
	s.routePeople()
}
