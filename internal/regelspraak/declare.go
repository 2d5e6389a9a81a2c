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
	each(p.domain, blockDomain)
	each(p.attributes, blockObject)
	each(p.parameter, blockParameter)
	each(p.fact, blockFact, blockReciprocal)
}

// outside is the diagnostic for a construct that the profile does not have.
func outside(pos rule.Pos, construct string) rule.Diagnostic {
	return errorAt(pos, CodeProfile, construct+" valt buiten het profiel", "zie docs/regelspraak-profiel.md voor wat wel kan")
}

// line is a cursor over the tokens of one declaration line.
type line struct {
	u      *unit
	tokens []token
	at     int
	end    *token // where the line ends, for messages
}

func (l *line) peek() *token {
	if l.at < len(l.tokens) {
		return &l.tokens[l.at]
	}
	return nil
}

// take steps over the given words when they all come next.
func (l *line) take(words ...string) bool {
	if l.at+len(words) > len(l.tokens) {
		return false
	}
	for i, w := range words {
		if !l.tokens[l.at+i].is(w) {
			return false
		}
	}
	l.at += len(words)
	return true
}

// pos is the place of the next token, or just after the last.
func (l *line) pos() rule.Pos {
	if t := l.peek(); t != nil {
		return l.u.pos(t)
	}
	return l.u.endPos(l.end)
}

// found says what stands at the cursor.
func (l *line) found() string {
	if t := l.peek(); t != nil {
		return l.u.show(t)
	}
	return "het einde van de regel"
}

// article takes "de" or "het".
func (l *line) article() (string, bool) {
	if t := l.peek(); t != nil && (t.is("de") || t.is("het")) {
		l.at++
		return t.fold, true
	}
	return "", false
}

// nameLength counts the tokens from the cursor that can be words of a name.
func (l *line) nameLength() int {
	n := 0
	for l.at+n < len(l.tokens) && isNameToken(&l.tokens[l.at+n]) {
		n++
	}
	return n
}

func isNameToken(t *token) bool {
	return t.kind == kindWord || t.kind == kindNumber && !strings.ContainsAny(t.text, ".,-")
}

// plural takes "(mv: namen)".
func (l *line) plural() (string, bool) {
	save := l.at
	if !l.take("(", "mv", ":") {
		return "", false
	}
	n := l.nameLength()
	text := joinWords(l.tokens[l.at : l.at+n])
	l.at += n
	if n == 0 || !l.take(")") {
		l.at = save
		return "", false
	}
	return text, true
}

