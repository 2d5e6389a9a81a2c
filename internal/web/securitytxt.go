package web

import (
	"net/http"
	"strings"
	"time"
)

// SecurityTxt is what /.well-known/security.txt says (RFC 9116): where somebody
// reports a weakness in this installation.
type SecurityTxt struct {
	// Contacts are addresses in the order of preference: mailto:, https:// or tel:.
	// Without any, the file is not there.
	Contacts []string
	// Policy is the page with how reports are treated; empty: none.
	Policy string
	// Canonical is where the file itself stands; empty: not said.
	Canonical string
	// Valid is how long what was read may be trusted. The standard recommends less
	// than a year (section 2.5.5).
	Valid time.Duration
}

// pathSecurityTxt is where the standard puts the file (section 3).
const pathSecurityTxt = "/.well-known/security.txt"

func (s *server) routeSecurityTxt() {
	s.routes = append(s.routes, "GET "+pathSecurityTxt)
	s.mux.HandleFunc("GET "+pathSecurityTxt, func(w http.ResponseWriter, r *http.Request) {
		if len(s.SecurityTxt.Contacts) == 0 {
			p, _ := s.page(r)
			s.failure(w, r, p, http.StatusNotFound, "404", nil)
			return
		}
		now := time.Now
		if s.Now != nil {
			now = s.Now
		}
		s.write(w, r, http.StatusOK, "text/plain; charset=utf-8", []byte(s.SecurityTxt.at(now())))
	})
}

// at gives the file as it reads now. Expires is a whole day, so that every
// replica says the same.
func (t SecurityTxt) at(now time.Time) string {
	var b strings.Builder
	field := func(name, value string) { b.WriteString(name + ": " + value + "\r\n") }
	for _, c := range t.Contacts {
		field("Contact", c)
	}
	field("Expires", now.UTC().Truncate(24*time.Hour).Add(t.Valid).Format(time.RFC3339))
	field("Preferred-Languages", "nl, en")
	if t.Canonical != "" {
		field("Canonical", t.Canonical)
	}
	if t.Policy != "" {
		field("Policy", t.Policy)
	}
	return b.String()
}
