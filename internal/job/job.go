// Package job computes simulations on a queue that outlives the process and that
// processes share: River jobs over a database. With SQLite all processes are on one
// machine, and what the parts of a run give is in files beside it; with PostgreSQL
// they may be anywhere, and it is in the database.
//
// A run is a job that makes its plan, N jobs that evaluate a part, one that
// settles, N that survey a part and one that merges (simulate.Plan). Each job is
// idempotent: what it gives is the same bytes whoever does it and however often,
// and it counts once, in the transaction that completes the job. The transaction
// that counts the last part of a phase queues the next phase. So a run goes on after
// a restart, and ends bit by bit as if it had been computed in one go.
//
// A process says every Beat that it is there. Of one that is silent for Silent,
// others take over the jobs; when it was only slow the work is done twice, and
// counts once. A part that fails Attempts times, or that ends Attempts processes, ends
// the run, which then says which part and why.
//
// A database that does not answer is no fault of a part: it waits until the
// database is back. Whoever asks hears run.ErrUnavailable within Patience.
//
// Disk is bounded: parts go when their run is over, results are kept by the
// digest of their plan up to Results bytes, the longest unused goes first, and a
// run that does not fit on the disk is refused. Memory is bounded by Workers: each
// has one part.
package job

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"runtime"
	"sync"
	"time"

	"github.com/riverqueue/river"

	"lemniscaat/internal/run"
	"lemniscaat/internal/simulate"
)

// Planner makes the plan of an order. *run.Library is one.
type Planner interface {
	Plan(ctx context.Context, o run.Order, size int) (*simulate.Plan, error)
}

// Config of a Runs. The zero value of what is optional is good.
type Config struct {
	// Folder is where everything is kept, or Database is the address of a PostgreSQL
	// database.
	Folder   string
	Database string
	Planner  Planner
	// Program names this program: parts of two programs are never added together.
	Program string
	// Workers is how many jobs this process does at a time; 0: one for every core,
	// negative: none, then other processes do them.
	Workers int
	// Asks: this process only asks how it is. A queue in a folder that is damaged it
	// leaves as it is.
	Asks bool
	// PartSize is how many households a part has; 0: simulate.PartSize.
	PartSize int
	// Results is how many bytes of results are kept; 0: 1 GB. Longest is how many runs
	// may wait; 0: 100.
	Results int64
	Longest int
	// Attempts is how often a part is tried; 0: 3.
	Attempts int
	// Beat and Silent: see the package; 0: a second, and ten.
	Beat, Silent time.Duration
	// Now says when a run is asked; nil: the clock of the machine, which tells all
	// other instants, because a demo clock jumps.
	Now func() time.Time
	// Free gives the bytes that are free for a folder; nil: ask the system. In a
	// database that cannot be asked: Space is how many bytes parts and results may
	// have there; 0: 4 GB.
	Free  func(folder string) (int64, error)
	Space int64
	// Patience is how long who asks waits for the database; 0: ten seconds.
	Patience time.Duration
	Log      *slog.Logger
}

