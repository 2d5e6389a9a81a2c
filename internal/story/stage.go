package story

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"sync"
	"time"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/run"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
	"lemniscaat/internal/store"
)

// clock is the time of a story: it stands still, but for a second for each time
// that somebody looks.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) time() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(time.Second)
	return c.now
}

// to moves to nine in the morning of a day, never back.
func (c *clock) to(d rule.Date) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if t := morning(d); t.After(c.now) {
		c.now = t
	}
}

func morning(d rule.Date) time.Time {
	return time.Date(d.Year, time.Month(d.Month), d.Day, 8, 0, 0, 0, time.UTC)
}

// Stage is where one story is played: an office with a log, people and rules of
// its own.
type Stage struct {
	*office.Office
	story   *Story
	clock   *clock
	today   rule.Date // of the step that is played
	refused map[string]int
	ids     map[string]string // of what the office named itself, by what the story calls it
	letters map[string]letter
	reckons map[string]reckoning
	rows    []outcome.Row // what the case system delivered
	arrived arrivedCheck  // of the last delivery
}

// Played is what came of a story.
type Played struct {
	Story *Story
	Steps []PlayedStep

	tests *office.Tests // what was found while it was played
}

// PlayedStep is one step with what was found.
type PlayedStep struct {
	*Step
	// Seq is the last event of the log after this step, Today the day on which
	// it was played to its end.
	Seq     uint64
	Today   rule.Date
	Results []Result
	Screen  string // address of the live page, filled in
}

// OK reports whether every check holds.
func (p *Played) OK() bool {
	for _, s := range p.Steps {
		for _, r := range s.Results {
			if !r.OK {
				return false
			}
		}
	}
	return true
}

// noRuns is for stories: what they compute is done while they are played.
type noRuns struct{}

func (noRuns) Start(context.Context, run.Order) (string, error) {
	return "", readOnly()
}
func (noRuns) Status(context.Context, string) (run.Info, error) { return run.Info{}, run.ErrNotFound }
func (noRuns) Result(context.Context, string) ([]*simulate.Result, error) {
	return nil, run.ErrNotFound
}
func (noRuns) Cancel(context.Context, string) error     { return run.ErrNotFound }
func (noRuns) List(context.Context) ([]run.Info, error) { return nil, nil }
func (s *Story) secret() []byte                         { h := sha256.Sum256([]byte("verhaal " + s.ID)); return h[:] }
func (s *Story) config(set *regulation.Set, tests *office.Tests) office.Config {
	c := office.Config{
		Shipped: set, Secret: s.secret(), Organisation: s.Organisation, Population: "nl:2000", Households: 1, Runs: noRuns{}, Cold: true, Tests: tests,
		Demo: &office.Demo{Organisation: s.Organisation, Tour: s.Regulation},
	}
	for _, p := range s.People {
		c.People = append(c.People, office.Person{ID: p.ID, Name: p.Name, Title: p.Title, Corner: loop.Corner(p.Corner), Mandate: 100_000})
	}
	c.Demo.Cases = s.cases()
	return c
}

// Play plays a story from its beginning into an empty log. What cannot be done
// at all is an error; what comes out otherwise than the story says is a Result
// that is not OK. The caller closes the Stage.
func Play(ctx context.Context, s *Story, ships *regulation.Set, log store.Store) (*Stage, *Played, error) {
	set, err := s.rules(ships)
	if err != nil {
		return nil, nil, err
	}
	st := &Stage{
		story: s, clock: &clock{now: morning(s.Steps[0].Day().AddDays(-1))},
		refused: map[string]int{}, ids: map[string]string{}, letters: map[string]letter{}, reckons: map[string]reckoning{},
	}
	n := 0
	played := &Played{Story: s, tests: &office.Tests{}}
	c := s.config(set, played.tests)
	c.Store, c.Now = log, st.clock.time
	c.NewID = func(prefix string) string { n++; return fmt.Sprintf("%s-%s-%d", prefix, s.ID, n) }
	if st.Office, err = office.New(ctx, c); err != nil {
		return nil, nil, fmt.Errorf("verhaal %s: %w", s.ID, err)
	}
	if err := st.play(ctx, played); err != nil {
		st.Close()
		return nil, nil, fmt.Errorf("verhaal %s: %w", s.ID, err)
	}
	return st, played, nil
}

func (st *Stage) play(ctx context.Context, played *Played) error {
	if err := st.triangle(ctx); err != nil {
		return err
	}
	for k := range st.story.Steps {
		step := &st.story.Steps[k]
		clear(st.refused)
		if err := st.goTo(ctx, step.Day()); err != nil {
			return err
		}
		for n, a := range step.Do {
			if err := ctx.Err(); err != nil {
				return err
			}
			if err := st.do(ctx, a); err != nil {
				return fmt.Errorf("stap %s, doe %d: %w", step.ID, n+1, err)
			}
		}
		out := PlayedStep{Step: step, Today: st.today, Screen: st.fill(step.Screen.Href)}
		for n, c := range step.Holds {
			r, err := c.test()(st)
			if err != nil {
				return fmt.Errorf("stap %s, klopt %d: %w", step.ID, n+1, err)
			}
			out.Results = append(out.Results, r...)
		}
		h, err := st.Store.Head(ctx)
		if err != nil {
			return fmt.Errorf("stap %s: %w", step.ID, err)
		}
		out.Seq = h.Seq
		played.Steps = append(played.Steps, out)
	}
	return nil
}

// goTo moves the clock to a day; what the program itself owes is done first, on
// the days on which it falls due.
func (st *Stage) goTo(ctx context.Context, to rule.Date) error {
	st.today = to
	st.clock.to(to)
	return st.Tick(ctx)
}

// triangle makes the triangle of the story, for everything.
func (st *Stage) triangle(ctx context.Context) error {
	from := st.story.Steps[0].Day().AddDays(-1)
	set := loop.SetTriangle{ID: "verhaal", From: from}
	for _, c := range []loop.Corner{loop.Eigenaar, loop.Opdrachtgever, loop.Opdrachtnemer} {
		p := st.story.Posts[string(c)]
		set.Posts = append(set.Posts, loop.Post{ID: string(c), Corner: c, Coordinating: c == loop.Opdrachtgever, Organisation: p.Organisation, Outside: p.Outside})
	}
	for _, p := range st.story.People {
		post, signs := p.Corner, true
		if post == "" {
			post, signs = string(loop.Opdrachtnemer), false
		}
		set.Terms = append(set.Terms, loop.Term{Post: post, Person: loop.PersonID(p.ID), Name: loop.Words(p.Name), Signs: signs, From: from})
	}
	return st.Perform(ctx, st.story.of(loop.Eigenaar), set)
}

// refusedWith gives the code of a refusal.
func refusedWith(err error) (string, bool) {
	var no *view.Refusal
	if !errors.As(err, &no) {
		return "", false
	}
	return no.Code, true
}
