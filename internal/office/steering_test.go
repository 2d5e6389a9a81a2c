package office_test

import (
	"errors"
	"fmt"
	"net/url"
	"strings"
	"testing"

	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// TestStandIsFrozen: the Stand of a period is drafted from the log, published
// with a preface, does not move with what happens later, and can be counted again
// from the events that it knew of.
func TestStandIsFrozen(t *testing.T) {
	if testing.Short() {
		t.Skip("counts a period anew, twice")
	}
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	draft, err := h.Stand(ctx, "karim", "2026-08")
	h.ok(err)
	if len(draft.Top) == 0 || draft.Numbers[0].Value != "1" || len(draft.Quarters) != 0 || !draft.Write.Can || draft.Publish.Can {
		t.Fatalf("draft: %+v", draft)
	}
	for _, id := range []string{"2026-13", "2026-kw5", "26", "2026-8", "2026-kw03", "augustus", "2027"} {
		if _, err := h.Stand(ctx, "karim", id); !errors.Is(err, view.ErrNotFound) {
			t.Errorf("%s: %v", id, err)
		}
	}
	var no *view.Refusal
	if err := h.WritePreface(ctx, "karim", "2026-08", "Bel Jan op 06-12345678."); !errors.As(err, &no) || no.Code != "persoonsgegeven" {
		t.Errorf("a preface with a telephone number: %v", err)
	}
	h.ok(h.WritePreface(ctx, "karim", "2026-08", "De balie had het druk."))
	if err := h.WritePreface(ctx, "femke", "2026-08", "Beleid vindt."); !errors.As(err, &no) || no.Code != "rol-onjuist" {
		t.Errorf("a preface by policy: %v", err)
	}
	h.ok(h.PublishStand(ctx, "karim", "2026-08"))
	first, err := h.Stand(ctx, "", "2026-08")
	h.ok(err)

	// A new signal, and half a year later: the published Stand is the same.
	if _, err := h.FileSignal(ctx, "samira", view.SignalInput{Anchor: view.Anchor{Regulation: iit, Article: "verordening-artikel-2"}, Tile: view.TileHarsh, Text: "Eén euro te veel.", Frequency: view.Frequencies[1], Key: "k"}); err != nil {
		t.Fatal(err)
	}
	h.ok(h.MoveClock(ctx, rule.MustDate("2027-03-01")))
	again, err := h.Stand(ctx, "", "2026-08")
	h.ok(err)
	if again.Digest != first.Digest || again.Published != rule.MustDate("2026-09-07") || again.Preface != "De balie had het druk." || again.Late[0].Days != first.Late[0].Days {
		t.Errorf("it moved: %+v\n%+v", first, again)
	}
	check, err := h.CheckStand(ctx, "", "2026-08")
	h.ok(err)
	if !check.Same || check.Again == "" || check.Digest != first.Digest {
		t.Errorf("counting again: %+v", check)
	}
	// A quarter that is over has the numbers about people, in which nothing is about a
	// few; the digest is of what is shown.
	h.ok(h.WritePreface(ctx, "karim", "2026-kw3", "Het kwartaal."))
	h.ok(h.PublishStand(ctx, "karim", "2026-kw3"))
	quarter, err := h.Stand(ctx, "", "2026-kw3")
	h.ok(err)
	if len(quarter.Quarters) != 1 || quarter.Quarters[0].Numbers[1].Value != "niet getoond" || quarter.Digest == "" {
		t.Errorf("the quarter: %+v", quarter.Quarters)
	}
	if check, err = h.CheckStand(ctx, "", "2026-kw3"); err != nil || !check.Same {
		t.Errorf("counting the quarter again: %+v, %v", check, err)
	}
	if _, err := h.CheckStand(ctx, "", "2026-07"); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("counting a draft again: %v", err)
	}
	list, err := h.Stands(ctx, "")
	h.ok(err)
	if len(list.Published) != 2 || list.Published[1].ID != "2026-08" || list.Published[1].Title != "augustus 2026" {
		t.Errorf("published: %+v", list.Published)
	}
}

// TestLessonOfAKnelpunt: the owner of an answered knelpunt makes a learning case;
// readers choose once, nobody's name is in the log, and counts come from ten on.
func TestLessonOfAKnelpunt(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	list, err := h.Issues(ctx, "femke", view.IssueListInput{})
	h.ok(err)
	issue := ""
	for _, r := range list.Rows {
		if r.State == view.IssueSolved {
			issue = r.ID
		}
	}
	in := view.LessonInput{Issue: issue, Dilemma: "De school of de ouder?", Options: []string{"school", "ouder"}, Decided: 2, Why: "De wet zegt de ouder.", Principle: "motivering"}
	form, err := h.LessonForm(ctx, "karim", issue)
	h.ok(err)
	if form.Make.Can || form.Make.Why == "" {
		t.Errorf("somebody else may make it: %+v", form.Make)
	}
	var no *view.Refusal
	bad := in
	bad.Dilemma = "Mevrouw met bsn 123456782 belde."
	if _, err := h.MakeLesson(ctx, "femke", bad); !errors.As(err, &no) || no.Fields[0].Field != "dilemma" || strings.Contains(no.Fields[0].Suggest, "123456782") {
		t.Errorf("a dilemma with a BSN: %v", err)
	}
	id, err := h.MakeLesson(ctx, "femke", in)
	h.ok(err)
	v, err := h.Lesson(ctx, "samira", id, 0)
	h.ok(err)
	if v.Chosen != 0 || v.Why != "" || v.Issue.Href != "" || v.Principle.Name != "" {
		t.Errorf("the end shows before the choice: %+v", v)
	}
	h.ok(h.ChooseInLesson(ctx, "samira", id, 1))
	if err := h.ChooseInLesson(ctx, "samira", id, 2); !errors.As(err, &no) || no.Code != "al-gekozen" {
		t.Errorf("choosing twice: %v", err)
	}
	h.ok(h.ChooseInLesson(ctx, "", id, 2)) // a visitor is answered, not counted
	v, err = h.Lesson(ctx, "samira", id, 0)
	h.ok(err)
	if v.Chosen != 1 || v.Why == "" || v.Total != 1 || v.Counts || v.Options[0].Count != 0 || v.Principle.Source != "Awb 3:46" {
		t.Errorf("after one choice: %+v", v)
	}
	for r, err := range h.Store.All(ctx, 1) {
		h.ok(err)
		if strings.HasPrefix(r.Stream, "leerzaak/") && r.Type == "leerzaak.gekozen.1" && strings.Contains(r.Actor, "samira") {
			t.Errorf("the log says who chose: %s", r.Actor)
		}
	}
	h.ok(h.WithdrawLesson(ctx, "femke", id, "te herkenbaar"))
	if _, err := h.Lesson(ctx, "samira", id, 0); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("a lesson that was taken back: %v", err)
	}
}

