// Package egress is the only way out over HTTP. A client of this package talks to
// the addresses that an installation lists and to nothing else, so that nothing
// that somebody types or sends can make the program ask its own network.
//
// What is checked is the address that is really dialled, after the name was looked
// up: a name that points at something else a moment later gets no further.
package egress

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

// Errors that callers tell apart with errors.Is.
var (
	// ErrNotListed: the address is not on the list of the installation.
	ErrNotListed = errors.New("dit adres staat niet op de lijst van adressen waar deze installatie naartoe mag")
	// ErrInside: the name leads to an address inside, and the list does not say so.
	ErrInside = errors.New("dit adres ligt in een eigen of bijzonder netwerk; zet er intern achter in de lijst als dat de bedoeling is")
	// ErrRedirect: the answer points at another place.
	ErrRedirect = errors.New("het antwoord verwijst naar een ander adres; dat volgen wij niet")
	// ErrTooLarge: the answer is larger than was agreed.
	ErrTooLarge = errors.New("het antwoord is te groot")
)

// Destination is a place that may be asked: scheme, host and port. Inside says
// that it may be in a private network.
type Destination struct {
	Scheme, Host, Port string
	Inside             bool
}

// Parse reads a destination: "https://idp.voorbeeld.nl", with a port if it is not
// that of the scheme, and " intern" behind it for one in the own network. Without
// TLS only with intern.
func Parse(s string) (Destination, error) {
	text, inside := strings.CutSuffix(strings.TrimSpace(s), " intern")
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || strings.Trim(u.Path, "/") != "" {
		return Destination{}, fmt.Errorf("%q is geen adres; schrijf bijvoorbeeld https://idp.voorbeeld.nl of https://10.0.0.5:8443 intern", s)
	}
	d := of(u)
	d.Inside = inside
	if d.Scheme != "https" && (d.Scheme != "http" || !inside) {
		return Destination{}, fmt.Errorf("%q gaat niet over https; dat kan alleen binnen het eigen netwerk, met intern erachter", s)
	}
	return d, nil
}

// of gives the destination of an address.
func of(u *url.URL) Destination {
	d := Destination{Scheme: strings.ToLower(u.Scheme), Host: strings.ToLower(strings.TrimSuffix(u.Hostname(), ".")), Port: u.Port()}
	if d.Port == "" {
		d.Port = map[string]string{"https": "443", "http": "80"}[d.Scheme]
	}
	return d
}

// Options of a client. Zero values are the defaults.
type Options struct {
	Allow   []Destination
	Timeout time.Duration // of a whole request; 30 s
	MaxBody int64         // of an answer, in bytes; 4 MiB
	// Transport carries certificates (mTLS, an own CA); its dialling and proxy are
	// replaced. Nil: the system's.
	Transport *http.Transport
	// Resolve looks up a name; nil: the system does. For tests.
	Resolve func(ctx context.Context, host string) ([]netip.Addr, error)
}

// New gives a client that asks what is allowed and nothing else.
func New(o Options) *http.Client {
	if o.Timeout <= 0 {
		o.Timeout = 30 * time.Second
	}
	if o.MaxBody <= 0 {
		o.MaxBody = 4 << 20
	}
	base := o.Transport
	if base == nil {
		base = &http.Transport{}
	}
	t := base.Clone()
	t.Proxy = nil // a proxy would look names up where nobody checks
	t.DialTLSContext, t.DialContext = nil, o.dial
	t.TLSHandshakeTimeout, t.ResponseHeaderTimeout = 10*time.Second, o.Timeout
	t.MaxResponseHeaderBytes, t.MaxIdleConnsPerHost, t.IdleConnTimeout = 64<<10, 4, 30*time.Second
	t.ForceAttemptHTTP2 = true
	return &http.Client{
		Transport: &guarded{o, t}, Timeout: o.Timeout,
		CheckRedirect: func(r *http.Request, via []*http.Request) error {
			if of(r.URL) != of(via[0].URL) || len(via) > 3 {
				return ErrRedirect
			}
			return nil
		},
	}
}

// guarded refuses before anything is looked up.
type guarded struct {
	Options
	next *http.Transport
}

// RoundTrip implements http.RoundTripper.
func (g *guarded) RoundTrip(r *http.Request) (*http.Response, error) {
	if _, ok := g.listed(of(r.URL)); !ok || r.URL.User != nil {
		if r.Body != nil {
			r.Body.Close()
		}
		return nil, fmt.Errorf("%s://%s: %w", r.URL.Scheme, r.URL.Host, ErrNotListed)
	}
	w, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	w.Body = &bounded{w.Body, g.MaxBody}
	return w, nil
}

// CloseIdleConnections lets http.Client close what waits.
func (g *guarded) CloseIdleConnections() { g.next.CloseIdleConnections() }

func (o Options) listed(d Destination) (Destination, bool) {
	k := slices.IndexFunc(o.Allow, func(a Destination) bool {
		a.Inside = d.Inside
		return a == d
	})
	if k < 0 {
		return Destination{}, false
	}
	return o.Allow[k], true
}

// dial connects to one of the addresses of a name, each of them checked.
func (o Options) dial(ctx context.Context, network, address string) (net.Conn, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, err
	}
	inside := slices.ContainsFunc(o.Allow, func(a Destination) bool {
		return a.Host == strings.ToLower(strings.TrimSuffix(host, ".")) && a.Port == port && a.Inside
	})
	d := net.Dialer{Timeout: 10 * time.Second, Control: func(_, address string, _ syscall.RawConn) error {
		at, err := netip.ParseAddrPort(address)
		if err != nil || !inside && !Outside(at.Addr()) {
			return ErrInside
		}
		return nil
	}}
	if o.Resolve == nil {
		return d.DialContext(ctx, network, address)
	}
	addrs, err := o.Resolve(ctx, host)
	if err != nil {
		return nil, err
	}
	var errs error
	for _, a := range addrs {
		c, err := d.DialContext(ctx, network, net.JoinHostPort(a.String(), port))
		if err == nil {
			return c, nil
		}
		errs = errors.Join(errs, err)
	}
	return nil, errs
}

// special are networks that are not the internet (IANA special-purpose address
// registries), beside those that netip knows.
var special = func() []netip.Prefix {
	var out []netip.Prefix
	for _, s := range []string{
		"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
		"64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
	} {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}()

// Outside reports that an address is on the internet: not of this machine, not of
// a private network, and not one of the special ones, such as those on which
// clouds keep what a machine may know of itself.
func Outside(a netip.Addr) bool {
	a = a.Unmap()
	if !a.IsValid() || a.Zone() != "" || !a.IsGlobalUnicast() || a.IsPrivate() {
		return false
	}
	return !slices.ContainsFunc(special, func(p netip.Prefix) bool { return p.Contains(a) })
}

// bounded reads no more than was agreed.
type bounded struct {
	io.ReadCloser
	left int64
}

// Read implements io.Reader.
func (b *bounded) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, ErrTooLarge
	}
	if int64(len(p)) > b.left+1 {
		p = p[:b.left+1]
	}
	n, err := b.ReadCloser.Read(p)
	if b.left -= int64(n); b.left < 0 {
		return n - 1, ErrTooLarge
	}
	return n, err
}
