package explain

import (
	"strconv"
	"strings"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

func (w *writer) line(l Line) { w.lines = append(w.lines, l) }

// rule fills in where a rule comes from.
func (w *writer) rule(l *Line, r *rule.Rule, v *rule.Version) {
	known, ok := w.notes.rules.Load(v)
	if !ok {
		known = w.origin(r, v)
		if v != nil {
			w.notes.rules.Store(v, known)
		}
	}
	known.(*origin).fill(l)
}

// origin finds out where a rule comes from. It is kept longer than this
// explanation, and has a voice of its own.
func (w *writer) origin(r *rule.Rule, v *rule.Version) *origin {
	o := &origin{rule: r.ID, name: r.Name, article: r.Regulation + "/" + r.Article, version: w.l.language.voice().interval(v)}
	if v != nil && !v.From.IsZero() {
		o.from = v.From.String()
	}
	if v != nil && !v.Until.IsZero() {
		o.until = v.Until.String()
	}
	for _, s := range r.Source {
		o.sources = append(o.sources, source(s, w.out.Date))
	}
	var l Line
	o.fill(&l)
	o.json = l.source(nil)
	return o
}

// step writes the lines of one value. ok is set where the value is a kenmerk
// that a condition asks for: the line is then that condition as well.
func (w *writer) step(id, depth int, ok *bool) {
	s := w.d.Steps[id]
	a := s.Attribute
	l := Line{Depth: depth, Step: id, Object: s.ObjectID, Attribute: w.attribute(a).id, OK: ok}
	shown := ""
	if s.Err == nil {
		l.Value = w.value(w.l.show(s.Value, a.Type))
		shown = l.Value.Text
	}
	if s.Origin == exact.Given {
		l.Kind, l.Text = Input, w.stated(s, shown)
		w.line(l)
		return
	}
	if w.seen[id] {
		l.Kind, l.Seen, l.Text = Derived, true, w.stated(s, shown)
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
			l.Text = w.l.stop(w.fault(e))
		}
	case exact.Default:
		l.Kind, l.Text = NoRule, w.stated(s, shown)
	case exact.Ruled:
		l.Kind, l.Text = Derived, w.stated(s, shown)
		l.Text += w.initial(s)
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
			l.Calculation = w.formula(k.Value)
		}
	}
	w.line(l)
	// First what applied, with what it read; then what did not apply.
	for _, k := range applied {
		if len(applied) > 1 {
			w.other(k, id, depth+1)
		}
		w.conditions(k, id, depth+1)
		if k.Row == 0 {
			w.reads(k.Value, id, depth+1)
		}
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
	t := tOtherRule
	switch k.Outcome {
	case exact.Unknown:
		t = tUnsureRule
	case exact.Yes:
		t = tAlsoRule
	}
	l := Line{Depth: depth, Kind: OtherRule, Step: id, Text: w.l.say(t, "regel", k.Rule.Name)}
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
	if len(k.Rows) == 0 {
		w.flat(k.Condition, id, depth)
		return
	}
	// First the row that applied, then those that did not: one by one in a small
	// table, in one line in a large one.
	if k.Row > 0 {
		w.rowLines(k, k.Row, id, depth)
	}
	not, last := 0, 0
	for i, r := range k.Rows {
		if r.Outcome == exact.No {
			not, last = not+1, i+1
		}
	}
	for i, r := range k.Rows {
		switch n := i + 1; {
		case n == k.Row:
		case r.Outcome != exact.No || not <= fewRows:
			w.rowLines(k, n, id, depth)
		case n == last:
			w.noRows(k, not, id, depth)
		}
	}
}

// fewRows is the number of rows that do not apply that is still written out.
const fewRows = 3

// noRows says of a large table that its n rows, or its n other rows, do not
// apply. Where none does, the rows that came closest follow.
func (w *writer) noRows(k *exact.Candidate, n, id, depth int) {
	t := tOtherRows
	if n == len(k.Rows) {
		t = tNoRows
	}
	l := Line{Depth: depth, Kind: Row, Step: id, OK: w.truth.is(false), Text: w.l.say(t, "aantal", strconv.Itoa(n), "regel", k.Rule.Name)}
	w.rule(&l, k.Rule, k.Version)
	w.line(l)
	if n < len(k.Rows) {
		return
	}
	for _, r := range closest(k.Rows) {
		w.flat(k.Rows[r].Condition, id, depth+1)
	}
}

// rowLines writes one row of a beslistabel with its conditions.
func (w *writer) rowLines(k *exact.Candidate, n, id, depth int) {
	r := k.Rows[n-1]
	l := Line{Depth: depth, Kind: Row, Step: id, Row: n, Text: w.row(k, n)}
	if r.Outcome != exact.Unknown {
		l.OK = w.truth.is(r.Outcome == exact.Yes)
	}
	if r.Value != nil && r.Value.Err == nil {
		l.Value = w.value(w.l.show(r.Value.Value, termType(r.Value)))
	}
	w.rule(&l, k.Rule, k.Version)
	w.line(l)
	w.flat(r.Condition, id, depth+1)
	w.reads(r.Value, id, depth+1)
}

