package story

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/check"
	"lemniscaat/internal/doability"
	"lemniscaat/internal/explain"
	"lemniscaat/internal/loop"
	"lemniscaat/internal/recourse"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// Result is what a check found: a sentence (the key of one, with what to fill
// in) and whether that is what the story says.
type Result struct {
	OK  bool
	Key string
	// Args are names and values in turn; a rule.Date, a cents and a days are
	// written as such.
	Args []any
	// Want says what was expected, for a test; "" when it holds.
	Want string
}

type (
	cents int64
	days  int
)

// Check is one thing that must hold after a step: one of the fields.
type Check struct {
	Finding   *findingCheck   `yaml:"bevinding"`
	Refused   *refusedCheck   `yaml:"geweigerd"`
	Taken     *takenCheck     `yaml:"genomen"`
	Owed      *owedCheck      `yaml:"schuldig"`
	Objection *objectionCheck `yaml:"bezwaar-schuldig"`
	Hear      *hearCheck      `yaml:"spreken"`
	Ladder    *ladderCheck    `yaml:"trap"`
	State     *stateCheck     `yaml:"staat"`
	Delivered *countCheck     `yaml:"bezorgd"`
	Signals   *countCheck     `yaml:"signalen"`
	Formal    *formalCheck    `yaml:"formeel"`
	Arrived   *arrivedCheck   `yaml:"aangekomen"`
	Solved    *solvedCheck    `yaml:"opgelost"`
	Diff      *diffCheck      `yaml:"verschil"`
	Value     *valueCheck     `yaml:"uitkomst"`
	Letter    *letterCheck    `yaml:"brief"`
	Burden    *burdenCheck    `yaml:"last"`
	Proposal  *proposalCheck  `yaml:"voorstel"`
	Reckoned  *reckonCheck    `yaml:"doorgerekend"`
	Level     *levelCheck     `yaml:"niveau"`
	Detected  *detectedCheck  `yaml:"detector"`
}

type testing func(st *Stage) ([]Result, error)

// test gives the one thing that a check looks at; nil when it is none, or
// several.
func (c Check) test() testing {
	var out testing
	n := 0
	is := func(there bool, f testing) {
		if there {
			out = f
			n++
		}
	}
	is(c.Finding != nil, func(st *Stage) ([]Result, error) { return c.Finding.look(st) })
	is(c.Refused != nil, func(st *Stage) ([]Result, error) { return c.Refused.look(st) })
	is(c.Taken != nil, func(st *Stage) ([]Result, error) { return c.Taken.look(st) })
	is(c.Owed != nil, func(st *Stage) ([]Result, error) { return c.Owed.look(st) })
	is(c.Objection != nil, func(st *Stage) ([]Result, error) { return c.Objection.look(st) })
	is(c.Hear != nil, func(st *Stage) ([]Result, error) { return c.Hear.look(st) })
	is(c.Ladder != nil, func(st *Stage) ([]Result, error) { return c.Ladder.look(st) })
	is(c.State != nil, func(st *Stage) ([]Result, error) { return c.State.look(st) })
	is(c.Delivered != nil, func(st *Stage) ([]Result, error) { return c.Delivered.delivered(st) })
	is(c.Signals != nil, func(st *Stage) ([]Result, error) { return c.Signals.signals(st) })
	is(c.Formal != nil, func(st *Stage) ([]Result, error) { return c.Formal.look(st) })
	is(c.Arrived != nil, func(st *Stage) ([]Result, error) { return c.Arrived.look(st) })
	is(c.Solved != nil, func(st *Stage) ([]Result, error) { return c.Solved.look(st) })
	is(c.Diff != nil, func(st *Stage) ([]Result, error) { return c.Diff.look(st) })
	is(c.Value != nil, func(st *Stage) ([]Result, error) { return c.Value.look(st) })
	is(c.Letter != nil, func(st *Stage) ([]Result, error) { return c.Letter.look(st) })
	is(c.Burden != nil, func(st *Stage) ([]Result, error) { return c.Burden.look(st) })
	is(c.Proposal != nil, func(st *Stage) ([]Result, error) { return c.Proposal.look(st) })
	is(c.Reckoned != nil, func(st *Stage) ([]Result, error) { return c.Reckoned.look(st) })
	is(c.Level != nil, func(st *Stage) ([]Result, error) { return c.Level.look(st) })
	is(c.Detected != nil, func(st *Stage) ([]Result, error) { return c.Detected.look(st) })
	if n != 1 {
		return nil
	}
	return out
}

