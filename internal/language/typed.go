package language

import (
	"strings"

	"lemniscaat/internal/regelspraak"
)

func inComment(line string, at Place) bool {
	i := strings.Index(line[:offset(line, at.Column)], "//")
	return i >= 0
}

// typed is what stands before the cursor.
type typed struct {
	b   *block
	at  Place
	end int // the number of tokens that begin before the cursor
}

// startsLine reports whether at most one word stands on the line before the
// cursor.
func (t typed) startsLine() bool {
	line := t.b.doc.line(t.at.Line)
	before := line[:offset(line, t.at.Column)]
	return len(strings.Fields(before)) <= 1 && !strings.HasSuffix(strings.TrimLeft(before, " \t"), " ")
}

// prefix gives the last k words before the cursor as they were typed, joined
// by single spaces, and where they begin; ok is false when they are no words.
func (t typed) prefix(k, floor int) (text string, from Place, ok bool) {
	if k == 0 {
		return "", t.at, true
	}
	if t.end-k < floor {
		return "", Place{}, false
	}
	tokens := t.b.tokens[t.end-k : t.end]
	words := make([]string, k)
	for i, tok := range tokens {
		if tok.Kind == regelspraak.TokenBullet || tok.Kind == regelspraak.TokenUnknown && i < k-1 || tok.Kind == regelspraak.TokenMark && tok.Text != "," {
			return "", Place{}, false
		}
		words[i] = tok.Text
	}
	last := tokens[k-1]
	text = strings.Join(words, " ")
	switch {
	case last.Line == t.at.Line && last.End > t.at.Column: // inside a word
		line := t.b.doc.line(last.Line)
		cut := line[offset(line, last.Column):offset(line, t.at.Column)]
		words[k-1] = cut
		text = strings.Join(words, " ")
	case last.Line != t.at.Line || last.End < t.at.Column:
		text += " "
	}
	return text, Place{tokens[0].Line, tokens[0].Column}, true
}

// touches reports whether the cursor stands at the end of a word or in it.
func (t typed) touches() bool {
	if t.end == 0 {
		return false
	}
	last := t.b.tokens[t.end-1]
	return last.Line == t.at.Line && last.End >= t.at.Column &&
		(last.Kind == regelspraak.TokenWord || last.Kind == regelspraak.TokenNumber || last.Kind == regelspraak.TokenUnknown)
}

// ended reports whether a full stop stands before the word at the cursor.
func (t typed) ended() bool {
	i := t.end - 1
	if t.touches() {
		i--
	}
	return i >= 0 && t.b.tokens[i].Text == "."
}

// phrase completes one fixed text by the longest part of it that was typed.
func (t typed) phrase(text string, floor int, kind Kind) []Completion {
	for k := min(maxTypedWords, t.end-floor); k >= 0; k-- {
		if k == 0 && t.touches() {
			break
		}
		typed, from, ok := t.prefix(k, floor)
		if ok && matches(text, typed) == 0 && len(typed) < len(text) {
			return []Completion{{Label: strings.TrimSpace(text), Kind: kind, Filter: text, Edit: Edit{Range{from, t.at}, text}}}
		}
	}
	return nil
}

// matches tells how well a text begins with what was typed: 0 as a whole, 1
// from a later word on, −1 not.
func matches(text, typed string) int {
	l, p := strings.ToLower(text), strings.ToLower(typed)
	if strings.HasPrefix(l, p) {
		return 0
	}
	if len(p) > 1 {
		if strings.Contains(l, " "+p) {
			return 1
		}
	}
	return -1
}
