package web

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"lemniscaat/internal/screen"
)

// stages is how many stages of a roll-out can be filled in.
const stages = 5

// routeProposalPaper registers what stands beside the rules of a proposal: its
// options, tests with citizens, promises, roll-out; and the page of its plan.
func (s *server) routeProposalPaper(proposal func(*http.Request, *page) (view, error)) {
	svc := s.Service
	plan := func(r *http.Request, p *page) (view, error) {
		id := r.PathValue("id")
		v, err := svc.ProposalPlan(r.Context(), p.Frame.Actor.ID, id)
		return view{
			title: p.T("plan.titel", "voorstel", v.Title), here: screen.StationDecide,
			crumb: []screen.Ref{{Text: p.T("voorstellen.titel"), Href: "/voorstellen"}, {Text: v.Title, Href: to("voorstellen", id)}}, body: planPage(p, v),
		}, err
	}
	s.get("/voorstellen/{id}/plan", plan)
	text := func(r *http.Request, field string) string { return strings.TrimSpace(r.PostForm.Get(field)) }
	type command func(ctx context.Context, who, id string, r *http.Request, p *page) error
	// act registers a command of the page of the proposal, and adapt one of the
	// page of its plan; section is where that page opens afterwards.
	act := func(name, message, section string, do command) {
		s.post("/voorstellen/{id}/"+name, func(r *http.Request, p *page) (string, error) {
			id := r.PathValue("id")
			return done(to("voorstellen", id)+"#"+section, message), do(r.Context(), p.Frame.Actor.ID, id, r, p)
		}, proposal)
	}
	adapt := func(name, message, section string, do command) {
		s.post("/voorstellen/{id}/"+name, func(r *http.Request, p *page) (string, error) {
			id := r.PathValue("id")
			return done(to("voorstellen", id, "plan")+"#"+section, message), do(r.Context(), p.Frame.Actor.ID, id, r, p)
		}, plan)
	}
	reason := func(r *http.Request, p *page) (string, error) {
		why := text(r, "want")
		if why == "" {
			return "", fieldRefusal(p, screen.FieldError{Field: "want", Text: p.T("voorstel.fout-want")})
		}
		return why, nil
	}

	act("medeauteur", "voorstel-medeauteur", "auteurs", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		if text(r, "persoon") == "" {
			return fieldRefusal(p, screen.FieldError{Field: "persoon", Text: p.T("voorstel.fout-persoon")})
		}
		return svc.AskAuthor(ctx, who, id, text(r, "mandaat"), text(r, "persoon"))
	})
	act("opties", "voorstel-opties", "opties", func(ctx context.Context, who, id string, r *http.Request, _ *page) error {
		in := screen.OptionsInput{Proposal: id, Why: text(r, "waarom")}
		for k := 1; k <= 12; k++ {
			n := strconv.Itoa(k)
			row := screen.OptionRow{ID: text(r, "id-"+n), Name: text(r, "naam-"+n), Effect: text(r, "gevolg-"+n), Chosen: text(r, "keuze") == n}
			if row.ID != "" || row.Name != "" || row.Effect != "" {
				in.Rows = append(in.Rows, row)
			}
		}
		return svc.CompareOptions(ctx, who, in)
	})
	act("burgers", "voorstel-burgers", "burgers", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		in := screen.CitizenTestInput{Proposal: id, Count: text(r, "aantal"), Who: text(r, "wie"), Method: text(r, "manier")}
		var no *screen.Refusal
		if in.Date, no = date(p, "dag", r.PostForm.Get("dag")); no != nil {
			return no
		}
		for _, n := range []string{"-1", "-2", "-3"} {
			in.Findings = append(in.Findings, foundBy(text, r, n))
		}
		return svc.RecordEvidence(ctx, who, in)
	})
	act("verwerkt", "voorstel-verwerkt", "bevindingen", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		if text(r, "hoe") == "" {
			return fieldRefusal(p, screen.FieldError{Field: "hoe", Text: p.T("voorstel.fout-hoe")})
		}
		return svc.ResolveFinding(ctx, who, id, text(r, "bevinding"), text(r, "hoe"))
	})
	act("getoetst", "voorstel-getoetst", "sleutels", func(ctx context.Context, who, id string, _ *http.Request, _ *page) error {
		return svc.MarkAssessed(ctx, who, id)
	})
	for _, x := range []struct {
		name, message, section string
		do                     func(ctx context.Context, who, proposal, why string) error
	}{
		{"sleutel-terug", "voorstel-sleutel-terug", "sleutels", svc.WithdrawKey},
		{"vervallen", "voorstel-vervallen", "sleutels", svc.LapseProposal},
		{"stilzetten", "voorstel-stilzetten", "uitrol", svc.Pause},
		{"hervatten", "voorstel-hervatten", "uitrol", svc.Resume},
	} {
		act(x.name, x.message, x.section, func(ctx context.Context, who, id string, r *http.Request, p *page) error {
			why, err := reason(r, p)
			if err != nil {
				return err
			}
			return x.do(ctx, who, id, why)
		})
	}
	act("trede", "voorstel-trede", "uitrol", func(ctx context.Context, who, id string, _ *http.Request, _ *page) error {
		return svc.NextStage(ctx, who, id)
	})
	act("nagekomen", "voorstel-nagekomen", "toezeggingen", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		if text(r, "bewijs") == "" {
			return fieldRefusal(p, screen.FieldError{Field: "bewijs", Text: p.T("voorstel.fout-bewijs")})
		}
		return svc.KeepPromise(ctx, who, id, text(r, "toezegging"), text(r, "bewijs"))
	})
	act("evalueren", "voorstel-evalueren", "invoeringstoets", func(ctx context.Context, who, id string, r *http.Request, _ *page) error {
		return svc.Evaluate(ctx, who, screen.EvaluationInput{
			AssessmentInput: screen.AssessmentInput{Proposal: id, Answers: byPrefix(r, "antwoord-"), Why: byPrefix(r, "want-")}, Report: text(r, "verslag"),
		})
	})

	adapt("plan", "plan", "datum", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		from, no := date(p, "datum", r.PostForm.Get("datum"))
		if no != nil {
			return no
		}
		return svc.EditPlan(ctx, who, screen.PlanInput{Proposal: id, From: from, Claims: byPrefix(r, "uren-")})
	})
	adapt("treden", "plan", "uitrol", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		in := screen.RolloutInput{Proposal: id}
		for k := 1; k <= stages; k++ {
			n := strconv.Itoa(k)
			from, no := date(p, "vanaf-"+n, r.PostForm.Get("vanaf-"+n))
			if no != nil {
				return no
			}
			in.Rows = append(in.Rows, screen.StageInput{Percent: text(r, "procent-"+n), From: from, Days: text(r, "dagen-"+n)})
		}
		return svc.EditRollout(ctx, who, in)
	})
	yield := func(r *http.Request, id string) screen.YieldInput {
		return screen.YieldInput{Proposal: id, From: text(r, "wijkt"), Quarter: text(r, "kwartaal"), Hours: text(r, "uren"), Why: text(r, "waarom")}
	}
	adapt("wijken", "wijken", "ruimte", func(ctx context.Context, who, id string, r *http.Request, _ *page) error {
		return svc.Yield(ctx, who, yield(r, id))
	})
	adapt("wijken-weg", "wijken-weg", "ruimte", func(ctx context.Context, who, id string, r *http.Request, _ *page) error {
		return svc.Unyield(ctx, who, yield(r, id))
	})
	adapt("toezegging", "toezegging", "toezeggingen", func(ctx context.Context, who, id string, r *http.Request, p *page) error {
		in, no := promise(r, p, id)
		if no != nil {
			return no
		}
		return svc.AddPromise(ctx, who, in)
	})
	adapt("toezegging-weg", "toezegging-weg", "toezeggingen", func(ctx context.Context, who, id string, r *http.Request, _ *page) error {
		return svc.RemovePromise(ctx, who, id, text(r, "toezegging"))
	})
}

