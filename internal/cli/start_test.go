package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/snapshot"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/regelingen"
)

// everywhere is a catalogue in which every place exists.
type everywhere struct{}

func (everywhere) Has(loop.Anchor) bool                  { return true }
func (everywhere) Grounds(loop.Anchor) []string          { return nil }
func (everywhere) ContactThreshold(string) (int64, bool) { return 0, false }

// grow adds the work of a large organisation to the log of a demo until it has n
// events: signals on many places, the same by colleagues, answers and reactions. All
// of it was decided by the loop.
func grow(tb testing.TB, s store.Store, n int) {
	tb.Helper()
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		tb.Fatal(err)
	}
	ctx := context.Background()
	w := loop.NewWorld(loop.DefaultTerms(), everywhere{})
	versions := map[string]uint64{}
	var head event.Head
	var at time.Time
	for r, err := range s.All(ctx, 1) {
		if err == nil {
			err = w.Apply(r)
		}
		if err != nil {
			tb.Fatal(err)
		}
		versions[r.Stream], head = r.StreamSeq, r.Head()
		if at.Before(r.At) {
			at = r.At
		}
	}
	var batch []event.Draft
	ids := 0
	id := func(kind string) string { ids++; return fmt.Sprintf("%s-%012x", kind, ids) }
	do := func(by loop.PersonID, c loop.Command) {
		at = at.Add(time.Second)
		out, err := w.Decide(by, c, at)
		if err != nil {
			tb.Fatalf("%T: %v", c, err)
		}
		for _, d := range out.Drafts {
			versions[d.Stream]++
			// The store takes salts of its own: the hashes here serve this world only.
			r, err := event.Seal(d, head, versions[d.Stream], func() ([]byte, error) { return make([]byte, event.SaltSize), nil })
			if err == nil {
				err = w.Apply(r)
			}
			if err != nil {
				tb.Fatal(err)
			}
			head = r.Head()
			batch = append(batch, d)
		}
		if len(batch) >= 2000 {
			if _, err := s.Append(ctx, store.Batch{Drafts: batch}); err != nil {
				tb.Fatal(err)
			}
			batch = nil
		}
	}
	reporters := make([]loop.PersonID, 400)
	for i := range reporters {
		reporters[i] = loop.PersonID(fmt.Sprintf("melder-%03d", i))
	}
	kinds := []loop.SignalKind{loop.TooHarsh, loop.Unclear, loop.Impossible}
	for round := 0; head.Seq < uint64(n); round++ {
		reg := set.Regulations[round%len(set.Regulations)].ID
		issue, by := id("k"), reporters[round%len(reporters)]
		do(by, loop.FileSignal{NewIssue: issue, Signal: loop.Signal{
			ID: id("s"), Anchor: loop.Anchor{Regulation: reg, Article: fmt.Sprintf("artikel-%d", round)}, Kind: kinds[round%len(kinds)],
			What:      loop.Words(fmt.Sprintf("Iemand met twee banen past hier niet in, en dan begint het opnieuw. Dit is de %de keer.", round)),
			Frequency: loop.Weekly, Channel: loop.Professional, Reporter: by, Reachable: true, Case: fmt.Sprintf("v1:%064x", round),
		}})
		for i := 1; i < 25; i++ {
			by := reporters[(round+i*7)%len(reporters)]
			do(by, loop.AlsoMine{Issue: issue, SignalID: id("s"), Reporter: by, Channel: loop.Professional, Reachable: true})
		}
		do(w.OwnerAt(loop.Anchor{Regulation: reg}, loop.DateOf(at)).Person, loop.AnswerIssue{Issue: issue, Kind: loop.Explain, Reason: loop.Words("Zo staat het in de wet: de aanvraag is per kalendermaand.")})
		for i := range 25 {
			if i%5 > 0 || round%3 > 0 {
				do(reporters[(round+i*7)%len(reporters)], loop.React{Issue: issue, Recognised: true})
			}
		}
		if round%200 == 0 {
			at = at.AddDate(0, 0, 1)
		}
	}
	if len(batch) > 0 {
		if _, err := s.Append(ctx, store.Batch{Drafts: batch}); err != nil {
			tb.Fatal(err)
		}
	}
}

