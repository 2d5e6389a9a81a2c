package postgres_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/event"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/internal/store/postgres"
)

func batch(key string) store.Batch {
	return store.Batch{Key: key, Intent: "i", Drafts: []event.Draft{{Stream: key, Type: "proef.1", At: time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC), Actor: "anna", Data: json.RawMessage("1")}}}
}

// writers append with keys, repeat what failed, and remember what was acknowledged.
type writers struct {
	mu    sync.Mutex
	acked map[string]event.Hash
	wg    sync.WaitGroup
	stop  chan struct{}
}

func write(t *testing.T, s store.Store, n int) *writers {
	w := &writers{acked: map[string]event.Hash{}, stop: make(chan struct{})}
	for i := range n {
		w.wg.Go(func() {
			for k := 0; ; k++ {
				key := fmt.Sprint(i, "-", k)
				for {
					r, err := s.Append(context.WithoutCancel(t.Context()), batch(key))
					if err == nil {
						w.mu.Lock()
						w.acked[key] = r.Records[0].Hash
						w.mu.Unlock()
						break
					}
					if !errors.Is(err, store.ErrUnavailable) {
						t.Errorf("%v, want ErrUnavailable", err)
						return
					}
					select {
					case <-w.stop:
						return
					case <-time.After(20 * time.Millisecond):
					}
				}
				select {
				case <-w.stop:
					return
				default:
				}
			}
		})
	}
	return w
}

func (w *writers) count() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.acked)
}

// until waits until n more were acknowledged.
func (w *writers) until(t *testing.T, more int) {
	t.Helper()
	from := w.count()
	for deadline := time.Now().Add(3 * time.Minute); w.count() < from+more; time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("only %d were acknowledged since", w.count()-from)
		}
	}
}

// check: what was acknowledged is there, once, and the chain is whole.
func (w *writers) check(t *testing.T, s store.Store) {
	t.Helper()
	close(w.stop)
	w.wg.Wait()
	seen := map[string]event.Hash{}
	log := s.All(t.Context(), 1)
	if _, err := event.Verify(log, nil); err != nil {
		t.Fatal(err)
	}
	for r, err := range log {
		if err != nil {
			t.Fatal(err)
		}
		if _, twice := seen[r.Stream]; twice {
			t.Errorf("%s is there twice", r.Stream)
		}
		seen[r.Stream] = r.Hash
	}
	for key, h := range w.acked {
		if seen[key] != h {
			t.Errorf("%s was acknowledged and is not there as it was", key)
		}
	}
	t.Logf("%d acknowledged, %d in the log", len(w.acked), len(seen))
}

