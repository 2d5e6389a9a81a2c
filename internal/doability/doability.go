// Package doability computes assessments from what a regulation asks: of
// citizens (doenvermogen, after the WRR report "Weten is nog geen doen") and of
// the executor (uitvoeringstoets). It shows a list, never one score. What it
// cannot compute it does not answer: the assessments are confirmed or overruled
// by people.
package doability

import (
	"cmp"
	"fmt"
	"math/big"
	"slices"
	"strings"

	"lemniscaat/internal/check"
	"lemniscaat/internal/regulation"
	"lemniscaat/internal/rule"
)

// The red lines.
const (
	// MaxChoices is how many options a citizen can be given at once.
	MaxChoices = 3
	// MinDays is the shortest deadline after a life event, in days.
	MinDays = 14
)

// Profile is one action that a regulation asks of a citizen.
type Profile struct {
	Regulation string `json:"regeling"`
	Step       string `json:"stap"`
	Article    string `json:"artikel"`
	Action     string `json:"actie"`
	Trigger    string `json:"aanleiding"`
	LifeEvent  bool   `json:"levensgebeurtenis"`
	// Deadline in days after the trigger; 0: none.
	Deadline int     `json:"termijnDagen"`
	Evidence []Proof `json:"bewijzen"`
	// Choices is the number of options; 0 or 1: nothing to choose.
	Choices   int    `json:"keuzes"`
	IfNothing string `json:"alsNiets"`
	// Loses says that doing nothing costs the entitlement, Reversible that it
	// can be undone.
	Loses      bool     `json:"verliestRecht"`
	Reversible bool     `json:"herstelbaar"`
	Channels   []string `json:"kanalen"`
	// Human says that a person helps in one of the channels.
	Human  bool `json:"mens"`
	Yearly bool `json:"elkJaar"`
	// Minutes and Load (0–10) are assumptions of the regulation.
	Minutes int `json:"minuten"`
	Load    int `json:"last"`
}

// Proof is a proof that is asked for.
type Proof struct {
	Name string `json:"naam"`
	// Register already holds it; empty when none does. Own: it is the
	// executor's own administration.
	Register string `json:"register,omitempty"`
	Own      bool   `json:"eigen,omitempty"`
}

// Profiles gives the actions that a regulation asks of a citizen on a date, in
// the order of the file. What happens without the citizen is left out.
func Profiles(reg *regulation.Regulation, on rule.Date) []Profile {
	var out []Profile
	for _, s := range citizen(reg, on) {
		p := Profile{
			Regulation: reg.ID, Step: s.ID, Article: s.Article, Action: s.Action, Trigger: s.Trigger,
			LifeEvent: s.LifeEvent, Deadline: s.Deadline, Evidence: proofs(s), Choices: s.Choices,
			IfNothing: s.IfNothing, Loses: s.Loses, Reversible: s.Reversible, Channels: []string{},
			Human: human(s), Yearly: s.Yearly, Minutes: s.Minutes, Load: s.Load,
		}
		for _, c := range s.Channels {
			p.Channels = append(p.Channels, c.Name)
		}
		out = append(out, p)
	}
	return out
}

func citizen(reg *regulation.Regulation, on rule.Date) []regulation.Step {
	return slices.DeleteFunc(slices.Clone(reg.Steps(on)), func(s regulation.Step) bool {
		return s.Who != "burger" || s.Automatic
	})
}

func proofs(s regulation.Step) []Proof {
	out := []Proof{}
	for _, e := range s.Evidence {
		out = append(out, Proof{e.Name, e.Register, e.Own})
	}
	return out
}

func known(s regulation.Step) (n int, own bool, names []string) {
	for _, e := range s.Evidence {
		if e.Register != "" {
			n, own = n+1, own || e.Own
			names = append(names, e.Name)
		}
	}
	return n, own, names
}

// registers names where the known data are, each once.
func registers(s regulation.Step) []string {
	var out []string
	for _, e := range s.Evidence {
		if e.Register != "" && !slices.Contains(out, e.Register) {
			out = append(out, e.Register)
		}
	}
	return out
}

func human(s regulation.Step) bool {
	return slices.ContainsFunc(s.Channels, func(c regulation.Channel) bool { return c.Human })
}

