package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/group"
)

// request is what one caller asks of a writer.
type request struct {
	group.Caller
	batch   store.Batch
	facts   []outcome.Fact
	rebuild *store.Rebuilt
	fill    *store.Filling
	count   *counting
	sweep   *int
}

// Size implements group.Request.
func (r *request) Size() int {
	if r.fill != nil {
		return group.MaxBytes // alone
	}
	return group.Size(r.batch, r.facts)
}

// writer writes groups of requests, one at a time.
type writer struct {
	*group.Writer[*request]
	s    *Store
	name []byte // of its row in the table writer
	// transact writes a group on a connection, up to and including the commit. It
	// gives a reply for each, also beside an error after which sent says that the
	// commit may have been done.
	transact func(ctx context.Context, t *transaction, all []*request) ([]group.Reply, error)
}

// transaction is one try at writing a group.
type transaction struct {
	conn *pgx.Conn
	// mark is written with the group, and nothing else writes it.
	mark, writer []byte
	// sent: from here on the commit may be done, whatever the error is.
	sent bool
}

func (s *Store) newWriter(do func(context.Context, *transaction, []*request) ([]group.Reply, error)) *writer {
	w := &writer{s: s, name: make([]byte, 16), transact: do}
	rand.Read(w.name) // never fails
	w.Writer = group.Start(s.stop, w.commit)
	return w
}

// tries bounds how often a group is written again after a fault that passes: a
// connection that was dead already, a deadlock, a server that is just promoted.
const tries = 4

// commit writes a group in one transaction and answers after it is on disk. When
// the server refuses what is in it, each request is tried on its own, so that one
// that cannot be written does not take the others down.
func (w *writer) commit(all []*request) {
	replies, err := w.patiently(all)
	// A server that only reads refuses them all: one at a time would only take longer.
	if err != nil && len(all) > 1 && refused(err) && code(err) != readOnly {
		for _, r := range all {
			w.commit([]*request{r})
		}
		return
	}
	if err != nil {
		err = failed("opslaan", err)
	}
	group.Answer(all, replies, err)
}

// patiently writes a group, again after a fault that passes. Of a server that is
// known to only read nobody waits: each group tries once, so that who writes hears it
// at once and the first that succeeds ends it.
func (w *writer) patiently(all []*request) (replies []group.Reply, err error) {
	began := time.Now()
	known := w.s.onlyReads.Load()
	for try := 1; ; try++ {
		replies, err = w.once(all)
		stops := code(err) == readOnly
		if err == nil || !passes(err) || stops && known {
			return replies, err
		}
		if try == tries || time.Since(began) > w.s.timeout {
			if stops && w.s.onlyReads.CompareAndSwap(false, true) {
				w.s.options.Log.Warn("de database laat alleen lezen: schrijven wordt meteen geweigerd, tot zij weer laat schrijven")
			}
			return replies, err
		}
		w.s.options.Log.Warn("schrijven opnieuw geprobeerd", "keer", try, "fout", reason(err))
		select {
		case <-time.After(time.Duration(50<<(2*(try-1))) * time.Millisecond): // 50, 200, 800 ms
		case <-w.s.stop:
		}
	}
}

// perFact is how much longer a transaction may take for each fact in it: a file of
// 100,000 outcomes is one transaction, on a slow machine as well.
const perFact = 2 * time.Millisecond

// takes is how long a group may take to write.
func (s *Store) takes(all []*request) time.Duration {
	n := 0
	for _, r := range all {
		if r.rebuild != nil {
			return 24 * time.Hour // it reads all facts
		}
		n += len(r.facts)
		if r.fill != nil {
			for _, b := range r.fill.Facts {
				n += len(b.Facts)
			}
		}
	}
	return s.timeout + time.Duration(n)*perFact
}

