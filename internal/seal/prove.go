package seal

import (
	"errors"
	"fmt"
	"iter"
	"slices"

	"golang.org/x/mod/sumdb/tlog"

	"lemniscaat/internal/event"
)

// ErrProof says that a proof does not show what it claims.
var ErrProof = errors.New("het bewijs klopt niet")

// ErrShort says that the log ends before what is asked.
var ErrShort = errors.New("het logboek is korter")

// Include proves that the seq-th event is in the tree over the first size events.
// It walks the hashes of the log once and keeps only what the proof needs.
func Include(size, seq uint64, hashes iter.Seq2[event.Hash, error]) ([]event.Hash, error) {
	if seq == 0 || seq > size {
		return nil, fmt.Errorf("gebeurtenis %d ligt buiten de eerste %d: %w", seq, size, ErrShort)
	}
	p, err := tlog.ProveRecord(int64(size), int64(seq-1), once(size, hashes))
	return hashesOf(p), err
}

// Extend proves that the tree over size events begins with the tree over before.
func Extend(before, size uint64, hashes iter.Seq2[event.Hash, error]) ([]event.Hash, error) {
	if before == 0 || before > size {
		return nil, fmt.Errorf("een kop over %d gebeurtenissen ligt buiten de eerste %d: %w", before, size, ErrShort)
	}
	p, err := tlog.ProveTree(int64(size), int64(before), once(size, hashes))
	return hashesOf(p), err
}

// CheckIncluded checks what Include gave.
func CheckIncluded(size uint64, root event.Hash, seq uint64, leaf event.Hash, proof []event.Hash) error {
	if seq == 0 || seq > size || size > 1<<62 {
		return fmt.Errorf("%w: gebeurtenis %d ligt buiten de eerste %d", ErrProof, seq, size)
	}
	if err := tlog.CheckRecord(tlogHashes(proof), int64(size), tlog.Hash(root), int64(seq-1), tlog.RecordHash(leaf[:])); err != nil {
		return fmt.Errorf("%w: gebeurtenis %d hoort niet bij deze kop", ErrProof, seq)
	}
	return nil
}

// CheckExtended checks what Extend gave.
func CheckExtended(before uint64, old event.Hash, size uint64, root event.Hash, proof []event.Hash) error {
	if before == 0 || before > size || size > 1<<62 {
		return fmt.Errorf("%w: een kop over %d gebeurtenissen ligt buiten de eerste %d", ErrProof, before, size)
	}
	if err := tlog.CheckTree(tlogHashes(proof), int64(size), tlog.Hash(root), int64(before), tlog.Hash(old)); err != nil {
		return fmt.Errorf("%w: de kop over %d gebeurtenissen is geen begin van die over %d", ErrProof, before, size)
	}
	return nil
}

// once reads stored hashes by one walk over the log.
func once(size uint64, hashes iter.Seq2[event.Hash, error]) tlog.HashReader {
	return tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		want := make(map[int64][]int, len(indexes))
		for i, x := range indexes {
			want[x] = append(want[x], i)
		}
		var t Tree
		for h, err := range hashes {
			if err != nil {
				return nil, err
			}
			t.add(h, func(level int, n int64, h tlog.Hash) {
				at := tlog.StoredHashIndex(level, n)
				for _, i := range want[at] {
					out[i] = h
				}
				delete(want, at)
			})
			if t.Size == size {
				break
			}
		}
		if t.Size < size {
			return nil, fmt.Errorf("%d gebeurtenissen, gevraagd %d: %w", t.Size, size, ErrShort)
		}
		return out, nil
	})
}

func hashesOf(p []tlog.Hash) []event.Hash {
	out := make([]event.Hash, len(p))
	for i, h := range p {
		out[i] = event.Hash(h)
	}
	return out
}

func tlogHashes(p []event.Hash) []tlog.Hash {
	return slices.Collect(func(yield func(tlog.Hash) bool) {
		for _, h := range p {
			if !yield(tlog.Hash(h)) {
				return
			}
		}
	})
}
