package job_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"lemniscaat/internal/job"
	"lemniscaat/internal/run"
	"lemniscaat/internal/store/pgtest"
)

// The database is killed in the middle of a run, with it all parts that were done,
// and later it hangs: no part counts as failed, who asks hears soon that it does
// not answer, and the run ends bit by bit as if nothing happened. This database does
// not wait for the disk: it loses what it said was there, as one that takes over
// from another may.
func TestDatabaseKilledAndPaused(t *testing.T) {
	if testing.Short() {
		t.Skip("kills a database")
	}
	t.Parallel()
	server := pgtest.Run(t, pgtest.Options{})
	at := place{database: server.Database(t)}
	set := shipped(t)
	var slow atomic.Bool
	slow.Store(true)
	r := at.open(t, job.Config{Planner: hinder(set, 1950, func() error {
		for slow.Load() { // the last part waits until the test has had its way
			time.Sleep(10 * time.Millisecond)
		}
		return nil
	}), Workers: 2, Silent: time.Second, Beat: 100 * time.Millisecond, Patience: 5 * time.Second})
	o := order(t, set, 2000, "")
	id := start(t, r, o)
	wait(t, r, id, func(i run.Info) bool { return i.Done >= 5 })
	away := func() {
		t.Helper()
		began := time.Now()
		if _, err := r.Status(t.Context(), id); !errors.Is(err, run.ErrUnavailable) {
			t.Errorf("status: %v", err)
		}
		if _, err := r.Start(t.Context(), o); !errors.Is(err, run.ErrUnavailable) {
			t.Errorf("start: %v", err)
		}
		if took := time.Since(began); took > time.Minute { // without a bound it would be for as long as the database hangs
			t.Errorf("it took %s to say so", took)
		}
	}
	if err := server.Kill(); err != nil {
		t.Fatal(err)
	}
	away()
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	var info run.Info
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(20 * time.Millisecond) {
		var err error
		if info, err = r.Status(t.Context(), id); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	if info.State.Over() {
		t.Fatalf("%s: the test shows too little", info.State)
	}
	if err := server.Pause(); err != nil {
		t.Fatal(err)
	}
	away()
	slow.Store(false) // what is done meanwhile cannot be written down
	time.Sleep(1500 * time.Millisecond)
	if err := server.Continue(); err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(time.Minute); !info.State.Over() && time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if now, err := r.Status(t.Context(), id); err == nil {
			info = now
		}
	}
	if info.State != run.Done {
		t.Fatalf("%s, %d of %d: %s", info.State, info.Done, info.Total, info.Error)
	}
	same(t, want(t, set, o), result(t, r, id))
	at.cleared(t)
	closed(t, r)
}

// A run of which the jobs were lost is begun anew: see unstick.
func TestJobsLost(t *testing.T) {
	everywhere(t, func(t *testing.T, at place) {
		set := shipped(t)
		desk := at.open(t, job.Config{Planner: library(set), Workers: -1})
		o := order(t, set, 2000, "")
		id := start(t, desk, o)
		if at.database != "" {
			if lost := at.do(t, `DELETE FROM river_job RETURNING kind`); len(lost) != 1 {
				t.Fatal(lost)
			}
		} else {
			db, err := sql.Open("sqlite", filepath.Join(at.folder, job.File))
			if err != nil {
				t.Fatal(err)
			}
			defer db.Close()
			if _, err := db.Exec(`DELETE FROM river_job`); err != nil {
				t.Fatal(err)
			}
		}
		r := at.open(t, job.Config{Planner: library(set)})
		if info := wait(t, desk, id, over); info.State != run.Done {
			t.Errorf("%s: %s", info.State, info.Error)
		}
		same(t, want(t, set, o), result(t, desk, id))
		closed(t, r)
		closed(t, desk)
	})
}
