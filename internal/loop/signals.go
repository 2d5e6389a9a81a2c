package loop

import (
	"cmp"
	"maps"
	"slices"
)

// Reindex makes what is found by an index that no snapshot has, of a world that was not
// folded but read back: signals by their event, triangles by their scope, and what is owed.
func (w *World) Reindex() {
	w.reindex()
	w.bySeq = slices.SortedFunc(maps.Values(w.signals), func(a, b *Signal) int { return cmp.Compare(a.Seq, b.Seq) })
}

// SignalAt gives the signal that an event brought, and the knelpunt where it is; nil
// when the event brought none.
func (w *World) SignalAt(seq uint64) (*Signal, *Issue) {
	k, ok := slices.BinarySearchFunc(w.bySeq, seq, func(s *Signal, seq uint64) int { return cmp.Compare(s.Seq, seq) })
	if !ok {
		return nil, nil
	}
	s := w.bySeq[k]
	return s, w.issues[w.signalIssue[s.ID]]
}

// SignalsAfter gives the signals of later events, in the order of the log.
func (w *World) SignalsAfter(seq uint64) []*Signal {
	k, _ := slices.BinarySearchFunc(w.bySeq, seq+1, func(s *Signal, seq uint64) int { return cmp.Compare(s.Seq, seq) })
	return w.bySeq[k:]
}
