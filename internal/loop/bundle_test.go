package loop_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"lemniscaat/internal/loop"
)

// TestExtensionIsAskedAndGiven: the debtor asks, those who wait say yes or no,
// and until they do the date stands.
func TestExtensionIsAskedAndGiven(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	f, g := e.signal("pim"), e.signal("pia")
	g.Join = f.NewIssue
	e.do("pim", f)
	e.do("pia", g)
	k := f.NewIssue
	due, _ := e.w.Issue(k).Due()
	ask := loop.AskExtension{Issue: k, Until: due.Due.AddDays(14), Reason: why("wij wachten op cijfers")}
	e.no("rol-onjuist", "ed", ask)
	early := ask
	early.Until = due.Due
	e.no("datum-onjuist", "bram", early)
	mute := ask
	mute.Reason = loop.Text{}
	e.no("tekst-ontbreekt", "bram", mute)
	e.no("geen-uitstel-gevraagd", "ed", loop.DenyExtension{Issue: k, Reason: why("nee")})
	e.do("bram", ask)
	if now, _ := e.w.Issue(k).Due(); now.Due != due.Due || !e.w.Issue(k).Asked.Open() {
		t.Fatalf("asking moved the date to %s", now.Due)
	}
	e.no("uitstel-al-gevraagd", "bram", ask)
	e.no("uitstel-door-schuldenaar", "bram", loop.DenyExtension{Issue: k, Reason: why("x")})
	e.no("uitstel-door-schuldenaar", "pim", loop.DenyExtension{Issue: k, Reason: why("x")}) // one of two reporters
	e.do("ed", loop.DenyExtension{Issue: k, Reason: why("het is te dringend")})
	if e.w.Issue(k).Asked.Open() {
		t.Fatal("a question that was answered stays open")
	}
	e.do("bram", ask)
	e.do("ed", loop.GrantExtension{Issue: k, Until: ask.Until, Reason: why("goed")})
	if now, _ := e.w.Issue(k).Due(); now.Due != ask.Until || e.w.Issue(k).Asked.Open() {
		t.Fatalf("granted %s, due %s, still asked %v", ask.Until, now.Due, e.w.Issue(k).Asked)
	}
	// A question falls with the obligation that it was about.
	ask.Until = ask.Until.AddDays(5)
	e.do("bram", ask)
	e.do("bram", loop.AnswerIssue{Issue: k, Kind: loop.Explain, Reason: why("zo")})
	if e.w.Issue(k).Asked.Open() {
		t.Fatal("an answered knelpunt still asks for time to answer")
	}
}

// TestReopenByHand: with a reason somebody of the triangle opens what ended.
func TestReopenByHand(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	k := answered(e)
	hand := loop.Reopen{Issue: k, Reason: why("het speelt weer")}
	e.no("niet-geeindigd", "ed", hand)
	e.do("pim", loop.React{Issue: k, Recognised: true})
	if e.w.Issue(k).State != loop.Solved {
		t.Fatal("not solved")
	}
	e.no("rol-onjuist", loop.System, hand)
	e.no("rol-onjuist", "piet", hand)
	e.no("niet-aanvaard", "ed", loop.Reopen{Issue: k})
	e.do("ed", hand)
	i := e.w.Issue(k)
	if o, ok := i.Due(); !ok || i.State != loop.Open || o.Duty != loop.DutyAnswer || o.Due != e.today().AddDays(e.w.Terms.ReopenedDays) {
		t.Fatalf("%s, owes %+v", i.State, o)
	}
	if last := i.History[len(i.History)-1]; last.Text.Words != "het speelt weer" || last.By != "ed" {
		t.Errorf("the story says %+v", last)
	}
}

