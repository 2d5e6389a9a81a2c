package regelspraak

import (
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// reading is one way to read the tokens from some start to end as an
// expression. All readings of a phrase are kept until the end of the sentence
// shows which can stand.
type reading struct {
	end    int
	expr   rule.Expr
	faults *fault
}

// fault is a tree of what is wrong with a reading. Messages are made only when
// the reading turns out to be the best there is.
type fault struct {
	diag             func() rule.Diagnostic
	left, right      *fault
	errs, warns, amb int
}

// wrong is a fault with one error. A nil diag is an error that was reported
// elsewhere (a name whose declaration is broken).
func wrong(diag func() rule.Diagnostic) *fault { return &fault{diag: diag, errs: 1} }

// odd is a fault with one warning.
func odd(diag func() rule.Diagnostic) *fault { return &fault{diag: diag, warns: 1} }

// unclear is a fault for two readings that both stand.
func unclear(diag func() rule.Diagnostic) *fault { return &fault{diag: diag, amb: 1} }

// join puts two faults together; either may be nil.
func join(a, b *fault) *fault {
	if a == nil {
		return b
	}
	if b == nil {
		return a
	}
	return &fault{left: a, right: b, errs: a.errs + b.errs, warns: a.warns + b.warns, amb: a.amb + b.amb}
}

func (f *fault) errors() int {
	if f == nil {
		return 0
	}
	return f.errs
}

// compare orders faults by errors, then warnings.
func (f *fault) compare(o *fault) int {
	var a, b fault
	if f != nil {
		a = *f
	}
	if o != nil {
		b = *o
	}
	if a.errs != b.errs {
		return a.errs - b.errs
	}
	return a.warns - b.warns
}

// fatal reports whether the reading with these faults cannot be used.
func (f *fault) fatal() bool { return f != nil && f.errs+f.amb > 0 }

// report hands every message of the tree to the parser.
func (f *fault) report(p *parser) {
	if f.fatal() {
		p.errors++ // also when the message was given elsewhere
	}
	// An explicit stack: a chain of a thousand terms is a tree as deep.
	if f == nil {
		return
	}
	seen := map[*fault]bool{} // readings share what is wrong with their parts
	stack := []*fault{f}
	for len(stack) > 0 {
		f := stack[len(stack)-1]
		stack = stack[:len(stack)-1]
		if f == nil || seen[f] {
			continue
		}
		if seen[f] = true; f.diag != nil {
			if p.full() {
				return
			}
			p.report(f.diag())
		}
		stack = append(stack, f.right, f.left)
	}
}

// keep adds a reading to those of the same start. Of readings with one end
// those without errors push out the others; two different ones of one type
// become a single one that is unclear.
func (g *region) keep(rs []reading, r reading) []reading {
	if g.p.readings++; g.p.readings > maxReadings {
		g.over = true
		return rs
	}
	clean := r.faults.errors() == 0
	for i := 0; i < len(rs); i++ {
		o := &rs[i]
		if o.end != r.end {
			continue
		}
		oClean := o.faults.errors() == 0
		if clean != oClean {
			if oClean {
				return rs
			}
			*o = r // and fall through: others in error may follow
			return rs
		}
		if !clean {
			if r.faults.compare(o.faults) < 0 {
				*o = r
			}
			return rs
		}
		if o.expr.Type() != r.expr.Type() {
			continue
		}
		switch c := r.faults.compare(o.faults); {
		case c < 0:
			*o = r
		case c == 0 && !equalExpr(o.expr, r.expr):
			a, b, pos, sc := o.expr, r.expr, o.expr.Position(), g.sc
			o.faults = join(o.faults, unclear(func() rule.Diagnostic {
				return ambiguous(pos, fragmentsOf(sc, a, nil), fragmentsOf(sc, b, nil))
			}))
		}
		return rs
	}
	return append(rs, r)
}

// fragmentsOf gives an expression, a condition, or one with the other, as they
// stand in a scope.
func fragmentsOf(sc *scope, e rule.Expr, c rule.Condition) []Fragment {
	p := &printer{}
	for ; sc != nil; sc = sc.parent {
		p.scopes = append(p.scopes, scopeName{binding: sc.binding, role: sc.role})
	}
	slices.Reverse(p.scopes)
	if e != nil {
		p.expr(e, levelRound, true)
		if c != nil {
			p.keyword(" indien ")
		}
	}
	if c != nil {
		p.condition(c, false)
	}
	return p.out
}

// ambiguous is the diagnostic for two readings in canonical form. When these
// have the same words the names in them are marked.
func ambiguous(pos rule.Pos, a, b []Fragment) rule.Diagnostic {
	x, y := joinFragments(a), joinFragments(b)
	if x == y {
		x, y = marked(a), marked(b)
	}
	return errorAt(pos, CodeAmbiguous, "dit is op twee manieren te lezen: als "+quote(x)+" en als "+quote(y),
		"zet haakjes, schrijf het anders, of geef een van de namen een andere naam")
}

// marked writes names between angle quotes.
func marked(fs []Fragment) string {
	var b strings.Builder
	for _, f := range fs {
		if f.Ref != "" {
			b.WriteString("‹" + f.Text + "›")
		} else {
			b.WriteString(f.Text)
		}
	}
	return b.String()
}

// memo holds the readings of one kind of phrase at one token.
type memo struct {
	done     bool
	readings []reading
	paths    []path
}

// The kinds of phrase that are read once per start.
const (
	phraseFull = iota
	phraseSum
	phraseTerm
	phrasePercent
	phrasePrimary
	phrasePath
	phrases
)

// region parses the tokens of one segment in one scope.
type region struct {
	p     *parser
	u     *unit
	sc    *scope
	toks  []token
	stop  token // stands at len(toks)
	memo  []memo
	lists map[*list]parsedList
	manys map[int][]manyPath
	over  bool
	cell  bool // of a table: ends at a bar

	// In a consistentieregel the subject stands at [subjectAt, subjectEnd): "De
	// leeftijd van [een persoon] moet …". An end of 0: nowhere.
	subjectAt, subjectEnd int

	// What was accepted at the furthest token that anything came to.
	far       int
	wants     want
	wantNames []nameWant
	matched   int // start of the last name that ended at far, or -1
}

func (p *parser) region(u *unit, sc *scope, toks []token, after *token) *region {
	g := &region{p: p, u: u, sc: sc, toks: toks, matched: -1}
	if after != nil {
		g.stop = *after
	}
	g.stop.kind = kindEnd
	n := (len(toks) + 1) * phrases
	if k := len(p.memos); k > 0 && cap(p.memos[k-1]) >= n {
		g.memo = p.memos[k-1][:n]
		p.memos = p.memos[:k-1]
		clear(g.memo)
	} else {
		g.memo = make([]memo, n, max(n, 512))
	}
	return g
}

// release gives the memo table back for the next region.
func (g *region) release() {
	g.p.memos = append(g.p.memos, g.memo)
	g.memo = nil
}

func (g *region) tok(i int) *token {
	if i < len(g.toks) {
		return &g.toks[i]
	}
	return &g.stop
}

func (g *region) pos(i int) rule.Pos { return g.u.pos(g.tok(i)) }

// words gives the token after a row of keywords at i, or -1.
func (g *region) words(i int, words ...string) int {
	for _, w := range words {
		if i >= len(g.toks) || !g.toks[i].is(w) {
			return -1
		}
		i++
	}
	return i
}

// at reads one kind of phrase at token i, once.
func (g *region) at(phrase, i int, read func(int) []reading) []reading {
	if i > len(g.toks) || g.over {
		return nil
	}
	m := &g.memo[i*phrases+phrase]
	if !m.done {
		m.done = true
		m.readings = read(i)
	}
	return m.readings
}

// broken stands in for an expression that is in error.
func broken(pos rule.Pos) rule.Expr { return &rule.Literal{Node: rule.Node{Pos: pos}} }