func (c Config) filled() Config {
	set := func(v *time.Duration, d time.Duration) {
		if *v == 0 {
			*v = d
		}
	}
	set(&c.Beat, time.Second)
	set(&c.Silent, 10*time.Second)
	set(&c.Patience, 10*time.Second)
	if c.Workers == 0 {
		c.Workers = runtime.GOMAXPROCS(0)
	}
	if c.PartSize == 0 {
		c.PartSize = simulate.PartSize
	}
	if c.Results == 0 {
		c.Results = 1 << 30
	}
	if c.Longest == 0 {
		c.Longest = 100
	}
	if c.Attempts == 0 {
		c.Attempts = 3
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Space == 0 {
		c.Space = 4 << 30
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Runs is a queue of runs. It is safe for concurrent use, also by several
// processes on one folder.
type Runs struct {
	Config
	id    string
	base  base
	vault vault

	busy sync.WaitGroup
	life context.Context
	end  context.CancelFunc

	mu sync.Mutex
	// doing are the jobs that this process has under hands. since is when it last
	// found the database back, zero when it never lost it; only watch uses it.
	doing map[int64]bool
	since time.Time
}

// queue is the name of River's queue.
const queue = "simulatie"

// Limits of one job; see docs/adr/0015. What a process that is gone was doing is
// taken over long before River would.
const (
	jobTimeout  = 5 * time.Minute
	rescueAfter = 10 * time.Minute
)

// Open opens the queue in a folder or a database and begins to work on it; it
// makes what is not there. Close it.
func Open(ctx context.Context, c Config) (*Runs, error) {
	c = c.filled()
	r := &Runs{Config: c, id: "w-" + random(), doing: map[int64]bool{}}
	if c.Database != "" {
		b, err := openPostgres(ctx, c.Database, c.Workers)
		if err != nil {
			return nil, fmt.Errorf("wachtrij van simulaties: %w", err)
		}
		r.base, r.vault = b, blobs{base: b, most: c.Space, of: c.Free}
	} else {
		f := files{folder: c.Folder, room: c.Free}
		if f.room == nil {
			f.room = free
		}
		if err := f.make(); err != nil {
			return nil, err
		}
		b, err := openSQLite(ctx, c)
		if err != nil {
			return nil, err
		}
		r.base, r.vault = b, f
	}
	r.life, r.end = context.WithCancel(context.Background())
	if err := r.start(ctx); err != nil {
		r.end()
		return nil, errors.Join(fmt.Errorf("queue of simulations: %w", err), r.base.close())
	}
	return r, nil
}

func random() string {
	var b [8]byte
	rand.Read(b[:]) // never fails: it ends the program instead
	return hex.EncodeToString(b[:])
}

func (r *Runs) start(ctx context.Context) error {
	workers := river.NewWorkers()
	river.AddWorker(workers, &worker{runs: r})
	c := &river.Config{
		ID: r.id, Logger: r.Log, Workers: workers, JobTimeout: jobTimeout, RescueStuckJobsAfter: rescueAfter,
		MaxAttempts: r.Attempts, RetryPolicy: soon{}, SoftStopTimeout: 10 * time.Second, FetchCooldown: 5 * time.Millisecond,
		CompletedJobRetentionPeriod: time.Hour, CancelledJobRetentionPeriod: time.Hour, DiscardedJobRetentionPeriod: 24 * time.Hour,
	}
	if r.Workers > 0 {
		c.Queues = map[string]river.QueueConfig{queue: {MaxWorkers: r.Workers}}
	}
	if err := r.base.open(c); err != nil {
		return err
	}
	if r.Workers <= 0 {
		return nil
	}
	if err := errors.Join(r.beat(ctx), r.tidy(ctx)); err != nil {
		return err
	}
	// The client stops by Close, not when the context of opening ends.
	if err := r.base.start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	r.busy.Go(r.watch)
	return nil
}

// Close finishes the jobs that are under way here, or after ten seconds leaves
// them to others, and closes the queue.
func (r *Runs) Close() error {
	var stopped error
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if r.Workers > 0 {
		stopped = r.base.stop(ctx)
	}
	r.end()
	r.busy.Wait()
	if r.Workers > 0 {
		// Whoever looks now sees that this process is gone; when the database is gone,
		// they see that soon.
		_, err := r.base.exec(ctx, `DELETE FROM simulation_worker WHERE id = $1`, r.id)
		if errors.Is(err, run.ErrUnavailable) {
			err = nil
		}
		stopped = errors.Join(stopped, err)
	}
	return errors.Join(stopped, r.base.close())
}

// need estimates the bytes that the parts of a run take on the disk while it is
// computed: measured are 26 a household for two regulations and a variant, and
// 300 kB of counts a part, so there is room.
func need(households, parts, schemes, sides int) int64 {
	return int64(households)*int64(16+8*schemes*(2+sides)) + int64(parts)<<20
}

// reserve is what a run leaves free on the disk.
const reserve = 200 << 20

// Start asks for a run. One that waits or is under way is left as it is, and so is
// one that is done and of which the result is there.
func (r *Runs) Start(ctx context.Context, o run.Order) (string, error) {
	ctx, enough := context.WithTimeout(ctx, r.Patience)
	defer enough()
	id := o.ID()
	have, err := r.row(ctx, r.base, id)
	switch {
	case errors.Is(err, run.ErrNotFound):
	case err != nil:
		return "", err
	case !have.State.Over():
		return id, nil
	case have.State == run.Done:
		if _, err := r.result(ctx, have.plan, false); err == nil {
			return id, nil
		} else if errors.Is(err, run.ErrUnavailable) {
			return "", err
		}
	}
	if left, err := r.vault.free(ctx); err != nil {
		return "", err
	} else if left < reserve {
		return "", fmt.Errorf("%w: op de schijf is nog %d MB vrij", run.ErrFull, left>>20)
	}
	text, err := json.Marshal(o)
	if err != nil {
		return "", fmt.Errorf("encode order: %w", err)
	}
	err = r.base.in(ctx, func(tx transaction) error {
		if err := tx.alone(ctx); err != nil {
			return err
		}
		have, err := r.locked(ctx, tx, id)
		if err != nil && !errors.Is(err, run.ErrNotFound) {
			return err
		}
		if err == nil && !have.State.Over() {
			return nil // somebody was first
		}
		var waiting int
		if err := one(ctx, tx, []any{&waiting}, `SELECT count(*) FROM simulation_run WHERE state IN ('wacht', 'bezig')`); err != nil {
			return err
		}
		if waiting >= r.Longest {
			return fmt.Errorf("%w: er staan al %d simulaties in de rij", run.ErrFull, waiting)
		}
		_, err = tx.exec(ctx, `INSERT INTO simulation_run (id, generation, asking, program, plan, state, parts, evaluated, surveyed, error, asked, started, finished, bytes)
			VALUES ($1, $2, $3, '', '', 'wacht', 0, 0, 0, '', $4, 0, 0, 0)
			ON CONFLICT (id) DO UPDATE SET generation = excluded.generation, asking = excluded.asking, program = '', plan = '', state = 'wacht', parts = 0,
				evaluated = 0, surveyed = 0, error = '', asked = excluded.asked, started = 0, finished = 0, bytes = 0`,
			id, have.generation+1, string(text), r.Now().UnixMicro())
		if err != nil {
			return err
		}
		return r.queue(ctx, tx, step{Run: id, Generation: have.generation + 1, Phase: planning})
	})
	if err != nil {
		return "", err
	}
	return id, nil
}

// Status says where a run stands.
func (r *Runs) Status(ctx context.Context, id string) (run.Info, error) {
	ctx, enough := context.WithTimeout(ctx, r.Patience)
	defer enough()
	row, err := r.row(ctx, r.base, id)
	if err != nil {
		return run.Info{}, err
	}
	if row.State == run.Waiting {
		err = one(ctx, r.base, []any{&row.Ahead}, `SELECT count(*) FROM simulation_run WHERE state IN ('wacht', 'bezig') AND asked < $1`, row.Asked.UnixMicro())
	}
	return row.Info, err
}

// List gives the last runs, the last asked first.
func (r *Runs) List(ctx context.Context) ([]run.Info, error) {
	ctx, enough := context.WithTimeout(ctx, r.Patience)
	defer enough()
	rows, err := r.rows(ctx, r.base, `ORDER BY asked DESC LIMIT 200`)
	if err != nil {
		return nil, err
	}
	var out []run.Info
	before := 0
	for i := len(rows) - 1; i >= 0; i-- {
		rows[i].Ahead = 0
		if rows[i].State == run.Waiting {
			rows[i].Ahead = before
		}
		if !rows[i].State.Over() {
			before++
		}
	}
	for _, x := range rows {
		out = append(out, x.Info)
	}
	return out, nil
}

// Result gives what a run found.
func (r *Runs) Result(ctx context.Context, id string) ([]*simulate.Result, error) {
	ctx, enough := context.WithTimeout(ctx, r.Patience)
	defer enough()
	row, err := r.row(ctx, r.base, id)
	if err != nil {
		return nil, err
	}
	if row.State != run.Done {
		return nil, fmt.Errorf("%w: %s", run.ErrNotDone, id)
	}
	results, err := r.result(ctx, row.plan, true)
	if errors.Is(err, run.ErrUnavailable) {
		return nil, err
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %s: %w", run.ErrGone, id, err)
	}
	for _, x := range results {
		x.Seconds = row.Finished.Sub(row.Started).Seconds()
	}
	return results, nil
}

// Cancel stops a run; one that is over stays as it is.
func (r *Runs) Cancel(ctx context.Context, id string) error {
	ctx, enough := context.WithTimeout(ctx, r.Patience)
	defer enough()
	var row row
	err := r.base.in(ctx, func(tx transaction) error {
		var err error
		if row, err = r.locked(ctx, tx, id); err != nil || row.State.Over() {
			return err
		}
		return r.finish(ctx, tx, row, run.Cancelled, "")
	})
	if err != nil {
		return err
	}
	return r.vault.drop(ctx, id, row.generation)
}

// row is what the database knows of a run.
type row struct {
	run.Info
	generation int
	plan       string
	program    string
	parts      int
}

func (r *Runs) row(ctx context.Context, db asker, id string) (row, error) {
	return r.only(ctx, db, id, "")
}

// locked gives a row that nobody else changes until the transaction ends.
func (r *Runs) locked(ctx context.Context, tx transaction, id string) (row, error) {
	return r.only(ctx, tx, id, tx.lock())
}

func (r *Runs) only(ctx context.Context, db asker, id, lock string) (row, error) {
	rows, err := r.rows(ctx, db, `WHERE id = $1`+lock, id)
	if err != nil {
		return row{}, err
	}
	if len(rows) == 0 {
		return row{}, fmt.Errorf("%w: %s", run.ErrNotFound, id)
	}
	return rows[0], nil
}

func (r *Runs) rows(ctx context.Context, db asker, where string, args ...any) ([]row, error) {
	var out []row
	err := db.each(ctx, func(into func(dest ...any) error) error {
		var x row
		var asking string
		var evaluated, surveyed int
		var asked, started, finished int64
		if err := into(&x.ID, &x.generation, &asking, &x.program, &x.plan, &x.State, &x.parts, &evaluated, &surveyed, &x.Error, &asked, &started, &finished, &x.Bytes); err != nil {
			return err
		}
		if err := json.Unmarshal([]byte(asking), &x.Order); err != nil {
			return fmt.Errorf("run %s: %w", x.ID, err)
		}
		x.Done, x.Total = evaluated+surveyed, 2*x.parts
		x.Asked, x.Started, x.Finished = instant(asked), instant(started), instant(finished)
		out = append(out, x)
		return nil
	}, `SELECT id, generation, asking, program, plan, state, parts, evaluated, surveyed, error, asked, started, finished, bytes FROM simulation_run `+where, args...)
	if err != nil {
		return nil, fmt.Errorf("runs: %w", err)
	}
	return out, nil
}

func instant(micros int64) time.Time {
	if micros == 0 {
		return time.Time{}
	}
	return time.UnixMicro(micros).UTC()
}

// result gives the result of a plan; used marks it as used.
func (r *Runs) result(ctx context.Context, plan string, used bool) ([]*simulate.Result, error) {
	var d simulate.Digest
	if n, err := hex.Decode(d[:], []byte(plan)); err != nil || n != len(d) {
		return nil, fmt.Errorf("%q is geen digest van een plan", plan)
	}
	data, err := r.vault.result(ctx, plan, used)
	if err != nil {
		return nil, err
	}
	return simulate.ReadResults(d, data)
}

// finish ends a run.
func (r *Runs) finish(ctx context.Context, tx transaction, x row, state run.State, why string) error {
	if _, err := tx.exec(ctx, `UPDATE simulation_run SET state = $1, error = $2, finished = $3 WHERE id = $4 AND generation = $5`, string(state), why, time.Now().UnixMicro(), x.ID, x.generation); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `DELETE FROM simulation_part WHERE run = $1`, x.ID)
	return err
}

// soon is when a job is tried again.
type soon struct{}

func (soon) NextRetry(j *jobRow) time.Time {
	return time.Now().Add(time.Duration(math.Pow(4, float64(len(j.Errors)))) * 50 * time.Millisecond)
}
