package loop_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

func plan(e *env) loop.Plan {
	return loop.Plan{
		Goals: []string{"minder afhakers"},
		Expectations: []loop.Expectation{{
			ID: "bereik", Goal: "minder afhakers", Indicator: "aandeel-ontvangt", Unit: "%", Baseline: "58", Predicted: "71.5", Low: "66", High: "78",
			Horizon: rule.MustDate("2027-04-01"), Tripwire: loop.Tripwire{Below: "50"},
		}},
		Claim:    map[loop.Quarter]int{"2027-Q1": 30},
		Rollout:  []loop.Stage{{Percent: 100, From: rule.MustDate("2027-01-01")}},
		InForce:  rule.MustDate("2027-01-01"),
		Promises: []loop.Promise{{ID: "geld", By: "eva", What: "€ 40.000 voor de aanpassing", Due: rule.MustDate("2026-12-01")}},
	}
}

func tests(content loop.Digest, weighty ...loop.Finding) []loop.RecordAssessment {
	return []loop.RecordAssessment{
		{Proposal: "v1", Assessment: loop.Assessment{Questionnaire: "doenvermogen", Edition: "1", Content: content, Findings: weighty}},
		{Proposal: "v1", Assessment: loop.Assessment{Questionnaire: "uitvoeringstoets", Edition: "1", Content: content, Verdict: "uitvoerbaar"}},
	}
}

