// Package push brings things out of the installation: signed heads to who keeps
// them, events to who is subscribed, rows to the log of processing. It is an
// adapter; what goes out, and in which order, packages audit and outbox say.
//
// It speaks only to addresses that the operator has named: redirects are not
// followed, and without TLS only this machine itself is spoken to.
package push

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// timeout bounds one request.
const timeout = 20 * time.Second

// maxAnswer is how much of an answer is read, in bytes.
const maxAnswer = 64 << 10

// Client speaks HTTP to one address.
type Client struct {
	to      string
	headers http.Header
	http    *http.Client
}

// ClientOptions say how to speak.
type ClientOptions struct {
	Bearer  string            // token; empty: none
	TLS     *tls.Config       // with a certificate of our own (mTLS); nil: the default
	Headers map[string]string // more, by name
	// HTTP speaks instead of a client of our own: the one way out of the installation.
	HTTP *http.Client
}

// NewClient gives a client of an address that the operator has named.
func NewClient(address string, o ClientOptions) (*Client, error) {
	if err := CheckAddress(address); err != nil {
		return nil, err
	}
	c := &Client{to: address, headers: http.Header{}}
	for k, v := range o.Headers {
		c.headers.Set(k, v)
	}
	if o.Bearer != "" {
		if strings.ContainsAny(o.Bearer, "\r\n") {
			return nil, errors.New("de sleutel bevat een regeleinde")
		}
		c.headers.Set("Authorization", "Bearer "+o.Bearer)
	}
	if o.HTTP != nil {
		c.http = o.HTTP
		return c, nil
	}
	t := &http.Transport{
		TLSClientConfig: o.TLS, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: timeout, MaxIdleConnsPerHost: 2, IdleConnTimeout: time.Minute,
		MaxResponseHeaderBytes: 16 << 10, Proxy: http.ProxyFromEnvironment, ForceAttemptHTTP2: true,
	}
	if t.TLSClientConfig == nil {
		t.TLSClientConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	c.http = &http.Client{Transport: t, Timeout: timeout, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	return c, nil
}

// CheckAddress reports why nothing is sent to an address, or nil.
func CheckAddress(address string) error {
	u, err := url.Parse(address)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Fragment != "" {
		return fmt.Errorf("dit is geen adres om naar te sturen (verwacht: https://ontvanger.voorbeeld.nl/pad)")
	}
	switch {
	case u.Scheme == "https":
	case u.Scheme == "http" && loopback(u.Hostname()):
	default:
		return fmt.Errorf("naar %s gaat niets zonder TLS (verwacht: https://…; http:// alleen naar deze machine zelf)", u.Hostname())
	}
	return nil
}

func loopback(host string) bool {
	a, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && a.IsLoopback()
}

// Host is who is spoken to: for people and logs, without a path that may hold a
// secret.
func (c *Client) Host() string {
	u, _ := url.Parse(c.to)
	return u.Host
}

// Answer is what came back.
type Answer struct {
	Status int
	Header http.Header
	Body   []byte
}

// Post sends a body. An error says that no answer came; whatever was answered is in
// the Answer.
func (c *Client) Post(ctx context.Context, headers map[string]string, body io.Reader) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.to, body)
	if err != nil {
		return Answer{}, errors.New("het adres kan niet")
	}
	for k, v := range c.headers {
		req.Header[k] = v
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	res, err := c.http.Do(req)
	if err != nil {
		// What the library says names the whole address.
		var wrapped *url.Error
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return Answer{}, fmt.Errorf("%s geeft geen antwoord: %w", c.Host(), err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer))
	if err != nil {
		return Answer{}, fmt.Errorf("%s geeft een half antwoord: %w", c.Host(), err)
	}
	return Answer{res.StatusCode, res.Header, answer}, nil
}
