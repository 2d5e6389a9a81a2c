package office

import (
	"net/url"
	"slices"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/regulation"
	view "lemniscaat/internal/screen"
)

// catalogue tells the loop which places exist in the rules in force. The loop
// asks only while the office holds its lock.
type catalogue struct{ o *Office }

func (c catalogue) Has(a loop.Anchor) bool {
	if isUnplaced(a) {
		return true
	}
	// What the log itself imported it knows without being told.
	if _, ships := c.o.rules.shipped.Get(a.Regulation); !ships {
		return false
	}
	r, ok := c.o.rules.set.Get(a.Regulation)
	if !ok {
		return false
	}
	if a.Article != "" {
		if _, ok := r.Article(a.Article); !ok {
			return false
		}
	}
	if a.Rule != "" {
		if _, ok := c.o.rules.set.Rule(a.Rule); !ok {
			return false
		}
	}
	if a.Step != "" {
		on := c.o.today()
		return slices.ContainsFunc(r.Steps(on), func(s regulation.Step) bool { return s.ID == a.Step })
	}
	return true
}

func (c catalogue) Grounds(a loop.Anchor) []string {
	r, ok := c.o.rules.set.Get(a.Regulation)
	if !ok {
		return nil
	}
	var ids []string
	for _, g := range groundsAt(r, a.Article) {
		ids = append(ids, g.ID)
	}
	return ids
}

// groundsAt gives the grounds for maatwerk that an article has: its own and
// those of the whole regulation.
func groundsAt(r *regulation.Regulation, article string) []regulation.Ground {
	var out []regulation.Ground
	for _, g := range r.Grounds {
		if g.Article == "" || article == "" || g.Article == article {
			out = append(out, g)
		}
	}
	return out
}

func (c catalogue) ContactThreshold(id string) (int64, bool) {
	r, ok := c.o.rules.set.Get(id)
	if !ok || r.ContactThreshold == nil {
		return 0, false
	}
	cents, _ := centsOf(r.ContactThreshold)
	return int64(cents), true
}

// anchorView names a place for people.
func (o *Office) anchorView(a loop.Anchor, zaak string) view.Anchor {
	v := view.Anchor{Regulation: a.Regulation, Article: a.Article, Lid: a.Paragraph, Rule: a.Rule, Step: a.Step, Case: zaak}
	r, ok := o.rules.set.Get(a.Regulation)
	if !ok {
		if v.RegulationName = a.Regulation; isUnplaced(a) {
			// There is no page of it to lead to.
			v.Regulation, v.RegulationName = "", texts.T("burger.overig")
		}
		return v
	}
	v.RegulationName = r.Name
	if art, ok := r.Article(a.Article); ok {
		v.ArticleName = articleName(art)
		v.JCI = art.Source
	}
	if a.Step != "" {
		for _, s := range r.Steps(o.today()) {
			if s.ID == a.Step {
				v.StepName = s.Action
			}
		}
	}
	if a.Rule != "" {
		if ru, ok := o.rules.set.Rule(a.Rule); ok {
			v.RuleName = ru.Name
			if ver := ru.At(o.today()); ver != nil {
				v.Version = interval(ver)
			}
		}
	}
	return v
}

// anchorOf reads the ids that a form sent.
func anchorOf(v view.Anchor) loop.Anchor {
	return loop.Anchor{Regulation: v.Regulation, Article: v.Article, Paragraph: v.Lid, Rule: v.Rule, Step: v.Step}
}

func articleName(a *regulation.Article) string { return a.Title }

func regulationHref(id string) string { return "/regelingen/" + url.PathEscape(id) }

func articleHref(reg, article string) string {
	return regulationHref(reg) + "/" + url.PathEscape(article)
}

func issueHref(id string) string    { return "/knelpunten/" + url.PathEscape(id) }
func proposalHref(id string) string { return "/voorstellen/" + url.PathEscape(id) }
