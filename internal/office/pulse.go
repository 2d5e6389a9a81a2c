package office

import (
	"context"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/run"
)

// writing tells who measures that a write begins.
func (o *Office) writing() func(error) {
	if o.Writing == nil {
		return func(error) {}
	}
	return o.Writing()
}

// Folded gives the number of the last event that this office has read.
func (o *Office) Folded() uint64 {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.world.Head().Seq
}

// LateCounts counts what is owed today by how late it is: "te-laat", "eigenaar",
// "openbaar" and "raad", beside all that is "open".
func (o *Office) LateCounts() map[string]float64 {
	o.mu.RLock()
	defer o.mu.RUnlock()
	out := map[string]float64{}
	for step, n := range o.world.OwedSteps(o.today()) {
		out["open"] += float64(n)
		if name := lateness[step]; name != "" {
			out[name] += float64(n)
		}
	}
	return out
}

// Latenesses are the keys of LateCounts.
var Latenesses = []string{"open", "te-laat", "eigenaar", "openbaar", "raad"}

var lateness = map[loop.Step]string{loop.Overdue: "te-laat", loop.AtOwner: "eigenaar", loop.Public: "openbaar", loop.Parliament: "raad"}

// RunStates are the keys of RunCounts.
var RunStates = []string{string(run.Waiting), string(run.Running), string(run.Done), string(run.Failed), string(run.Cancelled)}

// RunCounts counts the simulations that are known by their state.
func (o *Office) RunCounts(ctx context.Context) map[string]float64 {
	out := map[string]float64{}
	if o.Runs == nil {
		return out
	}
	all, err := o.Runs.List(ctx)
	if err != nil {
		return out // the queue says itself that it is ill
	}
	for _, r := range all {
		out[string(r.State)]++
	}
	return out
}
