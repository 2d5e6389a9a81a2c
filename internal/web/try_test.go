package web_test

import (
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/screen"
	"lemniscaat/internal/web/webtest"
)

const triedField = "parameter:" + reg + ".inkomensgrens"

// tried is the address of the page with a value.
func tried(value string) string {
	return "/regelingen/" + reg + "/proberen?" + url.Values{triedField: {value}}.Encode()
}

// event is one server-sent event.
type event struct{ name, data string }

func events(t *testing.T, body string) []event {
	t.Helper()
	var out []event
	for _, block := range strings.Split(strings.TrimSuffix(body, "\n\n"), "\n\n") {
		var e event
		var data []string
		for line := range strings.Lines(block) {
			line = strings.TrimSuffix(line, "\n")
			switch {
			case strings.HasPrefix(line, "event: "):
				e.name = strings.TrimPrefix(line, "event: ")
			case strings.HasPrefix(line, "data: "):
				data = append(data, strings.TrimPrefix(line, "data: "))
			default:
				t.Errorf("a line that is no event: %q", line)
			}
		}
		e.data = strings.Join(data, "\n")
		out = append(out, e)
	}
	return out
}

func stream(value string) string {
	return strings.Replace(tried(value), "/proberen?", "/proberen/stroom?", 1)
}

// TestTryWithout: without a script the address says what is tried; the page
// shows what it does, and what cannot be stands at its field.
func TestTryWithout(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	for path, want := range map[string][]string{
		"/regelingen/" + reg + "/proberen": {"U hebt nog niets veranderd.", "nu 110 %", "Reken door"},
		tried("120 %"):                     {"Doorgerekend met inkomensgrens van 110 % naar 120 %.", "Er komen 21.000 ontvangers bij", "synthetisch"},
		tried("120 %") + "&knelpunt=k-1":   {"Terug naar het knelpunt: Eén euro te veel"},
		tried("fout"):                      {"Inkomensgrens: vul in: een percentage, zoals 120 %.", "Eén getal kan niet."},
	} {
		w := do(h, request("GET", path, "femke", nil))
		text := strings.ReplaceAll(parse(t, w).text(), "\u00a0", " ")
		for _, x := range want {
			if w.Code != http.StatusOK || !strings.Contains(text, x) {
				t.Errorf("%s: %d, does not say %q", path, w.Code, x)
			}
		}
	}
	page := parse(t, do(h, request("GET", tried("fout"), "femke", nil)))
	field := page.all(func(e node) bool { return e.attr("name") == triedField })
	if len(field) != 1 || field[0].attr("value") != "fout" || field[0].attr("aria-invalid") != "true" {
		t.Errorf("the field keeps not what was typed: %v", field)
	}
	if other := page.all(func(e node) bool { return e.attr("name") == "parameter:"+reg+".bedrag" }); len(other) != 1 || other[0].attr("value") != "520 €" {
		t.Errorf("a value that the address does not name: %v", other)
	}
	if n := len(page.all(func(e node) bool { return e.attr("class") == "trying-run" })); n != 0 {
		t.Error("there is a result of a value that cannot be")
	}
	if w := do(h, request("GET", tried("druk"), "femke", nil)); w.Code != http.StatusForbidden || !strings.Contains(w.Body.String(), "te veel mensen") {
		t.Errorf("too busy: %d", w.Code)
	}
	if w := do(h, request("GET", "/regelingen/bestaat-niet/proberen", "", nil)); w.Code != http.StatusNotFound {
		t.Errorf("an unknown regulation: %d", w.Code)
	}
}

// TestTryFind: a value that is asked for stands on the page with a link that
// fills it in beside the others; what cannot be stands at its field.
func TestTryFind(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	ask := func(goal string) string {
		return tried("110 %") + "&knelpunt=k-1&zoeken=ja&" + url.Values{"zoek": {reg + ".inkomensgrens"}, "maat": {"ontvangers"}, "doel": {goal}}.Encode()
	}
	w := do(h, request("GET", ask("gelijk"), "femke", nil))
	page := parse(t, w)
	if text := page.text(); w.Code != http.StatusOK || !strings.Contains(text, "112,4 % haalt het doel") || !strings.Contains(text, "synthetisch") {
		t.Errorf("%d, the answer is not on the page", w.Code)
	}
	fill := "/regelingen/" + reg + "/proberen?" + url.Values{triedField: {"112,4 %"}, "parameter:" + reg + ".bedrag": {"500 €"}, "knelpunt": {"k-1"}}.Encode()
	if n := len(page.all(func(e node) bool { return e.attr("href") == fill })); n != 1 {
		t.Errorf("%d links fill the value in", n)
	}
	page = parse(t, do(h, request("GET", ask("veel"), "femke", nil)))
	field := page.all(func(e node) bool { return e.attr("name") == "doel" })
	if len(field) != 1 || field[0].attr("value") != "veel" || field[0].attr("aria-invalid") != "true" {
		t.Errorf("the goal that cannot be: %v", field)
	}
	page = parse(t, do(h, request("GET", tried("120 %"), "femke", nil)))
	if field := page.all(func(e node) bool { return e.attr("name") == "doel" }); len(field) != 1 || field[0].attr("value") != "gelijk" {
		t.Errorf("the goal without a question: %v", field)
	}
}

