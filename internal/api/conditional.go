package api

import (
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// etag is the strong tag of a body.
func etag(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:18]) + `"`
}

// matches reports whether a header If-None-Match or If-Match names a tag.
func matches(head, tag string) bool {
	for t := range strings.SplitSeq(head, ",") {
		if t = strings.TrimSpace(t); t == "*" || strings.TrimPrefix(t, "W/") == tag {
			return true
		}
	}
	return false
}

// conditional answers a GET with a tag, and with 304 to who has it already.
func (s *server) conditional(w http.ResponseWriter, r *http.Request) *Problem {
	rec := &recorder{header: w.Header()}
	s.mux.ServeHTTP(rec, r)
	if rec.code() == http.StatusOK {
		tag := etag(rec.body.Bytes())
		w.Header().Set("ETag", tag)
		w.Header().Set("Cache-Control", "private, no-cache")
		if matches(r.Header.Get("If-None-Match"), tag) {
			w.Header().Del("Content-Type")
			w.WriteHeader(http.StatusNotModified)
			return nil
		}
	}
	rec.send(w)
	return nil
}

// ifMatch carries out a change only when what stands at the same address is still
// what the sender saw.
func (s *server) ifMatch(w http.ResponseWriter, r *http.Request) *Problem {
	seen := &recorder{header: http.Header{}}
	look := r.Clone(r.Context())
	look.Method, look.Body, look.ContentLength = http.MethodGet, http.NoBody, 0
	if _, pattern := s.mux.Handler(look); pattern == "" {
		return no(http.StatusBadRequest, "onjuiste-invoer", "De invoer klopt niet. In errors staat wat en waar.", Fault{
			In: "header", Location: "If-Match", Code: "niet-hier", Detail: "Dit adres heeft geen versie om mee te vergelijken."})
	}
	s.mux.ServeHTTP(seen, look)
	if seen.code() == http.StatusOK && !matches(r.Header.Get("If-Match"), etag(seen.body.Bytes())) {
		return no(http.StatusPreconditionFailed, "veranderd", "Dit is intussen veranderd. Vraag het opnieuw op en probeer het dan nog eens.")
	}
	s.mux.ServeHTTP(w, r)
	return nil
}
