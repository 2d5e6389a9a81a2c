// Package explain turns a derivation into words: one plain sentence, at most
// three reasons, and the way to the value line by line, each line with its
// rule, version, article and source. It adds nothing to the derivation: what
// it says is what package exact computed, or tried.
//
// The texts are Dutch. Whole sentences are built in sentence.go from the parts
// in nl.go, so that another language is another such file.
package explain

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// Context is what the explanation has to know besides the case.
type Context struct {
	// Label is how the outcome is called in the sentence ("zorgtoeslag");
	// "per maand" or "per jaar" at its end is left off. Empty: the name of the
	// attribute.
	Label string
	// Period is "maand", "jaar", "eenmalig" or "".
	Period string
	// Assumptions are the named assumptions of the case and the regulation,
	// whole sentences.
	Assumptions []string
	// People gives names for objects by id; without one the case itself says
	// who somebody is ("uw toeslagpartner"), or the id is used.
	People map[string]string
}

// Explanation is a value in words. The JSON keys are stable.
type Explanation struct {
	Sentence string   `json:"zin"`
	Reasons  []string `json:"redenen"`
	Lines    []Line   `json:"stappen"`
	WhyNot   []Change `json:"waaromNiet,omitempty"`
	// Assumptions are named assumptions, shown with the result.
	Assumptions []string `json:"aannames,omitempty"`
	Error       *Problem `json:"fout,omitempty"`
	// Positive says that the outcome gives something.
	Positive bool `json:"positief"`
	// Unverified says that a parameter was read that nobody has verified.
	Unverified bool      `json:"nietGeverifieerd"`
	Date       string    `json:"datum"`
	Value      Value     `json:"waarde"`
	Truncated  bool      `json:"ingekort,omitempty"`
	date       rule.Date // of the links
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
	// OK is set for conditions: holds or not; nil when that cannot be said.
	OK *bool `json:"voldaan,omitempty"`
	// Rule is the id of the rule, Version the interval of its version.
	Rule    string   `json:"regel,omitempty"`
	Name    string   `json:"regelnaam,omitempty"`
	Version string   `json:"versie,omitempty"`
	Article string   `json:"artikel,omitempty"` // "zorgtoeslag/artikel-2"
	Sources []Source `json:"bronnen,omitempty"`
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
	Distance  *Value `json:"verschil,omitempty"`
	Result    Value  `json:"uitkomst"`
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
}

// Explain explains the value of an attribute of an object. The case is left as
// it was.
func Explain(c *exact.Case, obj int, a *rule.Attribute, ctx Context) *Explanation {
	w := &writer{
		c: c, ctx: ctx, obj: obj, target: a,
		d:    c.Derive(obj, a),
		seen: map[int]bool{},
		out:  &Explanation{Reasons: []string{}, Lines: []Line{}, Assumptions: ctx.Assumptions},
	}
	w.names()
	w.out.date, w.out.Date, w.out.Truncated = w.d.Date, w.d.Date.String(), w.d.Truncated
	w.out.Value = Show(w.d.Value, a.Type)
	w.out.Positive = w.d.Err == nil && !empty(w.d.Value)
	if w.d.Err == nil && !w.out.Positive {
		w.changes(c.WhyNot(obj, a))
	}
	w.step(0, 0, nil)
	w.problem()
	w.reasons()
	w.sentence()
	return w.out
}

// Upto gives the lines down to a depth: 0 for the outcome alone.
func (e *Explanation) Upto(depth int) []Line {
	var out []Line
	for _, l := range e.Lines {
		if l.Depth <= depth {
			out = append(out, l)
		}
	}
	return out
}

