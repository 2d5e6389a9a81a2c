package config

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// list is a list of values with commas, each of which one judges.
func list(into *[]string, form string, one func(string) bool) kind {
	return kind{form: form, get: func() string { return strings.Join(*into, ", ") }, set: func(v string) error {
		var out []string
		for part := range strings.SplitSeq(v, ",") {
			part = strings.TrimSpace(part)
			if !one(part) {
				return errors.New(form)
			}
			out = append(out, part)
		}
		*into = out
		return nil
	}}
}

// witness is who keeps signed heads of the log.
func witness(v string) bool {
	if v == "regel" {
		return true
	}
	for _, scheme := range []string{"map:", "https://", "http://127.0.0.1", "mail:"} {
		if rest, ok := strings.CutPrefix(v, scheme); ok && rest != "" && !strings.ContainsAny(rest, " \t\r\n") {
			return true
		}
	}
	return false
}

func amount(into *int, least, most int) kind {
	form := fmt.Sprintf("een aantal van %d tot en met %d", least, most)
	return kind{form: form, get: func() string { return strconv.Itoa(*into) }, set: func(v string) error {
		n, err := strconv.Atoi(v)
		if err != nil || n < least || n > most {
			return errors.New(form)
		}
		*into = n
		return nil
	}}
}

// oin is a number of 20 digits (Logius, organisatie-identificatienummer).
func oin(into *string) kind {
	return of(into, "20 cijfers", func(v string) bool { return len(v) == 20 && strings.Trim(v, "0123456789") == "" })
}

// contact is where a weakness is reported: an address as RFC 9116 (section
// 2.5.3) wants it, never plain http.
func contact(v string) bool {
	if strings.IndexFunc(v, func(c rune) bool { return c <= ' ' || c > '~' }) >= 0 {
		return false
	}
	if rest, ok := strings.CutPrefix(v, "mailto:"); ok {
		at := strings.IndexByte(rest, '@')
		return at > 0 && at < len(rest)-1
	}
	if rest, ok := strings.CutPrefix(v, "tel:"); ok {
		return strings.Trim(rest, "+-0123456789") == "" && strings.ContainsAny(rest, "0123456789")
	}
	return secured(v)
}

// secured tells whether v is an address over HTTPS.
func secured(v string) bool {
	u, err := url.Parse(v)
	return err == nil && u.Scheme == "https" && u.Host != "" && u.User == nil && strings.IndexFunc(v, func(c rune) bool { return c <= ' ' || c > '~' }) < 0
}

func secure(into *string) kind {
	return of(into, "een adres als https://voorbeeld.nl/lek-melden", secured)
}

const issuerForm = "een adres met https, precies zoals de aanbieder het noemt: https://inloggen.voorbeeld.nl"

// issuer names an identity provider, letter for letter. Without HTTPS only on this
// machine, to try.
func issuer(v string) bool {
	u, err := url.Parse(v)
	if err != nil || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && u.Hostname() == "127.0.0.1"
}

// host is an issuer without a path.
func host(v string) bool {
	u, err := url.Parse(v)
	return err == nil && issuer(v) && u.Path == ""
}

// acr is "class=level"; a class may hold = itself.
func acr(v string) bool {
	i := strings.LastIndex(v, "=")
	if i < 1 || strings.ContainsAny(v, " \t\r\n") {
		return false
	}
	switch v[i+1:] {
	case "wachtwoord", "twee-factor", "sleutel":
		return true
	}
	return false
}
