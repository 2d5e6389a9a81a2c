package sqlite

import (
	"bytes"
	"context"
	"database/sql"
	"embed"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/pressly/goose/v3"
	driver "modernc.org/sqlite" // driver "sqlite"
	lib "modernc.org/sqlite/lib"

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

// checkWhole refuses a database that was cut off within a page. SQLite finds
// whole pages that are gone, but reads what is gone of the last page as zeros.
func checkWhole(path string) error {
	var size, page int64
	for range 2 { // again for what somebody wrote in between
		// What is in the write-ahead log may still have to be copied.
		if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
			return nil
		}
		var err error
		if size, page, err = sizes(path); err != nil {
			return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
		}
		if page == 0 || size%page == 0 {
			return nil
		}
	}
	return fmt.Errorf("%s is afgebroken: %d bytes is geen heel aantal pagina's van %d", File, size, page)
}

// sizes gives the bytes of a database and of each of its pages; 0 for pages
// when it is not one.
func sizes(path string) (size, page int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return 0, 0, err
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return 0, 0, err
	}
	// https://www.sqlite.org/fileformat2.html#the_database_header
	var header [18]byte
	if _, err := f.ReadAt(header[:], 0); err != nil && !errors.Is(err, io.EOF) {
		return 0, 0, err
	}
	if !bytes.HasPrefix(header[:], []byte("SQLite format 3\x00")) {
		return info.Size(), 0, nil
	}
	page = int64(binary.BigEndian.Uint16(header[16:]))
	if page == 1 {
		page = 1 << 16
	}
	return info.Size(), page, nil
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
