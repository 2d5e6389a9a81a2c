package loop_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// catalogue of the tests: two regulations with rules that ship.
type catalogue struct{}

func (catalogue) Has(a loop.Anchor) bool {
	switch a.Regulation {
	case "inkomenstoeslag", "zorgtoeslag":
		return a.Article == "" || a.Article == "artikel-1" || a.Article == "artikel-2"
	}
	return false
}

func (catalogue) Grounds(loop.Anchor) []string { return []string{"hardheidsclausule", "open-norm"} }

func (catalogue) ContactThreshold(string) (int64, bool) { return 50000, true }

// env is a world with its log, a clock and the people of a municipality.
type env struct {
	t interface {
		Helper()
		Fatalf(string, ...any)
	}
	w       *loop.World
	log     []event.Record
	now     time.Time
	streams map[string]uint64
	ids     int
}

func newEnv(t interface {
	Helper()
	Fatalf(string, ...any)
}) *env {
	e := &env{t: t, w: loop.NewWorld(loop.DefaultTerms(), catalogue{}), now: time.Date(2026, 6, 1, 8, 0, 0, 0, time.UTC), streams: map[string]uint64{}}
	return e
}

// municipality gives an env with one triangle: eva (eigenaar), bram (policy,
// signs), bea (policy, staff), ed (execution, signs), els (execution, signs),
// pim and pia (professionals, staff of execution).
func municipality(t interface {
	Helper()
	Fatalf(string, ...any)
}) *env {
	e := newEnv(t)
	from := rule.MustDate("2026-01-01")
	term := func(post, person string, signs bool) loop.Term {
		return loop.Term{Post: post, Person: loop.PersonID(person), Name: loop.Words("naam van " + person), Signs: signs, From: from}
	}
	e.do(loop.System, loop.SetTriangle{
		ID: "gemeente", From: from,
		Posts: []loop.Post{
			{ID: "directie", Corner: loop.Eigenaar, Organisation: "Gemeente"},
			{ID: "beleid", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: "Gemeente", Department: "Inkomen"},
			{ID: "beleid-2", Corner: loop.Opdrachtgever, Organisation: "Gemeente", Department: "Schulden"},
			{ID: "uitvoering", Corner: loop.Opdrachtnemer, Organisation: "Gemeente", Department: "Inkomen"},
		},
		Terms: []loop.Term{
			term("directie", "eva", true), term("beleid", "bram", true), term("beleid", "bea", false), term("beleid-2", "bo", true),
			term("uitvoering", "ed", true), term("uitvoering", "els", true), term("uitvoering", "pim", false), term("uitvoering", "pia", false),
		},
	})
	return e
}

func (e *env) today() rule.Date { return loop.DateOf(e.now) }

func (e *env) days(n int) { e.now = e.now.AddDate(0, 0, n) }

func (e *env) id(prefix string) string {
	e.ids++
	return fmt.Sprintf("%s%04d", prefix, e.ids)
}

// try decides, seals and folds a command, or gives the refusal.
func (e *env) try(by loop.PersonID, c loop.Command) error {
	out, err := e.w.Decide(by, c, e.now)
	if err != nil {
		var r *loop.Refusal
		if !errors.As(err, &r) {
			e.t.Fatalf("%T: an error that is no refusal: %v", c, err)
		}
		if r.Code == "" || r.Message == "" || strings.ContainsAny(r.Code, " _ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
			e.t.Fatalf("%T: refusal without code or words: %+v", c, r)
		}
		return err
	}
	if len(out.Drafts) == 0 {
		e.t.Fatalf("%T by %s: accepted without an event", c, by)
	}
	for s, v := range out.Expect {
		if e.streams[s] != v {
			e.t.Fatalf("%T: expects %s at %d, it is at %d", c, s, v, e.streams[s])
		}
	}
	for _, d := range out.Drafts {
		if _, ok := out.Expect[d.Stream]; !ok {
			e.t.Fatalf("%T writes %s without expecting a version of it", c, d.Stream)
		}
		var head event.Head
		if n := len(e.log); n > 0 {
			head = e.log[n-1].Head()
		}
		e.streams[d.Stream]++
		r, err := event.Seal(d, head, e.streams[d.Stream], func() ([]byte, error) { return make([]byte, event.SaltSize), nil })
		if err != nil {
			e.t.Fatalf("seal: %v", err)
		}
		e.log = append(e.log, r)
		if err := e.w.Apply(r); err != nil {
			e.t.Fatalf("fold %s: %v", r.Type, err)
		}
	}
	for _, ref := range out.Erase {
		delete(e.log[ref.Seq-1].Secrets, ref.Field)
	}
	return nil
}

func (e *env) do(by loop.PersonID, c loop.Command) {
	e.t.Helper()
	if err := e.try(by, c); err != nil {
		e.t.Fatalf("%T by %s: %v", c, by, err)
	}
}

// no expects a refusal with a code.
func (e *env) no(code string, by loop.PersonID, c loop.Command) *loop.Refusal {
	e.t.Helper()
	n := len(e.log)
	err := e.try(by, c)
	var r *loop.Refusal
	if !errors.As(err, &r) || r.Code != code {
		e.t.Fatalf("%T by %s: %v, want refusal %s", c, by, err, code)
	}
	if len(e.log) != n {
		e.t.Fatalf("%T: refused, and yet something was written", c)
	}
	return r
}

// replay folds the log anew.
func (e *env) replay() *loop.World {
	w := loop.NewWorld(e.w.Terms, e.w.Catalogue)
	for _, r := range e.log {
		if err := w.Apply(r); err != nil {
			e.t.Fatalf("replay: %v", err)
		}
	}
	return w
}

var here = loop.Anchor{Regulation: "inkomenstoeslag", Article: "artikel-1"}

func (e *env) signal(reporter loop.PersonID) loop.FileSignal {
	return loop.FileSignal{NewIssue: e.id("k"), Signal: loop.Signal{
		ID: e.id("s"), Anchor: here, Kind: loop.TooHarsh, What: loop.Words("één euro te veel, alles weg"), Frequency: loop.Weekly,
		Channel: loop.Professional, Reporter: reporter, Reachable: true, Case: "v1:abc",
	}}
}

func digest(n int) loop.Digest { return loop.Digest(fmt.Sprintf("%064x", n)) }

func why(s string) loop.Text { return loop.Words(s) }

// check is *testing.T or *rapid.T.
var _ = (*testing.T)(nil)
