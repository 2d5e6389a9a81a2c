package loop_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

func citizen(e *env) loop.FileSignal {
	f := e.signal("burger/1")
	f.Signal.Channel = loop.Citizen
	e.do("burger/1", f)
	return f
}

// A citizen's signal that is really a bezwaar: the formal road is offered, the
// day of the signal counts, and the signal goes on as any other.
func TestObjectionKeepsItsDate(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := citizen(e)
	received := e.today()
	e.days(5)
	e.do("burger/1", loop.AskFormal{Signal: f.Signal.ID, Kind: loop.Objection, Decided: received.AddDays(-10), Contact: why("bel mij")})
	r := e.w.Formal(f.Signal.ID)
	if r == nil || r.Received != received || r.Decided != received.AddDays(-10) || r.Contact.Words != "bel mij" {
		t.Fatalf("%+v", r)
	}
	due, open := r.Due()
	if !open || due.Due != e.today().AddDays(7) || due.Duty != loop.DutyForward || e.w.Resolve(due.Debtor, e.today()).Person != "ed" {
		t.Errorf("due %+v", due)
	}
	var owed []string
	for _, o := range e.w.OwedBy("ed", e.today()) {
		owed = append(owed, string(o.Duty)+" "+o.Stream)
	}
	if d := cmp.Diff([]string{"doorsturen formeel/" + f.Signal.ID}, owed); d != "" {
		t.Error(d)
	}
	if i := e.w.Issue(f.NewIssue); i.State != loop.Open {
		t.Errorf("the knelpunt is %s", i.State)
	}

	e.no("al-gevraagd", "burger/1", loop.AskFormal{Signal: f.Signal.ID, Kind: loop.Complaint, Contact: why("x")})
	e.no("rol-onjuist", "bram", loop.ForwardFormal{Signal: f.Signal.ID, How: why("brief")})
	e.no("rol-onjuist", "pim", loop.ForwardFormal{Signal: f.Signal.ID, How: why("brief")})
	e.no("tekst-ontbreekt", "ed", loop.ForwardFormal{Signal: f.Signal.ID})
	e.do("els", loop.ForwardFormal{Signal: f.Signal.ID, How: why("naar de afdeling bezwaar")})
	if _, open := e.w.Formal(f.Signal.ID).Due(); open || e.w.Formal(f.Signal.ID).By != "els" {
		t.Error("still owed")
	}
	e.no("al-doorgestuurd", "ed", loop.ForwardFormal{Signal: f.Signal.ID, How: why("nog eens")})
	for who, want := range map[loop.PersonID]bool{"ed": true, "els": true, "eva": true, "pim": false, "bram": false, "": false} {
		if e.w.HandlesFormal(e.w.Formal(f.Signal.ID), who, e.today()) != want {
			t.Errorf("%q may see how to reach the citizen: %t", who, !want)
		}
	}

	// The way to reach somebody can be erased; the request stays.
	n := uint64(len(e.log)) - 1
	e.do("burger/1", loop.EraseTexts{Refs: []event.Ref{{Seq: n, Field: "bereikbaar"}}, Ground: "verzoek"})
	if c := e.w.Formal(f.Signal.ID).Contact; !c.Erased() {
		t.Errorf("contact %+v", c)
	}
	if d := cmp.Diff(e.w.Formal(f.Signal.ID).Received, e.replay().Formal(f.Signal.ID).Received); d != "" {
		t.Error(d)
	}
}

func TestFormalGuards(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := citizen(e)
	ask := loop.AskFormal{Signal: f.Signal.ID, Kind: loop.Complaint, Contact: why("bel mij")}
	e.no("geen-melder", "burger/2", ask)
	e.no("geen-melder", "ed", ask)
	e.no("niet-gevraagd", "ed", loop.ForwardFormal{Signal: f.Signal.ID, How: why("x")})
	e.no("signaal-onbekend", "burger/1", loop.AskFormal{Signal: "s-weg", Kind: loop.Objection, Contact: why("x")})
	bad := ask
	bad.Kind = "beroep"
	e.no("weg-onbekend", "burger/1", bad)
	bad = ask
	bad.Contact = loop.Text{}
	e.no("tekst-ontbreekt", "burger/1", bad)
	bad = ask
	bad.Decided = e.today().AddDays(1)
	e.no("besluitdatum", "burger/1", bad)
	p := e.signal("pim")
	e.do("pim", p)
	ask.Signal = p.Signal.ID
	e.no("geen-melder", "pim", ask)
}

