package loop

import (
	"crypto/sha256"
	"encoding/binary"
	"slices"

	"lemniscaat/internal/rule"
)

// Buckets is in how many parts a roll-out divides all cases.
const Buckets = 10_000

// Bucket gives the part of a case in the roll-out of a proposal, from 0 up to
// Buckets. It depends on nothing but the two names, so that a case is in the
// same part today and tomorrow and on every machine; another proposal divides
// otherwise, so that not always the same people come first.
func Bucket(proposal, zaak string) int {
	sum := sha256.Sum256([]byte("lemniscaat/uitrol/1\x00" + proposal + "\x00" + zaak))
	return int(binary.BigEndian.Uint64(sum[:8]) % Buckets)
}

// In reports whether a case falls in the first percent of a roll-out. A case in
// a small cohort is in every larger one.
func In(proposal, zaak string, percent int) bool {
	return Bucket(proposal, zaak) < percent*(Buckets/100)
}

// Begins gives the first day on which the change can hold for anybody.
func (p *Proposal) Begins() rule.Date {
	if len(p.Plan.Rollout) > 0 {
		return sooner(p.Plan.InForce, p.Plan.Rollout[0].From)
	}
	return p.Plan.InForce
}

// Staged reports whether the roll-out has more than one stage.
func (p *Proposal) Staged() bool { return len(p.Plan.Rollout) > 1 }

// Percent gives the share of cases in the roll-out now; 0 when it did not begin
// or stands still.
func (p *Proposal) Percent() int {
	if p.State != Rolling || p.Stage < 0 || p.Stage >= len(p.Plan.Rollout) {
		return 0
	}
	return p.Plan.Rollout[p.Stage].Percent
}

// Takes reports whether a case is decided under the proposal while it is rolled
// out: it is in the cohort, and the day is not before the first stage. While the
// roll-out stands still no case is.
func (p *Proposal) Takes(zaak string, on rule.Date) bool {
	return p.Percent() > 0 && !on.Before(p.Begins()) && In(p.ID, zaak, p.Percent())
}

// Rollouts gives the proposals whose roll-out runs, in the order in which they
// were decided.
func (w *World) Rollouts() []*Proposal {
	var out []*Proposal
	for _, p := range w.Proposals() {
		if p.Percent() > 0 {
			out = append(out, p)
		}
	}
	slices.SortStableFunc(out, func(a, b *Proposal) int { return a.DecidedOn.Compare(b.DecidedOn) })
	return out
}
