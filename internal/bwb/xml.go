package bwb

import (
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"

	"lemniscaat/internal/rule"
)

// node is an element, or text when name is empty.
type node struct {
	name     string
	attr     map[string]string
	text     string
	children []*node
	line     int
	column   int
}

func (n *node) child(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
	}
	return nil
}

// find gives the first descendant with the name.
func (n *node) find(name string) *node {
	for _, c := range n.children {
		if c.name == name {
			return c
		}
		if f := c.find(name); f != nil {
			return f
		}
	}
	return nil
}

// The divisions of a law that may hold articles.
var divisions = regexp.MustCompile(`^(boek|deel|hoofdstuk|titeldeel|afdeling|paragraaf|sub-paragraaf|divisie|circulaire|regeling|wet-besluit|wettekst|regeling-tekst|verdrag|verdragtekst|wijzig-divisie|tekst|enig-artikel|wijzig-artikel)$`)

func readXML(file string, data []byte) (*Text, rule.Diagnostics) {
	root, ds := parseXML(file, data)
	if ds != nil {
		return nil, ds
	}
	if root.name != "toestand" {
		hint := "geef het toestandbestand van een regeling, bijvoorbeeld BWBR0018451_2025-01-01_0.xml"
		if root.name == "wetstechnische-informatie" || root.name == "work" {
			hint = "dit is een WTI- of manifestbestand, zonder tekst; " + hint
		}
		return nil, fail(file, root.line, root.column, "geen-toestand", fmt.Sprintf("het bestand begint met <%s>, niet met <toestand>", root.name), hint)
	}

	t := &Text{BWB: root.attr["bwb-id"]}
	if !rule.IsBWB(t.BWB) {
		return nil, fail(file, root.line, root.column, "onjuist-bwb-nummer", fmt.Sprintf("bwb-id is %q", t.BWB), "verwacht: BWBR, BWBV of BWBW en zeven cijfers")
	}
	date, err := rule.ParseDate(root.attr["inwerkingtreding"])
	if err != nil {
		return nil, fail(file, root.line, root.column, "onjuiste-datum", "de datum van de toestand (inwerkingtreding): "+err.Error(), "")
	}
	t.Date = date
	if n := root.find("citeertitel"); n != nil {
		t.Name = inline(n)
	}
	if n := root.find("intitule"); n != nil && t.Name == "" {
		t.Name = inline(n)
	}
	if t.Name == "" {
		t.Name = t.BWB
	}
	if t.ID = slug(t.Name); t.ID == "" {
		t.ID = strings.ToLower(t.BWB)
	}

	w := &walk{file: file, text: t}
	w.division(root, nil, nil)
	w.newest()
	if len(t.Articles) == 0 {
		return nil, append(w.notes, fail(file, root.line, root.column, "geen-artikelen", "er staat geen geldend artikel in het bestand", "een regeling zonder artikelen kan als Markdown worden ingelezen")...)
	}
	if len(t.Articles) > MaxArticles {
		return nil, fail(file, 0, 0, "te-veel-artikelen", fmt.Sprintf("meer dan %d artikelen", MaxArticles), "")
	}
	if ds := unique(t.Articles, w.parts); ds != nil {
		return nil, ds
	}
	return t, w.notes
}