// The whole turn of the loop, with every refusal that a demo shows on the way.
func TestTheLoopTurnsOnce(t *testing.T) {
	t.Parallel()
	e := municipality(t)

	// Signal from the desk: a knelpunt, an owner, a date.
	f := e.signal("pim")
	e.do("pim", f)
	k := f.NewIssue
	i := e.w.Issue(k)
	due, ok := i.Due()
	if !ok || due.Duty != loop.DutyAnswer || due.Due != rule.MustDate("2026-07-13") || e.w.Resolve(due.Debtor, e.today()).Person != "bram" {
		t.Fatalf("owed: %+v", due)
	}
	// A colleague: also mine. Once.
	e.do("pia", loop.AlsoMine{Issue: k, SignalID: "s-pia", Reporter: "pia", Channel: loop.Professional, Reachable: true})
	e.no("al-gemeld", "pia", loop.AlsoMine{Issue: k, SignalID: "s-pia2", Reporter: "pia", Channel: loop.Professional, Reachable: true})
	if len(i.Signals) != 2 {
		t.Fatalf("%d signals", len(i.Signals))
	}

	// The answer needs the owner, and an instruction for tomorrow.
	e.days(3)
	answer := loop.AnswerIssue{Issue: k, Kind: loop.Change, Reason: why("de grens is te hard"), LeverBy: rule.MustDate("2027-05-01")}
	e.no("vanaf-morgen-ontbreekt", "bram", answer)
	answer.Interim = why("bel eerst, en geef maatwerk tot € 100 erboven")
	e.no("rol-onjuist", "ed", answer)
	e.no("rol-onjuist", "bea", answer)
	e.do("bram", answer)
	if got := e.w.Instructions(here); len(got) != 1 || got[0].Text.Words != answer.Interim.Words {
		t.Errorf("instructions: %+v", got)
	}
	if i.Delivered["pim"] != 1 || i.Delivered["pia"] != 1 {
		t.Errorf("delivered: %v", i.Delivered)
	}
	// A signal that joins an answered knelpunt gets the answer at once.
	late := e.signal("piet")
	e.do("piet", late)
	if _, in := e.w.Signal(late.Signal.ID); in != k || i.Delivered["piet"] != 1 {
		t.Errorf("late signal in %q, delivered %v", in, i.Delivered)
	}
	e.no("wijziging-niet-geldend", "bram", loop.Close{Issue: k})

	// A proposal, opened by execution.
	e.no("rol-onjuist", "piet", loop.OpenProposal{ID: "v1", Regulation: "inkomenstoeslag", Title: "Ruimere grens"})
	e.no("regeling-onbekend", "ed", loop.OpenProposal{ID: "v1", Regulation: "bestaat-niet", Title: "Ruimere grens"})
	e.do("ed", loop.OpenProposal{ID: "v1", Regulation: "inkomenstoeslag", Title: "Ruimere grens", Issues: []string{k}})
	if i.Answer().Proposal != "v1" {
		t.Error("the promised change is not tied to the proposal")
	}
	v := e.w.Proposal("v1")
	content := loop.Content{Digest: digest(1), Baseline: digest(0), Variant: "variant: ruimere-grens", Summary: []string{"De inkomensgrens gaat van 110 % naar 120 %."}}
	e.do("ed", loop.EditContent{Proposal: "v1", Content: content})
	e.no("medeauteur-beleid-ontbreekt", "ed", loop.MarkAssessed{Proposal: "v1"})
	e.no("rol-onjuist", "ed", loop.NameAuthor{Proposal: "v1", Mandate: loop.Policy, Person: "els"})
	e.do("bea", loop.NameAuthor{Proposal: "v1", Mandate: loop.Policy, Person: "bea"})
	if r := e.no("toets-ontbreekt", "ed", loop.MarkAssessed{Proposal: "v1"}); len(r.Items) != 2 {
		t.Errorf("missing: %v", r.Items)
	}
	worse := loop.Finding{Key: "afgrond", Anchor: here, Weighty: true, Text: "€ 1 meer kost € 400.", Magnitude: "400", Before: "300"}
	for _, c := range tests(digest(1), worse) {
		e.do("ed", c)
	}
	e.do("ed", loop.MarkAssessed{Proposal: "v1"})
	if r := e.no("zwaarwegende-bevinding", "ed", loop.Submit{Proposal: "v1"}); cmp.Diff([]string{"afgrond"}, r.Items) != "" {
		t.Errorf("items: %v", r.Items)
	}
	e.no("zwaarwegende-bevinding", "bram", loop.AcceptFinding{Proposal: "v1", Finding: "afgrond", Why: why("het moet maar")})

	// The content changes: back to a sketch, and the tests are stale.
	content.Digest = digest(2)
	e.do("ed", loop.EditContent{Proposal: "v1", Content: content})
	if v.State != loop.Sketch {
		t.Errorf("after an edit: %s", v.State)
	}
	e.no("digest-verouderd", "ed", loop.MarkAssessed{Proposal: "v1"})
	e.no("digest-verouderd", "ed", tests(digest(1))[0])
	existing := worse
	existing.Magnitude = "300"
	for _, c := range tests(digest(2), existing) {
		e.do("ed", c)
	}
	e.no("digest-verouderd", "ed", loop.AttachSimulation{Proposal: "v1", Simulation: loop.Simulation{Run: "r", Population: "nl:20000", Content: digest(1)}})
	attach := loop.AttachSimulation{Proposal: "v1", Simulation: loop.Simulation{Run: "r-2", Population: "nl:20000", Content: digest(2), Synthetic: true}}
	e.do("ed", attach)
	e.no("simulatie-bekend", "ed", attach) // two servers followed the same run
	e.do("ed", loop.MarkAssessed{Proposal: "v1"})
	e.no("verwachting-ontbreekt", "ed", loop.Submit{Proposal: "v1"})
	e.do("ed", loop.EditPlan{Proposal: "v1", Plan: plan(e)})
	e.no("capaciteit-onbekend", "ed", loop.Submit{Proposal: "v1"})
	e.do("ed", loop.SetCapacity{Triangle: "gemeente", Quarter: "2027-Q1", Points: 20})
	e.no("capaciteit-vol", "ed", loop.Submit{Proposal: "v1"})
	e.do("ed", loop.SetCapacity{Triangle: "gemeente", Quarter: "2027-Q1", Points: 50})
	e.do("ed", loop.Submit{Proposal: "v1"})

	// Two keys, two mandates, one digest.
	e.no("sleutel-ontbreekt", "ed", loop.BringIntoForce{Proposal: "v1"})
	e.no("digest-verouderd", "ed", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: digest(77)})
	e.no("rol-onjuist", "pim", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()})
	if r := e.no("bevinding-niet-aanvaard", "ed", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()}); cmp.Diff([]string{"afgrond"}, r.Items) != "" {
		t.Errorf("items: %v", r.Items)
	}
	e.do("ed", loop.AcceptFinding{Proposal: "v1", Finding: "afgrond", Why: why("was er al")})
	e.do("ed", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()})
	e.no("sleutel-zelfde-persoon", "ed", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	if r := e.no("sleutel-ontbreekt", "bram", loop.BringIntoForce{Proposal: "v1"}); cmp.Diff([]string{"beleid"}, r.Items) != "" {
		t.Errorf("missing: %v", r.Items)
	}
	// An edit makes the key fall.
	p := plan(e)
	p.Expectations[0].Predicted = "71.6"
	e.do("bea", loop.EditPlan{Proposal: "v1", Plan: p})
	if len(v.Keys) != 0 || len(v.Fallen) != 1 || v.State != loop.Assessed {
		t.Errorf("after an edit: keys %v, fallen %v, %s", v.Keys, v.Fallen, v.State)
	}
	e.do("bea", loop.Submit{Proposal: "v1"})
	e.do("ed", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()})
	e.do("bram", loop.AcceptFinding{Proposal: "v1", Finding: "afgrond", Why: why("volgend jaar weg")})
	e.do("bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	if v.State != loop.Decided {
		t.Fatalf("after two keys: %s", v.State)
	}
	e.no("voorstel-ligt-vast", "ed", loop.EditPlan{Proposal: "v1", Plan: p})

	// In force, from a date.
	e.do("bram", loop.BringIntoForce{Proposal: "v1"})
	if a := e.w.Regulation("inkomenstoeslag").Adoptions; len(a) != 1 || a[0].From != rule.MustDate("2027-01-01") || len(a[0].Keys) != 2 {
		t.Errorf("adoptions: %+v", a)
	}

	// A decision under the new version; a burdensome one needs contact.
	e.now = e.now.AddDate(0, 8, 0)
	stop := loop.IntendDecision{ID: "b1", Case: "v1:abc", Anchor: here, RuleSet: string(digest(2)), Date: e.today(), Kind: loop.Stop, Outcome: "stopgezet", Loss: 1}
	e.do("pim", stop)
	e.no("contact-ontbreekt", "pim", loop.TakeDecision{Decision: "b1"})
	e.do("pim", loop.NoteContact{Decision: "b1", Contact: loop.Contact{How: "telefoon"}})
	e.no("contact-ontbreekt", "pim", loop.TakeDecision{Decision: "b1"})
	e.do("pim", loop.NoteContact{Decision: "b1", Contact: loop.Contact{How: "telefoon", Reached: true}})
	e.do("pim", loop.TakeDecision{Decision: "b1"})

	// Outcomes come in; predicted against measured.
	measure := loop.Measure{Proposal: "v1", Measurement: loop.Measurement{
		Expectation: "bereik", Value: "70.2", From: rule.MustDate("2027-01-01"), Until: rule.MustDate("2027-04-01"), Cases: 412, Import: "i1", Synthetic: true,
	}}
	e.no("meting-in-de-toekomst", "els", measure)
	e.now = e.now.AddDate(0, 3, 0)
	e.no("invoer-onbekend", "els", measure)
	imp := loop.ImportOutcomes{Regulation: "inkomenstoeslag", Import: loop.OutcomeImport{ID: "i1", File: "2027-kw1.csv", Digest: digest(9), Rows: 412, From: measure.Measurement.From, Until: measure.Measurement.Until, Synthetic: true}}
	e.do("els", imp)
	imp.Import.ID = "i2"
	e.no("invoer-dubbel", "els", imp)
	e.no("meting-ontbreekt", "ed", loop.Evaluate{Proposal: "v1", Report: why("geleerd")})
	e.do("els", measure)
	e.no("dubbele-meting", "els", measure)
	if m, ok := v.Last("bereik"); !ok || m.Verdict != loop.Inside || !v.Inside() {
		t.Errorf("measurement: %+v", m)
	}

	// The reporters confirm: solved by the last of them, not by a manager.
	if i.Answer().WindowFrom.IsZero() {
		t.Fatal("the reporters were not asked")
	}
	e.no("geen-melder", "bea", loop.React{Issue: k, Recognised: true})
	e.do("pim", loop.React{Issue: k, Recognised: true})
	e.do("pia", loop.React{Issue: k, Recognised: true})
	if i.State != loop.Answered {
		t.Errorf("ended before everybody was heard: %s", i.State)
	}
	e.do("piet", loop.React{Issue: k, Recognised: true})
	if i.State != loop.Solved || i.Ending.Confirmed != 3 || i.Ending.Silent != 0 {
		t.Errorf("%s, %+v", i.State, i.Ending)
	}
	e.do("ed", loop.Evaluate{Proposal: "v1", Report: why("de grens werkt, de brief nog niet")})
	e.do("eva", loop.KeepPromise{Proposal: "v1", Promise: "geld", How: why("begroting")})
	if owed := e.w.Owed(e.today()); len(owed) != 0 {
		t.Errorf("still owed: %+v", owed)
	}

	reg := e.w.Register(e.today())
	if len(reg.Versions) != 1 || len(reg.Predictions) != 1 || !reg.Predictions[0].Measured || len(reg.Issues) != 1 {
		t.Errorf("register: %+v", reg)
	}
	if d := e.w.Changes("inkomenstoeslag", rule.MustDate("2026-06-01"), e.today()); len(d) < 6 || d[0].Type != "voorstel.geevalueerd.1" {
		t.Errorf("changes: %+v", d)
	}
	if _, err := event.Verify(func(yield func(event.Record, error) bool) {
		for _, r := range e.log {
			if !yield(r, nil) {
				return
			}
		}
	}, nil); err != nil {
		t.Error(err)
	}
	if !reflect.DeepEqual(e.w, e.replay()) {
		t.Error("folding the log anew gives another world")
	}
}

