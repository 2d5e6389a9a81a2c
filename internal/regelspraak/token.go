package regelspraak

import "unicode/utf8"

// TokenKind is the kind of a Token.
type TokenKind uint8

// The kinds of tokens.
const (
	TokenWord    TokenKind = iota // a word, with its inner hyphens and apostrophes
	TokenNumber                   // a number or a date as digits
	TokenText                     // a text between quotes; Token.Text is without them
	TokenMark                     // . , ; : ( ) € %
	TokenBullet                   // the marks of an item of a list
	TokenUnknown                  // any other character
)

// Token is one word, number or mark of a block, as the parser sees it, so that
// an editor can find names where rules cannot be read (yet).
type Token struct {
	Kind TokenKind
	Text string // as written, in composed characters
	// First says that it is the first of its line, Heading that a declaration
	// or rule begins here.
	First, Heading bool
	// Line and Column are its place, End the column just after it; in
	// characters, from 1, of the file.
	Line, Column, End int
}

// Tokens cuts the text of a block into tokens. Comments are left out; text
// that is too large to parse has none.
func Tokens(src Source) []Token {
	if len(src.Text) > maxBlock {
		return nil
	}
	text := compose(src.Text)
	tokens, _ := scan(text, src.Line)
	out := make([]Token, 0, len(tokens))
	for i := range tokens {
		t := &tokens[i]
		k := TokenUnknown
		switch t.kind {
		case kindEnd:
			return out
		case kindWord:
			k = TokenWord
		case kindNumber, kindDate:
			k = TokenNumber
		case kindText:
			k = TokenText
		case kindPunct:
			k = TokenMark
		case kindBullet:
			k = TokenBullet
		}
		_, _, _, head := heading(tokens, i)
		out = append(out, Token{Kind: k, Text: t.text, First: t.first, Heading: head, Line: int(t.line), Column: int(t.column),
			End: int(t.column) + utf8.RuneCountInString(text[t.start:t.end])})
	}
	return out
}
