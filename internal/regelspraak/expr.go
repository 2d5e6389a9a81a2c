package regelspraak

import (
	"strconv"
	"strings"

	"lemniscaat/internal/rule"
)

// full reads an expression with what binds last: a minimum or maximum, then a
// rounding.
func (g *region) full(i int) []reading { return g.at(phraseFull, i, g.readFull) }

func (g *region) readFull(i int) []reading {
	var out []reading
	for _, r := range g.sum(i) {
		out = g.keep(out, r)
		out = g.rounded(out, r)
		for _, c := range g.clamped(r) {
			out = g.keep(out, c)
			out = g.rounded(out, c)
		}
	}
	return out
}

// clamped reads ", met een minimum van …" and/or ", met een maximum van …"
// after r.
func (g *region) clamped(r reading) []reading {
	at := r.end
	if g.tok(at).is(",") {
		at++
	}
	lower := g.words(at, "met", "een", "minimum", "van")
	upper := g.words(at, "met", "een", "maximum", "van")
	var out []reading
	switch {
	case lower > 0:
		for _, lo := range g.sum(lower) {
			out = g.keep(out, g.clamp(r, &lo, nil))
			if next := g.second(lo.end, "maximum"); next > 0 {
				for _, hi := range g.sum(next) {
					out = g.keep(out, g.clamp(r, &lo, &hi))
				}
			}
		}
	case upper > 0:
		for _, hi := range g.sum(upper) {
			out = g.keep(out, g.clamp(r, nil, &hi))
			if next := g.second(hi.end, "minimum"); next > 0 {
				for _, lo := range g.sum(next) {
					out = g.keep(out, g.clamp(r, &lo, &hi))
				}
			}
		}
	}
	return out
}

// second gives where the other bound begins.
func (g *region) second(i int, bound string) int {
	if g.tok(i).is(",") {
		i++
	}
	if g.tok(i).is("en") {
		i++
	}
	return g.words(i, "met", "een", bound, "van")
}

func (g *region) clamp(r reading, lo, hi *reading) reading {
	c := &rule.Clamp{Node: rule.Node{Typ: r.expr.Type(), Pos: r.expr.Position()}, Expr: r.expr}
	f, end := r.faults, r.end
	t := r.expr.Type()
	if !known(t) {
		c.Typ = rule.Type{}
	} else if t.Kind != rule.Amount && t.Kind != rule.Number && t.Kind != rule.Percentage {
		pos := r.expr.Position()
		f = join(f, wrong(func() rule.Diagnostic {
			return errorAt(pos, CodeMismatch, "een minimum of maximum kan niet bij "+describe(t), "gebruik het bij een bedrag, een getal of een percentage")
		}))
	}
	bound := func(b *reading) rule.Expr {
		if b == nil {
			return nil
		}
		end = max(end, b.end)
		f = join(f, join(b.faults, g.same(t, b.expr, "het minimum of maximum")))
		c.Typ.Whole = c.Typ.Whole && b.expr.Type().Whole
		return b.expr
	}
	c.Min, c.Max = bound(lo), bound(hi)
	return reading{end: end, expr: c, faults: f}
}

var roundings = []struct {
	words []string
	mode  rule.RoundMode
}{
	{[]string{"naar", "beneden"}, rule.RoundDown},
	{[]string{"naar", "boven"}, rule.RoundUp},
	{[]string{"rekenkundig"}, rule.RoundHalfUp},
	{[]string{"richting", "nul"}, rule.RoundToZero},
	{[]string{"weg", "van", "nul"}, rule.RoundFromZero},
}

