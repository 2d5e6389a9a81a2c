package loop_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// The small models of a decision and of a proposal: every command by who may and
// by some who may not, a clock, and people who leave. From every state an end can
// be reached, and whatever is owed is owed by somebody living.

func TestSmallModelOfADecision(t *testing.T) {
	if testing.Short() {
		t.Skip("visits many states")
	}
	t.Parallel()
	on := func(name string, by loop.PersonID, c loop.Command) move {
		return move{name: name, by: by, c: func(*env) loop.Command { return c }}
	}
	ask := loop.Ask{ID: "vraag", Discretion: loop.Discretion{Ground: "open-norm", Anchor: here, Cents: 500, Reason: why("net te weinig")}, To: "els"}
	explore(t, model{
		start: func(e *env) {
			e.do("ed", loop.SetSample{Desk: "gemeente", Percent: 100}) // a colleague looks at everything
			e.do("pim", loop.IntendDecision{ID: "b1", Case: "v1:x", Anchor: here, RuleSet: "regelset", Date: e.today(), Kind: loop.Recovery, Outcome: "terug", Loss: 120000})
		},
		moves: []move{
			on("niet bereikt", "pim", loop.NoteContact{Decision: "b1", Contact: loop.Contact{How: "telefoon"}}),
			on("gesproken", "pim", loop.NoteContact{Decision: "b1", Contact: loop.Contact{How: "telefoon", Reached: true}}),
			on("uitzondering", "pim", loop.NameException{Decision: "b1", Article: loop.HearingExceptions()[0], Reason: why("spoed")}),
			on("neem", "pim", loop.TakeDecision{Decision: "b1"}),
			on("zie af", "pim", loop.DropDecision{Decision: "b1", Reason: why("niet nodig")}),
			{"maatwerk", "pim", func(e *env) loop.Command {
				if len(e.w.Decision("b1").Given) > 0 {
					return loop.Remind{Issue: "geen"} // one is enough to see everything
				}
				return loop.GiveDiscretion{Decision: "b1", Limit: 1000, Quarter: "2026-Q2", SignalID: "s", IssueID: "k", Discretion: loop.Discretion{Ground: "open-norm", Anchor: here, Cents: 100, Reason: why("hard")}}
			}, 0},
			on("vraag", "pim", loop.AskDiscretion{Decision: "b1", Limit: 100, Ask: ask}),
			on("geef gevraagd", "els", loop.GiveDiscretion{Decision: "b1", Limit: 100000, Ask: "vraag", Quarter: "2026-Q2", SignalID: "s2", IssueID: "k2"}),
			on("weiger gevraagd", "els", loop.DenyDiscretion{Decision: "b1", Ask: "vraag", Limit: 100000, Reason: why("te veel")}),
			on("trek vraag in", "pim", loop.DenyDiscretion{Decision: "b1", Ask: "vraag", Limit: 100, Reason: why("toch niet")}),
			on("bekijk 1", "pia", loop.ReviewDiscretion{Decision: "b1", Number: 1, Judgement: loop.Fits, Note: why("goed")}),
			on("bezwaar", "pim", loop.Object{Decision: "b1", Reason: why("oneens")}),
			on("herzie", "ed", loop.SettleObjection{Decision: "b1", Revised: true, Cents: 10, Reason: why("klopt")}),
			on("handhaaf", "ed", loop.SettleObjection{Decision: "b1", Reason: why("klopt niet")}),
			{"els weg", "eva", func(e *env) loop.Command {
				return loop.Leave{Triangle: "gemeente", Post: "uitvoering", Person: "els", On: e.today()}
			}, 0},
			tick(50),
		},
		least: 60,
		done: func(e *env) bool {
			switch b := e.w.Decision("b1"); b.State {
			case loop.Dropped, loop.Revised, loop.Upheld:
				return true
			case loop.Taken: // an objection may come, and need not
				return !slices.ContainsFunc(b.Obligations(), loop.Obligation.Open)
			}
			return false
		},
		key: func(e *env) string {
			owed(e, e.w.Decision("b1").Obligations())
			b := e.w.Decision("b1")
			s := fmt.Sprint(b.State, b.Exception, len(b.Given) > 0, min(len(b.Given), 2), b.Reached(), since(e, b.TakenOn, 100))
			for _, a := range b.Asks {
				s += fmt.Sprint(a.State)
			}
			for _, g := range b.Given[:min(len(b.Given), 2)] {
				s += fmt.Sprint(g.Sampled, g.Review.Judgement, g.Ask)
			}
			return s + debts(e, b.Obligations()) + fmt.Sprint(e.w.HeadAt(here, e.today()).Person, len(e.w.Triangle("gemeente").Members(e.today().AddDays(1))))
		},
	})
}

