package regelspraak

import (
	"lemniscaat/internal/rule"
)

// The readings of a phrase are shared by the phrases around it: they are not
// changed once they are given.

// full reads an expression with what binds last: a minimum or maximum, then a
// rounding.
func (g *region) full(i int) []reading { return g.at(phraseFull, i, g.readFull) }

func (g *region) readFull(i int) []reading {
	sums := g.sum(i)
	bound := false
	for _, r := range sums {
		t := g.tok(r.end)
		bound = bound || t.is(",") || t.is("met") || t.is("naar") || t.is("rekenkundig") || t.is("richting") || t.is("weg")
	}
	if !bound { // the usual case
		return sums
	}
	var out []reading
	for _, r := range sums {
		out = g.keep(out, r)
		out = g.rounded(out, r)
		for _, c := range g.clamped(r) {
			out = g.keep(out, c)
			out = g.rounded(out, c)
		}
	}
	return out
}

// sum reads terms joined by plus, min and verminderd met, from left to right.
func (g *region) sum(i int) []reading { return g.at(phraseSum, i, g.readSum) }

func (g *region) readSum(i int) []reading {
	return g.chain(i, g.term(i), g.term, func(j int) (rule.ArithOp, int) {
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
	return g.chain(i, g.percent(i), g.percent, func(j int) (rule.ArithOp, int) {
		switch t := g.tok(j); {
		case t.is("maal"):
			return rule.Mul, j + 1
		case t.is("gedeeld") && g.tok(j+1).is("door"):
			return rule.Div, j + 2
		}
		return 0, -1
	})
}

// chain extends every reading from i with an operator and an operand for as
// long as one follows.
func (g *region) chain(i int, first []reading, operand func(int) []reading, operator func(int) (rule.ArithOp, int)) []reading {
	joined := false
	for _, r := range first {
		_, next := operator(r.end)
		joined = joined || next >= 0
	}
	if !joined { // the usual case
		for _, r := range first {
			g.need(r.end, wantOperator)
		}
		return first
	}
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
			if shift, ok := e.(*rule.DateShift); ok && f == nil && !g.tok(i).is("(") {
				f = g.openDay(shift)
			}
			out = g.keep(out, reading{end: r.end, expr: e, faults: join(join(l.faults, r.faults), f)})
		}
	}
	return out
}

// percent reads "110% van zijn inkomen", or a primary.
func (g *region) percent(i int) []reading { return g.at(phrasePercent, i, g.readPercent) }

func (g *region) readPercent(i int) []reading {
	first := g.primary(i)
	parted := false
	for _, r := range first {
		parted = parted || g.tok(r.end).is("van")
	}
	if !parted { // the usual case
		return first
	}
	var out []reading
	for _, r := range first {
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
					return errorAt(pos, CodeMismatch, "een percentage van "+g.p.describe(of)+" bestaat niet", "neem een percentage van een bedrag of een getal")
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
