// Package chart draws data as SVG text: bars, diverging bars, a funnel, a
// line with a band, an interval, and the figure of the loop. The functions are
// pure: the same data give the same bytes.
//
// Every chart has a title and a description for people who do not see it, and
// tells series apart by pattern and by label, never by colour alone. It uses
// no style attributes and no scripts, so that it stands under a strict content
// security policy; classes let a page set the colours, attributes hold when
// there is no page. Charts carry no table: the caller shows the same numbers
// beside it.
//
// A value that is NaN or infinite is drawn as absent, with its label only;
// it never becomes a zero.
package chart

import (
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

// Head is what every chart has: an id that is unique on the page, a title and
// a description that says what there is to see.
type Head struct {
	ID, Title, Desc string
}

// Size is the width that a chart is drawn for. A chart for a narrow screen is
// drawn anew, with its words above the bars, and not made smaller.
type Size int

const (
	Wide   Size = iota // 640 units
	Narrow             // 320 units
)

func (z Size) width() float64 {
	if z == Narrow {
		return 320
	}
	return 640
}

// Figure is a chart that can be drawn for two widths. The ids of a narrow
// drawing end in "-smal", so that both can stand on one page.
type Figure interface {
	Draw(Size) string
}

// at gives the head of a drawing of this size.
func (h Head) at(z Size) Head {
	if z == Narrow {
		h.ID += "-smal"
	}
	return h
}

// svg collects the text of one chart.
type svg struct {
	strings.Builder
	id string
}

func start(h Head, width, height float64, class string) *svg {
	s := &svg{id: h.ID}
	s.f(`<svg xmlns="http://www.w3.org/2000/svg" class="chart %s" role="img" aria-labelledby="%s-title %s-desc" viewBox="0 0 %s %s" width="%s" height="%s" font-size="14">`,
		class, esc(h.ID), esc(h.ID), num(width), num(height), num(width), num(height))
	s.f(`<title id="%s-title">%s</title><desc id="%s-desc">%s</desc>`, esc(h.ID), esc(h.Title), esc(h.ID), esc(h.Desc))
	return s
}

func (s *svg) end() string {
	s.WriteString("</svg>")
	return s.String()
}

// f writes a format whose string arguments are already safe.
func (s *svg) f(format string, args ...any) { fmt.Fprintf(s, format, args...) }

func (s *svg) rect(class, fill string, x, y, w, h float64) {
	s.f(`<rect class="%s" fill="%s" x="%s" y="%s" width="%s" height="%s"/>`, class, fill, num(x), num(y), num(math.Max(w, 0)), num(h))
}

func (s *svg) line(class, stroke string, x1, y1, x2, y2, width float64) {
	s.f(`<line class="%s" stroke="%s" stroke-width="%s" x1="%s" y1="%s" x2="%s" y2="%s"/>`, class, stroke, num(width), num(x1), num(y1), num(x2), num(y2))
}

// text writes one line of text; anchor is start, middle or end.
func (s *svg) text(class, anchor string, x, y float64, t string) {
	if t == "" {
		return
	}
	s.f(`<text class="%s" text-anchor="%s" x="%s" y="%s" fill="#1b2330">%s</text>`, class, anchor, num(x), num(y), esc(t))
}

// label is text over lines: a white edge keeps it readable.
func (s *svg) label(class, anchor string, x, y float64, t string) {
	if t == "" {
		return
	}
	s.f(`<text class="%s chart-over" text-anchor="%s" x="%s" y="%s" fill="#1b2330" stroke="#fff" stroke-width="4" stroke-linejoin="round" paint-order="stroke">%s</text>`, class, anchor, num(x), num(y), esc(t))
}

// hatch defines a diagonal pattern and gives its fill.
func (s *svg) hatch(name, class, colour string) string {
	id := esc(s.id + "-" + name)
	s.f(`<defs><pattern id="%s" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="7" height="7" fill="#fff"/><rect class="%s" width="3.4" height="7" fill="%s"/></pattern></defs>`, id, class, colour)
	return "url(#" + id + ")"
}

// Colours without a page. They have at least 4.5:1 on white.
const (
	ink    = "#1b2330"
	accent = "#0b5d5e"
	soft   = "#6b7280"
	rust   = "#a63c16"
	track  = "#d8dcd9"
)

func esc(s string) string { return html.EscapeString(s) }

// href keeps an address that a reader may follow: on this site, or on the web.
func href(s string) string {
	if strings.HasPrefix(s, "/") || strings.HasPrefix(s, "#") || strings.HasPrefix(s, "https://") || strings.HasPrefix(s, "http://") {
		return esc(s)
	}
	return "#"
}

// num writes a coordinate with at most two decimals.
func num(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "0"
	}
	s := strconv.FormatFloat(f, 'f', 2, 64)
	s = strings.TrimRight(strings.TrimRight(s, "0"), ".")
	if s == "-0" {
		return "0"
	}
	return s
}

// finite reports whether a value can be drawn.
func finite(f float64) bool { return !math.IsNaN(f) && !math.IsInf(f, 0) }

// top gives the largest drawable value, and 1 when there is none above zero.
func top(values ...float64) float64 {
	m := 0.0
	for _, v := range values {
		if finite(v) {
			m = math.Max(m, v)
		}
	}
	if m == 0 {
		return 1
	}
	return m
}

// wrap breaks text into lines of at most n characters, on spaces; a longer
// word is cut with an ellipsis. At most two lines are kept.
func wrap(t string, n int) []string {
	var lines []string
	line := ""
	for _, w := range strings.Fields(t) {
		if r := []rune(w); len(r) > n {
			w = string(r[:n-1]) + "…"
		}
		switch {
		case line == "":
			line = w
		case len([]rune(line))+1+len([]rune(w)) <= n:
			line += " " + w
		default:
			lines, line = append(lines, line), w
		}
	}
	if line != "" {
		lines = append(lines, line)
	}
	if len(lines) > 2 {
		lines = lines[:2]
		if r := []rune(lines[1]); len(r) >= n {
			lines[1] = string(r[:n-1])
		}
		lines[1] += "…"
	}
	return lines
}