func TestSmallModelOfAProposal(t *testing.T) {
	if testing.Short() {
		t.Skip("visits many states")
	}
	t.Parallel()
	on, turn := onProposal, turnKey
	measured := func(name string, value loop.Number) move {
		return on(name, "els", func(e *env, v *loop.Proposal) loop.Command {
			if len(v.Measurements) >= 2 {
				return loop.Remind{Issue: "geen"} // two are enough to see everything
			}
			return loop.Measure{Proposal: "v1", Measurement: loop.Measurement{Expectation: "bereik", Value: value, From: v.Plan.InForce.AddDays(-10), Until: e.today(), Cases: 5, Import: "i"}}
		})
	}
	explore(t, model{
		start: func(e *env) {
			submitted(e)
			p := plan(e)
			p.InForce = e.today().AddDays(20)
			p.Rollout = []loop.Stage{{Percent: 10, From: e.today()}, {Percent: 100, From: p.InForce}}
			p.Expectations[0].Horizon = p.InForce.AddDays(10)
			e.do("ed", loop.EditPlan{Proposal: "v1", Plan: p})
			e.do("els", loop.ImportOutcomes{Regulation: "inkomenstoeslag", Import: loop.OutcomeImport{ID: "i", Digest: digest(7), Rows: 1, From: e.today(), Until: e.today()}})
		},
		moves: []move{
			on("leg voor", "ed", func(*env, *loop.Proposal) loop.Command { return loop.Submit{Proposal: "v1"} }),
			turn("sleutel uitvoering", "ed", loop.Execution),
			turn("sleutel beleid", "bram", loop.Policy),
			on("neem sleutel terug", "ed", func(*env, *loop.Proposal) loop.Command {
				return loop.WithdrawKey{Proposal: "v1", Reason: why("toch niet")}
			}),
			on("leg terug", "bram", func(*env, *loop.Proposal) loop.Command {
				return loop.Return{Proposal: "v1", Reason: why("nog eens")}
			}),
			on("wijzig", "ed", func(*env, *loop.Proposal) loop.Command {
				return loop.EditContent{Proposal: "v1", Content: loop.Content{Digest: digest(2), Baseline: digest(0)}}
			}),
			on("toets 1", "ed", func(_ *env, v *loop.Proposal) loop.Command { return tests(v.Content.Digest)[0] }),
			on("toets 2", "ed", func(_ *env, v *loop.Proposal) loop.Command { return tests(v.Content.Digest)[1] }),
			on("getoetst", "ed", func(*env, *loop.Proposal) loop.Command { return loop.MarkAssessed{Proposal: "v1"} }),
			on("volgende trede", "ed", func(*env, *loop.Proposal) loop.Command { return loop.NextStage{Proposal: "v1"} }),
			on("pauze", "ed", func(*env, *loop.Proposal) loop.Command {
				return loop.Pause{Proposal: "v1", Reason: why("te veel bezwaren")}
			}),
			on("verder, uitvoering", "ed", func(*env, *loop.Proposal) loop.Command {
				return loop.Resume{Proposal: "v1", Reason: why("opgelost")}
			}),
			on("verder, beleid", "bram", func(*env, *loop.Proposal) loop.Command {
				return loop.Resume{Proposal: "v1", Reason: why("opgelost")}
			}),
			on("in werking", "bram", func(*env, *loop.Proposal) loop.Command { return loop.BringIntoForce{Proposal: "v1"} }),
			measured("binnen", "70"), measured("alarm", "40"),
			on("invoeringstoets", "bram", func(_ *env, v *loop.Proposal) loop.Command {
				return loop.Evaluate{Proposal: "v1", Report: why("zo ging het"), Assessment: loop.Assessment{Questionnaire: "invoeringstoets", Edition: "1", Content: v.Content.Digest}}
			}),
			on("trek in", "ed", func(*env, *loop.Proposal) loop.Command {
				return loop.WithdrawProposal{Proposal: "v1", Reason: why("vervallen")}
			}),
			on("laat vervallen", "eva", func(*env, *loop.Proposal) loop.Command { return loop.Lapse{Proposal: "v1", Reason: why("te laat")} }),
			tick(15),
		},
		least: 200,
		done:  func(e *env) bool { return e.w.Proposal("v1").State.Ended() },
		key: func(e *env) string {
			v := e.w.Proposal("v1")
			owed(e, v.Obligations())
			var keys, done []string
			for _, k := range v.Keys {
				keys = append(keys, string(k.Mandate))
			}
			for _, a := range v.Assessments {
				done = append(done, fmt.Sprint(a.Questionnaire, a.Content == v.Content.Digest))
			}
			slices.Sort(keys)
			slices.Sort(done)
			last, _ := v.Last("bereik")
			return fmt.Sprint(v.State, v.Stage, v.Tripped, keys, done, v.Content.Digest, last.Verdict, last.Tripped, min(len(v.Measurements), 2), v.Agreed,
				until(e, v.Plan.InForce, 30), until(e, v.Plan.Expectations[0].Horizon, 45), since(e, v.StageOn, 30)) + kinds(v.Obligations())
		},
	})
}

