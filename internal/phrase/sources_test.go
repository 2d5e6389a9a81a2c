package phrase_test

import (
	"flag"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"lemniscaat/internal/explain/plain"
	"lemniscaat/internal/i18n"
	"lemniscaat/internal/phrase"
)

var missing = flag.Bool("missing", false, "print the sentences that have no English yet, as YAML")

// sentences gives what the loop and the office refuse, and what would be needed.
func sentences(t *testing.T) []string {
	t.Helper()
	said := map[string]bool{}
	for _, dir := range []string{"../loop", "../office"} {
		files, err := filepath.Glob(dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no source: %v", dir, err)
		}
		for _, f := range files {
			if !strings.HasSuffix(f, "_test.go") {
				refusals(t, f, said)
			}
		}
	}
	if len(said) < 400 {
		t.Fatalf("only %d sentences found", len(said))
	}
	return slices.Sorted(maps.Keys(said))
}

// TestRefusalsHaveEnglish: each of them has an English sentence.
func TestRefusalsHaveEnglish(t *testing.T) {
	t.Parallel()
	book, said := phrase.English(), sentences(t)
	var lacks []string
	for _, s := range said {
		if _, ok := book[s]; !ok {
			lacks = append(lacks, s)
		}
	}
	if *missing {
		out, err := yaml.Marshal(lacks)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("\n%s", out)
	}
	if len(lacks) > 0 {
		t.Errorf("%d of %d sentences have no English; write them in en.yaml (go test ./internal/phrase -run HaveEnglish -v -missing lists them): %q …", len(lacks), len(said), lacks[:min(3, len(lacks))])
	}
}

// TestStatementsHaveEnglish: whole sentences that code puts together for pages
// have English too, and the book has nothing that nobody says.
func TestStatementsHaveEnglish(t *testing.T) {
	t.Parallel()
	shown := map[string]bool{}
	for _, dir := range []string{"office", "loop", "doability", "comparison", "entitlement", "curve", "recourse", "takeup"} {
		files, err := filepath.Glob("../" + dir + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no source: %v", dir, err)
		}
		for _, f := range files {
			if !strings.HasSuffix(f, "_test.go") {
				statements(t, f, shown)
			}
		}
	}
	book := phrase.English()
	for s := range shown {
		if _, ok := book[s]; !ok && whole.MatchString(s) {
			t.Errorf("%q has no English: write it in said.yaml", s)
		}
	}
	for _, s := range sentences(t) {
		shown[s] = true
	}
	other := phrase.Found()
	for nl := range book {
		if _, ok := other[nl]; !ok && !shown[nl] && !shown[nl+" "] && !shown[" "+nl] {
			t.Errorf("nobody says %q: take it out of en.yaml or said.yaml", nl)
		}
	}
}

// TestFoundIsSaid: every word of what other packages say stands in the source of one of
// them. Their sentences are put together of parts; the words tell what is gone.
func TestFoundIsSaid(t *testing.T) {
	t.Parallel()
	var source strings.Builder
	for _, pattern := range []string{"check/cliff.go", "regulation/diff*.go", "comparison/*.go", "dossier/dossier.go", "dossier/notation/*.go", "amendment/*.go", "exact/error.go", "explain/nl.go", "loop/*.go", "rule/value.go", "office/vragenlijst/*.yaml", "office/nl.yaml"} {
		files, err := filepath.Glob("../" + pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no source: %v", pattern, err)
		}
		for _, f := range files {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			if !strings.HasSuffix(f, "_test.go") {
				source.WriteString(strings.ToLower(string(data)))
			}
		}
	}
	for nl := range phrase.Found() {
		for _, w := range words.FindAllString(place.ReplaceAllString(nl, " "), -1) {
			if !strings.Contains(source.String(), strings.ToLower(w)) {
				t.Errorf("%q: nobody says %q", nl, w)
			}
		}
	}
}

var words = regexp.MustCompile(`\pL+`)

// whole is a Dutch sentence: three words or more, from a capital to a full stop.
var whole = regexp.MustCompile(`^(\pL|‘)\S* \S+ .*[.?]$`)

// statements collects every text that the code of a file makes, except in errors,
// panics, tags and refusals.
func statements(t *testing.T, file string, shown map[string]bool) {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.ImportSpec:
			return false
		case *ast.Field:
			return n.Tag == nil
		case *ast.CallExpr:
			switch called(n) {
			case "refuse", "Errorf", "panic", "MustCompile":
				return false
			case "Sprintf":
				shown[sentence(n, new(int))] = true
				return false
			}
		case *ast.BinaryExpr:
			shown[sentence(n, new(int))] = true
			// Its parts are looked at too: one may be a sentence of its own.
		case *ast.BasicLit:
			shown[verbs(sentence(n, new(int)), new(int))] = true
		}
		return true
	})
}

