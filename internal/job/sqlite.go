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
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	_ "modernc.org/sqlite" // driver "sqlite"
)

//go:embed migrations/*.sql
var migrations embed.FS

// File is the name of the database in the folder.
const File = "wachtrij.sqlite"

// driver is River's, for the database of the queue.
type driver = *riversqlite.Driver

// poll is how often River asks for jobs: SQLite tells nobody that there is
// something new.
const poll = 100 * time.Millisecond

// openSQLite opens the database and brings it to the present schema: one
// connection that writes, as River advises for SQLite, and some that read. A
// commit is not on disk at once (synchronous=NORMAL): after a power failure some
// parts are computed again.
func openSQLite(ctx context.Context, path string) (write, read *sql.DB, d driver, err error) {
	open := func(values url.Values, conns int) (*sql.DB, error) {
		db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: path}).EscapedPath(), RawQuery: values.Encode()}).String())
		if err != nil {
			return nil, err
		}
		db.SetMaxOpenConns(conns)
		db.SetMaxIdleConns(conns)
		return db, nil
	}
	bad := func(err error) (*sql.DB, *sql.DB, driver, error) {
		if write != nil {
			err = errors.Join(err, write.Close())
		}
		return nil, nil, nil, fmt.Errorf("wachtrij %s: %w", path, err)
	}
	if write, err = open(url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(20000)", "journal_mode(WAL)", "synchronous(NORMAL)"}}, 1); err != nil {
		return bad(err)
	}
	d = riversqlite.New(write)
	// Two processes may begin at once: the second then finds what the first made.
	for try := range 5 {
		if err = migrate(ctx, write, d); err == nil {
			break
		}
		time.Sleep(time.Duration(try+1) * 100 * time.Millisecond)
	}
	if err != nil {
		return bad(err)
	}
	if read, err = open(url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(20000)", "query_only(1)"}}, 4); err != nil {
		return bad(err)
	}
	return write, read, d, nil
}

func migrate(ctx context.Context, db *sql.DB, d driver) error {
	sub, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return err
	}
	own, err := goose.NewProvider(goose.DialectSQLite3, db, sub, goose.WithDisableGlobalRegistry(true))
	if err != nil {
		return err
	}
	if _, err := own.Up(ctx); err != nil {
		return err
	}
	m, err := rivermigrate.New(d, &rivermigrate.Config{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		return err
	}
	_, err = m.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}
