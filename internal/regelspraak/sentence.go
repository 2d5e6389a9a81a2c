package regelspraak

import (
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
		for i := range u.blocks {
			if b := &u.blocks[i]; b.kind == blockRule {
				if r := p.rule(b); r != nil {
					p.model.Rules = append(p.model.Rules, r)
				}
			}
		}
	}
}

// rule reads one rule with all its versions; nil when anything in it is in
// error.
func (p *parser) rule(b *block) *rule.Rule {
	u := b.unit
	tokens := u.tokens[b.from:b.to]
	before := p.errors
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
	// day reads a year or a date; a year is its first or its last day.
	day := func(i int, last bool) (rule.Date, int) {
		t := tok(i)
		if t.kind == kindDate {
			if d, hint := parseDate(t.text); hint == "" {
				return d, i + 1
			}
			return rule.Date{}, -1
		}
		if d, end, hint := writtenDate(tok, i); end > 0 {
			if hint != "" {
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
			return fail(i+1, "geen jaar of datum")
		}
		from, i = d, end
		if !at(i, "tot", "en", "met") {
			return from, until, i, true
		}
	case at(i, "van"):
		d, end := day(i+1, false)
		if end < 0 {
			return fail(i+1, "geen jaar of datum")
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
		return fail(i+3, "geen jaar of datum")
	}
	if until = d; until.Before(from) {
		return fail(i+3, "de geldigheid eindigt voor hij begint")
	}
	return from, until, end, true
}

// version reads one "geldig …" section; nil when it is in error.
func (p *parser) version(u *unit, tokens []token) *rule.Version {
	before := p.errors
	p.readings = 0
	v := &rule.Version{Pos: u.pos(&tokens[0])}
	from, until, n, _ := p.validity(u, tokens)
	v.From, v.Until = from, until
	tokens = tokens[n:]
	if len(tokens) == 0 {
		p.report(errorAt(v.Pos, CodeSyntax, "na de geldigheid ontbreekt de tekst van de regel",
			"schrijf bijvoorbeeld "+quote("De normpremie van een persoon moet gesteld worden op 24 €.")))
		return nil
	}
	sentence, stop, rest := p.sentenceEnd(u, tokens)
	var definitions []token
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

func (p *parser) afterStop(u *unit, rest []token) {
	p.report(errorAt(u.pos(&rest[0]), CodeSyntax, "na de punt begint geen nieuwe regel: "+u.show(&rest[0]),
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

// head is one way to read the beginning of a sentence, up to the expression of
// a gelijkstelling or all of a kenmerktoekenning.
type head struct {
	end     int
	subject *rule.Binding
	target  *rule.Attribute
	grant   bool
	faults  *fault
}

// sentence reads the result, the condition and the variables of a version.
func (p *parser) sentence(u *unit, v *rule.Version, tokens []token, stop *token, definitions []token) {
	variables := p.variables(u, definitions)
	seg, ok := p.segments(u, tokens)
	g := p.region(u, &scope{binding: &rule.Binding{}, variables: variables}, seg.tokens, stop)
	if stop == nil {
		last := &tokens[len(tokens)-1]
		g.stop.line, g.stop.column = last.line, last.column+int32(len([]rune(u.text[last.start:last.end])))
	}
	defer g.release()

	var heads []head
	for _, h := range g.heads() {
		heads = g.keepHead(heads, h)
	}
	if len(heads) == 0 {
		p.report(g.failure())
		// Read on with the subject that it seems to have.
		h, found := g.guess()
		if !found {
			return
		}
		heads = []head{h}
	}
	h := heads[0]
	h.faults.report(p)
	sc := &scope{binding: h.subject, variables: variables}
	g.sc = sc
	v.Subject = h.subject
	for _, d := range variables {
		d.scope = sc
	}
	p.settle(sc)
	if ok {
		p.body(g, v, h)
	}
	p.finishVariables(u, v, variables)
}

func (g *region) keepHead(hs []head, h head) []head {
	if len(hs) == 0 {
		return append(hs, h)
	}
	o := &hs[0]
	switch c := h.faults.compare(o.faults); {
	case c < 0:
		*o = h
	case c == 0 && h.faults.errors() == 0 && (o.target != h.target || !equalBinding(o.subject, h.subject) || o.end != h.end):
		a, b, pos := *o, h, g.pos(0)
		o.faults = join(o.faults, unclear(func() rule.Diagnostic { return ambiguous(pos, a.fragments(), b.fragments()) }))
	}
	return hs
}

// fragments gives the beginning of the sentence in canonical form.
func (h head) fragments() []Fragment {
	p := &printer{}
	if h.grant {
		p.text("Een ")
		p.subject(h.subject)
		p.text(" ")
		p.kenmerk(h.target, false)
		return p.out
	}
	p.text(upperFirst(h.target.Article) + " ")
	p.attribute(h.target)
	p.text(" van een ")
	p.subject(h.subject)
	return p.out
}

// heads reads the beginning of a sentence in all ways.
func (g *region) heads() []head {
	switch t := g.tok(0); {
	case t.is("een"):
		return g.grantHeads()
	case t.is("de") || t.is("het"):
		return g.assignHeads()
	case t.is("er") || g.words(0, "iedere") > 0 || t.is("elke") || t.is("alle"):
		g.need(0, wantSubject)
	}
	return nil
}

// subjects reads the name of an object type or noun kenmerk.
func (g *region) subjects(i int) []head {
	g.needName(i, nameSubject, nil)
	var out []head
	for _, m := range g.p.names.at(g.toks, i) {
		for _, s := range m.symbols {
			switch a := s.attribute; {
			case s.plural:
			case s.object != nil:
				out = append(out, head{end: m.end, subject: &rule.Binding{Object: s.object}})
			case a != nil && a.Kind == rule.Noun:
				out = append(out, head{end: m.end, subject: &rule.Binding{Object: a.Owner, Kenmerk: a}})
			}
			if !s.plural {
				g.ended(i, m.end)
			}
		}
	}
	return out
}

// grantHeads reads "Een persoon is verzekerd".
func (g *region) grantHeads() []head {
	var out []head
	for _, s := range g.subjects(1) {
		t := g.tok(s.end)
		found := func(end int, a *rule.Attribute, not bool) {
			h := head{end: end, subject: s.subject, target: a, grant: true}
			if a == nil { // a broken name
				h.faults = wrong(nil)
			}
			if not {
				pos := g.pos(s.end)
				h.faults = join(h.faults, wrong(func() rule.Diagnostic {
					return errorAt(pos, CodeSyntax, "een regel kan een kenmerk geven, niet afnemen", "schrijf wie het kenmerk wel heeft; wie het niet krijgt heeft het niet")
				}))
			}
			if next := g.tok(end); next.is("indien") || next.kind == kindEnd {
				out = append(out, h)
			} else {
				g.need(end, wantIndien|wantEnd)
			}
		}
		switch {
		case t.is("is"):
			g.kenmerken(s.end+1, s.subject.Object, rule.Adjective, found, false)
			g.kenmerken(s.end+1, s.subject.Object, rule.Noun, found, false)
		case t.is("heeft"):
			g.kenmerken(s.end+1, s.subject.Object, rule.Possessive, found, false)
		default:
			g.need(s.end, wantVerb)
		}
	}
	return out
}

// assignHeads reads "De normpremie van een persoon moet berekend worden als".
func (g *region) assignHeads() []head {
	var out []head
	g.needName(1, nameValue, nil)
	for _, m := range g.p.names.at(g.toks, 1) {
		for _, sym := range m.symbols {
			a := sym.attribute
			if !sym.broken && (a == nil || sym.plural) {
				continue
			}
			g.ended(1, m.end)
			if j := g.words(m.end, "van", "een"); j < 0 {
				g.need(m.end, wantVan)
				if g.tok(m.end).is("van") {
					g.needName(m.end+1, nameSubject, nil)
					if a != nil {
						out = append(out, g.otherTarget(m.end+1)...)
					}
				}
				continue
			}
			for _, s := range g.subjects(m.end + 2) {
				end := g.must(s.end)
				if end < 0 {
					continue
				}
				h := head{end: end, subject: s.subject, target: a}
				pos, owner := g.pos(1), s.subject.Object
				switch {
				case a == nil: // a broken name
					h.faults = wrong(nil)
				case a.Kind != rule.Value:
					h.faults = wrong(func() rule.Diagnostic {
						return errorAt(pos, CodeMismatch, quote(a.Name)+" is een kenmerk en heeft geen waarde", "schrijf "+quote("Een "+lowerName(owner.Name)+" "+kenmerkWords(a)+" indien …"))
					})
				case a.Owner != owner:
					h.faults = wrong(func() rule.Diagnostic {
						return errorAt(pos, CodeName, "een "+lowerName(owner.Name)+" heeft geen "+quote(a.Name), quote(a.Name)+" hoort bij "+lowerName(a.Owner.Name))
					})
				default:
					h.faults = g.article(0, a.Article, nil, m.end)
				}
				out = append(out, h)
			}
		}
	}
	return out
}

// otherTarget recognises "de leden van een huishouden moet …" at i: a value
// for another object than the subject, which the profile does not have.
func (g *region) otherTarget(i int) []head {
	if t := g.tok(i); !t.is("de") && !t.is("het") && !t.is("alle") {
		return nil
	}
	for _, m := range g.p.names.at(g.toks, i+1) {
		for _, s := range m.symbols {
			j := g.words(m.end, "van", "een")
			if s.role == nil || j < 0 {
				continue
			}
			what := "een waarde voor een ander object dan het onderwerp"
			if s.plural {
				what = "een gelijkstelling voor meer objecten tegelijk"
			}
			for _, o := range g.subjects(j) {
				if end := g.must(o.end); end > 0 {
					pos := g.pos(i)
					return []head{{end: end, subject: o.subject, faults: wrong(func() rule.Diagnostic { return outside(pos, what) })}}
				}
			}
		}
	}
	return nil
}

// must reads "moet berekend worden als" or "moet gesteld worden op".
func (g *region) must(i int) int {
	if !g.tok(i).is("moet") {
		g.need(i, wantMoet)
		return -1
	}
	if j := g.words(i+1, "berekend", "worden", "als"); j > 0 {
		return j
	}
	if j := g.words(i+1, "gesteld", "worden", "op"); j > 0 {
		return j
	}
	g.need(i+1, wantGesteld)
	return -1
}

// guess finds the subject of a sentence whose beginning cannot be read, so
// that the rest of it is checked all the same.
func (g *region) guess() (head, bool) {
	for i := range g.toks {
		end := -1
		if g.words(i, "berekend", "worden", "als") > 0 || g.words(i, "gesteld", "worden", "op") > 0 {
			end = i + 3
		}
		if g.toks[i].is("indien") && g.tok(0).is("een") {
			end = i
		}
		if end < 0 {
			continue
		}
		for j := i; j >= 0; j-- {
			if !g.toks[j].is("een") {
				continue
			}
			for _, s := range g.subjects(j + 1) {
				return head{end: end, subject: s.subject, grant: g.tok(0).is("een"), faults: nil}, true
			}
		}
		return head{}, false
	}
	return head{}, false
}

// body reads the expression and the condition after the head.
func (p *parser) body(g *region, v *rule.Version, h head) {
	g.far, g.wants, g.wantNames, g.matched = h.end, 0, nil, -1
	if h.grant {
		v.Action = &rule.Grant{Kenmerk: h.target, Pos: g.pos(0)}
		if h.end < len(g.toks) {
			p.conditionAfter(g, v, h.end)
		}
		return
	}

	var want rule.Type
	if h.target != nil && !h.faults.fatal() {
		want = h.target.Type
	}
	type outcome struct {
		expr rule.Expr
		cond rule.Condition
	}
	var best []reading // one per whole sentence; the condition is kept aside
	conds := map[rule.Expr]rule.Condition{}
	var atIndien *reading
	for _, r := range g.full(h.end) {
		r.faults = join(r.faults, g.assignable(want, r.expr, h.target))
		switch t := g.tok(r.end); {
		case r.end == len(g.toks):
			best = g.keepSentence(best, conds, r, nil)
		case t.is("indien"):
			if atIndien == nil || r.faults.compare(atIndien.faults) < 0 {
				r := r
				atIndien = &r
			}
			for _, c := range g.condition(r.end+1, true) {
				if c.end == len(g.toks) {
					s := reading{end: c.end, expr: r.expr, faults: join(r.faults, c.faults)}
					best = g.keepSentence(best, conds, s, c.cond)
				} else {
					g.need(c.end, wantEnd)
				}
			}
		default:
			g.need(r.end, wantIndien|wantEnd)
		}
	}
	if len(best) > 0 && !g.over {
		b := best[0]
		b.faults.report(p)
		v.Action = &rule.Assign{Target: h.target, Expr: b.expr, Pos: g.pos(0)}
		v.Condition = conds[b.expr]
		return
	}
	if atIndien != nil {
		atIndien.faults.report(p)
	}
	p.report(g.failure())
	g.nested().report(p)
	if atIndien == nil && !g.over { // the condition is worth reading on its own
		for i := g.far; i < len(g.toks); i++ {
			if g.toks[i].is("indien") {
				p.conditionAfter(g, v, i)
				break
			}
		}
	}
}

// keepSentence keeps the best reading of a whole sentence.
func (g *region) keepSentence(best []reading, conds map[rule.Expr]rule.Condition, s reading, c rule.Condition) []reading {
	if len(best) == 0 {
		conds[s.expr] = c
		return append(best, s)
	}
	o := &best[0]
	switch k := s.faults.compare(o.faults); {
	case k < 0:
		conds[s.expr] = c
		*o = s
	case k == 0 && s.faults.errors() == 0:
		a, b, pos, sc := *o, s, o.expr.Position(), g.sc
		ac := conds[o.expr]
		o.faults = join(o.faults, unclear(func() rule.Diagnostic {
			return ambiguous(pos, fragmentsOf(sc, a.expr, ac), fragmentsOf(sc, b.expr, c))
		}))
	}
	return best
}

// conditionAfter reads "indien …" at i to the end of the sentence.
func (p *parser) conditionAfter(g *region, v *rule.Version, i int) {
	g.far, g.wants, g.wantNames, g.matched = i+1, 0, nil, -1
	if best, found := g.whole(g.condition(i+1, true)); found {
		best.faults.report(p)
		v.Condition = best.cond
		return
	}
	p.report(g.failure())
	g.nested().report(p)
}

// assignable says why a value cannot be given to the attribute.
func (g *region) assignable(want rule.Type, e rule.Expr, a *rule.Attribute) *fault {
	t := e.Type()
	if code, hint, ok := fits(want, t); !ok {
		return wrong(func() rule.Diagnostic {
			return errorAt(e.Position(), code, quote(a.Name)+" is "+describe(want)+"; hier staat "+describe(t), hint)
		})
	}
	if want.Kind == rule.Number && want.Whole && known(t) && !t.Whole {
		return wrong(func() rule.Diagnostic {
			return errorAt(e.Position(), CodeWhole, quote(a.Name)+" is een geheel getal; deze uitkomst hoeft dat niet te zijn", "zet erachter hoe er wordt afgerond: "+quote("naar beneden afgerond op 0 decimalen"))
		})
	}
	return nil
}
