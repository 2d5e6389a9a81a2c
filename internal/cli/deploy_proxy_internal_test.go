package cli

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"lemniscaat/internal/freeport"
	"lemniscaat/internal/store/pgtest"
)

// replaced is a text in which each of the old words has to stand.
func replaced(t *testing.T, text string, pairs ...string) string {
	t.Helper()
	for i := 0; i < len(pairs); i += 2 {
		if !strings.Contains(text, pairs[i]) {
			t.Fatalf("%q does not stand in it", pairs[i])
		}
		text = strings.ReplaceAll(text, pairs[i], pairs[i+1])
	}
	return text
}

// proxyFor starts nginx with deploy/nginx/lemniscaat.conf before two servers, all on
// this machine, and gives a client that finds it under its own name.
func proxyFor(t *testing.T, first, second string) (client *http.Client, plain string) {
	t.Helper()
	program, err := exec.LookPath("nginx")
	if err != nil {
		if program = "/usr/sbin/nginx"; exec.Command(program, "-v").Run() != nil {
			t.Skip("nginx is not here: apt-get install nginx-light")
		}
	}
	dir := t.TempDir()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	const name = "lemniscaat.voorbeeld.nl"
	is := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}, NotAfter: time.Now().Add(24 * time.Hour), IsCA: true, BasicConstraintsValid: true}
	raw, err := x509.CreateCertificate(rand.Reader, is, is, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	chain := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: raw})
	plain, closed := freeport.Address(t), freeport.Address(t)
	conf := replaced(t, deployed(t, "deploy/nginx/lemniscaat.conf"),
		"10.0.0.11:8080", first, "10.0.0.12:8080", second,
		"    listen [::]:80;\n", "", "    listen [::]:443 ssl http2;\n", "", "listen 80;", "listen "+plain+";", "listen 443 ", "listen "+closed+" ",
		"/etc/ssl/lemniscaat/", dir+"/")
	for file, text := range map[string]string{
		"keten.pem": string(chain), "sleutel.pem": string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})), "lemniscaat.conf": conf,
		"nginx.conf": fmt.Sprintf(`pid %[1]s/pid; daemon off; worker_processes 1; error_log stderr warn;
events { worker_connections 128; }
http { access_log off; client_body_temp_path %[1]s/a; proxy_temp_path %[1]s/b; fastcgi_temp_path %[1]s/c; uwsgi_temp_path %[1]s/d; scgi_temp_path %[1]s/e;
include %[1]s/lemniscaat.conf; }
`, dir),
	} {
		if err := os.WriteFile(filepath.Join(dir, file), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	args := []string{"-p", dir, "-e", "stderr", "-c", filepath.Join(dir, "nginx.conf")}
	if os.Getuid() == 0 { // its folders for what is large are of who reads them
		args = append(args, "-g", "user root;")
	}
	if out, err := exec.CommandContext(t.Context(), program, append(args, "-t")...).CombinedOutput(); err != nil || bytes.Contains(out, []byte("[warn]")) {
		t.Fatalf("nginx -t: %v\n%s", err, out)
	}
	nginx := exec.Command(program, args...)
	var said bytes.Buffer
	nginx.Stderr = &said
	if err := nginx.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = nginx.Wait() }()
	t.Cleanup(func() {
		_ = nginx.Process.Signal(syscall.SIGQUIT)
		select {
		case <-ended:
		case <-time.After(time.Minute):
			_ = nginx.Process.Signal(syscall.SIGTERM)
			<-ended
		}
		if t.Failed() {
			t.Logf("nginx: %s", said.String())
		}
	})
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", closed)
		if err == nil {
			_ = c.Close()
			break
		}
		select {
		case <-ended:
			t.Fatalf("nginx ended: %s", said.String())
		default:
		}
		if time.Now().After(deadline) {
			t.Fatal(err)
		}
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(chain)
	return &http.Client{
		Timeout: 2 * time.Minute,
		Transport: &http.Transport{
			ForceAttemptHTTP2: true, TLSClientConfig: &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12},
			DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
				return (&net.Dialer{}).DialContext(ctx, network, closed)
			},
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}, plain
}

