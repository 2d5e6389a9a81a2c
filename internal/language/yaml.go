package language

import (
	"path"
	"strings"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/rule"
)

// exampleUses finds the names in a worked example.
func (w *Workspace) exampleUses(b *block) []use {
	y := &yamlReader{w: w, b: b}
	top := y.parse()
	if top == nil {
		return nil
	}
	types := map[string]*rule.ObjectType{} // of the objects in the example
	each(top, func(k, v *notation.Node) {
		for _, o := range w.set.Model.Objects {
			if k.Value != rule.Slug(o.Plural) && k.Value != rule.Slug(o.Name) {
				continue
			}
			each(v, func(id, values *notation.Node) {
				types[id.Value] = o
				y.attributes(o, values)
			})
		}
	})
	each(top, func(k, v *notation.Node) {
		switch k.Value {
		case "verwacht":
			each(v, func(id, values *notation.Node) {
				if o := types[id.Value]; o != nil {
					y.attributes(o, values)
				}
			})
		case "tabel":
			each(v, func(k, v *notation.Node) {
				id, slug, ok := strings.Cut(v.Value, ".")
				if o := types[id]; ok && o != nil && (k.Value == "invoer" || k.Value == "uitkomst") {
					y.attribute(o, v, slug, len([]rune(id))+1)
				}
			})
		}
	})
	return y.uses
}

// yamlUses finds the names in a YAML file of a regulation.
func (w *Workspace) yamlUses(b *block) []use {
	y := &yamlReader{w: w, b: b}
	top := y.parse()
	if top == nil {
		return nil
	}
	reg := b.regulation
	switch base := path.Base(b.doc.name); {
	case strings.Count(b.doc.name, "/") == 2: // a variant
		each(top, func(k, v *notation.Node) {
			switch k.Value {
			case "parameters":
				each(v, func(k, _ *notation.Node) { y.parameter(k, k.Value) })
			case "regels":
				each(v, func(k, _ *notation.Node) {
					if r, ok := w.set.Rule(k.Value); ok {
						y.add(k, 0, k.Value, symbol{rule: r}, false)
					}
				})
			}
		})
	case base == "parameters.yaml":
		each(top, func(k, _ *notation.Node) { y.parameter(k, reg+"."+k.Value) })
	case base == "regeling.yaml":
		each(top, func(k, v *notation.Node) {
			if k.Value != "uitkomsten" {
				return
			}
			for _, item := range v.Content {
				each(item, func(k, v *notation.Node) {
					if k.Value != "eigenschap" {
						return
					}
					if a, ok := dossier.Attribute(w.set.Model, v.Value); ok {
						_, slug, _ := strings.Cut(v.Value, ".")
						y.add(v, len([]rune(v.Value))-len([]rune(slug)), slug, symbol{attribute: a}, false)
					}
				})
			}
		})
	}
	return y.uses
}

// yamlReader collects the names in one YAML text.
type yamlReader struct {
	w    *Workspace
	b    *block
	uses []use
}

func (y *yamlReader) parse() *notation.Node {
	d := &notation.Doc{File: y.b.doc.name, Line: y.b.from}
	return d.Parse([]byte(y.b.text()))
}

// each calls f for the keys of a mapping.
func each(n *notation.Node, f func(k, v *notation.Node)) {
	if !notation.IsMap(n) {
		return
	}
	for i := 0; i+1 < len(n.Content); i += 2 {
		f(n.Content[i], n.Content[i+1])
	}
}

func (y *yamlReader) attributes(o *rule.ObjectType, values *notation.Node) {
	each(values, func(k, _ *notation.Node) { y.attribute(o, k, k.Value, 0) })
}

func (y *yamlReader) attribute(o *rule.ObjectType, n *notation.Node, slug string, skip int) {
	for _, a := range o.Attributes {
		if rule.Slug(a.Name) == slug {
			y.add(n, skip, slug, symbol{attribute: a}, false)
		}
	}
}

func (y *yamlReader) parameter(n *notation.Node, id string) {
	if p, ok := y.w.set.Parameter(id); ok {
		_, slug, _ := strings.Cut(id, ".")
		y.add(n, len([]rune(n.Value))-len([]rune(slug)), slug, symbol{parameter: p}, strings.HasSuffix(y.b.doc.name, "/parameters.yaml"))
	}
}

// add notes a name in a scalar, skip characters from its start. One that is
// written otherwise than it is read (an escape) is left alone.
func (y *yamlReader) add(n *notation.Node, skip int, slug string, s symbol, declared bool) {
	line := n.Line + y.b.from - 1
	text := y.b.doc.line(line)
	start := n.Column
	if off := offset(text, start); off < len(text) && (text[off] == '"' || text[off] == '\'') {
		start++
	}
	r := Range{Place{line, start + skip}, Place{line, start + skip + len([]rune(slug))}}
	if y.b.doc.slice(r) != slug {
		return
	}
	y.uses = append(y.uses, use{Location: Location{y.b.doc.name, r}, sym: s, slug: true, declared: declared})
}
