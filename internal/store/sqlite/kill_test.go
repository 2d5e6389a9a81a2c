package sqlite_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

const childDir = "LEMNISCAAT_TEST_WRITER_DIR"

// TestMain lets the test binary be its own writing child.
func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		writeUntilKilled(dir)
	}
	os.Exit(m.Run())
}

// writeUntilKilled appends from several goroutines, with keys, and says on
// standard output what was acknowledged: "key seq hash".
func writeUntilKilled(dir string) {
	ctx := context.Background()
	s, err := sqlite.Open(ctx, dir, sqlite.Options{})
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	fmt.Println("ready")
	run := os.Getenv("LEMNISCAAT_TEST_RUN")
	var mu sync.Mutex
	var wg sync.WaitGroup
	for w := range 8 {
		wg.Go(func() {
			for n := 0; ; n++ {
				key := fmt.Sprintf("%s-%d-%d", run, w, n)
				r, err := s.Append(ctx, batch(key, w))
				if err != nil {
					fmt.Println("error", err)
					os.Exit(1)
				}
				mu.Lock()
				fmt.Println("ack", key, r.Records[0].Seq, r.Records[0].Hash)
				mu.Unlock()
			}
		})
	}
	wg.Wait()
}

func batch(key string, w int) store.Batch {
	d := event.Draft{
		Stream: fmt.Sprint("s", w), Type: "proef.1", At: time.Date(2026, 6, 1, 9, 0, 0, 0, time.UTC), Actor: "kind",
		Data: json.RawMessage(fmt.Sprintf("%q", key)), Personal: map[string]string{"t": "tekst van " + key},
	}
	second := d
	second.Stream, second.Personal = "samen", nil
	return store.Batch{Key: key, Intent: key, Drafts: []event.Draft{d, second}}
}

// Nothing that was acknowledged is lost or doubled when the process is killed
// in the middle of writing, and the chain stays whole.
func TestKilledWhileWriting(t *testing.T) {
	if testing.Short() {
		t.Skip("kills ten processes")
	}
	t.Parallel()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	acked := map[string]string{}
	const kills = 12
	for run := range kills {
		cmd := exec.Command(self, "-test.run=^$")
		cmd.Env = append(os.Environ(), childDir+"="+dir, fmt.Sprint("LEMNISCAAT_TEST_RUN=", run))
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		ready, n := false, 0
		// Each run is killed after another number of acknowledgements, so
		// that the kill meets the writer at other moments.
		for lines.Scan() {
			f := strings.Fields(lines.Text())
			switch {
			case f[0] == "ready":
				ready = true
			case f[0] == "ack" && len(f) == 4:
				acked[f[1]] = f[2] + " " + f[3]
				if n++; n == 20+17*run {
					_ = cmd.Process.Kill()
				}
			case f[0] == "error":
				t.Errorf("run %d: %s", run, lines.Text())
			}
		}
		_ = cmd.Wait()
		if !ready || n < 20+17*run {
			t.Fatalf("run %d: killed after %d acknowledgements, ready = %v", run, n, ready)
		}
	}

	s := open(t, dir)
	head, err := s.Head(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := event.Verify(s.All(t.Context(), 1), &head); err != nil {
		t.Fatal(err)
	}
	seen, pairs := map[string]string{}, map[string]int{}
	for r, err := range s.All(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		var key string
		if err := json.Unmarshal(r.Data, &key); err != nil {
			t.Fatal(err)
		}
		pairs[key]++
		if r.Stream == "samen" {
			continue
		}
		if _, double := seen[key]; double {
			t.Errorf("%s is in the log twice", key)
		}
		seen[key] = fmt.Sprint(r.Seq, " ", r.Hash)
		if got := r.Secrets["t"].Text; got != "tekst van "+key {
			t.Errorf("%s: text %q", key, got)
		}
	}
	for key, n := range pairs {
		if n != 2 {
			t.Errorf("%s: %d of its 2 events are in the log", key, n)
		}
	}
	for key, at := range acked {
		if seen[key] != at {
			t.Errorf("%s was acknowledged as %q, the log has %q", key, at, seen[key])
		}
	}
	if len(acked) < kills*20 {
		t.Errorf("only %d acknowledgements: the test shows too little", len(acked))
	}
	// A client that saw no answer asks again with its key: one effect.
	for key := range acked {
		var w int
		fmt.Sscanf(key, "%d-%d", new(int), &w)
		if r, err := s.Append(t.Context(), batch(key, w)); err != nil || !r.Repeated {
			t.Errorf("%s again: repeated = %v, %v", key, r.Repeated, err)
		}
	}
	t.Logf("%d kills, %d acknowledged, %d in the log", kills, len(acked), len(seen))
}
