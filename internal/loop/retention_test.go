package loop_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// aged gives the texts of a kind on a day.
func (e *env) aged(kind loop.TextKind, terms loop.Retention, on rule.Date) (due, held []loop.Aged) {
	e.t.Helper()
	acted := map[loop.PersonID]rule.Date{}
	for _, r := range e.log {
		acted[loop.PersonID(r.Actor)] = loop.DateOf(r.At)
	}
	for _, r := range e.log {
		list, err := e.w.Age(r, terms, acted, on)
		if err != nil {
			e.t.Fatalf("%v", err)
		}
		for _, a := range list {
			switch {
			case a.Kind != kind:
			case a.Due(on):
				due = append(due, a)
			case a.Over(on):
				held = append(held, a)
			}
		}
	}
	return due, held
}

func TestSpans(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ span, from, last string }{
		{"P1Y", "2026-06-01", "2027-06-01"},
		{"P1Y", "2028-02-29", "2029-02-28"}, // 29 February
		{"P4Y", "2028-02-29", "2032-02-29"},
		{"P1M", "2027-01-31", "2027-02-28"},
		{"P1D", "2027-03-28", "2027-03-29"}, // the clock goes forward
		{"P1D", "2026-10-25", "2026-10-26"}, // and back
		{"P1Y6M10D", "2026-01-01", "2027-07-11"},
	} {
		s, err := loop.ParseSpan(c.span)
		if err != nil {
			t.Fatal(err)
		}
		if got := s.From(rule.MustDate(c.from)).String(); got != c.last || s.String() != c.span {
			t.Errorf("%s from %s: %s, want %s (shown as %s)", c.span, c.from, got, c.last, s)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		s := loop.Span{Years: rapid.IntRange(0, 999).Draw(t, "y"), Months: rapid.IntRange(0, 999).Draw(t, "m"), Days: rapid.IntRange(1, 99999).Draw(t, "d")}
		if got, err := loop.ParseSpan(s.String()); err != nil || got != s {
			t.Fatalf("%v read as %v: %v", s, got, err)
		}
		d := rule.MustDate("2026-01-01").AddDays(rapid.IntRange(0, 4000).Draw(t, "from"))
		a := loop.Aged{Last: s.From(d)}
		if a.Due(a.Last) || a.Due(d) || !a.Due(a.Last.AddDays(1)) {
			t.Fatalf("%v from %v", s, d)
		}
	})
}

// TestRetentionWaits: a term runs from the end of what a text is about, and what is
// owed keeps it.
func TestRetentionWaits(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	terms := loop.Retention{loop.SignalTexts: {Days: 10}, loop.IssueTexts: {Days: 10}, loop.NameTexts: {Days: 10}}
	f := e.signal("pim")
	e.do("pim", f)
	// In the night of Amsterdam it is a day later than in London.
	first := e.today()
	if got := loop.DateOf(time.Date(2026, 6, 30, 22, 30, 0, 0, time.UTC)); got != rule.MustDate("2026-07-01") {
		t.Fatalf("%v", got)
	}
	due, held := e.aged(loop.SignalTexts, terms, first.AddDays(400))
	if len(due) != 0 || len(held) != 1 || held[0].Held != loop.HeldOwed {
		t.Fatalf("an open knelpunt: due %+v, held %+v", due, held)
	}
	if due, held := e.aged(loop.NameTexts, terms, first.AddDays(400)); len(due) != 0 || len(held) != 8 || held[0].Held != loop.HeldOffice {
		t.Errorf("names of people in office: due %+v, held %+v", due, held)
	}
	none, held := e.aged(loop.SignalTexts, nil, first.AddDays(40000))
	if len(none)+len(held) != 0 {
		t.Error("without a term something goes")
	}
}

// TestEveryTextHasAKind: a new type of event is put in a kind on purpose.
func TestEveryTextHasAKind(t *testing.T) {
	t.Parallel()
	known := strings.Fields("signaal knelpunt voorstel besluit formeel driehoek persoon link toegang leerzaak stand detector")
	without := strings.Fields("ladder team wet regeling organisatie invoer tekst waardering")
	for _, name := range loop.Types() {
		kind, _, _ := strings.Cut(name, ".")
		if !strings.Contains(" "+strings.Join(append(known, without...), " ")+" ", " "+kind+" ") {
			t.Errorf("%s: which texts does it have, and how long are they kept?", name)
		}
	}
	for _, c := range []struct {
		typ, field string
		want       loop.TextKind
	}{
		{"signaal.ontvangen.1", "watGebeurdeEr", loop.SignalTexts}, {"signaal.ontvangen.1", "naam-bijlage-1", loop.FileTexts},
		{"signaal.ontvangen.1", "bijlage-1", loop.FileTexts}, {"besluit.bezwaar.1", "reden", loop.FormalTexts},
		{"besluit.contact.1", "verslag", loop.DecisionTexts}, {"driehoek.vastgesteld.1", "naam-3", loop.NameTexts},
		{"driehoek.opgeheven.1", "reden", loop.OtherTexts}, {"stand.voorwoord.1", "voorwoord", loop.OtherTexts},
	} {
		if got := loop.KindOfText(c.typ, c.field); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.typ, c.field, got, c.want)
		}
	}
}
