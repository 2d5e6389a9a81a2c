package cli

import (
	"context"
	"errors"
	"fmt"

	"lemniscaat/internal/store"
)

// Marks of an installation are items of this kind, in its own store.
const markKind = "installatie"

// Names of marks.
const (
	kindMark   = "soort"      // "eigen" or "demo"
	movedMark  = "verhuisd"   // it goes on elsewhere: where
	movingMark = "verhuizing" // it is being filled: from where
)

// mark gives the text of a mark, "" when there is none.
func mark(ctx context.Context, s store.ShelfReader, id string) (string, error) {
	it, err := s.Item(ctx, markKind, id)
	if errors.Is(err, store.ErrNotFound) {
		return "", nil
	}
	return string(it.Data), err
}

func markItem(id, text string) store.Change {
	return store.Change{Item: store.Item{Kind: markKind, ID: id, Data: []byte(text)}}
}

// inUse refuses a database that is only half filled, or whose installation went on
// elsewhere.
func inUse(ctx context.Context, s store.ShelfReader, dsn string) error {
	moving, err := mark(ctx, s, movingMark)
	if err != nil {
		return fmt.Errorf("open installation: %w", err)
	}
	moved, err := mark(ctx, s, movedMark)
	if err != nil {
		return fmt.Errorf("open installation: %w", err)
	}
	switch {
	case moving != "":
		return badInput("%s wordt nog gevuld uit %s; maak de verhuizing af met lemniscaat migrate", whereabouts(dsn), moving)
	case moved != "":
		return badInput("deze installatie is verhuisd van %s naar %s; gebruik die", whereabouts(dsn), moved)
	}
	return nil
}

// ofKind sees to it that the demo and an installation of an organisation do not
// share a database: the folder says which of the two it is, and so does the store.
func ofKind(ctx context.Context, s store.Store, own bool) error {
	want := "demo"
	if own {
		want = "eigen"
	}
	have, err := mark(ctx, s, kindMark)
	if err != nil {
		return fmt.Errorf("open installation: %w", err)
	}
	if have == "" {
		zero := uint64(0)
		c := markItem(kindMark, want)
		c.Expect = &zero
		if err := s.Put(ctx, c); err == nil {
			return nil
		} else if !errors.Is(err, store.ErrConflict) {
			return fmt.Errorf("open installation: %w", err)
		}
		if have, err = mark(ctx, s, kindMark); err != nil { // another process was first
			return fmt.Errorf("open installation: %w", err)
		}
	}
	if have != want {
		return badInput("in deze opslag staat een installatie van de soort %q, en deze map is van de soort %q; kies een andere map of database", have, want)
	}
	return nil
}