// rounded adds the reading of r with a rounding after it, if one stands there.
func (g *region) rounded(out []reading, r reading) []reading {
	at := r.end
	if g.tok(at).is(",") {
		at++
	}
	for _, m := range roundings {
		j := g.words(at, m.words...)
		if j < 0 {
			continue
		}
		if j = g.words(j, "afgerond", "op"); j < 0 {
			g.need(at+len(m.words), wantDecimals)
			continue
		}
		n := g.tok(j)
		unit := g.tok(j + 1)
		if n.kind != kindNumber || !unit.is("decimalen") && !unit.is("decimaal") {
			g.need(j, wantDecimals)
			continue
		}
		e := &rule.Round{Node: rule.Node{Typ: r.expr.Type(), Pos: r.expr.Position()}, Expr: r.expr, Mode: m.mode}
		f := r.faults
		decimals, err := strconv.Atoi(n.text)
		if pos := g.u.pos(n); err != nil || decimals < 0 || decimals > maxDecimals || n.text != strconv.Itoa(decimals) {
			f = join(f, wrong(func() rule.Diagnostic {
				return errorAt(pos, CodeRounding, "geen aantal decimalen: "+quote(n.text), "schrijf een geheel getal van 0 tot en met "+strconv.Itoa(maxDecimals))
			}))
		}
		e.Decimals = decimals
		switch e.Typ.Kind {
		case rule.Number:
			e.Typ.Whole = e.Typ.Whole || decimals == 0
		case 0, rule.Amount, rule.Percentage:
		default:
			t, pos := e.Typ, r.expr.Position()
			f = join(f, wrong(func() rule.Diagnostic {
				return errorAt(pos, CodeRounding, describe(t)+" kan niet worden afgerond", "rond een bedrag, een getal of een percentage af")
			}))
		}
		out = g.keep(out, reading{end: j + 2, expr: e, faults: f})
	}
	return out
}

// sum reads terms joined by plus, min and verminderd met, from left to right.
func (g *region) sum(i int) []reading { return g.at(phraseSum, i, g.readSum) }

func (g *region) readSum(i int) []reading {
	return g.chain(g.term(i), g.term, func(j int) (rule.ArithOp, int) {
		switch t := g.tok(j); {
		case t.is("plus"):
			return rule.Add, j + 1
		case t.is("min"):
			return rule.Sub, j + 1
		case t.is("verminderd") && g.tok(j+1).is("met"):
			return rule.SubFrom, j + 2
		}
		return 0, -1
	})
}

// term reads factors joined by maal and gedeeld door, from left to right.
func (g *region) term(i int) []reading { return g.at(phraseTerm, i, g.readTerm) }

func (g *region) readTerm(i int) []reading {
	return g.chain(g.percent(i), g.percent, func(j int) (rule.ArithOp, int) {
		switch t := g.tok(j); {
		case t.is("maal"):
			return rule.Mul, j + 1
		case t.is("gedeeld") && g.tok(j+1).is("door"):
			return rule.Div, j + 2
		}
		return 0, -1
	})
}

// chain extends every reading with an operator and an operand for as long as
// one follows.
func (g *region) chain(first []reading, operand func(int) []reading, operator func(int) (rule.ArithOp, int)) []reading {
	var out []reading
	for _, r := range first {
		out = g.keep(out, r)
	}
	for done := 0; done < len(out) && !g.over; done++ {
		l := out[done]
		op, next := operator(l.end)
		if next < 0 {
			g.need(l.end, wantOperator)
			continue
		}
		for _, r := range operand(next) {
			e, f := g.arithmetic(op, l.expr, r.expr)
			out = g.keep(out, reading{end: r.end, expr: e, faults: join(join(l.faults, r.faults), f)})
		}
	}
	return out
}

// percent reads "110% van zijn inkomen", or a primary.
func (g *region) percent(i int) []reading { return g.at(phrasePercent, i, g.readPercent) }

func (g *region) readPercent(i int) []reading {
	var out []reading
	for _, r := range g.primary(i) {
		out = g.keep(out, r)
		t := r.expr.Type()
		if !g.tok(r.end).is("van") || t.Kind != rule.Percentage && known(t) {
			continue
		}
		for _, o := range g.percent(r.end + 1) {
			of := o.expr.Type()
			e := &rule.PercentOf{Node: rule.Node{Typ: rule.Type{Kind: of.Kind, Unit: of.Unit}, Pos: r.expr.Position()},
				Percent: r.expr, Of: o.expr}
			f := join(r.faults, o.faults)
			if known(of) && of.Kind != rule.Amount && of.Kind != rule.Number && of.Kind != rule.Percentage {
				pos := o.expr.Position()
				f = join(f, wrong(func() rule.Diagnostic {
					return errorAt(pos, CodeMismatch, "een percentage van "+describe(of)+" bestaat niet", "neem een percentage van een bedrag of een getal")
				}))
			}
			out = g.keep(out, reading{end: o.end, expr: e, faults: f})
		}
	}
	return out
}

