package outbox

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"lemniscaat/internal/store"
)

// Receiver is somebody who hears of events.
type Receiver struct {
	// Name is its cursor: another name begins anew.
	Name string
	// Types are those it wants; none: all.
	Types []string
	// From is where a receiver begins that was never sent anything: the whole log, or
	// what comes after its first turn.
	FromStart bool
	Send      func(ctx context.Context, c CloudEvent) (Answer, error)
}

// Events sends events of the log. Each receiver gets them in the order of the log,
// so also in order per subject; one that fails holds up nobody else.
type Events struct {
	Store     store.Store
	Receivers []Receiver
	Source    string
	// LogName is part of every id.
	LogName string
	// Holder names this process; another on every start.
	Holder string
	Now    func() time.Time
	Log    *slog.Logger
	// Lease is how long a process that dies keeps others from sending; a minute when
	// it is zero.
	Lease time.Duration
}

// lookahead is how many events are passed over before the cursor is saved.
const lookahead = 500

// Step sends what there is to every receiver that is not waiting. It returns when
// all are up to date, or failed.
func (x *Events) Step(ctx context.Context) error {
	ttl := x.Lease
	if ttl == 0 {
		ttl = time.Minute
	}
	var failed error
	for _, r := range x.Receivers {
		_, err := leased(ctx, x.Store, "gebeurtenissen/"+r.Name, x.Holder, x.Now(), ttl, func(ctx context.Context) error { return x.bring(ctx, r) })
		if err != nil {
			failed = errors.Join(failed, fmt.Errorf("ontvanger %s: %w", r.Name, err))
		}
	}
	return failed
}

func (x *Events) bring(ctx context.Context, r Receiver) error {
	c, version, err := loadCursor(ctx, x.Store, r.Name)
	if err != nil {
		return err
	}
	if version == 0 && !r.FromStart {
		head, err := x.Store.Head(ctx)
		if err != nil {
			return err
		}
		c.Seq = head.Seq
		if version, err = x.save(ctx, c, version); err != nil {
			return err
		}
	}
	if c.Gone || x.Now().Before(c.Next) {
		return nil
	}
	was := c
	if left, err := x.again(ctx, r, &c); err != nil {
		return err
	} else if c != was {
		if version, err = x.save(ctx, c, version); err != nil || left {
			return err
		}
	}
	saved := c.Seq
	for e, err := range x.Store.All(ctx, c.Seq+1) {
		if err != nil {
			return err
		}
		out, ok, err := FromEvent(e.Event, x.Source, x.LogName)
		if err != nil {
			return err
		}
		if !ok || len(r.Types) > 0 && !slices.Contains(r.Types, out.Type) {
			c.Seq = e.Seq
			if c.Seq-saved >= lookahead {
				if version, err = x.save(ctx, c, version); err != nil {
					return err
				}
				saved = c.Seq
			}
			continue
		}
		answer, sendErr := r.Send(ctx, out)
		if ctx.Err() != nil { // unknown: it is sent again, with the same id
			return nil
		}
		var more []store.Change
		switch {
		case sendErr != nil:
			c.failed(x.Now(), sendErr.Error(), 0)
		case answer.Took():
			c.Seq = e.Seq
			c.Sent++
			c.healed()
		case answer.Gone():
			c.Gone = true
			c.Fault = "de ontvanger wil niets meer ontvangen (410)"
		case answer.Final():
			body, err := json.Marshal(out)
			if err != nil {
				return err
			}
			dead, err := Dead{ID: fmt.Sprintf("%s/%020d", r.Name, e.Seq), Receiver: r.Name, Seq: e.Seq, At: x.Now().UTC(), Status: answer.Status, What: body}.change()
			if err != nil {
				return err
			}
			more = append(more, dead)
			c.Seq = e.Seq
			c.Dead++
			c.healed()
		default:
			c.failed(x.Now(), fmt.Sprintf("de ontvanger antwoordt %d", answer.Status), answer.RetryAfter)
		}
		if version, err = x.save(ctx, c, version, more...); err != nil {
			return err
		}
		saved = c.Seq
		if c.Gone || !c.Next.IsZero() {
			if x.Log != nil {
				x.Log.Warn("een ontvanger neemt een bericht niet aan", "ontvanger", r.Name, "fout", c.Fault, "pogingen", c.Failures)
			}
			return nil
		}
	}
	if c.Seq > saved {
		_, err = x.save(ctx, c, version)
	}
	return err
}

// save keeps where a receiver is. A conflict means that another process has its
// turn: it goes on from what is there.
func (x *Events) save(ctx context.Context, c Cursor, version uint64, more ...store.Change) (uint64, error) {
	change, err := c.change(version)
	if err != nil {
		return 0, err
	}
	// What a receiver took is noted, also when this process is told to stop.
	err = x.Store.Put(context.WithoutCancel(ctx), append(more, change)...)
	return version + 1, err
}
