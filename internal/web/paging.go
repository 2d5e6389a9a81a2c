package web

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"lemniscaat/internal/screen"
)

// asked reads what a reader wants of a list: ?zoek=…&blad=2. What is no number is
// the first page.
func asked(r *http.Request) screen.Asked {
	q := r.URL.Query()
	n, err := strconv.Atoi(q.Get("blad"))
	if err != nil {
		n = 1
	}
	words := strings.TrimSpace(q.Get("zoek"))
	if len(words) > 200 {
		words = strings.ToValidUTF8(words[:200], "")
	}
	return screen.Asked{Words: words, Page: n}
}

// kept gives the other choices in the address of this page, such as a filter,
// that a search or another page of the list should not lose.
func (p *page) kept() url.Values {
	u, err := url.Parse(p.Path)
	if err != nil {
		return url.Values{}
	}
	q := u.Query()
	q.Del("blad")
	q.Del("zoek")
	q.Del("gedaan")
	return q
}

// listPath is the address of this page without its choices.
func (p *page) listPath() string {
	path, _, _ := strings.Cut(p.Path, "?")
	return path
}

// keptNames lists the names of the kept choices, in order.
func keptNames(q url.Values) []string { return slices.Sorted(maps.Keys(q)) }

// blad gives the address of a page of a list.
func (p *page) blad(v screen.Paging, n int) string {
	q := p.kept()
	if v.Words != "" {
		q.Set("zoek", v.Words)
	}
	if n > 1 {
		q.Set("blad", strconv.Itoa(n))
	}
	if len(q) == 0 {
		return p.listPath()
	}
	return p.listPath() + "?" + q.Encode()
}

// listHref is the address of the list of a regulation ("knelpunten",
// "voorstellen"), with words that are looked for.
func listHref(list, reg, words string) templ.SafeURL {
	q := url.Values{"regeling": {reg}}
	if words != "" {
		q.Set("zoek", words)
	}
	return templ.SafeURL("/" + list + "?" + q.Encode())
}
