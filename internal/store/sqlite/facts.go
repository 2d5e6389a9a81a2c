package sqlite

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"maps"

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
			if len(t) > 4*event.MaxName {
				return store.Result{}, fmt.Errorf("%w: een veld van een feit is langer dan %d bytes", event.ErrDraft, 4*event.MaxName)
			}
		}
	}
	return s.append(ctx, b, facts)
}

// Rebuild implements store.Facts.
func (s *Store) Rebuild(ctx context.Context) (store.Rebuilt, error) {
	var out store.Rebuilt
	_, err := s.writer.Send(ctx, &request{do: func(ctx context.Context, w *writing) error { return w.facts.rebuild(ctx, &out) }})
	return out, err
}

// dictionary remembers the numbers of words and cells over transactions.
type dictionary struct {
	words map[string]int64
	cells map[outcome.Cell]int64 // without a week
}

func (d *dictionary) forget() { d.words, d.cells = nil, nil }

// maxRemembered bounds the memory of a dictionary; the database knows the
// rest.
const maxRemembered = 100_000

// factWriter writes the facts of one transaction.
type factWriter struct {
	tx    *sql.Tx
	words *dictionary

	insert, word, newWord, cell, newCell *sql.Stmt
	week, day                            table.Tally
}

// prepare makes the statements, the first time that the transaction writes
// facts.
func (w *factWriter) prepare(ctx context.Context) error {
	if w.insert != nil {
		return nil
	}
	for _, p := range []struct {
		to *(*sql.Stmt)
		q  string
	}{
		{&w.word, `SELECT id FROM word WHERE text = ?`},
		{&w.newWord, `INSERT INTO word (text) VALUES (?)`},
		{&w.cell, `SELECT id FROM cell WHERE regulation = ? AND article = ? AND step = ? AND grp = ? AND class = ? AND ground = ?`},
		{&w.newCell, `INSERT INTO cell (regulation, article, step, grp, class, ground) VALUES (?,?,?,?,?,?)`},
		{&w.insert, `INSERT INTO fact (key, sum, batch, source, name, zaak, cell, groups, version, exception, contact, day, flags, amount, loss, share)
			VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,?,?) ON CONFLICT (key) DO NOTHING`},
	} {
		st, err := w.tx.PrepareContext(ctx, p.q) //nolint:sqlclosecheck // the end of the transaction closes it
		if err != nil {
			return err
		}
		*p.to = st
	}
	return nil
}

// wordID numbers a text. The empty text is 0.
func (w *factWriter) wordID(ctx context.Context, text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	if id, ok := w.words.words[text]; ok {
		return id, nil
	}
	var id int64
	if err := w.word.QueryRowContext(ctx, text).Scan(&id); errors.Is(err, sql.ErrNoRows) {
		r, err := w.newWord.ExecContext(ctx, text)
		if err != nil {
			return 0, err
		}
		if id, err = r.LastInsertId(); err != nil {
			return 0, err
		}
	} else if err != nil {
		return 0, err
	}
	if w.words.words == nil || len(w.words.words) >= maxRemembered {
		w.words.words = map[string]int64{}
	}
	w.words.words[text] = id
	return id, nil
}

func (w *factWriter) cellID(ctx context.Context, c outcome.Cell) (int64, error) {
	c.Week = outcome.Cell{}.Week
	if id, ok := w.words.cells[c]; ok {
		return id, nil
	}
	args := []any{c.Regulation, c.Article, c.Step, c.Group, string(c.Class), c.Ground}
	var id int64
	if err := w.cell.QueryRowContext(ctx, args...).Scan(&id); errors.Is(err, sql.ErrNoRows) {
		r, err := w.newCell.ExecContext(ctx, args...)
		if err != nil {
			return 0, err
		}
		if id, err = r.LastInsertId(); err != nil {
			return 0, err
		}
	} else if err != nil {
		return 0, err
	}
	if w.words.cells == nil || len(w.words.cells) >= maxRemembered {
		w.words.cells = map[outcome.Cell]int64{}
	}
	w.words.cells[c] = id
	return id, nil
}

// add writes the facts of one batch. A key that exists rejects the batch; what
// was written of it is taken back.
func (w *factWriter) add(ctx context.Context, batch uint64, facts []outcome.Fact) error {
	if len(facts) == 0 {
		return nil
	}
	if err := w.prepare(ctx); err != nil {
		return err
	}
	if _, err := w.tx.ExecContext(ctx, `SAVEPOINT facts`); err != nil {
		return err
	}
	week, day := table.Tally{}, table.Tally{}
	known := false
	for _, f := range facts {
		cell, fresh, err := w.put(ctx, batch, f)
		if err != nil {
			return err
		}
		if known = !fresh; known {
			break
		}
		counts := f.Counts()
		day.Add(table.When{Cell: cell, Day: outcome.Day(f.Date)}, counts)
		for i, c := range f.Cells() {
			if i > 0 {
				if cell, err = w.cellID(ctx, c); err != nil {
					return err
				}
			}
			week.Add(table.When{Cell: cell, Day: outcome.Day(c.Week)}, counts)
		}
	}
	end := `RELEASE facts`
	if known {
		// Words and cells that were numbered for this batch are gone with it.
		w.words.forget()
		end = `ROLLBACK TO facts; RELEASE facts`
	}
	if _, err := w.tx.ExecContext(ctx, end); err != nil {
		return err
	}
	if known {
		return group.Reject(store.ErrKnown)
	}
	if w.week == nil {
		w.week, w.day = table.Tally{}, table.Tally{}
	}
	for k, c := range week {
		w.week.Add(k, *c)
	}
	for k, c := range day {
		w.day.Add(k, *c)
	}
	return nil
}