// primary reads a constant, a name, a function or something between
// parentheses.
func (g *region) primary(i int) []reading { return g.at(phrasePrimary, i, g.readPrimary) }

func (g *region) readPrimary(i int) []reading {
	g.need(i, wantValue)
	t := g.tok(i)
	var out []reading
	if t.is("(") {
		for _, r := range g.full(i + 1) {
			if g.tok(r.end).is(")") {
				out = g.keep(out, reading{end: r.end + 1, expr: r.expr, faults: r.faults})
			} else {
				g.need(r.end, wantClose)
			}
		}
		return out
	}
	out = append(out, g.literals(i)...)
	for _, r := range g.functions(i) {
		out = g.keep(out, r)
	}
	for _, r := range g.references(i) {
		out = g.keep(out, r)
	}
	return out
}

// references reads the name of a parameter, a variable or an attribute of some
// object.
func (g *region) references(i int) []reading {
	t := g.tok(i)
	pos := g.u.pos(t)
	var out []reading
	add := func(end int, e rule.Expr, f *fault) { out = g.keep(out, reading{end: end, expr: e, faults: f}) }

	switch {
	case t.is("zijn"):
		owner := g.sc.binding.Object
		g.needName(i+1, nameOfOwner, owner)
		for _, m := range g.p.names.at(g.toks, i+1) {
			for _, s := range m.symbols {
				switch a := s.attribute; {
				case s.broken:
					add(m.end, broken(pos), wrong(nil))
				case a != nil && a.Kind == rule.Value && !s.plural && a.Owner == owner:
					g.ended(i+1, m.end)
					add(m.end, &rule.AttributeRef{Node: rule.Node{Typ: a.Type, Pos: pos}, From: g.sc.binding, Attribute: a}, nil)
				}
			}
		}
		return out

	case t.is("de") || t.is("het"):
		g.needName(i+1, nameAfterArticle, nil)
		for _, m := range g.p.names.at(g.toks, i+1) {
			if e, f, ok := g.parameter(i, m); ok {
				g.ended(i+1, m.end)
				add(m.end, e, f)
			}
			for _, s := range m.symbols {
				switch a := s.attribute; {
				case s.broken:
					add(m.end, broken(pos), wrong(nil))
					for _, q := range g.ofPath(m.end) {
						add(q.end, broken(pos), wrong(nil))
					}
				case a != nil && a.Kind == rule.Value && !s.plural:
					g.ended(i+1, m.end)
					for _, q := range g.ofPath(m.end) {
						e := &rule.AttributeRef{Node: rule.Node{Typ: a.Type, Pos: pos}, From: q.from, Via: q.via, Attribute: a}
						f := join(q.faults, g.article(i, a.Article, nil, m.end))
						if q.target != nil && q.target != a.Owner {
							owner := q.target
							at := g.pos(i + 1)
							f = join(f, wrong(func() rule.Diagnostic {
								return errorAt(at, CodeName, "een "+lowerName(owner.Name)+" heeft geen "+quote(a.Name),
									quote(a.Name)+" hoort bij "+lowerName(a.Owner.Name))
							}))
						}
						add(q.end, e, f)
					}
				}
			}
		}
	}

	at := i
	if t.is("de") || t.is("het") {
		at++
	}
	for _, v := range g.sc.all() {
		if end := matchWords(g.toks, at, v.words); end > 0 && (at > i) == (v.rule.Article != "") {
			g.ended(at, end)
			e, f := g.variable(v, pos)
			if at > i {
				f = join(f, g.article(i, v.rule.Article, nil, end))
			}
			add(end, e, f)
		}
	}
	return out
}

