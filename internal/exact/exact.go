// Package exact is the reference evaluator: it computes one case at a time,
// with exact numbers, on demand, and can show how it came to a value. Every
// other way of computing (many cases at once) has to agree with it to the cent.
//
// The meaning is written down in docs/regelspraak-profiel.md (Semantics) and at
// the expressions of package rule. In short:
//
//   - numbers are rationals; only a Round rounds;
//   - leeg is a value; what plus, min, maal and the other operators make of it
//     is settled per operator (see eval.go);
//   - an error is not a value: it never becomes leeg or 0, and it counts only
//     where the answer depends on it;
//   - the order of rules and of conditions never matters.
//
// A Program is immutable and safe for concurrent use; a Case is neither.
// Nothing here reads a clock or a file, and no rule text can make it loop:
// dependencies are acyclic by construction, and steps, depth and digits are
// bounded.
package exact

import (
	"cmp"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"

	"lemniscaat/internal/rule"
)

// Limits of a program and a case. They are far above what regulations need and
// low enough that a hostile rule text costs a fraction of a second.
const (
	maxObjects   = 10_000    // objects in one case
	maxEdges     = 100_000   // links in one case
	maxSteps     = 2_000_000 // operations for one Value
	maxDepth     = 2_000     // rules that need each other, in a row
	maxNesting   = 200       // expression in expression
	maxBindings  = 8         // aggregation within aggregation
	maxDecimals  = 100       // of a rounding
	maxTextBytes = 10_000    // of a text datum
)

// Program is a model made ready for evaluation.
type Program struct {
	model  *rule.Model
	types  []*objectType
	typeOf map[*rule.ObjectType]int32
	attrs  map[*rule.Attribute]attrRef
	roles  map[*rule.Role]attrRef
	params []*rule.Parameter
	param  map[*rule.Parameter]int32
	byID   map[string]*rule.Attribute
	roleID map[string]*rule.Role
	rules  []*version
	checks []*version // consistentieregels, in the order of the model
	// starts are the dates on which the rules in force or a parameter value
	// change; tables[i] holds from starts[i] until starts[i+1] and is made
	// when it is first needed.
	starts []day
	tables []atomic.Pointer[table]
	// Memory for a next time, and what others made of the program.
	cases, derivers sync.Pool // of *Case and *deriver
	kept            kept
}

// attrRef is the dense place of an attribute or a role.
type attrRef struct{ typ, slot int32 }

type objectType struct {
	decl  *rule.ObjectType
	attrs []*rule.Attribute
	roles []*rule.Role
	// single marks the to-one roles, by slot.
	single []bool
	// ruled marks the attributes that a rule writes on some date, by slot.
	ruled []bool
}

// version is a compiled rule version.
type version struct {
	rule    *rule.Rule
	src     *rule.Version
	typ     int32
	slot    int32        // the attribute it writes, or that has to be unique
	subject int32        // slot of the kenmerk that narrows the subject, or −1
	grants  bool         // what it writes is a kenmerk
	initial bool         // an initialisatie
	limits  *rule.Limits // of the values of the target; nil: none
	cond    *cond        // nil: always
	expr    *node        // of an assignment or initialisatie
	rows    []compRow    // of a beslistabel
	require *cond        // of a consistentieregel; nil: one on uniqueness
	vars    []*node
}

// compRow is a row of a beslistabel.
type compRow struct {
	src  *rule.TableRow
	cond *cond // nil: always
	expr *node
}

// surely reports whether the version writes for every object of its subject.
func (v *version) surely() bool {
	if v.rows == nil {
		return v.cond == nil
	}
	return slices.ContainsFunc(v.rows, func(r compRow) bool { return r.cond == nil })
}

// table is what holds on the days of one interval.
type table struct {
	rules  [][]slotRules // per type and slot
	checks []*version
	params []paramValue
}

// slotRules are the rules that can write one attribute.
type slotRules struct {
	writers []*version // empty: an input
	inits   []*version // what fills it where it would be leeg
}

// optional reports whether a case may leave the attribute out.
func (r slotRules) optional() bool { return len(r.writers) == 0 && len(r.inits) > 0 }

type paramValue struct {
	val val
	src rule.ParameterValue
	ok  bool
}

// Model gives the model that was compiled.
func (p *Program) Model() *rule.Model { return p.model }

// Attribute finds an attribute by its id ("persoon.toetsingsinkomen"), or nil.
func (p *Program) Attribute(id string) *rule.Attribute { return p.byID[id] }

// Role finds a role by its id ("persoon.toeslagpartner"), or nil.
func (p *Program) Role(id string) *rule.Role { return p.roleID[id] }

// ObjectType finds an object type by name or slug ("Persoon", "persoon"), or
// nil.
func (p *Program) ObjectType(name string) *rule.ObjectType {
	for _, t := range p.types {
		if rule.Slug(t.decl.Name) == rule.Slug(name) {
			return t.decl
		}
	}
	return nil
}

