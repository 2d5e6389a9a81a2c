package office_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/notice"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/store/pgtest"
	"lemniscaat/internal/store/postgres"
)

// replicas are two offices on one database, as two servers have them, with a demo in
// it.
func replicas(t *testing.T) (a, b *hall) {
	t.Helper()
	dsn := pgtest.Start(t)
	open := func(at time.Time) *hall {
		log, err := postgres.Open(t.Context(), dsn, postgres.Options{Readers: 3, Poll: 10 * time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		return openHallOn(t, log, at)
	}
	at := time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC)
	a = open(at)
	a.ok(a.Seed(t.Context()))
	b = open(at.Add(time.Minute))
	return a, b
}

// TestReplicas: what holds for two servers on one database. They share one demo, which
// takes long to fill.
func TestReplicas(t *testing.T) {
	t.Parallel()
	a, b := replicas(t)
	for _, c := range []struct {
		name string
		test func(t *testing.T, a, b *hall)
	}{
		{"read what others wrote", replicasReadWhatOthersWrote},
		{"begin one knelpunt", replicasBeginOneKnelpunt},
		{"edit one draft", replicasEditOneDraft},
		{"mail once", replicasMailOnce},
		{"change keys", replicasChangeKeys}, // last: the key of the first goes out of use
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, a, b) })
	}
}

// replicasReadWhatOthersWrote: what one acknowledged is on the pages of the
// other, asked at once, and without asking soon after.
func replicasReadWhatOthersWrote(t *testing.T, a, b *hall) {
	ctx := t.Context()
	for n := range 5 {
		in := view.SignalInput{Anchor: view.Anchor{Regulation: iit, Article: "verordening-artikel-2"}, Tile: view.TileHarsh, Text: fmt.Sprint("De grens is te hard, zegt nummer ", n), Frequency: view.Weekly, Key: fmt.Sprint("k", n)}
		id, err := a.FileSignal(ctx, "samira", in)
		a.ok(err)
		b.ok(b.Fresh(ctx))
		if _, err := b.Receipt(ctx, "samira", id); err != nil {
			t.Fatalf("the other server does not show signal %d: %v", n, err)
		}
		// The same form sent again, to the other server, has no second effect.
		if again, err := b.FileSignal(ctx, "samira", in); err != nil || again != id {
			t.Fatalf("sent again to the other: %s, %v; want %s", again, err, id)
		}
		a, b = b, a
	}
	follow, cancel := context.WithCancel(ctx)
	defer cancel()
	var done sync.WaitGroup
	done.Go(func() { b.FollowLog(follow) })
	id, err := a.FileSignal(ctx, "joost", view.SignalInput{Anchor: view.Anchor{Regulation: iit, Article: "verordening-artikel-3"}, Tile: view.TileUnclear, Text: "Wat is hier bedoeld?", Frequency: view.Daily, Key: "volg"})
	a.ok(err)
	for deadline := time.Now().Add(time.Minute); ; time.Sleep(10 * time.Millisecond) {
		if _, err := b.Receipt(ctx, "joost", id); err == nil {
			break
		}
		if time.Now().After(deadline) {
			t.Fatal("the other server did not hear of it")
		}
	}
	cancel()
	done.Wait()
}

// replicasBeginOneKnelpunt: the whole desk reports on one new place, on two
// servers at once: that is one knelpunt.
func replicasBeginOneKnelpunt(t *testing.T, a, b *hall) {
	ctx := t.Context()
	for _, article := range []string{"verordening-artikel-5", "verordening-artikel-6"} {
		var issues sync.Map
		var wg sync.WaitGroup
		for n := range 8 {
			h := []*hall{a, b}[n%2]
			wg.Go(func() {
				who := []string{"samira", "joost"}[n%2]
				id, err := h.FileSignal(ctx, who, view.SignalInput{Anchor: view.Anchor{Regulation: iit, Article: article}, Tile: view.TileUnclear, Text: fmt.Sprint("Onduidelijk voor ", n), Frequency: view.Weekly, Key: fmt.Sprint(article, n)})
				var no *view.Refusal
				if errors.As(err, &no) {
					return // already reported by this person: refused by the loop
				}
				if err != nil {
					t.Error(err)
					return
				}
				r, err := h.Receipt(ctx, who, id)
				if err != nil {
					t.Error(err)
					return
				}
				issues.Store(r.Issue.Href, true)
			})
		}
		wg.Wait()
		n := 0
		issues.Range(func(any, any) bool { n++; return true })
		if n != 1 {
			t.Errorf("%s: %d knelpunten began, want 1", article, n)
		}
	}
}

