package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/job"
	"lemniscaat/internal/office"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/run"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/regelingen"
)

// fleet is an installation of processes of this program on one database.
type fleet struct {
	t      *testing.T
	data   string
	dsn    string
	server *pgtest.Server
}

// member is one of its processes.
type member struct {
	*exec.Cmd
	site string
	said *bytes.Buffer
}

var siteOfMember = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// start starts a process and waits until it says that it works.
func (f *fleet) start(args ...string) *member {
	f.t.Helper()
	self, err := os.Executable()
	if err != nil {
		f.t.Fatal(err)
	}
	m := &member{Cmd: exec.Command(self), said: &bytes.Buffer{}}
	m.Args = append([]string{"lemniscaat"}, append(args, "--data", f.data)...) // TestMain runs the command of this name
	m.Env = append(os.Environ(), "LEMNISCAAT_DATABASE="+f.dsn)
	m.Stderr = m.said
	out, err := m.StdoutPipe()
	if err != nil {
		f.t.Fatal(err)
	}
	if err := m.Start(); err != nil {
		f.t.Fatal(err)
	}
	f.t.Cleanup(func() { m.kill() })
	lines := bufio.NewScanner(out)
	if !lines.Scan() {
		_ = m.Wait()
		f.t.Fatalf("%v did not start: %s", args, m.said)
	}
	m.site = siteOfMember.FindString(lines.Text())
	go func() { _, _ = io.Copy(io.Discard, out) }()
	return m
}

// kill ends it as a power cut does.
func (m *member) kill() {
	if m.ProcessState == nil {
		_ = m.Process.Kill()
		_ = m.Wait()
	}
}

type answer struct {
	code   int
	header http.Header
	body   string
	took   time.Duration
}

