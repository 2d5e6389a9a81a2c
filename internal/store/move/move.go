// Package move takes a whole installation from one store to another: the log with
// its hashes and salts, personal texts, facts, request keys and items. It can be
// interrupted and begun again, and it compares everything afterwards.
package move

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"lemniscaat/internal/event"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/store"
)

// limits of one step: it is one transaction.
const (
	maxRecords = 1000
	maxBytes   = 8 << 20
	maxRows    = 1000
)

// Moved says what was moved, or found equal.
type Moved struct {
	Head     event.Head
	Texts    int64 // personal texts that still exist
	Requests int64
	Facts    int64
	Items    int64
}

// ErrDiffers says that what is in the target is not what is in the source.
var ErrDiffers = errors.New("doel en bron verschillen")

func differs(what string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrDiffers, fmt.Sprintf(what, args...))
}

// All fills a target with everything that the target does not have yet. Items of
// the kinds in except are left alone. progress, which may be nil, hears how far it is.
func All(ctx context.Context, from store.Whole, to store.Filler, except []string, progress func(done, all uint64)) error {
	if err := records(ctx, from, to, progress); err != nil {
		return err
	}
	for b, err := range from.Batches(ctx) {
		if err != nil {
			return err
		}
		known, err := to.Known(ctx, []outcome.Key{b.Facts[0].Key()})
		if err != nil {
			return err
		}
		if len(known) > 0 {
			continue // a batch is written as a whole
		}
		if err := to.Fill(ctx, store.Filling{Facts: []store.FactBatch{b}}); err != nil {
			return err
		}
	}
	for list, err := range requests(ctx, from) {
		if err != nil {
			return err
		}
		if err := to.Fill(ctx, store.Filling{Requests: list}); err != nil {
			return err
		}
	}
	for list, err := range items(ctx, from, except) {
		if err != nil {
			return err
		}
		if err := to.Fill(ctx, store.Filling{Items: list}); err != nil {
			return err
		}
	}
	return nil
}

// records goes on where the target ends, when that is how the source was there.
func records(ctx context.Context, from store.Whole, to store.Filler, progress func(done, all uint64)) error {
	have, err := to.Head(ctx)
	if err != nil {
		return err
	}
	end, err := from.Head(ctx)
	if err != nil {
		return err
	}
	if have.Seq > end.Seq {
		return differs("het doel heeft %d gebeurtenissen, de bron %d", have.Seq, end.Seq)
	}
	if have.Seq > 0 {
		for r, err := range from.All(ctx, have.Seq) {
			if err != nil {
				return err
			}
			if r.Head() != have {
				return differs("het doel bevat een ander logboek")
			}
			break
		}
	}
	var list []event.Record
	size := 0
	send := func() error {
		if len(list) == 0 {
			return nil
		}
		if err := to.Fill(ctx, store.Filling{Records: list}); err != nil {
			return err
		}
		if progress != nil {
			progress(list[len(list)-1].Seq, end.Seq)
		}
		list, size = nil, 0
		return nil
	}
	for r, err := range from.All(ctx, have.Seq+1) {
		if err != nil {
			return err
		}
		if r, err = whole(ctx, from, r); err != nil {
			return err
		}
		size += len(r.Data) + 512
		for _, s := range r.Secrets {
			size += len(s.Text)
		}
		if list = append(list, r); len(list) >= maxRecords || size >= maxBytes {
			if err := send(); err != nil {
				return err
			}
		}
	}
	return send()
}

// whole adds the words of files, which a store leaves out of records.
func whole(ctx context.Context, s store.Reader, r event.Record) (event.Record, error) {
	for f := range r.Personal {
		if !event.Bulk(f) {
			continue
		}
		secret, err := s.Secret(ctx, event.Ref{Seq: r.Seq, Field: f})
		if errors.Is(err, store.ErrNotFound) {
			continue // erased
		}
		if err != nil {
			return r, err
		}
		r.Secrets = maps.Clone(r.Secrets)
		if r.Secrets == nil {
			r.Secrets = map[string]event.Secret{}
		}
		r.Secrets[f] = secret
	}
	return r, nil
}

func requests(ctx context.Context, s store.Whole) iter.Seq2[[]store.Request, error] {
	return func(yield func([]store.Request, error) bool) {
		for after := ""; ; {
			list, err := s.Requests(ctx, after, maxRows)
			if err != nil || len(list) == 0 {
				if err != nil {
					yield(nil, err)
				}
				return
			}
			if !yield(list, nil) {
				return
			}
			after = list[len(list)-1].Key
		}
	}
}

