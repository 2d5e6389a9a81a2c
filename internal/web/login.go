package web

import (
	"errors"
	"net/http"

	"lemniscaat/internal/screen"
)

// routeLogin registers signing in and out, and the own account. There is none
// without accounts.
func (s *server) routeLogin() {
	id := s.Identity
	if id == nil || s.scene != nil {
		return
	}
	login := func(r *http.Request, p *page) (view, error) {
		return view{title: p.T("toegang.inloggen"), body: loginPage(p, id.External(), id.Passkeys(), backFrom(r))}, nil
	}
	s.get("/inloggen", login)
	s.command("/inloggen", func(w http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		in, err := id.SignIn(r.Context(), screen.SignInInput{
			Login: r.PostForm.Get("inlognaam"), Password: r.PostForm.Get("wachtwoord"), Old: visitor(r).token,
			Address: address(r), UserAgent: r.UserAgent(),
		})
		p.Values.Del("wachtwoord")
		if err != nil {
			return answer{}, err
		}
		s.keepSession(w, in)
		return answer{href: onward(in, backFrom(r))}, nil
	}, login)

	code := func(r *http.Request, p *page) (view, error) {
		step, err := id.Step(r.Context(), visitor(r).token)
		if err == nil && step == (screen.PasskeyStep{}) {
			err = &screen.Refusal{Code: "niet-aangemeld"}
		}
		return view{title: p.T("toegang.code-titel"), body: codePage(p, step, backFrom(r))}, err
	}
	s.asking("/inloggen/code", code)
	s.command("/inloggen/code", func(w http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		in, err := id.SecondStep(r.Context(), visitor(r).token, r.PostForm.Get("code"), address(r))
		if err != nil {
			return answer{}, err
		}
		s.keepSession(w, in)
		return answer{href: onward(in, backFrom(r))}, nil
	}, code)

	setup := func(r *http.Request, p *page) (view, error) {
		v, err := id.BeginTOTP(r.Context(), visitor(r).token)
		return view{title: p.T("toegang.app-titel"), body: setupPage(p, v, "/inloggen/instellen", backFrom(r), id.Passkeys())}, err
	}
	s.asking("/inloggen/instellen", setup)
	s.command("/inloggen/instellen", s.finishTOTP, setup)

	s.command("/uitloggen", func(w http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		leaving, left := id.LeaveExternal(r.Context(), visitor(r).token)
		err := errors.Join(left, id.SignOut(r.Context(), visitor(r).token))
		s.dropSession(w)
		w.Header().Set("Clear-Site-Data", `"cache", "storage"`)
		if err == nil && leaving.Href != "" {
			p.Visitor = screen.Visitor{}
			return answer{view: &view{title: p.T("toegang.extern-uit"), body: leavingPage(p, leaving)}}, nil
		}
		return answer{href: done("/inloggen", "uitgelogd")}, err
	}, login)

	invited := func(r *http.Request, p *page) (view, error) {
		v, err := id.Invitation(r.Context(), r.PathValue("geheim"))
		return view{title: p.T("toegang.welkom"), body: invitationPage(p, v, id.External(), "/uitnodiging/"+r.PathValue("geheim"))}, err
	}
	s.get("/uitnodiging/{geheim}", invited)
	s.command("/uitnodiging/{geheim}", func(w http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		password := r.PostForm.Get("nieuw")
		p.Values.Del("nieuw")
		home := "/" // who has no role yet cannot read everything
		if v, err := id.Invitation(r.Context(), r.PathValue("geheim")); err == nil && v.First {
			home = "/begin"
		}
		in, err := id.Accept(r.Context(), screen.AcceptInput{
			Secret: r.PathValue("geheim"), Login: r.PostForm.Get("inlognaam"), Name: r.PostForm.Get("naam"), Password: password,
			Address: address(r), UserAgent: r.UserAgent(),
		})
		if err != nil {
			return answer{}, err
		}
		s.keepSession(w, in)
		return answer{href: onward(in, home)}, nil
	}, invited)

	s.routePasskey()
	s.routeExternal()
	s.routeAccount()
}

