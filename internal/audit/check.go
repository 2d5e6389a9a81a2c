// Package audit makes the log of an installation checkable by others: it signs
// heads of the log as it grows, exports a whole log to one file, and verifies a
// log or an export offline.
package audit

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/seal"
)

// Fault is the first thing that is wrong with a log or an export.
type Fault struct {
	Code string // stable: "keten", "tekst", "kop", …
	Seq  uint64 // number of the event; 0: none
	Line int    // of the file; 0: not of a file
	Text string // Dutch: what is wrong
}

// Error says what is wrong and where.
func (f *Fault) Error() string {
	switch {
	case f.Line > 0 && f.Seq > 0:
		return fmt.Sprintf("regel %d, gebeurtenis %d: %s", f.Line, f.Seq, f.Text)
	case f.Line > 0:
		return fmt.Sprintf("regel %d: %s", f.Line, f.Text)
	case f.Seq > 0:
		return fmt.Sprintf("gebeurtenis %d: %s", f.Seq, f.Text)
	}
	return f.Text
}

// Report is what a verification found.
type Report struct {
	Events uint64
	Head   event.Head // of what was right
	Root   event.Hash // of the tree over it

	Texts, Erased int // personal texts that are there, and that were erased
	Left          int // texts that an export leaves out
	Facts         int64
	Deliveries    int // batches of facts that are right

	Heads  int       // signed heads that fit
	Signed seal.Head // the largest of them
	// Pinned: they were checked with a key that somebody holds apart.
	Pinned bool
}

// Options of a verification.
type Options struct {
	// Known is a head that was kept elsewhere; nil: none.
	Known *event.Head
	// Heads are signed heads that were kept elsewhere.
	Heads []string
	// Pins are public keys that were kept elsewhere.
	Pins []string
}

// checker takes a log piece by piece, in order, and stops at the first fault. It
// uses memory per stream, per signed head and per erased text, not per event.
type checker struct {
	o       Options
	report  Report
	tree    seal.Tree
	streams map[string]uint64
	heads   []seal.Head // by size
	next    int         // the first of them that was not reached

	want    map[string]event.Hash // texts that the last event committed to and that did not come yet
	wantSeq uint64
	missing map[event.Ref]bool // texts that are not there and that nobody erased yet
	without bool               // texts may be left out
	batches map[uint64]loop.FactBatch
}

func newChecker(o Options, without bool) *checker {
	return &checker{o: o, without: without, streams: map[string]uint64{}, missing: map[event.Ref]bool{}, batches: map[uint64]loop.FactBatch{}}
}

// sign gives the heads that the log must fit, with the keys that come with them.
func (c *checker) sign(public seal.Public, heads []string) error {
	all := slices.Concat(heads, c.o.Heads)
	if len(all) == 0 && len(c.o.Pins) == 0 && len(public.Keys) == 0 {
		return nil
	}
	trust, err := public.Trust(c.o.Pins...)
	if err != nil {
		return &Fault{Code: "sleutel", Text: err.Error()}
	}
	c.report.Pinned = trust.Pinned()
	for i, s := range all {
		h, err := trust.OpenHead(s)
		if err != nil {
			where := fmt.Sprintf("ondertekende kop %d", i+1)
			if i >= len(heads) {
				where = fmt.Sprintf("ondertekende kop %d van elders", i-len(heads)+1)
			}
			return &Fault{Code: "handtekening", Text: where + ": " + err.Error()}
		}
		if h.Size == 0 {
			return &Fault{Code: "kop", Text: "een ondertekende kop over nul gebeurtenissen bestaat niet"}
		}
		if len(c.heads) > 0 && h.Origin != c.heads[0].Origin {
			return &Fault{Code: "kop", Text: fmt.Sprintf("een ondertekende kop is van %q, een andere van %q: dat zijn twee logboeken", h.Origin, c.heads[0].Origin)}
		}
		c.heads = append(c.heads, h)
	}
	slices.SortStableFunc(c.heads, func(a, b seal.Head) int { return cmp.Compare(a.Size, b.Size) })
	return nil
}

// event takes the next event, without its texts.
func (c *checker) event(e event.Event) error {
	if err := c.settle(); err != nil {
		return err
	}
	want := c.report.Head.Seq + 1
	wrong := func(code, format string, args ...any) error {
		return &Fault{Code: code, Seq: want, Text: fmt.Sprintf(format, args...)}
	}
	switch {
	case e.Seq != want:
		return wrong("volgorde", "verwacht nummer %d, gevonden %d (ontbreekt of staat op een andere plaats)", want, e.Seq)
	case e.PrevHash != c.report.Head.Hash:
		return wrong("keten", "sluit niet aan op de vorige gebeurtenis")
	case e.Sum() != e.Hash:
		return wrong("inhoud", "de inhoud klopt niet met de hash: er is iets veranderd")
	case e.StreamSeq != c.streams[e.Stream]+1:
		return wrong("stroom", "stroom %s: verwacht nummer %d, gevonden %d", e.Stream, c.streams[e.Stream]+1, e.StreamSeq)
	}
	c.streams[e.Stream] = e.StreamSeq
	c.tree.Add(e.Hash)
	c.report.Head, c.report.Events = e.Head(), e.Seq
	if k := c.o.Known; k != nil && k.Seq == e.Seq && k.Hash != e.Hash {
		return wrong("kop", "de hash is anders dan de bewaarde kop: het logboek is vervangen of veranderd")
	}
	for ; c.next < len(c.heads) && c.heads[c.next].Size == e.Seq; c.next++ {
		h := c.heads[c.next]
		if h.Root != c.tree.Root() || h.Last != e.Hash {
			return wrong("kop", "de eerste %d gebeurtenissen zijn niet die van de ondertekende kop van %s: het logboek is vervangen of veranderd", h.Size, moment(h.At))
		}
		c.report.Heads++
		c.report.Signed = h
	}
	c.want, c.wantSeq = maps.Clone(e.Personal), e.Seq
	return c.meaning(e)
}

