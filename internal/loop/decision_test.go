package loop_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// intend gives a decision that is about to be taken.
func (e *env) intend(kind loop.DecisionKind, loss int64) string {
	e.t.Helper()
	id := e.id("b")
	e.do("pim", loop.IntendDecision{ID: id, Case: "v1:x", Anchor: here, RuleSet: "d", Date: e.today(), Kind: kind, Outcome: "x", Loss: loss})
	return id
}

// owed gives what is open about a decision, as "duty by whom until when".
func (e *env) owed(decision string) []string {
	var out []string
	for _, o := range e.w.Owed(e.today()) {
		if o.Stream == "besluit/"+decision {
			out = append(out, fmt.Sprintf("%s %s %s", o.Duty, o.Holder.Person, o.Due))
		}
	}
	return out
}

func TestContactGate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name  string
		kind  loop.DecisionKind
		loss  int64
		gated bool
	}{
		{"a sanction", loop.Sanction, 0, true},
		{"recovery of one cent", loop.Recovery, 1, true},
		{"stop", loop.Stop, 0, true},
		{"a loss below the threshold", loop.Rejected, 49999, false},
		{"a loss on the threshold", loop.Rejected, 50000, true},
		{"an award that is much lower", loop.Award, 60000, true},
		{"an award", loop.Award, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			e := municipality(t)
			id := e.intend(c.kind, c.loss)
			if !c.gated {
				if got := e.owed(id); len(got) != 0 {
					t.Errorf("owed: %v", got)
				}
				e.no("uitzondering-niet-nodig", "pim", loop.NameException{Decision: id, Article: "Awb 4:11 onder a", Reason: why("spoed")})
				e.do("pim", loop.TakeDecision{Decision: id})
				return
			}
			if diff := cmp.Diff([]string{"spreken pim 2026-06-15"}, e.owed(id)); diff != "" {
				t.Error(diff)
			}
			e.no("contact-ontbreekt", "pim", loop.TakeDecision{Decision: id})
			e.do("pim", loop.NoteContact{Decision: id, Contact: loop.Contact{How: "telefoon"}})
			e.no("contact-ontbreekt", "pim", loop.TakeDecision{Decision: id})
			if len(e.owed(id)) != 1 {
				t.Error("a try is not yet speaking")
			}
			// Not every article is an exception: Awb 4:12 is not on the list.
			e.no("uitzondering-onjuist", "pim", loop.NameException{Decision: id, Article: "Awb 4:12", Reason: why("geld")})
			e.no("tekst-ontbreekt", "pim", loop.NameException{Decision: id, Article: "Awb 4:11 onder a"})
			e.do("pim", loop.NameException{Decision: id, Article: "Awb 4:11 onder a", Reason: why("er is brand")})
			if got := e.owed(id); len(got) != 0 {
				t.Errorf("still owed: %v", got)
			}
			e.do("pim", loop.TakeDecision{Decision: id})
		})
	}
}

// TestHearingIsOwedToTheEnd: an intention that lies still climbs the ladder, and
// falls to the eigenaar when who prepared it leaves.
func TestHearingIsOwedToTheEnd(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	id := e.intend(loop.Stop, 100)
	e.do("eva", loop.Leave{Triangle: "gemeente", Post: "uitvoering", Person: "pim", On: e.today()})
	e.days(14 + 28)
	late := e.w.Overdue(e.today(), loop.Public)
	if len(late) != 1 || late[0].Duty != loop.DutyHear || late[0].Holder.Person != "eva" {
		t.Fatalf("overdue: %+v", late)
	}
	e.no("tekst-ontbreekt", "pia", loop.DropDecision{Decision: id})
	e.do("pia", loop.DropDecision{Decision: id, Reason: why("het was een vergissing")})
	if got := e.owed(id); len(got) != 0 {
		t.Errorf("still owed: %v", got)
	}
	e.no("staat-onjuist", "pia", loop.TakeDecision{Decision: id})
}

