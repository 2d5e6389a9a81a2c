package bwb

import (
	"slices"
	"strings"

	"github.com/aymanbagabas/go-udiff"
)

// ChangeKind says what happened to an article or a lid between two texts.
type ChangeKind uint8

const (
	Unchanged ChangeKind = iota
	Changed
	Added
	Removed
)

// String gives the Dutch word.
func (k ChangeKind) String() string {
	return [...]string{"gelijk", "gewijzigd", "nieuw", "vervallen"}[k]
}

// Change is what happened to one article. Old is nil for what was added, New
// for what was removed.
type Change struct {
	Kind       ChangeKind // of heading and leden; not of its place
	Old, New   *Article
	Renumbered bool // another number: "5" became "6"
	Moved      bool // other headings above it
	Leden      []LidChange
}

// Article is the article as it is now, or as it was when it is gone.
func (c Change) Article() *Article {
	if c.New != nil {
		return c.New
	}
	return c.Old
}

// Still reports that nothing happened, not to its place either.
func (c Change) Still() bool { return c.Kind == Unchanged && !c.Renumbered && !c.Moved }

// LidChange is what happened to one lid. Old is nil for what was added, New for
// what was removed.
type LidChange struct {
	Kind       ChangeKind
	Old, New   *Paragraph
	Renumbered bool
	// Words are the words of both in order, of a Changed lid only.
	Words []Span
}

// Lid is the lid as it is now, or as it was when it is gone.
func (l LidChange) Lid() *Paragraph {
	if l.New != nil {
		return l.New
	}
	return l.Old
}

// Still reports that nothing happened, not to its number either.
func (l LidChange) Still() bool { return l.Kind == Unchanged && !l.Renumbered }

// Spans gives Words, and all words of a lid that came or went.
func (l LidChange) Spans() []Span {
	if l.Kind == Added || l.Kind == Removed {
		return []Span{{l.Kind, l.Lid().Text}}
	}
	return l.Words
}

// Span is a run of words that stayed (Unchanged), went (Removed) or came
// (Added). Between two spans belongs a space, unless a line ends there.
type Span struct {
	Kind ChangeKind
	Text string
}

// Place is an article, or a lid of it.
type Place struct{ Article, Lid string }

// Move says that what was found at From is now at To.
type Move struct{ From, To Place }

// Compare says what happened to every article of two versions of one
// regulation, in the order of the new one; what was removed stands where it
// stood. Articles are the same when they have the same stam-id; without one,
// the same key, or the same id, or nearly the same words. Leden have no stable
// key in the source: they are matched by their words and their order.
func Compare(old, now *Text) []Change {
	match := matchArticles(old.Articles, now.Articles) // new index to old index
	taken := make([]bool, len(old.Articles))
	for _, o := range match {
		if o >= 0 {
			taken[o] = true
		}
	}
	var out []Change
	next := 0 // first old article that has not been passed
	removed := func(until int) {
		for ; next < until; next++ {
			if !taken[next] {
				out = append(out, removedArticle(&old.Articles[next]))
			}
		}
	}
	for n := range now.Articles {
		a := &now.Articles[n]
		if match[n] < 0 {
			c := Change{Kind: Added, New: a}
			for i := range a.Paragraphs {
				c.Leden = append(c.Leden, LidChange{Kind: Added, New: &a.Paragraphs[i]})
			}
			out = append(out, c)
			continue
		}
		removed(match[n]) // does nothing for an article that moved forward
		out = append(out, compareArticle(&old.Articles[match[n]], a))
	}
	removed(len(old.Articles))
	return out
}

func removedArticle(a *Article) Change {
	c := Change{Kind: Removed, Old: a}
	for i := range a.Paragraphs {
		c.Leden = append(c.Leden, LidChange{Kind: Removed, Old: &a.Paragraphs[i]})
	}
	return c
}

