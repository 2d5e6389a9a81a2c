package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"lemniscaat/internal/processing"
	"lemniscaat/internal/store"
)

// rowsName is the cursor and the lease of the log of processing.
const rowsName = "logboek-dataverwerkingen"

// Rows brings rows of processing to the log of the organisation, in their order. A
// row leaves the shelf when that log has acknowledged it, not before.
type Rows struct {
	Shelf  store.Shelf
	Send   func(ctx context.Context, rows []processing.Row) (Answer, error)
	Holder string
	Now    func() time.Time
	Log    *slog.Logger
	// Batch is how many items of rows go at a time; 200 when it is zero.
	Batch int
	// Alarm is from how many rows that wait on something is wrong; 5,000 when zero.
	Alarm int
	Lease time.Duration
}

// Step sends what waits, until nothing does or the receiver fails.
func (x *Rows) Step(ctx context.Context) error {
	ttl := x.Lease
	if ttl == 0 {
		ttl = time.Minute
	}
	_, err := leased(ctx, x.Shelf, rowsName, x.Holder, x.Now(), ttl, x.bring)
	return err
}

// Backlog is how many rows wait, counted up to a bound.
func Backlog(ctx context.Context, s store.ShelfReader, most int) (int, error) {
	items, err := s.Items(ctx, processing.Kind, "", min(max(most, 1), 10_000))
	return processing.Count(items), err
}

func (x *Rows) bring(ctx context.Context) error {
	size, alarm := x.Batch, x.Alarm
	if size == 0 {
		size = 200
	}
	if alarm == 0 {
		alarm = 5000
	}
	c, version, err := loadCursor(ctx, x.Shelf, rowsName)
	if err != nil {
		return err
	}
	if x.Now().Before(c.Next) {
		return nil
	}
	for ctx.Err() == nil {
		items, err := x.Shelf.Items(ctx, processing.Kind, "", size)
		if err != nil {
			return err
		}
		if len(items) == 0 {
			return nil
		}
		left, err := x.send(ctx, few(items), &c)
		if err != nil {
			return err
		}
		change, err := c.change(version)
		if err != nil {
			return err
		}
		if err := x.Shelf.Put(context.WithoutCancel(ctx), change); err != nil {
			return err
		}
		version++
		if left {
			if n, err := Backlog(ctx, x.Shelf, alarm); err == nil && n >= alarm && x.Log != nil {
				x.Log.Error("het logboek van verwerkingen loopt vol: er wachten te veel regels", "wachten", n, "fout", c.Fault)
			}
			return nil
		}
	}
	return nil
}

// maxRows is how many rows go in one message, or those of one item.
const maxRows = 1000

// few gives the first items, as many as go in one message.
func few(items []store.Item) []store.Item {
	n := 1
	for n < len(items) && processing.Count(items[:n+1]) <= maxRows {
		n++
	}
	return items[:n]
}

// send sends items and takes away those that were taken. What is refused is halved
// until the row that is refused is found; that one is put apart. left says that the
// receiver fails and the rest waits.
func (x *Rows) send(ctx context.Context, items []store.Item, c *Cursor) (left bool, err error) {
	var rows []processing.Row
	for _, it := range items {
		some, err := processing.ParseRows(it)
		if err != nil {
			return false, err
		}
		rows = append(rows, some...)
	}
	a, sendErr := x.Send(ctx, rows)
	switch {
	case ctx.Err() != nil:
		return true, nil //nolint:nilerr // stopped: the row waits
	case sendErr != nil:
		c.failed(x.Now(), sendErr.Error(), 0)
		return true, nil
	case a.Took():
		c.healed()
		c.Sent += uint64(len(rows))
		return false, x.drop(ctx, items)
	case a.Final() && len(items) > 1:
		half := len(items) / 2
		if left, err := x.send(ctx, items[:half], c); left || err != nil {
			return left, err
		}
		return x.send(ctx, items[half:], c)
	case a.Final() && len(rows) > 1:
		apart, err := processing.Apart(items[0])
		if err != nil {
			return false, err
		}
		var more []store.Change
		for _, it := range apart {
			more = append(more, store.Change{Item: it})
		}
		if err := x.drop(ctx, items, more...); err != nil {
			return false, err
		}
		return x.send(ctx, apart, c)
	case a.Final():
		dead, err := Dead{ID: rowsName + "/" + items[0].ID, Receiver: rowsName, At: x.Now().UTC(), Status: a.Status, What: items[0].Data}.change()
		if err != nil {
			return false, err
		}
		c.Dead++
		c.healed()
		return false, x.drop(ctx, items, dead)
	}
	c.failed(x.Now(), fmt.Sprintf("het logboek antwoordt %d", a.Status), a.RetryAfter)
	return true, nil
}

func (x *Rows) drop(ctx context.Context, items []store.Item, more ...store.Change) error {
	for _, it := range items {
		more = append(more, store.Change{Item: store.Item{Kind: it.Kind, ID: it.ID}, Delete: true})
	}
	if err := x.Shelf.Put(context.WithoutCancel(ctx), more...); err != nil {
		return errors.Join(errors.New("rows were taken and stay: they are sent again"), err)
	}
	return nil
}
