package chart

import "math"

// LoopStation is one of the seven stations of the figure.
type LoopStation struct {
	Name  string // "Toets"
	Count string // "3"; drawn in the disc
	Unit  string // "open toetsen"
	Note  string // "oudste: 12 dagen"
	Href  string // "" for no link
	Here  bool   // "u bent hier"
	Empty bool   // nothing waits here: drawn quiet
}

// LoopFigure is the ∞: two lobes, the rule at the crossing and six stations on
// the way. Stations are in the order of the turn: the first at the crossing,
// three on the left lobe, three on the right.
type LoopFigure struct {
	Head
	Left, Right         string // "Beleid", "Uitvoering"
	LeftNote, RightNote string
	HereLabel           string // "U bent hier"
	Stations            [7]LoopStation
	Slow                int // index of the station after which things wait longest; -1: none
}

// turn is the parameter on the lemniscate at which each station stands; the
// last entry closes the turn. The curve starts at the crossing (π/2).
var turn = [8]float64{
	math.Pi / 2,
	math.Pi - 0.66, math.Pi, math.Pi + 0.66,
	2*math.Pi - 0.66, 2 * math.Pi, 2*math.Pi + 0.66,
	5 * math.Pi / 2,
}

// curve is a lemniscate of Bernoulli with half-width a, stretched to b.
type curve struct{ cx, cy, a, b float64 }

func (c curve) at(t float64) (x, y float64) {
	sin, cos := math.Sincos(t)
	d := 1 + sin*sin
	return c.cx + c.a*cos/d, c.cy + c.b*sin*cos/d
}

// slope is the derivative of at.
func (c curve) slope(t float64) (dx, dy float64) {
	sin, cos := math.Sincos(t)
	d := 1 + sin*sin
	return c.a * (-sin*d - cos*2*sin*cos) / (d * d),
		c.b * ((cos*cos-sin*sin)*d - sin*cos*2*sin*cos) / (d * d)
}

// path draws the curve between two parameters as cubic Béziers.
func (c curve) path(from, to float64) string {
	n := max(1, int(math.Ceil((to-from)/0.4)))
	h := (to - from) / float64(n)
	x, y := c.at(from)
	p := "M" + num(x) + " " + num(y)
	for i := range n {
		t0, t1 := from+float64(i)*h, from+float64(i+1)*h
		x0, y0 := c.at(t0)
		x1, y1 := c.at(t1)
		dx0, dy0 := c.slope(t0)
		dx1, dy1 := c.slope(t1)
		p += "C" + num(x0+dx0*h/3) + " " + num(y0+dy0*h/3) + " " + num(x1-dx1*h/3) + " " + num(y1-dy1*h/3) + " " + num(x1) + " " + num(y1)
	}
	return p
}

// Loop draws the figure, 1120 by 500 units. Its stations are links, in the
// order of the turn.
func Loop(f LoopFigure) string {
	const width, height = 1120.0, 500.0
	c := curve{width / 2, 246, 352, 420}
	s := &svg{id: f.ID}
	// A figure with links is a group, not an image: an image hides its links.
	s.f(`<svg xmlns="http://www.w3.org/2000/svg" class="chart loop" role="group" aria-labelledby="%s-title" aria-describedby="%s-desc" viewBox="0 0 %s %s" width="%s" height="%s" font-size="15">`,
		esc(f.ID), esc(f.ID), num(width), num(height), num(width), num(height))
	s.f(`<title id="%s-title">%s</title><desc id="%s-desc">%s</desc>`, esc(f.ID), esc(f.Title), esc(f.ID), esc(f.Desc))
	s.f(`<g aria-hidden="true">`)
	s.text("loop-lobe", "middle", c.cx-206, c.cy+2, f.Left)
	s.text("loop-lobenote", "middle", c.cx-206, c.cy+26, f.LeftNote)
	s.text("loop-lobe", "middle", c.cx+206, c.cy+2, f.Right)
	s.text("loop-lobenote", "middle", c.cx+206, c.cy+26, f.RightNote)
	for i := range 7 {
		class, stroke, w := "loop-track", track, 5.0
		if i == f.Slow {
			class, stroke, w = "loop-track loop-slow", rust, 13
		}
		s.f(`<path class="%s" fill="none" stroke="%s" stroke-width="%s" stroke-linecap="butt" d="%s"/>`, class, stroke, num(w), c.path(turn[i], turn[i+1]))
	}
	for i := range 7 {
		s.chevron(c, (turn[i]*0.46 + turn[i+1]*0.54), i == f.Slow)
	}
	s.f(`</g>`)
	for i, st := range f.Stations {
		s.station(c, i, st, f.HereLabel)
	}
	return s.end()
}

