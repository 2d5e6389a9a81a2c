package exact

import (
	"fmt"

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
