package lsp

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/language"
)

// requests are the messages that want an answer. The first part of each runs
// in the loop and takes the state; the job that it gives runs beside it.
var requests = map[string]func(*server, json.RawMessage) (job, error){
	"textDocument/completion":     (*server).completion,
	"textDocument/hover":          (*server).hover,
	"textDocument/definition":     (*server).definition,
	"textDocument/references":     (*server).references,
	"textDocument/prepareRename":  (*server).prepareRename,
	"textDocument/rename":         (*server).rename,
	"textDocument/formatting":     (*server).formatting,
	"textDocument/documentSymbol": (*server).documentSymbol,
	"textDocument/codeAction":     (*server).codeAction,
}

// none is the answer about a file that is not of a regulation.
func none() (any, error) { return nil, nil }

// target is what a request asks about.
type target struct {
	*state
	name string
}

// target finds the file of a request; ok is false for one that is not of a
// regulation.
func (s *server) target(uri string) (target, bool, error) {
	if uri == "" {
		return target{}, false, fail(codeParams, "textDocument.uri ontbreekt")
	}
	p, name, ok := s.find(uri)
	if !ok {
		return target{}, false, nil
	}
	st := p.state(s.o.Day, s.enc)
	if _, ok := st.files[name]; !ok {
		return target{}, false, nil
	}
	return target{st, name}, true, nil
}

// about makes a request about a place in a file.
func about[P any](s *server, raw json.RawMessage, where func(P) placeParams, answer func(target, language.Place, P) (any, error)) (job, error) {
	p, err := params[P](raw)
	if err != nil {
		return nil, err
	}
	at := where(p)
	t, ok, err := s.target(at.TextDocument.URI)
	if err != nil || !ok {
		return none, err
	}
	return func() (any, error) { return answer(t, t.text(t.name).place(at.Position), p) }, nil
}

func same(p placeParams) placeParams { return p }

// of makes a request about a whole file.
func (s *server) of(raw json.RawMessage, answer func(target) (any, error)) (job, error) {
	p, err := params[documentParams](raw)
	if err != nil {
		return nil, err
	}
	t, ok, err := s.target(p.TextDocument.URI)
	if err != nil || !ok {
		return none, err
	}
	return func() (any, error) { return answer(t) }, nil
}

func (s *server) completion(raw json.RawMessage) (job, error) {
	return about(s, raw, same, func(t target, at language.Place, _ placeParams) (any, error) {
		list := completionList{IsIncomplete: true, Items: []completionItem{}}
		text := t.text(t.name)
		for i, c := range t.workspace().Complete(t.name, at) {
			item := completionItem{Label: c.Label, Kind: itemKinds[c.Kind], Detail: c.Detail, SortText: fmt.Sprintf("%04d", i), FilterText: c.Filter}
			if c.Doc != "" {
				item.Documentation = &markupContent{"markdown", c.Doc}
			}
			edit := c.Edit
			if edit.From.Line < edit.To.Line {
				line := text.line(edit.To.Line - 1)
				start := language.Place{Line: edit.To.Line, Column: language.Column(line, len(line)-len(strings.TrimLeft(line, " \t")))}
				if edit.To.Before(start) {
					start = edit.To
				}
				item.AdditionalTextEdits = []textEdit{{text.textRange(language.Range{From: edit.From, To: start}), ""}}
				edit.From = start
			}
			item.TextEdit = textEdit{text.textRange(edit.Range), edit.Text}
			list.Items = append(list.Items, item)
		}
		return list, nil
	})
}

// itemKinds are the pictures that an editor shows beside a completion.
var itemKinds = map[language.Kind]int{
	language.Keyword: 14, language.Parameter: 21, language.Attribute: 5, language.Kenmerk: 10, language.Role: 18,
	language.Object: 7, language.Domain: 13, language.Variable: 6, language.Rule: 3, language.Value: 12, language.Unit: 11,
}

// symbolKinds are the pictures in an outline.
var symbolKinds = map[language.Kind]int{
	language.Parameter: 14, language.Attribute: 8, language.Kenmerk: 7, language.Role: 8, language.Object: 5,
	language.Domain: 10, language.Variable: 13, language.Rule: 12, language.Value: 20, language.Example: 24,
}

func (s *server) hover(raw json.RawMessage) (job, error) {
	return about(s, raw, same, func(t target, at language.Place, _ placeParams) (any, error) {
		h, ok := t.workspace().Hover(t.name, at)
		if !ok {
			return nil, nil
		}
		return hover{markupContent{"markdown", h.Text}, t.text(t.name).textRange(h.Range)}, nil
	})
}

