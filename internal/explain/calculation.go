package explain

import (
	"strconv"

	"lemniscaat/internal/exact"
	"lemniscaat/internal/rule"
)

// How tightly the forms of a calculation bind, tightest first.
const (
	bindValue = iota
	bindPercent
	bindTimes
	bindPlus
	bindClamp
	bindRound
)

// formula writes a calculation with the values filled in; empty for a value
// that is only read.
func (w *writer) formula(t *exact.Term) string {
	if t.Err != nil {
		return ""
	}
	switch t.Expr.(type) {
	case *rule.VariableRef:
		if len(t.Terms) == 1 {
			return w.formula(t.Terms[0])
		}
		return ""
	case *rule.Literal, *rule.ParameterRef, *rule.AttributeRef, *rule.ReferenceDate:
		return ""
	case *rule.Convert:
		if len(t.Terms) == 1 {
			return w.l.say(tConverted, "van", w.filled(t.Terms[0], bindRound), "naar", w.text(t.Value, termType(t)))
		}
		return ""
	}
	value := w.text(t.Value, termType(t))
	if f := w.filled(t, bindRound); f != value {
		return f + " = " + value
	}
	return ""
}

// signs of the operators, in the order of rule.ArithOp.
var signs = [...]string{" + ", " − ", " − ", " × ", " ÷ "}

// filled writes a calculation with values; what binds less tightly than the
// place it stands in allows gets parentheses.
func (w *writer) filled(t *exact.Term, allowed int) string {
	if t.Err != nil {
		return "?"
	}
	if len(t.Terms) == 0 {
		return w.text(t.Value, termType(t))
	}
	var s string
	var bind int
	switch e := t.Expr.(type) {
	case *rule.VariableRef:
		return w.filled(t.Terms[0], allowed)
	case *rule.Arith:
		if e.Op <= rule.SubFrom && t.Terms[1].Value.IsEmpty() {
			return w.filled(t.Terms[0], allowed) // nothing to add or take away
		}
		bind = bindPlus
		if e.Op == rule.Mul || e.Op == rule.Div {
			bind = bindTimes
		}
		right := bind
		if e.Op != rule.Add && e.Op != rule.Mul {
			right--
		}
		s = w.filled(t.Terms[0], bind) + signs[e.Op] + w.filled(t.Terms[1], right)
	case *rule.PercentOf:
		bind = bindPercent
		s = w.l.say(tPercentOf, "l", w.filled(t.Terms[0], bindValue), "r", w.filled(t.Terms[1], bindPercent))
	case *rule.Convert:
		// A value in another unit; what it was stands behind it.
		return w.text(t.Value, termType(t)) + " (" + w.filled(t.Terms[0], bindRound) + ")"
	case *rule.Clamp:
		bind = bindClamp
		s = w.filled(t.Terms[0], bindPlus)
		i := 1
		if e.Min != nil {
			s += w.l.say(tAtLeastValue, "n", w.filled(t.Terms[i], bindPlus))
			i++
		}
		if e.Max != nil {
			s += w.l.say(tAtMostValue, "n", w.filled(t.Terms[i], bindPlus))
		}
	case *rule.Round:
		bind = bindRound
		to := w.l.texts[tWholeNumbers]
		switch {
		case e.Decimals == 2 && t.Value.Kind == rule.Amount:
			to = w.l.cents
		case e.Decimals > 0:
			if to = w.l.texts[tDecimal]; e.Decimals != 1 {
				to = w.l.say(tDecimals, "n", strconv.Itoa(e.Decimals))
			}
		case t.Value.Kind == rule.Amount:
			to = w.l.wholeEuros
		}
		s = w.filled(t.Terms[0], bindClamp) + w.l.say(tRounded, "hoe", w.l.round[e.Mode], "op", to)
	default:
		return w.text(t.Value, termType(t))
	}
	if bind > allowed {
		return "(" + s + ")"
	}
	return s
}