func TestMeasuredOutsideOpensAgain(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	k := inForce(e)
	i := e.w.Issue(k)
	e.now = e.now.AddDate(0, 11, 0)
	importOutcomes(e, "i1")
	m := loop.Measurement{Expectation: "bereik", Value: "70", From: rule.MustDate("2027-01-01"), Until: rule.MustDate("2027-03-31"), Cases: 10, Import: "i1"}
	e.do("els", loop.Measure{Proposal: "v1", Measurement: m})
	if x, _ := e.w.Proposal("v1").Last("bereik"); x.Verdict != loop.Early || !i.Answer().WindowFrom.IsZero() {
		t.Errorf("a measurement before the horizon counts as %s", x.Verdict)
	}
	m.Value, m.Until = "65.9", rule.MustDate("2027-04-01")
	e.do("els", loop.Measure{Proposal: "v1", Measurement: m})
	if i.State != loop.Open || i.Level != 0 {
		t.Fatalf("%s, level %d", i.State, i.Level)
	}
	if o, _ := i.Due(); o.Duty != loop.DutyAnswer || o.Due != e.today().AddDays(21) {
		t.Errorf("owed: %+v", o)
	}
	// On the edges of the band is inside; later measurements decide.
	m.Value, m.Until = "66", rule.MustDate("2027-04-02")
	e.do("els", loop.Measure{Proposal: "v1", Measurement: m})
	if !e.w.Proposal("v1").Inside() {
		t.Error("66 lies in [66, 78]")
	}
}

