package regelspraak

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// kind is the kind of a token.
type kind uint8

const (
	kindEnd     kind = iota // end of the block
	kindWord                // letters, digits, inner hyphens and apostrophes
	kindNumber              // 1.336,50 as written
	kindDate                // 1-7-2026 as written
	kindText                // 'alleenstaand', text without its quotes
	kindPunct               // . , ; : ( ) € % |
	kindBullet              // a run of - or • at the start of a line
	kindList                // the nested list of a sentence (made by the segmenter)
	kindUnknown             // any other character
)

// token is one word, number or mark with its place.
type token struct {
	kind   kind
	first  bool   // first token of its line
	depth  uint8  // kindBullet: number of marks, at most 255
	text   string // as written, in composed characters; see kind
	fold   string // text with its first letter in lower case
	start  int32  // byte offsets in the block
	end    int32
	line   int32
	column int32 // in characters, from 1
	list   *list // kindList
}

// comment is one line comment.
type comment struct {
	text         string // without // and outer space
	line, column int32
}

// is reports whether the token is this keyword (in lower case) or mark.
func (t *token) is(s string) bool {
	return (t.kind == kindWord || t.kind == kindPunct) && t.fold == s
}

// scanner cuts one block into tokens.
type scanner struct {
	text     string
	at       int
	line     int32
	lineAt   int // offset of the current line
	colAt    int // offset up to which col is counted
	col      int32
	first    bool
	tokens   []token
	comments []comment
}

// scan cuts composed text into tokens, closed by a kindEnd. It never fails: what it
// does not know becomes a kindUnknown for the parser to complain about, so
// that a strange character in the name of a rule is no one's problem.
func scan(text string, line int) ([]token, []comment) {
	s := scanner{text: text, line: int32(max(line, 1)), first: true, col: 1,
		tokens: make([]token, 0, len(text)/6+8)}
	for s.next() {
	}
	s.add(kindEnd, len(s.text), "")
	return s.tokens, s.comments
}

// column counts the characters of the line up to offset at.
func (s *scanner) column(at int) int32 {
	if at < s.colAt {
		s.colAt, s.col = s.lineAt, 1
	}
	s.col += int32(utf8.RuneCountInString(s.text[s.colAt:at]))
	s.colAt = at
	return s.col
}

func (s *scanner) newline(after int) {
	s.at, s.lineAt, s.colAt, s.col = after, after, after, 1
	s.line++
	s.first = true
}

func (s *scanner) add(k kind, end int, text string) *token {
	s.tokens = append(s.tokens, token{kind: k, first: s.first, text: text, fold: text,
		start: int32(s.at), end: int32(end), line: s.line, column: s.column(s.at)})
	s.at, s.first = end, false
	return &s.tokens[len(s.tokens)-1]
}

// next reads one token or stretch of space; false at the end.
func (s *scanner) next() bool {
	if s.at >= len(s.text) {
		return false
	}
	rest := s.text[s.at:]
	r, size := utf8.DecodeRuneInString(rest)
	switch {
	case r == '\n':
		s.newline(s.at + 1)
	case r == '\r':
		if strings.HasPrefix(rest, "\r\n") {
			size = 2
		}
		s.newline(s.at + size)
	case unicode.IsSpace(r) || r == '\uFEFF':
		s.at += size
	case strings.HasPrefix(rest, "//"):
		end := strings.IndexAny(rest, "\r\n")
		if end < 0 {
			end = len(rest)
		}
		s.comments = append(s.comments, comment{strings.TrimSpace(rest[2:end]), s.line, s.column(s.at)})
		s.at += end
	case s.first && (r == '-' || r == '•') && bulletLength(rest) > 0:
		n := bulletLength(rest)
		s.add(kindBullet, s.at+n*size, rest[:n*size]).depth = uint8(min(n, 255))
	case isDigit(r) || r == '-' && len(rest) > 1 && isDigit(rune(rest[1])):
		s.number(rest)
	case isLetter(r):
		n := wordLength(rest)
		s.add(kindWord, s.at+n, rest[:n]).fold = foldFirst(rest[:n])
	case r == '\'' || r == '‘' || r == '’':
		s.quoted(rest, size)
	case r == '.' || r == ',' || r == ';' || r == ':' || r == '(' || r == ')' || r == '€' || r == '%' || r == '|':
		s.add(kindPunct, s.at+size, rest[:size])
	default:
		s.add(kindUnknown, s.at+size, rest[:size])
	}
	return true
}

// quoted reads a text between single quotes; typographic quotes count too. A
// quote that is not closed on its line is an unknown character.
func (s *scanner) quoted(rest string, size int) {
	for i, r := range rest[size:] {
		if r == '\n' || r == '\r' {
			break
		}
		if r == '\'' || r == '’' {
			s.add(kindText, s.at+size+i+utf8.RuneLen(r), rest[size:size+i])
			return
		}
	}
	s.add(kindUnknown, s.at+size, rest[:size])
}

