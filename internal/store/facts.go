package store

import (
	"context"
	"errors"
	"iter"

	"lemniscaat/internal/outcome"
)

// ErrKnown means that a fact with this key is there already. Nothing was written; ask
// Known and leave out what is known.
var ErrKnown = errors.New("dit feit is er al")

// FactReader reads the facts and their cube.
//
// Facts are outcomes of case systems (outcome.Fact). There may be millions: they
// stand in a table beside the log. The log holds one event for each batch, with
// the number of facts, their digest and where they came from, written in the
// same transaction. Facts are never changed.
type FactReader interface {
	// Cube answers a query on the counts: one line for each cell with rows,
	// sorted as outcome.CompareCells does. It reads cells, not facts, so that it
	// is quick whatever the number of facts.
	Cube(ctx context.Context, q outcome.Query) ([]outcome.Counted, error)
	// Known gives the fingerprints of those keys that exist.
	Known(ctx context.Context, keys []outcome.Key) (map[outcome.Key]outcome.Sum, error)
	// Batches gives all facts in the order in which they came in, by batch. The
	// number is that of the first event of the batch in the log.
	Batches(ctx context.Context) iter.Seq2[FactBatch, error]
}

// FactBatch are the facts of one AppendFacts.
type FactBatch struct {
	Seq   uint64
	Facts []outcome.Fact
}

// Facts reads and writes facts.
type Facts interface {
	FactReader
	// AppendFacts appends the events of the batch and adds the facts, all of it
	// or nothing, and returns when that is on disk. It is ErrKnown when a key
	// exists or comes twice. A repeated Key of the batch has no second effect.
	AppendFacts(ctx context.Context, b Batch, facts []outcome.Fact) (Result, error)
	// Rebuild counts the cube again from the facts, in one transaction, and
	// says whether that changed anything.
	Rebuild(ctx context.Context) (Rebuilt, error)
}

// Rebuilt says what Rebuild did.
type Rebuilt struct {
	Facts, Cells int64
	// Differs is the number of cells that were not what the facts say; 0 when
	// the cube was right.
	Differs int64
}
