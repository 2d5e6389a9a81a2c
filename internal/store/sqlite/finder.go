package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"lemniscaat/internal/search"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/group"
	"lemniscaat/internal/store/table"
)

var (
	_ store.Finder     = (*Store)(nil)
	_ store.FindReader = (*reader)(nil)
)

// afterAll comes after every text that begins in what it is put behind.
const afterAll = "\U0010FFFF"

func indexed(ctx context.Context, tx *sql.Tx) (at store.Indexed, err error) {
	err = tx.QueryRowContext(ctx, `SELECT analysis, seq FROM found_state`).Scan(&at.Analysis, &at.Seq)
	return at, err
}

// Indexed implements store.FindReader.
func (r *reader) Indexed(ctx context.Context) (at store.Indexed, err error) {
	err = readOnly(ctx, r.db, func(tx *sql.Tx) error {
		at, err = indexed(ctx, tx)
		return err
	})
	return at, err
}

// Find implements store.FindReader.
func (r *reader) Find(ctx context.Context, wants []search.Want) (at store.Indexed, out [][]search.Found, err error) {
	err = readOnly(ctx, r.db, func(tx *sql.Tx) error {
		if at, err = indexed(ctx, tx); err != nil {
			return err
		}
		out = make([][]search.Found, len(wants))
		for i, w := range wants {
			ids, err := answering(ctx, tx, w)
			if err != nil {
				return err
			}
			if out[i], err = having(ctx, tx, ids); err != nil {
				return err
			}
		}
		return nil
	})
	return at, out, err
}

// answering gives the terms that answer a want.
func answering(ctx context.Context, tx *sql.Tx, w search.Want) ([]int64, error) {
	list := func(s []string) string {
		s = slices.DeleteFunc(slices.Clone(s), func(s string) bool { return s == "" })
		text, _ := json.Marshal(append([]string{}, s...)) // texts
		return string(text)
	}
	ends := search.Reverse(w.Ends)
	ids, err := numbers(ctx, tx, `
		SELECT id FROM found_term WHERE root IN (SELECT value FROM json_each(?1))
		UNION SELECT id FROM found_term WHERE stem IN (SELECT value FROM json_each(?2))
		UNION SELECT id FROM found_term WHERE ?3 <> '' AND text >= ?3 AND text < ?4 AND (root <> '' OR NOT ?5) AND length(CAST(text AS BLOB)) >= ?6
		UNION SELECT id FROM found_term WHERE ?7 <> '' AND rev >= ?7 AND rev < ?8 AND length(CAST(text AS BLOB)) >= ?9`,
		list(w.Roots), list(w.Stems), w.Begins, w.Begins+afterAll, w.Rooted, len(w.Begins)+w.Longer, ends, ends+afterAll, len(w.Ends)+w.Longer)
	if err != nil || w.Near == "" {
		return ids, err
	}
	letters := len([]rune(w.Near))
	rows, err := tx.QueryContext(ctx, `SELECT id, text FROM found_term WHERE length(text) BETWEEN ? AND ?`, letters-w.Within, letters+w.Within)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var id int64
		var text string
		if err := rows.Scan(&id, &text); err != nil {
			return nil, err
		}
		if w.Spelled(text) {
			ids = append(ids, id)
		}
	}
	return ids, rows.Err()
}

