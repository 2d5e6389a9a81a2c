package regulation

import (
	"fmt"
	"html"
	"strconv"
	"strings"

	"lemniscaat/internal/rule"
)

// Text is one article of a regulation without rules, as an importer gives it.
type Text struct {
	ID, Title, Number string
	Source            string // JCI or CVDR, may be empty
	Leden             []Lid  // numbered paragraphs
	Body              string // text without numbers, paragraphs separated by an empty line
}

// NewText makes a regulation of text only (level 0) of plain articles, for an
// importer or for typed text. Nothing in the text is read as markup.
func NewText(id, name string, articles ...Text) (*Regulation, rule.Diagnostics) {
	var diags rule.Diagnostics
	fail := func(code, hint, format string, a ...any) {
		diags = append(diags, rule.Diagnostic{Severity: rule.Error, Code: code, Message: fmt.Sprintf(format, a...), Hint: hint})
	}
	reg := &Regulation{ID: id, Name: strings.TrimSpace(name), Level: LevelText}
	if !validID(id) {
		fail("id", "gebruik kleine letters, cijfers en streepjes, bijvoorbeeld verordening-jeugd", "%q is geen bruikbaar id voor een regeling", id)
	}
	if reg.Name == "" {
		fail("naam", "geef de titel van de regeling", "de regeling %q heeft geen naam", id)
	}
	if len(articles) == 0 {
		fail("geen-artikelen", "", "de regeling %q heeft geen artikelen", id)
	}
	if len(articles) > maxArticles {
		fail("te-groot", "", "de regeling %q heeft meer dan %d artikelen", id, maxArticles)
		return nil, diags
	}
	seen := map[string]bool{}
	for _, t := range articles {
		if !validID(t.ID) {
			fail("id", "gebruik kleine letters, cijfers en streepjes, bijvoorbeeld artikel-3", "%q is geen bruikbaar id voor een artikel", t.ID)
			continue
		}
		if seen[t.ID] {
			fail("dubbel-artikel", "geef elk artikel een eigen id", "het artikel %q staat er twee keer", t.ID)
			continue
		}
		seen[t.ID] = true
		reg.Articles = append(reg.Articles, textArticle(t))
	}
	if diags.Err() != nil {
		return nil, diags
	}
	return reg, nil
}

func textArticle(t Text) *Article {
	a := &Article{ID: t.ID, Title: strings.TrimSpace(t.Title), Number: t.Number, Source: t.Source, Leden: t.Leden}
	if a.Title == "" {
		a.Title = t.ID
	}
	if strings.HasPrefix(t.Source, "jci") && jciPattern.MatchString(t.Source) {
		a.URL = "https://wetten.overheid.nl/" + t.Source
	}
	var h, p []string
	for _, par := range paragraphs(t.Body) {
		h = append(h, "<p>"+lines(par)+"</p>")
		p = append(p, par)
	}
	// A list numbers itself; numbers like "2a" have to stand in the text.
	counted := true
	for i, l := range t.Leden {
		counted = counted && l.Number == strconv.Itoa(i+1)
		p = append(p, strings.TrimSpace(l.Number+". "+l.Text))
	}
	if counted && len(t.Leden) > 0 {
		h = append(h, "<ol>")
		for _, l := range t.Leden {
			h = append(h, "<li>"+blocks(l.Text)+"</li>")
		}
		h = append(h, "</ol>")
	} else {
		for _, l := range t.Leden {
			for i, par := range paragraphs(l.Text) {
				if i == 0 {
					par = strings.TrimSpace(l.Number + " " + par)
				}
				h = append(h, "<p>"+lines(par)+"</p>")
			}
		}
	}
	a.HTML, a.Text = strings.Join(h, "\n"), strings.Join(p, "\n\n")
	return a
}

// paragraphs splits a text at its empty lines.
func paragraphs(text string) []string {
	var out []string
	for _, p := range strings.Split(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		if p = strings.Trim(p, "\n\t "); p != "" {
			out = append(out, p)
		}
	}
	return out
}

// lines keeps the line ends inside a paragraph: the items of a list.
func lines(par string) string {
	return strings.ReplaceAll(html.EscapeString(par), "\n", "<br>\n")
}

// blocks writes one paragraph as it is, several as paragraphs.
func blocks(text string) string {
	all := paragraphs(text)
	if len(all) == 1 {
		return lines(all[0])
	}
	var b strings.Builder
	for _, p := range all {
		b.WriteString("<p>" + lines(p) + "</p>")
	}
	return b.String()
}
