package run

import (
	"context"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"time"

	"lemniscaat/internal/population"
	"lemniscaat/internal/simulate"
)

// Here computes orders in this process, one at a time, in the order in which they
// were asked. What it knows is gone when the process ends. It is safe for
// concurrent use.
type Here struct {
	plans *Library
	now   func() time.Time
	size  int

	mu    sync.Mutex
	runs  map[string]*here
	asked []*here // in order
	turn  chan struct{}
	life  context.Context
	end   context.CancelFunc
	busy  sync.WaitGroup
}

type here struct {
	info    Info
	stop    context.CancelFunc
	results []*simulate.Result
}

// NewHere starts with nothing to do. now gives the instants of Info; size is how many
// households a part has, 0 for simulate.PartSize.
func NewHere(l *Library, now func() time.Time, size int) *Here {
	h := &Here{plans: l, now: now, size: size, runs: map[string]*here{}, turn: make(chan struct{}, 1)}
	h.life, h.end = context.WithCancel(context.Background())
	return h
}

// Close stops what is under way and waits for it.
func (h *Here) Close() error {
	h.end()
	h.busy.Wait()
	return nil
}

// Start asks for a run; one that is done, waits or is under way is left as it is.
func (h *Here) Start(_ context.Context, o Order) (string, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	id := o.ID()
	if r := h.runs[id]; r != nil {
		if r.info.State != Failed && r.info.State != Cancelled {
			return id, nil
		}
		h.asked = slices.DeleteFunc(h.asked, func(x *here) bool { return x == r })
	}
	ctx, stop := context.WithCancel(h.life)
	r := &here{info: Info{ID: id, Order: o, State: Waiting, Asked: h.now()}, stop: stop}
	h.runs[id] = r
	h.asked = append(h.asked, r)
	h.busy.Go(func() {
		defer stop()
		select {
		case h.turn <- struct{}{}:
			defer func() { <-h.turn }()
		case <-ctx.Done():
			h.finish(r, nil, ctx.Err())
			return
		}
		h.mu.Lock()
		if r.info.State == Waiting {
			r.info.State, r.info.Started = Running, h.now()
		}
		h.mu.Unlock()
		results, err := h.compute(ctx, r)
		h.finish(r, results, err)
	})
	return id, nil
}

func (h *Here) finish(r *here, results []*simulate.Result, err error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if r.info.State.Over() {
		return // it was cancelled
	}
	r.info.Finished = h.now()
	switch {
	case err != nil && h.life.Err() != nil:
		r.info.State, r.info.Error = Cancelled, "" // the process ends
	case err != nil:
		r.info.State, r.info.Error = Failed, err.Error()
	default:
		r.info.State, r.results = Done, results
		for _, x := range results {
			x.Seconds = r.info.Finished.Sub(r.info.Started).Seconds()
		}
	}
}

func (h *Here) compute(ctx context.Context, r *here) ([]*simulate.Result, error) {
	p, err := h.plans.Plan(ctx, r.info.Order, h.size)
	if err != nil {
		return nil, err
	}
	n := p.Parts()
	h.mu.Lock()
	r.info.Total = 2 * n
	h.mu.Unlock()
	all := func(what string, do func(i int) ([]byte, error)) ([][]byte, error) {
		out := make([][]byte, n)
		err := population.Each(ctx, runtime.GOMAXPROCS(0), n, func(int) func(int) error {
			return func(i int) error {
				data, err := do(i)
				if err != nil {
					return fmt.Errorf("deel %d van %d %s: %w", i+1, n, what, err)
				}
				out[i] = data
				h.mu.Lock()
				r.info.Done++
				h.mu.Unlock()
				return nil
			}
		})
		return out, err
	}
	give := func(list [][]byte) func(int) ([]byte, error) {
		return func(i int) ([]byte, error) { return list[i], nil }
	}
	parts, err := all("uitrekenen", func(i int) ([]byte, error) { return p.Evaluate(ctx, i) })
	if err != nil {
		return nil, err
	}
	settled, err := p.Settle(ctx, give(parts))
	if err != nil {
		return nil, err
	}
	counts, err := all("tellen", func(i int) ([]byte, error) { return p.Survey(ctx, i, settled, parts[i]) })
	if err != nil {
		return nil, err
	}
	return p.Merge(ctx, settled, give(counts))
}

// Status says where a run stands.
func (h *Here) Status(_ context.Context, id string) (Info, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.runs[id]
	if r == nil {
		return Info{}, fmt.Errorf("%w: %s", ErrNotFound, id)
	}
	return h.info(r), nil
}

// info needs the lock.
func (h *Here) info(r *here) Info {
	i := r.info
	if i.State == Waiting {
		for _, x := range h.asked {
			if x == r {
				break
			}
			if !x.info.State.Over() {
				i.Ahead++
			}
		}
	}
	return i
}

// Result gives what a run found, one for each variant.
func (h *Here) Result(_ context.Context, id string) ([]*simulate.Result, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch r := h.runs[id]; {
	case r == nil:
		return nil, fmt.Errorf("%w: %s", ErrNotFound, id)
	case r.info.State != Done:
		return nil, fmt.Errorf("%w: %s", ErrNotDone, id)
	default:
		return r.results, nil
	}
}

// Cancel stops a run; one that is over stays as it is.
func (h *Here) Cancel(_ context.Context, id string) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	r := h.runs[id]
	if r == nil {
		return fmt.Errorf("%w: %s", ErrNotFound, id)
	}
	if !r.info.State.Over() {
		r.info.State, r.info.Finished = Cancelled, h.now()
		r.stop()
	}
	return nil
}

// List gives all runs, the last asked first.
func (h *Here) List(_ context.Context) ([]Info, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	var out []Info
	for _, r := range slices.Backward(h.asked) {
		out = append(out, h.info(r))
	}
	return out, nil
}
