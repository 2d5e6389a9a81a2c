package regelspraak

import (
	"fmt"
	"regexp"
	"strings"
	"unicode/utf8"

	"lemniscaat/internal/rule"
)

// ruleID is what an id looks like: the regulation, a point, and a name.
var ruleID = regexp.MustCompile(`^[a-z0-9][a-z0-9-]*(\.[a-z0-9][a-z0-9-]*)+$`)

// rules is pass 2.
func (p *parser) rules(units []*unit) {
	for _, u := range units {
		var open *rule.Group // of the rules that follow in this block
		filled := true
		for i := range u.blocks {
			switch b := &u.blocks[i]; b.kind {
			case blockGroup:
				p.emptyGroup(open, filled)
				open, filled = p.group(b), false
			case blockRule:
				filled = true
				r := p.rule(b)
				if r == nil {
					break
				}
				if r.Group = open; open != nil && p.groups[open.Name] == nil {
					p.groups[open.Name] = open
					p.model.Groups = append(p.model.Groups, open)
				}
				p.model.Rules = append(p.model.Rules, r)
			}
		}
		p.emptyGroup(open, filled)
	}
}

// group reads "Regelgroep Hoogte van de toeslag". A name that was used before
// is the same group going on.
func (p *parser) group(b *block) *rule.Group {
	u := b.unit
	tokens := u.tokens[b.from+1 : b.to]
	n := 0
	for n < len(tokens) && !tokens[n].first {
		n++
	}
	if n < len(tokens) {
		p.report(errorAt(u.pos(&tokens[n]), CodeHeading, "hier begint geen declaratie of regel: "+quote(u.line(b.from+1+n)), headingHint(tokens[n].text)))
	}
	pos := u.pos(b.head())
	text := u.raw(tokens[:n])
	switch {
	case text == "":
		p.report(errorAt(u.endPos(b.head()), CodeDeclaration, "een regelgroep zonder naam", "schrijf "+quote("Regelgroep Hoogte van de toeslag")))
		return nil
	case len([]rune(text)) > maxNameRunes:
		p.report(errorAt(u.pos(&tokens[0]), CodeLimit, "de naam van deze regelgroep is te lang", fmt.Sprintf("een naam heeft hoogstens %d tekens", maxNameRunes)))
		return nil
	}
	if old := p.groups[text]; old != nil {
		return old
	}
	return &rule.Group{Name: text, Pos: pos}
}

// emptyGroup warns for a heading without rules under it.
func (p *parser) emptyGroup(g *rule.Group, filled bool) {
	if g == nil || filled {
		return
	}
	d := errorAt(g.Pos, CodeDeclaration, "onder de regelgroep "+quote(shorten(g.Name, 60))+" staan geen regels", "zet er regels onder of laat hem weg")
	d.Severity = rule.Warning
	p.report(d)
}

// rule reads one rule with all its versions; nil when anything in it is in
// error.
func (p *parser) rule(b *block) *rule.Rule {
	u := b.unit
	tokens := u.tokens[b.from:b.to]
	before := p.errors
	p.file = u.src.File
	r := &rule.Rule{Regulation: u.src.Regulation, Article: u.src.Article, Pos: u.pos(b.head())}

	// The name is free text up to the first "geldig" that begins a line.
	var starts []int
	for i := range tokens {
		if t := &tokens[i]; t.first && t.is("geldig") {
			starts = append(starts, i)
		}
	}
	nameEnd := len(tokens)
	if len(starts) > 0 {
		nameEnd = starts[0]
	} else {
		for i := 1; i < len(tokens); i++ {
			if tokens[i].first {
				nameEnd = i
				break
			}
		}
	}
	r.Name = u.raw(tokens[1:nameEnd])
	if r.Name == "" {
		p.report(errorAt(u.endPos(b.head()), CodeDeclaration, "een regel zonder naam", "schrijf "+quote("Regel zorgtoeslag van een alleenstaande")))
	} else if len([]rune(r.Name)) > maxNameRunes {
		p.report(errorAt(u.pos(&tokens[1]), CodeLimit, "de naam van deze regel is te lang", "begin de tekst van de regel met "+quote("geldig …")+" op een eigen regel"))
	}
	p.annotate(b, r)
	if len(starts) == 0 {
		p.report(errorAt(r.Pos, CodeValidity, "de regel "+quote(shorten(r.Name, 60))+" zegt niet vanaf wanneer hij geldt",
			"zet onder de naam bijvoorbeeld "+either([]string{quote("geldig vanaf 2026"), quote("geldig altijd")})))
		return nil
	}
	starts = append(starts, len(tokens))
	if tokens[0].text == "Beslistabel" && !hasTable(tokens) {
		p.report(errorAt(r.Pos, CodeTable, "de beslistabel "+quote(shorten(r.Name, 60))+" heeft geen tabel", tableHint))
		return nil
	}
	for i := 0; i+1 < len(starts); i++ {
		if v := p.version(u, tokens[starts[i]:starts[i+1]]); v != nil {
			r.Versions = append(r.Versions, v)
		}
	}
	p.order(r)
	if p.errors > before {
		return nil
	}
	return r
}

