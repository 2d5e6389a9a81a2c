package sqlite_test

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/internal/store/storetest"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	storetest.Run(t, storetest.Maker{Open: func(t *testing.T) (store.Store, func() store.Store) {
		dir := t.TempDir()
		s := open(t, dir)
		return s, func() store.Store {
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(t, dir)
			return s
		}
	}, OpenAt: func(t *testing.T, now func() time.Time) store.Store {
		s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{Now: now})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() })
		return s
	}})
}

func open(t testing.TB, dir string) *sqlite.Store {
	t.Helper()
	s, err := sqlite.Open(context.Background(), dir, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func draft(stream, data string) event.Draft {
	return event.Draft{Stream: stream, Type: "proef.1", At: time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC), Actor: "anna", Data: json.RawMessage(data)}
}

func TestSecondWriterIsRefusedReaderIsNot(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft("a", "1")}}); err != nil {
		t.Fatal(err)
	}
	_, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
	if !errors.Is(err, store.ErrLocked) || !strings.Contains(err.Error(), dir) || !strings.Contains(err.Error(), "proces") {
		t.Errorf("second writer: %v, want ErrLocked with folder and process", err)
	}
	r, err := sqlite.OpenReader(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if h, err := event.Verify(r.All(t.Context(), 1), nil); err != nil || h.Seq != 1 {
		t.Errorf("reader beside a writer: %v, %v", h, err)
	}
	// What is written afterwards is seen too.
	if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft("a", "2")}}); err != nil {
		t.Fatal(err)
	}
	if h, err := r.Head(t.Context()); err != nil || h.Seq != 2 {
		t.Errorf("head %v, %v", h, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	open(t, dir)
}

func TestReaderWithoutLog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if _, err := sqlite.OpenReader(t.Context(), dir); err == nil || !strings.Contains(err.Error(), "geen logboek") {
		t.Errorf("err = %v", err)
	}
	if _, err := os.Stat(filepath.Join(dir, sqlite.File)); !errors.Is(err, os.ErrNotExist) {
		t.Error("reading made a log")
	}
	if err := os.WriteFile(filepath.Join(dir, sqlite.File), []byte("this is not a database, but it is long enough to be one, or so it seems"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.OpenReader(t.Context(), dir); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("not a database: %v, want ErrUnavailable", err)
	}
}

func TestReaderAfterCleanClose(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft("a", "1")}}); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := sqlite.OpenReader(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if h, err := event.Verify(r.All(t.Context(), 1), nil); err != nil || h.Seq != 1 {
		t.Errorf("%v, %v", h, err)
	}
}

func TestNewerSchemaIsRefused(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := open(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	raw(t, dir, `INSERT INTO goose_db_version (version_id, is_applied) VALUES (999, 1)`)
	if _, err := sqlite.Open(t.Context(), dir, sqlite.Options{}); err == nil || !strings.Contains(err.Error(), "nieuwere versie") {
		t.Errorf("err = %v", err)
	}
}

// raw does to the database what the program never does.
func raw(t *testing.T, dir string, statements ...string) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(dir, sqlite.File))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, q := range statements {
		if _, err := db.Exec(q); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
}

func TestTamperingShows(t *testing.T) {
	t.Parallel()
	free := []string{`DROP TRIGGER event_no_update`, `DROP TRIGGER event_no_delete`}
	for name, c := range map[string]struct {
		do   []string
		at   uint64
		open bool // the store refuses to open for writing
	}{
		"changed data":       {[]string{`UPDATE event SET data = CAST('{"n":9}' AS BLOB) WHERE seq = 3`}, 3, false},
		"changed actor":      {[]string{`UPDATE event SET actor = 'bob' WHERE seq = 2`}, 2, false},
		"changed time":       {[]string{`UPDATE event SET at_nano = at_nano + 1 WHERE seq = 4`}, 4, false},
		"changed last":       {[]string{`UPDATE event SET data = CAST('{"n":9}' AS BLOB) WHERE seq = 6`}, 6, true},
		"changed text":       {[]string{`UPDATE personal SET words = 'iets anders' WHERE seq = 5`}, 5, false},
		"changed commitment": {[]string{`UPDATE event SET personal = NULL WHERE seq = 5`}, 5, false},
		"broken commitment":  {[]string{`UPDATE event SET personal = CAST('{' AS BLOB) WHERE seq = 5`}, 5, false},
		"gap":                {[]string{`PRAGMA foreign_keys=0`, `DELETE FROM event WHERE seq = 3`}, 3, false},
		"removed tail":       {[]string{`PRAGMA foreign_keys=0`, `DELETE FROM event WHERE seq >= 5`}, 5, false},
		"reordered": {[]string{
			`UPDATE event SET seq = 100 WHERE seq = 2`, `UPDATE event SET seq = 2 WHERE seq = 3`, `UPDATE event SET seq = 3 WHERE seq = 100`,
		}, 2, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := open(t, dir)
			for n := range 6 {
				d := draft("a", `{"n":1}`)
				if n == 4 {
					d.Personal = map[string]string{"t": "tekst"}
				}
				if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{d}}); err != nil {
					t.Fatal(err)
				}
			}
			known, err := s.Head(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			raw(t, dir, append(append([]string{}, free...), c.do...)...)
			r, err := sqlite.OpenReader(t.Context(), dir)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = r.Close() }()
			_, err = event.Verify(r.All(t.Context(), 1), &known)
			var bad *event.Tampered
			if !errors.As(err, &bad) || bad.Seq != c.at {
				t.Errorf("Verify: %v, want event %d", err, c.at)
			}
			_, err = sqlite.Open(t.Context(), dir, sqlite.Options{})
			if refused := errors.As(err, &bad); refused != c.open {
				t.Errorf("open for writing: %v, want refused = %v", err, c.open)
			}
		})
	}
}

