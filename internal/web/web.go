// Package web is the pages: it asks a Service what to show, lays it out as
// HTML that works without scripts, and sends commands back. It holds no domain
// logic and no state of its own.
package web

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // Europe/Amsterdam must exist on every machine

	"lemniscaat/internal/authz"
	"lemniscaat/internal/header"
	"lemniscaat/internal/screen"

	"github.com/a-h/templ"

	"lemniscaat/internal/i18n"
	"lemniscaat/internal/phrase"
)

// Deps is what the pages need.
type Deps struct {
	Service Service
	// Identity says who asks; nil: there are no accounts and everybody chooses who
	// to be, which is for the demo on one machine only.
	Identity Identity
	Log      *slog.Logger   // nil: slog.Default()
	Zone     *time.Location // of the reader; nil: Europe/Amsterdam
	// Tokens is a tokens file of the installation: CSS with --basis-* values
	// that is loaded after the own theme.
	Tokens []byte
	// IntakeAPI says that case systems can deliver outcomes over HTTP.
	IntakeAPI bool
	// TLS says that browsers come over HTTPS: cookies are then Secure with
	// the prefix __Host-, and HSTS is sent. Without it (the demo on loopback)
	// browsers refuse such cookies.
	TLS bool
	// Printer makes PDF of a page; nil: this installation cannot, and says so.
	Printer Printer
	// Now is the clock of the limits on what citizens send; nil: time.Now.
	Now func() time.Time
	// Counter makes those limits hold over all replicas; nil: this process is the
	// only one. CounterKey hides in it from where somebody came.
	Counter    Counter
	CounterKey []byte
	// Texts is the Dutch of the pages; nil: what ships.
	Texts *i18n.Catalogue
	// Phrases are Dutch sentences that the rest of the program makes, with their
	// English.
	Phrases map[string]string
	// Guard decides who may try what; nil: by the policies that ship, without
	// keeping what it decided.
	Guard Guard
	// Refused tells what was refused lately; nil: nothing is kept of it.
	Refused Refused
	// SecurityTxt says where to report a weakness; without contacts nowhere.
	SecurityTxt SecurityTxt
	// Stories are the stories that can be read here; nil: none.
	Stories Stories
	// Matched is told which route a request has: "GET /knelpunten/{id}"; may be nil.
	Matched func(ctx context.Context, pattern string)
}

// Printer gives the page at an address of the site as a tagged PDF. foot stands
// under every page. What it needs of the site it asks of the handler.
type Printer interface {
	Print(ctx context.Context, address, foot string, site http.Handler) ([]byte, error)
}

// Limits of what a browser may send.
const (
	maxForm   = 128 << 10
	maxUpload = 32 << 20
)

type server struct {
	Deps
	streams following
	assets  *assets
	mux     *mux
	// english is the other language of the pages, and book what it makes of
	// sentences that are made elsewhere.
	english *i18n.Catalogue
	book    *phrase.Book
	// scene is filled when this server shows one moment of a story.
	scene *scene
	// handler is everything, also for the printer.
	handler http.Handler
	routes  []string  // patterns, for the test over all routes
	zips    sync.Pool // *gzip.Writer
}

// New gives the handler of all pages.
func New(d Deps) (http.Handler, error) {
	if d.Service == nil {
		return nil, errors.New("web: Service is nil")
	}
	if d.Stories == nil {
		d.Stories = noStories{}
	}
	if d.Log == nil {
		d.Log = slog.Default()
	}
	if d.Texts == nil {
		texts, err := i18n.Load("nl")
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		d.Texts = texts
	}
	if d.Zone == nil {
		zone, err := time.LoadLocation("Europe/Amsterdam")
		if err != nil {
			return nil, fmt.Errorf("web: %w", err)
		}
		d.Zone = zone
	}
	a, err := newAssets(d.Tokens)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	authority, err := authz.New()
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	if d.Guard == nil {
		d.Guard = plain{authority}
	}
	s := &server{Deps: d, assets: a}
	s.mux = s.newMux()
	if err := s.learn(); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	s.route()
	if err := s.checkOperations(authority); err != nil {
		return nil, err
	}
	s.handler = s.secure(s.recover(s.guard(s.spoken(s.identify(http.HandlerFunc(s.dispatch))))))
	return s.handler, nil
}

