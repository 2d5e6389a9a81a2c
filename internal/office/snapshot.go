package office

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"slices"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/notice"
	"lemniscaat/internal/store"
)

// A snapshot is what was folded from the log up to some event. It makes a start
// short. It is a cache: without it, or when it is not exactly what this program
// would have folded from this log, all of the log is folded.

// Snapshots keeps the state after an event. Load fills parts that are empty, and
// gives that event; after an error they may be half filled. fs.ErrNotExist: there is
// none. Save is done with the
// parts when it calls read, or when it returns.
type Snapshots interface {
	Load(ctx context.Context, of string, log store.Reader, parts ...any) (event.Head, error)
	Save(ctx context.Context, of string, at event.Head, commitment func(event.Ref) (event.Hash, bool), read func(), parts ...any) error
}

// A snapshot is made again when so many events came after it, and not more often
// than that. Folding this many takes less than a tenth of a second.
const (
	snapshotEvents = 10_000 // unless Config.SnapshotAfter says otherwise
	snapshotEvery  = 10 * time.Minute
	snapshotTime   = 5 * time.Minute // it is given up after
)

// At the end of a server one is made sooner, after a tenth of that: nobody waits for
// pages then. Somebody does wait for the end, so that it is given up soon; the one of
// before stays.
const (
	leaveSooner = 10
	leaveTime   = 2 * time.Second
)

// Thawed is a state that came out of a snapshot, for one office.
type Thawed struct {
	world   *loop.World
	tidings tidings
	at      uint64
}

// Events says how many events the state knows of.
func (t *Thawed) Events() uint64 { return t.at }

// Thaw reads the snapshot of a log; nil when it cannot be used, which it tells the
// log. c needs Snapshots, Store, Terms, People, Demo, Now and Log.
func Thaw(ctx context.Context, c Config) *Thawed {
	terms := loop.DefaultTerms()
	if c.Terms != nil {
		terms = *c.Terms
	}
	t := &Thawed{world: loop.NewWorld(terms, nil)}
	at, err := c.Snapshots.Load(ctx, SnapshotOf(c), c.Store, t.parts()...)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err == nil && t.world.Head() != at:
		err = fmt.Errorf("BUG: the snapshot of event %d holds event %d", at.Seq, t.world.Head().Seq)
		fallthrough
	case err != nil:
		if c.Log != nil {
			c.Log.Warn("de momentopname is niet gebruikt; het hele logboek wordt gelezen", "reden", err)
		}
		return nil
	}
	t.at = at.Seq
	t.tidings.forget(loop.DateOf(c.Now().Add(-noticeAge)).String())
	return t
}

func (t *Thawed) parts() []any { return []any{t.world, &t.tidings.of, &t.tidings.duties} }

// SnapshotParts gives empty parts, for who asks whether a snapshot fits.
func SnapshotParts() []any {
	return (&Thawed{world: loop.NewWorld(loop.DefaultTerms(), nil)}).parts()
}

