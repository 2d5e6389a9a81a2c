package regelspraak

import (
	"lemniscaat/internal/rule"
)

// known reports whether a type was established; an expression in error has
// none, and nothing more is said about it.
func known(t rule.Type) bool { return t.Kind != 0 }

// fits reports whether a value of type t can stand where want is needed; the
// code and hint say why not.
func fits(want, t rule.Type) (code, hint string, ok bool) {
	switch {
	case !known(want) || !known(t):
	case want.Kind != t.Kind:
		switch {
		case want.Kind == rule.Amount && t.Kind == rule.Number && t.Unit == "":
			hint = "schrijf bij een vast bedrag het euroteken: " + quote("24 €")
		case want.Kind == rule.Percentage && t.Kind == rule.Number:
			hint = "schrijf bij een vast percentage het teken: " + quote("24%")
		case want.Kind == rule.Enum && t.Kind == rule.Text && want.Domain != nil:
			hint = want.Domain.Name + " kent " + enumerate(quoteAll(want.Domain.Values), "en")
		}
		return CodeMismatch, hint, false
	case want.Kind == rule.Number && want.Unit != t.Unit:
		hint = "geef beide dezelfde eenheid"
		if u := want.Unit + " " + t.Unit; u == "jr mnd" || u == "mnd jr" {
			hint = "reken met een van beide: " + quote("in hele jaren") + " geeft jr, " + quote("in hele maanden") + " geeft mnd"
		} else if want.Unit != "" && t.Unit == "" {
			hint = "zet de eenheid erbij: " + quote("18 "+want.Unit)
		}
		return CodeUnit, hint, false
	case want.Kind == rule.Enum && want.Domain != t.Domain:
		return CodeMismatch, "de twee hebben elk een eigen domein", false
	}
	return "", "", true
}

func quoteAll(values []string) []string {
	out := make([]string, len(values))
	for i, v := range values {
		out[i] = quote("'" + v + "'")
	}
	return out
}

// same gives a fault when e is not of the wanted type; what names e.
func (g *region) same(want rule.Type, e rule.Expr, what string) *fault {
	code, hint, ok := fits(want, e.Type())
	if ok {
		return nil
	}
	return wrong(func() rule.Diagnostic {
		return errorAt(e.Position(), code, what+" is "+describe(e.Type())+" en hoort "+describe(want)+" te zijn", hint)
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
	t, code, hint := arithType(op, a, b)
	if code == "" {
		e.Typ = t
		return e, nil
	}
	return e, wrong(func() rule.Diagnostic {
		return errorAt(pos, code, describe(a)+" "+opWords[op]+" "+describe(b)+" kan niet", hint)
	})
}

// arithType gives the type of a calculation, or a code and hint.
//
//	           plus, min       maal                 gedeeld door
//	Bedrag     Bedrag          getal → Bedrag       getal → Bedrag, Bedrag → getal
//	getal      zelfde eenheid  hoogstens één heeft  getal zonder eenheid, of
//	                           een eenheid          zelfde eenheid → getal
//	Percentage Percentage      –                    getal → Percentage
func arithType(op rule.ArithOp, a, b rule.Type) (t rule.Type, code, hint string) {
	amount := rule.Type{Kind: rule.Amount, Unit: "€"}
	plain := func(t rule.Type) bool { return t.Kind == rule.Number && t.Unit == "" }
	number := func(t rule.Type) bool { return t.Kind == rule.Number }
	numeric := func(t rule.Type) bool { return number(t) || t.Kind == rule.Amount || t.Kind == rule.Percentage }
	if !numeric(a) || !numeric(b) {
		if a.Kind == rule.DateKind && b.Kind == rule.DateKind {
			return t, CodeMismatch, "schrijf " + quote("de tijdsduur van … tot … in hele jaren")
		}
		if b.Kind == rule.DateKind && op == rule.Add {
			return t, CodeMismatch, "zet de datum voorop: " + quote("de geboortedatum plus 18 jr")
		}
		return t, CodeMismatch, "reken met bedragen, getallen of percentages"
	}
	switch op {
	case rule.Add, rule.Sub, rule.SubFrom:
		code, hint, ok := fits(a, b)
		if !ok {
			if a.Kind == rule.Percentage || b.Kind == rule.Percentage {
				hint = "een percentage is een deel van iets: schrijf " + quote("10% van …")
			}
			return t, code, hint
		}
		t = a
		t.Whole = a.Whole && b.Whole
		return t, "", ""
	case rule.Mul:
		switch {
		case a.Kind == rule.Percentage || b.Kind == rule.Percentage:
			return t, CodeMismatch, "schrijf " + quote("110% van …") + " in plaats van maal een percentage"
		case a.Kind == rule.Amount && b.Kind == rule.Amount:
			return t, CodeMismatch, "een bedrag maal een bedrag bestaat niet; maak van een van beide een getal"
		case a.Kind == rule.Amount && plain(b), plain(a) && b.Kind == rule.Amount:
			return amount, "", ""
		case plain(a) || plain(b):
			if !number(a) || !number(b) {
				break
			}
			return rule.Type{Kind: rule.Number, Unit: a.Unit + b.Unit, Whole: a.Whole && b.Whole}, "", ""
		}
		return t, CodeUnit, "samengestelde eenheden vallen buiten het profiel; gebruik een getal zonder eenheid"
	case rule.Div:
		switch {
		case plain(b):
			a.Whole = false
			return a, "", ""
		case b.Kind == rule.Percentage:
			return t, CodeMismatch, "door een percentage kan niet worden gedeeld"
		case a.Kind == b.Kind && a.Unit == b.Unit:
			return rule.Type{Kind: rule.Number}, "", ""
		case a.Kind == b.Kind:
			return t, CodeUnit, "geef beide dezelfde eenheid"
		case number(b):
			return t, CodeUnit, "samengestelde eenheden vallen buiten het profiel; deel door een getal zonder eenheid"
		}
		return t, CodeMismatch, "deel door een getal zonder eenheid, of door iets van hetzelfde type"
	}
	panic("BUG: unknown operator")
}

// shift types "de geboortedatum plus 18 jr".
func (g *region) shift(op rule.ArithOp, l, r rule.Expr) (rule.Expr, *fault) {
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
		return bad(CodeUnit, "bij een datum hoort een aantal jaren, maanden of dagen; gevonden: "+describe(b), "schrijf bijvoorbeeld "+quote("18 jr")+", "+quote("3 mnd")+" of "+quote("10 dg"))
	case !b.Whole:
		return bad(CodeWhole, "een datum schuift op met een geheel aantal", "rond het aantal af op 0 decimalen")
	}
	return e, nil
}

// comparable reports whether an operator can compare values of a type.
func orders(op rule.CompareOp) bool { return op != rule.Equal && op != rule.NotEqual }
