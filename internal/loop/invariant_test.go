package loop_test

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
)

// The invariants of the loop over random sequences of commands by random
// people, most of them not allowed. After every command that was accepted,
// everything is checked.

var people = []loop.PersonID{"eva", "bram", "bea", "bo", "ed", "els", "pim", "pia", "piet", "px", loop.System}

func TestInvariantsHoldUnderRandomCommands(t *testing.T) {
	t.Parallel()
	seen := map[string]int{}
	// A test over random commands shows nothing about commands that never
	// came through. They are rare in one round, not in three.
	for range 3 {
		randomCommands(t, seen)
		if t.Failed() || len(unseen(seen)) == 0 {
			break
		}
	}
	if names := unseen(seen); len(names) > 0 && !t.Failed() {
		t.Errorf("never happened: %v", names)
	}
	t.Log(seen)
}

func unseen(seen map[string]int) []string {
	var out []string
	for _, want := range []string{
		"loop.FileSignal", "loop.AlsoMine", "loop.AnswerIssue", "loop.WithdrawAnswer", "loop.Forward", "loop.GrantExtension",
		"loop.AcceptKey", "loop.RefuseAccept", "loop.CountWork", "loop.React", "loop.Remind", "loop.Close", "loop.Reopen", "loop.Merge", "loop.Split",
		"loop.OpenProposal", "loop.EditContent", "loop.EditPlan", "loop.TurnKey", "loop.WithdrawKey", "loop.BringIntoForce", "loop.Measure",
		"loop.SetTriangle", "loop.Appoint", "loop.Leave", "loop.TakeDecision", "loop.GiveDiscretion",
		"knelpunt.opgelost.1", "knelpunt.aanvaard.1", "knelpunt.heropend.1", "knelpunt.bevestiging-gevraagd.1", "voorstel.besloten.1", "voorstel.geldend.1",
	} {
		if seen[want] == 0 {
			out = append(out, want)
		}
	}
	return out
}

func randomCommands(t *testing.T, seen map[string]int) {
	rapid.Check(t, func(t *rapid.T) {
		e := municipality(t)
		d := &driver{T: t, env: e}
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
	})
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
	switch d.n(42, "kind") {
	case 0, 1:
		by := d.who()
		c := d.signal(by)
		c.Signal.Anchor = anchors[d.n(len(anchors), "anchor")]
		c.Signal.Kind = []loop.SignalKind{loop.TooHarsh, loop.Unclear, loop.GoesWell}[d.n(3, "tile")]
		c.Signal.Reachable = d.n(4, "unreachable") > 0
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
		return loop.GrantExtension{Issue: k, Until: until.AddDays(d.n(60, "more") - 10), Reason: d.text()}, d.likely([]loop.PersonID{"ed", d.reporter(k), d.owner(k)}[d.n(3, "by")])
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
		return loop.Reopen{Issue: d.pick(d.issues(), "issue")}, d.who()
	case 19:
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
		return d.decide()
	case 26:
		return d.people()
	}
	return d.propose()
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
			{ID: "uitvoering", Corner: loop.Opdrachtnemer, Organisation: "Gemeente"},
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
	command := d.n(6, "decision command")
	if id == "geen" {
		command = 5
	}
	switch command {
	case 0:
		return loop.NoteContact{Decision: id, Contact: loop.Contact{How: "telefoon", Reached: d.n(2, "reached") == 0}}, d.who()
	case 1:
		return loop.NameException{Decision: id, Article: "Awb 4:11", Reason: d.text()}, d.who()
	case 2, 3:
		return loop.TakeDecision{Decision: id}, d.who()
	case 4:
		return loop.GiveDiscretion{Decision: id, Limit: 100, SignalID: d.id("s"), IssueID: d.id("k"), Discretion: loop.Discretion{Ground: "open-norm", Anchor: here, Cents: int64(d.n(120, "cents")), Reason: d.text()}}, d.who()
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
		return loop.OpenProposal{ID: d.id("v"), Regulation: "inkomenstoeslag", Title: "voorstel", Issues: slices.Compact([]string{d.pick(d.issues(), "issue")}), Policy: "bea"}, d.likely("ed")
	}
	id := d.pick(ids, "proposal")
	v := d.w.Proposal(id)
	if d.n(20, "sideways") == 0 {
		switch d.n(5, "which") {
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
		return loop.MarkAssessed{Proposal: id}, d.likely("ed")
	case loop.Assessed:
		if len(v.Plan.Goals) == 0 || d.n(6, "replan") == 0 {
			return loop.EditPlan{Proposal: id, Plan: d.plan()}, d.likely("ed")
		}
		if _, known := d.w.Triangle("gemeente").Capacity["2027-Q1"]; !known {
			return loop.SetCapacity{Triangle: "gemeente", Quarter: "2027-Q1", Points: 70}, d.likely("ed")
		}
		return loop.Submit{Proposal: id}, d.likely("ed")
	case loop.Submitted, loop.Decided:
		if d.n(8, "withdraw") == 0 {
			return loop.WithdrawKey{Proposal: id, Reason: d.text()}, d.likely([]loop.PersonID{"ed", "bram"}[d.n(2, "key")])
		}
		if v.State == loop.Decided {
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
	case loop.InForce, loop.Rolling, loop.Paused:
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

func (d *driver) plan() loop.Plan {
	p := plan(d.env)
	p.InForce = d.today().AddDays(1 + d.n(40, "in force"))
	p.Rollout = []loop.Stage{{Percent: 100, From: p.InForce}}
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
	case loop.GiveDiscretion:
		if s, _ := world.Signal(c.SignalID); s != nil {
			w.filed[c.SignalID] = true
		}
	}

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

	// I8: a decision names its rules; a burdensome one had contact.
	for _, b := range world.Decisions() {
		if b.RuleSet == "" {
			fail("I8", "decision %s names no rules", b.ID)
		}
		hard := b.Kind == loop.Stop || b.Kind == loop.Sanction || b.Kind == loop.Recovery || b.Loss >= 50000
		spoken := slices.ContainsFunc(b.Contacts, func(c loop.Contact) bool { return c.Reached })
		if b.State == loop.Taken && hard && !spoken && b.Exception == "" {
			fail("I8", "decision %s was taken without contact", b.ID)
		}
	}

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
	w.remember()
}

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
		a, b := p.Key(loop.Policy), p.Key(loop.Execution)
		if a == nil || b == nil || a.Person == b.Person {
			fail("I5", "%s is %s with keys %+v", p.ID, p.State, p.Keys)
		}
		if blocking, _ := p.Findings(); len(blocking) > 0 {
			fail("besloten", "%s has the finding %s", p.ID, blocking[0].Key)
		}
		_, existing := p.Findings()
		for _, f := range existing {
			for _, m := range []loop.Mandate{loop.Policy, loop.Execution} {
				if !slices.ContainsFunc(p.Accepted, func(a loop.Acceptance) bool {
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
	if p.State == loop.InForce {
		g := world.Regulation(p.Regulation)
		if g == nil || !slices.ContainsFunc(g.Adoptions, func(a loop.Adoption) bool { return a.Proposal == p.ID }) {
			fail("I9", "%s is in force and its regulation does not know", p.ID)
		}
	}
}
