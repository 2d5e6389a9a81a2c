package web

import (
	"bytes"
	"context"
	"errors"
	"lemniscaat/internal/screen"
	"net/http"
	"regexp"
	"strings"

	"github.com/a-h/templ"

	"lemniscaat/internal/rule"
)

// route registers every page and every command.
func (s *server) route() {
	svc := s.Service

	s.routes = append(s.routes, "GET /vast/{name}", "POST /rol")
	s.mux.HandleFunc("GET /vast/{name}", func(w http.ResponseWriter, r *http.Request) {
		if !s.assets.serve(w, r) {
			p, _ := s.page(r)
			s.failure(w, r, p, http.StatusNotFound, "404", nil)
		}
	})
	s.mux.HandleFunc("POST /rol", s.switchRole)

	s.get("/{$}", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Start(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("start.titel"), body: startPage(p, v)}, err
	})
	s.get("/rondleiding", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Start(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("rondleiding.titel"), body: tourPage(p, v.Tour)}, err
	})
	s.get("/regelingen/{regeling}", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Regulation(r.Context(), p.Frame.Actor.ID, r.PathValue("regeling"))
		return view{title: v.Name, here: screen.StationRule, body: regulationPage(p, v)}, err
	})
	s.get("/regelingen/{regeling}/{artikel}", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Article(r.Context(), p.Frame.Actor.ID, r.PathValue("regeling"), r.PathValue("artikel"))
		return view{title: v.Name, here: screen.StationRule, crumb: []screen.Ref{v.Regulation}, body: articlePage(p, v)}, err
	})
	s.get("/register", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Register(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("register.titel"), body: registerPage(p, v)}, err
	})
	s.get("/team", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Team(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("team.titel"), here: screen.StationExecute, body: teamPage(p, v)}, err
	})

	s.post("/demo/klok", func(r *http.Request, p *page) (string, error) {
		if !p.Frame.Demo {
			return "", screen.ErrNotFound
		}
		to, no := date(p, "klok", r.PostForm.Get("klok"))
		if no != nil {
			return "", no
		}
		return done(local(r.PostForm.Get("terug")), "klok"), svc.MoveClock(r.Context(), to)
	}, func(r *http.Request, p *page) (view, error) {
		v, err := svc.Start(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("start.titel"), body: startPage(p, v)}, err
	})

	s.routeComparison()
	s.routeEntitlement()
	s.routeCurve()
	s.routeLaw()
	s.routeSignal()
	s.routeIssue()
	s.routeProposal()
	s.routeAmendment()
	s.routeRuns()
	s.routeTry()
	s.routeExecute()
	s.routeMeasure()
}

// anchorOf reads an anchor from a query or a form. The select "plek" gives
// regulation and article in one value.
func anchorOf(get func(string) string) screen.Anchor {
	a := screen.Anchor{Regulation: get("regeling"), Article: get("artikel"), Lid: get("lid"), Rule: get("regel"), Case: get("zaak")}
	if place := get("plek"); place != "" {
		a.Regulation, a.Article, _ = strings.Cut(place, "/")
		a.Lid, a.Rule = "", ""
	}
	return a
}

