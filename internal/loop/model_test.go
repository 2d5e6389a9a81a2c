package loop_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"lemniscaat/internal/event"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// The small model: a handful of people, one or two knelpunten, every command
// by everybody, and a clock that ticks. All states that can be reached are
// visited, breadth first; dates count relative to today, so that there are
// finitely many. Every step is checked for the invariants, and from every state
// an end can be reached.

type move struct {
	name string
	by   loop.PersonID
	c    func(e *env) loop.Command // nil: the clock
	days int
}

type node struct {
	log  []event.Record
	now  time.Time
	path string
	next []int
	done bool // every knelpunt has ended
}

func TestSmallModelExhaustively(t *testing.T) {
	if testing.Short() {
		t.Skip("visits thousands of states")
	}
	t.Parallel()
	for _, m := range []struct {
		name  string
		start func(e *env)
		moves []move
		least int // states: fewer means that something was not explored
	}{
		{"answer, react, close", func(e *env) { fileOne(e) }, slices.Concat(reporting(), answering(loop.Explain, loop.Keep), closing()), 100},
		{"adapt and own count", func(e *env) { fileOne(e) }, slices.Concat(reporting(), answering(loop.Adapt), closing(), []move{
			issueMove("tel", "ed", func(k string) loop.Command { return loop.CountWork{Issue: k, Before: 4, After: 1} }),
		}), 100},
		{"change, in force, measured", func(e *env) { fileOne(e); decided(e) }, slices.Concat(reporting(), answering(loop.Change), closing(), measuring()), 100},
		{"forward, vacancy, extension", func(e *env) { fileOne(e) }, slices.Concat(answering(loop.Explain), []move{
			issueMove("doorzenden-bram", "bram", func(k string) loop.Command { return forward(k, "beleid-2") }),
			issueMove("doorzenden-bo", "bo", func(k string) loop.Command { return forward(k, "beleid") }),
			issueMove("aanwijzen-eva", "eva", func(k string) loop.Command { return forward(k, "beleid-2") }),
			issueMove("uitstel", "ed", func(k string) loop.Command {
				return loop.GrantExtension{Issue: k, Until: rule.MustDate("2026-08-10"), Reason: why("vakantie")}
			}),
			{"vertrek", "eva", func(e *env) loop.Command {
				return loop.Leave{Triangle: "gemeente", Post: "beleid", Person: "bram", On: e.today()}
			}, 0},
			{"opvolger", "eva", func(e *env) loop.Command {
				return loop.Appoint{Triangle: "gemeente", Term: loop.Term{Post: "beleid", Person: "bram", Name: why("b"), Signs: true, From: e.today().AddDays(1)}}
			}, 0},
			issueMove("uitleggen-bo", "bo", func(k string) loop.Command {
				return loop.AnswerIssue{Issue: k, Kind: loop.Explain, Reason: why("zo")}
			}),
			reactMove("k1", "pim"), tick(30),
		}), 60},
		{"merge and split", func(e *env) {
			fileOne(e)
			e.days(10)
			f := e.signal("pia")
			f.NewIssue, f.Signal.Kind = "k2", loop.Unclear
			e.do("pia", f)
		}, slices.Concat(answering(loop.Explain)[:1], []move{
			{"ook-2", "piet", func(*env) loop.Command {
				return loop.AlsoMine{Issue: "k2", SignalID: "s-piet", Reporter: "piet", Channel: loop.Professional, Reachable: true}
			}, 0},
			{"samen-12", "ed", func(*env) loop.Command { return loop.Merge{From: "k1", Into: "k2", Reason: why("zelfde")} }, 0},
			{"samen-21", "ed", func(*env) loop.Command { return loop.Merge{From: "k2", Into: "k1", Reason: why("zelfde")} }, 0},
			{"splits-2", "ed", func(e *env) loop.Command {
				return loop.Split{Issue: "k2", NewIssue: "k3", Signals: e.w.Issue("k2").Signals[:min(1, len(e.w.Issue("k2").Signals))], Reason: why("anders")}
			}, 0},
			{"antwoord-2", "bram", func(*env) loop.Command { return loop.AnswerIssue{Issue: "k2", Kind: loop.Explain, Reason: why("zo")} }, 0},
			{"antwoord-3", "bram", func(*env) loop.Command { return loop.AnswerIssue{Issue: "k3", Kind: loop.Explain, Reason: why("zo")} }, 0},
			reactMove("k1", "pim"), reactMove("k2", "pim"), reactMove("k2", "pia"), reactMove("k2", "piet"), reactMove("k1", "pia"), reactMove("k1", "piet"),
			reactMove("k3", "pia"),
		}), 100},
	} {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			explore(t, model{start: m.start, moves: m.moves, least: m.least, done: ended, key: key})
		})
	}
}

