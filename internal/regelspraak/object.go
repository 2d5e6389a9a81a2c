package regelspraak

import (
	"lemniscaat/internal/rule"
)

// object reads the heading of an object type; false when it extends one that
// is declared elsewhere.
func (p *parser) object(b *block) bool {
	l, _ := b.lines()
	pos := l.pos()
	article, ok := l.article()
	n := l.nameLength()
	text := joinWords(l.tokens[l.at : l.at+n])
	l.at += n
	if !ok {
		p.report(errorAt(pos, CodeDeclaration, "na Objecttype ontbreekt het lidwoord: "+l.u.show(b.head()),
			"schrijf bijvoorbeeld "+quote("Objecttype de Persoon (mv: personen)")))
		article = "de"
	}
	if !p.checkName(pos, text) {
		return true
	}
	if l.peek() == nil {
		return false
	}
	o := &rule.ObjectType{Article: article, Name: text, Pos: l.u.pos(b.head())}
	plural, ok := l.plural()
	if !ok {
		p.report(errorAt(l.pos(), CodeDeclaration, "het meervoud ontbreekt; gevonden: "+l.found(),
			"schrijf "+quote("(mv: …)")+" direct na de naam"))
	}
	o.Plural = plural
	if l.take("(", "bezield", ")") {
		o.Animate = true
	}
	if ok && l.peek() != nil {
		p.report(errorAt(l.pos(), CodeDeclaration, "onverwacht na de naam van het objecttype: "+l.found(),
			"hier kan alleen "+quote("(bezield)")+" nog staan"))
	}
	key := foldFirst(text)
	if old := p.objects[key]; old != nil {
		p.report(errorAt(pos, CodeDouble, "het objecttype "+quote(text)+" is al gedeclareerd in "+place(old.Pos),
			"laat (mv: …) weg om het uit te breiden"))
		return true
	}
	p.objects[key] = o
	p.model.Objects = append(p.model.Objects, o)
	p.nameObject(o)
	return true
}

// extension checks the heading of an object type without a plural: another
// block must declare it. When none does it is declared here after all, so that
// only this one line is in error.
func (p *parser) extension(b *block) {
	l, _ := b.lines()
	article, _ := l.article()
	text := joinWords(l.tokens[l.at:])
	o := p.objects[foldFirst(text)]
	if o == nil {
		hint := "geef bij de eerste declaratie het meervoud: " + quote("(mv: …)")
		if best := nearest(text, p.objectNames()); best != "" {
			hint = "bedoelde u " + quote(best) + "?"
		}
		p.report(errorAt(l.u.pos(b.head()), CodeName, "het objecttype "+quote(text)+" is nergens gedeclareerd", hint))
		o = &rule.ObjectType{Article: article, Name: text, Pos: l.u.pos(b.head())}
		p.objects[foldFirst(text)] = o
		p.model.Objects = append(p.model.Objects, o)
		p.nameObject(o)
		return
	}
	if article != "" && article != o.Article {
		p.report(wrongArticle(l.u.pos(b.head()), o.Article, lowerName(o.Name)))
	}
}

func wrongArticle(pos rule.Pos, article, text string) rule.Diagnostic {
	d := errorAt(pos, CodeArticle, "het lidwoord van "+quote(text)+" is "+quote(article),
		"schrijf "+quote(article+" "+text))
	d.Severity = rule.Warning
	return d
}

func (p *parser) objectNames() []string {
	out := make([]string, 0, len(p.model.Objects))
	for _, o := range p.model.Objects {
		out = append(out, o.Name)
	}
	return out
}

// attributes reads the lines of an object type.
func (p *parser) attributes(b *block) {
	l, rest := b.lines()
	_, hasArticle := l.article()
	if !hasArticle {
		l.at = 0
	}
	n := l.nameLength()
	o := p.objects[foldFirst(joinWords(l.tokens[l.at:l.at+n]))]
	for _, s := range statements(rest) {
		p.attribute(o, s)
	}
}

// statements joins and cuts lines at semicolons. A line that begins with an
// article begins a statement even when the semicolon before it is missing.
func statements(lines []line) []line {
	var out []line
	for _, l := range lines {
		starts := len(out) == 0 || out[len(out)-1].closed()
		for i := range l.tokens {
			t := &l.tokens[i]
			if starts || t.first && (t.is("de") || t.is("het") || t.is("is") || t.is("heeft")) {
				out = append(out, line{u: l.u})
			}
			last := &out[len(out)-1]
			last.tokens = append(last.tokens, *t)
			last.end = t
			starts = t.is(";")
		}
	}
	return out
}

func (l *line) closed() bool { return l.end != nil && l.end.is(";") }

// open takes the closing semicolon off, or reports that there is none.
func (p *parser) openStatement(l *line) {
	if l.closed() {
		l.tokens = l.tokens[:len(l.tokens)-1]
		return
	}
	p.report(errorAt(l.u.endPos(l.end), CodeDeclaration, "aan het einde van deze regel ontbreekt een puntkomma", "zet er "+quote(";")+" achter"))
}

