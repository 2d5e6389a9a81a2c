package fault_test

import (
	"bytes"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/event"
)

// deed is one request that changes something.
type deed struct {
	who, path, marker, key string
	values                 url.Values
	multi                  bool
	body, kind             string // instead of values
	acked                  bool
	answer                 answer
	seqs                   map[uint64]event.Hash // what was in the log when it was answered
}

// crowd is everybody who works at the same time, and what they were told.
type crowd struct {
	t   *testing.T
	log *follower

	mu      sync.Mutex
	acked   []*deed
	open    []*deed // no answer: it may have happened
	sent    map[string]int
	kept    map[string]int // acknowledged, by shape
	silent  map[string]int // acknowledged and nothing in the log, by shape
	n       int
	hanging int // how many were never answered
}

// acknowledged reports that an answer says that it happened.
func acknowledged(d *deed) bool {
	if d.path == "/invoer/beslissingen" {
		return d.answer.code == http.StatusOK
	}
	if strings.HasPrefix(d.path, "/er-ging-iets-mis") || strings.HasPrefix(d.path, "/metingen/") {
		return d.answer.code == http.StatusOK
	}
	return d.answer.code == http.StatusSeeOther
}

// do sends a deed and notes what came of it. False: the server is away.
func (c *crowd) do(b *browser, d *deed) bool {
	mine := func(r record) bool { return b.name != "" && r.actor == b.name || strings.Contains(r.words, d.marker) }
	before := c.log.read()
	var err error
	if d.body != "" {
		d.answer, err = b.send(d.path, d.kind, strings.NewReader(d.body))
	} else {
		d.answer, err = b.post(d.path, d.values, d.multi)
	}
	c.mu.Lock()
	c.sent[shape(d.path)]++
	c.n++
	c.mu.Unlock()
	if err != nil {
		c.mu.Lock()
		c.open = append(c.open, d)
		c.hanging++
		c.mu.Unlock()
		return false
	}
	if d.answer.code >= 500 {
		c.t.Errorf("POST %s answers %d", d.path, d.answer.code)
	}
	if !acknowledged(d) {
		return true
	}
	d.acked, d.seqs = true, map[uint64]event.Hash{}
	for _, n := range c.log.find(mine) {
		if n > before {
			c.log.mu.Lock()
			d.seqs[n] = c.log.all[n].hash
			c.log.mu.Unlock()
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acked = append(c.acked, d)
	c.kept[shape(d.path)]++
	if len(d.seqs) == 0 && !isFact(d) {
		c.silent[shape(d.path)]++
	}
	return true
}

func (c *crowd) marker() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n++
	// Letters only: a number could look like a personal one.
	out := []byte("zq")
	for n := uint64(c.n); n > 0; n /= 20 {
		out = append(out, "bcdfghjklmnpqrstvwxz"[n%20])
	}
	return string(append(out, 'q'))
}

// walk lets one person work until the server is away: follow links, and send
// the forms that were sent least.
func (c *crowd) walk(b *browser) {
	at := "/"
	for {
		a, err := b.get(at)
		if err != nil {
			return
		}
		links, forms := page(a.body)
		if f, ok := b.pick(forms, c.counts()); ok {
			m := c.marker()
			v := b.fill(f, m)
			if !c.do(b, &deed{who: b.name, path: f.action, marker: m, key: v.Get("sleutel"), values: v, multi: f.multi}) {
				return
			}
		}
		links = slices.DeleteFunc(links, func(l string) bool {
			return strings.HasPrefix(l, "/vast/") || strings.Contains(l, "/pdf") || strings.HasPrefix(l, "/verhalen") || strings.Contains(l, ".csv") || strings.Contains(l, "/beleven")
		})
		at = "/"
		if len(links) > 0 && b.dice.IntN(8) > 0 {
			at, _, _ = strings.Cut(links[b.dice.IntN(len(links))], "#")
		}
	}
}

func (c *crowd) counts() map[string]int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return maps.Clone(c.sent)
}

func signal(marker string) *deed {
	key := "sleutel-van-" + marker
	return &deed{path: "/signaal", marker: marker, key: key, values: url.Values{
		"formulier": {"signaal"}, "sleutel": {key}, "regeling": {"individuele-inkomenstoeslag"}, "artikel": {"verordening-artikel-3"}, "soort": {"te-hard"},
		"tekst": {"Melding " + marker + ": het kwam te laat"}, "hoe-vaak": {"een-keer"},
	}}
}

func message(marker string) *deed {
	key := "sleutel-van-" + marker + "-burger"
	return &deed{path: "/er-ging-iets-mis", marker: marker, key: key, values: url.Values{
		"formulier": {"burger"}, "sleutel": {key}, "onderwerp": {"individuele-inkomenstoeslag"}, "tekst": {"Bericht " + marker + ": ik snap de brief niet"},
	}}
}

