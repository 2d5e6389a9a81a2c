package chart

import "math"

// Point is one period of a LineChart. Measured is NaN when nothing was
// measured; MeasuredLow and MeasuredHigh draw its range when they differ.
type Point struct {
	Label                     string
	Low, High, Predicted      float64
	Measured                  float64
	MeasuredLow, MeasuredHigh float64
	Text                      string // of the measurement
}

// LineChart is predicted against measured over periods.
type LineChart struct {
	Head
	Points         []Point
	Baseline       float64 // NaN: none
	BaselineLabel  string
	Tripwire       float64 // NaN: none
	TripwireLabel  string
	PredictedLabel string
	MeasuredLabel  string
	BandLabel      string
	Axis           func(v float64) string // writes a value on the axis
}

// Line draws a LineChart, 640 units wide: a band, a dashed line for what was
// predicted and dots for what was measured.
func Line(c LineChart) string {
	const width, height, left, right, up, down = 640.0, 330.0, 62.0, 18.0, 46.0, 44.0
	s := start(c.Head, width, height, "chart-line")
	lo, hi := math.Inf(1), math.Inf(-1)
	see := func(vs ...float64) {
		for _, v := range vs {
			if finite(v) {
				lo, hi = math.Min(lo, v), math.Max(hi, v)
			}
		}
	}
	see(c.Baseline, c.Tripwire)
	for _, p := range c.Points {
		see(p.Low, p.High, p.Predicted, p.Measured)
		if finite(p.Measured) && p.MeasuredHigh > p.MeasuredLow {
			see(p.MeasuredLow, p.MeasuredHigh)
		}
	}
	if !finite(lo) || !finite(hi) {
		return s.end()
	}
	step := nice((hi - lo) / 4)
	lo, hi = math.Floor(lo/step)*step, math.Ceil(hi/step)*step
	if lo == hi {
		lo, hi = lo-step, hi+step
	}
	if finite(c.Baseline) && c.Baseline-lo < (hi-lo)*0.09 && lo-step >= 0 {
		lo -= step // room for the label under the line
	}
	py := func(v float64) float64 { return up + (hi-v)/(hi-lo)*(height-up-down) }
	px := func(i int) float64 {
		if len(c.Points) == 1 {
			return left + (width-left-right)/2
		}
		return left + 24 + float64(i)/float64(len(c.Points)-1)*(width-left-right-48)
	}
	// A count, not a running sum: with values of very different size a sum
	// would never arrive.
	for i := range gridLines(lo, hi, step) {
		v := lo + float64(i)*step
		s.line("chart-grid", track, left, py(v), width-right, py(v), 1)
		s.text("chart-tick", "end", left-8, py(v)+5, c.Axis(v))
	}
	if band := s.band(c.Points, px, py); band != "" {
		hatch := s.hatch("l", "chart-band", "#b9d4d2")
		s.f(`<path class="chart-bandfill" fill="%s" stroke="#7fb0ad" d="%s"/>`, hatch, band)
	}
	if finite(c.Tripwire) {
		s.f(`<line class="chart-trip" stroke="%s" stroke-width="2" stroke-dasharray="3 4" x1="%s" y1="%s" x2="%s" y2="%s"/>`, rust, num(left), num(py(c.Tripwire)), num(width-right), num(py(c.Tripwire)))
		s.label("chart-tripwire", "end", width-right, py(c.Tripwire)-6, c.TripwireLabel)
	}
	if finite(c.Baseline) {
		s.line("chart-ink", soft, left, py(c.Baseline), width-right, py(c.Baseline), 1)
		s.label("chart-note", "end", width-right, py(c.Baseline)+17, c.BaselineLabel)
	}
	path := ""
	for i, p := range c.Points {
		if finite(p.Predicted) {
			cmd := "L"
			if path == "" {
				cmd = "M"
			}
			path += cmd + num(px(i)) + " " + num(py(p.Predicted))
		}
	}
	if path != "" {
		s.f(`<path class="chart-predicted" fill="none" stroke="%s" stroke-width="2" stroke-dasharray="8 5" d="%s"/>`, accent, path)
	}
	every := 1 + len(c.Points)/8
	for i, p := range c.Points {
		if i%every == 0 {
			s.text("chart-tick", "middle", px(i), height-down+22, p.Label)
		}
		if !finite(p.Measured) {
			continue
		}
		x, y := px(i), py(p.Measured)
		if finite(p.MeasuredLow) && finite(p.MeasuredHigh) && p.MeasuredHigh > p.MeasuredLow {
			a, b := py(p.MeasuredLow), py(p.MeasuredHigh)
			d := "M" + num(x-5) + " " + num(b) + "H" + num(x+5) + "M" + num(x) + " " + num(b) + "V" + num(a) + "M" + num(x-5) + " " + num(a) + "H" + num(x+5)
			s.f(`<path class="chart-halo" fill="none" stroke="#fff" stroke-width="4.5" d="%s"/><path class="chart-whisker" fill="none" stroke="%s" stroke-width="1.5" d="%s"/>`, d, ink, d)
		}
		s.f(`<circle class="chart-measured" fill="%s" stroke="#fff" stroke-width="2" cx="%s" cy="%s" r="6.5"/>`, ink, num(x), num(y))
		above := y
		if finite(p.MeasuredHigh) && p.MeasuredHigh > p.MeasuredLow {
			above = py(p.MeasuredHigh)
		}
		s.label("chart-value chart-strong", "middle", x, above-10, p.Text)
	}
	// The legend names each mark by its shape.
	x := left
	s.f(`<circle class="chart-measured" fill="%s" cx="%s" cy="16" r="6"/>`, ink, num(x+6))
	s.text("chart-label", "start", x+20, 21, c.MeasuredLabel)
	x += 130
	s.f(`<line class="chart-predicted" stroke="%s" stroke-width="2" stroke-dasharray="8 5" x1="%s" y1="16" x2="%s" y2="16"/>`, accent, num(x), num(x+34))
	s.text("chart-label", "start", x+42, 21, c.PredictedLabel)
	x += 160
	if c.BandLabel != "" {
		hatch := s.hatch("k", "chart-band", "#b9d4d2")
		s.f(`<rect class="chart-bandfill" fill="%s" stroke="#7fb0ad" x="%s" y="8" width="34" height="16"/>`, hatch, num(x))
		s.text("chart-label", "start", x+42, 21, c.BandLabel)
	}
	return s.end()
}