// begun is a server that was started, and how.
type begun struct {
	*exec.Cmd
	said *bytes.Buffer
	site string
	took time.Duration // from the start of the process to the last byte of the first page
}

// begin starts the demo and asks the first page.
func begin(tb testing.TB, data, dsn, page string) *begun {
	tb.Helper()
	self, err := os.Executable()
	if err != nil {
		tb.Fatal(err)
	}
	b := &begun{Cmd: exec.Command(self), said: &bytes.Buffer{}}
	b.Args = []string{"lemniscaat", "demo", "--data", data, "--addr", "127.0.0.1:0"} // TestMain runs the command of this name
	b.Env = os.Environ()
	if dsn != "" {
		b.Env = append(b.Env, "LEMNISCAAT_DATABASE="+dsn)
	}
	b.Env = append(b.Env, "LEMNISCAAT_LOG_NIVEAU=info")
	b.Stderr = b.said
	out, err := b.StdoutPipe()
	if err != nil {
		tb.Fatal(err)
	}
	start := time.Now()
	if err := b.Start(); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if b.ProcessState == nil {
			_ = b.Process.Kill()
			_ = b.Wait()
		}
	})
	lines := bufio.NewScanner(out)
	for lines.Scan() && b.site == "" {
		b.site = address.FindString(lines.Text())
		if b.site != "" {
			break
		}
	}
	if b.site == "" {
		_ = b.Wait()
		tb.Fatalf("did not start: %s", b.said)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	if _, code := b.get(tb, page); code != http.StatusOK {
		tb.Fatalf("%s: %d", page, code)
	}
	b.took = time.Since(start)
	return b
}

func (b *begun) get(tb testing.TB, page string) (string, int) {
	tb.Helper()
	r, err := http.Get(b.site + page)
	if err != nil {
		tb.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		tb.Fatal(err)
	}
	return string(body), r.StatusCode
}

// stop ends it as an operator does, and gives what it used.
func (b *begun) stop(tb testing.TB) (cpu time.Duration, megabytes int64) {
	tb.Helper()
	if err := b.Process.Signal(os.Interrupt); err != nil {
		tb.Fatal(err)
	}
	if err := b.Wait(); err != nil {
		tb.Fatalf("stop: %v: %s", err, b.said)
	}
	u := b.ProcessState.SysUsage().(*syscall.Rusage)
	return b.ProcessState.UserTime() + b.ProcessState.SystemTime(), u.Maxrss / 1024
}

// wait waits until a server keeps a snapshot.
func (b *begun) wait(tb testing.TB, data string) {
	tb.Helper()
	for end := time.Now().Add(5 * time.Minute); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if _, err := os.Stat(filepath.Join(data, snapshot.Name)); err == nil {
			return
		}
	}
	tb.Fatalf("no snapshot: %s", b.said)
}

