package language

import (
	"slices"

	"lemniscaat/internal/rule"
)

// use is one place where a name stands.
type use struct {
	Location
	sym    symbol
	plural bool // the plural of the name stands here
	// declared says that the name gets its meaning here.
	declared bool
	// slug says that the form of ids stands here: "gezamenlijke-vermogen".
	slug bool
}

// index knows where every name stands.
type index struct {
	byFile map[string][]use // sorted by place
}

// newIndex finds the names in all files. In rules that could be read the typed
// model says what each name means; in others it is guessed from the words.
func newIndex(w *Workspace) *index {
	ix := &index{byFile: map[string][]use{}}
	for _, name := range w.Names() {
		doc := w.docs[name]
		for _, b := range doc.blocks {
			switch b.kind {
			case ruleBlock:
				a := &aligner{w: w, b: b, taken: make([]bool, len(b.tokens)), rules: map[int]*rule.Rule{}}
				a.block()
				ix.byFile[name] = append(ix.byFile[name], a.uses...)
			case exampleBlock:
				ix.byFile[name] = append(ix.byFile[name], w.exampleUses(b)...)
			case yamlBlock:
				ix.byFile[name] = append(ix.byFile[name], w.yamlUses(b)...)
			}
		}
		slices.SortStableFunc(ix.byFile[name], func(a, b use) int {
			switch {
			case a.From.Before(b.From):
				return -1
			case b.From.Before(a.From):
				return 1
			}
			return 0
		})
	}
	return ix
}

// at gives the name that stands at a place.
func (ix *index) at(file string, p Place) (use, bool) {
	var found use
	ok := false
	for _, u := range ix.byFile[file] {
		if u.Contains(p) && (!ok || p.Before(u.To)) { // between two names the second
			found, ok = u, true
		}
	}
	return found, ok
}

// of gives all places of a symbol, in the order of the files.
func (ix *index) of(w *Workspace, s symbol) []use {
	var out []use
	for _, name := range w.Names() {
		for _, u := range ix.byFile[name] {
			if u.sym == s {
				out = append(out, u)
			}
		}
	}
	return out
}

// Use is a place where a name of a kind stands.
type Use struct {
	Location
	Kind Kind
	// ID is the id of the parameter, attribute, role or rule; the name of
	// anything else.
	ID string
	// Declared says that the name gets its meaning here.
	Declared bool
}

// Uses gives the names in a file, in their order: to colour them, or to make
// links of them.
func (w *Workspace) Uses(file string) []Use {
	var out []Use
	for _, u := range w.index().byFile[file] {
		out = append(out, Use{u.Location, u.sym.kind(), u.sym.id(), u.declared})
	}
	return out
}

func (s symbol) id() string {
	switch {
	case s.attribute != nil:
		return s.attribute.ID()
	case s.role != nil:
		return s.role.ID()
	case s.parameter != nil:
		return s.parameter.ID
	}
	return s.name()
}
