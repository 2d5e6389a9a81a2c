package audit

import (
	"context"
	"fmt"
	"slices"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/outcome"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// CheckFacts compares the facts of an installation with what its log says of
// them: a fact that was changed, added or taken away afterwards shows.
func CheckFacts(ctx context.Context, s store.Reader) (view.FactCheck, error) {
	var out view.FactCheck
	said := map[uint64][]loop.FactBatch{} // by first event of the transaction
	first, lastSeq := uint64(0), uint64(0)
	for r, err := range s.All(ctx, 1) {
		if err != nil {
			return out, fmt.Errorf("read log: %w", err)
		}
		if r.Type != (*loop.FactsReceived)(nil).Type() {
			continue
		}
		p, err := loop.Decode(r)
		if err != nil {
			return out, err
		}
		f, ok := p.(*loop.FactsReceived)
		if !ok {
			return out, fmt.Errorf("fold log: %w", loop.ErrPayload)
		}
		f.Batch.Seq = r.Seq
		// Which events were one transaction the facts themselves say.
		said[r.Seq] = append(said[r.Seq], f.Batch)
		if first == 0 {
			first = r.Seq
		}
		lastSeq = r.Seq
	}
	for b, err := range s.Batches(ctx) {
		if err != nil {
			return out, fmt.Errorf("read facts: %w", err)
		}
		seq := b.Seq
		for rest := b.Facts; len(rest) > 0; seq++ {
			n := 1
			for n < len(rest) && rest[n].Regulation == rest[0].Regulation && rest[n].Source == rest[0].Source {
				n++
			}
			out.Facts += int64(n)
			got := said[seq]
			delete(said, seq)
			if len(got) != 1 || got[0].Rows != n || string(got[0].Digest) != outcome.Digest(rest[:n]) {
				out.Wrong = append(out.Wrong, seq)
			} else {
				out.Batches++
			}
			rest = rest[n:]
		}
	}
	for seq := first; first > 0 && seq <= lastSeq; seq++ {
		if len(said[seq]) > 0 { // told of, and gone
			out.Wrong = append(out.Wrong, seq)
		}
	}
	slices.Sort(out.Wrong)
	return out, nil
}
