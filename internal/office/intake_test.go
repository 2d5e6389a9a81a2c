package office_test

import (
	"database/sql"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/audit"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/outcome"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store/sqlite"
)

const source = "urn:nld:oin:00000001003214345000"

func oneOutcome(n int, class outcome.Class) outcome.Row {
	return outcome.Row{
		Line: n, Source: source, ID: fmt.Sprint("b-", n), Case: fmt.Sprintf("v1:%016x", n), Regulation: iit, Article: "verordening-artikel-2", Version: "2026-01-01",
		Date: rule.MustDate("2026-03-02").AddDays(n % 50), Class: class, Contact: outcome.NoContact, Groups: map[string]string{"huishouden": "paar"}, Synthetic: true,
	}
}

func outcomes(from, n int) []outcome.Row {
	var out []outcome.Row
	for i := range n {
		out = append(out, oneOutcome(from+i, outcome.Refused))
	}
	return out
}

// What comes in counts once; what is here with other contents is refused with
// its number, and then nothing comes in.
func TestReceive(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := openHall(t, dir, time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC))
	h.ok(h.Seed(t.Context()))
	ctx := t.Context()
	harsh := oneOutcome(0, outcome.Stopped)
	spoken := oneOutcome(1, outcome.Recovery)
	spoken.Contact = outcome.Spoken
	excepted := oneOutcome(2, outcome.Sanction)
	excepted.Exception = "Awb 4:11 onder a"
	first := append([]outcome.Row{harsh, spoken, excepted}, outcomes(3, 7)...)
	got, err := h.Receive(ctx, "koppeling/zaaksysteem", "x.csv", first)
	h.ok(err)
	if d := cmp.Diff(view.IntakeResult{Received: 10, New: 10, Unheard: 1}, got); d != "" {
		t.Error(d)
	}
	got, err = h.Receive(ctx, "koppeling/zaaksysteem", "x.csv", append(outcomes(8, 4), oneOutcome(8, outcome.Refused)))
	h.ok(err)
	if d := cmp.Diff(view.IntakeResult{Received: 5, New: 2, Known: 3}, got); d != "" {
		t.Errorf("again: %s", d)
	}
	before, err := h.Register(ctx, "", view.RegisterInput{})
	h.ok(err)
	other := oneOutcome(5, outcome.Refused)
	other.Ground = "hardheid"
	_, err = h.Receive(ctx, "koppeling/zaaksysteem", "x.csv", append(outcomes(100, 3), other))
	h.refused("feit-veranderd", err)
	if !strings.Contains(err.Error(), "nummer 5") {
		t.Errorf("does not say which: %v", err)
	}
	_, err = h.Receive(ctx, "vreemde", "x.csv", outcomes(100, 3))
	h.refused("rol-onjuist", err)
	if after, _ := h.Register(ctx, "", view.RegisterInput{}); after.Head != before.Head {
		t.Error("a refused delivery left something")
	}
	counts, err := h.Store.Cube(ctx, outcome.Query{Regulation: iit, By: outcome.ByClass})
	h.ok(err)
	n := map[outcome.Class]int64{}
	for _, c := range counts {
		n[c.Class] = c.N
		if c.Class == outcome.Stopped && c.Unheard != 1 || c.Class != outcome.Stopped && c.Unheard != 0 {
			t.Errorf("%s: %d without contact", c.Class, c.Unheard)
		}
	}
	if d := cmp.Diff(map[outcome.Class]int64{outcome.Stopped: 1, outcome.Recovery: 1, outcome.Sanction: 1, outcome.Refused: 9}, n); d != "" {
		t.Error(d)
	}
	check, err := audit.CheckFacts(ctx, h.Store)
	h.ok(err)
	if check.Facts != 12 || check.Batches != 2 || len(check.Wrong) > 0 {
		t.Errorf("check: %+v", check)
	}

	// Somebody changes a fact behind the back of the program.
	db, err := sql.Open("sqlite", filepath.Join(dir, sqlite.File))
	h.ok(err)
	defer db.Close()
	for _, q := range []string{`DROP TRIGGER fact_no_update`, `UPDATE fact SET zaak = 'v1:0000000000009999' WHERE id = 11`} {
		if _, err := db.Exec(q); err != nil {
			t.Fatal(err)
		}
	}
	check, err = audit.CheckFacts(ctx, h.Store)
	h.ok(err)
	if len(check.Wrong) != 1 || check.Batches != 1 {
		t.Errorf("after tampering: %+v", check)
	}
}

