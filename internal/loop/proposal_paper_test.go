package loop_test

import (
	"fmt"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// asked opens a proposal that is asked everything, with its tests done.
func asked(e *env) {
	e.t.Helper()
	e.do("ed", loop.OpenProposal{ID: "v1", Regulation: "inkomenstoeslag", Title: "Ruimere grens", Policy: "bea", Asks: loop.Asks{
		Compass: []string{"doel", "probleem"}, Options: true, Required: []string{"doenvermogen", "uitvoeringstoets", "privacy"}, Editions: map[string]string{"privacy": "2"},
	}})
	e.do("ed", loop.EditContent{Proposal: "v1", Content: loop.Content{Digest: digest(1), Baseline: digest(0), Variant: "x"}})
}

func TestWhatIsAskedStopsGetoetst(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	asked(e)
	for _, c := range tests(digest(1)) {
		e.do("ed", c)
	}
	if r := e.no("toets-ontbreekt", "ed", loop.MarkAssessed{Proposal: "v1"}); !slices.Equal(r.Items, []string{"privacy"}) {
		t.Errorf("missing: %v", r.Items)
	}
	e.do("ed", loop.RecordAssessment{Proposal: "v1", Assessment: loop.Assessment{Questionnaire: "privacy", Edition: "2", Content: digest(1)}})
	if r := e.no("kompas-onbeantwoord", "ed", loop.MarkAssessed{Proposal: "v1"}); !slices.Equal(r.Items, []string{"doel", "probleem"}) {
		t.Errorf("missing: %v", r.Items)
	}
	e.do("ed", loop.EditCompass{Proposal: "v1", Answers: map[string]string{"doel": "minder afhakers", "probleem": "  "}})
	if r := e.no("kompas-onbeantwoord", "ed", loop.MarkAssessed{Proposal: "v1"}); !slices.Equal(r.Items, []string{"probleem"}) {
		t.Errorf("spaces are an answer: %v", r.Items)
	}
	e.do("ed", loop.EditCompass{Proposal: "v1", Answers: map[string]string{"probleem": "alles of niets"}})

	e.no("opties-ontbreken", "ed", loop.MarkAssessed{Proposal: "v1"})
	own := loop.Option{ID: "ruimer", Name: "Ruimere grens", Effect: "meer gezinnen"}
	nothing, scrap := loop.Option{ID: loop.DoNothing, Name: "Niets doen", Effect: "de klif blijft"}, loop.Option{ID: loop.Scrap, Name: "Afschaffen"}
	compare := func(chosen, why string, list ...loop.Option) loop.CompareOptions {
		return loop.CompareOptions{Proposal: "v1", Options: loop.Options{List: list, Chosen: chosen, Why: why}}
	}
	e.no("optie-ontbreekt", "ed", compare("", "", own, nothing))
	e.no("optie-ontbreekt", "ed", compare("", "", own, scrap))
	e.no("optie-onjuist", "ed", compare("", "", own, own, nothing, scrap))
	e.no("optie-onjuist", "ed", compare("", "", loop.Option{ID: "x"}, nothing, scrap))
	e.no("keuze-onbekend", "ed", compare("x", "", own, nothing, scrap))
	e.no("rol-onjuist", "vreemde", compare("", "", own, nothing, scrap))
	e.do("ed", compare("ruimer", "dit helpt", own, nothing, scrap))
	e.no("niets-veranderd", "ed", compare("ruimer", "dit helpt", own, nothing, scrap))
	if r := e.no("opties-ontbreken", "ed", loop.MarkAssessed{Proposal: "v1"}); !slices.Equal(r.Items, []string{loop.Scrap}) {
		t.Errorf("missing: %v", r.Items)
	}
	scrap.Effect = "niemand krijgt iets"
	e.do("ed", compare("ruimer", "", own, nothing, scrap))
	e.no("keuze-ontbreekt", "ed", loop.MarkAssessed{Proposal: "v1"})
	e.do("ed", compare("ruimer", "dit helpt", own, nothing, scrap))
	e.do("ed", loop.MarkAssessed{Proposal: "v1"})
}

// What citizens found stays until something changed and somebody said what.
func TestFindingsOfCitizensStay(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	submitted(e)
	f := loop.Finding{Key: "b/1", Anchor: here, Weighty: true, Text: "zes van acht lazen de brief verkeerd", Magnitude: "1"}
	good := loop.Evidence{ID: "b", Date: e.today(), Count: 8, Who: "mensen met schulden", Method: "hardop denken", Content: digest(1), Findings: []loop.Finding{f}}
	for code, changes := range map[string][]func(*loop.Evidence){
		"datum-onjuist":     {func(x *loop.Evidence) { x.Date = rule.Date{} }, func(x *loop.Evidence) { x.Date = e.today().AddDays(1) }},
		"aantal-onjuist":    {func(x *loop.Evidence) { x.Count = 0 }},
		"onderzoek-onjuist": {func(x *loop.Evidence) { x.Who = " " }, func(x *loop.Evidence) { x.Method = "" }},
		"digest-verouderd":  {func(x *loop.Evidence) { x.Content = digest(9) }},
		"bevinding-onjuist": {
			func(x *loop.Evidence) { x.Findings[0].Text = "" }, func(x *loop.Evidence) { x.Findings[0].Anchor.Regulation = "zorgtoeslag" },
			func(x *loop.Evidence) { x.Findings = append(x.Findings, x.Findings[0]) },
		},
	} {
		for _, change := range changes {
			x := good
			x.Findings = slices.Clone(good.Findings)
			change(&x)
			e.no(code, "els", loop.RecordEvidence{Proposal: "v1", Evidence: x})
		}
	}
	e.do("els", loop.RecordEvidence{Proposal: "v1", Evidence: good})
	e.no("onderzoek-dubbel", "els", loop.RecordEvidence{Proposal: "v1", Evidence: good})
	e.no("zwaarwegende-bevinding", "ed", loop.Submit{Proposal: "v1"})
	e.no("zwaarwegende-bevinding", "ed", loop.AcceptFinding{Proposal: "v1", Finding: "b/1", Why: why("toch")})
	e.no("inhoud-ongewijzigd", "ed", loop.ResolveFinding{Proposal: "v1", Finding: "b/1", How: "korter"})
	e.no("bevinding-onbekend", "ed", loop.ResolveFinding{Proposal: "v1", Finding: "x", How: "korter"})

	e.do("ed", loop.EditContent{Proposal: "v1", Content: loop.Content{Digest: digest(2), Baseline: digest(0)}})
	for _, c := range tests(digest(2)) {
		e.do("ed", c)
	}
	e.do("ed", loop.MarkAssessed{Proposal: "v1"})
	e.no("zwaarwegende-bevinding", "ed", loop.Submit{Proposal: "v1"}) // an edit alone takes nothing away
	e.no("reden-ontbreekt", "ed", loop.ResolveFinding{Proposal: "v1", Finding: "b/1"})
	e.do("ed", loop.ResolveFinding{Proposal: "v1", Finding: "b/1", How: "de brief is één zin geworden"})
	e.no("niets-veranderd", "ed", loop.ResolveFinding{Proposal: "v1", Finding: "b/1", How: "nog eens"})
	e.do("ed", loop.Submit{Proposal: "v1"})
}

func TestMoneyAndPeopleArePromisedByName(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	submitted(e)
	e.do("ed", loop.RecordAssessment{Proposal: "v1", Assessment: loop.Assessment{Questionnaire: "uitvoeringstoets", Edition: "2", Content: digest(1), Needs: []loop.Need{loop.Money, loop.People}}})
	if r := e.no("toezegging-ontbreekt", "ed", loop.Submit{Proposal: "v1"}); r.Items[0] != "geld" {
		t.Errorf("%v", r.Items)
	}
	p := plan(e)
	p.Promises[0].Kind = loop.Money
	e.do("ed", loop.EditPlan{Proposal: "v1", Plan: p})
	if r := e.no("toezegging-ontbreekt", "ed", loop.Submit{Proposal: "v1"}); r.Items[0] != "mensen" {
		t.Errorf("%v", r.Items)
	}
	p.Promises = append(p.Promises, loop.Promise{ID: "team", By: "ed", What: "twee klantmanagers", Due: rule.MustDate("2026-11-01"), Kind: loop.People})
	e.do("ed", loop.EditPlan{Proposal: "v1", Plan: p})
	e.do("ed", loop.Submit{Proposal: "v1"})
	v := e.w.Proposal("v1")
	e.do("ed", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest(), Conditions: []loop.Promise{{ID: "mits", By: "bram", What: "de brief wordt herschreven", Due: rule.MustDate("2026-10-01")}}})
	e.do("bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	// Three promises, each with its own debtor and date; late ones climb.
	got := map[string]loop.Step{}
	for _, o := range e.w.Owed(rule.MustDate("2026-11-30")) {
		if o.Duty == loop.DutyPromise {
			got[fmt.Sprintf("%s %s %s", o.Ref, o.Holder.Person, o.Due)] = o.Step
		}
	}
	want := map[string]loop.Step{"geld eva 2026-12-01": loop.OnTime, "team ed 2026-11-01": loop.Public, "mits bram 2026-10-01": loop.Parliament}
	if len(got) != len(want) {
		t.Fatalf("promises: %v", got)
	}
	for k, s := range want {
		if got[k] != s {
			t.Errorf("%s: %s, want %s", k, got[k], s)
		}
	}
	e.no("rol-onjuist", "ed", loop.KeepPromise{Proposal: "v1", Promise: "mits", How: why("klaar")})
	e.no("tekst-ontbreekt", "bram", loop.KeepPromise{Proposal: "v1", Promise: "mits"})
	e.do("bram", loop.KeepPromise{Proposal: "v1", Promise: "mits", How: why("brief van 3 september")})
	e.no("toezegging-onbekend", "bram", loop.KeepPromise{Proposal: "v1", Promise: "mits", How: why("nog eens")})
}

// Cohorts are stable and nested, and about as large as they say.
func TestCohortsAreStableAndNested(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		proposal, zaak := rapid.String().Draw(t, "proposal"), rapid.String().Draw(t, "case")
		small := rapid.IntRange(1, 99).Draw(t, "small")
		large := rapid.IntRange(small, 100).Draw(t, "large")
		b := loop.Bucket(proposal, zaak)
		if b < 0 || b >= loop.Buckets || b != loop.Bucket(proposal, zaak) {
			t.Fatalf("bucket %d", b)
		}
		if loop.In(proposal, zaak, small) && !loop.In(proposal, zaak, large) {
			t.Fatalf("in %d %% and not in %d %%", small, large)
		}
		if loop.In(proposal, zaak, 0) || !loop.In(proposal, zaak, 100) {
			t.Fatal("0 % has a case, or 100 % lacks one")
		}
	})
	// Fixed for ever: another number would move cases of a running roll-out.
	for _, x := range []struct {
		proposal, zaak string
		want           int
	}{{"v1", "v1:abc", 871}, {"v2", "v1:abc", 7761}} { // sha256sum, by hand
		if got := loop.Bucket(x.proposal, x.zaak); got != x.want {
			t.Errorf("bucket of %s in %s: %d, want %d", x.zaak, x.proposal, got, x.want)
		}
	}
	for _, percent := range []int{1, 10, 50} {
		n := 0
		for k := range 100_000 {
			if loop.In("v-1", fmt.Sprint("v1:", k), percent) {
				n++
			}
		}
		// Six standard deviations of the binomial at 50 %: 950.
		if want := percent * 1000; n < want-950 || n > want+950 {
			t.Errorf("%d %% took %d of 100,000 cases", percent, n)
		}
	}
}

