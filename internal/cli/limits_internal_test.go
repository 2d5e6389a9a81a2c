package cli

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestLimitsAreSet: no limit of a server is left out, and a page that is printed and
// a stream of events fit in them.
func TestLimitsAreSet(t *testing.T) {
	t.Parallel()
	s := serving.server(http.NotFoundHandler(), slog.New(slog.DiscardHandler))
	for name, d := range map[string]time.Duration{"header": s.ReadHeaderTimeout, "read": s.ReadTimeout, "write": s.WriteTimeout, "idle": s.IdleTimeout} {
		if d <= 0 || d > 3*time.Minute {
			t.Errorf("limit %s is %s", name, d)
		}
	}
	if s.WriteTimeout < 2*time.Minute {
		t.Errorf("a stream of a minute after a minute of reading does not fit in %s", s.WriteTimeout)
	}
	if s.MaxHeaderBytes <= 0 || s.MaxHeaderBytes > 1<<20 {
		t.Errorf("headers of %d bytes", s.MaxHeaderBytes)
	}
}

// TestSlowClients (nobody may take what others need): who
// sends headers or a body drop by drop, reads nothing, or only holds a connection,
// is cut off within the limit of that; meanwhile others are served, and nothing of
// it stays.
func TestSlowClients(t *testing.T) {
	short := limits{header: 400 * time.Millisecond, read: 800 * time.Millisecond, write: 1200 * time.Millisecond, idle: 500 * time.Millisecond, headers: 8 << 10}
	var begun, hanging atomic.Int64
	page := bytes.Repeat([]byte("regel "), 4<<20)
	mux := http.NewServeMux()
	mux.HandleFunc("GET /", func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "goed") })
	mux.HandleFunc("GET /groot", func(w http.ResponseWriter, _ *http.Request) {
		begun.Add(1)
		hanging.Add(1)
		defer hanging.Add(-1)
		_, _ = w.Write(page)
	})
	mux.HandleFunc("POST /", func(w http.ResponseWriter, r *http.Request) {
		hanging.Add(1)
		defer hanging.Add(-1)
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			w.WriteHeader(http.StatusBadRequest)
		}
	})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := short.server(mux, slog.New(slog.DiscardHandler))
	go func() { _ = s.Serve(l) }()
	t.Cleanup(func() { _ = s.Close() })
	before := runtime.NumGoroutine()

	// Each way of being slow gives when the server had enough of it.
	for name, slow := range map[string]func(net.Conn){
		"headers drop by drop": func(c net.Conn) { drip(c, "GET / HTTP/1.1\r\nHost: x\r\nX-A: ", "a") },
		"body drop by drop": func(c net.Conn) {
			drip(c, "POST / HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\nContent-Length: 100000\r\n\r\n", "a")
		},
		"nothing is read": func(c net.Conn) {
			_ = c.(*net.TCPConn).SetReadBuffer(1024)
			fmt.Fprint(c, "GET /groot HTTP/1.1\r\nHost: x\r\n\r\n")
		},
		"nothing is sent": func(net.Conn) {},
		"idle after a page": func(c net.Conn) {
			fmt.Fprint(c, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")
		},
	} {
		t.Run(name, func(t *testing.T) {
			const many = 40
			ended := make(chan error, many)
			for range many {
				go func() {
					c, err := net.Dial("tcp", l.Addr().String())
					if err != nil {
						ended <- err
						return
					}
					defer c.Close()
					go slow(c)
					if name == "nothing is read" { // the handler gets rid of who keeps the line
						for end := time.Now().Add(time.Minute); begun.Load() < many || hanging.Load() > 0; time.Sleep(20 * time.Millisecond) {
							if time.Now().After(end) {
								ended <- fmt.Errorf("%d answers are still being sent to who does not read", hanging.Load())
								return
							}
						}
						ended <- nil
						return
					}
					_ = c.SetReadDeadline(time.Now().Add(time.Minute))
					_, err = io.Copy(io.Discard, c)
					var late net.Error
					if errors.As(err, &late) && late.Timeout() {
						ended <- fmt.Errorf("not cut off: %w", err)
						return
					}
					ended <- nil // closed, or reset
				}()
			}
			// Somebody else is served at the same time; on a machine that is so busy that
			// they are slow themselves, when they ask again.
			var r *http.Response
			for end := time.Now().Add(time.Minute); ; {
				var err error
				if r, err = http.Get("http://" + l.Addr().String() + "/"); err == nil {
					break
				}
				if time.Now().After(end) {
					t.Fatal(err)
				}
			}
			r.Body.Close()
			if r.StatusCode != http.StatusOK {
				t.Errorf("others get %d", r.StatusCode)
			}
			for range many {
				if err := <-ended; err != nil {
					t.Error(err)
				}
			}
		})
	}
	t.Run("large headers", func(t *testing.T) {
		ask := func() (int, error) {
			c, err := net.Dial("tcp", l.Addr().String())
			if err != nil {
				return 0, err
			}
			defer c.Close()
			fmt.Fprintf(c, "GET / HTTP/1.1\r\nHost: x\r\nX-A: %s\r\n\r\n", strings.Repeat("a", 64<<10))
			w, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				return 0, err
			}
			return w.StatusCode, w.Body.Close()
		}
		code, err := ask()
		for end := time.Now().Add(time.Minute); err != nil && time.Now().Before(end); { // too slow itself, on a busy machine
			code, err = ask()
		}
		if err != nil || code != http.StatusRequestHeaderFieldsTooLarge {
			t.Errorf("headers of 64 kB get %d (%v)", code, err)
		}
	})
	http.DefaultClient.CloseIdleConnections()
	const spare = 5
	for end := time.Now().Add(time.Minute); ; time.Sleep(50 * time.Millisecond) {
		if hanging.Load() == 0 && runtime.NumGoroutine() <= before+spare {
			return
		}
		if time.Now().After(end) {
			t.Fatalf("%d requests still hang, %d goroutines; before %d", hanging.Load(), runtime.NumGoroutine(), before)
		}
	}
}

// drip sends something and then drops, until the other side has had enough.
func drip(c net.Conn, first, drop string) {
	if _, err := io.WriteString(c, first); err != nil {
		return
	}
	for {
		time.Sleep(50 * time.Millisecond)
		if _, err := io.WriteString(c, drop); err != nil {
			return
		}
	}
}
