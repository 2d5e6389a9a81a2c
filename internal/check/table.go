package check

import (
	"fmt"
	"math/big"

	"lemniscaat/internal/logic"
	"lemniscaat/internal/rule"
)

// tables finds rows that can never apply, rows that apply together, and what no
// row is for. Of every stretch of days in which the parameters stay the same,
// the last that has it is told.
func (c *checker) tables() {
	for _, r := range c.set.Model.Rules {
		for _, v := range r.Versions {
			if t, ok := v.Action.(*rule.Table); ok {
				x := &tabled{c, r, v, t}
				dead := x.rows()
				x.pairs(dead)
				x.gap()
			}
		}
	}
}

// tabled is one table under the magnifying glass.
type tabled struct {
	*checker
	rule    *rule.Rule
	version *rule.Version
	table   *rule.Table
}

// rows gives the rows that can never apply.
func (x *tabled) rows() map[int]bool {
	dead := map[int]bool{}
	for i, row := range x.table.Rows {
		if row.When == nil {
			continue
		}
		if always, _, clash := x.never(x.version, logic.Holds(row.When)); always {
			dead[i] = true
			x.add(CodeRow, "Rij %d van de tabel in regel %s kan nooit gelden%s.", i+1, x.rule.ID, because(clash)).at(x.rule, row.Pos)
		}
	}
	return dead
}

// pairs finds rows that apply together.
func (x *tabled) pairs(dead map[int]bool) {
	rows := x.table.Rows
	for j := range rows {
		for i := range j {
			if dead[i] || dead[j] {
				continue
			}
			days := x.days(x.version)
			for k := len(days) - 1; k >= 0; k-- {
				if x.pair(i, j, days[k], len(days)) {
					break
				}
			}
		}
	}
}

func (x *tabled) pair(i, j int, on rule.Date, days int) bool {
	claims := []logic.Claim{logic.Holds(x.table.Rows[i].When), logic.Holds(x.table.Rows[j].When)}
	a, possible := x.ask(x.version, on, claims)
	if !possible || a.Open {
		return false
	}
	// The words of the table itself say it best.
	plain := x.space(on, false).Ask(x.version, claims...)
	verb, severity := "gelden", rule.Error
	if !a.Sure {
		verb, severity = "kunnen", rule.Warning
	}
	message := fmt.Sprintf("Rij %d en %d van de tabel in regel %s %s allebei", i+1, j+1, x.rule.ID, verb)
	if !a.Sure {
		message += " gelden"
	}
	x.add(CodeRows, "%s%s%s.", message, since(on, days), where(plain.Witness, x.version.Subject.Kenmerk)).less(severity).at(x.rule, x.table.Rows[j].Pos)
	return true
}

// since names the day where there is more than one to choose from.
func since(on rule.Date, days int) string {
	if days < 2 {
		return ""
	}
	return fmt.Sprintf(" vanaf %v", on)
}

// gap finds what no row is for. Values that are leeg, and numbers below zero,
// are only a gap when the table has a row for such: nobody asks for a row that
// says so. A kenmerk that no row grants is untrue, which is no gap; nor is what
// another rule gives.
func (x *tabled) gap() {
	if x.table.Target.Kind.IsKenmerk() || len(x.writers()[x.table.Target]) > len(x.rule.Versions) {
		return
	}
	var claims []logic.Claim
	for _, row := range x.table.Rows {
		if row.When == nil {
			return
		}
		claims = append(claims, logic.Fails(row.When))
	}
	for _, col := range x.table.Columns {
		switch {
		case col.Kenmerk != nil:
			yes, no := *col.Kenmerk, *col.Kenmerk
			no.Not = true
			claims = append(claims, logic.Holds(&rule.Compound{Quantifier: rule.AtLeast, N: 1, Items: []rule.Condition{&yes, &no}}))
		case col.Left != nil:
			claims = append(claims, logic.Holds(&rule.IsEmpty{Expr: col.Left, Not: true}))
			if zero, ok := nothing(col.Left.Type()); ok && !x.below() {
				claims = append(claims, logic.Holds(&rule.Compare{Op: rule.GreaterEqual, L: col.Left, R: zero}))
			}
		}
	}
	days := x.days(x.version)
	for k := len(days) - 1; k >= 0; k-- {
		a, possible := x.ask(x.version, days[k], claims)
		if !possible || a.Open {
			continue
		}
		plain := x.space(days[k], false).Ask(x.version, claims...)
		x.add(CodeNoRow, "De tabel in regel %s heeft geen rij%s%s.", x.rule.ID, since(days[k], len(days)), where(plain.Witness, x.version.Subject.Kenmerk)).
			at(x.rule, x.table.Pos)
		return
	}
}

// nothing gives 0 of a numeric type.
func nothing(t rule.Type) (rule.Expr, bool) {
	switch t.Kind {
	case rule.Number, rule.Amount, rule.Percentage:
		return &rule.Literal{Node: rule.Node{Typ: t}, Value: rule.Datum{Kind: t.Kind, Num: new(big.Rat)}}, true
	}
	return nil, false
}

// below reports whether a cell of the table is a number below zero.
func (x *tabled) below() bool {
	for _, row := range x.table.Rows {
		for _, cell := range row.Cells {
			for _, e := range cell {
				if l, ok := e.(*rule.Literal); ok && l.Value.Num != nil && l.Value.Num.Sign() < 0 {
					return true
				}
			}
		}
	}
	return false
}
