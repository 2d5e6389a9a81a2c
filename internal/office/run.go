package office

import (
	"context"
	"errors"
	"sync"
	"time"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/run"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
	"lemniscaat/internal/store"
)

// Runs computes simulations in the background. run.Here and job.Runs are some.
type Runs interface {
	// Start asks for a run, and gives its id at once. One that is done, waits or
	// is under way is left as it is.
	Start(ctx context.Context, o run.Order) (id string, err error)
	// Status says where a run stands; run.ErrNotFound.
	Status(ctx context.Context, id string) (run.Info, error)
	// Result gives what a run found, by variant; run.ErrGone when that is not
	// kept any more, run.ErrNotDone.
	Result(ctx context.Context, id string) ([]*simulate.Result, error)
	// Cancel stops a run that is not over.
	Cancel(ctx context.Context, id string) error
	// List gives the runs that are known, the last asked first.
	List(ctx context.Context) ([]run.Info, error)
}

// underWay knows which run of a proposal is not over. It has a lock of its own.
type underWay struct {
	mu   sync.Mutex
	runs map[string]string // by proposal
}

func (u *underWay) of(proposal string) (run string, ok bool) {
	u.mu.Lock()
	defer u.mu.Unlock()
	run, ok = u.runs[proposal]
	return run, ok
}

// begin reports whether this run was not followed yet.
func (u *underWay) begin(proposal, run string) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.runs[proposal] == run {
		return false
	}
	if u.runs == nil {
		u.runs = map[string]string{}
	}
	u.runs[proposal] = run
	return true
}

func (u *underWay) end(proposal, run string) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.runs[proposal] == run {
		delete(u.runs, proposal)
	}
}

// startRun starts a run, and follows that of a proposal until it is over.
func (o *Office) startRun(ctx context.Context, order run.Order) (string, error) {
	id, err := o.Runs.Start(ctx, order)
	switch {
	case errors.Is(err, run.ErrFull):
		return "", refuse("geen-plaats", "Deze simulatie kan nu niet beginnen. "+err.Error()+".", "Wacht tot andere simulaties klaar zijn, of stop er een.")
	case err != nil:
		return "", err
	}
	o.followRun(id, order.For)
	return id, nil
}

// lookAgain is how long a run that is under way is left alone.
const lookAgain = 100 * time.Millisecond

// followRun waits for a run of a proposal, whoever computes it, and records what
// it found.
func (o *Office) followRun(id, proposal string) {
	if proposal == "" || !o.underWay.begin(proposal, id) {
		return
	}
	o.busy.Go(func() {
		defer o.underWay.end(proposal, id)
		tick := time.NewTicker(lookAgain)
		defer tick.Stop()
		for {
			info, err := o.Runs.Status(o.life, id)
			switch {
			case o.life.Err() != nil:
				return
			case err != nil:
				o.Log.Warn("simulatie niet gevolgd", "run", id, "fout", err)
				return
			case info.State == run.Failed:
				o.Log.Warn("simulatie mislukt", "run", id, "fout", info.Error)
				return
			case info.State == run.Done:
				results, err := o.Runs.Result(o.life, id)
				if err != nil {
					o.Log.Warn("simulatie niet vastgelegd", "run", id, "fout", err)
					return
				}
				o.attach(info, results[0])
				return
			case info.State.Over():
				return
			}
			select {
			case <-tick.C:
			case <-o.life.Done():
				return
			}
		}
	})
}

// followRuns takes up the runs of proposals that were asked before a restart.
func (o *Office) followRuns(ctx context.Context) error {
	list, err := o.Runs.List(ctx)
	if err != nil {
		return err
	}
	seen := map[string]bool{}
	for _, info := range list { // the last asked first
		if !seen[info.For] && (info.State == run.Done || !info.State.Over()) {
			o.followRun(info.ID, info.For)
		}
		seen[info.For] = true
	}
	return nil
}

// attachEvery is how often a server looks whether runs ended that it does not
// follow: those that another server was asked for, that may be gone by now.
const attachEvery = 2 * time.Second

// FollowRuns records what runs of proposals found that no other server did, until
// ctx ends. A run that ended is looked at once.
func (o *Office) FollowRuns(ctx context.Context) {
	if _, several := o.Store.(store.Watcher); !several {
		<-ctx.Done() // this server follows all by itself
		return
	}
	tick := time.NewTicker(attachEvery)
	defer tick.Stop()
	looked := map[string]time.Time{} // by run: when it ended
	for {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		list, err := o.Runs.List(ctx)
		if err != nil {
			continue // whoever asks for a page hears of it
		}
		seen, kept := map[string]bool{}, map[string]time.Time{}
		for _, info := range list { // the last asked first
			if info.State != run.Done || seen[info.For] {
				seen[info.For] = true
				continue
			}
			seen[info.For] = true
			kept[info.ID] = info.Finished
			if looked[info.ID] != info.Finished {
				o.followRun(info.ID, info.For)
			}
		}
		looked = kept
	}
}

// Simulations lists the runs: what waits, what is under way and what is over.
func (o *Office) Simulations(ctx context.Context, who string) (view.SimulationListView, error) {
	list, err := o.Runs.List(ctx)
	if err != nil {
		return view.SimulationListView{}, err
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	var v view.SimulationListView
	v.Variants, v.Populations = o.freeOptions()
	if _, ok := o.person(who); ok {
		v.Start.Can = true
	} else {
		v.Start.Why = "Kies bovenaan als wie u werkt."
	}
	for _, info := range list {
		s := o.runState(ctx, info, who)
		if s.State == view.SimulationRunning || s.State == view.SimulationWaiting {
			v.Busy = append(v.Busy, s)
		} else {
			v.Over = append(v.Over, s)
		}
	}
	return v, nil
}

// CancelSimulation stops a run that is not over.
func (o *Office) CancelSimulation(ctx context.Context, who, id string) error {
	info, err := o.Runs.Status(ctx, id)
	if errors.Is(err, run.ErrNotFound) {
		return view.ErrNotFound
	}
	if err != nil {
		return err
	}
	o.mu.RLock()
	may := o.mayCancel(info, who)
	o.mu.RUnlock()
	if !may {
		return refuse("rol-onjuist", "Deze simulatie is van iemand anders.", "Stoppen doet wie haar startte, of wie in de driehoek van de regeling zit.")
	}
	return o.Runs.Cancel(ctx, id)
}

// mayCancel needs the lock.
func (o *Office) mayCancel(info run.Info, who string) bool {
	if who == "" {
		return false
	}
	if info.Who == who {
		return true
	}
	p := o.world.Proposal(info.For)
	if p == nil {
		return false
	}
	_, ok := o.world.MemberAt(loop.PersonID(who), loop.Anchor{Regulation: p.Regulation}, o.today())
	return ok
}

// runState says where a run stands; it needs the lock.
func (o *Office) runState(ctx context.Context, info run.Info, who string) view.SimulationView {
	v := view.SimulationView{
		ID: info.ID, Title: info.Title, State: view.SimulationState(info.State), Done: info.Done, Total: info.Total, Ahead: info.Ahead,
		Error: info.Error, Asked: info.Asked, Finished: info.Finished, Population: info.Population, Bytes: info.Bytes,
	}
	if p, ok := o.person(info.Who); ok {
		v.Who = o.name(ctx, loop.PersonID(p.ID))
	}
	if p := o.world.Proposal(info.For); p != nil {
		v.Title = p.Title
		v.Proposal = &view.Ref{Text: p.Title, Href: proposalHref(p.ID)}
	}
	v.CanCancel = !info.State.Over() && o.mayCancel(info, who)
	return v
}
