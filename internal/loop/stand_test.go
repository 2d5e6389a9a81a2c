package loop_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

func TestStand(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	e.do("pim", e.signal("pim"))
	from, until := rule.MustDate("2026-06-01"), rule.MustDate("2026-06-30")
	preface := loop.WritePreface{Stand: "2026-06", From: from, Until: until, Words: why("Het was druk.")}
	figures := loop.StandFigures{Opened: 1, MedianDays: -1, Open: true}
	publish := loop.PublishStand{Stand: "2026-06", From: from, Until: until, Figures: figures, Seq: uint64(len(e.log))}

	e.no("rol-onjuist", "bram", preface)
	e.no("rol-onjuist", "iemand", preface)
	for _, d := range [][2]rule.Date{{until, from}, {{}, until}, {from, {Year: 2026, Month: 6, Day: 31}}} {
		p := preface
		p.From, p.Until = d[0], d[1]
		e.no("periode-onjuist", "pim", p)
	}
	empty := preface
	empty.Words = loop.Text{}
	e.no("tekst-ontbreekt", "pim", empty)
	e.do("pim", preface) // whoever works in execution writes
	other := preface
	other.Until = until.AddDays(1)
	e.no("periode-onjuist", "pim", other)
	e.no("periode-loopt-nog", "ed", publish)
	e.days(40)
	e.no("rol-onjuist", "pim", publish) // and whoever signs publishes
	e.no("rol-onjuist", "bram", publish)
	late := publish
	late.Seq = uint64(len(e.log)) + 1
	e.no("cijfers-onbekend", "ed", late)
	bare := publish
	bare.Stand = "2026-06-anders"
	e.no("voorwoord-ontbreekt", "ed", bare)
	e.do("ed", publish)
	s := e.w.Stand("2026-06")
	if d := cmp.Diff(figures, s.Figures); d != "" || s.Digest != figures.Digest() || s.PublishedBy != "ed" || s.PrefaceBy != "pim" {
		t.Errorf("published by %s, preface by %s, digest %s\n%s", s.PublishedBy, s.PrefaceBy, s.Digest, d)
	}
	e.no("stand-gepubliceerd", "pim", preface)
	e.no("stand-gepubliceerd", "ed", publish)

	// The words can be erased; the numbers stay.
	e.do("pim", loop.EraseTexts{Refs: []event.Ref{{Seq: s.Preface.Seq, Field: s.Preface.Field}}, Ground: "verzoek betrokkene"})
	if s.Preface.Words != "" || !s.Preface.Erased() || s.Figures.Opened != 1 {
		t.Errorf("after erasing: %+v, %d opened", s.Preface, s.Figures.Opened)
	}
	if d := cmp.Diff(s.Figures, e.replay().Stand("2026-06").Figures); d != "" {
		t.Error("after replay:", d)
	}
}

// TestFirstStands: a Stand of the first logs is read, and its numbers about people are
// not; what was in them stays in the log only.
func TestFirstStands(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	e.do("pim", loop.WritePreface{Stand: "2026-05", From: rule.MustDate("2026-05-01"), Until: rule.MustDate("2026-05-31"), Words: why("Het was druk.")})
	last := e.log[len(e.log)-1]
	old := `{"cijfers":{"signalen":3,"geopend":2,"beantwoord":1,"doorgezonden":0,"mediaanDagen":4,"bevestigd":1,"stilzwijgend":2,"heropend":0,
		"zwaarste":[{"knelpunt":"k1","staat":"open","tegel":"te-hard","anker":{"regeling":"r","artikel":"a"},"signalen":3,"melders":2}],"teLaatAantal":0,
		"toezeggingen":{"gedaan":0,"nagekomen":0,"teLaat":0,"open":0},"maatwerk":[{"regeling":"r","grond":"g","aantal":3}],
		"gemeten":[{"voorstel":"p","verwachting":"e","waarde":"3.5","oordeel":"binnen"}]},"vingerafdruk":"` + string(digest(7)) + `","gebeurtenis":2}`
	r := event.Record{Event: event.Event{Seq: last.Seq + 1, Stream: last.Stream, Type: "stand.gepubliceerd.1", At: e.now, Actor: "ed", Data: json.RawMessage(old)}}
	if err := e.w.Apply(r); err != nil {
		t.Fatal(err)
	}
	s := e.w.Stand("2026-05")
	want := loop.StandFigures{
		Opened: 2, Answered: 1, MedianDays: 4, Top: []loop.StandIssue{{ID: "k1", State: loop.Open, Kind: loop.TooHarsh, Anchor: loop.Anchor{Regulation: "r", Article: "a"}}},
		Measured: []loop.StandMeasured{{Proposal: "p", Expectation: "e", Verdict: loop.Inside}},
	}
	if d := cmp.Diff(want, s.Figures); d != "" || s.Digest != digest(7) || s.Published.IsZero() {
		t.Errorf("published on %v with %s\n%s", s.Published, s.Digest, d)
	}
}