func onProposal(name string, by loop.PersonID, c func(e *env, v *loop.Proposal) loop.Command) move {
	return move{name: name, by: by, c: func(e *env) loop.Command { return c(e, e.w.Proposal("v1")) }}
}

func turnKey(name string, by loop.PersonID, m loop.Mandate) move {
	return onProposal(name, by, func(_ *env, v *loop.Proposal) loop.Command {
		return loop.TurnKey{Proposal: "v1", Mandate: m, Digest: v.Digest()}
	})
}

// TestSmallModelOfADeadlock: whatever the corners refuse, return or leave, the
// eigenaar can end it, and nobody waits for ever.
func TestSmallModelOfADeadlock(t *testing.T) {
	if testing.Short() {
		t.Skip("visits many states")
	}
	t.Parallel()
	on := onProposal
	refuse := func(name string, by loop.PersonID, m loop.Mandate) move {
		return on(name, by, func(_ *env, v *loop.Proposal) loop.Command {
			return loop.RefuseKey{Proposal: "v1", Mandate: m, Digest: v.Digest(), Reason: why("dit kan niet")}
		})
	}
	decide := func(o loop.DeadlockOutcome) move {
		return on("eigenaar: "+string(o), "eva", func(*env, *loop.Proposal) loop.Command {
			return loop.DecideDeadlock{Proposal: "v1", Outcome: o, Reason: why("zo doen wij het")}
		})
	}
	rules := func(o loop.ParliamentOutcome) move {
		return on("raad: "+string(o), "bram", func(e *env, v *loop.Proposal) loop.Command {
			if len(v.Rulings) > 0 {
				return loop.Remind{Issue: "geen"} // one is enough to see everything
			}
			return loop.RecordParliament{Proposal: "v1", Ruling: loop.Ruling{Body: "gemeenteraad", Outcome: o, Source: "raadsbesluit 12", On: e.today()}}
		})
	}
	explore(t, model{
		start: func(e *env) {
			submitted(e)
			p := plan(e)
			p.InForce = e.today().AddDays(30)
			p.Rollout = []loop.Stage{{Percent: 100, From: p.InForce}}
			p.Expectations[0].Horizon = p.InForce.AddDays(10)
			e.do("ed", loop.EditPlan{Proposal: "v1", Plan: p})
			e.do("ed", loop.Submit{Proposal: "v1"})
		},
		moves: []move{
			turnKey("sleutel uitvoering", "ed", loop.Execution), turnKey("sleutel beleid", "bram", loop.Policy),
			refuse("weigert uitvoering", "ed", loop.Execution), refuse("weigert beleid", "bram", loop.Policy),
			on("leg terug", "bram", func(_ *env, v *loop.Proposal) loop.Command {
				if v.Returns > 1 {
					return loop.Remind{Issue: "geen"} // twice is enough to see everything
				}
				return loop.Return{Proposal: "v1", Reason: why("nog eens")}
			}),
			on("getoetst", "ed", func(*env, *loop.Proposal) loop.Command { return loop.MarkAssessed{Proposal: "v1"} }),
			on("leg voor", "ed", func(*env, *loop.Proposal) loop.Command { return loop.Submit{Proposal: "v1"} }),
			on("vastgelopen", "ed", func(*env, *loop.Proposal) loop.Command {
				return loop.DeclareDeadlock{Proposal: "v1", Mandate: loop.Execution, Position: why("het systeem kan dit niet")}
			}),
			on("standpunt", "bram", func(_ *env, v *loop.Proposal) loop.Command {
				if d := v.Stuck(); d != nil && !d.Policy.On.IsZero() {
					return loop.Remind{Issue: "geen"}
				}
				return loop.StatePosition{Proposal: "v1", Mandate: loop.Policy, Position: why("het moet")}
			}),
			decide(loop.DeadlockFavour), decide(loop.DeadlockReturn), decide(loop.DeadlockWithdraw),
			on("ondanks", "bram", func(_ *env, v *loop.Proposal) loop.Command {
				return loop.DecideDespite{Proposal: "v1", Digest: v.Digest(), Name: why("B. Bos, wethouder"), Reason: why("de wet vraagt het"), SignalID: "s-ondanks", IssueID: "k-ondanks"}
			}),
			on("in werking", "ed", func(*env, *loop.Proposal) loop.Command { return loop.BringIntoForce{Proposal: "v1"} }),
			on("vroege toets", "ed", func(*env, *loop.Proposal) loop.Command {
				return loop.ReportEarly{Proposal: "v1", Report: why("zo gaat het")}
			}),
			rules(loop.Carried), rules(loop.Rejects), rules(loop.OnRecord),
			on("trek in", "ed", func(*env, *loop.Proposal) loop.Command {
				return loop.WithdrawProposal{Proposal: "v1", Reason: why("vervallen")}
			}),
			{"beleid weg", "eva", func(e *env) loop.Command {
				return loop.Leave{Triangle: "gemeente", Post: "beleid", Person: "bram", On: e.today()}
			}, 0},
			tick(15),
		},
		least: 200,
		done: func(e *env) bool {
			v := e.w.Proposal("v1")
			return v.State.Ended() || v.State == loop.InForce && !slices.ContainsFunc(v.Obligations(), func(o loop.Obligation) bool { return o.Open() && o.Duty == loop.DutyEarly })
		},
		key: func(e *env) string {
			v := e.w.Proposal("v1")
			owed(e, v.Obligations())
			var keys, no []string
			for _, k := range v.Keys {
				keys = append(keys, string(k.Mandate))
			}
			for _, r := range v.Refused {
				no = append(no, string(r.Mandate))
			}
			slices.Sort(keys)
			slices.Sort(no)
			s := fmt.Sprint(v.State, keys, no, v.Returns, len(v.Rulings), v.Settled != nil, e.w.HeadAt(here, e.today()).Person, e.w.OwnerAt(here, e.today().AddDays(1)).Person, e.w.Issue("k-ondanks") != nil)
			if d := v.Stuck(); d != nil {
				s += fmt.Sprint("vast", d.Mandate, d.Policy.On.IsZero(), d.Execution.On.IsZero(), since(e, d.On, 30))
			}
			return s + debts(e, v.Obligations()) + fmt.Sprint(until(e, v.Plan.InForce, 30))
		},
	})
}