// inForce gives a knelpunt whose promised change is in force from 2027-01-01.
func inForce(e *env) string {
	e.t.Helper()
	f := e.signal("pim")
	e.do("pim", f)
	e.do("bram", loop.AnswerIssue{Issue: f.NewIssue, Kind: loop.Change, Reason: why("ja"), Interim: why("bel eerst"), LeverBy: rule.MustDate("2027-05-01")})
	submitted(e, f.NewIssue)
	v := e.w.Proposal("v1")
	e.do("ed", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()})
	e.do("bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	e.do("bram", loop.BringIntoForce{Proposal: "v1"})
	return f.NewIssue
}

func submitted(e *env, issues ...string) {
	e.t.Helper()
	e.do("ed", loop.OpenProposal{ID: "v1", Regulation: "inkomenstoeslag", Title: "Ruimere grens", Issues: issues, Policy: "bea"})
	e.do("ed", loop.EditContent{Proposal: "v1", Content: loop.Content{Digest: digest(1), Baseline: digest(0), Variant: "x"}})
	for _, c := range tests(digest(1)) {
		e.do("ed", c)
	}
	e.do("ed", loop.SetCapacity{Triangle: "gemeente", Quarter: "2027-Q1", Points: 50})
	e.do("ed", loop.EditPlan{Proposal: "v1", Plan: plan(e)})
	e.do("ed", loop.MarkAssessed{Proposal: "v1"})
	e.do("ed", loop.Submit{Proposal: "v1"})
}

func importOutcomes(e *env, id string) {
	e.t.Helper()
	e.ids++
	e.do("els", loop.ImportOutcomes{Regulation: "inkomenstoeslag", Import: loop.OutcomeImport{ID: id, File: "x.csv", Digest: digest(1000 + e.ids), Rows: 1, From: rule.MustDate("2027-01-01"), Until: rule.MustDate("2027-03-31")}})
}

