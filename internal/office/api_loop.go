package office

import (
	"context"
	"errors"
	"slices"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/run"
	view "lemniscaat/internal/screen"
)

// MySignal is one signal of somebody; that of another is not there.
func (o *Office) MySignal(ctx context.Context, who, id string) (view.MySignalRow, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	s, _ := o.world.Signal(id)
	if s == nil || who == "" || string(s.Reporter) != who {
		return view.MySignalRow{}, view.ErrNotFound
	}
	return o.mySignal(ctx, loop.PersonID(who), s), nil
}

// FindMySignals is MySignals of one case by its reference; "" is all.
func (o *Office) FindMySignals(ctx context.Context, who, reference string, asked view.Asked) (view.MySignalsView, error) {
	if reference == "" {
		return o.MySignals(ctx, who, asked)
	}
	zaak, err := o.caseOf(reference)
	if err != nil {
		return view.MySignalsView{}, err
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	var v view.MySignalsView
	ss := slices.DeleteFunc(slices.Clone(o.world.SignalsOf(loop.PersonID(who))), func(s *loop.Signal) bool { return s.Case != zaak })
	if asked.Words != "" {
		ss = o.matching(ss, asked.Words)
	}
	slices.Reverse(ss)
	var some []*loop.Signal
	some, v.Paging = view.PageOf(ss, asked)
	for _, s := range some {
		v.Rows = append(v.Rows, o.mySignal(ctx, loop.PersonID(who), s))
	}
	return v, nil
}

// SimulationState says where a run stands, without what it found.
func (o *Office) SimulationState(ctx context.Context, who, id string) (view.SimulationView, error) {
	info, err := o.Runs.Status(ctx, id)
	if errors.Is(err, run.ErrNotFound) {
		return view.SimulationView{}, view.ErrNotFound
	}
	if err != nil {
		return view.SimulationView{}, err
	}
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.runState(ctx, info, who), nil
}
