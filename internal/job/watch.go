package job

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"lemniscaat/internal/run"
)

// hold marks a job as under hands here; call what it gives when that ends.
func (r *Runs) hold(id int64) func() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.doing[id] = true
	return func() {
		r.mu.Lock()
		defer r.mu.Unlock()
		delete(r.doing, id)
	}
}

func (r *Runs) holds(id int64) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.doing[id]
}

// watch says that this process is there, and takes over from those that are not.
func (r *Runs) watch() {
	tick := time.NewTicker(r.Beat)
	defer tick.Stop()
	lost := false
	for {
		select {
		case <-r.life.Done():
			return
		case <-tick.C:
		}
		began := time.Now()
		ctx, enough := context.WithTimeout(r.life, r.Silent)
		err := r.beat(ctx)
		switch {
		case err != nil:
			lost = true
		case lost || time.Since(began) > r.Silent/2:
			// The database was away: who was silent may be there all the same.
			lost, r.since = false, time.Now()
		}
		if err == nil && time.Since(r.since) > r.Silent {
			err = r.takeOver(ctx)
		}
		enough()
		if err != nil && r.life.Err() == nil {
			r.Log.Warn("wachtrij van simulaties", "fout", err)
		}
	}
}

// The beats are of the clock of the database: that of a demo may jump.
func (r *Runs) beat(ctx context.Context) error {
	now, err := r.base.now(ctx)
	if err != nil {
		return err
	}
	_, err = r.base.exec(ctx, `INSERT INTO simulation_worker (id, program, seen) VALUES ($1, $2, $3) ON CONFLICT (id) DO UPDATE SET seen = excluded.seen`,
		r.id, r.Program, now.UnixMicro())
	return err
}

// takeOver makes new jobs for those that a process was doing that is gone, and for
// those of which this process could not write down that they ended.
func (r *Runs) takeOver(ctx context.Context) error {
	var busy int
	if err := one(ctx, r.base, []any{&busy}, `SELECT count(*) FROM simulation_run WHERE state IN ('wacht', 'bezig')`); err != nil || busy == 0 {
		return err
	}
	now, err := r.base.now(ctx)
	if err != nil {
		return err
	}
	if _, err := r.base.exec(ctx, `DELETE FROM simulation_worker WHERE seen < $1`, now.Add(-r.Silent).UnixMicro()); err != nil {
		return err
	}
	there := map[string]bool{}
	err = r.base.each(ctx, func(into func(dest ...any) error) error {
		var id string
		err := into(&id)
		there[id] = true
		return err
	}, `SELECT id FROM simulation_worker`)
	if err != nil {
		return err
	}
	// Jobs that River gave up are there too when writing down how they ended failed.
	lost, err := r.base.jobs(ctx, river.NewJobListParams().Kinds(step{}.Kind()).States(rivertype.JobStateRunning, rivertype.JobStateDiscarded).First(1000))
	if err != nil {
		return err
	}
	for _, j := range lost {
		mine := false
		if j.State == rivertype.JobStateRunning {
			n := len(j.AttemptedBy)
			mine = n > 0 && j.AttemptedBy[n-1] == r.id
			switch {
			case n == 0:
				continue
			case mine: // River writes down the end of a job a moment after it
				if r.holds(j.ID) || j.AttemptedAt == nil || now.Sub(*j.AttemptedAt) < r.Silent {
					continue
				}
			case there[j.AttemptedBy[n-1]]:
				continue
			}
		}
		if err := r.replace(ctx, j, mine); err != nil {
			return err
		}
	}
	return r.unstick(ctx)
}

// unstick starts runs anew that nobody will ever do anything for. A run that is not
// over has a job, in every state that is committed; but a database that takes over
// from another may have missed the last that this process believes to be there.
func (r *Runs) unstick(ctx context.Context) error {
	var stuck []string
	err := r.base.each(ctx, func(into func(dest ...any) error) error {
		var id string
		err := into(&id)
		stuck = append(stuck, id)
		return err
	}, `SELECT id FROM simulation_run WHERE state IN ('wacht', 'bezig') AND id NOT IN (
		SELECT args->>'run' FROM river_job WHERE kind = 'simulatie' AND state IN ('available', 'pending', 'retryable', 'running', 'scheduled'))`)
	for _, id := range stuck {
		var x row
		if x, err = r.row(ctx, r.base, id); err == nil {
			r.Log.Warn("simulatie zonder werk opnieuw begonnen", "run", id)
			err = r.again(ctx, x)
		}
		if err != nil {
			break
		}
	}
	return err
}

// replace makes a new job of one that was lost. River finds the lost one later, and
// doing it then changes nothing.
// A job of this process that is only not written down is not one that ended it.
func (r *Runs) replace(ctx context.Context, j *rivertype.JobRow, mine bool) error {
	var s step
	if err := json.Unmarshal(j.EncodedArgs, &s); err != nil {
		return fmt.Errorf("job %d: %w", j.ID, err)
	}
	x, err := r.row(ctx, r.base, s.Run)
	if errors.Is(err, run.ErrNotFound) || err == nil && (x.State.Over() || x.generation != s.Generation) {
		return nil
	}
	if err != nil {
		return err
	}
	if !mine {
		s.Lost++
	}
	if s.Lost >= r.Attempts {
		return r.fail(ctx, nil, x, fmt.Sprintf("%s: het proces dat hieraan werkte, is %d keer gestopt", s.name(x.parts), s.Lost))
	}
	return r.base.in(ctx, func(tx transaction) error {
		first, err := tx.exec(ctx, `INSERT INTO simulation_replaced (job) VALUES ($1) ON CONFLICT DO NOTHING`, j.ID)
		if err != nil || first == 0 {
			return err // somebody was first
		}
		r.Log.Warn("stap van een simulatie overgenomen", "run", x.ID, "stap", s.name(x.parts))
		return r.queue(ctx, tx, s)
	})
}
