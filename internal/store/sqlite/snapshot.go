package sqlite

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"

	"lemniscaat/internal/store"
)

// Snapshot copies a SQLite database as it is at one moment to a new file, while
// others may read and write it: VACUUM INTO reads in one transaction. Pages
// that were given free are not copied, so that what was erased before is not in
// the copy either. While it runs the write-ahead log of the database grows.
func Snapshot(ctx context.Context, from, to string) error {
	q := url.Values{"mode": {"ro"}, "_pragma": {"busy_timeout(5000)"}}
	if readMode(ctx, from) == still {
		q.Set("immutable", "1")
	}
	db, err := sql.Open("sqlite", (&url.URL{Scheme: "file", Opaque: (&url.URL{Path: from}).EscapedPath(), RawQuery: q.Encode()}).String())
	if err != nil {
		return fmt.Errorf("copy %s: %w: %w", from, store.ErrUnavailable, err)
	}
	db.SetMaxOpenConns(1)
	_, err = db.ExecContext(ctx, `VACUUM INTO ?`, to)
	if closed := db.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return unavailable("copy "+from, err)
	}
	return nil
}