func compareArticle(old, now *Article) Change {
	c := Change{
		Old: old, New: now, Renumbered: old.Number != now.Number, Moved: !slices.Equal(old.Path, now.Path),
		Leden: compareLeden(old.Paragraphs, now.Paragraphs),
	}
	if old.Title != now.Title || slices.ContainsFunc(c.Leden, func(l LidChange) bool { return !l.Still() }) {
		c.Kind = Changed
	}
	return c
}

// matchArticles gives, for every new article, the old one that it is, or −1.
func matchArticles(old, now []Article) []int {
	match := make([]int, len(now))
	for i := range match {
		match[i] = -1
	}
	taken := make([]bool, len(old))
	// From the surest mark to the least sure; a mark that is empty or not
	// unique says nothing.
	for _, mark := range []func(*Article) string{
		func(a *Article) string { return a.StamID },
		func(a *Article) string { return a.Key },
		func(a *Article) string { return a.ID },
	} {
		at := map[string]int{}
		for i := range old {
			if m := mark(&old[i]); m != "" && !taken[i] {
				if _, double := at[m]; double {
					at[m] = -1
					continue
				}
				at[m] = i
			}
		}
		for i := range now {
			a := &now[i]
			o, ok := at[mark(a)]
			if match[i] >= 0 || mark(a) == "" || !ok || o < 0 || taken[o] || differentStam(&old[o], a) {
				continue
			}
			match[i], taken[o] = o, true
		}
	}
	for i := range now {
		if match[i] >= 0 {
			continue
		}
		best, most := -1, 0.6 // below this the words of two articles of one law are often alike by chance
		words := bag(joined(&now[i]))
		for o := range old {
			if taken[o] || old[o].Annex != now[i].Annex || differentStam(&old[o], &now[i]) {
				continue
			}
			if s := alike(bag(joined(&old[o])), words); s > most {
				best, most = o, s
			}
		}
		if best >= 0 {
			match[i], taken[best] = best, true
		}
	}
	return match
}

// differentStam reports that the source itself says that the two are not the
// same article.
func differentStam(a, b *Article) bool {
	return a.StamID != "" && b.StamID != "" && a.StamID != b.StamID
}

func joined(a *Article) string {
	var b strings.Builder
	for _, p := range a.Paragraphs {
		b.WriteString(p.Text)
		b.WriteByte(' ')
	}
	return b.String()
}

// bag counts the words of a text.
func bag(s string) map[string]int {
	out := map[string]int{}
	for _, w := range strings.Fields(strings.ToLower(s)) {
		out[strings.Trim(w, ".,;:()")]++
	}
	return out
}

// alike is Dice's coefficient over words: 0 nothing in common, 1 the same.
func alike(a, b map[string]int) float64 {
	both, all := 0, 0
	for w, n := range a {
		both += min(n, b[w])
		all += n
	}
	for _, n := range b {
		all += n
	}
	if all == 0 {
		return 1
	}
	return 2 * float64(both) / float64(all)
}

// Weights of matching leden. A lid that is rewritten under the same number is
// still that lid, unless another is more like it.
const (
	leastAlike  = 0.5  // the same lid under another number
	sameNumber  = 0.1  // the least that a pair with one number is worth
	numberBonus = 0.05 // of two that are as much alike, the one with the number
)

