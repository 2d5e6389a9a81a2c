// Package store says what a log must be able to do to carry the loop: append
// atomically over several streams with optimistic concurrency, read back, keep
// personal text beside the log, and erase it. Adapters (store/sqlite) implement
// it; package storetest is the one set of tests that they all must pass.
package store

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"lemniscaat/internal/event"
)

// Errors that callers tell apart with errors.Is.
var (
	// ErrConflict: a stream is not at the version that was expected. Read
	// again, decide again, append again.
	ErrConflict = errors.New("iemand anders was eerder: lees opnieuw en probeer het nog eens")
	// ErrKeyReused: the idempotency key was used before for something else.
	ErrKeyReused = errors.New("deze sleutel hoort al bij een ander verzoek")
	// ErrEmpty: a batch without events.
	ErrEmpty = errors.New("niets om toe te voegen")
	// ErrClosed: the store is closed.
	ErrClosed = errors.New("de opslag is gesloten")
	// ErrLocked: another process writes in this data folder.
	ErrLocked = errors.New("de datamap is al in gebruik")
	// ErrNotFound: there is no such text.
	ErrNotFound = errors.New("bestaat niet")
	// ErrUnavailable: the disk or database refused; nothing was written, unless it
	// is ErrUncertain as well. Reading may still work.
	ErrUnavailable = errors.New("opslaan lukt nu niet")
	// ErrUncertain: the connection to the database was lost while it wrote, and it
	// could not be asked how that ended. Repeating the request with the same Key is
	// safe, and tells.
	ErrUncertain = errors.New("onbekend of het bewaard is")
)

// Batch is what one request adds: all of it, or nothing.
type Batch struct {
	// Expect gives the version (highest StreamSeq, 0 = does not exist) of
	// every stream that the decision was based on: those it writes, and those
	// it only read. A stream that is written and not named is not checked.
	Expect map[string]uint64
	// Drafts are numbered in this order.
	Drafts []event.Draft
	// Erase removes personal texts in the same transaction. A text that is
	// already gone is fine.
	Erase []event.Ref
	// Changes are made to items in the same transaction.
	Changes []Change
	// Key makes the request idempotent; empty: it is not.
	Key string
	// Intent is a fingerprint of the request that Key belongs to (not of the
	// events: those may carry new ids when it is decided again). The same Key
	// with another Intent is ErrKeyReused.
	Intent string
}

// Check reports why a batch cannot be appended whatever the log has, or nil.
func (b Batch) Check() error {
	if len(b.Drafts) == 0 {
		return ErrEmpty
	}
	for _, d := range b.Drafts {
		if err := d.Check(); err != nil {
			return err
		}
	}
	if err := CheckChanges(b.Changes); err != nil {
		return err
	}
	if len(b.Key) > event.MaxName || len(b.Intent) > event.MaxName {
		return fmt.Errorf("%w: sleutel is langer dan %d bytes", event.ErrDraft, event.MaxName)
	}
	return nil
}

// Result is what was appended.
type Result struct {
	Records []event.Record
	// Repeated: the key was seen before. Records are those of the first time
	// and nothing was written now.
	Repeated bool
}

// Reader reads a log.
type Reader interface {
	// Head gives the end of the log.
	Head(ctx context.Context) (event.Head, error)
	// All gives every record from seq on (1 = the first), in order, as the log
	// stood when the iteration began. The words of files (event.Bulk) are left
	// out, here and in Load: they stay where they are until Text asks for one.
	All(ctx context.Context, from uint64) iter.Seq2[event.Record, error]
	// Load gives the records of one stream in order; none when it does not
	// exist.
	Load(ctx context.Context, stream string) ([]event.Record, error)
	// LoadKind gives the records of every stream of a kind ("regeling" of
	// "regeling/aow"), in the order of the log; none when there are none. It costs
	// what there is of the kind, however long the log is.
	LoadKind(ctx context.Context, kind string) ([]event.Record, error)
	// Version gives the highest StreamSeq of a stream, 0 when it does not
	// exist.
	Version(ctx context.Context, stream string) (uint64, error)
	// Text gives one personal text; ErrNotFound when there is none or it was
	// erased, *event.Tampered when it is not the one that was committed to.
	Text(ctx context.Context, ref event.Ref) (string, error)
	// Secret is Text with the salt of its commitment, for those who check or
	// export the log.
	Secret(ctx context.Context, ref event.Ref) (event.Secret, error)
	WordReader
	FactReader
	ShelfReader
	Close() error
}

// Store reads and writes a log. It is safe for concurrent use.
type Store interface {
	Reader
	Facts
	Shelf
	// Append returns when the batch is on disk (fsync), or with an error that
	// says that nothing was written. The exception is ctx ending while the
	// write is under way: then the outcome is unknown, and repeating the
	// request with the same Key tells.
	Append(ctx context.Context, b Batch) (Result, error)
	// Repeat gives the result of an earlier Append with this key; ok is false
	// when there was none. With it a use case can answer a repeated request
	// before it decides anything.
	Repeat(ctx context.Context, key string) (r Result, ok bool, err error)
}
