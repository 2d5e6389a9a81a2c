package office_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/event"
	"lemniscaat/internal/likeness"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/search"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/move"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/internal/store/postgres"
	"lemniscaat/internal/store/sqlite"
)

// plainStore is a store that keeps no index of texts.
type plainStore struct{ store.Store }

// desks reports as people would, in words that come back in many forms.
type desks struct{ *rand.Rand }

func (d desks) word() string {
	w := []string{
		"toeslag", "inkomen", "bewijs", "huur", "zorg", "kind", "partner", "aanvraag", "termijn", "brief", "vermogen", "bijstand", "woning", "recht", "besluit", "formulier",
		"wachten", "verhuizing", "loon", "jaaropgave", "erfenis", "schuld", "loket", "school", "auto", "gemeente", "maand", "bezwaar", "bedrag", "werkgever",
	}[d.IntN(30)]
	switch d.IntN(10) {
	case 0:
		return "de"
	case 1:
		return w + []string{"en", "s", "partner", "termijn"}[d.IntN(4)]
	case 2:
		return "huur" + w
	case 3:
		k := d.IntN(len(w) - 1)
		return w[:k] + w[k+1:] // a fault
	case 4:
		return []string{"terugbetalen", "café", "Coördinatie", "2.345", "k-9"}[d.IntN(5)]
	}
	return w
}

func (d desks) text(most int) string {
	var out []string
	for range d.IntN(most + 1) {
		out = append(out, d.word())
	}
	return strings.Join(out, " ")
}

// fill appends knelpunten with signals, some in a few words, some long, some without.
func (d desks) fill(h *hall, first, n int) {
	h.t.Helper()
	var ds []event.Draft
	for k := first; k < first+n; k++ {
		a := loop.Anchor{Regulation: []string{iit, "zorgtoeslag", "huurtoeslag"}[k%3], Article: fmt.Sprintf("artikel-%d", 1+k%4), Item: fmt.Sprintf("stuk-%d", k)}
		kind := []loop.SignalKind{loop.TooHarsh, loop.Unclear, loop.Data}[d.IntN(3)]
		list := []loop.Payload{&loop.IssueOpened{Anchor: a, Kind: kind, Due: rule.MustDate("2026-10-01").AddDays(k % 60)}}
		for s := range 1 + d.IntN(4)*d.IntN(2) + 25*(1-min(1, k%40)) {
			list = append(list, &loop.SignalReceived{Signal: loop.Signal{
				ID: fmt.Sprintf("s-%d-%d", k, s), Anchor: a, Kind: kind, What: loop.Words(d.text(25)), Frequency: loop.Weekly, Channel: loop.Professional, Reporter: "samira", Reachable: true,
			}})
		}
		for _, p := range list {
			data, personal, err := loop.Encode(p)
			h.ok(err)
			ds = append(ds, event.Draft{Stream: fmt.Sprintf("knelpunt/k-%d", k), Type: p.Type(), At: h.Now(), Actor: "samira", Data: data, Personal: personal})
		}
	}
	_, err := h.Store.Append(h.t.Context(), store.Batch{Drafts: ds})
	h.ok(err)
	h.file("joost", "artikel-36", view.TileGoingWell, fmt.Sprintf("Dit gaat goed, %d toeslagen.", first)) // the office sees them
}

// sameWords holds what an office finds against reading everything.
func sameWords(t *testing.T, h *hall, d desks, questions int) (found int) {
	t.Helper()
	ctx := t.Context()
	at := view.Anchor{Regulation: "zorgtoeslag", Article: "artikel-1"}
	for range questions {
		q := d.text(2)
		for _, who := range []string{"femke", ""} {
			var got []string
			for page := 1; ; page++ {
				v, err := h.Issues(ctx, who, view.IssueListInput{Asked: view.Asked{Words: q, Page: page}})
				h.ok(err)
				for _, r := range v.Rows {
					got = append(got, r.ID)
				}
				if page >= v.Pages {
					break
				}
			}
			if d := cmp.Diff(h.ReadIssues(q, who != ""), got); d != "" {
				t.Fatalf("%q for %q (-read +index):\n%s", q, who, d)
			}
			found += len(got)
		}
		text := d.text(6)
		form, err := h.SignalForm(ctx, "femke", view.SignalAsk{At: at, Text: text})
		h.ok(err)
		var like []string
		for _, k := range form.Known {
			if k.Why != "" {
				like = append(like, k.ID)
			}
		}
		read := h.ReadLike(loop.Anchor{Regulation: at.Regulation, Article: at.Article}, text)
		for n := range read {
			id, _, _ := strings.Cut(read[n], " ")
			read[n] = id
		}
		if d := cmp.Diff(read, like); d != "" {
			t.Fatalf("what sounds like %q (-read +index):\n%s", text, d)
		}
		found += len(like)
	}
	if d := cmp.Diff(h.ReadPairs(), h.IndexedPairs(ctx), cmp.AllowUnexported(likeness.Pair{})); d != "" {
		t.Fatalf("pairs (-read +index):\n%s", d)
	}
	return found
}

