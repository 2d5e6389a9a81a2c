package web_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lemniscaat/internal/rule"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/web"
	"lemniscaat/internal/web/webtest"
)

// told is one story over a fake service.
type told struct{ *webtest.Fake }

func (told) Stories(context.Context) (screen.StoryListView, error) {
	return screen.StoryListView{Stories: []screen.StoryRow{{
		ID: "memo", Title: "Een memo", Sentence: "Wat er gebeurde.", From: rule.MustDate("2014-01-06"), Until: rule.MustDate("2020-12-17"), Steps: 2,
	}}}, nil
}

func (t told) Story(_ context.Context, id string) (screen.StoryView, error) {
	if id != "memo" {
		return screen.StoryView{}, screen.ErrNotFound
	}
	return screen.StoryView{
		ID: "memo", Title: "Een memo", Lead: "Kop.", Shows: "Dit.", NotShown: "Niet dat.", Checks: 2, Failed: 1,
		Steps: []screen.StoryStep{
			{ID: "een", Date: rule.MustDate("2017-03-01"), Month: true, Station: screen.StationSignal, Title: "Stap", Then: "Toen.", Shown: "Nu.",
				Results: []screen.StoryResult{{Text: "Dit klopt.", OK: true}, {Text: "Dit niet."}}, Sources: []int{1},
				Screen: screen.Ref{Text: "Open", Href: "/verhaal/memo/een/knelpunten/k-1"}, As: "Femke"},
		},
		Sources: []screen.StorySource{{Number: 1, Text: "Een bron"}},
	}, nil
}

func (t told) Scene(_ context.Context, id, step string) (web.Service, string, screen.StoryBar, error) {
	if id != "memo" || step != "een" {
		return nil, "", screen.StoryBar{}, screen.ErrNotFound
	}
	return t.Fake, "femke", screen.StoryBar{Title: "Een memo", Step: "Stap", N: 1, Of: 2, Date: rule.MustDate("2017-03-01"), Back: "/verhalen/memo#een", As: "Femke"}, nil
}

func storyHandler(t *testing.T, refuse map[string]error) http.Handler {
	t.Helper()
	s := told{&webtest.Fake{State: webtest.Filled, Refuse: refuse}}
	return handler(t, s.Fake, func(d *web.Deps) { d.Stories = s })
}

// TestStories: the time line says what did not come out, how precise a date is,
// and where it comes from.
func TestStories(t *testing.T) {
	t.Parallel()
	h := storyHandler(t, nil)
	if w := do(h, request("GET", "/verhalen", "", nil)); w.Code != 200 || !strings.Contains(w.Body.String(), `href="/verhalen/memo"`) {
		t.Errorf("list: %d", w.Code)
	}
	w := do(h, request("GET", "/verhalen/memo", "", nil))
	for _, want := range []string{">maart 2017<", `datetime="2017-03"`, "1 ding klopt niet met dit verhaal.", "story-wrong", `href="#bron-1"`, `id="bron-1"`, `href="/verhaal/memo/een/knelpunten/k-1"`} {
		if !strings.Contains(w.Body.String(), want) {
			t.Errorf("the story does not have %s", want)
		}
	}
	if w := do(h, request("GET", "/verhalen/anders", "", nil)); w.Code != 404 {
		t.Errorf("a story that is not there: %d", w.Code)
	}
	if w := do(handler(t, &webtest.Fake{State: webtest.Filled}), request("GET", "/verhalen", "", nil)); w.Code != 200 || !strings.Contains(w.Body.String(), "Er zijn hier geen verhalen.") {
		t.Errorf("no stories: %d", w.Code)
	}
}

// TestScene: every link and form of a live page stays in the story, but for files
// and the way back.
func TestScene(t *testing.T) {
	t.Parallel()
	h := storyHandler(t, nil)
	const base = "/verhaal/memo/een"
	for _, path := range paths {
		if path == "/" || path == "/rondleiding" || strings.HasPrefix(path, "/verhalen") {
			continue
		}
		w := do(h, request("GET", base+path, "samira", nil))
		if w.Code != 200 {
			t.Errorf("%s: %d", path, w.Code)
			continue
		}
		page := parse(t, w)
		for _, e := range page.all(func(node) bool { return true }) {
			for _, a := range e.Attr {
				leads := a.Key == "href" || a.Key == "src" || a.Key == "action" || a.Key == "formaction" || strings.HasPrefix(a.Key, "hx-") && strings.HasPrefix(a.Val, "/")
				if !leads || !strings.HasPrefix(a.Val, "/") || strings.HasPrefix(a.Val, "/vast/") || strings.HasPrefix(a.Val, "/verhalen") {
					continue
				}
				if !strings.HasPrefix(a.Val, base+"/") || strings.HasPrefix(a.Val, base+base) {
					t.Errorf("%s: %s %s=%q leads out of the story", path, e.Data, a.Key, a.Val)
				}
			}
		}
		if len(page.all(func(e node) bool { return strings.Contains(e.attr("class"), "story-bar") })) != 1 {
			t.Errorf("%s: no bar of the story", path)
		}
		if len(page.all(func(e node) bool { return e.attr("id") == "rol" })) != 0 {
			t.Errorf("%s: the role of the demo can be changed in a story", path)
		}
	}
	for _, path := range []string{"/", "/rondleiding"} {
		if w := do(h, request("GET", base+path, "", nil)); w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/verhalen/memo#een" {
			t.Errorf("%s: %d to %q", path, w.Code, w.Header().Get("Location"))
		}
	}
	for path, want := range map[string]int{
		"/verhaal/memo/een/bestaat-niet": 404, "/verhaal/memo/twee/register": 404, "/verhaal/anders/een/register": 404, "/verhaal/memo/een/verhaal/memo/een/register": 404,
	} {
		if w := do(h, request("GET", path, "", nil)); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
}

// TestSceneRefuses: who sends a form in a story hears that it can only be looked
// at, and keeps what was typed; a command that is done stays in the story.
func TestSceneRefuses(t *testing.T) {
	t.Parallel()
	no := &screen.Refusal{Code: "verhaal-alleen-lezen", Text: "Hier kunt u alleen kijken."}
	h := storyHandler(t, map[string]error{"MeToo": no})
	r := request("POST", "/verhaal/memo/een/knelpunten/k-1/ook-bij-mij", "samira", url.Values{"formulier": {"ook"}})
	if w := do(h, r); w.Code != http.StatusConflict || !strings.Contains(w.Body.String(), no.Text) {
		t.Errorf("refused: %d", w.Code)
	}
	h = storyHandler(t, nil)
	if w := do(h, r); w.Code != http.StatusSeeOther || !strings.HasPrefix(w.Header().Get("Location"), "/verhaal/memo/een/signalen/") {
		t.Errorf("done: %d to %q", w.Code, w.Header().Get("Location"))
	}
	foreign := request("POST", "/verhaal/memo/een/knelpunten/k-1/ook-bij-mij", "samira", url.Values{"formulier": {"ook"}})
	foreign.Header.Set("Sec-Fetch-Site", "cross-site")
	if w := do(h, foreign); w.Code != http.StatusForbidden {
		t.Errorf("from another site: %d", w.Code)
	}
}
