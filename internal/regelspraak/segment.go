package regelspraak

import (
	"fmt"

	"lemniscaat/internal/rule"
)

// segment is a stretch of text without bullets of its own: the head of a
// sentence, or one item of a list. A list that hangs under it stands in its
// tokens as one kindList, right after the words that introduce it. So the
// depth of the bullets, and nothing else, decides what belongs to what.
type segment struct {
	tokens []token
	bullet *token // nil for the head of a sentence
}

// list is the items of one level of bullets.
type list struct {
	items []segment
}

// segmenter builds segments from the tokens of one sentence.
type segmenter struct {
	p      *parser
	u      *unit
	tokens []token
	at     int
	parens int // open now
	failed bool
}

// segments cuts a sentence; ok is false when its bullets or parentheses are in
// error (and reported).
func (p *parser) segments(u *unit, tokens []token) (seg segment, ok bool) {
	s := &segmenter{p: p, u: u, tokens: tokens}
	bullets := false
	for i := range tokens {
		if tokens[i].kind == kindBullet {
			bullets = true
			break
		}
	}
	if len(tokens) > maxSentence {
		p.report(errorAt(u.pos(&tokens[0]), CodeLimit, "deze zin is te lang om te lezen", fmt.Sprintf("een zin heeft hoogstens %d woorden; gebruik meer regels", maxSentence)))
		return segment{}, false
	}
	if !bullets { // the usual case: nothing to copy
		for s.at < len(tokens) {
			s.paren(&tokens[s.at])
			s.at++
		}
		return segment{tokens: tokens}, !s.failed
	}
	seg = s.read(0)
	return seg, !s.failed
}

// paren keeps count of the parentheses.
func (s *segmenter) paren(t *token) {
	switch {
	case t.is("("):
		if s.parens++; s.parens == maxParens+1 {
			s.fail(errorAt(s.u.pos(t), CodeLimit, "te veel haakjes in elkaar", fmt.Sprintf("hoogstens %d; gebruik variabelen onder %s", maxParens, quote("Daarbij geldt:"))))
		}
	case t.is(")"):
		s.parens--
	}
}

func (s *segmenter) fail(d rule.Diagnostic) {
	s.failed = true
	s.p.report(d)
}

// read collects the text of a segment that hangs at the given depth, and the
// lists under it.
func (s *segmenter) read(depth int) segment {
	// Up to the first list the tokens are those of the sentence; only a
	// segment with a list in it gets a copy, because the full slice makes
	// append do so.
	var seg segment
	start, copied := s.at, false
	outer := s.parens
	take := func() {
		if copied {
			seg.tokens = append(seg.tokens, s.tokens[s.at])
		} else {
			seg.tokens = s.tokens[start : s.at+1 : s.at+1]
		}
		s.at++
	}
	for s.at < len(s.tokens) {
		t := &s.tokens[s.at]
		switch {
		case t.kind == kindBullet && int(t.depth) <= depth:
			if s.parens > outer {
				s.fail(errorAt(s.u.pos(t), CodeSyntax, "er staat nog een haakje open waar dit onderdeel van de opsomming begint", "sluit het met "+quote(")")))
				s.parens = outer
			}
			return seg
		case t.kind == kindBullet:
			copied = true
			seg.tokens = append(seg.tokens, token{kind: kindList, text: t.text, fold: t.fold, start: t.start, end: t.end,
				line: t.line, column: t.column, list: s.items(depth)})
			continue
		case depth > 0 && t.first && t.is("indien"):
			return seg // an outer sentence goes on
		case t.is(")") && s.parens == outer && depth > 0 && outer > 0:
			return seg // closes a parenthesis around the list
		}
		s.paren(t)
		take()
	}
	return seg
}

// items reads a list under a segment of the given depth.
func (s *segmenter) items(parent int) *list {
	l := &list{}
	level := int(s.tokens[s.at].depth)
	if t := &s.tokens[s.at]; level > maxDepth {
		s.fail(errorAt(s.u.pos(t), CodeLimit, "deze opsomming is te diep", fmt.Sprintf("hoogstens %d niveaus", maxDepth)))
	} else if level != parent+1 {
		s.fail(errorAt(s.u.pos(t), CodeBullet, fmt.Sprintf("hier is een niveau van de opsomming overgeslagen: %d streepjes onder %d", level, parent),
			fmt.Sprintf("begin met %d %s", parent+1, plural(parent+1, "streepje", "streepjes"))))
	}
	for s.at < len(s.tokens) {
		t := &s.tokens[s.at]
		if t.kind != kindBullet || int(t.depth) != level {
			break
		}
		s.at++
		item := s.read(level)
		item.bullet = t
		if len(item.tokens) == 0 {
			s.fail(errorAt(s.u.pos(t), CodeBullet, "een leeg onderdeel van de opsomming", "schrijf een voorwaarde of laat het streepje weg"))
			continue
		}
		l.items = append(l.items, item)
	}
	return l
}

func plural(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