// raw gives the text of tokens as written, without comments, with single
// spaces.
func (u *unit) raw(tokens []token) string {
	var parts []string
	for i := 0; i < len(tokens); {
		j := i
		for j+1 < len(tokens) && !tokens[j+1].first {
			j++
		}
		parts = append(parts, strings.Fields(u.text[tokens[i].start:tokens[j].end])...)
		i = j + 1
	}
	return strings.Join(parts, " ")
}

// annotate reads the Id and the sources above a rule.
func (p *parser) annotate(b *block, r *rule.Rule) {
	u := b.unit
	idPos := r.Pos
	for _, c := range b.comments {
		key, value, ok := annotation(c.text)
		if !ok {
			continue
		}
		pos := rule.Pos{File: u.src.File, Line: int(c.line), Column: int(c.column)}
		switch {
		case value == "":
			p.report(errorAt(pos, CodeAnnotation, quote(key+":")+" zonder inhoud", "vul hem in of laat hem weg"))
		case key == "Bron":
			r.Source = append(r.Source, value)
		case r.ID != "":
			p.report(errorAt(pos, CodeAnnotation, "een regel heeft één Id; dit is de tweede", "laat er één weg"))
		default:
			r.ID, idPos = value, pos
			if !ruleID.MatchString(value) {
				p.report(errorAt(pos, CodeRuleID, "geen goed Id: "+quote(shorten(value, 60)),
					"een Id bestaat uit kleine letters, cijfers en streepjes: "+quote(regulationOr(u.src.Regulation)+".naam-van-de-regel")))
			} else if reg := u.src.Regulation; reg != "" && !strings.HasPrefix(value, reg+".") {
				p.report(errorAt(pos, CodeRuleID, "het Id "+quote(value)+" hoort niet bij deze regeling", "begin met "+quote(reg+".")))
			}
		}
	}
	if r.ID == "" {
		r.ID = slug(r.Name)
		if u.src.Regulation != "" {
			r.ID = u.src.Regulation + "." + r.ID
		}
		d := errorAt(r.Pos, CodeRuleID, "de regel "+quote(shorten(r.Name, 60))+" heeft geen vast Id", "zet erboven "+quote("// Id: "+r.ID))
		d.Severity = rule.Warning
		p.report(d)
	}
	if old, ok := p.ruleIDs[r.ID]; ok {
		p.report(errorAt(idPos, CodeDouble, "het Id "+quote(r.ID)+" is al gebruikt in "+place(old), "geef elke regel een eigen Id"))
		return
	}
	p.ruleIDs[r.ID] = idPos
}

// slug makes the last part of an id from a name: letters without accents and
// digits, with single hyphens between.
func slug(name string) string {
	const accented, bare = "àáâãäåçèéêëìíîïñòóôõöùúûüýÿ", "aaaaaaceeeeiiiinooooouuuuyy"
	var b strings.Builder
	gap := false
	for _, r := range strings.ToLower(name) {
		if i := strings.IndexRune(accented, r); i >= 0 {
			r = rune(bare[utf8.RuneCountInString(accented[:i])])
		}
		if r < 'a' || r > 'z' {
			if r < '0' || r > '9' {
				gap = b.Len() > 0
				continue
			}
		}
		if gap {
			b.WriteByte('-')
			gap = false
		}
		b.WriteRune(r)
	}
	if b.Len() == 0 {
		return "regel"
	}
	return b.String()
}

func regulationOr(id string) string {
	if id == "" {
		return "regeling"
	}
	return id
}

// order sorts the versions and reports days that two of them cover.
func (p *parser) order(r *rule.Rule) {
	for i := 1; i < len(r.Versions); i++ {
		for j := i; j > 0 && r.Versions[j].From.Before(r.Versions[j-1].From); j-- {
			r.Versions[j], r.Versions[j-1] = r.Versions[j-1], r.Versions[j]
		}
	}
	for i := 1; i < len(r.Versions); i++ {
		a, b := r.Versions[i-1], r.Versions[i]
		if a.Until.IsZero() || !a.Until.Before(b.From) {
			p.report(errorAt(b.Pos, CodeOverlap, "deze versie van "+quote(shorten(r.Name, 60))+" overlapt met die van "+place(a.Pos),
				"sluit de eerste af met "+quote("tot en met")))
		}
	}
}
