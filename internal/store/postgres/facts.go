package postgres

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/event"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/group"
	"lemniscaat/internal/store/table"
)

// AppendFacts implements store.Facts.
func (s *Store) AppendFacts(ctx context.Context, b store.Batch, facts []outcome.Fact) (store.Result, error) {
	for _, f := range facts {
		for _, t := range []string{f.Source, f.ID, f.Case, f.Regulation, f.Article, f.Step, f.Version, f.Exception, f.Ground, f.GroupText()} {
			if len(t) > 4*event.MaxName || !possible(t) {
				return store.Result{}, fmt.Errorf("%w: een veld van een feit moet geldige tekst zijn van ten hoogste %d bytes", event.ErrDraft, 4*event.MaxName)
			}
		}
	}
	return s.append(ctx, b, facts)
}

// Rebuild implements store.Facts.
func (s *Store) Rebuild(ctx context.Context) (store.Rebuilt, error) {
	var out store.Rebuilt
	if _, err := s.log.Send(ctx, &request{rebuild: &out}); err != nil {
		return store.Rebuilt{}, err
	}
	return out, nil
}

// factWriter is what one transaction knows of facts, and what it adds. Words and
// cells are numbered here, which is safe under the lock of the log.
type factWriter struct {
	known                      map[outcome.Key]bool
	words                      map[string]int64
	cells                      map[outcome.Cell]int64 // without a week
	lastWord, lastCell, lastID int64
	newWords                   []string
	newCells                   []outcome.Cell
	firstWord, firstCell       int64 // numbers of the first new ones

	rows      factRows
	week, day table.Tally
	// replaced: the cube is written anew.
	replaced bool
}

// read asks for what is known of the facts in a group.
func (w *factWriter) read(b *pgx.Batch, group []*request) {
	var keys [][]byte
	texts, cells := map[string]bool{}, map[outcome.Cell]bool{}
	all := false
	for _, r := range group {
		all = all || r.rebuild != nil
		given := r.facts
		if r.fill != nil {
			for _, x := range r.fill.Facts {
				given = append(given, x.Facts...)
			}
		}
		for _, f := range given {
			k := f.Key()
			keys = append(keys, k[:])
			for _, t := range []string{f.Source, f.GroupText(), f.Version, f.Exception} {
				texts[t] = true
			}
			for _, c := range f.Cells() {
				cells[timeless(c)] = true
			}
		}
	}
	w.known, w.words, w.cells = map[outcome.Key]bool{}, map[string]int64{"": 0}, map[outcome.Cell]int64{}
	w.week, w.day = table.Tally{}, table.Tally{}
	if len(keys) == 0 && !all {
		return
	}
	b.Queue(`SELECT coalesce((SELECT max(id) FROM word), 0), coalesce((SELECT max(id) FROM cell), 0), coalesce((SELECT max(id) FROM fact), 0)`).
		QueryRow(func(row pgx.Row) error {
			err := row.Scan(&w.lastWord, &w.lastCell, &w.lastID)
			w.firstWord, w.firstCell = w.lastWord+1, w.lastCell+1
			return err
		})
	b.Queue(`SELECT key FROM fact WHERE key = ANY($1::bytea[])`, keys).Query(func(rows pgx.Rows) error {
		var key []byte
		_, err := pgx.ForEachRow(rows, []any{&key}, func() error { w.known[outcome.Key(key)] = true; return nil })
		return err
	})
	b.Queue(`SELECT id, text FROM word WHERE text = ANY($1::text[])`, slices.Collect(maps.Keys(texts))).Query(func(rows pgx.Rows) error {
		var id int64
		var text string
		_, err := pgx.ForEachRow(rows, []any{&id, &text}, func() error { w.words[text] = id; return nil })
		return err
	})
	where, args := `digest = ANY($1::bytea[])`, []any{digests(slices.Collect(maps.Keys(cells)))}
	if all {
		where, args = `true`, nil
	}
	b.Queue(`SELECT `+cellColumns+` FROM cell WHERE `+where, args...).Query(func(rows pgx.Rows) error {
		cells, err := scanCells(rows)
		for id, c := range cells {
			w.cells[c] = id
		}
		return err
	})
}

