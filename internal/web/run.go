package web

import (
	"net/http"

	"github.com/a-h/templ"

	"lemniscaat/internal/screen"
)

// again asks a page again every second, until what it shows is over.
func again(path string) templ.Attributes {
	return templ.Attributes{"hx-get": path, "hx-trigger": "every 1s", "hx-target": "this", "hx-swap": "outerHTML"}
}

func poll(v screen.SimulationView) templ.Attributes {
	if v.State.Over() {
		return nil
	}
	return again(to("simulaties", v.ID))
}

func pollRuns(v screen.SimulationListView) templ.Attributes {
	if len(v.Busy) == 0 {
		return nil
	}
	return again("/simulaties")
}

// ahead says how many runs go first.
func (p *page) ahead(v screen.SimulationView) string {
	if v.Ahead == 0 {
		return p.T("simulatie.eerste")
	}
	return p.N("simulatie.voor", int64(v.Ahead))
}

// runState says in a few words where a run stands.
func (p *page) runState(v screen.SimulationView) string {
	switch v.State {
	case screen.SimulationRunning:
		return p.T("simulatie.voortgang", "procent", v.Percent())
	case screen.SimulationWaiting:
		return p.ahead(v)
	}
	return p.T("simulatiestaat." + string(v.State))
}

// freeForm is the form that starts a run without a proposal.
const freeForm = "vrij"

func (s *server) routeRuns() {
	svc := s.Service
	list := func(r *http.Request, p *page) (view, error) {
		v, err := svc.Simulations(r.Context(), p.Frame.Actor.ID)
		if p.Local != "" {
			return view{raw: true, body: runsBody(p, v)}, err
		}
		return view{title: p.T("simulaties.titel"), here: screen.StationSimulate, body: runsPage(p, v)}, err
	}
	s.get("/simulaties", list)
	s.get("/simulaties/vergelijk", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Versus(r.Context(), p.Frame.Actor.ID, r.URL.Query()["run"])
		return view{title: p.T("naast.titel"), here: screen.StationSimulate, crumb: []screen.Ref{{Text: p.T("simulaties.titel"), Href: "/simulaties"}}, body: versusPage(p, v)}, err
	})
	s.post("/simulaties", func(r *http.Request, p *page) (string, error) {
		p.FormID = freeForm
		id, err := svc.SimulateVariant(r.Context(), p.Frame.Actor.ID, screen.FreeRunInput{Variant: r.PostForm.Get("variant"), Population: r.PostForm.Get("bevolking")})
		return to("simulaties", id), err
	}, list)
	s.post("/simulaties/{id}/stoppen", func(r *http.Request, p *page) (string, error) {
		return to("simulaties", r.PathValue("id")) + "?gedaan=gestopt", svc.CancelSimulation(r.Context(), p.Frame.Actor.ID, r.PathValue("id"))
	}, list)
}
