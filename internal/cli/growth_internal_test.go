package cli

import (
	"bytes"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/config"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/sqlite"
)

// TestRowsGrowAndGo measures how many rows of processing page views and signals leave,
// and how many bytes they take in both stores; after the time that rows are kept, the
// sweep takes all of them.
func TestRowsGrowAndGo(t *testing.T) {
	if testing.Short() {
		t.Skip("asks hundreds of pages")
	}
	t.Parallel()
	env := Env{Now: time.Now, Err: &bytes.Buffer{}, Out: &bytes.Buffer{}}
	in, err := open(t.Context(), env, dataFolder(t.TempDir()))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	s, err := config.Load(config.Source{})
	if err != nil {
		t.Fatal(err)
	}
	s.Data = t.TempDir()
	m, err := newMonitor(t.Context(), env, s)
	if err != nil {
		t.Fatal(err)
	}
	a, err := assemble(in, s, nil, m)
	if err != nil {
		t.Fatal(err)
	}
	defer a.Close()
	w := &walker{t: t, handler: a.handler}
	fillWalk(t, in)
	after := lastRow(t, in.store)
	const n = 200
	pages := []string{"/", "/signalen", "/knelpunten", "/voorstellen", "/register", "/driehoeken", "/verplichtingen", "/beslissingen", "/leren", "/meldingen"}
	shown := 0
	for i := range n {
		if _, a := w.ask(http.MethodGet, pages[i%len(pages)], in.People[i/len(pages)%3].ID, "", ""); a.Code == http.StatusOK {
			shown++
		}
	}
	if shown < n*8/10 {
		t.Fatalf("only %d of %d pages were shown", shown, n)
	}
	weigh(t, fmt.Sprintf("%d pages", shown), shown, rowsAfter(t, in.store, after))
	after = lastRow(t, in.store)
	for i := range n {
		_, err := in.FileSignal(t.Context(), in.People[i%len(in.People)].ID, screen.SignalInput{
			Anchor: screen.Anchor{Regulation: "individuele-inkomenstoeslag", Article: "verordening-artikel-2"}, Tile: screen.TileHarsh,
			Text: fmt.Sprintf("Een aanvraag die steeds terugkwam, nummer %d.", i), Frequency: screen.Once, Key: fmt.Sprintf("groei-%08d", i),
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	weigh(t, fmt.Sprintf("%d signals", n), n, rowsAfter(t, in.store, after))
	const cases = 5000 // that come in at a time
	var touches []processing.Touch
	for i := range cases {
		touches = append(touches, processing.Touch{Activity: processing.Decisions, Subject: fmt.Sprintf("v1:%064d", i), Name: "invoer.feiten.1"})
	}
	changes, err := in.Processing.Rows(t.Context(), time.Time{}, touches...)
	if err != nil {
		t.Fatal(err)
	}
	var items []store.Item
	for _, c := range changes {
		items = append(items, c.Item)
	}
	weigh(t, fmt.Sprintf("%d outcomes", cases), cases, items)
}

func lastRow(t *testing.T, s store.ShelfReader) string {
	t.Helper()
	last := ""
	for _, it := range rowsAfter(t, s, "") {
		last = it.ID
	}
	return last
}

// rowsAfter gives the items with rows after one.
func rowsAfter(t *testing.T, s store.ShelfReader, after string) (all []store.Item) {
	t.Helper()
	for {
		items, err := s.Items(t.Context(), processing.Kind, after, 1000)
		if err != nil {
			t.Fatal(err)
		}
		if all = append(all, items...); len(items) < 1000 {
			return all
		}
		after = items[len(items)-1].ID
	}
}

// weigh puts items often enough in a store of each kind to see it grow, says what they
// take for a thousand of what they are of, and sweeps them.
func weigh(t *testing.T, what string, of int, items []store.Item) {
	t.Helper()
	rows, data := processing.Count(items), 0
	for _, it := range items {
		data += len(it.Data)
		if it.Expires.IsZero() {
			t.Fatalf("%s never goes", it.ID)
		}
	}
	if rows == 0 {
		t.Fatalf("%s leave no rows", what)
	}
	t.Logf("%s: per 1,000 %d rows in %d items, %d bytes of data", what, rows*1000/of, len(items)*1000/of, data*1000/of)
	const times = 20
	later := items[len(items)-1].Expires.Add(time.Hour)
	fill := func(s store.Store) {
		t.Helper()
		for i := range times {
			var changes []store.Change
			for _, it := range items {
				it.ID = fmt.Sprintf("%s-%02d", it.ID, i)
				changes = append(changes, store.Change{Item: it})
			}
			if err := s.Put(t.Context(), changes...); err != nil {
				t.Fatal(err)
			}
		}
	}
	swept := func(s store.Store, now *time.Time) {
		t.Helper()
		if gone, err := s.Sweep(t.Context()); err != nil || gone != 0 {
			t.Errorf("%d rows gone before their time, %v", gone, err)
		}
		*now = later
		if gone, err := s.Sweep(t.Context()); err != nil || gone != times*len(items) {
			t.Errorf("%d of %d items swept, %v", gone, times*len(items), err)
		}
	}
	dir, now := t.TempDir(), time.Now()
	light, err := sqlite.Open(t.Context(), dir, sqlite.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer light.Close()
	before := sizeOf(t, dir)
	fill(light)
	t.Logf("%s: per 1,000 %d bytes with SQLite", what, (sizeOf(t, dir)-before)*1000/int64(of*times))
	swept(light, &now)

	dsn := pgtest.Start(t)
	now = time.Now()
	heavy, err := postgres.Open(t.Context(), dsn, postgres.Options{Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	defer heavy.Close()
	fill(heavy)
	t.Logf("%s: per 1,000 %d bytes with PostgreSQL", what, relationSize(t, dsn)*1000/int64(of*times))
	swept(heavy, &now)
}

// sizeOf gives how large a database of SQLite is, with what is still in its
// write-ahead log.
func sizeOf(t *testing.T, dir string) int64 {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, sqlite.File)+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var pages, page int64
	if err := errors.Join(db.QueryRowContext(t.Context(), "PRAGMA page_count").Scan(&pages), db.QueryRowContext(t.Context(), "PRAGMA page_size").Scan(&page)); err != nil {
		t.Fatal(err)
	}
	return pages * page
}

func relationSize(t *testing.T, dsn string) (n int64) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close(context.Background()) }()
	if err := conn.QueryRow(t.Context(), `SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM pg_class c WHERE c.relname = 'item' AND c.relkind = 'r'`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if n == 0 {
		t.Fatal("there is no table of items")
	}
	return n
}