// promise reads a promise or a condition from a form.
func promise(r *http.Request, p *page, id string) (screen.PromiseInput, *screen.Refusal) {
	text := func(field string) string { return strings.TrimSpace(r.PostForm.Get(field)) }
	due, no := date(p, "dag", r.PostForm.Get("dag"))
	return screen.PromiseInput{Proposal: id, By: text("wie"), What: text("wat"), Kind: text("soort"), Due: due}, no
}

// foundBy reads a finding that somebody wrote; n tells more of them on one form
// apart.
func foundBy(text func(*http.Request, string) string, r *http.Request, n string) screen.FindingInput {
	return screen.FindingInput{
		Text: text(r, "bevinding"+n), Place: text(r, "plek"+n), Weighty: text(r, "zwaar"+n) == "ja", Existing: text(r, "bestond"+n) == "ja",
	}
}

// routeAgenda registers the Veranderagenda.
func (s *server) routeAgenda() {
	svc := s.Service
	agenda := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Agenda(r.Context(), p.Frame.Actor.ID, screen.AgendaInput{Executor: r.URL.Query().Get("uitvoerder"), Asked: asked(r)})
		return view{title: p.T("agenda.titel"), here: screen.StationDecide, body: agendaPage(p, v)}, err
	}
	s.get("/veranderagenda", agenda)
	s.post("/veranderagenda", func(r *http.Request, p *page) (string, error) {
		in := screen.CapacityInput{Triangle: r.PostForm.Get("uitvoerder"), Quarter: r.PostForm.Get("kwartaal"), Points: strings.TrimSpace(r.PostForm.Get("uren"))}
		return done("/veranderagenda#"+fieldID("ruimte", in.Triangle), "capaciteit"), svc.SetCapacity(r.Context(), p.Frame.Actor.ID, in)
	}, agenda)
}
