package store

import (
	"context"

	"lemniscaat/internal/event"
)

// Request is what a request with an idempotency key did: the events First to Last.
type Request struct {
	Key, Intent string
	First, Last uint64
}

// Whole is a store that can be read completely, to move it. Both adapters are.
type Whole interface {
	Reader
	// Requests gives those with a key after another, in the order of the bytes of
	// Key, at most limit.
	Requests(ctx context.Context, after string, limit int) ([]Request, error)
	// Kinds gives the kinds of items that there are, in order.
	Kinds(ctx context.Context) ([]string, error)
}

// Filling is a part of another store, taken as it is.
type Filling struct {
	// Records follow on the end of the log, with their numbers, hashes and salts. The
	// words of files are among their Secrets.
	Records []event.Record
	// Facts are batches whose event is in the log, not in it before.
	Facts []FactBatch
	// Requests and Items come in the place of those with the same name; items keep
	// their version.
	Requests []Request
	Items    []Item
}

// Filler is a store that can be filled from another.
type Filler interface {
	Whole
	Store
	// Fill adds a part, all of it or nothing. A record that does not follow on the
	// last is *event.Tampered; a fact that is there is ErrKnown.
	Fill(ctx context.Context, f Filling) error
}

// Follows reports what is wrong with records that come after head, or nil.
func Follows(head event.Head, records []event.Record) error {
	for _, r := range records {
		if r.Seq != head.Seq+1 || r.PrevHash != head.Hash {
			return &event.Tampered{Seq: r.Seq, Reason: "sluit niet aan op de vorige gebeurtenis"}
		}
		if r.Sum() != r.Hash {
			return &event.Tampered{Seq: r.Seq, Reason: "inhoud klopt niet met de hash"}
		}
		for f, s := range r.Secrets {
			if c, ok := r.Personal[f]; !ok || !s.Opens(c) {
				return &event.Tampered{Seq: r.Seq, Reason: "een tekst is veranderd"}
			}
		}
		head = r.Head()
	}
	return nil
}
