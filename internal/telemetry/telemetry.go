// Package telemetry shows operators what a server does: lines in the log, numbers
// for Prometheus and traces for OpenTelemetry. None of it holds personal data: a
// request is named by the pattern of its route, never by its path, its query, who
// asked or from where.
package telemetry

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/trace"
)

// Levels of the setting log-niveau.
var levels = map[string]slog.Level{"fout": slog.LevelError, "let-op": slog.LevelWarn, "info": slog.LevelInfo, "detail": slog.LevelDebug}

// NewLog writes lines at a level ("fout", "let-op", "info", "detail") and in a form
// ("tekst", "json"). A line of a request carries its trace.
func NewLog(w io.Writer, level, form string) *slog.Logger {
	o := &slog.HandlerOptions{Level: levels[level]}
	if form == "json" {
		return slog.New(traced{slog.NewJSONHandler(w, o)})
	}
	return slog.New(traced{slog.NewTextHandler(w, o)})
}

// traced adds the trace of the request to a line.
type traced struct{ slog.Handler }

func (t traced) Handle(ctx context.Context, r slog.Record) error {
	if c := trace.SpanContextFromContext(ctx); c.IsValid() {
		r.AddAttrs(slog.String("trace", c.TraceID().String()))
	}
	return t.Handler.Handle(ctx, r)
}

func (t traced) WithAttrs(as []slog.Attr) slog.Handler { return traced{t.Handler.WithAttrs(as)} }
func (t traced) WithGroup(name string) slog.Handler    { return traced{t.Handler.WithGroup(name)} }

// address is where somebody comes from, as net/http writes it in its complaints.
var address = regexp.MustCompile(`(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-fA-F:.%a-z]+\])(?::\d+)?`)

// Complaints takes what net/http says about connections, without addresses.
func Complaints(log *slog.Logger) io.Writer { return complaints{log} }

type complaints struct{ log *slog.Logger }

func (c complaints) Write(p []byte) (int, error) {
	c.log.Warn("http", "melding", address.ReplaceAllString(strings.TrimSpace(string(p)), "(adres)"))
	return len(p), nil
}

// note is what the inner handlers tell about a request.
type note struct {
	mu    sync.Mutex
	route string
	roles []string
}

type noteKey struct{}

// Route tells the pattern that a request matched: "GET /knelpunten/{id}".
func Route(ctx context.Context, pattern string) {
	if n, ok := ctx.Value(noteKey{}).(*note); ok {
		n.mu.Lock()
		n.route = pattern
		n.mu.Unlock()
	}
}

// As tells in which roles a request is done; never a name.
func As(ctx context.Context, roles ...string) {
	if n, ok := ctx.Value(noteKey{}).(*note); ok {
		n.mu.Lock()
		n.roles = slices.Clone(roles)
		n.mu.Unlock()
	}
}

// noRoute stands for an address that does not exist.
const noRoute = "geen"

// methods are those that are named; a client can make up any other.
var methods = []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

// Server watches the requests of one server.
type Server struct {
	Log     *slog.Logger
	Metrics *Metrics     // nil: no numbers
	Tracer  trace.Tracer // nil: no traces
	Now     func() time.Time

	mu      sync.Mutex
	streams map[*recorder]context.CancelFunc
	closing bool
}

// RequestID is the header with the number of a request, in its answer and in the
// log, so that a user can name it.
const RequestID = "X-Request-Id"