func TestLesson(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	e.do("pim", f)
	made := loop.MakeLesson{
		ID: "l1", Issue: f.NewIssue, Dilemma: why("Eén euro te veel."), Options: []loop.Text{why("weigeren"), why("toekennen")},
		Decided: 2, Why: why("De grens raakt hier niemand die het kan missen."), Principle: "evenredigheid",
	}
	e.no("niet-beantwoord", "bram", made)
	e.do("bram", loop.AnswerIssue{Issue: f.NewIssue, Kind: loop.Explain, Reason: why("zo zit het")})
	e.no("rol-onjuist", "ed", made)
	e.no("les-onbekend", "bram", loop.WithdrawLesson{Lesson: "l1", Reason: why("x")})
	for code, change := range map[string]func(*loop.MakeLesson){
		"knelpunt-onbekend": func(c *loop.MakeLesson) { c.Issue = "weg" },
		"tekst-ontbreekt":   func(c *loop.MakeLesson) { c.Why = loop.Text{} },
		"keuzes-onjuist":    func(c *loop.MakeLesson) { c.Options = c.Options[:1] },
		"keuze-onbekend":    func(c *loop.MakeLesson) { c.Decided = 3 },
		"beginsel-onbekend": func(c *loop.MakeLesson) { c.Principle = "gevoel" },
		"id-onjuist":        func(c *loop.MakeLesson) { c.ID = "a/b" },
	} {
		c := made
		change(&c)
		e.no(code, "bram", c)
	}
	e.do("bram", made)
	e.no("id-bestaat", "bram", made)
	again := made
	again.ID = "l2"
	e.no("les-bestaat", "bram", again)

	// A reader chooses once, and not by name.
	choose := loop.ChooseInLesson{Lesson: "l1", Choice: 1}
	e.no("rol-onjuist", "pim", choose)
	e.no("keuze-onbekend", loop.ReaderPrefix+"a", loop.ChooseInLesson{Lesson: "l1", Choice: 3})
	e.do(loop.ReaderPrefix+"a", choose)
	e.no("al-gekozen", loop.ReaderPrefix+"a", loop.ChooseInLesson{Lesson: "l1", Choice: 2})
	e.do(loop.ReaderPrefix+"b", loop.ChooseInLesson{Lesson: "l1", Choice: 2})
	l := e.w.Lesson("l1")
	if d := cmp.Diff([]int{1, 1}, l.Chosen); d != "" || l.Read(loop.ReaderPrefix+"a") != 1 || l.Read(loop.ReaderPrefix+"c") != 0 {
		t.Errorf("chosen: %v", l.Chosen)
	}
	e.no("rol-onjuist", "ed", loop.WithdrawLesson{Lesson: "l1", Reason: why("x")})
	e.do("bram", loop.WithdrawLesson{Lesson: "l1", Reason: why("te herkenbaar")})
	e.no("les-ingetrokken", loop.ReaderPrefix+"d", choose)
	e.do("bram", again)
	if got := e.replay().Lesson("l2"); got == nil || got.Options[1].Words != "toekennen" || got.Principle != "evenredigheid" {
		t.Errorf("after replay: %+v", got)
	}
}
