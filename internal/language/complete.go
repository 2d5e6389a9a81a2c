package language

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// Completion is something that may stand at a place.
type Completion struct {
	Label  string // as it is shown
	Kind   Kind
	Detail string // type, unit
	Doc    string // Markdown
	// Edit puts it in the text, over what was typed of it.
	Edit Edit
	// Filter is the text to compare what is typed with.
	Filter string
	// Rank orders them; lower is better.
	Rank int
}

const (
	maxCompletions = 200
	maxProbes      = 600 // readings tried for one answer
	maxTypedWords  = 10  // of a name
)

// Complete gives what may stand at a place, the best first. The text there may
// be half a rule. Of a name that was typed in part the whole is given, however
// many words it has.
func (w *Workspace) Complete(file string, at Place) []Completion {
	doc := w.docs[file]
	if doc == nil {
		return nil
	}
	b := doc.at(at.Line)
	if b == nil {
		return nil
	}
	var out []Completion
	switch b.kind {
	case ruleBlock:
		out = w.completeRules(b, at)
	default:
		out = w.completeKeys(b, at)
	}
	slices.SortStableFunc(out, func(a, b Completion) int {
		return cmp.Or(cmp.Compare(a.Rank, b.Rank), cmp.Compare(len(b.Filter)-len(b.Label), len(a.Filter)-len(a.Label)), strings.Compare(a.Label, b.Label))
	})
	seen := map[string]bool{}
	out = slices.DeleteFunc(out, func(c Completion) bool {
		key := c.Label + "\x00" + string(c.Kind) + "\x00" + c.Detail
		known := seen[key]
		seen[key] = true
		return known
	})
	return out[:min(len(out), maxCompletions)]
}

// completeRules completes in a block of rule text.
func (w *Workspace) completeRules(b *block, at Place) []Completion {
	// Tokens up to the cursor; the last may be half a word.
	end := 0
	for end < len(b.tokens) && (b.tokens[end].Line < at.Line || b.tokens[end].Line == at.Line && b.tokens[end].Column < at.Column) {
		end++
	}
	if inComment(b.doc.line(at.Line), at) {
		return nil
	}
	head := -1
	for i := range end {
		if b.tokens[i].Heading {
			head = i
		}
	}
	t := typed{b: b, at: at, end: end}
	var out []Completion
	if t.startsLine() {
		out = w.completeHeading(t)
	}
	if head < 0 {
		return out
	}
	if !isRule(b.tokens[head].Text) {
		return append(out, w.completeDeclaration(t, head)...)
	}
	version := -1
	for i := head; i < end; i++ {
		if b.tokens[i].First && b.tokens[i].Text == "geldig" {
			version = i
		}
	}
	if version < 0 || b.tokens[version].Line == at.Line {
		if t.startsLine() || version >= 0 {
			for _, v := range validities {
				out = append(out, t.phrase(v, max(version, head+1), Keyword)...)
			}
		}
		return out
	}
	if t.startsLine() && t.ended() { // the next version
		for _, v := range validities {
			out = append(out, t.phrase(v, version+1, Keyword)...)
		}
	}
	return append(out, w.completeSentence(t, version)...)
}

func inComment(line string, at Place) bool {
	i := strings.Index(line[:offset(line, at.Column)], "//")
	return i >= 0
}

// typed is what stands before the cursor.
type typed struct {
	b   *block
	at  Place
	end int // the number of tokens that begin before the cursor
}

// startsLine reports whether at most one word stands on the line before the
// cursor.
func (t typed) startsLine() bool {
	line := t.b.doc.line(t.at.Line)
	before := line[:offset(line, t.at.Column)]
	return len(strings.Fields(before)) <= 1 && !strings.HasSuffix(strings.TrimLeft(before, " \t"), " ")
}

