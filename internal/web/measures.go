package web

import (
	"net/http"

	"lemniscaat/internal/screen"
)

// routeMeasures registers Voorspeld en gemeten over all regulations.
func (s *server) routeMeasures() {
	s.get("/metingen", func(r *http.Request, p *page) (view, error) {
		q := r.URL.Query()
		v, err := s.Service.Measurements(r.Context(), p.Frame.Actor.ID, q.Get("regeling"), screen.MeasureState(q.Get("staat")), asked(r))
		return view{title: p.T("meten.titel"), here: screen.StationMeasure, body: measurementsPage(p, v)}, err
	})
}

// choose gives the address of this list with another choice; "" takes the
// choice away.
func (p *page) choose(name, value string) string {
	q := p.kept()
	q.Set(name, value)
	if value == "" {
		q.Del(name)
	}
	if len(q) == 0 {
		return p.listPath()
	}
	return p.listPath() + "?" + q.Encode()
}

// part writes a number of reporters with its share, or that it is not shown.
func (p *page) part(of *screen.Reactions, pick func(screen.Reactions) int64) string {
	if of == nil {
		return p.T("cijfers.niet-getoond")
	}
	n := pick(*of)
	if of.Reporters == 0 {
		return p.Number(n)
	}
	return p.T("cijfers.deel", "n", n, "deel", p.Percent(float64(n)/float64(of.Reporters)))
}
