package notation

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	yaml "go.yaml.in/yaml/v4"

	"lemniscaat/internal/rule"
)

// Limits of one YAML text.
const (
	MaxBytes = 1 << 20
	maxNodes = 200_000
	maxDepth = 24
)

// Node is a place in a YAML text.
type Node = yaml.Node

// Doc reads one YAML text and gathers everything that is wrong with it. All
// its readers are strict: unknown and duplicate keys, anchors, aliases and
// tags are errors with a place.
type Doc struct {
	File string
	// Line is the number of the first line of the text in File, from 1.
	Line int
	// Diags is what was found until now.
	Diags rule.Diagnostics
	// Anchor is put in every diagnostic; may be empty.
	Anchor string
}

// NewDoc gives a reader for a text that starts on the first line of a file.
func NewDoc(file string) *Doc { return &Doc{File: file, Line: 1} }

// Pos gives the place of a node in the file.
func (d *Doc) Pos(n *Node) rule.Pos {
	if n == nil {
		return rule.Pos{File: d.File, Line: d.Line, Column: 1}
	}
	return rule.Pos{File: d.File, Line: n.Line + d.Line - 1, Column: n.Column}
}

// Fail adds an error at a node.
func (d *Doc) Fail(n *Node, code, hint, format string, a ...any) {
	d.Diags = append(d.Diags, rule.Diagnostic{Severity: rule.Error, Code: code, Pos: d.Pos(n),
		Message: fmt.Sprintf(format, a...), Hint: hint, Anchor: d.Anchor})
}

// Parse gives the top node of the text, or nil with a diagnostic.
func (d *Doc) Parse(data []byte) *Node {
	if len(data) > MaxBytes {
		d.Fail(nil, "te-groot", "", "het bestand is %d bytes groot; hoogstens %d worden gelezen", len(data), MaxBytes)
		return nil
	}
	if !utf8.Valid(data) {
		d.Fail(nil, "geen-utf8", "bewaar het bestand als UTF-8", "het bestand is geen UTF-8-tekst")
		return nil
	}
	if n := flowDepth(data); n > 4*maxDepth {
		d.Fail(nil, "te-diep", "", "de tekst is te diep genest")
		return nil
	}
	loader, err := yaml.NewLoader(strings.NewReader(string(data)))
	if err != nil {
		d.Fail(nil, "yaml", "", "de YAML is niet te lezen: %v", err)
		return nil
	}
	var root yaml.Node
	if err := loader.Load(&root); err != nil {
		if errors.Is(err, io.EOF) {
			d.Fail(nil, "leeg-bestand", "", "er staat niets in")
			return nil
		}
		d.syntax(err)
		return nil
	}
	var second yaml.Node
	if err := loader.Load(&second); err == nil {
		d.Fail(&second, "yaml", "schrijf één document per bestand", "er staat een tweede document in het bestand")
		return nil
	} else if !errors.Is(err, io.EOF) {
		d.syntax(err)
		return nil
	}
	top := &root
	if top.Kind == yaml.DocumentNode {
		if len(top.Content) == 0 {
			d.Fail(nil, "leeg-bestand", "", "er staat niets in")
			return nil
		}
		top = top.Content[0]
	}
	nodes := 0
	if !d.sane(top, 0, &nodes) {
		return nil
	}
	return top
}

// flowDepth gives the deepest nesting of brackets, without regard to strings:
// a cheap bound before the text is parsed.
func flowDepth(data []byte) int {
	depth, most := 0, 0
	for _, c := range data {
		switch c {
		case '{', '[':
			depth++
			most = max(most, depth)
		case '}', ']':
			depth = max(0, depth-1)
		}
	}
	return most
}

func (d *Doc) syntax(err error) {
	pos := rule.Pos{File: d.File, Line: d.Line, Column: 1}
	msg := err.Error()
	var le *yaml.LoadError
	if errors.As(err, &le) {
		if le.Mark.Line > 0 {
			pos.Line, pos.Column = le.Mark.Line+d.Line-1, max(1, le.Mark.Column)
		}
		msg = le.Message
	}
	d.Diags = append(d.Diags, rule.Diagnostic{Severity: rule.Error, Code: "yaml", Pos: pos,
		Message: fmt.Sprintf("de YAML is niet te lezen (%s)", msg), Anchor: d.Anchor,
		Hint: "kijk naar inspringing, dubbele punten en aanhalingstekens"})
}

