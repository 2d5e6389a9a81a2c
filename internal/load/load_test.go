package load_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/store/pgtest"
)

// size is how much load there is.
type size struct {
	connections, streams, people, before int
	lasts                                time.Duration
	signals, citizens, events, pages     float64 // a second
}

// whole is what trust.md asks: a thousand connections for a minute. What citizens
// send stays under the limit of ten minutes that every installation has.
func whole() size {
	return size{connections: 950, streams: 50, people: 200, before: 2000, lasts: time.Minute, signals: 25, citizens: 1, events: 25, pages: 75}
}

// small is the same, to see in every test run that nothing is lost or left open.
func small() size {
	return size{connections: 100, streams: 8, people: 8, before: 50, lasts: 2 * time.Second, signals: 15, citizens: 5, events: 15, pages: 15}
}

// setting reads a number of who runs make load.
func setting[T int | float64](t *testing.T, name string, into *T) {
	t.Helper()
	text := os.Getenv(name)
	if text == "" {
		return
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n < 0 {
		t.Fatalf("%s=%s is geen getal", name, text)
	}
	*into = T(n)
}

// Names of the kinds in the report.
const (
	kindSignal  = "signaal van de balie"
	kindCitizen = "signaal van een inwoner"
	kindEvent   = "beslissing van een zaaksysteem"
	kindPage    = "pagina"
)

// The promises.
const (
	mostIntake = 50 * time.Millisecond
	mostPage   = 200 * time.Millisecond
)

// TestLoad is make load.
func TestLoad(t *testing.T) {
	if os.Getenv("LOAD") == "" {
		t.Skip("make load runs it")
	}
	z := whole()
	if d := os.Getenv("LOAD_TIME"); d != "" {
		var err error
		if z.lasts, err = time.ParseDuration(d); err != nil || z.lasts <= 0 || z.lasts > time.Hour {
			t.Fatalf("TIJD=%s is geen tijd tot een uur, zoals 60s", d)
		}
	}
	setting(t, "LOAD_CONNECTIONS", &z.connections)
	setting(t, "LOAD_STREAMS", &z.streams)
	setting(t, "LOAD_BEFORE", &z.before)
	setting(t, "LOAD_SIGNALS", &z.signals)
	setting(t, "LOAD_EVENTS", &z.events)
	setting(t, "LOAD_PAGES", &z.pages)
	setting(t, "LOAD_CITIZENS", &z.citizens)
	database := ""
	if os.Getenv("LOAD_DATABASE") != "" {
		database = pgtest.Run(t, pgtest.Options{Durable: true, Settings: []string{"max_connections = 100"}}).Database(t)
	}
	r := measure(t, z, database, os.Getenv("LOAD_COLD") == "")
	fmt.Print(r.table())
	if os.Getenv("LOAD_STRICT") != "" {
		r.strict()
	}
}

// TestSmallLoad: under a small load nothing is lost or counted twice, nothing fails,
// and what was opened is closed afterwards. It says nothing of speed.
func TestSmallLoad(t *testing.T) {
	if testing.Short() {
		t.Skip("runs the real program")
	}
	measure(t, small(), "", false)
}

// measure runs the load and checks what must hold whatever the speed.
func measure(t *testing.T, z size, database string, waits bool) *report {
	t.Helper()
	w := settle(t, database, z.people, z.before)
	s := start(t, w.data, w.settings()...)
	quiet := waits && s.settled(3*time.Minute)
	w.await(t, s)
	plan := w.plan(z)
	r := &report{t: t, size: z, town: w, quiet: quiet}

	base := s.uses(time.Now())
	stream := w.stream(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), z.lasts+5*time.Minute)
	defer cancel()
	c, err := gather(ctx, s.address, z.connections)
	must(t, err)
	defer c.leave()
	watching, enough := context.WithCancel(ctx)
	defer enough()
	var watchers sync.WaitGroup
	for n := range z.streams {
		f := follower{s.address, request("GET", stream, citizenAddress(1<<22+n), []string{w.cookie(n)}, "", ""), &r.opened, &r.told, &r.refused}
		watchers.Go(func() { f.follow(watching) })
	}
	began := time.Now()
	first := s.uses(began)
	if dir := os.Getenv("LOAD_PROFILE"); dir != "" {
		_ = s.cmd.Process.Signal(syscall.SIGUSR1)
		defer func() { t.Log("profiles in", dir) }()
	}
	client := busy()
	var mid usage
	c.work(ctx, plan, z.lasts, func() { mid = s.uses(began) })
	r.took = time.Since(began)
	last := s.uses(began)
	r.client, r.server = busy()-client, last.processor-first.processor
	if os.Getenv("LOAD_PROFILE") != "" {
		_ = s.cmd.Process.Signal(syscall.SIGUSR2)
		time.Sleep(2 * time.Second)
	}
	r.sheet = c.sheet
	r.usage = []usage{base, first, mid, last}
	enough()
	watchers.Wait()
	c.leave()
	r.usage = append(r.usage, s.back(t, base, began))
	r.appends = s.numbers()[`lemniscaat_log_append_duration_seconds_count{result="goed"}`]
	s.stop()
	r.check()
	return r
}