// view is a page to show: its title, its station and its content.
type view struct {
	title string
	here  screen.Station
	crumb []screen.Ref
	body  templ.Component
	// raw leaves out the frame: body is a whole answer, or a part of a page.
	raw bool
	// notice is the key of a message of success shown above the page.
	notice string
}

// get registers a page.
func (s *server) get(pattern string, f func(*http.Request, *page) (view, error)) {
	s.routes = append(s.routes, "GET "+pattern)
	s.mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) {
		p, err := s.page(r)
		if err == nil {
			var v view
			if v, err = f(r, p); err == nil {
				s.show(w, r, http.StatusOK, p, v)
				return
			}
		}
		s.fail(w, r, p, err)
	})
}

// post registers a command. do returns the address to go to; when it is
// refused, again shows the page with the form as it was typed.
func (s *server) post(pattern string, do func(*http.Request, *page) (string, error), again func(*http.Request, *page) (view, error)) {
	s.routes = append(s.routes, "POST "+pattern)
	s.mux.HandleFunc("POST "+pattern, func(w http.ResponseWriter, r *http.Request) {
		p, err := s.posted(w, r)
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		href, err := do(r, p)
		var no *screen.Refusal
		status := http.StatusConflict
		if gone := s.away(w, r, p, err); gone != nil {
			err, status = gone, http.StatusServiceUnavailable
		}
		switch {
		case err == nil:
			http.Redirect(w, r, href, http.StatusSeeOther)
		case errors.As(err, &no):
			p.Refusal = no
			v, err := again(r, p)
			if err != nil {
				s.fail(w, r, p, err)
				return
			}
			if len(no.Fields) > 0 {
				status = http.StatusBadRequest
			}
			s.show(w, r, status, p, v)
		default:
			s.fail(w, r, p, err)
		}
	})
}

// errTooLarge and errForm are faults of the request itself.
var (
	errTooLarge = errors.New("request is too large")
	errForm     = errors.New("form cannot be read")
	errPrint    = errors.New("page cannot be printed here")
)

// posted gives the page of a form that was sent, with its fields read. With an
// error the page is there for as far as it could be made.
func (s *server) posted(w http.ResponseWriter, r *http.Request) (*page, error) {
	p, err := s.page(r)
	if err == nil {
		err = s.read(w, r, p)
	}
	return p, err
}

// read parses the form of a request, within limits.
func (s *server) read(w http.ResponseWriter, r *http.Request, p *page) error {
	limit := int64(maxForm)
	multipart := strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data")
	if multipart {
		limit = maxUpload
	}
	r.Body = http.MaxBytesReader(w, r.Body, limit)
	var err error
	if multipart {
		err = r.ParseMultipartForm(4 << 20)
	} else {
		err = r.ParseForm()
	}
	var large *http.MaxBytesError
	switch {
	case errors.As(err, &large):
		return errTooLarge
	case err != nil:
		return errForm
	}
	p.Values = r.PostForm
	p.FormID = r.PostForm.Get("formulier")
	return nil
}

// page makes what every template needs.
func (s *server) page(r *http.Request) (*page, error) {
	p := &page{
		prints: s.Printer != nil, Catalogue: s.language(r), Path: r.URL.RequestURI(), Key: rand.Text(),
		assets: s.assets, zone: s.Zone, Origin: s.origin(r),
	}
	if p.Lang != s.Texts.Lang {
		p.book = s.book
	}
	if r.Method == http.MethodPost {
		p.Path = backTo(r)
	}
	frame, err := s.Service.Frame(r.Context(), s.who(r))
	p.Frame = frame
	if s.Identity != nil {
		p.accounts, p.Visitor, p.Frame.Choose = true, visitor(r).Visitor, false
	}
	if done := r.URL.Query().Get("gedaan"); done != "" {
		if _, ok := s.Texts.Text("gedaan." + done); ok {
			p.Done = done
		}
	}
	if r.Header.Get("HX-Request") == "true" {
		p.Local = "htmx"
	}
	return p, err
}

// show renders a page whole before it sends a byte, so that a fault in a
// template is a proper error page.
func (s *server) show(w http.ResponseWriter, r *http.Request, status int, p *page, v view) {
	p.Title, p.Here, p.Crumb = v.title, v.here, v.crumb
	if v.notice != "" {
		p.Done = v.notice
	}
	body := v.body
	if !v.raw {
		body = layout(p, body)
	}
	var b bytes.Buffer
	if err := body.Render(r.Context(), &b); err != nil {
		s.fail(w, r, p, fmt.Errorf("render %s: %w", r.Pattern, err))
		return
	}
	if p.Nonce != "" {
		w.Header().Set("Content-Security-Policy", withStyles(p.Nonce))
	}
	s.write(w, r, status, "text/html; charset=utf-8", s.offered(r, p, s.translated(p, b.Bytes())))
}

