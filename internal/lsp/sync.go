package lsp

import (
	"encoding/json"
	"path/filepath"
	"slices"
)

// notifications are the messages that tell of a change.
var notifications = map[string]func(*server, json.RawMessage) error{
	"initialized":                         (*server).initialized,
	"textDocument/didOpen":                (*server).didOpen,
	"textDocument/didChange":              (*server).didChange,
	"textDocument/didClose":               (*server).didClose,
	"textDocument/didSave":                (*server).didSave,
	"workspace/didChangeWatchedFiles":     (*server).didChangeWatchedFiles,
	"workspace/didChangeWorkspaceFolders": (*server).didChangeFolders,
	"workspace/didChangeConfiguration":    func(*server, json.RawMessage) error { return nil },
	"textDocument/willSave":               func(*server, json.RawMessage) error { return nil },
}

func (s *server) initialize(raw json.RawMessage) (any, error) {
	if s.phase != fresh {
		return nil, fail(codeInvalidRequest, "initialize is er al geweest")
	}
	p, err := params[initializeParams](raw)
	if err != nil {
		return nil, err
	}
	s.enc = negotiate(p.Capabilities.General.PositionEncodings)
	s.watch = p.Capabilities.Workspace.DidChangeWatchedFiles.DynamicRegistration
	folders := p.WorkspaceFolders
	if len(folders) == 0 && p.RootURI != "" {
		folders = []workspaceFolder{{p.RootURI}}
	}
	if len(folders) == 0 && p.RootPath != "" {
		folders = []workspaceFolder{{toURI(p.RootPath)}}
	}
	for _, f := range folders {
		s.addFolder(f.URI)
	}
	s.phase = ready
	var r initializeResult
	r.ServerInfo = serverInfo{"lemniscaat", s.o.Version}
	r.Capabilities = serverCapabilities{
		PositionEncoding:       string(s.enc),
		TextDocumentSync:       syncOptions{OpenClose: true, Change: 2, Save: true},
		CompletionProvider:     completionOptions{TriggerCharacters: []string{" ", "'"}},
		HoverProvider:          true,
		DefinitionProvider:     true,
		ReferencesProvider:     true,
		DocumentSymbolProvider: true,
		FormattingProvider:     true,
		RenameProvider:         renameOptions{PrepareProvider: true},
		CodeActionProvider:     codeActionOptions{CodeActionKinds: []string{"quickfix"}},
	}
	r.Capabilities.Workspace.WorkspaceFolders.Supported = true
	r.Capabilities.Workspace.WorkspaceFolders.ChangeNotifications = true
	return r, nil
}

// addFolder takes a workspace folder; one without regulations is no error: they
// may come, or a file may be opened elsewhere.
func (s *server) addFolder(uri string) {
	dir, ok := fromURI(uri)
	if !ok {
		s.tell("geen map op deze machine: %s", uri)
		return
	}
	root, ok := findRoot(dir)
	if !ok {
		s.tell("in %s staan geen regelingen (mappen met %s)", dir, metaFile)
		return
	}
	s.addRoot(root)
}

func (s *server) addRoot(root string) *project {
	for _, p := range s.projects {
		if p.root == root {
			return p
		}
	}
	p, err := newProject(root, s.o.Words)
	if err != nil {
		s.tell("%s is niet te lezen: %v", root, err)
		return nil
	}
	s.projects = append(s.projects, p)
	return p
}

func (s *server) initialized(json.RawMessage) error {
	if s.watch {
		s.asked++
		register := map[string]any{"registrations": []any{map[string]any{
			"id": "bestanden", "method": "workspace/didChangeWatchedFiles",
			"registerOptions": map[string]any{"watchers": []any{map[string]any{"globPattern": "**/*.{md,yaml}"}}},
		}}}
		if err := s.out.request(s.asked, "client/registerCapability", register); err != nil {
			return err
		}
	}
	for _, p := range s.projects {
		s.changed(p)
	}
	return nil
}

