package cli

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"lemniscaat/internal/authn"
	"lemniscaat/internal/authz"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/screen"
	"lemniscaat/internal/store"
)

// rowsKept is how long rows of processing wait when nobody takes them.
const rowsKept = 365 * 24 * time.Hour

// processingLog logs whose data is read and written.
func processingLog(shelf store.Shelf, keyed func() (string, []byte), now func() time.Time) *processing.Log {
	return &processing.Log{Shelf: shelf, Keyed: keyed, Now: now, Random: rand.Reader, Keep: rowsKept}
}

// recorded lets no answer of pages or API out before its rows are on disk.
func recorded(in *installation, next http.Handler, log *slog.Logger) http.Handler {
	if in.Processing.Undeclared == nil {
		in.Processing.Undeclared = func(ctx context.Context, operation string, a processing.Activity) {
			log.ErrorContext(ctx, "een regel van een verwerking die deze handeling niet aangeeft", "operation", operation, "activity", a)
		}
	}
	return in.Processing.Handler(next, http.HandlerFunc(notRecorded), log)
}

// settled brings rows of names that waited for the shelf, until the context ends and
// once more after that.
func settled(l *processing.Log, log *slog.Logger) func(context.Context) error {
	step := every(outgoingEvery, log, func(ctx context.Context) error {
		_, err := l.Settle(ctx)
		return err
	})
	return func(ctx context.Context) error {
		err := step(ctx)
		last, end := context.WithTimeout(context.WithoutCancel(ctx), 3*time.Second)
		defer end()
		if left, fault := l.Settle(last); fault != nil {
			log.Error("regels van verwerkingen gaan verloren: de opslag neemt niets aan", "aantal", left, "fout", fault)
		}
		return err
	}
}

// notRecorded answers what may not be shown, because it could not be recorded that
// it was.
func notRecorded(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Retry-After", "10")
	h.Set("Cache-Control", "no-store")
	h.Set("X-Content-Type-Options", "nosniff")
	if strings.HasPrefix(r.URL.Path, "/api/") {
		h.Set("Content-Type", "application/problem+json")
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = w.Write([]byte(`{"type":"about:blank","title":"Tijdelijk niet beschikbaar","status":503,"detail":"De opslag neemt nu niets aan. Daarom tonen wij geen gegevens van mensen. Probeer het zo opnieuw."}` + "\n"))
		return
	}
	h.Set("Content-Type", "text/plain; charset=utf-8")
	w.WriteHeader(http.StatusServiceUnavailable)
	_, _ = w.Write([]byte("De opslag neemt nu niets aan. Daarom tonen wij geen gegevens van mensen. Probeer het zo opnieuw.\n"))
}

// What is done with accounts, in the log of processing.
const (
	readAccount  = "account lezen"
	wroteAccount = "account schrijven"
	readPlace    = "naam lezen"
)

// wroteAccounts gives the rows of a write about accounts, for its transaction.
func wroteAccounts(l *processing.Log) func(context.Context, ...string) ([]store.Change, error) {
	return func(ctx context.Context, accounts ...string) ([]store.Change, error) {
		var touches []processing.Touch
		for _, a := range accounts {
			touches = append(touches, processing.Touch{Activity: processing.Accounts, Subject: a, Name: wroteAccount})
		}
		return l.Rows(ctx, time.Time{}, touches...)
	}
}

// recordedAccounts is who asks, with a row for everybody whose account goes into an
// answer: the list for managers, the own account, who used break-glass, and who made
// which key.
type recordedAccounts struct{ *authn.Service }

func (a recordedAccounts) Accounts(ctx context.Context, by authz.Principal) ([]screen.AccountRow, error) {
	rows, err := a.Service.Accounts(ctx, by)
	for _, r := range rows {
		processing.Saw(ctx, processing.Accounts, readAccount, r.ID)
	}
	return rows, err
}

func (a recordedAccounts) AccountOf(ctx context.Context, token string) (screen.AccountView, error) {
	v, err := a.Service.AccountOf(ctx, token)
	processing.Saw(ctx, processing.Accounts, readAccount, v.ID)
	return v, err
}

func (a recordedAccounts) Emergencies(ctx context.Context, by authz.Principal) ([]screen.EmergencyRow, error) {
	rows, err := a.Service.Emergencies(ctx, by)
	for _, r := range rows {
		processing.Saw(ctx, processing.Accounts, readAccount, r.Account, r.Reviewer)
	}
	return rows, err
}

func (a recordedAccounts) Tokens(ctx context.Context, by authz.Principal) ([]screen.TokenRow, error) {
	rows, err := a.Service.Tokens(ctx, by)
	for _, r := range rows {
		processing.Saw(ctx, processing.Accounts, readAccount, r.ByAccount)
		processing.Mentioned(ctx, processing.Staffing, readPlace, r.Person)
	}
	return rows, err
}