// compareLeden pairs leden so that their order is kept and the pairs are as
// much alike as can be.
func compareLeden(old, now []Paragraph) []LidChange {
	oldBags, newBags := bags(old), bags(now)
	worth := func(i, j int) float64 {
		same := old[i].Number == now[j].Number
		s := alike(oldBags[i], newBags[j])
		switch {
		case same:
			return max(s, sameNumber) + numberBonus
		case s >= leastAlike:
			return s
		}
		return 0
	}
	// best[i][j] is the most that old[i:] and now[j:] are worth.
	best := make([][]float64, len(old)+1)
	pair := make([][]float64, len(old))
	for i := range best {
		best[i] = make([]float64, len(now)+1)
	}
	for i := len(old) - 1; i >= 0; i-- {
		pair[i] = make([]float64, len(now))
		for j := len(now) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if pair[i][j] = worth(i, j); pair[i][j] > 0 {
				best[i][j] = max(best[i][j], pair[i][j]+best[i+1][j+1])
			}
		}
	}
	var out []LidChange
	i, j := 0, 0
	for i < len(old) || j < len(now) {
		switch {
		case i < len(old) && j < len(now) && pair[i][j] > 0 && best[i][j] == pair[i][j]+best[i+1][j+1]:
			out = append(out, compareLid(&old[i], &now[j]))
			i, j = i+1, j+1
		case i < len(old) && (j == len(now) || best[i][j] == best[i+1][j]):
			out = append(out, LidChange{Kind: Removed, Old: &old[i]})
			i++
		default:
			out = append(out, LidChange{Kind: Added, New: &now[j]})
			j++
		}
	}
	return out
}

func bags(ps []Paragraph) []map[string]int {
	out := make([]map[string]int, len(ps))
	for i, p := range ps {
		out[i] = bag(p.Text)
	}
	return out
}

func compareLid(old, now *Paragraph) LidChange {
	c := LidChange{Old: old, New: now, Renumbered: old.Number != now.Number}
	if old.Text != now.Text {
		c.Kind, c.Words = Changed, diffWords(old.Text, now.Text)
	}
	return c
}

// diffWords compares word by word. The library compares lines, so that every
// word, and every line end, becomes a line.
func diffWords(old, now string) []Span {
	before, after := wordLines(old), wordLines(now)
	var out []Span
	add := func(k ChangeKind, lines string) {
		text := unlines(lines)
		if text == "" {
			return
		}
		if n := len(out); n > 0 && out[n-1].Kind == k {
			out[n-1].Text = glue(out[n-1].Text, text)
			return
		}
		out = append(out, Span{k, text})
	}
	at := 0
	for _, e := range udiff.Lines(before, after) {
		add(Unchanged, before[at:e.Start])
		add(Removed, before[e.Start:e.End])
		add(Added, e.New)
		at = e.End
	}
	add(Unchanged, before[at:])
	return out
}

const lineEnd = "\x01"

// unlines is the inverse of wordLines, without indents.
func unlines(lines string) string {
	text := ""
	for word := range strings.SplitSeq(strings.TrimSuffix(lines, "\n"), "\n") {
		if word == lineEnd {
			word = "\n"
		}
		text = glue(text, word)
	}
	return text
}

// glue joins words with a space, except at the end of a line.
func glue(a, b string) string {
	if a == "" || b == "" || strings.HasSuffix(a, "\n") || strings.HasPrefix(b, "\n") {
		return a + b
	}
	return a + " " + b
}

func wordLines(s string) string {
	var b strings.Builder
	for line := range strings.Lines(s) {
		for _, w := range strings.Fields(line) {
			b.WriteString(w)
			b.WriteByte('\n')
		}
		if strings.HasSuffix(line, "\n") {
			b.WriteString(lineEnd + "\n")
		}
	}
	return b.String()
}

// Moves gives what stands at another place now: renumbered articles, and
// renumbered leden, each with the place it went to. A lid that kept its number
// in an article that got another is among them as well.
func Moves(changes []Change) []Move {
	var out []Move
	for _, c := range changes {
		if c.Old == nil || c.New == nil {
			continue
		}
		if c.Old.ID != c.New.ID {
			out = append(out, Move{Place{Article: c.Old.ID}, Place{Article: c.New.ID}})
		}
		for _, l := range c.Leden {
			if l.Old == nil || l.New == nil || l.Old.Number == "" || l.New.Number == "" {
				continue
			}
			from, to := Place{c.Old.ID, l.Old.Number}, Place{c.New.ID, l.New.Number}
			if from != to {
				out = append(out, Move{from, to})
			}
		}
	}
	return out
}
