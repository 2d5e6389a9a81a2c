package web_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/net/html"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/web"
	"lemniscaat/internal/web/webtest"
)

const reg = "individuele-inkomenstoeslag"

// paths are all pages, with the ids that the fake knows.
var paths = append(steeringPaths(), []string{
	"/", "/wegwijzer", "/regelingen", "/lus/signaleer", "/lus/meet?regeling=" + reg, "/rondleiding", "/regelingen/" + reg, "/regelingen/" + reg + "/artikel-3",
	"/signaal", "/signaal?regeling=" + reg + "&artikel=artikel-3", "/signalen", "/signalen/s-1",
	"/knelpunten", "/knelpunten?regeling=" + reg, "/knelpunten/k-1", "/knelpunten?zoek=euro&staat=open&te-laat=ja&van-mij=ja", "/meldingen", "/meldingen/instellen", "/bundelen", "/bundelen?uit=k-2&in=k-1", "/knelpunten/k-1/bundelen",
	"/voorstellen", "/voorstellen?regeling=" + reg, "/voorstellen/v-1", "/voorstellen/v-sleutel", "/voorstellen/v-besloten", "/voorstellen/v-1/plan", "/veranderagenda", "/veranderagenda?uitvoerder=iit",
	"/voorstellen/v-1/regels/" + reg + ".grensbedrag", "/voorstellen/v-1/regels/" + reg + ".grensbedrag?als=tekst",
	"/simulaties", "/simulaties/vergelijk", "/simulaties/r-1/huishouden", "/simulaties/r-1/huishouden?nummer=12", "/simulaties/r-1/huishouden?nummer=x", "/simulaties/vergelijk?run=r-1&run=r-2", "/simulaties/r-1", "/simulaties/r-bezig", "/simulaties/r-wacht", "/simulaties/r-mislukt", "/simulaties/r-gestopt",
	"/verhalen", "/beslissingen", "/beslissingen?staat=genomen&zoek=paar", "/beslissingen/nieuw", "/beslissingen/d-1", "/beslissingen/d-voornemen", "/beslissingen/d-bezwaar", "/beslissingen/d-systeem", "/maatwerk", "/maatwerk?team=" + reg, "/detectoren", "/detectoren?regeling=" + reg, "/wie-raakt-dit", "/wie-raakt-dit?regeling=" + reg + "&artikel=artikel-3", "/metingen/" + reg, "/metingen", "/metingen?staat=binnen", "/register", "/team", "/bevolking",
	"/wetten/BWBR0015703", "/recht", "/inkomen", "/inkomen?eigen=ja&leeftijd=12", "/regelingen/" + reg + "/proberen", tried("120 %") + "&knelpunt=k-1",
	"/regelingen/" + reg + "/vergelijk", "/regelingen/" + reg + "/vergelijk?van=2026-12-31&tot=2027-01-01&tot-regels=variant%3Aruimere-grens",
}...)

var states = []webtest.State{webtest.Empty, webtest.Filled, webtest.Long}

var actors = []string{"", "samira", "femke", "ruben", "wilma", "hanne"}

// everything is the Guard of tests of pages, which are not about who may see them.
type everything struct{}

func (everything) Allow(context.Context, authz.Request) authz.Decision {
	return authz.Decision{Allowed: true}
}

