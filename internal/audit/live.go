package audit

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"

	"lemniscaat/internal/event"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/seal"
	"lemniscaat/internal/store"
)

// Verify checks the log of an installation, also while it runs: chain, texts and
// files, signed heads, facts. The error is a *Fault when something is wrong, and
// then the report says how far it was right.
func Verify(ctx context.Context, log store.Reader, public seal.Public, o Options) (Report, error) {
	c := newChecker(o, false)
	// Heads first: they are about events that are there by now.
	heads, err := Heads(ctx, log)
	if err != nil {
		return c.report, err
	}
	if len(public.Keys) == 0 && len(heads) > 0 {
		return c.report, &Fault{Code: "sleutel", Text: "er zijn ondertekende koppen, maar er is geen openbare sleutel om ze mee na te gaan"}
	}
	if err := c.sign(public, heads); err != nil {
		return c.report, err
	}
	for r, err := range log.All(ctx, 1) {
		if err != nil {
			return c.report, err
		}
		if err := c.event(r.Event); err != nil {
			return c.report, err
		}
		for s, err := range secrets(ctx, log, r) {
			if err != nil {
				return c.report, err
			}
			if err := c.text(s.ref, s.secret); err != nil {
				return c.report, err
			}
		}
	}
	for d, err := range deliveries(ctx, log, c.report.Head.Seq) {
		if err != nil {
			return c.report, err
		}
		if err := c.facts(d.Seq, d.Rows, d.Digest); err != nil {
			return c.report, err
		}
	}
	return c.report, c.end()
}

type opened struct {
	ref    event.Ref
	secret event.Secret
}

// secrets gives the texts of a record that exist, its files as well, one at a time.
func secrets(ctx context.Context, log store.Reader, r event.Record) iter.Seq2[opened, error] {
	return func(yield func(opened, error) bool) {
		// A text without a commitment is not passed over.
		for _, f := range slices.Sorted(maps.Keys(r.Secrets)) {
			if !yield(opened{event.Ref{Seq: r.Seq, Field: f}, r.Secrets[f]}, nil) {
				return
			}
		}
		for _, f := range slices.Sorted(maps.Keys(r.Personal)) {
			if _, ok := r.Secrets[f]; ok || !event.Bulk(f) {
				continue
			}
			ref := event.Ref{Seq: r.Seq, Field: f}
			s, err := log.Secret(ctx, ref)
			var bad *event.Tampered
			switch {
			case errors.Is(err, store.ErrNotFound):
				continue
			case errors.As(err, &bad):
				err = &Fault{Code: "tekst", Seq: bad.Seq, Text: bad.Reason}
			}
			if !yield(opened{ref, s}, err) || err != nil {
				return
			}
		}
	}
}

// delivery is what the table of facts has of one event.
type delivery struct {
	Seq    uint64 `json:"nr"`
	Rows   int    `json:"rijen"`
	Digest string `json:"vingerafdruk"`
}

// deliveries gives those of the events up to last. One AppendFacts may have
// several events; which rows are of which follows from their order.
func deliveries(ctx context.Context, log store.FactReader, last uint64) iter.Seq2[delivery, error] {
	return func(yield func(delivery, error) bool) {
		for b, err := range log.Batches(ctx) {
			if err != nil {
				yield(delivery{}, fmt.Errorf("read facts: %w", err))
				return
			}
			if b.Seq > last {
				return
			}
			seq := b.Seq
			for rest := b.Facts; len(rest) > 0; seq++ {
				n := 1
				for n < len(rest) && rest[n].Regulation == rest[0].Regulation && rest[n].Source == rest[0].Source {
					n++
				}
				if !yield(delivery{seq, n, outcome.Digest(rest[:n])}, nil) {
					return
				}
				rest = rest[n:]
			}
		}
	}
}
