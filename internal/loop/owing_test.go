package loop_test

import (
	"fmt"
	"maps"
	"os"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/loop"
)

// sameAsWalk checks that every index of a world gives what a walk over everything gives.
func sameAsWalk(t interface{ Fatalf(string, ...any) }, w *loop.World, e *env) {
	for _, days := range []int{0, 15, 60, 400} {
		today := e.today().AddDays(days)
		want := w.WalkOwed(today)
		if got := w.Owed(today); !reflect.DeepEqual(got, want) {
			t.Fatalf("event %d: owed\n%+v\nwant\n%+v", w.Head().Seq, got, want)
		}
		steps, kinds, in := map[loop.Step]int{}, map[loop.Duty]int{}, map[string]int{}
		by := map[loop.PersonID][]loop.Owed{}
		for _, o := range want {
			steps[o.Step]++
			kinds[o.Duty]++
			in[o.Holder.Triangle]++
			by[o.Holder.Person] = append(by[o.Holder.Person], o)
		}
		if got := w.OwedSteps(today); !maps.Equal(got, steps) {
			t.Fatalf("event %d: steps %v, want %v", w.Head().Seq, got, steps)
		}
		if got := w.OwedKinds(); !maps.Equal(got, kinds) {
			t.Fatalf("event %d: kinds %v, want %v", w.Head().Seq, got, kinds)
		}
		for _, x := range w.Triangles() {
			if got := w.OwedIn(x.ID, today); got != in[x.ID] {
				t.Fatalf("event %d: %d owed in %s, want %d", w.Head().Seq, got, x.ID, in[x.ID])
			}
		}
		for _, p := range people {
			if got := w.OwedBy(p, today); !reflect.DeepEqual(got, by[p]) || w.OwedCount(p, today) != len(by[p]) {
				t.Fatalf("event %d: %s owes %+v (%d), want %+v", w.Head().Seq, p, got, w.OwedCount(p, today), by[p])
			}
		}
		for step := loop.Overdue; step <= loop.Parliament; step++ {
			late := slices.DeleteFunc(slices.Clone(want), func(o loop.Owed) bool { return o.Step < step })
			if got := w.Overdue(today, step); len(got) != len(late) || len(late) > 0 && !reflect.DeepEqual(got, late) {
				t.Fatalf("event %d: %d on step %d, want %d", w.Head().Seq, len(got), step, len(late))
			}
		}
	}
	for _, a := range w.Everywhere() {
		for _, a := range []loop.Anchor{a, {Regulation: a.Regulation}, {Regulation: a.Regulation, Article: a.Article}, {Regulation: a.Regulation, Article: a.Article, Paragraph: "1"}} {
			if got, want := w.TriangleOf(a), w.WalkTriangleOf(a); got != want {
				t.Fatalf("event %d: %s is of %v, want %v", w.Head().Seq, a.Key(), got, want)
			}
			if got := w.IssuesAt(a); !slices.Equal(got, w.WalkIssuesAt(a)) {
				t.Fatalf("event %d: %d knelpunten at %q, want %d", w.Head().Seq, len(got), a.Key(), len(w.WalkIssuesAt(a)))
			}
		}
	}
	if err := w.WalkPlaces(); err != nil {
		t.Fatalf("event %d: %v", w.Head().Seq, err)
	}
	if err := w.WalkOrder(); err != nil {
		t.Fatalf("event %d: %v", w.Head().Seq, err)
	}
	for _, p := range people {
		if !slices.Equal(w.IssuesOf(p), w.WalkIssuesOf(p)) {
			t.Fatalf("event %d: %s reported %d knelpunten, want %d", w.Head().Seq, p, len(w.IssuesOf(p)), len(w.WalkIssuesOf(p)))
		}
	}
	var claims []string
	for _, c := range w.DoubleClaims(e.today()) {
		if c.Kind != loop.TwoSigners {
			ids := slices.Sorted(slices.Values(c.Triangles))
			claims = append(claims, strings.Join(ids, " "))
		}
	}
	slices.Sort(claims)
	if want := w.WalkClaims(); !slices.Equal(claims, want) {
		t.Fatalf("event %d: double claims %v, want %v", w.Head().Seq, claims, want)
	}
}

