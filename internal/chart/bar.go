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

// Bars draws a BarChart, 640 units wide.
func Bars(c BarChart) string {
	const left, width, row, gap, room = 150.0, 640.0, 26.0, 34.0, 150.0
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
	s := start(c.Head, width, height, "chart-bars")
	hatch := s.hatch("b", "chart-accent", accent)
	y := 4.0
	for _, g := range c.Groups {
		if g.Label != "" {
			s.text("chart-group", "start", 0, y+14, g.Label)
			y += 22
		}
		s.line("chart-axis", soft, left, y, left, y+row*float64(len(g.Bars))-4, 1)
		for _, b := range g.Bars {
			for i, l := range wrap(b.Label, 20) {
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
			if b.Pattern {
				s.f(`<rect class="chart-outline" fill="%s" stroke="%s" stroke-width="1.5" x="%s" y="%s" width="%s" height="18"/>`, hatch, accent, num(left), num(y+2), num(w))
			} else {
				s.rect("chart-accent", accent, left, y+2, w, 18)
			}
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

// whisker draws a range; a white edge keeps it visible on a dark bar.
func (s *svg) whisker(lo, hi, y float64) {
	d := "M" + num(lo) + " " + num(y-5) + "V" + num(y+5) + "M" + num(lo) + " " + num(y) + "H" + num(hi) + "M" + num(hi) + " " + num(y-5) + "V" + num(y+5)
	s.f(`<path class="chart-halo" fill="none" stroke="#fff" stroke-width="4.5" d="%s"/><path class="chart-whisker" fill="none" stroke="%s" stroke-width="1.5" d="%s"/>`, d, ink, d)
}

// Pair is one row of a diverging chart: what is lost to the left, what is won
// to the right.
type Pair struct {
	Label              string
	Loss, Gain         float64
	LossText, GainText string
}

// DivergingChart is winners and losers by group on one scale.
type DivergingChart struct {
	Head
	LossLabel, GainLabel string
	Rows                 []Pair
}

// Diverging draws a DivergingChart, 640 units wide. Losses are hatched.
func Diverging(c DivergingChart) string {
	const width, row, label, room = 640.0, 28.0, 86.0, 76.0
	half := (width - label - 2*room) / 2
	mid := label + room + half
	var values []float64
	for _, r := range c.Rows {
		values = append(values, r.Loss, r.Gain)
	}
	scale := half / top(values...)
	height := 30 + row*float64(len(c.Rows)) + 4
	s := start(c.Head, width, height, "chart-diverging")
	hatch := s.hatch("v", "chart-rust", rust)
	s.text("chart-group", "end", mid-10, 14, c.LossLabel)
	s.text("chart-group", "start", mid+10, 14, c.GainLabel)
	y := 26.0
	for _, r := range c.Rows {
		s.text("chart-label", "start", 0, y+17, r.Label)
		if finite(r.Loss) {
			w := math.Max(r.Loss, 0) * scale
			if w > 0 {
				s.f(`<rect class="chart-outline-rust" fill="%s" stroke="%s" stroke-width="1.5" x="%s" y="%s" width="%s" height="18"/>`, hatch, rust, num(mid-w), num(y+3), num(w))
			}
			s.text("chart-value", "end", mid-w-8, y+17, r.LossText)
		}
		if finite(r.Gain) {
			w := math.Max(r.Gain, 0) * scale
			if w > 0 {
				s.rect("chart-accent", accent, mid, y+3, w, 18)
			}
			s.text("chart-value", "start", mid+w+8, y+17, r.GainText)
		}
		y += row
	}
	s.line("chart-axis", soft, mid, 22, mid, height, 1)
	return s.end()
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

// Funnel draws a FunnelChart, 640 units wide: each step is a bar for those
// who are left, and a hatched part for those who were lost at that step.
func Funnel(c FunnelChart) string {
	const width, row, left, room = 640.0, 54.0, 0.0, 10.0
	var values []float64
	for _, st := range c.Steps {
		values = append(values, st.Left)
	}
	scale := (width - left - room) / top(values...)
	s := start(c.Head, width, row*float64(len(c.Steps))+2, "chart-funnel")
	hatch := s.hatch("f", "chart-rust", rust)
	y := 0.0
	before := math.NaN()
	for _, st := range c.Steps {
		s.text("chart-label", "start", left, y+15, st.Label)
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
				if x > width-150 {
					// No room behind the bar: write it inside, on the filled part.
					s.f(`<text class="%s chart-on" text-anchor="end" x="%s" y="%s" fill="#fff">%s</text>`, class, num(left+w-8), num(y+36), esc(st.LostText))
				} else {
					s.text(class, "start", x, y+36, st.LostText)
				}
			}
			before = st.Left
		}
		y += row
	}
	return s.end()
}
