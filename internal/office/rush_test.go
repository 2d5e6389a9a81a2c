package office_test

import (
	"fmt"
	"sync"
	"testing"

	view "lemniscaat/internal/screen"
)

// TestRush: the whole desk reports on one knelpunt at the same moment, again
// and again. Nobody is turned away because somebody else was first, and every
// signal is there once.
func TestRush(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	const writers, each = 16, 20
	before, err := h.Issues(t.Context(), "samira", view.IssueListInput{Regulation: iit})
	h.ok(err)
	var wg sync.WaitGroup
	errs := make(chan error, writers*each)
	for w := range writers {
		wg.Go(func() {
			for n := range each {
				_, err := h.FileSignal(t.Context(), "samira", view.SignalInput{
					Anchor: view.Anchor{Regulation: iit, Article: "verordening-artikel-5"}, Tile: view.TileUnclear,
					Text: "Niemand weet wat hier bedoeld is.", Frequency: view.Weekly, Key: fmt.Sprint("druk-", w, "-", n),
				})
				if err != nil {
					errs <- err
				}
			}
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		t.Error(err)
	}
	after, err := h.Issues(t.Context(), "samira", view.IssueListInput{Regulation: iit})
	h.ok(err)
	if len(after.Rows) != len(before.Rows)+1 {
		t.Fatalf("%d knelpunten became %d, want one more", len(before.Rows), len(after.Rows))
	}
	filed := 0
	for n, pages := 1, 1; n <= pages; n++ {
		mine, err := h.MySignals(t.Context(), "samira", view.Asked{Page: n})
		h.ok(err)
		pages = mine.Pages
		for _, r := range mine.Rows {
			if r.Anchor.Article == "verordening-artikel-5" {
				filed++
			}
		}
	}
	if filed != writers*each {
		t.Errorf("%d signals are there, want %d", filed, writers*each)
	}
}
