// Package postgres keeps the log in a PostgreSQL database that several processes
// share.
//
// In each process one goroutine writes events and another writes items. Each takes
// all requests that are waiting, puts them in one transaction and answers them after
// the commit (group commit). A transaction that writes events first takes a lock
// that all processes share, so that events are numbered and chained in the order in
// which they are committed: what one reads is never followed by something older. An
// acknowledged request is on the disk of the server, and of its synchronous standby
// when it has one.
//
// When the connection breaks during a commit, the writer asks afterwards how it
// ended, before it answers: see outcome in commit.go.
package postgres

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
)

// Options of Open. The zero value is good.
type Options struct {
	// Random gives the salts; crypto/rand when nil.
	Random io.Reader
	// Now says what has expired; time.Now when nil.
	Now func() time.Time
	// Readers is the number of connections that read; 8 when 0, or pool_max_conns of
	// the DSN.
	Readers int
	// Timeout bounds one question and one transaction; when 0 it is the
	// statement_timeout of the DSN, or else 15 seconds.
	Timeout time.Duration
	// Patience is how long a writer tries to learn how a commit ended of which the
	// answer was lost; a third longer than Timeout when 0. After that it answers
	// store.ErrUncertain.
	Patience time.Duration
	// Poll is how often watchers are woken without an announcement; 5 seconds when 0.
	Poll time.Duration
	// Name is how connections are named in the database; "lemniscaat" when empty.
	Name string
	// Log is told of lost connections; nil: nobody.
	Log *slog.Logger
}

// Store implements store.Store and store.Watcher.
type Store struct {
	reader
	pool     *pgxpool.Pool // reads
	write    *pgxpool.Pool
	config   *pgx.ConnConfig
	options  Options
	log      *writer
	shelf    *writer
	watching watching
	stop     chan struct{}
	// onlyReads: all tries of a group ended at a server that only reads, and nothing
	// was written since.
	onlyReads atomic.Bool
	once      sync.Once
	busy      sync.WaitGroup // vacuums and the listener
	vacuum    chan struct{}
}

var (
	_ store.Store   = (*Store)(nil)
	_ store.Watcher = (*Store)(nil)
)

// scratch is a setting in a DSN: the server need not write to disk before it
// answers. Only for tests, and for a log that can be made again.
const scratch = "lemniscaat.scratch"

// parse reads a DSN. A standby is passed over unless the DSN says otherwise, so that
// "postgres://a,b/lus" finds the one of two that writes. A primary that was told to
// only read for a while will do: reading goes on there, and writing says no.
func parse(dsn string, o Options) (*pgxpool.Config, error) {
	c, err := pgxpool.ParseConfig(dsn)
	if err != nil {
		// The error of pgx may show the DSN, with its password.
		return nil, errors.New("dit is geen adres van een PostgreSQL-database; schrijf postgres://gebruiker@host/database, met het wachtwoord in ~/.pgpass of PGPASSWORD")
	}
	if !strings.Contains(dsn, "target_session_attrs") {
		c.ConnConfig.ValidateConnect = pgconn.ValidateConnectTargetSessionAttrsPrimary
	}
	if !strings.Contains(dsn, "connect_timeout") {
		c.ConnConfig.ConnectTimeout = 5 * time.Second
	}
	p := c.ConnConfig.RuntimeParams
	for name, value := range map[string]string{
		"application_name": o.Name,
		// Who holds a lock and is gone must be noticed.
		"tcp_keepalives_idle": "10", "tcp_keepalives_interval": "5", "tcp_keepalives_count": "3",
		"statement_timeout": millis(o.Timeout), "lock_timeout": millis(o.Timeout), "idle_in_transaction_session_timeout": "60000",
	} {
		if _, ok := p[name]; !ok {
			p[name] = value
		}
	}
	p["timezone"] = "UTC"
	c.ConnConfig.OnNotice = notice
	c.MaxConnIdleTime = 5 * time.Minute
	c.MaxConnLifetime = time.Hour
	c.MaxConnLifetimeJitter = 10 * time.Minute
	return c, nil
}

func millis(d time.Duration) string { return fmt.Sprint(max(1, d.Milliseconds())) }

// Open connects to a database, brings its tables up to date and gives the log in
// it. Tables are in the first schema of search_path, which is made when it is not
// there.
func Open(ctx context.Context, dsn string, o Options) (*Store, error) {
	o = o.filled(dsn)
	c, err := parse(dsn, o)
	if err != nil {
		return nil, err
	}
	s := &Store{config: c.ConnConfig.Copy(), options: o, stop: make(chan struct{}), vacuum: make(chan struct{}, 1)}
	s.now, s.timeout = o.Now, o.Timeout
	if s.schema, err = prepare(ctx, s.config, true); err != nil {
		return nil, err
	}
	narrow(c, s.config)
	if s.pool, err = readers(ctx, c, o); err != nil {
		return nil, err
	}
	s.from = pooled{s.pool}
	w := c.Copy()
	w.MaxConns, w.MinIdleConns = 4, 0
	// A commit that waits for a standby may not be ended by the server: it would say
	// that all is well. The writer itself says how long it waits.
	w.ConnConfig.RuntimeParams["statement_timeout"] = "0"
	// Who holds the lock of the log is not idle.
	w.ConnConfig.RuntimeParams["idle_in_transaction_session_timeout"] = "10000"
	if s.write, err = pgxpool.NewWithConfig(ctx, w); err != nil {
		s.pool.Close()
		return nil, fmt.Errorf("open: %w: %w", store.ErrUnavailable, err)
	}
	if err := s.checkEnd(ctx); err != nil {
		s.pool.Close()
		s.write.Close()
		return nil, err
	}
	s.log, s.shelf = s.newWriter(s.writeLog), s.newWriter(s.writeShelf)
	s.busy.Go(s.vacuums)
	return s, nil
}

