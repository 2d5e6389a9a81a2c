// Package header says in one place what every answer tells a browser about its
// safety: pages, the API, and what stands beside them.
package header

// Setter is where headers are set: an http.Header.
type Setter interface{ Set(key, value string) }

// Nothing is the policy of an answer that a browser is to do nothing with.
const Nothing = "default-src 'none'; frame-ancestors 'none'"

// Closed sets the headers of an answer that is data: nothing in it runs, nothing is
// kept, nobody learns where one came from. tls: it went over HTTPS.
func Closed(h Setter, tls bool) {
	safe(h, tls)
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", Nothing)
	h.Set("Referrer-Policy", "no-referrer")
}

// Page sets the headers of a page with its Content-Security-Policy.
func Page(h Setter, policy string, tls bool) {
	safe(h, tls)
	h.Set("Content-Security-Policy", policy)
	h.Set("Referrer-Policy", "same-origin")
	h.Set("Cross-Origin-Opener-Policy", "same-origin")
}

func safe(h Setter, tls bool) {
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Permissions-Policy", "camera=(), geolocation=(), microphone=(), payment=(), usb=()")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	if tls {
		h.Set("Strict-Transport-Security", "max-age=63072000; includeSubDomains")
	}
}
