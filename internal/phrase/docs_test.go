package phrase_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"lemniscaat/internal/explain/plain"
)

// Marks of Markdown that nobody reads aloud.
var (
	picture   = regexp.MustCompile(`!\[([^\]]*)\]\([^)]*\)`)
	reference = regexp.MustCompile(`\[([^\]]*)\]\([^)]*\)`)
	opening   = regexp.MustCompile(`^(#+|[-*>]|\d+\.)\s+`)
)

// prose gives the sentences of a page: headings, tables and code left out, the
// text that stands for a picture kept.
func prose(markdown string) string {
	var out []string
	var line string
	end := func() {
		if line != "" {
			out = append(out, line)
		}
		line = ""
	}
	code := false
	for l := range strings.Lines(markdown) {
		l = strings.TrimSpace(l)
		switch {
		case strings.HasPrefix(l, "```"):
			code = !code
			end()
		case code, l == "", strings.HasPrefix(l, "#"), strings.HasPrefix(l, "|"):
			end()
		default:
			if opening.MatchString(l) || strings.HasPrefix(l, "![") {
				end()
			}
			l = picture.ReplaceAllString(opening.ReplaceAllString(l, ""), "$1")
			l = reference.ReplaceAllString(l, "$1")
			line = strings.TrimSpace(line + " " + strings.NewReplacer("**", "", "*", "", "`", "").Replace(l))
		}
	}
	end()
	return strings.Join(out, "\n")
}

// TestDocsArePlain is the language gate over what users read: each page, and each
// sentence of it.
func TestDocsArePlain(t *testing.T) {
	t.Parallel()
	pages, err := filepath.Glob("../../docs/gebruik/*.md")
	if err != nil {
		t.Fatal(err)
	}
	pages = append(pages, "../../docs/wat-we-niet-kunnen-aantonen.md", "../../SECURITY.md")
	if len(pages) < 10 {
		t.Fatalf("%d pages", len(pages))
	}
	for _, page := range pages {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(page, "SECURITY.md") { // its second half is English
			before, _, _ := strings.Cut(string(text), "## What")
			text = []byte(before)
		}
		for _, problem := range plain.Measure(prose(string(text)), terms...).Problems() {
			t.Errorf("%s: %s", page, problem)
		}
	}
}

func TestProse(t *testing.T) {
	t.Parallel()
	got := prose("# Kop\n\n1. **Druk** op *Ga*\n   verder.\n\n   ![Een plaat.](x.png)\n\n| a | b |\n```\ncode\n```\nZie [daar](y.md).\n")
	if want := "Druk op Ga verder.\nEen plaat.\nZie daar."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}