func TestObjectionIsOwed(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	id := e.intend(loop.Rejected, 0)
	e.do("pim", loop.TakeDecision{Decision: id})
	e.days(10)
	e.do("pim", loop.Object{Decision: id, Reason: why("mijn loon klopt niet")})
	// Taken on 1 June: to be objected to until 13 July, decided on six weeks later.
	if diff := cmp.Diff([]string{"bezwaar ed 2026-08-24"}, e.owed(id)); diff != "" {
		t.Error(diff)
	}
	e.no("bedrag-onjuist", "ed", loop.SettleObjection{Decision: id, Cents: 5, Reason: why("nee")})
	e.do("ed", loop.SettleObjection{Decision: id, Revised: true, Cents: 56000, Reason: why("het loon was van vorig jaar")})
	b := e.w.Decision(id)
	if b.State != loop.Revised || b.RevisedCents != 56000 || len(e.owed(id)) != 0 {
		t.Errorf("%s, %d cents, owed %v", b.State, b.RevisedCents, e.owed(id))
	}
}

func norm(cents int64) loop.Discretion {
	return loop.Discretion{Ground: "open-norm", Anchor: here, Cents: cents, Reason: why("drie euro te veel")}
}

func (e *env) give(decision string, x loop.Discretion, limit int64) loop.GiveDiscretion {
	return loop.GiveDiscretion{Decision: decision, Discretion: x, Limit: limit, Quarter: loop.QuarterOf(e.today()), SignalID: e.id("s"), IssueID: e.id("k")}
}

func TestAboveTheMandateIsAsked(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	id := e.intend(loop.Rejected, 0)
	ask := func(q string, cents int64, to loop.PersonID) loop.AskDiscretion {
		return loop.AskDiscretion{Decision: id, Limit: 1000, Ask: loop.Ask{ID: q, To: to, Discretion: norm(cents)}}
	}
	e.no("mandaat-te-klein", "pim", e.give(id, norm(2000), 1000))
	e.no("mandaat-genoeg", "pim", ask("q1", 1000, "pia"))
	e.no("rol-onjuist", "px", ask("q1", 2000, "pia"))
	e.no("rol-onjuist", "pim", ask("q1", 2000, "pim"))
	e.do("pim", ask("q1", 2000, "pia"))
	e.do("pim", ask("q2", 3000, ""))
	if diff := cmp.Diff([]string{"maatwerkverzoek pia 2026-06-08", "maatwerkverzoek eva 2026-06-08"}, e.owed(id), cmpopts.SortSlices(func(a, b string) bool { return a > b })); diff != "" {
		t.Error(diff)
	}
	e.no("verzoek-onbekend", "pia", loop.GiveDiscretion{Decision: id, Ask: "q9", Limit: 5000})
	e.no("mandaat-te-klein", "els", loop.DenyDiscretion{Decision: id, Ask: "q1", Limit: 1000, Reason: why("nee")})
	e.no("tekst-ontbreekt", "pia", loop.DenyDiscretion{Decision: id, Ask: "q1", Limit: 5000})
	e.do("pia", loop.GiveDiscretion{Decision: id, Ask: "q1", Limit: 5000, SignalID: "s-1", IssueID: "k-1"})
	e.no("verzoek-afgehandeld", "pia", loop.GiveDiscretion{Decision: id, Ask: "q1", Limit: 5000})
	e.do("eva", loop.DenyDiscretion{Decision: id, Ask: "q2", Limit: 5000, Reason: why("dit kan uit de bijstand")})
	b := e.w.Decision(id)
	if len(b.Given) != 1 || b.Given[0].By != "pia" || b.Given[0].Cents != 2000 || b.Asks[0].State != loop.Granted || b.Asks[1].State != loop.Denied {
		t.Errorf("%+v", b)
	}
	if got := slices.DeleteFunc(e.owed(id), func(s string) bool { return s[:8] == "nakijken" }); len(got) != 0 {
		t.Errorf("still owed: %v", got)
	}
}