// back waits until what was opened is closed again.
func (s *server) back(t *testing.T, base usage, began time.Time) usage {
	t.Helper()
	// A few of the pools of connections to the database may stay.
	const spare = 40
	var now usage
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(250 * time.Millisecond) {
		if now = s.uses(began); now.goroutines <= base.goroutines+spare && now.files <= base.files+spare {
			return now
		}
	}
	t.Errorf("after the load there are %.0f goroutines and %d open files; before it %.0f and %d", now.goroutines, now.files, base.goroutines, base.files)
	return now
}

// await waits until pages are answered.
func (w *town) await(t *testing.T, s *server) {
	t.Helper()
	c, err := gather(t.Context(), s.address, 1)
	must(t, err)
	defer c.leave()
	for _, path := range []string{"/", "/knelpunten"} {
		j := w.page(0, path)
		if status, err := c.lines[0].ask(t.Context(), j); err != nil || status != http.StatusOK {
			t.Fatalf("%s: %d, %v\n%v\n%s", path, status, err, c.sheet.samples, s.words())
		}
	}
}

// cookie is the session of the n-th of the desk.
func (w *town) cookie(n int) string { return "Cookie: __Host-sessie=" + w.sessions[n%len(w.sessions)] }

// page reads one page as somebody of the desk.
func (w *town) page(n int, path string) *job {
	return &job{kind: kindPage, text: request("GET", path, deskAddress(n), []string{w.cookie(n), "Sec-Fetch-Site: same-origin", "Accept-Encoding: gzip"}, "", ""), good: []int{http.StatusOK}}
}

// deskAddress is where the n-th of the desk works: a few floors.
func deskAddress(n int) string { return "192.0.2." + strconv.Itoa(n%4+1) }

