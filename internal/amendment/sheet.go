package amendment

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/dossier/notation"
	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// Sheet is a rule as a form.
type Sheet struct {
	// Text is what Text gives; places are byte offsets in it.
	Text    string
	Version *rule.Version // the one whose places these are
	// Places do not overlap and are in the order of the text.
	Places []*Place
	// Items are conditions that can be taken away, Lists where one can be put
	// in; both in the order of the text.
	Items []*Item
	Lists []*List
	// Table is set when the version is a beslistabel.
	Table *Grid

	from, until int // of the version in the text
}

// Kind says what a place holds.
type Kind string

// The kinds of places.
const (
	Value     Kind = "waarde"       // a value as it is written in the rule
	Operand   Kind = "vergeleken"   // what is compared with: a value, or a name
	Operator  Kind = "vergelijking" // "is groter dan"
	Test      Kind = "toets"        // "is" or "is niet", "is leeg" or "is gevuld"
	Quantity  Kind = "hoeveel"      // "alle volgende voorwaarden"
	Cell      Kind = "cel"          // of a table
	Parameter Kind = "parameter"    // the value of a parameter; it stands outside the text
)

// Place is one spot that can be changed by itself.
type Place struct {
	ID         string // unique in the sheet, made of kind and order
	Kind       Kind
	Start, End int
	// About says for a screen reader what the place is about: the sentence
	// part around it.
	About string
	Type  rule.Type
	// Options, when there are any, are all that it can be.
	Options []string
	// Suggest are names that fit, for an Operand or a Cell.
	Suggest []string
	// Parameter is set for a place of that kind; Start is End there.
	Parameter *rule.Parameter
}

// Item is one condition of a list, the only condition of a rule, or a row of a
// table.
type Item struct {
	ID         string
	Start, End int    // of its text
	Text       string // on one line
	cut        int    // from here to End goes away with it
	row        int    // of a table, from 1; 0 for a condition
}

// List is a place for another condition, or for another row of a table.
type List struct {
	ID   string
	Root bool // the conditions of the rule itself
	at   int
	lead string          // what stands before a new item
	tail string          // what a first item needs before it
	only *rule.Condition // the one condition that becomes a list
	span [2]int          // of that condition with its "indien"
	row  bool            // a row of a table: lead is all of it
}

// Open shows the version of a rule that holds on a day. ok is false when none
// does. m says which names fit; regulation, whose they may be.
func Open(m *rule.Model, r *rule.Rule, from rule.Date) (s *Sheet, ok bool) {
	v := r.At(from)
	if v == nil {
		return nil, false
	}
	s = &Sheet{Version: v}
	var b strings.Builder
	b.WriteString(head(r, from))
	var spans []regelspraak.Span
	for _, x := range lasting(r, from) {
		if x != v {
			b.WriteString(regelspraak.PrintVersion(x))
			continue
		}
		s.from = b.Len()
		text, sp := regelspraak.PrintSpans(v)
		b.WriteString(text)
		s.until = b.Len()
		for _, x := range sp {
			x.Start, x.End = x.Start+s.from, x.End+s.from
			spans = append(spans, x)
		}
	}
	s.Text = b.String()
	o := opener{s: s, m: m, r: r, spans: spans, n: map[string]int{}, seen: map[string]bool{}}
	o.walk()
	return s, true
}

// opener finds the places of a sheet.
type opener struct {
	s     *Sheet
	m     *rule.Model
	r     *rule.Rule
	spans []regelspraak.Span
	n     map[string]int
	seen  map[string]bool // parameters that have a place
	// spoken is what the rules of the regulation speak of, once it is asked.
	spoken map[*rule.Attribute]bool
	inner  int // end of the aggregation at hand: what is in it is not of the subject
}

func (o *opener) id(kind string) string {
	o.n[kind]++
	return fmt.Sprintf("%s-%d", kind, o.n[kind])
}

func (o *opener) text(from, to int) string { return o.s.Text[from:to] }

// find gives the outermost span of a node, from one place in the list on.
func (o *opener) find(i int, n rule.Condition) (regelspraak.Span, bool) {
	for _, s := range o.spans[i:] {
		if s.Node == n {
			return s, true
		}
	}
	return regelspraak.Span{}, false
}

