package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"lemniscaat/internal/mutate"
	"lemniscaat/internal/web"
	"lemniscaat/internal/web/webtest"
)

// inEnglish adds the choice of a reader to a request.
func inEnglish(r *http.Request) *http.Request {
	r.AddCookie(&http.Cookie{Name: "taal", Value: "en"})
	return r
}

func TestLanguage(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled}, func(d *web.Deps) {
		d.Phrases = map[string]string{"Paar met twee kinderen": "Couple with two children"}
	})
	dutch := do(h, request("GET", "/register", "samira", nil)).Body.String()
	english := do(h, inEnglish(request("GET", "/register", "samira", nil))).Body.String()
	for _, c := range []struct {
		page, want string
	}{
		{dutch, `<html lang="nl">`}, {english, `<html lang="en">`},
		{dutch, `value="en" lang="en" translate="no">English`}, {english, `value="nl" lang="nl" translate="no">Nederlands`},
	} {
		if !strings.Contains(c.page, c.want) {
			t.Errorf("the page lacks %s", c.want)
		}
	}
	// A language is chosen with a form, and only one that there is.
	for lang, want := range map[string]int{"en": http.StatusSeeOther, "nl": http.StatusSeeOther, "de": http.StatusBadRequest, "": http.StatusBadRequest} {
		w := do(h, request("POST", "/taal", "", url.Values{"taal": {lang}, "terug": {"/register"}}))
		if w.Code != want {
			t.Errorf("taal=%q: %d, want %d", lang, w.Code, want)
		}
		if want == http.StatusSeeOther && (w.Header().Get("Location") != "/register" || !strings.Contains(w.Header().Get("Set-Cookie"), "taal="+lang+";")) {
			t.Errorf("taal=%q: to %q with %q", lang, w.Header().Get("Location"), w.Header().Get("Set-Cookie"))
		}
	}
	// An address outside is no way back.
	if w := do(h, request("POST", "/taal", "", url.Values{"taal": {"en"}, "terug": {"//kwaad.example"}})); w.Header().Get("Location") != "/" {
		t.Errorf("went to %q", w.Header().Get("Location"))
	}
}

func TestTranslate(t *testing.T) {
	t.Parallel()
	pairs := map[string]string{"Antwoord uiterlijk {datum}.": "Answer by {datum}.", "Zoek": "Search"}
	for _, c := range []struct{ name, page, want string }{
		{"text", `<p> Antwoord uiterlijk 3 maart 2027. </p>`, `<p> Answer by 3 March 2027. </p>`},
		{"spoken", `<input aria-label="Zoek" value="Zoek">`, `<input aria-label="Search" value="Zoek">`},
		{"left alone", `<div translate="no"><div>Zoek</div>Zoek</div>Zoek`, `<div translate="no"><div>Zoek</div>Zoek</div>Search`},
		{"typed", `<textarea>Zoek</textarea>`, `<textarea>Zoek</textarea>`},
		{"code", `<code>1.234,50</code> 1.234,50`, `<code>1.234,50</code> 1,234.50`},
		{"unknown", `<p>Dit is een zin die het boek niet kent.</p>`, `<p><span lang="nl">Dit is een zin die het boek niet kent.</span></p>`},
		{"unknown in an option", `<option>Dit is een zin die niet bestaat</option>`, `<option>Dit is een zin die niet bestaat</option>`},
		{"a name", `<p>Femke de Wit</p>`, `<p>Femke de Wit</p>`},
		{"escaped", `<p>Zoek &lt;b&gt; van de &amp; het</p>`, `<p><span lang="nl">Zoek &lt;b&gt; van de &amp; het</span></p>`},
		{"void inside", `<div translate="no"><br>Zoek<img alt="Zoek"></div>`, `<div translate="no"><br>Zoek<img alt="Zoek"></div>`},
	} {
		got, err := web.Translate(pairs, c.page)
		if err != nil {
			t.Fatal(err)
		}
		if got != c.want {
			t.Errorf("%s: got %s, want %s", c.name, got, c.want)
		}
	}
}

func FuzzTranslate(f *testing.F) {
	const page = `<p translate="no"><p>Zoek</textarea><title>Zoek`
	f.Add(page)
	mutate.Add(f, []string{page, `<p>Zoek <b>x</b></p><option>Zoek x</option><div translate="no"><br>Zoek<img alt="Zoek"></div>`}, func(page string) { f.Add(page) })
	f.Fuzz(func(t *testing.T, page string) {
		if _, err := web.Translate(map[string]string{"Zoek {x}": "Search {x}"}, page); err != nil {
			t.Fatal(err)
		}
	})
}