func (s *server) routeSignal() {
	svc := s.Service
	form := func(r *http.Request, p *page, at screen.Anchor) (view, error) {
		v, err := svc.SignalForm(r.Context(), p.Frame.Actor.ID, at)
		return view{title: p.T("signaal.titel"), here: screen.StationSignal, body: signalPage(p, v)}, err
	}
	s.get("/signaal", func(r *http.Request, p *page) (view, error) {
		return form(r, p, anchorOf(r.URL.Query().Get))
	})
	s.post("/signaal", func(r *http.Request, p *page) (string, error) {
		in := screen.SignalInput{
			Anchor: anchorOf(r.PostForm.Get), Tile: screen.Tile(r.PostForm.Get("soort")),
			Text: strings.TrimSpace(r.PostForm.Get("tekst")), Frequency: screen.Frequency(r.PostForm.Get("hoe-vaak")),
			Hidden: r.PostForm.Get("verborgen") == "ja", Key: r.PostForm.Get("sleutel"),
		}
		if no := checkSignal(p, in); no != nil {
			return "", no
		}
		id, err := svc.FileSignal(r.Context(), p.Frame.Actor.ID, in)
		return to("signalen", id), err
	}, func(r *http.Request, p *page) (view, error) {
		if k := r.PostForm.Get("sleutel"); k != "" {
			p.Key = k
		}
		return form(r, p, anchorOf(r.PostForm.Get))
	})
	s.get("/signalen/{id}", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Receipt(r.Context(), p.Frame.Actor.ID, r.PathValue("id"))
		return view{title: p.T("ontvangst.titel"), here: screen.StationSignal, body: receiptPage(p, v)}, err
	})
	mine := func(r *http.Request, p *page) (view, error) {
		v, err := svc.MySignals(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("mijn.titel"), here: screen.StationSignal, body: mySignalsPage(p, v)}, err
	}
	s.get("/signalen", mine)
	s.post("/signalen/{id}/reactie", func(r *http.Request, p *page) (string, error) {
		in := screen.ReactionInput{
			Signal: r.PathValue("id"), Recognised: r.PostForm.Get("herkend") == "ja",
			Why: strings.TrimSpace(r.PostForm.Get("want")),
		}
		if !in.Recognised && in.Why == "" {
			return "", fieldRefusal(p, screen.FieldError{Field: "want", Text: p.T("mijn.fout-want")})
		}
		return done("/signalen", "reactie"), svc.React(r.Context(), p.Frame.Actor.ID, in)
	}, mine)
}

// checkSignal asks for what only the form knows is obliged.
func checkSignal(p *page, in screen.SignalInput) *screen.Refusal {
	var faults []screen.FieldError
	if in.Anchor.Regulation == "" {
		faults = append(faults, screen.FieldError{Field: "plek", Text: p.T("signaal.fout-plek")})
	}
	if !known(screen.Tiles[:], in.Tile) {
		faults = append(faults, screen.FieldError{Field: "soort", Text: p.T("signaal.fout-soort")})
	}
	if in.Text == "" {
		faults = append(faults, screen.FieldError{Field: "tekst", Text: p.T("signaal.fout-tekst")})
	}
	if !known(screen.Frequencies[:], in.Frequency) {
		faults = append(faults, screen.FieldError{Field: "hoe-vaak", Text: p.T("signaal.fout-hoe-vaak")})
	}
	if len(faults) == 0 {
		return nil
	}
	return fieldRefusal(p, faults...)
}

func known[T comparable](all []T, v T) bool {
	for _, k := range all {
		if k == v {
			return true
		}
	}
	return false
}

func fieldRefusal(p *page, faults ...screen.FieldError) *screen.Refusal {
	return &screen.Refusal{Code: "invoer", Text: p.T("fout.invoer"), Fields: faults}
}

// dutchDate is a date as people type it where a browser has no date field.
var dutchDate = regexp.MustCompile(`^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$`)

// date reads a date field: "2027-01-01" or "1-1-2027". An empty field is the
// zero date.
func date(p *page, field, s string) (rule.Date, *screen.Refusal) {
	s = strings.TrimSpace(s)
	if s == "" {
		return rule.Date{}, nil
	}
	if m := dutchDate.FindStringSubmatch(s); m != nil {
		s = m[3] + "-" + pad(m[2]) + "-" + pad(m[1])
	}
	d, err := rule.ParseDate(s)
	if err != nil {
		return d, fieldRefusal(p, screen.FieldError{Field: field, Text: p.T("fout.datum")})
	}
	return d, nil
}

