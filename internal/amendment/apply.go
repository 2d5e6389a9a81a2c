package amendment

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// Change is what somebody filled in on a sheet.
type Change struct {
	// Values are the new texts by Place.ID. A place that is left out, or has
	// what stands there already, stays as it is.
	Values map[string]string
	// Remove is the id of an item that goes, Add the id of a list in which
	// With comes.
	Remove, Add string
	With        Candidate
}

// Fault is something filled in that cannot be.
type Fault struct {
	Place   string // Place.ID
	Message string // Dutch
}

// Result is the changed text, and where the places ended up in it.
type Result struct {
	Text  string
	spots []spot
}

type spot struct {
	place      string
	start, end int
}

// At gives the id of the place in which a position of the new text lies, or "".
func (r Result) At(pos rule.Pos) string {
	at := offset(r.Text, pos)
	for _, s := range r.spots {
		if at >= s.start && at <= s.end {
			return s.place
		}
	}
	return ""
}

// offset gives the byte offset of a position that counts in characters.
func offset(text string, pos rule.Pos) int {
	at := 0
	for line := 1; line < pos.Line; line++ {
		n := strings.IndexByte(text[at:], '\n')
		if n < 0 {
			return len(text)
		}
		at += n + 1
	}
	for range pos.Column - 1 {
		if at >= len(text) || text[at] == '\n' {
			break
		}
		at++
		for at < len(text) && text[at]&0xC0 == 0x80 {
			at++
		}
	}
	return at
}

// splice replaces what stands between two offsets.
type splice struct {
	from, to int
	text     string
	place    string
}

// maxFill bounds what is filled in at one place, in bytes.
const maxFill = 1000

// Apply gives the text in which only the change is different. What is filled in
// at a place and cannot be a value of its type is a fault; whether the text as a
// whole can be read is for Read to say.
func (s *Sheet) Apply(c Change) (Result, []Fault) {
	var faults []Fault
	var out []splice
	for _, p := range s.Places {
		text, ok := c.Values[p.ID]
		if !ok || p.Kind == Parameter {
			continue
		}
		text = oneLine(text)
		if text == oneLine(s.Now(p)) {
			continue
		}
		text, why := p.write(text)
		if why != "" {
			faults = append(faults, Fault{p.ID, why})
			continue
		}
		out = append(out, splice{p.Start, p.End, text, p.ID})
	}
	if c.Remove != "" {
		if i := slices.IndexFunc(s.Items, func(i *Item) bool { return i.ID == c.Remove }); i >= 0 {
			cut := s.Items[i]
			out = slices.DeleteFunc(out, func(x splice) bool { return x.from >= cut.cut && x.to <= cut.End })
			out = append(out, splice{from: cut.cut, to: cut.End})
			if cut.row > 0 {
				out = append(out, s.Table.renumber(cut.row)...)
			}
		}
	}
	if i := slices.IndexFunc(s.Lists, func(l *List) bool { return l.ID == c.Add }); c.Add != "" && i >= 0 {
		l := s.Lists[i]
		x := splice{from: l.at, to: l.at, text: l.tail + l.lead + c.With.Text}
		if l.row {
			x.text = l.lead
		}
		if l.only != nil {
			first := regelspraak.PrintCondition(*l.only)
			out = slices.DeleteFunc(out, func(x splice) bool { return x.from >= l.span[0] && x.to <= l.span[1] })
			x = splice{from: l.span[0], to: l.span[1], text: l.tail + l.lead + first + l.lead + c.With.Text}
		}
		out = append(out, x)
	}
	slices.SortStableFunc(out, func(a, b splice) int { return a.from - b.from })
	return s.join(out), faults
}

func (s *Sheet) join(list []splice) Result {
	var r Result
	var b strings.Builder
	at := 0
	moved := map[string]bool{}
	for _, x := range list {
		b.WriteString(s.Text[at:x.from])
		start := b.Len()
		b.WriteString(x.text)
		at = x.to
		if x.place != "" {
			moved[x.place] = true
			r.spots = append(r.spots, spot{x.place, start, b.Len()})
		}
	}
	b.WriteString(s.Text[at:])
	r.Text = b.String()
	for _, p := range s.Places {
		if moved[p.ID] || p.Kind == Parameter {
			continue
		}
		shift := 0
		for _, x := range list {
			if x.to <= p.Start {
				shift += len(x.text) - (x.to - x.from)
			}
		}
		r.spots = append(r.spots, spot{p.ID, p.Start + shift, p.End + shift})
	}
	return r
}

// write gives what is filled in as it stands in a rule, or why it cannot be.
func (p *Place) write(text string) (out, why string) {
	switch {
	case len(text) > maxFill:
		return "", "Dit is te lang."
	case len(p.Options) > 0:
		if !slices.Contains(p.Options, text) {
			return "", "Kies een van de mogelijkheden."
		}
		return text, ""
	case text == "":
		return "", fmt.Sprintf("Vul in: %s.", p.Accepts())
	}
	v, err := notation.Parse(text, p.Type)
	if err != nil && p.Type.Kind == rule.Number && p.Type.Unit != "" {
		v, err = notation.Parse(text+" "+p.Type.Unit, p.Type) // the unit is known
	}
	if err != nil && p.Type.Kind == rule.Percentage {
		v, err = notation.Parse(text+"%", p.Type)
	}
	switch {
	case err == nil && !v.IsEmpty():
		return regelspraak.PrintDatum(v, p.Type), ""
	case p.Kind == Cell && !strings.Contains(text, "|"):
		return text, "" // a name, a list, n.v.t.: the parser knows
	case p.Kind == Operand && !strings.ContainsAny(text, ".:;") && startsWithLetter(text):
		return text, "" // a name; the parser knows which there are
	case p.Type.Kind == rule.DateKind && startsWithDigit(text):
		return text, "" // "1 juli 2026"
	}
	return "", fmt.Sprintf("‘%s’ kan hier niet. Vul in: %s.", text, p.Accepts())
}

func startsWithLetter(s string) bool {
	return s != "" && (s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z' || s[0] >= 0x80 || s[0] == '(')
}

func startsWithDigit(s string) bool { return s != "" && s[0] >= '0' && s[0] <= '9' }
