package regelspraak

import (
	"fmt"
	"strings"

	"lemniscaat/internal/rule"
)

// fact reads a fact type: its roles and the line that says how many.
func (p *parser) fact(b *block) {
	l, rest := b.lines()
	pos := l.u.pos(b.head())
	text := joinWords(l.tokens[:l.nameLength()])
	if !p.checkName(pos, text) {
		return
	}
	f := &rule.FactType{Name: text, Reciprocal: b.kind == blockReciprocal, Pos: pos}
	for _, old := range p.model.Facts {
		if old.Name == text {
			p.report(errorAt(pos, CodeDouble, "het feittype "+quote(text)+" is al gedeclareerd in "+place(old.Pos), "gebruik een andere naam"))
			return
		}
	}
	var card *line
	good := true
	for i := range rest {
		s := &rest[i]
		s.trimEnd(0)
		switch {
		case len(s.tokens) == 0:
		case isOne(&s.tokens[0]) || s.tokens[0].is("meerdere"):
			if card != nil {
				p.report(errorAt(s.pos(), CodeDeclaration, "er staan twee zinnen met aantallen", "laat er één weg"))
				good = false
			}
			card = s
		default:
			r, ok := p.roleLine(s)
			good = good && ok
			if r != nil {
				r.Fact = f
				f.Roles = append(f.Roles, r)
			}
		}
	}
	want := 2
	if f.Reciprocal {
		want = 1
	}
	if good && len(f.Roles) != want {
		p.report(errorAt(pos, CodeDeclaration, fmt.Sprintf("dit feittype heeft %d %s en hoort er %d te hebben", len(f.Roles), plural(len(f.Roles), "rol", "rollen"), want),
			"schrijf elke rol op een eigen regel: "+quote("het lid (mv: leden) Persoon")))
		good = false
	}
	if good && card == nil {
		p.report(errorAt(pos, CodeDeclaration, "de zin met aantallen ontbreekt", "schrijf bijvoorbeeld "+quote("Eén huishouden heeft meerdere leden")))
		good = false
	}
	if !good || !p.cardinality(f, card) {
		for _, r := range f.Roles {
			p.names.add(r.Name, symbol{broken: true})
			if r.Plural != "" {
				p.names.add(r.Plural, symbol{broken: true})
			}
		}
		return
	}
	for _, r := range f.Roles {
		if !r.Many {
			r.Plural = ""
		}
		if !p.freeRole(r) {
			return
		}
	}
	p.model.Facts = append(p.model.Facts, f)
	for _, r := range f.Roles {
		p.nameRole(r)
	}
}

// freeRole checks that nothing else of the owner has the name of the role.
func (p *parser) freeRole(r *rule.Role) bool {
	if a := ownAttribute(r.Owner, r.Name); a != nil {
		p.report(errorAt(r.Pos, CodeDouble, "de rol "+quote(r.Name)+" heet net zo als een attribuut van "+lowerName(r.Owner.Name)+" in "+place(a.Pos),
			"geef de rol een andere naam"))
		return false
	}
	for _, f := range p.model.Facts {
		for _, old := range f.Roles {
			if old.Owner == r.Owner && rule.Slug(old.Name) == rule.Slug(r.Name) {
				p.report(errorAt(r.Pos, CodeDouble, "de rol "+quote(r.Name)+" van "+lowerName(r.Owner.Name)+" is al gedeclareerd in "+place(old.Pos),
					"geef de rol een andere naam"))
				return false
			}
		}
	}
	return true
}

func isOne(t *token) bool { return t.is("één") || t.is("eén") || t.is("een") }

