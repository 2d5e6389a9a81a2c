package cli

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/config"
)

// serve serves until the context ends. What was acknowledged is on disk at
// any moment; ending only lets requests that are under way finish.
func serve(ctx context.Context, env Env, s *config.Loaded) error {
	ready := false
	err := serveUntil(ctx, env, s, &ready)
	return stoppedEarly(ctx, env, ready, err)
}

// stoppedEarly makes a good end of one that was asked for before everything had
// started: nothing was acknowledged yet.
func stoppedEarly(ctx context.Context, env Env, ready bool, err error) error {
	if err == nil || ready || ctx.Err() == nil {
		return err
	}
	fmt.Fprintf(env.Err, "gestopt tijdens het starten; er is niets verloren (%v)\n", err)
	return nil
}

// serveUntil is serve; ready is set when requests are answered.
func serveUntil(ctx context.Context, env Env, s *config.Loaded, ready *bool) (err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Address)
	if err != nil {
		return &fault{Found, fmt.Errorf("op %s kan niet geluisterd worden: %w; kies met --addr een andere poort", s.Address, err)}
	}
	defer listener.Close()
	defer makeRoom(s.Room)()
	post, err := mailer(s)
	if err != nil {
		return err
	}
	m, err := newMonitor(ctx, env, s)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, m.Close()) }()
	at := placeOf(s)
	at.log, at.writing, at.serves = m.log, m.writing, true
	in, err := open(ctx, env, at)
	if err != nil {
		return err
	}
	defer in.end(&err)
	in.Mailer, in.Site = post, siteOf(s, listening(s, listener))
	if in.Demo != nil { // never in an installation of an organisation
		if err := errors.Join(in.SeedRooms(ctx), in.SeedOutcomes(ctx)); err != nil {
			return err
		}
	}
	var who *authn.Service
	if in.Demo == nil {
		if who, err = access(ctx, in, at.keys, s, m.log); err != nil {
			return err
		}
	}
	a, err := assemble(in, s, who, m)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, a.Close()) }()
	server := serving.server(a.handler, m.log)
	ended := make(chan error, 1+len(a.services))
	if who != nil {
		server.Handler = proxied(server.Handler, s)
		server.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	go func() {
		if who != nil && s.TLSCert != "" {
			ended <- fmt.Errorf("serve: %w", server.ServeTLS(listener, s.TLSCert, s.TLSKey))
			return
		}
		ended <- fmt.Errorf("serve: %w", server.Serve(listener))
	}()
	only := ""
	if onlyLoopback(s.Address) == nil {
		only = "alleen op deze machine; "
	}
	fmt.Fprintf(env.Out, "Lemniscaat draait op %s (%sstoppen met Ctrl-C)\n", listening(s, listener), only)
	if who != nil {
		if err := welcome(ctx, env, who, in.Site); err != nil {
			return err
		}
	}

	running, enough := context.WithCancel(context.WithoutCancel(ctx)) // they outlive the last request
	var beside sync.WaitGroup
	defer func() { enough(); beside.Wait() }()
	for _, x := range a.services {
		beside.Go(func() {
			if err := x.run(running); err != nil && running.Err() == nil {
				ended <- fmt.Errorf("%s: %w", x.name, err)
			}
		})
	}
	*ready = true
	select {
	case err := <-ended:
		return err
	case <-ctx.Done():
	}
	return windDown(context.WithoutCancel(ctx), env, s, m, server, in)
}

// windDown lets requests that are under way end: not ready any more, then no new
// connections, then the end of what does not end by itself. In what is left of the
// time it makes the next start short.
func windDown(ctx context.Context, env Env, s *config.Loaded, m *monitor, server *http.Server, in *installation) error {
	m.health.Stopping()
	m.server.Stopping()
	time.Sleep(s.Announce)
	grace, cancel := context.WithTimeout(ctx, s.Grace)
	defer cancel()
	m.server.EndStreams()
	err := server.Shutdown(grace)
	if errors.Is(err, context.DeadlineExceeded) {
		m.log.Warn("niet alle verzoeken waren klaar", "stop-termijn", s.Grace.String())
		err = server.Close()
	}
	if err != nil {
		return fmt.Errorf("stop: %w", err)
	}
	if _, err := in.FreezeAtEnd(grace); err != nil {
		m.log.Info("bij het stoppen is geen momentopname bewaard; een volgende start kan langer duren", "fout", err)
	}
	fmt.Fprintln(env.Err, "gestopt; alles is bewaard")
	return nil
}
