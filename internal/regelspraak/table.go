package regelspraak

import (
	"fmt"
	"strconv"

	"lemniscaat/internal/rule"
)

const tableHint = "zet onder «geldig …» de rijen van de tabel, elk tussen streepjes: «| 1 | 100 € | 'alleenstaand' |»"

// hasTable reports whether a version among the tokens of a rule is a table.
func hasTable(tokens []token) bool {
	for i := range tokens {
		if tokens[i].first && tokens[i].is("|") {
			return true
		}
	}
	return false
}

// cell is what stands between two bars.
type cell struct {
	tokens []token
	bar    *token // the bar after it
}

// row is one line of a table.
type row struct {
	cells []cell
	bar   *token // the first one
}

// table reads a version that is a beslistabel: "| … |" lines, and the
// variables after them.
func (p *parser) table(u *unit, v *rule.Version, tokens []token) {
	end := 0
	for end < len(tokens) && !(tokens[end].first && !tokens[end].is("|")) {
		end++
	}
	definitions := p.definitions(u, tokens[end:])
	variables := p.variables(u, definitions)
	rows, ok := p.tableRows(u, tokens[:end])
	if len(rows) == 0 {
		if ok {
			p.report(errorAt(u.pos(&tokens[0]), CodeTable, "deze tabel heeft geen koppen en geen rijen", tableHint))
		}
		return
	}
	t := &tableReader{p: p, u: u, t: &rule.Table{}, head: rows[0], conclusion: -1}
	if !t.conclusions(v, variables) {
		return
	}
	t.columns()
	for i := range rows[1:] {
		t.row(i+1, rows[i+1])
	}
	if ok && len(rows) == 1 {
		p.report(errorAt(u.pos(rows[0].bar), CodeTable, "deze tabel heeft geen rijen", "zet onder de koppen rijen die met hun nummer beginnen: "+quote("| 1 | …")))
	}
	p.finishVariables(u, v, variables)
}

// tableRows cuts the lines of a table into cells. The line under the headings
// that Markdown asks for is passed over.
func (p *parser) tableRows(u *unit, tokens []token) (rows []row, ok bool) {
	ok = true
	for i := 0; i < len(tokens); {
		j := i + 1
		for j < len(tokens) && !tokens[j].first {
			j++
		}
		line := tokens[i:j]
		i = j
		if isRuler(line) {
			continue
		}
		r := row{bar: &line[0]}
		if last := &line[len(line)-1]; len(line) == 1 || !last.is("|") {
			p.report(errorAt(u.endPos(last), CodeTable, "aan het einde van deze rij ontbreekt een streepje", "sluit elke cel met "+quote("|")))
			if ok = false; len(rows) == 0 {
				return nil, false
			}
			continue
		}
		for from := 1; from < len(line); {
			to := from
			for !line[to].is("|") {
				to++
			}
			if _, good := p.segments(u, line[from:to]); !good { // its length and its parentheses
				if len(rows) == 0 {
					return nil, false
				}
				ok = false
				r.cells = nil
				break
			}
			r.cells = append(r.cells, cell{line[from:to], &line[to]})
			from = to + 1
		}
		if r.cells == nil {
			continue
		}
		if len(rows) > 0 && len(r.cells) != len(rows[0].cells) {
			p.report(errorAt(u.pos(r.bar), CodeTable, fmt.Sprintf("deze rij heeft %d %s en hoort er %d te hebben", len(r.cells), plural(len(r.cells), "cel", "cellen"), len(rows[0].cells)),
				"geef elke kop een cel; wat er niet toe doet is "+quote("n.v.t.")))
			ok = false
			continue
		}
		rows = append(rows, r)
	}
	return rows, ok
}

// isRuler recognises "|---|---|".
func isRuler(line []token) bool {
	ruled := false
	for i := range line {
		switch t := &line[i]; {
		case t.is("|"), t.is(":"):
		case t.kind == kindUnknown && t.text == "-":
			ruled = true
		default:
			return false
		}
	}
	return ruled
}

