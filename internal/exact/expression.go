package exact

import (
	"fmt"
	"strings"

	"lemniscaat/internal/rule"
)

func numeric(k rule.Kind) bool {
	return k == rule.Number || k == rule.Amount || k == rule.Percentage || k == 0
}

func dateLike(k rule.Kind) bool { return k == rule.DateKind || k == 0 }

func kindName(k rule.Kind) string {
	switch k {
	case rule.Boolean:
		return "ja-of-nee-waarde"
	case rule.Number:
		return "getal"
	case rule.Amount:
		return "bedrag"
	case rule.Percentage:
		return "percentage"
	case rule.DateKind:
		return "datum"
	case rule.Text:
		return "tekst"
	case rule.Enum:
		return "waarde uit een lijst"
	case rule.Object:
		return "object"
	}
	return "lege waarde"
}

// expr compiles an expression; nil after a report.
func (c *compiler) expr(e rule.Expr) *node {
	if e == nil {
		c.bad(rule.Pos{}, "een expressie ontbreekt.")
		return nil
	}
	pos := e.Position()
	c.nesting++
	defer func() { c.nesting-- }()
	if c.nesting > maxNesting {
		c.bad(pos, "de expressie is dieper genest dan %d niveaus; verdeel haar over variabelen of regels.", maxNesting)
		return nil
	}
	n := &node{src: e}
	switch e := e.(type) {
	case *rule.Literal:
		if why := unfitKind(e.Value, e.Value.Kind); why != "" {
			c.bad(pos, "de vaste waarde klopt niet: %s.", why)
			return nil
		}
		n.op, n.kind, n.unit, n.lit = opLiteral, e.Value.Kind, e.Typ.Unit, fromDatum(e.Value)
	case *rule.ParameterRef:
		i, ok := c.p.param[e.Parameter]
		if !ok {
			c.bad(pos, "een parameter staat niet in dit model.")
			return nil
		}
		n.op, n.slot, n.kind, n.unit = opParameter, i, e.Parameter.Type.Kind, e.Parameter.Type.Unit
	case *rule.VariableRef:
		return c.variable(e)
	case *rule.ReferenceDate:
		n.op, n.kind = opToday, rule.DateKind
	case *rule.AttributeRef:
		depth, slots, at, ok := c.path(e.From, e.Via, pos)
		if !ok {
			return nil
		}
		ref, known := c.p.attrs[e.Attribute]
		if !known || e.Attribute.Owner != at {
			c.bad(pos, "een eigenschap hoort niet bij %s.", rule.Slug(at.Name))
			return nil
		}
		n.op, n.from, n.via, n.slot = opAttribute, depth, slots, ref.slot
		n.kind, n.unit = e.Attribute.Type.Kind, e.Attribute.Type.Unit
	case *rule.ObjectRef:
		depth, slots, _, ok := c.path(e.From, e.Via, pos)
		if !ok {
			return nil
		}
		n.op, n.from, n.via, n.kind = opObject, depth, slots, rule.Object
	case *rule.Arith:
		return c.arith(n, e)
	case *rule.PercentOf:
		n.op, n.a, n.b = opPercent, c.expr(e.Percent), c.expr(e.Of)
		if n.a == nil || n.b == nil {
			return nil
		}
		if n.a.kind != rule.Percentage || !numeric(n.b.kind) {
			c.bad(pos, "een percentage van iets vraagt een percentage en een getal of bedrag, niet een %s en een %s.", kindName(n.a.kind), kindName(n.b.kind))
			return nil
		}
		n.kind, n.unit = n.b.kind, n.b.unit
	case *rule.Clamp:
		n.op, n.a = opClamp, c.expr(e.Expr)
		ok := n.a != nil
		if e.Min != nil {
			n.b = c.expr(e.Min)
			ok = ok && n.b != nil
		}
		if e.Max != nil {
			n.c = c.expr(e.Max)
			ok = ok && n.c != nil
		}
		if !ok {
			return nil
		}
		for _, bound := range []*node{n.b, n.c} {
			if bound != nil && !c.same(n.a, bound, pos, "een grens") {
				return nil
			}
		}
		n.kind, n.unit = n.a.kind, n.a.unit
	case *rule.Round:
		n.op, n.a, n.mode, n.decimals = opRound, c.expr(e.Expr), e.Mode, e.Decimals
		if n.a == nil {
			return nil
		}
		if !numeric(n.a.kind) {
			c.bad(pos, "een %s kan niet worden afgerond.", kindName(n.a.kind))
			return nil
		}
		if e.Decimals < 0 || e.Decimals > maxDecimals || e.Mode > rule.RoundFromZero {
			c.bad(pos, "afronden kan op 0 tot en met %d decimalen; hier staat %d.", maxDecimals, e.Decimals)
			return nil
		}
		n.kind, n.unit = n.a.kind, n.a.unit
	case *rule.Extreme:
		n.op, n.flag = opExtreme, e.Max
		if len(e.Args) == 0 {
			c.bad(pos, "een minimale of maximale waarde heeft ten minste één waarde nodig.")
			return nil
		}
		for _, a := range e.Args {
			k := c.expr(a)
			if k == nil {
				return nil
			}
			if len(n.args) > 0 && !c.same(n.args[0], k, pos, "een vergeleken waarde") {
				return nil
			}
			n.args = append(n.args, k)
		}
		n.kind, n.unit = n.args[0].kind, n.args[0].unit
		if !numeric(n.kind) && n.kind != rule.DateKind {
			c.bad(pos, "van een %s bestaat geen kleinste of grootste.", kindName(n.kind))
			return nil
		}
	case *rule.Aggregate:
		return c.aggregate(n, e)
	case *rule.Duration:
		n.op, n.a, n.b, n.time, n.kind = opDuration, c.expr(e.From), c.expr(e.To), e.Unit, rule.Number
		n.unit = e.Typ.Unit
		if !c.dates(pos, n.a, n.b) {
			return nil
		}
	case *rule.DateShift:
		n.op, n.a, n.b, n.time, n.flag, n.kind = opShift, c.expr(e.Date), c.expr(e.Amount), e.Unit, e.Minus, rule.DateKind
		if n.b == nil || !c.dates(pos, n.a) {
			return nil
		}
		if n.b.kind != rule.Number && n.b.kind != 0 {
			c.bad(pos, "een datum verschuift met een aantal dagen, maanden of jaren, niet met een %s.", kindName(n.b.kind))
			return nil
		}
	case *rule.FirstDay:
		n.op, n.a, n.time, n.flag, n.kind = opFirstDay, c.expr(e.Date), e.Unit, e.Next, rule.DateKind
		if !c.dates(pos, n.a) {
			return nil
		}
		if e.Unit == rule.Days {
			c.bad(pos, "de eerste dag bestaat van een maand of een jaar.")
			return nil
		}
	case *rule.DatePart:
		n.op, n.a, n.time, n.kind = opDatePart, c.expr(e.Date), e.Unit, rule.Number
		if !c.dates(pos, n.a) {
			return nil
		}
	case *rule.MakeDate:
		n.op, n.a, n.b, n.c, n.kind = opMakeDate, c.expr(e.Year), c.expr(e.Month), c.expr(e.Day), rule.DateKind
		for _, part := range []*node{n.a, n.b, n.c} {
			if part == nil {
				return nil
			}
			if part.kind != rule.Number && part.kind != 0 {
				c.bad(pos, "het jaar, de maand en de dag van een datum zijn getallen, geen %s.", kindName(part.kind))
				return nil
			}
		}
	case *rule.Convert:
		n.op, n.a = opConvert, c.expr(e.Expr)
		if n.a == nil {
			return nil
		}
		if !numeric(n.a.kind) || n.a.kind == rule.Percentage || e.Factor == nil || e.Factor.Sign() <= 0 || tooLong(e.Factor) {
			c.bad(pos, "een %s kan zo niet in een andere eenheid worden uitgedrukt.", kindName(n.a.kind))
			return nil
		}
		n.lit = val{kind: rule.Number, num: fromRat(e.Factor)}
		n.kind, n.unit = n.a.kind, n.a.unit
		if e.Typ.Kind != 0 {
			n.kind, n.unit = e.Typ.Kind, e.Typ.Unit
		}
	default:
		c.bad(pos, "een vorm van expressie (%T) is niet bekend.", e)
		return nil
	}
	return n
}

