package regelspraak

import (
	"lemniscaat/internal/rule"
)

// variable is a definition under "Daarbij geldt:". Its expression is read when
// it is first asked for, because its type may be needed by a sentence or a
// variable above it.
type variable struct {
	rule   *rule.Variable
	words  []string
	u      *unit
	all    []token // the definition
	start  int     // of the name in all
	cuts   []int   // where "is" may part the name from the expression
	tokens []token // the expression
	stop   token
	scope  *scope
	state  variableState
	used   bool
	bad    bool
	trial  bool // a name that may turn out not to be one; see settle
}

type variableState uint8

const (
	unread variableState = iota
	busy
	done
)

// variables cuts the text after "Daarbij geldt:" into definitions. Each begins
// on a line of its own; a line that is indented deeper goes on with the one
// before.
func (p *parser) variables(u *unit, tokens []token) []*variable {
	if len(tokens) == 0 {
		return nil
	}
	var out []*variable
	margin := tokens[0].column
	for i := 0; i < len(tokens); {
		j := i + 1
		for j < len(tokens) && !(tokens[j].first && isNameToken(&tokens[j]) && tokens[j].column <= margin) {
			j++
		}
		if v := p.definition(u, tokens[i:j]); v != nil {
			out = append(out, v)
		}
		i = j
	}
	return out
}

// definition reads "de grens is 110% van de norm" as far as that can be done
// before the subject is known.
func (p *parser) definition(u *unit, tokens []token) *variable {
	v := &variable{rule: &rule.Variable{Pos: u.pos(&tokens[0])}, u: u, all: tokens}
	if t := &tokens[0]; t.is("de") || t.is("het") {
		v.rule.Article = t.fold
		v.start = 1
	}
	for k := v.start; k < len(tokens) && k <= v.start+maxNameWords && isNameToken(&tokens[k]); k++ {
		if k > v.start && tokens[k].is("is") && k+1 < len(tokens) {
			v.cuts = append(v.cuts, k)
		}
	}
	if len(v.cuts) == 0 {
		p.report(errorAt(u.pos(&tokens[0]), CodeVariable, "een variabele heeft een naam, dan "+quote("is")+", dan een waarde; gevonden: "+quote(shorten(u.raw(tokens), 60)),
			"schrijf "+quote("de grens is 24 €")+"; laat een vervolgregel dieper inspringen"))
		for n := v.start + 1; n <= len(tokens) && isNameToken(&tokens[n-1]); n++ {
			p.names.add(joinWords(tokens[v.start:n]), symbol{broken: true})
		}
		return nil
	}
	last := &tokens[len(tokens)-1]
	v.stop = token{line: last.line, column: last.column + int32(len([]rune(u.text[last.start:last.end])))}
	v.cut(v.cuts[0])
	return v
}

// cut parts the name from the expression at token k.
func (v *variable) cut(k int) {
	v.rule.Name = joinWords(v.all[v.start:k])
	v.words = v.words[:0]
	for i := v.start; i < k; i++ {
		v.words = append(v.words, v.all[i].text)
	}
	v.tokens = v.all[k+1:]
}

// settle decides where the names of the definitions end, now that the subject
// is known. A name, or a name in the expression, may itself have the word "is"
// in it: the place that leaves a whole expression is the one.
func (p *parser) settle(sc *scope) {
	var trial *scope
	for _, v := range sc.variables {
		if len(v.cuts) == 1 {
			continue
		}
		if trial == nil { // all names that there could be
			trial = &scope{binding: sc.binding}
			for _, o := range sc.variables {
				for _, k := range o.cuts {
					c := &variable{rule: &rule.Variable{Article: o.rule.Article}, u: o.u, all: o.all, start: o.start, trial: true}
					c.cut(k)
					trial.variables = append(trial.variables, c)
				}
			}
		}
		// The types of other variables are not known yet, so an error of type
		// does not rule a place out; it only comes after one without.
		var good []int
		fewest := -1
		for _, k := range v.cuts {
			switch n := p.reads(v, k, trial); {
			case n < 0 || fewest >= 0 && n > fewest:
			case n == fewest:
				good = append(good, k)
			default:
				good, fewest = []int{k}, n
			}
		}
		switch {
		case len(good) == 1:
			v.cut(good[0])
		case len(good) > 1:
			a, b := joinWords(v.all[v.start:good[0]]), joinWords(v.all[v.start:good[1]])
			p.report(errorAt(v.rule.Pos, CodeAmbiguous, "deze variabele is op twee manieren te lezen: met de naam "+quote(a)+" en met de naam "+quote(b), "geef haar een andere naam"))
			v.bad = true
		}
	}
	seen := map[string]*variable{}
	for _, v := range sc.variables {
		if !p.checkName(v.rule.Pos, v.rule.Name) {
			v.bad = true
			continue
		}
		if o := seen[v.rule.Name]; o != nil {
			p.report(errorAt(v.rule.Pos, CodeVariable, "de variabele "+quote(v.rule.Name)+" is al gedefinieerd in "+place(o.rule.Pos), "geef haar een andere naam"))
			v.bad = true
			continue
		}
		seen[v.rule.Name] = v
	}
}