// Watch wraps the handler of everything.
func (s *Server) Watch(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := s.Now()
		n := &note{}
		ctx := context.WithValue(r.Context(), noteKey{}, n)
		var span trace.Span
		if s.Tracer != nil {
			ctx = propagation.TraceContext{}.Extract(ctx, propagation.HeaderCarrier(r.Header))
			ctx, span = s.Tracer.Start(ctx, "verzoek", trace.WithSpanKind(trace.SpanKindServer))
			defer span.End()
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		r = r.WithContext(ctx)
		id := rand.Text()
		w.Header().Set(RequestID, id)
		rec := &recorder{ResponseWriter: w, stop: cancel, server: s}
		if s.isClosing() { // whoever keeps a connection goes elsewhere next time
			w.Header().Set("Connection", "close")
		}
		method := r.Method
		if !slices.Contains(methods, method) {
			method = "anders"
		}
		s.Metrics.begin()
		defer func() {
			s.forget(rec)
			failed := recover()
			if failed != nil && failed != http.ErrAbortHandler { //nolint:errorlint // the sentinel itself is thrown
				s.Log.ErrorContext(ctx, "verzoek mislukt", "soort", fmt.Sprintf("%T", failed))
				if rec.status == 0 {
					http.Error(rec, http.StatusText(http.StatusInternalServerError), http.StatusInternalServerError)
				}
			}
			n.mu.Lock()
			route, roles := n.route, n.roles
			n.mu.Unlock()
			if route == "" {
				route = r.Pattern
			}
			if _, path, ok := strings.Cut(route, " "); ok {
				route = path // the method is beside it
			}
			if route == "" || rec.status == http.StatusNotFound && route == "/" {
				route = noRoute
			}
			status := rec.status
			if status == 0 {
				status = http.StatusOK
			}
			took := s.Now().Sub(start)
			s.Metrics.end(method, route, status, took)
			if span != nil {
				span.SetName(method + " " + route)
				span.SetAttributes(attribute.String("http.request.method", method), attribute.String("http.route", route), attribute.Int("http.response.status_code", status))
				if status >= 500 {
					span.SetStatus(codes.Error, "")
				}
			}
			if s.Log.Enabled(ctx, slog.LevelInfo) {
				s.Log.InfoContext(ctx, "verzoek", "methode", method, "route", route, "status", status,
					"ms", float64(took.Microseconds())/1000, "verzoek", id, "rollen", strings.Join(roles, ","))
			}
			if failed == http.ErrAbortHandler { //nolint:errorlint // the sentinel itself is thrown
				panic(failed)
			}
		}()
		next.ServeHTTP(rec, r)
	})
}

// Stopping asks clients to go elsewhere: answers close their connection from now on.
func (s *Server) Stopping() {
	s.mu.Lock()
	s.closing = true
	s.mu.Unlock()
}

func (s *Server) isClosing() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.closing
}

// EndStreams ends the streams of events, which do not end by themselves. The pages
// that follow them connect again, to another server.
func (s *Server) EndStreams() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closing = true
	for _, cancel := range s.streams {
		cancel()
	}
}

func (s *Server) stream(rec *recorder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.streams == nil {
		s.streams = map[*recorder]context.CancelFunc{}
	}
	s.streams[rec] = rec.stop
	s.Metrics.streams(1)
	if s.closing {
		rec.stop()
	}
}

func (s *Server) forget(rec *recorder) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.streams[rec]; ok {
		delete(s.streams, rec)
		s.Metrics.streams(-1)
	}
}

// recorder remembers the status of an answer, and notices a stream of events.
type recorder struct {
	http.ResponseWriter
	status int
	stop   context.CancelFunc
	server *Server
}

func (r *recorder) WriteHeader(status int) {
	if r.status == 0 && status >= 200 {
		r.status = status
		if strings.HasPrefix(r.Header().Get("Content-Type"), "text/event-stream") {
			r.server.stream(r)
		}
	}
	r.ResponseWriter.WriteHeader(status)
}

func (r *recorder) Write(p []byte) (int, error) {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	return r.ResponseWriter.Write(p)
}

// Unwrap lets http.ResponseController flush and set deadlines.
func (r *recorder) Unwrap() http.ResponseWriter { return r.ResponseWriter }

// Flush sends what is written, for who asks for an http.Flusher.
func (r *recorder) Flush() {
	if r.status == 0 {
		r.WriteHeader(http.StatusOK)
	}
	_ = http.NewResponseController(r.ResponseWriter).Flush() // who cannot flush, sends at the end
}
