package chart

import "math"

// Bands of a BandChart, from the largest gain to the largest loss.
const Bands = 5

// BandRow is one group: which part of it gains much, gains, stays the same,
// loses, loses much.
type BandRow struct {
	Label              string
	Shares             [Bands]float64 // fractions of the group
	LossText, GainText string         // of both bands together
	Same               string         // the part that stays the same, in words
	Absent             string         // said in place of bars: "te weinig om te tonen"
}

// BandChart is winners and losers in five bands by group. Losses stand left of
// the line and gains right of it; large changes are solid and small ones
// hatched. Who stays the same is written and not drawn: it is often nearly all,
// and would make the rest invisible.
type BandChart struct {
	Head
	Labels    [Bands]string // of the bands, as in Shares
	Groups    string        // heading of the labels
	SameLabel string        // heading of the part that stays the same
	Rows      []BandRow
}

// Draw draws the bands.
func (c BandChart) Draw(z Size) string {
	width, label, same, room, row := z.width(), 186.0, 62.0, 52.0, 30.0
	above, letters := 0.0, 26
	if z == Narrow {
		label, same, room, row, above, letters = 0, 0, 48, 66, 34, 44
	}
	half := (width - label - same - 2*room) / 2
	mid := label + room + half
	var values []float64
	for _, r := range c.Rows {
		values = append(values, r.Shares[3]+r.Shares[4], r.Shares[0]+r.Shares[1])
	}
	scale := half / top(values...)
	head := 74.0
	if z == Narrow {
		head = 118
	}
	s := start(c.Head.at(z), width, head+row*float64(len(c.Rows))+4, "chart-bands")
	less := s.hatch("v", "chart-rust", rust)
	more := s.hatch("w", "chart-accent", accent)
	// The legend names each band by how it is filled.
	for i, band := range [...]int{4, 3, 1, 0} {
		x, y := float64(i)*width/4, 0.0
		if z == Narrow {
			x, y = float64(i/2)*width/2, float64(i%2)*40
		}
		s.fill(band, less, more, x, y+3, 24, 14)
		for j, l := range wrap(c.Labels[band], 16) {
			s.text("chart-label", "start", x+31, y+15+float64(j)*16, l)
		}
	}
	y := head - 12
	if z == Wide {
		s.text("chart-group", "start", 0, y, c.Groups)
		s.text("chart-group", "end", width, y, c.SameLabel)
	}
	y = head
	for _, r := range c.Rows {
		if z == Narrow {
			s.text("chart-label chart-strong", "start", 0, y+13, cut(r.Label, letters))
			if r.Absent == "" {
				s.text("chart-label", "start", 0, y+30, r.Same+" "+c.SameLabel)
			}
		} else {
			lines := wrap(r.Label, letters)
			for i, l := range lines {
				s.text("chart-label", "start", 0, y+17+15*(float64(i)-float64(len(lines)-1)/2), l)
			}
			if r.Absent == "" {
				s.text("chart-value", "end", width, y+17, r.Same)
			}
		}
		if r.Absent != "" {
			s.text("chart-note", "start", label+8, y+above+17, r.Absent)
			y += row
			continue
		}
		at := mid
		for _, band := range [...]int{3, 4} {
			w := size(r.Shares[band]) * scale
			at -= w
			s.fill(band, less, more, at, y+above+3, w, 18)
		}
		s.text("chart-value", "end", at-7, y+above+17, r.LossText)
		at = mid
		for _, band := range [...]int{1, 0} {
			w := size(r.Shares[band]) * scale
			s.fill(band, less, more, at, y+above+3, w, 18)
			at += w
		}
		s.text("chart-value", "start", at+7, y+above+17, r.GainText)
		y += row
	}
	s.line("chart-axis", soft, mid, head-2, mid, y+2, 1)
	return s.end()
}

// fill draws a piece of one band; nothing when it has no width.
func (s *svg) fill(band int, less, more string, x, y, w, h float64) {
	if w <= 0 {
		return
	}
	switch band {
	case 0:
		s.rect("chart-accent", accent, x, y, w, h)
	case 1:
		s.f(`<rect class="chart-outline" fill="%s" stroke="%s" stroke-width="1.5" x="%s" y="%s" width="%s" height="%s"/>`, more, accent, num(x), num(y), num(w), num(h))
	case 3:
		s.f(`<rect class="chart-outline-rust" fill="%s" stroke="%s" stroke-width="1.5" x="%s" y="%s" width="%s" height="%s"/>`, less, rust, num(x), num(y), num(w), num(h))
	case 4:
		s.rect("chart-rust", rust, x, y, w, h)
	}
}

// size is a share that can be drawn.
func size(f float64) float64 {
	if !finite(f) {
		return 0
	}
	return math.Max(f, 0)
}
