package cli

import (
	"log"
	"log/slog"
	"net/http"
	"time"

	"lemniscaat/internal/telemetry"
)

// limits is how long a client may take over one request. Who sends or reads slowly
// holds a connection and some memory; without limits a few of them hold all.
type limits struct {
	header  time.Duration // the first line and the headers
	read    time.Duration // the whole request
	write   time.Duration // from the headers until the answer was taken
	idle    time.Duration // between two requests
	headers int           // bytes
}

// serving are the limits of a server. The longest answers are a stream of events,
// which ends after a minute, and a page that is printed.
var serving = limits{header: 10 * time.Second, read: 60 * time.Second, write: 150 * time.Second, idle: 120 * time.Second, headers: 64 << 10}

// server serves a handler within the limits.
func (l limits) server(h http.Handler, to *slog.Logger) *http.Server {
	return &http.Server{
		Handler: h, ReadHeaderTimeout: l.header, ReadTimeout: l.read, WriteTimeout: l.write, IdleTimeout: l.idle, MaxHeaderBytes: l.headers,
		ErrorLog: log.New(telemetry.Complaints(to), "", 0),
	}
}
