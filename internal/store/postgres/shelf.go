package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/store"
	"lemniscaat/internal/store/group"
	"lemniscaat/internal/store/table"
)

// Item implements store.ShelfReader.
func (r *reader) Item(ctx context.Context, kind, id string) (store.Item, error) {
	it := store.Item{Kind: kind, ID: id}
	if !possible(kind) || !possible(id) {
		return store.Item{}, fmt.Errorf("%w: %w", store.ErrNotFound, store.ErrItem)
	}
	var expires int64
	err := r.ask(ctx, kind+" lezen", func(ctx context.Context) error {
		return r.from.QueryRow(ctx, `SELECT version, data, expires FROM item WHERE kind = $1 AND id = $2 AND (expires = 0 OR expires > $3)`,
			kind, id, table.Moment(r.now())).Scan(&it.Version, &it.Data, &expires)
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return store.Item{}, fmt.Errorf("%s: %w", kind, store.ErrNotFound)
	}
	if err != nil {
		return store.Item{}, err
	}
	it.Expires = table.Instant(expires)
	return it, nil
}

// Items implements store.ShelfReader.
func (r *reader) Items(ctx context.Context, kind, after string, limit int) ([]store.Item, error) {
	if !possible(kind) || !possible(after) {
		return nil, fmt.Errorf("%w: soort en naam moeten geldige tekst zijn", store.ErrItem)
	}
	if limit < 1 || limit > store.MaxChanges {
		return nil, fmt.Errorf("%w: %d tegelijk lezen kan niet, van 1 tot %d wel", store.ErrItem, limit, store.MaxChanges)
	}
	var out []store.Item
	err := r.ask(ctx, kind+" lezen", func(ctx context.Context) error {
		rows, err := r.from.Query(ctx, `SELECT id, version, data, expires FROM item WHERE kind = $1 AND id > $2 AND (expires = 0 OR expires > $3) ORDER BY id LIMIT $4`,
			kind, after, table.Moment(r.now()), limit)
		if err != nil {
			return err
		}
		out, err = pgx.CollectRows(rows, func(row pgx.CollectableRow) (store.Item, error) {
			it := store.Item{Kind: kind}
			var expires int64
			err := row.Scan(&it.ID, &it.Version, &it.Data, &expires)
			it.Expires = table.Instant(expires)
			return it, err
		})
		return err
	})
	return out, err
}

// Put implements store.Shelf.
func (s *Store) Put(ctx context.Context, changes ...store.Change) error {
	if err := store.CheckChanges(changes); err != nil || len(changes) == 0 {
		return err
	}
	_, err := s.shelf.Send(ctx, &request{batch: store.Batch{Changes: changes}})
	return err
}

// counting asks to add to a counter.
type counting struct {
	kind, id string
	n, sum   int64
	expires  time.Time
}

// Count implements store.Shelf.
func (s *Store) Count(ctx context.Context, kind, id string, n int64, expires time.Time) (int64, error) {
	if err := (store.Change{Item: store.Item{Kind: kind, ID: id, Expires: expires}}).Check(); err != nil {
		return 0, err
	}
	c := &counting{kind: kind, id: id, n: n, expires: expires}
	if _, err := s.shelf.Send(ctx, &request{count: c}); err != nil {
		return 0, err
	}
	return c.sum, nil
}

// Sweep implements store.Shelf.
func (s *Store) Sweep(ctx context.Context) (int, error) {
	var gone int
	if _, err := s.shelf.Send(ctx, &request{sweep: &gone}); err != nil {
		return 0, err
	}
	return gone, nil
}

// writeShelf writes a group of requests that only touch items.
func (s *Store) writeShelf(ctx context.Context, t *transaction, requests []*request) ([]group.Reply, error) {
	var all []store.Change
	var sweeps bool
	for _, r := range requests {
		all = append(all, r.batch.Changes...)
		if r.count != nil {
			all = append(all, store.Change{Item: store.Item{Kind: r.count.kind, ID: r.count.id}})
		}
		sweeps = sweeps || r.sweep != nil
	}
	var items shelf
	b := &pgx.Batch{}
	b.Queue(`BEGIN`)
	items.read(b, s, all)
	var swept int
	if sweeps {
		if len(all) == 0 {
			items.lock(b, s)
		}
		// What expired counts as absent for the others in this group, before and after.
		b.Queue(`WITH gone AS (DELETE FROM item WHERE expires > 0 AND expires <= $1 RETURNING 1) SELECT count(*) FROM gone`, table.Moment(items.now)).
			QueryRow(func(row pgx.Row) error { return row.Scan(&swept) })
	}
	if err := t.conn.SendBatch(ctx, b).Close(); err != nil {
		return nil, err
	}
	replies, err := group.Each(requests, func(r *request) (store.Result, error) {
		err := items.any(r)
		if err == nil && r.sweep != nil {
			*r.sweep, swept = swept, 0
		}
		return store.Result{}, err
	})
	if err != nil {
		return nil, err
	}
	b = &pgx.Batch{}
	items.write(b)
	if sweeps && b.Len() == 0 {
		b.Queue(`SELECT 1`) // the commit of what was swept
	}
	return replies, s.end(ctx, t, b, nil)
}

// shelf is what a transaction knows of items, and what it is going to write.
type shelf struct {
	now   time.Time
	have  map[[2]string]store.Item // those that did not expire
	dirty map[[2]string]bool
}

func (h *shelf) lock(b *pgx.Batch, s *Store) {
	h.now = s.now()
	b.Queue(`SELECT pg_advisory_xact_lock($1)`, lockKey(s.schema, "shelf"))
}

// read asks for the items that changes name, with the lock of all items.
func (h *shelf) read(b *pgx.Batch, s *Store, changes []store.Change) {
	h.now = s.now()
	h.have, h.dirty = map[[2]string]store.Item{}, map[[2]string]bool{}
	if len(changes) == 0 {
		return
	}
	h.lock(b, s)
	seen := map[[2]string]bool{}
	var kinds, ids []string
	for _, c := range changes {
		if name := [2]string{c.Kind, c.ID}; !seen[name] {
			seen[name] = true
			kinds, ids = append(kinds, c.Kind), append(ids, c.ID)
		}
	}
	// Data is only needed of counters, and those are short.
	b.Queue(`SELECT i.kind, i.id, i.version, i.expires, CASE WHEN octet_length(i.data) <= 32 THEN i.data ELSE 'lang'::bytea END
		FROM unnest($1::text[], $2::text[]) AS n (kind, id) JOIN item i ON i.kind = n.kind COLLATE "C" AND i.id = n.id COLLATE "C" WHERE i.expires = 0 OR i.expires > $3`,
		kinds, ids, table.Moment(h.now)).Query(func(rows pgx.Rows) error {
		for rows.Next() {
			var it store.Item
			var expires int64
			if err := rows.Scan(&it.Kind, &it.ID, &it.Version, &expires, &it.Data); err != nil {
				return err
			}
			it.Expires = table.Instant(expires)
			h.have[[2]string{it.Kind, it.ID}] = it
		}
		return rows.Err()
	})
}

func (h *shelf) any(r *request) error {
	switch {
	case r.count != nil:
		return h.count(r.count)
	case r.sweep != nil:
		return nil
	}
	if err := h.expect(r.batch.Changes); err != nil {
		return err
	}
	h.change(r.batch.Changes)
	return nil
}

func (h *shelf) count(c *counting) error {
	it := store.Item{Kind: c.kind, ID: c.id, Expires: c.expires}
	c.sum = c.n
	if was, ok := h.have[[2]string{c.kind, c.id}]; ok {
		n, err := strconv.ParseInt(string(was.Data), 10, 64)
		if err != nil {
			return group.Reject(fmt.Errorf("%w: %s %s is geen teller", store.ErrItem, c.kind, c.id))
		}
		c.sum += n
		it.Expires = was.Expires
	}
	it.Data = strconv.AppendInt(nil, c.sum, 10)
	h.change([]store.Change{{Item: it}})
	return nil
}

// expect rejects changes that were made for other versions than there are.
func (h *shelf) expect(changes []store.Change) error {
	for _, c := range changes {
		if c.Expect == nil {
			continue
		}
		if have := h.have[[2]string{c.Kind, c.ID}].Version; have != *c.Expect {
			return group.Reject(fmt.Errorf("%w (%s: verwacht %d, gevonden %d)", store.ErrConflict, c.Kind, *c.Expect, have))
		}
	}
	return nil
}

// change remembers changes that were looked at.
func (h *shelf) change(changes []store.Change) {
	for _, c := range changes {
		name := [2]string{c.Kind, c.ID}
		h.dirty[name] = true
		if c.Delete {
			delete(h.have, name)
			continue
		}
		it := c.Item
		it.Version = h.have[name].Version + 1
		if !it.Expires.IsZero() && table.Moment(it.Expires) <= table.Moment(h.now) {
			delete(h.have, name) // it is over already
			continue
		}
		h.have[name] = it
	}
}

// write queues the last state of every item that changed.
func (h *shelf) write(b *pgx.Batch) {
	if len(h.dirty) == 0 {
		return
	}
	var names [][2]string
	for name := range h.dirty {
		names = append(names, name)
	}
	slices.SortFunc(names, func(a, b [2]string) int { return cmp.Or(cmp.Compare(a[0], b[0]), cmp.Compare(a[1], b[1])) })
	var c, gone itemRows
	for _, name := range names {
		it, ok := h.have[name]
		if !ok {
			gone.add(store.Item{Kind: name[0], ID: name[1]})
			continue
		}
		c.add(it)
		if c.bytes > maxMessage {
			c.queue(b)
			c = itemRows{}
		}
	}
	c.queue(b)
	if len(gone.kind) > 0 {
		b.Queue(`DELETE FROM item i USING unnest($1::text[], $2::text[]) AS n (kind, id) WHERE i.kind = n.kind COLLATE "C" AND i.id = n.id COLLATE "C"`, gone.kind, gone.id)
	}
}

// itemRows are the columns of items to write.
type itemRows struct {
	kind, id         []string
	version, expires []int64
	data             [][]byte
	bytes            int
}

func (c *itemRows) add(it store.Item) {
	data := it.Data
	if data == nil {
		data = []byte{}
	}
	c.kind, c.id = append(c.kind, it.Kind), append(c.id, it.ID)
	c.version, c.expires = append(c.version, int64(it.Version)), append(c.expires, table.Moment(it.Expires))
	c.data = append(c.data, data)
	c.bytes += len(data) + 64
}

func (c *itemRows) queue(b *pgx.Batch) {
	if len(c.kind) == 0 {
		return
	}
	b.Queue(`INSERT INTO item (kind, id, version, data, expires) SELECT * FROM unnest($1::text[], $2::text[], $3::bigint[], $4::bytea[], $5::bigint[])
		ON CONFLICT (kind, id) DO UPDATE SET version = excluded.version, data = excluded.data, expires = excluded.expires`,
		c.kind, c.id, c.version, c.data, c.expires)
}