func numbers(ctx context.Context, tx *sql.Tx, query string, args ...any) (out []int64, err error) {
	rows, err := tx.QueryContext(ctx, query, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var n int64
		if err := rows.Scan(&n); err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, rows.Err()
}

// having gives the texts that have one of the terms.
func having(ctx context.Context, tx *sql.Tx, terms []int64) (out []search.Found, err error) {
	if len(terms) == 0 {
		return nil, nil
	}
	rows, err := tx.QueryContext(ctx, `SELECT seq, max(head) FROM found_in WHERE term IN (SELECT value FROM json_each(?)) GROUP BY seq ORDER BY seq`, jsonOf(terms))
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		var f search.Found
		if err := rows.Scan(&f.Seq, &f.Head); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, rows.Err()
}

func jsonOf(ids []int64) string {
	text, _ := json.Marshal(append([]int64{}, ids...)) // numbers
	return string(text)
}

// TextRoots implements store.FindReader.
func (r *reader) TextRoots(ctx context.Context) (out store.Roots, err error) {
	err = readOnly(ctx, r.db, func(tx *sql.Tx) error {
		out = store.Roots{Of: map[uint64][]int32{}}
		if out.Indexed, err = indexed(ctx, tx); err != nil {
			return err
		}
		names, err := tx.QueryContext(ctx, `SELECT id, root FROM found_term WHERE root <> ''`)
		if err != nil {
			return err
		}
		defer func() { _ = names.Close() }()
		var roots search.Rooting[int64]
		for names.Next() {
			var id int64
			var root string
			if err := names.Scan(&id, &root); err != nil {
				return err
			}
			roots.Term(id, root)
		}
		if err := names.Err(); err != nil {
			return err
		}
		out.Names = roots.Names
		rows, err := tx.QueryContext(ctx, `SELECT seq, terms FROM found_text`)
		if err != nil {
			return err
		}
		defer func() { _ = rows.Close() }()
		for rows.Next() {
			var seq uint64
			var terms []byte
			var ids []int64
			if err := rows.Scan(&seq, &terms); err != nil {
				return err
			}
			if err := json.Unmarshal(terms, &ids); err != nil {
				return fmt.Errorf("%w: woorden van gebeurtenis %d", table.ErrDamaged, seq)
			}
			out.Of[seq] = roots.Of(ids)
		}
		return rows.Err()
	})
	return out, err
}

// Index implements store.Finder.
func (s *Store) Index(ctx context.Context, have store.Indexed, to uint64, texts []store.IndexedText) error {
	_, err := s.writer.Send(ctx, &request{do: func(ctx context.Context, w *writing) error {
		at, err := indexed(ctx, w.tx)
		if err != nil {
			return err
		}
		if at != have {
			return group.Reject(fmt.Errorf("%w (woordenlijst: verwacht %+v, gevonden %+v)", store.ErrConflict, have, at))
		}
		if err := (&indexing{tx: w.tx}).add(ctx, texts); err != nil {
			return err
		}
		_, err = w.tx.ExecContext(ctx, `UPDATE found_state SET seq = ?`, to)
		return err
	}})
	return err
}

// indexing adds texts in one transaction.
type indexing struct {
	tx                            *sql.Tx
	there, find, more, text, word *sql.Stmt
	put                           *sql.Stmt
}

func (x *indexing) add(ctx context.Context, texts []store.IndexedText) error {
	for _, p := range []struct {
		to *(*sql.Stmt)
		q  string
	}{
		{&x.there, `SELECT 1 FROM personal WHERE seq = ? AND field = ?`},
		{&x.find, `SELECT id FROM found_term WHERE text = ?`},
		{&x.more, `UPDATE found_term SET docs = docs + 1 WHERE id IN (SELECT value FROM json_each(?))`},
		{&x.word, `INSERT INTO found_term (text, stem, root, rev, docs) VALUES (?,?,?,?,0) RETURNING id`},
		{&x.text, `INSERT INTO found_text (seq, field, terms) VALUES (?,?,?)`},
		{&x.put, `INSERT INTO found_in (term, seq, head) SELECT value, ?, ? FROM json_each(?)`},
	} {
		st, err := x.tx.PrepareContext(ctx, p.q) //nolint:sqlclosecheck // the end of the transaction closes it
		if err != nil {
			return err
		}
		*p.to = st
	}
	known := map[string]int64{}
	for _, t := range texts {
		var one int
		switch err := x.there.QueryRowContext(ctx, t.Seq, t.Field).Scan(&one); {
		case errors.Is(err, sql.ErrNoRows):
			continue // erased
		case err != nil:
			return err
		}
		var all []int64
		var by [2][]int64 // not in the head, and in it
		for _, w := range t.Terms {
			id, ok := known[w.Text]
			if !ok {
				err := x.find.QueryRowContext(ctx, w.Text).Scan(&id)
				if errors.Is(err, sql.ErrNoRows) {
					err = x.word.QueryRowContext(ctx, w.Text, w.Stem, w.Root, search.Reverse(w.Text)).Scan(&id)
				}
				if err != nil {
					return err
				}
				known[w.Text] = id
			}
			k := 0
			if w.Head {
				k = 1
			}
			all, by[k] = append(all, id), append(by[k], id)
		}
		if _, err := x.text.ExecContext(ctx, t.Seq, t.Field, jsonOf(all)); err != nil {
			return err
		}
		for head, ids := range by {
			if _, err := x.put.ExecContext(ctx, t.Seq, head, jsonOf(ids)); err != nil {
				return err
			}
		}
		if _, err := x.more.ExecContext(ctx, jsonOf(all)); err != nil {
			return err
		}
	}
	return nil
}

// Unindex implements store.Finder.
func (s *Store) Unindex(ctx context.Context, analysis int) error {
	_, err := s.writer.Send(ctx, &request{do: func(ctx context.Context, w *writing) error {
		for _, q := range []string{`DELETE FROM found_in`, `DELETE FROM found_text`, `DELETE FROM found_term`} {
			if _, err := w.tx.ExecContext(ctx, q); err != nil {
				return err
			}
		}
		_, err := w.tx.ExecContext(ctx, `UPDATE found_state SET analysis = ?, seq = 0`, analysis)
		return err
	}})
	return err
}
