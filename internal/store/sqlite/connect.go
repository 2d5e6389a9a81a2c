package sqlite

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite" // driver "sqlite"
	lib "modernc.org/sqlite/lib"

	"lemniscaat/internal/cutoff"
	"lemniscaat/internal/store"
)

//go:embed migrations/*.sql
var migrations embed.FS

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
	if err := checkWhole(path); err != nil {
		return nil, fmt.Errorf("datamap %s: %w", dir, err)
	}
	db, err := connect(path, readMode(ctx, path), 4)
	if err != nil {
		return nil, err
	}
	r := &reader{db: db, now: time.Now}
	if _, err := r.Head(ctx); err != nil {
		_ = db.Close()
		return nil, fmt.Errorf("datamap %s: %w", dir, err)
	}
	return r, nil
}

// checkWhole refuses a database of which a part was cut off.
func checkWhole(path string) error {
	if err := cutoff.Check(os.DirFS(filepath.Dir(path)), filepath.Base(path)); err != nil && !errors.Is(err, cutoff.ErrCut) {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	} else if err != nil {
		return err
	}
	return nil
}

// private lets only who runs the program read the database. SQLite makes files as the
// umask says, and gives its log the rights that the database has.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	if err := f.Close(); err != nil {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	for _, end := range []string{"", "-wal", "-shm"} { // of an older program
		if info, err := os.Stat(path + end); err == nil && info.Mode().Perm()&0o077 != 0 {
			_ = os.Chmod(path+end, info.Mode().Perm()&^0o077) // not of a file of somebody else
		}
	}
	return nil
}

// still is the mode of a database that nobody writes and nobody can.
const still = "still"

// readMode is how a database is opened for reading. SQLite shares memory
// between processes through a file, also to read; on a disk that cannot be
// written there is none. Without a write-ahead log nobody is writing, and the
// database can be read as it is.
func readMode(ctx context.Context, path string) string {
	if info, err := os.Stat(path + "-wal"); err == nil && info.Size() > 0 {
		return "ro"
	}
	db, err := connect(path, "ro", 1)
	if err != nil {
		return "ro"
	}
	defer func() { _ = db.Close() }()
	var n int
	var cause *driver.Error
	if err := db.QueryRowContext(ctx, `SELECT count(*) FROM sqlite_master`).Scan(&n); errors.As(err, &cause) && cause.Code()&0xff == lib.SQLITE_CANTOPEN {
		return still
	}
	return "ro"
}

// scratch is the mode of a log that can be made again.
const scratch = "scratch"

func connect(path, mode string, conns int) (*sql.DB, error) {
	safety := "synchronous(FULL)"
	if mode == scratch {
		mode, safety = "rwc", "synchronous(OFF)"
	}
	q := url.Values{"mode": {mode}, "_txlock": {"deferred"}}
	if mode == still {
		mode = "ro"
		q.Set("mode", mode)
		q.Set("immutable", "1")
	}
	pragmas := []string{"busy_timeout(5000)", "foreign_keys(1)"}
	if mode == "ro" {
		pragmas = append(pragmas, "query_only(1)")
	} else {
		q.Set("_txlock", "immediate")
		// secure_delete overwrites what is erased.
		pragmas = append(pragmas, "journal_mode(WAL)", safety, "secure_delete(1)", "wal_autocheckpoint(4000)")
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