// model is what is explored.
type model struct {
	start func(*env)
	moves []move
	least int               // states: fewer means that something was not explored
	done  func(*env) bool   // everything has ended
	key   func(*env) string // what matters of a state for what can happen next
}

func explore(t *testing.T, m model) {
	e := municipality(t)
	m.start(e)
	moves := m.moves
	nodes := []*node{{log: e.log, now: e.now}}
	index := map[string]int{m.key(e): 0}
	const limit = 40000
	used := map[string]int{}
	for at := 0; at < len(nodes); at++ {
		n := nodes[at]
		here := rebuild(t, n.log, n.now)
		n.done = m.done(here)
		for _, mv := range moves {
			var child *env
			if mv.c == nil {
				child = rebuild(t, n.log, n.now.AddDate(0, 0, mv.days))
			} else {
				c := mv.c(here)
				if _, err := here.w.Decide(mv.by, c, here.now); err != nil {
					continue
				}
				child = rebuild(t, n.log, n.now)
				w := newWatch(child)
				for _, i := range child.w.Issues() {
					for _, s := range i.Signals {
						w.filed[s] = true
					}
				}
				child.do(mv.by, c)
				w.check(fatal{t, n.path + " " + mv.name}, mv.by, c)
			}
			used[mv.name]++
			k := m.key(child)
			to, ok := index[k]
			if !ok {
				if len(nodes) == limit {
					t.Fatalf("more than %d states: this is not a small model", limit)
				}
				to = len(nodes)
				index[k] = to
				nodes = append(nodes, &node{log: child.log, now: child.now, path: n.path + " " + mv.name})
			}
			n.next = append(n.next, to)
		}
	}
	// Backwards from the ends.
	back := make([][]int, len(nodes))
	reach := make([]bool, len(nodes))
	var queue []int
	for from, n := range nodes {
		for _, to := range n.next {
			back[to] = append(back[to], from)
		}
		if n.done {
			reach[from], queue = true, append(queue, from)
		}
	}
	ends := len(queue)
	for len(queue) > 0 {
		at := queue[0]
		queue = queue[1:]
		for _, from := range back[at] {
			if !reach[from] {
				reach[from], queue = true, append(queue, from)
			}
		}
	}
	for i, ok := range reach {
		if !ok {
			t.Fatalf("no end can be reached after:%s", nodes[i].path)
		}
	}
	for _, mv := range moves {
		if used[mv.name] == 0 {
			t.Errorf("%s was never possible", mv.name)
		}
	}
	if len(nodes) < m.least || ends == 0 {
		t.Errorf("%d states, %d ends: too little was explored", len(nodes), ends)
	}
	t.Logf("%d states, %d of them an end, %v", len(nodes), ends, used)
}

type fatal struct {
	t    *testing.T
	path string
}

func (f fatal) Fatalf(format string, args ...any) {
	f.t.Helper()
	f.t.Fatalf(format+" after:%s", append(args, f.path)...)
}

// rebuild gives the world of a log. The log is shared and only ever appended
// to a copy.
func rebuild(t *testing.T, log []event.Record, now time.Time) *env {
	e := newEnv(t)
	e.now, e.log = now, slices.Clip(log)
	for _, r := range log {
		if err := e.w.Apply(r); err != nil {
			t.Fatal(err)
		}
		e.streams[r.Stream] = r.StreamSeq
	}
	return e
}

func ended(e *env) bool {
	for _, i := range e.w.Issues() {
		if i.State.Live() {
			return false
		}
	}
	return true
}

// key is what matters of a state for what can happen next.
func key(e *env) string {
	var b strings.Builder
	today := e.today()
	days := func(d rule.Date) string {
		if d.IsZero() {
			return "-"
		}
		// Far away is far away.
		n := 0
		for n < 50 && today.AddDays(n).Before(d) {
			n++
		}
		for n > -50 && today.AddDays(n).After(d) {
			n--
		}
		return fmt.Sprint(n)
	}
	for _, i := range e.w.Issues() {
		o, _ := i.Due()
		fmt.Fprintf(&b, "%s %s L%d F%d %s %s %s/%s since%d|", i.ID, i.State, min(i.Level, 2), min(i.Forwards, 3), o.Duty, days(o.Due), i.Owner.Post, e.w.Resolve(o.Debtor, today).Person, len(i.SinceEnd))
		if a := i.Answer(); a != nil {
			fmt.Fprintf(&b, "%s by %s %s %s %s %v %v %s|", a.Kind, a.By, days(a.WindowFrom), days(a.WindowUntil), days(a.ReviewBy), !a.Reminded.IsZero(), a.Counted, a.Proposal)
		}
		for _, r := range slices.Sorted(maps.Keys(i.Reporters())) {
			x, ok := i.Reactions[r]
			fmt.Fprintf(&b, "%s %v %v %v,", r, min(i.Reporters()[r].Signals, 2), ok, x.Recognised)
		}
	}
	for _, p := range e.w.Proposals() {
		last, ok := p.Last("bereik")
		fmt.Fprintf(&b, "%s %s %s %v %s", p.ID, p.State, days(p.Plan.Expectations[0].Horizon), ok, last.Verdict)
	}
	fmt.Fprint(&b, e.w.OwnerAt(here, today.AddDays(1)).Person)
	return b.String()
}

