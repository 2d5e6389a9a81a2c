package web

import (
	"net/http"
	"strconv"
	"strings"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/screen"
)

// routeToken registers the bearer tokens of programs and break-glass.
func (s *server) routeToken() {
	id := s.Identity
	if id == nil || s.scene != nil {
		return
	}
	home := func(p *page) []screen.Ref { return []screen.Ref{{Text: p.T("beheer.titel"), Href: "/beheer"}} }
	tokens := func(r *http.Request, p *page) (view, error) {
		rows, err := id.Tokens(r.Context(), visitor(r).Principal)
		return view{title: p.T("beheer.sleutels"), crumb: home(p), body: tokensPage(p, rows)}, err
	}
	s.get("/beheer/sleutels", tokens)
	s.command("/beheer/sleutels", s.sensitive(func(_ http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		days, _ := strconv.Atoi(strings.TrimSpace(r.PostForm.Get("dagen"))) // 0 is refused below
		made, err := id.MakeToken(r.Context(), visitor(r).Principal, screen.TokenInput{
			Name: r.PostForm.Get("naam"), Organisation: r.PostForm.Get("organisatie"), Person: r.PostForm.Get("persoon"), Scopes: r.PostForm["bereik"], Days: days,
		})
		if err != nil {
			return answer{}, err
		}
		return answer{view: &view{title: p.T("beheer.sleutel-klaar"), crumb: home(p), body: newTokenPage(p, made)}}, nil
	}), tokens)
	s.command("/beheer/sleutels/{id}/intrekken", s.sensitive(func(_ http.ResponseWriter, r *http.Request, _ *page) (answer, error) {
		return answer{href: done("/beheer/sleutels", "sleutel-weg")}, id.RevokeToken(r.Context(), visitor(r).Principal, r.PathValue("id"))
	}), tokens)

	glass := func(r *http.Request, p *page) (view, error) {
		rows, err := id.Emergencies(r.Context(), visitor(r).Principal)
		return view{title: p.T("nood.titel"), body: emergencyPage(p, rows)}, err
	}
	s.get("/noodtoegang", glass)
	s.command("/noodtoegang", func(_ http.ResponseWriter, r *http.Request, _ *page) (answer, error) {
		minutes, _ := strconv.Atoi(strings.TrimSpace(r.PostForm.Get("minuten")))
		_, err := id.BreakGlass(r.Context(), visitor(r).token, r.PostForm.Get("reden"), minutes)
		return answer{href: done("/noodtoegang", "nood")}, err
	}, glass)
	s.command("/noodtoegang/{id}/einde", func(_ http.ResponseWriter, r *http.Request, _ *page) (answer, error) {
		return answer{href: done("/noodtoegang", "nood-einde")}, id.EndGlass(r.Context(), visitor(r).Principal, r.PathValue("id"))
	}, glass)
	s.command("/noodtoegang/{id}/bekeken", func(_ http.ResponseWriter, r *http.Request, _ *page) (answer, error) {
		return answer{href: done("/noodtoegang", "nood-bekeken")}, id.ReviewGlass(r.Context(), visitor(r).Principal, r.PathValue("id"), r.PostForm.Get("bevinding"))
	}, glass)
}

// scopeKey is the key of the words of a scope: there is no colon in a key.
func scopeKey(scope string) string { return strings.ReplaceAll(scope, ":", "-") }

// scopeID gives the first choice the id that the error summary links to.
func scopeID(n int) string {
	if n == 0 {
		return fieldID("sleutel", "bereik")
	}
	return fieldID("sleutel", "bereik-"+strconv.Itoa(n))
}

// reviews reports that the visitor may say what was found of break-glass.
func (p *page) reviews() bool {
	return p.Visitor.Has(authz.RoleManager) || p.Visitor.Has(authz.RoleAuditor)
}
