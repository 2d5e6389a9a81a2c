package loop_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// checkInfinity: everything live stands at one station and is counted once,
// since a day that has been; what has ended stands nowhere.
func checkInfinity(fail func(inv, format string, args ...any), w *loop.World, today rule.Date) {
	seen := map[string]int{}
	for s, list := range w.Infinity("") {
		for n, x := range list {
			seen[x.ID()]++
			if x.Since.IsZero() || x.Since.After(today) {
				fail("∞", "%s waits at %s since %v", x.ID(), s, x.Since)
			}
			if n > 0 && x.Since.Before(list[n-1].Since) {
				fail("∞", "%s: %s waits longer than the one above it", s, x.ID())
			}
		}
	}
	for _, i := range w.Issues() {
		want := 0
		if i.State.Live() {
			want = 1
			if a := i.Answer(); a != nil && a.Kind.Promises() {
				if p := w.Proposal(a.Proposal); p != nil && !p.State.Ended() && i.Anchors[0].Regulation == p.Regulation {
					want = 0 // it goes round with its proposal
				}
			}
		}
		if len(i.Anchors) == 1 && seen[i.ID] != want {
			fail("∞", "%s (%s) is counted %d times, not %d", i.ID, i.State, seen[i.ID], want)
		}
		if seen[i.ID] > 1 {
			fail("∞", "%s is counted %d times", i.ID, seen[i.ID])
		}
	}
	for _, p := range w.Proposals() {
		want := 1
		if p.State.Ended() {
			want = 0
		}
		if seen[p.ID] != want {
			fail("∞", "%s (%s) is counted %d times, not %d", p.ID, p.State, seen[p.ID], want)
		}
	}
}

// counts gives what waits where.
func counts(e *env, regulation string) map[loop.Station][]string {
	out := map[loop.Station][]string{}
	for s, list := range e.w.Infinity(regulation) {
		for _, x := range list {
			out[s] = append(out[s], x.ID()+" "+x.Since.String())
		}
	}
	return out
}

// TestInfinityOnce: a knelpunt and the proposal that is to solve it are one
// thing, at one station at a time.
func TestInfinityOnce(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	k := f.NewIssue
	expect := func(want map[loop.Station][]string) {
		t.Helper()
		if d := cmp.Diff(want, counts(e, "")); d != "" {
			t.Errorf("(-want +got):\n%s", d)
		}
		if d := cmp.Diff(want, counts(e, "inkomenstoeslag")); d != "" {
			t.Errorf("of the regulation (-want +got):\n%s", d)
		}
		if got := counts(e, "zorgtoeslag"); len(got) > 0 {
			t.Errorf("of another regulation: %v", got)
		}
	}
	expect(map[loop.Station][]string{loop.AtSignal: {k + " 2026-06-01"}})
	e.days(3)
	e.do("bram", loop.AnswerIssue{Issue: k, Kind: loop.Change, Reason: why("ja"), Interim: why("bel eerst"), LeverBy: rule.MustDate("2027-05-01")})
	expect(map[loop.Station][]string{loop.AtRule: {k + " 2026-06-04"}})
	e.days(2)
	e.do("ed", loop.OpenProposal{ID: "v1", Regulation: "inkomenstoeslag", Title: "Ruimere grens", Policy: "bea"})
	expect(map[loop.Station][]string{loop.AtRule: {k + " 2026-06-04", "v1 2026-06-06"}})
	e.do("bram", loop.LinkProposal{Issue: k, Proposal: "v1"})
	expect(map[loop.Station][]string{loop.AtRule: {"v1 2026-06-06"}})
	e.do("ed", loop.EditContent{Proposal: "v1", Content: loop.Content{Digest: digest(1), Baseline: digest(0), Variant: "x", Summary: []string{"ruimer"}}})
	expect(map[loop.Station][]string{loop.AtSimulate: {"v1 2026-06-06"}})
	// A proposal that is taken back leaves the promise: it waits for another,
	// as long as it did.
	e.do("bea", loop.WithdrawProposal{Proposal: "v1", Reason: why("kan niet")})
	expect(map[loop.Station][]string{loop.AtRule: {k + " 2026-06-04"}})
}
