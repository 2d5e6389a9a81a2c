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
	if top := y.parse(); top != nil {
		y.example(top)
	}
	return y.uses
}

func (y *yamlReader) example(top *notation.Node) {
	types := map[string]*rule.ObjectType{} // of the objects in the example
	each(top, func(k, v *notation.Node) {
		for _, o := range y.w.set.Model.Objects {
			if k.Value != rule.Slug(o.Plural) && k.Value != rule.Slug(o.Name) {
				continue
			}
			each(v, func(id, values *notation.Node) {
				types[id.Value] = o
				y.attributes(o, values)
			})
		}
	})
	// An object that an example leaves out, such as the household, has the name
	// of its type.
	typeOf := func(id string) *rule.ObjectType {
		if o := types[id]; o != nil {
			return o
		}
		for _, o := range y.w.set.Model.Objects {
			if id == rule.Slug(o.Name) {
				return o
			}
		}
		return nil
	}
	each(top, func(k, v *notation.Node) {
		switch k.Value {
		case "verwacht", "fouten":
			each(v, func(id, values *notation.Node) {
				if o := typeOf(id.Value); o != nil {
					y.attributes(o, values)
				}
			})
		case "tabel":
			each(v, func(k, v *notation.Node) {
				id, slug, ok := strings.Cut(v.Value, ".")
				if o := typeOf(id); ok && o != nil && (k.Value == "invoer" || k.Value == "uitkomst") {
					y.attribute(o, v, slug, len([]rune(id))+1)
				}
			})
		}
	})
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
	case path.Base(path.Dir(b.doc.name)) == "gemeenten":
		under(top, "parameters", func(k, _ *notation.Node) { y.parameter(k, reg+"."+k.Value) })
		under(top, "regels", func(k, _ *notation.Node) { y.rule(k) })
		items(top, "voorbeelden", y.example)
	case strings.Count(b.doc.name, "/") == 2: // a variant
		under(top, "parameters", func(k, _ *notation.Node) { y.parameter(k, k.Value) })
		under(top, "regels", func(k, _ *notation.Node) { y.rule(k) })
	case base == "parameters.yaml":
		each(top, func(k, _ *notation.Node) { y.parameter(k, reg+"."+k.Value) })
	case base == "stappen.yaml":
		each(top, func(_, step *notation.Node) {
			items(step, "bewijs", func(proof *notation.Node) { named(proof, "gegeven", y.datum) })
		})
	case base == "regeling.yaml":
		items(top, "uitkomsten", func(outcome *notation.Node) { named(outcome, "eigenschap", y.datum) })
		items(top, "bevindingen", func(finding *notation.Node) {
			named(finding, "bij", func(at *notation.Node) {
				y.parameter(at, at.Value)
				y.rule(at)
			})
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

// under calls f for the keys below a key of a mapping.
func under(n *notation.Node, key string, f func(k, v *notation.Node)) {
	each(n, func(k, v *notation.Node) {
		if k.Value == key {
			each(v, f)
		}
	})
}

// items calls f for the items of the list below a key of a mapping.
func items(n *notation.Node, key string, f func(item *notation.Node)) {
	each(n, func(k, v *notation.Node) {
		if k.Value == key && notation.IsList(v) {
			for _, item := range v.Content {
				f(item)
			}
		}
	})
}

// named calls f for what stands behind a key of a mapping: one id, or a list.
func named(n *notation.Node, key string, f func(id *notation.Node)) {
	each(n, func(k, v *notation.Node) {
		if k.Value == key && !notation.IsList(v) {
			f(v)
		}
	})
	items(n, key, f)
}

// datum notes the id of an attribute: "persoon.vermogen".
func (y *yamlReader) datum(n *notation.Node) {
	if a, ok := dossier.Attribute(y.w.set.Model, n.Value); ok {
		_, slug, _ := strings.Cut(n.Value, ".")
		y.add(n, len([]rune(n.Value))-len([]rune(slug)), slug, symbol{attribute: a}, false)
	}
}

// rule notes the id of a rule.
func (y *yamlReader) rule(n *notation.Node) {
	if r, ok := y.w.set.Rule(n.Value); ok {
		y.add(n, 0, n.Value, symbol{rule: r}, false)
	}
}

// attributes notes the keys of an object: its attributes, and the roles by which
// it reaches one other object.
func (y *yamlReader) attributes(o *rule.ObjectType, values *notation.Node) {
	each(values, func(k, _ *notation.Node) {
		y.attribute(o, k, k.Value, 0)
		for _, f := range y.w.set.Model.Facts {
			for _, r := range f.Roles {
				if r.Owner == o && !r.Many && rule.Slug(r.Name) == k.Value {
					y.add(k, 0, k.Value, symbol{role: r}, false)
				}
			}
		}
	})
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
