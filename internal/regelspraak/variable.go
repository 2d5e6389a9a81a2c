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
	tokens []token // the expression
	stop   token
	scope  *scope
	state  variableState
	used   bool
	bad    bool
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
		for j < len(tokens) && !(tokens[j].first && tokens[j].kind != kindBullet && tokens[j].column <= margin) {
			j++
		}
		if v := p.definition(u, tokens[i:j]); v != nil {
			for _, o := range out {
				if o.rule.Name == v.rule.Name {
					p.report(errorAt(v.rule.Pos, CodeVariable, "de variabele "+quote(v.rule.Name)+" is al gedefinieerd in "+place(o.rule.Pos), "geef haar een andere naam"))
					v.bad = true
				}
			}
			out = append(out, v)
		}
		i = j
	}
	return out
}

// definition reads "de grens is 110% van de norm".
func (p *parser) definition(u *unit, tokens []token) *variable {
	v := &variable{rule: &rule.Variable{Pos: u.pos(&tokens[0])}, u: u}
	i := 0
	if t := &tokens[0]; t.is("de") || t.is("het") {
		v.rule.Article = t.fold
		i = 1
	}
	// A name may have the word "is" in it: the last "is" on its line that is
	// followed by something parts the name from the expression.
	cut := -1
	for k := i; k < len(tokens) && isNameToken(&tokens[k]); k++ {
		if k > i && tokens[k].is("is") && k+1 < len(tokens) {
			if cut < 0 || cut == k-1 || !stops[tokens[k+1].fold] {
				cut = k
			}
		}
	}
	if cut < 0 {
		p.report(errorAt(u.pos(&tokens[0]), CodeVariable, "een variabele heeft een naam, dan "+quote("is")+", dan een waarde; gevonden: "+quote(u.line2(tokens)),
			"schrijf "+quote("de grens is 24 €")+"; laat een vervolgregel dieper inspringen"))
		for n := i + 1; n <= len(tokens) && isNameToken(&tokens[n-1]); n++ {
			p.names.add(joinWords(tokens[i:n]), symbol{broken: true})
		}
		return nil
	}
	name := joinWords(tokens[i:cut])
	if !p.checkName(v.rule.Pos, name) {
		return nil
	}
	v.rule.Name = name
	for k := i; k < cut; k++ {
		v.words = append(v.words, tokens[k].text)
	}
	v.tokens = tokens[cut+1:]
	last := &tokens[len(tokens)-1]
	v.stop = token{line: last.line, column: last.column + int32(len([]rune(u.text[last.start:last.end])))}
	return v
}

func (u *unit) line2(tokens []token) string { return shorten(u.raw(tokens), 60) }

// variable gives a reference to v, reading its definition when needed.
func (g *region) variable(v *variable, pos rule.Pos) (rule.Expr, *fault) {
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
			a, b, pos := o.expr, r.expr, o.expr.Position()
			o.faults = join(o.faults, unclear(func() rule.Diagnostic { return ambiguous(pos, fragmentsOf(a, nil), fragmentsOf(b, nil)) }))
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
