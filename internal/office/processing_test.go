package office_test

import (
	"crypto/rand"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/office"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/store/sqlite"
)

// TestOutcomesAreRecorded: outcomes that come in leave a row for each case, in the
// trace of their own delivery; what is made up, and what is here already, leaves none.
func TestOutcomesAreRecorded(t *testing.T) {
	t.Parallel()
	log, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC)
	l := &processing.Log{Shelf: log, Secret: []byte(strings.Repeat("k", 32)), Version: "v1", Now: func() time.Time { return now }, Random: rand.Reader}
	h := openHallOn(t, log, now, func(c *office.Config) { c.Processing = l })
	rows := func() map[string][]string { // persons by trace
		out := map[string][]string{}
		items, err := log.Items(t.Context(), processing.Kind, "", 1000)
		h.ok(err)
		for _, it := range items {
			some, err := processing.ParseRows(it)
			h.ok(err)
			for _, r := range some {
				if r.Activity != processing.Decisions || r.Name != "invoer.feiten.1" {
					t.Errorf("%+v", r)
				}
				out[r.Trace] = append(out[r.Trace], r.Subject)
			}
		}
		for _, who := range out {
			slices.Sort(who)
		}
		return out
	}
	deliver := func(trace string, in []outcome.Row) {
		ctx, err := l.WithTrace(t.Context(), "00-"+trace+"-00f067aa0ba902b7-01")
		h.ok(err)
		_, err = h.Receive(ctx, "koppeling/zaaksysteem", "x.csv", in)
		h.ok(err)
	}
	people := func(from, n int) (in []outcome.Row, subjects []string) {
		in = outcomes(from, n)
		for i := range in {
			in[i].Synthetic = false
			subjects = append(subjects, l.Subject(in[i].Case))
		}
		slices.Sort(subjects)
		return in, subjects
	}
	const first, second, third = "4bf92f3577b34da6a3ce929d0e0e4736", "0af7651916cd43dd8448eb211c80319c", "1af7651916cd43dd8448eb211c80319c"
	a, whoA := people(0, 1200)
	deliver(first, append(slices.Clone(a), outcomes(5000, 3)...))
	deliver(second, a)                 // here already
	deliver(second, outcomes(6000, 3)) // made up
	b, whoB := people(1200, 2)
	again := b[0]
	again.ID, again.Class = "b-twee", outcome.Stopped // a second outcome of the same case
	deliver(third, append(b, again))
	if d := cmp.Diff(map[string][]string{first: whoA, third: whoB}, rows()); d != "" {
		t.Errorf("%d traces: %.2000s", len(slices.Collect(maps.Keys(rows()))), d)
	}
	// They are in the transaction of the outcomes: what is refused leaves none.
	changed := b[0]
	changed.Class = outcome.Awarded
	ctx, err := l.WithTrace(t.Context(), "")
	h.ok(err)
	fresh, _ := people(7000, 1)
	_, err = h.Receive(ctx, "koppeling/zaaksysteem", "x.csv", append(fresh, changed))
	h.refused("feit-veranderd", err)
	if n := len(rows()); n != 2 {
		t.Errorf("%d traces after a refusal", n)
	}
}
