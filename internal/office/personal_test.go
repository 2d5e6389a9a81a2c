package office_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	view "lemniscaat/internal/screen"
)

// TestPerson: everything of one person and nothing of another; erasing takes the
// words and leaves what must be kept, with the reason.
func TestPerson(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := openHall(t, dir, time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC))
	h.ok(h.Seed(t.Context()))
	const own, other, citizens = "zeegroenzaakwoord", "paarsanderwoord", "geelburgerwoord"
	file := func(zaak, words, key string) {
		_, err := h.FileSignal(t.Context(), "samira", view.SignalInput{
			Anchor: view.Anchor{Regulation: iit, Case: zaak}, Tile: view.TileGoingWell, Text: "Goed: " + words, Frequency: view.Once, Key: key,
		})
		h.ok(err)
	}
	file("Z-2026-00991", own, "sleutel-zaak-00001")
	file("Z-2026-00992", other, "sleutel-zaak-00002")
	sent, err := h.FileCitizen(t.Context(), view.CitizenInput{Text: "Ik snap de brief niet: " + citizens, Topic: iit, Key: "sleutel-burger-0001"})
	h.ok(err)

	for _, who := range []office.Subject{{}, {Case: "a", Account: "b"}} {
		_, err := h.PersonFile(t.Context(), who)
		h.refused("wie", err)
	}
	_, err = h.PersonFile(t.Context(), office.Subject{Code: "geen code"})
	h.refused("code-onjuist", err)
	_, err = h.ErasePerson(t.Context(), office.Subject{Account: "niemand"}, true)
	h.refused("account-onbekend", err)
	none, err := h.PersonFile(t.Context(), office.Subject{Case: "Z-1"})
	h.ok(err)
	if len(none.Events)+len(none.Outcomes) != 0 {
		t.Errorf("of a case that is not here: %+v", none)
	}

	text := func(who office.Subject) string {
		f, err := h.PersonFile(t.Context(), who)
		h.ok(err)
		if len(f.Events) == 0 || len(f.Uses) == 0 || f.Uses[0].ID != "signalen" {
			t.Errorf("%v: %+v", who, f)
		}
		b, err := json.Marshal(f)
		h.ok(err)
		return string(b)
	}
	got := text(office.Subject{Case: "Z-2026-00991"})
	if !strings.Contains(got, own) || strings.Contains(got, other) || strings.Contains(got, citizens) || strings.Contains(got, "samira") || strings.Contains(got, "Z-2026") {
		t.Errorf("of the case: %s", got)
	}
	if byName := text(office.Subject{Case: h.CaseName("Z-2026-00991")}); !strings.Contains(byName, own) {
		t.Errorf("by the pseudonym: %s", byName)
	}
	code := office.Subject{Code: strings.ToLower(sent.Code)}
	if got := text(code); !strings.Contains(got, citizens) || strings.Contains(got, own) || strings.Contains(got, sent.Code) {
		t.Errorf("of the citizen: %s", got)
	}

	// Counting erases nothing.
	r, err := h.ErasePerson(t.Context(), office.Subject{Case: "Z-2026-00991"}, false)
	h.ok(err)
	if r.Erased != 1 || len(r.Kept) != 0 || !inFiles(t, dir, own) {
		t.Fatalf("%+v", r)
	}
	r, err = h.ErasePerson(t.Context(), office.Subject{Case: "Z-2026-00991"}, true)
	h.ok(err)
	if r.Erased != 1 {
		t.Fatalf("%+v", r)
	}
	if r, err := h.ErasePerson(t.Context(), office.Subject{Case: "Z-2026-00991"}, true); err != nil || r.Erased != 0 {
		t.Errorf("again: %+v %v", r, err)
	}
	if got := text(office.Subject{Case: "Z-2026-00991"}); strings.Contains(got, own) || !strings.Contains(got, `"gewist":true`) {
		t.Errorf("after erasing: %s", got)
	}
	// What a knelpunt waits for stays, and says why.
	r, err = h.ErasePerson(t.Context(), code, true)
	h.ok(err)
	if r.Erased != 0 || r.Kept[office.Kept(loop.HeldOwed)] != 1 {
		t.Errorf("of an open knelpunt: %+v", r)
	}
	if _, err := event.Verify(h.Store.All(t.Context(), 1), nil); err != nil {
		t.Errorf("the chain: %v", err)
	}
	h.shut()
	if inFiles(t, dir, own) || !inFiles(t, dir, other) || !inFiles(t, dir, citizens) {
		t.Error("other words are gone, or those that were erased are still there")
	}
}
