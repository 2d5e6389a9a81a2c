// Package office holds the use cases: it binds the loop, the regulations, the
// evaluator, the tests and the simulation to a store, and answers what pages
// and commands ask. It keeps the folded log in memory and follows the store.
//
// An Office is safe for concurrent use. Everything that it acknowledges is in
// the store before it answers.
package office

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// Config is what an Office needs from outside.
type Config struct {
	Store store.Store
	// Shipped are the regulations that come with the program or a folder;
	// adopted versions and imported texts are laid over them.
	Shipped *regulation.Set
	// Variants are the variants that come with the program, to compare with.
	Variants []regulation.Variant
	// Now gives the instant of an event. Demo clocks run ahead of the real one.
	Now func() time.Time
	// NewID gives a fresh id with a prefix ("s-3f9c…").
	NewID func(prefix string) string
	// Secret keys the pseudonyms of cases; at least 32 bytes.
	Secret []byte
	// People are those who can act here. Without accounts (a demo) the page
	// lets you choose one.
	People []Person
	// Organisation is shown in the heading.
	Organisation string
	// Population is simulated on: "nl:20000".
	Population string
	// Households is how many private households live in the municipality of
	// this installation; simulations of its own schemes are weighted to it.
	Households int
	// Runs computes simulations. Know, which may be nil, is told of the rules that a
	// run will ask for.
	Runs Runs
	Know func(set *regulation.Set)
	// Demo is nil for real use.
	Demo *Demo
	Log  *slog.Logger
}

// Person is somebody who can act.
type Person struct {
	ID, Name, Title string
	Corner          loop.Corner // "" for staff
	TeamLeader      bool
	// Mandate is what this person may give as maatwerk, in cents.
	Mandate int64
}

// Office answers pages and commands.
type Office struct {
	Config

	turn  sync.RWMutex // held for reading by an attempt, for writing by one that runs alone; before mu
	mu    sync.RWMutex // guards world, rules and populations
	world *loop.World
	rules *rulebook
	// populations are those that runs have asked for, ready to make households.
	populations map[population.Spec]*population.Population
	tests       tests
	// These have locks of their own.
	underWay  underWay
	compared  comparisons
	diagnosed diagnoses
	laid      laid
	reached   reached
	editing   sync.Mutex // one edit of a draft at a time; before turn
	trying    gate       // texts of rules that are tried out
	trials    trials     // values that are tried on a population
	busy      sync.WaitGroup
	stop      context.CancelFunc
	life      context.Context
}

// New folds the log of the store and gives an Office that follows it. Call
// Close to wait for runs that are under way.
func New(ctx context.Context, c Config) (*Office, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	if len(c.Secret) < 32 {
		return nil, errors.New("office: de sleutel voor pseudoniemen is korter dan 32 bytes")
	}
	o := &Office{Config: c, populations: map[population.Spec]*population.Population{}, trying: make(gate, maxAmending),
		trials: trials{of: map[string][]*trial{}, room: make(gate, maxComputing)}}
	o.world = loop.NewWorld(loop.DefaultTerms(), catalogue{o})
	o.rules = newRulebook(c.Shipped)
	o.life, o.stop = context.WithCancel(context.Background())
	if err := o.catchUp(ctx, 0); err != nil {
		return nil, err
	}
	if err := o.followRuns(ctx); err != nil {
		return nil, fmt.Errorf("simulations: %w", err)
	}
	o.busy.Go(o.warm)
	return o, nil
}

// Close stops runs that are under way and waits for them.
func (o *Office) Close() {
	o.stop()
	o.busy.Wait()
}

// today is the legal date now.
func (o *Office) today() rule.Date { return loop.DateOf(o.Now()) }

// catchUp folds what the store has and the world does not, at least up to seq.
func (o *Office) catchUp(ctx context.Context, seq uint64) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	if seq > 0 && o.world.Head().Seq >= seq {
		return nil
	}
	for r, err := range o.Store.All(ctx, o.world.Head().Seq+1) {
		if err != nil {
			return fmt.Errorf("read log: %w", err)
		}
		// What is not what was written is not shown.
		if h := o.world.Head(); r.PrevHash != h.Hash || r.Sum() != r.Hash {
			return &event.Tampered{Seq: r.Seq, Reason: "de hash klopt niet; zie lemniscaat audit verify"}
		}
		if err := o.world.Apply(r); err != nil {
			return fmt.Errorf("fold log: %w", err)
		}
	}
	return o.rules.follow(o.world)
}

// maxTries bounds how often a command is decided again after somebody else was
// first. Requests run side by side, so that one write to disk serves many; one
// that lost patience times runs alone, so that a knelpunt that the whole desk
// reports on at once keeps nobody out. More tries are only needed when another
// process writes.
const (
	patience = 3
	maxTries = 20
)

