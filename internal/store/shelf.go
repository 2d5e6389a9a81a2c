package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"
	"unicode/utf8"
)

// Limits of an item.
const (
	MaxItem     = 1 << 20 // bytes of Data
	MaxItemName = 512     // bytes of Kind and of ID
	MaxChanges  = 10_000  // of one Put or Batch
)

// ErrItem says that a change can never be written: a name or the data is not what
// an item may be, or one item is named twice.
var ErrItem = errors.New("dit gegeven kan niet bewaard worden")

// Item is a small durable record beside the log: an account, a session, a cursor,
// a row for a processing log. Unlike an event it is changed and removed; what
// people must be able to look back on belongs in the log.
type Item struct {
	// Kind and ID name it: "sessie" and a digest.
	Kind, ID string
	// Version is set by the store: 1 at first, one more at every change. An item
	// that was removed or expired begins again.
	Version uint64
	Data    []byte
	// Expires is when it is there no more, to the microsecond; zero: it stays.
	Expires time.Time
}

// Change puts an item in the place of what is there, or removes it.
type Change struct {
	Item
	// Expect is the version that must be there, 0: none; nil: whatever.
	Expect *uint64
	Delete bool
}

// Check reports why a change cannot be written, or nil.
func (c Change) Check() error {
	for _, f := range []struct{ name, v string }{{"soort", c.Kind}, {"naam", c.ID}} {
		if f.v == "" || len(f.v) > MaxItemName || !utf8.ValidString(f.v) || strings.ContainsRune(f.v, 0) {
			return fmt.Errorf("%w: %s moet geldige tekst zijn van 1 tot %d bytes", ErrItem, f.name, MaxItemName)
		}
	}
	if len(c.Data) > MaxItem {
		return fmt.Errorf("%w: %s is %d bytes, ten hoogste %d mag", ErrItem, c.Kind, len(c.Data), MaxItem)
	}
	if !c.Expires.IsZero() && (c.Expires.Year() < 1970 || c.Expires.Year() > 2261) {
		return fmt.Errorf("%w: %s verloopt op %s, dat ligt buiten 1970–2261", ErrItem, c.Kind, c.Expires)
	}
	return nil
}

// CheckChanges reports why changes cannot be written together, or nil.
func CheckChanges(changes []Change) error {
	if len(changes) > MaxChanges {
		return fmt.Errorf("%w: %d tegelijk, ten hoogste %d mag", ErrItem, len(changes), MaxChanges)
	}
	seen := make(map[[2]string]bool, len(changes))
	for _, c := range changes {
		if err := c.Check(); err != nil {
			return err
		}
		name := [2]string{c.Kind, c.ID}
		if seen[name] {
			return fmt.Errorf("%w: %s %s staat er twee keer in", ErrItem, c.Kind, c.ID)
		}
		seen[name] = true
	}
	return nil
}

// ShelfReader reads items. One that has expired is not there, also before Sweep.
type ShelfReader interface {
	// Item gives one; ErrNotFound when there is none.
	Item(ctx context.Context, kind, id string) (Item, error)
	// Items gives those of a kind with an ID after another, in the order of the
	// bytes of ID, at most limit (1 to 10,000).
	Items(ctx context.Context, kind, after string, limit int) ([]Item, error)
}

// AllItems gives every item of a kind with an ID after another, in the order of
// the bytes of ID. It ends with the first error.
func AllItems(ctx context.Context, s ShelfReader, kind, after string) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		const page = 1000
		for after := after; ; { // so that it can be walked again
			items, err := s.Items(ctx, kind, after, page)
			if err != nil {
				yield(Item{}, err)
				return
			}
			for _, it := range items {
				if !yield(it, nil) {
					return
				}
				after = it.ID
			}
			if len(items) < page {
				return
			}
		}
	}
}

// Shelf reads and writes items. The clock of the store says what has expired.
type Shelf interface {
	ShelfReader
	// Put makes all changes or none, and returns when they are on disk.
	// ErrConflict: a version is not what was expected.
	Put(ctx context.Context, changes ...Change) error
	// Count adds n to a counter, which is an item with a number in decimal as its
	// Data, and gives the sum. One that is not there or expired begins at n, and
	// only then takes expires.
	Count(ctx context.Context, kind, id string, n int64, expires time.Time) (int64, error)
	// Sweep removes what has expired and says how much that was.
	Sweep(ctx context.Context) (int, error)
}
