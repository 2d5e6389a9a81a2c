package office_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"

	"lemniscaat/internal/notice"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// outbox is a mail server of a test.
type outbox struct {
	mu   sync.Mutex
	sent []notice.Message
	fail error
}

func (b *outbox) Send(_ context.Context, m notice.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fail != nil {
		return b.fail
	}
	b.sent = append(b.sent, m)
	return m.Check()
}

// outsideDuty gives the answer that a party without an account owes: that on
// the zorgtoeslag, of the demo.
func (h *hall) outsideDuty() view.DutyRow {
	h.t.Helper()
	v, err := h.Duties(h.t.Context(), "anneke", view.DutyAsked{})
	h.ok(err)
	for _, r := range v.Rows {
		if r.Link.Can {
			return r
		}
	}
	h.t.Fatalf("nobody outside owes anything: %+v", v.Rows)
	return view.DutyRow{}
}

// A party without an account: asked by mail, looked at by a machine, answered
// once, shown to everybody.
func TestAnswerByLink(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	box := &outbox{}
	h.Mailer, h.Site = box, "https://lus.voorbeeld.nl"
	d := h.outsideDuty()
	_, err := h.MakeLink(t.Context(), "anneke", view.LinkMakeInput{Obligation: d.ID, To: "geen adres"})
	h.refused("adres-onjuist", err)
	_, err = h.MakeLink(t.Context(), "", view.LinkMakeInput{Obligation: d.ID})
	h.refused("niemand-gekozen", err)
	made, err := h.MakeLink(t.Context(), "anneke", view.LinkMakeInput{Obligation: d.ID, To: "post@ministerie.example"})
	h.ok(err)
	if !made.Mailed || made.Path != "" || len(box.sent) != 1 {
		t.Fatalf("made %+v, sent %d", made, len(box.sent))
	}
	m := box.sent[0]
	_, secret, ok := strings.Cut(m.Text, "https://lus.voorbeeld.nl/antwoord/")
	secret, _, _ = strings.Cut(secret, "\n")
	if !ok || len(secret) < 26 || m.To != "post@ministerie.example" {
		t.Fatalf("mail: %+v", m)
	}
	// Nothing of what reporters wrote, no name, stands in the mail.
	if strings.Contains(m.Text, "erfenis") || strings.Contains(m.Text, "Samira") || strings.Contains(m.Subject, "erfenis") {
		t.Errorf("the mail says too much: %s", m.Text)
	}
	// The secret is nowhere in the log.
	before := 0
	for r, err := range h.Store.All(t.Context(), 1) {
		h.ok(err)
		before++
		if strings.Contains(string(r.Data), secret) || strings.Contains(string(r.Data), "ministerie.example") {
			t.Errorf("%s holds the secret or the address", r.Type)
		}
	}
	events := func() int {
		n := 0
		for _, err := range h.Store.All(t.Context(), 1) {
			h.ok(err)
			n++
		}
		return n
	}
	// Whatever opens it, and previews it, changes nothing.
	for range 3 {
		v, err := h.AnswerLink(t.Context(), secret)
		h.ok(err)
		if v.State != "open" || v.Kind != "antwoord" || len(v.Choices) != 5 {
			t.Fatalf("page: %+v", v)
		}
	}
	in := view.AnswerLinkInput{Secret: secret, Choice: "uitleggen", Reason: "Bel 0612345678", Name: "J. Jansen"}
	_, err = h.PreviewLink(t.Context(), in)
	h.refused("persoonsgegeven", err)
	in.Reason = ""
	_, err = h.PreviewLink(t.Context(), in)
	h.refused("invoer", err)
	in.Choice = "wijzigen"
	in.Reason = "De grens gaat omhoog."
	_, err = h.PreviewLink(t.Context(), in)
	h.refused("invoer", err) // what the desk does from tomorrow
	in.Choice = "uitleggen"
	in.Reason = "De peildatum van 1 januari staat zo in de wet."
	p, err := h.PreviewLink(t.Context(), in)
	h.ok(err)
	if p.Preview == nil || p.Preview.Reason != in.Reason {
		t.Errorf("preview: %+v", p.Preview)
	}
	if n := events(); n != before {
		t.Errorf("looking wrote %d events", n-before)
	}
	if _, err := h.AnswerLink(t.Context(), strings.Repeat("A", 26)); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("a guess: %v", err)
	}
	// Ten at once: one answer.
	var wg sync.WaitGroup
	var won, lost int
	var mu sync.Mutex
	for range 10 {
		wg.Go(func() {
			err := h.UseLink(context.Background(), in)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				won++
			} else {
				lost++
			}
		})
	}
	wg.Wait()
	if won != 1 || lost != 9 {
		t.Errorf("%d answers, %d refused", won, lost)
	}
	v, err := h.AnswerLink(t.Context(), secret)
	h.ok(err)
	if v.State != "beantwoord" || v.Answered.IsZero() || v.Given == nil || v.Given.Reason != in.Reason {
		t.Errorf("after: %+v", v)
	}
	reg, err := h.Register(t.Context(), "", view.RegisterInput{})
	h.ok(err)
	if len(reg.Linked) != 1 || reg.Linked[0].Party != d.Debtor || len(reg.Outside) == 0 {
		t.Errorf("register: %+v", reg.Linked)
	}
	h.refused("al-voldaan", func() error {
		_, err := h.MakeLink(t.Context(), "anneke", view.LinkMakeInput{Obligation: d.ID})
		return err
	}())
}

