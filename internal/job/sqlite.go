package job

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net/url"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
	_ "modernc.org/sqlite" // driver "sqlite"
)

//go:embed migrations
var migrations embed.FS

// File is the name of the database in the folder.
const File = "wachtrij.sqlite"

// poll is how often River asks for jobs: SQLite tells nobody that there is
// something new.
const poll = 100 * time.Millisecond

// sqliteBase is a queue in a file.
type sqliteBase struct {
	write, read *sql.DB
	driver      *riversqlite.Driver
	client      *river.Client[*sql.Tx]
}

// openSQLite opens the database and brings it to the present schema: one
// connection that writes, as River advises for SQLite, and some that read. A
// commit is not on disk at once (synchronous=NORMAL): after a power failure some
// parts are computed again.
func openSQLite(ctx context.Context, path string) (*sqliteBase, error) {
	open := func(values url.Values, conns int) (*sql.DB, error) {
		db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: values.Encode()}).String())
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(conns)
		db.SetMaxIdleConns(conns)
		return db, nil
	}
	b := &sqliteBase{}
	bad := func(err error) (*sqliteBase, error) {
		if b.write != nil {
			err = errors.Join(err, b.write.Close())
		}
		return nil, fmt.Errorf("wachtrij %s: %w", path, err)
	}
	var err error
	if b.write, err = open(url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(20000)", "journal_mode(WAL)", "synchronous(NORMAL)"}}, 1); err != nil {
		return bad(err)
	}
	b.driver = riversqlite.New(b.write)
	// Two processes may begin at once: the second then finds what the first made.
	for try := range 5 {
		if err = b.migrate(ctx); err == nil {
			break
		}
		time.Sleep(time.Duration(try+1) * 100 * time.Millisecond)
	}
	if err != nil {
		return bad(err)
	}
	if b.read, err = open(url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(20000)", "query_only(1)"}}, 4); err != nil {
		return bad(err)
	}
	return b, nil
}

func (b *sqliteBase) migrate(ctx context.Context) error {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	own, err := goose.NewProvider(goose.DialectSQLite3, b.write, sub, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	if _, err := own.Up(ctx); err != nil {
		return err
	}
	m, err := rivermigrate.New(b.driver, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

func (b *sqliteBase) open(c *river.Config) (err error) {
	c.PollOnly, c.FetchPollInterval = true, poll
	b.client, err = river.NewClient(b.driver, c)
	return err
}

func (b *sqliteBase) start(ctx context.Context) error { return b.client.Start(ctx) }
func (b *sqliteBase) stop(ctx context.Context) error  { return b.client.Stop(ctx) }

func (b *sqliteBase) jobs(ctx context.Context, p *river.JobListParams) ([]*rivertype.JobRow, error) {
	list, err := b.client.JobList(ctx, p)
	if err != nil {
		return nil, err
	}
	return list.Jobs, nil
}

func (b *sqliteBase) close() error { return errors.Join(b.read.Close(), b.write.Close()) }

// The processes on one folder have one clock: that of the machine.
func (b *sqliteBase) now(context.Context) (time.Time, error) { return time.Now(), nil }

func (b *sqliteBase) each(ctx context.Context, scan func(into func(dest ...any) error) error, query string, args ...any) error {
	return sqlEach(ctx, b.read, scan, query, args...)
}

func (b *sqliteBase) exec(ctx context.Context, query string, args ...any) (int64, error) {
	return sqlExec(ctx, b.write, query, args...)
}

func (b *sqliteBase) in(ctx context.Context, do func(tx transaction) error) error {
	tx, err := b.write.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("runs: %w", err)
	}
	if err := do(sqliteTx{tx, b}); err != nil {
		_ = tx.Rollback()
		return err
	}
	return tx.Commit()
}

// sqliteTx begins immediate: no other transaction writes until it ends, so
// nothing else needs a lock.
type sqliteTx struct {
	*sql.Tx
	base *sqliteBase
}

func (sqliteTx) alone(context.Context) error { return nil }
func (sqliteTx) lock() string                { return "" }

func (t sqliteTx) each(ctx context.Context, scan func(into func(dest ...any) error) error, query string, args ...any) error {
	return sqlEach(ctx, t.Tx, scan, query, args...)
}

func (t sqliteTx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	return sqlExec(ctx, t.Tx, query, args...)
}

func (t sqliteTx) insert(ctx context.Context, params []river.InsertManyParams) error {
	_, err := t.base.client.InsertManyFastTx(ctx, t.Tx, params)
	return err
}

func (t sqliteTx) complete(ctx context.Context, j *river.Job[step]) error {
	_, err := river.JobCompleteTx[*riversqlite.Driver](ctx, t.Tx, j)
	return err
}

func sqlEach(ctx context.Context, db interface {
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}, scan func(into func(dest ...any) error) error, query string, args ...any,
) error {
	rows, err := db.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := scan(rows.Scan); err != nil {
			return err
		}
	}
	return rows.Err()
}

func sqlExec(ctx context.Context, db interface {
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}, query string, args ...any,
) (int64, error) {
	done, err := db.ExecContext(ctx, query, args...)
	if err != nil {
		return 0, err
	}
	return done.RowsAffected()
}
