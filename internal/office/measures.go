package office

import (
	"context"
	"slices"

	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
)

// Measurements is Voorspeld en gemeten over all regulations: every expectation
// of an adopted change. Those that did not come out stand first.
func (o *Office) Measurements(_ context.Context, _, reg string, state view.MeasureState, asked view.Asked) (view.MeasurementsView, error) {
	o.mu.RLock()
	defer o.mu.RUnlock()
	v := view.MeasurementsView{State: state}
	if reg != "" {
		r, ok := o.rules.set.Get(reg)
		if !ok {
			return v, view.ErrNotFound
		}
		v.Regulation = &view.Ref{Text: r.Name, Href: regulationHref(reg)}
	}
	order := []view.MeasureState{view.MeasureTripped, view.MeasureOutside, view.MeasureInside, view.MeasureNone}
	if state != "" && !slices.Contains(order, state) {
		return v, view.ErrNotFound
	}
	counts := map[view.MeasureState]int{}
	type found struct {
		of    loop.Prediction
		state view.MeasureState
	}
	var rows []found
	for _, x := range o.world.Predictions(reg) {
		s := measureState(x)
		counts[s]++
		for _, m := range x.Measurements {
			v.Synthetic = v.Synthetic || m.Synthetic
		}
		if state == "" || s == state {
			rows = append(rows, found{x, s})
		}
	}
	for _, s := range order {
		v.Counts = append(v.Counts, view.StateCount{State: s, Count: counts[s]})
	}
	slices.SortStableFunc(rows, func(a, b found) int {
		return slices.Index(order, a.state) - slices.Index(order, b.state)
	})
	rows, v.Paging = view.PageOf(rows, asked)
	for _, x := range rows {
		r, ok := o.rules.set.Get(x.of.Proposal.Regulation)
		if !ok {
			continue
		}
		m := o.measured(r, x.of)
		m.Regulation = view.Ref{Text: r.Name, Href: "/metingen/" + r.ID}
		v.Rows = append(v.Rows, m)
	}
	return v, nil
}

// measureState says where an expectation stands. Before its horizon a
// measurement is an interim one, unless the tripwire was hit.
func measureState(x loop.Prediction) view.MeasureState {
	switch {
	case !x.Measured:
		return view.MeasureNone
	case x.Last.Tripped:
		return view.MeasureTripped
	case x.Last.Verdict == loop.Inside:
		return view.MeasureInside
	case x.Last.Verdict == loop.Outside:
		return view.MeasureOutside
	}
	return view.MeasureNone
}
