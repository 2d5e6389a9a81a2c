package story

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"

	"lemniscaat/internal/office"
	"lemniscaat/internal/regulation"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// Shelf holds the stories of the program. Each is played the first time that
// somebody reads it, into a log of its own: the demo starts no later for it, and
// nothing of a story is counted anywhere else. A Shelf is safe for concurrent
// use.
type Shelf struct {
	stories []*Story
	ships   *regulation.Set
	open    func(ctx context.Context) (store.Store, error)
	shows   map[string]*show // by story; made by NewShelf

	life  context.Context // ends with Close
	end   context.CancelFunc
	ahead sync.Once
	busy  sync.WaitGroup
}

// show is one story with what came of it.
type show struct {
	mu     sync.Mutex
	log    store.Store
	played *Played
	scenes map[int]*office.Office // by step
}

// NewShelf makes a shelf of stories over the regulations that ship. open gives an
// empty log for one story; the shelf closes it.
func NewShelf(stories []*Story, ships *regulation.Set, open func(ctx context.Context) (store.Store, error)) *Shelf {
	s := &Shelf{stories: stories, ships: ships, open: open, shows: map[string]*show{}}
	s.life, s.end = context.WithCancel(context.Background())
	for _, st := range stories {
		s.shows[st.ID] = &show{scenes: map[int]*office.Office{}}
	}
	return s
}

// Close ends what was played.
func (s *Shelf) Close() error {
	s.end()
	s.busy.Wait()
	var errs []error
	for _, sh := range s.shows {
		sh.mu.Lock()
		for _, o := range sh.scenes {
			o.Close()
		}
		if sh.log != nil {
			errs = append(errs, sh.log.Close())
		}
		sh.log, sh.played, sh.scenes = nil, nil, map[int]*office.Office{}
		sh.mu.Unlock()
	}
	return errors.Join(errs...)
}

func (s *Shelf) find(id string) (*Story, *show, error) {
	k := slices.IndexFunc(s.stories, func(st *Story) bool { return st.ID == id })
	if k < 0 {
		return nil, nil, view.ErrNotFound
	}
	return s.stories[k], s.shows[id], nil
}

// play gives what came of a story; it plays it when nobody did. Callers hold the
// lock of the show.
func (s *Shelf) play(st *Story, sh *show) error {
	if sh.played != nil {
		return nil
	}
	// Not in the context of who asks: whoever comes next needs it as well.
	ctx := s.life
	log, err := s.open(ctx)
	if err != nil {
		return fmt.Errorf("verhaal %s: %w", st.ID, err)
	}
	stage, played, err := Play(ctx, st, s.ships, log)
	if err != nil {
		return errors.Join(err, log.Close())
	}
	stage.Close()
	sh.log, sh.played = log, played
	return nil
}

// Stories lists them. None is played for it; but who reads the list will open one,
// so they are played meanwhile.
func (s *Shelf) Stories(context.Context) (view.StoryListView, error) {
	s.ahead.Do(func() {
		s.busy.Go(func() {
			for _, st := range s.stories {
				sh := s.shows[st.ID]
				sh.mu.Lock()
				_ = s.play(st, sh) // who opens it plays it again, and hears what is wrong
				sh.mu.Unlock()
			}
		})
	})
	var v view.StoryListView
	for _, st := range s.stories {
		v.Stories = append(v.Stories, view.StoryRow{
			ID: st.ID, Title: st.say("titel"), Sentence: st.say("zin"),
			From: st.Steps[0].Day(), Until: st.Steps[len(st.Steps)-1].Day(), Steps: len(st.Steps),
		})
	}
	return v, nil
}

// Story gives one story with what was found while it was played.
func (s *Shelf) Story(_ context.Context, id string) (view.StoryView, error) {
	st, sh, err := s.find(id)
	if err != nil {
		return view.StoryView{}, err
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if err := s.play(st, sh); err != nil {
		return view.StoryView{}, err
	}
	return sh.played.view(), nil
}

// Scene opens the pages of a story as it was after a step: nothing can be
// changed in them. It gives the office, who looks, and what stands above.
func (s *Shelf) Scene(_ context.Context, id, step string) (*office.Office, string, view.StoryBar, error) {
	st, sh, err := s.find(id)
	if err != nil {
		return nil, "", view.StoryBar{}, err
	}
	k := slices.IndexFunc(st.Steps, func(x Step) bool { return x.ID == step })
	if k < 0 {
		return nil, "", view.StoryBar{}, view.ErrNotFound
	}
	sh.mu.Lock()
	defer sh.mu.Unlock()
	if err := s.play(st, sh); err != nil {
		return nil, "", view.StoryBar{}, err
	}
	o := sh.scenes[k]
	if o == nil {
		if o, err = sh.played.At(s.life, k, s.ships, sh.log); err != nil {
			return nil, "", view.StoryBar{}, fmt.Errorf("verhaal %s, stap %s: %w", id, step, err)
		}
		sh.scenes[k] = o
	}
	as := st.Steps[k].Screen.As
	p, _ := st.person(as)
	return o, as, view.StoryBar{
		Title: st.say("titel"), Step: st.say(step + ".titel"), N: k + 1, Of: len(st.Steps), Date: sh.played.Steps[k].Today,
		Back: "/verhalen/" + id + "#" + step, As: p.Name,
	}, nil
}