func (c *compiler) dates(pos rule.Pos, ns ...*node) bool {
	for _, n := range ns {
		if n == nil {
			return false
		}
		if !dateLike(n.kind) {
			c.bad(pos, "hier hoort een datum, geen %s.", kindName(n.kind))
			return false
		}
	}
	return true
}

// same checks that two operands are of one kind.
func (c *compiler) same(a, b *node, pos rule.Pos, what string) bool {
	if a.kind != b.kind && a.kind != 0 && b.kind != 0 {
		c.bad(pos, "%s moet van hetzelfde soort zijn: %s tegenover %s.", what, kindName(a.kind), kindName(b.kind))
		return false
	}
	return true
}

func (c *compiler) arith(n *node, e *rule.Arith) *node {
	n.a, n.b = c.expr(e.L), c.expr(e.R)
	if n.a == nil || n.b == nil {
		return nil
	}
	l, r := n.a.kind, n.b.kind
	if !numeric(l) || !numeric(r) {
		c.bad(e.Pos, "rekenen gaat met getallen, bedragen en percentages, niet met een %s en een %s.", kindName(l), kindName(r))
		return nil
	}
	n.kind, n.unit = l, n.a.unit
	if l == 0 {
		n.kind, n.unit = r, n.b.unit
	}
	switch e.Op {
	case rule.Add, rule.Sub, rule.SubFrom:
		n.op = map[rule.ArithOp]op{rule.Add: opAdd, rule.Sub: opSub, rule.SubFrom: opSubFrom}[e.Op]
		if !c.same(n.a, n.b, e.Pos, "wat wordt opgeteld of afgetrokken") {
			return nil
		}
	case rule.Mul:
		n.op = opMul
		for _, k := range []rule.Kind{l, r} {
			if k == rule.Percentage {
				n.percents++
			}
		}
		switch {
		case l == 0 || r == 0 || n.percents == 2:
		case l == rule.Percentage:
			n.kind, n.unit = r, n.b.unit
		case r == rule.Percentage:
		default:
			return c.measured(n, rule.MulUnits(n.a.measure(), n.b.measure()), e.Pos)
		}
	case rule.Div:
		n.op = opDiv
		switch {
		case r == rule.Percentage:
			c.bad(e.Pos, "een %s gedeeld door een %s heeft geen betekenis.", kindName(l), kindName(r))
			return nil
		case l == 0 || r == 0 || l == rule.Percentage && r == rule.Number:
		case l == rule.Percentage:
			c.bad(e.Pos, "een %s gedeeld door een %s heeft geen betekenis.", kindName(l), kindName(r))
			return nil
		default:
			return c.measured(n, rule.DivUnits(n.a.measure(), n.b.measure()), e.Pos)
		}
	default:
		c.bad(e.Pos, "een onbekende bewerking.")
		return nil
	}
	return n
}

