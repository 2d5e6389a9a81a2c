package regelspraak

import (
	"strings"

	"lemniscaat/internal/rule"
)

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
	case t.is("de") && next == "datum":
		if j := g.words(i+2, "met", "jaar", ",", "maand", "en", "dag", "("); j > 0 {
			return g.makeDate(pos, j)
		}
	case t.is("de") && next == "eerste":
		return g.firstDay(pos, i)
	case t.is("het") && next == "jaar" || t.is("de") && (next == "maand" || next == "dag"):
		if !g.tok(i + 2).is("uit") {
			return nil
		}
		unit := map[string]rule.TimeUnit{"jaar": rule.Years, "maand": rule.Months, "dag": rule.Days}[next]
		for _, r := range g.primary(i + 3) {
			_, f := g.same(date, r.expr, "wat na uit staat")
			out = g.keep(out, reading{end: r.end, faults: join(r.faults, f),
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

// makeDate reads the three numbers of "de datum met jaar, maand en dag (2026,
// 1, 31)".
func (g *region) makeDate(pos rule.Pos, i int) []reading {
	type partial struct {
		end    int
		args   []rule.Expr
		faults *fault
	}
	open := []partial{{end: i}}
	var out []reading
	what := [...]string{"het jaar", "de maand", "de dag"}
	for n := 0; n < len(open) && !g.over; n++ {
		q := open[n]
		k := len(q.args)
		for _, r := range g.sum(q.end) {
			if g.p.readings++; g.p.readings > maxReadings {
				g.over = true
				break
			}
			e, f := g.same(rule.Type{Kind: rule.Number}, r.expr, what[k])
			if f == nil && known(e.Type()) && !e.Type().Whole {
				f = wrong(func() rule.Diagnostic {
					return errorAt(e.Position(), CodeWhole, what[k]+" van een datum is een geheel getal", "rond af op 0 decimalen")
				})
			}
			args := append(q.args[:k:k], e)
			f = join(q.faults, join(r.faults, f))
			switch t := g.tok(r.end); {
			case k < 2 && t.is(","):
				open = append(open, partial{r.end + 1, args, f})
			case k == 2 && t.is(")"):
				out = g.keep(out, reading{end: r.end + 1, faults: f, expr: &rule.MakeDate{
					Node: rule.Node{Typ: rule.Type{Kind: rule.DateKind}, Pos: pos}, Year: args[0], Month: args[1], Day: args[2]}})
			case k < 2:
				g.need(r.end, wantOperator|wantComma)
			default:
				g.need(r.end, wantOperator|wantClose)
			}
		}
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
			_, f1 := g.same(date, from.expr, "het begin van een tijdsduur")
			_, f2 := g.same(date, to.expr, "het einde van een tijdsduur")
			out = g.keep(out, reading{end: j + 1, expr: d, faults: join(join(from.faults, to.faults), join(f1, f2))})
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
		_, f := g.same(e.Typ, r.expr, "wat hier staat")
		out = g.keep(out, reading{end: r.end, expr: &d, faults: join(r.faults, f)})
	}
	return out
}

// openDay is the doubt in "de eerste dag van de maand volgend op D plus 10 dg":
// the days may come after that first day, or before it is looked for. Who means
// either writes parentheses.
func (g *region) openDay(shift *rule.DateShift) *fault {
	first, ok := shift.Date.(*rule.FirstDay)
	if !ok {
		return nil
	}
	sc := g.sc
	return unclear(func() rule.Diagnostic {
		within, inner := *first, *shift
		inner.Date = first.Date
		within.Date = &inner
		return ambiguous(shift.Position(), fragmentsOf(sc, shift, nil), fragmentsOf(sc, &within, nil))
	})
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
			arg, f := g.same(q.args[0].Type(), r.expr, "de waarde")
			args := append(append(make([]rule.Expr, 0, len(q.args)+1), q.args...), arg)
			f = join(q.faults, join(r.faults, f))
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
					return errorAt(pos, CodeMismatch, "van "+g.p.describe(bad)+" is er geen kleinste of grootste", "gebruik bedragen, getallen, percentages of datums")
				}))
			}
			out = g.keep(out, reading{end: r.end, expr: &rule.Extreme{Node: rule.Node{Typ: t, Pos: pos}, Max: highest, Args: args}, faults: f})
		}
	}
	return out
}
