package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lemniscaat/internal/backup"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/sqlite"
)

// isDatabase reports that a file of a data folder is a database, or belongs to one.
func isDatabase(base string) bool {
	for _, end := range []string{".sqlite", ".sqlite-wal", ".sqlite-shm", ".lock"} {
		if strings.HasSuffix(base, end) {
			return true
		}
	}
	return false
}

// copyDatabase writes the log of a PostgreSQL database, as it is at one moment, as
// the log of a data folder, and compares the two. The other files of the
// installation go along; an old log in its folder does not.
func copyDatabase(ctx context.Context, env Env, from source, to string) (names []string, err error) {
	// What expires while this runs is there in both, or in neither.
	began := env.Now()
	now := func() time.Time { return began }
	if err := os.MkdirAll(to, 0o700); err != nil {
		return nil, err
	}
	snapshot, err := postgres.Snapshot(ctx, from.dsn, postgres.Options{Name: "lemniscaat-reservekopie", Now: now})
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, snapshot.Close()) }()
	if err := inUse(ctx, snapshot, from.dsn); err != nil {
		return nil, err
	}
	kind, err := mark(ctx, snapshot, kindMark)
	if err != nil {
		return nil, err
	}
	log, err := sqlite.Open(ctx, to, sqlite.Options{Now: now})
	if err != nil {
		return nil, err
	}
	if _, err = fill(ctx, env, snapshot, log); err == nil && kind != "" {
		err = log.Put(ctx, markItem(kindMark, kind))
	}
	if err = errors.Join(err, log.Close()); err != nil {
		return nil, err
	}
	if wal, err := os.Stat(filepath.Join(to, sqlite.File+"-wal")); err == nil && wal.Size() > 0 {
		return nil, errors.New("BUG: the log of the copy is not in one file")
	}
	names, err = copyFiles(ctx, from.data, to, func(base string) bool { return !isDatabase(base) })
	if err != nil {
		return nil, err
	}
	if kind == "eigen" && !isOwn(to) { // a folder that never had more than keys
		if err := markOwn(to); err != nil {
			return nil, err
		}
		names = append(names, ownFile)
	}
	return append([]string{sqlite.File}, names...), nil
}

// intoDatabase puts the log that was unpacked in a folder into an empty database, and
// compares the two. The database is still marked as being filled, so that nothing
// starts on it; kind is what it is to be marked as.
func (r restoring) intoDatabase(ctx context.Context, dir string, m backup.Manifest) (to *postgres.Store, kind string, err error) {
	bad := func(err error) error {
		if ctx.Err() != nil {
			return err
		}
		return &fault{Found, fmt.Errorf("%s is niet teruggezet: %w", r.file, err)}
	}
	began := r.env.Now()
	now := func() time.Time { return began }
	log, err := sqlite.Open(ctx, dir, sqlite.Options{Now: now})
	if err != nil {
		return nil, "", bad(err)
	}
	defer func() { err = errors.Join(err, log.Close()) }()
	opened, err := postgres.Open(ctx, r.dsn, postgres.Options{Name: "lemniscaat-verhuizing", Now: now})
	if err != nil {
		return nil, "", &fault{Input, fmt.Errorf("%s kan niet gebruikt worden: %w", whereabouts(r.dsn), err)}
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, opened.Close())
		}
	}()
	if err := free(ctx, opened, "reservekopie "+m.Head, whereabouts(r.dsn)); err != nil {
		return nil, "", err
	}
	if n, err := opened.Others(ctx); err != nil || n > 0 {
		return nil, "", errors.Join(err, badInput("er werken nog andere processen met %s; stop die eerst", whereabouts(r.dsn)))
	}
	if kind, err = mark(ctx, log, kindMark); err != nil {
		return nil, "", bad(err)
	}
	if kind == "" {
		if kind = "demo"; isOwn(dir) {
			kind = "eigen"
		}
	}
	if _, err := fill(ctx, r.env, log, opened); err != nil {
		return nil, "", bad(err)
	}
	return opened, kind, nil
}

// pointAt takes the databases out of a folder, and tells it where its log is.
func pointAt(dir, dsn string) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer func() { _ = root.Close() }()
	err = fs.WalkDir(root.FS(), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !isDatabase(d.Name()) {
			return err
		}
		return root.Remove(name)
	})
	if err != nil {
		return err
	}
	return writeDurably(filepath.Join(dir, databaseFile), withoutPassword(dsn)+"\n")
}