// measure gives the unit of a number or amount.
func (n *node) measure() string {
	if n.kind == rule.Amount && n.unit == "" {
		return "€"
	}
	return n.unit
}

// measured gives a product or quotient its kind, which follows from its unit:
// "€" and "€/mnd" are amounts, "mnd" and "1/€" are numbers, "€^2" is nothing.
func (c *compiler) measured(n *node, unit string, pos rule.Pos) *node {
	if strings.Contains(unit, "€^") {
		c.bad(pos, "een bedrag maal een bedrag heeft geen betekenis.")
		return nil
	}
	n.unit, n.kind = unit, rule.Number
	if unit == "€" || strings.HasPrefix(unit, "€/") {
		n.kind = rule.Amount
	}
	return n
}

func (c *compiler) variable(e *rule.VariableRef) *node {
	n := &node{op: opVariable, src: e}
	i, done := c.vars[e.Variable]
	if !done {
		for _, v := range c.inVar {
			if v == e.Variable {
				c.report(CodeCycle, e.Pos, anchor(c.rule), fmt.Sprintf("Regel %s: de variabele %q verwijst naar zichzelf.", c.rule.ID, v.Name), "Schrijf de variabele zonder zichzelf.")
				return nil
			}
		}
		declared := false
		for _, v := range c.version.Variables {
			declared = declared || v == e.Variable
		}
		if !declared {
			c.bad(e.Pos, "een variabele hoort niet bij deze regelversie.")
			return nil
		}
		// A variable sees the subject only, wherever it is used.
		scope := c.scope
		c.scope = c.scope[:1:1]
		c.inVar = append(c.inVar, e.Variable)
		body := c.expr(e.Variable.Expr)
		c.inVar = c.inVar[:len(c.inVar)-1]
		c.scope = scope
		if body == nil {
			return nil
		}
		i = int32(len(c.nodes))
		c.vars[e.Variable] = i
		c.nodes = append(c.nodes, body)
	}
	n.slot, n.kind, n.unit = i, c.nodes[i].kind, c.nodes[i].unit
	return n
}

