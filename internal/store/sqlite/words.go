package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
)

const bulk = event.BulkPrefix

// Words implements store.WordReader.
func (r *reader) Words(ctx context.Context, last uint64) iter.Seq2[store.Word, error] {
	return func(yield func(store.Word, error) bool) {
		err := readOnly(ctx, r.db, func(tx *sql.Tx) error {
			rows, err := tx.QueryContext(ctx, `SELECT seq, field, words, salt FROM personal WHERE seq <= ? AND substr(field, 1, ?) <> ? ORDER BY seq`,
				min(last, 1<<62), len(bulk), bulk)
			if err != nil {
				return err
			}
			defer rows.Close()
			for rows.Next() {
				var w store.Word
				if err := rows.Scan(&w.Seq, &w.Field, &w.Text, &w.Salt); err != nil {
					return err
				}
				if !yield(w, nil) {
					return errStop
				}
			}
			return rows.Err()
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(store.Word{}, err)
		}
	}
}
