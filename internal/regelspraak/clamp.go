package regelspraak

import (
	"slices"
	"strconv"

	"lemniscaat/internal/rule"
)

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
		for _, lo := range g.bound("minimum", lower) {
			out = g.keep(out, g.clamp(r, &lo, nil))
			if next := g.second(lo.end, "maximum"); next > 0 {
				for _, hi := range g.bound("maximum", next) {
					out = g.keep(out, g.clamp(r, &lo, &hi))
				}
			}
		}
	case upper > 0:
		for _, hi := range g.bound("maximum", upper) {
			out = g.keep(out, g.clamp(r, nil, &hi))
			if next := g.second(hi.end, "minimum"); next > 0 {
				for _, lo := range g.bound("minimum", next) {
					out = g.keep(out, g.clamp(r, &lo, &hi))
				}
			}
		}
	}
	return out
}

// bound reads what stands after "met een minimum van". In "X, met een minimum
// van 0 € plus Y" the bound may be the sum, or Y may be added to the whole: who
// means a calculation writes parentheses.
func (g *region) bound(which string, i int) []reading {
	alone := g.percent(i)
	out := slices.Clone(g.sum(i))
	for k, r := range out {
		if slices.ContainsFunc(alone, func(a reading) bool { return a.end == r.end && a.expr == r.expr }) {
			continue
		}
		sc := g.sc
		out[k].faults = join(r.faults, unclear(func() rule.Diagnostic {
			return errorAt(r.expr.Position(), CodeAmbiguous,
				"dit is op twee manieren te lezen: als "+quote("met een "+which+" van ("+joinFragments(fragmentsOf(sc, r.expr, nil))+")")+
					", of als een "+which+" waarna de rest nog komt",
				"zet de grens tussen haakjes, of alles tot en met de grens")
		}))
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
			return errorAt(pos, CodeMismatch, "een minimum of maximum kan niet bij "+g.p.describe(t), "gebruik het bij een bedrag, een getal of een percentage")
		}))
	}
	bound := func(b *reading) rule.Expr {
		if b == nil {
			return nil
		}
		end = max(end, b.end)
		e, wrong := g.same(t, b.expr, "het minimum of maximum")
		f = join(f, join(b.faults, wrong))
		c.Typ.Whole = c.Typ.Whole && e.Type().Whole
		return e
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
				return errorAt(pos, CodeRounding, g.p.describe(t)+" kan niet worden afgerond", "rond een bedrag, een getal of een percentage af")
			}))
		}
		out = g.keep(out, reading{end: j + 2, expr: e, faults: f})
	}
	return out
}