// request makes a command safe to send twice.
type request struct{ key, intent string }

// do decides a command on the present state, appends what it gives, and
// returns when that is on disk and folded. It decides again when another
// request was first.
func (o *Office) do(ctx context.Context, who string, cmd loop.Command) error {
	_, err := o.doOnce(ctx, who, cmd, request{})
	return err
}

func (o *Office) doOnce(ctx context.Context, who string, cmd loop.Command, req request) (store.Result, error) {
	return o.doAt(ctx, who, cmd, req, time.Time{})
}

// doAt is doOnce at an instant; the zero instant is now.
func (o *Office) doAt(ctx context.Context, who string, cmd loop.Command, req request, at time.Time) (store.Result, error) {
	by := loop.PersonID(who)
	if who == "" {
		return store.Result{}, &view.Refusal{
			Code: "niemand-gekozen", Text: "Wij weten niet wie u bent.", Hint: "Kies bovenaan de pagina als wie u werkt.",
		}
	}
	if req.key != "" {
		if r, ok, err := o.Store.Repeat(ctx, req.key); err != nil {
			return store.Result{}, err
		} else if ok {
			return r, nil
		}
	}
	alone := false
	for try := range maxTries {
		r, err := o.attempt(ctx, by, cmd, req, at, alone || try >= patience)
		switch {
		case errors.Is(err, errAlone):
			alone = true
		case !errors.Is(err, store.ErrConflict):
			return r, err
		}
	}
	return store.Result{}, fmt.Errorf("na %d keer proberen was steeds iemand anders eerder: %w", maxTries, store.ErrConflict)
}

// errAlone asks for another attempt, alone.
var errAlone = errors.New("BUG: een besluit dat alleen genomen moet worden is ontsnapt")

// opens reports that a knelpunt begins. Two that begin on one place share no
// stream and would not notice each other: they are not decided side by side.
func opens(out loop.Outcome) bool {
	return slices.ContainsFunc(out.Drafts, func(d event.Draft) bool { return d.Type == (*loop.IssueOpened)(nil).Type() })
}

// attempt decides once, appends and folds; alone keeps every other attempt of
// this process waiting. After store.ErrConflict the world has caught up.
func (o *Office) attempt(ctx context.Context, by loop.PersonID, cmd loop.Command, req request, at time.Time, alone bool) (store.Result, error) {
	if alone {
		o.turn.Lock()
		defer o.turn.Unlock()
		// Those who were under way have written by now.
		if err := o.catchUp(ctx, 0); err != nil {
			return store.Result{}, err
		}
	} else {
		o.turn.RLock()
		defer o.turn.RUnlock()
	}
	o.mu.RLock()
	now := at
	if now.IsZero() {
		now = o.Now()
	}
	out, err := o.world.Decide(by, cmd, now)
	o.mu.RUnlock()
	if err != nil {
		return store.Result{}, refusal(err)
	}
	if len(out.Drafts) == 0 {
		return store.Result{}, nil
	}
	if !alone && opens(out) {
		return store.Result{}, errAlone
	}
	r, err := o.Store.Append(ctx, store.Batch{
		Expect: out.Expect, Drafts: out.Drafts, Erase: out.Erase, Key: req.key, Intent: req.intent,
	})
	if errors.Is(err, store.ErrConflict) {
		if behind := o.catchUp(ctx, 0); behind != nil {
			return store.Result{}, behind
		}
		return store.Result{}, err
	}
	if err != nil {
		return store.Result{}, err
	}
	return r, o.catchUp(ctx, last(r.Records))
}

func last(rs []event.Record) uint64 {
	if len(rs) == 0 {
		return 0
	}
	return rs[len(rs)-1].Seq
}

// refusal turns a no of the loop into one for the page.
func refusal(err error) error {
	var r *loop.Refusal
	if !errors.As(err, &r) {
		return err
	}
	text := r.Message
	for _, it := range r.Items {
		// What the message says already is not said twice, and an id is nothing
		// to read.
		if !strings.Contains(text, it) && !strings.Contains(it, "/") {
			text += " · " + it
		}
	}
	return &view.Refusal{Code: r.Code, Text: text, Hint: r.Needed}
}

// refuse is a no of the office itself.
func refuse(code, text, hint string, fields ...view.FieldError) error {
	return &view.Refusal{Code: code, Text: text, Hint: hint, Fields: fields}
}

// person gives somebody who can act here.
func (o *Office) person(id string) (Person, bool) {
	for _, p := range o.People {
		if p.ID == id {
			return p, true
		}
	}
	return Person{}, false
}