// Kind is the red line that a finding is about.
type Kind string

const (
	Nothing  Kind = "niets-doen"     // doing nothing is an irreversible loss
	Known    Kind = "bewijs-bekend"  // a proof that a register already holds
	Choices  Kind = "te-veel-keuzes" // more than three options
	Deadline Kind = "korte-termijn"  // under two weeks after a life event
	NoHuman  Kind = "geen-mens"      // no person to turn to
	Repeat   Kind = "elk-jaar-weer"  // an application repeated while the data are known
	Cliff    Kind = check.CodeCliff  // one step changes everything
)

// Finding is one red line that a regulation crosses.
type Finding struct {
	// Key is stable over versions of the regulation, so that before and after
	// can be compared: "regeling/stap/soort".
	Key        string `json:"sleutel"`
	Kind       Kind   `json:"soort"`
	Regulation string `json:"regeling"`
	Article    string `json:"artikel,omitempty"`
	Step       string `json:"stap,omitempty"`
	Rule       string `json:"regel,omitempty"`
	// Weighty (zwaarwegend): people lose what they are entitled to by it.
	Weighty bool   `json:"zwaarwegend"`
	Text    string `json:"tekst"`
	// Magnitude is how bad it is, larger is worse, in Unit: euros per year for
	// a cliff, proofs, options, days short, or 1 for what is so or not.
	Magnitude *big.Rat `json:"-"`
	Unit      string   `json:"maat"`
	// Explained is why it stays, when the regulation says so.
	Explained string `json:"uitleg,omitempty"`
}

// Amount gives the magnitude as an exact decimal.
func (f Finding) Amount() string { return rule.Decimal(f.Magnitude) }

