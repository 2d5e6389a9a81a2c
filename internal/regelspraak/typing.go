package regelspraak

import (
	"slices"
	"strings"

	"lemniscaat/internal/rule"
)

// known reports whether a type was established; an expression in error has
// none, and nothing more is said about it.
func known(t rule.Type) bool { return t.Kind != 0 }

// fit gives e as a value of type want, converted to its unit when needed; the
// code and hint say why it is none.
func (p *parser) fit(want rule.Type, e rule.Expr) (out rule.Expr, code, hint string) {
	t := e.Type()
	switch {
	case !known(want) || !known(t):
	case want.IsNumeric() && t.IsNumeric() && want.Unit != t.Unit && want.Kind != rule.Percentage && t.Kind != rule.Percentage:
		if c, ok := p.convert(e, want.Kind, want.Unit); ok {
			return c, "", ""
		}
		code = CodeUnit
		if want.Kind != t.Kind {
			code = CodeMismatch
		}
		return e, code, p.unitHint(want, t)
	case want.Kind != t.Kind:
		switch {
		case want.Kind == rule.Percentage && t.Kind == rule.Number:
			hint = "schrijf bij een vast percentage het teken: " + quote("24%")
		case want.Kind == rule.Enum && t.Kind == rule.Text && want.Domain != nil:
			hint = want.Domain.Name + " kent " + enumerate(quoteAll(want.Domain.Values), "en")
		}
		return e, CodeMismatch, hint
	case want.Kind == rule.Enum && want.Domain != t.Domain:
		return e, CodeMismatch, "de twee hebben elk een eigen domein"
	}
	return e, "", ""
}

// unitHint says how a number of unit t becomes one of unit want.
func (p *parser) unitHint(want, t rule.Type) string {
	switch {
	case want.Kind == rule.Amount && t.Kind == rule.Number && t.Unit == "":
		return "schrijf bij een vast bedrag het euroteken: " + quote("24 "+want.Unit)
	case t.Unit == "":
		return "zet de eenheid erbij: " + quote("18 "+want.Unit)
	}
	has := func(unit string, some ...string) bool {
		return slices.ContainsFunc(rule.UnitSymbols(unit), func(s string) bool { return contains(some, s) })
	}
	months, days := []string{"jr", "kw", "mnd"}, []string{"dg", "wk", "uur", "minuut", "s"}
	if has(want.Unit, months...) && has(t.Unit, days...) || has(want.Unit, days...) && has(t.Unit, months...) {
		return "een maand of een jaar heeft geen vast aantal dagen of weken; reken in één van beide"
	}
	// What is missing: €/mnd where € is needed asks for a number of months.
	if by := rule.DivUnits(want.Unit, t.Unit); by != "" && !strings.ContainsAny(by, "/*^") && by != "€" {
		return "vermenigvuldig met een aantal " + DescribeUnit(p.units, by) + ": " + quote("… maal 1 "+by)
	}
	if by := rule.DivUnits(t.Unit, want.Unit); by != "" && !strings.ContainsAny(by, "/*^") && by != "€" {
		return "deel door een aantal " + DescribeUnit(p.units, by) + ": " + quote("… gedeeld door 1 "+by)
	}
	if want.Kind != t.Kind {
		return ""
	}
	return "geef beide dezelfde eenheid, of eenheden van één eenheidsysteem"
}

func quoteAll(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = quote("'" + v + "'")
	}
	return out
}

// same gives e as a value of the wanted type, or a fault; what names e.
func (g *region) same(want rule.Type, e rule.Expr, what string) (rule.Expr, *fault) {
	out, code, hint := g.p.fit(want, e)
	if code == "" {
		return out, nil
	}
	return e, wrong(func() rule.Diagnostic {
		return errorAt(e.Position(), code, what+" is "+g.p.describe(e.Type())+" en hoort "+g.p.describe(want)+" te zijn", hint)
	})
}

// unitOf maps a unit of calendar time to its TimeUnit.
func unitOf(unit string) (rule.TimeUnit, bool) {
	switch unit {
	case "jr":
		return rule.Years, true
	case "mnd":
		return rule.Months, true
	case "dg":
		return rule.Days, true
	}
	return 0, false
}

var opWords = [...]string{rule.Add: "plus", rule.Sub: "min", rule.SubFrom: "verminderd met", rule.Mul: "maal", rule.Div: "gedeeld door"}

// arithmetic combines two operands, or says why they cannot be combined.
func (g *region) arithmetic(op rule.ArithOp, l, r rule.Expr) (rule.Expr, *fault) {
	a, b := l.Type(), r.Type()
	pos := l.Position()
	node := rule.Node{Pos: pos}
	if a.Kind == rule.DateKind && (op == rule.Add || op == rule.Sub) {
		return g.shift(op, l, r)
	}
	e := &rule.Arith{Node: node, Op: op, L: l, R: r}
	if !known(a) || !known(b) {
		return e, nil
	}
	r, t, code, hint := g.p.arithType(op, l, r)
	e.R = r
	if code == "" {
		e.Typ = t
		return e, nil
	}
	return e, wrong(func() rule.Diagnostic {
		return errorAt(pos, code, g.p.describe(a)+" "+opWords[op]+" "+g.p.describe(b)+" kan niet", hint)
	})
}

