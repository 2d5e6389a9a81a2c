package postgres

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/table"
)

// reader implements store.Reader.
type reader struct {
	from    source
	schema  string
	now     func() time.Time
	timeout time.Duration
}

// source gives connections to read with.
type source interface {
	querier
	SendBatch(ctx context.Context, b *pgx.Batch) pgx.BatchResults
	// still does several questions that see the same moment.
	still(ctx context.Context, do func(pgx.Tx) error) error
	Close()
}

// pooled is the source of a reader that follows what is written.
type pooled struct{ *pgxpool.Pool }

func (p pooled) still(ctx context.Context, do func(pgx.Tx) error) error {
	return pgx.BeginTxFunc(ctx, p.Pool, pgx.TxOptions{IsoLevel: pgx.RepeatableRead, AccessMode: pgx.ReadOnly}, do)
}

// querier is a pool, a connection or a transaction.
type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Close implements store.Reader.
func (r *reader) Close() error {
	r.from.Close()
	return nil
}

// ask does one question, within the time that one may take, a second time when the
// connection turned out to be dead already.
func (r *reader) ask(ctx context.Context, what string, do func(ctx context.Context) error) error {
	within, cancel := context.WithTimeout(ctx, r.timeout)
	defer cancel()
	var err error
	for range 3 {
		if err = do(within); err == nil || !passes(err) || errors.Is(err, pgx.ErrNoRows) || errors.Is(err, errStop) || within.Err() != nil {
			break
		}
	}
	var tampered *event.Tampered
	switch {
	case err == nil, errors.Is(err, pgx.ErrNoRows), errors.Is(err, errStop), errors.Is(err, table.ErrDamaged), errors.As(err, &tampered):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return failed(what, err)
}

// possible reports that a text can be in the database at all.
func possible(s string) bool { return utf8.ValidString(s) && !strings.ContainsRune(s, 0) }

// Head implements store.Reader.
func (r *reader) Head(ctx context.Context) (h event.Head, err error) {
	err = r.ask(ctx, "lezen", func(ctx context.Context) error {
		var hash []byte
		err := r.from.QueryRow(ctx, `SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1`).Scan(&h.Seq, &hash)
		if errors.Is(err, pgx.ErrNoRows) {
			h = event.Head{}
			return nil
		}
		copy(h.Hash[:], hash)
		return err
	})
	return h, err
}

// Version implements store.Reader.
func (r *reader) Version(ctx context.Context, stream string) (v uint64, err error) {
	if !possible(stream) {
		return 0, nil
	}
	err = r.ask(ctx, "lezen", func(ctx context.Context) error {
		return r.from.QueryRow(ctx, `SELECT coalesce(max(stream_seq), 0) FROM event WHERE stream = $1`, stream).Scan(&v)
	})
	return v, err
}

// Text implements store.Reader.
func (r *reader) Text(ctx context.Context, ref event.Ref) (string, error) {
	s, err := r.Secret(ctx, ref)
	return s.Text, err
}

// Secret implements store.Reader.
func (r *reader) Secret(ctx context.Context, ref event.Ref) (event.Secret, error) {
	missing := fmt.Errorf("tekst %d/%s: %w", ref.Seq, ref.Field, store.ErrNotFound)
	if !possible(ref.Field) || ref.Seq > 1<<62 {
		return event.Secret{}, missing
	}
	var words, salt, personal []byte
	err := r.ask(ctx, "tekst lezen", func(ctx context.Context) error {
		return r.from.QueryRow(ctx, `SELECT p.words, p.salt, e.personal FROM personal p JOIN event e USING (seq) WHERE p.seq = $1 AND p.field = $2`,
			ref.Seq, ref.Field).Scan(&words, &salt, &personal)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return event.Secret{}, missing
	}
	if err != nil {
		return event.Secret{}, err
	}
	s := event.Secret{Text: string(words), Salt: salt}
	var commitments map[string]event.Hash
	if err := json.Unmarshal(personal, &commitments); err != nil || !s.Opens(commitments[ref.Field]) {
		return event.Secret{}, &event.Tampered{Seq: ref.Seq, Reason: fmt.Sprintf("tekst %q is veranderd", ref.Field)}
	}
	return s, nil
}

// Load implements store.Reader.
func (r *reader) Load(ctx context.Context, stream string) (out []event.Record, err error) {
	if !possible(stream) {
		return nil, nil
	}
	err = r.ask(ctx, "lezen", func(ctx context.Context) error {
		out, err = records(ctx, r.from, `stream = $1 ORDER BY stream_seq`, stream)
		return err
	})
	return out, err
}

// page is how many records All reads at a time.
const page = 2000

// LoadKind implements store.Reader.
func (r *reader) LoadKind(ctx context.Context, kind string) (out []event.Record, err error) {
	if !possible(kind) {
		return nil, nil
	}
	err = r.ask(ctx, "lezen", func(ctx context.Context) error {
		// The character after a slash is a zero.
		out, err = records(ctx, r.from, `stream >= $1::text||'/' AND stream < $1::text||'0' ORDER BY seq`, kind)
		return err
	})
	return out, err
}

// All implements store.Reader. Each page is a question of its own, so that reading
// a long log keeps no transaction open; nothing is ever put before what was there, so
// that the pages together are the log of one moment.
func (r *reader) All(ctx context.Context, from uint64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		head, err := r.Head(ctx)
		if err != nil {
			yield(event.Record{}, err)
			return
		}
		for next := max(from, 1); next <= head.Seq; {
			var list []event.Record
			err := r.ask(ctx, "lezen", func(ctx context.Context) error {
				list, err = records(ctx, r.from, `seq BETWEEN $1 AND $2 ORDER BY seq LIMIT $3`, next, head.Seq, page)
				return err
			})
			if err != nil {
				yield(event.Record{}, err)
				return
			}
			for _, e := range list {
				if !yield(e, nil) {
					return
				}
				next = e.Seq + 1
			}
			if len(list) < page {
				return
			}
		}
	}
}

// Repeat implements store.Store.
func (s *Store) Repeat(ctx context.Context, key string) (out store.Result, ok bool, err error) {
	err = s.ask(ctx, "lezen", func(ctx context.Context) error {
		var first, last uint64
		if err := s.pool.QueryRow(ctx, `SELECT first, last FROM request WHERE key = $1`, []byte(key)).Scan(&first, &last); err != nil {
			return err
		}
		list, err := records(ctx, s.pool, `seq BETWEEN $1 AND $2 ORDER BY seq`, first, last)
		out = store.Result{Records: list, Repeated: true}
		return err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return store.Result{}, false, nil
	}
	return out, err == nil, err
}

// records reads the events that a condition selects, and then the words that
// still exist of them.
func records(ctx context.Context, q querier, where string, args ...any) ([]event.Record, error) {
	rows, err := q.Query(ctx, `SELECT seq, stream, stream_seq, type, at_second, at_nano, actor, data, personal, prev, hash FROM event WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	var out []event.Record
	var with []int64
	index := map[uint64]int{}
	for rows.Next() {
		var e event.Event
		var second, nano int64
		var data, personal, prev, hash []byte
		if err := rows.Scan(&e.Seq, &e.Stream, &e.StreamSeq, &e.Type, &second, &nano, &e.Actor, &data, &personal, &prev, &hash); err != nil {
			rows.Close()
			return nil, err
		}
		e.At, e.Data = time.Unix(second, nano).UTC(), data
		copy(e.PrevHash[:], prev)
		copy(e.Hash[:], hash)
		if personal != nil {
			if err := json.Unmarshal(personal, &e.Personal); err != nil {
				rows.Close()
				return nil, fmt.Errorf("%w: %w", table.ErrDamaged, &event.Tampered{Seq: e.Seq, Reason: "de lijst van persoonlijke velden is veranderd"})
			}
		}
		index[e.Seq] = len(out)
		with = append(with, int64(e.Seq))
		out = append(out, event.Record{Event: e})
	}
	if err := rows.Err(); err != nil || len(out) == 0 {
		return nil, err
	}
	words, err := q.Query(ctx, `SELECT seq, field, words, salt FROM personal WHERE seq = ANY($1::bigint[]) AND NOT starts_with(field, '`+event.BulkPrefix+`')`, with)
	if err != nil {
		return nil, err
	}
	defer words.Close()
	for words.Next() {
		var seq uint64
		var field string
		var text, salt []byte
		if err := words.Scan(&seq, &field, &text, &salt); err != nil {
			return nil, err
		}
		i := index[seq]
		if _, ok := out[i].Personal[field]; !ok && out[i].Personal == nil {
			return nil, fmt.Errorf("%w: %w", table.ErrDamaged, &event.Tampered{Seq: seq, Reason: fmt.Sprintf("tekst %q hoort niet bij deze gebeurtenis", field)})
		}
		if out[i].Secrets == nil {
			out[i].Secrets = map[string]event.Secret{}
		}
		out[i].Secrets[field] = event.Secret{Text: string(text), Salt: salt}
	}
	return out, words.Err()
}
