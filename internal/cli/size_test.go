package cli_test

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"lemniscaat/internal/job"
	"lemniscaat/internal/run"
	"lemniscaat/internal/store/pgtest"
)

// use is what a process has used: memory now and at most in MB, processor time.
func (m *member) use(t *testing.T) (now, most float64, cpu time.Duration) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", m.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		var kb float64
		if n, _ := fmt.Sscanf(line, "VmRSS: %f", &kb); n == 1 {
			now = kb / 1024
		}
		if n, _ := fmt.Sscanf(line, "VmHWM: %f", &kb); n == 1 {
			most = kb / 1024
		}
	}
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", m.Process.Pid))
	if err != nil {
		t.Fatal(err)
	}
	f := strings.Fields(string(stat[strings.LastIndex(string(stat), ")")+2:]))
	var user, system int64
	if _, err := fmt.Sscan(f[11]+" "+f[12], &user, &system); err != nil {
		t.Fatal(err)
	}
	return now, most, time.Duration(user+system) * 10 * time.Millisecond // ticks of 1/100 s
}

func (f *fleet) bytes() (n int64) {
	f.t.Helper()
	c, err := pgx.Connect(f.t.Context(), f.dsn)
	if err != nil {
		f.t.Fatal(err)
	}
	defer c.Close(f.t.Context())
	if err := c.QueryRow(f.t.Context(), `SELECT pg_database_size(current_database())`).Scan(&n); err != nil {
		f.t.Fatal(err)
	}
	return n
}

// TestSizes measures what docs/beheer/installeren.md says about how large a machine
// must be, and prints it as the table there. It only tells; run it with METEN=1 and -v
// on a quiet machine. It takes less than five minutes, or stops.
func TestSizes(t *testing.T) {
	if os.Getenv("METEN") == "" {
		t.Skip("only measures: set METEN=1")
	}
	ends := time.Now().Add(5 * time.Minute)
	var table strings.Builder
	table.WriteString("\n| wat | gemeten |\n|---|---|\n")
	row := func(what, format string, a ...any) {
		fmt.Fprintf(&table, "| %s | %s |\n", what, fmt.Sprintf(format, a...))
	}
	defer func() { t.Log(table.String()) }() // also what was measured before it stopped
	server := pgtest.Run(t, pgtest.Options{Durable: true})
	f := &fleet{t: t, data: t.TempDir(), server: server, dsn: server.Database(t)}
	a := f.start("demo", "--addr", "127.0.0.1:0", "--workers", "0")
	time.Sleep(10 * time.Second) // what is computed ahead
	_, _, before := a.use(t)
	time.Sleep(20 * time.Second)
	now, most, after := a.use(t)
	row("server zonder bezoekers", "%.0f MB (hoogstens %.0f), %.2f %% van een kern", now, most, 100*(after-before).Seconds()/20)

	size := f.bytes()
	const messages = 500
	var mu sync.Mutex
	var took []time.Duration
	var next atomic.Int64
	var all sync.WaitGroup
	_, _, before = a.use(t)
	began := time.Now()
	for range 8 {
		all.Go(func() {
			for i := next.Add(1); i <= messages; i = next.Add(1) {
				form := url.Values{"formulier": {"burger"}, "onderwerp": {"overig"}, "sleutel": {fmt.Sprintf("sleutel-van-formulier-%06d", i)},
					"tekst": {fmt.Sprintf("Bericht %d. %s", i, strings.Repeat("De brief over mijn toeslag kwam niet aan en ik weet niet wat ik moet doen. ", 5))}}
				r, err := http.NewRequest(http.MethodPost, a.site+"/er-ging-iets-mis", strings.NewReader(form.Encode()))
				if err != nil {
					t.Error(err)
					return
				}
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("Sec-Fetch-Site", "same-origin")
				r.Header.Set("X-Forwarded-For", fmt.Sprintf("192.0.%d.%d", i/100, i%100))
				from := time.Now()
				w, err := http.DefaultClient.Do(r)
				if err != nil {
					t.Error(err)
					return
				}
				w.Body.Close()
				mu.Lock()
				took = append(took, time.Since(from))
				mu.Unlock()
				if w.StatusCode != http.StatusOK {
					t.Errorf("message %d: %d", i, w.StatusCode)
				}
			}
		})
	}
	all.Wait()
	wall := time.Since(began)
	now, most, after = a.use(t)
	slices.Sort(took)
	row(fmt.Sprintf("%d berichten van burgers, 8 tegelijk", messages), "%.0f per seconde, helft binnen %s, 99 %% binnen %s; server %.0f MB (hoogstens %.0f), %.1f ms rekentijd per bericht",
		messages/wall.Seconds(), took[len(took)/2].Round(time.Millisecond), took[len(took)*99/100].Round(time.Millisecond), now, most, float64((after-before).Milliseconds())/messages)
	row("database, per bericht", "%.1f kB", float64(f.bytes()-size)/1024/messages)

	size = f.bytes()
	const decisions = 100_000
	var csv strings.Builder
	csv.WriteString("zaak;regeling;regelversie;datum;uitkomst;bedrag;groep;contact;grond;synthetisch\n")
	for i := range decisions {
		fmt.Fprintf(&csv, "v1:%016x;individuele-inkomenstoeslag;2026-01-01;2026-03-%02d;toegekend;500-750;;geen;;ja\n", i, 1+i%28)
	}
	list := filepath.Join(t.TempDir(), "besluiten.csv")
	if err := os.WriteFile(list, []byte(csv.String()), 0o600); err != nil {
		t.Fatal(err)
	}
	began = time.Now()
	reading := exec.Command(a.Path, "import", "besluiten", list, "--data", f.data)
	reading.Args[0], reading.Env = "lemniscaat", a.Env
	if out, err := reading.CombinedOutput(); err != nil {
		t.Errorf("import: %v: %s", err, out)
	} else {
		now, most, _ = a.use(t)
		row(fmt.Sprintf("%d besluiten inlezen", decisions), "%s, database %.1f MB, server daarna %.0f MB (hoogstens %.0f)", time.Since(began).Round(time.Second), float64(f.bytes()-size)/(1<<20), now, most)
	}

	w := f.start("worker", "--workers", "1")
	started := a.ask(t, "femke", "/simulaties", url.Values{"variant": {"ruimere-grens"}, "bevolking": {"nl:100000"}})
	path, _, _ := strings.Cut(started.header.Get("Location"), "?")
	queue, err := job.Open(t.Context(), job.Config{Database: f.dsn, Workers: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer queue.Close()
	for {
		if time.Now().After(ends) {
			t.Fatal("it takes too long: the rest is not measured")
		}
		info, err := queue.Status(t.Context(), strings.TrimPrefix(path, "/simulaties/"))
		if err != nil || info.State.Over() && info.State != run.Done {
			t.Fatal(info.State, info.Error, err)
		}
		if info.State == run.Done {
			now, most, cpu := w.use(t)
			row("simulatie van nl:100000, een worker", "%s, %s rekentijd, %.0f MB (hoogstens %.0f), uitkomst %d kB", info.Finished.Sub(info.Started).Round(10*time.Millisecond), cpu.Round(10*time.Millisecond), now, most, info.Bytes>>10)
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}
