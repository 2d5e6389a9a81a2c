package office

import (
	"context"
	"errors"
	"sync"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/search"
	"lemniscaat/internal/store"
)

// What people wrote in signals is found by its words. A store that keeps an index of
// them (store.Finder) is asked; what it does not have yet is in an index in memory, the
// tail. For a store without one the tail is everything. Both answer the same.

// headLength is how many characters of a signal stand in the title of its knelpunt,
// which everybody may see.
const headLength = 80

// limits of the index.
const (
	indexAtOnce = 100                    // texts in one transaction: who writes to the log waits for it in SQLite
	indexAfter  = 250 * time.Millisecond // what comes together goes in together
	indexGap    = 1000                   // events without texts, before the place is moved
	tailSlack   = 2000                   // texts that may be in the tail and in the store
)

// wordIndex is the tail. It has a lock of its own, to be taken after o.mu.
type wordIndex struct {
	mu       sync.Mutex
	tail     *search.Texts
	from, to uint64 // the texts of the events after from, up to and including to
	fault    bool   // the store could not be asked, and that was told
	wake     chan struct{}
}

func termsOf(words string) []search.Term { return search.Terms(words, shorten(words, headLength)) }

// stir says that there are new texts.
func (x *wordIndex) stir() {
	select {
	case x.wake <- struct{}{}:
	default:
	}
}

// forget drops the tail: some of its texts were erased.
func (x *wordIndex) forget() {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.restart(x.from)
}

// restart begins the tail after an event; the caller holds x.mu.
func (x *wordIndex) restart(from uint64) { x.tail, x.from, x.to = search.NewTexts(), from, from }

// follow adds at most limit signals that the world has and the tail does not, and says
// whether that was all. The caller holds o.mu and x.mu.
func (x *wordIndex) follow(w *loop.World, from uint64, limit int) (all bool) {
	if x.tail == nil || x.from > from {
		x.restart(from)
	}
	for n, s := range w.SignalsAfter(x.to) {
		if n == limit {
			return false
		}
		if s.What.Words != "" {
			x.tail.Add(s.Seq, termsOf(s.What.Words))
		}
		x.to = s.Seq
	}
	return true
}

// cover brings the tail near the end of the log, some texts at a time, so that nobody
// waits long for the lock.
func (o *Office) cover(ctx context.Context, from uint64) {
	for ctx.Err() == nil {
		o.mu.RLock()
		o.index.mu.Lock()
		all := o.index.follow(o.world, from, indexAtOnce)
		o.index.mu.Unlock()
		o.mu.RUnlock()
		if all {
			return
		}
	}
}

// askedWords is a question on its way: what the store answered, and up to where.
type askedWords struct {
	wants []search.Want
	at    uint64
	hits  [][]search.Found
}

// ask asks the store, before the lock is taken.
func (o *Office) ask(ctx context.Context, wants []search.Want) (*askedWords, error) {
	q := &askedWords{wants: wants, hits: make([][]search.Found, len(wants))}
	if f, ok := o.Store.(store.FindReader); ok {
		at, hits, err := f.Find(ctx, wants)
		switch {
		case err == nil && at.Analysis == search.Analysis:
			q.at, q.hits = at.Seq, hits
		case err != nil && ctx.Err() == nil && o.index.failed(true):
			o.Log.WarnContext(ctx, "zoeken in de database lukt niet; het gaat verder in het geheugen", "fout", err)
		}
		if err == nil {
			o.index.failed(false)
		}
	}
	o.cover(ctx, q.at)
	return q, ctx.Err()
}

// failed notes that the store failed or not, and says whether that is news.
func (x *wordIndex) failed(now bool) bool {
	x.mu.Lock()
	defer x.mu.Unlock()
	news := now && !x.fault
	x.fault = now
	return news
}

