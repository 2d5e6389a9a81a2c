package postgres

import (
	"context"
	"errors"
	"iter"

	"github.com/jackc/pgx/v5"

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
	list := make([][]byte, len(keys))
	for i := range keys {
		list[i] = keys[i][:]
	}
	err := r.ask(ctx, "lezen", func(ctx context.Context) error {
		rows, err := r.from.Query(ctx, `SELECT key, sum FROM fact WHERE key = ANY($1::bytea[])`, list)
		if err != nil {
			return err
		}
		var key, sum []byte
		_, err = pgx.ForEachRow(rows, []any{&key, &sum}, func() error { out[outcome.Key(key)] = outcome.Sum(sum); return nil })
		return err
	})
	return out, err
}

const cellColumns = `id, regulation, article, step, grp, class, ground`

func scanCells(rows pgx.Rows) (map[int64]outcome.Cell, error) {
	defer rows.Close()
	out := map[int64]outcome.Cell{}
	for rows.Next() {
		var id int64
		var c outcome.Cell
		var class string
		if err := rows.Scan(&id, &c.Regulation, &c.Article, &c.Step, &c.Group, &class, &c.Ground); err != nil {
			return nil, err
		}
		c.Class = outcome.Class(class)
		out[id] = c
	}
	return out, rows.Err()
}

// Cube implements store.FactReader.
func (r *reader) Cube(ctx context.Context, q outcome.Query) ([]outcome.Counted, error) {
	var sums table.Sums
	if !possible(q.Regulation) {
		return []outcome.Counted{}, nil
	}
	err := r.ask(ctx, "lezen", func(ctx context.Context) error {
		sums = table.Sums{}
		// Both questions see the same moment.
		return r.from.still(ctx, func(tx pgx.Tx) error { return cube(ctx, tx, q, sums) })
	})
	if err != nil {
		return nil, err
	}
	return sums.Sorted(), nil
}

func cube(ctx context.Context, tx pgx.Tx, q outcome.Query, sums table.Sums) error {
	where, args := `true`, []any{}
	if q.Regulation != "" {
		where, args = `regulation = $1`, []any{q.Regulation}
	}
	rows, err := tx.Query(ctx, `SELECT `+cellColumns+` FROM cell WHERE `+where, args...)
	if err != nil {
		return err
	}
	all, err := scanCells(rows)
	if err != nil {
		return err
	}
	var wanted []int64
	for id, c := range all {
		if q.Wants(c) {
			wanted = append(wanted, id)
		}
	}
	if len(wanted) == 0 {
		return nil
	}
	at := table.RangeOf(q)
	columns, by := at.Columns(q, "0::bigint", "::bigint")
	rows, err = tx.Query(ctx, `SELECT `+columns+` FROM `+at.Table+` WHERE cell = ANY($1::bigint[]) AND `+at.Unit+` BETWEEN $2 AND $3 GROUP BY `+by, wanted, at.From, at.Until)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var c outcome.Counts
		var id int64
		var week int
		if err := rows.Scan(append([]any{&id, &week}, table.Into(&c)...)...); err != nil {
			return err
		}
		sums.Add(q, all[id], week, c)
	}
	return rows.Err()
}

// Batches implements store.FactReader.
func (r *reader) Batches(ctx context.Context) iter.Seq2[store.FactBatch, error] {
	return func(yield func(store.FactBatch, error) bool) {
		var now store.FactBatch
		ask := func(ctx context.Context, do func(context.Context, querier) error) error {
			return r.ask(ctx, "lezen", func(ctx context.Context) error { return do(ctx, r.from) })
		}
		err := eachFact(ctx, ask, func(batch uint64, f outcome.Fact) error {
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
		switch {
		case errors.Is(err, errStop):
		case err != nil:
			yield(store.FactBatch{}, err)
		case len(now.Facts) > 0:
			yield(now, nil)
		}
	}
}

// asker does one question on a connection.
type asker func(ctx context.Context, do func(context.Context, querier) error) error

// once asks on a connection that is given.
func once(q querier) asker {
	return func(ctx context.Context, do func(context.Context, querier) error) error { return do(ctx, q) }
}

// factPage is how many facts are read at a time.
const factPage = 5000

// eachFact reads all facts that were there when it began, in the order in which
// they came in. Each page is a question of its own.
func eachFact(ctx context.Context, ask asker, do func(batch uint64, f outcome.Fact) error) error {
	var last int64
	var cells map[int64]outcome.Cell
	words := map[int64]string{}
	err := ask(ctx, func(ctx context.Context, q querier) error {
		if err := q.QueryRow(ctx, `SELECT coalesce(max(id), 0) FROM fact`).Scan(&last); err != nil {
			return err
		}
		rows, err := q.Query(ctx, `SELECT `+cellColumns+` FROM cell`)
		if err != nil {
			return err
		}
		if cells, err = scanCells(rows); err != nil {
			return err
		}
		if rows, err = q.Query(ctx, `SELECT id, text FROM word`); err != nil {
			return err
		}
		var id int64
		var text string
		_, err = pgx.ForEachRow(rows, []any{&id, &text}, func() error { words[id] = text; return nil })
		return err
	})
	if err != nil {
		return err
	}
	d := table.Decoder{Cells: cells, Words: words}
	for from := int64(0); from < last; {
		var batches []uint64
		var facts []outcome.Fact
		next := from
		err := ask(ctx, func(ctx context.Context, q querier) error {
			rows, err := q.Query(ctx, `SELECT id, `+table.FactColumns+`
				FROM fact WHERE id > $1 AND id <= $2 ORDER BY id LIMIT $3`, from, last, factPage)
			if err != nil {
				return err
			}
			defer rows.Close()
			batches, facts = batches[:0], facts[:0]
			for rows.Next() {
				var r table.Row
				if err := rows.Scan(append([]any{&next}, r.Into()...)...); err != nil {
					return err
				}
				f, err := d.Fact(&r)
				if err != nil {
					return err
				}
				batches, facts = append(batches, r.Batch), append(facts, f)
			}
			return rows.Err()
		})
		if err != nil {
			return err
		}
		from = next
		for i, f := range facts {
			if err := do(batches[i], f); err != nil {
				return err
			}
		}
		if len(facts) < factPage {
			return nil
		}
	}
	return nil
}
