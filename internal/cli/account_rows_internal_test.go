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

// TestProgramsAreRecorded: the rows of what a program reads carry the number of its
// key, and the list of keys says which account made it; who reads that list leaves a
// row for that account. A write about an account has its row in its transaction.
func TestProgramsAreRecorded(t *testing.T) {
	t.Parallel()
	dir := begun(t)
	env := Env{Out: &bytes.Buffer{}, Err: &bytes.Buffer{}, Now: func() time.Time { return noon }}
	in, err := open(t.Context(), env, dataFolder(dir))
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	log := slog.New(slog.DiscardHandler)
	who, err := access(t.Context(), in, dir, nil, log)
	if err != nil {
		t.Fatal(err)
	}
	console := authz.Principal{Account: consoleAccount, Roles: []string{authz.RoleConsole}}
	boss, err := who.Add(t.Context(), console, screen.AccountInput{Login: "bea", Name: "Bea Voorbeeld", Roles: []string{authz.RoleManager}})
	if err != nil {
		t.Fatal(err)
	}
	by := authz.Principal{Account: boss.Account.ID, Roles: []string{authz.RoleManager}}
	made, err := who.MakeToken(t.Context(), by, screen.TokenInput{Name: "Zaaksysteem", Scopes: []string{"knelpunten:lezen"}, Days: 9})
	if err != nil {
		t.Fatal(err)
	}
	h := recorded(in, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case "/api":
			if _, err := (&apiTokens{in: in, who: who}).Bearer(r.Context(), made.Secret); err != nil {
				t.Error(err)
			}
			processing.Saw(r.Context(), processing.Signals, "teksten lezen", "melder-1")
		default:
			keys, err := recordedAccounts{who}.Tokens(r.Context(), by)
			if err != nil || len(keys) != 1 || keys[0].ID != made.Token.ID || keys[0].ByAccount != boss.Account.ID {
				t.Errorf("%+v, %v", keys, err)
			}
		}
		w.WriteHeader(http.StatusOK)
	}), log)
	const api, list = "4bf92f3577b34da6a3ce929d0e0e4736", "0af7651916cd43dd8448eb211c80319c"
	for path, trace := range map[string]string{"/api": api, "/beheer/sleutels": list} {
		r := httptest.NewRequest(http.MethodGet, path, nil)
		r.Header.Set("Traceparent", "00-"+trace+"-00f067aa0ba902b7-01")
		h.ServeHTTP(httptest.NewRecorder(), r)
	}
	items, err := in.store.Items(t.Context(), processing.Kind, "", 1000)
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]int{}
	for _, it := range items {
		some, err := processing.ParseRows(it)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range some {
			of := "?"
			switch row.Subject {
			case in.Processing.Subject(boss.Account.ID):
				of = "bea"
			case in.Processing.Subject("melder-1"):
				of = "melder"
			}
			switch row.Trace {
			case api:
				got["api "+of+" "+row.Key]++
			case list:
				got["list "+of+" "+row.Key]++
			default:
				got[row.Name+" "+of]++
			}
		}
	}
	for _, want := range []string{"api melder " + made.Token.ID, "list bea ", wroteAccount + " bea"} {
		if got[want] == 0 {
			t.Errorf("no row %q among %v", want, got)
		}
	}
}
