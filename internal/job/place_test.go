package job_test

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/job"
	"lemniscaat/internal/store/pgtest"
)

// place is where a queue is: a folder or a PostgreSQL database.
type place struct{ folder, database string }

// everywhere runs a test on every kind of queue: they do the same.
func everywhere(t *testing.T, test func(t *testing.T, at place)) {
	t.Parallel()
	t.Run("sqlite", func(t *testing.T) {
		t.Parallel()
		test(t, place{folder: t.TempDir()})
	})
	t.Run("postgres", func(t *testing.T) {
		t.Parallel()
		test(t, place{database: pgtest.Start(t)})
	})
}

// other is another place of the same kind.
func (p place) other(t *testing.T) place {
	t.Helper()
	if p.database != "" {
		return place{database: pgtest.Start(t)}
	}
	return place{folder: t.TempDir()}
}

func (p place) open(t testing.TB, c job.Config) *job.Runs {
	t.Helper()
	c.Folder, c.Database = p.folder, p.database
	if c.PartSize == 0 {
		c.PartSize = 100
	}
	if c.Beat == 0 {
		c.Beat, c.Silent = 100*time.Millisecond, 5*time.Second
	}
	r, err := job.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// do runs a statement in the database and gives the first column of what it says.
func (p place) do(t testing.TB, query string, args ...any) (out []string) {
	t.Helper()
	ctx := context.Background()
	c, err := pgx.Connect(ctx, p.database)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close(ctx)
	if _, err := c.Exec(ctx, "SET search_path TO "+job.Schema); err != nil {
		t.Fatal(err)
	}
	rows, err := c.Query(ctx, query, args...)
	if err != nil {
		t.Fatal(err)
	}
	if out, err = pgx.CollectRows(rows, pgx.RowTo[string]); err != nil {
		t.Fatal(err)
	}
	return out
}

// parts gives what is there of steps: "r-….1/1-000000".
func (p place) parts(t testing.TB) (out []string) {
	t.Helper()
	if p.database != "" {
		return p.do(t, `SELECT run || '.' || generation || '/' || phase || '-' || lpad(part::text, 6, '0') FROM simulation_blob ORDER BY 1`)
	}
	root := filepath.Join(p.folder, "delen")
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if errors.Is(err, fs.ErrNotExist) {
			return nil // taken away meanwhile
		}
		if path != root {
			out = append(out, strings.TrimPrefix(path, root+"/"))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

// cleared waits until nothing is there of steps: they go after the end of their run
// can be seen.
func (p place) cleared(t testing.TB) {
	t.Helper()
	deadline := time.Now().Add(time.Minute)
	for {
		left := p.parts(t)
		if len(left) == 0 {
			return
		}
		if time.Now().After(deadline) {
			t.Errorf("parts are left behind: %v", left)
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
}

// spoilPart damages the first part that was evaluated.
func (p place) spoilPart(t testing.TB) {
	t.Helper()
	const what = "LEMNRUN, en dan niets meer"
	if p.database != "" {
		if n := p.do(t, `UPDATE simulation_blob SET data = $1 WHERE phase = 1 AND part = 0 RETURNING run`, []byte(what)); len(n) != 1 {
			t.Errorf("%d parts spoiled", len(n))
		}
		return
	}
	for _, name := range p.parts(t) {
		if strings.HasSuffix(name, "/1-000000") {
			if err := os.WriteFile(filepath.Join(p.folder, "delen", name), []byte(what), 0o600); err != nil {
				t.Error(err)
			}
		}
	}
}

// spoilResult cuts off the only result.
func (p place) spoilResult(t testing.TB) {
	t.Helper()
	if p.database != "" {
		if n := p.do(t, `UPDATE simulation_result SET data = substr(data, 1, 1000) RETURNING plan`); len(n) != 1 {
			t.Fatalf("results: %v", n)
		}
		return
	}
	files, err := filepath.Glob(filepath.Join(p.folder, "uitkomsten", "*"))
	if err != nil || len(files) != 1 {
		t.Fatalf("results: %v %v", files, err)
	}
	if err := os.Truncate(files[0], 1000); err != nil {
		t.Fatal(err)
	}
}

func (p place) String() string {
	if p.database != "" {
		return p.database
	}
	return fmt.Sprint("file:", p.folder)
}
