package explain

import (
	"strings"
	"sync"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// sheet is what all explanations by one program, on one day and in one language
// say alike: where a rule comes from and what a parameter is. It is kept by the
// program, so it is of these rules and no others.
type sheet struct {
	rules      sync.Map  // *rule.Version → *origin
	parameters sync.Map  // *rule.Parameter → *known
	attributes sync.Map  // *rule.Attribute → *words
	named      sync.Map  // *rule.Parameter → *words
	spare      sync.Pool // of *spare
}

type sheetKey struct {
	language string
	on       rule.Date
}

func sheetOf(p *exact.Program, l *language, on rule.Date) *sheet {
	s, _ := p.Keep(sheetKey{l.code, on}, func() any { return &sheet{} }).(*sheet)
	return s
}

// origin is where a version of a rule comes from.
type origin struct {
	rule, name, article, version, from, until string

	sources []Source
	json    []byte // Line.source of a line that comes from it
}

// fill says it of a line.
func (o *origin) fill(l *Line) {
	l.Rule, l.Name, l.Article, l.Version, l.ValidFrom, l.ValidUntil, l.Sources = o.rule, o.name, o.article, o.version, o.from, o.until, o.sources
	l.origin = o
}

// is reports whether a line still says it; nil is of no line.
func (o *origin) is(l *Line) bool {
	return o != nil && l.Rule == o.rule && l.Name == o.name && l.Article == o.article && l.Version == o.version && l.ValidFrom == o.from && l.ValidUntil == o.until &&
		same(l.Sources, o.sources)
}

// same reports whether two lists are one.
func same(a, b []Source) bool { return len(a) == len(b) && (len(a) == 0 || &a[0] == &b[0]) }

// known is a line that every explanation tells alike, but for its place.
type known struct {
	line Line
	json []byte // Line.content
}

// is reports whether a line is still it; nil is no line.
func (k *known) is(l *Line) bool {
	if k == nil {
		return false
	}
	o := &k.line
	return l.Kind == o.Kind && l.Text == o.Text && l.Value == o.Value && l.Parameter == o.Parameter && l.From == o.From && l.Unverified == o.Unverified && l.Example == o.Example &&
		same(l.Sources, o.Sources) && l.Calculation == "" && l.OK == nil && l.Rule == "" && l.Name == "" && l.Version == "" && l.ValidFrom == "" && l.ValidUntil == "" && l.Article == "" &&
		l.Row == 0 && l.Object == "" && l.Attribute == ""
}

// words are what an attribute or a parameter is called, of nobody in particular.
type words struct {
	id   string
	your string // "uw vermogen"
	the  string // "het vermogen"
	be   string // "is"
}

// attribute gives the words for an attribute.
func (w *writer) attribute(a *rule.Attribute) *words {
	if known, ok := w.notes.attributes.Load(a); ok {
		return known.(*words)
	}
	return w.name(&w.notes.attributes, a, a.ID(), a.Article, a.Name)
}

// parameterWords gives the words for a parameter.
func (w *writer) parameterWords(p *rule.Parameter) *words {
	if known, ok := w.notes.named.Load(p); ok {
		return known.(*words)
	}
	return w.name(&w.notes.named, p, p.ID, p.Article, p.Name)
}

// name makes words. They are kept longer than this explanation, and have a voice of
// their own.
func (w *writer) name(in *sync.Map, of any, id, article, name string) *words {
	l := w.l.language.voice()
	called := l.called(name)
	n := &words{id, l.say(tYour, "naam", called), strings.TrimSpace(l.say(tThe, "lid", article, "naam", called)), l.be(article, name)}
	in.Store(of, n)
	return n
}

// spare is memory for a next explanation.
type spare struct {
	lines []Line
	seen  []bool
	of    *sheet
}

// maxSpare is how many lines are kept at most for a next time.
const maxSpare = 1 << 12

// begin takes memory for the lines and takes over what the derivation says about
// itself.
func (w *writer) begin() {
	w.notes = sheetOf(w.c.Program(), w.l.language, w.d.Date)
	w.spare, _ = w.notes.spare.Get().(*spare)
	if w.spare == nil {
		w.spare = &spare{lines: make([]Line, 0, 128)}
	}
	if n := len(w.d.Steps); n <= cap(w.spare.seen) {
		w.spare.seen = w.spare.seen[:n]
		clear(w.spare.seen)
	} else {
		w.spare.seen = make([]bool, n)
	}
	w.seen, w.lines = w.spare.seen, w.spare.lines[:0]
	w.out.Date, w.out.Truncated = w.d.Date.String(), w.d.Truncated
}

// end gives the memory back, also that of the derivation.
func (w *writer) end() {
	w.spare.of = w.notes
	if w.ctx.Lend {
		w.out.Lines, w.out.lent = w.lines, w.spare
	} else {
		w.out.Lines = make([]Line, len(w.lines))
		copy(w.out.Lines, w.lines)
		w.spare.give(w.lines)
	}
	w.spare, w.lines, w.seen = nil, nil, nil
	w.d.Release()
	w.d = nil
}

// give keeps the memory of lines for a next explanation.
func (s *spare) give(lines []Line) {
	if cap(lines) > maxSpare {
		return
	}
	clear(lines) // nothing of somebody stays behind
	s.lines = lines[:0]
	s.of.spare.Put(s)
}

// truth holds both answers, to point at.
type truth struct{ yes, no bool }

// is gives a place with the answer.
func (t *truth) is(ok bool) *bool {
	if ok {
		return &t.yes
	}
	return &t.no
}

// value gives a value a place.
func (w *writer) value(v Value) *Value {
	if len(w.values) == cap(w.values) {
		w.values = make([]Value, 0, 32)
	}
	w.values = append(w.values, v)
	return &w.values[len(w.values)-1]
}
