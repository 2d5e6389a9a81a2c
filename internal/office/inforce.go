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
	known, err := regulations(ctx, log)
	if err != nil {
		return nil, err
	}
	b := newRulebook(ships)
	if err := b.follow(known); err != nil {
		return nil, err
	}
	return b.set, nil
}

// Texts gives the texts that were imported in the installation whose log this is.
func Texts(ctx context.Context, log store.Reader) ([]*regulation.Regulation, error) {
	known, err := regulations(ctx, log)
	if err != nil {
		return nil, err
	}
	var out []*regulation.Regulation
	for _, g := range known {
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

// regulations gives what a log knows of regulations. It reads their events only: a log
// is mostly signals and decisions.
func regulations(ctx context.Context, log store.Reader) ([]*loop.Regulation, error) {
	records, err := log.LoadKind(ctx, "regeling")
	if err != nil {
		return nil, fmt.Errorf("read log: %w", err)
	}
	w, err := loop.FoldPart(records...)
	if err != nil {
		return nil, fmt.Errorf("fold log: %w", err)
	}
	return w.Regulations(), nil
}