// sane refuses what a reader of a form would not expect: anchors, aliases,
// merge keys, own tags, and sizes beyond the limits. Duplicate keys are
// reported too; the first one is read.
func (d *Doc) sane(n *Node, depth int, nodes *int) bool {
	*nodes++
	if depth > maxDepth {
		d.Fail(n, "te-diep", "", "de tekst is dieper dan %d niveaus genest", maxDepth)
		return false
	}
	if *nodes > maxNodes {
		d.Fail(n, "te-groot", "", "er staan meer dan %d waarden in het bestand", maxNodes)
		return false
	}
	if n.Kind == yaml.AliasNode || n.Anchor != "" {
		d.Fail(n, "anker", "schrijf de waarde uit", "ankers (&) en verwijzingen (*) worden niet gelezen")
		return false
	}
	if n.Style&yaml.TaggedStyle != 0 {
		d.Fail(n, "yaml-tag", "laat de tag weg", "de tag %q wordt niet gelezen", n.Tag)
		return false
	}
	if n.Kind == yaml.MappingNode {
		seen := map[string]*Node{}
		for i := 0; i+1 < len(n.Content); i += 2 {
			k := n.Content[i]
			if k.Kind != yaml.ScalarNode {
				d.Fail(k, "sleutel", "", "een sleutel moet een woord zijn")
				return false
			}
			if k.Tag == "!!merge" {
				d.Fail(k, "anker", "schrijf de sleutels uit", "samenvoegen (<<) wordt niet gelezen")
				return false
			}
			if first, dup := seen[k.Value]; dup {
				d.Fail(k, "dubbele-sleutel", "laat er één staan", "%q staat hier voor de tweede keer (eerder op regel %d)", k.Value, d.Pos(first).Line)
			} else {
				seen[k.Value] = k
			}
		}
	}
	for _, c := range n.Content {
		if !d.sane(c, depth+1, nodes) {
			return false
		}
	}
	return true
}

// Field is one key of a Fields specification.
type Field func(key, value *Node)

// Fields walks a mapping with known keys. Unknown keys are errors with a
// suggestion; so is a missing key whose name ends in "!" in the specification.
func (d *Doc) Fields(n *Node, what string, spec map[string]Field) {
	if !d.isMap(n, what) {
		return
	}
	names := make([]string, 0, len(spec))
	for k := range spec {
		names = append(names, strings.TrimSuffix(k, "!"))
	}
	slices.Sort(names)
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k, v := n.Content[i], n.Content[i+1]
		f, ok := spec[k.Value]
		if !ok {
			f, ok = spec[k.Value+"!"]
		}
		if !ok {
			d.Fail(k, "onbekende-sleutel", "", "%s kent geen %q%s; toegestaan: %s", what, k.Value, Suggest(k.Value, names), strings.Join(names, ", "))
			continue
		}
		if seen[k.Value] {
			continue
		}
		seen[k.Value] = true
		f(k, v)
	}
	for _, name := range names {
		if _, required := spec[name+"!"]; required && !seen[name] {
			d.Fail(n, "ontbrekende-sleutel", "", "%s mist %q", what, name)
		}
	}
	d.Diags.Sort()
}

// Each walks a mapping with free keys, in the order of the text.
func (d *Doc) Each(n *Node, what string, f func(key string, k, v *Node)) {
	if !d.isMap(n, what) {
		return
	}
	seen := map[string]bool{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		k := n.Content[i]
		if !seen[k.Value] {
			seen[k.Value] = true
			f(k.Value, k, n.Content[i+1])
		}
	}
}

// Items walks a list.
func (d *Doc) Items(n *Node, what string, f func(v *Node)) {
	if n == nil || n.Kind != yaml.SequenceNode {
		d.Fail(n, "geen-lijst", "zet elk onderdeel op een eigen regel met een streepje, of tussen [ ]", "%s moet een lijst zijn", what)
		return
	}
	for _, v := range n.Content {
		f(v)
	}
}

// IsMap reports whether a node is a mapping.
func IsMap(n *Node) bool { return n != nil && n.Kind == yaml.MappingNode }

// IsList reports whether a node is a list.
func IsList(n *Node) bool { return n != nil && n.Kind == yaml.SequenceNode }

// IsNull reports whether nothing stands after a key.
func IsNull(n *Node) bool { return n != nil && n.Tag == "!!null" && n.Value == "" }