// Without a mail server, or when it is broken, the link is shown once; a new
// one ends the old one, and a revoked one is dead.
func TestLinkIsShownRevokedReplaced(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	d := h.outsideDuty()
	first, err := h.MakeLink(t.Context(), "anneke", view.LinkMakeInput{Obligation: d.ID})
	h.ok(err)
	if first.Mailed || !strings.HasPrefix(first.Path, "/antwoord/") {
		t.Fatalf("made: %+v", first)
	}
	h.Mailer, h.Site = &outbox{fail: errors.New("server is weg")}, "https://lus.voorbeeld.nl"
	second, err := h.MakeLink(t.Context(), "anneke", view.LinkMakeInput{Obligation: d.ID, To: "post@ministerie.example"})
	h.ok(err)
	if second.Mailed || !second.Failed || second.Path == "" {
		t.Fatalf("made: %+v", second)
	}
	state := func(path string) string {
		v, err := h.AnswerLink(t.Context(), strings.TrimPrefix(path, "/antwoord/"))
		h.ok(err)
		return v.State
	}
	if a, b := state(first.Path), state(second.Path); a != "ingetrokken" || b != "open" {
		t.Errorf("first %s, second %s", a, b)
	}
	row := h.outsideDuty()
	if row.Sent == nil || row.Sent.How != "mislukt" || row.Address != "post@ministerie.example" {
		t.Errorf("row: %+v %q", row.Sent, row.Address)
	}
	h.ok(h.RevokeLink(t.Context(), "anneke", row.Sent.ID, "verkeerd adres"))
	h.refused("link-werkt-niet-meer", h.UseLink(t.Context(), view.AnswerLinkInput{
		Secret: strings.TrimPrefix(second.Path, "/antwoord/"), Choice: "uitleggen", Reason: "zo",
	}))
}

// From a refused key to the eigenaar, and a besluit ondanks with its signal:
// all as the pages do it.
func TestDeadlockOnThePages(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	_, k := h.signal("samira", iit, "verordening-artikel-2", "Eén euro te veel en alles is weg.")
	p := h.submitted(k, "120 %", suggested)
	v := h.proposal("karim", p)
	if !v.Deadlock.Refuse.Can || v.Deadlock.Side != "uitvoering" {
		t.Fatalf("karim: %+v", v.Deadlock)
	}
	h.ok(h.GiveKey(t.Context(), "femke", view.KeyInput{Proposal: p, Digest: v.ProposalDigest}))
	if w := h.proposal("femke", p).Deadlock; w.Despite.Can || w.Despite.Why == "" {
		t.Errorf("besluit ondanks before a no: %+v", w.Despite)
	}
	h.refused("persoonsgegeven", h.RefuseKey(t.Context(), "karim", view.PositionInput{Proposal: p, Digest: v.ProposalDigest, Text: "bel 0612345678"}))
	h.ok(h.RefuseKey(t.Context(), "karim", view.PositionInput{Proposal: p, Digest: v.ProposalDigest, Text: "Het systeem kan dit niet."}))
	h.ok(h.DeclareDeadlock(t.Context(), "femke", view.PositionInput{Proposal: p, Text: "Zonder dit blijft de afgrond."}))
	list, err := h.Stuck(t.Context(), "")
	h.ok(err)
	if len(list.Open) != 1 || list.Open[0].Positions[1].Text != "Het systeem kan dit niet." {
		t.Fatalf("stuck: %+v", list.Open)
	}
	if d, err := h.Duties(t.Context(), "anneke", view.DutyAsked{Mine: true}); err != nil || len(d.Rows) == 0 || d.Rows[0].Because.Href != "/voorstellen/"+p {
		t.Errorf("anneke owes %+v, %v", d.Rows, err)
	}
	h.refused("rol-onjuist", h.SettleDeadlock(t.Context(), "femke", view.DeadlockInput{Proposal: p, Outcome: "voor", Reason: "ja"}))
	h.ok(h.SettleDeadlock(t.Context(), "anneke", view.DeadlockInput{Proposal: p, Outcome: "teruggelegd", Reason: "Praat verder."}))
	if s := h.proposal("", p).State; s != view.ProposalReturned {
		t.Fatalf("state %s", s)
	}
}

