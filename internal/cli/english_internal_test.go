package cli

import (
	"cmp"
	"encoding/json"
	"io/fs"
	"maps"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"lemniscaat/regelingen"
)

// functionWords are words that Dutch sentences have and English ones do not. Those
// that are both (van, die, was, of, over) are left out.
var functionWords = regexp.MustCompile(`^(de|het|een|van|niet|wordt|worden|voor|zijn|naar|uw|geen|bij|ook|wie|wat|moet|moeten|kan|nog|heeft|hebben|dit|deze|dat|aan|uit|maar|wij|dan|tot|meer|zonder|tussen|elke|alle|iemand|niemand|welke|waarom|krijgt|keer|hier|daar|zich|onder|volgens|hoogste|minste|hoogstens|sinds|vanaf|sleutel|nu|en|op|om|er|te|uitkomst|waarde|regel|leeg|bekend)$`)

var (
	word    = regexp.MustCompile(`[\pL]+`)
	notWord = regexp.MustCompile(`[^\pL]+`)
	// Names of rules, steps and reports stand between these marks, in Dutch.
	quoted = regexp.MustCompile(`‘[^‘’]*’`)
	// A part of a sentence: what stands between its marks may come from elsewhere.
	parts = regexp.MustCompile(`[“”‘’"():;·]|[.?!…](?:\s|$)|, | – | en | and | or | goes from | was `)
)

// leftover tells whether a text of an English page is Dutch, or partly: of what is not in
// the given texts, two words or a quarter are those of Dutch sentences.
func leftover(text string, given *texts) bool {
	if given.has(text) {
		return false
	}
	rest := ""
	for _, part := range parts.Split(quoted.ReplaceAllString(text, " "), -1) {
		if !given.has(part) {
			rest += " " + part
		}
	}
	return isDutch(rest) && isDutch(given.without(rest))
}

// isDutch tells whether two words of a text or a quarter are those of Dutch sentences.
func isDutch(text string) bool {
	words := word.FindAllString(text, -1)
	n := 0
	for _, w := range words {
		if functionWords.MatchString(strings.ToLower(w)) {
			n++
		}
	}
	return n >= 2 || len(words) >= 3 && n*4 >= len(words)
}

// plainWords gives the words of a text alone: pages and sources differ in the marks,
// the figures and the months.
func plainWords(s string) string {
	return " " + strings.ToLower(strings.TrimSpace(notWord.ReplaceAllString(s, " "))) + " "
}

// stays collects what is Dutch on an English page too: the regulations, the stories, and
// what people typed. What the program itself says in an event is no such text.
func stays(h *house) *texts {
	h.t.Helper()
	var all strings.Builder
	names := map[string]bool{}
	name := func(s string) {
		if s = plainWords(s); strings.Count(s, " ") > 2 && len(s) < 200 {
			names[s] = true
		}
	}
	take := func(fsys fs.FS) {
		err := fs.WalkDir(fsys, ".", func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || filepath.Ext(path) != ".md" && filepath.Ext(path) != ".yaml" {
				return err
			}
			data, err := fs.ReadFile(fsys, path)
			all.WriteString(plainWords(string(data)))
			for _, m := range titles.FindAllStringSubmatch(string(data), -1) {
				name(m[1])
			}
			return err
		})
		if err != nil {
			h.t.Fatal(err)
		}
	}
	take(regelingen.Files)
	take(os.DirFS("../story/verhaal"))
	demo, err := os.ReadFile("../office/demo.yaml")
	if err != nil {
		h.t.Fatal(err)
	}
	all.WriteString(plainWords(string(demo)))
	for _, m := range values.FindAllStringSubmatch(string(demo), -1) {
		name(m[1])
	}
	var typed func(key string, v any)
	typed = func(key string, v any) {
		switch v := v.(type) {
		case string:
			if !slices.Contains([]string{"summary", "samenvatting", "title", "text"}, strings.ToLower(key)) || !strings.HasPrefix(v, "Besluit ondanks") {
				all.WriteString(plainWords(v))
				name(v)
			}
		case []any:
			for _, x := range v {
				typed(key, x)
			}
		case map[string]any:
			for k, x := range v {
				typed(k, x)
			}
		}
	}
	for r, err := range h.in.store.All(h.t.Context(), 1) {
		for _, s := range r.Secrets {
			all.WriteString(plainWords(s.Text))
			name(s.Text)
		}
		if err != nil {
			h.t.Fatal(err)
		}
		var v any
		if json.Unmarshal(r.Data, &v) == nil {
			typed("", v)
		}
	}
	long := func(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), cmp.Compare(a, b)) }
	return &texts{all.String(), slices.SortedFunc(maps.Keys(names), long)}
}