// IsInput reports whether a case may supply the attribute on the date: no rule
// in force writes it, or only an initialisatie does. Unless it is Optional the
// case has to supply it.
func (p *Program) IsInput(a *rule.Attribute, date rule.Date) bool {
	ref, ok := p.attrs[a]
	if !ok || !validDate(date) {
		return false
	}
	return len(p.at(toDay(date)).rules[ref.typ][ref.slot].writers) == 0
}

// Optional reports whether the attribute is an input on the date that a case
// may leave out, because an initialisatie gives it a value then.
func (p *Program) Optional(a *rule.Attribute, date rule.Date) bool {
	ref, ok := p.attrs[a]
	return ok && validDate(date) && p.at(toDay(date)).rules[ref.typ][ref.slot].optional()
}

// Writers gives the rules whose version in force on the date writes the
// attribute, in the order of the model, an initialisatie after the others.
func (p *Program) Writers(a *rule.Attribute, date rule.Date) []*rule.Rule {
	ref, ok := p.attrs[a]
	if !ok || !validDate(date) {
		return nil
	}
	var rules []*rule.Rule
	of := p.at(toDay(date)).rules[ref.typ][ref.slot]
	for _, v := range slices.Concat(of.writers, of.inits) {
		rules = append(rules, v.rule)
	}
	return rules
}

// at gives the table for a day, making it on first use. Two goroutines may
// make the same one; either is right.
func (p *Program) at(d day) *table {
	i, found := slices.BinarySearch(p.starts, d)
	if !found {
		i-- // starts[0] is the first day of the calendar
	}
	if t := p.tables[i].Load(); t != nil {
		return t
	}
	t := p.build(d)
	p.tables[i].Store(t)
	return t
}

func (p *Program) build(d day) *table {
	t := &table{rules: make([][]slotRules, len(p.types)), params: make([]paramValue, len(p.params))}
	for i, ot := range p.types {
		t.rules[i] = make([]slotRules, len(ot.attrs))
	}
	date := d.date()
	for _, v := range p.rules {
		if !holds(v.src, date) {
			continue
		}
		if of := &t.rules[v.typ][v.slot]; v.initial {
			of.inits = append(of.inits, v)
		} else {
			of.writers = append(of.writers, v)
		}
	}
	for _, v := range p.checks {
		if holds(v.src, date) {
			t.checks = append(t.checks, v)
		}
	}
	for i, par := range p.params {
		src, ok := par.At(date)
		pv := paramValue{src: src, ok: ok}
		if ok {
			pv.val = fromDatum(src.Value)
		}
		t.params[i] = pv
	}
	return t
}

func holds(v *rule.Version, d rule.Date) bool {
	return !d.Before(v.From) && (v.Until.IsZero() || !d.After(v.Until))
}

// Compile checks a model and makes it ready. The program is nil when a
// diagnostic is an error: a cycle, rules that surely conflict, or a reference
// or type that cannot be.
func Compile(m *rule.Model) (*Program, rule.Diagnostics) {
	c := &compiler{p: &Program{
		model:  m,
		typeOf: map[*rule.ObjectType]int32{},
		attrs:  map[*rule.Attribute]attrRef{},
		roles:  map[*rule.Role]attrRef{},
		param:  map[*rule.Parameter]int32{},
		byID:   map[string]*rule.Attribute{},
		roleID: map[string]*rule.Role{},
	}}
	if m == nil {
		c.report(CodeModel, rule.Pos{}, "", "Er is geen model om te controleren.", "")
		return nil, c.diags
	}
	for _, pass := range []func(){
		c.declare, c.parameters, c.compileRules, c.overlaps, c.conflicts, c.cycles, c.intervals,
	} {
		pass()
		if c.diags.Err() != nil && len(c.p.rules) == 0 {
			break
		}
	}
	c.diags.Sort()
	if c.diags.Err() != nil {
		return nil, c.diags
	}
	return c.p, c.diags
}

type compiler struct {
	p     *Program
	diags rule.Diagnostics
	// Where the pass is: for messages.
	rule    *rule.Rule
	version *rule.Version
	scope   []*rule.Binding // bindings by depth
	vars    map[*rule.Variable]int32
	inVar   []*rule.Variable // variables being compiled, outermost first
	nodes   []*node          // compiled variables
	nesting int
	// edges: what each version reads, by its place in Program.rules.
	edges [][]*rule.Attribute
}

func (c *compiler) report(code Code, pos rule.Pos, anchor, message, hint string) {
	c.diags = append(c.diags, rule.Diagnostic{
		Severity: rule.Error, Code: string(code), Pos: pos, Message: message, Hint: hint, Anchor: anchor,
	})
}

func anchor(r *rule.Rule) string {
	if r == nil {
		return ""
	}
	return r.Regulation + "/" + r.Article + "#" + r.ID
}

// bad reports a fault of the rule being compiled.
func (c *compiler) bad(pos rule.Pos, format string, args ...any) {
	message := fmt.Sprintf(format, args...)
	if c.rule != nil {
		message = "Regel " + c.rule.ID + ": " + message
		if pos == (rule.Pos{}) {
			pos = c.version.Pos
		}
	}
	c.report(CodeModel, pos, anchor(c.rule), message, "")
}

