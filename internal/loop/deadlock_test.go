package loop_test

import (
	"testing"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// owedIn gives who owes what in a stream today: "sleutel" to person.
func owedIn(e *env, stream string) map[loop.Duty][]loop.PersonID {
	out := map[loop.Duty][]loop.PersonID{}
	for _, o := range e.w.Owed(e.today()) {
		if o.Stream == stream {
			out[o.Duty] = append(out[o.Duty], o.Holder.Person)
		}
	}
	return out
}

func wantOwed(t *testing.T, e *env, stream string, want map[loop.Duty]loop.PersonID) {
	t.Helper()
	got := owedIn(e, stream)
	for d, p := range want {
		if len(got[d]) != 1 || got[d][0] != p {
			t.Errorf("%s: %s is owed by %v, want %s", stream, d, got[d], p)
		}
	}
	for d, p := range got {
		if _, ok := want[d]; !ok {
			t.Errorf("%s: %v still owe %s", stream, p, d)
		}
	}
}

// refused gives a proposal with the key of policy and a refused one of
// execution.
func refused(e *env) *loop.Proposal {
	submitted(e)
	v := e.w.Proposal("v1")
	e.do("bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	e.do("ed", loop.RefuseKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest(), Reason: why("het systeem kan dit niet voor juli")})
	return v
}

func TestEachStepOfAKeyIsOwedByAPerson(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	submitted(e)
	v := e.w.Proposal("v1")
	if got := owedIn(e, "voorstel/v1"); len(got[loop.DutyKey]) != 2 {
		t.Fatalf("after submitting: %v", got)
	}
	for _, o := range e.w.Owed(e.today()) {
		if o.Duty == loop.DutyKey && o.Due != e.today().AddDays(14) {
			t.Errorf("key due %s", o.Due)
		}
	}
	e.no("rol-onjuist", "bram", loop.RefuseKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest(), Reason: why("nee")})
	e.no("tekst-ontbreekt", "ed", loop.RefuseKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()})
	e.no("digest-verouderd", "ed", loop.RefuseKey{Proposal: "v1", Mandate: loop.Execution, Digest: digest(9), Reason: why("nee")})
	e.do("bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	wantOwed(t, e, "voorstel/v1", map[loop.Duty]loop.PersonID{loop.DutyKey: "ed"})
	e.no("niet-vastgelopen", "bram", loop.DeclareDeadlock{Proposal: "v1", Mandate: loop.Policy, Position: why("wij willen dit")})
	e.do("ed", loop.RefuseKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest(), Reason: why("kan niet")})
	e.no("sleutel-al-geweigerd", "els", loop.RefuseKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest(), Reason: why("kan niet")})
	// Now the other side has to do something.
	wantOwed(t, e, "voorstel/v1", map[loop.Duty]loop.PersonID{loop.DutyReply: "bram"})
	// A key that is taken back is due on the day on which it was.
	e.days(5)
	e.do("bram", loop.WithdrawKey{Proposal: "v1", Reason: why("eerst praten")})
	for _, o := range e.w.Owed(e.today()) {
		if o.Duty == loop.DutyKey && o.Due != e.today().AddDays(9) {
			t.Errorf("key due again on %s", o.Due)
		}
	}
	// An edit: nothing to sign, nothing to answer.
	p := plan(e)
	p.Claim = nil
	e.do("ed", loop.EditPlan{Proposal: "v1", Plan: p})
	wantOwed(t, e, "voorstel/v1", nil)
	if len(v.Refused) != 0 {
		t.Errorf("refusals of another text: %+v", v.Refused)
	}
}

