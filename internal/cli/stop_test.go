package cli_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"lemniscaat/internal/freeport"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/store/sqlite"
)

// process is this program as a process of its own.
type process struct {
	*exec.Cmd
	site, metrics string
	said          *bytes.Buffer // the standard error; read it after the end
}

var address = regexp.MustCompile(`http://127\.0\.0\.1:\d+`)

// startProcess runs a command that serves pages, with numbers on a free address.
func startProcess(t *testing.T, environ []string, args ...string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	l := freeport.Address(t)
	p := &process{Cmd: exec.CommandContext(t.Context(), self), metrics: "http://" + l, said: &bytes.Buffer{}}
	p.Args = append([]string{"lemniscaat"}, args...) // TestMain runs the command of this name
	p.Env = append(append(os.Environ(), "LEMNISCAAT_MEETADRES="+l), environ...)
	p.Stderr = p.said
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewScanner(out)
	for lines.Scan() {
		if p.site = address.FindString(lines.Text()); p.site != "" {
			go func() { _, _ = io.Copy(io.Discard, out) }()
			return p
		}
	}
	_ = p.Wait()
	t.Fatalf("did not start: %s", p.said)
	return nil
}

// number reads one of the numbers of a server.
func (p *process) number(t *testing.T, name string) float64 {
	t.Helper()
	r, err := http.Get(p.metrics + "/metrics")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile(`(?m)^` + regexp.QuoteMeta(name) + ` (\S+)$`).FindSubmatch(text)
	if m == nil {
		t.Fatalf("no %s", name)
	}
	f, err := strconv.ParseFloat(string(m[1]), 64)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// TestStopUnderLoad: a server that is told to stop while it is busy answers whole
// what it began to answer, keeps what it acknowledged, ends the pages that follow
// something, and was at rest before: no goroutine stays behind.
func TestStopUnderLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("a whole server under load")
	}
	t.Parallel()
	data := filepath.Join(t.TempDir(), "data")
	p := startProcess(t, []string{"LEMNISCAAT_STOP_AANKONDIGING=6s"}, "demo", "--addr", "127.0.0.1:0", "--data", data, "--workers", "0")
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

	// At rest, after a first round that fills what is kept.
	load := func(ctx context.Context, n int, kept *sync.Map) (whole, broken, refused int64) {
		var w, b, r atomic.Int64
		var wg sync.WaitGroup
		for i := range n {
			wg.Go(func() {
				for k := 0; ctx.Err() == nil; k++ {
					var err error
					var a *http.Response
					if i%2 == 0 {
						a, err = client.Get(p.site + []string{"/", "/knelpunten", "/regelingen"}[k%3])
					} else {
						mark := fmt.Sprintf("stop-%d-%d", i, k)
						a, err = signal(client, p.site, mark)
						if err == nil && a.StatusCode == http.StatusSeeOther {
							kept.Store(mark, true)
						}
					}
					if err != nil { // no answer began: the server had not taken it, or said nothing
						r.Add(1)
						time.Sleep(5 * time.Millisecond)
						continue
					}
					if _, err := io.Copy(io.Discard, a.Body); err != nil {
						b.Add(1)
					} else if a.StatusCode < 400 {
						w.Add(1)
					} else if a.StatusCode >= 500 {
						b.Add(1)
					}
					a.Body.Close()
				}
			})
		}
		wg.Wait()
		return w.Load(), b.Load(), r.Load()
	}
	var kept sync.Map
	brief, enough := context.WithTimeout(t.Context(), time.Second)
	load(brief, 4, &kept)
	enough()
	client.CloseIdleConnections()
	rest := settled(t, p, 0, 40)
	brief, enough = context.WithTimeout(t.Context(), 2*time.Second)
	whole, broken, refused := load(brief, 32, &kept)
	enough()
	client.CloseIdleConnections()
	if whole == 0 || broken > 0 || refused > 0 {
		t.Errorf("before the end: %d whole, %d broken, %d refused", whole, broken, refused)
	}
	if after := settled(t, p, rest+3, 3000); after > rest+3 {
		t.Errorf("%v goroutines at rest, %v after the load", rest, after)
	}

	// Now stop it while it is busy.
	during, end := context.WithCancel(t.Context())
	defer end()
	done := make(chan [3]int64)
	go func() { w, b, r := load(during, 32, &kept); done <- [3]int64{w, b, r} }()
	time.Sleep(400 * time.Millisecond)
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	// It says so for as long as the announcement takes, from when the signal is there.
	for said := false; !said; time.Sleep(5 * time.Millisecond) {
		r, err := http.Get(p.metrics + "/readyz")
		if err != nil {
			t.Errorf("it ends without saying that it does: %v", err)
			break
		}
		text, _ := io.ReadAll(r.Body)
		r.Body.Close()
		said = r.StatusCode == http.StatusServiceUnavailable
		if said && !strings.Contains(string(text), "stopt") {
			t.Errorf("while it stops: %d %s", r.StatusCode, text)
		}
	}
	if err := p.Wait(); err != nil {
		t.Errorf("ended with %v: %s", err, p.said)
	}
	end()
	got := <-done
	if got[0] == 0 || got[1] > 0 {
		t.Errorf("during the end: %d whole, %d broken or half", got[0], got[1])
	}
	n := 0
	kept.Range(func(any, any) bool { n++; return true })
	if found := signalsIn(t, data); found < n {
		t.Errorf("%d signals were acknowledged and %d are in the log", n, found)
	}
	t.Logf("%d whole before, %d during the end, %d not taken any more; %d signals acknowledged; %v goroutines at rest", whole, got[0], got[2], n, rest)
}

// settled looks so many times, twenty a second, whether the server has no more than
// enough goroutines, and gives the least that it had.
func settled(t *testing.T, p *process, enough float64, looks int) float64 {
	t.Helper()
	least := 1e9
	for range looks {
		n := p.number(t, "go_goroutines")
		least = min(least, n)
		if least <= enough {
			break
		}
		time.Sleep(50 * time.Millisecond)
	}
	return least
}

// signal files an appreciation as a colleague of the demo.
func signal(client *http.Client, site, key string) (*http.Response, error) {
	form := url.Values{}
	for k, v := range signalForm {
		form.Set(k, v)
	}
	form.Set("sleutel", key)
	r, err := http.NewRequest(http.MethodPost, site+"/signaal", strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.AddCookie(&http.Cookie{Name: "rol", Value: "anneke"})
	return client.Do(r)
}

// signalForm is a signal about what works well: it needs no answer.
var signalForm = map[string]string{
	"formulier": "signaal", "regeling": "individuele-inkomenstoeslag", "artikel": "verordening-artikel-2", "soort": "gaat-goed", "tekst": "Dit werkt goed.", "hoe-vaak": "wekelijks",
}

// signalsIn counts the signals in a log.
func signalsIn(t *testing.T, data string) int {
	t.Helper()
	log, err := sqlite.OpenReader(t.Context(), data)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	n := 0
	for r, err := range log.All(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		if r.Type == (*loop.SignalReceived)(nil).Type() {
			n++
		}
	}
	return n
}