// Findings gives what crosses a red line in a regulation on a date: from its
// steps, and from the cliffs that package check found. Weighty ones first, then
// by article and key.
func Findings(reg *regulation.Regulation, on rule.Date, cliffs []*check.Cliff) []Finding {
	var out []Finding
	steps := citizen(reg, on)
	add := func(s regulation.Step, k Kind, weighty bool, n int, unit, format string, args ...any) {
		why := ""
		if k == Known {
			why = explained(reg, check.CodeKnown, s.ID, s.Article)
		}
		out = append(out, Finding{
			Explained: why,
			Key:       reg.ID + "/" + s.ID + "/" + string(k), Kind: k, Regulation: reg.ID, Article: s.Article, Step: s.ID,
			Weighty: weighty, Text: fmt.Sprintf(format, args...), Magnitude: big.NewRat(int64(n), 1), Unit: unit,
		})
	}
	knownYearly := 0
	for _, s := range steps {
		if n, _, _ := known(s); s.Yearly {
			knownYearly += n
		}
	}
	for _, s := range steps {
		n, own, names := known(s)
		if s.Loses && !s.Reversible {
			add(s, Nothing, true, 1, "ja", "Wie ‘%s’ niet doet, raakt het recht kwijt. Dat is niet te herstellen.", s.Action)
		}
		if n > 0 {
			add(s, Known, own || s.Loses, n, "bewijzen", "‘%s’ vraagt wat de overheid al weet: %s. Dat staat al in: %s.",
				s.Action, strings.Join(names, ", "), strings.Join(registers(s), ", "))
		}
		if s.Choices > MaxChoices {
			add(s, Choices, false, s.Choices, "keuzes", "‘%s’ geeft %d keuzes. Meer dan %d tegelijk is veel.", s.Action, s.Choices, MaxChoices)
		}
		if s.LifeEvent && s.Deadline > 0 && s.Deadline < MinDays {
			add(s, Deadline, s.Loses, MinDays-s.Deadline, "dagen", "‘%s’ moet binnen %d dagen na een grote gebeurtenis. Dat is korter dan twee weken.", s.Action, s.Deadline)
		}
		if !human(s) {
			add(s, NoHuman, s.Loses, 1, "ja", "Bij ‘%s’ is er geen mens om hulp aan te vragen.", s.Action)
		}
		// A step without proofs of its own is repeated for the sake of those
		// of the other steps.
		if s.Yearly && (n > 0 || len(s.Evidence) == 0 && knownYearly > 0) {
			add(s, Repeat, s.Loses, 1, "keer per jaar", "‘%s’ moet elk jaar opnieuw. De gegevens zijn er al.", s.Action)
		}
	}
	// Cliffs: one per datum, the worst.
	worst := map[string]*check.Cliff{}
	for _, k := range cliffs {
		if k.Regulation != reg.ID || k.Inherent() {
			continue
		}
		if old := worst[k.Key()]; old == nil || old.Loss.Cmp(k.Loss) < 0 {
			worst[k.Key()] = k
		}
	}
	for key, k := range worst {
		out = append(out, Finding{
			Key: key, Kind: Cliff, Regulation: reg.ID, Article: k.Article, Rule: k.Rule, Weighty: true,
			Text: k.Text(), Magnitude: k.Loss, Unit: "euro per jaar", Explained: explained(reg, check.CodeCliff, k.Rule, k.Article),
		})
	}
	slices.SortFunc(out, func(a, b Finding) int {
		if a.Weighty != b.Weighty {
			if a.Weighty {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(a.Article, b.Article), cmp.Compare(a.Key, b.Key))
	})
	return out
}

// explained gives why a regulation leaves a kind of finding at a place; "" when
// it does not say.
func explained(reg *regulation.Regulation, code string, places ...string) string {
	if x := check.Why(reg, code, places...); x != nil {
		return x.Text
	}
	return ""
}

// Rules gives what check.Rules found as findings of a regulation: what a change
// of the rules makes impossible, double or idle. Tips are left out. Two rows of
// a table that surely apply to one person are weighty: nothing can be computed
// for that person.
func Rules(reg *regulation.Regulation, found []check.Finding) []Finding {
	var out []Finding
	times := map[string]int{}
	for _, f := range found {
		if f.Regulation != reg.ID || f.Severity < rule.Warning {
			continue
		}
		key := reg.ID + "/" + f.Code + "/" + f.Rule
		if times[key]++; times[key] > 1 {
			key = fmt.Sprintf("%s/%d", key, times[key])
		}
		out = append(out, Finding{
			Key: key, Kind: Kind(f.Code), Regulation: reg.ID, Article: f.Article, Rule: f.Rule, Weighty: f.Severity == rule.Error,
			Text: f.Message, Magnitude: big.NewRat(1, 1), Unit: "ja", Explained: explained(reg, f.Code, f.Rule, f.Article, f.Parameter),
		})
	}
	return out
}

// Change is a finding after a change, with its magnitude before; Before is nil
// for a new one.
type Change struct {
	Finding
	Before *big.Rat
}

// Comparison says what a change does to the findings. Each list keeps the order
// of Findings.
type Comparison struct {
	New, Worsened, Same, Better []Change
	// Gone holds the findings from before that are no longer there.
	Gone []Finding
}

// Compare lays findings on two contents of a regulation beside each other, by
// key. A finding worsens when its magnitude grows, or when it becomes weighty.
func Compare(before, after []Finding) Comparison {
	var c Comparison
	old := map[string]Finding{}
	for _, f := range before {
		old[f.Key] = f
	}
	seen := map[string]bool{}
	for _, f := range after {
		seen[f.Key] = true
		b, was := old[f.Key]
		if !was {
			c.New = append(c.New, Change{Finding: f})
			continue
		}
		ch := Change{Finding: f, Before: b.Magnitude}
		switch d := f.Magnitude.Cmp(b.Magnitude); {
		case d > 0, f.Weighty && !b.Weighty:
			c.Worsened = append(c.Worsened, ch)
		case d < 0, b.Weighty && !f.Weighty:
			c.Better = append(c.Better, ch)
		default:
			c.Same = append(c.Same, ch)
		}
	}
	for _, f := range before {
		if !seen[f.Key] {
			c.Gone = append(c.Gone, f)
		}
	}
	return c
}

// Blocks gives the weighty findings that are new or worse: a proposal with one
// cannot be decided.
func (c Comparison) Blocks() []Change {
	var out []Change
	for _, list := range [][]Change{c.New, c.Worsened} {
		for _, f := range list {
			if f.Weighty {
				out = append(out, f)
			}
		}
	}
	return out
}