// TestApartIsRemembered: also after one of the two was merged into a third.
func TestApartIsRemembered(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	var ids []string
	for _, kind := range []loop.SignalKind{loop.TooHarsh, loop.Unclear, loop.Data} {
		f := e.signal("pim")
		f.Signal.Kind = kind
		e.do("pim", f)
		ids = append(ids, f.NewIssue)
	}
	a, b, c := ids[0], ids[1], ids[2]
	e.no("rol-onjuist", "piet", loop.KeepApart{Issue: a, Other: b})
	e.no("zelfde-knelpunt", "ed", loop.KeepApart{Issue: a, Other: a})
	e.no("knelpunt-onbekend", "ed", loop.KeepApart{Issue: a, Other: "weg"})
	e.no("niets-veranderd", "ed", loop.KeepApart{Issue: a, Other: b, Undo: true})
	e.do("ed", loop.KeepApart{Issue: b, Other: a})
	e.no("niets-veranderd", "ed", loop.KeepApart{Issue: a, Other: b})
	if !e.w.Apart(a, b) || !e.w.Apart(b, a) || e.w.Apart(a, c) {
		t.Fatal("the pair is not remembered both ways")
	}
	e.do("ed", loop.Merge{From: b, Into: c, Reason: why("zelfde")})
	if !e.w.Apart(a, c) {
		t.Error("merged into another, it is suggested again")
	}
	if d := cmp.Diff(map[string][]string{b: e.w.Issue(c).Signals[1:]}, e.w.Issue(c).Absorbed); d != "" {
		t.Errorf("what came with the merge (-want +got):\n%s", d)
	}
	e.do("ed", loop.KeepApart{Issue: a, Other: c, Undo: true})
	if e.w.Apart(a, c) {
		t.Error("taken back, and still apart")
	}
}

// TestReader: everybody sets only their own, an address that is replaced is
// gone, and the program alone says what was mailed, each once.
func TestReader(t *testing.T) {
	t.Parallel()
	e := municipality(t)
	set := func(a string) loop.SetAddress { return loop.SetAddress{Person: "bram", Address: loop.Words(a)} }
	e.no("rol-onjuist", "ed", set("bram@voorbeeld.nl"))
	for _, bad := range []string{"bram", "a@b\r\nBcc: c@d", "a b@c", "a@b@c"} {
		e.no("adres-onjuist", "bram", set(bad))
	}
	e.do("bram", set("bram@voorbeeld.nl"))
	e.no("niets-veranderd", "bram", set("bram@voorbeeld.nl"))
	first := e.w.Reader("bram").Address
	if first.Words != "bram@voorbeeld.nl" || e.w.Reader("bram").Mailed.Seq == 0 {
		t.Fatalf("%+v", e.w.Reader("bram"))
	}
	for _, r := range e.log {
		if strings.Contains(string(r.Data), "bram@") {
			t.Fatal("the address stands in the log")
		}
	}
	e.do("bram", set("b@voorbeeld.nl"))
	if _, left := e.log[first.Seq-1].Secrets[first.Field]; left {
		t.Error("the address before it is still there")
	}
	if got := e.w.Reader("bram").Address.Words; got != "b@voorbeeld.nl" {
		t.Errorf("the new address is %q", got)
	}
	e.do("bram", loop.SetPace{Person: "bram", Pace: loop.Never})
	e.days(3)
	e.do("bram", loop.SetPace{Person: "bram", Pace: loop.DailyMail, Off: []string{"te-laat", "antwoord", "te-laat"}})
	r := e.w.Reader("bram")
	if d := cmp.Diff([]string{"antwoord", "te-laat"}, r.Off); d != "" || r.Mailed.Day != e.today() {
		t.Errorf("%+v %s", r, d)
	}
	e.no("tempo-onbekend", "bram", loop.SetPace{Person: "bram", Pace: "soms"})
	head := e.w.Head().Seq
	e.no("rol-onjuist", "bram", loop.NoteMailed{Person: "bram", Mark: loop.Mark{Seq: head}})
	e.no("niets-veranderd", loop.System, loop.NoteMailed{Person: "bram", Mark: loop.Mark{Seq: head + 9}})
	e.do(loop.System, loop.NoteMailed{Person: "bram", Mark: loop.Mark{Seq: head}, Count: 2})
	e.no("niets-veranderd", loop.System, loop.NoteMailed{Person: "bram", Mark: loop.Mark{Seq: head}})
	e.do("bram", loop.MarkRead{Person: "bram", Mark: loop.Mark{Seq: 1 << 60, Day: e.today().AddDays(9)}})
	if r := e.w.Reader("bram"); r.Read.Day != e.today() || r.Read.Seq > e.w.Head().Seq {
		t.Errorf("read ahead of the log: %+v", r.Read)
	}
	e.do(loop.System, loop.NoteRefused{Person: "bram"})
	e.no("niets-veranderd", loop.System, loop.NoteRefused{Person: "bram"})
	e.do("bram", set("b@voorbeeld.nl")) // the same, tried again
	if e.w.Reader("bram").Refused {
		t.Error("set again, and still refused")
	}
}
