package column

import (
	"context"
	"sync"
	"sync/atomic"
)

// Each runs step for every block number from 0 to blocks, spread over workers,
// each with a Block of its own: step fills it, runs it and reads it, and is told
// which worker it is for sums of its own. Which worker does which block is not
// fixed; a result that adds up whole numbers per worker, or writes in a place
// per block, does not depend on it. The error is that of the lowest block that
// has one, or of ctx.
func (p *Program) Each(ctx context.Context, blocks, workers int, step func(b *Block, block, worker int) error) error {
	workers = max(1, min(workers, blocks))
	var (
		next  atomic.Int64
		stop  atomic.Int64 // no block from here on need be done
		mu    sync.Mutex
		first error
		wg    sync.WaitGroup
	)
	stop.Store(int64(blocks))
	for w := range workers {
		wg.Go(func() {
			b := p.NewBlock()
			for {
				i := next.Add(1) - 1
				if i >= stop.Load() || ctx.Err() != nil {
					return
				}
				err := step(b, int(i), w)
				if err == nil {
					continue
				}
				mu.Lock()
				if i < stop.Load() {
					stop.Store(i)
					first = err
				}
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if first == nil {
		return ctx.Err()
	}
	return first
}
