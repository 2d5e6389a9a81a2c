package office

import (
	"context"
	"slices"
	"strings"

	"lemniscaat/internal/event"
	"lemniscaat/internal/likeness"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/search"
)

// How words were looked for before there was an index: by reading everything. Tests
// hold the answers against it.

// ReadIssues gives the knelpunten that a question finds, by reading their words.
func (o *Office) ReadIssues(question string, staff bool) []string {
	o.mu.RLock()
	defer o.mu.RUnlock()
	look := likeness.Look(question)
	var out []string
	for _, i := range o.issuesBy(func(*loop.Issue) bool { return true }) {
		a := i.Anchors[0]
		where := o.anchorView(a, "")
		title := likeness.New(i.ID, "", "", o.issueTitle(unseen(), i)+" "+where.RegulationName+" "+where.ArticleName+" "+texts.T("tegel."+string(i.Kind))+" "+i.ID)
		if len(look) == 0 || title.Match(look) || staff && o.issueText(i).Match(look) {
			out = append(out, i.ID)
		}
	}
	return out
}

// ReadLike gives the knelpunten that sound like a text, by an index of all that may.
func (o *Office) ReadLike(at loop.Anchor, text string) []string {
	o.mu.RLock()
	defer o.mu.RUnlock()
	asked := search.Words(text)
	if len(asked) < 2 {
		return nil
	}
	var docs []search.Document
	for _, i := range o.world.IssuesAt(loop.Anchor{Regulation: at.Regulation}) {
		if !i.State.Live() || slices.ContainsFunc(i.Anchors, at.Contains) {
			continue
		}
		var said []string
		for _, id := range i.Signals {
			if s, _ := o.world.Signal(id); s != nil && s.What.Words != "" && len(said) < 20 {
				said = append(said, s.What.Words)
			}
		}
		if len(said) > 0 {
			docs = append(docs, search.Document{ID: i.ID, Fields: []search.Field{{Name: "tekst", Text: strings.Join(said, " "), Weight: 1}}})
		}
	}
	var out []string
	for _, h := range search.New(docs).Search(text, 3) {
		if len(h.Matches) < 2 || 2*len(h.Matches) < len(asked) {
			continue
		}
		why := h.ID
		for _, m := range h.Matches {
			why += " " + strings.ToLower(m.Found)
		}
		out = append(out, why)
	}
	return out
}

// ReadPairs gives the suggestions of what may be the same, by reading all texts.
func (o *Office) ReadPairs() []likeness.Pair {
	o.pairs.forget()
	o.mu.RLock()
	defer o.mu.RUnlock()
	defer o.pairs.forget()
	return o.suggestions(nil).pairs
}

// IndexedPairs gives them with the help of the store.
func (o *Office) IndexedPairs(ctx context.Context) []likeness.Pair {
	o.pairs.forget()
	roots := o.rootsOf(ctx)
	o.mu.RLock()
	defer o.mu.RUnlock()
	return o.suggestions(roots).pairs
}

// Erase erases texts of signals.
func (o *Office) Erase(ctx context.Context, signals ...string) error {
	o.mu.RLock()
	var refs []event.Ref
	for _, id := range signals {
		s, _ := o.world.Signal(id)
		refs = append(refs, event.Ref{Seq: s.What.Seq, Field: s.What.Field})
	}
	o.mu.RUnlock()
	return o.do(ctx, string(loop.System), loop.EraseTexts{Refs: refs, Ground: "verzoek betrokkene"})
}

// TailLen is how many texts are in memory.
func (o *Office) TailLen() int {
	o.index.mu.Lock()
	defer o.index.mu.Unlock()
	if o.index.tail == nil {
		return 0
	}
	return o.index.tail.Len()
}
