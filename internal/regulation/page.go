package regulation

import (
	"bytes"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"github.com/microcosm-cc/bluemonday"
	"github.com/yuin/goldmark"
	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/extension"
	extast "github.com/yuin/goldmark/extension/ast"
	"github.com/yuin/goldmark/text"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// Languages of the fenced blocks that are not text.
const (
	ruleBlock    = "regelspraak"
	exampleBlock = "voorbeeld"
)

// markdown turns article text into safe HTML and plain text.
type markdown struct {
	md     goldmark.Markdown
	policy *bluemonday.Policy
}

func newMarkdown() *markdown {
	p := bluemonday.NewPolicy()
	p.AllowElements("p", "ol", "ul", "li", "strong", "em", "code", "pre", "blockquote", "br", "hr",
		"h2", "h3", "h4", "table", "thead", "tbody", "tr", "th", "td")
	p.AllowAttrs("start").Matching(bluemonday.Integer).OnElements("ol")
	p.AllowAttrs("value").Matching(bluemonday.Integer).OnElements("li")
	p.AllowStandardURLs()
	p.AllowURLSchemes("https")
	p.AllowAttrs("href").OnElements("a")
	p.RequireNoReferrerOnLinks(true)
	return &markdown{goldmark.New(goldmark.WithExtensions(extension.Table)), p}
}

// page reads one article file. It gives nil when even its id cannot be read.
func (r *reader) page(f *folder, file string) *page {
	data, ok := r.read(file)
	if !ok {
		return nil
	}
	data = bytes.ReplaceAll(data, []byte("\r\n"), []byte("\n"))
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	front, body, line, ok := splitFront(data)
	if !ok {
		r.fail(rule.Pos{File: file, Line: 1, Column: 1}, "kop",
			"het artikel begint niet met een kop tussen twee regels ---", "schrijf bovenaan: ---, id: artikel-2, titel: …, ---")
		return nil
	}
	p := &page{article: Article{File: file}}
	d := &notation.Doc{File: file, Line: 2}
	if top := d.Parse(front); top != nil {
		d.Fields(top, "de kop van het artikel", map[string]notation.Field{
			"id!":      d.Text(&p.article.ID, "id"),
			"titel!":   d.Text(&p.article.Title, "titel"),
			"nummer":   d.Text(&p.article.Number, "nummer"),
			"bron":     d.Text(&p.article.Source, "bron"),
			"link":     d.Text(&p.article.URL, "link"),
			"volgorde": d.Int(&p.order, "volgorde", 1, 9999),
		})
		if id := p.article.ID; id != "" && !validID(id) {
			d.Fail(top, "id", "gebruik kleine letters, cijfers en streepjes, bijvoorbeeld artikel-2", "%q is geen bruikbaar id", id)
			p.article.ID = ""
		}
		if s := p.article.Source; s != "" && !validSource(s) {
			d.Fail(top, "bron", "schrijf bijvoorbeeld jci1.3:c:BWBR0018451&artikel=2, of de bron in woorden", "%q is geen bruikbare bron", s)
		}
		if u := p.article.URL; u != "" && !strings.HasPrefix(u, "https://") {
			d.Fail(top, "link", "", "de link begint niet met https://")
			p.article.URL = ""
		}
	}
	r.diags = append(r.diags, d.Diags...)
	if p.article.ID == "" {
		p.article.ID = strings.TrimSuffix(path.Base(file), ".md")
	}
	if p.article.Title == "" {
		p.article.Title = p.article.ID
	}
	if p.article.Number == "" {
		if n, ok := strings.CutPrefix(p.article.ID, "artikel-"); ok {
			p.article.Number = n
		}
	}
	if p.article.URL == "" && strings.HasPrefix(p.article.Source, "jci") {
		p.article.URL = "https://wetten.overheid.nl/" + p.article.Source
	}
	if p.order == 0 {
		p.order = 5_000
		if p.article.Number == "" {
			p.order = 10_000 // words after articles
		}
	}
	r.body(f, p, body, line)
	return p
}

// splitFront gives the front matter and the body, and the number of the line
// on which the body starts.
func splitFront(data []byte) (front, body []byte, line int, ok bool) {
	rest, ok := bytes.CutPrefix(data, []byte("---\n"))
	if !ok {
		return nil, nil, 0, false
	}
	front, body, ok = bytes.Cut(rest, []byte("\n---\n"))
	if !ok {
		return nil, nil, 0, false
	}
	return front, body, bytes.Count(front, []byte("\n")) + 4, true
}

func (r *reader) body(f *folder, p *page, body []byte, firstLine int) {
	file := p.article.File
	if r.md == nil {
		r.md = newMarkdown()
	}
	doc := r.md.md.Parser().Parse(text.NewReader(body))
	lineOf := func(offset int) int { return firstLine + bytes.Count(body[:offset], []byte("\n")) }

	var drop []ast.Node
	_ = ast.Walk(doc, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		if !entering {
			return ast.WalkContinue, nil
		}
		if h, isHeading := n.(*ast.Heading); isHeading && h.Level == 1 {
			drop = append(drop, n) // the title stands in the front matter
			return ast.WalkSkipChildren, nil
		}
		fence, isFence := n.(*ast.FencedCodeBlock)
		if !isFence {
			return ast.WalkContinue, nil
		}
		lang := string(fence.Language(body))
		if lang != ruleBlock && lang != exampleBlock {
			if near := notation.Nearest(lang, []string{ruleBlock, exampleBlock}); near != "" {
				line := firstLine
				if fence.Info != nil {
					line = lineOf(fence.Info.Segment.Start)
				}
				r.fail(rule.Pos{File: file, Line: line, Column: 1}, "onbekend-blok",
					fmt.Sprintf("een blok %q wordt niet gelezen (bedoelde u %q?)", lang, near), "")
			}
			return ast.WalkSkipChildren, nil
		}
		line := lineOf(fence.Info.Segment.Start)
		if fence.Parent() != doc {
			r.fail(rule.Pos{File: file, Line: line, Column: 1}, "blok-ingesprongen",
				"een blok "+lang+" staat in een lijst of citaat", "zet het blok tegen de kantlijn")
			return ast.WalkSkipChildren, nil
		}
		drop = append(drop, n)
		if fence.Lines().Len() == 0 {
			return ast.WalkSkipChildren, nil
		}
		var b strings.Builder
		for i := range fence.Lines().Len() {
			s := fence.Lines().At(i)
			b.Write(s.Value(body))
		}
		first := lineOf(fence.Lines().At(0).Start)
		if lang == ruleBlock {
			reg := f.reg.ID
			p.blocks = append(p.blocks, regelspraak.Source{File: file, Line: first, Regulation: reg, Article: p.article.ID, Text: b.String()})
		} else {
			p.examples = append(p.examples, exampleText{file, first, b.String()})
		}
		return ast.WalkSkipChildren, nil
	})
	for _, n := range drop {
		n.Parent().RemoveChild(n.Parent(), n)
	}
	number(doc, body)
	var html bytes.Buffer
	if err := r.md.md.Renderer().Render(&html, body, doc); err != nil {
		r.fail(rule.Pos{File: file}, "tekst", "de tekst is niet om te zetten naar HTML", "")
	}
	p.article.HTML = strings.TrimSpace(r.md.policy.Sanitize(html.String()))
	p.article.Text = plain(doc, body)
	p.article.Leden = leden(doc, body)
}