// put adds a place unless it lies in one that is there.
func (o *opener) put(p Place) {
	for _, q := range o.s.Places {
		if p.Start < q.End && q.Start < p.End {
			return
		}
	}
	p.ID = o.id(string(p.Kind))
	o.s.Places = append(o.s.Places, &p)
}

func (o *opener) walk() {
	done := map[rule.Condition]bool{}
	table := 0
	if t, ok := o.s.Version.Action.(*rule.Table); ok {
		table = o.grid(t)
	}
	for i, s := range o.spans {
		_, parameter := s.Node.(*rule.ParameterRef)
		if done[s.Node] || s.Start < table && !parameter {
			continue // the same without its parentheses; its cell is the place
		}
		done[s.Node] = true
		outer := s.Start >= o.inner
		switch n := s.Node.(type) {
		case *rule.Aggregate:
			o.inner = max(o.inner, s.End)
		case *rule.Compound:
			o.quantity(i, s, n)
			if outer {
				o.list(i, s, n)
			}
		case *rule.Compare:
			o.compare(i, s, n)
		case *rule.IsEmpty:
			o.empty(i, s, n)
		case *rule.HasKenmerk:
			if outer {
				o.kenmerk(s, n)
			}
		case *rule.Literal:
			o.literal(s, n)
		case *rule.ParameterRef:
			if !o.seen[n.Parameter.ID] {
				o.seen[n.Parameter.ID] = true
				o.put(Place{Kind: Parameter, Start: s.End, End: s.End, About: n.Parameter.Name, Type: n.Parameter.Type, Parameter: n.Parameter})
			}
		}
	}
	o.root()
	slices.SortStableFunc(o.s.Places, func(a, b *Place) int { return a.Start - b.Start })
}

// quantity is "alle volgende voorwaarden" and what it can be for so many items.
func (o *opener) quantity(i int, s regelspraak.Span, c *rule.Compound) {
	words := regelspraak.Quantity(c)
	at := strings.Index(o.text(s.Start, s.End), words)
	if at < 0 {
		return
	}
	p := Place{Kind: Quantity, Start: s.Start + at, End: s.Start + at + len(words), About: "hoeveel voorwaarden"}
	for _, q := range []rule.Quantifier{rule.All, rule.None} {
		p.Options = append(p.Options, regelspraak.Quantity(&rule.Compound{Quantifier: q}))
	}
	for _, q := range []rule.Quantifier{rule.AtLeast, rule.AtMost, rule.Exactly} {
		for n := 1; n < len(c.Items); n++ {
			p.Options = append(p.Options, regelspraak.Quantity(&rule.Compound{Quantifier: q, N: n}))
		}
	}
	if !slices.Contains(p.Options, words) {
		p.Options = append(p.Options, words)
	}
	o.put(p)
}

// list is where items can be taken out and put in.
func (o *opener) list(i int, s regelspraak.Span, c *rule.Compound) {
	var last regelspraak.Span
	var lead string
	for _, x := range c.Items {
		item, ok := o.find(i, x)
		if !ok {
			return
		}
		line := strings.LastIndexByte(o.s.Text[:item.Start], '\n')
		if lead == "" {
			lead = o.text(line, item.Start)
		}
		if len(c.Items) > 1 {
			o.item(item, line)
		}
		last = item
	}
	o.s.Lists = append(o.s.Lists, &List{ID: o.id("lijst"), Root: o.s.Version.Condition == rule.Condition(c), at: last.End, lead: lead})
}

func (o *opener) item(s regelspraak.Span, cut int) {
	o.s.Items = append(o.s.Items, &Item{ID: o.id("voorwaarde"), Start: s.Start, End: s.End, Text: oneLine(o.text(s.Start, s.End)), cut: cut})
}