// write sends a body, compressed when the browser reads that. Pages hold no
// secrets beside what the sender typed, so compression gives nothing away.
func (s *server) write(w http.ResponseWriter, r *http.Request, status int, kind string, body []byte) {
	if s.scene != nil && strings.HasPrefix(kind, "text/html") {
		body = relocate(s.scene.base, body)
	}
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Cache-Control", "no-store")
	h.Add("Vary", "Accept-Encoding, Cookie, HX-Request")
	if len(body) > 1400 && acceptsGzip(r) {
		var b bytes.Buffer
		z := s.zipper(&b)
		_, _ = z.Write(body) // a Buffer does not fail
		_ = z.Close()
		s.zips.Put(z)
		h.Set("Content-Encoding", "gzip")
		body = b.Bytes()
	}
	h.Set("Content-Length", fmt.Sprint(len(body)))
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		_, _ = w.Write(body) //nolint:gosec // templ escaped it; the reader may have gone
	}
}

// zipper gives a writer that compresses; one that was used before when there is
// one, as each takes more than a page.
func (s *server) zipper(to io.Writer) *gzip.Writer {
	if z, ok := s.zips.Get().(*gzip.Writer); ok {
		z.Reset(to)
		return z
	}
	z, _ := gzip.NewWriterLevel(to, gzip.BestSpeed) // the level is valid
	return z
}

// fail turns an error into a page.
func (s *server) fail(w http.ResponseWriter, r *http.Request, p *page, err error) {
	status, key := http.StatusInternalServerError, "500"
	var no *screen.Refusal
	switch {
	case errors.Is(err, screen.ErrNotFound):
		status, key = http.StatusNotFound, "404"
	case errors.As(err, &no):
		status, key = http.StatusForbidden, "403"
		if len(no.Fields) > 0 { // what was asked, not who asks
			status, key = http.StatusBadRequest, "keuze"
		}
	case errors.Is(err, errTooLarge):
		status, key = http.StatusRequestEntityTooLarge, "413"
	case errors.Is(err, errForm):
		status, key = http.StatusBadRequest, "400"
	case errors.Is(err, errPrint):
		status, key = http.StatusServiceUnavailable, "pdf"
	case errors.Is(err, context.Canceled):
		return // nobody reads the answer
	case unavailable(err):
		status, key = http.StatusServiceUnavailable, "503"
		w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
		s.Log.ErrorContext(r.Context(), "storage refuses", "method", r.Method, "pattern", r.Pattern, "error", err)
	default:
		s.Log.ErrorContext(r.Context(), "page failed", "method", r.Method, "pattern", r.Pattern, "error", err)
	}
	s.failure(w, r, p, status, key, no)
}

func (s *server) failure(w http.ResponseWriter, r *http.Request, p *page, status int, key string, no *screen.Refusal) {
	if p == nil {
		p = &page{Catalogue: s.language(r), assets: s.assets, zone: s.Zone, accounts: s.Identity != nil, Visitor: visitor(r).Visitor}
	}
	p.Title = p.T("fout." + key + ".titel")
	p.Here, p.Crumb, p.Refusal, p.Done = "", nil, nil, ""
	var b bytes.Buffer
	if err := layout(p, failurePage(p, key, no)).Render(r.Context(), &b); err != nil {
		s.Log.ErrorContext(r.Context(), "error page failed", "error", err)
		http.Error(w, p.Title, status)
		return
	}
	s.write(w, r, status, "text/html; charset=utf-8", s.translated(p, b.Bytes()))
}

// dispatch answers 404 and 405 with a page, where the mux would write text.
func (s *server) dispatch(w http.ResponseWriter, r *http.Request) {
	if _, pattern := s.mux.Handler(r); pattern != "" {
		if s.Matched != nil {
			s.Matched(r.Context(), pattern)
		}
		s.mux.ServeHTTP(w, r)
		return
	}
	var allowed []string
	for _, m := range []string{http.MethodGet, http.MethodPost} {
		other := r.Clone(r.Context())
		other.Method = m
		if _, pattern := s.mux.Handler(other); pattern != "" {
			allowed = append(allowed, m)
			if m == http.MethodGet {
				allowed = append(allowed, http.MethodHead)
			}
		}
	}
	// The frame may fail; the error page then does without it.
	p, _ := s.page(r)
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		s.failure(w, r, p, http.StatusMethodNotAllowed, "405", nil)
		return
	}
	s.failure(w, r, p, http.StatusNotFound, "404", nil)
}

