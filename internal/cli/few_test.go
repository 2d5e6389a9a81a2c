package cli_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
)

// Where a page says how many people there are: in a sentence, and in a list of numbers.
var (
	fewSaid = regexp.MustCompile(`(?:^|[^0-9A-Za-z.,≥<%-])([1-9]) (?:melders?|signalen|signaal|collega|mensen|inwoners|besluiten|aanvragen|bezwaren|zaken|rijen|keer maatwerk|bevestiging|anderen?|van [0-9]+ (?:besluiten|zaken)|reporters?|signals?|colleagues?|people|decisions|applications|cases|rows|others?|of [0-9]+ (?:decisions|cases))\b`)
	fewTold = regexp.MustCompile(`<dt>\s*([^<]*(?:signalen|signals|melder|reporter|maatwerk|discretion|Bevestigd|Confirmed|gebleven|silent)[^<]*)</dt>\s*<dd[^>]*>\s*([1-9])\s*</dd>`)
	tags    = regexp.MustCompile(`<[^>]*>`)
)

// few gives where a page counts one to nine people.
func few(page string) []string {
	var out []string
	for _, m := range fewTold.FindAllStringSubmatch(page, -1) {
		out = append(out, strings.TrimSpace(m[1])+": "+m[2])
	}
	for _, m := range fewSaid.FindAllStringSubmatch(strings.Join(strings.Fields(tags.ReplaceAllString(page, " ")), " "), -1) {
		out = append(out, m[0])
	}
	return out
}

// TestNoPageCountsAFewPeople: a small municipality, with a few signals, a few outcomes
// and a detector that went off. No page that is public or made to be passed on counts one
// to nine people, in Dutch or in English, in the running quarter or once it is over; who
// works on a knelpunt sees how many they are.
func TestNoPageCountsAFewPeople(t *testing.T) {
	if testing.Short() {
		t.Skip("walks every page")
	}
	t.Parallel()
	s := newSite(t)
	ctx := t.Context()
	const reg = "individuele-inkomenstoeslag"
	ok := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	at := screen.Anchor{Regulation: reg, Article: "verordening-artikel-2"}
	for k, who := range []string{"samira", "joost", "nina", "otto", "iris"} {
		_, err := s.office.FileSignal(ctx, who, screen.SignalInput{Anchor: at, Tile: screen.TileHarsh, Text: "Eén euro te veel inkomen.", Frequency: screen.Once, Key: fmt.Sprint(k)})
		ok(err)
	}
	ok(s.office.Declare(ctx, "femke", screen.DeclareInput{Detector: "maatwerk", Place: reg + "/verordening-artikel-3", Expect: "3", Why: "Zo was het."}))
	var rows []outcome.Row
	for k := range 66 {
		r := outcome.Row{
			Case: fmt.Sprintf("v1:%016x", k), Regulation: reg, Article: "verordening-artikel-3", Version: "2026-01-01", Date: rule.Date{Year: 2026, Month: 8, Day: 3 + k%25},
			Class: outcome.Awarded, Amount: outcome.Band{Low: 500, High: 750}, Contact: outcome.NoContact, Groups: map[string]string{"huishouden": []string{"paar", "alleenstaand"}[k%2]},
		}
		if k%8 == 0 {
			r.Ground, r.Contact = "hardheid", outcome.Spoken
		}
		rows = append(rows, r)
	}
	_, err := s.office.Receive(ctx, "karim", "uitkomsten.csv", rows)
	ok(err)
	ok(s.office.Detect(ctx))
	list, err := s.office.Issues(ctx, "femke", screen.IssueListInput{})
	ok(err)
	issue, alarm := "", ""
	for _, r := range list.Rows {
		if r.People == 5 {
			issue = r.ID
		}
		if strings.Contains(r.Title, "minder dan 10 van minstens 60") {
			alarm = r.ID
		}
	}
	if issue == "" || alarm == "" {
		t.Fatalf("the five on %q, the detector on %q: %+v", issue, alarm, list.Rows)
	}

	public := []string{
		"/", "/register", "/te-laat", "/voor-de-raad", "/toezeggingen", "/regelingen/" + reg, "/regelingen/" + reg + "/verordening-artikel-2",
		"/regelingen/" + reg + "/verordening-artikel-3", "/gevolgen", "/gevolgen/" + reg, "/metingen", "/metingen/" + reg, "/regelingen/" + reg + "/verantwoording",
	}
	passed := []string{"/cijfers", "/stand/2026", "/stand/2026-kw3", "/stand/2026-08", "/detectoren?regeling=" + reg, "/knelpunten", "/knelpunten/" + issue, "/knelpunten/" + alarm, "/wie-raakt-dit?regeling=" + reg}
	look := func(when string) {
		t.Helper()
		for _, path := range append(public, passed...) {
			for _, lang := range []string{"nl", "en"} {
				r := httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil)
				r.AddCookie(&http.Cookie{Name: "taal", Value: lang})
				w := httptest.NewRecorder()
				s.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					t.Fatalf("%s: %d", path, w.Code)
				}
				if got := few(words(w)); len(got) > 0 {
					t.Errorf("%s, %s %s says %q", when, lang, path, got)
				}
			}
		}
	}
	look("in September")
	s.seconds.Add(43 * 24 * 3600)
	look("in October")
	quarter, err := s.office.Stand(ctx, "femke", "2026-kw3")
	ok(err)
	if len(quarter.Quarters) != 1 || quarter.Quarters[0].Numbers[1].Value != "niet getoond" {
		t.Errorf("the quarter: %+v", quarter.Quarters)
	}
	// The same look finds them where they are.
	for _, path := range []string{"/knelpunten/" + issue, "/knelpunten"} {
		if len(few(words(s.get("femke", path)))) == 0 {
			t.Errorf("who works on it does not see how many they are on %s: this finds nothing", path)
		}
	}
}