// The executor that owes the sending on leaves: somebody living owes it.
func TestFormalOfAVacantPost(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := citizen(e)
	e.do("burger/1", loop.AskFormal{Signal: f.Signal.ID, Kind: loop.Complaint, Contact: why("bel mij")})
	for _, p := range []loop.PersonID{"ed", "els"} {
		e.do("eva", loop.Leave{Triangle: "gemeente", Post: "uitvoering", Person: p, On: e.today()})
	}
	e.days(2)
	due, _ := e.w.Formal(f.Signal.ID).Due()
	if h := e.w.Resolve(due.Debtor, e.today()); h.Person != "eva" {
		t.Errorf("owed by %+v", h)
	}
	e.do("eva", loop.ForwardFormal{Signal: f.Signal.ID, How: why("zelf gebracht")})
}

func TestAttachments(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f := e.signal("pim")
	file := loop.Attachment{Kind: "image/png", Bytes: 3, Name: loop.Words("scherm.png"), Content: loop.Words("AAAA")}
	f.Signal.Attachments = []loop.Attachment{file, file, file, file}
	e.no("te-veel-bijlagen", "pim", f)
	bad := file
	bad.Kind = "text/html"
	f.Signal.Attachments = []loop.Attachment{bad}
	e.no("bijlage-soort", "pim", f)
	for _, n := range []int{0, loop.MaxAttachmentSize + 1} {
		bad = file
		bad.Bytes = n
		f.Signal.Attachments = []loop.Attachment{bad}
		e.no("bijlage-grootte", "pim", f)
	}
	bad = file
	bad.Content = loop.Text{}
	f.Signal.Attachments = []loop.Attachment{bad}
	e.no("bijlage-grootte", "pim", f)
	f.Signal.Shown = "chef"
	e.no("zichtbaarheid-onbekend", "pim", f)

	f.Signal.Shown, f.Signal.Attachments = loop.Nobody, []loop.Attachment{file, file}
	e.do("pim", f)
	s, _ := e.w.Signal(f.Signal.ID)
	a := s.Attachments[1]
	if a.Name.Words != "scherm.png" || a.Content.Words != "" || !a.Content.Given || a.Content.Field != "bijlage-2" || a.Content.Seq != s.Seq {
		t.Errorf("%+v", a)
	}
	if _, ok := e.log[s.Seq-1].Personal["bijlage-2"]; !ok {
		t.Error("the log holds no commitment of the file")
	}
	e.do("pim", loop.EraseTexts{Refs: []event.Ref{{Seq: s.Seq, Field: "bijlage-1"}, {Seq: s.Seq, Field: "naam-bijlage-1"}}, Ground: "verzoek"})
	if s, _ := e.w.Signal(f.Signal.ID); !s.Attachments[0].Name.Erased() || !e.w.Erased(event.Ref{Seq: s.Seq, Field: "bijlage-1"}) || e.w.Erased(event.Ref{Seq: s.Seq, Field: "bijlage-2"}) {
		t.Error("erased the wrong file")
	}
}

// A signal from before the choice keeps its meaning.
func TestSeesReporterOfAnOldSignal(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	open, hidden := e.signal("pim"), e.signal("pia")
	hidden.Signal.Hidden = true
	e.do("pim", open)
	e.do("pia", hidden)
	on := rule.MustDate("2026-06-02")
	for _, c := range []struct {
		signal string
		who    loop.PersonID
		want   bool
	}{
		{open.Signal.ID, "", true}, {open.Signal.ID, "els", true}, {hidden.Signal.ID, "", false}, {hidden.Signal.ID, "els", false},
		{hidden.Signal.ID, "bram", true}, {hidden.Signal.ID, "pia", true}, {hidden.Signal.ID, "eva", false},
	} {
		s, _ := e.w.Signal(c.signal)
		if got := e.w.SeesReporter(c.who, s, on); got != c.want {
			t.Errorf("%s by %q: %t", c.signal, c.who, got)
		}
	}
}
