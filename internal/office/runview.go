package office

import (
	"context"
	"errors"
	"fmt"

	"lemniscaat/internal/exhibit"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/run"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// runView lays a result out for a page; focus is the regulation that the run is
// about, "" when it is about all, and id the one under which it is known. The
// caller holds the lock.
func (o *Office) runView(res *simulate.Result, focus, id string) view.RunView {
	return exhibit.View(res, exhibit.Options{Names: runNames{o}, Focus: focus, Run: id, Files: "/simulaties/" + id})
}

// Result is what a run that is done found.
func (o *Office) Result(ctx context.Context, _, id string) (*simulate.Result, error) {
	results, err := o.Runs.Result(ctx, id)
	switch {
	case errors.Is(err, run.ErrNotFound), errors.Is(err, run.ErrNotDone), errors.Is(err, run.ErrGone):
		return nil, view.ErrNotFound
	case err != nil:
		return nil, fmt.Errorf("result of run %s: %w", id, err)
	}
	return results[0], nil
}

// runNames knows how the things of a result are called.
type runNames struct{ o *Office }

func (n runNames) Attribute(id string) string {
	if a, ok := n.o.rules.set.Attribute(id); ok {
		return a.Name
	}
	return id
}

func (n runNames) Article(reg, article string) view.Ref {
	if a, ok := n.o.articleOf(reg, article); ok {
		return view.Ref{Text: articleName(a), Href: articleHref(reg, a.ID)}
	}
	return view.Ref{Text: article}
}

func (o *Office) articleOf(reg, article string) (*regulation.Article, bool) {
	r, ok := o.rules.set.Get(reg)
	if !ok {
		return nil, false
	}
	return r.Article(article)
}
