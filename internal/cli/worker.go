package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/cobra"

	"lemniscaat/internal/job"
	"lemniscaat/internal/office"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/run"
	"lemniscaat/internal/simulate"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/telemetry"
)

// runsFolder is where the queue of simulations is, in a data folder.
const runsFolder = "simulaties"

func workerCommand(env Env) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "worker",
		Short: "help een installatie met haar simulaties",
		Long: `Rekent mee aan de simulaties van een installatie, naast de server of in plaats daarvan: met een datamap op dezelfde
machine, met PostgreSQL (--database) op elke machine. Er mogen er meer tegelijk lopen, en een die stopt of uitvalt
houdt niets op: een ander doet zijn werk over. Gebruik dezelfde versie en dezelfde instellingen (--config) als de
server; --workers 0 is hier een voor elke kern. Stoppen: Ctrl-C.`,
		Example: "  lemniscaat worker --data data --workers 2\n  lemniscaat worker --database postgres://lemniscaat@db1,db2/lemniscaat",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			s, err := settings(env, cmd)
			if err != nil {
				return err
			}
			ctx := cmd.Context()
			if s.Database != "" {
				ctx = context.WithValue(ctx, databaseKey{}, s.Database)
			}
			ready := false
			defer func() { err = stoppedEarly(ctx, env, ready, err) }()
			set, ds := shipped()
			if err := ds.Err(); err != nil {
				return fmt.Errorf("shipped regulations: %w", err)
			}
			log, err := readLog(ctx, s.Data)
			if err != nil {
				return err
			}
			defer log.Close()
			at := dataFolder(s.Data)
			at.workers = s.Workers // none is all: that is what it is for
			at.log = telemetry.NewLog(env.Err, s.LogLevel, s.LogForm)
			if at.database, err = databaseOf(ctx, s.Data); err != nil {
				return err
			}
			runs, err := openRuns(ctx, env, at, newLibrary(set, log), time.Now)
			if err != nil {
				return err
			}
			fmt.Fprintf(env.Out, "Rekent mee aan de simulaties van %s (stoppen met Ctrl-C)\n", at.whereabouts())
			ready = true
			<-ctx.Done()
			if err := runs.Close(); err != nil {
				return fmt.Errorf("stop: %w", err)
			}
			fmt.Fprintln(env.Err, "gestopt; wat niet af was, doet een ander of later")
			return nil
		},
	}
	settingFlags(cmd, "data", "workers", databaseOption)
	return cmd
}

// newLibrary makes plans of what ships and what was imported into a log.
func newLibrary(set *regulation.Set, log store.Reader) *run.Library {
	return run.NewLibrary(set, func(ctx context.Context) ([]*regulation.Regulation, error) { return office.Texts(ctx, log) }, cachedPeople)
}

// cachedPeople gives the population of a run: from the file that is kept of it, or
// made part by part.
func cachedPeople(ctx context.Context, q run.Question) (simulate.People, error) {
	p, err := q.Synthetic()
	if err != nil {
		return nil, err
	}
	if kept := cachedFile(p); exists(kept) {
		// The file stays open as long as the plan is kept; collecting it closes it. A
		// file that is not good is as if it were not there.
		if f, _, err := openPeopleFile(kept, p); err == nil {
			return f, nil
		}
	}
	return p, nil
}

// openRuns opens the queue of simulations of an installation; now is that of
// job.Config.
func openRuns(ctx context.Context, env Env, at place, planner job.Planner, now func() time.Time) (*job.Runs, error) {
	log := at.log
	if log == nil {
		log = slog.New(slog.NewTextHandler(env.Err, &slog.HandlerOptions{Level: slog.LevelWarn}))
	}
	program, err := program()
	if err != nil {
		return nil, fmt.Errorf("program: %w", err)
	}
	runs, err := job.Open(ctx, job.Config{
		Folder: filepath.Join(at.data, runsFolder), Database: at.database, Planner: planner, Program: program, Workers: at.workers, Now: now,
		Patience: min(10*time.Second, postgres.Timeout(at.database)), // 0: as long as the queue itself says
		Log:      log,
	})
	if err != nil {
		return nil, &fault{Input, fmt.Errorf("de simulaties van %s: %w", at.whereabouts(), err)}
	}
	return runs, nil
}

// programDigest names this program by its bytes: two builds may compute otherwise.
func programDigest() (string, error) {
	name, err := os.Executable()
	if err != nil {
		return "", err
	}
	f, err := os.Open(name)
	if err != nil {
		return "", err
	}
	defer f.Close()
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return "", err
	}
	return hex.EncodeToString(h.Sum(nil)[:16]), nil
}
