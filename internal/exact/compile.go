package exact

import (
	"fmt"
	"strings"

	"lemniscaat/internal/rule"
)

// op is what a node does. There is one per form of expression; the ones that
// branch on a mode keep it in the node.
type op uint8

const (
	opLiteral op = iota
	opParameter
	opVariable
	opToday
	opAttribute
	opObject
	opAdd
	opSub
	opSubFrom
	opMul
	opDiv
	opPercent
	opClamp
	opRound
	opExtreme
	opAggregate
	opDuration
	opShift
	opFirstDay
	opDatePart
	opMakeDate
	opConvert
)

// node is a compiled expression. Which fields mean something depends on op.
type node struct {
	op       op
	kind     rule.Kind
	unit     string // canonical; "" for an amount means €
	percents uint8  // opMul: how many operands are percentages
	from     int32  // binding depth
	slot     int32  // attribute, parameter or variable
	via      []int32
	many     []int32 // opAggregate: the to-many roles, after via
	element  int32   // opAggregate: binding depth of the element
	a, b, c  *node
	args     []*node
	filter   *cond
	lit      val
	mode     rule.RoundMode
	agg      rule.AggregateOp
	time     rule.TimeUnit
	decimals int
	flag     bool // opExtreme: max; opShift: minus; opFirstDay: next
	src      rule.Expr
}

type condOp uint8

const (
	condCompound condOp = iota
	condCompare
	condEmpty
	condKenmerk
)

type cond struct {
	op    condOp
	quant rule.Quantifier
	n     int
	items []*cond
	cmp   rule.CompareOp
	a, b  *node
	from  int32
	via   []int32
	slot  int32
	not   bool
	src   rule.Condition
}

func (c *compiler) compileRules() {
	ids := map[string]bool{}
	for _, r := range c.p.model.Rules {
		if ids[r.ID] {
			c.report(CodeModel, r.Pos, anchor(r), fmt.Sprintf("Er zijn twee regels met id %q.", r.ID), "Geef een van beide een andere id.")
			continue
		}
		ids[r.ID] = true
		for _, v := range r.Versions {
			c.rule, c.version = r, v
			c.compileVersion()
		}
	}
	c.rule, c.version = nil, nil
}

func (c *compiler) compileVersion() {
	r, v := c.rule, c.version
	if !v.From.IsZero() && !validDate(v.From) || !v.Until.IsZero() && !validDate(v.Until) {
		c.bad(v.Pos, "de geldigheid (%v tot en met %v) is geen bestaande dag in de jaren 1 tot 9999.", v.From, v.Until)
		return
	}
	if v.Subject == nil || v.Action == nil {
		c.bad(v.Pos, "het onderwerp of het resultaat ontbreekt.")
		return
	}
	typ, ok := c.p.typeOf[v.Subject.Object]
	if !ok {
		c.bad(v.Pos, "het onderwerp is geen objecttype van dit model.")
		return
	}
	c.scope, c.vars, c.inVar, c.nodes = []*rule.Binding{v.Subject}, map[*rule.Variable]int32{}, nil, nil
	c.nesting = 0
	out := &version{rule: r, src: v, typ: typ, slot: -1, subject: -1}
	if k := v.Subject.Kenmerk; k != nil {
		kref, ok := c.p.attrs[k]
		if !ok || kref.typ != typ || !k.Kind.IsKenmerk() {
			c.bad(v.Pos, "het onderwerp %q is geen kenmerk van %s.", k.Name, rule.Slug(v.Subject.Object.Name))
			return
		}
		out.subject = kref.slot
	}
	before := len(c.diags)
	if v.Condition != nil {
		out.cond = c.cond(v.Condition)
	}
	target := v.Writes()
	if u, ok := v.Action.(*rule.Unique); ok {
		target = u.Attribute
	}
	if target != nil {
		ref, ok := c.p.attrs[target]
		if !ok || ref.typ != typ {
			c.bad(v.Pos, "het resultaat is geen eigenschap van %s.", rule.Slug(v.Subject.Object.Name))
			return
		}
		out.slot, out.grants, out.limits = ref.slot, target.Kind.IsKenmerk(), limitsOf(target.Type)
	}
	c.action(out, target)
	out.vars = c.nodes
	if len(c.diags) > before {
		return
	}
	if v.Writes() == nil {
		c.p.checks = append(c.p.checks, out)
		return
	}
	c.p.rules = append(c.p.rules, out)
	c.edges = append(c.edges, c.reads(v))
}

// action compiles what the version does. target is nil for a Require.
func (c *compiler) action(out *version, target *rule.Attribute) {
	v := c.version
	written := func(e rule.Expr, pos rule.Pos) *node {
		n := c.expr(e)
		if n != nil && n.kind != 0 && n.kind != target.Type.Kind {
			c.bad(pos, "%s is van het soort %s, maar krijgt een %s.", target.Article+" "+target.Name, kindName(target.Type.Kind), kindName(n.kind))
		}
		return n
	}
	switch a := v.Action.(type) {
	case *rule.Assign:
		out.expr = written(a.Expr, a.Pos)
		if out.grants {
			c.bad(a.Pos, "een kenmerk (%s) wordt toegekend, niet berekend.", target.Name)
		}
	case *rule.Initialise:
		out.initial, out.expr = true, written(a.Expr, a.Pos)
		if out.grants {
			c.bad(a.Pos, "een kenmerk (%s) wordt toegekend, niet geïnitialiseerd.", target.Name)
		}
	case *rule.Grant:
		if !out.grants {
			c.bad(a.Pos, "alleen een kenmerk kan worden toegekend; %s is dat niet.", target.Name)
		}
	case *rule.Table:
		c.rows(out, a, written)
	case *rule.Require:
		out.require = c.cond(a.Condition)
	case *rule.Unique:
		if out.grants {
			c.bad(a.Pos, "een kenmerk (%s) kan niet uniek zijn.", target.Name)
		}
	default:
		c.bad(v.Pos, "een vorm van resultaat (%T) is niet bekend.", a)
	}
}