// prefix gives the last k words before the cursor as they were typed, joined
// by single spaces, and where they begin; ok is false when they are no words.
func (t typed) prefix(k, floor int) (text string, from Place, ok bool) {
	if k == 0 {
		return "", t.at, true
	}
	if t.end-k < floor {
		return "", Place{}, false
	}
	tokens := t.b.tokens[t.end-k : t.end]
	words := make([]string, k)
	for i, tok := range tokens {
		if tok.Kind == regelspraak.TokenBullet || tok.Kind == regelspraak.TokenUnknown && i < k-1 || tok.Kind == regelspraak.TokenMark && tok.Text != "," {
			return "", Place{}, false
		}
		words[i] = tok.Text
	}
	last := tokens[k-1]
	text = strings.Join(words, " ")
	switch {
	case last.Line == t.at.Line && last.End > t.at.Column: // inside a word
		line := t.b.doc.line(last.Line)
		cut := line[offset(line, last.Column):offset(line, t.at.Column)]
		words[k-1] = cut
		text = strings.Join(words, " ")
	case last.Line != t.at.Line || last.End < t.at.Column:
		text += " "
	}
	return text, Place{tokens[0].Line, tokens[0].Column}, true
}

// touches reports whether the cursor stands at the end of a word or in it.
func (t typed) touches() bool {
	if t.end == 0 {
		return false
	}
	last := t.b.tokens[t.end-1]
	return last.Line == t.at.Line && last.End >= t.at.Column &&
		(last.Kind == regelspraak.TokenWord || last.Kind == regelspraak.TokenNumber || last.Kind == regelspraak.TokenUnknown)
}

// ended reports whether a full stop stands before the word at the cursor.
func (t typed) ended() bool {
	i := t.end - 1
	if t.touches() {
		i--
	}
	return i >= 0 && t.b.tokens[i].Text == "."
}

// phrase completes one fixed text by the longest part of it that was typed.
func (t typed) phrase(text string, floor int, kind Kind) []Completion {
	for k := min(maxTypedWords, t.end-floor); k >= 0; k-- {
		if k == 0 && t.touches() {
			break
		}
		typed, from, ok := t.prefix(k, floor)
		if ok && matches(text, typed) == 0 && len(typed) < len(text) {
			return []Completion{{Label: strings.TrimSpace(text), Kind: kind, Filter: text, Edit: Edit{Range{from, t.at}, text}}}
		}
	}
	return nil
}

// matches tells how well a text begins with what was typed: 0 as a whole, 1
// from a later word on, −1 not.
func matches(text, typed string) int {
	l, p := strings.ToLower(text), strings.ToLower(typed)
	if strings.HasPrefix(l, p) {
		return 0
	}
	if len(p) > 1 {
		if strings.Contains(l, " "+p) {
			return 1
		}
	}
	return -1
}

func (w *Workspace) completeHeading(t typed) []Completion {
	var out []Completion
	for _, h := range headings {
		_, ds := regelspraak.Parse([]regelspraak.Source{{Text: h.word + " x"}})
		if slices.ContainsFunc(ds, func(d rule.Diagnostic) bool {
			return d.Code == regelspraak.CodeProfile || d.Code == regelspraak.CodeHeading
		}) {
			continue
		}
		for _, c := range t.phrase(h.text, max(0, t.end-1), Keyword) {
			c.Label, c.Detail, c.Rank = h.word, h.what, 9
			out = append(out, c)
		}
	}
	return out
}

