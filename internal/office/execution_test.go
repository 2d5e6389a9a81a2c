package office_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"

	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// TestBurdensomeDecision walks a stop of another system from intention to a
// revised objection: nothing can be taken before somebody was spoken to.
func TestBurdensomeDecision(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	in := view.RecordInput{Case: "2026-000123", Place: iit + "/verordening-artikel-3", Kind: "stopzetting", Date: rule.MustDate("2026-10-01"), Loss: "1.401,50"}
	_, err := h.RecordDecision(ctx, "samira", view.RecordInput{Case: "123456782", Place: in.Place, Kind: in.Kind, Date: in.Date, Outcome: "mail jan@voorbeeld.nl"})
	h.refused("persoonsgegeven", err)
	wrong := in
	wrong.Loss = "veel"
	_, err = h.RecordDecision(ctx, "samira", wrong)
	h.refused("bedrag", err)
	wrong.Loss, wrong.Place = "", "weg/artikel-1"
	_, err = h.RecordDecision(ctx, "samira", wrong)
	h.refused("anker-onbekend", err)
	id, err := h.RecordDecision(ctx, "samira", in)
	h.ok(err)

	see := func() view.DecisionView {
		t.Helper()
		d, err := h.Decision(ctx, "samira", id)
		h.ok(err)
		return d
	}
	d := see()
	if !d.Intended || d.Gate == "" || d.HearBy != rule.MustDate("2026-09-21") || d.Take.Can || !d.Except.Can || len(d.Exceptions) != 3 || !strings.HasPrefix(d.Case, "v1:") {
		t.Fatalf("intended: %+v", d)
	}
	if strings.Contains(fmt.Sprintf("%+v", d), "000123") {
		t.Error("the number of the case is still there")
	}
	h.refused("contact-ontbreekt", h.TakeDecision(ctx, "samira", id))
	h.ok(h.NoteContact(ctx, "samira", view.ContactInput{Decision: id, How: "brief", Note: "Geen antwoord op de brief."}))
	h.refused("contact-ontbreekt", h.TakeDecision(ctx, "samira", id))
	h.refused("uitzondering-onjuist", h.NameException(ctx, "samira", view.ExceptionInput{Decision: id, Article: "Awb 4:12", Reason: "geld"}))
	h.ok(h.NoteContact(ctx, "samira", view.ContactInput{Decision: id, How: "huisbezoek", Reached: true, Note: "Thuis gesproken."}))
	if d = see(); !d.Take.Can || !d.HearBy.IsZero() || len(d.Contacts) != 2 || d.State != "contact" {
		t.Fatalf("after contact: %+v", d)
	}
	h.ok(h.TakeDecision(ctx, "samira", id))
	if d = see(); d.State != "genomen" || d.ObjectBy != rule.MustDate("2026-10-19") || d.Decided.IsZero() {
		t.Fatalf("taken: %+v", d)
	}
	h.ok(h.Object(ctx, "samira", id, "Mijn loon was lager."))
	if d = see(); d.SettleBy != rule.MustDate("2026-11-30") || !d.Settle.Can {
		t.Fatalf("objected: %+v", d)
	}
	h.ok(h.SettleObjection(ctx, "karim", view.SettleInput{Decision: id, Revised: true, Amount: "1.401,50", Reason: "Het loon was van vorig jaar."}))
	if d = see(); d.State != "herzien" || !strings.Contains(d.Ending, "1.401,50") {
		t.Fatalf("revised: %+v", d)
	}

	// What is not needed is left, and the list tells them apart.
	id, err = h.RecordDecision(ctx, "joost", in)
	h.ok(err)
	h.ok(h.DropDecision(ctx, "joost", id, "Het was een vergissing in het register."))
	list, err := h.Decisions(ctx, "samira", "afgezien", view.Asked{})
	h.ok(err)
	if len(list.Rows) != 1 || list.Rows[0].ID != id {
		t.Errorf("dropped: %+v", list.Rows)
	}
	if _, err := h.Decisions(ctx, "samira", "bestaat-niet", view.Asked{}); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("a state that does not exist: %v", err)
	}
}