// TestCutOff: a database that was cut off anywhere within a page is not opened,
// whether what is gone was ever used or not.
func TestCutOff(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := open(t, dir).Close(); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, sqlite.File)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for _, less := range []int{1, 100, 4095, 4096 + 1} {
		if err := os.WriteFile(path, whole[:len(whole)-less], 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := sqlite.OpenReader(t.Context(), dir); err == nil {
			_ = r.Close()
			t.Errorf("%d bytes less: read", less)
		} else if !strings.Contains(err.Error(), "afgebroken") {
			t.Errorf("%d bytes less: %v", less, err)
		}
		if s, err := sqlite.Open(t.Context(), dir, sqlite.Options{}); err == nil {
			_ = s.Close()
			t.Errorf("%d bytes less: written", less)
		}
		if now, err := os.ReadFile(path); err != nil || len(now) != len(whole)-less {
			t.Errorf("%d bytes less: it has %d bytes afterwards (%v)", less, len(now), err)
		}
	}
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := open(t, dir).Close(); err != nil {
		t.Errorf("whole again: %v", err)
	}
}

// TestCutOffBesideLog: the same with a write-ahead log beside it, as after the power
// went. What is gone of the database is in that log, or it is not opened; nothing of
// either is touched then.
func TestCutOffBesideLog(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	path := filepath.Join(dir, sqlite.File)
	fill := func(s *sqlite.Store, from, to int) {
		t.Helper()
		for n := from; n < to; n++ {
			if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft(fmt.Sprint("s", n), fmt.Sprintf("%q", strings.Repeat(fmt.Sprint(n, " "), 800)))}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	// files are the database and its log as they are on the disk now.
	files := func() (database, log []byte) {
		t.Helper()
		database, err := os.ReadFile(path)
		if err == nil {
			log, err = os.ReadFile(path + "-wal")
		}
		if err != nil {
			t.Fatal(err)
		}
		return database, log
	}
	s := open(t, dir)
	fill(s, 0, 40)
	young, youngLog := files() // most of it is only in the log
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	s = open(t, dir)
	fill(s, 40, 43)
	old, oldLog := files() // most of it is only in the database
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	const page = 4096
	if len(young) > 2*page || len(old) < 50*page || len(youngLog) < len(young) || len(oldLog) == 0 || len(oldLog) > len(old)/2 {
		t.Fatalf("%d and %d bytes, %d and %d bytes: the test shows too little", len(young), len(youngLog), len(old), len(oldLog))
	}
	// tells reads every event; it reports false when the log is not opened.
	tells := func(dir string) (text string, opened bool) {
		r, err := sqlite.OpenReader(t.Context(), dir)
		if err != nil {
			if !strings.Contains(err.Error(), "afgebroken") {
				t.Error(err)
			}
			return "", false
		}
		defer r.Close()
		var b strings.Builder
		for e, err := range r.All(t.Context(), 1) {
			if err != nil {
				return err.Error(), true
			}
			fmt.Fprintln(&b, e.Seq, e.Hash, string(e.Data))
		}
		return b.String(), true
	}
	refused, same := 0, 0
	try := func(what string, database, log []byte, cut int) {
		t.Helper()
		dir := t.TempDir()
		put := func(n int) {
			path := filepath.Join(dir, sqlite.File)
			_ = os.Remove(path + "-shm")
			if err := errors.Join(os.WriteFile(path, database[:n], 0o600), os.WriteFile(path+"-wal", log, 0o600)); err != nil {
				t.Fatal(err)
			}
		}
		put(len(database))
		want, opened := tells(dir)
		if !opened {
			t.Fatalf("%s: not opened while it is whole", what)
		}
		put(cut)
		got, opened := tells(dir)
		switch {
		case opened && got != want:
			t.Errorf("%s, cut at %d of %d: opened, and it tells something else", what, cut, len(database))
		case opened:
			same++
			return
		}
		refused++
		if s, err := sqlite.Open(t.Context(), dir, sqlite.Options{}); err == nil {
			_ = s.Close()
			t.Errorf("%s, cut at %d of %d: written", what, cut, len(database))
		}
		left, err := os.ReadFile(filepath.Join(dir, sqlite.File+"-wal"))
		if info, errDatabase := os.Stat(filepath.Join(dir, sqlite.File)); errors.Join(err, errDatabase) != nil || !bytes.Equal(left, log) || info.Size() != int64(cut) {
			t.Errorf("%s, cut at %d of %d: what was left is touched (%v)", what, cut, len(database), errors.Join(err, errDatabase))
		}
	}
	for _, cut := range []int{0, len(old) - 1, len(old) - 100} {
		try("old", old, oldLog, cut)
	}
	for cut := page; cut < len(old); cut += 5 * page {
		try("old", old, oldLog, cut)
		try("old", old, oldLog, cut-1000)
	}
	try("young", young, youngLog, 0)
	if refused < 15 {
		t.Errorf("%d were refused: the test shows too little", refused)
	}
	t.Logf("%d refused, %d tell the same", refused, same)
}

func TestAppendOnlyTriggers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft("a", "1")}}); err != nil {
		t.Fatal(err)
	}
	_ = s.Close()
	db, err := sql.Open("sqlite", filepath.Join(dir, sqlite.File))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	for _, q := range []string{`UPDATE event SET actor = 'x'`, `DELETE FROM event`} {
		if _, err := db.Exec(q); err == nil || !strings.Contains(err.Error(), "append-only") {
			t.Errorf("%s: %v", q, err)
		}
	}
}