func fileOne(e *env) {
	f := e.signal("pim")
	f.NewIssue = "k1"
	e.do("pim", f)
}

// decided gives a proposal with both keys, that is not in force yet.
func decided(e *env) {
	submitted(e)
	p := plan(e)
	p.InForce = e.today().AddDays(1)
	p.Rollout[0].From = p.InForce
	p.Expectations[0].Horizon = p.InForce.AddDays(15)
	e.do("ed", loop.EditPlan{Proposal: "v1", Plan: p})
	e.do("ed", loop.Submit{Proposal: "v1"})
	v := e.w.Proposal("v1")
	e.do("ed", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()})
	e.do("bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	e.do("els", loop.ImportOutcomes{Regulation: "inkomenstoeslag", Import: loop.OutcomeImport{ID: "i", Digest: digest(7), Rows: 1, From: p.InForce, Until: p.InForce}})
}

func tick(n int) move { return move{name: fmt.Sprint("+", n, "d"), days: n} }

func issueMove(name string, by loop.PersonID, c func(k string) loop.Command) move {
	return move{name: name, by: by, c: func(*env) loop.Command { return c("k1") }}
}

func forward(k, post string) loop.Command {
	return loop.Forward{Issue: k, To: loop.PostRef{Triangle: "gemeente", Post: post}, Reason: why("daar")}
}

func reactMove(k string, by loop.PersonID) move {
	return move{name: "ja-" + k + "-" + string(by), by: by, c: func(*env) loop.Command { return loop.React{Issue: k, Recognised: true} }}
}

func reporting() []move {
	return []move{
		issueMove("ook", "pia", func(k string) loop.Command {
			return loop.AlsoMine{Issue: k, SignalID: "s-pia", Reporter: "pia", Channel: loop.Professional, Reachable: true}
		}),
		issueMove("ja-pim", "pim", func(k string) loop.Command { return loop.React{Issue: k, Recognised: true} }),
		issueMove("nee-pim", "pim", func(k string) loop.Command { return loop.React{Issue: k, Why: why("nee")} }),
		issueMove("ja-pia", "pia", func(k string) loop.Command { return loop.React{Issue: k, Recognised: true} }),
	}
}

func answering(kinds ...loop.AnswerKind) []move {
	var out []move
	for _, kind := range kinds {
		for _, by := range []loop.PersonID{"bram", "eva"} {
			out = append(out, move{fmt.Sprint(kind, "-", by), by, func(e *env) loop.Command {
				a := loop.AnswerIssue{Issue: "k1", Kind: kind, Reason: why("zo"), Interim: why("bel"), Work: why("anders"), LeverBy: e.today().AddDays(60), ReviewBy: e.today().AddDays(45)}
				if kind == loop.Change {
					a.Proposal = "v1"
				}
				return a
			}, 0})
		}
		if kind == loop.Keep {
			out = append(out,
				issueMove("sleutel", "ed", func(k string) loop.Command { return loop.AcceptKey{Issue: k} }),
				issueMove("geen-sleutel", "ed", func(k string) loop.Command { return loop.RefuseAccept{Issue: k, Reason: why("nee")} }),
				issueMove("herzien", loop.System, func(k string) loop.Command { return loop.Reopen{Issue: k} }))
		}
	}
	return out
}

func closing() []move {
	return []move{
		issueMove("intrekken", "bram", func(k string) loop.Command { return loop.WithdrawAnswer{Issue: k, Reason: why("toch niet")} }),
		issueMove("herinner", loop.System, func(k string) loop.Command { return loop.Remind{Issue: k} }),
		issueMove("sluit-bram", "bram", func(k string) loop.Command { return loop.Close{Issue: k} }),
		issueMove("sluit-eva", "eva", func(k string) loop.Command { return loop.Close{Issue: k} }),
		tick(30),
	}
}

func measuring() []move {
	value := func(name string, v loop.Number) move {
		return move{name, "els", func(e *env) loop.Command {
			return loop.Measure{Proposal: "v1", Measurement: loop.Measurement{Expectation: "bereik", Value: v, From: e.w.Proposal("v1").Plan.InForce, Until: e.today(), Cases: 3, Import: "i"}}
		}, 0}
	}
	return []move{
		{"in-werking", "bram", func(*env) loop.Command { return loop.BringIntoForce{Proposal: "v1"} }, 0},
		value("binnen", "70"), value("buiten", "90"),
	}
}
