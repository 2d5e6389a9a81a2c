package fault_test

import (
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/audit"

	_ "modernc.org/sqlite" // driver "sqlite", to change databases behind the back of the program

	"lemniscaat/internal/event"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

// busy makes a stopped data folder with a few of everything in it.
func busy(t *testing.T) string {
	t.Helper()
	return use(t, onSQLite(t))
}

// use is busy for a folder that is there already.
func use(t *testing.T, data string) string {
	t.Helper()
	if dsnOf(data) == "" {
		fill(t, data)
	}
	s := start(t, data)
	samira, citizen := newBrowser(t, s, "samira", dice(1)), newBrowser(t, s, "", dice(1))
	for i := range 6 {
		m := "vulling" + strings.Repeat("z", i+1) + "q"
		d := signal(m)
		if a, err := samira.post(d.path, d.values, false); err != nil || a.code != http.StatusSeeOther {
			t.Fatalf("%d %v", a.code, err)
		}
		d = message(m + "w")
		if a, err := citizen.post(d.path, d.values, false); err != nil || a.code != http.StatusOK {
			t.Fatalf("%d %v", a.code, err)
		}
		d = outcomeEvent(m)
		if a, err := citizen.send(d.path, d.kind, strings.NewReader(d.body)); err != nil || a.code != http.StatusOK {
			t.Fatalf("%d %v", a.code, err)
		}
	}
	if code := s.stop(); code != 0 {
		t.Fatalf("stops with %d", code)
	}
	return data
}

// copyTo copies the files of a stopped folder.
func copyTo(t *testing.T, from, to string) {
	t.Helper()
	if err := os.CopyFS(to, os.DirFS(from)); err != nil {
		t.Fatal(err)
	}
}

// content is a digest of everything that a log tells: records, texts, facts and
// what they add up to.
func content(t *testing.T, log store.Reader) (string, error) {
	t.Helper()
	h := sha256.New()
	out := json.NewEncoder(h)
	for r, err := range log.All(t.Context(), 1) {
		if err != nil {
			return "", err
		}
		if err := out.Encode(r); err != nil {
			return "", err
		}
	}
	for b, err := range log.Batches(t.Context()) {
		if err != nil {
			return "", err
		}
		if err := out.Encode(b); err != nil {
			return "", err
		}
	}
	all := outcome.ByRegulation | outcome.ByArticle | outcome.ByStep | outcome.ByGroup | outcome.ByClass | outcome.ByGround | outcome.ByWeek
	for _, q := range []outcome.Query{{By: all}, {By: all, Exact: true}} {
		cells, err := log.Cube(t.Context(), q)
		if err != nil {
			return "", err
		}
		if err := out.Encode(cells); err != nil {
			return "", err
		}
	}
	return hex.EncodeToString(h.Sum(nil)), nil
}

// read1 gives what a folder tells, and whether the inspection calls it good.
func read1(t *testing.T, data string) (digest string, good bool) {
	t.Helper()
	log, err := readLog(t.Context(), data)
	if err != nil {
		return "", false
	}
	defer log.Close()
	found, err := audit.Inspect(t.Context(), log, nil)
	if err != nil || !found.Good() {
		return "", false
	}
	digest, err = content(t, log)
	return digest, err == nil
}

// TestFlippedBytes: a byte that is changed anywhere in the database is found, or
// it is in a place that says nothing: what is called good tells exactly what it
// told before.
func TestFlippedBytes(t *testing.T) {
	long(t)
	data := busy(t)
	want, good := read1(t, data)
	if !good {
		t.Fatal("the folder is not good to begin with")
	}
	name := filepath.Join(data, sqlite.File)
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d := dice(2)
	found, harmless := 0, 0
	for range many(150, 3000) {
		at, bit := d.IntN(len(raw)), byte(1)<<d.IntN(8)
		bad := append([]byte(nil), raw...)
		bad[at] ^= bit
		if err := os.WriteFile(name, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		got, good := read1(t, data)
		switch {
		case !good:
			found++
		case got != want:
			t.Errorf("seed %d: bit %d of byte %d of %d is changed, is called good and tells something else", begin, bit, at, len(raw))
		default:
			harmless++
		}
	}
	if err := os.WriteFile(name, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	if found == 0 {
		t.Error("nothing was found: the test shows nothing")
	}
	t.Logf("seed %d: of %d changed bits %d were found, %d are in places that say nothing", begin, found+harmless, found, harmless)
}

// words changes something in the database behind the back of the program.
func words(t *testing.T, data, statement string, args ...any) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, sqlite.File))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range []string{"DROP TRIGGER IF EXISTS event_no_update", "DROP TRIGGER IF EXISTS event_no_delete", "DROP TRIGGER IF EXISTS fact_no_update", "DROP TRIGGER IF EXISTS fact_no_delete"} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
	r, err := db.Exec(statement, args...)
	if err != nil {
		t.Fatal(err)
	}
	if n, _ := r.RowsAffected(); n == 0 && !strings.HasPrefix(statement, "DROP") {
		t.Fatalf("%s changes nothing", statement)
	}
}

