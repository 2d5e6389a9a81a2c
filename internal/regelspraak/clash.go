package regelspraak

import (
	"lemniscaat/internal/rule"
)

// clashes reports names that are also a calculation with other names: "de norm
// min de aftrek" beside "de norm" and "de aftrek". Such a name could never be
// used, so it is said once, where it is declared.
func (p *parser) clashes() {
	for _, q := range p.model.Parameters {
		p.clash(q.Article+" ", q.Name, q.Type, q.Pos, p.home[q], nil, func(e rule.Expr) bool {
			r, ok := e.(*rule.ParameterRef)
			return ok && r.Parameter == q
		})
	}
	for _, o := range p.model.Objects {
		for _, a := range o.Attributes {
			if a.Kind == rule.Value {
				p.clash("zijn ", a.Name, a.Type, a.Pos, "", o, func(e rule.Expr) bool {
					r, ok := e.(*rule.AttributeRef)
					return ok && r.Attribute == a
				})
			}
		}
	}
}

func (p *parser) clash(before, name string, t rule.Type, pos rule.Pos, home string, owner *rule.ObjectType, own func(rule.Expr) bool) {
	tokens, _ := scan(name, 1)
	joined := false
	for i := range tokens {
		joined = joined || stops[tokens[i].fold]
	}
	if !joined { // no word that could join two names
		return
	}
	u := &unit{src: &Source{Regulation: home}, text: before + name}
	u.tokens, _ = scan(u.text, 1)
	if owner == nil {
		owner = &rule.ObjectType{}
	}
	last := len(u.tokens) - 1
	p.earn(len(u.tokens))
	g := p.region(u, &scope{binding: &rule.Binding{Object: owner}}, u.tokens[:last], &u.tokens[last])
	defer g.release()
	for _, r := range g.sum(0) {
		if r.end == last && r.faults.errors() == 0 && !own(r.expr) && r.expr.Type() == t.Plain() || r.end == last && r.faults != nil && r.faults.amb > 0 {
			p.report(errorAt(pos, CodeAmbiguous, "de naam "+quote(name)+" is ook te lezen als een berekening met andere namen", "geef een van de namen een andere naam"))
			return
		}
	}
}