// completeDeclaration offers data types, domains, object types and units.
func (w *Workspace) completeDeclaration(t typed, head int) []Completion {
	floor := head + 1
	for i := floor; i < t.end; i++ {
		if t.b.tokens[i].First {
			floor = i
		}
	}
	var out []Completion
	unit := t.end > 0 && t.b.tokens[t.end-1].Text == "eenheid"
	if k := t.end - 2; t.touches() && k >= 0 && t.b.tokens[k].Text == "eenheid" {
		unit = true
	}
	if unit {
		for _, s := range append(rule.StandardUnits(), w.set.Model.Units...) {
			for _, u := range s.Units {
				for _, c := range t.phrase(u.Symbol, floor, Unit) {
					c.Detail = u.Name
					out = append(out, c)
				}
			}
		}
		return out
	}
	switch t.b.tokens[head].Text {
	case "Objecttype", "Parameter", "Domein":
		for _, d := range dataTypes {
			out = append(out, t.phrase(d, floor, Keyword)...)
		}
		for _, d := range w.set.Model.Domains {
			for _, c := range t.phrase(d.Name, floor, Domain) {
				c.Detail = symbol{domain: d}.detail()
				out = append(out, c)
			}
		}
	}
	switch t.b.tokens[head].Text {
	case "Objecttype", "Feittype", "Wederkerig":
		for _, o := range w.set.Model.Objects {
			out = append(out, t.phrase(o.Name, floor, Object)...)
		}
	}
	return out
}

// candidate is a text that may stand at the cursor.
type candidate struct {
	text string
	sym  symbol
	kind Kind
	lead string   // the article, or "zijn", when it is part of the text
	bare bool     // stands only after an article, a possessive or its verb
	more []string // ways to go on after it, without which it is no value by itself
}

// completeSentence completes in the text of a version that begins at token
// version. It asks the parser.
func (w *Workspace) completeSentence(t typed, version int) []Completion {
	all := w.candidates(t, version)
	var out, unsure []Completion
	probes := 0
	for k := 0; k <= min(maxTypedWords, t.end-version-1); k++ {
		if k == 0 && t.touches() {
			continue
		}
		typed, from, ok := t.prefix(k, version+1)
		if !ok {
			break
		}
		cut := t.end - k
		var tries []candidate
		var ranks []int
		for _, later := range []int{0, 1} {
			for _, c := range all {
				if matches(c.text, typed) != later || later > 0 && (k > 1 || c.lead != "") || !preceded(t.b, cut, c) {
					continue
				}
				if c.lead != "" && matches(typed, c.lead+" ") == 0 || typed == c.text+" " {
					continue // the bare name is there too; it has been typed already
				}
				if probes++; probes <= maxProbes {
					tries, ranks = append(tries, c), append(ranks, later)
				}
			}
		}
		if len(tries) == 0 {
			continue
		}
		verdicts, understood := w.newProber(t.b, version, cut, from).ask(tries)
		for i, c := range tries {
			switch v := verdicts[i]; {
			case !understood:
				unsure = append(unsure, w.completion(c, Range{from, t.at}, ranks[i], oddThere))
			case v == refusedThere, c.kind == Value && v != wholeThere:
			default:
				out = append(out, w.completion(c, Range{from, t.at}, ranks[i], v))
			}
		}
	}
	if len(out) == 0 {
		return unsure
	}
	return out
}

func (w *Workspace) completion(c candidate, r Range, rank int, v verdict) Completion {
	out := Completion{Label: c.text, Kind: c.kind, Filter: c.text, Edit: Edit{r, c.text}, Rank: 2 * rank}
	switch v {
	case oddThere:
		out.Rank += 8
	case fitsThere:
		out.Rank += 2
	}
	if c.kind == Keyword {
		out.Rank++
	}
	if c.sym != (symbol{}) {
		out.Detail, out.Doc = c.sym.detail(), w.describe(c.sym)
		if c.sym.parameter != nil {
			out.Detail += " · " + w.today(c.sym.parameter)
		}
	}
	return out
}