// tableReader reads the cells of one table.
type tableReader struct {
	p          *parser
	u          *unit
	t          *rule.Table
	sc         *scope
	head       row
	conclusion int // the index of that column
	grants     bool
	columnOf   []*rule.TableColumn // per cell; nil for the number, the conclusion and what is in error
	broken     bool                // a column is in error
}

// region reads the tokens of a cell.
func (t *tableReader) region(c cell, from int) *region {
	stop := *c.bar
	g := t.p.region(t.u, t.sc, c.tokens[from:], &stop)
	g.cell = true
	return g
}

func (t *tableReader) fail(at *token, message, hint string) {
	t.p.report(errorAt(t.u.pos(at), CodeTable, message, hint))
}

// conclusions finds the column that says what is decided, and with it the
// subject.
func (t *tableReader) conclusions(v *rule.Version, variables []*variable) bool {
	cells := t.head.cells
	if first := cells[0]; len(first.tokens) > 0 && !(len(first.tokens) == 1 && first.tokens[0].is("nr")) {
		t.fail(&first.tokens[0], "de eerste kolom is voor het nummer van de rij; gevonden: "+quote(shorten(t.u.raw(first.tokens), 60)), "laat de eerste kop leeg")
		return false
	}
	var h head
	for i := 1; i < len(cells); i++ {
		c := cells[i]
		if len(c.tokens) == 0 {
			t.fail(c.bar, "deze kolom heeft geen kop", "schrijf "+quote("indien … gelijk is aan")+" of wat de tabel bepaalt")
			return false
		}
		if c.tokens[0].is("indien") {
			continue
		}
		if t.conclusion >= 0 {
			t.p.report(outside(t.u.pos(&c.tokens[0]), "een beslistabel met meer conclusies"))
			return false
		}
		t.conclusion = i
	}
	if t.conclusion < 0 {
		t.fail(t.head.bar, "deze tabel bepaalt niets: er is geen kolom zonder "+quote("indien"), "voeg een kolom toe: "+quote("de norm van een persoon moet gesteld worden op"))
		return false
	}
	t.sc = &scope{binding: &rule.Binding{}, variables: variables}
	c := cells[t.conclusion]
	g := t.region(c, 0)
	defer g.release()
	var heads []head
	for _, h := range g.heads() {
		if h.end == len(g.toks) {
			heads = g.keepHead(heads, h)
		} else {
			g.need(h.end, wantEnd)
		}
	}
	if len(heads) == 0 {
		t.p.report(g.failure())
		return false
	}
	h = heads[0]
	h.faults.report(t.p)
	if h.faults.fatal() || h.target == nil {
		return false
	}
	switch {
	case h.initial:
		t.p.report(outside(g.pos(0), "een beslistabel die initialiseert"))
		return false
	case !h.grant && g.words(h.end-3, "gesteld", "worden", "op") < 0:
		t.fail(g.tok(h.end-3), "een beslistabel stelt een waarde; gevonden: "+quote("berekend worden als"), "schrijf "+quote("moet gesteld worden op"))
		return false
	}
	t.t.Target, t.grants, t.t.Pos = h.target, h.grant, g.pos(0)
	t.p.bind(g, v, h.subject, variables)
	t.sc = g.sc
	v.Action = t.t
	return true
}

// columns reads the headings that begin with "indien".
func (t *tableReader) columns() {
	t.columnOf = make([]*rule.TableColumn, len(t.head.cells))
	for i, c := range t.head.cells {
		if i == 0 || i == t.conclusion {
			continue
		}
		if col := t.column(c); col != nil {
			t.columnOf[i] = col
			t.t.Columns = append(t.t.Columns, col)
		} else {
			t.broken = true
		}
	}
}

