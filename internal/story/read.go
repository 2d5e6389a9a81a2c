package story

import (
	"context"
	"iter"
	"slices"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/office"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/regulation"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// readOnly is the answer to whoever wants to change what a story shows.
func readOnly() error {
	return &view.Refusal{Code: "verhaal-alleen-lezen", Text: texts.T("alleen-lezen.tekst"), Hint: texts.T("alleen-lezen.hint")}
}

// until shows a log as it was after one of its events, and writes nothing.
type until struct {
	store.Store
	seq uint64
}

func (u until) Head(ctx context.Context) (event.Head, error) {
	var h event.Head
	for r, err := range u.All(ctx, max(u.seq, 1)) {
		if err != nil {
			return h, err
		}
		h.Seq, h.Hash = r.Seq, r.Hash
	}
	return h, nil
}

func (u until) All(ctx context.Context, from uint64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		for r, err := range u.Store.All(ctx, from) {
			if err == nil && r.Seq > u.seq {
				return
			}
			if !yield(r, err) {
				return
			}
		}
	}
}

func (u until) Load(ctx context.Context, stream string) ([]event.Record, error) {
	list, err := u.Store.Load(ctx, stream)
	return u.known(list), err
}

func (u until) LoadKind(ctx context.Context, kind string) ([]event.Record, error) {
	list, err := u.Store.LoadKind(ctx, kind)
	return u.known(list), err
}

// known leaves out what came later.
func (u until) known(list []event.Record) []event.Record {
	return slices.DeleteFunc(list, func(r event.Record) bool { return r.Seq > u.seq })
}

func (until) Append(context.Context, store.Batch) (store.Result, error) {
	return store.Result{}, readOnly()
}

func (until) AppendFacts(context.Context, store.Batch, []outcome.Fact) (store.Result, error) {
	return store.Result{}, readOnly()
}

func (until) Rebuild(context.Context) (store.Rebuilt, error) { return store.Rebuilt{}, readOnly() }

func (until) Put(context.Context, ...store.Change) error { return readOnly() }

func (until) Count(context.Context, string, string, int64, time.Time) (int64, error) {
	return 0, readOnly()
}

func (until) Sweep(context.Context) (int, error) { return 0, readOnly() }

// At opens an office on a story as it was after a step, under a clock that
// stands still on that day. Nothing can be changed in it. The caller closes it.
func (p *Played) At(ctx context.Context, k int, ships *regulation.Set, log store.Store) (*office.Office, error) {
	set, err := p.Story.rules(ships)
	if err != nil {
		return nil, err
	}
	step := p.Steps[k]
	c := p.Story.config(set, p.tests)
	at := morning(step.Today)
	c.Store, c.Now = until{log, step.Seq}, func() time.Time { return at }
	c.NewID = func(prefix string) string { return prefix + "-verhaal" }
	return office.New(ctx, c)
}