// preceded is a first sieve: a bare name stands after an article, a possessive
// or the verb that goes with it.
func preceded(b *block, cut int, c candidate) bool {
	before := ""
	if cut > 0 {
		before = strings.ToLower(b.tokens[cut-1].Text)
	}
	kenmerk := rule.Value
	if c.sym.attribute != nil {
		kenmerk = c.sym.attribute.Kind
	}
	of := c.bare && (c.sym.parameter != nil || c.sym.attribute != nil && kenmerk == rule.Value || c.sym.role != nil || c.sym.variable != nil)
	switch before {
	case "zijn":
		return of && c.sym.parameter == nil && c.sym.variable == nil
	case "de", "het", "alle":
		return of || c.bare && (c.sym.object != nil || kenmerk == rule.Noun)
	case "een":
		return c.bare && (c.sym.object != nil || kenmerk == rule.Noun)
	case "geen", "niet":
		return c.bare && kenmerk != rule.Value
	case "heeft":
		return c.kind == Keyword || c.bare && kenmerk == rule.Possessive
	}
	return !of && c.sym.object == nil || c.lead != ""
}

// candidates gives everything that could stand in a sentence.
func (w *Workspace) candidates(t typed, version int) []candidate {
	var out []candidate
	for _, p := range phrases {
		out = append(out, candidate{text: p, kind: Keyword})
	}
	subject, named := w.subject(t.b, version)
	name := func(s symbol, text string, more []string, leads ...string) {
		c := candidate{text: text, sym: s, kind: s.kind(), bare: true, more: more}
		out = append(out, c)
		for _, lead := range leads {
			c.text, c.lead, c.bare = lead+" "+text, lead, false
			out = append(out, c)
		}
	}
	for _, s := range w.symbols() {
		switch {
		case s.parameter != nil:
			name(s, s.parameter.Name, onwards(s.parameter.Type), s.parameter.Article)
		case s.attribute != nil && s.attribute.Kind == rule.Value:
			// After an article it is of somebody.
			more := onwards(s.attribute.Type)
			for _, path := range w.ways(subject, named, s.attribute.Owner) {
				more = append(more, " van "+path)
				for _, tail := range onwards(s.attribute.Type) {
					more = append(more, " van "+path+tail)
				}
			}
			more = append(more, " van een "+lower(s.attribute.Owner.Name))
			if s.attribute.Owner == subject {
				name(s, s.attribute.Name, more, "zijn")
			} else {
				name(s, s.attribute.Name, more)
			}
			if s.attribute.Plural != "" && s.attribute.Owner.Plural != "" {
				name(s, s.attribute.Plural, []string{" van alle " + s.attribute.Owner.Plural})
			}
		case s.attribute != nil:
			name(s, s.attribute.Name, nil)
			if s.attribute.Kind == rule.Noun && s.attribute.Plural != "" {
				name(s, s.attribute.Plural, nil)
			}
		case s.role != nil && s.role.Owner == subject && !s.role.Many:
			name(s, s.role.Name, []string{" van " + named}, "zijn")
		case s.role != nil:
			var more []string
			for _, path := range w.ways(subject, named, s.role.Owner) {
				more = append(more, " van "+path)
			}
			name(s, s.role.Name, more)
			if s.role.Many {
				name(s, s.role.Plural, more)
			}
		case s.object != nil:
			name(s, lower(s.object.Name), nil, s.object.Article)
		case s.domain != nil:
			for _, v := range s.domain.Values {
				out = append(out, candidate{text: "'" + v + "'", sym: s, kind: Value})
			}
		}
	}
	for _, v := range w.variablesOf(t.b, version) {
		var more []string
		if v.Expr != nil {
			more = onwards(v.Expr.Type())
		}
		if v.Article == "" {
			out = append(out, candidate{text: v.Name, sym: symbol{variable: v}, kind: Variable, more: more})
		} else {
			name(symbol{variable: v}, v.Name, more, v.Article)
		}
	}
	return out
}

// onwards gives what may follow a value of a type that is not wanted by
// itself.
func onwards(t rule.Type) []string {
	switch t.Kind {
	case rule.Percentage:
		return []string{" van 1 €", " van 1"}
	case rule.Number:
		if t.Unit == "" {
			return []string{" maal 1 €"}
		}
	}
	return nil
}

