package regulation_test

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// section is a part of docs/taal.md under a heading of the second level.
type section struct {
	title  string
	line   int
	rules  []string
	cases  []string
	params string
	faults []fault
}

type fault struct{ code, text string }

func readSections(t *testing.T, file string) []section {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var out []section
	var fence, info string
	n := 0
	for line := range strings.Lines(string(data)) {
		n++
		switch {
		case info != "" && strings.HasPrefix(line, "```"):
			s := &out[len(out)-1]
			kind, code, _ := strings.Cut(info, " ")
			switch kind {
			case "regelspraak":
				s.rules = append(s.rules, fence)
			case "voorbeeld":
				s.cases = append(s.cases, fence)
			case "parameters":
				s.params += fence
			case "fout":
				s.faults = append(s.faults, fault{strings.TrimSpace(code), fence})
			default:
				t.Fatalf("%s:%d: a block %q", file, n, info)
			}
			fence, info = "", ""
		case info != "":
			fence += line
		case strings.HasPrefix(line, "```"):
			info = strings.TrimSpace(line[3:])
			if info == "" || len(out) == 0 {
				t.Fatalf("%s:%d: a block without a kind or a section", file, n)
			}
		case strings.HasPrefix(line, "## "):
			out = append(out, section{title: strings.TrimSpace(line[3:]), line: n})
		}
	}
	if info != "" {
		t.Fatalf("%s: the last block has no end", file)
	}
	return out
}

// loadSection makes a regulation of the words of the page and of one section.
func loadSection(words, s section, extra ...string) (*regulation.Set, rule.Diagnostics) {
	var b strings.Builder
	b.WriteString("---\nid: artikel-1\ntitel: " + s.title + "\n---\n# x\n\n1. x\n\n")
	for _, text := range slices.Concat(words.rules, s.rules, extra) {
		fmt.Fprintf(&b, "```regelspraak\n%s```\n\n", text)
	}
	for _, text := range s.cases {
		fmt.Fprintf(&b, "```voorbeeld\n%s```\n\n", text)
	}
	files := fstest.MapFS{
		"taal/regeling.yaml": {Data: []byte("id: taal\nnaam: De taal\nsamenvatting: x\n")},
		"taal/artikel-1.md":  {Data: []byte(b.String())},
	}
	if s.params != "" {
		files["taal/parameters.yaml"] = &fstest.MapFile{Data: []byte(s.params)}
	}
	return regulation.Load(files)
}

// TestLanguageReference runs everything in docs/taal.md: the rules can be read,
// every rule is shown by an example, the outcomes are as written, and what is
// refused is refused for the reason that stands there.
func TestLanguageReference(t *testing.T) {
	t.Parallel()
	sections := readSections(t, "../../docs/taal.md")
	words := sections[0]
	if len(sections) < 20 || len(words.rules) != 1 {
		t.Fatalf("%d sections, %d blocks of words", len(sections), len(words.rules))
	}
	for _, s := range sections[1:] {
		t.Run(s.title, func(t *testing.T) {
			t.Parallel()
			set, ds := loadSection(words, s)
			if len(ds) > 0 {
				t.Fatalf("taal.md, from line %d:\n%v", s.line, ds)
			}
			allShown(t, set, "taal")
			for _, f := range s.faults {
				_, ds := loadSection(words, s, f.text)
				codes := []string{}
				for _, d := range ds {
					if d.Severity == rule.Error {
						codes = append(codes, d.Code)
					}
				}
				if !slices.Contains(codes, f.code) {
					t.Errorf("refused with %v, want %s:\n%s\n%v", codes, f.code, f.text, ds)
				}
			}
		})
	}
}
