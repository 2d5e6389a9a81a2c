package loop_test

import (
	"encoding/json"
	"strings"
	"testing"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// outside gives a municipality whose coordinating opdrachtgever is a ministry
// that does not use Lemniscaat; "szw" stands in for it.
func outside(t *testing.T) *env {
	e := municipality(t)
	e.do("eva", loop.SetTriangle{
		ID: "gemeente", From: e.today(), Vocabulary: loop.Agency,
		Posts: []loop.Post{
			{ID: "directie", Corner: loop.Eigenaar, Organisation: "Gemeente"},
			{ID: "ministerie", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: "Ministerie", Outside: true},
			{ID: "beleid", Corner: loop.Opdrachtgever, Organisation: "Gemeente"},
			{ID: "uitvoering", Corner: loop.Opdrachtnemer, Organisation: "Gemeente"},
		},
		Terms: []loop.Term{{Post: "ministerie", Person: "partij-szw", Name: why("Ministerie"), Signs: true, From: e.today()}},
	})
	return e
}

func TestAPartyWithoutAnAccountAnswersOnce(t *testing.T) {
	t.Parallel()
	for _, kind := range []loop.AnswerKind{loop.Change, loop.Adapt, loop.Explain, loop.Keep} {
		e := outside(t)
		f := e.signal("pim")
		e.do("pim", f)
		k := e.w.Issue(f.NewIssue)
		o, _ := k.Due()
		hash := string(digest(77))
		ask := loop.MakeLink{ID: "l1", Obligation: o.ID, Hash: hash, To: why("post@ministerie.example")}
		e.no("rol-onjuist", "vreemde", ask)
		bad := ask
		bad.To = why("geen adres")
		e.no("adres-onjuist", "bea", bad)
		bad = ask
		bad.Hash = "kort"
		e.no("hash-onjuist", "bea", bad)
		e.do("bea", ask)
		e.do("bea", loop.NoteSending{Link: "l1", How: loop.SentMail})
		e.no("rol-onjuist", "ed", loop.NoteSending{Link: "l1", How: loop.SentMail})
		if l := e.w.LinkByHash(hash); l == nil || l.ID != "l1" || l.State(e.today()) != loop.LinkOpen || l.Until != e.today().AddDays(21) {
			t.Fatalf("link: %+v", l)
		}

		answer := loop.AnswerIssue{Issue: k.ID, Kind: kind, Reason: why("daarom"), Interim: why("bel eerst"), Work: why("de brief"), LeverBy: e.today().AddDays(60), ReviewBy: e.today().AddDays(90)}
		use := loop.UseLink{Link: "l1", Hash: hash, Name: why("J. Jansen"), Do: answer}
		guess := use
		guess.Hash = string(digest(78))
		e.no("link-onbekend", "link", guess)
		elsewhere := use
		elsewhere.Do = loop.AnswerIssue{Issue: "ander", Kind: kind, Reason: why("x")}
		e.no("link-voor-iets-anders", "link", elsewhere)
		erase := use
		erase.Do = loop.EraseTexts{Ground: "zomaar"}
		e.no("link-voor-iets-anders", "link", erase)
		// The same guards as with an account.
		wordless := use
		wordless.Do = loop.AnswerIssue{Issue: k.ID, Kind: kind}
		e.no("tekst-ontbreekt", "link", wordless)
		if kind.Promises() {
			noDesk := answer
			noDesk.Interim = loop.Text{}
			use.Do = noDesk
			e.no("vanaf-morgen-ontbreekt", "link", use)
			use.Do = answer
		}
		e.do("link", use)
		if k.State != loop.Answered || k.Answer().By != "partij-szw" || k.Answer().Kind != kind {
			t.Errorf("%s: %s, %+v", kind, k.State, k.Answer())
		}
		l := e.w.Link("l1")
		if l.State(e.today()) != loop.LinkAsked || l.Done != "knelpunt.beantwoord.1" || l.Name.Words != "J. Jansen" {
			t.Errorf("link: %+v", l)
		}
		e.no("link-werkt-niet-meer", "link", use)
		e.no("al-voldaan", "bea", loop.MakeLink{ID: "l2", Obligation: o.ID, Hash: string(digest(79))})
		// Neither the address nor the name is in the log, nor any secret.
		for _, r := range e.log {
			if s := string(r.Data); strings.Contains(s, "Jansen") || strings.Contains(s, "ministerie.example") {
				t.Errorf("%s says %s", r.Type, s)
			}
			if !json.Valid(r.Data) {
				t.Errorf("%s: no JSON", r.Type)
			}
		}
	}
}

func TestALinkEnds(t *testing.T) {
	t.Parallel()
	start := func(t *testing.T) (*env, loop.UseLink, string) {
		e := outside(t)
		f := e.signal("pim")
		e.do("pim", f)
		o, _ := e.w.Issue(f.NewIssue).Due()
		e.do("ed", loop.MakeLink{ID: "l1", Obligation: o.ID, Hash: string(digest(77))})
		return e, loop.UseLink{Link: "l1", Hash: string(digest(77)), Do: loop.AnswerIssue{Issue: f.NewIssue, Kind: loop.Explain, Reason: why("zo")}}, o.ID
	}
	t.Run("by its date", func(t *testing.T) {
		t.Parallel()
		e, use, _ := start(t)
		e.days(22)
		e.no("link-werkt-niet-meer", "link", use)
		if s := e.w.Link("l1").State(e.today()); s != loop.LinkExpired {
			t.Errorf("%s", s)
		}
		e.no("link-werkt-niet-meer", "ed", loop.RevokeLink{Link: "l1", Reason: why("weg")})
	})
	t.Run("on its last day it works", func(t *testing.T) {
		t.Parallel()
		e, use, _ := start(t)
		e.days(21)
		e.do("link", use)
	})
	t.Run("by hand", func(t *testing.T) {
		t.Parallel()
		e, use, _ := start(t)
		e.no("rol-onjuist", "vreemde", loop.RevokeLink{Link: "l1", Reason: why("weg")})
		e.no("tekst-ontbreekt", "ed", loop.RevokeLink{Link: "l1"})
		e.do("ed", loop.RevokeLink{Link: "l1", Reason: why("verkeerd adres")})
		e.no("link-werkt-niet-meer", "link", use)
	})
	t.Run("by a newer one", func(t *testing.T) {
		t.Parallel()
		e, use, o := start(t)
		e.do("ed", loop.MakeLink{ID: "l2", Obligation: o, Hash: string(digest(78))})
		e.no("link-werkt-niet-meer", "link", use)
		use.Link, use.Hash = "l2", string(digest(78))
		e.do("link", use)
	})
	t.Run("when the post gets an account", func(t *testing.T) {
		t.Parallel()
		e, use, _ := start(t)
		posts := e.w.Triangle("gemeente").At(e.today()).Posts
		inside := append([]loop.Post(nil), posts...)
		inside[1].Outside = false
		e.do("eva", loop.SetTriangle{ID: "gemeente", From: e.today().AddDays(1), Posts: inside})
		e.days(1)
		e.no("link-van-een-ander", "link", use)
	})
	t.Run("when it was forwarded", func(t *testing.T) {
		t.Parallel()
		e, use, _ := start(t)
		e.do("partij-szw", loop.Forward{Issue: use.Do.(loop.AnswerIssue).Issue, To: loop.PostRef{Triangle: "gemeente", Post: "beleid"}, Reason: why("van de gemeente")})
		e.do("eva", loop.Appoint{Triangle: "gemeente", Term: loop.Term{Post: "beleid", Person: "nieuw", Name: why("N"), Signs: true, From: e.today()}})
		e.no("link-van-een-ander", "link", use)
	})
}

// Doorzenden, a key and a refused key through a link; a link for an account
// that exists is refused.
func TestALinkForEveryOtherDuty(t *testing.T) {
	t.Parallel()
	e := outside(t)
	f := e.signal("pim")
	e.do("pim", f)
	o, _ := e.w.Issue(f.NewIssue).Due()
	e.do("ed", loop.MakeLink{ID: "l1", Obligation: o.ID, Hash: string(digest(1))})
	e.do("link", loop.UseLink{Link: "l1", Hash: string(digest(1)), Do: loop.Forward{Issue: f.NewIssue, To: loop.PostRef{Triangle: "gemeente", Post: "beleid"}, Reason: why("van de gemeente")}})
	if i := e.w.Issue(f.NewIssue); i.Owner.Post != "beleid" || i.State != loop.Open {
		t.Errorf("after doorzenden: %+v", i.Owner)
	}
	// bram has an account: he is asked there.
	now, _ := e.w.Issue(f.NewIssue).Due()
	e.no("geen-link-mogelijk", "ed", loop.MakeLink{ID: "l2", Obligation: now.ID, Hash: string(digest(2))})

	submitted(e)
	v := e.w.Proposal("v1")
	var key loop.Owed
	for _, x := range e.w.Owed(e.today()) {
		if x.Duty == loop.DutyKey && x.Ref == string(loop.Policy) {
			key = x
		}
	}
	if key.Holder.Person != "partij-szw" {
		t.Fatalf("the key is owed by %+v", key.Holder)
	}
	e.do("ed", loop.MakeLink{ID: "l3", Obligation: key.ID, Hash: string(digest(3))})
	e.no("link-voor-iets-anders", "link", loop.UseLink{Link: "l3", Hash: string(digest(3)), Do: loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()}})
	e.do("link", loop.UseLink{Link: "l3", Hash: string(digest(3)), Do: loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()}})
	if k := v.Key(loop.Policy); k == nil || k.Person != "partij-szw" {
		t.Errorf("key: %+v", k)
	}
	if got := e.w.Answered(); len(got) != 2 {
		t.Errorf("answered through a link: %d", len(got))
	}
}