func TestDeadlockIsDecidedByTheOwnerByName(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	v := refused(e)
	e.no("rol-onjuist", "eva", loop.DeclareDeadlock{Proposal: "v1", Mandate: loop.Policy, Position: why("ik vind")})
	e.do("bram", loop.DeclareDeadlock{Proposal: "v1", Mandate: loop.Policy, Position: why("zonder dit blijft de afgrond")})
	d := v.Stuck()
	if d == nil || d.Execution.Text.Words != "het systeem kan dit niet voor juli" || d.Policy.Text.Words != "zonder dit blijft de afgrond" {
		t.Fatalf("positions: %+v", d)
	}
	wantOwed(t, e, "voorstel/v1", map[loop.Duty]loop.PersonID{loop.DutySettle: "eva"})
	// Frozen, but for the eigenaar and for those who agree after all.
	p := plan(e)
	e.no("vastgelopen", "ed", loop.EditPlan{Proposal: "v1", Plan: p})
	e.no("vastgelopen", "ed", loop.Return{Proposal: "v1", Reason: why("nee")})
	e.no("vastgelopen", "bram", loop.DecideDespite{Proposal: "v1", Digest: v.Digest(), Name: why("wethouder"), Reason: why("het moet"), SignalID: "s1", IssueID: "k1"})
	e.no("vastgelopen", "eva", loop.Lapse{Proposal: "v1", Reason: why("weg")})
	e.do("ed", loop.StatePosition{Proposal: "v1", Mandate: loop.Execution, Position: why("met een half jaar meer kan het wel")})
	e.no("rol-onjuist", "bram", loop.DecideDeadlock{Proposal: "v1", Outcome: loop.DeadlockFavour, Reason: why("ja")})
	e.no("uitkomst-onbekend", "eva", loop.DecideDeadlock{Proposal: "v1", Outcome: "misschien", Reason: why("ja")})
	e.no("tekst-ontbreekt", "eva", loop.DecideDeadlock{Proposal: "v1", Outcome: loop.DeadlockFavour})
	e.days(3)
	e.do("eva", loop.DecideDeadlock{Proposal: "v1", Outcome: loop.DeadlockFavour, Reason: why("het belang van de gezinnen weegt zwaarder")})
	if v.State != loop.Decided || v.Settled == nil || v.Settled.By != "eva" || v.Settled.Kind != loop.ByOwner || !v.Settles(loop.Execution) || v.Settles(loop.Policy) {
		t.Fatalf("%s, settled %+v", v.State, v.Settled)
	}
	if got := v.Deadlocks[0]; got.Outcome != loop.DeadlockFavour || got.DecidedBy != "eva" || got.Execution.Text.Words != "met een half jaar meer kan het wel" {
		t.Errorf("deadlock: %+v", got)
	}
	wantOwed(t, e, "voorstel/v1", map[loop.Duty]loop.PersonID{loop.DutyPromise: "eva", loop.DutyAdopt: "bram"})
	// It comes into force as any other.
	e.now = e.now.AddDate(0, 8, 0)
	e.do("bram", loop.BringIntoForce{Proposal: "v1"})
	if v.State != loop.InForce {
		t.Errorf("state %s", v.State)
	}
}

func TestDeadlockEndsWithoutAVote(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		by    loop.PersonID
		do    func(v *loop.Proposal) loop.Command
		state loop.ProposalState
		out   loop.DeadlockOutcome
	}{
		"returned": {"eva", func(*loop.Proposal) loop.Command {
			return loop.DecideDeadlock{Proposal: "v1", Outcome: loop.DeadlockReturn, Reason: why("praat verder")}
		}, loop.Returned, loop.DeadlockReturn},
		"withdrawn": {"eva", func(*loop.Proposal) loop.Command {
			return loop.DecideDeadlock{Proposal: "v1", Outcome: loop.DeadlockWithdraw, Reason: why("niet nu")}
		}, loop.Withdrawn, loop.DeadlockWithdraw},
		"agreed after all": {"els", func(v *loop.Proposal) loop.Command {
			return loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()}
		}, loop.Decided, loop.DeadlockAgreed},
		"by its author": {"ed", func(*loop.Proposal) loop.Command {
			return loop.WithdrawProposal{Proposal: "v1", Reason: why("niet meer nodig")}
		}, loop.Withdrawn, loop.DeadlockGone},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e := municipality(t)
			v := refused(e)
			e.do("ed", loop.DeclareDeadlock{Proposal: "v1", Mandate: loop.Execution, Position: why("het kan niet")})
			e.do(c.by, c.do(v))
			if v.State != c.state || v.Stuck() != nil || v.Deadlocks[0].Outcome != c.out {
				t.Errorf("%s, %+v", v.State, v.Deadlocks)
			}
			if got := owedIn(e, "voorstel/v1"); len(got[loop.DutySettle])+len(got[loop.DutyReply])+len(got[loop.DutyKey]) > 0 {
				t.Errorf("still owed: %v", got)
			}
		})
	}
}

