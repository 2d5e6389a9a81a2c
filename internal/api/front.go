package api

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"mime"
	"net/http"
	"net/url"
	"path"
	"runtime/debug"
	"slices"
	"strings"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/header"
)

// intakePath is the address at which case systems delivered before this API was
// there. It is the same as POST /beslissingsgebeurtenissen.
const intakePath = "/invoer/beslissingen"

// Owns reports whether an address belongs to this handler. It is asked before any
// mux: that of Go would redirect what is written carelessly.
func Owns(path string) bool {
	return path == "/api" || strings.HasPrefix(path, "/api/") || path == intakePath
}

const (
	specPath  = Base + "/openapi.json"
	pagePath  = Base + "/documentatie"
	stylePath = Base + "/documentatie.css"
)

// ServeHTTP answers everything under Base.
func (s *server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.head(w.Header())
	defer func() {
		v := recover()
		if v == nil {
			return
		}
		if v == http.ErrAbortHandler { //nolint:errorlint // the sentinel itself is thrown
			panic(v)
		}
		s.Log.ErrorContext(r.Context(), "api: panic", "value", fmt.Sprint(v), "stack", string(debug.Stack()))
		no(http.StatusInternalServerError, "fout", "Er ging iets mis in het programma. Het staat in het logboek van de beheerder.").write(w)
	}()
	if r.URL.Path == intakePath {
		u := *r.URL
		u.Path, u.RawPath = Base+"/beslissingsgebeurtenissen", ""
		c := *r
		c.URL = &u
		r = &c
	}
	if p := s.serve(w, r); p != nil {
		p.write(w)
	}
}

// head sets the headers of every answer.
func (s *server) head(h http.Header) {
	h.Set("API-Version", Version)
	header.Closed(h, s.TLS)
}

