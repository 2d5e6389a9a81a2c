package regelspraak

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/spelling"
)

// symbol is what a name can stand for.
type symbol struct {
	parameter *rule.Parameter
	attribute *rule.Attribute // also kenmerken
	role      *rule.Role
	object    *rule.ObjectType
	plural    bool // the plural of a role, object type or noun kenmerk
	broken    bool // declared, but in error: known by name only
}

// node is a word in the trie of names.
type node struct {
	next    map[string]*node
	symbols []symbol
}

// match is a name that stands at some token: symbols that end before end.
type match struct {
	end     int
	symbols []symbol
}

// names is the symbol table: a trie over the words of all declared names. The
// first letter of a name may be a capital or not.
type names struct {
	root node
	list []name // for suggestions
}

// name is one name with what it stands for.
type name struct {
	text string
	sym  symbol
}

func (n *names) add(text string, s symbol) {
	words := strings.Fields(text)
	if len(words) == 0 {
		return
	}
	at := &n.root
	for i, w := range words {
		if i == 0 {
			w = foldFirst(w)
		}
		if at.next == nil {
			at.next = map[string]*node{}
		}
		child := at.next[w]
		if child == nil {
			child = &node{}
			at.next[w] = child
		}
		at = child
	}
	at.symbols = append(at.symbols, s)
	if !s.broken {
		n.list = append(n.list, name{strings.Join(words, " "), s})
	}
}

// at gives all names that begin at tokens[i], shortest first.
func (n *names) at(tokens []token, i int) []match {
	var found []match
	at := &n.root
	for j := i; j < len(tokens); j++ {
		t := &tokens[j]
		if t.kind != kindWord && t.kind != kindNumber {
			break
		}
		w := t.text
		if j == i {
			w = t.fold
		}
		if at = at.next[w]; at == nil {
			break
		}
		if len(at.symbols) > 0 {
			found = append(found, match{j + 1, at.symbols})
		}
	}
	return found
}

// Word is one name of a model, for completion and suggestions.
type Word struct {
	Text    string // as it stands after its article: "toetsingsinkomen", "recht op zorgtoeslag"
	Article string // "de", "het", "is", "heeft"
	Kind    WordKind
	Owner   string // the object type it belongs to; for a parameter its regulation
	ID      string // the id of parameter, attribute or role; the name of an object type or domain
}

// WordKind says what a name stands for.
type WordKind string

// The kinds of words, as the interface shows them.
const (
	WordParameter WordKind = "parameter"
	WordAttribute WordKind = "attribuut"
	WordKenmerk   WordKind = "kenmerk"
	WordRole      WordKind = "rol"
	WordObject    WordKind = "objecttype"
	WordDomain    WordKind = "domein"
)

// Names gives every name that rules over the model may use, sorted by text;
// plurals of roles count as names of their own.
func Names(m *rule.Model) []Word {
	var out []Word
	for _, o := range m.Objects {
		out = append(out, Word{o.Name, o.Article, WordObject, "", o.Name})
		for _, a := range o.Attributes {
			k := WordAttribute
			if a.Kind.IsKenmerk() {
				k = WordKenmerk
			}
			out = append(out, Word{a.Name, a.Article, k, o.Name, a.ID()})
		}
	}
	for _, f := range m.Facts {
		for _, r := range f.Roles {
			w := Word{r.Name, r.Article, WordRole, r.Owner.Name, r.ID()}
			out = append(out, w)
			if r.Many {
				w.Text, w.Article = r.Plural, "de"
				out = append(out, w)
			}
		}
	}
	for _, d := range m.Domains {
		out = append(out, Word{d.Name, "", WordDomain, "", d.Name})
	}
	for _, q := range m.Parameters {
		out = append(out, Word{q.Name, q.Article, WordParameter, regulationOf(q), q.ID})
	}
	slices.SortStableFunc(out, func(a, b Word) int { return strings.Compare(a.Text, b.Text) })
	return out
}

// Suggest gives the name of a list that is nearest to what was typed, or ""
// when none is near ("bedoelde u …?").
func Suggest(typed string, words []Word) string {
	texts := make([]string, len(words))
	for i, w := range words {
		texts[i] = w.Text
	}
	return nearest(typed, texts)
}

// regulationOf gives the regulation that a parameter belongs to.
func regulationOf(q *rule.Parameter) string {
	if r, _, ok := strings.Cut(q.ID, "."); ok {
		return r
	}
	return ""
}

// nearest gives the candidate within a small edit distance of typed, or "".
func nearest(typed string, candidates []string) string {
	return spelling.Nearest(shorten(typed, maxNameRunes), candidates, func(c string) int { return max(1, utf8.RuneCountInString(c)/4) })
}

// lowerName writes a declared name as it stands inside a sentence: Persoon is
// persoon, but AOW-gerechtigde keeps its capital.
func lowerName(s string) string {
	r, size := utf8.DecodeRuneInString(s)
	if next, _ := utf8.DecodeRuneInString(s[size:]); unicode.IsUpper(next) {
		return s
	}
	return string(unicode.ToLower(r)) + s[size:]
}

// LowerName writes a declared name as it stands inside a sentence.
func LowerName(s string) string { return lowerName(s) }