// root is the condition of the rule itself: it can go away as a whole when it is
// the only one, and there can come a first one.
func (o *opener) root() {
	c := o.s.Version.Condition
	if _, unique := o.s.Version.Action.(*rule.Unique); unique || o.s.Table != nil {
		return // has no condition
	}
	if c == nil {
		at := strings.LastIndexByte(o.text(o.s.from, o.s.until), '.')
		if d := strings.Index(o.text(o.s.from, o.s.until), ".\n        Daarbij geldt:"); d >= 0 {
			at = d
		}
		if at >= 0 {
			o.s.Lists = append(o.s.Lists, &List{ID: o.id("lijst"), Root: true, at: o.s.from + at, tail: o.opening(), lead: "\n            - "})
		}
		return
	}
	s, ok := o.find(0, c)
	if !ok {
		return
	}
	start := strings.LastIndexByte(o.s.Text[:s.Start], '\n')
	x, compound := c.(*rule.Compound)
	if !compound {
		o.item(s, start)
		if strings.Contains(o.text(s.Start, s.End), "\n") {
			return // a list in it would have to go deeper: that is for the text
		}
		o.s.Lists = append(o.s.Lists, &List{ID: o.id("lijst"), Root: true, only: &c, span: [2]int{start, s.End}, tail: o.opening(), lead: "\n            - "})
		return
	}
	if len(x.Items) == 1 {
		if only, ok := o.find(0, x.Items[0]); ok {
			o.item(only, start)
		}
	}
}

// opening is how a list of conditions of this rule begins.
func (o *opener) opening() string {
	if o.s.Version.Subject.Object.Animate {
		return "\n        indien hij aan alle volgende voorwaarden voldoet:"
	}
	return "\n        indien er aan alle volgende voorwaarden is voldaan:"
}

func (o *opener) compare(i int, s regelspraak.Span, c *rule.Compare) {
	l, ok1 := o.find(i, c.L)
	r, ok2 := o.find(i, c.R)
	if !ok1 || !ok2 || l.End >= r.Start {
		return
	}
	words := o.text(l.End, r.Start)
	start := l.End + len(words) - len(strings.TrimLeft(words, " \n"))
	end := r.Start - (len(words) - len(strings.TrimRight(words, " \n")))
	about := oneLine(o.text(l.Start, l.End))
	ops := []rule.CompareOp{rule.Equal, rule.NotEqual}
	switch c.L.Type().Kind {
	case rule.Number, rule.Amount, rule.Percentage, rule.DateKind:
		ops = []rule.CompareOp{rule.Less, rule.LessEqual, rule.Equal, rule.NotEqual, rule.GreaterEqual, rule.Greater}
	}
	p := Place{Kind: Operator, Start: start, End: end, About: about}
	for _, op := range ops {
		w := regelspraak.Comparison(op, c.L.Type())
		if op == c.Op {
			w = o.text(start, end) // also when its verb stands elsewhere
		}
		p.Options = append(p.Options, w)
	}
	o.put(p)
	operand := Place{Kind: Operand, Start: r.Start, End: r.End, About: about, Type: c.R.Type()}
	switch c.R.(type) {
	case *rule.AttributeRef, *rule.VariableRef, *rule.ReferenceDate:
	case *rule.Literal:
		if c.R.Type().Kind == rule.Enum {
			return // a choice
		}
	default:
		return // its own values are places
	}
	operand.Suggest = o.names(c.R.Type())
	o.put(operand)
}

// names gives what of the subject, and which parameters, can stand where a value
// of a type is needed.
func (o *opener) names(t rule.Type) []string {
	var out []string
	subject := o.s.Version.Subject
	if o.spoken == nil {
		o.spoken, _ = spoken(o.m, o.r)
	}
	for _, a := range subject.Object.Attributes {
		if a.Kind == rule.Value && sameType(a.Type, t) && (near(o.r, a.Pos) || o.spoken[a]) && a != o.s.Version.Writes() {
			out = append(out, regelspraak.PrintExpr(&rule.AttributeRef{Node: rule.Node{Typ: a.Type}, From: subject, Attribute: a}))
		}
	}
	for _, p := range o.m.Parameters {
		if sameType(p.Type, t) && strings.HasPrefix(p.ID, o.r.Regulation+".") {
			out = append(out, regelspraak.PrintExpr(&rule.ParameterRef{Node: rule.Node{Typ: p.Type}, Parameter: p}))
		}
	}
	if t.Kind == rule.DateKind {
		out = append(out, "de rekendatum")
	}
	return out
}

func sameType(a, b rule.Type) bool {
	return a.Kind == b.Kind && a.Unit == b.Unit && a.Domain == b.Domain && a.Object == b.Object
}

