package loop_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// The invariants of the loop over random sequences of commands by random
// people, most of them not allowed. After every command that was accepted,
// everything is checked.

var people = []loop.PersonID{"eva", "bram", "bea", "bo", "ed", "els", "pim", "pia", "piet", "px", loop.System}

// The same, from a decided proposal with stages on: roll-outs, pauses, tests with
// citizens and evaluations are too far from the beginning to be drawn often.
func TestInvariantsHoldInARollout(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	missing := func() []string {
		var out []string
		for _, want := range []string{
			"loop.NextStage", "loop.Pause", "loop.Resume", "loop.CompareOptions", "loop.RecordEvidence", "loop.ResolveFinding", "loop.Evaluate", "loop.KeepPromise",
			"loop.WithdrawKey", "loop.WithdrawProposal", "loop.Lapse", "voorstel.gepauzeerd.1", "voorstel.hervat.1", "voorstel.geldend.1", "voorstel.gemeten.1",
		} {
			if seen[want] == 0 {
				out = append(out, want)
			}
		}
		return out
	}
	rounds(t, 60, missing, func(t *rapid.T) {
		e := municipality(t)
		rolling(e)
		d := &driver{T: t, env: e}
		w := newWatch(e)
		for range 80 {
			c, by := d.propose()
			if d.n(25, "people") == 0 {
				c, by = d.people()
			}
			w.remember()
			n := len(e.log)
			if err := e.try(by, c); err != nil {
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

// rolling gives a decided proposal in three stages, and one that is a sketch
// with a finding of citizens.
func rolling(e *env) {
	submitted(e)
	p := plan(e)
	p.Rollout = []loop.Stage{{Percent: 1, From: e.today()}, {Percent: 10, From: e.today(), Days: 10}, {Percent: 100, From: e.today()}}
	p.InForce = e.today().AddDays(10)
	p.Expectations[0].Horizon = p.InForce.AddDays(30)
	e.do("ed", loop.EditPlan{Proposal: "v1", Plan: p})
	e.do("ed", loop.Submit{Proposal: "v1"})
	v := e.w.Proposal("v1")
	e.do("ed", loop.TurnKey{Proposal: "v1", Mandate: loop.Execution, Digest: v.Digest()})
	e.do("bram", loop.TurnKey{Proposal: "v1", Mandate: loop.Policy, Digest: v.Digest()})
	e.do("els", loop.ImportOutcomes{Regulation: "inkomenstoeslag", Import: loop.OutcomeImport{ID: "i", Digest: digest(7), Rows: 1, From: p.InForce, Until: p.InForce}})
	e.do("ed", loop.OpenProposal{ID: "v2", Regulation: "inkomenstoeslag", Title: "Duidelijker brief", Policy: "bea", Asks: loop.Asks{Compass: []string{"doel"}, Options: true}})
	e.do("ed", loop.EditContent{Proposal: "v2", Content: loop.Content{Digest: digest(1), Baseline: digest(0)}})
	e.do("els", loop.RecordEvidence{Proposal: "v2", Evidence: loop.Evidence{
		ID: "b", Date: e.today(), Count: 8, Who: "mensen met schulden", Method: "hardop denken", Content: digest(1),
		Findings: []loop.Finding{{Key: "b/1", Anchor: here, Weighty: true, Text: "zes van acht begrijpen de brief niet", Magnitude: "1"}},
	}})
}

func TestInvariantsHoldUnderRandomCommands(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	rounds(t, 60, func() []string { return unseen(seen) }, func(t *rapid.T) { randomCommands(t, seen) })
	t.Log(seen)
}

// rounds checks a property until nothing is missing, at most n times: a test over random
// commands shows nothing about commands that never came through, and some are rare in
// one round. Each round draws elsewhere, also when RAPID_SEED has all begin with the
// same number.
func rounds(t *testing.T, n int, missing func() []string, property func(*rapid.T)) {
	t.Helper()
	for round := range n {
		rapid.Check(t, func(t *rapid.T) {
			for range round {
				rapid.Uint64().Draw(t, "elsewhere")
			}
			property(t)
		})
		if t.Failed() || len(missing()) == 0 {
			return
		}
	}
	t.Errorf("never happened: %v", missing())
}

func unseen(seen map[string]int) []string {
	var out []string
	for _, want := range []string{
		"loop.FileSignal", "loop.AlsoMine", "loop.AnswerIssue", "loop.WithdrawAnswer", "loop.Forward", "loop.GrantExtension",
		"loop.AcceptKey", "loop.RefuseAccept", "loop.CountWork", "loop.React", "loop.Remind", "loop.Close", "loop.Reopen", "loop.Merge", "loop.Split",
		"loop.AskExtension", "loop.DenyExtension", "loop.KeepApart",
		"loop.OpenProposal", "loop.EditContent", "loop.EditPlan", "loop.TurnKey", "loop.WithdrawKey", "loop.BringIntoForce", "loop.Measure",
		"loop.AskFormal", "loop.ForwardFormal",
		"loop.RefuseKey", "loop.DeclareDeadlock", "loop.StatePosition", "loop.DecideDeadlock", "loop.DecideDespite", "loop.RecordParliament",
		"loop.SeeOverdue", "loop.MakeLink", "loop.UseLink",
		"loop.WritePreface", "loop.PublishStand", "loop.MakeLesson", "loop.ChooseInLesson", "loop.WithdrawLesson",
		"loop.SetTriangle", "loop.Appoint", "loop.Leave", "loop.TakeDecision", "loop.GiveDiscretion",
		"knelpunt.opgelost.1", "knelpunt.aanvaard.1", "knelpunt.heropend.1", "knelpunt.bevestiging-gevraagd.1", "voorstel.besloten.1", "voorstel.geldend.1",
	} {
		if seen[want] == 0 {
			out = append(out, want)
		}
	}
	return out
}

func randomCommands(t *rapid.T, seen map[string]int) {
	e := municipality(t)
	d := &driver{T: t, env: e}
	// What is far from the beginning would hardly be drawn.
	switch d.n(4, "begins with") {
	case 0:
		rolling(e)
	case 1:
		refused(e)
	}
	w := newWatch(e)
	for range rapid.SampledFrom([]int{40, 150, 300, 400, 400}).Draw(t, "steps") {
		c, by := d.command()
		w.remember() // drawing a command may have moved the clock
		n := len(e.log)
		if err := e.try(by, c); err != nil {
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
}

// driver draws commands. It is biased towards what is possible, so that
// sequences get deep, but anybody may try anything.
type driver struct {
	*rapid.T
	*env
}

// n draws evenly: IntRange prefers small numbers, and rare commands would
// never come.
func (d *driver) n(limit int, label string) int {
	return rapid.SampledFrom(upTo[:limit]).Draw(d.T, label)
}

var upTo = func() []int {
	out := make([]int, 100000)
	for i := range out {
		out[i] = i
	}
	return out
}()

func (d *driver) pick(ids []string, label string) string {
	if len(ids) == 0 {
		return "geen"
	}
	return ids[d.n(len(ids), label)]
}

func (d *driver) who() loop.PersonID { return people[d.n(len(people), "who")] }

// likely gives the right person most of the time.
func (d *driver) likely(p loop.PersonID) loop.PersonID {
	if p == "" || d.n(5, "stray") == 0 {
		return d.who()
	}
	return p
}

func (d *driver) issues(state ...loop.IssueState) []string {
	var out []string
	for _, i := range d.w.Issues() {
		if len(state) == 0 || slices.Contains(state, i.State) {
			out = append(out, i.ID)
		}
	}
	return out
}

func (d *driver) owner(issue string) loop.PersonID {
	i := d.w.Issue(issue)
	if i == nil {
		return ""
	}
	if o, ok := i.Due(); ok {
		return d.w.Resolve(o.Debtor, d.today()).Person
	}
	return ""
}

func (d *driver) reporter(issue string) loop.PersonID {
	i := d.w.Issue(issue)
	if i == nil || len(i.Reporters()) == 0 {
		return ""
	}
	rs := slices.Sorted(maps.Keys(i.Reporters()))
	return rs[d.n(len(rs), "reporter")]
}

func (d *driver) text() loop.Text {
	if d.n(20, "no text") == 0 {
		return loop.Text{}
	}
	return loop.Words("omdat")
}

var anchors = []loop.Anchor{here, {Regulation: "inkomenstoeslag", Article: "artikel-2"}, {Regulation: "zorgtoeslag"}, {Regulation: "onbekend"}}

func (d *driver) command() (loop.Command, loop.PersonID) {
	if d.n(40, "steering") == 0 {
		return d.steer()
	}
	switch d.n(44, "kind") {
	case 0, 1:
		by := d.who()
		c := d.signal(by)
		c.Signal.Anchor = anchors[d.n(len(anchors), "anchor")]
		c.Signal.Kind = []loop.SignalKind{loop.TooHarsh, loop.Unclear, loop.GoesWell}[d.n(3, "tile")]
		c.Signal.Reachable = d.n(4, "unreachable") > 0
		c.Signal.Shown = []loop.Visibility{"", loop.OwnerOnly, loop.Nobody, loop.Everybody, "chef"}[d.n(5, "shown")]
		for range d.n(5, "attachments") {
			c.Signal.Attachments = append(c.Signal.Attachments, loop.Attachment{Kind: "image/png", Bytes: 3, Name: d.text(), Content: loop.Words("AAAA")})
		}
		return c, by
	case 2:
		by := d.who()
		return loop.AlsoMine{Issue: d.pick(d.issues(), "issue"), SignalID: d.id("s"), Reporter: by, Channel: loop.Professional, Reachable: d.n(4, "unreachable") > 0}, by
	case 3, 4, 5:
		k := d.pick(d.issues(loop.Open), "issue")
		kind := []loop.AnswerKind{loop.Change, loop.Adapt, loop.Explain, loop.Explain, loop.Keep, loop.Keep}[d.n(6, "answer")]
		return loop.AnswerIssue{Issue: k, Kind: kind, Reason: d.text(), Interim: d.text(), Work: d.text(), LeverBy: d.today().AddDays(d.n(300, "lever") - 5), ReviewBy: d.today().AddDays(d.n(380, "review"))}, d.likely(d.owner(k))
	case 6:
		k := d.pick(d.issues(loop.Answered), "issue")
		return loop.WithdrawAnswer{Issue: k, Reason: d.text()}, d.likely(d.owner(k))
	case 7:
		k := d.pick(d.issues(loop.Open), "issue")
		by := d.owner(k)
		if d.n(2, "head") == 0 {
			by = "eva"
		}
		return loop.Forward{Issue: k, To: loop.PostRef{Triangle: "gemeente", Post: []string{"beleid", "beleid-2", "uitvoering"}[d.n(3, "post")]}, Reason: d.text()}, d.likely(by)
	case 8:
		k := d.pick(d.issues(), "issue")
		until := d.today()
		if i := d.w.Issue(k); i != nil {
			o, _ := i.Due()
			until = o.Due
		}
		until = until.AddDays(d.n(60, "more") - 10)
		for _, i := range d.w.Issues() {
			if i.Asked.Open() && d.n(4, "deny") > 0 {
				return loop.DenyExtension{Issue: i.ID, Reason: d.text()}, d.likely("ed")
			}
		}
		if d.n(2, "extension") == 0 {
			return loop.AskExtension{Issue: k, Until: until.AddDays(10), Reason: d.text()}, d.likely(d.owner(k))
		}
		return loop.GrantExtension{Issue: k, Until: until, Reason: d.text()}, d.likely([]loop.PersonID{"ed", d.reporter(k), d.owner(k)}[d.n(3, "by")])
	case 9, 10:
		k := d.pick(d.issues(loop.Answered), "issue")
		if d.n(3, "refuse") == 0 {
			return loop.RefuseAccept{Issue: k, Reason: d.text()}, d.likely("ed")
		}
		return loop.AcceptKey{Issue: k}, d.likely([]loop.PersonID{"ed", "els", d.owner(k)}[d.n(3, "by")])
	case 11:
		return loop.CountWork{Issue: d.pick(d.issues(loop.Answered), "issue"), Before: d.n(10, "before"), After: d.n(10, "after")}, d.likely("ed")
	case 12, 13, 14:
		k := d.pick(d.issues(loop.Answered, loop.Answered, loop.Solved), "issue")
		return loop.React{Issue: k, Recognised: d.n(4, "no") > 0, Why: d.text()}, d.likely(d.reporter(k))
	case 15:
		return loop.Remind{Issue: d.pick(d.issues(loop.Answered), "issue")}, loop.System
	case 16, 17:
		k := d.pick(d.issues(loop.Answered), "issue")
		for _, i := range d.w.Issues() {
			if i.State == loop.Answered && !i.Answer().Reminded.IsZero() && d.n(2, "reminded") == 0 {
				k = i.ID
				d.days(d.n(12, "wait"))
			}
		}
		return loop.Close{Issue: k}, d.likely(d.owner(k))
	case 18:
		for _, c := range d.w.DueActions(d.now) {
			return c, loop.System
		}
		if d.n(2, "by hand") == 0 {
			return loop.Reopen{Issue: d.pick(d.issues(loop.Solved, loop.Accepted), "issue"), Reason: why("weer")}, d.likely("ed")
		}
		return loop.Reopen{Issue: d.pick(d.issues(), "issue")}, d.who()
	case 19:
		if d.n(4, "apart") == 0 {
			return loop.KeepApart{Issue: d.pick(d.issues(), "from"), Other: d.pick(d.issues(), "into"), Undo: d.n(4, "undo") == 0}, d.likely("ed")
		}
		return loop.Merge{From: d.pick(d.issues(), "from"), Into: d.pick(d.issues(), "into"), Reason: d.text()}, d.likely("ed")
	case 20:
		k := d.pick(d.issues(loop.Open), "issue")
		var some []string
		if i := d.w.Issue(k); i != nil {
			for n, s := range i.Signals {
				if n%2 == 0 {
					some = append(some, s)
				}
			}
		}
		return loop.Split{Issue: k, NewIssue: d.id("k"), Signals: some, Reason: d.text()}, d.likely("bea")
	case 21:
		d.days(d.n(40, "days"))
		return loop.Remind{Issue: d.pick(d.issues(loop.Answered), "issue")}, loop.System
	case 22:
		return d.people()
	case 23, 24, 25:
		if d.n(4, "desk") == 0 {
			return d.desk()
		}
		return d.decide()
	case 26:
		return d.people()
	case 27, 28:
		return d.formal()
	case 42, 43:
		return d.overdue()
	}
	return d.propose()
}

// formal reports as a citizen, makes an objection of it, or sends one on.
func (d *driver) formal() (loop.Command, loop.PersonID) {
	by := loop.PersonID([]string{"burger/1", "burger/2"}[d.n(2, "citizen")])
	var mine, owed []string
	for _, s := range d.w.SignalsOf(by) {
		mine = append(mine, s.ID)
	}
	for _, f := range d.w.Formals() {
		if _, open := f.Due(); open {
			owed = append(owed, f.ID)
		}
	}
	switch n := d.n(3, "formal"); {
	case len(mine) == 0 || n == 0:
		c := d.signal(by)
		c.Signal.Channel = loop.Citizen
		return c, by
	case len(owed) == 0 || n == 1:
		c := loop.AskFormal{
			Signal: d.pick(mine, "signal"), Kind: []loop.FormalKind{loop.Objection, loop.Complaint, "beroep"}[d.n(3, "road")],
			Decided: d.today().AddDays(3 - d.n(60, "decided")), Contact: d.text(),
		}
		return c, []loop.PersonID{by, by, by, "pim"}[d.n(4, "by")]
	}
	return loop.ForwardFormal{Signal: d.pick(owed, "formal request"), How: d.text()}, d.likely("ed")
}

// people changes who is who.
func (d *driver) people() (loop.Command, loop.PersonID) {
	post := []string{"directie", "beleid", "beleid-2", "uitvoering"}[d.n(4, "post")]
	person := people[d.n(len(people), "person")]
	on := d.today().AddDays(d.n(20, "on") - 5)
	switch d.n(4, "change") {
	case 0:
		return loop.Leave{Triangle: "gemeente", Post: post, Person: person, On: on}, d.likely("eva")
	case 1:
		c := loop.SetTriangle{ID: "gemeente", From: on, Posts: []loop.Post{
			{ID: "directie", Corner: loop.Eigenaar, Organisation: "Gemeente"},
			{ID: "beleid", Corner: loop.Opdrachtgever, Coordinating: d.n(4, "coordinates") > 0, Organisation: "Gemeente"},
			{ID: post + "-nieuw", Corner: []loop.Corner{loop.Eigenaar, loop.Opdrachtgever, loop.Opdrachtnemer}[d.n(3, "corner")], Organisation: "Gemeente"},
			{ID: "uitvoering", Corner: loop.Opdrachtnemer, Organisation: "Gemeente", Outside: d.n(2, "outside") == 0},
		}}
		if d.n(2, "swap") == 0 {
			c.Posts[0].Corner, c.Posts[1].Corner = c.Posts[1].Corner, c.Posts[0].Corner
			c.Posts[0].Coordinating, c.Posts[1].Coordinating = true, false
		}
		return c, d.likely("eva")
	}
	term := loop.Term{Post: post, Person: person, Name: loop.Words("naam"), Signs: d.n(4, "staff") > 0, From: on}
	if d.n(3, "temporary") == 0 {
		term.Until = on.AddDays(d.n(60, "until") - 5)
	}
	return loop.Appoint{Triangle: "gemeente", Term: term}, d.likely(d.w.HeadAt(here, d.today()).Person)
}

func (d *driver) decide() (loop.Command, loop.PersonID) {
	fresh := d.id("b")
	var ids []string
	for _, b := range d.w.Decisions() {
		if b.State == loop.Intended || b.State == loop.Contacted || d.n(10, "done") == 0 {
			ids = append(ids, b.ID)
		}
	}
	id := d.pick(ids, "decision")
	command := d.n(11, "decision command")
	if id == "geen" {
		command = 99
	}
	if command >= 5 {
		if c := d.afterwards(id, command); c != nil {
			return c, d.likely([]loop.PersonID{"pim", "pia", "ed"}[d.n(3, "colleague")])
		}
	}
	switch command {
	case 0:
		return loop.NoteContact{Decision: id, Contact: loop.Contact{How: "telefoon", Reached: d.n(2, "reached") == 0}}, d.who()
	case 1:
		return loop.NameException{Decision: id, Article: append(loop.HearingExceptions(), "Awb 4:12")[d.n(4, "exception")], Reason: d.text()}, d.who()
	case 2, 3:
		return loop.TakeDecision{Decision: id}, d.who()
	case 4:
		return loop.GiveDiscretion{Decision: id, Limit: 100, Quarter: loop.QuarterOf(d.today()), SignalID: d.id("s"), IssueID: d.id("k"), Discretion: d.discretion(120)}, d.who()
	}
	kind := []loop.DecisionKind{loop.Award, loop.Rejected, loop.Stop, loop.Sanction, loop.Recovery}[d.n(5, "decision kind")]
	rules := "regelset"
	if d.n(10, "no rules") == 0 {
		rules = ""
	}
	return loop.IntendDecision{ID: fresh, Case: "v1:x", Anchor: here, RuleSet: rules, Date: d.today(), Kind: kind, Outcome: "x", Loss: int64(d.n(100000, "loss"))}, d.who()
}

// propose takes a proposal one step further, or somewhere else.
func (d *driver) propose() (loop.Command, loop.PersonID) {
	var ids []string
	for _, p := range d.w.Proposals() {
		ids = append(ids, p.ID)
	}
	if len(ids) == 0 || (len(ids) < 4 && d.n(15, "new proposal") == 0) {
		return loop.OpenProposal{ID: d.id("v"), Regulation: "inkomenstoeslag", Title: "voorstel", Issues: slices.Compact([]string{d.pick(d.issues(), "issue")}), Policy: "bea", Asks: d.asks()}, d.likely("ed")
	}
	id := d.pick(ids, "proposal")
	v := d.w.Proposal(id)
	if d.n(20, "sideways") == 0 {
		switch d.n(10, "which") {
		case 5:
			return d.evidence(v), d.likely("els")
		case 6:
			return loop.ResolveFinding{Proposal: id, Finding: d.finding(v), How: "de zin is korter"}, d.likely("ed")
		case 7:
			return loop.CompareOptions{Proposal: id, Options: d.options()}, d.likely("bram")
		case 8:
			return loop.Lapse{Proposal: id, Reason: d.text()}, d.likely("eva")
		case 9:
			outcome := []loop.ParliamentOutcome{loop.Carried, loop.Rejects, loop.OnRecord, loop.OnRecord}[d.n(4, "parliament")]
			return loop.RecordParliament{Proposal: id, Ruling: loop.Ruling{Body: "gemeenteraad", Outcome: outcome, Source: "stuk 12", On: d.today()}}, d.likely("bram")
		case 0:
			return loop.WithdrawKey{Proposal: id, Reason: d.text()}, d.likely("bram")
		case 1:
			return loop.Return{Proposal: id, Reason: d.text()}, d.likely("bram")
		case 2:
			return loop.WithdrawProposal{Proposal: id, Reason: d.text()}, d.likely("ed")
		case 3:
			return loop.EditCompass{Proposal: id, Answers: map[string]string{"doel": d.id("a")}}, d.likely("ed")
		default:
			return loop.EditContent{Proposal: id, Content: loop.Content{Digest: digest(1 + d.n(3, "content")), Baseline: digest(0)}}, d.likely("ed")
		}
	}
	switch v.State {
	case loop.Sketch, loop.Returned:
		missing := ""
		for _, q := range d.w.Terms.Required {
			if !slices.ContainsFunc(v.Assessments, func(a loop.Assessment) bool { return a.Questionnaire == q && a.Content == v.Content.Digest }) {
				missing = q
			}
		}
		switch {
		case v.Content.Digest == "" || v.State == loop.Returned:
			return loop.EditContent{Proposal: id, Content: loop.Content{Digest: digest(1 + d.n(3, "content")), Baseline: digest(0)}}, d.likely("ed")
		case missing != "":
			f := loop.Finding{Key: "afgrond", Anchor: here, Weighty: true, Text: "afgrond", Magnitude: "3", Before: loop.Number(fmt.Sprint(2 + d.n(6, "before")))}
			return loop.RecordAssessment{Proposal: id, Assessment: loop.Assessment{Questionnaire: missing, Edition: "1", Content: v.Content.Digest, Findings: []loop.Finding{f}[:d.n(2, "finding")]}}, d.likely("ed")
		}
		if len(v.Asks.Compass) > 0 && v.Compass["doel"] == "" {
			return loop.EditCompass{Proposal: id, Answers: map[string]string{"doel": d.id("a")}}, d.likely("ed")
		}
		if v.Asks.Options && v.Options.Chosen == "" {
			return loop.CompareOptions{Proposal: id, Options: d.options()}, d.likely("bram")
		}
		return loop.MarkAssessed{Proposal: id}, d.likely("ed")
	case loop.Assessed:
		if blocking, _ := v.Findings(); len(blocking) > 0 && d.n(2, "resolve") == 0 {
			return loop.ResolveFinding{Proposal: id, Finding: d.finding(v), How: "de zin is korter"}, d.likely("ed")
		}
		if len(v.Plan.Goals) == 0 || d.n(6, "replan") == 0 {
			return loop.EditPlan{Proposal: id, Plan: d.plan()}, d.likely("ed")
		}
		if _, known := d.w.Triangle("gemeente").Capacity["2027-Q1"]; !known {
			return loop.SetCapacity{Triangle: "gemeente", Quarter: "2027-Q1", Points: 70}, d.likely("ed")
		}
		return loop.Submit{Proposal: id}, d.likely("ed")
	case loop.Submitted, loop.Decided:
		if v.State == loop.Submitted && (len(v.Refused) > 0 || d.n(3, "disagree") == 0) {
			return d.disagree(v)
		}
		if d.n(8, "withdraw") == 0 {
			return loop.WithdrawKey{Proposal: id, Reason: d.text()}, d.likely([]loop.PersonID{"ed", "bram"}[d.n(2, "key")])
		}
		if v.State == loop.Decided {
			if v.Staged() {
				return loop.NextStage{Proposal: id}, d.likely("ed")
			}
			break
		}
		by, m := loop.PersonID("ed"), loop.Execution
		if d.n(2, "mandate") == 0 {
			by, m = "bram", loop.Policy
		}
		if _, existing := v.Findings(); len(existing) > 0 && d.n(2, "accept") == 0 {
			return loop.AcceptFinding{Proposal: id, Finding: existing[0].Key, Why: d.text()}, d.likely(by)
		}
		dg := v.Digest()
		if d.n(6, "stale") == 0 {
			dg = digest(d.n(9, "digest"))
		}
		return loop.TurnKey{Proposal: id, Mandate: m, Digest: dg}, d.likely(by)
	case loop.Paused:
		if d.n(3, "paused") == 0 {
			break
		}
		by, m := loop.PersonID("ed"), loop.Execution
		if d.n(2, "mandate") == 0 {
			by, m = "bram", loop.Policy
		}
		if v.Key(m) == nil {
			return loop.TurnKey{Proposal: id, Mandate: m, Digest: v.Digest()}, d.likely(by)
		}
		return loop.Resume{Proposal: id, Reason: d.text()}, d.likely(by)
	case loop.InForce, loop.Rolling:
		if v.State == loop.Rolling && d.n(3, "roll") > 0 {
			d.days(d.n(30, "later"))
			if d.n(4, "pause") == 0 {
				return loop.Pause{Proposal: id, Reason: d.text()}, d.likely("ed")
			}
			if v.Stage < len(v.Plan.Rollout)-1 {
				return loop.NextStage{Proposal: id}, d.likely("ed")
			}
			break
		}
		if v.State == loop.InForce && d.n(6, "evaluate") == 0 {
			return loop.Evaluate{Proposal: id, Report: d.text(), Assessment: loop.Assessment{Questionnaire: "invoeringstoets", Edition: "1", Content: v.Content.Digest}}, d.likely("bram")
		}
		if len(v.Obligations()) > 0 && d.n(8, "keep") == 0 {
			return loop.KeepPromise{Proposal: id, Promise: "geld", How: d.text()}, d.likely("eva")
		}
		if d.n(9, "facts") == 0 {
			return loop.ReceiveFacts{Regulation: "inkomenstoeslag", Batch: loop.FactBatch{
				ID: "f", Source: "bestand", Digest: digest(2), Rows: 1 + d.n(3, "rows"), From: d.today(), Until: d.today(), Unheard: d.n(3, "unheard"),
			}}, d.likely("els")
		}
		if d.n(6, "early") == 0 {
			return loop.ReportEarly{Proposal: id, Report: d.text()}, d.likely("bram")
		}
		if g := d.w.Regulation("inkomenstoeslag"); g == nil || len(g.Imports) == 0 {
			return loop.ImportOutcomes{Regulation: "inkomenstoeslag", Import: loop.OutcomeImport{ID: "i", Digest: digest(1), Rows: 1, From: d.today(), Until: d.today()}}, d.likely("els")
		}
		if d.n(3, "later") == 0 {
			d.days(60)
		}
		x := []loop.Number{"70", "66", "65.9", "10"}[d.n(4, "value")]
		until := d.today()
		return loop.Measure{Proposal: id, Measurement: loop.Measurement{Expectation: "bereik", Value: x, From: v.Plan.InForce, Until: until, Cases: 5, Import: "i"}}, d.likely("els")
	}
	return loop.BringIntoForce{Proposal: id}, d.likely("bram")
}

func (d *driver) asks() loop.Asks {
	if d.n(3, "old proposal") == 0 {
		return loop.Asks{}
	}
	return loop.Asks{Compass: []string{"doel"}, Options: true, Editions: map[string]string{"doenvermogen": "2"}}
}

func (d *driver) options() loop.Options {
	o := loop.Options{List: []loop.Option{{ID: loop.DoNothing, Name: "niets doen", Effect: "blijft"}, {ID: loop.Scrap, Name: "afschaffen", Effect: "weg"}, {ID: "anders", Name: "anders", Effect: d.id("gevolg")}}}
	if d.n(8, "no choice") > 0 {
		o.Chosen, o.Why = "anders", "dit helpt"
	}
	return o
}

func (d *driver) evidence(v *loop.Proposal) loop.RecordEvidence {
	e := loop.Evidence{ID: d.id("burgers"), Date: d.today(), Count: 1 + d.n(20, "citizens"), Who: "mensen met weinig geld", Method: "meekijken", Content: v.Content.Digest}
	if d.n(2, "found") == 0 {
		e.Findings = []loop.Finding{{Key: e.ID + "/1", Anchor: here, Weighty: d.n(2, "weighty") == 0, Text: "niemand begrijpt de brief", Magnitude: "1", Before: []loop.Number{"", "1"}[d.n(2, "was there")]}}
	}
	return loop.RecordEvidence{Proposal: v.ID, Evidence: e}
}

// finding gives one that citizens did.
func (d *driver) finding(v *loop.Proposal) string {
	var keys []string
	for _, e := range v.Evidence {
		for _, f := range e.Findings {
			keys = append(keys, f.Key)
		}
	}
	return d.pick(keys, "finding of citizens")
}

// disagree takes a proposal that lies there into, through or out of a
// deadlock.
func (d *driver) disagree(v *loop.Proposal) (loop.Command, loop.PersonID) {
	by, m := loop.PersonID("ed"), loop.Execution
	if d.n(2, "side") == 0 {
		by, m = "bram", loop.Policy
	}
	head := d.w.HeadAt(here, d.today()).Person
	switch {
	case v.Stuck() != nil && d.n(2, "settle") == 0:
		o := []loop.DeadlockOutcome{loop.DeadlockFavour, loop.DeadlockReturn, loop.DeadlockWithdraw}[d.n(3, "outcome")]
		return loop.DecideDeadlock{Proposal: v.ID, Outcome: o, Reason: d.text()}, d.likely(head)
	case v.Stuck() != nil:
		return loop.StatePosition{Proposal: v.ID, Mandate: m, Position: d.text()}, d.likely(by)
	case len(v.Refused) == 1 && len(v.Keys) == 0:
		// Whoever wants it signs first.
		m = v.Refused[0].Mandate.Other()
		by = map[loop.Mandate]loop.PersonID{loop.Policy: "bram", loop.Execution: "ed"}[m]
		if _, existing := v.Findings(); len(existing) > 0 && d.n(2, "accept first") == 0 {
			return loop.AcceptFinding{Proposal: v.ID, Finding: existing[0].Key, Why: d.text()}, by
		}
		return loop.TurnKey{Proposal: v.ID, Mandate: m, Digest: v.Digest()}, by
	case len(v.Refused) > 0 && d.n(2, "stuck") == 0:
		return loop.DeclareDeadlock{Proposal: v.ID, Mandate: m, Position: d.text()}, d.likely(by)
	case len(v.Refused) > 0:
		if len(v.Keys) > 0 {
			by = v.Keys[0].Person
		}
		return loop.DecideDespite{Proposal: v.ID, Digest: v.Digest(), Name: d.text(), Reason: d.text(), SignalID: d.id("s"), IssueID: d.id("k")}, d.likely(by)
	}
	return loop.RefuseKey{Proposal: v.ID, Mandate: m, Digest: v.Digest(), Reason: d.text()}, d.likely(by)
}

// overdue sees what is late, and asks a party that is niet aangesloten.
func (d *driver) overdue() (loop.Command, loop.PersonID) {
	owed := d.w.Owed(d.today())
	if len(owed) == 0 {
		return loop.SeeOverdue{Obligation: "geen"}, d.who()
	}
	o := owed[d.n(len(owed), "owed")]
	for _, l := range owed {
		if _, ok := d.w.Linkable(l.Obligation, d.today()); ok && d.n(2, "linkable") == 0 {
			o = l
		}
	}
	if d.n(3, "see") == 0 {
		return loop.SeeOverdue{Obligation: o.ID}, d.likely("eva")
	}
	for _, l := range d.w.Links() {
		if d.n(4, "use") == 0 || l.State(d.today()) != loop.LinkOpen {
			continue
		}
		if d.n(5, "revoke") == 0 {
			return loop.RevokeLink{Link: l.ID, Reason: d.text()}, d.likely("eva")
		}
		kind, id, _ := strings.Cut(l.Stream, "/")
		if kind == "voorstel" {
			v := d.w.Proposal(id)
			return loop.UseLink{Link: l.ID, Hash: l.Hash, Name: d.text(), Do: loop.RefuseKey{Proposal: id, Mandate: loop.Execution, Digest: v.Digest(), Reason: d.text()}}, "link"
		}
		return loop.UseLink{Link: l.ID, Hash: l.Hash, Name: d.text(), Do: loop.RefuseAccept{Issue: id, Reason: d.text()}}, "link"
	}
	return loop.MakeLink{ID: d.id("l"), Obligation: o.ID, Hash: string(digest(100 + d.n(90000, "hash"))), To: loop.Words("post@uwv.example")}, d.likely("bea")
}

func (d *driver) plan() loop.Plan {
	p := plan(d.env)
	p.InForce = d.today().AddDays(1 + d.n(40, "in force"))
	p.Rollout = []loop.Stage{{Percent: 100, From: p.InForce}}
	if d.n(2, "staged") == 0 {
		p.Rollout = []loop.Stage{{Percent: 1 + d.n(50, "percent"), From: d.today()}, {Percent: 100, From: d.today().AddDays(d.n(30, "stage")), Days: d.n(3, "days") * 10}}
	}
	p.Expectations[0].Horizon = p.InForce.AddDays(30)
	p.Claim = map[loop.Quarter]int{"2027-Q1": 10 * d.n(6, "points")}
	for _, o := range d.w.Proposals() {
		if o.Claimed("2027-Q1") > 0 && d.n(2, "yield") == 0 {
			p.Yields = append(p.Yields, loop.Yield{From: o.ID, Quarter: "2027-Q1", Points: 10})
		}
	}
	return p
}

// watch checks the invariants after each accepted command.
type watch struct {
	e      *env
	filed  map[string]bool // every signal that was ever accepted
	issues map[string]snap
	owed   map[string]loop.Owed
	links  map[string]loop.LinkState
}

// snap is what was true of a knelpunt before the command.
type snap struct {
	state   loop.IssueState
	id      string // of the leading obligation
	duty    loop.Duty
	due     rule.Date
	debtor  loop.PersonID
	answers int
}

func newWatch(e *env) *watch {
	w := &watch{e: e, filed: map[string]bool{}}
	w.remember()
	return w
}

func (w *watch) remember() {
	w.owed, w.links = map[string]loop.Owed{}, map[string]loop.LinkState{}
	for _, o := range w.e.w.Owed(w.e.today()) {
		w.owed[o.ID] = o
	}
	for _, l := range w.e.w.Links() {
		w.links[l.ID] = l.State(w.e.today())
	}
	w.issues = map[string]snap{}
	for _, i := range w.e.w.Issues() {
		o, _ := i.Due()
		w.issues[i.ID] = snap{i.State, o.ID, o.Duty, o.Due, w.e.w.Resolve(o.Debtor, w.e.today()).Person, len(i.Answers)}
	}
}

func (w *watch) check(t interface{ Fatalf(string, ...any) }, by loop.PersonID, c loop.Command) {
	world, today := w.e.w, w.e.today()
	fail := func(inv, format string, args ...any) {
		t.Fatalf("%s broken by %T of %s: %s", inv, c, by, fmt.Sprintf(format, args...))
	}
	switch c := c.(type) {
	case loop.FileSignal:
		w.filed[c.Signal.ID] = true
	case loop.AlsoMine:
		w.filed[c.SignalID] = true
	case loop.Cross:
		w.filed[c.Crossing.Signal] = true
	case loop.DecideDespite:
		w.filed[c.SignalID] = true
	case loop.GiveDiscretion:
		if s, _ := world.Signal(c.SignalID); s != nil {
			w.filed[c.SignalID] = true
		}
	}

	checkInfinity(fail, world, today)
	checkSteering(fail, world)

	// I4: no signal is lost or doubled.
	where := map[string]string{}
	for _, i := range world.Issues() {
		count := map[loop.PersonID]int{}
		for _, s := range i.Signals {
			if where[s] != "" {
				fail("I4", "signal %s is in %s and in %s", s, where[s], i.ID)
			}
			where[s] = i.ID
			g, in := world.Signal(s)
			if g == nil || in != i.ID {
				fail("I4", "signal %s of %s is said to be in %q", s, i.ID, in)
			}
			count[g.Reporter]++
		}
		for r, h := range i.Reporters() {
			if count[r] != h.Signals {
				fail("I4", "%s: reporter %s has %d signals, counted as %d", i.ID, r, count[r], h.Signals)
			}
		}
		if len(count) != len(i.Reporters()) {
			fail("I4", "%s: %d reporters with signals, %d known", i.ID, len(count), len(i.Reporters()))
		}
	}
	for s := range w.filed {
		g, in := world.Signal(s)
		if g == nil || (in != "" && where[s] != in) || (in == "" && g.Kind != loop.GoesWell) {
			fail("I4", "signal %s is gone", s)
		}
	}
	if world.SignalCount() != len(w.filed) {
		fail("I4", "%d signals, %d were filed", world.SignalCount(), len(w.filed))
	}

	for _, i := range world.Issues() {
		w.checkIssue(fail, i, by, c, today)
	}
	for _, p := range world.Proposals() {
		checkProposal(fail, world, p)
	}

	// An objection keeps the day of its signal, and somebody living owes the
	// sending on until it was sent: no merge, split or vacancy ends that.
	for _, f := range world.Formals() {
		s, _ := world.Signal(f.ID)
		if s == nil || f.Received != loop.DateOf(s.At) {
			fail("formal", "%s was received on %s", f.ID, f.Received)
		}
		o, open := f.Due()
		if open != f.Forwarded.IsZero() || len(f.Obligations()) != 1 {
			fail("formal", "%s: open %t, sent on %s, %d obligations", f.ID, open, f.Forwarded, len(f.Obligations()))
		}
		if open && world.Resolve(o.Debtor, today).Person == "" {
			fail("formal", "%s: nobody owes the sending on", f.ID)
		}
	}

	// Who asked not to be seen is seen by nobody but who owes the answer.
	for _, id := range slices.Sorted(maps.Keys(w.filed)) {
		s, _ := world.Signal(id)
		for _, p := range append(slices.Clone(people), "") {
			sees := world.SeesReporter(p, s, today)
			switch {
			case p == s.Reporter || s.Shown == loop.Everybody:
				if !sees {
					fail("shown", "%s is hidden from %q", id, p)
				}
			case s.Shown == loop.Nobody && sees:
				fail("shown", "%s is shown to %q", id, p)
			case s.Shown == loop.OwnerOnly && sees && !owes(world, where[id], s, p, today):
				fail("shown", "%s is shown to %q", id, p)
			}
		}
	}

	// I8: a decision names its rules; a burdensome one had contact.
	for _, b := range world.Decisions() {
		if b.RuleSet == "" {
			fail("I8", "decision %s names no rules", b.ID)
		}
		hard := b.Kind == loop.Stop || b.Kind == loop.Sanction || b.Kind == loop.Recovery || b.Loss >= 50000
		spoken := slices.ContainsFunc(b.Contacts, func(c loop.Contact) bool { return c.Reached })
		taken := !b.Prepared() && b.State != loop.Dropped
		if taken && hard && !spoken && !slices.Contains(loop.HearingExceptions(), b.Exception) {
			fail("I8", "decision %s was taken without contact", b.ID)
		}
	}
	checkDesk(world, fail)

	// I9: at every instant one eigenaar who lives, one coordinating
	// opdrachtgever, at least one opdrachtnemer; nobody in two corners.
	tri := world.Triangle("gemeente")
	for _, on := range []rule.Date{rule.MustDate("1990-01-01"), today.AddDays(-30), today, today.AddDays(1), today.AddDays(17), today.AddDays(40), today.AddYears(50)} {
		n, coordinating := map[loop.Corner]int{}, 0
		for _, p := range tri.At(on).Posts {
			n[p.Corner]++
			if p.Coordinating {
				coordinating++
			}
		}
		if n[loop.Eigenaar] != 1 || coordinating != 1 || n[loop.Opdrachtnemer] < 1 {
			fail("I9", "on %s: %v, %d coordinating", on, n, coordinating)
		}
		for _, d := range []loop.Debtor{{Corner: loop.Eigenaar}, {Corner: loop.Opdrachtgever, Scope: here}, {Corner: loop.Opdrachtnemer, Scope: here}, {Post: loop.PostRef{Triangle: "gemeente", Post: "weg"}}, {Person: "vreemde"}} {
			if world.Resolve(d, on).Person == "" {
				fail("I9", "on %s nobody is behind %+v", on, d)
			}
		}
		corner := map[loop.PersonID]loop.Corner{}
		for _, h := range tri.Members(on) {
			if h.Person == "" {
				continue
			}
			if c, ok := corner[h.Person]; ok && c != h.Post.Corner {
				fail("I9", "on %s %s is %s and %s", on, h.Person, c, h.Post.Corner)
			}
			corner[h.Person] = h.Post.Corner
		}
	}

	// I10: claims fit the capacity.
	for q, points := range tri.Capacity {
		sum := 0
		for _, p := range world.Proposals() {
			// What parliament decided above the capacity is known and shown.
			if p.Settled != nil && p.State.Adopted() && p.State != loop.Evaluated {
				points += p.Settled.Over[q]
			}
			if n := p.Claimed(q); n < 0 {
				fail("I10", "%s gave up more than it had", p.ID)
			} else {
				sum += n
			}
		}
		if sum > points {
			fail("I10", "%s: %d of %d points claimed", q, sum, points)
		}
	}
	w.checkOwed(fail, by, c, today)
	w.remember()
}

// owes reports whether somebody is, or was made, the one who answers a signal.
func owes(world *loop.World, issue string, s *loop.Signal, p loop.PersonID, today rule.Date) bool {
	i := world.Issue(issue)
	if i == nil {
		return p == world.OwnerAt(s.Anchor, today).Person
	}
	could := []loop.PersonID{world.OwnerAt(i.Anchors[0], today).Person, world.HeadAt(i.Anchors[0], today).Person}
	if !i.Owner.IsZero() {
		could = append(could, world.Resolve(loop.Debtor{Post: i.Owner}, today).Person)
	}
	return slices.Contains(could, p)
}

// checkOwed holds I1 and I3 for everything that is owed, and that a proposal
// that lies there is never without somebody who has to do something.
func (w *watch) checkOwed(fail func(string, string, ...any), by loop.PersonID, c loop.Command, today rule.Date) {
	world := w.e.w
	owed := map[string]int{}
	for _, o := range world.Owed(today) {
		owed[o.Stream]++
		if o.Due.IsZero() {
			fail("I1", "%s (%s) is owed by no date", o.ID, o.Duty)
		}
		if _, lives := world.MemberAt(o.Holder.Person, o.Anchor, today); !lives {
			fail("I1", "%s (%s): debtor %q is in no post today", o.ID, o.Duty, o.Holder.Person)
		}
		if was, known := w.owed[o.ID]; known && o.Due.After(was.Due) {
			if _, granted := c.(loop.GrantExtension); !granted || by == was.Holder.Person {
				fail("I3", "%s (%s): due %s became %s", o.ID, o.Duty, was.Due, o.Due)
			}
		}
		if got, ok := world.Obligation(o.ID); !ok || got.Due != o.Due {
			fail("I1", "%s cannot be found by its id", o.ID)
		}
	}
	for _, p := range world.Proposals() {
		if p.State == loop.Submitted && owed[streamOf(p)] == 0 {
			fail("stuck", "%s lies there and nobody owes anything", p.ID)
		}
		if (p.Stuck() != nil) != slices.ContainsFunc(p.Obligations(), func(o loop.Obligation) bool { return o.Open() && o.Duty == loop.DutySettle }) {
			fail("stuck", "%s is stuck and the eigenaar does not know, or the other way round", p.ID)
		}
		if p.Stuck() != nil && p.State != loop.Submitted {
			fail("stuck", "%s is %s and stuck", p.ID, p.State)
		}
	}
	for _, l := range world.Links() {
		if before, known := w.links[l.ID]; known && before != loop.LinkOpen && l.State(today) == loop.LinkOpen {
			fail("link", "%s was %s and works again", l.ID, before)
		}
	}
	for _, b := range world.Decisions() {
		waits := b.Burdened && (b.State == loop.Intended || b.State == loop.Contacted) && b.Exception == "" && !slices.ContainsFunc(b.Contacts, func(c loop.Contact) bool { return c.Reached })
		owes := slices.ContainsFunc(b.Obligations(), func(o loop.Obligation) bool { return o.Open() && o.Duty == loop.DutyHear })
		if owes != waits {
			fail("spreken", "decision %s (%s) waits for a conversation: %v, owed: %v", b.ID, b.State, waits, owes)
		}
	}
}

func streamOf(p *loop.Proposal) string { return "voorstel/" + p.ID }

func (w *watch) checkIssue(fail func(string, string, ...any), i *loop.Issue, by loop.PersonID, c loop.Command, today rule.Date) {
	world := w.e.w
	// I1: one open obligation that leads, to answer when open, with a living
	// debtor.
	var open []loop.Obligation
	for _, o := range i.Obligations() {
		if o.Open() {
			open = append(open, o)
		}
	}
	want := 0
	if i.State.Live() || i.State == loop.Accepted {
		want = 1
	}
	if len(open) != want {
		fail("I1", "%s (%s) has %d open obligations, want %d", i.ID, i.State, len(open), want)
	}
	if want == 1 {
		o := open[0]
		if (i.State == loop.Open) != (o.Duty == loop.DutyAnswer) {
			fail("I1", "%s is %s and owes %s", i.ID, i.State, o.Duty)
		}
		h := world.Resolve(o.Debtor, today)
		if _, lives := world.MemberAt(h.Person, i.Anchors[0], today); !lives {
			fail("I1", "%s: debtor %q is in no post today", i.ID, h.Person)
		}
	}

	before, known := w.issues[i.ID]
	ended := i.State == loop.Solved || i.State == loop.Accepted
	// I2: no end without delivery; no end by the system, a manager or a timer.
	if ended && known && before.state.Live() {
		a := i.Answer()
		if a == nil {
			fail("I2", "%s ended without an answer", i.ID)
		}
		for r, h := range i.Reporters() {
			if h.Reachable && i.Delivered[r] != a.Number {
				fail("I2", "%s ended, the answer did not reach %s", i.ID, r)
			}
		}
		byReporter := false
		if _, ok := i.Reporters()[by]; ok && by != a.By {
			_, byReporter = c.(loop.React)
		}
		byOwner := false
		if _, ok := c.(loop.Close); ok {
			byOwner = by == before.debtor
		}
		_, byKey := c.(loop.AcceptKey)
		if by == loop.System || !(byReporter || byOwner || (byKey && i.State == loop.Accepted)) {
			fail("I2", "%s was ended by %s", i.ID, by)
		}
		if byOwner && !today.After(a.WindowUntil) {
			fail("I2", "%s was ended while reporters could still react", i.ID)
		}
		reachable := 0
		for r, h := range i.Reporters() {
			if h.Reachable && r != a.By {
				reachable++
			}
		}
		if x := i.Ending; i.State == loop.Solved && x.Confirmed+x.Silent+x.Disputed != reachable {
			fail("I2", "%s: %+v of %d reachable reporters", i.ID, x, reachable)
		}
		if x := i.Ending; byReporter && x.Silent != 0 {
			fail("I2", "%s: silence counted as a confirmation", i.ID)
		}
	}
	if i.State == loop.Merged && (i.MergedTo == "" || world.Issue(i.MergedTo) == nil) {
		fail("I2", "%s merged into nothing", i.ID)
	}
	// Whoever can be reached has the standing answer: also who came later.
	if a := i.Answer(); a != nil && i.State != loop.Open {
		for r, h := range i.Reporters() {
			if h.Reachable && i.Delivered[r] != a.Number {
				fail("delivery", "%s (%s): reporter %s waits for ever", i.ID, i.State, r)
			}
		}
	}

	// I3: the same obligation never moves later, but by those who wait.
	o, _ := i.Due()
	if known && o.Duty == loop.DutyAnswer && before.duty == loop.DutyAnswer && o.ID == before.id && o.Due.After(before.due) {
		if _, granted := c.(loop.GrantExtension); !granted || by == before.debtor {
			fail("I3", "%s: due %s became %s", i.ID, before.due, o.Due)
		}
	}
	// An answer that falls away by the debtor, or by a refused key, brings
	// back the date that was.
	switch m := c.(type) {
	case loop.WithdrawAnswer, loop.RefuseAccept:
		if before.state == loop.Answered && i.State == loop.Open {
			var last rule.Date
			obs := i.Obligations()
			for _, o := range obs[:len(obs)-1] {
				if o.Duty == loop.DutyAnswer {
					last = o.Due
				}
			}
			if o.Due.After(last) {
				fail("I3", "%s: answer was due %s, after %T it is %s", i.ID, last, c, o.Due)
			}
		}
	case loop.Merge:
		if i.ID == m.Into && (o.Due.After(w.issues[m.From].due) || o.Due.After(w.issues[m.Into].due)) {
			fail("I3", "%s: merged to %s, not the earliest of %s and %s", i.ID, o.Due, w.issues[m.From].due, w.issues[m.Into].due)
		}
	case loop.Split:
		if i.ID == m.NewIssue && o.Due.After(w.issues[m.Issue].due) {
			fail("I3", "%s: split off with %s, it was %s", i.ID, o.Due, w.issues[m.Issue].due)
		}
	}

	// I6: accepted has both keys and a review within a year.
	if i.State == loop.Accepted && before.state != loop.Accepted {
		a := i.Answer()
		if a.Kind != loop.Keep || i.Ending.By == a.By || o.Duty != loop.DutyReview || o.Due.IsZero() || o.Due.After(a.At.AddMonths(12)) {
			fail("I6", "%s: %+v, review %+v", i.ID, a, o)
		}
		m, ok := world.MemberAt(i.Ending.By, i.Anchors[0], today)
		if !ok || !m.Signs || m.Post.Corner != loop.Opdrachtnemer {
			fail("I6", "%s: the second key is of %s, who does not sign for execution", i.ID, i.Ending.By)
		}
	}
	// I7: solved after a promised change means measured inside, or counted.
	if i.State == loop.Solved && before.state.Live() {
		if a := i.Answer(); a.Kind.Promises() {
			p := world.Proposal(a.Proposal)
			measured := p != nil && (p.State == loop.InForce || p.State == loop.Evaluated) && p.Inside()
			if !measured && !(a.Kind == loop.Adapt && a.Counted && a.CountAfter < a.CountBefore) {
				fail("I7", "%s was solved and its change is not there", i.ID)
			}
		}
	}
}

func checkProposal(fail func(string, string, ...any), world *loop.World, p *loop.Proposal) {
	// I5: keys bind the digest; a decision has two, of two people.
	now := p.Digest()
	for _, k := range p.Keys {
		if k.Digest != now {
			fail("I5", "%s has a key on another digest", p.ID)
		}
	}
	switch p.State {
	case loop.Decided, loop.Rolling, loop.InForce, loop.Evaluated:
		// A missing key is replaced by a named decision on this digest, or there
		// is no decision at all.
		a, b := p.Key(loop.Policy), p.Key(loop.Execution)
		if (a == nil && !p.Settles(loop.Policy)) || (b == nil && !p.Settles(loop.Execution)) || (a != nil && b != nil && a.Person == b.Person) {
			fail("I5", "%s is %s with keys %+v, settled %+v", p.ID, p.State, p.Keys, p.Settled)
		}
		if s := p.Settled; s != nil && (s.By == "" || s.By == loop.System || (s.Kind == loop.Despite && !s.Name.Given) || (s.Kind != loop.ByParliament && (!s.Reason.Given || len(s.Missing) != 1)) || (s.Kind == loop.ByParliament && s.Source == "")) {
			fail("I5", "%s was settled by nobody or for nothing: %+v", p.ID, s)
		}
		if p.Settled != nil && p.Settled.Kind == loop.ByParliament {
			break // it records, it does not veto
		}
		if blocking, _ := p.Findings(); len(blocking) > 0 {
			fail("besloten", "%s has the finding %s", p.ID, blocking[0].Key)
		}
		_, existing := p.Findings()
		for _, f := range existing {
			for _, m := range []loop.Mandate{loop.Policy, loop.Execution} {
				if !p.Settles(m) && !slices.ContainsFunc(p.Accepted, func(a loop.Acceptance) bool {
					return a.Finding == f.Key && a.Mandate == m && a.Content == p.Content.Digest
				}) {
					fail("besloten", "%s: %s was not accepted by %s", p.ID, f.Key, m)
				}
			}
		}
		if len(p.Plan.Expectations) == 0 || p.Authors[loop.Policy] == "" || p.Authors[loop.Execution] == "" {
			fail("besloten", "%s has no expectation or no co-authors", p.ID)
		}
		for _, q := range world.Terms.Required {
			if !slices.ContainsFunc(p.Assessments, func(a loop.Assessment) bool { return a.Questionnaire == q && a.Content == p.Content.Digest }) {
				fail("besloten", "%s was not tested with %s on its content", p.ID, q)
			}
		}
	}
	// A roll-out that stands still is owed a decision, by one obligation.
	open := 0
	for _, o := range p.Obligations() {
		if o.Open() && o.Duty == loop.DutyRollout {
			open++
		}
	}
	if want := map[bool]int{true: 1}[p.State == loop.Paused]; open != want {
		fail("nothing stuck", "%s is %s and %d decisions on its roll-out are owed", p.ID, p.State, open)
	}
	if p.State == loop.Paused != (p.Percent() == 0) && p.State == loop.Rolling {
		fail("uitrol", "%s is %s at %d percent", p.ID, p.State, p.Percent())
	}
	// What was asked when it was opened is answered before it is decided, unless
	// parliament decided: that is recorded, not vetoed.
	if p.State.Adopted() && !(p.Settled != nil && p.Settled.Kind == loop.ByParliament) {
		for _, q := range p.Asks.Compass {
			if p.Compass[q] == "" {
				fail("kompas", "%s is %s without an answer to %s", p.ID, p.State, q)
			}
		}
		if p.Asks.Options && (p.Options.Chosen == "" || p.Options.Why == "") {
			fail("opties", "%s is %s and nothing was chosen", p.ID, p.State)
		}
	}
	if p.State == loop.InForce {
		g := world.Regulation(p.Regulation)
		if g == nil || !slices.ContainsFunc(g.Adoptions, func(a loop.Adoption) bool { return a.Proposal == p.ID }) {
			fail("I9", "%s is in force and its regulation does not know", p.ID)
		}
	}
}
