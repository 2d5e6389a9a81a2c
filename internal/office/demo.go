package office

import (
	"bytes"
	"context"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v4"

	"lemniscaat/internal/loop"
	"lemniscaat/internal/outcome"
	"lemniscaat/internal/population"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
	view "lemniscaat/internal/screen"
	"lemniscaat/internal/simulate"
)

//go:embed demo.yaml
var demoFile []byte

// Demo is the invented municipality that `lemniscaat demo` shows.
type Demo struct {
	Organisation string       `yaml:"organisatie"`
	Begin        string       `yaml:"begin"` // the day on which the demo clock starts
	Households   int          `yaml:"huishoudens"`
	Tour         string       `yaml:"rondleiding"` // regulation of the guided tour
	People       []demoPerson `yaml:"mensen"`
	Cases        []demoCase   `yaml:"zaken"`
	Past         []demoSignal `yaml:"eerder"`
	Rooms        demoRooms    `yaml:"kamers"`

	// Texts are ordinances that the demo imports as text.
	Texts []Text `yaml:"-"`
	// Advance moves the demo clock forward to a day. It is nil outside a demo.
	Advance func(to rule.Date) error `yaml:"-"`
}

type demoPerson struct {
	ID         string `yaml:"id"`
	Role       string `yaml:"rol"` // a role in the triangle of the regulations
	Name       string `yaml:"naam"`
	Title      string `yaml:"functie"`
	TeamLeader string `yaml:"teamleider"`
	Mandate    int64  `yaml:"mandaat"` // cents
}

// demoCase is a case "in the case system": facts without a name.
type demoCase struct {
	ID         string `yaml:"id"` // the reference in the case system: "zaak-2041"
	Regulation string `yaml:"regeling"`
	Article    string `yaml:"artikel"` // where a signal about it belongs first
	Title      string `yaml:"titel"`
	Decided    string `yaml:"besloten"` // decided before the demo began
	File       string `yaml:"dossier"`  // a case file
}

// demoSignal is something that was reported before the demo began.
type demoSignal struct {
	Day        string   `yaml:"dag"`
	Who        string   `yaml:"wie"`
	Also       []string `yaml:"ook"`
	At         string   `yaml:"anker"`
	Tile       string   `yaml:"tegel"`
	Text       string   `yaml:"tekst"`
	Frequency  string   `yaml:"hoe-vaak"`
	Answer     string   `yaml:"antwoord"`
	Reason     string   `yaml:"reden"`
	Answered   string   `yaml:"beantwoord"`
	Recognised []string `yaml:"herkend"`
	Confirmed  string   `yaml:"bevestigd"`
}

// ReadDemo reads the demo that ships with the program.
func ReadDemo() (*Demo, error) {
	d := yaml.NewDecoder(bytes.NewReader(demoFile))
	d.KnownFields(true)
	var demo Demo
	if err := d.Decode(&demo); err != nil {
		return nil, fmt.Errorf("demo.yaml: %w", err)
	}
	return &demo, nil
}

// Start gives the day on which the demo clock begins.
func (d *Demo) Start() (rule.Date, error) { return rule.ParseDate(d.Begin) }

func (d *Demo) tourRegulation() string { return d.Tour }

// corners ties the roles of regeling.yaml to the corner of their person.
var corners = map[string]loop.Corner{
	"beleid": loop.Opdrachtgever, "uitvoering": loop.Opdrachtnemer, "eigenaar": loop.Eigenaar,
}

// Persons gives who can act in the demo.
func (d *Demo) Persons() []Person {
	var out []Person
	for _, p := range d.People {
		out = append(out, Person{
			ID: p.ID, Name: p.Name, Title: p.Title, Corner: corners[p.Role],
			TeamLeader: p.TeamLeader == "ja", Mandate: p.Mandate,
		})
	}
	return out
}