// declare gives every object type, attribute and role its dense place.
func (c *compiler) declare() {
	p := c.p
	for _, o := range p.model.Objects {
		if _, double := p.typeOf[o]; double || o == nil {
			c.report(CodeModel, rule.Pos{}, "", "Een objecttype staat twee keer in het model.", "")
			continue
		}
		i := int32(len(p.types))
		p.typeOf[o] = i
		ot := &objectType{decl: o}
		for _, a := range o.Attributes {
			if a.Owner != o {
				c.report(CodeModel, a.Pos, "", fmt.Sprintf("De eigenschap %q hoort niet bij %s.", a.Name, o.Name), "")
				continue
			}
			if first, double := p.byID[a.ID()]; double {
				c.report(CodeModel, a.Pos, "", fmt.Sprintf("De eigenschap %q van %s is twee keer verklaard.", a.Name, o.Name),
					fmt.Sprintf("De eerste staat op regel %d van %s; geef een van beide een andere naam.", first.Pos.Line, first.Pos.File))
				continue
			}
			if a.Type.Decimals > maxDecimals || a.Type.Domain != nil && a.Type.Domain.Base.Decimals > maxDecimals {
				c.report(CodeModel, a.Pos, "", fmt.Sprintf("De eigenschap %q van %s heeft meer dan %d decimalen.", a.Name, o.Name, maxDecimals), "")
				continue
			}
			p.attrs[a] = attrRef{i, int32(len(ot.attrs))}
			p.byID[a.ID()] = a
			ot.attrs = append(ot.attrs, a)
		}
		p.types = append(p.types, ot)
	}
	for _, f := range p.model.Facts {
		for _, r := range f.Roles {
			i, ok := p.typeOf[r.Owner]
			_, okTarget := p.typeOf[r.Target]
			if !ok || !okTarget || r.Inverse == nil || r.Inverse.Owner != r.Target || r.Inverse.Target != r.Owner ||
				r.Inverse.Inverse != r || f.Reciprocal != (r.Inverse == r) {
				c.report(CodeModel, r.Pos, "", fmt.Sprintf("De rol %q van feittype %s klopt niet met zijn tegenrol.", r.Name, f.Name), "")
				continue
			}
			ot := p.types[i]
			p.roles[r] = attrRef{i, int32(len(ot.roles))}
			p.roleID[r.ID()] = r
			ot.roles = append(ot.roles, r)
			ot.single = append(ot.single, !r.Many)
		}
	}
	// A role whose other end was refused must not stay half known.
	for r := range p.roles {
		if _, ok := p.roles[r.Inverse]; !ok {
			c.report(CodeModel, r.Pos, "", fmt.Sprintf("De tegenrol van %q ontbreekt in het model.", r.Name), "")
		}
	}
}

func (c *compiler) parameters() {
	for _, par := range c.p.model.Parameters {
		if _, double := c.p.param[par]; double {
			continue
		}
		c.p.param[par] = int32(len(c.p.params))
		c.p.params = append(c.p.params, par)
		for i, v := range par.Values {
			if !v.From.IsZero() && !validDate(v.From) {
				c.report(CodeModel, par.Pos, par.ID, fmt.Sprintf("Parameter %s heeft een waarde vanaf een dag die niet bestaat: %v.", par.ID, v.From), "")
			}
			if i > 0 && !par.Values[i-1].From.Before(v.From) {
				c.report(CodeModel, par.Pos, par.ID, fmt.Sprintf("De waarden van parameter %s staan niet op volgorde van datum (bij %v).", par.ID, v.From), "")
			}
			if why := unfit(v.Value, par.Type); why != "" {
				c.report(CodeModel, par.Pos, par.ID, fmt.Sprintf("De waarde van parameter %s vanaf %v past niet: %s.", par.ID, v.From, why), "")
			}
		}
	}
}

// intervals collects the dates on which something changes.
func (c *compiler) intervals() {
	first := day(minYear*10000 + 101)
	starts := []day{first}
	add := func(d rule.Date) {
		if !d.IsZero() && validDate(d) {
			starts = append(starts, toDay(d))
		}
	}
	for _, t := range c.p.types {
		t.ruled = make([]bool, len(t.attrs))
	}
	for _, v := range c.p.rules {
		c.p.types[v.typ].ruled[v.slot] = true
	}
	for _, v := range slices.Concat(c.p.rules, c.p.checks) {
		add(v.src.From)
		if !v.src.Until.IsZero() {
			if next, ok := toDay(v.src.Until).shift(1, rule.Days); ok {
				starts = append(starts, next)
			}
		}
	}
	for _, par := range c.p.params {
		for _, v := range par.Values {
			add(v.From)
		}
	}
	slices.Sort(starts)
	c.p.starts = slices.Compact(starts)
	c.p.tables = make([]atomic.Pointer[table], len(c.p.starts))
}

func compareDates(a, b rule.Date) int {
	return cmp.Or(cmp.Compare(a.Year, b.Year), cmp.Compare(a.Month, b.Month), cmp.Compare(a.Day, b.Day))
}
