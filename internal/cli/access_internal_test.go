package cli

import (
	"context"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/config"
	"lemniscaat/internal/notice"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

// TestProxied: what a header says of who asks counts only when a proxy of this
// installation says it, and only what she wrote herself.
func TestProxied(t *testing.T) {
	t.Parallel()
	s := &config.Loaded{}
	s.URL = "https://lus.voorbeeld.nl"
	s.Proxies = []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8"), netip.MustParsePrefix("fd00::/8")}
	for _, c := range []struct {
		name, method, from, said, proto string
		want                            string // who asks, as the handler sees it; "" when it does not get there
		status                          int
	}{
		{"not a proxy", "GET", "192.0.2.7:1234", "203.0.113.9", "https", "192.0.2.7:1234", http.StatusOK},
		{"not a proxy, over http", "GET", "192.0.2.7:1234", "", "http", "192.0.2.7:1234", http.StatusOK},
		{"the proxy", "GET", "10.1.2.3:1234", "203.0.113.9", "https", "203.0.113.9:0", http.StatusOK},
		{"what the visitor made up", "GET", "10.1.2.3:1234", "127.0.0.1, 203.0.113.9", "https", "203.0.113.9:0", http.StatusOK},
		{"two proxies", "GET", "10.1.2.3:1234", "203.0.113.9, 10.9.9.9", "https", "203.0.113.9:0", http.StatusOK},
		{"proxy over IPv6", "GET", "[fd00::1]:1234", "2001:db8::5", "https", "[2001:db8::5]:0", http.StatusOK},
		{"IPv4 in IPv6", "GET", "[::ffff:10.1.2.3]:1234", "203.0.113.9", "https", "203.0.113.9:0", http.StatusOK},
		{"nonsense", "GET", "10.1.2.3:1234", "203.0.113.9, <script>", "https", "10.1.2.3:1234", http.StatusOK},
		{"nothing said", "GET", "10.1.2.3:1234", "", "https", "10.1.2.3:1234", http.StatusOK},
		{"plain HTTP is sent on", "GET", "10.1.2.3:1234", "203.0.113.9", "http", "", http.StatusPermanentRedirect},
		{"plain HTTP changes nothing", "POST", "10.1.2.3:1234", "203.0.113.9", "http", "", http.StatusForbidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			saw, left := "", []string(nil)
			h := proxied(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				saw = r.RemoteAddr
				for _, k := range []string{"X-Forwarded-For", "X-Forwarded-Proto", "X-Forwarded-Host", "Forwarded", "X-Real-Ip"} {
					left = append(left, r.Header.Values(k)...)
				}
			}), s)
			r := httptest.NewRequestWithContext(t.Context(), c.method, "/inloggen?terug=%2Fbeheer", nil)
			r.RemoteAddr = c.from
			for k, v := range map[string]string{"X-Forwarded-For": c.said, "X-Forwarded-Proto": c.proto, "X-Forwarded-Host": "kwaad.voorbeeld", "Forwarded": "for=1.2.3.4", "X-Real-Ip": "1.2.3.4"} {
				if v != "" {
					r.Header.Set(k, v)
				}
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != c.status || saw != c.want {
				t.Errorf("status %d, who asks %q; want %d, %q", w.Code, saw, c.status, c.want)
			}
			if len(left) > 0 {
				t.Errorf("headers went on: %q", left)
			}
			if to := w.Header().Get("Location"); c.status == http.StatusPermanentRedirect && to != "https://lus.voorbeeld.nl/inloggen?terug=%2Fbeheer" {
				t.Errorf("sent on to %q", to)
			}
		})
	}
}