// titles are the lines of a regulation or a story that name something.
var titles = regexp.MustCompile(`(?m)^(?:#+|\s*(?:- )?(?:naam|titel|tekst|bron|registratie|actie|omschrijving):) *["']?(.+?)["']?$`)

// values are all that the demo says somebody typed.
var values = regexp.MustCompile(`(?m)[a-z]: *["']?([^"'{}\[\]]+?)["']?[,}]?$`)

// texts are what stays Dutch: all of it, and what may stand in a sentence as a name.
type texts struct {
	all   string
	names []string
}

func (x *texts) has(s string) bool { return strings.Contains(x.all, plainWords(s)) }

// without gives a text without the names in it.
func (x *texts) without(s string) string {
	s = plainWords(s)
	for _, n := range x.names {
		s = strings.ReplaceAll(s, n, " ")
	}
	return s
}

// said gives the texts of a page that its translation has seen: not code, not what
// somebody typed, not what is left alone.
func said(doc *html.Node) []string {
	var out []string
	var read func(*html.Node)
	read = func(n *html.Node) {
		switch n.Type {
		case html.TextNode:
			if t := strings.Join(strings.Fields(n.Data), " "); t != "" {
				out = append(out, t)
			}
		case html.ElementNode:
			if slices.Contains([]string{"script", "style", "code", "pre", "textarea"}, n.Data) {
				return
			}
			for _, a := range n.Attr {
				if a.Key == "translate" && a.Val == "no" {
					return
				}
				if slices.Contains([]string{"aria-label", "title", "alt", "placeholder", "aria-description"}, a.Key) {
					out = append(out, a.Val)
				}
			}
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			read(c)
		}
	}
	read(doc)
	return out
}

// TestCrawlEnglish walks the pages of the demo as a reader of English, and looks for
// sentences that are Dutch.
func TestCrawlEnglish(t *testing.T) {
	if testing.Short() {
		t.Skip("walks every page")
	}
	h := openHouseAt(t, false, time.Now)
	if err := h.in.SeedRooms(t.Context()); err != nil {
		t.Fatal(err)
	}
	if err := h.in.SeedOutcomes(t.Context()); err != nil {
		t.Fatal(err)
	}
	given := stays(h)
	in := func(v visitor, lang string) visitor {
		v.cookies = append(slices.Clone(v.cookies), &http.Cookie{Name: "taal", Value: lang})
		return v
	}
	left := map[string]string{} // a text, and the page that it is on
	pages := 0
	look := func(target string, w *httptest.ResponseRecorder, doc *html.Node) {
		if doc == nil {
			return
		}
		pages++
		for _, s := range said(doc) {
			if leftover(s, given) {
				left[s] = target
			}
		}
	}
	for who, per := range map[string]int{"femke": 2, "samira": 1, "": 1} {
		from := append(startingPoints(), "/regelingen/individuele-inkomenstoeslag/vergelijk", "/stand/2026")
		h.walk(in(chosen(who), "en"), per, look, from...)
	}
	for _, s := range slices.Sorted(maps.Keys(left)) {
		t.Errorf("%s: %q", left[s], s)
	}
	if pages < 200 {
		t.Errorf("only %d pages", pages)
	}
	t.Logf("%d pages", pages)
	// The same look finds Dutch where it is.
	clear(left)
	h.walk(in(chosen("femke"), "nl"), 1, look, "/begin", "/verplichtingen", "/voorstellen", "/team")
	if len(left) < 100 {
		t.Errorf("of the Dutch pages %d texts were found: this finds nothing", len(left))
	}
}
