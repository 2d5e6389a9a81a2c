package fault_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store/pgtest"
)

// TestBackupUnderLoad: a backup that is made while people work is put back
// elsewhere; everything that was acknowledged before it began is in it, and what
// is in it is whole. The one that was put back works.
func TestBackupUnderLoad(t *testing.T) {
	long(t)
	t.Run("sqlite", func(t *testing.T) { backupUnderLoad(t, onSQLite(t), many(2, 8)) })
	t.Run("postgres", func(t *testing.T) {
		byHand(t)
		backupUnderLoad(t, onPostgres(t), 8)
	})
}

func backupUnderLoad(t *testing.T, data string, n int) {
	s := start(t, data)
	c := &crowd{t: t, log: follow(t, data), sent: map[string]int{}, kept: map[string]int{}, silent: map[string]int{}}
	var wg sync.WaitGroup
	for i, who := range people[:3] {
		b := newBrowser(t, s, who, dice(uint64(i)))
		wg.Go(func() { c.walk(b) })
	}
	samira, system := newBrowser(t, s, "samira", dice(9)), newBrowser(t, s, "", dice(9))
	wg.Go(func() { c.repeat(samira, 5*time.Millisecond, signal) })
	wg.Go(func() { c.repeat(system, 5*time.Millisecond, outcomeEvent) })
	dir := t.TempDir()
	type copied struct {
		file   string
		before int // how many were acknowledged when it began
	}
	var copies []copied
	for i := range n {
		from := c.told()
		for until := time.Now().Add(2 * time.Minute); c.told() < from+10 && time.Now().Before(until); {
			time.Sleep(10 * time.Millisecond)
		}
		at := copied{filepath.Join(dir, fmt.Sprint("kopie-", i)), c.told()}
		if code, _, said := command(t, "backup", "--data", data, "--out", at.file); code != 0 {
			t.Fatalf("backup %d ends with %d: %s", i, code, said)
		}
		copies = append(copies, at)
	}
	s.kill()
	wg.Wait()
	if left, _ := filepath.Glob(filepath.Join(dir, "*.deel-*")); len(left) > 0 {
		t.Errorf("left behind: %v", left)
	}
	for i, at := range copies {
		back := filepath.Join(t.TempDir(), "elders", "diep", "terug")
		args := []string{"restore", at.file, "--data", back, "--sleutels", data}
		if i%2 == 1 && dsnOf(data) != "" { // by turns in a folder and in a database
			args = append(args, "--database", pgtest.Start(t))
		}
		code, out, said := command(t, args...)
		if code != 0 {
			t.Fatalf("restore %d ends with %d: %s%s", i, code, out, said)
		}
		if got := whole(t, back); !got.Good() {
			t.Errorf("restore %d: %+v", i, got)
		}
		log, err := readLog(t.Context(), back)
		if err != nil {
			t.Fatal(err)
		}
		have, facts := map[uint64]event.Hash{}, map[string]bool{}
		for r, err := range log.All(t.Context(), 1) {
			if err != nil {
				t.Fatal(err)
			}
			have[r.Seq] = r.Hash
		}
		for b, err := range log.Batches(t.Context()) {
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range b.Facts {
				facts[f.ID] = true
			}
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
		for _, d := range c.acked[:at.before] {
			if isFact(d) && !facts[d.marker] {
				t.Errorf("restore %d: outcome %s was acknowledged before the backup and is not in it", i, d.marker)
			}
			for n, h := range d.seqs {
				if have[n] != h {
					t.Errorf("restore %d: event %d was acknowledged before the backup and is not in it", i, n)
				}
			}
		}
		if code, _, said := command(t, "audit", "verify", "--data", back); code != 0 {
			t.Errorf("restore %d: audit verify ends with %d: %s", i, code, said)
		}
		again := start(t, back)
		b := newBrowser(t, again, "samira", dice(1))
		d := signal("terugzz" + strings.Repeat("z", i))
		if a, err := b.post(d.path, d.values, false); err != nil || a.code != http.StatusSeeOther {
			t.Errorf("restore %d: a signal answers %d (%v)", i, a.code, err)
		}
		again.stop()
		if i == len(copies)-1 {
			t.Logf("%d backups; before the last %d requests were acknowledged, %d events are in it", len(copies), at.before, len(have))
		}
	}
}

// TestBackupInterrupted: a backup that is killed at any moment leaves no file
// with its name, or a whole one; a damaged one is refused and leaves no folder.
func TestBackupInterrupted(t *testing.T) {
	long(t)
	t.Run("sqlite", func(t *testing.T) { backupInterrupted(t, busy(t), many(8, 60)) })
	t.Run("postgres", func(t *testing.T) {
		byHand(t)
		backupInterrupted(t, use(t, onPostgres(t)), 60)
	})
}

func backupInterrupted(t *testing.T, data string, n int) {
	dir := t.TempDir()
	d := dice(5)
	began := time.Now()
	if code, _, said := command(t, "backup", "--data", data, "--out", filepath.Join(dir, "eerst")); code != 0 {
		t.Fatal(said)
	}
	took := time.Since(began) // on this machine, now
	none, full := 0, 0
	for i := range n {
		out := filepath.Join(dir, fmt.Sprint("kopie-", i))
		s := spawn(t, "backup", "--data", data, "--out", out)
		select {
		case <-time.After(time.Duration(d.Int64N(int64(took)))):
		case <-s.ended:
		}
		s.kill()
		if _, err := os.Stat(out); err != nil {
			none++
			continue
		}
		full++
		if code, _, said := command(t, "restore", out, "--controleer"); code != 0 {
			t.Errorf("seed %d: a backup that was killed has its name and is not whole: %s", begin, said)
		}
	}
	t.Logf("killed %d times: %d without a file, %d whole", none+full, none, full)
	out := filepath.Join(dir, "heel")
	if code, _, said := command(t, "backup", "--data", data, "--out", out); code != 0 {
		t.Fatal(said)
	}
	raw, err := os.ReadFile(out)
	if err != nil {
		t.Fatal(err)
	}
	for range many(5, 60) {
		bad := append([]byte(nil), raw...)
		bad[d.IntN(len(bad))] ^= 1 << d.IntN(8)
		name, back := filepath.Join(dir, "kapot"), filepath.Join(dir, "terug")
		if err := os.WriteFile(name, bad, 0o600); err != nil {
			t.Fatal(err)
		}
		if code, _, said := command(t, "restore", name, "--data", back); code != 1 || !strings.Contains(said, "niet teruggezet") {
			t.Errorf("seed %d: a damaged backup: %d %s", begin, code, said)
		}
		if left, _ := filepath.Glob(back + "*"); len(left) > 0 {
			t.Errorf("a damaged backup leaves %v", left)
		}
	}
}