// ways gives phrases that lead from the subject to an object type.
func (w *Workspace) ways(subject *rule.ObjectType, named string, to *rule.ObjectType) []string {
	var out []string
	if subject == to && named != "" {
		out = append(out, named)
	}
	for _, f := range w.set.Model.Facts {
		for _, r := range f.Roles {
			if r.Owner == subject && r.Target == to && !r.Many {
				out = append(out, "zijn "+r.Name)
				return out
			}
		}
	}
	return out
}

// subject finds the object type that a version speaks of, and what to call it.
func (w *Workspace) subject(b *block, version int) (*rule.ObjectType, string) {
	for i := version; i+1 < len(b.tokens) && !b.tokens[i+1].Heading; i++ {
		if !strings.EqualFold(b.tokens[i].Text, "een") {
			continue
		}
		best, object, named := 0, (*rule.ObjectType)(nil), ""
		for _, s := range w.symbols() {
			end := phraseAt(b.tokens, i+1, s.name())
			switch {
			case end <= best:
			case s.object != nil:
				best, object, named = end, s.object, s.object.Article+" "+lower(s.object.Name)
			case s.attribute != nil && s.attribute.Kind == rule.Noun:
				best, object, named = end, s.attribute.Owner, s.attribute.Article+" "+s.attribute.Name
			}
		}
		if object != nil {
			return object, named
		}
	}
	return nil, ""
}

// variablesOf finds the variables of a version by their shape, so that they
// are there in a rule that cannot be read yet.
func (w *Workspace) variablesOf(b *block, version int) []*rule.Variable {
	var out []*rule.Variable
	in := false
	for i := version; i < len(b.tokens); i++ {
		t := b.tokens[i]
		if i > version && (t.Heading || t.First && t.Text == "geldig") {
			break
		}
		if t.First && t.Text == "Daarbij" {
			in = true
			i += 2
			continue
		}
		if !in || !t.First {
			continue
		}
		v := &rule.Variable{Pos: rule.Pos{File: b.doc.name, Line: t.Line, Column: t.Column}}
		j := i
		if t.Text == "de" || t.Text == "het" {
			v.Article = t.Text
			j++
		}
		var words []string
		for j < len(b.tokens) && b.tokens[j].Text != "is" && b.tokens[j].Kind == regelspraak.TokenWord && b.tokens[j].Line == t.Line {
			words = append(words, b.tokens[j].Text)
			j++
		}
		if len(words) > 0 && j < len(b.tokens) && b.tokens[j].Text == "is" {
			v.Name = strings.Join(words, " ")
			out = append(out, v)
		}
	}
	// What the parser knows of them says more.
	for i, v := range out {
		for _, r := range w.set.Model.Rules {
			for _, ver := range r.Versions {
				for _, known := range ver.Variables {
					if known.Pos == v.Pos {
						out[i] = known
					}
				}
			}
		}
	}
	return out
}

// completeKeys offers the names of values in examples and the parameters in
// parameters.yaml.
func (w *Workspace) completeKeys(b *block, at Place) []Completion {
	line := b.doc.line(at.Line)
	before := line[:offset(line, at.Column)]
	start := strings.LastIndexAny(before, " {,\t") + 1
	word := before[start:]
	if strings.ContainsAny(word, ":\"'") || strings.HasSuffix(strings.TrimSpace(before[:start]), ":") && !strings.HasSuffix(strings.TrimSpace(before), "{") {
		return nil
	}
	r := Range{Place{at.Line, column(line, start)}, at}
	var out []Completion
	offer := func(text string, s symbol) {
		if matches(text, word) >= 0 {
			out = append(out, Completion{Label: text, Kind: s.kind(), Detail: s.detail(), Doc: w.describe(s), Filter: text, Edit: Edit{r, text + ": "}})
		}
	}
	switch {
	case b.kind == exampleBlock && strings.Contains(before, "{"):
		for _, s := range w.symbols() {
			if s.attribute != nil {
				offer(rule.Slug(s.attribute.Name), s)
			}
		}
	case strings.HasSuffix(b.doc.name, "/parameters.yaml") && start == 0:
		for _, s := range w.symbols() {
			if s.parameter != nil && regulationOf(s.parameter.ID) == b.regulation {
				_, slug, _ := strings.Cut(s.parameter.ID, ".")
				offer(slug, s)
			}
		}
	}
	return out
}

