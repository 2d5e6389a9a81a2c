package bwb

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"lemniscaat/internal/rule"
)

var (
	mdHeading = regexp.MustCompile(`^(#{1,6})[ \t]+(.*?)[ \t]*#*$`)
	// "Artikel 3 Titel", "Artikel 3. Titel", "Artikel 2:3a – Titel"
	mdArticle  = regexp.MustCompile(`(?i)^(artikel|bijlage)[ \t]+([0-9IVX]+(?:[.:][0-9]+)*[a-z]{0,3})(?:[ \t]*[.:–-])?(?:[ \t]+(.*))?$`)
	mdLid      = regexp.MustCompile(`^([0-9]{1,3}[a-z]?)[.)][ \t]+(.*)$`)
	blankLines = regexp.MustCompile(`\n{3,}`)
	mdFence    = regexp.MustCompile("^ {0,3}(```|~~~)")
)

// readMarkdown reads line by line: a heading "# …" above the first article
// names the regulation, a heading "Artikel …" starts an article, any other
// heading is a part that holds articles, and a line that starts with a number
// and a dot is a lid. Everything else is text of the lid or the article.
func readMarkdown(file string, data []byte) (*Text, rule.Diagnostics) {
	t := &Text{}
	var ds rule.Diagnostics
	var parts [][]string
	type level struct {
		depth int
		title string
	}
	var path []level
	var article *Article
	seen := map[string]bool{} // leden of the current article
	fenced, fencedAt := false, 0
	depthOf := 0 // depth of the heading of the current article
	outside := 0 // first line of text that belongs to no article
	n := 0

	paragraph := func() *Paragraph { return &article.Paragraphs[len(article.Paragraphs)-1] }
	finish := func() {
		if article == nil {
			return
		}
		kept := article.Paragraphs[:0]
		for _, p := range article.Paragraphs {
			if p.Text = blankLines.ReplaceAllString(strings.TrimSpace(p.Text), "\n\n"); p.Text != "" {
				kept = append(kept, p)
			}
		}
		article.Paragraphs = kept
		if len(kept) == 0 {
			ds = append(ds, warn(article.Pos, "leeg-artikel", article.Heading()+" heeft geen tekst", "schrijf de tekst onder de kop"))
		}
		t.Articles = append(t.Articles, *article)
		article = nil
	}

	for line := range strings.Lines(string(data)) {
		n++
		line = strings.TrimRight(line, "\r\n")
		pos := rule.Pos{File: file, Line: n, Column: 1}
		if mdFence.MatchString(line) {
			fenced, fencedAt = !fenced, n
		}
		h := mdHeading.FindStringSubmatch(line)
		switch {
		case h != nil && !fenced:
			depth, title := len(h[1]), h[2]
			if m := mdArticle.FindStringSubmatch(title); m != nil {
				finish()
				if len(parts) >= MaxArticles {
					return nil, fail(file, n, 1, "te-veel-artikelen", fmt.Sprintf("meer dan %d artikelen", MaxArticles), "")
				}
				article = &Article{Number: m[2], Title: strings.TrimSpace(m[3]), Annex: strings.EqualFold(m[1], "bijlage"), Pos: pos}
				own := []string{}
				for _, l := range path {
					if l.depth < depth {
						article.Path = append(article.Path, l.title)
						own = append(own, slug(l.title))
					}
				}
				article.Paragraphs = []Paragraph{{}}
				depthOf = depth
				clear(seen)
				parts = append(parts, append(own, slug(m[1]+" "+m[2])))
				continue
			}
			if word, _, _ := strings.Cut(strings.ToLower(title), " "); strings.HasPrefix(word, "artikel") {
				ds = append(ds, fail(file, n, 1, "onleesbare-artikelkop", fmt.Sprintf("de kop %q heeft geen leesbaar nummer", title), "schrijf bijvoorbeeld: ## Artikel 3 Hoogte van de toeslag")...)
				continue
			}
			if article != nil && depth > depthOf { // a heading inside the article
				paragraph().Text += "\n\n" + title + "\n"
				continue
			}
			finish()
			if t.Name == "" && len(parts) == 0 && depth == 1 {
				t.Name = title
				continue
			}
			for len(path) > 0 && path[len(path)-1].depth >= depth {
				path = path[:len(path)-1]
			}
			path = append(path, level{depth, title})
		case article == nil:
			if strings.TrimSpace(line) != "" && outside == 0 && len(parts) > 0 {
				outside = n // an introduction above the first article is no loss
			}
		default:
			if m := mdLid.FindStringSubmatch(line); m != nil && !fenced {
				if seen[m[1]] {
					ds = append(ds, fail(file, n, 1, "dubbel-lid", fmt.Sprintf("%s heeft twee keer lid %s", article.Heading(), m[1]), "nummer de leden 1, 2, 3 en verder")...)
				}
				if previous := paragraph().Number; !follows(previous, m[1]) {
					ds = append(ds, warn(pos, "lid-overgeslagen", fmt.Sprintf("na lid %s komt lid %s", orNone(previous), m[1]), "controleer of er een lid ontbreekt"))
				}
				seen[m[1]] = true
				article.Paragraphs = append(article.Paragraphs, Paragraph{Number: m[1], Text: m[2]})
				continue
			}
			p := paragraph()
			p.Text += "\n" + strings.TrimRight(line, " \t")
		}
	}
	finish()
	if fenced {
		ds = append(ds, fail(file, fencedAt, 1, "codeblok-open", "een codeblok is niet gesloten", "sluit het met dezelfde tekens als waarmee het begint")...)
	}
	if outside > 0 {
		ds = append(ds, warn(rule.Pos{File: file, Line: outside, Column: 1}, "tekst-buiten-artikel", "tekst die bij geen artikel hoort wordt niet ingelezen", "zet de tekst onder een kop: ## Artikel …"))
	}

	if t.Name == "" {
		ds = append(ds, fail(file, 1, 1, "geen-naam", "de regeling heeft geen naam", "begin het bestand met een kop, bijvoorbeeld: # Verordening meedoen Zuiderlinde")...)
	} else if t.ID = slug(t.Name); t.ID == "" {
		ds = append(ds, fail(file, 1, 1, "geen-naam", fmt.Sprintf("van de naam %q kan geen kenmerk gemaakt worden", t.Name), "gebruik letters of cijfers")...)
	}
	if len(t.Articles) == 0 {
		ds = append(ds, fail(file, 0, 0, "geen-artikelen", "er staat geen artikel in het bestand", "begin elk artikel met een kop, bijvoorbeeld: ## Artikel 3 Hoogte van de toeslag")...)
	}
	ds = append(ds, unique(t.Articles, parts)...)
	ds.Sort()
	if ds.Err() != nil {
		return nil, ds
	}
	return t, ds
}

// follows reports whether lid b may come after lid a: 1 first, then one more,
// or a letter behind the number (2, 2a, 3).
func follows(a, b string) bool {
	number := func(s string) int {
		n, _ := strconv.Atoi(strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyz"))
		return n
	}
	d := number(b) - number(a)
	return d == 1 || d == 0 && a != ""
}

func orNone(s string) string {
	if s == "" {
		return "de kop"
	}
	return s
}