func (t target) locations(ls []language.Location) []location {
	out := []location{}
	for _, l := range ls {
		if uri, ok := t.uri(l.File); ok {
			out = append(out, location{uri, t.text(l.File).textRange(l.Range)})
		}
	}
	return out
}

func (s *server) definition(raw json.RawMessage) (job, error) {
	return about(s, raw, same, func(t target, at language.Place, _ placeParams) (any, error) {
		return t.locations(t.workspace().Definition(t.name, at)), nil
	})
}

func (s *server) references(raw json.RawMessage) (job, error) {
	return about(s, raw, func(p referenceParams) placeParams { return p.placeParams }, func(t target, at language.Place, p referenceParams) (any, error) {
		return t.locations(t.workspace().References(t.name, at, p.Context.IncludeDeclaration)), nil
	})
}

func (s *server) prepareRename(raw json.RawMessage) (job, error) {
	return about(s, raw, same, func(t target, at language.Place, _ placeParams) (any, error) {
		r, name, err := t.workspace().Renamable(t.name, at)
		if err != nil {
			return nil, err
		}
		return prepareResult{t.text(t.name).textRange(r), name}, nil
	})
}

func (s *server) rename(raw json.RawMessage) (job, error) {
	return about(s, raw, func(p renameParams) placeParams { return p.placeParams }, func(t target, at language.Place, p renameParams) (any, error) {
		edits, err := t.workspace().Rename(t.name, at, p.NewName)
		if err != nil {
			return nil, err
		}
		out := workspaceEdit{Changes: map[string][]textEdit{}}
		for name, es := range edits {
			uri, ok := t.uri(name)
			if !ok {
				return nil, fmt.Errorf("%w: de naam hoort bij de woorden van het programma (%s); zet een eigen map %s naast de regelingen", language.ErrRename, name, shared)
			}
			out.Changes[uri] = t.edits(name, es)
		}
		return out, nil
	})
}

func (t target) edits(name string, es []language.Edit) []textEdit {
	text := t.text(name)
	out := []textEdit{}
	for _, e := range es {
		out = append(out, textEdit{text.textRange(e.Range), e.Text})
	}
	return out
}

func (s *server) formatting(raw json.RawMessage) (job, error) {
	return s.of(raw, func(t target) (any, error) { return t.edits(t.name, t.workspace().Format(t.name)), nil })
}

func (s *server) documentSymbol(raw json.RawMessage) (job, error) {
	return s.of(raw, func(t target) (any, error) { return t.symbols(t.workspace().Symbols(t.name)), nil })
}

func (t target) symbols(ss []language.Symbol) []documentSymbol {
	text := t.text(t.name)
	out := []documentSymbol{}
	for _, s := range ss {
		if s.Name == "" {
			continue // an editor refuses one without a name
		}
		kind := symbolKinds[s.Kind]
		if kind == 0 {
			kind = 19 // an object
		}
		out = append(out, documentSymbol{Name: s.Name, Detail: s.Detail, Kind: kind,
			Range: text.textRange(s.Range), SelectionRange: text.textRange(s.Selection), Children: t.symbols(s.Children)})
	}
	return out
}

func (s *server) codeAction(raw json.RawMessage) (job, error) {
	p, err := params[codeActionParams](raw)
	if err != nil {
		return nil, err
	}
	t, ok, err := s.target(p.TextDocument.URI)
	if err != nil || !ok {
		return none, err
	}
	return func() (any, error) {
		out := []codeAction{}
		wanted := len(p.Context.Only) == 0 || slices.ContainsFunc(p.Context.Only, func(k string) bool { return k == "quickfix" })
		uri, there := t.uri(t.name)
		if !wanted || !there {
			return out, nil
		}
		text := t.text(t.name)
		from, to := text.place(p.Range.Start), text.place(p.Range.End)
		for _, d := range t.workspace().Diagnostics()[t.name] {
			if d.Fix == nil || d.To.Before(from) || to.Before(d.From) {
				continue
			}
			out = append(out, codeAction{Title: d.Fix.Title, Kind: "quickfix", IsPreferred: true, Diagnostics: []diagnostic{t.diagnostic(t.name, d)},
				Edit: workspaceEdit{map[string][]textEdit{uri: t.edits(t.name, d.Fix.Edits)}}})
		}
		return out, nil
	}, nil
}