// scopes draws commands that change who answers for what: triangles for a regulation, an
// article or a part of it, that are dropped again, the next of the n texts so far, of
// which articles move, and decisions and formal requests about them.
func (d *driver) scopes(n int) (loop.Command, loop.PersonID) {
	places := []loop.Anchor{
		{Regulation: "inkomenstoeslag"}, here, {Regulation: "inkomenstoeslag", Article: "artikel-2"}, {Regulation: "inkomenstoeslag", Article: "artikel-1", Paragraph: "1"},
		{Regulation: "zorgtoeslag"}, {Regulation: "inkomenstoeslag", Rule: "norm"}, {Regulation: "fietsenwet", Article: "artikel-1"}, {Regulation: "fietsenwet", Article: "artikel-2"},
	}
	switch d.n(8, "scopes") {
	case 3:
		return loop.IntendDecision{
			ID: d.id("b"), Case: "v1:x", Anchor: places[6+d.n(2, "place")], RuleSet: "regelset", Date: d.today(), Kind: loop.Recovery, Outcome: "x", Loss: 100,
		}, "pim"
	case 4: // of a citizen, to be asked for below
		c := d.signal("burger/1")
		c.Signal.Channel, c.Signal.Anchor = loop.Citizen, places[6+d.n(2, "place")]
		return c, "burger/1"
	case 5:
		var mine []string
		for _, i := range d.w.IssuesOf("burger/1") {
			for _, id := range i.Signals {
				if s, _ := d.w.Signal(id); s.Reporter == "burger/1" && s.Anchor.Regulation == "fietsenwet" && d.w.Formal(id) == nil {
					mine = append(mine, id)
				}
			}
		}
		return loop.AskFormal{Signal: d.pick(mine, "signal"), Kind: loop.Objection, Contact: d.text()}, "burger/1"
	case 0:
		var ids []string
		for _, t := range d.w.Triangles() {
			if t.Dropped.IsZero() && t.ID != "gemeente" {
				ids = append(ids, t.ID)
			}
		}
		return loop.DropTriangle{Triangle: d.pick(ids, "triangle"), Reason: why("op")}, "eva"
	case 1:
		c := loop.ImportRegulation{ID: "fietsenwet", Name: "Fietsenwet", Digest: digest(n + 1), Articles: []loop.ArticleText{
			{ID: "artikel-1", Title: fmt.Sprint("Eén ", n), Paras: []string{"1"}}, {ID: "artikel-2", Title: "Twee", Paras: []string{"1"}},
		}}
		if n > 0 && d.n(3, "moves") > 0 {
			c.After, c.Moves = digest(n), []loop.Move{{Article: "artikel-1", NowArticle: "artikel-2"}, {Article: "artikel-2", NowArticle: "artikel-1"}}
		}
		return c, loop.System
	case 2:
		by := d.who()
		c := d.signal(by)
		c.Signal.Anchor = places[d.n(len(places), "place")]
		return c, by
	}
	id := d.id("t")
	person := []loop.PersonID{"bram", "ed", "eva", "pia"}[d.n(4, "person")]
	from := d.today().AddDays(d.n(10, "from") - 5)
	return loop.SetTriangle{ID: id, Scope: places[d.n(len(places), "place")], From: from, Posts: []loop.Post{
		{ID: "e", Corner: loop.Eigenaar, Organisation: "Gemeente"}, {ID: "b", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: "Gemeente"}, {ID: "u", Corner: loop.Opdrachtnemer, Organisation: "Dienst"},
	}, Terms: []loop.Term{
		{Post: "e", Person: "eva", Name: why("eva"), Signs: true, From: from}, {Post: "b", Person: person, Name: why("wie"), Signs: true, From: from},
	}}, "eva"
}

