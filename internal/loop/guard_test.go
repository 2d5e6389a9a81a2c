package loop_test

import (
	"errors"
	"maps"
	"testing"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// Some guards stand behind others, so that a world that only ever took good
// commands does not meet them. Here they meet a state that should not be.

func code(err error) string {
	var r *loop.Refusal
	if errors.As(err, &r) {
		return r.Code
	}
	return ""
}

func TestNoEndWhileSomebodyWaits(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	e.do("bram", loop.AnswerIssue{Issue: f.NewIssue, Kind: loop.Keep, Reason: why("zo"), ReviewBy: e.today().AddDays(90)})
	i := *e.w.Issue(f.NewIssue)
	i.Delivered = maps.Clone(i.Delivered)
	delete(i.Delivered, "pim")
	s := loop.IssueScope{Terms: e.w.Terms, By: "ed", Member: true, Me: loop.Holder{Person: "ed", Signs: true, Post: loop.Post{Corner: loop.Opdrachtnemer}}, Owner: loop.Holder{Person: "bram"}}
	if _, err := loop.DecideIssue(i, s, loop.AcceptKey{Issue: i.ID}, e.now); code(err) != "antwoord-niet-bezorgd" {
		t.Errorf("accepted: %v", err)
	}

	g := e.signal("pim")
	g.Signal.Kind = loop.Data
	e.do("pim", g)
	e.do("bram", loop.AnswerIssue{Issue: g.NewIssue, Kind: loop.Explain, Reason: why("zo")})
	e.days(22)
	e.do(loop.System, loop.Remind{Issue: g.NewIssue})
	e.days(30)
	i = *e.w.Issue(g.NewIssue)
	s.By = "bram"
	if _, err := loop.DecideIssue(i, s, loop.Close{Issue: i.ID}, e.now); err != nil {
		t.Errorf("close: %v", err)
	}
	i.Delivered = nil
	if _, err := loop.DecideIssue(i, s, loop.Close{Issue: i.ID}, e.now); code(err) != "antwoord-niet-bezorgd" {
		t.Errorf("closed: %v", err)
	}
}

func TestNoEndWhileTheChangeIsNotThere(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	k := inForce(e)
	e.now = e.now.AddDate(0, 10, 0)
	importOutcomes(e, "i1")
	e.do("els", loop.Measure{Proposal: "v1", Measurement: loop.Measurement{Expectation: "bereik", Value: "70", From: rule.MustDate("2027-01-01"), Until: rule.MustDate("2027-04-01"), Cases: 9, Import: "i1"}})
	i := *e.w.Issue(k)
	if i.Answer().WindowFrom.IsZero() {
		t.Fatal("the reporters were not asked")
	}
	pim := loop.IssueScope{Terms: e.w.Terms, By: "pim", Owner: loop.Holder{Person: "bram"}}
	bram := loop.IssueScope{Terms: e.w.Terms, By: "bram", Owner: loop.Holder{Person: "bram"}}
	for _, c := range []struct {
		p    loop.Progress
		want string
		ends bool
	}{
		{loop.Progress{Linked: true, InForce: true, Inside: true}, "venster-open", true},
		{loop.Progress{Linked: true, InForce: true}, "meting-ontbreekt", false},
		{loop.Progress{Linked: true}, "wijziging-niet-geldend", false},
		{loop.Progress{}, "wijziging-niet-geldend", false},
	} {
		bram.Promise, pim.Promise = c.p, c.p
		if _, err := loop.DecideIssue(i, bram, loop.Close{Issue: k}, e.now); code(err) != c.want {
			t.Errorf("%+v: close %v, want %s", c.p, err, c.want)
		}
		ps, err := loop.DecideIssue(i, pim, loop.React{Issue: k, Recognised: true}, e.now)
		if err != nil {
			t.Fatal(err)
		}
		if _, solved := ps[len(ps)-1].(*loop.IssueSolved); solved != c.ends {
			t.Errorf("%+v: the last yes ends it: %v, want %v", c.p, solved, c.ends)
		}
	}
}

// Whoever gave the answer and then moved to execution is not a second person.
func TestSecondKeyAfterAMove(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	e.do("bram", loop.AnswerIssue{Issue: f.NewIssue, Kind: loop.Keep, Reason: why("zo"), ReviewBy: e.today().AddDays(90)})
	e.do("eva", loop.Leave{Triangle: "gemeente", Post: "beleid", Person: "bram", On: e.today()})
	e.days(1)
	e.do("eva", loop.Appoint{Triangle: "gemeente", Term: loop.Term{Post: "uitvoering", Person: "bram", Signs: true, From: e.today()}})
	e.no("sleutel-zelfde-persoon", "bram", loop.AcceptKey{Issue: f.NewIssue})

	// The same for the keys of a proposal.
	e = municipality(t)
	submitted(e)
	v := e.w.Proposal("v1")
	e.do("bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	e.do("eva", loop.Leave{Triangle: "gemeente", Post: "beleid", Person: "bram", On: e.today()})
	e.days(1)
	e.do("eva", loop.Appoint{Triangle: "gemeente", Term: loop.Term{Post: "uitvoering", Person: "bram", Signs: true, From: e.today()}})
	e.no("sleutel-zelfde-persoon", "bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()})
}

// An owner who is the only reporter waits for nobody but himself.
func TestNoExtensionOfOnesOwnDebt(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("bram")
	e.do("bram", f)
	x := loop.GrantExtension{Issue: f.NewIssue, Until: e.today().AddDays(60), Reason: why("druk")}
	e.no("uitstel-door-schuldenaar", "bram", x)
	g := e.signal("bea") // a colleague of the owner neither
	g.Signal.Kind = loop.Data
	e.do("bea", g)
	x.Issue = g.NewIssue
	e.no("uitstel-door-schuldenaar", "bea", x)
	// And nobody confirms an answer of his own.
	e.do("bram", loop.AnswerIssue{Issue: f.NewIssue, Kind: loop.Explain, Reason: why("zo")})
	e.no("eigen-antwoord", "bram", loop.React{Issue: f.NewIssue, Recognised: true})
}

// A withdrawn answer brings the old date back.
func TestWithdrawnAnswerGainsNoTime(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	due := firstDue(e.w.Issue(f.NewIssue)).Due
	e.days(40)
	e.do("bram", loop.AnswerIssue{Issue: f.NewIssue, Kind: loop.Explain, Reason: why("zo")})
	e.days(5)
	e.do("bram", loop.WithdrawAnswer{Issue: f.NewIssue, Reason: why("toch niet")})
	if o := firstDue(e.w.Issue(f.NewIssue)); o.Due != due || o.Duty != loop.DutyAnswer {
		t.Errorf("due %s, want %s", o.Due, due)
	}
}