// TestWordsAreFound: with the index of SQLite, with that of PostgreSQL and without one
// the same is found as by reading everything: half indexed, wholly, after merging,
// taking apart and erasing, with an index that another program made, and when the
// database does not answer.
func TestWordsAreFound(t *testing.T) {
	if testing.Short() {
		t.Skip("fills offices and searches them")
	}
	t.Parallel()
	d := desks{rand.New(rand.NewPCG(3, 4))}
	now := time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC)
	cold := func(c *office.Config) { c.Cold = true }
	first, err := sqlite.Open(t.Context(), t.TempDir(), sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	h := openHallOn(t, first, now, cold)
	h.ok(h.Seed(t.Context()))
	d.fill(h, 0, 60)
	if n := sameWords(t, h, d, 6); n < 20 || h.TailLen() == 0 {
		t.Fatalf("%d found, %d texts in memory", n, h.TailLen())
	}
	h.ok(h.IndexNow(t.Context()))
	d.fill(h, 60, 60)
	sameWords(t, h, d, 6) // the second half is in memory
	h.ok(h.IndexNow(t.Context()))
	sameWords(t, h, d, 6)
	at, err := first.Indexed(t.Context())
	if err != nil || at.Analysis != search.Analysis || at.Seq < 200 {
		t.Fatalf("the index is at %+v, %v", at, err)
	}

	h.ok(h.MergeIssues(t.Context(), "karim", view.MergeInput{From: "k-0", Into: "k-3", Reason: "Zelfde"}))
	h.ok(h.MergeIssues(t.Context(), "karim", view.MergeInput{From: "k-6", Into: "k-3", Reason: "Zelfde"}))
	_, err = h.UndoMerge(t.Context(), "karim", "k-6", "k-3")
	h.ok(err)
	h.ok(h.Erase(t.Context(), "s-9-0", "s-40-2", "s-80-3", "s-100-0"))
	sameWords(t, h, d, 6)

	// Another program made the index: it is made again, unless that program is newer.
	h.ok(first.Unindex(t.Context(), search.Analysis+1))
	sameWords(t, h, d, 2)
	h.ok(h.IndexNow(t.Context()))
	if at, err := first.Indexed(t.Context()); err != nil || at.Analysis != search.Analysis+1 {
		t.Errorf("an index of a newer program is at %+v, %v", at, err)
	}
	h.ok(first.Unindex(t.Context(), search.Analysis))
	h.ok(h.IndexNow(t.Context()))
	sameWords(t, h, d, 2)

	// An index of a log that went further is made again.
	at, err = first.Indexed(t.Context())
	h.ok(err)
	h.ok(first.Index(t.Context(), at, at.Seq+1000, nil))
	h.ok(h.IndexNow(t.Context()))
	if now, err := first.Indexed(t.Context()); err != nil || now != at {
		t.Errorf("an index that was ahead is at %+v, want %+v, %v", now, at, err)
	}
	sameWords(t, h, d, 2)

	// The same log in PostgreSQL, in two offices, and in one that has no index.
	dsn := pgtest.Start(t)
	second, err := postgres.Open(t.Context(), dsn, postgres.Options{Readers: 3, Poll: 10 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	h.ok(move.All(t.Context(), first, second, nil, nil))
	if at, err := second.Indexed(t.Context()); err != nil || at != (store.Indexed{}) {
		t.Errorf("after moving the index is at %+v, %v", at, err)
	}
	p := openHallOn(t, second, now.Add(time.Hour), cold)
	sameWords(t, p, d, 2)
	p.ok(p.IndexNow(t.Context()))
	sameWords(t, p, d, 6)
	third, err := postgres.Open(t.Context(), dsn, postgres.Options{Readers: 3, Poll: 10 * time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	beside := openHallOn(t, third, now.Add(2*time.Hour), cold)
	d.fill(beside, 120, 30)
	beside.ok(beside.IndexNow(t.Context()))
	sameWords(t, p, d, 2) // the index is ahead of what this office has folded
	p.ok(p.Fresh(t.Context()))
	sameWords(t, p, d, 2)
	p.ok(p.Erase(t.Context(), "s-121-0"))
	sameWords(t, p, d, 2)
	plain := openHallOn(t, plainStore{second}, now.Add(3*time.Hour), cold)
	for range 10 {
		q := d.text(2)
		if x := cmp.Diff(plain.ReadIssues(q, true), p.ReadIssues(q, true)); x != "" {
			t.Fatal(x)
		}
	}
	sameWords(t, plain, d, 2)
	if plain.TailLen() < 100 {
		t.Errorf("without an index %d texts are in memory", plain.TailLen())
	}

	// The database goes away: searching goes on in memory.
	broken := openHallOn(t, &deaf{Store: second, Finder: second}, now.Add(4*time.Hour), cold)
	sameWords(t, broken, d, 2)
	broken.Store.(*deaf).away = true
	sameWords(t, broken, d, 2)
	broken.Store.(*deaf).away = false
	sameWords(t, broken, d, 2)
}

// deaf is a store of which the index can be made not to answer.
type deaf struct {
	store.Store
	store.Finder
	away bool
}

var errAway = errors.New("weg")

func (d *deaf) Find(ctx context.Context, wants []search.Want) (store.Indexed, [][]search.Found, error) {
	if d.away {
		return store.Indexed{}, nil, errAway
	}
	return d.Finder.Find(ctx, wants)
}

func (d *deaf) TextRoots(ctx context.Context) (store.Roots, error) {
	if d.away {
		return store.Roots{}, errAway
	}
	return d.Finder.TextRoots(ctx)
}

// TestIndexFollows: the index comes after what was reported, and ends with the office.
func TestIndexFollows(t *testing.T) {
	t.Parallel()
	h := newHall(t)
	log := h.Store.(*sqlite.Store)
	ctx, stop := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		h.IndexTexts(ctx, nil)
	}()
	h.file("joost", "artikel-36", view.TileHarsh, "Een xylofoon telt mee als vermogen.")
	deadline := time.Now().Add(time.Minute)
	for {
		_, hits, err := log.Find(t.Context(), []search.Want{{Begins: "xylofo"}})
		h.ok(err)
		if len(hits[0]) == 1 {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the signal does not come into the index")
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	<-done
}
