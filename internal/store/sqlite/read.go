package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/group"
	"lemniscaat/internal/store/table"
)

// reader implements store.Reader.
type reader struct {
	db  *sql.DB
	now func() time.Time
}

func (r *reader) Close() error { return r.db.Close() }

func (r *reader) Head(ctx context.Context) (event.Head, error) {
	var h event.Head
	var sum []byte
	err := r.db.QueryRowContext(ctx, `SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1`).Scan(&h.Seq, &sum)
	if errors.Is(err, sql.ErrNoRows) {
		return event.Head{}, nil
	}
	if err != nil {
		return event.Head{}, unavailable("kop lezen", err)
	}
	copy(h.Hash[:], sum)
	return h, nil
}

func (r *reader) Version(ctx context.Context, stream string) (uint64, error) {
	var v uint64
	err := r.db.QueryRowContext(ctx, `SELECT version FROM stream WHERE id = ?`, stream).Scan(&v)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, unavailable("stroom "+stream, err)
	}
	return v, nil
}

func (r *reader) Text(ctx context.Context, ref event.Ref) (string, error) {
	s, err := r.Secret(ctx, ref)
	return s.Text, err
}

// Secret implements store.Reader.
func (r *reader) Secret(ctx context.Context, ref event.Ref) (event.Secret, error) {
	var s event.Secret
	var personal []byte
	err := r.db.QueryRowContext(ctx, `SELECT p.words, p.salt, e.personal FROM personal p JOIN event e USING (seq) WHERE p.seq = ? AND p.field = ?`, ref.Seq, ref.Field).Scan(&s.Text, &s.Salt, &personal)
	if errors.Is(err, sql.ErrNoRows) {
		return event.Secret{}, fmt.Errorf("tekst %d/%s: %w", ref.Seq, ref.Field, store.ErrNotFound)
	}
	if err != nil {
		return event.Secret{}, unavailable("tekst lezen", err)
	}
	var commitments map[string]event.Hash
	if err := json.Unmarshal(personal, &commitments); err != nil || !s.Opens(commitments[ref.Field]) {
		return event.Secret{}, &event.Tampered{Seq: ref.Seq, Reason: fmt.Sprintf("tekst %q is veranderd", ref.Field)}
	}
	return s, nil
}

func (r *reader) Load(ctx context.Context, stream string) ([]event.Record, error) {
	var out []event.Record
	err := readOnly(ctx, r.db, func(tx *sql.Tx) error {
		var err error
		out, err = records(ctx, tx, `stream = ? ORDER BY stream_seq`, stream)
		return err
	})
	return out, err
}

// LoadKind implements store.Reader.
func (r *reader) LoadKind(ctx context.Context, kind string) ([]event.Record, error) {
	var out []event.Record
	err := readOnly(ctx, r.db, func(tx *sql.Tx) error {
		var err error
		// The character after a slash is a zero.
		out, err = records(ctx, tx, `stream >= ?||'/' AND stream < ?||'0' ORDER BY seq`, kind, kind)
		return err
	})
	return out, err
}

// page is how many records All reads at a time.
const page = 2000

func (r *reader) All(ctx context.Context, from uint64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		err := readOnly(ctx, r.db, func(tx *sql.Tx) error {
			for next := max(from, 1); ; {
				list, err := records(ctx, tx, `seq >= ? ORDER BY seq LIMIT ?`, next, page)
				if err != nil {
					return err
				}
				for _, e := range list {
					if !yield(e, nil) {
						return errStop
					}
					next = e.Seq + 1
				}
				if len(list) < page {
					return nil
				}
			}
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(event.Record{}, err)
		}
	}
}

var errStop = errors.New("stop")

// Repeat implements store.Store.
func (s *Store) Repeat(ctx context.Context, key string) (out store.Result, ok bool, err error) {
	err = readOnly(ctx, s.db, func(tx *sql.Tx) error {
		out, ok, err = repeat(ctx, tx, key, nil)
		return err
	})
	return out, ok, err
}

// repeat gives what a request did before. An intent that differs is
// rejected.
func repeat(ctx context.Context, tx *sql.Tx, key string, intent *string) (store.Result, bool, error) {
	var was string
	var first, last uint64
	err := tx.QueryRowContext(ctx, `SELECT intent, first, last FROM request WHERE key = ?`, key).Scan(&was, &first, &last)
	if errors.Is(err, sql.ErrNoRows) {
		return store.Result{}, false, nil
	}
	if err != nil {
		return store.Result{}, false, err
	}
	if intent != nil && *intent != was {
		return store.Result{}, false, group.Reject(store.ErrKeyReused)
	}
	list, err := records(ctx, tx, `seq BETWEEN ? AND ? ORDER BY seq`, first, last)
	return store.Result{Records: list, Repeated: true}, true, err
}

func readOnly(ctx context.Context, db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return unavailable("lezen", err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := do(tx); err != nil {
		if errors.Is(err, errStop) || errors.Is(err, table.ErrDamaged) {
			return err
		}
		return unavailable("lezen", err)
	}
	return nil
}

// records reads the events that a condition selects, and then the words that
// still exist of them.
func records(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]event.Record, error) {
	rows, err := tx.QueryContext(ctx, `SELECT seq, stream, stream_seq, type, at_second, at_nano, actor, data, personal, prev, hash FROM event WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []event.Record
	index := map[uint64]int{}
	for rows.Next() {
		var e event.Event
		var second, nano int64
		var data, personal, prev, hash []byte
		if err := rows.Scan(&e.Seq, &e.Stream, &e.StreamSeq, &e.Type, &second, &nano, &e.Actor, &data, &personal, &prev, &hash); err != nil {
			return nil, err
		}
		e.At, e.Data = time.Unix(second, nano).UTC(), data
		copy(e.PrevHash[:], prev)
		copy(e.Hash[:], hash)
		if personal != nil {
			if err := json.Unmarshal(personal, &e.Personal); err != nil {
				return nil, fmt.Errorf("%w: %w", table.ErrDamaged, &event.Tampered{Seq: e.Seq, Reason: "de lijst van persoonlijke velden is veranderd"})
			}
			index[e.Seq] = len(out)
		}
		out = append(out, event.Record{Event: e})
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(index) == 0 {
		return out, nil
	}
	words, err := tx.QueryContext(ctx, `SELECT seq, field, words, salt FROM personal WHERE seq IN (SELECT seq FROM event WHERE `+where+`) AND field NOT GLOB '`+event.BulkPrefix+`*'`, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = words.Close() }()
	for words.Next() {
		var seq uint64
		var field string
		var s event.Secret
		if err := words.Scan(&seq, &field, &s.Text, &s.Salt); err != nil {
			return nil, err
		}
		i, ok := index[seq]
		if !ok {
			return nil, fmt.Errorf("%w: %w", table.ErrDamaged, &event.Tampered{Seq: seq, Reason: fmt.Sprintf("tekst %q hoort niet bij deze gebeurtenis", field)})
		}
		if out[i].Secrets == nil {
			out[i].Secrets = map[string]event.Secret{}
		}
		out[i].Secrets[field] = s
	}
	return out, words.Err()
}

func unavailable(what string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("%s: %w: %w", what, store.ErrUnavailable, err)
}
