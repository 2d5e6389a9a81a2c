package check

import (
	"lemniscaat/internal/logic"
	"lemniscaat/internal/rule"
)

// standards finds consistentieregels that nobody can meet, and those that
// everybody does.
func (c *checker) standards() {
	for _, r := range c.set.Model.Rules {
		for _, v := range r.Versions {
			req, ok := v.Action.(*rule.Require)
			if !ok {
				continue
			}
			asked := logic.Holds(v.Condition)
			if always, _, _ := c.never(v, asked); always {
				continue // that is said already
			}
			if always, _, clash := c.never(v, asked, logic.Holds(req.Condition)); always {
				c.add(CodeNeverMet, "Niemand kan aan consistentieregel %s voldoen%s.", r.ID, because(clash)).at(r, v.Pos)
			} else if always, _, _ := c.never(v, asked, logic.Fails(req.Condition)); always {
				c.add(CodeNeverBroken, "Iedereen voldoet altijd aan consistentieregel %s: zij houdt niets tegen.", r.ID).at(r, v.Pos)
			} else {
				c.parts(r, v, req.Condition, []logic.Claim{asked}, false)
			}
		}
	}
}

// initial finds initialisaties that never matter: another rule always gives the
// attribute a value, or what they give is leeg.
func (c *checker) initial() {
	for _, r := range c.set.Model.Rules {
		for _, v := range r.Versions {
			init, ok := v.Action.(*rule.Initialise)
			if !ok {
				continue
			}
			if l, ok := init.Expr.(*rule.Literal); ok && l.Value.IsEmpty() {
				c.add(CodeNoEffect, "De initialisatie %s geeft leeg: dat is het al.", r.ID).at(r, v.Pos)
				continue
			}
			if by := c.alwaysGiven(v, init.Target); by != nil {
				c.add(CodeNoEffect, "De initialisatie %s komt nooit aan bod: regel %s geeft %q altijd een waarde.", r.ID, by.ID, init.Target.Name).at(r, v.Pos)
			}
		}
	}
}

// alwaysGiven gives a rule that, on every day that a version holds, gives an
// attribute of its subject a value that is not leeg; nil when there is none.
func (c *checker) alwaysGiven(v *rule.Version, a *rule.Attribute) *rule.Rule {
	for _, r := range c.set.Model.Rules {
		holds := func(day rule.Date) bool {
			w := r.At(day)
			if w == nil {
				return false
			}
			set, ok := w.Action.(*rule.Assign)
			if !ok || set.Target != a || w.Condition != nil || w.Subject.Kenmerk != nil && w.Subject.Kenmerk != v.Subject.Kenmerk {
				return false
			}
			return c.space(day, true).Ask(v, logic.Holds(&rule.IsEmpty{Expr: set.Expr})).Never
		}
		all := true
		for _, day := range c.days(v) {
			all = all && holds(day)
		}
		if all {
			return r
		}
	}
	return nil
}
