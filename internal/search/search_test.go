package search_test

import (
	"fmt"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/search"
)

func doc(id, title, text string) search.Document {
	return search.Document{ID: id, Fields: []search.Field{{Name: "titel", Text: title, Weight: 3}, {Name: "tekst", Text: text, Weight: 1}}}
}

var library = []search.Document{
	doc("recht", "Wie recht heeft", "Een inwoner met een laag inkomen heeft recht op de inkomenstoeslag."),
	doc("bewijs", "Bewijs van inkomen", "De aanvrager stuurt bewijsstukken van 36 maanden inkomen mee."),
	doc("terug", "Terugvordering", "Wat te veel is betaald, wordt teruggevorderd binnen zes weken."),
	doc("partner", "Toeslagpartner", "Wie samen een huishouden voert, is toeslagpartner."),
	doc("cafe", "Reünie in het café", "Een voorbeeld met accenten: coördinatie."),
}

func ids(hits []search.Hit) []string {
	var out []string
	for _, h := range hits {
		out = append(out, h.ID)
	}
	return out
}

func TestSearch(t *testing.T) {
	t.Parallel()
	x := search.New(library)
	for _, c := range []struct {
		ask  string
		want []string
		how  search.How
		word string // of the text
	}{
		{"bewijs", []string{"bewijs"}, search.Same, "Bewijs"},
		{"BEWIJZEN", []string{"bewijs"}, search.Stem, "Bewijs"},
		{"inkomens", []string{"bewijs", "recht"}, search.Stem, "inkomen"},
		{"toeslag", []string{"partner", "recht"}, search.Compound, "Toeslagpartner"},
		{"terugbetalen", []string{"terug"}, search.Synonym, "Terugvordering"},
		{"terugvordring", []string{"terug"}, search.Spelling, "Terugvordering"},
		{"coordinatie", []string{"cafe"}, search.Same, "coördinatie"},
		{"CAFÉ", []string{"cafe"}, search.Same, "café"},
	} {
		hits := x.Search(c.ask, 10)
		if d := cmp.Diff(c.want, ids(hits)); d != "" {
			t.Errorf("%q: %s", c.ask, d)
			continue
		}
		m := hits[0].Matches[0]
		if m.How != c.how || m.Found != c.word {
			t.Errorf("%q matches %q as %d, want %q as %d", c.ask, m.Found, m.How, c.word, c.how)
		}
		if text := library[hits[0].Doc].Fields[m.Field].Text; !strings.HasPrefix(text[m.Start:], m.Found) {
			t.Errorf("%q is not at %d in %q", m.Found, m.Start, text)
		}
	}
	for _, nothing := range []string{"", "   ", "!?", "xylofoon", "kwantummechanica"} {
		if hits := x.Search(nothing, 10); len(hits) > 0 {
			t.Errorf("%q finds %v", nothing, ids(hits))
		}
	}
	if hits := x.Search("inkomen laag recht", 1); len(hits) != 1 || hits[0].ID != "recht" || len(hits[0].Matches) != 3 {
		t.Errorf("all words beat one word often: %+v", hits)
	}
	if search.New(nil).Search("iets", 5) != nil {
		t.Error("an empty index finds something")
	}
}

func TestWords(t *testing.T) {
	t.Parallel()
	for ask, want := range map[string][]string{
		"Wat is de hoogte van de toeslag?": {"hoogte", "toeslag"},
		"niet de":                          {"niet", "de"},
		"toeslag Toeslag TOESLAG":          {"toeslag"},
		"re\u0308unie":                     {"reunie"},
	} {
		if d := cmp.Diff(want, search.Words(ask)); d != "" {
			t.Errorf("%q: %s", ask, d)
		}
	}
}

func TestExcerpt(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("woord ", 100) + "naald " + strings.Repeat("hooi ", 100)
	s := search.Excerpt(long, strings.Index(long, "naald"), 80)
	if !strings.Contains(s, "naald") || utf8.RuneCountInString(s) > 85 || !strings.HasPrefix(s, "… ") || !strings.HasSuffix(s, "…") {
		t.Errorf("%q", s)
	}
	if s := search.Excerpt("kort", 2, 80); s != "kort" {
		t.Errorf("%q", s)
	}
}

// Any question: no panic, no more than asked for, best first, and the same
// every time. Each match is a word that stands where it says.
func TestAnyQuestion(t *testing.T) {
	t.Parallel()
	x := search.New(library)
	rapid.Check(t, func(t *rapid.T) {
		q := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{"inkomen", "een recht", "toe slag", "\xff\xfe", strings.Repeat("a", 5000)})).Draw(t, "q")
		n := rapid.IntRange(0, 4).Draw(t, "n")
		hits := x.Search(q, n)
		if len(hits) > n {
			t.Fatalf("%d hits", len(hits))
		}
		for i, h := range hits {
			if i > 0 && h.Score > hits[i-1].Score {
				t.Fatal("not the best first")
			}
			for _, m := range h.Matches {
				if !strings.HasPrefix(library[h.Doc].Fields[m.Field].Text[m.Start:], m.Found) {
					t.Fatalf("%+v", m)
				}
			}
		}
		if d := cmp.Diff(hits, x.Search(q, n)); d != "" {
			t.Fatal(d)
		}
		text := rapid.String().Draw(t, "text")
		if s := search.Excerpt(text, rapid.IntRange(-5, 500).Draw(t, "at"), 40); utf8.ValidString(text) && !utf8.ValidString(s) {
			t.Fatalf("excerpt of %q is %q", text, s)
		}
	})
}

// A municipality has some thousands of articles; a question is answered while
// somebody types.
func TestLargeIndex(t *testing.T) {
	t.Parallel()
	words := strings.Fields("inkomen vermogen toeslag aanvraag bewijs partner kind huur zorg termijn besluit recht hoogte peildatum bijstand woning")
	var docs []search.Document
	for i := range 5000 {
		var b strings.Builder
		for k := range 120 {
			fmt.Fprintf(&b, "%s%d ", words[(i*7+k*k)%len(words)], (i+k)%97)
			b.WriteString(words[(i+k)%len(words)] + " ")
		}
		docs = append(docs, doc(fmt.Sprint(i), words[i%len(words)]+" "+words[(i/3)%len(words)], b.String()))
	}
	began := time.Now()
	x := search.New(docs)
	made := time.Since(began)
	began = time.Now()
	hits := x.Search("bewijs van inkomn bij aanvraag toeslag", 20)
	took := time.Since(began)
	t.Logf("index of %d documents in %v, a question in %v", len(docs), made, took)
	if len(hits) != 20 || took > time.Minute {
		t.Errorf("%d hits in %v", len(hits), took)
	}
}
