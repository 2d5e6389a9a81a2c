// Package outbox brings to others what happened here: events of the log to those
// who are subscribed (CloudEvents), rows of the log of processing to that of the
// organisation (OTLP). The log is the queue: each receiver has a cursor on the
// shelf, that moves only after the receiver said that it has the event. What is sent
// twice has the same id. One process sends at a time, under a lease.
package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"lemniscaat/internal/store"
)

// Kinds of items.
const (
	kindLease  = "uitgaand-beurt"
	kindCursor = "uitgaand-ontvanger"
	kindDead   = "uitgaand-geweigerd"
)

// Answer is what a receiver said.
type Answer struct {
	Status int
	// RetryAfter is how long the receiver asks to wait; zero: it did not say.
	RetryAfter time.Duration
	// Refused is how many of a batch it did not take, of those that say so.
	Refused int
}

// Took reports that the receiver has it.
func (a Answer) Took() bool { return a.Status >= 200 && a.Status < 300 && a.Refused == 0 }

// Final reports that sending the same again does not help: the receiver refuses
// this, not the moment. 408, 425 and 429 are about the moment; 401, 403 and 404 are
// about settings that somebody will mend, and keep waiting.
func (a Answer) Final() bool {
	switch a.Status {
	case 400, 405, 406, 409, 411, 413, 414, 415, 422:
		return true
	}
	return a.Status >= 200 && a.Status < 300 && a.Refused > 0
}

// Gone reports that the receiver wants nothing any more (410).
func (a Answer) Gone() bool { return a.Status == 410 }

// leased runs do while no other process holds the lease of a name. held is false
// when another does.
func leased(ctx context.Context, s store.Shelf, name, holder string, now time.Time, ttl time.Duration, do func(context.Context) error) (held bool, err error) {
	it, err := s.Item(ctx, kindLease, name)
	expect := it.Version
	switch {
	case errors.Is(err, store.ErrNotFound):
		expect = 0
	case err != nil:
		return false, err
	case string(it.Data) != holder:
		return false, nil
	}
	err = s.Put(ctx, store.Change{Item: store.Item{Kind: kindLease, ID: name, Data: []byte(holder), Expires: now.Add(ttl)}, Expect: &expect})
	if errors.Is(err, store.ErrConflict) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	// Work ends before the lease does: what is sent after it could overtake.
	ctx, cancel := context.WithTimeout(ctx, ttl*3/4)
	defer cancel()
	return true, do(ctx)
}

// Cursor is how far a receiver is.
type Cursor struct {
	Name string `json:"naam"`
	// Seq is the last event of the log that is dealt with.
	Seq      uint64    `json:"nr"`
	Sent     uint64    `json:"verstuurd"`
	Dead     uint64    `json:"geweigerd"`
	Failures int       `json:"pogingen,omitempty"` // in a row
	Since    time.Time `json:"faaltSinds,omitzero"`
	Next     time.Time `json:"volgende,omitzero"` // not before
	Fault    string    `json:"fout,omitempty"`
	Gone     bool      `json:"opgezegd,omitempty"`
}

func loadCursor(ctx context.Context, s store.ShelfReader, name string) (c Cursor, version uint64, err error) {
	c.Name = name
	it, err := s.Item(ctx, kindCursor, name)
	if errors.Is(err, store.ErrNotFound) {
		return c, 0, nil
	}
	if err == nil {
		err = json.Unmarshal(it.Data, &c)
	}
	if err != nil {
		return Cursor{}, 0, fmt.Errorf("cursor %s: %w", name, err)
	}
	return c, it.Version, nil
}

func (c Cursor) change(version uint64) (store.Change, error) {
	data, err := json.Marshal(c)
	if err != nil {
		return store.Change{}, fmt.Errorf("cursor %s: %w", c.Name, err)
	}
	return store.Change{Item: store.Item{Kind: kindCursor, ID: c.Name, Data: data}, Expect: &version}, nil
}

// failed notes a failure and when to try again: after a second, then twice as long
// each time up to an hour, with some chance in it; or as long as was asked.
func (c *Cursor) failed(now time.Time, why string, ask time.Duration) {
	if c.Since.IsZero() {
		c.Since = now
	}
	c.Failures++
	c.Fault = why
	wait := time.Hour
	if c.Failures < 13 {
		wait = min(wait, time.Second<<(c.Failures-1))
	}
	wait = wait/2 + time.Duration(rand.Int64N(int64(wait/2)+1)) //nolint:gosec // chance spreads tries, it guards nothing
	c.Next = now.Add(max(wait, min(ask, 24*time.Hour)))
}

func (c *Cursor) healed() { c.Failures, c.Since, c.Next, c.Fault = 0, time.Time{}, time.Time{}, "" }

// Dead is something that a receiver refused. It is kept until somebody sends it
// again or throws it away.
type Dead struct {
	ID       string    `json:"id"` // on the shelf
	Receiver string    `json:"ontvanger"`
	Seq      uint64    `json:"nr,omitempty"`
	At       time.Time `json:"op"`
	Status   int       `json:"antwoord"`
	Tries    int       `json:"pogingen,omitempty"` // after the first
	// Again: somebody wants it sent once more; that happens at the next turn.
	Again bool            `json:"opnieuw,omitempty"`
	What  json.RawMessage `json:"wat"`
}

func (d Dead) change() (store.Change, error) {
	data, err := json.Marshal(d)
	if err != nil {
		return store.Change{}, fmt.Errorf("dead letter: %w", err)
	}
	return store.Change{Item: store.Item{Kind: kindDead, ID: d.ID, Data: data}}, nil
}

// DeadLetters gives what was refused, by receiver and order.
func DeadLetters(ctx context.Context, s store.ShelfReader, after string, limit int) ([]Dead, error) {
	items, err := s.Items(ctx, kindDead, after, limit)
	if err != nil {
		return nil, err
	}
	var out []Dead
	for _, it := range items {
		var d Dead
		if err := json.Unmarshal(it.Data, &d); err != nil {
			return nil, fmt.Errorf("dead letter %s: %w", it.ID, err)
		}
		d.ID = it.ID
		out = append(out, d)
	}
	return out, nil
}

// Cursors gives every receiver that was ever sent something.
func Cursors(ctx context.Context, s store.ShelfReader) ([]Cursor, error) {
	items, err := s.Items(ctx, kindCursor, "", 1000)
	if err != nil {
		return nil, err
	}
	var out []Cursor
	for _, it := range items {
		var c Cursor
		if err := json.Unmarshal(it.Data, &c); err != nil {
			return nil, fmt.Errorf("cursor %s: %w", it.ID, err)
		}
		out = append(out, c)
	}
	return out, nil
}

// Resume takes away what a receiver is waiting for: it is tried again at once, also
// when it said that it wants nothing any more.
func Resume(ctx context.Context, s store.Shelf, name string) error {
	c, version, err := loadCursor(ctx, s, name)
	if err != nil {
		return err
	}
	if version == 0 {
		return fmt.Errorf("ontvanger %s: %w", name, store.ErrNotFound)
	}
	c.healed()
	c.Gone = false
	change, err := c.change(version)
	if err != nil {
		return err
	}
	return s.Put(ctx, change)
}
