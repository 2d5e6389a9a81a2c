package sqlite_test

import (
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/pressly/goose/v3"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

// TestMigrations: every migration can be undone and done again, also with a log
// in the database, which stays as it was; and a newer schema is refused.
func TestMigrations(t *testing.T) {
	t.Parallel()
	ctx, dir := t.Context(), t.TempDir()
	s, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Append(ctx, store.Batch{Key: "k", Intent: "k", Drafts: []event.Draft{{
		Stream: "s", Type: "proef.1", At: time.Unix(1e9, 0), Actor: "iemand", Data: json.RawMessage(`{}`), Personal: map[string]string{"t": "tekst"},
	}}})
	if err != nil {
		t.Fatal(err)
	}
	head, err := s.Head(ctx)
	if err = errors.Join(err, s.Close()); err != nil {
		t.Fatal(err)
	}
	db, err := sql.Open("sqlite", filepath.Join(dir, sqlite.File))
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(goose.DialectSQLite3, db, os.DirFS("migrations"), goose.WithDisableGlobalRegistry(true))
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if _, err := p.DownTo(ctx, 1); err != nil {
			t.Fatal(err)
		}
		if _, err := p.Up(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if s, err = sqlite.Open(ctx, dir, sqlite.Options{}); err != nil {
		t.Fatal(err)
	}
	if got, err := event.Verify(s.All(ctx, 1), &head); err != nil || got != head {
		t.Errorf("after down and up: %v, %v", got, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Newer(ctx, dir); err != nil {
		t.Errorf("this schema: %v", err)
	}
	if _, err := p.DownTo(ctx, 0); err != nil {
		t.Errorf("down to nothing: %v", err)
	}
	if _, err := p.Up(ctx); err != nil {
		t.Errorf("up from nothing: %v", err)
	}
	if _, err := db.ExecContext(ctx, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)`); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := sqlite.Newer(ctx, dir); !errors.Is(err, sqlite.ErrNewer) {
		t.Errorf("a newer schema: %v", err)
	}
	if _, err := sqlite.Open(ctx, dir, sqlite.Options{}); err == nil {
		t.Error("a newer schema is opened")
	}
}
