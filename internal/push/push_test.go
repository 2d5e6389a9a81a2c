package push_test

import (
	"bytes"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/push"
	"lemniscaat/internal/seal"
)

func head(t *testing.T, size uint64) (seal.Head, string) {
	t.Helper()
	r, err := seal.NewRing(rand.NewChaCha8([32]byte{1}), "proef")
	if err != nil {
		t.Fatal(err)
	}
	h := seal.Head{Origin: r.Name(), Size: size, At: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	s, err := r.Sign(h.Text())
	if err != nil {
		t.Fatal(err)
	}
	return h, s
}

func TestAddress(t *testing.T) {
	t.Parallel()
	for a, ok := range map[string]bool{
		"https://a.voorbeeld.nl/x": true, "http://127.0.0.1:9/x": true, "http://[::1]:9": true, "http://localhost": true,
		"http://a.voorbeeld.nl": false, "ftp://a": false, "file:///etc/passwd": false, "https://jan:geheim@a.nl": false, "": false, "gopher://127.0.0.1": false,
		"http://127.0.0.1.voorbeeld.nl": false, "https://": false,
	} {
		if err := push.CheckAddress(a); (err == nil) != ok {
			t.Errorf("%q: %v", a, err)
		}
	}
}

func TestFolder(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	f := push.Folder{Path: dir}
	h, s := head(t, 12)
	for range 2 { // again is nothing new
		if err := f.Keep(t.Context(), h, s); err != nil {
			t.Fatal(err)
		}
	}
	got, err := os.ReadFile(filepath.Join(dir, "kop-00000000000000000012.txt"))
	if err != nil || string(got) != s {
		t.Errorf("%q, %v", got, err)
	}
	if err := f.Keep(t.Context(), h, s+"x"); err == nil {
		t.Error("a head was replaced")
	}
	if left, err := filepath.Glob(filepath.Join(dir, ".kop-*")); err != nil || len(left) > 0 {
		t.Errorf("left over: %v, %v", left, err)
	}
	if err := (push.Folder{Path: filepath.Join(dir, "weg")}).Keep(t.Context(), h, s); err == nil {
		t.Error("a folder that is not there keeps a head")
	}
}

func TestLines(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	h, s := head(t, 1)
	if err := (&push.Lines{To: &b}).Keep(t.Context(), h, s); err != nil {
		t.Fatal(err)
	}
	if strings.Count(b.String(), "\n") != 1 || !strings.HasPrefix(b.String(), `{"logboekkop":"proef\n1\n`) {
		t.Errorf("%q", b.String())
	}
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	var got []string
	status := http.StatusNoContent
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		got = append(got, r.Method+" "+r.Header.Get("Authorization")+" "+string(b))
		if status == http.StatusFound {
			w.Header().Set("Location", "/elders")
		}
		w.WriteHeader(status)
	}))
	defer server.Close()
	c, err := push.NewClient(server.URL+"/pad?geheim=1", push.ClientOptions{Bearer: "t0ken"})
	if err != nil {
		t.Fatal(err)
	}
	w := push.Webhook{Client: c}
	h, s := head(t, 1)
	if err := w.Keep(t.Context(), h, s); err != nil || len(got) != 1 || got[0] != "POST Bearer t0ken "+s {
		t.Fatalf("%q, %v", got, err)
	}
	for _, status = range []int{http.StatusFound, http.StatusInternalServerError, http.StatusUnauthorized} {
		if err := w.Keep(t.Context(), h, s); err == nil {
			t.Errorf("%d: kept", status)
		}
	}
	if len(got) != 4 {
		t.Errorf("%d requests: a redirect was followed", len(got))
	}
	server.Close()
	if err := w.Keep(t.Context(), h, s); err == nil || strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "t0ken") {
		t.Errorf("no server: %v", err)
	}
}
