package job

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"lemniscaat/internal/run"
)

// watch says that this process is there, and takes over from those that are not.
func (r *Runs) watch() {
	tick := time.NewTicker(r.Beat)
	defer tick.Stop()
	for {
		select {
		case <-r.life.Done():
			return
		case <-tick.C:
		}
		if err := errors.Join(r.beat(r.life), r.takeOver(r.life)); err != nil && r.life.Err() == nil {
			r.Log.Warn("wachtrij van simulaties", "fout", err)
		}
	}
}

// The beats are of the clock of the machine: a demo clock may jump.
func (r *Runs) beat(ctx context.Context) error {
	_, err := r.write.ExecContext(ctx, `INSERT INTO simulation_worker (id, program, seen) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET seen = excluded.seen`,
		r.id, r.Program, time.Now().UnixMicro())
	return err
}

// takeOver makes new jobs for those that a process was doing that is gone.
func (r *Runs) takeOver(ctx context.Context) error {
	var busy int
	if err := r.read.QueryRowContext(ctx, `SELECT count(*) FROM simulation_run WHERE state IN ('wacht', 'bezig')`).Scan(&busy); err != nil || busy == 0 {
		return err
	}
	if _, err := r.write.ExecContext(ctx, `DELETE FROM simulation_worker WHERE seen < $1`, time.Now().Add(-r.Silent).UnixMicro()); err != nil {
		return err
	}
	there := map[string]bool{}
	rows, err := r.read.QueryContext(ctx, `SELECT id FROM simulation_worker`)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		var id string
		if err := rows.Scan(&id); err != nil {
			return err
		}
		there[id] = true
	}
	if err := rows.Err(); err != nil {
		return err
	}
	// Jobs that River gave up are there too when writing down how they ended failed.
	lost, err := r.client.JobList(ctx, river.NewJobListParams().Kinds(step{}.Kind()).States(rivertype.JobStateRunning, rivertype.JobStateDiscarded).First(1000))
	if err != nil {
		return err
	}
	for _, j := range lost.Jobs {
		if n := len(j.AttemptedBy); j.State == rivertype.JobStateRunning && (n == 0 || there[j.AttemptedBy[n-1]]) {
			continue
		}
		if err := r.replace(ctx, j); err != nil {
			return err
		}
	}
	return nil
}

// replace makes a new job of one that was lost. River finds the lost one later, and
// doing it then changes nothing.
func (r *Runs) replace(ctx context.Context, j *rivertype.JobRow) error {
	var s step
	if err := json.Unmarshal(j.EncodedArgs, &s); err != nil {
		return fmt.Errorf("job %d: %w", j.ID, err)
	}
	x, err := r.row(ctx, r.read, s.Run)
	if errors.Is(err, run.ErrNotFound) || err == nil && (x.State.Over() || x.generation != s.Generation) {
		return nil
	}
	if err != nil {
		return err
	}
	s.Lost++
	if s.Lost >= r.Attempts {
		return r.fail(ctx, nil, x, fmt.Sprintf("%s: het proces dat hieraan werkte, is %d keer gestopt", s.name(x.parts), s.Lost))
	}
	return r.in(ctx, func(tx *sql.Tx) error {
		first, err := tx.ExecContext(ctx, `INSERT INTO simulation_replaced (job) VALUES ($1) ON CONFLICT DO NOTHING`, j.ID)
		if err != nil {
			return err
		}
		if n, err := first.RowsAffected(); err != nil || n == 0 {
			return err // somebody was first
		}
		r.Log.Warn("stap van een simulatie overgenomen", "run", x.ID, "stap", s.name(x.parts))
		return r.queue(ctx, tx, s)
	})
}