func (d *Doc) isMap(n *Node, what string) bool {
	if IsMap(n) {
		return true
	}
	d.Fail(n, "geen-sleutels", "schrijf sleutels met een dubbele punt, bijvoorbeeld naam: waarde", "%s moet uit sleutels en waarden bestaan", what)
	return false
}

// Scalar gives the text of a value as it was written. A missing value or a
// list is an error.
func (d *Doc) Scalar(n *Node, what string) (string, bool) {
	switch {
	case n == nil || n.Kind != yaml.ScalarNode:
		d.Fail(n, "geen-waarde", "", "%s moet één waarde zijn", what)
		return "", false
	case n.Tag == "!!null":
		d.Fail(n, "geen-waarde", "schrijf de waarde, of 'leeg' als het er niet is", "%s heeft geen waarde", what)
		return "", false
	}
	return n.Value, true
}

// Text reads a non-empty text into p.
func (d *Doc) Text(p *string, what string) Field {
	return func(_, v *Node) {
		s, ok := d.Scalar(v, what)
		if !ok {
			return
		}
		s = strings.TrimSpace(s)
		if s == "" {
			d.Fail(v, "geen-waarde", "", "%s is leeg", what)
			return
		}
		if len(s) > 4000 {
			d.Fail(v, "te-groot", "", "%s is te lang (%d tekens, hoogstens 4.000)", what, len(s))
			return
		}
		*p = s
	}
}

// Bool reads ja or nee into p.
func (d *Doc) Bool(p *bool, what string) Field {
	return func(_, v *Node) {
		s, ok := d.Scalar(v, what)
		if !ok {
			return
		}
		switch s {
		case "ja":
			*p = true
		case "nee":
			*p = false
		default:
			d.Fail(v, "geen-ja-of-nee", "schrijf ja of nee", "%s: %q is geen ja of nee", what, s)
		}
	}
}

// Int reads a whole number between lo and hi into p.
func (d *Doc) Int(p *int, what string, lo, hi int) Field {
	return func(_, v *Node) {
		t := rule.Type{Kind: rule.Number, Whole: true}
		dat, ok := d.Datum(v, t, what)
		if !ok || dat.IsEmpty() {
			return
		}
		if !dat.Num.Num().IsInt64() || dat.Num.Num().Int64() < int64(lo) || dat.Num.Num().Int64() > int64(hi) {
			d.Fail(v, "buiten-bereik", "", "%s moet tussen %d en %d liggen", what, lo, hi)
			return
		}
		*p = int(dat.Num.Num().Int64())
	}
}

// Date reads a date into p.
func (d *Doc) Date(p *rule.Date, what string) Field {
	return func(_, v *Node) {
		s, ok := d.Scalar(v, what)
		if !ok {
			return
		}
		date, err := Date(s)
		if err != nil {
			d.Fail(v, "datum", "", "%s: %v", what, err)
			return
		}
		*p = date
	}
}

// Datum reads a value of a type in Dutch notation. A bare number with a dot is
// refused, because YAML and Dutch readers read it differently.
func (d *Doc) Datum(n *Node, t rule.Type, what string) (rule.Datum, bool) {
	s, ok := d.Scalar(n, what)
	if !ok {
		return rule.Datum{}, false
	}
	if n.Tag == "!!float" && n.Style&(yaml.SingleQuotedStyle|yaml.DoubleQuotedStyle) == 0 {
		d.Fail(n, "dubbelzinnig-getal", "zet het getal tussen aanhalingstekens: \"1.234\" is duizend, \"1,5\" is anderhalf",
			"%s: %s zonder aanhalingstekens is dubbelzinnig", what, s)
		return rule.Datum{}, false
	}
	v, err := Parse(s, t)
	if err != nil {
		d.Fail(n, "waarde", "", "%s: %v", what, err)
		return rule.Datum{}, false
	}
	return v, true
}

// Choice reads one of the given words into p.
func (d *Doc) Choice(p *string, what string, words []string) Field {
	return func(_, v *Node) {
		s, ok := d.Scalar(v, what)
		if !ok {
			return
		}
		if !slices.Contains(words, s) {
			d.Fail(v, "keuze", "", "%s: %q kan niet%s; kies uit %s", what, s, Suggest(s, words), enumerate(words))
			return
		}
		*p = s
	}
}

// List reads a list with f for every item.
func (d *Doc) List(what string, f func(v *Node)) Field {
	return func(_, v *Node) { d.Items(v, what, f) }
}
