package loop_test

import (
	"strings"
	"testing"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// Every other refusal that a person can meet, by its code.

func TestRefusalsOfAKnelpunt(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	k := f.NewIssue
	e.no("knelpunt-onbekend", "bram", loop.AnswerIssue{Issue: "weg", Kind: loop.Explain})
	e.no("antwoord-onbekend", "bram", loop.AnswerIssue{Issue: k, Kind: "later", Reason: why("x")})
	change := loop.AnswerIssue{Issue: k, Kind: loop.Change, Reason: why("x"), Interim: why("x"), LeverBy: e.today()}
	for _, d := range []rule.Date{{}, e.today().AddDays(-1), e.today().AddYears(11), {Year: 2027, Month: 2, Day: 29}} {
		c := change
		c.LeverBy = d
		e.no("leverdatum-ontbreekt", "bram", c)
	}
	c := change
	c.Proposal = "weg"
	e.no("voorstel-onbekend", "bram", c)
	for _, c := range []loop.Command{loop.Remind{Issue: k}, loop.Close{Issue: k}, loop.AcceptKey{Issue: k}, loop.WithdrawAnswer{Issue: k, Reason: why("x")}, loop.React{Issue: k, Recognised: true}, loop.CountWork{Issue: k}, loop.LinkProposal{Issue: k, Proposal: "v1"}} {
		e.no("niet-beantwoord", "pim", c)
	}
	e.no("niet-aanvaard", loop.System, loop.Reopen{Issue: k})
	e.do("bram", change)
	e.no("voorstel-onbekend", "ed", loop.LinkProposal{Issue: k, Proposal: "weg"})
	e.no("meting-nodig", "ed", loop.CountWork{Issue: k, Before: 2, After: 1})
	e.no("geen-sleutel-nodig", "ed", loop.AcceptKey{Issue: k})
	e.do("ed", loop.OpenProposal{ID: "anders", Regulation: "zorgtoeslag", Title: "x"})
	e.no("voorstel-onbekend", "ed", loop.LinkProposal{Issue: k, Proposal: "anders"}) // of another regulation
	e.do("ed", loop.OpenProposal{ID: "v0", Regulation: "inkomenstoeslag", Title: "x"})
	e.do("ed", loop.LinkProposal{Issue: k, Proposal: "v0"})
	e.do("ed", loop.WithdrawProposal{Proposal: "v0", Reason: why("x")})
	e.no("voorstel-onbekend", "ed", loop.LinkProposal{Issue: k, Proposal: "v0"}) // ended
	// A promise that is not yet due to be confirmed.
	e.no("wijziging-niet-geldend", "bram", loop.Close{Issue: k})

	g := answered(e)
	e.no("geen-belofte", "ed", loop.LinkProposal{Issue: g, Proposal: "anders"})
	e.no("niets-om-uit-te-stellen", "ed", loop.GrantExtension{Issue: g, Until: e.today(), Reason: why("x")})
	// Two knelpunten at once, the same one twice.
	e.no("knelpunt-dubbel", "ed", loop.OpenProposal{ID: "v1", Regulation: "inkomenstoeslag", Title: "x", Issues: []string{k, k}})
	e.no("knelpunt-onbekend", "ed", loop.OpenProposal{ID: "v1", Regulation: "inkomenstoeslag", Title: "x", Issues: []string{"weg"}})
}

func TestRefusalsOfAProposal(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	e.no("voorstel-onbekend", "ed", loop.MarkAssessed{Proposal: "v1"})
	e.no("titel-ontbreekt", "ed", loop.OpenProposal{ID: "v1", Regulation: "inkomenstoeslag", Title: " "})
	e.do("bea", loop.OpenProposal{ID: "v1", Regulation: "inkomenstoeslag", Title: "x"})
	e.no("id-bestaat", "ed", loop.OpenProposal{ID: "v1", Regulation: "inkomenstoeslag", Title: "x"})
	e.no("mandaat-onbekend", "ed", loop.NameAuthor{Proposal: "v1", Mandate: "eigenaar", Person: "eva"})
	e.no("niets-veranderd", "ed", loop.NameAuthor{Proposal: "v1", Mandate: loop.Policy, Person: "bea"})
	e.no("inhoud-ontbreekt", "ed", tests(digest(1))[0])
	e.no("digest-onjuist", "ed", loop.EditContent{Proposal: "v1", Content: loop.Content{Digest: "x", Baseline: digest(0)}})
	e.no("digest-onjuist", "ed", loop.EditContent{Proposal: "v1", Content: loop.Content{Digest: loop.Digest(strings.ToUpper(string(digest(10)))), Baseline: digest(0)}})
	e.no("niets-veranderd", "ed", loop.EditContent{Proposal: "v1", Content: loop.Content{Digest: digest(0), Baseline: digest(0)}})
	e.do("ed", loop.EditContent{Proposal: "v1", Content: loop.Content{Digest: digest(1), Baseline: digest(0)}})
	e.no("niets-veranderd", "ed", loop.EditContent{Proposal: "v1", Content: loop.Content{Digest: digest(1), Baseline: digest(0)}})
	e.no("niets-veranderd", "ed", loop.EditCompass{Proposal: "v1"})
	e.no("simulatie-onjuist", "ed", loop.AttachSimulation{Proposal: "v1"})
	for _, a := range []loop.Assessment{{}, {Questionnaire: "q", Edition: "1", Content: digest(1), Findings: []loop.Finding{{Key: "a", Magnitude: "veel"}}}, {Questionnaire: "q", Edition: "1", Content: digest(1), Findings: []loop.Finding{{Key: "a", Magnitude: "1"}, {Key: "a", Magnitude: "1"}}}} {
		e.no("toets-onjuist", "ed", loop.RecordAssessment{Proposal: "v1", Assessment: a})
	}
	for _, c := range tests(digest(1)) {
		e.do("ed", c)
	}
	e.no("medeauteur-uitvoering-ontbreekt", "bea", loop.MarkAssessed{Proposal: "v1"})
	e.no("medeauteur-uitvoering-ontbreekt", "bea", loop.Submit{Proposal: "v1"})
	e.do("els", loop.NameAuthor{Proposal: "v1", Mandate: loop.Execution, Person: "els"})
	e.do("ed", loop.MarkAssessed{Proposal: "v1"})
	e.no("bevinding-onbekend", "ed", loop.AcceptFinding{Proposal: "v1", Finding: "x", Why: why("x")})
	e.do("ed", loop.SetCapacity{Triangle: "gemeente", Quarter: "2027-Q1", Points: 50})
	for code, change := range map[string]func(*loop.Plan){
		"ingangsdatum-ontbreekt": func(p *loop.Plan) { p.InForce = rule.Date{} },
		"terugwerkend":           func(p *loop.Plan) { p.InForce = e.today().AddDays(-1) },
		"uitrol-ontbreekt":       func(p *loop.Plan) { p.Rollout = nil },
		"verwachting-ontbreekt":  func(p *loop.Plan) { p.Goals = append(p.Goals, "nog een doel") },
	} {
		p := plan(e)
		change(&p)
		e.do("ed", loop.EditPlan{Proposal: "v1", Plan: p})
		e.no(code, "ed", loop.Submit{Proposal: "v1"})
	}
	e.do("ed", loop.EditPlan{Proposal: "v1", Plan: plan(e)})
	e.no("staat-onjuist", "ed", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: e.w.Proposal("v1").Digest()})
	e.do("ed", loop.Submit{Proposal: "v1"})
	v := e.w.Proposal("v1")
	e.no("mandaat-onbekend", "ed", loop.TurnKey{Proposal: "v1", Mandate: "x", Digest: v.Digest()})
	e.no("geen-sleutel", "ed", loop.WithdrawKey{Proposal: "v1", Reason: why("x")})
	e.do("ed", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()})
	e.no("sleutel-al-omgedraaid", "els", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()})
	e.no("staat-onjuist", "els", loop.Measure{Proposal: "v1"})
	// The date passes while one key waits: the second key is refused.
	old := e.now
	e.now = e.now.AddDate(1, 0, 0)
	e.no("terugwerkend", "bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	e.now = old
	e.do("bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	e.no("toezegging-onbekend", "eva", loop.KeepPromise{Proposal: "v1", Promise: "weg", How: why("x")})
	e.no("rol-onjuist", "bram", loop.KeepPromise{Proposal: "v1", Promise: "geld", How: why("x")})
	e.do("bram", loop.BringIntoForce{Proposal: "v1"})
	for _, c := range []loop.Command{loop.BringIntoForce{Proposal: "v1"}, loop.NextStage{Proposal: "v1"}, loop.WithdrawProposal{Proposal: "v1", Reason: why("x")}, loop.Pause{Proposal: "v1", Reason: why("x")}, loop.Return{Proposal: "v1", Reason: why("x")}, loop.WithdrawKey{Proposal: "v1", Reason: why("x")}} {
		e.no("staat-onjuist", "bram", c)
	}
	e.now = e.now.AddDate(1, 0, 0)
	importOutcomes(e, "i1")
	good := loop.Measurement{Expectation: "bereik", Value: "70", From: rule.MustDate("2027-01-01"), Until: rule.MustDate("2027-04-01"), Cases: 9, Import: "i1"}
	for code, changes := range map[string][]func(*loop.Measurement){
		"verwachting-onbekend": {func(m *loop.Measurement) { m.Expectation = "weg" }},
		"meting-onjuist": {
			func(m *loop.Measurement) { m.Value = "veel" }, func(m *loop.Measurement) { m.Cases = 0 }, func(m *loop.Measurement) { m.From = rule.Date{} },
			func(m *loop.Measurement) { m.Until = rule.MustDate("2026-12-31") },
		},
		"meting-te-vroeg": {func(m *loop.Measurement) { m.From = rule.MustDate("2026-12-31") }},
	} {
		for _, change := range changes {
			m := good
			change(&m)
			e.no(code, "els", loop.Measure{Proposal: "v1", Measurement: m})
		}
	}
	e.no("rol-onjuist", "vreemde", loop.Measure{Proposal: "v1", Measurement: good})
}

func TestRolloutThatIsDone(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	submitted(e)
	v := e.w.Proposal("v1")
	e.do("ed", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()})
	e.do("bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	e.now = e.now.AddDate(0, 8, 0)
	e.do("ed", loop.NextStage{Proposal: "v1"})
	e.no("uitrol-klaar", "ed", loop.NextStage{Proposal: "v1"})
	e.do("ed", loop.BringIntoForce{Proposal: "v1"})
}

func TestRefusalsOfTheOthers(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	e.no("al-benoemd", "eva", loop.Appoint{Triangle: "gemeente", Term: loop.Term{Post: "uitvoering", Person: "ed", Signs: true, From: e.today()}})
	e.no("eigenaar-ontbreekt", "eva", loop.Appoint{Triangle: "gemeente", Term: loop.Term{Post: "directie", Person: "edith", From: e.today()}})
	e.no("niet-benoemd", "eva", loop.Leave{Triangle: "gemeente", Post: "beleid", Person: "ed", On: e.today()})
	e.no("driehoek-onbekend", "eva", loop.Leave{Triangle: "weg", Post: "beleid", Person: "ed", On: e.today()})
	for _, q := range []loop.Quarter{"", "2027", "2027-Q0", "2027-Q5", "2027-q1", "20x7-Q1", "2027-Q11"} {
		e.no("kwartaal-onjuist", "ed", loop.SetCapacity{Triangle: "gemeente", Quarter: q, Points: 1})
	}
	e.no("capaciteit-onjuist", "ed", loop.SetCapacity{Triangle: "gemeente", Quarter: "2027-Q1", Points: -1})
	e.no("rol-onjuist", "bram", loop.SetCapacity{Triangle: "gemeente", Quarter: "2027-Q1", Points: 1})
	set := loop.SetTriangle{ID: "gemeente", Scope: loop.Anchor{Regulation: "zorgtoeslag"}, From: e.today()}
	e.no("bereik-ligt-vast", "eva", set)

	good := loop.IntendDecision{ID: "b", Case: "v1:x", Anchor: here, RuleSet: "d", Date: e.today(), Kind: loop.Award}
	for code, change := range map[string]func(*loop.IntendDecision){
		"regelversie-ontbreekt": func(c *loop.IntendDecision) { c.RuleSet = " " },
		"zaak-onjuist":          func(c *loop.IntendDecision) { c.Case = "" },
		"soort-onbekend":        func(c *loop.IntendDecision) { c.Kind = "x" },
		"bedrag-onjuist":        func(c *loop.IntendDecision) { c.Loss = -1 },
		"anker-onbekend":        func(c *loop.IntendDecision) { c.Anchor.Article = "weg" },
		"datum-onjuist":         func(c *loop.IntendDecision) { c.Date = rule.Date{} },
	} {
		c := good
		change(&c)
		e.no(code, "pim", c)
	}
	e.no("besluit-onbekend", "pim", loop.TakeDecision{Decision: "b"})
	e.do("pim", good)
	e.no("id-bestaat", "pim", good)
	e.no("contact-onjuist", "pim", loop.NoteContact{Decision: "b"})
	e.no("uitzondering-onjuist", "pim", loop.NameException{Decision: "b", Reason: why("x")})
	e.no("staat-onjuist", "pim", loop.Object{Decision: "b"})
	e.do("pim", loop.TakeDecision{Decision: "b"})
	e.no("staat-onjuist", "pim", loop.TakeDecision{Decision: "b"})
	e.do("pim", loop.Object{Decision: "b", Reason: why("ik was ziek")})
	e.do("pim", loop.SettleObjection{Decision: "b", Revised: true, Reason: why("klopt")})
	if s := e.w.Decision("b").State; s != loop.Revised {
		t.Errorf("%s", s)
	}
	// A loss from the threshold on needs contact, one cent under it does not.
	for loss, burdened := range map[int64]bool{49999: false, 50000: true} {
		c := good
		c.ID, c.Kind, c.Loss = e.id("b"), loop.Rejected, loss
		e.do("pim", c)
		if e.w.Decision(c.ID).Burdened != burdened {
			t.Errorf("a loss of %d cents: burdened %v", loss, !burdened)
		}
	}

	art := loop.ArticleText{ID: "artikel-1"}
	for code, c := range map[string]loop.ImportRegulation{
		"naam-ontbreekt":      {ID: "v", Articles: []loop.ArticleText{art}},
		"artikelen-ontbreken": {ID: "v", Name: "V"},
		"artikel-onjuist":     {ID: "v", Name: "V", Articles: []loop.ArticleText{art, art}},
		"artikel-te-lang":     {ID: "v", Name: "V", Articles: []loop.ArticleText{{ID: "a", Text: strings.Repeat("x", 200_001)}}},
		"id-bestaat":          {ID: "zorgtoeslag", Name: "V", Articles: []loop.ArticleText{art}},
	} {
		e.no(code, loop.System, c)
	}
	many := loop.ImportRegulation{ID: "v", Name: "V", Digest: digest(1)}
	for n := range 40 { // together more than an event holds
		many.Articles = append(many.Articles, loop.ArticleText{ID: "artikel-" + string(rune('a'+n%26)) + string(rune('a'+n/26)), Text: strings.Repeat("x", 150_000)})
	}
	e.no("te-groot", loop.System, many)
	many.Articles = many.Articles[:3]
	e.do(loop.System, many)
	e.no("niets-veranderd", loop.System, many)
	e.no("invoer-onjuist", "els", loop.ImportOutcomes{Regulation: "zorgtoeslag", Import: loop.OutcomeImport{ID: "i"}})
	e.no("regeling-onbekend", "els", loop.ImportOutcomes{Regulation: "weg", Import: loop.OutcomeImport{ID: "i"}})
	e.no("rol-onjuist", "vreemde", loop.ImportOutcomes{Regulation: "zorgtoeslag", Import: loop.OutcomeImport{ID: "i"}})
	e.no("niets-te-wissen", "eva", loop.EraseTexts{Ground: "x"})
	f := e.signal("pim")
	e.do("pim", f)
}