// replicasEditOneDraft: two servers change different parts of a draft at the same
// moment; nothing is lost.
func replicasEditOneDraft(t *testing.T, a, b *hall) {
	ctx := t.Context()
	id, err := a.FileSignal(ctx, "samira", view.SignalInput{Anchor: view.Anchor{Regulation: iit, Article: "verordening-artikel-2"}, Tile: view.TileHarsh, Text: "Vijf euro te veel en het gezin krijgt niets.", Frequency: view.Weekly, Key: "concept"})
	a.ok(err)
	r, err := a.Receipt(ctx, "samira", id)
	a.ok(err)
	p, err := a.OpenProposal(ctx, "karim", view.OpenProposalInput{Issue: strings.TrimPrefix(r.Issue.Href, "/knelpunten/"), Title: "Samen"})
	a.ok(err)
	for round := range 5 {
		a.ok(a.Fresh(ctx))
		b.ok(b.Fresh(ctx))
		value, step := fmt.Sprint(111+round, " %"), []string{"brief", "vooringevuld"}[round%2]
		var wg sync.WaitGroup
		var errA, errB error
		wg.Go(func() {
			errA = a.EditParameter(ctx, "karim", view.ParameterInput{Proposal: p, Param: iit + ".inkomensgrens", Value: value})
		})
		wg.Go(func() {
			errB = b.EditStep(ctx, "karim", view.StepInput{Proposal: p, Step: iit + ".inkomen-bewijzen", Value: step})
		})
		wg.Wait()
		if errA != nil || errB != nil {
			t.Fatalf("round %d: %v, %v", round, errA, errB)
		}
		b.ok(b.Fresh(ctx))
		v := b.proposal("karim", p)
		var text strings.Builder
		for _, d := range v.Diff {
			text.WriteString(d.Text)
		}
		if !strings.Contains(text.String(), fmt.Sprint(111+round)) {
			t.Errorf("round %d: the percentage of the other server is lost: %s", round, &text)
		}
		got := ""
		for _, c := range v.StepChoices {
			if c.ID == iit+".inkomen-bewijzen" {
				got = c.Value
			}
		}
		if got != step {
			t.Errorf("round %d: step is %q, want %q", round, got, step)
		}
	}
}

// counter counts the messages that it is given to send.
type counter struct {
	mu   sync.Mutex
	sent map[string]int
	slow time.Duration
}

func (c *counter) Send(_ context.Context, m notice.Message) error {
	time.Sleep(c.slow)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.sent[m.ID]++
	return nil
}

func (c *counter) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.sent)
}

