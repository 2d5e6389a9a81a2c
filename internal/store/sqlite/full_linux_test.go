package sqlite_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

// smallDisk mounts a file system of its own in memory; only the superuser can.
func smallDisk(t *testing.T, size string) string {
	t.Helper()
	dir := t.TempDir()
	if err := syscall.Mount("tmpfs", dir, "tmpfs", 0, "mode=0700,size="+size); err != nil {
		t.Skipf("a small disk cannot be mounted here (that takes root): %v", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Errorf("unmount: %v", err)
		}
	})
	return dir
}

// leave fills a disk with ballast until so many bytes are left.
func leave(t *testing.T, dir, ballast string, bytes int64) {
	t.Helper()
	var fs syscall.Statfs_t
	if err := syscall.Statfs(dir, &fs); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(ballast, make([]byte, int64(fs.Bfree)*fs.Bsize-bytes), 0o600); err != nil {
		t.Fatal(err)
	}
}

// large is a batch of some hundred kilobytes.
func large(key string, size int) store.Batch {
	text, _ := json.Marshal(strings.Repeat("x", size))
	return store.Batch{Key: key, Intent: key, Drafts: []event.Draft{{
		Stream: "s", Type: "proef.1", At: time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC), Actor: "iemand", Data: text,
	}}}
}

// TestDiskFull: when the disk is full a write is refused as a whole, reading
// goes on, and writing resumes when there is room, without a restart.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	dir := smallDisk(t, "16m")
	s, err := sqlite.Open(ctx, filepath.Join(dir, "data"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	ballast := filepath.Join(dir, "ballast")
	acked := map[string]bool{}
	for round := range 3 {
		leave(t, dir, ballast, 700_000)
		full := 0
		for n := 0; n < 60 && full < 3; n++ {
			key := fmt.Sprint(round, "-", n)
			_, err := s.Append(ctx, large(key, 150_000))
			switch {
			case err == nil:
				acked[key] = true
			case errors.Is(err, store.ErrUnavailable):
				full++
				if _, err := s.Head(ctx); err != nil {
					t.Fatalf("round %d: reading while the disk is full: %v", round, err)
				}
				for _, err := range s.All(ctx, 1) {
					if err != nil {
						t.Fatalf("round %d: reading the log while the disk is full: %v", round, err)
					}
				}
			default:
				t.Fatalf("round %d: %v, want ErrUnavailable", round, err)
			}
		}
		if full < 3 {
			t.Fatalf("round %d: the disk never was full", round)
		}
		if err := os.Remove(ballast); err != nil {
			t.Fatal(err)
		}
		key := fmt.Sprint(round, "-room")
		if _, err := s.Append(ctx, large(key, 1000)); err != nil {
			t.Fatalf("round %d: writing does not resume when there is room: %v", round, err)
		}
		acked[key] = true
	}
	check := func(when string, s *sqlite.Store) {
		head, err := s.Head(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := event.Verify(s.All(ctx, 1), &head); err != nil {
			t.Fatalf("%s: %v", when, err)
		}
		if int(head.Seq) != len(acked) {
			t.Errorf("%s: %d in the log, %d were acknowledged", when, head.Seq, len(acked))
		}
		for key := range acked {
			if _, ok, err := s.Repeat(ctx, key); err != nil || !ok {
				t.Errorf("%s: %s was acknowledged and is not there (%v)", when, key, err)
			}
		}
	}
	check("running", s)
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	again, err := sqlite.Open(ctx, filepath.Join(dir, "data"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	check("opened again", again)
}
