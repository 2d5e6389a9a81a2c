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
	"sync/atomic"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/notice"
	"lemniscaat/internal/population"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/seal"
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
	// Clock is that of the machine, by which processes take turns; time.Now when nil.
	Clock func() time.Time
	// NewID gives a fresh id with a prefix ("s-3f9c…").
	NewID func(prefix string) string
	// Secret keys the pseudonyms of cases; at least 32 bytes.
	Secret []byte
	// Keys gives the keys of the pseudonyms by version, from where they are kept; nil:
	// only Secret, as version 1.
	Keys func() (map[int][]byte, error)
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
	// Questionnaires are those of the installation; nil: those that ship.
	Questionnaires *Questionnaires
	// Runs computes simulations. Know, which may be nil, is told of the rules that a
	// run will ask for.
	Runs Runs
	Know func(set *regulation.Set)
	// Terms are the periods of this installation; nil: those of the design.
	Terms *loop.Terms
	// Retention is how long personal texts are kept; nil: nothing is erased by itself.
	Retention loop.Retention
	// Mailer sends notices, and links to answer without an account; nil: this
	// installation does not mail, and a link is shown to pass on. Site is the address
	// of the pages as others reach them: "https://lus.voorbeeld.nl".
	Mailer notice.Mailer
	Site   string
	// Processing logs whose data is read and written; nil: nothing is logged, for
	// offices without people.
	Processing *processing.Log
	// Affiliation gives the organisation of the account of each person, for who has no
	// seat in a triangle; an empty one is that of this installation. It is asked often,
	// and may not ask this office anything. Nil: nobody has an account.
	Affiliation func() map[string]string
	// Signing signs receipts of decisions; nil: this installation gives none. Program
	// is the version that stands in them.
	Signing *seal.Ring
	Program string
	// Build names this program by its bytes. With it, what tests find in the rules is
	// kept in the store for the next start; empty: it is computed again.
	Build string
	// Demo is nil for real use.
	Demo *Demo
	Log  *slog.Logger
	// Cold leaves out what is computed ahead, so that the first page need not
	// wait: for an office that is opened for a few pages.
	Cold bool
	// Patience is how long a page waits for what is being computed ahead before it says
	// that it comes; 0: until it is there.
	Patience time.Duration
	// Search is how long a value that reaches a goal is looked for; 0: searchTime.
	Search time.Duration
	// Writing is told that a write to the log begins, and what it gives that it
	// ended; nil: nobody measures.
	Writing func() (ended func(error))
	// Snapshots keeps what was folded, for the next start; nil: nothing is kept.
	// Thawed is what came out of it; nil: the log is folded from the beginning.
	Snapshots Snapshots
	Thawed    *Thawed
	// SnapshotAfter is how many events are worth another snapshot; 0 is 10,000.
	SnapshotAfter uint64
	// Tests remembers what tests found, for offices on the same rules; nil: this
	// office remembers its own.
	Tests *Tests
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

	turn     sync.RWMutex // held for reading by an attempt, for writing by one that runs alone; before reading
	reading  sync.Mutex   // one reads the log at a time; before mu
	mu       sync.RWMutex // guards world, rules and populations
	world    *loop.World
	rules    *rulebook
	followed rule.Date // the day for which people and rules were followed
	// populations are those that runs have asked for, ready to make households.
	populations map[population.Spec]*population.Population
	tests       *Tests
	ready       bool // the log was folded once
	questions   *Questionnaires
	// These have locks of their own.
	underWay  underWay
	compared  comparisons
	index     wordIndex // of what was reported
	pairs     pairsOf   // of knelpunten that may be the same
	notices   notices
	post      post
	diagnosed diagnoses
	laid      laid
	reached   reached
	found     kept[findKey, *finder]
	drawing   gate   // pictures that are drawn anew
	intake    intake // outcomes that wait to be written
	knowing   keptKnowledge
	ahead     ahead
	counted   recounts
	published circles
	ring      keyring
	here      atomic.Pointer[[]Person] // who can act, where it is no demo
	inHouse   atomic.Pointer[houses]   // which organisations work here; nil: count again
	editing   sync.Mutex               // one edit of a draft at a time; before turn
	trying    gate                     // texts of rules that are tried out
	trials    trials                   // values that are tried on a population
	fresh     freshness                // what other processes wrote
	self      string                   // this process, among those on one store
	busy      sync.WaitGroup
	thawed    uint64        // the event of the snapshot that this office began with
	frozen    atomic.Uint64 // the event of the last snapshot
	stop      context.CancelFunc
	life      context.Context
}

