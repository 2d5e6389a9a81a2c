package language

import (
	"slices"
	"strings"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Format gives the edits that put the rules of a file in canonical form. A
// rule that is in error stays as it is, and so does one with a comment inside
// it, which the form has no place for. What stands between rules, and outside
// the blocks, is not touched.
func (w *Workspace) Format(file string) []Edit {
	doc := w.docs[file]
	if doc == nil {
		return nil
	}
	var out []Edit
	for _, b := range doc.blocks {
		if b.kind != ruleBlock {
			continue
		}
		for _, r := range w.set.Model.Rules {
			if e, ok := b.format(r); ok {
				out = append(out, e)
			}
		}
	}
	if len(out) == 0 {
		return nil
	}
	// The same rules must stand there afterwards.
	after, _ := regulation.Load(w.files.With(file, Apply(w.files[file], out)))
	if !slices.Equal(summary(w.set, symbol{}), summary(after, symbol{})) {
		return nil
	}
	return out
}

// format gives the edit of one rule; ok is false when there is none to make.
func (b *block) format(r *rule.Rule) (Edit, bool) {
	if r.Pos.File != b.doc.name || r.Pos.Line < b.from || r.Pos.Line >= b.to {
		return Edit{}, false
	}
	i := tokenAt(b.tokens, Place{r.Pos.Line, r.Pos.Column})
	if i < 0 {
		return Edit{}, false
	}
	j := i
	for j+1 < len(b.tokens) && !b.tokens[j+1].Heading {
		j++
	}
	where := Range{Place{b.tokens[i].Line, b.tokens[i].Column}, Place{b.tokens[j].Line, b.tokens[j].End}}
	written := b.doc.slice(where)
	if strings.Contains(written, "//") || strings.Contains(b.doc.line(where.To.Line)[offset(b.doc.line(where.To.Line), where.To.Column):], "//") {
		return Edit{}, false
	}
	text := strings.TrimSuffix(regelspraak.Print(r), "\n")
	for strings.HasPrefix(text, "//") { // its Id and sources stay as they are
		_, text, _ = strings.Cut(text, "\n")
	}
	if text == written {
		return Edit{}, false
	}
	return Edit{where, strings.ReplaceAll(text, "\n", b.doc.eol)}, true
}
