package regelspraak

import (
	"math/big"
	"slices"
	"strconv"
	"strings"

	"lemniscaat/internal/rule"
)

// unitSystem reads an eenheidsysteem: a unit a line, each with its symbol and,
// when it is expressed in another, how many of that it is.
func (p *parser) unitSystem(b *block) {
	l, rest := b.lines()
	pos := l.u.pos(b.head())
	text := joinWords(l.tokens[:l.nameLength()])
	if !p.checkName(pos, text) {
		return
	}
	if l.at = l.nameLength(); l.peek() != nil {
		p.report(errorAt(l.pos(), CodeDeclaration, "onverwacht na de naam van een eenheidsysteem: "+l.found(), "zet elke eenheid op een eigen regel: "+quote("de kilometer km = 1000 m")))
	}
	for _, old := range p.systems() {
		if strings.EqualFold(old.Name, text) {
			where := " is er altijd"
			if old.Pos != (rule.Pos{}) {
				where = " is al gedeclareerd in " + place(old.Pos)
			}
			p.report(errorAt(pos, CodeDouble, "het eenheidsysteem "+quote(text)+where, "laat deze declaratie weg"))
			return
		}
	}
	s := &rule.UnitSystem{Name: text, Pos: pos}
	type conversion struct {
		of   *rule.Unit
		line line
	}
	var todo []conversion
	for _, l := range statements(rest) {
		l.trimEnd(0)
		if len(l.tokens) == 0 {
			continue
		}
		if u := p.unitLine(&l); u != nil {
			s.Units = append(s.Units, u)
			p.units[u.Symbol] = u
			if l.peek() != nil {
				todo = append(todo, conversion{u, l})
			}
		}
	}
	for _, c := range todo {
		p.conversion(s, c.of, &c.line)
	}
	if len(s.Units) == 0 {
		p.report(errorAt(pos, CodeDeclaration, "het eenheidsysteem "+quote(text)+" heeft geen eenheden", "zet elke eenheid op een eigen regel: "+quote("de meter (mv: meters) m")))
		return
	}
	p.model.Units = append(p.model.Units, s)
}

const unitExample = "de kilometer (mv: kilometers) km = 1000 m"

// unitLine reads "de kilometer (mv: kilometers) km" up to "=".
func (p *parser) unitLine(l *line) *rule.Unit {
	u := &rule.Unit{Pos: l.pos()}
	fail := func(message string) *rule.Unit {
		p.report(errorAt(l.pos(), CodeDeclaration, message+"; gevonden: "+l.found(), "schrijf "+quote(unitExample)))
		return nil
	}
	var ok bool
	if u.Article, ok = l.article(); !ok {
		return fail("een eenheid begint met haar lidwoord")
	}
	n := l.nameLength()
	symbol := l.at + n - 1 // the last word, when no plural stands between
	if l.at += n; n == 0 {
		return fail("hier ontbreekt de naam van een eenheid")
	}
	if u.Plural, ok = l.plural(); ok {
		u.Name = joinWords(l.tokens[symbol-n+1 : symbol+1])
		symbol = l.at
		l.at++
	} else if t := l.peek(); t != nil && (t.is("€") || t.is("%")) {
		u.Name = joinWords(l.tokens[symbol-n+1 : symbol+1])
		symbol = l.at
		l.at++
	} else {
		if t != nil && !isEquals(t) {
			return fail("onverwacht na de naam van een eenheid")
		}
		if n < 2 {
			return fail("na de naam van een eenheid ontbreekt de afkorting")
		}
		u.Name = joinWords(l.tokens[symbol-n+1 : symbol])
	}
	if symbol >= len(l.tokens) {
		return fail("na de naam van een eenheid ontbreekt de afkorting")
	}
	if t := &l.tokens[symbol]; !goodSymbol(t) {
		l.at = symbol
		return fail("geen afkorting van een eenheid")
	}
	u.Symbol = l.tokens[symbol].text
	if t := l.peek(); t != nil && !isEquals(t) {
		return fail("onverwacht na een afkorting")
	}
	if old := p.units[u.Symbol]; old != nil {
		where := "de eenheid " + quote(old.Symbol) + " is er altijd"
		if old.Pos != (rule.Pos{}) {
			where = "de eenheid " + quote(old.Symbol) + " is al gedeclareerd in " + place(old.Pos)
		}
		p.report(errorAt(l.u.pos(&l.tokens[symbol]), CodeDouble, where, "geef deze eenheid een andere afkorting"))
		return nil
	}
	return u
}

func isEquals(t *token) bool { return t.kind == kindUnknown && t.text == "=" }

