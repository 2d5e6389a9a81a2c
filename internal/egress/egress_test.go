package egress_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"lemniscaat/internal/egress"
)

func must(t *testing.T, list ...string) []egress.Destination {
	t.Helper()
	var out []egress.Destination
	for _, s := range list {
		d, err := egress.Parse(s)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, d)
	}
	return out
}

// TestASVS_V1_3_6_OnlyListedAddresses: scheme, host and port are on the list, or
// nothing is asked; names that lead inside are refused when they are dialled.
func TestASVS_V1_3_6_OnlyListedAddresses(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked.Add(1)
		switch r.URL.Path {
		case "/weg":
			http.Redirect(w, r, r.URL.Query().Get("naar"), http.StatusFound)
		case "/groot":
			_, _ = io.WriteString(w, strings.Repeat("a", 2000))
		default:
			_, _ = io.WriteString(w, "ja")
		}
	}))
	t.Cleanup(site.Close)
	other := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("another place was asked") }))
	t.Cleanup(other.Close)
	u, _ := url.Parse(site.URL)
	client := egress.New(egress.Options{Allow: must(t, site.URL+" intern", "https://buiten.voorbeeld.nl"), MaxBody: 1000})
	for name, x := range map[string]struct {
		address string
		want    error
	}{
		"listed":             {site.URL, nil},
		"another port":       {other.URL, egress.ErrNotListed},
		"another scheme":     {"https://" + u.Host, egress.ErrNotListed},
		"another name":       {"http://localhost:" + u.Port(), egress.ErrNotListed},
		"a user in front":    {"http://127.0.0.1@" + strings.TrimPrefix(other.URL, "http://"), egress.ErrNotListed},
		"listed with a user": {"http://wie:wat@" + u.Host, egress.ErrNotListed},
		"cloud metadata":     {"http://169.254.169.254/latest/meta-data/", egress.ErrNotListed},
		"a file":             {"file:///etc/passwd", egress.ErrNotListed},
		"number as address":  {"http://2130706433:" + u.Port(), egress.ErrNotListed},
		"to another place":   {site.URL + "/weg?naar=" + url.QueryEscape(other.URL), egress.ErrRedirect},
		"to the same place":  {site.URL + "/weg?naar=/", nil},
		"round and round":    {site.URL + "/weg?naar=" + url.QueryEscape("/weg?naar=/weg"), nil},
		"too large":          {site.URL + "/groot", egress.ErrTooLarge},
	} {
		before := asked.Load()
		w, err := client.Get(x.address)
		if err == nil {
			_, err = io.Copy(io.Discard, w.Body)
			w.Body.Close()
		}
		if name == "round and round" { // Ends, one way or the other.
			continue
		}
		if !errors.Is(err, x.want) {
			t.Errorf("%s: %v, want %v", name, err, x.want)
		}
		if errors.Is(x.want, egress.ErrNotListed) && asked.Load() != before {
			t.Errorf("%s: was asked", name)
		}
	}
}

// TestNamesThatLeadInside: a listed name that leads to the own machine or network
// is refused at the moment of dialling, also when it led elsewhere before.
func TestNamesThatLeadInside(t *testing.T) {
	t.Parallel()
	site := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the own machine was asked") }))
	t.Cleanup(site.Close)
	u, _ := url.Parse(site.URL)
	var n atomic.Int64
	client := egress.New(egress.Options{
		Allow: must(t, "https://buiten.voorbeeld.nl:"+u.Port()),
		Resolve: func(context.Context, string) ([]netip.Addr, error) {
			n.Add(1)
			return []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.MustParseAddr("::1"), netip.MustParseAddr("::ffff:127.0.0.1"), netip.MustParseAddr("169.254.169.254")}, nil
		},
	})
	if w, err := client.Get("https://buiten.voorbeeld.nl:" + u.Port()); !errors.Is(err, egress.ErrInside) {
		t.Errorf("%v, want %v", err, egress.ErrInside)
	} else if w != nil {
		w.Body.Close()
	}
	if n.Load() != 1 {
		t.Errorf("looked up %d times", n.Load())
	}
	// The same over the resolver of the system.
	client = egress.New(egress.Options{Allow: must(t, "https://localhost:"+u.Port())})
	if w, err := client.Get("https://localhost:" + u.Port()); !errors.Is(err, egress.ErrInside) {
		t.Errorf("%v, want %v", err, egress.ErrInside)
	} else if w != nil {
		w.Body.Close()
	}
}

func TestOutside(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]bool{
		"145.222.10.10": true, "2a02:58::1": true,
		"127.0.0.1": false, "10.1.2.3": false, "172.16.0.1": false, "192.168.1.1": false, "169.254.169.254": false, "100.64.0.1": false, "0.0.0.0": false,
		"224.0.0.1": false, "255.255.255.255": false, "::1": false, "::": false, "fe80::1": false, "fe80::1%eth0": false, "fd00:ec2::254": false, "fc00::1": false,
		"ff02::1": false, "::ffff:10.0.0.1": false, "64:ff9b::a00:1": false, "2002:7f00:1::": false, "2001:db8::1": false, "fec0::1": false,
	} {
		if got := egress.Outside(netip.MustParseAddr(s)); got != want {
			t.Errorf("%s: %t, want %t", s, got, want)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]egress.Destination{
		"https://Idp.Voorbeeld.nl":        {Scheme: "https", Host: "idp.voorbeeld.nl", Port: "443"},
		"https://idp.voorbeeld.nl.:8443/": {Scheme: "https", Host: "idp.voorbeeld.nl", Port: "8443"},
		"http://10.0.0.5 intern":          {Scheme: "http", Host: "10.0.0.5", Port: "80", Inside: true},
		"https://[fd00::1]:1 intern":      {Scheme: "https", Host: "fd00::1", Port: "1", Inside: true},
	} {
		if got, err := egress.Parse(s); err != nil || got != want {
			t.Errorf("%q: %+v, %v", s, got, err)
		}
	}
	for _, s := range []string{"", "idp.voorbeeld.nl", "http://idp.voorbeeld.nl", "ftp://x intern", "https://u:p@x", "https://x/pad", "https://x?a", "://"} {
		if d, err := egress.Parse(s); err == nil {
			t.Errorf("%q: accepted as %+v", s, d)
		}
	}
}
