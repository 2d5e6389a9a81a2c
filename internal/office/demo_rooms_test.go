package office_test

import (
	"testing"
	"time"

	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// The demo begins with something to see on every page.
func TestDemoRooms(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("looks for the cliffs of a regulation")
	}
	h := newHall(t)
	ctx := t.Context()
	began := time.Now()
	h.ok(h.SeedRooms(ctx))
	h.ok(h.SeedOutcomes(ctx))
	t.Log("filled in", time.Since(began))
	events := h.Folded()
	h.ok(h.SeedRooms(ctx)) // once
	h.ok(h.SeedOutcomes(ctx))
	if h.Folded() != events {
		t.Error("filled twice")
	}

	stuck, err := h.Stuck(ctx, "")
	h.ok(err)
	if len(stuck.Open) != 1 || len(stuck.Settled) != 1 {
		t.Errorf("%d stuck, %d decided with one key", len(stuck.Open), len(stuck.Settled))
	}
	list, err := h.Proposals(ctx, "", iit, view.Asked{})
	h.ok(err)
	states := map[view.ProposalState]int{}
	for _, r := range list.Rows {
		states[r.State]++
	}
	if states[view.ProposalPaused] != 1 || len(list.Rows) != 3 {
		t.Errorf("proposals: %v", states)
	}
	m, err := h.Measurement(ctx, "femke", iit)
	h.ok(err)
	tripped := 0
	for _, e := range m.Expectations {
		if e.State == view.MeasureTripped {
			tripped++
		}
	}
	if tripped != 1 {
		t.Errorf("%d tripwires were touched: %+v", tripped, m.Expectations)
	}

	soon := 0
	promises, err := h.Promises(ctx, "", view.PromiseOpen, view.Asked{})
	h.ok(err)
	for _, p := range promises.Rows {
		if !p.Due.After(rule.MustDate("2026-09-21")) {
			soon++
		}
	}
	if soon != 2 {
		t.Errorf("%d promises are nearly due: %+v", soon, promises.Rows)
	}
	lessons, err := h.Lessons(ctx, "", view.Asked{})
	h.ok(err)
	if len(lessons.Rows) != 1 {
		t.Errorf("%d learning cases", len(lessons.Rows))
	}
	stand, err := h.Stand(ctx, "anneke", "2026-kw2")
	h.ok(err)
	if stand.Preface == "" || !stand.Publish.Can {
		t.Errorf("Stand: %q, can be published: %+v", stand.Preface, stand.Publish)
	}
	triangles, err := h.Triangles(ctx, "", view.TrianglesAsked{})
	h.ok(err)
	if triangles.Vacancies == 0 {
		t.Error("nobody left")
	}
	f, err := h.Frame(ctx, "")
	h.ok(err)
	message, err := h.Follow(ctx, f.DemoCode)
	h.ok(err)
	if message.Filed != rule.MustDate("2026-08-17") || message.Due.IsZero() {
		t.Errorf("the message of a resident: %+v", message)
	}
}