// Seed fills an empty installation with the demo: triangles, an imported text,
// what was reported and decided before. It does nothing when the log has
// events. Everything goes through the same commands as a person's.
func (o *Office) Seed(ctx context.Context) error {
	h, err := o.Store.Head(ctx)
	if err != nil || h.Seq > 0 {
		return err
	}
	d := o.Demo
	first := rule.Date{Year: 2026, Month: 1, Day: 5}
	if err := o.seedTriangles(ctx, noon(first)); err != nil {
		return err
	}
	for _, t := range d.Texts {
		if _, err := o.doAt(ctx, "anneke", plainImport(t), request{}, noon(first.AddDays(1))); err != nil {
			return fmt.Errorf("demo: %s: %w", t.Name, err)
		}
	}
	type act struct {
		at time.Time
		do func(at time.Time) error
	}
	var acts []act
	on := func(day string, hour int, do func(at time.Time) error) error {
		dt, err := rule.ParseDate(day)
		if err != nil {
			return err
		}
		acts = append(acts, act{noon(dt).Add(time.Duration(hour) * time.Hour), do})
		return nil
	}
	for _, s := range d.Past {
		a, err := loop.ParseAnchor(s.At)
		if err != nil {
			return err
		}
		issue := o.NewID("k")
		err = on(s.Day, 0, func(at time.Time) error {
			_, err := o.doAt(ctx, s.Who, loop.FileSignal{NewIssue: issue, Signal: loop.Signal{
				ID: o.NewID("s"), Anchor: a, Kind: kinds[view.Tile(s.Tile)], What: loop.Words(s.Text), Frequency: frequencies[view.Frequency(s.Frequency)],
				Channel: loop.Professional, Reporter: loop.PersonID(s.Who), Reachable: true, Synthetic: true,
			}}, request{}, at)
			return err
		})
		if err != nil {
			return err
		}
		for k, other := range s.Also {
			if err := on(s.Day, 24*(k+1), func(at time.Time) error {
				_, err := o.doAt(ctx, other, loop.AlsoMine{Issue: issue, SignalID: o.NewID("s"), Reporter: loop.PersonID(other), Channel: loop.Professional, Reachable: true, Synthetic: true}, request{}, at)
				return err
			}); err != nil {
				return err
			}
		}
		if s.Answer == "" {
			continue
		}
		if err := on(s.Answered, 0, func(at time.Time) error {
			_, err := o.doAt(ctx, "femke", loop.AnswerIssue{Issue: issue, Kind: loop.AnswerKind(s.Answer), Reason: loop.Words(s.Reason)}, request{}, at)
			return err
		}); err != nil {
			return err
		}
		for k, who := range s.Recognised {
			if err := on(s.Confirmed, k, func(at time.Time) error {
				_, err := o.doAt(ctx, who, loop.React{Issue: issue, Recognised: true}, request{}, at)
				return err
			}); err != nil {
				return err
			}
		}
	}
	for _, c := range d.Cases {
		if c.Decided == "" {
			continue
		}
		if err := on(c.Decided, 2, func(at time.Time) error {
			_, err := o.decideAt(ctx, "samira", c.Regulation+"/"+c.ID, loop.DateOf(at), at)
			return err
		}); err != nil {
			return err
		}
	}
	slices.SortStableFunc(acts, func(a, b act) int { return a.at.Compare(b.at) })
	for _, a := range acts {
		if err := a.do(a.at); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return nil
}

// seedTriangles makes the triangle of the installation and those that the
// regulations name.
func (o *Office) seedTriangles(ctx context.Context, at time.Time) error {
	from := loop.DateOf(at).AddDays(-4)
	for _, r := range o.rules.set.Regulations {
		if r.Triangle == nil {
			continue
		}
		if err := o.seedTriangle(ctx, r, loop.Anchor{Regulation: r.ID}, r.ID, from, at); err != nil {
			return err
		}
		if r.ID == o.Demo.Tour {
			// Whatever has no triangle of its own falls under this one.
			if err := o.seedTriangle(ctx, r, loop.Anchor{}, "organisatie", from, at); err != nil {
				return err
			}
		}
	}
	return nil
}

func (o *Office) seedTriangle(ctx context.Context, r *regulation.Regulation, scope loop.Anchor, id string, from rule.Date, at time.Time) error {
	t := r.Triangle
	set := loop.SetTriangle{ID: id, Scope: scope, From: from, Caseload: t.Caseload}
	party := func(id string) (name string, outside bool) {
		for _, p := range t.Parties {
			if p.ID == id {
				return p.Name, !p.Connected
			}
		}
		return id, false
	}
	person := func(role string) (demoPerson, bool) {
		k := slices.IndexFunc(o.Demo.People, func(p demoPerson) bool { return p.Role == role })
		if k < 0 {
			return demoPerson{}, false
		}
		return o.Demo.People[k], true
	}
	by := "anneke"
	post := func(h regulation.Holder, c loop.Corner, department string) {
		name, outside := party(h.Party)
		set.Posts = append(set.Posts, loop.Post{ID: h.Role, Corner: c, Coordinating: h.Coordinating, Organisation: name, Department: department, Outside: outside})
		switch p, ok := person(h.Role); {
		case ok:
			set.Terms = append(set.Terms, loop.Term{Post: h.Role, Person: loop.PersonID(p.ID), Name: loop.Words(p.Name), Signs: true, From: from})
		case outside:
			// Somebody answers there, but not here: the party stands in.
			set.Terms = append(set.Terms, loop.Term{Post: h.Role, Person: loop.PersonID("partij-" + h.Role), Name: loop.Words(name), Signs: true, From: from})
		}
	}
	post(t.Owner, loop.Eigenaar, "")
	for _, h := range t.Commissioners {
		post(h, loop.Opdrachtgever, "")
	}
	for k, h := range t.Executors {
		post(h, loop.Opdrachtnemer, "")
		if k > 0 {
			continue
		}
		for _, s := range t.Staff {
			if p, ok := person(s.Role); ok {
				set.Terms = append(set.Terms, loop.Term{Post: h.Role, Person: loop.PersonID(p.ID), Name: loop.Words(p.Name), From: from})
			}
		}
	}
	if _, err := o.doAt(ctx, by, set, request{}, at); err != nil {
		return fmt.Errorf("driehoek %s: %w", id, err)
	}
	if scope == (loop.Anchor{}) {
		return nil
	}
	for _, c := range t.Capacity {
		y, q, _ := strings.Cut(c.Quarter, "-")
		if _, err := o.doAt(ctx, string(loop.System), loop.SetCapacity{Triangle: id, Quarter: loop.Quarter(y + "-Q" + q), Points: c.Hours}, request{}, at); err != nil {
			return fmt.Errorf("driehoek %s: %w", id, err)
		}
	}
	return nil
}

// MoveClock moves the demo clock forward to a day.
func (o *Office) MoveClock(ctx context.Context, to rule.Date) error {
	if o.Demo == nil || o.Demo.Advance == nil {
		return view.ErrNotFound
	}
	today := o.today()
	switch {
	case !to.Valid() || to.IsZero():
		return refuse("datum", "Deze dag bestaat niet.", "Kies een dag, bijvoorbeeld 01-01-2027.", view.FieldError{Field: "klok", Text: "Kies een dag."})
	case !to.After(today):
		return refuse("klok-terug", "De demoklok loopt alleen vooruit.", "Kies een dag na "+dutch(today)+".", view.FieldError{Field: "klok", Text: "Kies een dag na " + dutch(today) + "."})
	case to.After(today.AddYears(5)):
		return refuse("klok-ver", "Zo ver vooruit kan niet in één keer.", "Kies een dag binnen vijf jaar.", view.FieldError{Field: "klok", Text: "Kies een dag binnen vijf jaar."})
	}
	if err := o.Demo.Advance(to); err != nil {
		return err
	}
	return o.Tick(ctx)
}

// Drift and seed of the demo feed: what "really" happened is drawn apart from
// what was predicted, and goes a little better or worse than thought.
const (
	feedSeed  = 20270101
	feedDrift = 0.15
)

// feedPeriods gives the years for which the demo can play outcomes: those with
// an adopted version in them that have begun.
func (o *Office) feedPeriods(reg string) []view.Option {
	g := o.world.Regulation(reg)
	if g == nil || len(g.Adoptions) == 0 {
		return nil
	}
	today := o.today()
	var out []view.Option
	for y := g.Adoptions[0].From.Year; y <= today.Year; y++ {
		from := rule.Date{Year: y, Month: 1, Day: 1}
		if a := g.Adoptions[0].From; a.Year == y {
			from = a
		}
		until := rule.Date{Year: y, Month: 12, Day: 31}
		if !until.Before(today) {
			until = today.AddDays(-1)
		}
		if daysSince(from, until)+1 < shortestPeriod {
			continue
		}
		out = append(out, view.Option{Value: fmt.Sprint(y), Label: dutch(from) + " tot en met " + dutch(until)})
	}
	slices.Reverse(out)
	return out
}

// DemoFeed plays the case system: outcomes of synthetic people under the rules
// in force, as CSV.
func (o *Office) DemoFeed(ctx context.Context, reg, period string, w io.Writer) error {
	o.mu.RLock()
	r, ok := o.rules.set.Get(reg)
	periods := o.feedPeriods(reg)
	set, shipped, today := o.rules.set, o.rules.shipped, o.today()
	o.mu.RUnlock()
	if !ok || o.Demo == nil {
		return view.ErrNotFound
	}
	if period == "" && len(periods) > 0 {
		period = periods[0].Value
	}
	if !slices.ContainsFunc(periods, func(p view.Option) bool { return p.Value == period }) {
		return view.ErrNotFound
	}
	year := rule.MustDate(period + "-01-01")
	side, err := simulate.NewSide(set, year, reg)
	if err != nil {
		return err
	}
	// How people manage today's steps is known; the changed ones are what the
	// feed is about.
	before, err := simulate.NewSide(shipped, year, reg)
	if err != nil {
		return err
	}
	n := o.Households
	people, err := population.New(population.Spec{N: n, Seed: feedSeed, Year: year.Year, Households: float64(n)})
	if err != nil {
		return err
	}
	var grounds []string
	for _, g := range r.Grounds {
		grounds = append(grounds, g.ID)
	}
	_, secret := o.newestKey("demo")
	rows, err := simulate.Feed(ctx, simulate.FeedSpec{
		People: people, Seed: feedSeed, Date: year, From: year, Until: rule.Date{Year: year.Year, Month: 12, Day: 31},
		Side: side, Before: &before, Drift: feedDrift, Version: period + "-01-01", Grounds: grounds, Key: secret,
	})
	if err != nil {
		return err
	}
	// A year is drawn whole; what has not happened yet is not in the file.
	rows = slices.DeleteFunc(rows, func(x outcome.Row) bool { return !x.Date.Before(today) })
	return outcome.Write(w, rows)
}
