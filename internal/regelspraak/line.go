package regelspraak

import (
	"strings"

	"lemniscaat/internal/rule"
)

// line is a cursor over the tokens of one declaration line.
type line struct {
	u      *unit
	tokens []token
	at     int
	end    *token // where the line ends, for messages
}

func (l *line) peek() *token {
	if l.at < len(l.tokens) {
		return &l.tokens[l.at]
	}
	return nil
}

// take steps over the given words when they all come next.
func (l *line) take(words ...string) bool {
	if l.at+len(words) > len(l.tokens) {
		return false
	}
	for i, w := range words {
		if !l.tokens[l.at+i].is(w) {
			return false
		}
	}
	l.at += len(words)
	return true
}

// pos is the place of the next token, or just after the last.
func (l *line) pos() rule.Pos {
	if t := l.peek(); t != nil {
		return l.u.pos(t)
	}
	return l.u.endPos(l.end)
}

// found says what stands at the cursor.
func (l *line) found() string {
	if t := l.peek(); t != nil {
		return l.u.show(t)
	}
	return "het einde van de regel"
}

// article takes "de" or "het".
func (l *line) article() (string, bool) {
	if t := l.peek(); t != nil && (t.is("de") || t.is("het")) {
		l.at++
		return t.fold, true
	}
	return "", false
}

// nameLength counts the tokens from the cursor that can be words of a name.
func (l *line) nameLength() int {
	n := 0
	for l.at+n < len(l.tokens) && isNameToken(&l.tokens[l.at+n]) {
		n++
	}
	return n
}

func isNameToken(t *token) bool {
	return t.kind == kindWord || t.kind == kindNumber && !strings.ContainsAny(t.text, ".,-")
}

// plural takes "(mv: namen)".
func (l *line) plural() (string, bool) {
	save := l.at
	if !l.take("(", "mv", ":") {
		return "", false
	}
	n := l.nameLength()
	text := joinWords(l.tokens[l.at : l.at+n])
	l.at += n
	if n == 0 || !l.take(")") {
		l.at = save
		return "", false
	}
	return text, true
}

func joinWords(tokens []token) string {
	words := make([]string, len(tokens))
	for i := range tokens {
		words[i] = tokens[i].text
	}
	return strings.Join(words, " ")
}

// lines cuts a block into its heading line (without the heading words) and
// the lines after it.
func (b *block) lines() (head line, rest []line) {
	tokens := b.unit.tokens[b.from:b.to]
	cut := len(tokens)
	for i := 1; i < len(tokens); i++ {
		if tokens[i].first {
			cut = i
			break
		}
	}
	head = line{u: b.unit, tokens: tokens[min(b.words, cut):cut], end: &tokens[cut-1]}
	for i := cut; i < len(tokens); {
		j := i + 1
		for j < len(tokens) && !tokens[j].first {
			j++
		}
		rest = append(rest, line{u: b.unit, tokens: tokens[i:j], end: &tokens[j-1]})
		i = j
	}
	return head, rest
}

// trimEnd drops the marks that end a declaration, back to a token.
func (l *line) trimEnd(from int) {
	n := len(l.tokens)
	for n > from && (l.tokens[n-1].is(";") || l.tokens[n-1].is(".")) {
		n--
	}
	l.tokens = l.tokens[:n]
}
