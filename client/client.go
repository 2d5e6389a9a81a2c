// Package client speaks with the HTTP API of Lemniscaat (/api/v1). It tries again
// what failed on the way, with one Idempotency-Key, so that nothing happens twice,
// and gives what the server refuses as a *Problem. It uses nothing beside the
// standard library.
package client

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
)

// Client sends requests to one installation. It is safe for concurrent use; copy
// it to change a field.
type Client struct {
	// Base is the address of the API: "https://lus.voorbeeld.nl/api/v1".
	Base string
	// Token is sent with every request; empty for what is public.
	Token string
	// HTTP sends the requests; nil: http.DefaultClient.
	HTTP *http.Client
	// Tries is how often a request is sent at most; 0: four times.
	Tries int
	// Wait waits between two tries; nil: a timer.
	Wait func(ctx context.Context, d time.Duration) error
}

// Problem is an answer that says no (RFC 9457).
type Problem struct {
	Status int     `json:"status"`
	Title  string  `json:"title"`
	Detail string  `json:"detail"`
	Code   string  `json:"code"`
	Errors []Fault `json:"errors"`
}

// Fault is one thing that is wrong with what was sent.
type Fault struct {
	In       string `json:"in"`
	Location string `json:"location"`
	Code     string `json:"code"`
	Detail   string `json:"detail"`
}

// Error implements error.
func (p *Problem) Error() string {
	text := fmt.Sprintf("%d %s: %s", p.Status, p.Title, p.Detail)
	for _, f := range p.Errors {
		text += fmt.Sprintf(" [%s %s: %s]", f.In, f.Location, f.Detail)
	}
	return text
}

// IsNotFound reports whether something is not there.
func IsNotFound(err error) bool { return isStatus(err, http.StatusNotFound) }

// IsForbidden reports whether the token may not do this.
func IsForbidden(err error) bool { return isStatus(err, http.StatusForbidden) }

func isStatus(err error, status int) bool {
	var p *Problem
	return errors.As(err, &p) && p.Status == status
}

// maxAnswer bounds what is read of an answer.
const maxAnswer = 64 << 20

// ask sends a request and reads its answer into out. Every request of this
// package may be sent again: it only reads, or it carries a key.
func (c *Client) ask(ctx context.Context, method, path, kind string, in, out any, key bool) (http.Header, error) {
	var body []byte
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return nil, fmt.Errorf("lemniscaat: %w", err)
		}
	}
	id := ""
	if key {
		id = rand.Text()
	}
	tries := c.Tries
	if tries <= 0 {
		tries = 4
	}
	var last error
	for n := range tries {
		if n > 0 {
			if err := c.wait(ctx, pause(n, last)); err != nil {
				return nil, errors.Join(last, err)
			}
		}
		h, again, err := c.once(ctx, method, path, kind, id, body, out)
		if err == nil {
			return h, nil
		}
		if last = err; !again {
			return nil, err
		}
	}
	return nil, last
}

// later is a no that asks for another try.
type later struct {
	*Problem
	after time.Duration
}

// Unwrap gives the problem.
func (l *later) Unwrap() error { return l.Problem }

// pause is how long the n-th try again waits: what the server asks, or longer
// each time; never more than half a minute.
func pause(n int, last error) time.Duration {
	d := 200 * time.Millisecond << (n - 1)
	var l *later
	if errors.As(last, &l) && l.after > d {
		d = l.after
	}
	return min(d, 30*time.Second)
}

func (c *Client) wait(ctx context.Context, d time.Duration) error {
	if c.Wait != nil {
		return c.Wait(ctx, d)
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// once sends a request one time; again says that another try makes sense.
func (c *Client) once(ctx context.Context, method, path, kind, key string, body []byte, out any) (h http.Header, again bool, err error) {
	r, err := http.NewRequestWithContext(ctx, method, strings.TrimSuffix(c.Base, "/")+path, bytes.NewReader(body))
	if err != nil {
		return nil, false, fmt.Errorf("lemniscaat: %w", err)
	}
	r.Header.Set("Accept", "application/json")
	if c.Token != "" {
		r.Header.Set("Authorization", "Bearer "+c.Token)
	}
	if body != nil {
		r.Header.Set("Content-Type", kind)
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	client := c.HTTP
	if client == nil {
		client = http.DefaultClient
	}
	a, err := client.Do(r)
	if err != nil {
		return nil, ctx.Err() == nil, fmt.Errorf("lemniscaat: %w", err)
	}
	defer a.Body.Close()
	text, err := io.ReadAll(io.LimitReader(a.Body, maxAnswer+1))
	switch {
	case err != nil:
		return nil, ctx.Err() == nil, fmt.Errorf("lemniscaat: %w", err)
	case len(text) > maxAnswer:
		return nil, false, fmt.Errorf("lemniscaat: the answer is larger than %d bytes", maxAnswer)
	case a.StatusCode >= 400:
		p := &Problem{}
		if json.Unmarshal(text, p) != nil || p.Status == 0 { // a proxy in between
			p = &Problem{Status: a.StatusCode, Title: http.StatusText(a.StatusCode), Detail: "the answer is no problem+json"}
		}
		if p.Status == http.StatusTooManyRequests || p.Status >= 500 || p.Status == http.StatusConflict && p.Code == "onderweg" {
			seconds, _ := strconv.Atoi(a.Header.Get("Retry-After")) // 0 when it says nothing
			return nil, true, &later{p, time.Duration(seconds) * time.Second}
		}
		return nil, false, p
	case out == nil || len(text) == 0:
		return a.Header, false, nil
	}
	if err := json.Unmarshal(text, out); err != nil {
		return nil, false, fmt.Errorf("lemniscaat: read the answer: %w", err)
	}
	return a.Header, false, nil
}

const asJSON = "application/json"

// next gives the address of the next page, "" after the last.
func next(h http.Header) string {
	for link := range strings.SplitSeq(h.Get("Link"), ",") {
		at, rel, _ := strings.Cut(link, ";")
		if strings.Contains(rel, `rel="next"`) {
			u, err := url.Parse(strings.Trim(strings.TrimSpace(at), "<>"))
			if err == nil {
				return "?" + u.RawQuery
			}
		}
	}
	return ""
}

// each walks all pages of a list.
func each[T, L any](ctx context.Context, c *Client, path string, rows func(*L) []T) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		for query := ""; ; {
			var page L
			h, err := c.ask(ctx, http.MethodGet, path+query, "", nil, &page, false)
			if err != nil {
				var zero T
				yield(zero, err)
				return
			}
			for _, row := range rows(&page) {
				if !yield(row, nil) {
					return
				}
			}
			if query = next(h); query == "" {
				return
			}
		}
	}
}
