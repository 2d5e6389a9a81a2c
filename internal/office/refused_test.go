package office_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"lemniscaat/internal/authz"
	"lemniscaat/internal/office"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

// TestRefusedCut: the page of refusals shows the latest of the last week, says when
// there are more, and reads on past what was allowed.
func TestRefusedCut(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 9, 7, 9, 0, 30, 0, time.UTC)
	s, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{Now: func() time.Time { return now }, Scratch: true})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	g, err := office.NewGuard(s, func() time.Time { return now }, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	kept := func(at time.Time, said, account string) {
		t.Helper()
		id := at.UTC().Format("2006-01-02T15:04Z") + "|account.beheren|" + said + "||" + account
		if err := s.Put(t.Context(), store.Change{Item: store.Item{Kind: "toegangsbesluit", ID: id, Data: []byte("1"), Expires: now.AddDate(0, 0, 90)}}); err != nil {
			t.Fatal(err)
		}
	}
	look := func(rows int, more bool) []time.Time {
		t.Helper()
		v, err := g.Refused(t.Context())
		if err != nil || len(v.Rows) != rows || v.More != more || v.Days != 7 {
			t.Fatalf("%d rows, more %t, %d days, %v; want %d, %t", len(v.Rows), v.More, v.Days, err, rows, more)
		}
		var at []time.Time
		for k, r := range v.Rows {
			if k > 0 && r.At.After(at[k-1]) || r.Why == "" || r.WhyEnglish == "" || r.Operation != "account.beheren" {
				t.Errorf("row %d: %+v", k, r)
			}
			at = append(at, r.At)
		}
		return at
	}
	look(0, false)
	kept(now.AddDate(0, 0, -8), "geweigerd", "te-oud")
	var many []store.Change // more than is read at a time
	for k := range 1_100 {
		id := fmt.Sprintf("%s|account.beheren|toegestaan|beheer|a-%04d", now.AddDate(0, 0, -3).Format("2006-01-02T15:04Z"), k)
		many = append(many, store.Change{Item: store.Item{Kind: "toegangsbesluit", ID: id, Data: []byte("1"), Expires: now.AddDate(0, 0, 90)}})
	}
	if err := s.Put(t.Context(), many...); err != nil {
		t.Fatal(err)
	}
	look(0, false)
	for k := range 199 {
		kept(now.Add(-48*time.Hour+time.Duration(k)*time.Minute), "geweigerd", "iemand")
	}
	look(199, false)
	// The last by the way that refusals really come: many in a minute are one row.
	for range 3 {
		if d := g.Allow(t.Context(), authz.Request{Principal: authz.Principal{Account: "a-nu", Roles: []string{authz.RoleProfessional}}, Operation: "account.beheren"}); d.Allowed {
			t.Fatal("allowed")
		}
	}
	if at := look(200, false); !at[0].Equal(now.Truncate(time.Minute)) || !at[199].Equal(now.Add(-48*time.Hour).Truncate(time.Minute)) {
		t.Errorf("from %v to %v", at[0], at[199])
	}
	if v, err := g.Refused(t.Context()); err != nil || v.Rows[0].Account != "a-nu" || v.Rows[0].Count != 3 {
		t.Errorf("%+v, %v", v.Rows[0], err)
	}
	// One more, and the oldest goes.
	kept(now.Add(-time.Hour), "geweigerd", "nog-een")
	if at := look(200, true); !at[0].Equal(now.Truncate(time.Minute)) || !at[199].Equal(now.Add(-48*time.Hour+time.Minute).Truncate(time.Minute)) {
		t.Errorf("from %v to %v", at[0], at[199])
	}
}
