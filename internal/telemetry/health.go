package telemetry

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"
)

// Check is one thing that must be well before a server takes requests.
type Check struct {
	Name string
	// Ask gives what is wrong; it has to answer within a second or so.
	Ask func(ctx context.Context) error
}

// Health answers whether a server lives, and whether it is ready for requests.
type Health struct {
	checks   []Check
	stopping atomic.Bool
}

// NewHealth asks checks, in this order.
func NewHealth(checks ...Check) *Health { return &Health{checks: checks} }

// Stopping makes the server not ready, for good.
func (h *Health) Stopping() { h.stopping.Store(true) }

// askTime bounds all checks together.
const askTime = 2 * time.Second

// Reasons gives what stands in the way; none: ready.
func (h *Health) Reasons(ctx context.Context) []string {
	if h.stopping.Load() {
		return []string{"de server stopt"}
	}
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	var out []string
	for _, c := range h.checks {
		if err := c.Ask(ctx); err != nil {
			out = append(out, fmt.Sprintf("%s: %v", c.Name, err))
		}
	}
	return out
}

// Alive answers /healthz: the process answers.
func (h *Health) Alive(w http.ResponseWriter, _ *http.Request) { say(w, http.StatusOK, "leeft\n") }

// Ready answers /readyz. Only who is on this machine, or open, hears why not.
func (h *Health) Ready(open bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		why := h.Reasons(r.Context())
		switch {
		case len(why) == 0:
			say(w, http.StatusOK, "klaar\n")
		case open || here(r):
			say(w, http.StatusServiceUnavailable, strings.Join(why, "\n")+"\n")
		default:
			say(w, http.StatusServiceUnavailable, "niet klaar\n")
		}
	}
}

func say(w http.ResponseWriter, status int, text string) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("Cache-Control", "no-store")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write([]byte(text)) // who asked is gone
}

// here reports that a request comes from this machine itself, not through a proxy.
func here(r *http.Request) bool {
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Real-Ip", "Via"} {
		if r.Header.Get(name) != "" {
			return false
		}
	}
	at, err := netip.ParseAddrPort(r.RemoteAddr)
	return err == nil && at.Addr().Unmap().IsLoopback()
}
