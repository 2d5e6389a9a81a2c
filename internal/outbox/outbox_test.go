package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/outbox"
	"lemniscaat/internal/processing"
	"lemniscaat/internal/rule"
	"lemniscaat/internal/store"
	"lemniscaat/internal/store/sqlite"
)

var at = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

// bench is a store with a clock that the test moves.
type bench struct {
	*sqlite.Store
	mu  sync.Mutex
	now time.Time
	dir string
}

func (b *bench) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bench) later(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{now: at, dir: t.TempDir()}
	b.open(t)
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func (b *bench) open(t *testing.T) {
	t.Helper()
	var err error
	if b.Store, err = sqlite.Open(context.Background(), b.dir, sqlite.Options{Now: b.clock}); err != nil {
		t.Fatal(err)
	}
}

// opened appends n knelpunten, each on a stream of three in turn.
func (b *bench) opened(t *testing.T, n int) {
	t.Helper()
	for i := range n {
		p := &loop.IssueAnswered{Kind: "wijzigen", Reason: loop.Words("Mevrouw Jansen zei het."), LeverBy: rule.MustDate("2026-12-01")}
		data, personal, err := loop.Encode(p)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := b.Append(t.Context(), store.Batch{Drafts: []event.Draft{{Stream: fmt.Sprint("knelpunt/k-", i%3), Type: p.Type(), At: at, Actor: "anna", Data: data, Personal: personal}}}); err != nil {
			t.Fatal(err)
		}
	}
}

// flaky takes most, loses answers, refuses, asks for patience.
type flaky struct {
	mu  sync.Mutex
	r   *rand.Rand
	got []outbox.CloudEvent
}

func (f *flaky) send(_ context.Context, c outbox.CloudEvent) (outbox.Answer, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch f.r.IntN(6) {
	case 0: // before it came in
		return outbox.Answer{}, errors.New("verbinding weg")
	case 1: // taken, and the answer is lost
		f.got = append(f.got, c)
		return outbox.Answer{}, errors.New("geen antwoord")
	case 2:
		return outbox.Answer{Status: 500}, nil
	case 3:
		return outbox.Answer{Status: 429, RetryAfter: 30 * time.Second}, nil
	}
	f.got = append(f.got, c)
	return outbox.Answer{Status: 202}, nil
}

// TestFlakyReceiver: over lost answers, errors and restarts in between, every event
// arrives at least once, in the order of the log and so of each subject, with the
// same id when it comes again.
func TestFlakyReceiver(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	const n = 40
	b.opened(t, n)
	f := &flaky{r: rand.New(rand.NewPCG(1, 2))}
	done := func() bool {
		cs, err := outbox.Cursors(t.Context(), b)
		if err != nil {
			t.Fatal(err)
		}
		return len(cs) == 1 && cs[0].Seq == n
	}
	for round := 0; !done(); round++ {
		if round > 2000 {
			t.Fatal("it never ends")
		}
		if round%7 == 3 { // we were killed: the lease is still held, the cursor is where it was
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
			b.open(t)
		}
		x := &outbox.Events{
			Store: b, Source: outbox.Source("00000001823288444000"), LogName: "proef", Holder: fmt.Sprint("proces-", round/7), Now: b.clock,
			Receivers: []outbox.Receiver{{Name: "ontvanger", FromStart: true, Send: f.send}},
		}
		if err := x.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.later(40 * time.Second)
	}
	last := map[string]string{}
	ids := map[string]outbox.CloudEvent{}
	for _, c := range f.got {
		if was, ok := ids[c.ID]; ok {
			if string(was.Data) != string(c.Data) || was.Sequence != c.Sequence {
				t.Errorf("%s came again as something else", c.ID)
			}
			if c.Sequence != last[c.Subject] {
				t.Errorf("%s comes again after a later event of its subject", c.ID)
			}
			continue
		}
		if c.Sequence < last[c.Subject] {
			t.Errorf("%s is out of order", c.ID)
		}
		last[c.Subject], ids[c.ID] = c.Sequence, c
	}
	if len(ids) != n {
		t.Errorf("%d of %d events arrived", len(ids), n)
	}
	if len(f.got) == n {
		t.Error("nothing came twice: the test shows too little")
	}
	t.Logf("%d events, %d deliveries", len(ids), len(f.got))
}

// TestOneSends: of several processes one sends at a time.
func TestOneSends(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.opened(t, 30)
	var mu sync.Mutex
	var got []string
	var wg sync.WaitGroup
	for i := range 4 {
		wg.Go(func() {
			x := &outbox.Events{Store: b, Source: "urn:x", LogName: "proef", Holder: fmt.Sprint("p", i), Now: b.clock, Receivers: []outbox.Receiver{{Name: "a", FromStart: true,
				Send: func(_ context.Context, c outbox.CloudEvent) (outbox.Answer, error) {
					mu.Lock()
					defer mu.Unlock()
					got = append(got, c.ID)
					return outbox.Answer{Status: 200}, nil
				}}}}
			for range 10 {
				if err := x.Step(context.Background()); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	if len(got) != 30 || !slices.IsSortedFunc(got, func(a, b string) int { return len(a) - len(b) }) {
		t.Errorf("%d deliveries of 30 events", len(got))
	}
}

func TestDeadLettersAndGone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.opened(t, 4)
	calls := 0
	x := &outbox.Events{Store: b, Source: "urn:x", LogName: "proef", Holder: "p", Now: b.clock, Receivers: []outbox.Receiver{{Name: "a", FromStart: true,
		Send: func(context.Context, outbox.CloudEvent) (outbox.Answer, error) {
			calls++
			return outbox.Answer{Status: []int{200, 422, 410, 200, 200}[min(calls-1, 4)]}, nil
		}}}}
	for range 3 {
		if err := x.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.later(time.Hour)
	}
	dead, err := outbox.DeadLetters(t.Context(), b, "", 10)
	if err != nil || len(dead) != 1 || dead[0].Seq != 2 || dead[0].Status != 422 || dead[0].Receiver != "a" {
		t.Errorf("%+v, %v", dead, err)
	}
	cs, err := outbox.Cursors(t.Context(), b)
	if err != nil || len(cs) != 1 || !cs[0].Gone || cs[0].Seq != 2 || calls != 3 {
		t.Errorf("%+v, %v, %d calls", cs, err, calls)
	}
	if err := outbox.Resume(t.Context(), b, "a"); err != nil {
		t.Fatal(err)
	}
	if err := x.Step(t.Context()); err != nil {
		t.Fatal(err)
	}
	if cs, err = outbox.Cursors(t.Context(), b); err != nil || cs[0].Seq != 4 || cs[0].Gone {
		t.Errorf("%+v, %v", cs, err)
	}
	if err := outbox.Resume(t.Context(), b, "niemand"); !errors.Is(err, store.ErrNotFound) {
		t.Error(err)
	}
}

// TestNothingPersonal: what goes out is on a list of types, and of each only named
// fields; words, names, persons and cases are never among them.
func TestNothingPersonal(t *testing.T) {
	t.Parallel()
	name := regexp.MustCompile(`^nl\.lemniscaat\.[a-z]+(-[a-z]+)*$`)
	for _, n := range outbox.TypeNames() {
		if !name.MatchString(n) {
			t.Errorf("type %q", n)
		}
	}
	known := 0
	for _, typ := range loop.Types() {
		data := json.RawMessage(`{"melder":"anna","melders":{"anna":1},"zaak":"v1:geheim","reden":true,"door":"anna","anker":{"regeling":"r"},"sleutels":[{"door":"anna"}],"persoon":"anna","versie":{"voorstel":"p","van":"2026-01-01","sleutels":[{"door":"anna"}]}}`)
		e := event.Event{Seq: 7, Stream: "besluit/d-geheim", Type: typ, At: at, Actor: "anna", Data: data}
		c, ok, err := outbox.FromEvent(e, outbox.Source("00000001823288444000"), "proef")
		if err != nil {
			t.Errorf("%s: %v", typ, err)
		}
		if !ok {
			continue
		}
		known++
		b, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b), "anna") || typ == "besluit.genomen.1" && strings.Contains(string(b), "geheim") || strings.Contains(string(b), "v1:") {
			t.Errorf("%s: %s", typ, b)
		}
		if c.SpecVersion != "1.0" || c.ID != "proef-7" || c.Source != "urn:nld:oin:00000001823288444000:systeem:lemniscaat" || c.ContentType != "application/json" {
			t.Errorf("%+v", c)
		}
	}
	if known != len(outbox.TypeNames()) {
		t.Errorf("%d of %d types are types of the log", known, len(outbox.TypeNames()))
	}
}

// TestRows: rows leave when they were acknowledged, in order; one that is refused
// is put apart and holds up nothing.
func TestRows(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	l := &processing.Log{Shelf: b, Secret: []byte(strings.Repeat("k", 32)), Version: "v1", Now: b.clock, Random: rand.NewChaCha8([32]byte{1})}
	const n = 50
	var want []string
	for i := range n {
		cs, err := l.Rows(t.Context(), at, processing.Touch{Activity: processing.Signals, Subject: fmt.Sprint("p", i), Name: "lezen"})
		if err != nil {
			t.Fatal(err)
		}
		if err := b.Put(t.Context(), cs...); err != nil {
			t.Fatal(err)
		}
		want = append(want, l.Subject(fmt.Sprint("p", i)))
		b.later(time.Millisecond)
	}
	bad := l.Subject("p17")
	var got []string
	r := rand.New(rand.NewPCG(3, 4))
	x := &outbox.Rows{Shelf: b, Holder: "p", Now: b.clock, Batch: 8, Send: func(_ context.Context, rows []processing.Row) (outbox.Answer, error) {
		switch r.IntN(4) {
		case 0:
			return outbox.Answer{}, errors.New("weg")
		case 1:
			return outbox.Answer{Status: 503, RetryAfter: 5 * time.Second}, nil
		}
		for _, row := range rows {
			if row.Subject == bad {
				return outbox.Answer{Status: 200, Refused: 1}, nil
			}
		}
		for _, row := range rows {
			got = append(got, row.Subject)
		}
		return outbox.Answer{Status: 200}, nil
	}}
	for range 3000 {
		if err := x.Step(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.later(2 * time.Hour)
		if left, err := outbox.Backlog(t.Context(), b, 100); err != nil {
			t.Fatal(err)
		} else if left == 0 {
			break
		}
	}
	want = slices.DeleteFunc(want, func(s string) bool { return s == bad })
	if !slices.Equal(got, want) {
		t.Errorf("%d rows came, want %d, in order", len(got), len(want))
	}
	dead, err := outbox.DeadLetters(t.Context(), b, "", 10)
	if err != nil || len(dead) != 1 || !strings.Contains(string(dead[0].What), bad) {
		t.Errorf("%d dead, %v", len(dead), err)
	}
}
