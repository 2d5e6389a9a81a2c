package explain

import "strings"

// voice says things in a language. What it says stands in a few large texts, of
// which every sentence is a part: an explanation is hundreds of short ones, and
// making each apart costs more than writing it. A voice is of one explanation.
type voice struct {
	*language
	room strings.Builder
}

// roomSize is how large one of its texts is, in bytes.
const roomSize = 4096

func (l *language) voice() *voice { return &voice{language: l} }

// take sees to it that n bytes fit, and gives where they begin.
func (v *voice) take(n int) int {
	if v.room.Cap()-v.room.Len() < n {
		v.room = strings.Builder{} // what is said stays where it is
		v.room.Grow(max(n, roomSize))
	}
	return v.room.Len()
}

// said gives what was written since a beginning.
func (v *voice) said(from int) string { return v.room.String()[from:] }

// say fills in a text; args are pairs of a place and what stands there.
func (v *voice) say(k text, args ...string) string { return v.fill(v.texts[k], args...) }

// fill puts values in the places of a template.
func (v *voice) fill(t string, args ...string) string {
	i := strings.IndexByte(t, '{')
	if i < 0 {
		return t
	}
	n := len(t)
	for k := 1; k < len(args); k += 2 {
		n += len(args[k])
	}
	from := v.take(n)
	b := &v.room
	for i >= 0 {
		end := strings.IndexByte(t[i:], '}')
		if end < 0 {
			break
		}
		name := t[i+1 : i+end]
		b.WriteString(t[:i])
		known := false
		for k := 0; k+1 < len(args); k += 2 {
			if args[k] == name {
				b.WriteString(args[k+1])
				known = true
				break
			}
		}
		if !known {
			b.WriteString("⟦" + name + "⟧") // shows itself, and a test sees it
		}
		t = t[i+end+1:]
		i = strings.IndexByte(t, '{')
	}
	b.WriteString(t)
	return v.said(from)
}

// join puts texts one after the other.
func (v *voice) join(parts ...string) string {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	from := v.take(n)
	for _, p := range parts {
		v.room.WriteString(p)
	}
	return v.said(from)
}

// upper gives the text a capital; what begins with a name from the rules
// between quotes keeps it as it is.
func (v *voice) upper(s string) string { return v.capital(s, "") }

// stop gives the text a capital and a full stop.
func (v *voice) stop(s string) string { return v.capital(s, ".") }

func (v *voice) capital(s, end string) string {
	if s == "" || s[0] < 'a' || s[0] > 'z' {
		if end == "" {
			return s
		}
		return v.join(s, end)
	}
	from := v.take(len(s) + len(end))
	v.room.WriteByte(s[0] - 'a' + 'A')
	v.room.WriteString(s[1:])
	v.room.WriteString(end)
	return v.said(from)
}