// Text gives the whole explanation as plain text, lines indented by depth.
func (e *Explanation) Text() string {
	var b strings.Builder
	b.WriteString(e.Sentence + "\n")
	for _, r := range e.Reasons {
		b.WriteString("- " + r + "\n")
	}
	if len(e.WhyNot) > 0 {
		b.WriteString("\n" + say(tWhyNot) + "\n")
		for _, c := range e.WhyNot {
			b.WriteString("- " + c.Text + "\n")
		}
	}
	b.WriteString("\n" + say(tHow) + "\n")
	for _, l := range e.Lines {
		b.WriteString(strings.Repeat("  ", l.Depth) + l.Text)
		if l.Calculation != "" {
			b.WriteString(" " + l.Calculation)
		}
		var ref []string
		if l.Rule != "" {
			ref = append(ref, l.Rule)
		}
		if l.Version != "" {
			ref = append(ref, l.Version)
		}
		for _, s := range l.Sources {
			if s.JCI != "" {
				ref = append(ref, s.JCI)
			} else if s.Text != "" {
				ref = append(ref, s.Text)
			}
		}
		if len(ref) > 0 {
			b.WriteString(" [" + strings.Join(ref, "; ") + "]")
		}
		b.WriteString("\n")
	}
	if len(e.Assumptions) > 0 {
		b.WriteString("\n" + say(tAssumptions) + "\n")
		for _, a := range e.Assumptions {
			b.WriteString("- " + a + "\n")
		}
	}
	return b.String()
}

type writer struct {
	c      *exact.Case
	ctx    Context
	obj    int
	target *rule.Attribute
	d      *exact.Derivation
	out    *Explanation
	seen   map[int]bool
	who    map[string]string // object id → how it is called
}

func empty(d rule.Datum) bool {
	switch d.Kind {
	case 0:
		return true
	case rule.Boolean:
		return !d.Bool
	case rule.Number, rule.Amount, rule.Percentage:
		return d.Num.Sign() == 0
	}
	return false
}

func (w *writer) line(l Line) { w.out.Lines = append(w.out.Lines, l) }

// rule fills in where a rule comes from.
func (w *writer) rule(l *Line, r *rule.Rule, v *rule.Version) {
	l.Rule, l.Name = r.ID, r.Name
	l.Article = r.Regulation + "/" + r.Article
	l.Version = Interval(v)
	for _, s := range r.Source {
		l.Sources = append(l.Sources, source(s, w.d.Date))
	}
}

// step writes the lines of one value. ok is set where the value is a kenmerk
// that a condition asks for: the line is then that condition as well.
func (w *writer) step(id, depth int, ok *bool) {
	s := w.d.Steps[id]
	a := s.Attribute
	l := Line{Depth: depth, Step: id, Object: s.ObjectID, Attribute: a.ID(), OK: ok}
	if s.Err == nil {
		v := Show(s.Value, a.Type)
		l.Value = &v
	}
	if s.Origin == exact.Given {
		l.Kind, l.Text = Input, w.states(s)
		w.line(l)
		return
	}
	if w.seen[id] {
		l.Kind, l.Seen, l.Text = Derived, true, w.states(s)
		w.line(l)
		return
	}
	w.seen[id] = true
	switch s.Origin {
	case exact.Missing:
		l.Kind, l.Text = Absent, w.missing(s)
		w.line(l)
		return
	case exact.Failed:
		l.Kind, l.Text = Fault, w.states(s)
		// Where the error arose it says itself what is wrong.
		if e := s.Err; e.Attribute == s.Attribute && e.ObjectID == s.ObjectID {
			l.Text = e.Message
		}
	case exact.Default:
		l.Kind, l.Text = NoRule, w.states(s)
	case exact.Ruled:
		l.Kind, l.Text = Derived, w.states(s)
	}
	var applied []*exact.Candidate
	for _, k := range s.Candidates {
		if k.Outcome == exact.Yes {
			applied = append(applied, k)
		}
	}
	if len(applied) == 1 {
		k := applied[0]
		w.rule(&l, k.Rule, k.Version)
		if k.Value != nil {
			if f := w.formula(k.Value); f != "" {
				l.Calculation = f
			}
		}
	}
	w.line(l)
	// First what applied, with what it read; then what did not apply.
	for _, k := range applied {
		if len(applied) > 1 {
			w.other(k, id, depth+1)
		}
		w.conditions(k, id, depth+1)
		w.reads(k.Value, id, depth+1)
	}
	for _, k := range s.Candidates {
		if k.Outcome == exact.Yes {
			continue
		}
		w.other(k, id, depth+1)
		w.conditions(k, id, depth+2)
	}
}