// serve answers a request, or says why not.
func (s *server) serve(w http.ResponseWriter, r *http.Request) *Problem {
	if done, p := s.documents(w, r); done || p != nil {
		return p
	}
	rt, p := s.match(w, r)
	if p != nil {
		return p
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.Timeout)
	defer cancel()
	by, p := s.authenticate(ctx, w, r, rt)
	if p != nil {
		return p
	}
	ctx = authz.With(context.WithValue(ctx, principalKey{}, by), by)
	if p := s.limit(ctx, r, by, rt); p != nil {
		return p
	}
	if p := s.authorise(ctx, r, by, rt); p != nil {
		return p
	}
	if p := query(r.URL); p != nil {
		return p
	}
	r = r.WithContext(ctx)
	var body []byte
	if rt.takesBody {
		var kind string
		if body, kind, p = rt.read(w, r); p != nil {
			return p
		}
		r = r.WithContext(context.WithValue(ctx, kindKey{}, kind))
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	switch key := r.Header.Get("Idempotency-Key"); {
	case r.Method == http.MethodGet || r.Method == http.MethodHead:
		return s.conditional(w, r)
	case r.Header.Get("If-Match") != "":
		return s.ifMatch(w, r)
	case rt.repeats && key != "":
		return s.once(w, r, by, rt, key, body)
	}
	h := &held{ResponseWriter: w}
	s.mux.ServeHTTP(h, r)
	h.begin()
	return nil
}

// documents serves what describes the API itself.
func (s *server) documents(w http.ResponseWriter, r *http.Request) (bool, *Problem) {
	var kind string
	var body []byte
	switch r.URL.Path {
	case specPath:
		kind, body = "application/json", s.spec
		w.Header().Set("Access-Control-Allow-Origin", "*")
		w.Header().Set("Access-Control-Expose-Headers", "API-Version")
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	case pagePath:
		kind, body = "text/html; charset=utf-8", s.page
		w.Header().Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	case stylePath:
		kind, body = "text/css; charset=utf-8", []byte(s.pageOf)
	default:
		return false, nil
	}
	switch r.Method {
	case http.MethodGet, http.MethodHead:
	case http.MethodOptions:
		w.Header().Set("Allow", "GET, HEAD, OPTIONS")
		if r.URL.Path == specPath {
			w.Header().Set("Access-Control-Allow-Methods", "GET, HEAD, OPTIONS")
			w.Header().Set("Access-Control-Allow-Headers", "*")
		}
		w.WriteHeader(http.StatusNoContent)
		return true, nil
	default:
		w.Header().Set("Allow", "GET, HEAD, OPTIONS")
		return false, no(http.StatusMethodNotAllowed, "methode", "Vraag dit op met GET.")
	}
	h := w.Header()
	tag := etag(body)
	h.Set("ETag", tag)
	h.Set("Cache-Control", "no-cache")
	if matches(r.Header.Get("If-None-Match"), tag) {
		w.WriteHeader(http.StatusNotModified)
		return true, nil
	}
	h.Set("Content-Type", kind)
	_, _ = w.Write(body) // the reader may have gone
	return true, nil
}

// match finds the operation; the mux of Go would answer with text or redirect.
func (s *server) match(w http.ResponseWriter, r *http.Request) (*route, *Problem) {
	nowhere := no(http.StatusNotFound, "niet-gevonden", "Dit adres bestaat niet. De adressen staan in "+specPath+".")
	if r.URL.Path != path.Clean(r.URL.Path) || !strings.HasPrefix(r.URL.Path, Base+"/") || r.Method == http.MethodConnect {
		return nil, nowhere
	}
	if _, pattern := s.mux.Handler(r); pattern != "" {
		if rt := s.routes[pattern]; rt != nil {
			return rt, nil
		}
		return nil, nowhere
	}
	var allowed []string
	for _, m := range []string{http.MethodGet, http.MethodPost, http.MethodDelete} {
		other := *r
		other.Method = m
		if _, pattern := s.mux.Handler(&other); pattern != "" {
			allowed = append(allowed, m)
			if m == http.MethodGet {
				allowed = append(allowed, http.MethodHead)
			}
		}
	}
	if len(allowed) == 0 {
		return nil, nowhere
	}
	w.Header().Set("Allow", strings.Join(allowed, ", "))
	return nil, no(http.StatusMethodNotAllowed, "methode", "Dit adres kent "+strings.Join(allowed, ", ")+".")
}

// authenticate finds out who sends a request; without a token that is nobody,
// which is enough for what is public.
func (s *server) authenticate(ctx context.Context, w http.ResponseWriter, r *http.Request, rt *route) (authz.Principal, *Problem) {
	head := r.Header.Values("Authorization")
	if len(head) == 0 {
		if rt.scope == "" {
			return authz.Principal{}, nil
		}
		w.Header().Set("WWW-Authenticate", `Bearer realm="lemniscaat"`)
		return authz.Principal{}, no(http.StatusUnauthorized, "sleutel", "Er is geen token. Stuur: Authorization: Bearer …")
	}
	scheme, token, _ := strings.Cut(head[0], " ")
	token = strings.TrimSpace(token)
	wrong := no(http.StatusUnauthorized, "sleutel", "Het token ontbreekt, klopt niet, of is verlopen of ingetrokken. De beheerder maakt een nieuw. Stuur: Authorization: Bearer …")
	if len(head) > 1 || !strings.EqualFold(scheme, "Bearer") || token == "" || len(token) > 512 {
		w.Header().Set("WWW-Authenticate", `Bearer realm="lemniscaat"`)
		return authz.Principal{}, wrong
	}
	by, err := s.Tokens.Bearer(ctx, token)
	switch {
	case err == nil:
		return by, nil
	case errors.Is(err, ErrToken):
		w.Header().Set("WWW-Authenticate", `Bearer realm="lemniscaat", error="invalid_token"`)
		return authz.Principal{}, wrong
	}
	return authz.Principal{}, s.problem(ctx, err)
}

// authorise checks the scope of the token and then what the house allows.
func (s *server) authorise(ctx context.Context, r *http.Request, by authz.Principal, rt *route) *Problem {
	q := authz.Request{Principal: by, Operation: rt.may, Demo: s.Demo}
	if rt.kind != "" {
		id := rt.named(r.URL.Path)
		q.Resource = authz.Resource{Kind: rt.kind, ID: id, Organisation: s.Service.OrganisationOf(ctx, rt.kind, id)}
	}
	d := s.Guard.Allow(ctx, q) // also what the token is not for: it is a line of the log
	switch {
	case rt.scope != "" && !slices.Contains(by.Scopes, rt.scope):
		text := "Dit token heeft het recht " + rt.scope + " niet"
		if authz.Personal(rt.scope) {
			text += ", of het hoort bij iemand die hier geen plek in een driehoek meer heeft"
		}
		return no(http.StatusForbidden, "recht-ontbreekt", text+". De beheerder kan een token met dat recht maken.")
	case d.Allowed:
		return nil
	case d.Hide:
		return no(http.StatusNotFound, "niet-gevonden", "Dit bestaat hier niet.")
	}
	return no(http.StatusForbidden, "niet-bevoegd", "Dit mag niet met dit token. "+d.Needed)
}

// problem is problemOf for the front.
func (s *server) problem(ctx context.Context, err error) *Problem {
	var p *Problem
	if errors.As(s.problemOf(ctx, err), &p) {
		return p
	}
	return nil
}

// query refuses what one reader takes for this and another for that.
func query(u *url.URL) *Problem {
	if u.RawQuery == "" {
		return nil
	}
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return no(http.StatusBadRequest, "onjuiste-invoer", "De parameters in het adres zijn niet te lezen.")
	}
	var faults []Fault
	for _, k := range slices.Sorted(maps.Keys(q)) {
		if len(q[k]) > 1 {
			faults = append(faults, Fault{In: "query", Location: clip(k), Code: "dubbel", Detail: "Deze parameter staat er meer dan één keer."})
		}
	}
	if len(faults) > 0 {
		return no(http.StatusBadRequest, "onjuiste-invoer", "De invoer klopt niet. In errors staat wat en waar.", faults...)
	}
	return nil
}