func timeless(c outcome.Cell) outcome.Cell {
	c.Week = outcome.Cell{}.Week
	return c
}

// digests names cells by what they are: all of it together may be too long for an
// index.
func digests(cells []outcome.Cell) [][]byte {
	out := make([][]byte, 0, len(cells))
	for _, c := range cells {
		var b []byte
		for _, t := range []string{c.Regulation, c.Article, c.Step, c.Group, string(c.Class), c.Ground} {
			b = binary.BigEndian.AppendUint64(b, uint64(len(t)))
			b = append(b, t...)
		}
		sum := sha256.Sum256(b)
		out = append(out, sum[:])
	}
	return out
}

// fresh rejects facts of which a key exists or comes twice.
func (w *factWriter) fresh(facts []outcome.Fact) error {
	seen := make(map[outcome.Key]bool, len(facts))
	for _, f := range facts {
		k := f.Key()
		if w.known[k] || seen[k] {
			return group.Reject(store.ErrKnown)
		}
		seen[k] = true
	}
	return nil
}

func (w *factWriter) wordID(text string) int64 {
	id, ok := w.words[text]
	if !ok {
		w.lastWord++
		id = w.lastWord
		w.words[text] = id
		w.newWords = append(w.newWords, text)
	}
	return id
}

func (w *factWriter) cellID(c outcome.Cell) int64 {
	c = timeless(c)
	id, ok := w.cells[c]
	if !ok {
		w.lastCell++
		id = w.lastCell
		w.cells[c] = id
		w.newCells = append(w.newCells, c)
	}
	return id
}

// add takes the facts of a batch that is not refused.
func (w *factWriter) add(batch uint64, facts []outcome.Fact) {
	for _, f := range facts {
		w.known[f.Key()] = true
		cell := w.put(batch, f)
		counts := f.Counts()
		w.day.Add(table.When{Cell: cell, Day: outcome.Day(f.Date)}, counts)
		for _, c := range f.Cells() {
			w.week.Add(table.When{Cell: w.cellID(c), Day: outcome.Day(c.Week)}, counts)
		}
	}
}

func (w *factWriter) put(batch uint64, f outcome.Fact) (cell int64) {
	w.lastID++
	cell = w.cellID(f.Cells()[0])
	key, finger := f.Key(), f.Sum()
	r := &w.rows
	r.key, r.sum = append(r.key, key[:]), append(r.sum, finger[:])
	for i, v := range []int64{
		w.lastID, int64(batch), w.wordID(f.Source), cell, w.wordID(f.GroupText()), w.wordID(f.Version), w.wordID(f.Exception),
		int64(table.Contact(f.Contact)), int64(outcome.Day(f.Date)), int64(table.Flags(f)),
	} {
		r.numbers[i] = append(r.numbers[i], v)
	}
	for i, v := range []string{f.ID, f.Case, f.Amount.String(), f.Loss.String(), f.Share.String()} {
		r.texts[i] = append(r.texts[i], v)
	}
	return cell
}

// factRows are the columns of facts to insert.
type factRows struct {
	key, sum [][]byte
	numbers  [10][]int64 // id, batch, source, cell, groups, version, exception, contact, day, flags
	texts    [5][]string // name, zaak, amount, loss, share
}

func (r *factRows) queue(b *pgx.Batch) {
	if len(r.key) == 0 {
		return
	}
	args := []any{r.key, r.sum}
	casts := []string{"$1::bytea[]", "$2::bytea[]"}
	for _, c := range r.numbers {
		args = append(args, c)
		casts = append(casts, fmt.Sprintf("$%d::bigint[]", len(args)))
	}
	for _, c := range r.texts {
		args = append(args, c)
		casts = append(casts, fmt.Sprintf("$%d::text[]", len(args)))
	}
	b.Queue(`INSERT INTO fact (key, sum, id, batch, source, cell, groups, version, exception, contact, day, flags, name, zaak, amount, loss, share)
		SELECT * FROM unnest(`+strings.Join(casts, ", ")+`)`, args...)
}

