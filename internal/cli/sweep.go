package cli

import (
	"context"
	"log/slog"
	"time"

	"lemniscaat/internal/store"
)

// sweepEvery is how often what expired is removed from the shelf. It counts for
// nothing from the moment that it expires; sweeping only makes room.
const sweepEvery = 10 * time.Minute

// sweep removes expired sessions, links and counters, for as long as the server runs.
func (in *installation) sweep(log *slog.Logger) func(context.Context) error {
	return func(ctx context.Context) error {
		t := time.NewTicker(sweepEvery)
		defer t.Stop()
		sweepShelf(ctx, in.store, t.C, log)
		return nil
	}
}

// sweepShelf sweeps at the start and at every tick, until ctx ends.
func sweepShelf(ctx context.Context, shelf store.Shelf, tick <-chan time.Time, log *slog.Logger) {
	for {
		if _, err := shelf.Sweep(ctx); err != nil && ctx.Err() == nil {
			log.Warn("opruimen lukt niet", "fout", err)
		}
		select {
		case <-ctx.Done():
			return
		case <-tick:
		}
	}
}
