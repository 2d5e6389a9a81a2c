package cli_test

import (
	"bufio"
	"bytes"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"html"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// certificate makes a certificate of this machine, and gives who trusts it.
func certificate(t *testing.T) (cert, key string, pool *x509.CertPool) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "proef"}, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &k.PublicKey, k)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	cert, key = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "key.pem")
	public := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := os.WriteFile(cert, public, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(key, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600); err != nil {
		t.Fatal(err)
	}
	pool = x509.NewCertPool()
	pool.AppendCertsFromPEM(public)
	return cert, key, pool
}

// browser is what somebody uses to work with an installation.
type browser struct {
	*testing.T
	http.Client
	site string
}

// do asks, and gives the answer with its text.
func (b *browser) do(method, path, bearer string, form url.Values) (*http.Response, string) {
	b.Helper()
	var body io.Reader
	if form != nil {
		body = strings.NewReader(form.Encode())
	}
	r, err := http.NewRequestWithContext(b.Context(), method, b.site+path, body)
	if err != nil {
		b.Fatal(err)
	}
	if form != nil {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	if bearer != "" {
		r.Header.Set("Authorization", "Bearer "+bearer)
	}
	w, err := b.Do(r)
	if err != nil {
		b.Fatal(err)
	}
	defer w.Body.Close()
	text, err := io.ReadAll(w.Body)
	if err != nil {
		b.Fatal(err)
	}
	return w, string(text)
}

var (
	secureSite = regexp.MustCompile(`https://127\.0\.0\.1:\d+`)
	firstLink  = regexp.MustCompile(`/uitnodiging/\S+`)
	oneSecret  = regexp.MustCompile(`<code class="secret" translate="no">([^<]+)</code>`)
	oneToken   = regexp.MustCompile(`/beheer/sleutels/([^/"]+)/intrekken`)
)

// TestServeOverTLS: an installation with a certificate of its own. The first manager
// signs in with a second step, makes a key for a program, and the key does what it
// may, nothing else, and nothing once it was revoked.
func TestServeOverTLS(t *testing.T) {
	t.Parallel()
	cert, key, pool := certificate(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	house := exec.CommandContext(t.Context(), self)
	house.Args = []string{"lemniscaat", "serve", "--data", filepath.Join(t.TempDir(), "huis"), "--addr", "127.0.0.1:0"}
	house.Env = append(os.Environ(), "LEMNISCAAT_TLS_CERTIFICAAT="+cert, "LEMNISCAAT_TLS_SLEUTEL="+key)
	house.Stderr = &bytes.Buffer{}
	out, err := house.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := house.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = house.Process.Kill(); _ = house.Wait() })
	b := &browser{T: t}
	link := ""
	for lines := bufio.NewScanner(out); link == "" && lines.Scan(); {
		if b.site == "" {
			b.site = secureSite.FindString(lines.Text())
		}
		link = firstLink.FindString(lines.Text())
	}
	if b.site == "" || link == "" {
		_ = house.Wait()
		t.Fatalf("no address or no link: %s", house.Stderr)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	b.Client = http.Client{Jar: jar, Timeout: time.Minute, Transport: &http.Transport{TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}

	// The cookie of a session is for this site over HTTPS and for no script.
	w, text := b.do("POST", link, "", url.Values{"formulier": {"uitnodiging"}, "naam": {"Wilma Jansen"}, "inlognaam": {"wilma"}, "nieuw": {"vier gewone losse woorden"}})
	if w.StatusCode != http.StatusSeeOther || len(w.Cookies()) != 1 {
		t.Fatalf("first manager: %d, %v\n%s", w.StatusCode, w.Cookies(), text)
	}
	if c := w.Cookies()[0]; c.Name != "__Host-sessie" || !c.Secure || !c.HttpOnly || c.Path != "/" || c.Domain != "" || c.SameSite != http.SameSiteLaxMode {
		t.Errorf("cookie %v", c)
	}
	if hsts := w.Header.Get("Strict-Transport-Security"); !strings.HasPrefix(hsts, "max-age=63072000") {
		t.Errorf("HSTS %q", hsts)
	}
	before := w.Cookies()[0].Value
	if w, _ := b.do("GET", "/beheer/sleutels", "", nil); w.StatusCode != http.StatusSeeOther || !strings.HasPrefix(w.Header.Get("Location"), "/inloggen/instellen") {
		t.Errorf("without a second step: %d %q", w.StatusCode, w.Header.Get("Location"))
	}
	_, text = b.do("GET", "/inloggen/instellen", "", nil)
	found := oneSecret.FindStringSubmatch(text)
	if found == nil {
		t.Fatalf("no letters for the app:\n%s", text)
	}
	code, err := totp.GenerateCode(strings.ReplaceAll(found[1], " ", ""), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	w, text = b.do("POST", "/inloggen/instellen", "", url.Values{"formulier": {"app"}, "code": {code}})
	if w.StatusCode != http.StatusOK || !strings.Contains(text, "Herstelcodes") || !strings.Contains(text, "U werkt als Wilma Jansen") {
		t.Fatalf("second step: %d\n%s", w.StatusCode, text)
	}
	if len(w.Cookies()) != 1 || w.Cookies()[0].Value == before {
		t.Error("the session keeps its name after the second step")
	}

	// A key for a program.
	w, text = b.do("POST", "/beheer/sleutels", "", url.Values{"formulier": {"sleutel"}, "naam": {"Zaaksysteem"}, "bereik": {"knelpunten:lezen"}, "dagen": {"30"}})
	found = oneSecret.FindStringSubmatch(text)
	if w.StatusCode != http.StatusOK || found == nil {
		t.Fatalf("key: %d\n%s", w.StatusCode, text)
	}
	bearer := html.UnescapeString(found[1])
	if w, text := b.do("GET", "/api/v1/knelpunten", bearer, nil); w.StatusCode != http.StatusOK {
		t.Errorf("with its scope: %d %s", w.StatusCode, text)
	}
	if w, text := b.do("GET", "/api/v1/voorstellen", bearer, nil); w.StatusCode != http.StatusForbidden || !strings.HasPrefix(w.Header.Get("Content-Type"), "application/problem+json") {
		t.Errorf("without its scope: %d %s", w.StatusCode, text)
	}
	if w, _ := b.do("GET", "/api/v1/knelpunten", bearer+"x", nil); w.StatusCode != http.StatusUnauthorized {
		t.Errorf("another key: %d", w.StatusCode)
	}
	if w, _ := b.do("GET", "/api/v1/knelpunten", "", nil); w.StatusCode != http.StatusUnauthorized {
		t.Errorf("the cookie of a browser is no key of a program: %d", w.StatusCode)
	}
	_, text = b.do("GET", "/beheer/sleutels", "", nil)
	if strings.Contains(text, bearer) {
		t.Error("the key is shown again")
	}
	id := oneToken.FindStringSubmatch(text)
	if id == nil {
		t.Fatalf("no key to revoke:\n%s", text)
	}
	if w, text := b.do("POST", "/beheer/sleutels/"+id[1]+"/intrekken", "", url.Values{}); w.StatusCode != http.StatusSeeOther {
		t.Fatalf("revoke: %d\n%s", w.StatusCode, text)
	}
	if w, _ := b.do("GET", "/api/v1/knelpunten", bearer, nil); w.StatusCode != http.StatusUnauthorized || w.Header.Get("WWW-Authenticate") == "" {
		t.Errorf("revoked: %d, %q", w.StatusCode, w.Header.Get("WWW-Authenticate"))
	}

	// Without HTTPS nothing is served.
	plain := &browser{T: t, site: strings.Replace(b.site, "https:", "http:", 1), Client: http.Client{Timeout: time.Minute}}
	if w, _ := plain.do("GET", "/inloggen", "", nil); w.StatusCode != http.StatusBadRequest {
		t.Errorf("over HTTP: %d", w.StatusCode)
	}
}