// openLog opens the log of a data folder or a database, without waiting for the disk.
func openLog(tb testing.TB, data, dsn string) store.Store {
	tb.Helper()
	var s store.Store
	var err error
	if dsn != "" {
		s, err = postgres.Open(tb.Context(), dsn, postgres.Options{})
	} else {
		s, err = sqlite.Open(tb.Context(), data, sqlite.Options{Scratch: true})
	}
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// large gives a data folder of a demo with n events.
func large(tb testing.TB, dsn string, n int) (data string) {
	tb.Helper()
	data = tb.TempDir()
	if kept := os.Getenv("START_MAP"); kept != "" && dsn == "" {
		data = kept
	}
	begin(tb, data, dsn, "/").stop(tb)
	s := openLog(tb, data, dsn)
	grow(tb, s, n)
	if err := s.Close(); err != nil {
		tb.Fatal(err)
	}
	return data
}

// BenchmarkStart: from the start of the program to the first page, with a long log.
// START gives the number of events, START_MAP keeps the folder. Without a
// snapshot first, and then with one; both stores. `make start` runs it.
func BenchmarkStart(b *testing.B) {
	n := 1_000_000
	if s := os.Getenv("START"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatalf("START: %v", err)
		}
	}
	for _, kind := range []string{"sqlite", "postgres"} {
		b.Run(kind, func(b *testing.B) {
			dsn := ""
			if kind == "postgres" {
				dsn = pgtest.Start(b)
			}
			data := large(b, dsn, n)
			if err := os.Remove(filepath.Join(data, snapshot.Name)); err != nil && !os.IsNotExist(err) {
				b.Fatal(err)
			}
			for _, page := range []string{"/", "/knelpunten"} {
				first := begin(b, data, dsn, page)
				whole := first.took
				first.wait(b, data)
				_, most := first.stop(b)
				var took []time.Duration
				var cpu time.Duration
				var rss int64
				b.Run(strings.Trim(page, "/")+"/page", func(b *testing.B) {
					for b.Loop() {
						s := begin(b, data, dsn, page)
						if strings.Contains(s.said.String(), "momentopname") {
							b.Fatalf("the snapshot was not used: %s", s.said)
						}
						took = append(took, s.took)
						cpu, rss = s.stop(b)
					}
					slices.Sort(took)
					b.ReportMetric(float64(took[len(took)/2].Milliseconds()), "ms/start")
					b.ReportMetric(float64(whole.Milliseconds()), "ms/start-whole-log")
					b.ReportMetric(float64(cpu.Milliseconds()), "cpu-ms")
					b.ReportMetric(float64(rss), "MB")
					b.ReportMetric(float64(most), "MB-whole-log")
				})
			}
		})
	}
}

// TestStartFromSnapshot: a server that is killed starts again from its snapshot, with
// everything that it acknowledged after it.
func TestStartFromSnapshot(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it fills a log")
	}
	data := large(t, "", 10_500)
	first := begin(t, data, "", "/")
	first.wait(t, data)
	client := &http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := signal(client, first.site, "sleutel-stroom-0001")
	if err != nil {
		t.Fatal(err)
	}
	r.Body.Close()
	receipt := r.Header.Get("Location")
	if r.StatusCode != http.StatusSeeOther || receipt == "" {
		t.Fatalf("the signal was not taken: %d", r.StatusCode)
	}
	_ = first.Process.Kill()
	_ = first.Wait()

	again := begin(t, data, "", "/")
	q, err := http.NewRequest(http.MethodGet, again.site+receipt, nil)
	if err != nil {
		t.Fatal(err)
	}
	q.AddCookie(&http.Cookie{Name: "rol", Value: "anneke"})
	page, err := client.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	page.Body.Close()
	if page.StatusCode != http.StatusOK {
		t.Errorf("what was acknowledged is not there: %s is %d", receipt, page.StatusCode)
	}
	again.stop(t)
	if strings.Contains(again.said.String(), "momentopname is niet gebruikt") {
		t.Errorf("the snapshot was not used: %s", again.said)
	}
}

// TestStopKeepsSnapshot: a server that is stopped keeps a snapshot when more than a
// thousand events came since the last one, and the next start uses it.
func TestStopKeepsSnapshot(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it starts a server four times")
	}
	data := large(t, "", 3_000)
	name := filepath.Join(data, snapshot.Name)
	if err := os.Remove(name); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	begin(t, data, "", "/").stop(t)
	made, err := os.Stat(name)
	if err != nil {
		t.Fatalf("no snapshot: %v", err)
	}
	again := begin(t, data, "", "/")
	again.stop(t)
	if strings.Contains(again.said.String(), "momentopname is niet gebruikt") {
		t.Errorf("the snapshot was not used: %s", again.said)
	}
	if now, err := os.Stat(name); err != nil || !now.ModTime().Equal(made.ModTime()) {
		t.Errorf("it was made again and nothing happened: %v", err)
	}
}
