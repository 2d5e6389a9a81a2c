package amendment

import (
	"iter"
	"strings"
)

// Line is one line of the sentence of a sheet.
type Line struct {
	Depth  int // steps of indentation
	Bullet bool
	Parts  []Part
	Item   *Item   // the condition that begins here, when it can go
	Lists  []*List // lists in which a condition can come after this line, the innermost first
}

// Part is text, or the text at a place.
type Part struct {
	Text  string
	Place *Place
}

// Lines gives the version of the sheet line by line, without its validity. The
// lines of a table are not among them; instead there is one for each parameter
// that its cells read.
func (s *Sheet) Lines() iter.Seq[Line] {
	return func(yield func(Line) bool) {
		at := s.from
		for n, text := range strings.Split(strings.TrimRight(s.Text[s.from:s.until], "\n"), "\n") {
			start := at
			at += len(text) + 1
			if n == 0 {
				continue
			}
			if s.Table != nil && cellsOf(text) != nil {
				for _, p := range s.Places {
					if p.Kind == Parameter && p.Start >= start && p.Start <= start+len(text) &&
						!yield(Line{Depth: 2, Parts: []Part{{Text: p.Parameter.Article + " " + p.Parameter.Name + " "}, {Place: p}}}) {
						return
					}
				}
				continue
			}
			if !yield(s.line(start, start+len(text))) {
				return
			}
		}
	}
}

func (s *Sheet) line(start, end int) Line {
	text := s.Text[start:end]
	bare := strings.TrimLeft(text, " ")
	l := Line{Depth: (len(text) - len(bare)) / 4}
	at := start + len(text) - len(bare)
	if b := strings.TrimLeft(bare, "-•"); b != bare {
		l.Bullet = true
		at = end - len(strings.TrimLeft(b, " "))
	}
	for _, i := range s.Items {
		if i.Start >= start && i.Start < end {
			l.Item = i
		}
	}
	for _, x := range s.Lists {
		after := x.at
		if x.only != nil {
			after = x.span[1]
		}
		if after >= start && after <= end {
			l.Lists = append([]*List{x}, l.Lists...)
		}
	}
	for _, p := range s.Places {
		if p.Start < at || p.Start > end || p.End > end || p.Start == end && p.Kind != Parameter {
			continue
		}
		if p.Start > at {
			l.Parts = append(l.Parts, Part{Text: s.Text[at:p.Start]})
		}
		l.Parts = append(l.Parts, Part{Text: s.Text[p.Start:p.End], Place: p})
		at = p.End
	}
	if at < end {
		l.Parts = append(l.Parts, Part{Text: s.Text[at:end]})
	}
	return l
}