// bulletLength gives the number of marks when rest starts with bullet marks
// of one kind followed by white space, otherwise 0.
func bulletLength(rest string) int {
	mark, size := utf8.DecodeRuneInString(rest)
	n := 0
	for strings.HasPrefix(rest, string(mark)) {
		rest = rest[size:]
		n++
	}
	if r, _ := utf8.DecodeRuneInString(rest); rest == "" || unicode.IsSpace(r) {
		return n
	}
	if mark == '•' { // "•hij" is clear enough
		return n
	}
	return 0
}

// number reads a date (1-7-2026) or a number (-1.336,50). A point or comma
// belongs to the number only when a digit follows it. Digits that run into
// letters are a word ("22a").
func (s *scanner) number(rest string) {
	if n := dateLength(rest); n > 0 {
		s.add(kindDate, s.at+n, rest[:n])
		return
	}
	n := 1
	for n < len(rest) {
		c := rest[n]
		if isDigit(rune(c)) || (c == '.' || c == ',') && n+1 < len(rest) && isDigit(rune(rest[n+1])) {
			n++
			continue
		}
		break
	}
	if r, _ := utf8.DecodeRuneInString(rest[n:]); rest[0] != '-' && isLetter(r) && !strings.ContainsAny(rest[:n], ".,") {
		n += wordLength(rest[n:])
		s.add(kindWord, s.at+n, rest[:n])
		return
	}
	s.add(kindNumber, s.at+n, rest[:n])
}

// dateLength gives the length of d-m-jjjj (or jjjj-mm-dd, which the parser
// refuses with a hint) at the start of rest, or 0.
func dateLength(rest string) int {
	n, groups := 0, 0
	for {
		digits := 0
		for n < len(rest) && isDigit(rune(rest[n])) {
			n++
			digits++
		}
		if digits == 0 || digits > 4 {
			return 0
		}
		groups++
		if groups == 3 {
			break
		}
		if n >= len(rest) || rest[n] != '-' {
			return 0
		}
		n++
	}
	if n < len(rest) {
		if r, _ := utf8.DecodeRuneInString(rest[n:]); isLetter(r) || r == '-' {
			return 0
		}
	}
	return n
}

// wordLength gives the length of the word at the start of rest: letters,
// digits and marks, with hyphens, apostrophes and slashes between them, or a
// hyphen at its end.
func wordLength(rest string) int {
	n := 0
	for n < len(rest) {
		r, size := utf8.DecodeRuneInString(rest[n:])
		if isLetter(r) || isDigit(r) {
			n += size
			continue
		}
		if n > 0 && (r == '-' || r == '\'' || r == '’' || r == '/' || r == '\u2011') {
			if next, _ := utf8.DecodeRuneInString(rest[n+size:]); isLetter(next) || isDigit(next) {
				n += size
				continue
			}
			if r == '-' && strings.HasPrefix(rest[n+size:], " ") {
				return n + size // "kind- en partnertoeslag"
			}
		}
		break
	}
	return n
}

func isDigit(r rune) bool { return r >= '0' && r <= '9' }

func isLetter(r rune) bool {
	if r < utf8.RuneSelf {
		return 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z'
	}
	return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsMark(r))
}

// foldFirst gives s with its first letter in lower case.
func foldFirst(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if l := unicode.ToLower(r); l != r {
		return string(l) + s[size:]
	}
	return s
}

// compose joins a letter and a following accent into one character, so that
// "één" typed on one machine is "één" on another. It covers the accents that
// Dutch uses; anything else stays as it is.
func compose(s string) string {
	if strings.IndexByte(s, '\u0300'>>6|0xC0) < 0 { // the first byte of all of them
		return s
	}
	var b strings.Builder
	b.Grow(len(s))
	var last rune = -1
	for _, r := range s {
		if last >= 0 {
			if c, ok := composed(last, r); ok {
				last = c
				continue
			}
			b.WriteRune(last)
		}
		last = r
	}
	if last >= 0 {
		b.WriteRune(last)
	}
	return b.String()
}

func composed(base, mark rune) (rune, bool) {
	var from, to string
	switch mark {
	case '\u0300':
		from, to = "aeiouAEIOU", "àèìòùÀÈÌÒÙ"
	case '\u0301':
		from, to = "aeiouyAEIOUY", "áéíóúýÁÉÍÓÚÝ"
	case '\u0302':
		from, to = "aeiouAEIOU", "âêîôûÂÊÎÔÛ"
	case '\u0303':
		from, to = "anoANO", "ãñõÃÑÕ"
	case '\u0308':
		from, to = "aeiouyAEIOU", "äëïöüÿÄËÏÖÜ"
	case '\u0327':
		from, to = "cC", "çÇ"
	default:
		return 0, false
	}
	i := strings.IndexRune(from, base)
	if i < 0 {
		return 0, false
	}
	return []rune(to)[i], true
}
