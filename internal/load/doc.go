// Package load measures the real program under load: a thousand connections that
// stay open, at a fixed rate, for a bounded time. It holds tests only. "make load"
// runs the measurement, "make test" a small one of the same form; what is measured
// is in docs/beheer/prestaties.md.
//
// The load is open: what is asked is planned ahead, and a latency counts from the
// instant that was planned. A server that is slow for a second gets no less to do,
// and everything that had to wait for it counts.
package load