// parseXML builds a tree within the limits. A document type is refused: that
// is where entities come from.
func parseXML(file string, data []byte) (*node, rule.Diagnostics) {
	dec := xml.NewDecoder(bytes.NewReader(data))
	dec.CharsetReader = func(label string, _ io.Reader) (io.Reader, error) {
		return nil, fmt.Errorf("tekenset %q wordt niet gelezen, alleen UTF-8", label)
	}
	var stack []*node
	var root *node
	elements := 0
	for {
		line, column := dec.InputPos()
		token, err := dec.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			line, column = dec.InputPos()
			return nil, fail(file, line, column, "onjuiste-xml", "de XML is niet goed gevormd: "+err.Error(), "haal het bestand opnieuw op")
		}
		switch tok := token.(type) {
		case xml.Directive:
			return nil, fail(file, line, column, "doctype", "een documenttype (<!DOCTYPE …>) wordt geweigerd", "BWB-bestanden hebben er geen")
		case xml.StartElement:
			if elements++; elements > maxElements {
				return nil, fail(file, line, column, "te-veel-elementen", fmt.Sprintf("meer dan %d elementen", maxElements), "")
			}
			if len(stack) >= maxDepth {
				return nil, fail(file, line, column, "te-diep", fmt.Sprintf("elementen zijn dieper genest dan %d", maxDepth), "")
			}
			n := &node{name: tok.Name.Local, line: line, column: column, attr: make(map[string]string, len(tok.Attr))}
			for _, a := range tok.Attr {
				n.attr[a.Name.Local] = a.Value
			}
			if len(stack) > 0 {
				parent := stack[len(stack)-1]
				parent.children = append(parent.children, n)
			} else {
				root = n
			}
			stack = append(stack, n)
		case xml.EndElement:
			stack = stack[:len(stack)-1]
		case xml.CharData:
			if len(stack) > 0 {
				parent := stack[len(stack)-1]
				parent.children = append(parent.children, &node{text: string(tok), line: line, column: column})
			}
		}
	}
	if root == nil {
		return nil, fail(file, 1, 1, "onjuiste-xml", "er staat geen element in het bestand", "")
	}
	return root, nil
}

// walk collects the articles in the order of the text.
type walk struct {
	file  string
	text  *Text
	parts [][]string // per article, for identify
	notes rule.Diagnostics
}

func (w *walk) pos(n *node) rule.Pos { return rule.Pos{File: w.file, Line: n.line, Column: n.column} }

// division reads what holds articles; path are the headings above, and parts
// the slugs of those headings.
func (w *walk) division(n *node, path, parts []string) {
	for _, c := range n.children {
		switch {
		case c.name == "artikel" || c.name == "bijlage":
			w.article(c, path, parts)
		case c.name == "" || c.name == "meta-data":
		case divisions.MatchString(c.name) && c.child("kop") != nil:
			if !w.inForce(c) {
				continue
			}
			label, number, title := heading(c)
			// Full slices: siblings must not share the tail.
			w.division(c, append(path[:len(path):len(path)], strings.Join(strings.Fields(label+" "+number+" "+title), " ")),
				append(parts[:len(parts):len(parts)], slug(label+" "+number)))
		default:
			w.division(c, path, parts)
		}
	}
}

// inForce reports whether the element is part of the text that holds, and
// notes what is left out.
func (w *walk) inForce(n *node) bool {
	name := n.attr["label"]
	if name == "" {
		label, number, _ := heading(n)
		name = strings.TrimSpace(label + " " + number)
	}
	switch n.attr["status"] {
	case "", "goed":
		return true
	case "vervallen":
		w.note(n, "vervallen", name+" is vervallen en wordt niet ingelezen")
	case "nogniet":
		w.note(n, "nog-niet-in-werking", name+" is nog niet in werking en wordt niet ingelezen")
	default:
		w.notes = append(w.notes, warn(w.pos(n), "onbekende-status", fmt.Sprintf("%s heeft de onbekende status %q en wordt niet ingelezen", name, n.attr["status"]), ""))
	}
	return false
}

func (w *walk) note(n *node, code, message string) {
	w.notes = append(w.notes, rule.Diagnostic{Severity: rule.Info, Code: code, Pos: w.pos(n), Message: message})
}

