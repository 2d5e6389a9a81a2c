package store

import (
	"context"

	"lemniscaat/internal/event"
	"lemniscaat/internal/search"
)

// Indexed says how far an index of texts is.
type Indexed struct {
	// Analysis is the search.Analysis that made it; 0: none did.
	Analysis int
	// Seq: of the events up to this one all texts that belong in it are in it, unless
	// they were erased.
	Seq uint64
}

// IndexedText is a text with the words that it is found by.
type IndexedText struct {
	event.Ref
	Terms []search.Term
}

// Roots are the roots (search.Root) of texts, as numbers in Names.
type Roots struct {
	Indexed
	Names []string
	Of    map[uint64][]int32 // by event, ascending
}

// FindReader asks an index of texts, of each event at most one. The index is made of
// the log and can be made again; it is not part of the log. A text that is erased is
// gone from it in the same transaction, with the words that no other text has.
type FindReader interface {
	// Indexed says how far the index is.
	Indexed(ctx context.Context) (Indexed, error)
	// Find gives for each want the texts that have a term that answers, in the order
	// of the log, as search.Texts.Find would for those texts; and how far the index is
	// at that moment.
	Find(ctx context.Context, wants []search.Want) (Indexed, [][]search.Found, error)
	// TextRoots gives the roots of all texts, of one moment.
	TextRoots(ctx context.Context) (Roots, error)
}

// Finder keeps an index of texts. A store need not have one.
type Finder interface {
	FindReader
	// Index adds texts of the events after have.Seq up to and including to, and says
	// that the index is there; all of it or nothing. Of a text that was erased
	// meanwhile nothing is written. ErrConflict: the index is not at have.
	Index(ctx context.Context, have Indexed, to uint64, texts []IndexedText) error
	// Unindex empties the index, for who fills it by another analysis.
	Unindex(ctx context.Context, analysis int) error
}
