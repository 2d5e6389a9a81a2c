package web_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"lemniscaat/internal/web"
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
	var people struct {
		Targets []struct {
			HeldOut bool    `json:"buitenGehouden"`
			Off     float64 `json:"afwijkingInProcent"`
		} `json:"doelen"`
	}
	if err := json.Unmarshal(do(h, request("GET", "/bevolking/controle.json", "", nil)).Body.Bytes(), &people); err != nil || len(people.Targets) != 5 || people.Targets[0].HeldOut || !people.Targets[1].HeldOut || people.Targets[1].Off > -10.2 || people.Targets[1].Off < -10.4 {
		t.Errorf("population: %v %+v", err, people)
	}
	if body := do(h, request("GET", "/bevolking/tabellen/controle.csv", "", nil)).Body.String(); !strings.Contains(body, "gestandaardiseerd inkomen, P10;toets;euro;22002,0000;19741,0000;-10,27") {
		t.Errorf("population: %s", body)
	}
	for _, path := range []string{"/simulaties/r-1/tabellen/bestaat-niet.csv", "/simulaties/r-1/tabellen/stappen", "/simulaties/r-bezig/tabellen/stappen.csv", "/simulaties/bestaat-niet/run.json"} {
		if w := do(h, request("GET", path, "", nil)); w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "<h1") {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

// paper asks the site for the page and hands over what it got.
type paper struct {
	address, foot string
	fail          error
}

func (p *paper) Print(_ context.Context, address, foot string, site http.Handler) ([]byte, error) {
	p.address, p.foot = address, foot
	if p.fail != nil {
		return nil, p.fail
	}
	w := httptest.NewRecorder()
	site.ServeHTTP(w, httptest.NewRequest(http.MethodGet, address, nil))
	return w.Body.Bytes(), nil
}

// TestPDF: the PDF is of the page as its reader sees it, and says that its
// people are synthetic; where none can be made, the page says what else to do.
func TestPDF(t *testing.T) {
	t.Parallel()
	fake, printer := &webtest.Fake{State: webtest.Filled}, &paper{}
	h := handler(t, fake, func(d *web.Deps) { d.Printer = printer })
	if !strings.Contains(do(h, request("GET", "/simulaties/r-1", "", nil)).Body.String(), "/simulaties/r-1/verslag.pdf") {
		t.Error("no link to the PDF")
	}
	w := do(h, request("GET", "/simulaties/r-1/verslag.pdf", "samira", nil))
	if w.Code != http.StatusOK || w.Header().Get("Content-Type") != "application/pdf" || !strings.Contains(w.Header().Get("Content-Disposition"), "synthetisch.pdf") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if printer.address != "http://example.com/simulaties/r-1" || !strings.HasPrefix(printer.foot, "Synthetisch") || !strings.Contains(printer.foot, "r-1") {
		t.Errorf("printed %s with %q", printer.address, printer.foot)
	}
	if page := w.Body.String(); !strings.Contains(page, "Er komen 21.000") || !strings.Contains(page, "value=\"samira\" selected") {
		t.Error("not the page as Samira sees it")
	}
	do(h, inEnglish(request("GET", "/simulaties/r-1/verslag.pdf", "samira", nil)))
	if !strings.HasPrefix(printer.foot, "Synthetic: no real people") {
		t.Errorf("in English it has %q under it", printer.foot)
	}
	for _, id := range []string{"r-bezig", "bestaat-niet"} {
		if w := do(h, request("GET", "/simulaties/"+id+"/verslag.pdf", "", nil)); w.Code != http.StatusNotFound {
			t.Errorf("%s: %d", id, w.Code)
		}
	}
	printer.fail = errors.New("te druk")
	without := handler(t, fake)
	for name, h := range map[string]http.Handler{"busy": h, "no Chromium": without} {
		if w := do(h, request("GET", "/simulaties/r-1/verslag.pdf", "", nil)); w.Code != http.StatusServiceUnavailable || !strings.Contains(w.Body.String(), "Opslaan als PDF") {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if page := do(without, request("GET", "/simulaties/r-1", "", nil)).Body.String(); strings.Contains(page, "verslag.pdf") || !strings.Contains(page, "Opslaan als PDF") {
		t.Error("without Chromium the page offers a PDF")
	}
}
