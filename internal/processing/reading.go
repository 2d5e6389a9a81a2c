package processing

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"lemniscaat/internal/store"
)

// Reading collects whose data an answer shows. It is safe for concurrent use.
type Reading struct {
	log     *Log
	ctx     context.Context
	start   time.Time
	mu      sync.Mutex
	pending []Touch
	done    map[Touch]bool
}

type readingKey struct{}

// Begin starts a reading; the context carries it.
func (l *Log) Begin(ctx context.Context) (context.Context, *Reading) {
	r := &Reading{log: l, start: l.Now(), done: map[Touch]bool{}}
	ctx = context.WithValue(ctx, readingKey{}, r)
	r.ctx = ctx
	return ctx, r
}

// Saw notes that data of a person goes into the answer. Outside a request nobody is
// answered, and nothing is noted.
func Saw(ctx context.Context, a Activity, name string, subjects ...string) {
	saw(ctx, a, name, false, subjects)
}

// Mentioned is Saw for what is said of a person beside something else: who does a
// task, who decided, how a knelpunt is called. When the shelf takes nothing such an
// answer goes out, and its rows wait in memory until the shelf takes them.
func Mentioned(ctx context.Context, a Activity, name string, subjects ...string) {
	saw(ctx, a, name, true, subjects)
}

func saw(ctx context.Context, a Activity, name string, later bool, subjects []string) {
	r, ok := ctx.Value(readingKey{}).(*Reading)
	if !ok {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, s := range subjects {
		t := Touch{a, s, name, later}
		if s == "" || r.done[t] {
			continue
		}
		r.done[t] = true
		r.pending = append(r.pending, t)
	}
}

// maxRows is how many rows go to disk at a time.
const maxRows = 5000

// Commit puts the rows of what was seen on disk. Only then may the answer go out.
func (r *Reading) Commit() error {
	r.mu.Lock()
	defer r.mu.Unlock()
	// What must be on disk goes first: when that fails nothing goes out.
	slices.SortStableFunc(r.pending, func(a, b Touch) int {
		switch {
		case a.later == b.later:
			return 0
		case b.later:
			return -1
		}
		return 1
	})
	for len(r.pending) > 0 {
		n := min(len(r.pending), maxRows)
		some := r.pending[:n]
		changes, err := r.log.Rows(r.ctx, r.start, some...)
		if err != nil {
			return err
		}
		// The reader may have gone: what was seen was seen.
		err = r.log.put(context.WithoutCancel(r.ctx), changes)
		if err != nil && (!some[0].later || !r.log.writing.wait(changes)) {
			return fmt.Errorf("log of processing: %w", err)
		}
		r.pending = r.pending[n:]
	}
	return nil
}

// Limits of writing: how many items go in one transaction, and how many wait in
// memory at most while the shelf takes nothing.
const (
	maxItems   = 1000
	maxWaiting = 10_000
)

// writing puts rows of answers that are made at the same time in one transaction:
// whoever comes first writes for everybody who came while it waited.
type writing struct {
	mu      sync.Mutex
	busy    bool
	queue   []*turn
	waiting []store.Change
	// settling is held by who brings what waits to the shelf.
	settling sync.Mutex
}

// turn is an answer that waits for its rows.
type turn struct {
	changes []store.Change
	// next says true to who must write for the others, false to whose rows are done.
	next chan bool
	err  error
}

// wait keeps changes until the shelf takes them; false when there is no room.
func (w *writing) wait(changes []store.Change) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.waiting)+len(changes) > maxWaiting {
		return false
	}
	w.waiting = append(w.waiting, changes...)
	return true
}

// take gives what goes in the next transaction; the caller holds mu.
func (w *writing) take() (some []*turn, changes []store.Change) {
	for len(w.queue) > 0 && (len(some) == 0 || len(changes)+len(w.queue[0].changes) <= maxItems) {
		t := w.queue[0]
		w.queue = w.queue[1:]
		some, changes = append(some, t), append(changes, t.changes...)
	}
	return some, changes
}

// put brings changes to the shelf, together with those of others.
func (l *Log) put(ctx context.Context, changes []store.Change) error {
	w := &l.writing
	me := &turn{changes: changes, next: make(chan bool, 1)}
	w.mu.Lock()
	w.queue = append(w.queue, me)
	if w.busy {
		w.mu.Unlock()
		if lead := <-me.next; !lead {
			return me.err
		}
		w.mu.Lock()
	}
	w.busy = true
	some, all := w.take()
	w.mu.Unlock()
	err := errNotWritten
	defer func() {
		w.mu.Lock()
		if len(w.queue) > 0 {
			w.queue[0].next <- true
		} else {
			w.busy = false
		}
		w.mu.Unlock()
		for _, t := range some {
			if t != me {
				t.err = err
				t.next <- false
			}
		}
	}()
	err = l.Shelf.Put(ctx, all...)
	return err
}

// errNotWritten is for who waited for a write that ended without an answer.
var errNotWritten = fmt.Errorf("%w: the write broke off", store.ErrUnavailable)

// Settle brings what waits to the shelf. left is how many items still wait.
func (l *Log) Settle(ctx context.Context) (left int, err error) {
	w := &l.writing
	w.settling.Lock()
	defer w.settling.Unlock()
	for {
		w.mu.Lock()
		some := w.waiting[:min(len(w.waiting), maxItems)]
		left = len(w.waiting)
		w.mu.Unlock()
		if left == 0 {
			return 0, nil
		}
		if err := l.Shelf.Put(ctx, some...); err != nil {
			return left, fmt.Errorf("log of processing: %w", err)
		}
		w.mu.Lock()
		w.waiting = slices.Clone(w.waiting[len(some):])
		w.mu.Unlock()
	}
}
