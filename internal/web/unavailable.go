package web

import (
	"context"
	"errors"
	"net/http"
	"strconv"

	ran "lemniscaat/internal/run"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// retryAfter is when a browser or program may try again after the storage
// refused, in seconds.
const retryAfter = 30

// unavailable reports that the storage refuses now and may take it later: the
// disk is full, the database is away, the program is stopping, or others were
// first all the time. What is damaged is none of these: waiting does not help.
func unavailable(err error) bool {
	return errors.Is(err, store.ErrUnavailable) || errors.Is(err, store.ErrClosed) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, store.ErrConflict) ||
		errors.Is(err, ran.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded)
}

// away turns such an error on a form into a refusal, so that the form is shown
// again as it was typed; nil for every other error. It sets Retry-After.
func (s *server) away(w http.ResponseWriter, r *http.Request, p *page, err error) *screen.Refusal {
	if !unavailable(err) {
		return nil
	}
	s.Log.ErrorContext(r.Context(), "storage refuses", "method", r.Method, "pattern", r.Pattern, "error", err)
	w.Header().Set("Retry-After", strconv.Itoa(retryAfter))
	return &screen.Refusal{Code: "opslag", Text: p.T("fout.503.niet-bewaard"), Hint: p.T("fout.503.later")}
}