// ask asks a page as somebody of the demo; a form makes it a POST.
func (m *member) ask(t *testing.T, as, path string, form url.Values) answer {
	t.Helper()
	var body io.Reader
	method := http.MethodGet
	if form != nil {
		method, body = http.MethodPost, strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(t.Context(), method, m.site+path, body)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Cookie", "rol="+as)
	r.Header.Set("Sec-Fetch-Site", "same-origin")
	// Everybody from a place of their own: how much one may send is not what is tested,
	// and how often something is sent again depends on the machine.
	r.Header.Set("X-Forwarded-For", fmt.Sprint("192.0.2.", asked.Add(1)%250))
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	began := time.Now()
	once := &http.Client{Timeout: 2 * time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	w, err := once.Do(r)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
	return answer{w.StatusCode, w.Header, string(text), time.Since(began)}
}

// asked counts what was asked of the members.
var asked atomic.Int64

var codeOnPage = regexp.MustCompile(`<p class="code-big"><strong>([^<]+)</strong>`)

// tell sends what a citizen tells, and gives the code on the page.
func (m *member) tell(t *testing.T, key string) (string, answer) {
	t.Helper()
	w := m.ask(t, "", "/er-ging-iets-mis", url.Values{"formulier": {"burger"}, "tekst": {"De brief over mijn toeslag kwam niet aan."}, "onderwerp": {"overig"}, "sleutel": {key}})
	found := codeOnPage.FindStringSubmatch(w.body)
	if found == nil {
		return "", w
	}
	return found[1], w
}

// Two servers and two workers on one database: what is told to the one is there on
// the other at once; a run that the first was asked for goes on when a worker and
// that server are killed, and its result is bit by bit that of one process.
func TestReplicas(t *testing.T) {
	if testing.Short() {
		t.Skip("starts and kills processes and a database")
	}
	t.Parallel()
	server := pgtest.Run(t, pgtest.Options{Durable: true})
	f := &fleet{t: t, data: t.TempDir(), server: server, dsn: server.Database(t)}
	a := f.start("demo", "--addr", "127.0.0.1:0", "--workers", "0")
	b := f.start("demo", "--addr", "127.0.0.1:0", "--workers", "0")

	// Told to A, known to B.
	code, w := a.tell(t, "een-sleutel-van-een-formulier")
	if code == "" {
		t.Fatalf("%d: %.2000s", w.code, w.body)
	}
	if w := b.ask(t, "", "/volgen", url.Values{"code": {code}}); w.code != http.StatusOK || !strings.Contains(w.body, "code-big") && !strings.Contains(w.body, code) {
		t.Errorf("B does not know what A was told: %d", w.code)
	}

	f.runs(a, b)
}

// The database hangs, and is killed: pages say so in time, and what is sent again
// counts once. How long a question may take stands in the address.
func TestDatabaseAway(t *testing.T) {
	if testing.Short() {
		t.Skip("starts processes and kills a database")
	}
	t.Parallel()
	server := pgtest.Run(t, pgtest.Options{Durable: true})
	f := &fleet{t: t, data: t.TempDir(), server: server, dsn: server.Database(t) + "&statement_timeout=2s"}
	b := f.start("demo", "--addr", "127.0.0.1:0", "--workers", "0")
	if code, w := b.tell(t, "een-sleutel-van-een-formulier"); code == "" {
		t.Fatalf("%d: %.2000s", w.code, w.body)
	}
	f.away(b)
}

// runs starts a run on A, kills a worker and A in the middle, and compares what
// comes out with one process.
func (f *fleet) runs(a, b *member) {
	t := f.t
	t.Helper()
	first := f.start("worker", "--workers", "1")
	w := a.ask(t, "femke", "/simulaties", url.Values{"variant": {"ruimere-grens"}, "bevolking": {"nl:100000"}})
	path, _, _ := strings.Cut(w.header.Get("Location"), "?")
	id := strings.TrimPrefix(path, "/simulaties/")
	if w.code != http.StatusSeeOther || !strings.HasPrefix(id, "r-") {
		t.Fatalf("start: %d %q: %.2000s", w.code, path, w.body)
	}
	if w := b.ask(t, "femke", path, nil); w.code != http.StatusOK || !strings.Contains(w.body, `data-run="`+path+`/voortgang"`) {
		t.Errorf("B does not follow the run: %d", w.code)
	}
	queue, err := job.Open(t.Context(), job.Config{Database: f.dsn, Workers: -1})
	if err != nil {
		t.Fatal(err)
	}
	defer queue.Close()
	status := func(far func(run.Info) bool) run.Info {
		t.Helper()
		for deadline := time.Now().Add(3 * time.Minute); ; time.Sleep(5 * time.Millisecond) {
			info, err := queue.Status(t.Context(), id)
			if err != nil {
				t.Fatal(err)
			}
			if far(info) {
				return info
			}
			if info.State.Over() || time.Now().After(deadline) {
				t.Fatalf("%s, %d of %d: %s", info.State, info.Done, info.Total, info.Error)
			}
		}
	}
	status(func(i run.Info) bool { return i.Done >= 2 })
	told := make(chan string, 1)
	go func() {
		var all strings.Builder
		// A stream ends after a minute; the page asks again until something is otherwise.
		for !strings.HasSuffix(all.String(), "event: anders\ndata: {}\n\n") {
			events, err := b.follow(t.Context(), path+"/voortgang")
			all.WriteString(events)
			if err != nil {
				fmt.Fprint(&all, err)
				break
			}
		}
		told <- all.String()
	}()
	first.kill()
	a.kill()
	if info := status(func(run.Info) bool { return true }); info.State != run.Running {
		t.Fatalf("%s: the test shows too little", info.State)
	}
	f.start("worker", "--workers", "1")
	f.start("worker", "--workers", "1")
	info := status(func(i run.Info) bool { return i.State == run.Done })
	if events := <-told; !strings.Contains(events, "event: stand") || !strings.HasSuffix(events, "event: anders\ndata: {}\n\n") {
		t.Errorf("B says of the run:\n%s", events)
	}
	if w := b.ask(t, "femke", path, nil); w.code != http.StatusOK || strings.Contains(w.body, "/voortgang") {
		t.Errorf("B does not show the result: %d", w.code)
	}

	// The same in one process.
	got, err := queue.Result(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	set, ds := regulation.Load(regelingen.Files)
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	log, err := postgres.OpenReader(t.Context(), f.dsn, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	here := run.NewHere(run.NewLibrary(set, func(ctx context.Context) ([]*regulation.Regulation, error) { return office.Texts(ctx, log) }, run.Synthetic), time.Now, 0)
	defer here.Close()
	again, err := here.Start(t.Context(), info.Order)
	if err != nil {
		t.Fatal(err)
	}
	for {
		x, err := here.Status(t.Context(), again)
		if err != nil || x.State.Over() && x.State != run.Done {
			t.Fatalf("%s %v %s", x.State, err, x.Error)
		}
		if x.State == run.Done {
			break
		}
		time.Sleep(20 * time.Millisecond)
	}
	want, err := here.Result(t.Context(), again)
	if err != nil || len(want) != len(got) {
		t.Fatalf("%d results, want %d: %v", len(got), len(want), err)
	}
	for i := range want {
		want[i].Seconds, got[i].Seconds = 0, 0
		x, errX := json.Marshal(want[i])
		y, errY := json.Marshal(got[i])
		if errX != nil || errY != nil {
			t.Fatal(errX, errY)
		}
		if !bytes.Equal(x, y) {
			t.Errorf("replicas give another result (-one process +replicas):\n%.2000s", cmp.Diff(string(x), string(y)))
		}
	}
}

// follow reads a stream of events until it ends.
func (m *member) follow(ctx context.Context, path string) (string, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, m.site+path, nil)
	if err != nil {
		return "", err
	}
	r.Header.Set("Cookie", "rol=femke")
	w, err := http.DefaultClient.Do(r)
	if err != nil {
		return "", err
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err == nil && w.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s answers %d", path, w.StatusCode)
	}
	return string(text), err
}

// away lets the database hang, and kills it.
func (f *fleet) away(b *member) {
	t := f.t
	t.Helper()
	const most = 100 * time.Second // for as long as the database hangs, without a bound
	unavailable := func(what string, w answer) {
		t.Helper()
		t.Logf("%s: %d after %s", what, w.code, w.took.Round(time.Millisecond))
		if w.code != http.StatusServiceUnavailable || w.header.Get("Retry-After") == "" || w.took > most {
			t.Errorf("%s: %d after %s, Retry-After %q", what, w.code, w.took, w.header.Get("Retry-After"))
		}
		if !strings.Contains(w.body, "Probeer het over een halve minuut opnieuw") {
			t.Errorf("%s does not say what to do: %.1500s", what, w.body)
		}
	}
	const key = "nog-een-sleutel-van-een-formulier"
	for name, x := range map[string]struct{ leave, back func() error }{
		"hangs":  {f.server.Pause, f.server.Continue},
		"killed": {f.server.Kill, f.server.Start},
	} {
		if err := x.leave(); err != nil {
			t.Fatal(err)
		}
		sent := make(chan answer, 1)
		go func() { _, w := b.tell(t, key+name); sent <- w }()
		unavailable(name+": a list of runs", b.ask(t, "femke", "/simulaties", nil))
		unavailable(name+": a message", <-sent)
		// What needs no database goes on.
		if w := b.ask(t, "femke", "/regelingen", nil); w.code != http.StatusOK {
			t.Errorf("%s: the regulations: %d after %s", name, w.code, w.took)
		}
		if err := x.back(); err != nil {
			t.Fatal(err)
		}
		var codes []string
		for deadline := time.Now().Add(2 * time.Minute); len(codes) < 2; {
			code, w := b.tell(t, key+name)
			if code != "" {
				codes = append(codes, code)
				continue
			}
			if time.Now().After(deadline) {
				t.Fatalf("%s: a message afterwards: %d: %.1500s", name, w.code, w.body)
			}
			time.Sleep(200 * time.Millisecond)
		}
		if codes[0] != codes[1] {
			t.Errorf("%s: a form that is sent again has another code", name)
		}
	}
	// Each of the three was filed once.
	log, err := postgres.OpenReader(t.Context(), f.dsn, postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	n := 0
	for r, err := range log.All(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range r.Secrets {
			if strings.Contains(fmt.Sprint(x), "De brief over mijn toeslag kwam niet aan.") {
				n++
			}
		}
	}
	if n != 3 {
		t.Errorf("%d messages are in the log, want 3", n)
	}
}
