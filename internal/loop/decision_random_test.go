package loop_test

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/loop"
)

// TestDecisionsUnderRandomCommands: the same invariants as in
// TestInvariantsHoldUnderRandomCommands over the work at the desk alone, so that
// decisions live long and budgets run out.
func TestDecisionsUnderRandomCommands(t *testing.T) {
	t.Parallel()
	want := []string{
		"loop.IntendDecision", "loop.NoteContact", "loop.NameException", "loop.TakeDecision", "loop.GiveDiscretion", "loop.DropDecision", "loop.Object",
		"loop.SettleObjection", "loop.AskDiscretion", "loop.DenyDiscretion", "loop.ReviewDiscretion", "loop.SetProvision", "loop.SetBudget",
		"loop.SetMandate", "loop.SetSample", "loop.Declare", "loop.Cross", "team.besteed.1", "signaal.ontvangen.1", "budget-op", "zelf-gegeven",
	}
	seen := map[string]int{}
	missing := func() []string {
		return slices.DeleteFunc(slices.Clone(want), func(s string) bool { return seen[s] > 0 })
	}
	rounds(t, 60, missing, func(t *rapid.T) {
		e := municipality(t)
		d := &driver{T: t, env: e}
		w := newWatch(e)
		for range rapid.SampledFrom([]int{40, 150, 300}).Draw(t, "steps") {
			c, by := d.decide()
			if r, ok := c.(loop.ReviewDiscretion); ok && d.n(4, "by the giver") == 0 {
				by = d.w.Decision(r.Decision).Given[r.Number-1].By
			}
			switch d.n(12, "other") {
			case 0, 1:
				c, by = d.desk()
			case 2:
				c, by = d.people()
			case 4:
				c, by = d.watch()
			case 3:
				d.days(d.n(40, "days"))
			}
			w.remember()
			n := len(e.log)
			if err := e.try(by, c); err != nil {
				var r *loop.Refusal
				if errors.As(err, &r) {
					seen[r.Code]++
				}
				continue
			}
			seen[fmt.Sprintf("%T", c)]++
			for _, r := range e.log[n:] {
				seen[r.Type]++
			}
			w.check(t, by, c)
		}
		if !reflect.DeepEqual(e.w, e.replay()) {
			t.Fatal("folding the log anew gives another world")
		}
	})
	t.Log(seen)
}

// discretion draws maatwerk of at most so many cents.
func (d *driver) discretion(most int) loop.Discretion {
	x := loop.Discretion{Ground: "open-norm", Anchor: here, Cents: int64(d.n(most, "cents")), Reason: d.text()}
	if d.n(2, "provision") == 0 {
		x.Ground, x.Provision = loop.GroundProvision, []string{"ov", "fiets", "weg"}[d.n(3, "which provision")]
	}
	return x
}

// afterwards draws what comes later in the life of a decision; nil when there is
// nothing to do it to.
func (d *driver) afterwards(id string, command int) loop.Command {
	all := d.w.Decisions()
	find := func(ok func(*loop.Decision) bool) string {
		var ids []string
		for _, b := range all {
			if ok(b) {
				ids = append(ids, b.ID)
			}
		}
		return d.pick(ids, "found")
	}
	switch command {
	case 5:
		return loop.DropDecision{Decision: id, Reason: d.text()}
	case 6:
		return loop.Object{Decision: find(func(b *loop.Decision) bool { return b.State == loop.Taken }), Reason: d.text()}
	case 7:
		revised := d.n(2, "revised") == 0
		return loop.SettleObjection{Decision: find(func(b *loop.Decision) bool { return b.State == loop.Objected }), Revised: revised, Cents: int64(d.n(2, "new")), Reason: d.text()}
	case 8:
		return loop.AskDiscretion{Decision: id, Limit: 50, Ask: loop.Ask{ID: d.id("q"), To: people[d.n(len(people), "to")], Discretion: d.discretion(200)}}
	case 9:
		open := find(func(b *loop.Decision) bool {
			return slices.ContainsFunc(b.Asks, func(a loop.Ask) bool { return a.State == loop.Asked })
		})
		b := d.w.Decision(open)
		if b == nil {
			return nil
		}
		k := slices.IndexFunc(b.Asks, func(a loop.Ask) bool { return a.State == loop.Asked })
		if d.n(2, "deny") == 0 {
			return loop.DenyDiscretion{Decision: open, Ask: b.Asks[k].ID, Limit: int64(d.n(400, "limit")), Reason: d.text()}
		}
		return loop.GiveDiscretion{Decision: open, Ask: b.Asks[k].ID, Limit: int64(d.n(400, "limit")), Quarter: loop.QuarterOf(d.today()), SignalID: d.id("s"), IssueID: d.id("k")}
	case 10:
		open := find(func(b *loop.Decision) bool {
			return slices.ContainsFunc(b.Given, func(x loop.Discretion) bool { return x.Sampled && x.Review.Judgement == "" })
		})
		b := d.w.Decision(open)
		if b == nil {
			return nil
		}
		k := slices.IndexFunc(b.Given, func(x loop.Discretion) bool { return x.Sampled && x.Review.Judgement == "" })
		return loop.ReviewDiscretion{Decision: open, Number: k + 1, Judgement: []loop.Judgement{loop.Fits, loop.Unfit}[d.n(2, "judgement")], Note: d.text()}
	}
	return nil
}

