package cli_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"database/sql"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/cli"
	"lemniscaat/internal/store/pgtest"
)

// out is a buffer that is read while it is written.
type out struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *out) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *out) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

func command(ctx context.Context, environ []string, args ...string) (cli.Code, string) {
	var o out
	code := cli.Run(ctx, cli.Env{Args: args, In: strings.NewReader(""), Out: &o, Err: &o, Now: time.Now, Environ: environ})
	return code, o.String()
}

// served starts a server, does something with its address, and stops it.
func served(t *testing.T, environ []string, do func(at string), args ...string) string {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	var o out
	ended := make(chan cli.Code, 1)
	go func() {
		ended <- cli.Run(ctx, cli.Env{Args: args, In: strings.NewReader(""), Out: &o, Err: &o, Now: time.Now, Environ: environ})
	}()
	address := regexp.MustCompile(`http://127\.0\.0\.1:\d+`)
	for ; ; time.Sleep(50 * time.Millisecond) {
		if at := address.FindString(o.String()); at != "" {
			do(at)
			break
		}
		select {
		case code := <-ended:
			t.Fatalf("%v ended with %d: %s", args, code, o.String())
		default:
		}
	}
	stop()
	if code := <-ended; code != cli.Good {
		t.Errorf("%v ended with %d: %s", args, code, o.String())
	}
	return o.String()
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var b bytes.Buffer
	if _, err := b.ReadFrom(r.Body); err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, b.String()
}

var headLine = regexp.MustCompile(`Kop: (\d+:[0-9a-f]{64})`)

// logDigests gives the digest of every table of the log in a folder, and of what is
// on its shelf, without the rows of who decided what at the command line.
func logDigests(t *testing.T, dir string) map[string]string {
	t.Helper()
	db, err := sql.Open("sqlite", "file:"+filepath.Join(dir, "logboek.sqlite")+"?mode=ro")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	out := map[string]string{}
	for name, query := range map[string]string{
		"stream":   `SELECT * FROM stream ORDER BY id`,
		"event":    `SELECT * FROM event ORDER BY seq`,
		"personal": `SELECT * FROM personal ORDER BY seq, field`,
		"item":     `SELECT kind, id, version, data FROM item WHERE kind <> 'toegangsbesluit' ORDER BY kind, id`,
	} {
		rows, err := db.QueryContext(t.Context(), query)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = rows.Close() }()
		columns, err := rows.Columns()
		if err != nil {
			t.Fatal(err)
		}
		h, n := sha256.New(), 0
		for ; rows.Next(); n++ {
			values, into := make([]any, len(columns)), make([]any, len(columns))
			for i := range values {
				into[i] = &values[i]
			}
			if err := rows.Scan(into...); err != nil {
				t.Fatal(err)
			}
			fmt.Fprintf(h, "%q\n", values)
		}
		if err := rows.Err(); err != nil {
			t.Fatal(err)
		}
		if n == 0 {
			t.Errorf("nothing in %s", name)
		}
		out[name] = fmt.Sprintf("%d rows, %x", n, h.Sum(nil))
	}
	return out
}