func TestProvisionsStayInsideTheBudget(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	ov := loop.Provision{ID: "ov", Name: "OV-kaart voor een maand", InKind: true, Cents: 9000}
	id := e.intend(loop.Rejected, 0)
	card := loop.Discretion{Ground: loop.GroundProvision, Provision: "ov", Anchor: here, Cents: 9000, Reason: why("kan anders niet naar het werk")}
	e.no("voorziening-onbekend", "pim", e.give(id, card, 10000))
	e.no("rol-onjuist", "bram", loop.SetProvision{Desk: "gemeente", Provision: ov})
	e.no("rol-onjuist", "px", loop.SetBudget{Desk: "gemeente", Quarter: "2026-Q2", Cents: 20000})
	e.no("team-onbekend", "ed", loop.SetBudget{Desk: "weg", Quarter: "2026-Q2", Cents: 20000})
	e.no("kwartaal-onjuist", "ed", loop.SetBudget{Desk: "gemeente", Quarter: "Q2", Cents: 20000})
	e.do("ed", loop.SetProvision{Desk: "gemeente", Provision: ov})
	e.no("naam-bestaat", "ed", loop.SetProvision{Desk: "gemeente", Provision: loop.Provision{ID: "x", Name: "ov-kaart voor een maand", Cents: 1}})
	e.no("budget-op", "pim", e.give(id, card, 10000))
	e.do("ed", loop.SetBudget{Desk: "gemeente", Quarter: "2026-Q2", Cents: 20000})
	dear := card
	dear.Cents = 9001
	e.no("voorziening-te-duur", "pim", e.give(id, dear, 10000))
	e.do("pim", e.give(id, card, 10000))
	e.do("pim", e.give(id, card, 10000))
	if left := e.w.Desk("gemeente").Left("2026-Q2"); left != 2000 {
		t.Errorf("%d cents left, want 2000", left)
	}
	e.no("budget-op", "pim", e.give(id, card, 10000))
	e.no("budget-onder-besteed", "ed", loop.SetBudget{Desk: "gemeente", Quarter: "2026-Q2", Cents: 17999})
	// A new quarter has its own.
	e.days(40)
	e.no("budget-op", "pim", e.give(id, card, 10000))
	ov.Gone = true
	e.do("ed", loop.SetProvision{Desk: "gemeente", Provision: ov})
	e.no("voorziening-onbekend", "pim", e.give(id, card, 10000))
}

// TestBudgetUnderConcurrency: many decide at once on the same state, as replicas
// of a server do; the streams that they expect let one of them through, and the
// budget never goes below zero.
func TestBudgetUnderConcurrency(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	e.do("ed", loop.SetProvision{Desk: "gemeente", Provision: loop.Provision{ID: "ov", Name: "OV-kaart", Cents: 9000}})
	e.do("ed", loop.SetBudget{Desk: "gemeente", Quarter: "2026-Q2", Cents: 30000})
	var ids []string
	for range 8 {
		ids = append(ids, e.intend(loop.Rejected, 0))
	}
	var wg sync.WaitGroup
	outs := make([]loop.Outcome, len(ids))
	for k, id := range ids {
		wg.Go(func() {
			c := loop.GiveDiscretion{Decision: id, Limit: 10000, Quarter: "2026-Q2", SignalID: fmt.Sprint("s-", k), IssueID: fmt.Sprint("k-", k),
				Discretion: loop.Discretion{Ground: loop.GroundProvision, Provision: "ov", Anchor: here, Cents: 9000, Reason: why("werk")}}
			out, err := e.w.Decide("pim", c, e.now)
			if err != nil {
				t.Error(err)
			}
			outs[k] = out
		})
	}
	wg.Wait()
	// Every one of them was decided on the same version of the team, so that a
	// store accepts one and has the others decide again.
	for _, o := range outs {
		if v, ok := o.Expect["team/gemeente"]; !ok || v != e.streams["team/gemeente"] {
			t.Errorf("does not expect the team at %d: %v", e.streams["team/gemeente"], o.Expect)
		}
	}
	given := 0
	for k, id := range ids {
		err := e.try("pim", loop.GiveDiscretion{Decision: id, Limit: 10000, Quarter: "2026-Q2", SignalID: fmt.Sprint("s-", k), IssueID: fmt.Sprint("k-", k),
			Discretion: loop.Discretion{Ground: loop.GroundProvision, Provision: "ov", Anchor: here, Cents: 9000, Reason: why("werk")}})
		var r *loop.Refusal
		switch {
		case err == nil:
			given++
		case !errors.As(err, &r) || r.Code != "budget-op":
			t.Errorf("%v", err)
		}
	}
	if left := e.w.Desk("gemeente").Left("2026-Q2"); given != 3 || left != 3000 {
		t.Errorf("%d given, %d cents left; want 3 and 3000", given, left)
	}
}

