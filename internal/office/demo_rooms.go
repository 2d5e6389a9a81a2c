package office

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
)

// demoRooms is what fills the pages that a first day would leave empty.
type demoRooms struct {
	Triangle struct {
		ID     string `yaml:"id"`
		Scope  string `yaml:"bereik"`
		From   string `yaml:"van"`
		Leaver struct {
			Name string `yaml:"naam"`
			On   string `yaml:"op"`
		} `yaml:"vertrekt"`
	} `yaml:"driehoek"`
	Stand struct {
		Period  string `yaml:"periode"`
		Written string `yaml:"geschreven"`
		Preface string `yaml:"voorwoord"`
	} `yaml:"stand"`
	Citizen struct {
		Day   string `yaml:"dag"`
		Topic string `yaml:"onderwerp"`
		Text  string `yaml:"tekst"`
	} `yaml:"inwoner"`
	Promise demoPromise `yaml:"belofte"`
	// Always is what stands in each of the proposals.
	Always struct {
		Involved string            `yaml:"betrokkenen"`
		Follow   string            `yaml:"volgen"`
		Scrap    string            `yaml:"afschaffen"`
		Accept   string            `yaml:"aanvaarden"`
		Tests    map[string]string `yaml:"toetsen"` // what nobody can compute, by question
	} `yaml:"steeds"`
	Proposals []demoProposal `yaml:"voorstellen"`
}

// demoPromise is a signal that was answered with something that is nearly due, and
// the learning case that was made of it.
type demoPromise struct {
	Day       string   `yaml:"dag"`
	Who       string   `yaml:"wie"`
	Also      []string `yaml:"ook"`
	At        string   `yaml:"anker"`
	Tile      string   `yaml:"tegel"`
	Text      string   `yaml:"tekst"`
	Frequency string   `yaml:"hoe-vaak"`
	Answered  string   `yaml:"beantwoord"`
	Reason    string   `yaml:"reden"`
	Tomorrow  string   `yaml:"vanaf-morgen"`
	Deliver   string   `yaml:"klaar"`
	Lesson    struct {
		Day       string         `yaml:"dag"`
		Dilemma   string         `yaml:"dilemma"`
		Options   []string       `yaml:"keuzes"`
		Decided   int            `yaml:"besloten"`
		Why       string         `yaml:"waarom"`
		Principle string         `yaml:"beginsel"`
		Chose     map[string]int `yaml:"kozen"`
	} `yaml:"leerzaak"`
}

// demoProposal changes one step: of that the findings are there at once. It is
// rolled out, decided with one key, or stuck.
type demoProposal struct {
	Title        string `yaml:"titel"`
	Step         string `yaml:"stap"`
	Choice       string `yaml:"keuze"`
	Day          string `yaml:"dag"`
	Problem      string `yaml:"probleem"`
	Goal         string `yaml:"doel"`
	Consequences string `yaml:"gevolgen"`
	Indicator    string `yaml:"indicator"`
	Low          string `yaml:"laag"`
	High         string `yaml:"hoog"`
	Tripwire     string `yaml:"grens"`
	Horizon      string `yaml:"horizon"`
	FirstStage   string `yaml:"eerste-trede"`
	Provided     struct {
		Who  string `yaml:"wie"`
		What string `yaml:"wat"`
		Due  string `yaml:"uiterlijk"`
	} `yaml:"mits"`
	Refuses string `yaml:"weigert"`
	Despite struct {
		Name   string `yaml:"naam"`
		Reason string `yaml:"reden"`
	} `yaml:"ondanks"`
	Position string `yaml:"standpunt"`
}

// From 1 January on the proposals of the demo hold for everybody; the first stage of
// a roll-out is a quarter of all cases.
var (
	demoInForce = rule.Date{Year: 2027, Month: 1, Day: 1}
	demoCohort  = "25"
)

// momentKey keeps in a context when something is done.
type momentKey struct{}

