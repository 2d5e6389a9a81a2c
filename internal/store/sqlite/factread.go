package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"iter"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/table"
)

// Known implements store.FactReader.
func (r *reader) Known(ctx context.Context, keys []outcome.Key) (map[outcome.Key]outcome.Sum, error) {
	out := map[outcome.Key]outcome.Sum{}
	if len(keys) == 0 {
		return out, nil
	}
	err := readOnly(ctx, r.db, func(tx *sql.Tx) error {
		st, err := tx.PrepareContext(ctx, `SELECT sum FROM fact WHERE key = ?`)
		if err != nil {
			return err
		}
		defer st.Close() //nolint:errcheck // it only reads
		for _, k := range keys {
			var b []byte
			switch err := st.QueryRowContext(ctx, k[:]).Scan(&b); {
			case errors.Is(err, sql.ErrNoRows):
			case err != nil:
				return err
			default:
				out[k] = outcome.Sum(b)
			}
		}
		return nil
	})
	return out, err
}

// Cube implements store.FactReader.
func (r *reader) Cube(ctx context.Context, q outcome.Query) ([]outcome.Counted, error) {
	sums := table.Sums{}
	err := readOnly(ctx, r.db, func(tx *sql.Tx) error {
		cells, err := wantedCells(ctx, tx, q)
		if err != nil || len(cells) == 0 {
			return err
		}
		at := table.RangeOf(q)
		columns, by := at.Columns(q, "0", "")
		st, err := tx.PrepareContext(ctx, `SELECT `+columns+` FROM `+at.Table+` WHERE cell = ? AND `+at.Unit+` BETWEEN ? AND ? GROUP BY `+by)
		if err != nil {
			return err
		}
		defer st.Close() //nolint:errcheck // it only reads
		for id, cell := range cells {
			if err := addCell(ctx, st, q, at, id, cell, sums); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return sums.Sorted(), nil
}

func addCell(ctx context.Context, st *sql.Stmt, q outcome.Query, at table.Range, id int64, cell outcome.Cell, sums table.Sums) error {
	rows, err := st.QueryContext(ctx, id, at.From, at.Until)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c outcome.Counts
		var week int
		if err := rows.Scan(append([]any{&id, &week}, table.Into(&c)...)...); err != nil {
			return err
		}
		sums.Add(q, cell, week, c)
	}
	return rows.Err()
}

func wantedCells(ctx context.Context, tx *sql.Tx, q outcome.Query) (map[int64]outcome.Cell, error) {
	where, args := `1`, []any{}
	if q.Regulation != "" {
		where, args = `regulation = ?`, []any{q.Regulation}
	}
	rows, err := tx.QueryContext(ctx, `SELECT id, regulation, article, step, grp, class, ground FROM cell WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]outcome.Cell{}
	for rows.Next() {
		var id int64
		var c outcome.Cell
		if err := rows.Scan(&id, &c.Regulation, &c.Article, &c.Step, &c.Group, &c.Class, &c.Ground); err != nil {
			return nil, err
		}
		if q.Wants(c) {
			out[id] = c
		}
	}
	return out, rows.Err()
}

// Batches implements store.FactReader.
func (r *reader) Batches(ctx context.Context) iter.Seq2[store.FactBatch, error] {
	return func(yield func(store.FactBatch, error) bool) {
		err := readOnly(ctx, r.db, func(tx *sql.Tx) error {
			// A folder of an earlier release, opened for reading only, has none.
			var n int
			if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master WHERE name = 'fact'`).Scan(&n); err != nil || n == 0 {
				return err
			}
			var now store.FactBatch
			err := eachFact(ctx, tx, func(batch uint64, f outcome.Fact) error {
				if batch != now.Seq && len(now.Facts) > 0 {
					if !yield(now, nil) {
						return errStop
					}
					now = store.FactBatch{}
				}
				now.Seq = batch
				now.Facts = append(now.Facts, f)
				return nil
			})
			if err == nil && len(now.Facts) > 0 && !yield(now, nil) {
				return errStop
			}
			return err
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(store.FactBatch{}, err)
		}
	}
}

// eachFact reads all facts in the order in which they came in.
func eachFact(ctx context.Context, tx *sql.Tx, do func(batch uint64, f outcome.Fact) error) error {
	cells, err := wantedCells(ctx, tx, outcome.Query{})
	if err != nil {
		return err
	}
	words, err := allWords(ctx, tx)
	if err != nil {
		return err
	}
	rows, err := tx.QueryContext(ctx, `SELECT `+table.FactColumns+` FROM fact ORDER BY id`)
	if err != nil {
		return err
	}
	defer rows.Close()
	d := table.Decoder{Cells: cells, Words: words}
	for rows.Next() {
		var r table.Row
		if err := rows.Scan(r.Into()...); err != nil {
			return err
		}
		f, err := d.Fact(&r)
		if err != nil {
			return err
		}
		if err := do(r.Batch, f); err != nil {
			return err
		}
	}
	return rows.Err()
}

func allWords(ctx context.Context, tx *sql.Tx) (map[int64]string, error) {
	rows, err := tx.QueryContext(ctx, `SELECT id, text FROM word`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := map[int64]string{}
	for rows.Next() {
		var id int64
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, err
		}
		out[id] = text
	}
	return out, rows.Err()
}
