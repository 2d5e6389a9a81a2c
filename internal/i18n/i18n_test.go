package i18n_test

import (
	"errors"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/rule"
)

func dutch(t testing.TB) *i18n.Catalogue {
	t.Helper()
	c, err := i18n.Load("nl")
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// plain replaces the spaces that keep a number and its unit together.
func plain(s string) string { return strings.ReplaceAll(s, "\u00a0", " ") }

func TestFormat(t *testing.T) {
	t.Parallel()
	c := dutch(t)
	for _, x := range []struct{ got, want string }{
		{c.Number(0), "0"},
		{c.Number(999), "999"},
		{c.Number(1000), "1.000"},
		{c.Number(-1234567), "−1.234.567"},
		{c.Number(math.MinInt64), "−9.223.372.036.854.775.808"},
		{c.Euro(0), "€ 0"},
		{c.Euro(52000), "€ 520"},
		{c.Euro(133650), "€ 1.336,50"},
		{c.Euro(-5), "−€ 0,05"},
		{c.Euro(math.MinInt64), "−€ 92.233.720.368.547.758,08"},
		{c.EuroShort(420_000), "€ 4.200"},
		{c.EuroShort(1_340_000_000), "€ 13,4 miljoen"},
		{c.EuroShort(522_000_000_000), "€ 5,22 miljard"},
		{c.EuroShort(99_999_999_999), "€ 1 miljard"},
		{c.EuroShort(-2_400_000_000), "−€ 24 miljoen"},
		{c.NumberShort(412_000), "412.000"},
		{c.NumberShort(4_707_000), "4,71 miljoen"},
		{c.Percent(0.582), "58,2 %"},
		{c.Percent(0.5), "50 %"},
		{c.Percent(-0.0001), "0 %"},
		{c.Percent(math.NaN()), "– %"},
		{c.Decimal(1234.5, 2), "1.234,50"},
		{c.Decimal(math.Inf(1), 2), "–"},
		{c.Decimal(1e30, 0), "–"},
		{c.Date(rule.MustDate("2026-03-01")), "1 maart 2026"},
		{c.DateShort(rule.MustDate("2026-03-01")), "1 mrt 2026"},
		{c.Date(rule.Date{}), ""},
		{c.Date(rule.Date{Year: 2026, Month: 13, Day: 1}), ""},
		{c.Time(time.Date(2026, 11, 22, 9, 5, 0, 0, time.UTC)), "22 november 2026, 09.05 uur"},
		{c.Time(time.Time{}), ""},
		{c.Days(0), "vandaag"},
		{c.Days(1), "1 dag"},
		{c.Days(41), "41 dagen"},
		{c.List(nil), ""},
		{c.List([]string{"a"}), "a"},
		{c.List([]string{"a", "b", "c"}), "a, b en c"},
		{c.T("bestaat.niet"), "⟦bestaat.niet⟧"},
		{c.N("bestaat.niet", 2), "⟦bestaat.niet⟧"},
	} {
		if plain(x.got) != x.want {
			t.Errorf("got %q, want %q", plain(x.got), x.want)
		}
	}
}

// TestEuroReadsBack: the written amount is the amount, to the cent.
func TestEuroReadsBack(t *testing.T) {
	t.Parallel()
	c := dutch(t)
	rapid.Check(t, func(t *rapid.T) {
		cents := rapid.Int64Range(-1e15, 1e15).Draw(t, "cents")
		s := plain(c.Euro(cents))
		sign := int64(1)
		if rest, ok := strings.CutPrefix(s, "−"); ok {
			sign, s = -1, rest
		}
		whole, frac, ok := strings.Cut(strings.ReplaceAll(strings.TrimPrefix(s, "€ "), ".", ""), ",")
		if !ok {
			frac = "00"
		}
		var back int64
		for _, d := range whole + frac {
			back = back*10 + int64(d-'0')
		}
		if sign*back != cents {
			t.Fatalf("%d cents is written %q", cents, s)
		}
	})
}

func TestFill(t *testing.T) {
	t.Parallel()
	c, err := i18n.Parse("xx", []byte("a:\n  b: \"{wie} gaf {n}\"\n  c: \"één {x}|{n} {x}\"\n"))
	if err != nil {
		t.Fatal(err)
	}
	for _, x := range []struct{ got, want string }{
		{c.T("a.b", "wie", "Ann", "n", 1200), "Ann gaf 1.200"},
		// What a person typed is never read as a place to fill in.
		{c.T("a.b", "wie", "{n}", "n", 3), "{n} gaf 3"},
		{c.N("a.c", 1, "x", "dag"), "één dag"},
		{c.N("a.c", 2, "x", "dagen"), "2 dagen"},
	} {
		if x.got != x.want {
			t.Errorf("got %q, want %q", x.got, x.want)
		}
	}
}

func TestWith(t *testing.T) {
	t.Parallel()
	parse := func(text string) *i18n.Catalogue {
		c, err := i18n.Parse("xx", []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	texts := func(c *i18n.Catalogue) map[string]string {
		out := map[string]string{}
		for _, k := range c.Keys() {
			out[k] = c.T(k)
		}
		return out
	}
	base := parse("a: {b: eerst, c: blijft}\n")
	more, err := base.With([]byte("a: {b: later}\nd: erbij\n"))
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(map[string]string{"a.b": "later", "a.c": "blijft", "d": "erbij"}, texts(more)); d != "" {
		t.Errorf("the texts of both (-want +got):\n%s", d)
	}
	if more.Lang != "xx" {
		t.Errorf("the language became %q", more.Lang)
	}
	if d := cmp.Diff(map[string]string{"a.b": "eerst", "a.c": "blijft"}, texts(base)); d != "" {
		t.Errorf("With changed the catalogue itself (-want +got):\n%s", d)
	}
	same, err := base.With(nil)
	if err != nil {
		t.Fatal(err)
	}
	if d := cmp.Diff(texts(base), texts(same)); d != "" {
		t.Errorf("with no texts (-want +got):\n%s", d)
	}
	if _, err := base.With([]byte("a: [1]")); err == nil || !strings.Contains(err.Error(), "a is geen tekst") {
		t.Errorf("a list as text: %v", err)
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	if _, err := i18n.Load("tlh"); !errors.Is(err, i18n.ErrLanguage) {
		t.Errorf("Load of an unknown language: %v", err)
	}
	if _, err := i18n.Load("../nl"); !errors.Is(err, i18n.ErrLanguage) {
		t.Errorf("Load of a path: %v", err)
	}
	for _, bad := range []string{"a: [1, 2]", "a: {b: 3}", "a: :\n b"} {
		if _, err := i18n.Parse("xx", []byte(bad)); err == nil {
			t.Errorf("Parse(%q) gives no error", bad)
		}
	}
}

// TestKeys: the pages name no key that does not exist, and the catalogue
// holds no sentence that nobody says.
func TestKeys(t *testing.T) {
	t.Parallel()
	c := dutch(t)
	files, err := filepath.Glob("../web/*")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pages: %v", err)
	}
	files = append(files, "format.go")
	var source strings.Builder
	for _, f := range files {
		if strings.HasSuffix(f, ".templ") || strings.HasSuffix(f, ".go") && !strings.HasSuffix(f, "_templ.go") {
			data, err := os.ReadFile(f)
			if err != nil {
				t.Fatal(err)
			}
			source.Write(data)
		}
	}
	text := source.String()
	for _, m := range regexp.MustCompile(`\b[TN]\("([a-z0-9.-]+)"[,)]`).FindAllStringSubmatch(text, -1) {
		if _, ok := c.Text(m[1]); !ok {
			t.Errorf("the pages say %q, which has no text", m[1])
		}
	}
	// Some sentences of the pages are said by what makes the exhibits on them.
	exhibits, err := filepath.Glob("../exhibit/*.go")
	if err != nil || len(exhibits) == 0 {
		t.Fatalf("no exhibits: %v", err)
	}
	// Mail about access is made where mail is sent.
	for _, f := range append(exhibits, "../cli/alarm.go", "../cli/accountmail.go") {
		data, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		text += string(data)
	}
	// Keys that are built from a part and a value: T("station." + x).
	var prefixes []string
	for _, m := range regexp.MustCompile(`"([a-z0-9.-]+[.-])" ?\+`).FindAllStringSubmatch(text, -1) {
		prefixes = append(prefixes, m[1])
	}
	quoted := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?:"|[?]gedaan=)([a-z0-9.-]+)"`).FindAllStringSubmatch(text, -1) {
		quoted[m[1]] = true
	}
next:
	for _, k := range c.Keys() {
		if quoted[k] {
			continue
		}
		// A message of success is named by its last word alone.
		if rest, ok := strings.CutPrefix(k, "gedaan."); ok && quoted[rest] {
			continue
		}
		for _, p := range prefixes {
			if strings.HasPrefix(k, p) && !strings.HasPrefix(k, "gedaan.") {
				continue next
			}
		}
		t.Errorf("nobody says %q", k)
	}
}

var (
	placeholder = regexp.MustCompile(`\{[a-z]+\}`)
	sentenceEnd = regexp.MustCompile(`[.!?:](\s|$)`)
	vowels      = regexp.MustCompile(`(?i)[aeiouyáéëïèóöü]+`)
	jargon      = regexp.MustCompile(`(?i)\b(ingevolge|conform|inzake|derhalve|teneinde|betreffende|alsmede|dienen te|middels|omtrent)\b`)
)

// TestPlainDutch is the language gate: short sentences and easy words, as
// Flesch–Douma counts them. It is a smoke alarm, not a proof of B1.
func TestPlainDutch(t *testing.T) {
	t.Parallel()
	c := dutch(t)
	words, sentences, syllables := 0, 0, 0
	for _, k := range c.Keys() {
		text, _ := c.Text(k)
		if m := jargon.FindString(text); m != "" {
			t.Errorf("%s: %q is jargon", k, m)
		}
		for _, form := range strings.Split(text, "|") {
			for _, s := range sentenceEnd.Split(placeholder.ReplaceAllString(form, "iets"), -1) {
				ws := strings.Fields(s)
				if len(ws) == 0 {
					continue
				}
				if len(ws) > 25 {
					t.Errorf("%s: a sentence of %d words", k, len(ws))
				}
				if len(ws) < 3 {
					continue // a label is not a sentence
				}
				sentences++
				words += len(ws)
				for _, w := range ws {
					syllables += max(1, len(vowels.FindAllString(w, -1)))
				}
			}
		}
	}
	perSentence := float64(words) / float64(sentences)
	score := 206.84 - 0.93*perSentence - 77*float64(syllables)/float64(words)
	if perSentence > 15 || score < 60 {
		t.Errorf("%.1f words a sentence (want ≤ 15), Flesch–Douma %.0f (want ≥ 60)", perSentence, score)
	}
	t.Logf("%d sentences, %.1f words each, Flesch–Douma %.0f", sentences, perSentence, score)
}

func TestTextsAreClean(t *testing.T) {
	t.Parallel()
	c := dutch(t)
	for _, k := range c.Keys() {
		text, _ := c.Text(k)
		if !utf8.ValidString(text) || strings.TrimSpace(text) != text || text == "" || strings.ContainsAny(text, "<>\n") {
			t.Errorf("%s: %q", k, text)
		}
		if n := strings.Count(text, "|"); n > 1 {
			t.Errorf("%s has %d bars", k, n)
		}
	}
	if d := cmp.Diff(12, strings.Count(strings.Join(c.Keys(), " "), "maand.")); d != "" {
		t.Error("months:", d)
	}
}