// arithType gives the type of a calculation with its right side in the unit
// that it needs, or a code and hint.
//
//	           plus, min         maal               gedeeld door
//	bedrag en  zelfde grootheid  eenheden maal      eenheden gedeeld door
//	getal                        elkaar             elkaar
//	percentage percentage        –                  getal zonder eenheid
func (p *parser) arithType(op rule.ArithOp, l, r rule.Expr) (right rule.Expr, t rule.Type, code, hint string) {
	a, b := l.Type(), r.Type()
	if !a.IsNumeric() || !b.IsNumeric() {
		if a.Kind == rule.DateKind && b.Kind == rule.DateKind {
			return r, t, CodeMismatch, "schrijf " + quote("de tijdsduur van … tot … in hele jaren")
		}
		if b.Kind == rule.DateKind && op == rule.Add {
			return r, t, CodeMismatch, "zet de datum voorop: " + quote("de geboortedatum plus 18 jr")
		}
		return r, t, CodeMismatch, "reken met bedragen, getallen of percentages"
	}
	percentages := a.Kind == rule.Percentage || b.Kind == rule.Percentage
	switch op {
	case rule.Add, rule.Sub, rule.SubFrom:
		right, code, hint := p.fit(a, r)
		if code != "" {
			if percentages {
				hint = "een percentage is een deel van iets: schrijf " + quote("10% van …")
			}
			return r, t, code, hint
		}
		a.Whole = a.Whole && right.Type().Whole
		return right, a, "", ""
	case rule.Mul:
		if percentages {
			return r, t, CodeMismatch, "schrijf " + quote("110% van …") + " in plaats van maal een percentage"
		}
		if a.Kind == rule.Amount && b.Kind == rule.Amount {
			return r, t, CodeMismatch, "een bedrag maal een bedrag bestaat niet; maak van een van beide een getal"
		}
		right := p.toward(l, r)
		unit := mulUnits(a.Unit, right.Type().Unit)
		if _, err := rule.CanonicalUnit(unit); err != nil {
			return r, t, CodeUnit, err.Error()
		}
		kind := kindOf(unit)
		return right, rule.Type{Kind: kind, Unit: unit, Whole: kind == rule.Number && a.Whole && right.Type().Whole}, "", ""
	case rule.Div:
		switch {
		case b.Kind == rule.Percentage:
			return r, t, CodeMismatch, "door een percentage kan niet worden gedeeld"
		case a.Kind == rule.Percentage && b.Unit != "":
			return r, t, CodeMismatch, "deel een percentage door een getal zonder eenheid"
		case b.Unit == "":
			a.Whole = false
			return r, a, "", ""
		}
		right := p.toward(l, r)
		unit := rule.DivUnits(a.Unit, right.Type().Unit)
		if _, err := rule.CanonicalUnit(unit); err != nil {
			return r, t, CodeUnit, err.Error()
		}
		return right, rule.Type{Kind: kindOf(unit), Unit: unit}, "", ""
	}
	panic("BUG: unknown operator")
}

func mulUnits(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return rule.MulUnits(a, b)
}

// shift types "de geboortedatum plus 18 jr".
func (g *region) shift(op rule.ArithOp, l, r rule.Expr) (rule.Expr, *fault) {
	switch r.Type().Unit {
	case "wk":
		r, _ = g.p.convert(r, rule.Number, "dg")
	case "kw":
		r, _ = g.p.convert(r, rule.Number, "mnd")
	}
	b := r.Type()
	unit, timed := unitOf(b.Unit)
	e := &rule.DateShift{Node: rule.Node{Typ: rule.Type{Kind: rule.DateKind}, Pos: l.Position()},
		Date: l, Amount: r, Unit: unit, Minus: op == rule.Sub}
	bad := func(code, message, hint string) (rule.Expr, *fault) {
		return e, wrong(func() rule.Diagnostic { return errorAt(r.Position(), code, message, hint) })
	}
	switch {
	case !known(b):
	case b.Kind == rule.DateKind:
		return bad(CodeMismatch, "een datum "+opWords[op]+" een datum kan niet", "schrijf "+quote("de tijdsduur van … tot … in hele jaren"))
	case b.Kind != rule.Number || !timed:
		return bad(CodeUnit, "bij een datum hoort een aantal jaren, maanden of dagen; gevonden: "+g.p.describe(b), "schrijf bijvoorbeeld "+quote("18 jr")+", "+quote("3 mnd")+" of "+quote("10 dg"))
	case !b.Whole:
		return bad(CodeWhole, "een datum schuift op met een geheel aantal", "rond het aantal af op 0 decimalen")
	}
	return e, nil
}

// orders reports whether an operator can compare values of a type.
func orders(op rule.CompareOp) bool { return op != rule.Equal && op != rule.NotEqual }
