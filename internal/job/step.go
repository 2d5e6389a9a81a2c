package job

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"time"

	"github.com/riverqueue/river"
	"github.com/riverqueue/river/rivertype"

	"lemniscaat/internal/population"
	"lemniscaat/internal/run"
	"lemniscaat/internal/simulate"
)

type jobRow = rivertype.JobRow

// Phases of a run, in order; the numbers are stored.
const (
	planning = iota
	evaluating
	settling
	surveying
	merging
)

var phaseNames = [...]string{"voorbereiden", "uitrekenen", "vereffenen", "tellen", "samenvoegen"}

// step is one job.
type step struct {
	Run        string `json:"run"`
	Generation int    `json:"generatie"`
	Phase      int    `json:"fase"`
	Part       int    `json:"deel"`
	// Lost is how many processes ended while they did it.
	Lost int `json:"verloren,omitempty"`
	// Large runs let small ones go first.
	Large bool `json:"groot,omitempty"`
}

func (step) Kind() string { return "simulatie" }

// String says for people which step it is.
func (s step) name(parts int) string {
	if s.Phase == evaluating || s.Phase == surveying {
		return fmt.Sprintf("deel %d van %d %s", s.Part+1, parts, phaseNames[s.Phase])
	}
	return phaseNames[s.Phase]
}

// largeRun is the number of households from which on a run lets others go first.
const largeRun = 1_000_000

// queue adds jobs. What is nearly done goes first, and small runs go before large.
func (r *Runs) queue(ctx context.Context, tx transaction, steps ...step) error {
	params := make([]river.InsertManyParams, len(steps))
	for i, s := range steps {
		priority := 2
		if s.Phase >= settling {
			priority = 1
		}
		if s.Large {
			priority += 2
		}
		params[i] = river.InsertManyParams{Args: s, InsertOpts: &river.InsertOpts{Queue: queue, Priority: priority, MaxAttempts: r.Attempts}}
	}
	return tx.insert(ctx, params)
}

type worker struct {
	river.WorkerDefaults[step]
	runs *Runs
}

// Work does one step. What it finds wrong with the order ends the run; anything
// else is tried again, and ends the run when it stays wrong.
func (w *worker) Work(ctx context.Context, j *river.Job[step]) error {
	r := w.runs
	defer r.hold(j.ID)()
	x, err := r.row(ctx, r.base, j.Args.Run)
	if errors.Is(err, run.ErrNotFound) || err == nil && (x.generation != j.Args.Generation || x.State.Over()) {
		return nil // it was stopped, or started again
	}
	if errors.Is(err, run.ErrUnavailable) {
		return river.JobSnooze(r.Beat)
	}
	if err != nil {
		return err
	}
	if x.program != "" && x.program != r.Program {
		return r.otherProgram(ctx, x)
	}
	err = r.guarded(ctx, j, x)
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return river.JobSnooze(0) // the process ends; that is no attempt
	case errors.Is(err, run.ErrUnavailable):
		r.Log.Warn("de database van de simulaties antwoordt niet", "run", x.ID, "stap", j.Args.name(x.parts), "fout", err)
		return river.JobSnooze(r.Beat) // no attempt either
	case ctx.Err() != nil:
		err = fmt.Errorf("het duurde langer dan %v", jobTimeout)
	case errors.Is(err, simulate.ErrForm):
		// Bytes on the disk are not what was written: everything again.
		r.Log.Warn("tussenstand van een simulatie is beschadigd", "run", x.ID, "stap", j.Args.name(x.parts), "fout", err)
		if x.generation < r.Attempts {
			return r.again(ctx, x)
		}
	case !final(err) && j.Attempt < j.MaxAttempts:
		r.Log.Warn("stap van een simulatie mislukt", "run", x.ID, "stap", j.Args.name(x.parts), "poging", j.Attempt, "fout", err)
		return err
	}
	return r.fail(ctx, j, x, fmt.Sprintf("%s: %v", j.Args.name(x.parts), err))
}