// column reads "indien zijn leeftijd groter is dan" or "indien hij verzekerd
// is"; nil when it is in error.
func (t *tableReader) column(c cell) *rule.TableColumn {
	g := t.region(c, 1)
	defer g.release()
	type option struct {
		col    *rule.TableColumn
		faults *fault
		cond   rule.Condition
	}
	var best *option
	add := func(o option) {
		switch {
		case best == nil || o.faults.compare(best.faults) < 0:
			best = &o
		case o.faults.compare(best.faults) == 0 && o.faults.errors() == 0:
			a, b := best.cond, o.cond
			best.faults = join(best.faults, unclear(func() rule.Diagnostic {
				return ambiguous(g.pos(0), fragmentsOf(g.sc, nil, a), fragmentsOf(g.sc, nil, b))
			}))
		}
	}
	for _, q := range g.persons(0) {
		for _, k := range g.aboutObject(0, q, verbLast) {
			if k.end != len(g.toks) {
				g.need(k.end, wantEnd)
				continue
			}
			h, is := k.cond.(*rule.HasKenmerk)
			switch {
			case is && h.Not:
				k.faults = join(k.faults, wrong(func() rule.Diagnostic {
					return errorAt(g.pos(0), CodeTable, "een kop ontkent niet", "laat "+quote(negationWord(h.Kenmerk, true))+" weg en zet "+quote("onwaar")+" in de cel")
				}))
			case !is && k.faults.errors() == 0:
				k.faults = join(k.faults, wrong(func() rule.Diagnostic {
					return outside(g.pos(0), "een kolom die vraagt of iets leeg of gevuld is")
				}))
			}
			if h == nil {
				h = &rule.HasKenmerk{}
			}
			add(option{&rule.TableColumn{Kenmerk: h, Pos: g.pos(0)}, k.faults, k.cond})
		}
	}
	for _, l := range g.full(0) {
		if end, not := g.emptiness(l.end, verbLast); end == len(g.toks) {
			add(option{nil, join(l.faults, wrong(func() rule.Diagnostic {
				return outside(g.pos(0), "een kolom die vraagt of iets leeg of gevuld is")
			})), &rule.IsEmpty{Node: truth(g.pos(0)), Expr: l.expr, Not: not}})
			continue
		}
		cmp, ok := g.comparator(l.end, verbLast)
		if !ok {
			g.need(l.end, wantComparison)
			continue
		}
		if cmp.end != len(g.toks) {
			g.need(cmp.end, wantEnd)
			continue
		}
		// Compared with itself: whether this can be ordered at all.
		cond, f := g.comparison(cmp, l.expr, l.expr, g.pos(0), l.end)
		add(option{&rule.TableColumn{Left: l.expr, Op: cmp.op, Pos: g.pos(0)}, join(l.faults, f), cond})
	}
	if best == nil || g.over {
		t.p.report(g.failure())
		return nil
	}
	best.faults.report(t.p)
	if best.faults.fatal() {
		return nil
	}
	return best.col
}

// row reads row n, counted from 1.
func (t *tableReader) row(n int, r row) {
	for _, c := range r.cells {
		t.p.earn(len(c.tokens))
	}
	first := r.cells[0]
	switch {
	case len(first.tokens) == 0:
		t.fail(r.bar, "deze rij heeft geen nummer", "schrijf "+quote("| "+strconv.Itoa(n)+" |"))
	case len(first.tokens) > 1 || first.tokens[0].text != strconv.Itoa(n):
		t.fail(&first.tokens[0], "deze rij heeft het verkeerde nummer: "+quote(shorten(t.u.raw(first.tokens), 40)), "dit is rij "+strconv.Itoa(n))
	}
	out := &rule.TableRow{Pos: t.u.pos(r.bar)}
	if len(first.tokens) > 0 {
		out.Pos = t.u.pos(&first.tokens[0])
	}
	good := true
	var all []rule.Condition
	for i, c := range r.cells {
		col := t.columnOf[i]
		switch {
		case i == 0 || i != t.conclusion && col == nil:
		case len(c.tokens) == 0:
			t.fail(c.bar, "deze cel is leeg", "vul haar in"+map[bool]string{false: ", of schrijf " + quote("n.v.t.")}[i == t.conclusion])
			good = false
		case i == t.conclusion:
			out.Result = t.result(c)
			good = good && out.Result != nil
		default:
			values, cond, ok := t.values(col, c)
			out.Cells = append(out.Cells, values)
			if cond != nil {
				all = append(all, cond)
			}
			good = good && ok
		}
	}
	if !good || t.broken {
		return
	}
	switch len(all) {
	case 0:
	case 1:
		out.When = all[0]
	default:
		out.When = &rule.Compound{Node: truth(out.Pos), Quantifier: rule.All, Items: all}
	}
	t.t.Rows = append(t.t.Rows, out)
}

