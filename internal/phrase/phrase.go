// Package phrase turns Dutch sentences that the program makes into another
// language, at the very edge. Dutch is the language of the law, and every core
// package says in Dutch why something is refused or what it found; a book of
// phrases keeps other languages out of them (ADR 17).
//
// A phrase is a sentence with places: "Antwoord uiterlijk {datum}." and "Answer
// by {datum}." What stands in a place is looked up in turn; dates, amounts and
// numbers are written the way of the language. What the book does not have stays
// Dutch, and Translate says so.
package phrase

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"go.yaml.in/yaml/v4"
)

// Book is the phrases of one language. It is immutable and safe for concurrent
// use.
type Book struct {
	Lang   string
	exact  map[string]string
	begins map[string][]*pattern // by the first letters of the phrase
	open   []*pattern            // those that begin with a place
}

type pattern struct {
	literal []string // before, between and after the places
	names   []string // of the places
	out     string
	weight  int // letters that are fixed: the more, the surer
}

var place = regexp.MustCompile(`\{([a-z0-9-]+)\}`)

// start is how many bytes of a phrase it is found by.
const start = 3

// New makes a book of pairs: Dutch to the other language. A pair with forms for
// one and for more, "1 dag|{n} dagen", counts as two. It returns an error for a
// place that only one side has, and for a phrase that is nothing but places.
func New(lang string, pairs map[string]string) (*Book, error) {
	b := &Book{Lang: lang, exact: map[string]string{}, begins: map[string][]*pattern{}}
	for _, nl := range slices.Sorted(maps.Keys(pairs)) {
		from, to := strings.Split(nl, "|"), strings.Split(pairs[nl], "|")
		for i, f := range from {
			if err := b.add(f, to[min(i, len(to)-1)]); err != nil {
				return nil, err
			}
		}
	}
	byWeight := func(x, y *pattern) int {
		return cmp.Or(cmp.Compare(y.weight, x.weight), slices.Compare(x.literal, y.literal))
	}
	for _, l := range b.begins {
		slices.SortFunc(l, byWeight)
	}
	slices.SortFunc(b.open, byWeight)
	return b, nil
}

// Parse reads pairs from YAML: a map of Dutch sentences.
func Parse(data []byte) (map[string]string, error) {
	var pairs map[string]string
	if err := yaml.Unmarshal(data, &pairs); err != nil {
		return nil, fmt.Errorf("phrases: %w", err)
	}
	return pairs, nil
}

func (b *Book) add(nl, other string) error {
	at := place.FindAllStringSubmatchIndex(nl, -1)
	if len(at) == 0 {
		b.exact[fold(nl)] = other
		return nil
	}
	p := &pattern{out: other}
	from := 0
	for _, m := range at {
		lit := fold(nl[from:m[0]])
		p.literal, p.names = append(p.literal, lit), append(p.names, nl[m[2]:m[3]])
		p.weight += len(strings.TrimSpace(lit))
		from = m[1]
	}
	last := fold(nl[from:])
	p.literal = append(p.literal, last)
	p.weight += len(strings.TrimSpace(last))
	for _, m := range place.FindAllStringSubmatch(other, -1) {
		if !slices.Contains(p.names, m[1]) {
			return fmt.Errorf("phrases %s: %q names {%s}, which %q does not have", b.Lang, other, m[1], nl)
		}
	}
	if p.weight == 0 {
		return nil // only places and marks: nothing to recognise it by, nothing to say
	}
	if first := p.literal[0]; len(first) >= start {
		b.begins[first[:start]] = append(b.begins[first[:start]], p)
	} else {
		b.open = append(b.open, p)
	}
	return nil
}

