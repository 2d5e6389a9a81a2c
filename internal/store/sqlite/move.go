package sqlite

import (
	"context"
	"database/sql"

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
	err = readOnly(ctx, r.db, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT key, intent, first, last FROM request WHERE key > ? ORDER BY key LIMIT ?`, after, limit)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var q store.Request
			if err := rows.Scan(&q.Key, &q.Intent, &q.First, &q.Last); err != nil {
				return err
			}
			out = append(out, q)
		}
		return rows.Err()
	})
	return out, err
}

// Kinds implements store.Whole.
func (r *reader) Kinds(ctx context.Context) (out []string, err error) {
	err = readOnly(ctx, r.db, func(tx *sql.Tx) error {
		rows, err := tx.QueryContext(ctx, `SELECT DISTINCT kind FROM item ORDER BY kind`)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var k string
			if err := rows.Scan(&k); err != nil {
				return err
			}
			out = append(out, k)
		}
		return rows.Err()
	})
	return out, err
}

// Fill implements store.Filler.
func (s *Store) Fill(ctx context.Context, f store.Filling) error {
	_, err := s.writer.Send(ctx, &request{do: func(ctx context.Context, w *writing) error {
		if err := store.Follows(w.head, f.Records); err != nil {
			return group.Reject(err)
		}
		// Facts first: they may be refused, and then nothing else was written.
		for _, b := range f.Facts {
			if err := w.facts.add(ctx, b.Seq, b.Facts); err != nil {
				return err
			}
		}
		for _, r := range f.Records {
			if _, err := w.newStream.ExecContext(ctx, r.Stream, r.StreamSeq); err != nil {
				return err
			}
			if err := w.put(ctx, r); err != nil {
				return err
			}
			w.head, w.versions[r.Stream] = r.Head(), r.StreamSeq
		}
		for _, q := range f.Requests {
			if _, err := w.tx.ExecContext(ctx, `INSERT INTO request (key, intent, first, last) VALUES (?,?,?,?)
				ON CONFLICT (key) DO UPDATE SET intent = excluded.intent, first = excluded.first, last = excluded.last`, q.Key, q.Intent, q.First, q.Last); err != nil {
				return err
			}
		}
		for _, it := range f.Items {
			data := it.Data
			if data == nil {
				data = []byte{}
			}
			if _, err := w.tx.ExecContext(ctx, `INSERT INTO item (kind, id, version, data, expires) VALUES (?,?,?,?,?)
				ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, data = excluded.data, expires = excluded.expires`, it.Kind, it.ID, it.Version, data, table.Moment(it.Expires)); err != nil {
				return err
			}
		}
		return nil
	}})
	return err
}
