package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"lemniscaat/internal/config"
	"lemniscaat/internal/office"
	"lemniscaat/internal/outbox"
	"lemniscaat/internal/store"
	"lemniscaat/internal/telemetry"
)

// monitor is what operators see of one server.
type monitor struct {
	log      *slog.Logger
	metrics  *telemetry.Metrics
	tracing  *telemetry.Tracing
	health   *telemetry.Health
	server   *telemetry.Server
	listener net.Listener // of the numbers; nil: none
}

func newMonitor(ctx context.Context, env Env, s *config.Loaded) (*monitor, error) {
	m := &monitor{log: telemetry.NewLog(env.Err, s.LogLevel, s.LogForm), metrics: telemetry.NewMetrics(Version)}
	var err error
	if m.tracing, err = telemetry.NewTracing(ctx, s.Traces, Version); err != nil {
		return nil, badInput("%v", err)
	}
	if s.Metrics != "" {
		if m.listener, err = (&net.ListenConfig{}).Listen(ctx, "tcp", s.Metrics); err != nil {
			return nil, &fault{Found, fmt.Errorf("op meetadres %s kan niet geluisterd worden: %w", s.Metrics, err)}
		}
	}
	m.server = &telemetry.Server{Log: m.log, Metrics: m.metrics, Tracer: m.tracing.Tracer(), Now: time.Now}
	m.health = telemetry.NewHealth()
	return m, nil
}

// follow looks at an opened installation. Numbers of other rooms have a line here.
func (m *monitor) follow(in *installation) {
	m.health = telemetry.NewHealth(
		telemetry.Check{Name: "opslag", Ask: func(ctx context.Context) error { _, err := in.Store.Head(ctx); return err }},
	)
	m.metrics.Level("log_events", "Gebeurtenissen in het logboek die deze server heeft gelezen.", func() float64 { return float64(in.Folded()) })
	m.metrics.Levels("obligations", "Wat nog moet, en hoe laat het is.", "state", office.Latenesses, in.LateCounts)
	m.metrics.Levels("runs", "Simulaties, per toestand; wacht is de rij.", "state", office.RunStates, func() map[string]float64 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		return in.RunCounts(ctx)
	})
}

// relays has numbers of what goes out, and of mail. Receivers are those of the
// settings: one that was taken out of them is not shown any more.
func (m *monitor) relays(in *installation, s *config.Loaded) {
	var names []string
	if list, err := readReceivers(s.Receivers); err == nil { // the settings told
		for _, r := range list {
			names = append(names, r.Name)
		}
	}
	if s.Processing != "" {
		names = append(names, outbox.RowsName)
	}
	read := func(of func(outbox.Line) float64) func() map[string]float64 {
		return func() map[string]float64 {
			ctx, cancel := context.WithTimeout(context.Background(), time.Second)
			defer cancel()
			out := map[string]float64{}
			lines, err := outbox.Lines(ctx, in.store)
			if err != nil {
				return out // the store says itself that it is ill
			}
			for _, l := range lines {
				out[l.Name] = of(l)
			}
			return out
		}
	}
	m.metrics.Levels("relay_backlog", "Wat een ontvanger nog niet kreeg: gebeurtenissen, of regels van verwerkingen.", "receiver", names, read(func(l outbox.Line) float64 { return float64(l.Behind) }))
	m.metrics.Levels("relay_oldest_seconds", "Hoe oud het oudste daarvan is.", "receiver", names, read(func(l outbox.Line) float64 {
		if l.Oldest.IsZero() {
			return 0
		}
		return max(0, in.clock.now().Sub(l.Oldest).Seconds())
	}))
	m.metrics.Levels("relay_failures", "Hoe vaak afleveren nu achter elkaar mislukt; -1: de ontvanger wil niets meer.", "receiver", names, read(func(l outbox.Line) float64 {
		if l.Gone {
			return -1
		}
		return float64(l.Failures)
	}))
	m.metrics.Levels("relay_refused", "Berichten die een ontvanger weigerde, sinds het begin.", "receiver", names, read(func(l outbox.Line) float64 { return float64(l.Dead) }))
	m.metrics.Levels("mail", "Mensen voor wie mail wacht, en van wie de mailserver het adres weigerde.", "state", []string{"wacht", "geweigerd"}, func() map[string]float64 {
		waiting, refused := in.MailQueue()
		return map[string]float64{"wacht": float64(waiting), "geweigerd": float64(len(refused))}
	})
	m.metrics.Level("runs_oldest_seconds", "Hoe lang de simulatie wacht of rekent die het eerst werd gevraagd.", func() float64 {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		all, err := in.runs.List(ctx)
		oldest := 0.0
		for _, r := range all {
			if err == nil && !r.State.Over() {
				oldest = max(oldest, in.clock.now().Sub(r.Asked).Seconds())
			}
		}
		return oldest
	})
}

// writing measures a write to the log.
func (m *monitor) writing() func(error) {
	start := time.Now()
	return func(err error) {
		result := "goed"
		switch {
		case errors.Is(err, store.ErrConflict):
			result = "ingehaald"
		case err != nil:
			result = "fout"
		}
		m.metrics.Appended(time.Since(start), result)
	}
}

// serve answers operators on an address of their own.
func (m *monitor) serve(ctx context.Context) error {
	if m.listener == nil {
		return nil
	}
	mux := http.NewServeMux()
	mux.Handle("GET /metrics", m.metrics.Handler())
	mux.HandleFunc("GET /healthz", m.health.Alive)
	mux.HandleFunc("GET /readyz", m.health.Ready(true))
	server := &http.Server{Handler: mux, ReadHeaderTimeout: 5 * time.Second, WriteTimeout: 30 * time.Second}
	stop := context.AfterFunc(ctx, func() { _ = server.Close() }) // who reads numbers, asks again
	defer stop()
	if err := server.Serve(m.listener); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("meetadres: %w", err)
	}
	return nil
}

// Close sends the last traces.
func (m *monitor) Close() error {
	if m.listener != nil {
		_ = m.listener.Close() // closed already when it was served
	}
	if err := m.tracing.Close(); err != nil {
		m.log.Warn("traces", "fout", err) // the collector is away; nothing of ours is lost
	}
	return nil
}
