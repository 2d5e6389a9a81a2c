package regelspraak

import (
	"slices"
	"strconv"

	"lemniscaat/internal/rule"
)

// dataType takes a data type.
func (p *parser) dataType(l *line) (rule.Type, bool) {
	t := l.peek()
	if t == nil || t.kind != kindWord {
		return rule.Type{}, false
	}
	switch {
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
	case t.text == "Numeriek" || t.text == "Bedrag" || t.text == "Percentage":
		l.at++
		return p.numericType(l, t.text)
	}
	// A domain may have several words.
	for n := l.nameLength(); n > 0; n-- {
		if d := p.domains[joinWords(l.tokens[l.at:l.at+n])]; d != nil {
			l.at += n
			if d.IsEnum() {
				return rule.Type{Kind: rule.Enum, Domain: d}, true
			}
			typ := d.Base
			typ.Domain = d
			return typ, true
		}
	}
	return rule.Type{}, false
}

// numericType reads what follows Numeriek, Bedrag or Percentage: what the
// number is restricted to and its unit.
func (p *parser) numericType(l *line, word string) (rule.Type, bool) {
	typ := rule.Type{Kind: rule.Number}
	switch word {
	case "Bedrag":
		typ = rule.Type{Kind: rule.Amount, Unit: "€"}
	case "Percentage":
		typ.Kind = rule.Percentage
	}
	if t := l.peek(); t != nil && t.is("(") {
		if !l.restriction(&typ) {
			return rule.Type{}, false
		}
	} else if word == "Numeriek" {
		return rule.Type{}, false
	}
	if word == "Percentage" || !l.take("met", "eenheid") {
		return typ, true
	}
	unit, n, unknown := p.unitAt(l.tokens, l.at)
	if n == 0 || unknown != "" || word == "Bedrag" && kindOf(unit) != rule.Amount {
		return rule.Type{}, false
	}
	l.at += n
	typ.Kind, typ.Unit = kindOf(unit), unit
	return typ, true
}

var signs = [...]string{rule.NonNegative: "niet-negatief", rule.Positive: "positief", rule.Negative: "negatief"}

// restriction takes "(niet-negatief geheel getal)", "(getal met 2 decimalen)".
func (l *line) restriction(typ *rule.Type) bool {
	if !l.take("(") {
		return false
	}
	for s := rule.NonNegative; s <= rule.Negative; s++ {
		if l.take(signs[s]) {
			typ.Sign = s
			break
		}
	}
	switch {
	case l.take("geheel", "getal"):
		typ.Whole = true
	case l.take("getal", "met"):
		t := l.peek()
		if t == nil {
			return false
		}
		n, err := strconv.Atoi(t.text)
		if err != nil || n < 1 || n > maxDecimals {
			return false
		}
		typ.Decimals = n
		if l.at++; !l.take("decimalen") && !l.take("decimaal") {
			return false
		}
	case l.take("getal"):
	default:
		return false
	}
	return l.take(")")
}

func contains(list []string, s string) bool { return slices.Contains(list, s) }

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
		case "Numeriek", "Bedrag", "Percentage":
			if sub.at = i + 1; p.wrongNumeric(&sub, t) {
				return
			}
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

// wrongNumeric says what is wrong after Numeriek, Bedrag or Percentage.
func (p *parser) wrongNumeric(l *line, t *token) bool {
	var typ rule.Type
	start := l.at
	if next := l.peek(); next != nil && next.is("(") || t.text == "Numeriek" {
		if !l.restriction(&typ) {
			l.at = start
			p.report(errorAt(l.pos(), CodeType, "onbekend soort getal na "+t.text+"; gevonden: "+l.found(), "schrijf "+
				either([]string{quote("(geheel getal)"), quote("(getal)"), quote("(getal met 2 decimalen)"), quote("(niet-negatief geheel getal)")})))
			return true
		}
	}
	if !l.take("met", "eenheid") {
		return false
	}
	unit, n, unknown := p.unitAt(l.tokens, l.at)
	switch {
	case n == 0:
		p.report(errorAt(l.pos(), CodeUnit, "hier ontbreekt een eenheid; gevonden: "+l.found(), "schrijf bijvoorbeeld "+either([]string{quote("met eenheid jr"), quote("met eenheid €/mnd")})))
	case unknown != "":
		var hint string
		if best := p.symbolOf(unknown); best != "" {
			hint = "bedoelde u " + quote(best) + "?"
		} else {
			var known []string
			for _, s := range p.systems() {
				for _, u := range s.Units {
					known = append(known, u.Symbol)
				}
			}
			hint = "bekend zijn " + enumerate(known, "en") + "; declareer een andere in een Eenheidsysteem"
		}
		p.report(errorAt(l.pos(), CodeUnit, "onbekende eenheid: "+quote(joinTight(l.tokens[l.at:l.at+n])), hint))
	case t.text == "Bedrag" && kindOf(unit) != rule.Amount:
		p.report(errorAt(l.pos(), CodeUnit, "een bedrag heeft geen eenheid "+quote(unit), "schrijf "+quote("Bedrag")+" of bijvoorbeeld "+quote("Bedrag met eenheid €/mnd")))
	default:
		return false
	}
	return true
}
