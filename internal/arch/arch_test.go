package arch_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "lemniscaat/"

// kind of a room, by the first part of its path under internal/.
type kind string

const (
	core    kind = "kern"       // pure: no SQL, HTTP, clock, randomness, files, globals
	port    kind = "poort"      // an interface of the core to the outside
	usecase kind = "gebruik"    // binds core to a port
	adapter kind = "adapter"    // the outside; adapters never import each other
	wire    kind = "bedrading"  // the only one that joins adapters
	aid     kind = "hulpmiddel" // tests only
)

var rooms = map[string]kind{
	"rule": core, "column": core, "regelspraak": core, "regulation": core, "dossier": core, "notation": core, "check": core, "exact": core,
	"explain": core, "entitlement": core, "population": core, "simulate": core, "run": core, "takeup": core, "doability": core, "loop": core, "search": core, "recourse": core, "attachment": core,
	"event": core, "chart": core, "i18n": core, "privacy": core, "screen": core, "logic": core, "curve": core, "titrate": core, "validation": core, "sample": core, "language": core, "spelling": core, "comparison": core,
	"header": core, "notice": core, "seal": core, "receipt": core, "phrase": core, "likeness": core, "cutoff": core,
	"authz":      core, // who may try what
	"detect":     core,
	"disclosure": core,                                                // what has to be shown of a regulation
	"telemetry":  adapter,                                             // log, numbers and traces for operators
	"exhibit":    core,                                                // results in words and drawings
	"amendment":  core, "backlog": core, "bwb": core, "outcome": core, // front ends: text in, values out
	"store":      port,
	"office":     usecase,
	"audit":      usecase, // checks and signs the log of a store
	"story":      usecase, // plays stories in an office of their own
	"web":        adapter,
	"api":        adapter,
	"report":     adapter,
	"lsp":        adapter,
	"authn":      adapter, // who asks: accounts, sessions, identity providers
	"job":        adapter,
	"mail":       adapter,
	"push":       adapter, // what goes out over HTTP, to a folder or a line
	"egress":     adapter,
	"config":     adapter,
	"backup":     adapter,
	"snapshot":   adapter, // what was folded, for the next start
	"cli":        wire,
	"arch":       aid,
	"fault":      aid,     // tests only: breaks the program
	"load":       aid,     // tests only: the program under load
	"freeport":   aid,     // tests only: where a server can listen
	"seed":       aid,     // tests only: with which number they begin
	"mutate":     aid,     // tests only: odd texts, for what is fuzzed with a database
	"processing": usecase, // one row for each person whose data is read or written
	"outbox":     usecase, // brings events and rows to others, once somebody has them
}

// TestEditorKnowsTheCore: the linter shows the same direction in the editor, for
// every room of the core.
func TestEditorKnowsTheCore(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../.golangci.yml")
	if err != nil {
		t.Fatal(err)
	}
	_, list, ok := strings.Cut(string(text), "**/internal/{")
	list, _, closed := strings.Cut(list, "}")
	if !ok || !closed {
		t.Fatal(".golangci.yml does not list the rooms of the core")
	}
	names := strings.Split(list, ",")
	for name, kind := range rooms {
		if name == "notation" { // in the folder of dossier
			continue
		}
		if slices.Contains(names, name) != (kind == core) {
			t.Errorf(".golangci.yml, depguard: %s staat er %t in", name, kind != core)
		}
	}
}

// TestHouseIsDrawn: docs/architecture.md names every package of internal, and names none
// that is not there.
func TestHouseIsDrawn(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/architecture.md")
	if err != nil {
		t.Fatal(err)
	}
	_, tree, ok := strings.Cut(string(text), "\ninternal/\n")
	tree, _, closed := strings.Cut(tree, "\ne2e/")
	if !ok || !closed {
		t.Fatal("docs/architecture.md draws no internal/")
	}
	there := map[string]bool{}
	for _, p := range list(t, "./internal/...") {
		name, inside := strings.CutPrefix(p.ImportPath, module+"internal/")
		if !inside || strings.Contains(name, "/testdata/") || strings.HasPrefix(name, "web/webtest/") {
			continue
		}
		there[name] = true
		if !regexp.MustCompile(`(?m)(^  |[ ,;])` + regexp.QuoteMeta(name) + `([ ,;)]|$)`).MatchString(tree) {
			t.Errorf("docs/architecture.md does not name internal/%s", name)
		}
	}
	for line := range strings.Lines(tree) {
		for name := range strings.SplitSeq(strings.TrimSpace(line[:min(len(line), 19)]), ",") {
			if !there[strings.TrimSpace(name)] {
				t.Errorf("docs/architecture.md names internal/%s, which is not there", strings.TrimSpace(name))
			}
		}
	}
}