func (w *walk) article(n *node, path, parts []string) {
	if !w.inForce(n) {
		return
	}
	_, number, title := heading(n)
	a := Article{
		Annex: n.name == "bijlage", Key: n.attr["bwb-ng-variabel-deel"], StamID: n.attr["stam-id"],
		Number: number, Title: title, Path: path, Pos: w.pos(n),
	}
	if d, err := rule.ParseDate(n.attr["inwerking"]); err == nil {
		a.From = d
	}
	if !w.text.Date.IsZero() && a.From.After(w.text.Date) {
		w.note(n, "nog-niet-in-werking", fmt.Sprintf("%s geldt pas vanaf %s en wordt niet ingelezen", n.attr["label"], a.From))
		return
	}
	label := "artikel"
	if a.Annex {
		label = "bijlage"
	}
	if number != "" {
		a.Source = fmt.Sprintf("jci1.3:c:%s&%s=%s&g=%s", w.text.BWB, label, strings.ReplaceAll(number, " ", "%20"), w.text.Date)
	}
	own := slug(label + " " + number)
	if number == "" && a.Key != "" {
		own = slug(a.Key[strings.LastIndex(a.Key, "/")+1:])
	}
	a.Paragraphs = paragraphs(n)
	if len(a.Paragraphs) == 0 {
		w.notes = append(w.notes, warn(a.Pos, "leeg-artikel", a.Heading()+" heeft geen tekst", ""))
	}
	w.text.Articles = append(w.text.Articles, a)
	w.parts = append(w.parts, append(parts[:len(parts):len(parts)], own))
}

// newest keeps, of two versions of one article in the file, the one that came
// into force last (all hold on the date of the text, or article would have
// left them out).
func (w *walk) newest() {
	last := map[string]int{} // by stable key: index of the version to keep
	key := func(a Article) string {
		if a.StamID != "" {
			return a.StamID
		}
		return a.Key
	}
	for i, a := range w.text.Articles {
		if key(a) == "" {
			continue
		}
		if j, ok := last[key(a)]; !ok || !a.From.Before(w.text.Articles[j].From) {
			last[key(a)] = i
		}
	}
	articles, parts := w.text.Articles[:0:0], w.parts[:0:0]
	for i, a := range w.text.Articles {
		if k := key(a); k != "" && last[k] != i {
			w.notes = append(w.notes, rule.Diagnostic{Severity: rule.Info, Code: "oudere-versie", Pos: a.Pos,
				Message: fmt.Sprintf("van %s staan twee versies in het bestand; die van %s wordt ingelezen", a.Heading(), w.text.Articles[last[k]].From)})
			continue
		}
		articles, parts = append(articles, a), append(parts, w.parts[i])
	}
	w.text.Articles, w.parts = articles, parts
}

// heading gives the parts of <kop>.
func heading(n *node) (label, number, title string) {
	kop := n.child("kop")
	if kop == nil {
		return "", "", ""
	}
	for _, c := range kop.children {
		switch c.name {
		case "label":
			label = inline(c)
		case "nr":
			number = strings.TrimRight(inline(c), ".:")
		case "titel", "subtitel":
			title = strings.TrimSpace(title + " " + inline(c))
		}
	}
	return label, number, title
}

// paragraphs gives the leden; text outside a lid becomes an unnumbered one.
func paragraphs(n *node) []Paragraph {
	var out []Paragraph
	var loose []string
	flush := func() {
		if len(loose) > 0 {
			out = append(out, Paragraph{Text: strings.Join(loose, "\n\n")})
			loose = nil
		}
	}
	for _, c := range n.children {
		switch c.name {
		case "kop", "meta-data":
		case "lid":
			flush()
			p := Paragraph{Key: c.attr["bwb-ng-variabel-deel"]}
			if nr := c.child("lidnr"); nr != nil {
				p.Number = strings.TrimRight(inline(nr), ".)")
			}
			p.Text = strings.Join(blocks(c, 0), "\n\n")
			if p.Text != "" || p.Number != "" {
				out = append(out, p)
			}
		default:
			loose = append(loose, block(c, 0)...)
		}
	}
	flush()
	return out
}

// blocks gives the text blocks of the children of n.
func blocks(n *node, depth int) []string {
	var out []string
	for _, c := range n.children {
		out = append(out, block(c, depth)...)
	}
	return out
}

