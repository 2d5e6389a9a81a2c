package regulation

import (
	"fmt"
	"slices"
	"strings"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// kindOf names what a rule version is.
func kindOf(v *rule.Version) string {
	switch v.Action.(type) {
	case *rule.Table:
		return "beslistabel"
	case *rule.Initialise:
		return "initialisatie"
	case *rule.Require, *rule.Unique:
		return "consistentieregel"
	}
	return "regel"
}

// ruleDifference names a changed rule, and says what is different inside it
// where that can be told shorter than by its text: "rij 3: 100 € wordt 120 €".
func ruleDifference(before, after *rule.Version) (noun string, details []string) {
	switch {
	case before == nil && after == nil:
		return "regel", nil
	case before == nil:
		return kindOf(after), nil
	case after == nil:
		return kindOf(before), nil
	}
	if was, is := kindOf(before), kindOf(after); was != is {
		return "regel", []string{fmt.Sprintf("was een %s, wordt een %s", was, is)}
	}
	old, isTable := before.Action.(*rule.Table)
	if !isTable {
		return kindOf(after), nil
	}
	d := tables{old, after.Action.(*rule.Table)}
	return kindOf(after), append(d.columns(), d.rows()...)
}

// tables are two versions of a beslistabel.
type tables struct{ before, after *rule.Table }

func heading(c *rule.TableColumn) string {
	if c.Kenmerk != nil {
		return regelspraak.PrintCondition(c.Kenmerk)
	}
	return regelspraak.PrintExpr(c.Left) + " " + regelspraak.Comparison(c.Op, c.Left.Type())
}

func cellText(values []rule.Expr) string {
	if len(values) == 0 {
		return "n.v.t."
	}
	var out []string
	for _, v := range values {
		out = append(out, regelspraak.PrintExpr(v))
	}
	return strings.Join(out, ", ")
}

func (d tables) columns() []string {
	var was, is, out []string
	for _, c := range d.before.Columns {
		was = append(was, heading(c))
	}
	for _, c := range d.after.Columns {
		is = append(is, heading(c))
	}
	for _, h := range was {
		if !slices.Contains(is, h) {
			out = append(out, fmt.Sprintf("kolom ‘%s’ vervalt", h))
		}
	}
	for _, h := range is {
		if !slices.Contains(was, h) {
			out = append(out, fmt.Sprintf("kolom ‘%s’ is nieuw", h))
		}
	}
	return out
}

// line is a row as text: its result, and its cells by the heading of their
// column. A column that a table does not have is the same as n.v.t.
type line struct {
	result string
	cells  map[string]string
}

func (l line) cell(heading string) string {
	if t, ok := l.cells[heading]; ok {
		return t
	}
	return "n.v.t."
}

func linesOf(t *rule.Table) []line {
	var out []line
	for _, r := range t.Rows {
		l := line{regelspraak.PrintExpr(r.Result), map[string]string{}}
		for i, values := range r.Cells {
			l.cells[heading(t.Columns[i])] = cellText(values)
		}
		out = append(out, l)
	}
	return out
}

// rows compares the rows in order: rows that are the same in both tables are
// held fast, and what lies between two of those is paired from the top.
func (d tables) rows() []string {
	old, now := linesOf(d.before), linesOf(d.after)
	var heads []string
	for _, c := range slices.Concat(d.after.Columns, d.before.Columns) {
		if h := heading(c); !slices.Contains(heads, h) {
			heads = append(heads, h)
		}
	}
	change := func(i, j int) []string {
		var out []string
		if old[i].result != now[j].result {
			out = append(out, fmt.Sprintf("rij %d: %s wordt %s", j+1, old[i].result, now[j].result))
		}
		for _, h := range heads {
			if was, is := old[i].cell(h), now[j].cell(h); was != is {
				out = append(out, fmt.Sprintf("rij %d, ‘%s’: %s wordt %s", j+1, h, was, is))
			}
		}
		return out
	}
	var out []string
	i, j := 0, 0
	between := func(toOld, toNew int) {
		for ; i < toOld && j < toNew; i, j = i+1, j+1 {
			out = append(out, change(i, j)...)
		}
		for ; i < toOld; i++ {
			out = append(out, fmt.Sprintf("rij %d (%s) vervalt", i+1, old[i].result))
		}
		for ; j < toNew; j++ {
			out = append(out, fmt.Sprintf("rij %d (%s) is nieuw", j+1, now[j].result))
		}
	}
	for k := range old { // greedy: the tables are small and the rows keep their order
		for m := j; m < len(now); m++ {
			if k >= i && len(change(k, m)) == 0 {
				between(k, m)
				i, j = k+1, m+1
				break
			}
		}
	}
	between(len(old), len(now))
	return out
}
