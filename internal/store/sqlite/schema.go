package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"strconv"
	"strings"
)

// ErrNewer means that a newer program wrote this log.
var ErrNewer = errors.New("het logboek is van een nieuwere versie van Lemniscaat")

// Newer reports ErrNewer when the log in a folder has a schema that this program
// does not know. It changes nothing; what cannot be read is not newer.
func Newer(ctx context.Context, dir string) error {
	path := filepath.Join(dir, File)
	db, err := connect(path, readMode(ctx, path), 1)
	if err != nil {
		return nil // reading the log tells
	}
	defer func() { _ = db.Close() }()
	var have int64
	if err := db.QueryRowContext(ctx, `SELECT max(version_id) FROM goose_db_version`).Scan(&have); err != nil {
		return nil // reading the log tells
	}
	if last := schema(); have > last {
		return fmt.Errorf("%w (schema %d, deze kent %d)", ErrNewer, have, last)
	}
	return nil
}

// schema is the number of the last migration.
func schema() int64 {
	names, _ := fs.Glob(migrations, "migrations/*.sql") // the pattern is good
	var last int64
	for _, n := range names {
		digits, _, _ := strings.Cut(filepath.Base(n), "_")
		if v, err := strconv.ParseInt(digits, 10, 64); err == nil {
			last = max(last, v)
		}
	}
	return last
}