// TestNeverServed: what was changed is never shown as if it were true: the
// program does not start on it, and a command says where.
func TestNeverServed(t *testing.T) {
	long(t)
	data := busy(t)
	for name, x := range map[string]struct {
		statement string
		starts    bool // reading it does not need what was changed
	}{
		"a word of an event":   {`UPDATE event SET data = CAST(replace(CAST(data AS TEXT), 'individuele', 'individuale') AS BLOB) WHERE seq = (SELECT max(seq) FROM event WHERE CAST(data AS TEXT) LIKE '%individuele%')`, false},
		"a personal text":      {`UPDATE personal SET words = words || '!' WHERE seq = (SELECT max(seq) FROM personal)`, false},
		"an event taken out":   {`DELETE FROM event WHERE seq = 5`, false},
		"who did it":           {`UPDATE event SET actor = 'joost' WHERE seq = (SELECT max(seq) FROM event WHERE actor = 'samira')`, false},
		"an outcome":           {`UPDATE fact SET flags = flags + 2 WHERE id = (SELECT max(id) FROM fact)`, true},
		"what outcomes add to": {`UPDATE cube SET n = n + 1`, true},
	} {
		bad := filepath.Join(t.TempDir(), "data")
		copyTo(t, data, bad)
		words(t, bad, x.statement)
		if got := whole(t, bad); got.Good() {
			t.Errorf("%s: the inspection finds nothing", name)
		}
		s := launch(t, bad, nil)
		switch {
		case s == nil && x.starts:
			t.Errorf("%s: the program does not start", name)
		case s != nil && !x.starts:
			t.Errorf("%s: the program serves it", name)
		}
		if s != nil {
			s.kill()
		}
	}
}