// found makes a result of what is and what should be.
func found(ok bool, want, key string, args ...any) []Result {
	r := Result{OK: ok, Key: "klopt." + key, Args: args}
	if !ok {
		r.Want = want
	}
	return []Result{r}
}

type findingCheck struct {
	Key    string `yaml:"sleutel"`
	Amount string `yaml:"bedrag"` // whole euros a year
	Gone   string `yaml:"weg"`
}

func (c *findingCheck) look(st *Stage) ([]Result, error) {
	var set *regulation.Set
	st.Look(func(_ *loop.World, s *regulation.Set) { set = s })
	reg, ok := set.Get(st.story.Regulation)
	if !ok {
		return nil, fmt.Errorf("regeling %s is er niet", st.story.Regulation)
	}
	cliffs := check.Cliffs(set, check.Options{Date: st.today, Loss: big.NewRat(100, 1), Regulations: []string{reg.ID}})
	fs := doability.Findings(reg, st.today, cliffs)
	k := slices.IndexFunc(fs, func(f doability.Finding) bool { return f.Key == c.Key && f.Weighty })
	if c.Gone == "ja" {
		return found(k < 0, "geen bevinding "+c.Key, "klif-weg"), nil
	}
	want, ok := new(big.Rat).SetString(c.Amount)
	if !ok {
		return nil, fmt.Errorf("bedrag %q is geen getal", c.Amount)
	}
	if k < 0 {
		return found(false, "bevinding "+c.Key+" van "+c.Amount, "klif-weg"), nil
	}
	return found(fs[k].Magnitude.Cmp(want) == 0, c.Amount, "klif", "bedrag", centsOf(fs[k].Magnitude)), nil
}

func centsOf(r *big.Rat) cents {
	x := new(big.Rat).Mul(r, big.NewRat(100, 1))
	return cents(new(big.Int).Quo(x.Num(), x.Denom()).Int64())
}

type refusedCheck struct {
	Code  string `yaml:"code"`
	Count int    `yaml:"aantal"`
}

func (c *refusedCheck) look(st *Stage) ([]Result, error) {
	n := st.refused[c.Code]
	return found(n == c.Count, fmt.Sprint(c.Count), "geweigerd-"+c.Code, "n", n, "van", c.Count), nil
}

type takenCheck struct {
	Count int `yaml:"aantal"`
	Of    int `yaml:"van"`
}

func (c *takenCheck) look(st *Stage) ([]Result, error) {
	taken, all := 0, 0
	st.Look(func(w *loop.World, _ *regulation.Set) {
		for _, d := range w.Decisions() {
			all++
			if d.State == loop.Taken || d.State == loop.Objected || d.State == loop.Revised || d.State == loop.Upheld {
				taken++
			}
		}
	})
	key := "genomen"
	if all == 0 {
		key = "nog-geen"
	}
	return found(taken == c.Count && all == c.Of, fmt.Sprintf("%d van %d", c.Count, c.Of), key, "n", taken, "van", all), nil
}

// of finds a knelpunt by the name of its first signal.
func (st *Stage) of(name string, look func(w *loop.World, i *loop.Issue)) error {
	id, there := st.issue(name), false
	st.Look(func(w *loop.World, _ *regulation.Set) {
		if i := w.Issue(id); i != nil {
			there = true
			look(w, i)
		}
	})
	if !there {
		return fmt.Errorf("knelpunt %s is er niet", name)
	}
	return nil
}

type owedCheck struct {
	Issue string `yaml:"knelpunt"`
	Who   string `yaml:"wie"`
	What  string `yaml:"wat"` // a loop.Duty; "" is antwoord
	Due   string `yaml:"uiterlijk"`
}

func (c *owedCheck) look(st *Stage) (out []Result, err error) {
	duty := loop.Duty(c.What)
	if duty == "" {
		duty = loop.DutyAnswer
	}
	err = st.of(c.Issue, func(w *loop.World, i *loop.Issue) {
		var open []loop.Obligation
		for _, o := range i.Obligations() {
			if o.Open() && o.Duty == duty {
				open = append(open, o)
			}
		}
		if len(open) != 1 {
			out = found(false, fmt.Sprintf("één open verplichting %s, er zijn er %d", duty, len(open)), "niets-schuldig")
			return
		}
		h := w.Resolve(open[0].Debtor, st.today)
		p, _ := st.story.person(string(h.Person))
		due := open[0].Due.String()
		out = found(string(h.Person) == c.Who && due == c.Due, c.Who+", "+c.Due, "schuldig-"+string(duty), "wie", p.Name, "datum", open[0].Due)
	})
	return out, err
}

