package regelspraak

import (
	"lemniscaat/internal/rule"
)

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
