package web

import (
	"net/http"

	"lemniscaat/internal/screen"
)

// shownRows is how many rows of a group of worked examples are shown unfolded.
const shownRows = 20

// routeComparison registers the page that compares two sides of a regulation.
func (s *server) routeComparison() {
	s.get("/regelingen/{regeling}/vergelijk", func(r *http.Request, p *page) (view, error) {
		q := r.URL.Query()
		var in [2]screen.SideInput
		for i, name := range sideNames {
			on, no := date(p, name, q.Get(name))
			if no != nil {
				return view{}, no
			}
			in[i] = screen.SideInput{Rules: q.Get(name + "-regels"), Date: on}
		}
		v, err := s.Service.Comparison(r.Context(), p.Frame.Actor.ID, r.PathValue("regeling"), in[0], in[1])
		return view{title: p.T("vergelijk.titel", "regeling", v.Regulation.Text), here: screen.StationRule, crumb: []screen.Ref{v.Regulation}, body: comparisonPage(p, v)}, err
	})
}

// sideNames are the names of the sides in the address: left, then right.
var sideNames = [2]string{"van", "tot"}

// sideLabel names a side: "Links" or "Rechts".
func sideLabel(i int) string { return "vergelijk." + sideNames[i] }

// sideTitle names a side in a heading: its day, and its rules when both are on
// one day.
func (p *page) sideTitle(v screen.ComparisonView, i int) string {
	s := v.Sides[i]
	switch {
	case v.Sides[0].Rules == v.Sides[1].Rules:
		return p.Date(s.Date)
	case v.Sides[0].Date == v.Sides[1].Date:
		return s.Text
	}
	return p.T("vergelijk.kant", "regels", s.Text, "datum", p.Date(s.Date))
}

// openGroup says that a group is not folded: what comes out otherwise.
func openGroup(g screen.ComparisonGroup) bool { return g.Kind == "anders" }