// owed checks that whoever owes is somebody living.
func owed(e *env, list []loop.Obligation) {
	for _, o := range list {
		if o.Open() && e.w.Resolve(o.Debtor, e.today()).Person == "" {
			e.t.Fatalf("nobody owes %s %s", o.Duty, o.ID)
		}
	}
}

func debts(e *env, list []loop.Obligation) string {
	var out []string
	for _, o := range list {
		if o.Open() {
			out = append(out, fmt.Sprint(o.Duty, e.w.Resolve(o.Debtor, e.today()).Person, e.today().After(o.Due)))
		}
	}
	slices.Sort(out)
	return strings.Join(out, ",")
}

func kinds(list []loop.Obligation) string {
	var out []string
	for _, o := range list {
		out = append(out, fmt.Sprint(o.Duty, o.Open()))
	}
	slices.Sort(out)
	return strings.Join(slices.Compact(out), ",")
}

// since gives the days from a date until today, at most limit; -1 for no date.
func since(e *env, d rule.Date, limit int) int {
	if d.IsZero() {
		return -1
	}
	n := 0
	for n < limit && d.AddDays(n).Before(e.today()) {
		n++
	}
	return n
}

// until gives the days from today until a date, at most limit.
func until(e *env, d rule.Date, limit int) int {
	n := 0
	for n < limit && e.today().AddDays(n).Before(d) {
		n++
	}
	return n
}