// TestTruncated: a database that was cut off anywhere is not opened as if it
// were whole, and no command panics on it.
func TestTruncated(t *testing.T) {
	long(t)
	data := busy(t)
	name := filepath.Join(data, sqlite.File)
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	d := dice(3)
	for range many(40, 600) {
		cut := d.IntN(len(raw))
		if d.IntN(2) == 0 {
			cut = cut / 4096 * 4096 // whole pages
		}
		if err := os.WriteFile(name, raw[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if _, good := read1(t, data); good {
			t.Errorf("seed %d: cut at %d of %d and called good", begin, cut, len(raw))
		}
	}
	if err := os.Remove(name); err != nil {
		t.Fatal(err)
	}
	if code, _, said := command(t, "demo", "--addr", "127.0.0.1:0", "--data", data); code != 3 || !strings.Contains(said, "is weg") || !strings.Contains(said, "reservekopie") {
		t.Errorf("without its log it ends with %d: %s", code, said)
	}
	for _, cut := range []int{0, 1, 100, 4096, len(raw) - 4096} {
		for _, end := range []string{"-wal", "-shm"} {
			_ = os.Remove(name + end)
		}
		if err := os.WriteFile(name, raw[:cut], 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, said := command(t, "audit", "verify", "--data", data); code == 0 {
			t.Errorf("cut at %d: audit verify says good: %s", cut, said)
		}
		if s := launch(t, data, nil); s != nil {
			t.Errorf("cut at %d: the program serves it", cut)
			s.kill()
		}
	}
}

// TestStaleWAL: a write-ahead log of another moment is not mixed with the
// database; a log that lost its tail that way is found with a head that was kept.
func TestStaleWAL(t *testing.T) {
	byHand(t)
	data := filled(t)
	s := start(t, data)
	b := newBrowser(t, s, "samira", dice(1))
	post := func(m string) {
		t.Helper()
		d := signal(m)
		if a, err := b.post(d.path, d.values, false); err != nil || a.code != http.StatusSeeOther {
			t.Fatalf("%d %v", a.code, err)
		}
	}
	post("eerstezzz")
	stale, err := os.ReadFile(filepath.Join(data, sqlite.File+"-wal"))
	if err != nil {
		t.Fatal(err)
	}
	post("tweedezzz")
	s.kill()
	_, out, _ := command(t, "audit", "verify", "--data", data)
	_, head, ok := strings.Cut(strings.TrimSpace(out), "Kop: ")
	if !ok {
		t.Fatalf("no head in %q", out)
	}
	head, _, _ = strings.Cut(head, "\n")
	for name, wal := range map[string][]byte{"of before": stale, "cut off": stale[:len(stale)/2], "noise": []byte(strings.Repeat("ruis", 5000)), "empty": nil} {
		bad := filepath.Join(t.TempDir(), "data")
		copyTo(t, data, bad)
		_ = os.Remove(filepath.Join(bad, sqlite.File+"-shm"))
		if err := os.WriteFile(filepath.Join(bad, sqlite.File+"-wal"), wal, 0o600); err != nil {
			t.Fatal(err)
		}
		if code, out, said := command(t, "audit", "verify", "--data", bad, "--head", head); code == 0 {
			t.Errorf("%s: the lost tail is not found: %s%s", name, out, said)
		}
		// Without the head it is a shorter log that is whole, or refused; never a mixture.
		if s := launch(t, bad, nil); s != nil {
			s.kill()
			if got := whole(t, bad); !got.Good() {
				t.Errorf("%s: served, and %+v", name, got)
			}
		}
	}
}

// TestTwoProcesses: a second process does not write in the same folder, and
// says who has it; commands that read come along.
func TestTwoProcesses(t *testing.T) {
	long(t)
	data := filepath.Join(t.TempDir(), "data")
	s := start(t, data)
	code, _, said := command(t, "demo", "--addr", "127.0.0.1:0", "--data", data)
	if code != 1 || !strings.Contains(said, "in gebruik") {
		t.Errorf("a second server ends with %d: %s", code, said)
	}
	if code, _, said := command(t, "outcomes", "rebuild", "--data", data); code != 1 || !strings.Contains(said, "in gebruik") {
		t.Errorf("a command that writes ends with %d: %s", code, said)
	}
	if code, _, said := command(t, "audit", "verify", "--data", data); code != 0 {
		t.Errorf("a command that reads ends with %d: %s", code, said)
	}
	s.kill()
	// The lock goes with the process, however that ended.
	start(t, data).stop()
}

// old makes a database of the first schema: what later migrations add is taken
// out.
func old(t *testing.T, data string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(data, sqlite.File))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, s := range []string{"DROP TRIGGER found_erased", "DROP TABLE found_state", "DROP TABLE found_in", "DROP TABLE found_text", "DROP TABLE found_term", "DROP TABLE item", "DROP TABLE fact", "DROP TABLE cube", "DROP TABLE cube_day", "DROP TABLE cell", "DROP TABLE word", "DELETE FROM goose_db_version WHERE version_id > 1"} {
		if _, err := db.Exec(s); err != nil {
			t.Fatal(err)
		}
	}
}

// TestKilledDuringMigration: killed at any moment of bringing an old database up
// to date, the next start finishes it.
func TestKilledDuringMigration(t *testing.T) {
	byHand(t)
	base := filepath.Join(t.TempDir(), "data")
	if code, _, said := command(t, "import", "regeling", ordinance(t), "--data", base); code != 0 {
		t.Fatal(said)
	}
	before := whole(t, base)
	d := dice(4)
	outdated := func() string {
		data := filepath.Join(t.TempDir(), "data")
		copyTo(t, base, data)
		old(t, data)
		return data
	}
	began := time.Now()
	start(t, outdated()).stop()
	took := time.Since(began) // on this machine, now
	for n := range 15 {
		data := outdated()
		for range 3 {
			cmd := killable(t, data)
			time.Sleep(time.Duration(d.Int64N(int64(took))))
			cmd.kill()
		}
		s := launch(t, data, nil)
		if s == nil {
			t.Fatalf("round %d: does not start after it was killed while migrating", n)
		}
		s.stop()
		got := whole(t, data)
		if !got.Good() || got.Head.Seq < before.Head.Seq {
			t.Errorf("round %d: %+v, before %+v", n, got, before)
		}
	}
}

// ordinance is a small text to import.
func ordinance(t *testing.T) string {
	t.Helper()
	return numbered(t, 0)
}

// numbered is one of several such texts.
func numbered(t *testing.T, n int) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), fmt.Sprint("v", n, ".md"))
	if err := os.WriteFile(name, fmt.Appendf(nil, "# Verordening proef %c\n\n## Artikel 1 Begin\n\n1. Dit is een proef.\n", 'a'+n), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

// TestNewerDatabase: a database of a newer program is refused, with what to do.
func TestNewerDatabase(t *testing.T) {
	long(t)
	data := filled(t)
	words(t, data, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)`)
	code, _, said := command(t, "demo", "--addr", "127.0.0.1:0", "--data", data)
	if code != 3 || !strings.Contains(said, "nieuwere versie van Lemniscaat") || !strings.Contains(said, "gebruik de nieuwere versie") {
		t.Errorf("ends with %d: %s", code, said)
	}
}

// TestContentTells: the digest of these tests itself sees a difference.
func TestContentTells(t *testing.T) {
	long(t)
	dir := t.TempDir()
	digests := map[string]bool{}
	for i := range 2 {
		data := filepath.Join(dir, fmt.Sprint(i))
		s, err := sqlite.Open(t.Context(), data, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{{Stream: "s", Type: "proef.1", At: time.Unix(1e9, 0), Actor: "a", Data: json.RawMessage(fmt.Sprint(i))}}}); err != nil {
			t.Fatal(err)
		}
		got, err := content(t, s)
		if err != nil {
			t.Fatal(err)
		}
		digests[got] = true
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if len(digests) != 2 {
		t.Error("two logs give one digest")
	}
}
