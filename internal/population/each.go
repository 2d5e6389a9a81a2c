package population

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"sync/atomic"
)

// Panic is the panic of a job of Each, with the stack on which it was thrown.
type Panic struct {
	Value any
	Stack []byte
}

// String is what the runtime prints of it.
func (p *Panic) String() string { return fmt.Sprintf("%v\n\n%s", p.Value, p.Stack) }

// Each runs jobs 0 … n−1 on workers; start gives each worker its function. It
// stops handing out work when ctx is done or a job fails; the error is that of
// the lowest job that has one, or of ctx. When a job panics, Each panics with a
// *Panic once the others have ended, so that whoever called it can recover.
func Each(ctx context.Context, workers, n int, start func(worker int) func(job int) error) error {
	var next, stop atomic.Int64
	stop.Store(int64(n))
	var mu sync.Mutex
	var failed error
	var thrown *Panic
	var wg sync.WaitGroup
	for w := range max(1, min(workers, n)) {
		do := start(w)
		wg.Go(func() {
			defer func() {
				if v := recover(); v != nil {
					mu.Lock()
					defer mu.Unlock()
					thrown = &Panic{v, debug.Stack()}
					stop.Store(0)
				}
			}()
			for {
				i := next.Add(1) - 1
				if i >= stop.Load() || ctx.Err() != nil {
					return
				}
				err := do(int(i))
				if err == nil {
					continue
				}
				mu.Lock()
				if i < stop.Load() {
					stop.Store(i)
					failed = err
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if thrown != nil {
		panic(thrown)
	}
	if failed != nil {
		return failed
	}
	return ctx.Err()
}

// block is how many households a worker of Fold takes at a time.
const block = 256

// Fold makes every household once, in blocks spread over workers, and adds
// each to the accumulator of its worker; merge joins them in worker order. The
// result is independent of the number of workers when step and merge commute
// exactly, as sums of integers do. progress, which may be nil, is called with
// the number of households done, from several goroutines but never at once.
// The households are reused: step must not keep them.
func Fold[A any](ctx context.Context, p Source, workers int, start func() A, step func(A, *Household) error, merge func(into, from A), progress func(done, total int)) (A, error) {
	var accs []A
	var mu sync.Mutex
	done, n := 0, p.Len()
	err := Each(ctx, workers, (n+block-1)/block, func(w int) func(int) error {
		acc := start()
		accs = append(accs, acc)
		var h Household
		return func(k int) error {
			from, to := k*block, min((k+1)*block, n)
			for i := from; i < to; i++ {
				p.Household(i, &h)
				if err := step(acc, &h); err != nil {
					return err
				}
			}
			if progress != nil {
				mu.Lock()
				defer mu.Unlock()
				done += to - from
				progress(done, n)
			}
			return nil
		}
	})
	if err != nil {
		var zero A
		return zero, err
	}
	for _, acc := range accs[1:] {
		merge(accs[0], acc)
	}
	return accs[0], nil
}
