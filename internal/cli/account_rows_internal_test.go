package cli

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/screen"
)

// TestAccountsAreRecorded: who reads the list of accounts leaves a row for each, before
// the answer goes out; when that cannot be written nothing goes out.
func TestAccountsAreRecorded(t *testing.T) {
	t.Parallel()
	dir := begun(t)
	env := Env{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}, Now: func() time.Time { return noon }}
	in, err := open(t.Context(), env, dataFolder(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	shelf := &brokenShelf{Shelf: in.store}
	in.Processing.Shelf = shelf
	log := slog.New(slog.DiscardHandler)
	who, err := access(t.Context(), in, dir, nil, log)
	if err != nil {
		t.Fatal(err)
	}
	by := authz.Principal{Account: "a-test", Roles: []string{authz.RoleManager}}
	made, err := who.Add(t.Context(), by, screen.AccountInput{Login: "anna", Name: "Anna Voorbeeld"})
	if err != nil {
		t.Fatal(err)
	}
	h := recorded(in, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rows, err := recordedAccounts{who}.Accounts(r.Context(), by)
		if err != nil {
			t.Error(err)
		}
		for _, a := range rows {
			fmt.Fprintln(w, a.Name)
		}
	}), log)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/beheer/accounts", nil))
	if w.Code != http.StatusOK || !strings.Contains(w.Body.String(), "Anna") {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	items, err := in.store.Items(t.Context(), processing.Kind, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	found := false
	for _, it := range items {
		some, err := processing.ParseRows(it)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range some {
			found = found || row.Activity == processing.Accounts && row.Name == readAccount && row.Subject == in.Processing.Subject(made.Account.ID)
		}
	}
	if !found {
		t.Errorf("no row among %d for the account that was shown", len(items))
	}
	shelf.broken = true
	w = httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/beheer/accounts", nil))
	if w.Code != http.StatusServiceUnavailable || strings.Contains(w.Body.String(), "Anna") {
		t.Errorf("not recorded, and yet: %d %s", w.Code, w.Body)
	}
}
