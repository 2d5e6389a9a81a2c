package search

import (
	"cmp"
	"slices"
)

// Found is a text that has a term.
type Found struct {
	Seq  uint64 // the number of the text
	Head bool   // a term in its beginning answers as well
}

// Texts is an index of the terms of texts that come and go, in memory: what a
// database keeps in tables. It is not safe for concurrent use.
type Texts struct {
	terms  []Term // of which the last text went have no Text
	in     [][]uint32
	number map[string]int32
	docs   []uint64 // seq
	of     map[uint64]doc
}

type doc struct {
	at    uint32 // in docs
	terms []int32
}

// NewTexts gives an empty index.
func NewTexts() *Texts { return &Texts{number: map[string]int32{}, of: map[uint64]doc{}} }

// Len is the number of texts.
func (x *Texts) Len() int { return len(x.of) }

// Add puts a text in, in the place of what was there by that number.
func (x *Texts) Add(seq uint64, terms []Term) {
	x.Remove(seq)
	d := doc{at: uint32(len(x.docs)), terms: make([]int32, 0, len(terms))}
	x.docs = append(x.docs, seq)
	for _, t := range terms {
		n, ok := x.number[t.Text]
		if !ok {
			n = int32(len(x.terms))
			x.number[t.Text] = n
			x.terms, x.in = append(x.terms, Term{Text: t.Text, Stem: t.Stem, Root: t.Root}), append(x.in, nil)
		}
		p := d.at << 1
		if t.Head {
			p |= 1
		}
		x.in[n] = append(x.in[n], p)
		d.terms = append(d.terms, n)
	}
	x.of[seq] = d
}

// Remove takes a text out, with the words that were only in it.
func (x *Texts) Remove(seq uint64) {
	d, ok := x.of[seq]
	if !ok {
		return
	}
	for _, n := range d.terms {
		x.in[n] = slices.DeleteFunc(x.in[n], func(p uint32) bool { return p>>1 == d.at })
		if len(x.in[n]) == 0 {
			delete(x.number, x.terms[n].Text)
			x.terms[n], x.in[n] = Term{}, nil
		}
	}
	if delete(x.of, seq); len(x.of) == 0 {
		*x = *NewTexts() // places are given again
	}
}

// Find gives for each want the texts that have a term that answers, by number.
func (x *Texts) Find(wants []Want) [][]Found {
	out := make([][]Found, len(wants))
	for i, w := range wants {
		head := map[uint32]bool{}
		for n, t := range x.terms {
			if t.Text == "" || !w.Is(t) {
				continue
			}
			for _, p := range x.in[n] {
				head[p>>1] = head[p>>1] || p&1 == 1
			}
		}
		for at, h := range head {
			out[i] = append(out[i], Found{x.docs[at], h})
		}
		slices.SortFunc(out[i], func(a, b Found) int { return cmp.Compare(a.Seq, b.Seq) })
	}
	return out
}

// Roots gives of each text the different roots, as numbers in names.
func (x *Texts) Roots() (names []string, of map[uint64][]int32) {
	roots := Rooting[int32]{}
	for n, t := range x.terms {
		if t.Text != "" {
			roots.Term(int32(n), t.Root)
		}
	}
	of = make(map[uint64][]int32, len(x.of))
	for seq, d := range x.of {
		of[seq] = roots.Of(d.terms)
	}
	return roots.Names, of
}

// Rooting numbers the different roots of terms, which have an ID of their own.
// The zero value is ready for use.
type Rooting[ID comparable] struct {
	Names  []string // a root by its number
	number map[string]int32
	of     map[ID]int32
}

// Term says what the root of a term is; a term without one has no number.
func (r *Rooting[ID]) Term(id ID, root string) {
	if root == "" {
		return
	}
	if r.of == nil {
		r.number, r.of = map[string]int32{}, map[ID]int32{}
	}
	n, ok := r.number[root]
	if !ok {
		n = int32(len(r.Names))
		r.number[root], r.Names = n, append(r.Names, root)
	}
	r.of[id] = n
}

// Of gives the numbers of the roots of terms, each once, ascending.
func (r *Rooting[ID]) Of(terms []ID) []int32 {
	var list []int32
	for _, id := range terms {
		if n, ok := r.of[id]; ok {
			list = append(list, n)
		}
	}
	slices.Sort(list)
	return slices.Compact(list)
}
