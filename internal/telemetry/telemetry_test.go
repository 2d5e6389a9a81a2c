package telemetry_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/telemetry"
)

// safe is a buffer that may be written to from several requests.
type safe struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safe) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safe) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}

func watched(t *testing.T, level string) (*telemetry.Server, *telemetry.Metrics, *safe) {
	t.Helper()
	out := &safe{}
	m := telemetry.NewMetrics("proef")
	tr, err := telemetry.NewTracing(t.Context(), "", "proef")
	if err != nil {
		t.Fatal(err)
	}
	return &telemetry.Server{Log: telemetry.NewLog(out, level, "json"), Metrics: m, Tracer: tr.Tracer(), Now: time.Now}, m, out
}

func numbers(m *telemetry.Metrics) string {
	w := httptest.NewRecorder()
	m.Handler().ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/metrics", nil))
	return w.Body.String()
}

// TestNothingPersonal: a request leaves its pattern, status and role; not its
// path, query, body, headers or sender.
func TestNothingPersonal(t *testing.T) {
	t.Parallel()
	s, m, out := watched(t, "detail")
	mux := http.NewServeMux()
	mux.HandleFunc("POST /zaak/{id}", func(w http.ResponseWriter, r *http.Request) {
		telemetry.Route(r.Context(), r.Pattern)
		telemetry.As(r.Context(), "uitvoering")
		s.Log.WarnContext(r.Context(), "iets")
		w.WriteHeader(http.StatusTeapot)
	})
	mux.HandleFunc("GET /stuk", func(http.ResponseWriter, *http.Request) { panic("merkteken-paniek") })
	h := s.Watch(mux)
	r := httptest.NewRequest(http.MethodPost, "/zaak/merkteken-pad?naam=merkteken-vraag", strings.NewReader("merkteken-inhoud"))
	r.Header.Set("Cookie", "sessie=merkteken-koek")
	r.Header.Set("Authorization", "Bearer merkteken-token")
	r.Header.Set("User-Agent", "merkteken-browser")
	r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	r.RemoteAddr = "192.0.2.99:4321"
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("MERKTEKEN-METHODE", "/merkteken-elders", nil))
	broken := httptest.NewRecorder()
	h.ServeHTTP(broken, httptest.NewRequest(http.MethodGet, "/stuk", nil))
	all := out.String() + numbers(m)
	if strings.Contains(strings.ToLower(all), "merkteken") || strings.Contains(all, "192.0.2.99") {
		t.Errorf("personal data got out:\n%s", all)
	}
	for _, want := range []string{
		`"methode":"POST","route":"/zaak/{id}","status":418`, `"rollen":"uitvoering"`, `"trace":"0af7651916cd43dd8448eb211c80319c"`,
		`lemniscaat_http_requests_total{method="POST",route="/zaak/{id}",status="418"} 1`,
		`lemniscaat_http_requests_total{method="anders",route="geen",status="404"} 1`,
		`lemniscaat_http_requests_total{method="GET",route="/stuk",status="500"} 1`,
		"lemniscaat_http_requests_in_flight 0", "go_goroutines",
	} {
		if !strings.Contains(all, want) {
			t.Errorf("not there: %s", want)
		}
	}
	if id := w.Header().Get(telemetry.RequestID); id == "" || !strings.Contains(out.String(), id) {
		t.Errorf("the number of the request %q is not in the log", id)
	}
	if broken.Code != http.StatusInternalServerError {
		t.Errorf("a panic gives %d", broken.Code)
	}
}

// TestLabelsAreBounded: whatever clients ask for, the series stay as many.
func TestLabelsAreBounded(t *testing.T) {
	t.Parallel()
	s, m, _ := watched(t, "fout")
	mux := http.NewServeMux()
	mux.HandleFunc("GET /k/{id}", func(http.ResponseWriter, *http.Request) {})
	mux.HandleFunc("/", http.NotFound)
	h := s.Watch(mux)
	ask := func(n int) {
		for i := range n {
			path := strings.Repeat("x", i%50+1)
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest(http.MethodGet, "/k/"+path, nil))
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequest("M"+path, "/"+path, nil))
		}
	}
	ask(50)
	series := func() int { return strings.Count(numbers(m), "lemniscaat_http_") }
	before := series()
	ask(500)
	if after := series(); after != before {
		t.Errorf("%d series, then %d", before, after)
	}
}

