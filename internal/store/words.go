package store

import (
	"context"
	"iter"

	"lemniscaat/internal/event"
)

// Word is a personal text with where it belongs.
type Word struct {
	event.Ref
	event.Secret
}

// WordReader gives all personal texts behind one another.
type WordReader interface {
	// Words gives the texts that still exist of the events 1 to last, in the order of
	// the events; the fields of one event in any order. Files (event.Bulk) are left
	// out. The texts are not checked against their commitments.
	Words(ctx context.Context, last uint64) iter.Seq2[Word, error]
}
