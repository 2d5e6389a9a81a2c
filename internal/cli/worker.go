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
	"lemniscaat/internal/store/sqlite"
)

// runsFolder is where the queue of simulations is, in a data folder.
const runsFolder = "simulaties"

func workerCommand(env Env) *cobra.Command {
	var data string
	var workers int
	cmd := &cobra.Command{
		Use:   "worker --data MAP",
		Short: "help een installatie met haar simulaties",
		Long: `Rekent mee aan de simulaties van een installatie op deze machine, naast de server of in plaats daarvan. Er mogen er meer
tegelijk lopen, en een die stopt of uitvalt houdt niets op: een ander doet zijn werk over. Stoppen: Ctrl-C.`,
		Example: "  lemniscaat worker --data data --workers 2",
		Args:    arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) (err error) {
			if workers < 0 {
				return usage("--workers %d kan niet; kies 1 of meer, of 0 voor alle kernen", workers)
			}
			if err := hasLog(data); err != nil {
				return err
			}
			set, ds := shipped()
			if err := ds.Err(); err != nil {
				return fmt.Errorf("shipped regulations: %w", err)
			}
			log, err := sqlite.OpenReader(cmd.Context(), data)
			if err != nil {
				return &fault{Input, fmt.Errorf("het logboek in %s kan niet gelezen worden: %w", data, err)}
			}
			defer log.Close()
			runs, err := openRuns(cmd.Context(), env, data, newLibrary(set, log), time.Now, workers)
			if err != nil {
				return err
			}
			fmt.Fprintf(env.Out, "Rekent mee aan de simulaties van %s (stoppen met Ctrl-C)\n", data)
			<-cmd.Context().Done()
			if err := runs.Close(); err != nil {
				return fmt.Errorf("stop: %w", err)
			}
			fmt.Fprintln(env.Err, "gestopt; wat niet af was, doet een ander of later")
			return nil
		},
	}
	cmd.Flags().StringVar(&data, "data", "data", "`MAP` van de installatie")
	cmd.Flags().IntVar(&workers, "workers", 0, "zo veel delen tegelijk (`AANTAL`); 0: een voor elke kern")
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

// openRuns opens the queue of simulations of a data folder; now and workers are
// those of job.Config.
func openRuns(ctx context.Context, env Env, data string, planner job.Planner, now func() time.Time, workers int) (*job.Runs, error) {
	program, err := programDigest()
	if err != nil {
		return nil, fmt.Errorf("program: %w", err)
	}
	runs, err := job.Open(ctx, job.Config{
		Folder: filepath.Join(data, runsFolder), Planner: planner, Program: program, Workers: workers, Now: now,
		Log: slog.New(slog.NewTextHandler(env.Err, &slog.HandlerOptions{Level: slog.LevelWarn})),
	})
	if err != nil {
		return nil, &fault{Input, fmt.Errorf("de simulaties van %s: %w", data, err)}
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