func TestTripwirePausesARollout(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	submitted(e)
	p := plan(e)
	p.Rollout = []loop.Stage{{Percent: 10, From: rule.MustDate("2026-09-01")}, {Percent: 100, From: rule.MustDate("2027-01-01")}}
	e.do("ed", loop.EditPlan{Proposal: "v1", Plan: p})
	e.do("ed", loop.Submit{Proposal: "v1"})
	v := e.w.Proposal("v1")
	e.do("ed", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest(), Conditions: []loop.Promise{{ID: "mits-1", By: "bram", What: "de brief wordt herschreven", Due: rule.MustDate("2026-10-01")}}})
	e.do("bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	if owed := e.w.OwedBy("bram", e.today()); len(owed) != 3 || owed[1].What != "de brief wordt herschreven" || owed[2].Duty != loop.DutyAdopt || owed[2].Due != rule.MustDate("2027-01-01") {
		t.Errorf("a condition is not an obligation: %+v", owed)
	}
	e.no("uitrol-niet-klaar", "bram", loop.BringIntoForce{Proposal: "v1"})
	e.no("trede-te-vroeg", "ed", loop.NextStage{Proposal: "v1"})
	e.now = e.now.AddDate(0, 5, 0)
	e.do("ed", loop.NextStage{Proposal: "v1"})
	e.do("els", loop.ImportOutcomes{Regulation: "inkomenstoeslag", Import: loop.OutcomeImport{ID: "i", File: "x", Digest: digest(5), Rows: 1, From: rule.MustDate("2026-09-01"), Until: rule.MustDate("2026-09-30")}})
	e.do(loop.System, loop.Measure{Proposal: "v1", Measurement: loop.Measurement{Expectation: "bereik", Value: "49.9", From: rule.MustDate("2026-09-01"), Until: rule.MustDate("2026-09-30"), Cases: 40, Import: "i"}})
	if v.State != loop.Paused || !v.Tripped {
		t.Fatalf("%s, tripped %v", v.State, v.Tripped)
	}
	e.no("uitrol-gepauzeerd", "ed", loop.NextStage{Proposal: "v1"})
	// Going on is owed, by a date: nothing stands still for ever.
	if owed := e.w.OwedBy("bram", e.today()); !slices.ContainsFunc(owed, func(o loop.Owed) bool { return o.Duty == loop.DutyRollout && o.Due == e.today().AddDays(28) }) {
		t.Errorf("nobody owes a decision on the roll-out: %+v", owed)
	}
	for _, by := range []loop.PersonID{"eva", "pim", "vreemde"} {
		e.no("rol-onjuist", by, loop.Resume{Proposal: "v1", Reason: why("het was een fout")})
	}
	e.do("ed", loop.WithdrawKey{Proposal: "v1", Reason: why("zo niet")})
	e.no("sleutel-ontbreekt", "bram", loop.Resume{Proposal: "v1", Reason: why("het was een fout")})
	e.do("ed", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()})
	// Both mandates, by two persons.
	e.do("ed", loop.Resume{Proposal: "v1", Reason: why("het was een telfout")})
	if v.State != loop.Paused {
		t.Errorf("one mandate resumed: %s", v.State)
	}
	e.no("niets-veranderd", "els", loop.Resume{Proposal: "v1", Reason: why("nog eens")})
	e.no("tekst-ontbreekt", "bram", loop.Resume{Proposal: "v1"})
	e.do("bram", loop.Resume{Proposal: "v1", Reason: why("het was een telfout")})
	if v.State != loop.Rolling || slices.ContainsFunc(e.w.Owed(e.today()), func(o loop.Owed) bool { return o.Duty == loop.DutyRollout }) {
		t.Errorf("after both: %s", v.State)
	}
	e.no("trede-te-vroeg", "ed", loop.NextStage{Proposal: "v1"})
	e.now = e.now.AddDate(0, 3, 0)
	e.do("ed", loop.NextStage{Proposal: "v1"})
	e.do("ed", loop.WithdrawKey{Proposal: "v1", Reason: why("toch niet")})
	if v.State != loop.Paused {
		t.Errorf("a withdrawn key leaves the roll-out %s", v.State)
	}
}

func TestCapacityAndYield(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	inForce(e) // v1 holds 30 of 50 points
	open := func(id string, p loop.Plan) {
		e.do("ed", loop.OpenProposal{ID: id, Regulation: "zorgtoeslag", Title: "Nog iets", Policy: "bea"})
		e.do("ed", loop.EditContent{Proposal: id, Content: loop.Content{Digest: digest(3), Baseline: digest(0)}})
		for _, c := range tests(digest(3)) {
			c.Proposal = id
			e.do("ed", c)
		}
		e.do("ed", loop.MarkAssessed{Proposal: id})
		e.do("ed", loop.EditPlan{Proposal: id, Plan: p})
	}
	p := plan(e)
	p.Claim = map[loop.Quarter]int{"2027-Q1": 35}
	open("v2", p)
	if r := e.no("capaciteit-vol", "ed", loop.Submit{Proposal: "v2"}); !strings.Contains(r.Needed, "15 punten") {
		t.Errorf("needed: %s", r.Needed)
	}
	for _, y := range []loop.Yield{{From: "v1", Quarter: "2027-Q1", Points: 31}, {From: "v2", Quarter: "2027-Q1", Points: 15}, {From: "v9", Quarter: "2027-Q1", Points: 15}} {
		p.Yields = []loop.Yield{y}
		e.do("ed", loop.EditPlan{Proposal: "v2", Plan: p})
		e.no("wijken-onjuist", "ed", loop.Submit{Proposal: "v2"})
	}
	p.Yields = []loop.Yield{{From: "v1", Quarter: "2027-Q1", Points: 15}}
	e.do("ed", loop.EditPlan{Proposal: "v2", Plan: p})
	e.do("ed", loop.Submit{Proposal: "v2"})
	v := e.w.Proposal("v2")
	e.do("ed", loop.TurnKey{Proposal: "v2", Mandate: loop.Execution, Digest: v.Digest()})
	e.do("bram", loop.TurnKey{Proposal: "v2", Mandate: loop.Policy, Digest: v.Digest()})
	if a, b := e.w.Proposal("v1").Claimed("2027-Q1"), v.Claimed("2027-Q1"); a != 15 || b != 35 {
		t.Errorf("claims %d and %d", a, b)
	}
	e.no("capaciteit-bezet", "ed", loop.SetCapacity{Triangle: "gemeente", Quarter: "2027-Q1", Points: 49})
}