func clip(s string) string {
	if r := []rune(s); len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return s
}

// read gives the body of a request: whole, of a kind that the operation reads,
// and when it is JSON strictly so.
func (rt *route) read(w http.ResponseWriter, r *http.Request) ([]byte, string, *Problem) {
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || !slices.Contains(rt.kinds, kind) {
		return nil, "", no(http.StatusUnsupportedMediaType, "soort-inhoud", "Stuur Content-Type: "+strings.Join(rt.kinds, " of ")+".")
	}
	if e := r.Header.Get("Content-Encoding"); e != "" && e != "identity" {
		return nil, "", no(http.StatusUnsupportedMediaType, "soort-inhoud", "Stuur de inhoud zonder Content-Encoding.")
	}
	large := no(http.StatusRequestEntityTooLarge, "te-groot", fmt.Sprintf("De inhoud is groter dan %d bytes. Stuur haar in delen.", rt.max))
	if r.ContentLength > rt.max {
		w.Header().Set("Connection", "close") // what is left is not read
		return nil, "", large
	}
	var b bytes.Buffer
	if r.ContentLength > 0 {
		b.Grow(int(r.ContentLength) + bytes.MinRead)
	}
	_, err = b.ReadFrom(http.MaxBytesReader(w, r.Body, rt.max))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, "", large
	case err != nil:
		return nil, "", no(http.StatusBadRequest, "afgebroken", "De inhoud is niet helemaal aangekomen.")
	}
	if kind == "application/json" {
		if f := strict(b.Bytes()); f != nil {
			return nil, "", no(http.StatusBadRequest, "onjuiste-invoer", "De inhoud is geen goede JSON. In errors staat wat en waar.", *f)
		}
	}
	return b.Bytes(), kind, nil
}

type kindKey struct{}

// kindOf gives the media type of the body.
func kindOf(ctx context.Context) string {
	kind, _ := ctx.Value(kindKey{}).(string)
	return kind
}
