package outbox

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"lemniscaat/internal/processing"
	"lemniscaat/internal/store"
)

// kindGone are dead letters that somebody gave up, without what was in them.
const kindGone = "uitgaand-opgegeven"

// goneFor is how long it stays to be read who gave up what, and why.
const goneFor = 2 * 365 * 24 * time.Hour

// GivenUp is a dead letter that will never be delivered.
type GivenUp struct {
	Receiver string    `json:"ontvanger"`
	Seq      uint64    `json:"nr,omitempty"`
	Type     string    `json:"soort,omitempty"`
	At       time.Time `json:"op"`
	By       string    `json:"door"` // an account
	Reason   string    `json:"reden"`
}

// Type says what was refused: the type of the event, or "verwerking".
func (d Dead) Type() string {
	if d.Receiver == rowsName {
		return processing.Kind
	}
	var c CloudEvent
	if json.Unmarshal(d.What, &c) != nil {
		return ""
	}
	return c.Type
}

// dead reads one; store.ErrNotFound when it is not there.
func dead(ctx context.Context, s store.ShelfReader, id string) (d Dead, version uint64, err error) {
	it, err := s.Item(ctx, kindDead, id)
	if err != nil {
		return d, 0, err
	}
	if err := json.Unmarshal(it.Data, &d); err != nil {
		return d, 0, fmt.Errorf("dead letter %s: %w", id, err)
	}
	d.ID = id
	return d, it.Version, nil
}

// Retry has a dead letter sent again: an event at the next turn of its receiver, a
// row of processing by going back among those that wait.
func Retry(ctx context.Context, s store.Shelf, id string) error {
	d, version, err := dead(ctx, s, id)
	if err != nil {
		return err
	}
	if d.Receiver == rowsName {
		back := store.Item{Kind: processing.Kind, ID: strings.TrimPrefix(id, rowsName+"/"), Data: d.What}
		return s.Put(ctx, store.Change{Item: back}, store.Change{Item: store.Item{Kind: kindDead, ID: id}, Expect: &version, Delete: true})
	}
	d.Again = true
	change, err := d.change()
	if err != nil {
		return err
	}
	change.Expect = &version
	return s.Put(ctx, change)
}

// GiveUp throws a dead letter away. Who did it and why stays to be read.
func GiveUp(ctx context.Context, s store.Shelf, id, by, reason string, now time.Time) error {
	d, version, err := dead(ctx, s, id)
	if err != nil {
		return err
	}
	data, err := json.Marshal(GivenUp{Receiver: d.Receiver, Seq: d.Seq, Type: d.Type(), At: now.UTC(), By: by, Reason: reason})
	if err != nil {
		return fmt.Errorf("dead letter %s: %w", id, err)
	}
	return s.Put(ctx,
		store.Change{Item: store.Item{Kind: kindDead, ID: id}, Expect: &version, Delete: true},
		store.Change{Item: store.Item{Kind: kindGone, ID: fmt.Sprintf("%020d/%s", now.UnixMicro(), id), Data: data, Expires: now.Add(goneFor)}})
}

// GivenUpBefore gives what was given up, the last first.
func GivenUpBefore(ctx context.Context, s store.ShelfReader) ([]GivenUp, error) {
	items, err := s.Items(ctx, kindGone, "", 10_000)
	if err != nil {
		return nil, err
	}
	out := make([]GivenUp, len(items))
	for i, it := range items {
		if err := json.Unmarshal(it.Data, &out[len(items)-1-i]); err != nil {
			return nil, fmt.Errorf("given up %s: %w", it.ID, err)
		}
	}
	return out, nil
}

// again sends the dead letters of a receiver that somebody wants to have sent again.
// What is refused once more stays, with one try more; when the receiver fails, the
// rest waits with everything else.
func (x *Events) again(ctx context.Context, r Receiver, c *Cursor) (left bool, err error) {
	after := r.Name + "/"
	for {
		list, err := DeadLetters(ctx, x.Store, after, 500)
		if err != nil {
			return false, err
		}
		for _, d := range list {
			if d.Receiver != r.Name || !strings.HasPrefix(d.ID, r.Name+"/") {
				return false, nil
			}
			after = d.ID
			if !d.Again {
				continue
			}
			if left, err := x.resend(ctx, r, c, d); left || err != nil {
				return left, err
			}
		}
		if len(list) < 500 {
			return false, nil
		}
	}
}

func (x *Events) resend(ctx context.Context, r Receiver, c *Cursor, d Dead) (left bool, err error) {
	var event CloudEvent
	if err := json.Unmarshal(d.What, &event); err != nil {
		return false, fmt.Errorf("dead letter %s: %w", d.ID, err)
	}
	answer, sendErr := r.Send(ctx, event)
	if ctx.Err() != nil {
		return true, nil //nolint:nilerr // who stops is no fault of the receiver; it is still there
	}
	gone := store.Change{Item: store.Item{Kind: kindDead, ID: d.ID}, Delete: true}
	switch {
	case sendErr != nil:
		c.failed(x.Now(), sendErr.Error(), 0)
		return true, nil
	case answer.Took():
		c.healed()
		return false, x.Store.Put(context.WithoutCancel(ctx), gone)
	case answer.Gone():
		c.Gone, c.Fault = true, "de ontvanger wil niets meer ontvangen (410)"
		return true, nil
	case answer.Final():
		d.Again, d.Status, d.At = false, answer.Status, x.Now().UTC()
		d.Tries++
		change, err := d.change()
		if err != nil {
			return false, err
		}
		return false, x.Store.Put(context.WithoutCancel(ctx), change)
	}
	c.failed(x.Now(), fmt.Sprintf("de ontvanger antwoordt %d", answer.Status), answer.RetryAfter)
	return true, nil
}

// Line is how one receiver is doing.
type Line struct {
	Cursor
	// Behind is how many events of the log it has not had its turn for, or how many
	// rows wait (up to 10,000); Oldest is when the first of those happened.
	Behind uint64
	Oldest time.Time
	Rows   bool // it is the log of processing
}

// RowsName is the name of the log of processing among receivers.
const RowsName = rowsName

// Lines gives how every receiver is doing that was ever sent something.
func Lines(ctx context.Context, s store.Reader) ([]Line, error) {
	cursors, err := Cursors(ctx, s)
	if err != nil {
		return nil, err
	}
	head, err := s.Head(ctx)
	if err != nil {
		return nil, err
	}
	var out []Line
	for _, c := range cursors {
		l := Line{Cursor: c, Rows: c.Name == rowsName}
		if l.Rows {
			items, err := s.Items(ctx, processing.Kind, "", 10_000)
			if err != nil {
				return nil, err
			}
			if l.Behind = uint64(processing.Count(items)); len(items) > 0 {
				if rows, err := processing.ParseRows(items[0]); err == nil {
					l.Oldest = rows[0].End
				}
			}
		} else if head.Seq > c.Seq && !c.Gone {
			l.Behind = head.Seq - c.Seq
			for e, err := range s.All(ctx, c.Seq+1) {
				if err != nil {
					return nil, err
				}
				l.Oldest = e.At
				break
			}
		}
		out = append(out, l)
	}
	return out, nil
}