// goodSymbol reports whether a word can be the symbol of a unit: not a word of
// the language, and without what joins units to each other.
func goodSymbol(t *token) bool {
	return t.kind == kindWord && !strings.ContainsAny(t.text, "/'’") && !operators[t.text] && !isDigit(rune(t.text[0]))
}

// operators are words that can follow a number in a sentence.
var operators = map[string]bool{"plus": true, "min": true, "maal": true, "gedeeld": true, "verminderd": true, "met": true, "van": true,
	"is": true, "zijn": true, "en": true, "of": true, "indien": true, "in": true, "tot": true, "naar": true, "rekenkundig": true,
	"richting": true, "weg": true, "aan": true, "dan": true, "afgerond": true, "groter": true, "kleiner": true, "gelijk": true, "ongelijk": true}

// conversion reads "= 1000 m" or "= 1/100 €".
func (p *parser) conversion(s *rule.UnitSystem, u *rule.Unit, l *line) {
	l.at++ // "="
	pos := l.pos()
	fail := func(message string) {
		p.report(errorAt(pos, CodeDeclaration, message, "schrijf "+either([]string{quote("= 1000 m"), quote("= 1/100 €")})))
	}
	factor := func() *big.Rat {
		t := l.peek()
		if t == nil || t.kind != kindNumber {
			return nil
		}
		n, _, hint := parseNumber(t.text)
		if hint != "" || n.Sign() <= 0 {
			return nil
		}
		l.at++
		return n
	}
	f := factor()
	if f == nil {
		fail("na = hoort een getal groter dan nul; gevonden: " + l.found())
		return
	}
	if t := l.peek(); t != nil && t.kind == kindUnknown && t.text == "/" {
		l.at++
		d := factor()
		if d == nil {
			fail("na / hoort een getal groter dan nul; gevonden: " + l.found())
			return
		}
		f = new(big.Rat).Quo(f, d)
	}
	t := l.peek()
	if t == nil || l.at+1 != len(l.tokens) {
		fail("na het getal hoort de afkorting van een eenheid; gevonden: " + l.found())
		return
	}
	of := s.Find(t.text)
	if of == nil {
		symbols := make([]string, len(s.Units))
		for i, x := range s.Units {
			symbols[i] = x.Symbol
		}
		p.report(errorAt(l.u.pos(t), CodeUnit, quote(t.text)+" is geen eenheid van "+s.Name, "reken om naar een eenheid van hetzelfde eenheidsysteem: "+either(symbols)))
		return
	}
	for x := of; x != nil; x = x.Of {
		if x == u {
			p.report(errorAt(pos, CodeUnit, "de eenheid "+quote(u.Symbol)+" wordt in zichzelf uitgedrukt", "laat één eenheid van "+s.Name+" zonder omrekening"))
			return
		}
	}
	u.Factor, u.Of = f, of
}

// unitLength gives the number of tokens at i that are written as one unit:
// "mnd", "€/mnd", "m/s^2", without space between; 0 when there is none.
func unitLength(toks []token, i int) int {
	if i >= len(toks) {
		return 0
	}
	n := 1
	switch t := &toks[i]; {
	case t.is("€"), t.kind == kindWord:
	case t.kind == kindNumber && t.text == "1" && i+1 < len(toks) && toks[i+1].kind == kindUnknown && toks[i+1].text == "/" && toks[i+1].start == t.end:
	default:
		return 0
	}
	for i+n+1 < len(toks) {
		sign, next := &toks[i+n], &toks[i+n+1]
		if sign.kind != kindUnknown || sign.start != toks[i+n-1].end || next.start != sign.end {
			break
		}
		switch {
		case (sign.text == "/" || sign.text == "*") && (next.kind == kindWord || next.is("€")):
		case sign.text == "^" && (next.kind == kindNumber || next.kind == kindWord): // "m^2/s" is the word 2/s
		default:
			return n
		}
		n += 2
	}
	return n
}

// unitAt reads a unit at i, in canonical form; unknown is the first symbol that
// nothing declares.
func (p *parser) unitAt(toks []token, i int) (unit string, n int, unknown string) {
	n = unitLength(toks, i)
	if n == 0 {
		return "", 0, ""
	}
	text := toks[i].text
	if n > 1 {
		text = joinTight(toks[i : i+n])
	}
	if p.units[text] != nil { // the usual case
		return text, n, ""
	}
	unit, err := rule.CanonicalUnit(text)
	if err != nil {
		return "", n, text
	}
	for _, s := range rule.UnitSymbols(unit) {
		if p.units[s] == nil {
			return "", n, s
		}
	}
	return unit, n, ""
}

