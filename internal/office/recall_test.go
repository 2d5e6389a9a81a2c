package office_test

import (
	"bytes"
	"encoding/json"
	"math/big"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/doability"
	"lemniscaat/internal/office"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

// few is a regulation with nothing but steps: what tests find in it is there soon.
func few(t *testing.T) *regulation.Set {
	t.Helper()
	set, ds := regulation.Load(fstest.MapFS{
		"proef/regeling.yaml": {Data: []byte("id: proef\nnaam: Proef\nsamenvatting: Een proef.\n")},
		"proef/artikel-1.md":  {Data: []byte("---\nid: artikel-1\ntitel: Een\n---\n# Een\n\nTekst.\n")},
		"proef/stappen.yaml": {Data: []byte(`doen:
  artikel: artikel-1
  actie: Geef het door
  aanleiding: U verhuist.
  levensgebeurtenis: ja
  termijn: 10
  bewijs:
    - {naam: "uw <adres> & meer", register: BRP}
  keuzes: 5
  verliest-recht: ja
  herstelbaar: nee
  als-niets: U krijgt een brief.
  kanalen:
    - {naam: balie}
`)},
	})
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	return set
}

// TestFindingsOutliveARestart: what one start found, the next reads, and what is of
// another program, of another day, of another installation or not what was written
// is computed again. A finding that nothing would compute is planted, so that it
// shows which of the two it was.
func TestFindingsOutliveARestart(t *testing.T) {
	t.Parallel()
	const reg = "proef"
	set, dir := few(t), t.TempDir()
	monday := time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC)
	type start struct {
		build  string
		now    time.Time
		secret byte
	}
	usual := start{"een", monday, 1}
	open := func(s start) *hall {
		log, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		return openHallOn(t, log, s.now, func(c *office.Config) {
			c.Shipped, c.Variants, c.Build, c.Tests = set, nil, s.build, &office.Tests{}
			c.Cold = false // what is computed ahead is what is kept
			c.Secret = bytes.Repeat([]byte{s.secret}, 32)
		})
	}
	h := open(usual)
	computed, ok := h.TestsDone(reg)
	if !ok || len(computed) == 0 {
		t.Fatal("tests find nothing in a regulation, so this test shows nothing")
	}
	h.shut()
	same := cmp.Comparer(func(a, b *big.Rat) bool { return (a == nil) == (b == nil) && (a == nil || a.Cmp(b) == 0) })
	differs := func(s start, want []doability.Finding) string {
		h := open(s)
		defer h.shut()
		got, ok := h.TestsDone(reg)
		if !ok {
			return "nothing is known"
		}
		return cmp.Diff(want, got, same)
	}
	if diff := differs(usual, computed); diff != "" {
		t.Errorf("what is read back differs from what was computed (-computed +read):\n%s", diff)
	}
	planted := []doability.Finding{{Key: reg + "/geplant", Regulation: reg, Text: "wat niemand berekent", Weighty: true, Magnitude: big.NewRat(7, 3)}}
	plant := func() {
		h := open(usual)
		defer h.shut()
		h.TestsDone(reg)
		h.Plant(reg, planted[0].Text)
	}
	plant()
	if diff := differs(usual, planted); diff != "" {
		t.Fatalf("what was kept is not read, so this test shows nothing (-want +got):\n%s", diff)
	}
	for name, s := range map[string]start{
		"another program":      {"twee", monday, 1},
		"another day":          {"een", monday.AddDate(0, 0, 1), 1},
		"another installation": {"een", monday, 2},
		"nothing is kept":      {"", monday, 1},
	} {
		plant()
		if diff := differs(s, computed); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
	for name, spoil := range map[string]func([]byte) []byte{
		"empty":   func([]byte) []byte { return nil },
		"no JSON": func(b []byte) []byte { return b[:len(b)/2] },
		"null":    func([]byte) []byte { return []byte("null") },
		"softened": func(b []byte) []byte {
			return bytes.Replace(b, []byte(`"zwaarwegend":true`), []byte(`"zwaarwegend":false`), 1)
		},
		"hidden":    func(b []byte) []byte { return edited(t, b, "bevindingen", []any{}) },
		"elsewhere": func(b []byte) []byte { return edited(t, b, "regeling", "aow") },
		"no proof":  func(b []byte) []byte { return edited(t, b, "bewijs", nil) },
	} {
		plant()
		log, err := sqlite.Open(t.Context(), dir, sqlite.Options{})
		if err != nil {
			t.Fatal(err)
		}
		item, err := log.Item(t.Context(), "bevindingen", reg)
		if err != nil {
			t.Fatal(err)
		}
		was := bytes.Clone(item.Data)
		if item.Data = spoil(item.Data); bytes.Equal(was, item.Data) {
			t.Fatalf("%s: nothing was spoiled", name)
		}
		if err := log.Put(t.Context(), store.Change{Item: item}); err != nil {
			t.Fatal(err)
		}
		if err := log.Close(); err != nil {
			t.Fatal(err)
		}
		if diff := differs(usual, computed); diff != "" {
			t.Errorf("%s: what was spoiled counts (-want +got):\n%s", name, diff)
		}
	}
	// However many starts, there is one item for each regulation.
	log, err := sqlite.OpenReader(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	defer log.Close()
	items, err := log.Items(t.Context(), "bevindingen", "", 100)
	if err != nil || len(items) == 0 || len(items) > len(set.Regulations)+1 { // and the text of the demo
		t.Errorf("%d items are kept of %d regulations: %v", len(items), len(set.Regulations), err)
	}
}

// edited changes one field of a text in JSON; nil takes it away.
func edited(t *testing.T, b []byte, field string, to any) []byte {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(b, &m); err != nil {
		t.Fatal(err)
	}
	if m[field] = to; to == nil {
		delete(m, field)
	}
	out, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return out
}
