package recourse_test

import (
	"bufio"
	_ "embed"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"lemniscaat/internal/recourse"
	"lemniscaat/internal/rule"
)

// Made-up messages, each with what it is. Half of the ordinary ones use the
// words that the others are recognised by.
//
//go:embed testdata/berichten.txt
var messages string

var today = rule.MustDate("2026-11-22")

func TestRecogniseMeasured(t *testing.T) {
	t.Parallel()
	type count struct{ present, found, wrong int }
	got := map[recourse.Kind]*count{recourse.Objection: {}, recourse.Complaint: {}, recourse.None: {}}
	s := bufio.NewScanner(strings.NewReader(messages))
	n := 0
	for s.Scan() {
		line := s.Text()
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		label, text, ok := strings.Cut(line, "\t")
		if !ok {
			t.Fatalf("no label: %q", line)
		}
		want := recourse.Kind(strings.TrimPrefix(label, "gewoon"))
		f := recourse.Recognise(text, today)
		n++
		got[want].present++
		if f.Kind == want {
			got[want].found++
		} else {
			got[f.Kind].wrong++
			t.Logf("%s, recognised as %q by %q: %s", label, f.Kind, f.Words, text)
		}
		if (f.Kind == recourse.None) != (len(f.Words) == 0) {
			t.Errorf("%q by %q: %s", f.Kind, f.Words, text)
		}
	}
	if n < 60 {
		t.Fatalf("only %d messages", n)
	}
	for _, k := range []recourse.Kind{recourse.Objection, recourse.Complaint} {
		c := got[k]
		recall, precision := float64(c.found)/float64(c.present), float64(c.found)/float64(c.found+c.wrong)
		t.Logf("%-8s %d messages, recall %.2f, precision %.2f", k, c.present, recall, precision)
		// A missed objection may cost somebody the term: recall weighs most.
		if recall < 0.9 || precision < 0.8 {
			t.Errorf("%s: recall %.2f (want ≥ 0.90), precision %.2f (want ≥ 0.80)", k, recall, precision)
		}
	}
}

func TestDates(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"Ik maak bezwaar tegen het besluit van 3 november 2026.":           "2026-11-03 2026-12-15",
		"Ik maak bezwaar tegen de brief van 3 november":                    "2026-11-03 2026-12-15",
		"bezwaar, brief van 24 december":                                   "2025-12-24 2026-02-04",
		"bezwaar, brief van 01-10-2026":                                    "2026-10-01 2026-11-12",
		"bezwaar, brief van 1/10/26":                                       "2026-10-01 2026-11-12",
		"bezwaar tegen 10 oktober 2026, een zaterdag":                      "2026-10-10 2026-11-23", // term ends on a Saturday
		"bezwaar tegen 11 oktober 2026, een zondag":                        "2026-10-11 2026-11-23",
		"bezwaar tegen een besluit van 1 mei 2027, dat kan niet":           "",
		"bezwaar tegen een besluit van 31 februari":                        "",
		"bezwaar, aanvraag 2 september, besluit 30 oktober, brief 3 weken": "2026-10-30 2026-12-11",
		"bezwaar":                "",
		"het besluit van 3 mei":  "",
		"bezwaar over 99-99-999": "",
	} {
		f := recourse.Recognise(text, today)
		got := ""
		if !f.Decision.IsZero() {
			got = f.Decision.String() + " " + f.Last.String()
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
		if f.Late(today) != (!f.Last.IsZero() && today.After(f.Last)) {
			t.Errorf("%q: late", text)
		}
	}
	if f := recourse.Recognise("Bezwaar tegen het besluit van 1 september 2026", today); !f.Late(today) {
		t.Error("a term that is over is not said to be")
	}
}

func TestWordsAreShown(t *testing.T) {
	t.Parallel()
	f := recourse.Recognise("Mijn aanvraag is AFGEWEZEN. Dat is onterecht.", today)
	if d := cmp.Diff([]string{"afgewezen", "onterecht"}, f.Words); d != "" {
		t.Error(d)
	}
}

// Any text: no panic, and a last day is never before the sixth week is over.
func TestAnyText(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOf(rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{" bezwaar ", " 3-11-2026 ", " 31-2 ", " klacht ", "\xff", " 0-0-0000 "}))).Draw(t, "t"), "")
		f := recourse.Recognise(text, today)
		if !f.Decision.IsZero() && (f.Decision.After(today) || f.Last.Before(f.Decision.AddDays(42)) || f.Last.After(f.Decision.AddDays(44))) {
			t.Fatalf("%+v", f)
		}
	})
}
