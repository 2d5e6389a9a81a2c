package regelspraak

import (
	"lemniscaat/internal/rule"
)

// validity reads "geldig …" at the start of tokens and gives the number of
// tokens it took.
func (p *parser) validity(u *unit, tokens []token) (from, until rule.Date, n int, ok bool) {
	tok := func(i int) *token {
		if i < len(tokens) {
			return &tokens[i]
		}
		return &token{}
	}
	at := func(i int, words ...string) bool {
		for k, w := range words {
			if !tok(i + k).is(w) {
				return false
			}
		}
		return true
	}
	fail := func(i int, what string) (rule.Date, rule.Date, int, bool) {
		t := &tokens[min(i, len(tokens)-1)]
		p.report(errorAt(u.pos(t), CodeValidity, what+": "+u.show(t), "schrijf "+either([]string{quote("geldig altijd"), quote("geldig vanaf 2026"),
			quote("geldig vanaf 1 juli 2026"), quote("geldig van 2024 tot en met 2025"), quote("geldig tot en met 30 juni 2026")})))
		// Go on with what stands on the following lines.
		j := 1
		for j < len(tokens) && !tokens[j].first {
			j++
		}
		return rule.Date{}, rule.Date{}, j, false
	}
	what := "geen jaar of datum"
	// day reads a year or a date; a year is its first or its last day.
	day := func(i int, last bool) (rule.Date, int) {
		t := tok(i)
		if t.kind == kindDate {
			if d, hint := parseDate(t.text); hint == "" {
				return d, i + 1
			}
			what = "deze dag bestaat niet"
			return rule.Date{}, -1
		}
		if d, end, hint := writtenDate(tok, i); end > 0 {
			if hint != "" {
				what = hint
				return rule.Date{}, -1
			}
			return d, end
		}
		if y, whole, hint := parseNumber(t.text); t.kind == kindNumber && hint == "" && whole && len(t.text) == 4 && y.Sign() > 0 {
			year := int(y.Num().Int64())
			if last {
				return rule.Date{Year: year, Month: 12, Day: 31}, i + 1
			}
			return rule.Date{Year: year, Month: 1, Day: 1}, i + 1
		}
		return rule.Date{}, -1
	}
	i := 1
	switch {
	case at(i, "altijd"):
		return from, until, i + 1, true
	case at(i, "vanaf"):
		d, end := day(i+1, false)
		if end < 0 {
			return fail(i+1, what)
		}
		from, i = d, end
		if !at(i, "tot", "en", "met") {
			return from, until, i, true
		}
	case at(i, "van"):
		d, end := day(i+1, false)
		if end < 0 {
			return fail(i+1, what)
		}
		from, i = d, end
		if !at(i, "tot", "en", "met") {
			return fail(i, "hier hoort «tot en met»; gevonden")
		}
	}
	if !at(i, "tot", "en", "met") {
		return fail(i, "onverwacht na geldig")
	}
	d, end := day(i+3, true)
	if end < 0 {
		return fail(i+3, what)
	}
	if until = d; until.Before(from) {
		return fail(i+3, "de geldigheid eindigt voor hij begint")
	}
	return from, until, end, true
}

// version reads one "geldig …" section; nil when it is in error.
func (p *parser) version(u *unit, tokens []token) *rule.Version {
	before := p.errors
	p.earn(len(tokens))
	v := &rule.Version{Pos: u.pos(&tokens[0])}
	from, until, n, _ := p.validity(u, tokens)
	v.From, v.Until = from, until
	tokens = tokens[n:]
	if len(tokens) == 0 {
		p.report(errorAt(v.Pos, CodeSyntax, "na de geldigheid ontbreekt de tekst van de regel",
			"schrijf bijvoorbeeld "+quote("De normpremie van een persoon moet gesteld worden op 24 €.")))
		return nil
	}
	if tokens[0].is("|") {
		p.table(u, v, tokens)
		if p.errors > before {
			return nil
		}
		return v
	}
	sentence, stop, rest := p.sentenceEnd(u, tokens)
	definitions := p.definitions(u, rest)
	if len(sentence) == 0 {
		p.report(errorAt(v.Pos, CodeSyntax, "deze regel heeft geen tekst", "zet voor de punt wat er moet gelden"))
		return nil
	}
	p.sentence(u, v, sentence, stop, definitions)
	if p.errors > before {
		return nil
	}
	return v
}

// definitions takes the definitions out of what follows a sentence: "Daarbij
// geldt: …".
func (p *parser) definitions(u *unit, rest []token) (definitions []token) {
	if len(rest) > 0 {
		switch t := &rest[0]; {
		case t.is("daarbij") && len(rest) > 2 && rest[1].is("geldt") && rest[2].is(":"):
			var more []token
			definitions, _, more = p.sentenceEnd(u, rest[3:])
			if len(definitions) == 0 {
				p.report(errorAt(u.endPos(&rest[2]), CodeVariable, "na "+quote("Daarbij geldt:")+" staat geen variabele", "schrijf "+quote("de grens is 24 €.")))
			}
			if len(more) > 0 {
				p.afterStop(u, more)
			}
		case t.is("daarbij"):
			p.report(errorAt(u.pos(t), CodeSyntax, "onverwacht: "+u.show(t), "schrijf "+quote("Daarbij geldt:")))
		default:
			p.afterStop(u, rest)
		}
	}
	return definitions
}

func (p *parser) afterStop(u *unit, rest []token) {
	p.report(errorAt(u.pos(&rest[0]), CodeSyntax, "hier begint geen nieuwe regel: "+u.show(&rest[0]),
		"hier kan "+either([]string{quote("geldig …"), quote("Daarbij geldt:"), quote("Regel …")})+" staan"))
}

// sentenceEnd cuts tokens at the full stop. A sentence without one ends where
// "Daarbij geldt" begins a line, or at the end of tokens.
func (p *parser) sentenceEnd(u *unit, tokens []token) (sentence []token, stop *token, rest []token) {
	for i := range tokens {
		t := &tokens[i]
		if t.is(".") {
			return tokens[:i], t, tokens[i+1:]
		}
		if i > 0 && t.first && t.text == "Daarbij" && i+1 < len(tokens) && tokens[i+1].is("geldt") {
			p.noStop(u, &tokens[i-1])
			return tokens[:i], nil, tokens[i:]
		}
	}
	if len(tokens) > 0 {
		p.noStop(u, &tokens[len(tokens)-1])
	}
	return tokens, nil, nil
}

func (p *parser) noStop(u *unit, last *token) {
	p.report(errorAt(u.endPos(last), CodeStop, "aan het einde van deze zin ontbreekt een punt", "zet er een punt achter"))
}
