package loop_test

import (
	"testing"

	"lemniscaat/internal/loop"
)

func (e *env) cross(weeksAgo, long int) loop.Cross {
	from := e.today().AddDays(-7 * weeksAgo)
	return loop.Cross{NewIssue: e.id("k"), Kind: loop.TooHarsh, What: why("Artikel 1: 14 van 92 besluiten met maatwerk (verwacht: 3 %)"), Crossing: loop.Crossing{
		Detector: "maatwerk", Anchor: here, From: from, Until: from.AddDays(7 * long), Cases: "92", Events: "14", Expect: "0.03", Low: "0.09", High: "0.24", Signal: e.id("s"),
	}}
}

func TestDetectorsDeclareAndReport(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	d := loop.Declare{Declared: loop.Declared{Detector: "maatwerk", Anchor: loop.Anchor{Regulation: "inkomenstoeslag"}, Expect: "3", Why: why("zo was het vorig jaar")}}
	e.no("rol-onjuist", "ed", d)
	bad := d
	bad.Declared.Expect = "0"
	e.no("verwachting-onjuist", "bram", bad)
	bad = d
	bad.Declared.Anchor.Article = "weg"
	e.no("anker-onbekend", "bram", bad)
	bad = d
	bad.Declared.Off = true
	e.no("detector-uit", "bram", bad)
	e.do("bram", d)
	e.no("niets-veranderd", "bram", d)

	// What holds for the regulation holds for its articles, unless an article
	// has its own.
	own := d
	own.Declared.Anchor, own.Declared.Expect = here, "8"
	e.do("eva", own)
	w := e.w.Watch("inkomenstoeslag")
	for article, want := range map[string]loop.Number{"artikel-1": "8", "artikel-2": "3"} {
		if x, ok := w.Expected("maatwerk", loop.Anchor{Regulation: "inkomenstoeslag", Article: article}, ""); !ok || x.Expect != want {
			t.Errorf("%s expects %s, want %s", article, x.Expect, want)
		}
	}
	own.Declared.Off = true
	e.do("eva", own)
	if _, ok := e.w.Watch("inkomenstoeslag").Expected("maatwerk", here, ""); ok {
		t.Error("an article that is off is still watched")
	}

	// An alarm is a signal on the place; it joins what is there.
	e.no("rol-onjuist", "ed", e.cross(6, 3))
	first := e.cross(6, 3)
	e.do(loop.System, first)
	e.no("al-gemeld", loop.System, e.cross(5, 3))
	e.do(loop.System, e.cross(2, 1))
	s, issue := e.w.Signal(first.Crossing.Signal)
	if s == nil || issue != first.NewIssue || s.Reporter != "detector/maatwerk" || s.Reachable {
		t.Fatalf("%+v in %q", s, issue)
	}
	if n := len(e.w.Issue(issue).Signals); n != 2 {
		t.Errorf("%d signals in the knelpunt, want 2", n)
	}
	if n := len(e.w.Watch("inkomenstoeslag").Crossed); n != 2 {
		t.Errorf("%d crossings, want 2", n)
	}
}

// TestRuleDoesNotFit: the same ground so often on one place becomes a knelpunt,
// by the detector, and again after as often.
func TestRuleDoesNotFit(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	var last loop.GiveDiscretion
	for n := 1; n <= 2*e.w.Terms.DiscretionCount; n++ {
		last = e.give(e.intend(loop.Rejected, 0), norm(500), 1000)
		e.do("pim", last)
		s, _ := e.w.Signal(last.SignalID)
		if filed := s != nil; filed != (n%e.w.Terms.DiscretionCount == 0) {
			t.Fatalf("after %d times: filed %t", n, filed)
		}
		if got := e.w.Discretion("open-norm", here); got != n {
			t.Fatalf("counted %d of %d", got, n)
		}
	}
	s, issue := e.w.Signal(last.SignalID)
	if s.Reporter != "detector/regel-past-niet" || s.Kind != loop.TooHarsh || len(e.w.Issue(issue).Signals) != 2 {
		t.Errorf("%+v in %s", s, issue)
	}
	if o, ok := e.w.Issue(issue).Due(); !ok || o.Duty != loop.DutyAnswer || e.w.Resolve(o.Debtor, e.today()).Person != "bram" {
		t.Errorf("an answer is owed: %+v", o)
	}
}