// TestDecisionsAreNumbered: each decision has its own number, the same in its
// name and in its title.
func TestDecisionsAreNumbered(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../docs/adr/*.md")
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(files)
	if len(files) < 13 {
		t.Fatalf("only %d decisions", len(files))
	}
	for i, name := range files {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		base := filepath.Base(name)
		if !strings.HasPrefix(base, fmt.Sprintf("%04d-", i+1)) || !strings.HasPrefix(string(text), fmt.Sprintf("# %d. ", i+1)) {
			t.Errorf("%s hoort besluit %d te zijn, ook in zijn titel", base, i+1)
		}
	}
}

// aids are packages inside a room that only tests import.
var aids = []string{"store/storetest", "store/pgtest", "rule/ruletest", "explain/plain"}

// room gives the name and kind of a package of this module; the tail of a path
// may be a room of its own kind.
func room(path string) (string, kind, error) {
	rest, ok := strings.CutPrefix(path, module+"internal/")
	switch {
	case path == module+"regelingen":
		return "regelingen", core, nil // embedded files
	case path == module+"client": // public; it knows nothing of the house
		return "client", adapter, nil
	case strings.HasPrefix(path, module+"cmd/"):
		return path, wire, nil
	case !ok:
		return "", "", fmt.Errorf("%s staat buiten internal, cmd en regelingen", path)
	}
	name, tail, _ := strings.Cut(rest, "/")
	if slices.Contains(aids, rest) {
		return rest, aid, nil
	}
	if name == "store" && tail != "" || rest == "population/importer" {
		return rest, adapter, nil
	}
	k, ok := rooms[name]
	if !ok {
		return "", "", fmt.Errorf("%s is een kamer die dit huis niet kent: zet haar in rooms, met haar soort", path)
	}
	return name, k, nil
}

// allowed lists the modules that a core room may use beside the standard
// library and core, with the reason in docs/adr/0001.
var allowed = map[string][]string{
	"regulation": {"github.com/yuin/goldmark", "github.com/microcosm-cc/bluemonday", "go.yaml.in/yaml/v4"},
	"notation":   {"go.yaml.in/yaml/v4"},
	"authz":      {"github.com/cedar-policy/cedar-go"},
	"dossier":    {"go.yaml.in/yaml/v4"},
	"population": {"go.yaml.in/yaml/v4"},
	"takeup":     {"go.yaml.in/yaml/v4"},
	"simulate":   {"go.yaml.in/yaml/v4"},
	"phrase":     {"go.yaml.in/yaml/v4"},
	"i18n":       {"go.yaml.in/yaml/v4", "golang.org/x/text"},
	"explain":    {"go.yaml.in/yaml/v4"},
	"loop":       {"go.yaml.in/yaml/v4"},
	"seal":       {"golang.org/x/mod"},
	"search":     {"github.com/blevesearch/snowballstem"},
	"attachment": {"golang.org/x/image"},
	"backlog":    {"golang.org/x/text"},
	"bwb":        {"golang.org/x/text", "github.com/aymanbagabas/go-udiff"},
}

// forbidden are packages of the standard library that core does not import.
var forbidden = []string{
	"net", "net/http", "database/sql", "os", "os/exec", "os/signal", "syscall", "math/rand", "math/rand/v2", "crypto/rand",
	"log", "log/slog", "flag", "plugin", "unsafe", "testing",
}

type pkg struct {
	ImportPath, Dir string
	Standard        bool
	Imports         []string
	GoFiles         []string
	TestGoFiles     []string
	CgoFiles        []string
}

func list(t *testing.T, args ...string) []pkg {
	t.Helper()
	cmd := exec.Command("go", append([]string{"list", "-e", "-json=ImportPath,Dir,Standard,Imports,GoFiles,TestGoFiles,CgoFiles"}, args...)...)
	cmd.Dir = "../.."
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var pkgs []pkg
	dec := json.NewDecoder(strings.NewReader(string(out)))
	for {
		var p pkg
		if err := dec.Decode(&p); errors.Is(err, io.EOF) {
			return pkgs
		} else if err != nil {
			t.Fatal(err)
		}
		pkgs = append(pkgs, p)
	}
}

// TestDirection: data walks one way.
func TestDirection(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, "./...") {
		from, kind, err := room(p.ImportPath)
		if err != nil {
			t.Error(err)
			continue
		}
		if len(p.CgoFiles) > 0 {
			t.Errorf("%s gebruikt cgo: %v", p.ImportPath, p.CgoFiles)
		}
		for _, imp := range p.Imports {
			if err := may(from, kind, imp); err != nil {
				t.Errorf("%s importeert %s: %v", p.ImportPath, imp, err)
			}
		}
	}
}

// may says whether a room may import a package, and if not why.
func may(from string, kind kind, imp string) error {
	if !strings.HasPrefix(imp, module) {
		if kind != core {
			return nil
		}
		if first, _, _ := strings.Cut(imp, "/"); !strings.Contains(first, ".") {
			if slices.Contains(forbidden, imp) {
				return errors.New("de kern kent geen SQL, HTTP, klok, toeval, bestanden of log")
			}
			return nil
		}
		name, _, _ := strings.Cut(from, "/")
		for _, ok := range allowed[name] {
			if imp == ok || strings.HasPrefix(imp, ok+"/") {
				return nil
			}
		}
		return errors.New("deze module mag deze kamer niet gebruiken")
	}
	to, target, err := room(imp)
	if err != nil {
		return err
	}
	same := strings.Split(from, "/")[0] == strings.Split(to, "/")[0]
	switch {
	case target == aid && kind != aid:
		return errors.New("dat is alleen voor tests")
	case target == wire && kind != wire:
		return errors.New("alleen cmd roept cli aan")
	case kind == core && target != core:
		return errors.New("de kern importeert alleen de kern")
	case kind == port && target != core:
		return errors.New("een poort kent alleen de kern")
	case kind == adapter && target == adapter && !same:
		return errors.New("adapters importeren elkaar niet")
	case kind == adapter && target == usecase:
		return errors.New("een adapter zegt zelf welke diensten hij vraagt")
	case kind == usecase && target == adapter:
		return errors.New("een gebruik kent geen opslag, alleen de poort")
	}
	return nil
}

// TestMay: the rules themselves can fail.
func TestMay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		from string
		kind kind
		imp  string
		ok   bool
	}{
		{"rule", core, "math/big", true},
		{"rule", core, "net/http", false},
		{"rule", core, "github.com/yuin/goldmark", false},
		{"regulation", core, "github.com/yuin/goldmark/ast", true},
		{"regulation", core, "github.com/yuin/goldmarkx", false},
		{"loop", core, module + "internal/event", true},
		{"regelspraak", core, module + "internal/rule/ruletest", false},
		{"rule/ruletest", aid, "pgregory.net/rapid", true},
		{"loop", core, module + "internal/store", false},
		{"store", port, module + "internal/event", true},
		{"store", port, module + "internal/store/sqlite", false},
		{"web", adapter, module + "internal/store/sqlite", false},
		{"web", adapter, module + "internal/web/vendored", true},
		{"web", adapter, module + "internal/office", false},
		{"office", usecase, module + "internal/store", true},
		{"office", usecase, module + "internal/screen", true},
		{"office", usecase, module + "internal/web", false},
		{"office", usecase, module + "internal/store/sqlite", false},
		{"office", usecase, module + "internal/cli", false},
		{"office", usecase, module + "internal/web", false},
		{"cli", wire, module + "internal/store/sqlite", true},
		{"cli", wire, module + "internal/store/storetest", false},
		{"cli", wire, module + "internal/unknown", false},
	} {
		if err := may(c.from, c.kind, c.imp); (err == nil) != c.ok {
			t.Errorf("%s → %s: got %v, want allowed %t", c.from, c.imp, err, c.ok)
		}
	}
}

// clock are the functions that make a result depend on when, or on what chance,
// it is computed.
var clock = map[string][]string{
	"time": {"Now", "Since", "Until", "After", "AfterFunc", "Sleep", "Tick", "NewTimer", "NewTicker"},
}

// TestPure: core reads no clock and has no package variable that a function
// changes.
func TestPure(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, "./internal/...") {
		if _, kind, err := room(p.ImportPath); err != nil || kind != core {
			continue
		}
		for _, problem := range impure(t, p.Dir, p.GoFiles) {
			t.Error(problem)
		}
	}
}

func impure(t *testing.T, dir string, files []string) []string {
	t.Helper()
	fset := token.NewFileSet()
	var parsed []*ast.File
	globals := map[string]bool{}
	for _, name := range files {
		f, err := parser.ParseFile(fset, filepath.Join(dir, name), nil, parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		parsed = append(parsed, f)
		for _, d := range f.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.VAR {
				for _, s := range g.Specs {
					for _, n := range s.(*ast.ValueSpec).Names {
						globals[n.Name] = n.Name != "_"
					}
				}
			}
		}
	}
	var problems []string
	say := func(pos token.Pos, format string, args ...any) {
		problems = append(problems, fmt.Sprintf("%s: %s", fset.Position(pos), fmt.Sprintf(format, args...)))
	}
	for _, f := range parsed {
		ast.Inspect(f, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if x, ok := sel.X.(*ast.Ident); ok && slices.Contains(clock[x.Name], sel.Sel.Name) {
				say(sel.Pos(), "de kern leest geen klok: %s.%s", x.Name, sel.Sel.Name)
			}
			return true
		})
		for _, d := range f.Decls {
			fn, ok := d.(*ast.FuncDecl)
			if !ok || fn.Body == nil {
				continue
			}
			if fn.Name.Name == "init" && fn.Recv == nil {
				say(fn.Pos(), "geen init in de kern")
			}
			local := locals(fn)
			change := func(e ast.Expr) {
				if id := root(e); id != nil && globals[id.Name] && !local[id.Name] {
					say(e.Pos(), "de kern verandert geen pakketvariabele: %s", id.Name)
				}
			}
			ast.Inspect(fn.Body, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.AssignStmt:
					if n.Tok != token.DEFINE {
						for _, l := range n.Lhs {
							change(l)
						}
					}
				case *ast.IncDecStmt:
					change(n.X)
				}
				return true
			})
		}
	}
	return problems
}

// locals are the names that a function declares itself, anywhere in it.
func locals(fn *ast.FuncDecl) map[string]bool {
	names := map[string]bool{}
	ast.Inspect(fn, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Field:
			for _, id := range n.Names {
				names[id.Name] = true
			}
		case *ast.AssignStmt:
			if n.Tok == token.DEFINE {
				for _, l := range n.Lhs {
					if id, ok := l.(*ast.Ident); ok {
						names[id.Name] = true
					}
				}
			}
		case *ast.RangeStmt:
			for _, e := range []ast.Expr{n.Key, n.Value} {
				if id, ok := e.(*ast.Ident); ok && n.Tok == token.DEFINE {
					names[id.Name] = true
				}
			}
		case *ast.ValueSpec:
			for _, id := range n.Names {
				names[id.Name] = true
			}
		}
		return true
	})
	return names
}

// root is the variable that an assignment changes: x in x.f[3].g = …
func root(e ast.Expr) *ast.Ident {
	for {
		switch x := e.(type) {
		case *ast.Ident:
			return x
		case *ast.SelectorExpr:
			e = x.X
		case *ast.IndexExpr:
			e = x.X
		case *ast.ParenExpr:
			e = x.X
		case *ast.StarExpr:
			e = x.X
		default:
			return nil
		}
	}
}

// TestImpure: what TestPure looks for is found.
func TestImpure(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	const src = `package p
import "time"
var total int
var seen = map[string]int{}
var table = [...]int{1, 2}
func init() { println() }
func f(local int) int {
	total++
	seen["a"] = local
	x := table[0]
	x = 3
	return time.Now().Year() + x
}
func g() { table := []int{1}; table[0] = 2 }
`
	if err := os.WriteFile(filepath.Join(dir, "p.go"), []byte(src), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := impure(t, dir, []string{"p.go"}); len(got) != 4 {
		t.Errorf("got %d problems, want init, total, seen and time.Now:\n%s", len(got), strings.Join(got, "\n"))
	}
}

// TestDoors: tests stand outside their package, except in files that say so.
func TestDoors(t *testing.T) {
	t.Parallel()
	for _, p := range list(t, "./internal/...") {
		for _, f := range p.TestGoFiles {
			if !strings.HasSuffix(f, "internal_test.go") && !strings.HasSuffix(f, "export_test.go") {
				t.Errorf("%s/%s: tests horen in package …_test (of in een bestand …internal_test.go of …export_test.go)", p.ImportPath, f)
			}
		}
	}
}

// TestGlossary: every identifier that the glossary names exists in the code.
func TestGlossary(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("../../docs/glossary.md")
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	fset := token.NewFileSet()
	for _, p := range list(t, "./internal/...") {
		for _, f := range p.GoFiles {
			parsed, err := parser.ParseFile(fset, filepath.Join(p.Dir, f), nil, parser.SkipObjectResolution)
			if err != nil {
				t.Fatal(err)
			}
			names[parsed.Name.Name] = true
			ast.Inspect(parsed, func(n ast.Node) bool {
				if id, ok := n.(*ast.Ident); ok {
					names[id.Name] = true
				}
				return true
			})
		}
	}
	rows := 0
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(line, "|")
		if len(cells) != 5 || strings.HasPrefix(cells[1], "-") || strings.TrimSpace(cells[2]) == "Code" {
			continue
		}
		rows++
		for i, part := range strings.Split(cells[2], "`") {
			if i%2 == 0 { // outside the backquotes
				continue
			}
			for id := range strings.FieldsFuncSeq(part, func(r rune) bool { return r == '.' || r == ' ' || r == '=' }) {
				if id != "false" && !names[id] {
					t.Errorf("%s: %q bestaat niet in de code", strings.TrimSpace(cells[1]), id)
				}
			}
		}
	}
	if rows < 30 {
		t.Errorf("only %d rows were read", rows)
	}
}