// TestMigrate moves the demo to PostgreSQL, serves it from there, and moves it back.
func TestMigrate(t *testing.T) {
	if testing.Short() {
		t.Skip("fills a demo")
	}
	t.Parallel()
	dsn := pgtest.Start(t)
	dir := filepath.Join(t.TempDir(), "data")
	served(t, nil, func(string) {}, "demo", "--data", dir, "--addr", "127.0.0.1:0", "--workers", "0")
	before := logDigests(t, dir)
	// Interrupted before it begins: nothing is in use, and the same command finishes.
	cut, cancel := context.WithCancel(t.Context())
	cancel()
	if code, said := command(cut, nil, "migrate", "--data", dir, "--database", dsn); code == cli.Good {
		t.Fatalf("interrupted, and still good: %s", said)
	}
	code, said := command(t.Context(), nil, "migrate", "--data", dir, "--database", dsn)
	if code != cli.Good || !strings.Contains(said, "Vergeleken en gelijk") {
		t.Fatalf("migrate: %d, %s", code, said)
	}
	head := headLine.FindStringSubmatch(said)
	if head == nil {
		t.Fatalf("no head in %s", said)
	}
	// Only who moved it is kept beside it.
	if d := cmp.Diff(before, logDigests(t, dir)); d != "" {
		t.Errorf("the log in the folder changed (-before +after):\n%s", d)
	}
	// Again: the database is not empty any more.
	if code, said := command(t.Context(), nil, "migrate", "--data", dir, "--database", dsn); code != cli.Input || !strings.Contains(said, "niet leeg") {
		t.Errorf("a second time: %d, %s", code, said)
	}
	// The folder knows where its log is now; the old log is not used by mistake.
	if code, said := command(t.Context(), nil, "audit", "verify", "--data", dir, "--head", head[1]); code != cli.Good {
		t.Errorf("audit verify over the database: %d, %s", code, said)
	}
	if code, said := command(t.Context(), nil, "outcomes", "verify", "--data", dir); code != cli.Good {
		t.Errorf("outcomes verify: %d, %s", code, said)
	}
	backedUp(t, dir, head[1])
	served(t, nil, func(at string) {
		if status, body := get(t, at+"/"); status != http.StatusOK || !strings.Contains(body, "<h1") {
			t.Errorf("page from PostgreSQL: %d, %.300s", status, body)
		}
	}, "demo", "--data", dir, "--addr", "127.0.0.1:0", "--workers", "0")
	// And out again.
	again := filepath.Join(t.TempDir(), "terug")
	if code, said := command(t.Context(), []string{"LEMNISCAAT_DATABASE=" + dsn}, "migrate", "--terug", "--data", again); code != cli.Good {
		t.Fatalf("back: %d, %s", code, said)
	}
	for _, key := range []string{"pseudoniem.sleutel", "ondertekening.sleutel", "ondertekening.openbaar"} {
		text, err := os.ReadFile(filepath.Join(dir, key))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(again, key), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if code, said := command(t.Context(), nil, "audit", "verify", "--data", again, "--head", head[1]); code != cli.Good {
		t.Errorf("audit verify of the folder: %d, %s", code, said)
	}
	if code, said := command(t.Context(), nil, "demo", "--data", dir, "--addr", "127.0.0.1:0"); code != cli.Input || !strings.Contains(said, "verhuisd") {
		t.Errorf("a server on a database that was left: %d, %s", code, said)
	}
}

// backedUp: what is in PostgreSQL goes into a backup, and from there into a folder
// and into another database, with the same head.
func backedUp(t *testing.T, dir, head string) {
	t.Helper()
	copied := filepath.Join(t.TempDir(), "kopie.lus")
	if code, said := command(t.Context(), nil, "backup", "--data", dir, "--out", copied); code != cli.Good || !strings.Contains(said, head) {
		t.Fatalf("backup of PostgreSQL: %d, %s", code, said)
	}
	if code, said := command(t.Context(), nil, "restore", copied, "--controleer"); code != cli.Good {
		t.Errorf("look at the backup: %d, %s", code, said)
	}
	folder := filepath.Join(t.TempDir(), "map")
	if code, said := command(t.Context(), nil, "restore", copied, "--data", folder, "--sleutels", dir); code != cli.Good {
		t.Fatalf("restore in a folder: %d, %s", code, said)
	}
	if code, said := command(t.Context(), nil, "audit", "verify", "--data", folder, "--head", head); code != cli.Good {
		t.Errorf("audit verify of the restored folder: %d, %s", code, said)
	}
	// A backup of a folder goes into a database.
	again, other := filepath.Join(t.TempDir(), "kopie.lus"), pgtest.Start(t)
	if code, said := command(t.Context(), nil, "backup", "--data", folder, "--out", again); code != cli.Good {
		t.Fatalf("backup of the restored folder: %d, %s", code, said)
	}
	cut, cancel := context.WithCancel(t.Context())
	cancel()
	if code, said := command(cut, nil, "restore", again, "--data", filepath.Join(t.TempDir(), "onderbroken"), "--database", other, "--sleutels", dir); code == cli.Good {
		t.Errorf("interrupted, and still good: %s", said)
	}
	there := filepath.Join(t.TempDir(), "bij-database")
	if code, said := command(t.Context(), nil, "restore", again, "--data", there, "--database", other, "--sleutels", dir); code != cli.Good || !strings.Contains(said, "vergeleken en gelijk") {
		t.Fatalf("restore in a database: %d, %s", code, said)
	}
	if _, err := os.Stat(filepath.Join(there, "logboek.sqlite")); err == nil {
		t.Error("the folder of an installation in a database still holds a log")
	}
	if code, said := command(t.Context(), nil, "audit", "verify", "--data", there, "--head", head); code != cli.Good {
		t.Errorf("audit verify of the restored database: %d, %s", code, said)
	}
	served(t, nil, func(at string) {
		if status, body := get(t, at+"/"); status != http.StatusOK || !strings.Contains(body, "<h1") {
			t.Errorf("page of the restored database: %d, %.300s", status, body)
		}
	}, "demo", "--data", there, "--addr", "127.0.0.1:0", "--workers", "0")
	if code, said := command(t.Context(), nil, "restore", again, "--data", filepath.Join(t.TempDir(), "vol"), "--database", other); code != cli.Input || !strings.Contains(said, "niet leeg") {
		t.Errorf("restore in a database that is in use: %d, %s", code, said)
	}
}