// result reads the cell of the conclusion; nil when it is in error.
func (t *tableReader) result(c cell) rule.Expr {
	g := t.region(c, 0)
	defer g.release()
	if t.grants {
		pos := g.pos(0)
		switch {
		case len(g.toks) == 1 && g.tok(0).is("waar"):
			return &rule.Literal{Node: truth(pos), Value: rule.Datum{Kind: rule.Boolean, Bool: true}}
		case len(g.toks) == 1 && g.tok(0).is("onwaar"):
			t.fail(g.tok(0), "een tabel kan een kenmerk geven, niet afnemen", "laat deze rij weg; wie het kenmerk niet krijgt heeft het niet")
		default:
			t.fail(g.tok(0), "hier staat geen "+quote("waar")+": "+quote(shorten(t.u.raw(c.tokens), 60)), "schrijf "+quote("waar")+" in elke rij die het kenmerk geeft")
		}
		return nil
	}
	if notApplicable(c.tokens) {
		t.fail(&c.tokens[0], "de uitkomst van een rij kan niet "+quote("n.v.t.")+" zijn", "laat de rij weg: waar geen rij geldt blijft "+quote(t.t.Target.Name)+" leeg")
		return nil
	}
	var best []reading
	for _, r := range g.full(0) {
		if r.end != len(g.toks) {
			g.need(r.end, wantOperator|wantEnd)
			continue
		}
		e, f := g.assignable(t.t.Target.Type, r.expr, t.t.Target)
		r.expr, r.faults = e, join(r.faults, f)
		best = g.keepSentence(best, map[rule.Expr]rule.Condition{}, r, nil)
	}
	if len(best) == 0 || g.over {
		t.p.report(g.failure())
		return nil
	}
	best[0].faults.report(t.p)
	if best[0].faults.fatal() {
		return nil
	}
	return best[0].expr
}

// notApplicable recognises "n.v.t.", with or without its last point.
func notApplicable(toks []token) bool {
	words := []string{"n", ".", "v", ".", "t", "."}
	if len(toks) < 5 || len(toks) > 6 {
		return false
	}
	for i := range toks {
		if !toks[i].is(words[i]) {
			return false
		}
	}
	return true
}