// gridLines counts the lines from lo to hi; none when the span is beyond what
// can be drawn.
func gridLines(lo, hi, step float64) int {
	n := (hi - lo) / step
	if !finite(n) || n < 0 || n > 12 {
		return 0
	}
	return int(math.Round(n)) + 1
}

// band gives the outline of the band over the points that have one.
func (s *svg) band(points []Point, px func(int) float64, py func(float64) float64) string {
	up, down := "", ""
	n := 0
	for i, p := range points {
		if !finite(p.Low) || !finite(p.High) {
			continue
		}
		a, b := px(i), px(i)
		if len(points) == 1 {
			a, b = a-40, b+40
		}
		cmd := "L"
		if n == 0 {
			cmd = "M"
		}
		up += cmd + num(a) + " " + num(py(p.High))
		if a != b {
			up += "L" + num(b) + " " + num(py(p.High))
			down = "L" + num(b) + " " + num(py(p.Low)) + down
		}
		down = "L" + num(a) + " " + num(py(p.Low)) + down
		if a != b {
			down = "L" + num(b) + " " + num(py(p.Low)) + "L" + num(a) + " " + num(py(p.Low))
		}
		n++
	}
	if n == 0 {
		return ""
	}
	return up + down + "Z"
}

// nice rounds a step up to 1, 2 or 5 times a power of ten.
func nice(step float64) float64 {
	if step <= 0 || !finite(step) {
		return 1
	}
	p := math.Pow(10, math.Floor(math.Log10(step)))
	for _, m := range []float64{1, 2, 5, 10} {
		if step <= m*p*1.0000001 {
			return m * p
		}
	}
	return 10 * p
}

// IntervalChart is one value against a band on a scale.
type IntervalChart struct {
	Head
	Min, Max     float64
	Low, High    float64 // the band
	Baseline     float64 // NaN: none
	Value        float64 // NaN: none yet
	Tripwire     float64 // NaN: none
	BandText     string
	BaselineText string
	ValueText    string
	TripwireText string
}

// Interval draws an IntervalChart, 640 units wide.
func Interval(c IntervalChart) string {
	const width, pad, y = 640.0, 24.0, 52.0
	s := start(c.Head, width, 104, "chart-interval")
	lo, hi := c.Min, c.Max
	for _, v := range []float64{c.Low, c.High, c.Baseline, c.Value, c.Tripwire} {
		if finite(v) {
			lo, hi = math.Min(lo, v), math.Max(hi, v)
		}
	}
	if !finite(lo) || !finite(hi) || hi <= lo {
		return s.end()
	}
	px := func(v float64) float64 { return pad + (v-lo)/(hi-lo)*(width-2*pad) }
	keep := func(x float64, anchor string) string {
		switch {
		case x < 90:
			return "start"
		case x > width-90:
			return "end"
		}
		return anchor
	}
	s.line("chart-axis", soft, pad, y, width-pad, y, 1)
	if finite(c.Low) && finite(c.High) && c.High >= c.Low {
		hatch := s.hatch("i", "chart-band", "#b9d4d2")
		s.f(`<rect class="chart-bandfill" fill="%s" stroke="#7fb0ad" x="%s" y="%s" width="%s" height="20"/>`, hatch, num(px(c.Low)), num(y-10), num(math.Max(px(c.High)-px(c.Low), 2)))
		m := (px(c.Low) + px(c.High)) / 2
		s.text("chart-label", keep(m, "middle"), m, y+30, c.BandText)
	}
	if finite(c.Tripwire) {
		s.f(`<line class="chart-trip" stroke="%s" stroke-width="2" stroke-dasharray="3 4" x1="%s" y1="%s" x2="%s" y2="%s"/>`, rust, num(px(c.Tripwire)), num(y-22), num(px(c.Tripwire)), num(y+40))
		s.text("chart-tripwire", keep(px(c.Tripwire), "end"), px(c.Tripwire)-6, y+48, c.TripwireText)
	}
	if finite(c.Baseline) {
		s.line("chart-ink", ink, px(c.Baseline), y-14, px(c.Baseline), y+14, 2)
		s.text("chart-note", keep(px(c.Baseline), "middle"), px(c.Baseline), y-20, c.BaselineText)
	}
	if finite(c.Value) {
		s.f(`<circle class="chart-measured" fill="%s" stroke="#fff" stroke-width="2" cx="%s" cy="%s" r="8"/>`, ink, num(px(c.Value)), num(y))
		s.text("chart-value chart-strong", keep(px(c.Value), "middle"), px(c.Value), y-36, c.ValueText)
	}
	return s.end()
}