// reads gives the fewest errors with which what follows token k of a definition
// is an expression, or -1 when it is none.
func (p *parser) reads(v *variable, k int, trial *scope) int {
	found := len(p.found)
	errors := p.errors
	seg, ok := p.segments(v.u, v.all[k+1:])
	p.found, p.errors = p.found[:found], errors // the real reading reports
	if !ok {
		return -1
	}
	g := p.region(v.u, trial, seg.tokens, &v.stop)
	defer g.release()
	fewest := -1
	for _, r := range g.full(0) {
		if n := r.faults.errors(); r.end == len(g.toks) && (fewest < 0 || n < fewest) {
			fewest = n
		}
	}
	return fewest
}

// variable gives a reference to v, reading its definition when needed.
func (g *region) variable(v *variable, pos rule.Pos) (rule.Expr, *fault) {
	if v.trial {
		return broken(pos), nil
	}
	if v.state == busy {
		text := v.rule.Name
		v.bad = true
		return broken(pos), wrong(func() rule.Diagnostic {
			return errorAt(pos, CodeVariable, "de variabele "+quote(text)+" hangt van zichzelf af", "haal haar uit haar eigen definitie")
		})
	}
	g.p.resolve(v)
	v.used = true
	if v.rule.Expr == nil {
		return broken(pos), wrong(nil) // reported with the definition
	}
	return &rule.VariableRef{Node: rule.Node{Typ: v.rule.Expr.Type(), Pos: pos}, Variable: v.rule}, nil
}

// resolve reads the expression of a variable, once.
func (p *parser) resolve(v *variable) {
	if v.state != unread {
		return
	}
	v.state = busy
	defer func() { v.state = done }()
	seg, ok := p.segments(v.u, v.tokens)
	if !ok {
		return
	}
	g := p.region(v.u, v.scope, seg.tokens, &v.stop)
	defer g.release()
	var best []reading
	for _, r := range g.full(0) {
		if r.end != len(g.toks) {
			g.need(r.end, wantEnd)
			continue
		}
		if len(best) == 0 {
			best = append(best, r)
			continue
		}
		// Readings of different types: the sentence that uses the variable
		// could choose, but that would be a pick at a distance.
		switch o := &best[0]; {
		case r.faults.compare(o.faults) < 0:
			*o = r
		case r.faults.compare(o.faults) == 0 && r.faults.errors() == 0 && !textual(o.expr, r.expr):
			a, b, pos, sc := o.expr, r.expr, o.expr.Position(), g.sc
			o.faults = join(o.faults, unclear(func() rule.Diagnostic { return ambiguous(pos, fragmentsOf(sc, a, nil), fragmentsOf(sc, b, nil)) }))
		case r.faults.compare(o.faults) == 0 && r.expr.Type().Kind == rule.Enum:
			*o = r
		}
	}
	if len(best) == 0 || g.over {
		p.report(g.failure())
		g.nested().report(p)
		return
	}
	best[0].faults.report(p)
	if !best[0].faults.fatal() {
		v.rule.Expr = best[0].expr
	}
}

// textual reports whether two readings are the same quoted text, once as a
// value of a domain and once as plain text: the domain is meant.
func textual(a, b rule.Expr) bool {
	x, ok := a.(*rule.Literal)
	y, ok2 := b.(*rule.Literal)
	if !ok || !ok2 || x.Value.Text == "" || x.Value.Text != y.Value.Text {
		return false
	}
	return x.Typ.Kind == rule.Text || y.Typ.Kind == rule.Text
}

// finishVariables reads the definitions that nothing asked for, and puts all
// in the version.
func (p *parser) finishVariables(u *unit, v *rule.Version, variables []*variable) {
	for _, d := range variables {
		p.resolve(d)
		if d.rule.Expr != nil {
			v.Variables = append(v.Variables, d.rule)
		}
	}
	for _, d := range variables {
		if !d.used && !d.bad {
			w := errorAt(d.rule.Pos, CodeVariable, "de variabele "+quote(d.rule.Name)+" wordt nergens gebruikt", "laat haar weg, of gebruik haar in de regel")
			w.Severity = rule.Warning
			p.report(w)
		}
	}
}