// verdict is what the parser says of a candidate.
type verdict uint8

const (
	refusedThere verdict = iota
	oddThere             // it can stand there, with a warning
	fitsThere            // it can stand there, and the sentence has to go on
	wholeThere           // it makes a whole sentence
)

// prober asks the parser what can stand at a place.
type prober struct {
	w      *Workspace
	source regelspraak.Source
	before string // the rule from "geldig" up to the place
	after  string // what closes it: parentheses, the full stop, the variables
	filler string // a text of the right type, where that is known
	head   string // the word that begins the rule
	from   Place  // the place, in the text that is tried, on lines from 1
}

// maxAtOnce keeps the messages of one call under the limit of the parser.
const maxAtOnce = 40

func (w *Workspace) newProber(b *block, version, cut int, from Place) *prober {
	start := b.tokens[version]
	before := b.doc.slice(Range{Place{start.Line, start.Column}, from})
	lines := strings.Count(before, "\n")
	p := &prober{w: w, source: b.source(), before: before, from: Place{Line: lines + 1}, head: "Regel"}
	last := before[strings.LastIndex(before, "\n")+1:]
	p.from.Column = column(last, len(last)) // on the line of its own
	open, defined := 0, false
	for _, t := range b.tokens[version:cut] {
		switch {
		case t.Text == "(" && t.Kind == regelspraak.TokenMark:
			open++
		case t.Text == ")" && t.Kind == regelspraak.TokenMark:
			open = max(0, open-1)
		case t.First && t.Text == "Daarbij":
			defined = true
		}
	}
	end := missing(b.tokens[version:cut])
	if end != "" {
		p.filler = "de rekendatum"
	}
	p.after = end + strings.Repeat(")", open) + "."
	if row, columns := tableRow(b.tokens[version:cut]); row > 0 {
		p.head = "Beslistabel"
		p.after = end + strings.Repeat(")", open) + " |" + strings.Repeat(" n.v.t. |", max(0, columns-row))
	}
	if !defined { // the variables below the place can be used in it
		for i := cut; i < len(b.tokens) && !b.tokens[i].Heading && !(b.tokens[i].First && b.tokens[i].Text == "geldig"); i++ {
			if t := b.tokens[i]; t.First && t.Text == "Daarbij" {
				j := i
				for j+1 < len(b.tokens) && !b.tokens[j+1].Heading && !(b.tokens[j+1].First && b.tokens[j+1].Text == "geldig") {
					j++
				}
				lead := strings.Repeat(" ", t.Column-1)
				p.after += "\n" + lead + b.doc.slice(Range{Place{t.Line, t.Column}, Place{b.tokens[j].Line, b.tokens[j].End}})
				break
			}
		}
	}
	return p
}

// tableRow tells in which column of a decision table the text ends, from 1, and
// how many it has as far as its heading is known; 0 outside a table.
func tableRow(tokens []regelspraak.Token) (column, columns int) {
	first, line := 0, 0 // of the table, and the line at hand
	marks := 0
	for _, t := range tokens {
		if t.Text != "|" {
			if t.First && t.Text != "|" && first > 0 {
				return 0, 0 // the table has ended
			}
			continue
		}
		if first == 0 {
			first = t.Line
		}
		if t.First {
			line, marks = t.Line, 0
		}
		if t.Line == line {
			marks++
		}
		if line == first {
			columns = marks - 1
		}
	}
	if first == 0 {
		return 0, 0
	}
	return marks, max(columns, marks)
}