func TestSampleIsLookedAtByAColleague(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	e.do("ed", loop.SetSample{Desk: "gemeente", Percent: 100})
	id := e.intend(loop.Rejected, 0)
	e.do("pim", e.give(id, norm(500), 1000))
	if diff := cmp.Diff([]string{"nakijken ed 2026-06-29"}, e.owed(id)); diff != "" {
		t.Error(diff)
	}
	look := loop.ReviewDiscretion{Decision: id, Number: 1, Judgement: loop.Unfit}
	e.no("zelf-gegeven", "pim", look)
	e.no("rol-onjuist", "px", look)
	e.no("tekst-ontbreekt", "pia", look)
	look.Note = why("artikel 9 geldt hier niet")
	e.do("pia", look)
	e.no("al-bekeken", "els", look)
	b := e.w.Decision(id)
	if x := b.Given[0]; x.Review.Judgement != loop.Unfit || x.Review.By != "pia" || x.Cents != 500 || len(e.owed(id)) != 0 {
		t.Errorf("%+v, owed %v", x, e.owed(id))
	}
	e.do("ed", loop.SetSample{Desk: "gemeente", Percent: 0})
	e.do("pim", e.give(id, norm(500), 1000))
	e.no("niet-in-steekproef", "pia", loop.ReviewDiscretion{Decision: id, Number: 2, Judgement: loop.Fits})
}

// TestSampleIsAsLargeAsAgreed: over many decisions the hash takes about the part
// that was agreed, and always the same.
func TestSampleIsAsLargeAsAgreed(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	e.w.Terms.DiscretionCount = 0
	e.do("ed", loop.SetSample{Desk: "gemeente", Percent: 10})
	n := 0
	const all = 1000
	for range all {
		id := e.intend(loop.Rejected, 0)
		e.do("pim", e.give(id, norm(500), 1000))
		if e.w.Decision(id).Given[0].Sampled {
			n++
		}
	}
	// 100 with a standard deviation of 9.5.
	if n < 65 || n > 135 {
		t.Errorf("%d of %d in the sample, want about 100", n, all)
	}
}

// TestOldDecisionsFold: a decision from before hearing was kept as an obligation
// owes it all the same.
func TestOldDecisionsFold(t *testing.T) {
	t.Parallel()
	p := &loop.DecisionIntended{Case: "v1:x", Anchor: here, RuleSet: "d", Date: rule.MustDate("2026-05-01"), Kind: loop.Stop, Outcome: "x", Burdened: true}
	data, _, err := loop.Encode(p)
	if err != nil {
		t.Fatal(err)
	}
	if s := string(data); s != `{"zaak":"v1:x","anker":{"regeling":"inkomenstoeslag","artikel":"artikel-1"},"regelset":"d","datum":"2026-05-01","soort":"stopzetting","uitkomst":"x","centen":0,"verlies":0,"belastend":true}` {
		t.Errorf("the shape of before has changed: %s", s)
	}
}