// TestReachable: from outside only over HTTPS.
func TestReachable(t *testing.T) {
	t.Parallel()
	proxies := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, c := range []struct {
		name string
		s    config.Settings
		ok   bool
	}{
		{"this machine", config.Settings{Address: "127.0.0.1:8080"}, true},
		{"open", config.Settings{Address: ":8080"}, false},
		{"own certificate", config.Settings{Address: ":8443", TLSCert: "c.pem", TLSKey: "k.pem"}, true},
		{"proxy with HTTPS", config.Settings{Address: ":8080", URL: "https://lus.voorbeeld.nl", Proxies: proxies}, true},
		{"proxy without HTTPS", config.Settings{Address: ":8080", URL: "http://lus.voorbeeld.nl", Proxies: proxies}, false},
		{"HTTPS of nobody", config.Settings{Address: ":8080", URL: "https://lus.voorbeeld.nl"}, false},
	} {
		if err := reachable(&config.Loaded{Settings: c.s}); (err == nil) != c.ok {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

// TestSweep: what expired is removed by itself, and a fault does not end that.
func TestSweep(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	var now atomic.Pointer[time.Time]
	now.Store(&start)
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{Now: func() time.Time { return *now.Load() }})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Put(t.Context(),
		store.Change{Item: store.Item{Kind: "sessie", ID: "kort", Data: []byte("1"), Expires: start.Add(time.Hour)}},
		store.Change{Item: store.Item{Kind: "sessie", ID: "lang", Data: []byte("1"), Expires: start.Add(5 * time.Hour)}})
	if err != nil {
		t.Fatal(err)
	}
	later := start.Add(2 * time.Hour)
	now.Store(&later)
	shelf := &sweeps{Shelf: s, fail: 1}
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan struct{})
	tick := make(chan time.Time)
	go func() { sweepShelf(ctx, shelf, tick, slog.New(slog.DiscardHandler)); close(ended) }()
	tick <- later // the first one failed
	tick <- later // the second one is done
	end()
	<-ended
	if shelf.removed.Load() != 1 {
		t.Errorf("%d items were removed, want 1", shelf.removed.Load())
	}
	if n, err := s.Sweep(t.Context()); n != 0 || err != nil {
		t.Errorf("still %d to remove, %v", n, err)
	}
	if _, err := s.Item(t.Context(), "sessie", "lang"); err != nil {
		t.Errorf("what has not expired: %v", err)
	}
}

// sweeps counts what a shelf removes; the first times fail.
type sweeps struct {
	store.Shelf
	fail    int
	removed atomic.Int64
}

func (s *sweeps) Sweep(ctx context.Context) (int, error) {
	if s.fail > 0 {
		s.fail--
		return 0, errors.New("schijf vol")
	}
	n, err := s.Shelf.Sweep(ctx)
	s.removed.Add(int64(n))
	return n, err
}

// letters keeps what is sent, and refuses one address.
type letters struct {
	sent   []notice.Message
	refuse string
}

func (l *letters) Send(_ context.Context, m notice.Message) error {
	if m.To == l.refuse {
		return notice.ErrRejected
	}
	l.sent = append(l.sent, m)
	return nil
}

// TestAlarm: every manager with an address hears of break-glass; the message says
// nothing of a person, and neither does the log.
func TestAlarm(t *testing.T) {
	t.Parallel()
	post, said := &letters{refuse: "dicht@voorbeeld.nl"}, &strings.Builder{}
	a := &alarm{mailer: post, site: "https://lus.voorbeeld.nl", log: slog.New(slog.NewTextHandler(said, nil)), accounts: func(context.Context) ([]screen.AccountRow, error) {
		return []screen.AccountRow{
			{ID: "a-1", Name: "Dicht", Login: "dicht@voorbeeld.nl"}, {ID: "a-2", Name: "Wilma Jansen", Login: "wilma@voorbeeld.nl"},
			{ID: "a-3", Name: "Kees", Login: "kees"}, {ID: "a-4", Name: "Geen beheerder", Login: "daan@voorbeeld.nl"},
		}, nil
	}}
	e := screen.EmergencyRow{ID: "n-1", Name: "Wilma Jansen", Reason: "Er is spoed bij mevrouw X.", Until: time.Date(2026, 11, 22, 13, 30, 0, 0, time.UTC)}
	a.send(t.Context(), []string{"a-1", "a-2", "a-3"}, e)
	var to []string
	for _, m := range post.sent {
		to = append(to, m.To)
		all := m.Subject + m.Text + m.HTML
		if !strings.Contains(m.Text, "22-11-2026 14:30") || !strings.Contains(m.Text, "https://lus.voorbeeld.nl/noodtoegang") {
			t.Errorf("message %q", m.Text)
		}
		if strings.Contains(all, "Wilma") || strings.Contains(all, "spoed") {
			t.Errorf("the message tells too much: %q", all)
		}
	}
	// Each in the own language.
	a.lang = func(r screen.AccountRow) string { return map[string]string{"a-2": "en", "a-4": "nl"}[r.ID] }
	a.send(t.Context(), []string{"a-2", "a-4"}, e)
	if n := len(post.sent); n != 3 || !strings.Contains(post.sent[1].HTML, `lang="en"`) || post.sent[1].Subject == post.sent[0].Subject || post.sent[2].Subject != post.sent[0].Subject {
		t.Errorf("in the own language: %+v", post.sent)
	}
	if d := cmp.Diff([]string{"wilma@voorbeeld.nl"}, to); d != "" {
		t.Errorf("sent to (-want +got):\n%s", d)
	}
	if l := said.String(); !strings.Contains(l, "account=a-1") || strings.Contains(l, "@") {
		t.Errorf("log %q", l)
	}
	a.accounts = func(context.Context) ([]screen.AccountRow, error) { return nil, io.ErrUnexpectedEOF }
	a.send(t.Context(), nil, e) // is logged, and no panic
}

// TestAccountMail: whose account it is hears of it when its login name is an
// address, in words for every change; the log holds no address.
func TestAccountMail(t *testing.T) {
	t.Parallel()
	post, said := &letters{refuse: "dicht@voorbeeld.nl"}, &strings.Builder{}
	m := &accountMail{mailer: post, site: "https://lus.voorbeeld.nl", log: slog.New(slog.NewTextHandler(said, nil))}
	words := map[string]bool{}
	for _, what := range authn.Changes() {
		m.send(t.Context(), "wilma@voorbeeld.nl", what)
		last := post.sent[len(post.sent)-1]
		if last.To != "wilma@voorbeeld.nl" || strings.Contains(last.Text, "toegang.") || strings.Contains(last.Subject, "toegang.") ||
			!strings.Contains(last.Text, "https://lus.voorbeeld.nl/account") || words[last.Text] {
			t.Errorf("%s: %q", what, last.Text)
		}
		words[last.Text] = true
	}
	m.lang = func(context.Context, string) string { return "en" }
	for _, what := range authn.Changes() {
		m.send(t.Context(), "wilma@voorbeeld.nl", what)
		last := post.sent[len(post.sent)-1]
		if words[last.Text] || strings.Contains(last.Text, "toegang.") || !strings.Contains(last.HTML, `lang="en"`) {
			t.Errorf("%s in English: %q", what, last.Text)
		}
	}
	for _, login := range []string{"wilma", "Wilma <wilma@voorbeeld.nl>", "", "dicht@voorbeeld.nl"} {
		m.send(t.Context(), login, "passkey")
	}
	if len(post.sent) != 2*len(authn.Changes()) {
		t.Errorf("%d messages", len(post.sent))
	}
	if l := said.String(); !strings.Contains(l, "wat=passkey") || strings.Contains(l, "@") {
		t.Errorf("log %q", l)
	}
}

// TestSecondStepRoles: every role of people can be made to have a second step.
func TestSecondStepRoles(t *testing.T) {
	t.Parallel()
	load := func(v string) (*config.Loaded, error) {
		return config.Load(config.Source{Environ: []string{"LEMNISCAAT_TWEEDE_STAP_VOOR=" + v}})
	}
	for _, r := range append(authz.Roles(), authn.Everybody) {
		_, err := load(r)
		ofPeople := r != authz.RoleEmergency && r != authz.RoleConsole && r != authz.RoleOnlooker
		if (err == nil) != ofPeople {
			t.Errorf("%s: %v", r, err)
		}
	}
	s, err := load("beleid, eigenaar")
	if err != nil || !slices.Equal(s.TwoFor, []string{"beleid", "eigenaar"}) {
		t.Errorf("%v, %v", s, err)
	}
}

// TestElsewhere: what is set of a provider reaches the accounts, and what is wrong
// with the key is said with its file.
func TestElsewhere(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	file := func(name, kind string, der []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	pkcs8 := func(key any) []byte {
		der, err := x509.MarshalPKCS8PrivateKey(key)
		if err != nil {
			t.Fatal(err)
		}
		return der
	}
	p256, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	big, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	sec1, err := x509.MarshalECPrivateKey(p256)
	if err != nil {
		t.Fatal(err)
	}
	_, ed, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	base := []string{
		"LEMNISCAAT_OIDC_UITGEVER=https://inloggen.voorbeeld.nl/realm", "LEMNISCAAT_OIDC_NAAM=Gemeente Voorbeeldstad", "LEMNISCAAT_OIDC_CLIENT=lemniscaat",
		"LEMNISCAAT_OIDC_ACR=urn:a=b=sleutel,midden=twee-factor", "LEMNISCAAT_OIDC_ADRESSEN=https://sleutels.voorbeeld.nl", "LEMNISCAAT_URL=https://lus.voorbeeld.nl",
	}
	for name, x := range map[string]struct {
		path string
		ok   bool
	}{
		"pkcs8 p256": {file("a.pem", "PRIVATE KEY", pkcs8(p256)), true},
		"sec1 p256":  {file("b.pem", "EC PRIVATE KEY", sec1), true},
		"pkcs8 rsa":  {file("c.pem", "PRIVATE KEY", pkcs8(big)), true},
		"pkcs1 rsa":  {file("d.pem", "RSA PRIVATE KEY", x509.MarshalPKCS1PrivateKey(big)), true},
		"p384":       {file("e.pem", "PRIVATE KEY", pkcs8(p384)), false},
		"ed25519":    {file("f.pem", "PRIVATE KEY", pkcs8(ed)), false},
		"public":     {file("g.pem", "PUBLIC KEY", sec1), false},
		"cut":        {file("h.pem", "PRIVATE KEY", sec1[:20]), false},
	} {
		s, err := config.Load(config.Source{Environ: append([]string{"LEMNISCAAT_OIDC_SLEUTEL_BESTAND=" + x.path}, base...)})
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		c := authn.Config{Site: "http://127.0.0.1:8080"}
		err = elsewhere(&c, s)
		if !x.ok {
			if err == nil || !strings.Contains(err.Error(), x.path) || !strings.Contains(err.Error(), "2048") {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		if err != nil || len(c.Providers) != 1 || c.Site != "https://lus.voorbeeld.nl" || c.Client == nil {
			t.Errorf("%s: %+v, %v", name, c, err)
			continue
		}
		p := c.Providers[0]
		if p.Issuer != "https://inloggen.voorbeeld.nl/realm" || p.Name != "Gemeente Voorbeeldstad" || p.Client != "lemniscaat" ||
			!slices.Equal(p.ACR, []authn.ACR{{Value: "urn:a=b", Level: "sleutel"}, {Value: "midden", Level: "twee-factor"}}) {
			t.Errorf("%s: %+v", name, p)
		}
		// Only the addresses that are named can be gone to.
		if _, err := c.Client.Get("https://elders.voorbeeld.nl/"); err == nil || !strings.Contains(err.Error(), "elders.voorbeeld.nl") {
			t.Errorf("an address that is not named: %v", err)
		}
	}
	var none authn.Config
	if s, err := config.Load(config.Source{}); err != nil || elsewhere(&none, s) != nil || none.Providers != nil {
		t.Errorf("without a provider: %+v, %v", none, err)
	}
	// What is wrong with the settings is said before anything starts.
	for _, x := range [][2]string{
		{"LEMNISCAAT_OIDC_UITGEVER=http://inloggen.voorbeeld.nl", "oidc-uitgever"},
		{"LEMNISCAAT_OIDC_UITGEVER=https://ik:wachtwoord@inloggen.voorbeeld.nl", "oidc-uitgever"},
		{"LEMNISCAAT_OIDC_UITGEVER=https://inloggen.voorbeeld.nl?x=1", "oidc-uitgever"},
		{"LEMNISCAAT_OIDC_ACR=hoog=heel-sterk", "oidc-acr"},
		{"LEMNISCAAT_OIDC_ACR=sleutel", "oidc-acr"},
		{"LEMNISCAAT_OIDC_ADRESSEN=https://sleutels.voorbeeld.nl/pad", "oidc-adressen"},
		{"LEMNISCAAT_OIDC_UITGEVER=https://inloggen.voorbeeld.nl", "oidc-client"}, // alone
	} {
		if _, err := config.Load(config.Source{Environ: []string{x[0]}}); err == nil || !strings.Contains(err.Error(), x[1]) || strings.Contains(err.Error(), "ik:wachtwoord") {
			t.Errorf("%s: %v", x[0], err)
		}
	}
}
