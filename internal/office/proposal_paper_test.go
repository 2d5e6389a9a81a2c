package office_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// sketch opens a proposal with both authors that raises the limit to 120 %.
func (h *hall) sketch(title string) string {
	h.t.Helper()
	ctx := h.t.Context()
	p, err := h.OpenProposal(ctx, "karim", view.OpenProposalInput{Regulation: iit, Title: title})
	h.ok(err)
	h.ok(h.AskAuthor(ctx, "karim", p, "beleid", "femke"))
	h.ok(h.EditParameter(ctx, "karim", view.ParameterInput{Proposal: p, Param: iit + ".inkomensgrens", Value: "120 %"}))
	return p
}

// decided takes a proposal through tests, expectation and both keys.
func (h *hall) decided(p string) {
	h.t.Helper()
	ctx := h.t.Context()
	h.confirm(p)
	v := h.proposal("karim", p)
	if len(v.Expectations) == 0 {
		h.ok(h.AddExpectation(ctx, "karim", view.ExpectationInput{
			Proposal: p, Goal: "Wie recht heeft, krijgt de toeslag.", Indicator: v.Indicators[0].Value, Low: "50", High: "90", Tripwire: "40", Horizon: rule.MustDate("2027-12-31"),
		}))
	}
	h.ok(h.SubmitProposal(ctx, "karim", p))
	for _, who := range []string{"femke", "karim"} {
		var ids []string
		for _, f := range h.proposal(who, p).Findings {
			if f.Accept.Can {
				ids = append(ids, f.ID)
			}
		}
		if len(ids) > 0 {
			h.ok(h.AcceptFindings(ctx, who, p, ids, "Dit was er al."))
		}
	}
	for _, who := range []string{"femke", "karim"} {
		h.ok(h.GiveKey(ctx, who, view.KeyInput{Proposal: p, Digest: h.proposal(who, p).ProposalDigest}))
	}
}

