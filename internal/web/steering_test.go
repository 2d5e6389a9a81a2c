package web_test

import (
	"context"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/screen"
	"lemniscaat/internal/web/webtest"
)

// steeringPaths are the pages that look at the whole turn.
func steeringPaths() []string {
	return []string{
		"/stand", "/stand/2026-kw3", "/stand/2026-kw2", "/stand/2026-kw2/narekenen",
		"/toezeggingen", "/toezeggingen?staat=te-laat", "/cijfers", "/gevolgen", "/gevolgen/" + reg, "/voor-de-stemming/v-1", "/veranderd", "/veranderd?maand=2026-10&regeling=" + reg,
		"/leren", "/leren/l-1", "/leren/l-1?keuze=2", "/leren/l-2", "/knelpunten/k-1/leerzaak",
	}
}

// collectSteering gathers the strings of the views of those pages.
func collectSteering(ctx context.Context, f *webtest.Fake, who string, add func(any, error)) {
	stands, err := f.Stands(ctx, who)
	add(stands, err)
	for _, id := range []string{"2026-kw3", "2026-kw2"} {
		v, err := f.Stand(ctx, who, id)
		add(v, err)
	}
	check, err := f.CheckStand(ctx, who, "2026-kw2")
	add(check, err)
	lessons, err := f.Lessons(ctx, who, screen.Asked{})
	add(lessons, err)
	for _, id := range []string{"l-1", "l-2"} {
		v, err := f.Lesson(ctx, who, id, 0)
		add(v, err)
	}
	promises, err := f.Promises(ctx, who, "", screen.Asked{})
	add(promises, err)
	figures, err := f.Figures(ctx, who)
	add(figures, err)
	places, err := f.ConsequenceList(ctx, who)
	add(places, err)
	choices, err := f.Consequences(ctx, who, reg, screen.Asked{})
	add(choices, err)
	vote, err := f.Vote(ctx, who, "v-1")
	add(vote, err)
	changed, err := f.Changed(ctx, who, "", reg)
	add(changed, err)
	form, err := f.LessonForm(ctx, who, "k-1")
	add(form, err)
}

// TestSteeringCommands: what a form sends comes to the service, and what is not
// complete comes back with its field.
func TestSteeringCommands(t *testing.T) {
	t.Parallel()
	fake := &webtest.Fake{State: webtest.Filled}
	h := handler(t, fake)
	lesson := url.Values{"formulier": {"leerzaak"}, "dilemma": {"Wat nu?"}, "keuze-1": {"ja"}, "keuze-3": {"nee"}, "besloten": {"3"}, "waarom": {"daarom"}, "beginsel": {"horen"}}
	for _, x := range []struct {
		path, who string
		form      url.Values
		code      int
		to, says  string
	}{
		{"/stand/2026-kw3/voorwoord", "ruben", url.Values{"voorwoord": {" Druk. "}}, 303, "/stand/2026-kw3?gedaan=voorwoord", ""},
		{"/stand/2026-kw3/voorwoord", "ruben", url.Values{"formulier": {"voorwoord"}}, 400, "", "Schrijf wat u bij de cijfers wilt zeggen."},
		{"/stand/2026-kw3/publiceren", "ruben", url.Values{}, 303, "/stand/2026-kw3?gedaan=stand", ""},
		{"/leren/l-1/keuze", "", url.Values{"keuze": {"2"}}, 303, "/leren/l-1?keuze=2#besloten", ""},
		{"/leren/l-1/intrekken", "femke", url.Values{"want": {"te herkenbaar"}}, 303, "/leren?gedaan=les-weg", ""},
		{"/knelpunten/k-1/leerzaak", "femke", lesson, 303, "/leren/l-1?gedaan=les", ""},
		{"/knelpunten/k-1/leerzaak", "femke", url.Values{"formulier": {"leerzaak"}, "keuze-2": {"nee"}}, 400, "", "Schrijf ten minste twee keuzes."},
		{"/knelpunten/k-1/leerzaak/voorbeeld", "femke", lesson, 200, "", "Zo leest een collega het"},
	} {
		w := do(h, request("POST", x.path, x.who, x.form))
		if w.Code != x.code || w.Header().Get("Location") != x.to || !strings.Contains(parse(t, w).text(), x.says) {
			t.Errorf("%s: %d to %q, want %d to %q with %q", x.path, w.Code, w.Header().Get("Location"), x.code, x.to, x.says)
		}
	}
	want := []webtest.Call{
		{Name: "WritePreface", Who: "ruben", In: "2026-kw3: Druk."},
		{Name: "PublishStand", Who: "ruben", In: "2026-kw3"},
		{Name: "ChooseInLesson", Who: "", In: [2]any{"l-1", 2}},
		{Name: "WithdrawLesson", Who: "femke", In: "l-1: te herkenbaar"},
		{Name: "MakeLesson", Who: "femke", In: screen.LessonInput{Issue: "k-1", Dilemma: "Wat nu?", Options: []string{"ja", "nee"}, Decided: 2, Why: "daarom", Principle: "horen"}},
	}
	if d := cmp.Diff(want, fake.Calls()); d != "" {
		t.Errorf("(-want +got):\n%s", d)
	}
}

// TestLessonHidesTheEnd: before a reader chooses, nothing on the page says what
// was decided, nor where it comes from.
func TestLessonHidesTheEnd(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	before := parse(t, do(h, request("GET", "/leren/l-1", "", nil))).text()
	after := parse(t, do(h, request("GET", "/leren/l-1?keuze=2", "", nil))).text()
	for _, s := range []string{"dit werd het", "Evenredigheid", "De grens raakt hier niemand", "minstens 10 lezers", "Uit dit knelpunt"} {
		if strings.Contains(before, s) || !strings.Contains(after, s) {
			t.Errorf("%q: before %v, after %v", s, strings.Contains(before, s), strings.Contains(after, s))
		}
	}
}

// TestWayfinderListsEverything: every page that is not about one thing can be
// found on /wegwijzer, and every line of it leads somewhere.
func TestWayfinderListsEverything(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	page := parse(t, do(h, request("GET", "/wegwijzer", "", nil)))
	listed := map[string]bool{}
	for _, a := range page.tags("main")[0].tags("a") {
		if href := a.attr("href"); strings.HasPrefix(href, "/") {
			listed[href] = true
			if code := do(h, request("GET", href, "samira", nil)).Code; code != 200 {
				t.Errorf("%s: %d", href, code)
			}
		}
	}
	for _, path := range []string{"/", "/regelingen", "/veranderd", "/knelpunten", "/signaal", "/voorstellen", "/beslissingen", "/team", "/metingen", "/gevolgen", "/toezeggingen", "/cijfers", "/stand", "/leren", "/register"} {
		if !listed[path] {
			t.Errorf("%s is not on the list", path)
		}
	}
}
