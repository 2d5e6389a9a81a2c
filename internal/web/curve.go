package web

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

// curveForm is the form of a household whose income is varied. It is an example
// of a household, so it asks with GET: an address can be shared.
const curveForm = "inkomen"

// routeCurve registers the page on which the income of one household is varied,
// and its table as a file.
func (s *server) routeCurve() {
	s.get("/inkomen", func(r *http.Request, p *page) (view, error) {
		v, err := s.Service.Vary(r.Context(), p.Frame.Actor.ID, curveInput(r))
		p.FormID = curveForm
		if len(v.Faults) > 0 {
			p.Refusal = fieldRefusal(p, v.Faults...)
		}
		return view{title: p.T("inkomen.titel"), here: screen.StationSimulate, body: curvePage(p, v)}, err
	})
	s.routes = append(s.routes, "GET /inkomen/tabel.csv")
	s.mux.HandleFunc("GET /inkomen/tabel.csv", func(w http.ResponseWriter, r *http.Request) {
		rows, err := s.Service.VaryTable(r.Context(), s.who(r), curveInput(r))
		if err != nil {
			p, _ := s.page(r) // the error page does without a frame
			s.fail(w, r, p, err)
			return
		}
		data, err := curveFile(rows)
		if err != nil {
			s.fail(w, r, nil, err)
			return
		}
		s.send(w, r, "inkomen-verzonnen-huishouden.csv", data)
	})
}

// curveFile writes a table as Dutch spreadsheets open it by themselves; see
// simulate.Table.Spreadsheet. Every row says that the household is made up.
func curveFile(rows [][]string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	for i, row := range rows {
		out, last := make([]string, 0, len(row)+1), "verzonnen huishouden"
		for _, cell := range row {
			if i > 0 {
				cell = strings.ReplaceAll(cell, ".", ",")
			}
			if i == 0 {
				cell = simulate.Inert(cell)
			}
			out = append(out, cell)
		}
		if i > 0 {
			last = "ja"
		}
		if err := w.Write(append(out, last)); err != nil {
			return nil, fmt.Errorf("table of a curve: %w", err)
		}
	}
	w.Flush()
	return b.Bytes(), w.Error()
}

func curveInput(r *http.Request) screen.CurveInput {
	q := r.URL.Query()
	in := screen.CurveInput{Preset: q.Get("voorbeeld"), Rules: q.Get("regels"), Values: map[string]string{}}
	if q.Get("eigen") == "" {
		return in // the example fills everything
	}
	for _, field := range screen.CurveFields {
		if q.Has(field) {
			in.Values[field] = q.Get(field)
		}
	}
	return in
}

// curveQuery is the address of what is shown, for its table.
func curveQuery(v screen.CurveView) string {
	q := url.Values{"voorbeeld": {v.Preset}, "eigen": {"ja"}}
	if v.Rules != "" {
		q.Set("regels", v.Rules)
	}
	for _, field := range screen.CurveFields {
		q.Set(field, v.Values[field])
	}
	return q.Encode()
}

// presetAddress is the page with an example, beside the same rules.
func presetAddress(v screen.CurveView, preset string) string {
	q := url.Values{"voorbeeld": {preset}}
	if v.Rules != "" {
		q.Set("regels", v.Rules)
	}
	return "/inkomen?" + q.Encode()
}

// curveField is a field of the household or of the range.
func curveField(p *page, v screen.CurveView, name string) input {
	hint := ""
	if t, ok := p.Text("inkomen." + name + "-uitleg"); ok {
		hint = t
	}
	return input{Form: curveForm, Name: name, Label: p.T("inkomen." + name), Hint: hint, Value: v.Values[name], Short: true, Numeric: name != "datum" && name != "kinderen"}
}

// curveSides are the rules to compare with; the first is none.
func curveSides(p *page, v screen.CurveView) []screen.Option {
	out := []screen.Option{{Value: "", Label: p.T("inkomen.regels-geen")}}
	for _, o := range v.Sides {
		if o.Value != "" {
			out = append(out, o)
		}
	}
	return out
}
