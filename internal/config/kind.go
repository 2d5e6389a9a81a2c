package config

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	second = time.Second
	minute = time.Minute
	hour   = time.Hour
)

// kind reads and shows the value of one setting.
type kind struct {
	// set reads a value; the error says what is accepted.
	set func(string) error
	// get gives it back as text that set accepts.
	get  func() string
	form string // what is accepted, for the docs
}

// of makes a kind of a string that accepts judges.
func of(into *string, form string, accepts func(string) bool) kind {
	return kind{form: form, get: func() string { return *into }, set: func(v string) error {
		if !accepts(v) {
			return errors.New(form)
		}
		*into = v
		return nil
	}}
}

func text(into *string, form string) kind {
	return of(into, form, func(v string) bool { return v != "" && !strings.ContainsAny(v, "\n\r") })
}

func path(into *string) kind {
	return of(into, "een pad", func(v string) bool { return v != "" && !strings.ContainsAny(v, "\n\r\x00") })
}

func choice(into *string, among ...string) kind {
	return of(into, strings.Join(among, ", "), func(v string) bool { return slices.Contains(among, v) })
}

func postgres(into *string) kind {
	return of(into, "postgres://gebruiker@server/database", func(v string) bool {
		u, err := url.Parse(v)
		return err == nil && (u.Scheme == "postgres" || u.Scheme == "postgresql") && strings.Trim(u.Path, "/") != ""
	})
}

// hostPort tells whether v is host:port with a port that exists.
func hostPort(v string) (host string, ok bool) {
	host, port, err := net.SplitHostPort(v)
	if err != nil || strings.ContainsAny(host, " /@") {
		return "", false
	}
	n, err := strconv.Atoi(port)
	return host, err == nil && n >= 0 && n <= 65535
}

func listen(into *string) kind {
	return of(into, "host:poort, bijvoorbeeld 127.0.0.1:8080", func(v string) bool { _, ok := hostPort(v); return ok })
}

// inside is an address that the internet cannot reach.
func inside(into *string) kind {
	return of(into, "host:poort op een eigen netwerk, bijvoorbeeld 127.0.0.1:9464", func(v string) bool {
		host, ok := hostPort(v)
		if host == "localhost" {
			return ok
		}
		a, err := netip.ParseAddr(host)
		return ok && err == nil && (a.IsLoopback() || a.IsPrivate())
	})
}

func site(into *string) kind {
	k := of(into, "een adres als https://lemniscaat.voorbeeld.nl", func(v string) bool {
		u, err := url.Parse(v)
		return err == nil && u.Host != "" && (u.Scheme == "https" || u.Scheme == "http") && u.RawQuery == "" && u.Fragment == "" && u.User == nil
	})
	set := k.set
	k.set = func(v string) error {
		if err := set(v); err != nil {
			return err
		}
		*into = strings.TrimRight(v, "/")
		return nil
	}
	return k
}

func span(into *time.Duration, least, most time.Duration) kind {
	form := fmt.Sprintf("een tijd van %s tot en met %s, bijvoorbeeld 90s, 15m of 2h", short(least), short(most))
	return kind{form: form, get: func() string { return short(*into) }, set: func(v string) error {
		d, err := time.ParseDuration(v)
		if err != nil || d < least || d > most {
			return errors.New(form)
		}
		*into = d
		return nil
	}}
}

// short writes 10m0s as 10m.
func short(d time.Duration) string {
	s := d.String()
	if d%minute == 0 && d != 0 {
		s = strings.TrimSuffix(s, "0s")
	}
	if d%hour == 0 && d != 0 {
		s = strings.TrimSuffix(s, "0m")
	}
	return s
}

func workers(into *int) kind {
	const form = "kernen, of een aantal van 0 tot en met 1024"
	return kind{form: form, get: func() string { return strconv.Itoa(*into) }, set: func(v string) error {
		if v == "kernen" {
			*into = runtime.GOMAXPROCS(0)
			return nil
		}
		n, err := strconv.Atoi(v)
		if err != nil || n < 0 || n > 1024 {
			return errors.New(form)
		}
		*into = n
		return nil
	}}
}

func networks(into *[]netip.Prefix) kind {
	const form = "netwerken of adressen, met komma's: 10.0.0.0/8, 192.0.2.7"
	return kind{form: form, get: func() string {
		var out []string
		for _, p := range *into {
			out = append(out, p.String())
		}
		return strings.Join(out, ", ")
	}, set: func(v string) error {
		var out []netip.Prefix
		for _, part := range strings.Split(v, ",") {
			part = strings.TrimSpace(part)
			p, err := netip.ParsePrefix(part)
			if err != nil {
				a, err := netip.ParseAddr(part)
				if err != nil {
					return errors.New(form)
				}
				p = netip.PrefixFrom(a, a.BitLen())
			}
			out = append(out, p.Masked())
		}
		*into = out
		return nil
	}}
}