// objectionCheck looks at the obligation to decide on an objection.
type objectionCheck struct {
	Decision string `yaml:"besluit"`
	Who      string `yaml:"wie"`
	Due      string `yaml:"uiterlijk"`
}

func (c *objectionCheck) look(st *Stage) (out []Result, err error) {
	err = fmt.Errorf("besluit %s is er niet", c.Decision)
	st.Look(func(w *loop.World, _ *regulation.Set) {
		d := w.Decision(st.id(c.Decision))
		if d == nil {
			return
		}
		err = nil
		for _, o := range d.Obligations() {
			if o.Open() && o.Duty == loop.DutyObjection {
				h := w.Resolve(o.Debtor, st.today)
				p, _ := st.story.person(string(h.Person))
				late := max(0, rule.DaysBetween(o.Due, st.today))
				key := "bezwaar-schuldig"
				if late > 0 {
					key = "bezwaar-te-laat"
				}
				out = found(string(h.Person) == c.Who && o.Due.String() == c.Due, c.Who+", "+c.Due, key, "wie", p.Name, "datum", o.Due, "dagen", days(late))
				return
			}
		}
		out = found(false, c.Who+", "+c.Due, "niets-schuldig")
	})
	return out, err
}

// hearCheck counts who has to be spoken with before a decision.
type hearCheck struct {
	Count int    `yaml:"aantal"`
	Due   string `yaml:"uiterlijk"`
}

func (c *hearCheck) look(st *Stage) (out []Result, err error) {
	n := 0
	st.Look(func(w *loop.World, _ *regulation.Set) {
		for _, d := range w.Decisions() {
			for _, o := range d.Obligations() {
				if o.Open() && o.Duty == loop.DutyHear && o.Due.String() == c.Due {
					n++
				}
			}
		}
	})
	return found(n == c.Count, fmt.Sprint(c.Count), "spreken", "n", n, "datum", rule.MustDate(c.Due)), nil
}

type ladderCheck struct {
	Issue string `yaml:"knelpunt"`
	Is    string `yaml:"is"` // as loop.Step writes it
}

func (c *ladderCheck) look(st *Stage) (out []Result, err error) {
	err = st.of(c.Issue, func(w *loop.World, i *loop.Issue) {
		d, ok := i.Due()
		if !ok {
			out = found(false, c.Is, "niets-schuldig")
			return
		}
		step := w.Terms.Ladder.Step(d.Due, st.today)
		late := max(0, rule.DaysBetween(d.Due, st.today))
		out = found(step.String() == c.Is, c.Is, "trap-"+fmt.Sprint(uint8(step)), "datum", st.today, "dagen", days(late))
	})
	return out, err
}

type stateCheck struct {
	Issue string `yaml:"knelpunt"`
	Is    string `yaml:"is"`
}

func (c *stateCheck) look(st *Stage) (out []Result, err error) {
	err = st.of(c.Issue, func(_ *loop.World, i *loop.Issue) {
		out = found(string(i.State) == c.Is, c.Is, "staat-"+string(i.State))
	})
	return out, err
}

type countCheck struct {
	Issue string `yaml:"knelpunt"`
	Count int    `yaml:"aantal"`
}

func (c *countCheck) delivered(st *Stage) (out []Result, err error) {
	err = st.of(c.Issue, func(_ *loop.World, i *loop.Issue) {
		n := 0
		if a := i.Answer(); a != nil {
			for r := range i.Reporters() {
				if i.Delivered[r] == a.Number {
					n++
				}
			}
		}
		out = found(n == c.Count, fmt.Sprint(c.Count), "bezorgd", "n", n)
	})
	return out, err
}

func (c *countCheck) signals(st *Stage) (out []Result, err error) {
	err = st.of(c.Issue, func(_ *loop.World, i *loop.Issue) {
		out = found(len(i.Signals) == c.Count, fmt.Sprint(c.Count), "signalen", "n", len(i.Signals))
	})
	return out, err
}

// formalCheck looks at the formal road of a signal: the day that counts, and
// until when it has to be sent on ("" when it was).
type formalCheck struct {
	Signal   string `yaml:"signaal"`
	Received string `yaml:"ontvangen"`
	Due      string `yaml:"uiterlijk"`
}