// TestDecisionsPaged: a list that grows is searched and shown in pages.
func TestDecisionsPaged(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	before, err := h.Decisions(ctx, "samira", "", view.Asked{})
	h.ok(err)
	for k := range 60 {
		in := view.RecordInput{Case: fmt.Sprint("zaak-", k), Place: "zorgtoeslag/artikel-2", Kind: "afwijzing", Date: rule.MustDate("2026-09-01"), Outcome: "inkomen te hoog"}
		if k == 7 {
			in.Outcome = "vermogen te hoog"
		}
		_, err := h.RecordDecision(ctx, "samira", in)
		h.ok(err)
	}
	v, err := h.Decisions(ctx, "samira", "", view.Asked{Page: 2})
	h.ok(err)
	if want := before.Total + 60; v.Total != want || v.Pages != (want+49)/50 || len(v.Rows) != want-50 {
		t.Errorf("page 2 of %d: %d rows of %d", v.Pages, len(v.Rows), v.Total)
	}
	v, err = h.Decisions(ctx, "samira", "", view.Asked{Words: "vermogen zorg"})
	h.ok(err)
	if v.Total != 1 || v.Rows[0].Outcome != "vermogen te hoog (nog niet besloten)" {
		t.Errorf("found: %+v", v.Rows)
	}
}

// TestDiscretion: grounds with their source, what strict application costs, what
// is inside the mandate at once and above it asked; the sample; the list of the
// team and its budget; and a ground that is used too often.
func TestDiscretion(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	decide := func() string {
		t.Helper()
		id, err := h.Decide(ctx, "samira", view.DecideInput{Case: iit + "/zaak-2041", Date: rule.MustDate("2026-09-07")})
		h.ok(err)
		return id
	}
	id := decide()
	d, err := h.Decision(ctx, "samira", id)
	h.ok(err)
	if d.Discretion == nil || d.Discretion.Can.Can || !strings.Contains(d.Discretion.Cost, "640") || len(d.Discretion.Grounds) == 0 {
		t.Fatalf("the sheet before anybody was spoken to: %+v", d.Discretion)
	}
	for _, g := range d.Discretion.Grounds {
		if g.Source == "" {
			t.Errorf("ground %s without a source", g.ID)
		}
	}
	ground := d.Discretion.Grounds[0].ID
	h.ok(h.NoteContact(ctx, "samira", view.ContactInput{Decision: id, Reached: true}))

	give := func(id, amount string) (bool, error) {
		return h.GrantDiscretion(ctx, "samira", view.DiscretionInput{Decision: id, Ground: ground, Amount: amount, Reason: "Vier euro te veel inkomen."})
	}
	_, err = h.GrantDiscretion(ctx, "samira", view.DiscretionInput{Decision: id, Ground: "zomaar", Amount: "10", Reason: "x"})
	h.refused("grond-onbekend", err)
	_, err = h.GrantDiscretion(ctx, "femke", view.DiscretionInput{Decision: id, Ground: ground, Amount: "10", Reason: "x"})
	h.refused("mandaat-te-klein", err)
	if asked, err := give(id, "640"); err != nil || asked {
		t.Fatalf("inside the mandate: asked %t, %v", asked, err)
	}

	// Above it: asked to the team leader, who gives it.
	asked, err := give(id, "1.500")
	h.ok(err)
	d, err = h.Decision(ctx, "marijke", id)
	h.ok(err)
	if !asked || len(d.Asks) != 1 || d.Asks[0].To != "Marijke Visser" || !d.Asks[0].Grant.Can || d.Asks[0].Due != rule.MustDate("2026-09-14") {
		t.Fatalf("asked %t: %+v", asked, d.Asks)
	}
	if v, err := h.Desk(ctx, "marijke", iit, view.Asked{}); err != nil || len(v.Asks) != 1 || !v.Manage.Can {
		t.Errorf("the page of the team leader: %+v, %v", v.Asks, err)
	}
	h.refused("mandaat-te-klein", h.AnswerAsk(ctx, "joost", view.AnswerAskInput{Decision: id, Ask: d.Asks[0].ID, Grant: true}))
	h.ok(h.AnswerAsk(ctx, "marijke", view.AnswerAskInput{Decision: id, Ask: d.Asks[0].ID, Grant: true}))
	d, err = h.Decision(ctx, "samira", id)
	h.ok(err)
	if len(d.Given) != 2 || d.Given[1].By != "Marijke Visser" || d.Asks[0].State != "gegeven" {
		t.Errorf("given: %+v", d.Given)
	}

	// The mandate and the sample are agreed by the team leader.
	h.refused("rol-onjuist", h.SetMandate(ctx, "samira", view.MandateInput{Team: iit, Role: "professional", Amount: "5.000"}))
	h.ok(h.SetMandate(ctx, "marijke", view.MandateInput{Team: iit, Role: "professional", Amount: "300"}))
	h.ok(h.SetSample(ctx, "marijke", view.SampleInput{Team: iit, Percent: "100"}))
	h.refused("deel-onjuist", h.SetSample(ctx, "marijke", view.SampleInput{Team: iit, Percent: "veel"}))
	if asked, err := give(id, "400"); err != nil || !asked {
		t.Errorf("above the new mandate: asked %t, %v", asked, err)
	}
	if asked, err := give(id, "300"); err != nil || asked {
		t.Errorf("inside the new mandate: asked %t, %v", asked, err)
	}
	v, err := h.Desk(ctx, "samira", iit, view.Asked{})
	h.ok(err)
	if len(v.ToLook) == 0 || v.ToLook[len(v.ToLook)-1].Look.Can {
		t.Fatalf("who gave it looks at it: %+v", v.ToLook)
	}
	last := v.ToLook[len(v.ToLook)-1]
	h.refused("zelf-gegeven", h.LookAt(ctx, "samira", view.LookInput{Decision: id, Number: last.Number, Judgement: "passend"}))
	h.refused("tekst-ontbreekt", h.LookAt(ctx, "joost", view.LookInput{Decision: id, Number: last.Number, Judgement: "niet passend"}))
	h.ok(h.LookAt(ctx, "joost", view.LookInput{Decision: id, Number: last.Number, Judgement: "niet passend", Note: "Artikel 3 geldt hier niet."}))

	// The same ground so often on one place is a knelpunt.
	if len(v.Patterns) != 1 || v.Patterns[0].Times != 3 || v.Patterns[0].Next != 5 || v.Patterns[0].Issue.Href != "" {
		t.Fatalf("patterns: %+v", v.Patterns)
	}
	for range 2 {
		if _, err := give(id, "100"); err != nil {
			t.Fatal(err)
		}
	}
	v, err = h.Desk(ctx, "samira", iit, view.Asked{})
	h.ok(err)
	if v.Patterns[0].Times != 5 || v.Patterns[0].Issue.Href == "" {
		t.Fatalf("patterns: %+v", v.Patterns)
	}
	if i, err := h.Issue(ctx, "femke", strings.TrimPrefix(v.Patterns[0].Issue.Href, "/knelpunten/")); err != nil || i.Row.Signals != 1 {
		t.Errorf("the knelpunt: %+v, %v", i.Row, err)
	}
}

