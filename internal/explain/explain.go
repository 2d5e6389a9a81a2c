// Package explain turns a derivation into words: one plain sentence, at most
// three reasons, and the way to the value line by line, each line with its
// rule, version, article and source. It adds nothing to the derivation: what
// it says is what package exact computed, or tried.
//
// What it says in a language stands in one file per language (nl.go, en.go);
// the rest fills it in and knows no language. The JSON is described in
// docs/uitleg.md, with a schema in docs/uitleg.schema.json.
package explain

import (
	"slices"
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// Context is what the explanation has to know besides the case.
type Context struct {
	// Lang is the language of the sentences: "nl" or "en". Any other is "nl":
	// CheckLanguage says beforehand whether a language is known.
	Lang string
	// Label is how the outcome is called in the sentence ("zorgtoeslag");
	// "per maand" or "per jaar" at its end is left off. Empty: the name of the
	// attribute.
	Label string
	// Period is "maand", "kwartaal", "jaar", "eenmalig" or "".
	Period string
	// Says is what the amount is to whom it is told: "" for what somebody gets,
	// "betaalt" for what somebody pays, "is" for neither.
	Says string
	// Assumptions are the named assumptions of the case and the regulation,
	// whole sentences.
	Assumptions []string
	// People gives names for objects by id; without one the case itself says
	// who somebody is ("uw toeslagpartner"), or the id is used.
	People map[string]string
	// Ends asks of an outcome that gives something as well what would end it.
	// An outcome of nothing always says what would change it.
	Ends bool
	// Brief leaves out what would change an outcome of nothing: the search for
	// it can take longer than all the rest.
	Brief bool
	// Lend asks for lines in memory that Release gives back: for who writes the
	// explanation out at once.
	Lend bool
	// Reader is who a violation is told to, and called "you"; nil: the first of
	// its objects.
	Reader *int
}

// Explanation is a value in words. The JSON keys are stable.
type Explanation struct {
	Sentence string   `json:"zin"`
	Reasons  []string `json:"redenen"`
	Lines    []Line   `json:"stappen"`
	// WhyNot holds the smallest change of each single datum that flips the
	// outcome, smallest first.
	WhyNot []Change `json:"waaromNiet,omitempty"`
	// Assumptions are named assumptions, shown with the result.
	Assumptions []string `json:"aannames,omitempty"`
	Error       *Problem `json:"fout,omitempty"`
	// Positive says that the outcome gives something.
	Positive bool `json:"positief"`
	// Unverified says that a parameter was read that nobody has verified.
	Unverified bool   `json:"nietGeverifieerd"`
	Date       string `json:"datum"`
	Value      Value  `json:"waarde"`
	Truncated  bool   `json:"ingekort,omitempty"`
	// Lang is the language of the sentences, Note what a reader of it has to
	// know about the names in them.
	Lang string `json:"taal"`
	Note string `json:"opmerking,omitempty"`

	lent *spare // what the lines stand in, when they are lent
}

// Release gives back what Context.Lend asked for. After it nothing of the
// explanation is used any more. Whoever does not call it leaves the memory to the
// garbage collector; of an explanation that was not lent it does nothing.
func (e *Explanation) Release() {
	s := e.lent
	if s == nil {
		return
	}
	s.give(e.Lines)
	*e = Explanation{}
}

// Value is a value for people and for machines.
type Value struct {
	// Text is for people: "€ 1.550,00", "13,73 %", "1 juni 2026".
	Text string `json:"tekst"`
	// Exact is for machines: a decimal, a fraction "1/3", a date, "ja", "leeg".
	Exact string `json:"exact"`
	Unit  string `json:"eenheid,omitempty"`
	// Rounded says that Text shows fewer decimals than the value has.
	Rounded bool `json:"afgerondGetoond,omitempty"`
}

// Kind says what a line is about.
type Kind string

const (
	Derived   Kind = "afgeleid"     // a rule gave the value
	NoRule    Kind = "geen-regel"   // rules exist, none applied
	Input     Kind = "gegeven"      // the case gave it
	Absent    Kind = "ontbreekt"    // the case should have given it
	Parameter Kind = "parameter"    // the law gave it
	Condition Kind = "voorwaarde"   // a test, with its outcome
	OtherRule Kind = "andere-regel" // a rule for the same value that did not apply
	Row       Kind = "rij"          // a row of a beslistabel, with whether it applied
	Broken    Kind = "schending"    // a consistentieregel that is not met
	Fault     Kind = "fout"
)

// Line is one line of the trace.
type Line struct {
	Depth int    `json:"diepte"`
	Kind  Kind   `json:"soort"`
	Text  string `json:"tekst"`
	// Calculation is the formula with the values filled in, for Derived lines
	// that compute: "1,912 % van € 29.736,00 plus € 0,00".
	Calculation string `json:"berekening,omitempty"`
	Value       *Value `json:"waarde,omitempty"`
	// OK is set for conditions and rows: holds or not; nil when that cannot be
	// said.
	OK *bool `json:"voldaan,omitempty"`
	// Rule is the id of the rule, Version the interval of its version in words,
	// ValidFrom and ValidUntil its first and last day (empty: open).
	Rule       string   `json:"regel,omitempty"`
	Name       string   `json:"regelnaam,omitempty"`
	Version    string   `json:"versie,omitempty"`
	ValidFrom  string   `json:"geldigVan,omitempty"`
	ValidUntil string   `json:"geldigTotEnMet,omitempty"`
	Article    string   `json:"artikel,omitempty"` // "zorgtoeslag/artikel-2"
	Sources    []Source `json:"bronnen,omitempty"`
	// Row is the row of a beslistabel, counting from 1.
	Row int `json:"rij,omitempty"`
	// Object and Attribute say of whom and what: "p1", "persoon.vermogen".
	Object    string `json:"object,omitempty"`
	Attribute string `json:"eigenschap,omitempty"`
	// Parameter is the id of a parameter, From the date of its value.
	Parameter  string `json:"parameter,omitempty"`
	From       string `json:"vanaf,omitempty"`
	Unverified bool   `json:"nietGeverifieerd,omitempty"`
	Example    bool   `json:"voorbeeldwaarde,omitempty"`
	// Step is the number of the value in the derivation; a value that was
	// explained before has Seen set and is not explained again.
	Step int  `json:"stap"`
	Seen bool `json:"zieEerder,omitempty"`

	// Where the line comes from, and the line itself when every explanation tells
	// it alike, as they are written already. Only as long as they are what stands
	// above.
	origin *origin
	known  *known
}

// Source is a source of a rule or a parameter value.
type Source struct {
	JCI  string `json:"jci,omitempty"`
	URL  string `json:"url,omitempty"`
	Text string `json:"tekst,omitempty"`
}

// Change is one datum that, had it been different, would have given another
// outcome; it has been tried.
type Change struct {
	Text      string `json:"tekst"`
	Object    string `json:"object"`
	Attribute string `json:"eigenschap"`
	From      Value  `json:"van"`
	To        Value  `json:"naar"`
	// Last is the value next to To, on the side of From, with which nothing
	// changes yet; only for numbers, amounts and dates.
	Last     *Value `json:"nogNiet,omitempty"`
	Distance *Value `json:"verschil,omitempty"`
	Result   Value  `json:"uitkomst"`
}

// Problem is why there is no value.
type Problem struct {
	Code      string `json:"code"`
	Text      string `json:"tekst"`
	Object    string `json:"object,omitempty"`
	Attribute string `json:"eigenschap,omitempty"`
	Parameter string `json:"parameter,omitempty"`
	Rule      string `json:"regel,omitempty"`
	Article   string `json:"artikel,omitempty"`
	// Asked says which rule asks for what is missing.
	Asked string `json:"gevraagdDoor,omitempty"`
	// Path leads from what went wrong to the outcome that was asked.
	Path []Hop `json:"weg,omitempty"`
}

// Hop is one value on the way from an error to the outcome: Rule needed what
// the hop before it could not give.
type Hop struct {
	Text      string `json:"tekst"`
	Object    string `json:"object,omitempty"`
	Attribute string `json:"eigenschap,omitempty"`
	Rule      string `json:"regel,omitempty"`
	Name      string `json:"regelnaam,omitempty"`
	Article   string `json:"artikel,omitempty"`
}

// Explain explains the value of an attribute of an object. The case is left as
// it was.
func Explain(c *exact.Case, obj int, a *rule.Attribute, ctx Context) *Explanation {
	w := newWriter(c, obj, ctx)
	w.target, w.d = a, c.Derive(obj, a)
	w.begin()
	w.out.Value = w.l.show(w.d.Value, a.Type)
	w.out.Positive = w.d.Err == nil && !w.d.Value.IsNothing()
	if w.d.Err == nil && (!w.out.Positive && !ctx.Brief || ctx.Ends) {
		w.changes(c.Flips(w.d))
	}
	w.step(0, 0, nil)
	w.problem()
	w.reasons()
	w.sentence()
	w.end()
	return w.out
}

// writer writes one explanation.
type writer struct {
	l      *voice
	c      *exact.Case
	ctx    Context
	obj    int
	target *rule.Attribute
	d      *exact.Derivation
	out    *Explanation
	lines  []Line
	seen   []bool            // steps that were written
	who    map[string]string // object id → how it is called; "": you
	notes  *sheet
	spare  *spare
	values []Value
	truth  *truth
}

func newWriter(c *exact.Case, obj int, ctx Context) *writer {
	l, ok := languages(ctx.Lang)
	if !ok {
		l = &dutch
	}
	w := &writer{l: l.voice(), c: c, ctx: ctx, obj: obj, truth: &truth{yes: true}}
	w.out = &Explanation{Reasons: []string{}, Assumptions: ctx.Assumptions, Lang: l.code, Note: l.note}
	w.names()
	return w
}

// names finds out how the asked object would call the others.
func (w *writer) names() {
	w.who = map[string]string{}
	t := w.c.TypeOf(w.obj)
	if t == nil {
		return
	}
	for _, f := range w.c.Program().Model().Facts {
		for _, r := range f.Roles {
			if r.Owner != t || r.Many {
				continue
			}
			for _, o := range w.c.Linked(r, w.obj) {
				id := w.c.ID(o)
				if _, named := w.who[id]; !named {
					w.who[id] = w.l.say(tYour, "naam", w.l.called(r.Name))
				}
			}
		}
	}
	for id, name := range w.ctx.People {
		w.who[id] = name
	}
	w.who[w.c.ID(w.obj)] = ""
	if !t.Animate { // a household is not "you"
		w.who[w.c.ID(w.obj)] = w.l.say(tYour, "naam", w.l.called(rule.Slug(t.Name)))
	}
}

// reasons picks at most three.
func (w *writer) reasons() {
	if w.d.Err != nil {
		if k := w.d.Err.Rule; k != nil && w.d.Err.Code == exact.CodeMissing {
			text := w.l.say(tAskedBy, "regel", k.Name)
			if n := articleOf(k); n != "" {
				text = w.l.say(tAskedByArticle, "regel", k.Name, "artikel", w.l.say(tArticle, "artikel", n))
			}
			w.out.Reasons = append(w.out.Reasons, text)
		}
		return
	}
	var texts []string
	if len(w.d.Steps) > 0 {
		if k := w.d.Steps[0].Applied(); k != nil && k.Row > 0 {
			texts = append(texts, strings.TrimSuffix(w.row(k, k.Row), "."))
		}
	}
	texts = append(texts, w.bounds()...)
	for _, t := range w.blame(len(texts) == 0) {
		texts = append(texts, w.tells(t))
	}
	for _, text := range texts {
		// A reason that says which row applies may have said it already.
		if slices.ContainsFunc(w.out.Reasons, func(r string) bool { return strings.Contains(lower(r), text) }) {
			continue
		}
		w.out.Reasons = append(w.out.Reasons, w.l.stop(text))
		if len(w.out.Reasons) == 3 {
			return
		}
	}
}

// articleOf gives "2" for the source of a rule.
func articleOf(r *rule.Rule) string {
	for _, s := range r.Source {
		for part := range strings.SplitSeq(s, "&") {
			if n, ok := strings.CutPrefix(part, "artikel="); ok {
				return n
			}
		}
	}
	return ""
}
