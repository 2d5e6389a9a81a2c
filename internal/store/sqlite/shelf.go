package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strconv"
	"time"

	"lemniscaat/internal/store"
	"lemniscaat/internal/store/group"
	"lemniscaat/internal/store/table"
)

// Item implements store.ShelfReader.
func (r *reader) Item(ctx context.Context, kind, id string) (store.Item, error) {
	it := store.Item{Kind: kind, ID: id}
	var expires int64
	err := r.db.QueryRowContext(ctx, `SELECT version, data, expires FROM item WHERE kind = ? AND id = ? AND (expires = 0 OR expires > ?)`,
		kind, id, table.Moment(r.now())).Scan(&it.Version, &it.Data, &expires)
	if errors.Is(err, sql.ErrNoRows) {
		return store.Item{}, fmt.Errorf("%s: %w", kind, store.ErrNotFound)
	}
	if err != nil {
		return store.Item{}, unavailable(kind+" lezen", err)
	}
	it.Expires = table.Instant(expires)
	return it, nil
}

// Items implements store.ShelfReader.
func (r *reader) Items(ctx context.Context, kind, after string, limit int) ([]store.Item, error) {
	if limit < 1 || limit > store.MaxChanges {
		return nil, fmt.Errorf("%w: %d tegelijk lezen kan niet, van 1 tot %d wel", store.ErrItem, limit, store.MaxChanges)
	}
	rows, err := r.db.QueryContext(ctx, `SELECT id, version, data, expires FROM item WHERE kind = ? AND id > ? AND (expires = 0 OR expires > ?) ORDER BY id LIMIT ?`,
		kind, after, table.Moment(r.now()), limit)
	if err != nil {
		return nil, unavailable(kind+" lezen", err)
	}
	defer rows.Close()
	var out []store.Item
	for rows.Next() {
		it := store.Item{Kind: kind}
		var expires int64
		if err := rows.Scan(&it.ID, &it.Version, &it.Data, &expires); err != nil {
			return nil, unavailable(kind+" lezen", err)
		}
		it.Expires = table.Instant(expires)
		out = append(out, it)
	}
	if err := rows.Err(); err != nil {
		return nil, unavailable(kind+" lezen", err)
	}
	return out, nil
}

// Put implements store.Shelf.
func (s *Store) Put(ctx context.Context, changes ...store.Change) error {
	if err := store.CheckChanges(changes); err != nil || len(changes) == 0 {
		return err
	}
	_, err := s.writer.Send(ctx, &request{batch: store.Batch{Changes: changes}, do: func(ctx context.Context, w *writing) error {
		if err := w.expect(ctx, changes); err != nil {
			return err
		}
		return w.change(ctx, changes)
	}})
	return err
}

// Count implements store.Shelf.
func (s *Store) Count(ctx context.Context, kind, id string, n int64, expires time.Time) (int64, error) {
	c := store.Change{Item: store.Item{Kind: kind, ID: id, Expires: expires}}
	if err := c.Check(); err != nil {
		return 0, err
	}
	var sum int64
	_, err := s.writer.Send(ctx, &request{do: func(ctx context.Context, w *writing) error {
		var data []byte
		var until int64
		err := w.tx.QueryRowContext(ctx, `SELECT data, expires FROM item WHERE kind = ? AND id = ? AND (expires = 0 OR expires > ?)`, kind, id, table.Moment(w.now)).Scan(&data, &until)
		next := n
		switch {
		case errors.Is(err, sql.ErrNoRows):
		case err != nil:
			return err
		default:
			have, err := strconv.ParseInt(string(data), 10, 64)
			if err != nil {
				return group.Reject(fmt.Errorf("%w: %s %s is geen teller", store.ErrItem, kind, id))
			}
			next += have
			c.Expires = table.Instant(until)
		}
		c.Data = strconv.AppendInt(nil, next, 10)
		sum = next
		return w.change(ctx, []store.Change{c})
	}})
	return sum, err
}

// Sweep implements store.Shelf.
func (s *Store) Sweep(ctx context.Context) (int, error) {
	var gone int64
	_, err := s.writer.Send(ctx, &request{do: func(ctx context.Context, w *writing) error {
		r, err := w.tx.ExecContext(ctx, `DELETE FROM item WHERE expires > 0 AND expires <= ?`, table.Moment(w.now))
		if err != nil {
			return err
		}
		gone, err = r.RowsAffected()
		return err
	}})
	return int(gone), err
}

// expect rejects changes that were made for other versions than there are.
func (w *writing) expect(ctx context.Context, changes []store.Change) error {
	for _, c := range changes {
		if c.Expect == nil {
			continue
		}
		var have uint64
		err := w.tx.QueryRowContext(ctx, `SELECT version FROM item WHERE kind = ? AND id = ? AND (expires = 0 OR expires > ?)`, c.Kind, c.ID, table.Moment(w.now)).Scan(&have)
		if err != nil && !errors.Is(err, sql.ErrNoRows) {
			return err
		}
		if have != *c.Expect {
			return group.Reject(fmt.Errorf("%w (%s: verwacht %d, gevonden %d)", store.ErrConflict, c.Kind, *c.Expect, have))
		}
	}
	return nil
}

// change makes changes that were checked.
func (w *writing) change(ctx context.Context, changes []store.Change) error {
	for _, c := range changes {
		var err error
		if c.Delete {
			_, err = w.tx.ExecContext(ctx, `DELETE FROM item WHERE kind = ? AND id = ?`, c.Kind, c.ID)
		} else {
			data := c.Data
			if data == nil {
				data = []byte{}
			}
			_, err = w.tx.ExecContext(ctx, `INSERT INTO item (kind, id, version, data, expires) VALUES (?, ?, 1, ?, ?)
				ON CONFLICT (kind, id) DO UPDATE SET data = excluded.data, expires = excluded.expires,
				version = CASE WHEN item.expires = 0 OR item.expires > ? THEN item.version + 1 ELSE 1 END`,
				c.Kind, c.ID, data, table.Moment(c.Expires), table.Moment(w.now))
		}
		if err != nil {
			return err
		}
	}
	return nil
}