func outcomeEvent(marker string) *deed {
	return &deed{path: "/invoer/beslissingen", marker: marker, key: marker, kind: "application/cloudevents+json",
		body: fmt.Sprintf(`{"specversion":"1.0","id":"%s","source":"urn:nld:oin:00000001003214345000","type":"nl.lemniscaat.uitkomst","data":{"zaak":"v1:00112233445566ff","regeling":"zorgtoeslag","regelversie":"2026-01-01","datum":"2026-03-12","uitkomst":"afgewezen","contact":"gesproken"}}`, marker)}
}

// importFile is a file with one outcome, sent as a person of the desk does.
func importFile(marker string) *deed {
	var b bytes.Buffer
	w := multipart.NewWriter(&b)
	f, _ := w.CreateFormFile("bestand", marker+".csv") // a buffer does not fail
	fmt.Fprintf(f, "zaak;regeling;regelversie;datum;uitkomst;bedrag;groep;contact;grond;synthetisch;bron;kenmerk\nv1:00112233445566ff;individuele-inkomenstoeslag;2026-01-01;2026-03-12;afgewezen;;;gesproken;;nee;proef;%s\n", marker)
	_ = w.Close()
	return &deed{path: "/metingen/individuele-inkomenstoeslag/uitkomsten", marker: marker, key: marker, kind: w.FormDataContentType(), body: b.String()}
}

// repeat sends one kind of deed until the server is away.
func (c *crowd) repeat(b *browser, pause time.Duration, fresh func(marker string) *deed) {
	for {
		if !c.do(b, fresh(c.marker())) {
			return
		}
		time.Sleep(pause)
	}
}

// people are the persons of the demo.
var people = []string{"samira", "joost", "marijke", "femke", "karim", "anneke"}

// TestKilled: whatever is acknowledged is there after kill -9, once, however
// many work at the same time; who got no answer asks again with the same key and
// gets the answer of the first time.
func TestKilled(t *testing.T) {
	long(t)
	t.Run("sqlite", func(t *testing.T) { killed(t, onSQLite(t), many(3, 30)) })
	t.Run("postgres", func(t *testing.T) { killed(t, onPostgres(t), many(1, 30)) })
}

func killed(t *testing.T, data string, kills int) {
	fill(t, data)
	c := &crowd{t: t, log: follow(t, data), sent: map[string]int{}, kept: map[string]int{}, silent: map[string]int{}}
	d := dice(1)
	kinds := many(min(8, 3*kills), 20)
	for kill := range kills {
		s := start(t, data)
		c.check(s, kill)
		var wg sync.WaitGroup
		for i, who := range people {
			b := newBrowser(t, s, who, dice(uint64(100*kill+i)))
			wg.Go(func() { c.walk(b) })
		}
		// They come in before anything is killed: who comes in while it is finds no server.
		samira, karim := newBrowser(t, s, "samira", d), newBrowser(t, s, "karim", d)
		citizen, system := newBrowser(t, s, "", d), newBrowser(t, s, "", d)
		wg.Go(func() { c.repeat(samira, 20*time.Millisecond, signal) })
		wg.Go(func() { c.repeat(citizen, 700*time.Millisecond, message) })
		wg.Go(func() { c.repeat(system, 5*time.Millisecond, outcomeEvent) })
		wg.Go(func() { c.repeat(karim, 300*time.Millisecond, importFile) })
		// Each run is killed after another number of answers, so that the kill
		// meets the writer at other moments; the last not before everything was
		// shown that is asked below, however slow the machine is.
		from, until := c.told(), time.Now().Add(2*time.Minute)
		enough, last := 25+d.IntN(60), kill == kills-1
		for (c.told()-from < enough || last && len(c.lacks(kinds)) > 0) && time.Now().Before(until) {
			time.Sleep(time.Duration(500+d.IntN(2500)) * time.Microsecond)
		}
		s.kill()
		wg.Wait()
		if t.Failed() {
			t.Fatalf("seed %d, kill %d", begin, kill)
		}
	}
	s := start(t, data)
	c.check(s, kills)
	if code := s.stop(); code != 0 {
		t.Errorf("stops with %d", code)
	}
	if got := whole(t, data); !got.Good() {
		t.Errorf("%d kills: %+v", kills, got)
	}
	for p := range c.kept {
		// Simulations are in a queue of their own.
		if c.silent[p] > 0 && !strings.Contains(p, "simul") {
			t.Errorf("POST %s was acknowledged %d times without an event in the log", p, c.silent[p])
		}
	}
	for _, what := range c.lacks(kinds) {
		t.Errorf("the test shows too little: %s", what)
	}
	t.Logf("seed %d: %d kills, %d requests, %d acknowledged on %d kinds of address, %d unanswered, %d events", begin, kills, c.n, len(c.acked), len(c.kept), c.hanging, c.log.last)
	for _, p := range slices.Sorted(maps.Keys(c.kept)) {
		t.Logf("%5d acknowledged, %d without an event: %s", c.kept[p], c.silent[p], p)
	}
}