// New folds the log of the store and gives an Office that follows it. Call
// Close to wait for runs that are under way.
func New(ctx context.Context, c Config) (*Office, error) {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	o := &Office{Config: c, index: wordIndex{wake: make(chan struct{}, 1)}, populations: map[population.Spec]*population.Population{}, trying: make(gate, maxAmending), drawing: make(gate, maxDrawing),
		trials: trials{of: map[string][]*trial{}, room: make(gate, maxComputing)}}
	if err := o.readKeys(); err != nil {
		return nil, err
	}
	if o.SnapshotAfter == 0 {
		o.SnapshotAfter = snapshotEvents
	}
	if o.tests = c.Tests; o.tests == nil {
		o.tests = &Tests{}
	}
	terms := loop.DefaultTerms()
	if c.Terms != nil {
		terms = *c.Terms
	}
	o.world = loop.NewWorld(terms, catalogue{o})
	if c.Thawed != nil {
		o.world, o.notices.tidings = c.Thawed.world, c.Thawed.tidings
		o.world.Catalogue = catalogue{o}
		o.world.Reindex()
		o.thawed = c.Thawed.at
		o.frozen.Store(c.Thawed.at)
	}
	o.rules = newRulebook(c.Shipped)
	if o.questions = c.Questionnaires; o.questions == nil {
		q, err := ReadQuestionnaires(nil)
		if err != nil {
			return nil, fmt.Errorf("office: %w", err)
		}
		o.questions = q
	}
	if c.NewID != nil {
		o.self = c.NewID("p")
	}
	o.life, o.stop = context.WithCancel(context.Background())
	if err := o.catchUp(ctx, 0); err != nil {
		return nil, err
	}
	if err := o.checkKeys(); err != nil {
		return nil, fmt.Errorf("office: %w", err)
	}
	if err := o.keepQuestionnaires(ctx); err != nil {
		return nil, fmt.Errorf("office: %w", err)
	}
	if err := o.followRuns(ctx); err != nil {
		return nil, fmt.Errorf("simulations: %w", err)
	}
	o.ready = true
	if !c.Cold {
		o.foresee()
	}
	return o, nil
}

// Close stops runs that are under way and waits for them.
func (o *Office) Close() {
	o.stop()
	o.busy.Wait()
}

// today is the legal date now.
func (o *Office) today() rule.Date { return loop.DateOf(o.Now()) }

// catchUp folds what the store has and the world does not, at least up to seq. It
// reads without the lock: pages wait for the folding only, which is short.
func (o *Office) catchUp(ctx context.Context, seq uint64) error {
	if seq > 0 && o.Folded() >= seq {
		return nil
	}
	o.reading.Lock() // what one reads, serves all who wait here
	defer o.reading.Unlock()
	o.mu.RLock()
	head := o.world.Head()
	o.mu.RUnlock()
	if seq > 0 && head.Seq >= seq {
		return nil
	}
	if seq == 0 && o.shared() && head.Seq > 0 {
		if end, err := o.Store.Head(ctx); err != nil {
			return fmt.Errorf("read log: %w", err)
		} else if end.Seq < head.Seq {
			return shorter(end, head)
		}
	}
	var some []event.Record
	for r, err := range o.Store.All(ctx, head.Seq+1) {
		if err != nil {
			return fmt.Errorf("read log: %w", err)
		}
		if some = append(some, r); len(some) == foldAtOnce {
			if err := o.fold(some); err != nil {
				return err
			}
			some = some[:0]
		}
	}
	return o.fold(some)
}

// foldAtOnce is how many events are folded while pages wait.
const foldAtOnce = 256

