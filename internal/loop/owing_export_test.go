package loop

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// What the index gives, by walking everything: as it was done before there was one.

// WalkOwed is Owed by a walk.
func (w *World) WalkOwed(today rule.Date) []Owed {
	out := []Owed{}
	add := func(l ledger) {
		for _, o := range l.list {
			if o.Open() {
				out = append(out, Owed{o, w.WalkResolve(o.Debtor, today), w.Terms.Ladder.Step(o.Due, today)})
			}
		}
	}
	for _, i := range w.issues {
		add(i.duties)
	}
	for _, p := range w.proposals {
		add(p.duties)
	}
	for _, d := range w.decisions {
		add(d.duties)
	}
	for _, f := range w.formals {
		add(f.duties)
	}
	slices.SortFunc(out, func(a, b Owed) int { return cmp.Or(a.Due.Compare(b.Due), cmp.Compare(a.ID, b.ID)) })
	return out
}

// WalkPlaces checks that a decision and a formal request are where what is owed for them
// is, and a formal request where its signal is: a text that moves takes them along
// together.
func (w *World) WalkPlaces() error {
	at := func(l ledger, a Anchor) error {
		for _, o := range l.list {
			if o.Anchor != a || o.Debtor.Scope != (Anchor{}) && o.Debtor.Scope != a {
				return fmt.Errorf("%s is at %q and of %q, want %q", o.ID, o.Anchor.Key(), o.Debtor.Scope.Key(), a.Key())
			}
		}
		return nil
	}
	var errs []error
	for _, b := range w.decisions {
		errs = append(errs, at(b.duties, b.Anchor))
	}
	for _, f := range w.formals {
		if want := plain(w.signals[f.ID].Anchor); f.Anchor != want {
			errs = append(errs, fmt.Errorf("formal request %s is at %q, its signal at %q", f.ID, f.Anchor.Key(), want.Key()))
		}
		errs = append(errs, at(f.duties, f.Anchor))
	}
	return errors.Join(errs...)
}

// WalkTriangleOf is TriangleOf by a walk.
func (w *World) WalkTriangleOf(a Anchor) *Triangle {
	var best *Triangle
	for _, t := range w.triangles {
		if t.Dropped.IsZero() && t.Scope.Contains(a) && (best == nil || t.before(best)) {
			best = t
		}
	}
	return best
}

// WalkResolve is Resolve by a walk.
func (w *World) WalkResolve(d Debtor, on rule.Date) Holder {
	if d.Person != "" {
		for _, t := range sorted(w.triangles) {
			if !t.Dropped.IsZero() {
				continue
			}
			if h, ok := t.member(d.Person, on); ok {
				return h
			}
		}
	}
	if t := w.triangles[d.Post.Triangle]; t != nil && t.Dropped.IsZero() && d.Person == "" {
		return t.named(d.Post.Post, on)
	}
	t := w.WalkTriangleOf(d.Scope)
	if t == nil {
		return Holder{Vacant: true}
	}
	if d.Person != "" {
		h := t.owner(on)
		h.Vacant = true
		return h
	}
	return t.corner(d.Corner, on)
}

// WalkClaims gives the scopes that two triangles both claim, by comparing all with all.
func (w *World) WalkClaims() []string {
	var out []string
	all := slices.DeleteFunc(sorted(w.triangles), func(t *Triangle) bool { return !t.Dropped.IsZero() })
	for k, a := range all {
		for _, b := range all[k+1:] {
			_, meets := a.Scope.meet(b.Scope)
			same := a.Scope.Key() == b.Scope.Key()
			if a.Scope.Regulation == b.Scope.Regulation && meets && (same || !a.Scope.Contains(b.Scope) && !b.Scope.Contains(a.Scope)) {
				ids := []string{a.ID, b.ID}
				slices.Sort(ids)
				out = append(out, strings.Join(ids, " "))
			}
		}
	}
	slices.Sort(out)
	return out
}

// WalkIssuesOf is IssuesOf by a walk.
func (w *World) WalkIssuesOf(p PersonID) []*Issue {
	return slices.DeleteFunc(w.Issues(), func(i *Issue) bool { _, mine := i.reporters[p]; return !mine })
}

// WalkIssuesAt is IssuesAt by a walk, in the order of the log.
func (w *World) WalkIssuesAt(a Anchor) []*Issue {
	return slices.DeleteFunc(w.Issues(), func(i *Issue) bool { return i.State == Merged || !slices.ContainsFunc(i.Anchors, a.Contains) })
}

// Everywhere gives the places that anything hangs on.
func (w *World) Everywhere() []Anchor {
	all := map[Anchor]bool{{}: true}
	for _, t := range w.triangles {
		all[t.Scope] = true
	}
	for key := range w.byAnchor {
		if a, err := ParseAnchor(key); err == nil {
			all[a] = true
		}
	}
	return slices.SortedFunc(maps.Keys(all), func(a, b Anchor) int { return cmp.Compare(a.Key(), b.Key()) })
}

// WalkOrder checks by a walk that each kind is listed whole, in the order in which it came.
func (w *World) WalkOrder() error {
	return errors.Join(
		walkOrder("knelpunten", w.issues, w.Issues(), func(i *Issue) uint64 { return i.History[0].Seq }),
		walkOrder("voorstellen", w.proposals, w.Proposals(), func(p *Proposal) uint64 { return p.History[0].Seq }),
		walkOrder("besluiten", w.decisions, w.Decisions(), func(b *Decision) uint64 { return b.History[0].Seq }),
		walkOrder("driehoeken", w.triangles, w.Triangles(), func(t *Triangle) uint64 { return t.History[0].Seq }),
	)
}

func walkOrder[T comparable](name string, all map[string]T, list []T, seq func(T) uint64) error {
	if len(list) != len(all) {
		return fmt.Errorf("%d %s are listed, want %d", len(list), name, len(all))
	}
	for k, x := range list {
		if !slices.Contains(slices.Collect(maps.Values(all)), x) || k > 0 && seq(list[k-1]) >= seq(x) {
			return fmt.Errorf("%s number %d is not in its place", name, k+1)
		}
	}
	return nil
}
