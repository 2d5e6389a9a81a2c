package loop_test

import (
	"testing"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

func lawVersion(date string, n int) loop.LawVersion {
	return loop.LawVersion{
		Date: rule.MustDate(date), Name: "Fietsenwet", Digest: digest(n),
		Articles: []loop.LawArticle{{ID: "artikel-1", Number: "1", Leden: []loop.LawLid{{Number: "1", Text: date}}}},
	}
}

func TestLawVersions(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	for n, date := range []string{"2024-01-01", "2026-01-01", "2025-01-01"} { // in any order
		e.do(loop.System, loop.ImportLaw{BWB: "BWBR0099999", Version: lawVersion(date, n)})
	}
	l := e.w.Law("BWBR0099999")
	for on, want := range map[string]string{"2024-01-01": "2024-01-01", "2025-12-31": "2025-01-01", "2030-01-01": "2026-01-01"} {
		if v := l.At(rule.MustDate(on)); v == nil || v.Date.String() != want {
			t.Errorf("at %s: %v, want %s", on, v, want)
		}
	}
	if v := l.At(rule.MustDate("2023-12-31")); v != nil {
		t.Errorf("before the first: %v", v)
	}
	e.no("niets-veranderd", loop.System, loop.ImportLaw{BWB: "BWBR0099999", Version: lawVersion("2025-01-01", 2)})
	// A correction of the publisher replaces the text of that date.
	e.do(loop.System, loop.ImportLaw{BWB: "BWBR0099999", Version: lawVersion("2025-01-01", 9)})
	if l := e.w.Law("BWBR0099999"); len(l.Versions) != 3 || l.Versions[1].Digest != digest(9) {
		t.Errorf("%+v", l.Versions)
	}

	bad := func(code string, change func(*loop.ImportLaw)) {
		t.Helper()
		c := loop.ImportLaw{BWB: "BWBR0099999", Version: lawVersion("2027-01-01", 4)}
		change(&c)
		e.no(code, loop.System, c)
	}
	bad("bwb-onjuist", func(c *loop.ImportLaw) { c.BWB = "BWB1" })
	bad("datum-ontbreekt", func(c *loop.ImportLaw) { c.Version.Date = rule.Date{} })
	bad("naam-ontbreekt", func(c *loop.ImportLaw) { c.Version.Name = " " })
	bad("artikelen-ontbreken", func(c *loop.ImportLaw) { c.Version.Articles = nil })
	bad("invoer-onjuist", func(c *loop.ImportLaw) { c.Version.Digest = "x" })
	// The regulation that goes with it is refused: then the version is as well.
	bad("naam-ontbreekt", func(c *loop.ImportLaw) { c.Regulation = &loop.ImportRegulation{ID: "fietsenwet"} })
	if e.w.Law("BWBR0099999").On(rule.MustDate("2027-01-01")) != nil {
		t.Error("half an import was kept")
	}
}

// TestRenumbered: what hangs on an article goes with it, also when two change
// places, when a lid moves, and when its old number goes to another.
func TestRenumbered(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	text := func(n int, moves []loop.Move, ids ...string) loop.ImportRegulation {
		c := loop.ImportRegulation{ID: "fietsenwet", Name: "Fietsenwet", Digest: digest(n), Moves: moves}
		for _, id := range ids {
			c.Articles = append(c.Articles, loop.ArticleText{ID: id, Title: id, Text: "1. x", Paras: []string{"1", "2", "3"}})
		}
		return c
	}
	e.do(loop.System, text(1, nil, "artikel-1", "artikel-2", "artikel-3"))
	issue := map[string]string{}
	for _, at := range []string{"artikel-1", "artikel-2", "artikel-2/1", "artikel-3"} {
		f := e.signal("pim")
		f.Signal.Anchor, _ = loop.ParseAnchor("fietsenwet/" + at)
		if at == "artikel-2/1" {
			f.Signal.Anchor = loop.Anchor{Regulation: "fietsenwet", Article: "artikel-2", Paragraph: "1"}
		}
		e.do("pim", f)
		issue[at] = f.NewIssue
	}
	next := text(2, []loop.Move{
		{Article: "artikel-1", NowArticle: "artikel-2"}, {Article: "artikel-2", NowArticle: "artikel-1"},
		{Article: "artikel-2", Lid: "1", NowArticle: "artikel-1", NowLid: "2"},
	}, "artikel-1", "artikel-2")
	next.After = digest(7)
	e.no("tekst-veranderd", loop.System, next)
	next.After = digest(1)
	e.do(loop.System, next)
	for was, want := range map[string]string{
		"artikel-1": "fietsenwet/artikel-2", "artikel-2": "fietsenwet/artikel-1",
		"artikel-2/1": "fietsenwet/artikel-1/lid-2", "artikel-3": "fietsenwet/artikel-3",
	} {
		i := e.w.Issue(issue[was])
		if got := i.Anchors[0].Key(); got != want {
			t.Errorf("%s went to %s, want %s", was, got, want)
		}
		for _, o := range i.Obligations() {
			if o.Anchor.Key() != want {
				t.Errorf("%s: the duty %s is still at %s", was, o.Duty, o.Anchor.Key())
			}
		}
		if s, _ := e.w.Signal(i.Signals[0]); s.Anchor.Key() != want {
			t.Errorf("%s: the signal is still at %s", was, s.Anchor.Key())
		}
	}
	// Article 3 is gone, and still there for what hangs on it.
	g := e.w.Regulation("fietsenwet")
	if n := len(g.Articles); n != 3 || g.Articles[2].ID != "artikel-3" || g.Articles[2].Gone.IsZero() {
		t.Errorf("%+v", g.Articles)
	}
	// The next signal on the place finds the knelpunt that moved there.
	f := e.signal("pia")
	f.Signal.Anchor = loop.Anchor{Regulation: "fietsenwet", Article: "artikel-2"}
	e.do("pia", f)
	if _, at := e.w.Signal(f.Signal.ID); at != issue["artikel-1"] {
		t.Errorf("the new signal opened %s instead of joining %s", at, issue["artikel-1"])
	}
	// Article 1 goes, article 2 gets its number: they do not become one.
	e.do(loop.System, text(3, []loop.Move{{Article: "artikel-2", NowArticle: "artikel-1"}}, "artikel-1"))
	if got := e.w.Issue(issue["artikel-2"]).Anchors[0].Article; got != "artikel-1-tot-"+e.today().String() {
		t.Errorf("what hung on the article that went is at %s", got)
	}
	if got := e.w.Issue(issue["artikel-1"]).Anchors[0].Article; got != "artikel-1" {
		t.Errorf("what hung on article 2 is at %s", got)
	}
	for _, m := range []loop.Move{
		{Article: "weg", NowArticle: "artikel-1"}, {Article: "artikel-1", NowArticle: "weg"}, {Article: "artikel-1", Lid: "1", NowArticle: "artikel-1"},
	} {
		e.no("hernummering-onjuist", loop.System, text(4, []loop.Move{m}, "artikel-1"))
	}
}

// TestOwedMovesAlong: what is owed about a decision and a formal request goes with the
// article, and who answers for its new place bears it; what was done already too. With a
// snapshot anywhere in between it is the same.
func TestOwedMovesAlong(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	text := func(n int, moves ...loop.Move) loop.ImportRegulation {
		c := loop.ImportRegulation{ID: "fietsenwet", Name: "Fietsenwet", Digest: digest(n), Moves: moves}
		if n > 1 {
			c.After = digest(n - 1)
		}
		for _, id := range []string{"artikel-1", "artikel-2"} {
			c.Articles = append(c.Articles, loop.ArticleText{ID: id, Title: id, Text: "1. x", Paras: []string{"1"}})
		}
		return c
	}
	first, second := loop.Anchor{Regulation: "fietsenwet", Article: "artikel-1"}, loop.Anchor{Regulation: "fietsenwet", Article: "artikel-2"}
	e.do(loop.System, text(1))
	from := e.today().AddDays(-10)
	e.do("eva", loop.SetTriangle{ID: "fiets", Scope: first, From: from, Posts: []loop.Post{
		{ID: "e", Corner: loop.Eigenaar, Organisation: "Gemeente"}, {ID: "b", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: "Gemeente"}, {ID: "u", Corner: loop.Opdrachtnemer, Organisation: "Dienst"},
	}, Terms: []loop.Term{
		{Post: "e", Person: "eva", Name: why("eva"), Signs: true, From: from}, {Post: "b", Person: "bo", Name: why("bo"), Signs: true, From: from}, {Post: "u", Person: "els", Name: why("els"), Signs: true, From: from},
	}})
	// Nobody of the triangle prepares it: the place bears it.
	intend := func() string {
		id := e.id("b")
		e.do("zaaksysteem", loop.IntendDecision{ID: id, Case: "v1:x", Anchor: second, RuleSet: "d", Date: e.today(), Kind: loop.Recovery, Outcome: "x", Loss: 100})
		return id
	}
	open, done := intend(), intend()
	e.do("ed", loop.NoteContact{Decision: done, Contact: loop.Contact{How: "telefoon", Reached: true, Note: why("gesproken")}})
	f := e.signal("burger/1")
	f.Signal.Channel, f.Signal.Anchor = loop.Citizen, second
	e.do("burger/1", f)
	e.do("burger/1", loop.AskFormal{Signal: f.Signal.ID, Kind: loop.Objection, Contact: why("bel mij")})

	is := func(when string, at loop.Anchor, who, other loop.PersonID, triangle string) {
		t.Helper()
		for name, o := range map[string]loop.Obligation{
			"an open duty of a decision": e.w.Decision(open).Obligations()[0], "a duty that was done": e.w.Decision(done).Obligations()[0],
			"a duty of a formal request": e.w.Formal(f.Signal.ID).Obligations()[0],
		} {
			if o.Anchor != at || o.Debtor.Scope != at {
				t.Errorf("%s: %s is at %s and of %s, want %s", when, name, o.Anchor.Key(), o.Debtor.Scope.Key(), at.Key())
			}
		}
		if got := e.w.Formal(f.Signal.ID).Anchor; got != at {
			t.Errorf("%s: the formal request is at %s, want %s", when, got.Key(), at.Key())
		}
		for _, duty := range []loop.Duty{loop.DutyHear, loop.DutyForward} {
			n := 0
			for _, o := range e.w.OwedBy(who, e.today()) {
				if o.Duty == duty && o.Holder.Triangle == triangle {
					n++
				}
			}
			if n != 1 {
				t.Errorf("%s: %s owes %s %d times in %s, want 1", when, who, duty, n, triangle)
			}
			for _, o := range e.w.OwedBy(other, e.today()) {
				if o.Duty == duty {
					t.Errorf("%s: %s owes %s", when, other, duty)
				}
			}
		}
		if !e.w.HandlesFormal(e.w.Formal(f.Signal.ID), who, e.today()) {
			t.Errorf("%s: %s may not send it on", when, who)
		}
		sameAsWalk(t, e.w, e)
	}
	is("before", second, "ed", "els", "gemeente")
	swap := []loop.Move{{Article: "artikel-1", NowArticle: "artikel-2"}, {Article: "artikel-2", NowArticle: "artikel-1"}}
	// The triangle moves along as well; only what lies in it bears what is there.
	e.do(loop.System, text(2, swap...))
	is("both moved", first, "ed", "els", "gemeente")
	// Another answers for the new place.
	e.do("eva", loop.DropTriangle{Triangle: "fiets", Reason: why("anders")})
	e.do("eva", loop.SetTriangle{ID: "fiets-2", Scope: first, From: from, Posts: []loop.Post{
		{ID: "e", Corner: loop.Eigenaar, Organisation: "Gemeente"}, {ID: "b", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: "Gemeente"}, {ID: "u", Corner: loop.Opdrachtnemer, Organisation: "Dienst"},
	}, Terms: []loop.Term{
		{Post: "e", Person: "eva", Name: why("eva"), Signs: true, From: from}, {Post: "b", Person: "bo", Name: why("bo"), Signs: true, From: from}, {Post: "u", Person: "els", Name: why("els"), Signs: true, From: from},
	}})
	is("another answers", first, "els", "ed", "fiets-2")
	dir := t.TempDir()
	for n := range len(e.log) {
		e.resumes(dir, n)
	}
}