func TestKeepNeedsTheOtherKey(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	k := f.NewIssue
	keep := loop.AnswerIssue{Issue: k, Kind: loop.Keep, Reason: why("de raad wil het zo")}
	e.no("herzie-ontbreekt", "bram", keep)
	keep.ReviewBy = e.today().AddMonths(13)
	e.no("herzie-ontbreekt", "bram", keep)
	keep.ReviewBy = e.today().AddMonths(12)
	original, _ := e.w.Issue(k).Due()
	e.do("bram", keep)
	e.no("sleutel-ontbreekt", "bram", loop.Close{Issue: k})
	e.no("rol-onjuist", "bram", loop.AcceptKey{Issue: k})
	e.no("rol-onjuist", "eva", loop.AcceptKey{Issue: k})
	e.no("rol-onjuist", "pim", loop.AcceptKey{Issue: k})
	// The executor says no: the answer is owed again, by the date that was.
	e.days(10)
	e.do("ed", loop.RefuseAccept{Issue: k, Reason: why("wij kunnen dit niet uitleggen")})
	if o, _ := e.w.Issue(k).Due(); o.Due != original.Due || o.Duty != loop.DutyAnswer {
		t.Errorf("due %s, want %s", o.Due, original.Due)
	}
	e.do("bram", keep)
	e.do("ed", loop.AcceptKey{Issue: k})
	i := e.w.Issue(k)
	if o, _ := i.Due(); i.State != loop.Accepted || o.Duty != loop.DutyReview || o.Due != keep.ReviewBy {
		t.Errorf("%s, %+v", i.State, o)
	}
	e.no("herziening-te-vroeg", loop.System, loop.Reopen{Issue: k})
	e.now = e.now.AddDate(1, 0, 0)
	if as := e.w.DueActions(e.now); len(as) != 1 {
		t.Fatalf("due actions: %v", as)
	}
	e.do(loop.System, e.w.DueActions(e.now)[0])
	if i.State != loop.Open {
		t.Errorf("after the review date: %s", i.State)
	}
}

func TestReportersDisputeTwice(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	k := f.NewIssue
	i := e.w.Issue(k)
	explain := loop.AnswerIssue{Issue: k, Kind: loop.Explain, Reason: why("zo staat het in de wet")}
	e.do("bram", explain)
	e.no("tekst-ontbreekt", "pim", loop.React{Issue: k})
	e.do("pim", loop.React{Issue: k, Why: why("dat was de vraag niet")})
	if i.State != loop.Open || i.Level != 1 || e.w.Resolve(firstDue(i).Debtor, e.today()).Person != "bram" {
		t.Fatalf("%s, level %d", i.State, i.Level)
	}
	e.do("bram", explain)
	e.do("pim", loop.React{Issue: k, Why: why("nog steeds niet")})
	if i.Level != 2 || e.w.Resolve(firstDue(i).Debtor, e.today()).Person != "eva" {
		t.Fatalf("level %d, debtor %s", i.Level, e.w.Resolve(firstDue(i).Debtor, e.today()).Person)
	}
	e.no("rol-onjuist", "bram", explain)
	e.no("eigenaar-antwoordt", "eva", loop.Forward{Issue: k, To: loop.PostRef{Triangle: "gemeente", Post: "beleid-2"}, Reason: why("liever niet")})
	e.do("eva", explain)
}

func firstDue(i *loop.Issue) loop.Obligation { o, _ := i.Due(); return o }

func TestForwardKeepsTheDate(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	k := f.NewIssue
	i := e.w.Issue(k)
	due := firstDue(i).Due
	to := func(post string) loop.Forward {
		return loop.Forward{Issue: k, To: loop.PostRef{Triangle: "gemeente", Post: post}, Reason: why("hoort daar")}
	}
	e.no("ontvanger-onbekend", "bram", to("uitvoering"))
	e.no("zelfde-eigenaar", "bram", to("beleid"))
	e.days(40)
	e.do("bram", to("beleid-2"))
	e.no("rol-onjuist", "bram", to("beleid"))
	e.do("bo", to("beleid"))
	e.no("te-vaak-doorgezonden", "bram", to("beleid-2"))
	e.days(5)
	e.do("eva", to("beleid-2"))
	if o := firstDue(i); o.Due != due || e.w.Resolve(o.Debtor, e.today()).Person != "bo" {
		t.Errorf("%+v", o)
	}
	// The post falls vacant: the eigenaar owes, by the same date.
	e.do("eva", loop.Leave{Triangle: "gemeente", Post: "beleid-2", Person: "bo", On: e.today()})
	e.days(1)
	if h := e.w.Resolve(firstDue(i).Debtor, e.today()); h.Person != "eva" || !h.Vacant || firstDue(i).Due != due {
		t.Errorf("%+v", h)
	}
	if o := e.w.Overdue(e.today(), loop.Overdue); len(o) != 1 || o[0].Step != loop.Overdue {
		t.Errorf("overdue: %+v", o)
	}
}