// meaning notes what the events say about texts and facts.
func (c *checker) meaning(e event.Event) error {
	switch e.Type {
	case (*loop.TextsErased)(nil).Type(), (*loop.FactsReceived)(nil).Type():
	default:
		return nil
	}
	p, err := loop.Decode(event.Record{Event: e})
	if err != nil {
		return &Fault{Code: "inhoud", Seq: e.Seq, Text: err.Error()}
	}
	switch p := p.(type) {
	case *loop.TextsErased:
		for _, ref := range p.Refs {
			if c.missing[ref] {
				delete(c.missing, ref)
				c.report.Erased++
			}
		}
	case *loop.FactsReceived:
		c.batches[e.Seq] = p.Batch
	}
	return nil
}

// text takes a text of the last event.
func (c *checker) text(ref event.Ref, s event.Secret) error {
	commitment, ok := c.want[ref.Field]
	if !ok || ref.Seq != c.wantSeq {
		return &Fault{Code: "tekst", Seq: ref.Seq, Text: fmt.Sprintf("tekst %q hoort niet bij deze gebeurtenis, of staat er twee keer", ref.Field)}
	}
	if !s.Opens(commitment) {
		return &Fault{Code: "tekst", Seq: ref.Seq, Text: fmt.Sprintf("tekst %q is veranderd", ref.Field)}
	}
	delete(c.want, ref.Field)
	c.report.Texts++
	return nil
}

// settle ends an event: what did not come is missing.
func (c *checker) settle() error {
	for f := range c.want {
		if c.without {
			c.report.Left++
			continue
		}
		c.missing[event.Ref{Seq: c.wantSeq, Field: f}] = true
	}
	c.want = nil
	return nil
}

// facts takes what the table has of one delivery.
func (c *checker) facts(seq uint64, rows int, digest string) error {
	said, ok := c.batches[seq]
	switch {
	case !ok:
		return &Fault{Code: "feiten", Seq: seq, Text: "er staan uitkomsten bij deze gebeurtenis die het logboek niet kent"}
	case said.Rows != rows:
		return &Fault{Code: "feiten", Seq: seq, Text: fmt.Sprintf("er zijn %d uitkomsten, het logboek zegt %d", rows, said.Rows)}
	case string(said.Digest) != digest:
		return &Fault{Code: "feiten", Seq: seq, Text: "de uitkomsten zijn niet die waar het logboek van zegt"}
	}
	delete(c.batches, seq)
	c.report.Facts += int64(rows)
	c.report.Deliveries++
	return nil
}

// end checks what the whole must have.
func (c *checker) end() error {
	if err := c.settle(); err != nil {
		return err
	}
	c.report.Root = c.tree.Root()
	have := c.report.Head.Seq
	if k := c.o.Known; k != nil && k.Seq > have {
		return &Fault{Code: "einde", Seq: have + 1, Text: fmt.Sprintf("het logboek eindigt bij %d, maar de bewaarde kop is %d: het einde is weg", have, k.Seq)}
	}
	if c.next < len(c.heads) {
		h := c.heads[len(c.heads)-1]
		return &Fault{Code: "einde", Seq: have + 1, Text: fmt.Sprintf("het logboek eindigt bij %d, maar de ondertekende kop van %s is over %d gebeurtenissen: het einde is weg", have, moment(h.At), h.Size)}
	}
	for _, ref := range slices.SortedFunc(maps.Keys(c.missing), func(a, b event.Ref) int {
		return cmp.Or(cmp.Compare(a.Seq, b.Seq), cmp.Compare(a.Field, b.Field))
	}) {
		return &Fault{Code: "tekst", Seq: ref.Seq, Text: fmt.Sprintf("tekst %q is er niet, en het logboek zegt niet dat zij gewist is", ref.Field)}
	}
	for _, seq := range slices.Sorted(maps.Keys(c.batches)) {
		if rows := c.batches[seq].Rows; rows > 0 {
			return &Fault{Code: "feiten", Seq: seq, Text: fmt.Sprintf("het logboek noemt %d uitkomsten, en die zijn er niet", rows)}
		}
	}
	return nil
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02 15:04:05") + " UTC" }