// final reports an error that trying again does not change.
func final(err error) bool {
	for _, e := range []error{run.ErrOther, run.ErrFull, simulate.ErrSpec, simulate.ErrMissing, population.ErrSpec, population.ErrFile} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// guarded makes an error of a panic, also of one in a worker of the step.
func (r *Runs) guarded(ctx context.Context, j *river.Job[step], x row) (err error) {
	defer func() {
		if p := recover(); p != nil {
			at := debug.Stack()
			if there, ok := p.(*population.Panic); ok {
				p, at = there.Value, there.Stack
			}
			r.Log.Error("stap van een simulatie liep vast", "run", x.ID, "stap", j.Args.name(x.parts), "fout", p, "waar", string(at))
			err = fmt.Errorf("het programma liep vast: %v", p)
		}
	}()
	return r.step(ctx, j, x)
}

func (r *Runs) step(ctx context.Context, j *river.Job[step], x row) error {
	s := j.Args
	p, err := r.Planner.Plan(ctx, x.Order, r.PartSize)
	if err != nil {
		return err
	}
	if s.Phase > planning && p.ID().String() != x.plan {
		return fmt.Errorf("%w: het plan is %.12s…, begonnen is met %.12s…", run.ErrOther, p.ID(), x.plan)
	}
	at := func(phase, part int) step {
		return step{Run: s.Run, Generation: s.Generation, Phase: phase, Part: part}
	}
	get := func(phase int) func(int) ([]byte, error) {
		return func(i int) ([]byte, error) { return r.vault.read(ctx, at(phase, i)) }
	}
	var data []byte
	switch s.Phase {
	case planning:
		return r.begin(ctx, j, x, p)
	case evaluating:
		data, err = p.Evaluate(ctx, s.Part)
	case settling:
		data, err = p.Settle(ctx, get(evaluating))
	case surveying:
		var settled, part []byte
		if settled, err = r.vault.read(ctx, at(settling, 0)); err == nil {
			part, err = r.vault.read(ctx, at(evaluating, s.Part))
		}
		if err == nil {
			data, err = p.Survey(ctx, s.Part, settled, part)
		}
	case merging:
		var settled []byte
		if settled, err = r.vault.read(ctx, at(settling, 0)); err != nil {
			break
		}
		var results []*simulate.Result
		if results, err = p.Merge(ctx, settled, get(surveying)); err != nil {
			break
		}
		return r.done(ctx, j, x, p.ID(), results)
	}
	if err != nil {
		return r.gone(ctx, x, err)
	}
	if err := r.vault.write(ctx, at(s.Phase, s.Part), data); err != nil {
		return err
	}
	return r.count(ctx, j, x)
}

// gone turns a file that is not there into something else when the run is over by
// now: then somebody took the files away.
func (r *Runs) gone(ctx context.Context, x row, err error) error {
	if !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	now, look := r.row(ctx, r.base, x.ID)
	if look == nil && (now.State.Over() || now.generation != x.generation) {
		return nil
	}
	return fmt.Errorf("%w: er ontbreekt een bestand: %w", simulate.ErrForm, err)
}

// begin starts a run: it makes the jobs of all its parts. When the same plan was
// computed before, that is the result.
func (r *Runs) begin(ctx context.Context, j *river.Job[step], x row, p *simulate.Plan) error {
	id := p.ID().String()
	size := 0
	results, err := r.result(ctx, id, true)
	if errors.Is(err, run.ErrUnavailable) {
		return err
	}
	if err == nil && len(results) > 0 {
		if data, err := r.vault.result(ctx, id, false); err == nil {
			size = len(data)
		}
		return r.complete(ctx, j, func(tx transaction, x row) error {
			now := time.Now().UnixMicro()
			if _, err := tx.exec(ctx, `UPDATE simulation_run SET plan = $1, program = $2, parts = $3, evaluated = $3, surveyed = $3, started = $4, bytes = $5 WHERE id = $6`,
				id, r.Program, p.Parts(), now, int64(size), x.ID); err != nil {
				return err
			}
			return r.finish(ctx, tx, x, run.Done, "")
		})
	}
	households := 0
	for i := range p.Parts() {
		households += p.Households(i)
	}
	left, err := r.vault.free(ctx)
	if err != nil {
		return err
	}
	if n := need(households, p.Parts(), p.Schemes(), 1+len(x.Variants)); left < n+reserve {
		return fmt.Errorf("%w: hij vraagt tot %d MB op de schijf, en er is %d MB vrij", run.ErrFull, (n+reserve)>>20, left>>20)
	}
	return r.complete(ctx, j, func(tx transaction, x row) error {
		if _, err := tx.exec(ctx, `UPDATE simulation_run SET state = 'bezig', plan = $1, program = $2, parts = $3, started = $4 WHERE id = $5`,
			id, r.Program, p.Parts(), time.Now().UnixMicro(), x.ID); err != nil {
			return err
		}
		return r.queue(ctx, tx, parts(x, evaluating, p.Parts(), households >= largeRun)...)
	})
}

func parts(x row, phase, n int, large bool) []step {
	out := make([]step, n)
	for i := range out {
		out[i] = step{Run: x.ID, Generation: x.generation, Phase: phase, Part: i, Large: large}
	}
	return out
}

// complete completes a job in one transaction with what it changes. When the run is
// over by then, or the job was done before, it changes nothing.
func (r *Runs) complete(ctx context.Context, j *river.Job[step], change func(tx transaction, x row) error) error {
	return r.base.in(ctx, func(tx transaction) error {
		x, err := r.locked(ctx, tx, j.Args.Run)
		if err != nil {
			return err
		}
		if x.generation == j.Args.Generation && !x.State.Over() {
			first, err := tx.exec(ctx, `INSERT INTO simulation_part (run, generation, phase, part) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING`,
				j.Args.Run, j.Args.Generation, j.Args.Phase, j.Args.Part)
			if err != nil {
				return err
			}
			if first == 1 {
				if err := change(tx, x); err != nil {
					return err
				}
			}
		}
		return tx.complete(ctx, j)
	})
}

// count counts a step that gave its file, and queues what follows when it was the
// last of its phase.
func (r *Runs) count(ctx context.Context, j *river.Job[step], x row) error {
	s := j.Args
	over := false
	err := r.complete(ctx, j, func(tx transaction, x row) error {
		next := step{Run: s.Run, Generation: s.Generation, Phase: s.Phase + 1, Large: s.Large}
		if s.Phase == settling {
			return r.queue(ctx, tx, parts(x, surveying, x.parts, s.Large)...)
		}
		column := map[int]string{evaluating: "evaluated", surveying: "surveyed"}[s.Phase]
		// The row is locked from here to the commit: exactly one sees the last.
		var done int
		if err := one(ctx, tx, []any{&done}, `UPDATE simulation_run SET `+column+` = `+column+` + 1 WHERE id = $1 RETURNING `+column, x.ID); err != nil {
			return err
		}
		if done < x.parts {
			return nil
		}
		return r.queue(ctx, tx, next)
	})
	if now, look := r.row(ctx, r.base, x.ID); look == nil {
		over = now.State.Over() || now.generation != x.generation
	}
	if over {
		return errors.Join(err, r.vault.drop(ctx, s.Run, s.Generation)) // this came too late
	}
	return err
}

// done keeps the results and ends the run.
func (r *Runs) done(ctx context.Context, j *river.Job[step], x row, plan simulate.Digest, results []*simulate.Result) error {
	data, err := simulate.WriteResults(plan, results)
	if err != nil {
		return err
	}
	if err := r.vault.keep(ctx, plan.String(), data); err != nil {
		return err
	}
	err = r.complete(ctx, j, func(tx transaction, x row) error {
		if _, err := tx.exec(ctx, `UPDATE simulation_run SET bytes = $1 WHERE id = $2`, len(data), x.ID); err != nil {
			return err
		}
		return r.finish(ctx, tx, x, run.Done, "")
	})
	if err != nil {
		return err
	}
	return errors.Join(r.vault.drop(ctx, x.ID, x.generation), r.vault.shrink(ctx, r.Results))
}

// fail ends a run with what went wrong.
func (r *Runs) fail(ctx context.Context, j *river.Job[step], x row, why string) error {
	r.Log.Warn("simulatie mislukt", "run", x.ID, "fout", why)
	err := r.base.in(ctx, func(tx transaction) error {
		now, err := r.locked(ctx, tx, x.ID)
		if err != nil {
			return err
		}
		if now.generation == x.generation && !now.State.Over() {
			if err := r.finish(ctx, tx, now, run.Failed, why); err != nil {
				return err
			}
		}
		if j == nil {
			return nil
		}
		return tx.complete(ctx, j)
	})
	return errors.Join(err, r.vault.drop(ctx, x.ID, x.generation))
}

// again starts a run anew, by this program.
func (r *Runs) again(ctx context.Context, x row) error {
	err := r.base.in(ctx, func(tx transaction) error {
		now, err := r.locked(ctx, tx, x.ID)
		if err != nil || now.generation != x.generation || now.State.Over() {
			return err
		}
		if _, err := tx.exec(ctx, `UPDATE simulation_run SET generation = $1, program = '', plan = '', state = 'wacht', parts = 0, evaluated = 0, surveyed = 0 WHERE id = $2`, x.generation+1, x.ID); err != nil {
			return err
		}
		if _, err := tx.exec(ctx, `DELETE FROM simulation_part WHERE run = $1`, x.ID); err != nil {
			return err
		}
		return r.queue(ctx, tx, step{Run: x.ID, Generation: x.generation + 1, Phase: planning})
	})
	return errors.Join(err, r.vault.drop(ctx, x.ID, x.generation))
}

// otherProgram leaves a run to the program that began it while that is there; when
// it is gone, this one begins anew.
func (r *Runs) otherProgram(ctx context.Context, x row) error {
	var there int
	now, err := r.base.now(ctx)
	if err == nil {
		err = one(ctx, r.base, []any{&there}, `SELECT count(*) FROM simulation_worker WHERE program = $1 AND seen > $2`, x.program, now.Add(-r.Silent).UnixMicro())
	}
	if err != nil {
		return err
	}
	if there > 0 {
		return river.JobSnooze(r.Beat)
	}
	return r.again(ctx, x)
}

// tidy removes what is left of runs that are over.
func (r *Runs) tidy(ctx context.Context) error {
	err := r.vault.tidy(ctx, func(id, generation string) (bool, error) {
		x, err := r.row(ctx, r.base, id)
		if errors.Is(err, run.ErrNotFound) {
			return true, nil
		}
		return err == nil && (x.State.Over() || fmt.Sprint(x.generation) != generation), err
	})
	if err != nil {
		return err
	}
	for _, clean := range []string{
		`DELETE FROM simulation_replaced WHERE job NOT IN (SELECT id FROM river_job)`,
		`DELETE FROM simulation_run WHERE state NOT IN ('wacht', 'bezig') AND asked < (SELECT min(asked) FROM (SELECT asked FROM simulation_run ORDER BY asked DESC LIMIT 1000) AS last)`,
	} {
		if _, err := r.base.exec(ctx, clean); err != nil {
			return err
		}
	}
	return nil
}
