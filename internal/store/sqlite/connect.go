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

// checkWhole refuses a database of which a part was cut off. SQLite finds whole
// pages that are gone, but reads what is gone of the last page as zeros; and beside a
// write-ahead log it does so with whole pages too, and empties what it then writes.
func checkWhole(path string) error {
	err := wholeNow(path)
	if errors.Is(err, errCut) {
		err = wholeNow(path) // again for what somebody wrote in between
	}
	return err
}

var errCut = errors.New("is afgebroken")

func wholeNow(path string) error {
	// First the log: what is copied out of it meanwhile is in the database then.
	log, err := readWAL(path + "-wal")
	if err != nil {
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	}
	size, page, err := sizes(path)
	switch gone := errors.Is(err, fs.ErrNotExist); {
	case log.pages > 0 && (gone || err == nil && size == 0): // SQLite would throw the log away
		return fmt.Errorf("%s %w: er staat niets in, en in %s-wal wel", File, errCut, File)
	case err != nil:
		return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
	case page == 0:
		return nil // no database: SQLite says so
	case log.pages == 0 && size%page != 0:
		return fmt.Errorf("%s %w: %d bytes is geen heel aantal pagina's van %d", File, errCut, size, page)
	}
	for n := size/page + 1; n <= log.pages; n++ {
		if !log.has[n] {
			return fmt.Errorf("%s %w: pagina %d van %d ontbreekt, ook in %s-wal", File, errCut, n, log.pages, File)
		}
	}
	return nil
}

// wal is what a write-ahead log holds: how many pages the database has with it, and
// which of them are in it. No pages: nothing was committed in it.
type wal struct {
	pages int64
	has   map[int64]bool
}

// readWAL reads which pages a write-ahead log holds. Frames of an earlier round of
// the log have another salt; SQLite looks at their sums as well, and does not use
// what does not fit.
// https://www.sqlite.org/fileformat2.html#the_write_ahead_log
func readWAL(path string) (wal, error) {
	w := wal{has: map[int64]bool{}}
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return w, nil
	}
	if err != nil {
		return w, err
	}
	defer func() { _ = f.Close() }()
	const headerSize, frameSize, magic = 32, 24, 0x377f0682
	var header [headerSize]byte
	if _, err := f.ReadAt(header[:], 0); errors.Is(err, io.EOF) {
		return w, nil
	} else if err != nil {
		return w, err
	}
	page := int64(binary.BigEndian.Uint32(header[8:]))
	if binary.BigEndian.Uint32(header[:])&^1 != magic || page == 0 {
		return w, nil
	}
	var open []int64 // of a transaction of which the end is still to come
	for at := int64(headerSize); ; at += frameSize + page {
		var frame [frameSize]byte
		if _, err := f.ReadAt(frame[:], at); errors.Is(err, io.EOF) {
			return w, nil
		} else if err != nil {
			return w, err
		}
		if !bytes.Equal(frame[8:16], header[16:24]) {
			return w, nil
		}
		open = append(open, int64(binary.BigEndian.Uint32(frame[:])))
		if pages := int64(binary.BigEndian.Uint32(frame[4:])); pages > 0 {
			w.pages = pages
			for _, n := range open {
				w.has[n] = true
			}
			open = nil
		}
	}
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