// inTime does something with a store that waits only briefly for its database, until
// it is done: a machine that does much else may be late a few times, what cannot be
// done in time is late every time.
func inTime(t *testing.T, do func() error) {
	t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(50 * time.Millisecond) {
		err := do()
		if err == nil {
			return
		}
		if !errors.Is(err, store.ErrUnavailable) || time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// openInTime is open of a store that waits only briefly for its database.
func openInTime(t *testing.T, dsn string, o postgres.Options) (s *postgres.Store) {
	t.Helper()
	o.Readers, o.Poll = 3, 10*time.Minute // as open
	inTime(t, func() (err error) { s, err = postgres.Open(t.Context(), dsn, o); return err })
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// TestKilledAndRestarted: the server dies as in a power cut and comes back, and
// connections are ended by an administrator in between.
func TestKilledAndRestarted(t *testing.T) {
	t.Parallel()
	server := pgtest.Run(t, pgtest.Options{Durable: true})
	s := open(t, server.Database(t), postgres.Options{Timeout: 5 * time.Second})
	w := write(t, s, 8)
	for range 2 {
		w.until(t, 20)
		server.Exec(t, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'lemniscaat'`)
		w.until(t, 20)
		if err := server.Kill(); err != nil {
			t.Fatal(err)
		}
		if err := server.Start(); err != nil {
			t.Fatal(err)
		}
	}
	w.until(t, 20)
	w.check(t, s)
}

// TestFailover: the primary dies, its synchronous standby takes over under the same
// DSN, and nothing that was acknowledged is lost or doubled.
func TestFailover(t *testing.T) {
	t.Parallel()
	// The first commit waits for the standby already: nothing is to be reloaded, which a
	// busy server does late. The standby itself, once it is the primary, waits for nobody.
	a := pgtest.Run(t, pgtest.Options{Durable: true, Settings: []string{"synchronous_standby_names = 'reserve'"}})
	b := a.Standby(t, "reserve")
	if err := errors.Join(b.Configure("synchronous_standby_names = ''"), b.Reload()); err != nil {
		t.Fatal(err)
	}
	s := open(t, pgtest.DSN("postgres", false, a, b), postgres.Options{Timeout: 5 * time.Second})
	w := write(t, s, 8)
	w.until(t, 50)
	if err := a.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := b.Promote(); err != nil {
		t.Fatal(err)
	}
	w.until(t, 50)
	w.check(t, s)
}

// TestSlow: a server that does not answer gives ErrUnavailable in time, to readers
// and writers, and a table that somebody holds too.
func TestSlow(t *testing.T) {
	t.Parallel()
	server := pgtest.Run(t, pgtest.Options{})
	s := openInTime(t, server.Database(t), postgres.Options{Timeout: time.Second, Patience: time.Second})
	inTime(t, func() error { _, err := s.Append(t.Context(), batch("a")); return err })
	if err := server.Pause(); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := s.Append(t.Context(), batch("b")); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("append: %v", err)
	}
	if _, err := s.Head(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("read: %v", err)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %v to say so", took)
	}
	if err := server.Continue(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		r, err := s.Append(t.Context(), batch("b"))
		if err == nil {
			if v, err := s.Version(t.Context(), "b"); err != nil || v != 1 || len(r.Records) != 1 {
				t.Errorf("b is there %d times, %v", v, err)
			}
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
}

// telling keeps what a store logs.
type telling struct {
	slog.Handler
	mu   sync.Mutex
	said []string
}

func (h *telling) Enabled(context.Context, slog.Level) bool { return true }

func (h *telling) Handle(_ context.Context, r slog.Record) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.said = append(h.said, r.Message)
	return nil
}

// told gives what was logged since it was asked before.
func (h *telling) told() []string {
	h.mu.Lock()
	defer h.mu.Unlock()
	said := h.said
	h.said = nil
	return said
}

// TestReadOnlyServer: a server that only reads is tried again once, and then known: all
// who write, in the log and on the shelf, one after another or together, hear of it
// without another try, until it writes again. The log says both once.
func TestReadOnlyServer(t *testing.T) {
	t.Parallel()
	server := pgtest.Run(t, pgtest.Options{})
	dsn := server.Database(t)
	log := &telling{Handler: slog.DiscardHandler}
	s := open(t, dsn, postgres.Options{Log: slog.New(log)})
	put := func(i int) error {
		return s.Put(t.Context(), store.Change{Item: store.Item{Kind: "proef", ID: strconv.Itoa(i), Data: []byte("1")}})
	}
	if err := put(0); err != nil {
		t.Fatal(err)
	}
	setting := func(is string) {
		t.Helper()
		server.Exec(t, `SELECT pg_reload_conf()`)
		c, err := pgx.Connect(t.Context(), dsn)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = c.Close(context.WithoutCancel(t.Context())) }()
		for now, end := "", time.Now().Add(time.Minute); now != is; time.Sleep(10 * time.Millisecond) {
			if err := c.QueryRow(t.Context(), `SHOW default_transaction_read_only`).Scan(&now); err != nil || time.Now().After(end) {
				t.Fatalf("%q: %v", now, err)
			}
		}
	}
	server.Exec(t, `ALTER SYSTEM SET default_transaction_read_only = on`)
	setting("on")
	// A connection of the store may hear of it a little later than that of this test.
	for end := time.Now().Add(time.Minute); put(0) == nil; {
		if time.Now().After(end) {
			t.Fatal("it writes")
		}
	}
	const again, stopped, resumed = "schrijven opnieuw geprobeerd", "de database laat alleen lezen: schrijven wordt meteen geweigerd, tot zij weer laat schrijven", "de database laat weer schrijven"
	if said := log.told(); !slices.Equal(said, []string{again, again, again, stopped}) {
		t.Errorf("the first who writes: %q", said)
	}
	refused := func(err error) {
		t.Helper()
		if !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("%v, want ErrUnavailable", err)
		}
	}
	refused(put(0))
	_, err := s.Append(t.Context(), batch("a"))
	refused(err)
	// Who is refused for another reason writes nothing, and shows nothing.
	late := batch("b")
	late.Expect = map[string]uint64{"b": 7}
	if _, err := s.Append(t.Context(), late); !errors.Is(err, store.ErrConflict) {
		t.Errorf("%v, want ErrConflict", err)
	}
	var all sync.WaitGroup
	for i := range 30 {
		all.Go(func() { refused(put(i)) })
	}
	all.Wait()
	if _, err := s.Head(t.Context()); err != nil {
		t.Errorf("reading: %v", err)
	}
	if said := log.told(); len(said) > 0 {
		t.Errorf("the next: %q", said)
	}
	server.Exec(t, `ALTER SYSTEM RESET default_transaction_read_only`)
	setting("off")
	inTime(t, func() error { return put(1) })
	if said := log.told(); !slices.Equal(said, []string{resumed}) {
		t.Errorf("afterwards: %q", said)
	}
}

// TestLockedTable: somebody holds a table: readers and writers are told, and go on
// afterwards.
func TestLockedTable(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t)
	s := openInTime(t, dsn, postgres.Options{Timeout: time.Second})
	other, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close(context.WithoutCancel(t.Context())) }()
	tx, err := other.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `LOCK TABLE event IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	if _, err := s.Append(t.Context(), batch("a")); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("append: %v", err)
	}
	if _, err := s.Head(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("read: %v", err)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
	inTime(t, func() error {
		head, err := s.Head(t.Context())
		if head.Seq != 0 {
			t.Errorf("what was refused is there: %+v", head)
		}
		return err
	})
	inTime(t, func() error {
		r, err := s.Append(t.Context(), batch("a"))
		if err == nil && r.Records[0].Seq != 1 {
			t.Errorf("afterwards: %+v", r)
		}
		return err
	})
}

// TestUnsafeServer: a server that may lose what it confirmed is refused.
func TestUnsafeServer(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t)
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	plain := fmt.Sprintf("postgres://postgres@127.0.0.1:%d/%s?sslmode=disable", c.Port, c.Database)
	if _, err := postgres.Open(t.Context(), plain, postgres.Options{}); !errors.Is(err, postgres.ErrUnsafe) {
		t.Errorf("err = %v", err)
	}
}

// TestTimeout: how long a statement may take is what the address says, for the
// program as well as for the server.
func TestTimeout(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]time.Duration{
		"": 0, "&statement_timeout=1500": 1500 * time.Millisecond, "&statement_timeout=2s": 2 * time.Second, "&statement_timeout=1min": time.Minute,
		"&statement_timeout=0": 0, "&statement_timeout=onzin": 0,
	} {
		if got := postgres.Timeout("postgres://u@127.0.0.1/d?sslmode=disable" + text); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
	dsn := pgtest.Start(t)
	s := openInTime(t, dsn+"&statement_timeout=300", postgres.Options{})
	other, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = other.Close(context.WithoutCancel(t.Context())) }()
	tx, err := other.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), `LOCK TABLE event IN ACCESS EXCLUSIVE MODE`); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	if _, err := s.Head(t.Context()); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("read: %v", err)
	}
	if _, err := s.Append(t.Context(), batch("a")); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("append: %v", err)
	}
	if took := time.Since(began); took > time.Minute {
		t.Errorf("it took %s to say so", took)
	}
	if err := tx.Rollback(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestManyFacts: a file with many outcomes is one transaction, and may take longer
// than a question may.
func TestManyFacts(t *testing.T) {
	t.Parallel()
	s := openInTime(t, pgtest.Start(t), postgres.Options{Timeout: 100 * time.Millisecond})
	facts := make([]outcome.Fact, 20_000)
	for i := range facts {
		facts[i].Row = outcome.Row{Source: "urn:nld:oin:1", ID: fmt.Sprint(i), Case: fmt.Sprintf("v1:%032x", i), Regulation: "zorgtoeslag", Version: "2026-01-01", Date: rule.MustDate("2026-01-01").AddDays(i % 300), Class: outcome.Awarded}
	}
	inTime(t, func() error { _, err := s.AppendFacts(t.Context(), batch("veel"), facts); return err })
}
