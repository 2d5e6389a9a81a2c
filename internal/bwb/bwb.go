// Package bwb reads the text of a regulation as others publish it: a BWB
// "toestand" (the XML of the Basiswettenbestand, one regulation on one date) or
// an ordinance in Markdown. Both give the same Text: articles with their
// paragraphs (leden) as plain text and with keys that stay the same over
// versions, so that a signal can be attached to them.
//
// Every input is treated as hostile: no document type, no entities, limits on
// size, depth and number of elements, and always a Dutch diagnostic that says
// where and what would be accepted.
package bwb

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"lemniscaat/internal/rule"
)

// Limits of what is read. The largest consolidated Dutch laws are about 6 MB.
const (
	MaxSize     = 32 << 20 // bytes
	MaxArticles = 10_000
	maxDepth    = 100     // nested elements
	maxElements = 500_000 // in one file
)

// Text is one regulation as text.
type Text struct {
	// ID is derived from the name: "wet-op-de-zorgtoeslag".
	ID   string
	Name string // the citation title
	// BWB is the identifier "BWBR0018451"; empty for Markdown.
	BWB string
	// Date is the date on which this text held ("toestand"); zero when the
	// source does not say.
	Date     rule.Date
	Articles []Article
}

// Article is one article or annex.
type Article struct {
	// ID is unique in the regulation: "artikel-2a", "bijlage-i", or with the
	// part before it where numbers start anew: "hoofdstuk-2-artikel-1".
	ID string
	// Annex says that it is an annex (bijlage), not an article.
	Annex bool
	// Key (bwb-ng-variabel-deel) and StamID are the stable keys of the source;
	// empty for Markdown.
	Key, StamID string
	Number      string // "2a"
	Title       string // "Hoogte van de toeslag"; often empty in laws
	// Path are the headings above it: "Hoofdstuk I Inleidende bepalingen".
	Path []string
	// Source is a JCI link with the date; empty for Markdown.
	Source string
	// From is the date since which this text of the article holds; zero when
	// the source does not say.
	From       rule.Date
	Paragraphs []Paragraph
	Pos        rule.Pos
}

// Heading gives "Artikel 2a. Hoogte van de toeslag".
func (a Article) Heading() string {
	label := "Artikel"
	if a.Annex {
		label = "Bijlage"
	}
	h := strings.TrimSpace(label + " " + a.Number)
	if a.Title != "" {
		h += ". " + a.Title
	}
	return h
}

// Paragraph is a lid, or the whole article when it has none.
type Paragraph struct {
	Key    string // "/Artikel2/Lid1"; empty for Markdown and for a lid without key
	Number string // "1"; empty when the article has no numbered leden
	// Text is plain text. An empty line separates blocks; an item of a list
	// starts with its mark and is indented by two spaces for each depth; the
	// cells of a table row are separated by " | ".
	Text string
}

// Read looks at the first characters and reads XML or Markdown. The text is nil
// when a diagnostic is an error.
func Read(file string, r io.Reader) (*Text, rule.Diagnostics) {
	data, ds := readAll(file, r)
	if ds != nil {
		return nil, ds
	}
	if bytes.HasPrefix(bytes.TrimSpace(data), []byte("<")) {
		return readXML(file, data)
	}
	return readMarkdown(file, data)
}

func readAll(file string, r io.Reader) ([]byte, rule.Diagnostics) {
	data, err := io.ReadAll(io.LimitReader(r, MaxSize+1))
	switch {
	case err != nil:
		return nil, fail(file, 0, 0, "lezen-mislukt", "het bestand kan niet gelezen worden: "+err.Error(), "")
	case len(data) > MaxSize:
		return nil, fail(file, 0, 0, "te-groot", fmt.Sprintf("het bestand is groter dan %d MB", MaxSize>>20), "lees één regeling per bestand in")
	}
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	if len(bytes.TrimSpace(data)) == 0 {
		return nil, fail(file, 0, 0, "leeg-bestand", "het bestand is leeg", "geef een toestand in BWB-XML of een verordening in Markdown")
	}
	if !utf8.Valid(data) || bytes.IndexByte(data, 0) >= 0 {
		return nil, fail(file, 0, 0, "geen-tekst", "het bestand is geen tekst in UTF-8", "sla het op als UTF-8; Word en PDF worden niet gelezen")
	}
	return data, nil
}

func fail(file string, line, column int, code, message, hint string) rule.Diagnostics {
	return rule.Diagnostics{{
		Severity: rule.Error, Code: code, Message: message, Hint: hint,
		Pos: rule.Pos{File: file, Line: line, Column: column},
	}}
}

func warn(pos rule.Pos, code, message, hint string) rule.Diagnostic {
	return rule.Diagnostic{Severity: rule.Warning, Code: code, Pos: pos, Message: message, Hint: hint}
}

// slug gives an id from a name: lower case letters and digits without accents,
// words joined by "-".
func slug(name string) string {
	var b strings.Builder
	gap := false
	for _, r := range norm.NFD.String(name) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r < utf8.RuneSelf && (unicode.IsLetter(r) || unicode.IsDigit(r)):
			if gap && b.Len() > 0 {
				b.WriteByte('-')
			}
			gap = false
			b.WriteRune(unicode.ToLower(r))
		default:
			gap = true
		}
	}
	return b.String()
}

// identify gives the articles unique ids. parts[i] are the slugs of the path of
// article i, its own last: as few of them are used as make it unique.
func identify(articles []Article, parts [][]string) error {
	id := func(i, n int) string {
		p := parts[i]
		return strings.Join(p[max(0, len(p)-n):], "-")
	}
	length := make([]int, len(articles))
	for i := range length {
		length[i] = 1
	}
	for {
		seen := make(map[string][]int, len(articles))
		for i := range articles {
			key := id(i, length[i])
			seen[key] = append(seen[key], i)
		}
		longer := false
		for _, same := range seen {
			if len(same) == 1 {
				continue
			}
			for _, i := range same {
				if length[i] < len(parts[i]) {
					length[i]++
					longer = true
				}
			}
		}
		if longer {
			continue
		}
		for i := range articles {
			articles[i].ID = id(i, length[i])
			if same := seen[articles[i].ID]; len(same) > 1 {
				return errDouble{articles[i].ID, articles[same[len(same)-1]].Pos}
			}
		}
		return nil
	}
}

type errDouble struct {
	id  string
	pos rule.Pos
}

func (e errDouble) Error() string { return "dubbel: " + e.id }

// unique turns the error of identify into diagnostics.
func unique(articles []Article, parts [][]string) rule.Diagnostics {
	var double errDouble
	if err := identify(articles, parts); errors.As(err, &double) {
		return fail(double.pos.File, double.pos.Line, double.pos.Column, "dubbel-artikel",
			fmt.Sprintf("er zijn twee artikelen %q", double.id), "geef elk artikel een eigen nummer binnen zijn hoofdstuk")
	}
	return nil
}
