// Package group lets many callers share one transaction (group commit): one goroutine
// takes the requests that are waiting, hands them to a store together, and each caller
// waits for its own answer. It knows no database: a store says how a group is written.
package group

import (
	"context"
	"errors"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/store"
)

// Limits of a group: it is not so large that its first request waits long for the
// last.
const (
	maxRequests = 512
	MaxBytes    = 8 << 20 // a request of this size is alone
)

// Request is what one caller asks. It embeds a Caller.
type Request interface {
	// Size is about how many bytes it writes.
	Size() int
	// Waits gives the Caller.
	Waits() *Caller
}

// Caller is who waits for the answer to a request.
type Caller struct {
	ctx   context.Context
	reply chan Reply
}

// Waits implements Request.
func (c *Caller) Waits() *Caller { return c }

// Reply is the answer to one request.
type Reply struct {
	Result store.Result
	Err    error
}

// Rejection is a no to one request, of which nothing was written. The others in its
// group go on.
type Rejection struct{ cause error }

// Reject gives a no with its cause, which is what the caller gets.
func Reject(cause error) error { return &Rejection{cause} }

func (r *Rejection) Error() string { return r.cause.Error() }

// Size is about how many bytes a batch with facts writes.
func Size(b store.Batch, facts []outcome.Fact) int {
	n := 300 * len(facts)
	for _, c := range b.Changes {
		n += len(c.Data) + 128
	}
	for _, d := range b.Drafts {
		n += len(d.Data) + 512
		for _, t := range d.Personal {
			n += len(t)
		}
	}
	return n
}

// Writer hands groups to commit, one at a time, until stop is closed.
type Writer[R Request] struct {
	requests chan R
	stop     <-chan struct{}
	done     chan struct{}
	commit   func(group []R)
}

// Start begins a writer. commit answers every request of its group, as Answer does.
func Start[R Request](stop <-chan struct{}, commit func(group []R)) *Writer[R] {
	w := &Writer[R]{requests: make(chan R, maxRequests), stop: stop, done: make(chan struct{}), commit: commit}
	go w.run()
	return w
}

// Wait waits, after stop was closed, for what is being written.
func (w *Writer[R]) Wait() { <-w.done }

// Send hands over a request and waits for the answer; store.ErrClosed after stop. When
// ctx ends while it is written, the outcome is unknown.
func (w *Writer[R]) Send(ctx context.Context, r R) (store.Result, error) {
	if err := ctx.Err(); err != nil {
		return store.Result{}, err
	}
	c := r.Waits()
	c.ctx, c.reply = ctx, make(chan Reply, 1)
	select {
	case <-w.stop:
		return store.Result{}, store.ErrClosed
	default:
	}
	select {
	case w.requests <- r:
	case <-ctx.Done():
		return store.Result{}, ctx.Err()
	case <-w.stop:
		return store.Result{}, store.ErrClosed
	}
	select {
	case a := <-c.reply:
		return a.Result, a.Err
	case <-ctx.Done():
		return store.Result{}, ctx.Err()
	case <-w.done:
		// Everything that was taken is answered before it is done.
		select {
		case a := <-c.reply:
			return a.Result, a.Err
		default:
			return store.Result{}, store.ErrClosed
		}
	}
}

func (w *Writer[R]) run() {
	defer close(w.done)
	for {
		select {
		case <-w.stop:
			return
		case first := <-w.requests:
			w.commit(w.gather(first))
		}
	}
}

// gather takes what else is waiting.
func (w *Writer[R]) gather(first R) []R {
	group, size := []R{first}, first.Size()
	for len(group) < maxRequests && size < MaxBytes {
		select {
		case r := <-w.requests:
			group, size = append(group, r), size+r.Size()
		default:
			return group
		}
	}
	return group
}

// Each decides on the requests of a group in order, inside its transaction. Who left
// gets the error of its context, and a Rejection only reaches its own caller; any other
// error is of the whole group.
func Each[R Request](group []R, do func(R) (store.Result, error)) ([]Reply, error) {
	replies := make([]Reply, len(group))
	for i, r := range group {
		if cause := r.Waits().ctx.Err(); cause != nil {
			replies[i].Err = cause
			continue
		}
		result, err := do(r)
		var no *Rejection
		switch {
		case errors.As(err, &no):
			replies[i].Err = no.cause
		case err != nil:
			return nil, err
		default:
			replies[i].Result = result
		}
	}
	return replies, nil
}

// Answer gives every caller of a group its reply, or all of them one error.
func Answer[R Request](group []R, replies []Reply, err error) {
	for i, r := range group {
		if err != nil {
			r.Waits().reply <- Reply{Err: err}
			continue
		}
		r.Waits().reply <- replies[i]
	}
}
