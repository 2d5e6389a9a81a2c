package web

import (
	"bytes"
	"errors"
	"net/http"
	"regexp"
	"strings"

	"lemniscaat/internal/screen"

	"github.com/a-h/templ"

	"lemniscaat/internal/rule"
)

// route registers every page and every command.
func (s *server) route() {
	svc := s.Service

	s.routes = append(s.routes, "GET /vast/{name}", "POST /taal")
	s.mux.HandleFunc("GET /vast/{name}", func(w http.ResponseWriter, r *http.Request) {
		if !s.assets.serve(w, r) {
			p, _ := s.page(r)
			s.failure(w, r, p, http.StatusNotFound, "404", nil)
		}
	})
	if s.Identity == nil { // who signs in has one role, and it is not chosen
		s.routes = append(s.routes, "POST /rol")
		s.mux.HandleFunc("POST /rol", s.switchRole)
	}
	s.mux.HandleFunc("POST /taal", s.switchLanguage)

	s.get("/{$}", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Start(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("start.titel"), body: startPage(p, v)}, err
	})
	s.get("/rondleiding", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Start(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("rondleiding.titel"), body: tourPage(p, v.Tour)}, err
	})
	s.get("/regelingen/{regeling}", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Regulation(r.Context(), p.Frame.Actor.ID, r.PathValue("regeling"))
		return view{title: v.Name, here: screen.StationRule, body: regulationPage(p, v)}, err
	})
	s.get("/regelingen/{regeling}/{artikel}", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Article(r.Context(), p.Frame.Actor.ID, r.PathValue("regeling"), r.PathValue("artikel"))
		return view{title: v.Name, here: screen.StationRule, crumb: []screen.Ref{v.Regulation}, body: articlePage(p, v)}, err
	})
	s.get("/team", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Team(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("team.titel"), here: screen.StationExecute, body: teamPage(p, v)}, err
	})

	s.post("/demo/klok", func(r *http.Request, p *page) (string, error) {
		if !p.Frame.Demo {
			return "", screen.ErrNotFound
		}
		to, no := date(p, "klok", r.PostForm.Get("klok"))
		if no != nil {
			return "", no
		}
		return done(local(r.PostForm.Get("terug")), "klok"), svc.MoveClock(r.Context(), to)
	}, func(r *http.Request, p *page) (view, error) {
		v, err := svc.Start(r.Context(), p.Frame.Actor.ID)
		return view{title: p.T("start.titel"), body: startPage(p, v)}, err
	})

	s.routeRegister()
	s.routeWayfinder()
	s.routeStories()
	s.routeMeasures()
	s.routeStand()
	s.routeSteering()
	s.routeLesson()
	s.routeComparison()
	s.routeEntitlement()
	s.routeCurve()
	s.routeLaw()
	s.routeSignal()
	s.routeCitizen()
	s.routeIssue()
	s.routeBundle()
	s.routeNotice()
	s.routeProposal()
	s.routeTriangle()
	s.routeDuty()
	s.routeLink()
	s.routeAgenda()
	s.routeAmendment()
	s.routeRuns()
	s.routeTry()
	s.routeExecute()
	s.routeMeasure()
	s.routeBegin()
	s.routeLogin()
	s.routeManage()
	s.routeReceipt()
	s.routeDisclose()
	s.routeDelivery()
	s.routeToken()
	s.routeRefused()
	s.routeSecurityTxt()
}

func known[T comparable](all []T, v T) bool {
	for _, k := range all {
		if k == v {
			return true
		}
	}
	return false
}

func fieldRefusal(p *page, faults ...screen.FieldError) *screen.Refusal {
	return &screen.Refusal{Code: "invoer", Text: p.T("fout.invoer"), Fields: faults}
}

// dutchDate is a date as people type it where a browser has no date field.
var dutchDate = regexp.MustCompile(`^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$`)

// date reads a date field: "2027-01-01" or "1-1-2027". An empty field is the
// zero date.
func date(p *page, field, s string) (rule.Date, *screen.Refusal) {
	s = strings.TrimSpace(s)
	if s == "" {
		return rule.Date{}, nil
	}
	if m := dutchDate.FindStringSubmatch(s); m != nil {
		s = m[3] + "-" + pad(m[2]) + "-" + pad(m[1])
	}
	d, err := rule.ParseDate(s)
	if err != nil {
		return d, fieldRefusal(p, screen.FieldError{Field: field, Text: p.T("fout.datum")})
	}
	return d, nil
}

func pad(s string) string {
	if len(s) == 1 {
		return "0" + s
	}
	return s
}

// byPrefix collects the fields of a form whose name starts with a prefix.
func byPrefix(r *http.Request, prefix string) map[string]string {
	m := map[string]string{}
	for k := range r.PostForm {
		if id, ok := strings.CutPrefix(k, prefix); ok && id != "" {
			m[id] = strings.TrimSpace(r.PostForm.Get(k))
		}
	}
	return m
}

func (s *server) routeMeasure() {
	svc := s.Service
	show := func(result *screen.ImportResult) func(*http.Request, *page) (view, error) {
		return func(r *http.Request, p *page) (view, error) {
			v, err := svc.Measurement(r.Context(), p.Frame.Actor.ID, r.PathValue("regeling"))
			return view{title: p.T("meten.titel"), here: screen.StationMeasure, crumb: []screen.Ref{v.Regulation}, body: measurementPage(p, v, result, r.PathValue("regeling"))}, err
		}
	}
	s.get("/metingen/{regeling}", show(nil))
	s.routes = append(s.routes, "POST /metingen/{regeling}/uitkomsten", "GET /metingen/{regeling}/voorbeeld.csv")
	// The result of an import is shown at once: which rows were refused and
	// why is of no use after a redirect. Sending the file again changes
	// nothing, rows are known by their own key.
	s.mux.HandleFunc("POST /metingen/{regeling}/uitkomsten", func(w http.ResponseWriter, r *http.Request) {
		p, err := s.posted(w, r)
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		status := http.StatusOK
		var result *screen.ImportResult
		file, head, err := r.FormFile("bestand")
		if err != nil || head.Size == 0 {
			p.Refusal = fieldRefusal(p, screen.FieldError{Field: "bestand", Text: p.T("meten.fout-bestand")})
			status = http.StatusBadRequest
		} else {
			defer file.Close()
			res, err := svc.ImportOutcomes(r.Context(), p.Frame.Actor.ID, r.PathValue("regeling"), head.Filename, file)
			var no *screen.Refusal
			switch {
			case errors.As(err, &no):
				p.Refusal, status = no, http.StatusBadRequest
			case err != nil:
				s.fail(w, r, p, err)
				return
			default:
				result = &res
			}
		}
		v, err := show(result)(r, p)
		if err != nil {
			s.fail(w, r, p, err)
			return
		}
		s.show(w, r, status, p, v)
	})
	s.mux.HandleFunc("GET /metingen/{regeling}/voorbeeld.csv", func(w http.ResponseWriter, r *http.Request) {
		var b bytes.Buffer
		if err := svc.DemoFeed(r.Context(), r.PathValue("regeling"), r.URL.Query().Get("periode"), &b); err != nil {
			p, _ := s.page(r)
			s.fail(w, r, p, err)
			return
		}
		w.Header().Set("Content-Disposition", `attachment; filename="uitkomsten-`+slug(r.PathValue("regeling"))+`.csv"`)
		s.write(w, r, http.StatusOK, "text/csv; charset=utf-8", b.Bytes())
	})
}

// draw puts the text of a chart in a page.
func draw(svg string) templ.Component { return templ.Raw(svg) }
