// Package regulation reads regulations as content: folders of articles with
// plain text, rules, parameters, worked examples and the steps that they ask
// of people. It joins them into one Set with one typed model, computes the
// digests that decisions and keys refer to, and lays variants and adopted
// versions over a set.
//
// The format of a folder is described in regelingen/README.md. A Set and
// everything in it is immutable after Load or With and safe for concurrent
// use.
package regulation

import (
	"math/big"
	"slices"

	"lemniscaat/internal/dossier"
	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// Level says what an organisation has of a regulation, and so what Lemniscaat
// can do with it.
type Level uint8

const (
	// LevelText is text and a triangle: signals, issues, obligations.
	LevelText Level = iota
	// LevelSteps adds the steps of the citizen: doability findings.
	LevelSteps
	// LevelOutcomes adds outcomes from a case system. A folder never says so:
	// it is what an installation makes of it by importing outcomes.
	LevelOutcomes
	// LevelRules adds rules: explanation, simulation, decisions.
	LevelRules
)

// String gives the Dutch word.
func (l Level) String() string {
	return [...]string{"tekst", "tekst en stappen", "uitkomsten", "regels"}[l]
}

// Set is a closed set of regulations with the model of all their rules.
type Set struct {
	// Regulations are sorted by id.
	Regulations []*Regulation
	// Shared are the pages with words that all regulations share.
	Shared []*Article
	// Model holds the declarations and rules of all regulations together.
	Model *rule.Model

	source bundle
	scopes *scopes
	// diags are those of making the set, warnings as a rule.
	diags rule.Diagnostics
}

// Regulation is one law, ordinance or policy rule.
type Regulation struct {
	ID   string // the name of its folder: "zorgtoeslag"
	Name string
	// BWB is the identifier in the Basiswettenbestand ("BWBR0018451"), or
	// empty for local regulations.
	BWB string
	// Official is a link to the official text; may be empty.
	Official string
	// Summary says in one or two plain sentences what it is for.
	Summary string
	// BuildsOn are the ids of regulations whose words and rules this one uses.
	BuildsOn []string
	Level    Level
	// Municipality is set for a regulation of one municipality.
	Municipality *Municipality
	// MeasuresIncome says that its first outcome is the disposable income of a
	// household in a year: simulations measure income with it.
	MeasuresIncome bool
	// Triangle is nil when nothing is known about who owns and executes it.
	Triangle   *Triangle
	Goals      []Goal
	Indicators []Indicator
	// Outcomes are what the regulation gives, the most important first.
	// Simulations count the first one.
	Outcomes []Outcome
	// Grounds are the reasons for maatwerk that exist in this regulation.
	Grounds []Ground
	// ContactThreshold is the loss in euros above which a decision may not be
	// taken before the person was spoken to; nil when not set.
	ContactThreshold *big.Rat
	Articles         []*Article
	// Parameters are the parameters declared by this regulation, as in Model.
	Parameters  []*rule.Parameter
	Assumptions []dossier.Assumption
	// Explained are the findings of a check that stay, each with why.
	Explained []Explanation

	// Advance says that it is paid in advance and settled after the year; nil:
	// it is not.
	Advance *Advance

	steps []Step
}

// Decides reports whether a case can be decided with the regulation: it has
// rules, and outcomes to give.
func (r *Regulation) Decides() bool { return r.Level >= LevelRules && len(r.Outcomes) > 0 }

// Advance is how a regulation that is paid in advance is settled after the
// year.
type Advance struct {
	// Threshold is the parameter ("regeling.naam") up to and including which
	// nothing is reclaimed.
	Threshold string
}

// Municipality is the municipality that a regulation belongs to.
type Municipality struct {
	ID        string
	Name      string
	Fictional bool // an example, not a real municipality
}

// Triangle says who is who for a regulation, from a date on: the vocabulary of
// the loop (eigenaar, opdrachtgever, opdrachtnemer). One organisation may hold
// several corners; persons and mandates differ.
type Triangle struct {
	From, Until rule.Date // Until zero: no end known
	Parties     []Party
	// Owner is the eigenaar (eindverantwoordelijke, continuïteitsverantwoordelijke).
	Owner Holder
	// Commissioners are the opdrachtgevers; exactly one is Coordinating.
	Commissioners []Holder
	// Executors are the opdrachtnemers; at least one.
	Executors []Holder
	// Staff are the roles that work with the regulation without holding a
	// corner: professionals and team leaders.
	Staff []Holder
	// Capacity is the room for change of the executor in hours, per quarter
	// ("2027-1"), sorted.
	Capacity []Capacity
	// Caseload is the agreed number of cases per professional; 0: not agreed.
	Caseload int
	// Staffing is the number of full-time professionals that the executors have for
	// the regulation in a year; 0: not given.
	Staffing int
}

// Party is an organisation in a triangle.
type Party struct {
	ID, Name string
	// Connected is false for a party that does not use Lemniscaat ("niet
	// aangesloten"): it is asked by e-mail and the register says so.
	Connected bool
}

// Holder is a role in a triangle. Who fills it is known to the installation.
type Holder struct {
	Role         string // "beleid", "uitvoering", "prof-1"
	Party        string // id of a Party
	Title        string // "beleidsadviseur inkomen"
	Coordinating bool   // only for commissioners
}

// Capacity is an amount of hours for change in a quarter.
type Capacity struct {
	Quarter string // "2027-1": the first quarter of 2027
	Hours   int
}

// Goal is what a regulation is for.
type Goal struct{ ID, Text string }

// Indicator is something that can be predicted and measured.
type Indicator struct {
	ID, Name string
	// Unit is "procent", "aantal" or "euro".
	Unit string
	// Goal is the id of the goal it says something about.
	Goal string
	// Measure names how it is counted: "bereik" (share of the entitled that
	// receives), "toekenningen" (awards in a year), "uitgaven" (euros in a
	// year), "afwijzingen" (refusals in a year), "maatwerk" (share of
	// decisions with maatwerk).
	Measure string
	// Higher says whether more is better.
	Higher bool
}

// Outcome is an attribute that a regulation gives to the object that the law
// gives it to.
type Outcome struct {
	Attribute string // "persoon.zorgtoeslag"
	Period    string // "jaar", "kwartaal", "maand" or "eenmalig"
	Label     string // a noun for in a sentence: "zorgtoeslag"; the period is told apart
	// Says is what an amount is to whom it is told: "" for what somebody gets,
	// "betaalt" for what somebody pays, "is" for neither.
	Says string
	// Unit is "euro" for amounts, otherwise the unit of the attribute.
	Unit string
}

// Ground is a reason for maatwerk.
type Ground struct {
	ID, Text string
	Article  string // the article that gives the room, or empty
	Source   string // "Awb 4:84", "open norm"
}

// Explanation says why findings of one kind stay as they are.
type Explanation struct {
	// Code is the kind of finding ("alles-of-niets").
	Code string
	// At are the places it is about: the id of an article, a rule, a step or a
	// parameter of the regulation; at least one.
	At []string
	// Text is why, in plain Dutch.
	Text string
	Pos  rule.Pos
}

// Article is one article: text for people, with its rules and examples.
type Article struct {
	ID     string // "artikel-2"; stable
	Title  string
	Number string // "2"; empty for a page of words
	// Source is a JCI link ("jci1.3:c:BWBR0018451&artikel=2"), may be empty.
	Source string
	// URL is the official text on the web, may be empty.
	URL string
	// HTML is the text, sanitised; rule and example blocks are left out.
	HTML string
	// Text is the same as plain text, paragraphs separated by an empty line.
	Text string
	// Leden are the numbered paragraphs; empty when the article has none.
	Leden    []Lid
	Rules    []*rule.Rule
	Examples []*Example
	// File is where it stands, relative to the file system it was loaded from.
	File string
}

// Lid is one numbered paragraph of an article.
type Lid struct{ Number, Text string }

// Example is a worked example: given facts on a date, and what is expected.
type Example struct {
	Name string
	Date rule.Date
	// Given is the case, bound to the model of the set.
	Given  *dossier.File
	Expect []Expected
	// Violations are the consistentieregels that the case does not meet: all of
	// them, each with the objects that take part. Faults are values that have
	// to be an error.
	Violations []ExpectedViolation
	Faults     []ExpectedFault
	// Source says where the expectation comes from.
	Source string
	// Published says how sure the source is ("V", "S+", "D", "S" or "K") when
	// all values that are expected stand in a publication; empty when the
	// example is our own.
	Published string
	// Tolerance is the difference that is allowed, in the unit of the
	// outcome; zero when nil.
	Tolerance *big.Rat
	// Article and Regulation are where it stands.
	Article, Regulation string
	Pos                 rule.Pos
}

// Expected is one expected value.
type Expected struct {
	Object    string // "p1"
	Attribute *rule.Attribute
	Value     rule.Datum
	Pos       rule.Pos
}

// ExpectedViolation is a consistentieregel that has to be violated, by the
// objects named.
type ExpectedViolation struct {
	Rule    *rule.Rule
	Objects []string // sorted
	Pos     rule.Pos
}

// ExpectedFault is a value that has to be an error of a kind.
type ExpectedFault struct {
	Object    string
	Attribute *rule.Attribute
	Code      exact.Code
	Pos       rule.Pos
}

// Step is one action that a regulation asks of a citizen or of the executor.
type Step struct {
	ID      string // "inkomen-bewijzen"; unique within the regulation
	Article string // id of the article that asks for it
	// Who is "burger" or "uitvoering".
	Who     string
	Action  string // "Stuur bewijs van uw inkomen"
	Trigger string // what sets it off, in words
	// LifeEvent says that the trigger is an event in someone's life (moving,
	// divorce, a birth): red lines are stricter then.
	LifeEvent bool
	// Deadline is the number of days after the trigger; 0: no deadline.
	Deadline int
	Evidence []Evidence
	// Choices is the number of options the citizen chooses from; 0 or 1: none.
	Choices int
	// IfNothing says what happens to someone who does nothing.
	IfNothing string
	// Reversible says whether that can be undone afterwards.
	Reversible bool
	// Loses says that doing nothing costs the citizen the entitlement.
	Loses    bool
	Channels []Channel
	// Yearly says that the step returns every year.
	Yearly bool
	// Automatic says that the executor does it without the citizen.
	Automatic bool
	// Judgement says that a professional must weigh an open norm.
	Judgement bool
	// Load is how heavy the step is for the citizen: 0 (nothing to do) to 10.
	// It is an assumption.
	Load int
	// Minutes are the minutes it takes the citizen, HandlingMinutes those it
	// takes the executor per case. Assumptions.
	Minutes, HandlingMinutes int
	// Interventions are what the executor does so that more people do the step,
	// sorted; only a variant has them.
	Interventions []Intervention
	// From and Until bound the dates on which the step is asked, both
	// included; zero: always.
	From, Until rule.Date
	Pos         rule.Pos
}

// Evidence is a proof that a step asks for.
type Evidence struct {
	Name string
	// Register already holds the data ("Basisregistratie Personen"); empty
	// when no register has it.
	Register string
	// Own says that the register is the executor's own administration.
	Own bool
	// Attribute is the datum of a case that it proves ("persoon.vermogen");
	// empty when it is none.
	Attribute string
}

// Channel is a way to do a step.
type Channel struct {
	Name string
	// Human says that a person helps there.
	Human bool
}

// Get gives a regulation by its id.
func (s *Set) Get(id string) (*Regulation, bool) {
	for _, r := range s.Regulations {
		if r.ID == id {
			return r, true
		}
	}
	return nil, false
}

// Article gives an article by its id.
func (r *Regulation) Article(id string) (*Article, bool) {
	for _, a := range r.Articles {
		if a.ID == id {
			return a, true
		}
	}
	return nil, false
}

// Steps gives the steps that are asked on a date, in the order of the file.
func (r *Regulation) Steps(on rule.Date) []Step {
	var out []Step
	for _, s := range r.steps {
		if (s.From.IsZero() || !on.Before(s.From)) && (s.Until.IsZero() || !on.After(s.Until)) {
			out = append(out, s)
		}
	}
	return out
}

// AllSteps gives the steps of every day, also those that a variant ended.
func (r *Regulation) AllSteps() []Step { return slices.Clone(r.steps) }

// Rules gives the rules of all articles, in their order.
func (r *Regulation) Rules() []*rule.Rule {
	var out []*rule.Rule
	for _, a := range r.Articles {
		out = append(out, a.Rules...)
	}
	return out
}

// Examples gives the worked examples of all articles, in their order.
func (r *Regulation) Examples() []*Example {
	var out []*Example
	for _, a := range r.Articles {
		out = append(out, a.Examples...)
	}
	return out
}

// Rule gives a rule by its id.
func (s *Set) Rule(id string) (*rule.Rule, bool) {
	for _, r := range s.Model.Rules {
		if r.ID == id {
			return r, true
		}
	}
	return nil, false
}

// Parameter gives a parameter by its id.
func (s *Set) Parameter(id string) (*rule.Parameter, bool) {
	for _, p := range s.Model.Parameters {
		if p.ID == id {
			return p, true
		}
	}
	return nil, false
}

// Attribute gives an attribute by its id ("persoon.zorgtoeslag").
func (s *Set) Attribute(id string) (*rule.Attribute, bool) {
	return dossier.Attribute(s.Model, id)
}
