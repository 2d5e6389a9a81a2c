package explain

import (
	"math/bits"
	"strconv"
	"unicode/utf8"
)

// AppendJSON writes the explanation after what is in to, byte for byte as
// encoding/json does without escaping HTML. An explanation is tens of kilobytes
// of short texts; walking them by reflection costs as much as computing them.
func (e *Explanation) AppendJSON(to []byte) []byte {
	to = append(to, `{"zin":`...)
	to = AppendString(to, e.Sentence)
	to = append(to, `,"redenen":`...)
	to = appendStrings(to, e.Reasons)
	to = append(to, `,"stappen":`...)
	if e.Lines == nil {
		to = append(to, "null"...)
	} else {
		to = append(to, '[')
		for i := range e.Lines {
			if i > 0 {
				to = append(to, ',')
			}
			to = e.Lines[i].append(to)
		}
		to = append(to, ']')
	}
	if len(e.WhyNot) > 0 {
		to = append(to, `,"waaromNiet":[`...)
		for i := range e.WhyNot {
			if i > 0 {
				to = append(to, ',')
			}
			to = e.WhyNot[i].append(to)
		}
		to = append(to, ']')
	}
	if len(e.Assumptions) > 0 {
		to = append(to, `,"aannames":`...)
		to = appendStrings(to, e.Assumptions)
	}
	if e.Error != nil {
		to = append(to, `,"fout":`...)
		to = e.Error.append(to)
	}
	to = append(to, `,"positief":`...)
	to = strconv.AppendBool(to, e.Positive)
	to = append(to, `,"nietGeverifieerd":`...)
	to = strconv.AppendBool(to, e.Unverified)
	to = append(to, `,"datum":`...)
	to = AppendString(to, e.Date)
	to = append(to, `,"waarde":`...)
	to = e.Value.append(to)
	if e.Truncated {
		to = append(to, `,"ingekort":true`...)
	}
	to = append(to, `,"taal":`...)
	to = AppendString(to, e.Lang)
	to = optional(to, `,"opmerking":`, e.Note)
	return append(to, '}')
}

func (l *Line) append(to []byte) []byte {
	to = append(to, `{"diepte":`...)
	to = strconv.AppendInt(to, int64(l.Depth), 10)
	if l.known.is(l) {
		to = append(to, l.known.json...)
	} else {
		to = l.content(to)
	}
	to = append(to, `,"stap":`...)
	to = strconv.AppendInt(to, int64(l.Step), 10)
	if l.Seen {
		to = append(to, `,"zieEerder":true`...)
	}
	return append(to, '}')
}

// content writes everything of a line but its place.
func (l *Line) content(to []byte) []byte {
	to = append(to, `,"soort":`...)
	to = AppendString(to, string(l.Kind))
	to = append(to, `,"tekst":`...)
	to = AppendString(to, l.Text)
	to = optional(to, `,"berekening":`, l.Calculation)
	if l.Value != nil {
		to = append(to, `,"waarde":`...)
		to = l.Value.append(to)
	}
	if l.OK != nil {
		to = append(to, `,"voldaan":`...)
		to = strconv.AppendBool(to, *l.OK)
	}
	if l.origin.is(l) {
		to = append(to, l.origin.json...)
	} else {
		to = l.source(to)
	}
	if l.Row != 0 {
		to = append(to, `,"rij":`...)
		to = strconv.AppendInt(to, int64(l.Row), 10)
	}
	to = optional(to, `,"object":`, l.Object)
	to = optional(to, `,"eigenschap":`, l.Attribute)
	to = optional(to, `,"parameter":`, l.Parameter)
	to = optional(to, `,"vanaf":`, l.From)
	if l.Unverified {
		to = append(to, `,"nietGeverifieerd":true`...)
	}
	if l.Example {
		to = append(to, `,"voorbeeldwaarde":true`...)
	}
	return to
}

// source writes where a line comes from.
func (l *Line) source(to []byte) []byte {
	to = optional(to, `,"regel":`, l.Rule)
	to = optional(to, `,"regelnaam":`, l.Name)
	to = optional(to, `,"versie":`, l.Version)
	to = optional(to, `,"geldigVan":`, l.ValidFrom)
	to = optional(to, `,"geldigTotEnMet":`, l.ValidUntil)
	to = optional(to, `,"artikel":`, l.Article)
	if len(l.Sources) > 0 {
		to = append(to, `,"bronnen":[`...)
		for i, s := range l.Sources {
			if i > 0 {
				to = append(to, ',')
			}
			to = object(to,
				member{`"jci":`, s.JCI}, member{`"url":`, s.URL}, member{`"tekst":`, s.Text})
		}
		to = append(to, ']')
	}
	return to
}

func (v *Value) append(to []byte) []byte {
	to = append(to, `{"tekst":`...)
	to = AppendString(to, v.Text)
	to = append(to, `,"exact":`...)
	to = AppendString(to, v.Exact)
	to = optional(to, `,"eenheid":`, v.Unit)
	if v.Rounded {
		to = append(to, `,"afgerondGetoond":true`...)
	}
	return append(to, '}')
}

