// Package sqlite keeps the log in one SQLite database in a data folder.
//
// One goroutine writes. It takes all requests that are waiting, puts them in
// one transaction and answers them after the commit (group commit), so that
// many requests share one fsync. The database runs in WAL mode with
// synchronous=FULL: an acknowledged request is on disk. Reads use a pool of
// their own and never wait for the writer.
//
// A lock on the folder keeps a second process from writing; readers such as
// "audit verify" may come along at any time.
package sqlite

import (
	"context"
	"crypto/rand"
	"database/sql"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net/url"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/pressly/goose/v3"
	_ "modernc.org/sqlite" // driver "sqlite"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

// File is the name of the database in the data folder.
const File = "logboek.sqlite"

// Options of Open. The zero value is good.
type Options struct {
	// Random gives the salts; crypto/rand when nil.
	Random io.Reader
	// Readers is the number of connections that read; 4 when 0.
	Readers int
}

// limits of one group commit: a batch is not so large that its first request
// waits long for the last.
const (
	maxGroup      = 512
	maxGroupBytes = 8 << 20
)

// Store implements store.Store.
type Store struct {
	reader
	write    *sql.DB
	lock     *lock
	random   io.Reader
	requests chan *request
	stop     chan struct{}
	done     chan struct{}
	once     sync.Once

	head event.Head // only the writer touches it
}

var _ store.Store = (*Store)(nil)

// Open opens the log in a data folder for reading and writing, and makes it
// when it is not there. store.ErrLocked: another process has it.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open %s: %w: %w", dir, store.ErrUnavailable, err)
	}
	l, err := takeLock(filepath.Join(dir, "lemniscaat.lock"))
	if err != nil {
		return nil, fmt.Errorf("datamap %s: %w", dir, err)
	}
	s := &Store{
		lock: l, random: o.Random, requests: make(chan *request, maxGroup),
		stop: make(chan struct{}), done: make(chan struct{}),
	}
	if err := s.open(ctx, filepath.Join(dir, File), o); err != nil {
		if s.write != nil {
			_ = s.write.Close()
		}
		if s.db != nil {
			_ = s.db.Close()
		}
		_ = l.release()
		return nil, err
	}
	go s.run()
	return s, nil
}

func (s *Store) open(ctx context.Context, path string, o Options) error {
	var err error
	if s.write, err = connect(path, "rwc", 1); err != nil {
		return err
	}
	if err := migrate(ctx, s.write); err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	if s.db, err = connect(path, "ro", max(o.Readers, 0)); err != nil {
		return err
	}
	if s.head, err = s.Head(ctx); err != nil {
		return err
	}
	return s.checkEnd(ctx)
}

// checkEnd refuses to build on a last event that is not what was written.
func (s *Store) checkEnd(ctx context.Context) error {
	if s.head.Seq == 0 {
		return nil
	}
	for r, err := range s.All(ctx, s.head.Seq) {
		if err != nil {
			return err
		}
		if r.Sum() != r.Hash {
			return &event.Tampered{Seq: r.Seq, Reason: "inhoud klopt niet met de hash"}
		}
	}
	return nil
}

// OpenReader opens the log for reading only. It needs no lock: another process
// may be writing.
func OpenReader(ctx context.Context, dir string) (store.Reader, error) {
	path := filepath.Join(dir, File)
	if _, err := os.Stat(path); err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, fmt.Errorf("datamap %s: geen logboek gevonden (verwacht: %s)", dir, File)
		}
		return nil, fmt.Errorf("datamap %s: %w: %w", dir, store.ErrUnavailable, err)
	}
	db, err := connect(path, "ro", 4)
	if err != nil {
		return nil, err
	}
	r := &reader{db: db}
	if _, err := r.Head(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("datamap %s: %w", dir, err)
	}
	return r, nil
}

