package cli_test

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"lemniscaat/internal/cli"
	"lemniscaat/internal/office"
	"lemniscaat/internal/run"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/internal/web"
)

// site is the whole program as a reader meets it, with three colleagues who do
// nothing but report, each with another wish about who may see that.
type site struct {
	t *testing.T
	http.Handler
	log     *sqlite.Store
	office  *office.Office
	seconds *atomic.Int64 // since the start; every look at the clock takes one
}

var shy = []office.Person{
	{ID: "nina", Name: "Nina Niemandsland", Title: "klantmanager"},
	{ID: "otto", Name: "Otto Eigenaarsblik", Title: "klantmanager"},
	{ID: "iris", Name: "Iris Iedereen", Title: "klantmanager"},
}

// findings are shared by all sites: they depend on the rules alone. Nothing is
// computed ahead, for most tests look at one regulation.
var findings office.Tests

func newSite(t *testing.T) *site {
	t.Helper()
	demo, err := office.ReadDemo()
	if err != nil {
		t.Fatal(err)
	}
	if demo.Texts, err = cli.ExampleTexts(); err != nil {
		t.Fatal(err)
	}
	log, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = log.Close() })
	var ids, seconds atomic.Int64
	start := time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC)
	runs := run.NewHere(run.NewLibrary(load(t), nil, run.Synthetic), time.Now, 0)
	t.Cleanup(func() { runs.Close() })
	o, err := office.New(t.Context(), office.Config{
		Store: log, Shipped: load(t), Now: func() time.Time { return start.Add(time.Duration(seconds.Add(1)) * time.Second) },
		NewID:  func(prefix string) string { return fmt.Sprintf("%s-%08x", prefix, ids.Add(1)) },
		Secret: make([]byte, 32), People: append(demo.Persons(), shy...), Organisation: demo.Organisation,
		Population: "nl:2000", Households: demo.Households, Demo: demo, Runs: runs, Tests: &findings, Cold: true,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(o.Close)
	if err := o.Seed(t.Context()); err != nil {
		t.Fatal(err)
	}
	h, err := web.New(web.Deps{Service: o, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	return &site{t, h, log, o, &seconds}
}

func (s *site) ask(who, method, path, kind string, body io.Reader) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(s.t.Context(), method, path, body)
	if kind != "" {
		r.Header.Set("Content-Type", kind)
	}
	if who != "" {
		r.AddCookie(&http.Cookie{Name: "rol", Value: who})
	}
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	return w
}

// words is a page as people read it: a space is a space.
func words(w *httptest.ResponseRecorder) string {
	return strings.NewReplacer("\u00a0", " ", "&nbsp;", " ").Replace(w.Body.String())
}

func (s *site) get(who, path string) *httptest.ResponseRecorder {
	return s.ask(who, http.MethodGet, path, "", nil)
}

func (s *site) post(who, path string, form url.Values) *httptest.ResponseRecorder {
	return s.ask(who, http.MethodPost, path, "application/x-www-form-urlencoded", strings.NewReader(form.Encode()))
}

// report sends the form of a signal with a file, as a browser does.
func (s *site) report(who, seen, text string, file []byte) string {
	s.t.Helper()
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range map[string]string{
		"formulier": "signaal", "sleutel": "k-" + who + seen, "regeling": "individuele-inkomenstoeslag", "artikel": "verordening-artikel-2",
		"soort": "te-hard", "tekst": text, "hoe-vaak": "wekelijks", "zichtbaar": seen,
	} {
		if err := m.WriteField(k, v); err != nil {
			s.t.Fatal(err)
		}
	}
	if file != nil {
		f, err := m.CreateFormFile("bijlage", "aantekening.txt")
		if err != nil {
			s.t.Fatal(err)
		}
		_, _ = f.Write(file)
	}
	_ = m.Close()
	w := s.ask(who, http.MethodPost, "/signaal", m.FormDataContentType(), &b)
	if w.Code != http.StatusSeeOther {
		s.t.Fatalf("%s reports: %d %.2000s", who, w.Code, w.Body)
	}
	path, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	return strings.TrimPrefix(path, "/signalen/")
}

var (
	links = regexp.MustCompile(`href="(/[^"#]*)`)
	// Of pages that differ in the rule, the law or the day only, some are enough;
	// every knelpunt, signal and list is looked at.
	shaped = regexp.MustCompile(`/(?:regelingen|wetten|metingen|verloop)/[^?]*|\d{4}-\d{2}-\d{2}|(?:regeling|artikel|regel|lid|stap|plek)=[^&]*`)
	choice = regexp.MustCompile(`(?s)<select.*?</select>`)
)

// TestWhoReportedIsSeenByWhoMay walks every page that links lead to, as a team
// leader, the owner of the answer, a colleague and a visitor, and looks for the
// names of those who reported.
func TestWhoReportedIsSeenByWhoMay(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("walks some hundred pages")
	}
	s := newSite(t)
	s.report("nina", "niemand", "Vijf euro te veel en het gezin krijgt niets.", []byte("Zo stond het in de brief."))
	s.report("otto", "eigenaar", "Een kleine bonus kost de hele toeslag.", nil)
	s.report("iris", "iedereen", "De grens is te hard voor wie net werkt.", nil)

	may := map[string][]string{ // by viewer, the names that have to be somewhere
		"marijke": {"Iris Iedereen"}, "femke": {"Iris Iedereen", "Otto Eigenaarsblik"}, "joost": {"Iris Iedereen"}, "": {"Iris Iedereen"},
	}
	for viewer, want := range may {
		seen := map[string]bool{"/": true}
		queue := []string{"/"}
		found := map[string][]string{}
		shapes := map[string]int{}
		pages := 0
		for len(queue) > 0 {
			path := queue[0]
			queue = queue[1:]
			w := s.get(viewer, path)
			if !strings.Contains(w.Header().Get("Content-Type"), "html") {
				continue
			}
			pages++
			// The role switch of a demo names everybody; no page does.
			text := choice.ReplaceAllString(w.Body.String(), "")
			for _, p := range shy {
				if strings.Contains(text, p.Name) {
					found[p.Name] = append(found[p.Name], path)
				}
			}
			for _, m := range links.FindAllStringSubmatch(text, -1) {
				next := strings.ReplaceAll(m[1], "&amp;", "&")
				shape := shaped.ReplaceAllString(next, "*")
				if seen[next] || strings.HasPrefix(next, "/vast/") || strings.Contains(next, "proberen") || strings.Contains(next, "/inkomen") || strings.Contains(next, "simulatie") || strings.Contains(next, "bevolking") || shapes[shape] > 5 {
					continue
				}
				seen[next] = true
				shapes[shape]++
				queue = append(queue, next)
			}
		}
		for _, p := range shy {
			switch expected := slices.Contains(want, p.Name); {
			case expected && len(found[p.Name]) == 0:
				t.Errorf("%q may see %s, and sees it nowhere on %d pages", viewer, p.Name, pages)
			case !expected && len(found[p.Name]) > 0:
				t.Errorf("%q sees %s on %q", viewer, p.Name, found[p.Name])
			}
		}
		if pages < 30 {
			t.Errorf("%q: only %d pages", viewer, pages)
		}
		t.Logf("%q: %d pages, %v", viewer, pages, found)
	}
}

// TestFilesOfASignal: a file is masked, kept beside the log, opened only by who
// works on it, and erased by who sent it.
func TestFilesOfASignal(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	id := s.report("nina", "niemand", "Zie de aantekening.", []byte("bsn 123456782 staat fout"))
	path := "/signalen/" + id + "/bijlagen/1"
	for who, want := range map[string]int{"nina": 200, "femke": 200, "karim": 200, "anneke": 200, "marijke": 404, "joost": 404, "iris": 404, "": 404} {
		w := s.get(who, path)
		if w.Code != want {
			t.Errorf("%q opens the file: %d, want %d", who, w.Code, want)
		}
		if want != 200 {
			continue
		}
		if got := w.Body.String(); got != "bsn [BSN] staat fout" {
			t.Errorf("%q reads %q", who, got)
		}
		h := w.Header()
		if h.Get("Content-Disposition") != "attachment; filename=aantekening.txt" || h.Get("X-Content-Type-Options") != "nosniff" || !strings.Contains(h.Get("Content-Security-Policy"), "sandbox") || h.Get("Content-Type") != "text/plain" {
			t.Errorf("%q: %v", who, h)
		}
	}
	for r, err := range s.log.All(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		for f, x := range r.Secrets {
			if strings.Contains(x.Text, "staat fout") || strings.HasPrefix(f, "bijlage-") {
				t.Errorf("event %d gives the file with everything else: %s", r.Seq, f)
			}
		}
	}
	if w := s.post("femke", path+"/wissen", url.Values{}); w.Code == http.StatusSeeOther {
		t.Error("the owner erases what somebody else sent")
	}
	if w := s.post("nina", path+"/wissen", url.Values{}); w.Code != http.StatusSeeOther {
		t.Errorf("erase: %d", w.Code)
	}
	if w := s.get("nina", path); w.Code != 404 {
		t.Errorf("an erased file: %d", w.Code)
	}
	if w := s.get("nina", "/signalen"); !strings.Contains(w.Body.String(), "Een bijlage is gewist.") {
		t.Error("the page does not say that there was a file")
	}
	// A wrong file is refused and says what would do; the words are still there.
	var b bytes.Buffer
	m := multipart.NewWriter(&b)
	for k, v := range map[string]string{"formulier": "signaal", "sleutel": "x", "regeling": "individuele-inkomenstoeslag", "artikel": "verordening-artikel-2", "soort": "te-hard", "tekst": "Mijn woorden", "hoe-vaak": "wekelijks"} {
		_ = m.WriteField(k, v)
	}
	f, _ := m.CreateFormFile("bijlage", "x.png")
	_, _ = f.Write([]byte("<svg onload=alert(1)>"))
	_ = m.Close()
	w := s.ask("nina", http.MethodPost, "/signaal", m.FormDataContentType(), &b)
	if body := w.Body.String(); w.Code != 400 || !strings.Contains(body, "Stuur een PNG, een JPEG, een PDF of platte tekst.") || !strings.Contains(body, "Mijn woorden") {
		t.Errorf("wrong file: %d", w.Code)
	}
}

// TestDeepLink: a reference of a case system is in no address and on no page.
func TestDeepLink(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	const ref = "Z-2026-0417"
	get := s.get("samira", "/signaal?regeling=individuele-inkomenstoeslag&artikel=verordening-artikel-2&soort=te-hard&zaak="+ref)
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/signaal/open", strings.NewReader("regeling=individuele-inkomenstoeslag&artikel=verordening-artikel-2&soort=te-hard&zaak="+ref))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	r.Header.Set("Origin", "https://zaken.example")
	sent := httptest.NewRecorder()
	s.ServeHTTP(sent, r)
	if get.Code != 303 || sent.Code != 303 || get.Header().Get("Location") != sent.Header().Get("Location") {
		t.Fatalf("link %d %s, form %d %s", get.Code, get.Header().Get("Location"), sent.Code, sent.Header().Get("Location"))
	}
	href := get.Header().Get("Location")
	if strings.Contains(href, ref) || !strings.Contains(href, "zaak=v1%3A") {
		t.Errorf("goes on to %s", href)
	}
	body := s.get("samira", href).Body.String()
	if strings.Contains(body, ref) || !strings.Contains(body, "zaak v1:") || !regexp.MustCompile(`value="te-hard"[^>]*checked`).MatchString(body) {
		t.Error("the page names the case, or lost the place or the tile")
	}
	// Any other form of another site is still refused.
	r = httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/signaal", strings.NewReader("regeling=x"))
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	w := httptest.NewRecorder()
	s.ServeHTTP(w, r)
	if w.Code != http.StatusForbidden {
		t.Errorf("a form of another site: %d", w.Code)
	}
	if w := s.get("", "/vast/lemniscaat-signaal.js"); w.Code != 200 || w.Header().Get("Cross-Origin-Resource-Policy") != "cross-origin" {
		t.Errorf("the component: %d %v", w.Code, w.Header())
	}
}

// TestFindingInOrdinaryWords: the words of a desk lead to the right article.
func TestFindingInOrdinaryWords(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	for words, want := range map[string]string{
		"bewijs van inkomen":        "Individuele inkomenstoeslag",
		"hoogte van de zorgtoeslag": "Hoe hoog de zorgtoeslag is",
		"vermogenn te hoog":         "vermogen",
		"te streng spaargeld":       "heet hier",
		"xylofoon":                  "0 plekken gevonden",
	} {
		body := s.get("samira", "/signaal?zoek="+url.QueryEscape(words)).Body.String()
		if !strings.Contains(body, want) {
			t.Errorf("%q does not lead to %q", words, want)
		}
	}
	// A result leads to the form on that place.
	body := s.get("samira", "/signaal?zoek=bewijs").Body.String()
	m := regexp.MustCompile(`href="(/signaal\?artikel=[^"]+)"`).FindStringSubmatch(body)
	if m == nil {
		t.Fatal("no result leads to the form")
	}
	if w := s.get("samira", strings.ReplaceAll(m[1], "&amp;", "&")); w.Code != 200 || !strings.Contains(w.Body.String(), `id="plek-regel"`) {
		t.Errorf("%s: %d", m[1], w.Code)
	}
}

var codeIn = regexp.MustCompile(`[0-9A-HJKMNP-TV-Z]{4}(?:-[0-9A-HJKMNP-TV-Z]{4}){3}`)

// TestCitizen: two questions, a code, the road of a bezwaar with its date, the
// answer, a reaction; and nowhere a way back to who it was.
func TestCitizen(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	form := url.Values{"formulier": {"burger"}, "sleutel": {"ABCDEFGHIJKLMNOPQRSTUVWX"}, "onderwerp": {"individuele-inkomenstoeslag"}, "tekst": {"Mijn aanvraag is afgewezen op 1 september 2026. Dat is onterecht. Mijn bsn is 123456782."}}
	empty := s.post("", "/er-ging-iets-mis", url.Values{"formulier": {"burger"}, "tekst": {" "}})
	if empty.Code != 400 || !strings.Contains(empty.Body.String(), "Schrijf wat er mis ging.") || !strings.Contains(empty.Body.String(), "Kies waar het over ging.") {
		t.Errorf("an empty form: %d", empty.Code)
	}
	w := s.post("", "/er-ging-iets-mis", form)
	body := words(w)
	code := codeIn.FindString(body)
	if w.Code != 200 || code == "" {
		t.Fatalf("%d %.3000s", w.Code, body)
	}
	for _, want := range []string{"Wilt u bezwaar maken?", "“afgewezen” en “onterecht”", "13 oktober 2026", "[BSN]", "een BSN", "7 september 2026"} {
		if !strings.Contains(body, want) {
			t.Errorf("the receipt does not say %q", want)
		}
	}
	if again := s.post("", "/er-ging-iets-mis", form); codeIn.FindString(again.Body.String()) != code {
		t.Error("sent twice is not the same message")
	}
	if w := s.post("", "/volgen", url.Values{"formulier": {"volgen"}, "code": {"0000-0000-0000-0000"}}); w.Code != 400 || !strings.Contains(w.Body.String(), "kennen wij niet") {
		t.Errorf("an unknown code: %d", w.Code)
	}
	lower := strings.ToLower(strings.ReplaceAll(code, "-", " "))
	if w := s.post("", "/volgen", url.Values{"code": {lower}}); w.Code != 200 || !strings.Contains(w.Body.String(), "Wacht op antwoord van Femke de Wit") {
		t.Errorf("the code as people type it: %d", w.Code)
	}
	ask := url.Values{"formulier": {"formeel"}, "code": {code}, "weg": {"bezwaar"}, "besluit-van": {"2026-09-01"}, "bereikbaar": {""}}
	if w := s.post("", "/volgen/formeel", ask); w.Code != 400 || !strings.Contains(w.Body.String(), "Schrijf hoe wij u kunnen bereiken.") {
		t.Errorf("no way to reach: %d", w.Code)
	}
	ask.Set("bereikbaar", "F. Voorbeeld, Dorpsstraat 1, bel 06-12345678")
	if w := s.post("", "/volgen/formeel", ask); w.Code != 200 || !strings.Contains(w.Body.String(), "Uw bericht is ook een bezwaar") || !strings.Contains(w.Body.String(), "Karim Bouzid stuurt het door") {
		t.Errorf("formal: %d %.3000s", w.Code, w.Body)
	}
	for who, sees := range map[string]bool{"karim": true, "anneke": true, "samira": false, "marijke": false, "femke": false, "": false} {
		body := s.get(who, "/doorsturen").Body.String()
		if strings.Contains(body, "06-12345678") != sees || strings.Contains(body, "onterecht") != sees {
			t.Errorf("%q sees how to reach the citizen: %t", who, !sees)
		}
	}
	m := regexp.MustCompile(`action="(/doorsturen/[^"]+)"`).FindStringSubmatch(s.get("karim", "/doorsturen").Body.String())
	if m == nil {
		t.Fatal("nothing to send on")
	}
	if w := s.post("samira", m[1], url.Values{"hoe": {"x"}}); w.Code == 303 {
		t.Error("somebody else sends it on")
	}
	if w := s.post("karim", m[1], url.Values{"formulier": {"x"}, "hoe": {"Naar de commissie bezwaar, per interne post."}}); w.Code != 303 {
		t.Errorf("send on: %d %.2000s", w.Code, w.Body)
	}
	if body := s.post("", "/volgen", url.Values{"code": {code}}).Body.String(); !strings.Contains(body, "commissie bezwaar") {
		t.Error("the citizen does not see where it went")
	}
	// The log holds neither the code nor the words nor the number.
	for r, err := range s.log.All(t.Context(), 1) {
		if err != nil {
			t.Fatal(err)
		}
		all := string(r.Data) + r.Actor + r.Stream
		for _, secret := range []string{code, strings.ReplaceAll(code, "-", ""), "afgewezen op", "06-12345678", "123456782"} {
			if strings.Contains(all, secret) {
				t.Errorf("event %d holds %q", r.Seq, secret)
			}
		}
	}
}

// TestCitizenAnswered: the answer reaches the code, and the citizen says whether
// it is right.
func TestCitizenAnswered(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	w := s.post("", "/er-ging-iets-mis", url.Values{"formulier": {"burger"}, "sleutel": {"ZBCDEFGHIJKLMNOPQRSTUVWX"}, "onderwerp": {"individuele-inkomenstoeslag"}, "tekst": {"Ik begrijp de brief over mijn vermogen niet."}})
	code := codeIn.FindString(w.Body.String())
	if strings.Contains(w.Body.String(), "Wilt u bezwaar maken?") || !strings.Contains(w.Body.String(), "Maak er toch een bezwaar of klacht van") {
		t.Error("an ordinary message is called a bezwaar, or the road is not there")
	}
	var issue string
	for _, who := range []string{"femke", "karim", "anneke"} {
		for _, m := range regexp.MustCompile(`href="/knelpunten/(k-[0-9a-f]+)"[^>]*>Ik begrijp de brief`).FindAllStringSubmatch(s.get(who, "/knelpunten").Body.String(), -1) {
			issue = m[1]
		}
	}
	if issue == "" {
		t.Fatal("the message is in no knelpunt")
	}
	answered := ""
	for _, who := range []string{"femke", "karim", "anneke", "samira"} {
		w := s.post(who, "/knelpunten/"+issue+"/antwoord", url.Values{"formulier": {"antwoord"}, "soort": {"uitleggen"}, "reden": {"Wij maken de brief korter en leggen het vermogen uit."}})
		if w.Code == 303 {
			answered = who
			break
		}
	}
	if answered == "" {
		t.Fatal("nobody may answer")
	}
	body := s.post("", "/volgen", url.Values{"code": {code}}).Body.String()
	if !strings.Contains(body, "Wij maken de brief korter") || !strings.Contains(body, "Herkent u dit?") {
		t.Error("the answer is not there, or cannot be reacted to")
	}
	if w := s.post("", "/volgen/reactie", url.Values{"formulier": {"reactie"}, "code": {code}, "herkend": {"nee"}}); w.Code != 400 {
		t.Errorf("a no without a reason: %d", w.Code)
	}
	if w := s.post("", "/volgen/reactie", url.Values{"formulier": {"reactie"}, "code": {code}, "herkend": {"nee"}, "want": {"De brief is nog even lang."}}); w.Code != 200 || !strings.Contains(w.Body.String(), "De brief is nog even lang.") {
		t.Errorf("react: %d", w.Code)
	}
}

// TestCitizenSomethingElse: what fits nowhere is not lost.
func TestCitizenSomethingElse(t *testing.T) {
	t.Parallel()
	s := newSite(t)
	w := s.post("", "/er-ging-iets-mis", url.Values{"formulier": {"burger"}, "sleutel": {"YBCDEFGHIJKLMNOPQRSTUVWX"}, "onderwerp": {"overig"}, "tekst": {"De lantaarnpaal in mijn straat doet het niet en niemand belt terug."}})
	if w.Code != 200 || !strings.Contains(w.Body.String(), "Wilt u een klacht indienen?") {
		t.Fatalf("%d %.2000s", w.Code, w.Body)
	}
	list := s.get("femke", "/knelpunten").Body.String()
	m := regexp.MustCompile(`href="(/knelpunten/k-[0-9a-f]+)"[^>]*>De lantaarnpaal`).FindStringSubmatch(list)
	if m == nil {
		t.Fatal("it is in no knelpunt")
	}
	if w := s.get("femke", m[1]); w.Code != 200 || strings.Contains(w.Body.String(), "/regelingen/overig") {
		t.Errorf("its page: %d", w.Code)
	}
}
