package office_test

import (
	"bytes"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/office"
	"lemniscaat/internal/store/sqlite"
)

// TestASVS_V16_3_2_EveryDecisionIsKept: every decision is a line; refusals and
// sensitive acts are on the shelf, counted, so that a flood takes no room. Nothing
// of what it was about is kept, and no line of the asker's making.
func TestASVS_V16_3_2_EveryDecisionIsKept(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 21, 0, 0, 0, time.UTC)
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "x"), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	var lines bytes.Buffer
	g, err := office.NewGuard(s, func() time.Time { return now }, slog.New(slog.NewTextHandler(&lines, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	desk := authz.Principal{Account: "a-1", Person: "samira", Roles: []string{authz.RoleProfessional, "x\ny=z"}, Level: authz.LevelTwo}
	manager := authz.Principal{Account: "a-2", Roles: []string{authz.RoleManager}, Level: authz.LevelTwo}
	ask := func(p authz.Principal, op string) {
		g.Allow(t.Context(), authz.Request{Principal: p, Operation: op, Resource: authz.Resource{Kind: "beslissing", ID: "zaak-geheim", Organisation: "geheime dienst"}})
	}
	for range 200 {
		ask(desk, "account.beheren")
	}
	ask(manager, "account.beheren")
	ask(desk, "knelpunt.lezen")
	ask(desk, "beslissing.lezen")
	ask(authz.Principal{}, "niet\nbestaand=ja")
	now = now.Add(time.Minute)
	ask(desk, "account.beheren")

	rows, next, err := g.Decisions(t.Context(), "", 100)
	if err != nil || next != "" {
		t.Fatal(err, next)
	}
	var got []string
	var refused int64
	for _, r := range rows {
		got = append(got, r.Operation+" "+r.Account)
		if r.Operation == "account.beheren" && r.Account == "a-1" {
			refused += r.Count
		}
		if r.Allowed != (r.Account == "a-2") {
			t.Errorf("%+v", r)
		}
	}
	if len(rows) != 5 || refused != 201 {
		t.Errorf("kept %v, refused %d times; want 5 rows and 201", got, refused)
	}
	if n := strings.Count(lines.String(), "\n"); n != 205 {
		t.Errorf("%d lines for 205 decisions", n)
	}
	for _, secret := range []string{"zaak-geheim", "geheime", "samira", "bestaand=ja", "y=z"} {
		if strings.Contains(lines.String(), secret) || strings.Contains(strings.Join(got, "\n"), secret) {
			t.Errorf("%q was kept", secret)
		}
	}
}