// chevron draws the direction of the turn at a parameter. Halfway between
// Besluit and Voer uit lies the crossing itself, where the disc is; there the
// mark moves on.
func (s *svg) chevron(c curve, t float64, slow bool) {
	x, y := c.at(t)
	if math.Hypot(x-c.cx, y-c.cy) < 60 {
		t += 0.42
		x, y = c.at(t)
	}
	dx, dy := c.slope(t)
	class, stroke := "loop-chevron", soft
	if slow {
		class, stroke = "loop-chevron loop-chevron-slow", "#fff"
	}
	s.f(`<path class="%s" fill="none" stroke="%s" stroke-width="2.2" stroke-linecap="round" stroke-linejoin="round" transform="translate(%s %s) rotate(%s)" d="M-4 -5L3 0L-4 5"/>`,
		class, stroke, num(x), num(y), num(math.Atan2(dy, dx)*180/math.Pi))
}

func (s *svg) station(c curve, i int, st LoopStation, here string) {
	x, y := c.at(turn[i])
	r := 29.0
	if i == 0 {
		r = 38
	}
	class := "loop-station"
	switch {
	case i == 0:
		class += " loop-rule"
	case st.Empty:
		class += " loop-empty"
	}
	if st.Here {
		class += " loop-here"
	}
	if st.Href != "" {
		s.f(`<a href="%s" class="%s">`, href(st.Href), class)
	} else {
		s.f(`<g class="%s">`, class)
	}
	if st.Here {
		s.f(`<circle class="loop-ring" fill="none" stroke="%s" stroke-width="2" cx="%s" cy="%s" r="%s"/>`, accent, num(x), num(y), num(r+7))
	}
	fill, stroke, tone := "#fff", accent, accent
	if i == 0 {
		fill, tone = accent, "#fff"
	}
	if st.Empty && i != 0 {
		stroke, tone = soft, soft
	}
	s.f(`<circle class="loop-disc" fill="%s" stroke="%s" stroke-width="3" cx="%s" cy="%s" r="%s"/>`, fill, stroke, num(x), num(y), num(r))
	lines := []struct{ class, text string }{{"loop-name", st.Name}, {"loop-unit", st.Unit}, {"loop-note", st.Note}}
	if st.Here {
		lines = append(lines, struct{ class, text string }{"loop-heretext", here})
	}
	n := 0.0
	for _, l := range lines {
		if l.text != "" {
			n++
		}
	}
	anchor, tx, ty := "middle", x, y
	switch i {
	case 0, 3, 6: // below
		ty = y + r + 26
	case 1, 4: // above
		ty = y - r - 14 - (n-1)*20
	case 2:
		anchor, tx, ty = "end", x-r-16, y+5-(n-1)*10
	case 5:
		anchor, tx, ty = "start", x+r+16, y+5-(n-1)*10
	}
	// The name of the link is what stands in it, so it comes in reading order:
	// name, count, unit, note. The line ends keep the words apart.
	for j, l := range lines {
		if l.text != "" {
			s.text(l.class, anchor, tx, ty, l.text)
			s.WriteByte('\n')
			ty += 20
		}
		if j == 0 {
			s.f(`<text class="loop-count" text-anchor="middle" font-size="22" x="%s" y="%s" fill="%s">%s</text>`, num(x), num(y+8), tone, esc(st.Count))
			s.WriteByte('\n')
		}
	}
	if st.Href != "" {
		s.WriteString(`</a>`)
	} else {
		s.WriteString(`</g>`)
	}
}

// Mark draws the small figure of the header, 132 by 44 units, with a dot for
// each station; here is the index of the station where the reader is, -1 for
// none.
func Mark(h Head, here int) string {
	c := curve{66, 22, 58, 50}
	s := start(h, 132, 44, "mark")
	s.f(`<path class="mark-track" fill="none" stroke="%s" stroke-width="5" d="%s"/>`, accent, c.path(turn[0], turn[7])+"Z")
	for i := range 7 {
		x, y := c.at(turn[i])
		if i != here {
			s.f(`<circle class="mark-dot" fill="#fff" cx="%s" cy="%s" r="1.6"/>`, num(x), num(y))
		}
	}
	if here >= 0 && here < 7 {
		x, y := c.at(turn[here])
		s.f(`<circle class="mark-here" fill="#e0a526" stroke="#fff" stroke-width="2.5" cx="%s" cy="%s" r="7"/>`, num(x), num(y))
	}
	return s.end()
}
