package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/store"
)

// Inspection is what a whole walk over a stored installation found.
type Inspection struct {
	// Head is where the log ends, or the last record before the fault.
	Head event.Head
	// Last is the instant of the last event, zero when there is none.
	Last time.Time
	// Fault is the first record that is not what was written; nil: the chain is
	// whole. What follows is then not looked at.
	Fault *event.Tampered
	// Unfolded says why the events, though whole, cannot be folded.
	Unfolded error
	// Files is how many attachments were read, Altered are texts and attachments
	// that are not what was committed to, and Gone those that are away without an
	// event that tells of their erasure.
	Files         int
	Altered, Gone []event.Ref
	// Facts counts the facts, FactsWrong are the events whose facts are not what
	// the log says, CubeWrong is how many cells are not what the facts say.
	Facts      int64
	FactsWrong []uint64
	CubeWrong  int64
}

// Good reports whether nothing is wrong.
func (i Inspection) Good() bool {
	return i.Fault == nil && i.Unfolded == nil && len(i.Altered)+len(i.Gone)+len(i.FactsWrong) == 0 && i.CubeWrong == 0
}

// Inspect reads all of an installation and compares it with itself: the chain,
// the texts, the attachments, the facts and what they add up to. known, which
// may be nil, is a head that was kept elsewhere. It may run while others
// write. An error means that it could not be read.
func Inspect(ctx context.Context, log store.Reader, known *event.Head) (Inspection, error) {
	var out Inspection
	w := loop.NewWorld(loop.DefaultTerms(), nil)
	var files, away []event.Ref
	erased := map[event.Ref]bool{}
	look := func(r event.Record) error {
		if r.Type == (*loop.TextsErased)(nil).Type() {
			return noteErased(r, erased)
		}
		return nil
	}
	head, err := event.Verify(func(yield func(event.Record, error) bool) {
		for r, err := range log.All(ctx, 1) {
			// Verify looks first: what it refuses never gets to the next round.
			if !yield(r, err) || err != nil {
				return
			}
			out.Last = r.At
			if out.Unfolded == nil {
				if err := w.Apply(r); err != nil {
					out.Unfolded = fmt.Errorf("gebeurtenis %d: %w", r.Seq, err)
				} else if err := look(r); err != nil {
					out.Unfolded = fmt.Errorf("gebeurtenis %d: %w", r.Seq, err)
				}
			}
			for _, f := range slices.Sorted(maps.Keys(r.Personal)) {
				if event.Bulk(f) {
					files = append(files, event.Ref{Seq: r.Seq, Field: f})
				} else if _, ok := r.Secrets[f]; !ok {
					away = append(away, event.Ref{Seq: r.Seq, Field: f})
				}
			}
		}
	}, known)
	out.Head = head
	if errors.As(err, &out.Fault) {
		return out, nil
	}
	if err != nil {
		return out, fmt.Errorf("read log: %w", err)
	}
	var bad *event.Tampered
	for _, ref := range files {
		_, err := log.Text(ctx, ref)
		switch {
		case errors.Is(err, store.ErrNotFound):
			away = append(away, ref)
		case errors.As(err, &bad):
			out.Altered = append(out.Altered, ref)
		case err != nil:
			return out, fmt.Errorf("read attachment: %w", err)
		default:
			out.Files++
		}
	}
	// What was erased since the walk began is not gone.
	for r, err := range log.All(ctx, head.Seq+1) {
		if err != nil {
			return out, fmt.Errorf("read log: %w", err)
		}
		if err := look(r); err != nil {
			break // the next walk finds it
		}
	}
	for _, ref := range away {
		if !erased[ref] && out.Unfolded == nil {
			out.Gone = append(out.Gone, ref)
		}
	}
	slices.SortFunc(out.Gone, func(a, b event.Ref) int {
		return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Field, b.Field))
	})
	if out.Unfolded != nil {
		return out, nil // facts are told of by events that cannot be read
	}
	return out, inspectFacts(ctx, log, &out)
}

func noteErased(r event.Record, erased map[event.Ref]bool) error {
	p, err := loop.Decode(r)
	if err != nil {
		return err
	}
	t, ok := p.(*loop.TextsErased)
	if !ok {
		return loop.ErrPayload
	}
	for _, ref := range t.Refs {
		erased[ref] = true
	}
	return nil
}

// maxRecounts is how often the cube is counted again because facts came in
// while it was read.
const maxRecounts = 4

func inspectFacts(ctx context.Context, log store.Reader, out *Inspection) error {
	got, err := CheckFacts(ctx, log)
	if err != nil {
		return err
	}
	out.Facts = got.Facts
	for _, seq := range got.Wrong {
		if seq <= out.Head.Seq { // later ones came in meanwhile
			out.FactsWrong = append(out.FactsWrong, seq)
		}
	}
	for range maxRecounts {
		before, err := log.Head(ctx)
		if err != nil {
			return err
		}
		if out.CubeWrong, err = recount(ctx, log); err != nil {
			return err
		}
		after, err := log.Head(ctx)
		if err != nil || out.CubeWrong == 0 || before == after {
			return err
		}
	}
	out.CubeWrong = 0 // never quiet: nothing was shown to be wrong
	return nil
}

// recount adds the facts up and gives how many cells of the cube differ.
func recount(ctx context.Context, log store.Reader) (int64, error) {
	const all = outcome.ByRegulation | outcome.ByArticle | outcome.ByStep | outcome.ByGroup | outcome.ByClass | outcome.ByGround | outcome.ByWeek
	sums := map[outcome.Cell]outcome.Counts{}
	for b, err := range log.Batches(ctx) {
		if err != nil {
			return 0, fmt.Errorf("read facts: %w", err)
		}
		for _, f := range b.Facts {
			n := f.Counts()
			for _, c := range f.Cells() {
				s := sums[c]
				s.Add(n)
				sums[c] = s
			}
		}
	}
	var differs int64
	// By day the cube counts everybody only; weeks hold all of it.
	for _, q := range []outcome.Query{{By: all}, {By: all, Exact: true}} {
		have, err := log.Cube(ctx, q)
		if err != nil {
			return 0, fmt.Errorf("read cube: %w", err)
		}
		left := len(sums)
		if q.Exact {
			left = 0
			for c := range sums {
				if c.Group == "" {
					left++
				}
			}
		}
		for _, c := range have {
			if c.Counts == (outcome.Counts{}) {
				continue
			}
			want, ok := sums[c.Cell]
			if ok {
				left--
			}
			if !ok || want != c.Counts {
				differs++
			}
		}
		differs += int64(left)
	}
	return differs, nil
}
