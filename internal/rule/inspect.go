package rule

import "fmt"

// Inspect walks the tree under n, a *Version, *Variable, Action, *TableColumn,
// *TableRow, Expr or Condition, and calls see for every one of these, parents
// first, in the order of the text. see says whether to go on below. The
// variables of a version are walked after its action and condition, at their
// definition: a VariableRef is a leaf. The cells of a table are walked as the
// When of its row, which shares their expressions.
func Inspect(n any, see func(n any) bool) {
	switch n := n.(type) {
	case nil:
		return
	case Condition: // an Expr is one too: both have a Position
		if !see(n) {
			return
		}
	case *Version, *Variable, *TableColumn, *TableRow, Action:
		if !see(n) {
			return
		}
	}
	all := func(children ...Expr) {
		for _, c := range children {
			if c != nil {
				Inspect(c, see)
			}
		}
	}
	cond := func(c Condition) {
		if c != nil {
			Inspect(c, see)
		}
	}
	switch n := n.(type) {
	case *Version:
		Inspect(n.Action, see)
		cond(n.Condition)
		for _, v := range n.Variables {
			Inspect(v, see)
		}
	case *Variable:
		all(n.Expr)
	case *Assign:
		all(n.Expr)
	case *Initialise:
		all(n.Expr)
	case *Require:
		cond(n.Condition)
	case *Table:
		for _, c := range n.Columns {
			Inspect(c, see)
		}
		for _, r := range n.Rows {
			Inspect(r, see)
		}
	case *TableColumn:
		all(n.Left)
		if n.Kenmerk != nil {
			cond(n.Kenmerk)
		}
	case *TableRow:
		all(n.Result)
		cond(n.When)
	case *Grant, *Unique, *Literal, *ParameterRef, *VariableRef, *ReferenceDate, *AttributeRef, *ObjectRef, *HasKenmerk:
	case *Arith:
		all(n.L, n.R)
	case *PercentOf:
		all(n.Percent, n.Of)
	case *Clamp:
		all(n.Expr, n.Min, n.Max)
	case *Round:
		all(n.Expr)
	case *Extreme:
		all(n.Args...)
	case *Aggregate:
		all(n.Of)
		cond(n.Filter)
	case *Duration:
		all(n.From, n.To)
	case *DateShift:
		all(n.Date, n.Amount)
	case *FirstDay:
		all(n.Date)
	case *DatePart:
		all(n.Date)
	case *MakeDate:
		all(n.Year, n.Month, n.Day)
	case *Convert:
		all(n.Expr)
	case *Compound:
		for _, c := range n.Items {
			cond(c)
		}
	case *Compare:
		all(n.L, n.R)
	case *IsEmpty:
		all(n.Expr)
	default:
		panic(fmt.Sprintf("BUG: Inspect does not know %T", n))
	}
}

// Reads calls attr for every attribute and role for every role that the tree
// under n reads, kenmerken and the roles on the way included; what a rule
// writes is not read. The kenmerk of a subject ("van een aanvrager") counts for
// a *Version. Either function may be nil.
func Reads(n any, attr func(*Attribute), role func(*Role)) {
	read := func(a *Attribute) {
		if attr != nil && a != nil {
			attr(a)
		}
	}
	through := func(via []*Role) {
		for _, r := range via {
			if role != nil {
				role(r)
			}
		}
	}
	Inspect(n, func(n any) bool {
		switch n := n.(type) {
		case *Version:
			if n.Subject != nil {
				read(n.Subject.Kenmerk)
			}
		case *Unique:
			read(n.Attribute)
		case *AttributeRef:
			through(n.Via)
			read(n.Attribute)
		case *ObjectRef:
			through(n.Via)
		case *Aggregate:
			through(n.Via)
		case *HasKenmerk:
			through(n.Via)
			read(n.Kenmerk)
		}
		return true
	})
}