func joinWords(tokens []token) string {
	words := make([]string, len(tokens))
	for i := range tokens {
		words[i] = tokens[i].text
	}
	return strings.Join(words, " ")
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

// lines cuts a block into its heading line (without the heading words) and
// the lines after it.
func (b *block) lines() (head line, rest []line) {
	tokens := b.unit.tokens[b.from:b.to]
	cut := len(tokens)
	for i := 1; i < len(tokens); i++ {
		if tokens[i].first {
			cut = i
			break
		}
	}
	head = line{u: b.unit, tokens: tokens[min(b.words, cut):cut], end: &tokens[cut-1]}
	for i := cut; i < len(tokens); {
		j := i + 1
		for j < len(tokens) && !tokens[j].first {
			j++
		}
		rest = append(rest, line{u: b.unit, tokens: tokens[i:j], end: &tokens[j-1]})
		i = j
	}
	return head, rest
}

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
		p.report(outside(l.pos(), "een domein dat geen enumeratie is"))
		return
	} else if l.at++; l.peek() != nil {
		p.report(errorAt(l.pos(), CodeDeclaration, "onverwacht na Enumeratie: "+l.found(), "zet elke waarde op een eigen regel"))
	}
	if old := p.domains[text]; old != nil {
		p.report(errorAt(pos, CodeDouble, "het domein "+quote(text)+" is al gedeclareerd in "+place(old.Pos), "gebruik een andere naam"))
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
	if a.Kind != rule.Noun && plural != "" {
		p.report(errorAt(pos, CodeDeclaration, "alleen een kenmerk als "+quote("de aanvrager")+" heeft een meervoud", "laat (mv: …) weg"))
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

// timeUnits are the units a number can have.
var timeUnits = []string{"jr", "mnd", "dg", "uur"}

// dataType takes a data type.
func (p *parser) dataType(l *line) (rule.Type, bool) {
	t := l.peek()
	if t == nil || t.kind != kindWord {
		return rule.Type{}, false
	}
	switch {
	case t.text == "Bedrag":
		l.at++
		return rule.Type{Kind: rule.Amount, Unit: "€"}, true
	case t.text == "Percentage":
		l.at++
		return rule.Type{Kind: rule.Percentage}, true
	case t.text == "Boolean":
		l.at++
		return rule.Type{Kind: rule.Boolean}, true
	case t.text == "Tekst":
		l.at++
		return rule.Type{Kind: rule.Text}, true
	case t.text == "Datum":
		l.at++
		if l.take("in", "dagen") {
			return rule.Type{Kind: rule.DateKind}, true
		}
	case t.text == "Numeriek":
		l.at++
		typ := rule.Type{Kind: rule.Number}
		switch {
		case l.take("(", "geheel", "getal", ")"):
			typ.Whole = true
		case l.take("(", "getal", ")"):
		default:
			return rule.Type{}, false
		}
		if l.take("met", "eenheid") {
			u := l.peek()
			if u == nil || !contains(timeUnits, u.text) {
				return rule.Type{}, false
			}
			l.at++
			typ.Unit = u.text
		}
		return typ, true
	}
	// A domain may have several words.
	for n := l.nameLength(); n > 0; n-- {
		if d := p.domains[joinWords(l.tokens[l.at:l.at+n])]; d != nil {
			l.at += n
			return rule.Type{Kind: rule.Enum, Domain: d}, true
		}
	}
	return rule.Type{}, false
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// typeNames are what a data type can be, for hints.
var typeNames = []string{"Bedrag", "Percentage", "Numeriek (geheel getal)", "Numeriek (getal)", "Boolean", "Tekst", "Datum in dagen"}

// unknownType says why no data type can be read from a declaration.
func (p *parser) unknownType(l *line) {
	for i := l.at; i < len(l.tokens); i++ {
		t := &l.tokens[i]
		at := l.u.pos(t)
		sub := line{u: l.u, tokens: l.tokens, at: i, end: l.end}
		if _, ok := sub.kenmerk(); ok {
			p.report(errorAt(sub.pos(), CodeDeclaration, "onverwacht na kenmerk: "+sub.found(),
				"schrijf "+either([]string{quote("kenmerk"), quote("kenmerk (bijvoeglijk)"), quote("kenmerk (bezittelijk)")})))
			return
		}
		sub.at = i
		if _, ok := p.dataType(&sub); ok && sub.peek() != nil {
			switch {
			case sub.take("met", "eenheid"):
				p.report(outside(at, "een eenheid bij dit type"))
			case sub.take("voor", "elke"), sub.take("voor", "elk"):
				p.report(outside(at, "een tijdlijn (voor elke dag, maand of jaar)"))
			case sub.take("gedimensioneerd", "met"):
				p.report(outside(at, "een dimensie"))
			default:
				continue
			}
			return
		}
		switch t.text {
		case "Numeriek":
			sub.at = i + 1
			if sub.take("(", "geheel", "getal", ")", "met", "eenheid") || sub.take("(", "getal", ")", "met", "eenheid") {
				p.report(errorAt(sub.pos(), CodeUnit, "onbekende eenheid: "+sub.found(), "het profiel kent "+either(timeUnits)))
				return
			}
			p.report(outside(at, "dit soort getal"))
			return
		case "Datum":
			if sub.at = i + 1; sub.take("en", "tijd") {
				p.report(outside(at, "een datum met tijd"))
				return
			}
			p.report(errorAt(at, CodeType, "onbekend soort datum", "schrijf "+quote("Datum in dagen")))
			return
		}
	}
	pos, found := l.pos(), ""
	for i := len(l.tokens) - 1; i >= l.at; i-- {
		if l.tokens[i].kind == kindWord {
			pos, found = l.u.pos(&l.tokens[i]), l.tokens[i].text
			break
		}
	}
	hint := "een type is " + either(typeNames) + ", kenmerk, of de naam van een domein"
	candidates := append([]string{"kenmerk", "Numeriek", "Datum"}, typeNames...)
	for _, d := range p.model.Domains {
		candidates = append(candidates, d.Name)
	}
	if best := nearest(found, candidates); best != "" && best != found {
		hint = "bedoelde u " + quote(best) + "?"
	}
	p.report(errorAt(pos, CodeType, "hier staat geen bekend type: "+quote(shorten(found, 40)), hint))
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
		for len(s.tokens) > 0 && (s.tokens[len(s.tokens)-1].is(";") || s.tokens[len(s.tokens)-1].is(".")) {
			s.tokens = s.tokens[:len(s.tokens)-1]
		}
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

// cardinality reads "Eén huishouden heeft meerdere leden" and ties the roles
// together.
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
	takeName := func(s string) bool { return takeFolded(l, s) }
	if l.take("meerdere") {
		p.report(outside(l.u.pos(&l.tokens[0]), "een feittype met meerdere aan beide kanten"))
		return false
	}
	l.at++ // Eén
	if !takeName(a.Name) {
		if a, b = b, a; !takeName(a.Name) {
			return fail()
		}
	}
	if !l.take("heeft") {
		return fail()
	}
	many := false
	switch t := l.peek(); {
	case t == nil:
		return fail()
	case isOne(t):
		l.at++
		if !takeName(b.Name) {
			return fail()
		}
	case t.is("meerdere"):
		many = true
		l.at++
		if b.Plural == "" {
			p.report(errorAt(b.Pos, CodeDeclaration, "de rol "+quote(b.Name)+" heeft een meervoud nodig", "schrijf "+quote(b.Name+" (mv: …)")))
			return false
		}
		if !takeName(b.Plural) {
			return fail()
		}
	default:
		return fail()
	}
	if l.peek() != nil {
		return fail()
	}
	if f.Reciprocal {
		a.Owner, a.Inverse, a.Many = a.Target, a, many
		return true
	}
	a.Owner, b.Owner = b.Target, a.Target
	a.Inverse, b.Inverse, b.Many = b, a, many
	return true
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