// What is asked of a proposal stands in its list with a link, and the guard says
// the same.
func TestWhatIsAskedOfAProposal(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	p := h.sketch("Inkomensgrens naar 120 %")
	missing := func(code string) string {
		for _, m := range h.proposal("karim", p).Missing {
			if m.Code == code {
				return m.Href
			}
		}
		return ""
	}
	for code, href := range map[string]string{
		"kompas-probleem": "#kompas-vraag-probleem", "opties": "#opties", "toets-privacy": "#toets-privacy", "toets-doenvermogen": "#toets-doenvermogen",
	} {
		if got := missing(code); got != href {
			t.Errorf("%s leads to %q, want %q", code, got, href)
		}
	}
	v := h.proposal("karim", p)
	if len(v.Options) != 3 || !v.Options[1].Fixed || !v.Options[2].Fixed {
		t.Errorf("options before anybody compared: %+v", v.Options)
	}
	// Computed answers are marked, and overruled with a reason only.
	k := slices.IndexFunc(v.Assessments, func(a view.AssessmentView) bool { return a.ID == "uitvoeringstoets" })
	in := view.AssessmentInput{Proposal: p, Assessment: "uitvoeringstoets", Verdict: "uitvoerbaar", Answers: map[string]string{}, Why: map[string]string{}}
	h.refused("antwoord-ontbreekt", h.ConfirmAssessment(ctx, "karim", in))
	in.Answers = map[string]string{"contact": "beperkt", "systemen": "beperkt", "kosten-eenmalig": "€ 40.000", "kosten-jaar": "0", "mensen": "-1"}
	h.refused("antwoord-ontbreekt", h.ConfirmAssessment(ctx, "karim", in))
	in.Answers["mensen"] = "1,5"
	in.Answers["bewijzen"] = "99"
	h.refused("reden-ontbreekt", h.ConfirmAssessment(ctx, "karim", in))
	in.Why["bewijzen"] = "Wij vragen nu veel meer."
	h.refused("rol-onjuist", h.ConfirmAssessment(ctx, "femke", in))
	in.Finding = view.FindingInput{Text: "De brief moet ook anders.", Place: v.Places[0].Value}
	h.ok(h.ConfirmAssessment(ctx, "karim", in))
	v = h.proposal("karim", p)
	a := v.Assessments[k]
	n := slices.IndexFunc(a.Items, func(i view.AssessmentItem) bool { return i.ID == "bewijzen" })
	if it := a.Items[n]; it.Computed == "" || it.Computed == "99" || it.Answer != "99" || it.Why == "" {
		t.Errorf("an overruled answer shows both: %+v", it)
	}
	if len(a.Own) != 1 || !slices.ContainsFunc(v.Findings, func(f view.FindingRow) bool { return f.ID == a.Own[0].Key && !f.Weighty }) {
		t.Errorf("own finding: %+v", a.Own)
	}
	// It asks money and people: they have to be promised by name.
	if missing("toezegging-geld") == "" || missing("toezegging-mensen") == "" {
		t.Errorf("needs are not asked: %+v", v.Missing)
	}
	h.refused("toezegging-onjuist", h.AddPromise(ctx, "karim", view.PromiseInput{Proposal: p, By: "anneke", Kind: "geld"}))
	for kind, what := range map[string]string{"geld": "€ 40.000 uit de begroting", "mensen": "Anderhalve klantmanager"} {
		h.ok(h.AddPromise(ctx, "karim", view.PromiseInput{Proposal: p, By: "anneke", What: what, Kind: kind, Due: rule.MustDate("2026-12-01")}))
	}
	if missing("toezegging-geld")+missing("toezegging-mensen") != "" {
		t.Error("a promise does not count")
	}
	// Privacy reads what the rules read; the doability test lists actions.
	for _, a := range h.proposal("karim", p).Assessments {
		switch a.ID {
		case "privacy":
			if !strings.Contains(a.Items[0].Computed, "inkomen") {
				t.Errorf("data: %q", a.Items[0].Computed)
			}
		case "doenvermogen":
			if len(a.Actions) == 0 || a.Actions[0].Action == "" || a.Note == "" || a.Edition == "" {
				t.Errorf("actions: %+v", a.Actions)
			}
		}
	}
	// Tested with citizens: what they found stops it until it is dealt with.
	h.refused("onderzoek-onjuist", h.RecordEvidence(ctx, "karim", view.CitizenTestInput{Proposal: p, Count: "geen"}))
	h.refused("persoonsgegeven", h.RecordEvidence(ctx, "karim", view.CitizenTestInput{Proposal: p, Count: "8", Date: rule.MustDate("2026-09-01"), Who: "06-12345678", Method: "samen"}))
	h.ok(h.RecordEvidence(ctx, "karim", view.CitizenTestInput{
		Proposal: p, Count: "8", Date: rule.MustDate("2026-09-01"), Who: "ouders met weinig geld", Method: "hardop denken",
		Findings: []view.FindingInput{{Text: "Zes van acht begrepen de brief niet.", Place: v.Places[0].Value, Weighty: true}},
	}))
	h.confirmRest(p)
	h.refused("zwaarwegende-bevinding", h.SubmitProposal(ctx, "karim", p))
	var found view.FindingRow
	for _, f := range h.proposal("karim", p).Findings {
		if strings.HasPrefix(f.ID, "burgers/") {
			found = f
		}
	}
	if found.Change != view.FindingNew || found.Resolve.Can {
		t.Errorf("finding of citizens: %+v", found)
	}
	h.refused("inhoud-ongewijzigd", h.ResolveFinding(ctx, "karim", p, found.ID, "de brief is korter"))
	h.ok(h.EditStep(ctx, "karim", view.StepInput{Proposal: p, Step: iit + ".inkomen-bewijzen", Value: "zelf-ophalen"}))
	h.ok(h.ResolveFinding(ctx, "karim", p, found.ID, "niemand hoeft de brief nog te begrijpen"))
}

