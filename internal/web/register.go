package web

import (
	"net/http"
	"net/url"

	"github.com/a-h/templ"

	"lemniscaat/internal/screen"
)

// routeRegister registers the public register: ?deel=knelpunten&zoek=…&blad=2.
func (s *server) routeRegister() {
	s.get("/register", func(r *http.Request, p *page) (view, error) {
		in := screen.RegisterInput{Asked: asked(r), Part: screen.RegisterPart(r.URL.Query().Get("deel"))}
		v, err := s.Service.Register(r.Context(), p.Frame.Actor.ID, in)
		if err != nil || v.Part == "" {
			return view{title: p.T("register.titel"), body: registerPage(p, v)}, err
		}
		crumb := []screen.Ref{{Text: p.T("register.titel"), Href: "/register"}}
		return view{title: p.T("register." + string(v.Part)), crumb: crumb, body: registerPage(p, v)}, nil
	})
}

// registerHref is the address of the register or of one of its lists.
func registerHref(part screen.RegisterPart, words string) templ.SafeURL {
	q := url.Values{}
	if part != "" {
		q.Set("deel", string(part))
	}
	if words != "" {
		q.Set("zoek", words)
	}
	if len(q) == 0 {
		return "/register"
	}
	return templ.SafeURL("/register?" + q.Encode())
}

// partyHref is where the triangles of a party are.
func partyHref(party string) templ.SafeURL {
	return templ.SafeURL("/driehoeken?" + url.Values{"zoek": {party}}.Encode())
}

// registerFound is how many rows a search found, in all lists that are shown.
func registerFound(v screen.RegisterView) int {
	n := 0
	for part, total := range v.Totals {
		if v.Part == "" || v.Part == part {
			n += total
		}
	}
	return n
}

// found is the text of an empty list: that nothing was found, or key.
func found(key string, v screen.RegisterView) string {
	if v.Paging.Words != "" {
		return "register.niets-gevonden"
	}
	return key
}