// other names a rule for the same value that did not give it.
func (w *writer) other(k *exact.Candidate, id, depth int) {
	l := Line{Depth: depth, Kind: OtherRule, Step: id, Text: say(tOtherRule, k.Rule.Name)}
	switch k.Outcome {
	case exact.Unknown:
		l.Text = say(tUnsureRule, k.Rule.Name)
	case exact.Yes:
		l.Text = say(tAlsoRule, k.Rule.Name)
	}
	w.rule(&l, k.Rule, k.Version)
	w.line(l)
}

// conditions writes the tests of a rule. That the rule is about somebody like
// this (its subject) is only worth a line where it is not so, and a list in
// which everything has to hold needs no heading of its own.
func (w *writer) conditions(k *exact.Candidate, id, depth int) {
	if k.Subject != nil && k.Subject.Outcome != exact.Yes {
		w.test(k.Subject, id, depth)
	}
	w.flat(k.Condition, id, depth)
}

func (w *writer) flat(t *exact.Test, id, depth int) {
	if t != nil && len(t.Items) > 0 {
		if c, ok := t.Condition.(*rule.Compound); ok && (c.Quantifier == rule.All || len(t.Items) == 1 && c.Quantifier == rule.AtLeast && c.N == 1) {
			for _, i := range t.Items {
				w.flat(i, id, depth)
			}
			return
		}
	}
	w.test(t, id, depth)
}

// test writes a condition and, under it, the values that it read.
func (w *writer) test(t *exact.Test, id, depth int) {
	if t == nil {
		return
	}
	l := Line{Depth: depth, Kind: Condition, Step: id}
	if t.Outcome != exact.Unknown {
		ok := t.Outcome == exact.Yes
		l.OK = &ok
	}
	if t.Step >= 0 && len(w.d.Steps[t.Step].Candidates) > 0 {
		w.step(t.Step, depth, l.OK)
		return
	}
	if len(t.Items) > 0 {
		l.Text = w.compound(t)
		w.line(l)
		for _, i := range t.Items {
			w.test(i, id, depth+1)
		}
		return
	}
	l.Text = upper(w.tells(t)) + "."
	w.line(l)
	w.reads(t.L, id, depth+1)
	w.reads(t.R, id, depth+1)
}

// reads writes the leaves of a calculation.
func (w *writer) reads(t *exact.Term, id, depth int) {
	if t == nil {
		return
	}
	switch {
	case t.Parameter != nil:
		w.parameter(t, id, depth)
	case t.Step >= 0:
		w.step(t.Step, depth, nil)
	case t.Err != nil && len(t.Terms) == 0:
		w.line(Line{Depth: depth, Kind: Fault, Step: id, Text: t.Err.Message})
	}
	for _, k := range t.Terms {
		w.reads(k, id, depth)
	}
}

func (w *writer) parameter(t *exact.Term, id, depth int) {
	p := t.Parameter
	l := Line{Depth: depth, Kind: Parameter, Step: id, Parameter: p.ID}
	if t.Err != nil {
		l.Kind, l.Text = Fault, t.Err.Message
		w.line(l)
		return
	}
	v := Show(t.Value, p.Type)
	l.Value, l.Unverified, l.Example = &v, !t.Source.Verified, t.Source.Example
	l.Text = say(tParameter, upper(p.Article+" "+p.Name), v.Text)
	if !t.Source.From.IsZero() {
		l.From = t.Source.From.String()
		l.Text = say(tParameterFrom, upper(p.Article+" "+p.Name), v.Text, LongDate(t.Source.From))
	}
	switch {
	case l.Example:
		l.Text += " " + say(tExample)
	case l.Unverified:
		l.Text += " " + say(tUnverified)
		w.out.Unverified = true
	}
	if t.Source.Source != "" {
		l.Sources = []Source{source(t.Source.Source, w.d.Date)}
	}
	w.line(l)
}