func TestExtensionIsNotTheDebtors(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	k := f.NewIssue
	x := loop.GrantExtension{Issue: k, Until: rule.MustDate("2026-08-01"), Reason: why("vakantie")}
	for _, who := range []loop.PersonID{"bram", "bea", "eva", loop.System, "vreemde"} {
		e.no("uitstel-door-schuldenaar", who, x)
	}
	e.do("pim", x) // the only reporter
	e.do("pia", loop.AlsoMine{Issue: k, SignalID: "s", Reporter: "pia", Channel: loop.Professional, Reachable: true})
	x.Until = rule.MustDate("2026-09-01")
	e.no("uitstel-door-schuldenaar", "pim", x) // no longer the only one
	e.do("ed", x)
	if o := firstDue(e.w.Issue(k)); o.Due != x.Until {
		t.Errorf("due %s", o.Due)
	}
	x.Until = rule.MustDate("2028-09-02")
	e.no("datum-onjuist", "ed", x)
}

func TestMergeAndSplit(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	a := e.signal("pim")
	e.do("pim", a)
	e.days(5)
	b := e.signal("pia")
	b.Signal.Kind = loop.Unclear
	e.do("pia", b)
	c := e.signal("piet")
	c.Join = b.NewIssue
	e.do("piet", c)
	e.no("zelfde-knelpunt", "ed", loop.Merge{From: a.NewIssue, Into: a.NewIssue, Reason: why("x")})
	e.no("rol-onjuist", "piet", loop.Merge{From: a.NewIssue, Into: b.NewIssue, Reason: why("x")})
	first := firstDue(e.w.Issue(a.NewIssue)).Due
	e.do("ed", loop.Merge{From: a.NewIssue, Into: b.NewIssue, Reason: why("hetzelfde")})
	into := e.w.Issue(b.NewIssue)
	if o := firstDue(into); o.Due != first {
		t.Errorf("due %s, want the earliest %s", o.Due, first)
	}
	if len(into.Signals) != 3 || len(e.w.Issue(a.NewIssue).Signals) != 0 || e.w.SignalCount() != 3 {
		t.Errorf("signals %v", into.Signals)
	}
	// Somebody who clicks on the old one lands in the new one.
	e.do("px", loop.AlsoMine{Issue: a.NewIssue, SignalID: "s-x", Reporter: "px", Channel: loop.Professional, Reachable: true})
	if _, in := e.w.Signal("s-x"); in != b.NewIssue {
		t.Errorf("in %s", in)
	}
	e.no("splitsing-leeg", "ed", loop.Split{Issue: b.NewIssue, NewIssue: "k9", Signals: into.Signals, Reason: why("x")})
	e.no("signaal-onbekend", "ed", loop.Split{Issue: b.NewIssue, NewIssue: "k9", Signals: []string{"s-x", "s-x"}, Reason: why("x")})
	e.do("ed", loop.Split{Issue: b.NewIssue, NewIssue: "k9", Signals: []string{"s-x", a.Signal.ID}, Reason: why("toch anders")})
	k9 := e.w.Issue("k9")
	if len(into.Signals) != 2 || len(k9.Signals) != 2 || firstDue(k9).Due != first || len(k9.Reporters()) != 2 || len(into.Reporters()) != 2 {
		t.Errorf("split: %v and %v", into.Signals, k9.Signals)
	}
	if !reflect.DeepEqual(e.w, e.replay()) {
		t.Error("folding the log anew gives another world")
	}
}

func TestSilenceIsCountedApart(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	k := f.NewIssue
	for _, r := range []loop.PersonID{"pia", "piet", "px"} {
		e.do(r, loop.AlsoMine{Issue: k, SignalID: "s-" + string(r), Reporter: r, Channel: loop.Professional, Reachable: r != "px"})
	}
	e.do("bram", loop.AnswerIssue{Issue: k, Kind: loop.Explain, Reason: why("zo zit het")})
	e.do("pim", loop.React{Issue: k, Recognised: true})
	e.no("venster-open", "bram", loop.Close{Issue: k})
	e.no("geen-herinnering-nodig", loop.System, loop.Remind{Issue: k})
	e.days(29)
	e.no("herinnering-ontbreekt", "bram", loop.Close{Issue: k})
	for _, who := range []loop.PersonID{loop.System, "eva", "ed", "pim", "tim"} {
		e.no("rol-onjuist", who, loop.Close{Issue: k})
	}
	e.do(loop.System, loop.Remind{Issue: k})
	e.no("venster-open", "bram", loop.Close{Issue: k}) // reminded late: a week more
	e.days(8)
	e.do("bram", loop.Close{Issue: k})
	if x := e.w.Issue(k).Ending; x.Confirmed != 1 || x.Silent != 2 || x.Disputed != 0 {
		t.Errorf("%+v", x)
	}
	// New signals open it again: the third within the period.
	for n, r := range []loop.PersonID{"r1", "r2", "r3"} {
		s := e.signal(r)
		e.do(r, s)
		i := e.w.Issue(k)
		if i.Delivered[r] != 1 {
			t.Errorf("%s did not get the standing answer", r)
		}
		if want := map[bool]loop.IssueState{true: loop.Open, false: loop.Solved}[n == 2]; i.State != want {
			t.Errorf("after signal %d: %s, want %s", n+1, i.State, want)
		}
	}
}