func connect(path, mode string, conns int) (*sql.DB, error) {
	q := url.Values{"mode": {mode}, "_txlock": {"deferred"}}
	pragmas := []string{"busy_timeout(5000)", "foreign_keys(1)"}
	if mode == "ro" {
		pragmas = append(pragmas, "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
		// secure_delete overwrites what is erased.
		pragmas = append(pragmas, "journal_mode(WAL)", "synchronous(FULL)", "secure_delete(1)", "wal_autocheckpoint(4000)")
	}
	q["_pragma"] = pragmas
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: q.Encode()}).String())
	if err != nil {
		return nil, fmt.Errorf("open %s: %w: %w", path, store.ErrUnavailable, err)
	}
	if conns == 0 {
		conns = 4
	}
	db.SetMaxOpenConns(conns)
	db.SetMaxIdleConns(conns)
	return db, nil
}

func migrate(ctx context.Context, db *sql.DB) error {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, sub, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return fmt.Errorf("migrate: %w", err)
	}
	have, err := p.GetDBVersion(ctx)
	if err != nil {
		return fmt.Errorf("migrate: %w: %w", store.ErrUnavailable, err)
	}
	sources := p.ListSources()
	if last := sources[len(sources)-1].Version; have > last {
		return fmt.Errorf("het logboek is van een nieuwere versie van Lemniscaat (schema %d, deze kent %d): gebruik de nieuwere versie", have, last)
	}
	if _, err := p.Up(ctx); err != nil {
		return fmt.Errorf("migrate: %w: %w", store.ErrUnavailable, err)
	}
	return nil
}

type request struct {
	ctx   context.Context
	batch store.Batch
	reply chan reply
}

type reply struct {
	result store.Result
	err    error
}

// Append implements store.Store.
func (s *Store) Append(ctx context.Context, b store.Batch) (store.Result, error) {
	if len(b.Drafts) == 0 {
		return store.Result{}, store.ErrEmpty
	}
	for _, d := range b.Drafts {
		if err := d.Check(); err != nil {
			return store.Result{}, err
		}
	}
	if len(b.Key) > event.MaxName || len(b.Intent) > event.MaxName {
		return store.Result{}, fmt.Errorf("%w: sleutel is langer dan %d bytes", event.ErrDraft, event.MaxName)
	}
	if err := ctx.Err(); err != nil {
		return store.Result{}, err
	}
	r := &request{ctx: ctx, batch: b, reply: make(chan reply, 1)}
	select {
	case <-s.stop:
		return store.Result{}, store.ErrClosed
	default:
	}
	select {
	case s.requests <- r:
	case <-ctx.Done():
		return store.Result{}, ctx.Err()
	case <-s.stop:
		return store.Result{}, store.ErrClosed
	}
	select {
	case a := <-r.reply:
		return a.result, a.err
	case <-ctx.Done():
		return store.Result{}, ctx.Err()
	case <-s.done:
		// The writer answers everything that it took before it is done.
		select {
		case a := <-r.reply:
			return a.result, a.err
		default:
			return store.Result{}, store.ErrClosed
		}
	}
}

// Close waits for what is being written, and gives the folder free.
func (s *Store) Close() error {
	var err error
	s.once.Do(func() {
		close(s.stop)
		<-s.done
		err = errors.Join(s.db.Close(), s.write.Close(), s.lock.release())
	})
	return err
}

// run is the writer.
func (s *Store) run() {
	defer close(s.done)
	for {
		select {
		case <-s.stop:
			return
		case first := <-s.requests:
			s.commit(s.gather(first))
		}
	}
}

// gather takes what else is waiting.
func (s *Store) gather(first *request) []*request {
	group, size := []*request{first}, first.size()
	for len(group) < maxGroup && size < maxGroupBytes {
		select {
		case r := <-s.requests:
			group, size = append(group, r), size+r.size()
		default:
			return group
		}
	}
	return group
}

func (r *request) size() int {
	n := 0
	for _, d := range r.batch.Drafts {
		n += len(d.Data) + 512
		for _, t := range d.Personal {
			n += len(t)
		}
	}
	return n
}

// commit writes a group in one transaction and answers after it is on disk.
// When the transaction fails, each request is tried on its own, so that one
// that cannot be written does not take the others down.
func (s *Store) commit(group []*request) {
	replies, err := s.transact(group)
	if err != nil && len(group) > 1 {
		for _, r := range group {
			s.commit([]*request{r})
		}
		return
	}
	for i, r := range group {
		if err != nil {
			r.reply <- reply{err: fmt.Errorf("%w: %w", store.ErrUnavailable, err)}
			continue
		}
		r.reply <- replies[i]
	}
}

