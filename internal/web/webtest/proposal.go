package webtest

import (
	"context"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

// paper fills what stands beside the rules of a proposal.
func (f *Fake) paper(v *screen.ProposalView, can screen.Action) {
	v.Options = []screen.OptionRow{
		{ID: "voorstel", Name: f.long("Grens naar 120 %"), Effect: "Meer gezinnen krijgen de toeslag.", Chosen: true, Run: screen.Ref{Text: "Simulatie", Href: "/simulaties/r-1"}},
		{ID: "niets-doen", Name: "Niets doen", Effect: "De klif blijft.", Fixed: true}, {ID: "afschaffen", Name: "Afschaffen", Fixed: true},
	}
	v.OptionsWhy = "Dit helpt de meeste gezinnen."
	v.Places = []screen.Option{{Value: "artikel-3", Label: f.long("Artikel 3")}}
	v.People = []screen.Option{{Value: "femke", Label: "Femke de Wit"}}
	v.Evidence = many(f, []screen.CitizenTestRow{{ID: "t-1", Date: rule.MustDate("2026-11-01"), Count: 8, Who: f.long("ouders met weinig geld"), Method: "hardop denken", By: "Ruben Koster", Old: true, Findings: 2}})
	v.Interim = []screen.InterimRow{{Text: f.long("Bel eerst, en gebruik de hardheidsclausule."), Issue: screen.Ref{Text: "Eén euro te veel", Href: "/knelpunten/" + issue}, Until: rule.MustDate("2027-01-01")}}
	v.Promises = f.pledges(screen.Action{}, can)
	v.Plan.Stages = f.stages()
	v.Rollout = screen.RolloutView{Stages: f.stages(), Percent: 10, Paused: true, Tripped: true, Why: "Een meting raakte de grens.", Agreed: []string{f.long("Ruben Koster zei namens uitvoering dat het verder kan.")}, Resume: can}
	v.Gave = []screen.RoomRow{{Proposal: screen.Ref{Text: f.long("Nieuwe brief"), Href: "/voorstellen/v-2"}, Quarter: "2027-Q1", Hours: 40, By: "Ruben Koster", Why: "Dat kan later."}}
	v.BackKey, v.MarkTested, v.Lapse = can, can, can
	for i := range v.Assessments {
		v.Assessments[i].Edition, v.Assessments[i].Owner, v.Assessments[i].Places = "2", "installatie", v.Places
		v.Assessments[i].Own = []screen.OwnFinding{{Key: "x/eigen/1", Text: f.long("De brief is onduidelijk."), Place: "Artikel 3", Weighty: true}}
		v.Assessments[i].Actions = []screen.CitizenAction{{Action: f.long("Stuur bewijs van uw inkomen"), Trigger: "aanvraag", Deadline: 14, Evidence: []string{"loonstroken"}, Choices: 1, IfNothing: "De aanvraag stopt.", Loses: true, Help: "balie"}}
	}
}

func (f *Fake) stages() []screen.PlanStage {
	return []screen.PlanStage{
		{Percent: 1, From: rule.MustDate("2027-01-01"), Begun: true}, {Percent: 10, From: rule.MustDate("2027-02-01"), Days: 28, Begun: true, Current: true},
		{Percent: 50, From: rule.MustDate("2027-03-01"), Days: 28}, {Percent: 100, From: rule.MustDate("2027-04-01"), Days: 28},
	}
}

func (f *Fake) pledges(remove, keep screen.Action) []screen.PledgeRow {
	return many(f, []screen.PledgeRow{
		{ID: "t-1", By: "Anneke Postma", What: f.long("€ 40.000 voor de aanpassing"), Kind: "geld", Due: rule.MustDate("2026-12-01"), Remove: remove, Keep: keep, Owed: true, Late: "te laat"},
		{ID: "t-2", By: "Ruben Koster", What: "Twee klantmanagers", Kind: "mensen", Due: rule.MustDate("2027-01-01"), Done: rule.MustDate("2026-12-20")},
		{ID: "t-3", By: "Femke de Wit", What: "De brief wordt herschreven", Condition: "uitvoering", Due: rule.MustDate("2027-01-01")},
	})
}

// ProposalPlan gives the plan of the proposal.
func (f *Fake) ProposalPlan(_ context.Context, who, id string) (screen.PlanPageView, error) {
	if id == "bestaat-niet" {
		return screen.PlanPageView{}, screen.ErrNotFound
	}
	edit := screen.Action{Can: who == "femke" || who == "ruben", Why: "Wijzigen kan wie van beleid of van uitvoering is."}
	v := screen.PlanPageView{
		ID: id, Title: f.long("Inkomensgrens naar 120 %"), Regulation: screen.Ref{Text: "Individuele inkomenstoeslag", Href: "/regelingen/" + reg}, State: screen.ProposalSketch,
		Plan: screen.PlanView{From: rule.MustDate("2027-01-01"), Edit: edit}, People: []screen.Option{{Value: "femke", Label: "Femke de Wit"}},
	}
	if f.State == Empty {
		return v, f.Fail
	}
	v.Plan.Stages = f.stages()
	v.Plan.Claims = []screen.ClaimRow{{Quarter: "2027-Q1", Claim: 120, Used: 300, Capacity: 400}, {Quarter: "2027-Q2", Unknown: true}}
	v.Needs = []string{"geld", "mensen"}
	v.Promises = f.pledges(edit, screen.Action{})
	v.Yields = []screen.YieldRow{{Proposal: screen.Ref{Text: f.long("Nieuwe brief"), Href: "/voorstellen/v-2"}, From: "v-2", Quarter: "2027-Q1", Hours: 10, By: "Ruben Koster", Why: "Dat kan later.", Remove: edit}}
	v.Full = []screen.FullQuarter{{Quarter: "2027-Q1", Over: 20, Choices: []screen.Option{{Value: "v-2", Label: f.long("Nieuwe brief (40 uur)")}}}, {Quarter: "2027-Q2", Over: 5}}
	return v, f.Fail
}

// Agenda gives the Veranderagenda.
func (f *Fake) Agenda(_ context.Context, who string, in screen.AgendaInput) (screen.AgendaView, error) {
	v := screen.AgendaView{Executor: in.Executor, Executors: []screen.Option{{Value: "iit", Label: f.long("Gemeente Zuiderlinde (Individuele inkomenstoeslag)")}}}
	if f.State != Empty {
		claims := many(f, []screen.AgendaClaim{
			{Proposal: screen.Ref{Text: f.long("Inkomensgrens naar 120 %"), Href: "/voorstellen/" + prop}, State: screen.ProposalDecided, Hours: 300, Decided: true, To: 700},
			{Proposal: screen.Ref{Text: "Nieuwe brief", Href: "/voorstellen/v-2"}, State: screen.ProposalSketch, Hours: 120, From: 700, To: 1000},
		})
		v.Groups = many(f, []screen.AgendaGroup{{
			ID: "iit", Name: f.long("Gemeente Zuiderlinde (Individuele inkomenstoeslag)"), Scope: screen.Ref{Text: "Individuele inkomenstoeslag", Href: "/regelingen/" + reg},
			Set: screen.Action{Can: who == "ruben"},
			Quarters: []screen.AgendaQuarter{
				{Quarter: "2026-Q3", Known: true, Capacity: 200, Promised: 200, Past: true, Claims: claims[:1]},
				{Quarter: "2027-Q1", Known: true, Capacity: 400, Promised: 300, Asked: 120, Free: 100, Over: 20, Claims: claims, Yields: []screen.RoomRow{{Proposal: screen.Ref{Text: "Oude brief", Href: "/voorstellen/v-3"}, For: screen.Ref{Text: "Nieuwe brief", Href: "/voorstellen/v-2"}, Hours: 40, By: "Ruben Koster", Why: f.long("Dat kan later.")}}},
				{Quarter: "2027-Q2", Known: true, Capacity: 400, Free: 400}, {Quarter: "2027-Q3", Known: true}, {Quarter: "2027-Q4"},
			},
		}})
		if len(v.Groups) > 1 { // ids are unique on a page
			for i := range v.Groups {
				v.Groups[i].ID = v.Groups[i].ID + "-" + string(rune('a'+i%26)) + string(rune('a'+i/26%26))
			}
		}
	}
	v.Groups, v.Paging = screen.PageOf(v.Groups, in.Asked)
	return v, f.Fail
}

func (f *Fake) AskAuthor(_ context.Context, who, _, mandate, person string) error {
	return f.do("AskAuthor", who, []string{mandate, person})
}

func (f *Fake) CompareOptions(_ context.Context, who string, in screen.OptionsInput) error {
	return f.do("CompareOptions", who, in)
}

func (f *Fake) RecordEvidence(_ context.Context, who string, in screen.CitizenTestInput) error {
	return f.do("RecordEvidence", who, in)
}

func (f *Fake) ResolveFinding(_ context.Context, who, _, finding, how string) error {
	return f.do("ResolveFinding", who, []string{finding, how})
}

func (f *Fake) MarkAssessed(_ context.Context, who, proposal string) error {
	return f.do("MarkAssessed", who, proposal)
}

func (f *Fake) GiveKey(_ context.Context, who string, in screen.KeyInput) error {
	return f.do("GiveKey", who, in)
}

func (f *Fake) WithdrawKey(_ context.Context, who, _, why string) error {
	return f.do("WithdrawKey", who, why)
}

func (f *Fake) LapseProposal(_ context.Context, who, _, why string) error {
	return f.do("LapseProposal", who, why)
}

func (f *Fake) EditRollout(_ context.Context, who string, in screen.RolloutInput) error {
	return f.do("EditRollout", who, in)
}

func (f *Fake) Yield(_ context.Context, who string, in screen.YieldInput) error {
	return f.do("Yield", who, in)
}

func (f *Fake) Unyield(_ context.Context, who string, in screen.YieldInput) error {
	return f.do("Unyield", who, in)
}

func (f *Fake) AddPromise(_ context.Context, who string, in screen.PromiseInput) error {
	return f.do("AddPromise", who, in)
}

func (f *Fake) RemovePromise(_ context.Context, who, _, promise string) error {
	return f.do("RemovePromise", who, promise)
}

func (f *Fake) KeepPromise(_ context.Context, who, _, promise, how string) error {
	return f.do("KeepPromise", who, []string{promise, how})
}

func (f *Fake) NextStage(_ context.Context, who, proposal string) error {
	return f.do("NextStage", who, proposal)
}

func (f *Fake) Pause(_ context.Context, who, _, why string) error { return f.do("Pause", who, why) }

func (f *Fake) Resume(_ context.Context, who, _, why string) error { return f.do("Resume", who, why) }

func (f *Fake) Evaluate(_ context.Context, who string, in screen.EvaluationInput) error {
	return f.do("Evaluate", who, in)
}
