package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"time"

	"lemniscaat/internal/screen"
)

// routeExternal registers signing in at an identity provider.
func (s *server) routeExternal() {
	s.external("/inloggen/extern/{aanbieder}", func(w http.ResponseWriter, r *http.Request, p *page) (string, error) {
		return s.beginExternal(w, r, screen.ExternalInput{Back: backFrom(r), Again: r.URL.Query().Get("opnieuw") == "ja"})
	})
	s.external("/uitnodiging/{geheim}/extern/{aanbieder}", func(w http.ResponseWriter, r *http.Request, p *page) (string, error) {
		return s.beginExternal(w, r, screen.ExternalInput{Back: "/begin", Invite: r.PathValue("geheim")})
	})
	s.external("/account/extern/{aanbieder}", func(w http.ResponseWriter, r *http.Request, p *page) (string, error) {
		return s.beginExternal(w, r, screen.ExternalInput{Back: done("/account", "gekoppeld"), Link: true, Token: visitor(r).token})
	})
	s.external("/inloggen/extern/terug", func(w http.ResponseWriter, r *http.Request, p *page) (string, error) {
		q := r.URL.Query()
		a := screen.ExternalAnswer{
			State: q.Get("state"), Code: q.Get("code"), Issuer: q.Get("iss"), Fault: q.Get("error"),
			Old: visitor(r).token, Address: address(r), UserAgent: r.UserAgent(),
		}
		if c, err := r.Cookie(s.externalCookie()); err == nil {
			a.Browser = c.Value
		}
		in, back, err := s.Identity.FinishExternal(r.Context(), a)
		if err != nil {
			return "", err
		}
		s.keepSession(w, in)
		return onward(in, back), nil // it was kept, and looked at before that
	})
	s.routes = append(s.routes, "POST /inloggen/extern/{aanbieder}/uit")
	s.mux.HandleFunc("POST /inloggen/extern/{aanbieder}/uit", s.logoutExternal)
	s.routes = append(s.routes, "GET /inloggen/extern/sleutels.json")
	s.mux.HandleFunc("GET /inloggen/extern/sleutels.json", func(w http.ResponseWriter, r *http.Request) {
		b, err := json.Marshal(s.Identity.ClientKeys())
		if err != nil {
			s.fail(w, r, nil, err)
			return
		}
		s.write(w, r, http.StatusOK, "application/jwk-set+json", b)
	})
}

// logoutExternal answers a provider that says who signed out there (OpenID Connect
// Back-Channel Logout 1.0, section 2.5). It comes from a server and not from a
// browser, so that it has no cookie and no page that it was asked on: what it may do
// rests on the signed token that it carries, and nothing on who sends it. A browser
// that another site makes send it is refused as with every form.
func (s *server) logoutExternal(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, maxForm)
	unreadable := r.ParseForm() != nil
	var err error
	if !unreadable {
		err = s.Identity.LogoutExternal(r.Context(), r.PathValue("aanbieder"), r.PostForm.Get("logout_token"), address(r))
	}
	w.Header().Set("Cache-Control", "no-store")
	// The standard knows 200 and 400: also what failed here is a 400.
	status, code := http.StatusBadRequest, "invalid_request"
	text := "logout_token wordt niet aangenomen: verwacht een geldig bewijs van uitloggen, voor deze client, dat niet eerder is gebruikt"
	var often *screen.TooOften
	var no *screen.Refusal
	switch {
	case unreadable:
		text = "verwacht: een formulier met logout_token"
	case err == nil:
		w.WriteHeader(http.StatusOK)
		return
	case errors.As(err, &often):
		tryLater(w, often.After)
		status, text = http.StatusTooManyRequests, "te vaak een bewijs dat niet klopt"
	case errors.As(err, &no) && no.Code == "extern-onbereikbaar":
		code, text = "temporarily_unavailable", "de aanbieder is niet te bereiken, dus het bewijs is niet na te kijken"
	case errors.Is(err, screen.ErrNotFound):
		text = "deze aanbieder is hier niet bekend"
	case unavailable(err):
		s.Log.ErrorContext(r.Context(), "storage refuses", "method", r.Method, "pattern", r.Pattern, "error", err)
		code, text = "temporarily_unavailable", "de opslag antwoordt niet; probeer het straks opnieuw"
	case no == nil:
		s.Log.ErrorContext(r.Context(), "page failed", "method", r.Method, "pattern", r.Pattern, "error", err)
		code, text = "server_error", "uitloggen is mislukt"
	}
	b, err := json.Marshal(map[string]string{"error": code, "error_description": text})
	if err != nil {
		s.fail(w, r, nil, err)
		return
	}
	s.write(w, r, status, "application/json", b)
}

// external registers a page that only sends on, to a provider or back from it. It
// is asked with a link and not with a form: the policy of the pages sends no form
// to another site.
func (s *server) external(pattern string, do func(http.ResponseWriter, *http.Request, *page) (string, error)) {
	s.routes = append(s.routes, "GET "+pattern)
	s.mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) {
		p, err := s.page(r)
		var to string
		if err == nil {
			to, err = do(w, r, p)
		}
		w.Header().Set("Cache-Control", "no-store")
		var often *screen.TooOften
		var no *screen.Refusal
		switch {
		case err == nil:
			http.Redirect(w, r, to, http.StatusSeeOther)
		case next(err) != "":
			http.Redirect(w, r, withBack(next(err), r.URL.RequestURI()), http.StatusSeeOther) //nolint:gosec // withBack keeps it on this site
		case errors.As(err, &often):
			p.Refusal = s.tooOften(w, p, often)
			s.show(w, r, http.StatusTooManyRequests, p, externalView(p, "te-vaak"))
		case errors.As(err, &no):
			status := http.StatusForbidden
			switch no.Code {
			case "extern-onbereikbaar":
				status = http.StatusBadGateway
			case "extern-verlopen":
				status = http.StatusBadRequest
			}
			errors.As(s.worded(p, err), &p.Refusal)
			s.show(w, r, status, p, externalView(p, no.Code))
		default:
			s.fail(w, r, p, err)
		}
	})
}

func externalView(p *page, code string) view {
	return view{title: p.T("toegang.extern-niet"), body: externalPage(p, code)}
}

// externalCookie binds what is under way at a provider to this browser.
func (s *server) externalCookie() string {
	if s.TLS {
		return "__Host-onderweg"
	}
	return "onderweg"
}

func (s *server) beginExternal(w http.ResponseWriter, r *http.Request, in screen.ExternalInput) (string, error) {
	in.Provider, in.Address = r.PathValue("aanbieder"), address(r)
	if c, err := r.Cookie(s.externalCookie()); err == nil {
		in.Browser = c.Value
	}
	out, err := s.Identity.BeginExternal(r.Context(), in)
	if err != nil {
		return "", err
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure as soon as there is TLS; browsers refuse such a cookie without
		// Lax: the way back comes from another site.
		Name: s.externalCookie(), Value: out.Browser, Path: "/", HttpOnly: true, Secure: s.TLS, SameSite: http.SameSiteLaxMode,
		MaxAge: max(1, int(time.Until(out.Until).Seconds())),
	})
	return out.Href, nil
}