func (s *Store) transact(group []*request) (_ []reply, err error) {
	ctx := context.Background() // a group belongs to nobody: no one request may end it
	tx, err := s.write.BeginTx(ctx, nil)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = tx.Rollback()
		}
	}()
	w := &writing{tx: tx, head: s.head, versions: map[string]uint64{}, random: s.random}
	if err := w.prepare(ctx); err != nil {
		return nil, err
	}
	replies := make([]reply, len(group))
	erased := false
	for i, r := range group {
		if cause := r.ctx.Err(); cause != nil {
			replies[i].err = cause
			continue
		}
		result, err := w.one(ctx, r.batch)
		var no *rejection
		switch {
		case errors.As(err, &no):
			replies[i].err = no.cause
		case err != nil:
			return nil, err
		default:
			replies[i].result = result
			erased = erased || len(r.batch.Erase) > 0
		}
	}
	if err := w.flush(ctx); err != nil {
		return nil, err
	}
	if err := tx.Commit(); err != nil {
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

// rejection is a no to one request, before anything of it was written.
type rejection struct{ cause error }

func (r *rejection) Error() string { return r.cause.Error() }

// writing is one transaction of the writer.
type writing struct {
	tx       *sql.Tx
	head     event.Head
	versions map[string]uint64 // read or written in this transaction
	dirty    map[string]bool
	random   io.Reader

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

func (w *writing) one(ctx context.Context, b store.Batch) (store.Result, error) {
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
			return store.Result{}, &rejection{fmt.Errorf("%w (stroom %s: verwacht %d, gevonden %d)", store.ErrConflict, stream, want, have)}
		}
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
			return store.Result{}, &rejection{err}
		}
		records[i], next[d.Stream], head = r, v+1, r.Head()
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

// reader implements store.Reader.
type reader struct{ db *sql.DB }

func (r *reader) Close() error { return r.db.Close() }

func (r *reader) Head(ctx context.Context) (event.Head, error) {
	var h event.Head
	var sum []byte
	err := r.db.QueryRowContext(ctx, `SELECT seq, hash FROM event ORDER BY seq DESC LIMIT 1`).Scan(&h.Seq, &sum)
	if errors.Is(err, sql.ErrNoRows) {
		return event.Head{}, nil
	}
	if err != nil {
		return event.Head{}, unavailable("kop lezen", err)
	}
	copy(h.Hash[:], sum)
	return h, nil
}

func (r *reader) Version(ctx context.Context, stream string) (uint64, error) {
	var v uint64
	err := r.db.QueryRowContext(ctx, `SELECT version FROM stream WHERE id = ?`, stream).Scan(&v)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return 0, unavailable("stroom "+stream, err)
	}
	return v, nil
}

func (r *reader) Text(ctx context.Context, ref event.Ref) (string, error) {
	var s string
	err := r.db.QueryRowContext(ctx, `SELECT words FROM personal WHERE seq = ? AND field = ?`, ref.Seq, ref.Field).Scan(&s)
	if errors.Is(err, sql.ErrNoRows) {
		return "", fmt.Errorf("tekst %d/%s: %w", ref.Seq, ref.Field, store.ErrNotFound)
	}
	if err != nil {
		return "", unavailable("tekst lezen", err)
	}
	return s, nil
}

func (r *reader) Load(ctx context.Context, stream string) ([]event.Record, error) {
	var out []event.Record
	err := readOnly(ctx, r.db, func(tx *sql.Tx) error {
		var err error
		out, err = records(ctx, tx, `stream = ? ORDER BY stream_seq`, stream)
		return err
	})
	return out, err
}

// page is how many records All reads at a time.
const page = 2000

func (r *reader) All(ctx context.Context, from uint64) iter.Seq2[event.Record, error] {
	return func(yield func(event.Record, error) bool) {
		err := readOnly(ctx, r.db, func(tx *sql.Tx) error {
			for next := max(from, 1); ; {
				list, err := records(ctx, tx, `seq >= ? ORDER BY seq LIMIT ?`, next, page)
				if err != nil {
					return err
				}
				for _, e := range list {
					if !yield(e, nil) {
						return errStop
					}
					next = e.Seq + 1
				}
				if len(list) < page {
					return nil
				}
			}
		})
		if err != nil && !errors.Is(err, errStop) {
			yield(event.Record{}, err)
		}
	}
}

