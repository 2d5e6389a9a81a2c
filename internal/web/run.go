package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/a-h/templ"

	"lemniscaat/internal/screen"
)

// runTick is how often a page hears how far a run is.
const runTick = 250 * time.Millisecond

// again asks a page again now and then, until what it shows is over.
func again(path, often string) templ.Attributes {
	return templ.Attributes{"hx-get": path, "hx-trigger": "every " + often, "hx-target": "this", "hx-swap": "outerHTML"}
}

func poll(v screen.SimulationView) templ.Attributes {
	if v.State.Over() {
		return nil
	}
	return again(to("simulaties", v.ID), "3s") // beside the stream of run.js
}

func pollRuns(v screen.SimulationListView) templ.Attributes {
	if len(v.Busy) == 0 {
		return nil
	}
	return again("/simulaties", "1s")
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

// householdForm asks for the number of a household.
const householdForm = "huishouden"

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
	s.get("/simulaties/{id}/huishouden", func(r *http.Request, p *page) (view, error) {
		v, err := svc.HouseholdOf(r.Context(), p.Frame.Actor.ID, r.PathValue("id"), r.URL.Query().Get("nummer"))
		if p.FormID = householdForm; len(v.Faults) > 0 {
			p.Refusal = fieldRefusal(p, v.Faults...)
		}
		return view{title: p.T("huishouden.titel"), here: screen.StationSimulate, crumb: []screen.Ref{v.Run}, body: householdPage(p, v)}, err
	})
	s.get("/simulaties/vergelijk", func(r *http.Request, p *page) (view, error) {
		v, err := svc.Versus(r.Context(), p.Frame.Actor.ID, r.URL.Query()["run"])
		return view{title: p.T("naast.titel"), here: screen.StationSimulate, crumb: []screen.Ref{{Text: p.T("simulaties.titel"), Href: "/simulaties"}}, body: versusPage(p, v)}, err
	})
	s.stream("/simulaties/{id}/voortgang", func(ctx context.Context, r *http.Request, p *page, send func(event string, data []byte) error) error {
		tick := time.NewTicker(runTick)
		defer tick.Stop()
		var first screen.SimulationState
		told := -1
		for {
			v, err := svc.Simulation(ctx, p.Frame.Actor.ID, r.PathValue("id"))
			switch {
			case err != nil:
				return err
			case first == "":
				first = v.State
			}
			if v.State.Over() || v.State != first {
				return send("anders", []byte("{}"))
			}
			if now := v.Percent() - v.Ahead; now != told {
				told = now
				data, _ := json.Marshal(map[string]any{"stand": p.runState(v), "procent": v.Percent()}) // cannot fail
				if err := send("stand", data); err != nil {
					return err
				}
			}
			select {
			case <-tick.C:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
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
