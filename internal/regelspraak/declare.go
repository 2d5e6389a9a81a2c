package regelspraak

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/rule"
)

// declare is pass 1: object types and domains first, because the types of
// attributes, parameters and roles may name them, whatever the order of the
// blocks.
func (p *parser) declare(units []*unit) {
	var extensions []*block
	each := func(f func(b *block), kinds ...blockKind) {
		for _, u := range units {
			for i := range u.blocks {
				for _, k := range kinds {
					if u.blocks[i].kind == k {
						f(&u.blocks[i])
					}
				}
			}
		}
	}
	each(func(b *block) {
		p.report(outside(b.unit.pos(b.head()), b.name))
	}, blockRefused)
	each(func(b *block) {
		if !p.object(b) {
			extensions = append(extensions, b)
		}
	}, blockObject)
	for _, b := range extensions {
		p.extension(b)
	}
	each(p.unitSystem, blockUnits)
	each(p.domain, blockDomain)
	each(p.attributes, blockObject)
	each(p.parameter, blockParameter)
	each(p.fact, blockFact, blockReciprocal)
	p.clashes()
}

// outside is the diagnostic for a construct that the profile does not have.
func outside(pos rule.Pos, construct string) rule.Diagnostic {
	return errorAt(pos, CodeProfile, construct+" valt buiten het profiel", "zie docs/regelspraak-profiel.md voor wat wel kan")
}

// checkName reports a name that is empty or too long.
func (p *parser) checkName(pos rule.Pos, text string) bool {
	switch {
	case text == "":
		p.report(errorAt(pos, CodeDeclaration, "hier ontbreekt een naam", "een naam bestaat uit gewone woorden"))
	case strings.Count(text, " ") >= maxNameWords || utf8.RuneCountInString(text) > maxNameRunes:
		p.report(errorAt(pos, CodeLimit, "deze naam is te lang: "+quote(shorten(text, 40)),
			fmt.Sprintf("een naam heeft hoogstens %d woorden en %d tekens", maxNameWords, maxNameRunes)))
	default:
		return true
	}
	return false
}

// domain reads an enumeration.
func (p *parser) domain(b *block) {
	l, rest := b.lines()
	pos := l.u.pos(b.head())
	n := 0
	for l.at+n < len(l.tokens) && isNameToken(&l.tokens[l.at+n]) && !l.tokens[l.at+n].is("is") {
		n++
	}
	text := joinWords(l.tokens[:n])
	l.at += n
	if !p.checkName(l.u.pos(b.head()), text) {
		return
	}
	d := &rule.Domain{Name: text, Pos: pos}
	if !l.take("is", "van", "het", "type") {
		p.report(errorAt(l.pos(), CodeDeclaration, "onverwacht in de declaratie van een domein: "+l.found(),
			"schrijf "+quote("Domein "+text+" is van het type Enumeratie")))
	} else if t := l.peek(); t == nil || t.text != "Enumeratie" {
		p.typedDomain(d, &l, rest)
		return
	} else if l.at++; l.peek() != nil {
		p.report(errorAt(l.pos(), CodeDeclaration, "onverwacht na Enumeratie: "+l.found(), "zet elke waarde op een eigen regel"))
	}
	if p.doubleDomain(d) {
		return
	}
	seen := map[string]bool{}
	for i := range rest {
		for k := range rest[i].tokens {
			t := &rest[i].tokens[k]
			switch {
			case t.is(";") || t.is(",") || t.is("."):
			case t.kind != kindText || strings.TrimSpace(t.text) == "":
				p.report(errorAt(l.u.pos(t), CodeDeclaration, "geen waarde van een domein: "+l.u.show(t),
					"schrijf elke waarde tussen aanhalingstekens: "+quote("'alleenstaand'")))
			case seen[t.text]:
				p.report(errorAt(l.u.pos(t), CodeDouble, "de waarde "+l.u.show(t)+" staat er twee keer", "laat er één weg"))
			default:
				seen[t.text] = true
				d.Values = append(d.Values, t.text)
			}
		}
	}
	if len(d.Values) == 0 {
		p.report(errorAt(pos, CodeDeclaration, "het domein "+quote(text)+" heeft geen waarden",
			"zet onder de naam de waarden, elk op een regel: "+quote("'alleenstaand'")))
	}
	p.domains[text] = d
	p.model.Domains = append(p.model.Domains, d)
}