// TestStreams: a stream of events is counted, and ends when the server stops.
func TestStreams(t *testing.T) {
	t.Parallel()
	s, m, _ := watched(t, "fout")
	open := make(chan struct{}, 2)
	site := httptest.NewServer(s.Watch(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		_, _ = io.WriteString(w, "data: een\n\n")
		if err := http.NewResponseController(w).Flush(); err != nil {
			t.Error(err)
		}
		open <- struct{}{}
		<-r.Context().Done()
	})))
	defer site.Close()
	r, err := http.Get(site.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	<-open
	if !strings.Contains(numbers(m), "lemniscaat_sse_open 1") {
		t.Error("the stream is not counted")
	}
	s.EndStreams()
	if _, err := io.ReadAll(r.Body); err != nil { // ends, and not halfway
		t.Error(err)
	}
	late, err := http.Get(site.URL) // a stream that begins now, ends at once
	if err != nil {
		t.Fatal(err)
	}
	defer late.Body.Close()
	if _, err := io.ReadAll(late.Body); err != nil || !late.Close {
		t.Errorf("a late stream: %v, connection closes %t", err, late.Close)
	}
	<-open
	if !strings.Contains(numbers(m), "lemniscaat_sse_open 0") {
		t.Error("streams that ended are still counted")
	}
}

func TestReady(t *testing.T) {
	t.Parallel()
	var fault error
	h := telemetry.NewHealth(telemetry.Check{Name: "opslag", Ask: func(context.Context) error { return fault }})
	ask := func(from string, proxy bool) (int, string) {
		r := httptest.NewRequest(http.MethodGet, "/readyz", nil)
		if r.RemoteAddr = from; proxy {
			r.Header.Set("X-Forwarded-For", "203.0.113.7")
		}
		w := httptest.NewRecorder()
		h.Ready(false)(w, r)
		return w.Code, strings.TrimSpace(w.Body.String())
	}
	type answer struct {
		code int
		text string
	}
	check := func(from string, proxy bool, want answer) {
		t.Helper()
		if code, text := ask(from, proxy); code != want.code || text != want.text {
			t.Errorf("%s: got %d %q, want %v", from, code, text, want)
		}
	}
	check("203.0.113.7:1", false, answer{200, "klaar"})
	fault = errors.New("schijf vol")
	check("203.0.113.7:1", false, answer{503, "niet klaar"})
	check("127.0.0.1:1", true, answer{503, "niet klaar"})
	check("127.0.0.1:1", false, answer{503, "opslag: schijf vol"})
	fault = nil
	check("[::1]:1", false, answer{200, "klaar"})
	h.Stopping()
	check("[::1]:1", false, answer{503, "de server stopt"})
}

func TestComplaintsHaveNoAddress(t *testing.T) {
	t.Parallel()
	out := &safe{}
	w := telemetry.Complaints(telemetry.NewLog(out, "let-op", "tekst"))
	for _, line := range []string{"http: TLS handshake error from 192.0.2.44:51234: EOF", "http: panic serving [2001:db8::44]:80: x"} {
		if _, err := io.WriteString(w, line); err != nil {
			t.Fatal(err)
		}
	}
	if s := out.String(); strings.Contains(s, "192.0.2") || strings.Contains(s, "2001:db8") || strings.Count(s, "(adres)") != 2 {
		t.Error(s)
	}
}

// TestTraces: a span goes to the collector with the trace of who asked, and the
// trace goes on to whom we ask; nothing else about the request.
func TestTraces(t *testing.T) {
	t.Parallel()
	got := make(chan []byte, 10)
	collector := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got <- b
	}))
	defer collector.Close()
	tr, err := telemetry.NewTracing(t.Context(), collector.URL, "proef")
	if err != nil {
		t.Fatal(err)
	}
	s := &telemetry.Server{Log: telemetry.NewLog(io.Discard, "fout", "json"), Tracer: tr.Tracer(), Now: time.Now}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /zaak/{id}", func(http.ResponseWriter, *http.Request) {})
	r := httptest.NewRequest(http.MethodGet, "/zaak/merkteken?q=merkteken", nil)
	r.Header.Set("Traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")
	r.Header.Set("User-Agent", "merkteken")
	s.Watch(mux).ServeHTTP(httptest.NewRecorder(), r)
	if err := tr.Close(); err != nil {
		t.Fatal(err)
	}
	sent := <-got
	if !bytes.Contains(sent, []byte("GET /zaak/{id}")) || !bytes.Contains(sent, []byte{0x0a, 0xf7, 0x65, 0x19}) {
		t.Errorf("the span is not there: %q", sent)
	}
	if bytes.Contains(sent, []byte("merkteken")) {
		t.Errorf("the span says too much: %q", sent)
	}
}