func (w *writer) changes(cs []exact.Change) {
	for _, k := range cs {
		ch := Change{
			Object: k.ObjectID, Attribute: k.Attribute.ID(),
			From: Show(k.From, k.Attribute.Type), To: Show(k.To, k.Attribute.Type), Result: Show(k.Result, w.target.Type),
		}
		if !k.Distance.IsEmpty() {
			t := k.Attribute.Type
			if k.From.Kind == rule.DateKind {
				t = rule.Type{Kind: rule.Number, Unit: "dg"}
			}
			v := Show(k.Distance, t)
			ch.Distance = &v
		}
		ch.Text = w.wouldHave(k, ch)
		w.out.WhyNot = append(w.out.WhyNot, ch)
	}
}

func (w *writer) problem() {
	e := w.d.Err
	if e == nil {
		return
	}
	p := &Problem{Code: string(e.Code), Text: e.Message, Object: e.ObjectID}
	if e.Attribute != nil {
		p.Attribute = e.Attribute.ID()
	}
	if e.Parameter != nil {
		p.Parameter = e.Parameter.ID
	}
	if e.Rule != nil {
		p.Rule, p.Article = e.Rule.ID, e.Rule.Regulation+"/"+e.Rule.Article
		p.Asked = e.Rule.Name
	}
	w.out.Error = p
}

// Interval writes the validity of a rule version.
func Interval(v *rule.Version) string {
	switch {
	case v == nil || v.From.IsZero() && v.Until.IsZero():
		return say(tAlways)
	case v.Until.IsZero():
		return say(tFrom, LongDate(v.From))
	case v.From.IsZero():
		return say(tUntil, LongDate(v.Until))
	}
	return say(tFromUntil, LongDate(v.From), LongDate(v.Until))
}

// source tells a JCI reference from words.
func source(s string, on rule.Date) Source {
	if strings.HasPrefix(s, "jci") {
		return Source{JCI: s, URL: Link(s, on)}
	}
	return Source{Text: s}
}

// Link gives the official text of a JCI reference as it stood on a date.
// Empty for what is not a JCI reference to wetten.overheid.nl.
func Link(jci string, on rule.Date) string {
	if !strings.HasPrefix(jci, "jci1.") || !strings.Contains(jci, ":BWB") ||
		strings.ContainsFunc(jci, func(c rune) bool { return c <= ' ' || c == '"' || c == '<' || c == '>' || c > '~' }) {
		return ""
	}
	link := "https://wetten.overheid.nl/" + jci
	if !on.IsZero() && !strings.Contains(jci, "&g=") {
		link += fmt.Sprintf("&g=%s", on)
	}
	return link
}

// names finds out how the asked object would call the others.
func (w *writer) names() {
	w.who = map[string]string{}
	p := w.c.Program()
	t := w.c.TypeOf(w.obj)
	if t == nil {
		return
	}
	for _, f := range p.Model().Facts {
		for _, r := range f.Roles {
			if r.Owner != t || r.Many {
				continue
			}
			for _, o := range w.c.Linked(r, w.obj) {
				id := w.c.ID(o)
				if _, named := w.who[id]; !named {
					w.who[id] = say(tYours, r.Name)
				}
			}
		}
	}
	for id, name := range w.ctx.People {
		w.who[id] = name
	}
	w.who[w.c.ID(w.obj)] = ""
}

// article gives "artikel 2" for the source of a rule, for the sentence.
func articleOf(r *rule.Rule) string {
	for _, s := range r.Source {
		for _, part := range strings.Split(s, "&") {
			if n, ok := strings.CutPrefix(part, "artikel="); ok {
				return say(tArticle, n)
			}
		}
	}
	return ""
}

// reasons picks at most three.
func (w *writer) reasons() {
	if w.d.Err != nil {
		if k := w.d.Err.Rule; k != nil && w.d.Err.Code == exact.CodeMissing {
			text := say(tAskedBy, k.Name)
			if art := articleOf(k); art != "" {
				text = say(tAskedByArticle, k.Name, art)
			}
			w.out.Reasons = append(w.out.Reasons, text)
		}
		return
	}
	texts := w.bounds()
	for _, t := range w.blame(len(texts) == 0) {
		texts = append(texts, w.tells(t))
	}
	for _, text := range texts {
		text = upper(text) + "."
		if !slices.Contains(w.out.Reasons, text) {
			w.out.Reasons = append(w.out.Reasons, text)
		}
		if len(w.out.Reasons) == 3 {
			return
		}
	}
}