func (c *formalCheck) look(st *Stage) (out []Result, err error) {
	err = fmt.Errorf("signaal %s heeft geen formele weg", c.Signal)
	st.Look(func(w *loop.World, _ *regulation.Set) {
		f := w.Formal("s-" + c.Signal)
		if f == nil {
			return
		}
		err = nil
		due := ""
		if o, open := f.Due(); open {
			due = o.Due.String()
		}
		out = found(f.Received.String() == c.Received && due == c.Due, c.Received+", "+c.Due, "formeel", "datum", f.Received, "tot", due)
	})
	return out, err
}

// arrivedCheck counts what of the last delivery was new and what was known.
type arrivedCheck struct {
	New   int `yaml:"nieuw"`
	Known int `yaml:"bekend"`
}

func (c *arrivedCheck) look(st *Stage) ([]Result, error) {
	return found(st.arrived == *c, fmt.Sprint(*c), "aangekomen", "n", st.arrived.New, "bekend", st.arrived.Known), nil
}

type solvedCheck struct {
	Issue     string `yaml:"knelpunt"`
	Confirmed int    `yaml:"bevestigd"`
	Silent    int    `yaml:"stil"`
}

func (c *solvedCheck) look(st *Stage) (out []Result, err error) {
	err = st.of(c.Issue, func(_ *loop.World, i *loop.Issue) {
		e := i.Ending
		ok := i.State == loop.Solved && e.Confirmed == c.Confirmed && e.Silent == c.Silent
		out = found(ok, fmt.Sprintf("opgelost, %d bevestigd, %d stil", c.Confirmed, c.Silent), "opgelost", "bevestigd", e.Confirmed, "stil", e.Silent)
	})
	return out, err
}

type diffCheck struct {
	From     string `yaml:"van"`
	Until    string `yaml:"tot"`
	Contains string `yaml:"bevat"`
}

func (c *diffCheck) look(st *Stage) ([]Result, error) {
	var words string
	st.Look(func(_ *loop.World, set *regulation.Set) {
		for _, ch := range regulation.DiffOn(set, rule.MustDate(c.From), set, rule.MustDate(c.Until), st.story.Regulation) {
			words += ch.Text + " " + strings.Join(ch.Details, " ") + " "
		}
	})
	words = strings.TrimSpace(words)
	return found(strings.Contains(words, c.Contains), c.Contains, "verschil", "tekst", words), nil
}

type valueCheck struct {
	// Case is a case of the story, or File one in full.
	Case      string `yaml:"zaak"`
	File      string `yaml:"dossier"`
	On        string `yaml:"op"`
	Attribute string `yaml:"eigenschap"`
	Euros     string `yaml:"euro"`
}

func (c *valueCheck) look(st *Stage) ([]Result, error) {
	file := c.File
	for _, x := range st.story.cases() {
		if x.ID == c.Case {
			file = x.File
		}
	}
	want, ok := new(big.Rat).SetString(c.Euros)
	if !ok {
		return nil, fmt.Errorf("euro %q is geen getal", c.Euros)
	}
	v, err := st.value(file, rule.MustDate(c.On), c.Attribute)
	if err != nil {
		return nil, err
	}
	return found(v.Cmp(want) == 0, c.Euros, "uitkomst", "datum", rule.MustDate(c.On), "bedrag", centsOf(v)), nil
}

type letter struct {
	text  string
	known rule.Date
}

// letterAct is a letter as it would go out.
type letterAct struct {
	ID   string `yaml:"id"`
	Text string `yaml:"tekst"`
}

func (l *letterAct) write(st *Stage) error {
	until := recourse.LastDay(st.today)
	months := []string{"januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus", "september", "oktober", "november", "december"}
	text := strings.ReplaceAll(l.Text, "{bezwaar-tot}", fmt.Sprintf("%d %s %d", until.Day, months[until.Month-1], until.Year))
	st.letters[l.ID] = letter{text, st.today}
	return nil
}

type letterCheck struct {
	ID    string   `yaml:"brief"`
	Lacks []string `yaml:"mist"` // codes of explain.CheckLetter; none: it is complete
}

