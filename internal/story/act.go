package story

import (
	"context"
	"fmt"
	"strings"

	"lemniscaat/internal/bwb"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/office"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// Act is one thing that somebody does: one of the fields from Signal on.
type Act struct {
	Who  string `yaml:"wie"`
	Date string `yaml:"datum"` // moves the clock first
	// Refused is the code with which it must be refused; empty: it is done.
	Refused string `yaml:"geweigerd"`

	Signal    *signalAct    `yaml:"signaal"`
	AlsoMine  *alsoAct      `yaml:"ook-bij-mij"`
	Answer    *answerAct    `yaml:"antwoord"`
	React     *reactAct     `yaml:"reactie"`
	Count     *countAct     `yaml:"telling"`
	Remind    string        `yaml:"herinneren"`
	Close     string        `yaml:"afronden"`
	Formal    *formalAct    `yaml:"formeel"`
	Forward   *forwardAct   `yaml:"doorsturen"`
	Merge     *mergeAct     `yaml:"samenvoegen"`
	Leave     string        `yaml:"vertrekt"` // a corner falls vacant
	AcceptKey string        `yaml:"tweede-sleutel"`
	RefuseKey *reasonAct    `yaml:"sleutel-weigeren"`
	Decisions *decisionsAct `yaml:"besluiten"`
	Decide    *decideAct    `yaml:"beslis"`
	Contact   *contactAct   `yaml:"contact"`
	Take      string        `yaml:"neem"` // a decision that was prepared
	Object    *objectAct    `yaml:"bezwaar"`
	Letter    *letterAct    `yaml:"brief"`
	Text      *textAct      `yaml:"tekst"`
	Proposal  *proposalAct  `yaml:"voorstel"`
	Content   *contentAct   `yaml:"inhoud"`
	Plan      *planAct      `yaml:"plan"`
	Assess    string        `yaml:"toets"` // both assessments, each by its own corner
	Reckon    *reckonAct    `yaml:"doorrekenen"`
	Submit    string        `yaml:"voorleggen"`
	Keys      string        `yaml:"sleutels"` // existing findings accepted, and both keys
	Stage     string        `yaml:"trede"`
	InForce   string        `yaml:"in-werking"`
	Outcomes  *outcomesAct  `yaml:"uitkomsten"`
}

type doing func(ctx context.Context, st *Stage, who string) error

// verb gives the one thing that an act does; nil when it is none, or several.
func (a Act) verb() doing {
	var out doing
	n := 0
	is := func(there bool, f doing) {
		if there {
			out = f
			n++
		}
	}
	is(a.Signal != nil, func(ctx context.Context, st *Stage, who string) error { return a.Signal.do(ctx, st, who) })
	is(a.AlsoMine != nil, func(ctx context.Context, st *Stage, who string) error { return a.AlsoMine.do(ctx, st, who) })
	is(a.Answer != nil, func(ctx context.Context, st *Stage, who string) error { return a.Answer.do(ctx, st, who) })
	is(a.React != nil, func(ctx context.Context, st *Stage, who string) error {
		return st.Perform(ctx, who, loop.React{Issue: st.issue(a.React.Issue), Recognised: a.React.Recognised == "ja", Why: loop.Words(a.React.Why)})
	})
	is(a.Count != nil, func(ctx context.Context, st *Stage, who string) error {
		return st.Perform(ctx, who, loop.CountWork{Issue: st.issue(a.Count.Issue), Before: a.Count.Before, After: a.Count.After})
	})
	is(a.Remind != "", func(ctx context.Context, st *Stage, who string) error {
		return st.Perform(ctx, who, loop.Remind{Issue: st.issue(a.Remind)})
	})
	is(a.Close != "", func(ctx context.Context, st *Stage, who string) error {
		return st.Perform(ctx, who, loop.Close{Issue: st.issue(a.Close)})
	})
	is(a.Formal != nil, func(ctx context.Context, st *Stage, who string) error { return a.Formal.do(ctx, st, who) })
	is(a.Forward != nil, func(ctx context.Context, st *Stage, who string) error {
		return st.Perform(ctx, who, loop.ForwardFormal{Signal: "s-" + a.Forward.Signal, How: loop.Words(a.Forward.How)})
	})
	is(a.Merge != nil, func(ctx context.Context, st *Stage, who string) error {
		return st.Perform(ctx, who, loop.Merge{From: st.issue(a.Merge.From), Into: st.issue(a.Merge.Into), Reason: loop.Words(a.Merge.Reason)})
	})
	is(a.Leave != "", func(ctx context.Context, st *Stage, who string) error {
		return st.Perform(ctx, who, loop.Leave{Triangle: "verhaal", Post: a.Leave, Person: loop.PersonID(st.story.of(loop.Corner(a.Leave))), On: st.today})
	})
	is(a.AcceptKey != "", func(ctx context.Context, st *Stage, who string) error {
		return st.Perform(ctx, who, loop.AcceptKey{Issue: st.issue(a.AcceptKey)})
	})
	is(a.RefuseKey != nil, func(ctx context.Context, st *Stage, who string) error {
		return st.Perform(ctx, who, loop.RefuseAccept{Issue: st.issue(a.RefuseKey.Issue), Reason: loop.Words(a.RefuseKey.Reason)})
	})
	is(a.Decisions != nil, func(ctx context.Context, st *Stage, who string) error { return a.Decisions.do(ctx, st, who) })
	is(a.Decide != nil, func(ctx context.Context, st *Stage, who string) error { return a.Decide.do(ctx, st, who) })
	is(a.Contact != nil, func(ctx context.Context, st *Stage, who string) error {
		return st.Perform(ctx, who, loop.NoteContact{Decision: st.id(a.Contact.Decision), Contact: loop.Contact{
			How: "telefoon", Reached: a.Contact.Reached == "ja", Note: loop.Words(a.Contact.Note),
		}})
	})
	is(a.Take != "", func(ctx context.Context, st *Stage, who string) error {
		return st.Perform(ctx, who, loop.TakeDecision{Decision: st.id(a.Take)})
	})
	is(a.Object != nil, func(ctx context.Context, st *Stage, who string) error {
		return st.Perform(ctx, who, loop.Object{Decision: st.id(a.Object.Decision), Reason: loop.Words(a.Object.Reason)})
	})
	is(a.Letter != nil, func(_ context.Context, st *Stage, _ string) error { return a.Letter.write(st) })
	is(a.Text != nil, func(ctx context.Context, st *Stage, who string) error { return a.Text.do(ctx, st, who) })
	is(a.Proposal != nil, func(ctx context.Context, st *Stage, who string) error { return a.Proposal.do(ctx, st, who) })
	is(a.Content != nil, func(ctx context.Context, st *Stage, who string) error { return a.Content.do(ctx, st, who) })
	is(a.Plan != nil, func(ctx context.Context, st *Stage, who string) error { return a.Plan.do(ctx, st, who) })
	is(a.Assess != "", func(ctx context.Context, st *Stage, _ string) error { return st.assess(ctx, a.Assess) })
	is(a.Reckon != nil, func(ctx context.Context, st *Stage, who string) error { return a.Reckon.do(ctx, st, who) })
	is(a.Submit != "", func(ctx context.Context, st *Stage, who string) error { return st.SubmitProposal(ctx, who, a.Submit) })
	is(a.Keys != "", func(ctx context.Context, st *Stage, _ string) error { return st.keys(ctx, a.Keys) })
	is(a.Stage != "", func(ctx context.Context, st *Stage, who string) error {
		return st.Perform(ctx, who, loop.NextStage{Proposal: a.Stage})
	})
	is(a.InForce != "", func(ctx context.Context, st *Stage, who string) error {
		return st.Perform(ctx, who, loop.BringIntoForce{Proposal: a.InForce})
	})
	is(a.Outcomes != nil, func(ctx context.Context, st *Stage, who string) error { return a.Outcomes.do(ctx, st, who) })
	if n != 1 {
		return nil
	}
	return out
}

// do carries out an act. One that must be refused and is not, or with another
// code, is an error of the story.
func (st *Stage) do(ctx context.Context, a Act) error {
	if a.Date != "" {
		if err := st.goTo(ctx, rule.MustDate(a.Date)); err != nil {
			return err
		}
	}
	err := a.verb()(ctx, st, a.Who)
	if a.Refused == "" {
		return err
	}
	code, refused := refusedWith(err)
	switch {
	case err == nil:
		return fmt.Errorf("dit moest geweigerd worden (%s), en is gedaan", a.Refused)
	case !refused:
		return err
	case code != a.Refused:
		return fmt.Errorf("geweigerd met %s, verwacht %s: %w", code, a.Refused, err)
	}
	st.refused[code]++
	return nil
}

// issue gives the knelpunt that a story names by its first signal: where that
// signal is today.
func (st *Stage) issue(name string) string {
	id := name
	st.Look(func(w *loop.World, _ *regulation.Set) {
		if _, issue := w.Signal("s-" + name); issue != "" {
			id = issue
		}
	})
	return id
}

// id gives the id of what the office named itself.
func (st *Stage) id(name string) string {
	if id, ok := st.ids[name]; ok {
		return id
	}
	return name
}

// fill fills in the ids of an address: "/knelpunten/{memo}".
func (st *Stage) fill(href string) string {
	for {
		before, rest, ok := strings.Cut(href, "{")
		if !ok {
			return href
		}
		name, after, _ := strings.Cut(rest, "}")
		id := st.id(name)
		if id == name {
			id = st.issue(name)
		}
		href = before + id + after
	}
}

type signalAct struct {
	ID        string `yaml:"id"` // the knelpunt that it opens is called the same
	At        string `yaml:"anker"`
	Kind      string `yaml:"tegel"`
	Text      string `yaml:"tekst"`
	Frequency string `yaml:"hoe-vaak"`
	Channel   string `yaml:"kanaal"`
	Case      string `yaml:"zaak"`
}

func (s *signalAct) do(ctx context.Context, st *Stage, who string) error {
	a, err := loop.ParseAnchor(s.At)
	if err != nil {
		return err
	}
	channel, reachable := loop.Channel(s.Channel), true
	if channel == "" {
		channel = loop.Professional
	}
	if channel == loop.Detector {
		reachable = false
	}
	pseudonym := ""
	if s.Case != "" {
		pseudonym = st.CaseName(s.Case)
	}
	return st.Perform(ctx, who, loop.FileSignal{NewIssue: "k-" + s.ID, Signal: loop.Signal{
		ID: "s-" + s.ID, Anchor: a, Kind: loop.SignalKind(s.Kind), What: loop.Words(s.Text), Frequency: loop.Frequency(s.Frequency),
		Channel: channel, Reporter: loop.PersonID(who), Reachable: reachable, Case: pseudonym, Synthetic: true,
	}})
}

type alsoAct struct {
	Issue string `yaml:"knelpunt"`
	ID    string `yaml:"id"`
}

func (s *alsoAct) do(ctx context.Context, st *Stage, who string) error {
	return st.Perform(ctx, who, loop.AlsoMine{
		Issue: st.issue(s.Issue), SignalID: "s-" + s.ID, Reporter: loop.PersonID(who), Channel: loop.Professional, Reachable: true, Synthetic: true,
	})
}

type answerAct struct {
	Issue    string `yaml:"knelpunt"`
	Kind     string `yaml:"soort"`
	Reason   string `yaml:"reden"`
	Tomorrow string `yaml:"vanaf-morgen"`
	Work     string `yaml:"werk"`
	Deliver  string `yaml:"leveren"`
	Review   string `yaml:"herzien"`
	Proposal string `yaml:"voorstel"`
}

func (s *answerAct) do(ctx context.Context, st *Stage, who string) error {
	c := loop.AnswerIssue{
		Issue: st.issue(s.Issue), Kind: loop.AnswerKind(s.Kind), Reason: loop.Words(s.Reason), Interim: loop.Words(s.Tomorrow),
		Work: loop.Words(s.Work), Proposal: s.Proposal,
	}
	if s.Deliver != "" {
		c.LeverBy = rule.MustDate(s.Deliver)
	}
	if s.Review != "" {
		c.ReviewBy = rule.MustDate(s.Review)
	}
	return st.Perform(ctx, who, c)
}

type reactAct struct {
	Issue      string `yaml:"knelpunt"`
	Recognised string `yaml:"herkend"`
	Why        string `yaml:"want"`
}

type countAct struct {
	Issue  string `yaml:"knelpunt"`
	Before int    `yaml:"voor"`
	After  int    `yaml:"na"`
}

// formalAct asks to treat a signal of a citizen as an objection or a complaint.
type formalAct struct {
	Signal  string `yaml:"signaal"`
	Kind    string `yaml:"soort"`
	Decided string `yaml:"besluit-van"`
	Contact string `yaml:"bereikbaar"`
}

func (s *formalAct) do(ctx context.Context, st *Stage, who string) error {
	c := loop.AskFormal{Signal: "s-" + s.Signal, Kind: loop.FormalKind(s.Kind), Contact: loop.Words(s.Contact)}
	if s.Decided != "" {
		c.Decided = rule.MustDate(s.Decided)
	}
	return st.Perform(ctx, who, c)
}

type forwardAct struct {
	Signal string `yaml:"signaal"`
	How    string `yaml:"hoe"`
}

type mergeAct struct {
	From   string `yaml:"van"`
	Into   string `yaml:"in"`
	Reason string `yaml:"reden"`
}

type reasonAct struct {
	Issue  string `yaml:"knelpunt"`
	Reason string `yaml:"reden"`
}

type contactAct struct {
	Decision string `yaml:"besluit"`
	Reached  string `yaml:"bereikt"`
	Note     string `yaml:"verslag"`
}

type objectAct struct {
	Decision string `yaml:"besluit"`
	Reason   string `yaml:"reden"`
}

// textAct reads a text as a page does: Markdown with a heading per article.
type textAct struct {
	File string `yaml:"bestand"`
	Text string `yaml:"inhoud"`
}

func (s *textAct) do(ctx context.Context, st *Stage, who string) error {
	t, ds := bwb.Read(s.File, strings.NewReader(s.Text))
	if err := ds.Err(); err != nil {
		return err
	}
	_, err := st.ImportText(ctx, who, office.Text{File: s.File, Text: t})
	return err
}

type decideAct struct {
	ID   string `yaml:"id"`
	Case string `yaml:"zaak"`
	On   string `yaml:"op"`
}

func (s *decideAct) do(ctx context.Context, st *Stage, who string) error {
	id, err := st.Decide(ctx, who, view.DecideInput{Case: st.story.Regulation + "/" + s.Case, Date: rule.MustDate(s.On)})
	st.ids[s.ID] = id
	return err
}

// decisionsAct prepares one decision for every case of the story, as a case
// system would send them, and tries to take it.
type decisionsAct struct {
	Kind    string `yaml:"soort"`
	At      string `yaml:"anker"`
	Outcome string `yaml:"uitkomst"`
	// Refused is the code with which taking them must be refused.
	Refused string `yaml:"geweigerd"`
}

func (s *decisionsAct) do(ctx context.Context, st *Stage, who string) error {
	a, err := loop.ParseAnchor(s.At)
	if err != nil {
		return err
	}
	digest := ""
	st.Look(func(_ *loop.World, set *regulation.Set) { digest = string(set.Digest()) })
	for _, c := range st.story.cases() {
		id := "b-" + c.ID
		if err := st.Perform(ctx, who, loop.IntendDecision{
			ID: id, Case: st.CaseName(c.ID), Anchor: a, RuleSet: digest, Date: st.today, Kind: loop.DecisionKind(s.Kind),
			Outcome: s.Outcome, Synthetic: true,
		}); err != nil {
			return err
		}
		err := st.Perform(ctx, who, loop.TakeDecision{Decision: id})
		code, refused := refusedWith(err)
		if err != nil && !refused {
			return err
		}
		if refused {
			st.refused[code]++
		}
	}
	return nil
}