// symbolOf gives the symbol of a unit that is written in full ("maanden"), or
// of the nearest one; "" when there is none.
func (p *parser) symbolOf(word string) string {
	if s := p.inFull(word); s != "" {
		return s
	}
	var symbols []string
	for _, s := range p.systems() {
		for _, u := range s.Units {
			symbols = append(symbols, u.Symbol)
		}
	}
	return nearest(word, symbols)
}

// inFull gives the symbol of a unit that is written in full, or "".
func (p *parser) inFull(word string) string {
	for _, s := range p.systems() {
		for _, u := range s.Units {
			if strings.EqualFold(word, u.Name) || strings.EqualFold(word, u.Plural) {
				return u.Symbol
			}
		}
	}
	return ""
}

func joinTight(tokens []token) string {
	var b strings.Builder
	for i := range tokens {
		b.WriteString(tokens[i].text)
	}
	return b.String()
}

func (p *parser) systems() []*rule.UnitSystem {
	return append(rule.StandardUnits(), p.model.Units...)
}

// kindOf is what a number with a unit is: an amount when euros are all that is
// above the line.
func kindOf(unit string) rule.Kind {
	if unit == "€" || strings.HasPrefix(unit, "€/") {
		return rule.Amount
	}
	return rule.Number
}

// DescribeUnit says a canonical unit in Dutch: "euro per maand", "jaren",
// "vierkante meters". Symbols that units does not have stand as they are.
func DescribeUnit(units rule.Units, unit string) string {
	word := func(symbol string, plural bool) string {
		u := units[symbol]
		switch {
		case u == nil:
			return symbol
		case plural && u.Plural != "" && symbol != "€":
			return u.Plural
		}
		return u.Name
	}
	var above, below []string
	for i, part := range strings.Split(unit, "/") {
		for _, factor := range strings.Split(part, "*") {
			symbol, power, _ := strings.Cut(factor, "^")
			n, _ := strconv.Atoi(power)
			switch {
			case factor == "1" || factor == "":
			case i > 0:
				below = append(below, slices.Repeat([]string{word(symbol, false)}, max(n, 1))...)
			case n == 2:
				above = append(above, "vierkante "+word(symbol, true))
			case n == 3:
				above = append(above, "kubieke "+word(symbol, true))
			case n > 3:
				above = append(above, word(symbol, true)+" tot de macht "+power)
			default:
				above = append(above, word(symbol, true))
			}
		}
	}
	out := strings.Join(above, " maal ")
	if len(below) > 0 {
		out = strings.TrimSpace(out + " per " + strings.Join(below, " per "))
	}
	return out
}

// convert expresses a number in another unit of its quantity; ok is false when
// that cannot be done.
func (p *parser) convert(e rule.Expr, kind rule.Kind, unit string) (rule.Expr, bool) {
	t := e.Type()
	if t.Unit == unit {
		return e, t.Kind == kind
	}
	if t.Unit == "" || unit == "" {
		return e, false
	}
	f, ok := p.units.Factor(t.Unit, unit)
	if !ok {
		return e, false
	}
	t.Kind, t.Unit = kind, unit
	t.Whole = t.Whole && f.IsInt() && kind == rule.Number
	return &rule.Convert{Node: rule.Node{Typ: t, Pos: e.Position()}, Expr: e, Factor: f}, true
}

// toward expresses r such that what it has in common with the unit of l is in
// the same units: 1 jr beside €/mnd becomes 12 mnd.
func (p *parser) toward(l, r rule.Expr) rule.Expr {
	a, b := l.Type().Unit, r.Type().Unit
	if a == "" || b == "" || a == b {
		return r
	}
	unit, theirs := b, rule.UnitSymbols(a)
	for _, s := range rule.UnitSymbols(b) {
		if slices.Contains(theirs, s) {
			continue // 52 wk beside uur/wk stays in weeks
		}
		for _, o := range theirs {
			if _, ok := p.units.Factor(s, o); ok {
				unit = replaceSymbol(unit, s, o)
				break
			}
		}
	}
	if e, ok := p.convert(r, kindOf(unit), unit); ok {
		return e
	}
	return r
}

// replaceSymbol puts one symbol in the place of another in a canonical unit.
func replaceSymbol(unit, from, to string) string {
	parts := strings.Split(unit, "/")
	for i, part := range parts {
		factors := strings.Split(part, "*")
		for k, f := range factors {
			if symbol, power, has := strings.Cut(f, "^"); symbol == from {
				if factors[k] = to; has {
					factors[k] += "^" + power
				}
			}
		}
		parts[i] = strings.Join(factors, "*")
	}
	out, err := rule.CanonicalUnit(strings.Join(parts, "/"))
	if err != nil {
		return unit
	}
	return out
}
