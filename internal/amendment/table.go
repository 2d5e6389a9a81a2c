package amendment

import (
	"strconv"
	"strings"

	"lemniscaat/internal/regelspraak"
	"lemniscaat/internal/rule"
)

// notApplicable stands in a cell that asks nothing.
const notApplicable = "n.v.t."

// Grid is a beslistabel as a form: a place in each cell.
type Grid struct {
	Head []string
	Rows []*Row
	// Next is where another row can come: a copy of the last one.
	Next *List
}

// Row is one row of a Grid.
type Row struct {
	Cells  []*Place
	Item   *Item // to take it away; nil for the only row
	number [2]int
}

// grid finds the cells of a version that is a table. It gives the offset just
// after the table.
func (o *opener) grid(t *rule.Table) int {
	at := o.s.from
	g := &Grid{}
	for n, text := range strings.Split(o.text(o.s.from, o.s.until), "\n") {
		start := at
		at += len(text) + 1
		if n == 0 {
			continue // the validity
		}
		cells := cellsOf(text)
		if cells == nil {
			at = start
			break
		}
		switch n {
		case 1:
			for _, c := range cells[1:] {
				g.Head = append(g.Head, text[c[0]:c[1]])
			}
		case 2: // the line under the headings
		default:
			r := &Row{number: [2]int{start + cells[0][0], start + cells[0][1]}}
			for k, c := range cells[1:] {
				p := o.cell(t, k, len(g.Rows)+1, Place{Kind: Cell, Start: start + c[0], End: start + c[1]})
				o.s.Places = append(o.s.Places, p)
				r.Cells = append(r.Cells, p)
			}
			g.Rows = append(g.Rows, r)
			if len(t.Rows) > 1 {
				r.Item = &Item{ID: o.id("rij"), Start: start, End: start + len(text), Text: "rij " + strconv.Itoa(len(g.Rows)), cut: start - 1, row: len(g.Rows)}
				o.s.Items = append(o.s.Items, r.Item)
			}
			g.Next = &List{ID: "rij-erbij", at: start + len(text), lead: "\n    | " + strconv.Itoa(len(g.Rows)+1) + text[cells[0][1]:], row: true}
		}
	}
	if g.Next != nil {
		o.s.Lists = append(o.s.Lists, g.Next)
	}
	o.s.Table = g
	return at
}

// cell says what can stand in a cell; the first one is the conclusion.
func (o *opener) cell(t *rule.Table, column, row int, p Place) *Place {
	p.ID = o.id(string(Cell))
	p.About = o.s.tableHead(t, column) + ", rij " + strconv.Itoa(row)
	if column == 0 {
		p.Type = t.Target.Type
		if t.Target.Kind.IsKenmerk() {
			p.Options = []string{"waar"}
		} else {
			p.Suggest = append(choices(p.Type), o.names(p.Type)...)
		}
		return &p
	}
	c := t.Columns[column-1]
	if c.Kenmerk != nil {
		p.Options = []string{"waar", "onwaar", notApplicable}
		return &p
	}
	p.Type = c.Left.Type()
	p.Suggest = append(append([]string{notApplicable}, choices(p.Type)...), o.names(p.Type)...)
	return &p
}

// tableHead names a column for a screen reader.
func (s *Sheet) tableHead(t *rule.Table, column int) string {
	switch {
	case column == 0:
		return t.Target.Name
	case t.Columns[column-1].Kenmerk != nil:
		return t.Columns[column-1].Kenmerk.Kenmerk.Name
	}
	return regelspraak.PrintExpr(t.Columns[column-1].Left)
}

// choices are the values of an enumeration as they are written.
func choices(t rule.Type) []string {
	if t.Kind != rule.Enum || t.Domain == nil {
		return nil
	}
	var out []string
	for _, v := range t.Domain.Values {
		out = append(out, regelspraak.PrintDatum(rule.Datum{Kind: rule.Enum, Text: v}, t))
	}
	return out
}

// cellsOf gives where the texts between the bars of a line begin and end,
// without the space around them; nil when the line is not one of a table. A bar
// between quotes is part of a text.
func cellsOf(line string) [][2]int {
	if !strings.HasPrefix(strings.TrimLeft(line, " "), "|") {
		return nil
	}
	var out [][2]int
	from, quoted := -1, false
	for i := range len(line) {
		switch {
		case line[i] == '\'':
			quoted = !quoted
		case line[i] == '|' && !quoted:
			if from >= 0 {
				a, b := from, i
				for a < b && line[a] == ' ' {
					a++
				}
				for b > a && line[b-1] == ' ' {
					b--
				}
				out = append(out, [2]int{a, b})
			}
			from = i + 1
		}
	}
	return out
}

// Cells gives the texts between the bars of a line of a canonical table, the
// number of its row first; nil when it is no such line.
func Cells(line string) []string {
	var out []string
	for _, c := range cellsOf(line) {
		out = append(out, line[c[0]:c[1]])
	}
	return out
}

// renumber gives the rows after one that goes their new number.
func (g *Grid) renumber(gone int) []splice {
	var out []splice
	for i, r := range g.Rows {
		if i+1 > gone {
			out = append(out, splice{from: r.number[0], to: r.number[1], text: strconv.Itoa(i)})
		}
	}
	return out
}