// Erased words may not linger in any file of the data folder.
func TestErasedWordsLeaveTheDisk(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s := open(t, dir)
	const words = "kwetsbaar-verhaal-van-iemand"
	d := draft("a", "1")
	d.Personal = map[string]string{"t": strings.Repeat(words+" ", 300)}
	if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{d}}); err != nil {
		t.Fatal(err)
	}
	if !onDisk(t, dir, words) {
		t.Fatal("the words are not on disk before erasing: this test shows nothing")
	}
	if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft("b", "1")}, Erase: []event.Ref{{Seq: 1, Field: "t"}}}); err != nil {
		t.Fatal(err)
	}
	if onDisk(t, dir, words) {
		t.Error("the words are still on disk")
	}
	if h, err := event.Verify(s.All(t.Context(), 1), nil); err != nil || h.Seq != 2 {
		t.Errorf("%v, %v", h, err)
	}
}

func onDisk(t *testing.T, dir, words string) bool {
	t.Helper()
	files, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		b, err := os.ReadFile(filepath.Join(dir, f.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(b, []byte(words)) {
			return true
		}
	}
	return false
}

func TestFolderThatCannotBe(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "bestand")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := sqlite.Open(t.Context(), filepath.Join(file, "data"), sqlite.Options{}); !errors.Is(err, store.ErrUnavailable) {
		t.Errorf("err = %v, want ErrUnavailable", err)
	}
	// A folder with signs that mean something in a URI.
	dir := filepath.Join(t.TempDir(), "map met ?vraag #teken %20 é")
	s := open(t, dir)
	if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{draft("a", "1")}}); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, sqlite.File)); err != nil {
		t.Errorf("the log is somewhere else: %v", err)
	}
}

// Without enough randomness for a salt nothing is written.
func TestNoRandomness(t *testing.T) {
	t.Parallel()
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{Random: strings.NewReader("short")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	d := draft("a", "1")
	d.Personal = map[string]string{"t": "tekst"}
	if _, err := s.Append(t.Context(), store.Batch{Drafts: []event.Draft{d}}); err == nil {
		t.Error("a text was committed to without salt")
	}
	if h, _ := s.Head(t.Context()); h.Seq != 0 {
		t.Error("something was written")
	}
}
