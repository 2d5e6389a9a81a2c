package web_test

import (
	"encoding/json"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/screen"
	"lemniscaat/internal/web/webtest"
)

const amendPath = "/voorstellen/v-1/regels/" + reg + ".grensbedrag"

// TestAmendmentInput: what a form of the page says, and nothing else, reaches
// the service.
func TestAmendmentInput(t *testing.T) {
	t.Parallel()
	form := url.Values{
		"formulier": {"regel"}, "stand": {"0a1b"}, "tekst": {"Regel x"}, "vergelijking-1": {"is groter dan"}, "waarde-1": {"5 €"},
		"parameter:" + reg + ".inkomensgrens": {"120 %"}, "voorwaarde-lijst-1": {"persoon.vermogen"}, "voorwaarde-lijst-2": {"persoon.inkomen"}, "vreemd-1": {"x"},
	}
	want := screen.AmendmentInput{
		Proposal: "v-1", Rule: reg + ".grensbedrag", Text: "Regel x", Stand: "0a1b",
		Values: map[string]string{"vergelijking-1": "is groter dan", "waarde-1": "5 €", "parameter:" + reg + ".inkomensgrens": "120 %"},
	}
	for name, c := range map[string]struct {
		more url.Values
		do   func(*screen.AmendmentInput)
	}{
		"bewaren":    {nil, func(*screen.AmendmentInput) {}},
		"weg":        {url.Values{"weg": {"voorwaarde-2"}}, func(in *screen.AmendmentInput) { in.Remove = "voorwaarde-2" }},
		"erbij":      {url.Values{"erbij": {"lijst-2"}}, func(in *screen.AmendmentInput) { in.Add, in.With = "lijst-2", "persoon.inkomen" }},
		"tekst":      {url.Values{"als": {"tekst"}}, func(in *screen.AmendmentInput) { in.Plain = true }},
		"naar tekst": {url.Values{"doe": {"tekst"}}, func(in *screen.AmendmentInput) { in.ToPlain = true }},
		"naar zin":   {url.Values{"als": {"tekst"}, "doe": {"zin"}}, func(in *screen.AmendmentInput) { in.Plain = false }},
		"vervangen":  {url.Values{"over": {"beef"}}, func(in *screen.AmendmentInput) { in.Stand = "beef" }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			fake := &webtest.Fake{State: webtest.Filled}
			f := url.Values{}
			for _, all := range []url.Values{form, c.more} {
				for k, v := range all {
					f[k] = v
				}
			}
			w := do(handler(t, fake), request("POST", amendPath+"/bewaren", "femke", f))
			if w.Code != 303 || w.Header().Get("Location") != "/voorstellen/v-1?gedaan=regel#verschil" {
				t.Fatalf("%d %s", w.Code, w.Header().Get("Location"))
			}
			in := want
			c.do(&in)
			if diff := cmp.Diff([]webtest.Call{{Name: "SaveAmendment", Who: "femke", In: in}}, fake.Calls()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestAmendmentLook: looking keeps nothing, shows faults as text with a link to
// their line, and keeps what was typed.
func TestAmendmentLook(t *testing.T) {
	t.Parallel()
	fake := &webtest.Fake{State: webtest.Filled}
	typed := "Regel x\n    fout <script>alert(1)</script>"
	w := do(handler(t, fake), request("POST", amendPath, "femke", url.Values{"formulier": {"regel"}, "als": {"tekst"}, "tekst": {typed}}))
	if w.Code != 200 || len(fake.Calls()) != 0 {
		t.Fatalf("%d %v", w.Code, fake.Calls())
	}
	page := parse(t, w)
	if body := w.Body.String(); strings.Contains(body, "<script>alert") || strings.Contains(body, "<b>fout") {
		t.Error("text is not escaped")
	}
	area := page.tags("textarea")
	if len(area) != 1 || area[0].FirstChild.Data != typed {
		t.Error("the text is lost")
	}
	summary := page.all(func(e node) bool { return e.attr("id") == "fouten" })
	if len(summary) != 1 {
		t.Fatal("no error summary")
	}
	href := summary[0].tags("a")[0].attr("href")
	if href != "#regel-regel-2" || len(page.all(func(e node) bool { return "#"+e.attr("id") == href })) != 1 {
		t.Errorf("%s leads nowhere", href)
	}
}

// TestAmendmentConflict: somebody else was first. Nothing that was typed is
// lost, and their version is shown.
func TestAmendmentConflict(t *testing.T) {
	t.Parallel()
	fake := &webtest.Fake{State: webtest.Filled, Refuse: map[string]error{"SaveAmendment": &screen.Refusal{Code: "inmiddels-veranderd", Text: "Iemand anders was eerder."}}}
	w := do(handler(t, fake), request("POST", amendPath+"/bewaren", "femke", url.Values{"formulier": {"regel"}, "als": {"tekst"}, "tekst": {"Regel mijn"}, "stand": {"oud"}}))
	page := parse(t, w)
	if w.Code != 409 || !strings.Contains(page.text(), "Karim Bouzid") {
		t.Errorf("%d: who it was is not said", w.Code)
	}
	if a := page.tags("textarea"); len(a) != 1 || strings.TrimSpace(a[0].text()) != "Regel mijn" {
		t.Error("what was typed is lost")
	}
	over := page.all(func(e node) bool { return e.attr("name") == "over" })
	if len(over) != 1 || over[0].attr("value") != "0a1b2c3d4e5f6071" || over[0].attr("form") != "regelwerk" {
		t.Error("no way to replace it")
	}
}

func TestAmendmentHelp(t *testing.T) {
	t.Parallel()
	for path, want := range map[string]string{
		"controle":  `{"meldingen":[{"regel":1,"teken":3,"fout":true,"tekst":"Onverwacht \u003ci\u003e","code":"onverwacht"}]}`,
		"aanvullen": `[{"tekst":"zijn vermogen","soort":"gegeven","van":2,"tot":5}]`,
		"uitleg":    `{"tekst":"vermogen","uitleg":"een gegeven","van":5,"tot":5}`,
	} {
		fake := &webtest.Fake{State: webtest.Filled}
		h := handler(t, fake)
		w := do(h, request("POST", amendPath+"/"+path, "femke", url.Values{"tekst": {"Regel x"}, "plek": {"5"}}))
		if w.Code != 200 || w.Header().Get("Content-Type") != "application/json; charset=utf-8" || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s: %d %s", path, w.Code, w.Header().Get("Content-Type"))
		}
		if diff := cmp.Diff(want, w.Body.String()); diff != "" {
			t.Errorf("%s: %s", path, diff)
		}
		foreign := request("POST", amendPath+"/"+path, "femke", url.Values{"tekst": {"x"}})
		foreign.Header.Set("Sec-Fetch-Site", "cross-site")
		if w := do(h, foreign); w.Code != 403 {
			t.Errorf("%s from another site: %d", path, w.Code)
		}
		if w := do(h, request("POST", amendPath+"/"+path, "femke", url.Values{"tekst": {strings.Repeat("x", 200<<10)}})); w.Code != 413 {
			t.Errorf("%s with 200 kB: %d", path, w.Code)
		}
		no := &screen.Refusal{Code: "wijzigen-kan-niet", Text: "Dat mag u niet."}
		fake.Refuse = map[string]error{"CheckText": no, "CompleteText": no, "ExplainText": no}
		if w := do(h, request("POST", amendPath+"/"+path, "samira", url.Values{"tekst": {"x"}})); w.Code != 403 || !json.Valid(w.Body.Bytes()) {
			t.Errorf("%s refused: %d %s", path, w.Code, w.Body)
		}
	}
}

// TestAmendmentPolicy: only the page with the text editor lets style sheets with
// a nonce in, each time another one, and only that page loads the editor.
func TestAmendmentPolicy(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	nonce := regexp.MustCompile(`style-src 'self' 'nonce-([A-Z0-9]{26})';`)
	seen := map[string]bool{}
	for _, path := range []string{amendPath + "?als=tekst", amendPath + "?als=tekst", amendPath, "/voorstellen/v-1"} {
		w := do(h, request("GET", path, "femke", nil))
		m := nonce.FindStringSubmatch(w.Header().Get("Content-Security-Policy"))
		text := strings.HasSuffix(path, "tekst")
		if (m != nil) != text || strings.Contains(w.Body.String(), "/vast/editor.") != text {
			t.Errorf("%s: policy %q", path, w.Header().Get("Content-Security-Policy"))
		}
		if m == nil {
			continue
		}
		if seen[m[1]] || !strings.Contains(w.Body.String(), `data-nonce="`+m[1]+`"`) {
			t.Errorf("%s: nonce %s", path, m[1])
		}
		seen[m[1]] = true
	}
	// Who may not edit gets neither.
	if w := do(h, request("GET", amendPath+"?als=tekst", "", nil)); strings.Contains(w.Header().Get("Content-Security-Policy"), "nonce") || strings.Contains(w.Body.String(), "<textarea") {
		t.Error("the editor is shown to who may not edit")
	}
}

// TestEditorSize: the editor stays within what a page may weigh.
func TestEditorSize(t *testing.T) {
	t.Parallel()
	info, err := os.Stat("static/vendor/editor.js")
	if err != nil {
		t.Fatal(err)
	}
	if info.Size() > 400<<10 {
		t.Errorf("%d bytes", info.Size())
	}
}
