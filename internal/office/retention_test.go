package office_test

import (
	"bytes"
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"lemniscaat/internal/audit"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// clockTo moves the clock of a hall to nine in the morning of a day.
func (h *hall) clockTo(d rule.Date) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = time.Date(d.Year, time.Month(d.Month), d.Day, 9, 0, 0, 0, time.UTC)
}

// inFiles reports whether words stand anywhere in a data folder.
func inFiles(t *testing.T, dir, words string) bool {
	t.Helper()
	found := false
	names, err := filepath.Glob(filepath.Join(dir, "*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range names {
		if b, err := os.ReadFile(n); err == nil && bytes.Contains(b, []byte(words)) {
			found = true
		}
	}
	return found
}

func kept(r office.RetentionReport, k loop.TextKind) office.KeptKind {
	for _, x := range r.Kinds {
		if x.Kind == k {
			return x
		}
	}
	return office.KeptKind{}
}

// TestRetention: words go the day after their term, once, and the log stays whole;
// what is still owed keeps them.
func TestRetention(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := openHall(t, dir, time.Date(2028, 2, 29, 9, 0, 0, 0, time.UTC))
	h.ok(h.Seed(t.Context()))
	const good, bad = "zeegroenlofwoord", "zeegroenknelwoord"
	_, err := h.FileSignal(t.Context(), "samira", view.SignalInput{Anchor: view.Anchor{Regulation: iit}, Tile: view.TileGoingWell, Text: "Dit gaat goed: " + good, Frequency: view.Once, Key: "sleutel-lof-0001"})
	h.ok(err)
	_, err = h.FileSignal(t.Context(), "samira", view.SignalInput{Anchor: view.Anchor{Regulation: iit}, Tile: view.TileUnclear, Text: "Onduidelijk: " + bad, Frequency: view.Once, Key: "sleutel-knel-001"})
	h.ok(err)
	h.Config.Retention = loop.Retention{loop.SignalTexts: {Years: 1}}

	last := rule.MustDate("2029-02-28")
	h.clockTo(last)
	h.keptOnce()
	if r, err := h.Retention(t.Context(), last, false); err != nil || kept(r, loop.SignalTexts).Due != 0 {
		t.Fatalf("on the last day: %+v, %v", r, err)
	}
	if !inFiles(t, dir, good) {
		t.Fatal("the words are gone on the last day of their term")
	}
	if _, err := h.Retention(t.Context(), last.AddDays(1), true); err == nil {
		t.Error("erases for a day that has not come")
	}
	before, err := h.Store.Head(t.Context())
	h.ok(err)
	h.clockTo(last.AddDays(1))
	r, err := h.Retention(t.Context(), last.AddDays(1), false)
	h.ok(err)
	k := kept(r, loop.SignalTexts)
	if k.Due == 0 || k.Held[loop.HeldOwed] == 0 || r.Erased != 0 {
		t.Fatalf("the day after, without erasing: %+v", k)
	}
	if now, _ := h.Store.Head(t.Context()); now != before {
		t.Error("looking wrote something")
	}
	r, err = h.Retention(t.Context(), last.AddDays(1), true)
	h.ok(err)
	if r.Erased != k.Due {
		t.Errorf("erased %d of %d", r.Erased, k.Due)
	}
	again, err := h.Retention(t.Context(), last.AddDays(1), true)
	h.ok(err)
	if again.Erased != 0 || kept(again, loop.SignalTexts).Due != 0 {
		t.Errorf("a second time: %+v", again)
	}
	if _, err := event.Verify(h.Store.All(t.Context(), 1), nil); err != nil {
		t.Errorf("the chain: %v", err)
	}
	if found, err := audit.Inspect(t.Context(), h.Store, nil); err != nil || !found.Good() {
		t.Errorf("the whole: %+v, %v", found, err)
	}
	h.shut()
	if inFiles(t, dir, good) {
		t.Error("the words are still on disk")
	}
	if !inFiles(t, dir, bad) {
		t.Error("the words of an open knelpunt are gone")
	}
}

// keptOnce does once what nobody clicks for: a tick is taken when that is done.
func (h *hall) keptOnce() {
	ctx, stop := context.WithCancel(h.t.Context())
	tick, done := make(chan time.Time), make(chan struct{})
	go func() { defer close(done); h.Keep(ctx, tick) }()
	tick <- time.Time{}
	stop()
	<-done
}

// TestRetentionDaily: the service erases by itself, once a day.
func TestRetentionDaily(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	h := openHall(t, dir, time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC))
	h.ok(h.Seed(t.Context()))
	const words = "zeegroendagwoord"
	_, err := h.FileSignal(t.Context(), "samira", view.SignalInput{Anchor: view.Anchor{Regulation: iit}, Tile: view.TileGoingWell, Text: "Goed: " + words, Frequency: view.Once, Key: "sleutel-dag-0001"})
	h.ok(err)
	h.keptOnce()
	if !inFiles(t, dir, words) {
		t.Fatal("erased without a term")
	}
	h.Config.Retention = loop.Retention{loop.SignalTexts: {Days: 3}}
	at := loop.DateOf(h.now)
	h.clockTo(at.AddDays(3))
	h.keptOnce()
	if r, err := h.Retention(t.Context(), at.AddDays(3), false); err != nil || !inFiles(t, dir, words) {
		t.Fatalf("gone on the last day: %+v %v", r, err)
	}
	h.clockTo(at.AddDays(4))
	h.keptOnce()
	if r, err := h.Retention(t.Context(), at.AddDays(4), false); err != nil || kept(r, loop.SignalTexts).Due != 0 {
		t.Fatalf("the day after: %+v %v", r, err)
	}
	h.shut()
	if inFiles(t, dir, words) {
		t.Error("the words are still on disk")
	}
}