// roleLine reads "het lid (mv: leden) Persoon"; the object type is kept in
// Target.
func (p *parser) roleLine(l *line) (*rule.Role, bool) {
	r := &rule.Role{Pos: l.pos()}
	var ok bool
	if r.Article, ok = l.article(); !ok {
		p.report(errorAt(l.pos(), CodeDeclaration, "een rol begint met zijn lidwoord; gevonden: "+l.found(),
			"begin met "+either([]string{quote("de"), quote("het")})))
		return nil, false
	}
	start, n := l.at, l.nameLength()
	if l.at += n; l.peek() != nil {
		r.Name = joinWords(l.tokens[start : start+n])
		if r.Plural, ok = l.plural(); !ok {
			p.report(errorAt(l.pos(), CodeDeclaration, "onverwacht in een rol: "+l.found(), "schrijf "+quote("het lid (mv: leden) Persoon")))
			return r, false
		}
		r.Target = p.objects[foldFirst(joinWords(l.tokens[l.at:]))]
		start = l.at
	} else {
		for i := 1; i < n; i++ {
			if o := p.objects[foldFirst(joinWords(l.tokens[start+i:start+n]))]; o != nil {
				r.Name, r.Target = joinWords(l.tokens[start:start+i]), o
				break
			}
		}
	}
	if r.Target == nil {
		last := l.tokens[len(l.tokens)-1]
		hint := "een rol eindigt met een objecttype"
		if names := p.objectNames(); len(names) > 0 {
			hint += ": " + either(names)
		}
		if best := nearest(last.text, p.objectNames()); best != "" {
			hint = "bedoelde u " + quote(best) + "?"
		}
		p.report(errorAt(l.u.pos(&last), CodeName, "onbekend objecttype in een rol: "+l.u.show(&last), hint))
		if r.Name == "" && n > 1 {
			r.Name = joinWords(l.tokens[start : start+n-1])
		}
		return r, false
	}
	return r, p.checkName(r.Pos, r.Name)
}

// cardinality reads "Eén huishouden heeft meerdere leden" or "Meerdere ouders
// hebben meerdere kinderen" and ties the roles together.
func (p *parser) cardinality(f *rule.FactType, l *line) bool {
	a, b := f.Roles[0], f.Roles[0]
	if !f.Reciprocal {
		b = f.Roles[1]
	}
	fail := func() bool {
		want := "Eén " + a.Name + " heeft één " + b.Name
		if b.Plural != "" {
			want = "Eén " + a.Name + " heeft meerdere " + b.Plural
		} else if a.Plural != "" {
			want = "Eén " + b.Name + " heeft meerdere " + a.Plural
		}
		p.report(errorAt(l.pos(), CodeDeclaration, "deze zin met aantallen klopt niet; gevonden: "+l.found(), "schrijf "+quote(want)))
		return false
	}
	// side takes "één lid" or "meerdere leden" and gives the role that it names.
	side := func(roles ...*rule.Role) (r *rule.Role, many bool) {
		t := l.peek()
		if t == nil {
			return nil, false
		}
		many = t.is("meerdere")
		if !many && !isOne(t) {
			return nil, false
		}
		l.at++
		for _, r := range roles {
			if !many && takeFolded(l, r.Name) || many && takeFolded(l, r.Plural) {
				return r, many
			}
		}
		return nil, many
	}
	first, firstMany := side(a, b)
	if first == nil {
		if firstMany {
			return p.noPlural(fail, a, b)
		}
		return fail()
	}
	if first != a {
		a, b = b, a
	}
	if !l.take("heeft") && !l.take("hebben") {
		return fail()
	}
	second, secondMany := side(b)
	if second == nil {
		if secondMany {
			return p.noPlural(fail, b)
		}
		return fail()
	}
	if l.peek() != nil {
		return fail()
	}
	if f.Reciprocal {
		a.Owner, a.Inverse, a.Many = a.Target, a, secondMany
		if firstMany && !secondMany {
			return fail()
		}
		return true
	}
	a.Owner, b.Owner = b.Target, a.Target
	a.Inverse, b.Inverse, a.Many, b.Many = b, a, firstMany, secondMany
	return true
}

// noPlural says that a role that there are several of has no plural.
func (p *parser) noPlural(otherwise func() bool, roles ...*rule.Role) bool {
	for _, r := range roles {
		if r.Plural == "" {
			p.report(errorAt(r.Pos, CodeDeclaration, "de rol "+quote(r.Name)+" heeft een meervoud nodig", "schrijf "+quote(r.Name+" (mv: …)")))
			return false
		}
	}
	return otherwise()
}

// takeFolded takes the words of a name whose first letter may be a capital or
// not, as they stand.
func takeFolded(l *line, name string) bool {
	words := strings.Fields(name)
	if len(words) == 0 || l.at+len(words) > len(l.tokens) {
		return false
	}
	for i, w := range words {
		t := &l.tokens[l.at+i]
		if t.text != w && (i > 0 || t.fold != foldFirst(w)) {
			return false
		}
	}
	l.at += len(words)
	return true
}