var errStop = errors.New("stop")

// Repeat implements store.Store.
func (s *Store) Repeat(ctx context.Context, key string) (out store.Result, ok bool, err error) {
	err = readOnly(ctx, s.db, func(tx *sql.Tx) error {
		out, ok, err = repeat(ctx, tx, key, nil)
		return err
	})
	return out, ok, err
}

// repeat gives what a request did before. An intent that differs is
// rejected.
func repeat(ctx context.Context, tx *sql.Tx, key string, intent *string) (store.Result, bool, error) {
	var was string
	var first, last uint64
	err := tx.QueryRowContext(ctx, `SELECT intent, first, last FROM request WHERE key = ?`, key).Scan(&was, &first, &last)
	if errors.Is(err, sql.ErrNoRows) {
		return store.Result{}, false, nil
	}
	if err != nil {
		return store.Result{}, false, err
	}
	if intent != nil && *intent != was {
		return store.Result{}, false, &rejection{store.ErrKeyReused}
	}
	list, err := records(ctx, tx, `seq BETWEEN ? AND ? ORDER BY seq`, first, last)
	return store.Result{Records: list, Repeated: true}, true, err
}

func readOnly(ctx context.Context, db *sql.DB, do func(*sql.Tx) error) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return unavailable("lezen", err)
	}
	defer func() { _ = tx.Rollback() }()
	if err := do(tx); err != nil {
		if errors.Is(err, errStop) || errors.Is(err, errDamaged) {
			return err
		}
		return unavailable("lezen", err)
	}
	return nil
}

// errDamaged marks rows that are not what the program wrote.
var errDamaged = errors.New("rij onleesbaar")

// records reads the events that a condition selects, and then the words that
// still exist of them.
func records(ctx context.Context, tx *sql.Tx, where string, args ...any) ([]event.Record, error) {
	rows, err := tx.QueryContext(ctx, `SELECT seq, stream, stream_seq, type, at_second, at_nano, actor, data, personal, prev, hash FROM event WHERE `+where, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var out []event.Record
	index := map[uint64]int{}
	for rows.Next() {
		var e event.Event
		var second, nano int64
		var data, personal, prev, hash []byte
		if err := rows.Scan(&e.Seq, &e.Stream, &e.StreamSeq, &e.Type, &second, &nano, &e.Actor, &data, &personal, &prev, &hash); err != nil {
			return nil, err
		}
		e.At, e.Data = time.Unix(second, nano).UTC(), data
		copy(e.PrevHash[:], prev)
		copy(e.Hash[:], hash)
		if personal != nil {
			if err := json.Unmarshal(personal, &e.Personal); err != nil {
				return nil, fmt.Errorf("%w: %w", errDamaged, &event.Tampered{Seq: e.Seq, Reason: "de lijst van persoonlijke velden is veranderd"})
			}
			index[e.Seq] = len(out)
		}
		out = append(out, event.Record{Event: e})
	}
	if err := rows.Err(); err != nil {
		return nil, err
	}
	if len(index) == 0 {
		return out, nil
	}
	words, err := tx.QueryContext(ctx, `SELECT seq, field, words, salt FROM personal WHERE seq IN (SELECT seq FROM event WHERE `+where+`)`, args...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = words.Close() }()
	for words.Next() {
		var seq uint64
		var field string
		var s event.Secret
		if err := words.Scan(&seq, &field, &s.Text, &s.Salt); err != nil {
			return nil, err
		}
		i, ok := index[seq]
		if !ok {
			return nil, fmt.Errorf("%w: %w", errDamaged, &event.Tampered{Seq: seq, Reason: fmt.Sprintf("tekst %q hoort niet bij deze gebeurtenis", field)})
		}
		if out[i].Secrets == nil {
			out[i].Secrets = map[string]event.Secret{}
		}
		out[i].Secrets[field] = s
	}
	return out, words.Err()
}

func unavailable(what string, err error) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return fmt.Errorf("%s: %w: %w", what, store.ErrUnavailable, err)
}
