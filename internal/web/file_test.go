package web_test

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"lemniscaat/internal/web/webtest"
)

// TestDownloads: every table of a run, all of them together, and the run as
// JSON can be taken along; what there is not is a page that says so.
func TestDownloads(t *testing.T) {
	t.Parallel()
	h := handler(t, &webtest.Fake{State: webtest.Filled})
	page := parse(t, do(h, request("GET", "/simulaties/r-1", "", nil)))
	links := 0
	for _, a := range page.tags("a") {
		href := a.attr("href")
		if !strings.HasSuffix(href, ".csv") {
			continue
		}
		links++
		w := do(h, request("GET", href, "", nil))
		body := w.Body.String()
		if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(body, "\ufeff") || !strings.Contains(body, ";r-1;ja\r\n") {
			t.Errorf("%s: %d %s %.80q", href, w.Code, w.Header().Get("Content-Type"), body)
		}
		if d := w.Header().Get("Content-Disposition"); !strings.HasPrefix(d, "attachment; filename=") || !strings.Contains(d, "-r-1-synthetisch.csv") {
			t.Errorf("%s: %s", href, d)
		}
	}
	if links < 10 {
		t.Errorf("only %d tables can be downloaded", links)
	}
	z := do(h, request("GET", "/simulaties/r-1/tabellen.zip", "", nil))
	files, err := zip.NewReader(bytes.NewReader(z.Body.Bytes()), int64(z.Body.Len()))
	if err != nil || len(files.File) < 10 {
		t.Fatalf("zip: %v", err)
	}
	var run struct {
		Rules  string `json:"regelset"`
		People struct {
			Synthetic bool `json:"synthetisch"`
		} `json:"populatie"`
	}
	if err := json.Unmarshal(do(h, request("GET", "/simulaties/r-1/run.json", "", nil)).Body.Bytes(), &run); err != nil || run.Rules != "b7719ac0f2d4" || !run.People.Synthetic {
		t.Errorf("JSON: %v %+v", err, run)
	}
	for _, path := range []string{"/simulaties/r-1/tabellen/bestaat-niet.csv", "/simulaties/r-1/tabellen/stappen", "/simulaties/r-bezig/tabellen/stappen.csv", "/simulaties/bestaat-niet/run.json"} {
		if w := do(h, request("GET", path, "", nil)); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "<h1") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
