package web

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"time"

	"lemniscaat/internal/screen"
)

// routePasskey registers making passkeys, signing in with them, and taking away
// those of somebody else. A page asks for options with a script and sends back
// what the authenticator answers in a form: a page that shows what went wrong
// needs no script.
func (s *server) routePasskey() {
	id := s.Identity
	if id == nil || s.scene != nil {
		return
	}
	login := func(r *http.Request, p *page) (view, error) {
		step, err := id.Step(r.Context(), visitor(r).token)
		if step != (screen.PasskeyStep{}) {
			return view{title: p.T("toegang.code-titel"), body: codePage(p, step, backFrom(r))}, err
		}
		return view{title: p.T("toegang.inloggen"), body: loginPage(p, id.External(), id.Passkeys(), backFrom(r))}, err
	}
	s.options("/inloggen/passkey/vraag", func(_ http.ResponseWriter, r *http.Request) (screen.PasskeyStart, error) {
		return id.BeginKey(r.Context(), screen.PasskeyInput{Token: visitor(r).token, Browser: s.passkeyBrowser(r), Address: address(r)})
	})
	s.command("/inloggen/passkey", func(w http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		in, err := id.FinishKey(r.Context(), s.passkeyAnswer(r))
		if err != nil {
			return answer{}, err
		}
		s.keepSession(w, in)
		return answer{href: onward(in, backFrom(r))}, nil
	}, login)

	for _, x := range []struct{ at, back string }{{"/inloggen/instellen/passkey", ""}, {"/account/passkey", "/account"}} {
		form := func(r *http.Request, p *page) (view, error) {
			back := x.back
			if back == "" {
				back = backFrom(r)
			}
			v := view{title: p.T("toegang.passkey-titel"), body: passkeyPage(p, x.at, back, id.Passkeys())}
			if x.back != "" {
				v.crumb = []screen.Ref{{Text: p.T("toegang.account"), Href: "/account"}}
			}
			return v, id.MaySet(r.Context(), visitor(r).token)
		}
		s.asking(x.at, form)
		s.options(x.at+"/vraag", func(_ http.ResponseWriter, r *http.Request) (screen.PasskeyStart, error) {
			return id.BeginPasskey(r.Context(), visitor(r).token)
		})
		s.command(x.at, func(w http.ResponseWriter, r *http.Request, p *page) (answer, error) {
			said := r.PostForm.Get("antwoord")
			p.Values.Del("antwoord")
			in, codes, err := id.FinishPasskey(r.Context(), visitor(r).token, r.PostForm.Get("naam"), r.UserAgent(), said)
			if err != nil {
				return answer{}, err
			}
			return s.equipped(w, r, p, in, codes, "passkey")
		}, form)
	}

	confirm := func(r *http.Request, p *page) (view, error) {
		v, err := id.AccountOf(r.Context(), visitor(r).token)
		return view{title: p.T("toegang.bevestig"), body: confirmPage(p, v, id.External(), backFrom(r))}, err
	}
	s.options("/account/bevestig/passkey/vraag", func(_ http.ResponseWriter, r *http.Request) (screen.PasskeyStart, error) {
		return id.BeginKey(r.Context(), screen.PasskeyInput{Token: visitor(r).token, Address: address(r), Confirm: true})
	})
	s.command("/account/bevestig/passkey", func(w http.ResponseWriter, r *http.Request, p *page) (answer, error) {
		in, err := id.ConfirmKey(r.Context(), s.passkeyAnswer(r))
		if err != nil {
			return answer{}, err
		}
		s.keepSession(w, in)
		return answer{href: backFrom(r)}, nil
	}, confirm)

	s.command("/beheer/accounts/{id}/passkey-weg", s.sensitive(func(_ http.ResponseWriter, r *http.Request, _ *page) (answer, error) {
		account := r.PathValue("id")
		return answer{href: done("/beheer/accounts/"+account, "passkey-weg")},
			id.RemovePasskey(r.Context(), visitor(r).Principal, account, r.PostForm.Get("welke"))
	}), s.accountEdit)
}

// passkeyCookie binds a passkey that is asked for to a browser without a session.
func (s *server) passkeyCookie() string {
	if s.TLS {
		return "__Host-passkey"
	}
	return "passkey"
}

func (s *server) passkeyBrowser(r *http.Request) string {
	if c, err := r.Cookie(s.passkeyCookie()); err == nil {
		return c.Value
	}
	return ""
}

func (s *server) passkeyAnswer(r *http.Request) screen.PasskeyAnswer {
	a := screen.PasskeyAnswer{
		Token: visitor(r).token, Browser: s.passkeyBrowser(r), Answer: r.PostForm.Get("antwoord"), Address: address(r), UserAgent: r.UserAgent(),
	}
	r.PostForm.Del("antwoord") // a form that is shown again asks anew
	return a
}

// options registers what the script of a page asks: what the browser needs for a
// passkey, as JSON. A refusal is JSON as well, with the sentence to show.
func (s *server) options(pattern string, do func(http.ResponseWriter, *http.Request) (screen.PasskeyStart, error)) {
	s.routes = append(s.routes, "POST "+pattern)
	s.mux.HandleFunc("POST "+pattern, func(w http.ResponseWriter, r *http.Request) {
		p, err := s.page(r)
		var out screen.PasskeyStart
		if err == nil {
			r.Body = http.MaxBytesReader(w, r.Body, 1<<10) // nothing is sent
			out, err = do(w, r)
		}
		w.Header().Set("Cache-Control", "no-store")
		var often *screen.TooOften
		var no *screen.Refusal
		said := map[string]any{}
		status := http.StatusConflict
		switch {
		case err == nil:
			if out.Browser != "" {
				http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure as soon as there is TLS; browsers refuse such a cookie without
					Name: s.passkeyCookie(), Value: out.Browser, Path: "/", HttpOnly: true, Secure: s.TLS, SameSite: http.SameSiteStrictMode,
					MaxAge: max(1, int(time.Until(out.Until).Seconds())),
				})
			}
			s.write(w, r, http.StatusOK, "application/json", out.Options)
			return
		case errors.As(err, &often):
			no, status = s.tooOften(w, p, often), http.StatusTooManyRequests
			said["melding"] = no.Text + " " + no.Hint
		case errors.As(s.worded(p, err), &no):
			said["melding"] = no.Text
			if to := next(err); to != "" { // the session ended in the meantime
				said["naar"], status = to, http.StatusUnauthorized
			}
		default:
			s.fail(w, r, p, err)
			return
		}
		b, err := json.Marshal(said)
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.write(w, r, status, "application/json", b)
	})
}

// passkeyLine says of a passkey since when it is there and when it was used.
func (p *page) passkeyLine(k screen.PasskeyRow) string {
	text := p.T("toegang.passkey-sinds", "tijd", p.moment(k.Made))
	if k.Used.IsZero() {
		text += " " + p.T("toegang.passkey-ongebruikt")
	} else {
		text += " " + p.T("toegang.laatst", "tijd", p.moment(k.Used))
	}
	if k.Synced {
		text += " " + p.T("toegang.passkey-gedeeld")
	}
	return text
}

// passkeyID gives the place of a passkey in a list an id.
func passkeyID(n int) string { return "passkey-" + strconv.Itoa(n) }

// codeHint says which codes do for the second step.
func (p *page) codeHint(step screen.PasskeyStep) string {
	if step.App {
		return p.T("toegang.code-uitleg")
	}
	return p.T("toegang.herstelcode-uitleg")
}