// asking registers a page whose query may be refused because somebody has to sign
// in or to confirm first.
func (s *server) asking(pattern string, f func(*http.Request, *page) (view, error)) {
	s.routes = append(s.routes, "GET "+pattern)
	s.mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) {
		p, err := s.page(r)
		var v view
		if err == nil {
			v, err = f(r, p)
		}
		if to := next(err); to != "" {
			http.Redirect(w, r, withBack(to, r.URL.RequestURI()), http.StatusSeeOther) //nolint:gosec // withBack keeps it on this site
			return
		}
		if err != nil {
			s.fail(w, r, p, s.worded(p, err))
			return
		}
		s.show(w, r, http.StatusOK, p, v)
	})
}

// next is the page that somebody has to pass first.
func next(err error) string {
	switch code(err) {
	case "bevestig":
		return "/account/bevestig"
	case "niet-aangemeld":
		return "/inloggen"
	}
	return ""
}

func (s *server) finishTOTP(w http.ResponseWriter, r *http.Request, p *page) (answer, error) {
	in, codes, err := s.Identity.FinishTOTP(r.Context(), visitor(r).token, r.PostForm.Get("code"))
	if err != nil {
		return answer{}, err
	}
	return s.equipped(w, r, p, in, codes, "app")
}

// equipped goes on after a second step was set, with the recovery codes of who had
// none yet.
func (s *server) equipped(w http.ResponseWriter, r *http.Request, p *page, in screen.SignedIn, codes []string, what string) (answer, error) {
	s.keepSession(w, in)
	back := backFrom(r)
	if len(codes) == 0 {
		return answer{href: done(back, what)}, nil
	}
	var err error
	if p.Visitor, err = s.Identity.Visitor(r.Context(), in.Token); err != nil { // signed in by now
		return answer{}, err
	}
	// These are shown once, and so not behind an address.
	return answer{view: &view{title: p.T("toegang.codes-titel"), body: codesPage(p, codes, back)}}, nil
}

// routeAccount registers the own account.
func (s *server) routeAccount() {
	id := s.Identity
	account := func(r *http.Request, p *page) (view, error) {
		v, err := id.AccountOf(r.Context(), visitor(r).token)
		return view{title: p.T("toegang.account"), body: accountPage(p, v, id.External())}, err
	}
	s.asking("/account", account)
	s.command("/account/wachtwoord", func(w http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		old, fresh := r.PostForm.Get("oud"), r.PostForm.Get("nieuw")
		p.Values.Del("oud")
		p.Values.Del("nieuw")
		in, err := id.ChangePassword(r.Context(), visitor(r).token, old, fresh)
		if err != nil {
			return answer{}, err
		}
		s.keepSession(w, in)
		return answer{href: done("/account", "wachtwoord")}, nil
	}, account)
	app := func(r *http.Request, p *page) (view, error) {
		v, err := id.BeginTOTP(r.Context(), visitor(r).token)
		return view{title: p.T("toegang.app-titel"), crumb: []screen.Ref{{Text: p.T("toegang.account"), Href: "/account"}}, body: setupPage(p, v, "/account/app", "/account", false)}, err
	}
	s.asking("/account/app", app)
	s.command("/account/app", s.finishTOTP, app)
	s.command("/account/herstelcodes", func(w http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		codes, err := id.RenewCodes(r.Context(), visitor(r).token)
		return answer{view: &view{title: p.T("toegang.codes-titel"), body: codesPage(p, codes, "/account")}}, err
	}, account)
	s.command("/account/tweede-stap/weg", func(w http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		in, err := id.RemoveFactor(r.Context(), visitor(r).token, r.PostForm.Get("welke"))
		if err != nil {
			return answer{}, err
		}
		s.keepSession(w, in)
		return answer{href: done("/account", "tweede-stap-weg")}, nil
	}, account)
	s.command("/account/sessies", func(w http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		return answer{href: done("/account", "sessie")}, id.EndSession(r.Context(), visitor(r).token, r.PostForm.Get("sessie"))
	}, account)
	confirm := func(r *http.Request, p *page) (view, error) {
		v, err := id.AccountOf(r.Context(), visitor(r).token)
		return view{title: p.T("toegang.bevestig"), body: confirmPage(p, v, id.External(), backFrom(r))}, err
	}
	s.asking("/account/bevestig", confirm)
	s.command("/account/bevestig", func(w http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		password := r.PostForm.Get("wachtwoord")
		p.Values.Del("wachtwoord")
		in, err := id.Confirm(r.Context(), visitor(r).token, password, r.PostForm.Get("code"), address(r))
		if err != nil {
			return answer{}, err
		}
		s.keepSession(w, in)
		return answer{href: backFrom(r)}, nil
	}, confirm)
}