// block gives the text blocks of one child: a paragraph, a list, a table, or
// whatever holds those.
func block(n *node, depth int) []string {
	switch n.name {
	case "meta-data", "lidnr", "li.nr", "kop":
		return nil
	case "":
		return nonEmpty(collapse(n.text))
	case "al", "tussenkop", "considerans.al":
		return nonEmpty(inline(n))
	case "lijst":
		if items := list(n, depth); items != "" {
			return []string{items}
		}
		return nil
	case "table":
		return nonEmpty(table(n))
	case "plaatje", "illustratie":
		return []string{"[afbeelding]"}
	case "formule":
		return []string{strings.TrimSpace("[formule] " + inline(n))}
	}
	return blocks(n, depth)
}

func nonEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

// list writes the items one a line.
func list(n *node, depth int) string {
	indent := strings.Repeat("  ", depth)
	var lines []string
	for _, li := range n.children {
		if li.name != "li" {
			continue
		}
		mark := "–"
		if nr := li.child("li.nr"); nr != nil && inline(nr) != "" {
			mark = inline(nr)
		}
		first := true
		for _, c := range li.children {
			for _, b := range block(c, depth+1) {
				switch {
				case first && c.name != "lijst":
					lines = append(lines, indent+mark+" "+b)
				case c.name == "lijst": // carries its own indent
					if first {
						lines = append(lines, indent+mark)
					}
					lines = append(lines, b)
				default:
					lines = append(lines, indent+"  "+b)
				}
				first = false
			}
		}
	}
	return strings.Join(lines, "\n")
}

// table writes a row a line, cells separated by " | ".
func table(n *node) string {
	var lines []string
	var rows func(*node)
	rows = func(n *node) {
		for _, c := range n.children {
			switch c.name {
			case "title":
				lines = append(lines, inline(c))
			case "row":
				var cells []string
				for _, e := range c.children {
					if e.name == "entry" {
						cells = append(cells, collapse(strings.Join(blocks(e, 0), " ")))
					}
				}
				lines = append(lines, strings.Join(cells, " | "))
			default:
				rows(c)
			}
		}
	}
	rows(n)
	return strings.Join(lines, "\n")
}

var (
	superscript = strings.NewReplacer("0", "⁰", "1", "¹", "2", "²", "3", "³", "4", "⁴", "5", "⁵", "6", "⁶", "7", "⁷", "8", "⁸", "9", "⁹", "-", "⁻", "+", "⁺")
	subscript   = strings.NewReplacer("0", "₀", "1", "₁", "2", "₂", "3", "₃", "4", "₄", "5", "₅", "6", "₆", "7", "₇", "8", "₈", "9", "₉", "-", "₋", "+", "₊")
)

// inline gives the running text of mixed content, white space collapsed. Words
// of the editors stand between brackets.
func inline(n *node) string {
	var b strings.Builder
	var write func(*node)
	write = func(n *node) {
		switch n.name {
		case "":
			b.WriteString(n.text)
			return
		case "meta-data":
			return
		case "sup":
			b.WriteString(superscript.Replace(inner(n)))
			return
		case "inf":
			b.WriteString(subscript.Replace(inner(n)))
			return
		case "redactie":
			b.WriteString("[" + collapse(inner(n)) + "]")
			return
		case "noot":
			b.WriteString(" [noot: " + collapse(inner(n)) + "]")
			return
		case "plaatje", "illustratie":
			b.WriteString("[afbeelding]")
			return
		}
		for _, c := range n.children {
			write(c)
			if c.name == "al" || c.name == "noot.al" {
				b.WriteByte(' ')
			}
		}
	}
	write(n)
	return collapse(b.String())
}

func inner(n *node) string {
	parts := make([]string, 0, len(n.children))
	for _, c := range n.children {
		if c.name == "" {
			parts = append(parts, c.text)
		} else {
			parts = append(parts, inline(c))
		}
	}
	return strings.Join(parts, "")
}

func collapse(s string) string { return strings.Join(strings.Fields(s), " ") }
