package office

import (
	"context"
	"fmt"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/store"
)

// InForce gives the regulations as they hold in the installation whose log this
// is: what ships, with the adopted versions laid over it and the imported texts
// beside it.
func InForce(ctx context.Context, log store.Reader, ships *regulation.Set) (*regulation.Set, error) {
	w := loop.NewWorld(loop.DefaultTerms(), nil)
	for r, err := range log.All(ctx, 1) {
		if err != nil {
			return nil, fmt.Errorf("read log: %w", err)
		}
		if err := w.Apply(r); err != nil {
			return nil, fmt.Errorf("fold log: %w", err)
		}
	}
	b := newRulebook(ships)
	if err := b.follow(w); err != nil {
		return nil, err
	}
	return b.set, nil
}
