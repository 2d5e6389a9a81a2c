package explain

import (
	"math"
	"strings"
)

// Full is the depth that shows everything, down to the inputs.
const Full = math.MaxInt

// Upto gives the lines down to a depth: 0 for the outcome alone.
func (e *Explanation) Upto(depth int) []Line {
	var out []Line
	for _, l := range e.Lines {
		if l.Depth <= depth {
			out = append(out, l)
		}
	}
	return out
}

// Further gives the reasons that the sentence does not say already ("U krijgt
// geen AOW, want …").
func (e *Explanation) Further() []string {
	if len(e.Reasons) > 0 && strings.HasSuffix(e.Sentence, " "+lower(e.Reasons[0])) {
		return e.Reasons[1:]
	}
	return e.Reasons
}

// Text gives the explanation as plain text: at depth 0 the one sentence, at 1
// the reasons and the first steps, deeper the steps of the steps, indented, and
// at Full all of them down to the inputs.
func (e *Explanation) Text(depth int) string {
	l, ok := languages(e.Lang)
	if !ok {
		l = &dutch
	}
	var b strings.Builder
	b.WriteString(e.Sentence + "\n")
	if depth <= 0 {
		return b.String()
	}
	list := func(head text, items []string) {
		if len(items) == 0 {
			return
		}
		b.WriteString("\n" + l.texts[head] + "\n")
		for _, t := range items {
			b.WriteString("- " + t + "\n")
		}
	}
	for _, r := range e.Further() {
		b.WriteString("- " + r + "\n")
	}
	var changes []string
	for _, c := range e.WhyNot {
		changes = append(changes, c.Text)
	}
	if e.Positive {
		list(tUntilWhen, changes)
	} else {
		list(tWhyNot, changes)
	}
	if e.Error != nil {
		var path []string
		for _, h := range e.Error.Path {
			path = append(path, h.Text)
		}
		list(tHowFault, path)
	}
	b.WriteString("\n" + l.texts[tHow] + "\n")
	for _, line := range e.Upto(depth) {
		line.write(&b)
	}
	list(tAssumptions, e.Assumptions)
	if e.Note != "" {
		b.WriteString("\n" + e.Note + "\n")
	}
	return b.String()
}

// write writes a line of the trace with where it comes from.
func (l Line) write(b *strings.Builder) {
	b.WriteString(strings.Repeat("  ", l.Depth) + l.Text)
	if l.Calculation != "" {
		b.WriteString(" " + l.Calculation)
	}
	var ref []string
	if l.Rule != "" {
		ref = append(ref, l.Rule)
	}
	if l.Version != "" {
		ref = append(ref, l.Version)
	}
	for _, s := range l.Sources {
		if s.JCI != "" {
			ref = append(ref, s.JCI)
		} else if s.Text != "" {
			ref = append(ref, s.Text)
		}
	}
	if len(ref) > 0 {
		b.WriteString(" [" + strings.Join(ref, "; ") + "]")
	}
	b.WriteByte('\n')
}