// TestTeamNamesNobody: the page of the team leader says what presses, and never
// who reported it, whatever the reporter wished.
func TestTeamNamesNobody(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	if _, err := h.FileSignal(ctx, "samira", view.SignalInput{Anchor: view.Anchor{Regulation: iit, Article: "verordening-artikel-2"}, Tile: view.TileHarsh, Text: "Eén euro te veel.", Frequency: view.Frequencies[1], Key: "k"}); err != nil {
		t.Fatal(err)
	}
	v, err := h.Team(ctx, "marijke")
	h.ok(err)
	if len(v.Places) != 1 || v.Places[0].Signals != 1 || v.Places[0].Place.Article != "verordening-artikel-2" || v.Numbers[0].Value != "1" || len(v.Loads) == 0 {
		t.Errorf("the week: %+v", v)
	}
	if all := fmt.Sprintf("%+v", v); strings.Contains(all, "samira") || strings.Contains(all, "Samira") || strings.Contains(all, "Joost") || strings.Contains(all, "joost") {
		t.Errorf("somebody who reported is named: %s", all)
	}
}

// TestSteeringOnTheDemo: the pages that look at the whole turn say what the demo
// has, and say so when there is nothing.
func TestSteeringOnTheDemo(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	f, err := h.Figures(ctx, "")
	h.ok(err)
	// One of three knelpunten is answered, in 14 days; that two reporters confirmed is
	// not told.
	if f.All.Issues != 3 || f.All.Answered != 1 || f.All.Median != 14 || f.All.Reacted != nil && (f.All.Reacted.Reporters != 0 || f.Period == "") {
		t.Errorf("figures: %+v", f.All)
	}
	c, err := h.Consequences(ctx, "", iit, view.Asked{})
	h.ok(err)
	if len(c.Choices) != 0 {
		t.Errorf("choices before any decision: %+v", c.Choices)
	}
	if _, err := h.Consequences(ctx, "", "weg", view.Asked{}); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("of a regulation that is not there: %v", err)
	}
	id, err := h.OpenProposal(ctx, "karim", view.OpenProposalInput{Regulation: iit, Title: "Ruimere grens"})
	h.ok(err)
	vote, err := h.Vote(ctx, "", id)
	h.ok(err)
	if len(vote.Unknown) < 5 || vote.Tested || vote.Effect != "" || vote.Verdict != "" || len(vote.Money) != 0 {
		t.Errorf("of an empty sketch nearly nothing is known: %+v", vote)
	}
	p, err := h.Promises(ctx, "", "", view.Asked{})
	h.ok(err)
	if len(p.Rows) != 0 || len(p.Counts) != 4 {
		t.Errorf("promises: %+v", p)
	}
	for _, month := range []string{"2026-13", "2026", "2026-kw1", "onzin"} {
		if _, err := h.Changed(ctx, "", month, ""); !errors.Is(err, view.ErrNotFound) {
			t.Errorf("month %s: %v", month, err)
		}
	}
	// The amounts of the year change on 1 January, with a worked case.
	v, err := h.Changed(ctx, "", "2026-01", "zorgtoeslag")
	h.ok(err)
	if len(v.Rows) != 1 || len(v.Rows[0].Lines) == 0 || v.Rows[0].Without || v.Rows[0].Same || v.Rows[0].Before == v.Rows[0].After {
		t.Errorf("January 2026: %+v", v.Rows)
	}
	// Leafing goes from change to change, and ends: there is no endless row of empty months.
	for _, leaf := range []func(view.ChangedView) string{
		func(v view.ChangedView) string { return v.Previous },
		func(v view.ChangedView) string { return v.Next },
	} {
		n, at := 0, v
		for leaf(at) != "" && n < 100 {
			u, err := url.Parse(leaf(at))
			h.ok(err)
			at, err = h.Changed(ctx, "", u.Query().Get("maand"), u.Query().Get("regeling"))
			h.ok(err)
			if len(at.Rows) == 0 {
				t.Errorf("nothing changed in %s", at.Month)
			}
			n++
		}
		if n == 100 {
			t.Error("leafing through the months does not end")
		}
	}
	empty, err := h.Changed(ctx, "", "2125-02", "zorgtoeslag")
	h.ok(err)
	if len(empty.Rows) != 0 || empty.Previous == "" || empty.Next != "" {
		t.Errorf("a month after everything: %+v", empty)
	}
}