// matchWords gives the token after the words of a name at i, or -1.
func matchWords(toks []token, i int, words []string) int {
	if len(words) == 0 || i+len(words) > len(toks) {
		return -1
	}
	for k, w := range words {
		t := &toks[i+k]
		if t.kind != kindWord && t.kind != kindNumber {
			return -1
		}
		if t.text != w && (k > 0 || t.fold != foldFirst(w)) {
			return -1
		}
	}
	return i + len(words)
}

// parameter gives the parameter that a name means here: that of the own
// regulation, or else the only one there is.
func (g *region) parameter(i int, m match) (rule.Expr, *fault, bool) {
	var own, other *rule.Parameter
	var others []string
	for _, s := range m.symbols {
		if q := s.parameter; q != nil {
			if g.p.home[q] == g.u.src.Regulation {
				own = q
			} else {
				other = q
				others = append(others, g.p.home[q])
			}
		}
	}
	if own == nil {
		own = other
	}
	if own == nil {
		return nil, nil, false
	}
	pos := g.pos(i)
	if own == other && len(others) > 1 {
		text := own.Name
		return broken(pos), wrong(func() rule.Diagnostic {
			return errorAt(pos, CodeAmbiguous, "de parameter "+quote(text)+" staat in meer regelingen: "+enumerate(others, "en"),
				"declareer hem in de eigen regeling, of geef een van beide een andere naam")
		}), true
	}
	return &rule.ParameterRef{Node: rule.Node{Typ: own.Type, Pos: pos}, Parameter: own}, g.article(i, own.Article, nil, m.end), true
}

// functions reads the built-in functions at i.
func (g *region) functions(i int) []reading {
	t := g.tok(i)
	if !t.is("de") && !t.is("het") {
		return nil
	}
	pos := g.u.pos(t)
	node := func(typ rule.Type) rule.Node { return rule.Node{Typ: typ, Pos: pos} }
	date, number := rule.Type{Kind: rule.DateKind}, rule.Type{Kind: rule.Number, Whole: true}
	var out []reading
	next := g.tok(i + 1).fold
	switch {
	case t.is("de") && next == "rekendatum":
		return g.keep(out, reading{end: i + 2, expr: &rule.ReferenceDate{Node: node(date)}})
	case t.is("de") && next == "tijdsduur":
		if j := g.words(i+2, "van"); j > 0 {
			return g.duration(pos, j)
		}
	case t.is("de") && next == "eerste":
		return g.firstDay(pos, i)
	case t.is("het") && next == "jaar" || t.is("de") && (next == "maand" || next == "dag"):
		if !g.tok(i + 2).is("uit") {
			return nil
		}
		unit := map[string]rule.TimeUnit{"jaar": rule.Years, "maand": rule.Months, "dag": rule.Days}[next]
		for _, r := range g.primary(i + 3) {
			out = g.keep(out, reading{end: r.end, faults: join(r.faults, g.same(date, r.expr, "wat na uit staat")),
				expr: &rule.DatePart{Node: node(number), Date: r.expr, Unit: unit}})
		}
	case t.is("de") && (next == "minimale" || next == "maximale"):
		if j := g.words(i+2, "waarde", "van"); j > 0 {
			return g.extreme(pos, j, next == "maximale")
		}
	case t.is("het") && next == "aantal":
		return g.count(i)
	case t.is("de") && next == "som":
		return g.aggregate(i, rule.Sum)
	case t.is("het") && next == "minimum":
		return g.aggregate(i, rule.Min)
	case t.is("het") && next == "maximum":
		return g.aggregate(i, rule.Max)
	}
	return out
}

