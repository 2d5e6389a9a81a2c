package api_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"lemniscaat/internal/rule"
)

// person is a case of one person; no two numbers give the same.
func person(n int) string {
	return fmt.Sprintf(`{"datum": "2026-06-01", "personen": {"p1": {"geboortedatum": "1990-04-02", "verzekerd": true, "toetsingsinkomen": %d, "vermogen": 3000}}}`, 20000+n%5000)
}

// couple is the case of two people that the benchmark of the command line has.
func couple(n int) string {
	return fmt.Sprintf(`{"datum": "2026-06-01", "personen": {"p1": {"geboortedatum": "1990-04-02", "verzekerd": true, "toetsingsinkomen": %d, "vermogen": 3000},
		"p2": {"geboortedatum": "1988-11-23", "verzekerd": true, "toetsingsinkomen": 4100, "vermogen": 0}}, "feiten": [{"partnerschap": ["p1", "p2"]}]}`, 24000+n%5000)
}

// one asks a decision with its explanation, many a hundred of them.
func one(regulation, dossier string) string {
	return fmt.Sprintf(`{"regeling": %q, "uitleg": true, "dossier": %s}`, regulation, dossier)
}

func many(regulation string, dossier func(int) string, n int) string {
	var b strings.Builder
	b.WriteString(`{"uitleg": true, "vragen": [`)
	for i := range n {
		if i > 0 {
			b.WriteString(",")
		}
		fmt.Fprintf(&b, `{"regeling": %q, "dossier": %s}`, regulation, dossier(i))
	}
	b.WriteString(`]}`)
	return b.String()
}

// family gives a family with everything that a regulation asks of it: what is
// missing is answered with no, nothing or nobody, until nothing is missing.
func family(b *testing.B, h http.Handler, regulation string) func(int) string {
	b.Helper()
	set, err := shipped()
	if err != nil {
		b.Fatal(err)
	}
	people := map[string]map[string]any{
		"p1": {"geboortedatum": "1990-04-02", "verzekerd": true, "vermogen": 3000},
		"p2": {"geboortedatum": "1988-11-23", "verzekerd": true, "vermogen": 0},
		"k1": {"geboortedatum": "2017-05-10"},
	}
	write := func(n int) string {
		people["p1"]["vermogen"] = 3000 + n%5000
		text, err := json.Marshal(map[string]any{"datum": "2026-06-01", "personen": people, "feiten": []any{
			map[string]any{"huwelijk": []string{"p1", "p2"}}, map[string]any{"ouderschap": []string{"p1", "k1"}}, map[string]any{"ouderschap": []string{"p2", "k1"}}}})
		if err != nil {
			b.Fatal(err)
		}
		return string(text)
	}
	for range 500 {
		q := httptest.NewRequestWithContext(b.Context(), http.MethodPost, "/api/v1/beslissingen", strings.NewReader(one(regulation, write(0))))
		q.Header.Set("Authorization", "Bearer "+all)
		q.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, q)
		var d struct {
			Volledig bool
			Fouten   []struct{ Code, Tekst, Object, Eigenschap string }
		}
		if err := json.Unmarshal(w.Body.Bytes(), &d); err != nil || w.Code != http.StatusOK {
			b.Fatalf("%d %v %.500s", w.Code, err, w.Body)
		}
		if d.Volledig {
			return write
		}
		for _, f := range d.Fouten {
			_, name, _ := strings.Cut(f.Eigenschap, ".")
			if people[f.Object] == nil || people[f.Object][name] != nil {
				b.Fatalf("%+v", f)
			}
			for _, o := range set.Model.Objects {
				for _, a := range o.Attributes {
					if a.ID() == f.Eigenschap {
						people[f.Object][name] = nothing(a)
					}
				}
			}
		}
	}
	b.Fatal("there is no end to what is missing")
	return nil
}

func nothing(a *rule.Attribute) any {
	switch a.Type.Kind {
	case rule.Amount, rule.Number, rule.Percentage:
		return 1
	case rule.DateKind:
		return "1980-05-17"
	case rule.Enum:
		return a.Type.Domain.Values[0]
	}
	return false
}

// sender is a program that asks decisions over one connection. It costs next to
// nothing: the requests are written out before, and of an answer it looks at the
// status, the length and whether there are steps in it.
type sender struct {
	conn net.Conn
	in   *bufio.Reader
	body []byte
}

func dial(b testing.TB, server *httptest.Server) *sender {
	b.Helper()
	var d net.Dialer
	c, err := d.DialContext(b.Context(), "tcp", server.Listener.Addr().String())
	if err != nil {
		b.Fatal(err)
	}
	return &sender{conn: c, in: bufio.NewReaderSize(c, 1<<16)}
}

// spelled writes out a request.
func spelled(path, body string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: lus.example\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s", path, all, len(body), body)
}