// near reports whether a word is declared by the rule's own regulation or is
// shared by all.
func near(r *rule.Rule, pos rule.Pos) bool {
	folder, _, ok := strings.Cut(pos.File, "/")
	return !ok || folder == r.Regulation
}

// spoken gives the attributes and roles that the rules of a regulation speak
// of. Of the words that all regulations share only these are offered: nobody
// fills in the others for a case of this regulation.
func spoken(m *rule.Model, r *rule.Rule) (map[*rule.Attribute]bool, map[*rule.Role]bool) {
	attrs, roles := map[*rule.Attribute]bool{}, map[*rule.Role]bool{}
	for _, x := range m.Rules {
		if x.Regulation != r.Regulation {
			continue
		}
		for _, v := range x.Versions {
			rule.Reads(v, func(a *rule.Attribute) { attrs[a] = true }, func(role *rule.Role) { roles[role] = true })
			attrs[v.Writes()] = true
		}
	}
	return attrs, roles
}

func (o *opener) empty(i int, s regelspraak.Span, c *rule.IsEmpty) {
	e, ok := o.find(i, c.Expr)
	if !ok || e.End >= s.End {
		return
	}
	p := Place{Kind: Test, Start: e.End + 1, End: s.End, About: oneLine(o.text(e.Start, e.End)), Options: []string{"is leeg", "is gevuld"}}
	if strings.HasSuffix(o.text(p.Start, p.End), " is") {
		p.Options = []string{"leeg is", "gevuld is"}
	}
	o.put(p)
}

// kenmerk is "is" or "is niet". The two sentences are compared word by word: the
// place is where they differ, with the word before it.
func (o *opener) kenmerk(s regelspraak.Span, c *rule.HasKenmerk) {
	other := *c
	other.Not = !c.Not
	now, then := regelspraak.PrintCondition(c), regelspraak.PrintCondition(&other)
	if now != o.text(s.Start, s.End) {
		// The verb stands at the end: the whole condition is the choice.
		o.put(Place{Kind: Test, Start: s.Start, End: s.End, About: c.Kenmerk.Name, Options: yesFirst(c.Not, o.text(s.Start, s.End), then)})
		return
	}
	a, b := strings.Split(now, " "), strings.Split(then, " ")
	k := 0
	for k < min(len(a), len(b)) && a[k] == b[k] {
		k++
	}
	e := 0
	for e < min(len(a), len(b))-k && a[len(a)-1-e] == b[len(b)-1-e] {
		e++
	}
	k = max(0, k-1)
	start := s.Start + len(strings.Join(a[:k], " "))
	if k > 0 {
		start++
	}
	x, y := strings.Join(a[k:len(a)-e], " "), strings.Join(b[k:len(b)-e], " ")
	o.put(Place{Kind: Test, Start: start, End: start + len(x), About: c.Kenmerk.Name, Options: yesFirst(c.Not, x, y)})
}

func yesFirst(not bool, now, then string) []string {
	if not {
		return []string{then, now}
	}
	return []string{now, then}
}

func (o *opener) literal(s regelspraak.Span, l *rule.Literal) {
	o.put(Place{Kind: Value, Start: s.Start, End: s.End, Type: l.Typ, About: o.around(s), Options: choices(l.Typ)})
}

// around gives the line that a span stands in.
func (o *opener) around(s regelspraak.Span) string {
	from := strings.LastIndexByte(o.s.Text[:s.Start], '\n') + 1
	to := len(o.s.Text)
	if n := strings.IndexByte(o.s.Text[s.End:], '\n'); n >= 0 {
		to = s.End + n
	}
	return strings.TrimLeft(oneLine(o.text(from, to)), "-• ")
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

// Now gives what stands at a place. For a parameter that is nothing.
func (s *Sheet) Now(p *Place) string { return s.Text[p.Start:p.End] }

// Accepts says in Dutch what can be filled in at a place.
func (p *Place) Accepts() string {
	switch {
	case p.Kind == Operand && len(p.Suggest) > 0:
		return notation.Accepts(p.Type) + ", of een naam uit de lijst"
	case p.Kind == Cell:
		return notation.Accepts(p.Type) + ", een naam, of " + notApplicable
	}
	return notation.Accepts(p.Type)
}
