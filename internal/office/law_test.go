package office_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/bwb"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

func toestand(t *testing.T, id, date, name, articles string) office.Text {
	t.Helper()
	text, ds := bwb.Read(date+".xml", strings.NewReader(`<toestand bwb-id="`+id+`" inwerkingtreding="`+date+`"><citeertitel>`+name+`</citeertitel>`+articles+`</toestand>`))
	if err := ds.Err(); err != nil {
		t.Fatal(err)
	}
	return office.Text{File: date + ".xml", Text: text}
}

func artikel(stam, number string, leden ...string) string {
	s := `<artikel stam-id="` + stam + `" status="goed"><kop><label>Artikel</label><nr>` + number + `</nr></kop>`
	for i, l := range leden {
		s += `<lid><lidnr>` + string(rune('1'+i)) + `</lidnr><al>` + l + `</al></lid>`
	}
	return s + `</artikel>`
}

// TestLawBeside: the law text stands beside the article of a regulation that
// rests on it, also after the law gave the article another number.
func TestLawBeside(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	page := func() *view.LawText {
		t.Helper()
		v, err := h.Article(ctx, "", "zorgtoeslag", "artikel-2")
		h.ok(err)
		return v.Law
	}
	if page() != nil {
		t.Fatal("a law text before any was imported")
	}
	bring := func(date, articles string) office.Imported {
		t.Helper()
		got, err := h.ImportText(ctx, string(loop.System), toestand(t, "BWBR0018451", date, "Wet op de zorgtoeslag", articles))
		h.ok(err)
		if got.Regulation != "" || len(got.Beside) != 1 || got.Beside[0] != "zorgtoeslag" {
			t.Fatalf("%+v", got)
		}
		return got
	}
	bring("2024-01-01", artikel("a", "1", "begrippen")+artikel("b", "2", "er is een tegemoetkoming", "zij wordt berekend"))
	if l := page(); l == nil || !l.Single || len(l.Leden) != 2 || l.Leden[1].Lines[0] != "zij wordt berekend" || l.Date.String() != "2024-01-01" {
		t.Fatalf("%+v", l)
	}
	got := bring("2025-01-01", artikel("a", "1", "begrippen")+artikel("b", "2", "er is een tegemoetkoming", "zij is hoger bij een partner", "zij wordt berekend"))
	if got.Since.String() != "2024-01-01" || len(got.Changes) != 2 {
		t.Errorf("%+v", got)
	}
	l := page()
	if len(l.Leden) != 3 || len(l.History) != 1 || l.History[0].Kind != view.LawChanged || len(l.History[0].Leden) != 2 || l.History[0].Leden[1].Was != "2" {
		t.Fatalf("%+v", l)
	}
	// The article gets number 3, another gets 2. Ours says "artikel=2" of the
	// law as it was; only a dated source can tell, so the page follows the
	// number, unless the number is gone.
	bring("2026-01-01", artikel("a", "1", "begrippen")+artikel("b", "2a", "er is een tegemoetkoming", "zij is hoger bij een partner", "zij wordt berekend"))
	if l := page(); l == nil || l.Name != "Artikel 2a" || len(l.History) != 2 || l.History[0].Was != "artikel 2" {
		t.Fatalf("renumbered: %+v", l)
	}

	v, err := h.Law(ctx, "", "BWBR0018451", rule.Date{}, rule.Date{})
	h.ok(err)
	if len(v.Versions) != 3 || v.From.String() != "2025-01-01" || v.Until.String() != "2026-01-01" || len(v.Changes) != 1 || v.Changes[0].Was != "artikel 2" {
		t.Errorf("%+v", v)
	}
	v, err = h.Law(ctx, "", "BWBR0018451", rule.MustDate("2024-01-01"), rule.MustDate("2025-01-01"))
	h.ok(err)
	if len(v.Changes) != 1 || v.Changes[0].Href != "/regelingen/zorgtoeslag/artikel-2" {
		t.Errorf("%+v", v)
	}
	turned, err := h.Law(ctx, "", "BWBR0018451", rule.MustDate("2025-01-01"), rule.MustDate("2024-01-01"))
	h.ok(err)
	if d := cmp.Diff(v, turned); d != "" {
		t.Errorf("two dates the other way round (-want +got):\n%s", d)
	}
	same, err := h.Law(ctx, "", "BWBR0018451", rule.MustDate("2025-01-01"), rule.MustDate("2025-01-01"))
	h.ok(err)
	if len(same.Changes) != 0 || len(same.Counts) != 1 || same.Counts[0].Kind != view.LawSame {
		t.Errorf("a version against itself: %+v", same)
	}
	_, err = h.Law(ctx, "", "BWBR0018451", rule.MustDate("1990-01-01"), rule.MustDate("2024-01-01"))
	h.refused("toestand-onbekend", err)
	if _, err := h.Law(ctx, "", "BWBR0000000", rule.Date{}, rule.Date{}); !errors.Is(err, view.ErrNotFound) {
		t.Errorf("%v", err)
	}
}

// TestLawAsRegulation: a law under nothing becomes a regulation that takes
// signals; these follow when the law is renumbered.
func TestLawAsRegulation(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	ctx := t.Context()
	const id = "BWBR0099999"
	got, err := h.ImportText(ctx, string(loop.System), toestand(t, id, "2024-01-01", "Fietsenwet", artikel("a", "1", "fietsen mag")+artikel("b", "2", "lopen ook")))
	h.ok(err)
	if got.Regulation != "fietsenwet" || !got.Since.IsZero() {
		t.Fatalf("%+v", got)
	}
	_, err = h.FileSignal(ctx, "samira", view.SignalInput{
		Anchor: view.Anchor{Regulation: "fietsenwet", Article: "artikel-2", Lid: "1"}, Tile: view.TileUnclear, Text: "Is rennen ook lopen?", Frequency: view.Once,
	})
	h.ok(err)
	_, err = h.ImportText(ctx, string(loop.System), toestand(t, id, "2025-01-01", "Fietsenwet", artikel("a", "1", "fietsen mag")+artikel("c", "2", "zwemmen niet")+artikel("b", "3", "lopen ook")))
	h.ok(err)
	v, err := h.Article(ctx, "", "fietsenwet", "artikel-3")
	h.ok(err)
	if len(v.Issues) != 1 || v.Law == nil || len(v.Law.Leden) != 0 || len(v.Law.History) != 1 || v.Law.History[0].Was != "artikel 2" {
		t.Errorf("artikel 3: %d knelpunten, %+v", len(v.Issues), v.Law)
	}
	if v, err := h.Article(ctx, "", "fietsenwet", "artikel-2"); err != nil || len(v.Issues) != 0 {
		t.Errorf("artikel 2: %d knelpunten, %v", len(v.Issues), err)
	}
	// An older text that comes in later is kept, and changes nothing else.
	got, err = h.ImportText(ctx, string(loop.System), toestand(t, id, "2020-01-01", "Fietsenwet", artikel("a", "1", "fietsen mag niet")))
	h.ok(err)
	if got.Regulation != "" || got.Newer.String() != "2025-01-01" {
		t.Errorf("%+v", got)
	}
	r, err := h.Regulation(ctx, "", "fietsenwet")
	h.ok(err)
	if r.Law == nil || r.Law.Href != "/wetten/"+id || len(r.Articles) != 3 {
		t.Errorf("%+v", r)
	}
}
