package report_test

import (
	"bytes"
	"context"
	"errors"
	"net/http"
	"os"
	"os/exec"
	"regexp"
	"strings"
	"sync"
	"testing"

	"lemniscaat/internal/report"
)

// printer finds Chromium, or skips what cannot be tested without it. Where the
// tests of the pages run there is one, so a release is never made without.
func printer(t *testing.T) *report.Printer {
	t.Helper()
	p, err := report.Find()
	if errors.Is(err, report.ErrNoBrowser) {
		t.Skip("no Chromium on this machine")
	}
	if err != nil {
		t.Fatal(err)
	}
	return p
}

const body = `<!DOCTYPE html><html lang="nl"><head><title>Simulatie: een proef</title><link rel="stylesheet" href="/stijl.css"></head>
<body><h1>Er komen 21.000 ontvangers bij</h1><h2>Wie krijgt het</h2><p>Tekst.</p>
<svg role="img" aria-labelledby="t" width="100" height="20"><title id="t">Een balk</title><rect width="90" height="18"/></svg>
<table><thead><tr><th scope="col">Groep</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>
<img src="https://elders.example/volg.gif" alt=""><img src="http://127.0.0.1:1/intern.png" alt="">
<script>fetch("/script-draait")</script></body></html>`

// TestPrint: the PDF is tagged, has the language and the title of the page, and
// the browser asked nothing of anybody but the site.
func TestPrint(t *testing.T) {
	t.Parallel()
	p := printer(t)
	var mu sync.Mutex
	asked := map[string]int{}
	site := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		asked[r.Host+r.URL.RequestURI()]++
		mu.Unlock()
		switch r.URL.Path {
		case "/run":
			w.Header().Set("Content-Type", "text/html; charset=utf-8")
			w.Write([]byte(body))
		case "/stijl.css":
			w.Header().Set("Content-Type", "text/css")
			w.Write([]byte("h1 { color: #07413f }"))
		default:
			http.NotFound(w, r)
		}
	})
	pdf, err := p.Print(t.Context(), "https://gemeente.example/run?a=b", "Synthetisch · <run>", site)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Fatalf("not a PDF: %.20q", pdf)
	}
	for what, want := range map[string]string{
		"tags": `/StructTreeRoot`, "marked as tagged": `/Marked true`, "language": `/Lang \(nl`, "title": `/Title \(Simulatie: een proef\)`,
		"headings": `/S /H1`, "a second heading": `/S /H2`, "tables": `/S /TH`, "figures": `/S /Figure`, "what a figure shows": `/Alt \(Een balk\)`,
	} {
		if !regexp.MustCompile(want).Match(pdf) {
			t.Errorf("the PDF has no %s (%s)", what, want)
		}
	}
	if asked["gemeente.example/run?a=b"] != 1 || asked["gemeente.example/stijl.css"] != 1 {
		t.Errorf("asked of the site: %v", asked)
	}
	for path := range asked {
		if strings.Contains(path, "script-draait") || strings.Contains(path, "elders") || strings.Contains(path, "intern") {
			t.Errorf("the browser asked for %s", path)
		}
	}
}

// TestPrintRefuses: a page that is not there, an address that is none, and a
// reader who has gone give an error and no PDF.
func TestPrintRefuses(t *testing.T) {
	t.Parallel()
	p := printer(t)
	if _, err := p.Print(t.Context(), "http://gemeente.example/weg", "", http.NotFoundHandler()); !errors.Is(err, report.ErrPage) {
		t.Errorf("a page that is not there: %v", err)
	}
	if _, err := p.Print(t.Context(), "/alleen/een/pad", "", http.NotFoundHandler()); !errors.Is(err, report.ErrPage) {
		t.Errorf("no address: %v", err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Print(gone, "http://gemeente.example/", "", http.NotFoundHandler()); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits any more: %v", err)
	}
}

// TestNoBrowser: without Chromium there is no printer. It changes PATH, so it
// does not run beside the others.
func TestNoBrowser(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	if _, err := exec.LookPath("chromium"); err == nil {
		t.Fatal("PATH is not empty")
	}
	if p, err := report.Find(); !errors.Is(err, report.ErrNoBrowser) || p != nil {
		t.Errorf("%v %v, and PATH is %s", p, err, os.Getenv("PATH"))
	}
}