func (s *sender) ask(request []byte) error {
	if _, err := s.conn.Write(request); err != nil {
		return err
	}
	line, err := s.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(line, []byte("HTTP/1.1 200 ")) {
		return fmt.Errorf("%s", line)
	}
	length := -1
	for {
		line, err := s.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		if len(line) == 2 {
			break
		}
		if v, ok := bytes.CutPrefix(line, []byte("Content-Length: ")); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(v))); err != nil {
				return err
			}
		}
	}
	s.body = s.body[:0]
	for n := length; ; { // without a length: in chunks
		if length < 0 {
			line, err := s.in.ReadSlice('\n')
			if err != nil {
				return err
			}
			size, err := strconv.ParseInt(string(bytes.TrimSpace(line)), 16, 64)
			if err != nil {
				return err
			}
			n = int(size) + 2
		}
		at := len(s.body)
		s.body = slices.Grow(s.body, n)[:at+n]
		if _, err := io.ReadFull(s.in, s.body[at:]); err != nil {
			return err
		}
		if length >= 0 || n == 2 {
			break
		}
	}
	if !bytes.Contains(s.body, []byte(`"stappen"`)) {
		return errors.New("an answer without steps")
	}
	return nil
}

// BenchmarkDecide: decisions with their whole explanation over HTTP, with
// keep-alive; the sender runs in the same process and its work counts. een: one a
// request, of a person, a couple, and a family through the regulation that builds
// on all others; reeks: a hundred a request.
func BenchmarkDecide(b *testing.B) {
	w := newWorld(b, nil)
	server := httptest.NewServer(w)
	b.Cleanup(server.Close)
	heavy := family(b, w, "besteedbaar-inkomen")
	const single, batch = "/api/v1/beslissingen", "/api/v1/beslissingen/_reeks"
	for _, c := range []struct {
		name string
		each int
		path string
		body func(n int) string
	}{
		{"een/zorgtoeslag", 1, single, func(n int) string { return one("zorgtoeslag", person(n)) }},
		{"een/zorgtoeslag-stel", 1, single, func(n int) string { return one("zorgtoeslag", couple(n)) }},
		{"een/besteedbaar-inkomen", 1, single, func(n int) string { return one("besteedbaar-inkomen", heavy(n)) }},
		{"reeks/zorgtoeslag", 100, batch, func(n int) string { return many("zorgtoeslag", func(i int) string { return person(100*n + i) }, 100) }},
	} {
		b.Run(c.name, func(b *testing.B) {
			var requests [50][]byte
			for i := range requests {
				requests[i] = spelled(c.path, c.body(i))
			}
			var mu sync.Mutex
			var senders []*sender
			next := 0
			b.SetParallelism(2) // 2 senders a core
			for range 2 * runtime.GOMAXPROCS(0) {
				s := dial(b, server)
				defer s.conn.Close()
				if err := s.ask(requests[0]); err != nil {
					b.Fatal(err)
				}
				senders = append(senders, s)
			}
			bytes := len(senders[0].body)
			runtime.GC()
			before := processor(b)
			b.ReportAllocs()
			b.ResetTimer()
			b.RunParallel(func(pb *testing.PB) {
				mu.Lock()
				s := senders[next]
				next++
				first := next
				mu.Unlock()
				for n := first; pb.Next(); n++ {
					if err := s.ask(requests[n%len(requests)]); err != nil {
						b.Error(err)
						return
					}
				}
			})
			b.ReportMetric(float64(c.each)*float64(b.N)/b.Elapsed().Seconds(), "per_s")
			b.ReportMetric(float64((processor(b)-before).Nanoseconds())/1000/float64(c.each*b.N), "cpu-us/decision")
			b.ReportMetric(float64(bytes)/float64(c.each), "bytes/decision")
		})
	}
}

// BenchmarkSteady: five hundred requests a second, each one decision with its
// explanation; how long the slowest of a hundred takes, in milliseconds.
func BenchmarkSteady(b *testing.B) {
	w := newWorld(b, nil)
	server := httptest.NewServer(w)
	b.Cleanup(server.Close)
	const rate, seconds, connections = 500, 5, 64
	free := make(chan *sender, connections)
	for i := range connections {
		s := dial(b, server)
		defer s.conn.Close()
		for n := range 4 {
			if err := s.ask(spelled("/api/v1/beslissingen", one("zorgtoeslag", person(i+n)))); err != nil {
				b.Fatal(err)
			}
		}
		free <- s
	}
	var requests [200][]byte
	for i := range requests {
		requests[i] = spelled("/api/v1/beslissingen", one("zorgtoeslag", person(i)))
	}
	for b.Loop() {
		took := make(chan time.Duration, rate*seconds)
		start := time.Now()
		for i := range rate * seconds {
			due := start.Add(time.Duration(i) * time.Second / rate)
			time.Sleep(time.Until(due))
			go func() {
				s := <-free
				if err := s.ask(requests[i%len(requests)]); err != nil {
					b.Error(err)
				}
				free <- s
				took <- time.Since(due) // waiting for a turn counts
			}()
		}
		var all []time.Duration
		for range rate * seconds {
			all = append(all, <-took)
		}
		slices.Sort(all)
		b.ReportMetric(float64(all[len(all)/2].Microseconds())/1000, "p50_ms")
		b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99_ms")
	}
}

// processor is the processor time of this process: of a machine that is shared it
// says more than the clock.
func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
