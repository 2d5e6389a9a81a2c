package web

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"lemniscaat/internal/exhibit"
	"lemniscaat/internal/population"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// routeRun registers what can be taken along of a run: its tables for a
// spreadsheet, one by one and together, and the whole as JSON.
func (s *server) routeRun() {
	s.printRun()
	s.file("/simulaties/{id}/tabellen/{tabel}", func(r *http.Request, res *simulate.Result) (string, []byte, error) {
		name, ok := strings.CutSuffix(r.PathValue("tabel"), ".csv")
		t, known := res.Table(name)
		if !ok || !known {
			return "", nil, screen.ErrNotFound
		}
		return tableFile(t, r.PathValue("id")), t.Spreadsheet(r.PathValue("id"), true), nil
	})
	s.file("/simulaties/{id}/tabellen.zip", func(r *http.Request, res *simulate.Result) (string, []byte, error) {
		var b bytes.Buffer
		z := zip.NewWriter(&b)
		for _, t := range res.Tables() {
			f, err := z.Create(tableFile(t, r.PathValue("id")))
			if err == nil {
				_, err = f.Write(t.Spreadsheet(r.PathValue("id"), true))
			}
			if err != nil {
				return "", nil, fmt.Errorf("tables of %s: %w", r.PathValue("id"), err)
			}
		}
		if err := z.Close(); err != nil {
			return "", nil, fmt.Errorf("tables of %s: %w", r.PathValue("id"), err)
		}
		return "tabellen-" + slug(r.PathValue("id")) + ".zip", b.Bytes(), nil
	})
	s.file("/simulaties/{id}/run.json", func(r *http.Request, res *simulate.Result) (string, []byte, error) {
		data, err := json.MarshalIndent(res, "", "  ")
		if err != nil {
			return "", nil, fmt.Errorf("run %s as JSON: %w", r.PathValue("id"), err)
		}
		return "run-" + slug(r.PathValue("id")) + ".json", append(data, '\n'), nil
	})
}

// routePeople registers the page of the population that is simulated on: how it
// compares with every published figure.
func (s *server) routePeople() {
	s.get("/bevolking", func(r *http.Request, p *page) (view, error) {
		v, err := s.Service.Inhabitants(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("bevolking.titel"), here: screen.StationSimulate, body: peoplePage(p, v)}, err
	})
	file := func(pattern, name string, content func(*page, *population.Diagnosis) ([]byte, error)) {
		s.routes = append(s.routes, "GET "+pattern)
		s.mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) {
			p, err := s.page(r)
			var d *population.Diagnosis
			if err == nil {
				d, err = s.Service.Diagnosis(r.Context())
			}
			var data []byte
			if err == nil {
				data, err = content(p, d)
			}
			if err != nil {
				s.fail(w, r, p, err)
				return
			}
			s.send(w, r, name, data)
		})
	}
	file("/bevolking/tabellen/controle.csv", "bevolking-controle-synthetisch.csv", func(p *page, d *population.Diagnosis) ([]byte, error) {
		return exhibit.Targets(p.Catalogue, d).Spreadsheet(d.ID, true), nil
	})
	file("/bevolking/controle.json", "bevolking-controle.json", func(_ *page, d *population.Diagnosis) ([]byte, error) {
		data, err := json.MarshalIndent(d, "", "  ")
		return append(data, '\n'), err
	})
}

// printRun answers GET /simulaties/{id}/verslag.pdf: the page of the run as PDF.
func (s *server) printRun() {
	const pattern = "GET /simulaties/{id}/verslag.pdf"
	s.routes = append(s.routes, pattern)
	s.mux.HandleFunc(pattern, func(w http.ResponseWriter, r *http.Request) {
		id := r.PathValue("id")
		// Only a run that is done has a page that is worth paper.
		_, err := s.Service.Result(r.Context(), s.who(r), id)
		p, frameErr := s.page(r)
		if err == nil {
			err = frameErr
		}
		var pdf []byte
		if err == nil {
			pdf, err = s.print(r, p, to("simulaties", id), p.T("simulatie.voet", "run", id, "organisatie", p.Frame.Organisation))
		}
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.send(w, r, "simulatie-"+slug(id)+"-synthetisch.pdf", pdf)
	})
}

// print makes PDF of a page of this site, as its reader sees it; foot stands under
// every sheet.
func (s *server) print(r *http.Request, p *page, path, foot string) ([]byte, error) {
	if s.Printer == nil {
		return nil, errPrint
	}
	origin := "http://"
	if s.TLS {
		origin = "https://"
	}
	cookies := r.Header.Get("Cookie")
	site := http.HandlerFunc(func(w http.ResponseWriter, asked *http.Request) {
		if cookies != "" {
			asked.Header.Set("Cookie", cookies)
		}
		s.handler.ServeHTTP(w, asked)
	})
	if p.book != nil { // what the office fills in is Dutch; a page is looked up as a whole, the foot is no part of it
		foot, _ = p.book.Translate(foot)
	}
	pdf, err := s.Printer.Print(r.Context(), origin+r.Host+path, foot, site)
	switch {
	case err == nil || errors.Is(err, context.Canceled):
		return pdf, err
	default:
		s.Log.WarnContext(r.Context(), "PDF", "page", path, "error", err)
		return nil, errPrint
	}
}

// tableFile names the file of a table of a run; it says what is in it.
func tableFile(t simulate.Table, run string) string {
	return slug(t.ID) + "-" + slug(run) + "-synthetisch.csv"
}

// kindsOfFile are the media types of what can be downloaded.
var kindsOfFile = map[string]string{
	"csv": "text/csv; charset=utf-8", "json": "application/json; charset=utf-8", "zip": "application/zip", "md": "text/markdown; charset=utf-8", "pdf": "application/pdf",
}

// file registers a download about a run that is done; content gives its name and
// its bytes.
func (s *server) file(pattern string, content func(*http.Request, *simulate.Result) (string, []byte, error)) {
	s.routes = append(s.routes, "GET "+pattern)
	s.mux.HandleFunc("GET "+pattern, func(w http.ResponseWriter, r *http.Request) {
		res, err := s.Service.Result(r.Context(), s.who(r), r.PathValue("id"))
		var name string
		var data []byte
		if err == nil {
			name, data, err = content(r, res)
		}
		if err != nil {
			p, _ := s.page(r) // the error page does without a frame
			s.fail(w, r, p, err)
			return
		}
		s.send(w, r, name, data)
	})
}

// send answers with a file to keep.
func (s *server) send(w http.ResponseWriter, r *http.Request, name string, data []byte) {
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	s.write(w, r, http.StatusOK, kindsOfFile[name[strings.LastIndexByte(name, '.')+1:]], data)
}
