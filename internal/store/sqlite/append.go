package sqlite

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/group"
)

// request is what one caller asks of the writer.
type request struct {
	group.Caller
	batch store.Batch
	facts []outcome.Fact
	// do asks for another thing than a batch; what it refuses is a *group.Rejection,
	// and then it has written nothing.
	do func(ctx context.Context, w *writing) error
}

// Size implements group.Request.
func (r *request) Size() int { return group.Size(r.batch, r.facts) }

// Append implements store.Store.
func (s *Store) Append(ctx context.Context, b store.Batch) (store.Result, error) {
	return s.append(ctx, b, nil)
}

func (s *Store) append(ctx context.Context, b store.Batch, facts []outcome.Fact) (store.Result, error) {
	if err := b.Check(); err != nil {
		return store.Result{}, err
	}
	return s.writer.Send(ctx, &request{batch: b, facts: facts})
}

// commit writes a group in one transaction and answers after it is on disk.
// When the transaction fails, each request is tried on its own, so that one
// that cannot be written does not take the others down.
func (s *Store) commit(all []*request) {
	replies, err := s.transact(all)
	if err != nil && len(all) > 1 {
		for _, r := range all {
			s.commit([]*request{r})
		}
		return
	}
	if err != nil {
		err = fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	group.Answer(all, replies, err)
}

func (s *Store) transact(all []*request) (_ []group.Reply, err error) {
	ctx := context.Background() // a group belongs to nobody: no one request may end it
	if err := s.same(); err != nil {
		return nil, err
	}
	if s.unsure {
		if s.head, err = s.Head(ctx); err != nil {
			return nil, err
		}
		s.unsure = false
	}
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback()
		}
	}()
	w := &writing{tx: tx, head: s.head, versions: map[string]uint64{}, random: s.random, now: s.now()}
	w.facts = factWriter{tx: tx, words: s.words}
	if err := w.prepare(ctx); err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			s.words.forget() // numbers that were given in this transaction are gone
		}
	}()
	erased := false
	replies, err := group.Each(all, func(r *request) (store.Result, error) {
		result, err := w.any(ctx, r)
		erased = erased || err == nil && len(r.batch.Erase) > 0
		return result, err
	})
	if err != nil {
		return nil, err
	}
	if err := w.flush(ctx); err != nil {
		return nil, err
	}
	if err := w.facts.flush(ctx); err != nil {
		return nil, err
	}
	if err := tx.Commit(); err != nil {
		// Package sql takes the transaction for ended; SQLite may not. Whether it
		// was written the next transaction reads.
		_, _ = s.write.ExecContext(ctx, "ROLLBACK")
		s.unsure = true
		return nil, err
	}
	s.head = w.head
	if erased {
		// The words are still in the WAL; this puts the overwritten pages in
		// the database and empties it. A reader that is busy may delay it to
		// the next time.
		_, _ = s.write.ExecContext(ctx, "PRAGMA wal_checkpoint(TRUNCATE)")
	}
	return replies, nil
}

// same reports an error when the database is not where it was any more: taken
// away, or another put in its place. SQLite would go on writing in a file that
// nobody can find back.
func (s *Store) same() error {
	now, err := os.Stat(s.path)
	if err != nil {
		return fmt.Errorf("het logboek is weg: %w", err)
	}
	if !os.SameFile(now, s.file) {
		return fmt.Errorf("op de plaats van het logboek staat een ander bestand: %s", s.path)
	}
	return nil
}

// writing is one transaction of the writer.
type writing struct {
	tx       *sql.Tx
	head     event.Head
	versions map[string]uint64 // read or written in this transaction
	dirty    map[string]bool
	random   io.Reader
	now      time.Time
	facts    factWriter

	version, insert, secret, erase, request, newStream *sql.Stmt
}

func (w *writing) prepare(ctx context.Context) error {
	w.dirty = map[string]bool{}
	for _, p := range []struct {
		to *(*sql.Stmt)
		q  string
	}{
		{&w.version, `SELECT version FROM stream WHERE id = ?`},
		{&w.newStream, `INSERT INTO stream (id, version) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET version = excluded.version`},
		{&w.insert, `INSERT INTO event (seq, stream, stream_seq, type, at_second, at_nano, actor, data, personal, prev, hash) VALUES (?,?,?,?,?,?,?,?,?,?,?)`},
		{&w.secret, `INSERT INTO personal (seq, field, words, salt) VALUES (?,?,?,?)`},
		{&w.erase, `DELETE FROM personal WHERE seq = ? AND field = ?`},
		{&w.request, `INSERT INTO request (key, intent, first, last) VALUES (?,?,?,?)`},
	} {
		st, err := w.tx.PrepareContext(ctx, p.q) //nolint:sqlclosecheck // the end of the transaction closes it
		if err != nil {
			return err
		}
		*p.to = st
	}
	return nil
}