// lacks says what the crowd has not shown yet: a request of each of the kinds that
// are repeated, and so many kinds that wrote to the log.
func (c *crowd) lacks(kinds int) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	var out []string
	for _, path := range []string{"/signaal", "/er-ging-iets-mis", "/invoer/beslissingen", "/metingen/*/uitkomsten"} {
		if c.kept[path] == 0 {
			out = append(out, path+" was never acknowledged")
		}
	}
	loud := 0
	for p := range c.kept {
		if c.silent[p] < c.kept[p] {
			loud++
		}
	}
	if loud < kinds {
		out = append(out, fmt.Sprintf("only %d kinds of request wrote to the log, want %d: %v", loud, kinds, c.kept))
	}
	return out
}

// isFact reports that a deed brings in an outcome.
func isFact(d *deed) bool {
	return d.path == "/invoer/beslissingen" || strings.HasPrefix(d.path, "/metingen/")
}

// told is how many deeds were answered so far.
func (c *crowd) told() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.acked)
}

// check compares the log after a restart with what was told before it.
func (c *crowd) check(s *server, kill int) {
	t := c.t
	t.Helper()
	if code, _, _ := s.status("/"); code != http.StatusOK {
		t.Fatalf("after kill %d the first page answers %d", kill, code)
	}
	log, err := readLog(t.Context(), s.data)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	now := map[uint64]event.Hash{}
	if _, err := event.Verify(func(yield func(event.Record, error) bool) {
		for r, err := range log.All(t.Context(), 1) {
			now[r.Seq] = r.Hash
			if !yield(r, err) {
				return
			}
		}
	}, nil); err != nil {
		t.Fatalf("after kill %d: %v", kill, err)
	}
	facts := map[string]int{}
	for b, err := range log.Batches(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range b.Facts {
			facts[f.ID]++
		}
	}
	for _, d := range c.acked {
		if isFact(d) && facts[d.marker] != 1 {
			t.Errorf("after kill %d: outcome %s was acknowledged and is there %d times", kill, d.marker, facts[d.marker])
		}
		for n, h := range d.seqs {
			if now[n] != h {
				t.Errorf("after kill %d: event %d of POST %s by %q was acknowledged and is gone or changed", kill, n, d.path, d.who)
			}
		}
	}
	// What nobody answered is asked again with its key; what was answered as well.
	open := c.open
	c.open = nil
	again := slices.Clone(open)
	for i := len(c.acked) - 1; i >= 0 && len(again) < len(open)+12; i-- {
		if c.acked[i].key != "" {
			again = append(again, c.acked[i])
		}
	}
	for _, d := range again {
		if d.key == "" {
			continue
		}
		who := ""
		if d.path == "/signaal" {
			who = or(d.who, "samira")
		}
		if strings.HasPrefix(d.path, "/metingen/") {
			who = "karim"
		} else if d.path != "/signaal" && d.path != "/er-ging-iets-mis" && d.path != "/invoer/beslissingen" {
			continue
		}
		b := newBrowser(t, s, who, dice(0))
		before := c.log.find(func(r record) bool { return strings.Contains(r.words, d.marker) })
		var a answer
		if d.body != "" {
			a, err = b.send(d.path, d.kind, strings.NewReader(d.body))
		} else {
			a, err = b.post(d.path, d.values, d.multi)
		}
		if a.code == http.StatusTooManyRequests {
			continue // the limit on citizens; the next round asks others
		}
		if d.path == "/signaal" && d.who != "" && !d.acked {
			continue // filled in at random: it may have been refused
		}
		first := d.acked
		d.answer.code = or0(d.answer.code, a.code)
		if strings.HasPrefix(d.path, "/metingen/") && strings.Contains(a.body, "Dit bestand is al ingevoerd") {
			continue // it says so; that it counts once was seen above
		}
		if err != nil || a.code != d.answer.code {
			t.Errorf("after kill %d: POST %s again answers %d (%v), first %d", kill, d.path, a.code, err, d.answer.code)
			continue
		}
		if first && d.path == "/signaal" && a.location != d.answer.location {
			t.Errorf("after kill %d: POST %s again leads to %s, first to %s", kill, d.path, a.location, d.answer.location)
		}
		after := c.log.find(func(r record) bool { return strings.Contains(r.words, d.marker) })
		if isFact(d) {
			if d.path == "/invoer/beslissingen" && first && !strings.Contains(a.body, `"nieuw":0`) && !strings.Contains(a.body, `"nieuw": 0`) {
				t.Errorf("after kill %d: %s counts twice: %s", kill, d.marker, a.body)
			}
			continue
		}
		if first && len(after) != len(before) {
			t.Errorf("after kill %d: POST %s again has another effect: events %v, before %v", kill, d.path, after, before)
		}
		received := c.log.find(func(r record) bool {
			return strings.Contains(r.words, d.marker) && strings.Contains(r.kind, "ontvangen")
		})
		if len(received) > 1 {
			t.Errorf("after kill %d: %s was received %d times", kill, d.marker, len(received))
		}
	}
}

func or0(a, b int) int {
	if a != 0 {
		return a
	}
	return b
}