func pad(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

func (s *server) routeIssue() {
	svc := s.Service
	s.get("/knelpunten", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Issues(r.Context(), p.Frame.Actor.ID, r.URL.Query().Get("regeling"))
		return view{title: p.T("knelpunten.titel"), here: screen.StationSignal, body: issuesPage(p, v)}, err
	})
	issue := func(preview *screen.AnswerView) func(*http.Request, *page) (view, error) {
		return func(r *http.Request, p *page) (view, error) {
			v, err := svc.Issue(r.Context(), p.Frame.Actor.ID, r.PathValue("id"))
			return view{title: v.Row.Title, here: screen.StationSignal, crumb: []screen.Ref{{Text: p.T("knelpunten.titel"), Href: "/knelpunten"}}, body: issuePage(p, v, preview)}, err
		}
	}
	s.get("/knelpunten/{id}", issue(nil))
	s.post("/knelpunten/{id}/ook-bij-mij", func(r *http.Request, p *page) (string, error) {
		id, err := svc.MeToo(r.Context(), p.Frame.Actor.ID, r.PathValue("id"))
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
		p, err := s.page(r)
		if err == nil {
			err = s.read(w, r, p)
		}
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

func (s *server) routeProposal() {
	svc := s.Service
	list := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Proposals(r.Context(), p.Frame.Actor.ID, r.URL.Query().Get("regeling"))
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
	act("plan", "plan", "plan", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		from, no := date(p, "datum", r.PostForm.Get("datum"))
		if no != nil {
			return no
		}
		return svc.EditPlan(ctx, who, screen.PlanInput{Proposal: id, From: from, Claims: byPrefix(r, "uren-")})
	})
	act("kompas", "kompas", "kompas", func(ctx context.Context, who, id string, r *http.Request, _ *page) error {
		return svc.AnswerCompass(ctx, who, id, byPrefix(r, "vraag-"))
	})
	act("toets", "toets", "toetsen", func(ctx context.Context, who, id string, r *http.Request, _ *page) error {
		return svc.ConfirmAssessment(ctx, who, screen.AssessmentInput{
			Proposal: id, Assessment: text(r, "toets"), Verdict: text(r, "oordeel"),
			Answers: byPrefix(r, "antwoord-"), Why: byPrefix(r, "want-"),
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
	act("sleutel", "sleutel", "sleutels", func(ctx context.Context, who, id string, r *http.Request, _ *page) error {
		return svc.GiveKey(ctx, who, id, text(r, "vingerafdruk"))
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

// byPrefix collects the fields of a form whose name starts with a prefix.
func byPrefix(r *http.Request, prefix string) map[string]string {
	m := map[string]string{}
	for k := range r.PostForm {
		if id, ok := strings.CutPrefix(k, prefix); ok && id != "" {
			m[id] = strings.TrimSpace(r.PostForm.Get(k))
		}
	}
	return m
}

func (s *server) routeExecute() {
	svc := s.Service
	list := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Decisions(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("beslissingen.titel"), here: screen.StationExecute, body: decisionsPage(p, v)}, err
	}
	s.get("/beslissingen", list)
	s.post("/beslissingen", func(r *http.Request, p *page) (string, error) {
		d, no := date(p, "datum", r.PostForm.Get("datum"))
		if no != nil {
			return "", no
		}
		in := screen.DecideInput{Case: r.PostForm.Get("zaak"), Date: d}
		if in.Case == "" {
			return "", fieldRefusal(p, screen.FieldError{Field: "zaak", Text: p.T("beslissingen.fout-zaak")})
		}
		if d.IsZero() {
			return "", fieldRefusal(p, screen.FieldError{Field: "datum", Text: p.T("beslissingen.fout-datum")})
		}
		id, err := svc.Decide(r.Context(), p.Frame.Actor.ID, in)
		return to("beslissingen", id), err
	}, list)
	one := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Decision(r.Context(), p.Frame.Actor.ID, r.PathValue("id"))
		return view{title: p.T("beslissing.titel"), here: screen.StationExecute, crumb: []screen.Ref{{Text: p.T("beslissingen.titel"), Href: "/beslissingen"}}, body: decisionPage(p, v)}, err
	}
	s.get("/beslissingen/{id}", one)
	s.post("/beslissingen/{id}/contact", func(r *http.Request, p *page) (string, error) {
		id := r.PathValue("id")
		reached := r.PostForm.Get("bereikt")
		if reached != "ja" && reached != "nee" {
			return "", fieldRefusal(p, screen.FieldError{Field: "bereikt", Text: p.T("beslissing.fout-bereikt")})
		}
		return done(to("beslissingen", id), "contact"), svc.NoteContact(r.Context(), p.Frame.Actor.ID, screen.ContactInput{
			Decision: id, Reached: reached == "ja", Note: strings.TrimSpace(r.PostForm.Get("tekst")),
		})
	}, one)
	s.post("/beslissingen/{id}/maatwerk", func(r *http.Request, p *page) (string, error) {
		in := screen.DiscretionInput{
			Decision: r.PathValue("id"), Ground: r.PostForm.Get("grond"),
			Reason: strings.TrimSpace(r.PostForm.Get("reden")), Amount: strings.TrimSpace(r.PostForm.Get("bedrag")),
		}
		var faults []screen.FieldError
		if in.Ground == "" {
			faults = append(faults, screen.FieldError{Field: "grond", Text: p.T("beslissing.fout-grond")})
		}
		if in.Reason == "" {
			faults = append(faults, screen.FieldError{Field: "reden", Text: p.T("beslissing.fout-reden")})
		}
		if len(faults) > 0 {
			return "", fieldRefusal(p, faults...)
		}
		return done(to("beslissingen", in.Decision), "maatwerk"), svc.GrantDiscretion(r.Context(), p.Frame.Actor.ID, in)
	}, one)
}

func (s *server) routeMeasure() {
	svc := s.Service
	show := func(result *screen.ImportResult) func(*http.Request, *page) (view, error) {
		return func(r *http.Request, p *page) (view, error) {
			v, err := svc.Measurement(r.Context(), p.Frame.Actor.ID, r.PathValue("regeling"))
			return view{title: p.T("meten.titel"), here: screen.StationMeasure, crumb: []screen.Ref{v.Regulation}, body: measurementPage(p, v, result, r.PathValue("regeling"))}, err
		}
	}
	s.get("/metingen/{regeling}", show(nil))
	s.routes = append(s.routes, "POST /metingen/{regeling}/uitkomsten", "GET /metingen/{regeling}/voorbeeld.csv")
	// The result of an import is shown at once: which rows were refused and
	// why is of no use after a redirect. Sending the file again changes
	// nothing, rows are known by their own key.
	s.mux.HandleFunc("POST /metingen/{regeling}/uitkomsten", func(w http.ResponseWriter, r *http.Request) {
		p, err := s.page(r)
		if err == nil {
			err = s.read(w, r, p)
		}
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		status := http.StatusOK
		var result *screen.ImportResult
		file, head, err := r.FormFile("bestand")
		if err != nil || head.Size == 0 {
			p.Refusal = fieldRefusal(p, screen.FieldError{Field: "bestand", Text: p.T("meten.fout-bestand")})
			status = http.StatusBadRequest
		} else {
			defer file.Close()
			res, err := svc.ImportOutcomes(r.Context(), p.Frame.Actor.ID, r.PathValue("regeling"), head.Filename, file)
			var no *screen.Refusal
			switch {
			case errors.As(err, &no):
				p.Refusal, status = no, http.StatusBadRequest
			case err != nil:
				s.fail(w, r, p, err)
				return
			default:
				result = &res
			}
		}
		v, err := show(result)(r, p)
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.show(w, r, status, p, v)
	})
	s.mux.HandleFunc("GET /metingen/{regeling}/voorbeeld.csv", func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		if err := svc.DemoFeed(r.Context(), r.PathValue("regeling"), r.URL.Query().Get("periode"), &b); err != nil {
			p, _ := s.page(r)
			s.fail(w, r, p, err)
			return
		}
		w.Header().Set("Content-Disposition", `attachment; filename="uitkomsten-`+slug(r.PathValue("regeling"))+`.csv"`)
		s.write(w, r, http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
	})
}

// draw puts the text of a chart in a page.
func draw(svg string) templ.Component { return templ.Raw(svg) }
