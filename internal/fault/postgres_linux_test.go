package fault_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/store/pgtest"
)

// TestDatabaseDiskFull: the disk under the tables of the database is full: what is
// written is refused, reading goes on, and with room writing resumes.
func TestDatabaseDiskFull(t *testing.T) {
	byHand(t)
	dir := open(t, disk(t, "64m"))
	db := pgtest.Run(t, pgtest.Options{Durable: true})
	room := filepath.Join(dir, "tabellen")
	if err := db.Own(room); err != nil {
		t.Fatal(err)
	}
	db.Exec(t, `CREATE TABLESPACE klein LOCATION '`+room+`'`, `CREATE DATABASE lus TABLESPACE klein`)
	s := start(t, folderAt(t, db.DSN("lus")))
	b := newBrowser(t, s, "samira", dice(1))
	for round := range many(1, 4) {
		name := "vol" + strings.Repeat("x", round)
		var ballast string
		var kept []string
		troubled(t, s, name, func() {
			ballast = fillUp(t, dir, 0)
			// What fits in pages that are half used goes first.
			kept = untilFull(t, b, name)
		}, func() {
			if err := os.Remove(ballast); err != nil {
				t.Fatal(err)
			}
		}, true, "/register")
		log := follow(t, s.data)
		for _, m := range kept {
			if len(log.find(func(r record) bool { return strings.Contains(r.words, m) })) == 0 {
				t.Errorf("%s was acknowledged and is not in the log", m)
			}
		}
	}
	if code := s.stop(); code != 0 {
		t.Errorf("stops with %d: %s", code, s.said())
	}
	if got := whole(t, s.data); !got.Good() {
		t.Errorf("%+v", got)
	}
}

// open lets the user of the database into a folder of this test.
func open(t *testing.T, dir string) string {
	t.Helper()
	for at := dir; at != "/" && at != os.TempDir(); at = filepath.Dir(at) {
		if err := os.Chmod(at, 0o755); err != nil { // nothing is in it
			t.Fatal(err)
		}
	}
	return dir
}

// untilFull sends signals until one is refused, and gives those that were not.
func untilFull(t *testing.T, b *browser, name string) (kept []string) {
	t.Helper()
	for n := range 3000 {
		m := "voller" + name + strings.Repeat("z", n%40) + strings.Repeat("w", n/40) + "q"
		d := signal(m)
		d.values.Set("tekst", d.values.Get("tekst")+strings.Repeat(" en het duurde te lang", 30))
		a, err := b.post(d.path, d.values, false)
		switch {
		case err != nil:
			t.Fatal(err)
		case a.code == http.StatusServiceUnavailable && a.header.Get("Retry-After") != "" && strings.Contains(a.body, m):
			return kept
		case a.code != http.StatusSeeOther:
			t.Fatalf("a signal answers %d", a.code)
		}
		kept = append(kept, m)
	}
	t.Fatal("the disk never was full")
	return nil
}

// TestDatabaseFolderFull: the disk under the whole database is full, its write-ahead
// log included, and then the database dies. Nothing that was acknowledged is lost,
// and the program goes on by itself when the database is there again.
func TestDatabaseFolderFull(t *testing.T) {
	byHand(t)
	dir := open(t, disk(t, "200m"))
	db := pgtest.Run(t, pgtest.Options{Durable: true, Folder: dir, Settings: []string{"max_wal_size = 48MB", "min_wal_size = 32MB", "wal_recycle = off"}})
	s := start(t, folderAt(t, db.Database(t)))
	b := newBrowser(t, s, "samira", dice(1))
	ballast := fillUp(t, dir, 256<<10)
	kept := untilFull(t, b, "wal")
	if err := os.Remove(ballast); err != nil {
		t.Fatal(err)
	}
	if err := db.Kill(); err != nil {
		t.Fatal(err)
	}
	if err := db.Start(); err != nil {
		t.Fatal(err)
	}
	d := signal("daarnazzz")
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(200 * time.Millisecond) {
		a, err := b.post(d.path, d.values, false)
		if err == nil && a.code == http.StatusSeeOther {
			break
		}
		if time.Now().After(deadline) {
			t.Fatalf("afterwards a signal answers %d (%v)", a.code, err)
		}
	}
	log := follow(t, s.data)
	for _, m := range kept {
		if len(log.find(func(r record) bool { return strings.Contains(r.words, m) && strings.Contains(r.kind, "ontvangen") })) != 1 {
			t.Errorf("%s was acknowledged and is not in the log once", m)
		}
	}
	t.Logf("%d signals were acknowledged before the disk was full", len(kept))
	if got := whole(t, s.data); !got.Good() {
		t.Errorf("%+v", got)
	}
}