// SnapshotOf says what a folded state depends on beside the log and the program:
// the periods, and who is told what.
func SnapshotOf(c Config) string {
	terms := loop.DefaultTerms()
	if c.Terms != nil {
		terms = *c.Terms
	}
	ids := []string{fmt.Sprint(c.Demo != nil)}
	for _, p := range c.People {
		ids = append(ids, p.ID)
	}
	text, err := json.Marshal([]any{terms, ids})
	if err != nil {
		panic("BUG: terms as JSON: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return hex.EncodeToString(sum[:16])
}

// forget drops notices from before a day, as folding would.
func (n *tidings) forget(day string) {
	for who, list := range n.of {
		n.of[who] = slices.DeleteFunc(list, func(x notice.Notice) bool { return x.Day.String() < day })
	}
}

// Freeze writes a snapshot of what was folded so far, when enough was.
func (o *Office) Freeze(ctx context.Context) error { return o.freeze(ctx, o.SnapshotAfter) }

// FreezeAtEnd writes a snapshot at the end of a server, when that is worth it and quick. It
// reports whether it did.
func (o *Office) FreezeAtEnd(ctx context.Context) (bool, error) {
	ctx, cancel := context.WithTimeout(ctx, leaveTime)
	defer cancel()
	before := o.frozen.Load()
	err := o.freeze(ctx, max(1, o.SnapshotAfter/leaveSooner))
	return o.frozen.Load() != before, err
}

// freeze is Freeze, after so many events.
func (o *Office) freeze(ctx context.Context, after uint64) error {
	if o.Snapshots == nil {
		return nil
	}
	o.mu.RLock()
	held := true
	release := func() {
		if held {
			held = false
			o.mu.RUnlock()
		}
	}
	defer release()
	at := o.world.Head()
	if at.Seq < o.frozen.Load()+after {
		return nil
	}
	t := &Thawed{world: o.world, tidings: o.notices.tidings}
	return o.save(ctx, t, release)
}

func (o *Office) save(ctx context.Context, t *Thawed, read func()) error {
	ctx, cancel := context.WithTimeout(ctx, snapshotTime)
	defer cancel()
	at := t.world.Head()
	if err := o.Snapshots.Save(ctx, SnapshotOf(o.Config), at, t.world.Commitment, read, t.parts()...); err != nil {
		return err
	}
	o.frozen.Store(at.Seq)
	o.Log.Info("momentopname bewaard", "gebeurtenis", at.Seq)
	return nil
}

// renew makes the snapshot again beside what the pages use: from the last one, with
// the events after it. Nobody waits for it; for a while the state is in memory
// twice.
func (o *Office) renew(ctx context.Context) error {
	c := o.Config
	c.Log = slog.New(slog.DiscardHandler)
	t := Thaw(ctx, c)
	if t == nil {
		return o.Freeze(ctx)
	}
	oldest := o.Now().Add(-noticeAge)
	here := func(p loop.PersonID) bool {
		_, ok := o.person(string(p))
		return ok
	}
	for r, err := range o.Store.All(ctx, t.world.Head().Seq+1) {
		if err != nil {
			return fmt.Errorf("read log: %w", err)
		}
		if err := foldNext(t.world, r); err != nil {
			return err
		}
		if err := t.tidings.note(t.world, r, oldest, here); err != nil {
			return fmt.Errorf("fold log: %w", err)
		}
	}
	return o.save(ctx, t, func() {})
}

// KeepSnapshots writes a snapshot after a start that had to fold much, and again each
// time that enough was added; it looks when the ticker ticks, and ends with ctx. A
// snapshot that cannot be written is told, and keeps nobody from working.
func (o *Office) KeepSnapshots(ctx context.Context, tick <-chan time.Time) {
	if o.Snapshots == nil {
		return
	}
	last := time.Time{}
	write := o.Freeze
	for {
		if err := write(ctx); err != nil && ctx.Err() == nil {
			o.Log.Warn("de momentopname is niet bewaard; een volgende start duurt langer", "fout", err)
		}
		write = o.renew
		for {
			select {
			case <-ctx.Done():
				return
			case now := <-tick:
				if now.Sub(last) < snapshotEvery || o.Folded() < o.frozen.Load()+o.SnapshotAfter {
					continue
				}
				last = now
			}
			break
		}
	}
}

// CheckThawed reads what the snapshot stands for, once the pages are served: a start
// without one would have refused a log that is not what was written. It gives
// *event.Tampered when it is not.
func (o *Office) CheckThawed(ctx context.Context) error {
	if o.thawed == 0 {
		return nil
	}
	var head event.Head
	for r, err := range o.Store.All(ctx, 1) {
		if err != nil {
			if ctx.Err() == nil {
				o.Log.Warn("het logboek is niet nagelopen", "fout", err)
			}
			return nil // the database is away: others tell
		}
		if r.Seq != head.Seq+1 || r.PrevHash != head.Hash || r.Sum() != r.Hash {
			return &event.Tampered{Seq: head.Seq + 1, Reason: "de hash klopt niet; zie lemniscaat audit verify"}
		}
		if err := r.CheckTexts(); err != nil {
			return err
		}
		if head = r.Head(); head.Seq == o.thawed {
			break
		}
	}
	return nil
}
