package postgres

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/search"
	"lemniscaat/internal/store"
)

var (
	_ store.Finder     = (*Store)(nil)
	_ store.FindReader = (*reader)(nil)
)

// afterAll comes after every text that begins in what it is put behind.
const afterAll = "\U0010FFFF"

func indexed(ctx context.Context, q querier) (at store.Indexed, err error) {
	err = q.QueryRow(ctx, `SELECT analysis, seq FROM found_state`).Scan(&at.Analysis, &at.Seq)
	return at, err
}

// Indexed implements store.FindReader.
func (r *reader) Indexed(ctx context.Context) (at store.Indexed, err error) {
	err = r.ask(ctx, "zoeken", func(ctx context.Context) error {
		at, err = indexed(ctx, r.from)
		return err
	})
	return at, err
}

// Find implements store.FindReader. Each want is one statement, which sees one moment;
// all go in one message. How far the index is, is what the least of them saw.
func (r *reader) Find(ctx context.Context, wants []search.Want) (at store.Indexed, out [][]search.Found, err error) {
	err = r.ask(ctx, "zoeken", func(ctx context.Context) error {
		if len(wants) == 0 {
			at, err = indexed(ctx, r.from)
			return err
		}
		out = make([][]search.Found, len(wants))
		b := &pgx.Batch{}
		for i, w := range wants {
			near, err := r.spelled(ctx, w)
			if err != nil {
				return err
			}
			queueWant(b, w, near).Query(func(rows pgx.Rows) error {
				var seen store.Indexed
				var seqs []uint64
				var heads []bool
				if _, err := pgx.ForEachRow(rows, []any{&seen.Analysis, &seen.Seq, &seqs, &heads}, func() error { return nil }); err != nil {
					return err
				}
				if i == 0 || seen.Analysis < at.Analysis || seen.Analysis == at.Analysis && seen.Seq < at.Seq {
					at = seen
				}
				for k, seq := range seqs {
					out[i] = append(out[i], search.Found{Seq: seq, Head: heads[k]})
				}
				slices.SortFunc(out[i], func(a, b search.Found) int { return cmp.Compare(a.Seq, b.Seq) })
				return nil
			})
		}
		return r.from.SendBatch(ctx, b).Close()
	})
	return at, out, err
}

// queueWant asks which texts have a term that answers; near are terms that are known
// to answer.
func queueWant(b *pgx.Batch, w search.Want, near []int32) *pgx.QueuedQuery {
	list := func(s []string) []string {
		return slices.DeleteFunc(append([]string{}, s...), func(s string) bool { return s == "" || !possible(s) })
	}
	begins, ends := w.Begins, search.Reverse(w.Ends)
	if !possible(begins) {
		begins = ""
	}
	if !possible(ends) {
		ends = ""
	}
	return b.Queue(`WITH answer AS MATERIALIZED (
			SELECT id FROM found_term WHERE root = ANY($1::text[])
			UNION SELECT id FROM found_term WHERE stem = ANY($2::text[])
			UNION SELECT id FROM found_term WHERE $3::text <> '' AND text >= $3 AND text < $4 AND (root <> '' OR NOT $5::bool) AND octet_length(text) >= $6
			UNION SELECT id FROM found_term WHERE $7::text <> '' AND rev >= $7 AND rev < $8 AND octet_length(text) >= $9
			UNION SELECT unnest($10::int[])
		), terms AS MATERIALIZED (SELECT coalesce(array_agg(id), '{}'::int[]) AS ids FROM answer)
		SELECT s.analysis, s.seq, h.seqs, h.heads FROM found_state s CROSS JOIN terms t
		CROSS JOIN LATERAL (SELECT array_agg(f.seq) AS seqs, array_agg(f.head && t.ids) AS heads FROM found_text f WHERE f.terms && t.ids) h`,
		list(w.Roots), list(w.Stems), begins, begins+afterAll, w.Rooted, len(begins)+w.Longer, ends, ends+afterAll, len(ends)+w.Longer, append([]int32{}, near...))
}