func (c *letterCheck) look(st *Stage) ([]Result, error) {
	l, ok := st.letters[c.ID]
	if !ok {
		return nil, fmt.Errorf("brief %s is niet geschreven", c.ID)
	}
	var got []string
	var out []Result
	for _, f := range explain.CheckLetter(explain.Letter{Text: l.text, Known: l.known, Burdensome: true}) {
		got = append(got, f.Code)
		out = append(out, Result{OK: slices.Contains(c.Lacks, f.Code), Key: "klopt.brief-" + f.Code, Args: []any{"wet", f.Source, "datum", recourse.LastDay(l.known)}, Want: "een brief die dit wel zegt"})
	}
	for _, want := range c.Lacks {
		if !slices.Contains(got, want) {
			out = append(out, found(false, want, "brief-goed", "datum", recourse.LastDay(l.known))...)
		}
	}
	if len(out) == 0 {
		out = found(true, "", "brief-goed", "datum", recourse.LastDay(l.known))
	}
	return out, nil
}

// burdenCheck looks at what the steps of a regulation ask of people, under the
// draft of the story and with a proposal.
type burdenCheck struct {
	Proposal string `yaml:"voorstel"`
	Proofs   [2]int `yaml:"bewijzen"`
	Minutes  [2]int `yaml:"minuten"`
}

func (c *burdenCheck) look(st *Stage) (out []Result, err error) {
	var sides [2]burden
	st.Look(func(w *loop.World, set *regulation.Set) {
		p := w.Proposal(c.Proposal)
		if p == nil {
			err = fmt.Errorf("voorstel %s is er niet", c.Proposal)
			return
		}
		v, ds := regulation.ReadVariant(p.ID+".yaml", []byte(p.Content.Variant))
		if err = ds.Err(); err != nil {
			return
		}
		after, ds := st.Shipped.With(v)
		if err = ds.Err(); err != nil {
			return
		}
		for k, side := range []*regulation.Set{st.Shipped, after} {
			r, _ := side.Get(st.story.Regulation)
			sides[k] = burdenOf(r, v.From)
		}
	})
	if err != nil {
		return nil, err
	}
	a, b := sides[0], sides[1]
	out = found(a.proofs == c.Proofs[0] && b.proofs == c.Proofs[1], fmt.Sprint(c.Proofs), "bewijzen", "voor", a.proofs, "na", b.proofs)
	return append(out, found(a.minutes == c.Minutes[0] && b.minutes == c.Minutes[1], fmt.Sprint(c.Minutes), "minuten", "voor", a.minutes, "na", b.minutes)...), nil
}

type burden struct{ proofs, minutes int }

func burdenOf(r *regulation.Regulation, on rule.Date) (b burden) {
	for _, p := range doability.Profiles(r, on) {
		b.proofs += len(p.Evidence)
		b.minutes += p.Minutes
	}
	return b
}

type proposalCheck struct {
	ID     string `yaml:"voorstel"`
	Is     string `yaml:"is"`
	Within int    `yaml:"binnen-dagen"` // from the first sketch to the decision
}

func (c *proposalCheck) look(st *Stage) (out []Result, err error) {
	err = fmt.Errorf("voorstel %s is er niet", c.ID)
	st.Look(func(w *loop.World, _ *regulation.Set) {
		p := w.Proposal(c.ID)
		if p == nil {
			return
		}
		err = nil
		out = found(string(p.State) == c.Is, c.Is, "voorstel-"+string(p.State), "datum", p.Plan.InForce)
		if c.Within > 0 {
			n := rule.DaysBetween(p.Opened, p.DecidedOn)
			out = append(out, found(!p.DecidedOn.IsZero() && n <= c.Within, fmt.Sprint(c.Within), "besloten-in", "dagen", days(n), "van", p.Opened, "tot", p.DecidedOn)...)
		}
	})
	return out, err
}

type levelCheck struct {
	Regulation string `yaml:"regeling"`
	Is         int    `yaml:"is"`
	Articles   int    `yaml:"artikelen"`
}

func (c *levelCheck) look(st *Stage) (out []Result, err error) {
	err = fmt.Errorf("regeling %s is er niet", c.Regulation)
	st.Look(func(_ *loop.World, set *regulation.Set) {
		if r, ok := set.Get(c.Regulation); ok {
			err = nil
			out = found(int(r.Level) == c.Is && len(r.Articles) == c.Articles, fmt.Sprint(c.Is, c.Articles), "niveau-"+fmt.Sprint(int(r.Level)), "n", len(r.Articles))
		}
	})
	return out, err
}