// fold adds records to the world, which follow on what it knows.
func (o *Office) fold(some []event.Record) error {
	o.mu.Lock()
	defer o.mu.Unlock()
	oldest := o.Now().Add(-noticeAge)
	moved := o.followed == (rule.Date{}) // who works here
	here := func(p loop.PersonID) bool {
		if moved {
			o.followPeople()
			moved = false
		}
		_, ok := o.person(string(p))
		return ok
	}
	plain := true // nothing but signals and what is done with knelpunten
	for _, r := range some {
		if err := foldNext(o.world, r); err != nil {
			return err
		}
		if strings.HasPrefix(r.Stream, "driehoek/") || strings.HasPrefix(r.Stream, "organisatie/") {
			moved = true
			o.inHouse.Store(nil)
		}
		plain = plain && strings.HasPrefix(r.Stream, "knelpunt/")
		if err := o.notices.note(o.world, r, oldest, here); err != nil {
			return fmt.Errorf("fold log: %w", err)
		}
		if r.Type == (*loop.SignalReceived)(nil).Type() {
			o.index.stir()
		}
		if r.Type == (*loop.TextsErased)(nil).Type() {
			o.index.forget()
			o.pairs.forget()
			plain = false
		}
	}
	// Who works here and which rules hold follow from other events, and from the day.
	today := o.today()
	if plain && o.followed == today {
		return nil
	}
	o.followed = today
	o.followPeople()
	o.followKeys()
	before := o.rules.set
	if err := o.rules.follow(o.world.Regulations()); err != nil {
		o.followed = rule.Date{}
		return err
	}
	// Other rules have other findings.
	if before != nil && before != o.rules.set && o.ready {
		o.foresee()
	}
	return nil
}

// foldNext folds a record that was read, when it is what was written after the one
// before it.
func foldNext(w *loop.World, r event.Record) error {
	// What is not what was written is not shown.
	if h := w.Head(); r.PrevHash != h.Hash || r.Sum() != r.Hash {
		return &event.Tampered{Seq: r.Seq, Reason: "de hash klopt niet; zie lemniscaat audit verify"}
	}
	if err := r.CheckTexts(); err != nil {
		return err
	}
	if err := w.Apply(r); err != nil {
		return fmt.Errorf("fold log: %w", err)
	}
	return nil
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
type request struct {
	key, intent string
	// still, which may be nil, reports that the state is the one that the command was
	// made from; otherwise errMoved. It is asked with o.mu held.
	still func() bool
}

// errMoved: what a command was made from has changed.
var errMoved = errors.New("BUG: een wijziging op iets dat veranderde is ontsnapt")

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
	var turn uint64
	if alone && o.shared() {
		var err error
		if turn, err = o.turnOf(ctx, openTurn); err != nil {
			return store.Result{}, err
		}
		if err := o.catchUp(ctx, 0); err != nil {
			return store.Result{}, err
		}
	}
	o.mu.RLock()
	if req.still != nil && !req.still() {
		o.mu.RUnlock()
		return store.Result{}, errMoved
	}
	now := at
	if now.IsZero() {
		now = o.momentOf(ctx)
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
	rows, err := o.wrote(ctx, out)
	if err != nil {
		return store.Result{}, err
	}
	b := store.Batch{Expect: out.Expect, Drafts: out.Drafts, Erase: out.Erase, Key: req.key, Intent: req.intent, Changes: rows}
	if o.shared() && opens(out) { // the same among processes
		b.Changes = append(b.Changes, store.Change{Item: store.Item{Kind: turnKind, ID: openTurn}, Expect: &turn})
	}
	ended := o.writing()
	r, err := o.Store.Append(ctx, b)
	ended(err)
	if errors.Is(err, store.ErrConflict) {
		if behind := o.catchUp(ctx, 0); behind != nil {
			return store.Result{}, behind
		}
		return store.Result{}, err
	}
	if err != nil {
		return store.Result{}, err
	}
	return r, o.foldWritten(ctx, last(r.Records))
}

// foldWritten folds what was just written. It is on disk by then: when it cannot
// be read back now, saying that nothing was saved would make people send it
// twice. The world follows with the next read that succeeds.
func (o *Office) foldWritten(ctx context.Context, seq uint64) error {
	err := o.catchUp(ctx, seq)
	if errors.Is(err, store.ErrUnavailable) {
		o.Log.ErrorContext(ctx, "what was saved cannot be read back yet", "seq", seq, "error", err)
		return nil
	}
	return err
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
	for _, p := range o.persons() {
		if p.ID == id {
			return p, true
		}
	}
	return Person{}, false
}