// fold makes every space a plain one: sentences on pages keep numbers and units
// together with a hard space.
func fold(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

// sure is how many fixed letters make a phrase certain.
const sure = 10

// depth bounds how far places inside places are looked up.
const depth = 3

// Translate gives a text in the language of the book. Several sentences that
// together are no phrase are looked up one by one. ok is false when a part of the
// text stayed as it was and has words in it.
func (b *Book) Translate(s string) (out string, ok bool) {
	return b.translate(fold(s), depth)
}

func (b *Book) translate(s string, deep int) (string, bool) {
	if strings.TrimSpace(s) == "" {
		return s, true
	}
	if t, ok := b.exact[s]; ok {
		return t, true
	}
	if low := lowered(s); low != s { // the same words, where a line begins with them
		if t, ok := b.exact[low]; ok {
			return capital(t), true
		}
	}
	if n, ok := figures(s); ok {
		return n, true
	}
	if example(s) { // of what to type: that is read the Dutch way
		return s, true
	}
	if deep == 0 { // nothing is known about it: a place of a place of a place
		return s, false
	}
	if t, ok := b.match(s, deep); ok {
		return t, true
	}
	if low := lowered(s); low != s {
		if t, ok := b.match(low, deep); ok {
			return capital(t), true
		}
	}
	if m := before.FindString(s); m != "" && len(m) < len(s) {
		t, ok := b.translate(s[len(m):], deep)
		return m + t, ok
	}
	if inner, has := strings.CutPrefix(s, "“"); has && strings.HasSuffix(inner, "”") {
		if t, ok := b.translate(strings.TrimSuffix(inner, "”"), deep-1); ok {
			return "“" + t + "”", true
		}
	}
	if parts := strings.Split(s, " · "); len(parts) > 1 {
		known := true
		for i, part := range parts {
			t, ok := b.translate(part, deep)
			parts[i], known = t, known && ok
		}
		return strings.Join(parts, " · "), known
	}
	if end := ending.FindStringIndex(quoted.ReplaceAllStringFunc(s, blank)); end != nil {
		// A sentence with a colon in it, before others.
		if a, ok := b.match(s[:end[0]+1], deep); ok {
			z, all := b.translate(s[end[1]:], deep)
			return a + " " + z, all
		}
	}
	if one, rest, ok := b.cut(s); ok {
		a, known := b.translate(one, deep)
		z, all := b.translate(rest, deep)
		return a + " " + z, known && all
	}
	if t, ok, has := b.marked(s, deep); has {
		return t, ok
	}
	if t, ok := b.list(s, deep); ok {
		return t, true
	}
	if prose(s) {
		return s, false
	}
	return Figures(s), false
}

// ending is where a sentence ends and another begins.
var ending = regexp.MustCompile(`[.?!] `)

// blank hides a text and keeps its length.
func blank(s string) string { return strings.Repeat("_", len(s)) }

// example tells whether a text is one thing to type, between straight quotation marks.
func example(s string) bool {
	return len(s) > 2 && s[0] == '"' && strings.IndexByte(s[1:], '"') == len(s)-2
}

var (
	dutchWords   = regexp.MustCompile(`(?i)\b(de|het|een|van|niet|voor|dat|wordt|zijn|met|naar|uw|geen|bij|ook|wie|wat|moet|kan|nog|heeft|dit|deze)\b`)
	englishWords = regexp.MustCompile(`(?i)\b(the|to|from|and|by|for|with|are|goes|has|not|on|this)\b`)
)

// prose tells whether a text that has no phrase is a Dutch sentence: its figures stay
// Dutch too. A text in the other language may have a Dutch name in it.
func prose(s string) bool {
	return len(dutchWords.FindAllString(s, 2)) == 2 && !englishWords.MatchString(s)
}

var (
	// A mark that a page puts before or after a text that it got.
	before = regexp.MustCompile(`^(?:[·,;–] |: ?)`)
	after  = regexp.MustCompile(`[.:;,…]$`)
	aside  = regexp.MustCompile(`^(.+) \(([^()]+)\)$`)
)

// marked looks up a text without the mark after it, and a text with something between
// brackets in two parts. has is false when it has neither.
func (b *Book) marked(s string, deep int) (out string, ok, has bool) {
	if m := after.FindString(s); m != "" && len(m) < len(s) {
		if t, ok := b.translate(strings.TrimSuffix(s, m), deep-1); ok {
			return t + m, true, true
		}
	}
	if m := aside.FindStringSubmatch(s); m != nil {
		t, known := b.translate(m[1], deep-1)
		inside, all := b.exact["("+m[2]+")"]
		if !all {
			inside, all = b.translate(m[2], deep-1)
			inside = "(" + inside + ")"
		}
		return t + " " + inside, known && all, true
	}
	return "", false, false
}

// list gives an enumeration of which every part is known: "a, b en c".
func (b *Book) list(s string, deep int) (string, bool) {
	for _, w := range []struct{ dutch, other string }{{" en ", "and"}, {" of ", "or"}, {"", ""}} {
		first, last, ok := s, "", w.dutch == ""
		if !ok {
			at := strings.LastIndex(s, w.dutch)
			if at < 0 {
				continue
			}
			first, last = s[:at], s[at+len(w.dutch):]
		}
		parts := strings.Split(first, ", ")
		if last != "" {
			parts = append(parts, last)
		}
		if len(parts) < 2 {
			continue
		}
		known := true
		for i, part := range parts {
			parts[i], ok = b.translate(part, deep-1)
			known = known && ok
		}
		switch n := len(parts) - 1; {
		case !known:
		case last == "":
			return strings.Join(parts, ", "), true
		default:
			return strings.Join(parts[:n], ", ") + " " + w.other + " " + parts[n], true
		}
	}
	return "", false
}

// lowered gives a text with a small first letter, and capital with a large one.
func lowered(s string) string { return firstLetter(s, unicode.ToLower) }
func capital(s string) string { return firstLetter(s, unicode.ToUpper) }

func firstLetter(s string, to func(rune) rune) string {
	r, n := utf8.DecodeRuneInString(s)
	return string(to(r)) + s[n:]
}

// match tries the phrases with places.
func (b *Book) match(s string, deep int) (string, bool) {
	if len(s) >= start {
		for _, p := range b.begins[s[:start]] {
			if t, ok := b.fill(p, s, deep); ok {
				return t, true
			}
		}
	}
	for _, p := range b.open {
		if t, ok := b.fill(p, s, deep); ok {
			return t, true
		}
	}
	return "", false
}

// fill matches one phrase; each place takes the shortest text that works, and at
// least one character.
func (b *Book) fill(p *pattern, s string, deep int) (string, bool) {
	rest, ok := strings.CutPrefix(s, p.literal[0])
	if !ok {
		return "", false
	}
	values := map[string]string{}
	for i, name := range p.names {
		after := p.literal[i+1]
		var at int
		switch {
		case i == len(p.names)-1:
			if !strings.HasSuffix(rest, after) {
				return "", false
			}
			at = len(rest) - len(after)
		case after == "":
			at = 1
		default:
			if len(rest) < 2 {
				return "", false
			}
			at = strings.Index(rest[1:], after) + 1
		}
		if at < 1 || at > len(rest) {
			return "", false
		}
		// A place does not swallow the end of a sentence, unless it is a name between marks.
		named := marks.MatchString(p.literal[i] + "\x00" + after)
		if v := quoted.ReplaceAllString(numbered.ReplaceAllString(rest[:at], ""), ""); !named && strings.Contains(v, ". ") && !strings.Contains(v, "€") {
			return "", false
		}
		v, known := b.translate(rest[:at], deep-1)
		// A phrase of a word or two, such as "Kies {1}.", begins many sentences. It
		// does not say half of one in another language.
		if !known && p.weight < sure && (p.literal[0] == "" || strings.Count(v, " ") > 2) {
			return "", false
		}
		// Nor does a phrase that begins with a place take the sentence before it along.
		if i == 0 && p.literal[0] == "" && !known && (strings.Contains(v, ": ") || len(p.names) == 1 && prose(v)) {
			return "", false
		}
		values[name] = v
		rest = rest[at+len(after):]
	}
	return place.ReplaceAllStringFunc(p.out, func(m string) string { return values[m[1:len(m)-1]] }), true
}

// numbered is how a heading names an article: that full stop ends no sentence.
var numbered = regexp.MustCompile(`[Aa]rtikel \d+[a-z]*\. `)

// quoted is what stands between quotation marks: a full stop there ends no sentence
// around it.
var quoted = regexp.MustCompile(`‘[^‘’]*’|“[^“”]*”`)

// marks are the quotation marks right before and after a place.
var marks = regexp.MustCompile(`(‘\x00’|“\x00”)`)

// cut cuts off the first sentence of a text of several, or as many as are one phrase
// together.
func (b *Book) cut(s string) (one, rest string, ok bool) {
	one, rest, ok = firstSentence(s)
	for first, after, more := one, rest, ok; more; {
		var next string
		if next, after, more = firstSentence(after); more {
			first += " " + next
			if _, known := b.exact[first]; known {
				one, rest = first, after
			}
		}
	}
	return one, rest, ok
}

// firstSentence cuts the first sentence off a text of several.
func firstSentence(s string) (one, rest string, ok bool) {
	var in []int // where quotation marks are
	if strings.Contains(s, "‘") || strings.Contains(s, "“") {
		in = slices.Concat(quoted.FindAllStringIndex(s, -1)...)
	}
	for i := 0; i+2 < len(s); i++ {
		if len(in) > 0 && i >= in[0] {
			i, in = in[1]-1, in[2:]
			continue
		}
		if (s[i] == '.' || s[i] == '?' || s[i] == '!' || s[i] == ':') && s[i+1] == ' ' && i > 2 {
			return s[:i+1], s[i+2:], true
		}
	}
	return "", "", false
}