func called(c *ast.CallExpr) string {
	switch f := c.Fun.(type) {
	case *ast.Ident:
		return f.Name
	case *ast.SelectorExpr:
		return f.Sel.Name
	}
	return ""
}

// verb is a place of fmt.
var verb = regexp.MustCompile(`%[-+#0-9.]*[sdqv]`)

// terms are the words of the subject: they are long, and cannot be avoided.
var terms = []string{"simulatie", "uitvoering", "uitvoeringstoets", "doenvermogentoets", "invoeringstoets", "knelpunt", "verwachting", "huishoudens",
	"beleidskompas", "eigenaar", "opdrachtgever", "opdrachtnemer", "medeauteur", "toezegging", "beslissing", "regeling", "regelingen", "driehoek", "capaciteit", "terugvordering"}

// TestRefusalsArePlain is the language gate over what is refused.
func TestRefusalsArePlain(t *testing.T) {
	t.Parallel()
	var all []string
	for _, s := range sentences(t) {
		s = place.ReplaceAllString(s, "12")
		r := plain.Measure(s, terms...)
		if r.LongestWords > plain.MaxSentence || len(r.Jargon) > 0 {
			t.Errorf("%q: %v", s, r.Problems())
		}
		if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") {
			all = append(all, s)
		}
	}
	if got := plain.Measure(strings.Join(all, " "), terms...).Problems(); len(got) != 0 {
		t.Errorf("all %d together: %v", len(all), got)
	}
}

// TestEnglishIsPlain is the language gate over the English of pages, office and
// refusals.
func TestEnglishIsPlain(t *testing.T) {
	t.Parallel()
	var all []string
	look := func(where, text string) {
		for _, form := range strings.Split(text, "|") {
			s := place.ReplaceAllString(form, "12")
			r := plain.MeasureEnglish(s)
			if r.LongestWords > plain.MaxSentence || len(r.Jargon) > 0 {
				t.Errorf("%s: %v", where, r.Problems())
			}
			if strings.HasSuffix(s, ".") || strings.HasSuffix(s, "?") {
				all = append(all, s)
			}
		}
	}
	for nl, en := range phrase.English() {
		look(nl, en)
	}
	for _, file := range []string{"../i18n/en.yaml", "../office/en.yaml", "../exhibit/en.yaml"} {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		c, err := i18n.Parse("en", data)
		if err != nil {
			t.Fatal(err)
		}
		for _, k := range c.Keys() {
			text, _ := c.Text(k)
			look(file+" "+k, text)
		}
	}
	if got := plain.MeasureEnglish(strings.Join(all, " ")).Problems(); len(got) != 0 {
		t.Errorf("all %d together: %v", len(all), got)
	}
}

var place = regexp.MustCompile(`\{[a-z0-9-]+\}`)

// refusals collects the sentences of calls refuse(code, sentence, sentence …).
func refusals(t *testing.T, file string, said map[string]bool) {
	f, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(f, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok {
			return true
		}
		if id, ok := call.Fun.(*ast.Ident); !ok || id.Name != "refuse" || len(call.Args) < 3 {
			return true
		}
		for _, a := range call.Args[1:3] {
			if s := sentence(a, new(int)); strings.Trim(s, "{}0123456789 ") != "" {
				said[s] = true
			}
		}
		return true
	})
}

// sentence writes an expression that makes a text as a phrase: what is computed
// becomes a place.
func sentence(e ast.Expr, places *int) string {
	switch e := e.(type) {
	case *ast.BasicLit:
		if e.Kind == token.STRING {
			if s, err := strconv.Unquote(e.Value); err == nil {
				return s
			}
		}
	case *ast.BinaryExpr:
		if e.Op == token.ADD {
			return sentence(e.X, places) + sentence(e.Y, places)
		}
	case *ast.ParenExpr:
		return sentence(e.X, places)
	case *ast.CallExpr:
		if called(e) == "Sprintf" {
			return verbs(sentence(e.Args[0], places), places)
		}
	}
	*places++
	return "{" + strconv.Itoa(*places) + "}"
}

// verbs makes places of those of fmt.
func verbs(format string, places *int) string {
	return strings.ReplaceAll(verb.ReplaceAllStringFunc(format, func(string) string {
		*places++
		return "{" + strconv.Itoa(*places) + "}"
	}), "%%", "%")
}
