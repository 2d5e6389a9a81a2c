package office_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// outcomesOf gives outcomes of so many weeks: n a week, and what makes one
// special.
func outcomesOf(from rule.Date, weeks, n int, fill func(week, k int, r *outcome.Row)) []outcome.Row {
	var out []outcome.Row
	for w := range weeks {
		for k := range n {
			r := outcome.Row{
				Case: fmt.Sprintf("v1:%08x%08x", w, k), Regulation: iit, Article: "verordening-artikel-3", Version: "2026-01-01", Date: from.AddDays(7*w + k%5),
				Class: outcome.Awarded, Amount: outcome.Band{Low: 500, High: 750}, Contact: outcome.NoContact, Synthetic: true,
				Groups: map[string]string{"huishouden": []string{"alleenstaand", "alleenstaand", "paar"}[k%3]},
			}
			fill(w, k, &r)
			out = append(out, r)
		}
	}
	return out
}

// TestDetectorsRunAfterIntake: maatwerk rises, the detector reports it in one
// sentence on the article, once, and an answer is owed.
func TestDetectorsRunAfterIntake(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	h.refused("rol-onjuist", h.Declare(ctx, "samira", view.DeclareInput{Place: iit, Detector: "maatwerk", Expect: "3", Why: "Zo was het vorig jaar."}))
	h.refused("detector", h.Declare(ctx, "anneke", view.DeclareInput{Place: iit, Detector: "weg", Expect: "3", Why: "x"}))
	h.refused("verwacht", h.Declare(ctx, "anneke", view.DeclareInput{Place: iit, Detector: "maatwerk", Expect: "100", Why: "x"}))
	h.ok(h.Declare(ctx, "anneke", view.DeclareInput{Place: iit, Detector: "maatwerk", Expect: "3", Why: "Zo was het vorig jaar."}))
	h.ok(h.Declare(ctx, "anneke", view.DeclareInput{Place: iit, Detector: "niet-afgerond", Expect: "10", Why: "Zo was het vorig jaar."}))

	rows := outcomesOf(rule.MustDate("2026-06-01"), 13, 23, func(w, k int, r *outcome.Row) {
		if w >= 9 && k < 4 { // the last four weeks: 16 of 92
			r.Ground = "hardheid"
		}
	})
	var b bytes.Buffer
	h.ok(outcome.Write(&b, rows))
	_, err := h.ImportOutcomes(ctx, "karim", iit, "uitkomsten.csv", bytes.NewReader(b.Bytes()))
	h.ok(err)
	v, err := h.Watch(ctx, "anneke", iit, view.Asked{})
	h.ok(err)
	if len(v.Crossed) != 1 || v.Series == 0 || !v.Synthetic {
		t.Fatalf("crossed: %+v of %d series", v.Crossed, v.Series)
	}
	// It does not wait for the fourth week.
	want := "(verordening, artikel 3): minstens 10 van minstens 60 besluiten in week 32 tot en met 34 met maatwerk (verwacht: ten hoogste 3 %)."
	if !strings.HasSuffix(v.Crossed[0].Sentence, want) {
		t.Errorf("%q, want … %q", v.Crossed[0].Sentence, want)
	}
	i, err := h.Issue(ctx, "femke", strings.TrimPrefix(v.Crossed[0].Issue.Href, "/knelpunten/"))
	h.ok(err)
	if i.Row.Signals != 1 || i.Row.Due.IsZero() {
		t.Errorf("the knelpunt: %+v", i.Row)
	}
	// The daily run says nothing twice.
	h.ok(h.Tick(ctx))
	h.ok(h.MoveClock(ctx, rule.MustDate("2026-09-21")))
	if v, err = h.Watch(ctx, "anneke", iit, view.Asked{}); err != nil || len(v.Crossed) != 1 {
		t.Errorf("said again: %+v, %v", v.Crossed, err)
	}
	// Switched off by name, nothing is watched there.
	h.ok(h.Declare(ctx, "anneke", view.DeclareInput{Place: iit + "/verordening-artikel-3", Detector: "maatwerk", Why: "Wordt opnieuw bekeken.", Off: true}))
	before := v.Series
	if v, err = h.Watch(ctx, "anneke", iit, view.Asked{}); err != nil || v.Series != before-1 {
		t.Errorf("%d series, were %d, %v", v.Series, before, err)
	}
	if _, err := h.Watch(ctx, "anneke", "bestaat-niet", view.Asked{}); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("a regulation that does not exist: %v", err)
	}
}

