package fault_test

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"
)

// form is a form on a page, with its fields.
type form struct {
	action string
	multi  bool
	fields []field
}

type field struct {
	name, kind, value, min, max string
	options                     []string
	checked                     bool
}

// browser is one person at work: it follows links and sends forms.
type browser struct {
	base   string
	client *http.Client
	dice   *rand.Rand
	name   string
}

func newBrowser(t *testing.T, s *server, who string, d *rand.Rand) *browser {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b := &browser{base: s.url, dice: d, name: who, client: &http.Client{
		Jar: jar, Timeout: 3 * time.Minute, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
	if who != "" {
		a, err := b.post("/rol", url.Values{"rol": {who}, "terug": {"/"}}, false)
		if err != nil || a.code != http.StatusSeeOther {
			t.Fatalf("role %s: %d %v", who, a.code, err)
		}
	}
	return b
}

// answer is what the server said.
type answer struct {
	code     int
	location string
	body     string
	header   http.Header
}

func (b *browser) get(path string) (answer, error) {
	r, err := b.client.Get(b.base + path)
	return read(r, err)
}

func (b *browser) post(path string, v url.Values, multi bool) (answer, error) {
	var body io.Reader = strings.NewReader(v.Encode())
	kind := "application/x-www-form-urlencoded"
	if multi {
		var buf bytes.Buffer
		w := multipart.NewWriter(&buf)
		for name, values := range v {
			for _, x := range values {
				_ = w.WriteField(name, x)
			}
		}
		_ = w.Close()
		body, kind = &buf, w.FormDataContentType()
	}
	return b.send(path, kind, body)
}

func (b *browser) send(path, kind string, body io.Reader) (answer, error) {
	req, err := http.NewRequest(http.MethodPost, b.base+path, body)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Content-Type", kind)
	req.Header.Set("Origin", b.base)
	req.Header.Set("Referer", b.base+"/")
	if strings.HasPrefix(path, "/invoer/beslissingen") {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	return read(b.client.Do(req))
}

func read(r *http.Response, err error) (answer, error) {
	if err != nil {
		return answer{}, err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	return answer{r.StatusCode, r.Header.Get("Location"), string(text), r.Header}, err
}

// page gives the links and the forms of a page.
func page(text string) (links []string, forms []form) {
	root, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, nil
	}
	var now *form
	var list *field
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		at := map[string]string{}
		for _, a := range n.Attr {
			at[a.Key] = a.Val
		}
		_, disabled := at["disabled"]
		_, checked := at["checked"]
		switch {
		case n.Type != html.ElementNode:
		case n.Data == "a" && strings.HasPrefix(at["href"], "/"):
			links = append(links, at["href"])
		case n.Data == "form" && at["method"] == "post":
			forms = append(forms, form{action: at["action"], multi: at["enctype"] == "multipart/form-data"})
			now = &forms[len(forms)-1]
			defer func() { now = nil }()
		case now == nil || disabled || at["name"] == "" && n.Data != "option":
		case n.Data == "input" || n.Data == "button" || n.Data == "textarea":
			kind := at["type"]
			if n.Data != "input" {
				kind = n.Data
			}
			now.fields = append(now.fields, field{name: at["name"], kind: kind, value: at["value"], min: at["min"], max: at["max"], checked: checked})
		case n.Data == "select":
			now.fields = append(now.fields, field{name: at["name"], kind: "select"})
			list = &now.fields[len(now.fields)-1]
			defer func() { list = nil }()
		case n.Data == "option" && list != nil && at["value"] != "":
			list.options = append(list.options, at["value"])
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	return links, forms
}

// fill gives values that a person could have typed; marker is in every text.
func (b *browser) fill(f form, marker string) url.Values {
	v := url.Values{}
	groups := map[string][]string{}
	for _, x := range f.fields {
		switch x.kind {
		case "hidden":
			v.Add(x.name, x.value)
		case "radio":
			groups[x.name] = append(groups[x.name], x.value)
		case "checkbox":
			if x.checked || b.dice.IntN(2) == 0 {
				v.Add(x.name, or(x.value, "ja"))
			}
		case "select":
			if len(x.options) > 0 {
				v.Set(x.name, x.options[b.dice.IntN(len(x.options))])
			}
		case "date":
			day := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).AddDate(0, b.dice.IntN(8), b.dice.IntN(28)).Format(time.DateOnly)
			v.Set(x.name, max(day, x.min))
		case "number":
			v.Set(x.name, or(x.value, or(x.min, "1")))
		case "file", "submit", "reset", "image":
		case "button":
			if _, ok := v[x.name]; !ok || b.dice.IntN(2) == 0 {
				v.Set(x.name, x.value)
			}
		case "email":
			v.Set(x.name, "iemand@voorbeeld.nl")
		default:
			text := "Proef " + marker + ": de brief kwam te laat en niemand belde"
			switch {
			case x.name == "bedrag" || x.name == "laag" || x.name == "hoog" || x.name == "waarde":
				text = fmt.Sprint(100 + b.dice.IntN(400))
			case x.value != "" && b.dice.IntN(2) == 0:
				text = x.value
			}
			v.Set(x.name, text)
		}
	}
	for _, x := range f.fields { // in the order of the page, so that a seed repeats
		if list := groups[x.name]; len(list) > 0 {
			v.Set(x.name, list[b.dice.IntN(len(list))])
			delete(groups, x.name)
		}
	}
	return v
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

var id = regexp.MustCompile(`/[a-z]*-?[0-9a-f]*[0-9][0-9a-f]*[^/]*|/(individuele|zorgtoeslag|huurtoeslag|kind|participatie|verordening|aow|tozo|terugvordering|inkomst|besteedbaar)[^/]*`)

// shape is an address without what differs from one thing to another.
func shape(path string) string {
	path, _, _ = strings.Cut(path, "?")
	return id.ReplaceAllString(path, "/*")
}

// quiet are forms whose success leaves nothing in the log.
var quiet = []string{"/rol", "/taal", "/demo/klok"}

// pick chooses a form of a page, one that was sent least first.
func (b *browser) pick(forms []form, sent map[string]int) (form, bool) {
	forms = slices.DeleteFunc(forms, func(f form) bool { return f.action == "" || slices.Contains(quiet, f.action) })
	if len(forms) == 0 {
		return form{}, false
	}
	b.dice.Shuffle(len(forms), func(i, j int) { forms[i], forms[j] = forms[j], forms[i] })
	slices.SortStableFunc(forms, func(x, y form) int { return sent[shape(x.action)] - sent[shape(y.action)] })
	return forms[0], true
}
