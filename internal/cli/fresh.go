package cli

import (
	"context"
	"net/http"
	"strings"
)

// fresh sees to it that every page and answer holds what any server acknowledged
// before the request came. Files that never change need not wait.
func (in *installation) fresh(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.URL.Path, "/static/") {
			// After a fault of the database pages that only read go on with what
			// they have; the office says it in the log.
			_ = in.Fresh(r.Context())
		}
		next.ServeHTTP(w, r)
	})
}

// follow folds what other servers write as it comes.
func (in *installation) follow(ctx context.Context) error {
	in.FollowLog(ctx)
	return nil
}
