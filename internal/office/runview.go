package office

import (
	"lemniscaat/internal/exhibit"
	"lemniscaat/internal/regulation"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// runView lays a result out for a page; focus is the regulation that the run is
// about, "" when it is about all, and run the id under which it is known. The
// caller holds the lock.
func (o *Office) runView(res *simulate.Result, focus, run string) (view.RunView, error) {
	return exhibit.View(res, exhibit.Options{Names: runNames{o}, Focus: focus, Run: run})
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