// nonsense is a word that no name has.
const nonsense = "qzxwq"

// ask gives a verdict for each candidate: the best of those with the ways to go
// on after it. When the parser cannot read the text before the place it is not
// understood, and the verdicts mean nothing.
func (p *prober) ask(cs []candidate) (out []verdict, understood bool) {
	type item struct{ of, width int }
	var items []item
	var bodies []string
	push := func(of int, text string) {
		items = append(items, item{of, len([]rune(text))})
		bodies = append(bodies, p.before+text+p.after)
	}
	push(-1, nonsense)
	push(-1, cmp.Or(p.filler, nonsense))
	for i, c := range cs {
		push(i, c.text)
		for _, tail := range c.more {
			push(i, c.text+tail)
		}
	}
	found := p.parse(bodies)
	out = make([]verdict, len(cs))

	// What is wrong before the place is so whatever stands there. That
	// something is wrong with nonsense shows that it was read as far as here.
	base := map[mark]bool{}
	for _, d := range found[0] {
		if d.place.Before(p.from) {
			base[d] = true
		} else if d.error {
			understood = true
		}
	}
	for _, d := range found[1] {
		if p.filler != "" && d.place.Before(p.from) {
			base[d] = true
		}
	}
	for i, it := range items[2:] {
		end := Place{p.from.Line, p.from.Column + it.width}
		v := wholeThere
		for _, d := range found[i+2] {
			switch {
			case base[d]:
			case !d.place.Before(end):
				if d.error {
					v = min(v, fitsThere)
				}
			case d.error:
				v = refusedThere
			case d.code == regelspraak.CodeArticle:
				v = min(v, oddThere)
			}
		}
		out[it.of] = max(out[it.of], v)
	}
	return out, understood
}

// missing gives the words that close what was begun: a duration has an end and
// a unit. Without them its types could not be judged.
func missing(tokens []regelspraak.Token) string {
	for i := len(tokens) - 1; i >= 0; i-- {
		switch tokens[i].Text {
		case "hele", "indien", "voldoet":
			return ""
		case "tot":
			for j := i; j > 0; j-- {
				if tokens[j].Text == "tijdsduur" {
					return " in hele jaren"
				}
			}
			return ""
		case "tijdsduur":
			if i+1 < len(tokens) && tokens[i+1].Text == "van" {
				return " tot de rekendatum in hele jaren"
			}
			return ""
		}
	}
	return ""
}

// mark is a message of the parser at a place of the text that was tried.
type mark struct {
	place Place
	code  string
	error bool
}

// parse reads each body as a rule of its own and gives what was found in it.
func (p *prober) parse(bodies []string) [][]mark {
	out := make([][]mark, len(bodies))
	for start := 0; start < len(bodies); start += maxAtOnce {
		part := bodies[start:min(len(bodies), start+maxAtOnce)]
		var b strings.Builder
		first := make([]int, len(part)) // line of the first line of each body
		line := 1
		for i, body := range part {
			fmt.Fprintf(&b, "// Id: %s.proef-%d\n%s proef\n", p.source.Regulation, i, p.head)
			first[i] = line + 2
			b.WriteString(body + "\n")
			line += 3 + strings.Count(body, "\n")
		}
		src := p.source
		src.Line, src.Text = 1, b.String()
		_, ds := regelspraak.ParseRules(p.w.set.Model, src)
		for _, d := range ds {
			i := 0
			for i+1 < len(first) && first[i+1] <= d.Pos.Line {
				i++
			}
			if d.Pos.Line < first[i] {
				continue
			}
			out[start+i] = append(out[start+i], mark{Place{d.Pos.Line - first[i] + 1, d.Pos.Column}, d.Code, d.Severity == rule.Error})
		}
	}
	return out
}
