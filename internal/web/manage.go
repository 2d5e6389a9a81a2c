package web

import (
	"net/http"

	"lemniscaat/internal/screen"
)

// routeManage registers what managers do with accounts.
func (s *server) routeManage() {
	id := s.Identity
	if id == nil || s.scene != nil {
		return
	}
	home := func(p *page) []screen.Ref { return []screen.Ref{{Text: p.T("beheer.titel"), Href: "/beheer"}} }
	s.get("/beheer", func(_ *http.Request, p *page) (view, error) {
		return view{title: p.T("beheer.titel"), body: managePage(p)}, nil
	})
	accounts := func(r *http.Request, p *page) (view, error) {
		rows, err := id.Accounts(r.Context(), visitor(r).Principal)
		return view{title: p.T("beheer.accounts"), crumb: home(p), body: accountsPage(p, rows)}, err
	}
	s.get("/beheer/accounts", accounts)
	invited := func(p *page, i screen.Invited, r *http.Request) answer {
		return answer{view: &view{title: p.T("beheer.uitnodiging"), crumb: append(home(p), screen.Ref{Text: p.T("beheer.accounts"), Href: "/beheer/accounts"}),
			body: invitedPage(p, i, s.site(r)+"/uitnodiging/"+i.Secret)}}
	}
	s.command("/beheer/accounts", s.sensitive(func(_ http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		i, err := id.Add(r.Context(), visitor(r).Principal, accountInput(r))
		if err != nil {
			return answer{}, err
		}
		return invited(p, i, r), nil
	}), accounts)

	one := s.accountEdit
	s.get("/beheer/accounts/{id}", one)
	s.command("/beheer/accounts/{id}", s.sensitive(func(_ http.ResponseWriter, r *http.Request, _ *page) (answer, error) {
		in := accountInput(r)
		in.ID = r.PathValue("id")
		return answer{href: done("/beheer/accounts/"+in.ID, "account")}, id.SetRoles(r.Context(), visitor(r).Principal, in)
	}), one)
	for _, c := range []struct {
		name string
		done string
		do   func(r *http.Request, account string) error
	}{
		{"uit", "account-uit", func(r *http.Request, a string) error { return id.Disable(r.Context(), visitor(r).Principal, a) }},
		{"aan", "account-aan", func(r *http.Request, a string) error { return id.Enable(r.Context(), visitor(r).Principal, a) }},
		{"sessies", "account-sessies", func(r *http.Request, a string) error {
			return id.EndSessions(r.Context(), visitor(r).Principal, a)
		}},
	} {
		s.command("/beheer/accounts/{id}/"+c.name, s.sensitive(func(_ http.ResponseWriter, r *http.Request, _ *page) (answer, error) {
			account := r.PathValue("id")
			return answer{href: done("/beheer/accounts/"+account, c.done)}, c.do(r, account)
		}), one)
	}
	s.command("/beheer/accounts/{id}/herstel", s.sensitive(func(_ http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		i, err := id.Reset(r.Context(), visitor(r).Principal, r.PathValue("id"), r.PostForm.Get("alles") == "ja")
		if err != nil {
			return answer{}, err
		}
		return invited(p, i, r), nil
	}), one)
}

// accountEdit shows one account to a manager.
func (s *server) accountEdit(r *http.Request, p *page) (view, error) {
	rows, err := s.Identity.Accounts(r.Context(), visitor(r).Principal)
	for _, a := range rows {
		if a.ID == r.PathValue("id") {
			return view{title: a.Name, body: accountEditPage(p, a),
				crumb: []screen.Ref{{Text: p.T("beheer.titel"), Href: "/beheer"}, {Text: p.T("beheer.accounts"), Href: "/beheer/accounts"}}}, nil
		}
	}
	if err == nil {
		err = screen.ErrNotFound
	}
	return view{}, err
}

// sensitive lets an act through of who proved a moment ago to be it.
func (s *server) sensitive(do func(http.ResponseWriter, *http.Request, *page) (answer, error)) func(http.ResponseWriter, *http.Request, *page) (answer, error) {
	return func(w http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		if !visitor(r).Fresh {
			return answer{}, &screen.Refusal{Code: "bevestig"}
		}
		return do(w, r, p)
	}
}

func accountInput(r *http.Request) screen.AccountInput {
	return screen.AccountInput{
		Login: r.PostForm.Get("inlognaam"), Name: r.PostForm.Get("naam"), Person: r.PostForm.Get("persoon"),
		Organisation: r.PostForm.Get("organisatie"), Roles: r.PostForm["rol"],
	}
}
