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
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/group"
)

// File is the name of the database in the data folder.
const File = "logboek.sqlite"

// Options of Open. The zero value is good.
type Options struct {
	// Random gives the salts; crypto/rand when nil.
	Random io.Reader
	// Readers is the number of connections that read; 4 when 0.
	Readers int
	// Now says what has expired; time.Now when nil.
	Now func() time.Time
	// Scratch is for a log that can be made again: what is acknowledged need not
	// be on disk. Never for what people do.
	Scratch bool
}

// Store implements store.Store.
type Store struct {
	reader
	write  *sql.DB
	lock   *lock
	random io.Reader
	writer *group.Writer[*request]
	stop   chan struct{}
	once   sync.Once

	path string
	file os.FileInfo // of the database when it was opened

	// Only the writer touches these.
	head   event.Head
	unsure bool // head may not be the end: a commit failed
	words  *dictionary
}

var _ store.Store = (*Store)(nil)

// Open opens the log in a data folder for reading and writing, and makes it
// when it is not there. store.ErrLocked: another process has it.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("open %s: %w: %w", dir, store.ErrUnavailable, err)
	}
	l, err := takeLock(filepath.Join(dir, "lemniscaat.lock"))
	if err != nil {
		return nil, fmt.Errorf("datamap %s: %w", dir, err)
	}
	s := &Store{
		reader: reader{now: o.Now}, lock: l, random: o.Random, stop: make(chan struct{}), words: &dictionary{},
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
	s.writer = group.Start(s.stop, s.commit)
	return s, nil
}

func (s *Store) open(ctx context.Context, path string, o Options) error {
	var err error
	mode := "rwc"
	if o.Scratch {
		mode = scratch
	}
	if err = checkWhole(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("open %s: %w", path, err)
	}
	if err := private(path); err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	if s.write, err = connect(path, mode, 1); err != nil {
		return err
	}
	if err := migrate(ctx, s.write); err != nil {
		return fmt.Errorf("open %s: %w", path, err)
	}
	s.path = path
	if s.file, err = os.Stat(path); err != nil {
		return fmt.Errorf("open %s: %w: %w", path, store.ErrUnavailable, err)
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

// Close waits for what is being written, and gives the folder free.
func (s *Store) Close() error {
	var err error
	s.once.Do(func() {
		close(s.stop)
		s.writer.Wait()
		err = errors.Join(s.db.Close(), s.write.Close(), s.lock.release())
	})
	return err
}
