package office

import (
	"cmp"
	"context"
	"math/bits"
	"slices"
	"strings"

	"lemniscaat/internal/loop"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/search"
)

// limits of looking for knelpunten that sound like a text.
const (
	maxLikeTexts = 20   // signals of one knelpunt that count
	maxLike      = 1000 // knelpunten that are put in order; of more, those with the most words
)

// likeLook is a search for live knelpunten in one regulation whose signals look like a
// text, and that are not on a place itself: those are shown anyway.
type likeLook struct {
	at     loop.Anchor
	text   string
	words  []string
	found  *askedWords // for each word
	spelt  *askedWords // for each of nearly, which nothing has
	nearly []int       // in words
}

// lookForLike asks the store; nil looks for nothing. It is called without o.mu.
func (o *Office) lookForLike(ctx context.Context, at loop.Anchor, text string) (l *likeLook, err error) {
	l = &likeLook{at: at, text: text, words: search.Words(text)}
	if at.Regulation == "" || len(l.words) < 2 {
		return nil, nil
	}
	var wants []search.Want
	for _, w := range l.words {
		wants = append(wants, search.Wanted(w))
	}
	if l.found, err = o.ask(ctx, wants); err != nil {
		return nil, err
	}
	o.mu.RLock()
	c := o.likeCorpus(at)
	some := make([]bool, len(l.words))
	l.found.each(o, func(word int, s *loop.Signal, _ *loop.Issue, _ bool) {
		_, in := c.doc[s.ID]
		some[word] = some[word] || in
	})
	o.mu.RUnlock()
	wants = nil
	for n, w := range l.words {
		if !some[n] {
			l.nearly, wants = append(l.nearly, n), append(wants, search.Nearly(w))
		}
	}
	if len(wants) > 0 {
		l.spelt, err = o.ask(ctx, wants)
	}
	return l, err
}

// likeCorpus are the knelpunten that are compared with a text.
type likeCorpus struct {
	docs []likeDoc
	doc  map[string]int // of a signal
}

type likeDoc struct {
	issue *loop.Issue
	said  []string
	words uint32 // of the text, as bits
}

func (d likeDoc) text() string { return strings.Join(d.said, " ") }

func (o *Office) likeCorpus(at loop.Anchor) likeCorpus {
	c := likeCorpus{doc: map[string]int{}}
	for _, i := range o.world.IssuesAt(loop.Anchor{Regulation: at.Regulation}) {
		if !i.State.Live() || slices.ContainsFunc(i.Anchors, at.Contains) {
			continue
		}
		d := likeDoc{issue: i}
		for _, id := range i.Signals {
			if s, _ := o.world.Signal(id); s != nil && s.What.Words != "" && len(d.said) < maxLikeTexts {
				d.said = append(d.said, s.What.Words)
				c.doc[id] = len(c.docs)
			}
		}
		if len(d.said) > 0 {
			c.docs = append(c.docs, d)
		}
	}
	return c
}

// soundsLike gives at most three knelpunten that look like the text, the most alike
// first. The index says which may; search.Part puts those in the order in which all of
// them would come. The caller holds o.mu.
func (o *Office) soundsLike(ctx context.Context, l *likeLook, who string) []view.KnownIssue {
	if l == nil {
		return nil
	}
	c := o.likeCorpus(l.at)
	total := 0
	for _, d := range c.docs {
		for _, said := range d.said {
			total += search.Length(said)
		}
	}
	note := func(q *askedWords, word func(int) int) {
		q.each(o, func(n int, s *loop.Signal, _ *loop.Issue, _ bool) {
			if k, ok := c.doc[s.ID]; ok {
				c.docs[k].words |= 1 << word(n)
			}
		})
	}
	note(l.found, func(n int) int { return n })
	if l.spelt != nil {
		note(l.spelt, func(n int) int { return l.nearly[n] })
	}
	all := len(c.docs)
	some := slices.DeleteFunc(c.docs, func(d likeDoc) bool { return d.words == 0 })
	if len(some) > maxLike {
		order := make([]int, len(some))
		for n := range order {
			order[n] = n
		}
		slices.SortStableFunc(order, func(a, b int) int {
			return cmp.Compare(bits.OnesCount32(some[b].words), bits.OnesCount32(some[a].words))
		})
		order = order[:maxLike]
		slices.Sort(order)
		for n, k := range order {
			some[n] = some[k]
		}
		some = some[:maxLike]
	}
	docs := make([]search.Document, len(some))
	for n, d := range some {
		docs[n] = search.Document{ID: d.issue.ID, Fields: []search.Field{{Name: "tekst", Text: d.text(), Weight: 1}}}
	}
	var out []view.KnownIssue
	for _, h := range search.Part(docs, all, map[string]float64{"tekst": float64(total) / float64(max(1, all))}).Search(l.text, 3) {
		// Half of the words, and at least two, or it is no more than chance.
		if len(h.Matches) < 2 || 2*len(h.Matches) < len(l.words) {
			continue
		}
		var words []string
		for _, m := range h.Matches {
			words = append(words, "“"+strings.ToLower(m.Found)+"”")
		}
		k := o.knownIssue(ctx, some[h.Doc].issue, who)
		k.Place = o.anchorView(some[h.Doc].issue.Anchors[0], "").ArticleName
		k.Why = texts.T("lijkt-op", "woorden", texts.List(words))
		out = append(out, k)
	}
	return out
}
