package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strconv"

	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// routeWatch registers the page of the detectors.
func (s *server) routeWatch() {
	svc := s.Service
	show := func(r *http.Request, p *page) (view, error) {
		reg := r.URL.Query().Get("regeling")
		if r.Method == http.MethodPost {
			reg = typed(r, "regeling")
		}
		v, err := svc.Watch(r.Context(), p.Frame.Actor.ID, reg, asked(r))
		return view{title: p.T("detectoren.titel"), here: screen.StationMeasure, body: watchPage(p, v)}, err
	}
	s.get("/detectoren", show)
	s.post("/detectoren", func(r *http.Request, p *page) (string, error) {
		fields := []string{"plek", "detector", "verwacht", "reden"}
		off := typed(r, "uit") == "ja"
		if off {
			fields = []string{"plek", "detector", "reden"}
		}
		if err := needs(r, p, fields...); err != nil {
			return "", err
		}
		return done("/detectoren?regeling="+url.QueryEscape(typed(r, "regeling")), "detector"), svc.Declare(r.Context(), p.Frame.Actor.ID, screen.DeclareInput{
			Place: typed(r, "plek"), Detector: typed(r, "detector"), Expect: typed(r, "verwacht"), Why: typed(r, "reden"), Off: off,
		})
	}, show)
}

// routeReach registers Wie raakt dit?, as a page and as a table.
func (s *server) routeReach() {
	svc := s.Service
	s.get("/wie-raakt-dit", func(r *http.Request, p *page) (view, error) {
		q := r.URL.Query()
		v, err := svc.Reach(r.Context(), p.Frame.Actor.ID, q.Get("regeling"), q.Get("artikel"), q.Get("kenmerk"), q.Get("periode"))
		return view{title: p.T("raakt.titel"), here: screen.StationMeasure, body: reachPage(p, v)}, err
	})
	s.routes = append(s.routes, "GET /wie-raakt-dit/tabel.csv")
	s.mux.HandleFunc("GET /wie-raakt-dit/tabel.csv", func(w http.ResponseWriter, r *http.Request) {
		q := r.URL.Query()
		rows, err := svc.ReachTable(r.Context(), s.who(r), q.Get("regeling"), q.Get("artikel"), q.Get("kenmerk"), q.Get("periode"))
		var data []byte
		if err == nil {
			data, err = spreadsheet(rows)
		}
		if err != nil {
			p, _ := s.page(r)
			s.fail(w, r, p, err)
			return
		}
		s.send(w, r, "wie-raakt-dit-"+slug(q.Get("regeling"))+".csv", data)
	})
}

// tenths gives the width class of a bar: 0 to 10.
func tenths(f float64) string { return "bar-" + strconv.Itoa(int(min(max(f, 0), 1)*10+0.5)) }

// noExpectation says that nothing is expected; one detector needs nothing.
func noExpectation(kind string) string {
	if kind == "buiten-verwachting" {
		return "detectoren.vanzelf"
	}
	return "detectoren.geen"
}

// spreadsheet writes rows as Dutch spreadsheets open them by themselves; no cell
// is a formula.
func spreadsheet(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	for _, row := range rows {
		out := make([]string, len(row))
		for i, cell := range row {
			out[i] = simulate.Inert(cell)
		}
		if err := w.Write(out); err != nil {
			return nil, fmt.Errorf("spreadsheet: %w", err)
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}