// TestProvisionsInARush: the whole desk gives from one budget at the same time;
// it is never overdrawn, and what was refused was refused for that.
func TestProvisionsInARush(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	h.refused("rol-onjuist", h.SetProvision(ctx, "femke", view.ProvisionInput{Team: iit, Name: "Bus", Amount: "90"}))
	h.ok(h.SetProvision(ctx, "marijke", view.ProvisionInput{Team: iit, ID: "bus", Name: "Buskaart", Amount: "90", InKind: true}))
	h.ok(h.SetBudget(ctx, "marijke", view.BudgetInput{Team: iit, Quarter: "2026-Q3", Amount: "500"}))
	id, err := h.Decide(ctx, "samira", view.DecideInput{Case: iit + "/zaak-2041", Date: rule.MustDate("2026-09-07")})
	h.ok(err)
	h.ok(h.NoteContact(ctx, "samira", view.ContactInput{Decision: id, Reached: true}))
	var wg sync.WaitGroup
	var mu sync.Mutex
	given, refused := 0, 0
	for range 12 {
		wg.Go(func() {
			_, err := h.GrantDiscretion(context.WithoutCancel(ctx), "samira", view.DiscretionInput{Decision: id, Provision: "bus", Reason: "Moet naar het werk."})
			mu.Lock()
			defer mu.Unlock()
			var no *view.Refusal
			switch {
			case err == nil:
				given++
			case errors.As(err, &no) && no.Code == "budget-op":
				refused++
			default:
				t.Errorf("%v", err)
			}
		})
	}
	wg.Wait()
	v, err := h.Desk(ctx, "marijke", iit, view.Asked{})
	h.ok(err)
	if given != 5 || refused != 7 || v.Budgets[0].Left != 5000 || v.Budgets[0].Spent != 45000 || v.Provisions[0].Given != 5 {
		t.Errorf("%d given, %d refused, %+v", given, refused, v.Budgets[0])
	}
	h.refused("budget-onder-besteed", h.SetBudget(ctx, "marijke", view.BudgetInput{Team: iit, Quarter: "2026-Q3", Amount: "449"}))
	if _, err := h.Desk(ctx, "marijke", "bestaat-niet", view.Asked{}); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("a team that does not exist: %v", err)
	}
}
