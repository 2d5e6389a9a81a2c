// Package search finds documents by ordinary Dutch words and says why it found
// each. It has no state beside the index: an Index never changes once it is
// made, and may be used by many at once.
//
// A word of a question matches a word of a text when it is the same, has the
// same stem (Snowball), is a part of a compound ("toeslag" in
// "inkomenstoeslag"), is another word for it (words.go), or, when nothing else
// is found, is spelled almost the same. The score is BM25 (Robertson and
// Zaragoza, The Probabilistic Relevance Framework, 2009) per field, times the
// weight of the field and how good the match is.
package search

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"lemniscaat/internal/spelling"
)

// Field is one text of a document. Weight says how much a match in it counts
// beside a match in a text of weight 1.
type Field struct {
	Name   string
	Text   string
	Weight float64
}

// Document is something to be found.
type Document struct {
	ID     string
	Fields []Field
}

// How a word of the question matches, the best first.
type How uint8

// The ways to match.
const (
	Same     How = iota // "inkomen" – "inkomen"
	Stem                // "inkomens" – "inkomen"
	Synonym             // "geld terug" – "terugvordering"
	Compound            // "toeslag" – "inkomenstoeslag"
	Spelling            // "inkomn" – "inkomen"
)

var worth = [...]float64{Same: 1, Stem: 0.9, Synonym: 0.6, Compound: 0.5, Spelling: 0.4}

// Match says why a document was found: a word of the question, and the word of
// a text that it matches best.
type Match struct {
	Asked string
	Found string
	How   How
	Field int // index in Document.Fields
	Start int // byte offset of Found in the text of the field
}

// Hit is a document that was found.
type Hit struct {
	ID      string
	Doc     int // index in the list that the index was made of
	Score   float64
	Matches []Match // one for each word that was found, in the order asked
}

// Limits of a question.
const (
	MaxQuery = 200 // characters
	maxWords = 12
)

// BM25: how fast more of the same counts less, and how much length counts.
const (
	saturation = 1.2
	lengthBias = 0.6
)

type posting struct {
	doc, field int32
	count      int32
	start, end int32 // of the first occurrence
}

type term struct {
	text string // folded
	stem string
	in   []posting
	docs int
}

// Index is made once of a list of documents.
type Index struct {
	docs  []Document
	terms []term
	// byText, byStem give places in terms.
	byText map[string]int
	byStem map[string][]int
	length [][]float64 // tokens per document and field
	mean   map[string]float64
	of     int // documents that the scores count with
}

// Part makes an index of those of a list of documents that Wanted and Nearly find for a
// question. For that question it gives the scores, and so the order, that an index of
// the whole list would: all is the length of that list, and mean the average length of
// each field in it (Length), by name.
func Part(docs []Document, all int, mean map[string]float64) *Index {
	x := New(docs)
	x.of = all
	for name, n := range mean {
		x.mean[name] = max(1, n)
	}
	return x
}

// New makes an index.
func New(docs []Document) *Index {
	x := &Index{of: len(docs), docs: docs, byText: map[string]int{}, byStem: map[string][]int{}, length: make([][]float64, len(docs)), mean: map[string]float64{}}
	count := map[string]float64{}
	for d, doc := range docs {
		x.length[d] = make([]float64, len(doc.Fields))
		for f, field := range doc.Fields {
			n := 0
			for t := range tokens(field.Text) {
				n++
				x.add(t, d, f)
			}
			x.length[d][f] = float64(n)
			x.mean[field.Name] += float64(n)
			count[field.Name]++
		}
	}
	for name := range x.mean {
		x.mean[name] = max(1, x.mean[name]/count[name])
	}
	for i := range x.terms {
		t := &x.terms[i]
		t.docs = 0
		last := int32(-1)
		for _, p := range t.in {
			if p.doc != last {
				t.docs, last = t.docs+1, p.doc
			}
		}
		x.byStem[t.stem] = append(x.byStem[t.stem], i)
	}
	return x
}