// A stage waits until the one before was measured long enough, and a decision
// uses its cohort only while the roll-out runs.
func TestStagesWaitForMeasurement(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	rolling(e)
	v := e.w.Proposal("v1")
	in, out := "", ""
	for k := 0; in == "" || out == ""; k++ {
		if z := fmt.Sprint("v1:", k); loop.In("v1", z, 1) {
			in = z
		} else {
			out = z
		}
	}
	if v.Takes(in, e.today()) {
		t.Error("a case is in a cohort before the first stage")
	}
	e.do("ed", loop.NextStage{Proposal: "v1"})
	start := e.today()
	if !v.Takes(in, start) || v.Takes(out, start) || v.Takes(in, start.AddDays(-1)) || v.Percent() != 1 || len(e.w.Rollouts()) != 1 {
		t.Errorf("at 1 %%: in %v, out %v", v.Takes(in, start), v.Takes(out, start))
	}
	if r := e.no("meting-te-kort", "ed", loop.NextStage{Proposal: "v1"}); !slices.Equal(r.Items, []string{"bereik"}) {
		t.Errorf("items: %v", r.Items)
	}
	e.days(9)
	measure := func(value loop.Number) {
		e.do("els", loop.Measure{Proposal: "v1", Measurement: loop.Measurement{Expectation: "bereik", Value: value, From: start, Until: e.today(), Cases: 5, Import: "i"}})
	}
	measure("70")
	e.no("meting-te-kort", "ed", loop.NextStage{Proposal: "v1"})
	e.days(1)
	measure("71")
	e.do("ed", loop.NextStage{Proposal: "v1"})
	e.do("ed", loop.Pause{Proposal: "v1", Reason: why("de brieven zijn op")})
	if v.Takes(in, e.today()) || v.Percent() != 0 || len(e.w.Rollouts()) != 0 {
		t.Error("a roll-out that stands still takes cases")
	}
	e.do("ed", loop.Resume{Proposal: "v1", Reason: why("er zijn brieven")})
	e.do("bram", loop.Resume{Proposal: "v1", Reason: why("er zijn brieven")})
	if !v.Takes(in, e.today()) {
		t.Error("a case left its cohort by a pause")
	}
	// A tripwire stops it by itself, in the same transaction.
	n := len(e.log)
	e.days(5)
	measure("49")
	if v.State != loop.Paused || !v.Tripped || len(e.log) != n+2 {
		t.Errorf("%s after a tripwire, %d events", v.State, len(e.log)-n)
	}
	e.do("bea", loop.WithdrawProposal{Proposal: "v1", Reason: why("dit werkt niet")})
	if v.Takes(in, e.today()) || slices.ContainsFunc(e.w.Owed(e.today()), func(o loop.Owed) bool { return o.Stream == "voorstel/v1" }) {
		t.Error("after withdrawing something is left")
	}
}

