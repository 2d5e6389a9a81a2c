package processing

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
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
	program atomic.Pointer[string] // number of the key of the program that asks
	doing   atomic.Pointer[string] // operation, as package authz names it
}

type readingKey struct{}

// Begin starts a reading; the context carries it.
func (l *Log) Begin(ctx context.Context) (context.Context, *Reading) {
	r := &Reading{log: l, start: l.Now(), done: map[Touch]bool{}}
	ctx = context.WithValue(ctx, readingKey{}, r)
	r.ctx = ctx
	return ctx, r
}

// ByProgram says that a program asks, with the number of its key: the rows of this
// answer, and of what is written for it, carry that number.
func ByProgram(ctx context.Context, key string) {
	if r, ok := ctx.Value(readingKey{}).(*Reading); ok {
		r.program.Store(&key)
	}
}

// During says which operation a request is. What its rows are of is declared.
func During(ctx context.Context, operation string) {
	if r, ok := ctx.Value(readingKey{}).(*Reading); ok {
		r.doing.CompareAndSwap(nil, &operation)
	}
}

// undeclared tells of rows that the operation of a request did not declare. They are
// written all the same: a row too many is better than one that is not there.
func (l *Log) undeclared(ctx context.Context, a Activity) {
	r, ok := ctx.Value(readingKey{}).(*Reading)
	if !ok || l.Undeclared == nil {
		return
	}
	if operation := r.doing.Load(); operation != nil && !slices.Contains(operations[*operation].Activities, a) {
		l.Undeclared(ctx, *operation, a)
	}
}

// programOf gives the key of the program that asks; empty: no program.
func programOf(ctx context.Context) string {
	r, ok := ctx.Value(readingKey{}).(*Reading)
	if !ok {
		return ""
	}
	if key := r.program.Load(); key != nil {
		return *key
	}
	return ""
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

// Recorded puts the rows of what was seen so far on disk, for who shows something
// otherwise than as the answer to a request.
func Recorded(ctx context.Context) error {
	if r, ok := ctx.Value(readingKey{}).(*Reading); ok {
		return r.Commit()
	}
	return nil
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
		// The reader may have gone: what was seen was seen. Answers that are ready at
		// the same time share a transaction: the store sees to that.
		err = r.log.Shelf.Put(context.WithoutCancel(r.ctx), changes...)
		if err != nil && (!some[0].later || !r.log.waiting.add(changes)) {
			return fmt.Errorf("log of processing: %w", err)
		}
		r.pending = r.pending[n:]
	}
	return nil
}

// Limits of what waits in memory while the shelf takes nothing: how many items at
// most, and how many go in one transaction when it takes them again.
const (
	maxItems   = 1000
	maxWaiting = 10_000
)

// waiting are rows of names that the shelf did not take yet.
type waiting struct {
	mu      sync.Mutex
	changes []store.Change
	// settling is held by who brings them to the shelf.
	settling sync.Mutex
}

// add keeps changes until the shelf takes them; false when there is no room.
func (w *waiting) add(changes []store.Change) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.changes)+len(changes) > maxWaiting {
		return false
	}
	w.changes = append(w.changes, changes...)
	return true
}

// Settle brings what waits to the shelf. left is how many items still wait.
func (l *Log) Settle(ctx context.Context) (left int, err error) {
	w := &l.waiting
	w.settling.Lock()
	defer w.settling.Unlock()
	for {
		w.mu.Lock()
		some := w.changes[:min(len(w.changes), maxItems)]
		left = len(w.changes)
		w.mu.Unlock()
		if left == 0 {
			return 0, nil
		}
		if err := l.Shelf.Put(ctx, some...); err != nil {
			return left, fmt.Errorf("log of processing: %w", err)
		}
		w.mu.Lock()
		w.changes = slices.Clone(w.changes[len(some):])
		w.mu.Unlock()
	}
}