// plain gives the text without markup, blocks separated by an empty line.
func plain(doc ast.Node, src []byte) string {
	var blocks []string
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		switch n := n.(type) {
		case *ast.List:
			numbers := listNumbers(n, src)
			for item := n.FirstChild(); item != nil; item = item.NextSibling() {
				mark := "- "
				if n.IsOrdered() {
					mark = fmt.Sprintf("%d. ", numbers[0])
					numbers = numbers[1:]
				}
				blocks = append(blocks, mark+flat(item, src))
			}
		case *ast.FencedCodeBlock, *ast.CodeBlock, *ast.HTMLBlock, *ast.ThematicBreak:
		case *extast.Table:
			for row := n.FirstChild(); row != nil; row = row.NextSibling() {
				var cells []string
				for cell := row.FirstChild(); cell != nil; cell = cell.NextSibling() {
					cells = append(cells, flat(cell, src))
				}
				blocks = append(blocks, strings.Join(cells, " | "))
			}
		default:
			if t := flat(n, src); t != "" {
				blocks = append(blocks, t)
			}
		}
	}
	return strings.Join(blocks, "\n\n")
}

// flat gives the text of a node on one line.
func flat(n ast.Node, src []byte) string {
	var b strings.Builder
	_ = ast.Walk(n, func(n ast.Node, entering bool) (ast.WalkStatus, error) {
		switch t := n.(type) {
		case *ast.Text:
			if entering {
				b.Write(t.Segment.Value(src))
				if t.SoftLineBreak() || t.HardLineBreak() {
					b.WriteByte(' ')
				}
			}
		case *ast.String:
			if entering {
				b.Write(t.Value)
			}
		case *ast.AutoLink:
			if entering {
				b.Write(t.Label(src))
			}
		case *ast.RawHTML:
			return ast.WalkSkipChildren, nil
		default:
			if !entering && n.Type() == ast.TypeBlock {
				b.WriteByte(' ')
			}
		}
		return ast.WalkContinue, nil
	})
	return strings.Join(strings.Fields(b.String()), " ")
}

