package web_test

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"lemniscaat/internal/screen"
	"lemniscaat/internal/store/sqlite"
	"lemniscaat/internal/web"
	"lemniscaat/internal/web/webtest"
)

// What citizens may send holds over all replicas that count in one store, and a
// place is not to be read there. A store that does not answer leaves each replica
// its own count.
func TestLimitOverReplicas(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 3, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	shelf, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "d"), sqlite.Options{Now: clock})
	if err != nil {
		t.Fatal(err)
	}
	defer shelf.Close()
	replica := func(c web.Counter) http.Handler {
		h, err := web.New(web.Deps{Service: &webtest.Fake{State: webtest.Filled}, Now: clock, Counter: c, CounterKey: []byte("een sleutel van alle replica's")})
		if err != nil {
			t.Fatal(err)
		}
		return h
	}
	send := func(h http.Handler, from string) (int, string) {
		r := request("POST", "/er-ging-iets-mis", "", url.Values{"tekst": {"Mijn brief kwam niet aan."}})
		r.RemoteAddr = from
		w := do(h, r)
		return w.Code, w.Header().Get("Retry-After")
	}
	a, b := replica(shelf), replica(shelf)
	for n := range 12 { // six on each
		h := a
		if n%2 == 1 {
			h = b
		}
		if code, _ := send(h, "192.0.2.7:1234"); code != http.StatusOK {
			t.Fatalf("%d: %d", n, code)
		}
	}
	for name, h := range map[string]http.Handler{"a": a, "b": b} {
		if code, wait := send(h, "192.0.2.7:99"); code != http.StatusTooManyRequests || wait != "420" {
			t.Errorf("%s: %d, wait %q", name, code, wait)
		}
	}
	if code, _ := send(b, "192.0.2.8:1234"); code != http.StatusOK {
		t.Errorf("another place: %d", code)
	}
	items, err := shelf.Items(t.Context(), "grens", "", 100)
	if err != nil || len(items) != 3 { // two places, and all
		t.Fatalf("counters: %v %v", items, err)
	}
	for _, x := range items {
		if strings.Contains(x.ID, "192.0") || x.Expires.Sub(now) != 7*time.Minute {
			t.Errorf("counter %s until %s", x.ID, x.Expires)
		}
	}
	now = now.Add(7 * time.Minute)
	if code, _ := send(a, "192.0.2.7:1234"); code != http.StatusOK {
		t.Errorf("the next window: %d", code)
	}
	alone := replica(broken{})
	for n := range 13 {
		want := http.StatusOK
		if n == 12 {
			want = http.StatusTooManyRequests
		}
		if code, _ := send(alone, "192.0.2.7:1234"); code != want {
			t.Errorf("without the store, %d: %d", n, code)
		}
	}
}

type broken struct{}

func (broken) Count(context.Context, string, string, int64, time.Time) (int64, error) {
	return 0, fmt.Errorf("no database")
}

// forever is a run that never gets further.
type forever struct{ *webtest.Fake }

func (forever) Simulation(_ context.Context, _, id string) (screen.SimulationView, error) {
	return screen.SimulationView{ID: id, Title: "Ruimer", State: screen.SimulationRunning, Total: 4}, nil
}

// Streams that stay open are bounded for one person; when one ends there is room
// again.
func TestStreamsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := handler(t, forever{&webtest.Fake{State: webtest.Filled}})
		ctx, leave := context.WithCancel(t.Context())
		codes := make(chan int, 20)
		follow := func(ctx context.Context, who string) {
			codes <- do(h, request("GET", "/simulaties/r-1/voortgang", who, nil).WithContext(ctx)).Code
		}
		for range 12 {
			go follow(ctx, "femke")
		}
		synctest.Wait()
		if w := do(h, request("GET", "/simulaties/r-1/voortgang", "femke", nil)); w.Code != http.StatusTooManyRequests || w.Header().Get("Retry-After") == "" {
			t.Errorf("one too many: %d", w.Code)
		}
		other, done := context.WithCancel(t.Context())
		go follow(other, "karim")
		synctest.Wait()
		if len(codes) != 0 {
			t.Errorf("a stream ended at once: %d", <-codes)
		}
		done()
		leave()
		for range 13 {
			if code := <-codes; code != http.StatusOK {
				t.Errorf("a stream: %d", code)
			}
		}
		again, end := context.WithCancel(t.Context())
		go follow(again, "femke")
		synctest.Wait()
		if len(codes) != 0 {
			t.Errorf("after others ended: %d", <-codes)
		}
		end()
		<-codes
	})
}