// spelled gives the terms that are spelled almost like what is asked for.
func (r *reader) spelled(ctx context.Context, w search.Want) (ids []int32, err error) {
	if w.Near == "" {
		return nil, nil
	}
	letters := len([]rune(w.Near))
	rows, err := r.from.Query(ctx, `SELECT id, text FROM found_term WHERE char_length(text) BETWEEN $1 AND $2`, letters-w.Within, letters+w.Within)
	if err != nil {
		return nil, err
	}
	var id int32
	var text string
	_, err = pgx.ForEachRow(rows, []any{&id, &text}, func() error {
		if w.Spelled(text) {
			ids = append(ids, id)
		}
		return nil
	})
	return ids, err
}

// TextRoots implements store.FindReader.
func (r *reader) TextRoots(ctx context.Context) (out store.Roots, err error) {
	err = r.ask(ctx, "zoeken", func(ctx context.Context) error {
		return r.from.still(ctx, func(tx pgx.Tx) error {
			out = store.Roots{Of: map[uint64][]int32{}}
			if out.Indexed, err = indexed(ctx, tx); err != nil {
				return err
			}
			rows, err := tx.Query(ctx, `SELECT id, root FROM found_term WHERE root <> ''`)
			if err != nil {
				return err
			}
			var roots search.Rooting[int32]
			var id int32
			var root string
			if _, err := pgx.ForEachRow(rows, []any{&id, &root}, func() error {
				roots.Term(id, root)
				return nil
			}); err != nil {
				return err
			}
			out.Names = roots.Names
			if rows, err = tx.Query(ctx, `SELECT seq, terms FROM found_text`); err != nil {
				return err
			}
			var seq uint64
			var ids []int32
			_, err = pgx.ForEachRow(rows, []any{&seq, &ids}, func() error {
				out.Of[seq] = roots.Of(ids)
				return nil
			})
			return err
		})
	})
	return out, err
}

// Index implements store.Finder. Only the row of found_state is locked beside what is
// written here, so that who writes the log does not wait; who erases waits for the end
// of it. The commit need not be on disk: what is lost is made again.
func (s *Store) Index(ctx context.Context, have store.Indexed, to uint64, texts []store.IndexedText) error {
	return s.derive(ctx, func(ctx context.Context, tx pgx.Tx) error {
		tag, err := tx.Exec(ctx, `UPDATE found_state SET seq = $3 WHERE analysis = $1 AND seq = $2`, have.Analysis, int64(have.Seq), int64(to))
		if err != nil {
			return err
		}
		if tag.RowsAffected() == 0 {
			return fmt.Errorf("%w (woordenlijst)", store.ErrConflict)
		}
		// From here on nobody erases: what is there now, stays until this is done.
		if texts, err = still(ctx, tx, texts); err != nil || len(texts) == 0 {
			return err
		}
		ids, err := termNumbers(ctx, tx, texts)
		if err != nil {
			return err
		}
		var seqs []int64
		var fields, terms, heads []string
		for _, t := range texts {
			var all, head []int32
			for _, w := range t.Terms {
				id := ids[w.Text]
				if all = append(all, id); w.Head {
					head = append(head, id)
				}
			}
			seqs, fields = append(seqs, int64(t.Seq)), append(fields, t.Field)
			terms, heads = append(terms, arrayText(all)), append(heads, arrayText(head))
		}
		_, err = tx.Exec(ctx, `INSERT INTO found_text (seq, field, terms, head) SELECT s, f, t::int[], h::int[] FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[]) AS x (s, f, t, h)`,
			seqs, fields, terms, heads)
		return err
	})
}

