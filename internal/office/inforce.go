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
	w, err := fold(ctx, log)
	if err != nil {
		return nil, err
	}
	b := newRulebook(ships)
	if err := b.follow(w); err != nil {
		return nil, err
	}
	return b.set, nil
}

// Texts gives the texts that were imported in the installation whose log this is.
func Texts(ctx context.Context, log store.Reader) ([]*regulation.Regulation, error) {
	w, err := fold(ctx, log)
	if err != nil {
		return nil, err
	}
	var out []*regulation.Regulation
	for _, g := range w.Regulations() {
		if g.Imported.IsZero() {
			continue
		}
		r, err := textOnly(g)
		if err != nil {
			return nil, err
		}
		out = append(out, r)
	}
	return out, nil
}

func fold(ctx context.Context, log store.Reader) (*loop.World, error) {
	w := loop.NewWorld(loop.DefaultTerms(), nil)
	for r, err := range log.All(ctx, 1) {
		if err != nil {
			return nil, fmt.Errorf("read log: %w", err)
		}
		if err := w.Apply(r); err != nil {
			return nil, fmt.Errorf("fold log: %w", err)
		}
	}
	return w, nil
}
