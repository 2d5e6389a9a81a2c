package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"lemniscaat/internal/screen"
)

// visiting is the key of the visitor in the context of a request.
type visiting struct{}

// visit is who asks, and what the browser holds of the session.
type visit struct {
	screen.Visitor
	token string
}

// sessionCookie names the cookie of a session.
func (s *server) sessionCookie() string {
	if s.TLS {
		return "__Host-sessie"
	}
	return "sessie"
}

// maxCookie bounds what is looked up for a cookie.
const maxCookie = 200

// identify reads once per request who asks.
func (s *server) identify(next http.Handler) http.Handler {
	if s.Identity == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/vast/") { // the same for everybody
			next.ServeHTTP(w, r)
			return
		}
		var v visit
		if c, err := r.Cookie(s.sessionCookie()); err == nil && len(c.Value) <= maxCookie {
			v.token = c.Value
			if v.Visitor, err = s.Identity.Visitor(r.Context(), v.token); err != nil {
				s.fail(w, r, nil, err)
				return
			}
		}
		r = r.WithContext(context.WithValue(r.Context(), visiting{}, v))
		next.ServeHTTP(w, r)
	})
}

// visitor gives who asks; the zero visit without accounts.
func visitor(r *http.Request) visit {
	v, _ := r.Context().Value(visiting{}).(visit)
	return v
}

// askSignIn sends somebody to where the next step of signing in is.
func (s *server) askSignIn(w http.ResponseWriter, r *http.Request, v screen.Visitor) {
	to := "/inloggen"
	switch v.Step {
	case screen.StepCode:
		to = "/inloggen/code"
	case screen.StepSetup:
		to = "/inloggen/instellen"
	}
	back := "/"
	if r.Method == http.MethodGet {
		back = r.URL.RequestURI()
	} else if r.Method == http.MethodPost {
		back = backTo(r)
	}
	if r.Header.Get("HX-Request") == "true" {
		w.Header().Set("HX-Redirect", withBack(to, back))
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	http.Redirect(w, r, withBack(to, back), http.StatusSeeOther) //nolint:gosec // withBack keeps it on this site
}

// withBack adds the page to go to afterwards.
func withBack(to, back string) string {
	if back = local(back); back == "/" {
		return to
	}
	return to + "?terug=" + url.QueryEscape(back)
}

// backFrom reads it, and keeps it within this site.
func backFrom(r *http.Request) string {
	if back := r.PostForm.Get("terug"); back != "" {
		return local(back)
	}
	return local(r.URL.Query().Get("terug"))
}

// keep gives the browser a session.
func (s *server) keepSession(w http.ResponseWriter, in screen.SignedIn) {
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure as soon as there is TLS; browsers refuse such a cookie without
		// Lax and not Strict: a link in a mail, and the way back from an identity
		// provider, come from another site.
		Name: s.sessionCookie(), Value: in.Token, Path: "/", HttpOnly: true, Secure: s.TLS, SameSite: http.SameSiteLaxMode,
		MaxAge: max(1, int(time.Until(in.Until).Seconds())),
	})
}

// dropSession takes the session from the browser.
func (s *server) dropSession(w http.ResponseWriter) {
	http.SetCookie(w, &http.Cookie{Name: s.sessionCookie(), Path: "/", HttpOnly: true, Secure: s.TLS, SameSite: http.SameSiteLaxMode, MaxAge: -1}) //nolint:gosec // as keepSession
}

// onward is where somebody goes who just signed in as far as it went.
func onward(in screen.SignedIn, back string) string {
	switch in.Step {
	case screen.StepCode:
		return withBack("/inloggen/code", back)
	case screen.StepSetup:
		return withBack("/inloggen/instellen", back)
	}
	return back
}

// answer is what comes of a command on an account: a page to show at once (what is
// shown once has no address), or an address to go to.
type answer struct {
	href string
	view *view
}

// command registers a command that may change who asks. again shows the page with
// the form as it was typed, without the passwords.
func (s *server) command(pattern string, do func(http.ResponseWriter, *http.Request, *page) (answer, error), again func(*http.Request, *page) (view, error)) {
	s.routes = append(s.routes, "POST "+pattern)
	s.mux.HandleFunc("POST "+pattern, func(w http.ResponseWriter, r *http.Request) {
		p, err := s.posted(w, r)
		var a answer
		if err == nil {
			a, err = do(w, r, p)
		}
		err = s.worded(p, err)
		var often *screen.TooOften
		var no *screen.Refusal
		status := http.StatusBadRequest
		switch {
		case err == nil && a.view != nil:
			s.show(w, r, http.StatusOK, p, *a.view)
			return
		case err == nil:
			http.Redirect(w, r, a.href, http.StatusSeeOther)
			return
		case errors.As(err, &often):
			status, no = http.StatusTooManyRequests, s.tooOften(w, p, often)
		case !errors.As(err, &no):
			s.fail(w, r, p, err)
			return
		case no.Code == "bevestig":
			http.Redirect(w, r, withBack("/account/bevestig", backTo(r)), http.StatusSeeOther)
			return
		case no.Code == "niet-aangemeld":
			http.Redirect(w, r, withBack("/inloggen", backTo(r)), http.StatusSeeOther)
			return
		case len(no.Fields) == 0:
			status = http.StatusConflict
		}
		p.Refusal = no
		v, err := again(r, p)
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.show(w, r, status, p, v)
	})
}

// tooOften says when it can be tried again.
func (s *server) tooOften(w http.ResponseWriter, p *page, often *screen.TooOften) *screen.Refusal {
	tryLater(w, often.After)
	minutes := int64((often.After + time.Minute - 1) / time.Minute)
	return &screen.Refusal{Code: "te-vaak", Text: p.T("toegang.te-vaak"), Hint: p.N("toegang.te-vaak-wacht", minutes)}
}

// tryLater says after how many whole seconds another try is worth it.
func tryLater(w http.ResponseWriter, d time.Duration) {
	w.Header().Set("Retry-After", strconv.Itoa(int((d+time.Second-1)/time.Second)))
}

// worded puts words to a refusal that has only codes.
func (s *server) worded(p *page, err error) error {
	var no *screen.Refusal
	if !errors.As(err, &no) || no.Text != "" {
		return err
	}
	c := &screen.Refusal{Code: no.Code, Text: p.T("toegang.nee." + no.Code)}
	for _, f := range no.Fields {
		c.Fields = append(c.Fields, screen.FieldError{Field: f.Field, Text: p.T("toegang.nee." + f.Text)})
	}
	if len(c.Fields) > 0 && c.Code != "onjuist" {
		c.Code = "invoer"
	}
	return c
}

// address is where a request comes from, for counting.
func address(r *http.Request) string { return cameFrom(r).String() }

// code gives the code of a refusal; "" for anything else.
func code(err error) string {
	var no *screen.Refusal
	if errors.As(err, &no) {
		return no.Code
	}
	return ""
}