// attribute reads "de geboortedatum Datum in dagen" and the three kinds of
// kenmerk.
func (p *parser) attribute(o *rule.ObjectType, l line) {
	p.openStatement(&l)
	if len(l.tokens) == 0 {
		p.report(errorAt(l.u.pos(l.end), CodeDeclaration, "een lege declaratie", "laat de puntkomma weg"))
		return
	}
	start := l.peek()
	pos := l.u.pos(start)
	switch {
	case start.is("de"), start.is("het"), start.is("is"), start.is("heeft"):
		l.at++
	default:
		p.report(errorAt(pos, CodeDeclaration, "een attribuut begint met zijn lidwoord; gevonden: "+l.u.show(start),
			"begin met "+either([]string{quote("de"), quote("het")})+", of bij een kenmerk met "+either([]string{quote("is"), quote("heeft")})))
		p.brokenName(&l)
		return
	}
	a := &rule.Attribute{Owner: o, Article: start.fold, Pos: pos}

	// The name runs to "(mv:" or to where a data type begins.
	typ, name, plural, kenmerk, ok := p.nameAndType(&l)
	if !ok {
		p.brokenName(&l)
		return
	}
	a.Name, a.Plural, a.Type = name, plural, typ
	if !p.checkName(pos, name) {
		return
	}
	if kenmerk != "" {
		a.Type = rule.Type{Kind: rule.Boolean}
	}
	form := func(want string) {
		p.report(errorAt(pos, CodeDeclaration, "deze declaratie past niet bij een kenmerk dat met "+quote(start.fold)+" begint", "schrijf "+quote(want)))
		p.names.add(name, symbol{broken: true})
	}
	switch {
	case start.is("is"):
		a.Kind = rule.Adjective
		if kenmerk != "bijvoeglijk" {
			form("is " + name + " kenmerk (bijvoeglijk)")
			return
		}
	case start.is("heeft"):
		a.Kind = rule.Possessive
		if kenmerk != "bezittelijk" {
			form("heeft " + name + " kenmerk (bezittelijk)")
			return
		}
	case kenmerk == "kenmerk":
		a.Kind = rule.Noun
	case kenmerk == "bijvoeglijk":
		form("is " + name + " kenmerk (bijvoeglijk)")
		return
	case kenmerk == "bezittelijk":
		form("heeft " + name + " kenmerk (bezittelijk)")
		return
	}
	if a.Kind != rule.Noun && a.Kind != rule.Value && plural != "" {
		p.report(errorAt(pos, CodeDeclaration, "een kenmerk dat met "+quote(start.fold)+" begint heeft geen meervoud", "laat (mv: …) weg"))
		a.Plural = ""
	}
	if o == nil {
		return // the heading is in error already
	}
	if old := ownAttribute(o, name); old != nil {
		p.report(errorAt(pos, CodeDouble, quote(name)+" van "+lowerName(o.Name)+" is al gedeclareerd in "+place(old.Pos),
			"laat er één weg, of geef ze verschillende namen"))
		return
	}
	o.Attributes = append(o.Attributes, a)
	p.nameAttribute(a)
}

func ownAttribute(o *rule.ObjectType, name string) *rule.Attribute {
	for _, a := range o.Attributes {
		if rule.Slug(a.Name) == rule.Slug(name) {
			return a
		}
	}
	return nil
}

// brokenName keeps the possible names of a declaration in error, so that the
// rules that use it are not in error for that reason as well.
func (p *parser) brokenName(l *line) {
	from := 0
	if t := &l.tokens[0]; t.is("de") || t.is("het") || t.is("is") || t.is("heeft") {
		from = 1
	}
	for n := 1; from+n <= len(l.tokens) && n <= maxNameWords && isNameToken(&l.tokens[from+n-1]); n++ {
		p.names.add(joinWords(l.tokens[from:from+n]), symbol{broken: true})
	}
}

// nameAndType reads "naam [(mv: namen)] type" from the cursor; kenmerk is
// "bijvoeglijk", "bezittelijk" or "kenmerk" when the type is that.
func (p *parser) nameAndType(l *line) (typ rule.Type, name, plural, kenmerk string, ok bool) {
	type found struct {
		typ     rule.Type
		kenmerk string
		at      int
	}
	n := l.nameLength()
	start := l.at
	var hits []found
	for i := 0; i <= n && start+i < len(l.tokens); i++ {
		sub := line{u: l.u, tokens: l.tokens, at: start + i, end: l.end}
		if mv, is := sub.plural(); is {
			plural = mv
			if k, ok := sub.kenmerk(); ok && sub.peek() == nil {
				hits = append(hits, found{rule.Type{Kind: rule.Boolean}, k, start + i})
			} else if t, ok := p.dataType(&sub); ok && sub.peek() == nil {
				hits = append(hits, found{t, "", start + i})
			} else {
				break
			}
			continue
		}
		if k, ok := sub.kenmerk(); ok && sub.peek() == nil {
			hits = append(hits, found{rule.Type{Kind: rule.Boolean}, k, start + i})
			continue
		}
		sub.at = start + i
		if t, ok := p.dataType(&sub); ok && sub.peek() == nil {
			hits = append(hits, found{t, "", start + i})
		}
	}
	switch {
	case len(hits) == 0:
		p.unknownType(l)
		return rule.Type{}, "", "", "", false
	case len(hits) > 1 && hits[0].at > start: // two domain names end alike
		p.report(errorAt(l.u.pos(&l.tokens[hits[1].at]), CodeAmbiguous, "het is niet duidelijk waar de naam ophoudt en het type begint",
			"geef het domein of het attribuut een andere naam"))
		return rule.Type{}, "", "", "", false
	}
	h := hits[len(hits)-1]
	return h.typ, joinWords(l.tokens[start:h.at]), plural, h.kenmerk, true
}

// kenmerk takes "kenmerk", "kenmerk (bijvoeglijk)" or "kenmerk (bezittelijk)".
func (l *line) kenmerk() (string, bool) {
	if !l.take("kenmerk") {
		return "", false
	}
	switch {
	case l.take("(", "bijvoeglijk", ")"):
		return "bijvoeglijk", true
	case l.take("(", "bezittelijk", ")"):
		return "bezittelijk", true
	}
	return "kenmerk", true
}