func TestAdaptWithAnOwnCount(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	// A regulation without rules, imported as text.
	e.do(loop.System, loop.ImportRegulation{ID: "verordening", Name: "Verordening", Articles: []loop.ArticleText{{ID: "artikel-1", Title: "Eén", Text: "…", Paras: []string{"1"}}}})
	f := e.signal("pim")
	f.Signal.Anchor = loop.Anchor{Regulation: "verordening", Article: "artikel-1", Paragraph: "1"}
	e.do("pim", f)
	k := f.NewIssue
	e.do("bram", loop.AnswerIssue{Issue: k, Kind: loop.Adapt, Reason: why("kan anders"), Interim: why("niet meer vragen"), Work: why("het formulier gaat eruit"), LeverBy: rule.MustDate("2026-09-01")})
	e.no("wijziging-niet-geldend", "bram", loop.Close{Issue: k})
	e.no("rol-onjuist", "bram", loop.CountWork{Issue: k, Before: 10, After: 2})
	e.no("telling-niet-lager", "ed", loop.CountWork{Issue: k, Before: 10, After: 10})
	e.do("ed", loop.CountWork{Issue: k, Before: 10, After: 2})
	e.do("pim", loop.React{Issue: k, Recognised: true})
	if i := e.w.Issue(k); i.State != loop.Solved || !i.Answer().Counted {
		t.Errorf("%s", i.State)
	}
	for _, a := range []loop.Anchor{{Regulation: "verordening", Article: "artikel-2"}, {Regulation: "verordening", Article: "artikel-1", Paragraph: "2"}, {Regulation: "verordening", Article: "artikel-1", Rule: "r"}, {Regulation: "x"}} {
		f := e.signal("pim")
		f.Signal.Anchor = a
		e.no("anker-onbekend", "pim", f)
	}
}

func TestMaatwerkBecomesAKnelpunt(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	give := func(n int) loop.GiveDiscretion {
		id := e.id("b")
		e.do("pim", loop.IntendDecision{ID: id, Case: "v1:x", Anchor: here, RuleSet: "d", Date: e.today(), Kind: loop.Rejected, Outcome: "afgewezen"})
		return loop.GiveDiscretion{Decision: id, Limit: 50000, SignalID: e.id("s"), IssueID: e.id("k"),
			Discretion: loop.Discretion{Ground: "hardheidsclausule", Anchor: here, Cents: 40000, Reason: why("één euro te veel")}}
	}
	g := give(0)
	g.Limit = 39999
	e.no("mandaat-te-klein", "pim", g)
	g.Discretion.Ground = "zomaar"
	e.no("grond-onbekend", "pim", g)
	for n := range 5 {
		if len(e.w.Issues()) != 0 {
			t.Fatalf("a knelpunt after %d times", n)
		}
		e.do("pim", give(n))
	}
	is := e.w.Issues()
	if len(is) != 1 || is[0].State != loop.Open || len(is[0].Signals) != 1 {
		t.Fatalf("%+v", is)
	}
	if s, _ := e.w.Signal(is[0].Signals[0]); s.Channel != loop.Detector {
		t.Errorf("%+v", s)
	}
}

func TestErasedWordsAreGoneFromTheWorld(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	s, _ := e.w.Signal(f.Signal.ID)
	ref := event.Ref{Seq: s.What.Seq, Field: s.What.Field}
	e.no("rol-onjuist", "pia", loop.EraseTexts{Refs: []event.Ref{ref}, Ground: "x"})
	e.no("tekst-onbekend", "pim", loop.EraseTexts{Refs: []event.Ref{{Seq: 1, Field: "x"}}, Ground: "x"})
	e.do("pim", loop.EraseTexts{Refs: []event.Ref{ref}, Ground: "verzoek betrokkene"})
	if s, _ := e.w.Signal(f.Signal.ID); !s.What.Erased() {
		t.Errorf("%+v", s.What)
	}
	for _, m := range e.w.Issue(f.NewIssue).History {
		if strings.Contains(m.Text.Words, "euro") {
			t.Error("the words are still in the story")
		}
	}
	e.no("al-gewist", "pim", loop.EraseTexts{Refs: []event.Ref{ref}, Ground: "x"})
	if e.w.SignalCount() != 1 {
		t.Error("erasing words removed the fact")
	}
	if !reflect.DeepEqual(e.w, e.replay()) {
		t.Error("folding the log anew gives another world")
	}
}