// changed says that a project is another one now.
func (s *server) changed(p *project) {
	p.now = nil
	s.publisher.publish(p.state(s.o.Day, s.enc))
}

// find gives the project and the path of an address.
func (s *server) find(uri string) (*project, string, bool) {
	file, ok := fromURI(uri)
	if !ok {
		return nil, "", false
	}
	var best *project
	name := ""
	for _, p := range s.projects {
		if n, ok := p.holds(file); ok && (best == nil || len(p.root) > len(best.root)) {
			best, name = p, n
		}
	}
	return best, name, best != nil
}

func (s *server) didOpen(raw json.RawMessage) error {
	p, err := params[documentParams](raw)
	if err != nil {
		return err
	}
	if _, _, ok := s.find(p.TextDocument.URI); !ok {
		if file, ok := fromURI(p.TextDocument.URI); ok {
			if root, ok := rootOf(file); ok {
				s.addRoot(root)
			}
		}
	}
	proj, name, ok := s.find(p.TextDocument.URI)
	if !ok {
		return nil // not of a regulation
	}
	proj.open[name] = &buffer{p.TextDocument.URI, p.TextDocument.Version, p.TextDocument.Text}
	s.changed(proj)
	return nil
}

func (s *server) didChange(raw json.RawMessage) error {
	p, err := params[changeParams](raw)
	if err != nil {
		return err
	}
	proj, name, ok := s.find(p.TextDocument.URI)
	if !ok {
		return nil
	}
	b := proj.open[name]
	if b == nil {
		return fail(codeParams, "%s is niet geopend", name)
	}
	text := b.text
	for _, c := range p.ContentChanges {
		if c.Range == nil {
			text = c.Text
			continue
		}
		text = change(text, *c.Range, c.Text, s.enc)
	}
	proj.open[name] = &buffer{b.uri, p.TextDocument.Version, text}
	s.changed(proj)
	return nil
}

func (s *server) didClose(raw json.RawMessage) error {
	p, err := params[documentParams](raw)
	if err != nil {
		return err
	}
	proj, name, ok := s.find(p.TextDocument.URI)
	if !ok {
		return nil
	}
	delete(proj.open, name)
	if err := proj.read(); err != nil {
		return err
	}
	s.changed(proj)
	return nil
}

func (s *server) didSave(raw json.RawMessage) error {
	p, err := params[documentParams](raw)
	if err != nil {
		return err
	}
	return s.reread(p.TextDocument.URI)
}

func (s *server) didChangeWatchedFiles(raw json.RawMessage) error {
	p, err := params[watchedParams](raw)
	if err != nil {
		return err
	}
	var uris []string
	for _, c := range p.Changes {
		uris = append(uris, c.URI)
	}
	return s.reread(uris...)
}

// reread reads the projects that files belong to again, each once.
func (s *server) reread(uris ...string) error {
	var done []*project
	for _, uri := range uris {
		proj, _, ok := s.find(uri)
		if !ok || slices.Contains(done, proj) {
			continue
		}
		done = append(done, proj)
		if err := proj.read(); err != nil {
			return err
		}
		s.changed(proj)
	}
	return nil
}

func (s *server) didChangeFolders(raw json.RawMessage) error {
	p, err := params[foldersParams](raw)
	if err != nil {
		return err
	}
	for _, f := range p.Event.Removed {
		dir, ok := fromURI(f.URI)
		if !ok {
			continue
		}
		s.projects = slices.DeleteFunc(s.projects, func(p *project) bool {
			gone := (p.root == dir || p.root == filepath.Join(dir, "regelingen")) && len(p.open) == 0
			if gone {
				s.publisher.forget(p)
			}
			return gone
		})
	}
	for _, f := range p.Event.Added {
		s.addFolder(f.URI)
	}
	for _, p := range s.projects {
		s.changed(p)
	}
	return nil
}