// TestIndexIsTheWalk: whatever happens, after each event the indexes of the world give
// what a walk over everything gives; so does a world that came back from a snapshot.
func TestIndexIsTheWalk(t *testing.T) {
	if testing.Short() {
		t.Skip("it compares everything after each event")
	}
	t.Parallel()
	dir := t.TempDir()
	seen := map[string]int{}
	missing := func() []string {
		return slices.DeleteFunc([]string{"loop.SetTriangle", "loop.DropTriangle", "loop.Forward", "loop.Merge", "moves", "loop.AnswerIssue", "loop.Leave", "decision moves", "formal request moves"}, func(c string) bool { return seen[c] > 0 })
	}
	rounds(t, 60, missing, func(t *rapid.T) { indexIsTheWalk(t, dir, seen) })
	t.Log(seen)
}

func indexIsTheWalk(t *rapid.T, dir string, seen map[string]int) {
	e := municipality(t)
	d := &driver{T: t, env: e}
	texts := 0
	for range rapid.SampledFrom([]int{20, 60, 120}).Draw(t, "steps") {
		c, by := d.command()
		switch d.n(10, "kind") {
		case 0:
			c, by = d.people()
		case 1, 2:
			c, by = d.scopes(texts)
		case 3:
			c, by = d.decide()
		}
		if e.try(by, c) != nil {
			continue
		}
		seen[fmt.Sprintf("%T", c)]++
		if i, ok := c.(loop.ImportRegulation); ok {
			texts++
			seen["moves"] += len(i.Moves)
			for _, o := range e.w.Owed(e.today()) {
				if len(i.Moves) == 0 || o.Anchor.Regulation != i.ID {
					continue
				}
				switch o.Duty {
				case loop.DutyHear:
					seen["decision moves"]++
				case loop.DutyForward:
					seen["formal request moves"]++
				}
			}
		}
	}
	w := loop.NewWorld(e.w.Terms, e.w.Catalogue)
	for _, r := range e.log {
		if err := w.Apply(r); err != nil {
			t.Fatalf("fold: %v", err)
		}
		sameAsWalk(t, w, e)
	}
	again := kept(t, dir, w, e.log)
	sameAsWalk(t, again, e)
	if !reflect.DeepEqual(again, w) {
		t.Fatalf("the snapshot gives another world")
	}
}

// BenchmarkOwed compares what pages ask of a large log with a walk over everything. OWED
// gives the number of events.
func BenchmarkOwed(b *testing.B) {
	n := 100_000
	if s := os.Getenv("OWED"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil {
			b.Fatalf("OWED: %v", err)
		}
	}
	e := municipality(b)
	busy(e, n)
	e.days(200) // everything is late
	today := e.today()
	b.Logf("%d events, %d knelpunten, %d owed, %d of them by one person", len(e.log), len(e.w.Issues()), len(e.w.Owed(today)), e.w.OwedCount("bram", today))
	for _, x := range []struct {
		name string
		do   func() int
	}{
		{"all/walk", func() int { return len(e.w.WalkOwed(today)) }},
		{"all/index", func() int { return len(e.w.Owed(today)) }},
		{"first20/walk", func() int { return len(e.w.WalkOwed(today)[:20]) }},
		{"first20/index", func() int {
			n := 0
			for range e.w.EachOwed(today, loop.Public) {
				if n++; n == 20 {
					break
				}
			}
			return n
		}},
		{"late/walk", func() int {
			n := 0
			for _, o := range e.w.WalkOwed(today) {
				if o.Step >= loop.Public {
					n++
				}
			}
			return n
		}},
		{"late/index", func() int { s := e.w.OwedSteps(today); return s[loop.Public] + s[loop.Parliament] }},
		{"person/walk", func() int {
			n := 0
			for _, o := range e.w.WalkOwed(today) {
				if o.Holder.Person == "bram" {
					n++
				}
			}
			return n
		}},
		{"person/index", func() int { return e.w.OwedCount("bram", today) }},
	} {
		b.Run(x.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				x.do()
			}
		})
	}
}
