package office_test

import (
	"slices"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/office"
)

// fromPart checks that what is read of a part of the log (the rules in force, the
// imported texts, the roll-outs) is what the office, which folded all of it, has.
func (h *hall) fromPart(rollouts ...string) {
	h.t.Helper()
	set, _, err := shipped()
	h.ok(err)
	got, err := office.InForce(h.t.Context(), h.Store, set)
	h.ok(err)
	want, _ := h.InForceNow()
	if got.Digest() != want.Digest() {
		h.t.Errorf("the rules in force read from a part of the log are %s, the office has %s", got.Digest(), want.Digest())
	}
	texts, err := office.Texts(h.t.Context(), h.Store)
	h.ok(err)
	var all, imported []string
	for _, r := range want.Regulations {
		if _, ships := set.Get(r.ID); !ships {
			imported = append(imported, r.ID+" "+string(r.ContentDigest()))
		}
		all = append(all, r.ID)
	}
	var read []string
	for _, r := range texts {
		read = append(read, r.ID+" "+string(r.ContentDigest()))
	}
	slices.Sort(imported)
	if diff := cmp.Diff(imported, read); diff != "" || len(read) == 0 {
		h.t.Errorf("imported texts (-office +part): %s", diff)
	}
	running, err := office.Rollouts(h.t.Context(), h.Store, want, all...)
	h.ok(err)
	var ids []string
	for _, r := range running {
		if r.Version != 1 || r.Percent == 0 || r.Begins.IsZero() || r.Title == "" {
			h.t.Errorf("a roll-out is not whole: %+v", r)
		}
		ids = append(ids, r.Proposal)
	}
	if diff := cmp.Diff(rollouts, ids); diff != "" {
		h.t.Errorf("roll-outs (-want +got): %s", diff)
	}
}