// still leaves out texts that were erased.
func still(ctx context.Context, tx pgx.Tx, texts []store.IndexedText) ([]store.IndexedText, error) {
	var seqs []int64
	var fields []string
	for _, t := range texts {
		seqs, fields = append(seqs, int64(t.Seq)), append(fields, t.Field)
	}
	rows, err := tx.Query(ctx, `SELECT p.seq FROM personal p JOIN unnest($1::bigint[], $2::text[]) AS x (s, f) ON p.seq = x.s AND p.field = x.f`, seqs, fields)
	if err != nil {
		return nil, err
	}
	list, err := pgx.CollectRows(rows, pgx.RowTo[uint64])
	if err != nil {
		return nil, err
	}
	there := make(map[uint64]bool, len(list))
	for _, seq := range list {
		there[seq] = true
	}
	return slices.DeleteFunc(slices.Clone(texts), func(t store.IndexedText) bool { return !there[t.Seq] }), nil
}

// termNumbers counts the terms of texts, and gives a number to those that are new.
func termNumbers(ctx context.Context, tx pgx.Tx, texts []store.IndexedText) (map[string]int32, error) {
	count, of := map[string]int64{}, map[string]search.Term{}
	for _, t := range texts {
		for _, w := range t.Terms {
			count[w.Text]++
			of[w.Text] = w
		}
	}
	var text, stem, root, rev []string
	var docs []int64
	for w, n := range count {
		text, stem, root, rev, docs = append(text, w), append(stem, of[w].Stem), append(root, of[w].Root), append(rev, search.Reverse(w)), append(docs, n)
	}
	ids := make(map[string]int32, len(text))
	var id int32
	var word string
	take := func(rows pgx.Rows, err error) error {
		if err != nil {
			return err
		}
		_, err = pgx.ForEachRow(rows, []any{&id, &word}, func() error { ids[word] = id; return nil })
		return err
	}
	if err := take(tx.Query(ctx, `UPDATE found_term t SET docs = t.docs + x.n FROM unnest($1::text[], $2::bigint[]) AS x (w, n) WHERE t.text = x.w RETURNING t.id, t.text`, text, docs)); err != nil {
		return nil, err
	}
	err := take(tx.Query(ctx, `INSERT INTO found_term (text, stem, root, rev, docs) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::bigint[]) AS x (w, s, r, v, n)
		WHERE NOT EXISTS (SELECT FROM found_term t WHERE t.text = x.w) RETURNING id, text`, text, stem, root, rev, docs))
	return ids, err
}

func arrayText(ids []int32) string {
	var b strings.Builder
	b.WriteByte('{')
	for i, id := range ids {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strconv.Itoa(int(id)))
	}
	b.WriteByte('}')
	return b.String()
}

// Unindex implements store.Finder.
func (s *Store) Unindex(ctx context.Context, analysis int) error {
	return s.derive(ctx, func(ctx context.Context, tx pgx.Tx) error {
		if _, err := tx.Exec(ctx, `UPDATE found_state SET analysis = $1, seq = 0`, analysis); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `DELETE FROM found_text`); err != nil {
			return err
		}
		_, err := tx.Exec(ctx, `DELETE FROM found_term`)
		return err
	})
}

// deriveTime bounds one write of what can be made again.
const deriveTime = 5 * time.Minute

// derive writes what is made of the log, in one transaction.
func (s *Store) derive(ctx context.Context, do func(context.Context, pgx.Tx) error) error {
	select {
	case <-s.stop:
		return store.ErrClosed
	default:
	}
	within, cancel := context.WithTimeout(ctx, deriveTime)
	defer cancel()
	err := pgx.BeginTxFunc(within, s.write, pgx.TxOptions{}, func(tx pgx.Tx) error {
		if _, err := tx.Exec(within, `SET LOCAL synchronous_commit = off`); err != nil {
			return err
		}
		return do(within, tx)
	})
	switch {
	case err == nil, errors.Is(err, store.ErrConflict):
		return err
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return failed("zoeken bijwerken", err)
}
