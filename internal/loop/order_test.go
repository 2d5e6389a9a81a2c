package loop_test

import (
	"slices"
	"testing"

	"lemniscaat/internal/loop"
)

// TestInTheOrderOfTheLog: ids are random, so what is listed by them stands in another
// order in every installation. Knelpunten and proposals come as they came, and
// predictions with the latest decision first.
func TestInTheOrderOfTheLog(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	for k, id := range []string{"k5", "k9", "k1"} {
		f := e.signal("pim")
		f.NewIssue, f.Signal.Anchor.Article = id, []string{"artikel-2", "artikel-1", ""}[k]
		e.do("pim", f)
	}
	ids := []string{"v5", "v9", "v1"}
	for _, id := range ids {
		e.do("ed", loop.OpenProposal{ID: id, Regulation: "inkomenstoeslag", Title: "Ruimere grens", Policy: "bea"})
		e.do("ed", loop.EditContent{Proposal: id, Content: loop.Content{Digest: digest(1), Baseline: digest(0), Variant: "x"}})
		for _, c := range tests(digest(1)) {
			c.Proposal = id
			e.do("ed", c)
		}
		p := plan(e)
		p.Claim = nil
		e.do("ed", loop.EditPlan{Proposal: id, Plan: p})
		e.do("ed", loop.MarkAssessed{Proposal: id})
		e.do("ed", loop.Submit{Proposal: id})
	}
	// The first two on one day, in the other order; the last a day later.
	for k, id := range []string{"v9", "v5", "v1"} {
		if k == 2 {
			e.days(1)
		}
		v := e.w.Proposal(id)
		e.do("ed", loop.TurnKey{Proposal: id, Mandate: loop.Execution, Digest: v.Digest()})
		e.do("bram", loop.TurnKey{Proposal: id, Mandate: loop.Policy, Digest: v.Digest()})
	}
	check := func(w *loop.World) {
		t.Helper()
		var issues, at, proposals, predicted []string
		for _, i := range w.Issues() {
			issues = append(issues, i.ID)
		}
		for _, i := range w.IssuesAt(loop.Anchor{Regulation: "inkomenstoeslag"}) {
			at = append(at, i.ID)
		}
		for _, p := range w.Proposals() {
			proposals = append(proposals, p.ID)
		}
		for _, x := range w.Predictions("inkomenstoeslag") {
			predicted = append(predicted, x.Proposal.ID)
		}
		if want := []string{"k5", "k9", "k1"}; !slices.Equal(issues, want) || !slices.Equal(at, want) {
			t.Errorf("knelpunten %v, of the regulation %v, want %v", issues, at, want)
		}
		if !slices.Equal(proposals, ids) {
			t.Errorf("proposals %v, want %v", proposals, ids)
		}
		if want := []string{"v1", "v9", "v5"}; !slices.Equal(predicted, want) {
			t.Errorf("predictions of %v, want %v", predicted, want)
		}
	}
	check(e.w)
	check(e.replay())
	check(kept(t, t.TempDir(), e.w, e.log))
}