// atMoment makes what is done with a context happen at an instant: how the demo gets
// a past through the doors that people use. A request never has one.
func atMoment(ctx context.Context, at time.Time) context.Context {
	return context.WithValue(ctx, momentKey{}, at)
}

// momentOf gives when what is done with a context happens: now, unless it says
// otherwise.
func (o *Office) momentOf(ctx context.Context) time.Time {
	if at, ok := ctx.Value(momentKey{}).(time.Time); ok {
		return at
	}
	return o.Now()
}

// SeedRooms fills the pages of the demo that would be empty on its first day, through
// the same doors as people use. It comes before the outcomes: those trip the wire of a
// roll-out. It does nothing when it was done before.
func (o *Office) SeedRooms(ctx context.Context) error {
	d := o.Demo.Rooms
	o.mu.RLock()
	done := o.world.Triangle(d.Triangle.ID) != nil
	o.mu.RUnlock()
	if done {
		return nil
	}
	for _, room := range []func(context.Context, demoRooms) error{
		o.seedVacancy, o.seedPromise, o.seedCitizen, o.seedProposals, o.seedStand, // what says that it was done goes first
	} {
		if err := room(ctx, d); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return nil
}

// day gives a context in which it is noon on a day of the demo.
func day(ctx context.Context, d string) context.Context {
	return atMoment(ctx, noon(rule.MustDate(d)))
}

// seedVacancy makes a triangle of which the policy officer left.
func (o *Office) seedVacancy(ctx context.Context, d demoRooms) error {
	t, from := d.Triangle, rule.MustDate(d.Triangle.From)
	organisation := o.organisation()
	set := loop.SetTriangle{
		ID: t.ID, Scope: loop.Anchor{Regulation: t.Scope}, From: from,
		Posts: []loop.Post{
			{ID: "eigenaar", Corner: loop.Eigenaar, Organisation: organisation},
			{ID: "beleid", Corner: loop.Opdrachtgever, Coordinating: true, Organisation: organisation, Department: "jeugd"},
			{ID: "uitvoering", Corner: loop.Opdrachtnemer, Organisation: organisation},
		},
		Terms: []loop.Term{
			{Post: "eigenaar", Person: "anneke", Name: loop.Words("Anneke Postma"), Signs: true, From: from},
			{Post: "beleid", Person: "mens-vertrokken", Name: loop.Words(t.Leaver.Name), Signs: true, From: from},
			{Post: "uitvoering", Person: "karim", Name: loop.Words("Karim Bouzid"), Signs: true, From: from},
		},
	}
	if err := o.do(day(ctx, t.From), "anneke", set); err != nil {
		return err
	}
	return o.Leave(day(ctx, t.Leaver.On), "anneke", view.LeaveInput{Triangle: t.ID, Post: "beleid", Person: "mens-vertrokken", On: rule.MustDate(t.Leaver.On)})
}

// seedCitizen has a resident report something.
func (o *Office) seedCitizen(ctx context.Context, d demoRooms) error {
	c := d.Citizen
	_, err := o.FileCitizen(day(ctx, c.Day), view.CitizenInput{Text: c.Text, Topic: c.Topic, Key: demoForm})
	return err
}

// demoForm is the key of the form that the resident of the demo sent: the code
// follows from it and from the key of the installation.
const demoForm = "formulier-van-de-demo"

// demoCode gives the code of the resident of the demo, "" for none.
func (o *Office) demoCode() string {
	if o.Demo == nil {
		return ""
	}
	code := o.codeOf(demoForm)
	if len(o.world.SignalsOf(citizenOf(code))) == 0 {
		return ""
	}
	return groups(code)
}

// seedStand publishes nothing: it writes the preface of the Stand of last quarter,
// that the eigenaar can publish.
func (o *Office) seedStand(ctx context.Context, d demoRooms) error {
	return o.WritePreface(day(ctx, d.Stand.Written), "karim", d.Stand.Period, d.Stand.Preface)
}

// seedPromise has a signal answered with work that is nearly due, and tells it as a
// learning case.
func (o *Office) seedPromise(ctx context.Context, d demoRooms) error {
	p := d.Promise
	a, err := loop.ParseAnchor(p.At)
	if err != nil {
		return err
	}
	id, err := o.FileSignal(day(ctx, p.Day), p.Who, view.SignalInput{
		Anchor: view.Anchor{Regulation: a.Regulation, Article: a.Article}, Tile: view.Tile(p.Tile), Text: p.Text, Frequency: view.Frequency(p.Frequency), Key: "demo-belofte",
	})
	if err != nil {
		return err
	}
	o.mu.RLock()
	_, issue := o.world.Signal(id)
	o.mu.RUnlock()
	for k, who := range p.Also {
		if _, err := o.MeToo(day(ctx, rule.MustDate(p.Day).AddDays(k+1).String()), who, issue, ""); err != nil {
			return err
		}
	}
	if err := o.Answer(day(ctx, p.Answered), "femke", view.AnswerInput{
		Issue: issue, Kind: view.AnswerKind(loop.Adapt), Reason: p.Reason, FromTomorrow: p.Tomorrow, DeliverBy: rule.MustDate(p.Deliver),
	}); err != nil {
		return err
	}
	l := p.Lesson
	lesson, err := o.MakeLesson(day(ctx, l.Day), "femke", view.LessonInput{
		Issue: issue, Dilemma: l.Dilemma, Options: l.Options, Decided: l.Decided, Why: l.Why, Principle: l.Principle,
	})
	if err != nil {
		return err
	}
	for _, who := range slices.Sorted(maps.Keys(l.Chose)) {
		if err := o.ChooseInLesson(day(ctx, l.Day), who, lesson, l.Chose[who]); err != nil {
			return err
		}
	}
	return nil
}

func (o *Office) seedProposals(ctx context.Context, d demoRooms) error {
	for _, p := range d.Proposals {
		if err := o.seedProposal(ctx, p); err != nil {
			return fmt.Errorf("%s: %w", p.Title, err)
		}
	}
	return nil
}

// seedProposal writes, tests and submits a proposal, and then does what happened to
// it. Weeks after each other; who signs is who signs for the regulation.
func (o *Office) seedProposal(ctx context.Context, p demoProposal) error {
	first := rule.MustDate(p.Day)
	week := func(n int) context.Context { return atMoment(ctx, noon(first.AddDays(7*n))) }
	id, err := o.OpenProposal(week(0), "karim", view.OpenProposalInput{Regulation: o.Demo.Tour, Title: p.Title})
	if err != nil {
		return err
	}
	if err := o.writeProposal(week(0), id, p); err != nil {
		return err
	}
	if err := o.testProposal(week(1), id); err != nil {
		return err
	}
	if err := o.SubmitProposal(week(1), "karim", id); err != nil {
		return err
	}
	if err := o.acceptFound(week(2), id); err != nil {
		return err
	}
	key := view.KeyInput{Proposal: id, Digest: o.digestNow(id)}
	if err := o.GiveKey(week(2), "femke", key); err != nil {
		return err
	}
	if p.Refuses != "" {
		return o.seedRefused(week, id, key.Digest, p)
	}
	if x := p.Provided; x.What != "" {
		key.Conditions = []view.PromiseInput{{Proposal: id, By: x.Who, What: x.What, Due: rule.MustDate(x.Due)}}
	}
	if err := o.GiveKey(week(3), "karim", key); err != nil {
		return err
	}
	if p.FirstStage == "" {
		return nil
	}
	return o.NextStage(day(ctx, p.FirstStage), "karim", id)
}

// seedRefused is what follows on a no of execution: a decision with one key, or a
// deadlock.
func (o *Office) seedRefused(week func(int) context.Context, id, digest string, p demoProposal) error {
	if err := o.RefuseKey(week(3), "karim", view.PositionInput{Proposal: id, Digest: digest, Text: p.Refuses}); err != nil {
		return err
	}
	if p.Despite.Name != "" {
		return o.DecideDespite(week(4), "femke", view.DespiteInput{Proposal: id, Digest: digest, Name: p.Despite.Name, Reason: p.Despite.Reason})
	}
	return o.DeclareDeadlock(week(4), "femke", view.PositionInput{Proposal: id, Text: p.Position})
}

// writeProposal fills in what a proposal changes, why, and what is expected of it.
func (o *Office) writeProposal(ctx context.Context, id string, p demoProposal) error {
	if err := o.JoinProposal(ctx, "femke", id); err != nil {
		return err
	}
	if err := o.EditStep(ctx, "karim", view.StepInput{Proposal: id, Step: p.Step, Value: p.Choice}); err != nil {
		return err
	}
	if err := o.EditPlan(ctx, "karim", view.PlanInput{Proposal: id, From: demoInForce}); err != nil {
		return err
	}
	if p.FirstStage != "" {
		if err := o.EditRollout(ctx, "karim", view.RolloutInput{Proposal: id, Rows: []view.StageInput{
			{Percent: demoCohort, From: rule.MustDate(p.FirstStage)}, {Percent: "100", From: demoInForce, Days: "28"},
		}}); err != nil {
			return err
		}
	}
	if err := o.AnswerCompass(ctx, "femke", id, map[string]string{
		"betrokkenen": o.Demo.Rooms.Always.Involved, "probleem": p.Problem, "doel": p.Goal, "gevolgen": p.Consequences,
		"volgen": o.Demo.Rooms.Always.Follow,
	}); err != nil {
		return err
	}
	if err := o.CompareOptions(ctx, "femke", view.OptionsInput{Proposal: id, Why: p.Goal, Rows: []view.OptionRow{
		{ID: "voorstel", Name: p.Title, Effect: p.Consequences, Chosen: true},
		{ID: loop.DoNothing, Effect: p.Problem},
		{ID: loop.Scrap, Effect: o.Demo.Rooms.Always.Scrap},
	}}); err != nil {
		return err
	}
	return o.AddExpectation(ctx, "femke", view.ExpectationInput{
		Proposal: id, Goal: p.Goal, Indicator: p.Indicator, Low: p.Low, High: p.High, Tripwire: p.Tripwire, Horizon: rule.MustDate(p.Horizon),
	})
}

// testProposal confirms the tests that are asked of a proposal as they were computed,
// with what nobody can compute at its least.
func (o *Office) testProposal(ctx context.Context, id string) error {
	o.mu.RLock()
	p := o.world.Proposal(id)
	asked := o.questions.of(p)
	o.mu.RUnlock()
	for _, q := range asked {
		if !q.Required {
			continue
		}
		who := "karim"
		if q.By == string(loop.Policy) {
			who = "femke"
		}
		in := view.AssessmentInput{Proposal: id, Assessment: q.ID, Verdict: q.Verdicts[0].Value, Answers: map[string]string{}}
		for _, x := range q.Questions {
			if x.Required {
				in.Answers[x.ID] = o.Demo.Rooms.Always.Tests[x.ID]
			}
		}
		if err := o.ConfirmAssessment(ctx, who, in); err != nil {
			return fmt.Errorf("%s: %w", q.ID, err)
		}
	}
	return nil
}

// acceptFound accepts for both sides what the tests found that was there already.
func (o *Office) acceptFound(ctx context.Context, id string) error {
	o.mu.RLock()
	var keys []string
	_, existing := o.world.Proposal(id).Findings()
	for _, f := range existing {
		keys = append(keys, f.Key)
	}
	o.mu.RUnlock()
	if len(keys) == 0 {
		return nil
	}
	for _, who := range []string{"femke", "karim"} {
		if err := o.AcceptFindings(ctx, who, id, keys, o.Demo.Rooms.Always.Accept); err != nil {
			return err
		}
	}
	return nil
}

func (o *Office) digestNow(id string) string {
	o.mu.RLock()
	defer o.mu.RUnlock()
	return string(o.world.Proposal(id).Digest())
}