// One organisation, one department even, in all corners: mandates and persons
// differ. And both vocabularies.
func TestOneOrganisationHoldsSeveralCorners(t *testing.T) {
	t.Parallel()
	e := newEnv(t)
	from := rule.MustDate("2026-01-01")
	posts := []loop.Post{
		{ID: "a", Corner: loop.Eigenaar, Organisation: "Gemeente", Department: "Inkomen"},
		{ID: "b", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: "Gemeente", Department: "Inkomen"},
		{ID: "c", Corner: loop.Opdrachtnemer, Organisation: "Gemeente", Department: "Inkomen"},
	}
	term := func(post string, p loop.PersonID) loop.Term {
		return loop.Term{Post: post, Person: p, Name: why("n"), Signs: true, From: from}
	}
	e.no("zelfde-persoon-twee-hoeken", loop.System, loop.SetTriangle{ID: "t", From: from, Posts: posts, Terms: []loop.Term{term("a", "eva"), term("b", "bram"), term("c", "bram")}})
	e.no("woorden-onbekend", loop.System, loop.SetTriangle{ID: "t", From: from, Posts: posts, Terms: []loop.Term{term("a", "eva")}, Vocabulary: "klingon"})
	e.do(loop.System, loop.SetTriangle{ID: "t", From: from, Posts: posts, Terms: []loop.Term{term("a", "eva"), term("b", "bram"), term("c", "ed")}, Vocabulary: loop.Agency})
	for corner, want := range map[loop.Corner]loop.PersonID{loop.Eigenaar: "eva", loop.Opdrachtgever: "bram", loop.Opdrachtnemer: "ed"} {
		if h := e.w.Resolve(loop.Debtor{Corner: corner, Scope: here}, e.today()); h.Person != want {
			t.Errorf("%s is %s, want %s", corner, h.Person, want)
		}
	}
	f := e.signal("pim")
	e.do("pim", f)
	e.do("bram", loop.AnswerIssue{Issue: f.NewIssue, Kind: loop.Keep, Reason: why("zo"), ReviewBy: e.today().AddDays(30)})
	e.no("rol-onjuist", "bram", loop.AcceptKey{Issue: f.NewIssue})
	e.do("ed", loop.AcceptKey{Issue: f.NewIssue})
	for corner, want := range map[loop.Corner][2]string{
		loop.Eigenaar: {"eigenaar", "continuïteitsverantwoordelijke"}, loop.Opdrachtgever: {"opdrachtgever", "beleidsverantwoordelijke"},
		loop.Opdrachtnemer: {"opdrachtnemer", "eindverantwoordelijke"},
	} {
		v := e.w.Triangle("t").Vocabulary
		if v.Word(corner) != want[1] || v.Other().Word(corner) != want[0] {
			t.Errorf("%s: %s, %s", corner, v.Word(corner), v.Other().Word(corner))
		}
	}
}
