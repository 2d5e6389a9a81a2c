package chart

import "math"

// Bar is one horizontal bar. Low and High draw a range when High > Low.
type Bar struct {
	Label     string
	Value     float64
	Low, High float64
	Text      string // the value in words, drawn behind the bar
	Pattern   bool   // hatched: tells the second series apart without colour
}

// Group is bars under one heading.
type Group struct {
	Label string
	Bars  []Bar
}

// BarChart is grouped horizontal bars on one scale that starts at zero.
type BarChart struct {
	Head
	Groups []Group
}

// Draw draws the bars.
func (c BarChart) Draw(z Size) string {
	const row, gap = 26.0, 34.0
	width, left, room, letters := z.width(), 150.0, 150.0, 20
	if z == Narrow {
		left, room, letters = 62, 84, 8
	}
	var values []float64
	height := 4.0
	for _, g := range c.Groups {
		if g.Label != "" {
			height += 22
		}
		for _, b := range g.Bars {
			values = append(values, b.Value, b.High)
			height += row
		}
		height += gap - 22
	}
	scale := (width - left - room) / top(values...)
	s := start(c.Head.at(z), width, height, "chart-bars")
	hatch := s.hatch("b", "chart-accent", accent)
	y := 4.0
	for _, g := range c.Groups {
		if g.Label != "" {
			s.text("chart-group", "start", 0, y+14, g.Label)
			y += 22
		}
		s.line("chart-axis", soft, left, y, left, y+row*float64(len(g.Bars))-4, 1)
		for _, b := range g.Bars {
			for i, l := range wrap(b.Label, letters) {
				if i == 0 {
					s.text("chart-label", "start", 0, y+16, l)
				}
			}
			if !finite(b.Value) {
				s.text("chart-value", "start", left, y+16, b.Text)
				y += row
				continue
			}
			w := math.Max(b.Value, 0) * scale
			s.bar(b.Pattern, hatch, left, y+2, w, 18)
			end := left + w
			if finite(b.Low) && finite(b.High) && b.High > b.Low {
				lo, hi := left+math.Max(b.Low, 0)*scale, left+b.High*scale
				s.whisker(lo, hi, y+11)
				end = math.Max(end, hi)
			}
			s.text("chart-value", "start", end+8, y+16, b.Text)
			y += row
		}
		y += gap - 22
	}
	return s.end()
}

// bar draws a bar of the second series, hatched, or of the first.
func (s *svg) bar(pattern bool, hatch string, x, y, w, h float64) {
	if pattern {
		s.f(`<rect class="chart-outline" fill="%s" stroke="%s" stroke-width="1.5" x="%s" y="%s" width="%s" height="%s"/>`, hatch, accent, num(x), num(y), num(math.Max(w, 0)), num(math.Max(h, 0)))
		return
	}
	s.rect("chart-accent", accent, x, y, w, math.Max(h, 0))
}

// whisker draws a range; a white edge keeps it visible on a dark bar.
func (s *svg) whisker(lo, hi, y float64) {
	s.reach("M" + num(lo) + " " + num(y-5) + "V" + num(y+5) + "M" + num(lo) + " " + num(y) + "H" + num(hi) + "M" + num(hi) + " " + num(y-5) + "V" + num(y+5))
}

// upright draws a range from top to bottom.
func (s *svg) upright(x, lo, hi float64) {
	s.reach("M" + num(x-5) + " " + num(hi) + "H" + num(x+5) + "M" + num(x) + " " + num(hi) + "V" + num(lo) + "M" + num(x-5) + " " + num(lo) + "H" + num(x+5))
}

func (s *svg) reach(d string) {
	s.f(`<path class="chart-halo" fill="none" stroke="#fff" stroke-width="4.5" d="%s"/><path class="chart-whisker" fill="none" stroke="%s" stroke-width="1.5" d="%s"/>`, d, ink, d)
}

// FunnelStep is how many are left after a step.
type FunnelStep struct {
	Label    string
	Left     float64
	Text     string // "412.000 over"
	LostText string // "38.000 haken af", "" when nobody
	Largest  bool   // the step that loses most
}

// FunnelChart is the road of a group through steps.
type FunnelChart struct {
	Head
	Steps []FunnelStep
}

// Draw draws each step as a bar for those who are left, and a hatched part for
// those who were lost at that step.
func (c FunnelChart) Draw(z Size) string {
	const row, left, room = 54.0, 0.0, 10.0
	width, letters := z.width(), 60
	if z == Narrow {
		letters = 24
	}
	var values []float64
	for _, st := range c.Steps {
		values = append(values, st.Left)
	}
	scale := (width - left - room) / top(values...)
	s := start(c.Head.at(z), width, row*float64(len(c.Steps))+2, "chart-funnel")
	hatch := s.hatch("f", "chart-rust", rust)
	y := 0.0
	before := math.NaN()
	for _, st := range c.Steps {
		s.text("chart-label", "start", left, y+15, cut(st.Label, letters))
		s.text("chart-value", "end", width, y+15, st.Text)
		if finite(st.Left) {
			w := math.Max(st.Left, 0) * scale
			s.rect("chart-accent", accent, left, y+22, w, 18)
			if finite(before) && before > st.Left {
				lost := (before - st.Left) * scale
				s.f(`<rect class="chart-outline-rust" fill="%s" stroke="%s" stroke-width="1.5" x="%s" y="%s" width="%s" height="18"/>`, hatch, rust, num(left+w), num(y+22), num(lost))
				class := "chart-lost"
				if st.Largest {
					class = "chart-lost chart-strong"
				}
				x := left + w + lost + 8
				switch {
				case x <= width-150:
					s.text(class, "start", x, y+36, st.LostText)
				case w > 150:
					// No room behind the bar: write it inside, on the filled part.
					s.f(`<text class="%s chart-on" text-anchor="end" x="%s" y="%s" fill="#fff">%s</text>`, class, num(left+w-8), num(y+36), esc(st.LostText))
				default:
					s.label(class, "end", width-room-4, y+36, st.LostText)
				}
			}
			before = st.Left
		}
		y += row
	}
	return s.end()
}

// cut keeps at most n characters of a line.
func cut(t string, n int) string {
	if r := []rune(t); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return t
}