// TestProxy: nginx takes deploy/nginx/lemniscaat.conf as it is, tells a server who asked
// and not what that one claims, gives a page of another server when one is away, and
// sends nothing twice that changes something. A stream goes on line by line.
func TestProxy(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts nginx")
	}
	var posts, gets atomic.Int64
	seen := make(chan http.Header, 1)
	next := make(chan string)
	mux := http.NewServeMux()
	mux.HandleFunc("/hoofd", func(w http.ResponseWriter, r *http.Request) {
		r.Header.Set("Host", r.Host)
		seen <- r.Header
	})
	mux.HandleFunc("/groot", func(w http.ResponseWriter, r *http.Request) {
		n, err := io.Copy(io.Discard, r.Body)
		fmt.Fprint(w, n, err)
	})
	mux.HandleFunc("GET /simulaties/r-1/voortgang", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/event-stream")
		for line := range next {
			fmt.Fprintln(w, line)
			if http.NewResponseController(w).Flush() != nil {
				return
			}
		}
	})
	// A server that falls away in the middle of a request that it has read.
	away := func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		if r.Method == http.MethodPost {
			posts.Add(1)
		} else if gets.Add(1) > 1 {
			fmt.Fprint(w, "van de andere")
			return
		}
		if c, _, err := http.NewResponseController(w).Hijack(); err == nil {
			_ = c.Close()
		}
	}
	mux.HandleFunc("/weg", away)
	first, second := httptest.NewServer(mux), httptest.NewServer(mux)
	defer first.Close()
	defer second.Close()
	client, plain := proxyFor(t, strings.TrimPrefix(first.URL, "http://"), strings.TrimPrefix(second.URL, "http://"))
	const site = "https://lemniscaat.voorbeeld.nl"
	ask := func(method, path string, body io.Reader, header ...string) (int, string, *http.Response) {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), method, site+path, body)
		if err != nil {
			t.Fatal(err)
		}
		for i := 0; i < len(header); i += 2 {
			r.Header.Set(header[i], header[i+1])
		}
		w, err := client.Do(r)
		if err != nil {
			t.Fatalf("%s %s: %v", method, path, err)
		}
		defer w.Body.Close()
		text, err := io.ReadAll(w.Body)
		if err != nil {
			t.Fatalf("%s %s: %v", method, path, err)
		}
		return w.StatusCode, string(text), w
	}
	// What a visitor claims about itself does not come through.
	code, _, w := ask(http.MethodGet, "/hoofd", nil, "X-Forwarded-For", "192.0.2.1", "X-Forwarded-Proto", "http", "Forwarded", "for=192.0.2.1")
	got := <-seen
	if code != http.StatusOK || w.ProtoMajor != 2 {
		t.Errorf("%d over HTTP/%d", code, w.ProtoMajor)
	}
	for name, want := range map[string]string{"X-Forwarded-For": "127.0.0.1", "X-Forwarded-Proto": "https", "Forwarded": "", "Host": "lemniscaat.voorbeeld.nl"} {
		if got.Get(name) != want {
			t.Errorf("a server gets %s %q, want %q", name, got.Get(name), want)
		}
	}
	// What Lemniscaat itself refuses as too large, and what is larger than that.
	if code, text, _ := ask(http.MethodPost, "/groot", bytes.NewReader(make([]byte, 32<<20+1000))); code != http.StatusOK || text != fmt.Sprint(32<<20+1000, nil) {
		t.Errorf("a large request: %d %.200s", code, text)
	}
	if code, _, _ := ask(http.MethodPost, "/groot", bytes.NewReader(make([]byte, 34<<20))); code != http.StatusRequestEntityTooLarge {
		t.Errorf("a request that is too large: %d", code)
	}
	// One is away: a page comes of the other, a form is sent once.
	if code, text, _ := ask(http.MethodGet, "/weg", nil); code != http.StatusOK || text != "van de andere" || gets.Load() != 2 {
		t.Errorf("a page of a server that falls away: %d %q after %d", code, text, gets.Load())
	}
	if code, _, _ := ask(http.MethodPost, "/weg", strings.NewReader("a=b"), "Content-Type", "application/x-www-form-urlencoded"); code != http.StatusBadGateway || posts.Load() != 1 {
		t.Errorf("a form to a server that falls away: %d, sent %d times", code, posts.Load())
	}
	// A line of a stream is there before the next one is made.
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, site+"/simulaties/r-1/voortgang", nil)
	if err != nil {
		t.Fatal(err)
	}
	go func() { next <- "een" }()
	stream, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer stream.Body.Close()
	line := make([]byte, 4)
	for _, want := range []string{"een\n", "dva\n"} {
		if want != "een\n" {
			next <- strings.TrimSpace(want)
		}
		if _, err := io.ReadFull(stream.Body, line); err != nil || string(line) != want {
			t.Fatalf("the stream gives %q, %v, want %q", line, err, want)
		}
	}
	close(next)
	if _, err := stream.Body.Read(line); !errors.Is(err, io.EOF) {
		t.Errorf("the stream ends with %v", err)
	}
	// Plain HTTP is sent on.
	r, err = http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+plain+"/signaal?a=b", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "lemniscaat.voorbeeld.nl"
	w, err = (&http.Client{Timeout: 2 * time.Minute, CheckRedirect: client.CheckRedirect}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = w.Body.Close()
	if to := w.Header.Get("Location"); w.StatusCode != http.StatusPermanentRedirect || to != site+"/signaal?a=b" {
		t.Errorf("plain HTTP: %d to %q", w.StatusCode, to)
	}
}

// TestDatabaseSettings: PostgreSQL knows each setting of deploy/postgresql, and can have
// its value.
func TestDatabaseSettings(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("starts PostgreSQL")
	}
	const file = "deploy/postgresql/lemniscaat.conf"
	db := pgtest.Run(t, pgtest.Options{})
	lines := 0
	for line := range strings.Lines(deployed(t, file)) {
		line, _, _ = strings.Cut(line, "#")
		if strings.TrimSpace(line) == "" {
			continue
		}
		name, value, ok := strings.Cut(line, "=")
		if !ok {
			t.Errorf("%s: %q is no setting", file, line)
			continue
		}
		name, value = strings.TrimSpace(name), strings.TrimSpace(value)
		if !strings.HasPrefix(value, "'") {
			value = "'" + value + "'"
		}
		// PostgreSQL refuses a setting that it does not know, and a value that it cannot have.
		db.Exec(t, "ALTER SYSTEM SET "+name+" = "+value, "ALTER SYSTEM RESET "+name)
		lines++
	}
	if lines < 10 {
		t.Errorf("%s has %d settings", file, lines)
	}
}