// write queues what the transaction adds.
func (w *factWriter) write(b *pgx.Batch) {
	if len(w.newWords) > 0 {
		b.Queue(`INSERT INTO word (id, text) SELECT $1::bigint + o - 1, t FROM unnest($2::text[]) WITH ORDINALITY AS n (t, o)`, w.firstWord, w.newWords)
	}
	if len(w.newCells) > 0 {
		var cols [6][]string
		for _, c := range w.newCells {
			for i, v := range []string{c.Regulation, c.Article, c.Step, c.Group, string(c.Class), c.Ground} {
				cols[i] = append(cols[i], v)
			}
		}
		b.Queue(`INSERT INTO cell (id, digest, regulation, article, step, grp, class, ground) SELECT $1::bigint + o - 1, d, r, a, s, g, c, e
			FROM unnest($2::bytea[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[]) WITH ORDINALITY AS n (d, r, a, s, g, c, e, o)`,
			w.firstCell, digests(w.newCells), cols[0], cols[1], cols[2], cols[3], cols[4], cols[5])
	}
	w.rows.queue(b)
	if w.replaced {
		b.Queue(`DELETE FROM cube`)
		b.Queue(`DELETE FROM cube_day`)
	}
	pour(b, "cube", "week", w.week)
	pour(b, "cube_day", "day", w.day)
}

// pour queues additions to a cube, once per cell.
func pour(b *pgx.Batch, name, unit string, counts table.Tally) {
	if len(counts) == 0 {
		return
	}
	cols := make([][]int64, 14)
	for k, c := range counts {
		for i, v := range append([]int64{k.Cell, int64(k.Day)}, table.Values(*c)...) {
			cols[i] = append(cols[i], v)
		}
	}
	var args []any
	var casts, adds []string
	for _, c := range cols {
		args = append(args, c)
		casts = append(casts, fmt.Sprintf("$%d::bigint[]", len(args)))
	}
	for c := range strings.SplitSeq(table.Counts, ", ") {
		adds = append(adds, fmt.Sprintf("%s = %s.%s + excluded.%s", c, name, c, c))
	}
	b.Queue(`INSERT INTO `+name+` (cell, `+unit+`, `+table.Counts+`) SELECT * FROM unnest(`+strings.Join(casts, ", ")+`)
		ON CONFLICT (cell, `+unit+`) DO UPDATE SET `+strings.Join(adds, ", "), args...)
}

// rebuild counts the cube again and compares. What this transaction itself added is
// not in the database yet and counts along on both sides.
func (w *factWriter) rebuild(ctx context.Context, q querier, out *store.Rebuilt) error {
	*out = store.Rebuilt{}
	week, day := table.Tally{}, table.Tally{}
	err := eachFact(ctx, once(q), func(_ uint64, f outcome.Fact) error {
		out.Facts++
		counts := f.Counts()
		for i, c := range f.Cells() {
			id := w.cellID(c)
			if i == 0 {
				day.Add(table.When{Cell: id, Day: outcome.Day(f.Date)}, counts)
			}
			week.Add(table.When{Cell: id, Day: outcome.Day(c.Week)}, counts)
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, part := range []struct {
		name, unit string
		want       table.Tally
	}{{"cube", "week", week}, {"cube_day", "day", day}} {
		have, err := counted(ctx, q, part.name, part.unit)
		if err != nil {
			return err
		}
		out.Differs += part.want.Differs(have)
	}
	if w.replaced { // by another who asked in this group
		out.Differs = 0
	}
	if out.Differs > 0 {
		for k, c := range week {
			w.week.Add(k, *c)
		}
		for k, c := range day {
			w.day.Add(k, *c)
		}
		w.replaced = true
	}
	// What this transaction adds is counted with the rest.
	out.Facts += int64(len(w.rows.key))
	for k := range w.week {
		week[k] = nil
	}
	for k := range w.day {
		day[k] = nil
	}
	out.Cells = int64(len(week) + len(day))
	return nil
}

func counted(ctx context.Context, q querier, name, unit string) (table.Tally, error) {
	rows, err := q.Query(ctx, `SELECT cell, `+unit+`, `+table.Counts+` FROM `+name)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	out := table.Tally{}
	for rows.Next() {
		var k table.When
		var c outcome.Counts
		if err := rows.Scan(append([]any{&k.Cell, &k.Day}, table.Into(&c)...)...); err != nil {
			return nil, err
		}
		out[k] = &c
	}
	return out, rows.Err()
}
