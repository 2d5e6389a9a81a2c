package office

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"lemniscaat/internal/exhibit"
	"lemniscaat/internal/run"
	view "lemniscaat/internal/screen"
)

// Versus puts the variants of some runs that are done beside each other.
func (o *Office) Versus(ctx context.Context, who string, ids []string) (view.VersusView, error) {
	var v view.VersusView
	list, err := o.Runs.List(ctx)
	if err != nil {
		return v, err
	}
	titles := map[string]string{}
	o.mu.RLock()
	for _, info := range list {
		if info.State != run.Done {
			continue
		}
		s := o.runState(ctx, info, who)
		titles[info.ID] = s.Title
		v.Runs = append(v.Runs, view.Choice{Value: info.ID, Label: s.Title + ", " + dutch(info.Date), Chosen: slices.Contains(ids, info.ID)})
	}
	o.mu.RUnlock()
	var sides []exhibit.Side
	for _, id := range ids {
		if _, ok := titles[id]; !ok {
			return v, view.ErrNotFound
		}
		results, err := o.Runs.Result(ctx, id)
		if errors.Is(err, run.ErrGone) || errors.Is(err, run.ErrNotDone) {
			v.Why = texts.T("naast.weg", "run", titles[id])
			return v, nil
		}
		if err != nil {
			return v, fmt.Errorf("result of run %s: %w", id, err)
		}
		for _, r := range results {
			if r.Variant == nil {
				continue
			}
			name := titles[id]
			if len(results) > 1 {
				name = r.Variant.Name
			}
			sides = append(sides, exhibit.Side{Name: name, Result: r})
		}
	}
	switch {
	case len(v.Runs) == 0:
		v.Why = texts.T("naast.geen")
	case len(sides) < 2:
		v.Why = texts.T("naast.kies", "hoogstens", view.MaxVersus)
	case len(sides) > view.MaxVersus:
		v.Why = texts.T("naast.te-veel", "hoogstens", view.MaxVersus)
	}
	if v.Why != "" {
		return v, nil
	}
	v.Exhibits, v.Apart = exhibit.Versus(sides), exhibit.Apart(sides)
	v.Source = exhibit.View(sides[0].Result, exhibit.Options{Names: runNames{o}}).Source
	v.Source.Run, v.Source.Variant, v.Source.Files = "", "", ""
	for _, s := range sides {
		v.Source.Run += s.Result.ID() + " "
		v.Source.Variant += s.Name + " " + s.Result.Variant.RuleSet + " "
	}
	return v, nil
}