// duration reads the rest of "de tijdsduur van A tot B in hele jaren".
func (g *region) duration(pos rule.Pos, i int) []reading {
	date := rule.Type{Kind: rule.DateKind}
	var out []reading
	for _, from := range g.sum(i) {
		if !g.tok(from.end).is("tot") {
			g.need(from.end, wantEnTot)
			continue
		}
		for _, to := range g.sum(from.end + 1) {
			j := g.words(to.end, "in", "hele")
			if j < 0 {
				g.need(to.end, wantInHele)
				continue
			}
			d := &rule.Duration{Node: rule.Node{Typ: rule.Type{Kind: rule.Number, Whole: true}, Pos: pos}, From: from.expr, To: to.expr}
			switch u := g.tok(j); {
			case u.is("jaren"):
				d.Unit, d.Typ.Unit = rule.Years, "jr"
			case u.is("maanden"):
				d.Unit, d.Typ.Unit = rule.Months, "mnd"
			case u.is("dagen"):
				d.Unit, d.Typ.Unit = rule.Days, "dg"
			default:
				g.need(to.end, wantInHele)
				continue
			}
			f := join(join(from.faults, to.faults), join(g.same(date, from.expr, "het begin van een tijdsduur"), g.same(date, to.expr, "het einde van een tijdsduur")))
			out = g.keep(out, reading{end: j + 1, expr: d, faults: f})
		}
	}
	return out
}

// firstDay reads "de eerste dag van de maand van D" and its sisters.
func (g *region) firstDay(pos rule.Pos, i int) []reading {
	j := g.words(i, "de", "eerste", "dag", "van")
	if j < 0 {
		return nil
	}
	e := rule.FirstDay{Node: rule.Node{Typ: rule.Type{Kind: rule.DateKind}, Pos: pos}, Unit: rule.Months}
	at := -1
	for _, f := range []struct {
		words string
		unit  rule.TimeUnit
		next  bool
	}{
		{"de maand van", rule.Months, false},
		{"de maand volgend op", rule.Months, true},
		{"de volgende maand na", rule.Months, true},
		{"het jaar van", rule.Years, false},
		{"het jaar volgend op", rule.Years, true},
		{"het volgende jaar na", rule.Years, true},
	} {
		if at = g.words(j, strings.Fields(f.words)...); at > 0 {
			e.Unit, e.Next = f.unit, f.next
			break
		}
	}
	if at < 0 {
		g.need(j, wantPeriod)
		return nil
	}
	var out []reading
	for _, r := range g.primary(at) {
		d := e
		d.Date = r.expr
		out = g.keep(out, reading{end: r.end, expr: &d, faults: join(r.faults, g.same(e.Typ, r.expr, "wat hier staat"))})
	}
	return out
}

// extreme reads the values of "de maximale waarde van A, B en C". A value may
// be a calculation, so "A en B min C" has two readings: the writer has to say.
func (g *region) extreme(pos rule.Pos, i int, highest bool) []reading {
	type partial struct {
		end    int
		args   []rule.Expr
		faults *fault
	}
	var out []reading
	var open []partial
	for _, r := range g.sum(i) {
		open = append(open, partial{r.end, []rule.Expr{r.expr}, r.faults})
	}
	for n := 0; n < len(open) && !g.over; n++ {
		q := open[n]
		last := g.tok(q.end).is("en")
		if !last && !g.tok(q.end).is(",") {
			g.need(q.end, wantArgument)
			continue
		}
		for _, r := range g.sum(q.end + 1) {
			if g.p.readings++; g.p.readings > maxReadings {
				g.over = true
				break
			}
			args := append(append(make([]rule.Expr, 0, len(q.args)+1), q.args...), r.expr)
			f := join(q.faults, join(r.faults, g.same(q.args[0].Type(), r.expr, "de waarde")))
			if !last {
				open = append(open, partial{r.end, args, f})
				continue
			}
			t := args[0].Type()
			for _, a := range args {
				t.Whole = t.Whole && a.Type().Whole
			}
			if known(t) && t.Kind != rule.Amount && t.Kind != rule.Number && t.Kind != rule.Percentage && t.Kind != rule.DateKind {
				bad := t
				f = join(f, wrong(func() rule.Diagnostic {
					return errorAt(pos, CodeMismatch, "van "+describe(bad)+" is er geen kleinste of grootste", "gebruik bedragen, getallen, percentages of datums")
				}))
			}
			out = g.keep(out, reading{end: r.end, expr: &rule.Extreme{Node: rule.Node{Typ: t, Pos: pos}, Max: highest, Args: args}, faults: f})
		}
	}
	return out
}