// policy is the content security policy: only own files, nothing inline.
const policy = "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

// withStyles is the policy of a page with the text editor, whose script puts in
// style sheets that carry the nonce.
func withStyles(nonce string) string {
	return strings.Replace(policy, "style-src 'self'", "style-src 'self' 'nonce-"+nonce+"'", 1)
}

// secure sets the headers of every answer.
func (s *server) secure(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header.Page(w.Header(), policy, s.TLS)
		next.ServeHTTP(w, r)
	})
}

// guard refuses forms that another site sent.
func (s *server) guard(next http.Handler) http.Handler {
	c := http.NewCrossOriginProtection()
	c.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.failure(w, r, nil, http.StatusForbidden, "vreemd", nil)
	}))
	// It changes nothing: it only takes a case reference out of an address.
	c.AddInsecureBypassPattern("POST /signaal/open")
	return c.Handler(next)
}

// recover turns a panic into a page and a line in the log.
func (s *server) recover(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler { //nolint:errorlint // the sentinel itself is thrown
				panic(v)
			}
			s.Log.ErrorContext(r.Context(), "panic", "value", fmt.Sprint(v), "stack", string(debug.Stack()))
			s.failure(w, r, nil, http.StatusInternalServerError, "500", nil)
		}()
		next.ServeHTTP(w, r)
	})
}

// cookieName is the cookie of the role switch.
func (s *server) cookieName() string {
	if s.TLS {
		return "__Host-rol"
	}
	return "rol"
}

// who gives the acting person: whoever signed in, or without accounts the one that
// was chosen. The Service decides whether such a person exists.
func (s *server) who(r *http.Request) string {
	if s.scene != nil {
		return s.scene.as
	}
	if s.Identity != nil {
		return visitor(r).Person
	}
	c, err := r.Cookie(s.cookieName())
	if err != nil || len(c.Value) > 64 {
		return ""
	}
	return c.Value
}

// switchRole answers POST /rol: act as another person of the demo.
func (s *server) switchRole(w http.ResponseWriter, r *http.Request) {
	p, err := s.posted(w, r)
	if err != nil {
		s.fail(w, r, p, err)
		return
	}
	id := r.PostForm.Get("rol")
	known := id == ""
	for _, person := range p.Frame.People {
		known = known || person.ID == id && !person.Absent
	}
	if !p.Frame.Demo && !p.Frame.Choose || !known {
		s.fail(w, r, p, screen.ErrNotFound)
		return
	}
	http.SetCookie(w, &http.Cookie{ //nolint:gosec // Secure as soon as there is TLS; browsers refuse such a cookie without
		Name: s.cookieName(), Value: id, Path: "/", HttpOnly: true,
		Secure: s.TLS, SameSite: http.SameSiteStrictMode, MaxAge: 12 * 60 * 60,
	})
	http.Redirect(w, r, local(r.PostForm.Get("terug")), http.StatusSeeOther) //nolint:gosec // local keeps it on this site
}

// local keeps an address within this site.
func local(href string) string {
	u, err := url.Parse(href)
	if err != nil || u.IsAbs() || u.Host != "" || u.User != nil || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(u.Path, "//") || strings.ContainsAny(href, "\\\r\n\t") {
		return "/"
	}
	q := u.Query()
	q.Del("gedaan")
	u.RawQuery = q.Encode()
	return u.String()
}

// backTo is the page that a form was on.
func backTo(r *http.Request) string {
	u, err := url.Parse(r.Referer())
	if err != nil || u.Path == "" {
		return "/"
	}
	return local(u.RequestURI())
}

// done adds the message of success to an address.
func done(href, key string) string {
	base, fragment, _ := strings.Cut(href, "#")
	sep := "?"
	if strings.Contains(base, "?") {
		sep = "&"
	}
	href = base + sep + "gedaan=" + url.QueryEscape(key)
	if fragment != "" {
		href += "#" + fragment
	}
	return href
}