// row says whether a row of a beslistabel applies, and of one that does why,
// when that fits in one sentence.
func (w *writer) row(k *exact.Candidate, n int) string {
	name, number := k.Rule.Name, strconv.Itoa(n)
	r := k.Rows[n-1]
	switch r.Outcome {
	case exact.No:
		return w.l.say(tOtherRow, "rij", number, "regel", name)
	case exact.Unknown:
		return w.l.say(tUnsureRow, "rij", number, "regel", name)
	}
	var why []string
	var met func(t *exact.Test)
	met = func(t *exact.Test) {
		switch {
		case t == nil || t.Outcome != exact.Yes:
		case len(t.Items) > 0:
			for _, i := range t.Items {
				met(i)
			}
		default:
			why = append(why, w.tells(t))
		}
	}
	met(r.Condition)
	for ; len(why) > 0; why = why[:len(why)-1] {
		s := w.l.say(tRowBecause, "rij", number, "regel", name, "waarom", w.join(why))
		if len(strings.Fields(s)) <= maxWords {
			return s
		}
	}
	return w.l.say(tRow, "rij", number, "regel", name)
}

// initial says of a value that an initialisatie gave that nothing else did.
func (w *writer) initial(s *exact.Step) string {
	k := s.Applied()
	if k == nil {
		return ""
	}
	if _, ok := k.Version.Action.(*rule.Initialise); !ok {
		return ""
	}
	t := tInitial
	for _, other := range s.Candidates {
		if _, ok := other.Version.Action.(*rule.Initialise); !ok {
			t = tInitialRules
		}
	}
	return " " + w.l.say(t, "regel", k.Rule.Name, "waarde", w.text(s.Value, s.Attribute.Type))
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
		l.OK = w.truth.is(t.Outcome == exact.Yes)
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
	if t.Step >= 0 {
		// A kenmerk that the case gave: the condition and the datum in one.
		s := w.d.Steps[t.Step]
		l.Object, l.Attribute, l.Step = s.ObjectID, w.attribute(s.Attribute).id, t.Step
		switch s.Origin {
		case exact.Given:
			l.Kind, l.Value = Input, w.value(w.l.show(s.Value, s.Attribute.Type))
		case exact.Missing:
			l.Kind = Absent
		}
	}
	l.Text = w.l.stop(w.tells(t))
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
		w.line(Line{Depth: depth, Kind: Fault, Step: id, Text: w.l.stop(w.fault(t.Err))})
	}
	for _, f := range t.Filters {
		w.test(f, id, depth)
	}
	for _, k := range t.Terms {
		w.reads(k, id, depth)
	}
}

// parameter writes what a parameter is. On one day that is one thing, told the
// same way in every explanation.
func (w *writer) parameter(t *exact.Term, id, depth int) {
	if t.Err != nil {
		w.line(Line{Depth: depth, Kind: Fault, Step: id, Parameter: t.Parameter.ID, Text: w.l.stop(w.fault(t.Err))})
		return
	}
	told, ok := w.notes.parameters.Load(t.Parameter)
	if !ok {
		told = w.told(t)
		w.notes.parameters.Store(t.Parameter, told)
	}
	k := told.(*known)
	l := k.line
	l.Depth, l.Step, l.known = depth, id, k
	if l.Unverified && !l.Example {
		w.out.Unverified = true
	}
	w.line(l)
}

// told is the line of a parameter, without its place.
func (w *writer) told(t *exact.Term) *known {
	own := *w
	own.l = w.l.language.voice() // it is kept longer than this explanation
	w = &own
	p := t.Parameter
	v := w.l.show(t.Value, p.Type)
	l := Line{Kind: Parameter, Parameter: p.ID, Value: &v, Unverified: !t.Source.Verified, Example: t.Source.Example}
	name := w.l.upper(w.the(p.Article, p.Name))
	if from := t.Source.From; from.IsZero() {
		l.Text = w.l.say(tParameter, "naam", name, "is", w.l.be(p.Article, p.Name), "waarde", v.Text)
	} else {
		l.From = from.String()
		l.Text = w.l.say(tParameterFrom, "naam", name, "is", w.l.be(p.Article, p.Name), "waarde", v.Text, "datum", w.l.longDate(from))
	}
	switch {
	case l.Example:
		l.Text += " " + w.l.texts[tExample]
	case l.Unverified:
		l.Text += " " + w.l.texts[tUnverified]
	}
	if t.Source.Source != "" {
		l.Sources = []Source{source(t.Source.Source, w.out.Date)}
	}
	return &known{l, l.content(nil)}
}

// source tells a JCI reference from words.
func source(s, on string) Source {
	if strings.HasPrefix(s, "jci") {
		return Source{JCI: s, URL: link(s, on)}
	}
	return Source{Text: s}
}

// Link gives the official text of a JCI reference as it stood on a date.
// Empty for what is not a JCI reference to wetten.overheid.nl.
func Link(jci string, on rule.Date) string {
	if on.IsZero() {
		return link(jci, "")
	}
	return link(jci, on.String())
}

func link(jci, on string) string {
	if !strings.HasPrefix(jci, "jci1.") || !strings.Contains(jci, ":BWB") ||
		strings.ContainsFunc(jci, func(c rune) bool { return c <= ' ' || c == '"' || c == '<' || c == '>' || c > '~' }) {
		return ""
	}
	out := "https://wetten.overheid.nl/" + jci
	if on != "" && !strings.Contains(jci, "&g=") {
		out += "&g=" + on
	}
	return out
}
