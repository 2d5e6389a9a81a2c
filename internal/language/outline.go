package language

import (
	"strings"
)

// Symbol is a declaration, rule or example in a file.
type Symbol struct {
	Name   string
	Kind   Kind
	Detail string
	// Range is the whole of it, Selection its name.
	Range, Selection Range
	Children         []Symbol
}

// Example is the kind of a worked example in an outline.
const Example Kind = "voorbeeld"

// Symbols gives the declarations, rules and examples of a file, in their order.
func (w *Workspace) Symbols(file string) []Symbol {
	doc := w.docs[file]
	if doc == nil {
		return nil
	}
	var out []Symbol
	for _, b := range doc.blocks {
		switch b.kind {
		case ruleBlock:
			out = append(out, w.outline(b)...)
		case exampleBlock:
			for n := b.from; n < b.to; n++ {
				if name, ok := strings.CutPrefix(doc.line(n), "naam:"); ok {
					sel := Range{Place{n, 1}, Place{n, column(doc.line(n), len(doc.line(n)))}}
					out = append(out, Symbol{Name: strings.Trim(strings.TrimSpace(name), `"'`), Kind: Example,
						Range: Range{Place{b.from, 1}, doc.lineEnd(b.to - 1)}, Selection: sel})
					break
				}
			}
		case yamlBlock:
			out = append(out, w.outlineKeys(b)...)
		}
	}
	return out
}

func (d *document) lineEnd(n int) Place { return Place{n, column(d.line(n), len(d.line(n)))} }

// outline gives the statements of a block of rule text.
func (w *Workspace) outline(b *block) []Symbol {
	var out []Symbol
	uses := w.index().byFile[b.doc.name]
	for i := 0; i < len(b.tokens); {
		if !b.tokens[i].Heading {
			i++
			continue
		}
		end := i
		for end+1 < len(b.tokens) && !b.tokens[end+1].Heading {
			end++
		}
		head := b.tokens[i]
		s := Symbol{Name: strings.TrimSpace(b.doc.slice(Range{Place{head.Line, head.Column}, b.lineEnd(i)})), Kind: Kind(strings.ToLower(head.Text)),
			Range: Range{Place{head.Line, head.Column}, Place{b.tokens[end].Line, b.tokens[end].End}}}
		s.Selection = Range{s.Range.From, b.lineEnd(i)}
		for _, u := range uses {
			if u.plural || u.slug || u.From.Before(s.Range.From) || s.Range.To.Before(u.To) {
				continue
			}
			switch {
			case u.sym.rule != nil:
				s.Name, s.Kind, s.Detail, s.Selection = u.sym.rule.Name, Rule, u.sym.rule.ID, u.Range
			case u.sym.object != nil && head.Text == "Objecttype" && len(s.Children) == 0,
				u.declared && (u.sym.parameter != nil || u.sym.domain != nil):
				s.Name, s.Kind, s.Detail, s.Selection = u.sym.name(), u.sym.kind(), u.sym.detail(), u.Range
			case u.declared:
				s.Children = append(s.Children, Symbol{Name: u.sym.name(), Kind: u.sym.kind(), Detail: u.sym.detail(), Range: u.Range, Selection: u.Range})
			}
		}
		out = append(out, s)
		i = end + 1
	}
	return out
}

// outlineKeys gives the top keys of a YAML file.
func (w *Workspace) outlineKeys(b *block) []Symbol {
	var out []Symbol
	for n := b.from; n < b.to; n++ {
		line := b.doc.line(n)
		key, _, ok := strings.Cut(line, ":")
		if !ok || key == "" || strings.ContainsAny(key[:1], " \t#-\"'{}[]") {
			if len(out) > 0 && strings.TrimSpace(line) != "" && strings.ContainsAny(line[:1], " \t-") {
				out[len(out)-1].Range.To = b.doc.lineEnd(n)
			}
			continue
		}
		s := Symbol{Name: key, Kind: Value, Range: Range{Place{n, 1}, b.doc.lineEnd(n)}, Selection: Range{Place{n, 1}, Place{n, column(line, len(key))}}}
		if p, ok := w.set.Parameter(b.regulation + "." + key); ok && strings.HasSuffix(b.doc.name, "/parameters.yaml") {
			s.Kind, s.Detail = Parameter, w.today(p)
		}
		out = append(out, s)
	}
	return out
}