// confirmRest confirms what was not confirmed on this content yet.
func (h *hall) confirmRest(p string) {
	h.t.Helper()
	h.paper(p)
	for _, a := range h.proposal("karim", p).Assessments {
		if a.State == view.AssessmentDone {
			continue
		}
		in := view.AssessmentInput{Proposal: p, Assessment: a.ID, Answers: map[string]string{}, Verdict: a.Verdicts[0].Value}
		for _, i := range a.Items {
			if i.Required {
				in.Answers[i.ID] = "nee"
			}
		}
		h.ok(h.ConfirmAssessment(h.t.Context(), "karim", in))
	}
}

// A roll-out in stages: the case of the cohort gets the new rule, another the old
// one, and both are told; a tripwire stops it, both mandates resume it.
func TestRolloutByCohorts(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	zaak := iit + "/zaak-2041"
	// The case is in the first half of one proposal in two: try until one is and one is not.
	outcome := map[bool]view.DecisionView{}
	var p string
	for n := range 12 {
		p = h.sketch(fmt.Sprint("Grens naar 120 %, poging ", n))
		h.ok(h.EditPlan(ctx, "karim", view.PlanInput{Proposal: p, From: rule.MustDate("2027-04-01")}))
		h.refused("uitrol-onjuist", h.EditRollout(ctx, "karim", view.RolloutInput{Proposal: p, Rows: []view.StageInput{{Percent: "50", From: rule.MustDate("2026-10-01")}}}))
		h.refused("procent", h.EditRollout(ctx, "karim", view.RolloutInput{Proposal: p, Rows: []view.StageInput{{Percent: "half", From: rule.MustDate("2026-10-01")}}}))
		h.ok(h.EditRollout(ctx, "karim", view.RolloutInput{Proposal: p, Rows: []view.StageInput{
			{Percent: "50", From: h.today()}, {Percent: "100", From: rule.MustDate("2027-04-01"), Days: "28"},
		}}))
		h.decided(p)
		if a := h.proposal("karim", p).Adopt; a.Can || a.Why == "" {
			t.Fatalf("a staged proposal can be adopted at once: %+v", a)
		}
		h.ok(h.NextStage(ctx, "karim", p))
		b, err := h.Decide(ctx, "samira", view.DecideInput{Case: zaak, Date: h.today()})
		h.ok(err)
		d, err := h.Decision(ctx, "samira", b)
		h.ok(err)
		if len(d.Rollout) != 1 || d.Rollout[0].In != d.Positive {
			t.Fatalf("in the cohort %+v, awarded %v: %s", d.Rollout, d.Positive, d.Sentence)
		}
		outcome[d.Positive] = d
		if len(outcome) == 2 {
			break
		}
		h.ok(h.Pause(ctx, "karim", p, "Volgende poging."))
		h.ok(h.WithdrawProposal(ctx, "karim", p, "Volgende poging."))
		// What was decided keeps its rules, also when the roll-out has ended.
		again, err := h.Decision(ctx, "samira", b)
		h.ok(err)
		if again.Positive != d.Positive || again.Sentence != d.Sentence {
			t.Fatalf("a decision changed after its roll-out: %q became %q", d.Sentence, again.Sentence)
		}
	}
	if len(outcome) != 2 {
		t.Fatal("twelve proposals in a row put the same case on one side")
	}
	// The other side has its own sentence.
	if outcome[true].Rollout[0].Text == outcome[false].Rollout[0].Text || !strings.Contains(outcome[true].Rollout[0].Text, "50 %") {
		t.Errorf("told: %q and %q", outcome[true].Rollout[0].Text, outcome[false].Rollout[0].Text)
	}
	// A stage waits for its measurement.
	h.move(rule.MustDate("2027-04-02"))
	h.refused("meting-te-kort", h.NextStage(ctx, "karim", p))
	h.fromPart(p)
	v := h.proposal("karim", p)
	if v.Rollout.Next.Can || v.Rollout.Percent != 50 {
		t.Errorf("roll-out: %+v", v.Rollout)
	}
	// By hand, and on again by both mandates.
	h.ok(h.Pause(ctx, "karim", p, "De brieven zijn op."))
	h.refused("uitrol-gepauzeerd", h.NextStage(ctx, "karim", p))
	h.ok(h.Resume(ctx, "karim", p, "Er zijn brieven."))
	v = h.proposal("karim", p)
	if v.Rollout.Resume.Can || len(v.Rollout.Agreed) != 1 {
		t.Errorf("after one side: %+v", v.Rollout)
	}
	h.ok(h.Resume(ctx, "femke", p, "Er zijn brieven."))
	if v = h.proposal("karim", p); v.State != view.ProposalRollout || v.Rollout.Percent != 50 {
		t.Errorf("after both: %s, %+v", v.State, v.Rollout)
	}
	h.ok(h.WithdrawKey(ctx, "karim", p, "Toch niet."))
	if v = h.proposal("femke", p); v.State != view.ProposalPaused || !v.Withdraw.Can {
		t.Errorf("after a key was taken back: %s", v.State)
	}
}