// listNumbers gives the number of each item of a numbered list as it stands in
// the source: who leaves out a paragraph, keeps the numbers of the others.
// Markdown itself counts on from the first.
func listNumbers(list *ast.List, src []byte) []int {
	var out []int
	next := list.Start
	for item := list.FirstChild(); item != nil; item = item.NextSibling() {
		if block := item.FirstChild(); block != nil && block.Type() == ast.TypeBlock && block.Lines().Len() > 0 {
			before := strings.TrimRight(string(src[:block.Lines().At(0).Start]), " \t")
			before = strings.TrimSuffix(strings.TrimSuffix(before, "."), ")")
			digits := before[len(strings.TrimRight(before, "0123456789")):]
			if n, err := strconv.Atoi(digits); err == nil && n > next {
				next = n
			}
		}
		out = append(out, next)
		next++
	}
	return out
}

// number marks the items of numbered lists of which the number does not follow
// on the one before, so that a browser shows the number that was written.
func number(doc ast.Node, src []byte) {
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		list, ok := n.(*ast.List)
		if !ok || !list.IsOrdered() {
			continue
		}
		next := list.Start
		numbers := listNumbers(list, src)
		for item := list.FirstChild(); item != nil; item = item.NextSibling() {
			if numbers[0] != next {
				item.SetAttributeString("value", []byte(strconv.Itoa(numbers[0])))
			}
			next, numbers = numbers[0]+1, numbers[1:]
		}
	}
}

// leden gives the items of the first numbered list: the paragraphs of the
// article.
func leden(doc ast.Node, src []byte) []Lid {
	for n := doc.FirstChild(); n != nil; n = n.NextSibling() {
		list, ok := n.(*ast.List)
		if !ok || !list.IsOrdered() {
			continue
		}
		var out []Lid
		numbers := listNumbers(list, src)
		for item := list.FirstChild(); item != nil; item = item.NextSibling() {
			out = append(out, Lid{Number: fmt.Sprint(numbers[len(out)]), Text: flat(item, src)})
		}
		return out
	}
	return nil
}

var (
	jciPattern  = regexp.MustCompile(`^jci1\.(?:3|31):[cv]:BWB[RVW]\d{7}(?:&[a-z][a-z.\-]*=[^&\s]+)*$`)
	cvdrPattern = regexp.MustCompile(`^CVDR[0-9]{1,8}(?:_[0-9]+)?(?:&[a-z][a-z.\-]*=[^&\s]+)*$`)
)

// validSource accepts a JCI link (BWB), a CVDR number with an optional
// article, or the name of a source in words.
func validSource(s string) bool {
	switch {
	case strings.HasPrefix(strings.ToLower(s), "jci"):
		return jciPattern.MatchString(s)
	case strings.HasPrefix(s, "CVDR"):
		return cvdrPattern.MatchString(s)
	}
	return strings.Contains(s, " ")
}