func (x *Index) add(t token, d, f int) {
	i, ok := x.byText[t.text]
	if !ok {
		i = len(x.terms)
		x.byText[t.text] = i
		x.terms = append(x.terms, term{text: t.text, stem: stem(t.text)})
	}
	in := x.terms[i].in
	if n := len(in); n > 0 && in[n-1].doc == int32(d) && in[n-1].field == int32(f) {
		in[n-1].count++
		return
	}
	x.terms[i].in = append(in, posting{int32(d), int32(f), 1, int32(t.start), int32(t.end)})
}

// Search gives at most limit documents, the best first; equal ones in the order
// of the list. A question without words gives none.
func (x *Index) Search(question string, limit int) []Hit {
	words := Words(question)
	if len(words) == 0 || len(x.docs) == 0 {
		return nil
	}
	found := map[int]*Hit{}
	for _, w := range words {
		for d, best := range x.word(w) {
			h := found[d]
			if h == nil {
				h = &Hit{ID: x.docs[d].ID, Doc: d}
				found[d] = h
			}
			h.Score += best.score
			h.Matches = append(h.Matches, best.Match)
		}
	}
	out := make([]Hit, 0, len(found))
	for _, h := range found {
		// Finding all the words counts for more than finding one of them often.
		share := float64(len(h.Matches)) / float64(len(words))
		h.Score *= share
		out = append(out, *h)
	}
	slices.SortFunc(out, func(a, b Hit) int { return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.Doc, b.Doc)) })
	return out[:min(len(out), limit)]
}

type scored struct {
	Match
	score float64
}

// word gives for each document the best match of one word, with what all its
// matches are worth.
func (x *Index) word(w string) map[int]scored {
	how := map[int]How{} // per term, the best way
	note := func(i int, h How) {
		if old, ok := how[i]; !ok || h < old {
			how[i] = h
		}
	}
	if i, ok := x.byText[w]; ok {
		note(i, Same)
	}
	for _, i := range x.byStem[stem(w)] {
		note(i, Stem)
	}
	for _, other := range synonyms(w) {
		for _, i := range x.byStem[stem(other)] {
			note(i, Synonym)
		}
	}
	for i, t := range x.terms {
		if compound(w, t.text) {
			note(i, Compound)
		}
	}
	if len(how) == 0 {
		x.spelled(w, note)
	}
	out := map[int]scored{}
	n := float64(x.of)
	for i, h := range how {
		t := x.terms[i]
		rare := math.Log(1 + (n-float64(t.docs)+0.5)/(float64(t.docs)+0.5))
		for _, p := range t.in {
			field := x.docs[p.doc].Fields[p.field]
			c := float64(p.count)
			norm := saturation * (1 - lengthBias + lengthBias*x.length[p.doc][p.field]/x.mean[field.Name])
			s := field.Weight * worth[h] * rare * c * (saturation + 1) / (c + norm)
			m := scored{Match{Asked: w, Found: field.Text[p.start:p.end], How: h, Field: int(p.field), Start: int(p.start)}, s}
			if old, ok := out[int(p.doc)]; ok && (old.score > s || old.score == s && old.better(m.Match)) {
				m = old
			}
			out[int(p.doc)] = m
		}
	}
	return out
}

// better puts equal matches in a fixed order.
func (m Match) better(o Match) bool {
	return cmp.Or(cmp.Compare(m.Field, o.Field), cmp.Compare(m.Start, o.Start)) <= 0
}

// compound reports whether a word is the first or the last part of a longer
// one. Short words are part of too much.
func compound(w, of string) bool {
	return len(w) >= 4 && len(of) >= len(w)+3 && (strings.HasPrefix(of, w) || strings.HasSuffix(of, w))
}

// spelled finds the words that look most like one that is not there.
func (x *Index) spelled(w string, note func(int, How)) {
	most := len(w) / 4 // one fault in four letters
	if most == 0 {
		return
	}
	best := most + 1
	var near []int
	for i, t := range x.terms {
		if len(t.text) < 4 {
			continue
		}
		switch d := spelling.Distance(w, t.text, most); {
		case d < best:
			best, near = d, []int{i}
		case d == best && d <= most:
			near = append(near, i)
		}
	}
	if best <= most {
		for _, i := range near {
			note(i, Spelling)
		}
	}
}