// A stage is measured on its own cases: those outside the cohort were decided under
// the old rules, and count for nothing.
func TestStageIsMeasuredOnItsCohort(t *testing.T) {
	if testing.Short() {
		t.Skip("decides hundreds of cases")
	}
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	p := h.sketch("Grens naar 120 %, in tredes")
	h.ok(h.EditPlan(ctx, "karim", view.PlanInput{Proposal: p, From: rule.MustDate("2027-04-01")}))
	h.ok(h.EditRollout(ctx, "karim", view.RolloutInput{Proposal: p, Rows: []view.StageInput{
		{Percent: "25", From: h.today()}, {Percent: "100", From: rule.MustDate("2027-04-01"), Days: "28"},
	}}))
	h.ok(h.AddExpectation(ctx, "karim", view.ExpectationInput{
		Proposal: p, Goal: "Wie recht heeft, krijgt de toeslag.", Indicator: "toekenningen", Low: "100", High: "9000", Tripwire: "1", Horizon: rule.MustDate("2027-12-31"),
	}))
	h.decided(p)
	begun := h.today()
	h.ok(h.NextStage(ctx, "karim", p))
	h.move(rule.MustDate("2027-03-01"))
	// Inside everybody is awarded, outside nobody. From the day before the stage on,
	// which does not count either.
	const version = "2026-01-01"
	var feed strings.Builder
	feed.WriteString("zaak;regeling;regelversie;datum;uitkomst;bedrag;groep;contact;grond;synthetisch\n")
	inside := 0
	for n := range 200 {
		zaak := fmt.Sprintf("v1:%032x", n)
		outcome, on := "afgewezen", begun.AddDays(n%100)
		if loop.In(p, zaak, 25) {
			outcome = "toegekend"
			inside++
		}
		fmt.Fprintf(&feed, "%s;%s;%s;%s;%s;%s;;gesproken;;nee\n", zaak, iit, version, on, outcome, map[string]string{"toegekend": "400-500"}[outcome])
		fmt.Fprintf(&feed, "v1:%032x;%s;%s;%s;afgewezen;;;gesproken;;nee\n", 1000+n, iit, version, begun.AddDays(-1))
	}
	if inside < 25 || inside > 75 {
		t.Fatalf("%d of 200 in a quarter", inside)
	}
	res, err := h.ImportOutcomes(ctx, "karim", iit, "uitkomsten.csv", strings.NewReader(feed.String()))
	h.ok(err)
	if len(res.Refused) > 0 {
		t.Fatalf("refused: %+v", res.Refused[0])
	}
	m, err := h.Measurement(ctx, "femke", iit)
	h.ok(err)
	points := m.Expectations[0].Points
	if len(points) == 0 {
		t.Fatalf("nothing measured: %+v", res)
	}
	last := points[len(points)-1]
	if last.N != int64(inside)/10*10 { // people are told in tens
		t.Errorf("measured on %d cases, want the tens of the %d of the cohort", last.N, inside)
	}
}

func (h *hall) today() rule.Date {
	h.mu.Lock()
	defer h.mu.Unlock()
	return loop.DateOf(h.now)
}

