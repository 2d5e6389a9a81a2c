package lsp

import (
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"lemniscaat/internal/language"
	"lemniscaat/internal/rule"
)

const (
	metaFile = "regeling.yaml"
	shared   = "gemeenschappelijk"
)

// project is one folder of regulations.
type project struct {
	root string // path of the folder on this machine
	// words are the shared words to use when the folder has none.
	words language.Files
	disk  language.Files
	open  map[string]*buffer // unsaved texts, by their path in the folder
	now   *state
}

// buffer is a text that is open in the editor.
type buffer struct {
	uri     string
	version *int
	text    string
}

// state is a project at one moment; what it says does not change any more.
type state struct {
	project   *project
	root      string
	files     language.Files
	borrowed  bool              // the shared words come with the program
	uris      map[string]string // of open texts, as the editor writes them
	versions  map[string]*int
	workspace func() *language.Workspace
	enc       encoding
}

// text gives a file of the state.
func (s *state) text(name string) text { return newText(s.files[name], s.enc) }

// uri gives the address of a file; ok is false for words that are not on disk.
func (s *state) uri(name string) (string, bool) {
	if u, ok := s.uris[name]; ok {
		return u, true
	}
	if s.borrowed && strings.HasPrefix(name, shared+"/") {
		return "", false
	}
	return toURI(filepath.Join(s.root, filepath.FromSlash(name))), true
}

// hasWords reports whether the folder has its own shared words.
func (p *project) hasWords() bool {
	own := func(name string) bool { return strings.HasPrefix(name, shared+"/") }
	for name := range p.disk {
		if own(name) {
			return true
		}
	}
	for name := range p.open {
		if own(name) {
			return true
		}
	}
	return false
}

// newProject reads a folder.
func newProject(root string, words fs.FS) (*project, error) {
	p := &project{root: root, open: map[string]*buffer{}, words: language.Files{}}
	if words != nil {
		all, err := language.Read(words)
		if err != nil {
			return nil, err
		}
		for name, text := range all {
			if strings.HasPrefix(name, shared+"/") {
				p.words[name] = text
			}
		}
	}
	return p, p.read()
}

// read takes the texts on disk as they are now.
func (p *project) read() error {
	files, err := language.Read(os.DirFS(p.root))
	if errors.Is(err, fs.ErrNotExist) {
		files, err = language.Files{}, nil
	}
	if err != nil {
		return err
	}
	p.disk, p.now = files, nil
	return nil
}

// state gives the project as it is now.
func (p *project) state(day func() rule.Date, enc encoding) *state {
	if p.now != nil {
		return p.now
	}
	s := &state{project: p, root: p.root, files: language.Files{}, uris: map[string]string{}, versions: map[string]*int{}, enc: enc}
	if s.borrowed = !p.hasWords(); s.borrowed {
		for name, text := range p.words {
			s.files[name] = text
		}
	}
	for name, text := range p.disk {
		s.files[name] = text
	}
	for name, b := range p.open {
		s.files[name], s.uris[name], s.versions[name] = b.text, b.uri, b.version
	}
	files := s.files
	s.workspace = sync.OnceValue(func() *language.Workspace { return language.Open(files, day()) })
	p.now = s
	return s
}

// toURI gives the address of a file.
func toURI(name string) string {
	name = filepath.ToSlash(name)
	if !strings.HasPrefix(name, "/") {
		name = "/" + name
	}
	return (&url.URL{Scheme: "file", Path: name}).String()
}

// fromURI gives the path that an address of a file stands for.
func fromURI(uri string) (string, bool) {
	u, err := url.Parse(uri)
	if err != nil || u.Scheme != "file" || u.Path == "" {
		return "", false
	}
	name := u.Path
	if runtime.GOOS == "windows" {
		name = strings.TrimPrefix(name, "/")
	}
	return filepath.Clean(filepath.FromSlash(name)), true
}

// holds gives the path of a file in the project.
func (p *project) holds(file string) (string, bool) {
	rel, err := filepath.Rel(p.root, file)
	if err != nil {
		return "", false
	}
	name := filepath.ToSlash(rel)
	return name, language.Regards(name) && !strings.HasPrefix(name, "../") && path.Base(name) != "README.md"
}

// findRoot finds the folder of regulations of a workspace folder: itself, its
// folder regelingen, or its parent when it is a regulation.
func findRoot(dir string) (string, bool) {
	for _, d := range []string{dir, filepath.Join(dir, "regelingen")} {
		if isRoot(d) {
			return d, true
		}
	}
	if exists(filepath.Join(dir, metaFile)) {
		return filepath.Dir(dir), true
	}
	return "", false
}

// rootOf finds the folder of regulations that a file stands in.
func rootOf(file string) (string, bool) {
	dir := filepath.Dir(file)
	for range 2 { // the regulation, or a folder in it
		if filepath.Base(dir) == shared || exists(filepath.Join(dir, metaFile)) {
			return filepath.Dir(dir), true
		}
		dir = filepath.Dir(dir)
	}
	return "", false
}

// isRoot reports whether a folder holds regulations.
func isRoot(dir string) bool {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return false
	}
	for _, e := range entries {
		if e.IsDir() && (e.Name() == shared || exists(filepath.Join(dir, e.Name(), metaFile))) {
			return true
		}
	}
	return false
}

func exists(file string) bool {
	_, err := os.Stat(file)
	return err == nil
}
