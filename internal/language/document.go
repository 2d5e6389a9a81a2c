package language

import (
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/regelspraak"
)

// document is one file, cut into lines and blocks.
type document struct {
	name  string
	lines []string // without their ends
	eol   string   // how its lines end
	// blocks are the stretches that are not plain text: the fenced blocks of
	// an article, or a whole YAML file.
	blocks []*block
}

// blockKind says in which language a block is.
type blockKind uint8

const (
	ruleBlock    blockKind = iota // ```regelspraak
	exampleBlock                  // ```voorbeeld
	yamlBlock                     // a YAML file
)

// block is a stretch of lines in one language.
type block struct {
	kind blockKind
	doc  *document
	// The block is lines [from, to) of the document, from 1.
	from, to int
	tokens   []regelspraak.Token // of a ruleBlock
	// regulation is the id of the regulation that the block belongs to.
	regulation string
}

func newDocument(name, text string) *document {
	d := &document{name: name, eol: "\n"}
	if strings.Contains(text, "\r\n") {
		d.eol = "\r\n"
	}
	d.lines = strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n")
	if strings.HasSuffix(name, ".yaml") {
		d.blocks = []*block{{kind: yamlBlock, doc: d, from: 1, to: len(d.lines) + 1, regulation: d.regulation()}}
		return d
	}
	for i := 0; i < len(d.lines); i++ {
		mark, info := fence(d.lines[i])
		if mark == "" {
			continue
		}
		end := i + 1
		for end < len(d.lines) && !closes(d.lines[end], mark) {
			end++
		}
		b := &block{doc: d, from: i + 2, to: end + 1, regulation: d.regulation()}
		switch info {
		case "regelspraak":
			b.kind = ruleBlock
			b.tokens = regelspraak.Tokens(b.source())
			d.blocks = append(d.blocks, b)
		case "voorbeeld":
			b.kind = exampleBlock
			d.blocks = append(d.blocks, b)
		}
		i = end
	}
	return d
}

// fence recognises the line that opens a fenced block.
func fence(line string) (mark, info string) {
	rest := strings.TrimLeft(line, " ")
	if len(line)-len(rest) > 3 {
		return "", ""
	}
	for _, c := range []string{"`", "~"} {
		body := strings.TrimLeft(rest, c)
		if n := len(rest) - len(body); n >= 3 && (c == "~" || !strings.Contains(body, "`")) {
			info, _, _ := strings.Cut(strings.TrimSpace(body), " ")
			return rest[:n], info
		}
	}
	return "", ""
}

// closes reports whether a line closes the block that mark opened.
func closes(line, mark string) bool {
	rest := strings.TrimLeft(line, " ")
	if len(line)-len(rest) > 3 {
		return false
	}
	rest = strings.TrimRight(rest, " \t")
	return len(rest) >= len(mark) && strings.Trim(rest, mark[:1]) == ""
}

// regulation gives the id of the regulation that the document stands in.
func (d *document) regulation() string {
	reg, _, _ := strings.Cut(d.name, "/")
	return reg
}

// at gives the block that a line stands in, or nil.
func (d *document) at(line int) *block {
	for _, b := range d.blocks {
		if line >= b.from && line < b.to {
			return b
		}
	}
	return nil
}

// line gives a line; "" beyond the end.
func (d *document) line(n int) string {
	if n < 1 || n > len(d.lines) {
		return ""
	}
	return d.lines[n-1]
}

// slice gives the text of a range, lines joined by "\n".
func (d *document) slice(r Range) string {
	if r.From.Line == r.To.Line {
		l := d.line(r.From.Line)
		return l[offset(l, r.From.Column):max(offset(l, r.From.Column), offset(l, r.To.Column))]
	}
	first, last := d.line(r.From.Line), d.line(r.To.Line)
	parts := []string{first[offset(first, r.From.Column):]}
	for n := r.From.Line + 1; n < r.To.Line; n++ {
		parts = append(parts, d.line(n))
	}
	return strings.Join(append(parts, last[:offset(last, r.To.Column)]), "\n")
}

// text gives the lines of the block.
func (b *block) text() string { return strings.Join(b.doc.lines[b.from-1:b.to-1], "\n") }

// source gives the block as the parser reads it.
func (b *block) source() regelspraak.Source {
	return regelspraak.Source{File: b.doc.name, Line: b.from, Regulation: b.regulation, Text: b.text()}
}

// offset gives the byte offset of a column of a line, at most its length. A
// combining accent belongs to the letter before it, as in the parser.
func offset(line string, column int) int {
	at := 1
	for i, r := range line {
		if combining(r) && i > 0 {
			continue
		}
		if at >= column {
			return i
		}
		at++
	}
	return len(line)
}

// column gives the column of a byte offset of a line.
func column(line string, off int) int {
	off = min(off, len(line))
	n := utf8.RuneCountInString(line[:off])
	if strings.IndexByte(line, 0xCC) >= 0 {
		for i, r := range line[:off] {
			if combining(r) && i > 0 {
				n--
			}
		}
	}
	return n + 1
}

// combining reports whether the parser joins an accent with its letter.
func combining(r rune) bool {
	switch r {
	case '\u0300', '\u0301', '\u0302', '\u0303', '\u0308', '\u0327':
		return true
	}
	return false
}

// Offset gives the byte offset in a line of the column of a Place. What the
// parser reads as one character may be a letter and its accent.
func Offset(line string, column int) int { return offset(line, column) }

// Column is the inverse of Offset.
func Column(line string, off int) int { return column(line, off) }
