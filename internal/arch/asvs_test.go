package arch_test

import (
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const asvsRoot = "../.."

// sources calls f for every Go file of the program.
func sources(t *testing.T, f func(path string, text []byte)) {
	t.Helper()
	err := filepath.WalkDir(asvsRoot, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (d.Name() == "node_modules" || d.Name() == ".git" || d.Name() == "build") {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, ".go") {
			return nil
		}
		text, err := os.ReadFile(path)
		if err == nil {
			f(path, text)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

var (
	asvsFunc = regexp.MustCompile(`(?m)^func ((?:Test|Fuzz)\w+)\(`)
	asvsPart = regexp.MustCompile(`t\.Run\("(V\d+_\d+_\d+_\w+)"`)
	asvsRow  = regexp.MustCompile(`(?m)^\| (V[0-9.]+(?:, V[0-9.]+)*) \| ([^|]+) \| ([^|]+) \|$`)
	asvsName = regexp.MustCompile("`((?:Test|Fuzz)[\\w/]+)`")
)

// TestASVSIsTrue: every test that docs/beheer/asvs.md names exists, every test with
// the id of an item in its name stands in it, and every item of level 1 and 2 has a
// row: with a test, or with the word that there is none.
func TestASVSIsTrue(t *testing.T) {
	t.Parallel()
	doc, err := os.ReadFile(asvsRoot + "/docs/beheer/asvs.md")
	if err != nil {
		t.Fatal(err)
	}
	have := map[string]bool{}
	sources(t, func(path string, text []byte) {
		if !strings.HasSuffix(path, "_test.go") {
			return
		}
		inside := ""
		for _, m := range asvsFunc.FindAllSubmatch(text, -1) {
			have[string(m[1])] = true
			if strings.HasPrefix(string(m[1]), "TestASVS_") {
				inside = string(m[1])
			}
		}
		for _, m := range asvsPart.FindAllSubmatch(text, -1) {
			have[inside+"/"+string(m[1])] = true
		}
	})
	named, ids := map[string]bool{}, map[string]bool{}
	for _, row := range asvsRow.FindAllStringSubmatch(string(doc), -1) {
		for id := range strings.SplitSeq(row[1], ", ") {
			if ids[id] {
				t.Errorf("%s has two rows", id)
			}
			ids[id] = true
		}
		tests := asvsName.FindAllStringSubmatch(row[3], -1)
		said := strings.TrimSpace(row[3])
		if len(tests) == 0 && !strings.HasPrefix(said, "niet") && !strings.HasPrefix(said, "n.v.t.") && !strings.HasPrefix(said, "gelezen") {
			t.Errorf("%s: neither a test nor that there is none: %q", row[1], said)
		}
		for _, m := range tests {
			named[m[1]] = true
			if !have[m[1]] {
				t.Errorf("%s names %s, which does not exist", row[1], m[1])
			}
		}
	}
	for name := range have {
		parts := false // a test in parts is named by its parts
		for x := range have {
			parts = parts || strings.HasPrefix(x, name+"/")
		}
		if strings.HasPrefix(name, "TestASVS_") && !named[name] && !parts {
			t.Errorf("%s is not in docs/beheer/asvs.md", name)
		}
	}
	if len(named) < 40 {
		t.Errorf("only %d tests named", len(named))
	}
	list := os.Getenv("LEMNISCAAT_ASVS")
	if list == "" {
		t.Skip("LEMNISCAAT_ASVS names no list of ASVS 5.0 (the flat JSON)")
	}
	text, err := os.ReadFile(list)
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("the list of ASVS is not here")
	}
	var all struct {
		Requirements []struct {
			ID    string `json:"req_id"`
			Level string `json:"L"`
		} `json:"requirements"`
	}
	if err == nil {
		err = json.Unmarshal(text, &all)
	}
	if err != nil || len(all.Requirements) < 300 {
		t.Fatal(err, len(all.Requirements))
	}
	for _, r := range all.Requirements {
		if r.Level != "3" && !ids[r.ID] {
			t.Errorf("%s has no row", r.ID)
		}
		delete(ids, r.ID)
	}
	for id := range ids {
		t.Errorf("%s is no item of ASVS", id)
	}
}

// asking are the methods that take SQL.
var asking = []string{"Exec", "Query", "QueryRow", "ExecContext", "QueryContext", "QueryRowContext", "Prepare", "PrepareContext"}

// TestASVS_V1_2_4_NoBuiltQueries: no SQL is made of values. What is joined to a
// query is a constant, or stands in built with the reason.
func TestASVS_V1_2_4_NoBuiltQueries(t *testing.T) {
	t.Parallel()
	asked := 0
	sources(t, func(path string, text []byte) {
		if strings.HasSuffix(path, "_test.go") || strings.Contains(path, "/tools/") || strings.Contains(path, "/pgtest/") {
			return
		}
		if !strings.Contains(string(text), "database/sql") && !strings.Contains(string(text), "pgx") {
			return
		}
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, path, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		constant := map[string]bool{}
		for _, d := range file.Decls {
			if g, ok := d.(*ast.GenDecl); ok && g.Tok == token.CONST {
				for _, s := range g.Specs {
					for _, n := range s.(*ast.ValueSpec).Names {
						constant[n.Name] = true
					}
				}
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok || !slices.Contains(asking, sel.Sel.Name) {
				return true
			}
			for _, arg := range call.Args {
				made := false
				ast.Inspect(arg, func(x ast.Node) bool {
					switch x := x.(type) {
					case *ast.BinaryExpr:
						for _, side := range []ast.Expr{x.X, x.Y} {
							switch s := side.(type) {
							case *ast.BasicLit, *ast.BinaryExpr:
							case *ast.Ident:
								made = made || !constant[s.Name]
							default:
								made = true
							}
						}
					case *ast.CallExpr:
						if f, ok := x.Fun.(*ast.SelectorExpr); ok && strings.HasPrefix(f.Sel.Name, "Sprint") {
							made = true
						}
					case *ast.FuncLit:
						return false
					}
					return true
				})
				if lit, ok := arg.(*ast.BasicLit); ok && lit.Kind == token.STRING {
					asked++
				}
				if !made {
					continue
				}
				at := set.Position(arg.Pos())
				words := string(text[set.Position(arg.Pos()).Offset:set.Position(arg.End()).Offset])
				where := strings.TrimPrefix(path, asvsRoot+"/") + ": " + words
				if !slices.ContainsFunc(built, func(b string) bool { return strings.HasPrefix(where, b) }) && strings.Contains(words, `"`) {
					t.Errorf("%s:%d: a query that is built: %s", path, at.Line, words)
				}
			}
			return true
		})
	})
	if asked < 30 {
		t.Errorf("only %d queries seen", asked)
	}
}

// built are the queries that are put together, of names of columns and tables that
// stand in the source; their values are parameters.
var built = []string{
	"internal/store/postgres/factread.go: `SELECT `+columns+",
	"internal/store/sqlite/factread.go: `SELECT `+columns+",
}