// OpenReader opens the log for reading only. Its tables must be there.
func OpenReader(ctx context.Context, dsn string, o Options) (store.Reader, error) {
	r, c, err := reading(ctx, dsn, o)
	if err != nil {
		return nil, err
	}
	pool, err := readers(ctx, c, o.filled(dsn))
	if err != nil {
		return nil, err
	}
	r.from = pooled{pool}
	return r, nil
}

// reading looks at a database that is only read. A standby will do.
func reading(ctx context.Context, dsn string, o Options) (*reader, *pgxpool.Config, error) {
	o = o.filled(dsn)
	c, err := parse(dsn, o)
	if err != nil {
		return nil, nil, err
	}
	if !strings.Contains(dsn, "target_session_attrs") {
		c.ConnConfig.ValidateConnect = nil
	}
	c.ConnConfig.RuntimeParams["default_transaction_read_only"] = "on"
	r := &reader{now: o.Now, timeout: o.Timeout}
	narrowed := c.ConnConfig.Copy()
	if r.schema, err = prepare(ctx, narrowed, false); err != nil {
		return nil, nil, err
	}
	narrow(c, narrowed)
	return r, c, nil
}

// narrow gives connections of a pool the search_path that prepare found.
func narrow(c *pgxpool.Config, from *pgx.ConnConfig) {
	if path, ok := from.RuntimeParams["search_path"]; ok {
		c.ConnConfig.RuntimeParams["search_path"] = path
	}
}

// Timeout is how long one statement may take according to a DSN
// (?statement_timeout=5s, as PostgreSQL writes it: milliseconds without a unit); 0
// when it says nothing.
func Timeout(dsn string) time.Duration {
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		return 0
	}
	text := strings.ReplaceAll(c.RuntimeParams["statement_timeout"], " ", "")
	if ms, err := strconv.ParseUint(text, 10, 31); err == nil {
		return time.Duration(ms) * time.Millisecond
	}
	d, err := time.ParseDuration(strings.Replace(text, "min", "m", 1))
	if err != nil || d < 0 {
		return 0
	}
	return d
}

func (o Options) filled(dsn string) Options {
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Timeout == 0 {
		o.Timeout = cmp.Or(Timeout(dsn), 15*time.Second)
	}
	if o.Patience == 0 {
		o.Patience = o.Timeout * 4 / 3
	}
	if o.Poll == 0 {
		o.Poll = 5 * time.Second
	}
	if o.Name == "" {
		o.Name = "lemniscaat"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	return o
}

func readers(ctx context.Context, c *pgxpool.Config, o Options) (*pgxpool.Pool, error) {
	c = c.Copy()
	if o.Readers > 0 {
		c.MaxConns = int32(min(o.Readers, 1000))
	} else {
		c.MaxConns = max(c.MaxConns, 8)
	}
	pool, err := pgxpool.NewWithConfig(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("open: %w: %w", store.ErrUnavailable, err)
	}
	return pool, nil
}

// checkEnd refuses to build on a last event that is not what was written.
func (s *Store) checkEnd(ctx context.Context) error {
	head, err := s.Head(ctx)
	if err != nil || head.Seq == 0 {
		return err
	}
	for r, err := range s.All(ctx, head.Seq) {
		if err != nil {
			return err
		}
		if r.Sum() != r.Hash {
			return &event.Tampered{Seq: r.Seq, Reason: "inhoud klopt niet met de hash"}
		}
	}
	return nil
}

// Close waits for what is being written.
func (s *Store) Close() error {
	s.once.Do(func() {
		close(s.stop)
		s.watching.close()
		s.log.Wait()
		s.shelf.Wait()
		s.busy.Wait()
		s.write.Close()
		s.pool.Close()
	})
	return nil
}

// vacuums takes away what was erased: a deleted row stays readable in the file of
// the table until then. It does so at most once in ten seconds.
func (s *Store) vacuums() {
	for {
		select {
		case <-s.stop:
			return
		case <-s.vacuum:
		}
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		if _, err := s.write.Exec(ctx, `VACUUM personal, found_text, found_term`); err != nil {
			s.options.Log.Warn("opruimen na wissen", "fout", err.Error())
		}
		cancel()
		select {
		case <-s.stop:
			return
		case <-time.After(10 * time.Second):
		}
	}
}

// lockKey names a lock that the processes on one schema share.
func lockKey(schema, what string) int64 {
	sum := sha256.Sum256([]byte("lemniscaat/" + schema + "/" + what))
	return int64(binary.BigEndian.Uint64(sum[:]))
}

// channelName is where the processes on one schema announce.
func channelName(schema string) string {
	sum := sha256.Sum256([]byte(schema))
	return "lemniscaat_" + hex.EncodeToString(sum[:8])
}
