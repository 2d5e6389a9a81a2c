package loop_test

import (
	"fmt"
	"os"
	"reflect"
	"strconv"
	"testing"
	"time"

	"lemniscaat/internal/loop"
)

// wide is a catalogue in which every article exists.
type wide struct{ catalogue }

func (wide) Has(loop.Anchor) bool { return true }

// busy fills a log with the work of a large organisation until it has at least n
// events: signals on many articles, the same by colleagues, answers, reactions,
// merges, and decisions with maatwerk. Everything goes through Decide.
func busy(e *env, n int) {
	open := e.signal("pim") // stays open: what is merged goes here
	open.Signal.Anchor.Article, open.Signal.Kind = "artikel-2", loop.Conflict
	e.do("pim", open)
	e.w.Catalogue = wide{}
	reporters := make([]loop.PersonID, 400)
	for i := range reporters {
		reporters[i] = loop.PersonID(fmt.Sprintf("melder-%03d", i))
	}
	kinds := []loop.SignalKind{loop.TooHarsh, loop.Unclear, loop.Impossible}
	for round := 0; len(e.log) < n; round++ {
		at := loop.Anchor{Regulation: fmt.Sprintf("regeling-%03d", round%300), Article: fmt.Sprintf("artikel-%d", round/300)}
		kind := kinds[round%len(kinds)]
		issue := e.id("k")
		f := e.signal(reporters[round%len(reporters)])
		f.NewIssue, f.Signal.Anchor, f.Signal.Kind = issue, at, kind
		e.do(f.Signal.Reporter, f)
		for i := 1; i < 25; i++ {
			by := reporters[(round+i*7)%len(reporters)]
			e.do(by, loop.AlsoMine{Issue: issue, SignalID: e.id("s"), Reporter: by, Channel: loop.Professional, Reachable: true})
		}
		if round%10 == 9 {
			e.do("ed", loop.Merge{From: issue, Into: open.NewIssue, Reason: why("zelfde")})
			continue
		}
		e.do("bram", loop.AnswerIssue{Issue: issue, Kind: loop.Explain, Reason: why("zo zit het")})
		for i := range 25 {
			if i%5 > 0 || round%3 > 0 {
				e.do(reporters[(round+i*7)%len(reporters)], loop.React{Issue: issue, Recognised: true})
			}
		}
		if round%200 == 0 {
			e.days(1)
		}
	}
}

// TestRebuild: a long log folded anew is the same world. make rebuild does it
// with a million events, and prints the time.
func TestRebuild(t *testing.T) {
	t.Parallel()
	n := 50_000
	if s := os.Getenv("REBUILD"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			t.Fatalf("REBUILD: %v", err)
		}
	}
	e := municipality(t)
	start := time.Now()
	busy(e, n)
	made := time.Since(start)
	start = time.Now()
	again := loop.NewWorld(e.w.Terms, e.w.Catalogue)
	for _, r := range e.log {
		if err := again.Apply(r); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("%d events, %d knelpunten: decided and sealed in %v, folded in %v", len(e.log), len(e.w.Issues()), made, time.Since(start))
	if again.Head() != e.w.Head() || !reflect.DeepEqual(again, e.w) {
		t.Fatal("folding the log anew gives another world")
	}
}

// BenchmarkRebuild folds a log of 100,000 events; one operation is one event.
func BenchmarkRebuild(b *testing.B) {
	e := municipality(b)
	busy(e, 100_000)
	w := loop.NewWorld(e.w.Terms, e.w.Catalogue)
	at := 0
	for b.Loop() {
		if at == len(e.log) {
			w, at = loop.NewWorld(e.w.Terms, e.w.Catalogue), 0
		}
		if err := w.Apply(e.log[at]); err != nil {
			b.Fatal(err)
		}
		at++
	}
}
