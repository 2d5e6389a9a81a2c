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