// each gives, for each want, the signals that have a term that answers, also those that
// came since. The caller holds o.mu.
func (q *askedWords) each(o *Office, do func(want int, s *loop.Signal, i *loop.Issue, head bool)) {
	o.index.mu.Lock()
	o.index.follow(o.world, q.at, -1)
	tail := o.index.tail.Find(q.wants)
	o.index.mu.Unlock()
	give := func(want int, f search.Found) {
		if s, i := o.world.SignalAt(f.Seq); s != nil && s.What.Words != "" {
			do(want, s, i, f.Head)
		}
	}
	for n := range q.wants {
		for _, f := range q.hits[n] {
			give(n, f)
		}
		for _, f := range tail[n] {
			if f.Seq > q.at {
				give(n, f)
			}
		}
	}
}

// IndexTexts puts the texts of new signals in the index of the store, until ctx ends;
// it looks when signals come and when the ticker ticks. Several processes may do so on
// one store: the place in the log moves with what was added, or not at all. Without a
// store that keeps an index there is nothing to do.
func (o *Office) IndexTexts(ctx context.Context, tick <-chan time.Time) {
	f, ok := o.Store.(store.Finder)
	if !ok {
		return
	}
	for {
		if err := o.IndexNow(ctx); err != nil && ctx.Err() == nil {
			o.Log.WarnContext(ctx, "de zoekindex loopt achter", "fout", err)
		}
		o.trim(ctx, f)
		select {
		case <-ctx.Done():
			return
		case <-tick:
		case <-o.index.wake:
			select {
			case <-ctx.Done():
				return
			case <-time.After(indexAfter):
			}
		}
	}
}

// IndexNow puts everything that was folded in the index of the store, which it empties
// first when an older program made it in another way.
func (o *Office) IndexNow(ctx context.Context) error {
	f, ok := o.Store.(store.Finder)
	if !ok {
		return nil
	}
	for ctx.Err() == nil {
		at, err := f.Indexed(ctx)
		switch {
		case err != nil:
			return err
		case at.Analysis > search.Analysis:
			return nil // a newer program keeps it
		case at.Analysis < search.Analysis:
			if at.Analysis > 0 {
				o.Log.InfoContext(ctx, "de zoekindex wordt opnieuw gemaakt: deze versie leest woorden anders", "was", at.Analysis, "wordt", search.Analysis)
			}
			if err := f.Unindex(ctx, search.Analysis); err != nil {
				return err
			}
			continue
		}
		texts, to, all := o.textsAfter(at.Seq)
		if to < at.Seq { // another process may have been first; a log that is shorter is another log
			if head, err := o.Store.Head(ctx); err != nil || head.Seq >= at.Seq {
				return err
			}
			o.Log.WarnContext(ctx, "de zoekindex gaat verder dan het logboek en wordt opnieuw gemaakt")
			if err := f.Unindex(ctx, search.Analysis); err != nil {
				return err
			}
			continue
		}
		if to <= at.Seq || len(texts) == 0 && all && to < at.Seq+indexGap {
			return nil
		}
		list := make([]store.IndexedText, len(texts))
		for n, t := range texts {
			list[n] = store.IndexedText{Ref: event.Ref{Seq: t.Seq, Field: t.Field}, Terms: termsOf(t.Words)}
		}
		if err := f.Index(ctx, at, to, list); err != nil && !errors.Is(err, store.ErrConflict) {
			return err // after a conflict another process was first
		}
	}
	return ctx.Err()
}

// textsAfter gives the texts of the next signals, up to which event they are all, and
// whether there are no more.
func (o *Office) textsAfter(seq uint64) (out []loop.Text, to uint64, all bool) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	for n, s := range o.world.SignalsAfter(seq) {
		if n == indexAtOnce {
			return out, to, false
		}
		if to = s.Seq; s.What.Words != "" {
			out = append(out, s.What)
		}
	}
	return out, o.world.Head().Seq, true
}

// trim drops a tail of which the store has most.
func (o *Office) trim(ctx context.Context, f store.Finder) {
	at, err := f.Indexed(ctx)
	if err != nil || at.Analysis != search.Analysis {
		return
	}
	o.index.mu.Lock()
	defer o.index.mu.Unlock()
	if o.index.tail != nil && at.Seq > o.index.from && o.index.tail.Len() > tailSlack {
		o.index.restart(at.Seq)
	}
}
