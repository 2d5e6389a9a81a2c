package loop

import (
	"maps"
	"slices"
)

// giveBack gives room back to those who yielded to a proposal that no longer
// holds a claim: a decision that fell takes nothing. What does not fit any more,
// because others were decided meanwhile, stays given up.
func (d *deciding) giveBack(next *Proposal) error {
	t := d.w.TriangleOf(Anchor{Regulation: next.Regulation})
	before := d.w.proposals[next.ID]
	if t == nil || before == nil || len(before.Plan.Yields) == 0 {
		return nil
	}
	held := func(p *Proposal) bool {
		switch p.State {
		case Decided, Rolling, Paused, InForce:
			return true
		}
		return false
	}
	if !held(before) || held(next) {
		return nil
	}
	claims := d.w.claims(t, next.ID)
	used := map[Quarter]int{}
	for id, claim := range claims {
		d.read(proposalStream(id))
		for q, n := range claim {
			used[q] += n
		}
	}
	for _, id := range slices.Sorted(maps.Keys(d.w.proposals)) {
		from := d.w.proposals[id]
		back := map[Quarter]int{}
		for _, g := range from.Gave {
			if g.To == next.ID {
				back[g.Quarter] += g.Points
			}
		}
		for _, q := range slices.Sorted(maps.Keys(back)) {
			n := back[q]
			if held(from) {
				n = min(n, t.Capacity[q]-used[q])
			}
			if n <= 0 {
				continue
			}
			if held(from) {
				used[q] += n
			}
			if err := d.emit(proposalStream(id), &RoomReturned{From: next.ID, Quarter: q, Points: n}); err != nil {
				return err
			}
		}
	}
	return nil
}
