package office

import (
	"context"
	"fmt"
	"slices"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// rulesFor gives the rules for one case on a day: those in force, with what is
// rolled out to its cohort laid over them, and which proposals these are. name gives
// the pseudonym of the case under a version of the key.
func (o *Office) rulesFor(reg string, name func(version int) string, on rule.Date) (*regulation.Set, []string, error) {
	set := o.rules.set
	var ids []string
	for _, p := range o.world.Rollouts() {
		if !p.Takes(name(o.world.CohortVersion(p)), on) || !concerns(set, reg, p.Regulation) {
			continue
		}
		next, err := o.rolled(set, p)
		if err != nil {
			return nil, nil, err
		}
		set, ids = next, append(ids, p.ID)
	}
	return set, ids, nil
}

// concerns reports whether a regulation is another, or builds on it.
func concerns(set *regulation.Set, reg, other string) bool {
	return slices.ContainsFunc(set.BuildsOn(reg), func(r *regulation.Regulation) bool { return r.ID == other })
}

// rolled lays a proposal over a set from the first day of its roll-out.
func (o *Office) rolled(set *regulation.Set, p *loop.Proposal) (*regulation.Set, error) {
	v, ds := regulation.ReadVariant(p.ID+".yaml", []byte(p.Content.Variant))
	if err := ds.Err(); err != nil {
		return nil, fmt.Errorf("uitrol van %s: %w", p.ID, err)
	}
	v.From = p.Begins()
	next, ds := o.laid.over(set, v)
	if err := ds.Err(); err != nil {
		return nil, fmt.Errorf("uitrol van %s: %w", p.ID, err)
	}
	return next, nil
}

// rulesOf gives the rules under which a decision was taken, also when the
// roll-out it fell in has ended since.
func (o *Office) rulesOf(d *loop.Decision) (*regulation.Set, error) {
	set := o.rules.set
	for k, id := range d.Rollouts {
		p := o.world.Proposal(id)
		if p == nil {
			return nil, fmt.Errorf("besluit %s: voorstel %s bestaat niet", d.ID, id)
		}
		if before, adopted := o.rules.before[id]; adopted && k == 0 {
			set = before
		}
		next, err := o.rolled(set, p)
		if err != nil {
			return nil, err
		}
		set = next
	}
	return set, nil
}

// rolloutOf tells for a decision that was taken during a roll-out whether its
// case was in it.
func (o *Office) rolloutOf(d *loop.Decision) []view.RolloutLine {
	var out []view.RolloutLine
	for _, p := range o.world.Proposals() {
		if p.Begins().IsZero() || d.Date.Before(p.Begins()) || !p.Staged() || !concerns(o.rules.set, d.Anchor.Regulation, p.Regulation) {
			continue
		}
		percent := percentAt(p, d.History[0].Seq)
		line := view.RolloutLine{Proposal: view.Ref{Text: p.Title, Href: proposalHref(p.ID)}, In: slices.Contains(d.Rollouts, p.ID)}
		switch {
		case line.In:
			line.Text = texts.T("uitrol.erin", "procent", percent)
		case percent > 0:
			line.Text = texts.T("uitrol.erbuiten", "procent", percent)
		default:
			continue
		}
		out = append(out, line)
	}
	return out
}

// percentAt gives the share of cases in a roll-out when an event happened; 0
// when it did not run.
func percentAt(p *loop.Proposal, seq uint64) int {
	stage, running := -1, false
	for _, m := range p.History {
		if m.Seq >= seq {
			break
		}
		switch m.Type {
		case (*loop.StageBegun)(nil).Type():
			stage, running = stage+1, true
		case (*loop.RolloutResumed)(nil).Type():
			running = true
		case (*loop.RolloutPaused)(nil).Type(), (*loop.ProposalInForce)(nil).Type(), (*loop.ProposalWithdrawn)(nil).Type():
			running = false
		}
	}
	if !running || stage < 0 || stage >= len(p.Plan.Rollout) {
		return 0
	}
	return p.Plan.Rollout[stage].Percent
}

// Rollout is a roll-out that runs in an installation.
type Rollout struct {
	Proposal, Title, Regulation string
	Percent                     int
	Begins                      rule.Date
	// Version is that of the key by which its cohort is drawn.
	Version int
	variant string
}

// Takes reports whether a case, by its pseudonym, is decided under it on a day.
func (r Rollout) Takes(pseudonym string, on rule.Date) bool {
	return !on.Before(r.Begins) && loop.In(r.Proposal, pseudonym, r.Percent)
}

// Over lays its rules over a set.
func (r Rollout) Over(set *regulation.Set) (*regulation.Set, error) {
	return overlay(set, r.Proposal, r.variant, r.Begins)
}

// Rollouts gives the roll-outs that touch one of some regulations in the installation whose
// log this is, in the order in which they were decided.
func Rollouts(ctx context.Context, log store.Reader, set *regulation.Set, regs ...string) ([]Rollout, error) {
	proposals, err := log.LoadKind(ctx, "voorstel")
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	keys, err := log.Load(ctx, loop.PseudonymStream)
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	w, err := loop.FoldPart(slices.Concat(proposals, keys)...)
	if err != nil {
		return nil, fmt.Errorf("fold log: %w", err)
	}
	var out []Rollout
	for _, p := range w.Rollouts() {
		if slices.ContainsFunc(regs, func(reg string) bool { return concerns(set, reg, p.Regulation) }) {
			out = append(out, Rollout{p.ID, p.Title, p.Regulation, p.Percent(), p.Begins(), w.CohortVersion(p), p.Content.Variant})
		}
	}
	return out, nil
}
