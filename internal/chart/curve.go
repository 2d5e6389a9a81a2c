package chart

import "math"

// CurvePoint is a place on a curve.
type CurvePoint struct{ X, Y float64 }

// CurveLine is one side of a CurveChart. The first line is dashed, the others
// are drawn through.
type CurveLine struct {
	Label  string
	Points []CurvePoint
}

// CurveMark is a place on the horizontal axis that needs a word: a cliff.
type CurveMark struct {
	X     float64
	Label string // "a": a letter that the table beside the chart explains
	Side  int    // index of the line that falls there
}

// CurveChart is what comes out along a range of one quantity, on one or more
// sides: disposable income, or marginal pressure, by gross income. A NaN in Y
// breaks the line.
type CurveChart struct {
	Head
	Under, Up    string // what the axes are
	Lines        []CurveLine
	Marks        []CurveMark
	XAxis, YAxis func(v float64) string
	Zero         bool // the vertical axis starts at zero
}

// dashes tell lines apart without colour.
var dashes = [...]string{"7 5", "", "2 4", "12 4 2 4", "12 4"}

// Draw draws the curves.
func (c CurveChart) Draw(z Size) string {
	width, height, left := z.width(), 380.0, 74.0
	if z == Narrow {
		height, left = 320, 62
	}
	const right, down = 14.0, 50.0
	s := start(c.Head.at(z), width, height, "chart-curve")
	x0, x1, y0, y1 := math.Inf(1), math.Inf(-1), math.Inf(1), math.Inf(-1)
	for _, l := range c.Lines {
		for _, p := range l.Points {
			if finite(p.X) && finite(p.Y) {
				x0, x1, y0, y1 = math.Min(x0, p.X), math.Max(x1, p.X), math.Min(y0, p.Y), math.Max(y1, p.Y)
			}
		}
	}
	if c.Zero {
		y0, y1 = math.Min(y0, 0), math.Max(y1, 0)
	}
	if !finite(x0) || !finite(y0) || x1 <= x0 {
		return s.end()
	}
	step := nice((y1 - y0) / 4)
	y0, y1 = math.Floor(y0/step)*step, math.Ceil(y1/step)*step
	if y0 == y1 {
		y0, y1 = y0-step, y1+step
	}
	legend := 10.0 + 20*float64(len(c.Lines))
	if c.Up != "" {
		legend += 20
	}
	px := func(v float64) float64 { return left + (v-x0)/(x1-x0)*(width-left-right) }
	py := func(v float64) float64 { return legend + (y1-v)/(y1-y0)*(height-legend-down) }
	for i := range gridLines(y0, y1, step) {
		v := y0 + float64(i)*step
		s.line("chart-grid", track, left, py(v), width-right, py(v), 1)
		s.text("chart-tick", "end", left-7, py(v)+5, c.YAxis(v))
	}
	ticks := 5.0
	if z == Narrow {
		ticks = 3
	}
	across := nice((x1 - x0) / ticks)
	first := math.Ceil(x0/across) * across
	for i := 0; i < 12 && first+float64(i)*across <= x1*1.0000001; i++ {
		v := first + float64(i)*across
		s.line("chart-axis", soft, px(v), height-down, px(v), height-down+5, 1)
		s.text("chart-tick", anchorAt(px(v), width), px(v), height-down+20, c.XAxis(v))
	}
	for _, m := range c.Marks {
		if !finite(m.X) || m.X < x0 || m.X > x1 {
			continue
		}
		s.f(`<line class="chart-trip" stroke="%s" stroke-width="1.5" stroke-dasharray="3 4" x1="%s" y1="%s" x2="%s" y2="%s"/>`, rust, num(px(m.X)), num(legend), num(px(m.X)), num(height-down))
		s.label("chart-tripwire", "middle", px(m.X), legend-3, m.Label)
	}
	for i, l := range c.Lines {
		class, colour := "chart-curve-then", accent
		if i == 0 && len(c.Lines) > 1 {
			class, colour = "chart-curve-now", ink
		}
		dash := ""
		if len(c.Lines) > 1 {
			dash = dashes[i%len(dashes)]
		}
		s.f(`<path class="%s" fill="none" stroke="%s" stroke-width="2.25" stroke-linejoin="round" stroke-dasharray="%s" d="%s"/>`, class, colour, dash, trail(l.Points, px, py))
		s.f(`<line class="%s" stroke="%s" stroke-width="2.25" stroke-dasharray="%s" x1="0" y1="%s" x2="34" y2="%s"/>`, class, colour, dash, num(10+20*float64(i)), num(10+20*float64(i)))
		s.text("chart-label", "start", 42, 15+20*float64(i), l.Label)
	}
	s.line("chart-axis", soft, left, height-down, width-right, height-down, 1.5)
	if c.Up != "" {
		s.text("chart-note", "start", 0, 15+20*float64(len(c.Lines)), c.Up)
	}
	s.text("chart-note", "end", width-right, height-6, c.Under)
	return s.end()
}

// trail is the path of a line; a point that cannot be drawn breaks it.
func trail(points []CurvePoint, px, py func(float64) float64) string {
	d, cmd := "", "M"
	for _, p := range points {
		if !finite(p.X) || !finite(p.Y) {
			cmd = "M"
			continue
		}
		d += cmd + num(px(p.X)) + " " + num(py(p.Y))
		cmd = "L"
	}
	return d
}

// anchorAt keeps a label within the drawing.
func anchorAt(x, width float64) string {
	if x > width-36 {
		return "end"
	}
	return "middle"
}
