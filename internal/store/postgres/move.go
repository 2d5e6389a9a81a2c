package postgres

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/store"
	"lemniscaat/internal/store/group"
	"lemniscaat/internal/store/table"
)

var (
	_ store.Filler = (*Store)(nil)
	_ store.Whole  = (*reader)(nil)
)

// Requests implements store.Whole.
func (r *reader) Requests(ctx context.Context, after string, limit int) (out []store.Request, err error) {
	err = r.ask(ctx, "lezen", func(ctx context.Context) error {
		rows, err := r.from.Query(ctx, `SELECT key, intent, first, last FROM request WHERE key > $1 ORDER BY key LIMIT $2`, []byte(after), limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (q store.Request, err error) {
			var key, intent []byte
			err = row.Scan(&key, &intent, &q.First, &q.Last)
			q.Key, q.Intent = string(key), string(intent)
			return q, err
		})
		return err
	})
	return out, err
}

// Kinds implements store.Whole.
func (r *reader) Kinds(ctx context.Context) (out []string, err error) {
	err = r.ask(ctx, "lezen", func(ctx context.Context) error {
		rows, err := r.from.Query(ctx, `SELECT DISTINCT kind FROM item ORDER BY kind`)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, pgx.RowTo[string])
		return err
	})
	return out, err
}

// Fill implements store.Filler.
func (s *Store) Fill(ctx context.Context, f store.Filling) error {
	_, err := s.log.Send(ctx, &request{fill: &f})
	return err
}

// fill takes a part of another store into the transaction.
func (w *writing) fill(f *store.Filling) error {
	if err := store.Follows(w.head, f.Records); err != nil {
		return group.Reject(err)
	}
	for _, b := range f.Facts {
		for _, x := range b.Facts {
			for _, t := range []string{x.Source, x.ID, x.Case, x.Version, x.Exception, x.Ground, x.GroupText()} {
				if !possible(t) {
					return group.Reject(fmt.Errorf("%w: feit in batch %d", table.ErrDamaged, b.Seq))
				}
			}
		}
		if err := w.facts.fresh(b.Facts); err != nil {
			return err
		}
	}
	for _, b := range f.Facts {
		w.facts.add(b.Seq, b.Facts)
	}
	for _, r := range f.Records {
		for field := range r.Secrets {
			if !possible(field) {
				return group.Reject(fmt.Errorf("%w: veld van gebeurtenis %d", table.ErrDamaged, r.Seq))
			}
		}
		w.head, w.versions[r.Stream] = r.Head(), r.StreamSeq
	}
	w.records = append(w.records, f.Records...)
	for _, q := range f.Requests {
		w.keys = append(w.keys, keyed{q.Key, done{q.Intent, q.First, q.Last}})
	}
	for _, it := range f.Items {
		name := [2]string{it.Kind, it.ID}
		w.items.have[name], w.items.dirty[name] = it, true
	}
	return nil
}

// Others counts the connections of other programs of Lemniscaat to this database:
// those that do not carry the name in Options.
func (s *Store) Others(ctx context.Context) (n int, err error) {
	err = s.ask(ctx, "lezen", func(ctx context.Context) error {
		return s.pool.QueryRow(ctx, `SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND application_name LIKE 'lemniscaat%' AND application_name <> current_setting('application_name')`).Scan(&n)
	})
	return n, err
}