func handler(t testing.TB, s web.Service, change ...func(*web.Deps)) http.Handler {
	t.Helper()
	d := web.Deps{Service: s, Log: slog.New(slog.DiscardHandler), Guard: everything{}}
	for _, f := range change {
		f(&d)
	}
	h, err := web.New(d)
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func request(method, path, who string, form url.Values) *http.Request {
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r := httptest.NewRequest(method, path, body)
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if who != "" {
		r.AddCookie(&http.Cookie{Name: "rol", Value: who})
	}
	return r
}

func do(h http.Handler, r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// node is a helper over a parsed page.
type node struct{ *html.Node }

func parse(t testing.TB, w *httptest.ResponseRecorder) node {
	t.Helper()
	n, err := html.Parse(bytes.NewReader(w.Body.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	return node{n}
}

func (n node) all(match func(node) bool) []node {
	var out []node
	for d := range n.Descendants() {
		if e := (node{d}); d.Type == html.ElementNode && match(e) {
			out = append(out, e)
		}
	}
	return out
}

func (n node) tags(names ...string) []node {
	return n.all(func(e node) bool { return slices.Contains(names, e.Data) })
}

func (n node) attr(key string) string { v, _ := n.lookup(key); return v }

func (n node) lookup(key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func (n node) text() string {
	var b strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			b.WriteString(d.Data)
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// everyPage calls f for every page, state and actor.
func everyPage(t *testing.T, f func(t *testing.T, page node, name string)) {
	for _, state := range states {
		h := handler(t, &webtest.Fake{State: state})
		for _, who := range actors {
			for _, path := range paths {
				name := fmt.Sprintf("%s als %q, %s", path, who, state)
				w := do(h, request("GET", path, who, nil))
				if w.Code != http.StatusOK {
					t.Errorf("%s: %d", name, w.Code)
					continue
				}
				f(t, parse(t, w), name)
			}
		}
	}
}

// TestStructure checks, for every page in every state, what a reader without
// sight, without a mouse or without scripts depends on.
func TestStructure(t *testing.T) {
	t.Parallel()
	everyPage(t, func(t *testing.T, page node, name string) {
		fail := func(format string, args ...any) {
			t.Helper()
			t.Errorf("%s: %s", name, fmt.Sprintf(format, args...))
		}
		if n := len(page.tags("h1")); n != 1 {
			fail("%d h1", n)
		}
		if n := len(page.tags("main")); n != 1 {
			fail("%d main", n)
		}
		if lang := page.tags("html")[0].attr("lang"); lang != "nl" {
			fail("lang %q", lang)
		}
		if title := page.tags("title")[0].text(); !strings.HasSuffix(title, " · Lemniscaat") || len(title) < 15 {
			fail("title %q", title)
		}
		// Headings go down one at a time, within main.
		last := 1
		for _, e := range page.tags("main")[0].tags("h1", "h2", "h3", "h4") {
			level, _ := strconv.Atoi(e.Data[1:])
			if level > last+1 {
				fail("heading %q jumps from h%d to h%d", e.text(), last, level)
			}
			if e.text() == "" {
				fail("an empty heading")
			}
			last = level
		}
		ids := map[string]int{}
		for _, e := range page.all(func(e node) bool { return e.attr("id") != "" }) {
			ids[e.attr("id")]++
		}
		for id, n := range ids {
			// The long state repeats the same data on purpose.
			if n > 1 && !strings.Contains(name, string(webtest.Long)) {
				fail("id %s is there %d times", id, n)
			}
		}
		labels := map[string]bool{}
		for _, e := range page.tags("label") {
			labels[e.attr("for")] = true
		}
		for _, e := range page.all(func(node) bool { return true }) {
			for _, a := range e.Attr {
				switch {
				case a.Key == "style" || strings.HasPrefix(a.Key, "on") || strings.HasPrefix(a.Key, "hx-on"):
					fail("<%s> has %s", e.Data, a.Key)
				case slices.Contains([]string{"aria-labelledby", "aria-describedby", "for", "form"}, a.Key):
					for id := range strings.FieldsSeq(a.Val) {
						if ids[id] == 0 {
							fail("<%s %s=%q> names nothing", e.Data, a.Key, id)
						}
					}
				case a.Key == "tabindex" && a.Val != "0" && a.Val != "-1":
					fail("tabindex %s changes the order of the keyboard", a.Val)
				case a.Key == "href" && strings.HasPrefix(a.Val, "#"):
					if ids[a.Val[1:]] == 0 && !strings.HasPrefix(a.Val, "#p-") && !strings.HasPrefix(a.Val, "#toets-") {
						fail("link to %s leads nowhere", a.Val)
					}
				case a.Key == "href" && strings.HasPrefix(strings.ToLower(a.Val), "javascript"):
					fail("script in a link")
				}
			}
			switch e.Data {
			case "script":
				if e.attr("src") == "" || e.text() != "" {
					fail("inline script")
				}
			case "style":
				fail("inline style")
			case "input", "select", "textarea":
				if e.attr("type") == "hidden" {
					break
				}
				inLabel := false
				for p := e.Parent; p != nil; p = p.Parent {
					inLabel = inLabel || p.Type == html.ElementNode && p.Data == "label"
				}
				if !inLabel && !labels[e.attr("id")] {
					fail("<%s name=%q> has no label", e.Data, e.attr("name"))
				}
			case "button", "a", "summary":
				if e.text() == "" {
					fail("<%s> without a name", e.Data)
				}
			case "form":
				// What only chooses what is shown is a get.
				if m := e.attr("method"); m != "post" && (m != "get" || e.attr("action") != "" && e.attr("role") != "search") {
					fail("form with method %q", m)
				}
			case "th":
				if e.attr("scope") == "" {
					fail("<th> without scope")
				}
			case "img":
				if _, ok := e.lookup("alt"); !ok {
					fail("<img> without alt")
				}
			}
		}
		if strings.Contains(page.text(), "⟦") {
			fail("a text is missing: %s", regexp.MustCompile(`⟦[^⟧]*⟧`).FindString(page.text()))
		}
		if strings.Contains(page.text(), "%!") {
			fail("a text is not filled in")
		}
	})
}

// TestLinks: every link within the site leads to a page that exists, and every
// form to a command that exists.
func TestLinks(t *testing.T) {
	t.Parallel()
	fake := &webtest.Fake{State: webtest.Filled}
	h := handler(t, fake)
	seen := map[string]bool{}
	everyPage(t, func(t *testing.T, page node, name string) {
		for _, e := range page.tags("a", "link", "script", "form") {
			href, method := e.attr("href")+e.attr("src"), http.MethodGet
			if e.Data == "form" {
				if href = e.attr("action"); e.attr("method") != "get" {
					method = http.MethodPost
				}
			}
			key := method + " " + href
			if seen[key] || !strings.HasPrefix(href, "/") {
				continue
			}
			seen[key] = true
			if code := do(h, request(method, href, "samira", url.Values{})).Code; code == http.StatusNotFound || code == http.StatusMethodNotAllowed || code >= 500 {
				t.Errorf("%s: %s gives %d", name, key, code)
			}
		}
	})
	if len(seen) < 40 {
		t.Errorf("only %d links seen", len(seen))
	}
}

// TestTexts: whatever a page says comes from the catalogue or from the view.
// The pages are rendered with a catalogue in which every sentence is marked;
// what is left unmarked must be in the data.
func TestTexts(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("../i18n/nl.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dutch, err := i18n.Parse("nl", source)
	if err != nil {
		t.Fatal(err)
	}
	var marked strings.Builder
	for _, k := range dutch.Keys() {
		text, _ := dutch.Text(k)
		var forms []string
		for _, f := range strings.Split(text, "|") {
			holes := regexp.MustCompile(`\{[a-z]+\}`).FindAllString(f, -1)
			forms = append(forms, "«"+strings.Join(holes, " ")+"»")
		}
		marked.WriteString(nest(k, strings.Join(forms, "|")))
	}
	texts, err := i18n.Parse("nl", []byte(merge(marked.String())))
	if err != nil {
		t.Fatal(err)
	}
	fake := &webtest.Fake{State: webtest.Filled}
	data := map[string]bool{}
	collect(fake, data)
	h := handler(t, fake, func(d *web.Deps) { d.Texts = texts })
	letters := regexp.MustCompile(`\p{L}{3,}`)
	for _, who := range []string{"samira", "femke", "ruben"} {
		for _, path := range paths {
			page := parse(t, do(h, request("GET", path, who, nil)))
			for d := range page.Descendants() {
				if d.Type != html.TextNode || d.Parent.Data == "script" {
					continue
				}
				s := strings.TrimSpace(d.Data)
				s = strings.Trim(s, "“”·: ")
				if s == "" || strings.ContainsAny(s, "«»") || data[s] || s == "Lemniscaat" {
					continue
				}
				if !letters.MatchString(s) {
					continue
				}
				// What stands on an axis is written by the chart: "€ 3 miljoen".
				if strings.Contains((node{d.Parent}).attr("class"), "chart-tick") {
					continue
				}
				inData := false
				for v := range data {
					inData = inData || len(v) > 2 && (strings.Contains(v, s) || strings.Contains(s, v))
				}
				if !inData {
					t.Errorf("%s says %q, which is not in the catalogue", path, s)
				}
			}
		}
	}
}

// nest writes one key as "a:\x00b:\x00text" for merge.
func nest(key, text string) string { return key + "\x00" + text + "\n" }

// merge makes YAML of flat keys.
func merge(flat string) string {
	tree := map[string]any{}
	for line := range strings.Lines(flat) {
		key, text, _ := strings.Cut(strings.TrimSuffix(line, "\n"), "\x00")
		parts := strings.Split(key, ".")
		m := tree
		for _, p := range parts[:len(parts)-1] {
			next, ok := m[p].(map[string]any)
			if !ok {
				next = map[string]any{}
				m[p] = next
			}
			m = next
		}
		m[parts[len(parts)-1]] = text
	}
	out, err := json.Marshal(tree) // JSON is YAML
	if err != nil {
		panic("BUG: " + err.Error())
	}
	return string(out)
}

// collect gathers all strings of all views.
func collect(f *webtest.Fake, out map[string]bool) {
	ctx := context.Background()
	for _, who := range []string{"samira", "femke", "ruben"} {
		add := func(v any, _ error) { walk(reflect.ValueOf(v), out) }
		v1, e := f.Frame(ctx, who)
		add(v1, e)
		waits, e := f.Station(ctx, who, "signaleer", reg, screen.Asked{})
		add(waits, e)
		collectSteering(ctx, f, who, add)
		all, e := f.Measurements(ctx, who, "", "", screen.Asked{})
		add(all, e)
		v2, e := f.Start(ctx, who)
		add(v2, e)
		v3, e := f.Regulation(ctx, who, reg)
		add(v3, e)
		v4, e := f.Article(ctx, who, reg, "artikel-3")
		add(v4, e)
		v5, e := f.SignalForm(ctx, who, screen.SignalAsk{At: screen.Anchor{Regulation: reg, Article: "artikel-3"}})
		add(v5, e)
		v6, e := f.Receipt(ctx, who, "s-1")
		add(v6, e)
		v7, e := f.MySignals(ctx, who, screen.Asked{})
		add(v7, e)
		v8, e := f.Issues(ctx, who, screen.IssueListInput{Regulation: reg})
		add(v8, e)
		v9, e := f.Issue(ctx, who, "k-1")
		add(v9, e)
		told, e := f.Notices(ctx, who, screen.Asked{})
		add(told, e)
		mails, e := f.NoticeSettings(ctx, who)
		add(mails, e)
		pairs, e := f.Bundle(ctx, who, screen.BundleInput{Last: screen.BundleUndo{From: "k-2", Into: "k-1"}})
		add(pairs, e)
		apart, e := f.SplitPage(ctx, who, "k-1", screen.Asked{})
		add(apart, e)
		sides, e := f.Comparison(ctx, who, reg, screen.SideInput{}, screen.SideInput{})
		add(sides, e)
		for _, n := range []string{"", "12", "x"} {
			home, e := f.HouseholdOf(ctx, who, "r-1", n)
			add(home, e)
		}
		beside, e := f.Versus(ctx, who, []string{"r-1", "r-2"})
		add(beside, e)
		varied, e := f.Vary(ctx, who, screen.CurveInput{})
		add(varied, e)
		for _, id := range []string{"v-1", "v-sleutel", "v-besloten"} {
			v, e := f.Proposal(ctx, who, id)
			add(v, e)
		}
		runs, e := f.Simulations(ctx, who)
		add(runs, e)
		for _, id := range []string{"r-1", "r-bezig", "r-wacht", "r-mislukt", "r-gestopt"} {
			v, e := f.Simulation(ctx, who, id)
			add(v, e)
		}
		mensen, e := f.Inhabitants(ctx, who)
		add(mensen, e)
		v10, e := f.Decisions(ctx, who, "", screen.Asked{})
		add(v10, e)
		v11, e := f.Decision(ctx, who, "d-1")
		add(v11, e)
		for _, id := range []string{"d-voornemen", "d-bezwaar", "d-systeem"} {
			v, e := f.Decision(ctx, who, id)
			add(v, e)
		}
		watch, e := f.Watch(ctx, who, "", screen.Asked{})
		add(watch, e)
		reach, e := f.Reach(ctx, who, reg, "", "", "")
		add(reach, e)
		record, e := f.RecordForm(ctx, who)
		add(record, e)
		desk, e := f.Desk(ctx, who, "", screen.Asked{})
		add(desk, e)
		v12, e := f.Measurement(ctx, who, reg)
		add(v12, e)
		v13, e := f.Register(ctx, who, screen.RegisterInput{})
		add(v13, e)
		v14, e := f.Team(ctx, who)
		add(v14, e)
		v15, e := f.Amendment(ctx, who, screen.AmendmentInput{Proposal: "v-1", Rule: reg + ".grensbedrag"})
		add(v15, e)
	}
}

func walk(v reflect.Value, out map[string]bool) {
	switch v.Kind() {
	case reflect.String:
		if s := strings.TrimSpace(v.String()); s != "" {
			out[s] = true
		}
	case reflect.Struct:
		for i := range v.NumField() {
			if v.Type().Field(i).IsExported() {
				walk(v.Field(i), out)
			}
		}
	case reflect.Slice, reflect.Array:
		for i := range v.Len() {
			walk(v.Index(i), out)
		}
	case reflect.Pointer, reflect.Interface:
		if !v.IsNil() {
			walk(v.Elem(), out)
		}
	}
}

// TestContent: pages show what their view says.
func TestContent(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	for _, x := range []struct {
		path, who string
		want      []string
	}{
		{"/", "femke", []string{"Wat op u wacht, Femke de Wit", "Waar het nu op wacht", "te laat sinds 2 nov 2026", "niet aangesloten", "Verder met de rondleiding (1 van 7)"}},
		{"/rondleiding", "", []string{"U wordt dan Ruben Koster, uitvoeringsadviseur."}},
		{"/regelingen/" + reg, "", []string{"Signaleer 41 open signalen oudste: 41 dagen", "u bent hier", "Het langst wacht het na Signaleer", "coördinerend opdrachtgever"}},
		{"/regelingen/" + reg + "/artikel-3", "", []string{"niet geverifieerd", "voorbeeld", "berekend: € 520", "al bekend bij: de gemeente zelf", "Wie niets doet", "37 melders"}},
		{"/signaal?regeling=" + reg + "&artikel=artikel-3&zaak=v1:9", "samira", []string{"Individuele inkomenstoeslag · Artikel 3. Laag inkomen · lid 1", "zaak v1:9", "37 collega's zagen dit", "Ook bij mij", "Gaat juist goed", "Femke de Wit antwoordt, uiterlijk op 3 januari 2027."}},
		{"/signalen/s-1", "samira", []string{"Femke de Wit moet antwoorden, uiterlijk op 3 januari 2027. Die dag schuift niet op."}},
		{"/signalen", "samira", []string{"Herkent u dit?", "Wat de balie vanaf morgen doet", "te laat sinds"}},
		{"/knelpunten/k-1", "femke", []string{"Een ander huishouden.", "Niet wijzigen", "Zo leest de melder het", "Probeer een oplossing", "De eigenaar moet antwoorden."}},
		{"/knelpunten/k-1", "wilma", nil},
		{"/knelpunten/k-1", "ruben", []string{"Nu niet mogelijk: antwoord geven", "coördinerend opdrachtgever", "Aanvaard als uitvoering"}},
		{"/voorstellen/v-1", "ruben", []string{"De inkomensgrens gaat van 110 % naar 120 % van de norm.", "Dit moet nog, voor de volgende stap", "Vervallen.", "nu 110 %", "Berekend: 84", "Nu 41 %. Wij verwachten 52 % tot 64 % op 31 december 2027."}},
		{"/voorstellen/v-1", "femke", []string{"Nu niet mogelijk: een sleutel geven", "Eerst moet de uitvoeringstoets op deze versie gedaan zijn."}},
		{"/voorstellen/v-sleutel", "femke", []string{"Geef de sleutel van beleid", "51e0cc93a8f7"}},
		{"/simulaties/r-1", "", []string{"Er komen 21.000 ontvangers bij en het kost € 9 miljoen per jaar meer.", "280.800 tot 343.200", "€ 139 miljoen", "te weinig om te tonen", "synthetisch", "83.000", "De meeste mensen haken af bij ‘Vraagt aan’ (Artikel 5, lid 1): 83.000."}},
		{"/bevolking", "", []string{"Van de 3 cijfers waarop niets is aangepast, komen er 1 binnen 5 % uit.", "Het verst eraf: gestandaardiseerd inkomen, P10 (−10,3 %).", "CBS 37975, 2024-01-01, definitief", "€ 22.002", "+6,7 %", "8.374.404"}},
		{"/simulaties/r-bezig", "", []string{"35 procent klaar", "Stop deze simulatie"}},
		{"/simulaties/r-wacht", "", []string{"Er gaan nog 2 andere voor."}},
		{"/simulaties/r-gestopt", "", []string{"De simulatie is gestopt"}},
		{"/simulaties", "", []string{"35 procent klaar", "Er gaan nog 2 andere voor.", "zonder voorstel", "Artikel 3 vraagt daarom.", "synthetisch"}},
		{"/beslissingen/d-1", "samira", []string{"U krijgt € 520", "Onder de regels van 1 januari 2026 was het anders", "Klopt niet", "Eerst bellen", "Maatwerk", "niet geverifieerd", "bezwaar kan tot", "Strikte toepassing kost dit huishouden € 640", "artikel 9", "OV-kaart", "Bij 5 keer wordt het een knelpunt", "Dit kan uit de bijstand."}},
		{"/beslissingen/d-voornemen", "samira", []string{"Er is nog niets besloten", "Een uitkering stopt", "18 januari 2027", "Awb 4:11 onder a", "Er is nog niemand gesproken"}},
		{"/beslissingen/d-bezwaar", "samira", []string{"Mijn loon was lager.", "29 maart 2027", "Beslis op het bezwaar"}},
		{"/beslissingen/d-systeem", "samira", []string{"€ 1.401,50", "staan in het zaaksysteem"}},
		{"/maatwerk", "samira", []string{"€ 1.200", "OV-kaart voor een maand", "De teamleider maakt deze afspraken.", "Regel past niet", "Welk werk staat er niet."}},
		{"/detectoren", "femke", []string{"14 van 92 besluiten in week 31", "verwacht: ten hoogste 3 %", "9,3 % tot 23,9 %", "hoogstens 1 keer per jaar vals alarm", "Deze kijkt vanzelf", "Leg vast wat u verwacht"}},
		{"/wie-raakt-dit?regeling=" + reg, "femke", []string{"eenoudergezin", "€ 96.000", "meer dan gemiddeld", "niet getoond", "1 rij tonen wij niet", "1.204", "derde kwartaal 2026"}},
		{"/maatwerk", "wilma", []string{"Zet iets op de lijst", "Haal van de lijst", "Kijk dit na", "150,50"}},
		{"/beslissingen/d-gelijk", "samira", []string{"Onder de regels van 1 januari 2026 was de uitkomst hetzelfde"}},
		{"/metingen/" + reg, "ruben", []string{"≥ 54 %", "binnen de band", "≥ 1.230", "naar beneden afgerond", "nog niet gemeten"}},
		{"/register", "", []string{"c0ffee9a41d7e2085b3f6612ab94cd01e55f7d3802b6a4197fe0d2c4b8a61357", "niemand benoemd", "20 dagen", "De keten klopt."}},
		{"/team", "wilma", []string{"3 collega's melden liever zonder naam."}},
	} {
		text := strings.ReplaceAll(parse(t, do(h, request("GET", x.path, x.who, nil))).text(), "\u00a0", " ")
		for _, want := range x.want {
			if !strings.Contains(text, want) {
				t.Errorf("%s als %s does not say %q", x.path, x.who, want)
			}
		}
	}
}

// TestHereInMenu: of everything about rules the menu says that one is there.
func TestHereInMenu(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	for path, want := range map[string]string{
		"/": "", "/regelingen": "page", "/regelingen/" + reg: "true", "/regelingen/" + reg + "/artikel-3": "true", "/wetten/BWBR0015703": "true", "/recht": "true", "/register": "",
	} {
		page := parse(t, do(h, request("GET", path, "", nil)))
		menu := page.all(func(e node) bool { return e.Data == "a" && e.text() == "Regels" && e.attr("href") == "/regelingen" })
		if len(menu) != 1 || menu[0].attr("aria-current") != want {
			t.Errorf("%s: %d times in the menu, want aria-current %q", path, len(menu), want)
		}
	}
}

// TestFoldedExamples: a few worked examples are shown, those that do not come
// out among them; the rest unfolds.
func TestFoldedExamples(t *testing.T) {
	t.Parallel()
	f := &webtest.Fake{State: webtest.Filled}
	v, err := f.Article(t.Context(), "", reg, "artikel-3")
	if err != nil {
		t.Fatal(err)
	}
	good, bad := v.Examples[0], v.Examples[0]
	good.Passed, bad.Passed, bad.Name = true, false, "Komt niet uit"
	v.Examples = nil
	for range 11 {
		v.Examples = append(v.Examples, good)
	}
	v.Examples = append(v.Examples, bad)
	page := parse(t, do(handler(t, &articleFake{Fake: f, view: v}), request("GET", "/regelingen/"+reg+"/artikel-3", "", nil)))
	isExample := func(e node) bool { return e.Data == "article" && strings.Contains(e.attr("class"), "example") }
	folds := page.all(func(e node) bool { return e.Data == "details" && len(e.all(isExample)) > 0 })
	if len(folds) != 1 || len(folds[0].all(isExample)) != 7 || !strings.Contains(folds[0].text(), "Nog 7 voorbeelden") || strings.Contains(folds[0].text(), bad.Name) {
		t.Errorf("%d folds of examples, %d in all", len(folds), len(page.all(isExample)))
	}
	if all := page.all(isExample); len(all) != 12 || !strings.Contains(all[0].text(), bad.Name) {
		t.Errorf("%d examples", len(all))
	}
}

// articleFake gives one article.
type articleFake struct {
	*webtest.Fake
	view screen.ArticleView
}

func (f *articleFake) Article(context.Context, string, string, string) (screen.ArticleView, error) {
	return f.view, nil
}

// TestCharts: the numbers of a chart stand in the table beside it.
func TestCharts(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	for _, path := range []string{"/simulaties/r-1", "/metingen/" + reg} {
		page := parse(t, do(h, request("GET", path, "ruben", nil)))
		cells := ""
		for _, e := range page.tags("td", "th") {
			cells += " " + e.text()
		}
		charts := page.all(func(e node) bool { return e.Data == "svg" && strings.Contains(e.attr("class"), "chart") })
		if len(charts) == 0 {
			t.Errorf("%s has no chart", path)
		}
		number := regexp.MustCompile(`\d[\d.,]*`)
		for _, c := range charts {
			for _, v := range c.all(func(e node) bool { return strings.Contains(e.attr("class"), "chart-value") }) {
				n := strings.TrimRight(number.FindString(v.text()), ".,")
				if n != "" && !strings.Contains(cells, n) {
					t.Errorf("%s: %q is in a chart and in no table", path, v.text())
				}
			}
		}
	}
}

func TestCommands(t *testing.T) {
	t.Parallel()
	d := rule.MustDate("2027-01-01")
	anchor := screen.Anchor{Regulation: reg, Article: "artikel-3", Lid: "1", Rule: "r", Case: "v1:7"}
	for _, x := range []struct {
		path, form, to string
		want           webtest.Call
	}{
		{"/signaal", "regeling=" + reg + "&artikel=artikel-3&lid=1&regel=r&zaak=v1:7&soort=te-hard&tekst=+Eén+euro+&hoe-vaak=wekelijks&zichtbaar=niemand&sleutel=abc", "/signalen/s-1?concept=abc", webtest.Call{Name: "FileSignal", In: screen.SignalInput{Anchor: anchor, Tile: screen.TileHarsh, Text: "Eén euro", Frequency: screen.Weekly, Shown: screen.SeenByNobody, Key: "abc"}}},
		{"/signaal", "plek=bb/artikel-2&soort=gaat-goed&tekst=Fijn&hoe-vaak=een-keer", "/signalen/s-1", webtest.Call{Name: "FileSignal", In: screen.SignalInput{Anchor: screen.Anchor{Regulation: "bb", Article: "artikel-2"}, Tile: screen.TileGoingWell, Text: "Fijn", Frequency: screen.Once}}},
		{"/knelpunten/k-1/ook-bij-mij", "", "/signalen/s-2", webtest.Call{Name: "MeToo", In: "k-1"}},
		{"/signalen/s-1/reactie", "herkend=nee&want=Het+is+anders", "/signalen?gedaan=reactie", webtest.Call{Name: "React", In: screen.ReactionInput{Signal: "s-1", Why: "Het is anders"}}},
		{"/signalen/s-1/reactie", "herkend=ja", "/signalen?gedaan=reactie", webtest.Call{Name: "React", In: screen.ReactionInput{Signal: "s-1", Recognised: true}}},
		{"/knelpunten/k-1/antwoord", "soort=wijzigen&reden=Ja&vanaf-morgen=Bel&klaar-op=1-1-2027&voorstel=v-1&aan=szw", "/knelpunten/k-1?gedaan=antwoord", webtest.Call{Name: "Answer", In: screen.AnswerInput{Issue: "k-1", Kind: screen.AnswerChange, Reason: "Ja", FromTomorrow: "Bel", DeliverBy: d, Proposal: "v-1"}}},
		{"/knelpunten/k-1/antwoord", "soort=uitleggen&reden=Zo+is+het&vanaf-morgen=Bel&klaar-op=2027-01-01&voorstel=v-1", "/knelpunten/k-1?gedaan=antwoord", webtest.Call{Name: "Answer", In: screen.AnswerInput{Issue: "k-1", Kind: screen.AnswerExplain, Reason: "Zo is het"}}},
		{"/knelpunten/k-1/antwoord", "soort=doorzenden&reden=Rijk&aan=szw", "/knelpunten/k-1?gedaan=antwoord", webtest.Call{Name: "Answer", In: screen.AnswerInput{Issue: "k-1", Kind: screen.AnswerForward, Reason: "Rijk", Owner: "szw"}}},
		{"/knelpunten/k-1/aanvaarden", "", "/knelpunten/k-1?gedaan=aanvaard", webtest.Call{Name: "AcceptRefusal", In: "k-1"}},
		{"/knelpunten/k-1/telling", "voor=9&na=+2", "/knelpunten/k-1?gedaan=telling", webtest.Call{Name: "CountWork", In: screen.CountInput{Issue: "k-1", Before: "9", After: "2"}}},
		{"/voorstellen", "regeling=" + reg + "&knelpunt=k-1&titel=Naar+120", "/voorstellen/v-1?gedaan=voorstel", webtest.Call{Name: "OpenProposal", In: screen.OpenProposalInput{Regulation: reg, Issue: "k-1", Title: "Naar 120"}}},
		{"/voorstellen/v-1/meedoen", "", "/voorstellen/v-1?gedaan=meedoen#auteurs", webtest.Call{Name: "JoinProposal", In: "v-1"}},
		{"/voorstellen/v-1/parameter", "parameter=p&waarde=120+%25", "/voorstellen/v-1?gedaan=parameter#regel", webtest.Call{Name: "EditParameter", In: screen.ParameterInput{Proposal: "v-1", Param: "p", Value: "120 %"}}},
		{"/voorstellen/v-1/kompas", "vraag-belang=De+balie&vraag-=x", "/voorstellen/v-1?gedaan=kompas#kompas", webtest.Call{Name: "AnswerCompass", In: map[string]string{"belang": "De balie"}}},
		{"/voorstellen/v-1/toets", "toets=uitvoering&antwoord-uren=110&want-uren=Brieven&oordeel=uitvoerbaar", "/voorstellen/v-1?gedaan=toets#toetsen", webtest.Call{Name: "ConfirmAssessment", In: screen.AssessmentInput{Proposal: "v-1", Assessment: "uitvoering", Verdict: "uitvoerbaar", Answers: map[string]string{"uren": "110"}, Why: map[string]string{"uren": "Brieven"}}}},
		{"/voorstellen/v-1/bevinding", "bevinding=b-1&bevinding=b-2&want=Later", "/voorstellen/v-1?gedaan=bevinding#bevindingen", webtest.Call{Name: "AcceptFindings", In: []string{"b-1", "b-2", "Later"}}},
		{"/voorstellen/v-1/simuleren", "", "/simulaties/r-1", webtest.Call{Name: "Simulate", In: "v-1"}},
		{"/simulaties", "variant=ruimere-grens&bevolking=nl:all", "/simulaties/r-bezig", webtest.Call{Name: "SimulateVariant", In: screen.FreeRunInput{Variant: "ruimere-grens", Population: "nl:all"}}},
		{"/simulaties/r-bezig/stoppen", "", "/simulaties/r-bezig?gedaan=gestopt", webtest.Call{Name: "CancelSimulation", In: "r-bezig"}},
		{"/voorstellen/v-1/verwachting", "doel=Krijgen&indicator=gebruik&laag=52&hoog=64&grens=45&datum=2027-01-01", "/voorstellen/v-1?gedaan=verwachting#verwachtingen", webtest.Call{Name: "AddExpectation", In: screen.ExpectationInput{Proposal: "v-1", Goal: "Krijgen", Indicator: "gebruik", Low: "52", High: "64", Tripwire: "45", Horizon: d}}},
		{"/voorstellen/v-1/verwachting-weg", "verwachting=e-1", "/voorstellen/v-1?gedaan=verwachting-weg#verwachtingen", webtest.Call{Name: "RemoveExpectation", In: "e-1"}},
		{"/voorstellen/v-1/voorleggen", "", "/voorstellen/v-1?gedaan=voorgelegd#sleutels", webtest.Call{Name: "SubmitProposal", In: "v-1"}},
		{"/voorstellen/v-1/terugleggen", "want=Te+duur", "/voorstellen/v-1?gedaan=teruggelegd#sleutels", webtest.Call{Name: "ReturnProposal", In: "Te duur"}},
		{"/voorstellen/v-1/intrekken", "want=Niet+nodig", "/voorstellen/v-1?gedaan=ingetrokken#sleutels", webtest.Call{Name: "WithdrawProposal", In: "Niet nodig"}},
		{"/voorstellen/v-1/sleutel", "vingerafdruk=51e0", "/voorstellen/v-1?gedaan=sleutel#sleutels", webtest.Call{Name: "GiveKey", In: screen.KeyInput{Proposal: "v-1", Digest: "51e0"}}},
		{"/voorstellen/v-1/invoeren", "datum=1/1/2027", "/voorstellen/v-1?gedaan=invoeren#sleutels", webtest.Call{Name: "Adopt", In: d}},
		{"/beslissingen", "zaak=z&datum=2027-01-01", "/beslissingen/d-1", webtest.Call{Name: "Decide", In: screen.DecideInput{Case: "z", Date: d}}},
		{"/beslissingen/d-1/contact", "bereikt=ja&tekst=Gebeld", "/beslissingen/d-1?gedaan=contact", webtest.Call{Name: "NoteContact", In: screen.ContactInput{Decision: "d-1", Reached: true, Note: "Gebeld"}}},
		{"/beslissingen/nieuw", "zaak=2041&plek=" + reg + "/artikel-3&besluit=stopzetting&datum=2027-01-01&verlies=1.401,50", "/beslissingen/d-systeem", webtest.Call{Name: "RecordDecision", In: screen.RecordInput{Case: "2041", Place: reg + "/artikel-3", Kind: "stopzetting", Date: d, Loss: "1.401,50"}}},
		{"/beslissingen/d-1/uitzondering", "artikel=Awb+4:11+onder+a&reden=Brand", "/beslissingen/d-1?gedaan=uitzondering", webtest.Call{Name: "NameException", In: screen.ExceptionInput{Decision: "d-1", Article: "Awb 4:11 onder a", Reason: "Brand"}}},
		{"/beslissingen/d-1/neem", "", "/beslissingen/d-1?gedaan=genomen", webtest.Call{Name: "TakeDecision", In: "d-1"}},
		{"/beslissingen/d-1/zie-af", "reden=Vergissing", "/beslissingen/d-1?gedaan=afgezien", webtest.Call{Name: "DropDecision", In: "Vergissing"}},
		{"/beslissingen/d-1/bezwaar", "reden=Klopt+niet", "/beslissingen/d-1?gedaan=bezwaar", webtest.Call{Name: "Object", In: "Klopt niet"}},
		{"/beslissingen/d-1/bezwaar-af", "oordeel=herzien&bedrag=560&reden=Loon", "/beslissingen/d-1?gedaan=bezwaar-af", webtest.Call{Name: "SettleObjection", In: screen.SettleInput{Decision: "d-1", Revised: true, Amount: "560", Reason: "Loon"}}},
		{"/beslissingen/d-1/maatwerk", "grond=voorziening:ov&reden=Werk", "/beslissingen/d-1?gedaan=maatwerk", webtest.Call{Name: "GrantDiscretion", In: screen.DiscretionInput{Decision: "d-1", Provision: "ov", Reason: "Werk"}}},
		{"/beslissingen/d-1/maatwerk", "grond=hardheid&reden=Huur&bedrag=2000", "/beslissingen/d-1?gedaan=maatwerk-gevraagd", webtest.Call{Name: "GrantDiscretion", In: screen.DiscretionInput{Decision: "d-1", Ground: "hardheid", Reason: "Huur", Amount: "2000"}}},
		{"/beslissingen/d-1/verzoek", "verzoek=q-1&antwoord=geef", "/beslissingen/d-1?gedaan=maatwerk", webtest.Call{Name: "AnswerAsk", In: screen.AnswerAskInput{Decision: "d-1", Ask: "q-1", Grant: true}}},
		{"/beslissingen/d-1/verzoek", "verzoek=q-1&antwoord=weiger&reden=Nee", "/beslissingen/d-1?gedaan=maatwerk-geweigerd", webtest.Call{Name: "AnswerAsk", In: screen.AnswerAskInput{Decision: "d-1", Ask: "q-1", Reason: "Nee"}}},
		{"/beslissingen/d-1/nakijken", "nummer=1&oordeel=passend", "/beslissingen/d-1?gedaan=bekeken", webtest.Call{Name: "LookAt", In: screen.LookInput{Decision: "d-1", Number: 1, Judgement: "passend"}}},
		{"/detectoren", "regeling=" + reg + "&plek=" + reg + "/artikel-3&detector=maatwerk&verwacht=3&reden=Vorig+jaar", "/detectoren?regeling=" + reg + "&gedaan=detector", webtest.Call{Name: "Declare", In: screen.DeclareInput{Place: reg + "/artikel-3", Detector: "maatwerk", Expect: "3", Why: "Vorig jaar"}}},
		{"/maatwerk/voorziening", "team=" + reg + "&naam=Fiets&bedrag=150&natura=ja", "/maatwerk?team=" + reg + "&gedaan=afspraak", webtest.Call{Name: "SetProvision", In: screen.ProvisionInput{Team: reg, Name: "Fiets", Amount: "150", InKind: true}}},
		{"/maatwerk/budget", "team=" + reg + "&kwartaal=2027-Q1&bedrag=2000", "/maatwerk?team=" + reg + "&gedaan=afspraak", webtest.Call{Name: "SetBudget", In: screen.BudgetInput{Team: reg, Quarter: "2027-Q1", Amount: "2000"}}},
		{"/maatwerk/mandaat", "team=" + reg + "&rol=professional&bedrag=1000", "/maatwerk?team=" + reg + "&gedaan=afspraak", webtest.Call{Name: "SetMandate", In: screen.MandateInput{Team: reg, Role: "professional", Amount: "1000"}}},
		{"/maatwerk/steekproef", "team=" + reg + "&deel=20", "/maatwerk?team=" + reg + "&gedaan=afspraak", webtest.Call{Name: "SetSample", In: screen.SampleInput{Team: reg, Percent: "20"}}},
		{"/beslissingen/d-1/maatwerk", "grond=hardheid&reden=Nodig&bedrag=520", "/beslissingen/d-1?gedaan=maatwerk", webtest.Call{Name: "GrantDiscretion", In: screen.DiscretionInput{Decision: "d-1", Ground: "hardheid", Reason: "Nodig", Amount: "520"}}},
	} {
		fake := &webtest.Fake{State: webtest.Filled}
		form, err := url.ParseQuery(x.form)
		if err != nil {
			t.Fatal(err)
		}
		w := do(handler(t, fake), request("POST", x.path, "femke", form))
		if w.Code != http.StatusSeeOther || w.Header().Get("Location") != x.to {
			t.Errorf("%s %s: %d to %s, want 303 to %s", x.path, x.form, w.Code, w.Header().Get("Location"), x.to)
		}
		x.want.Who = "femke"
		if d := cmp.Diff([]webtest.Call{x.want}, fake.Calls()); d != "" {
			t.Errorf("%s (−want +got):\n%s", x.path, d)
		}
		if key := regexp.MustCompile(`gedaan=([a-z-]+)`).FindStringSubmatch(x.to); key != nil {
			page := parse(t, do(handler(t, fake), request("GET", strings.Split(x.to, "#")[0], "femke", nil)))
			if len(page.all(func(e node) bool { return e.attr("role") == "status" && strings.Contains(e.attr("class"), "flash") })) != 1 {
				t.Errorf("%s: no message of success", x.to)
			}
		}
	}
}

// TestBadInput: a form that is not good changes nothing, says what is wrong at
// the field and above the page, and keeps what was typed.
func TestBadInput(t *testing.T) {
	t.Parallel()
	for _, x := range []struct {
		path, form string
		fields     []string // ids that the summary links to
		keeps      []string
	}{
		{"/signaal", "formulier=signaal&tekst=Dit+blijft+staan", []string{"signaal-plek", "signaal-soort", "signaal-hoe-vaak"}, []string{"Dit blijft staan"}},
		{"/signaal", "formulier=signaal&regeling=" + reg + "&artikel=artikel-3&soort=boos&tekst=&hoe-vaak=altijd", []string{"signaal-soort", "signaal-tekst", "signaal-hoe-vaak"}, nil},
		{"/signalen/s-1/reactie", "formulier=reactie-s-1&herkend=nee", []string{"reactie-s-1-want"}, nil},
		{"/knelpunten/k-1/antwoord", "formulier=antwoord&soort=wijzigen&reden=Omdat", []string{"antwoord-vanaf-morgen", "antwoord-klaar-op"}, []string{"Omdat"}},
		{"/knelpunten/k-1/antwoord", "formulier=antwoord&soort=&reden=", []string{"antwoord-soort", "antwoord-reden"}, nil},
		{"/knelpunten/k-1/antwoord", "formulier=antwoord&soort=doorzenden&reden=Rijk", []string{"antwoord-aan"}, []string{"Rijk"}},
		{"/knelpunten/k-1/antwoord", "formulier=antwoord&soort=wijzigen&reden=R&vanaf-morgen=M&klaar-op=31-2-2027", []string{"antwoord-klaar-op"}, []string{"31-2-2027"}},
		{"/voorstellen/v-1/parameter", "formulier=parameter-0-1&parameter=p&waarde=", []string{"parameter-0-1-waarde"}, nil},
		{"/voorstellen/v-1/bevinding", "formulier=bevinding&bevinding=b-1&want=", []string{"bevinding-want"}, nil},
		{"/voorstellen/v-1/bevinding", "formulier=bevinding&want=Later", []string{"bevinding-bevinding"}, []string{"Later"}},
		{"/voorstellen/v-1/verwachting", "formulier=verwachting&doel=Doel+blijft", []string{"verwachting-indicator", "verwachting-laag", "verwachting-hoog", "verwachting-datum"}, []string{"Doel blijft"}},
		{"/voorstellen/v-besloten/invoeren", "formulier=invoeren&datum=morgen", []string{"invoeren-datum"}, []string{"morgen"}},
		{"/beslissingen", "formulier=beslis&zaak=&datum=2027-01-01", []string{"beslis-zaak"}, nil},
		{"/beslissingen/nieuw", "formulier=vastleggen&zaak=2041", []string{"vastleggen-plek", "vastleggen-besluit", "vastleggen-datum"}, []string{"2041"}},
		{"/beslissingen/d-voornemen/uitzondering", "formulier=uitzondering&reden=Brand", []string{"uitzondering-artikel"}, []string{"Brand"}},
		{"/beslissingen/d-1/maatwerk", "formulier=maatwerk&bedrag=9", []string{"maatwerk-grond", "maatwerk-reden"}, []string{"9"}},
		{"/detectoren", "formulier=detector&regeling=" + reg + "&plek=" + reg, []string{"detector-detector", "detector-verwacht", "detector-reden"}, nil},
		{"/maatwerk/voorziening", "formulier=voorziening&team=" + reg + "&bedrag=12", []string{"voorziening-naam"}, []string{"12"}},
		{"/beslissingen/d-voornemen/contact", "formulier=contact&tekst=Gebeld", []string{"contact-bereikt"}, []string{"Gebeld"}},
	} {
		who := "femke"
		if strings.Contains(x.path, "reactie") {
			who = "samira"
		}
		fake := &webtest.Fake{State: webtest.Filled}
		form, err := url.ParseQuery(x.form)
		if err != nil {
			t.Fatal(err)
		}
		w := do(handler(t, fake), request("POST", x.path, who, form))
		if w.Code != http.StatusBadRequest {
			t.Errorf("%s %s: %d, want 400", x.path, x.form, w.Code)
			continue
		}
		if calls := fake.Calls(); len(calls) != 0 {
			t.Errorf("%s: %v was done", x.path, calls)
		}
		page := parse(t, w)
		summary := page.all(func(e node) bool { return e.attr("id") == "fouten" })
		if len(summary) != 1 {
			t.Errorf("%s: no summary of faults", x.path)
			continue
		}
		if _, ok := summary[0].lookup("autofocus"); !ok || summary[0].attr("tabindex") != "-1" {
			t.Errorf("%s: the summary does not take the focus", x.path)
		}
		var got []string
		for _, a := range summary[0].tags("a") {
			id := strings.TrimPrefix(a.attr("href"), "#")
			got = append(got, id)
			if n := len(page.all(func(e node) bool { return e.attr("id") == id })); n != 1 {
				t.Errorf("%s: the summary links to %s, which is there %d times", x.path, id, n)
			}
			if n := len(page.all(func(e node) bool { return e.attr("id") == id+"-fout" })); n != 1 {
				t.Errorf("%s: %s has no message", x.path, id)
			}
		}
		if d := cmp.Diff(x.fields, got); d != "" {
			t.Errorf("%s (−want +got):\n%s", x.path, d)
		}
		for _, keep := range x.keeps {
			if !strings.Contains(w.Body.String(), keep) {
				t.Errorf("%s: %q is lost", x.path, keep)
			}
		}
		if !strings.HasPrefix(page.tags("title")[0].text(), "Let op:") {
			t.Errorf("%s: the title does not say that there is a fault", x.path)
		}
	}
}

// TestMasked: what the server masked replaces what was typed.
func TestMasked(t *testing.T) {
	t.Parallel()
	fake := &webtest.Fake{State: webtest.Filled, Refuse: map[string]error{"FileSignal": &screen.Refusal{Code: "persoonsgegeven", Text: "Er staat een telefoonnummer in uw tekst.", Hint: "Wij hebben het weggelaten. Kijk de zin na en verstuur opnieuw.", Fields: []screen.FieldError{{Field: "tekst", Text: "Er stond een telefoonnummer in.", Suggest: "Bel [telefoonnummer]"}}}}}
	w := do(handler(t, fake), request("POST", "/signaal", "samira", url.Values{"formulier": {"signaal"}, "sleutel": {"k1"}, "regeling": {reg}, "artikel": {"artikel-3"}, "soort": {"te-hard"}, "tekst": {"Bel 06-12345678"}, "hoe-vaak": {"een-keer"}}))
	if w.Code != http.StatusBadRequest {
		t.Errorf("%d, want 400", w.Code)
	}
	body := w.Body.String()
	if strings.Contains(body, "06-12345678") || !strings.Contains(body, `value="Bel [telefoonnummer]"`) {
		t.Error("the number is still on the page")
	}
	if !strings.Contains(body, "Kijk de zin na") || !strings.Contains(body, `name="sleutel" value="k1"`) {
		t.Error("no hint, or the key of the form changed")
	}
}

// TestRefusals: a no of the loop is shown with its reason, and nothing else
// about the page changes.
func TestRefusals(t *testing.T) {
	t.Parallel()
	no := &screen.Refusal{Code: "zelfde-persoon", Text: "U gaf al de sleutel van beleid.", Hint: "De tweede sleutel is voor een ander."}
	fake := &webtest.Fake{State: webtest.Filled, Refuse: map[string]error{"GiveKey": no, "MeToo": no, "OpenProposal": no, "Decide": no, "React": no}}
	h := handler(t, fake)
	for path, form := range map[string]url.Values{
		"/voorstellen/v-sleutel/sleutel": {"vingerafdruk": {"x"}},
		"/knelpunten/k-1/ook-bij-mij":    {},
		"/voorstellen":                   {"knelpunt": {"k-1"}},
		"/beslissingen":                  {"zaak": {"z"}, "datum": {"2027-01-01"}},
		"/signalen/s-1/reactie":          {"herkend": {"ja"}},
	} {
		w := do(h, request("POST", path, "femke", form))
		page := parse(t, w)
		alert := page.all(func(e node) bool { return e.attr("role") == "alert" })
		if w.Code != http.StatusConflict || len(alert) != 1 || !strings.Contains(alert[0].text(), no.Text) || !strings.Contains(alert[0].text(), no.Hint) {
			t.Errorf("%s: %d %v", path, w.Code, alert)
		}
	}
}

func TestPreview(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	form := url.Values{"formulier": {"antwoord"}, "soort": {"wijzigen"}, "reden": {"Eén <b>euro</b>"}, "vanaf-morgen": {"Bel eerst"}, "klaar-op": {"31-2"}}
	whole := do(h, request("POST", "/knelpunten/k-1/voorbeeld", "femke", form))
	r := request("POST", "/knelpunten/k-1/voorbeeld", "femke", form)
	r.Header.Set("HX-Request", "true")
	part := do(h, r)
	for name, w := range map[string]*httptest.ResponseRecorder{"whole": whole, "part": part} {
		page := parse(t, w)
		box := page.all(func(e node) bool { return e.attr("id") == "voorbeeld" })
		if w.Code != 200 || len(box) != 1 || !strings.Contains(box[0].text(), "Eén <b>euro</b>") || !strings.Contains(box[0].text(), "Bel eerst") {
			t.Errorf("%s: %d %s", name, w.Code, w.Body)
		}
	}
	if strings.Contains(part.Body.String(), "<main") || !strings.Contains(whole.Body.String(), "<main") {
		t.Error("the part is a whole page, or the other way round")
	}
}

func TestImport(t *testing.T) {
	t.Parallel()
	send := func(field, content string, size int) *httptest.ResponseRecorder {
		var b bytes.Buffer
		m := multipart.NewWriter(&b)
		_ = m.WriteField("formulier", "uitkomsten")
		f, err := m.CreateFormFile(field, "uitkomsten.csv")
		if err != nil {
			t.Fatal(err)
		}
		_, _ = io.WriteString(f, content+strings.Repeat("x", size))
		_ = m.Close()
		r := httptest.NewRequest(http.MethodPost, "/metingen/"+reg+"/uitkomsten", &b)
		r.Header.Set("Content-Type", m.FormDataContentType())
		r.AddCookie(&http.Cookie{Name: "rol", Value: "ruben"})
		return do(handler(t, &webtest.Fake{State: webtest.Filled}), r)
	}
	if w := send("bestand", "zaak,uitkomst\na,toegekend\nb,afgewezen\n", 0); w.Code != 200 || !strings.Contains(w.Body.String(), "2 rijen ingelezen") || !strings.Contains(w.Body.String(), "Regel 7") {
		t.Errorf("a good file: %d", w.Code)
	}
	for name, w := range map[string]*httptest.ResponseRecorder{"empty": send("bestand", "", 0), "none": send("anders", "x", 0)} {
		if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), `id="uitkomsten-bestand-fout"`) {
			t.Errorf("%s file: %d", name, w.Code)
		}
	}
	if w := send("bestand", "zaak", 33<<20); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("a file of 33 MB: %d, want 413", w.Code)
	}
	w := do(handler(t, &webtest.Fake{}), request("GET", "/metingen/"+reg+"/voorbeeld.csv?periode=2027-01", "", nil))
	if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") || !strings.Contains(w.Header().Get("Content-Disposition"), "attachment") {
		t.Errorf("feed: %d %v", w.Code, w.Header())
	}
}

func TestFailures(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	for _, x := range []struct {
		method, path string
		form         url.Values
		code         int
	}{
		{"GET", "/nergens", nil, 404},
		{"GET", "/knelpunten/", nil, 404},
		{"GET", "/knelpunten/bestaat-niet", nil, 404},
		{"GET", "/regelingen/nee", nil, 404},
		{"GET", "/regelingen/" + reg + "/bestaat-niet", nil, 404},
		{"GET", "/wetten/BWBR0000000", nil, 404},
		{"GET", "/wetten/BWBR0015703?van=onzin", nil, 400},
		{"GET", "/regelingen/onbekend/vergelijk", nil, 404},
		{"GET", "/regelingen/" + reg + "/vergelijk?tot=onzin", nil, 400},
		{"GET", "/regelingen/" + reg + "/vergelijk?van-regels=onzin", nil, 400},
		{"GET", "/voorstellen/bestaat-niet", nil, 404},
		{"GET", "/vast/niets.css", nil, 404},
		{"GET", "/vast/..%2f..%2fweb.go", nil, 404},
		{"DELETE", "/knelpunten/k-1", nil, 405},
		{"POST", "/register", url.Values{}, 405},
		{"GET", "/voorstellen/v-1/sleutel", nil, 405},
		{"POST", "/signaal", url.Values{"tekst": {strings.Repeat("x", 200<<10)}}, 413},
		{"POST", "/rol", url.Values{"rol": {"niemand"}}, 404},
		{"POST", "/rol", url.Values{"rol": {"szw"}}, 404}, // niet aangesloten: no login
	} {
		w := do(h, request(x.method, x.path, "femke", x.form))
		page := parse(t, w)
		if w.Code != x.code || len(page.tags("h1")) != 1 || len(page.tags("main")) != 1 {
			t.Errorf("%s %s: %d, want %d with a page", x.method, x.path, w.Code, x.code)
		}
		if x.code == 405 && w.Header().Get("Allow") == "" {
			t.Errorf("%s %s: no Allow", x.method, x.path)
		}
	}
	r := httptest.NewRequest(http.MethodPost, "/signaal", strings.NewReader("a=%zz"))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if w := do(h, r); w.Code != 400 {
		t.Errorf("a broken form: %d", w.Code)
	}
	for _, state := range []error{errors.New("disk on fire: secret"), fmt.Errorf("read: %w: secret", store.ErrUnavailable), &screen.Refusal{Text: "Dit is voor de teamleider."}} {
		h := handler(t, &webtest.Fake{State: webtest.Filled, Fail: state})
		for _, path := range paths {
			w := do(h, request("GET", path, "femke", nil))
			want := 500
			var no *screen.Refusal
			if errors.As(state, &no) {
				want = 403
			}
			if errors.Is(state, store.ErrUnavailable) {
				want = 503
				if path != "/wegwijzer" && path != "/verhalen" && w.Header().Get("Retry-After") == "" {
					t.Errorf("%s: no Retry-After", path)
				}
			}
			if path == "/wegwijzer" || path == "/verhalen" { // asks nothing of the service
				want = http.StatusOK
			}
			if w.Code != want || strings.Contains(w.Body.String(), "secret") || len(parse(t, w).tags("h1")) != 1 {
				t.Errorf("%s: %d, want %d", path, w.Code, want)
			}
		}
	}
}

// panicking is a Service that breaks.
type panicking struct{ webtest.Fake }

func (*panicking) Register(context.Context, string, screen.RegisterInput) (screen.RegisterView, error) {
	panic("boom")
}

func TestPanic(t *testing.T) {
	t.Parallel()
	w := do(handler(t, &panicking{}), request("GET", "/register", "", nil))
	if w.Code != 500 || strings.Contains(w.Body.String(), "boom") {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestHeaders(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	for _, path := range append([]string{"/nergens", "/vast/niets"}, paths...) {
		w := do(h, request("GET", path, "", nil))
		csp := w.Header().Get("Content-Security-Policy")
		if !strings.Contains(csp, "default-src 'none'") || strings.Contains(csp, "unsafe") || !strings.Contains(csp, "frame-ancestors 'none'") || !strings.Contains(csp, "base-uri 'none'") {
			t.Errorf("%s: policy %q", path, csp)
		}
		for k, want := range map[string]string{"X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "Cache-Control": "no-store", "Strict-Transport-Security": ""} {
			if got := w.Header().Get(k); got != want {
				t.Errorf("%s: %s is %q, want %q", path, k, got, want)
			}
		}
	}
	tls := handler(t, &webtest.Fake{State: webtest.Filled}, func(d *web.Deps) { d.TLS = true })
	if hsts := do(tls, request("GET", "/", "", nil)).Header().Get("Strict-Transport-Security"); !strings.Contains(hsts, "max-age=63072000") {
		t.Errorf("HSTS %q", hsts)
	}
}

// TestForeignForm: a form that another site sends does nothing.
func TestForeignForm(t *testing.T) {
	t.Parallel()
	for name, header := range map[string][2]string{"site": {"Sec-Fetch-Site", "cross-site"}, "origin": {"Origin", "https://kwaad.example"}} {
		fake := &webtest.Fake{State: webtest.Filled}
		r := request("POST", "/knelpunten/k-1/ook-bij-mij", "samira", url.Values{})
		r.Header.Set(header[0], header[1])
		w := do(handler(t, fake), r)
		if w.Code != 403 || len(fake.Calls()) != 0 {
			t.Errorf("%s: %d, %v", name, w.Code, fake.Calls())
		}
	}
}

// TestGetChangesNothing: no page sends a command.
func TestGetChangesNothing(t *testing.T) {
	t.Parallel()
	fake := &webtest.Fake{State: webtest.Filled}
	h := handler(t, fake)
	for _, path := range paths {
		do(h, request("GET", path, "femke", nil))
		do(h, request("HEAD", path, "femke", nil))
	}
	if calls := fake.Calls(); len(calls) != 0 {
		t.Errorf("%v", calls)
	}
}

func TestRole(t *testing.T) {
	t.Parallel()
	for _, tls := range []bool{false, true} {
		h := handler(t, &webtest.Fake{State: webtest.Filled}, func(d *web.Deps) { d.TLS = tls })
		for back, want := range map[string]string{
			"/knelpunten/k-1": "/knelpunten/k-1", "/signaal?artikel=3&gedaan=x": "/signaal?artikel=3",
			"https://kwaad.example/": "/", "//kwaad.example": "/", `/\kwaad.example`: "/", "javascript:alert(1)": "/", "": "/", "/a\r\nSet-Cookie: x": "/",
		} {
			w := do(h, request("POST", "/rol", "", url.Values{"rol": {"femke"}, "terug": {back}}))
			if got := w.Header().Get("Location"); w.Code != 303 || got != want {
				t.Errorf("back to %q: %d %q, want %q", back, w.Code, got, want)
			}
			c := w.Result().Cookies()[0]
			if c.Value != "femke" || !c.HttpOnly || c.SameSite != http.SameSiteStrictMode || c.Secure != tls || strings.HasPrefix(c.Name, "__Host-") != tls || c.Path != "/" {
				t.Errorf("cookie %+v", c)
			}
		}
	}
	noDemo := handler(t, notDemo{&webtest.Fake{State: webtest.Filled}})
	if w := do(noDemo, request("POST", "/rol", "", url.Values{"rol": {"femke"}})); w.Code != 404 {
		t.Errorf("a role switch outside the demo: %d", w.Code)
	}
	if body := do(noDemo, request("GET", "/", "", nil)).Body.String(); strings.Contains(body, `action="/rol"`) {
		t.Error("the role bar shows outside the demo")
	}
}

type notDemo struct{ *webtest.Fake }

func (n notDemo) Frame(ctx context.Context, who string) (screen.Frame, error) {
	f, err := n.Fake.Frame(ctx, who)
	f.Demo = false
	return f, err
}

func TestAssets(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled}, func(d *web.Deps) { d.Tokens = []byte(":root {" + strings.Repeat(" --lem-accent: #123456;", 20) + " }") })
	page := parse(t, do(h, request("GET", "/", "", nil)))
	var sheets []string
	for _, e := range page.tags("link", "script") {
		href := e.attr("href") + e.attr("src")
		r := request("GET", href, "", nil)
		r.Header.Set("Accept-Encoding", "br;q=1.0, gzip")
		w := do(h, r)
		if w.Code != 200 || w.Header().Get("Cache-Control") != "public, max-age=31536000, immutable" {
			t.Errorf("%s: %d %v", href, w.Code, w.Header())
			continue
		}
		body := w.Body.Bytes()
		if w.Header().Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			if body, err = io.ReadAll(z); err != nil {
				t.Fatal(err)
			}
		} else if !strings.Contains(href, "woff2") {
			t.Errorf("%s is not compressed", href)
		}
		sum := sha256.Sum256(body)
		if part := strings.Split(href, ".")[len(strings.Split(href, "."))-2]; part != hex.EncodeToString(sum[:6]) {
			t.Errorf("%s: the name does not say the content", href)
		}
		if plain := do(h, request("GET", href, "", nil)); !bytes.Equal(plain.Body.Bytes(), body) {
			t.Errorf("%s differs with and without compression", href)
		}
		if e.attr("rel") == "stylesheet" {
			sheets = append(sheets, strings.Split(strings.TrimPrefix(href, "/vast/"), ".")[0])
			for _, m := range regexp.MustCompile(`url\("([^"]+)"\)`).FindAllSubmatch(body, -1) {
				if w := do(h, request("GET", "/vast/"+string(m[1]), "", nil)); w.Code != 200 {
					t.Errorf("%s names %s: %d", href, m[1], w.Code)
				}
			}
		}
	}
	if d := cmp.Diff([]string{"tokens", "theme", "own-tokens", "utrecht", "site", "steering", "bundle", "signal", "story", "proposal"}, sheets); d != "" {
		t.Error(d)
	}
}

// TestManifest: the third-party files are the ones that were taken in.
func TestManifest(t *testing.T) {
	t.Parallel()
	data, err := os.ReadFile("static/vendor/manifest.json")
	if err != nil {
		t.Fatal(err)
	}
	var entries []struct{ File, SHA256, Package, Version, Licence string }
	if err := json.Unmarshal(data, &entries); err != nil {
		t.Fatal(err)
	}
	listed := map[string]bool{"manifest.json": true}
	for _, e := range entries {
		listed[e.File] = true
		file, err := os.ReadFile("static/vendor/" + e.File)
		if err != nil {
			t.Error(err)
			continue
		}
		if sum := sha256.Sum256(file); hex.EncodeToString(sum[:]) != e.SHA256 {
			t.Errorf("%s was changed after it was taken in", e.File)
		}
		if e.Package == "" || e.Version == "" || e.Licence == "" {
			t.Errorf("%s: no package, version or licence", e.File)
		}
	}
	files, err := os.ReadDir("static/vendor")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if !listed[f.Name()] {
			t.Errorf("%s is not in the manifest", f.Name())
		}
	}
}

// TestTheme: every token that the components ask for has a value, and the
// colours of text have enough contrast.
func TestTheme(t *testing.T) {
	t.Parallel()
	read := func(name string) string {
		data, err := os.ReadFile("static/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(data)
	}
	theme := read("own/theme.css")
	for _, m := range regexp.MustCompile(`var\((--(?:basis|lem)-[a-z0-9-]+)`).FindAllStringSubmatch(read("vendor/tokens.css")+theme+read("own/site.css"), -1) {
		if !strings.Contains(theme, "  "+m[1]+":") {
			t.Errorf("%s has no value", m[1])
		}
	}
	value := func(name string) string {
		m := regexp.MustCompile(`--lem-` + name + `: (#[0-9a-f]{6})`).FindStringSubmatch(theme)
		if m == nil {
			t.Fatalf("no colour %s", name)
		}
		return m[1]
	}
	for _, pair := range [][2]string{
		{"ink", "paper"}, {"soft", "paper"}, {"soft", "ground"}, {"accent", "paper"}, {"accent", "accent-weak"}, {"accent-strong", "accent-weak"},
		{"rust", "paper"}, {"ink", "gold"}, {"gold-ink", "gold-weak"}, {"paper", "accent"}, {"paper", "ink"}, {"soft", "gold-weak"},
	} {
		if c := contrast(value(pair[0]), value(pair[1])); c < 4.5 {
			t.Errorf("%s on %s: %.2f, want 4.5", pair[0], pair[1], c)
		}
	}
	if c := contrast(value("line-strong"), value("paper")); c < 3 {
		t.Errorf("edges of fields: %.2f, want 3", c)
	}
}

// contrast is the ratio of WCAG 2 between two colours "#rrggbb".
func contrast(a, b string) float64 {
	la, lb := luminance(a), luminance(b)
	return (max(la, lb) + 0.05) / (min(la, lb) + 0.05)
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	if _, err := web.New(web.Deps{}); err == nil {
		t.Error("New without a Service gives no error")
	}
}

// TestHostile: data with markup in it stays text.
func TestHostile(t *testing.T) {
	t.Parallel()
	h := handler(t, hostile{&webtest.Fake{State: webtest.Filled}})
	w := do(h, request("GET", "/regelingen/"+reg, "", nil))
	page := parse(t, w)
	if n := len(page.all(func(e node) bool { return e.attr("src") == "x" || e.attr("onerror") != "" })); n != 0 {
		t.Errorf("%d elements were injected", n)
	}
	for _, a := range page.tags("a") {
		if strings.HasPrefix(strings.ToLower(strings.TrimSpace(a.attr("href"))), "javascript:") {
			t.Errorf("a link runs a script: %s", a.attr("href"))
		}
	}
	for name, r := range map[string]*http.Request{
		"query":  request("GET", `/signaal?plek="><img+src=x+onerror=alert(1)>`, "", nil),
		"form":   request("POST", "/signaal", "samira", url.Values{"formulier": {`signaal`}, "tekst": {`"><img src=x onerror=alert(1)>`}}),
		"path":   request("GET", `/%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E`, "", nil),
		"cookie": request("GET", "/", `<img`, nil),
	} {
		if strings.Contains(do(h, r).Body.String(), "<img") {
			t.Errorf("%s: markup came through", name)
		}
	}
}

type hostile struct{ *webtest.Fake }

func (h hostile) Regulation(ctx context.Context, who, id string) (screen.RegulationView, error) {
	v, err := h.Fake.Regulation(ctx, who, id)
	const evil = `"'><img src=x onerror=alert(1)>`
	v.Name, v.Summary = evil, evil
	v.Official = screen.Ref{Text: evil, Href: "javascript:alert(1)"}
	for i := range v.Loop.Stations {
		v.Loop.Stations[i].Unit = evil
		v.Loop.Stations[i].Href = "javascript:alert(1)"
	}
	v.Articles = append(v.Articles, screen.ArticleRow{ID: "../" + evil, Name: evil})
	return v, err
}
