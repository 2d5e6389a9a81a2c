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
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riversqlite"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"
	driver "modernc.org/sqlite" // driver "sqlite"
	lib "modernc.org/sqlite/lib"

	"lemniscaat/internal/cutoff"
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
	hold        *hold
}

// ErrDamaged means that the file of a queue is not whole.
var ErrDamaged = errors.New("de rij van simulaties is beschadigd")

// openSQLite opens the queue in a folder. One that is damaged holds nothing that cannot
// be made again: it is set aside and a new one begun, by who has it alone. Who only asks
// leaves it as it is: ErrDamaged.
func openSQLite(ctx context.Context, c Config) (*sqliteBase, error) {
	path := filepath.Join(c.Folder, File)
	h, alone, err := takeHold(ctx, c.Folder)
	if err != nil {
		return nil, fmt.Errorf("wachtrij %s: %w", path, err)
	}
	b, err := openFile(ctx, path, alone)
	if errors.Is(err, ErrDamaged) && !c.Asks {
		if !alone {
			err = fmt.Errorf("%w; een ander proces heeft haar open: stop de server en elke lemniscaat worker op deze map en begin opnieuw, dan wordt zij opzij gezet", err)
		} else {
			var to string
			was := err
			if to, err = setAside(path, time.Now()); err == nil {
				c.Log.ErrorContext(ctx, "de rij van simulaties is beschadigd en opzij gezet; wat erin stond is opnieuw te vragen", "nu", to, "fout", was)
				b, err = openFile(ctx, path, alone)
			}
		}
	}
	if err == nil {
		err = h.share()
	}
	if err != nil {
		if b != nil {
			err = errors.Join(err, b.close())
		}
		return nil, errors.Join(fmt.Errorf("wachtrij %s: %w", path, err), h.release())
	}
	b.hold = h
	return b, nil
}

// aside is in the name of a queue that was set aside.
const aside = ".beschadigd-"

// Aside gives the queues of a folder that were set aside.
func Aside(folder string) ([]string, error) {
	return filepath.Glob(filepath.Join(folder, strings.TrimSuffix(File, ".sqlite")+aside+"*.sqlite"))
}

// setAside gives a damaged queue another name, with its write-ahead log.
func setAside(path string, now time.Time) (to string, err error) {
	to = strings.TrimSuffix(path, ".sqlite") + aside + now.UTC().Format("20060102T150405.000000Z") + ".sqlite"
	for _, end := range []string{"", "-wal"} {
		if err := os.Rename(path+end, to+end); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return "", fmt.Errorf("%w: opzij zetten: %w", ErrDamaged, err)
		}
	}
	if err := os.Remove(path + "-shm"); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w: opzij zetten: %w", ErrDamaged, err)
	}
	return to, nil
}

// openFile opens the database and brings it to the present schema: one connection that
// writes, as River advises for SQLite, and some that read. A commit is not on disk at
// once (synchronous=NORMAL): after a power failure some parts are computed again. alone:
// nobody else has it, and there is time to look at it whole.
func openFile(ctx context.Context, path string, alone bool) (*sqliteBase, error) {
	err := cutoff.Check(os.DirFS(filepath.Dir(path)), filepath.Base(path))
	switch {
	case errors.Is(err, cutoff.ErrCut):
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return nil, err
	}
	if err := private(path); err != nil {
		return nil, err
	}
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
		return nil, err
	}
	if b.write, err = open(url.Values{"_txlock": {"immediate"}, "_pragma": {"busy_timeout(20000)", "journal_mode(WAL)", "synchronous(NORMAL)"}}, 1); err != nil {
		return bad(err)
	}
	if alone {
		if err := b.examine(ctx); err != nil {
			return bad(err)
		}
	}
	b.driver = riversqlite.New(b.write)
	// Two processes may begin at once: the second then finds what the first made.
	for try := range 5 {
		if err = damage(b.migrate(ctx)); err == nil || errors.Is(err, ErrDamaged) {
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

// private lets only who runs the program read the database. SQLite makes files as the
// umask says, and gives its log the rights that the database has.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	for _, end := range []string{"", "-wal", "-shm"} { // of an older program
		if info, err := os.Stat(path + end); err == nil && info.Mode().Perm()&0o077 != 0 {
			_ = os.Chmod(path+end, info.Mode().Perm()&^0o077) // not of a file of somebody else
		}
	}
	return f.Close()
}

// examine looks at every page; the database of a queue is small.
func (b *sqliteBase) examine(ctx context.Context) error {
	var said string
	if err := b.write.QueryRowContext(ctx, `PRAGMA quick_check(1)`).Scan(&said); err != nil {
		return damage(err)
	}
	if said != "ok" {
		return fmt.Errorf("%w: %s", ErrDamaged, said)
	}
	return nil
}

// damage makes ErrDamaged of what SQLite says of a file that is not whole.
func damage(err error) error {
	var cause *driver.Error
	if errors.As(err, &cause) && (cause.Code()&0xff == lib.SQLITE_CORRUPT || cause.Code()&0xff == lib.SQLITE_NOTADB) {
		return fmt.Errorf("%w: %w", ErrDamaged, err)
	}
	return err
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

func (b *sqliteBase) close() error {
	err := errors.Join(b.read.Close(), b.write.Close())
	if b.hold != nil { // none: opening it failed
		err = errors.Join(err, b.hold.release())
	}
	return err
}

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
