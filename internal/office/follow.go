package office

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
)

// FollowLog folds what other processes write to the same store, until ctx ends. For a
// store that this process has for itself there is nothing to follow.
func (o *Office) FollowLog(ctx context.Context) {
	w, ok := o.Store.(store.Watcher)
	if !ok {
		<-ctx.Done()
		return
	}
	for range w.Watch(ctx, store.LogTopic) {
		if err := o.Fresh(ctx); err != nil && ctx.Err() == nil {
			o.Log.Warn("volgen van het logboek", "fout", err)
		}
	}
}

// Fresh sees to it that what this office shows holds everything that any process
// acknowledged before the call: so that a page after a form on one server shows on
// another what was sent. It asks the store where the log ends, once for all who ask
// at the same moment, and after a fault not again for a second: pages go on with
// what they have.
func (o *Office) Fresh(ctx context.Context) error {
	if err := o.followDay(); err != nil {
		return err
	}
	if !o.shared() {
		return nil
	}
	return o.fresh.see(ctx, o.clock, func() error {
		within, cancel := context.WithTimeout(o.life, freshWithin)
		defer cancel()
		// First what is known here: what this process writes while it asks would
		// otherwise look like a database that went back.
		o.mu.RLock()
		have := o.world.Head()
		o.mu.RUnlock()
		head, err := o.Store.Head(within)
		if err != nil {
			return fmt.Errorf("read log: %w", err)
		}
		switch {
		case head.Seq < have.Seq:
			return shorter(head, have)
		case head.Seq == have.Seq && head.Hash != have.Hash:
			return &event.Tampered{Seq: head.Seq, Reason: "de database heeft een ander logboek dan deze server las"}
		case head.Seq == have.Seq:
			return nil
		}
		return o.catchUp(o.life, head.Seq) // however long: it is folded once
	})
}

// shorter: the database has lost what it had acknowledged, or is another one.
func shorter(head, have event.Head) error {
	return &event.Tampered{Seq: head.Seq + 1, Reason: fmt.Sprintf("de database eindigt bij %d, en deze server las al tot %d: zet de goede database terug en start opnieuw", head.Seq, have.Seq)}
}

// limits of looking whether others wrote.
const (
	freshWithin = 2 * time.Second
	freshAgain  = time.Second // after a fault
)

// shared reports that other processes may write to the store.
func (o *Office) shared() bool {
	_, ok := o.Store.(store.Watcher)
	return ok
}

// clock is that of the machine, also in a demo.
func (o *Office) clock() time.Time {
	if o.Clock == nil {
		return time.Now()
	}
	return o.Clock()
}

// freshness lets those who come while a look is under way share the next one: the
// one that is under way may have begun before what they must see was written.
type freshness struct {
	mu        sync.Mutex
	now, next *look
	fault     error
	at        time.Time // of the fault
}

type look struct {
	done chan struct{}
	err  error
}

func (f *freshness) see(ctx context.Context, clock func() time.Time, do func() error) error {
	f.mu.Lock()
	if f.fault != nil && clock().Sub(f.at) < freshAgain {
		defer f.mu.Unlock()
		return f.fault
	}
	l := f.next
	if l == nil {
		l = &look{done: make(chan struct{})}
		f.next = l
		before := f.now
		go func() {
			if before != nil {
				<-before.done
			}
			f.mu.Lock()
			f.now, f.next = l, nil
			f.mu.Unlock()
			l.err = do()
			f.mu.Lock()
			f.fault, f.at = l.err, clock()
			f.mu.Unlock()
			close(l.done)
		}()
	}
	f.mu.Unlock()
	select {
	case <-l.done:
		return l.err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Items by which processes take turns.
const (
	turnKind  = "beurt"
	openTurn  = "openen"    // beginning a knelpunt
	keepTurn  = "periodiek" // what nobody clicks for
	leaseTime = 3 * time.Minute
)

// turnOf gives the version of an item by which processes take turns.
func (o *Office) turnOf(ctx context.Context, id string) (uint64, error) {
	it, err := o.Store.Item(ctx, turnKind, id)
	if errors.Is(err, store.ErrNotFound) {
		return 0, nil
	}
	return it.Version, err
}

// lead reports whether this process does what only one should do at a time, for the
// next minutes. It takes over from one that is gone.
func (o *Office) lead(ctx context.Context) (bool, error) {
	if !o.shared() {
		return true, nil
	}
	it, err := o.Store.Item(ctx, turnKind, keepTurn)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return false, err
	case string(it.Data) != o.self:
		return false, nil
	}
	c := store.Change{Item: store.Item{Kind: turnKind, ID: keepTurn, Data: []byte(o.self), Expires: o.clock().Add(leaseTime)}, Expect: &it.Version}
	switch err := o.Store.Put(ctx, c); {
	case errors.Is(err, store.ErrConflict):
		return false, nil
	case err != nil:
		return false, err
	}
	return true, nil
}

// resign lets another process take over at once.
func (o *Office) resign(ctx context.Context) {
	if !o.shared() {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), freshWithin)
	defer cancel()
	it, err := o.Store.Item(ctx, turnKind, keepTurn)
	if err != nil || string(it.Data) != o.self {
		return
	}
	if err := o.Store.Put(ctx, store.Change{Item: store.Item{Kind: turnKind, ID: keepTurn}, Expect: &it.Version, Delete: true}); err != nil && !errors.Is(err, store.ErrConflict) {
		o.Log.Warn("beurt teruggeven", "fout", err)
	}
}

// followDay sees to it that who works here and which rules hold are those of today,
// also when nothing was written since midnight: a term that ended by date gives
// nobody a place any more.
func (o *Office) followDay() error {
	o.mu.RLock()
	same := o.followed == o.today()
	o.mu.RUnlock()
	if same {
		return nil
	}
	return o.fold(nil)
}
