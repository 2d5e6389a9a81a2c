package lsp

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"lemniscaat/internal/language"
)

// encoding says in what the protocol counts the characters of a line.
type encoding string

const (
	utf16Units encoding = "utf-16" // what every client knows
	utf8Units  encoding = "utf-8"  // bytes
	codePoints encoding = "utf-32" // characters
)

// negotiate takes the first encoding of the client that is cheap here.
func negotiate(offered []string) encoding {
	for _, o := range offered {
		switch encoding(o) {
		case utf8Units, codePoints, utf16Units:
			return encoding(o)
		}
	}
	return utf16Units
}

// units gives the length of a text.
func (e encoding) units(s string) int {
	switch e {
	case utf8Units:
		return len(s)
	case codePoints:
		return utf8.RuneCountInString(s)
	}
	n := 0
	for _, r := range s {
		n += max(1, utf16.RuneLen(r))
	}
	return n
}

// offset gives the byte offset of a number of units in a line, at most its
// length; inside a character it is the start of it.
func (e encoding) offset(line string, units int) int {
	if units <= 0 {
		return 0
	}
	at := 0
	for i, r := range line {
		size := 1
		switch e {
		case utf8Units:
			size = utf8.RuneLen(r)
			if r == utf8.RuneError {
				size = 1
			}
		case utf16Units:
			size = max(1, utf16.RuneLen(r))
		}
		if at+size > units {
			return i
		}
		at += size
	}
	return len(line)
}

// text is a text with its lines, to translate places.
type text struct {
	lines []string // without their ends
	enc   encoding
}

func newText(s string, enc encoding) text {
	return text{strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n"), enc}
}

func (t text) line(n int) string {
	if n < 0 || n >= len(t.lines) {
		return ""
	}
	return t.lines[n]
}

// place gives a place of the protocol as one of the language service.
func (t text) place(p position) language.Place {
	if p.Line >= len(t.lines) {
		last := len(t.lines)
		return language.Place{Line: last, Column: language.Column(t.line(last-1), len(t.line(last-1)))}
	}
	l := t.line(p.Line)
	return language.Place{Line: p.Line + 1, Column: language.Column(l, t.enc.offset(l, p.Character))}
}

func (t text) position(p language.Place) position {
	l := t.line(p.Line - 1)
	return position{max(0, p.Line-1), t.enc.units(l[:language.Offset(l, p.Column)])}
}

func (t text) textRange(r language.Range) textRange {
	return textRange{t.position(r.From), t.position(r.To)}
}

// change replaces a range of a text.
func change(s string, r textRange, with string, enc encoding) string {
	from := byteOffset(s, r.Start, enc)
	to := max(from, byteOffset(s, r.End, enc))
	return s[:from] + with + s[to:]
}

// byteOffset gives the place of a position in a text; beyond the end of a line
// or of the text it is that end.
func byteOffset(s string, p position, enc encoding) int {
	at := 0
	for range p.Line {
		i := strings.IndexByte(s[at:], '\n')
		if i < 0 {
			return len(s)
		}
		at += i + 1
	}
	line := s[at:]
	if i := strings.IndexByte(line, '\n'); i >= 0 {
		line = strings.TrimSuffix(line[:i], "\r")
	}
	return at + enc.offset(line, p.Character)
}
