package loop

import (
	"cmp"
	"iter"
	"maps"
	"slices"
)

// order is what pages list, each kind in the order in which it came: the ids are
// random, and say nothing.
type order struct {
	issues    []*Issue
	proposals []*Proposal
	decisions []*Decision
	triangles []*Triangle
}

// reorder makes the order anew.
func (w *World) reorder() {
	w.order = order{
		issues:    slices.SortedFunc(maps.Values(w.issues), (*Issue).compare),
		proposals: slices.SortedFunc(maps.Values(w.proposals), func(a, b *Proposal) int { return earlier(a.History, b.History) }),
		decisions: slices.SortedFunc(maps.Values(w.decisions), func(a, b *Decision) int { return earlier(a.History, b.History) }),
		triangles: slices.SortedFunc(maps.Values(w.triangles), func(a, b *Triangle) int { return earlier(a.History, b.History) }),
	}
}

func earlier(a, b []Moment) int { return cmp.Compare(a[0].Seq, b[0].Seq) }

// compare puts the knelpunt that came first in front.
func (i *Issue) compare(o *Issue) int { return earlier(i.History, o.History) }

// Issues gives all knelpunten, in the order of the log.
func (w *World) Issues() []*Issue { return slices.Clone(w.order.issues) }

// Proposals gives all proposals, in the order of the log.
func (w *World) Proposals() []*Proposal { return slices.Clone(w.order.proposals) }

// Decisions gives all decisions, in the order of the log.
func (w *World) Decisions() []*Decision { return slices.Clone(w.order.decisions) }

// Triangles gives all triangles, in the order of the log.
func (w *World) Triangles() []*Triangle { return slices.Clone(w.order.triangles) }

// EachIssue gives all knelpunten, in the order of the log.
func (w *World) EachIssue() iter.Seq[*Issue] { return slices.Values(w.order.issues) }

// EachProposal gives all proposals, in the order of the log.
func (w *World) EachProposal() iter.Seq[*Proposal] { return slices.Values(w.order.proposals) }

// EachDecision gives all decisions, in the order of the log.
func (w *World) EachDecision() iter.Seq[*Decision] { return slices.Values(w.order.decisions) }