// replicasMailOnce: of two servers one mails, and when it stops the other goes
// on.
func replicasMailOnce(t *testing.T, a, b *hall) {
	ctx := t.Context()
	c := &counter{sent: map[string]int{}, slow: 20 * time.Millisecond}
	a.Mailer, b.Mailer = c, c
	settings, err := a.NoticeSettings(ctx, "femke")
	a.ok(err)
	in := view.NoticeSettingsInput{Address: "femke@voorbeeld.nl", Pace: string(loop.AtOnce)}
	for _, k := range settings.Kinds {
		in.Kinds = append(in.Kinds, k.Kind)
	}
	a.ok(a.SetNotices(ctx, "femke", in))
	a.ok(b.Fresh(ctx))
	report := func(h *hall, key string) {
		t.Helper()
		_, err := h.FileSignal(ctx, "samira", view.SignalInput{Anchor: view.Anchor{Regulation: iit, Article: "verordening-artikel-" + key}, Tile: view.TileUnclear, Text: "Wat is hier bedoeld?", Frequency: view.Weekly, Key: key})
		h.ok(err)
	}
	var ticks [2]chan time.Time
	var stop [2]context.CancelFunc
	var done sync.WaitGroup
	var rounds atomic.Int64
	for i, h := range []*hall{a, b} {
		ticks[i] = make(chan time.Time)
		var ctx context.Context
		ctx, stop[i] = context.WithCancel(t.Context())
		done.Go(func() { h.Keep(ctx, ticks[i]); rounds.Add(1) })
	}
	tick := func(i int) { ticks[i] <- time.Now() }
	// A second tick is taken when the round of the first is over. On a busy machine the
	// database may answer too late, and then a round is for nothing.
	mailed := func(more int, tick func()) int {
		for deadline := time.Now().Add(time.Minute); ; {
			tick()
			if n := c.count(); n > more || time.Now().After(deadline) {
				return n
			}
		}
	}
	report(a, "1")
	before := mailed(0, func() {
		var both sync.WaitGroup
		both.Go(func() { tick(0); tick(0) })
		both.Go(func() { tick(1); tick(1) })
		both.Wait()
	})
	if before == 0 {
		t.Fatal("nobody mailed")
	}
	stop[0]()
	for rounds.Load() == 0 {
		time.Sleep(5 * time.Millisecond)
	}
	report(b, "4")
	after := mailed(before, func() { tick(1); tick(1) })
	stop[1]()
	done.Wait()
	for id, n := range c.sent {
		if n != 1 {
			t.Errorf("message %s went out %d times", id, n)
		}
	}
	if after <= before {
		t.Error("nobody went on after the first stopped")
	}
}

// TestReplicaSeesThatTheDatabaseWentBack: a server that has read more than there is
// says so instead of going on.
func TestReplicaSeesThatTheDatabaseWentBack(t *testing.T) {
	t.Parallel()
	dsn := pgtest.Start(t)
	full, err := postgres.Open(t.Context(), dsn, postgres.Options{Readers: 3})
	if err != nil {
		t.Fatal(err)
	}
	back := &shortened{Store: full}
	h := openHallOn(t, back, time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC))
	h.ok(h.Seed(t.Context()))
	h.ok(h.Fresh(t.Context()))
	back.empty.Store(true)
	if err := h.Fresh(t.Context()); err == nil || !strings.Contains(err.Error(), "las al tot") {
		t.Errorf("err = %v", err)
	}
}

// shortened is a store that, once empty is set, has lost its log.
type shortened struct {
	*postgres.Store
	empty atomic.Bool
}

func (s *shortened) Head(ctx context.Context) (event.Head, error) {
	if s.empty.Load() {
		return event.Head{}, nil
	}
	return s.Store.Head(ctx)
}

// TestFreshWhileWriting: what a server writes itself between asking where the log ends
// and hearing it, is no database that went back.
func TestFreshWhileWriting(t *testing.T) {
	t.Parallel()
	log, err := postgres.Open(t.Context(), pgtest.Start(t), postgres.Options{Readers: 3})
	if err != nil {
		t.Fatal(err)
	}
	s := &interrupted{Store: log}
	h := openHallOn(t, s, time.Date(2026, 9, 7, 9, 0, 0, 0, time.UTC))
	h.ok(h.Seed(t.Context()))
	h.ok(h.Fresh(t.Context()))
	before, wrote := h.Folded(), false
	s.asked = func() {
		s.asked, wrote = nil, true
		if _, err := h.FileSignal(t.Context(), "samira", view.SignalInput{Anchor: view.Anchor{Regulation: iit, Article: "verordening-artikel-1"}, Tile: view.TileUnclear, Text: "Wat is hier bedoeld?", Frequency: view.Weekly, Key: "tussendoor"}); err != nil {
			t.Error(err)
		}
	}
	h.ok(h.Fresh(t.Context()))
	if !wrote || h.Folded() <= before {
		t.Errorf("nothing was written in between: %v, %d after %d", wrote, h.Folded(), before)
	}
}

// interrupted is a store at which something happens once between the answer where the
// log ends and hearing it.
type interrupted struct {
	*postgres.Store
	asked func()
}

func (s *interrupted) Head(ctx context.Context) (event.Head, error) {
	head, err := s.Store.Head(ctx)
	if s.asked != nil {
		s.asked()
	}
	return head, err
}
