package job_test

import (
	"context"
	"fmt"
	"syscall"
	"testing"
	"time"

	"lemniscaat/internal/job"
	"lemniscaat/internal/run"
	"lemniscaat/internal/simulate"
	"lemniscaat/internal/store/pgtest"
)

// cpu is the processor time that this process has had.
func cpu(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkQueue measures what the queue costs beside computing in one go, in
// processor time: nl:100000 with two regulations and a variant. Plans are ready, as in a
// server.
func BenchmarkQueue(b *testing.B) {
	set := shipped(b)
	o := order(b, set, 100_000, "")
	planner := library(set)
	plan, err := planner.Plan(b.Context(), o, 0)
	if err != nil {
		b.Fatal(err)
	}
	measure := func(name string, do func(i int)) {
		b.Run(name, func(b *testing.B) {
			do(-1) // calibrating is kept with the plan
			from := cpu(b)
			b.ResetTimer()
			for i := range b.N {
				do(i)
			}
			b.ReportMetric(float64((cpu(b)-from).Milliseconds())/float64(b.N), "cpu-ms/op")
		})
	}
	now, variants, err := o.Sides(set)
	if err != nil {
		b.Fatal(err)
	}
	people, err := run.Synthetic(b.Context(), o.Question)
	if err != nil {
		b.Fatal(err)
	}
	programs := new(simulate.Programs)
	measure("ineens", func(int) {
		if _, err := simulate.Compare(b.Context(), simulate.Spec{People: people, Seed: o.Seed, Date: o.Date, Baseline: now, Programs: programs}, variants, nil); err != nil {
			b.Fatal(err)
		}
	})
	measure("delen", func(i int) {
		size := 0
		give := func(list [][]byte) func(int) ([]byte, error) {
			return func(i int) ([]byte, error) { return list[i], nil }
		}
		parts, counts := make([][]byte, plan.Parts()), make([][]byte, plan.Parts())
		for k := range parts {
			if parts[k], err = plan.Evaluate(context.Background(), k); err != nil {
				b.Fatal(err)
			}
			size += len(parts[k])
		}
		settled, err := plan.Settle(context.Background(), give(parts))
		if err != nil {
			b.Fatal(err)
		}
		for k := range counts {
			if counts[k], err = plan.Survey(context.Background(), k, settled, parts[k]); err != nil {
				b.Fatal(err)
			}
		}
		if _, err := plan.Merge(context.Background(), settled, give(counts)); err != nil {
			b.Fatal(err)
		}
		if i < 0 {
			b.Logf("delen: %.1f bytes per huishouden, tellingen %d bytes per deel", float64(size)/100_000, len(counts[0]))
		}
	})
	for name, at := range map[string]place{"rij": {folder: b.TempDir()}, "rij-postgres": {database: pgtest.Start(b)}} {
		r := at.open(b, job.Config{Planner: planner, PartSize: simulate.PartSize, Beat: time.Second, Results: 1})
		measure(name, func(i int) {
			x := o
			x.For = fmt.Sprint("v", i, b.Name(), time.Now().UnixNano())
			id := start(b, r, x)
			for { // rarely, as a page does
				if info, err := r.Status(b.Context(), id); err != nil || info.State.Over() {
					if info.State != run.Done {
						b.Fatal(err, info.Error)
					}
					break
				}
				time.Sleep(100 * time.Millisecond)
			}
		})
		closed(b, r)
	}
}
