package processing

import (
	"bufio"
	"log/slog"
	"net"
	"net/http"
)

// Handler lets no answer out before the rows of what it shows are on disk. When
// they cannot be written, refuse answers instead (a 503) and nothing of the answer
// leaves.
func (l *Log) Handler(next http.Handler, refuse http.Handler, log *slog.Logger) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ctx, err := l.WithTrace(r.Context(), r.Header.Get("Traceparent"))
		if err != nil {
			refuse.ServeHTTP(w, r)
			return
		}
		ctx, reading := l.Begin(ctx)
		g := &gate{ResponseWriter: w, reading: reading, request: r, refuse: refuse, log: log}
		next.ServeHTTP(g, r.WithContext(ctx))
		// An answer without a body goes out here.
		g.open()
	})
}

// gate is a ResponseWriter that opens when the rows are on disk.
type gate struct {
	http.ResponseWriter
	reading *Reading
	request *http.Request
	refuse  http.Handler
	log     *slog.Logger
	begun   bool // something of the answer is out
	refused bool
}

// open commits what was seen and reports whether the answer may go on.
func (g *gate) open() bool {
	if g.refused {
		return false
	}
	if err := g.reading.Commit(); err != nil {
		g.log.Error("een verwerking kon niet worden vastgelegd; het antwoord gaat niet uit", "fout", err)
		g.refused = true
		if !g.begun {
			for k := range g.Header() {
				g.Header().Del(k)
			}
			g.refuse.ServeHTTP(g.ResponseWriter, g.request)
		}
		return false
	}
	return true
}

// WriteHeader implements http.ResponseWriter.
func (g *gate) WriteHeader(status int) {
	if g.open() {
		g.begun = true
		g.ResponseWriter.WriteHeader(status)
	}
}

// Write implements http.ResponseWriter.
func (g *gate) Write(b []byte) (int, error) {
	if !g.open() {
		if g.begun { // the rest of an answer that has begun
			return 0, http.ErrAbortHandler
		}
		return len(b), nil
	}
	g.begun = true
	return g.ResponseWriter.Write(b)
}

// Flush implements http.Flusher, for pages that follow something.
func (g *gate) Flush() {
	if g.open() {
		g.begun = true
		_ = http.NewResponseController(g.ResponseWriter).Flush()
	}
}

// Hijack is refused: what goes out by it would not be seen.
func (g *gate) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return nil, nil, http.ErrNotSupported
}

// SetDeadlines reach the connection through Unwrap of the controller.
func (g *gate) Unwrap() http.ResponseWriter { return deadlines{g.ResponseWriter} }

// deadlines shows only what changes nothing of the answer.
type deadlines struct{ w http.ResponseWriter }

func (d deadlines) Header() http.Header         { return d.w.Header() }
func (d deadlines) Write(b []byte) (int, error) { return 0, http.ErrNotSupported }
func (d deadlines) WriteHeader(int)             {}
func (d deadlines) Unwrap() http.ResponseWriter { return d.w }
