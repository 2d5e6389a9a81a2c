package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"runtime"
	"time"

	"github.com/spf13/cobra"

	pdf "lemniscaat/internal/report"
	"lemniscaat/internal/web"
)

func demoCommand(env Env) *cobra.Command {
	var addr, data string
	var workers int
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "start de demogemeente op deze machine",
		Long: `Start een bedachte gemeente in de browser, alleen te bereiken vanaf deze machine. U kiest zelf als wie u werkt;
er zijn geen accounts. Alles wat u doet blijft bewaard in de datamap. Stoppen: Ctrl-C.`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := onlyLoopback(addr); err != nil {
				return err
			}
			if workers < 0 {
				return usage("--workers %d kan niet; kies 0 of meer", workers)
			}
			if workers == 0 {
				workers = noWorkers
			}
			return serveDemo(cmd.Context(), env, addr, data, workers)
		},
	}
	cmd.Flags().StringVar(&addr, "addr", "127.0.0.1:8080", "`ADRES` waarop de demo luistert; poort 0 kiest een vrije")
	cmd.Flags().StringVar(&data, "data", "data", "`MAP` waarin alles bewaard blijft")
	cmd.Flags().IntVar(&workers, "workers", runtime.GOMAXPROCS(0), "zo veel delen van simulaties tegelijk (`AANTAL`); 0: laat het aan lemniscaat worker")
	return cmd
}

// onlyLoopback refuses an address that others could reach: the demo has no
// accounts.
func onlyLoopback(addr string) error {
	at, err := netip.ParseAddrPort(addr)
	if err != nil {
		host, port, splitErr := net.SplitHostPort(addr)
		if splitErr != nil || host != "localhost" {
			return usage("--addr %q is geen adres; schrijf bijvoorbeeld 127.0.0.1:8080", addr)
		}
		if at, err = netip.ParseAddrPort("127.0.0.1:" + port); err != nil {
			return usage("--addr %q heeft geen poort; schrijf bijvoorbeeld 127.0.0.1:8080", addr)
		}
	}
	if !at.Addr().IsLoopback() {
		return usage("--addr %s is van buiten te bereiken; de demo heeft geen accounts en luistert alleen op 127.0.0.1", addr)
	}
	return nil
}

// serveDemo serves until the context ends. What was acknowledged is on disk at
// any moment; ending only lets requests that are under way finish.
func serveDemo(ctx context.Context, env Env, addr, data string, workers int) (err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr)
	if err != nil {
		return &fault{Found, fmt.Errorf("op %s kan niet geluisterd worden: %w; kies met --addr een andere poort", addr, err)}
	}
	defer listener.Close()
	in, err := open(ctx, env, data, workers)
	if err != nil {
		return err
	}
	defer in.end(&err)
	log := slog.New(slog.NewTextHandler(env.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	deps := web.Deps{Service: in.Office, Log: log}
	// Without Chromium the pages say that the browser of the reader can print.
	if printer, err := pdf.Find(); err == nil {
		deps.Printer = printer
	}
	handler, err := web.New(deps)
	if err != nil {
		return fmt.Errorf("pages: %w", err)
	}
	server := &http.Server{
		Handler:           handler,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       60 * time.Second,
		IdleTimeout:       120 * time.Second,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(listener) }()
	fmt.Fprintf(env.Out, "Lemniscaat draait op http://%s (alleen op deze machine; stoppen met Ctrl-C)\n", listener.Addr())

	day := time.NewTicker(time.Minute)
	defer day.Stop()
	for {
		select {
		case err := <-ended:
			return fmt.Errorf("serve: %w", err)
		case <-day.C:
			if err := in.Tick(ctx); err != nil {
				log.Warn("periodieke taken", "fout", err)
			}
		case <-ctx.Done():
			// The context of the command has ended; finishing gets its own.
			grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
			defer cancel()
			err := server.Shutdown(grace)
			if errors.Is(err, context.DeadlineExceeded) {
				err = server.Close() // pages that follow a run do not end by themselves
			}
			if err != nil {
				return fmt.Errorf("stop: %w", err)
			}
			fmt.Fprintln(env.Err, "gestopt; alles is bewaard")
			return nil
		}
	}
}