func (w *writing) at(ctx context.Context, stream string) (uint64, error) {
	if v, ok := w.versions[stream]; ok {
		return v, nil
	}
	var v uint64
	if err := w.version.QueryRowContext(ctx, stream).Scan(&v); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, err
	}
	w.versions[stream] = v
	return v, nil
}

func (w *writing) any(ctx context.Context, r *request) (store.Result, error) {
	if r.do != nil {
		return store.Result{}, r.do(ctx, w)
	}
	return w.one(ctx, r.batch, r.facts)
}

func (w *writing) one(ctx context.Context, b store.Batch, facts []outcome.Fact) (store.Result, error) {
	if b.Key != "" {
		r, ok, err := repeat(ctx, w.tx, b.Key, &b.Intent)
		if err != nil || ok {
			return r, err
		}
	}
	for stream, want := range b.Expect {
		have, err := w.at(ctx, stream)
		if err != nil {
			return store.Result{}, err
		}
		if have != want {
			return store.Result{}, group.Reject(fmt.Errorf("%w (stroom %s: verwacht %d, gevonden %d)", store.ErrConflict, stream, want, have))
		}
	}
	if err := w.expect(ctx, b.Changes); err != nil {
		return store.Result{}, err
	}
	// Seal everything first: what can be refused is refused before anything
	// is written.
	head, next := w.head, map[string]uint64{}
	records := make([]event.Record, len(b.Drafts))
	for i, d := range b.Drafts {
		v, ok := next[d.Stream]
		if !ok {
			var err error
			if v, err = w.at(ctx, d.Stream); err != nil {
				return store.Result{}, err
			}
		}
		r, err := event.Seal(d, head, v+1, w.salt)
		if err != nil {
			return store.Result{}, group.Reject(err)
		}
		records[i], next[d.Stream], head = r, v+1, r.Head()
	}
	if err := w.facts.add(ctx, records[0].Seq, facts); err != nil {
		return store.Result{}, err
	}
	for stream, v := range next {
		if w.versions[stream] == 0 {
			if _, err := w.newStream.ExecContext(ctx, stream, v); err != nil {
				return store.Result{}, err
			}
		}
		w.versions[stream], w.dirty[stream] = v, true
	}
	for _, r := range records {
		if err := w.put(ctx, r); err != nil {
			return store.Result{}, err
		}
	}
	for _, ref := range b.Erase {
		if _, err := w.erase.ExecContext(ctx, ref.Seq, ref.Field); err != nil {
			return store.Result{}, err
		}
	}
	if err := w.change(ctx, b.Changes); err != nil {
		return store.Result{}, err
	}
	if b.Key != "" {
		if _, err := w.request.ExecContext(ctx, b.Key, b.Intent, records[0].Seq, records[len(records)-1].Seq); err != nil {
			return store.Result{}, err
		}
	}
	w.head = head
	return store.Result{Records: records}, nil
}

func (w *writing) salt() ([]byte, error) {
	b := make([]byte, event.SaltSize)
	_, err := io.ReadFull(w.random, b)
	return b, err
}

func (w *writing) put(ctx context.Context, r event.Record) error {
	var personal []byte
	if len(r.Personal) > 0 {
		var err error
		if personal, err = json.Marshal(r.Personal); err != nil {
			return err
		}
	}
	if _, err := w.insert.ExecContext(ctx, r.Seq, r.Stream, r.StreamSeq, r.Type, r.At.Unix(), r.At.Nanosecond(), r.Actor, []byte(r.Data), personal, r.PrevHash[:], r.Hash[:]); err != nil {
		return err
	}
	for f, s := range r.Secrets {
		if _, err := w.secret.ExecContext(ctx, r.Seq, f, s.Text, s.Salt); err != nil {
			return err
		}
	}
	return nil
}

// flush writes the versions of the streams once per transaction.
func (w *writing) flush(ctx context.Context) error {
	for stream := range w.dirty {
		if _, err := w.newStream.ExecContext(ctx, stream, w.versions[stream]); err != nil {
			return err
		}
	}
	return nil
}