// put writes one fact and gives its cell; fresh is false when the key exists.
func (w *factWriter) put(ctx context.Context, batch uint64, f outcome.Fact) (cell int64, fresh bool, err error) {
	if cell, err = w.cellID(ctx, f.Cells()[0]); err != nil {
		return 0, false, err
	}
	var ids [4]int64
	for i, t := range []string{f.Source, f.GroupText(), f.Version, f.Exception} {
		if ids[i], err = w.wordID(ctx, t); err != nil {
			return 0, false, err
		}
	}
	key, finger := f.Key(), f.Sum()
	r, err := w.insert.ExecContext(ctx, key[:], finger[:], batch, ids[0], f.ID, f.Case, cell, ids[1], ids[2], ids[3], table.Contact(f.Contact),
		outcome.Day(f.Date), table.Flags(f), f.Amount.String(), f.Loss.String(), f.Share.String())
	if err != nil {
		return 0, false, err
	}
	n, err := r.RowsAffected()
	return cell, n == 1, err
}

const (
	countUpsert = `n = n + excluded.n, weighs = weighs + excluded.weighs, unheard = unheard + excluded.unheard, unreached = unreached + excluded.unreached,
		excepted = excepted + excluded.excepted, late = late + excluded.late, asked = asked + excluded.asked, synthetic = synthetic + excluded.synthetic,
		amount = amount + excluded.amount, loss = loss + excluded.loss, shares = shares + excluded.shares, share_tenth = share_tenth + excluded.share_tenth`
)

// flush writes what the transaction adds to the cube, once per cell.
func (w *factWriter) flush(ctx context.Context) error {
	err := errors.Join(w.pour(ctx, "cube", "week", w.week), w.pour(ctx, "cube_day", "day", w.day))
	w.week, w.day = nil, nil
	return err
}

func (w *factWriter) pour(ctx context.Context, name, unit string, counts table.Tally) error {
	if len(counts) == 0 {
		return nil
	}
	st, err := w.tx.PrepareContext(ctx, `INSERT INTO `+name+` (cell, `+unit+`, `+table.Counts+`) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)
		ON CONFLICT (cell, `+unit+`) DO UPDATE SET `+countUpsert)
	if err != nil {
		return err
	}
	defer st.Close() //nolint:errcheck // the transaction tells
	for k, c := range counts {
		args := []any{k.Cell, k.Day}
		for _, n := range table.Values(*c) {
			args = append(args, n)
		}
		if _, err := st.ExecContext(ctx, args...); err != nil {
			return err
		}
	}
	return nil
}

// rebuild counts the cube again and compares.
func (w *factWriter) rebuild(ctx context.Context, out *store.Rebuilt) error {
	if err := w.flush(ctx); err != nil { // what this transaction added so far
		return err
	}
	*out = store.Rebuilt{}
	if err := w.prepare(ctx); err != nil {
		return err
	}
	week, day := table.Tally{}, table.Tally{}
	err := eachFact(ctx, w.tx, func(_ uint64, f outcome.Fact) error {
		out.Facts++
		counts := f.Counts()
		for i, c := range f.Cells() {
			id, err := w.cellID(ctx, c)
			if err != nil {
				return err
			}
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
	out.Cells = int64(len(week) + len(day))
	for _, part := range []struct {
		name, unit string
		want       table.Tally
	}{{"cube", "week", week}, {"cube_day", "day", day}} {
		have, err := counted(ctx, w.tx, part.name, part.unit)
		if err != nil {
			return err
		}
		if maps.EqualFunc(have, part.want, func(a, b *outcome.Counts) bool { return *a == *b }) {
			continue
		}
		out.Differs += part.want.Differs(have)
		if _, err := w.tx.ExecContext(ctx, `DELETE FROM `+part.name); err != nil {
			return err
		}
		if part.name == "cube" {
			w.week = part.want
		} else {
			w.day = part.want
		}
	}
	return w.flush(ctx)
}

func counted(ctx context.Context, tx *sql.Tx, name, unit string) (table.Tally, error) {
	rows, err := tx.QueryContext(ctx, `SELECT cell, `+unit+`, `+table.Counts+` FROM `+name)
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