func (c *compiler) rows(out *version, t *rule.Table, written func(rule.Expr, rule.Pos) *node) {
	if len(t.Rows) == 0 || c.version.Condition != nil {
		c.bad(t.Pos, "een beslistabel heeft ten minste één rij, en geen voorwaarde naast de tabel.")
		return
	}
	for i, r := range t.Rows {
		row := compRow{src: r, expr: written(r.Result, r.Pos)}
		if row.expr != nil && out.grants && (row.expr.op != opLiteral || !row.expr.lit.b) {
			c.bad(r.Pos, "rij %d van de beslistabel kent een kenmerk toe; het resultaat is dan waar.", i+1)
		}
		if r.When != nil {
			row.cond = c.cond(r.When)
		}
		out.rows = append(out.rows, row)
	}
}

// reads gives the attributes that a version reads, each once. The order is
// that of the text, so that messages are the same every time.
func (c *compiler) reads(v *rule.Version) []*rule.Attribute {
	var out []*rule.Attribute
	seen := map[*rule.Attribute]bool{}
	rule.Reads(v, func(a *rule.Attribute) {
		if !seen[a] {
			seen[a] = true
			out = append(out, a)
		}
	}, nil)
	return out
}

// binding gives the depth of a binding that is in scope.
func (c *compiler) binding(b *rule.Binding, pos rule.Pos) (int32, *rule.ObjectType, bool) {
	for i := len(c.scope) - 1; i >= 0; i-- {
		if c.scope[i] == b {
			return int32(i), b.Object, true
		}
	}
	c.bad(pos, "een verwijzing (hij, zijn) wijst naar iets dat hier niet bekend is.")
	return 0, nil, false
}

// path resolves a chain of to-one roles.
func (c *compiler) path(from *rule.Binding, via []*rule.Role, pos rule.Pos) (depth int32, slots []int32, at *rule.ObjectType, ok bool) {
	depth, at, ok = c.binding(from, pos)
	for _, r := range via {
		if !ok {
			return 0, nil, nil, false
		}
		ref, known := c.p.roles[r]
		if !known || r.Owner != at {
			c.bad(pos, "de rol %q hoort niet bij %s.", r.Name, rule.Slug(at.Name))
			return 0, nil, nil, false
		}
		if r.Many {
			c.bad(pos, "de rol %q wijst naar meer dan één %s; gebruik een som, aantal, minimum of maximum.", r.Name, rule.Slug(r.Target.Name))
			return 0, nil, nil, false
		}
		slots = append(slots, ref.slot)
		at = r.Target
	}
	return depth, slots, at, ok
}

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

// cond compiles a condition; nil after a report.
func (c *compiler) cond(x rule.Condition) *cond {
	if x == nil {
		c.bad(rule.Pos{}, "een voorwaarde ontbreekt.")
		return nil
	}
	c.nesting++
	defer func() { c.nesting-- }()
	if c.nesting > maxNesting {
		c.bad(x.Position(), "de voorwaarden zijn dieper genest dan %d niveaus.", maxNesting)
		return nil
	}
	out := &cond{src: x}
	switch x := x.(type) {
	case *rule.Compound:
		out.op, out.quant, out.n = condCompound, x.Quantifier, x.N
		if len(x.Items) == 0 || x.N < 0 || x.Quantifier > rule.Exactly {
			c.bad(x.Pos, "een samengestelde voorwaarde heeft ten minste één onderdeel nodig.")
			return nil
		}
		for _, item := range x.Items {
			k := c.cond(item)
			if k == nil {
				return nil
			}
			out.items = append(out.items, k)
		}
	case *rule.Compare:
		out.op, out.cmp, out.a, out.b = condCompare, x.Op, c.expr(x.L), c.expr(x.R)
		if out.a == nil || out.b == nil || !c.same(out.a, out.b, x.Pos, "wat wordt vergeleken") {
			return nil
		}
		k := out.a.kind
		if k == 0 {
			k = out.b.kind
		}
		ordered := numeric(k) || k == rule.DateKind
		if k == rule.Object || !ordered && x.Op != rule.Equal && x.Op != rule.NotEqual {
			c.bad(x.Pos, "een %s kan zo niet worden vergeleken.", kindName(k))
			return nil
		}
	case *rule.IsEmpty:
		out.op, out.a, out.not = condEmpty, c.expr(x.Expr), x.Not
		if out.a == nil {
			return nil
		}
	case *rule.HasKenmerk:
		depth, slots, at, ok := c.path(x.From, x.Via, x.Pos)
		if !ok {
			return nil
		}
		ref, known := c.p.attrs[x.Kenmerk]
		if !known || x.Kenmerk.Owner != at || x.Kenmerk.Type.Kind != rule.Boolean {
			c.bad(x.Pos, "het kenmerk hoort niet bij %s.", rule.Slug(at.Name))
			return nil
		}
		out.op, out.from, out.via, out.slot, out.not = condKenmerk, depth, slots, ref.slot, x.Not
	default:
		c.bad(x.Position(), "een vorm van voorwaarde (%T) is niet bekend.", x)
		return nil
	}
	return out
}