// plan is everything that is asked, in the order of when.
func (w *town) plan(z size) []*job {
	paths := w.visited()
	run := letters(uint64(time.Now().UnixNano()))
	marker := func(kind string, n int) string { return run + kind + letters(uint64(n)) }
	browser := "Sec-Fetch-Site: same-origin"
	form := "application/x-www-form-urlencoded"
	all := at(kindPage, z.pages, z.lasts, func(n int) *job { return w.page(n, paths[n%len(paths)]) })
	all = append(all, at(kindSignal, z.signals, z.lasts, func(n int) *job {
		place, m := w.places[n*11%len(w.places)], marker("s", n)
		body := url.Values{"formulier": {"signaal"}, "sleutel": {m}, "regeling": {place.Anchor.Regulation}, "artikel": {place.Anchor.Article}, "soort": {string(place.Tile)},
			"tekst": {"Melding " + m + ": de brief noemt een bedrag dat nergens staat"}, "hoe-vaak": {"wekelijks"}, "zichtbaar": {"eigenaar"}}.Encode()
		return &job{marker: m, text: request("POST", "/signaal", deskAddress(n), []string{w.cookie(n * 3), browser}, form, body), good: []int{http.StatusSeeOther}}
	})...)
	all = append(all, at(kindCitizen, z.citizens, z.lasts, func(n int) *job {
		m := marker("b", n)
		body := url.Values{"formulier": {"burger"}, "sleutel": {m}, "onderwerp": {"zorgtoeslag"}, "tekst": {"Bericht " + m + ": ik snap de brief niet"}}.Encode()
		return &job{marker: m, text: request("POST", "/er-ging-iets-mis", citizenAddress(n+1), []string{browser}, form, body), good: []int{http.StatusOK}}
	})...)
	all = append(all, at(kindEvent, z.events, z.lasts, func(n int) *job {
		m := marker("u", n)
		body := fmt.Sprintf(`{"specversion":"1.0","id":"%s","source":"urn:nld:oin:00000001003214345000","type":"nl.lemniscaat.uitkomst","data":{"zaak":"v1:%016x","regeling":"zorgtoeslag","regelversie":"2026-01-01","datum":"%s","uitkomst":"toegekend","contact":"gesproken"}}`, m, n, dated(n))
		return &job{marker: m, text: request("POST", "/api/v1/beslissingsgebeurtenissen", "198.51.100.7", []string{"Authorization: Bearer " + w.token}, "application/cloudevents+json", body), good: []int{http.StatusOK, http.StatusCreated}}
	})...)
	slices.SortStableFunc(all, func(a, b *job) int { return int(a.due - b.due) })
	return all
}

// visited are the pages that people at the desk read, as often as they do so
// beside each other.
func (w *town) visited() []string {
	place := w.places[0].Anchor
	out := []string{"/", "/signalen", "/knelpunten", "/signaal?regeling=" + place.Regulation + "&artikel=" + place.Article, "/regelingen", "/regelingen/" + place.Regulation,
		"/regelingen/" + place.Regulation + "/" + place.Article, "/knelpunten", "/", "/te-laat", "/register", fmt.Sprintf("/stand/%d", time.Now().Year()), "/team", "/meldingen", "/wegwijzer", "/veranderd"}
	for n, id := range w.issues {
		if n%max(1, len(w.issues)/16) == 0 {
			out = append(out, "/knelpunten/"+id)
		}
	}
	return out
}

// stream asks for a simulation that waits, as no worker takes it, and gives the
// address at which pages follow how far it is.
func (w *town) stream(t *testing.T, s *server) string {
	t.Helper()
	body := url.Values{"variant": {"ruimere-grens"}, "bevolking": {"nl:100000"}}.Encode()
	c := &http.Client{Timeout: time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.address+"/simulaties", strings.NewReader(body))
	must(t, err)
	r.Close = true
	for name, value := range map[string]string{"Cookie": "__Host-sessie=" + w.policy, "Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.9"} {
		r.Header.Set(name, value)
	}
	a, err := c.Do(r)
	must(t, err)
	defer a.Body.Close()
	at, _, _ := strings.Cut(a.Header.Get("Location"), "?")
	if a.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, "/simulaties/") {
		text, _ := io.ReadAll(a.Body)
		t.Fatalf("a simulation: %d %s\n%s", a.StatusCode, at, text)
	}
	return at + "/voortgang"
}

// found counts the markers in the log: in the words of events and in the facts.
func (w *town) found(t *testing.T) map[string]int {
	t.Helper()
	log, err := w.reader(t.Context())
	must(t, err)
	defer log.Close()
	out := map[string]int{}
	_, err = event.Verify(func(yield func(event.Record, error) bool) {
		for r, err := range log.All(t.Context(), 1) {
			if err == nil && r.Type == (*loop.SignalReceived)(nil).Type() {
				for _, s := range r.Secrets {
					for _, word := range strings.FieldsFunc(s.Text, func(c rune) bool { return c == ' ' || c == ':' }) {
						if strings.HasPrefix(word, "zq") {
							out[word]++
						}
					}
				}
			}
			if !yield(r, err) {
				return
			}
		}
	}, nil)
	must(t, err)
	for b, err := range log.Batches(t.Context()) {
		must(t, err)
		for _, f := range b.Facts {
			out[f.ID]++
		}
	}
	return out
}