// TestReach: articles × groups per thousand, fewer than ten hidden with one more
// so that the total does not give it away, the most severe first.
func TestReach(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	tiny := false
	rows := func() []outcome.Row {
		return outcomesOf(rule.MustDate("2026-04-06"), 13, 20, func(w, k int, r *outcome.Row) {
			switch {
			case k == 0: // a small group that is hit hard
				r.Groups["huishouden"] = "eenoudergezin"
				r.Class, r.Amount, r.Loss, r.Contact = outcome.Refused, outcome.Band{}, outcome.Band{Low: 1500, High: 1750}, outcome.Spoken
			case tiny && k == 1 && w < 4: // a group of four
				r.Groups["huishouden"] = "overig"
			case k == 2 && w < 12:
				r.Class, r.Amount = outcome.Abandoned, outcome.Band{}
			}
		})
	}
	got, err := h.Receive(ctx, "karim", "uitkomsten.csv", rows())
	h.ok(err)
	if got.New != 260 {
		t.Fatalf("%+v", got)
	}
	v, err := h.Reach(ctx, "femke", iit, "", "huishouden", "")
	h.ok(err)
	if v.Decisions != 260 || v.Period != "2026-kw2" || len(v.Rows) != 4 || v.Hidden != 0 || v.Rows[0].Group != "eenoudergezin" || v.Rows[0].Severity != 1 || v.Rows[0].N != 13 || !v.Synthetic {
		t.Fatalf("%+v", v)
	}
	// € 1.625 lost by each of them, for every thousand.
	if c := v.Rows[0].Cells[0]; !c.Worse || !strings.Contains(c.Text, "1.625.000") {
		t.Errorf("loss: %+v", c)
	}
	table, err := h.ReachTable(ctx, "femke", iit, "verordening-artikel-3", "huishouden", "")
	h.ok(err)
	if len(table) != 5 || len(table[0]) != 8 {
		t.Errorf("table: %v", table)
	}
	// A group of four is hidden, and the next smallest with it: its number would
	// follow from that of everybody.
	other := newHall(t)
	tiny = true
	_, err = other.Receive(ctx, "karim", "uitkomsten.csv", rows())
	h.ok(err)
	v, err = other.Reach(ctx, "femke", iit, "", "huishouden", "")
	h.ok(err)
	hidden := map[string]bool{}
	for _, r := range v.Rows {
		if r.Small {
			hidden[r.Group] = true
			for _, c := range r.Cells {
				if c.Text != "–" {
					t.Errorf("a hidden group shows %+v", r)
				}
			}
		}
		// Everybody of the hidden groups but four is burdened: beside the total that
		// would follow.
		if r.Group == "paar" && r.Cells[0].Text != "niet getoond" {
			t.Errorf("what is left of the total follows: %+v", r)
		}
	}
	if len(hidden) != 2 || !hidden["overig"] || !hidden["eenoudergezin"] || v.Hidden != 2 {
		t.Errorf("hidden: %v", hidden)
	}
	// What arrives later about few is not published: it would follow from the two
	// editions. What is about many is.
	again := func(week, n int) string {
		late := outcomesOf(rule.MustDate("2026-04-06"), 1, n, func(_, k int, r *outcome.Row) {
			r.Case, r.Groups["huishouden"] = fmt.Sprintf("v1:%08x%08x", week, k), "paar"
		})
		_, err := other.Receive(ctx, "karim", "later.csv", late)
		h.ok(err)
		v, err := other.Reach(ctx, "femke", iit, "", "huishouden", "2026-kw2")
		h.ok(err)
		return fmt.Sprint(v.Decisions, v.Rows)
	}
	before := fmt.Sprint(v.Decisions, v.Rows)
	if got := again(0xaa, 3); got != before {
		t.Errorf("three later ones show: %s, was %s", got, before)
	}
	if got := again(0xab, 12); !strings.HasPrefix(got, "275 ") {
		t.Errorf("fifteen later ones do not show: %s", got)
	}
	for _, period := range []string{"2026-kw3", "2026", "2026-06", "2026-kw5", "x"} { // not over, or not a quarter
		if _, err := h.Reach(ctx, "femke", iit, "", "", period); !errors.Is(err, view.ErrNotFound) {
			t.Errorf("%s: %v", period, err)
		}
	}
	if _, err := h.Reach(ctx, "femke", iit, "", "bsn", ""); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("an attribute that does not exist: %v", err)
	}
	if v, err := h.Reach(ctx, "femke", "zorgtoeslag", "", "", ""); err != nil || len(v.Rows) != 0 {
		t.Errorf("without outcomes: %+v, %v", v.Rows, err)
	}
}

// TestDemoOutcomes: the demo has something to show on these pages, says that it
// is made up, and sets off no alarm by itself.
func TestDemoOutcomes(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	h.ok(h.SeedOutcomes(ctx))
	h.ok(h.SeedOutcomes(ctx)) // once
	v, err := h.Reach(ctx, "femke", iit, "", "", "")
	h.ok(err)
	if len(v.Rows) < 6 || !v.Synthetic || v.Decisions < 200 {
		t.Errorf("%d rows, %d decisions", len(v.Rows), v.Decisions)
	}
	h.ok(h.Detect(ctx))
	w, err := h.Watch(ctx, "anneke", iit, view.Asked{})
	h.ok(err)
	if len(w.Crossed) != 0 || w.Series < 10 || !w.Declare.Can {
		t.Errorf("%d series, crossed %+v", w.Series, w.Crossed)
	}
	d, err := h.Desk(ctx, "marijke", iit, view.Asked{})
	h.ok(err)
	if len(d.Provisions) != 3 || d.Budgets[0].Left != 400000 {
		t.Errorf("%+v", d)
	}
}
