// Package language serves editors: what is wrong in a text, which names fit at
// a place, what a name means and where it is declared, where it is used, how
// to rename it, and how the text looks in canonical form.
//
// The texts are the files of regulations (regelingen/README.md) held in
// memory, so that a buffer that was not saved counts as it stands. A Workspace
// is one state of them; every answer is a pure function of it. It knows no
// protocol: package lsp speaks to editors, the page has its own requests.
//
// What fits at a place is not written down here a second time. Completion asks
// the parser: a name or word is offered when the rule can be read as far as
// the end of it (complete.go).
package language

import (
	"io/fs"
	"path"
	"slices"
	"sort"
	"strings"
	"sync"

	"lemniscaat/internal/check"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Place is a place in a file; Line and Column count from 1, Column in
// characters (Unicode code points).
type Place struct{ Line, Column int }

// Before reports whether p stands before o.
func (p Place) Before(o Place) bool {
	return p.Line < o.Line || p.Line == o.Line && p.Column < o.Column
}

// Range is a stretch of text; To is the place just after it.
type Range struct{ From, To Place }

// Contains reports whether a place stands in the range or just after it, where
// a cursor that touches its last letter stands.
func (r Range) Contains(p Place) bool { return !p.Before(r.From) && !r.To.Before(p) }

// Location is a stretch of text in a file.
type Location struct {
	File string
	Range
}

// Edit replaces a stretch of text.
type Edit struct {
	Range
	Text string
}

// Workspace is one state of the files of a set of regulations. It is immutable
// and safe for concurrent use.
type Workspace struct {
	files Files
	day   rule.Date
	set   *regulation.Set
	found rule.Diagnostics
	docs  map[string]*document
	index func() *index
}

// Open reads the files. What is wrong in them is no error here but a
// diagnostic. The day decides which value of a parameter is shown as that of
// today.
func Open(files Files, day rule.Date) *Workspace {
	w := &Workspace{files: files, day: day, docs: map[string]*document{}}
	w.set, w.found = regulation.Load(files)
	for name, text := range files {
		w.docs[name] = newDocument(name, text)
	}
	w.index = sync.OnceValue(func() *index { return newIndex(w) })
	return w
}

// Set gives the regulations as far as they could be read.
func (w *Workspace) Set() *regulation.Set { return w.set }

// File gives the text of a file.
func (w *Workspace) File(name string) (string, bool) {
	text, ok := w.files[name]
	return text, ok
}

// Names gives the names of all files, sorted.
func (w *Workspace) Names() []string { return w.files.Names() }

// Diagnostics gives what is wrong in the texts by file. Every file has an
// entry, so that an editor can clear what was there before.
func (w *Workspace) Diagnostics() map[string][]Diagnostic { return w.place(w.found) }

// Findings gives the findings of package check in the same form. They take
// longer, and there are none as long as a text is in error.
func (w *Workspace) Findings() map[string][]Diagnostic {
	if w.found.Err() != nil {
		return w.place(nil)
	}
	var ds rule.Diagnostics
	for _, f := range check.Check(w.set, check.Options{Date: w.day}) {
		ds = append(ds, f.Diagnostic())
	}
	return w.place(ds)
}

// Files are texts by the path of their file, with slashes: "zorgtoeslag/artikel-2.md".
// It is a file system of folders that exist because files stand in them.
type Files map[string]string

// Read gives the files of a file system that a regulation can have: Markdown
// and YAML, in a folder and one folder below it.
func Read(fsys fs.FS) (Files, error) {
	out := Files{}
	err := fs.WalkDir(fsys, ".", func(name string, e fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case e.IsDir() && name != "." && (strings.HasPrefix(e.Name(), ".") || strings.Count(name, "/") > 1):
			return fs.SkipDir
		case e.IsDir() || !Regards(name):
			return nil
		}
		if info, err := e.Info(); err != nil || info.Size() > maxFile {
			return err
		}
		data, err := fs.ReadFile(fsys, name)
		if err != nil {
			return err
		}
		out[name] = string(data)
		return nil
	})
	return out, err
}

const maxFile = 1 << 20

// Regards reports whether a path can be that of a file of a regulation.
func Regards(name string) bool {
	n := strings.Count(name, "/")
	ext := path.Ext(name)
	return n >= 1 && n <= 2 && (ext == ".md" || ext == ".yaml") && !strings.HasPrefix(path.Base(name), ".")
}

// With gives a copy in which a file has another text.
func (f Files) With(name, text string) Files {
	out := make(Files, len(f)+1)
	for k, v := range f {
		out[k] = v
	}
	out[name] = text
	return out
}

// Names gives the paths, sorted.
func (f Files) Names() []string {
	out := make([]string, 0, len(f))
	for k := range f {
		out = append(out, k)
	}
	sort.Strings(out)
	return out
}

// OpenRules is Open for one block of rules that is being edited, over a set
// that was loaded: places are those in the text of the source, from line 1.
// The block may declare nothing. Names outside it are known, but have no place.
func OpenRules(set *regulation.Set, source regelspraak.Source, day rule.Date) *Workspace {
	source.Line = 1
	if source.File == "" {
		source.File = source.Regulation + "/regel"
	}
	rules, found := regelspraak.ParseRules(set.Model, source)
	edited := map[string]bool{}
	for _, r := range rules {
		edited[r.ID] = true
	}
	model := *set.Model
	model.Rules = slices.Clone(rules)
	for _, r := range set.Model.Rules {
		if !edited[r.ID] {
			model.Rules = append(model.Rules, r)
		}
	}
	laid := *set
	laid.Model = &model
	d := newDocument(source.File, source.Text)
	b := &block{kind: ruleBlock, doc: d, from: 1, to: len(d.lines) + 1, regulation: source.Regulation}
	b.tokens = regelspraak.Tokens(b.source())
	d.blocks = []*block{b}
	w := &Workspace{files: Files{source.File: source.Text}, day: day, set: &laid, found: found, docs: map[string]*document{source.File: d}}
	w.index = sync.OnceValue(func() *index { return newIndex(w) })
	return w
}
