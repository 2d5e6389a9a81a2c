package cli

import (
	"context"
	"errors"
	"fmt"
	"os"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/internal/story"
	"lemniscaat/internal/web"
)

// stories gives the stories of the program to the pages.
type stories struct{ *story.Shelf }

func openStories(ships *regulation.Set) (stories, error) {
	all, err := story.Shipped()
	if err != nil {
		return stories{}, err
	}
	return stories{story.NewShelf(all, ships, scratchLog)}, nil
}

// Scene gives the pages of a step.
func (s stories) Scene(ctx context.Context, id, step string) (web.Service, string, screen.StoryBar, error) {
	o, as, bar, err := s.Shelf.Scene(ctx, id, step)
	if err != nil {
		return nil, "", bar, err
	}
	return o, as, bar, nil
}

// scratch is a log in a folder of its own, that goes with it.
type scratch struct {
	store.Store
	dir string
}

func scratchLog(ctx context.Context) (store.Store, error) {
	dir, err := os.MkdirTemp("", "lemniscaat-verhaal-")
	if err != nil {
		return nil, fmt.Errorf("log of a story: %w", err)
	}
	log, err := sqlite.Open(ctx, dir, sqlite.Options{Scratch: true})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	return scratch{log, dir}, nil
}

// Close ends the log and takes its folder away.
func (s scratch) Close() error { return errors.Join(s.Store.Close(), os.RemoveAll(s.dir)) }