func TestReturnedTwiceMayBeDeclaredStuck(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	submitted(e)
	v := e.w.Proposal("v1")
	stuck := loop.DeclareDeadlock{Proposal: "v1", Mandate: loop.Policy, Position: why("steeds hetzelfde")}
	e.do("ed", loop.Return{Proposal: "v1", Reason: why("te vroeg")})
	e.no("niet-vastgelopen", "bram", stuck)
	e.do("ed", loop.MarkAssessed{Proposal: "v1"})
	e.do("ed", loop.Submit{Proposal: "v1"})
	e.do("ed", loop.Return{Proposal: "v1", Reason: why("nog te vroeg")})
	e.do("bram", stuck)
	if v.State != loop.Submitted || v.Stuck() == nil {
		t.Fatalf("%s %+v", v.State, v.Deadlocks)
	}
	// In favour of what nobody signed is no decision.
	e.no("sleutel-ontbreekt", "eva", loop.DecideDeadlock{Proposal: "v1", Outcome: loop.DeadlockFavour, Reason: why("ja")})
	e.do("bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	e.do("eva", loop.DecideDeadlock{Proposal: "v1", Outcome: loop.DeadlockFavour, Reason: why("ja")})
	if v.State != loop.Decided {
		t.Errorf("%s", v.State)
	}
}

// Besluit ondanks: one key, a name, a reason; a signal and an early
// invoeringstoets by itself.
func TestBesluitOndanks(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	submitted(e)
	v := e.w.Proposal("v1")
	c := loop.DecideDespite{Proposal: "v1", Digest: v.Digest(), Name: why("M. de Boer, wethouder"), Reason: why("de raad wil dit voor de winter"), SignalID: "s-ondanks", IssueID: "k-ondanks"}
	e.no("sleutel-ontbreekt", "bram", c)
	e.do("bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	e.no("sleutel-nog-niet-geweigerd", "bram", c)
	e.do("ed", loop.RefuseKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest(), Reason: why("kan niet")})
	e.no("rol-onjuist", "ed", c)
	nobody := c
	nobody.Name = loop.Text{}
	e.no("naam-ontbreekt", "bram", nobody)
	wordless := c
	wordless.Reason = loop.Text{}
	e.no("tekst-ontbreekt", "bram", wordless)
	stale := c
	stale.Digest = digest(8)
	e.no("digest-verouderd", "bram", stale)
	e.do("bram", c)
	if v.State != loop.Decided || v.Settled.Kind != loop.Despite || v.Settled.Name.Words != "M. de Boer, wethouder" || !v.Settles(loop.Execution) {
		t.Fatalf("%s %+v", v.State, v.Settled)
	}
	// The signal that it files by itself, with an answer owed.
	s, k := e.w.Signal("s-ondanks")
	if s == nil || k != "k-ondanks" || s.Kind != loop.Impossible || s.Channel != loop.Detector || s.Reachable {
		t.Fatalf("signal %+v in %q", s, k)
	}
	wantOwed(t, e, "knelpunt/k-ondanks", map[loop.Duty]loop.PersonID{loop.DutyAnswer: "bram"})
	wantOwed(t, e, "voorstel/v1", map[loop.Duty]loop.PersonID{loop.DutyPromise: "eva", loop.DutyAdopt: "bram", loop.DutyEarly: "bram"})
	e.no("staat-onjuist", "bram", loop.ReportEarly{Proposal: "v1", Report: why("gaat goed")})
	e.now = e.now.AddDate(0, 8, 0)
	e.do("bram", loop.BringIntoForce{Proposal: "v1"})
	for _, o := range e.w.Owed(e.today()) {
		if o.Duty == loop.DutyEarly && o.Due != rule.MustDate("2027-04-01") {
			t.Errorf("early invoeringstoets due %s, want three months after entry into force", o.Due)
		}
	}
	e.no("rol-onjuist", "pim", loop.ReportEarly{Proposal: "v1", Report: why("gaat goed")})
	e.do("ed", loop.ReportEarly{Proposal: "v1", Report: why("de wachttijd loopt op")})
	e.no("niets-schuldig", "ed", loop.ReportEarly{Proposal: "v1", Report: why("nog eens")})
	// The usual one stays owed.
	if got := owedIn(e, "voorstel/v1"); len(got[loop.DutyEarly]) != 0 || len(got[loop.DutyEvaluate]) != 1 {
		t.Errorf("owed: %v", got)
	}
}

// A side that says nothing at all cannot hold a proposal for ever.
func TestSilenceIsNoVeto(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	submitted(e)
	v := e.w.Proposal("v1")
	e.do("bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	c := loop.DecideDespite{Proposal: "v1", Digest: v.Digest(), Name: why("wethouder"), Reason: why("geen antwoord"), SignalID: "s1", IssueID: "k1"}
	e.days(14)
	e.no("sleutel-nog-niet-geweigerd", "bram", c)
	e.days(1)
	e.do("bram", c)
	if v.State != loop.Decided {
		t.Errorf("%s", v.State)
	}
}

func TestParliamentIsRecordedNotVetoed(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	submitted(e)
	v := e.w.Proposal("v1")
	p := plan(e)
	p.Claim = map[loop.Quarter]int{"2027-Q1": 80} // 50 fit
	e.do("ed", loop.EditPlan{Proposal: "v1", Plan: p})
	e.no("capaciteit-vol", "ed", loop.Submit{Proposal: "v1"})
	r := loop.Ruling{Body: "gemeenteraad", Outcome: loop.Carried, Source: "raadsstuk 2026/41", On: e.today()}
	e.no("rol-onjuist", "pim", loop.RecordParliament{Proposal: "v1", Ruling: r})
	for code, bad := range map[string]loop.Ruling{
		"bron-ontbreekt":    {Body: "gemeenteraad", Outcome: loop.Carried, On: e.today()},
		"orgaan-ontbreekt":  {Outcome: loop.Carried, Source: "x", On: e.today()},
		"datum-onjuist":     {Body: "gemeenteraad", Outcome: loop.Carried, Source: "x", On: e.today().AddDays(1)},
		"uitkomst-onbekend": {Body: "gemeenteraad", Outcome: "uitgesteld", Source: "x", On: e.today()},
	} {
		e.no(code, "bram", loop.RecordParliament{Proposal: "v1", Ruling: bad})
	}
	r.Outcome = loop.OnRecord
	e.do("eva", loop.RecordParliament{Proposal: "v1", Ruling: r})
	if v.State != loop.Assessed || len(v.Rulings) != 1 {
		t.Fatalf("%s %+v", v.State, v.Rulings)
	}
	r.Outcome = loop.Carried
	e.do("bram", loop.RecordParliament{Proposal: "v1", Ruling: r})
	if v.State != loop.Decided || v.Settled.Kind != loop.ByParliament || v.Settled.Over["2027-Q1"] != 30 {
		t.Fatalf("%s %+v", v.State, v.Settled)
	}
	// More room may be made, less not.
	e.do("ed", loop.SetCapacity{Triangle: "gemeente", Quarter: "2027-Q1", Points: 60})
	e.no("capaciteit-bezet", "ed", loop.SetCapacity{Triangle: "gemeente", Quarter: "2027-Q1", Points: 55})
	r.Outcome = loop.Rejects
	e.do("bram", loop.RecordParliament{Proposal: "v1", Ruling: r})
	if v.State != loop.Withdrawn {
		t.Errorf("%s", v.State)
	}
	wantOwed(t, e, "voorstel/v1", nil)
}

// The executor refuses the second key of "niet wijzigen": the answer falls,
// and the date is the one that was.
func TestExecutorRefusesTheAcceptanceKey(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	k := "knelpunt/" + f.NewIssue
	due, _ := e.w.Issue(f.NewIssue).Due()
	e.days(10)
	e.do("bram", loop.AnswerIssue{Issue: f.NewIssue, Kind: loop.Keep, Reason: why("de wet is duidelijk"), ReviewBy: e.today().AddDays(200)})
	wantOwed(t, e, k, map[loop.Duty]loop.PersonID{loop.DutyKey: "ed"})
	e.no("rol-onjuist", "bram", loop.AcceptKey{Issue: f.NewIssue})
	e.days(5)
	e.do("els", loop.RefuseAccept{Issue: f.NewIssue, Reason: why("wij zien elke week een gezin omvallen")})
	i := e.w.Issue(f.NewIssue)
	now, _ := i.Due()
	if i.State != loop.Open || now.Due != due.Due {
		t.Errorf("%s, due %s, it was %s", i.State, now.Due, due.Due)
	}
	wantOwed(t, e, k, map[loop.Duty]loop.PersonID{loop.DutyAnswer: "bram"})
}

// The owner leaves in the middle: the eigenaar owes, with the same date; a
// successor takes over, and the date still does not move.
func TestOwnerVacantMidIssue(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	k := "knelpunt/" + f.NewIssue
	before, _ := e.w.Issue(f.NewIssue).Due()
	e.days(20)
	e.do("eva", loop.Leave{Triangle: "gemeente", Post: "beleid", Person: "bram", On: e.today()})
	wantOwed(t, e, k, map[loop.Duty]loop.PersonID{loop.DutyAnswer: "bram"})
	e.days(1)
	wantOwed(t, e, k, map[loop.Duty]loop.PersonID{loop.DutyAnswer: "eva"})
	if v := e.w.Triangle("gemeente").Vacancies(e.today()); len(v) != 1 || v[0].ID != "beleid" {
		t.Errorf("vacancies: %+v", v)
	}
	e.no("rol-onjuist", "bram", loop.AnswerIssue{Issue: f.NewIssue, Kind: loop.Explain, Reason: why("zo")})
	e.do("eva", loop.Appoint{Triangle: "gemeente", Term: loop.Term{Post: "beleid", Person: "bo", Name: why("Bo"), Signs: true, From: e.today().AddDays(3)}})
	e.days(3)
	wantOwed(t, e, k, map[loop.Duty]loop.PersonID{loop.DutyAnswer: "bo"})
	if now, _ := e.w.Issue(f.NewIssue).Due(); now.Due != before.Due || now.ID != before.ID {
		t.Errorf("due %s became %s", before.Due, now.Due)
	}
	e.do("bo", loop.AnswerIssue{Issue: f.NewIssue, Kind: loop.Explain, Reason: why("zo")})
}

// Speaking first is owed by whoever is about to decide, until it happened or
// the law says that it need not.
func TestHearingIsAnObligation(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	intend := func(id string, kind loop.DecisionKind) {
		e.do("pim", loop.IntendDecision{ID: id, Case: "v1:x", Anchor: here, RuleSet: "r", Date: e.today(), Kind: kind, Outcome: "x"})
	}
	intend("b0", loop.Award)
	wantOwed(t, e, "besluit/b0", nil)
	for id, end := range map[string]loop.Command{
		"b1": loop.NoteContact{Decision: "b1", Contact: loop.Contact{How: "telefoon", Reached: true}},
		"b2": loop.NameException{Decision: "b2", Article: "Awb 4:11 onder a", Reason: why("spoed")},
		"b3": loop.DropDecision{Decision: "b3", Reason: why("bleek niet nodig")},
	} {
		intend(id, loop.Stop)
		wantOwed(t, e, "besluit/"+id, map[loop.Duty]loop.PersonID{loop.DutyHear: "pim"})
		e.do("pim", loop.NoteContact{Decision: id, Contact: loop.Contact{How: "telefoon"}}) // nobody answered
		wantOwed(t, e, "besluit/"+id, map[loop.Duty]loop.PersonID{loop.DutyHear: "pim"})
		e.do("pim", end)
		wantOwed(t, e, "besluit/"+id, nil)
	}
	intend("b4", loop.Recovery)
	e.do("eva", loop.Leave{Triangle: "gemeente", Post: "uitvoering", Person: "pim", On: e.today()})
	e.days(1)
	wantOwed(t, e, "besluit/b4", map[loop.Duty]loop.PersonID{loop.DutyHear: "eva"})
}

// Who saw it when: said by hand, once a step; seeing it changes nothing.
func TestSeeingThatSomethingIsLate(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	o, _ := e.w.Issue(f.NewIssue).Due()
	e.no("niet-te-laat", "eva", loop.SeeOverdue{Obligation: o.ID})
	for _, s := range []struct {
		days int
		step loop.Step
	}{{43, loop.Overdue}, {13, loop.AtOwner}, {14, loop.Public}, {28, loop.Parliament}} {
		e.days(s.days)
		if got := e.w.Terms.Ladder.Step(o.Due, e.today()); got != s.step {
			t.Fatalf("%s: %s, want %s", e.today(), got, s.step)
		}
		e.no("rol-onjuist", "vreemde", loop.SeeOverdue{Obligation: o.ID})
		e.do("eva", loop.SeeOverdue{Obligation: o.ID})
		e.no("al-gezien", "eva", loop.SeeOverdue{Obligation: o.ID})
	}
	seen := e.w.SeenBy(o.ID)
	if len(seen) != 4 || seen[3].By != "eva" || seen[3].Step != loop.Parliament || seen[3].On != e.today() {
		t.Errorf("seen: %+v", seen)
	}
	if now, _ := e.w.Issue(f.NewIssue).Due(); now.Due != o.Due {
		t.Error("seeing it moved the date")
	}
}