// A roll-out that took longer than planned holds from the day on which it came
// into force, not from before.
func TestALateRolloutDoesNotLookBack(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	rolling(e)
	p := e.w.Proposal("v1").Plan
	e.do("ed", loop.NextStage{Proposal: "v1"})
	e.days(20)
	e.do("els", loop.Measure{Proposal: "v1", Measurement: loop.Measurement{Expectation: "bereik", Value: "70", From: p.InForce, Until: e.today(), Cases: 5, Import: "i"}})
	e.do("ed", loop.NextStage{Proposal: "v1"})
	e.do("ed", loop.NextStage{Proposal: "v1"})
	e.do("ed", loop.BringIntoForce{Proposal: "v1"})
	a := e.w.Regulation("inkomenstoeslag").Adoptions
	if len(a) != 1 || a[0].From != e.today() || !a[0].From.After(p.InForce) {
		t.Errorf("adopted from %+v, planned %s", a, p.InForce)
	}
}

// Room that was yielded to a decision that falls comes back.
func TestYieldedRoomComesBack(t *testing.T) {
	t.Parallel()
	for name, fall := range map[string]loop.Command{
		"key":      loop.WithdrawKey{Proposal: "v2", Reason: why("toch niet")},
		"withdraw": loop.WithdrawProposal{Proposal: "v2", Reason: why("toch niet")},
	} {
		e := municipality(t)
		inForce(e) // v1 holds 30 of 50
		p := plan(e)
		p.Claim = map[loop.Quarter]int{"2027-Q1": 35}
		p.Yields = []loop.Yield{{From: "v1", Quarter: "2027-Q1", Points: 15, By: "ed", Why: "dit kan later"}}
		e.do("ed", loop.OpenProposal{ID: "v2", Regulation: "zorgtoeslag", Title: "Nog iets", Policy: "bea"})
		e.do("ed", loop.EditContent{Proposal: "v2", Content: loop.Content{Digest: digest(3), Baseline: digest(0)}})
		for _, c := range tests(digest(3)) {
			c.Proposal = "v2"
			e.do("ed", c)
		}
		e.do("ed", loop.EditPlan{Proposal: "v2", Plan: p})
		e.do("ed", loop.MarkAssessed{Proposal: "v2"})
		e.do("ed", loop.Submit{Proposal: "v2"})
		v := e.w.Proposal("v2")
		e.do("ed", loop.TurnKey{Proposal: "v2", Mandate: loop.Execution, Digest: v.Digest()})
		e.do("bram", loop.TurnKey{Proposal: "v2", Mandate: loop.Policy, Digest: v.Digest()})
		v1 := e.w.Proposal("v1")
		if v1.Claimed("2027-Q1") != 15 || len(v1.Gave) != 1 || v1.Gave[0].By != "ed" || v1.Gave[0].Why != "dit kan later" {
			t.Fatalf("%s: gave %+v", name, v1.Gave)
		}
		e.do("ed", fall)
		if v1.Claimed("2027-Q1") != 30 || v.Claimed("2027-Q1") != 0 {
			t.Errorf("%s: claims %d and %d", name, v1.Claimed("2027-Q1"), v.Claimed("2027-Q1"))
		}
		if name == "key" {
			// Decided again: it yields again, once.
			e.do("ed", loop.TurnKey{Proposal: "v2", Mandate: loop.Execution, Digest: v.Digest()})
			if v1.Claimed("2027-Q1") != 15 || v.Claimed("2027-Q1") != 35 {
				t.Errorf("decided again: %d and %d", v1.Claimed("2027-Q1"), v.Claimed("2027-Q1"))
			}
		}
	}
}