// once writes a group once. It knows how that ended: no error means written, an
// error means that nothing was, except for store.ErrUncertain.
func (w *writer) once(all []*request) ([]group.Reply, error) {
	timeout := w.s.takes(all)
	ctx, cancel := context.WithTimeout(context.Background(), timeout) // a group belongs to nobody: no one request may end it
	defer cancel()
	c, err := w.s.write.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	t := &transaction{conn: c.Conn(), mark: make([]byte, 16), writer: w.name}
	rand.Read(t.mark)
	setUnconfirmed(t.conn.PgConn(), false)
	replies, err := w.transact(ctx, t, all)
	if err == nil && unconfirmed(t.conn.PgConn()) {
		err = errUnconfirmed
	}
	switch {
	case err == nil:
		c.Release()
		if t.sent && w.s.onlyReads.CompareAndSwap(true, false) { // a group may write nothing
			w.s.options.Log.Info("de database laat weer schrijven")
		}
		return replies, nil
	case !t.sent || refused(err):
		w.drop(c, err)
		return nil, err
	}
	w.drop(c, err)
	w.s.options.Log.Warn("antwoord op een commit kwam niet: nagevraagd", "fout", reason(err))
	done, asked := w.outcome(t)
	switch {
	case asked != nil:
		return nil, fmt.Errorf("%w: %w: %w", store.ErrUncertain, asked, err)
	case done:
		return replies, nil
	}
	return nil, err
}

// drop gives a connection back in a state in which the next may use it. After a
// server that only reads, other connections to it are closed as well: another may have
// taken over. Those that read are from after that when it is known already.
func (w *writer) drop(c *pgxpool.Conn, err error) {
	conn := c.Conn()
	if !conn.IsClosed() && conn.PgConn().TxStatus() != 'I' {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		if _, err := conn.Exec(ctx, `ROLLBACK`); err != nil {
			_ = conn.Close(ctx)
		}
	}
	c.Release()
	if code(err) == readOnly {
		w.s.write.Reset()
		if !w.s.onlyReads.Load() {
			w.s.pool.Reset()
		}
	}
}

// outcome asks how a commit ended of which the answer was lost. It waits with the
// lock that the lost transaction had until that one is over, and then looks for its
// mark. Then it writes itself, so that what it says holds also for a standby that
// is waited for.
func (w *writer) outcome(t *transaction) (done bool, err error) {
	ctx, cancel := context.WithTimeout(context.Background(), w.s.options.Patience)
	defer cancel()
	for wait := 50 * time.Millisecond; ; wait = min(2*wait, time.Second) {
		if done, err = w.ask(ctx, t); err == nil || ctx.Err() != nil {
			return done, err
		}
		select {
		case <-time.After(wait):
		case <-ctx.Done():
			return false, err
		}
	}
}

func (w *writer) ask(ctx context.Context, t *transaction) (done bool, err error) {
	c, err := w.s.write.Acquire(ctx)
	if err != nil {
		return false, err
	}
	defer func() { w.drop(c, err) }()
	setUnconfirmed(c.Conn().PgConn(), false)
	tx, err := c.Begin(ctx)
	if err != nil {
		return false, err
	}
	for _, lock := range []string{"log", "shelf"} {
		if _, err := tx.Exec(ctx, `SELECT pg_advisory_xact_lock($1)`, lockKey(w.s.schema, lock)); err != nil {
			return false, err
		}
	}
	if err := tx.QueryRow(ctx, `SELECT EXISTS (SELECT FROM writer WHERE id = $1 AND tx = $2)`, w.name, t.mark).Scan(&done); err != nil {
		return false, err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO writer (id, tx) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET at = now()`, w.name, t.mark[:0]); err != nil {
		return false, err
	}
	if err := tx.Commit(ctx); err != nil {
		return false, err
	}
	if unconfirmed(c.Conn().PgConn()) {
		return false, errUnconfirmed
	}
	return done, nil
}

// errUnconfirmed: the server stopped waiting for its standby. What was written may
// not be there after a failover.
var errUnconfirmed = errors.New("de standby heeft de transactie niet bevestigd")

// unconfirmedKey marks a connection of which a commit did not reach the standby.
const unconfirmedKey = "lemniscaat/onbevestigd"

// notice hears what the server says besides its answers. A commit that stops
// waiting for a standby is answered as if all were well, and this is the only sign.
func notice(c *pgconn.PgConn, n *pgconn.Notice) {
	if n.Routine == "SyncRepWaitForLSN" {
		setUnconfirmed(c, true)
	}
}

func setUnconfirmed(c *pgconn.PgConn, on bool) { c.CustomData()[unconfirmedKey] = on }

func unconfirmed(c *pgconn.PgConn) bool {
	on, _ := c.CustomData()[unconfirmedKey].(bool)
	return on
}
