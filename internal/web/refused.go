package web

import (
	"context"
	"net/http"

	"lemniscaat/internal/screen"
)

// Refused tells what was refused lately, without names.
type Refused interface {
	Refused(ctx context.Context) (screen.DeniedView, error)
}

// routeRefused registers the page of what was refused, for managers.
func (s *server) routeRefused() {
	id := s.Identity
	if id == nil || s.scene != nil {
		return
	}
	s.get("/beheer/weigeringen", func(r *http.Request, p *page) (view, error) {
		var v screen.DeniedView
		var err error
		if s.Refused != nil {
			if v, err = s.Refused.Refused(r.Context()); err != nil {
				return view{}, err
			}
		}
		names := map[string]string{}
		accounts, err := id.Accounts(r.Context(), visitor(r).Principal)
		if err != nil {
			return view{}, err
		}
		for _, a := range accounts {
			names[a.ID] = a.Name
		}
		tokens, err := id.Tokens(r.Context(), visitor(r).Principal)
		if err != nil {
			return view{}, err
		}
		for _, k := range tokens {
			names[k.ID] = k.Name
		}
		for i, x := range v.Rows {
			switch {
			case x.Account == "":
				v.Rows[i].Who = p.T("beheer.weigeringen-niemand")
			case names[x.Account] != "":
				v.Rows[i].Who = names[x.Account]
			default:
				v.Rows[i].Who = x.Account
			}
			if p.Lang == s.english.Lang {
				v.Rows[i].Why = x.WhyEnglish
			}
		}
		return view{title: p.T("beheer.weigeringen"), crumb: []screen.Ref{{Text: p.T("beheer.titel"), Href: "/beheer"}}, body: refusedPage(p, v)}, nil
	})
}