func (p *parser) doubleDomain(d *rule.Domain) bool {
	old := p.domains[d.Name]
	if old != nil {
		p.report(errorAt(d.Pos, CodeDouble, "het domein "+quote(d.Name)+" is al gedeclareerd in "+place(old.Pos), "gebruik een andere naam"))
	}
	return old != nil
}

// typedDomain reads the rest of "Domein Looptijd is van het type Numeriek
// (geheel getal) met eenheid mnd".
func (p *parser) typedDomain(d *rule.Domain, l *line, rest []line) {
	l.trimEnd(l.at)
	at := l.at
	typ, ok := p.dataType(l)
	switch {
	case !ok || l.peek() != nil:
		l.at = at
		p.unknownType(l)
		return
	case typ.Domain != nil:
		p.report(outside(l.u.pos(&l.tokens[at]), "een domein van een ander domein"))
		return
	case len(rest) > 0:
		p.report(errorAt(rest[0].pos(), CodeDeclaration, "onverwacht onder een domein: "+rest[0].found(), "alleen een Enumeratie heeft regels eronder"))
	}
	if p.doubleDomain(d) {
		return
	}
	d.Base = typ
	p.domains[d.Name] = d
	p.model.Domains = append(p.model.Domains, d)
}

// parameter reads "Parameter de standaardpremie : Bedrag;".
func (p *parser) parameter(b *block) {
	l := line{u: b.unit, tokens: b.unit.tokens[b.from+1 : b.to], end: &b.unit.tokens[b.to-1]}
	for i := range l.tokens {
		if l.tokens[i].is(";") {
			if i+1 < len(l.tokens) {
				t := &l.tokens[i+1]
				p.report(errorAt(l.u.pos(t), CodeHeading, "hier begint geen declaratie of regel: "+quote(l.u.line(b.from+1+i+1)), headingHint(t.text)))
			}
			l.tokens, l.end = l.tokens[:i+1], &l.tokens[i]
			break
		}
	}
	p.openStatement(&l)
	if len(l.tokens) == 0 {
		p.report(errorAt(l.u.pos(b.head()), CodeDeclaration, "een parameter zonder naam", "schrijf "+quote("Parameter de naam : Bedrag;")))
		return
	}
	pos := l.pos()
	article, ok := l.article()
	if !ok {
		p.report(errorAt(pos, CodeDeclaration, "na Parameter ontbreekt het lidwoord; gevonden: "+l.found(),
			"schrijf "+either([]string{quote("Parameter de …"), quote("Parameter het …")})))
		p.brokenName(&l)
		return
	}
	n := l.nameLength()
	text := joinWords(l.tokens[l.at : l.at+n])
	l.at += n
	if !p.checkName(pos, text) {
		return
	}
	if !l.take(":") {
		p.report(errorAt(l.pos(), CodeDeclaration, "tussen de naam en het type ontbreekt een dubbele punt; gevonden: "+l.found(),
			"schrijf "+quote("Parameter "+article+" naam : Bedrag;")))
		p.brokenName(&l)
		return
	}
	at := l.at
	typ, ok := p.dataType(&l)
	if !ok || l.peek() != nil {
		l.at = at
		p.unknownType(&l)
		p.brokenName(&l)
		return
	}
	q := &rule.Parameter{ID: rule.Slug(text), Article: article, Name: text, Type: typ, Pos: l.u.pos(b.head())}
	if r := b.unit.src.Regulation; r != "" {
		q.ID = r + "." + q.ID
	}
	if old := p.parameters[q.ID]; old != nil {
		p.report(errorAt(q.Pos, CodeDouble, "de parameter "+quote(text)+" is al gedeclareerd in "+place(old.Pos),
			"laat er één weg, of geef ze verschillende namen"))
		return
	}
	p.parameters[q.ID] = q
	p.home[q] = b.unit.src.Regulation
	p.model.Parameters = append(p.model.Parameters, q)
	p.names.add(text, symbol{parameter: q})
}