// values reads a cell under a condition, and what it means for the row; nil
// for both is "n.v.t.".
func (t *tableReader) values(col *rule.TableColumn, c cell) (values []rule.Expr, cond rule.Condition, ok bool) {
	if notApplicable(c.tokens) {
		return nil, nil, true
	}
	g := t.region(c, 0)
	defer g.release()
	pos := g.pos(0)
	if col.Kenmerk != nil {
		if yes := g.tok(0).is("waar"); len(g.toks) == 1 && (yes || g.tok(0).is("onwaar")) {
			k := *col.Kenmerk
			k.Not = !yes
			k.Node = truth(pos)
			return []rule.Expr{&rule.Literal{Node: truth(pos), Value: rule.Datum{Kind: rule.Boolean, Bool: yes}}}, &k, true
		}
		t.fail(g.tok(0), "onder een kenmerk staat geen "+quote(shorten(t.u.raw(c.tokens), 60)), "schrijf "+either([]string{quote("waar"), quote("onwaar"), quote("n.v.t.")}))
		return nil, nil, false
	}
	best, found := g.cellList(col)
	if !found || g.over {
		t.p.report(g.failure())
		return nil, nil, false
	}
	best.faults.report(t.p)
	if best.faults.fatal() {
		return nil, nil, false
	}
	if len(best.conds) == 1 {
		return best.values, best.conds[0], true
	}
	q := &rule.Compound{Node: truth(pos), Quantifier: rule.AtLeast, N: 1, Items: best.conds}
	if col.Op == rule.NotEqual {
		q.Quantifier, q.N = rule.All, 0
	}
	return best.values, q, true
}

// cellValues is one way to read the values of a cell.
type cellValues struct {
	end    int
	values []rule.Expr
	conds  []rule.Condition
	faults *fault
	closed bool // "of" or "en" has been there
}

// cellList reads "A", "A of B" or "A, B of C"; under "ongelijk" with "en".
func (g *region) cellList(col *rule.TableColumn) (best cellValues, found bool) {
	word := "of"
	if col.Op == rule.NotEqual {
		word = "en"
	}
	open := []cellValues{{}}
	for n := 0; n < len(open) && !g.over; n++ {
		q := open[n]
		for _, r := range g.full(q.end) {
			if g.p.readings++; g.p.readings > maxReadings {
				g.over = true
				break
			}
			c := comparator{op: col.Op, date: orders(col.Op) && col.Left.Type().Kind == rule.DateKind, plain: orders(col.Op) && col.Left.Type().Kind != rule.DateKind}
			at := q.end
			cond, f := g.comparison(c, col.Left, r.expr, g.pos(at), at)
			next := cellValues{end: r.end, faults: join(join(q.faults, r.faults), f), closed: q.closed,
				values: append(q.values[:len(q.values):len(q.values)], cond.(*rule.Compare).R), conds: append(q.conds[:len(q.conds):len(q.conds)], cond)}
			switch s := g.tok(r.end); {
			case r.end == len(g.toks):
				if n := len(next.values); n > 1 && !next.closed {
					g.need(r.end, wantCellWord)
					break
				}
				best, found = g.bestCell(best, found, next)
			case orders(col.Op) && (s.is(",") || s.is("of") || s.is("en")):
				pos := g.pos(r.end)
				next.faults = join(next.faults, wrong(func() rule.Diagnostic {
					return errorAt(pos, CodeTable, "onder groter of kleiner staat één waarde", "laat de rest weg of maak er een rij van")
				}))
				next.end = len(g.toks)
				best, found = g.bestCell(best, found, next)
			case next.closed:
				g.need(r.end, wantOperator|wantEnd)
			case s.is(","), s.is(word):
				next.closed = s.is(word)
				next.end++
				open = append(open, next)
			default:
				g.need(r.end, wantOperator|wantEnd|wantCellWord)
			}
		}
	}
	return best, found
}

func (g *region) bestCell(best cellValues, found bool, c cellValues) (cellValues, bool) {
	if !found {
		return c, true
	}
	switch k := c.faults.compare(best.faults); {
	case k < 0:
		return c, true
	case k == 0 && c.faults.errors() == 0:
		a, b := best.fragments(g.sc), c.fragments(g.sc)
		best.faults = join(best.faults, unclear(func() rule.Diagnostic { return ambiguous(g.pos(0), a, b) }))
	}
	return best, true
}

func (c cellValues) fragments(sc *scope) []Fragment {
	var out []Fragment
	for i, v := range c.values {
		if i > 0 {
			out = append(out, Fragment{Kind: FragmentText, Text: " | "})
		}
		out = append(out, fragmentsOf(sc, v, nil)...)
	}
	return out
}