func (c *Change) append(to []byte) []byte {
	to = append(to, `{"tekst":`...)
	to = AppendString(to, c.Text)
	to = append(to, `,"object":`...)
	to = AppendString(to, c.Object)
	to = append(to, `,"eigenschap":`...)
	to = AppendString(to, c.Attribute)
	to = append(to, `,"van":`...)
	to = c.From.append(to)
	to = append(to, `,"naar":`...)
	to = c.To.append(to)
	if c.Last != nil {
		to = append(to, `,"nogNiet":`...)
		to = c.Last.append(to)
	}
	if c.Distance != nil {
		to = append(to, `,"verschil":`...)
		to = c.Distance.append(to)
	}
	to = append(to, `,"uitkomst":`...)
	to = c.Result.append(to)
	return append(to, '}')
}

func (p *Problem) append(to []byte) []byte {
	to = append(to, `{"code":`...)
	to = AppendString(to, p.Code)
	to = append(to, `,"tekst":`...)
	to = AppendString(to, p.Text)
	to = optional(to, `,"object":`, p.Object)
	to = optional(to, `,"eigenschap":`, p.Attribute)
	to = optional(to, `,"parameter":`, p.Parameter)
	to = optional(to, `,"regel":`, p.Rule)
	to = optional(to, `,"artikel":`, p.Article)
	to = optional(to, `,"gevraagdDoor":`, p.Asked)
	if len(p.Path) > 0 {
		to = append(to, `,"weg":[`...)
		for i, h := range p.Path {
			if i > 0 {
				to = append(to, ',')
			}
			to = append(to, `{"tekst":`...)
			to = AppendString(to, h.Text)
			to = optional(to, `,"object":`, h.Object)
			to = optional(to, `,"eigenschap":`, h.Attribute)
			to = optional(to, `,"regel":`, h.Rule)
			to = optional(to, `,"regelnaam":`, h.Name)
			to = optional(to, `,"artikel":`, h.Article)
			to = append(to, '}')
		}
		to = append(to, ']')
	}
	return append(to, '}')
}

// member is a key with its colon, and a text that is left out when it is empty.
type member struct{ key, value string }

func object(to []byte, members ...member) []byte {
	to = append(to, '{')
	first := true
	for _, m := range members {
		if m.value == "" {
			continue
		}
		if !first {
			to = append(to, ',')
		}
		first = false
		to = append(to, m.key...)
		to = AppendString(to, m.value)
	}
	return append(to, '}')
}

// optional writes a text after its key with comma and colon, unless it is empty.
func optional(to []byte, key, value string) []byte {
	if value == "" {
		return to
	}
	to = append(to, key...)
	return AppendString(to, value)
}

func appendStrings(to []byte, texts []string) []byte {
	if texts == nil {
		return append(to, "null"...)
	}
	to = append(to, '[')
	for i, t := range texts {
		if i > 0 {
			to = append(to, ',')
		}
		to = AppendString(to, t)
	}
	return append(to, ']')
}

// What AppendString looks for, in eight bytes at a time.
const (
	ones  = 0x0101010101010101
	highs = 0x8080808080808080
)

// plain gives how many bytes from i on stand in JSON as they are: no control
// characters, quotes, backslashes, and nothing beyond ASCII.
func plain(s string, i int) int {
	from := i
	for ; len(s)-i >= 8; i += 8 {
		b := s[i : i+8]
		x := uint64(b[0]) | uint64(b[1])<<8 | uint64(b[2])<<16 | uint64(b[3])<<24 | uint64(b[4])<<32 | uint64(b[5])<<40 | uint64(b[6])<<48 | uint64(b[7])<<56
		quote, slash := x^('"'*ones), x^('\\'*ones)
		// The lowest bit of each that is set is right; above it a carry may set more.
		if odd := (x | (x-' '*ones)&^x | (quote-ones)&^quote | (slash-ones)&^slash) & highs; odd != 0 {
			return i - from + bits.TrailingZeros64(odd)/8
		}
	}
	for ; i < len(s); i++ {
		if c := s[i]; c < ' ' || c == '"' || c == '\\' || c >= utf8.RuneSelf {
			break
		}
	}
	return i - from
}

// AppendString writes a JSON string as encoding/json does without escaping HTML.
func AppendString(to []byte, s string) []byte {
	const hex = "0123456789abcdef"
	to = append(to, '"')
	start := 0
	for i := plain(s, 0); i < len(s); i += plain(s, i) {
		if c := s[i]; c < utf8.RuneSelf {
			to = append(to, s[start:i]...)
			switch c {
			case '"', '\\':
				to = append(to, '\\', c)
			case '\b':
				to = append(to, '\\', 'b')
			case '\f':
				to = append(to, '\\', 'f')
			case '\n':
				to = append(to, '\\', 'n')
			case '\r':
				to = append(to, '\\', 'r')
			case '\t':
				to = append(to, '\\', 't')
			default:
				to = append(to, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
			}
			i++
			start = i
			continue
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			to = append(append(to, s[start:i]...), `\ufffd`...)
			start = i + 1
		case r == '\u2028' || r == '\u2029': // no line ends in JavaScript
			to = append(append(to, s[start:i]...), `\u202`...)
			to = append(to, hex[r&15])
			start = i + size
		}
		i += size
	}
	to = append(to, s[start:]...)
	return append(to, '"')
}