// desk draws an agreement of the team.
func (d *driver) desk() (loop.Command, loop.PersonID) {
	by := d.likely([]loop.PersonID{"ed", "els", "pim"}[d.n(3, "team")])
	switch d.n(6, "agreement") {
	case 0, 1:
		return loop.SetProvision{Desk: "gemeente", Provision: loop.Provision{ID: []string{"ov", "fiets"}[d.n(2, "provision")], Name: []string{"OV-kaart", "Fiets"}[d.n(2, "name")], Cents: int64(d.n(90, "price")), Gone: d.n(8, "gone") == 0}}, by
	case 2, 3:
		return loop.SetBudget{Desk: "gemeente", Quarter: loop.QuarterOf(d.today()), Cents: int64(d.n(300, "budget"))}, by
	case 4:
		return loop.SetMandate{Desk: "gemeente", Role: loop.RoleProfessional, Cents: int64(d.n(100, "mandate"))}, by
	}
	return loop.SetSample{Desk: "gemeente", Percent: 40 + d.n(80, "percent")}, by
}

// checkDesk: what is in kind is paid from a budget that is never below zero, and
// every spending is maatwerk that was given; who gave it does not look at it
// afterwards; and what somebody waits for is owed by somebody.
func checkDesk(world *loop.World, fail func(invariant, format string, args ...any)) {
	spent := int64(0)
	for _, b := range world.Decisions() {
		open := map[loop.Duty]int{}
		for _, o := range b.Obligations() {
			if o.Open() {
				open[o.Duty]++
				if world.Resolve(o.Debtor, o.Due).Person == "" {
					fail("I1", "%s of %s is owed by nobody", o.Duty, b.ID)
				}
			}
		}
		want := map[loop.Duty]int{}
		if b.Prepared() && b.Burdened && !b.Reached() && b.Exception == "" {
			want[loop.DutyHear]++
		}
		if b.State == loop.Objected {
			want[loop.DutyObjection]++
		}
		for _, a := range b.Asks {
			if a.State == loop.Asked {
				want[loop.DutyGrant]++
			}
		}
		for _, x := range b.Given {
			if x.Provision != "" {
				spent += x.Cents
			}
			if x.Sampled && x.Review.Judgement == "" {
				want[loop.DutySample]++
			}
			if x.Review.Judgement != "" && x.Review.By == x.By {
				fail("steekproef", "%s was looked at by who gave it", b.ID)
			}
		}
		for _, d := range []loop.Duty{loop.DutyHear, loop.DutyObjection, loop.DutyGrant, loop.DutySample} {
			if open[d] != want[d] {
				fail("I1", "decision %s (%s): %d open obligations %q, want %d", b.ID, b.State, open[d], d, want[d])
			}
		}
	}
	if desk := world.Desk("gemeente"); desk != nil {
		for q, n := range desk.Spent {
			spent -= n
			if desk.Left(q) < 0 {
				fail("budget", "%s is %d below zero", q, -desk.Left(q))
			}
		}
	}
	if spent != 0 {
		fail("budget", "what was given and what was paid differ by %d cents", spent)
	}
}

// watch draws what a detector expects, or an alarm.
func (d *driver) watch() (loop.Command, loop.PersonID) {
	kind := []string{"maatwerk", "bezwaar"}[d.n(2, "detector")]
	if d.n(2, "declare") == 0 {
		return loop.Declare{Declared: loop.Declared{Detector: kind, Anchor: here, Expect: []loop.Number{"3", "0", "2.5", "x"}[d.n(4, "expect")], Why: d.text(), Off: d.n(4, "off") == 0}}, d.likely("bram")
	}
	from := d.today().AddDays(-7 * d.n(6, "weeks"))
	return loop.Cross{NewIssue: d.id("k"), Kind: loop.TooHarsh, What: d.text(), Crossing: loop.Crossing{
		Detector: kind, Anchor: here, From: from, Until: from.AddDays(7 * d.n(4, "long")), Cases: "92", Events: "14", Expect: "0.03", Low: "0.09", High: "0.24", Signal: d.id("s"),
	}}, d.likely(loop.System)
}