// TestTryStream: a script is told how far it is, how it stands, and what it
// does, in that order.
func TestTryStream(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	get := func(path string, zip bool) (*httptest.ResponseRecorder, []event) {
		r := request("GET", path, "femke", nil)
		if zip {
			r.Header.Set("Accept-Encoding", "gzip")
		}
		w := do(h, r)
		body := io.Reader(w.Body)
		if zip {
			z, err := gzip.NewReader(body)
			if err != nil {
				t.Fatal(err)
			}
			body = z
		}
		data, err := io.ReadAll(body)
		if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) { // a stream has no end
			t.Fatal(err)
		}
		if got := w.Header().Get("Content-Type"); got != "text/event-stream; charset=utf-8" || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s is %s", path, got)
		}
		return w, events(t, string(data))
	}
	for _, zip := range []bool{false, true} {
		_, list := get(stream("120 %"), zip)
		if len(list) != 3 || list[0].name != "bezig" || list[1].name != "stand" || list[2].name != "uitkomst" {
			t.Fatalf("events: %+.300v", list)
		}
		if list[0].data != `{"gedaan":12400,"van":20000}` {
			t.Errorf("progress: %s", list[0].data)
		}
		var stand struct {
			Stand  string            `json:"stand"`
			Faults map[string]string `json:"fouten"`
		}
		if err := json.Unmarshal([]byte(list[1].data), &stand); err != nil || len(stand.Faults) > 0 || !strings.Contains(stand.Stand, "Doorgerekend met") {
			t.Errorf("state: %s, %v", list[1].data, err)
		}
		if !strings.Contains(strings.ReplaceAll(list[2].data, "\u00a0", " "), "Er komen 21.000 ontvangers bij") || strings.Contains(list[2].data, "<html") {
			t.Error("the result is not the part of the page")
		}
	}
	_, list := get(stream("fout"), false)
	if len(list) != 1 || !strings.Contains(list[0].data, `"`+triedField+`":"Inkomensgrens: vul in`) {
		t.Errorf("a value that cannot be: %+v", list)
	}
	_, list = get(stream("druk"), false)
	if len(list) != 1 || list[0].name != "mislukt" || !strings.Contains(list[0].data, "te veel mensen") {
		t.Errorf("too busy: %+v", list)
	}
	if w := do(h, request("GET", "/regelingen/bestaat-niet/proberen/stroom", "", nil)); w.Code != http.StatusNotFound {
		t.Errorf("an unknown regulation: %d", w.Code)
	}
}

// TestTryGone: who has gone is no longer computed for, and there is no error.
func TestTryGone(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	ctx, gone := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer gone()
	w := do(h, request("GET", stream("traag"), "femke", nil).WithContext(ctx))
	if w.Body.Len() != 0 || ctx.Err() == nil {
		t.Errorf("answered %q", w.Body)
	}
}

// TestTryPropose: the values go along into a proposal.
func TestTryPropose(t *testing.T) {
	t.Parallel()
	fake := &webtest.Fake{State: webtest.Filled}
	w := do(handler(t, fake), request("POST", "/regelingen/"+reg+"/proberen/voorstel", "femke",
		url.Values{triedField: {" 120 % "}, "knelpunt": {"k-1"}, "titel": {"Naar 120"}}))
	if w.Code != http.StatusSeeOther || w.Header().Get("Location") != "/voorstellen/v-1?gedaan=voorstel" {
		t.Errorf("%d to %s", w.Code, w.Header().Get("Location"))
	}
	want := webtest.Call{Name: "ProposeTry", Who: "femke", In: screen.TryInput{Regulation: reg, Issue: "k-1", Title: "Naar 120",
		Values: map[string]string{reg + ".inkomensgrens": "120 %"}, Compute: true}}
	if d := cmp.Diff([]webtest.Call{want}, fake.Calls()); d != "" {
		t.Errorf("(−want +got):\n%s", d)
	}
	fake.Refuse = map[string]error{"ProposeTry": &screen.Refusal{Code: "inhoud-ontbreekt", Text: "U hebt nog niets veranderd."}}
	w = do(handler(t, fake), request("POST", "/regelingen/"+reg+"/proberen/voorstel", "femke", url.Values{triedField: {"120 %"}, "titel": {"Naar 120"}}))
	if page := parse(t, w); w.Code != http.StatusConflict || !strings.Contains(page.text(), "U hebt nog niets veranderd.") {
		t.Errorf("refused: %d", w.Code)
	}
}