// The map on a day, a succession, a vacancy, and a provisional triangle.
func TestMapOfTriangles(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	today := rule.MustDate("2026-09-07")
	m, err := h.Triangles(ctx, "anneke", view.TrianglesAsked{})
	h.ok(err)
	if m.Vacancies != 0 || len(m.Claims) != 0 || len(m.Rows) < 5 {
		t.Fatalf("map: %d rows, %d vacancies, %d claims", len(m.Rows), m.Vacancies, len(m.Claims))
	}
	h.refused("rol-onjuist", h.Leave(ctx, "samira", view.LeaveInput{Triangle: iit, Post: "beleid", Person: "femke", On: today}))
	h.ok(h.Leave(ctx, "anneke", view.LeaveInput{Triangle: iit, Post: "beleid", Person: "femke", On: today}))
	if m, err = h.Triangles(ctx, "", view.TrianglesAsked{On: today.AddDays(1), Only: "vacant"}); err != nil || m.Vacancies != 1 || len(m.Rows) != 1 || m.Rows[0].ID != iit {
		t.Fatalf("tomorrow: %+v, %v", m.Rows, err)
	}
	if m, err = h.Triangles(ctx, "", view.TrianglesAsked{On: today}); err != nil || m.Vacancies != 0 {
		t.Errorf("today there are %d vacancies, %v", m.Vacancies, err)
	}
	h.ok(h.Appoint(ctx, "anneke", view.AppointInput{Triangle: iit, Post: "beleid", Name: "Nieuwe Beleidsmaker", Signs: true, From: today.AddDays(1)}))
	if m, err = h.Triangles(ctx, "", view.TrianglesAsked{On: today.AddDays(1)}); err != nil || m.Vacancies != 0 {
		t.Errorf("after the appointment: %d vacancies, %v", m.Vacancies, err)
	}
	h.refused("persoon", h.Appoint(ctx, "anneke", view.AppointInput{Triangle: iit, Post: "beleid", Signs: true, From: today}))
	h.refused("capaciteit", h.SetCapacity(ctx, "karim", view.CapacityInput{Triangle: iit, Quarter: "2027-Q1", Points: "veel"}))
	h.ok(h.SetCapacity(ctx, "karim", view.CapacityInput{Triangle: iit, Quarter: "2027-Q1", Points: "321"}))

	posts := []view.PostField{
		{Corner: "eigenaar", Organisation: "Gemeente"}, {Corner: "opdrachtgever", Organisation: "Gemeente", Coordinating: true}, {Corner: "opdrachtnemer", Organisation: "SVB", Outside: true}, {},
	}
	in := view.ArrangementInput{Scope: iit + "/verordening-artikel-2", From: today, Posts: posts, Vocabulary: "agentschap", People: map[string]string{"0": "samira", "1": "joost"}}
	in.Caseload = "veel"
	_, err = h.Arrange(ctx, "samira", in)
	h.refused("caseload", err)
	in.Caseload = ""
	id, err := h.Arrange(ctx, "samira", in)
	h.ok(err)
	again := in
	again.People = map[string]string{"0": "karim", "1": "joost"}
	_, err = h.Arrange(ctx, "karim", again)
	h.ok(err)
	m, err = h.Triangles(ctx, "", view.TrianglesAsked{Only: "dubbel"})
	h.ok(err)
	if len(m.Claims) != 1 || m.Claims[0].Kind != "zelfde-bereik" || len(m.Rows) != 2 || !m.Rows[0].Provisional {
		t.Fatalf("claims: %+v", m.Claims)
	}
	h.ok(h.DropTriangle(ctx, "anneke", id, "Deze valt onder de regeling."))
	one, err := h.Triangle(ctx, "anneke", id, rule.Date{})
	h.ok(err)
	if one.Dropped.IsZero() || one.Arrange.Can || one.Vocabulary != "agentschap" || one.Posts[0].Word != "continuïteitsverantwoordelijke" {
		t.Errorf("dropped: %+v", one)
	}
	if m, err = h.Triangles(ctx, "", view.TrianglesAsked{}); err != nil || len(m.Claims) != 0 {
		t.Errorf("claims left: %+v, %v", m.Claims, err)
	}
}

// The ladder: the first steps are for those in the triangle, the last ones for
// everybody, and who saw it stands there.
func TestLadderPages(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	row := func(who, step string) []view.DutyRow {
		v, err := h.Late(ctx, who, step, view.Asked{})
		h.ok(err)
		return v.Rows
	}
	if _, err := h.Late(ctx, "", "hoger", view.Asked{}); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("a step that is not there: %v", err)
	}
	if len(row("", "te-laat")) != 0 || len(row("anneke", "te-laat")) != 1 {
		t.Fatalf("one week late: %d for a visitor, %d for the eigenaar", len(row("", "te-laat")), len(row("anneke", "te-laat")))
	}
	late := row("anneke", "te-laat")[0]
	h.refused("rol-onjuist", h.SeeOverdue(ctx, "vreemde", late.ID))
	h.ok(h.SeeOverdue(ctx, "anneke", late.ID))
	h.refused("al-gezien", h.SeeOverdue(ctx, "anneke", late.ID))
	h.ok(h.MoveClock(ctx, rule.MustDate("2026-11-01")))
	found := false
	for _, r := range row("", "raad") {
		if r.ID == late.ID {
			found = len(r.Seen) == 1 && r.Seen[0].Step == "te-laat" && r.Step == "raad"
		}
	}
	if !found {
		t.Errorf("nine weeks late it is not on the page for the council: %+v", row("", "raad"))
	}
}
