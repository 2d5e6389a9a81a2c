package web_test

import (
	"context"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"lemniscaat/internal/screen"
	"lemniscaat/internal/web/webtest"
)

// going is a run that is a little further each time that somebody looks.
type going struct {
	*webtest.Fake
	looked atomic.Int64
}

func (g *going) Simulation(_ context.Context, _, id string) (screen.SimulationView, error) {
	v := screen.SimulationView{ID: id, Title: "Ruimer", State: screen.SimulationRunning, Total: 4, Done: int(g.looked.Add(1))}
	if id != "r-1" {
		return v, screen.ErrNotFound
	}
	if v.Done == 4 {
		v.State = screen.SimulationDone
	}
	return v, nil
}

// The stream of a run says how far it is, and that it is over.
func TestRunStream(t *testing.T) {
	t.Parallel()
	h := handler(t, &going{Fake: &webtest.Fake{State: webtest.Filled}})
	w := do(h, request("GET", "/simulaties/r-1/voortgang", "", nil))
	if got := w.Header().Get("Content-Type"); w.Code != http.StatusOK || got != "text/event-stream; charset=utf-8" {
		t.Errorf("%d %q", w.Code, got)
	}
	want := `event: stand
data: {"procent":25,"stand":"25 procent klaar"}

event: stand
data: {"procent":50,"stand":"50 procent klaar"}

event: stand
data: {"procent":75,"stand":"75 procent klaar"}

event: anders
data: {}

`
	if got := w.Body.String(); got != want {
		t.Errorf("stream:\n%s", got)
	}
	if w := do(h, request("GET", "/simulaties/r-0/voortgang", "", nil)); w.Code != http.StatusNotFound {
		t.Errorf("no such run: %d", w.Code)
	}
	if body := do(handler(t, &webtest.Fake{State: webtest.Filled}), request("GET", "/simulaties/r-bezig", "", nil)).Body.String(); !strings.Contains(body, `data-run="/simulaties/r-bezig/voortgang"`) {
		t.Error("the page of a run under way does not follow it")
	}
}