func (c *compiler) aggregate(n *node, e *rule.Aggregate) *node {
	if len(e.Via) == 0 || e.Element == nil {
		c.bad(e.Pos, "een aantal, som, minimum of maximum mist waarover het gaat.")
		return nil
	}
	first := 0
	for first < len(e.Via)-1 && !e.Via[first].Many {
		first++
	}
	depth, slots, at, ok := c.path(e.From, e.Via[:first], e.Pos)
	if !ok {
		return nil
	}
	var many []int32
	for i, r := range e.Via[first:] {
		ref, known := c.p.roles[r]
		if !known || r.Owner != at {
			c.bad(e.Pos, "de rol %q hoort niet bij %s.", r.Name, rule.Slug(at.Name))
			return nil
		}
		if i > 0 && (!r.Many || r.Inverse.Many) {
			c.bad(e.Pos, "de rol %q kan hier niet: langs deze weg telt een object misschien twee keer.", r.Name)
			return nil
		}
		many, at = append(many, ref.slot), r.Target
	}
	if at != e.Element.Object {
		c.bad(e.Pos, "de weg naar wat geteld of opgeteld wordt leidt naar %s, niet naar %s.", rule.Slug(at.Name), rule.Slug(e.Element.Object.Name))
		return nil
	}
	if len(c.scope) >= maxBindings {
		c.bad(e.Pos, "een aantal of som in een aantal of som gaat hier dieper dan %d niveaus.", maxBindings-1)
		return nil
	}
	n.op, n.agg, n.from, n.via, n.many, n.element, n.kind = opAggregate, e.Op, depth, slots, many, int32(len(c.scope)), rule.Number
	c.scope = append(c.scope, e.Element)
	defer func() { c.scope = c.scope[:len(c.scope)-1] }()
	if e.Filter != nil {
		if n.filter = c.cond(e.Filter); n.filter == nil {
			return nil
		}
	}
	if e.Op == rule.Count {
		return n
	}
	if n.a = c.expr(e.Of); n.a == nil {
		return nil
	}
	n.kind, n.unit = n.a.kind, n.a.unit
	if !numeric(n.kind) && !(e.Op != rule.Sum && n.kind == rule.DateKind) {
		c.bad(e.Pos, "van een %s bestaat geen som, minimum of maximum.", kindName(n.kind))
		return nil
	}
	return n
}