// Many small deliveries at once share writes; each hears what became of its own,
// and one that is refused spoils no other.
func TestReceiveTogether(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	_, err := h.Receive(t.Context(), "koppeling/a", "x", outcomes(0, 10))
	h.ok(err)
	bad := oneOutcome(3, outcome.Awarded)
	var wg sync.WaitGroup
	var mu sync.Mutex
	added, known, refused := 0, 0, 0
	for w := range 40 {
		wg.Go(func() {
			in := outcomes(1000+10*(w/2), 10) // each twice
			if w%10 == 0 {
				in = append(in, bad)
			}
			got, err := h.Receive(t.Context(), "koppeling/a", "x", in)
			mu.Lock()
			defer mu.Unlock()
			var no *view.Refusal
			switch {
			case errors.As(err, &no) && no.Code == "feit-veranderd" && w%10 == 0:
				refused++
			case err != nil:
				t.Error(err)
			default:
				added, known = added+got.New, known+got.Known
			}
		})
	}
	wg.Wait()
	if refused != 4 || added+known != 360 || added != 200 {
		t.Errorf("%d refused, %d new, %d known", refused, added, known)
	}
	total, err := h.Store.Cube(t.Context(), outcome.Query{})
	h.ok(err)
	if total[0].N != 210 {
		t.Errorf("%d in the cube", total[0].N)
	}
}

// Unknown places and versions are refused with what is known; a text without
// rules is named by its own version.
func TestWhatOutcomesPointAt(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	o := h.IntakeOptions()
	text := ordinance(t)
	read := func(replace ...string) string {
		t.Helper()
		in := strings.NewReplacer(replace...).Replace("zaak;regeling;regelversie;datum;uitkomst;bedrag;groep;contact;grond;synthetisch;artikel\n" +
			"Z-2026-001;" + iit + ";2026-01-01;2026-03-01;toegekend;;;geen;;ja;verordening-artikel-2\n")
		_, ds := outcome.Read("u.csv", strings.NewReader(in), o)
		if len(ds) == 0 {
			return ""
		}
		return ds[0].Code + " " + ds[0].Hint
	}
	for name, c := range map[string]struct{ got, want string }{
		"good":               {read(), ""},
		"regulation":         {read(iit, "onzintoeslag"), "regeling-onbekend bekend: "},
		"article":            {read("verordening-artikel-2", "artikel-99"), "artikel-onbekend bekend: artikel-36, verordening-artikel-1"},
		"version after":      {read(";2026-01-01;", ";2026-03-02;"), "versie-onbekend bekend: een datum"},
		"version long ago":   {read(";2026-01-01;", ";1985-01-01;"), "versie-onbekend bekend: een datum vanaf"},
		"version that isn't": {read(";2026-01-01;", ";v3;"), "versie-onbekend bekend: een datum"},
		"text, by date":      {read(iit, text.ID, "verordening-artikel-2", ""), ""},
		"text, by nonsense":  {read(iit, text.ID, "verordening-artikel-2", "", ";2026-01-01;", ";v3;"), "versie-onbekend bekend: een datum"},
	} {
		if c.want == "" && c.got != "" || !strings.HasPrefix(c.got, c.want) {
			t.Errorf("%s: %q, want %q", name, c.got, c.want)
		}
	}
}
