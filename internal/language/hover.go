package language

import (
	"strings"

	"lemniscaat/internal/rule"
)

// Hover is what is known of the words at a place.
type Hover struct {
	Range
	Text string // Markdown
}

// Hover tells what stands at a place: what a name means and where it comes
// from, what a rule says in canonical form, where a source leads to.
func (w *Workspace) Hover(file string, at Place) (Hover, bool) {
	if u, ok := w.index().at(file, at); ok {
		return Hover{u.Range, w.describe(u.sym)}, true
	}
	doc := w.docs[file]
	if doc == nil {
		return Hover{}, false
	}
	b := doc.at(at.Line)
	if b == nil || b.kind != ruleBlock {
		return Hover{}, false
	}
	line := doc.line(at.Line)
	if _, source, ok := strings.Cut(line, "// Bron:"); ok {
		source = strings.TrimSpace(source)
		if i := strings.Index(line, source); source != "" && i >= 0 {
			r := Range{Place{at.Line, column(line, i)}, Place{at.Line, column(line, i+len(source))}}
			return Hover{r, sourceLink(source)}, r.Contains(at)
		}
	}
	return w.hoverRule(b, at)
}

// hoverRule gives the rule whose heading or validity stands at a place.
func (w *Workspace) hoverRule(b *block, at Place) (Hover, bool) {
	i := tokenAt(b.tokens, at)
	if i < 0 {
		return Hover{}, false
	}
	t := b.tokens[i]
	p := rule.Pos{File: b.doc.name, Line: t.Line, Column: t.Column}
	for _, r := range w.set.Model.Rules {
		here := r.Pos == p
		for _, v := range r.Versions {
			here = here || v.Pos == p
		}
		if here {
			return Hover{Range{Place{t.Line, t.Column}, Place{t.Line, t.End}}, w.describe(symbol{rule: r})}, true
		}
	}
	return Hover{}, false
}

// Definition gives where the name at a place is declared. For a parameter that
// is its declaration and its values in parameters.yaml; for an attribute
// nothing else than its declaration.
func (w *Workspace) Definition(file string, at Place) []Location {
	u, ok := w.index().at(file, at)
	if !ok {
		return nil
	}
	var out []Location
	for _, o := range w.index().of(w, u.sym) {
		if o.declared {
			out = append(out, o.Location)
		}
	}
	return out
}

// References gives where the name at a place stands, in the order of the
// files; with its declarations when these are asked.
func (w *Workspace) References(file string, at Place, declarations bool) []Location {
	u, ok := w.index().at(file, at)
	if !ok {
		return nil
	}
	var out []Location
	for _, o := range w.index().of(w, u.sym) {
		if declarations || !o.declared {
			out = append(out, o.Location)
		}
	}
	return out
}
