package chart

import "math"

// Column is one upright bar. Low and High draw a range when High > Low.
type Column struct {
	Value     float64
	Low, High float64
	Text      string // the value in words, "" for none
}

// ColumnSet is what stands over one label: one column for each series.
type ColumnSet struct {
	Label   string
	Columns []Column
}

// ColumnChart is upright bars around zero, of one or two series: a change by
// decile, or a distribution over classes. The first of two series is hatched.
type ColumnChart struct {
	Head
	Series []string // names, for the legend; one series needs none
	Under  string   // what the labels are: "inkomensgroep"
	Sets   []ColumnSet
	Axis   func(v float64) string // writes a value on the axis
}

// Draw draws the columns.
func (c ColumnChart) Draw(z Size) string {
	width, height, left := z.width(), 300.0, 66.0
	if z == Narrow {
		left, height = 56, 270
	}
	legend := 8.0
	if len(c.Series) > 1 {
		legend = 34
	}
	const down, right = 46.0, 6.0
	s := start(c.Head.at(z), width, height, "chart-columns")
	lo, hi := 0.0, 0.0
	for _, set := range c.Sets {
		for _, col := range set.Columns {
			for _, v := range []float64{col.Value, col.Low, col.High} {
				if finite(v) {
					lo, hi = math.Min(lo, v), math.Max(hi, v)
				}
			}
		}
	}
	if len(c.Sets) == 0 || !finite(lo) || !finite(hi) {
		return s.end()
	}
	if lo == hi {
		hi = 1
	}
	step := nice((hi - lo) / 4)
	lo, hi = math.Floor(lo/step)*step, math.Ceil(hi/step)*step
	up := legend + 16
	py := func(v float64) float64 { return up + (hi-v)/(hi-lo)*(height-up-down) }
	for i := range gridLines(lo, hi, step) {
		v := lo + float64(i)*step
		s.line("chart-grid", track, left, py(v), width-right, py(v), 1)
		s.text("chart-tick", "end", left-7, py(v)+5, c.Axis(v))
	}
	hatch := s.hatch("c", "chart-accent", accent)
	if len(c.Series) > 1 {
		x := left
		for i, name := range c.Series {
			s.bar(i == 0, hatch, x, 5, 24, 14)
			s.text("chart-label", "start", x+32, 17, name)
			x += (width - left) / 2
		}
	}
	room := (width - right - left) / float64(len(c.Sets))
	for i, set := range c.Sets {
		x := left + float64(i)*room
		n := float64(max(1, len(set.Columns)))
		w := math.Min(room*0.76/n, 44)
		at := x + (room-w*n)/2
		for k, col := range set.Columns {
			if !finite(col.Value) {
				at += w
				continue
			}
			y0, y1 := py(math.Max(col.Value, 0)), py(math.Min(col.Value, 0))
			s.bar(k == 0 && len(set.Columns) > 1, hatch, at+1, y0, w-2, y1-y0)
			above := y0
			if finite(col.Low) && finite(col.High) && col.High > col.Low {
				s.upright(at+w/2, py(col.Low), py(col.High))
				above = math.Min(above, py(col.High))
			}
			if z == Wide && col.Text != "" {
				if col.Value < 0 {
					below := math.Max(y1, py(math.Min(col.Low, col.Value)))
					s.label("chart-value", "middle", at+w/2, below+15, col.Text)
				} else {
					s.label("chart-value", "middle", at+w/2, above-5, col.Text)
				}
			}
			at += w
		}
		s.text("chart-tick", "middle", x+room/2, height-down+18, set.Label)
	}
	s.line("chart-axis", soft, left, py(0), width-right, py(0), 1.5)
	s.text("chart-note", "end", width-right, height-6, c.Under)
	return s.end()
}