func items(ctx context.Context, s store.Whole, except []string) iter.Seq2[[]store.Item, error] {
	return func(yield func([]store.Item, error) bool) {
		kinds, err := s.Kinds(ctx)
		if err != nil {
			yield(nil, err)
			return
		}
		for _, kind := range kinds {
			if slices.Contains(except, kind) {
				continue
			}
			for after := ""; ; {
				list, err := s.Items(ctx, kind, after, 16) // one may be a megabyte
				if err != nil {
					yield(nil, err)
					return
				}
				if len(list) == 0 {
					break
				}
				if !yield(list, nil) {
					return
				}
				after = list[len(list)-1].ID
			}
		}
	}
}

// Compare reads both stores completely and says what they have in common, or what
// differs first. The chain of the target is checked, and its cube is counted again.
func Compare(ctx context.Context, from store.Whole, to store.Filler, except []string) (m Moved, err error) {
	end, err := from.Head(ctx)
	if err != nil {
		return m, err
	}
	if m.Head, err = event.Verify(to.All(ctx, 1), &end); err != nil {
		return m, err
	}
	if m.Head != end {
		return m, differs("de kop is %v, in de bron %v", m.Head, end)
	}
	if err := sameRecords(ctx, from, to, &m); err != nil {
		return m, err
	}
	if err := sameFacts(ctx, from, to, &m); err != nil {
		return m, err
	}
	err = same(flat(requests(ctx, from)), flat(requests(ctx, to)), "verzoek", func(a, b store.Request) bool { m.Requests++; return a == b })
	if err != nil {
		return m, err
	}
	err = same(flat(items(ctx, from, except)), flat(items(ctx, to, except)), "gegeven", func(a, b store.Item) bool {
		m.Items++
		return a.Kind == b.Kind && a.ID == b.ID && a.Version == b.Version && a.Expires.Equal(b.Expires) && bytes.Equal(a.Data, b.Data)
	})
	return m, err
}

func sameRecords(ctx context.Context, from, to store.Whole, m *Moved) error {
	var fault error
	err := same(from.All(ctx, 1), to.All(ctx, 1), "gebeurtenis", func(a, b event.Record) bool {
		var err1, err2 error
		a, err1 = whole(ctx, from, a)
		b, err2 = whole(ctx, to, b)
		if fault = errors.Join(err1, err2); fault != nil {
			return false
		}
		m.Texts += int64(len(a.Secrets))
		return a.Hash == b.Hash && maps.EqualFunc(a.Secrets, b.Secrets, func(x, y event.Secret) bool { return x.Text == y.Text && bytes.Equal(x.Salt, y.Salt) })
	})
	return errors.Join(fault, err)
}

func sameFacts(ctx context.Context, from store.Whole, to store.Filler, m *Moved) error {
	err := same(from.Batches(ctx), to.Batches(ctx), "levering", func(a, b store.FactBatch) bool {
		m.Facts += int64(len(a.Facts))
		return a.Seq == b.Seq && len(a.Facts) == len(b.Facts) && outcome.Digest(a.Facts) == outcome.Digest(b.Facts)
	})
	if err != nil {
		return err
	}
	if r, err := to.Rebuild(ctx); err != nil || r.Differs != 0 {
		return errors.Join(err, differs("%d cellen van de tellingen klopten niet", r.Differs))
	}
	all := outcome.ByRegulation | outcome.ByArticle | outcome.ByStep | outcome.ByGroup | outcome.ByClass | outcome.ByGround | outcome.ByWeek
	for _, q := range []outcome.Query{{By: all}, {By: all, Exact: true}} {
		a, err := from.Cube(ctx, q)
		if err != nil {
			return err
		}
		b, err := to.Cube(ctx, q)
		if err != nil {
			return err
		}
		if !slices.Equal(a, b) {
			return differs("de tellingen")
		}
	}
	return nil
}

func flat[T any](pages iter.Seq2[[]T, error]) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for list, err := range pages {
			if err != nil {
				var none T
				yield(none, err)
				return
			}
			for _, x := range list {
				if !yield(x, nil) {
					return
				}
			}
		}
	}
}

// same walks over two sequences side by side.
func same[T any](a, b iter.Seq2[T, error], what string, equal func(a, b T) bool) error {
	next, stop := iter.Pull2(b)
	defer stop()
	n := 0
	for x, err := range a {
		if err != nil {
			return err
		}
		n++
		y, err, ok := next()
		switch {
		case err != nil:
			return err
		case !ok:
			return differs("%s %d is er niet in het doel", what, n)
		case !equal(x, y):
			return differs("%s %d is anders in het doel", what, n)
		}
	}
	if _, err, ok := next(); ok {
		return errors.Join(err, differs("het doel heeft meer dan %d: %s", n, what))
	}
	return nil
}
