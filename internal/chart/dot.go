package chart

import "math"

// Dot is one value with its range, of one side.
type Dot struct {
	Label     string // the side: "nu"
	Value     float64
	Low, High float64 // no range when High <= Low
	Text      string  // the value in words
}

// DotRow is one quantity, on all sides.
type DotRow struct {
	Label string
	Dots  []Dot
}

// DotChart compares quantities before and after, each with its range. The
// scale does not start at zero: it shows a difference. The first side is an
// open dot, the others are filled.
type DotChart struct {
	Head
	Rows []DotRow
	Axis func(v float64) string
}

// Draw draws the dots.
func (c DotChart) Draw(z Size) string {
	width, left, room := z.width(), 76.0, 90.0
	if z == Narrow {
		left, room = 60, 70
	}
	const row, head, down = 24.0, 24.0, 30.0
	height, lo, hi := down, math.Inf(1), math.Inf(-1)
	for _, r := range c.Rows {
		height += head + row*float64(len(r.Dots)) + 8
		for _, d := range r.Dots {
			for _, v := range []float64{d.Value, d.Low, d.High} {
				if finite(v) {
					lo, hi = math.Min(lo, v), math.Max(hi, v)
				}
			}
		}
	}
	s := start(c.Head.at(z), width, height, "chart-dots")
	if !finite(lo) || !finite(hi) {
		return s.end()
	}
	step := nice((hi - lo) / 3)
	if hi == lo {
		step = nice(math.Abs(hi) / 10)
	}
	lo, hi = math.Floor(lo/step)*step, math.Ceil(hi/step)*step
	if lo == hi {
		lo, hi = lo-step, hi+step
	}
	px := func(v float64) float64 { return left + 8 + (v-lo)/(hi-lo)*(width-left-room-16) }
	for i := range gridLines(lo, hi, step) {
		x := px(lo + float64(i)*step)
		s.line("chart-grid", track, x, 4, x, height-down+4, 1)
		s.text("chart-tick", "middle", x, height-8, c.Axis(lo+float64(i)*step))
	}
	y := 0.0
	for _, r := range c.Rows {
		s.label("chart-group", "start", 0, y+17, r.Label)
		y += head
		for i, d := range r.Dots {
			s.text("chart-label", "start", 0, y+16, d.Label)
			s.text("chart-value", "end", width, y+16, d.Text)
			if finite(d.Value) {
				if finite(d.Low) && finite(d.High) && d.High > d.Low {
					s.whisker(px(d.Low), px(d.High), y+11)
				}
				if i == 0 && len(r.Dots) > 1 {
					s.f(`<circle class="chart-open" fill="#fff" stroke="%s" stroke-width="2.5" cx="%s" cy="%s" r="6"/>`, accent, num(px(d.Value)), num(y+11))
				} else {
					s.f(`<circle class="chart-accent" fill="%s" cx="%s" cy="%s" r="7"/>`, accent, num(px(d.Value)), num(y+11))
				}
			}
			y += row
		}
		y += 8
	}
	return s.end()
}
