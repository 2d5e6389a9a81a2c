package language

import (
	"cmp"
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

// completeSentence completes in the text of a version that begins at token
// version. It asks the parser.
func (w *Workspace) completeSentence(t typed, version int) []Completion {
	all := w.candidates(t, version)
	var out, unsure, other []Completion
	probes := 0
	names, numbers := false, false // accepted
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
		date := wantsDate.MatchString(before(t.b, cut))
		for i, c := range tries {
			switch v := verdicts[i]; {
			case !understood:
				unsure = append(unsure, w.completion(c, Range{from, t.at}, ranks[i], oddThere))
			case v == otherType && date && c.typ().Kind == rule.DateKind:
				names = names || c.kind != Keyword
				out = append(out, w.completion(c, Range{from, t.at}, ranks[i], v))
			case v == refusedThere, v == otherType && !c.numeric(), c.kind == Value && v != wholeThere:
			case v == otherType:
				other = append(other, w.completion(c, Range{from, t.at}, ranks[i], v))
			default:
				names, numbers = names || c.kind != Keyword, numbers || c.numeric()
				out = append(out, w.completion(c, Range{from, t.at}, ranks[i], v))
			}
		}
	}
	if numbers || !names { // not where a choice or a date is asked
		out = append(out, other...)
	}
	if len(out) == 0 {
		return unsure
	}
	return out
}

// before gives the last words before token cut.
func before(b *block, cut int) string {
	var words []string
	for _, t := range b.tokens[max(0, cut-8):cut] {
		words = append(words, t.Text)
	}
	return strings.Join(words, " ")
}

func (w *Workspace) completion(c candidate, r Range, rank int, v verdict) Completion {
	out := Completion{Label: c.text, Kind: c.kind, Filter: c.text, Edit: Edit{r, c.text}, Rank: 2 * rank}
	switch v {
	case otherType:
		out.Rank += 12
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
