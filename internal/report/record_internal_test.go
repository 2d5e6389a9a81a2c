package report

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// A site that panics, also with the sentinel of net/http, is no answer and does
// not end the program.
func TestSiteThatPanics(t *testing.T) {
	t.Parallel()
	for _, v := range []any{"broken", http.ErrAbortHandler} {
		w := record(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusOK)
			panic(v)
		}), httptest.NewRequest(http.MethodGet, "/", http.NoBody))
		if w.status != http.StatusInternalServerError || !w.over {
			t.Errorf("%v: %+v", v, w)
		}
	}
}