// count reads "het aantal leden van zijn huishouden", with a subselection.
func (g *region) count(i int) []reading {
	pos := g.pos(i)
	var out []reading
	g.needName(i+2, nameMany, nil)
	for _, m := range g.p.names.at(g.toks, i+2) {
		for _, s := range m.symbols {
			var qs []manyPath
			switch {
			case s.role != nil && s.role.Many && s.plural:
				qs = g.manyOf(i+1, m.end, s.role)
			case s.broken:
				for _, q := range g.ofPath(m.end) {
					qs = append(qs, manyPath{end: q.end, from: q.from, faults: wrong(nil)})
				}
			}
			for _, q := range qs {
				out = g.selected(out, pos, rule.Count, q, nil, rule.Type{Kind: rule.Number, Whole: true})
			}
		}
	}
	return out
}

// aggregate reads "de som van het vermogen van de leden van zijn huishouden",
// and het minimum van and het maximum van.
func (g *region) aggregate(i int, op rule.AggregateOp) []reading {
	pos := g.pos(i)
	j := g.words(i+2, "van")
	if j < 0 || !g.tok(j).is("de") && !g.tok(j).is("het") {
		return nil
	}
	var out []reading
	g.needName(j+1, nameValue, nil)
	for _, m := range g.p.names.at(g.toks, j+1) {
		for _, s := range m.symbols {
			a := s.attribute
			isAttribute := a != nil && a.Kind == rule.Value && !s.plural
			if !isAttribute && !s.broken {
				continue
			}
			g.ended(j+1, m.end)
			if !g.tok(m.end).is("van") {
				g.need(m.end, wantVan)
				continue
			}
			for _, q := range g.many(m.end + 1) {
				if s.broken {
					q.faults = join(q.faults, wrong(nil))
					out = g.selected(out, pos, op, q, nil, rule.Type{})
					continue
				}
				q.faults = join(q.faults, g.article(j, a.Article, nil, m.end))
				if last := q.last(); last != nil && last.Target != a.Owner {
					at, owner := g.pos(j+1), last.Target
					q.faults = join(q.faults, wrong(func() rule.Diagnostic {
						return errorAt(at, CodeName, "een "+lowerName(owner.Name)+" heeft geen "+quote(a.Name), quote(a.Name)+" hoort bij "+lowerName(a.Owner.Name))
					}))
				}
				t := a.Type
				if ordered := t.Kind == rule.Amount || t.Kind == rule.Number || op != rule.Sum && (t.Kind == rule.Percentage || t.Kind == rule.DateKind); !ordered {
					at := g.pos(j)
					q.faults = join(q.faults, wrong(func() rule.Diagnostic {
						return errorAt(at, CodeMismatch, describe(t)+" kan hier niet worden samengenomen", "gebruik een bedrag of een getal")
					}))
				}
				out = g.selected(out, pos, op, q, &rule.AttributeRef{Node: rule.Node{Typ: t, Pos: g.pos(j)}, Via: q.after, Attribute: a}, t)
			}
		}
	}
	return out
}

// selected adds the aggregation over q, with and without the subselection that
// may follow.
func (g *region) selected(out []reading, pos rule.Pos, op rule.AggregateOp, q manyPath, of *rule.AttributeRef, t rule.Type) []reading {
	if len(q.via) == 0 { // in error already
		return g.keep(out, reading{end: q.end, expr: broken(pos), faults: q.faults})
	}
	make := func(end int, element *rule.Binding, filter rule.Condition, f *fault) {
		e := &rule.Aggregate{Node: rule.Node{Typ: t, Pos: pos}, Op: op, From: q.from, Via: q.via, Element: element, Filter: filter}
		if of != nil {
			read := *of
			read.From = element
			e.Of = &read
		}
		out = g.keep(out, reading{end: end, expr: e, faults: join(q.faults, f)})
	}
	sc := g.sc.element(q.via[len(q.via)-1])
	make(q.end, sc.binding, nil, nil)
	if !g.tok(q.end).is("die") {
		g.need(q.end, wantDie)
		return out
	}
	for _, s := range g.subselection(q.end+1, sc) {
		make(s.end, s.element, s.filter, s.faults)
	}
	return out
}