func (h *hall) move(to rule.Date) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = time.Date(to.Year, time.Month(to.Month), to.Day, 9, 0, 0, 0, time.UTC)
}

// A full quarter asks what moves up; what does is public, with who and why.
func TestFullQuarterAndAgenda(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	agenda := func() view.AgendaGroup {
		v, err := h.Agenda(ctx, "", view.AgendaInput{Executor: iit})
		h.ok(err)
		if len(v.Groups) != 1 {
			t.Fatalf("%d groups", len(v.Groups))
		}
		return v.Groups[0]
	}
	quarter := func(q string) view.AgendaQuarter {
		g := agenda()
		k := slices.IndexFunc(g.Quarters, func(x view.AgendaQuarter) bool { return x.Quarter == q })
		if k < 0 {
			t.Fatalf("no %s in %+v", q, g.Quarters)
		}
		return g.Quarters[k]
	}
	const q = "2027-Q1"
	first := h.sketch("Eerst dit")
	capacity := quarter(q).Capacity
	if capacity == 0 {
		t.Fatal("the demo says no capacity")
	}
	h.refused("uren", h.EditPlan(ctx, "karim", view.PlanInput{Proposal: first, Claims: map[string]string{q: "veel"}}))
	h.ok(h.EditPlan(ctx, "karim", view.PlanInput{Proposal: first, Claims: map[string]string{q: fmt.Sprint(capacity)}}))
	if x := quarter(q); x.Asked != capacity || x.Promised != 0 || x.Over != 0 {
		t.Errorf("asked: %+v", x)
	}
	h.decided(first)
	if x := quarter(q); x.Promised != capacity || x.Free != 0 {
		t.Errorf("promised: %+v", x)
	}
	second := h.sketch("Dan dat")
	h.ok(h.EditPlan(ctx, "karim", view.PlanInput{Proposal: second, Claims: map[string]string{q: "40"}}))
	plan, err := h.ProposalPlan(ctx, "karim", second)
	h.ok(err)
	if len(plan.Full) != 1 || plan.Full[0].Over != 40 || len(plan.Full[0].Choices) != 1 || plan.Full[0].Choices[0].Value != first {
		t.Fatalf("full: %+v", plan.Full)
	}
	yield := view.YieldInput{Proposal: second, From: first, Quarter: q, Hours: "40"}
	h.refused("reden-ontbreekt", h.Yield(ctx, "karim", yield))
	yield.Why, yield.Hours = "Dat kan een kwartaal later.", fmt.Sprint(capacity+1)
	h.refused("wijken-onjuist", h.Yield(ctx, "karim", yield))
	yield.Hours = "40"
	h.ok(h.Yield(ctx, "karim", yield))
	h.decided(second)
	x := quarter(q)
	if x.Promised != capacity || len(x.Yields) != 1 || x.Yields[0].Hours != 40 || x.Yields[0].By != "Karim Bouzid" || x.Yields[0].Why == "" || x.Yields[0].For.Text != "Dan dat" {
		t.Errorf("after it moved up: %+v", x)
	}
	if g := h.proposal("", first).Gave; len(g) != 1 || g[0].Hours != 40 {
		t.Errorf("on its own page: %+v", g)
	}
	if v, err := h.Agenda(ctx, "", view.AgendaInput{Asked: view.Asked{Words: "dan dat"}}); err != nil || len(v.Groups) != 1 {
		t.Errorf("searched: %d groups, %v", len(v.Groups), err)
	}
	if _, err := h.Agenda(ctx, "", view.AgendaInput{Executor: "weg"}); err != view.ErrNotFound { //nolint:errorlint // the sentinel itself
		t.Errorf("an executor that is not there: %v", err)
	}
	// The list of proposals is searched.
	list, err := h.Proposals(ctx, "", "", view.Asked{Words: "eerst"})
	h.ok(err)
	if len(list.Rows) != 1 || list.Rows[0].ID != first || list.ByExecution != 2 || list.ByPolicy != 0 {
		t.Errorf("list: %+v", list)
	}
}
