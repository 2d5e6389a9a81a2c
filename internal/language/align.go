package language

import (
	"strings"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// aligner finds the names of the model in the tokens of one block. A node of
// the model says where it begins; the names in it follow in a fixed order, so
// the first place from there on that no other name has is the one.
type aligner struct {
	w     *Workspace
	b     *block
	taken []bool // tokens that belong to a name
	uses  []use
	rules map[int]*rule.Rule // rules of the model by the token they begin at
	lo    int                // the statement at hand is tokens [lo, hi)
	hi    int
}

// block goes through the declarations and rules of the block.
func (a *aligner) block() {
	for _, r := range a.w.set.Model.Rules {
		if r.Pos.File == a.b.doc.name {
			if i := a.token(r.Pos); i >= 0 {
				a.rules[i] = r
			}
		}
	}
	tokens := a.b.tokens
	for i := 0; i < len(tokens); {
		if !tokens[i].Heading {
			i++
			continue
		}
		end := i + 1
		for end < len(tokens) && !tokens[end].Heading {
			end++
		}
		a.lo, a.hi = i, end
		switch tokens[i].Text {
		case "Objecttype":
			a.object()
		case "Domein":
			a.domain()
		case "Parameter":
			a.parameter()
		case "Feittype", "Wederkerig":
			a.fact()
		case "Eenheidsysteem", "Regelgroep":
		default:
			if r := a.rules[i]; r != nil {
				a.rule(r)
			} else {
				a.guess()
			}
		}
		i = end
	}
}

// token gives the token at a place of the model, or −1.
func (a *aligner) token(p rule.Pos) int {
	if p.File != a.b.doc.name || p.Line < a.b.from || p.Line >= a.b.to {
		return -1
	}
	return tokenAt(a.b.tokens, Place{p.Line, p.Column})
}

// add notes that tokens [i, end) are a name.
func (a *aligner) add(i, end int, s symbol, plural, declared bool) {
	for k := i; k < end; k++ {
		a.taken[k] = true
	}
	first, last := a.b.tokens[i], a.b.tokens[end-1]
	a.uses = append(a.uses, use{Location: Location{a.b.doc.name, Range{Place{first.Line, first.Column}, Place{last.Line, last.End}}},
		sym: s, plural: plural, declared: declared})
}

// free reports whether no token of [i, end) belongs to a name.
func (a *aligner) free(i, end int) bool {
	for k := i; k < end; k++ {
		if a.taken[k] {
			return false
		}
	}
	return true
}

// find takes the first free place of a name, or its plural, from a token on,
// and gives the token after it, or −1.
func (a *aligner) find(from int, s symbol, declared bool) int {
	if from < 0 {
		return -1
	}
	for i := from; i < a.hi; i++ {
		for _, form := range []string{s.plural(), s.name()} {
			end := phraseAt(a.b.tokens[:a.hi], i, form)
			if form == "" || end < 0 || !a.free(i, end) {
				continue
			}
			a.add(i, end, s, form != s.name(), declared)
			return end
		}
	}
	return -1
}

// line gives the token after the last one on the line of token i.
func (a *aligner) line(i int) int {
	j := i
	for j < a.hi && a.b.tokens[j].Line == a.b.tokens[i].Line {
		j++
	}
	return j
}

func (a *aligner) object() {
	var best *rule.ObjectType
	at, size := -1, 0
	for i := a.lo + 1; i <= a.lo+2 && i < a.hi; i++ {
		for _, o := range a.w.set.Model.Objects {
			if end := phraseAt(a.b.tokens[:a.line(a.lo)], i, o.Name); end-i > size {
				best, at, size = o, i, end-i
			}
		}
	}
	if best == nil {
		a.guess()
		return
	}
	own := a.token(best.Pos) == a.lo
	s := symbol{object: best}
	a.add(at, at+size, s, false, own)
	a.pluralAfter(at+size, s)
	for _, attr := range best.Attributes {
		i := a.token(attr.Pos)
		if i < a.lo || i >= a.hi {
			continue
		}
		s := symbol{attribute: attr}
		end := phraseAt(a.b.tokens, i+1, attr.Name)
		if end < 0 {
			continue
		}
		a.add(i+1, end, s, false, true)
		end = a.pluralAfter(end, s)
		if attr.Type.Domain != nil {
			a.typeAt(end, symbol{domain: attr.Type.Domain})
		}
	}
}

// pluralAfter takes "(mv: namen)" at token i.
func (a *aligner) pluralAfter(i int, s symbol) int {
	if j := phraseAt(a.b.tokens, i, "( mv :"); j > 0 && s.plural() != "" {
		if end := phraseAt(a.b.tokens, j, s.plural()); end > 0 {
			a.add(j, end, s, true, true)
			return end + 1
		}
	}
	return i
}

// isRule reports whether a heading begins a rule.
func isRule(heading string) bool {
	return heading == "Regel" || heading == "Beslistabel" || heading == "Consistentieregel"
}

// typeAt takes the name of a type at token i.
func (a *aligner) typeAt(i int, s symbol) {
	if end := phraseAt(a.b.tokens, i, s.name()); end > 0 {
		a.add(i, end, s, false, false)
	}
}

func (a *aligner) domain() {
	for _, d := range a.w.set.Model.Domains {
		if a.token(d.Pos) >= a.lo && a.token(d.Pos) < a.hi {
			a.find(a.lo+1, symbol{domain: d}, true)
			return
		}
	}
}

func (a *aligner) parameter() {
	for _, p := range a.w.set.Model.Parameters {
		if i := a.token(p.Pos); i >= a.lo && i < a.hi {
			if end := a.find(i, symbol{parameter: p}, true); end > 0 && p.Type.Domain != nil {
				a.typeAt(end+1, symbol{domain: p.Type.Domain})
			}
			return
		}
	}
}

func (a *aligner) fact() {
	for _, f := range a.w.set.Model.Facts {
		if i := a.token(f.Pos); i != a.lo {
			continue
		}
		last := a.lo
		for _, r := range f.Roles {
			i := a.token(r.Pos)
			if i < 0 {
				continue
			}
			s := symbol{role: r}
			if end := phraseAt(a.b.tokens, i+1, r.Name); end > 0 {
				a.add(i+1, end, s, false, true)
				end = a.pluralAfter(end, s)
				a.typeAt(end, symbol{object: r.Target})
				last = max(last, a.line(i))
			}
		}
		// "Eén huishouden heeft meerdere leden": each as often as it is there.
		for _, r := range f.Roles {
			for a.find(last, symbol{role: r}, false) > 0 {
			}
		}
		return
	}
	a.guess()
}

// rule goes through a rule that could be read.
func (a *aligner) rule(r *rule.Rule) {
	starts := make([]int, 0, len(r.Versions)+1)
	name := symbol{rule: r}
	if end := a.line(a.lo); end > a.lo+1 {
		first, last := a.b.tokens[a.lo+1], a.b.tokens[end-1]
		a.uses = append(a.uses, use{Location: Location{a.b.doc.name, Range{Place{first.Line, first.Column}, Place{last.Line, last.End}}}, sym: name, declared: true})
	}
	a.ruleID(name)
	for _, v := range r.Versions {
		starts = append(starts, a.token(v.Pos))
	}
	hi := a.hi
	for i, v := range r.Versions {
		if starts[i] < 0 {
			continue
		}
		a.lo, a.hi = starts[i], hi
		for _, s := range starts { // versions are sorted by date, not by place
			if s > a.lo && s < a.hi {
				a.hi = s
			}
		}
		a.version(v)
	}
}

// ruleID takes the id in the comment above a rule.
func (a *aligner) ruleID(s symbol) {
	for n := a.b.tokens[a.lo].Line - 1; n >= a.b.from; n-- {
		line := a.b.doc.line(n)
		text := strings.TrimSpace(line)
		if !strings.HasPrefix(text, "//") {
			return
		}
		if i := strings.Index(line, s.rule.ID); i >= 0 && strings.Contains(line[:i], "Id:") {
			a.uses = append(a.uses, use{Location: Location{a.b.doc.name, Range{Place{n, column(line, i)}, Place{n, column(line, i+len(s.rule.ID))}}}, sym: s, slug: true})
			return
		}
	}
}

func (a *aligner) version(v *rule.Version) {
	for _, d := range v.Variables { // names first: "de grens is …" could look like another
		if i := a.token(d.Pos); i >= 0 {
			a.find(i, symbol{variable: d}, true)
		}
	}
	head := a.lo + 1
	if t := v.Writes(); t != nil && t.Kind == rule.Value {
		head = max(head, a.find(head, symbol{attribute: t}, false))
		a.subject(head, v.Subject)
	} else {
		head = max(head, a.subject(head, v.Subject))
		if t != nil {
			a.find(head, symbol{attribute: t}, false)
		}
	}
	if u, ok := v.Action.(*rule.Unique); ok {
		a.find(a.lo, symbol{attribute: u.Attribute}, false)
	}
	a.tree(v)
}

// subject takes "persoon" or "aanvrager" as the subject of a rule.
func (a *aligner) subject(from int, b *rule.Binding) int {
	if b == nil {
		return -1
	}
	if b.Kenmerk != nil {
		return a.find(from, symbol{attribute: b.Kenmerk}, false)
	}
	return a.find(from, symbol{object: b.Object}, false)
}

// tree takes the names in a part of a version.
func (a *aligner) tree(n any) {
	rule.Inspect(n, func(n any) bool {
		switch n := n.(type) {
		case *rule.Table: // the conditions of a row stand in its columns and cells
			for _, c := range n.Columns {
				a.tree(c)
			}
			for _, r := range n.Rows {
				a.tree(r.Result)
				for _, cell := range r.Cells {
					for _, e := range cell {
						a.tree(e)
					}
				}
			}
			return false
		case *rule.ParameterRef:
			a.find(a.token(n.Pos), symbol{parameter: n.Parameter}, false)
		case *rule.VariableRef:
			a.find(a.token(n.Pos), symbol{variable: n.Variable}, false)
		case *rule.AttributeRef:
			if end := a.find(a.token(n.Pos), symbol{attribute: n.Attribute}, false); end > 0 {
				a.path(end, n.From, n.Via)
			}
		case *rule.ObjectRef:
			a.path(a.token(n.Pos), n.From, n.Via)
		case *rule.HasKenmerk:
			if end := a.path(a.token(n.Pos), n.From, n.Via); end >= 0 {
				a.find(end, symbol{attribute: n.Kenmerk}, false)
			}
		case *rule.Aggregate: // what is taken of each stands before the way to them
			at := a.token(n.Pos)
			before := len(a.uses)
			if n.Of != nil {
				a.tree(n.Of)
			}
			for _, u := range a.uses[before:] {
				at = max(at, a.token(rule.Pos{File: u.File, Line: u.From.Line, Column: u.From.Column}))
			}
			a.path(at, n.From, n.Via)
			if n.Filter != nil {
				a.tree(n.Filter)
			}
			return false
		}
		return true
	})
}

// path takes "zijn partner", "de leden van het huishouden van de persoon" from
// a token on, and gives the token after it.
func (a *aligner) path(at int, from *rule.Binding, via []*rule.Role) int {

	for i := len(via) - 1; i >= 0 && at >= 0; i-- {
		at = max(at, a.find(at, symbol{role: via[i]}, false))
	}
	if at < 0 || from == nil {
		return at
	}
	// The object itself, in full.
	i := at
	if i < a.hi && a.b.tokens[i].Text == "van" {
		i++
	}
	if i+1 >= a.hi || !strings.EqualFold(a.b.tokens[i].Text, "de") && !strings.EqualFold(a.b.tokens[i].Text, "het") {
		return at
	}
	var names []symbol
	if from.Kenmerk != nil {
		names = append(names, symbol{attribute: from.Kenmerk})
	}
	names = append(names, symbol{object: from.Object})
	for _, f := range a.w.set.Model.Facts {
		for _, r := range f.Roles {
			if r.Target == from.Object && from.Depth > 0 {
				names = append(names, symbol{role: r})
			}
		}
	}
	for _, s := range names {
		if end := phraseAt(a.b.tokens[:a.hi], i+1, s.name()); end > 0 && a.free(i+1, end) {
			a.add(i+1, end, s, false, false)
			return end
		}
	}
	return at
}

// guess finds names in a statement that could not be read: at each word the
// longest that is declared, by preference of the subject after "zijn".
func (a *aligner) guess() {
	subject, _ := a.w.subject(a.b, a.lo)
	all := a.w.symbols()
	for _, v := range a.w.variablesOf(a.b, a.lo) {
		all = append(all, symbol{variable: v})
	}
	for i := a.lo + 1; i < a.hi; i++ {
		if a.b.tokens[i].Kind != regelspraak.TokenWord || a.taken[i] || a.b.tokens[i].Line == a.b.tokens[a.lo].Line && isRule(a.b.tokens[a.lo].Text) {
			continue
		}
		var best symbol
		end, plural, score := -1, false, 0
		for _, s := range all {
			for _, form := range []string{s.name(), s.plural()} {
				e := phraseAt(a.b.tokens[:a.hi], i, form)
				if form == "" || e < 0 || !a.free(i, e) {
					continue
				}
				points := 10 * (e - i)
				if owner := s.owner(); owner != nil && owner == subject && a.b.tokens[i-1].Text == "zijn" {
					points += 5
				}
				if s.parameter != nil && regulationOf(s.parameter.ID) == a.b.regulation || s.variable != nil {
					points += 2
				}
				if points > score {
					best, end, plural, score = s, e, form != s.name(), points
				}
			}
		}
		if end > 0 {
			a.add(i, end, best, plural, best.variable != nil && best.variable.Pos.Line == a.b.tokens[i].Line)
			i = end - 1
		}
	}
}

func (s symbol) owner() *rule.ObjectType {
	switch {
	case s.attribute != nil:
		return s.attribute.Owner
	case s.role != nil:
		return s.role.Owner
	}
	return nil
}
